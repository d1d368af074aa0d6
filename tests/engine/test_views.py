"""What people see, told with the two-step procedure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine import tasks, views
from engine.store import Store
from tests.engine.casework import Office


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def twice(office: Office, by: str, case: str, element: str, answers: dict[str, Any], decision: str) -> list[Any]:
    """What a completion led to, as the deed remembers it and as the rows say it."""
    task = office.open(case, element)
    actor = office.actor(by)
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        what = tasks.complete(db, actor, moment, task, answers, decision)
        assert what.after is not None, "nothing else was open"
        return [views.done(db, actor, moment, one) for one in (what, replace(what, after=None))]


def test_what_a_deed_remembers_is_what_the_rows_say(office: Office) -> None:
    case = office.start()
    remembered, read = twice(office, "wu", case, "check", {"checked_on": "2026-03-02"}, "pass")
    assert remembered == read
    assert (remembered["task"]["status"], remembered["case"]["status"]) == ("completed", "running")
    office.tick_to("2026-03-03")
    remembered, read = twice(office, "zhao", case, "approve", {"limit": 5}, "approve")
    assert remembered == read
    assert (remembered["now_with"], remembered["next_task"], remembered["case"]["status"]) == ([], None, "ended")
