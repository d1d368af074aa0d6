"""The statutory clock, told through the doors: a permit with a term, its pause, its extension and its publicity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.conftest import Case, Story

PERMIT = Path(__file__).parent / "procedures" / "permit"
APPLICANT, SECRETARY, COMMISSIONER = "lin.ceshi", "zhao.zhishu", "wu.zuwei"
ORGANISER, UPPER, ADMINISTRATOR = "li.zuzhi", "sun.shuji", "xie.xitong"


@pytest.fixture
def permit(story: Story) -> Case:
    """An application of Friday, 18 September 2026."""
    story.publishes(PERMIT)
    story.at("2026-09-18")
    return story.person(APPLICANT).starts("permit", "B071", {"place": "礼堂"})


def due(story: Story, case: Case, element: str = "examine", by: str = SECRETARY) -> dict[str, Any]:
    found: dict[str, Any] = story.person(by).task(case, element)["due"]
    return found


def notices(case: Case, kind: str) -> int:
    return case.kinds().count(kind)


def test_s42_ten_working_days_over_the_national_day(story: Story, permit: Case) -> None:
    shown = due(story, permit)
    assert (shown["on"], shown["state"], shown["clause"]["id"]) == ("2026-10-09", "running", "pm_1")
    assert shown["text"] == (
        "2026-09-18 + 10 working days, without 25–27 Sep, 1–7 Oct, with Sun 20 Sep worked = 2026-10-09"
    )
    assert shown["remaining"] == "10 working days left"
    (item,) = story.person(SECRETARY).box("todo")
    assert (item["due_on"], item["due"]["remaining"]) == ("2026-10-09", "10 working days left")
    story.language = "zh"
    assert "10 个工作日" in due(story, permit)["text"]


def test_s03_who_is_late_is_reminded_reported_and_marked_for_ever(story: Story, permit: Case) -> None:
    secretary = story.person(SECRETARY)
    story.at("2026-09-30")
    assert notices(permit, "task.reminded") == 1
    story.at("2026-10-10")
    assert notices(permit, "task.overdue") == 1
    assert due(story, permit)["state"] == "late"
    assert story.person(ORGANISER).sees(permit)["id"] == permit.id, "to whom it is reported may see it"
    assert story.person(UPPER).sees(permit).refused == "err_not_found"
    story.at("2026-10-20")
    assert notices(permit, "task.escalated") == 1
    assert story.person(UPPER).sees(permit)["id"] == permit.id
    refused = secretary.completes(permit, "examine", {}, "fine", reason="出差").refused
    assert refused == "err_too_late"
    assert (refused.status, refused.clause, refused["latest"]) == (409, "pm_1", "2026-10-09")
    late = secretary.completes(permit, "examine", {}, "incomplete", opinion="缺平面图").refused
    assert late is not None
    assert late.error("reason")["code"] == "late"
    done = secretary.completes(permit, "examine", {}, "incomplete", opinion="缺平面图", reason="出差")
    assert done["task"]["marks"] == ["late"]


def test_the_time_in_which_the_applicant_completes_it_does_not_count(story: Story, permit: Case) -> None:
    story.at("2026-09-22")
    story.person(SECRETARY).completes(permit, "examine", {}, "incomplete", opinion="缺平面图")
    story.at("2026-09-29")
    story.person(APPLICANT).completes(permit, "complete_it", {"place": "礼堂"})
    shown = due(story, permit)
    assert shown["on"] == "2026-10-14", "three of ten working days had gone by on the 22nd"
    assert shown["text"].endswith("; paused from 2026-09-22 to 2026-09-29: until 2026-10-14")


def test_s18_an_extension_once_by_whoever_may(story: Story, permit: Case) -> None:
    secretary, organiser = story.person(SECRETARY), story.person(ORGANISER)
    (task,) = (item["id"] for item in secretary.box("todo", case=permit.id))
    assert "extend" not in secretary.gets(f"/tasks/{task}")["can"]
    assert secretary.posts(f"/tasks/{task}/extension", {"reason": "人手不够"}).refused == "err_may_not_extend"
    assert organiser.posts(f"/tasks/{task}/extension", {}).refused == "err_unfit"
    story.at("2026-10-10")
    assert secretary.completes(permit, "examine", {}, "fine").refused == "err_too_late"
    assert "extend" in organiser.gets(f"/tasks/{task}")["can"]
    extended = organiser.posts(f"/tasks/{task}/extension", {"reason": "消防部门意见未到"})
    assert (extended["due"]["on"], extended["due"]["extended"], extended["due"]["state"]) == (
        "2026-10-15",
        1,
        "running",
    )
    assert extended["due"]["extensions"][0]["reason"] == "消防部门意见未到"
    assert organiser.posts(f"/tasks/{task}/extension", {"reason": "还没到"}).refused == "err_extended_already"
    done = secretary.completes(permit, "examine", {}, "fine")
    assert done["task"]["marks"] == ["extended", "late"]
    (said,) = [e for e in permit.trail() if e["kind"] == "task.extended"]
    assert said["sentence"].endswith("from 2026-10-09 to 2026-10-15: 消防部门意见未到")
    assert said["clause"]["id"] == "pm_3"


def test_s51_a_clock_that_goes_back_and_forth_tells_nobody_twice(story: Story, permit: Case) -> None:
    for day in ("2026-10-20", "2026-09-18", "2026-10-12", "2026-10-20"):
        story.at(day)
    assert [notices(permit, f"task.{kind}") for kind in ("reminded", "overdue", "escalated")] == [1, 1, 1]
    assert due(story, permit)["on"] == "2026-10-09"


def test_s52_a_stage_that_runs_keeps_its_days_and_the_next_has_the_new_ones(story: Story, permit: Case) -> None:
    commissioner = story.person(COMMISSIONER)
    story.person(SECRETARY).completes(permit, "examine", {}, "fine")
    assert due(story, permit, "publicise", COMMISSIONER)["earliest"] == "2026-09-24"
    changed = story.designer.puts(
        "/definitions/permit/parameters/prm_pm_publicity_days", {"value": 7, "reason": "区里规定七个工作日"}
    )
    assert changed.refused is None
    story.at("2026-09-23")
    refused = commissioner.completes(permit, "publicise", {}).refused
    assert refused == "err_publicity_running"
    assert (refused.clause, refused["earliest"]) == ("pm_4", "2026-09-24")
    story.at("2026-09-24")
    commissioner.completes(permit, "publicise", {})
    assert due(story, permit, "publicise_result", COMMISSIONER)["earliest"] == "2026-10-11"


def test_an_adjusted_calendar_is_seen_beforehand_and_moves_open_terms(story: Story, permit: Case) -> None:
    administrator = story.person(ADMINISTRATOR)
    sent = {"days": [{"day": "2026-09-22", "is_worked": False, "name": "防汛"}], "reason": "台风停工"}
    assert story.person(SECRETARY).posts("/calendars/office/days", sent).refused == "err_forbidden"
    seen = administrator.posts("/calendars/office/days", {**sent, "preview": True})
    (moved,) = [m for m in seen["moved"] if m["case"]["id"] == permit.id]
    assert (moved["old"], moved["new"], moved["name"]) == ("2026-10-09", "2026-10-10", "Examination")
    assert due(story, permit)["on"] == "2026-10-09"
    assert administrator.posts("/calendars/office/days", sent)["number"] == 1
    assert due(story, permit)["on"] == "2026-10-10"
    (said,) = [e for e in permit.trail() if e["kind"] == "task.term_changed"]
    assert said["sentence"] == (
        "The calendar was adjusted; the term of “Examination” moved from 2026-10-09 to 2026-10-10: 台风停工"
    )
    assert "calendar.changed" in [e["kind"] for e in story.auditor.gets("/trail", kind="calendar.changed")["items"]]
