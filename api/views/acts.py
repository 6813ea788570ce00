"""The actions: one address each, on the same functions as the buttons of the screens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import schema
from api.acts import SPOKEN, Spoken, filled
from api.doors import happens_once
from api.problems import Problem, error, invalid
from api.reading import possible
from api.refusals import refused
from api.serializers.applications import Possible, WholeSerializer
from api.versions import as_seen
from api.views.applications import ApplicationDoor
from approvals import actions
from approvals.models import Application
from approvals.refusals import AlreadyDone, Refused
from approvals.views.acts import asks_proof
from approvals.workflow import Action
from entrance.again import is_proved

# Where a form is signed: nothing is told but the version.
SIGNING = {Action.SUBMIT: actions.submit, Action.REQUEST_EMERGENCY: actions.request_emergency}


class Actions(ApplicationDoor):
    @extend_schema(
        operation_id="applications_actions",
        responses={200: Possible(many=True), **schema.problems(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """Every action: possible for the caller now, or the reason why not."""
        application = self.open(number)
        return Response(
            Possible(possible(application, self.user, at=self.at, auth=request.auth), many=True).data
        )


class ActView(ApplicationDoor):
    """One action; subclasses name it."""

    action: ClassVar[Action]
    required_scopes: ClassVar[dict[str, str]] = {"POST": "applications:write"}

    def ask_proof(self, request: Request) -> None:
        """Who signs or decides in a browser's session has proved again who they are, as on the pages; a
        client has its mandate."""
        wanted = self.action in SIGNING or asks_proof(self.action)
        if request.auth is None and wanted and not is_proved(request._request):
            detail = _("Prove on the pages that it is you, then send this again: %(url)s")
            url = schema.base_of(request) + reverse("prove")
            raise Problem(403, "prove-again", detail % {"url": url})

    def do(self, request: Request, application: Application) -> None:
        """Take the action on the locked application. Raises `Refused`, or `Problem` for a wrong body."""
        raise NotImplementedError

    def place(self, field: str) -> str:
        return f"/{field}"

    def act(self, request: Request, number: str) -> Response:
        found = self.find(number, to_act=True)
        self.ask_proof(request)
        with as_seen(request, found.pk, by=self.user, at=self.at) as application:
            try:
                self.do(request, application)
            except AlreadyDone:
                pass
            except Refused as refusal:
                raise refused(
                    refusal, self.action, application, self.user, at=self.at, place=self.place
                ) from refusal
        found.refresh_from_db(fields=["number"])
        return self.whole(self.open(found.number or number))


class SignView(ActView):
    """Submit, or ask for an emergency: what was seen is what is signed (the tag holds the answers' print)."""

    def do(self, request: Request, application: Application) -> None:
        SIGNING[self.action](application.pk, by=self.user, at=self.at, version=application.version)


class DeedView(ActView):
    spoken: ClassVar[Spoken]

    def place(self, field: str) -> str:
        return self.spoken.place(field)

    def do(self, request: Request, application: Application) -> None:
        body = self.spoken.body(data=request.data)
        body.is_valid(raise_exception=True)
        form = filled(self.spoken, application, body.validated_data, at=self.at)
        if not form.is_valid():
            raise invalid(self.errors(form.errors))
        self.spoken.deed.do(application.pk, by=self.user, at=self.at, **form.content())

    def errors(self, found: Any) -> list[dict[str, str]]:
        return [
            error("" if name == "__all__" else self.place(name), sentence)
            for name, sentences in found.items()
            for sentence in sentences
        ]


class NoBody(serializers.Serializer[Any]):
    """Nothing is told."""


def act_view(action: Action) -> type[ActView]:
    """The view of one action, with its own body in the description."""
    base: type[ActView] = SignView if action in SIGNING else DeedView
    label = str(action.value).replace("_", " ").capitalize()

    @extend_schema(
        operation_id=f"applications_{action.value}",
        summary=label,
        parameters=[schema.KEY, schema.IF_MATCH],
        request=NoBody if action in SIGNING else SPOKEN[action].body,
        responses={200: WholeSerializer, **schema.problems(404, 409, 412, 422, 428)},
    )
    @happens_once
    def post(self: ActView, request: Request, number: str) -> Response:
        return self.act(request, number)

    told: dict[str, Any] = {"action": action, "post": post, "__doc__": label}
    if action not in SIGNING:
        told["spoken"] = SPOKEN[action]
    return type(f"{label.title().replace(' ', '')}View", (base,), told)


VIEWS = {action: act_view(action) for action in (*SIGNING, *SPOKEN)}
