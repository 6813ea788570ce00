"""The database appends to the chain and refuses everything else.

A BEFORE INSERT trigger, not a function to call: so no way of inserting (ORM, SQL, a bulk copy) leaves the
chain. It locks the head row, never the last entry: locking the tail forks the chain under concurrency,
because a waiter wakes up with the tail it saw before it waited.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
BEGIN
    SELECT * INTO head FROM audit_head WHERE chain = NEW.chain FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (chain, sequence, hash) VALUES (NEW.chain, 0, repeat('0', 64))
            ON CONFLICT (chain) DO NOTHING;
        SELECT * INTO STRICT head FROM audit_head WHERE chain = NEW.chain FOR UPDATE;
    END IF;
    NEW.sequence := head.sequence + 1;
    NEW.previous_hash := head.hash;
    NEW.hash := encode(sha256(convert_to(concat_ws(E'\\n',
        NEW.previous_hash,
        NEW.id,
        NEW.chain,
        NEW.sequence,
        to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        coalesce(NEW.actor_id::text, '-'),
        NEW.action,
        NEW.data::text
    ), 'UTF8')), 'hex');
    UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_entry_append BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_append();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_entry_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_refuse BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
-- Depth 1 is a statement of ours or of anybody; deeper, it is audit_append writing.
CREATE TRIGGER audit_head_refuse_write BEFORE INSERT OR UPDATE ON audit_head
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION audit_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_head_refuse_write ON audit_head;
DROP TRIGGER audit_head_refuse ON audit_head;
DROP TRIGGER audit_entry_refuse ON audit_entry;
DROP TRIGGER audit_entry_append ON audit_entry;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_append();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
