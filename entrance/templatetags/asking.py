"""The proof of who one is, on a form: `{% ask_again form %}`; where one decides: `{% ask_to_decide %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest

from entrance.again import AgainForm

register = template.Library()


@register.inclusion_tag("entrance/again.html")
def ask_again(proof: AgainForm, form_id: str = "") -> dict[str, Any]:
    """The field, and the ways that need none. `form_id` where it stands outside its form."""
    if form_id and "password" in proof.fields:
        proof.fields["password"].widget.attrs["form"] = form_id
    return {"proof": proof}


@register.inclusion_tag("entrance/again.html", takes_context=True)
def ask_to_decide(context: template.Context, is_asked: bool = True) -> dict[str, Any]:
    """The same with the proof that was sent, if one was; nothing where decisions do not ask."""
    if not settings.REAUTH_DECISIONS or not is_asked:
        return {}
    request: HttpRequest = context["request"]
    return {"proof": getattr(request, "again", None) or AgainForm(request)}
