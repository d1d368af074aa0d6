"""Whatever is killed, and however often: what was acknowledged is there once, and nothing is lost or stands still."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine import clock, tables
from engine.settings import Settings
from engine.store import Store
from tests.chaos import history, procedure
from tests.chaos.nodes import Node, Storm
from tests.chaos.people import Notes, Person
from tests.databases import Databases, Kind

NODES: dict[Kind, int] = {"sqlite": 1, "postgresql": 3}
PEOPLE = 6


class Clock:
    """One more node's clock, without the seconds between two beats of a server."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.over = threading.Event()
        self.acted = 0

    def run(self) -> None:
        while not self.over.wait(0.3):
            # Its connection is cut, or somebody paused holds the lock: met again at the next beat.
            with contextlib.suppress(OperationalError):
                self.acted += clock.tick(self.store)

    def finish(self) -> None:
        """When everything has fallen due that the procedure waits for."""
        deadline = time.monotonic() + procedure.LONGEST_WAIT + 20
        while time.monotonic() < deadline:
            with self.store.reading() as db:
                if db.execute(select(func.count()).select_from(tables.timers)).scalar() == 0:
                    return
            time.sleep(0.2)


@pytest.fixture
def house(databases: Databases, kind: Kind) -> Iterator[Settings]:
    made = databases.create(kind)
    yield replace(made, clock="system")
    databases.drop(made)


def test_what_was_acknowledged_is_there_once_and_nothing_is_lost(
    house: Settings, kind: Kind, tmp_path: Path, request: pytest.FixtureRequest, figures: list[str]
) -> None:
    seconds: float = request.config.getoption("--seconds")
    seed: int = request.config.getoption("--seed") or random.SystemRandom().randrange(10**6)
    store = Store(house)
    keys = procedure.build(store)
    notes, over = Notes(), threading.Event()
    nodes = [Node(house, tmp_path / f"node{number}.log") for number in range(NODES[kind])]
    storm = Storm(nodes, house, seed)
    people = [Person(nodes, keys, notes, over, seed + number) for number in range(PEOPLE)]
    ticking = Clock(store)
    with ThreadPoolExecutor(PEOPLE + 2) as pool:
        try:
            for node in nodes:
                node.start()
            for node in nodes:
                node.wait()
            blows, beats = pool.submit(storm.run), pool.submit(ticking.run)
            work = [pool.submit(person.run) for person in people]
            time.sleep(seconds)
            storm.over.set()
            blows.result(90)
            over.set()
            for one in work:
                one.result(90)
            ticking.finish()
            ticking.over.set()
            beats.result(30)
        finally:
            for event in (over, storm.over, ticking.over):
                event.set()
            for node in nodes:
                node.stop()
    found = history.anomalies(store, notes)
    fates = Counter(deed.fate for deed in notes.deeds)
    with store.reading() as db:
        ended = Counter(db.execute(select(tables.cases.c.status)).scalars())
        entries = db.execute(select(func.count()).select_from(tables.entries)).scalar()
    store.close()
    done = storm.done
    figures.append(
        f"{kind}: {seconds:.0f} s, seed {seed}: {done.kills} kills, {done.deaths} deaths at commits,"
        f" {done.pauses} pauses, {done.cuts} cut connections; {len(notes.deeds)} deeds ({dict(fates)}),"
        f" {notes.reads} reads, {notes.lost} lost answers; cases {dict(ended)}, {entries} entries,"
        f" the clock acted {ticking.acted} times; {len(found)} anomalies"
    )
    assert found == [], "\n".join(found)
    # An idle run would be as clean: it proves nothing.
    assert fates["acknowledged"] >= seconds, "VACUOUS: too few deeds were acknowledged"
    assert done.kills + done.deaths >= seconds / 15, "VACUOUS: too few nodes were killed"
