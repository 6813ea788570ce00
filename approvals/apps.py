from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register


@register()
def rules_of_the_committee(**_about: object) -> list[Error]:
    """The hospital's settings are read at every start, not at the first vote."""
    from accounts.models import Profession

    told = []
    unknown = sorted(set(settings.COMMITTEE_NEEDS) - set(Profession.values))
    if unknown:
        known = ", ".join(Profession.values)
        told.append(f"COMMITTEE_NEEDS names no profession we know: {', '.join(unknown)}. Known are: {known}.")
    if settings.COMMITTEE_LEAST < 1:
        told.append("COMMITTEE_LEAST is at least 1: nobody cannot judge.")
    return [Error(sentence, id=f"approvals.E00{n}") for n, sentence in enumerate(told, 1)]


class ApprovalsConfig(AppConfig):
    name = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Jobs beside what promises them; every process that keeps promises has to know them.
        import_module("approvals.reports.issuing")
        import_module("approvals.anchoring")
        import_module("approvals.auditing")  # views for the auditor's role of the database
        import_module("approvals.access_reports")
