"""A round of the committee in words: whether it is heard, how it voted, who decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Decision, Hearing


def hearing_words(heard: Hearing | None, *, at: datetime) -> str:
    """Whether the members may vote now."""
    if heard is None:
        return _("Not heard yet: the vote opens in a sitting.")
    if heard.voting_until is None:
        return _("In a sitting now: those present vote.")
    until = {"until": date_format(timezone.localtime(heard.voting_until), "SHORT_DATETIME_FORMAT")}
    if at >= heard.voting_until:
        return _("The vote ended on %(until)s: the chair closes the round.") % until
    return _("The vote is open until %(until)s.") % until


def tally_words(tally: dict[str, Any]) -> str:
    """ "3 in favour, 1 against, 1 abstention"; rounds of the first release counted the first two only."""
    return ", ".join([_("%(in_favour)d in favour, %(against)d against") % tally, *neither(tally)])


def neither(tally: dict[str, Any]) -> Iterator[str]:
    """The votes that are neither in favour nor against, where there are any."""
    if asking := tally.get("information"):
        yield ngettext("%(n)d for further information", "%(n)d for further information", asking) % {
            "n": asking
        }
    if abstained := tally.get("abstained"):
        yield ngettext("%(n)d abstention", "%(n)d abstentions", abstained) % {"n": abstained}


def decided_by(decision: Decision) -> str:
    """By the votes, or by the chair alone and what the committee said of it."""
    if not decision.alone_because:
        return tally_words(decision.tally)
    ratification = decision.ratifications.first()
    if ratification is None:
        return _("by the chair alone, to be ratified")
    votes = {"votes": tally_words(ratification.tally)}
    if ratification.is_approval:
        return _("by the chair alone, ratified: %(votes)s") % votes
    return _("by the chair alone, not ratified: %(votes)s") % votes
