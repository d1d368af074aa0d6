"""How often a request asks the database: counted, because each time is a way over the network and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from tests.api.conftest import House

SECRETARY, COMMISSIONER = "zhao.zhishu", "wu.zuwei"
Listen = Callable[[], AbstractContextManager[list[str]]]
_OWN = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "--")


@pytest.fixture
def asked(house: House, monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Gives the statements that the driver is given; the clock of the tests is none of them."""
    said: list[str] = []
    plain = psycopg.Cursor.execute

    def listening(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
        said.append(str(query))
        return plain(cursor, query, *rest, **more)

    def traced(opened: Any, *_: Any) -> None:
        opened.set_trace_callback(said.append)

    if house.store.is_sqlite:
        event.listen(house.store.engine, "checkout", traced)
    else:
        monkeypatch.setattr(psycopg.Cursor, "execute", listening)

    @contextmanager
    def listen() -> Iterator[list[str]]:
        said.clear()
        found: list[str] = []
        yield found
        for one in said:
            # SQLite says a statement once more for each trigger that it sets off.
            if not one.startswith(_OWN) and "virtual_clock" not in one and one not in found[-1:]:
                found.append(one)

    return listen


def test_a_task_is_opened_claimed_and_completed_with_few_questions(house: House, asked: Listen) -> None:
    """A step of a procedure with duties, parameters and a term, where the server is warm."""
    for first in (True, False):
        case = house.case()
        task = house.task(case, "review")
        secretary = house.browser(SECRETARY)
        with asked() as shown:  # the first look goes on record, in a transaction of its own
            assert secretary.get(f"/tasks/{task}").status_code == 200
        with asked() as page:
            assert secretary.get(f"/tasks/{task}").status_code == 200
        with asked() as claim:
            assert secretary.post(f"/tasks/{task}/claim", headers={"Idempotency-Key": f"c{first}"}).status_code == 200
        with asked() as completion:
            sent = {"answers": {"note": "ok"}, "decision": "agree"}
            done = secretary.post(f"/tasks/{task}/completion", sent, headers={"Idempotency-Key": f"d{first}"})
            assert done.status_code == 200, done.text
    most = {"shown": 17, "page": 9, "claim": 16, "completion": 17}
    if not house.store.is_sqlite:  # what a deed writes goes there in one statement
        most |= {"claim": 14, "completion": 8}
    counted = {"shown": len(shown), "page": len(page), "claim": len(claim), "completion": len(completion)}
    assert all(counted[name] <= most[name] for name in most), [counted, *completion]


def test_nothing_is_asked_twice_in_one_deed(house: House, asked: Listen) -> None:
    case = house.case()
    task = house.task(case, "review")
    secretary = house.browser(SECRETARY)
    with asked() as said:
        secretary.post(f"/tasks/{task}/completion", {"answers": {"note": "ok"}, "decision": "agree"})
    assert len(said) == len(set(said)), said
