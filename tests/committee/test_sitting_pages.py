"""The pages of the sittings: who sees them, what they offer, what a refusal says and keeps."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import actions as applications
from approvals.models import Application, Declaration
from committee import actions
from committee.models import Attendance, Item, Sitting
from committee.workflow import Status
from tests.approvals.walk import declare

REASON = "Trasfusione urgente in corso, la commissione non si riunisce prima di giovedì."


def act(sitting, what: str) -> str:
    return f"/sedute/{sitting.number}/{what}/"


def page_of(sitting) -> str:
    return f"/sedute/{sitting.number}/"


def text(answer) -> str:
    return answer.content.decode()


def cast(committee, application, **choices):
    round_ = Application.objects.get(pk=application.pk).round
    for name, choice in choices.items():
        who = name.replace("_", "-")
        declare(committee.people, application.pk, who, at=timezone.now())
        applications.vote(
            application.pk,
            round=round_,
            choice=choice,
            text="" if choice == "approve" else "Motivo.",
            reason_codes=["R03"] if choice == "reject" else [],
            by=committee.people[who],
            at=timezone.now(),
        )


# ── Who sees what ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["chair", "member-1", "pharmacist-1", "director"])
def test_the_committee_the_pharmacy_and_the_direction_read_the_sittings(committee, read, name):
    sitting = committee.meeting(committee.waits())
    assert sitting.number in text(read(name, "/sedute/"))
    assert "Sittings" in [str(way["label"]) for way in read(name, page_of(sitting)).context["nav"]]


@pytest.mark.parametrize("name", ["prescriber-w3", "head-w3", "administrator", "auditor"])
def test_others_find_no_sittings(committee, read, name):
    sitting = committee.meeting(committee.waits())
    for address in ("/sedute/", page_of(sitting), act(sitting, "verbale"), "/sedute/sostituti/"):
        read(name, address, 404)


def test_somebody_appointed_for_one_application_reads_its_sitting_only(committee, read):
    one, other = committee.waits(), committee.waits()
    mine, theirs = committee.meeting(one), committee.meeting(other)
    one.appointments.create(
        member=committee.people["head-nicu"],
        presides=False,
        reason="x" * 30,
        appointed_at=timezone.now(),
        appointed_by=committee.people["director"],
    )
    assert mine.number in text(read("head-nicu", "/sedute/"))
    read("head-nicu", page_of(mine))
    read("head-nicu", page_of(theirs), 404)


def test_only_the_chair_is_offered_to_convene(committee, read):
    committee.waits()
    assert "/sedute/nuova/" in text(read("chair", "/sedute/"))
    for name in ("member-1", "pharmacist-1", "director"):
        assert "/sedute/nuova/" not in text(read(name, "/sedute/"))
        read(name, "/sedute/nuova/", 404)


def test_pages_show_initials_and_never_the_patient(committee, read):
    application = committee.waits()
    sitting = committee.meeting(application)
    patient = application.snapshot.content["patient"]
    for address in ("/sedute/", page_of(sitting)):
        for name in ("chair", "member-1", "director"):
            told = text(read(name, address))
            assert patient["surname"] not in told
            assert patient["tax_code"] not in told
    row = read("chair", page_of(sitting)).context["reading"].lines[0].row
    assert row.patient in text(read("member-1", page_of(sitting)))


# ── The list ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_chair_reads_what_waits_urgent_first_with_its_counters(committee, read):
    late, urgent = committee.waits(), committee.waits()
    Application.objects.filter(pk=late.pk).update(decision_due=timezone.now() - timedelta(hours=1))
    Application.objects.filter(pk=urgent.pk).update(is_urgent=True)
    context = read("chair", "/sedute/").context
    assert [row.application.pk for row in context["waiting"]] == [urgent.pk, late.pk]
    assert (context["urgent"], context["late"]) == (1, 1)
    committee.meeting(late, urgent)
    assert read("chair", "/sedute/").context["waiting"] == []


def test_empty_lists_say_so(committee, read):
    told = text(read("chair", "/sedute/"))
    for sentence in (
        "No sitting is convened.",
        "Nothing waits for a sitting.",
        "No sitting has taken place yet.",
    ):
        assert sentence in told


def test_what_the_chair_decided_alone_is_listed_until_it_is_ratified(committee, read, settings):
    settings.CHAIR_DECIDES_ALONE = True
    application = committee.waits()
    applications.decide_urgently(
        application.pk, alone_because=REASON, by=committee.chair, at=timezone.now() - timedelta(hours=1)
    )
    assert "On no agenda yet" in text(read("member-1", "/sedute/"))
    people = committee.people
    sitting = committee.meeting(application)
    appoint_chair(application, people)
    (one,) = read("chair", "/sedute/").context["to_ratify"]
    assert one["sitting"] == sitting
    here = [people[name] for name in ("chair", "member-1", "member-2", "member-3")]
    actions.open_sitting(sitting.pk, present=here, by=committee.chair, at=timezone.now())
    item = sitting.items.get()
    line = read("chair", page_of(sitting)).context["reading"].lines[0]
    assert (str(line.kind), line.decide_by) == ("To ratify", None)
    actions.open_item(sitting.pk, item=item.pk, by=people["head-nicu"], at=timezone.now())
    actions.arrive(sitting.pk, member=people["head-nicu"], by=committee.chair, at=timezone.now())
    cast(committee, application, member_1="approve", member_2="approve", head_nicu="approve")
    assert read("chair", "/sedute/").context["to_ratify"] != []
    applications.ratify(application.pk, by=people["head-nicu"], at=timezone.now())
    assert read("chair", "/sedute/").context["to_ratify"] == []


def appoint_chair(application, people):
    application.appointments.create(
        member=people["head-nicu"],
        presides=True,
        reason="Presiede in luogo della presidente.",
        appointed_at=timezone.now(),
        appointed_by=people["director"],
    )


# ── Convening ───────────────────────────────────────────────────────────────────────────────────────────


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).strftime("%d/%m/%Y")


def test_a_meeting_is_convened_with_what_is_ticked(committee, read, send):
    one, other = committee.waits(), committee.waits()
    form = read("chair", "/sedute/nuova/").context["form"]
    assert form["applications"].value() == [other.pk, one.pk]  # all ticked, the oldest first
    answer = send(
        "chair",
        "/sedute/nuova/",
        mode="meeting",
        begins_on=tomorrow(),
        begins_time="14.30",
        place="Sala B",
        applications=[one.pk],
    )
    sitting = Sitting.objects.get()
    assert answer.headers["Location"] == page_of(sitting)
    assert [item.application for item in sitting.items.all()] == [one]
    assert (sitting.place, timezone.localtime(sitting.begins).strftime("%H:%M")) == ("Sala B", "14:30")


def test_a_virtual_round_is_convened_until_a_time_and_drops_what_belongs_to_a_meeting(committee, send):
    one = committee.waits()
    send(
        "chair",
        "/sedute/nuova/",
        mode="virtual",
        until_on=tomorrow(),
        until_time="18:00",
        place="Sala B",
        applications=[one.pk],
    )
    sitting = Sitting.objects.get()
    assert (sitting.is_virtual, sitting.place) == (True, "")
    assert timezone.localtime(sitting.voting_until).strftime("%d/%m/%Y %H:%M") == f"{tomorrow()} 18:00"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"mode": "meeting", "begins_on": "domani"}, "begins_on", "Write a date as day/month/year"),
        ({"mode": "meeting"}, "begins_on", "Write when the meeting begins: a day and time to come."),
        ({"mode": "meeting", "begins_on": "1/2/2020"}, "begins_on", "Write when the meeting begins"),
        ({"mode": "virtual", "until_on": "1/2/2040", "until_time": "9:00"}, "until_on", "within 30 days"),
        ({}, "mode", "Choose a meeting or a virtual round."),
    ],
)
def test_what_is_missing_stands_beside_its_field_and_everything_is_kept(
    committee, send, fields, field, sentence
):
    one, other = committee.waits(), committee.waits()
    told = {"begins_time": "9:00", "place": "Aula Magna", "applications": [one.pk]} | fields
    answer = send("chair", "/sedute/nuova/", 422, **told)
    form = answer.context["form"]
    assert sentence in str(form.errors[field])
    assert "Aula Magna" in text(answer)
    assert form["applications"].value() == [str(one.pk)]
    assert str(other.pk) in dict(form.fields["applications"].choices)
    assert text(answer).startswith("<!doctype html>") and "<title>Error:" in text(answer)


def test_what_meanwhile_stands_on_another_agenda_is_refused_in_words(committee, send):
    one = committee.waits()
    committee.meeting(one)
    told = {"mode": "meeting", "begins_on": tomorrow(), "begins_time": "9:00", "applications": [one.pk]}
    answer = send("chair", "/sedute/nuova/", 422, **told)
    assert "Some of these no longer wait for a sitting" in text(answer)


def test_convening_twice_with_a_double_click_makes_one_sitting(committee, send):
    told = {"mode": "meeting", "begins_on": tomorrow(), "begins_time": "9:00", "applications": []}
    first, second = (send("chair", "/sedute/nuova/", **told) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Sitting.objects.count() == 1


# ── The agenda ──────────────────────────────────────────────────────────────────────────────────────────


def order_of(sitting) -> list[int]:
    return [item.application_id for item in sitting.items.filter(removed_at=None)]


def test_the_chair_moves_adds_and_takes_off(committee, read, send):
    one, other, third = committee.waits(), committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    reading = read("chair", page_of(sitting)).context["reading"]
    assert order_of(sitting) == [other.pk, one.pk]
    assert (reading.lines[0].up, reading.lines[1].down) == ("", "")
    send("chair", act(sitting, "ordine"), order=reading.lines[1].up, version=sitting.version)
    assert order_of(sitting) == [one.pk, other.pk]
    send("chair", act(sitting, "aggiunta"), application=third.pk, version=sitting.version + 1)
    assert order_of(sitting) == [one.pk, other.pk, third.pk]
    first = sitting.items.first()
    send("chair", act(sitting, "rimozione"), item=first.pk, version=sitting.version + 2)
    assert order_of(sitting) == [other.pk, third.pk]


def test_members_are_offered_nothing_of_the_chair_and_are_refused_it(committee, read, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    told = text(read("member-1", page_of(sitting)))
    for what in ("ordine", "rimozione", "aggiunta", "apertura", "annullamento", "relatore"):
        assert act(sitting, what) not in told
    item = sitting.items.first()
    answer = send("member-1", act(sitting, "rimozione"), 409, item=item.pk, version=0)
    assert "Only the chair of the committee may do this." in text(answer)
    assert order_of(sitting) == [other.pk, one.pk]


@pytest.mark.parametrize("what", ["ordine", "aggiunta", "rimozione", "discussione"])
def test_a_second_click_is_silent(committee, read, send, what):
    one, other, third = committee.waits(), committee.waits(), committee.waits()
    sitting = committee.opened(one, other)
    item = sitting.items.last()
    fields = {
        "ordine": {"order": ",".join(str(one.pk) for one in reversed(sitting.items.all()))},
        "aggiunta": {"application": third.pk},
        "rimozione": {"item": item.pk},
        "discussione": {"item": item.pk},
    }[what]
    for _ in range(2):
        send("chair", act(sitting, what), **fields, version=sitting.version)
    sitting.refresh_from_db()
    assert sitting.version == 2  # opened, and this once
    assert "It was not done" not in text(read("chair", page_of(sitting)))


def test_a_stale_page_is_refused_and_shows_the_sitting_as_it_is(committee, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    first, second = sitting.items.all()
    actions.remove_item(sitting.pk, item=first.pk, by=committee.chair, at=timezone.now())
    answer = send("chair", act(sitting, "annullamento"), 409, reason="Sciopero", version=0)
    assert "The sitting has changed meanwhile" in text(answer)
    assert "Sciopero" in text(answer)
    assert [line.item for line in answer.context["reading"].lines] == [second]
    sitting.refresh_from_db()
    assert sitting.status == Status.SCHEDULED


def test_a_rapporteur_is_named_among_those_who_may_judge(committee, read, send):
    application = committee.waits(author="prescriber-w5")  # member-3 belongs to that unit
    sitting = committee.meeting(application)
    line = read("chair", page_of(sitting)).context["reading"].lines[0]
    names = [user.username for user in line.rapporteurs]
    assert sorted(names) == ["chair", "member-1", "member-2"]
    told = {"item": line.item.pk, "application_version": application.version}
    answer = send("chair", act(sitting, "relatore"), 409, member=committee.people["member-3"].pk, **told)
    assert "is recused from this application" in text(answer)
    send("chair", act(sitting, "relatore"), member=committee.people["member-1"].pk, **told)
    assert "rapporteur Dott. Piero Neri Rossi" in text(read("member-2", page_of(sitting)))


@pytest.mark.parametrize("what", ["ordine", "rimozione", "discussione", "presenze", "nonsense"])
def test_what_no_button_sends_is_not_found(committee, send, what):
    sitting = committee.meeting(committee.waits())
    send("chair", act(sitting, what), 404, item="x", order="1,x", member="²", version="0")


# ── Attendance, opening, hearing, closing ───────────────────────────────────────────────────────────────


def test_a_meeting_opens_with_those_ticked_and_keeps_the_ticks_without_a_quorum(committee, read, send):
    sitting = committee.meeting(committee.waits())
    people = committee.people
    assert read("chair", page_of(sitting)).context["opening"]["present"].value() is None
    present = [people["chair"].pk, people["member-1"].pk]
    answer = send("chair", act(sitting, "apertura"), 422, present=present, version=0)
    assert "2 of 4 members are present: 3 are needed to open the sitting." in text(answer)
    assert answer.context["opening"]["present"].value() == [str(pk) for pk in present]
    for _ in range(2):  # the second one is a double click
        send("chair", act(sitting, "apertura"), present=[*present, people["member-2"].pk], version=0)
    assert Attendance.objects.count() == 3


def test_members_come_and_go(committee, read, send):
    sitting = committee.opened(committee.waits(), present=("chair", "member-1", "member-2"))
    late = committee.people["member-3"]
    for move, here in (("arrives", 4), ("arrives", 4), ("leaves", 3), ("leaves", 3)):
        send("chair", act(sitting, "presenze"), member=late.pk, move=move)
        assert read("member-1", page_of(sitting)).context["reading"].present == here
    answer = send("member-1", act(sitting, "presenze"), 409, member=late.pk, move="arrives")
    assert "Only the chair of the committee may do this." in text(answer)


def test_a_substitute_is_shown_in_whose_stead(committee, read):
    seat = committee.people["member-3"].memberships.get()
    today = timezone.localdate()
    actions.substitute(
        seat,
        user=committee.people["head-nicu"],
        from_on=today,
        to_on=today,
        reason="Ferie.",
        by=committee.chair,
        at=timezone.now(),
    )
    sitting = committee.meeting(committee.waits())
    assert "member, in the stead of Dott. Luca Testa" in text(read("chair", page_of(sitting)))


def test_why_an_item_cannot_be_heard_stands_on_its_button(committee, read):
    first, second, third = committee.waits(), committee.waits(), committee.waits()
    sitting = committee.opened(first, second, third)
    for name in ("member-1", "member-2"):
        declare(committee.people, second.pk, name, at=timezone.now(), conflict="Consulente.")
    items = {item.application_id: item for item in sitting.items.all()}
    committee.heard(sitting, items[first.pk])
    lines = {line.application.pk: line for line in read("chair", page_of(sitting)).context["reading"].lines}
    assert lines[third.pk].why_not_opened.startswith(f"Application {first.number} is being heard")
    assert lines[second.pk].why_not_opened.startswith("Too few members may judge this application: 2 of")
    assert lines[third.pk].why_not_opened in text(read("chair", page_of(sitting)))


def test_an_item_goes_from_waiting_to_its_result(committee, read):
    application = committee.waits()
    sitting = committee.opened(application)
    assert "Hear it now" in text(read("chair", page_of(sitting)))
    assert "Hear it now" not in text(read("member-1", page_of(sitting)))
    committee.heard(sitting, sitting.items.get())
    told = text(read("member-1", page_of(sitting)))
    assert "Declare and vote" in told
    assert "0 votes of 4 · quorum 3" in told
    cast(committee, application, chair="approve", member_1="approve")
    told = text(read("chair", page_of(sitting)))
    assert "No quorum: 2 of 4 entitled members have voted, 3 are needed." in told
    assert "You have voted" in text(read("member-1", page_of(sitting)))
    cast(committee, application, member_2="reject")
    told = text(read("chair", page_of(sitting)))
    assert f"/richieste/{application.number}/autorizzazione/" in told
    assert f"/richieste/{application.number}/rinvio/" not in text(read("member-1", page_of(sitting)))
    applications.approve(application.pk, by=committee.chair, at=timezone.now())
    line = read("member-3", page_of(sitting)).context["reading"].lines[0]
    assert (line.hearing.get_outcome_display(), line.kind) == ("Authorised", "")


def test_a_virtual_round_is_opened_by_a_button_and_counts_who_voted(committee, read, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.virtual(one, other)
    for _ in range(2):
        send("chair", act(sitting, "votazione"), version=0)
    cast(committee, one, member_1="approve")
    places = read("member-2", page_of(sitting)).context["reading"].places
    told = {place.user.username: (place.voted, place.may_vote) for place in places}
    assert told == {"chair": (0, 2), "member-1": (1, 2), "member-2": (0, 2), "member-3": (0, 2)}


def test_closing_asks_first_and_leads_to_the_minutes(committee, send):
    application = committee.waits()
    sitting = committee.opened(application)
    answer = send("chair", act(sitting, "chiusura"), 200, version=1)
    assert "Do you close the sitting?" in text(answer)
    sitting.refresh_from_db()
    assert sitting.status == Status.OPEN
    for _ in range(2):
        answer = send("chair", act(sitting, "chiusura"), version=1, confirmed=1)
        assert answer.headers["Location"] == act(sitting, "verbale")
    sitting.refresh_from_db()
    assert sitting.status == Status.CLOSED


def test_what_is_still_heard_keeps_the_sitting_open(committee, read, send):
    application = committee.waits()
    sitting = committee.opened(application)
    committee.heard(sitting, sitting.items.get())
    sentence = f"Still being heard: {application.number}. Close each with its result, or put it off."
    assert sentence in text(read("chair", page_of(sitting)))
    assert sentence in text(send("chair", act(sitting, "chiusura"), 409, version=2))


def test_cancelling_wants_a_reason_and_asks_first(committee, read, send):
    sitting = committee.meeting(committee.waits())
    answer = send("chair", act(sitting, "annullamento"), 422, reason=" ", version=0)
    assert "Write the text: it cannot be empty." in text(answer)
    answer = send("chair", act(sitting, "annullamento"), 200, reason="Sciopero.", version=0)
    assert "Do you cancel the sitting?" in text(answer)
    for _ in range(2):
        send("chair", act(sitting, "annullamento"), reason="Sciopero.", version=0, confirmed=1)
    told = read("member-1", page_of(sitting))
    assert "Sciopero." in text(told)
    assert len(told.context["reading"].lines) == 1  # what stood on it is still to be read


# ── Conflicts of interest ───────────────────────────────────────────────────────────────────────────────


def declaration(committee, sitting, **conflicts):
    fields = {}
    for item in sitting.items.select_related("application"):
        told = conflicts.get(str(item.application.number).replace("-", "_"), "")
        fields |= {
            f"round_{item.pk}": item.application.round,
            f"conflict_{item.pk}": "yes" if told else "no",
            f"text_{item.pk}": told,
        }
    return fields


def test_a_member_declares_on_all_items_at_once(committee, read, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    form = read("member-1", page_of(sitting)).context["declarations"]
    assert [row["conflict"].value() for row in form.rows()] == [None, None]
    told = declaration(committee, sitting, **{one.number.replace("-", "_"): "Consulente."})
    for _ in range(2):
        send("member-1", act(sitting, "dichiarazioni"), **told)
    declared = dict(Declaration.objects.values_list("application", "has_conflict"))
    assert declared == {one.pk: True, other.pk: False}
    answer = read("member-1", page_of(sitting))
    assert answer.context["declarations"].lines == []
    assert "You declared a conflict of interest on this application: you are recused." in text(answer)


def test_a_conflict_without_words_is_refused_beside_it_and_the_others_are_recorded(committee, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    told = declaration(committee, sitting)
    item = sitting.items.get(application=one)
    told[f"conflict_{item.pk}"] = "yes"
    answer = send("member-1", act(sitting, "dichiarazioni"), 422, **told)
    form = answer.context["declarations"]
    assert list(form.errors) == [f"text_{item.pk}"]
    assert [line.item for line in form.lines] == [item]
    assert list(Declaration.objects.values_list("application", flat=True)) == [other.pk]


def test_an_item_left_open_is_asked_again_and_nothing_is_recorded_of_the_others(committee, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    item = sitting.items.get(application=other)
    told = declaration(committee, sitting) | {f"conflict_{item.pk}": ""}
    answer = send("member-1", act(sitting, "dichiarazioni"), 422, **told)
    assert dict(answer.context["declarations"].errors) == {
        f"conflict_{item.pk}": ["Say whether you have a conflict of interest."]
    }
    assert not Declaration.objects.exists()


def test_no_conflict_on_those_left_open_is_said_with_one_button(committee, send):
    one, other = committee.waits(), committee.waits()
    sitting = committee.meeting(one, other)
    told = declaration(committee, sitting, **{one.number.replace("-", "_"): "Consulente."})
    del told[f"conflict_{sitting.items.get(application=other).pk}"]
    send("member-1", act(sitting, "dichiarazioni"), **told, none_left=1)
    assert dict(Declaration.objects.values_list("application", "has_conflict")) == {
        one.pk: True,
        other.pk: False,
    }


def test_a_declaration_of_an_earlier_round_is_refused_in_words(committee, send):
    sitting = committee.meeting(committee.waits())
    item = sitting.items.get()
    told = declaration(committee, sitting) | {f"round_{item.pk}": 7}
    answer = send("member-1", act(sitting, "dichiarazioni"), 422, **told)
    assert "belongs to an earlier round" in text(answer)
    assert not Declaration.objects.exists()


def test_a_recused_member_is_told_why_and_not_asked(committee, read):
    sitting = committee.meeting(committee.waits(author="prescriber-w5"))
    answer = read("member-3", page_of(sitting))
    assert "You belong to the unit that applies: you are recused." in text(answer)
    assert answer.context["declarations"].lines == []


def test_who_has_no_seat_is_not_asked_to_declare(committee, read, send):
    sitting = committee.meeting(committee.waits())
    assert read("pharmacist-2", page_of(sitting)).context["declarations"].lines == []
    send("pharmacist-2", act(sitting, "dichiarazioni"), **declaration(committee, sitting))
    assert not Declaration.objects.exists()


# ── As many queries for twelve items as for three ───────────────────────────────────────────────────────


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("kind", ["scheduled", "virtual", "list"])
def test_a_page_takes_as_many_queries_for_twelve_items_as_for_three(
    committee, client, people, kind, settings
):
    settings.CHAIR_DECIDES_ALONE = True
    counts = []
    for many in (3, 12):
        found = [committee.waits() for _ in range(many)]
        applications.decide_urgently(
            found[0].pk, alone_because=REASON, by=committee.chair, at=timezone.now() - timedelta(hours=1)
        )
        address = "/sedute/"
        if kind != "list":
            sitting = committee.virtual(*found) if kind == "virtual" else committee.meeting(*found)
            address = page_of(sitting)
        if kind == "virtual":
            actions.open_sitting(sitting.pk, by=committee.chair, at=timezone.now())
        for name in ("chair", "member-1"):
            client.force_login(people[name])
            counts.append(queries(client, address))
        if kind != "list":
            Item.objects.filter(sitting=sitting, hearing=None).update(
                removed_at=timezone.now(), removed_by=committee.chair
            )
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12
