"""A draft while it is drawn: the names that an element may use, and a play of it step by step; nothing is stored."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import folders
from api.contract import Asked, Door
from api.drafts import LOOKERS
from api.shapes import Anything, Asking, Shape, Spoken
from engine import definitions, drafts, drawing, rehearsals, separation
from engine.errors import DefinitionRefused

door = Door("plays", __name__, description="A draft while it is drawn: the names an element may use, and a play of it.")

LARGEST = 16_000_000
"""Bytes of a play: the files of the folder and its steps."""


class NamesQuery(Asking):
    """``element``: of an element or a flow; without it those of the process."""

    element = fields.String(load_default=None, validate=validate.Length(max=200))


class NameShape(Shape):
    """A name that FEEL may use; ``is_set``: it has a value whenever a case comes there."""

    name = fields.String()
    from_ = fields.String(data_key="from", attribute="from")
    element = fields.String(allow_none=True)
    is_set = fields.Boolean()


class NamesShape(Shape):
    names = fields.List(fields.Nested(NameShape))


class PlayAsked(Asking):
    """The steps of a rehearsal so far; ``files`` that are not saved yet stand in place of the saved ones."""

    files = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 200)), values=fields.String(), load_default=None, allow_none=True
    )
    play = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)


class WaitingShape(Shape):
    element = fields.String()
    name = Spoken()
    status = fields.String(validate=validate.OneOf(("open", "held")))
    asked = fields.List(fields.String())
    due = fields.String(allow_none=True)


class FrameShape(Shape):
    """The case after one step (0: before the first); ``at`` by the clock of the office."""

    step = fields.Integer()
    at = fields.String()
    waiting = fields.List(fields.Nested(WaitingShape))
    variables = Anything()
    walked = fields.List(fields.String())
    ended = fields.String(allow_none=True)


class BystanderShape(Shape):
    id = fields.String()
    name = Spoken()


class StoppedShape(Shape):
    step = fields.Integer()
    message = Spoken()


class PlayShape(Shape):
    """Everybody in the office of the play, a frame after each step, and where it went no further."""

    people = fields.List(fields.Nested(BystanderShape))
    units = fields.List(fields.String())
    frames = fields.List(fields.Nested(FrameShape))
    stopped = fields.Nested(StoppedShape, allow_none=True)


@door.opens("GET", "/drafts/<draft_id>/names", policy=LOOKERS, query=NamesQuery, answer=NamesShape)
def names(asked: Asked, draft_id: str) -> Any:
    """The names that an expression at an element may use, and whether each surely has a value there."""
    found = drafts.read(asked.db, draft_id)
    known = drawing.names_at(drafts.files_of(asked.db, found.id, found.rev), asked.query["element"])
    return {
        "names": [{"name": one.name, "from": one.origin, "element": one.element, "is_set": one.is_set} for one in known]
    }


@door.opens(
    "POST",
    "/drafts/<draft_id>/plays",
    policy=LOOKERS,
    body=PlayAsked,
    answer=PlayShape,
    works="reading",
    max_body=LARGEST,
)
def play(asked: Asked, draft_id: str) -> Any:
    """Play a draft from its beginning by the real engine, on a virtual clock in a database that is thrown away."""
    found = drafts.read(asked.db, draft_id)
    files = asked.body["files"]
    checked, findings = definitions.check(
        files if files is not None else drafts.files_of(asked.db, found.id, found.rev)
    )
    if checked is None:
        raise DefinitionRefused(findings)
    along, rules = folders.published_along(asked.db, checked), separation.written(asked.db)
    done = rehearsals.play(checked, asked.store.settings.zone, rules, asked.body["play"], along)
    return {
        "people": [{"id": name, "name": text} for name, text in done.people.items()],
        "units": done.units,
        "frames": [
            {
                "step": frame.step,
                "at": frame.standing.at.strftime("%Y-%m-%dT%H:%M"),
                "waiting": [
                    {
                        "element": one.element,
                        "name": checked.element_name(one.element),
                        "status": one.status,
                        "asked": one.asked,
                        "due": one.due,
                    }
                    for one in frame.standing.waiting
                ],
                "variables": frame.standing.variables,
                "walked": frame.walked,
                "ended": frame.standing.ended,
            }
            for frame in done.frames
        ],
        "stopped": {"step": done.difference.step, "message": done.difference.text} if done.difference else None,
    }
