"""What the database refuses in the ledger, whatever the code above forgets; periods that run get their interval.

`treatments_keep_ledger` holds the row of the authorisation: two entries at once wait for each other, and the
check `given_within_what_is_allotted` stops the one that goes too far.
"""

from django.db import migrations

LEDGER = """
CREATE FUNCTION treatments_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  period treatments_authorisation;
  root treatments_dispensing;
  taken_back treatments_dispensing;
  entries integer;
BEGIN
  SELECT * INTO period FROM treatments_authorisation WHERE id = NEW.authorisation_id FOR UPDATE;
  SELECT count(*) INTO entries FROM treatments_dispensing WHERE authorisation_id = NEW.authorisation_id;
  IF NEW.sequence <> entries + 1 OR NEW.balance_g <> period.given_g + NEW.grams THEN
    RAISE EXCEPTION 'ledger of authorisation %: entry % with balance % does not follow the last one',
      NEW.authorisation_id, NEW.sequence, NEW.balance_g USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.reverses_id IS NOT NULL THEN
    SELECT * INTO taken_back FROM treatments_dispensing WHERE id = NEW.reverses_id;
    IF taken_back.authorisation_id <> NEW.authorisation_id OR taken_back.kind = 'reversed'
       OR NEW.grams <> -taken_back.grams
       OR NEW.dispensed_id IS DISTINCT FROM coalesce(taken_back.dispensed_id, taken_back.id) THEN
      RAISE EXCEPTION 'ledger: entry % is not what entry % takes back', NEW.sequence, NEW.reverses_id
        USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF NEW.dispensed_id IS NOT NULL THEN
    SELECT * INTO root FROM treatments_dispensing WHERE id = NEW.dispensed_id;
    IF root.authorisation_id <> NEW.authorisation_id OR root.kind <> 'dispensed'
       OR (NEW.product_id, NEW.lot, NEW.cycle) IS DISTINCT FROM (root.product_id, root.lot, root.cycle) THEN
      RAISE EXCEPTION 'ledger: entry % does not belong to dispensing %', NEW.sequence, NEW.dispensed_id
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.grams + (SELECT sum(grams) FROM treatments_dispensing
                     WHERE id = NEW.dispensed_id OR dispensed_id = NEW.dispensed_id) < 0 THEN
      RAISE EXCEPTION 'ledger: less than nothing is left of dispensing %', NEW.dispensed_id
        USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_ledger BEFORE INSERT ON treatments_dispensing
  FOR EACH ROW EXECUTE FUNCTION treatments_keep_ledger();

CREATE FUNCTION treatments_carry_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE treatments_authorisation
     SET given_g = NEW.balance_g,
         last_dispensed_on = (
           SELECT max(d.happened_on) FROM treatments_dispensing d
            WHERE d.authorisation_id = NEW.authorisation_id AND d.kind = 'dispensed'
              AND NOT EXISTS (SELECT 1 FROM treatments_dispensing r WHERE r.reverses_id = d.id))
   WHERE id = NEW.authorisation_id;
  RETURN NULL;
END $$;
CREATE TRIGGER carry_balance AFTER INSERT ON treatments_dispensing
  FOR EACH ROW EXECUTE FUNCTION treatments_carry_balance();

CREATE FUNCTION treatments_only_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() = 1 AND (NEW.given_g, NEW.last_dispensed_on)
     IS DISTINCT FROM (OLD.given_g, OLD.last_dispensed_on) THEN
    RAISE EXCEPTION 'authorisation %: only its ledger changes what was given', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER only_the_ledger BEFORE UPDATE OF given_g, last_dispensed_on ON treatments_authorisation
  FOR EACH ROW EXECUTE FUNCTION treatments_only_the_ledger();
"""

ENDED_ONCE = """
CREATE FUNCTION treatments_suspension_ended_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.resumed_at IS NULL
     AND (NEW.id, NEW.authorisation_id, NEW.ground, NEW.reason, NEW.suspended_at, NEW.suspended_by_id)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.authorisation_id, OLD.ground, OLD.reason, OLD.suspended_at, OLD.suspended_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'suspension % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE OR DELETE ON treatments_suspension
  FOR EACH ROW EXECUTE FUNCTION treatments_suspension_ended_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON treatments_suspension
  FOR EACH STATEMENT EXECUTE FUNCTION treatments_refuse_change();
"""

BEFORE = """
DROP FUNCTION treatments_keep_ledger CASCADE;
DROP FUNCTION treatments_carry_balance CASCADE;
DROP FUNCTION treatments_only_the_ledger CASCADE;
DROP FUNCTION treatments_suspension_ended_once CASCADE;
DROP TRIGGER never_emptied ON treatments_suspension;
"""

# Of the periods that still run; those that ended are looked at by nobody who needs it.
INTERVALS = """
UPDATE treatments_authorisation a
   SET interval_days = (dose #>> '{request,interval}')::int
                       * CASE dose #>> '{request,unit}' WHEN 'days' THEN 1 WHEN 'weeks' THEN 7 ELSE 28 END
 WHERE settled_at IS NULL AND dose #>> '{request,interval}' IS NOT NULL;
UPDATE treatments_authorisation a
   SET trigger = i.reassessment_trigger, trigger_after = i.reassessment_after
  FROM approvals_application p JOIN catalogue_indication i ON i.id = p.indication_id
 WHERE p.id = a.application_id AND a.settled_at IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
          FOR EACH ROW EXECUTE FUNCTION treatments_refuse_change();
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
          FOR EACH STATEMENT EXECUTE FUNCTION treatments_refuse_change();
        """,
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER never_emptied ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0011_ledger_and_suspensions")]

    operations = [
        migrations.RunSQL(INTERVALS, migrations.RunSQL.noop),
        migrations.RunSQL(LEDGER + ENDED_ONCE, BEFORE),
        append_only("treatments_dispensing"),
        append_only("treatments_cyclereport"),
    ]
