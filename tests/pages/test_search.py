"""The audit's search in the browser: words and filters in the address, places marked, kept under a name, exported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine import log
from engine.oversight import filling
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, LOOKS, axe

AUDITOR = "qi.shenji"


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    case = desk.is_asked_for_a_trip("安庆", days_ahead=9)
    desk.completes("wu.zuwei", case, {"reviewed_on": desk.today.isoformat()}, "pass")
    desk.does("wu.zuwei", "POST", f"/cases/{case}/comments", {"text": "行程与年度调研计划一致", "mentions": []})
    log.seal(desk.store)
    filling.tick(desk.store)
    return case


def test_an_auditor_searches_narrows_keeps_and_exports(visit: Visits, desk: Desk, case: str, tmp_path: Path) -> None:
    page = visit(AUDITOR, at="/audit/search")
    expect(page.get_by_text("可以查什么")).to_be_visible()
    found = axe(page, EVERYTHING)
    page.keyboard.press("/")
    page.keyboard.type("调研计划")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/audit/search\?q="))
    (number,) = [c["number"] for c in desk.does(AUDITOR, "GET", "/search/cases?q=调研计划")["items"]]
    card = page.locator(f"[data-case='{number}']")
    expect(card.locator("mark")).to_have_text("调研计划")
    expect(card.get_by_text("完整", exact=True)).to_be_visible()
    page.locator("[data-action=narrow]").click()
    page.get_by_label("人员").fill("吴组委")
    page.get_by_role("option", name=re.compile("吴组委")).first.click()
    page.get_by_label("与事项的关系").select_option("did")
    page.get_by_label("状态").select_option("running")
    found += axe(page, EVERYTHING)
    page.locator("[data-action=show]").click()
    expect(page.get_by_role("button", name=re.compile("去掉条件：办过"))).to_be_visible()
    expect(card).to_be_visible()
    expect(page).to_have_url(re.compile(r"person=.*status=running"))
    page.locator("[data-action=save-search]").click()
    page.get_by_label("名称").fill("在办调研")
    page.get_by_role("dialog").get_by_role("button", name="保存检索").click()
    expect(page.get_by_role("link", name="在办调研")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="留痕", exact=True).and_(page.locator(".lh-button")).click()
    expect(page.locator("[data-entry] mark")).to_have_text("调研计划")
    found += axe(page, EVERYTHING)
    page.locator("[data-action=export-search]").click()
    page.get_by_label("用途").fill("专项检查")
    found += axe(page, LOOKS)
    with page.expect_download() as download:
        page.locator("[data-action=download]").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_text("已导出")).to_be_visible()
    page.locator("[data-entry] a").last.click()
    expect(page).to_have_url(re.compile(rf"/cases/{case}/relive\?entry="))
    phone = visit(AUDITOR, at="/audit/search?q=调研计划", language="en", phone=True)
    expect(phone.locator("mark")).to_have_text("调研计划")
    expect(phone.get_by_text("Whole", exact=True)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found += axe(phone, EVERYTHING)
    assert found == []
    nobody = visit("zhao.zhishu")
    nobody.goto(desk.url + "/audit/search")
    expect(nobody.locator(".lh-empty")).to_be_visible()
    expect(nobody.get_by_role("search")).to_have_count(0)
