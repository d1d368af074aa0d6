"""A change of the organisation tried first: whom it would leave without anybody. Nothing is kept.

The changes are made in a part of the transaction that is taken back (``store.part``), so that every question afterwards
is asked of the directory as it would be. What can be told is bounded: at most ``MOST_UNITS`` units and ``MOST_TASKS``
tasks are looked at, and the answer says where there were more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from engine import actors, cases, definitions, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import FieldError, Incident, Text, Unfit
from engine.gates import World
from engine.machine import TASKS, Element
from engine.store import Moment, new_id, part
from engine.vocabulary import keys

PERMISSION, SECOND = "directory.manage", "administration.confirm"
"""Who changes the organisation, and who looks at a change as the second person."""
MOST_UNITS = 60
MOST_TASKS = 2_000
MOST_CHANGES = 50
KINDS = ("end_post", "appoint", "leave", "dissolve", "merge", "competence", "found", "rename", "move")

_U, _O, _M, _S, _D = (
    tables.units.c,
    tables.posts.c,
    tables.memberships.c,
    tables.unit_states.c,
    tables.delegations.c,
)
_T, _K, _C = tables.tasks.c, tables.task_candidates.c, tables.cases.c


@dataclass(frozen=True, slots=True)
class Change:
    """One change that somebody thinks of; people by id or number, units by id or code.

    ``end_post`` and ``appoint``: person, role, unit. ``leave``: a person holds no post and no membership any more.
    ``dissolve``: a unit; ``merge``: a unit goes up in another one (``into``) with its members and what is below it.
    ``competence``: whether a unit may approve members (``may``). ``found``: a new unit (``code``, ``name``,
    ``unit_kind``) below ``into``. ``rename``: a unit (``name``). ``move``: a unit with all below it goes under
    ``into``. ``basis`` is the document on which it rests.
    """

    kind: str
    on: date
    person: str | None = None
    role: str | None = None
    unit: str | None = None
    into: str | None = None
    may: bool | None = None
    code: str | None = None
    name: str | None = None
    name_en: str | None = None
    unit_kind: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class TaskChange:
    """An open task and the people whom it asks, before and after."""

    task: Mapping[str, Any]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_left(self) -> bool:
        """Whether it would have nobody."""
        return bool(self.before) and not self.after


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step of the newest version of a procedure that would have nobody in a unit."""

    definition: Definition
    element: Element
    unit: str
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyChange:
    """Two steps that two people have to do, for which a unit would have one."""

    definition: Definition
    element: Element
    other: str
    unit: str
    rule: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the changes would lead to, as of ``on``."""

    on: date
    tasks: tuple[TaskChange, ...] = ()
    steps: tuple[StepChange, ...] = ()
    duties: tuple[DutyChange, ...] = ()
    delegations: tuple[Mapping[str, Any], ...] = ()
    units: tuple[str, ...] = ()
    is_more: bool = False
    """More units or tasks would be touched than were looked at."""


class _TakeBack(Exception):
    """Ends the part of the transaction in which the changes were made."""


def try_out(db: Connection, actor: Actor, moment: Moment, changes: Sequence[Change]) -> Outlook:
    """What some changes would lead to; raises ``Forbidden``, ``NotFound``, ``Unfit`` and what the changes themselves
    raise."""
    if not actor.may(SECOND):
        actor.require(PERMISSION)
    _count(changes)
    on = max(c.on for c in changes)
    known = [_known(db, n, c) for n, c in enumerate(changes)]
    then = Moment(moment.midnight(on), moment.zone)
    touched = _touched(db, known, on)
    units, is_more = _units(db, touched, on)
    before = _survey(db, then, units)
    asks, is_more_tasks = _tasks(db, touched.holders)
    reached_before = _reached(db, asks, on)
    delegations: list[Mapping[str, Any]] = []
    after: dict[tuple[str, str, str], _Asked] = {}
    reached_after: dict[str, list[str]] = {}
    try:
        with part(db):
            for change in sorted(known, key=lambda c: c.on):
                _make(db, moment, change)
            after = _survey(db, then, units)
            reached_after = _reached(db, asks, on)
            delegations = _ended(db, touched.people, on)
            raise _TakeBack
    except _TakeBack:
        pass
    return Outlook(
        on,
        tuple(_task_changes(asks, reached_before, reached_after)),
        tuple(_step_changes(before, after)),
        tuple(_duty_changes(before, after)),
        tuple(delegations),
        tuple(units),
        is_more or is_more_tasks,
    )


def carry_out(db: Connection, actor: Actor, moment: Moment, changes: Sequence[Change], reason: str) -> list[str]:
    """Make some changes, each with an entry of the office; gives the holders that may mean nobody any more.

    Raises as ``try_out`` does.
    """
    actor.require(PERMISSION)
    _count(changes)
    trail.hold(db, trail.OFFICE)
    known = [_known(db, n, c) for n, c in enumerate(changes)]
    touched = _touched(db, known, max(c.on for c in known))
    for change in sorted(known, key=lambda c: c.on):
        _make(db, moment, change)
        kind = trail.Kind.POST_CHANGED if change.kind in ("appoint", "end_post") else trail.Kind.UNIT_CHANGED
        facts = {k: v for k, v in asdict(change).items() if k not in ("kind", "on")}
        trail.append(db, moment, actor, kind=kind, change=change.kind, on=change.on.isoformat(), reason=reason, **facts)
    return sorted(touched.holders)


def _count(changes: Sequence[Change]) -> None:
    if not changes or len(changes) > MOST_CHANGES:
        text = Text(f"一次试算 1 至 {MOST_CHANGES} 项变更。", f"Try 1 to {MOST_CHANGES} changes at a time.")
        raise Unfit(errors=[FieldError("changes", "number", text)])


# ---------------------------------------------------------------- what is changed


def _known(db: Connection, number: int, change: Change) -> Change:
    """The same with ids; raises ``NotFound`` and ``Unfit``."""
    needs = {
        "end_post": ("person", "role", "unit"),
        "appoint": ("person", "role", "unit"),
        "leave": ("person",),
        "dissolve": ("unit",),
        "merge": ("unit", "into"),
        "competence": ("unit", "may"),
        "found": ("code", "name", "unit_kind", "into"),
        "rename": ("unit", "name"),
        "move": ("unit", "into"),
    }[change.kind]
    missing = [name for name in needs if getattr(change, name) in (None, "")]
    if missing:
        text = Text("请填写此项。", "Fill this in.")
        raise Unfit(errors=[FieldError(f"changes[{number}].{name}", "required", text) for name in missing])
    person = actors.person_by(db, change.person, change.on).id if change.person else None
    unit = actors.unit_by(db, change.unit, change.on).id if change.unit else None
    into = actors.unit_by(db, change.into, change.on).id if change.into else None
    if into is not None and into == unit:
        text = Text("不能并入自身。", "A unit cannot go up in itself.")
        raise Unfit(errors=[FieldError(f"changes[{number}].into", "same_unit", text)])
    if change.kind == "move" and into in actors.subtree(db, unit or "", change.on):
        text = Text("不能移到自己的下级之下。", "A unit cannot be moved below itself.")
        raise Unfit(errors=[FieldError(f"changes[{number}].into", "below_itself", text)])
    if change.kind == "found" and change.unit_kind not in actors.UNIT_KINDS:
        text = Text("没有这种组织类别。", "There is no such kind of unit.")
        raise Unfit(errors=[FieldError(f"changes[{number}].unit_kind", "unit_kind", text)])
    if change.kind == "found" and db.execute(select(_U.id).where(_U.code == change.code)).first() is not None:
        text = Text("代码“{code}”已被使用。", "The code {code} is taken.").format(code=change.code)
        raise Unfit(errors=[FieldError(f"changes[{number}].code", "code_taken", text)])
    return replace(change, person=person, unit=unit, into=into)


def _make(db: Connection, moment: Moment, change: Change) -> None:
    on = change.on
    person, unit = change.person or "", change.unit or ""
    if change.kind == "appoint":
        actors.appoint(db, moment, person, change.role or "", unit, on, basis=change.basis)
    elif change.kind == "end_post":
        held = actors.post_ids(db, person, change.role or "", unit, actors.day_before(on))
        for post in held or actors.post_ids(db, person, change.role or "", unit, on):
            actors.end_post(db, moment, post, on)
    elif change.kind == "leave":
        _end(db, tables.posts, _O.person_id == person, on)
        _end(db, tables.memberships, _M.person_id == person, on)
    elif change.kind == "competence":
        _restate(db, unit, on, change.basis, can_approve_members=bool(change.may))
    elif change.kind == "rename":
        _restate(db, unit, on, change.basis, name=change.name, name_en=change.name_en or change.name)
    elif change.kind == "move":
        _restate(db, unit, on, change.basis, parent_id=change.into)
    elif change.kind == "found":
        _found(db, change)
    else:
        _close(db, unit, change.into, on, change.basis)


def _found(db: Connection, change: Change) -> None:
    id_ = new_id()
    db.execute(insert(tables.units).values(id=id_, code=change.code))
    db.execute(
        insert(tables.unit_states).values(
            unit_id=id_,
            from_on=change.on,
            to_on=None,
            name=change.name,
            name_en=change.name_en or change.name,
            kind=change.unit_kind,
            parent_id=change.into,
            can_approve_members=False,
            has_branch_committee=False,
            status="active",
            basis=change.basis,
        )
    )


def _close(db: Connection, unit: str, into: str | None, on: date, basis: str | None) -> None:
    """A unit is no more; its members and what is below it go to ``into``, where there is such a unit."""
    below = [u.id for u in actors.children(db, unit, on)]
    if into is not None:
        holding = select(_M.person_id, _M.status, _M.rights_suspended).where(
            _M.unit_id == unit, _M.from_on <= on, or_(_M.to_on.is_(None), _M.to_on > on)
        )
        rows = [
            {"id": new_id(), "unit_id": into, "from_on": on, "to_on": None, "basis": None, **dict(r)}
            for r in db.execute(holding).mappings()
        ]
        if rows:
            db.execute(insert(tables.memberships), rows)
        for child in below:
            _restate(db, child, on, basis, parent_id=into)
    _end(db, tables.memberships, _M.unit_id == unit, on)
    _end(db, tables.posts, _O.unit_id == unit, on)
    _restate(db, unit, on, basis, status="dissolved", can_approve_members=False)


def _end(db: Connection, table: Any, which: Any, on: date) -> None:
    db.execute(update(table).where(which, or_(table.c.to_on.is_(None), table.c.to_on > on)).values(to_on=on))


def _restate(db: Connection, unit: str, on: date, basis: str | None, **values: Any) -> None:
    """From a day on a unit is otherwise than before."""
    table = tables.unit_states
    mine = (_S.unit_id == unit) & (_S.from_on <= on) & or_(_S.to_on.is_(None), _S.to_on > on)
    row = dict(db.execute(select(table).where(mine)).mappings().one())
    if row["from_on"] == on:
        db.execute(update(table).where(mine).values(**{**values, "basis": basis or row["basis"]}))
        return
    db.execute(update(table).where(mine).values(to_on=on))
    db.execute(insert(table).values(**{**row, "from_on": on, **values, "basis": basis}))


# ---------------------------------------------------------------- whom it touches


@dataclass
class _Touched:
    holders: set[str] = field(default_factory=set)
    units: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)


def _touched(db: Connection, changes: Iterable[Change], on: date) -> _Touched:
    """Holders that may mean somebody else afterwards, the units that are changed, and those who lose something."""
    found = _Touched()
    for change in changes:
        if change.kind in ("end_post", "appoint"):
            found.holders.add(actors.holder(change.role or "", change.unit or ""))
            found.units.append(change.unit or "")
            if change.kind == "end_post":
                found.people.add(change.person or "")
        elif change.kind == "leave":
            person = actors.person(db, change.person or "", on)
            found.people.add(change.person or "")
            found.holders.add(actors.holder_of(change.person or ""))
            for post in person.posts if person else ():
                found.holders.add(post.holder)
                found.units.append(post.unit_id)
            if person is not None and person.membership is not None:
                found.holders.add(person.membership.holder)
        else:
            found.units += [u for u in (change.unit, change.into) if u]
            rows = db.execute(select(_O.role, _O.person_id).where(_O.unit_id == change.unit)).all()
            if change.kind in ("dissolve", "merge"):
                roles = {r.role for r in rows} | set(actors.STATUSES)
                found.holders |= {actors.holder(role, change.unit or "") for role in roles}
                found.people |= {r.person_id for r in rows}
    return found


def _units(db: Connection, touched: _Touched, on: date) -> tuple[list[str], bool]:
    """The units that are changed and those below them, whose cases are decided there."""
    found: dict[str, None] = dict.fromkeys(touched.units)
    for unit in list(found):
        found.update(dict.fromkeys(sorted(actors.subtree(db, unit, on))))
    return list(found)[:MOST_UNITS], len(found) > MOST_UNITS


# ---------------------------------------------------------------- procedures


@dataclass(frozen=True, slots=True)
class _Asked:
    definition: Definition
    element: Element
    unit: str
    holders: tuple[str, ...]
    people: frozenset[str]


def _survey(db: Connection, moment: Moment, units: Sequence[str]) -> dict[tuple[str, str, str], _Asked]:
    """Whom every step of the newest versions would ask in cases of these units, where that can be told beforehand."""
    found: list[tuple[Definition, Element, str, list[str]]] = []
    for definition in definitions.newest(db):
        steps = [e for e in definition.blueprint.of_kind(*TASKS) if definition.whos(e)]
        for unit in units:
            facts = {"id": None, "number": None, "unit": unit, "started_on": moment.today, "started_by": None}
            world = World(db, Actor.clock(), moment, definition, facts, {})
            context = world.context()
            for element in steps:
                holders = [h for who in definition.whos(element) for h in _asked(world, element, who, context)]
                if holders:
                    found.append((definition, element, unit, list(dict.fromkeys(holders))))
    reached = actors.reachable(db, [h for *_, holders in found for h in holders], moment.today)
    return {
        (d.key, e.id, unit): _Asked(d, e, unit, tuple(holders), frozenset(p for h in holders for p in reached[h]))
        for d, e, unit, holders in found
    }


def _asked(world: World, element: Element, who: Mapping[str, str], context: Mapping[str, Any]) -> list[str]:
    try:
        return cases.asked(world, element.id, who, context)
    except Incident:
        return []  # it hangs on what only a case knows


def _step_changes(
    before: Mapping[tuple[str, str, str], _Asked], after: Mapping[tuple[str, str, str], _Asked]
) -> Iterable[StepChange]:
    for key, was in before.items():
        now = after.get(key)
        if was.people and (now is None or not now.people):
            yield StepChange(was.definition, was.element, was.unit, now.holders if now else was.holders)


def _duty_changes(
    before: Mapping[tuple[str, str, str], _Asked], after: Mapping[tuple[str, str, str], _Asked]
) -> Iterable[DutyChange]:
    """Four eyes need two people: the steps for which there were two, and would be one."""
    for (key, element, unit), was in before.items():
        for rule in was.element.words.all("otherThan"):
            for other in keys(rule.get("task")):
                first, second = before.get((key, other, unit)), after.get((key, other, unit))
                now = after.get((key, element, unit))
                if first is None or second is None or now is None:
                    continue
                if len(was.people | first.people) > 1 and 0 < len(now.people | second.people) < 2:
                    code = rule.get("code") or rule.get("clause") or "err_four_eyes"
                    yield DutyChange(was.definition, was.element, other, unit, code)


# ---------------------------------------------------------------- open tasks


def _tasks(db: Connection, holders: set[str]) -> tuple[list[dict[str, Any]], bool]:
    """Open tasks that ask one of the holders."""
    if not holders:
        return [], False
    query = (
        select(*(_T.id, _T.element, _T.why, _T.unit_id, _T.case_id), _C.number, _C.definition_id)
        .join_from(tables.tasks, tables.cases, _C.id == _T.case_id)
        .where(
            _T.status.in_(("open", "held")),
            _C.status == cases.RUNNING,
            _T.id.in_(select(_K.task_id).where(_K.holder.in_(sorted(holders)), _K.purpose == "act")),
        )
        .order_by(_C.number, _T.id)
        .limit(MOST_TASKS + 1)
    )
    rows = [dict(r) for r in db.execute(query).mappings()]
    return rows[:MOST_TASKS], len(rows) > MOST_TASKS


def _reached(db: Connection, rows: Iterable[Mapping[str, Any]], on: date) -> dict[str, list[str]]:
    return actors.reachable(db, [h for r in rows for h in json.loads(r["why"])], on)


def _task_changes(
    rows: Iterable[Mapping[str, Any]], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> Iterable[TaskChange]:
    for row in rows:
        holders = json.loads(row["why"])
        was = tuple(dict.fromkeys(p for h in holders for p in before[h]))
        now = tuple(dict.fromkeys(p for h in holders for p in after[h]))
        if set(was) != set(now):
            yield TaskChange(row, was, now)


def _ended(db: Connection, people: set[str], on: date) -> list[Mapping[str, Any]]:
    """Delegations of those who, once the changes are made, hold nothing that could be delegated."""
    without = [p for p in people if (known := actors.person(db, p, on)) is None or not known.posts]
    if not without:
        return []
    query = (
        select(*(_D.id, _D.from_person_id, _D.to_person_id, _D.to_on))
        .where(_D.revoked_at.is_(None), _D.to_on >= on)
        .where(or_(_D.from_person_id.in_(without), _D.to_person_id.in_(without)))
        .order_by(_D.to_on, _D.id)
    )
    return [dict(r) for r in db.execute(query).mappings()]
