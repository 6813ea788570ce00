"""What became of a patient whose application was refused: optional, once, not too early."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals import actions
from approvals.models import Application, FollowUp
from approvals.offers import offers
from approvals.refusals import Refused
from approvals.workflow import Action
from tests.approvals.walk import NOW, inadmissible, rejected

pytestmark = pytest.mark.usefixtures("catalogue")
LATE = NOW + timedelta(days=61)
NOTE = {"course": "worse", "treatment": "alternative", "text": "Rituximab da gennaio (inventato)."}


def note(people, application, *, at=LATE, **told) -> None:
    actions.follow_up(application.pk, **NOTE | told, by=people["prescriber-w3"], at=at)


def refused(people, application, **told) -> str:
    with pytest.raises(Refused) as refusal:
        note(people, application, **told)
    return refusal.value.sentence


@pytest.mark.parametrize("make", [rejected, inadmissible])
def test_the_unit_notes_what_became_of_a_refused_patient(people, make):
    application = make(people)
    status = application.status
    note(people, application)
    assert FollowUp.objects.get().course == "worse"
    assert Application.objects.get(pk=application.pk).status == status


def test_it_is_offered_from_sixty_days_on_and_until_it_is_written(people):
    application, author = rejected(people), people["prescriber-w3"]

    def offered(at) -> bool:
        standing = Application.objects.get(pk=application.pk)
        return Action.FOLLOW_UP in [one.action for one in offers(author, standing, at=at)]

    assert not offered(NOW + timedelta(days=59))
    assert offered(LATE)
    note(people, application)
    assert not offered(LATE)


def test_too_early_twice_or_without_an_answer_it_is_refused_in_words(people):
    application = rejected(people)
    assert "troppo presto" in refused(people, application, at=NOW + timedelta(days=30))
    assert "come sta" in refused(people, application, course="fine")
    assert "nel frattempo" in refused(people, application, treatment="")
    assert "lungo" in refused(people, application, text="x" * 100_000)
    note(people, application)
    assert "già registrato" in refused(people, application)


def test_it_is_read_on_the_page_and_in_the_timeline(client, people):
    application = rejected(people)
    note(people, application)
    client.force_login(people["prescriber-w3"])
    page = client.get(reverse("application", args=[application.number])).content.decode()
    assert NOTE["text"] in page
    assert "peggior" in page.lower()
