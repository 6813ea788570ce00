from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


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
