"""Called cases: a call activity starts a case of another definition, and takes it back when it is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import bindparam, insert, select

from engine import definitions, machine, tables, trail
from engine.cases import outside
from engine.cases.closing import cancel_task
from engine.cases.seeing import copy_viewers
from engine.cases.starting import new_row, next_number
from engine.cases.work import CANCELLED, FAILED, OPEN_STATUSES, RUNNING, Work, take
from engine.errors import Incident, NotFound
from engine.gates import World
from engine.machine import Call, Step
from engine.store import new_id
from engine.trail import Kind, Link

MAX_DEPTH = 20
"""How deep a case may call: a process that calls itself has to end somewhere."""

Settle = Callable[[Work, Step | None], None]

_PARENT = select(tables.cases.c.parent_id).where(tables.cases.c.id == bindparam("case"))
_CALLED = select(tables.cases.c.id).where(
    tables.cases.c.parent_id == bindparam("parent"), tables.cases.c.status.in_((RUNNING, FAILED))
)


def start_called(work: Work, call: Call, settle: Settle) -> str:
    """Start the case that a call activity asks for, in its caller's unit; raises ``Incident``. Gives its id."""
    try:
        wanted = definitions.read(work.db, call.definition, call.version)
    except NotFound as e:
        what = call.definition if call.version is None else f"{call.definition} {call.version}"
        raise Incident(call.element, f"the called definition {what} is not published") from e
    if _depth(work) >= MAX_DEPTH:
        raise Incident(call.element, f"calls are nested deeper than {MAX_DEPTH}")
    db, moment, case_id = work.db, work.moment, new_id()
    unit = work.row["unit_id"]
    facts = {
        "id": case_id,
        "number": None,
        "unit": unit,
        "started_on": moment.today,
        "started_by": work.row["started_by"],
    }
    world = World(db, work.actor, moment, wanted, facts, dict(call.data))
    facts["number"] = number = next_number(db, wanted, moment)
    live, step = machine.begin(wanted.blueprint, world.environment(), world.variables)
    world.variables = live.variables
    row = new_row(case_id, number, wanted, unit, None, work.actor, moment)
    row.update(parent_id=work.case_id, parent_node=call.node, started_by=work.row["started_by"])
    row["subject_id"] = work.row["subject_id"]
    db.execute(insert(tables.cases).values(**row))
    copy_viewers(db, work.case_id, case_id)
    called = Work(db, work.actor, moment, wanted, row, live, world, Link(case_id, 0, trail.GENESIS), ())
    called.note(
        Kind.CASE_STARTED,
        element=wanted.blueprint.start.id,
        definition=wanted.key,
        version=wanted.version,
        sha256=wanted.sha256,
        unit=unit,
        caller=work.case_id,
    )
    work.note(Kind.CASE_CALLED, element=call.element, called=case_id, number=number)
    settle(called, step)
    work.woken += called.woken
    return case_id


def cancel_called(work: Work, nodes: Sequence[int] | None, settle: Settle) -> None:
    """Cancel the cases that interrupted call activities had started; ``None``: all of them."""
    if nodes is not None and not nodes:
        return
    query = _CALLED if nodes is None else _CALLED.where(tables.cases.c.parent_node.in_(nodes))
    for case_id in work.db.execute(query, {"parent": work.case_id}).scalars().all():
        called = take(work.db, work.actor, work.moment, case_id)
        called.note(Kind.CASE_CANCELLED, reason=f"the caller {work.row['number']} no longer needs it")
        stop(called, CANCELLED, "cancelled", settle)


def stop(work: Work, status: str, outcome: str, settle: Settle) -> None:
    """Nothing of the case is open or waited for any more."""
    table = tables.tasks
    rows = work.db.execute(
        select(table.c.id, table.c.element).where(table.c.case_id == work.case_id, table.c.status.in_(OPEN_STATUSES))
    ).all()
    for row in rows:
        cancel_task(work, row.id, row.element)
    outside.forget(work)
    cancel_called(work, None, settle)
    work.changes.update(status=status, outcome=outcome, ended_at=work.moment.now, wake_at=None)
    settle(work, None)


def _depth(work: Work) -> int:
    depth, at = 0, work.row.get("parent_id")
    while at is not None and depth < MAX_DEPTH:
        depth, at = depth + 1, work.db.execute(_PARENT, {"case": at}).scalar()
    return depth
