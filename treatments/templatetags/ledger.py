"""Grams as the ledger shows them: to the milligram, for they have to add up."""

from decimal import Decimal

from django import template

from catalogue.dose_words import SPACE, number

register = template.Library()


@register.filter
def grams(value: Decimal) -> str:
    """Return "154,6 g", "0,375 g", "−40 g", never broken."""
    return f"{number(value, 3)}{SPACE}g".replace("-", "−")
