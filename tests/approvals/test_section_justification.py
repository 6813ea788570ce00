"""Why nothing else will do, and the literature: shapes of DOI and PMID, doubtful works, level of evidence."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from approvals import contents, snapshots, summaries
from approvals.evidence import evidence
from approvals.letters import blocks
from approvals.sections import Sheet
from approvals.sections.literature import Doi, Pmid
from catalogue.dosing import Dose
from catalogue.models import Indication, Reference
from tests.approvals.answers import AT, make_catalogue, make_draft

FIRST_RELEASE = json.loads((Path(__file__).parent / "data/frozen_first_release.json").read_text())


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def section(application, *, complete=True):
    return Sheet(application, at=AT, complete=complete)["justification"]


def errors(author, code="EMA-01", *, complete=True, **answers):
    return section(make_draft(author, code, justification=answers), complete=complete).errors


def frozen(author, code="EMA-01", **answers):
    return snapshots.content(make_draft(author, code, justification=answers), at=AT)


# Shapes


@pytest.mark.parametrize(
    "typed",
    [
        "10.1111/bjd.15850",
        " 10.1111/bjd.15850. ",
        "https://doi.org/10.1111/bjd.15850",
        "http://dx.doi.org/10.1111/bjd.15850",
        "doi.org/10.1111/bjd.15850",
        "HTTPS://DOI.ORG/10.1111%2Fbjd.15850",
        "doi:10.1111/bjd.15850",
        "DOI 10.1111/bjd.15850",
    ],
)
def test_a_doi_is_read_however_it_was_copied(typed):
    assert Doi().clean(typed) == "10.1111/bjd.15850"


@pytest.mark.parametrize(
    "typed",
    ["10.1111", "11.1111/x", "10.11/x", "10.1111/a b", "bjd.15850", "29660074", "https://x.it/10.1111/a"],
)
def test_what_is_no_doi_is_refused(typed):
    with pytest.raises(ValidationError):
        Doi().clean(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "29660074",
        " PMID: 29660074 ",
        "pmid 29660074.",
        "https://pubmed.ncbi.nlm.nih.gov/29660074/",
        "pubmed.ncbi.nlm.nih.gov/29660074",
    ],
)
def test_a_pmid_is_read_however_it_was_copied(typed):
    assert Pmid().clean(typed) == "29660074"


@pytest.mark.parametrize("typed", ["0", "012", "123456789", "PMC29660074", "29660074a", "10.1111/bjd.15850"])
def test_what_is_no_pmid_is_refused(typed):
    with pytest.raises(ValidationError):
        Pmid().clean(typed)


def test_nothing_is_typed_and_nothing_is_wrong():
    assert Doi().clean("") == Pmid().clean("  ") == ""


# Works of one's own


@pytest.mark.parametrize("work", [{"doi_1": "10.1111/x"}, {"pmid_3": "123"}, {"citation_6": "Un lavoro"}])
def test_one_name_is_enough_for_a_work(author, work):
    assert not errors(author, references=[], **work)


@pytest.mark.parametrize("code", ["EMA-06", "TRA-01", "OFT-02"])
def test_rows_without_a_citation_or_not_routinely_indicated_want_an_own_work(author, code):
    none = {"doi_1": "", "citation_1": ""}
    assert list(errors(author, code, **none)) == ["doi_1"]
    assert not errors(author, code, **none, pmid_2="29660074")
    assert not errors(author, code, **none, own_literature="Un lavoro, come si scriveva prima")


def test_a_wrong_entry_is_told_once_and_even_in_a_draft(author):
    assert list(errors(author, "EMA-06", doi_1="dieci", citation_1="")) == ["doi_1"]
    assert list(errors(author, complete=False, pmid_2="10.1111/x")) == ["pmid_2"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"doi_1": "10.1111/BJD.1"}, {"doi_2": "https://doi.org/10.1111/bjd.1"}),
        ({"pmid_1": "123", "doi_1": "10.1111/a"}, {"pmid_2": "PMID: 123"}),
        ({"citation_1": "Rossi A. Titolo. 2020"}, {"citation_2": "rossi a, titolo, 2020."}),
    ],
)
def test_the_same_work_twice_is_refused(author, first, second):
    found = errors(author, **first, **second)
    assert list(found) == list(second) and "1" in found[next(iter(second))][0]


def test_different_works_are_no_duplicates(author):
    assert not errors(author, doi_1="10.1111/a", doi_2="10.1111/b", pmid_1="1", pmid_2="2")


def test_a_work_of_the_catalogue_is_ticked_not_written_again(author):
    known = Reference.objects.filter(indication__code="IMM-01").exclude(doi="").first()
    assert list(errors(author, "IMM-01", doi_2=known.doi.upper())) == ["doi_2"]
    assert list(errors(author, "IMM-01", citation_1=known.printed)) == ["citation_1"]


def test_works_are_frozen_normalised_and_cited(author):
    told = frozen(author, doi_2="https://doi.org/10.1111/x", pmid_2="PMID 77", citation_2="Rossi A.\n2020")
    assert told["justification"]["works"] == [{"doi": "10.1111/x", "pmid": "77", "citation": "Rossi A. 2020"}]
    cited = "Rossi A. 2020 doi:10.1111/x PMID 77"
    rows = {row.key: row.value for part in summaries.parts(told) for row in part.rows}
    assert rows["doi_1"] == cited and cited in blocks.literature(told).items


# Former drafts and contents


def test_former_literature_stays_in_the_form_is_counted_and_frozen(author):
    application = make_draft(author, justification={"references": [], "own_literature": "Uno\nDue"})
    form = section(application)
    assert "own_literature" in form.fields and not form.errors
    assert contents.works(snapshots.content(application, at=AT)) == ["Uno", "Due"]
    assert "own_literature" not in section(make_draft(author)).fields


@pytest.mark.parametrize("content", FIRST_RELEASE)
def test_the_letter_of_a_former_content_lists_its_literature(content):
    content["justification"]["own_literature"] = "Uno"
    items = blocks.literature(content).items
    assert list(items) == [*content["justification"]["references"], "Uno"]


# Doubtful works of the catalogue


@pytest.mark.parametrize(("code", "position"), [("PED-05", 1), ("EMA-05", 1)])
def test_relying_on_a_superseded_or_contradicting_work_wants_a_reason(author, code, position):
    ticked = {"references": [f"{code}/{position}", f"{code}/2"]}
    assert list(errors(author, code, **ticked)) == ["reference_reason"]
    assert not errors(author, code, **ticked, reference_reason="È la sola disponibile.")


def test_a_reason_without_its_work_is_forgotten(author):
    answers = {"references": ["PED-05/2"], "reference_reason": "Rimasta"}
    assert frozen(author, "PED-05", **answers)["justification"]["reference_reason"] is None


def test_a_doubtful_work_is_marked_wherever_it_is_read(author):
    told = frozen(author, "EMA-05", references=["EMA-05/1"], reference_reason="Unico lavoro.")
    note = Reference.objects.get(indication__code="EMA-05", position=1).note_it
    rows = {row.key: row.value for part in summaries.parts(told) for row in part.rows}
    assert note in rows["references"] and rows["reference_reason"] == "Unico lavoro."
    letter = " ".join(blocks.literature(told).items)
    assert note in letter and "Unico lavoro." in letter
    row = Indication.objects.current().with_everything().get(code="EMA-05")
    (judged,) = [one for one in evidence(told, row, Dose.from_dict(told["dose"])) if not one.is_met]
    assert "Unico lavoro." in judged.facts


def test_a_row_without_doubtful_works_asks_for_no_reason(author):
    assert "reference_reason" not in section(make_draft(author)).fields


# Level of evidence


def test_the_level_of_evidence_is_asked(author):
    assert list(errors(author, evidence_level="")) == ["evidence_level"]


@pytest.mark.parametrize(
    ("level", "is_enough"),
    [
        ("synthesis", True),
        ("randomised", True),
        ("phase_two", True),
        ("observational", False),
        ("cases", False),
        ("opinion", False),
    ],
)
def test_a_level_below_phase_two_passes_and_is_told_to_who_decides_and_on_the_letter(
    author, level, is_enough
):
    assert not errors(author, evidence_level=level)
    told = frozen(author, evidence_level=level)
    row = Indication.objects.current().with_everything().get(code="EMA-01")
    assert all(one.is_met for one in evidence(told, row, Dose.from_dict(told["dose"]))) is is_enough
    assert ("94/1998" in blocks.literature(told).items[-1]) is not is_enough
