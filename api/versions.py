"""Versions of a procedure: how two differ; migrations of running cases: preview, order, follow, go on, undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import Answer, Asked, Door, may
from api.definitions import READERS
from api.shapes import Anything, Asking, At, Facts, Shape, Spoken
from engine import definitions, versions
from engine.definitions import Definition

door = Door("versions", __name__, description="Versions of a procedure, and moving running cases between them.")

MOST_CASES = 10_000
"""Cases that one order may name."""
BATCH = 500
"""Cases of a preview that does not say how many."""


def _version(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, required=True, validate=validate.Range(1, shapes.LARGEST), **more)


class DiffQuery(Asking):
    """Which two versions; by default the newest and the one before it."""

    from_ = fields.Integer(data_key="from", load_default=None, validate=validate.Range(1, shapes.LARGEST))
    to = fields.Integer(load_default=None, validate=validate.Range(1, shapes.LARGEST))


class AspectShape(Shape):
    """One thing about an element that differs."""

    name = fields.String()
    text = Spoken()
    before = Anything(allow_none=True)
    after = Anything(allow_none=True)


class ChangeShape(Shape):
    """An element that was added, removed or changed; of the process as a whole ``what`` is ``process``."""

    kind = fields.String(validate=validate.OneOf(("added", "removed", "changed")))
    element = fields.String()
    what = fields.String()
    name = Spoken()
    aspects = fields.List(fields.Nested(AspectShape))
    sentences = fields.List(Spoken())


class SuggestionShape(Shape):
    """A removed element that may have become an added one; nothing is mapped unless a plan says so."""

    old = fields.String()
    new = fields.String()
    because = fields.String(validate=validate.OneOf(("name", "neighbours")))
    text = Spoken()


class DifferenceShape(Shape):
    """How two versions differ. Layout is no difference."""

    from_ = fields.Integer(data_key="from")
    to = fields.Integer()
    changes = fields.List(fields.Nested(ChangeShape))
    suggestions = fields.List(fields.Nested(SuggestionShape))


_ID = fields.String(validate=validate.Length(1, 100))


class PlanAsked(Asking):
    """What of the old version becomes what of the new one; what is not named keeps its id.

    ``redo``: an element that has no counterpart → the step that begins in its place.
    """

    mapping = fields.Dict(keys=_ID, values=_ID, load_default=dict, validate=validate.Length(max=1000))
    redo = fields.Dict(keys=_ID, values=_ID, load_default=dict, validate=validate.Length(max=1000))


class Flag(fields.Boolean):
    """True or false and nothing that only looks like it: the transaction is chosen before the body is read."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class MigrationAsked(Asking):
    """A preview (nothing changes), or the order itself, which needs a reason.

    ``cases`` or ``unit`` (its code or id; with all units below it) choose among the running cases of ``from``.
    ``after`` and ``limit`` take a preview in batches; ``stop_after``: refused cases after which the migration stops.
    """

    from_ = _version(data_key="from")
    to = _version()
    plan = fields.Nested(PlanAsked, load_default=lambda: {"mapping": {}, "redo": {}})
    cases = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_CASES),
    )
    unit = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    preview = Flag(load_default=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    limit = fields.Integer(strict=True, load_default=BATCH, validate=validate.Range(1, versions.LARGEST_BATCH))
    stop_after = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MOST_CASES))


class Becoming(Shape):
    """An element at which something stands, and the element of the new version that it becomes."""

    old = fields.String()
    old_name = Spoken()
    new = fields.String()
    new_name = Spoken()


class OutlookShape(Shape):
    """What would become of one case; ``why`` where it cannot go."""

    case = fields.String()
    number = fields.String()
    kind = fields.String(validate=validate.OneOf(versions.KINDS))
    moved = fields.List(fields.Nested(Becoming))
    redone = fields.List(fields.Nested(Becoming))
    why = Spoken(allow_none=True)


class Counts(Shape):
    """Cases by what would become of them."""

    unchanged = fields.Integer()
    changes = fields.Integer()
    moves = fields.Integer()
    redoes = fields.Integer()
    cannot = fields.Integer()


class PreviewShape(Shape):
    """One batch of a preview: ``after`` asks for the next one, ``total`` counts the cases of all of them."""

    total = fields.Integer()
    counts = fields.Nested(Counts)
    items = fields.List(fields.Nested(OutlookShape))
    after = fields.String(allow_none=True)


class MigrationDone(Shape):
    """A preview, or the id of the migration that was ordered; the other one is null."""

    id = fields.String(allow_none=True)
    preview = fields.Nested(PreviewShape, allow_none=True)


class ResultCounts(Shape):
    """Cases by what became of them; ``gone``: ended before their turn, ``kept``: could not be undone."""

    waiting = fields.Integer()
    moved = fields.Integer()
    refused = fields.Integer()
    gone = fields.Integer()
    undone = fields.Integer()
    kept = fields.Integer()


class MigrationShape(Shape):
    """One migration, and how far it has come."""

    id = fields.String()
    from_ = fields.Integer(data_key="from", attribute="from_version")
    to = fields.Integer(attribute="to_version")
    plan = Facts()
    reason = fields.String()
    status = fields.String(validate=validate.OneOf(("running", "stopped", "done", "undoing", "undone")))
    created_by = fields.String()
    created_at = At()
    undone_by = fields.String(allow_none=True)
    undone_because = fields.String(allow_none=True)
    counts = fields.Nested(ResultCounts)


class ResultShape(Shape):
    """What became of one case."""

    case = fields.String()
    number = fields.String()
    status = fields.String()
    reason = Spoken(allow_none=True)
    at = At(allow_none=True)


class MigrationWhole(MigrationShape):
    items = fields.List(fields.Nested(ResultShape))
    next = fields.String(allow_none=True)


class ResultQuery(shapes.Paging):
    status = fields.String(
        load_default=None, validate=validate.OneOf(("waiting", "moved", "refused", "gone", "undone", "kept"))
    )


class MigrationReason(Asking):
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class GoOn(Asking):
    """With ``retry`` the cases that could not be moved are tried again."""

    retry = fields.Boolean(load_default=False)


DESIGNERS = may("definitions.publish")


@door.opens(
    "GET",
    "/definitions/<key>/diff",
    policy=READERS,
    query=DiffQuery,
    answer=DifferenceShape,
)
def diff(asked: Asked, key: str) -> Any:
    """How two versions differ, element by element, in sentences."""
    new = definitions.read(asked.db, key, asked.query["to"])
    before = asked.query["from_"] if asked.query["from_"] is not None else max(new.version - 1, 1)
    old = definitions.read(asked.db, key, before)
    found = versions.difference(old, new)
    return {
        "from_": old.version,
        "to": new.version,
        "changes": [change_as_json(change) for change in found.changes],
        "suggestions": [suggestion_as_json(s) for s in found.suggestions],
    }


def change_as_json(change: versions.Change) -> dict[str, Any]:
    """A change as its shape has it."""
    return {
        "kind": change.kind,
        "element": change.element,
        "what": change.what,
        "name": change.name,
        "aspects": [_members(a, "name", "text", "before", "after") for a in change.aspects],
        "sentences": change.sentences,
    }


def suggestion_as_json(suggestion: versions.Suggestion) -> dict[str, Any]:
    """What may have been renamed, as its shape has it."""
    return _members(suggestion, "old", "new", "because", "text")


def _only_looks(sent: Any) -> bool:
    return not isinstance(sent, Mapping) or sent.get("preview", True) is not False


@door.opens(
    "POST",
    "/definitions/<key>/migrations",
    policy=DESIGNERS,
    body=MigrationAsked,
    answer=MigrationDone,
    status=202,
    or_status=200,
    reads_where=_only_looks,
)
def migrate(asked: Asked, key: str) -> Any:
    """Preview what would become of running cases on another version, or order that they go there.

    The order is done by the clock, case by case; this answers at once with the migration's id.
    """
    body = asked.body
    old, new = definitions.read(asked.db, key, body["from_"]), definitions.read(asked.db, key, body["to"])
    plan = versions.Plan.of(old, new, body["plan"])
    if _only_looks(body):
        found = versions.preview(
            asked.db,
            asked.actor,
            asked.moment,
            old,
            new,
            plan,
            only=body["cases"],
            unit=body["unit"],
            after=body["after"],
            limit=body["limit"],
        )
        items = [_outlook(outlook, old, new) for outlook in found.outlooks]
        preview = {"total": found.total, "counts": found.counts, "items": items, "after": found.after}
        return Answer({"id": None, "preview": preview}, 200)
    id_ = versions.start(
        asked.db,
        asked.actor,
        asked.moment,
        old,
        new,
        plan,
        body["reason"],
        only=body["cases"],
        unit=body["unit"],
        stop_after=body["stop_after"],
    )
    return {"id": id_, "preview": None}


@door.opens("GET", "/definitions/<key>/migrations", policy=DESIGNERS, answer=shapes.page_of(MigrationShape))
def migrations(asked: Asked, key: str) -> Any:
    """The migrations of cases of a procedure, newest first."""
    definitions.read(asked.db, key)
    return asked.page([_migration(m) for m in versions.migrations(asked.db, key)], None)


@door.opens(
    "GET",
    "/definitions/<key>/migrations/<migration_id>",
    policy=DESIGNERS,
    query=ResultQuery,
    answer=MigrationWhole,
)
def migration(asked: Asked, key: str, migration_id: str) -> Any:
    """One migration while it is being done and afterwards, and what became of each case."""
    found = versions.progress(asked.db, key, migration_id)
    items, following = versions.results(
        asked.db, found.id, status=asked.query["status"], after=asked.cursor, limit=asked.query["limit"]
    )
    page = asked.page(
        [{"case": i["case_id"], **_named(i, "number", "status", "reason", "at")} for i in items], following
    )
    return {**_migration(found), **page}


@door.opens("POST", "/definitions/<key>/migrations/<migration_id>/run", policy=DESIGNERS, body=GoOn, status=204)
def run(asked: Asked, key: str, migration_id: str) -> None:
    """Let a migration that stopped go on."""
    versions.go_on(asked.db, asked.actor, asked.moment, key, migration_id, retry=asked.body["retry"])


@door.opens(
    "POST", "/definitions/<key>/migrations/<migration_id>/undo", policy=DESIGNERS, body=MigrationReason, status=204
)
def undo(asked: Asked, key: str, migration_id: str) -> None:
    """Order that a migration be undone, for every case on which nothing else has happened since."""
    versions.undo(asked.db, asked.actor, asked.moment, key, migration_id, asked.body["reason"])


def _members(value: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _named(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _outlook(outlook: versions.Outlook, old: Definition, new: Definition) -> dict[str, Any]:
    def named(pairs: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            {"old": a, "old_name": old.element_name(a), "new": b, "new_name": new.element_name(b)}
            for a, b in pairs.items()
        ]

    return {
        "case": outlook.case_id,
        "number": outlook.number,
        "kind": outlook.kind,
        "moved": named(outlook.moved),
        "redone": named(outlook.redone),
        "why": outlook.why,
    }


def _migration(found: versions.Progress) -> dict[str, Any]:
    return _members(found, *found.__slots__)
