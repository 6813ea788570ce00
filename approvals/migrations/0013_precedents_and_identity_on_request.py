"""The use of the row stands in a column, for precedents; who asked a patient's identity, and why.

A constant fills the new column, so no row is rewritten but those sent for a row that has several uses.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SENT_SO_FAR = """
UPDATE approvals_application a SET sub_criterion = s.code
  FROM (SELECT DISTINCT ON (application_id) application_id,
               content #>> '{indication,sub_criterion,code}' AS code
          FROM approvals_snapshot ORDER BY application_id, revision DESC) s
 WHERE s.application_id = a.id AND s.code IS NOT NULL;
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
          FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
          FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
        """,
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER never_emptied ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0012_emergencies_wait_at_their_author"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="sub_criterion",
            field=models.CharField(blank=True, db_default="", default="", max_length=30),
        ),
        migrations.RunSQL(SENT_SO_FAR, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                models.F("indication_code"),
                models.F("sub_criterion"),
                condition=models.Q(("decided_at__isnull", False)),
                name="decided_by_use",
            ),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="approvals.application",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="disclosure_says_why"
                    )
                ],
            },
        ),
        append_only("approvals_disclosure"),
    ]
