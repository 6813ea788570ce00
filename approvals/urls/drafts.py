"""Writing the form, from the first page to the signature."""

from django.urls import URLPattern, path, register_converter

from approvals.views import attachments, drafts, emergency, passing, sections, sending, starting

# What the address of a section says, in the language of the screens.
SLUGS = {
    "kind": "tipo",
    "patient": "paziente",
    "indication": "indicazione",
    "dose": "dose",
    "therapies": "terapie",
    "justification": "giustificazione",
    "outcome": "obiettivi",
    "consent": "consenso",
}


class SectionSlug:
    regex = "|".join(SLUGS.values())

    def to_python(self, value: str) -> str:
        return next(slug for slug, address in SLUGS.items() if address == value)

    def to_url(self, slug: str) -> str:
        return SLUGS[slug]


register_converter(SectionSlug, "section")

# Before "richieste/<number>/", which would take "nuova" for a number.
urlpatterns: list[URLPattern] = [
    path("richieste/nuova/", starting.new, name="new"),
    path("richieste/bozza/<int:pk>/", drafts.draft, name="draft"),
    path("richieste/bozza/<int:pk>/elimina/", drafts.discard, name="discard"),
    path("richieste/bozza/<int:pk>/passaggio/", passing.hand_over, name="hand-over"),
    path("richieste/bozza/<int:pk>/pronta/", passing.ready, name="ready"),
    path("richieste/bozza/<int:pk>/verifica/", sending.check, name="check"),
    path("richieste/bozza/<int:pk>/urgenza/", emergency.short_form, name="emergency"),
    path("richieste/bozza/<int:pk>/urgenza/salva/", emergency.autosave, name="emergency-autosave"),
    path("richieste/bozza/<int:pk>/urgenza/dose/", emergency.dose_panel, name="emergency-dose"),
    path("richieste/bozza/<int:pk>/dose/calcolo/", sections.dose_panel, name="dose-panel"),
    path("richieste/bozza/<int:pk>/indicazione/riga/", sections.row_panel, name="row-panel"),
    path("richieste/bozza/<int:pk>/allegati/", attachments.attachments, name="attachments"),
    path(
        "richieste/bozza/<int:pk>/allegati/<int:attachment>/", attachments.correct, name="attachment-correct"
    ),
    path(
        "richieste/bozza/<int:pk>/allegati/<int:attachment>/elimina/",
        attachments.remove,
        name="attachment-remove",
    ),
    path("richieste/bozza/<int:pk>/<section:slug>/", sections.section, name="section"),
    path("richieste/bozza/<int:pk>/<section:slug>/salva/", sections.autosave, name="autosave"),
    path("richieste/<str:number>/copia/", passing.copy, name="copy"),
    path("richieste/<str:number>/inviata/", sending.sent, name="sent"),
]
