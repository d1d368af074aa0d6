"""Decisions: one decision of a published procedure, evaluated for whoever may read procedures, and explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import fields, validate

from api.contract import Asked, Door, may
from api.shapes import Anything, Asking, Facts, Shape
from engine import definitions, feel, gates
from engine.decisions import Decision, DecisionError
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, NotFound, Text, Unfit

door = Door("decisions", __name__, description="Decisions of procedures, evaluated and explained.")

READERS = may("definitions.read", "cases.read_all")
_OF_PEOPLE = ("person", "relatives", "open cases", "latest case", "attachments of")
"""Functions that tell about people: only for whoever may read every case."""


class Evaluation(Asking):
    """The values of the names that the decision asks for; a date is ``"2026-03-02"`` where the decision declares it,
    else ``{"@date": "2026-03-02"}``."""

    data = fields.Dict(keys=fields.String(validate=validate.Length(max=200)), required=True)


class DecidedShape(Shape):
    """One decision, or table of business knowledge, that was evaluated."""

    decision = fields.String()
    name = fields.String()
    hit_policy = fields.String(allow_none=True)
    value = Anything(allow_none=True)
    rules = fields.List(fields.Integer())
    rule_ids = fields.List(fields.String())
    notes = fields.List(fields.String())
    inputs = Facts()


class EvaluationShape(DecidedShape):
    """What a decision answers and why; ``steps`` are what was decided before it, in that order."""

    definition = fields.String()
    version = fields.Integer()
    steps = fields.List(fields.Nested(DecidedShape))


@door.opens(
    "POST", "/decisions/<key>/evaluation", policy=READERS, body=Evaluation, answer=EvaluationShape, works="reading"
)
def evaluation(asked: Asked, key: str) -> Any:
    """Evaluate one decision or decision service; ``key`` is its id, or ``definition.id`` where several have that id.

    The newest version counts, with the parameters and the calendar of today. Nothing is stored.
    """
    definition, decision = _held(asked, key)
    try:
        names = {**_names(asked, definition), **decision.from_json(asked.body["data"])}
        answer = decision.evaluate(names, now=asked.moment.local)
    except feel.FeelError as fault:
        raise _unfit(fault) from fault
    return {
        **_step(decision.id, decision.name, decision.hit_policy, answer),
        "definition": definition.key,
        "version": definition.version,
        "steps": [_step(step.id, step.name, step.hit_policy, step) for step in answer.steps],
    }


def _held(asked: Asked, key: str) -> tuple[Definition, Decision]:
    """The definition and the decision that a key means."""
    newest = definitions.newest(asked.db)
    before, _, id_ = key.partition(".")
    named = [d for d in newest if d.key == before and id_ in d.decisions]
    if named:
        return named[0], named[0].decisions[id_]
    holding = [d for d in newest if key in d.decisions]
    if not holding:
        raise NotFound()
    if len(holding) > 1:
        keys = ", ".join(f"{d.key}.{key}" for d in holding)
        text = Text(
            f"多个流程有决策 {key}，请写其中之一：{keys}", f"Several procedures hold {key}. Write one of: {keys}"
        )
        raise Unfit(text, errors=[FieldError("key", "ambiguous", text)])
    return holding[0], holding[0].decisions[key]


def _names(asked: Asked, definition: Definition) -> dict[str, Any]:
    """What a decision may use without being given it."""
    facts = dict.fromkeys(("id", "number", "unit", "started_on", "started_by"))
    world = gates.World(asked.db, asked.actor, asked.moment, definition, facts, {})
    hosts = dict(world.hosts(asked.moment.today))
    if not asked.actor.may("cases.read_all"):
        hosts |= {name: _forbidden(name) for name in _OF_PEOPLE}
    given = {"case": facts, "today": asked.moment.today, "actor": asked.actor.person_id}
    return {"decision": None, "late_entry": None, **world.parameters, **hosts, **given}


def _forbidden(name: str) -> Callable[..., Any]:
    def ask(*_arguments: Any) -> Any:
        text = Text(
            f"这项决策要用 {name}() 查人，您没有查看全部事项的权限。",
            f"This decision asks {name}() about people, and you may not read every case.",
        )
        raise Forbidden(text)

    return ask


def _unfit(fault: feel.FeelError) -> Unfit:
    """What keeps a decision from an answer, as a refusal of the data."""
    if fault.missing is not None:
        return Unfit(fault.text, errors=[FieldError(f"data.{fault.missing}", "missing", fault.text)])
    code = "no_answer" if isinstance(fault, DecisionError) else "failed"
    return Unfit(fault.text, errors=[FieldError("data", code, fault.text)])


def _step(id_: str, name: str, hit_policy: str | None, said: Any) -> dict[str, Any]:
    return {
        "decision": id_,
        "name": name,
        "hit_policy": hit_policy,
        "value": _plain(said.value),
        "rules": said.rules,
        "rule_ids": said.rule_ids,
        "notes": said.notes,
        "inputs": {text: _plain(value) for text, value in said.inputs.items()},
    }


def _plain(value: Any) -> Any:
    """A value for people; a function, which only a step can answer, by that word."""
    try:
        return feel.plain(value)
    except feel.FeelError:
        return "function"
