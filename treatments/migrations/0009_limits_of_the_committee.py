
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0008_completed_as_planned'),
    ]

    operations = [
        migrations.AddField(
            model_name='authorisation',
            name='cycle_g',
            field=models.DecimalField(decimal_places=3, help_text='At most so many grams per cycle', max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='is_provisional',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='reassess_by',
            field=models.DateField(help_text='Reassessed on this day at the latest', null=True),
        ),
        migrations.AlterField(
            model_name='authorisation',
            name='verdict',
            field=models.CharField(blank=True, choices=[('continue', 'Continue'), ('stop_completed', 'Stop: completed as planned'), ('stop_remission', 'Stop: remission'), ('stop_no_benefit', 'Stop: no benefit'), ('stop_toxicity', 'Stop: toxicity'), ('stop_alternative', 'Stop: an alternative was found'), ('stop_choice', "Stop: the patient's choice"), ('stop_death', 'Stop: death'), ('replaced', 'Replaced by a later application'), ('ratified', 'Emergency ratified by the committee'), ('not_ratified', 'Not ratified by the committee')], db_default='', default='', max_length=20),
        ),
        migrations.AlterField(
            model_name='reassessment',
            name='verdict',
            field=models.CharField(choices=[('continue', 'Continue'), ('stop_completed', 'Stop: completed as planned'), ('stop_remission', 'Stop: remission'), ('stop_no_benefit', 'Stop: no benefit'), ('stop_toxicity', 'Stop: toxicity'), ('stop_alternative', 'Stop: an alternative was found'), ('stop_choice', "Stop: the patient's choice"), ('stop_death', 'Stop: death'), ('replaced', 'Replaced by a later application'), ('ratified', 'Emergency ratified by the committee'), ('not_ratified', 'Not ratified by the committee')], max_length=20),
        ),
    ]
