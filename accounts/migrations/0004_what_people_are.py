"""The profession of those who are registered already, read from the roles they hold."""

from django.db import migrations

PROFESSIONS = """
UPDATE accounts_user u SET profession = 'pharmacist'
 WHERE EXISTS (SELECT 1 FROM accounts_membership m WHERE m.user_id = u.id AND m.role = 'pharmacist');
UPDATE accounts_user u SET profession = 'doctor'
 WHERE u.profession = 'other' AND EXISTS (
   SELECT 1 FROM accounts_membership m WHERE m.user_id = u.id
     AND m.role IN ('prescriber', 'head_of_unit', 'committee_member', 'chair', 'medical_director'));
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_professions_substitutes_on_call")]

    operations = [migrations.RunSQL(PROFESSIONS, migrations.RunSQL.noop)]
