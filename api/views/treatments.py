"""Authorisations and their ledger, reassessments, deadlines."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people import day
from api import schema
from api.bodies import LONGEST, Body
from api.doors import Door, happens_once
from api.paging import Query, page, paged
from api.problems import Problem, error, invalid, pointer
from api.refusals import problem_of
from api.serializers.treatments import (
    DeadlineSerializer,
    LedgerSerializer,
    PeriodSerializer,
    ReassessmentSerializer,
)
from api.versions import wanted
from api.views.applications import ApplicationDoor
from approvals.reading import Reading
from catalogue.models import Product
from treatments import dispensing, due
from treatments.dispensing_rules import LONGEST_LOT, Handing, why_not
from treatments.forms.deadlines import ORDERS
from treatments.models import Authorisation, Dispensing, Reassessment
from treatments.paging import Keyset
from treatments.refusals import AlreadyDone, Refused, Stale
from treatments.standings import standing
from treatments.views.ledger import find

BY_NUMBER = Keyset(("id",), is_descending=True)
READ = {"GET": "treatments:read"}


class PeriodQuery(Query):
    application = serializers.CharField(required=False, max_length=20, help_text="Its number.")
    open = serializers.BooleanField(required=False, allow_null=True, default=None)


class Periods(Door):
    required_scopes: ClassVar[dict[str, str]] = READ

    @extend_schema(
        operation_id="authorisations_list",
        parameters=[PeriodQuery],
        responses={200: paged(PeriodSerializer, "AuthorisationPage"), **schema.problems(400)},
    )
    def get(self, request: Request) -> Response:
        """The periods whose ledger the caller reads, the latest first; no patient stands in the list."""
        asked = PeriodQuery.of(request)
        found = Authorisation.objects.visible_to(self.user, at=self.at)
        if number := asked.get("application"):
            found = found.filter(application__number=number)
        if asked["open"] is not None:
            found = found.filter(settled_at__isnull=asked["open"])
        rows = found.select_related("application", "unit__hospital", "prescriber")
        return Response(
            page(BY_NUMBER, rows, asked, told=lambda some: list(PeriodSerializer(some, many=True).data))
        )


def tag(period: Authorisation) -> str:
    """Of the ledger: grows with each entry."""
    return f'"v{len(period.dispensings.all())}"'


class LedgerDoor(Door):
    def whole(self, period: Authorisation, *, status: int = 200) -> Response:
        told: Any = period
        told.standing = standing(period, on=day(self.at))
        told.entries = list(period.dispensings.all())
        return Response(LedgerSerializer(told).data, status=status, headers={"ETag": tag(period)})

    def open(self, code: str) -> Authorisation:
        return find(self.request._request, code, at=self.at)


class PeriodView(LedgerDoor):
    required_scopes: ClassVar[dict[str, str]] = READ

    @extend_schema(
        operation_id="authorisations_read", responses={200: LedgerSerializer, **schema.problems(404)}
    )
    def get(self, request: Request, code: str) -> Response:
        """One period with its ledger, by the code on the letter."""
        return self.whole(self.open(code))


class EntryBody(Body):
    """An entry: `dispensed` names product, lot, expiry, grams and day; `returned` and `wasted` grams of an
    earlier entry (`of`), with a reason; `reversed` an entry, with a reason."""

    kind = serializers.ChoiceField(Dispensing.Kind.choices)
    product = serializers.CharField(required=False, max_length=40, help_text="Code of the product.")
    lot = serializers.CharField(required=False, max_length=LONGEST_LOT)
    expires_on = serializers.DateField(required=False)
    grams = serializers.DecimalField(7, 3, required=False, min_value=0)
    on = serializers.DateField(
        required=False, help_text="The day of the infusion, or of the return or waste."
    )
    of = serializers.IntegerField(required=False, min_value=1, max_value=10**6)
    is_grace = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST, default="")

    WANTED: ClassVar[dict[str, tuple[str, ...]]] = {
        "dispensed": ("product", "lot", "expires_on", "grams", "on"),
        "returned": ("of", "grams", "reason"),
        "wasted": ("of", "grams", "reason"),
        "reversed": ("of", "reason"),
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        lacking = [name for name in self.WANTED[attrs["kind"]] if attrs.get(name) in (None, "")]
        if lacking:
            raise serializers.ValidationError({name: [_("This entry needs it.")] for name in lacking})
        return attrs


class Entries(LedgerDoor):
    required_scopes: ClassVar[dict[str, str]] = {"POST": "treatments:write"}

    @extend_schema(
        operation_id="dispensings_add",
        parameters=[schema.KEY, schema.IF_MATCH],
        request=EntryBody,
        responses={201: LedgerSerializer, **schema.problems(403, 404, 409, 412, 422, 428)},
    )
    @happens_once
    def post(self, request: Request, code: str) -> Response:
        """Write into the ledger, for pharmacists. Entries are added, never changed."""
        period = self.open(code)
        tags = wanted(request)
        body = EntryBody(data=request.data)
        body.is_valid(raise_exception=True)
        if reason := why_not(self.user, period, at=self.at):
            raise Problem(403, "forbidden", reason)
        if tag(period) not in tags:
            raise self.changed(period, _("The ledger was changed since you read it. Read it again."))
        try:
            self.write(period, body.validated_data)
        except AlreadyDone:
            pass
        except Stale as refusal:
            raise self.changed(period, refusal.sentence) from refusal
        except Refused as refusal:
            raise problem_of(refusal) from refusal
        return self.whole(self.open(code), status=201)

    def changed(self, period: Authorisation, sentence: str) -> Problem:
        problem = Problem(412, "stale", sentence, current_etag=tag(period))
        problem.headers["ETag"] = tag(period)
        return problem

    def write(self, period: Authorisation, told: dict[str, Any]) -> None:
        usual: dict[str, Any] = {"by": self.user, "at": self.at, "seen": len(period.dispensings.all())}
        with transaction.atomic():
            match told["kind"]:
                case "dispensed":
                    dispensing.dispense(period.pk, handing(told), **usual)
                case "returned":
                    dispensing.take_back(period.pk, **less(told), **usual)
                case "wasted":
                    dispensing.waste(period.pk, **less(told), **usual)
                case "reversed":
                    dispensing.reverse(period.pk, entry=told["of"], reason=told["reason"], **usual)


def handing(told: dict[str, Any]) -> Handing:
    product = Product.objects.filter(code=told["product"]).first()
    if product is None:
        raise invalid([error(pointer("product"), _("There is no product with this code."))])
    names = ("lot", "expires_on", "grams", "on", "is_grace", "reason")
    return Handing(product=product, **{name: told[name] for name in names})


def less(told: dict[str, Any]) -> dict[str, Any]:
    return {"entry": told["of"], "grams": told["grams"], "reason": told["reason"], "on": told.get("on")}


class Reassessments(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = READ

    @extend_schema(
        operation_id="reassessments_list",
        responses={200: ReassessmentSerializer(many=True), **schema.problems(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """The judgements of an application's periods; a new one is the action `reassess`."""
        application = self.open(number)
        found = Reassessment.objects.filter(authorisation__application=application)
        rows = list(
            found.select_related("authorisation", "reassessed_by").prefetch_related("measures").order_by("pk")
        )
        if application.number:
            erase = Reading(application, self.user, self.at).erase
            for row in rows:
                row.judgement, row.therapy_changes = erase(row.judgement), erase(row.therapy_changes)
        return Response(ReassessmentSerializer(rows, many=True).data)


class DeadlineQuery(Query):
    window = serializers.ChoiceField(
        ["late", "week", "month"], required=False, help_text="Overdue; within 7 days; within 30."
    )
    unit = serializers.CharField(required=False, max_length=30, help_text="Code of the unit.")


class Deadlines(Door):
    required_scopes: ClassVar[dict[str, str]] = {"GET": "deadlines:read"}

    @extend_schema(
        operation_id="deadlines_list",
        parameters=[DeadlineQuery],
        responses={200: paged(DeadlineSerializer, "DeadlinePage"), **schema.problems(400, 404)},
    )
    def get(self, request: Request) -> Response:
        """Reassessments that are due, the most urgent first."""
        asked = DeadlineQuery.of(request)
        seen, on = due.scope(self.user, at=self.at), day(self.at)
        if seen.is_empty:
            raise Http404
        found = due.within(seen.periods(), asked.get("window", ""), on=on)
        if unit := asked.get("unit"):
            found = found.filter(unit__code=unit)

        def told(rows: list[Authorisation]) -> list[Any]:
            for row in rows:
                row.days_left = (row.due_on - on).days  # type: ignore[attr-defined]
            return list(DeadlineSerializer(rows, many=True).data)

        rows = found.select_related("unit__hospital", "prescriber").defer("dose")
        return Response(page(ORDERS["due"], rows, asked, told=told))
