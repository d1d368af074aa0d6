"""A case relived in the browser: stepped, jumped and played at the desk, cited by its address, and read on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Desk, Language, Visits
from tests.pages.test_access import EVERYTHING, axe

AUDITOR = "qi.shenji"


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A journey that was reviewed and approved by two persons."""
    case = desk.is_asked_for_a_trip("合肥", days_ahead=6)
    desk.is_reviewed(case)
    desk.is_approved(case)
    return case


def entry(page: Page) -> int:
    return int(page.locator("[data-entry]").get_attribute("data-entry") or "0")


def test_a_case_is_stepped_through_played_and_cited(visit: Visits, desk: Desk, case: str) -> None:
    last = len(desk.does(AUDITOR, "GET", f"/cases/{case}/trail/moments")["items"])
    page = visit(AUDITOR, at=f"/cases/{case}/relive?entry=1")
    expect(page.locator("[data-entry='1']")).to_be_visible()
    expect(page.locator(".lh-canvas .djs-element.lh-done").first).to_be_attached()
    expect(page.locator(".lh-canvas .djs-element.lh-open")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-entry='2']")).to_be_visible()
    expect(page.locator(".lh-canvas .djs-element.lh-open").first).to_be_attached()
    expect(page).to_have_url(re.compile(r"entry=2$"))
    page.keyboard.press("Shift+ArrowRight")  # to what somebody decided next
    expect(page.locator("[data-entry='2']")).to_have_count(0)
    act = entry(page)
    kinds = [m["mark"] for m in desk.does(AUDITOR, "GET", f"/cases/{case}/trail/moments")["items"]]
    assert kinds[act - 1] == "act"
    assert "act" not in kinds[2 : act - 1]
    page.get_by_role("slider").fill(str(last))
    expect(page.locator(f"[data-entry='{last}']")).to_be_visible()
    expect(page.locator(".lh-canvas .djs-element.lh-open")).to_have_count(0)
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(f"[data-entry='{last}']")).to_have_count(0)
    # Somebody else opens the address and sees the same moment; from there it plays to the end.
    page.goto(desk.url + f"/cases/{case}/relive?entry={last - 1}")
    expect(page.locator(f"[data-entry='{last - 1}']")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("Space")
    expect(page.locator(f"[data-entry='{last}']")).to_be_visible()
    page.get_by_label("与第几条比较").fill("1")
    page.get_by_label("与第几条比较").press("Tab")
    expect(page.get_by_text(f"第 1 条到第 {last} 条之间的差异")).to_be_visible()
    page.get_by_role("button", name="谁在此之前知道").first.click()
    expect(page.get_by_text(re.compile("填写$|填写（")).first).to_be_visible()
    page.get_by_role("link", name="谁看过").click()
    expect(page.get_by_text(re.compile("查阅了事项")).first).to_be_visible()
    expect(page).to_have_url(re.compile(r"tab=reads$"))


@pytest.mark.parametrize(("at_phone", "language", "dark"), [(False, "en", True), (True, "zh", False)])
def test_everybody_can_use_it(
    visit: Visits, desk: Desk, case: str, at_phone: bool, language: Language, dark: bool
) -> None:
    page = visit(AUDITOR, at=f"/cases/{case}/relive?entry=4", phone=at_phone, language=language, dark=dark)
    expect(page.locator("[data-entry='4']")).to_be_visible()
    expect(page.locator(".lh-canvas .djs-element").first).to_be_attached()
    assert axe(page, EVERYTHING) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing sticks out at the side"
    page.get_by_role("link", name="谁看过" if language == "zh" else "Who saw it").click()
    expect(page.locator(".lh-replay-reads")).to_be_visible()
    assert axe(page, EVERYTHING) == []


def test_who_has_a_part_relives_it_without_the_readers(visit: Visits, case: str) -> None:
    page = visit("wu.zuwei", at=f"/cases/{case}?tab=trail")
    page.get_by_role("link", name="重放此事项").click()
    expect(page.locator("[data-entry]")).to_be_visible()
    expect(page.get_by_role("link", name="谁看过")).to_have_count(0)
