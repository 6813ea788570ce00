from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('prescriber', 'Prescriber'), ('delegate', 'Delegate'), ('head_of_unit', 'Head of unit'), ('pharmacist', 'Pharmacist'), ('committee_member', 'Committee member'), ('chair', 'Chair of the committee'), ('medical_director', 'Medical director'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=20),
        ),
    ]
