"""Files of an application: free until a snapshot names them, never changed afterwards."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Bytes are PDF, JPEG or PNG: squeezed already. PostgreSQL need not try.
AS_THEY_ARE = "ALTER TABLE approvals_attachmentcontent ALTER COLUMN data SET STORAGE EXTERNAL"

# What was sent stays; what was never sent may get another name or kind, or go.
KEPT_ONCE_SENT = """
CREATE FUNCTION approvals_attachment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.frozen_in_id IS NOT NULL THEN
    RAISE EXCEPTION 'attachment % was sent: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF (NEW.id, NEW.application_id, NEW.content_type, NEW.size, NEW.sha256, NEW.added_at, NEW.added_by_id)
     IS DISTINCT FROM
     (OLD.id, OLD.application_id, OLD.content_type, OLD.size, OLD.sha256, OLD.added_at, OLD.added_by_id) THEN
    RAISE EXCEPTION 'attachment % is another file: UPDATE refused', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kept_once_sent BEFORE UPDATE OR DELETE ON approvals_attachment
  FOR EACH ROW EXECUTE FUNCTION approvals_attachment_kept();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_attachment
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""

# Bytes never change, and go only with an attachment that was never sent.
BYTES_KEPT = """
CREATE FUNCTION approvals_attachment_bytes_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR EXISTS (
    SELECT 1 FROM approvals_attachment a WHERE a.id = OLD.attachment_id AND a.frozen_in_id IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'bytes of attachment %: % refused', OLD.attachment_id, TG_OP
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER bytes_kept BEFORE UPDATE OR DELETE ON approvals_attachmentcontent
  FOR EACH ROW EXECUTE FUNCTION approvals_attachment_bytes_kept();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_attachmentcontent
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""

# A snapshot names every file of its application, and freezes those that no earlier one did.
FROZEN_WITH_SNAPSHOT = """
CREATE FUNCTION approvals_snapshot_freezes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  named text[];
  there text[];
BEGIN
  SELECT coalesce(array_agg(one ->> 'sha256' ORDER BY one ->> 'sha256'), '{}') INTO named
    FROM jsonb_array_elements(coalesce(NEW.content -> 'attachments', '[]'::jsonb)) one;
  SELECT coalesce(array_agg(a.sha256::text ORDER BY a.sha256::text), '{}') INTO there
    FROM approvals_attachment a WHERE a.application_id = NEW.application_id;
  IF named <> there THEN
    RAISE EXCEPTION 'snapshot % of application % does not name its attachments', NEW.revision,
      NEW.application_id USING ERRCODE = 'check_violation';
  END IF;
  UPDATE approvals_attachment SET frozen_in_id = NEW.id
   WHERE application_id = NEW.application_id AND frozen_in_id IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER freezes_attachments AFTER INSERT ON approvals_snapshot
  FOR EACH ROW EXECUTE FUNCTION approvals_snapshot_freezes();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0006_urgency_with_the_kind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('consent', 'Signed consent'), ('literature', 'Literature'), ('tests', 'Examinations'), ('other', 'Other document')], max_length=20)),
                ('name', models.CharField(max_length=150)),
                ('content_type', models.CharField(choices=[('application/pdf', 'PDF'), ('image/jpeg', 'JPEG'), ('image/png', 'PNG')], max_length=20)),
                ('size', models.PositiveIntegerField(help_text='Bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='approvals.application')),
                ('frozen_in', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.snapshot')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='AttachmentContent',
            fields=[
                ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='content', serialize=False, to='approvals.attachment')),
                ('data', models.BinaryField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('application', 'sha256'), name='one_attachment_per_content'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'image/jpeg', 'image/png'])), name='attachment_is_pdf_jpeg_or_png'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0)), name='attachment_hash_with_size'),
        ),
        migrations.RunSQL(AS_THEY_ARE, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT_ONCE_SENT, "DROP FUNCTION approvals_attachment_kept CASCADE"),
        migrations.RunSQL(BYTES_KEPT, "DROP FUNCTION approvals_attachment_bytes_kept CASCADE"),
        migrations.RunSQL(FROZEN_WITH_SNAPSHOT, "DROP FUNCTION approvals_snapshot_freezes CASCADE"),
    ]
