"""What was measured so far moves into its table; what is recorded from now on stays (triggers).

The columns go in the next migration: PostgreSQL alters no table whose rows still have checks pending.
"""

from django.db import migrations

MOVE = """
INSERT INTO treatments_measured
       (reassessment_id, position, measure, unit_of_measure, baseline, target, better, value_now, is_met,
        has_benefit)
SELECT id, 1, measure, unit_of_measure, baseline, target,
       CASE WHEN target > baseline THEN 'up' ELSE 'down' END, value_now, is_met, has_benefit
  FROM treatments_reassessment;
"""

REPORTED_ONCE = """
CREATE FUNCTION treatments_event_reported_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.reported_at IS NULL
     AND (NEW.id, NEW.authorisation_id, NEW.reassessment_id, NEW.what, NEW.severity, NEW.happened_on,
          NEW.known_since, NEW.recorded_at, NEW.recorded_by_id)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.authorisation_id, OLD.reassessment_id, OLD.what, OLD.severity, OLD.happened_on,
          OLD.known_since, OLD.recorded_at, OLD.recorded_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'adverse event % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER reported_once BEFORE UPDATE OR DELETE ON treatments_adverseevent
  FOR EACH ROW EXECUTE FUNCTION treatments_event_reported_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON treatments_adverseevent
  FOR EACH STATEMENT EXECUTE FUNCTION treatments_refuse_change();
"""
AS_BEFORE = """
DROP TRIGGER never_emptied ON treatments_adverseevent;
DROP FUNCTION treatments_event_reported_once CASCADE;
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
    dependencies = [("treatments", "0015_measures_events_and_dose_changes")]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RunSQL(REPORTED_ONCE, AS_BEFORE),
        append_only("treatments_measured"),
        append_only("treatments_dosechange"),
    ]
