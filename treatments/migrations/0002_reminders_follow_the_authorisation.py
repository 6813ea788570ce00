"""The row that the sweep reads follows the authorisation by itself: no code can forget to arm a reminder."""

from django.db import migrations

# -30 is reminders.FIRST_DAY; tests/treatments/test_reminders.py compares them.
FOLLOW = """
CREATE FUNCTION treatments_arm_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.settled_at IS NOT NULL THEN
    DELETE FROM treatments_nextreminder WHERE authorisation_id = NEW.id;
  ELSE
    INSERT INTO treatments_nextreminder (authorisation_id, due_on) VALUES (NEW.id, NEW.due_on - 30)
    ON CONFLICT (authorisation_id) DO UPDATE SET due_on = EXCLUDED.due_on;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER arm_reminders AFTER INSERT OR UPDATE OF due_on, settled_at ON treatments_authorisation
  FOR EACH ROW EXECUTE FUNCTION treatments_arm_reminders();
"""


class Migration(migrations.Migration):
    dependencies = [("treatments", "0001_initial"), ("outbox", "0001_initial")]

    operations = [migrations.RunSQL(FOLLOW, "DROP FUNCTION treatments_arm_reminders CASCADE")]
