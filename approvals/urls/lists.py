"""The lists: what is to be done, everything one may see, the trail."""

from django.urls import URLPattern, path

from approvals.views import (
    access_reports,
    anchors,
    archive,
    breaking,
    passing_on,
    public_report,
    reports,
    time_machine,
    touched,
    trail,
    worklist,
)

urlpatterns: list[URLPattern] = [
    path("", worklist.worklist, name="worklist"),
    path("richieste/", archive.archive, name="archive"),
    path("catalogo/edizioni/<slug:edition>/richieste/", touched.touched, name="touched"),
    path("scadenze/<str:number>/passaggio/", passing_on.pass_on, name="pass-on"),
    path("rapporti/", reports.reports, name="reports"),
    path("rapporti/<int:year>/pubblico/", public_report.public_report, name="public-report"),
    path("rapporti/<int:year>/pubblico/pdf/", public_report.pdf, name="public-report-pdf"),
    path("demo/tempo/", time_machine.time_machine, name="time-machine"),
    path("apri-con-motivo/", breaking.open_with_reason, name="break-glass"),
    path("accessi-con-motivo/", breaking.accesses, name="accesses"),
    path("accessi-con-motivo/<int:pk>/", breaking.review, name="access-review"),
    path("accessi-del-paziente/", access_reports.reports, name="access-report"),
    path("accessi-del-paziente/<int:pk>/pdf/", access_reports.pdf, name="access-report-pdf"),
    path("registro/", trail.trail, name="trail"),
    path("registro/ancore/<int:number>/", anchors.pdf, name="anchor"),
    path("registro/<str:number>/", trail.trail_of, name="trail_of"),
    path("registro/<str:number>/identita/", trail.identity, name="trail-identity"),
]
