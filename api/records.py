"""Records: legal holds, personal values erased by two persons, and how long what was done is kept."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import proposing, shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.proposing import ProposalShape
from api.shapes import Asking, At, Paging, PersonRef, Shape, Spoken, UnitRef
from engine import cases, definitions, erasing, holds
from engine.errors import NotFound
from engine.views.naming import Names

door = Door("records", __name__, description="Legal holds, erasure of personal values, terms of retention.")

KEEPERS = may(holds.PERMISSION)
READERS = may(holds.PERMISSION, holds.CONFIRMS)


class HoldShape(Shape):
    """A legal hold; lifted once ``lifted_at`` is there."""

    id = fields.String()
    case = fields.String()
    ground = fields.String()
    placed_by = fields.Nested(PersonRef, allow_none=True)
    placed_at = At()
    lifted_at = At(allow_none=True)
    lifted_by = fields.Nested(PersonRef, allow_none=True)
    lift_confirmed_by = fields.Nested(PersonRef, allow_none=True)
    lift_ground = fields.String(allow_none=True)


class ListedHold(HoldShape):
    number = fields.String()
    definition_name = Spoken()
    unit = fields.Nested(UnitRef)


class Grounded(Asking):
    ground = fields.String(required=True, validate=validate.Length(max=2000))


class HoldsQuery(Paging):
    """``standing=false``: also those that were lifted."""

    standing = fields.Boolean(load_default=True)


class ErasedField(Shape):
    """A personal field of the case: what it is called, and how often it was entered and is still there."""

    field = fields.String()
    label = Spoken()
    times = fields.Integer()


class Erased(Shape):
    """What was erased: by whom, confirmed by whom, on what ground."""

    id = fields.String()
    at = At()
    by = fields.Nested(PersonRef, allow_none=True)
    confirmed_by = fields.Nested(PersonRef, allow_none=True)
    ground = fields.String()
    count = fields.Integer()
    files = fields.Integer()
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")


class CaseRecords(Shape):
    """What the records keeper sees of a case: its holds, what was erased, and what could be.

    ``can`` is what the asker may do; ``erasable`` is null for whoever may not propose an erasure.
    """

    holds = fields.List(fields.Nested(HoldShape))
    erasures = fields.List(fields.Nested(Erased))
    erasable = fields.List(fields.Nested(ErasedField), allow_none=True)
    attachments = fields.Integer()
    is_open = fields.Boolean()
    is_held = fields.Boolean()
    can = fields.List(fields.String(validate=validate.OneOf(("hold", "erase"))))


class Erasing(Grounded):
    """``fields``: which personal answers; none named means all of them. ``files``: the attachments too."""

    fields_ = fields.List(
        fields.String(validate=validate.Length(min=1, max=200)),
        data_key="fields",
        load_default=list,
        validate=validate.Length(max=200),
    )
    files = fields.Boolean(load_default=False)


class Term(Shape):
    """How long what a procedure leaves behind is kept; ``years`` null: for ever. ``ground`` null: nobody has said."""

    definition = fields.String()
    definition_name = Spoken()
    years = fields.Integer(allow_none=True)
    ground = fields.String(allow_none=True)
    set_by = fields.Nested(PersonRef, allow_none=True)
    at = At(allow_none=True)


class Terms(Shape):
    items = fields.List(fields.Nested(Term))
    next = fields.String(allow_none=True)


class Keeping(Grounded):
    years = fields.Integer(required=True, allow_none=True)


class DueCase(Shape):
    """An ended case whose term of retention is over; ``is_held``: a legal hold keeps it."""

    id = fields.String()
    number = fields.String()
    definition = fields.String()
    definition_name = Spoken()
    unit = fields.Nested(UnitRef)
    ended_at = At()
    is_held = fields.Boolean()


# ---------------------------------------------------------------- holds


@door.opens("GET", "/cases/<case_id>/records", policy=SIGNED_IN, answer=CaseRecords)
def of_case(asked: Asked, case_id: str) -> Any:
    """The holds of a case and what was erased of it, for whoever sees the whole of it."""
    if cases.scope_of(asked.db, asked.actor, case_id) != "full":
        raise NotFound()
    names = Names(asked.db, asked.moment.today)
    mine = asked.actor.may(holds.PERMISSION)
    found = erasing.survey(asked.db, asked.actor, case_id) if mine else {}
    held = holds.of_case(asked.db, case_id)
    is_held = any(h["lifted_at"] is None for h in held)
    is_over = not found.get("is_open", True)
    return {
        "holds": [_hold(h, names) for h in held],
        "erasures": [
            {
                **e,
                "by": names.person(e["by_id"]),
                "confirmed_by": names.person(e["confirmed_by"]),
                "fields": sorted({f["field"] for f in e["fields"]}),
            }
            for e in erasing.of_case(asked.db, case_id)
        ],
        "erasable": found.get("fields"),
        "attachments": found.get("attachments", 0),
        "is_open": found.get("is_open", not is_over),
        "is_held": is_held,
        "can": [*(["hold"] if mine else []), *(["erase"] if mine and is_over and not is_held else [])],
    }


@door.opens("POST", "/cases/<case_id>/holds", policy=KEEPERS, body=Grounded, answer=HoldShape, status=201)
def place(asked: Asked, case_id: str) -> Any:
    """Put a case under a legal hold, on a ground; nothing of it is erased or removed while it stands."""
    id_ = holds.place(asked.db, asked.actor, asked.moment, case_id, asked.body["ground"])
    return _hold(holds.find(asked.db, id_), Names(asked.db, asked.moment.today))


@door.opens("POST", "/holds/<hold_id>/lifting", policy=KEEPERS, body=Grounded, answer=ProposalShape, status=202)
def lift(asked: Asked, hold_id: str) -> Any:
    """Propose that a hold is lifted; a second person of another office confirms it."""
    ground = asked.body["ground"]
    return proposing.waiting(asked, proposing.perform(asked, "hold.lift", {"hold": hold_id, "ground": ground}, ground))


@door.opens("GET", "/holds", policy=READERS, answer=shapes.page_of(ListedHold), query=HoldsQuery)
def listed(asked: Asked) -> Any:
    """Legal holds of the whole office, newest first."""
    given = asked.query
    rows, following = holds.listed(asked.db, standing=given["standing"], cursor=asked.cursor, limit=given["limit"])
    names = Names(asked.db, asked.moment.today)
    items = [
        {
            **_hold(row, names),
            "number": row["number"],
            "definition_name": definitions.load(asked.db, row["definition_id"]).name,
            "unit": names.unit(row["unit_id"]),
        }
        for row in rows
    ]
    return asked.page(items, following)


def _hold(row: Any, names: Names) -> dict[str, Any]:
    people = {who: names.person(row[who]) for who in ("placed_by", "lifted_by", "lift_confirmed_by")}
    return {**row, **people, "case": row["case_id"]}


# ---------------------------------------------------------------- erasing


@door.opens("POST", "/cases/<case_id>/erasure", policy=KEEPERS, body=Erasing, answer=ProposalShape, status=202)
def erase(asked: Asked, case_id: str) -> Any:
    """Propose that personal values of an ended case are erased; a second person of another office confirms it."""
    if cases.scope_of(asked.db, asked.actor, case_id) != "full":
        raise NotFound()
    body = asked.body
    plan = {
        "case": case_id,
        "fields": sorted(set(body["fields_"])),
        "files": body["files"],
        "ground": body["ground"],
    }
    return proposing.waiting(asked, proposing.perform(asked, "values.erase", plan, body["ground"]))


# ---------------------------------------------------------------- retention


@door.opens("GET", "/retention", policy=READERS, answer=Terms)
def terms(asked: Asked) -> Any:
    """How long what each procedure leaves behind is kept."""
    names, said = Names(asked.db, asked.moment.today), erasing.terms(asked.db)
    items = []
    for definition in definitions.newest(asked.db):
        term = said.get(definition.key, {})
        items.append(
            {
                "definition": definition.key,
                "definition_name": definition.name,
                "years": term.get("years"),
                "ground": term.get("ground"),
                "set_by": names.person(term.get("set_by")),
                "at": term.get("at"),
            }
        )
    return asked.page(items, None)


@door.opens("PUT", "/retention/<key>", policy=KEEPERS, body=Keeping, answer=Term)
def keep(asked: Asked, key: str) -> Any:
    """Say how many years a procedure's cases are kept after they have ended, on what ground."""
    erasing.keep_for(asked.db, asked.actor, asked.moment, key, asked.body["years"], asked.body["ground"])
    term = erasing.terms(asked.db)[key]
    return {
        **term,
        "definition": key,
        "definition_name": definitions.read(asked.db, key).name,
        "set_by": Names(asked.db, asked.moment.today).person(term["set_by"]),
    }


@door.opens("GET", "/retention/due", policy=READERS, answer=shapes.page_of(DueCase), query=Paging)
def due(asked: Asked) -> Any:
    """Ended cases whose term is over and that still hold personal values; nothing is erased by itself."""
    rows, following = erasing.due(asked.db, asked.moment, asked.cursor, asked.query["limit"])
    names = Names(asked.db, asked.moment.today)
    items = [
        {
            **row,
            "definition": row["key"],
            "definition_name": definitions.read(asked.db, row["key"]).name,
            "unit": names.unit(row["unit_id"]),
            "is_held": row["holds"] > 0,
        }
        for row in rows
    ]
    return asked.page(items, following)
