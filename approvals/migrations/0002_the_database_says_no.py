"""Guards that no code above can forget: records never change, and a status is what the last step says."""

from django.db import migrations

APPEND_ONLY = ["approvals_step", "approvals_snapshot", "approvals_vote", "approvals_decision"]

# A frozen copy of the moves in approvals/workflow.py; tests/approvals/test_guards.py compares the two.
# A change there needs a migration that replaces this function.
LEGAL_MOVES = """
CREATE FUNCTION approvals_legal_moves() RETURNS TABLE (source text, target text)
LANGUAGE sql IMMUTABLE AS $$
  VALUES
    ('draft', 'submitted'),
    ('draft', 'withdrawn'),
    ('submitted', 'pharmacy_review'),
    ('submitted', 'withdrawn'),
    ('pharmacy_review', 'information_requested'),
    ('pharmacy_review', 'committee_review'),
    ('pharmacy_review', 'withdrawn'),
    ('information_requested', 'pharmacy_review'),
    ('information_requested', 'committee_review'),
    ('information_requested', 'withdrawn'),
    ('committee_review', 'information_requested'),
    ('committee_review', 'approved'),
    ('committee_review', 'rejected'),
    ('committee_review', 'withdrawn'),
    ('approved', 'reassessed'),
    ('approved', 'committee_review'),
    ('approved', 'closed'),
    ('reassessed', 'reassessed'),
    ('reassessed', 'committee_review'),
    ('reassessed', 'closed')
$$;
"""

# Each step continues where the one before it ended, and makes a legal move or none.
STEP_CONTINUES = """
CREATE FUNCTION approvals_step_continues() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  previous record;
BEGIN
  SELECT s.sequence, s.target INTO previous FROM approvals_step s
   WHERE s.application_id = NEW.application_id ORDER BY s.sequence DESC LIMIT 1;
  IF NEW.sequence <> COALESCE(previous.sequence, 0) + 1
     OR NEW.source <> COALESCE(previous.target, 'draft') THEN
    RAISE EXCEPTION 'step % of application % does not continue the one before it',
      NEW.sequence, NEW.application_id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.source <> NEW.target
     AND NOT EXISTS (SELECT 1 FROM approvals_legal_moves() m WHERE m.source = NEW.source AND m.target = NEW.target) THEN
    RAISE EXCEPTION 'no move leads from % to %', NEW.source, NEW.target USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER step_continues BEFORE INSERT ON approvals_step
  FOR EACH ROW EXECUTE FUNCTION approvals_step_continues();
"""

# Checked at commit. The row is read again: NEW may be an older version of it by then.
STATUS_FOLLOWS_STEPS = """
CREATE FUNCTION approvals_status_follows_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  application record;
  last record;
BEGIN
  SELECT a.id, a.status, a.version INTO application FROM approvals_application a WHERE a.id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT s.sequence, s.target INTO last FROM approvals_step s
   WHERE s.application_id = application.id ORDER BY s.sequence DESC LIMIT 1;
  IF application.status <> COALESCE(last.target, 'draft') OR application.version <> COALESCE(last.sequence, 0) THEN
    RAISE EXCEPTION 'application % is % (version %), its last step says % (version %)',
      application.id, application.status, application.version,
      COALESCE(last.target, 'draft'), COALESCE(last.sequence, 0) USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER status_follows_steps
  AFTER INSERT OR UPDATE OF status, version ON approvals_application
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_status_follows_steps();
"""

REFUSE_CHANGE = """
CREATE FUNCTION approvals_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'check_violation';
END $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
          FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
          FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
        """,
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER never_emptied ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.RunSQL(LEGAL_MOVES, "DROP FUNCTION approvals_legal_moves"),
        migrations.RunSQL(STEP_CONTINUES, "DROP FUNCTION approvals_step_continues CASCADE"),
        migrations.RunSQL(STATUS_FOLLOWS_STEPS, "DROP FUNCTION approvals_status_follows_steps CASCADE"),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION approvals_refuse_change CASCADE"),
        *[append_only(table) for table in APPEND_ONLY],
    ]
