"""What one person reads of one application: the content as far as they may see it, and whose votes."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import day, holds
from approvals import opening, precedents, pseudonyms, voting
from approvals.clock import Next, next_step
from approvals.contents import measures
from approvals.evidence import Evidence, age_words, evidence
from approvals.figures import figures_of
from approvals.measured import rows_of
from approvals.models import Application, Hearing, Question, Snapshot, Vote
from approvals.precedents import Precedents
from approvals.record import Record
from approvals.rounds import hearing_words, tally_words
from approvals.seats import Member
from approvals.snapshots import Change, changes
from approvals.summaries import Part, day_of, figure, name_of, parts
from approvals.timeline import Moment, moments
from approvals.workflow import Status
from catalogue.dose_words import grams, kilograms
from catalogue.doses import Dose
from catalogue.dosing import dose as compute
from catalogue.models import Indication
from treatments.deadlines import trial_until
from treatments.models import DoseChange, Reassessment, Verdict
from treatments.models.authorisation import HANDING, TREATING


class Reading:
    """An application through the eyes of one person at one moment; templates show it and decide nothing."""

    def __init__(self, application: Application, user: User, at: datetime) -> None:
        self.application, self.user, self.at = application, user, at
        reads_names = opening.reads_names(user, application, at)
        # Until when it is shown to a member who asked who the patient is.
        self.identity_until = None if reads_names else opening.identity_until(user, application, at)
        # By which they read another unit's file: no action of theirs belongs to it.
        self.glass = None if reads_names else opening.broken_glass(user, application, at)
        self.sees_identity = reads_names or self.identity_until is not None or self.glass is not None
        self.record = Record(application)

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        return list(self.application.snapshots.order_by("revision"))

    @cached_property
    def content(self) -> dict[str, Any]:
        return self.shown(self.snapshots[-1].content)

    def shown(self, content: dict[str, Any]) -> dict[str, Any]:
        if self.follows_a_hidden_one:
            content = {**content, "kind": {**content["kind"], "follows": None}}
        if not self.sees_identity:
            return pseudonyms.hide(content, self.erase)
        if self.is_answerable or "masking_requested" not in content.get("consent", {}):
            return content
        return {**content, "consent": {**content["consent"], "masking_requested": None}}

    @cached_property
    def follows_a_hidden_one(self) -> bool:
        """Whether it names an earlier application that was masked since and is nothing to the user."""
        pk = self.application.follows_id
        if pk is None:
            return False
        earlier = Application.objects.filter(pk=pk)
        masked = earlier.filter(masked_at__isnull=False).exists()
        return masked and not Application.objects.concerning(self.user, at=self.at).filter(pk=pk).exists()

    @cached_property
    def is_answerable(self) -> bool:
        """Whether the user is of the unit, or the medical director: others do not read that the patient asked
        for masking."""
        unit = self.application.unit
        return holds(self.user, *TREATING, at=self.at, unit_id=unit.pk) or holds(
            self.user, Role.MEDICAL_DIRECTOR, at=self.at, hospital_id=unit.hospital_id
        )

    @cached_property
    def erase(self) -> pseudonyms.Eraser:
        """Takes the patient out of what people typed, for whoever may not read who it is."""
        if self.sees_identity:
            return pseudonyms.as_is
        return pseudonyms.eraser(*(snapshot.content for snapshot in self.snapshots))

    @cached_property
    def row(self) -> Indication:
        """The row as it was when the application was sent: published editions never change."""
        return cast(Indication, self.application.indication)  # the constraint on sent applications

    @cached_property
    def dose(self) -> Dose:
        return Dose.from_dict(self.content["dose"])

    @property
    def title(self) -> str:
        return name_of(self.content["indication"])

    @property
    def initials(self) -> str:
        return pseudonyms.short_name(self.snapshots[-1].content)

    @property
    def patient(self) -> str:
        """ "R. M., 58 years, F": what stands in the heading for everybody."""
        return ", ".join([self.initials, age_words(self.dose), self.content["patient"]["sex"]])

    @property
    def identity(self) -> dict[str, str] | None:
        """Full name, birth date and tax code; None for whoever may not read them."""
        if not self.sees_identity:
            return None
        patient = self.content["patient"]
        return {
            "name": f"{patient['surname']} {patient['name']}",
            "born_on": day_of(patient["born_on"]),
            "tax_code": patient["tax_code"] or _("no tax code yet"),
        }

    @property
    def criteria(self) -> list[Evidence]:
        return evidence(self.content, self.row, self.dose)

    @property
    def full_text(self) -> list[Part]:
        """Every answer that holds something, section by section."""
        return [
            Part(part.slug, part.title, [row for row in part.rows if row.value])
            for part in parts(self.content)
        ]

    @property
    def outcome(self) -> str:
        """The declared measures; a reassessment judges all of them."""
        return "; ".join(
            _("%(measure)s: from %(baseline)s to %(target)s")
            % {
                "measure": measure.name,
                "baseline": figure(measure.baseline),
                "target": figure(measure.target, measure.unit),
            }
            for measure in measures(self.content)
        )

    @property
    def dose_figures(self) -> dict[str, Any]:
        return figures_of(self.dose)

    @property
    def recomputed(self) -> dict[str, Any]:
        """The dose computed again now, from the row and the facts that were sent."""
        sent = self.dose
        again = compute(self.row.schedule(), sent.facts, sent.request, sent.policy)
        # Not the whole value: a later engine may say more about the same dose.
        is_same = (again.weight, again.exact_g, again.infusions) == (
            sent.weight,
            sent.exact_g,
            sent.infusions,
        )
        return {**figures_of(again), "is_same": is_same}

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """Questions by the moment they were asked, each group with what the answers changed in the form."""
        groups: dict[datetime, list[Question]] = {}
        for question in self.record.questions:
            question.text, question.answer = self.erase(question.text), self.erase(question.answer)
            groups.setdefault(question.asked_at, []).append(question)
        return [
            {
                "asked_at": asked_at,
                "asked_by": asked[0].asked_by,
                "questions": asked,
                "answered_at": asked[0].answered_at,
                "changes": self.changes_of(asked[0].answered_at),
            }
            for asked_at, asked in groups.items()
        ]

    def changes_of(self, answered_at: datetime | None) -> list[Change]:
        for before, after in zip(self.snapshots, self.snapshots[1:], strict=False):
            if after.frozen_at == answered_at:
                return changes(self.shown(before.content), self.shown(after.content))
        return []

    @property
    def periods(self) -> list[dict[str, Any]]:
        """The periods of treatment, latest first, each with its reassessment in words."""
        return [
            {
                "period": period,
                "judged": self.judged(getattr(period, "reassessment", None)),
                "trial_until": trial_until(day(period.settled_at))
                if period.verdict == Verdict.TRIAL_OFF and period.settled_at
                else None,
                "changes": [self.dose_changed(one) for one in period.dose_changes.all()],
                "suspension": next((one for one in period.suspensions.all() if not one.resumed_at), None),
            }
            for period in reversed(self.record.periods)
        ]

    @property
    def reads_ledger(self) -> bool:
        """Whether the user opens the ledger of this treatment: those who treat, pharmacy and direction."""
        unit = self.application.unit
        if self.glass:
            return True
        return holds(self.user, *TREATING, at=self.at, unit_id=unit.pk) or holds(
            self.user, *HANDING, at=self.at, hospital_id=unit.hospital_id
        )

    def dose_changed(self, change: DoseChange) -> dict[str, Any]:
        return {
            "change": change,
            "reason": self.erase(change.reason),
            "cycle": grams(Dose.from_dict(change.dose).cycle_g),
            "grams": grams(change.grams),
            "before": grams(change.grams_before),
        }

    @property
    def follow_up(self) -> dict[str, Any] | None:
        told = self.record.follow_up
        return None if told is None else {"note": told, "text": self.erase(told.text)}

    def judged(self, reassessment: Reassessment | None) -> dict[str, Any] | None:
        if reassessment is None:
            return None
        events = [
            f"{self.erase(one.what)} ({one.get_severity_display()})" for one in reassessment.events.all()
        ]
        told = [*filter(None, [self.erase(reassessment.adverse_events)]), *events]
        return {
            "reassessment": reassessment,
            "measured": rows_of(one.measurement for one in reassessment.measures.all()),
            "weight": "" if reassessment.weight_kg is None else kilograms(reassessment.weight_kg),
            "judgement": self.erase(reassessment.judgement),
            "therapy_changes": self.erase(reassessment.therapy_changes),
            "plan": self.erase(reassessment.plan),
            "unused": "" if reassessment.unused_g is None else grams(reassessment.unused_g),
            "adverse_events": "\n".join(told) or _("None"),
        }

    @cached_property
    def seat(self) -> Member | None:
        """The reader's own place on the committee."""
        return voting.seat(self.user, self.application, at=self.at)

    @cached_property
    def precedents(self) -> Precedents | None:
        """For those who judge: the committee and the pharmacy."""
        hospital_id = self.application.unit.hospital_id
        if self.seat or holds(self.user, Role.PHARMACIST, at=self.at, hospital_id=hospital_id):
            return precedents.of(self.application, at=self.at)
        return None

    @property
    def is_voting(self) -> bool:
        return self.application.status == Status.COMMITTEE_REVIEW or self.hearing is not None

    @cached_property
    def hearing(self) -> Hearing | None:
        return voting.hearing(self.application)

    @property
    def sees_votes(self) -> bool:
        """Others' votes are hidden until one's own (setting); members who may not vote see them after the
        decision."""
        if self.seat is None:
            return False
        may_judge = not self.seat.recusal
        shown_to_all = may_judge and not settings.COMMITTEE_HIDES_VOTES
        return bool((may_judge and self.seat.choice) or shown_to_all or not self.is_voting)

    @property
    def members(self) -> list[Member]:
        return [] if self.seat is None else voting.committee(self.application, at=self.at)

    @cached_property
    def votes(self) -> list[Vote]:
        """The votes of the round, for whoever may see them."""
        if not self.sees_votes:
            return []
        votes = Vote.objects.standing(self.application)
        conflicts = set(
            self.application.declarations.filter(has_conflict=True, round=self.application.round).values_list(
                "declared_by", flat=True
            )
        )
        for vote in votes:
            if vote.voted_by_id != self.user.pk:  # one's own words come back as they were typed
                vote.text = self.erase(vote.text)
            vote.is_void = vote.voted_by_id in conflicts
        return votes

    @property
    def own_vote(self) -> Vote | None:
        """The reader's vote in this round, as it stands."""
        return next((vote for vote in self.votes if vote.voted_by_id == self.user.pk), None)

    @property
    def hearing_words(self) -> str:
        return hearing_words(self.hearing, at=self.at)

    @property
    def tally_words(self) -> str:
        return tally_words(self.tally.as_dict())

    @cached_property
    def tally(self) -> voting.Tally:
        return voting.tally(self.application, at=self.at)

    @cached_property
    def next(self) -> Next | None:
        return next_step(self.record, at=self.at)

    @property
    def moments(self) -> list[Moment]:
        return moments(self.record, with_votes=self.seat is not None, erase=self.erase)
