"""A request (请示) from the draft to the file, told over HTTP: what is refused, returned, passed on and answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Databases, Kind
from tests.stories import letters as correspondence
from tests.stories.conftest import Answer, Case, Story
from tests.stories.letters import FILED, FIVE, PASSED, REQUEST, Letters, all_of


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """SQLite: what the procedures alone decide is the same on either."""
    kind: Kind = getattr(request, "param", "sqlite")
    return kind


@pytest.fixture
def story(databases: Databases, kind: Kind) -> Iterator[Story]:
    with correspondence.office(databases, kind) as told:
        yield told


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
    letters.does(reply, "decide_request", {"decision_text": "同意解决活动经费三万元。"}, "approve")
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
    dropped = letters.tries(letters.case, "draft_request", {}, "drop", opinion="另行请示")
    assert dropped.refused is None
    assert letters.case.outcome == "closed_dropped"


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
    letters.does(letters.case, "withdraw_request", {"reason_of_withdrawal": "不再办理"}, "withdraw", opinion="撤回")
    assert letters.case.outcome == "closed_withdrawn"


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
    letters.does(here, "register_request", {"register_number": "收1"}, "registered", by="he.zugan")
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
    letters.does(top, "decide_request", {"decision_text": "同意调剂一处活动场所。"}, "approve")
    letters.answers(top)
    letters.does(above, "receive_reply", {"received_on": "2026-03-02"}, "receipted", by="he.zugan")
    assert here.open_steps() == ["instruct"]
    assert "同意调剂一处活动场所" in here.data["superior_text"] or here.data["superior_conclusion"] == "approve"
    letters.does(here, "instruct", {"instruction": "照此批复。"}, "decide_now", by="shen.fushu")
    letters.does(here, "decide_request", {"decision_text": "经上级同意，调剂一处活动场所。"}, "approve", by="sun.shuji")
    assert here.open_steps() == ["sign_reply"]
