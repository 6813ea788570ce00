"""An opinion never changes; a question is answered once."""

from django.db import migrations

ANSWERED_ONCE = """
CREATE FUNCTION approvals_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.answered_at IS NULL
     AND (NEW.id, NEW.application_id, NEW.number, NEW.text, NEW.asked_at, NEW.asked_by_id) IS NOT DISTINCT FROM
         (OLD.id, OLD.application_id, OLD.number, OLD.text, OLD.asked_at, OLD.asked_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'question % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER answered_once BEFORE UPDATE OR DELETE ON approvals_question
  FOR EACH ROW EXECUTE FUNCTION approvals_answered_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_question
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_opinion
  FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_opinion
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""
AS_BEFORE = """
DROP TRIGGER never_emptied ON approvals_opinion;
DROP TRIGGER append_only ON approvals_opinion;
DROP TRIGGER never_emptied ON approvals_question;
DROP FUNCTION approvals_answered_once CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_sent_by_date")]

    operations = [migrations.RunSQL(ANSWERED_ONCE, AS_BEFORE)]
