"""The inbox: boxes, list and task beside each other, many tasks at once, news without asking, views, the phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import folders
from engine.actors import Actor
from tests.pages.conftest import Desk, Visits, decide, field_of
from tests.pages.test_access import EVERYTHING, axe

SEAL = Path(__file__).parents[1] / "stories" / "procedures" / "seal_request"


@pytest.fixture(scope="module")
def sealed(desk: Desk) -> Desk:
    """The office with the procedure whose approvals may be done in a batch."""
    folders.publish(desk.store, Actor.operator(), SEAL)
    return desk


def asks(desk: Desk, purpose: str, copies: int = 2) -> str:
    data = {"purpose": purpose, "copies": copies}
    return str(desk.does("zheng.lianyi", "POST", "/cases", {"definition": "seal_request", "data": data})["id"])


def test_at_the_desk_a_task_is_done_beside_the_list_and_the_next_one_comes(visit: Visits, sealed: Desk) -> None:
    for purpose in ("甲函", "乙函"):
        asks(sealed, purpose)
    page = visit("zhao.zhishu", at="/?definition=seal_request")
    page.locator("#box li", has_text="用印：甲函").get_by_role("link").click()
    pane = page.get_by_role("region", name="任务")
    expect(pane.get_by_role("heading", level=1)).to_have_text("用印：甲函")
    expect(page).to_have_url(re.compile(r"task="))
    decide(page, "同意", "同意用印")
    expect(pane.get_by_role("heading", level=1)).to_have_text("用印：乙函")
    page.keyboard.press("Escape")
    expect(pane).to_contain_text("选择一项任务")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(pane.get_by_role("heading", level=1)).to_have_text("用印：乙函")
    assert axe(page, EVERYTHING) == []


def test_many_are_done_at_once_and_undone(visit: Visits, sealed: Desk) -> None:
    asks(sealed, "丙函", 2)
    asks(sealed, "丁函", 5)
    page = visit("zhao.zhishu", at="/?q=函&definition=seal_request&sort=opened")
    expect(page.locator("#box li", has_text="用印：丁函")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("X")
    page.get_by_role("button", name="批量办理", exact=True).click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".lh-batch-differs", has_text="份数")).to_have_count(2)
    expect(sheet).to_contain_text("份数合计")
    assert axe(page, EVERYTHING) == []
    sheet.get_by_label("意见", exact=True).fill("同意用印")
    sheet.get_by_role("button", name=re.compile("办理 2 项")).click()
    expect(sheet).to_contain_text("已办理 2 项")
    expect(page.locator("#box li", has_text="用印：丁函")).to_have_count(0)
    sheet.get_by_role("button", name="撤销").click()
    expect(page.locator("#box li", has_text="用印：丁函")).to_be_visible()


def test_a_form_is_filled_in_once_for_many(visit: Visits, sealed: Desk) -> None:
    folders.publish(sealed.store, Actor.operator(), SEAL.parent / "filing")
    day = sealed.today.isoformat()
    for subject, pages in (("甲来文", 2), ("乙来文", 5)):
        data = {"subject": subject, "pages": pages, "received_on": day}
        sealed.does("zheng.lianyi", "POST", "/cases", {"definition": "filing", "data": data})
    page = visit("zhao.zhishu", at="/?definition=filing&sort=opened", phone=True)
    page.get_by_role("button", name="多选").tap()
    for box in page.locator("#box li input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="批量办理", exact=True).tap()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("填写一次，用于 2 项")).to_be_visible()
    expect(sheet.get_by_text("各项不同；不填则各项保持原样。")).to_be_visible()
    sheet.locator("[data-action=batch-send]").tap()
    expect(sheet.get_by_text("请填写或选择此项")).to_have_count(2)
    assert axe(page, EVERYTHING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    field_of(page, "归档日期").fill(day)
    field_of(page, "柜号").fill("A-3")
    sheet.locator("[data-action=batch-send]").tap()
    expect(sheet).to_contain_text("已办理 2 项")
    done = sealed.does("zhao.zhishu", "GET", "/tasks?box=done&definition=filing")["items"]
    filed = {one["value"] for item in done for one in item["summary"] if one["label"] == "页数"}
    assert filed == {2, 5}


def test_what_is_new_is_told_and_the_list_stands_still(visit: Visits, sealed: Desk) -> None:
    page = visit("zhao.zhishu", at="/?definition=seal_request&sort=opened")
    expect(page.locator("#box li").first).to_be_visible()
    before = page.locator("#box li").count()
    asks(sealed, "急函")
    expect(page.get_by_text("有 1 条新待办")).to_be_visible()
    assert page.locator("#box li").count() == before
    page.get_by_role("button", name="显示", exact=True).click()
    expect(page.locator("#box li", has_text="用印：急函")).to_be_visible()


def test_a_filter_is_kept_as_a_view(visit: Visits, sealed: Desk) -> None:
    page = visit("zhao.zhishu", language="en")
    page.get_by_role("button", name="Filter", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Overdue only").check()
    assert axe(page, EVERYTHING) == []
    sheet.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("overdue=true"))
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name of the view").fill("Too late")
    page.get_by_role("dialog").get_by_role("button", name="Save view").click()
    view = page.get_by_role("link", name="Too late")
    expect(view).to_have_attribute("aria-current", "page")
    page.goto("/")
    view.click()
    expect(page).to_have_url(re.compile("overdue=true"))
    page.get_by_role("button", name="Delete the view “Too late”").click()
    expect(view).to_have_count(0)


def test_on_a_phone_it_takes_one_tap_to_read_and_two_to_agree(visit: Visits, sealed: Desk) -> None:
    asks(sealed, "手机函")
    page = visit("zhao.zhishu", phone=True, dark=True, at="/?q=手机函")
    card = page.locator("#box li", has_text="用印：手机函")
    card.get_by_role("link").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("用印：手机函")
    decide(page, "同意", press=lambda control: control.tap())
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")
    page.goto("/?definition=seal_request")
    page.get_by_role("button", name="筛选", exact=True).tap()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="查看")).to_be_in_viewport(ratio=1)
    assert axe(page, EVERYTHING) == []
    sheet.get_by_role("button", name="关闭").tap()
    page.get_by_role("button", name="多选").tap()
    box = page.locator("#box li input[type=checkbox]").first.locator("xpath=..").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page, EVERYTHING) == []
