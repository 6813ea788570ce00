from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from catalogue import products
from catalogue.dose_sentences import STABILISERS
from catalogue.dose_values import DoseError


class ProductQuerySet(models.QuerySet["Product"]):
    def active(self) -> ProductQuerySet:
        """What one may choose today, by name."""
        return self.filter(is_active=True)


class Product(models.Model):
    """One immunoglobulin the pharmacy knows. Inactive ones stay, for the applications that name them."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100, unique=True)
    manufacturer = models.CharField(max_length=100)
    atc = models.CharField(max_length=7, default=products.ATC)
    sizes_g = ArrayField(
        models.DecimalField(max_digits=5, decimal_places=2), help_text="Vials in grams, the smallest first"
    )
    g_per_100_ml = models.DecimalField(max_digits=5, decimal_places=2)
    stabiliser = models.CharField(
        max_length=10,
        choices=[(one.value, STABILISERS[one]) for one in products.Stabiliser],
        default=products.Stabiliser.NONE.value,
    )
    iga_ug_ml = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="µg/mL at most; empty: not stated"
    )
    is_active = models.BooleanField(default=True)
    loaded_at = models.DateTimeField()
    # Products come by a command of the installation: null is "the installation itself".
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(g_per_100_ml__gt=0), name="product_concentration_above_zero"),
            models.CheckConstraint(condition=Q(sizes_g__len__gt=0), name="product_has_a_vial"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.value(on=date.max).check()
        except DoseError as error:
            raise ValidationError(f"vials, concentration or price: {error.code}.") from error
        except (AttributeError, TypeError, ValueError):
            return  # a field holds what it cannot hold, and is complained about by itself

    def value(self, *, on: date) -> products.Product:
        """The product as the dose arithmetic knows it, with the price in force on that day."""
        held = [price for price in self.prices.all() if price.valid_from <= on] if self.pk else []
        price = max(held, key=lambda price: price.valid_from, default=None)
        return products.Product(
            code=self.code,
            name=self.name,
            sizes_g=tuple(self.sizes_g),
            g_per_100_ml=self.g_per_100_ml,
            manufacturer=self.manufacturer,
            atc=self.atc,
            stabiliser=products.Stabiliser(self.stabiliser),
            iga_ug_ml=self.iga_ug_ml,
            price_per_g=None if price is None else price.euro_per_g,
            priced_on=None if price is None else price.valid_from,
        )


class ProductPrice(models.Model):
    """What a gram costs from a day on, until the next price. Once recorded it stays (migration 0005)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    valid_from = models.DateField()
    euro_per_g = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ["product", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["product", "valid_from"], name="product_price_once_a_day"),
            models.CheckConstraint(condition=Q(euro_per_g__gte=0), name="product_price_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.euro_per_g} €/g from {self.valid_from}"
