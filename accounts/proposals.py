"""What administrators do with the removals that the identity provider asked for and nobody made silently."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import people, role_rules, roles
from accounts.models import ClaimsStop, Role, RoleProposal, User
from accounts.people import day
from accounts.refusals import AlreadyDone, Refused
from accounts.role_models import Settled
from audit import trail


def accept(proposal: RoleProposal, *, by: User, at: datetime) -> None:
    """End the role at once, by the rules of every end: not one's own, not the last administrator."""
    with transaction.atomic():
        one = proposal.membership
        roles.lock_hospital(one.unit.hospital_id)
        found = _open(proposal)
        yesterday = day(at) - role_rules.ONE_DAY
        reason = _("The identity provider no longer names it.")
        with suppress(AlreadyDone):  # ended otherwise, the same day
            roles.end(one, last_on=yesterday, reason=reason, by=by, at=at)
        _settle(found, Settled.ENDED, by=by, at=at)


def keep(proposal: RoleProposal, *, by: User, at: datetime) -> None:
    """The role stays; the identity provider does not get it proposed again."""
    with transaction.atomic():
        one = roles.lock_membership(proposal.membership)
        people.forget(by)
        if told := roles.why_not(one.user, one.unit.hospital_id, by=by, at=at):
            raise Refused(told)
        _settle(_open(proposal), Settled.KEPT, by=by, at=at)
        roles.record(one, "role_kept", proposal.because, by=by, at=at)


def release(stop: ClaimsStop, *, by: User, at: datetime) -> None:
    """Let removals happen by themselves again."""
    with transaction.atomic():
        roles.lock_hospital(stop.hospital_id)
        people.forget(by)
        if not people.holds(by, Role.ADMINISTRATOR, at=at, hospital_id=stop.hospital_id):
            raise Refused(_("Only an administrator of the hospital may do this."))
        one = ClaimsStop.objects.select_for_update().get(pk=stop.pk)
        if one.released_at:
            raise AlreadyDone(_("Removals go on already."))
        one.released_at, one.released_by = at, by
        one.save(update_fields=["released_at", "released_by"])
        trail.record(f"hospital:{one.hospital_id}", "claims_released", by=by, at=at, data={"stop": one.pk})


def _open(proposal: RoleProposal) -> RoleProposal:
    found = RoleProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if found.settled:
        raise AlreadyDone(_("This proposal is settled already."))
    return found


def _settle(proposal: RoleProposal, settled: Settled, *, by: User, at: datetime) -> None:
    proposal.settled, proposal.settled_at, proposal.settled_by = settled, at, by
    proposal.save(update_fields=["settled", "settled_at", "settled_by"])
