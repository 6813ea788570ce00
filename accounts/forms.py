from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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


class PasswordAgainForm(forms.Form):
    """The password once more, before the submission, which binds who signs it."""

    password = forms.CharField(
        label=_("Your password"),
        help_text=_("It confirms that it is you who signs."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-size": "20"}),
        error_messages={"required": _("Enter your password")},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("The password is not right"), code="wrong")
        return password


class ProfileForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect(attrs={"data-inline": ""}),
    )
    mails = forms.ChoiceField(
        label=_("E-mails"),
        choices=[
            ("single", _("One for each notice, in working hours")),
            ("digest", _("One a day with everything, in the morning")),
        ],
        help_text=_("What is urgent or overdue comes at once in any case: that cannot be switched off."),
        widget=forms.RadioSelect,
    )
