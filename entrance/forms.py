from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("User name or password not right. Mind capital letters."),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.fields["username"].error_messages["required"] = _("Enter your user name")
        self.fields["password"].error_messages["required"] = _("Enter your password")


class CodeForm(forms.Form):
    """Six figures of an app, eight of a code on paper."""

    otp = forms.CharField(
        label=_("Code"),
        help_text=_("The six figures your app shows now, or one of your recovery codes."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-size": "12"}
        ),
        error_messages={"required": _("Enter the code")},
    )


class AppForm(CodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["otp"].help_text = _("The six figures the app shows once it has read the picture.")


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("For example: my telephone, the key on my ring."),
        max_length=60,
        widget=forms.TextInput(attrs={"data-size": "20"}),
        error_messages={"required": _("Give the passkey a name: you will tell it from the others by it.")},
    )


class NewPasswordForm(PasswordChangeForm):
    error_messages = {
        "password_incorrect": _("The password is not right"),
        "password_mismatch": _("The two new passwords are not the same."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "old_password": _("Your password now"),
            "new_password1": _("New password"),
            "new_password2": _("New password again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("autofocus", None)
            self.fields[name].error_messages["required"] = _("Enter your password")
        self.fields["new_password1"].help_text = _("At least 12 characters, and none of the common ones.")
