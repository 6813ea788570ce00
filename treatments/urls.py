from django.urls import URLPattern, path

from treatments.views import calendar, deadlines, dispensing, ledger, lots, radar, reminding

urlpatterns: list[URLPattern] = [
    path("scadenze/", deadlines.deadlines, name="deadlines"),
    path("scadenze/ferme/", radar.still, name="radar"),
    path("scadenze/<str:number>/promemoria/", reminding.remind, name="remind"),
    path("scadenze/calendario/<str:token>.ics", calendar.feed, name="calendar-feed"),
    path("profilo/calendario/", calendar.calendar, name="calendar"),
    path("erogazioni/", dispensing.dispensings, name="dispensings"),
    path("lotti/", lots.lots, name="lots"),
    path("autorizzazioni/<str:code>/", ledger.authorisation, name="authorisation"),
    path("autorizzazioni/<str:code>/righe/<int:sequence>/<slug:act>/", ledger.entry, name="ledger-entry"),
    path("autorizzazioni/<str:code>/cicli/<int:number>/", ledger.cycle, name="cycle-report"),
]
