"""The operators' log: one line of facts for each request and each fault, under the request's id; nothing personal.

``X-Request-Id`` is taken from whoever asks where it is one, made where it is not, and given back with the answer.
A line holds ids, the door's pattern (never the address itself), a status and a duration. Of an exception it holds the
kinds and the places in the code: the words of a fault may quote what somebody typed.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

import uuid_utils
from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError

from api import figures
from engine.errors import Refused
from engine.settings import Settings

log = logging.getLogger("liuhen.request")

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NO_DOOR = "none"
"""The door of a request that knocked where there is none."""
FRAMES = 30


@dataclass(slots=True)
class Noted:
    """What is known of the request that is being answered."""

    id: str = ""
    began: float = 0.0
    facts: dict[str, str] = field(default_factory=dict)


_noted: ContextVar[Noted | None] = ContextVar("noted", default=None)


def note(**facts: str | None) -> None:
    """Add ids (``account``, ``case``, ``task``) to the line of this request."""
    noted = _noted.get()
    if noted is not None:
        noted.facts.update({name: value for name, value in facts.items() if value})


def install(app: Flask) -> None:
    """Number, time, count and log every request of an app; call it before anything else is hooked in."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    id_ = given if REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())
    _noted.set(Noted(id_, time.perf_counter()))


def _end(response: Response) -> Response:
    noted = _noted.get()
    if noted is None:
        return response
    seconds = time.perf_counter() - noted.began
    rule = request.url_rule.rule if request.url_rule is not None else NO_DOOR
    door = f"{request.method} {rule}" if rule != NO_DOOR else NO_DOOR
    status = response.status_code
    response.headers["X-Request-Id"] = noted.id
    figures.answered(door, status, seconds)
    level = logging.ERROR if status >= 500 and status != 503 else logging.WARNING if status == 503 else logging.INFO
    if log.isEnabledFor(level):
        facts = {"door": door, "status": status, "ms": round(seconds * 1000, 1), **noted.facts}
        log.log(level, "%s %d", door, status, extra={"facts": facts})
    _noted.set(None)
    return response


# ---------------------------------------------------------------- how a line is written


def configure(settings: Settings) -> None:
    """Everything this process logs goes to the standard error stream, in the form that ``LIUHEN_LOG`` names."""
    handler = _Stderr()
    as_json = settings.log == "json"
    handler.setFormatter(Lines() if as_json else Sentences("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [*(one for one in root.handlers if not isinstance(one, _Stderr)), handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("liuhen").setLevel(logging.INFO)
    logging.getLogger("_granian").setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # Libraries warn on the same stream, in lines that are no JSON.
    logging.captureWarnings(as_json)
    # People want to see what failed; programs want every request.
    log.setLevel(logging.INFO if as_json else logging.WARNING)


class _Stderr(logging.StreamHandler[TextIO]):
    """The standard error stream as it is when a line is written."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class Lines(logging.Formatter):
    """JSON, one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        noted = _noted.get()
        if noted is not None:
            line["request"] = noted.id
            line.update(noted.facts)
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class Sentences(logging.Formatter):
    """Text for people: the same facts behind the sentence, an exception on the lines that follow."""

    def format(self, record: logging.LogRecord) -> str:
        noted = _noted.get()
        facts = {} if noted is None else {"request": noted.id, **noted.facts}
        facts |= {k: v for k, v in getattr(record, "facts", {}).items() if k not in ("door", "status")}
        record.exc_text = None  # another handler's, with the words of the exception
        said = super().format(record)
        head, newline, rest = said.partition("\n")
        return " ".join([head, *(f"{name}={value}" for name, value in facts.items())]) + newline + rest

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return "\n".join(
            f"  {one['kind']} {one.get('said', '')}\n    " + "\n    ".join(one["at"]) for one in told(ei[1])
        )


def told(exception: BaseException) -> list[dict[str, Any]]:
    """An exception and those that led to it: kind, places in the code, and words only where they can hold nothing
    personal (the system's about files and connections, and our own refusals)."""
    found = []
    seen: set[int] = set()
    one: BaseException | None = exception
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = traceback.extract_tb(one.__traceback__)[-FRAMES:]
        entry: dict[str, Any] = {
            "kind": f"{type(one).__module__}.{type(one).__qualname__}",
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if isinstance(one, Refused):
            entry["said"] = one.said.en
        elif isinstance(one, OperationalError):
            entry["said"] = str(one.orig).partition("\n")[0]
        elif isinstance(one, OSError):
            entry["said"] = one.strerror or type(one).__name__
        found.append(entry)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found
