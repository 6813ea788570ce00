"""The seats of the committee, application by application: who holds them, who is recused and why.

One statement for any number of applications, so that a list, a page and an action under the lock read the
same thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import day
from approvals.models import Application


@dataclass(frozen=True)
class Member:
    """A member of the committee, as far as one round on one application is concerned.

    `recusal` says why they may not judge it, or "" (`ground`: the same as a word); `choice` is their vote in
    the round, or "".
    `has_declared`: they said in this round that they have no conflict. `presides`: they open and close.
    """

    user: User
    recusal: str
    choice: str
    ground: str = ""
    has_declared: bool = False
    is_present: bool = False
    presides: bool = False


# The facts of each person who is `held` for an application: whoever holds a seat, or everybody.
FACTS = """
WITH in_force AS (
  SELECT m.*, un.hospital_id FROM accounts_membership m JOIN accounts_unit un ON un.id = m.unit_id
   WHERE m.from_on <= %(on)s AND (m.to_on IS NULL OR m.to_on >= %(on)s)
),
seat AS (
  SELECT m.user_id, m.hospital_id, bool_or(m.role = 'chair') AS presides FROM in_force m
   WHERE m.role IN ('chair', 'committee_member')
     AND NOT EXISTS (SELECT 1 FROM in_force s WHERE s.stands_in_for_id = m.id)
   GROUP BY m.user_id, m.hospital_id
)
SELECT u.*, a.id AS application_id, held.presides, held.appointed_chair,
       EXISTS (SELECT 1 FROM in_force m WHERE m.user_id = u.id AND m.unit_id = a.unit_id) AS of_the_unit,
       EXISTS (SELECT 1 FROM approvals_declaration d
                WHERE d.application_id = a.id AND d.declared_by_id = u.id AND d.has_conflict) AS has_conflict,
       EXISTS (SELECT 1 FROM approvals_declaration d
                WHERE d.application_id = a.id AND d.declared_by_id = u.id AND d.round = a.round
                  AND NOT d.has_conflict) AS has_declared,
       EXISTS (SELECT 1 FROM approvals_hearing h JOIN approvals_presence p ON p.hearing_id = h.id
                WHERE h.application_id = a.id AND h.closed_at IS NULL
                  AND p.member_id = u.id AND p.left_at IS NULL) AS is_present,
       EXISTS (SELECT 1 FROM approvals_application o
                WHERE o.patient_id = a.patient_id AND o.author_id = u.id AND o.id <> a.id)
       OR EXISTS (SELECT 1 FROM treatments_authorisation t
                   WHERE t.patient_id = a.patient_id AND t.prescriber_id = u.id) AS has_treated,
       EXISTS (SELECT 1 FROM approvals_inadmissibility n
                WHERE n.application_id = a.id AND u.id IN (n.proposed_by_id, n.settled_by_id))
       AS has_screened,
       a.appealed_round IS NOT NULL
       AND (EXISTS (SELECT 1 FROM approvals_vote v
                     WHERE v.application_id = a.id AND v.voted_by_id = u.id AND v.round <= a.appealed_round)
         OR EXISTS (SELECT 1 FROM approvals_decision d
                     WHERE d.application_id = a.id AND d.decided_by_id = u.id AND d.round <= a.appealed_round)
         OR EXISTS (SELECT 1 FROM approvals_appeal p
                     WHERE p.application_id = a.id AND p.rapporteur_id = u.id))
       AS has_judged,
       a.status IN ('approved', 'reassessed')
       AND EXISTS (SELECT 1 FROM approvals_decision c
                    WHERE c.application_id = a.id AND c.decided_by_id = u.id AND c.alone_because <> ''
                      AND NOT EXISTS (SELECT 1 FROM approvals_decision r
                                       WHERE r.application_id = a.id AND r.round > c.round))
       AS decided_alone,
       (SELECT v.choice FROM approvals_vote v
         WHERE v.application_id = a.id AND v.round = a.round AND v.voted_by_id = u.id
         ORDER BY v.change DESC LIMIT 1) AS choice
  FROM approvals_application a
  JOIN accounts_unit un ON un.id = a.unit_id
  CROSS JOIN LATERAL ({held}) held
  JOIN accounts_user u ON u.id = held.user_id AND u.is_active
 WHERE a.id = ANY(%(applications)s)
 ORDER BY a.id, u.id
"""
# A seat is a membership in force that nobody stands in for; or an appointment for the one application.
SEATS = FACTS.replace(
    "{held}",
    """
    SELECT user_id, bool_or(presides) AS presides, bool_or(appointed_chair) AS appointed_chair FROM (
      SELECT s.user_id, s.presides, false AS appointed_chair FROM seat s WHERE s.hospital_id = un.hospital_id
      UNION ALL
      SELECT p.member_id, false, p.presides FROM approvals_appointment p WHERE p.application_id = a.id
    ) both_ways GROUP BY user_id
    """,
)
# Whoever is something in the hospital, but for those who take no clinical action.
EVERYBODY = FACTS.replace(
    "{held}",
    """
    SELECT DISTINCT m.user_id, false AS presides, false AS appointed_chair FROM in_force m
     WHERE m.hospital_id = un.hospital_id AND m.role NOT IN ('administrator', 'auditor')
    """,
)


def committees(applications: Iterable[Application], *, at: datetime) -> dict[int, list[Member]]:
    """The members for each application, by its key; one query for all of them."""
    by_pk = {one.pk: one for one in applications}
    found: dict[int, list[Any]] = {pk: [] for pk in by_pk}
    if by_pk:
        rows: Iterable[Any] = User.objects.raw(SEATS, {"on": day(at), "applications": list(by_pk)})
        for user in rows:
            found[user.application_id].append(user)
    return {pk: _members(by_pk[pk], users) for pk, users in found.items()}


def everybody(application: Application, *, at: datetime) -> list[Member]:
    """The people of the hospital as if they sat on the committee: who might be appointed to it, who not."""
    asked = {"on": day(at), "applications": [application.pk]}
    return _members(application, list(User.objects.raw(EVERYBODY, asked)))


def _members(application: Application, users: list[Any]) -> list[Member]:
    """Whoever is appointed to preside does so in the chair's stead, unless they may not judge it either."""
    grounds = {user.pk: ground_of(user, application) for user in users}
    is_appointed = any(user.appointed_chair and grounds[user.pk] in ("", "alone") for user in users)
    members = []
    for user in users:
        ground = grounds[user.pk]
        chairs = user.appointed_chair if is_appointed else user.presides
        members.append(
            Member(
                user,
                str(GROUNDS[ground]),
                user.choice or "",
                ground=ground,
                has_declared=user.has_declared,
                is_present=user.is_present,
                presides=bool(chairs) and ground in ("", "alone"),
            )
        )
    return members


def ground_of(user: Any, application: Application) -> str:
    """Why this member may not judge this application, as a word (see GROUNDS), or "". `user` carries the
    facts of `SEATS`."""
    if user.pk in (application.author_id, application.submitted_by_id):
        return "author"
    if user.pk == application.prepared_by_id:
        return "prepared"
    if user.pk == application.taken_by_id:
        return "reviewed"
    if user.pk == application.endorsed_by_id:
        return "endorsed"
    if user.pk in (application.emergency_agreed_by_id, application.emergency_authorised_by_id):
        return "emergency"
    facts = {
        "unit": user.of_the_unit,
        "treated": user.has_treated,
        "screened": user.has_screened,
        "judged": user.has_judged,
        "conflict": user.has_conflict,
        "alone": user.decided_alone,
    }
    return next((ground for ground, holds in facts.items() if holds), "")


# What each ground says to the member it keeps away; the minutes have words of their own for it.
GROUNDS: dict[str, Promise | str] = {
    "": "",
    "author": _("You wrote this application: you may not judge it."),
    "prepared": _("You prepared this application: you may not judge it."),
    "reviewed": _("You reviewed this application for the pharmacy: you may not judge it."),
    "endorsed": _("You endorsed this application: you may not judge it."),
    "emergency": _("You authorised this emergency: you may not judge it."),
    "unit": _("You belong to the unit that applies: you are recused."),
    "treated": _("You have treated this patient: you are recused."),
    "screened": _("You judged whether this application is admissible: others judge it now."),
    "judged": _("You took part in the decision that is appealed: others judge it now."),
    "conflict": _("You declared a conflict of interest on this application: you are recused."),
    "alone": _("You took this decision alone: the others ratify it or not."),
}
