"""Search for auditors: cases and entries by person, place, time and words; what is found as a table; attachments' text.

What was looked for, and which cases stood on the page, is a read on record (api/seen.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from flask import Response
from marshmallow import fields, validate

from api import contract, shapes
from api.cases import STATUSES, CaseItem
from api.contract import Asked, Door, may
from api.exports import file_headers, file_parts
from api.shapes import Asking, On, Paging, Shape, Spoken
from api.trail import EntryShape
from engine import trail
from engine.oversight import exporting, search
from engine.oversight.search import Of, Wanted

door = Door("search", __name__, description="Everything that was done, found by who, where, when and by words.")

AUDITORS = may(search.PERMISSION)
WHERES = (
    *("title", "number", "business_key", "summary", "opinion", "reason", "note", "ground", "name", "answer"),
    *("file", "file_name"),
)


class Filtered(Asking):
    """What is looked for. ``person`` (id or number) with ``how``; ``unit`` (id or code) with what is below; days are
    business dates, both ends inclusive: of a case those of its start or end (``when``), of an entry its own.

    ``field`` is an answer that stands in clear in entries, with its ``value`` or a number between ``min`` and ``max``.
    """

    q = fields.String(load_default=None, validate=validate.Length(max=200))
    person = fields.String(load_default=None, validate=validate.Length(max=40))
    how = fields.String(load_default="did", validate=validate.OneOf(search.HOWS))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    below = fields.Boolean(load_default=True)
    definition = fields.String(load_default=None, validate=validate.Length(max=60))
    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=shapes.LARGEST))
    step = fields.String(load_default=None, validate=validate.Length(max=100))
    kind = fields.String(load_default=None, validate=validate.OneOf(sorted(trail.Kind)))
    since = On(load_default=None, data_key="from")
    until = On(load_default=None, data_key="to")
    when = fields.String(load_default="started", validate=validate.OneOf(("started", "ended")))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    mark = fields.String(load_default=None, validate=validate.Length(max=60))
    decision = fields.String(load_default=None, validate=validate.Length(max=60))
    field = fields.String(load_default=None, validate=validate.Length(max=200))
    value = fields.String(load_default=None, validate=validate.Length(max=200))
    least = fields.Float(load_default=None, data_key="min", allow_nan=False)
    most = fields.Float(load_default=None, data_key="max", allow_nan=False)


class FoundQuery(Filtered, Paging):
    """The same, page by page."""


class Kept(Filtered):
    """What a saved search keeps: the same, whether of cases or of entries, and the columns of its table."""

    of = fields.String(load_default="cases", validate=validate.OneOf(tuple(exporting.COLUMNS)))
    columns = fields.String(load_default="", validate=validate.Length(max=300))


class ExportQuery(Kept):
    """``columns`` by name, with commas between; none is the usual ones. ``purpose`` goes into the entry."""

    format = fields.String(required=True, validate=validate.OneOf(tuple(exporting.FORMATS)))
    purpose = fields.String(load_default="", validate=validate.Length(max=500))


class Hit(Shape):
    """Where the words stand: in what, under which name, in which entry, on which page of a file.

    ``text`` is a piece around the first of them, ``marks`` their places in it (from, up to but without).
    """

    where = fields.String(validate=validate.OneOf(WHERES))
    name = fields.String()
    entry = fields.Integer()
    page = fields.Integer(allow_none=True)
    text = fields.String()
    marks = fields.List(fields.List(fields.Integer()))
    before = fields.Boolean()
    after = fields.Boolean()


class Integrity(Shape):
    """Whether every entry gives its hash and continues the one before it, and the newest one has its place in the log.

    ``waiting``: it has none yet, which takes a second or two.
    """

    state = fields.String(validate=validate.OneOf(("sealed", "waiting", "broken")))
    place = fields.Integer(allow_none=True)
    entries = fields.Integer()


class FoundCase(CaseItem):
    seal = fields.Nested(Integrity)
    hits = fields.List(fields.Nested(Hit))
    more_hits = fields.Integer()


class CaseOfEntry(Shape):
    id = fields.String()
    number = fields.String()
    title = Spoken()


class FoundEntry(EntryShape):
    case = fields.Nested(CaseOfEntry, allow_none=True)
    seal = fields.Nested(Integrity)
    hits = fields.List(fields.Nested(Hit))
    more_hits = fields.Integer()


class IndexedShape(Shape):
    """How much can be found by words: the first ``entries`` of the log's ``of``; ``waiting`` have no place there yet.

    Attachments: ``files_read``; ``files_unread`` gave no text (scans, encrypted or broken files, other types).
    """

    entries = fields.Integer()
    of = fields.Integer()
    waiting = fields.Integer()
    files_read = fields.Integer()
    files_unread = fields.Integer()
    files_waiting = fields.Integer()


class FoundCases(Shape):
    items = fields.List(fields.Nested(FoundCase))
    next = fields.String(allow_none=True)
    indexed = fields.Nested(IndexedShape)


class FoundEntries(Shape):
    items = fields.List(fields.Nested(FoundEntry))
    next = fields.String(allow_none=True)
    indexed = fields.Nested(IndexedShape)


class FieldChoice(Shape):
    field = fields.String()
    label = Spoken()


class StepChoice(Shape):
    element = fields.String()
    name = Spoken()


class ColumnChoice(Shape):
    column = fields.String()
    label = Spoken()
    is_usual = fields.Boolean()


class Choices(Shape):
    """What there is to choose from: answers by field, the steps of a procedure, marks, columns of the table."""

    fields_ = fields.List(fields.Nested(FieldChoice), data_key="fields", attribute="fields")
    steps = fields.List(fields.Nested(StepChoice))
    marks = fields.List(fields.String())
    kinds = fields.List(fields.String())
    columns = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(ColumnChoice)))
    indexed = fields.Nested(IndexedShape)


class ChoicesQuery(Asking):
    definition = fields.String(load_default=None, validate=validate.Length(max=60))


def wanted(given: Mapping[str, Any]) -> Wanted:
    """The search that a query says."""
    return Wanted(**{name: given[name] for name in Wanted.__dataclass_fields__ if given.get(name) is not None})


@door.opens("GET", "/search/cases", policy=AUDITORS, answer=FoundCases, query=FoundQuery)
def cases(asked: Asked) -> Any:
    """Cases, those that began last first, with where the words stand and whether their trail is whole."""
    found = search.find_cases(
        asked.db, asked.actor, asked.moment, wanted(asked.query), asked.cursor, asked.query["limit"]
    )
    return {**asked.page(*found), "indexed": search.indexed(asked.db)}


@door.opens("GET", "/search/entries", policy=AUDITORS, answer=FoundEntries, query=FoundQuery)
def entries(asked: Asked) -> Any:
    """Entries, the newest first. Reads are found by their ``kind`` (``case.read`` …), and not among deeds."""
    found = search.find_entries(
        asked.db, asked.actor, asked.moment, wanted(asked.query), asked.cursor, asked.query["limit"]
    )
    return {**asked.page(*found), "indexed": search.indexed(asked.db)}


@door.opens("GET", "/search/choices", policy=AUDITORS, answer=Choices, query=ChoicesQuery)
def choices(asked: Asked) -> Any:
    """What there is to choose from, of one procedure or of all."""
    columns = {
        of: [
            {"column": name, "label": column.head, "is_usual": name in exporting.USUAL[of]}
            for name, column in of_table.items()
        ]
        for of, of_table in exporting.COLUMNS.items()
    }
    found = search.choices(asked.db, asked.actor, asked.query["definition"])
    return {**found, "kinds": sorted(trail.Kind), "columns": columns, "indexed": search.indexed(asked.db)}


@door.opens("GET", "/search/export", policy=AUDITORS, query=ExportQuery, works="by itself", gives_files=True)
def export(asked: Asked) -> Any:
    """What a search finds as a table, CSV or XLSX; an entry of the office says who exported it, and what for."""
    contract.must_be_own_page(asked)
    query = asked.query
    of: Of = query["of"]
    columns = [name for name in query["columns"].split(",") if name]
    with ExitStack() as opened:
        made = opened.enter_context(
            exporting.made(
                *(asked.store, asked.actor, of, wanted(query), query["format"], columns),
                *(query["purpose"], asked.language),
            )
        )
        headers = file_headers(made.name, made.size, made.sha256)
        response = Response(file_parts(made.file), 200, headers, mimetype=made.media_type)
        response.call_on_close(opened.pop_all().close)
        return response
