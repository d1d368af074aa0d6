"""``python3 run.py chaos [--seconds N]``: how long the storm lasts, and the figures at the end."""

from __future__ import annotations

import pytest

FIGURES = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seconds", type=float, default=60, help="how long each database is under the storm")
    parser.addoption("--seed", type=int, default=None, help="the chances of an earlier run")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[FIGURES]:
        terminalreporter.write_line(line)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines to print when the run is over."""
    return request.config.stash[FIGURES]
