from django.urls import URLPattern, path

from treatments.views import deadlines, dispensing, ledger, lots

urlpatterns: list[URLPattern] = [
    path("scadenze/", deadlines.deadlines, name="deadlines"),
    path("erogazioni/", dispensing.dispensings, name="dispensings"),
    path("lotti/", lots.lots, name="lots"),
    path("autorizzazioni/<str:code>/", ledger.authorisation, name="authorisation"),
    path("autorizzazioni/<str:code>/righe/<int:sequence>/<slug:act>/", ledger.entry, name="ledger-entry"),
    path("autorizzazioni/<str:code>/cicli/<int:number>/", ledger.cycle, name="cycle-report"),
]
