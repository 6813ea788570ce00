"""The addresses of the API. No slash at the end; numbers are the application's, or “draft-<n>”."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from api.views import acts, catalogue, describing, files, treatments
from api.views.applications import Applications, ApplicationView, FormView

NAMES = "api"

doors: list[URLPattern] = [
    path("openapi.json", login_not_required(describing.description), name="description"),
    path("docs", login_not_required(describing.pages), name="docs"),
    path("editions", catalogue.Editions.as_view(), name="editions"),
    path("editions/<slug:code>/indications", catalogue.EditionRows.as_view(), name="edition-rows"),
    path("indications", catalogue.Indications.as_view(), name="indications"),
    path("indications/<str:code>", catalogue.IndicationView.as_view(), name="indication"),
    path("indications/<str:code>/dose", catalogue.DoseView.as_view(), name="dose"),
    path("applications", Applications.as_view(), name="applications"),
    path("applications/<str:number>", ApplicationView.as_view(), name="application"),
    path("applications/<str:number>/form", FormView.as_view(), name="form"),
    path("applications/<str:number>/actions", acts.Actions.as_view(), name="actions"),
    path("applications/<str:number>/questions", files.Questions.as_view(), name="questions"),
    path("applications/<str:number>/votes", files.Votes.as_view(), name="votes"),
    path("applications/<str:number>/letters", files.Letters.as_view(), name="letters"),
    path("applications/<str:number>/letters/<int:pk>", files.LetterView.as_view(), name="letter"),
    path("applications/<str:number>/attachments", files.Attachments.as_view(), name="attachments"),
    path("applications/<str:number>/attachments/<int:pk>", files.AttachmentView.as_view(), name="attachment"),
    path("applications/<str:number>/reassessments", treatments.Reassessments.as_view(), name="reassessments"),
    *(
        path(f"applications/<str:number>/{action.value}", view.as_view(), name=f"act-{action.value}")
        for action, view in acts.VIEWS.items()
    ),
    path("authorisations", treatments.Periods.as_view(), name="authorisations"),
    path("authorisations/<str:code>", treatments.PeriodView.as_view(), name="authorisation"),
    path("authorisations/<str:code>/dispensings", treatments.Entries.as_view(), name="dispensings"),
    path("deadlines", treatments.Deadlines.as_view(), name="deadlines"),
    # Whatever else is asked for here answers as this API does, not as a page.
    path("<path:rest>", describing.Nowhere.as_view(), name="nowhere"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include((doors, NAMES)))]
