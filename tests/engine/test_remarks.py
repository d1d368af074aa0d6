"""Words beside the deeds: comments, copies, urging, phrases; who may, and who hears of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from engine import remarks, tables
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office
from tests.engine.directory import add_post
from tests.engine.test_attachments import entries
from tests.engine.test_returning import Desk, step
from tests.together import together


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def desk(office: Office, a: str = "", b: str = "") -> Desk:
    """a (wu) ▸ b (zhao)."""
    return Desk(office, step("a", "wu", a), step("b", "zhao", b), flows="s>a a>b b>e")


def told(office: Office, kind: str) -> list[str]:
    """Whom the notices of a kind are for."""
    table = tables.outbox.c
    with office.store.reading() as db:
        return sorted(db.execute(select(table.holder).where(table.kind == kind)).scalars())


def copied(office: Office, name: str) -> list[dict[str, Any]]:
    table = tables.copies
    with office.store.reading() as db:
        found = db.execute(select(table).where(table.c.person_id == f"p-{name}").order_by(table.c.id))
        return [dict(r) for r in found.mappings()]


# ---------------------------------------------------------------- comments


def test_whoever_sees_the_whole_case_comments_on_it(office: Office) -> None:
    here = desk(office)
    office.does(remarks.comment, "wu", "请核对日期", ["p-otto"], task_id=here.task("a"))
    office.does(remarks.comment, "otto", "已核对", case_id=here.case)
    first, second = entries(here, "comment.added")
    assert (first["opinion"], first["mentions"], first["element"]) == ("请核对日期", ["p-otto"], "a")
    assert second["opinion"] == "已核对"
    said = [(e["sentence"].zh, e["opinion"]) for e in office.entries("otto", here.case)]
    assert ("wu留言。", "请核对日期") in said


def test_others_do_not_comment_and_nothing_tells_them_the_case_is_there(office: Office) -> None:
    here = desk(office)
    for asked in ({"case_id": here.case}, {"task_id": here.task("a")}, {"case_id": "nothing"}):
        with pytest.raises(NotFound):
            office.does(remarks.comment, "qian", "?", **asked)
    with pytest.raises(Unfit):
        office.does(remarks.comment, "wu", "  ", case_id=here.case)


def test_a_mention_tells_who_may_see_the_case_and_lets_nobody_in(office: Office) -> None:
    here = desk(office)
    with pytest.raises(Unfit, match="err_may_not_see"):
        office.does(remarks.comment, "wu", "请看", ["p-qian"], case_id=here.case)
    with pytest.raises(NotFound):
        office.sees("qian", here.case)
    office.does(remarks.comment, "wu", "请看", ["p-lin", "p-lin"], case_id=here.case)
    assert told(office, "comment.mentioned") == ["person:p-lin"]
    with pytest.raises(Unfit):
        office.does(remarks.comment, "wu", "请看", [f"p-{n}" for n in range(21)], case_id=here.case)


# ---------------------------------------------------------------- copies


def test_a_copy_lets_somebody_see_the_case_and_is_read_once(office: Office) -> None:
    here = desk(office)
    assert office.does(remarks.copy, "wu", here.task("a"), ["p-qian", "p-wu"], "供参考") == ["p-qian"]
    assert office.sees("qian", here.case)["id"] == here.case
    (copy,) = copied(office, "qian")
    assert (copy["by_id"], copy["note"], copy["read_at"]) == ("p-wu", "供参考", None)
    assert told(office, "case.copied") == ["person:p-qian"]
    assert office.does(remarks.copy, "wu", here.task("a"), ["p-qian"]) == []  # it lies there unread
    assert office.does(remarks.read_copies, "otto", [here.case]) == 0
    assert office.does(remarks.read_copies, "qian", [here.case]) == 1
    assert office.does(remarks.read_copies, "qian") == 0
    assert office.does(remarks.copy, "wu", here.task("a"), ["p-qian"]) == ["p-qian"]
    assert [e["copied_to"] for e in entries(here, "case.copied")] == [["person:p-qian"]] * 2
    # To see is not to do.
    assert office.box("qian") == []


def test_only_who_does_the_step_sends_copies(office: Office) -> None:
    here = desk(office)
    with pytest.raises(Forbidden, match="err_may_not_copy"):
        office.does(remarks.copy, "otto", here.task("a"), ["p-qian"])
    with pytest.raises(NotFound):
        office.does(remarks.copy, "qian", here.task("a"), ["p-qian"])
    for to in ([], ["p-nobody"], [f"p-{n}" for n in range(51)]):
        with pytest.raises(Unfit):
            office.does(remarks.copy, "wu", here.task("a"), to)
    done = here.does("wu", "a")
    assert office.does(remarks.copy, "wu", done, ["p-qian"]) == ["p-qian"]


def test_the_procedure_copies_when_a_step_opens_and_when_it_is_done(office: Office) -> None:
    at_open = '<liuhen:copy person="=&quot;p-she&quot;" on="opened" note="知悉"/>'
    at_done = '<liuhen:copy role="branch_secretary" at="=&quot;B2&quot;" outcome="pass"/>'
    chosen = '<liuhen:outcome value="pass" kind="agree"/><liuhen:outcome value="drop" kind="neutral"/>'
    here = desk(office, at_open + chosen + at_done.replace("B2", "u-B2"))
    assert [c["note"] for c in copied(office, "she")] == ["知悉"]
    assert copied(office, "qian") == []
    here.does("wu", "a", decision="pass")
    (copy,) = copied(office, "qian")
    assert copy["by_id"] is None
    assert office.sees("qian", here.case)["id"] == here.case
    assert here.open == ["b"]
    assert len(entries(here, "case.copied")) == 2


def test_a_copy_shows_the_subject_no_more_than_before(office: Office) -> None:
    case = office.start("lin")  # two_steps is about whoever asks
    task = office.open(case, "check")
    assert office.does(remarks.copy, "wu", task, ["p-lin"]) == ["p-lin"]
    sentences = [e["sentence"].en for e in office.entries("lin", case)]
    assert "Progress: Check" in sentences
    with pytest.raises(NotFound):
        office.does(remarks.comment, "lin", "?", case_id=case)


# ---------------------------------------------------------------- urging


def test_a_task_is_urged_once_in_four_hours(office: Office) -> None:
    here = desk(office)
    again = office.does(remarks.urge, "lin", here.task("a"))
    assert told(office, "task.urged") == ["person:p-wu"]
    with pytest.raises(NotNow, match="err_urged_lately") as refused:
        office.does(remarks.urge, "otto", here.task("a"))
    assert refused.value.details["again_at"] == again.isoformat()
    assert "13:00" in refused.value.said.zh
    office.at("2026-03-02", hour=13)
    office.does(remarks.urge, "otto", here.task("a"))
    assert len(entries(here, "task.urged")) == 2


def test_who_cannot_urge(office: Office) -> None:
    here = desk(office)
    task = here.task("a")
    with pytest.raises(NotFound):
        office.does(remarks.urge, "qian", task)
    with pytest.raises(NotNow, match="err_own_task"):
        office.does(remarks.urge, "wu", task)
    here.does("wu", "a")
    with pytest.raises(NotNow, match="err_step_not_open"):
        office.does(remarks.urge, "lin", task)


def test_two_who_urge_at_the_same_moment_urge_once(office: Office) -> None:
    here = desk(office)
    task = here.task("a")
    said = together(
        lambda: bool(office.does(remarks.urge, "lin", task)), lambda: bool(office.does(remarks.urge, "otto", task))
    )
    assert sorted(map(str, said)) == ["True", "err_urged_lately"]
    assert told(office, "task.urged") == ["person:p-wu"]


def test_the_person_a_case_is_about_may_urge_it(office: Office) -> None:
    case = office.start("lin")
    office.does(remarks.urge, "lin", office.open(case, "check"))
    assert len(told(office, "task.urged")) == 1


# ---------------------------------------------------------------- phrases


def phrases(office: Office, by: str) -> tuple[list[str], list[str]]:
    with office.store.reading() as db:
        return remarks.phrases(db, office.actor(by))


def test_everybody_has_phrases_of_their_own_and_those_of_the_office(office: Office) -> None:
    with office.store.transaction() as db:
        add_post(db, "dora", "system_admin", "W0")
    office.does(remarks.set_phrases, "wu", ["同意。", "  请  补充 材料 。", "同意。"])
    office.does(remarks.set_phrases, "dora", ["情况属实。"], office=True)
    assert phrases(office, "wu") == (["同意。", "请 补充 材料 。"], ["情况属实。"])
    assert phrases(office, "zhao") == ([], ["情况属实。"])
    office.does(remarks.set_phrases, "wu", [])
    assert phrases(office, "wu") == ([], ["情况属实。"])
    with office.store.reading() as db:
        table = tables.entries.c
        (text,) = db.execute(select(table.text).where(table.kind == "phrases.changed")).scalars()
    assert json.loads(text)["phrases"] == ["情况属实。"]


def test_who_may_not_change_the_phrases(office: Office) -> None:
    with pytest.raises(Forbidden):
        office.does(remarks.set_phrases, "wu", ["同意。"], office=True)
    for wrong in ([" "], [str(n) for n in range(51)]):
        with pytest.raises(Unfit):
            office.does(remarks.set_phrases, "wu", wrong)
