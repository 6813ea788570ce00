from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.authenticity import MAX_BYTES


class CodeForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the letter"),
        help_text=_("At the top of the letter, for example OL-2026-000123/1."),
        max_length=40,
        error_messages={"required": _("Enter the number printed on the letter")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-size": "20"}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("At the end of the letter, beside the QR code: ten characters."),
        max_length=40,
        error_messages={"required": _("Enter the code printed beside the QR code")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-size": "12"}),
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("The PDF file"),
        help_text=_("The file as received, at most 10 MB. It is not kept."),
        error_messages={
            "required": _("Choose the PDF file of the letter"),
            "empty": _("The file is empty: choose the PDF file of the letter"),
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> None:
        if self.too_large:
            self.errors.pop("file", None)
            limit = MAX_BYTES // 1024**2
            self.add_error("file", _("The file is larger than %(limit)s MB: no letter is") % {"limit": limit})
