"""A small edition for tests that need a row and do not care which."""

from datetime import UTC, date, datetime
from decimal import Decimal

from catalogue.models import Edition, Indication, Reference, ReferenceTherapy, SubCriterion

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def draft(code: str = "test-1") -> Edition:
    """A draft with one complete row."""
    edition = Edition.objects.create(
        code=code, title="Test", printed_title="TABELLA", effective_on=date(2026, 1, 1), loaded_at=NOON
    )
    row = Indication.objects.create(
        edition=edition,
        position=1,
        code="IMM-01",
        area="immunology",
        priority="low",
        name_it="Prova",
        name_en="Test",
        printed_condition="Prova",
        printed_reference_therapies="PDN",
        printed_schedule="IVIg 0.4-0.5g/kg per 2-5 gg",
        population="any",
        basis="per_day",
        basis_source="rule",
        dose_min=Decimal("0.4"),
        dose_max=Decimal("0.5"),
        days_min=2,
        days_max=5,
        reassessment_trigger="rule",
    )
    SubCriterion.objects.create(indication=row, position=1, code="one", name_it="Uno", name_en="One")
    ReferenceTherapy.objects.create(
        indication=row,
        position=1,
        code="pdn",
        printed="PDN",
        name_it="Prednisone",
        name_en="Prednisone",
        role="reference",
    )
    Reference.objects.create(indication=row, position=1, printed="Author. Journal 2020;1:1.")
    return edition


def published(code: str = "test-1") -> Edition:
    edition = draft(code)
    edition.status, edition.published_at = "published", NOON
    edition.save()
    return edition
