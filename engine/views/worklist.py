"""The worklist: boxes of tasks with filters, counts and cursors that stay good while tasks come and go.

What is to do is read from ``task_candidates`` (``engine/cases/listing.py``): one range of an index for each holder the
asker is, each cut off after a page, and merged. So a page costs what it shows, however many tasks are open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from engine import actors, cases, definitions, demands, gates, returning, tables
from engine.actors import PURPOSES, Actor, Deputed, delegations
from engine.cases import NEVER
from engine.definitions import Definition
from engine.errors import FieldError, Text, Unfit
from engine.machine import Element
from engine.store import Moment, Statement, among, each_of, like, many
from engine.tasks import CLAIM_HOLDS, claim_holds
from engine.views import grounds
from engine.views.dues import due
from engine.views.entries import VERDICTS
from engine.views.naming import CASE_COLUMNS, NUMBER, Names, summary

BOXES = ("todo", "done", "started", "copied", "delegated", "drafts")
SORTS = ("due", "opened", "completed")
CLAIMS = ("mine", "free")
MOST_COUNTED = 99
"""Counts of boxes stop here: nobody reads a longer one, and everybody waits for it."""

_C, _T = tables.cases.c, tables.tasks.c
_LISTED = tables.task_candidates.alias("listed")
_K = _LISTED.c
_X = tables.task_exclusions.c


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a box is wanted; ``None`` leaves it open. Days are business dates, both ends inclusive."""

    definition: str | None = None
    case: str | None = None
    step: str | None = None
    """The step's number in its definition."""
    stage: str | None = None
    starter: str | None = None
    """The id of the person who started the case."""
    unit: str | None = None
    """Id or code."""
    below: bool = False
    """With everything below the unit."""
    arrived_from: date | None = None
    arrived_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    due_before: date | None = None
    overdue: bool | None = None
    claimed: str | None = None
    """``mine``, or ``free``: nobody has claimed it."""
    mark: str | None = None
    q: str | None = None
    """Somewhere in the title, the number, a summary line or an opinion that the asker may read."""


def of_case(row: Any) -> dict[str, Any]:
    """The columns of the case, from a row that joins a task with it."""
    return {name: row[label] for label, name in _OF_THE_CASE if label in row}


_OF_THE_CASE = tuple((f"case__{c.name}", c.name) for c in tables.cases.c)


# ---------------------------------------------------------------- pages and counts


def box(
    db: Connection,
    actor: Actor,
    moment: Moment,
    box: str = "todo",
    cursor: Any = None,
    limit: int = 50,
    *,
    sort: str | None = None,
    **filters: Any,
) -> tuple[list[dict[str, Any]], Any]:
    """One box of the worklist, with a cursor for the next part; ``filters`` are the fields of ``Filter``.

    By due date unless said otherwise: overdue first, then the soonest, of one day the oldest; ``done`` newest first.
    """
    order = _order(box, sort)
    wanted, values = _known(db, actor, moment, Filter(**filters))
    if cursor:
        values |= {"place_key": order.read_key(cursor[0]), "place_id": cursor[1]}
    page = _page(_asking(db, actor, moment, box, order, wanted), bool(cursor), limit + 1)
    if page is None:
        return [], None
    _by_the_index(db)
    rows = page.all(db, values)
    items = _items(db, actor, moment, box, rows[:limit])
    if len(rows) <= limit:
        return items, None
    last = rows[limit - 1]
    return items, [last["page_key"].isoformat(), last["id"]]


def plan(
    db: Connection, actor: Actor, moment: Moment, box: str = "todo", *, sort: str | None = None, **filters: Any
) -> list[str]:
    """How the database reads the first page of a box, for whoever measures."""
    wanted, values = _known(db, actor, moment, Filter(**filters))
    page = _page(_asking(db, actor, moment, box, _order(box, sort), wanted), False, 51)
    _by_the_index(db)
    return page.explain(db, values) if page is not None else []


def total(db: Connection, actor: Actor, moment: Moment, box: str = "todo", **filters: Any) -> int:
    """How many tasks a box has in all; costs as much as reading it."""
    wanted, values = _known(db, actor, moment, Filter(**filters))
    found = _total(_asking(db, actor, moment, box, _order(box, None), wanted))
    row = found.first(db, values) if found is not None else None
    return int(row["total"]) if row is not None else 0


def plan_of_counts(db: Connection, actor: Actor, moment: Moment) -> list[str]:
    """How the database counts all boxes."""
    counting, values = _counting(db, actor, moment)
    return counting.explain(db, values)


def _counting(db: Connection, actor: Actor, moment: Moment) -> tuple[Statement, dict[str, Any]]:
    _, values = _known(db, actor, moment, Filter())
    boxes = tuple(_asking(db, actor, moment, name, _order(name, None), frozenset()) for name in BOXES)
    _by_the_index(db)
    return _counted(boxes), values


def counts(db: Connection, actor: Actor, moment: Moment) -> dict[str, dict[str, Any]]:
    """How many tasks each box has: ``{"count", "is_more"}``, where more than ``MOST_COUNTED`` are not counted."""
    counting, values = _counting(db, actor, moment)
    row = counting.first(db, values) or {}
    found: dict[str, dict[str, Any]] = {
        name: {"count": min(row.get(name, 0), MOST_COUNTED), "is_more": row.get(name, 0) > MOST_COUNTED, "unread": 0}
        for name in BOXES
    }
    if found["copied"]["count"]:
        copy = tables.copies.c
        unread = select(copy.id).where(copy.person_id == actor.person_id, copy.read_at.is_(None)).limit(MOST_COUNTED)
        found["copied"]["unread"] = len(db.execute(unread).all())
    return found


_IN_ORDER = Statement(
    text(
        "SELECT set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)"
    )
)


def _by_the_index(db: Connection) -> None:
    """Until the end of this transaction PostgreSQL reads in the order of an index and stops after a page.

    It takes every holder for an average one. Reading and sorting all that one asks looks cheaper to it then, and is a
    hundred times dearer for the few whom a hundred thousand tasks wait for. There is but one good way to read a page,
    whoever asks; looking for it takes longer than the reading, so that it is looked for once a connection.
    """
    if db.dialect.name == "postgresql":
        _IN_ORDER.run(db, {})


@dataclass(frozen=True, slots=True)
class _Order:
    """By what a box is sorted; the id decides where the keys are equal."""

    name: str
    is_falling: bool
    type: Any
    read_key: Callable[[str], Any]

    def by(self, key: ColumnElement[Any], id_: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
        return (key.desc(), id_.desc()) if self.is_falling else (key, id_)

    def after(self, key: ColumnElement[Any], id_: ColumnElement[str]) -> ColumnElement[bool]:
        here = tuple_(key, id_)
        there = tuple_(bindparam("place_key", type_=self.type), bindparam("place_id", type_=_T.id.type))
        return here < there if self.is_falling else here > there


_DUE = _Order("due", False, _K.due_key.type, date.fromisoformat)
_OPENED = _Order("opened", True, _T.opened_at.type, datetime.fromisoformat)
_COMPLETED = _Order("completed", True, _T.opened_at.type, datetime.fromisoformat)


def _order(box: str, sort: str | None) -> _Order:
    if box == "done":
        return _OPENED if sort == "opened" else _COMPLETED
    if box == "copied":
        return _OPENED
    return _OPENED if sort in ("opened", "completed") else _DUE


def _known(db: Connection, actor: Actor, moment: Moment, wanted: Filter) -> tuple[frozenset[str], dict[str, Any]]:
    """Which filters are set, and the values of the statement; raises where there is no such unit or step."""
    said = {f.name: getattr(wanted, f.name) for f in fields(wanted)}
    given = {name: None if value == "" else value for name, value in said.items()}
    values: dict[str, Any] = {"on": moment.today, "me": actor.person_id, "never": NEVER}
    values |= _holders(db, actor)
    values |= {name: value for name, value in given.items() if value is not None}
    names = {name for name, value in given.items() if value is not None and value is not False}
    if wanted.step or wanted.stage:
        if not wanted.definition:
            raise Unfit(errors=[FieldError("definition", "required", _WHICH_PROCEDURE)])
        names = names - {"step", "stage"} | {"elements"}
        values["elements"] = many(db.dialect.name, _elements(db, wanted))
    if wanted.unit:
        unit = actors.unit_by(db, wanted.unit, moment.today)
        values["unit"] = values["id"] = unit.id
        names = names - ({"unit"} if wanted.below else {"below"})
        if wanted.below and actors.is_whole_office(db, unit, moment.today):
            names = names - {"below"}
    if wanted.arrived_from:
        values["arrived_from"] = moment.midnight(wanted.arrived_from)
    if wanted.arrived_to:
        values["arrived_to"] = moment.midnight(min(wanted.arrived_to, NEVER - timedelta(days=1)) + timedelta(days=1))
    if wanted.mark:
        values["mark"] = like(json.dumps(wanted.mark))
    if wanted.q:
        values["q"] = like(wanted.q)
        number = (
            _NUMBERED.first(db, {"number": wanted.q.strip().upper()}) if NUMBER.fullmatch(wanted.q.strip()) else None
        )
        if number is not None and wanted.case in (None, number["id"]):
            # A whole number is found without reading every task that waits.
            names = names - {"q"} | {"case"}
            values["case"] = number["id"]
    for name in ("overdue", "claimed"):
        if given[name] is not None:
            names = names - {name} | {f"{name} {given[name]}".lower()}
    return frozenset(names if wanted.unit else names - {"below"}), values


_WHICH_PROCEDURE = Text("按步骤筛选时请先选择流程。", "Choose a procedure before you filter by its steps.")
_NUMBERED = Statement(select(_C.id).where(_C.number == bindparam("number", type_=_C.number.type)))


def _holders(db: Connection, actor: Actor) -> dict[str, Any]:
    named = {f"own_{n}": holder for n, holder in enumerate(actor.holders)}
    return {"holders": many(db.dialect.name, actor.holders), **(named if db.dialect.name == "sqlite" else {})}


# ---------------------------------------------------------------- what is in a box


@dataclass(frozen=True, slots=True)
class _Given:
    """What the asker is asked and others may do instead, while the asker is absent."""

    definitions: tuple[str, ...] | None
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Everything that the text of a statement hangs on; its values are bound."""

    dialect: str
    box: str
    order: _Order
    wanted: frozenset[str]
    """Names of the filters that are set."""
    holders: int
    """How many the asker is; 0 where one statement does for any number."""
    deputed: tuple[Deputed, ...] = ()
    given_away: tuple[_Given, ...] = ()


def _asking(
    db: Connection, actor: Actor, moment: Moment, box: str, order: _Order, wanted: frozenset[str]
) -> _Asking | None:
    """``None`` for whoever is nobody: a program of the office has no worklist."""
    if actor.person_id is None:
        return None
    holders = 0 if db.dialect.name == "postgresql" else len(actor.holders)
    deputed = actor.deputed if box in ("todo", "delegated") else ()
    given: tuple[_Given, ...] = ()
    if box == "delegated":
        rows = delegations.delegations(db, actor, moment, "from", limit=200)[0]
        given = tuple(_Given(row.definitions, row.actions or PURPOSES) for row in rows if row.from_on <= moment.today)
    return _Asking(db.dialect.name, box, order, wanted, holders, deputed, given)


_WITH_CASE = [c.label(f"case__{c.name}") for c in CASE_COLUMNS]
_SHOWN = tuple((f"case__{n}", n) for n in ("id", "number", "title", "status", "summary", "started_by", "definition_id"))
"""What a line says of its case: label in a row, and name."""
_WITH_SHOWN = [_C[name].label(label) for label, name in _SHOWN]
_LINE = [
    _T[name]
    for name in (
        *("id", "case_id", "element", "status", "unit_id", "part", "delegable", "opened_at", "is_late", "claimed_by"),
        *("due_on", "due_at", "due_why", "paused_at", "completed_at", "void_at", "undo_until"),
        *("decision", "marks", "why", "grounds", "definition_id", "done_as", "rev"),
    )
]
"""What a line says of its task; what was written there may be long, and is not read."""


@lru_cache(maxsize=512)
def _page(asking: _Asking | None, is_further: bool, limit: int) -> Statement | None:
    """The statement of a page; ``is_further``: after a place."""
    found = _Maker(asking, is_further, limit).merged() if asking is not None else None
    if asking is None or found is None:
        return None
    page = found.subquery("page")
    # Whether something can be taken back hangs on more of it.
    shown = [*_T, *_WITH_CASE] if asking.box == "done" else [*_LINE, *_WITH_SHOWN]
    return Statement(
        select(*shown, page.c.key.label("page_key"), page.c.whose)
        .join_from(page, tables.tasks, _T.id == page.c.task_id)
        .join(tables.cases, _C.id == _T.case_id)
        .order_by(*asking.order.by(page.c.key, page.c.task_id))
    )


@lru_cache(maxsize=128)
def _total(asking: _Asking | None) -> Statement | None:
    found = _Maker(asking, False, None).merged() if asking is not None else None
    return Statement(select(func.count().label("total")).select_from(found.subquery())) if found is not None else None


@lru_cache(maxsize=128)
def _counted(boxes: tuple[_Asking | None, ...]) -> Statement:
    found = {}
    for one in boxes:
        query = _Maker(one, False, MOST_COUNTED + 1).merged() if one is not None else None
        if one is not None and query is not None:
            found[one.box] = select(func.count()).select_from(query.subquery()).scalar_subquery().label(one.box)
    return Statement(select(*found.values()) if found else select(literal(0).label("none")))


@dataclass
class _Maker:
    """Makes the branches of a box: each is sorted and cut off by itself, so that it reads no more than a page."""

    asking: _Asking
    is_further: bool
    limit: int | None

    def merged(self) -> Select[Any] | None:
        """The tasks of a box in their order: ``key``, ``task_id``, ``whose`` (for whom the asker stands in, or "")."""
        box, order = self.asking.box, self.asking.order
        branches: list[Select[Any]] = []
        if box == "todo":
            branches = [*self.asked(), *self.deputed()]
        elif box == "delegated":
            branches = [*self.deputed(), *self.given_away(), self.handed_out()]
        elif box == "done":
            branches = [self.done(column) for column in (_T.completed_by, _T.confirmed_by, _T.completed_for)]
        elif box == "started":
            branches = [self.begun(), self.about_me()]
        elif box == "copied":
            branches = [self.copied()]
        elif box == "drafts":
            branches = [self.drafts()]
        if not branches:
            return None
        columns = union_all(*(select(b.subquery()) for b in branches)).subquery("merged").c
        # One task may be asked of several holders that the asker is.
        query = (
            select(columns.key, columns.task_id, func.min(columns.whose).label("whose"))
            .group_by(columns.key, columns.task_id)
            .order_by(*order.by(columns.key, columns.task_id))
        )
        return query.limit(self._most) if self.limit is not None else query

    @property
    def _most(self) -> ColumnElement[int]:
        # In the text, as a plan for any number of rows would be one for many.
        return literal_column(str(self.limit), Integer)

    # ------------------------------------------------ of what is listed

    def asked(self, *also: ColumnElement[bool], is_delegable: bool = False) -> list[Select[Any]]:
        """What is asked of the asker themselves."""
        if self.asking.dialect == "postgresql":
            who = each_of("holders", "who")
            asked = self._listed(_K.holder == who.c.who, *also, is_delegable=is_delegable).lateral("asked")
            return [select(asked).select_from(who.join(asked, true()))]
        holders = [bindparam(f"own_{n}", type_=_K.holder.type) for n in range(self.asking.holders)]
        return [self._listed(_K.holder == holder, *also, is_delegable=is_delegable) for holder in holders]

    def deputed(self) -> list[Select[Any]]:
        """What the asker may do for somebody absent."""
        found = []
        for one in self.asking.deputed:
            also = [_K.purpose.in_(one.purposes)]
            if one.definitions is not None:
                also.append(_K.definition_key.in_(one.definitions))
            found.append(self._listed(_K.holder == one.holder, *also, whose=one.person_id, is_delegable=True))
        return found

    def given_away(self) -> list[Select[Any]]:
        """What is asked of the asker, and others may do instead while the asker is absent; no membership is."""
        found = []
        for one in self.asking.given_away:
            also = [_K.purpose.in_(one.purposes), not_(_K.holder.startswith("member:"))]
            if one.definitions is not None:
                also.append(_K.definition_key.in_(one.definitions))
            found += self.asked(*also, is_delegable=True)
        return found

    def _listed(self, *also: ColumnElement[bool], whose: str = "", is_delegable: bool = False) -> Select[Any]:
        key = _K.due_key if self.asking.order is _DUE else _K.opened_at
        whom = literal(whose) if whose else _ME
        claimed = (_K.claimed_by.is_(None), _K.claimed_by == whom, not_(claim_holds(_K.task_id, _K.claimed_by)))
        query = select(key.label("key"), _K.task_id, literal(whose).label("whose")).where(
            *also,
            _K.is_listed == true(),
            self._not_kept_away(whose),
            or_(and_(_K.purpose == "act", or_(*claimed)), and_(_K.purpose == "confirm", _K.claimed_by != whom)),
            *self._filters(_K.definition_key == _value("definition", _K.definition_key), _K, _K.due_key),
        )
        more = self._of_the_case(is_full=True)
        if is_delegable:
            more.append(_T.delegable == true())
        if more:
            query = query.join(tables.tasks, _T.id == _K.task_id).join(tables.cases, _C.id == _T.case_id).where(*more)
        return self._cut(query, key, _K.task_id)

    def _not_kept_away(self, whose: str) -> ColumnElement[bool]:
        """No duty keeps the asker from it, nor whom they stand in for."""
        kept = exists().where(_X.task_id == _K.task_id, or_(_X.person_id == _ME, _X.person_id == literal(whose)))
        return not_(and_(_K.has_exclusions, kept.correlate_except(tables.task_exclusions)))

    # ------------------------------------------------ of tasks

    def done(self, column: Any) -> Select[Any]:
        key = _T.opened_at if self.asking.order is _OPENED else _T.completed_at
        return self._joined(key, column == _ME, _T.status.in_(("completed", "returned", *cases.parts.CLOSED)))

    def begun(self) -> Select[Any]:
        """Of what the asker has started; not of the cases that another one calls, which its own page shows."""
        uncalled = (_C.parent_id.is_(None), _UNDER_WAY)
        is_open = _T.status.in_(cases.OPEN_STATUSES)
        return self._joined(self._key(), _C.started_by == _ME, *uncalled, is_open, is_full=False)

    def about_me(self) -> Select[Any]:
        return self._joined(self._key(), _C.subject_id == _ME, _T.status.in_(cases.OPEN_STATUSES), is_full=False)

    def copied(self) -> Select[Any]:
        """By when they were copied; a copy of a whole case shows the task that was opened last."""
        copy, other = tables.copies.c, tables.tasks.alias("newest")
        newest = select(other.c.id).where(other.c.case_id == copy.case_id)
        newest = newest.order_by(other.c.opened_at.desc(), other.c.id.desc()).limit(1)
        shown = func.coalesce(copy.task_id, newest.scalar_subquery())
        return self._joined(copy.at, copy.person_id == _ME, is_full=False, joined=(tables.copies, _T.id == shown))

    def drafts(self) -> Select[Any]:
        drafted = select(tables.drafts.c.task_id).where(tables.drafts.c.person_id == _ME)
        asked = exists().where(_K.task_id == _T.id, among(self.asking.dialect, _K.holder, "holders"))
        return self._joined(self._key(), _T.id.in_(drafted), asked, _T.status.in_(cases.OPEN_STATUSES))

    def handed_out(self) -> Select[Any]:
        """What the asker has in hand and waits for others: entrusted to them, or to be signed by them."""
        part = tables.tasks.alias("part")
        still = part.c.status.in_(("open", "waiting"))
        of_main = and_(part.c.of_task == _T.id, part.c.asked_by == _ME, still)
        return self._joined(self._key(), _T.status == "waiting", joined=(part, of_main))

    def _key(self) -> ColumnElement[Any]:
        return _T.opened_at if self.asking.order is _OPENED else func.coalesce(_T.due_on, _NEVER)

    def _joined(
        self, key: ColumnElement[Any], *also: ColumnElement[bool], is_full: bool = True, joined: Any = None
    ) -> Select[Any]:
        of_key = select(tables.definitions.c.id).where(
            tables.definitions.c.key == _value("definition", tables.definitions.c.key)
        )
        query = (
            select(key.label("key"), _T.id.label("task_id"), literal("").label("whose"))
            .join_from(tables.tasks, tables.cases, _C.id == _T.case_id)
            .where(
                *also, *self._filters(_C.definition_id.in_(of_key), _T, _T.due_on), *self._of_the_case(is_full=is_full)
            )
        )
        if joined is not None:
            query = query.join(*joined)
        return self._cut(query, key, _T.id)

    # ------------------------------------------------ filters

    def _filters(self, of_definition: ColumnElement[bool], c: Any, due: Any) -> list[ColumnElement[bool]]:
        """What can be asked of a listed row, or of the task itself."""
        ways: dict[str, Callable[[], ColumnElement[bool]]] = {
            "definition": lambda: of_definition,
            "unit": lambda: c.unit_id == _value("unit", c.unit_id),
            # Not as a join, which would read everything before it sorts it.
            "below": lambda: c.unit_id.in_(actors.SUBTREE).is_(True),
            "arrived_from": lambda: c.opened_at >= _value("arrived_from", c.opened_at),
            "arrived_to": lambda: c.opened_at < _value("arrived_to", c.opened_at),
            "due_from": lambda: and_(due >= _value("due_from", due), due < _NEVER),
            "due_to": lambda: and_(due <= _value("due_to", due), due < _NEVER),
            "due_before": lambda: due < _value("due_before", due),
            "overdue true": lambda: due < _value("on", due),
            "overdue false": lambda: or_(due >= _value("on", due), due.is_(None)),
            "claimed mine": lambda: c.claimed_by == _ME,
            "claimed free": lambda: c.claimed_by.is_(None),
        }
        return [make() for name, make in ways.items() if name in self.asking.wanted]

    def _of_the_case(self, *, is_full: bool) -> list[ColumnElement[bool]]:
        """What has to be asked of the task and its case."""
        ways: dict[str, Callable[[], ColumnElement[bool]]] = {
            "case": lambda: _C.id == _value("case", _C.id),
            "starter": lambda: _C.started_by == _value("starter", _C.started_by),
            "elements": lambda: among(self.asking.dialect, _T.element, "elements"),
            "mark": lambda: _T.marks.like(_value("mark", _T.marks), escape="\\"),
            "q": lambda: _says(is_full=is_full),
        }
        return [make() for name, make in ways.items() if name in self.asking.wanted]

    def _cut(self, query: Select[Any], key: ColumnElement[Any], id_: ColumnElement[str]) -> Select[Any]:
        order = self.asking.order
        if self.is_further:
            query = query.where(order.after(key, id_))
        return query if self.limit is None else query.order_by(*order.by(key, id_)).limit(self._most)


_ME = bindparam("me", type_=_T.claimed_by.type)
_NEVER = bindparam("never", type_=_T.due_on.type)
# In the words of ix_cases_begun: with bound values PostgreSQL could not know that the index holds them all.
_UNDER_WAY = literal_column("cases.status IN ('running', 'suspended', 'failed')", Boolean)


def _value(name: str, column: Any) -> Any:
    return bindparam(name, type_=column.type)


def _says(*, is_full: bool) -> ColumnElement[bool]:
    found, other = bindparam("q", type_=String()), tables.tasks.alias("other")
    said: ColumnElement[bool] = exists().where(other.c.case_id == _C.id, other.c.opinion.ilike(found, escape="\\"))
    if not is_full:
        # Whom a case is about may not find out by searching what others wrote about them.
        said = and_(said, _C.started_by == _ME, or_(_C.subject_id.is_(None), _C.subject_id != _ME))
    return or_(*(line.ilike(found, escape="\\") for line in (_C.title, _C.number, _C.summary)), said)


def _elements(db: Connection, wanted: Filter) -> list[str]:
    """The elements of a procedure, in all its versions, that bear the number of a step or lie in a stage."""
    ids = db.execute(select(tables.definitions.c.id).where(tables.definitions.c.key == wanted.definition)).scalars()
    found = set()
    for definition in (definitions.load(db, id_) for id_ in ids.all()):
        for element in definition.steps():
            stage = definition.stage_of(element)
            in_stage = wanted.stage is None or (stage is not None and stage.words.attribute("stage") == wanted.stage)
            if in_stage and (wanted.step is None or element.words.attribute("step") == wanted.step):
                found.add(element.id)
    return sorted(found)


# ---------------------------------------------------------------- items


def _items(
    db: Connection, actor: Actor, moment: Moment, box: str, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    names = Names(db, moment.today)
    names.meet(actor)
    people, units = grounds.named_in(rows)
    names.expect(
        people=[*people, *(p for r in rows for p in (r["claimed_by"], r["case__started_by"], r["whose"]))],
        units=[*units, *(r["unit_id"] for r in rows)],
        holders={h for r in rows for h in grounds.asked(r["why"])},
    )
    may = returning.can_withdraw(db, actor, moment) if box == "done" else None
    claimed = {r["id"] for r in rows if r["claimed_by"] not in (None, actor.person_id)}
    unread = _unread(db, actor, [r["case_id"] for r in rows]) if box == "copied" else set()
    # What others have claimed is to do only where their claim has ended.
    lapsed = claimed if box == "todo" else _lapsed(db, moment, sorted(claimed))
    found = []
    for row in rows:
        item = task_item(db, moment, row, {name: row[label] for label, name in _SHOWN}, names)
        item["acting_for"] = names.person(row["whose"] or None)
        definition = definitions.load(db, row["definition_id"] or row["case__definition_id"])
        item["why_me"] = grounds.why_me(row, definition, actor, names, row["whose"] or None)
        item["is_unread"] = row["case_id"] in unread
        if may is not None:
            item["can_withdraw"] = may(row)
        if row["id"] in lapsed:
            item["claimed_by"] = None
        found.append(item)
    return found


def _unread(db: Connection, actor: Actor, case_ids: Sequence[str]) -> set[str]:
    """Of some cases those of which the asker has a copy that they have not read."""
    copy = tables.copies.c
    query = select(copy.case_id).where(copy.person_id == actor.person_id, copy.read_at.is_(None))
    return set(db.execute(query.where(copy.case_id.in_(case_ids))).scalars())


def _lapsed(db: Connection, moment: Moment, ids: Sequence[str]) -> set[str]:
    """Of some claimed tasks those whose claim has ended with the post that gave it."""
    if not ids:
        return set()
    return set(db.execute(select(_T.id).where(_T.id.in_(ids), not_(CLAIM_HOLDS)), {"on": moment.today}).scalars())


def task_item(db: Connection, moment: Moment, row: Any, case_row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """One line of a worklist."""
    definition: Definition = definitions.load(db, row["definition_id"] or case_row["definition_id"])
    element = definition.element(row["done_as"] or row["element"])
    marks = json.loads(row["marks"]) if row["marks"] != "[]" else []
    if case_row["status"] == cases.SUSPENDED and row["status"] in cases.OPEN_STATUSES:
        marks = [cases.SUSPENDED, *marks]
    decision = row["decision"]
    step = names.once(("step", definition.id, element.id), lambda: _step(definition, element))
    return {
        "id": row["id"],
        "case": {"id": case_row["id"], "number": case_row["number"], "title": case_row["title"]},
        **step,
        "unit": names.unit(row["unit_id"]),
        "started_by": names.person(case_row["started_by"]),
        "status": row["status"],
        "part": row["part"],
        "purpose": "confirm" if row["status"] == "confirming" else "act",
        "opened_at": row["opened_at"],
        "age_days": max((moment.now - row["opened_at"]).days, 0),
        "due_on": row["due_on"],
        "due": names.once(
            ("due", row["unit_id"], row["status"] in cases.OPEN_STATUSES, *(row[name] for name in _OF_DUE)),
            lambda: due(row, moment, lambda: names.calendar(row["unit_id"])),
        ),
        "is_late": bool(row["is_late"]),
        "claimed_by": names.person(row["claimed_by"]) if row["status"] == "open" else None,
        "acting_for": None,
        "is_unread": False,
        "summary": summary(case_row, definition),
        "why": grounds.sentences(row, definition, names),
        "why_me": None,
        "marks": marks,
        "mark_labels": names.marks(definition, marks) if marks else {},
        "decision": decision,
        "decision_label": VERDICTS.get(decision)
        if row["part"] == "sign"
        else gates.outcome_label(definition, element.id, decision)
        if decision
        else None,
        "completed_at": row["completed_at"],
        "void_at": row["void_at"],
        "can_withdraw": False,
        "batch_refusal": step["batch_refusal"] if row["status"] == "open" else None,
        "undo_until": row["undo_until"],
        "rev": row["rev"],
    }


_OF_DUE = ("due_on", "due_at", "due_why", "paused_at")
"""What tasks that end alike have in common."""


def _step(definition: Definition, element: Element) -> dict[str, Any]:
    """What every line of one step says."""
    stage = definition.stage_of(element)
    return {
        "definition": definition.key,
        "definition_name": definition.name,
        "element": element.id,
        "name": definition.element_name(element.id),
        "step": element.words.attribute("step"),
        "stage": stage.words.attribute("stage") if stage else None,
        "batch_refusal": hindrance(definition, element),
    }


# ---------------------------------------------------------------- one of many

_NOT_MEANT = Text("此步骤未设为可批量办理", "its step is not meant to be done in a batch")
_SECOND = Text("须由第二人复核", "a second person has to confirm it")
_SIGNED = Text("须逐件签名", "it has to be signed one by one")
_SECRET = Text("无记名表决须逐件投票", "a secret ballot is cast one by one")
_DIRECTORY = Text("会变更组织目录，不能整体撤销", "it changes the directory, and could not be undone whole")
_ENCLOSED = Text("须逐件上传附件", "files have to be attached one by one")


def hindrance(definition: Definition, element: Element) -> Text | None:
    """Why the tasks of a step are not done in a batch; ``None`` where they may be."""
    words = element.words
    if words.attribute("batch") != "true":
        return _NOT_MEANT
    if element.is_secret:
        return _SECRET
    if words.all("sign") or words.one("signature") is not None:
        return _SIGNED
    if words.all("confirm"):
        return _SECOND
    if words.all("writesDirectory"):
        return _DIRECTORY
    return _ENCLOSED if demands.enclosures(element).least > 0 else None
