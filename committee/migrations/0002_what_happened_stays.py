"""Signed minutes never change; neither does who was in the room."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION committee_signed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status = 'cancelled'
     OR (OLD.status = 'minuted'
         AND (to_jsonb(NEW) - 'minutes_id') IS DISTINCT FROM (to_jsonb(OLD) - 'minutes_id'))
     OR (OLD.minutes_id IS NOT NULL AND NEW.minutes_id IS DISTINCT FROM OLD.minutes_id) THEN
    RAISE EXCEPTION 'sitting % is over: % refused', OLD.number, TG_OP USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signed_once BEFORE UPDATE OR DELETE ON committee_sitting
  FOR EACH ROW EXECUTE FUNCTION committee_signed_once();

CREATE FUNCTION committee_item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (OLD.hearing_id IS NOT NULL AND NEW.hearing_id IS DISTINCT FROM OLD.hearing_id)
     OR OLD.application_id <> NEW.application_id OR OLD.sitting_id <> NEW.sitting_id
     OR EXISTS (SELECT 1 FROM committee_sitting s WHERE s.id = OLD.sitting_id AND s.status = 'minuted') THEN
    RAISE EXCEPTION 'item % is on record: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER item_stays BEFORE UPDATE OR DELETE ON committee_item
  FOR EACH ROW EXECUTE FUNCTION committee_item_stays();

CREATE FUNCTION committee_attendance_ended_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.left_at IS NULL
     AND (NEW.id, NEW.sitting_id, NEW.member_id, NEW.arrived_at, NEW.arrived_by_id) IS NOT DISTINCT FROM
         (OLD.id, OLD.sitting_id, OLD.member_id, OLD.arrived_at, OLD.arrived_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'attendance % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ended_once BEFORE UPDATE OR DELETE ON committee_attendance
  FOR EACH ROW EXECUTE FUNCTION committee_attendance_ended_once();

CREATE TRIGGER never_emptied BEFORE TRUNCATE ON committee_sitting
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON committee_item
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON committee_attendance
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""
AS_BEFORE = """
DROP FUNCTION committee_signed_once CASCADE;
DROP FUNCTION committee_item_stays CASCADE;
DROP FUNCTION committee_attendance_ended_once CASCADE;
DROP TRIGGER never_emptied ON committee_sitting;
DROP TRIGGER never_emptied ON committee_item;
DROP TRIGGER never_emptied ON committee_attendance;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("committee", "0001_initial"),
        ("approvals", "0011_what_a_hearing_refuses"),
    ]

    operations = [migrations.RunSQL(GUARDS, AS_BEFORE)]
