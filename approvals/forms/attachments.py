"""Adding files to the form, and giving one another name or kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals import attachments
from approvals.file_names import LONGEST
from approvals.models import Attachment, AttachmentKind
from approvals.uploading import CappedUploads

# How many at once: more of them by a second upload.
AT_ONCE = 10


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile[Any]], name: str
    ) -> Any:
        return files.getlist(name)


class FilesField(forms.FileField):
    """Any number of files; whether each is what it should be is asked one by one, where it is kept."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return data


class AddForm(forms.Form):
    """Kind and token come before the files in the page: a body that is cut short has them all the same."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        choices=[("", gettext_lazy("Choose from the list")), *AttachmentKind.choices],
        label=gettext_lazy("Kind of document"),
        error_messages={"required": gettext_lazy("Choose what kind of document it is")},
    )
    file = FilesField(
        label=gettext_lazy("Files"),
        error_messages={"required": gettext_lazy("Choose at least one file")},
        widget=FilesInput({"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(
        self, data: Any = None, given: Any = None, *, uploads: CappedUploads | None = None, kind: str = ""
    ) -> None:
        super().__init__(data, given, auto_id="id_attachment_%s", initial={"kind": kind})
        self.uploads = uploads
        self.fields["file"].help_text = _("PDF, JPEG or PNG, %(limit)s MB each at most.") % {
            "limit": settings.ATTACHMENT_MEGABYTES
        }

    def clean(self) -> None:
        uploads = self.uploads
        if uploads is None:
            return
        if uploads.too_large or uploads.too_many or uploads.is_full:
            self.errors.pop("file", None)  # something was chosen
        for name in uploads.too_large:
            self.refuse(name, attachments.too_large())
        if uploads.too_many:
            sentence = ngettext("Add %(n)d file at a time.", "Add at most %(n)d files at a time.", AT_ONCE)
            self.add_error("file", sentence % {"n": AT_ONCE})
        if uploads.is_full:
            self.add_error("file", _("There is no room left on the server: call the support."))

    def refuse(self, name: str, sentence: str) -> None:
        """Say beside the field what is wrong with one of the files."""
        self.add_error("file", f"{name}: {sentence}")

    @property
    def given(self) -> list[UploadedFile[Any]]:
        """The files that arrived whole, to be kept even where others are refused; none without a kind."""
        return self.files.getlist("file") if self.cleaned_data.get("kind") else []


class CorrectForm(forms.Form):
    use_required_attribute = False

    name = forms.CharField(
        label=gettext_lazy("Name of the file"),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Write a name for the file")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(choices=AttachmentKind.choices, label=gettext_lazy("Kind of document"))

    def __init__(self, attachment: Attachment, data: Any = None) -> None:
        initial = {"name": attachment.name, "kind": attachment.kind}
        super().__init__(data, initial=initial, auto_id=f"id_attachment_{attachment.pk}_%s")
