"""What a deed would lead to: completing a task or starting a case, tried on a copy; nothing is written.

The copy goes through the same judgements as the deed itself, so that a refusal is the refusal of the deed. No number
is given, nobody's turn is used up, no notice is written; what the deed would change in the directory is not tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection

from engine import actors, cases, definitions, gates, machine, tasks, terms, trail
from engine.actors import Actor
from engine.cases import Ground, Work
from engine.errors import Forbidden, Incident, NotNow, Text
from engine.gates import Entered, World
from engine.machine import Element, Live, Step
from engine.store import Moment
from engine.trail import Link


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that would open: whom it would ask, until when."""

    element: Element
    grounds: tuple[Ground, ...] = ()
    due_on: date | None = None
    is_held: bool = False
    """A gate would keep it closed for the time being."""
    is_vacant: bool = False
    """Nobody whom the rules mean could act on it."""
    why: Text | None = None
    """Why nobody can be told."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would come of a deed; ``work`` is the copy as the deed would leave it."""

    work: Work
    confirm: tuple[str, ...] = ()
    """Holders of whom one would have to confirm first: until then nothing opens."""
    opened: tuple[Opened, ...] = ()
    calls: tuple[str, ...] = ()
    """Elements that would start cases of other procedures."""
    is_ended: bool = False
    outcome: str | None = None
    entered: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Element → what was entered there."""
    did: Mapping[str, str] = field(default_factory=dict)


def completion(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    answers: Mapping[str, Any] | None = None,
    decision: str | None = None,
    opinion: str | None = None,
    reason: str | None = None,
) -> Ahead:
    """What completing a task would lead to. Raises what ``tasks.complete`` would raise."""
    found = tasks.look(db, actor, moment, task_id)
    work, element = found.work, found.element
    entered, second = tasks.judge(found, answers or {}, decision, opinion, reason)
    if second:
        return Ahead(work, confirm=tuple(second))
    try:
        written = gates.outputs(work.world, element, entered)
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    step = cases.advance(work, found.task["node"], entered.business_on, written)
    return _ahead(work, step, element, entered, work.actor)


def start(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    definition: str,
    unit: str | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Ahead:
    """What starting a case would lead to, whether its form is complete or not: what does not fit counts as not given.

    Raises ``NotFound``, ``Forbidden``, ``NotNow`` and ``Unfit`` for the unit as ``cases.start`` does.
    """
    wanted = definitions.starting(db, moment, definition)
    if actor.person_id is None:
        raise Forbidden()
    unit_id = cases.start_unit(db, actor, moment, wanted, unit)
    wanted = definitions.starting(db, moment, definition, unit_id)
    facts = {
        "id": None,
        "number": None,
        "unit": unit_id,
        "started_on": moment.today,
        "started_by": actor.person_id,
    }
    world = World(db, actor, moment, wanted, facts, {})
    if not cases.may_start(world, unit_id):
        raise Forbidden(code="err_may_not_start")
    event = wanted.blueprint.start
    entered = _typed(world, event, answers or {})
    try:
        world.variables.update(gates.outputs(world, event, entered))
        live, step = machine.begin(wanted.blueprint, world.environment(entered.business_on), world.variables)
    except Incident as e:
        raise cases.stuck(wanted, e) from e
    world.variables = live.variables
    work = Work(db, actor, moment, wanted, _row(unit_id, actor), live, world, Link("", 0, trail.GENESIS), ())
    return _ahead(work, step, event, entered, actor)


def _typed(world: World, event: Element, answers: Mapping[str, Any]) -> Entered:
    """What the form holds as far as it fits; gates and what is missing are the start's own business."""
    context = gates.reading_context(world, event)
    form = world.definition.forms.get(event.words.attribute("form") or "")
    values: dict[str, Any] = {}
    if form is not None:
        fitted = form.fit(answers, context, gates.access(event), now=world.moment.local)
        values = dict(fitted.values)
    judgement = gates.Judgement((), ())
    return Entered(values, "done", None, (), judgement, {**context, **values}, False)


def _row(unit_id: str, actor: Actor) -> dict[str, Any]:
    return {"id": "", "unit_id": unit_id, "started_by": actor.person_id, "subject_id": None, "rev": 0}


def _ahead(work: Work, step: Step, element: Element, entered: Entered, actor: Actor) -> Ahead:
    values = {element.id: {k: gates.fact(v) for k, v in entered.values.items()}}
    did = {element.id: actor.acting_for or actor.person_id or ""}
    opened = []
    for one in step.opened:
        if one.kind == "task":
            work.world.local = _locals(work.live, one.node)
            opened.append(asked(work, work.definition.element(one.element), values, did))
    work.world.local = {}
    return Ahead(
        work,
        opened=tuple(opened),
        calls=tuple(o.element for o in step.opened if o.kind == "call"),
        is_ended=step.is_ended,
        outcome=step.outcome or step.error,
        entered=values,
        did=did,
    )


def _locals(live: Live, node: int) -> dict[str, Any]:
    return live.locals_of(node)


def asked(
    work: Work,
    element: Element,
    entered: Mapping[str, Mapping[str, Any]] = {},
    did: Mapping[str, str] = {},
) -> Opened:
    """Whom an element would ask if it opened now."""
    world = work.world
    try:
        found = cases.grounds(
            world,
            element,
            is_trial=True,
            entered=entered,
            did=did,
            forbids=partial(cases.forbids, work, element),
        )
        held = bool(gates.opening(world, element))
        term = terms.work_out(world, element, work.moment.now, gates.reading_context(world, element))
    except Incident as e:
        return Opened(element, why=e.text)
    except NotNow as e:
        return Opened(element, why=e.said)
    is_vacant = not held and not cases.can_act(work, element, [g["holder"] for g in found])
    return Opened(element, tuple(found), term.on, held, is_vacant)


def people(db: Connection, moment: Moment, holders: Sequence[str]) -> list[str]:
    """Ids of those whom holder texts mean today, each once."""
    return list(dict.fromkeys(p for h in holders for p in actors.people_meant(db, h, moment.today)))
