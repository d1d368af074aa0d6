"""A small office and the two-step procedure, for tests of cases, tasks, the trail and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from engine import actors, cases, clock, definitions, machine, tables, tasks, trail, views
from engine.actors import Actor
from engine.cases import listing
from engine.gates import World
from engine.store import Store
from tests import conforming, relived
from tests.databases import Databases, Kind
from tests.engine.directory import add_account, add_person, add_post, add_unit

DEFINITIONS = Path(__file__).parent.parent / "definitions"


def folder(name: str) -> dict[str, str]:
    """The files of a test definition."""
    root = DEFINITIONS / name
    return {str(p.relative_to(root)): p.read_text("utf-8") for p in sorted(root.rglob("*")) if p.is_file()}


def template(databases: Databases, kind: Kind) -> str:
    """A template of databases in which the office stands, made once."""

    def fill(store: Store) -> None:
        Office(store)

    return databases.template(kind, "casework", fill)


class Office:
    """W0 above C1 above B1; wu checks, zhao is secretary, lin asks, qian is secretary of the other branch B2.

    Where it stands already (see ``template``) it is used as it is.
    """

    def __init__(self, store: Store, *procedures: str) -> None:
        self.store = store
        with store.reading() as db:
            keys = set(db.execute(select(tables.definitions.c.key)).scalars())
        wanted = procedures or ("two_steps",)
        if not keys:
            self._build()
        for name in wanted:
            if name not in keys:
                self.publish(folder(name))

    def _build(self) -> None:
        self.at("2026-03-02")
        with self.store.transaction() as db:
            add_unit(db, "W0", "working_committee", can_approve_members=True)
            add_unit(db, "C1", "grassroots_committee", "W0", can_approve_members=True)
            add_unit(db, "B1", "branch", "C1", has_branch_committee=True)
            add_unit(db, "B2", "branch", "C1", has_branch_committee=True)
            for name in ("lin", "wu", "zhao", "he", "she"):
                add_person(db, name, "B1")
            add_person(db, "qian", "B2")
            for name in ("dora", "otto"):
                add_person(db, name)
            for name in ("lin", "wu", "zhao", "he", "she", "qian", "dora", "otto"):
                add_account(db, name)
            add_post(db, "wu", "organisation_commissioner", "B1")
            add_post(db, "he", "organisation_commissioner", "B1")
            add_post(db, "zhao", "branch_secretary", "B1")
            add_post(db, "she", "branch_secretary", "B1")
            add_post(db, "qian", "branch_secretary", "B2")
            add_post(db, "dora", "designer", "W0")
            add_post(db, "otto", "auditor", "W0")

    def at(self, day: str, hour: int = 9) -> None:
        """Move the virtual clock to a day in the office's zone, without letting anything act."""
        on = datetime.combine(date.fromisoformat(day), time(hour), self.store.settings.zone)
        with self.store.transaction() as db:
            self.store.set_clock(db, on.astimezone(UTC))

    def tick_to(self, day: str, hour: int = 9) -> int:
        """Let time pass until a day; everything that falls due happens on the way."""
        on = datetime.combine(date.fromisoformat(day), time(hour), self.store.settings.zone)
        return clock.tick(self.store, until=on.astimezone(UTC))

    @property
    def today(self) -> date:
        with self.store.reading() as db:
            return self.store.moment(db).today

    def actor(self, name: str) -> Actor:
        with self.store.reading() as db:
            moment = self.store.moment(db)
            return actors.of_account(db, SimpleNamespace(id=f"a-{name}", person_id=f"p-{name}"), moment, "test")

    def publish(self, files: Mapping[str, str], by: str = "dora") -> definitions.Published:
        with self.store.transaction() as db:
            return definitions.publish(db, self.actor(by), self.store.moment(db), files)

    def start(self, by: str = "lin", definition: str = "two_steps", unit: str = "B1", **answers: Any) -> str:
        given = {"subject_line": "办公椅", "asked_on": "2026-03-02", "amount": 120, **answers}
        with self.store.transaction() as db:
            moment = self.store.moment(db)
            return cases.start(db, self.actor(by), moment, definition=definition, unit=unit, answers=given)

    def open(self, case: str, element: str) -> str:
        """The id of the open task of an element."""
        t = tables.tasks.c
        with self.store.reading() as db:
            query = select(t.id).where(t.case_id == case, t.element == element, t.status.in_(cases.OPEN_STATUSES))
            return str(db.execute(query).scalar_one())

    def does(self, verb: Any, by: str, *args: Any, **more: Any) -> Any:
        with self.store.transaction() as db:
            return verb(db, self.actor(by), self.store.moment(db), *args, **more)

    def completes(self, by: str, case: str, element: str, answers: Mapping[str, Any] | None = None, **more: Any) -> Any:
        return self.does(tasks.complete, by, self.open(case, element), answers or {}, **more)

    def sees(self, by: str, case: str) -> dict[str, Any]:
        with self.store.reading() as db:
            return views.case(db, self.actor(by), self.store.moment(db), case)

    def box(self, by: str, box: str = "todo", **more: Any) -> list[dict[str, Any]]:
        with self.store.reading() as db:
            return views.box(db, self.actor(by), self.store.moment(db), box, **more)[0]

    def entries(self, by: str, case: str) -> list[dict[str, Any]]:
        with self.store.reading() as db:
            return views.entries(db, self.actor(by), self.store.moment(db), case)[0]


def agrees(office: Office, case: str, *, is_of_old: bool = False) -> None:
    """Rows, machine and trail say the same of a case; the trail alone tells which tasks are open.

    ``is_of_old``: the entries are of a release that did not tell how often an element was completed.
    """
    with office.store.reading() as db:
        row = db.execute(select(tables.cases).where(tables.cases.c.id == case)).mappings().one()
        definition = definitions.load(db, row["definition_id"])
        world = World(db, office.actor("lin"), office.store.moment(db), definition, {}, {})
        live = machine.thaw(definition.blueprint, row["state"], world.environment())
        t = tables.tasks.c
        query = select(t.id, t.node, t.element).where(
            t.case_id == case, t.of_task.is_(None), t.status.in_(cases.OPEN_STATUSES)
        )
        found = db.execute(query).all()
        rows, ids = {r.node: r.element for r in found}, {r.id for r in found}
        entries = trail.read(db, case)
        report = trail.verify(db, case)
        due = select(tables.timers.c.due_at, tables.timers.c.purpose).where(tables.timers.c.case_id == case)
        waiting = db.execute(due).all()
        timers = [w.due_at for w in waiting]
    with office.store.transaction() as db:
        assert listing.follow(db, case) == []  # the rows of the worklists are as their tasks are
    assert rows == {o.node: o.element for o in live.open().values() if o.kind == "task"}
    assert machine.freeze(live) == machine.freeze(machine.thaw(definition.blueprint, row["state"], world.environment()))
    assert report.is_whole
    with office.store.reading() as db:
        different = relived.differences(db, office.store.moment(db), case)
        deviating = conforming.of_case(db, office.store.moment(db), case)
    assert [one for one in different if not (is_of_old and " visits: " in one)] == [], different
    assert deviating == [], [(one.seq, one.code, one.element, one.facts()) for one in deviating]
    opened = {e["task"] for e in entries if e["kind"] in ("task.opened", "task.held")}
    closing = ("task.completed", "ballot.cast", "task.confirmed", "task.signed_off", "task.cancelled", "task.returned")
    closed = {e["task"] for e in entries if e["kind"] in closing and not e.get("awaits_signers")}
    assert opened - closed == ids
    assert sorted(w.due_at for w in waiting if w.purpose == "node") == sorted(w.due for w in live.waits())
    assert row["wake_at"] == min(timers, default=None) or row["wake_at"] <= min(timers, default=row["wake_at"])
    assert (row["status"] == "ended") == live.completed
    if live.completed:
        assert (rows, timers) == ({}, [])
