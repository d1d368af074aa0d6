"""A change of the organisation tried first: it says who would have nobody, and changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from engine import actors, reorganising, tables, views
from engine.errors import Forbidden, NotFound, Unfit
from engine.reorganising import Change
from engine.store import Store, new_id
from tests.engine.casework import Office
from tests.engine.directory import add_account, add_person, add_post

TODAY, LATER = date(2026, 3, 2), date(2026, 4, 1)


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    with store.transaction() as db:
        add_person(db, "admin")
        add_account(db, "admin")
        add_post(db, "admin", "system_admin", "W0")
    return made


def tries(office: Office, *changes: Change, by: str = "admin") -> dict[str, Any]:
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        return views.outlook(db, moment, reorganising.try_out(db, office.actor(by), moment, changes))


def rows(office: Office) -> list[Any]:
    kept = (tables.posts, tables.memberships, tables.unit_states)
    with office.store.reading() as db:
        return [sorted(map(str, db.execute(select(t)).all())) for t in kept] + [
            db.execute(select(func.count()).select_from(t)).scalar_one() for t in tables.metadata.sorted_tables
        ]


def ends(name: str, role: str = "organisation_commissioner", on: date = TODAY) -> Change:
    return Change("end_post", on, person=f"N-{name}", role=role, unit="B1")


def test_a_post_that_ends_changes_whom_open_tasks_ask(office: Office) -> None:
    case = office.start()
    before = rows(office)
    found = tries(office, ends("wu"))
    (task,) = found["tasks"]["items"]
    assert (task["case"], task["element"], task["is_left"]) == (case, "check", False)
    assert [p["name"].zh for p in task["before"]] == ["he", "wu"]
    assert [p["name"].zh for p in task["after"]] == ["he"]
    assert (found["left"], found["steps"]["total"]) == (0, 0)
    assert rows(office) == before


def test_the_last_holder_leaves_tasks_and_steps_without_anybody(office: Office) -> None:
    office.start()
    found = tries(office, ends("wu"), ends("he", on=LATER))
    assert (found["on"], found["left"]) == (LATER, 1)
    assert [(s["definition"], s["element"], s["unit"]["code"]) for s in found["steps"]["items"]] == [
        ("two_steps", "check", "B1")
    ]
    appointed = Change("appoint", TODAY, person="N-lin", role="organisation_commissioner", unit="B1")
    replaced = tries(office, ends("wu"), ends("he"), appointed)
    assert (replaced["left"], replaced["steps"]["total"]) == (0, 0)
    assert [p["name"].zh for p in replaced["tasks"]["items"][0]["after"]] == ["lin"]


def test_somebody_who_leaves_takes_every_post_along_and_their_delegations_end(office: Office) -> None:
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        days = {"from_on": TODAY, "to_on": LATER, "reason": "-", "created_at": moment.now, "scope": "{}"}
        db.execute(insert(tables.delegations).values(id=new_id(), from_person_id="p-wu", to_person_id="p-lin", **days))
    office.start()
    found = tries(office, Change("leave", TODAY, person="p-wu"))
    assert [p["name"].zh for p in found["tasks"]["items"][0]["after"]] == ["he"]
    (ended,) = found["delegations"]["items"]
    assert (ended["from"]["name"].zh, ended["to"]["name"].zh, ended["until"]) == ("wu", "lin", LATER)


def test_four_eyes_that_one_person_would_have_to_be_are_told(office: Office) -> None:
    """Who approves may not have checked: with one person in both posts nobody could."""
    with office.store.transaction() as db:
        add_post(db, "zhao", "organisation_commissioner", "B1")
    found = tries(office, ends("wu"), ends("he"), ends("she", "branch_secretary"))
    (duty,) = found["duties"]["items"]
    assert (duty["rule"], duty["element"], duty["other"].zh) == ("sod_06", "approve", "审核")
    assert tries(office, ends("wu"), ends("he"))["duties"]["total"] == 0


def test_a_unit_that_goes_up_in_another_leaves_what_was_decided_there(office: Office) -> None:
    office.start()
    before = rows(office)
    found = tries(office, Change("merge", TODAY, unit="B1", into="B2"))
    assert found["left"] == 1
    assert {(s["element"], s["unit"]["code"]) for s in found["steps"]["items"]} == {("check", "B1"), ("approve", "B1")}
    dissolved = tries(office, Change("dissolve", TODAY, unit="B1"))
    assert dissolved["left"] == 1
    assert rows(office) == before


def test_a_unit_is_founded_renamed_and_moved_on_paper(office: Office) -> None:
    office.start()
    before = rows(office)
    new = Change("found", TODAY, into="B1", code="G1", name="第一党小组", unit_kind="branch_group")
    found = tries(office, new, Change("rename", TODAY, unit="B1", name="新支部", basis="文件7号"))
    assert (found["left"], found["tasks"]["total"], found["steps"]["total"]) == (0, 0, 0)
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        for change in (new, Change("rename", LATER, unit="B1", name="新支部", basis="文件7号")):
            reorganising._make(db, moment, reorganising._known(db, 0, change))
        [now, then] = views.unit_states(db, "u-B1")[::-1]
        assert (then["name"].zh, then["changed"], then["basis"]) == ("新支部", ["name"], "文件7号")
        assert (now["name"].zh, now["to_on"]) == ("B1组织", LATER)
        assert [u.code for u in actors.children(db, "u-B1", TODAY)] == ["G1"]
        moved = Change("move", LATER, unit="G1", into="B2")
        reorganising._make(db, moment, reorganising._known(db, 0, moved))
        assert actors.children(db, "u-B1", LATER) == ()
        assert [c["changed"] for c in views.changes_between(db, TODAY, LATER)] == [["founded"], ["name"], ["parent"]]
    assert rows(office) != before
    for change, field in (
        (new, "changes[0].code"),
        (Change("move", TODAY, unit="W0", into="B1"), "changes[0].into"),
        (Change("found", TODAY, into="B1", code="G2", name="", unit_kind="branch_group"), "changes[0].name"),
        (Change("found", TODAY, into="B1", code="G2", name="x", unit_kind="club"), "changes[0].unit_kind"),
    ):
        with pytest.raises(Unfit) as refusal:
            tries(office, change)
        assert [e.path for e in refusal.value.errors] == [field]


def test_what_cannot_be_tried_is_refused(office: Office) -> None:
    with pytest.raises(Forbidden):
        tries(office, ends("wu"), by="zhao")
    with pytest.raises(NotFound):
        tries(office, ends("moon"))
    for change, field in (
        (Change("appoint", TODAY, person="p-lin", unit="B1"), "changes[0].role"),
        (Change("merge", TODAY, unit="B1", into="B1"), "changes[0].into"),
    ):
        with pytest.raises(Unfit) as refusal:
            tries(office, change)
        assert [e.path for e in refusal.value.errors] == [field]
    with pytest.raises(Unfit):
        tries(office)
    with pytest.raises(Forbidden) as refusal_of_change:
        tries(office, Change("appoint", TODAY, person="p-lin", role="auditor", unit="W0"), _administers("lin"))
    assert refusal_of_change.value.refusal == "sod_20"


def _administers(name: str) -> Change:
    return Change("appoint", LATER, person=f"p-{name}", role="audit_admin", unit="W0")
