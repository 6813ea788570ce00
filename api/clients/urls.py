from django.urls import URLPattern, path

from api.clients import tokens, views
from api.webhooks import views as webhooks

HOOK = "sistemi/<int:pk>/indirizzi/<int:endpoint>/"

urlpatterns: list[URLPattern] = [
    path("api/v1/oauth/token", tokens.Token.as_view(), name="api-token"),
    path("api/v1/oauth/revoke", tokens.Revoke.as_view(), name="api-revoke"),
    path("sistemi/", views.clients, name="clients"),
    path("sistemi/nuovo/", views.client_new, name="client-new"),
    path("sistemi/<int:pk>/", views.client, name="client"),
    path("sistemi/<int:pk>/modifica/", views.client_change, name="client-change"),
    path("sistemi/<int:pk>/segreto/", views.client_secret, name="client-secret"),
    path("sistemi/<int:pk>/revoca/", views.client_revoke, name="client-revoke"),
    path("sistemi/<int:pk>/incarichi/<int:mandate>/termina/", views.mandate_end, name="mandate-end"),
    path("sistemi/<int:pk>/indirizzi/nuovo/", webhooks.webhook_new, name="webhook-new"),
    path(HOOK, webhooks.webhook, name="webhook"),
    path(f"{HOOK}<slug:what>/", webhooks.webhook_act, name="webhook-act"),
    path(f"{HOOK}messaggi/<int:delivery>/", webhooks.delivery_again, name="delivery-again"),
]
