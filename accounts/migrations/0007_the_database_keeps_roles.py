"""The database keeps what was decided on roles, and one administrator without end in every hospital that has one.

The hospital's row is locked before the others are counted: of two administrators who end each other at the
same time, the second waits and is then the last one.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was decided on roles stays: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_rolechange
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_keep();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_roleconfirmation
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_keep();

-- Of a role that somebody decided on only the last day moves.
CREATE FUNCTION accounts_only_the_end_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.user_id, NEW.unit_id, NEW.role, NEW.from_on, coalesce(NEW.stands_in_for_id, 0))
       IS DISTINCT FROM (OLD.user_id, OLD.unit_id, OLD.role, OLD.from_on, coalesce(OLD.stands_in_for_id, 0))
       AND EXISTS (SELECT 1 FROM accounts_rolechange WHERE membership_id = OLD.id) THEN
        RAISE EXCEPTION 'A role that was given stays as it was given: only its end moves'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_the_end_moves BEFORE UPDATE ON accounts_membership
    FOR EACH ROW EXECUTE FUNCTION accounts_only_the_end_moves();

CREATE FUNCTION accounts_is_administered(hospital bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts_hospital WHERE id = hospital FOR NO KEY UPDATE;
    -- A statement of its own: it sees what whoever held the lock has committed.
    RETURN EXISTS (
        SELECT 1 FROM accounts_membership m
          JOIN accounts_unit un ON un.id = m.unit_id
          JOIN accounts_user u ON u.id = m.user_id
         WHERE m.role = 'administrator' AND m.to_on IS NULL AND u.is_active AND un.hospital_id = hospital
    );
END
$$;

CREATE FUNCTION accounts_last_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hospital bigint;
BEGIN
    SELECT un.hospital_id INTO hospital FROM accounts_unit un WHERE un.id = OLD.unit_id;
    IF NOT accounts_is_administered(hospital) THEN
        RAISE EXCEPTION 'The last administrator of hospital % cannot be ended', hospital
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER last_administrator_ended AFTER UPDATE ON accounts_membership
    FOR EACH ROW WHEN (OLD.role = 'administrator' AND OLD.to_on IS NULL)
    EXECUTE FUNCTION accounts_last_administrator();
CREATE TRIGGER last_administrator_deleted AFTER DELETE ON accounts_membership
    FOR EACH ROW WHEN (OLD.role = 'administrator' AND OLD.to_on IS NULL)
    EXECUTE FUNCTION accounts_last_administrator();

CREATE FUNCTION accounts_last_administrator_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hospital bigint;
BEGIN
    FOR hospital IN
        SELECT DISTINCT un.hospital_id FROM accounts_membership m JOIN accounts_unit un ON un.id = m.unit_id
         WHERE m.user_id = NEW.id AND m.role = 'administrator' AND m.to_on IS NULL ORDER BY 1
    LOOP
        IF NOT accounts_is_administered(hospital) THEN
            RAISE EXCEPTION 'The account of the last administrator of hospital % cannot be closed', hospital
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER last_administrator_closed AFTER UPDATE ON accounts_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION accounts_last_administrator_closed();
"""

BACKWARD = """
DROP TRIGGER last_administrator_closed ON accounts_user;
DROP FUNCTION accounts_last_administrator_closed();
DROP TRIGGER last_administrator_deleted ON accounts_membership;
DROP TRIGGER last_administrator_ended ON accounts_membership;
DROP FUNCTION accounts_last_administrator();
DROP FUNCTION accounts_is_administered(bigint);
DROP TRIGGER only_the_end_moves ON accounts_membership;
DROP FUNCTION accounts_only_the_end_moves();
DROP TRIGGER append_only ON accounts_roleconfirmation;
DROP TRIGGER append_only ON accounts_rolechange;
DROP FUNCTION accounts_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_roles_with_decisions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
