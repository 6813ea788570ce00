
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_delegates'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='stands_in_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='user',
            name='profession',
            field=models.CharField(choices=[('doctor', 'Doctor'), ('pharmacist', 'Pharmacist'), ('other', 'Another profession')], db_default='other', default='other', max_length=20),
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('prescriber', 'Prescriber'), ('delegate', 'Delegate'), ('head_of_unit', 'Head of unit'), ('pharmacist', 'Pharmacist'), ('committee_member', 'Committee member'), ('chair', 'Chair of the committee'), ('medical_director', 'Medical director'), ('administrator', 'Administrator'), ('auditor', 'Auditor'), ('on_call_pharmacist', 'On-call pharmacist'), ('on_call_consultant', 'On-call consultant')], max_length=20),
        ),
    ]
