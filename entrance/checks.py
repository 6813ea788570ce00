"""What the settings of the entrance must say, asked by `manage.py check` and at every start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from accounts.models import Role


@register()
def settings_make_sense(app_configs: Any, **options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if unknown := set(settings.SECOND_FACTOR_ROLES) - set(Role.values):
        found.append(
            Error(
                f"SECOND_FACTOR_ROLES names what is no role: {', '.join(sorted(unknown))}.",
                id="entrance.E001",
            )
        )
    if settings.SESSION_IDLE_SECONDS < 180:
        found.append(
            Error("SESSION_IDLE_SECONDS: under three minutes nobody can be warned.", id="entrance.E002")
        )
    return found


@register(deploy=True)
def second_factor_is_on(app_configs: Any, **options: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR or settings.DEMO:
        return []
    return [Warning("SECOND_FACTOR is off: a stolen password is enough.", id="entrance.W001")]
