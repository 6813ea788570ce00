"""What every part of the dose arithmetic speaks in: refusals, findings, and values that survive storage."""

import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, TypeVar, cast

from catalogue.dose_sources import SOURCE_OF, Source

T = TypeVar("T")


class DoseError(ValueError):
    """Input no dose can be computed from: `code` says what is wrong, `field` where, `params` the limits."""

    def __init__(self, code: str, field: str, **params: Decimal | int) -> None:
        super().__init__(f"{field}: {code}")
        self.code = code
        self.field = field
        self.params = {name: Decimal(value) for name, value in params.items()}


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the engine. `catalogue.dose_words` turns code, figures and `about` into a sentence.

    `about` are the answers it rests on, by their stored words: risks, dates, a blood group.
    """

    code: str
    severity: Severity
    params: dict[str, Decimal]
    about: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        """Whose rule it is."""
        return SOURCE_OF[self.code]

    @property
    def is_deviation(self) -> bool:
        """True if the request leaves the range of its catalogue row and must be justified."""
        return self.code.startswith("row_")


def check_number(field: str, value: Decimal, least: str, most: str, step: str) -> None:
    """Refuse a figure outside `least`–`most` or finer than `step`: a slip of the hand, not a rare patient."""
    low, high = Decimal(least), Decimal(most)
    if not value.is_finite() or not low <= value <= high:
        raise DoseError("out_of_range", field, least=low, most=high)
    if value != value.quantize(Decimal(step)):
        raise DoseError("too_precise", field, step=Decimal(step))


def check_count(field: str, value: int, least: int, most: int) -> None:
    """Refuse a whole number outside `least`–`most`."""
    if not least <= value <= most:
        raise DoseError("out_of_range", field, least=least, most=most)


def plain(value: Decimal) -> str:
    """One spelling for equal decimals: 80, 80.0 and 8E+1 are all written "80"."""
    return format(value.normalize(), "f")


def encode(value: object) -> Any:
    """Turn a dataclass of this package into what JSON can carry; decimals become text, never floats."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    return value.isoformat() if isinstance(value, date) else value


def decode(kind: type[T], data: Any) -> T:
    """Rebuild what `encode` wrote, checking nothing: a stored dose stays readable when limits change.

    What an earlier engine did not know yet takes its default.
    """
    return cast(T, _decode(kind, data))


def _decode(kind: Any, data: Any) -> Any:
    if isinstance(kind, types.UnionType):  # only ever "something | None" here
        kind = next(arm for arm in kind.__args__ if arm is not types.NoneType)
        return None if data is None else _decode(kind, data)
    if typing.get_origin(kind) is tuple:
        return tuple(_decode(kind.__args__[0], item) for item in data)
    if typing.get_origin(kind) is dict:
        return {key: _decode(kind.__args__[1], item) for key, item in data.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        known = {name: hint for name, hint in _hints(kind).items() if name in data}
        return kind(**{name: _decode(hint, data[name]) for name, hint in known.items()})
    if kind is date:
        return date.fromisoformat(data)
    if issubclass(kind, (Decimal, Enum)):
        return kind(data)
    return data


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
