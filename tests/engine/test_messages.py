"""Messages and signals between cases: either order, the same moment, once, and nobody in anybody's way."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine import cases, clock, messages, tables, tasks, trail
from engine.actors import Actor
from engine.errors import Forbidden, Unfit
from engine.store import Store
from tests.engine.casework import Office, folder


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store, "asks_and_hears", "answers_requests")


PROGRAM = Actor("a-program", None, "程序", "Program", permissions=frozenset({messages.PERMISSION}), source="api")


def test_a_request_starts_its_answer_and_the_reply_comes_home(office: Office) -> None:
    asking = office.start("lin", "asks_and_hears")
    assert messages.deliver(office.store) == 1
    assert [t["element"] for t in office.box("zhao")] == ["decide"]
    answering = office.box("zhao")[0]["case"]["id"]
    office.completes("zhao", answering, "decide", decision="yes")
    assert messages.deliver(office.store) == 1
    seen = office.sees("otto", asking)
    assert (seen["status"], seen["outcome"]) == ("ended", "heard")
    assert seen["data"] == {"answer": "yes", "asked_on": "2026-03-02"}
