"""Two people pressing the button of the same application at the same moment."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals.models import Application, Step
from approvals.workflow import Action, Status
from tests.approvals.walk import walk


def press(user, application, action, answers, gate, **data):
    client = Client()
    client.force_login(user)
    gate.wait()
    try:
        answer = client.post(
            reverse("act", args=[application.number, action]), {"version": application.version, **data}
        )
        answers.append((user.username, answer.status_code, answer.content.decode()))
    finally:
        connection.close()


def together(application, action, users, **data):
    answers, gate = [], threading.Barrier(len(users))
    threads = [
        threading.Thread(target=press, args=(user, application, action, answers, gate), kwargs=data)
        for user in users
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_pharmacists_one_takes_charge_and_the_other_reads_who(people, catalogue):
    for person in range(5):
        application = walk(people, "endorsed", person=person)
        both = [people["pharmacist-1"], people["pharmacist-2"]]
        answers = together(application, Action.TAKE_CHARGE, both)
        winner = Application.objects.get(pk=application.pk).taken_by
        assert sorted(status for _name, status, _page in answers) == [302, 409]
        ((loser_page),) = [page for name, status, page in answers if status == 409]
        assert winner.signature in loser_page
        assert Step.objects.filter(application=application, action=Action.TAKE_CHARGE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_person_clicking_twice_at_once_does_it_once_and_reads_no_error(people, catalogue):
    for person in range(5):
        application = walk(people, Status.SUBMITTED, person=person)
        answers = together(application, Action.ENDORSE, [people["head-w3"]] * 2)
        assert [status for _name, status, _page in answers] == [302, 302]
        assert Step.objects.filter(application=application, action=Action.ENDORSE).count() == 1
