from importlib import import_module

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    name = "treatments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Its jobs stand beside what promises them; every process that keeps promises has to know them.
        import_module("treatments.nudging")
        import_module("treatments.vigilance_jobs")
        import_module("treatments.masked_lots")
