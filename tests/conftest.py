"""What every test may ask for: ``store`` (an empty migrated database, once per kind) and ``databases``."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as random_tests

from engine.settings import Settings
from engine.store import Store
from tests.databases import KINDS, Databases, Kind

# No random test fails because a machine is slow.
random_tests.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
random_tests.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``python3 run.py chaos [--seconds N]``. Here, and not in tests/chaos: options are read before folders are."""
    parser.addoption("--seconds", type=float, default=60, help="how long each database is under the storm")
    parser.addoption("--seed", type=int, default=None, help="the chances of an earlier storm")


SECOND_TELLING = ("test_recruitment.py", "test_hostile.py")
"""Told whole on SQLite; of their second telling, on PostgreSQL, every fourth test, or all with ``LIUHEN_EXAMPLES``:
what differs between the databases lies in the engine, whose tests all run on both."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes and kills servers runs when everything else has been told."""
    if "LIUHEN_EXAMPLES" not in os.environ:
        again = [i for i in items if i.path.name in SECOND_TELLING and "[postgresql" in i.name]
        left_out = {id(item) for number, item in enumerate(again) if number % 4}
        if len(items) > len(again):  # somebody who asks for one test gets it
            config.hook.pytest_deselected(items=[i for i in items if id(i) in left_out])
            items[:] = [i for i in items if id(i) not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("chaos") is not None)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases of either kind; templates live as long as the run."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """The test runs once on SQLite and once on PostgreSQL."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def settings(databases: Databases, kind: Kind) -> Iterator[Settings]:
    """Settings of a fresh empty database whose virtual clock stands at ``tests.databases.MORNING``."""
    made = databases.create(kind)
    yield made
    databases.drop(made)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The open database of ``settings``."""
    store = Store(settings)
    yield store
    store.close()
