"""WHO may change the catalogue: each rule answers "" or the reason in words (design/domain.md §1).

Pharmacists write a draft; a second person publishes it, a pharmacist, the chair or the medical director, and
never anybody who changed it.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holds
from catalogue.choices import EditionStatus
from catalogue.models import Edit, Edition

PUBLISHERS = (Role.PHARMACIST, Role.CHAIR, Role.MEDICAL_DIRECTOR)


def why_not_write(user: User, *, at: datetime) -> str:
    """Whether the user may start, import or change drafts at all."""
    return "" if holds(user, Role.PHARMACIST, at=at) else _("Only a pharmacist may change the catalogue.")


def why_not_edit(user: User, edition: Edition, *, at: datetime) -> str:
    return why_not_write(user, at=at) or not_a_draft(edition)


def why_not_publish(user: User, edition: Edition, *, at: datetime) -> str:
    if reason := not_a_draft(edition):
        return reason
    if not holds(user, *PUBLISHERS, at=at):
        return _("An edition is published by a pharmacist, the chair or the medical director.")
    if edition.loaded_by_id == user.pk or Edit.objects.filter(edition=edition, edited_by=user).exists():
        return _("An edition is published by a second person, not by one who loaded or changed it.")
    return ""


def sees_what_is_touched(user: User, *, at: datetime) -> bool:
    """Who is told which open applications a new edition touches: those who may publish one."""
    return holds(user, *PUBLISHERS, at=at)


def not_a_draft(edition: Edition) -> str:
    if edition.status == EditionStatus.DRAFT:
        return ""
    return _("Edition %(code)s is %(status)s: it never changes.") % {
        "code": edition.code,
        "status": edition.get_status_display().lower(),
    }
