"""Which people an administrator sees, and finding some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Hospital, Membership, Role, Unit, User
from accounts.people import day, hospital_ids
from treatments.exports import Cell


def administrator(
    request: HttpRequest, *, at: datetime, also: tuple[Role, ...] = ()
) -> tuple[User, list[int]]:
    """The person and the hospitals they administer; for anybody else these pages do not exist."""
    user = request.user
    if not isinstance(user, User) or not (hospitals := hospital_ids(user, Role.ADMINISTRATOR, *also, at=at)):
        raise Http404
    return user, sorted(set(hospitals))


def people_of(hospitals: Iterable[int]) -> QuerySet[User]:
    """Whoever has or had a role in these hospitals; and whoever has none yet, anywhere."""
    held = Membership.objects.filter(user=OuterRef("pk"))
    theirs = Exists(held.filter(unit__hospital__in=list(hospitals)))
    return User.objects.filter(theirs | ~Exists(held))


def with_roles(found: QuerySet[User], hospitals: Iterable[int], *, on: date) -> QuerySet[User]:
    """With `current`: their roles in these hospitals, in force or to come."""
    held = (
        Membership.objects.overlapping(on, None)
        .filter(unit__hospital__in=list(hospitals))
        .select_related("unit", "stands_in_for__user")
        .order_by("from_on", "pk")
    )
    return found.prefetch_related(Prefetch("memberships", held, to_attr="current"))


class PeopleForm(forms.Form):
    """The filters, as they stand in the address: people who work here, no patients."""

    STATES = [
        ("", gettext_lazy("With a role in force")),
        ("none", gettext_lazy("Without a role")),
        ("closed", gettext_lazy("Closed accounts")),
        ("all", gettext_lazy("All")),
    ]

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Unit"), required=False, empty_label=gettext_lazy("All")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("All roles")), *Role.choices]
    )
    state = forms.ChoiceField(label=gettext_lazy("Who"), required=False, choices=STATES)

    def __init__(self, data: Any, *, hospitals: list[int], at: datetime) -> None:
        super().__init__(data)
        self.hospitals, self.on = hospitals, day(at)
        units: forms.ModelChoiceField[Unit] = self.fields["unit"]  # type: ignore[assignment]
        units.queryset = Unit.objects.filter(hospital__in=hospitals)

    def people(self) -> QuerySet[User]:
        """In the order of their names; all of them while the filters cannot be read."""
        found = people_of(self.hospitals)
        wanted = self.cleaned_data if self.is_valid() else {}
        for word in wanted.get("q", "").split():
            found = found.filter(
                Q(last_name__icontains=word)
                | Q(first_name__icontains=word)
                | Q(username__icontains=word)
                | Q(registration_number__iexact=word)
            )
        held = Membership.objects.valid(on=self.on).filter(
            user=OuterRef("pk"), unit__hospital__in=self.hospitals
        )
        here: dict[str, Any] = {name: wanted[name] for name in ("unit", "role") if wanted.get(name)}
        if here:
            found = found.filter(Exists(held.filter(**here)))
        match wanted.get("state", "all"):
            case "":
                found = found.filter(Exists(held), is_active=True)
            case "none":
                found = found.filter(~Exists(held), is_active=True)
            case "closed":
                found = found.filter(is_active=False)
        return with_roles(found, self.hospitals, on=self.on).order_by("last_name", "first_name", "pk")

    def told(self) -> dict[str, Any]:
        """The filters for the trail of an export; what was typed may be a name and stays out."""
        read = self.cleaned_data
        told = {
            "unit": read["unit"].code if read["unit"] else "",
            "role": read["role"],
            "state": read["state"],
        }
        return {**told, "searched": bool(read["q"])}


def header() -> list[str]:
    return [
        _("Surname"),
        _("Name"),
        _("User name"),
        _("Profession"),
        _("Number in the register"),
        _("Unit"),
        _("Role"),
        _("From"),
        _("To"),
        _("Last sign-in"),
        _("Account"),
    ]


def cells(found: Iterable[User]) -> Iterator[list[Cell]]:
    """A line for each role; one for whoever has none."""
    for user in found:
        state = _("Account open") if user.is_active else _("Account closed")
        who: list[Cell] = [user.last_name, user.first_name, user.username, user.get_profession_display()]
        who.append(user.registration_number)
        current: list[Membership] = user.current  # type: ignore[attr-defined]
        if not current:
            yield [*who, "", "", None, None, user.last_login, state]
        for one in current:
            role = one.get_role_display()
            yield [*who, one.unit.name, role, one.from_on, one.to_on, user.last_login, state]


def hospitals_named(pks: Iterable[int]) -> dict[int, Hospital]:
    return Hospital.objects.in_bulk(list(pks))


def history(user: User, hospitals: Iterable[int]) -> QuerySet[Membership]:
    """Every role the person ever had there, the latest first, each with its decisions."""
    held = Membership.objects.filter(user=user, unit__hospital__in=list(hospitals))
    return (
        held.select_related("unit", "user", "stands_in_for__user")
        .prefetch_related("changes__changed_by", "confirmations__confirmed_by")
        .order_by(F("to_on").desc(nulls_first=True), "-from_on", "-pk")
    )
