"""The catalogue in force, and one row of any edition, as everybody signed in reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from catalogue.listing import by_area, priorities
from catalogue.models import Indication
from catalogue.search import matching


def catalogue(request: HttpRequest) -> HttpResponse:
    """The current catalogue by area, filtered by `q` and `priority`; for htmx only the rows."""
    text = request.GET.get("q", "").strip()
    everything = list(Indication.objects.current().with_everything())
    offered = priorities(everything)
    priority = request.GET.get("priority", "")
    priority = priority if priority in dict(offered) else ""
    rows = [row for row in matching(everything, text) if priority in ("", row.priority)]
    context = {
        "q": text,
        "priority": priority,
        "priorities": offered if len(offered) > 1 else [],
        "areas": by_area(rows),
        "found": len(rows),
        "edition": everything[0].edition if everything else None,
    }
    only_rows = "HX-Request" in request.headers
    return render(request, "catalogue/rows.html" if only_rows else "catalogue/catalogue.html", context)


def indication(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One row of any edition: as printed, as read, its references."""
    rows = Indication.objects.with_everything()
    row = get_object_or_404(rows, edition__code=edition, code=code)
    overlaps = rows.filter(edition=row.edition, code__in=row.overlaps_with)
    typos = [(_place(typo["where"]), typo["span"], typo["probably"]) for typo in row.suspected_typos]
    context = {"row": row, "edition": row.edition, "overlaps": overlaps, "typos": typos}
    return render(request, "catalogue/indication.html", context)


def _place(where: str) -> str:
    """Where in the printed row a suspected typo stands, in words."""
    name, _colon, number = where.partition(":")
    if name == "reference":
        return _("Reference %(number)s") % {"number": number}
    return {
        "condition": _("Condition"),
        "reference_therapies": _("Reference therapies"),
        "schedule": _("Schedule"),
        "note": _("Notes"),
    }[name]
