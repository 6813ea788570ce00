"""The page of an application, its actions, its letters."""

from django.urls import URLPattern, path, register_converter

from approvals.views import acts, attachments, detail, disclosing, events, letters, masking
from approvals.workflow import Action

# What the address of an action says, in the language of the screens.
SLUGS = {
    Action.AGREE_EMERGENCY: "assenso-urgenza",
    Action.AUTHORISE_EMERGENCY: "autorizzazione-urgenza",
    Action.DECLINE_EMERGENCY: "rifiuto-urgenza",
    Action.ENDORSE: "visto",
    Action.TAKE_CHARGE: "presa-in-carico",
    Action.ASK: "domande",
    Action.ANSWER: "risposte",
    Action.REFER: "parere",
    Action.PROPOSE_INADMISSIBLE: "proposta-non-ammissibile",
    Action.OBJECT_INADMISSIBLE: "obiezione",
    Action.DECLARE_INADMISSIBLE: "controfirma",
    Action.DECLARE: "dichiarazione",
    Action.VOTE: "voto",
    Action.APPROVE: "autorizzazione",
    Action.REJECT: "diniego",
    Action.DEFER: "rinvio",
    Action.DECIDE_URGENTLY: "decisione-urgente",
    Action.RATIFY: "ratifica",
    Action.DENY_RATIFICATION: "mancata-ratifica",
    Action.APPEAL: "riesame",
    Action.APPOINT: "sostituti",
    Action.WITHDRAW: "ritiro",
    Action.RECORD_INFUSION: "prima-infusione",
    Action.RECORD_DISCHARGE: "dimissione",
    Action.REASSESS: "rivalutazione",
    Action.CHANGE_DOSE: "cambio-dose",
    Action.RESTART: "nuovo-inizio",
    Action.FOLLOW_UP: "decorso",
    Action.SUSPEND: "sospensione",
    Action.RESUME: "ripresa",
    Action.TRANSFER: "trasferimento",
    Action.REVOKE: "revoca",
    Action.CLOSE: "conclusione",
    Action.HAND_OVER: "passaggio",
}


class ActionSlug:
    regex = "|".join(SLUGS.values())

    def to_python(self, value: str) -> Action:
        return next(action for action, slug in SLUGS.items() if slug == value)

    def to_url(self, action: str) -> str:
        return SLUGS[Action(action)]


register_converter(ActionSlug, "action")

urlpatterns: list[URLPattern] = [
    path("richieste/<str:number>/", detail.application, name="application"),
    path("richieste/<str:number>/<action:action>/", acts.act, name="act"),
    path("richieste/<str:number>/identita/", disclosing.identity, name="identity"),
    path("richieste/<str:number>/oscuramento/", masking.mask, name="masking"),
    path("richieste/<str:number>/eventi-avversi/", events.events, name="events"),
    path("richieste/<str:number>/eventi-avversi/<int:pk>/", events.report, name="event-report"),
    path("allegati/<int:pk>/", attachments.attachment, name="attachment"),
    path("richieste/<str:number>/lettere/<int:pk>/", letters.download, name="letter"),
]
