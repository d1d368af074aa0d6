"""A small office with cases at many points of two procedures, and the work that brings each of them to its end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import cases, clock, tables, tasks, trail
from engine.store import Store
from tests.chaos import procedure
from tests.engine.casework import Office

ANSWERS: dict[tuple[str, str], tuple[str, dict[str, Any], str | None]] = {
    ("two_steps", "check"): ("wu", {"checked_on": "2026-03-02"}, "pass"),
    ("two_steps", "correct"): ("lin", {"subject_line": "椅", "asked_on": "2026-03-02", "amount": 7}, None),
    ("two_steps", "approve"): ("zhao", {"limit": 1}, "approve"),
    ("storm", "check"): ("wu", {}, "pass"),
    ("storm", "correct"): ("lin", {}, None),
    ("storm", "left"): ("wu", {}, None),
    ("storm", "right"): ("zhao", {}, None),
    ("storm", "notice"): ("lin", {}, None),
    ("storm", "record"): ("wu", {}, None),
}
"""By procedure and element: who completes it, with which answers and decision."""


def build(store: Store) -> None:
    """Cases that wait for people, for dates, for a second person and for each other; one ended, one withdrawn."""
    office = Office(store)
    office.publish(procedure.FILES)

    def start(definition: str) -> str:
        return office.start() if definition == "two_steps" else _storm(office)

    def does(case: str, *elements: str) -> str:
        for element in elements:
            complete(office, case, element)
        return case

    start("two_steps")
    held = does(start("two_steps"), "check")
    back = start("two_steps")
    office.completes("wu", back, "check", {"checked_on": "2026-03-02"}, decision="back", opinion="请补正")
    ended = does(start("two_steps"), "check")
    start("storm")
    does(start("storm"), "check")
    does(start("storm"), "check", "left")
    over = does(start("storm"), "check", "right", "left")
    office.does(cases.withdraw, "lin", start("storm"), "因故撤回")
    timely = does(start("storm"), "check", "left", "right")
    office.tick_to("2026-03-04")
    complete(office, ended, "approve")
    complete(office, over, "record")
    complete(office, timely, "record")
    office.does(tasks.confirm, "zhao", office.open(timely, "record"), True)
    office.does(tasks.claim, "zhao", office.open(held, "approve"))


def _storm(office: Office) -> str:
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        return cases.start(db, office.actor("lin"), moment, definition="storm", unit="B1", answers={})


def complete(office: Office, case: str, element: str) -> None:
    """Complete the open task of an element as ``ANSWERS`` says."""
    with office.store.reading() as db:
        query = select(tables.definitions.c.key).join(
            tables.cases, tables.cases.c.definition_id == tables.definitions.c.id
        )
        definition = db.execute(query.where(tables.cases.c.id == case)).scalar_one()
    by, answers, decision = ANSWERS[definition, element]
    more = {"decision": decision} if decision is not None else {}
    office.completes(by, case, element, answers, reason="迟办的缘由", **more)


def at(store: Store) -> Office:
    """The office that a database holds."""
    office = Office.__new__(Office)
    office.store = store
    return office


def finish(store: Store) -> None:
    """Do everything that is asked until no case is running; time passes where nothing is."""
    office = at(store)
    t = tables.tasks.c
    asked = select(t.case_id, t.element, t.status, tables.cases.c.started_by).join_from(
        tables.tasks, tables.cases, tables.cases.c.id == t.case_id
    )
    for _ in range(200):
        with store.reading() as db:
            running = db.execute(select(tables.cases.c.id).where(tables.cases.c.status == "running")).scalars().all()
            task = db.execute(asked.where(t.status.in_(("open", "confirming"))).order_by(t.opened_at, t.id)).first()
        if not running:
            return
        if task is None:
            moment = clock.moment(store)
            later = moment.now.replace(year=moment.now.year + 1)
            assert clock.tick(store, until=later) > 0, "nothing is asked and nothing is due"
        elif task.status == "confirming":
            office.does(tasks.confirm, "zhao", office.open(task.case_id, task.element), True)
        else:
            complete(office, task.case_id, task.element)
    raise AssertionError("it does not end")


def is_whole(store: Store) -> bool:
    with store.reading() as db:
        return trail.verify(db).is_whole
