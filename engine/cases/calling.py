"""Called cases: a call activity starts a case of another definition, and takes it back when it is interrupted.

Locks go from the caller to the called, never back: what a called case gives its caller is a row of ``messages`` that is
delivered after its COMMIT, in a transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import bindparam, insert, select

from engine import definitions, machine, tables, trail
from engine.cases import outside
from engine.cases.closing import cancel_task
from engine.cases.seeing import copy_viewers
from engine.cases.starting import new_row, next_number
from engine.cases.work import CANCELLED, ENDED, OPEN_STATUSES, Work, take
from engine.definitions import Definition
from engine.errors import Incident, NotFound, Stuck, Text
from engine.gates import World
from engine.machine import Call, Step
from engine.store import new_id, part
from engine.trail import Kind, Link

MAX_DEPTH = 20
"""How deep a case may call: a process that calls itself has to end somewhere."""
MAX_CALLED = 1_000
"""Cases that one deed may call at all: one that calls itself twice would be a million at that depth."""

Settle = Callable[[Work, Step | None], None]

_PARENT = select(tables.cases.c.parent_id).where(tables.cases.c.id == bindparam("case"))
_CALLED = select(tables.cases.c.id).where(
    tables.cases.c.parent_id == bindparam("parent"), tables.cases.c.status.not_in((ENDED, CANCELLED))
)


def start_called(work: Work, call: Call, settle: Settle) -> str:
    """Start the case that a call activity asks for, in its caller's unit; gives its id.

    Raises ``Incident`` where that cannot be done; then nothing of it is left.
    """
    try:
        wanted = definitions.read(work.db, call.definition, call.version)
    except NotFound as e:
        what = call.definition if call.version is None else f"{call.definition} {call.version}"
        raise Incident(
            call.element,
            Text(f"被调用的流程 {what} 尚未发布", f"the called definition {what} is not published"),
            {"definition": call.definition},
        ) from e
    if _depth(work) >= MAX_DEPTH:
        raise Incident(call.element, Text(f"调用嵌套超过 {MAX_DEPTH} 层", f"calls are nested deeper than {MAX_DEPTH}"))
    if len(work.called) >= MAX_CALLED:
        raise Incident(
            call.element,
            Text(f"一次办理调用的事项超过 {MAX_CALLED} 个", f"one deed calls more than {MAX_CALLED} cases"),
        )
    case_id = new_id()
    work.called.append(case_id)
    try:
        with part(work.db):
            called = _start(work, call, wanted, case_id, settle)
    except (Incident, Stuck) as e:
        why = e.text if isinstance(e, Incident) else e.said
        said = Text("被调用的流程 {key} 不能发起：{why}", "the called definition {key} cannot start: {why}")
        raise Incident(call.element, said.format(key=wanted.key, why=why)) from e
    work.note(Kind.CASE_CALLED, element=call.element, called=case_id, number=called.row["number"])
    return case_id


def _start(work: Work, call: Call, wanted: Definition, case_id: str, settle: Settle) -> Work:
    db, moment, unit = work.db, work.moment, work.row["unit_id"]
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
    called.called, called.wait = work.called, work.wait
    called.is_alone = called.is_listed = True
    called.note(
        Kind.CASE_STARTED,
        element=wanted.blueprint.start.id,
        definition=wanted.key,
        version=wanted.version,
        sha256=wanted.sha256,
        unit=unit,
        caller=work.case_id,
    )
    settle(called, step)
    return called


def give_back(work: Work, error: str | None) -> None:
    """A called case has ended: its caller gets its variables, or the error that nothing in it caught."""
    if work.row.get("parent_id") is None:
        return
    if error is None:
        outside.answer(work, "result", work.live.variables)
    else:
        outside.answer(work, "error", {"number": work.row["number"]}, error)


def give_up(work: Work) -> None:
    """Somebody has ended a called case before its time: its caller has to know, or it would wait for ever."""
    if work.row.get("parent_id") is not None:
        outside.answer(work, "cancelled", {"number": work.row["number"]})


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
