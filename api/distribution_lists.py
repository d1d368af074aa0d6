"""Distribution lists (发文范围): an office's named lists of units, kept with every version; forms offer them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Asking, At, PersonRef, Shape, Spoken, UnitRef
from engine import documents, views
from engine.errors import Text

door = Door("distribution lists", __name__, description="Named lists of units to which an office sends.")


class DistributionList(Shape):
    """The newest version of a list; ``missing``: how many of its units no longer stand below the body."""

    id = fields.String()
    version = fields.Integer()
    unit = fields.Nested(UnitRef)
    name = Spoken()
    count = fields.Integer()
    missing = fields.Integer()
    is_closed = fields.Boolean()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    can_keep = fields.Boolean()


class DistributionLists(Shape):
    items = fields.List(fields.Nested(DistributionList))
    next = fields.String(allow_none=True)


class ListedUnit(Shape):
    """A unit of a list; ``is_gone``: it no longer stands below the body, and nothing is sent to it."""

    id = fields.String()
    code = fields.String()
    name = Spoken()
    is_gone = fields.Boolean()


class ListVersion(Shape):
    """What a version changed: codes of units that came and went."""

    version = fields.Integer()
    name = Spoken()
    count = fields.Integer()
    added = fields.List(fields.Nested(UnitRef))
    removed = fields.List(fields.Nested(UnitRef))
    is_closed = fields.Boolean()
    reason = fields.String()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()


class DistributionListWhole(DistributionList):
    name_zh = fields.String()
    name_en = fields.String()
    units = fields.List(fields.Nested(ListedUnit))
    versions = fields.List(fields.Nested(ListVersion))


class ListsQuery(Asking):
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    closed = fields.Boolean(load_default=False)


_UNITS = fields.List(fields.String(validate=validate.Length(max=40)), required=True, validate=validate.Length(max=5000))


class NewList(Asking):
    unit = fields.String(required=True, validate=validate.Length(max=40))
    name = fields.String(required=True, validate=validate.Length(max=200))
    name_en = fields.String(load_default="", validate=validate.Length(max=200))
    units = _UNITS
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class ChangedList(Asking):
    """``version``: the one that was looked at."""

    version = fields.Integer(required=True)
    name = fields.String(required=True, validate=validate.Length(max=200))
    name_en = fields.String(load_default="", validate=validate.Length(max=200))
    units = _UNITS
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class ListClosure(Asking):
    version = fields.Integer(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=2000))


@door.opens("GET", "/distribution-lists", policy=SIGNED_IN, answer=DistributionLists, query=ListsQuery)
def lists(asked: Asked) -> Any:
    """The lists of the offices whose lists the asker keeps or audits; ``closed``: those that are no longer offered."""
    wanted = {"unit": asked.query["unit"], "closed": asked.query["closed"]}
    return asked.page(views.documents.lists(asked.db, asked.actor, asked.moment, **wanted), None)


@door.opens("POST", "/distribution-lists", policy=SIGNED_IN, body=NewList, answer=DistributionListWhole, status=201)
def begin(asked: Asked) -> Any:
    """A new list of an office."""
    body = asked.body
    made = documents.begin_list(
        *(asked.db, asked.actor, asked.moment, body["unit"], _name(body), body["units"], body["reason"])
    )
    return views.documents.one_list(asked.db, asked.actor, asked.moment, made.id)


@door.opens("GET", "/distribution-lists/<list_id>", policy=SIGNED_IN, answer=DistributionListWhole)
def one(asked: Asked, list_id: str) -> Any:
    """One list with its units and every version."""
    return views.documents.one_list(asked.db, asked.actor, asked.moment, list_id)


@door.opens("PUT", "/distribution-lists/<list_id>", policy=SIGNED_IN, body=ChangedList, answer=DistributionListWhole)
def change(asked: Asked, list_id: str) -> Any:
    """The next version of a list; 409 ``err_list_changed`` where somebody else was first."""
    body = asked.body
    documents.change_list(
        *(asked.db, asked.actor, asked.moment, list_id, body["version"], _name(body), body["units"], body["reason"])
    )
    return views.documents.one_list(asked.db, asked.actor, asked.moment, list_id)


@door.opens(
    "POST", "/distribution-lists/<list_id>/closure", policy=SIGNED_IN, body=ListClosure, answer=DistributionListWhole
)
def close(asked: Asked, list_id: str) -> Any:
    """A list is no longer offered; its versions stay."""
    body = asked.body
    documents.close_list(asked.db, asked.actor, asked.moment, list_id, body["version"], body["reason"])
    return views.documents.one_list(asked.db, asked.actor, asked.moment, list_id)


def _name(body: dict[str, Any]) -> Text:
    return Text.of({"zh": body["name"].strip(), "en": body["name_en"].strip()})
