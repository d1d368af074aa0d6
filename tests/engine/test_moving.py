"""An administrator's move: seen beforehand, by two persons, never to where a case could not end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, moving, tables, tasks, views
from engine.errors import Clash, Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_person, add_post
from tests.engine.test_machine import end, par, process, start, sub, xor
from tests.engine.test_returning import step
from tests.together import together


class Desk:
    """A case with two administrators, ann and ben."""

    def __init__(self, office: Office, *elements: str, flows: str) -> None:
        self.office = office
        with office.store.transaction() as db:
            for name in ("ann", "ben"):
                add_person(db, name)
                add_post(db, name, "system_admin", "W0")
        self.office.publish({"process.bpmn": process(start(), *elements, end(), flows=flows).replace('"p"', '"moved"')})
        with office.store.transaction() as db:
            self.case = cases.start(db, office.actor("lin"), office.store.moment(db), definition="moved", unit="B1")

    @property
    def open(self) -> list[str]:
        agrees(self.office, self.case)
        return sorted(t["element"] for t in self.office.sees("otto", self.case)["open_tasks"])

    def does(self, by: str, element: str) -> None:
        self.office.completes(by, self.case, element)

    def tasks(self, *elements: str) -> list[str]:
        return [self.office.open(self.case, e) for e in elements]

    def looks(self, cancel: Sequence[str], start_at: Sequence[str], by: str = "ann") -> dict[str, Any]:
        with self.office.store.reading() as db:
            moment = self.office.store.moment(db)
            found = moving.preview(db, self.office.actor(by), moment, self.case, cancel, start_at)
            return views.move_preview(db, moment, found)

    def proposes(
        self, cancel: Sequence[str], start_at: Sequence[str], by: str = "ann", reason: str = "选错了人"
    ) -> str:
        found: tuple[str, Any] = self.office.does(moving.propose, by, self.case, cancel, start_at, reason)
        return found[0]

    def decides(self, by: str, move: str, agree: bool = True, opinion: str | None = None) -> None:
        self.office.does(moving.confirm, by, self.case, move, agree, opinion)

    def moves(self, by: str = "ann") -> list[dict[str, Any]]:
        with self.office.store.reading() as db:
            return views.moves(db, self.office.actor(by), self.office.store.moment(db), self.case)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def line(office: Office) -> Desk:
    return Desk(office, step("a", "wu"), step("b", "zhao"), step("c", "she"), flows="s>a a>b b>c c>e")


def fork(office: Office) -> Desk:
    return Desk(
        office,
        par("fork"),
        step("a", "wu"),
        step("b", "zhao"),
        par("join"),
        step("c", "she"),
        flows="s>fork fork>a fork>b a>join b>join join>c c>e",
    )


def test_a_move_is_proposed_by_one_and_executed_by_another(office: Office) -> None:
    desk = line(office)
    move = desk.proposes(desk.tasks("a"), ["c"])
    assert desk.open == ["a"]
    desk.decides("ben", move)
    assert desk.open == ["c"]
    assert (office.box("wu"), [t["element"] for t in office.box("she")]) == ([], ["c"])
    told = [e for e in office.entries("otto", desk.case) if e["kind"].startswith("case.move")]
    assert [(e["kind"], e["actor"]["person_id"]) for e in told] == [
        ("case.move_proposed", "p-ann"),
        ("case.moved", "p-ben"),
    ]
    assert told[1]["sentence"].zh == "ben核准后调整了办理位置（取消：a；开始：c）：选错了人"
    assert told[1]["sentence"].en.endswith("agreed and the case was moved (taken away: a; begun: c): 选错了人")
    (row,) = desk.moves("otto")
    assert (row["status"], row["can_confirm"], row["decided_by"]["id"]) == ("done", False, "p-ben")
    desk.does("she", "c")
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_the_preview_says_what_would_happen_and_does_nothing(office: Office) -> None:
    desk = fork(office)
    seen = desk.looks(desk.tasks("a", "b"), ["c"])
    assert [(g["element"], [h.zh for h in g["holders"]]) for g in seen["gone"]] == [("a", ["wu"]), ("b", ["zhao"])]
    assert [(o["element"], o["kind"], [h.zh for h in o["holders"]]) for o in seen["opened"]] == [("c", "task", ["she"])]
    assert (seen["ends"], seen["sound"], seen["void"]) == (False, "sound", [])
    assert desk.looks(desk.tasks("a", "b"), ["e"])["ends"] is True
    assert (desk.open, desk.moves()) == (["a", "b"], [])


def test_nobody_confirms_their_own_proposal(office: Office) -> None:
    desk = line(office)
    move = desk.proposes(desk.tasks("a"), ["c"])
    with pytest.raises(Forbidden) as refusal:
        desk.decides("ann", move)
    assert refusal.value.refusal == "err_own_entry"
    assert desk.open == ["a"]


def test_the_second_person_may_refuse_it_with_an_opinion(office: Office) -> None:
    desk = line(office)
    move = desk.proposes(desk.tasks("a"), ["c"])
    with pytest.raises(Unfit):
        desk.decides("ben", move, agree=False)
    desk.decides("ben", move, agree=False, opinion="不妥")
    assert (desk.open, desk.moves()[0]["status"]) == (["a"], "refused")
    assert office.entries("otto", desk.case)[-1]["kind"] == "case.move_refused"
    with pytest.raises(Clash) as refusal:
        desk.decides("ben", move)
    assert refusal.value.refusal == "err_already_decided"


def test_a_case_that_moved_meanwhile_is_left_alone(office: Office) -> None:
    desk = line(office)
    move = desk.proposes(desk.tasks("a"), ["c"])
    desk.does("wu", "a")
    with pytest.raises(Clash) as refusal:
        desk.decides("ben", move)
    assert refusal.value.refusal == "err_case_moved"
    assert desk.open == ["b"]
    office.does(cases.cancel, "lin", desk.case, "不再需要")
    with pytest.raises(NotNow) as late:
        desk.decides("ben", move)
    assert late.value.refusal == "err_case_not_running"


def test_only_who_runs_procedures_moves_and_never_a_case_of_their_own(office: Office) -> None:
    desk = line(office)
    ref = desk.tasks("a")
    move = desk.proposes(ref, ["c"])
    for other in ("otto", "wu", "dora", "lin"):
        with pytest.raises(Forbidden):
            desk.looks(ref, ["c"], by=other)
        with pytest.raises(Forbidden):
            desk.proposes(ref, ["c"], by=other)
        with pytest.raises(Forbidden):
            desk.decides(other, move)
    with pytest.raises(NotFound):
        desk.moves("dora")
    with office.store.transaction() as db:
        add_post(db, "lin", "system_admin", "W0")
    for act in (lambda: desk.looks(ref, ["c"], by="lin"), lambda: desk.decides("lin", move)):
        with pytest.raises(Forbidden) as refusal:
            act()
        assert refusal.value.refusal == "err_own_case"
    with pytest.raises(NotFound):
        office.does(moving.propose, "ann", "no-such-case", ref, ["c"], "x")
    with pytest.raises(NotFound):
        desk.decides("ben", "no-such-move")
    assert desk.open == ["a"]


def test_what_is_named_has_to_be_there(office: Office) -> None:
    desk = line(office)
    ref = desk.tasks("a")
    for cancel, begin, path in (
        (["nothing"], ["c"], "cancel[0]"),
        ([*ref, "99"], ["c"], "cancel[1]"),
        ([*ref, "９"], ["c"], "cancel[1]"),
        (ref, ["nothing"], "start[0]"),
    ):
        with pytest.raises(Unfit) as refusal:
            desk.proposes(cancel, begin)
        assert [e.path for e in refusal.value.errors] == [path]
    for nowhere in ("s", "moved"):
        with pytest.raises((NotNow, Unfit)):
            desk.proposes(ref, [nowhere])
    with pytest.raises(NotNow):
        desk.proposes([], [])
    with pytest.raises(Unfit) as refusal:
        desk.proposes(ref, ["c"], reason=" ")
    assert [e.path for e in refusal.value.errors] == ["reason"]
    with office.store.reading() as db:
        assert db.execute(select(tables.moves.c.id)).all() == []


def test_a_move_after_which_a_join_would_wait_for_ever_is_refused(office: Office) -> None:
    desk = fork(office)
    for begin in ([], ["c"]):
        with pytest.raises(NotNow) as refusal:
            desk.looks(desk.tasks("a"), begin)
        assert refusal.value.refusal == "err_never_ends"
        assert refusal.value.details["waiting"] == ["join"]
        assert refusal.value.said.zh == "这样调整后事项将无法办结：“join”会一直等待。"
    with pytest.raises(NotNow):
        desk.proposes(desk.tasks("a"), [])
    desk.decides("ben", desk.proposes(desk.tasks("a", "b"), ["join"]))  # past its merging
    assert desk.open == ["c"]


def test_a_process_that_is_not_sound_itself_may_be_moved_to_where_some_way_ends(office: Office) -> None:
    """An exclusive choice into a parallel join never ends: the way past the join is the cure."""
    desk = Desk(
        office,
        step("a", "wu"),
        xor("x"),
        step("b", "zhao"),
        step("c", "she"),
        par("join"),
        step("d", "he"),
        flows="s>a a>x x>b?false x>c! b>join c>join join>d d>e",
    )
    desk.does("wu", "a")
    with pytest.raises(NotNow):
        desk.looks(desk.tasks("c"), ["b"])
    assert desk.looks(desk.tasks("c"), ["d"])["sound"] == "sound"
    seen = desk.looks(desk.tasks("c"), ["b", "c"])
    assert seen["sound"] == "sound"


def test_a_step_inside_a_sub_process_is_moved_within_it(office: Office) -> None:
    desk = Desk(
        office,
        sub("inner", start("is"), step("a", "wu"), step("b", "zhao"), end("ie"), flows="is>a a>b b>ie"),
        step("c", "she"),
        flows="s>inner inner>c c>e",
    )
    desk.decides("ben", desk.proposes(desk.tasks("a"), ["b"]))
    assert desk.open == ["b"]
    desk.does("zhao", "b")
    with pytest.raises(NotNow):
        desk.looks(desk.tasks("c"), ["a"])  # the sub-process is not running any more
    desk.decides("ben", desk.proposes(desk.tasks("c"), ["inner"]))
    assert desk.open == ["a"]


def test_a_node_is_named_by_its_number_as_well(office: Office) -> None:
    desk = line(office)
    with office.store.reading() as db:
        node = db.execute(select(tables.tasks.c.node).where(tables.tasks.c.case_id == desk.case)).scalar_one()
    desk.decides("ben", desk.proposes([str(node)], ["e"]))
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_a_confirmation_and_a_completion_at_the_same_moment(office: Office) -> None:
    desk = line(office)
    move, task = desk.proposes(desk.tasks("a"), ["c"]), desk.tasks("a")[0]

    def confirm() -> str:
        desk.decides("ben", move)
        return "done"

    def complete() -> str:
        office.does(tasks.complete, "wu", task)
        return "done"

    found = together(confirm, confirm, complete)
    if found[2] == "done":
        assert found[:2] == ["err_case_moved"] * 2
        assert desk.open == ["b"]
    else:
        assert found[2] == "err_task_cancelled"
        assert sorted(found[:2]) == ["done", "err_already_decided"]
        assert desk.open == ["c"]
