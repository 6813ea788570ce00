"""How a line of the log is written: an error by its kind and its place, never by its message."""

import logging
import traceback
from types import TracebackType
from typing import Any


class Line(logging.Formatter):
    """The message of an exception may quote a value ("Key (tax_code)=(…) already exists", "Failing row
    contains (…)"), and the value may be a patient's. Messages of the system (network, files) stay."""

    def formatException(self, ei: Any) -> str:  # the name is logging's
        error: BaseException | None = ei[1]
        told: list[str] = []
        while error is not None:
            told += [described(error), *places(error.__traceback__)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def described(error: BaseException) -> str:
    said = f": {error}" if isinstance(error, OSError) else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{said}"


def places(way: TracebackType | None) -> list[str]:
    """Where it came from, as file, line and function; innermost last."""
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(way)]
