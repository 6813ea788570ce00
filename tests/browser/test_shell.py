"""The frame of every page and the pieces of frontend/README.md, as the browser draws them."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import include, path
from playwright.sync_api import expect

from accounts.models import User

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "frontend/README.md").read_text()
PIECES = "\n".join(re.findall(r"```html\n(.*?)```", README, re.S))
SPECIMEN = (
    '{% extends "base.html" %}{% block title %}Pieces{% endblock %}{% block heading %}Pieces{% endblock %}'
    "{% block content %}" + PIECES + "{% endblock %}"
    '{% block savebar %}<div class="savebar"><div class="container"><button class="button">Salva</button>'
    '<p class="saved" role="status">Bozza salvata alle 10:42</p></div></div>{% endblock %}'
)
FORM = (
    '{% extends "base.html" %}{% block title %}Form{% endblock %}{% block heading %}Form{% endblock %}'
    "{% block above %}{% error_summary form %}{% endblock %}"
    '{% block content %}<form method="post" novalidate hx-post="/autosave/" hx-target="#saved"'
    ' hx-trigger="input changed delay:1s, autosave" data-autosave="#saved">{% csrf_token %}'
    "{% for field in form %}{{ field.as_field_group }}{% endfor %}"
    '<button class="button">Salva</button></form><p class="saved" id="saved" role="status"'
    ' data-failed="Bozza non salvata"></p>{% endblock %}'
)


class EveryKind(forms.Form):
    weight = forms.CharField(
        label="Peso",
        help_text="Per esempio 82,5.",
        widget=forms.TextInput(attrs={"data-unit": "kg", "data-size": "6", "inputmode": "decimal"}),
    )
    measured_on = forms.DateField(label="Data", widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(
        label="Sesso",
        help_text="Per il peso ideale.",
        choices=[("f", "Femmina"), ("m", "Maschio")],
        widget=forms.RadioSelect(attrs={"data-inline": ""}),
    )
    drugs = forms.MultipleChoiceField(
        label="Farmaci", choices=[("a", "Uno"), ("b", "Due")], widget=forms.CheckboxSelectMultiple
    )
    notes = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    unit = forms.ChoiceField(label="Unità", choices=[("", "—"), ("w3", "W3")])
    proof = forms.FileField(label="Referto")
    consent = forms.BooleanField(label="Il consenso è stato raccolto")
    version = forms.CharField(widget=forms.HiddenInput, required=False)


def specimen(request):
    return HttpResponse(engines["django"].from_string(SPECIMEN).render({}, request))


def form(request):
    form = EveryKind(request.POST if request.method == "POST" else None)
    page = engines["django"].from_string(FORM).render({"form": form}, request)
    return HttpResponse(page, status=422 if form.errors else 200)


def autosave(request):
    if request.POST["weight"] == "guasto":
        return HttpResponse(status=500)
    return HttpResponse("Bozza salvata alle 10:42")


urlpatterns = [
    path("pieces/", specimen),
    path("form/", form),
    path("autosave/", autosave),
    path("", include("config.urls")),
]


@pytest.fixture
def person(people) -> User:
    return people["prescriber-w3"]


@pytest.fixture
def pieces(person, page, sign_in):
    with override_settings(ROOT_URLCONF=__name__):
        sign_in(page, person.username)
        page.goto("/pieces/")
        yield page


@pytest.mark.parametrize("width", [1440, 390])
def test_every_documented_piece_is_accessible(pieces, axe):
    axe(pieces)


def test_no_piece_scrolls_sideways_at_320_pixels_with_spaced_text(pieces, no_sideways_scroll):
    no_sideways_scroll(pieces)


def test_a_dependent_question_follows_its_answer(pieces):
    why = pieces.get_by_label("Perché?")
    expect(why).to_be_visible()
    pieces.get_by_label("No, segue il catalogo").check()
    expect(why).to_be_hidden()


def test_the_filter_ignores_accents_and_says_how_many_it_found(pieces):
    pieces.get_by_label("Filtra il catalogo").fill("guillain barre")
    expect(pieces.get_by_text("1 indicazione", exact=True)).to_be_visible()
    expect(pieces.get_by_label("Sindrome della persona rigida")).to_be_hidden()
    expect(pieces.get_by_label("Sindrome di Guillain-Barré")).to_be_visible()


def test_an_irreversible_act_is_repeated_before_it_is_done(pieces):
    pieces.get_by_role("button", name="Vota").click()
    dialog = pieces.get_by_role("dialog")
    expect(dialog).to_contain_text("Voto: Favorevole.")
    dialog.get_by_role("button", name="Annulla").click()
    expect(dialog).to_be_hidden()


def test_every_stop_of_the_keyboard_is_visible_and_not_covered(pieces):
    covered = []
    for _ in range(pieces.locator("a, button, input, select, textarea, summary").count()):
        pieces.keyboard.press("Tab")
        seen = pieces.evaluate(
            """() => {
                const one = document.activeElement, box = one.getBoundingClientRect();
                if (one === document.body) return null;
                const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, 20) / 2];
                const top = document.elementFromPoint(x, y);
                const isSeen = [one, one.labels?.[0]].some((it) => it?.contains(top)) || top?.contains(one);
                const hasRing = getComputedStyle(one).outlineStyle !== "none";
                return isSeen && hasRing ? null : one.outerHTML.slice(0, 120);
            }"""
        )
        if seen:
            covered.append(seen)
    assert covered == []


def test_the_first_visit_is_light(person, page, sign_in):
    sizes: dict[str, int] = {}

    def weigh(response):
        body = response.body() if response.status == 200 else b""
        sizes[response.url] = len(body) if response.url.endswith(".woff2") else len(gzip.compress(body))

    page.on("response", weigh)
    sign_in(page, person.username)
    page.goto("/profilo/")
    page.wait_for_load_state("networkidle")

    def of(ending):
        return sum(size for url, size in sizes.items() if url.split("?")[0].endswith(ending))

    assert len(sizes) <= 12
    assert sum(sizes.values()) <= 130_000
    assert of(".js") <= 25_000
    assert of(".css") <= 30_000
    assert of("/profilo/") <= 15_000


@pytest.fixture
def filled(person, page, sign_in):
    with override_settings(ROOT_URLCONF=__name__):
        sign_in(page, person.username)
        page.goto("/form/")
        yield page


@pytest.mark.parametrize("width", [1440, 390])
def test_every_kind_of_field_is_accessible_empty_and_with_errors(filled, axe, no_sideways_scroll):
    axe(filled)
    expect(filled.get_by_label("Note (facoltativo)")).to_be_visible()
    expect(filled.get_by_text("(facoltativo)")).to_have_count(1)
    filled.get_by_role("button", name="Salva").click()
    expect(filled).to_have_title("Errore: Form · nullaosta")
    axe(filled)
    no_sideways_scroll(filled)


def test_the_error_summary_follows_the_fields_and_every_link_arrives(filled):
    filled.get_by_role("button", name="Salva").click()
    links = filled.locator(".errors a")
    expect(links).to_have_count(7)
    targets = [link.get_attribute("href").removeprefix("#id_") for link in links.all()]
    assert targets == ["weight", "measured_on", "sex_0", "drugs_0", "unit", "proof", "consent"]
    for target in targets:
        expect(filled.locator(f"#id_{target}")).to_have_count(1)


def test_hint_and_error_are_read_with_their_field(filled):
    filled.get_by_role("button", name="Salva").click()
    weight = filled.get_by_label("Peso")
    assert weight.get_attribute("aria-describedby") == "id_weight_helptext id_weight_error"
    expect(weight).to_have_accessible_description(re.compile("Per esempio 82,5. .*obbligatorio"))


def test_a_draft_saves_itself_and_says_when_it_could_not(filled, complaints):
    filled.get_by_label("Peso").fill("82,5")
    expect(filled.locator("#saved")).to_have_text("Bozza salvata alle 10:42")
    filled.get_by_label("Peso").fill("guasto")
    expect(filled.locator("#saved")).to_have_text("Bozza non salvata")
    filled.get_by_label("Peso").fill("83")
    expect(filled.locator("#saved")).to_have_text("Bozza salvata alle 10:42")
    assert all("500" in complaint for complaint in complaints)
    complaints.clear()


def test_after_the_session_s_end_the_page_stays_and_a_dialog_leads_back(person, page):
    with override_settings(ROOT_URLCONF=__name__, DEMO=True):
        page.goto("/accedi/?next=/form/")
        page.get_by_role("button", name="prescriber-w3").click()
        expect(page.get_by_label("Peso")).to_be_visible()
        page.wait_for_load_state()  # typed before the scripts listen, it would not be saved
        Session.objects.all().delete()
        page.get_by_label("Peso").fill("82,5")
        dialog = page.get_by_role("dialog", name="La sessione è scaduta")
        expect(dialog.get_by_role("link")).to_have_attribute("href", "/accedi/?next=/form/")
        expect(page.get_by_label("Peso")).to_have_value("82,5")


def test_what_was_compiled_is_what_is_committed():
    vendor = json.loads((ROOT / "frontend/VENDOR.json").read_text())
    actual = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in vendor["sha256"]}
    assert actual == vendor["sha256"]


def test_the_lockfile_names_no_registry_host():
    assert "resolved" not in (ROOT / "frontend/package-lock.json").read_text()
