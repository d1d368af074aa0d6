"""What several views say: names of people, units and holders, summary lines, patterns to search by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, bindparam, select

from engine import actors, calendars, cases, definitions, gates, separation, tables, trail
from engine.actors import Actor
from engine.calendars import Book, Calendar
from engine.definitions import Definition
from engine.errors import Text

IMPORTED = "imported"
"""The mark of what was done on paper (engine/importing.py)."""
_FROM_PAPER = Text("纸面转入", "taken over from paper")
_SUSPENDED = Text("事项已暂停", "case suspended")
NUMBER = re.compile(r"[A-Za-z]+-\d{4}-\d+")
"""A whole number of a case: found without reading every one."""
CASE_COLUMNS = [c for c in tables.cases.c if c.name != "state"]


_Said = TypeVar("_Said")


class Names:
    """Names of people and units, asked once per page."""

    def __init__(self, db: Connection, on: date) -> None:
        self._db, self._on = db, on
        self._people: dict[str, Text] = {}
        self._units: dict[str, dict[str, Any]] = {}
        self._kinds: dict[str, str] = {}
        self._holders: dict[str, Text] = {}
        self._book: Book | None = None
        self._lines: dict[str, tuple[str, ...]] = {}
        self._said: dict[tuple[Any, ...], Any] = {}

    def once(self, about: tuple[Any, ...], say: Callable[[], _Said]) -> _Said:
        """What is said of several lines of a page is put into words once."""
        if about not in self._said:
            self._said[about] = say()
        found: _Said = self._said[about]
        return found

    def calendar(self, unit: str) -> Calendar:
        """The calendar of a unit: its own days, those of the units above it, the office's."""
        if self._book is None:
            self._book = calendars.book(self._db)
        if not self._book.has_units:
            return self._book.calendar()
        if unit not in self._lines:
            self._lines[unit] = (unit, *(u.id for u in actors.ancestors(self._db, unit, self._on)))
        return self._book.calendar(self._lines[unit])

    def meet(self, actor: Actor) -> None:
        """The names that come with whoever asks need no question."""
        if actor.person_id:
            self._people[actor.person_id] = actor.text
        for post in actor.posts:
            self._units[post.unit_id] = {"id": post.unit_id, "code": post.unit_code, "name": post.unit_name}
            self._kinds[post.unit_id] = post.unit_kind

    def learn(self, people: Iterable[str | None]) -> None:
        missing = {p for p in people if p and p not in self._people}
        if missing:
            self._people.update(actors.names(self._db, missing))

    def expect(self, people: Iterable[str | None], units: Iterable[str], holders: Iterable[str]) -> None:
        """Ask at once for everything that a page is about to name."""
        wanted, places = set(people), set(units)
        for text in holders:
            kind, _, rest = text.partition(":")
            if kind == "person":
                wanted.add(rest)
            else:
                places.add(rest.partition("@")[2])
        strangers = {p for p in wanted if p and p not in self._people}
        unknown = places - set(self._units)
        if not strangers and not unknown:
            return
        for known in actors.named(self._db, strangers, unknown, self._on):
            if known.kind:
                self._keep(known.id, known)
            else:
                self._people[known.id] = known.text

    def person(self, id_: str | None) -> dict[str, Any] | None:
        if not id_:
            return None
        self.learn([id_])
        return {"id": id_, "name": self._people.get(id_, Text("（已删除）", "(removed)"))}

    def unit(self, id_: str) -> dict[str, Any]:
        if id_ not in self._units:
            known = actors.unit(self._db, id_, self._on) or actors.unit_by(self._db, id_)
            self._keep(id_, known)
        return self._units[id_]

    def _keep(self, id_: str, known: actors.Unit | actors.Named) -> None:
        self._units[id_] = {"id": id_, "code": known.code, "name": known.text}
        self._kinds[id_] = known.kind

    def marks(self, definition: Definition, marks: Sequence[str]) -> dict[str, Text]:
        """What marks mean: the procedure's own words, else those of the rule of separation that was warned of."""
        found = gates.mark_labels(definition, marks)
        found |= {IMPORTED: _FROM_PAPER} if IMPORTED in marks else {}
        found |= {cases.SUSPENDED: _SUSPENDED} if cases.SUSPENDED in marks else {}
        left = [m for m in marks if m not in found and m not in ("late", "late_entry")]
        office = separation.in_force(self._db) if left else separation.NONE
        for mark in left:
            rule = definition.duties.rule(mark) or office.rule(mark)
            if rule is not None:
                found[mark] = rule.text
        return found

    def role(self, role: str, unit_id: str) -> Text:
        """What a role is called at a unit."""
        self.unit(unit_id)
        return actors.role_name(role, self._kinds[unit_id])

    def _post(self, role: str, unit_id: str) -> Text:
        unit = self.unit(unit_id)
        called = actors.role_name(role, self._kinds[unit_id])
        return Text(f"{unit['name'].zh} · {called.zh}", f"{unit['name'].en} · {called.en}")

    def holder(self, text: str) -> Text:
        if text not in self._holders:
            kind, _, rest = text.partition(":")
            role, _, unit_id = rest.partition("@")
            person = self.person(rest) if kind == "person" else None
            self._holders[text] = person["name"] if person else self._post(role, unit_id)
        return self._holders[text]


_VERSIONS = (trail.Kind.CASE_MIGRATED.value, trail.Kind.CASE_MIGRATION_UNDONE.value)


class Versions:
    """Which version of its definition a case was on when an entry of its chain was written."""

    def __init__(self, db: Connection, case_id: str, present: Definition) -> None:
        self._db, self._present = db, present
        entries = tables.entries.c
        changes = select(entries.seq, entries.text).where(entries.chain == case_id, entries.kind.in_(_VERSIONS))
        self._before = [
            (row.seq, json.loads(row.text)["from_version"]) for row in db.execute(changes.order_by(entries.seq))
        ]

    def at(self, seq: int) -> Definition:
        """The version in whose words the entry at a position speaks."""
        version = next((version for change, version in self._before if change > seq), None)
        return self._present if version is None else definitions.read(self._db, self._present.key, version)


def summary(row: Any, definition: Definition, db: Connection | None = None) -> list[dict[str, Any]]:
    """The summary lines of a case row with their labels; with a connection also how far its counterparts have come.

    A value for which the procedure has words of its own (``summary.<label>.<value>``) is said in these.
    """
    found = []
    for line in orjson.loads(row["summary"]):
        label = f"summary.{line['label']}"
        if "of" in line:
            value = None if db is None else _progress(db, line["of"], line["key"])
        else:
            value = line["value"]
            if isinstance(value, str) and definition.has_text(f"{label}.{value}"):
                value = definition.text(f"{label}.{value}")
        if value is not None:
            found.append({"label": definition.text(label, line["label"]), "value": value})
    return found


_C, _T = tables.cases.c, tables.tasks.c
_COUNTERPART = (
    select(_C.id, _C.number, _C.status, _C.outcome, _C.definition_id)
    .join_from(tables.cases, tables.definitions, _C.definition_id == tables.definitions.c.id)
    .where(tables.definitions.c.key == bindparam("of"), _C.business_key == bindparam("key"))
    .order_by(_C.started_at.desc(), _C.id.desc())
    .limit(1)
)
_AT_WORK = (
    select(_T.element)
    .where(_T.case_id == bindparam("case"), _T.status.in_(cases.OPEN_STATUSES))
    .order_by(_T.opened_at, _T.node)
    .limit(20)
)
_WAITING = Text("等待中", "waiting")


def _progress(db: Connection, key: str, business_key: str) -> Text | None:
    """How far the newest case of a definition with a business key has come; ``None`` where there is none yet."""
    case = db.execute(_COUNTERPART, {"of": key, "key": business_key}).first()
    if case is None:
        return None
    definition = definitions.load(db, case.definition_id)
    if case.outcome:
        at = definition.text(f"outcome.{case.outcome}", case.outcome)
    else:
        elements = dict.fromkeys(db.execute(_AT_WORK, {"case": case.id}).scalars())
        steps = [definition.element_name(e) for e in elements]
        at = Text("、".join(s.zh for s in steps), ", ".join(s.en for s in steps)) if steps else _WAITING
    return Text(f"{at.zh}（{case.number}）", f"{at.en} ({case.number})")
