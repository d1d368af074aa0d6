"""FEEL values as JSON: ``freeze`` and ``thaw`` lose nothing, ``plain`` is for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import errors, temporal
from engine.feel.errors import FeelError
from engine.feel.values import DaysTime, Range, YearsMonths, adopt, kind

_MARKS = frozenset({"@date", "@time", "@date-time", "@duration", "@number", "@range", "@context"})
_INT_BOUND = 10**34


def freeze(value: Any) -> Any:
    """The value as JSON that ``thaw`` turns back into an equal one.

    ``date`` → ``{"@date": "2026-03-02"}``, time → ``@time``, date-time → ``@date-time``, both durations →
    ``@duration``, a number that is not whole → ``{"@number": "1.5"}``, a range → ``@range``. A context whose only
    key looks like one of these is wrapped in ``@context``. Raises ``FeelError`` for a function or a foreign object.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _INT_BOUND else {"@number": str(Decimal(value))}
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise FeelError(errors.NOT_STORABLE.format(kind=str(value)))
        if abs(value) < _INT_BOUND and value == value.to_integral_value():
            return int(value)
        return {"@number": str(value)}
    if isinstance(value, datetime):
        return {"@date-time": temporal.write_date_time(value)}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, time):
        return {"@time": temporal.write_time(value)}
    if isinstance(value, timedelta):
        value = DaysTime.of(value)
    if isinstance(value, YearsMonths | DaysTime):
        return {"@duration": str(value)}
    if isinstance(value, Range):
        return {"@range": [freeze(value.low), freeze(value.high), value.low_included, value.high_included]}
    if isinstance(value, list | tuple):
        return [freeze(item) for item in value]
    if isinstance(value, Mapping):
        made = {str(key): freeze(item) for key, item in value.items()}
        return {"@context": made} if len(made) == 1 and made.keys() <= _MARKS else made
    raise FeelError(errors.NOT_STORABLE.format(kind=kind(value)))


def thaw(stored: Any) -> Any:
    """The value that ``freeze`` stored; raises ``FeelError`` for a mark with a text that means nothing."""
    if isinstance(stored, list):
        return [thaw(item) for item in stored]
    if isinstance(stored, float):
        return Decimal(repr(stored))
    if not isinstance(stored, dict):
        return stored
    if len(stored) == 1:
        ((mark, content),) = stored.items()
        if mark in _MARKS:
            return _thaw_marked(mark, content)
    return {key: thaw(item) for key, item in stored.items()}


def _thaw_marked(mark: str, content: Any) -> Any:
    if mark == "@context" and isinstance(content, dict):
        return {key: thaw(item) for key, item in content.items()}
    if mark == "@range" and isinstance(content, list) and len(content) == 4:
        return Range(thaw(content[0]), thaw(content[1]), bool(content[2]), bool(content[3]))
    if isinstance(content, str):
        if mark == "@number":
            try:
                return Decimal(content)
            except ArithmeticError:
                raise FeelError(errors.BAD_LITERAL.format(found=content)) from None
        readers = {
            "@date": temporal.read_date,
            "@time": temporal.read_time,
            "@date-time": temporal.read_date_time,
            "@duration": temporal.read_duration,
        }
        if mark in readers:
            value = readers[mark](content)
            if value is not None:
                return value
    raise FeelError(errors.BAD_LITERAL.format(found=str(content)[:40]))


def from_json(given: Any) -> Any:
    """JSON that somebody outside wrote, as a FEEL value: marks such as ``@date`` mean nothing in it."""
    if isinstance(given, dict):
        return {name: from_json(inner) for name, inner in given.items()}
    if isinstance(given, list):
        return [from_json(inner) for inner in given]
    return adopt(given)


def plain(value: Any) -> Any:
    """The value as JSON for people: dates as ISO text, whole numbers whole, others exact or as text.

    A number with a fraction is a JSON number where that shows the same digits, else its decimal text.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value
    if isinstance(value, Decimal):
        if abs(value) < _INT_BOUND and value == value.to_integral_value():
            return int(value)
        near = float(value)
        return near if Decimal(repr(near)) == value else temporal.write_number(value)
    if isinstance(value, datetime):
        return temporal.write_date_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return temporal.write_time(value)
    if isinstance(value, timedelta):
        return str(DaysTime.of(value))
    if isinstance(value, YearsMonths | DaysTime):
        return str(value)
    if isinstance(value, Range):
        return {"start": plain(value.low), "end": plain(value.high)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    raise FeelError(errors.NOT_STORABLE.format(kind=kind(value)))
