"""The catalogue at a date: each row as printed, beside the way it is read.

A published edition and everything that hangs from it never changes again: the triggers of migration 0002
refuse it, whoever asks. New content is a new edition (`catalogue/loading.py`).
"""

from catalogue.models.edition import Edition
from catalogue.models.history import Discarded, Edit, Upload
from catalogue.models.indication import Indication, IndicationQuerySet
from catalogue.models.named import Named
from catalogue.models.parts import Reference, ReferenceTherapy, SubCriterion
from catalogue.models.product import Product, ProductPrice

__all__ = [
    "Discarded",
    "Edit",
    "Edition",
    "Indication",
    "IndicationQuerySet",
    "Named",
    "Product",
    "ProductPrice",
    "Reference",
    "ReferenceTherapy",
    "SubCriterion",
    "Upload",
]
