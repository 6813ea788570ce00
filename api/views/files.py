"""What belongs to an application: questions, votes, letters, attachments."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar, cast

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api import schema
from api.problems import error, invalid, pointer
from api.refusals import refusals
from api.renderers import FILES
from api.serializers.applications import (
    AttachmentSerializer,
    LetterSerializer,
    QuestionSerializer,
    VotesSerializer,
)
from api.views.applications import ApplicationDoor
from approvals import attachments, drafts, opening
from approvals.models import Application, Attachment, AttachmentKind
from approvals.reading import Reading
from approvals.uploading import CappedUploads
from documents.filing import read

READ = {"GET": "applications:read"}


class Questions(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = READ

    @extend_schema(
        operation_id="applications_questions",
        responses={200: QuestionSerializer(many=True), **schema.problems(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """What was asked of the author, with the answers."""
        told = self.file(self.open(number)).questions
        return Response(QuestionSerializer(told, many=True).data)


class Votes(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = READ

    @extend_schema(
        operation_id="applications_votes",
        responses={200: VotesSerializer, **schema.problems(403, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """The votes of the round, for members of the committee as far as they see them now."""
        application = self.open(number)
        reading = Reading(application, self.user, self.at)
        told = {"round": application.round, "is_shown": reading.sees_votes, "votes": reading.votes}
        return Response(VotesSerializer(told).data)


class Letters(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = {"GET": "letters:read"}

    @extend_schema(
        operation_id="letters_list",
        responses={200: LetterSerializer(many=True), **schema.problems(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """The letters as issued, first to last. Drawing one takes some seconds after the decision."""
        application = self.open(number)
        return Response(LetterSerializer(self.file(application).letters, many=True).data)


class LetterView(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = {"GET": "letters:read"}
    renderer_classes = FILES

    @extend_schema(
        operation_id="letters_pdf",
        responses={
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The sealed PDF."),
            **schema.problems(404),
        },
    )
    def get(self, request: Request, number: str, pk: int) -> HttpResponseBase:
        """The file, byte for byte as it was sealed. It names the patient: not for who reads a pseudonym."""
        application = self.find(number)
        if application.number is None or not opening.sees_identity(self.user, application, self.at):
            raise Http404
        letter = get_object_or_404(application.letters.select_related("document"), pk=pk)
        opening.record_opening(
            request._request,
            application,
            what=f"letter:{letter.pk}",
            action="letter_downloaded",
            letter=letter.pk,
        )
        return handed_out(read(letter.document), "application/pdf", letter.document.filename)


def handed_out(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


class UploadBody(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(AttachmentKind.choices)
    file = serializers.FileField(help_text="PDF, JPEG or PNG.")


class Attachments(ApplicationDoor):
    required_scopes: ClassVar[dict[str, str]] = {"GET": "applications:read", "POST": "applications:write"}
    parser_classes = (MultiPartParser,)

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        # As on the screens: to disk as it comes, and no more than an attachment may have.
        if request.method == "POST" and not request._read_started:
            self.uploads = CappedUploads(max_bytes=attachments.max_bytes(), max_files=1)
            request.upload_handlers = [self.uploads]
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        operation_id="attachments_list",
        responses={200: AttachmentSerializer(many=True), **schema.problems(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        application = self.open(number, what="files")
        found = self.readable(application)
        return Response(AttachmentSerializer([self.told(one, number) for one in found], many=True).data)

    @extend_schema(
        operation_id="attachments_add",
        parameters=[schema.KEY],
        request={"multipart/form-data": UploadBody},
        responses={201: AttachmentSerializer, **schema.problems(404, 409, 422)},
    )
    def post(self, request: Request, number: str) -> HttpResponseBase:
        """Add a file to the form. Sent again with the same key, or the same bytes, it is there once."""
        body = UploadBody(data=request.data)
        if told := self.uploads_lost():
            raise invalid([error(pointer("file"), told)])
        body.is_valid(raise_exception=True)
        given, kind = body.validated_data["file"], body.validated_data["kind"]
        data = given.read()

        def add() -> Response:
            application = self.find(number, to_act=True)
            with refusals(place=lambda _field: pointer("file")):
                added = attachments.add(
                    application, name=given.name or "", data=data, kind=kind, by=self.user, at=self.at
                )
            return Response(AttachmentSerializer(self.told(added, number)).data, status=201)

        print_ = f"{kind}\n{given.name}\n{sha256(data).hexdigest()}".encode()
        return self.once(request, add, content=print_)

    def uploads_lost(self) -> str:
        """Why something of what was sent was not kept; "" where all of it was."""
        if self.uploads.too_large:
            return attachments.too_large()
        if self.uploads.too_many:
            return ngettext("Add %(n)d file at a time.", "Add at most %(n)d files at a time.", 1) % {"n": 1}
        return _("There is no room left on the server: call the support.") if self.uploads.is_full else ""

    def readable(self, application: Application) -> list[Attachment]:
        found = application.attachments.order_by("pk")
        if drafts.may_write(self.user, application, at=self.at) and application.status in drafts.WRITABLE:
            return list(found)
        is_named = opening.sees_identity(self.user, application, self.at)
        return list(found.exclude(frozen_in=None)) if is_named else []

    def told(self, attachment: Attachment, number: str) -> Attachment:
        told = cast(Any, attachment)
        told.url = schema.base_of(self.request) + reverse("api:attachment", args=[number, attachment.pk])
        return attachment


class AttachmentView(Attachments):
    required_scopes: ClassVar[dict[str, str]] = {"GET": "applications:read", "DELETE": "applications:write"}
    renderer_classes = FILES
    http_method_names = ("get", "delete", "head", "options")

    @extend_schema(
        operation_id="attachments_read",
        responses={
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The file as it was given."),
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            (200, "image/png"): OpenApiTypes.BINARY,
            **schema.problems(404),
        },
    )
    def get(self, request: Request, number: str, pk: int) -> HttpResponseBase:  # type: ignore[override]
        application, found = self.one(number, pk)
        opening.record_opening(
            request._request,
            application,
            what=f"attachment:{pk}",
            action="attachment_opened",
            attachment=pk,
        )
        return handed_out(attachments.read(found), found.content_type, found.name)

    @extend_schema(
        operation_id="attachments_remove",
        responses={204: None, **schema.problems(404, 409)},
    )
    def delete(self, request: Request, number: str, pk: int) -> Response:
        """Delete what was never sent."""
        _application, found = self.one(number, pk)
        with refusals():
            attachments.remove(found, by=self.user, at=self.at)
        return Response(status=204)

    def one(self, number: str, pk: int) -> tuple[Application, Attachment]:
        application = self.find(number)
        found = next((one for one in self.readable(application) if one.pk == pk), None)
        if found is None:
            raise Http404
        return application, found
