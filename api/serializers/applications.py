"""An application, as much of it as the caller may see: the pages read it through the same eyes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.people import PersonSerializer, UnitSerializer
from approvals.models import AttachmentKind, Question, Step, Vote
from approvals.models.application import Type
from approvals.models.attachment import ContentType
from approvals.workflow import Action, Status
from documents.models import Kind, Standing


class IndicationName(serializers.Serializer[Any]):
    """The row of the catalogue it is for; `name` in the language asked for."""

    code = serializers.CharField()
    name = serializers.CharField()


class InShort(serializers.Serializer[Any]):
    """One line of the list: initials at most, whoever reads."""

    id = serializers.CharField(help_text="Its number, or “draft-<n>” until it has one.")
    number = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    status = serializers.ChoiceField(Status.choices)
    status_label = serializers.CharField()
    type = serializers.ChoiceField(Type.choices)
    is_urgent = serializers.BooleanField()
    unit = UnitSerializer()
    author = PersonSerializer()
    patient_initials = serializers.CharField()
    indication = IndicationName(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    due = serializers.CharField(
        allow_null=True, help_text="The day or the moment by which the next thing has to happen."
    )
    url = serializers.URLField()


class PatientSerializer(serializers.Serializer[Any]):
    """Who it is about; only for whoever reads the file with the patient's name."""

    surname = serializers.CharField()
    name = serializers.CharField()
    tax_code = serializers.CharField(allow_blank=True)
    born_on = serializers.DateField(allow_null=True)
    sex = serializers.CharField(allow_blank=True)


class NextSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    sentence = serializers.CharField(allow_blank=True)
    due = serializers.CharField(allow_null=True)
    is_late = serializers.BooleanField()


class Possible(serializers.Serializer[Any]):
    """An action; `why_not` is empty where the caller may take it now."""

    action = serializers.ChoiceField(Action.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    is_allowed = serializers.BooleanField()
    why_not = serializers.CharField(allow_blank=True)


class LackSerializer(serializers.Serializer[Any]):
    """What stands between a draft and its submission, with its place in `sections`."""

    pointer = serializers.CharField()
    detail = serializers.CharField()


class QuestionSerializer(serializers.ModelSerializer[Question]):
    asked_by = PersonSerializer()
    answered_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Question
        fields = ("number", "text", "asked_at", "asked_by", "answer", "answered_at", "answered_by")


class LetterSerializer(serializers.Serializer[Any]):
    """A sealed letter; its bytes are at `pdf`, for whoever reads who it is about."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField(source="document.number")
    kind = serializers.ChoiceField(Kind.choices, source="document.kind")
    standing = serializers.ChoiceField([one.value for one in Standing])
    issued_at = serializers.DateTimeField(source="document.issued_at")
    valid_until = serializers.DateField(source="document.valid_until", allow_null=True)
    sha256 = serializers.CharField(source="document.sha256", allow_blank=True)
    size = serializers.IntegerField(source="document.size")
    pdf = serializers.URLField(allow_null=True)


class StepSerializer(serializers.ModelSerializer[Step]):
    """A move that happened, or a fact that was recorded."""

    action = serializers.ChoiceField(Action.choices)
    source = serializers.ChoiceField(Status.choices)  # type: ignore[assignment]
    target = serializers.ChoiceField(Status.choices)
    by = PersonSerializer(allow_null=True, help_text="Nobody: the program, because a time was over.")

    class Meta:
        model = Step
        fields = ("sequence", "action", "source", "target", "at", "by")


class WholeSerializer(InShort):
    """The whole of it. `sections` are the answers as typed while the form can be written, and what was sent
    afterwards; patients are erased from it for whoever reads under a pseudonym."""

    patient = PatientSerializer(allow_null=True)
    round = serializers.IntegerField()
    decision_due = serializers.DateTimeField(allow_null=True)
    answer_due = serializers.DateTimeField(allow_null=True)
    next = NextSerializer(allow_null=True)
    sections = serializers.DictField(child=serializers.JSONField())
    lacks = LackSerializer(many=True)
    questions = QuestionSerializer(many=True)
    steps = StepSerializer(many=True)
    letters = LetterSerializer(many=True)
    authorisations = serializers.ListField(child=serializers.CharField())
    actions = Possible(many=True)


class FieldSerializer(serializers.Serializer[Any]):
    """One question of a section of the form."""

    name = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    help = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    is_required = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class SectionSerializer(serializers.Serializer[Any]):
    """A section of the form as this draft has it: what is asked and offered, what it lacks."""

    slug = serializers.CharField()
    title = serializers.CharField()
    is_done = serializers.BooleanField()
    fields_ = FieldSerializer(many=True, source="questions")
    lacks = LackSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """`fields` is a word of the framework's own."""
        found = super().get_fields()
        return {("fields" if name == "fields_" else name): field for name, field in found.items()}


class AttachmentSerializer(serializers.Serializer[Any]):
    """What is known about a file; its bytes are at `url`."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(AttachmentKind.choices)
    name = serializers.CharField()
    content_type = serializers.ChoiceField(ContentType.choices)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_at = serializers.DateTimeField()
    is_sent = serializers.BooleanField(source="is_frozen")
    url = serializers.URLField()


class VoteSerializer(serializers.ModelSerializer[Vote]):
    """A member's vote in the round under way; hidden until one's own is cast (setting)."""

    choice = serializers.ChoiceField(Vote.Choice.choices)
    reason_codes = serializers.ListField(child=serializers.CharField())
    voted_by = PersonSerializer()
    is_void = serializers.BooleanField(help_text="A conflict was declared afterwards.")

    class Meta:
        model = Vote
        fields = ("choice", "reason_codes", "text", "voted_at", "voted_by", "is_void")


class VotesSerializer(serializers.Serializer[Any]):
    round = serializers.IntegerField()
    is_shown = serializers.BooleanField(help_text="Whether the caller sees the votes now.")
    votes = VoteSerializer(many=True)
