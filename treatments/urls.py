from django.urls import URLPattern, path

from treatments.views import calendar, deadlines, radar, reminding

urlpatterns: list[URLPattern] = [
    path("scadenze/", deadlines.deadlines, name="deadlines"),
    path("scadenze/ferme/", radar.still, name="radar"),
    path("scadenze/<str:number>/promemoria/", reminding.remind, name="remind"),
    path("scadenze/calendario/<str:token>.ics", calendar.feed, name="calendar-feed"),
    path("profilo/calendario/", calendar.calendar, name="calendar"),
]
