"""tests/effort.py: work is counted, and ended where it does not end by itself."""

from __future__ import annotations

import contextlib
import signal
import sys

import pytest

from tests import effort


def twice(depth: int) -> int:
    return twice(depth - 1) + twice(depth - 1) if depth else 1


def test_the_same_work_costs_the_same_at_every_time() -> None:
    costs = set()
    for _ in range(5):
        with effort.at_most(10_000) as spent:
            sorted(range(1_000), key=lambda number: -number)
        costs.add(spent.calls)
    assert len(costs) == 1
    assert 1_000 <= costs.pop() < 1_100


def test_what_explodes_is_ended_in_the_middle() -> None:
    with pytest.raises(AssertionError, match="the tree took more than 1,000 calls"), effort.at_most(1_000, "the tree"):
        twice(60)
    assert sys.getprofile() is None
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.parametrize("swallowed", [Exception, BaseException])
def test_who_swallows_every_exception_is_found_all_the_same(swallowed: type[BaseException]) -> None:
    # What swallows stands inside what counts.
    with (
        pytest.raises(AssertionError, match="more than 1,000 calls"),
        effort.at_most(1_000),
        contextlib.suppress(swallowed),
    ):
        twice(60)


def test_a_fault_of_the_work_is_handed_on() -> None:
    with pytest.raises(ZeroDivisionError), effort.at_most(100):
        1 / 0  # noqa: B018
    assert sys.getprofile() is None
