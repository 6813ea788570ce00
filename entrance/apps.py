from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "entrance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from entrance import checks, limits  # noqa: F401
