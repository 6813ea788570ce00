"""How a line of the log is written: one JSON object (or a readable line), an error by its kind and its place,
never by its message, an address without what was asked of it.

Everything goes through the standard logging of Python to one handler: ours, Django's, gunicorn's, Celery's.
What a request or a promise is known by (`structlog.contextvars`) stands in every line written meanwhile.
"""

from __future__ import annotations

import copy
import logging
import re
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

QUERY = re.compile(r"\?[^\s'\"]*=[^\s'\"]*")
# What a line may carry beside its words; anything else that a library hangs on its records is left out.
FIELDS = ("method", "route", "status", "ms", "user")


class Line(structlog.stdlib.ProcessorFormatter):
    """The message of an exception may quote a value ("Key (tax_code)=(…) already exists", "Failing row
    contains (…)"), and the value may be a patient's. Messages of the system (network, files) stay."""

    def __init__(self, *, as_json: bool) -> None:
        json = structlog.processors.JSONRenderer(ensure_ascii=False)
        super().__init__(
            foreign_pre_chain=[structlog.contextvars.merge_contextvars],
            processors=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(FIELDS),
                by_kind_and_place,
                without_queries,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                self.remove_processors_meta,
                json if as_json else readable,
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        return super().format(without_values(copy.copy(record)))


def without_values(record: logging.LogRecord) -> logging.LogRecord:
    """Records of Django name the address, those of Celery the error: its pattern and its kind instead."""
    if isinstance(record.args, Mapping) and isinstance(record.args.get("exc"), (str, BaseException)):
        error = record.exc_info[1] if record.exc_info else None
        kind = described(error) if error else "an error"
        record.args = {**record.args, "exc": kind, "traceback": "", "args": "", "kwargs": ""}
    request = getattr(record, "request", None)
    if request is not None and isinstance(record.args, tuple):
        path, route = getattr(request, "path", None), route_of(request)
        record.args = tuple(route if argument == path else argument for argument in record.args)
    return record


def route_of(request: Any) -> str:
    """The pattern of the address, without what stood in its places."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no such address)"


def by_kind_and_place(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(info, tuple) and info[1] is not None:
        event["exception"] = "\n".join(told(info[1]))
    return event


def without_queries(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Whoever writes it (a server that was sent nonsense): what stands behind a question mark was typed."""
    event["event"] = QUERY.sub("?…", str(event["event"]))
    return event


def readable(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """For whoever reads along: the same, in words."""
    words = [str(event.pop(name)) for name in ("at", "level", "logger", "event")]
    words[1] = words[1].upper()
    exception = event.pop("exception", "")
    line = " ".join([*words, *(f"{name}={value}" for name, value in sorted(event.items()))])
    return f"{line}\n{exception}" if exception else line


def told(error: BaseException | None) -> list[str]:
    """The error and what caused it, each by its kind and the way to its place."""
    lines: list[str] = []
    while error is not None:
        lines += [described(error), *places(error.__traceback__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def described(error: BaseException) -> str:
    said = f": {error}" if isinstance(error, OSError) else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{said}"


def places(way: TracebackType | None) -> list[str]:
    """Where it came from, as file, line and function; innermost last."""
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(way)]


def tree(form: str) -> dict[str, Any]:
    """The configuration of `logging`: one handler; whoever brings one of their own loses it."""
    ours = {"handlers": [], "level": "INFO", "propagate": True}
    # Django's own would mail the administrators a page with everything that was sent.
    loggers = dict.fromkeys(("django", "django.server", "gunicorn.error"), ours)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.Line", "as_json": True},
            "line": {"()": "config.logs.Line", "as_json": False},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            **loggers,
            # Each request has a line of ours (config/requests.py): gunicorn's would name the address itself,
            # and that a page was answered with 404 stands there already.
            "gunicorn.access": {**ours, "level": "CRITICAL"},
            "django.request": {"level": "ERROR"},
            # Seven lines for every letter drawn.
            "weasyprint.progress": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
        },
    }
