"""A case that nobody starts by hand: a message, a signal, a time or a condition does (BPMN 2.0.2, section 10.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert

from engine import actors, machine, tables, trail
from engine.actors import Actor
from engine.cases.asking import asked
from engine.cases.seeing import may_see
from engine.cases.settling import settle, write_directory
from engine.cases.starting import new_row, next_number, subject_of
from engine.cases.work import Work, stuck
from engine.definitions import Definition
from engine.errors import Incident, NotFound, Text
from engine.gates import World
from engine.machine import Element
from engine.store import Moment, new_id
from engine.trail import Kind, Link


def world_of(db: Connection, moment: Moment, definition: Definition) -> World:
    """What a start event may see before there is a case: parameters, the directory, today."""
    facts = {"id": None, "number": None, "unit": None, "started_on": moment.today, "started_by": None}
    return World(db, Actor.clock(), moment, definition, facts, {})


def start_by_event(
    db: Connection,
    moment: Moment,
    definition: Definition,
    element: Element,
    *,
    data: Mapping[str, Any] | None = None,
    business_key: str | None = None,
    cause: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> str:
    """Start a case at an event of its process, as the clock; gives its id.

    ``data`` came with the message or signal. The unit is the one that the event's ``<liuhen:who>`` means, and whoever
    holds that post there sees the case. ``cause`` are facts for the entry (the message's id); ``variables`` are there
    from the beginning (the item of ``forEach``). Raises ``Stuck`` or
    ``Incident`` where it cannot start.
    """
    world = world_of(db, moment, definition)
    world.variables = dict(variables or {})
    seen = {element.event.kind: dict(data)} if data is not None else {}
    unit_id, holders = _place(world, element, seen)
    case_id, number = new_id(), next_number(db, definition, moment)
    world.case = {**world.case, "id": case_id, "number": number, "unit": unit_id}
    try:
        live, step = machine.begin(definition.blueprint, world.environment(), world.variables, element.id, data)
    except Incident as e:
        raise stuck(definition, e) from e
    world.variables = live.variables
    row = new_row(case_id, number, definition, unit_id, business_key, world.actor, moment)
    row["subject_id"] = subject = subject_of(world)
    db.execute(insert(tables.cases).values(**row))
    work = Work(db, world.actor, moment, definition, row, live, world, Link(case_id, 0, trail.GENESIS), ())
    may_see(db, case_id, holders, "full")
    if subject:
        may_see(db, case_id, [actors.holder_of(subject)], "own")
    work.note(
        Kind.CASE_STARTED,
        element=element.id,
        definition=definition.key,
        version=definition.version,
        sha256=definition.sha256,
        unit=unit_id,
        **(cause or {}),
    )
    write_directory(work, element, None, world.context(None, **seen))
    work.is_alone = work.is_listed = True
    settle(work, step)
    return case_id


def _place(world: World, element: Element, seen: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The unit in which the start event says that its cases are handled, and whom it asks there."""
    context = world.context(None, **seen)
    unit_id, holders = None, []
    for who in world.definition.whos(element):
        if "at" in who and unit_id is None:
            value = world.evaluate(who["at"], context, element.id)
            units = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]
            if len(units) != 1:
                said = Text(
                    f"at 应给出一个组织，实为 {len(units)} 个", f"at has to give one unit; it gives {len(units)}"
                )
                raise Incident(element.id, said, {"expression": who["at"]})
            unit_id = _known(world, element, who["at"], units[0])
            holders.append(actors.holder(who["role"], unit_id))
        else:
            holders += asked(world, element.id, who, context)
    if unit_id is None:
        raise Incident(element.id, Text("开始事件没有说明在哪个组织", "the start event does not say in which unit"))
    return unit_id, holders


def _known(world: World, element: Element, text: str, unit: str) -> str:
    try:
        return actors.unit_by(world.db, unit, world.moment.today).id
    except NotFound as e:
        said = Text("at 给出的组织不存在", "at gives a unit that there is not")
        raise Incident(element.id, said, {"expression": text, "unit": unit}) from e
