"""Handing over: transferred, entrusted and given back, signers added before, beside and after, removed again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, handing, moving, returning, tables, tasks, views
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.handing import change_signers, consent, entrust, give_back, take_back, transfer
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_post
from tests.engine.test_actors_delegations import absent, column, sentences
from tests.together import together

ALL_OF_IT = 'allow="transfer entrust add_signer comment"'
_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:t">
  <bpmn:process id="paper" name="公文" isExecutable="true">
    <bpmn:startEvent id="s"/>
    <bpmn:userTask id="draft" name="拟稿" liuhen:form="paper"><bpmn:extensionElements>
      <liuhen:who role="organisation_commissioner" at="=case.unit"/>
      <liuhen:outcome value="send" kind="agree"/><liuhen:outcome value="drop" kind="reject"/>
      <liuhen:output target="text" source="=text"/><liuhen:output target="written_by" source="=actor"/>
      {actions}{more}
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:userTask id="decide" name="签发"><bpmn:extensionElements>
      <liuhen:who role="branch_secretary" at="=case.unit"/><liuhen:otherThan task="draft" code="sod_11"/>
      <liuhen:return to="any"/><liuhen:actions {actions_of_decide}/>
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:endEvent id="e" liuhen:outcome="sent"/>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="draft"/>
    <bpmn:sequenceFlow id="f2" sourceRef="draft" targetRef="decide"/>
    <bpmn:sequenceFlow id="f3" sourceRef="decide" targetRef="e"/>
  </bpmn:process>
</bpmn:definitions>"""
_FORM = {
    "type": "default",
    "id": "paper",
    "schemaVersion": 16,
    "components": [
        {"type": "textfield", "key": "text", "label": {"zh": "正文", "en": "text"}, "validate": {"required": True}}
    ],
}
WORD = f"<liuhen:actions {ALL_OF_IT}/>"
WRITTEN = {"text": "请示"}


class Desk:
    """One case of a paper: drafted by a commissioner (wu, he), decided by a secretary (zhao, she)."""

    def __init__(
        self, office: Office, word: str = f"<liuhen:actions {ALL_OF_IT}/>", decide: str = ALL_OF_IT, more: str = ""
    ) -> None:
        self.office = office
        model = _MODEL.format(actions=word, actions_of_decide=decide, more=more)
        office.publish({"process.bpmn": model, "forms/paper.json": json.dumps(_FORM)})
        with office.store.transaction() as db:
            moment = office.store.moment(db)
            self.case = cases.start(db, office.actor("lin"), moment, definition="paper", unit="B1", answers={})

    @property
    def task(self) -> str:
        """The whole task that is open."""
        t = tables.tasks.c
        with self.office.store.reading() as db:
            query = select(t.id).where(t.case_id == self.case, t.of_task.is_(None), t.status.in_(cases.OPEN_STATUSES))
            return str(db.execute(query).scalar_one())

    def mine(self, name: str) -> str:
        """The one task in somebody's list."""
        (item,) = self.office.box(name)
        return str(item["id"])

    def box(self, name: str) -> list[tuple[str, str | None]]:
        return [(i["element"], i["part"]) for i in self.office.box(name)]

    def does(self, verb: Any, by: str, task: str | None = None, *args: Any, **more: Any) -> Any:
        found = self.office.does(verb, by, task or self.task, *args, **more)
        agrees(self.office, self.case)
        return found

    def view(self, name: str, task: str | None = None) -> dict[str, Any]:
        with self.office.store.reading() as db:
            return views.task(db, self.office.actor(name), self.office.store.moment(db), task or self.task, "zh")

    def verbs(self, name: str) -> dict[str, dict[str, Any]]:
        with self.office.store.reading() as db:
            found = views.verbs(db, self.office.actor(name), self.office.store.moment(db), self.task)
        return {v["verb"]: v for v in found}

    def people(self, name: str, verb: str, q: str = "") -> dict[str, Any]:
        with self.office.store.reading() as db:
            moment = self.office.store.moment(db)
            found = views.people_to_hand_to(db, self.office.actor(name), moment, self.task, verb, q)
        return {p["id"].removeprefix("p-"): p["why_not"] for p in found}

    def row(self, task: str | None = None) -> Mapping[str, Any]:
        with self.office.store.reading() as db:
            query = select(tables.tasks).where(tables.tasks.c.id == (task or self.task))
            return dict(db.execute(query).mappings().one())

    def done(self, name: str) -> list[tuple[str, str]]:
        return [(i["element"], i["status"]) for i in self.office.box(name, "done")]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def sends(desk: Desk, by: str = "wu", **more: Any) -> Any:
    return desk.does(tasks.complete, by, None, WRITTEN, "send", **more)


# ---------------------------------------------------------------- what is allowed


def test_without_the_word_a_task_is_handed_to_nobody(office: Office) -> None:
    desk = Desk(office, "")
    assert not {"transfer", "entrust", "add_signer"} & set(desk.view("wu")["can"])
    assert desk.verbs("wu")["transfer"]["is_possible"] is False
    for verb, args in ((transfer, ("p-he", "忙")), (entrust, ("p-he",)), (change_signers, (["p-he"], [], "before"))):
        with pytest.raises(NotNow) as refused:
            desk.does(verb, "wu", None, *args)
        assert refused.value.refusal == "err_action_not_allowed"
    sends(desk)


def test_beforehand_one_sees_what_each_verb_does_and_to_whom_it_may_go(office: Office) -> None:
    desk = Desk(office)
    found = desk.verbs("wu")
    assert [v for v, one in found.items() if one["is_possible"]] == ["transfer", "entrust", "add_signer"]
    assert found["transfer"]["reach"].zh == "B1组织的人员"
    assert found["take_back"]["why_not"] is not None
    assert set(desk.people("wu", "transfer")) == {"he", "zhao", "she", "lin"}
    assert list(desk.people("wu", "transfer", "zhao")) == ["zhao"]
    with pytest.raises(NotFound):
        desk.verbs("qian")


@pytest.mark.parametrize(
    ("word", "who"),
    [
        ('to="office"', {"qian", "zhao", "he", "she", "lin", "dora", "otto"}),
        ('to="same_role"', {"he"}),
        ('to="office" transferTo="same_role"', {"he"}),
        ('people="=[&quot;p-qian&quot;]"', {"qian"}),
        ('to="unit_and_below"', {"zhao", "he", "she", "lin"}),
    ],
)
def test_to_whom_it_may_go_is_the_designers_word(office: Office, word: str, who: set[str]) -> None:
    desk = Desk(office, f"<liuhen:actions {ALL_OF_IT} {word}/>")
    assert set(desk.people("wu", "transfer")) == who
    outside = next(iter({"qian", "zhao"} - who), None)
    if outside is not None:
        with pytest.raises(Unfit) as refused:
            desk.does(transfer, "wu", None, f"p-{outside}", "忙")
        assert refused.value.refusal == "err_out_of_reach"


# ---------------------------------------------------------------- transfer


def test_what_is_transferred_asks_that_person_alone_and_stays_among_what_one_has_done(office: Office) -> None:
    desk = Desk(office)
    first = desk.task
    desk.does(transfer, "wu", None, "p-zhao", "本周外出")
    assert desk.task == first
    assert (desk.box("wu"), desk.box("he"), desk.box("zhao")) == ([], [], [("draft", None)])
    assert desk.done("wu") == [("draft", "transferred")]
    assert sentences(office, desk.case, "task.transferred") == ["wu把“拟稿”转给zhao办理：本周外出"]
    assert "zhao" in desk.view("zhao")["why_me"]["text"].zh
    with pytest.raises(NotFound):
        office.does(tasks.complete, "he", first, WRITTEN, "send")
    desk.does(transfer, "zhao", None, "p-wu", "还是您办")
    assert desk.box("wu") == [("draft", None)], "a ring is allowed, and each turn is recorded"
    assert len(sentences(office, desk.case, "task.transferred")) == 2
    sends(desk)


@pytest.mark.parametrize(
    ("to", "code"), [("wu", "err_to_oneself"), ("qian", "err_out_of_reach"), ("nobody", "err_person_not_found")]
)
def test_it_is_not_transferred_to_whoever_may_not_have_it(office: Office, to: str, code: str) -> None:
    desk = Desk(office)
    with pytest.raises(Unfit) as refused:
        desk.does(transfer, "wu", None, f"p-{to}", "忙")
    assert refused.value.refusal == code
    with pytest.raises(Unfit) as silent:
        desk.does(transfer, "wu", None, "p-he", " ")
    assert [e.path for e in silent.value.errors] == ["reason"]


def test_duties_hold_for_whoever_gets_it_and_whom_they_keep_away_may_give_it_away(office: Office) -> None:
    desk = Desk(office, decide='allow="transfer entrust add_signer" to="unit_and_below"')
    sends(desk)
    assert desk.people("zhao", "transfer")["wu"] is not None
    for verb, args in ((transfer, ("p-wu", "忙")), (entrust, ("p-wu",)), (change_signers, (["p-wu"], [], "before"))):
        with pytest.raises(Forbidden) as refused:
            desk.does(verb, "zhao", None, *args)
        assert refused.value.refusal == "sod_11"
    with office.store.transaction() as db:
        add_post(db, "wu", "branch_secretary", "B1")
    with pytest.raises(Forbidden):
        desk.does(entrust, "wu", None, "p-he")
    assert desk.view("wu")["can"] == ["transfer"]
    desk.does(transfer, "wu", None, "p-she", "本人拟稿，应回避")
    assert desk.box("zhao") == []


def test_who_claimed_it_transfers_it_and_two_at_once_transfer_it_once(office: Office) -> None:
    desk = Desk(office)
    desk.does(tasks.claim, "he")
    with pytest.raises(Exception, match="claimed"):
        office.does(transfer, "wu", desk.task, "p-zhao", "忙")
    desk.does(tasks.release, "he")
    task = desk.task

    def one(by: str, to: str) -> Any:
        return lambda: office.does(transfer, by, task, to, "忙")

    answers = together(one("wu", "p-zhao"), one("he", "p-lin"))
    assert sum(isinstance(a, tasks.Done) for a in answers) == 1
    agrees(office, desk.case)


# ---------------------------------------------------------------- entrusted


def test_entrusted_work_comes_back_as_a_draft_to_whoever_completes_it(office: Office) -> None:
    desk = Desk(office)
    office.does(tasks.draft, "wu", desk.task, {"text": "开头"})
    desk.does(entrust, "wu", None, "p-zhao", "请补全正文")
    assert (desk.box("wu"), desk.box("he"), desk.box("zhao")) == ([], [], [("draft", "entrust")])
    assert [(i["id"], i["status"]) for i in office.box("wu", "delegated")] == [(desk.task, "waiting")]
    part = desk.mine("zhao")
    seen = desk.view("zhao", part)
    assert seen["values"] == {"text": "开头"}
    assert seen["own_part"]["asked"] == "请补全正文"
    assert seen["can"][:2] == ["draft", "give_back"]
    with pytest.raises(NotNow) as away:
        sends(desk)
    assert away.value.refusal == "err_waiting_for_others"
    with pytest.raises(NotNow):
        office.does(tasks.complete, "zhao", part, WRITTEN, "send")
    with pytest.raises(Unfit):
        office.does(give_back, "zhao", part, {})
    desk.does(give_back, "zhao", part, WRITTEN, "send", "已补全")
    assert (desk.box("zhao"), desk.done("zhao")) == ([], [("draft", "given_back")])
    mine = desk.view("wu")
    assert mine["values"] == WRITTEN
    assert (mine["draft"]["decision"], mine["parts"][0]["opinion"]) == ("send", "已补全")
    assert desk.box("he") == [], "it is still whose it was"
    sends(desk)
    assert sentences(office, desk.case, "task.given_back") == ["zhao办完了受委派的“拟稿”，交回wu。"]


def test_what_is_entrusted_is_taken_back_and_passed_on_by_nobody(office: Office) -> None:
    desk = Desk(office)
    desk.does(entrust, "wu", None, "p-zhao")
    part = desk.mine("zhao")
    for verb, args in ((transfer, ("p-he", "忙")), (entrust, ("p-he",)), (change_signers, (["p-he"], [], "before"))):
        with pytest.raises(NotNow):
            office.does(verb, "zhao", part, *args)
    with pytest.raises(NotNow):
        desk.does(take_back, "he", None, "我来")
    office.does(tasks.draft, "zhao", part, {"text": "半篇"})
    desk.does(take_back, "wu", None, "我自己写")
    assert (desk.box("wu"), desk.box("zhao")) == ([("draft", None)], [])
    assert desk.view("wu")["values"] != {"text": "半篇"}
    with pytest.raises(NotNow):
        office.does(give_back, "zhao", part, WRITTEN)
    sends(desk)


def test_given_back_and_taken_back_at_the_same_moment(office: Office) -> None:
    desk = Desk(office)
    desk.does(entrust, "wu", None, "p-zhao")
    main, part = desk.task, desk.mine("zhao")
    answers = together(
        lambda: office.does(give_back, "zhao", part, WRITTEN), lambda: office.does(take_back, "wu", main, "不用了")
    )
    assert sum(isinstance(a, tasks.Done) for a in answers) == 1
    assert desk.row(main)["status"] == "open"
    agrees(office, desk.case)


# ---------------------------------------------------------------- signers


def test_signers_before_are_waited_for_and_their_opinions_come_along(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "before", opinion="请核稿")
    assert desk.box("wu") == []
    with pytest.raises(NotNow):
        sends(desk)
    desk.does(consent, "zhao", desk.mine("zhao"), True, "可以")
    assert desk.box("wu") == []
    desk.does(consent, "she", desk.mine("she"), True)
    assert desk.box("wu") == [("draft", None)]
    opinions = [(p["by"]["id"], p["verdict"], p["opinion"]) for p in desk.view("wu")["parts"]]
    assert sorted(opinions) == [("p-she", "agree", None), ("p-zhao", "agree", "可以")]
    sends(desk)
    assert desk.row()["element"] == "decide"


def test_signers_beside_let_it_be_done_and_hold_the_case_until_they_have_signed(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "parallel")
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    sends(desk)
    assert desk.row()["status"] == "waiting"
    assert desk.view("she", desk.mine("she"))["values"] == WRITTEN, "who signs sees what was entered"
    desk.does(consent, "she", desk.mine("she"), True)
    assert desk.row()["element"] == "decide"
    assert desk.done("wu") == [("draft", "completed")]
    kinds = [e["kind"] for e in office.entries("otto", desk.case)]
    assert kinds[kinds.index("task.signed_off") - 1 :][:3] == ["signer.signed", "task.signed_off", "task.opened"]
    assert office.sees("otto", desk.case)["data"]["written_by"] == "p-wu", "it was done by whoever did it"


def test_signers_after_are_asked_when_it_has_been_done(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "after")
    assert desk.box("zhao") == []
    sends(desk)
    assert desk.box("zhao") == [("draft", "sign")]
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    assert desk.row()["element"] == "decide"


def test_the_first_of_any_signs_for_all(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "after", "any")
    sends(desk)
    desk.does(consent, "she", desk.mine("she"), True)
    assert desk.box("zhao") == [("decide", None)], "nobody is asked to sign any more"
    assert desk.row()["element"] == "decide"


@pytest.mark.parametrize("mode", ["parallel", "after"])
def test_who_does_not_agree_sends_it_back_and_is_asked_again_when_it_has_been_done_anew(
    office: Office, mode: str
) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], mode)
    sends(desk)
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    with pytest.raises(Unfit):
        office.does(consent, "she", desk.mine("she"), False)
    desk.does(consent, "she", desk.mine("she"), False, "依据不足")
    mine = desk.view("wu")
    assert mine["values"] == WRITTEN, "nothing that was entered is lost"
    said = [(p["person"]["id"], p["verdict"], p["is_void"], p["status"]) for p in mine["parts"]]
    assert ("p-she", "disagree", True, "signed") in said
    assert ("p-zhao", "agree", True, "signed") in said
    assert {p["status"] for p in mine["parts"] if not p["is_void"]} == {"waiting"}
    desk.does(tasks.complete, "wu", None, {"text": "补充依据"}, "send")
    for name in ("zhao", "she"):
        desk.does(consent, name, desk.mine(name), True)
    assert office.sees("otto", desk.case)["data"]["text"] == "补充依据"


def test_before_it_is_done_a_no_opens_it_at_once(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "before")
    desk.does(consent, "zhao", desk.mine("zhao"), False, "先请示支委会")
    assert (desk.box("wu"), desk.box("she")) == ([("draft", None)], [])
    assert desk.view("wu")["parts"][0]["opinion"] == "先请示支委会"


def test_signers_are_removed_with_a_reason_and_it_goes_on_when_nobody_is_waited_for(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "parallel")
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    with pytest.raises(Unfit) as signed:
        desk.does(change_signers, "wu", None, [], ["p-zhao"], reason="不必")
    assert signed.value.refusal == "err_unfit" or signed.value.errors[0].code == "err_cannot_remove"
    with pytest.raises(Unfit):
        desk.does(change_signers, "wu", None, [], ["p-she"])
    with pytest.raises(NotNow):
        desk.does(change_signers, "he", None, [], ["p-she"], reason="不必")
    sends(desk)
    desk.does(change_signers, "wu", None, [], ["p-she"], reason="出差")
    assert desk.row()["element"] == "decide"
    assert sentences(office, desk.case, "signer.removed") == ["wu减去了“拟稿”的加签人she：出差"]


def test_removing_the_last_signer_before_opens_it(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "before")
    desk.does(change_signers, "wu", None, [], ["p-zhao"], reason="不必")
    assert (desk.box("wu"), desk.box("zhao")) == ([("draft", None)], [])


def test_nobody_signs_twice_nor_what_is_their_own(office: Office) -> None:
    desk = Desk(office)
    with pytest.raises(Unfit) as own:
        desk.does(change_signers, "wu", None, ["p-wu"], [], "before")
    assert own.value.refusal == "err_to_oneself"
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "parallel")
    with pytest.raises(Unfit) as twice:
        desk.does(change_signers, "wu", None, ["p-zhao"], [], "after")
    assert twice.value.refusal == "err_signs_already"
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    absent(office, "she", "zhao")
    with pytest.raises(Forbidden) as again:
        office.does(consent, "zhao", _part(desk, "she"), True)
    assert again.value.refusal == "err_signed_already"
    with pytest.raises(Unfit):
        desk.does(change_signers, "wu", None, ["p-he"], [], None)


def test_the_delegate_of_a_signer_signs_for_them_but_not_who_asked(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "parallel")
    absent(office, "zhao", "wu")
    with pytest.raises(Forbidden) as own:
        office.does(consent, "wu", _part(desk, "zhao"), True)
    assert own.value.refusal == "err_own_entry"
    absent(office, "she", "qian")
    part = _part(desk, "she")
    desk.does(consent, "qian", part, True)
    assert column(office, part, "completed_by", "completed_for") == ("p-qian", "p-she")
    assert sentences(office, desk.case, "signer.signed") == ["qian 代 she 签署“拟稿”：同意。"]


def _part(desk: Desk, name: str) -> str:
    t = tables.tasks.c
    with desk.office.store.reading() as db:
        query = select(t.id).where(
            t.case_id == desk.case, t.part == "sign", t.why.contains(f"p-{name}"), t.status == "open"
        )
        return str(db.execute(query).scalar_one())


def test_the_last_two_sign_at_the_same_moment_and_it_moves_once(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "after")
    sends(desk)
    parts = {n: desk.mine(n) for n in ("zhao", "she")}

    def one(name: str) -> Any:
        return lambda: office.does(consent, name, parts[name], True)

    answers = together(one("zhao"), one("she"))
    assert all(isinstance(a, tasks.Done) for a in answers)
    assert desk.row()["element"] == "decide"
    agrees(office, desk.case)


def test_what_waits_for_signatures_is_taken_back_as_it_was_entered(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao", "p-she"], [], "after")
    sends(desk)
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    assert "take_back" in desk.view("wu")["can"]
    desk.does(take_back, "wu", None, "改两个字")
    assert desk.view("wu")["values"] == WRITTEN
    assert (desk.box("zhao"), desk.box("she")) == ([], [])
    sends(desk)
    assert desk.box("zhao") == desk.box("she") == [("draft", "sign")], "they sign what was entered anew"


def test_a_second_person_confirms_before_the_signers_are_asked(office: Office) -> None:
    desk = Desk(office, more='<liuhen:confirm role="branch_secretary" at="=case.unit"/>')
    desk.does(change_signers, "wu", None, ["p-lin"], [], "after")
    sends(desk)
    assert desk.box("lin") == []
    desk.does(tasks.confirm, "zhao", None, True)
    assert desk.box("lin") == [("draft", "sign")]
    task = desk.task
    desk.does(consent, "lin", desk.mine("lin"), True)
    assert column(office, task, "completed_by", "confirmed_by") == ("p-wu", "p-zhao")


def test_when_the_task_goes_nobody_is_asked_to_sign_it(office: Office) -> None:
    desk = Desk(office)
    sends(desk)
    desk.does(change_signers, "zhao", None, ["p-he"], [], "parallel")
    part = desk.mine("he")
    desk.does(returning.return_, "zhao", None, "draft", "重写")
    assert desk.row(part)["status"] == "cancelled"
    with pytest.raises(NotNow):
        office.does(consent, "he", part, True)
    assert desk.box("he") == []
    first = desk.task
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "before")
    office.does(cases.cancel, "lin", desk.case, "不办了")
    assert desk.box("zhao") == []
    assert desk.row(first)["status"] == "cancelled"


def test_what_others_signed_is_not_taken_back_by_one(office: Office) -> None:
    desk = Desk(office)
    first = desk.task
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "after")
    sends(desk)
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    with pytest.raises(NotNow) as signed:
        desk.does(returning.withdraw, "wu", first, "填错")
    assert signed.value.refusal == "err_already_acted"
    desk.does(returning.return_, "she", None, "draft", "重写")
    assert all(p["is_void"] for p in desk.view("wu", first)["parts"])


def test_whoever_signed_had_a_part_in_it(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "after")
    sends(desk)
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    with pytest.raises(Forbidden) as refused:
        desk.does(tasks.complete, "zhao")
    assert refused.value.refusal == "sod_11"
    desk.does(tasks.complete, "she")
    assert office.sees("otto", desk.case)["outcome"] == "sent"


def test_a_delegate_adds_signers_but_hands_nothing_on(office: Office) -> None:
    desk = Desk(office)
    absent(office, "wu", "qian")
    assert [v for v, one in desk.verbs("qian").items() if one["is_possible"]] == ["add_signer"]
    for verb, args in ((transfer, ("p-he", "忙")), (entrust, ("p-he",))):
        with pytest.raises(Forbidden) as refused:
            desk.does(verb, "qian", None, *args)
        assert refused.value.refusal == "err_delegates_on"
    desk.does(change_signers, "qian", None, ["p-zhao"], [], "after")
    assert desk.row()["claimed_by"] == "p-wu"
    sends(desk, "qian")
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    (done,) = [i for i in office.box("wu", "done") if i["part"] is None]
    assert column(office, done["id"], "completed_by", "completed_for") == ("p-qian", "p-wu")


def test_an_administrators_move_cancels_the_parts(office: Office) -> None:
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "before")
    with office.store.transaction() as db:
        add_post(db, "dora", "system_admin", "W0")
        add_post(db, "otto", "system_admin", "W0")
    move, _ = office.does(moving.propose, "dora", desk.case, [desk.task], ["decide"], "卡住")
    office.does(moving.confirm, "otto", desk.case, move, True)
    assert desk.box("zhao") == [("decide", None)]
    agrees(office, desk.case)


def test_the_case_shows_who_gave_it_to_whom_and_who_signed(office: Office) -> None:
    desk = Desk(office)
    desk.does(transfer, "wu", None, "p-lin", "忙")
    desk.does(change_signers, "lin", None, ["p-zhao"], [], "before")
    desk.does(consent, "zhao", desk.mine("zhao"), True)
    desk.does(tasks.complete, "lin", None, WRITTEN, "send")
    acts = office.sees("otto", desk.case)["acts"]
    assert [(a["status"], a["by"]["id"]) for a in acts] == [
        ("transferred", "p-wu"),
        ("signed", "p-zhao"),
        ("completed", "p-lin"),
    ]
    assert acts[0]["to"].zh == "lin"
    assert acts[1]["decision_label"].zh == "同意"


def test_every_verb_has_its_words() -> None:
    from engine.views.handing import _EFFECTS

    assert set(_EFFECTS) == set(handing.VERBS)
