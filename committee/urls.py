"""The pages of the committee's sittings."""

from django.urls import URLPattern, path

from committee.views import acts, minutes, sitting, sittings, substitutes

urlpatterns: list[URLPattern] = [
    path("sedute/", sittings.sittings, name="sittings"),
    path("sedute/nuova/", sittings.new, name="sitting-new"),
    path("sedute/sostituti/", substitutes.substitutes, name="substitutes"),
    path("sedute/sostituti/<int:pk>/fine/", substitutes.end, name="substitution-end"),
    path("sedute/<str:number>/", sitting.sitting, name="sitting"),
    path("sedute/<str:number>/verbale/", minutes.minutes, name="minutes"),
    path("sedute/<str:number>/verbale/firma/", minutes.sign, name="minutes-sign"),
    path("sedute/<str:number>/verbale/pdf/", minutes.pdf, name="minutes-pdf"),
    path("sedute/<str:number>/<slug:act>/", acts.act, name="sitting-act"),
]
