"""Names of files: a person's words, harmless everywhere, ending as the content says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.file_names import LONGEST, tidy
from approvals.models import ContentType

PDF = ContentType.PDF


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("consenso firmato.pdf", "consenso firmato.pdf"),
        ("CONSENSO.PDF", "CONSENSO.pdf"),
        ("referto.exe", "referto.pdf"),
        ("referto.docx", "referto.pdf"),
        ("referto 12.03.2026", "referto 12.03.2026.pdf"),
        ("foto.jpeg", "foto.pdf"),
        (r"C:\Utenti\rossi\esami.pdf", "esami.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("esami\u202efdp.exe", "esamifdp.pdf"),
        ("esa\u200bmi\u2066.pdf", "esami.pdf"),
        ("a\x00b\x1fc\nd.pdf", "abc d.pdf"),
        ("perche\u0301.pdf", "perché.pdf"),
        ('a<b>"c|d?.pdf', "a-b--c-d-.pdf"),
        ("   ...  ", "allegato.pdf"),
        (".pdf", "allegato.pdf"),
        ("", "allegato.pdf"),
        ("検査 结果 اختبار.pdf", "検査 结果 اختبار.pdf"),
    ],
)
def test_names_as_they_are_kept(given_name, kept):
    assert tidy(given_name, PDF) == kept


def test_both_endings_of_a_photograph_are_right():
    assert tidy("a.JPEG", ContentType.JPEG) == "a.jpeg"
    assert tidy("a.jpg", ContentType.JPEG) == "a.jpg"


def test_a_long_name_is_cut_before_its_ending():
    assert tidy("à" * 400 + ".pdf", PDF) == "à" * (LONGEST - 4) + ".pdf"


@given(st.text(max_size=400), st.sampled_from(ContentType))
def test_any_text_makes_a_harmless_name_that_stays_as_it_is(text, content_type):
    name = tidy(text, content_type)
    assert 4 < len(name) <= LONGEST
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set('<>:"|?*\\/\n\r\t\0')
    assert not {unicodedata.category(one) for one in name} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert tidy(name, content_type) == name
