"""A case from start to end: start, wake, cancel, withdraw; ``settle`` is the only function that moves a case.

The case row is the lock. What a deed changed is compared before and after (``machine.Step``), so a task that the
engine dropped without a word leaves the worklist all the same. The deed and its entries commit together.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import actors, definitions, forms, gates, machine, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, Incident, NotFound, NotNow, Stuck, Text, Unfit
from engine.gates import Entered, World, fact
from engine.machine import Element, Live, Step
from engine.store import Moment, for_update, new_id
from engine.trail import Kind, Link, Receipt
from engine.vocabulary import keys

RUNNING, ENDED, CANCELLED, FAILED = "running", "ended", "cancelled", "failed"
OPEN_STATUSES = ("held", "open", "confirming")


@dataclass
class Work:
    """One deed on one locked case: what is known, and what will be written when it settles."""

    db: Connection
    actor: Actor
    moment: Moment
    definition: Definition
    row: Mapping[str, Any]
    live: Live
    world: World
    link: Link
    waits: tuple[machine.Wait, ...]
    """The timers as they stood before the deed."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Columns of the case row to write besides the state."""
    written: set[str] | None = None
    """The variables that this deed wrote, where it is known; ``None``: any."""
    recount: bool = False
    """Whether ``wake_at`` has to be read anew from the timers; otherwise it is at most too early."""
    completed: int | None = None
    """The node that this deed completes: it is gone, but not cancelled."""

    @property
    def case_id(self) -> str:
        return str(self.row["id"])

    def note(self, kind: Kind, **facts: Any) -> Receipt:
        """Add an entry to the case's chain."""
        return trail.add(self.link, self.moment, self.actor, kind, **facts)


# ---------------------------------------------------------------- live cases in memory


class _Cache:
    """Live cases by id, guarded by the hash of the newest entry, which stands for the whole history of a case.

    A case is taken out while it is used: an exception cannot leave a half-moved case behind, and what a rolled-back
    deed would have made of it is never found again, because its head was never stored.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[str, Live]] = OrderedDict()

    def take(self, case_id: str, head: str) -> Live | None:
        with self._lock:
            kept = self._kept.pop(case_id, None)
        return kept[1] if kept is not None and kept[0] == head else None

    def put(self, case_id: str, head: str, live: Live) -> None:
        with self._lock:
            self._kept[case_id] = (head, live)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


_live = _Cache(1_000)


# ---------------------------------------------------------------- taking a case in hand

_CASE = select(tables.cases).where(tables.cases.c.id == bindparam("case"))
_CASE_LOCKED = _CASE.with_for_update()


def take(db: Connection, actor: Actor, moment: Moment, case_id: str) -> Work:
    """Lock a case and make it ready to move; raises ``NotFound``. Whoever calls checks who may."""
    row = db.execute(_CASE_LOCKED if for_update(db) else _CASE, {"case": case_id}).mappings().first()
    if row is None:
        raise NotFound()
    return hold(db, actor, moment, row)


def hold(db: Connection, actor: Actor, moment: Moment, row: Any) -> Work:
    """The same for a case row that was read and locked by the caller."""
    definition = definitions.load(db, row["definition_id"])
    variables: dict[str, Any] = {}
    world = World(db, actor, moment, definition, case_facts(row, moment), variables)
    live = _live.take(row["id"], row["trail_head"])
    if live is None:
        live = machine.thaw(definition.blueprint, row["state"], world.environment())
    world.variables = live.variables
    link = Link(row["id"], row["trail_seq"], row["trail_head"])
    return Work(db, actor, moment, definition, row, live, world, link, live.waits())


def case_facts(row: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """The context ``case`` of FEEL."""
    started: datetime = row["started_at"]
    return {
        "id": row["id"],
        "number": row["number"],
        "unit": row["unit_id"],
        "started_on": started.astimezone(moment.zone).date(),
        "started_by": row["started_by"],
    }


# ---------------------------------------------------------------- start


def start(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    definition: str,
    version: int | None = None,
    unit: str | None = None,
    business_key: str | None = None,
    answers: Mapping[str, Any] | None = None,
) -> str:
    """Start a case and run it to its first tasks; gives its id.

    Raises ``NotFound`` (no such definition or unit), ``Forbidden`` (not among those who may start), ``Unfit`` or
    ``NotNow`` (answers or a gate; the refusal is recorded on the definition's chain).
    """
    if actor.person_id is None:
        raise Forbidden()
    wanted = definitions.read(db, definition, version)
    unit_id = _start_unit(db, actor, moment, wanted, unit)
    event = wanted.blueprint.start
    case_id = new_id()
    facts = {
        "id": case_id,
        "number": None,
        "unit": unit_id,
        "started_on": moment.today,
        "started_by": actor.person_id,
    }
    world = World(db, actor, moment, wanted, facts, {})
    if not may_start(world, unit_id):
        raise Forbidden(
            Text("您不能在该组织发起“{name}”。", "You may not start “{name}” in this unit."),
            code="err_may_not_start",
            name=wanted.name,
        )
    try:
        entered = gates.enter(world, event, answers or {}, None, None, None, at="start")
    except (Unfit, NotNow) as refusal:
        if refusal.clause is not None or refusal.refusal != "err_unfit":
            refusal.recorded = {
                "chain": f"definition:{wanted.key}",
                "kind": Kind.CASE_START_REFUSED,
                "unit": unit_id,
                "reason": refusal.refusal,
                "clause": refusal.clause,
                "version": wanted.version,
            }
        raise
    world.variables.update(gates.outputs(world, event, entered))
    number = _next_number(db, wanted, moment)
    facts["number"] = number
    row = _new_row(case_id, number, wanted, unit_id, business_key, actor, moment)
    try:
        live, step = machine.begin(wanted.blueprint, world.environment(entered.business_on), world.variables)
    except Incident as e:
        raise stuck(wanted, e) from e
    world.variables = live.variables
    subject = _subject(world)
    row["subject_id"] = subject
    db.execute(insert(tables.cases).values(**row))
    work = Work(db, actor, moment, wanted, row, live, world, Link(case_id, 0, trail.GENESIS), ())
    sealed = record_answers(work, case_id, event, entered)
    may_see(db, case_id, [actors.holder_of(actor.person_id)], "own" if actor.person_id == subject else "full")
    if subject and subject != actor.person_id:
        may_see(db, case_id, [actors.holder_of(subject)], "own")
    work.note(
        Kind.CASE_STARTED,
        element=event.id,
        definition=wanted.key,
        version=wanted.version,
        sha256=wanted.sha256,
        unit=unit_id,
        business_on=entered.business_on.isoformat() if entered.business_on else None,
        marks=list(entered.marks),
        answers=sealed,
        gates=list(entered.judgement.evidence),
    )
    write_directory(work, event, entered.decision, entered.context)
    settle(work, step)
    return case_id


def may_start(world: World, unit_id: str) -> bool:
    """Whether the actor is among those whom the start event asks."""
    event = world.definition.blueprint.start
    whos = world.definition.whos(event)
    if not whos:
        return True
    context = world.context()
    held = set(world.actor.holders)
    for who in whos:
        if who.get("anyone") == "true":
            return True
        if held & set(asked(world, event.id, who, context)):
            return True
    return False


def start_units(db: Connection, actor: Actor, moment: Moment, definition: Definition) -> list[actors.Unit]:
    """The units in which the actor may start a case of this definition, by code."""
    own = {m.unit_id for m in actor.memberships} | {p.unit_id for p in actor.posts}
    found = []
    for unit_id in own:
        world = World(
            db,
            actor,
            moment,
            definition,
            {"id": None, "number": None, "unit": unit_id, "started_on": moment.today, "started_by": actor.person_id},
            {},
        )
        unit = actors.unit(db, unit_id, moment.today)
        if unit is not None and may_start(world, unit_id):
            found.append(unit)
    return sorted(found, key=lambda u: u.code)


def _start_unit(db: Connection, actor: Actor, moment: Moment, definition: Definition, unit: str | None) -> str:
    if unit:
        return actors.unit_by(db, unit, moment.today).id
    possible = start_units(db, actor, moment, definition)
    if len(possible) == 1:
        return possible[0].id
    raise Unfit(
        errors=[
            FieldError(
                "unit", "required", Text("请选择在哪个组织发起。", "Choose the unit in which to start the case.")
            )
        ]
    )


def _next_number(db: Connection, definition: Definition, moment: Moment) -> str:
    prefix = definition.blueprint.words.attribute("numberPrefix") or definition.key.upper()[:2]
    series = f"{prefix}-{moment.today.year}"
    table = tables.numbers
    bump = update(table).where(table.c.series == series).values(last=table.c.last + 1)
    if db.execute(bump).rowcount == 0:
        # Two first cases of a year at once: the second insert does nothing and the update counts on.
        db.execute(insert_or_ignore(db, table).values(series=series, last=0))
        db.execute(bump)
    last = db.execute(select(table.c.last).where(table.c.series == series)).scalar_one()
    return f"{series}-{last:06d}"


def _new_row(
    case_id: str,
    number: str,
    definition: Definition,
    unit_id: str,
    business_key: str | None,
    actor: Actor,
    moment: Moment,
) -> dict[str, Any]:
    return {
        "id": case_id,
        "number": number,
        "definition_id": definition.id,
        "status": RUNNING,
        "outcome": None,
        "unit_id": unit_id,
        "business_key": business_key,
        "title": definition.name.zh,
        "summary": "[]",
        "started_by": actor.person_id,
        "started_at": moment.now,
        "ended_at": None,
        "rev": 0,
        "state": b"",
        "wake_at": None,
        "trail_seq": 0,
        "trail_head": trail.GENESIS,
    }


def _subject(world: World) -> str | None:
    word = world.definition.blueprint.words.one("subject")
    if word is None:
        return None
    value = world.evaluate(word["person"], world.context(), world.definition.blueprint.id)
    return value if isinstance(value, str) else None


# ---------------------------------------------------------------- answers


def record_answers(
    work: Work, owner: str, element: Element, entered: Entered, salts: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """Keep what was entered for a task (or, under the case's id, at the start); gives what the entry may hold.

    A field that holds anything personal is committed to as a whole; its value stays in ``answers`` alone.
    """
    form = work.definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return None
    values, sealed, used = sealed_answers(form, entered.values, salts)
    work.db.execute(
        _INSERT_ANSWERS,
        {
            "task_id": owner,
            "case_id": work.case_id,
            "element": element.id,
            "form": element.words.attribute("form"),
            "values": json.dumps(values, ensure_ascii=False),
            "salts": json.dumps(used),
            "at": work.moment.now,
        },
    )
    return sealed


_INSERT_ANSWERS = insert(tables.answers)


def sealed_answers(
    form: forms.Form, values: Mapping[str, Any], salts: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """``(values as JSON, what the entry holds, field → salt)``; given salts are used again."""
    private = {path.split(".")[0].split("[")[0] for path in form.personal}
    plain = {k: fact(v) for k, v in values.items()}
    used = {k: (salts or {}).get(k) or trail.new_salt() for k in plain if k in private and plain[k] is not None}
    sealed = {k: {"pd": trail.commitment(v, used[k])} if k in used else v for k, v in plain.items()}
    return plain, {k: v for k, v in sealed.items() if v is not None}, used


# ---------------------------------------------------------------- who is asked


def asked(world: World, element: str, who: Mapping[str, str], context: Mapping[str, Any]) -> list[str]:
    """The holders that one assignment rule means, as of today."""
    if "person" in who:
        people = world.evaluate(who["person"], context, element)
        return [actors.holder_of(p) for p in _texts(people)]
    units = world.evaluate(who.get("at", "=null"), context, element)
    return [actors.holder(who["role"], u) for u in _texts(units)] if "role" in who else []


def _texts(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]


def candidates(work: Work, element: Element) -> list[str]:
    """Everybody whom the element's rules ask; nobody at all is a fault of the definition."""
    context = gates.reading_context(work.world, element)
    found = [h for who in work.definition.whos(element) for h in asked(work.world, element.id, who, context)]
    if not found:
        raise Incident(element.id, "the assignment rule names nobody")
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- settle, the one writer


def advance(work: Work, node: int, on: date | None) -> Step:
    """Move the machine past a completed task; an incident becomes a refusal and nothing has changed."""
    work.completed = node
    try:
        return machine.complete(work.live, node, work.world.environment(on))
    except KeyError as e:
        raise NotNow(code="err_step_not_open") from e
    except Incident as e:
        raise stuck(work.definition, e) from e


def stuck(definition: Definition, incident: Incident) -> Stuck:
    """The refusal that an incident amounts to for whoever acts."""
    return Stuck(element=definition.element_name(incident.element), reason=Text(incident.reason, incident.reason))


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
        _close(work, [o.node for o in step.gone if o.node != work.completed])
        _reopen_held(work)
        for opened in step.opened:
            _open_task(work, opened)
        _keep_timers(work, step)
        if step.is_ended and work.row["status"] == RUNNING:
            outcome = step.outcome or "ended"
            work.changes.update(status=ENDED, outcome=outcome, ended_at=work.moment.now)
            work.note(Kind.CASE_ENDED, outcome=outcome)
        work.changes.update(_titles(work))
    if work.recount:
        work.changes["wake_at"] = work.db.execute(_NEXT_TIMER, {"case": work.case_id}).scalar()
    _write_case(work)


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
            )
        elif happening.verb == "fired":
            work.note(Kind.TIMER_FIRED, element=element.id, due=trail.instant(happening.facts["due"]))
        elif happening.verb == "ended":
            write_directory(work, element, None, work.world.context())


_UPDATE_CASE = (
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
    )
)


def _write_case(work: Work) -> None:
    trail.write(work.db, work.link)
    row, new = work.row, work.changes
    changed = work.db.execute(
        _UPDATE_CASE,
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
        },
    ).rowcount
    if changed != 1:
        raise RuntimeError(f"case {work.case_id} moved while it was locked")
    if new.get("status", row["status"]) == RUNNING:
        _live.put(work.case_id, work.link.head, work.live)


def _titles(work: Work) -> dict[str, Any]:
    """The title and the summary lines, where a variable that they use was written."""
    blueprint = work.definition.blueprint
    title, lines = blueprint.words.attribute("title"), blueprint.words.all("summary")
    texts = [t for t in (title, *(line["value"] for line in lines)) if t]
    used = {name for text in texts for name in machine.compiled(text[1:]).names}
    if not texts or (work.written is not None and not used & (work.written | work.live.written)):
        return {}
    context = work.world.context()
    shown = work.world.evaluate(title, context, blueprint.id) if title else None
    values = [(line["label"], fact(work.world.evaluate(line["value"], context, blueprint.id))) for line in lines]
    found: dict[str, Any] = {"title": shown[:300]} if isinstance(shown, str) and shown else {}
    kept = [{"label": label, "value": value} for label, value in values if value is not None]
    found["summary"] = json.dumps(kept, ensure_ascii=False)
    return found


_NEXT_TIMER = select(func.min(tables.timers.c.due_at)).where(tables.timers.c.case_id == bindparam("case"))


# ---------------------------------------------------------------- tasks come and go

_INSERT_TASK = insert(tables.tasks)
_INSERT_CANDIDATES = insert(tables.task_candidates)
_INSERT_TIMERS = insert(tables.timers)


def _open_task(work: Work, opened: machine.Open) -> None:
    element = work.definition.element(opened.element)
    task_id = new_id()
    holders = candidates(work, element)
    held = gates.opening(work.world, element)
    due_on, timers = _terms(work, element, task_id)
    work.db.execute(
        _INSERT_TASK,
        {
            "id": task_id,
            "case_id": work.case_id,
            "node": opened.node,
            "element": element.id,
            "status": "held" if held else "open",
            "unit_id": work.row["unit_id"],
            "opened_at": work.moment.now,
            "due_on": due_on,
            "is_late": False,
            "marks": "[]",
            "why": json.dumps(holders),
            "held": json.dumps([v.as_fact() for v in held]) if held else None,
            "rev": 1,
        },
    )
    work.db.execute(_INSERT_CANDIDATES, [{"task_id": task_id, "holder": h, "purpose": "act"} for h in holders])
    subject = work.row.get("subject_id")
    own = [h for h in holders if subject and h == actors.holder_of(subject)]
    let_see(work, [h for h in holders if h not in own])
    if held:
        days = [v.earliest for v in held if v.earliest is not None]
        if days:
            timers.append(_timer(work, task_id, None, "open", work.moment.midnight(min(days))))
    if timers:
        work.db.execute(_INSERT_TIMERS, timers)
        _wake_by(work, min(t["due_at"] for t in timers))
    facts: dict[str, Any] = {"task": task_id, "element": element.id, "asked": holders}
    if held:
        work.note(Kind.TASK_HELD, **facts, findings=[v.as_fact() for v in held])
    else:
        work.note(Kind.TASK_OPENED, **facts, due_on=due_on.isoformat() if due_on else None)


def _terms(work: Work, element: Element, task_id: str) -> tuple[date | None, list[dict[str, Any]]]:
    """The last day of a task, and the timers of its reminders and of its becoming overdue."""
    due, reminders = element.words.one("due"), element.words.all("remind")
    if due is None and not reminders:
        return None, []
    context = gates.reading_context(work.world, element)
    timers = []
    due_on = None
    if due is not None:
        value = work.world.evaluate(due["date"], context, element.id)
        if isinstance(value, datetime):
            value = value.astimezone(work.moment.zone).date()
        if isinstance(value, date):
            due_on = value
            overdue = work.moment.midnight(date.fromordinal(value.toordinal() + 1))
            timers.append(_timer(work, task_id, None, "overdue", overdue))
    for remind in reminders:
        value = work.world.evaluate(remind["at"], context, element.id)
        if isinstance(value, datetime):
            timers.append(_timer(work, task_id, None, "remind", value))
        elif isinstance(value, date) and value >= work.moment.today:
            timers.append(_timer(work, task_id, None, "remind", work.moment.midnight(value)))
    return due_on, timers


def _timer(work: Work, task_id: str | None, node: int | None, purpose: str, due_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "case_id": work.case_id,
        "task_id": task_id,
        "node": node,
        "purpose": purpose,
        "due_at": due_at,
    }


def _wake_by(work: Work, due_at: datetime) -> None:
    current = work.changes.get("wake_at", work.row["wake_at"])
    work.changes["wake_at"] = due_at if current is None else min(current, due_at)


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
        _cancel_task(work, row.id, row.element)


def _cancel_task(work: Work, task_id: str, element: str) -> None:
    table = tables.tasks
    work.db.execute(update(table).where(table.c.id == task_id).values(status="cancelled"))
    forget_task(work, task_id)
    work.note(Kind.TASK_CANCELLED, task=task_id, element=element)


_DELETE_CANDIDATES = delete(tables.task_candidates).where(tables.task_candidates.c.task_id == bindparam("task"))
_DELETE_TASK_TIMERS = delete(tables.timers).where(tables.timers.c.task_id == bindparam("task"))


def forget_task(work: Work, task_id: str, *, has_timers: bool = True) -> None:
    """A closed task asks nobody and waits for nothing."""
    work.db.execute(_DELETE_CANDIDATES, {"task": task_id})
    if has_timers:
        work.db.execute(_DELETE_TASK_TIMERS, {"task": task_id})


_HELD = select(tables.tasks.c.id, tables.tasks.c.element).where(
    tables.tasks.c.case_id == bindparam("case"), tables.tasks.c.status == "held"
)


def _reopen_held(work: Work) -> None:
    """Open what was held, where its gates allow it now."""
    if not work.row.get("any_held", _may_hold(work.definition)):
        return
    table = tables.tasks
    for row in work.db.execute(_HELD, {"case": work.case_id}).all():
        held = gates.opening(work.world, work.definition.element(row.element))
        values: dict[str, Any]
        if held:
            values = {"held": json.dumps([v.as_fact() for v in held])}
        else:
            values = {"status": "open", "held": None, "opened_at": work.moment.now}
            work.note(Kind.TASK_OPENED, task=row.id, element=row.element)
        work.db.execute(update(table).where(table.c.id == row.id).values(**values))


def _may_hold(definition: Definition) -> bool:
    return any(
        e.words.one("notBefore") or any(g.get("at") == "opening" for g in e.words.all("gate"))
        for e in definition.blueprint.of_kind("userTask")
    )


_DELETE_NODE_TIMERS = delete(tables.timers).where(
    tables.timers.c.case_id == bindparam("case"), tables.timers.c.purpose == "node"
)


def _keep_timers(work: Work, step: Step) -> None:
    """The rows of the machine's timers, rewritten only where they changed; ``wake_at`` is the minimum of all."""
    if step.waits != work.waits:
        work.db.execute(_DELETE_NODE_TIMERS, {"case": work.case_id})
        rows = [_timer(work, None, w.node, "node", w.due) for w in step.waits]
        if rows:
            work.db.execute(_INSERT_TIMERS, rows)
            _wake_by(work, rows[0]["due_at"])


_ALL_TIMERS = select(tables.timers).where(tables.timers.c.case_id == bindparam("case"))


def may_see(db: Connection, case_id: str, holders: Iterable[str], scope: str) -> None:
    rows = [{"case_id": case_id, "holder": h, "scope": scope} for h in dict.fromkeys(holders)]
    if rows:
        db.execute(insert_or_ignore(db, tables.case_viewers), rows)


def let_see(work: Work, holders: Iterable[str]) -> None:
    """Whoever is asked may see the whole case from now on; the live case remembers whom it has told."""
    new = [h for h in dict.fromkeys(holders) if h not in work.live.seen_by]
    may_see(work.db, work.case_id, new, "full")
    work.live.seen_by.update(new)


def insert_or_ignore(db: Connection, table: Any) -> Any:
    make = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing()


# ---------------------------------------------------------------- what completion changes in the directory


def write_directory(work: Work, element: Element, outcome: str | None, context: Mapping[str, Any]) -> None:
    """Obey ``writesDirectory``: a membership opens on its date, with an entry on the case's chain."""
    for word in element.words.all("writesDirectory"):
        wanted = keys(word.get("outcome"))
        if wanted and outcome not in wanted:
            continue
        person = work.world.evaluate(word["person"], context, element.id)
        unit = work.world.evaluate(word["unit"], context, element.id)
        from_on = work.world.evaluate(word["from"], context, element.id)
        if not isinstance(person, str) or not isinstance(unit, str) or not isinstance(from_on, date):
            raise Incident(element.id, "writesDirectory needs a person, a unit and a date")
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


# ---------------------------------------------------------------- the clock


def wake(db: Connection, moment: Moment, case_id: str) -> None:
    """Do everything of a case that is due: remind, mark overdue, fire its timers, open what was held.

    Raises ``Stuck`` where the case cannot go on; the caller records it with ``fail``.
    """
    work = take(db, Actor.clock(), moment, case_id)
    if work.row["status"] != RUNNING:
        return
    due = [t for t in db.execute(_ALL_TIMERS, {"case": case_id}) if t.due_at <= moment.now]
    try:
        for timer in sorted(due, key=lambda t: (t.due_at, t.id)):
            if timer.purpose in ("remind", "overdue"):
                _remind(work, timer)
        step = machine.wake(work.live, work.world.environment())
    except Incident as e:
        raise stuck(work.definition, e) from e
    if done := [t.id for t in due if t.purpose != "node"]:
        db.execute(delete(tables.timers).where(tables.timers.c.id.in_(done)))
    work.recount = True
    settle(work, step)


def fail(db: Connection, moment: Moment, case_id: str, reason: str) -> None:
    """Stop the clock of a case that cannot go on, with an entry; somebody has to look."""
    receipt = trail.append(db, moment, Actor.clock(), chain=case_id, kind=Kind.CASE_FAILED, reason=reason[:500])
    table = tables.cases
    db.execute(update(table).where(table.c.id == receipt.chain).values(status=FAILED, wake_at=None))


def retry(db: Connection, actor: Actor, moment: Moment, case_id: str) -> None:
    """Let a failed case go on: the cause was mended."""
    if "directory.manage" not in actor.permissions:
        raise NotFound()
    table = tables.cases
    found = db.execute(select(table.c.status).where(table.c.id == case_id)).scalar()
    if found is None:
        raise NotFound()
    if found != FAILED:
        raise NotNow(Text("该事项没有故障。", "The case has no fault."), code="err_not_failed")
    # Due at once: the clock wakes it, and settles what has become of it.
    db.execute(update(table).where(table.c.id == case_id).values(status=RUNNING, wake_at=moment.now))
    trail.append(db, moment, actor, chain=case_id, kind=Kind.CASE_RETRIED)


def _remind(work: Work, timer: Any) -> None:
    table = tables.tasks
    task = work.db.execute(select(table).where(table.c.id == timer.task_id)).first()
    if task is None or task.status not in OPEN_STATUSES:
        return
    element = work.definition.element(task.element)
    if timer.purpose == "remind":
        work.note(Kind.TASK_REMINDED, task=task.id, element=task.element, asked=json.loads(task.why))
        return
    marks = [*json.loads(task.marks), "late"] if "late" not in json.loads(task.marks) else json.loads(task.marks)
    work.db.execute(update(table).where(table.c.id == task.id).values(is_late=True, marks=json.dumps(marks)))
    context = gates.reading_context(work.world, element)
    told = [h for who in element.words.all("escalate") for h in asked(work.world, element.id, who, context)]
    let_see(work, told)
    due = element.words.one("due") or {}
    work.note(
        Kind.TASK_OVERDUE,
        task=task.id,
        element=task.element,
        due_on=task.due_on.isoformat() if task.due_on else None,
        escalated_to=told,
        clause=due.get("clause"),
    )


# ---------------------------------------------------------------- ending early


def cancel(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> None:
    """Stop a running case; whoever started it, or a designer's emergency permission, with a reason."""
    work = take(db, actor, moment, case_id)
    _must_see(work)
    if not may_cancel(actor, work.row):
        raise Forbidden(code="err_may_not_cancel")
    _end_early(work, CANCELLED, "cancelled", Kind.CASE_CANCELLED, reason)


def withdraw(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> None:
    """The person a case is about takes the application back, as long as the definition allows it."""
    work = take(db, actor, moment, case_id)
    _must_see(work)
    word = work.definition.blueprint.words.one("withdrawal")
    if word is None or actor.person_id is None or actor.person_id != work.row["subject_id"]:
        raise Forbidden(code="err_may_not_withdraw")
    if work.live.visits.get(word["until"], 0) > 0 and work.row["status"] == RUNNING:
        raise NotNow(
            Text("“{element}”已办结，不能再撤回。", "“{element}” has been completed; it is too late to withdraw."),
            code="err_too_late_to_withdraw",
            clause=word.get("clause"),
            element=work.definition.element_name(word["until"]),
        )
    _end_early(
        work, CANCELLED, word.get("outcome") or "withdrawn", Kind.CASE_WITHDRAWN, reason, clause=word.get("clause")
    )


def may_cancel(actor: Actor, row: Mapping[str, Any]) -> bool:
    return actor.person_id is not None and actor.person_id == row["started_by"] and row["subject_id"] != actor.person_id


def may_withdraw(actor: Actor, row: Mapping[str, Any], definition: Definition, visits: Mapping[str, int]) -> bool:
    word = definition.blueprint.words.one("withdrawal")
    return (
        word is not None
        and row["status"] == RUNNING
        and actor.person_id is not None
        and actor.person_id == row["subject_id"]
        and visits.get(word["until"], 0) == 0
    )


def _end_early(work: Work, status: str, outcome: str, kind: Kind, reason: str, clause: str | None = None) -> None:
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    if work.row["status"] not in (RUNNING, FAILED):
        raise NotNow(
            Text("事项已经结束。", "The case has already ended."), code="err_case_ended", status=work.row["status"]
        )
    table = tables.tasks
    rows = work.db.execute(
        select(table.c.id, table.c.element).where(table.c.case_id == work.case_id, table.c.status.in_(OPEN_STATUSES))
    ).all()
    work.note(kind, reason=reason, outcome=outcome, clause=clause)
    for row in rows:
        _cancel_task(work, row.id, row.element)
    work.db.execute(delete(tables.timers).where(tables.timers.c.case_id == work.case_id))
    work.changes.update(status=status, outcome=outcome, ended_at=work.moment.now, wake_at=None)
    settle(work, None)


# ---------------------------------------------------------------- who may see

_SCOPE = select(tables.case_viewers.c.scope).where(
    tables.case_viewers.c.case_id == bindparam("case"),
    tables.case_viewers.c.holder.in_(bindparam("holders", expanding=True)),
)


def scope_of(db: Connection, actor: Actor, case_id: str) -> str | None:
    """``full``, ``own`` (the person's own forms and the status), or ``None``: not theirs to see."""
    if "cases.read_all" in actor.permissions:
        return "full"
    scopes = set(db.execute(_SCOPE, {"case": case_id, "holders": list(actor.holders)}).scalars())
    return "full" if "full" in scopes else "own" if scopes else None


def _must_see(work: Work) -> None:
    if scope_of(work.db, work.actor, work.case_id) is None:
        raise NotFound()


# ---------------------------------------------------------------- bypass attempts


def missing_before(work_definition: Definition, done: set[str], element: Element) -> list[dict[str, Any]]:
    """The steps that lie before an element and have never been completed, in the order of their numbers."""
    before = set(work_definition.blueprint.before(element.id))
    own = gates_order(element)
    return [
        {"element": e.id, "step": e.words.attribute("step"), "name": work_definition.element_name(e.id)}
        for e in work_definition.steps()
        if e.id in before and e.id not in done and gates_order(e) < own
    ]


def gates_order(element: Element) -> tuple[int, str]:
    return definitions.step_order(element.words.attribute("step"))
