"""A small office with cases at many points of two procedures, and the work that brings each of them to its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

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
    ("patience", "near"): ("wu", {"note": "好"}, "fit"),
    ("patience", "far"): ("qian", {}, None),
}
"""By procedure and element: who completes it, with which answers and decision."""

PATIENCE = {
    "process.bpmn": """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:liuhen="urn:liuhen:bpmn:1"
    targetNamespace="urn:patience">
  <bpmn:process id="patience" name="耐心" isExecutable="true" liuhen:numberPrefix="PA">
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements><liuhen:who anyone="true"/></bpmn:extensionElements>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="split"/>
    <bpmn:parallelGateway id="split"/>
    <bpmn:sequenceFlow id="f2" sourceRef="split" targetRef="near"/>
    <bpmn:sequenceFlow id="f3" sourceRef="split" targetRef="far"/>
    <bpmn:userTask id="near" name="近处">
      <bpmn:extensionElements>
        <liuhen:who role="organisation_commissioner" at="=case.unit"/>
        <liuhen:who person="=case.started_by"/>
        <liuhen:outcome value="fit" kind="agree"/>
        <liuhen:outcome value="unfit" kind="reject"/>
        <liuhen:due date="=working days after(case.started_on, 5)"/>
        <liuhen:remind at="=working days after(case.started_on, 3)"/>
        <liuhen:escalate role="branch_secretary" at="=case.unit"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:userTask id="far" name="远处">
      <bpmn:extensionElements>
        <liuhen:who role="branch_secretary" at="=&quot;u-B2&quot;"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f4" sourceRef="near" targetRef="join"/>
    <bpmn:sequenceFlow id="f5" sourceRef="far" targetRef="join"/>
    <bpmn:parallelGateway id="join"/>
    <bpmn:sequenceFlow id="f6" sourceRef="join" targetRef="over"/>
    <bpmn:endEvent id="over" liuhen:outcome="done"/>
  </bpmn:process>
</bpmn:definitions>
"""
}
"""Terms in working days, two ways of being asked, a post in another unit."""


def build(store: Store) -> None:
    """Cases that wait for people, for dates, for a second person and for each other; one ended, one withdrawn."""
    office = Office(store)
    _give_accounts(store)
    office.publish(procedure.FILES)
    office.publish(PATIENCE)

    def start(definition: str) -> str:
        return office.start() if definition == "two_steps" else started(office, definition)

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
    waits = start("patience")
    office.does(tasks.draft, "wu", office.open(waits, "near"), {"note": "未完"})
    office.does(tasks.claim, "wu", office.open(waits, "near"))
    does(start("patience"), "near")


def _give_accounts(store: Store) -> None:
    """To all but the secretary of the other branch, whose post nobody can act for."""
    people, accounts = tables.people.c, tables.accounts
    with store.transaction() as db:
        db.execute(delete(accounts).where(accounts.c.person_id == "p-qian"))
        without = select(people.id).where(people.id.not_in(select(accounts.c.person_id)), people.id != "p-qian")
        rows = [
            {"id": id_.replace("p-", "a-"), "name": id_, "person_id": id_, "password_hash": "-", "created_at": LONG_AGO}
            for id_ in db.execute(without).scalars()
        ]
        if rows:
            db.execute(insert(accounts), rows)


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def started(office: Office, definition: str) -> str:
    """A case of a procedure that asks nothing at its start."""
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        return cases.start(db, office.actor("lin"), moment, definition=definition, unit="B1", answers={})


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
            later = moment.now + timedelta(days=7)
            assert clock.tick(store, until=later) > 0, "nothing is asked and nothing is due"
        elif task.status == "confirming":
            office.does(tasks.confirm, "zhao", office.open(task.case_id, task.element), True)
        else:
            complete(office, task.case_id, task.element)
    raise AssertionError("it does not end")


def is_whole(store: Store) -> bool:
    with store.reading() as db:
        return trail.verify(db).is_whole
