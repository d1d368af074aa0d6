"""Delegations: who does somebody's work meanwhile; own ones by anybody, others' by whoever keeps the directory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Asking, At, On, Paging, PersonRef, Shape, Spoken
from engine import actors, definitions, outbox, tables, trail, views
from engine.actors import delegations
from engine.actors.delegations import Row, Wanted
from engine.outbox import Notice
from engine.trail import Kind

door = Door("delegations", __name__, description="Absence: somebody else does meanwhile what one's posts ask.")

STATES = ("coming", "current", "over", "revoked")


class DefinitionRef(Shape):
    key = fields.String()
    name = Spoken()


class DelegationShape(Shape):
    """``to`` acts for ``from``; both days are inclusive. ``definitions`` and ``actions`` null: all."""

    id = fields.String()
    from_ = fields.Nested(PersonRef, data_key="from", attribute="from")
    to = fields.Nested(PersonRef)
    definitions = fields.List(fields.Nested(DefinitionRef), allow_none=True)
    actions = fields.List(fields.String(validate=validate.OneOf(actors.PURPOSES)), allow_none=True)
    from_on = On()
    to_on = On()
    reason = fields.String()
    document_no = fields.String(allow_none=True)
    approved_by = fields.Nested(PersonRef, allow_none=True)
    created_at = At()
    revoked_at = At(allow_none=True)
    revoked_by = fields.Nested(PersonRef, allow_none=True)
    revoked_because = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    can_revoke = fields.Boolean()


class TaskRef(Shape):
    id = fields.String()
    name = Spoken()
    case = fields.String()
    title = Spoken()


class Effect(Shape):
    """What a delegation would do today: which open tasks go along, which stay, and what to know."""

    along = fields.List(fields.Nested(TaskRef))
    stays = fields.List(fields.Nested(TaskRef))
    notes = fields.List(Spoken())


class DelegationQuery(Paging):
    side = fields.String(load_default="both", validate=validate.OneOf(("from", "to", "both", "office")))
    over = fields.Boolean(load_default=False)


_ID = validate.Length(min=1, max=40)


class Delegating(Asking):
    """``from`` (id or number) is the asker where nothing is said; only who keeps the directory names somebody else."""

    from_ = fields.String(load_default=None, allow_none=True, data_key="from", attribute="from", validate=_ID)
    to = fields.String(required=True, validate=_ID)
    definitions = fields.List(
        fields.String(validate=validate.Length(min=1, max=60)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=200),
    )
    actions = fields.List(
        fields.String(validate=validate.OneOf(actors.PURPOSES)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=2),
    )
    from_on = On(load_default=None, allow_none=True)
    to_on = On(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=2000))
    document_no = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))


class Revocation(Asking):
    reason = fields.String(required=True, validate=validate.Length(max=2000))


@door.opens("GET", "/delegations", policy=SIGNED_IN, answer=shapes.page_of(DelegationShape), query=DelegationQuery)
def list_(asked: Asked) -> Any:
    """The asker's delegations, newest first, or with ``side=office`` everybody's; ``over``: the ended ones too."""
    rows, following = delegations.delegations(
        asked.db,
        asked.actor,
        asked.moment,
        asked.query["side"],
        current=not asked.query["over"],
        cursor=asked.cursor,
        limit=asked.query["limit"],
    )
    return asked.page(_shown(asked, rows), following)


@door.opens("GET", "/delegations/<delegation_id>", policy=SIGNED_IN, answer=DelegationShape)
def read(asked: Asked, delegation_id: str) -> Any:
    """One delegation, for either side of it."""
    return _shown(asked, [delegations.delegation(asked.db, asked.actor, delegation_id)])[0]


@door.opens(
    "POST", "/delegations/preview", policy=SIGNED_IN, body=Delegating, answer=Effect, idempotent=False, works="reading"
)
def preview(asked: Asked) -> Any:
    """Which open tasks would go along and which stay; refused as the delegation itself would be. Nothing changes."""
    wanted = _wanted(asked)
    delegations.check(asked.db, asked.actor, asked.moment, wanted)
    return views.delegation_effect(asked.db, asked.moment, wanted)


@door.opens("POST", "/delegations", policy=SIGNED_IN, body=Delegating, answer=DelegationShape, status=201)
def delegate(asked: Asked) -> Any:
    """Somebody else does what one's posts ask, from one day to another; both sides are told."""
    row = delegations.delegate(asked.db, asked.actor, asked.moment, _wanted(asked))
    _record(asked, row, "set_up", Notice.DELEGATION_SET)
    return _shown(asked, [row])[0]


@door.opens(
    "POST", "/delegations/<delegation_id>/revocation", policy=SIGNED_IN, body=Revocation, answer=DelegationShape
)
def revoke(asked: Asked, delegation_id: str) -> Any:
    """It ends now; either side may, and whoever keeps the directory."""
    row = delegations.revoke(asked.db, asked.actor, asked.moment, delegation_id, asked.body["reason"])
    _record(asked, row, "revoked", Notice.DELEGATION_REVOKED)
    return _shown(asked, [row])[0]


def _wanted(asked: Asked) -> Wanted:
    given, today = asked.body, asked.moment.today
    whose = given["from"]
    person = actors.person_by(asked.db, whose, today).id if whose else asked.actor.person_id
    return Wanted(
        person or "",
        actors.person_by(asked.db, given["to"], today).id,
        given["from_on"] or today,
        given["to_on"],
        given["reason"],
        tuple(given["definitions"]) if given["definitions"] is not None else None,
        tuple(given["actions"]) if given["actions"] is not None else None,
        given["document_no"],
    )


def _record(asked: Asked, row: Row, change: str, notice: Notice) -> None:
    """The entry of the office, and a notice to both sides. The reason may be an illness: it stays out of both."""
    days = {"from_on": row.from_on.isoformat(), "to_on": row.to_on.isoformat()}
    trail.append(
        asked.db,
        asked.moment,
        asked.actor,
        kind=Kind.DELEGATION_CHANGED,
        change=change,
        delegation=row.id,
        person=row.person_id,
        handed_to=[actors.holder_of(row.to_person_id)],
        definitions=row.definitions and list(row.definitions),
        actions=row.actions and list(row.actions),
        document_no=row.document_no,
        **days,
    )
    outbox.tell(
        asked.db,
        asked.moment,
        notice,
        [actors.holder_of(p) for p in (row.person_id, row.to_person_id)],
        facts={"for": row.person_id, "to": row.to_person_id, **days},
        besides=asked.actor.person_id,
    )


def _shown(asked: Asked, rows: Iterable[Row]) -> list[dict[str, Any]]:
    known = list(rows)
    today = asked.moment.today
    people = {p for r in known for p in (r.person_id, r.to_person_id, r.approved_by, r.revoked_by) if p}
    names = actors.names(asked.db, people)
    keys = {k for r in known for k in r.definitions or ()}
    called = _names_of(asked, keys)

    def person(id_: str | None) -> dict[str, Any] | None:
        return {"id": id_, "name": names.get(id_, id_)} if id_ else None

    def state(row: Row) -> str:
        if row.revoked_at is not None:
            return "revoked"
        return "over" if row.to_on < today else "coming" if row.from_on > today else "current"

    return [
        {
            "id": r.id,
            "from": person(r.person_id),
            "to": person(r.to_person_id),
            "definitions": [{"key": k, "name": called.get(k, k)} for k in r.definitions]
            if r.definitions is not None
            else None,
            "actions": list(r.actions) if r.actions is not None else None,
            "from_on": r.from_on,
            "to_on": r.to_on,
            "reason": r.reason,
            "document_no": r.document_no,
            "approved_by": person(r.approved_by),
            "created_at": r.created_at,
            "revoked_at": r.revoked_at,
            "revoked_by": person(r.revoked_by),
            "revoked_because": r.revoked_because,
            "state": state(r),
            "can_revoke": not r.is_over(today),
        }
        for r in known
    ]


def _names_of(asked: Asked, keys: set[str]) -> dict[str, Any]:
    if not keys:
        return {}
    table = tables.definitions.c
    query = select(table.id, table.key).where(table.key.in_(keys)).order_by(table.version)
    newest = {row.key: row.id for row in asked.db.execute(query)}
    return {key: definitions.load(asked.db, id_).name for key, id_ in newest.items()}
