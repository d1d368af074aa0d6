"""The doctor: each thing that is stuck or misconfigured, and silence where nothing is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, make_url, select, text, update

from api import doctor
from engine import cases, log, publishing, tables
from engine.store import Store, new_id
from tests.api.conftest import House
from tests.databases import Databases, Kind

Row = dict[str, Any]


def complaints(store: Store) -> list[doctor.Complaint]:
    found = doctor.examine(store)
    for one in found:
        assert one.text.zh
        assert one.text.en
        assert one.action.zh
        assert one.action.en
    return found


def rules(store: Store) -> list[str]:
    return [one.rule for one in complaints(store)]


def put(store: Store, table: Any, **row: Any) -> None:
    with store.transaction() as db:
        db.execute(insert(table), row)


def change(house: House, table: Any, case: Row, **values: Any) -> None:
    with house.store.transaction() as db:
        key = table.c.id if table is tables.cases else table.c.case_id
        db.execute(update(table).where(key == case["id"]).values(**values))


def now(store: Store) -> Any:
    with store.reading() as db:
        return store.moment(db).now


def test_a_house_where_all_is_well(house: House) -> None:
    house.case()
    assert rules(house.store) == []


def test_a_database_that_does_not_answer(databases: Databases, kind: Kind) -> None:
    made = databases.create(kind)
    url = make_url(made.database_url)
    gone = url.set(database=str(made.data_dir / "no" / "x.db") if kind == "sqlite" else f"{url.database}_gone")
    store = Store(replace(made, database_url=gone.render_as_string(hide_password=False)))
    if kind == "sqlite":  # the store makes the folder of a new office; here it is taken away under it
        (made.data_dir / "no").rmdir()
    assert rules(store) == ["database"]
    store.close()
    databases.drop(made)


@pytest.mark.parametrize(("revision", "rule"), [("0000", "schema_newer"), (None, "schema")])
def test_a_schema_of_another_release(store: Store, revision: str | None, rule: str) -> None:
    with store.transaction() as db:
        db.execute(text("DELETE FROM alembic_version"))
        if revision is not None:
            db.execute(text(f"INSERT INTO alembic_version VALUES ('{revision}')"))
    assert rules(store) == [rule]


def test_a_disk_that_takes_nothing(lite: House, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    store = Store(replace(lite.store.settings, data_dir=file))
    assert rules(store) == ["disk"]
    store.close()


def test_settings_that_no_office_should_have(house: House, kind: Kind) -> None:
    settings = house.store.settings
    (settings.data_dir / "secret_key").write_text(settings.secret_key)
    asks = {"second_factor": frozenset({"designer"})}
    for changed, expected in (
        ({"base_url": "http://office.example", "clock": "system", **asks}, ["log_stays_inside", "not_https"]),
        ({"base_url": "https://office.example", **asks}, ["log_stays_inside", "virtual_clock"]),
        ({"base_url": "https://office.example", "clock": "system", **asks}, ["log_stays_inside"]),
        ({"base_url": "https://office.example", "clock": "system"}, ["log_stays_inside", "second_factor_optional"]),
        ({"second_factor": frozenset({"desinger"})}, ["second_factor_role"]),
        ({"secret_key": "x" * 40}, ["log_unsigned", "secret_key_weak"]),
    ):
        store = Store(replace(settings, **changed))
        own = [] if kind == "sqlite" or "secret_key" in changed else ["secret_key_default"]
        assert rules(store) == [*expected, *own]
        store.close()


def test_a_second_factor_under_another_secret_key(lite: House) -> None:
    with lite.store.transaction() as db:
        account = db.execute(select(tables.accounts.c.id).where(tables.accounts.c.name == "zhao.zhishu")).scalar_one()
        row = {"account_id": account, "secret": b"of another key", "counter": 0}
        now = lite.store.moment(db).now
        db.execute(insert(tables.second_factors).values(**row, begun_at=now, confirmed_at=now))
    (found,) = complaints(lite.store)
    assert found.rule == "second_factor_sealed"
    assert "zhao.zhishu" in found.text.en


def test_an_office_without_anything(store: Store) -> None:
    assert rules(store) == ["no_office"]


def test_a_chain_that_does_not_end_at_its_head(house: House, kind: Kind) -> None:
    case, other, third = house.case(), house.case("he.yangli", "A seal"), house.case()
    with house.store.transaction() as db:
        if kind == "sqlite":
            for name in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                db.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            db.execute(text("ALTER TABLE entries DISABLE TRIGGER ALL"))
        entries = tables.entries.c
        of = (entries.chain == case["id"]) & (entries.seq == 2)
        db.execute(update(tables.entries).where(of).values(text="{}"))
        db.execute(update(tables.cases).where(tables.cases.c.id == other["id"]).values(trail_seq=1))
        db.execute(update(tables.chains).where(tables.chains.c.id == "office").values(seq=99))
        db.execute(delete(tables.entries).where(entries.chain == third["id"]))
    found = [one for one in complaints(house.store) if one.rule == "trail_broken"]
    assert len(found) == 4
    assert f"liuhen verify --case {case['id']}" in found[0].action.en


def test_a_clock_that_nobody_winds(house: House) -> None:
    case = house.case()
    change(house, tables.cases, case, wake_at=now(house.store) - timedelta(minutes=4))
    assert rules(house.store) == []
    change(house, tables.cases, case, wake_at=now(house.store) - timedelta(minutes=6))
    assert rules(house.store) == ["clock_stands"]


def test_servers_that_fell_silent_or_differ(house: House) -> None:
    store = Store(replace(house.store.settings, clock="system"))
    at = now(store)
    row = {"server": "a:1", "version": "1.0", "started_at": at, "at": at - timedelta(minutes=6)}
    put(store, tables.beats, **row)
    assert rules(store) == ["clock_silent"]
    put(store, tables.beats, **{**row, "server": "b:1", "at": at})
    assert rules(store) == ["log_unsealed"]  # it answers, and gives nothing its place in the log
    log.seal(store)
    assert rules(store) == []
    put(store, tables.beats, **{**row, "server": "c:1", "version": "2.0", "at": at})
    (found,) = complaints(store)
    assert found.rule == "releases_differ"
    assert "b:1 1.0, c:1 2.0" in found.text.en
    store.close()


def test_a_place_outside_that_does_not_get_the_checkpoint(lite: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = Store(replace(lite.store.settings, log_folder=str(tmp_path / "file" / "below"), log_origin="another.name"))
    log.seal(store)
    publishing.tick(store)
    told = complaints(store)
    assert [one.rule for one in told] == ["log_origin", "log_place_late"]
    assert "never" in told[1].text.en
    store.close()


def incident(case: Row, at: Any) -> Row:
    return {"id": new_id(), "case_id": case["id"], "element": "review", "reason": "no value", "opened_at": at}


def test_cases_that_stand_still(house: House) -> None:
    one, other = house.case(), house.case("he.yangli", "A seal")
    with house.store.transaction() as db:
        cases.fail(db, house.store.moment(db), one["id"], "review: nothing is called x here")
        db.execute(delete(tables.incidents))
    put(house.store, tables.incidents, **incident(other, now(house.store)))
    found = {complaint.rule: complaint.text.en for complaint in complaints(house.store)}
    assert found == {
        "case_failed": f"case {one['number']} cannot go on",
        "incident": f"case {other['number']} stands still at “review”: no value",
    }
    with house.store.transaction() as db:
        db.execute(update(tables.incidents).values(resolved_at=house.store.moment(db).now))
    assert rules(house.store) == ["case_failed"]


def test_a_case_that_waits_for_nothing(house: House) -> None:
    case = house.case()
    for table in (tables.task_candidates, tables.timers):
        with house.store.transaction() as db:
            db.execute(delete(table))
    change(house, tables.tasks, case, status="cancelled")
    change(house, tables.cases, case, wake_at=None)
    assert rules(house.store) == ["case_idle"]
    listening = {"case_id": case["id"], "node": 9, "element": "e", "kind": "signal", "name": "s", "key": ""}
    put(house.store, tables.subscriptions, **listening, since=now(house.store))
    assert rules(house.store) == []


def test_jobs_that_nobody_does(house: House) -> None:
    case, at = house.case(), now(house.store)
    row = {"case_id": case["id"], "element": "x", "data": "{}", "retries": 3, "created_at": at, "status": "open"}
    hours = timedelta(hours=1)
    states: list[Row] = [
        {"type": "mail", "status": "failed", "retries": 0, "next_at": at},
        {"type": "mail", "status": "failed", "retries": 0, "next_at": at},
        {"type": "stamp", "locked_until": at - hours, "next_at": at - 3 * hours},
        {"type": "print", "next_at": at - 2 * hours},
        {"type": "post", "next_at": at},
        {"type": "call", "locked_until": at + hours, "next_at": at - 2 * hours},
        {"type": "file", "status": "done", "next_at": at - 2 * hours},
    ]
    for node, state in enumerate(states, 100):
        put(house.store, tables.jobs, **{**row, "id": new_id(), "node": node, **state})
    assert [(one.rule, one.text.en.partition("”")[0]) for one in complaints(house.store)] == [
        ("job_failed", "2 jobs “mail"),
        ("job_abandoned", "1 jobs “stamp"),
        ("job_neglected", "1 jobs “print"),
    ]


def test_messages_that_reach_nobody(house: House) -> None:
    case, at = house.case(), now(house.store)
    row = {"kind": "message", "data": "{}", "at": at, "status": "pending", "key": "k"}
    day = timedelta(days=1)

    def send(**values: Any) -> None:
        put(house.store, tables.messages, **{**row, "id": new_id(), "expires_at": at + day / 2, **values})

    send(name="soon over")
    send(name="not yet", expires_at=at + 9 * day)
    send(name="over", status="expired")
    send(name="call", kind="signal")
    assert [(one.rule, one.text.en.split("“")[1].split("”")[0]) for one in complaints(house.store)] == [
        ("message_unheard", "soon over")
    ]
    with house.store.transaction() as db:
        db.execute(delete(tables.messages))
    listening = {"case_id": case["id"], "node": 9, "element": "e", "kind": "message", "name": "heard", "key": "k"}
    put(house.store, tables.subscriptions, **listening, since=at)
    send(name="heard")
    assert rules(house.store) == []
    send(name="heard", at=at - timedelta(minutes=6))
    assert rules(house.store) == ["message_not_delivered"]


def test_a_task_that_nobody_can_do(house: House) -> None:
    case = house.case()
    with house.store.transaction() as db:
        asked = tables.task_candidates.c.holder
        db.execute(update(tables.task_candidates).values(holder=asked + "-of-nobody"))
    assert rules(house.store) == ["nobody_asked"]
    with house.store.transaction() as db:
        db.execute(delete(tables.task_candidates).where(asked.contains("deputy")))
        person = select(tables.accounts.c.person_id).where(tables.accounts.c.name == "zhao.zhishu")
        zhao = db.execute(person).scalar_one()
        db.execute(update(tables.task_candidates).values(purpose="confirm", holder=f"person:{zhao}"))
    assert rules(house.store) == ["nobody_asked"]
    change(house, tables.tasks, case, status="confirming", claimed_by="y")
    assert rules(house.store) == []
    change(house, tables.tasks, case, claimed_by=zhao)
    assert rules(house.store) == ["nobody_asked"]
    with house.store.transaction() as db:
        db.execute(delete(tables.task_candidates))
    assert rules(house.store) == ["nobody_asked"]


@pytest.mark.parametrize(
    ("held", "age", "timer", "expected"),
    [
        ([{"code": "err_too_early", "earliest": "2026-05-01"}], 30, True, []),
        ([{"code": "form_missing"}], 3, True, []),
        ([{"code": "form_missing"}], 8, True, ["held_long"]),
        ([{"code": "form_missing"}], 1, False, ["held_forgotten"]),
    ],
)
def test_a_task_that_is_held(house: House, held: list[Row], age: int, timer: bool, expected: list[str]) -> None:
    case, at = house.case(), now(house.store)
    task = house.task(case, "review")
    change(house, tables.tasks, case, status="held", held=json.dumps(held), opened_at=at - timedelta(days=age))
    if timer:
        row = {"case_id": case["id"], "task_id": task, "purpose": "open", "due_at": at + timedelta(days=1)}
        put(house.store, tables.timers, **row, id=new_id())
    assert rules(house.store) == expected


def test_many_of_a_kind_are_counted(lite: House) -> None:
    case, at = lite.case(), now(lite.store)
    for _ in range(doctor.MOST + 5):
        put(lite.store, tables.incidents, **incident(case, at))
    found = complaints(lite.store)
    assert len(found) == doctor.MOST + 1
    assert found[-1].text.en == "5 more of the same kind"


def test_the_action_names_what_to_run(lite: House) -> None:
    change(lite, tables.cases, lite.case(), wake_at=now(lite.store) - timedelta(days=1))
    (found,) = complaints(lite.store)
    assert found.as_json("en")["action"] == "run liuhen serve, or liuhen tick"
    assert found.as_json("zh")["action"] == "运行 liuhen serve，或 liuhen tick"
