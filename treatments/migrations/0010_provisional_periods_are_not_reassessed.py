"""The one cycle of an emergency is judged by the committee: no reminder, no place among the reassessments.

Indexes of the live rows only, few beside the table; no row is rewritten.
"""

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION treatments_arm_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {is_over} THEN
    DELETE FROM treatments_nextreminder WHERE authorisation_id = NEW.id;
  ELSE
    INSERT INTO treatments_nextreminder (authorisation_id, due_on, reassessment_on)
    VALUES (NEW.id, NEW.due_on - 30, NEW.due_on)
    ON CONFLICT (authorisation_id) DO UPDATE
       SET due_on = EXCLUDED.due_on, reassessment_on = EXCLUDED.reassessment_on;
  END IF;
  RETURN NULL;
END $$;
"""
# -30 is reminders.FIRST_DAY; tests/treatments/test_reminders.py compares them.
NOW = FUNCTION.format(is_over="NEW.settled_at IS NOT NULL OR NEW.is_provisional")
BEFORE = FUNCTION.format(is_over="NEW.settled_at IS NOT NULL")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0009_limits_of_the_committee")]

    operations = [
        migrations.RunSQL(NOW, BEFORE),
        migrations.RemoveIndex(
            model_name='authorisation',
            name='live_by_due_date',
        ),
        migrations.RemoveIndex(
            model_name='authorisation',
            name='live_by_hospital',
        ),
        migrations.RemoveIndex(
            model_name='authorisation',
            name='live_by_unit',
        ),
        migrations.RemoveIndex(
            model_name='authorisation',
            name='live_by_prescriber',
        ),
        migrations.AddIndex(
            model_name='authorisation',
            index=models.Index(models.F('due_on'), models.F('id'), condition=models.Q(('is_provisional', False), ('settled_at', None)), name='live_by_due_date'),
        ),
        migrations.AddIndex(
            model_name='authorisation',
            index=models.Index(models.F('hospital'), models.F('due_on'), models.F('id'), condition=models.Q(('is_provisional', False), ('settled_at', None)), include=('unit',), name='live_by_hospital'),
        ),
        migrations.AddIndex(
            model_name='authorisation',
            index=models.Index(models.F('unit'), models.F('due_on'), models.F('id'), condition=models.Q(('is_provisional', False), ('settled_at', None)), name='live_by_unit'),
        ),
        migrations.AddIndex(
            model_name='authorisation',
            index=models.Index(models.F('prescriber'), models.F('due_on'), models.F('id'), condition=models.Q(('is_provisional', False), ('settled_at', None)), name='live_by_prescriber'),
        ),
    ]
