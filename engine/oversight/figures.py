"""How the work goes: what was started and finished, how long it waited and took, what is late, what came back, and who
waits for whom; each figure with the list of the cases or tasks that it counts.

Every figure is one predicate over cases or tasks (``CASES``, ``TASKS``). Counting it and listing it are the same
statement with another head, so a figure is the length of its list. Everything is asked of the rows as they are now:
nothing is added up beforehand. Times are seconds; those in office hours were worked out when the task closed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
)

from engine import actors, cases, definitions, tables
from engine.actors import Actor
from engine.actors.directory import holds_on
from engine.errors import FieldError, Forbidden, Text, Unfit
from engine.store import Moment
from engine.views import diagram_texts
from engine.views.naming import Names

FEWEST = 5
"""Times of fewer people than these are not shown apart: they would be somebody's own."""
MOST_BUCKETS = 60
"""Weeks or months of one answer."""
MOST_GROUPS = 200
"""Steps or units of one answer; those with most tasks come first."""
_MAX_DEPTH = 12

_C, _T, _D = tables.cases.c, tables.tasks.c, tables.definitions.c
LIVE = ("running", "suspended", "failed")
OPEN = cases.OPEN_STATUSES
CLOSED = ("completed", "returned")
AGES = ((0, 7), (7, 30), (30, 90), (90, 180), (180, None))
"""Ages of open cases in days: from, up to but without."""

By = Literal["week", "month"]
Reach = Literal["below", "alone", "outside"]
_Query = Select[*tuple[Any, ...]]


class NotYours(Forbidden):
    """Figures are for whoever oversees every case, and for whoever leads a unit, over it and what is below."""

    code = "err_figures_not_yours"
    text = Text(
        "统计供审计员查看；单位负责人可查看本单位及下级的统计。",
        "Figures are for auditors, and for whoever leads a unit: over that unit and everything below it.",
    )


@dataclass(frozen=True)
class Question:
    """Of what figures are asked; days are business dates, both ends inclusive, and ``None`` leaves a thing open."""

    from_on: date
    to_on: date
    definition: str | None = None
    version: int | None = None
    unit: str | None = None
    """Id or code: of a task its own unit, of a case the unit that it belongs to."""
    reach: Reach = "below"
    """The unit with everything below it, the unit ``alone``, or what is ``outside`` of both."""
    element: str | None = None
    """The step; needs the definition."""
    for_unit: str | None = None
    """Of a task, the unit of its case: who waits for it."""
    for_reach: Reach = "below"
    age: int | None = None
    """Of an open case, which of ``AGES``."""

    def __post_init__(self) -> None:
        if self.to_on < self.from_on:
            said = Text("结束日期早于开始日期。", "The last day lies before the first one.")
            raise Unfit(errors=[FieldError("to", "err_period", said)])
        if self.element is not None and self.definition is None:
            said = Text("按步骤查看时请先选择流程。", "Choose a procedure before you look at one of its steps.")
            raise Unfit(errors=[FieldError("definition", "required", said)])


def roots(actor: Actor) -> tuple[str, ...] | None:
    """The units that the actor may ask about, each with all below; ``None``: everything. Raises ``NotYours``.

    Whoever oversees every case sees all; whoever holds the post that leads a unit, that unit and what is below it.
    """
    if actor.may("trail.read_all") or actor.may("cases.read_all"):
        return None
    led = [p for p in actor.posts if actors.leader_role(p.unit_kind) == p.role]
    if not led:
        raise NotYours()
    return None if any(p.in_office for p in led) else tuple(dict.fromkeys(p.unit_id for p in led))


# ---------------------------------------------------------------- what is counted


@dataclass(frozen=True)
class _Asked:
    """A question of somebody at a moment, and the parts of statements that it leads to."""

    db: Connection
    actor: Actor
    moment: Moment
    question: Question

    @cached_property
    def roots(self) -> tuple[str, ...] | None:
        return roots(self.actor)

    @cached_property
    def since(self) -> datetime:
        return self.moment.midnight(self.question.from_on)

    @cached_property
    def until(self) -> datetime:
        return self.moment.midnight(self.question.to_on + timedelta(days=1))

    def run(self, query: _Query) -> Sequence[Any]:
        return self.db.execute(query, {"on": self.moment.today}).all()

    def unit(self, given: str) -> str:
        """The id of a unit by id or code; raises ``NotYours`` where it is not the actor's to look at."""
        found = actors.unit_by(self.db, given).id
        if self.roots is not None and not any(found in self.below(root) for root in self.roots):
            raise NotYours()
        return found

    def below(self, unit: str) -> frozenset[str]:
        return actors.subtree(self.db, unit, self.moment.today)

    def within(self, column: ColumnElement[str], given: str | None, reach: Reach) -> list[ColumnElement[bool]]:
        """That a unit is one of those asked for."""
        units = [self.unit(given)] if given is not None else self.roots
        if units is None:
            return []
        if reach == "outside":
            return [column.not_in(select(tree(units).c.unit_id))]
        return [column.in_(select(tree(units).c.unit_id))] if reach == "below" else [column.in_(units)]

    def allowed(self, column: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """That a unit is one that the actor may look at."""
        return [] if self.roots is None else [column.in_(select(tree(self.roots).c.unit_id))]

    @cached_property
    def of_definition(self) -> list[ColumnElement[bool]]:
        question = self.question
        if question.definition is None:
            return []
        found = select(_D.id).where(_D.key == question.definition)
        if question.version is not None:
            found = found.where(_D.version == question.version)
        return [_C.definition_id.in_(found)]

    def cases(self, figure: str) -> list[ColumnElement[bool]]:
        """What is true of the cases that a figure counts."""
        question = self.question
        found = [*CASES[figure](self), *self.of_definition, *self.allowed(_C.unit_id)]
        if question.unit is not None:
            found += self.within(_C.unit_id, question.unit, question.reach)
        if question.age is not None:
            low, high = AGES[question.age]
            found.append(_C.started_at <= self.moment.now - timedelta(days=low))
            if high is not None:
                found.append(_C.started_at > self.moment.now - timedelta(days=high))
        return found

    def tasks(self, figure: str) -> list[ColumnElement[bool]]:
        """What is true of the tasks that a figure counts; the statement joins each with its case."""
        question = self.question
        found = [_T.of_task.is_(None), *TASKS[figure](self), *self.of_definition]
        if question.unit is not None or question.reach == "outside":
            found += self.within(_T.unit_id, question.unit, question.reach)
        if question.for_unit is None:
            found += self.allowed(_T.unit_id)
        else:
            # Whose cases wait may be told for whom they wait, wherever that is.
            found += [*self.within(_C.unit_id, question.for_unit, question.for_reach), *self.allowed(_C.unit_id)]
        if question.element is not None:
            found.append(_T.element == question.element)
        return found


def tree(units: Iterable[str]) -> CTE:
    """The units and all below them as of the bound day: ``unit_id``, and ``top``, the one of ``units`` above it."""
    start_, below = tables.unit_states.alias(), tables.unit_states.alias()
    start = select(start_.c.unit_id, start_.c.unit_id.label("top"), literal(0).label("depth"))
    found = start.where(start_.c.unit_id.in_(list(units)), holds_on(start_.c)).cte(recursive=True)
    step = select(below.c.unit_id, found.c.top, found.c.depth + 1)
    return found.union_all(
        step.where(below.c.parent_id == found.c.unit_id, holds_on(below.c), found.c.depth < _MAX_DEPTH)
    )


Predicate = Callable[[_Asked], list[ColumnElement[bool]]]

_HAD_TERM = or_(_T.due_on.is_not(None), _T.due_at.is_not(None))
_WAS_LATE = or_(_T.is_late, _T.marks.like('%"late"%'))


def _done(asked: _Asked) -> list[ColumnElement[bool]]:
    return [_T.status.in_(CLOSED), _T.completed_at >= asked.since, _T.completed_at < asked.until]


def _open(asked: _Asked) -> list[ColumnElement[bool]]:
    return [_T.status.in_(OPEN)]


def _is_overdue(asked: _Asked) -> ColumnElement[bool]:
    now, today = asked.moment.now, asked.moment.today
    return or_(
        _T.is_late,
        and_(_T.due_at.is_not(None), _T.due_at < now),
        and_(_T.due_at.is_(None), _T.due_on.is_not(None), _T.due_on < today),
    )


def _is_due_today(asked: _Asked) -> ColumnElement[bool]:
    return and_(_T.due_on.is_not(None), _T.due_on == asked.moment.today, not_(_is_overdue(asked)))


CASES: Mapping[str, Predicate] = {
    "started": lambda asked: [_C.started_at >= asked.since, _C.started_at < asked.until],
    "finished": lambda asked: [_C.status == "ended", _C.ended_at >= asked.since, _C.ended_at < asked.until],
    "broken_off": lambda asked: [_C.status == "cancelled", _C.ended_at >= asked.since, _C.ended_at < asked.until],
    "open": lambda asked: [_C.status.in_(LIVE)],
}
"""Figures that count cases. What is open is so now, whatever the period."""

TASKS: Mapping[str, Predicate] = {
    "done": _done,
    "waited": lambda asked: [*_done(asked), _T.wait_seconds.is_not(None)],
    "handled": lambda asked: [*_done(asked), _T.work_seconds.is_not(None)],
    "with_term": lambda asked: [*_done(asked), _HAD_TERM],
    "kept": lambda asked: [*_done(asked), _HAD_TERM, not_(_WAS_LATE)],
    "late": lambda asked: [*_done(asked), _HAD_TERM, _WAS_LATE],
    "returned": lambda asked: [*_done(asked), _T.status == "returned"],
    "redone": lambda asked: [*_done(asked), _T.status == "completed", _T.void_at.is_not(None)],
    "open": _open,
    "overdue": lambda asked: [*_open(asked), _is_overdue(asked)],
    "due_today": lambda asked: [*_open(asked), _is_due_today(asked)],
}
"""Figures that count tasks; parts of a task (a signature, work that was entrusted) are no tasks of their own."""


# ---------------------------------------------------------------- figures


def overview(db: Connection, actor: Actor, moment: Moment, question: Question, by: By = "week") -> dict[str, Any]:
    """The figures of the whole: counts by name, what was started and finished by week or month, ages, times.

    Raises ``NotYours``, ``Unfit`` (a period of too many weeks or months).
    """
    asked = _Asked(db, actor, moment, question)
    flow = _flow(asked, by)
    ages = _ages(asked)
    of_tasks = _sums(asked, ("done", "with_term", "kept", "late", "returned", "redone"), "done") | _sums(
        asked, ("open", "overdue", "due_today"), "open"
    )
    return {
        "as_of": moment.now,
        "from": question.from_on,
        "to": question.to_on,
        "unit": Names(db, moment.today).unit(asked.unit(question.unit)) if question.unit is not None else None,
        "above": _above(asked),
        "cases": {
            **{name: sum(one[name] for one in flow) for name in ("started", "finished", "broken_off")},
            "open": sum(one["count"] for one in ages),
        },
        "tasks": of_tasks,
        "times": next(iter(_times(asked, ()).values()), _NO_TIMES),
        "flow": flow,
        "ages": ages,
        "definitions": _definitions(asked),
    }


def steps(db: Connection, actor: Actor, moment: Moment, question: Question) -> list[dict[str, Any]]:
    """The same by step of each procedure: those with most tasks first."""
    asked = _Asked(db, actor, moment, question)
    found = _by(asked, (_D.key, _T.element))
    rows = []
    for (key, element), one in found.items():
        definition = definitions.read(db, key, one.pop("version"))
        known = definition.blueprint.elements.get(element)
        rows.append(
            {
                "definition": key,
                "definition_name": definition.name,
                "element": element,
                "name": definition.element_name(element),
                "step": known.words.attribute("step") if known is not None else None,
                **one,
            }
        )
    rows.sort(key=lambda r: (-r["done"] - r["open"], r["definition"], r["element"]))
    return rows[:MOST_GROUPS]


def units(db: Connection, actor: Actor, moment: Moment, question: Question) -> list[dict[str, Any]]:
    """The same by the units right below the one asked for; times of fewer than ``FEWEST`` people are hidden."""
    asked = _Asked(db, actor, moment, question)
    groups = _groups(asked)
    tops = groups.tree()
    found = _by(asked, (groups.of(_T.unit_id, tops),), tops)
    of_cases = _cases_by(asked, groups)
    names = Names(db, moment.today)
    rows = []
    for group in dict.fromkeys([*(g for (g,) in found), *of_cases]):
        one = found.get((group,)) or dict(_NOTHING)
        one.pop("version")
        if one["people"] < FEWEST:
            one["times"] = None
        rows.append({**groups.said(group, names), **one, "cases": of_cases.get(group, _NO_CASES)})
    rows.sort(key=lambda r: (-r["done"] - r["open"], r["unit"]["code"] if r["unit"] else ""))
    return rows[:MOST_GROUPS]


def waits(db: Connection, actor: Actor, moment: Moment, question: Question) -> list[dict[str, Any]]:
    """Who waits for whom now: open tasks by the unit of their case, and the unit that has them."""
    asked = _Asked(db, actor, moment, question)
    groups = _groups(asked)
    whose, whom = groups.tree(), groups.tree()
    wanted = [_T.of_task.is_(None), *_open(asked), *asked.of_definition, *asked.allowed(_C.unit_id)]
    if question.unit is not None:
        wanted += asked.within(_C.unit_id, question.unit, question.reach)
    query = (
        select(
            groups.of(_C.unit_id, whose).label("whose"),
            groups.of(_T.unit_id, whom).label("whom"),
            func.count().label("count"),
        )
        .select_from(tables.tasks.join(tables.cases, _C.id == _T.case_id))
        .outerjoin(whose, whose.c.unit_id == _C.unit_id)
        .outerjoin(whom, whom.c.unit_id == _T.unit_id)
        .where(*wanted)
        .group_by("whose", "whom")
    )
    names = Names(db, moment.today)
    rows = sorted(asked.run(query), key=lambda r: (-r.count, r.whose, r.whom))
    return [{"whose": groups.said(r.whose, names), "whom": groups.said(r.whom, names), "count": r.count} for r in rows]


@dataclass(frozen=True)
class _Groups:
    """Units put together under those right below one of them, or under several that somebody leads."""

    base: str | None
    tops: tuple[str, ...]

    def tree(self) -> CTE:
        return tree(self.tops)

    def of(self, unit: ColumnElement[str], tops: CTE) -> ColumnElement[str]:
        """The group of a unit: the top above it, the base itself, or ``""`` where it is neither."""
        return func.coalesce(tops.c.top, case((unit == self.base, unit), else_=""))

    def said(self, group: str, names: Names) -> dict[str, Any]:
        """The group for people, and as a question that finds what is in it."""
        if group == "":
            return {"unit": None, "reach": "outside", "of": self.base}
        return {"unit": names.unit(group), "reach": "alone" if group == self.base else "below", "of": group}


def _groups(asked: _Asked) -> _Groups:
    question, on = asked.question, asked.moment.today
    if question.unit is not None:
        base: str | None = asked.unit(question.unit)
    elif asked.roots is None:
        office = actors.root(asked.db, on)
        base = office.id if office is not None else None
    else:
        base = asked.roots[0] if len(asked.roots) == 1 else None
    if base is None:
        return _Groups(None, asked.roots or ())
    if question.unit is not None and question.reach != "below":
        return _Groups(base, ())
    return _Groups(base, tuple(unit.id for unit in actors.children(asked.db, base, on)))


def _cases_by(asked: _Asked, groups: _Groups) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for figure in CASES:
        tops = groups.tree()
        query = select(groups.of(_C.unit_id, tops).label("key_0"), func.count().label("count")).select_from(
            tables.cases.outerjoin(tops, tops.c.unit_id == _C.unit_id)
        )
        for row in asked.run(query.where(*asked.cases(figure)).group_by("key_0")):
            found.setdefault(row.key_0, dict(_NO_CASES))[figure] = row.count
    return found


_COUNTED = ("done", "with_term", "kept", "late", "returned", "redone", "open", "overdue", "due_today")
_NOTHING = {**dict.fromkeys(_COUNTED, 0), "people": 0, "times": None, "version": 0}
_NO_CASES = {"started": 0, "finished": 0, "broken_off": 0, "open": 0}


def _of_tasks(query: _Query) -> _Query:
    joined = tables.tasks.join(tables.cases, _C.id == _T.case_id)
    return query.select_from(joined.join(tables.definitions, _D.id == _C.definition_id))


def _sum(asked: _Asked, figure: str) -> ColumnElement[int]:
    """How many of the rows at hand a figure counts."""
    return func.coalesce(func.sum(case((and_(*TASKS[figure](asked)), 1), else_=0)), 0).label(figure)


def _sums(asked: _Asked, figures: Iterable[str], base: str) -> dict[str, int]:
    query = _of_tasks(select(*(_sum(asked, figure) for figure in figures))).where(*asked.tasks(base))
    [row] = asked.run(query)
    return {name: int(value) for name, value in row._mapping.items()}


def _by(
    asked: _Asked, keys: Sequence[ColumnElement[Any]], tops: CTE | None = None
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Sums and times for each group of tasks that were done in the period or are open now."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    labelled = [key.label(f"key_{n}") for n, key in enumerate(keys)]
    for base, figures in (
        ("done", ("done", "with_term", "kept", "late", "returned", "redone")),
        ("open", ("open", "overdue", "due_today")),
    ):
        query = _of_tasks(
            select(*labelled, func.max(_D.version).label("version"), *(_sum(asked, name) for name in figures))
        )
        if tops is not None:
            query = query.outerjoin(tops, tops.c.unit_id == _T.unit_id)
        for row in asked.run(query.where(*asked.tasks(base)).group_by(*(f"key_{n}" for n in range(len(keys))))):
            group = tuple(row[: len(keys)])
            one = found.setdefault(group, dict(_NOTHING))
            one["version"] = max(one["version"], row.version)
            one |= {name: int(row._mapping[name]) for name in figures}
    for group, times in _times(asked, keys, tops).items():
        found[group]["times"], found[group]["people"] = times, times["people"]
    return found


# ---------------------------------------------------------------- times


def _seconds(asked: _Asked, at: ColumnElement[datetime]) -> ColumnElement[int]:
    """Whole seconds since 1970, the same on both databases."""
    if asked.db.dialect.name == "sqlite":
        return cast(func.strftime("%s", func.substr(cast(at, String), 1, 19)), BigInteger)
    return cast(func.floor(extract("epoch", at)), BigInteger)


_MEASURES = ("wait", "wait_office", "work", "work_office")
_NO_TIMES: dict[str, Any] = {
    "people": 0,
    "waited": 0,
    "handled": 0,
    **dict.fromkeys(_MEASURES),
}


def _times(
    asked: _Asked, keys: Sequence[ColumnElement[Any]], tops: CTE | None = None
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """For each group: how many waited and were handled, and of both times the mean, P50 and P90, in seconds.

    A percentile is the nearest rank: the smallest value that at least so many of all do not exceed. Each database finds
    it in its own way, and both find the same.
    """
    opened, closed = _seconds(asked, _T.opened_at), _seconds(asked, _T.completed_at)
    taken = _seconds(asked, _T.taken_at)
    values = {
        "wait": case((_T.taken_at.is_(None), closed - opened), else_=taken - opened),
        "wait_office": _T.wait_seconds,
        "work": case((_T.work_seconds.is_(None), None), else_=closed - taken),
        "work_office": _T.work_seconds,
    }
    inner = _of_tasks(
        select(
            *(key.label(f"key_{n}") for n, key in enumerate(keys)),
            _T.completed_by,
            *(value.label(name) for name, value in values.items()),
        )
    )
    if tops is not None:
        inner = inner.outerjoin(tops, tops.c.unit_id == _T.unit_id)
    rows = inner.where(*asked.tasks("waited")).subquery()
    query = _ranked(rows, len(keys)) if asked.db.dialect.name == "sqlite" else _aggregated(rows, len(keys))
    if keys:
        query = query.group_by(*(f"key_{n}" for n in range(len(keys))))
    found = {}
    for row in asked.run(query):
        if row.waited:
            found[tuple(row[: len(keys)])] = {
                "people": row.people,
                "waited": row.waited,
                "handled": row.handled,
                **{name: _spread(row._mapping, name) for name in _MEASURES},
            }
    return found


def _aggregated(rows: Any, keys: int) -> _Query:
    """PostgreSQL: ``percentile_disc`` is the nearest rank, and sorts nothing but the values."""
    c = rows.c
    both: Any = literal_column("ARRAY[0.5, 0.9]")
    return select(
        *(c[f"key_{n}"] for n in range(keys)),
        func.count(c.wait).label("waited"),
        func.count(c.work).label("handled"),
        func.count(c.completed_by.distinct()).label("people"),
        *(func.sum(c[name]).label(f"{name}_sum") for name in _MEASURES),
        *(func.percentile_disc(both).within_group(c[name]).label(f"{name}_ranks") for name in _MEASURES),
    )


def _ranked(rows: Any, keys: int) -> _Query:
    """SQLite: each value knows its rank among those of its group."""
    groups = [rows.c[f"key_{n}"] for n in range(keys)] or None
    ranked = select(
        *rows.c,
        *(
            func.row_number()
            .over(partition_by=groups, order_by=(rows.c[name].is_(None), rows.c[name]))
            .label(f"{name}_rank")
            for name in _MEASURES
        ),
        func.count(rows.c.wait).over(partition_by=groups).label("waited"),
        func.count(rows.c.work).over(partition_by=groups).label("handled"),
    ).subquery()
    c = ranked.c
    out: list[Any] = [
        *(c[f"key_{n}"] for n in range(keys)),
        func.max(c.waited).label("waited"),
        func.max(c.handled).label("handled"),
        func.count(c.completed_by.distinct()).label("people"),
    ]
    for name in _MEASURES:
        of = c.waited if name.startswith("wait") else c.handled
        out.append(func.sum(c[name]).label(f"{name}_sum"))
        for percent, rank in ((50, (of + 1) // 2), (90, (of * 9 + 9) // 10)):
            reached = and_(c[name].is_not(None), c[f"{name}_rank"] == rank)
            out.append(func.min(case((reached, c[name]))).label(f"{name}_{percent}"))
    return select(*out)


def _spread(row: Mapping[Any, Any], name: str) -> dict[str, int] | None:
    many = row["waited"] if name.startswith("wait") else row["handled"]
    if not many:
        return None
    p50, p90 = row[f"{name}_ranks"] if f"{name}_ranks" in row else (row[f"{name}_50"], row[f"{name}_90"])
    mean = (2 * int(row[f"{name}_sum"]) + many) // (2 * many)  # to the nearest second
    return {"mean": mean, "p50": int(p50), "p90": int(p90)}


# ---------------------------------------------------------------- over time


def buckets(since: date, until: date, by: By) -> list[tuple[date, date]]:
    """The weeks (from Monday) or months of a period, both ends inclusive, the first and last cut off by it."""
    found, start = [], since
    while start <= until:
        if by == "week":
            end = start + timedelta(days=6 - start.weekday())
        else:
            end = (start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        found.append((start, min(end, until)))
        start = end + timedelta(days=1)
        if len(found) > MOST_BUCKETS:
            said = Text("期间太长：最多 {n} 周或月，请缩短期间或按月查看。", "At most {n} weeks or months at once.")
            raise Unfit(errors=[FieldError("from", "err_period", said.format(n=MOST_BUCKETS))])
    return found


def _flow(asked: _Asked, by: By) -> list[dict[str, Any]]:
    spans = buckets(asked.question.from_on, asked.question.to_on, by)
    rows = [{"from": first, "to": last, "started": 0, "finished": 0, "broken_off": 0} for first, last in spans]
    for figure, at in (("started", _C.started_at), ("finished", _C.ended_at), ("broken_off", _C.ended_at)):
        ends = [asked.moment.midnight(last + timedelta(days=1)) for _, last in spans]
        which = case(*((at < end, literal_column(str(n))) for n, end in enumerate(ends)))
        query = select(which.label("nth"), func.count().label("count")).select_from(tables.cases)
        for row in asked.run(query.where(*asked.cases(figure)).group_by("nth")):
            rows[row.nth][figure] = row.count
    return rows


def _ages(asked: _Asked) -> list[dict[str, Any]]:
    now = asked.moment.now
    which = case(
        *(
            (_C.started_at > now - timedelta(days=high), literal_column(str(n)))
            for n, (_, high) in enumerate(AGES)
            if high is not None
        ),
        else_=literal_column(str(len(AGES) - 1)),
    )
    query = select(which.label("nth"), func.count().label("count")).select_from(tables.cases)
    found = {row.nth: row.count for row in asked.run(query.where(*asked.cases("open")).group_by("nth"))}
    return [
        {"age": n, "from_days": low, "to_days": high, "count": found.get(n, 0)} for n, (low, high) in enumerate(AGES)
    ]


def _above(asked: _Asked) -> list[dict[str, Any]]:
    """The units above the one asked for that may be looked at too, the highest first."""
    if asked.question.unit is None:
        return []
    db, on = asked.db, asked.moment.today
    names = Names(db, on)
    line = [u.id for u in actors.ancestors(db, asked.unit(asked.question.unit), on)]
    if asked.roots is not None:
        allowed = frozenset().union(*(asked.below(root) for root in asked.roots))
        line = [unit for unit in line if unit in allowed]
    return [names.unit(unit) for unit in reversed(line)]


def _definitions(asked: _Asked) -> list[dict[str, Any]]:
    """The procedures that may be asked for, with their versions, the newest first."""
    rows = asked.run(select(_D.key, _D.version, _D.name).order_by(_D.key, _D.version.desc()))
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        said = json.loads(row.name)
        one = found.setdefault(row.key, {"key": row.key, "name": Text(said["zh"], said["en"]), "versions": []})
        one["versions"].append(row.version)
    return list(found.values())


# ---------------------------------------------------------------- lists


def list_cases(
    db: Connection, actor: Actor, moment: Moment, figure: str, question: Question, cursor: Any = None, limit: int = 50
) -> tuple[list[dict[str, Any]], Any, int]:
    """The cases that a figure counts, newest first, with a cursor and how many there are in all.

    The title is told only of cases that the actor may see.
    """
    asked = _Asked(db, actor, moment, question)
    wanted = asked.cases(figure)
    columns = ("id", "number", "title", "definition_id", "unit_id", "status", "outcome", "started_at", "ended_at")
    query = select(*(_C[name] for name in columns)).where(*wanted)
    [row] = asked.run(select(func.count().label("total")).select_from(tables.cases).where(*wanted))
    rows, following = _page(asked, query, (_C.started_at, _C.id), cursor, limit)
    names = Names(db, moment.today)
    names.expect([], [r.unit_id for r in rows], [])
    seen = _seen(asked, [r.id for r in rows])
    items = []
    for r in rows:
        definition = definitions.load(db, r.definition_id)
        items.append(
            {
                "id": r.id,
                "number": r.number,
                "title": r.title if r.id in seen else None,
                "definition": definition.key,
                "definition_name": definition.name,
                "version": definition.version,
                "unit": names.unit(r.unit_id),
                "status": r.status,
                "outcome_label": definition.text(f"outcome.{r.outcome}", r.outcome) if r.outcome else None,
                "started_at": r.started_at,
                "ended_at": r.ended_at,
            }
        )
    return items, following, row.total


def list_tasks(
    db: Connection, actor: Actor, moment: Moment, figure: str, question: Question, cursor: Any = None, limit: int = 50
) -> tuple[list[dict[str, Any]], Any, int]:
    """The tasks that a figure counts, newest first, with a cursor and how many there are in all."""
    asked = _Asked(db, actor, moment, question)
    wanted = asked.tasks(figure)
    columns = ("id", "element", "unit_id", "status", "opened_at", "taken_at", "completed_at", "due_on", "due_at")
    query = _of_tasks(
        select(
            *(_T[name] for name in (*columns, "is_late", "wait_seconds", "work_seconds")),
            *(_C[name].label(f"case_{name}") for name in ("id", "number", "title", "definition_id", "unit_id")),
            _is_overdue(asked).label("overdue"),
        )
    ).where(*wanted)
    [row] = asked.run(_of_tasks(select(func.count().label("total"))).where(*wanted))
    rows, following = _page(asked, query, (_T.opened_at, _T.id), cursor, limit)
    names = Names(db, moment.today)
    names.expect([], [u for r in rows for u in (r.unit_id, r.case_unit_id)], [])
    seen = _seen(asked, [r.case_id for r in rows])
    items = []
    for r in rows:
        definition = definitions.load(db, r.case_definition_id)
        known = definition.blueprint.elements.get(r.element)
        items.append(
            {
                "id": r.id,
                "case": {
                    "id": r.case_id,
                    "number": r.case_number,
                    "title": r.case_title if r.case_id in seen else None,
                    "unit": names.unit(r.case_unit_id),
                },
                "definition": definition.key,
                "definition_name": definition.name,
                "version": definition.version,
                "element": r.element,
                "name": definition.element_name(r.element),
                "step": known.words.attribute("step") if known is not None else None,
                "unit": names.unit(r.unit_id),
                "status": r.status,
                "opened_at": r.opened_at,
                "taken_at": r.taken_at,
                "completed_at": r.completed_at,
                "due_on": r.due_on,
                "is_late": bool(r.overdue) if r.completed_at is None else bool(r.is_late),
                "wait_seconds": r.wait_seconds,
                "work_seconds": r.work_seconds,
            }
        )
    return items, following, row.total


def _page(asked: _Asked, query: _Query, order: tuple[Any, Any], cursor: Any, limit: int) -> tuple[Sequence[Any], Any]:
    at, id_ = order
    if cursor:
        place = tuple_(literal(datetime.fromisoformat(cursor[0]), at.type), literal(cursor[1], id_.type))
        query = query.where(tuple_(at, id_) < place)
    rows = asked.run(query.order_by(at.desc(), id_.desc()).limit(limit + 1))
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], [last._mapping[at.name].isoformat(), last.id]


def _seen(asked: _Asked, ids: Iterable[str]) -> frozenset[str]:
    """Those of some cases that the actor may see."""
    wanted = sorted(set(ids))
    if asked.actor.may("cases.read_all"):
        return frozenset(wanted)
    viewers = tables.case_viewers.c
    query = select(viewers.case_id).where(viewers.case_id.in_(wanted), viewers.holder.in_(asked.actor.holders))
    return frozenset(row.case_id for row in asked.run(query))


# ---------------------------------------------------------------- the drawing


def drawing(db: Connection, actor: Actor, moment: Moment, key: str, version: int | None) -> dict[str, Any]:
    """The diagram on which the figures of a procedure's steps are shown: of its newest version, or the one asked for.

    Raises ``NotYours``, ``NotFound``.
    """
    roots(actor)
    definition = definitions.read(db, key, version)
    return {
        "definition": definition.key,
        "version": definition.version,
        "xml": definition.files["process.bpmn"],
        "texts": diagram_texts(definition),
    }
