"""For whom a client acts, and what it may do for them: never more than they may, and less.

The person's roles shrink to the one the mandate lends, in the client's hospital: whatever the rules ask
afterwards (`accounts.people`), a head of unit endorses nothing through a client, a member votes on nothing.
What they may do for other reasons (somebody appointed to the committee for one case) is shut by the list of
actions below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import people
from accounts.models import User
from accounts.people import day
from api.models import Client, Mandate
from approvals.workflow import Action

# What a prescriber does, and nothing that needs them in person before colleagues or a committee.
THROUGH_CLIENTS = frozenset(
    {
        Action.SUBMIT,
        Action.ANSWER,
        Action.WITHDRAW,
        Action.REQUEST_EMERGENCY,
        Action.APPEAL,
        Action.RECORD_INFUSION,
        Action.REASSESS,
        Action.RESTART,
        Action.CLOSE,
        Action.FOLLOW_UP,
    }
)


@dataclass(frozen=True)
class Acting:
    """Who calls: `request.auth` of a call with a client's token. Without a mandate: for nobody."""

    client: Client
    scopes: frozenset[str]
    mandate: Mandate | None = None

    @property
    def application_id(self) -> int:
        """The client's id, as the library calls it."""
        return int(self.client.pk)


def mandate_for(client: Client, username: str, *, at: datetime) -> Mandate | None:
    """The mandate in force for that person; the one as prescriber where there is one as delegate too."""
    mandates = Mandate.objects.valid(on=day(at)).filter(client=client, user__username=username)
    found = sorted(mandates.select_related("user"), key=lambda mandate: mandate.role != "prescriber")
    return found[0] if found else None


def narrowed(mandate: Mandate, client: Client) -> User:
    """The person of the mandate as the client may act for them: see above."""
    user = mandate.user
    people.narrow(user, mandate.role, hospital_id=client.hospital_id)
    user.through = str(client)
    return user


def why_not_through_client(auth: object, action: Action) -> str:
    """Why this call may not take that action; "" where it may, and for whoever is signed in."""
    if isinstance(auth, Acting) and action not in THROUGH_CLIENTS:
        return _("“%(action)s” is not open to other systems: a person does it at the screen.") % {
            "action": action.label
        }
    return ""
