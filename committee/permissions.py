"""WHO: what each action on a sitting asks of a person. A rule answers "" or the reason in words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from committee import members
from committee.models import Sitting
from committee.workflow import Action, possible_from


def convenes(user: User, hospital_id: int, *, at: datetime) -> str:
    if members.is_chair(user, hospital_id, at=at):
        return ""
    return _("Only the chair of the committee may do this.")


def why_not(user: User, action: Action, sitting: Sitting, *, at: datetime) -> str:
    """Why this person may not do this now, in words; "" when they may.

    Who opens an item is asked of its application (`approvals.permissions`): there it may be somebody whom
    the medical director appointed.
    """
    if action not in possible_from(sitting.status):
        return _("Not possible while the sitting is “%(status)s”.") % {"status": sitting.get_status_display()}
    if action == Action.OPEN_ITEM:
        return ""
    return convenes(user, sitting.hospital_id, at=at)
