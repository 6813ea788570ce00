"""What the auditor's role of the database reads beside the trail: who, where and when; never a patient.

No answers, comments, letters or patients: a view names each of its columns, and none of them is free text.
"""

from audit.roles import view

view("people", "SELECT id, username, title, first_name, last_name, is_active FROM public.accounts_user")
view("units", "SELECT id, hospital_id, code, name FROM public.accounts_unit")
view(
    "applications",
    "SELECT id, number, unit_id, status, type, is_urgent, indication_code, submitted_at, decided_at"
    " FROM public.approvals_application WHERE number IS NOT NULL",
)
view(
    "steps",
    "SELECT application_id, sequence, action, source, target, at, by_id FROM public.approvals_step",
)
view(
    "documents",
    "SELECT id, kind, number, issued_at, issued_by_id, valid_until, sha256, size, superseded_by_id,"
    " revoked_at, revoked_by_id FROM public.documents_document WHERE sha256 <> ''",
)
# The only bytes an auditor's role reads: those of the anchors, which name nobody.
view(
    "anchor_documents",
    "SELECT document.key, document.number, document.sha256, content.data"
    " FROM public.documents_document document"
    " JOIN public.documents_content content ON content.document_id = document.id"
    " WHERE document.kind = 'anchor'",
)
