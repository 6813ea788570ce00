"""The administrators' pages on people and roles; the rules themselves are in `accounts`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register


@register()
def rules_of_the_roles(**_about: object) -> list[Error]:
    """The hospital's settings are read at every start, not at the first sign-in."""
    told = []
    if settings.ROLE_REVIEW_MONTHS not in (1, 2, 3, 4, 6, 12):
        told.append("ROLE_REVIEW_MONTHS is one of 1, 2, 3, 4, 6, 12: the periods are those of the calendar.")
    if not isinstance(settings.OIDC_ROLE_GROUPS, dict):
        told.append('OIDC_ROLE_GROUPS is an object: {"group": {"unit": "code", "role": "prescriber"}}.')
    else:
        told += [problem for pair in settings.OIDC_ROLE_GROUPS.items() if (problem := _problem(*pair))]
    return [Error(sentence, id=f"staff.E00{n}") for n, sentence in enumerate(told, 1)]


def _problem(group: str, means: Any) -> str:
    from accounts.models import Role

    if not isinstance(means, dict) or not isinstance(means.get("unit"), str):
        return f'OIDC_ROLE_GROUPS: {group!r} wants a unit and a role: {{"unit": "w3", "role": "prescriber"}}.'
    if means.get("role") not in Role.values:
        return (
            f"OIDC_ROLE_GROUPS: the role of {group!r} is none we know. Known are: {', '.join(Role.values)}."
        )
    if unknown := set(means) - {"unit", "role", "hospital"}:
        return f"OIDC_ROLE_GROUPS: {group!r} says {', '.join(sorted(unknown))}, which means nothing."
    return ""


class StaffConfig(AppConfig):
    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"
