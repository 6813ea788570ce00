"""An administrator hands a treatment over without opening the patient's file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.workflow import Status
from tests.approvals.walk import walk

pytestmark = pytest.mark.usefixtures("catalogue")
REASON = "Il prescrittore ha lasciato l'ospedale a fine mese."


@pytest.fixture
def treated(people):
    return walk(people, Status.APPROVED, at=timezone.now() - timedelta(days=30))


def test_the_page_names_number_unit_and_area_and_no_patient(client, people, treated):
    client.force_login(people["administrator"])
    html = client.get(f"/scadenze/{treated.number}/passaggio/").content.decode()
    assert treated.number in html and treated.unit.name in html
    period = treated.authorisations.get()
    for secret in (treated.patient.surname, treated.patient.tax_code, period.indication_name):
        assert secret not in html


def test_another_prescriber_goes_on(client, people, treated):
    client.force_login(people["administrator"])
    address = f"/scadenze/{treated.number}/passaggio/"
    form = client.get(address).context["form"]
    to = people["prescriber-w5"].memberships.get(role="prescriber")
    told = {"version": form.initial["version"], "successor": to.pk, "reason": REASON}
    assert client.post(address, told).status_code == 302
    period = treated.authorisations.get()
    assert (period.prescriber, period.unit) == (to.user, to.unit)
    # The same click again is told as done, not done twice; an older page is refused.
    assert client.post(address, told).status_code == 302
    assert treated.steps.filter(action="transfer").count() == 1


def test_what_is_missing_is_said_and_kept(client, people, treated):
    client.force_login(people["administrator"])
    address = f"/scadenze/{treated.number}/passaggio/"
    answer = client.post(address, {"version": treated.version, "successor": "", "reason": "breve"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"successor", "reason"}
    assert "breve" in answer.content.decode()


@pytest.mark.parametrize("name", ["prescriber-w3", "pharmacist-1", "director", "chair", "auditor"])
def test_it_is_the_administrators_page(client, people, treated, name):
    client.force_login(people[name])
    assert client.get(f"/scadenze/{treated.number}/passaggio/").status_code == 404
