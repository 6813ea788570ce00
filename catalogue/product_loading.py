"""Products and their prices from a JSON file: {"products": [{code, name, …, prices: [{valid_from, …}]}]}.

What the file does not name stays as it is; a product is withdrawn with "is_active": false, never deleted.
Prices are a history: new days are added, a price recorded for a day never changes.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from catalogue.models import Product, ProductPrice

DEMO = Path(__file__).parent / "data" / "products-demo.json"
FIELDS = ("name", "manufacturer", "atc", "sizes_g", "g_per_100_ml", "stabiliser", "iga_ug_ml", "is_active")
REQUIRED = ("code", "name", "manufacturer", "sizes_g", "g_per_100_ml")


class ProductError(ValueError):
    """Why a file of products was not loaded: one sentence per fault, each names its product."""


@dataclass
class Loaded:
    """Codes of products, and how many prices came new."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    prices: int = 0


def load(path: Path, *, at: datetime) -> Loaded:
    """Bring the products of a file into the database, all or none. Raises ProductError."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["products"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProductError(f'{path} is not a JSON file with a list of "products": {error}.') from error
    loaded = Loaded()
    with transaction.atomic():
        for number, entry in enumerate(entries, 1):
            _load_one(entry, f"product {number}", loaded, at=at)
    return loaded


def _load_one(entry: Any, where: str, loaded: Loaded, *, at: datetime) -> None:
    if not isinstance(entry, dict) or any(entry.get(name) in (None, "", []) for name in REQUIRED):
        raise ProductError(f"{where}: give {', '.join(REQUIRED)}.")
    where = f"{where} ({entry['code']})"
    if unknown := sorted(set(entry) - {"code", "prices", *FIELDS}):
        raise ProductError(f"{where}: unknown: {', '.join(unknown)}.")
    product = Product.objects.filter(code=entry["code"]).first() or Product(code=entry["code"], loaded_at=at)
    is_new = product.pk is None
    given = {name: entry[name] for name in FIELDS if name in entry}
    given["sizes_g"] = [_decimal(size, where) for size in entry["sizes_g"]]
    before = {name: getattr(product, name) for name in given}
    for name, value in given.items():
        setattr(product, name, value)
    try:
        product.full_clean()
        is_same = before == {name: getattr(product, name) for name in given}
        if not is_same:
            product.loaded_at = at
            product.save()
        for price in entry.get("prices", []):
            loaded.prices += _load_price(product, price, where)
    except ValidationError as error:
        raise ProductError(f"{where}: {'; '.join(error.messages)}") from error
    (loaded.added if is_new else loaded.left if is_same else loaded.changed).append(product.code)


def _decimal(value: Any, where: str) -> Decimal:
    try:
        return Decimal(str(value))
    except ArithmeticError as error:
        raise ProductError(f"{where}: {value} is no number.") from error


def _load_price(product: Product, entry: Any, where: str) -> bool:
    """Whether it is new. Another price for a day that has one is refused."""
    try:
        valid_from, euro = date.fromisoformat(entry["valid_from"]), _decimal(entry["euro_per_g"], where)
    except (KeyError, TypeError, ValueError) as error:
        raise ProductError(f"{where}: a price is {{valid_from, euro_per_g}}.") from error
    known = ProductPrice.objects.filter(product=product, valid_from=valid_from).first()
    if known is None:
        price = ProductPrice(product=product, valid_from=valid_from, euro_per_g=euro)
        price.full_clean()
        price.save()
    elif known.euro_per_g != euro:
        raise ProductError(
            f"{where}: the price from {valid_from} is {known.euro_per_g} and stays: give the new one a day."
        )
    return known is None
