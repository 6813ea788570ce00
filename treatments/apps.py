from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    name = "treatments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from treatments import vigilance_jobs  # noqa: F401  # registers its jobs, like `jobs`
