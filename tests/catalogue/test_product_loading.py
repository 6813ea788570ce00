"""Products: loaded from a file all or none, never deleted, prices a history that only grows."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from catalogue.models import Product, ProductPrice
from catalogue.product_loading import DEMO, ProductError, load

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE = {
    "code": "prova-10",
    "name": "Prova 10 %",
    "manufacturer": "Nessuno",
    "sizes_g": ["5", "10"],
    "g_per_100_ml": "10",
    "prices": [{"valid_from": "2025-01-01", "euro_per_g": "50"}],
}


@pytest.fixture
def write(tmp_path):
    def write(*products):
        path = tmp_path / "products.json"
        path.write_text(json.dumps({"products": products}), encoding="utf-8")
        return path

    return write


def test_invented_products_load_twice_as_once():
    first, second = load(DEMO, at=AT), load(DEMO, at=AT)
    assert len(first.added) == Product.objects.count() == 5
    assert (first.prices, second.prices) == (ProductPrice.objects.count(), 0)
    assert (second.added, second.changed, second.left) == ([], [], first.added)


def test_invented_products_say_that_they_are():
    for product in json.loads(DEMO.read_text(encoding="utf-8"))["products"]:
        assert "inventat" in product["manufacturer"]


def test_every_product_is_one_the_dose_arithmetic_takes():
    load(DEMO, at=AT)
    for product in Product.objects.active():
        value = product.value(on=AT.date())
        value.check()
        assert value.price_per_g


def test_price_is_the_one_in_force_on_the_day(write):
    later = {"valid_from": "2026-02-01", "euro_per_g": "55.5"}
    load(write({**ONE, "prices": [*ONE["prices"], later]}), at=AT)
    product = Product.objects.active().get()
    for day, price, since in [
        (date(2024, 12, 31), None, None),
        (date(2025, 1, 1), Decimal("50"), date(2025, 1, 1)),
        (date(2026, 1, 31), Decimal("50"), date(2025, 1, 1)),
        (date(2026, 2, 1), Decimal("55.5"), date(2026, 2, 1)),
    ]:
        value = product.value(on=day)
        assert (value.price_per_g, value.priced_on) == (price, since)


def test_new_price_is_added_and_the_old_one_stays(write):
    load(write(ONE), at=AT)
    loaded = load(write({**ONE, "prices": [{"valid_from": "2026-01-01", "euro_per_g": "60"}]}), at=AT)
    assert (loaded.left, loaded.prices) == (["prova-10"], 1)
    assert [price.euro_per_g for price in ProductPrice.objects.all()] == [50, 60]


def test_recorded_price_never_changes(write):
    load(write(ONE), at=AT)
    with pytest.raises(ProductError, match=r"prova-10.*2025-01-01.*stays"):
        load(write({**ONE, "prices": [{"valid_from": "2025-01-01", "euro_per_g": "51"}]}), at=AT)
    assert ProductPrice.objects.get().euro_per_g == 50


def test_recorded_price_never_changes_in_the_database_either(write):
    load(write(ONE), at=AT)
    for act in (
        lambda: ProductPrice.objects.update(euro_per_g=1),
        lambda: ProductPrice.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="price"), transaction.atomic():
            act()


def test_product_is_withdrawn_not_deleted(write):
    load(write(ONE), at=AT)
    assert load(write({**ONE, "is_active": False}), at=AT).changed == ["prova-10"]
    assert Product.objects.exists() and not Product.objects.active().exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "product 2"),
        ({"sizes_g": []}, "product 2"),
        ({"sizes_g": ["10", "5"]}, "sizes_incoherent"),
        ({"sizes_g": ["molto"]}, "prova-11"),
        ({"g_per_100_ml": "0"}, "prova-11"),
        ({"g_per_100_ml": "dieci"}, "prova-11"),
        ({"stabiliser": "honey"}, "honey"),
        ({"colour": "blue"}, "unknown: colour"),
        ({"prices": [{"valid_from": "ieri", "euro_per_g": "1"}]}, "a price is"),
        ({"prices": [{"valid_from": "2026-01-01", "euro_per_g": "-1"}]}, "prova-11"),
        ({"name": "Prova 10 %"}, "prova-11"),
    ],
)
def test_bad_file_is_refused_whole_and_names_its_product(write, change, told):
    with pytest.raises(ProductError, match=told):
        load(write(ONE, {**ONE, "code": "prova-11", "name": "Prova 11", **change}), at=AT)
    assert not Product.objects.exists()


def test_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "products.json"
    for text in ("", "[]", "{}", "null"):
        path.write_text(text)
        with pytest.raises(ProductError, match=r"products\.json"):
            load(path, at=AT)


def test_command_tells_what_it_did(write):
    out = StringIO()
    call_command("load_products", write(ONE), stdout=out)
    assert out.getvalue() == "Products: 1 added, 0 changed, 0 left; new prices: 1.\n"


def test_command_loads_invented_products_in_demo_mode_only(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="invented"):
        call_command("load_products")
    settings.DEMO = True
    call_command("load_products", stdout=StringIO())
    assert Product.objects.count() == 5
