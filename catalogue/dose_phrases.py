"""What was asked and what it takes, in phrases: product, interval, reading in force, cost, supply."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.dose_sentences import STABILISERS
from catalogue.dose_words import euro, grams, long_day, number, reading_words
from catalogue.dosing import Dose, Family, Product, Request, Schedule, Supply, Unit


def product_words(product: Product | None) -> str:
    """Name and what is in it; any product where none was chosen."""
    if product is None:
        return _("any intravenous immunoglobulin")
    parts = [
        _("%(grams)s g/100 mL") % {"grams": number(product.g_per_100_ml)},
        str(STABILISERS[product.stabiliser]),
    ]
    return f"{product.name} ({', '.join(parts)})"


def interval_words(request: Request) -> str:
    """ "every 4 weeks"; empty where there is one cycle, or no interval was given."""
    if request.interval is None or request.cycles == 1:
        return ""
    forms = {
        Unit.DAYS: ngettext("every day", "every %(n)s days", request.interval),
        Unit.WEEKS: ngettext("every week", "every %(n)s weeks", request.interval),
        Unit.MONTHS: ngettext("every month", "every %(months)s months", request.interval),
    }
    return forms[request.unit] % {"n": request.interval, "months": request.interval}


def reading_sentence(dose: Dose) -> str:
    """Which reading of an ambiguous "g/kg" is in force, who settled that, and what the other would mean."""
    if dose.other is None:
        return ""
    settled = settled_words(dose.schedule)
    in_force = reading_words(dose.schedule.per)
    return _("%(in_force)s; if it were %(other)s, a cycle would be %(grams)s") % {
        "in_force": f"{in_force} ({settled})" if settled else in_force,
        "other": reading_words(dose.other.reading),
        "grams": grams(dose.other.cycle_g),
    }


def cost_words(supply: Supply) -> str:
    """Of a cycle and of the course, with the day its price holds from; empty without a price."""
    if supply.cycle_cost is None or supply.course_cost is None or supply.priced_on is None:
        return ""
    return _("%(cycle)s per cycle, %(course)s in all (price in force from %(day)s)") % {
        "cycle": euro(supply.cycle_cost),
        "course": euro(supply.course_cost),
        "day": long_day(supply.priced_on),
    }


def supply_words(supply: Supply) -> str:
    """What is to be supplied after what is left over."""
    return _("%(grams)s (%(carried)s are left from the previous period)") % {
        "grams": grams(supply.grams),
        "carried": grams(supply.carried_g),
    }


def settled_words(schedule: Schedule) -> str:
    """Who settled the reading of the row, and when; empty where the catalogue does not say."""
    english = get_language() == "en" and schedule.settled_by_en
    settled_by = schedule.settled_by_en if english else schedule.settled_by
    if not settled_by or schedule.family is not Family.DAILY:
        return ""
    if schedule.settled_on is None:
        return _("settled by: %(who)s") % {"who": settled_by}
    return _("settled on %(day)s by: %(who)s") % {"who": settled_by, "day": long_day(schedule.settled_on)}
