"""Whatever is killed, and however often: what was acknowledged is there once, and nothing is lost or stands still."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine import clock, log, tables
from engine.settings import Settings
from engine.store import Store
from tests.chaos import history, procedure
from tests.chaos.nodes import DEATHS, Damage, Node, Storm
from tests.chaos.people import Notes, Person
from tests.databases import KINDS, Databases, Kind

pytestmark = pytest.mark.chaos

NODES: dict[Kind, int] = {"sqlite": 1, "postgresql": 3}
PEOPLE = 6
LONGEST = 4
"""Times the seconds that were asked for (at least a minute), within which enough has to have happened."""
FEWEST_DEEDS, FEWEST_DEATHS = 60, 5
"""What has to have happened however short a storm is; it goes on until it has, and a longer one has to do more."""


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
        deadline = time.monotonic() + procedure.LONGEST_WAIT + 100
        while time.monotonic() < deadline:
            with self.store.reading() as db:
                if db.execute(select(func.count()).select_from(tables.timers)).scalar() == 0:
                    break
            time.sleep(0.2)
        clock.tick(self.store)


@dataclass
class Aftermath:
    """What a storm left behind."""

    anomalies: list[str]
    vacuous: str | None


def _vacuous(notes: Notes, damage: Damage, seconds: float) -> str | None:
    """Why the run proves nothing: an idle one would be as clean."""
    acknowledged = sum(deed.fate == "acknowledged" for deed in list(notes.deeds))
    if acknowledged < max(seconds, FEWEST_DEEDS):
        return f"only {acknowledged} deeds were acknowledged"
    if damage.kills + damage.deaths < max(seconds / 12, FEWEST_DEATHS):
        return f"nodes died only {damage.kills + damage.deaths} times"
    if damage.deaths == 0:
        return "no node died at a commit"
    return None


def storm(kind: Kind, house: Settings, seconds: float, seed: int, folder: Path, figures: list[str]) -> Aftermath:
    """Let people work on a database while its servers are killed; then look at what is left."""
    store = Store(house)
    keys = procedure.build(store)
    notes, over = Notes(), threading.Event()
    # The shorter the storm, the likelier a death at a commit: about as many of them in 20 seconds as in a minute.
    deaths = max(DEATHS, DEATHS * 60 / seconds)
    nodes = [Node(house, folder / f"{kind}{number}.log", deaths) for number in range(NODES[kind])]
    weather = Storm(nodes, house, seed)
    people = [Person(nodes, keys, notes, over, seed + number) for number in range(PEOPLE)]
    ticking = Clock(store)
    with ThreadPoolExecutor(PEOPLE + 2) as pool:
        try:
            for node in nodes:
                node.start()
            for node in nodes:
                node.wait()
            blows, beats = pool.submit(weather.run), pool.submit(ticking.run)
            work = [pool.submit(person.run) for person in people]
            began = time.monotonic()
            time.sleep(seconds)
            # A slow machine gets less done in its seconds: it goes on until the run proves something.
            while time.monotonic() - began < LONGEST * max(seconds, 60) and _vacuous(notes, weather.done, seconds):
                time.sleep(1)
            took = time.monotonic() - began
            weather.over.set()
            blows.result(240)
            over.set()
            for one in work:
                one.result(180)
            ticking.finish()
            ticking.over.set()
            beats.result(120)
        finally:
            for event in (over, weather.over, ticking.over):
                event.set()
            for node in nodes:
                node.stop()
    with store.reading() as db:
        sealed = db.execute(select(func.count()).select_from(tables.log_checkpoints)).scalar()
    log.seal(store)
    found = history.anomalies(store, notes)
    fates = Counter(deed.fate for deed in notes.deeds)
    with store.reading() as db:
        ended = Counter(db.execute(select(tables.cases.c.status)).scalars())
        entries = db.execute(select(func.count()).select_from(tables.entries)).scalar()
        heard = db.execute(select(func.count()).select_from(tables.deliveries)).scalar()
    store.close()
    done = weather.done
    figures.append(
        f"{kind}: {took:.0f} s, seed {seed}: {done.kills} kills, {done.deaths} deaths at commits,"
        f" {done.pauses} pauses, {done.cuts} cut connections; {len(notes.deeds)} deeds ({dict(fates)}),"
        f" {notes.reads} reads, {notes.lost} lost answers; cases {dict(ended)}, {entries} entries,"
        f" {sealed} batches sealed, {heard} messages, the clock acted {ticking.acted} times; {len(found)} anomalies"
    )
    return Aftermath(found, _vacuous(notes, done, seconds))


@pytest.fixture(scope="module")
def storms(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory, figures: list[str]
) -> Iterator[dict[Kind, Future[Aftermath]]]:
    """A storm over each database that is asked for, all at the same time: they wait more than they work."""
    asked = {item.callspec.params["kind"] for item in request.session.items if _is_here(item)}
    seconds: float = request.config.getoption("--seconds")
    seed: int = request.config.getoption("--seed") or random.SystemRandom().randrange(10**6)
    folder = tmp_path_factory.mktemp("storms")
    houses = {kind: replace(databases.create(kind), clock="system") for kind in KINDS if kind in asked}
    with ThreadPoolExecutor(len(houses)) as pool:
        yield {kind: pool.submit(storm, kind, house, seconds, seed, folder, figures) for kind, house in houses.items()}
    for house in houses.values():
        databases.drop(house)


def _is_here(item: pytest.Item) -> TypeGuard[pytest.Function]:
    return isinstance(item, pytest.Function) and item.path == Path(__file__)


def test_what_was_acknowledged_is_there_once_and_nothing_is_lost(
    storms: dict[Kind, Future[Aftermath]], kind: Kind
) -> None:
    left = storms[kind].result()
    assert left.anomalies == [], "\n".join(left.anomalies)
    assert left.vacuous is None
