"""工作报送：布置、起草、审核、报送、退回、评分、汇总；S45 以服务器时间判断按时与迟报。

Work reports that the working committee calls for, told in the demonstration office for two of its units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import offices
from tests.databases import Databases
from tests.stories.conftest import Answer, Case, Refusal, Story, telling

PLANNER, SECOND, RECORDS = "qian.shouwen", "tao.shoufa", "ren.dangan"
UNIT, DRAFTER, HEAD, CLERK = "U07", "song.nigao", "miao.danwei", "mao.shouwen"
OTHER, OTHER_CLERK = "U01", "clerk.u01"
TEXT = {"body": "本季度各项工作按计划推进，情况如下。", "holds_no_request": True}
IN_ORDER = dict.fromkeys(("is_complete", "is_true", "is_in_template", "holds_no_request"), True)


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[Story]:
    template = offices.with_these(databases, "sqlite", "work_report_unit", "work_report")
    with telling(databases, "sqlite", template) as told:
        yield told


@pytest.fixture
def story(office: Story) -> Iterator[Story]:
    yield office
    office.look_at_refusals()


def no(answer: Answer) -> Refusal:
    assert answer.refused is not None, answer
    return answer.refused


def plan(story: Story, due: str, codes: tuple[str, ...] = (UNIT, OTHER), **more: Any) -> Case:
    answers = {
        "title": "第三季度工作情况",
        "type": "quarterly",
        "period_name": "2026 年第三季度",
        "reports_by": due,
        "units_called": [story.unit(code)["id"] for code in codes],
        "template": [{"name": "会议次数", "note": "不含碰头会"}],
        **more,
    }
    return story.person(PLANNER).starts("work_report", "WC0", answers)


def rows(story: Story, case: Case) -> dict[str, dict[str, Any]]:
    return {row["unit"]["code"]: row for row in story.person(PLANNER).gets_all(f"/cases/{case.id}/called")}


def report_of(story: Story, case: Case, code: str) -> Case:
    return Case(story, rows(story, case)[code], None)


def prepared(story: Story, report: Case) -> None:
    """Drafted and checked in the unit."""
    figures = [{"name": "会议次数", "value": 12}]
    assert (
        story.person(DRAFTER).completes(report, "draft_report", {**TEXT, "figures": figures}, "submit").refused is None
    )
    assert story.person(HEAD).completes(report, "check_in_unit", {}, "pass").refused is None


def test_s45_in_time_until_the_last_second_and_late_after_it(story: Story) -> None:
    story.at("2026-09-14")
    case = plan(story, "2026-09-30")
    assert case.open_steps() == ["watch_reports"]
    report, other = report_of(story, case, UNIT), report_of(story, case, OTHER)
    prepared(story, report)
    clerk = story.person(OTHER_CLERK)
    story.at("2026-09-16")  # nobody drafts at U01: its clerk is asked instead
    assert clerk.completes(other, "draft_report", TEXT, "submit").refused is None
    assert no(story.person(CLERK).sees(other)).status == 404
    early = story.person(PLANNER).completes(case, "watch_reports", {}, "close", opinion="结束")
    assert (no(early).code, no(early).clause) == ("term_not_over", "rs_02")
    story.at("2026-09-30T23:59:58")
    assert story.person(CLERK).completes(report, "submit_report", {}, "submitted").refused is None
    assert (report.summary["Timeliness"], report.marks) == ("on_time", [])
    # 退回补正：时效仍以首次报送为准
    planner = story.person(PLANNER)
    story.at("2026-10-08T10:00:00")
    hasty = planner.completes(report, "review_report", {"is_complete": True}, "accept")
    assert (no(hasty).code, no(hasty).clause) == ("review_incomplete", "ru_01")
    past = planner.completes(
        report, "review_report", {"correct_by": "2026-10-08"}, "return_for_correction", opinion="缺数据"
    )
    assert no(past).error("correct_by")["code"] == "correction_day_passed"
    back = {"correct_by": "2026-10-12"}
    assert planner.completes(report, "review_report", back, "return_for_correction", opinion="缺数据").refused is None
    prepared(story, report)
    assert story.person(CLERK).completes(report, "submit_report", {}, "submitted").refused is None
    assert planner.completes(report, "review_report", IN_ORDER, "accept").refused is None
    scored = {"quality_given": "adopted", "is_sampled": True}
    assert planner.completes(report, "score_report", scored, "scored")["task"]["status"] == "confirming"
    assert no(planner.confirms(report, "score_report")).status in (403, 404)  # a second reviewer, not the first
    assert story.person(SECOND).confirms(report, "score_report").refused is None
    assert (report.outcome, report.summary["Points"], report.summary["Returns"]) == ("accepted", 2, 1)
    closed = planner.completes(case, "watch_reports", {}, "close", opinion="一个单位未报", reason="催报后仍未报")
    assert closed.refused is None
    shown = planner.task(case, "publish_statistics")["values"]
    assert (shown["called_count"], shown["handed_in_count"], shown["on_time_count"], shown["returned_count"]) == (
        2,
        1,
        1,
        1,
    )
    assert planner.completes(case, "publish_statistics", {}, "publish").refused is None
    assert story.person(RECORDS).completes(case, "archive_reports", {}, "done").refused is None
    assert (case.outcome, rows(story, case)[OTHER]["status"]) == ("closed", "cancelled")


def test_three_seconds_after_midnight_it_is_late_whatever_the_sender_s_clock_says(story: Story) -> None:
    story.at("2026-10-12")
    assert no(plan(story, "2026-10-12")).clause == "rs_02"
    case = plan(story, "2026-10-16", (UNIT,))
    report = report_of(story, case, UNIT)
    prepared(story, report)
    story.at("2026-10-17T00:00:03")
    clerk = story.person(CLERK)
    late = clerk.completes(report, "submit_report", {"submitted_at": "2026-10-16T23:59:59"}, "submitted")
    assert (no(late).error("reason")["code"], no(late).clause) == ("late", "ru_02")
    assert clerk.completes(report, "submit_report", {}, "submitted", reason="网络故障").refused is None
    assert (report.marks, report.summary["Timeliness"]) == (["late"], "late_1")
    row = rows(story, case)[UNIT]
    assert {line["label"]: line["value"] for line in row["summary"]}["Timeliness"] == "late_1"


def test_a_report_holds_no_request_and_is_not_checked_by_whoever_drafted_it(story: Story) -> None:
    story.at("2026-10-19")
    drafter = story.person(DRAFTER)
    report = drafter.starts("work_report_unit", UNIT, {"own_title": "专项工作情况", "own_type": "special"})
    begging = drafter.completes(report, "draft_report", {**TEXT, "holds_no_request": False}, "submit")
    assert (no(begging).error("holds_no_request")["code"], no(begging).clause) == ("request_in_report", "ru_01")
    assert drafter.completes(report, "draft_report", TEXT, "submit").refused is None
    assert no(drafter.completes(report, "check_in_unit", {}, "pass")).status == 404
    assert story.person(HEAD).completes(report, "check_in_unit", {}, "return", opinion="再改").refused is None
    prepared(story, report)
    assert story.person(CLERK).completes(report, "submit_report", {}, "submitted").refused is None
    assert (
        story.person(PLANNER).completes(report, "review_report", {}, "reject", opinion="与已报内容重复").refused is None
    )
    assert (report.status, report.outcome, report.data["timeliness"]) == ("ended", "rejected", "on_time")
