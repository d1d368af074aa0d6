"""Settle, the one writer: everything that a deed changed in a case, in one transaction.

What was open is compared before and after (``machine.Step``), so a task that the engine dropped without a word leaves
the worklist all the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, select, update

from engine import actors, gates, machine, tables, trail
from engine.cases import asking, calling, copying, faults, judging, listing, offers, outside, telling, timing, vacant
from engine.cases.belonging import follow_unit, let_see_related, let_suspenders_see
from engine.cases.closing import cancel_task
from engine.cases.handing import hand_back, is_delegable
from engine.cases.issuing import file_received, restore_with, void_with
from engine.cases.seeing import let_see
from engine.cases.work import ENDED, OPEN_STATUSES, RUNNING, SUSPENDED, Work, remember, stuck
from engine.definitions import Definition
from engine.errors import Incident, NotNow, Text
from engine.gates import fact
from engine.machine import Blueprint, Element, Step
from engine.outbox import Notice
from engine.store import Statement, announce, new_id
from engine.trail import Kind
from engine.vocabulary import keys


def advance(work: Work, node: int, on: date | None, written: Mapping[str, Any]) -> Step:
    """Move the machine past a completed task; what it cannot do at all is a refusal and nothing has changed."""
    work.completed = node
    work.world.local = {}
    try:
        return machine.complete(work.live, node, work.world.environment(on), written)
    except KeyError as e:
        raise NotNow(code="err_step_not_open") from e
    except Incident as e:
        raise stuck(work.definition, e) from e


def settle(work: Work, step: Step | None) -> None:
    """Write everything a deed changed: tasks, timers, entries and the case row, in one transaction.

    ``step`` is ``None`` where the deed did not move the machine (a claim, a reminder).
    """
    try:
        _settle(work, step)
    except Incident as e:
        raise stuck(work.definition, e) from e


def _settle(work: Work, step: Step | None) -> None:
    if step is not None:
        _tell_happenings(work, step)
        gone = {kind: [o.node for o in step.gone if o.kind == kind] for kind in _KINDS}
        _close(work, [n for n in gone["task"] if n != work.completed])
        offers.close(work, gone["job"])
        faults.close(work, gone["incident"])
        calls = {o.node: o.element for o in step.gone if o.kind == "call" and o.node != work.completed}
        calling.cancel_called(work, calls, settle)
        _void(work, step.voided)
        _restore(work, step.restored)
        if step.voided or step.restored or any(o.node != work.completed for o in step.gone):
            work.world.doers = None  # what is undone, or asked of nobody any more, was done by nobody
        follow_unit(work)
        let_suspenders_see(work)
        reopened = _reopen_held(work)
        step = _open(work, step)
        hand_back(work)
        if work.changes.get("status", work.row["status"]) == SUSPENDED:
            timing.stand_still(work, None)
        else:
            timing.keep_pauses(work)
        now_open = [*reopened, *(row for row in work.opened if row["status"] == "open")]
        telling.asked(work, now_open)
        copying.opened(work, now_open)
        file_received(work, now_open)
        outside.send(work, step.throws)
        faults.record(work, step.faults)
        outside.keep_subscriptions(work, step.listens)
        _keep_timers(work, step)
        judging.keep(work)
        if step.is_ended and work.changes.get("status", work.row["status"]) == RUNNING:
            outcome = step.outcome or step.error or "ended"
            work.changes.update(status=ENDED, outcome=outcome, ended_at=work.moment.now)
            work.note(Kind.CASE_ENDED, outcome=outcome)
            telling.ended(work, Notice.CASE_ENDED, outcome)
            calling.give_back(work, step.error)
        work.changes.update(_titles(work))
    if work.has_untold:
        waits = [*(w.element for w in work.live.waits()), *(w.element for w in work.live.listens())]
        work.note(Kind.CASE_WENT_ON, waits=list(dict.fromkeys(waits)))
    if work.recount:
        work.changes["wake_at"] = work.db.execute(_NEXT_TIMER, {"case": work.case_id}).scalar()
    _write_case(work)
    if not work.is_listed or work.changes.get("status", RUNNING) not in (RUNNING, ENDED):
        work.touched.update(listing.follow(work.db, work.case_id))
        if not _SHOWN.isdisjoint(work.changes):
            work.touched |= listing.holders(work.db, work.case_id)
    _announce(work)
    outside.tell(work.db, work.woken)


_SHOWN = frozenset({"title", "summary", "status"})
"""What every row of a worklist says of its case."""


def _announce(work: Work) -> None:
    """Whose boxes have changed: who is asked now or was, who acted, who started the case and whom it is about."""
    people = (work.row.get("started_by"), work.row.get("subject_id"), work.actor.person_id)
    announce(work.db, work.touched | {actors.holder_of(person) for person in people if person})


_KINDS = ("task", "job", "call", "incident")


def _open(work: Work, step: Step) -> Step:
    """Open what the machine reached; what the host cannot open becomes an incident, and the rest opens."""
    opened = {kind: [o for o in step.opened if o.kind == kind] for kind in _KINDS}
    failed = [*offers.offer(work, opened["job"]), *_open_tasks(work, opened["task"])]
    called = {c.node: c for c in step.calls}
    failed += calling.start_called(work, [called[one.node] for one in opened["call"]], settle)
    for node, why in failed:
        halted = machine.halt(work.live, node, work.world.environment(), why.text, why.context)
        step = replace(step, waits=halted.waits, listens=halted.listens, faults=(*step.faults, *halted.faults))
    return step


_MAIN = tables.tasks.alias("main")
_VOID = Statement(
    update(tables.tasks)
    .where(
        tables.tasks.c.case_id == bindparam("case"),
        tables.tasks.c.node == bindparam("at"),
        tables.tasks.c.status == "completed",
    )
    .values(void_at=bindparam("new_at"))
)


_VOID_PARTS = Statement(
    update(tables.tasks)
    .where(
        tables.tasks.c.of_task.in_(
            select(_MAIN.c.id).where(_MAIN.c.case_id == bindparam("case"), _MAIN.c.node == bindparam("at"))
        ),
        tables.tasks.c.status.in_(("signed", "given_back")),
        tables.tasks.c.void_at.is_(None),
    )
    .values(void_at=bindparam("new_at"))
)


def _void(work: Work, nodes: Sequence[int]) -> None:
    """Completions that were undone stay readable, marked void."""
    if nodes:
        mine = (_MAIN.c.case_id == work.case_id) & _MAIN.c.node.in_(nodes)
        _retell_void(work, True, _MAIN.c.status == "completed", mine)
    for node in nodes:
        _VOID.run(work.db, {"case": work.case_id, "at": node, "new_at": work.moment.now})
        _VOID_PARTS.run(work.db, {"case": work.case_id, "at": node, "new_at": work.moment.now})
    void_with(work, nodes)


def _retell_void(work: Work, is_void: bool, *of: ColumnElement[bool]) -> None:
    """The completions that are undone, or stand again, and the parts that go with them, are told by the next entry."""
    table = tables.tasks
    for id_ in work.db.execute(select(_MAIN.c.id).where(*of)).scalars().all():
        work.retell(id_, void=is_void)
        own = select(table.c.id).where(table.c.of_task == id_, table.c.status.in_(("signed", "given_back")))
        was = table.c.void_at.is_(None) if is_void else table.c.void_at.is_not(None)
        for part in work.db.execute(own.where(was)).scalars():
            work.retell(part, void=is_void)


def _restore(work: Work, nodes: Sequence[int]) -> None:
    """A step that was returned from was reached straight again: what lay between stands as it was given."""
    if not nodes:
        return
    table = tables.tasks
    mine = table.c.case_id == work.case_id
    rows = work.db.execute(
        select(table.c.id, table.c.element, table.c.void_at).where(
            mine, table.c.node.in_(nodes), table.c.void_at.is_not(None)
        )
    ).all()
    for element, void_at in dict.fromkeys((r.element, r.void_at) for r in rows):
        # The earlier rounds of a step that was done several times were undone at the same moment.
        # Their parts bear the same element, and were marked along with them.
        same = mine & (table.c.element == element) & (table.c.void_at == void_at)
        restore_with(work, work.db.execute(select(table.c.node).where(same)).scalars().all())
        for id_ in work.db.execute(select(table.c.id).where(same)).scalars():
            work.retell(id_, void=False)
        work.db.execute(update(table).where(same).values(void_at=None))


_TOLD = {
    "caught": Kind.EVENT_CAUGHT,
    "escalated": Kind.EVENT_ESCALATED,
    "interrupted": Kind.ACTIVITY_INTERRUPTED,
    "compensated": Kind.ACTIVITY_COMPENSATED,
}


def _tell_happenings(work: Work, step: Step) -> None:
    for happening in step.happenings:
        element = work.definition.element(happening.element)
        if happening.verb == "decided":
            facts = happening.facts
            work.note(
                Kind.DECISION_EVALUATED,
                element=element.id,
                decision=facts["decision"],
                value=fact(facts["value"]),
                rules=[str(r) for r in facts["rules"]],
                inputs={k: fact(v) for k, v in facts["inputs"].items()},
                required=[
                    {
                        "decision": s.id,
                        "value": fact(s.value),
                        "rules": [str(r) for r in s.rules],
                        "inputs": {k: fact(v) for k, v in s.inputs.items()},
                    }
                    for s in facts["steps"]
                ]
                or None,
            )
        elif happening.verb == "counted":
            facts = {k: fact(v) for k, v in happening.facts.items()}
            work.note(Kind.VOTE_COUNTED, element=element.id, **facts)
        elif happening.verb == "fired":
            work.note(Kind.TIMER_FIRED, element=element.id, due=trail.instant(happening.facts["due"]))
        elif happening.verb == "ended":
            write_directory(work, element, None, work.world.context())
        elif happening.verb in _TOLD:
            facts = {"event" if k == "kind" else k: v for k, v in happening.facts.items() if v != ""}
            cause = work.cause if happening.verb == "caught" else {}
            work.note(_TOLD[happening.verb], element=element.id, **{**facts, **cause})


_UPDATE_CASE = Statement(
    update(tables.cases)
    .where(tables.cases.c.id == bindparam("case"), tables.cases.c.rev == bindparam("was"))
    .values(
        rev=bindparam("new_rev"),
        state=bindparam("new_state"),
        wake_at=bindparam("new_wake_at"),
        trail_seq=bindparam("new_seq"),
        trail_head=bindparam("new_head"),
        status=bindparam("new_status"),
        outcome=bindparam("new_outcome"),
        ended_at=bindparam("new_ended_at"),
        title=bindparam("new_title"),
        summary=bindparam("new_summary"),
        faults=bindparam("new_faults"),
    )
)


def _write_case(work: Work) -> None:
    trail.write(work.db, work.link)
    row, new = work.row, work.changes
    _UPDATE_CASE.write(
        work.db,
        {
            "case": work.case_id,
            "was": row["rev"],
            "new_rev": row["rev"] + 1,
            "new_state": machine.freeze(work.live),
            "new_wake_at": new.get("wake_at", row["wake_at"]),
            "new_seq": work.link.seq,
            "new_head": work.link.head,
            "new_status": new.get("status", row["status"]),
            "new_outcome": new.get("outcome", row["outcome"]),
            "new_ended_at": new.get("ended_at", row["ended_at"]),
            "new_title": new.get("title", row["title"]),
            "new_summary": new.get("summary", row["summary"]),
            "new_faults": new.get("faults", row["faults"]),
        },
        rows=1,  # the case is locked: nobody else can have moved it
    )
    if new.get("status", row["status"]) == RUNNING:
        remember(work)


def _titles(work: Work) -> dict[str, Any]:
    """The title and the summary lines, where a variable that they use was written."""
    blueprint = work.definition.blueprint
    title, lines = blueprint.words.attribute("title"), blueprint.words.all("summary")
    others = blueprint.words.all("counterpart")
    texts = [t for t in (title, *(line["value"] for line in lines), *(other["key"] for other in others)) if t]
    used = {name for text in texts for name in machine.compiled(text[1:]).names}
    if not texts or (work.written is not None and not used & (work.written | work.live.written)):
        return {}
    context = work.world.context()
    shown = work.world.evaluate(title, context, blueprint.id) if title else None
    values = [(line["label"], fact(work.world.evaluate(line["value"], context, blueprint.id))) for line in lines]
    found: dict[str, Any] = {"title": shown[:300]} if isinstance(shown, str) and shown else {}
    kept = [{"label": label, "value": value} for label, value in values if value is not None]
    for other in others:
        key = fact(work.world.evaluate(other["key"], context, blueprint.id))
        if key is not None:
            kept.append({"label": other["label"], "of": other["definition"], "key": str(key)})
    found["summary"] = json.dumps(kept, ensure_ascii=False)
    return found


_NEXT_TIMER = select(func.min(tables.timers.c.due_at)).where(tables.timers.c.case_id == bindparam("case"))


# ---------------------------------------------------------------- tasks come and go

_INSERT_TASK = Statement(
    insert(tables.tasks),
    *("id", "case_id", "node", "element", "status", "unit_id", "opened_at", "due_on", "is_late", "marks", "why"),
    *("grounds", "held", "rev", "due_at", "due_why", "calendar_no", "delegable"),
)


def _open_tasks(work: Work, opened: Sequence[machine.Open]) -> list[tuple[int, Incident]]:
    """Open tasks; the rows of a dispatch to many go in together. Gives the nodes that cannot be opened, and why."""
    timers: list[dict[str, Any]] = []
    asked: dict[str, list[str]] = {}
    rows: list[dict[str, Any]] = []
    failed: list[tuple[int, Incident]] = []
    for one in opened:
        work.world.local = work.live.locals_of(one.node)
        try:
            row, holders, terms = _open_task(work, one)
        except Incident as e:
            failed.append((one.node, e))
            continue
        rows.append(row)
        asked[row["id"]] = holders
        timers += terms
    work.world.local = {}
    if not rows:
        return failed
    timers += vacant.look_at_opened(work, rows, asked)
    kept = {row["id"]: _kept_away(work, row, asked[row["id"]]) for row in rows}
    work.world.local = {}
    work.opened += rows
    _INSERT_TASK.insert(work.db, rows)
    _INSERT_EXCLUSION.insert(
        work.db,
        [
            {"task_id": id_, "person_id": person, "rule": rule}
            for id_, people in kept.items()
            for person, rule in people.items()
        ],
    )
    key = work.definition.key
    work.touched.update(h for holders in asked.values() for h in holders)
    listing.INSERT.insert(
        work.db,
        [c for row in rows for c in listing.listed(row, asked[row["id"]], key, has_exclusions=bool(kept[row["id"]]))],
    )
    subject = work.row.get("subject_id")
    own = actors.holder_of(subject) if subject else None
    let_see(work, [h for holders in asked.values() for h in holders if h != own])
    let_see_related(work, rows, asked)
    if timers:
        timing.INSERT_TIMERS.insert(work.db, timers)
        timing.wake_by(work, min(t["due_at"] for t in timers))
    return failed


_INSERT_EXCLUSION = Statement(insert(tables.task_exclusions), "task_id", "person_id", "rule")


def _kept_away(work: Work, row: dict[str, Any], holders: Sequence[str]) -> dict[str, str]:
    """Whom a rule keeps from a task that is about to be written → the rule; the row knows it too."""
    element = work.definition.element(row["element"])
    work.world.local = work.live.locals_of(row["node"])

    def meant() -> set[str]:
        return {p for h in holders for p in actors.people_meant(work.db, h, work.moment.today)}

    found = judging.kept_away(work, element, meant)
    row["kept_away"] = frozenset(found)
    return found


def _open_task(work: Work, opened: machine.Open) -> tuple[dict[str, Any], list[str], list[dict[str, Any]]]:
    """The row of a new task, whom it asks, and its timers."""
    element = work.definition.element(opened.element)
    task_id = new_id()
    grounds = asking.grounds(work.world, element, forbids=partial(judging.forbids, work, element))
    holders = [g["holder"] for g in grounds]
    work.world.uses_calendar = False
    held = gates.opening(work.world, element)
    term, timers = timing.new_term(work, element, task_id)
    if held:
        timers.append(_ask_again(work, task_id, held))
    facts: dict[str, Any] = {"task": task_id, "element": element.id, "asked": holders}
    due_on = term["due_on"].isoformat() if term["due_on"] else None
    if held:
        work.note(Kind.TASK_HELD, **facts, findings=[v.as_fact() for v in held], due_on=due_on)
    else:
        work.note(Kind.TASK_OPENED, **facts, due_on=due_on)
    row = {
        "id": task_id,
        "case_id": work.case_id,
        "node": opened.node,
        "element": element.id,
        "status": "held" if held else "open",
        "unit_id": work.changes.get("unit_id", work.row["unit_id"]),
        "opened_at": work.moment.now,
        **term,
        "is_late": False,
        "marks": "[]",
        "why": json.dumps(holders),
        "grounds": json.dumps(grounds, ensure_ascii=False),
        "held": json.dumps([v.as_fact() for v in held]) if held else None,
        "rev": 1,
        "delegable": is_delegable(work, element, holders),
    }
    return row, holders, timers


_OPEN_BY_NODE = select(tables.tasks.c.id, tables.tasks.c.node, tables.tasks.c.element).where(
    tables.tasks.c.case_id == bindparam("case"),
    tables.tasks.c.status.in_(OPEN_STATUSES),
    tables.tasks.c.node.in_(bindparam("nodes", expanding=True)),
)


def _close(work: Work, nodes: list[int]) -> None:
    """Cancel the open tasks whose nodes are gone."""
    if not nodes:
        return
    rows = work.db.execute(_OPEN_BY_NODE, {"case": work.case_id, "nodes": nodes}).all()
    for row in rows:
        cancel_task(work, row.id, row.element)


_HELD = select(
    *(tables.tasks.c[name] for name in ("id", "element", "why", "node", "held", "due_on")),
    exists()
    .where(
        tables.timers.c.task_id == tables.tasks.c.id,
        tables.timers.c.purpose == "open",
        tables.timers.c.due_at > bindparam("now", type_=tables.timers.c.due_at.type),
    )
    .label("is_looked_at_again"),
).where(tables.tasks.c.case_id == bindparam("case"), tables.tasks.c.status == "held")


def _reopen_held(work: Work) -> list[dict[str, Any]]:
    """Open what was held, where its gates allow it now; gives what was opened."""
    opened: list[dict[str, Any]] = []
    if not work.row.get("any_held", _may_hold(work.definition)):
        return opened
    table = tables.tasks
    for row in work.db.execute(_HELD, {"case": work.case_id, "now": work.moment.now}).all():
        held = gates.opening(work.world, work.definition.element(row.element))
        values: dict[str, Any]
        if held and row.is_looked_at_again and json.dumps([v.as_fact() for v in held]) == row.held:
            continue  # as it was
        work.db.execute(_DELETE_OPENING, {"task": row.id})
        if held:
            values = {"held": json.dumps([v.as_fact() for v in held])}
            again = _ask_again(work, row.id, held)
            timing.INSERT_TIMERS.insert(work.db, [again])
            timing.wake_by(work, again["due_at"])
        else:
            values = {"status": "open", "held": None, "opened_at": work.moment.now}
            values |= timing.open_held(work, row.id, work.definition.element(row.element), row.node)
            work.is_listed = False
            due_on = values.get("due_on", row.due_on)
            work.note(Kind.TASK_OPENED, task=row.id, element=row.element, due_on=due_on.isoformat() if due_on else None)
            opened.append({"id": row.id, "element": row.element, "why": row.why, "node": row.node})
        work.db.execute(update(table).where(table.c.id == row.id).values(**values))
        if not held:
            vacant.look_at_reopened(work, row.id)
    return opened


_DELETE_OPENING = delete(tables.timers).where(
    tables.timers.c.task_id == bindparam("task"), tables.timers.c.purpose == "open"
)


def _ask_again(work: Work, task_id: str, held: Sequence[gates.Verdict]) -> dict[str, Any]:
    """The timer by which a held task is looked at again: on the day it waits for, or else on the next.

    What a gate asks of the directory comes true without any deed on the case; nobody else would look.
    """
    tomorrow = date.fromordinal(work.moment.today.toordinal() + 1)
    days = [v.earliest for v in held if v.earliest is not None and v.earliest > work.moment.today]
    return timing.timer(work, task_id, None, "open", work.moment.midnight(min(days, default=tomorrow)))


def _may_hold(definition: Definition) -> bool:
    return any(
        e.words.one("notBefore") or any(g.get("at") == "opening" for g in e.words.all("gate"))
        for e in definition.blueprint.of_kind(*machine.TASKS)
    )


_DELETE_NODE_TIMERS = Statement(
    delete(tables.timers).where(tables.timers.c.case_id == bindparam("case"), tables.timers.c.purpose == "node")
)


def _keep_timers(work: Work, step: Step) -> None:
    """The rows of the machine's timers, rewritten only where they changed; ``wake_at`` is the minimum of all."""
    if step.waits != work.waits:
        _DELETE_NODE_TIMERS.write(work.db, {"case": work.case_id})
        rows = [timing.timer(work, None, w.node, "node", w.due, calendar_no=w.calendars) for w in step.waits]
        if rows:
            timing.INSERT_TIMERS.insert(work.db, rows)
            timing.wake_by(work, rows[0]["due_at"])


_LACKING: Mapping[str, Text] = {
    "membership": Text("writesDirectory 需要人员、组织和日期", "writesDirectory needs a person, a unit and a date"),
    "term": Text("writesDirectory 需要组织和届满日期", "writesDirectory needs a unit and the day the term expires"),
    "post": Text("writesDirectory 需要人员、组织和日期", "writesDirectory needs people, a unit and a date"),
}


def write_directory(work: Work, element: Element | Blueprint, outcome: str | None, context: Mapping[str, Any]) -> None:
    """Obey ``writesDirectory``: a membership, a term or a post from its date on, with entries on the case's chain.

    The words of the process itself (its blueprint) say what a withdrawal changes.
    """
    for word in element.words.all("writesDirectory"):
        wanted = keys(word.get("outcome"))
        if wanted and outcome not in wanted:
            continue
        if "when" not in word or work.world.evaluate(word["when"], context, element.id) is True:
            _WRITES[word["what"]](work, element, word, context)


def _write_membership(
    work: Work, element: Element | Blueprint, word: Mapping[str, str], context: Mapping[str, Any]
) -> None:
    person, unit, from_on = _wanted(work, element, word, context, "person", "unit", "from")
    if not isinstance(person, str) or not isinstance(unit, str) or not isinstance(from_on, date):
        raise Incident(element.id, _LACKING["membership"])
    change = actors.set_membership(
        work.db, work.moment, person, unit, word["status"], from_on, basis=work.row["number"]
    )
    if change.changed:
        work.note(
            Kind.MEMBERSHIP_CHANGED,
            element=element.id,
            person=person,
            unit=unit,
            status=word["status"],
            before=change.before.status if change.before else None,
            from_on=from_on.isoformat(),
            clause=word.get("clause"),
        )


def _write_term(work: Work, element: Element | Blueprint, word: Mapping[str, str], context: Mapping[str, Any]) -> None:
    unit, from_on, until = _wanted(work, element, word, context, "unit", "from", "until")
    if not isinstance(unit, str) or not isinstance(from_on, date | None) or not isinstance(until, date):
        raise Incident(element.id, _LACKING["term"])
    if "from" in word and from_on is None:
        raise Incident(element.id, _LACKING["term"])
    change = actors.set_term(work.db, work.moment, unit, from_on, until, basis=work.row["number"])
    if change.changed:
        started, expired = change.before
        work.note(
            Kind.TERM_CHANGED,
            element=element.id,
            unit=unit,
            from_on=change.after[0].isoformat() if change.after[0] else None,
            to_on=until.isoformat(),
            before=[started.isoformat() if started else None, expired.isoformat() if expired else None],
            clause=word.get("clause"),
        )


def _write_post(work: Work, element: Element | Blueprint, word: Mapping[str, str], context: Mapping[str, Any]) -> None:
    found, unit, from_on = _wanted(work, element, word, context, "person", "unit", "from")
    people = found if isinstance(found, list) else [] if found is None else [found]
    if not people:
        return
    if not all(isinstance(p, str) for p in people) or not isinstance(unit, str) or not isinstance(from_on, date):
        raise Incident(element.id, _LACKING["post"])
    replaces = word.get("replaces") == "true"
    change = actors.hold_post(
        *(work.db, work.moment, people, word["role"], unit, from_on), replaces=replaces, basis=work.row["number"]
    )
    for kind, changed in ((Kind.POST_ENDED, change.ended), (Kind.POST_BEGUN, change.begun)):
        for person in changed:
            work.note(
                kind,
                element=element.id,
                person=person,
                unit=unit,
                role=word["role"],
                from_on=from_on.isoformat(),
                clause=word.get("clause"),
            )


def _wanted(
    work: Work, element: Element | Blueprint, word: Mapping[str, str], context: Mapping[str, Any], *parts: str
) -> list[Any]:
    return [work.world.evaluate(word[part], context, element.id) if part in word else None for part in parts]


_WRITES = {"membership": _write_membership, "term": _write_term, "post": _write_post}
