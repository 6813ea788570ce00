"""Whole forms of emergencies are found among what waits for their author. The index holds open forms only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_what_a_hearing_refuses")]

    operations = [
        migrations.RemoveIndex(
            model_name='application',
            name='waiting_for_author',
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(models.F('author'), models.F('status'), models.F('id'), condition=models.Q(('status__in', ('draft', 'information_requested', 'emergency_authorised'))), name='waiting_for_author'),
        ),
    ]
