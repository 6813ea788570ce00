from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from entrance.views import hospital, proving, second_factor, security, sessions, signing_in

urlpatterns: list[URLPattern] = [
    path("accedi/", signing_in.SignIn.as_view(), name="sign-in"),
    path("accedi/secondo-fattore/", second_factor.second_factor, name="second-factor"),
    path("accedi/ospedale/", hospital.go, name="hospital-sign-in"),
    path("accedi/ospedale/ritorno/", hospital.come_back, name="hospital-return"),
    path("accedi/<slug:username>/", signing_in.become, name="become"),
    path("esci/", login_not_required(LogoutView.as_view()), name="sign-out"),
    path("sessione/", signing_in.keep_session, name="keep-session"),
    path("profilo/sicurezza/", security.security, name="security"),
    path("profilo/sicurezza/secondo-fattore/", security.second_factor_new, name="second-factor-new"),
    path("profilo/sicurezza/app/", security.app_new, name="app-new"),
    path("profilo/sicurezza/passkey/", security.passkey_new, name="passkey-new"),
    path("profilo/sicurezza/codici/", security.recovery_codes, name="recovery-codes"),
    path("profilo/sicurezza/<int:pk>/rimuovi/", security.factor_remove, name="factor-remove"),
    path("profilo/sicurezza/password/", security.password, name="password"),
    path("profilo/sicurezza/conferma/", proving.prove, name="prove"),
    path("profilo/sicurezza/conferma/passkey/", proving.prove_passkey, name="prove-passkey"),
    path("profilo/accessi/", sessions.your_sessions, name="your-sessions"),
]
