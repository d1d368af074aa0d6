"""A forgotten password at the doors: asked for by name, set by a link, and never telling who has an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from api.demonstration import PASSWORD
from engine import accounts, tables
from engine.actors import Actor
from engine.store import Store
from tests.api.conftest import House

NAME = "zhao.zhishu"
NEW = "quite another long phrase"
HOME = {"REMOTE_ADDR": "192.0.2.7"}


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    said: list[str] = []

    def hear(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", hear)
    yield said
    event.remove(store.engine, "before_cursor_execute", hear)


def link(house: House) -> str:
    with house.store.transaction() as db:
        account = db.execute(select(tables.accounts.c.id).where(tables.accounts.c.name == NAME)).scalar_one()
        return accounts.begin_reset(db, Actor.operator(), house.store.moment(db), account)[0]


def test_a_known_and_an_unknown_name_are_answered_alike_with_the_same_work(lite: House) -> None:
    browser = lite.anonymous()
    answers, work = [], []
    for name in (NAME, "nobody.here"):
        for _ in range(4):
            with statements(lite.store) as said:
                answer = browser.post("/password-resets", {"name": name}, environ_base=HOME)
            answers.append((answer.status_code, answer.json and answer.json["code"]))
            work.append(said)
    half = len(answers) // 2
    assert answers[:half] == answers[half:] == [(202, None)] * 3 + [(429, "err_throttled")]
    assert work[:half] == work[half:]
    foreign = browser.post("/password-resets", {"name": NAME}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.json["code"] == "err_csrf"


def test_a_link_sets_the_password_and_ends_every_session(house: House) -> None:
    browser, there = house.anonymous(), house.browser(NAME)
    token = link(house)
    short = browser.post("/password-resets/completion", {"token": token, "password": "short"})
    assert (short.status_code, short.json["errors"][0]["code"]) == (422, "err_password_length")
    assert there.get("/me").status_code == 200
    done = browser.post("/password-resets/completion", {"token": token, "password": NEW})
    assert done.status_code == 204
    assert there.get("/me").status_code == 401
    for used in (token, "unknown"):
        refused = browser.post("/password-resets/completion", {"token": used, "password": NEW})
        assert (refused.status_code, refused.json["code"]) == (404, "err_reset_link")
    assert browser.post("/sessions", {"name": NAME, "password": PASSWORD}).status_code == 401
    signed = browser.post("/sessions", {"name": NAME, "password": NEW})
    assert signed.status_code == 201
    notices = browser.get("/notices").json["items"]
    assert isinstance(notices, list)
    assert browser.get("/sessions/ways").json == {"providers": [], "mails_resets": False}
