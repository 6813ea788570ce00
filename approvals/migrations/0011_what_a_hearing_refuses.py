"""What the database refuses around a hearing; the moves of the longer workflow; conflicts declared so far."""

from django.db import migrations

# A frozen copy of the moves in approvals/workflow.py; tests/approvals/test_guards.py compares the two.
# A change there needs a migration that replaces this function.
LEGAL_MOVES = """
CREATE OR REPLACE FUNCTION approvals_legal_moves() RETURNS TABLE (source text, target text)
LANGUAGE sql IMMUTABLE AS $$
  VALUES
    ('draft', 'emergency_requested'),
    ('draft', 'submitted'),
    ('draft', 'withdrawn'),
    ('emergency_requested', 'emergency_authorised'),
    ('emergency_requested', 'rejected'),
    ('emergency_requested', 'withdrawn'),
    ('emergency_authorised', 'submitted'),
    ('submitted', 'pharmacy_review'),
    ('submitted', 'withdrawn'),
    ('pharmacy_review', 'information_requested'),
    ('pharmacy_review', 'committee_review'),
    ('pharmacy_review', 'inadmissible'),
    ('pharmacy_review', 'withdrawn'),
    ('information_requested', 'pharmacy_review'),
    ('information_requested', 'committee_review'),
    ('information_requested', 'withdrawn'),
    ('information_requested', 'lapsed'),
    ('committee_review', 'information_requested'),
    ('committee_review', 'approved'),
    ('committee_review', 'rejected'),
    ('committee_review', 'withdrawn'),
    ('approved', 'reassessed'),
    ('approved', 'committee_review'),
    ('approved', 'rejected'),
    ('approved', 'closed'),
    ('reassessed', 'reassessed'),
    ('reassessed', 'committee_review'),
    ('reassessed', 'rejected'),
    ('reassessed', 'closed'),
    ('rejected', 'committee_review'),
    ('inadmissible', 'committee_review')
$$;
"""

# A conflict used to be a vote; it holds for good. New votes of that name are plain abstentions.
DECLARED_SO_FAR = """
INSERT INTO approvals_declaration (application_id, round, has_conflict, text, declared_at, declared_by_id)
SELECT DISTINCT ON (application_id, voted_by_id) application_id, round, true, text, voted_at, voted_by_id
  FROM approvals_vote WHERE choice = 'abstain' ORDER BY application_id, voted_by_id, voted_at
ON CONFLICT DO NOTHING;
-- The keys are checked now: a table with checks pending takes no new trigger.
SET CONSTRAINTS ALL IMMEDIATE;
"""

# Whoever holds the application's row (acting.py does) is the only one to write any of these.
VOTE_IN_A_HEARING = """
CREATE FUNCTION approvals_vote_in_a_hearing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM approvals_hearing h
     WHERE h.application_id = NEW.application_id AND h.round = NEW.round AND h.closed_at IS NULL
       AND (h.voting_until IS NULL OR NEW.voted_at < h.voting_until)
       AND (h.is_virtual OR EXISTS (
             SELECT 1 FROM approvals_presence p
              WHERE p.hearing_id = h.id AND p.member_id = NEW.voted_by_id AND p.left_at IS NULL))
  ) THEN
    RAISE EXCEPTION 'member % has no voice on application % now', NEW.voted_by_id, NEW.application_id
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM approvals_declaration d
     WHERE d.application_id = NEW.application_id AND d.declared_by_id = NEW.voted_by_id AND d.has_conflict
  ) THEN
    RAISE EXCEPTION 'member % is recused from application %', NEW.voted_by_id, NEW.application_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vote_in_a_hearing BEFORE INSERT ON approvals_vote
  FOR EACH ROW EXECUTE FUNCTION approvals_vote_in_a_hearing();
"""

CLOSED_ONCE = """
CREATE FUNCTION approvals_hearing_closed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL
     AND (NEW.id, NEW.application_id, NEW.round, NEW.is_virtual, NEW.voting_until, NEW.opened_at, NEW.opened_by_id)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.application_id, OLD.round, OLD.is_virtual, OLD.voting_until, OLD.opened_at, OLD.opened_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'hearing % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER closed_once BEFORE UPDATE OR DELETE ON approvals_hearing
  FOR EACH ROW EXECUTE FUNCTION approvals_hearing_closed_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_hearing
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();

CREATE FUNCTION approvals_presence_ended_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.left_at IS NULL
     AND (NEW.id, NEW.hearing_id, NEW.member_id, NEW.arrived_at, NEW.arrived_by_id) IS NOT DISTINCT FROM
         (OLD.id, OLD.hearing_id, OLD.member_id, OLD.arrived_at, OLD.arrived_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'presence % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE OR DELETE ON approvals_presence
  FOR EACH ROW EXECUTE FUNCTION approvals_presence_ended_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_presence
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""
AS_BEFORE = """
DROP FUNCTION approvals_vote_in_a_hearing CASCADE;
DROP FUNCTION approvals_hearing_closed_once CASCADE;
DROP FUNCTION approvals_presence_ended_once CASCADE;
DROP TRIGGER never_emptied ON approvals_hearing;
DROP TRIGGER never_emptied ON approvals_presence;
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
    dependencies = [("approvals", "0010_committee_hearings_and_emergencies")]

    operations = [
        migrations.RunSQL(LEGAL_MOVES, migrations.RunSQL.noop),
        migrations.RunSQL(DECLARED_SO_FAR, migrations.RunSQL.noop),
        migrations.RunSQL(VOTE_IN_A_HEARING + CLOSED_ONCE, AS_BEFORE),
        append_only("approvals_declaration"),
        append_only("approvals_appointment"),
    ]
