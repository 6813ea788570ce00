from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0007_replaced_periods'),
    ]

    operations = [
        migrations.AlterField(
            model_name='authorisation',
            name='verdict',
            field=models.CharField(blank=True, choices=[('continue', 'Continue'), ('stop_completed', 'Stop: completed as planned'), ('stop_remission', 'Stop: remission'), ('stop_no_benefit', 'Stop: no benefit'), ('stop_toxicity', 'Stop: toxicity'), ('stop_alternative', 'Stop: an alternative was found'), ('stop_choice', "Stop: the patient's choice"), ('stop_death', 'Stop: death'), ('replaced', 'Replaced by a later application')], db_default='', default='', max_length=20),
        ),
        migrations.AlterField(
            model_name='reassessment',
            name='verdict',
            field=models.CharField(choices=[('continue', 'Continue'), ('stop_completed', 'Stop: completed as planned'), ('stop_remission', 'Stop: remission'), ('stop_no_benefit', 'Stop: no benefit'), ('stop_toxicity', 'Stop: toxicity'), ('stop_alternative', 'Stop: an alternative was found'), ('stop_choice', "Stop: the patient's choice"), ('stop_death', 'Stop: death'), ('replaced', 'Replaced by a later application')], max_length=20),
        ),
    ]
