"""The calendar and the term of a task in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import folders
from engine.actors import Actor
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

PERMIT = Path(__file__).parent.parent / "stories" / "procedures" / "permit"
ADMINISTRATOR = "xie.xitong"


@pytest.fixture(scope="module")
def permit(desk: Desk) -> str:
    """A case with a term of ten working days."""
    folders.publish(desk.store, Actor.operator(), PERMIT)
    case = desk.does("lin.ceshi", "POST", "/cases", {"definition": "permit", "unit": "B071", "data": {"place": "礼堂"}})
    return str(case["id"])


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_administrator_brings_in_a_notice_and_sees_beforehand_what_moves(
    visit: Visits, permit: str, phone: bool
) -> None:
    year = 2031 if phone else 2030
    page = visit(ADMINISTRATOR, phone=phone, at=f"/calendars?year={year}")
    expect(page.get_by_text("放假安排尚未公布")).to_be_visible()
    page.locator(f"[data-day='{year}-01-01']").click()
    expect(page.get_by_text("准备改动 1 天")).to_be_visible()
    page.get_by_role("textbox", name="名称").fill("元旦")
    page.get_by_label(f"这是 {year} 年完整的放假通知").check()
    assert axe(page, EVERYTHING) == []
    page.get_by_role("button", name="先看影响").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("没有在办事项的期限会改变。")).to_be_visible()
    sheet.get_by_role("button", name="保存调整").click()
    expect(sheet.get_by_text("请说明理由。")).to_be_visible()
    sheet.get_by_label("理由").fill(f"{year}年放假通知")
    sheet.get_by_role("button", name="保存调整").click()
    expect(page.get_by_text("日历已调整")).to_be_visible()
    expect(page.get_by_text("放假安排尚未公布")).to_have_count(0)
    expect(page.locator(f"[data-day='{year}-01-01']")).to_have_class("lh-day lh-day-off lh-day-own")
    expect(page.get_by_text(f"{year}年放假通知").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_administrator_changes_the_office_hours_of_one_unit(visit: Visits, permit: str) -> None:
    page = visit(ADMINISTRATOR, phone=True, language="en", at="/calendars?of=B991&year=2026")
    page.locator("[data-action=change-hours]").tap()
    page.get_by_label("Span 1 to").fill("11:30")
    page.get_by_label("Span 2 from").fill("11:00")
    page.locator("[data-action=preview]").tap()
    expect(page.get_by_text("Office hours follow one another and do not overlap.")).to_be_visible()
    page.get_by_label("Span 2 from").fill("13:30")
    assert axe(page, EVERYTHING) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("[data-action=preview]").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Reason").fill("summer hours")
    sheet.locator("[data-action=save]").tap()
    expect(page.get_by_text("summer hours").first).to_be_visible()
    expect(page.get_by_text("–11:30").first).to_be_visible()
    reader = visit("lin.ceshi", at="/calendars?of=B991&year=2026")
    expect(reader.get_by_text("13:30").first).to_be_visible()
    expect(reader.locator("[data-action=change-hours]")).to_have_count(0)


def test_anybody_reads_the_calendar_and_tries_a_length_of_time(visit: Visits) -> None:
    page = visit("lin.ceshi", language="en", at="/calendars?year=2026")
    expect(page.get_by_text("248 working days")).to_be_visible()
    expect(page.get_by_role("button", name="See what moves")).to_have_count(0)
    page.get_by_label("From").fill("2026-04-02")
    expect(page.get_by_text("2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10")).to_be_visible()
    page.get_by_label("Length").select_option("months")
    page.get_by_label("Number").fill("1")
    expect(page.get_by_text("2026-04-02 + 1 month = 2026-05-02")).to_be_visible()


def test_a_term_shows_its_arithmetic_and_is_extended(visit: Visits, permit: str) -> None:
    [task] = visit.desk.does("zhao.zhishu", "GET", f"/tasks?case={permit}")["items"]
    secretary = visit("zhao.zhishu", phone=True, at=f"/tasks/{task['id']}")
    term = secretary.locator("[data-pane='term']")
    term.get_by_text("怎样算出来的").click()
    expect(term.get_by_text("+ 10 个工作日")).to_be_visible()
    expect(term.get_by_text("受理之日起十个工作日内审查")).to_be_visible()
    expect(term.get_by_role("button", name="延长期限")).to_have_count(0)

    organiser = visit("li.zuzhi", at=f"/tasks/{task['id']}")
    organiser.get_by_role("button", name="延长期限").click()
    sheet = organiser.get_by_role("dialog")
    sheet.get_by_label("理由").fill("消防部门意见未到")
    sheet.get_by_role("button", name="延长期限").click()
    expect(organiser.get_by_text("期限已延长至")).to_be_visible()
    expect(organiser.get_by_text("李组织延长 5 个工作日：消防部门意见未到")).to_be_visible()
    expect(organiser.get_by_role("button", name="延长期限")).to_have_count(0)
