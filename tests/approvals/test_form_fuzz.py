"""Whatever is posted to the form: never a server error, never a lost draft, every refusal names its field."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals import drafts, sections
from approvals.models import Application, AttachmentKind
from approvals.sections import SECTIONS
from catalogue.models import Indication
from tests.approvals.answers import make_catalogue, make_draft

pytestmark = pytest.mark.django_db

# Each example leaves the draft as the one before left it: a form must take any history.
often = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.sampled_from(["1.250", "82,5", "-0", "1e400", "NaN", "∞", "٣", "½", "0,4 g", "9" * 400, "2.000,5"]),
)
days = st.one_of(
    st.dates().map("{0.day}/{0.month}/{0.year}".format),
    st.dates().map(str),
    st.sampled_from(["31/2/2026", "29/2/2025", "0/0/0000", "5 marzo 2026", "1/1/1", "99999-01-01"]),
)
texts = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(codec="utf-8", categories=["Cc", "Cf", "Co", "Zl", "Zp", "So"]), max_size=40),
    st.sampled_from(
        ["<script>alert(1)</script>", "{{ 7|add:7 }}", "%(name)s %s %d", "'; DROP TABLE --", "\x00"]
    ),
    st.integers(9_990, 100_000).map(lambda length: "è" * length),
)


@pytest.fixture
def draft(people):
    make_catalogue()
    return make_draft(people["prescriber-w3"], at=timezone.now())


@pytest.fixture
def client(draft):
    client = Client()
    client.force_login(draft.author)
    return client


def typed(names):
    """What a hand, a paste or a program may put into each of the fields, and into one that does not exist."""
    codes = list(Indication.objects.values_list("code", flat=True))
    words = st.sampled_from(
        ["yes", "no", "none", "written", "refused", "failed", "F", "M", "nonsense", *codes]
    )
    answers = st.one_of(words, numbers, days, texts)
    several = st.one_of(answers, st.lists(answers, max_size=4))
    return st.dictionaries(st.sampled_from([*names, "made_up_field"]), several, max_size=len(names))


def field_names(draft, slug):
    return list(sections.bind(slug, draft, at=timezone.now()).fields)


def as_from_the_page(draft, slug):
    """What a page that shows the stored answers sends along."""
    stored = Application.objects.get(pk=draft.pk)
    return {"page": "0a", "fingerprint": drafts.fingerprint(stored, slug), "then": "next"}


def errors_of(page):
    """The links of the error summary, or its bare sentences."""
    summary = re.search(r'<div class="errors".*?</div>', page, re.S)
    assert summary, "a refused page has an error summary"
    return summary.group()


def assert_every_error_is_placed(page, draft, slug):
    summary = errors_of(page)
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in page
    bare = [unescape(one) for one in re.findall(r"<li>([^<]+)</li>", summary)]
    labels = [str(field.label) for field in sections.bind(slug, draft, at=timezone.now()).fields.values()]
    for sentence in bare:
        assert any(sentence.startswith(label) for label in labels), sentence


@pytest.mark.parametrize("slug", SECTIONS)
def test_any_answers_are_kept_or_refused_by_name(slug, draft, client):
    names = field_names(draft, slug)
    page_url = reverse("section", args=[draft.pk, slug])

    @often
    @given(st.data())
    def post(data):
        before = Application.objects.get(pk=draft.pk).answers
        answer = client.post(page_url, {**data.draw(typed(names)), **as_from_the_page(draft, slug)})
        assert answer.status_code in (302, 422)
        after = Application.objects.get(pk=draft.pk).answers
        untouched = set(SECTIONS) - {slug}
        assert {name: after.get(name) for name in untouched} == {name: before.get(name) for name in untouched}
        if answer.status_code == 422:
            assert_every_error_is_placed(answer.content.decode(), draft, slug)
        for url in (page_url, page_url + "?missing"):
            assert client.get(url).status_code == 200

    post()


@pytest.mark.parametrize("slug", SECTIONS)
def test_any_autosave_says_that_it_saved_or_why_not(slug, draft, client):
    names = field_names(draft, slug)

    @often
    @given(st.data())
    def post(data):
        answer = client.post(
            reverse("autosave", args=[draft.pk, slug]),
            {**data.draw(typed(names)), **as_from_the_page(draft, slug)},
        )
        assert answer.status_code == 200 and answer.content.strip()

    post()


heads = st.sampled_from(
    [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"GIF89a"]
)
uploads = st.builds(
    lambda head, body, name, said: SimpleUploadedFile(name or "x", head + body, content_type=said),
    heads,
    st.binary(max_size=400),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=40),
    st.sampled_from(["application/pdf", "image/png", "text/html", "x", ""]),
)


def test_any_file_is_kept_or_refused_in_words_and_loses_nothing(draft, client):
    page_url = reverse("attachments", args=[draft.pk])
    kinds = st.one_of(st.sampled_from([*AttachmentKind.values, "", "nonsense"]), texts)

    @often
    @given(st.lists(uploads, max_size=3), kinds)
    def post(given_files, kind):
        before = Application.objects.get(pk=draft.pk)
        kept = set(before.attachments.values_list("pk", flat=True))
        answer = client.post(page_url, {"kind": kind, "file": given_files})
        assert answer.status_code in (302, 422)
        after = Application.objects.get(pk=draft.pk)
        assert after.answers == before.answers
        assert kept <= set(after.attachments.values_list("pk", flat=True))
        if answer.status_code == 422:
            assert errors_of(answer.content.decode())
        assert client.get(page_url).status_code == 200

    post()


def test_whatever_is_stored_the_whole_form_can_be_shown(draft, client):
    """Index and check page bind all sections at once: nonsense in one must not break another."""
    names = {slug: field_names(draft, slug) for slug in SECTIONS}

    @often
    @given(st.data())
    def show(data):
        slug = data.draw(st.sampled_from(sorted(SECTIONS)))
        posted = {**data.draw(typed(names[slug])), **as_from_the_page(draft, slug)}
        client.post(reverse("autosave", args=[draft.pk, slug]), posted)
        for name in ("draft", "check"):
            assert client.get(reverse(name, args=[draft.pk])).status_code == 200
        for panel in ("dose-panel", "row-panel"):
            assert client.post(reverse(panel, args=[draft.pk]), posted).status_code == 200

    show()
