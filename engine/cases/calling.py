"""Called cases: a call activity starts a case of another definition, and takes it back when it is interrupted.

Locks go from the caller to the called, never back: what a called case gives its caller is a row of ``messages`` that is
delivered after its COMMIT, in a transaction of the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine import actors, definitions, machine, tables, trail
from engine.cases import outside, seeing
from engine.cases.closing import cancel_task
from engine.cases.starting import new_row, next_numbers
from engine.cases.work import CANCELLED, ENDED, OPEN_STATUSES, Work, take
from engine.definitions import Definition
from engine.errors import Incident, NotFound, NotNow, Stuck, Text
from engine.gates import World, fact
from engine.machine import Call, Step
from engine.store import Statement, gathered, new_id, part
from engine.trail import Kind, Link
from engine.vocabulary import keys

MAX_DEPTH = 20
"""How deep a case may call: a process that calls itself has to end somewhere."""
MAX_CALLED = 1_000
"""Cases that one deed may call at all: one that calls itself twice would be a million at that depth."""

Settle = Callable[[Work, Step | None], None]

_CALLING = tables.cases.alias("calling")

_PARENT = select(tables.cases.c.parent_id).where(tables.cases.c.id == bindparam("case"))
_CALLED = (
    select(tables.cases.c.id, tables.cases.c.parent_node)
    .where(tables.cases.c.parent_id == bindparam("parent"), tables.cases.c.status.not_in((ENDED, CANCELLED)))
    .order_by(tables.cases.c.id)
)


def start_called(work: Work, calls: Sequence[Call], settle: Settle) -> list[tuple[int, Incident]]:
    """Start the cases that call activities ask for, each in the unit that its call names, else in its caller's.

    Gives the nodes of the calls that cannot be made, and why; nothing of those is left. Many calls go in together;
    where that fails they are made one by one, so that those that can be made are.
    """
    before = len(work.called)
    if len(calls) > 1:
        try:
            with part(work.db):
                _start_all(work, calls, settle)
        except (Incident, Stuck):
            del work.called[before:]
        else:
            return []
    failed = []
    for call in calls:
        try:
            with part(work.db):
                _start_all(work, [call], settle)
        except Incident as e:
            failed.append((call.node, e))
    return failed


def _start_all(work: Work, calls: Sequence[Call], settle: Settle) -> None:
    """The cases of some calls; raises ``Incident`` at the first that cannot be started."""
    wanted: dict[tuple[str, int | None], Definition] = {}
    for call in calls:
        if (call.definition, call.version) not in wanted:
            wanted[call.definition, call.version] = _wanted(work, call)
    if _depth(work) >= MAX_DEPTH:
        said = Text(f"调用嵌套超过 {MAX_DEPTH} 层", f"calls are nested deeper than {MAX_DEPTH}")
        raise Incident(calls[0].element, said)
    if len(work.called) + len(calls) > MAX_CALLED:
        said = Text(f"一次办理调用的事项超过 {MAX_CALLED} 个", f"one deed calls more than {MAX_CALLED} cases")
        raise Incident(calls[0].element, said)
    units = _units(work, calls)
    counts = Counter((c.definition, c.version) for c in calls)
    numbers = {key: iter(next_numbers(work.db, wanted[key], work.moment, count)) for key, count in counts.items()}
    viewers = seeing.viewers(work.db, work.case_id)
    begun = []
    for call, unit in zip(calls, units, strict=True):
        key = call.definition, call.version
        case_id = new_id()
        work.called.append(case_id)
        try:
            begun.append(_begin(work, call, wanted[key], case_id, unit, next(numbers[key])))
        except Incident as e:
            raise _cannot_start(call, wanted[key], e.text) from e
    _expect(work, begun)
    with gathered(work.db):
        _INSERT_CASES.insert(work.db, [called.row for called, _ in begun])
        seeing.hand_down(work.db, viewers, [called.case_id for called, _ in begun], work.moment)
        for call, (called, step) in zip(calls, begun, strict=True):
            try:
                settle(called, step)
            except Stuck as e:
                raise _cannot_start(call, called.definition, e.said) from e
    for call, (called, _) in zip(calls, begun, strict=True):
        work.note(Kind.CASE_CALLED, element=call.element, called=called.case_id, number=called.row["number"])


def _wanted(work: Work, call: Call) -> Definition:
    try:
        if call.version is not None:
            return definitions.read(work.db, call.definition, call.version)
        # Also where it is retired: what runs already goes on.
        return definitions.active(work.db, work.moment, call.definition, work.row["unit_id"])
    except (NotFound, NotNow) as e:
        what = call.definition if call.version is None else f"{call.definition} {call.version}"
        raise Incident(
            call.element,
            Text(f"被调用的流程 {what} 尚未发布", f"the called definition {what} is not published"),
            {"definition": call.definition},
        ) from e


def _units(work: Work, calls: Sequence[Call]) -> list[str]:
    """The ids of the units in which called cases are handled; raises ``Incident`` where there is no such unit."""
    given: list[Any] = []
    for call in calls:
        text = work.definition.element(call.element).words.attribute("unit")
        work.world.local = work.live.locals_of(call.node)
        context = work.world.context()
        given.append(work.row["unit_id"] if text is None else work.world.evaluate(text, context, call.element))
    work.world.local = {}
    known = actors.units(work.db, {u for u in given if isinstance(u, str)}, work.moment.today)
    for call, unit in zip(calls, given, strict=True):
        if unit not in known and unit != work.row["unit_id"]:
            said = Text("liuhen:unit 没有给出现有的组织", "liuhen:unit gives no unit that there is")
            raise Incident(call.element, said, {"value": fact(unit)})
    return [str(unit) for unit in given]


def _expect(work: Work, begun: Sequence[tuple[Work, Step]]) -> None:
    """Ask the directory once for everybody whom the posts of the first tasks of many called cases mean."""
    holders = {
        actors.holder(who["role"], str(called.row["unit_id"]))
        for called, step in begun
        for opened in step.opened
        if opened.kind == "task"
        for who in called.definition.whos(called.definition.element(opened.element))
        if "role" in who
    }
    actors.reachable(work.db, sorted(holders), work.moment.today)


def _cannot_start(call: Call, wanted: Definition, why: Text) -> Incident:
    said = Text("被调用的流程 {key} 不能发起：{why}", "the called definition {key} cannot start: {why}")
    return Incident(call.element, said.format(key=wanted.key, why=why))


def _begin(work: Work, call: Call, wanted: Definition, case_id: str, unit: str, number: str) -> tuple[Work, Step]:
    """A called case at its first rest, of which nothing has been written."""
    db, moment = work.db, work.moment
    facts = {
        "id": case_id,
        "number": number,
        "unit": unit,
        "started_on": moment.today,
        "started_by": work.row["started_by"],
    }
    world = World(db, work.actor, moment, wanted, facts, dict(call.data), book=work.world.calendars)
    live, step = machine.begin(wanted.blueprint, world.environment(), world.variables)
    world.variables = live.variables
    row = new_row(case_id, number, wanted, unit, None, work.actor, moment)
    row.update(parent_id=work.case_id, parent_node=call.node, started_by=work.row["started_by"])
    row["subject_id"] = work.row["subject_id"]
    called = Work(db, work.actor, moment, wanted, row, live, world, Link(case_id, 0, trail.GENESIS), ())
    called.called, called.wait = work.called, work.wait
    called.is_alone = called.is_listed = called.is_new = True
    called.note(
        Kind.CASE_STARTED,
        element=wanted.blueprint.start.id,
        definition=wanted.key,
        version=wanted.version,
        sha256=wanted.sha256,
        unit=unit,
        caller=work.case_id,
    )
    return called, step


_INSERT_CASES = Statement(insert(tables.cases), *(c.name for c in tables.cases.c))


def give_back(work: Work, error: str | None) -> None:
    """A called case has ended: its caller gets its variables, or the error that nothing in it caught."""
    if work.row.get("parent_node") is None:
        return  # nobody called it, or its caller has not waited for it
    if error is None:
        outside.answer(work, "result", work.live.variables)
    else:
        outside.answer(work, "error", {"number": work.row["number"]}, error)


def give_up(work: Work) -> None:
    """Somebody has ended a called case before its time: its caller has to know, or it would wait for ever."""
    if work.row.get("parent_node") is not None:
        outside.answer(work, "cancelled", {"number": work.row["number"]})


def cancel_called(work: Work, calls: Mapping[int, str] | None, settle: Settle) -> None:
    """Cancel the cases that interrupted call activities (node → element) had started; ``None``: all of them.

    One for which the call's ``outlives`` is true, asked of its own variables, goes on by itself and answers nobody.
    """
    if calls is not None and not calls:
        return
    query = _CALLED if calls is None else _CALLED.where(tables.cases.c.parent_node.in_(calls))
    for row in work.db.execute(query, {"parent": work.case_id}).all():
        called = take(work.db, work.actor, work.moment, row.id)
        if calls is not None and _outlives(work, called, calls[row.parent_node]):
            work.db.execute(_DETACH, {"case": row.id})
            continue
        called.note(Kind.CASE_CANCELLED, reason=f"the caller {work.row['number']} no longer needs it")
        stop(called, CANCELLED, "cancelled", settle)


def _outlives(work: Work, called: Work, element: str) -> bool:
    text = work.definition.element(element).words.attribute("outlives")
    return text is not None and called.world.evaluate(text, called.world.context(), element) is True


_DETACH = update(tables.cases).where(tables.cases.c.id == bindparam("case")).values(parent_node=None)


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


_CALLER = (
    select(tables.cases.c.parent_id, tables.cases.c.definition_id, _CALLING.c.definition_id.label("caller_definition"))
    .select_from(tables.cases.join(_CALLING, tables.cases.c.parent_id == _CALLING.c.id))
    .where(tables.cases.c.id == bindparam("case"))
)


def handed_steps(db: Connection, case_id: str) -> tuple[str, frozenset[str]] | None:
    """The case that called this one and those of its steps whose files it hands on; ``None`` where there are none."""
    row = db.execute(_CALLER, {"case": case_id}).first()
    if row is None:
        return None
    key = definitions.load(db, row.definition_id).key
    calls = definitions.load(db, row.caller_definition).blueprint.of_kind("callActivity")
    steps = frozenset(s for call in calls if call.called == key for s in keys(call.words.attribute("files")))
    return (row.parent_id, steps) if steps else None


def _depth(work: Work) -> int:
    depth, at = 0, work.row.get("parent_id")
    while at is not None and depth < MAX_DEPTH:
        depth, at = depth + 1, work.db.execute(_PARENT, {"case": at}).scalar()
    return depth
