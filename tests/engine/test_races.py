"""What happens at the same moment, or by clocks that disagree: nothing waits in a circle or is left behind."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine import accounts, actors, cases, definitions, rules, tables, tasks, trail, views
from engine.actors import Actor
from engine.errors import NotFound
from engine.store import Store
from engine.trail import Kind
from tests.engine.casework import Office, folder
from tests.together import together

PASS: tuple[Any, ...] = ({"checked_on": "2026-03-02"}, "pass")


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def test_entries_stay_in_order_when_clocks_disagree(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    office.at("2026-03-02", hour=12)
    office.does(tasks.claim, "wu", task)
    office.at("2026-03-02", hour=11)  # another node, whose clock is behind
    office.does(tasks.release, "wu", task)
    with office.store.transaction() as db:
        trail.append(db, office.store.moment(db), Actor.clock(), chain=case, kind=Kind.BYPASS_ATTEMPTED)
    for hour in (13, 10):
        office.at("2026-03-02", hour)
        with office.store.transaction() as db:
            trail.append(db, office.store.moment(db), Actor.clock(), kind=Kind.UNIT_CHANGED)
    with office.store.reading() as db:
        report = trail.verify(db)
        times = [e["at"] for e in trail.read(db, case)]
    assert [f.rule for f in report.findings] == []
    assert times == sorted(times)
    assert times[-1].startswith("2026-03-02T04:00")  # noon, as the newest entry had said


def _meanwhile(office: Office, case: str, act: Callable[[], Any], before: Callable[[Any], Any]) -> Any:
    """``act`` begins while somebody has the case in hand, who then does ``before`` and lets go."""
    with ThreadPoolExecutor(1) as other:
        with office.store.transaction() as db:
            cases.take(db, office.actor("zhao"), office.store.moment(db), case)
            acting = other.submit(act)
            time.sleep(0.5)  # it waits for the case by now
            assert not acting.done()
            before(db)
        return acting.result(120)


def test_who_waits_for_a_case_does_not_hold_its_tasks(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")

    def mark(db: Any) -> None:
        db.execute(update(tables.tasks).where(tables.tasks.c.id == task).values(is_late=False))

    done = _meanwhile(office, case, lambda: office.does(tasks.complete, "wu", task, *PASS), mark)
    assert isinstance(done, tasks.Done)


def test_a_draft_of_the_same_moment_is_not_left_behind(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    he = office.actor("he")

    def write(db: Any) -> None:
        tasks.draft(db, he, office.store.moment(db), task, {"remark": "half a sentence"})

    done = _meanwhile(office, case, lambda: office.does(tasks.complete, "wu", task, *PASS), write)
    assert isinstance(done, tasks.Done)
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.drafts)).scalar() == 0


def test_a_claim_ends_with_the_post_that_gave_it(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    office.does(tasks.claim, "wu", task)
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        (post,) = actors.post_ids(db, "p-wu", "organisation_commissioner", "u-B1", moment.today)
        actors.end_post(db, moment, post, moment.today)
    with pytest.raises(NotFound):
        office.does(tasks.complete, "wu", task, *PASS)
    assert office.box("wu") == []
    (item,) = office.box("he")
    assert (item["id"], item["claimed_by"]) == (task, None)
    with office.store.reading() as db:
        seen = views.task(db, office.actor("he"), office.store.moment(db), task, "en")
    assert (seen["claimed_by"], "claim" in seen["can"], "complete" in seen["can"]) == (None, True, True)
    office.does(tasks.claim, "he", task)
    office.does(tasks.complete, "he", task, *PASS)


def test_a_second_claim_by_the_same_person_leaves_no_entry(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    for _ in range(3):
        office.does(tasks.claim, "wu", task)
    assert [e["kind"] for e in office.entries("wu", case)].count("task.claimed") == 1


def test_designers_who_publish_at_the_same_moment_make_versions_in_a_row(office: Office) -> None:
    files = folder("two_steps")

    def publish(number: int) -> Callable[[], Any]:
        texts = {**json.loads(files["texts.en.json"]), "description": f"number {number}"}
        return lambda: office.publish({**files, "texts.en.json": json.dumps(texts)}).version

    assert sorted(together(*map(publish, range(5)))) == [2, 3, 4, 5, 6]


def test_a_new_procedure_is_published_once_however_often_at_the_same_moment(office: Office) -> None:
    files = folder("two_steps")
    new = {**files, "process.bpmn": files["process.bpmn"].replace('id="two_steps"', 'id="other_steps"')}
    found = together(*[lambda: office.publish(new)] * 5)
    assert sorted(one.is_new for one in found) == [False, False, False, False, True]


def test_a_parameter_set_by_several_at_the_same_moment_has_the_value_of_one(office: Office) -> None:
    with office.store.reading() as db:
        own = definitions.read(db, "two_steps").rules
    (name,) = [p.id for p in own.parameters.values() if p.type == "number"][:1]

    def put(value: int) -> Callable[[], Any]:
        return lambda: office.does(rules.set_parameter, "dora", "two_steps", own, name, value, "a reason")

    assert together(*map(put, range(5))) == [None] * 5
    with office.store.reading() as db:
        moment = office.store.moment(db)
        assert rules.values(db, "two_steps", own, moment.today)[name] in range(5)
        assert len(trail.read(db, "definition:two_steps")) == 6


def test_two_keys_of_one_name_are_not_made_at_the_same_moment(office: Office) -> None:
    def make() -> Any:
        with office.store.transaction() as db:
            return accounts.create_key(db, Actor.operator(), office.store.moment(db), name="exchange")[0]

    found = together(*[make] * 5)
    assert found.count("err_key_exists") == 4
