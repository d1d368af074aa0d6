"""What every test may ask for: ``store`` (an empty migrated database, once per kind) and ``databases``."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as random_tests

from engine.settings import Settings
from engine.store import Store
from tests import compiled
from tests.databases import KINDS, Databases, Kind
from tests.engine.post_office import Post

FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []
    compiled.share()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines to print when the run is over: what the storms of tests/chaos have met."""
    return request.config.stash[FIGURES]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = session.config.stash[FIGURES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """One of several processes has ended (pytest-xdist): what it measured is printed by the one that is left."""
    del error
    node.config.stash[FIGURES] += getattr(node, "workeroutput", {}).get("figures", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[FIGURES]:
        terminalreporter.write_line(line)


# No random test fails because a machine is slow.
random_tests.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
random_tests.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``python3 run.py chaos [--seconds N]``. Here, and not in tests/chaos: options are read before folders are."""
    parser.addoption("--seconds", type=float, default=20, help="how long each database is under the storm at least")
    parser.addoption("--seed", type=int, default=None, help="the chances of an earlier storm")


SECOND_TELLING = (
    *("stories/test_recruitment.py", "stories/test_transfer.py", "stories/test_not_recognised.py"),
    *("stories/test_files_and_words.py", "stories/test_statutory_clock.py", "api/test_hostile.py"),
    *("stories/test_handing.py", "stories/test_duties.py", "stories/test_assigning.py", "stories/test_notices.py"),
)
"""Told whole on SQLite; of their second telling, on PostgreSQL, every fourth test, or all with ``LIUHEN_EXAMPLES``:
what differs between the databases lies in the engine, whose tests all run on both."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes and kills servers runs when everything else has been told, or beside it in one process."""
    if "LIUHEN_EXAMPLES" not in os.environ:
        again = [
            i for i in items if f"{i.path.parent.name}/{i.path.name}" in SECOND_TELLING and "[postgresql" in i.name
        ]
        left_out = {id(item) for number, item in enumerate(again) if number % 4}
        if len(items) > len(again):  # somebody who asks for one test gets it
            config.hook.pytest_deselected(items=[i for i in items if id(i) in left_out])
            items[:] = [i for i in items if id(i) not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("chaos") is not None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Only where there are several processes (pytest-xdist)."""
    from tests.processes import ByWhatIsShared

    return ByWhatIsShared(config, log)


def pytest_collection_finish() -> None:
    """What was imported stays: the search for garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Makes databases of either kind; templates live as long as the run."""
    made = Databases()
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """The test runs once on SQLite and once on PostgreSQL."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def template() -> str:
    """The name of the template of which ``settings`` is a copy; a folder or a module whose tests begin with the same
    rows overrides it, and they are made once."""
    return "empty"


@pytest.fixture
def settings(databases: Databases, kind: Kind, template: str) -> Iterator[Settings]:
    """Settings of a fresh database, empty if ``template`` is, whose virtual clock stands at
    ``tests.databases.MORNING``."""
    made = databases.create(kind, template)
    yield made
    databases.drop(made)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The open database of ``settings``."""
    store = Store(settings)
    yield store
    store.close()


@pytest.fixture
def post() -> Iterator[Post]:
    """A mail server on loopback that keeps what it is given."""
    server = Post()
    server.start()
    yield server
    server.stop()
