"""Forms still being written move their urgency to the section that now asks for it. What was sent stays."""

from django.db import migrations

MOVE = """
UPDATE approvals_application
SET answers = jsonb_set(
        answers #- '{indication,is_urgent}' #- '{indication,urgency_reason}',
        '{kind}',
        jsonb_strip_nulls(jsonb_build_object(
            'is_urgent', answers #> '{indication,is_urgent}',
            'urgency_reason', answers #> '{indication,urgency_reason}'
        )) || COALESCE(answers -> 'kind', '{}'::jsonb)
    )
WHERE status IN ('draft', 'information_requested') AND answers -> 'indication' ? 'is_urgent'
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_waiting_for_author")]

    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
