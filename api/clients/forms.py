"""Forms of the pages on other systems: they check the shape and save nothing."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_network
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from accounts.people import holders
from api.clients.managing import Terms
from api.models import Client
from api.models.client import LENT_ROLES
from api.models.webhook import Event
from api.scopes import SCOPES
from api.webhooks.addresses import why_not
from catalogue.fields import Choice, Day, Text, Ticks

MOST_NETWORKS = 20


class ClientForm(forms.Form):
    use_required_attribute = False
    name = Text(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("As people know it, for example “Cartella clinica”. It stands in each step."),
        max_length=60,
        error_messages={"required": gettext_lazy("Write the name")},
    )
    scopes = Ticks(
        SCOPES.items(),
        label=gettext_lazy("What it may do"),
        error_messages={"required": gettext_lazy("Tick at least one")},
    )
    networks = Text(
        label=gettext_lazy("Where it calls from"),
        help_text=gettext_lazy(
            "Addresses or networks, one on each line, for example 10.20.0.0/16. Empty: from anywhere."
        ),
        rows=3,
        max_length=1000,
        required=False,
    )

    def clean_networks(self) -> list[str]:
        typed = self.cleaned_data["networks"].replace(",", "\n").split()
        if len(typed) > MOST_NETWORKS:
            raise ValidationError(_("At most %(n)d networks.") % {"n": MOST_NETWORKS})
        try:
            return [str(ip_network(one)) for one in typed]
        except ValueError:
            raise ValidationError(
                _("Write each network as 10.20.0.0/16, each address as 10.20.1.5.")
            ) from None

    def terms(self, name: str = "") -> Terms:
        told = self.cleaned_data
        return Terms(name or told["name"], told["scopes"], told["networks"])


class ChangeForm(ClientForm):
    name = None  # type: ignore[assignment]  # it stays


class MandateForm(forms.Form):
    """For whom the client may act: whoever holds one of the roles in its hospital."""

    use_required_attribute = False
    person = forms.ChoiceField(
        label=gettext_lazy("Person"),
        error_messages={
            "required": gettext_lazy("Choose a person"),
            "invalid_choice": gettext_lazy("Choose a person"),
        },
    )
    role = Choice(
        [(role.value, role.label) for role in LENT_ROLES],
        label=gettext_lazy("In which role"),
        inline=True,
        error_messages={"required": gettext_lazy("Choose the role")},
    )
    from_on = Day(
        label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Write the first day")}
    )
    to_on = Day(label=gettext_lazy("Last day"), required=False)

    def __init__(self, client: Client, *, at: datetime, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        found = holders(*LENT_ROLES, at=at, hospital_id=client.hospital_id)
        found.sort(key=lambda one: (one.last_name, one.first_name, one.pk))
        self.people: dict[str, User] = {str(one.pk): one for one in found}
        names = [(pk, f"{one.signature} · {one.username}") for pk, one in self.people.items()]
        self.fields["person"].choices = [("", "—"), *names]  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "user": self.people[told["person"]],
            "role": Role(told["role"]),
            "from_on": told["from_on"],
            "to_on": told["to_on"],
        }

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        first, last = told.get("from_on"), told.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day comes before the first."))
        return told


class EndpointForm(forms.Form):
    use_required_attribute = False
    url = Text(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Where the messages are sent, for example https://sistema.example/nullaosta."),
        max_length=500,
        error_messages={"required": gettext_lazy("Write the address")},
    )
    events = Ticks(
        [(event.value, event.label) for event in Event],
        label=gettext_lazy("What it is told"),
        error_messages={"required": gettext_lazy("Tick at least one")},
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if reason := why_not(url):
            raise ValidationError(reason)
        return url
