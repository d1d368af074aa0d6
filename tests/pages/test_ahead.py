"""What comes next and who has it: on the start page, under the buttons of a task, on the page of a case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api import folders
from tests.pages.conftest import Desk, Visits, decide, field_of

SEAL = Path(__file__).parent.parent / "stories" / "procedures" / "seal_use"


@pytest.fixture
def seal(desk: Desk) -> str:
    """A case that waits for the secretary's agreement."""
    desk.does(desk.office.designer, "POST", "/definitions", {"files": folders.read(SEAL), "note": ""})
    keeper = desk.does("wu.zuwei", "GET", "/me")["person"]["id"]
    data = {"paper": "证明信", "copies": 2, "keeper": keeper}
    case = desk.does("lin.ceshi", "POST", "/cases", {"definition": "seal_use", "unit": "B071", "data": data})
    return str(case["id"])


def is_clean(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_will_handle_it_follows_what_is_typed(visit: Visits, seal: str) -> None:
    page = visit("lin.ceshi", at="/start")
    page.get_by_role("searchbox").fill("yy")
    expect(page.get_by_role("link", name=re.compile("^用印(?!申请)"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("发展党员"))).to_have_count(0)
    page.get_by_role("button", name="把“用印”设为常用").click()
    page.get_by_role("searchbox").fill("")
    expect(page.get_by_role("region", name="常用").get_by_role("link")).to_have_count(1)
    is_clean(page)
    page.get_by_role("link", name=re.compile("^用印(?!申请)")).click()
    chain = page.get_by_role("region", name="由谁办理")
    field_of(page, "份数").fill("2")
    expect(chain.get_by_role("listitem")).to_have_count(3)
    expect(chain.get_by_role("listitem").first).to_contain_text("赵支书")
    field_of(page, "份数").fill("20")
    expect(chain.get_by_role("listitem")).to_have_count(4)
    expect(chain).to_contain_text("孙书记")
    is_clean(page)
    field_of(page, "文件").fill("介绍信")
    field_of(page, "由谁盖章").select_option(label="吴组委")
    page.get_by_role("button", name="发起", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("介绍信")


def test_on_the_phone_the_next_step_is_told_before_it_is_taken(visit: Visits, seal: str) -> None:
    page = visit("zhao.zhishu", phone=True, language="en", at=f"/cases/{seal}")
    expect(page.get_by_role("link", name="Timeline")).to_have_attribute("aria-current", "page")
    expect(page.locator("[data-act=with-whom]")).to_contain_text("With Zhao Zhishu")
    page.get_by_role("link", name="Do it").click()
    expect(page.locator("[data-act=next-step]")).to_contain_text("Seal it (Chen Jijian, Wu Zuwei)")
    expect(page.get_by_text("leader of Lin Ceshi, level 1")).to_be_visible()
    is_clean(page)
    decide(page, "Agree", press=lambda button: button.tap())
    page.goto(f"/cases/{seal}?tab=people")
    expect(page.get_by_role("region", name="Zhao Zhishu")).to_contain_text("Agree to it")
    is_clean(page)
