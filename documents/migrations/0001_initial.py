import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("approval", "Approval"),
    ("rejection", "Rejection"),
    ("information_request", "Request for information"),
    ("reassessment", "Reassessment"),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=30)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("code", models.CharField(max_length=16)),
                ("issued_at", models.DateTimeField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("size", models.PositiveIntegerField(default=0)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "superseded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supersedes",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="document_hash_with_size",
                        condition=models.Q(("sha256", ""), ("size", 0))
                        | models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                    ),
                    models.CheckConstraint(
                        name="document_revoked_at_with_by",
                        condition=models.Q(("revoked_at", None), ("revoked_by", None))
                        | models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Content",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("data", models.BinaryField()),
            ],
        ),
    ]
