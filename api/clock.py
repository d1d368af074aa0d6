"""The virtual clock: only where ``LIUHEN_CLOCK=virtual``, for rehearsals and tests."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate

from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Asking, At, Instant, Shape, instant
from engine import clock, couriers, drafts, trail, versions
from engine.errors import NotFound, Text, Unfit
from engine.store import Store

door = Door("clock", __name__, description="The virtual clock, where the office has one.")


class ClockShape(Shape):
    """What time it is in the office; ``acted`` is how often something fell due on the way."""

    sometimes = frozenset({"acted"})

    now = At()
    today = fields.Date()
    acted = fields.Integer()


class Setting(Asking):
    now = Instant(required=True)


_DURATION = re.compile(
    r"^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$"
)


def _is_duration(text: str) -> None:
    if not _DURATION.match(text):
        raise ValidationError("Not a valid duration.")


class Advance(Asking):
    """An ISO 8601 duration: P1M, P2W, PT36H."""

    by = fields.String(required=True, validate=(validate.Length(max=40), _is_duration))


@door.opens("GET", "/clock", policy=SIGNED_IN, answer=ClockShape)
def read(asked: Asked) -> Any:
    """What time it is."""
    _only_virtual(asked.store)
    return {"now": asked.moment.now, "today": asked.moment.today}


@door.opens("PUT", "/clock", policy=SIGNED_IN, body=Setting, answer=ClockShape, works="by itself", idempotent=False)
def put(asked: Asked) -> Any:
    """Move the clock; everything that falls due is done, in order, before this answers."""
    _only_virtual(asked.store)
    return _move(asked, asked.body["now"])


@door.opens(
    "POST", "/clock/advance", policy=SIGNED_IN, body=Advance, answer=ClockShape, works="by itself", idempotent=False
)
def advance(asked: Asked) -> Any:
    """Let time pass; everything that falls due is done, in order, before this answers."""
    _only_virtual(asked.store)
    now = asked.moment.now.astimezone(asked.moment.zone)
    try:
        return _move(asked, later(now, asked.body["by"]))
    except (OverflowError, ValueError) as e:
        raise _too_far() from e


def _move(asked: Asked, now: datetime) -> dict[str, Any]:
    if not 1950 <= now.year <= 2200:
        raise _too_far()
    store = asked.store
    with store.transaction() as db:
        before = store.moment(db)
        trail.append(db, before, asked.actor, kind=trail.Kind.CLOCK_MOVED, to=instant(now))
        if now < before.now:
            store.set_clock(db, now)
    acted = 0
    # From one due instant to the next, so that what falls due on the way is done at its own time.
    while done := clock.tick(store, until=now):
        acted += done
    acted += versions.tick(store, limit=10_000) + drafts.tick(store, limit=10_000)
    couriers.tick(store)
    with store.reading() as db:
        moment = store.moment(db)
    return {"now": moment.now, "today": moment.today, "acted": acted}


def later(at: datetime, by: str) -> datetime:
    """``at`` plus an ISO 8601 duration; a month that is too short gives its last day (31 January + P1M)."""
    found = _DURATION.match(by)
    if found is None:
        raise ValueError(f"{by!r} is not an ISO 8601 duration")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    year, month = divmod(at.year * 12 + at.month - 1 + years * 12 + months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day) + timedelta(
        days=weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds
    )


def _only_virtual(store: Store) -> None:
    if not store.settings.is_virtual:
        raise NotFound(Text("本系统没有虚拟时钟。", "This office has no virtual clock."), code="err_no_virtual_clock")


def _too_far() -> Unfit:
    text = Text("虚拟时钟只能在 1950 年至 2200 年之间。", "The virtual clock stays between 1950 and 2200.")
    return Unfit(text, code="err_clock_range")
