"""The database makes the anchors, and the chain needs no right to change heads.

`audit_anchor_heads` runs with its owner's rights (SECURITY DEFINER): the application may insert a day and a
time, and nothing else of an anchor. So does `audit_append` now: the application inserts entries and has no
right to write heads. Both have a fixed search path, or a table of the caller's could stand in the way; nobody
may hang them on a table of their own.

One sweeper makes the anchor while the others wait (the lock lasts to the end of the transaction), and then see
it: each statement of the function looks anew. The heads are read in one statement: what is not committed yet
is in the next anchor.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_anchor_heads() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.anchor'));
    IF EXISTS (SELECT 1 FROM audit_anchor WHERE day = NEW.day) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(max(number), 0) + 1 INTO NEW.number FROM audit_anchor;
    SELECT hash INTO NEW.previous_hash FROM audit_anchor WHERE number = NEW.number - 1;
    NEW.previous_hash := coalesce(NEW.previous_hash, repeat('0', 64));
    WITH ended AS MATERIALIZED (
        SELECT head.*, grown.chain IS NULL AS is_new FROM audit_head head
        LEFT JOIN audit_anchoredhead grown USING (chain, sequence)
    ), kept AS (
        INSERT INTO audit_anchoredhead (chain, sequence, hash, anchor_id)
        SELECT chain, sequence, hash, NEW.number FROM ended WHERE is_new
    )
    SELECT count(*), coalesce(sum(sequence), 0), count(*) FILTER (WHERE is_new),
        encode(sha256(convert_to(coalesce(string_agg(
            chain || ' ' || sequence || ' ' || hash, E'\\n' ORDER BY chain COLLATE "C"
        ) FILTER (WHERE is_new), ''), 'UTF8')), 'hex')
        INTO NEW.chains, NEW.entries, NEW.moved, NEW.heads_hash FROM ended;
    NEW.hash := encode(sha256(convert_to(concat_ws(E'\\n',
        NEW.previous_hash,
        NEW.number,
        to_char(NEW.day, 'YYYY-MM-DD'),
        to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.chains,
        NEW.entries,
        NEW.moved,
        NEW.heads_hash
    ), 'UTF8')), 'hex');
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_anchor_heads() FROM PUBLIC;
CREATE TRIGGER audit_anchor_heads BEFORE INSERT ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION audit_anchor_heads();

CREATE TRIGGER audit_anchor_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_anchoredhead_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchoredhead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_anchoredhead_refuse_write BEFORE INSERT ON audit_anchoredhead
    FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION audit_refuse();

ALTER FUNCTION audit_append() SECURITY DEFINER SET search_path = public, pg_temp;
REVOKE EXECUTE ON FUNCTION audit_append() FROM PUBLIC;
"""

BACKWARD = """
GRANT EXECUTE ON FUNCTION audit_append() TO PUBLIC;
ALTER FUNCTION audit_append() SECURITY INVOKER RESET search_path;
DROP TRIGGER audit_anchoredhead_refuse_write ON audit_anchoredhead;
DROP TRIGGER audit_anchoredhead_refuse ON audit_anchoredhead;
DROP TRIGGER audit_anchor_refuse ON audit_anchor;
DROP TRIGGER audit_anchor_heads ON audit_anchor;
DROP FUNCTION audit_anchor_heads();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_anchors")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
