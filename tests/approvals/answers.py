"""Where every test of an application starts: the real catalogue, the cast, a draft with complete answers."""

from datetime import UTC, datetime
from pathlib import Path

from approvals import demo_consent, drafts
from approvals.demo_answers import complete_answers
from approvals.models import Application
from catalogue import loading
from tests.prepared import prepared

__all__ = ["AT", "complete_answers", "make_catalogue", "make_draft"]

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = AT.date()
CATALOGUE = Path(loading.__file__).parent / "data" / "2025-2.json"


def make_catalogue() -> None:
    prepared("catalogue", ["catalogue"], lambda: loading.load(loading.read(CATALOGUE), by=None, at=AT))


def make_draft(author, code="EMA-01", *, at=AT, person=0, **overrides) -> Application:
    """A draft of the author's own unit with complete answers and its consent; `overrides` by section."""
    unit = author.memberships.get(role="prescriber").unit
    application = drafts.start(by=author, unit=unit, at=at)
    answers = complete_answers(code, on=at.date(), person=person, **overrides)
    Application.objects.filter(pk=application.pk).update(answers=answers)
    demo_consent.attach(application, by=author, at=at)
    application.refresh_from_db()
    return application
