"""A case as people see it: its steps, open tasks and data; lists of cases; the diagram."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, bindparam, exists, literal, or_, select, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from engine import actors, cases, definitions, gates, importing, machine, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound, Text
from engine.gates import World, fact
from engine.store import Moment, like
from engine.tasks import claimant
from engine.views.countersigning import countersign
from engine.views.entries import VERDICTS
from engine.views.incidents import stopped
from engine.views.naming import CASE_COLUMNS, NUMBER, Names, summary

_C, _T, _V, _K = tables.cases.c, tables.tasks.c, tables.case_viewers.c, tables.task_candidates.c


def case(db: Connection, actor: Actor, moment: Moment, case_id: str) -> dict[str, Any]:
    """One case with its steps, open tasks and data; raises ``NotFound``."""
    row = db.execute(select(tables.cases).where(_C.id == case_id)).mappings().first()
    scope = cases.scope_of(db, actor, case_id) if row is not None else None
    if row is None or scope is None:
        raise NotFound()
    names = Names(db, moment.today)
    definition = definitions.load(db, row["definition_id"])
    glance = machine.glance(row["state"])
    tasks = db.execute(select(tables.tasks).where(_T.case_id == case_id).order_by(_T.opened_at, _T.node)).all()
    open_tasks = [t for t in tasks if t.status in cases.OPEN_STATUSES]
    marks = sorted({m for t in tasks for m in json.loads(t.marks)} | importing.marks(db, case_id))
    return {
        **_case_item(row, definition, names),
        "started_for": names.person(row["started_for"]),
        "now": moment.now,
        "data": {k: fact(v) for k, v in glance.variables.items()} if scope == "full" else {},
        "summary": summary(row, definition, db if scope == "full" else None),
        "suspension": suspended(db, row, names, is_full=scope == "full"),
        "marks": marks,
        "mark_labels": names.marks(definition, marks),
        "steps": _steps(definition, tasks, names, scope, moment.zone),
        **_calls(db, actor, row, definition),
        "open_tasks": [_open_task(db, actor, moment, definition, t, names) for t in open_tasks],
        "countersigns": _countersigns(db, definition, glance, open_tasks, names, scope == "full"),
        "acts": _acts(definition, tasks, names) if scope == "full" else [],
        "open_incidents": stopped(db, definition, case_id) if scope == "full" and row["faults"] else [],
        "can": [
            *_can(db, actor, moment, row, definition, glance),
            *(["read_clauses"] if scope == "full" and definition.rules.clauses else []),
            *(["export"] if scope == "full" else []),
        ],
    }


def _calls(db: Connection, actor: Actor, row: Any, definition: Definition) -> dict[str, Any]:
    """The case that called this one, and the cases that it has called, as far as the asker may see them."""
    parent, called = None, []
    if row["parent_id"] is not None and cases.scope_of(db, actor, row["parent_id"]) is not None:
        found = db.execute(select(_C.id, _C.number, _C.status).where(_C.id == row["parent_id"])).mappings().one()
        parent = dict(found)
    if definition.blueprint.of_kind("callActivity"):
        query = select(_C.id, _C.number, _C.status).where(_C.parent_id == row["id"]).order_by(_C.id).limit(MOST_CALLED)
        if "cases.read_all" not in actor.permissions:
            query = query.where(exists().where(_V.case_id == _C.id, _V.holder.in_(actor.holders)))
        called = [dict(r) for r in db.execute(query).mappings()]
    return {"parent": parent, "called": called}


MOST_CALLED = 200
"""Called cases that a case's page shows; a multi-instance may call more."""
_CLOCK = Text("时钟", "Clock")


def suspended(db: Connection, row: Any, names: Names, *, is_full: bool) -> dict[str, Any] | None:
    """Of a case (its row) that stands still: by whom, since when and why (for whoever sees the whole of it)."""
    found = cases.suspension(db, row["id"]) if row["status"] == cases.SUSPENDED else None
    if found is None:
        return None
    return {
        "by": names.person(found.by),
        "at": found.at,
        "reason": found.reason if is_full else None,
        "through": found.through,
    }


def _can(
    db: Connection, actor: Actor, moment: Moment, row: Any, definition: Definition, glance: machine.Glance
) -> list[str]:
    found = []
    if cases.may_withdraw(actor, row, definition, glance.visits):
        found.append("withdraw")
    if row["status"] in (cases.RUNNING, cases.SUSPENDED):
        if cases.may_cancel(actor, row):
            found.append("cancel")
        world = World(db, actor, moment, definition, cases.case_facts(row, moment), dict(glance.variables))
        if cases.may_suspend(actor, row, world):
            found.append("suspend" if row["status"] == cases.RUNNING else "resume")
    is_own = actor.person_id is not None and actor.person_id in (row["subject_id"], row["started_by"])
    if row["faults"] and actor.may("cases.mend") and not is_own:
        found.append("mend")
    return found


def _case_item(row: Any, definition: Definition, names: Names) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": row["number"],
        "title": row["title"],
        "definition": definition.key,
        "definition_name": definition.name,
        "version": definition.version,
        "status": row["status"],
        "outcome": row["outcome"],
        "outcome_label": definition.text(f"outcome.{row['outcome']}", row["outcome"]) if row["outcome"] else None,
        "unit": names.unit(row["unit_id"]),
        "business_key": row["business_key"],
        "started_by": names.person(row["started_by"]) or {"id": "clock", "name": _CLOCK},
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "incidents": row["faults"],
    }


def _steps(
    definition: Definition, tasks: Iterable[Any], names: Names, scope: str, zone: ZoneInfo
) -> list[dict[str, Any]]:
    by_element: dict[str, list[Any]] = {}
    for task in tasks:
        by_element.setdefault(task.element, []).append(task)
    found = []
    for element in definition.steps():
        mine = by_element.get(element.id, [])
        done = [t for t in mine if t.status == "completed" and t.void_at is None]
        last = max(done, key=lambda t: t.completed_at) if done else None
        status = "pending"
        if any(t.status in ("open", "confirming", "waiting") for t in mine):
            status = "open"
        elif any(t.status == "held" for t in mine):
            status = "held"
        elif done:
            status = "done"
        stage = definition.stage_of(element)
        found.append(
            {
                "step": element.words.attribute("step"),
                "element": element.id,
                "name": definition.element_name(element.id),
                "stage": stage.words.attribute("stage") if stage else None,
                "stage_name": definition.element_name(stage.id) if stage else None,
                "status": status,
                "done_on": (last.business_on or last.completed_at.astimezone(zone).date()) if last else None,
                "done_by": names.person(last.completed_by) if last and scope == "full" else None,
                "times": len(done),
            }
        )
    return found


def _acts(definition: Definition, tasks: Iterable[Any], names: Names) -> list[dict[str, Any]]:
    """Who did what and how long it lay with them, in the order in which it was done."""
    found = []
    shown = ("completed", "returned", *cases.parts.CLOSED)
    closed = [t for t in tasks if t.status in shown and t.completed_at is not None]
    names.learn(p for t in closed for p in (t.completed_by, t.completed_for, t.confirmed_by))
    for task in sorted(closed, key=lambda t: (t.completed_at, t.node or 0)):
        known = task.element in definition.blueprint.elements  # else it was done in an earlier version
        decided = known and task.decision not in (None, "done")
        verdict = VERDICTS.get(task.decision) if task.part == "sign" else None
        found.append(
            {
                "task": task.id,
                "element": task.element,
                "name": definition.element_name(task.element),
                "step": definition.element(task.element).words.attribute("step") if known else None,
                "status": task.status,
                "to": names.holder(json.loads(task.why)[0]) if task.part == "transfer" else None,
                "by": names.person(task.completed_by),
                "acting_for": names.person(task.completed_for),
                "confirmed_by": names.person(task.confirmed_by),
                "opened_at": task.opened_at,
                "at": task.completed_at,
                "decision_label": verdict
                or (gates.outcome_label(definition, task.element, task.decision) if decided else None),
                "is_late": bool(task.is_late),
                "is_void": task.void_at is not None,
            }
        )
    return found


MOST_NAMES = 5
"""People whom an open task names; the others are counted."""


def _open_task(
    db: Connection, actor: Actor, moment: Moment, definition: Definition, task: Any, names: Names
) -> dict[str, Any]:
    purpose = "confirm" if task.status == "confirming" else "act"
    holders = list(
        db.execute(select(_K.holder).where(_K.task_id == task.id, _K.purpose == purpose).order_by(_K.holder)).scalars()
    )
    claimed_by = claimant(db, moment, task.id) if task.status == "open" and task.claimed_by else None
    meant = [claimed_by] if claimed_by else _people(db, moment, holders)
    return {
        "id": task.id,
        "element": task.element,
        "name": definition.element_name(task.element),
        "step": definition.element(task.element).words.attribute("step"),
        "status": task.status,
        "since": task.opened_at,
        "claimed_by": names.person(claimed_by),
        "people": [names.person(p) for p in meant[:MOST_NAMES]],
        "more": max(0, len(meant) - MOST_NAMES),
        "due_on": task.due_on,
        "is_late": bool(task.is_late),
        "holders": [names.holder(h) for h in holders],
        "mine": bool(set(holders) & set(actor.holders)),
    }


def _countersigns(
    db: Connection,
    definition: Definition,
    glance: machine.Glance,
    open_tasks: Iterable[Any],
    names: Names,
    is_full: bool,
) -> list[dict[str, Any]]:
    """How far the running countersignatures have come, each told once."""
    rounds: dict[int, Any] = {}
    for task in open_tasks:
        found = glance.round_of(task.node) if task.node is not None else None
        if found is not None:
            rounds.setdefault(found.body, task._mapping)
    said = (
        countersign(db, definition, definition.element(row["element"]), glance, row, names, is_full=is_full)
        for row in rounds.values()
    )
    return [one for one in said if one is not None]


def _people(db: Connection, moment: Moment, holders: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(p for h in holders for p in actors.people_meant(db, h, moment.today)))


def standing(db: Connection, case_id: str) -> dict[str, Any]:
    """Id, number and status of a case."""
    return dict(db.execute(select(_C.id, _C.number, _C.status).where(_C.id == case_id)).mappings().one())


def find_cases(
    db: Connection,
    actor: Actor,
    moment: Moment,
    cursor: Any = None,
    limit: int = 50,
    *,
    called: bool | None = None,
    **filters: Any,
) -> tuple[list[dict[str, Any]], Any]:
    """The cases the actor may see, newest first.

    ``called``: with those that another one called which the actor may see too. Left open, they are left out of the
    whole list, where a document's 132 receipts would hide the document, and found by whatever they are looked for.
    ``filters``: ``q`` (in title and number), ``status``, ``definition`` (its key), ``unit`` (id or code), ``mine``,
    ``business_key``.
    """
    wanted = {name: value for name, value in filters.items() if value}
    if called is None:
        called = not wanted.keys() <= {"status", "mine"}
    if not actor.holders:
        return [], None
    fits = _fits(db, actor, wanted)
    place = (datetime.fromisoformat(cursor[0]), cursor[1]) if cursor else None
    rows = db.execute(_found(actor, fits, place, limit + 1, with_called=called)).mappings().all()
    last = rows[limit - 1] if len(rows) > limit else None
    return case_items(db, moment, rows[:limit]), [last["started_at"].isoformat(), last["id"]] if last else None


def case_items(db: Connection, moment: Moment, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of cases (``CASE_COLUMNS``) as lines of a list."""
    names = Names(db, moment.today)
    names.expect([r["started_by"] for r in rows], [r["unit_id"] for r in rows], [])
    return [
        {**_case_item(r, d, names), "summary": summary(r, d)}
        for r in rows
        for d in [definitions.load(db, r["definition_id"])]
    ]


def _found(
    actor: Actor, fits: list[ColumnElement[bool]], place: tuple[datetime, str] | None, most: int, *, with_called: bool
) -> Select[Any]:
    """The rows of a page: one range of an index for each holder the asker is, each cut off after a page, and merged."""
    newest = (_C.started_at.desc(), _C.id.desc())
    if "cases.read_all" in actor.permissions:
        query = select(*CASE_COLUMNS).where(*fits, *([] if with_called else [_C.parent_id.is_(None)]))
        if place:
            query = query.where(tuple_(_C.started_at, _C.id) < _place(place))
        return query.order_by(*newest).limit(most)
    branches = []
    for holder in actor.holders:
        for is_below in (False, True) if with_called else (False,):
            seen = select(_V.case_id, _V.started_at).where(_V.holder == holder, _V.is_below == is_below)
            if fits:
                seen = seen.join(tables.cases, _C.id == _V.case_id).where(*fits)
            if place:
                seen = seen.where(tuple_(_V.started_at, _V.case_id) < _place(place))
            seen = seen.order_by(_V.started_at.desc(), _V.case_id.desc()).limit(most)
            branches.append(select(seen.subquery()))
    merged = union_all(*branches).subquery()
    first = select(merged.c.case_id).distinct()
    return select(*CASE_COLUMNS).where(_C.id.in_(first)).order_by(*newest).limit(most)


def _place(place: tuple[datetime, str]) -> ColumnElement[Any]:
    return tuple_(literal(place[0], _C.started_at.type), literal(place[1], _C.id.type))


def _fits(db: Connection, actor: Actor, wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """What is asked of the case."""
    d = tables.definitions.c
    ways: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "q": _says,
        "status": lambda status: _C.status == status,
        "mine": lambda _: or_(_C.started_by == actor.person_id, _C.subject_id == actor.person_id),
        "business_key": lambda key: _C.business_key == key,
        "definition": lambda key: _C.definition_id.in_(select(d.id).where(d.key == key)),
        "unit": lambda unit: _C.unit_id == actors.unit_by(db, unit).id,
    }
    return [ways[name](value) for name, value in wanted.items()]


def _says(q: str) -> ColumnElement[bool]:
    if NUMBER.fullmatch(q.strip()):
        return _C.number == q.strip().upper()
    found = like(q)
    return or_(_C.title.like(found, escape="\\"), _C.number.like(found, escape="\\"))


_STOPPED = select(tables.incidents.c.element).where(
    tables.incidents.c.case_id == bindparam("case"),
    tables.incidents.c.resolved_at.is_(None),
    tables.incidents.c.node.is_not(None),
)


def diagram(db: Connection, actor: Actor, moment: Moment, case_id: str) -> dict[str, Any]:
    """The diagram's XML and, per element, whether it is done, open or held, how often, and its name."""
    row = db.execute(select(_C.definition_id, _C.state).where(_C.id == case_id)).first()
    if row is None or cases.scope_of(db, actor, case_id) is None:
        raise NotFound()
    definition = definitions.load(db, row.definition_id)
    visits = machine.glance(row.state).visits
    drawn = definition.blueprint.elements
    elements = {e: {"status": "done", "times": n} for e, n in visits.items() if e in drawn}
    open_rows = db.execute(
        select(_T.element, _T.status).where(_T.case_id == case_id, _T.status.in_(cases.OPEN_STATUSES))
    )
    for task in open_rows:
        status = "held" if task.status == "held" else "open"
        times = visits.get(task.element, 0)
        elements[task.element] = {"status": status, "times": times}
        scope = definition.element(task.element).scope
        while scope in definition.blueprint.elements:
            elements[scope] = {"status": "open", "times": visits.get(scope, 0)}
            scope = definition.element(scope).scope
    for element in db.execute(_STOPPED, {"case": case_id}).scalars():
        elements[element] = {"status": "stopped", "times": visits.get(element, 0)}
    return {
        "xml": definition.files["process.bpmn"],
        "elements": elements,
        "texts": diagram_texts(definition),
    }


def diagram_texts(definition: Definition) -> dict[str, Text]:
    """Names of elements, lanes and flows for a diagram in the reader's language."""
    found = {e.id: definition.element_name(e.id) for e in definition.blueprint.elements.values() if e.name}
    for id_, (name, _) in definition.blueprint.lanes.items():
        found[id_] = definition.text(f"lane.{id_}", name)
    for flow in definition.blueprint.flows:
        key = f"flow.{flow.id}"
        if flow.name or definition.has_text(key):
            found[flow.id] = definition.text(key, flow.name)
    return found
