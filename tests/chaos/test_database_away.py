"""A database that goes away: servers say so, in the right words, and go on by themselves when it is back."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from engine import migrations
from engine.settings import Settings
from engine.store import Store
from tests.chaos import history, procedure
from tests.chaos.nodes import Node
from tests.chaos.people import Notes, Person
from tests.databases import PostgreSQL, settings

pytestmark = pytest.mark.chaos

PEOPLE = 4
AWAY = 3.0
"""Seconds without a database; the second time it is killed in the middle of work and comes back at once."""
RECOVERY = 90.0
"""Seconds within which a server is ready again."""


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of our own, to be killed."""
    server = PostgreSQL.own()
    yield server
    server.stop()


@pytest.fixture
def house(server: PostgreSQL, tmp_path: Path) -> Settings:
    server.run("CREATE DATABASE away")
    return replace(settings(server.url("away"), tmp_path), clock="system")


def test_requests_are_refused_with_503_and_nothing_is_lost(
    server: PostgreSQL, house: Settings, tmp_path: Path, figures: list[str]
) -> None:
    store = Store(house)
    migrations.upgrade(store.engine)
    keys = procedure.build(store)
    key = {"Authorization": f"Bearer {keys['wu']}", "Accept_Language": "en"}
    notes, over = Notes(), threading.Event()
    node = Node(house, tmp_path / "node.log", deaths=0)
    people = [Person([node], keys, notes, over, number) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        try:
            node.start()
            node.wait()
            work = [pool.submit(person.run) for person in people]
            time.sleep(3)
            for seconds in (AWAY, 0.0):
                server.kill()
                gone = time.monotonic()
                while time.monotonic() - gone < seconds:
                    _says_that_it_is_away(node, key)
                    time.sleep(0.3)
                server.start()
                back = time.monotonic()
                while not node.answers:
                    assert time.monotonic() - back < RECOVERY, "it did not come back by itself"
                    time.sleep(0.1)
                figures.append(f"a database that was away: ready again after {time.monotonic() - back:.1f} s")
                assert node.ask("/api/v1/tasks", **key)[0] == 200
                before = Counter(deed.fate for deed in notes.deeds)["acknowledged"]
                while Counter(deed.fate for deed in notes.deeds)["acknowledged"] < before + 20:
                    assert time.monotonic() - back < RECOVERY + 30, "nobody gets any work done"
                    time.sleep(0.1)
            over.set()
            for one in work:
                one.result(60)
            assert not node.is_dead, "the very same process answers"
        finally:
            over.set()
            node.stop()
    assert _faults(tmp_path / "node.log") == []
    store.engine.dispose()
    # What is due is done by the next beat of a server; here nobody is left to beat.
    found = [one for one in history.anomalies(store, notes) if "did not fire at" not in one]
    store.close()
    assert found == [], "\n".join(found)


def _says_that_it_is_away(node: Node, key: dict[str, str]) -> None:
    for method, path in (("GET", "/api/v1/tasks"), ("POST", "/api/v1/tasks/of-nobody/claim"), ("GET", "/api/v1/me")):
        status, headers, body = node.ask(path, method, **key)
        assert status == 503, (method, path, status, body)
        assert headers["content-type"] == "application/problem+json"
        assert int(headers["retry-after"]) >= 1
        assert json.loads(body)["code"] == "err_busy"
    status, _, body = node.ask("/health/ready")
    assert (status, json.loads(body)) == (503, {"status": "not ready", "failing": ["database"]})
    assert node.ask("/health/live")[0] == 200
    status, _, body = node.ask("/metrics")
    assert status == 200
    assert b"liuhen_database_up 0.0" in body


def _faults(log: Path) -> list[str]:
    """What a server says of faults that nobody foresaw."""
    return [line for line in log.read_text(errors="replace").splitlines() if " liuhen fault " in line]
