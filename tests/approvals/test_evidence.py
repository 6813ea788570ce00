"""Criteria against evidence, for every row of the catalogue."""

import pytest

from approvals.evidence import evidence
from approvals.models import Application
from approvals.reading import Reading
from approvals.workflow import Status
from catalogue.models import Indication
from tests.approvals.walk import NOW, walk

pytestmark = pytest.mark.usefixtures("catalogue")


def read(people, **about) -> Reading:
    application = walk(people, Status.SUBMITTED, **about)
    return Reading(application, people["pharmacist-1"], NOW)


def by_title(reading) -> dict[str, bool]:
    return {one.title: one.is_met for one in reading.criteria}


def test_every_row_of_the_catalogue_is_laid_beside_its_evidence(people):
    for person, code in enumerate(Indication.objects.current().values_list("code", flat=True)):
        reading = read(people, code=code, person=person)
        found = reading.criteria
        is_open = not reading.row.not_routinely_indicated
        assert all(one.is_met for one in found) is is_open, code
        assert all(one.title and all(one.facts) for one in found), code
        assert reading.dose_figures["cycle"].endswith(" g"), code
        assert reading.recomputed["is_same"], code


def test_a_row_that_is_not_routinely_indicated_is_for_people_to_judge(people):
    row = Indication.objects.current().filter(not_routinely_indicated=True).first()
    assert not all(by_title(read(people, code=row.code)).values())


def test_a_dose_outside_the_schedule_is_for_people_to_judge_and_its_reason_stands_beside_it(people):
    reading = read(people, dose={"days": "1", "deviation_reason": "Un giorno solo, per la nefropatia."})
    (schedule,) = [one for one in reading.criteria if not one.is_met]
    assert "Un giorno solo, per la nefropatia." in schedule.facts


def test_each_printed_line_has_to_open_on_its_own(people):
    """Acquired haemophilia prints lines: the failure of the first says nothing about the second."""
    rows = Indication.objects.current().with_everything()
    row = next(r for r in rows if any(t.line for t in r.reference_therapies.all()))
    reading = read(people, code=row.code)
    content, lines = reading.content, {t.code: t.line for t in row.reference_therapies.all()}
    last = max(line for line in lines.values() if line)
    for therapy in content["therapies"]:
        if lines[therapy["code"]] == last:
            therapy["outcome"] = "not_tried"
    unmet = [one.title for one in evidence(content, row, reading.dose) if not one.is_met]
    assert len(unmet) == 1
    assert str(last) in unmet[0]


def test_a_newborn_is_counted_in_days(people):
    row = Indication.objects.current().get(population="newborn")
    reading = read(people, code=row.code)
    assert "2 " in reading.patient
    assert "giorni" in reading.patient or "days" in reading.patient


def test_what_was_sent_is_read_from_the_snapshot_not_from_the_form(people):
    reading = read(people)
    Application.objects.filter(pk=reading.application.pk).update(answers={})
    again = Reading(Application.objects.get(pk=reading.application.pk), people["pharmacist-1"], NOW)
    assert again.patient == reading.patient
    assert again.full_text == reading.full_text
