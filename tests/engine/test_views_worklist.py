"""The worklist, told with the two-step procedure: what it shows, whom it shows it to, and how it is read."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text, update

from engine import actors, cases, tables, tasks, views
from engine.cases import listing
from engine.errors import Text, Unfit
from engine.store import Store
from engine.views import worklist
from tests.engine.casework import Office
from tests.engine.directory import add_post


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def counted(office: Office, by: str) -> dict[str, int]:
    with office.store.reading() as db:
        found = views.counts(db, office.actor(by), office.store.moment(db))
    return {name: one["count"] for name, one in found.items() if one["count"]}


def test_a_task_asked_of_two_posts_of_one_person_is_there_once(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    with office.store.transaction() as db:
        add_post(db, "wu", "branch_secretary", "B1")
        more = {"task_id": task, "holder": actors.holder("branch_secretary", "u-B1"), "purpose": "act"}
        db.execute(insert(tables.task_candidates).values(**more))
        listing.follow(db, case)
    assert [item["id"] for item in office.box("wu")] == [task]
    assert counted(office, "wu") == {"todo": 1}


def test_a_case_that_stands_still_leaves_the_worklist_and_comes_back(office: Office) -> None:
    case = office.start()
    with office.store.transaction() as db:
        cases.fail(db, office.store.moment(db), case, Text("坏了", "broken"))
    assert office.box("wu") == []
    with office.store.transaction() as db:
        db.execute(update(tables.cases).where(tables.cases.c.id == case).values(status="running"))
        listing.follow(db, case)
    assert len(office.box("wu")) == 1


def test_a_claim_that_has_ended_with_its_post_asks_everybody_again(office: Office) -> None:
    case = office.start()
    office.does(tasks.claim, "he", office.open(case, "check"))
    assert (office.box("wu"), counted(office, "wu")) == ([], {})
    with office.store.transaction() as db:
        post = tables.posts
        ended = update(post).where(post.c.person_id == "p-he", post.c.role == "organisation_commissioner")
        db.execute(ended.values(to_on=office.store.moment(db).today))
    [item] = office.box("wu")
    assert item["claimed_by"] is None


def test_a_page_goes_on_from_its_last_row_and_no_row_comes_twice(office: Office) -> None:
    for day in ("2026-02-27", "2026-03-02", "2026-03-02", "2026-02-25"):
        office.start(asked_on=day)
    found, cursor = [], None
    while True:
        with office.store.reading() as db:
            page, cursor = views.box(db, office.actor("wu"), office.store.moment(db), cursor=cursor, limit=1)
        found += page
        if cursor is None:
            break
    assert [item["due_on"] for item in found] == sorted(item["due_on"] for item in found)
    assert len({item["id"] for item in found}) == 4


def test_steps_are_asked_for_with_their_procedure(office: Office) -> None:
    office.start()
    assert len(office.box("wu", definition="two_steps", step="1")) == 1
    assert office.box("wu", definition="two_steps", step="2") == []
    with pytest.raises(Unfit):
        office.box("wu", step="1")


def test_a_page_is_read_in_the_order_of_an_index_and_no_further(office: Office) -> None:
    """Four thousand tasks wait for one post; a page of fifty touches little more than fifty of them."""
    case = office.start()
    with office.store.transaction() as db:
        made = {
            "postgresql": "SELECT n FROM generate_series(1, 4000) AS s(n)",
            "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 4000) SELECT n FROM s",
        }[db.dialect.name]
        columns = [c.name for c in tables.tasks.c]
        differs = {"id": "'t-' || s.n", "node": "1000 + s.n"}
        values = ", ".join(differs.get(name, f"t.{name}") for name in columns)
        db.execute(
            text(
                f"INSERT INTO tasks ({', '.join(columns)}) SELECT {values} FROM tasks t, ({made}) s "
                "WHERE t.case_id = :case"
            ),
            {"case": case},
        )
        more = "INSERT INTO task_candidates (task_id, holder, purpose) SELECT id, :holder, 'act' FROM tasks"
        db.execute(text(f"{more} WHERE node > 999"), {"holder": actors.holder("organisation_commissioner", "u-B1")})
        assert len(listing.follow(db, case)) == 4000
        db.execute(text("ANALYZE"))
    with office.store.reading() as db:
        lines = worklist.plan(db, office.actor("wu"), office.store.moment(db))
        plan = "\n".join(lines)
        if db.dialect.name == "postgresql":
            assert "using ix_task_candidates_due" in plan, plan
            assert "Seq Scan on task_candidates" not in plan, plan
            assert "Seq Scan on tasks" not in plan, plan
            [scan] = [line for line in lines if "ix_task_candidates_due" in line and "Scan" in line]
            assert "rows=51 loops=" in scan or "rows=26 loops=" in scan or "rows=17 loops=" in scan, scan
        else:
            assert "USING COVERING INDEX ix_task_candidates_due" in plan or "USING INDEX ix_task_candidates_due" in plan
        # No box, no count and no search has to read every task that there is, where few of them are the asker's.
        if db.dialect.name == "postgresql":
            db.execute(text("SET LOCAL enable_seqscan = off"))  # here they all are of one case
        actor, moment = office.actor("zhao"), office.store.moment(db)
        plans = {box: worklist.plan(db, actor, moment, box) for box in worklist.BOXES}
        plans |= {f"{box} that says": worklist.plan(db, actor, moment, box, q="椅") for box in worklist.BOXES}
        plans["counts"] = worklist.plan_of_counts(db, actor, moment)
        whole = ("Seq Scan on tasks", "Seq Scan on task_candidates", "SCAN tasks", "SCAN listed")
        for what, lines in plans.items():
            assert not [line for line in lines if any(one in line for one in whole)], (what, lines)
