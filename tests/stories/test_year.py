"""一年：从申请、办理、退回、逾期、委托、交接到归档，全部经由系统的接口，最后对账。

A year of the office, told by the folders themselves and lived through the HTTP door; a very small part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from api import folders, history
from engine import tables
from engine.errors import NotNow
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases

LAST = date(2026, 10, 30)


RECRUITING = ("recruitment", "transfer", "document_dispatch", "document_dispatch_receipt")
ELECTING = ("election_ballot", "election_postponement", "election_approval", "by_election")
IN_APRIL = (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)


def years(*keys: str) -> list[history.Told]:
    """What is told of some procedures, without the years before the year, and one case where it says several."""
    found = [
        replace(one, earlier=min(one.earlier, 120), least=1, settings=one.settings[:1])
        for one in history.years()
        if one.key in keys
    ]
    # An election takes half a year: it begins in April, and the office's calendar begins no other.
    return [replace(one, earlier=170, months=IN_APRIL) if one.key == "election_approval" else one for one in found]


@pytest.fixture(scope="module")
def lived(databases: Databases) -> Iterator[tuple[Store, history.Lived]]:
    """Half a year: a recruitment and a transfer, a document sent to two units, an election from the reminder to the
    reply on its result, a by-election, a postponement, and what happens to people meanwhile."""
    offices.built(databases, "sqlite")
    store = Store(databases.create("sqlite", offices.EMPTY_LIBRARY))
    try:
        offices.publish(store, "document_dispatch_receipt", *RECRUITING[:3], *ELECTING)
        office = history.read_office(folders.PROCESSES / history.OFFICE)
        with apps.lent(store) as (app, _):
            life = history.Life(
                store,
                app,
                years(*RECRUITING, *ELECTING),
                replace(office, handing=replace(office.handing, transferred=0.05, entrusted=0.05, signed=0.05)),
                last=LAST,
                days=40,
                scale=0.012,
                seed=3,
            )
            yield store, life.live()
    finally:
        databases.drop(store.settings)
        store.close()


def test_a_year_ends_without_anything_wrong(lived: tuple[Store, history.Lived]) -> None:
    """对账：留痕完整，件数相符，无人可办的任务、没有想到的拒绝、未处理的故障都没有。"""
    store, told = lived
    found = history.reckon(store, told)
    assert found.findings == []
    assert all(there == said for _, said, there in found.compared)
    assert {*RECRUITING, *ELECTING} == set(found.cases)
    assert found.cases["election_approval"] == 1, "the office set the parameter: none begins by itself"
    assert found.outcomes["election_ballot elected"] > 1
    assert told.completed["election_approval reply_result"] == 1, "the new term is written into the directory"
    assert told.done["parameter.changed"] == 1
    assert told.done["task.completed"] > 10
    assert told.receipts


def test_the_reckoning_sees_what_is_not_as_it_was_told(lived: tuple[Store, history.Lived]) -> None:
    """对账不是摆设：少算一件、多一张回执、有人不能登录，都看得出来。"""
    store, told = lived
    other = replace(told, receipts=[*told.receipts, ("office", 1, "0" * 64)], started=told.started.copy())
    other.started["document_dispatch"] += 1
    findings = history.reckon(store, other).findings
    assert len(findings) == 2
    assert findings[0].startswith("cases of document_dispatch: the doors told")
    assert findings[1] == "1 receipts are not in the trail"

    with store.transaction() as db:
        accounts = db.execute(select(tables.accounts)).mappings().all()
        sessions = db.execute(select(tables.sessions)).mappings().all()
        db.execute(delete(tables.sessions))
        db.execute(delete(tables.accounts))
    try:
        assert "open tasks ask nobody who can sign in" in "".join(history.reckon(store, told).findings)
    finally:
        with store.transaction() as db:
            db.execute(insert(tables.accounts), [dict(row) for row in accounts])
            if sessions:
                db.execute(insert(tables.sessions), [dict(row) for row in sessions])


def test_a_year_that_was_interrupted_is_not_taken_for_a_whole_one(databases: Databases) -> None:
    """中断的一年：说明停在哪一天，怎样重新开始。"""
    made = databases.create("sqlite")
    past, office = Store(made), Store(replace(made, clock="system"))
    try:
        with past.transaction() as db:
            past.set_clock(db, datetime(2026, 3, 2, 1, tzinfo=UTC))
        past.close()
        with pytest.raises(NotNow, match="2026-03-02") as refused:
            history.make(office)
        assert refused.value.refusal == "err_year_interrupted"
        assert "空的数据库" in refused.value.said.zh
    finally:
        office.close()
        databases.drop(made)


@pytest.mark.parametrize(
    "said",
    [
        '{"casse": 3}',
        '{"months": [1, 2]}',
        '{"start": {"by": "=actor"}}',
        '{"steps": {"train": {"after": [5, 2]}}}',
        '{"steps": {"train": [{"decison": "pass"}]}}',
        '{"withdrawn": {"share": 0.1, "after": [1, 2], "why": "x"}}',
        '{"settings": [{"name": "prm_x", "valeu": 1, "by": "=1", "reason": "x"}]}',
        '{"names": ["x"]}',
        "[]",
        "{",
    ],
)
def test_a_misspelt_word_is_not_passed_over(tmp_path: Path, said: str) -> None:
    (tmp_path / "year.json").write_text(said)
    with pytest.raises(history.WronglyTold, match=r"year\.json"):
        history.read(tmp_path)


@pytest.mark.parametrize("folder", folders.all_in(), ids=lambda folder: folder.name)
def test_every_step_that_is_told_is_a_step(folder: Path) -> None:
    """年度数据里的步骤名称，流程里都有。"""
    told = history.read(folder)
    text = (folder / "process.bpmn").read_text(encoding="utf-8")
    assert [e for e in (told.steps if told else ()) if e != "*" and f'id="{e}"' not in text] == []


def test_what_nobody_told_is_filled_in_from_the_form() -> None:
    form: dict[str, Any] = {
        "components": [
            {"type": "textarea", "key": "text", "validate": {"required": True, "minLength": 30, "maxLength": 31}},
            {"type": "number", "key": "count", "validate": {"required": True, "min": 3}},
            {"type": "datetime", "key": "on", "validate": {"required": True}},
            {"type": "select", "key": "kind", "validate": {"required": True}, "values": [{"value": "a"}]},
            {"type": "checklist", "key": "ticks", "validate": {"required": True}, "values": [{"value": "a"}]},
            {"type": "person", "key": "who", "validate": {"required": True}},
            {"type": "textfield", "key": "note"},
            {"type": "textfield", "key": "shown", "readonly": True},
            {"type": "textfield", "key": "hid", "validate": {"required": True}, "conditional": {"hide": "=kind"}},
            {"type": "checkbox", "key": "yes"},
            {
                "type": "dynamiclist",
                "path": "rows",
                "validate": {"required": True},
                "components": [{"type": "number", "key": "n", "validate": {"required": True}}],
            },
        ]
    }
    filled = history.fill(form, {"shown": "x"}, {"yes": True}, LAST, lambda _t, _n: True, lambda _p, _k: ["somebody"])
    text = filled.pop("text")
    assert 30 <= len(text) <= 31
    assert filled == {
        "yes": True,
        "count": 3,
        "on": "2026-10-30",
        "kind": "a",
        "ticks": ["a"],
        "who": "somebody",
        "rows": [{"n": 1}],
    }
