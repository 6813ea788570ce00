"""Applications: the list, a new draft, one of them, its form."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role, Unit, User
from accounts.people import memberships
from api import schema
from api.bodies import Body, is_plain, posted
from api.doors import Door, happens_once
from api.paging import Query, page, paged
from api.problems import Problem, error, invalid, pointer
from api.reading import DRAFT, File, Line, id_of, lack
from api.refusals import refusals
from api.serializers.applications import InShort, SectionSerializer, WholeSerializer
from api.versions import as_seen, etag
from approvals import drafts, opening
from approvals.archive import BY_BEGINNING
from approvals.models import Application
from approvals.reports.lists import midnight
from approvals.rows import light
from approvals.sections import SECTIONS, SectionForm, Sheet, problems
from approvals.workflow import Status

READ_WRITE = {"GET": "applications:read", "POST": "applications:write"}
RELATED = ("unit__hospital", "author", "taken_by", "endorsed_by", "indication__edition", "patient")


class ApplicationDoor(Door):
    """A view of one application, found by its number or, until it has one, as `draft-<n>`."""

    required_scopes: ClassVar[dict[str, str]] = READ_WRITE

    def find(self, number: str, *, to_act: bool = False) -> Application:
        """The application, if the caller may see it, or do something to it; nobody else's exists."""
        if not number.startswith(DRAFT):
            return opening.find(self.request._request, number, to_act=to_act)
        key = number.removeprefix(DRAFT)
        if not (key.isascii() and key.isdigit() and len(key) < 16):
            raise Http404
        seen = Application.objects.concerning(self.user, at=self.at).select_related(*RELATED)
        application = get_object_or_404(seen, pk=int(key))
        if application.number is None and not drafts.may_write(self.user, application, at=self.at):
            raise Http404
        return application

    def open(self, number: str, *, what: str = opening.FILE) -> Application:
        """As `find`; the trail says who read what of it."""
        application = self.find(number)
        opening.record_opening(self.request._request, application, what=what)
        return application

    def file(self, application: Application) -> File:
        """The application through the caller's eyes."""
        base, auth = schema.base_of(self.request), self.request.auth
        return File(application, self.user, at=self.at, base=base, auth=auth)

    def whole(self, application: Application, *, status: int = 200) -> Response:
        """All of it, with its tag."""
        told = WholeSerializer(self.file(application)).data
        headers = {"ETag": etag(application)}
        if status == 201:
            headers["Location"] = told["url"]
        return Response(told, status=status, headers=headers)


class ListQuery(Query):
    status = serializers.MultipleChoiceField(choices=Status.choices, required=False)
    unit = serializers.CharField(required=False, max_length=30, help_text="Code of the unit.")
    indication = serializers.CharField(required=False, max_length=20, help_text="Code of the row.")
    submitted_from = serializers.DateField(required=False)
    submitted_until = serializers.DateField(required=False)
    mine = serializers.BooleanField(required=False, help_text="Only those the caller is the author of.")


class StartBody(Body):
    """Where the draft is written; needed where one prescribes in several units."""

    unit = serializers.CharField(required=False, max_length=30, help_text="Code of the unit.")
    sections = serializers.DictField(
        child=serializers.DictField(), required=False, help_text="Answers, as in PATCH."
    )


class Applications(ApplicationDoor):
    """What the caller may see, latest first; a new draft."""

    @extend_schema(
        operation_id="applications_list",
        parameters=[ListQuery],
        responses={200: paged(InShort, "ApplicationPage"), **schema.problems(400)},
    )
    def get(self, request: Request) -> Response:
        asked = ListQuery.of(request)
        found = filtered(Application.objects.visible_to(self.user, at=self.at), asked, user=self.user)
        base = schema.base_of(request)

        def told(rows: list[Application]) -> list[Any]:
            return list(InShort([Line(row, at=self.at, base=base) for row in rows], many=True).data)

        return Response(page(BY_BEGINNING, light(found).select_related(*RELATED), asked, told=told))

    @extend_schema(
        operation_id="applications_create",
        parameters=[schema.KEY],
        request=StartBody,
        responses={201: WholeSerializer, **schema.problems(403, 409, 422)},
    )
    @happens_once
    def post(self, request: Request) -> Response:
        body = StartBody(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        with refusals(pointer("sections")):
            unit, author = seat(self.user, told.get("unit"), at=self.at)
            application = drafts.start(by=self.user, unit=unit, author=author, at=self.at)
            save(application, told.get("sections") or {}, by=self.user, at=self.at)
        return self.whole(self.open(id_of(application)), status=201)


def filtered(found: Any, asked: dict[str, Any], *, user: User) -> Any:
    if statuses := asked.get("status"):
        found = found.filter(status__in=statuses)
    if unit := asked.get("unit"):
        found = found.filter(unit__code=unit)
    if code := asked.get("indication"):
        found = found.filter(indication_code=code)
    if since := asked.get("submitted_from"):
        found = found.filter(submitted_at__gte=midnight(since))
    if until := asked.get("submitted_until"):
        found = found.filter(submitted_at__lt=midnight(until, days=1))
    # A draft is its writers' alone, also for others of the unit who see that it exists on the screens.
    own = found.filter(author=user)
    return own if asked.get("mine") else found.exclude(status=Status.DRAFT) | own


def seat(user: User, code: str | None, *, at: Any) -> tuple[Unit, User]:
    """The unit in which the caller writes as a prescriber. Raises `Problem` where that is not clear."""
    held = [m.unit for m in memberships(user, at=at) if m.role == Role.PRESCRIBER]
    units = {unit.code: unit for unit in held}
    if code is None and len(units) == 1:
        return next(iter(units.values())), user
    if code is None:
        told = _("Say in which unit: %(units)s.") % {"units": ", ".join(units) or "–"}
        raise invalid([error(pointer("unit"), told)])
    if code not in units:
        raise invalid([error(pointer("unit"), _("You do not prescribe in a unit with this code."))])
    return units[code], user


class PatchBody(Body):
    """Answers by section. Those named are replaced, null takes one away, the others stay as they are."""

    sections = serializers.DictField(child=serializers.DictField())


class ApplicationView(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = {
        "GET": "applications:read",
        "PATCH": "applications:write",
        "DELETE": "applications:write",
    }

    @extend_schema(
        operation_id="applications_read",
        responses={200: WholeSerializer, **schema.problems(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.whole(self.open(number))

    @extend_schema(
        operation_id="applications_edit",
        parameters=[schema.IF_MATCH],
        request=PatchBody,
        responses={200: WholeSerializer, **schema.problems(403, 404, 409, 412, 422, 428)},
    )
    def patch(self, request: Request, number: str) -> Response:
        """Write into the form: a draft, an emergency's whole form, or while questions are answered."""
        found = self.find(number, to_act=True)
        body = PatchBody(data=request.data)
        body.is_valid(raise_exception=True)
        with (
            refusals(pointer("sections")),
            as_seen(request, found.pk, by=self.user, at=self.at) as application,
        ):
            save(application, body.validated_data["sections"], by=self.user, at=self.at)
        return self.whole(self.open(number))

    @extend_schema(
        operation_id="applications_discard",
        parameters=[schema.IF_MATCH],
        responses={204: None, **schema.problems(403, 404, 409, 412, 428)},
    )
    def delete(self, request: Request, number: str) -> Response:
        """Throw a draft away that was never sent."""
        found = self.find(number, to_act=True)
        with refusals(), as_seen(request, found.pk, by=self.user, at=self.at):
            drafts.discard(found.pk, by=self.user, at=self.at)
        return Response(status=204)


def save(application: Application, sections: dict[str, dict[str, Any]], *, by: User, at: Any) -> None:
    """Each section with what was sent laid over what was there; all of them or none."""
    if unknown := [slug for slug in sections if slug not in SECTIONS]:
        raise invalid(error(pointer("sections", slug), _("There is no such section.")) for slug in unknown)
    odd = [(slug, name) for slug, told in sections.items() for name in told if not is_plain(told[name])]
    if odd:
        told_so = _("An answer is a text, a number, true or false, or a list of texts.")
        raise invalid(error(pointer("sections", *place), told_so) for place in odd)
    with transaction.atomic():
        # In the order of the pages: the questions of later sections depend on earlier ones.
        for slug in (slug for slug in SECTIONS if slug in sections):
            application.refresh_from_db()
            form = Sheet(application, at=at)[slug]
            stored = application.answers.get(slug) or {}
            data = posted(stored | sections[slug], known(form, stored | sections[slug], sections[slug]))
            drafts.save_section(application.pk, slug, data, by=by, at=at)
            check(application, slug, sections[slug], at=at)


def known(form: SectionForm, told: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """The fields of the section once these answers are given: some ask for others."""
    fresh = type(form)(posted(told, form.fields), form.sheet)
    fields = {**form.fields, **fresh.fields}
    if unknown := [name for name in sent if name not in fields]:
        told_so = _("There is no such question in this section.")
        raise invalid(error(pointer("sections", form.slug, name), told_so) for name in unknown)
    return fields


def check(application: Application, slug: str, sent: dict[str, Any], *, at: Any) -> None:
    """What a draft refuses, too: a number that is none, a day that is not in the calendar."""
    application.refresh_from_db()
    form = Sheet(application, at=at)[slug]
    wrong = [one for one in problems(form) if one.field in sent]
    if wrong:
        raise invalid(lack(one) for one in wrong)


class FormView(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = {"GET": "applications:read"}

    @extend_schema(
        operation_id="applications_form",
        responses={200: SectionSerializer(many=True), **schema.problems(404, 409)},
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        """Which questions the form asks now; they depend on the indication and on earlier answers."""
        application = self.open(number, what="draft")
        if reason := drafts.why_not_write(self.user, application, at=self.at):
            raise Problem(409, "conflict", reason)
        sheet = Sheet(application, at=self.at, complete=True)
        told = [section(sheet[slug], str(SECTIONS[slug].title)) for slug in SECTIONS]
        return Response(SectionSerializer(told, many=True).data)


def section(form: SectionForm, title: str) -> dict[str, Any]:
    lacks = [lack(one) for one in problems(form)]
    return {
        "slug": form.slug,
        "title": title,
        "is_done": not lacks,
        "questions": [question(form, name) for name in form.fields],
        "lacks": lacks,
    }


def question(form: SectionForm, name: str) -> dict[str, Any]:
    field = form.fields[name]
    choices = [
        [str(value), str(label)]
        for value, label in getattr(field, "choices", [])
        if not isinstance(label, list | tuple) and str(value)
    ]
    return {
        "name": name,
        "label": str(form[name].label),
        "help": str(form[name].help_text),
        "kind": type(field).__name__.lower(),
        "is_required": field.required,
        "choices": choices,
    }
