"""Leave: asked for, approved, countersigned where it is long, and reported back from.

B071: 郑联一 asks, 赵支书 leads the branch, 吴组委 is in charge of personnel, 孙书记 leads C07 above. In these days
Monday 2 March 2026 is the first; Saturday 28 February is worked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import offices
from tests.databases import Databases
from tests.stories.conftest import Case, Story, telling

LEAVE, BRANCH = "leave_request", "B071"
APPLICANT, LEADER, PERSONNEL, HEAD, OTHER = "zheng.lianyi", "zhao.zhishu", "wu.zuwei", "sun.shuji", "wang.lianer"


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[Story]:
    """An office with this procedure alone. The procedure decides alike on both databases, so one is enough."""
    template = offices.with_these(databases, "sqlite", LEAVE)
    with telling(databases, "sqlite", template) as told:
        yield told


@pytest.fixture
def story(office: Story) -> Iterator[Story]:
    yield office
    office.look_at_refusals()


def asks(story: Story, kind: str, first: str, last: str, **more: Any) -> Case:
    """郑联一请假。"""
    answers = {"kind": kind, "from_on": first, "to_on": last, **more}
    return story.person(APPLICANT).starts(LEAVE, BRANCH, answers)


def does(story: Story, by: str, case: Case, element: str, decision: str | None = None, **more: Any) -> None:
    answer = story.person(by).completes(case, element, more.pop("answers", None), decision, **more)
    assert answer.refused is None, answer.refused


def test_a_leave_of_three_days_takes_the_leader_alone(story: Story) -> None:
    story.at("2026-03-02")
    case = asks(story, "annual", "2026-03-09", "2026-03-11", years_worked=4, takes_over=story.person(OTHER).id)
    assert case.number.startswith("LV-2026-")
    assert case.read()["title"] == "请假：郑联一，3 个工作日"
    assert case.summary["Kind"] == "annual leave"
    # 期限两个工作日；申请人自己不能批，也看不到待办。
    (task,) = case.read()["open_tasks"]
    assert (task["element"], task["due_on"]) == ("approve", "2026-03-04")
    assert story.person(APPLICANT).completes(case, "approve", decision="agree").refused == "err_not_found"
    # 到期前一天提醒，逾期报告组织委员。
    story.at("2026-03-05")
    assert {"task.reminded", "task.overdue"} <= set(case.kinds())
    assert [n["case"]["number"] for n in story.person(PERSONNEL).gets_all("/notices")] == [case.number]
    late = story.person(LEADER).completes(case, "approve", decision="agree")
    assert late.refused == "late"
    assert late.refused.clause == "lv_2"
    does(story, LEADER, case, "approve", "agree", reason="出差，刚回来。")
    # 抄送工作交接人。
    assert [item["case"]["number"] for item in story.person(OTHER).box("copied")] == [case.number]
    # 假期开始之前不能销假。
    assert case.held_steps() == ["report_back"]
    early = {"back_on": "2026-03-05"}
    assert story.person(APPLICANT).completes(case, "report_back", early).refused == "err_not_found"
    assert story.person(LEADER).completes(case, "report_back", early).refused == "err_step_not_open"
    story.at("2026-03-12")
    future = story.person(APPLICANT).completes(case, "report_back", {"back_on": "2026-03-13"})
    assert future.refused is not None
    does(story, APPLICANT, case, "report_back", answers={"back_on": "2026-03-12"})
    assert case.outcome == "taken"
    assert story.auditor.gets(f"/cases/{case.id}")["data"]["back_on"] == "2026-03-12"


def test_a_long_leave_is_returned_corrected_and_countersigned(story: Story) -> None:
    story.at("2026-03-02")
    case = asks(story, "personal", "2026-03-16", "2026-03-20", reason="搬家")
    silent = story.person(LEADER).completes(case, "approve", decision="return")
    assert silent.refused is not None
    assert silent.refused.error("opinion")["code"] == "required"
    does(story, LEADER, case, "approve", "return", opinion="请写明谁接手。")
    assert case.open_steps() == ["correct_request"]
    # 补正时同样把关。
    answers = {"kind": "personal", "from_on": "2026-03-16", "to_on": "2026-04-20", "reason": "搬家"}
    assert story.person(APPLICANT).completes(case, "correct_request", answers).refused == "personal_too_long"
    does(story, APPLICANT, case, "correct_request", answers={**answers, "to_on": "2026-03-20"})
    does(story, LEADER, case, "approve", "agree")
    # 人事负责人和上级负责人会签；负责人不再会签。
    assert case.open_steps() == ["countersign_leave", "countersign_leave"]
    assert story.person(LEADER).completes(case, "countersign_leave", decision="agree").refused is not None
    does(story, PERSONNEL, case, "countersign_leave", "agree")
    assert case.open_steps() == ["countersign_leave"]
    does(story, HEAD, case, "countersign_leave", "agree")
    story.at("2026-03-24")
    late = story.person(APPLICANT).completes(case, "report_back", {"back_on": "2026-03-23"})
    assert late.refused == "late"
    does(story, APPLICANT, case, "report_back", answers={"back_on": "2026-03-23"}, reason="昨日外出开会。")
    assert case.outcome == "taken"
    # 再请一次：一人不同意即不批准，其余的不必再签。
    case = asks(story, "personal", "2026-04-13", "2026-04-17", reason="探亲")
    does(story, LEADER, case, "approve", "agree")
    assert story.person(PERSONNEL).completes(case, "countersign_leave", decision="disagree").refused is not None
    does(story, PERSONNEL, case, "countersign_leave", "disagree", opinion="人手不足。")
    assert (case.outcome, case.open_steps()) == ("refused", [])


def test_what_the_rules_do_not_allow_cannot_be_asked_for(story: Story) -> None:
    story.at("2026-03-02")

    def refused(code: str, clause: str, field: str, *asked: str, **more: Any) -> dict[str, Any]:
        answer = asks(story, *asked, **more)
        assert answer.refused is not None, asked
        assert answer.refused.clause == clause, answer.refused
        error = answer.refused.error(field)
        assert error["code"] == code
        return error

    # 《职工带薪年休假条例》第三条。
    first, tenth, eleventh = "2026-03-09", "2026-03-20", "2026-03-23"
    refused("annual_too_long", "lv_1", "to_on", "annual", first, first, years_worked=0)
    refused("annual_too_long", "lv_1", "to_on", "annual", first, "2026-03-16", years_worked=9)
    refused("annual_too_long", "lv_1", "to_on", "annual", first, eleventh, years_worked=19)
    refused("annual_too_long", "lv_1", "to_on", "annual", first, "2026-03-30", years_worked=20)
    # 本单位规定。
    refused("personal_too_long", "lv_1a", "to_on", "personal", first, eleventh, reason="探亲")
    begun = refused("begun_already", "lv_3", "from_on", "annual", "2026-02-27", "2026-03-02", years_worked=4)
    assert begun["earliest"] == "2026-03-02"
    sick = {"reason": "感冒", "has_certificate": True}
    told = refused("told_too_late", "lv_3", "from_on", "sick", "2026-02-26", "2026-02-26", **sick)
    assert told["earliest"] == "2026-02-27"
    unproved = {"reason": "感冒", "has_certificate": False}
    refused("certificate_missing", "lv_3", "has_certificate", "sick", "2026-02-28", "2026-03-03", **unproved)
    weekend = asks(story, "annual", "2026-03-07", "2026-03-08", years_worked=4)
    assert weekend.refused == "no_working_day"
    backwards = asks(story, "annual", "2026-03-11", "2026-03-09", years_worked=4)
    assert backwards.refused is not None
    assert backwards.refused.error("to_on")["code"] == "too_early"

    # 可以的：满十年 10 天；病假两天不必有证明。不同意即不批准；痊愈了可以撤回。
    case = asks(story, "annual", first, tenth, years_worked=10)
    does(story, LEADER, case, "approve", "refuse", opinion="当周有检查。")
    assert case.outcome == "refused"
    case = asks(story, "sick", "2026-02-28", "2026-03-02", **unproved)
    assert story.person(LEADER).withdraws(case, "替他撤回").refused == "err_may_not_withdraw"
    assert story.person(APPLICANT).withdraws(case, "已经痊愈。").refused is None
    assert (case.status, case.outcome) == ("cancelled", "withdrawn")


def test_nobody_approves_their_own_leave(story: Story) -> None:
    """支部书记请假由上一级批；上一级批过的不再会签。"""
    story.at("2026-03-02")
    answers = {"kind": "annual", "years_worked": 12, "from_on": "2026-03-09", "to_on": "2026-03-13"}
    case = story.person(LEADER).starts(LEAVE, BRANCH, answers)
    assert story.person(LEADER).completes(case, "approve", decision="agree").refused is not None
    does(story, HEAD, case, "approve", "agree")
    assert [t["element"] for t in case.read()["open_tasks"]] == ["countersign_leave"]
    does(story, PERSONNEL, case, "countersign_leave", "agree")
    assert case.held_steps() == ["report_back"]
