"""The date that reminders are counted from stands in the row the sweep locks.

Read from the authorisation beside it, it could be the one before a change that was committed while the sweep
ran: the reminders of the new date were then late, or never promised.
"""

from datetime import date

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION treatments_arm_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.settled_at IS NOT NULL THEN
    DELETE FROM treatments_nextreminder WHERE authorisation_id = NEW.id;
  ELSE
    INSERT INTO treatments_nextreminder ({columns}) VALUES ({values})
    ON CONFLICT (authorisation_id) DO UPDATE SET {changes};
  END IF;
  RETURN NULL;
END $$;
"""
# -30 is reminders.FIRST_DAY; tests/treatments/test_reminders.py compares them.
NOW = FUNCTION.format(
    columns="authorisation_id, due_on, reassessment_on",
    values="NEW.id, NEW.due_on - 30, NEW.due_on",
    changes="due_on = EXCLUDED.due_on, reassessment_on = EXCLUDED.reassessment_on",
)
BEFORE = FUNCTION.format(
    columns="authorisation_id, due_on", values="NEW.id, NEW.due_on - 30", changes="due_on = EXCLUDED.due_on"
)
COPY = """
UPDATE treatments_nextreminder n SET reassessment_on = a.due_on
  FROM treatments_authorisation a WHERE a.id = n.authorisation_id
"""


class Migration(migrations.Migration):
    dependencies = [("treatments", "0004_why_a_period_ended")]

    operations = [
        migrations.AddField(
            model_name="nextreminder",
            name="reassessment_on",
            field=models.DateField(default=date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunSQL(NOW, BEFORE),
    ]
