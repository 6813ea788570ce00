"""The columns of the one measure there was; its rows are in the table of measures since the last migration."""

from django.db import migrations

GONE = ("measure", "unit_of_measure", "baseline", "target", "value_now", "is_met")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0016_old_measures_in_their_table")]

    operations = [migrations.RemoveField("reassessment", name) for name in GONE]
