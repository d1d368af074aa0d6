"""What several views say: names of people, units and holders, summary lines, patterns to search by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from engine import actors, calendars, definitions, gates, separation, tables, trail
from engine.actors import Actor
from engine.calendars import Book, Calendar
from engine.definitions import Definition
from engine.errors import Text

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
        self.learn(wanted)
        if unknown := places - set(self._units):
            for id_, known in actors.units(self._db, unknown, self._on).items():
                self._keep(id_, known)

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

    def _keep(self, id_: str, known: actors.Unit) -> None:
        self._units[id_] = {"id": id_, "code": known.code, "name": known.text}
        self._kinds[id_] = known.kind

    def marks(self, definition: Definition, marks: Sequence[str]) -> dict[str, Text]:
        """What marks mean: the procedure's own words, else those of the rule of separation that was warned of."""
        found = gates.mark_labels(definition, marks)
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


def summary(row: Any, definition: Definition) -> list[dict[str, Any]]:
    """The summary lines of a case row with their labels."""
    return [
        {"label": definition.text(f"summary.{line['label']}", line["label"]), "value": line["value"]}
        for line in json.loads(row["summary"])
    ]
