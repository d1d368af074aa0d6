"""The shapes that several doors answer with, and how the engine's values are put into words and JSON.

Schemas of one door stand beside it. What is dumped here is in the asker's language, which ``speaking`` holds
for the length of one request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

import orjson
from flask_smorest import Api
from marshmallow import EXCLUDE, INCLUDE, Schema, ValidationError, fields, missing, validate

from engine.errors import Language, Text

LARGEST = 2**31 - 1
"""The largest number of a version or a revision."""

speaking: ContextVar[Language] = ContextVar("speaking", default="zh")
zone: ContextVar[ZoneInfo] = ContextVar("zone")


def spoken(value: Any) -> Any:
    """Make any value of the engine JSON: texts in the asker's language, times in RFC 3339 with the office's offset."""
    if isinstance(value, Text):
        return value.spoken(speaking.get())
    if isinstance(value, Mapping):
        return {str(k): spoken(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [spoken(v) for v in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.spoken(speaking.get())
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        # A decimal that a float cannot hold exactly stays text: 0.1 must not come back as 0.1000000000000000055.
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else str(value)
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


# orjson has its own ideas of a dataclass (a Text is one) and of a time.
_OURS = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def as_json(value: Any) -> bytes:
    """UTF-8 JSON of an answer."""
    return orjson.dumps(value, default=_plain, option=_OURS)


def instant(at: datetime) -> str:
    """RFC 3339 with the office's offset, to the millisecond: ``2026-03-02T09:00:00.000+08:00``."""
    return at.astimezone(zone.get()).isoformat(timespec="milliseconds")


class Spoken(fields.Field[Any]):
    """A sentence in the asker's language (``errors.Text``, or text that is the same in both)."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.spoken(speaking.get()) if isinstance(value, Text) else str(value)


class At(fields.Field[Any]):
    """An instant, RFC 3339 with offset."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value
        return instant(value)


class On(fields.Field[Any]):
    """A business date, ISO 8601; read as well as written."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value if value is None or isinstance(value, str) else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            if not isinstance(value, str) or len(value) != 10:
                raise ValueError
            day = date.fromisoformat(value)
        except ValueError as e:
            raise ValidationError("Not a valid date.") from e
        if not 1900 <= day.year <= 2999:
            raise ValidationError("Not a valid date.")
        return day


class Anything(fields.Field[Any]):
    """A value whose shape a designer decides: an answer, a form, a case variable."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return spoken(value)


class Facts(Anything):
    """An object whose members a designer decides."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("Not a valid object.")
        return value


class Instant(fields.Field[Any]):
    """An instant that somebody writes: RFC 3339; without an offset it is meant in the office's zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError) as e:
            raise ValidationError("Not a valid datetime.") from e
        return at if at.tzinfo else at.replace(tzinfo=zone.get())


def print_fields(api: Api) -> None:
    """Tell the printed contract what the fields above are."""
    api.register_field(Spoken, "string", None)
    api.register_field(At, "string", "date-time")
    api.register_field(Instant, "string", "date-time")
    api.register_field(On, "string", "date")
    api.register_field(Anything, None, None)
    api.register_field(Facts, "object", None)


class Shape(Schema):
    """An answer: every field is there, but for those named in ``sometimes``."""

    class Meta:
        # Answers may have more members in a later release: clients are told not to mind.
        unknown = EXCLUDE

    sometimes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, one in self.fields.items():
            one.required = name not in self.sometimes


class Asking(Schema):
    """What somebody sends; unknown members are refused, so that a misspelt one does not pass silently."""


# ---------------------------------------------------------------- answering fast

Writer = Callable[[Any], Any]


def writer(schema: Schema) -> Writer:
    """``schema.dump``, worked out once: what a schema looks up for every field of every answer is known beforehand.

    One expression for a whole object is generated, as the standard library does for data classes: a page has two
    thousand values, and a call for each took half of the time in which it is put into JSON. A field of a kind that is
    not known here is asked itself; a schema that hooks into its dumping is left alone.
    """
    if any(schema._hooks[tag] for tag in ("pre_dump", "post_dump")):
        return schema.dump
    plan = tuple(
        (field.data_key or name, field.attribute or name, _writer_of(field, name), type(field))
        for name, field in schema.dump_fields.items()
    )

    def slowly(given: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        is_mapping = isinstance(given, Mapping)
        for key, name, write, _ in plan:
            value = given.get(name, missing) if is_mapping else getattr(given, name, missing)
            if value is not missing:
                found[key] = value if write is None or value is None else write(value)
        return found

    # Of the schema nothing but literals (keys and names as repr) enters the source.
    members = ", ".join(
        f"{key!r}: {_INLINE.get(kind, _CALLED if write else _AS_IT_IS).format(name=name, nth=nth)}"
        for nth, (key, name, write, kind) in enumerate(plan)
    )
    known: dict[str, Any] = {f"write_{nth}": write for nth, (_, _, write, _) in enumerate(plan)}
    known |= {"slowly": slowly, "speaking": speaking.get, "Text": Text}
    exec(_SOURCE.format(members=members), known)  # noqa: S102
    one: Writer = known["one"]
    return (lambda given: [one(each) for each in given]) if schema.many else one


_SOURCE = """
def one(given):
    if type(given) is not dict:
        return slowly(given)
    language = speaking()
    try:
        return {{{members}}}
    except KeyError:
        return slowly(given)
"""
"""A member that an answer leaves out is the exception; ``slowly`` knows which may."""
_AS_IT_IS = "given[{name!r}]"
_CALLED = "None if (value := given[{name!r}]) is None else write_{nth}(value)"
_INLINE = {
    fields.String: "value if (value := given[{name!r}]) is None or type(value) is str else str(value)",
    Spoken: (
        "None if (value := given[{name!r}]) is None else value.spoken(language) if type(value) is Text else str(value)"
    ),
}


def _writer_of(field: fields.Field[Any], name: str) -> Writer | None:
    """How a value that is not null is written; ``None``: as it is."""
    kind = type(field)
    if kind in (fields.Boolean, fields.Raw):
        return None
    if kind is fields.String:
        return lambda value: value if type(value) is str else str(value)
    if kind is fields.Integer:
        return lambda value: value if type(value) is int else int(value)
    if kind is Spoken:
        return lambda value: value.spoken(speaking.get()) if type(value) is Text else str(value)
    if kind is Anything or kind is Facts:
        return spoken
    if kind is At:
        return lambda value: value if isinstance(value, str) else instant(value)
    if kind is On:
        return lambda value: value if isinstance(value, str) else value.isoformat()
    if isinstance(field, fields.Nested):
        return writer(field.schema)
    if kind is fields.List:
        each = _writer_of(cast(fields.List[Any], field).inner, name)
        if each is None:
            return list
        return lambda value: [None if one is None else each(one) for one in value]
    return lambda value: field._serialize(value, name, None)


class UnitRef(Shape):
    id = fields.String()
    code = fields.String()
    name = Spoken()


class PersonRef(Shape):
    id = fields.String(allow_none=True)
    name = Spoken()


class SuspensionShape(Shape):
    """Since when a case stands still, and by whom; ``reason`` is null for whoever does not see the whole case.

    ``through`` is the number of the case that called this one, where it was suspended along with it.
    """

    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    reason = fields.String(allow_none=True)
    through = fields.String(allow_none=True)


class Label(Shape):
    """One line of a summary: what it is called, and what it says."""

    label = Spoken()
    value = Anything()


class Clause(Shape):
    """A clause of the procedure's rules: its id, its sentence and the article it comes from."""

    id = fields.String()
    text = Spoken(allow_none=True)
    article = Spoken(allow_none=True)


class FieldProblem(Shape):
    """One answer that does not fit."""

    field = fields.String()
    code = fields.String()
    message = Spoken()
    clause = fields.String(allow_none=True)
    earliest = fields.String(allow_none=True)


class FindingShape(Shape):
    """One thing wrong with a process folder; ``path``: elements by which a case comes to where it cannot go on."""

    file = fields.String()
    line = fields.Integer(allow_none=True)
    element = fields.String(allow_none=True)
    rule = fields.String()
    severity = fields.String(validate=validate.OneOf(("error", "warning")))
    message = Spoken()
    remedy = Spoken()
    path = fields.List(fields.String())

    sometimes = frozenset({"path"})


class Problem(Schema):
    """Problem details (RFC 9457), in the asker's language. ``code`` is stable and means the same in every language.

    A refusal may have more members: who was first, which steps are missing, from when it would be possible.
    """

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblem), required=True)
    clause = fields.Nested(Clause, required=True, allow_none=True)
    findings = fields.List(fields.Nested(FindingShape))
    missing = fields.List(fields.Dict())
    by = Anything()
    at = Anything()


class Paging(Asking):
    """Which part of a list: ``cursor`` is what ``next`` of the part before said."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=2000))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class _Page(Shape):
    sometimes = frozenset({"total"})

    next = fields.String(allow_none=True)
    total = fields.Integer()


@cache
def page_of(one: type[Schema]) -> type[Schema]:
    """The shape of a list: ``items``, and the cursor of what follows or null."""
    return _Page.from_dict({"items": fields.List(fields.Nested(one))}, name=f"{one.__name__.removesuffix('Shape')}Page")
