"""Where tests of the engine begin: with nothing, or with the small office of ``casework``, which is made once."""

from __future__ import annotations

import pytest

from tests.databases import Databases, Kind
from tests.engine import casework


@pytest.fixture
def template(request: pytest.FixtureRequest, databases: Databases, kind: Kind) -> str:
    """For a test that asks for an ``office``, or a ``hall`` of one: one that stands already."""
    return "empty" if {"office", "hall"}.isdisjoint(request.fixturenames) else casework.template(databases, kind)
