"""The catalogue for machines: what was published, to whoever is signed in."""

import pytest

from tests.api.machine import problem
from tests.approvals.walk import catalogue
from tests.people import people

__all__ = ["catalogue", "people"]


@pytest.fixture
def signed_in(client, people):
    client.force_login(people["prescriber-w3"])
    return client


def test_the_published_rows_come_in_printed_order(signed_in, catalogue):
    rows = signed_in.get("/api/v1/indications").json()
    printed = [row for row in rows if row["area"] != "outside"]
    assert len(printed) == 24
    assert [row["code"] for row in (rows[0], printed[-1], rows[-1])] == ["IMM-01", "OFT-03", "EXT-01"]


def test_one_row_carries_printed_text_and_references(signed_in, catalogue):
    row = signed_in.get("/api/v1/indications/IMM-01").json()
    assert len(row["references"]) == 5
    assert "In studio eculizumab" in row["printed_reference_therapies"]
    assert {use["code"] for use in row["sub_criteria"]}


@pytest.mark.parametrize("code", ["XXX-99", "IMM-1", "../etc", "%00"])
def test_an_unknown_row_is_not_found(signed_in, catalogue, code):
    assert signed_in.get(f"/api/v1/indications/{code}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(signed_in, catalogue, method):
    assert getattr(signed_in, method)("/api/v1/indications/IMM-01").status_code == 405


def test_strangers_get_nothing(client, catalogue):
    answer = client.get("/api/v1/indications")
    assert problem(answer) == "unauthenticated"
    assert answer.status_code == 401
    assert b"IMM-01" not in answer.content
