"""Invented letters as full as real ones; the patient and everybody else in them do not exist."""

from dataclasses import replace
from datetime import UTC, datetime

from documents.content import (
    Address,
    Box,
    Facts,
    Letter,
    Letterhead,
    Points,
    Scan,
    Section,
    Signatory,
    Table,
    Text,
)
from documents.models import Kind

ISSUED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LETTERHEAD = Letterhead(
    hospital="AOU Esempio",
    office="Commissione per l’uso off-label delle immunoglobuline · Farmacia ospedaliera",
    address=("Corso dell’Esempio 88", "10126 Torino", "farmacia@ospedale.example"),
)
PATIENT = Facts(
    "Paziente",
    (
        ("Cognome e nome", "Prova Ada"),
        ("Data di nascita, sesso", "12 marzo 1971, F"),
        ("Codice fiscale", "PRVDAA71C52L219K"),
    ),
)
REQUEST = Facts(
    "Richiesta",
    (
        ("Unità richiedente", "Neurologia 1 (W3)"),
        ("Medico prescrittore", "Dott.ssa Anna Verdi, iscr. OMCeO TO 12345"),
        ("Percorso normativo", "Legge 94/1998, art. 3 (impiego su singolo caso)"),
        ("Tipo e urgenza", "Prima richiesta, programmata"),
    ),
)
INDICATION = Text(
    "Indicazione, come stampata nel catalogo",
    ("Sindrome della persona rigida (Stiff-person syndrome)",),
    quoted=True,
    source="Catalogo, edizione 2026-01, riga NEU-06",
)
NO_ALTERNATIVE = Table(
    "Terapie precedenti e mancanza di alternativa",
    ("Terapia di riferimento", "Esito", "Periodo e dose", "Motivo"),
    (
        (
            "Diazepam",
            "Risposta parziale",
            "gen 2025 – ott 2025, 40 mg/die",
            "Rigidità assiale persistente, sedazione",
        ),
        ("Baclofene", "Non tollerata", "mar 2025 – apr 2025, 60 mg/die", "Ipotensione, confusione"),
        (
            "Prednisone",
            "Fallita",
            "mag 2025 – set 2025, 1 mg/kg/die",
            "Nessuna variazione della scala DSI (12 → 12)",
        ),
        ("Plasmaferesi", "Controindicata", "–", "Accesso venoso non praticabile, trombosi pregressa"),
    ),
    widths=(20, 18, 26, 36),
)
DOSE = Box(
    "Dose autorizzata",
    headline="155 g per ciclo · 3 cicli",
    detail="Immunoglobulina umana EV al 10%, in 5 giorni: 4 × 30 g + 1 × 35 g, ogni 4 settimane",
    rows=(
        ("Peso usato per la dose", "77,5 kg (peso corretto; peso reale 104 kg, 168 cm, BMI 36,8 ≥ 30)"),
        ("Dose per kg", "2,0 g/kg per ciclo (intervallo della riga: 1,0–2,0 g/kg)"),
        ("Calcolo e arrotondamento", "155,0 g esatti → 155 g; flaconi interi da 5, 10 e 20 g"),
        ("Tetto", "Non applicato (tetto della riga: 200 g per ciclo)"),
        ("Quantità totale autorizzata", "465 g"),
    ),
    remarks=("Ogni variazione di dose, prodotto o intervallo richiede una nuova valutazione.",),
)
PHARMACY = Scan(
    code="OL-2026-000123/1-H",
    address=Address("https://nullaosta.ospedale.example/autorizzazioni/OL-2026-000123-1-H/"),
)
CONDITIONS = Points(
    "Condizioni",
    (
        "Emocromo e indici di emolisi al giorno 7 dopo ogni ciclo ≥ 1,5 g/kg.",
        "Idratazione e profilassi antitrombotica secondo il protocollo dell’unità.",
        "Sospensione se il punteggio DSI non migliora di almeno 3 punti dopo il secondo ciclo.",
    ),
    numbered=True,
)
COMMITTEE = Facts(
    "Commissione",
    (
        ("Seduta", "23 novembre 2026, in presenza; numero legale raggiunto (4 presenti su 4)"),
        ("Voto", "3 favorevoli di cui 1 con condizioni, 0 contrari, 1 astenuto per conflitto d’interessi"),
        ("Parere della farmacia", "Favorevole"),
    ),
)
RESPONSIBILITY = Text(
    "Consenso e responsabilità",
    (
        "Il consenso scritto all’uso off-label è stato raccolto il 16 novembre 2026; il consenso ai prodotti"
        " derivati dal plasma il 16 novembre 2026.",
        "Il medico prescrittore impiega il medicinale sotto la propria diretta responsabilità e ha dichiarato"
        " di non avere conflitti d’interessi negli ultimi 12 mesi.",
    ),
)
LITERATURE = Points(
    "Letteratura considerata",
    (
        "Dalakas MC et al. High-dose intravenous immune globulin for stiff-person syndrome."
        " N Engl J Med 2001;345:1870-6.",
        "EFNS guideline for the use of intravenous immunoglobulin in treatment of neurological diseases."
        " Eur J Neurol 2008;15:893-908.",
    ),
)


def approval(number: str = "OL-2026-000123/1", code: str = "K7QM2-XPD9F") -> Letter:
    """An approval with conditions: every kind of section a letter can have."""
    return Letter(
        kind=Kind.APPROVAL,
        number=number,
        code=code,
        issued_at=ISSUED_AT,
        verify_url=Address(f"https://nullaosta.ospedale.example/verifica/?number={number}&code={code}"),
        letterhead=LETTERHEAD,
        title="Autorizzazione all’uso off-label",
        subject="Immunoglobulina umana per uso endovenoso, singolo caso",
        verdict="Autorizzata",
        summary="La Commissione autorizza il trattamento descritto di seguito, alle condizioni indicate.",
        highlights=(
            ("Codice per la farmacia", "OL-2026-000123/1-H"),
            ("Rivalutazione entro il", "23 febbraio 2027"),
            ("Quantità autorizzata", "465 g"),
        ),
        scan=PHARMACY,
        recipients=("Alla Dott.ssa Anna Verdi", "Neurologia 1", "e p.c. alla Farmacia ospedaliera"),
        sections=(
            PATIENT,
            DOSE,
            REQUEST,
            INDICATION,
            NO_ALTERNATIVE,
            CONDITIONS,
            COMMITTEE,
            RESPONSIBILITY,
            LITERATURE,
        ),
        signatories=(
            Signatory("La Presidente della Commissione", "Prof.ssa Elena Conti"),
            Signatory("Il farmacista istruttore", "Dott. Paolo Neri"),
        ),
        decision={
            "application": "OL-2026-000123",
            "catalogue": {"edition": "2026-01", "row": "NEU-06"},
            "dose": {"grams_per_cycle": "155", "cycles": 3, "grams_total": "465", "weight_used_kg": "77.5"},
            "votes": {"approve": 2, "approve_with_conditions": 1, "reject": 0, "abstain": 1, "quorum": 3},
            "valid_until": "2027-02-22",
        },
    )


def rejection() -> Letter:
    sections: tuple[Section, ...] = (
        PATIENT,
        REQUEST,
        INDICATION,
        Table(
            "Motivi",
            ("Codice", "Motivo", "Nel caso specifico"),
            (
                (
                    "R02",
                    "Terapia approvata né provata né controindicata",
                    "La plasmaferesi non risulta provata.",
                ),
                ("R06", "Esito non misurabile", "La scala proposta non ha un valore di partenza."),
            ),
            widths=(12, 38, 50),
        ),
        Points(
            "Che cosa cambierebbe la decisione",
            ("L’esito documentato della plasmaferesi.", "Una scala con valore basale."),
        ),
        Text(
            "Come chiedere il riesame",
            ("Entro 30 giorni il prescrittore può chiedere un solo riesame con nuovi elementi clinici.",),
        ),
        COMMITTEE,
    )
    return replace(
        approval(),
        kind=Kind.REJECTION,
        scan=None,
        title="Diniego dell’uso off-label",
        verdict="Non autorizzata",
        summary="La Commissione non autorizza il trattamento per i motivi indicati.",
        highlights=(),
        sections=sections,
        decision={"application": "OL-2026-000123", "reasons": ["R02", "R06"]},
    )


def information_request() -> Letter:
    questions = Points(
        "Domande",
        (
            "Qual è il valore della scala DSI all’inizio della terapia?",
            "Indicare data e valore della creatinina.",
        ),
        numbered=True,
    )
    return replace(
        approval(),
        kind=Kind.INFORMATION_REQUEST,
        scan=None,
        title="Richiesta di integrazioni",
        verdict="Servono altre informazioni",
        summary="La valutazione riprende alla risposta; fino ad allora il termine è sospeso.",
        highlights=(("Risposta entro il", "3 dicembre 2026"),),
        sections=(REQUEST, questions),
        decision={"application": "OL-2026-000123", "questions": 2},
    )


def reassessment() -> Letter:
    outcome = Table(
        "Esiti misurati",
        ("Misura", "Iniziale", "Da raggiungere", "Ora", "Variazione", "Obiettivo"),
        (
            ("Scala DSI (0–15)", "12", "9", "7", "−5, −41,7 %", "raggiunto"),
            ("Cadute al mese", "6", "2", "3", "−3, −50 %", "non ancora raggiunto"),
        ),
        widths=(34, 12, 12, 12, 16, 14),
    )
    told = Facts("Rivalutazione", (("Peso", "61 kg"), ("Eventi avversi", "Cefalea (lieve)")))
    return replace(
        approval(number="OL-2026-000123/2"),
        kind=Kind.REASSESSMENT,
        title="Rivalutazione del trattamento",
        verdict="Il trattamento continua",
        summary="La rivalutazione apre un nuovo periodo di trattamento.",
        sections=(PATIENT, DOSE, outcome, told, COMMITTEE),
        decision={"application": "OL-2026-000123", "continues": True},
    )


def dose_change() -> Letter:
    changed = Table(
        "Che cosa cambia nella dose",
        ("Voce", "Prima", "D’ora in poi"),
        (("Peso attuale", "62 kg", "54 kg"), ("Dose per ciclo", "122,5 g", "107,5 g")),
        widths=(26, 37, 37),
    )
    return replace(
        approval(number="OL-2026-000123/N14"),
        kind=Kind.DOSE_CHANGE,
        title="Dose modificata durante il periodo autorizzato",
        verdict="Dose modificata",
        summary="La Farmacia ospedaliera modifica la dose entro i limiti della riga del catalogo.",
        sections=(PATIENT, DOSE, changed),
        decision={"application": "OL-2026-000123", "dose_changed": True},
    )


def provisional() -> Letter:
    """Longer than a page: the word stands on the second one too."""
    emergency = Facts(
        "Urgenza",
        (
            ("Perché non può attendere", "Bilirubina in rapido aumento nonostante la fototerapia intensiva."),
            ("Richiesta", "23 novembre 2026, 02:10"),
            ("Farmacista reperibile", "Dott.ssa Chiara Fabbri, 23 novembre 2026, 02:25"),
            ("Specialista reperibile", "Dott. Pietro Longo, 23 novembre 2026, 02:40"),
        ),
    )
    return replace(
        approval(number="OL-2026-000123/1"),
        kind=Kind.PROVISIONAL,
        watermark="PROVVISORIA",
        title="Autorizzazione provvisoria all’uso off-label, in urgenza",
        verdict="Autorizzata in via provvisoria, per un ciclo",
        summary="Le due persone reperibili autorizzano un ciclo; la commissione lo ratifica, oppure no.",
        highlights=(("Valida fino al", "30 novembre 2026"), ("Quantità autorizzata", "1,6 g")),
        sections=(
            PATIENT,
            DOSE,
            emergency,
            REQUEST,
            INDICATION,
            NO_ALTERNATIVE,
            RESPONSIBILITY,
            LITERATURE,
        ),
        signatories=(
            Signatory("Farmacista reperibile", "Dott.ssa Chiara Fabbri"),
            Signatory("Specialista reperibile", "Dott. Pietro Longo"),
        ),
        decision={"application": "OL-2026-000123", "outcome": "provisional"},
    )


def minutes() -> Letter:
    """Of a sitting with a decision, a refusal and an item that was not reached."""
    attendance = Table(
        "Presenze",
        ("Nome", "In qualità di", "In sala"),
        (
            ("Prof.ssa Elena Conti", "presidente", "14:32–16:10"),
            ("Dott. Paolo Neri", "componente", "14:32–15:05, 15:20–16:10"),
            ("Dott.ssa Ada Riva", "componente, in sostituzione di Dott. Ugo Sala", "14:40–16:10"),
            ("Dott. Luca Testa", "componente", "assente"),
        ),
        widths=(40, 36, 24),
    )
    heard = (
        ("Unità operativa", "Neurologia 1"),
        ("Trattato", "14:35–14:58"),
        ("Astenuti per conflitto", "Dott. Luca Testa (appartiene all’unità richiedente)"),
        ("Voti", "favorevoli 3 (di cui 1 con condizioni), contrari 0"),
        ("Numero legale", "Hanno votato in 3 su 3 aventi diritto"),
        ("Esito", "Autorizzata"),
        ("Condizioni", "Al massimo 2 cicli. Emocromo al giorno 7."),
    )
    return replace(
        approval(number="S-2026-0004", code="Q4TWX-77HNA"),
        kind=Kind.MINUTES,
        scan=None,
        title="Verbale della commissione",
        subject="Seduta S-2026-0004 del 23 novembre 2026, 14:32–16:10, Sala riunioni B.",
        verdict="Esito della seduta",
        summary="Componenti presenti all’apertura: 2 su 4. 2 richieste. Autorizzata: 1; Non trattato: 1.",
        closing=("Letto e firmato il 23 novembre 2026 alle 16:40.",),
        highlights=(),
        recipients=("Ai componenti della commissione",),
        sections=(
            attendance,
            Facts("1. OL-2026-000123 – Sindrome della persona rigida", heard),
            Facts("2. OL-2026-000124 – Uveite refrattaria", (("Esito", "Non trattato"),)),
            Text("Osservazioni del presidente", ("Nessuna.",)),
        ),
        signatories=(Signatory("La Presidente della Commissione", "Prof.ssa Elena Conti"),),
        decision={"sitting": "S-2026-0004", "items": [{"application": "OL-2026-000123"}]},
    )


def inadmissibility() -> Letter:
    return replace(
        approval(number="OL-2026-000124/N5"),
        kind=Kind.INADMISSIBILITY,
        scan=None,
        title="Richiesta non ammissibile",
        verdict="Non ammissibile",
        summary="La farmacia ospedaliera ritiene, a giudizio di due farmacisti, che la richiesta non possa"
        " essere portata davanti alla commissione.",
        highlights=(),
        sections=(
            PATIENT,
            Points("Motivi", ("R08 – Uso in etichetta: non serve autorizzazione",)),
            Text("In dettaglio", ("L’indicazione è compresa nella scheda tecnica del medicinale.",)),
            Points(
                "Che cosa si può fare",
                ("Copiare la richiesta e correggerla.", "Chiedere il riesame entro il 23 dicembre 2026."),
            ),
            REQUEST,
            INDICATION,
            DOSE,
        ),
        signatories=(
            Signatory("Il farmacista incaricato", "Dott. Paolo Neri"),
            Signatory("Controfirma", "Dott.ssa Sara Galli"),
        ),
        decision={"application": "OL-2026-000124", "outcome": "inadmissible", "reason_codes": ["R08"]},
    )


HOSTILE = (
    "<script>alert(1)</script><link rel=attachment href=file:///etc/passwd>"
    " & \u202egnp.exe\u202c \x00\x07\u200b"
    " a" + "\u0301" * 50 + " 😀 日本語 \ue000 שלום مرحبا ﬁ Å ½ " + "  " * 300 + "W" * 400
)


def hostile() -> Letter:
    """Every text is what a spiteful or a pasted-from-anywhere field may hold."""
    table = Table(HOSTILE, (HOSTILE, "b"), ((HOSTILE, HOSTILE),) * 2)
    sections = (
        Text(HOSTILE, (HOSTILE, "riga\nriga"), quoted=True, source=HOSTILE),
        table,
        DOSE,
        Points("p", (HOSTILE,)),
    )
    return replace(
        approval(),
        title=HOSTILE[:200],
        subject=HOSTILE,
        verdict="V",
        summary=HOSTILE,
        recipients=(HOSTILE,),
        sections=sections,
    )


def with_logo() -> Letter:
    """With a logo: a small RGB picture with transparency, as hospitals send them."""
    from io import BytesIO

    from PIL import Image

    picture = BytesIO()
    Image.new("RGBA", (120, 60), (0, 89, 179, 128)).save(picture, "PNG")
    return replace(approval(), letterhead=replace(LETTERHEAD, logo=picture.getvalue()))


def report() -> Letter:
    return replace(
        approval(number="RP-2025-1", code="Q4TWX-77HNA"),
        kind=Kind.REPORT,
        title="Uso off-label delle immunoglobuline: rapporto 2025",
        subject="Richieste, decisioni, rivalutazioni e grammi dal 1° gennaio al 31 dicembre 2025.",
        verdict="Rapporto annuale per il pubblico",
        summary="I conteggi da 1 a 4 sono indicati con “<5”.",
        highlights=(),
        recipients=("Per il pubblico",),
        sections=(
            Table(
                "Decisioni",
                ("Decisione", "Numero"),
                (("Autorizzata", "1.204"), ("Non autorizzata", "<5"), ("Totale", "–")),
                widths=(76, 24),
            ),
        ),
        signatories=(),
        decision={"report": "RP-2025-1", "year": 2025},
    )


def access_report() -> Letter:
    """To a patient: who opened their files."""
    when = "23/11/2026, 09:12–09:40 (3 volte)"
    glass = "Con un motivo, da fuori dell’unità: Continuità delle cure. Il paziente è ricoverato da noi."
    return replace(
        approval(number="RA-2026-000001"),
        kind=Kind.ACCESS_REPORT,
        scan=None,
        title="Chi ha aperto la Sua documentazione",
        verdict="Rapporto sugli accessi",
        summary="4 aperture da parte di 2 persone, in 1 pratica.",
        highlights=(),
        recipients=("Fittizia Prova",),
        sections=(
            Facts(
                "La richiesta", (("Paziente", "Fittizia Prova"), ("Richiesta", "Scritta, 20 novembre 2026"))
            ),
            Table(
                "OL-2026-000123 · Ematologia",
                ("Quando", "Chi, in quale ruolo", "Che cosa", "Perché"),
                (
                    (when, "Dott. Paolo Neri\nFarmacista", "La pratica", "Farmacia: istruttoria"),
                    (when, "Dott. Marco Ferri\nPrescrittore", "Una lettera", glass),
                ),
                widths=(22, 26, 22, 30),
            ),
        ),
        signatories=(),
        decision={"report": "RA-2026-000001", "files": [{"application": "OL-2026-000123", "openings": 4}]},
    )


def every_kind() -> list[Letter]:
    return [
        approval(),
        rejection(),
        information_request(),
        reassessment(),
        dose_change(),
        provisional(),
        minutes(),
        inadmissibility(),
        report(),
        access_report(),
    ]
