"""Drawing a letter: the same bytes everywhere, nothing from outside, nothing of the reader's markup."""

import hashlib
import multiprocessing
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from django.conf import settings as project

from documents import letters
from documents.cleaning import cleaned
from documents.content import Address, Letter, Points, Text
from documents.qr import picture
from tests.documents import samples


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def with_text(text: str) -> Letter:
    return replace(samples.approval(), sections=(Text("Testo", (text,)),))


@pytest.mark.parametrize("seed", ["0", "1"])
def test_another_process_draws_the_same_bytes(drawn, seed):
    program = (
        "import django, hashlib, sys; django.setup()\n"
        "from documents import letters; from tests.documents import samples\n"
        "print(hashlib.sha256(letters.draw(samples.approval())).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.BASE_DIR,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == hashlib.sha256(drawn).hexdigest()


def test_the_page_says_what_the_letter_says(drawn):
    text = text_of(drawn)
    for words in (
        "OL-2026-000123/1",
        "23 novembre 2026",
        "Autorizzata",
        "155 g per ciclo",
        "77,5 kg",
        "Prova Ada",
        "Dalakas",
        "K7QM2-XPD9F",
        "nullaosta.ospedale.example/verifica/",
        "Prof.ssa Elena Conti",
        "3 favorevoli",
    ):
        assert words in text
    assert "1/2" in text.replace(" ", "")


def test_the_fixed_words_are_italian(drawn):
    text = text_of(drawn)
    assert "Verifica di autenticità" in text
    assert "Numero" in text
    assert "Authenticity" not in text


def test_without_a_time_stamp_authority_the_page_says_so(settings):
    settings.TIMESTAMP_URL = ""
    assert "senza marca temporale" in text_of(letters.draw(samples.approval()))
    settings.TIMESTAMP_URL = "http://127.0.0.1:1"
    assert "senza marca temporale" not in text_of(letters.draw(samples.approval()))


def test_markup_in_a_text_is_text():
    text = text_of(letters.draw(with_text("<b>grassetto</b> <img src=x> &amp; {{ letter.code }}")))
    assert "<b>grassetto</b> <img src=x> &amp; {{ letter.code }}" in text


def test_a_template_that_asks_for_a_file_stops_the_drawing(monkeypatch):
    page = letters._page
    link = '<link rel="attachment" href="file:///etc/passwd"></head>'
    monkeypatch.setattr(letters, "_page", lambda letter: page(letter).replace("</head>", link))
    with pytest.raises(letters.DrawingFailed):
        letters.draw(samples.approval())


def test_a_template_that_asks_for_an_address_stops_the_drawing(monkeypatch):
    page = letters._page
    picture = '<img alt="" src="http://127.0.0.1:9/x.png"></body>'
    monkeypatch.setattr(letters, "_page", lambda letter: page(letter).replace("</body>", picture))
    with pytest.raises(letters.DrawingFailed):
        letters.draw(samples.approval())


def test_a_very_long_word_is_broken_and_not_cut():
    text = text_of(letters.draw(with_text("W" * 2_000)))
    assert text.count("W") == 2_000


def test_a_long_list_runs_over_pages():
    letter = replace(
        samples.approval(), sections=(Points("Punti", tuple(f"punto {n}." for n in range(200))),)
    )
    text = text_of(letters.draw(letter))
    assert all(f"punto {n}." in text for n in range(200))


def _draw_and_leave(letter: Letter) -> None:
    letters.draw(letter)


def test_a_forked_child_that_ends_takes_no_letters_from_its_parent(drawn):
    child = multiprocessing.get_context("fork").Process(target=_draw_and_leave, args=(samples.rejection(),))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert letters.draw(samples.approval()) == drawn


def test_other_programs_started_from_here_keep_their_fonts(drawn):
    assert "FONTCONFIG_FILE" not in os.environ


def test_only_our_fonts_are_embedded(drawn, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(drawn)
    listed = subprocess.run(["pdffonts", tmp_path / "letter.pdf"], capture_output=True, text=True, check=True)
    fonts = {line.split()[0].split("+")[-1] for line in listed.stdout.splitlines()[2:]}
    assert fonts
    assert all(
        name.startswith(("Titillium-Web", "TitilliumWeb", "DejaVu-Sans", "DejaVuSans")) for name in fonts
    )


def test_a_code_to_scan_holds_the_address_as_it_is(drawn):
    """However long: a place to break a long word is no part of an address."""
    address = "https://nullaosta.un-ospedale-dal-nome-che-non-finisce-mai.example/verifica/?number=OL-2026-1"
    page = letters._page(cleaned(replace(samples.approval(), verify_url=Address(address)), frozenset()))
    assert picture(address) in page
    assert "OL-2026-000123/1-H" in text_of(drawn)
