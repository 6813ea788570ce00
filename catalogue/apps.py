from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register

from catalogue.doses import DosePolicy


@register()
def rules_of_the_dose(**_about: object) -> list[Error]:
    """The hospital's setting is read at every start, not at the first dose."""
    try:
        DosePolicy.of_the_hospital(settings.DOSE_POLICY)
    except ValueError as error:
        return [Error(str(error), id="catalogue.E001")]
    return []


class CatalogueConfig(AppConfig):
    name = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
