"""What is told to clients is written in the transaction in which it happens, by the database itself.

`approvals` knows nothing of clients, and no code of it can forget them. A sweep with a cursor over ids would
miss what is committed out of order; a list of listeners in `approvals` would cost each action a statement more.
"""

from django.conf import settings
from django.db import migrations

# Who is told of an application: clients of its hospital with a mandate, on that day, of its author, of who
# prepared it, or of who treats now. An endpoint whose receiver is gone is told no more.
ANNOUNCE = """
CREATE FUNCTION api_announce(kind text, about bigint, happened timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM api_endpoint) THEN
    RETURN;
  END IF;
  WITH made AS (
    INSERT INTO api_delivery (endpoint_id, message, type, happened, step_id)
    SELECT e.id, gen_random_uuid(), kind, happened, s.id
      FROM approvals_step s
      JOIN approvals_application a ON a.id = s.application_id
      JOIN accounts_unit u ON u.id = a.unit_id
      JOIN api_client c ON c.hospital_id = u.hospital_id AND c.revoked_at IS NULL
      JOIN api_endpoint e ON e.client_id = c.id AND kind = ANY (e.events) AND e.suspended_because <> 'gone'
     WHERE s.id = about AND EXISTS (
       SELECT 1 FROM api_mandate m
        WHERE m.client_id = c.id AND m.ended_at IS NULL
          AND m.from_on <= (happened AT TIME ZONE '{zone}')::date
          AND (m.to_on IS NULL OR m.to_on >= (happened AT TIME ZONE '{zone}')::date)
          AND (m.user_id IN (a.author_id, a.prepared_by_id) OR m.user_id = (
            SELECT p.prescriber_id FROM treatments_authorisation p
             WHERE p.application_id = a.id ORDER BY p.period DESC LIMIT 1)))
    ON CONFLICT DO NOTHING
    RETURNING id
  )
  INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
  SELECT 'webhook:' || id, 'send_webhook', jsonb_build_object('delivery', id), happened, happened FROM made
  ON CONFLICT (key) DO NOTHING;
END $$;

CREATE FUNCTION api_announce_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM api_announce('application.status_changed', NEW.id, NEW.at);
  RETURN NULL;
END $$;
CREATE TRIGGER announce_step AFTER INSERT ON approvals_step
  FOR EACH ROW WHEN (NEW.source <> NEW.target) EXECUTE FUNCTION api_announce_step();

CREATE FUNCTION api_announce_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM api_announce('letter.issued', NEW.step_id,
                       (SELECT issued_at FROM documents_document WHERE id = NEW.document_id));
  RETURN NULL;
END $$;
CREATE TRIGGER announce_letter AFTER INSERT ON approvals_letter
  FOR EACH ROW EXECUTE FUNCTION api_announce_letter();
""".replace("{zone}", settings.TIME_ZONE)
FORGET = """
DROP FUNCTION api_announce_letter CASCADE;
DROP FUNCTION api_announce_step CASCADE;
DROP FUNCTION api_announce;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_clients_and_webhooks"),
        ("approvals", "0019_steps_through_clients"),
        ("documents", "0007_letters_of_changed_doses"),
        ("outbox", "0003_for_the_sweeps"),
        ("treatments", "0018_discharge_of_newborns"),
    ]

    operations = [migrations.RunSQL(ANNOUNCE, FORGET)]
