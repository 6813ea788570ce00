from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_attachments")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="ceiling_reason",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Why a dose above the ceiling may pass"
            ),
        )
        for name in ("opinion", "decision")
    ]
