"""A trial without treatment, and the easy way back within its window."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals import actions
from approvals.models import Application
from approvals.offers import offers
from approvals.redosing import Body
from approvals.refusals import Refused
from approvals.workflow import Action, Status
from catalogue import loading
from documents import letters as as_paper
from outbox.models import Promise
from tests.approvals.answers import CATALOGUE
from tests.approvals.test_types import following
from tests.approvals.treatments import drawn
from tests.approvals.walk import LATER, MET, UVEITIS, judged, walk

pytestmark = pytest.mark.usefixtures("catalogue")
BACK = LATER + timedelta(days=20)
WHY = "Ricaduta tre settimane dopo la sospensione: indice di nuovo a 17."


@pytest.fixture
def stopped(people):
    application = walk(people, Status.APPROVED, dose={"product": "any"})
    told = judged(MET, "trial_off")
    actions.reassess(application.pk, outcome=told, by=people["prescriber-w3"], at=LATER)
    return Application.objects.get(pk=application.pk)


def restart(people, application, *, at=BACK, reason=WHY, **body) -> Application:
    told = {"body": Body(**body), "reason": reason}
    actions.restart(application.pk, **told, by=people["prescriber-w3"], at=at)
    return Application.objects.get(pk=application.pk)


def refused(people, application, **told) -> str:
    with pytest.raises(Refused) as refusal:
        restart(people, application, **told)
    assert Application.objects.get(pk=application.pk).status == Status.CLOSED
    return refusal.value.sentence


def test_the_trial_closes_the_application_and_settles_the_period(people, stopped):
    assert stopped.status == Status.CLOSED
    assert stopped.authorisations.get().verdict == "trial_off"


def test_it_starts_again_on_the_terms_of_the_last_period(people, stopped):
    again = restart(people, stopped)
    first, second = again.authorisations.order_by("period")
    assert again.status == Status.REASSESSED
    assert (second.grams, second.cycles, second.valid_from) == (first.grams, first.cycles, BACK.date())
    step = again.steps.latest("sequence")
    assert Promise.objects.filter(key=f"issue_letter:{step.pk}").exists()
    letter = drawn(step)
    assert WHY in repr(letter)
    assert as_paper.draw(letter).startswith(b"%PDF")


def test_after_the_window_a_new_application_is_needed(people, stopped):
    assert "nuova richiesta" in refused(people, stopped, at=LATER + timedelta(days=91), weight_kg=Decimal(62))
    assert restart(people, stopped, at=LATER + timedelta(days=90), weight_kg=Decimal(62))


def test_an_old_weight_is_measured_again(people, stopped):
    later = LATER + timedelta(days=31)
    assert "peso" in refused(people, stopped, at=later).lower()
    again = restart(people, stopped, at=later, weight_kg=Decimal(50))
    assert again.authorisations.live().get().dose["facts"]["weight_kg"] == "50"


def test_while_another_application_is_open_it_stays_closed(people, stopped):
    kind = {"follows": ""}
    other = following(people, stopped, "first", at=LATER + timedelta(days=1), kind=kind)
    assert other.number in refused(people, stopped)


def test_a_row_that_is_gone_takes_a_new_application(people, stopped):
    content = deepcopy(loading.read(CATALOGUE))
    content["edition"]["code"] = "2099-1"
    content["indications"] = [one for one in content["indications"] if one["code"] != UVEITIS]
    loading.publish(loading.load(content, by=None, at=LATER).edition, by=None, at=LATER)
    assert UVEITIS in refused(people, stopped)


def test_a_treatment_that_ended_for_good_does_not_start_again(people):
    application = walk(people, Status.APPROVED)
    told = judged(MET, "stop_remission")
    actions.reassess(application.pk, outcome=told, by=people["prescriber-w3"], at=LATER)
    assert "prova" in refused(people, application)
    closed = Application.objects.get(pk=application.pk)
    assert Action.RESTART not in [one.action for one in offers(people["prescriber-w3"], closed, at=BACK)]


def test_a_second_click_opens_no_second_period(people, stopped):
    restart(people, stopped)
    with pytest.raises(Refused):
        restart(people, stopped, at=BACK + timedelta(minutes=1))
    assert stopped.authorisations.count() == 2


def test_the_page_says_until_when(client, people, stopped):
    client.force_login(people["prescriber-w3"])
    page = client.get(reverse("act", args=[stopped.number, "restart"])).content.decode()
    until = LATER.date() + timedelta(days=90)
    assert f"{until.day} " in page
    assert str(until.year) in page
