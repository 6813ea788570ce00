"""Access entries: who, in which role, what, why, from where; what patients and auditors read of them."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from approvals import access_letter, access_reports, accesses_of, breaking, masking, opening
from approvals.models import AccessReport, Application, Disclosure
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Status
from audit.models import Entry
from audit.verification import verify
from audit.whence import whence
from documents.content import Table
from documents.models import Document, Kind
from outbox.keeping import keep_next
from outbox.models import Promise
from tests.approvals.walk import draft, rejected, walk
from tests.documents.fixtures import pki, seal_keys, tsa_url

__all__ = ["pki", "seal_keys", "tsa_url"]

pytestmark = pytest.mark.usefixtures("catalogue")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def at():
    return timezone.now() - timedelta(hours=9)


def get(client, user, address, **query):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(address, query)


# ── From where ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        (EDGE, "Edge, Linux"),
        (PHONE, "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_the_device_is_told_in_two_words(agent, device):
    request = RequestFactory().get("/", HTTP_USER_AGENT=agent, REMOTE_ADDR="10.0.0.7")
    assert whence(request) == " · ".join(part for part in ("10.0.0.7", device) if part)


def test_a_noted_address_counts_behind_our_own_proxy_only_and_only_if_it_is_one(settings):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.2.3", REMOTE_ADDR="10.0.0.1")
    settings.SECURE_PROXY_SSL_HEADER = None
    assert whence(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert whence(request) == "10.1.2.3"
    request.META["HTTP_X_FORWARDED_FOR"] = "Rossi Maria"
    assert whence(request) == ""


# ── What is written ────────────────────────────────────────────────────────────────────────────────────


def test_without_a_request_the_entry_says_the_same(people, at):
    application = walk(people, Status.PHARMACY_REVIEW, at=at)
    where = {"by": people["pharmacist-2"], "at": timezone.now(), "where": "client:his"}
    opening.record_access(application, what="letter:4", **where)
    entry = Entry.objects.filter(chain=application.chain).latest("sequence")
    told = {"what": "letter:4", "why": "pharmacy", "where": "client:his"}
    assert entry.data == {"roles": ["pharmacist"], "identity": True, **told}


def test_a_list_leaves_one_entry_each_by_one_statement(people, at):
    pks = [walk(people, Status.SUBMITTED, person=n, at=at).pk for n in range(3)]
    made = list(Application.objects.filter(pk__in=pks).select_related("unit"))
    request = RequestFactory().get("/")
    request.user = people["pharmacist-1"]
    opening.record_openings(request, made[:1], what="lot")  # memberships are read by now
    with CaptureQueriesContext(connection) as captured:
        opening.record_openings(request, reversed(made), what="lot")
    assert len(captured) == 1
    for one in made:
        assert Entry.objects.filter(chain=one.chain, action="opened").exists()
        assert verify(one.chain) == []


def test_author_and_delegate_leave_entries_in_a_draft(client, people, at):
    begun = draft(people, at=at)
    get(client, people["prescriber-w3"], reverse("section", args=[begun.pk, "patient"]))
    get(client, people["delegate-w3"], reverse("draft", args=[begun.pk]))
    told = Entry.objects.filter(chain=begun.chain, action="opened").order_by("sequence")
    assert [(one.actor.username, one.data["what"], one.data["why"]) for one in told] == [
        ("prescriber-w3", "section:patient", "care"),
        ("delegate-w3", "draft", "care"),
    ]


# ── What the patient is told ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def treated(client, people, at):
    """Refused, then opened twice by a pharmacist, once with a reason from outside, and masked since."""
    application = rejected(people, at=at)
    told = {"ground": "consultation", "reason": "Parere chiesto dal collega del reparto."}
    breaking.open_with_reason(application.number, **told, by=people["prescriber-w5"], at=timezone.now())
    for name in ("pharmacist-2", "pharmacist-2", "prescriber-w5"):
        get(client, people[name], reverse("application", args=[application.number]))
    request = {"way": "oral", "requested_on": timezone.localdate()}
    masking.record(application.pk, is_masked=True, **request, by=people["head-w3"], at=timezone.now())
    return application


def ask(people, application, *, by="director", at=None, **changed) -> AccessReport:
    told = {"tax_code": application.patient.tax_code, "way": "written", "requested_on": timezone.localdate()}
    return access_reports.ask(**{**told, **changed}, by=people[by], at=at or timezone.now())


def test_each_day_and_person_is_one_line_with_role_and_reason(people, treated):
    (file,) = accesses_of.files_of(treated.patient)
    found = {(one.who, one.what, one.times): one for one in accesses_of.accesses(file)}
    pharmacist = found[people["pharmacist-2"].signature, "The file", 2]
    assert (pharmacist.roles, pharmacist.why) == ("Pharmacist", "Pharmacy: review and dispensing")
    outsider = found[people["prescriber-w5"].signature, "The file", 1]
    assert outsider.roles == "Prescriber"
    assert outsider.why.startswith("With a reason, from outside the unit: A colleague asked for my advice.")
    assert "Parere chiesto dal collega" in outsider.why


def test_entries_of_an_earlier_release_are_told_too(people, treated):
    from audit import trail

    told = {"roles": ["chair"], "identity": False}
    trail.record(treated.chain, "opened", by=people["chair"], at=timezone.now(), data=told)
    (chair,) = (one for one in accesses_of.accesses(treated) if one.who == people["chair"].signature)
    assert (chair.what, chair.why) == ("The file", "Committee: judgement of the case")


def test_the_report_is_sealed_once_by_ids_only_and_its_handing_out_is_recorded(
    client, people, treated, seal_keys
):
    Promise.objects.all().delete()
    report = ask(people, treated)
    promised = Promise.objects.get()
    assert promised.arguments == {"report": report.pk}
    assert treated.patient.tax_code not in promised.key
    assert keep_next(at=timezone.now())
    document = Document.objects.get(key=report.document_key)
    assert (document.kind, document.number) == (Kind.ACCESS_REPORT, access_letter.number(report))
    page = get(client, people["director"], reverse("access-report"))
    assert treated.patient.surname not in page.content.decode()
    answer = get(client, people["director"], reverse("access-report-pdf", args=[report.pk]))
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert pdf.attachments["decision.json"].get_file().read_bytes().count(treated.number.encode()) == 1
    entry = Entry.objects.get(action="access_report_handed_out")
    assert entry.data == {"report": report.pk, "patient": treated.patient_id}
    log = get(client, people["auditor"], reverse("trail")).content.decode()
    assert "Report on accesses handed out" in log


def test_the_letter_names_the_patient_and_every_access_in_italian(people, treated):
    report = ask(people, treated)
    reserved = Document(number="RA-1", code="ABCDEFGHKM", issued_at=timezone.now())
    letter = access_letter.compose(report, reserved)
    assert letter.recipients == (treated.patient.full_name,)
    (table,) = (one for one in letter.sections if isinstance(one, Table))
    assert treated.number in table.heading
    cells = "\n".join(" ".join(row) for row in table.rows)
    for told in (people["pharmacist-2"].signature, "Farmacista", "(2 volte)", "Parere chiesto dal collega"):
        assert told in cells, told


def test_only_the_medical_director_asks_and_twice_is_told(client, people, treated):
    for name in ("administrator", "head-w3", "auditor", "pharmacist-1"):
        assert get(client, people[name], reverse("access-report")).status_code == 404, name
        with pytest.raises(Refused, match="Only the medical director"):
            ask(people, treated, by=name)
    client.force_login(people["director"])
    day = f"{timezone.localdate():%d/%m/%Y}"
    form = {"tax_code": treated.patient.tax_code, "way": "written", "requested_on": day}
    assert client.post(reverse("access-report"), form).headers["Location"] == reverse("access-report")
    with pytest.raises(AlreadyDone, match="asked for already"):
        ask(people, treated)
    assert AccessReport.objects.count() == 1
    unknown = {**form, "tax_code": "RSSMRA80A01H501U"}
    assert client.post(reverse("access-report"), unknown).status_code == 422


# ── What auditors read ─────────────────────────────────────────────────────────────────────────────────


def test_an_auditors_pages_name_no_patient_until_asked_with_a_reason(client, people, treated, settings):
    auditor, name = people["auditor"], treated.patient.full_name
    of_it = reverse("trail_of", args=[treated.number])
    for address in (reverse("trail"), of_it, reverse("accesses"), "/richieste/", "/"):
        page = get(client, auditor, address).content.decode()
        for secret in (treated.patient.surname, treated.patient.tax_code):
            assert secret not in page, address
    ask_name = reverse("trail-identity", args=[treated.number])
    client.force_login(auditor)
    assert client.post(ask_name, {"reason": "curiosità"}).status_code == 422
    reason = "Reclamo del paziente: va accertato se si tratta della stessa persona."
    assert client.post(ask_name, {"reason": reason}).headers["Location"] == of_it
    assert name in get(client, auditor, of_it).content.decode()
    told = Entry.objects.filter(chain=treated.chain, actor=auditor).order_by("sequence")
    assert [(one.action, one.data["roles"]) for one in told] == [
        ("identity_shown", ["auditor"]),
        ("opened", ["auditor"]),
    ]
    settings.IDENTITY_MINUTES = 0
    assert name not in get(client, auditor, of_it).content.decode()
    assert get(client, people["prescriber-w3"], ask_name).status_code == 404
    assert Disclosure.objects.get().reason == reason


def test_the_log_says_what_why_and_from_where_in_words(client, people, treated):
    page = get(client, people["auditor"], reverse("trail_of", args=[treated.number])).content.decode()
    for told in ("The file", "Pharmacy: review and dispensing", "127.0.0.1", "With a reason"):
        assert told in page, told
