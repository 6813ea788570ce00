from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db.models.signals import post_migrate, pre_migrate


@register(Tags.database, deploy=True)
def rights_of_the_connection(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_about: Any
) -> list[CheckMessage]:
    """`manage.py check --deploy --database default`, where the database can be reached."""
    from audit.roles import too_mighty

    told = too_mighty() if databases else ""
    hint = "Run `manage.py setup_database_roles` and connect as its application role (docs/operations.md)."
    return [Warning(told, hint=hint, id="audit.W001")] if told else []


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(before_migrations, sender=self)
        post_migrate.connect(after_migrations, sender=self)


def before_migrations(*, plan: list[Any], **_about: object) -> None:
    """A view would stand in the way of a migration that changes one of its columns."""
    from audit.roles import drop_views

    if plan:
        drop_views()


def after_migrations(**_about: object) -> None:
    """New tables have their rights from the start; where there are no roles, nothing happens."""
    from audit.roles import Roles, give, may_be_given

    if may_be_given(roles := Roles.named()):
        give(roles)
