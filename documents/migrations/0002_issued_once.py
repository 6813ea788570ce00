"""A letter is issued once: the database itself refuses to change or remove what was issued."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'issued documents are never changed or removed (%, %)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION documents_document_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- valid_until may move: the first infusion moves the end of what a letter allows.
    IF (NEW.id, NEW.key, NEW.kind, NEW.number, NEW.code, NEW.issued_at, NEW.issued_by_id) IS DISTINCT FROM
       (OLD.id, OLD.key, OLD.kind, OLD.number, OLD.code, OLD.issued_at, OLD.issued_by_id)
       OR (OLD.sha256 <> '' AND (NEW.sha256, NEW.size) IS DISTINCT FROM (OLD.sha256, OLD.size))
       OR (OLD.superseded_by_id IS NOT NULL AND NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id)
       OR (OLD.revoked_at IS NOT NULL AND
           (NEW.revoked_at, NEW.revoked_by_id) IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_by_id))
    THEN
        RAISE EXCEPTION 'document % is issued: only its filing, successor and revocation are recorded, once each, and its end',
            OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION documents_content_filed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM documents_document d WHERE d.id = NEW.document_id
                   AND d.sha256 = encode(sha256(NEW.data), 'hex') AND d.size = length(NEW.data))
    THEN
        RAISE EXCEPTION 'these bytes are not the ones recorded for document %', NEW.document_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_document_changed BEFORE UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_document_changed();
CREATE TRIGGER documents_document_kept BEFORE DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_refuse();
CREATE TRIGGER documents_content_filed BEFORE INSERT ON documents_content
    FOR EACH ROW EXECUTE FUNCTION documents_content_filed();
CREATE TRIGGER documents_content_kept BEFORE UPDATE OR DELETE ON documents_content
    FOR EACH ROW EXECUTE FUNCTION documents_refuse();
CREATE TRIGGER documents_document_not_truncated BEFORE TRUNCATE ON documents_document
    EXECUTE FUNCTION documents_refuse();
CREATE TRIGGER documents_content_not_truncated BEFORE TRUNCATE ON documents_content
    EXECUTE FUNCTION documents_refuse();
"""

BACKWARD = """
DROP TRIGGER documents_document_changed ON documents_document;
DROP TRIGGER documents_document_kept ON documents_document;
DROP TRIGGER documents_content_filed ON documents_content;
DROP TRIGGER documents_content_kept ON documents_content;
DROP TRIGGER documents_document_not_truncated ON documents_document;
DROP TRIGGER documents_content_not_truncated ON documents_content;
DROP FUNCTION documents_refuse, documents_document_changed, documents_content_filed;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
