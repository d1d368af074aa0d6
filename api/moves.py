"""An administrator's move of a case: seen beforehand, proposed by one person, executed by a second one."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import Asked, Door, may
from api.shapes import Asking, At, PersonRef, Shape, Spoken
from engine import moving, views

door = Door("moves", __name__, description="Taking open things of a case away and beginning others instead.")

MOVERS = may("cases.move")
READERS = may("cases.move", "cases.read_all")

_REFS = validate.Length(max=moving.MOST)


class Move(Asking):
    """``cancel``: ids of tasks, jobs or incidents, or numbers of nodes; ``start``: elements. ``preview`` only looks."""

    cancel = fields.List(fields.String(validate=validate.Length(min=1, max=40)), load_default=list, validate=_REFS)
    start = fields.List(fields.String(validate=validate.Length(min=1, max=100)), load_default=list, validate=_REFS)
    reason = fields.String(required=True, validate=validate.Length(max=2000))
    preview = fields.Boolean(load_default=False)


class MoveDecision(Asking):
    agree = fields.Boolean(required=True)
    opinion = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))


class MovedElement(Shape):
    element = fields.String()
    name = Spoken()


class MovedGone(MovedElement):
    """What somebody, or a program, has now and would have no more."""

    kind = fields.String(validate=validate.OneOf(("task", "job", "call", "incident")))
    task = fields.String(allow_none=True)
    holders = fields.List(Spoken())


class MovedOpened(MovedElement):
    """What would open; without holders it is no person's, or there is nobody who could be asked."""

    kind = fields.String(validate=validate.OneOf(("task", "job", "call", "incident")))
    holders = fields.List(Spoken())


class MovePreview(Shape):
    """What a move would do. ``sound``: every way still ends; ``weak``: not every way, as the process itself has it;
    ``unknown``: there are too many ways to look at all of them."""

    gone = fields.List(fields.Nested(MovedGone))
    opened = fields.List(fields.Nested(MovedOpened))
    void = fields.List(fields.Nested(MovedElement))
    ends = fields.Boolean()
    sound = fields.String(validate=validate.OneOf(("sound", "weak", "unknown")))
    waiting = fields.List(fields.Nested(MovedElement))


class MoveShape(Shape):
    """A move that was proposed, and what became of it."""

    id = fields.String()
    status = fields.String(validate=validate.OneOf(("proposed", "done", "refused")))
    reason = fields.String()
    cancel = fields.List(fields.Nested(MovedElement))
    start = fields.List(fields.Nested(MovedElement))
    proposed_by = fields.Nested(PersonRef)
    proposed_at = At()
    decided_by = fields.Nested(PersonRef, allow_none=True)
    decided_at = At(allow_none=True)
    can_confirm = fields.Boolean()


class MoveProposed(Shape):
    """``move`` is the id of the proposal; null where it was only looked at."""

    move = fields.String(allow_none=True)
    preview = fields.Nested(MovePreview)


@door.opens("GET", "/cases/<case_id>/moves", policy=READERS, answer=shapes.page_of(MoveShape))
def moves(asked: Asked, case_id: str) -> Any:
    """The moves of a case, newest first."""
    return asked.page(views.moves(asked.db, asked.actor, asked.moment, case_id), None)


@door.opens("POST", "/cases/<case_id>/moves", policy=MOVERS, body=Move, answer=MoveProposed)
def propose(asked: Asked, case_id: str) -> Any:
    """Propose a move to a second person, or only see what it would do."""
    given = asked.body
    where = (asked.db, asked.actor, asked.moment, case_id, given["cancel"], given["start"])
    if given["preview"]:
        id_, found = None, moving.preview(*where)
    else:
        id_, found = moving.propose(*where, given["reason"])
    return {"move": id_, "preview": views.move_preview(asked.db, asked.moment, found)}


@door.opens(
    "POST",
    "/cases/<case_id>/moves/<move_id>/confirmation",
    policy=MOVERS,
    body=MoveDecision,
    answer=shapes.page_of(MoveShape),
)
def confirm(asked: Asked, case_id: str, move_id: str) -> Any:
    """The second person executes the move, or refuses it; answers the moves of the case."""
    given = asked.body
    moving.confirm(asked.db, asked.actor, asked.moment, case_id, move_id, given["agree"], given["opinion"])
    return asked.page(views.moves(asked.db, asked.actor, asked.moment, case_id), None)
