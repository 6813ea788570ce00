"""Reports read what happened in a period. Rows lie in the order in which things happened: a block-range index
of a few kilobytes leads to them and costs the writers next to nothing. Only the days on which reassessments
are due lie in no order.
"""

from django.db import migrations

INDEXES = {
    "report_sent": ("approvals_application", "(coalesce(emergency_requested_at, submitted_at))"),
    "report_decided": ("approvals_decision", "decided_at"),
    "report_steps": ("approvals_step", "at"),
    "report_opened": ("treatments_authorisation", "opened_at"),
    "report_judged": ("treatments_reassessment", "reassessed_at"),
    "report_dispensed": ("treatments_dispensing", "happened_on"),
}
CREATE = "CREATE INDEX {} ON {} USING brin ({}) WITH (pages_per_range = 16, autosummarize = on)"


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0016_for_the_sweeps"),
        ("treatments", "0014_who_was_reminded_and_what_stands_still"),
    ]

    operations = [
        migrations.RunSQL(CREATE.format(name, table, column), f"DROP INDEX {name}")
        for name, (table, column) in INDEXES.items()
    ] + [
        migrations.RunSQL(
            "CREATE INDEX report_due ON treatments_authorisation (hospital_id, due_on)", "DROP INDEX report_due"
        )
    ]
