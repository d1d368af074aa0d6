"""Each administrator through the doors: none reaches the record, and what they wrote past the doors is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from api.app import PREFIX
from engine import tables, verifying
from tests.api.conftest import House, _opened
from tests.databases import Databases
from tests.redteam.attacks import defenceless

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin", "designer")


@pytest.fixture(scope="module")
def house(databases: Databases) -> Iterator[House]:
    yield from _opened(databases, "sqlite")


@pytest.fixture(scope="module")
def case(house: House) -> dict[str, Any]:
    return house.case()


def holder(house: House, role: str) -> str:
    return next(str(name) for name, one in house.office.people.items() if role in one["roles"])


def asked(house: House, name: str, method: str, path: str, body: Any = None) -> int:
    """The status of an answer, whatever it is."""
    browser = house.browser(name)
    return browser.client.open(PREFIX + path, method=method, json=body, headers=browser.headers).status_code


def entries(house: House) -> list[tuple[str, int, str]]:
    table = tables.entries.c
    with house.store.reading() as db:
        rows = db.execute(select(table.chain, table.seq, table.hash).order_by(table.chain, table.seq))
        return [(row.chain, row.seq, row.hash) for row in rows]


@pytest.mark.parametrize("role", [*ADMINISTRATORS, "auditor"])
def test_no_door_changes_what_was_recorded(house: House, case: dict[str, Any], role: str) -> None:
    before, name = entries(house), holder(house, role)
    for path in (
        "/trail",
        "/trail/verification",
        "/trail/checkpoints",
        "/trail/checkpoints/1",
        "/trail/keys",
        f"/cases/{case['id']}/trail",
        f"/trail/entries/{case['id']}/1/proof",
    ):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert asked(house, name, method, path, {}) in (404, 405), (method, path)
    assert entries(house)[: len(before)] == before
    assert verifying.verify(house.store).is_whole


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_does_nothing_in_a_case(house: House, case: dict[str, Any], role: str) -> None:
    name = holder(house, role)
    task = case["open_tasks"][0]["id"]
    assert asked(house, name, "GET", f"/cases/{case['id']}") == 404
    for path in (f"/tasks/{task}/claim", f"/cases/{case['id']}/cancellation", f"/cases/{case['id']}/withdrawal"):
        assert asked(house, name, "POST", path, {"reason": "because"}) in (403, 404), path
    body = {"answers": {}, "decision": "agree"}
    assert asked(house, name, "POST", f"/tasks/{task}/completion", body) in (403, 404)
    table = tables.tasks.c
    with house.store.reading() as db:
        assert db.execute(select(table.completed_by).where(table.id == task)).scalar() is None
    assert verifying.verify(house.store, case["id"]).is_whole


@pytest.mark.parametrize(("role", "allowed"), [("audit_admin", True), ("auditor", True), ("system_admin", False)])
def test_only_those_who_audit_may_verify(house: House, case: dict[str, Any], role: str, allowed: bool) -> None:
    answer = house.browser(holder(house, role)).get("/trail/verification")
    assert answer.status_code == (200 if allowed else 403)
    if allowed:
        assert answer.json["is_whole"] is True
        assert any("No log can prove" in said for said in answer.json["limits"])


def test_rows_that_an_administrator_of_the_database_wrote_are_found(house: House, case: dict[str, Any]) -> None:
    someone = select(tables.posts).limit(1)

    def found(*statements: Any) -> set[tuple[str, int, str]]:
        with house.store.engine.connect() as db:
            began = db.begin()
            defenceless(db)
            for statement in statements:
                db.execute(statement)
            report = verifying.look(db, house.store.settings)
            began.rollback()
        return {(one.chain, one.seq, one.rule) for one in report.findings}

    with house.store.reading() as db:
        post = dict(db.execute(someone).mappings().one())
        member = dict(db.execute(select(tables.memberships).limit(1)).mappings().one())
        state = dict(db.execute(select(tables.unit_states).limit(1)).mappings().one())
        assert db.execute(select(func.count()).select_from(tables.posts)).scalar_one() > 1000
    told = {("office", 1, "unexplained")}
    assert found() == set()
    # What nobody entered, and each row of the thousands that were written at once.
    forged = {**post, "id": "forged", "role": "committee_secretary"}
    assert found(insert(tables.posts).values(**forged)) == {("posts", 0, "unexplained")}
    assert found(insert(tables.memberships).values(**{**member, "id": "forged"})) == {("memberships", 0, "unexplained")}
    assert found(text("DELETE FROM posts WHERE id = (SELECT min(id) FROM posts)")) == told
    for table, row, change in (
        ("posts", post, {"to_on": date(2031, 1, 1)}),
        ("posts", post, {"role": "secretary_of_nothing"}),
        ("memberships", member, {"status": "full_member" if member["status"] != "full_member" else "applicant"}),
        ("people", {"id": member["person_id"]}, {"born_on": date(1990, 1, 1)}),
        ("people", {"id": member["person_id"]}, {"number": "0"}),
        ("unit_states", {"unit_id": state["unit_id"]}, {"can_approve_members": not state["can_approve_members"]}),
        ("units", {"id": state["unit_id"]}, {"code": "X00"}),
        ("relations", {}, {"kind": "forged"}),
    ):
        known = getattr(tables, table)
        mine = [known.c[name] == row[name] for name in ("id", "unit_id") if name in row and name in known.c][:1]
        assert found(update(known).where(*mine).values(**change)) == told, (table, change)
    assert found(update(tables.directory_manifests).values(content=b"")) == told
    assert found(delete(tables.directory_manifests)) == told
    mine = tables.cases.c.id == case["id"]
    changed = found(update(tables.cases).where(mine).values(status="ended"))
    assert {(chain, rule) for chain, _, rule in changed} == {(case["id"], "unexplained")}


def test_who_stands_in_and_what_a_key_may_do_are_as_they_were_given(house: House) -> None:
    people = {name: str(house.office.people[name]["person_id"]) for name in ("zhao.zhishu", "lin.ceshi", "wu.zuwei")}
    with house.store.reading() as db:
        today = house.store.moment(db).today
    days = {"from_on": today.isoformat(), "to_on": (today + timedelta(days=9)).isoformat()}
    leader = house.browser("zhao.zhishu")
    wanted = {"to": people["lin.ceshi"], **days, "reason": "away", "actions": ["act"]}
    revoked, given = "", ""
    for back in (True, False):
        answer = leader.post("/delegations", wanted)
        assert answer.status_code == 201, answer.text
        given = answer.json["id"]
        if back:
            revoked = given
            assert leader.post(f"/delegations/{revoked}/revocation", {"reason": "back"}).status_code == 200
    key = leader.post("/keys", {"name": "robot", "scopes": ["read"]}).json
    found = _Found(house)
    assert found() == set()
    d, k = tables.delegations, tables.keys
    mine, robot = update(d).where(d.c.id == given), update(k).where(k.c.id == key["id"])
    for change in (
        mine.values(to_person_id=people["wu.zuwei"]),
        mine.values(to_on=today + timedelta(days=900)),
        mine.values(scope="{}"),
        mine.values(from_person_id=people["wu.zuwei"]),
        mine.values(revoked_at=datetime(2026, 1, 1, tzinfo=UTC)),
        delete(d).where(d.c.id == given),
        update(d).where(d.c.id == revoked).values(revoked_at=None),
    ):
        assert found(change) == {"delegation.changed"}, str(change)
    for change in (
        robot.values(scopes='["read", "trail.read_all"]'),
        robot.values(hash="0" * 64),
        robot.values(expires_at=datetime(2099, 1, 1, tzinfo=UTC)),
        robot.values(
            account_id=select(tables.accounts.c.id).where(tables.accounts.c.name == "wu.zuwei").scalar_subquery()
        ),
        delete(k).where(k.c.id == key["id"]),
    ):
        assert found(change) == {"key.created"}, str(change)
    with house.store.reading() as db:
        copied = dict(db.execute(select(d).where(d.c.id == given)).mappings().one())
    assert found(insert(d).values(**{**copied, "id": "forged"})) == {"delegations"}


class _Found:
    """What a verification says of something that was done to the database and taken back."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __call__(self, *statements: Any) -> set[str]:
        """The kinds of the entries at which a finding stands; the table where it is of no entry."""
        entries_ = tables.entries.c
        with self.house.store.engine.connect() as db:
            began = db.begin()
            defenceless(db)
            for statement in statements:
                db.execute(statement)
            report = verifying.look(db, self.house.store.settings)
            told = {
                db.execute(select(entries_.kind).where(entries_.chain == one.chain, entries_.seq == one.seq)).scalar()
                or one.chain
                for one in report.findings
            }
            began.rollback()
        return told
