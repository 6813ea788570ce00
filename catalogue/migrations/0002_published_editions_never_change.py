"""A published edition never changes: the database says so, whoever asks (ORM, SQL, a restored backup's script).

Drafts are free. The one move left to a published edition is to `superseded`. Every row below an edition finds
its edition and takes a share lock on it, so that nobody slips a row in while somebody else publishes.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION catalogue_require_draft(edition_sought bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    edition record;
BEGIN
    SELECT code, status INTO edition FROM catalogue_edition WHERE id = edition_sought FOR SHARE;
    IF edition.status IS DISTINCT FROM 'draft' AND edition.code IS NOT NULL THEN
        RAISE EXCEPTION 'catalogue: edition % is %: neither it nor its rows can be changed', edition.code, edition.status
            USING ERRCODE = 'restrict_violation', HINT = 'Load the new content as an edition with a new code.';
    END IF;
END $$;

CREATE FUNCTION catalogue_guard_edition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unchanged catalogue_edition;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'catalogue: edition % must be inserted as a draft, then published', NEW.code
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'superseded' THEN
        unchanged := NEW;
        unchanged.status := OLD.status;
        unchanged.superseded_at := OLD.superseded_at;
        unchanged.superseded_by_id := OLD.superseded_by_id;
        IF unchanged IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'catalogue: edition % is %: neither it nor its rows can be changed', OLD.code, OLD.status
        USING ERRCODE = 'restrict_violation', HINT = 'Load the new content as an edition with a new code.';
END $$;

CREATE FUNCTION catalogue_guard_indication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM catalogue_require_draft(OLD.edition_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM catalogue_require_draft(NEW.edition_id); RETURN NEW; END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION catalogue_guard_child() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM catalogue_require_draft(edition_id) FROM catalogue_indication WHERE id = OLD.indication_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM catalogue_require_draft(edition_id) FROM catalogue_indication WHERE id = NEW.indication_id;
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION catalogue_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM catalogue_edition WHERE status <> 'draft') THEN
        RAISE EXCEPTION 'catalogue: % cannot be truncated: it holds published editions', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""

GUARDS = {
    "catalogue_edition": "catalogue_guard_edition",
    "catalogue_indication": "catalogue_guard_indication",
    "catalogue_subcriterion": "catalogue_guard_child",
    "catalogue_referencetherapy": "catalogue_guard_child",
    "catalogue_reference": "catalogue_guard_child",
}
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_never_changes BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION {function}();\n"
    f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION catalogue_refuse_truncate();\n"
    for table, function in GUARDS.items()
)
UNDO = "".join(
    f"DROP TRIGGER {table}_never_changes ON {table}; DROP TRIGGER {table}_never_truncated ON {table};\n" for table in GUARDS
) + """
DROP FUNCTION catalogue_refuse_truncate(); DROP FUNCTION catalogue_guard_child();
DROP FUNCTION catalogue_guard_indication(); DROP FUNCTION catalogue_guard_edition();
DROP FUNCTION catalogue_require_draft(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO)]
