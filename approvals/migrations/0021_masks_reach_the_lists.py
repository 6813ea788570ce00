"""Rows on accesses and masking are never changed; the latest masking of an application stands in it and in its
periods, also in those opened later, whoever writes them.
"""

from django.db import migrations

TABLES = ("emergencyaccess", "accessreview", "masking", "accessreport")
MASKS = """
CREATE FUNCTION approvals_mask() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE approvals_application
     SET masked_at = CASE WHEN NEW.is_masked THEN NEW.recorded_at END,
         masked_by_id = CASE WHEN NEW.is_masked THEN NEW.recorded_by_id END
   WHERE id = NEW.application_id;
  UPDATE treatments_authorisation SET is_masked = NEW.is_masked WHERE application_id = NEW.application_id;
  RETURN NULL;
END $$;
CREATE TRIGGER masks AFTER INSERT ON approvals_masking
  FOR EACH ROW EXECUTE FUNCTION approvals_mask();

CREATE FUNCTION approvals_mask_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT masked_at IS NOT NULL INTO NEW.is_masked
    FROM approvals_application WHERE id = NEW.application_id;
  NEW.is_masked := coalesce(NEW.is_masked, false);
  RETURN NEW;
END $$;
CREATE TRIGGER masked_like_its_application BEFORE INSERT ON treatments_authorisation
  FOR EACH ROW EXECUTE FUNCTION approvals_mask_period();
"""
UNMASKS = """
DROP TRIGGER masked_like_its_application ON treatments_authorisation;
DROP FUNCTION approvals_mask_period();
DROP TRIGGER masks ON approvals_masking;
DROP FUNCTION approvals_mask();
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
        ("approvals", "0020_access_and_masking"),
        ("treatments", "0019_masked_periods"),
    ]

    operations = [
        *(append_only(f"approvals_{table}") for table in TABLES),
        migrations.RunSQL(MASKS, UNMASKS),
    ]
