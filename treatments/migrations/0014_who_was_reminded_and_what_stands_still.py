"""Indexes of the deadlines page and of the radar.

Who was reminded is read from the promised mails, by the authorisation in their arguments. The radar asks
which open periods had nothing for longer than their interval: one index by hospital and by the day on which
the next grams were expected; what the page counts by is in it too.
"""

from django.db import migrations, models
from django.db.models import Q

REMINDED = """
CREATE INDEX outbox_promise_reminded ON outbox_promise (((arguments ->> 'authorisation')::bigint))
 WHERE job IN ('mail_reminder', 'mail_by_hand');
CREATE INDEX outbox_line_reminded ON outbox_line (((arguments ->> 'authorisation')::bigint))
 WHERE job IN ('mail_reminder', 'mail_by_hand');
"""
STILL = """
CREATE INDEX live_by_expected_day ON treatments_authorisation (
  hospital_id,
  (coalesce(last_dispensed_on, first_infusion_on, valid_from) + coalesce(interval_days, 31)),
  id
) INCLUDE (unit_id, last_dispensed_on, first_infusion_on, valid_from, interval_days)
 WHERE settled_at IS NULL AND NOT is_provisional;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0013_for_the_sweeps"),
        ("outbox", "0002_sweeps_and_digests"),
    ]

    operations = [
        migrations.RunSQL(REMINDED, "DROP INDEX outbox_promise_reminded; DROP INDEX outbox_line_reminded;"),
        migrations.RunSQL(STILL, "DROP INDEX live_by_expected_day;"),
        migrations.RemoveIndex("authorisation", "live_by_hospital"),
        migrations.AddIndex(
            "authorisation",
            models.Index(
                "hospital",
                "due_on",
                "id",
                include=["unit", "area"],
                name="live_by_hospital",
                condition=Q(settled_at=None, is_provisional=False),
            ),
        ),
    ]
