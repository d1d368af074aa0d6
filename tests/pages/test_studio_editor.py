"""The studio's editor in a browser: drawn from nothing, checked, played, published, used, changed, moved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from engine import versions
from tests.pages.conftest import Desk, Visits, decide, open_task

KEY = "tea_order"


@pytest.fixture(scope="module")
def draft(desk: Desk) -> str:
    """A draft from nothing: start, one task of the starter's leader, end."""
    name = {"key": KEY, "name_zh": "订茶", "name_en": "Tea order"}
    return str(desk.does(desk.office.designer, "POST", "/drafts", {"from": {"nothing": name}})["id"])


def editor(page: Page, draft: str) -> None:
    """In front of the drawing, which can be changed."""
    page.goto(f"/studio/drafts/{draft}")
    expect(page.locator("[data-drawn=true]")).to_be_visible()
    expect(page.locator(".djs-palette")).to_be_visible()


def choose(page: Page, element: str) -> Locator:
    """Choose an element from the list, without a mouse; gives the drawing, which then has the keyboard."""
    page.get_by_label(re.compile("^(元素|Elements)")).select_option(element)
    drawing = page.locator(".djs-container svg[tabindex]").first
    drawing.focus()
    return drawing


def prop(page: Page, label: str) -> Locator:
    return page.get_by_role("complementary", name=re.compile("属性|Properties")).get_by_label(label, exact=True)


def saved(page: Page) -> int:
    """The number of the newest save, once everything is saved."""
    state = page.locator("[data-saved]")
    expect(state).to_have_attribute("data-saved", re.compile(r"\d+"))
    return int(state.get_attribute("data-saved") or 0)


def named(page: Page, id_: str, zh: str, en: str) -> None:
    """The chosen element gets an id and its names."""
    for label, text in (("标识", id_), ("名称", zh), ("名称（英文）", en)):
        box = prop(page, label)
        box.fill(text)
        box.press("Enter")


def test_a_two_step_approval_is_drawn_played_published_used_changed_and_moved(
    desk: Desk, draft: str, visit: Visits
) -> None:
    page = visit(desk.office.designer, at=f"/studio/drafts/{draft}")
    editor(page, draft)
    before = saved(page)

    # By the keyboard: the old end goes, a second step follows the first one.
    choose(page, "done").press("Delete")
    expect(page.locator("[data-element-id=done]")).to_have_count(0)
    choose(page, "handle").press("a")
    menu = page.locator(".djs-popup")
    expect(menu).to_contain_text("用户任务")
    expect(menu).not_to_contain_text("复杂网关")
    menu.locator("input").fill("用户任务")
    expect(menu.locator(".entry")).to_have_count(1)
    menu.locator("input").press("Enter")
    expect(prop(page, "标识")).to_have_value(re.compile("^Activity_"))
    named(page, "approve", "审批", "Approve")

    # By the mouse: who does it, what may be decided, and the end.
    panel = page.get_by_role("complementary")
    panel.get_by_role("button", name="加“由谁办理”").click()
    prop(page, "怎样找到办理人").select_option("leader")
    panel.get_by_role("button", name="加“可选的办理结果”").click()
    for one in ("handle", "approve"):
        page.locator(f"[data-element-id={one}]").first.click()
    page.locator(".djs-context-pad [data-action='append.end-event']").click()
    named(page, "ordered", "已订", "ordered")
    prop(page, "事项的结果").fill("ordered")
    prop(page, "事项的结果").press("Enter")

    # Everything is saved by itself, nothing is wrong, and all of bpmn.io's words are Chinese.
    expect(page.get_by_role("status").filter(has_text="没有发现问题")).to_be_visible()
    assert saved(page) > before
    expect(page.locator("[data-untranslated]")).to_have_attribute("data-untranslated", "")
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    box = mark.bounding_box()
    assert box is not None
    on_top = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.bjs-powered-by') !== null",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert on_top, "the watermark is covered"

    # Undone and done again.
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("button", name="重做")).not_to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="重做").click()

    _is_played(page)
    saved(page)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], found.generate_report()

    _is_used_and_moved(desk, draft, visit, page)


def _is_played(page: Page) -> None:
    """Started, handled, gone back on, handled and approved; kept as a rehearsal, which passes."""
    dock = page.get_by_role("region", name="检查与试运行")
    dock.get_by_role("tab", name="试运行").click()
    dock.get_by_role("button", name="开始试运行").click()
    dock.get_by_role("textbox", name="事由").fill("两斤龙井")
    dock.get_by_role("button", name="发起", exact=True).click()
    expect(page.locator(".lh-play-open[data-element-id=handle]")).to_be_visible()
    for step in ("handle", "approve"):
        dock.get_by_role("button", name="办结").first.click()
        dock.locator("form").get_by_role("button", name="办结").click()
        expect(page.locator(f".lh-play-done[data-element-id={step}]")).to_be_visible()
    expect(dock.get_by_text("已结束：ordered")).to_be_visible()
    dock.get_by_role("button", name="退到这里").first.click()
    expect(dock.get_by_role("list", name="试运行").get_by_role("listitem")).to_have_count(1)
    for _ in range(2):
        dock.get_by_role("button", name="办结").first.click()
        dock.locator("form").get_by_role("button", name="办结").click()
        expect(dock.get_by_role("button", name="办结")).to_have_count(1 if _ == 0 else 0)
    dock.get_by_label("名称").fill("订一次茶")
    dock.get_by_role("button", name="存为排练").click()
    expect(dock.get_by_text("已存为 rehearsals/play_1.json")).to_be_visible()
    dock.get_by_role("tab", name="排练").click()
    # The rehearsal that a draft from nothing brings along expects one step only.
    dock.get_by_role("button", name="排练", exact=True).click()
    expect(dock.get_by_text(re.compile("第 2 步不符"))).to_be_visible()
    dock.get_by_role("button", name="删除“rehearsals/usual.json”").click()
    dock.get_by_role("button", name="排练", exact=True).click()
    expect(dock.get_by_text("走过 4 个元素中的 4 个")).to_be_visible()
    expect(dock.get_by_text("订一次茶")).to_be_visible()


def _is_used_and_moved(desk: Desk, draft: str, visit: Visits, page: Page) -> None:
    """Published, begun, half done; changed, published, the case moved; an auditor sees all of it."""
    designer = desk.office.designer
    first = desk.does(designer, "POST", f"/drafts/{draft}/publication", {"note": "第一版"})
    assert (first["key"], first["version"]) == (KEY, 1)
    case = str(desk.does("zheng.lianyi", "POST", "/cases", {"definition": KEY, "data": {"matter": "两斤龙井"}})["id"])
    approver = visit("zhao.zhishu")
    open_task(approver, "订茶")
    approver.locator(".lh-actions").get_by_role("button").first.click()
    expect(approver.get_by_role("heading", level=1)).to_be_visible()

    second = str(desk.does(designer, "POST", "/drafts", {"from": {"version": {"key": KEY}}})["id"])
    editor(page, second)
    choose(page, "approve")
    named(page, "approve", "主任审批", "The director approves")
    assert saved(page) > 1
    assert desk.does(designer, "POST", f"/drafts/{second}/publication", {"note": "改名"})["version"] == 2
    order = {"from": 1, "to": 2, "preview": False, "reason": "步骤改名"}
    desk.does(designer, "POST", f"/definitions/{KEY}/migrations", order)
    versions.tick(desk.store)

    open_task(approver, "订茶")
    expect(approver.get_by_role("main")).to_contain_text("主任审批")
    decide(approver, "同意")
    expect(approver.get_by_role("main")).to_contain_text("已")
    assert desk.does("zheng.lianyi", "GET", f"/cases/{case}")["outcome"] == "ordered"
    auditor = visit(desk.office.auditor, at=f"/cases/{case}")
    expect(auditor.get_by_role("main")).to_contain_text("主任审批")
    expect(auditor.get_by_role("main")).to_contain_text("第 2 版")


def test_who_edits_is_known_and_two_saves_lose_nothing(desk: Desk, visit: Visits) -> None:
    designer = desk.office.designer
    name = {"key": "two_hands", "name_zh": "两人", "name_en": "Two hands"}
    draft = str(desk.does(designer, "POST", "/drafts", {"from": {"nothing": name}})["id"])
    page = visit(designer, at=f"/studio/drafts/{draft}")
    editor(page, draft)
    saved(page)
    # The same person saves elsewhere, in another tab or by a program.
    there: dict[str, Any] = desk.does(designer, "GET", f"/drafts/{draft}")
    desk.does(designer, "PUT", f"/drafts/{draft}/files", {"rev": there["rev"], "files": {"README.md": "theirs"}})
    choose(page, "handle")
    prop(page, "名称").fill("我的名称")
    prop(page, "名称").press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("README.md")
    sheet.get_by_role("button", name="用已保存的").click()
    expect(page.get_by_text("已另存为新草稿")).to_be_visible()
    expect(page.locator("[data-drawn=true]")).to_be_visible()
    copies = [one for one in desk.does(designer, "GET", "/drafts")["items"] if one["key"] == "two_hands"]
    texts = [desk.does(designer, "GET", f"/drafts/{one['id']}")["files"] for one in copies]
    assert sorted("我的名称" in files["process.bpmn"] for files in texts) == [False, True]
    assert [files.get("README.md") for files in texts].count("theirs") == 1

    phone = visit(designer, phone=True, language="en", at=f"/studio/drafts/{draft}")
    expect(phone.get_by_text("On a phone this can only be looked at")).to_be_visible()
    expect(phone.locator(".djs-palette")).to_have_count(0)
