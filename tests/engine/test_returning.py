"""Back along the way a case has come: returned, taken back; across branches, joins, instances and sub-processes."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, definitions, returning, tables, tasks, views
from engine.errors import Clash, Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees, folder
from tests.engine.directory import add_post
from tests.engine.test_machine import end, par, process, start, sub
from tests.together import together

ANY = '<liuhen:return to="any"/>'
STRAIGHT = '<liuhen:return to="any" mode="straight"/>'
ASK = '<liuhen:return to="any" mode="ask"/>'


ROUNDS = '<liuhen:outcome value="once_more" kind="neutral"/><liuhen:outcome value="on" kind="agree"/>'


def step(id_: str, who: str, words: str = ANY, more: str = "", inside: str = "") -> str:
    """A user task for a person (``wu``) or for whoever holds a post (``@branch_secretary``)."""
    asked = f'role="{who[1:]}" at="=case.unit"' if who.startswith("@") else f'person="=&quot;p-{who}&quot;"'
    words = f"<bpmn:extensionElements><liuhen:who {asked}/>{words}</bpmn:extensionElements>"
    return f'<bpmn:userTask id="{id_}" {more}>{words}{inside}</bpmn:userTask>'


def many(id_: str, items: str, words: str = ANY) -> str:
    """A countersign: one instance for each of some people."""
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        f'<liuhen:loopCharacteristics inputCollection="={items}" inputElement="signer"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    who = f'<bpmn:extensionElements><liuhen:who person="=signer"/>{words}</bpmn:extensionElements>'
    return f'<bpmn:userTask id="{id_}">{who}{loop}</bpmn:userTask>'


class Desk:
    """A case of a small procedure, and everybody's worklist."""

    def __init__(self, office: Office, *elements: str, flows: str, files: Mapping[str, str] | None = None) -> None:
        self.office = office
        text = process(start(), *elements, end(), flows=flows).replace('id="p"', 'id="back"')
        self.office.publish({"process.bpmn": text, **(files or {})})
        with office.store.transaction() as db:
            self.case = cases.start(db, office.actor("lin"), office.store.moment(db), definition="back", unit="B1")

    @property
    def open(self) -> list[str]:
        agrees(self.office, self.case)
        return sorted(t["element"] for t in self.office.sees("otto", self.case)["open_tasks"])

    def task(self, element: str, by: str | None = None) -> str:
        """The open task of an element; of several the one that is for ``by``."""
        t = tables.tasks
        with self.office.store.reading() as db:
            query = select(t.c.id, t.c.why).where(
                t.c.case_id == self.case, t.c.element == element, t.c.status.in_(cases.OPEN_STATUSES)
            )
            found = [r for r in db.execute(query.order_by(t.c.node)) if by is None or f"p-{by}" in r.why]
        return str(found[0].id)

    def does(self, by: str, element: str, **more: Any) -> str:
        mine = self.row(element, "open", asks=by)
        self.office.does(tasks.complete, by, mine["id"], **more)
        return str(mine["id"])

    def returns(
        self, by: str, element: str, to: str | None, opinion: str = "请补充", **more: Any
    ) -> returning.Returned:
        mine = self.row(element, "open", asks=by)
        found = self.office.does(returning.return_, by, mine["id"], to, opinion, **more)
        assert isinstance(found, returning.Returned)
        return found

    def withdraws(self, by: str, task: str, reason: str = "填错了") -> returning.Returned:
        found = self.office.does(returning.withdraw, by, task, reason)
        assert isinstance(found, returning.Returned)
        return found

    def row(self, element: str, status: str, asks: str | None = None) -> Mapping[str, Any]:
        t = tables.tasks
        query = select(t).where(t.c.case_id == self.case, t.c.element == element, t.c.status == status)
        with self.office.store.reading() as db:
            found = [dict(r) for r in db.execute(query.order_by(t.c.node.desc())).mappings()]
        mine = [r for r in found if asks is not None and f"p-{asks}" in r["why"]]
        return (mine or found)[0]

    def void(self) -> list[str]:
        """The elements of the completions that are void, in the order in which they were opened."""
        t = tables.tasks
        query = select(t.c.element).where(t.c.case_id == self.case, t.c.void_at.is_not(None)).order_by(t.c.node)
        with self.office.store.reading() as db:
            return list(db.execute(query).scalars())

    def can(self, by: str) -> dict[str, bool]:
        return {i["element"]: i["can_withdraw"] for i in self.office.box(by, "done")}

    def targets(self, by: str, element: str) -> dict[str, dict[str, Any]]:
        task = self.task(element, by)
        with self.office.store.reading() as db:
            found = views.returns(db, self.office.actor(by), self.office.store.moment(db), task)
        return {t["to"]: t for t in found["targets"]}

    def kinds(self) -> list[str]:
        return [e["kind"] for e in self.office.entries("otto", self.case)]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def line(office: Office, **words: str) -> Desk:
    """a (wu) ▸ b (zhao) ▸ c (she)."""
    found = {"a": ANY, "b": ANY, "c": ANY, **words}
    return Desk(
        office,
        step("a", "wu", found["a"], 'liuhen:step="1"'),
        step("b", "zhao", found["b"], 'liuhen:step="2"'),
        step("c", "she", found["c"], 'liuhen:step="3"'),
        flows="s>a a>b b>c c>e",
    )


# ---------------------------------------------------------------- a line


def test_a_task_goes_back_to_an_earlier_step_and_what_came_of_it_is_void_but_readable(office: Office) -> None:
    desk = line(office)
    first = desk.does("wu", "a", opinion="同意")
    desk.does("zhao", "b")
    back = desk.returns("she", "c", "a", "附件缺页")
    assert (back.target, desk.open, desk.void()) == ("a", ["a"], ["a", "b"])
    assert set(back.void) == {first, desk.row("b", "completed")["id"]}
    (item,) = office.box("wu")
    assert (item["element"], item["claimed_by"]) == ("a", {"id": "p-wu", "name": office.actor("wu").text})
    told = office.entries("otto", desk.case)
    returned = next(e for e in told if e["kind"] == "task.returned")
    assert returned["sentence"].zh == "she将“c”退回到“a”：附件缺页"
    assert returned["sentence"].en == "she (en) returned “c” to “a”: 附件缺页"
    assert [(e["element"], e["is_void"]) for e in told if e["kind"] == "task.completed"] == [("a", True), ("b", True)]
    with office.store.reading() as db:
        kept = views.task(db, office.actor("wu"), office.store.moment(db), first, "zh")
        opinion = db.execute(select(tables.tasks.c.opinion).where(tables.tasks.c.id == first)).scalar_one()
    assert (kept["status"], kept["void_at"] is not None, opinion) == ("completed", True, "同意")
    assert [i["status"] for i in office.box("she", "done")] == ["returned"]
    desk.does("wu", "a")
    desk.does("zhao", "b")
    desk.does("she", "c")
    assert office.sees("otto", desk.case)["status"] == "ended"
    assert [s["times"] for s in office.sees("otto", desk.case)["steps"]] == [1, 1, 1]


def test_straight_back_leads_to_whoever_returned_it_and_what_lay_between_stands(office: Office) -> None:
    desk = Desk(
        office,
        step("a", "wu"),
        step("b", "zhao"),
        step("c", "@branch_secretary", STRAIGHT),
        flows="s>a a>b b>c c>e",
    )
    desk.does("wu", "a")
    desk.does("zhao", "b")
    returned = desk.returns("she", "c", "a")
    assert (returned.straight, desk.open, desk.void()) == (True, ["a"], ["a", "b"])
    desk.does("wu", "a")
    assert (desk.open, desk.void()) == (["c"], ["a"])  # b's completion counts again
    assert [t["element"] for t in office.box("she")] == ["c"]
    assert office.box("zhao") == []  # the other secretary: it went straight to who returned it
    assert "task.handed_back" in desk.kinds()
    desk.does("she", "c")
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_where_the_designer_lets_them_choose_the_approver_says_what_comes_after(office: Office) -> None:
    for straight, then in ((None, ["b"]), (False, ["b"]), (True, ["c"])):
        desk = line(office, c=ASK)
        desk.does("wu", "a")
        desk.does("zhao", "b")
        desk.returns("she", "c", "a", straight=straight)
        desk.does("wu", "a")
        assert desk.open == then


def test_what_comes_after_is_the_designers_to_say(office: Office) -> None:
    for words, straight in ((ANY, True), (STRAIGHT, False)):
        desk = line(office, c=words)
        desk.does("wu", "a")
        desk.does("zhao", "b")
        with pytest.raises(Unfit) as refusal:
            desk.returns("she", "c", "a", straight=straight)
        assert [e.path for e in refusal.value.errors] == ["straight"]
        assert desk.open == ["c"]


def test_a_task_is_returned_again_and_again(office: Office) -> None:
    desk = line(office)
    for _ in range(3):
        desk.does("wu", "a")
        desk.does("zhao", "b")
        desk.returns("she", "c", "b")
        assert desk.open == ["b"]
        desk.does("zhao", "b")
        desk.returns("she", "c", "a")
        assert desk.open == ["a"]
    assert desk.void().count("b") == 6
    for who, element in (("wu", "a"), ("zhao", "b"), ("she", "c")):
        desk.does(who, element)
    assert office.sees("otto", desk.case)["status"] == "ended"


@pytest.mark.parametrize("words", [ANY, STRAIGHT])
def test_whoever_it_was_returned_to_may_return_it_further(office: Office, words: str) -> None:
    desk = line(office, b=words, c=words)
    desk.does("wu", "a")
    desk.does("zhao", "b")
    desk.returns("she", "c", "b")
    desk.returns("zhao", "b", "a")
    assert (desk.open, desk.void()) == (["a"], ["a", "b"])
    for who, element in (("wu", "a"), ("zhao", "b"), ("she", "c")):
        assert desk.open == [element]
        desk.does(who, element)
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_every_round_of_a_step_that_came_after_is_void(office: Office) -> None:
    """b is done twice in a loop that was drawn; back to a, neither round counts."""
    desk = Desk(
        office,
        step("a", "wu", ANY, 'liuhen:step="1"'),
        step("b", "zhao", ROUNDS, 'liuhen:step="2"'),
        '<bpmn:exclusiveGateway id="x"/>',
        step("c", "she", ANY, 'liuhen:step="3"'),
        flows='s>a a>b b>x x>b?b_outcome="once_more" x>c! c>e',
    )
    desk.does("wu", "a")
    desk.does("zhao", "b", decision="once_more")
    desk.does("zhao", "b", decision="on")
    desk.returns("she", "c", "a")
    assert desk.void() == ["a", "b", "b"]
    with pytest.raises(NotNow) as refusal:
        office.does(tasks.attempt, "she", desk.case, "c")
    assert [m["element"] for m in refusal.value.details["missing"]] == ["a", "b"]


def test_a_step_tried_before_its_turn_after_a_return_hears_what_is_missing_again(office: Office) -> None:
    desk = line(office)
    desk.does("wu", "a")
    desk.does("zhao", "b")
    desk.returns("she", "c", "b")
    with pytest.raises(NotNow) as refusal:
        office.does(tasks.attempt, "she", desk.case, "c")
    assert [m["element"] for m in refusal.value.details["missing"]] == ["b"]


# ---------------------------------------------------------------- where the designer allows it


def test_without_a_word_nothing_jumps(office: Office) -> None:
    desk = line(office, c="")
    desk.does("wu", "a")
    desk.does("zhao", "b")
    for to in (None, "a", "submitter", "c"):
        with pytest.raises(NotNow) as refusal:
            desk.returns("she", "c", to)
        assert refusal.value.refusal == "err_no_return"
    assert desk.targets("she", "c") == {}
    assert "return" not in _can(office, "she", desk.task("c"))


def test_only_the_steps_that_are_named_can_be_returned_to(office: Office) -> None:
    desk = line(office, c='<liuhen:return to="b"/>')
    desk.does("wu", "a")
    desk.does("zhao", "b")
    assert list(desk.targets("she", "c")) == ["b"]
    assert "return" in _can(office, "she", desk.task("c"))
    for to in ("a", "submitter", "c", "nothing", "s"):
        with pytest.raises(Unfit) as refusal:
            desk.returns("she", "c", to)
        assert [(e.path, e.code) for e in refusal.value.errors] == [("to", "not_an_option")]
    desk.returns("she", "c", None)  # the only one there is
    assert desk.open == ["b"]


def test_where_several_can_be_meant_one_has_to_be_named(office: Office) -> None:
    desk = line(office)
    desk.does("wu", "a")
    desk.does("zhao", "b")
    with pytest.raises(Unfit) as refusal:
        desk.returns("she", "c", None)
    assert [(e.path, e.code) for e in refusal.value.errors] == [("to", "required")]
    with pytest.raises(Unfit) as refusal:
        desk.returns("she", "c", "a", "  ")
    assert [(e.path, e.code) for e in refusal.value.errors] == [("opinion", "required")]


def test_the_submitter_is_whoever_started_the_case(office: Office) -> None:
    words = '<liuhen:return to="submitter"/>'
    desk = Desk(
        office,
        step("fill", "lin", ""),
        step("a", "wu", words),
        step("b", "zhao", words),
        flows="s>fill fill>a a>b b>e",
    )
    desk.does("lin", "fill")
    desk.does("wu", "a")
    assert {to: t["is_submitters"] for to, t in desk.targets("zhao", "b").items()} == {"fill": True}
    desk.returns("zhao", "b", "submitter")
    assert [t["element"] for t in office.box("lin")] == ["fill"]


def test_a_submitter_who_did_no_step_cannot_be_returned_to(office: Office) -> None:
    desk = line(office, b='<liuhen:return to="submitter"/>')
    desk.does("wu", "a")
    with pytest.raises(NotNow) as refusal:
        desk.returns("zhao", "b", "submitter")
    assert refusal.value.refusal == "err_no_submitters_step"
    with pytest.raises(NotNow):
        desk.returns("zhao", "b", None)


def test_the_first_step_has_nowhere_to_go_back_to(office: Office) -> None:
    desk = line(office)
    assert desk.targets("wu", "a") == {}
    with pytest.raises(NotNow):
        desk.returns("wu", "a", None)


def test_a_way_that_was_drawn_is_taken_as_before(office: Office) -> None:
    files = folder("two_steps")
    files["process.bpmn"] = files["process.bpmn"].replace(
        '<liuhen:outcome value="back"', '<liuhen:return to="submitter drawn"/><liuhen:outcome value="back"', 1
    )
    office.publish(files)
    case = office.start()
    task = office.open(case, "check")
    with office.store.reading() as db:
        seen = views.returns(db, office.actor("wu"), office.store.moment(db), task)
    assert [(t["to"], t["kind"]) for t in seen["targets"]] == [("back", "drawn")]
    with pytest.raises(Unfit):
        office.does(returning.return_, "wu", task, "back", "缺少报价单", {"checked_on": "2026-03-02"}, True)
    office.does(returning.return_, "wu", task, "back", "缺少报价单", {"checked_on": "2026-03-02"})
    assert [t["element"] for t in office.box("lin")] == ["correct"]


def test_the_checker_refuses_a_return_to_what_is_no_step_before(office: Office) -> None:
    def rules(to: str) -> set[str]:
        text = process(
            start(),
            step("a", "wu"),
            sub("inner", start("is"), step("i", "wu"), end("ie"), flows="is>i i>ie"),
            step("b", "zhao", f'<liuhen:return to="{to}" clause="c_9"/>'),
            step("c", "she"),
            end(),
            flows="s>a a>inner inner>b b>c c>e",
        )
        text = text.replace('id="p"', 'id="back"')
        return {f.rule for f in definitions.check({"process.bpmn": text})[1] if f.severity == "error"}

    assert rules("any") == {"unknown_clause"}
    for to in ("a", "a, i", "inner", "submitter a", "drawn"):
        assert rules(to) == {"unknown_clause"}, to
    assert rules("nothing") == {"unknown_clause", "unknown_element"}
    for to in ("c", "b", "s", "ie"):
        assert rules(to) == {"unknown_clause", "no_step_to_return_to"}, to
    assert "unknown_choice" in {
        f.rule
        for f in definitions.check(
            {"process.bpmn": process(start(), step("a", "wu", '<liuhen:return mode="x"/>'), end(), flows="s>a a>e")}
        )[1]
    }


# ---------------------------------------------------------------- who may, and to whom it goes


def _can(office: Office, by: str, task: str) -> list[str]:
    with office.store.reading() as db:
        found: list[str] = views.task(db, office.actor(by), office.store.moment(db), task, "zh")["can"]
    return found


def test_only_who_is_asked_returns(office: Office) -> None:
    desk = line(office)
    desk.does("wu", "a")
    task = desk.task("b")
    for stranger in ("qian", "dora", "otto", "wu"):
        with pytest.raises(NotFound):
            office.does(returning.return_, stranger, task, "a", "退回")
        with pytest.raises(NotFound), office.store.reading() as db:
            views.returns(db, office.actor(stranger), office.store.moment(db), task)
    with pytest.raises(NotFound):
        office.does(returning.return_, "zhao", "no-such-task", "a", "退回")


def test_whoever_claimed_it_is_the_one_to_return_it(office: Office) -> None:
    desk = Desk(office, step("a", "wu"), step("b", "@branch_secretary"), flows="s>a a>b b>e")
    desk.does("wu", "a")
    task = desk.task("b")
    office.does(tasks.claim, "zhao", task)
    with pytest.raises(Clash):
        office.does(returning.return_, "she", task, "a", "退回")
    office.does(returning.return_, "zhao", task, "a", "退回")


def test_a_reopened_task_goes_to_who_did_it_and_others_only_after_a_release(office: Office) -> None:
    desk = Desk(office, step("a", "@organisation_commissioner"), step("b", "zhao"), flows="s>a a>b b>e")
    desk.does("he", "a")
    done = desk.returns("zhao", "b", "a").done
    with office.store.reading() as db:
        said = views.done(db, office.actor("zhao"), office.store.moment(db), done)
    assert [n.zh for n in said["now_with"]] == ["he"]
    assert office.box("wu") == []
    assert [t["element"] for t in office.box("he")] == ["a"]
    office.does(tasks.release, "he", desk.task("a"))
    assert [t["element"] for t in office.box("wu")] == ["a"]


def test_a_reopened_task_is_anybodys_where_who_did_it_holds_the_post_no_more(office: Office) -> None:
    from engine import actors

    desk = Desk(office, step("a", "@organisation_commissioner"), step("b", "zhao"), flows="s>a a>b b>e")
    desk.does("he", "a")
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        (post,) = actors.post_ids(db, "p-he", "organisation_commissioner", "u-B1", moment.today)
        actors.end_post(db, moment, post, moment.today)
    desk.returns("zhao", "b", "a")
    (item,) = office.box("wu")
    assert (item["element"], item["claimed_by"]) == ("a", None)
    assert "task.handed_back" not in desk.kinds()


def test_what_was_undone_forbids_nobody(office: Office) -> None:
    """Four eyes look at acts that stand: whoever did a void one may act, whoever did the one that stands may not."""
    eyes = '<liuhen:otherThan task="a" code="sod_06"/>'
    desk = Desk(
        office,
        step("a", "@organisation_commissioner"),
        step("b", "@branch_secretary", f'<liuhen:return to="a"/>{eyes}'),
        flows="s>a a>b b>e",
    )
    with office.store.transaction() as db:
        add_post(db, "wu", "branch_secretary", "B1")
    desk.does("wu", "a")
    with pytest.raises(Forbidden):
        desk.does("wu", "b")
    desk.returns("zhao", "b", "a")
    office.does(tasks.release, "wu", desk.task("a"))
    desk.does("he", "a")
    desk.does("wu", "b")
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_the_form_comes_back_to_its_writer_whole_and_to_others_without_what_is_personal(office: Office) -> None:
    form = {
        "type": "default",
        "id": "note",
        "schemaVersion": 16,
        "components": [
            {"type": "textfield", "id": "c1", "key": "note", "label": {"zh": "备注", "en": "Note"}},
            {
                "type": "textfield",
                "id": "c2",
                "key": "phone",
                "label": {"zh": "电话", "en": "Telephone"},
                "personal": "S",
            },
        ],
    }
    desk = Desk(
        office,
        step("a", "@organisation_commissioner", ANY, 'liuhen:form="note"'),
        step("b", "zhao", ANY, 'liuhen:form="note"'),
        flows="s>a a>b b>e",
        files={"forms/note.json": json.dumps(form, ensure_ascii=False)},
    )
    written = {"note": "两把", "phone": "010-5550001"}
    desk.does("he", "a", answers=written)
    desk.returns("zhao", "b", "a", answers={"note": "half a word"})
    task = desk.task("a")

    def shown(by: str, of: str) -> dict[str, Any]:
        with office.store.reading() as db:
            seen = views.task(db, office.actor(by), office.store.moment(db), of, "zh")["values"]
        return {k: v for k, v in seen.items() if v is not None}

    assert shown("he", task) == written
    assert shown("wu", task) == {"note": "两把"}
    desk.does("he", "a", answers={**written, "note": "三把"})
    assert shown("zhao", desk.task("b")) == {"note": "half a word"}  # what was typed before the return


# ---------------------------------------------------------------- branches, joins, instances, sub-processes


def test_what_ran_beside_it_stays_and_the_join_waits_for_the_corrected_branch(office: Office) -> None:
    desk = Desk(
        office,
        par("fork"),
        step("a", "wu"),
        step("b", "zhao"),
        par("join"),
        step("c", "she"),
        flows="s>fork fork>a fork>b a>join b>join join>c c>e",
    )
    desk.does("wu", "a")
    desk.does("zhao", "b")
    assert set(desk.targets("she", "c")) == {"a", "b"}
    desk.returns("she", "c", "a")
    assert (desk.open, desk.void()) == (["a"], ["a"])
    desk.does("wu", "a")
    assert desk.open == ["c"]
    desk.does("she", "c")
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_a_return_to_before_the_fork_takes_the_other_branches_with_it(office: Office) -> None:
    desk = Desk(
        office,
        step("first", "lin"),
        par("fork"),
        step("a", "wu"),
        step("b", "zhao"),
        step("b2", "she"),
        par("join"),
        flows="s>first first>fork fork>a fork>b b>b2 a>join b2>join join>e",
    )
    desk.does("lin", "first")
    desk.does("zhao", "b")
    seen = desk.targets("she", "b2")
    assert {to: [g["element"] for g in t["gone"]] for to, t in seen.items()} == {"first": ["a", "b2"], "b": ["b2"]}
    assert {to: [v["element"] for v in t["void"]] for to, t in seen.items()} == {"first": ["first", "b"], "b": ["b"]}
    assert seen["first"]["redone"] == 2
    assert [p["id"] for p in seen["first"]["goes_to"]] == ["p-lin"]
    assert desk.open == ["a", "b2"]  # looking changed nothing
    desk.returns("she", "b2", "first")
    assert (desk.open, desk.void()) == (["first"], ["first", "b"])
    desk.does("lin", "first")
    assert desk.open == ["a", "b"]


def test_a_return_across_an_inclusive_join(office: Office) -> None:
    gate = '<bpmn:inclusiveGateway id="{}"/>'
    desk = Desk(
        office,
        gate.format("fork"),
        step("a", "wu"),
        step("b", "zhao"),
        step("never", "zhao"),
        gate.format("join"),
        step("c", "she"),
        flows="s>fork fork>a?true fork>b?true fork>never?false a>join b>join never>join join>c c>e",
    )
    desk.does("zhao", "b")
    desk.does("wu", "a")
    desk.returns("she", "c", "b")
    assert (desk.open, desk.void()) == (["b"], ["b"])
    desk.does("zhao", "b")
    assert desk.open == ["c"]
    desk.returns("she", "c", "a")
    desk.does("wu", "a")
    desk.does("she", "c")
    assert office.sees("otto", desk.case)["status"] == "ended"


SIGNERS = "[&quot;p-wu&quot;, &quot;p-zhao&quot;, &quot;p-she&quot;]"


def test_a_countersign_is_returned_to_as_a_whole_and_goes_to_whoever_signed(office: Office) -> None:
    desk = Desk(office, many("sign", SIGNERS), step("c", "he"), flows="s>sign sign>c c>e")
    for who in ("wu", "zhao", "she"):
        desk.does(who, "sign")
    desk.returns("he", "c", "sign")
    assert (desk.open, desk.void()) == (["sign"] * 3, ["sign"] * 3)
    for who in ("she", "zhao", "wu"):
        assert [t["element"] for t in office.box(who)] == ["sign"]
        desk.does(who, "sign")
    assert desk.open == ["c"]


@pytest.mark.parametrize("words", [ANY, STRAIGHT])
def test_one_signer_returns_and_the_others_are_asked_no_more(office: Office, words: str) -> None:
    desk = Desk(office, step("a", "he"), many("sign", SIGNERS, words), flows="s>a a>sign sign>e")
    desk.does("he", "a")
    desk.does("wu", "sign")
    (target,) = desk.targets("zhao", "sign").values()
    assert [v["element"] for v in target["void"]] == ["a", "sign"]
    assert len(target["gone"]) == 2
    desk.returns("zhao", "sign", "a")
    assert (desk.open, desk.void()) == (["a"], ["a", "sign"])
    assert office.box("she") == []
    desk.does("he", "a")
    left = ["she", "zhao"] if words == STRAIGHT else ["she", "wu", "zhao"]
    assert [who for who in ("she", "wu", "zhao") if office.box(who)] == left
    assert desk.void() == (["a"] if words == STRAIGHT else ["a", "sign"])
    for who in left:
        desk.does(who, "sign")
    assert office.sees("otto", desk.case)["status"] == "ended"


@pytest.mark.parametrize("words", [ANY, STRAIGHT])
def test_a_return_into_a_sub_process_leaves_its_other_steps_as_they_are(office: Office, words: str) -> None:
    desk = Desk(
        office,
        sub("inner", start("is"), step("a", "wu"), step("b", "zhao"), end("ie"), flows="is>a a>b b>ie"),
        step("c", "she", words),
        flows="s>inner inner>c c>e",
    )
    desk.does("wu", "a")
    desk.does("zhao", "b")
    assert {to: [v["element"] for v in t["void"]] for to, t in desk.targets("she", "c").items()} == {
        "a": ["a", "b"],
        "b": ["b"],
    }
    desk.returns("she", "c", "b")
    assert (desk.open, desk.void()) == (["b"], ["b"])
    desk.does("zhao", "b")
    assert desk.open == ["c"]
    desk.returns("she", "c", "a")
    desk.does("wu", "a")
    if words == ANY:
        desk.does("zhao", "b")
    desk.does("she", "c")
    assert office.sees("otto", desk.case)["status"] == "ended"


def test_a_step_inside_a_sub_process_is_returned_to_before_it(office: Office) -> None:
    desk = Desk(
        office,
        step("first", "lin"),
        sub("inner", start("is"), step("a", "wu"), step("b", "zhao"), end("ie"), flows="is>a a>b b>ie"),
        flows="s>first first>inner inner>e",
    )
    desk.does("lin", "first")
    desk.does("wu", "a")
    desk.returns("zhao", "b", "first")
    assert (desk.open, desk.void()) == (["first"], ["first", "a"])
    desk.does("lin", "first")
    assert desk.open == ["a"]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_walk_with_returns_rows_machine_and_trail_agree(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable walk, no secret
    desk = Desk(
        office,
        step("first", "lin", ASK),
        par("fork"),
        step("a", "lin", ASK),
        sub("inner", start("is"), step("b", "lin", ASK), step("b2", "lin", ASK), end("ie"), flows="is>b b>b2 b2>ie"),
        many("sign", "[&quot;p-lin&quot;, &quot;p-lin&quot;]", ASK),
        par("join"),
        step("last", "lin", ASK),
        flows="s>first first>fork fork>a fork>inner fork>sign a>join inner>join sign>join join>last last>e",
    )
    returned = 0
    for _ in range(25):
        agrees(office, desk.case)
        todo = office.box("lin")
        if not todo:
            break
        task = chance.choice(todo)["id"]
        with office.store.reading() as db:
            seen = views.returns(db, office.actor("lin"), office.store.moment(db), task)
        if seen["targets"] and chance.random() < 0.4:
            target, returned = chance.choice(seen["targets"]), returned + 1
            straight = chance.random() < 0.5
            back = office.does(returning.return_, "lin", task, target["to"], "再看", None, straight)
            assert set(back.void) >= {v["task"] for v in target["void"]}
        else:
            office.does(tasks.complete, "lin", task)
    for _ in range(100):  # and from wherever it is, it can still be done
        if todo := office.box("lin"):
            office.does(tasks.complete, "lin", todo[0]["id"])
    agrees(office, desk.case)
    assert returned
    assert office.sees("otto", desk.case)["status"] == "ended"


# ---------------------------------------------------------------- at the same moment


def test_a_return_while_a_branch_beside_is_being_completed(office: Office) -> None:
    desk = Desk(
        office,
        step("first", "lin"),
        par("fork"),
        step("a", "wu"),
        step("b", "zhao"),
        par("join"),
        flows="s>first first>fork fork>a fork>b a>join b>join join>e",
    )
    for _ in range(3):
        desk.does("lin", "first")
        a, b = desk.task("a"), desk.task("b")
        found = together(
            partial(office.does, tasks.complete, "wu", a),
            partial(office.does, returning.return_, "zhao", b, "first", "退回"),
        )
        assert isinstance(found[1], returning.Returned)
        assert isinstance(found[0], tasks.Done) or found[0] == "err_task_cancelled"
        assert desk.open == ["first"]


def test_a_return_clicked_twice_is_done_once(office: Office) -> None:
    desk = line(office)
    desk.does("wu", "a")
    task = desk.task("b")
    act = lambda: office.does(returning.return_, "zhao", task, "a", "退回")  # noqa: E731
    found = together(act, act)
    assert sorted(type(f).__name__ for f in found) == ["Returned", "str"]
    assert "err_already_returned" in found
    assert desk.kinds().count("task.returned") == 1
    assert desk.open == ["a"]


# ---------------------------------------------------------------- taken back


def test_a_completion_is_taken_back_before_the_next_has_acted(office: Office) -> None:
    desk = line(office)
    first = desk.does("wu", "a")
    assert desk.can("wu") == {"a": True}
    back = desk.withdraws("wu", first)
    assert (back.target, desk.open, desk.void(), office.box("zhao")) == ("a", ["a"], ["a"], [])
    assert [t["element"] for t in office.box("wu")] == ["a"]
    assert desk.can("wu") == {"a": False}
    entry = next(e for e in office.entries("otto", desk.case) if e["kind"] == "task.withdrawn")
    assert entry["sentence"].zh == "wu撤回了已办的“a”：填错了"
    assert entry["sentence"].en == "wu (en) took “a” back: 填错了"
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("wu", first)
    assert refusal.value.refusal == "err_already_void"


def test_it_is_too_late_when_somebody_has_acted_and_it_says_who(office: Office) -> None:
    desk = line(office)
    first = desk.does("wu", "a")
    desk.does("zhao", "b")
    assert desk.can("wu") == {"a": False}
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("wu", first)
    assert refusal.value.refusal == "err_already_acted"
    assert refusal.value.said.zh == "zhao已办理“b”，不能再撤回。"
    assert desk.open == ["c"]


def test_only_who_completed_it_takes_it_back(office: Office) -> None:
    desk = line(office)
    first = desk.does("wu", "a")
    with pytest.raises(Forbidden):
        desk.withdraws("zhao", first)
    for stranger in ("qian", "dora"):
        with pytest.raises(NotFound):
            desk.withdraws(stranger, first)
    with pytest.raises(NotFound):
        desk.withdraws("wu", "no-such-task")
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("zhao", desk.task("b"))
    assert refusal.value.refusal == "err_not_completed"
    with pytest.raises(Unfit):
        desk.withdraws("wu", first, "  ")
    assert desk.open == ["b"]


def test_an_act_in_a_branch_beside_does_not_stand_in_the_way(office: Office) -> None:
    desk = Desk(
        office,
        par("fork"),
        step("a", "wu"),
        step("b", "zhao"),
        par("join"),
        step("c", "she"),
        flows="s>fork fork>a fork>b a>join b>join join>c c>e",
    )
    first = desk.does("wu", "a")
    desk.does("zhao", "b")
    assert desk.open == ["c"]
    desk.withdraws("wu", first)
    assert (desk.open, desk.void(), desk.can("zhao")) == (["a"], ["a"], {"b": True})
    desk.does("wu", "a")
    assert desk.open == ["c"]


@pytest.mark.parametrize(
    ("until", "code"), [("completed", None), ("claimed", "err_already_acted"), ("never", "err_no_recall")]
)
def test_the_designer_says_until_when(office: Office, until: str, code: str | None) -> None:
    desk = Desk(
        office,
        step("a", "wu", f'<liuhen:recall until="{until}"/>'),
        step("b", "@branch_secretary"),
        flows="s>a a>b b>e",
    )
    first = desk.does("wu", "a")
    assert desk.can("wu") == {"a": until != "never"}
    office.does(tasks.claim, "zhao", desk.task("b"))
    office.does(tasks.draft, "zhao", desk.task("b"), {})
    assert desk.can("wu") == {"a": code is None}
    if code is None:
        desk.withdraws("wu", first)
        assert desk.open == ["a"]
        return
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("wu", first)
    assert refusal.value.refusal == code
    assert desk.open == ["b"]


def test_one_signature_is_not_taken_back_while_the_others_sign(office: Office) -> None:
    desk = Desk(office, many("sign", SIGNERS), step("c", "he"), flows="s>sign sign>c c>e")
    first = desk.does("wu", "sign")
    assert desk.can("wu") == {"sign": False}
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("wu", first)
    assert refusal.value.refusal == "err_cannot_go_back"
    desk.does("zhao", "sign")
    last = desk.does("she", "sign")
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("she", last)
    assert refusal.value.refusal == "err_already_acted"


def test_a_step_inside_a_sub_process_is_taken_back(office: Office) -> None:
    desk = Desk(
        office,
        sub("inner", start("is"), step("a", "wu"), step("b", "zhao"), end("ie"), flows="is>a a>b b>ie"),
        step("c", "she"),
        flows="s>inner inner>c c>e",
    )
    desk.does("wu", "a")
    second = desk.does("zhao", "b")
    desk.withdraws("zhao", second)
    assert (desk.open, desk.void()) == (["b"], ["b"])


def test_an_entry_is_taken_back_before_the_second_person_has_looked(office: Office) -> None:
    case = office.start()
    office.tick_to("2026-03-11")
    office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass", reason="出差")
    task = office.open(case, "check")
    with pytest.raises(NotNow):
        office.does(returning.withdraw, "zhao", task, "不是我的")
    office.does(returning.withdraw, "wu", task, "日期不对")
    with office.store.reading() as db:
        seen = views.task(db, office.actor("wu"), office.store.moment(db), task, "zh")
    assert (seen["status"], seen["values"]["checked_on"]) == ("open", "2026-03-03")
    assert office.box("zhao") == []
    agrees(office, case)


def test_what_a_second_person_confirmed_is_not_taken_back(office: Office) -> None:
    case = office.start()
    office.tick_to("2026-03-11")
    office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass", reason="出差")
    task = office.open(case, "check")
    office.does(tasks.confirm, "zhao", task, True)
    with pytest.raises(NotNow) as refusal:
        office.does(returning.withdraw, "wu", task, "日期不对")
    assert refusal.value.said.zh.startswith("zhao已办理")


def test_nothing_is_taken_back_from_a_case_that_has_ended(office: Office) -> None:
    desk = Desk(office, step("a", "wu"), flows="s>a a>e")
    first = desk.does("wu", "a")
    assert desk.can("wu") == {"a": False}
    with pytest.raises(NotNow) as refusal:
        desk.withdraws("wu", first)
    assert refusal.value.refusal == "err_case_not_running"


def test_what_a_program_has_done_or_a_message_has_left_is_not_called_back(office: Office) -> None:
    thrown = (
        '<bpmn:intermediateThrowEvent id="say"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:intermediateThrowEvent>"
    )
    text = process(start(), step("a", "wu"), thrown, step("b", "zhao"), end(), flows="s>a a>say say>b b>e")
    text = text.replace("<bpmn:process", '<bpmn:message id="m" name="told"/><bpmn:process', 1)
    office.publish({"process.bpmn": text.replace('id="p"', 'id="says"')})
    with office.store.transaction() as db:
        case = cases.start(db, office.actor("lin"), office.store.moment(db), definition="says", unit="B1")
    task = office.open(case, "a")
    office.does(tasks.complete, "wu", task)
    with pytest.raises(NotNow) as refusal:
        office.does(returning.withdraw, "wu", task, "填错了")
    assert refusal.value.refusal == "err_already_acted"


def test_of_a_withdrawal_and_the_next_act_at_the_same_moment_one_wins(office: Office) -> None:
    desk = Desk(office, step("a", "wu"), step("b", "zhao"), step("c", "she"), flows="s>a a>b b>c c>e")
    first, second = desk.does("wu", "a"), desk.task("b")
    found = together(
        lambda: office.does(returning.withdraw, "wu", first, "填错了"),
        lambda: office.does(tasks.complete, "zhao", second),
    )
    if isinstance(found[0], returning.Returned):
        assert (found[1], desk.open) == ("err_task_cancelled", ["a"])
    else:
        assert (found[0], desk.open) == ("err_already_acted", ["c"])


def test_the_state_of_an_ended_case_is_kept_until_nobody_can_bring_it_back(office: Office) -> None:
    desk = Desk(office, step("only", "wu"), flows="s>only only>e")

    def forgets() -> int:
        with office.store.transaction() as db:
            return returning.forget(db, office.store.moment(db))

    def ends() -> str:
        task = desk.task("only")
        office.does(tasks.complete_in_batch, "wu", task, timedelta(minutes=1))
        return task

    task = ends()
    assert forgets() == 0
    office.does(returning.undo, "wu", task)
    assert desk.open == ["only"]
    task = ends()
    office.at("2026-03-02", 10)
    assert (forgets(), forgets()) == (1, 0)
    with pytest.raises(NotNow) as refusal:
        office.does(returning.undo, "wu", task)
    assert refusal.value.refusal == "err_undo_over"
