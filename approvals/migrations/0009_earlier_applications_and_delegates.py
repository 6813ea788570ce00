"""Applications that follow earlier ones; drafts that delegates prepare.

Constants fill the new columns, so no row is rewritten; the two new guards are weaker together than the old
one, so they hold on every database on which it held.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_delegates"),
        ("approvals", "0008_reasons_above_the_ceiling"),
        ("catalogue", "0002_published_editions_never_change"),
        ("patients", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="copied_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.application",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="follows",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="approvals.application",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="prepared_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="ready_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="ready_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="type",
            field=models.CharField(
                choices=[
                    ("first", "First request"),
                    ("continuation", "Continuation"),
                    ("dose_change", "Change of dose"),
                    ("extra_dose", "Extra dose"),
                    ("transfer", "Transfer from another unit or hospital"),
                ],
                db_default="first",
                default="first",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="action",
            field=models.CharField(
                choices=[
                    ("submit", "Submit"),
                    ("endorse", "Endorse"),
                    ("take_charge", "Take charge"),
                    ("ask", "Ask for information"),
                    ("answer", "Answer"),
                    ("refer", "Refer to the committee"),
                    ("vote", "Vote"),
                    ("approve", "Approve"),
                    ("reject", "Reject"),
                    ("withdraw", "Withdraw"),
                    ("record_infusion", "Record the first infusion"),
                    ("reassess", "Reassess"),
                    ("close", "Close"),
                    ("replace", "Replace"),
                    ("hand_over", "Hand over"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                models.F("unit"),
                models.F("id"),
                condition=models.Q(("status", "draft")),
                name="drafts_by_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ("submitted", "pharmacy_review", "information_requested", "committee_review"),
                    )
                ),
                fields=("patient", "indication_code"),
                name="one_undecided_application_per_patient_and_indication",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status__in", ("approved", "reassessed")),
                    models.Q(("type", "extra_dose"), _negated=True),
                ),
                fields=("patient", "indication_code"),
                name="one_treatment_per_patient_and_indication",
            ),
        ),
        # Last: at no moment is an open application without its guard.
        migrations.RemoveConstraint(
            model_name="application",
            name="one_open_application_per_patient_and_indication",
        ),
    ]
