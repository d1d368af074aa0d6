"""The studio's library: what a draft changes, tried against a running case, published, taken back and retired."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine import drafts
from tests.pages.conftest import Desk, Visits


def is_clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def act(page: Page, name: str) -> None:
    page.locator(f'[data-action="{name}"]').last.click()


def test_a_change_is_compared_tried_and_taken_back(visit: Visits, desk: Desk) -> None:
    designer = desk.office.designer
    first = desk.does(designer, "POST", "/drafts", {"from": {"nothing": {"key": "tea_room", "name_zh": "茶室"}}})
    desk.does(designer, "POST", f"/drafts/{first['id']}/publication", {"note": "第一版"})
    desk.does("lin.ceshi", "POST", "/cases", {"definition": "tea_room", "unit": "B071", "data": {"matter": "下周一"}})
    draft = desk.does(designer, "POST", "/drafts", {"from": {"version": {"key": "tea_room"}}})
    whole = desk.does(designer, "GET", f"/drafts/{draft['id']}")
    diagram = whole["files"]["process.bpmn"].replace('name="办理"', 'name="安排"').replace('x="412"', 'x="512"', 1)
    desk.does(designer, "PUT", f"/drafts/{draft['id']}/files", {"rev": 1, "files": {"process.bpmn": diagram}})

    page = visit(designer, at=f"/studio?draft={draft['id']}&tab=changes")
    expect(page.locator('[data-change="handle"]')).to_contain_text("安排")
    expect(page.locator('.lh-diff-changed[data-element-id="handle"]')).to_have_count(2)
    expect(page.locator('.lh-diff-moved[data-element-id="done"]')).to_have_count(2)
    is_clean(page)
    page.get_by_role("link", name="在办事项", exact=True).click()
    act(page, "try")
    expect(page.locator('[data-trial="running"]')).to_be_visible()
    assert drafts.tick(desk.store) == 1
    expect(page.locator('[data-trial="done"]')).to_be_visible()
    expect(page.locator("[data-case]")).to_have_count(1)
    is_clean(page)
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_label("发布说明").fill("改名")
    act(page, "publish")
    expect(page.locator('[data-older="1"]')).to_be_visible()

    page = visit(designer, phone=True, language="en", at="/studio?q=tea_room")
    card = page.locator('[data-procedure="tea_room"]')
    card.get_by_text("Versions").click()
    is_clean(page)
    act(page, "back-1")
    page.get_by_role("dialog").get_by_label("Reason").fill("too early")
    act(page, "submit")
    expect(card.locator('[data-version="1"]')).to_contain_text("In force")
    act(page, "retire")
    page.get_by_role("dialog").get_by_label("Reason").fill("closed")
    act(page, "submit")
    expect(card.get_by_text("Retired").first).to_be_visible()
    is_clean(page)
