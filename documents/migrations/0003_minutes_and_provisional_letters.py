"""Further kinds of letter: choices only, the database changes nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_issued_once'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('approval', 'Approval'), ('rejection', 'Rejection'), ('information_request', 'Request for information'), ('reassessment', 'Reassessment'), ('minutes', 'Minutes of the committee'), ('provisional', 'Provisional emergency authorisation')], max_length=30),
        ),
    ]
