from django.db import models
from django.utils.translation import get_language


class Named(models.Model):
    """Something with a name in the two languages of the screens."""

    name_it = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_it, self.name_en)


def in_language(italian: str, english: str) -> str:
    """Of a text that the catalogue holds twice, the one in the reader's language."""
    return english if get_language() == "en" else italian
