from django.db import migrations, models

# Those ended by a reassessment say why already; of the others only the words of the step are left.
COPY = """
UPDATE treatments_authorisation a SET verdict = r.verdict
  FROM treatments_reassessment r WHERE r.authorisation_id = a.id
"""
VERDICTS = [
    ("continue", "Continue"),
    ("stop_remission", "Stop: remission"),
    ("stop_no_benefit", "Stop: no benefit"),
    ("stop_toxicity", "Stop: toxicity"),
    ("stop_alternative", "Stop: an alternative was found"),
    ("stop_choice", "Stop: the patient's choice"),
    ("stop_death", "Stop: death"),
]


class Migration(migrations.Migration):
    dependencies = [("treatments", "0003_live_by_unit_and_prescriber")]

    operations = [
        migrations.AddField(
            model_name="authorisation",
            name="verdict",
            field=models.CharField(blank=True, choices=VERDICTS, db_default="", default="", max_length=20),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
