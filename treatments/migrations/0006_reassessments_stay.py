"""A reassessment, once recorded, never changes."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION treatments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON treatments_reassessment
  FOR EACH ROW EXECUTE FUNCTION treatments_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON treatments_reassessment
  FOR EACH STATEMENT EXECUTE FUNCTION treatments_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("treatments", "0005_the_sweep_reads_what_it_locks")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION treatments_refuse_change CASCADE"),
    ]
