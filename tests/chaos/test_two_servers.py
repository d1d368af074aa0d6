"""Two servers on one PostgreSQL: where one is killed the other goes on, and what the clock does is done once."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import cases, tables, trail
from engine.actors import Actor
from engine.settings import Settings
from engine.store import Store
from tests.chaos import procedure
from tests.chaos.nodes import Node
from tests.databases import Databases
from tests.engine.casework import Office

pytestmark = pytest.mark.chaos

CASES = 12


@pytest.fixture
def house(databases: Databases) -> Iterator[Settings]:
    made = databases.create("postgresql")
    yield replace(made, clock="system")
    databases.drop(made)


def test_one_is_killed_and_the_other_goes_on(house: Settings, tmp_path: Path) -> None:
    store = Store(house)
    keys = procedure.build(store)
    office = Office.__new__(Office)
    office.store = store
    key = {"Authorization": f"Bearer {keys['wu']}"}
    nodes = [Node(house, tmp_path / f"node{number}.log", deaths=0) for number in range(2)]
    try:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait()
        with store.reading() as db:
            assert db.execute(select(func.count()).select_from(tables.beats)).scalar() == 2
        doomed, other = nodes
        for _ in range(CASES):
            with store.transaction() as db:
                moment = store.moment(db)
                case = cases.start(
                    db, office.actor("lin"), moment, definition=procedure.KEY, unit=procedure.UNIT, answers={}
                )
            office.completes("wu", case, "check", decision="pass")
        # Boundary timers of 2 and 6 seconds and reminders of 1 wait in every case; it dies among them.
        time.sleep(1.5)
        assert doomed.ask("/api/v1/tasks", **key)[0] == 200
        doomed.kill()
        status, _, body = other.ask("/api/v1/tasks?limit=200", **key)
        assert status == 200
        (task,) = [task["id"] for task in json.loads(body)["items"] if task["element"] == "left"][:1]
        with pytest.raises(OSError, match="refused"):
            doomed.ask("/health/live")
        status, _, body = other.ask(f"/api/v1/tasks/{task}/claim", "POST", **key, Content_Type="application/json")
        assert status == 200, body
        assert other.ask("/health/ready")[0] == 200
        expected = {"left_waits": CASES, "right_is_over": CASES}
        deadline = time.monotonic() + 120
        while True:
            with store.reading() as db:
                texts = db.execute(
                    select(tables.entries.c.text).where(tables.entries.c.kind == "timer.fired")
                ).scalars()
                fired = Counter((entry["chain"], entry["element"]) for entry in map(json.loads, texts))
            told = Counter(element for _, element in fired)
            if all(told[element] >= count for element, count in expected.items()) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        assert {element: told[element] for element in expected} == expected
        assert set(fired.values()) == {1}, "a timer fired twice"
        with store.reading() as db:
            assert trail.verify(db).is_whole
    finally:
        for node in nodes:
            node.stop()
    with store.transaction() as db:
        # The one that was stopped has said so; of the one that was killed the row is left, and grows old.
        assert db.execute(select(func.count()).select_from(tables.beats)).scalar() == 1
        assert trail.append(db, store.moment(db), Actor.operator(), kind=trail.Kind.OFFICE_BUILT).seq > 0
    store.close()
