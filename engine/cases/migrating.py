"""One case goes to another version of its definition, and back while nothing else has happened to it.

``prepare`` works out everything and writes nothing; a preview is a ``prepare`` that is thrown away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Table, bindparam, delete, insert, or_, select, update

from engine import actors, gates, machine, tables, terms
from engine.actors import Actor
from engine.cases import timing
from engine.cases.asking import asked, asked_of
from engine.cases.closing import cancel_task
from engine.cases.handing import is_delegable
from engine.cases.seeing import let_see
from engine.cases.settling import _ask_again, settle
from engine.cases.work import OPEN_STATUSES, Work, case_facts
from engine.definitions import Definition
from engine.errors import Incident, Text
from engine.gates import World
from engine.machine import Migrated, NotThere
from engine.store import Moment, Statement
from engine.tables import Instant
from engine.trail import GENESIS, Kind, Link

TIME_WORDS = ("due", "remind", "escalate", "publicity", "notAfter", "pause")
"""Where one of them is written otherwise, the term of an open task is worked out anew."""


class NotMovable(Exception):
    """A case cannot go to the other version, or back; ``text`` says why. Nothing has changed."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass(frozen=True, slots=True)
class Kept:
    """An open task that is still open in the other version, and what of it has to be written anew."""

    task: Mapping[str, Any]
    element: str
    asked: tuple[str, ...] | None
    """Whom it asks now, where its rules differ."""
    confirmers: tuple[str, ...] | None
    term: Mapping[str, Any]
    """The columns of its term, where it differs."""
    terms: tuple[dict[str, Any], ...] | None
    """Its timers (reminders, the end of its term), where its terms differ."""
    held: tuple[gates.Verdict, ...] | None
    """What keeps it from being done, where its gates at opening differ."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a case will be on the other version."""

    work: Work
    """The deed on the other version; the machine has moved, nothing is written."""
    migrated: Migrated
    kept: tuple[Kept, ...]


def at_rest(db: Connection, actor: Actor, moment: Moment, definition: Definition, row: Mapping[str, Any]) -> Work:
    """A case to look at: read from its row, not locked, not in the cache; it must not be settled."""
    world = World(db, actor, moment, definition, case_facts(row, moment), {})
    live = machine.thaw(definition.blueprint, row["state"], world.environment())
    world.variables = live.variables
    return Work(db, actor, moment, definition, row, live, world, Link(row["id"], 0, GENESIS), live.waits())


_OPEN = select(tables.tasks).where(
    tables.tasks.c.case_id.in_(bindparam("cases", expanding=True)), tables.tasks.c.status.in_(OPEN_STATUSES)
)


def open_tasks(db: Connection, cases: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The open tasks of cases, by case."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.execute(_OPEN, {"cases": list(cases)}).mappings():
        found.setdefault(row["case_id"], []).append(dict(row))
    return found


def prepare(
    work: Work,
    definition: Definition,
    mapping: Mapping[str, str],
    redo: Mapping[str, str],
    tasks: Sequence[Mapping[str, Any]],
) -> Prepared:
    """Work out what a case would be on another version; writes nothing. Raises ``NotMovable``.

    ``mapping`` and ``redo`` as ``machine.migrate`` has them; ``tasks`` are the open tasks of the case.
    """
    world = World(work.db, work.actor, work.moment, definition, case_facts(work.row, work.moment), work.live.variables)
    # What a step decided is a variable that bears the step's name.
    names = {f"{old}_outcome": f"{new}_outcome" for old, new in mapping.items()}
    try:
        migrated = machine.migrate(work.live, definition.blueprint, mapping, world.environment(), redo, names)
    except NotThere as e:
        raise NotMovable(e.text) from e
    except Incident as e:
        raise NotMovable(_stuck(definition, e)) from e
    if migrated.step.faults:
        fault = migrated.step.faults[0]
        raise NotMovable(_STUCK.format(element=definition.element_name(fault.element), reason=fault.reason))
    world.variables = migrated.live.variables
    there = replace(work, definition=definition, live=migrated.live, world=world, changes={}, opened=[])
    try:
        kept = tuple(k for t in tasks if (k := _kept(work, there, t)) is not None)
        for one in migrated.step.opened:
            if one.kind == "task":
                world.local = migrated.live.locals_of(one.node)
                asked_of(there.world, definition.element(one.element))
    except Incident as e:
        raise NotMovable(_stuck(definition, e)) from e
    finally:
        world.local = {}
    return Prepared(there, migrated, kept)


def _stuck(definition: Definition, incident: Incident) -> Text:
    name = definition.element_name(incident.element)
    return _STUCK.format(element=name, reason=incident.reason)


_STUCK = Text(
    "在新版本的“{element}”处不能继续：{reason}", "It cannot go on at “{element}” of the new version: {reason}"
)


def _kept(work: Work, there: Work, task: Mapping[str, Any]) -> Kept | None:
    now_open = there.live.opens.get(task["node"])
    if now_open is None or now_open.kind != "task":
        return None
    was, now = work.definition.element(task["element"]), there.definition.element(now_open.element)
    there.world.local = there.live.locals_of(task["node"])
    holders = confirmers = terms = held = None
    term: Mapping[str, Any] = {}
    if work.definition.whos(was) != there.definition.whos(now):
        holders = tuple(asked_of(there.world, now))
    rules = now.words.all("confirm")
    if task["status"] == "confirming" and rules and rules != was.words.all("confirm"):
        context = gates.reading_context(there.world, now)
        confirmers = tuple(dict.fromkeys(h for r in rules for h in asked(there.world, now.id, r, context))) or None
    if any(was.words.all(w) != now.words.all(w) for w in TIME_WORDS):
        there.world.uses_calendar = False
        term, found = timing.new_term(there, now, task["id"], task["opened_at"])
        terms = tuple(found)
    if task["status"] not in ("confirming", "waiting") and any(
        was.words.all(w) != now.words.all(w) for w in ("notBefore", "gate")
    ):
        held = gates.opening(there.world, now)
    return Kept(task, now.id, holders, confirmers, term, terms, held)


# ---------------------------------------------------------------- there


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that has gone to the other version: how it was before, for undoing, and the newest hash of its chain."""

    state: bytes
    before: str
    head: str


def migrate(
    work: Work,
    definition: Definition,
    mapping: Mapping[str, str],
    redo: Mapping[str, str],
    **facts: Any,
) -> Moved:
    """Move a case in hand (``take``) to another version of its definition and settle it; ``facts`` go into the entry.

    Open tasks keep their ids, claims and drafts. Raises ``NotMovable`` before anything is written.
    """
    db, case_id, row = work.db, work.case_id, work.row
    rows = _rows(db, case_id)
    prepared = prepare(work, definition, mapping, redo, [r for r in rows["tasks"] if r["status"] in OPEN_STATUSES])
    there, step = prepared.work, prepared.migrated.step
    before = {
        "rows": {name: [_as_json(r) for r in found] for name, found in rows.items()},
        "case": _as_json({k: row[k] for k in ("wake_at", "title", "summary", "faults")}),
        "tasks": _name_what_is_done(work, definition, mapping),
        "for_good": _for_good(there.definition, prepared.migrated),
    }
    # In the words of the version that they belong to.
    left = {o.node for o in step.gone if o.kind == "task"}
    for task in rows["tasks"]:
        if task["node"] in left:
            cancel_task(work, task["id"], task["element"])
            db.execute(_WAS_OF, {"task": task["id"], "version": work.definition.id})
    for kept in prepared.kept:
        _retell_kept(there, kept)
    there.note(
        Kind.CASE_MIGRATED,
        definition=definition.key,
        from_version=work.definition.version,
        to_version=definition.version,
        moved=dict(prepared.migrated.moved),
        redone=dict(prepared.migrated.redone),
        **facts,
    )
    db.execute(_SET_DEFINITION, {"case": case_id, "definition": definition.id})
    there.row = {**row, "definition_id": definition.id}
    for kept in prepared.kept:
        _write_kept(there, kept)
    _write_elements(there, rows)
    there.recount = True
    settle(there, step)
    work.link = there.link
    return Moved(row["state"], json.dumps(before, ensure_ascii=False), there.link.head)


_WAS_OF = (
    update(tables.tasks)
    .where(or_(tables.tasks.c.id == bindparam("task"), tables.tasks.c.of_task == bindparam("task")))
    .values(definition_id=bindparam("version"))
)
_SET_DEFINITION = (
    update(tables.cases).where(tables.cases.c.id == bindparam("case")).values(definition_id=bindparam("definition"))
)


def _name_what_is_done(work: Work, new: Definition, mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    """Finished tasks remember the version they were done in, and count for the element that theirs has become."""
    db, case_id, old = work.db, work.case_id, work.definition
    changed = []
    for row in _DONE.all(db, {"case": case_id}):
        to = mapping.get(row["element"])
        if to in new.blueprint.elements:
            values = {"element": to, "done_as": row["done_as"] or row["element"]}
            if to != row["element"]:
                work.retell(row["id"], element=to)
            db.execute(update(tables.tasks).where(tables.tasks.c.id == row["id"]).values(**values))
        elif row["definition_id"] is not None:
            continue
        changed.append(row)
    if changed:
        _WAS_DONE_IN.run(db, {"case": case_id, "version": old.id})
    return changed


_DONE = Statement(
    select(tables.tasks.c.id, tables.tasks.c.element, tables.tasks.c.done_as, tables.tasks.c.definition_id).where(
        tables.tasks.c.case_id == bindparam("case"), tables.tasks.c.status.not_in(OPEN_STATUSES)
    )
)
_WAS_DONE_IN = Statement(
    update(tables.tasks)
    .where(
        tables.tasks.c.case_id == bindparam("case"),
        tables.tasks.c.status.not_in(OPEN_STATUSES),
        tables.tasks.c.definition_id.is_(None),
    )
    .values(definition_id=bindparam("version"))
)


def _for_good(definition: Definition, migrated: Migrated) -> str | None:
    """Why a migration cannot be undone: what has left the case does not come back."""
    step = migrated.step
    if step.is_ended:
        return "ended"
    if step.throws:
        return "sent"
    if any(o.kind == "call" for o in (*step.opened, *step.gone)):
        return "called"
    elements = definition.blueprint.elements
    if any(h.verb == "ended" and elements[h.element].words.all("writesDirectory") for h in step.happenings):
        return "written"
    return None


_FOR_GOOD: Mapping[str, Text] = {
    "ended": Text("迁移使事项办结", "the migration ended the case"),
    "sent": Text("迁移时已发出消息或信号", "messages or signals left with the migration"),
    "called": Text("迁移时调用或取消了别的事项", "another case was called or cancelled with the migration"),
    "written": Text("迁移时已更新组织目录", "the directory was changed with the migration"),
}


def _retell_kept(work: Work, kept: Kept) -> None:
    """What the move changes of an open task stands in its entry; that it opens or is held is an entry of its own."""
    task = kept.task
    told: dict[str, Any] = {"element": kept.element} if kept.element != task["element"] else {}
    if kept.asked is not None:
        told["asked"] = list(kept.asked)
    if kept.confirmers is not None:
        told["confirmers"] = list(kept.confirmers)
    if kept.terms is not None:
        due = kept.term["due_on"]
        told |= {"due_on": due.isoformat() if due else "", "is_late": False, "is_paused": False}
    if told:
        work.retell(task["id"], **told)


def _write_kept(work: Work, kept: Kept) -> None:
    """An open task stays the task it is: its id, who claimed it and what was typed into it."""
    db, task, element = work.db, kept.task, work.definition.element(kept.element)
    values: dict[str, Any] = {}
    if kept.element != task["element"]:
        values["element"] = kept.element
        open_parts = (tables.tasks.c.of_task == task["id"]) & tables.tasks.c.status.in_(OPEN_STATUSES)
        db.execute(update(tables.tasks).where(open_parts).values(element=kept.element))
    values["delegable"] = is_delegable(work, element, kept.asked or json.loads(task["why"]))
    if kept.asked is not None:
        values["why"] = json.dumps(kept.asked)
        _ask(work, task["id"], "act", kept.asked)
    if kept.confirmers is not None:
        _ask(work, task["id"], "confirm", kept.confirmers)
    timers = tables.timers
    if kept.terms is not None:
        marks = [m for m in json.loads(task["marks"]) if m != "late"]
        values |= {**kept.term, "paused_at": None, "is_late": False, "marks": json.dumps(marks)}
        db.execute(delete(timers).where(timers.c.task_id == task["id"], timers.c.purpose.in_(terms.PURPOSES)))
        if kept.terms:
            db.execute(insert(timers), list(kept.terms))
    if kept.held is not None:
        db.execute(delete(timers).where(timers.c.task_id == task["id"], timers.c.purpose == "open"))
        findings = [v.as_fact() for v in kept.held]
        if kept.held:
            db.execute(insert(timers), [_ask_again(work, task["id"], kept.held)])
        values |= {"status": "held" if kept.held else "open", "held": json.dumps(findings) if kept.held else None}
        if values["status"] != task["status"]:
            told = Kind.TASK_HELD if kept.held else Kind.TASK_OPENED
            work.note(told, task=task["id"], element=element.id, findings=findings)
    if values.keys() - {"delegable"} or values["delegable"] != bool(task["delegable"]):
        values["rev"] = task["rev"] + 1
        db.execute(update(tables.tasks).where(tables.tasks.c.id == task["id"]).values(**values))


def _ask(work: Work, task_id: str, purpose: str, holders: Sequence[str]) -> None:
    table = tables.task_candidates
    work.db.execute(delete(table).where(table.c.task_id == task_id, table.c.purpose == purpose))
    work.db.execute(insert(table), [{"task_id": task_id, "holder": h, "purpose": purpose} for h in holders])
    subject = work.row.get("subject_id")
    own = actors.holder_of(subject) if subject else None
    let_see(work, [h for h in holders if h != own])


def _write_elements(work: Work, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Jobs, incidents and subscriptions that go on bear the name of the element at which they stand now."""
    live = work.live
    for name, kind in (("jobs", "job"), ("incidents", "incident")):
        table = _TABLES[name]
        for row in rows[name]:
            now = live.opens.get(row["node"])
            if now is None or now.kind != kind:
                continue
            values: dict[str, Any] = {}
            if now.element != row["element"]:
                values["element"] = now.element
            if name == "jobs":
                type_ = work.definition.element(now.element).words.attribute("jobType")
                if type_ != row["type"]:
                    values["type"] = type_
            if values:
                work.db.execute(update(table).where(table.c.id == row["id"]).values(**values))
    listens, table = live.subscriptions, tables.subscriptions
    for row in rows["subscriptions"]:
        here = listens.get(row["node"])
        if here is not None and here.element != row["element"]:
            place = (table.c.case_id == work.case_id) & (table.c.node == row["node"])
            work.db.execute(update(table).where(place).values(element=here.element))


# ---------------------------------------------------------------- and back


def migrate_back(
    work: Work, definition: Definition, state: bytes, before: str, head: str, reason: str, **facts: Any
) -> None:
    """Restore a case in hand to the version and state before its migration. Raises ``NotMovable``.

    Only while nothing else has happened: ``head`` is the newest hash of its chain as the migration left it.
    """
    kept = json.loads(before)
    if work.row["trail_head"] != head:
        raise NotMovable(Text("迁移之后该事项又有办理", "something has happened to the case since"))
    if kept["for_good"] is not None:
        raise NotMovable(_FOR_GOOD[kept["for_good"]])
    world = World(work.db, work.actor, work.moment, definition, work.world.case, {})
    live = machine.thaw(definition.blueprint, state, world.environment())
    # Numbers are never used twice: the rows of what the migration began still bear them.
    live.last = max(live.last, work.live.last)
    live.seen_by = set(work.live.seen_by)
    world.variables = live.variables
    back = replace(work, definition=definition, live=live, world=world, changes={}, opened=[])
    _cancel_what_began(work, kept["rows"]["tasks"])
    _retell_restored(back, kept)
    back.note(
        Kind.CASE_MIGRATION_UNDONE,
        definition=definition.key,
        from_version=work.definition.version,
        to_version=definition.version,
        reason=reason,
        **facts,
    )
    work.db.execute(_SET_DEFINITION, {"case": work.case_id, "definition": definition.id})
    _restore(back, kept)
    back.changes |= _from_json(tables.cases, kept["case"])
    back.woken += [(r["kind"], r["name"]) for r in kept["rows"]["subscriptions"]]
    settle(back, None)


def _cancel_what_began(work: Work, before: Sequence[Mapping[str, Any]]) -> None:
    known, table = {r["id"] for r in before}, tables.tasks
    query = select(table.c.id, table.c.element).where(
        table.c.case_id == work.case_id, table.c.status.in_(OPEN_STATUSES)
    )
    for row in work.db.execute(query).all():
        if row.id not in known:
            cancel_task(work, row.id, row.element)
            work.db.execute(_WAS_OF, {"task": row.id, "version": work.definition.id})


def _retell_restored(work: Work, kept: Mapping[str, Any]) -> None:
    asked: dict[tuple[str, str], list[str]] = {}
    for row in kept["rows"]["task_candidates"]:
        asked.setdefault((row["task_id"], row["purpose"]), []).append(row["holder"])
    for row in kept["rows"]["tasks"]:
        work.retell(
            row["id"],
            element=row["element"],
            status=row["status"],
            asked=json.loads(row["why"]),
            confirmers=sorted(asked.get((row["id"], "confirm"), [])),
            claimed_by=row["claimed_by"] or "",
            due_on=row["due_on"] or "",
            is_late=bool(row["is_late"]),
            is_paused=row["paused_at"] is not None,
        )
    for row in kept["tasks"]:
        work.retell(row["id"], element=row["element"])
    for row in kept["rows"]["incidents"]:
        work.untold.setdefault("reopened", {})[row["id"]] = row["element"]


def _restore(work: Work, kept: Mapping[str, Any]) -> None:
    db, case_id, rows = work.db, work.case_id, kept["rows"]
    known = {name: {r["id"] for r in rows[name]} for name in ("jobs", "incidents")}
    tasks, jobs, incidents = tables.tasks, tables.jobs, tables.incidents
    db.execute(
        update(jobs)
        .where(jobs.c.case_id == case_id, jobs.c.status.in_(("open", "failed")), jobs.c.id.not_in(known["jobs"]))
        .values(status="cancelled")
    )
    db.execute(
        update(incidents)
        .where(incidents.c.case_id == case_id, incidents.c.resolved_at.is_(None))
        .where(incidents.c.id.not_in(known["incidents"]))
        .values(resolved_at=work.moment.now, resolved_by=work.actor.person_id, resolution="gone")
    )
    for name, columns in _RESTORED.items():
        table = _TABLES[name]
        for row in rows[name]:
            values = {k: v for k, v in _from_json(table, row).items() if k in columns}
            if name == "tasks":
                values["rev"] = tasks.c.rev + 1
            db.execute(update(table).where(table.c.id == row["id"]).values(**values))
    for row in kept["tasks"]:
        db.execute(
            update(tasks)
            .where(tasks.c.id == row["id"])
            .values({k: row[k] for k in ("element", "done_as", "definition_id")})
        )
    ids = [r["id"] for r in rows["tasks"]]
    candidates_ = tables.task_candidates
    db.execute(delete(candidates_).where(candidates_.c.task_id.in_(ids)))
    for name in ("timers", "subscriptions"):
        db.execute(delete(_TABLES[name]).where(_TABLES[name].c.case_id == case_id))
    for name in ("task_candidates", "timers", "subscriptions"):
        if rows[name]:
            db.execute(insert(_TABLES[name]), [_from_json(_TABLES[name], r) for r in rows[name]])


_TABLES: Mapping[str, Table] = {
    "tasks": tables.tasks,
    "task_candidates": tables.task_candidates,
    "timers": tables.timers,
    "subscriptions": tables.subscriptions,
    "jobs": tables.jobs,
    "incidents": tables.incidents,
}
_RESTORED: Mapping[str, tuple[str, ...]] = {
    "tasks": (
        *("element", "status", "opened_at", "due_on", "is_late", "marks", "why", "held", "pending", "claimed_by"),
        *("definition_id", "done_as", "delegable", "due_at", "due_why", "paused_at", "calendar_no"),
    ),
    "jobs": ("element", "type", "data", "status"),
    "incidents": ("element", "resolved_at", "resolved_by", "resolution"),
}


def _of_case(table: Table, *where: Any) -> Statement:
    return Statement(select(table).where(table.c.case_id == bindparam("case"), *where))


_HANGING: Mapping[str, Statement] = {
    "tasks": _of_case(tables.tasks, tables.tasks.c.status.in_(OPEN_STATUSES)),
    "task_candidates": Statement(
        select(tables.task_candidates)
        .join(tables.tasks, tables.tasks.c.id == tables.task_candidates.c.task_id)
        .where(tables.tasks.c.case_id == bindparam("case"), tables.tasks.c.status.in_(OPEN_STATUSES))
    ),
    "timers": _of_case(tables.timers),
    "subscriptions": _of_case(tables.subscriptions),
    "jobs": _of_case(tables.jobs, tables.jobs.c.status.in_(("open", "failed"))),
    "incidents": _of_case(tables.incidents, tables.incidents.c.resolved_at.is_(None)),
}


def _rows(db: Connection, case_id: str) -> dict[str, list[dict[str, Any]]]:
    """What hangs on a case that is open: the rows that a migration may change."""
    return {name: statement.all(db, {"case": case_id}) for name, statement in _HANGING.items()}


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime | date) else v for k, v in row.items()}


def _from_json(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    def read(name: str, value: Any) -> Any:
        kind = table.c[name].type
        if value is None:
            return None
        if isinstance(kind, Instant):
            return datetime.fromisoformat(value)
        if isinstance(kind, Date):
            return date.fromisoformat(value)
        return bool(value) if isinstance(kind, Boolean) else value

    return {name: read(name, value) for name, value in row.items()}
