"""The actions that have an address, and what each is told: the forms of the screens, spoken plainly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from api.bodies import Body, body_of, fields_of, posted, text
from api.problems import error, invalid, pointer
from approvals.contents import SUFFIXES
from approvals.forms import CHECK_LABELS, ActForm
from approvals.forms.events import EVENT, event_fields
from approvals.forms.passing import colleagues
from approvals.forms.reassessing import MOST_EVENTS
from approvals.forms.redosing import dose_fields
from approvals.forms.reviewing import MOST_BOXES
from approvals.models import Application
from approvals.views.deeds import DEEDS, Deed
from approvals.workflow import Action

Told = dict[str, Any]
# From the body's fields to the form's; the form without data, for what it offers.
Into = Callable[[Told, ActForm], Told]


@dataclass(frozen=True)
class Spoken:
    """An action as the API speaks it: its body, and how the form's fields come of it."""

    action: Action
    body: type[Body]
    into: Into
    # Where a sentence about a field of the form stands in the body.
    place: Callable[[str], str]

    @property
    def deed(self) -> Deed:
        return DEEDS[self.action]


def as_it_is(told: Told, form: ActForm) -> Told:
    return told


def same_name(field: str) -> str:
    return pointer(field)


def numbered(prefix: str, name: str) -> Callable[[str], str]:
    """`question_1` stands in the body as `/questions/0`."""

    def place(field: str) -> str:
        head, _line, n = field.rpartition("_")
        return pointer(name, int(n) - 1) if head == prefix and n.isdigit() else pointer(field)

    return place


def asking(told: Told, form: ActForm) -> Told:
    return {f"question_{n}": one for n, one in enumerate(told.get("questions") or [], 1)}


def answering(body: Told, form: ActForm) -> Told:
    """Every open question by its number; one that is not open is a mistake."""
    given = body.get("answers") or {}
    wanted = {name.removeprefix("answer_") for name in form.fields if name.startswith("answer_")}
    if unknown := [number for number in given if number not in wanted]:
        told = _("No open question has this number.")
        raise invalid(error(pointer("answers", one), told) for one in unknown)
    return {f"answer_{number}": one for number, one in given.items()} | {"seen": form.initial["seen"]}


def answer_place(field: str) -> str:
    if field.startswith("answer_"):
        return pointer("answers", field.removeprefix("answer_"))
    return pointer(field)


def reassessing(told: Told, form: ActForm) -> Told:
    """Events are a list here, numbered rows there."""
    plain = {name: value for name, value in told.items() if name != "events"}
    events = told.get("events") or []
    rows = {f"{name}_{n}": value for n, one in enumerate(events, 1) for name, value in one.items()}
    return plain | rows | {"adverse": "some" if events else "none"}


def event_place(field: str) -> str:
    name, _line, n = field.rpartition("_")
    return pointer("events", int(n) - 1, name) if name in EVENT and n.isdigit() else pointer(field)


def passing_on(told: Told, form: ActForm) -> Told:
    """Who goes on, by unit and user name; the page offers memberships."""
    held: Mapping[str, Any] = form.held  # type: ignore[attr-defined]
    wanted = (told.pop("unit", None), told.pop("prescriber", None))
    found = [pk for pk, (unit, user) in held.items() if (unit.code, user.username) == wanted]
    if any(wanted) and not found:
        raise invalid([error(pointer("prescriber"), _("Nobody of that name prescribes in that unit."))])
    return told | {"successor": found[0] if found else None}


def handing_over(told: Told, form: ActForm) -> Told:
    name = told.pop("colleague", None)
    people = colleagues(form.application, at=form.at)
    found = [str(one.pk) for one in people if one.username == name]
    if name and not found:
        raise invalid([error(pointer("colleague"), _("Nobody of that name can become its author."))])
    return told | {"colleague": found[0] if found else None}


def appointing(told: Told, form: ActForm) -> Told:
    """Substitutes by user name."""
    numbers = {user.username: pk for pk, user in form.people.items()}  # type: ignore[attr-defined]
    names = told.get("members") or []
    unknown = [n for n, name in enumerate(names) if name not in numbers]
    if unknown:
        raise invalid(error(pointer("members", n), _("This person cannot be appointed.")) for n in unknown)
    presiding = numbers.get(told.get("presiding") or "")
    return told | {"members": [numbers[name] for name in names], "presiding": presiding}


def declaring(told: Told, form: ActForm) -> Told:
    has = told.get("has_conflict")
    return told | {"has_conflict": None if has is None else ("yes" if has else "no")}


def question_list() -> serializers.ListField:
    return serializers.ListField(child=text(), max_length=MOST_BOXES, required=False)


def some(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: fields[name] for name in names}


def ceiling() -> dict[str, Any]:
    told = "Why the dose may pass the ceiling; asked where it does."
    return {"ceiling_reason": text(required=False, help_text=told)}


def because() -> dict[str, Any]:
    told = "Why it departs from earlier decisions; asked where it does."
    return {"because": text(required=False, help_text=told)}


EventBody: type[Body] = type("EventBody", (Body,), fields_of(event_fields()))


def reassess_fields() -> dict[str, Any]:
    measured: dict[str, Any] = {
        f"value_now{suffix}": serializers.DecimalField(12, 3, required=False, allow_null=True)
        for suffix in SUFFIXES
    }
    return {
        **measured,
        **fields_of(dose_fields()),
        "pregnant": serializers.BooleanField(required=False, allow_null=True),
        "adverse": None,
        "events": serializers.ListField(child=EventBody(), required=False, max_length=MOST_EVENTS),
    }


def dose_change_fields() -> dict[str, Any]:
    return fields_of(dose_fields()) | {"pregnant": serializers.BooleanField(required=False, allow_null=True)}


def user_name(told: str) -> serializers.CharField:
    return serializers.CharField(max_length=150, required=False, help_text=told)


# What differs from the form: fields that depend on the application, choices that only a page can offer.
OTHERS: dict[Action, tuple[dict[str, Any], Into, Callable[[str], str]]] = {
    Action.ASK: ({"questions": question_list()}, asking, numbered("question", "questions")),
    Action.ANSWER: (
        {"answers": serializers.DictField(child=text(), required=False, help_text="By number.")},
        answering,
        answer_place,
    ),
    Action.REFER: (
        {name: text(required=False, help_text=label) for name, label in CHECK_LABELS.items()} | ceiling(),
        as_it_is,
        same_name,
    ),
    Action.DECLARE: ({"has_conflict": serializers.BooleanField(required=False)}, declaring, same_name),
    Action.APPROVE: (ceiling() | because(), as_it_is, same_name),
    Action.DECIDE_URGENTLY: (ceiling(), as_it_is, same_name),
    Action.REJECT: (because(), as_it_is, same_name),
    Action.APPOINT: (
        {
            "members": serializers.ListField(child=serializers.CharField(max_length=150), required=False),
            "presiding": user_name("Who presides, where nobody does yet."),
        },
        appointing,
        same_name,
    ),
    Action.REASSESS: (reassess_fields(), reassessing, event_place),
    Action.CHANGE_DOSE: (dose_change_fields(), as_it_is, same_name),
    Action.RESTART: (
        some(dose_change_fields(), "pregnant"),
        as_it_is,
        same_name,
    ),
    Action.TRANSFER: (
        {
            "successor": None,
            "unit": serializers.CharField(max_length=30, required=False, help_text="Code of the unit."),
            "prescriber": user_name("User name of who goes on."),
        },
        passing_on,
        lambda field: pointer("prescriber" if field == "successor" else field),
    ),
    Action.HAND_OVER: ({"colleague": user_name("User name.")}, handing_over, same_name),
}


def spoken(action: Action) -> Spoken:
    others, into, place = OTHERS.get(action, ({}, as_it_is, same_name))
    name = "".join(part.capitalize() for part in action.value.split("_")) + "Body"
    return Spoken(action, body_of(name, DEEDS[action].form, **others), into, place)


SPOKEN: dict[Action, Spoken] = {action: spoken(action) for action in DEEDS}


def filled(found: Spoken, application: Application, told: Told, *, at: datetime) -> ActForm:
    """The form of the screen, as if somebody had typed this."""
    offered = found.deed.form(application, at=at)
    typed = found.into(dict(told), offered)
    data = posted(typed, offered.fields)
    data["version"], data["round"] = str(application.version), str(application.round)
    return found.deed.form(application, at=at, data=data)
