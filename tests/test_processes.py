"""Tests that share something made once stay in one process."""

from __future__ import annotations

import pytest

from tests.processes import group


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        ("tests/pages/test_duties.py::test_a[chromium]", "tests/pages/test_duties.py::test_b[chromium-phone]", True),
        ("tests/pages/test_duties.py::test_a[chromium]", "tests/pages/test_walks.py::test_a[chromium]", False),
        ("tests/stories/test_handing.py::test_a[sqlite]", "tests/stories/test_handing.py::test_b[sqlite]", True),
        ("tests/stories/test_handing.py::test_a[sqlite]", "tests/stories/test_handing.py::test_b[2-sqlite]", True),
        ("tests/stories/test_handing.py::test_a[sqlite]", "tests/stories/test_handing.py::test_a[postgresql]", False),
        ("tests/chaos/test_chaos.py::test_a[sqlite]", "tests/chaos/test_two_servers.py::test_b", True),
        ("tests/test_house.py::test_a", "tests/test_house.py::test_b[sqlite]", True),
        ("tests/engine/test_store.py::test_a[sqlite]", "tests/engine/test_store.py::test_b[sqlite]", False),
    ],
)
def test_what_is_shared_keeps_tests_together(one: str, other: str, is_shared: bool) -> None:
    assert (group(one) == group(other)) is is_shared
