"""Request and reply (请示批复), told over HTTP: the asking case and the answering case talk by messages.

The dates and refusals are those of the office's scenarios S38 to S42 and S44. What the procedures alone decide is told
on SQLite; the engine beneath them is tested on both.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from api import folders
from engine.actors import Actor
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases, Kind
from tests.stories.conftest import Answer, Case, Story

REQUEST, REPLY = "request", "reply"
PASSED = ("reason_sufficient", "kind_right", "format_right", "policy_right", "others_consulted")
FIVE = ("ours", "rules_kept", "kind_format_right", "agreed", "other_demands_met")
FILED = {"has_request": True, "has_reply": True, "has_signing_sheet": True}


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """SQLite: what the procedures alone decide is the same on either."""
    kind: Kind = getattr(request, "param", "sqlite")
    return kind


@pytest.fixture
def story(databases: Databases, kind: Kind) -> Iterator[Story]:
    """The office with these two procedures alone."""

    def fill(store: Store) -> None:
        folders.publish_duties(store, Actor.operator(), reason="set up")
        for key in (REQUEST, REPLY):
            folders.publish(store, Actor.operator(), folders.PROCESSES / key)

    office = offices.built(databases, kind)
    databases.template(kind, "request_and_reply", fill, base=offices.EMPTY_LIBRARY)
    settings = databases.create(kind, "request_and_reply")
    store = Store(settings)
    try:
        with apps.lent(store) as (app, contract):
            told = Story(store, app, contract, office)
            yield told
            told.look_at_refusals()
    finally:
        store.close()
        databases.drop(settings)


def all_of(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, True)


class Letters:
    """A request on its way: who does which step at the asking and at the answering body."""

    ASKING: Mapping[str, str] = {
        "draft_request": "song.nigao",
        "check_text": "dai.hegao",
        "sign_request": "miao.danwei",
        "release_request": "mao.shouwen",
        "seal_request": "bei.yongyin",
        "withdraw_request": "song.nigao",
        "supplement": "song.nigao",
        "read_delay": "song.nigao",
        "receive_reply": "song.nigao",
        "follow_condition": "song.nigao",
        "archive_request": "bei.yongyin",
    }
    ANSWERING: Mapping[str, str] = {
        "sign_for": "fei.wenmi",
        "register": "fei.wenmi",
        "first_check": "fei.wenmi",
        "propose_handling": "tao.shoufa",
        "instruct": "shui.weier",
        "handle": "yu.xuanchuan",
        "decide": "bai.shuji",
        "urge": "tao.shoufa",
        "sign_reply": "bai.shuji",
        "release_reply": "fei.wenmi",
        "seal_reply": "wei.bansan",
        "archive_reply": "ren.dangan",
    }

    def __init__(self, story: Story, on: str, **start: Any) -> None:
        self.story = story
        story.at(on)
        answers = {"document_kind": "request", "topic": "解决主题活动经费", "matter_type": "activity", **start}
        self.case = story.person("song.nigao").starts(REQUEST, "U07", answers)
        assert self.case.refused is None, self.case.refused

    # ------------------------------------------------------------ forms

    def draft(self, **more: Any) -> dict[str, Any]:
        """A complete draft of U07 to its direct superior."""
        return {
            "title": "样例第七单位关于解决主题活动经费的请示",
            "matter": "拟于四月开展主题活动，请求解决活动经费。",
            "single_matter": True,
            "reason": "本级预算未列支。",
            "basis": "样工发〔2026〕1号第三条",
            "main_recipients": [self.to("WC0")],
            "urgency": "none",
            "secrecy_level": "none",
            "amount": 30000,
            "is_major": False,
            "contact": "宋拟稿",
            "phone": "000-1234567",
            **more,
        }

    def to(self, code: str, **more: Any) -> dict[str, Any]:
        return {"unit": self.story.unit(code)["id"], "assigned_by_leader": False, **more}

    # ------------------------------------------------------------ steps

    def tries(self, case: Case, element: str, answers: Mapping[str, Any], decision: str, **more: Any) -> Answer:
        by = more.pop("by", None) or {**self.ASKING, **self.ANSWERING}[element]
        return self.story.person(by).completes(case, element, answers, decision, **more)

    def does(self, case: Case, element: str, answers: Mapping[str, Any], decision: str, **more: Any) -> None:
        answer = self.tries(case, element, answers, decision, **more)
        assert answer.refused is None, (element, answer.refused)

    def sends(self, **draft: Any) -> str:
        """Draft, check, sign, number and seal on this day; gives the number under which it went."""
        self.does(self.case, "draft_request", self.draft(**draft), "submit", reason=draft.get("because"))
        return self.issues()

    def issues(self) -> str:
        self.does(self.case, "check_text", all_of(*PASSED), "pass")
        self.does(self.case, "sign_request", {"signed_on": self.story.today}, "sign")
        self.does(self.case, "release_request", all_of("procedure_complete", "format_checked"), "numbered")
        self.does(self.case, "seal_request", {"signature_checked": True, "copies_sealed": 3}, "sent")
        return str(self.case.data["document_number"])

    def answering(self, number: str) -> Case:
        """The case of the answering body about a request."""
        found = [c for c in self.story.auditor.gets_all("/cases", definition=REPLY) if c["business_key"] == number]
        assert len(found) == 1, (number, found)
        return Case(self.story, found[0], None)

    def received(self, reply: Case) -> None:
        self.does(reply, "sign_for", {"pages_counted": 1}, "signed_for")
        self.does(reply, "register", {"register_number": "收〔2026〕15号"}, "registered")

    def accepted(self, reply: Case) -> None:
        self.does(reply, "first_check", all_of(*FIVE), "accept")

    def assigned(self, reply: Case, *heard: str, decision: str = "assign", lead: str = "publicity_department") -> None:
        proposal = {
            "lead": lead,
            "co_departments": list(heard),
            "decision_level": "leader",
            "proposal": "请主办部门办理。",
        }
        self.does(reply, "propose_handling", proposal, "proposed")
        self.does(reply, "instruct", {"instruction": "同意拟办意见。"}, decision)

    def handled(self, reply: Case, *heard: str, **more: Any) -> None:
        answers = {"facts": "情况属实。", "reply_draft": "同意解决活动经费三万元。", "legal_checked": True, **more}
        self.does(reply, "handle", {"co_departments": list(heard), **answers}, "reply_proposed")

    def answers(self, reply: Case) -> None:
        """Sign, number and seal the reply."""
        title = "关于解决主题活动经费的批复"
        text = f"你单位请示（{reply.data['request_number']}）收悉。同意。"
        self.does(
            reply, "sign_reply", {"reply_title": title, "reply_text": text, "signed_on": self.story.today}, "sign"
        )
        self.does(reply, "release_reply", all_of("procedure_complete", "format_checked"), "numbered")
        self.does(reply, "seal_reply", {"signature_checked": True, "copies_sealed": 2}, "sent")


def test_a_request_is_answered_and_both_sides_file_it(story: Story) -> None:
    """S38: nineteen steps from the draft to the file; the asker sees where it is; one item in the archive."""
    letters = Letters(story, "2026-03-02")
    number = letters.sends()
    asking, reply = letters.case, letters.answering(number)
    assert reply.data["request_number"] == number
    letters.received(reply)
    story.at("2026-03-03")
    letters.accepted(reply)
    letters.assigned(reply)
    story.at("2026-03-09")
    letters.handled(reply, "general_office", "organisation_department")
    for who in ("qian.shouwen", "zhou.banyi"):
        letters.does(reply, "co_sign", {}, "agree", by=who)
    story.at("2026-03-11")
    letters.does(reply, "decide", {"decision_text": "同意解决活动经费三万元。"}, "approve")
    story.at("2026-03-12")
    letters.answers(reply)
    assert asking.open_steps() == ["receive_reply"]
    story.at("2026-03-13")
    letters.does(asking, "receive_reply", {"received_on": "2026-03-13"}, "receipted")
    assert reply.data["receipted_on"] == "2026-03-13"
    letters.does(asking, "archive_request", {**FILED, "retention": "30_years"}, "archived", by="mao.shouwen")
    letters.does(reply, "archive_reply", {**FILED, "retention": "30_years"}, "archived")
    assert (asking.status, asking.outcome) == ("ended", "closed_replied")
    assert (reply.status, reply.outcome) == ("ended", "closed_replied")
    assert asking.summary["Conclusion"] == "approved"
    done = [*asking.done_steps(), *reply.done_steps()]
    steps = {s["element"]: s["step"] for case in (asking, reply) for s in case.read()["steps"]}
    assert {steps[e] for e in done} >= {str(n) for n in (1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19)}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)
def test_the_asker_sees_how_far_the_answering_body_is(story: Story) -> None:
    """Names of steps and the outcome, nothing that is written there; a stranger sees neither case."""
    letters = Letters(story, "2026-03-02")
    asking = letters.case
    assert "At the superior" not in asking.summary
    reply = letters.answering(letters.sends())

    def seen() -> dict[str, Any]:
        return {line["label"]: line["value"] for line in story.person("song.nigao").sees(asking)["summary"]}

    assert seen()["At the superior"] == f"Sign for ({reply.number})"
    assert seen()["Answer"] == "sent, waiting for the reply"
    letters.received(reply)
    assert seen()["At the superior"] == f"First check ({reply.number})"
    assert story.person("song.nigao").sees(reply).refused == "err_not_found"
    assert story.person("lin.ceshi").sees(asking).refused == "err_not_found"
    story.language = "zh"
    assert seen()["上级办到哪一步"] == f"初审（{reply.number}）"
    story.language = "en"
    letters.does(
        reply, "first_check", {"format_defects": ["no_seal"], "reason_text": "没有用印"}, "returned", opinion="退"
    )
    assert seen()["At the superior"] == f"returned ({reply.number})"
    assert asking.open_steps() == ["draft_request"]


def test_a_request_hidden_in_a_report_is_told_and_returned(story: Story) -> None:
    """S39: the drafter is warned; the receiver may neither handle it as a request nor note it, and returns it."""
    letters = Letters(story, "2026-03-02", document_kind="report", topic="主题活动开展情况")
    hidden = letters.draft(title="样例第七单位关于主题活动开展情况的报告", matter="经费不足，妥否，请批示。")
    misnamed = letters.tries(
        letters.case, "draft_request", {**hidden, "title": "样例第七单位关于活动的请示报告"}, "submit"
    )
    assert misnamed.refused is not None
    assert misnamed.refused.error("title")["code"] == "request_report"
    warned = letters.tries(letters.case, "draft_request", hidden, "submit")
    assert warned.refused == "embedded_request"
    letters.does(letters.case, "draft_request", {**hidden, "embedded_known": True}, "submit")
    number = letters.issues()
    assert "报" in number
    assert "embedded_request_known" in letters.case.marks
    reply = letters.answering(number)
    letters.received(reply)
    assert letters.tries(reply, "first_check", all_of(*FIVE), "accept").refused == "report_not_handled"
    unreasoned = letters.tries(reply, "first_check", {"format_defects": ["embedded_request"]}, "returned", opinion="退")
    assert unreasoned.refused == "return_unreasoned"
    why = {"format_defects": ["embedded_request"], "reason_text": "报告中夹带请示，请另用请示行文。"}
    letters.does(reply, "first_check", why, "returned", opinion="退")
    assert (reply.status, reply.outcome) == ("ended", "closed_returned")
    assert letters.case.data["answer_reason"] == "报告中夹带请示，请另用请示行文。"
    dropped = letters.tries(letters.case, "draft_request", hidden, "drop", opinion="另行请示")
    assert dropped.refused is None
    assert letters.case.outcome == "closed_dropped"
    plain = Letters(story, "2026-03-03", document_kind="report", topic="主题活动开展情况")
    told = {"title": "样例第七单位关于主题活动开展情况的报告", "matter": "活动已开展。"}
    reply = plain.answering(plain.sends(**told))
    plain.received(reply)
    plain.does(reply, "first_check", all_of(*FIVE), "noted")
    assert reply.outcome == "closed_noted"
    assert plain.case.summary["Conclusion"] == "noted"


def test_no_level_is_skipped_and_nobody_is_asked_in_person(story: Story) -> None:
    """S40, R3.2 to R3.8, S44: every refusal of a draft, with what would be acceptable."""
    story.at("2026-03-02")
    start = {"document_kind": "request", "topic": "更换党旗", "matter_type": "other"}
    case = story.person("wu.zuwei").starts(REQUEST, "B071", start)
    assert case.refused is None
    stranger = story.person("lin.ceshi").starts(REQUEST, "B071", start)
    assert stranger.refused == "err_may_not_start"
    letters = Letters(story, "2026-03-02")
    wu = story.person("wu.zuwei")

    def tries(**more: Any) -> Answer:
        draft = letters.draft(title="样例第七单位第一党支部关于更换党旗的请示", main_recipients=[letters.to("C07")])
        return wu.completes(case, "draft_request", {**draft, **more}, "submit")

    wc0 = {"main_recipients": [letters.to("WC0")]}
    skipping = tries(**wc0)
    assert skipping.refused == "skip_level"
    assert skipping.refused.clause == "rr_4"
    assert "art. 14" in skipping.refused["clause"]["article"]
    assert tries(**wc0, skip_level_reason="情况紧急").refused == "skipped_not_copied"
    copied = {**wc0, "skip_level_reason": "情况紧急", "copy_recipients": [{"unit": letters.to("C07")["unit"]}]}
    two = [letters.to("C07"), letters.to("WC0")]
    assert tries(main_recipients=two).refused == "several_main_recipients"
    assert tries(main_recipients=[letters.to("B072")]).refused == "not_upward"
    person = letters.to("C07", person_name="孙书记")
    assert tries(main_recipients=[person]).refused == "addressed_to_person"
    assert tries(single_matter=False).refused == "several_matters"
    assert tries(secrecy_level="classified").refused == "classified"
    assert tries(urgency="urgent", urgency_reason=" ").refused is not None
    assert tries(act_on="2026-02-27").refused == "after_acting_unreasoned"
    assert tries(contact="").refused == "contact_missing"
    assert tries(phone="").refused == "phone_missing"
    assert tries(title="关于更换党旗的报告").refused is not None
    assert tries(wanted_by_on="2026-03-01").refused is not None
    own = letters.tries(
        letters.case,
        "draft_request",
        letters.draft(copy_recipients=[{"unit": letters.to("B071")["unit"]}]),
        "submit",
    )
    assert own.refused == "copy_to_subordinate"
    sent = wu.completes(
        case,
        "draft_request",
        letters.draft(title="样例第七单位第一党支部关于更换党旗的请示", **copied),
        "submit",
        reason="机关党委正在换届",
    )
    assert sent.refused is None
    assert "skip_level_flagged" in case.marks


def test_a_request_returned_twice_is_sent_again_with_a_new_number_and_told_to_the_head(story: Story) -> None:
    """S41: the new one has a new send date and names the one that it supersedes."""
    letters = Letters(story, "2026-03-02")
    numbers = [letters.sends()]
    for day in ("2026-03-03", "2026-03-04"):
        story.at(day)
        reply = letters.answering(numbers[-1])
        letters.received(reply)
        defects = {**all_of(*FIVE[1:]), "format_defects": ["several_matters"]}
        assert letters.tries(reply, "first_check", defects, "accept").refused == "must_return"
        whole = letters.tries(reply, "first_check", {**all_of(*FIVE), "reason_text": "略"}, "returned", opinion="退")
        assert whole.refused == "return_without_defect"
        letters.does(reply, "first_check", {**defects, "reason_text": "一文两事"}, "returned", opinion="一文两事")
        assert letters.case.data["returns"] == len(numbers)
        told = [e["sentence"] for e in letters.case.trail() if e["kind"] == "case.copied"]
        assert len(told) == len(numbers) - 1, told
        numbers.append(letters.sends())
    assert len(set(numbers)) == 3
    last = letters.answering(numbers[-1])
    assert (last.data["supersedes"], last.data["sent_on"]) == (numbers[-2], "2026-03-04")


def test_a_late_reply_is_explained_on_the_due_date_without_anybody_asking(story: Story) -> None:
    """S42: ten working days after 18 September end on 9 October, over two holidays; the requester is told why."""
    letters = Letters(story, "2026-09-18")
    reply = letters.answering(letters.sends())
    letters.received(reply)
    letters.accepted(reply)
    letters.assigned(reply)
    assert reply.data["reply_due_on"] == "2026-10-09"
    assert story.person("yu.xuanchuan").task(reply, "handle")["due_on"] == "2026-10-09"
    story.at("2026-09-30")
    assert "urge" in reply.open_steps()
    words = {"urged_whom": "宣传部", "reason_of_delay": "须商财政部门", "expected_on": "2026-10-14"}
    letters.does(reply, "urge", words, "urged")
    story.at("2026-10-09T17:29")
    assert letters.case.open_steps() == ["withdraw_request"]
    story.at("2026-10-09T17:30")
    assert letters.case.open_steps() == ["read_delay", "withdraw_request"]
    assert (letters.case.data["delay_reason"], letters.case.data["delay_expected_on"]) == ("须商财政部门", "2026-10-14")
    letters.does(letters.case, "read_delay", {}, "noted")
    story.at("2026-10-14")
    overdue = [e["sentence"] for e in reply.trail() if e["kind"] == "task.overdue"]
    assert overdue
    letters.does(
        reply,
        "handle",
        {"facts": "属实", "reply_draft": "同意。", "legal_checked": True},
        "reply_proposed",
        reason="商财政部门",
    )


def test_a_request_is_withdrawn_until_it_is_decided(story: Story) -> None:
    """Before step 14 both cases end and the number is not used again; afterwards the reply goes its way."""
    letters = Letters(story, "2026-03-02")
    number = letters.sends()
    reply = letters.answering(number)
    letters.received(reply)
    letters.does(letters.case, "withdraw_request", {"reason_of_withdrawal": "活动取消"}, "withdraw", opinion="撤回")
    assert (reply.status, reply.outcome) == ("ended", "closed_withdrawn")
    assert (letters.case.status, letters.case.outcome) == ("ended", "closed_withdrawn")
    second = Letters(story, "2026-03-03")
    other = second.sends()
    assert other != number
    reply = second.answering(other)
    second.received(reply)
    second.accepted(reply)
    second.assigned(reply, decision="decide_now")
    without = second.tries(reply, "decide", {"decision_text": "同意。"}, "approve_with_conditions")
    assert without.refused == "conditions_missing"
    term = [{"what": "专款专用", "who": "样例第七单位", "by_when": "2026-06-30"}]
    second.does(reply, "decide", {"decision_text": "同意。", "decided_conditions": term}, "approve_with_conditions")
    second.does(second.case, "withdraw_request", {"reason_of_withdrawal": "不办了"}, "withdraw", opinion="撤回")
    assert reply.open_steps() == ["sign_reply"]
    assert second.case.data["withdrawal_refused"] is True
    second.answers(reply)
    second.does(second.case, "receive_reply", {"received_on": "2026-03-03"}, "receipted")
    assert second.case.open_steps() == ["follow_condition"]
    followed = story.person("song.nigao").task(second.case, "follow_condition")
    assert followed["due_on"] == "2026-06-30"
    second.does(second.case, "follow_condition", {"how": "已专账管理"}, "done")
    assert second.case.open_steps() == ["archive_request"]


def test_whoever_drafted_does_not_sign_and_whoever_handled_does_not_decide(story: Story) -> None:
    """sod_11 and R3.11: a hold has a date, what is changed after the signature is signed again."""
    letters = Letters(story, "2026-03-02")
    case = letters.case
    letters.does(case, "draft_request", letters.draft(is_major=True), "submit")
    own = letters.tries(case, "check_text", all_of(*PASSED), "pass", by="song.nigao")
    assert own.refused is not None
    assert letters.tries(case, "check_text", all_of(*PASSED[1:]), "pass").refused == "text_check_incomplete"
    letters.does(case, "check_text", {}, "return", opinion="依据不准")
    letters.does(case, "draft_request", letters.draft(is_major=True), "submit")
    letters.does(case, "check_text", all_of(*PASSED), "pass")
    minutes = {"meeting_on": "2026-03-02", "minutes_no": "纪要3", "resolution": "同意", "eligible_count": 7}
    votes = {"present_count": 5, "for_count": 3, "against_count": 1, "abstain_count": 1}
    lost = letters.tries(case, "decide_collectively", {**minutes, **votes}, "agree", by="mao.shouwen")
    assert lost.refused == "not_carried"
    wrong = letters.tries(case, "decide_collectively", {**minutes, **votes, "for_count": 4}, "agree", by="mao.shouwen")
    assert wrong.refused == "counts_differ"
    votes = {"present_count": 6, "for_count": 4, "against_count": 1, "abstain_count": 1}
    letters.does(case, "decide_collectively", {**minutes, **votes}, "agree", by="mao.shouwen")
    assert story.person("mao.shouwen").confirms(case, "decide_collectively").refused is not None
    assert story.person("miao.danwei").confirms(case, "decide_collectively").refused is None
    held = letters.tries(case, "sign_request", {"signed_on": "2026-03-02"}, "hold", opinion="待核")
    assert held.refused == "hold_without_date"
    letters.does(case, "sign_request", {"signed_on": "2026-03-02", "held_until": "2026-03-04"}, "hold", opinion="待核")
    assert case.open_steps() == []
    story.at("2026-03-04")
    letters.does(case, "sign_request", {"signed_on": "2026-03-04"}, "sign")
    done = all_of("procedure_complete", "format_checked")
    letters.does(case, "release_request", done, "back_to_signer", opinion="金额有误")
    early = letters.tries(case, "sign_request", {"signed_on": "2026-03-01"}, "sign")
    assert early.refused == "err_date_order"
    letters.does(case, "sign_request", {"signed_on": "2026-03-04"}, "sign")
    letters.does(case, "release_request", done, "numbered")
    letters.does(case, "seal_request", {"signature_checked": True, "copies_sealed": 1}, "sent")
    reply = letters.answering(case.data["document_number"])
    letters.received(reply)
    letters.accepted(reply)
    letters.does(
        reply,
        "propose_handling",
        {"lead": "general_office", "co_departments": [], "decision_level": "leader", "proposal": "转办公室。"},
        "proposed",
        by="tao.shoufa",
    )
    letters.does(reply, "instruct", {"instruction": "提交会议。"}, "to_meeting")
    assert reply.data["reply_due_on"] == "2026-04-01"
    asks = {"facts": "须核实", "wanted_text": "请补充预算明细"}
    letters.does(reply, "handle", asks, "needs_more", by="tao.shoufa", opinion="补充")
    assert case.open_steps() == ["supplement", "withdraw_request"]
    letters.does(case, "supplement", {"supplied_text": "预算明细见附件。"}, "supplied")
    assert reply.data["supplied"] == "预算明细见附件。"
    letters.does(
        reply, "handle", {"facts": "略", "not_ours_reason": "属组织部"}, "not_ours", by="tao.shoufa", opinion="退"
    )
    assert reply.open_steps() == ["propose_handling"]
    letters.assigned(reply, decision="to_meeting", lead="organisation_department")
    story.person("zhou.banyi").claims(reply, "handle")
    draft = {"facts": "属实", "reply_draft": "同意。", "legal_checked": True}
    heard = {"co_departments": ["publicity_department", "dues_accountant"]}
    letters.does(reply, "handle", {**draft, **heard}, "reply_proposed", by="zhou.banyi")
    letters.does(reply, "co_sign", {}, "disagree", by="yu.xuanchuan", opinion="金额偏高")
    letters.does(reply, "co_sign", {}, "agree", by="yuan.kuaiji")
    assert reply.open_steps() == ["handle"]
    letters.does(reply, "handle", {**draft, "co_departments": []}, "reply_proposed", by="zhou.banyi")
    bare = letters.tries(reply, "decide", {"decision_text": "同意。"}, "approve")
    assert bare.refused == "minutes_missing"
    letters.does(reply, "decide", {"deferred_to": "2026-03-20", "minutes_no": "纪要4"}, "defer", opinion="待预算")
    story.person("dou.zuzhi").confirms(reply, "decide")
    story.at("2026-03-20")
    letters.does(reply, "decide", {"decision_text": "同意。", "minutes_no": "纪要5"}, "approve")
    assert story.person("dou.zuzhi").confirms(reply, "decide").refused is None
    reply_form = {"reply_title": "关于经费的批复", "reply_text": "同意。", "signed_on": "2026-03-20"}
    assert letters.tries(reply, "sign_reply", reply_form, "sign").refused == "request_not_quoted"
    letters.does(reply, "sign_reply", reply_form, "return", opinion="措辞不当")
    assert reply.open_steps() == ["handle"]


def test_a_subordinate_s_request_is_passed_on_with_an_opinion_of_one_s_own(story: Story) -> None:
    """R3.6: three levels talk; the branch's request waits at the committee until the working committee has answered."""
    story.at("2026-03-02")
    start = {"document_kind": "request", "topic": "解决活动场所", "matter_type": "other"}
    wu = story.person("wu.zuwei")
    branch = wu.starts(REQUEST, "B071", start)
    letters = Letters(story, "2026-03-02")
    title = "样例第七单位第一党支部关于解决活动场所的请示"
    draft = letters.draft(title=title, main_recipients=[letters.to("C07")])
    letters.does(branch, "draft_request", draft, "submit", by="wu.zuwei")
    letters.does(branch, "check_text", all_of(*PASSED), "pass", by="chen.jijian")
    letters.does(branch, "sign_request", {"signed_on": "2026-03-02"}, "sign", by="zhao.zhishu")
    released = all_of("procedure_complete", "format_checked")
    letters.does(branch, "release_request", released, "numbered", by="wu.zuwei")
    sealed = {"signature_checked": True, "copies_sealed": 1}
    letters.does(branch, "seal_request", sealed, "sent", by="chen.jijian")
    here = letters.answering(branch.data["document_number"])
    letters.does(here, "sign_for", {"pages_counted": 1}, "signed_for", by="he.zugan")
    letters.does(here, "register", {"register_number": "收1"}, "registered", by="he.zugan")
    letters.does(here, "first_check", all_of(*FIVE), "accept", by="he.zugan")
    proposal = {"lead": "organiser", "decision_level": "leader", "proposal": "超出权限，建议转报。"}
    letters.does(here, "propose_handling", proposal, "proposed", by="xu.zuyuan")
    letters.does(here, "instruct", {"instruction": "转报。"}, "forward", by="shen.fushu", opinion="转报工委")
    assert here.open_steps() == []
    (found,) = [c for c in story.auditor.gets_all("/cases", definition=REQUEST) if "转报" in (c["title"] or "")]
    above = Case(story, found, None)
    assert above.data["forward_for"] == branch.data["document_number"]
    draft = letters.draft(title=f"样例第七单位机关党委关于转报{title}", matter="转报。")
    blind = letters.tries(above, "draft_request", draft, "submit", by="jiang.zugan")
    assert blind.refused == "opinion_missing"
    letters.does(above, "draft_request", {**draft, "proposed_solution": "建议同意。"}, "submit", by="jiang.zugan")
    letters.does(above, "check_text", all_of(*PASSED), "pass", by="xu.zuyuan")
    letters.does(above, "sign_request", {"signed_on": "2026-03-02"}, "sign", by="sun.shuji")
    letters.does(above, "release_request", released, "numbered", by="he.zugan")
    letters.does(above, "seal_request", sealed, "sent", by="cao.dangan")
    top = letters.answering(above.data["document_number"])
    assert top.data["proposed_solution"] == "建议同意。"
    letters.received(top)
    letters.accepted(top)
    letters.assigned(top, decision="decide_now")
    letters.does(top, "decide", {"decision_text": "同意调剂一处活动场所。"}, "approve")
    letters.answers(top)
    letters.does(above, "receive_reply", {"received_on": "2026-03-02"}, "receipted", by="he.zugan")
    assert here.open_steps() == ["instruct"]
    assert "同意调剂一处活动场所" in here.data["superior_text"] or here.data["superior_conclusion"] == "approve"
    letters.does(here, "instruct", {"instruction": "照此批复。"}, "decide_now", by="shen.fushu")
    letters.does(here, "decide", {"decision_text": "经上级同意，调剂一处活动场所。"}, "approve", by="sun.shuji")
    assert here.open_steps() == ["sign_reply"]


def test_an_urgent_request_is_counted_in_office_hours(story: Story) -> None:
    """特急: two working hours to sign for it, seven to answer, from Friday afternoon on over the weekend; S44 besides."""
    letters = Letters(story, "2026-03-06")
    story.at("2026-03-06T16:00")
    task = story.person("song.nigao").task(letters.case, "draft_request")["id"]
    secret = {"file": (io.BytesIO(b"%PDF-1.7"), "机密-经费.pdf")}
    sent = story.person("song.nigao").raw("POST", f"/tasks/{task}/attachments", data=secret)
    assert (sent.status_code, sent.get_json()["code"]) == (422, "err_file_classified")
    assert "经费.pdf" not in str(letters.case.trail())
    number = letters.sends(urgency="most_urgent", urgency_reason="明日防汛")
    reply = letters.answering(number)

    def due(by: str, element: str) -> str:
        return str(story.person(by).task(reply, element)["due"]["at"])

    assert due("fei.wenmi", "sign_for").startswith("2026-03-06T18:00")
    letters.received(reply)
    letters.accepted(reply)
    letters.assigned(reply)
    assert due("yu.xuanchuan", "handle").startswith("2026-03-09T16:00")
    story.at("2026-03-09T16:01")
    assert letters.case.open_steps() == ["read_delay", "withdraw_request"]
    assert "研究办理" in letters.case.data["delay_reason"]


def test_what_is_sent_to_the_wrong_body_comes_back(story: Story) -> None:
    """Misdirected: not signed for, and the asker corrects the recipient."""
    letters = Letters(story, "2026-03-02")
    reply = letters.answering(letters.sends())
    silent = letters.tries(reply, "sign_for", {"pages_counted": 1}, "refused_misdirected")
    assert silent.refused is not None
    wrong = {"pages_counted": 1, "misdirected_reason": "应报市工会"}
    letters.does(reply, "sign_for", wrong, "refused_misdirected", opinion="误送")
    assert reply.outcome == "closed_misdirected"
    assert letters.case.open_steps() == ["draft_request"]
    assert letters.case.data["answer_reason"] == "应报市工会"
