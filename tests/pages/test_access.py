"""axe over every page, in light and dark, at a desk and on a phone; WCAG 2.2 A and AA."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.conftest import Desk, Visits

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A case whose approval is open: something to see on every page."""
    case = desk.is_asked_for_a_trip("无障碍市")
    desk.is_reviewed(case)
    return case


EVERYTHING = {"runOnly": {"type": "tag", "values": LEVELS}}
LOOKS = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}}
"""What another theme or width can break; the rest of the page is the same."""


def axe(page: Page, options: dict[str, Any]) -> list[str]:
    # Where something is in order it need not say: finding words for every place took most of its time.
    found = Axe().run(page, options={**options, "resultTypes": ["violations"]})
    return [
        f"{page.url} {one['id']}: {one['help']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def _everywhere(page: Page, *, phone: bool) -> list[str]:
    """axe in full as the page stands, and what looks can break with the other theme."""
    found = axe(page, EVERYTHING)
    page.emulate_media(color_scheme="dark")
    found += axe(page, LOOKS)
    page.emulate_media(color_scheme="light")
    return [f"{'phone' if phone else 'desk'}: {one}" for one in found]


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_page_is_accessible_in_light_and_dark(visit: Visits, case: str, phone: bool) -> None:
    found: list[str] = []
    door = visit(phone=phone)
    expect(door.get_by_label("密码")).to_be_visible()
    found += _everywhere(door, phone=phone)

    secretary = visit("zhao.zhishu", phone=phone)
    [task] = visit.desk.does("zhao.zhishu", "GET", f"/tasks?case={case}")["items"]
    for address in (
        "/",
        "/?box=started",
        f"/tasks/{task['id']}",
        "/start",
        "/start/trip_request",
        "/cases",
        f"/cases/{case}",
        f"/cases/{case}?tab=diagram",
        f"/cases/{case}?tab=trail",
        f"/cases/{case}?tab=data",
        "/me",
        "/about",
    ):
        secretary.goto(address)
        expect(secretary.locator("main h1").first).to_be_visible()
        expect(secretary.locator("main [aria-busy=true]")).to_have_count(0)
        found += _everywhere(secretary, phone=phone)

    secretary.goto(f"/tasks/{task['id']}")
    secretary.locator("[data-action=outcome-agree]").click()
    expect(secretary.get_by_role("alert")).to_be_visible()  # gaps are told
    found += _everywhere(secretary, phone=phone)

    for name, addresses in (
        ("jiang.sheji", ("/definitions", "/definitions/trip_request", "/definitions/trip_request?tab=clauses")),
        ("qi.shenji", ("/audit",)),
    ):
        reader = visit(name, phone=phone)
        for address in addresses:
            reader.goto(address)
            expect(reader.locator("main h1").first).to_be_visible()
            expect(reader.locator("main [aria-busy=true]")).to_have_count(0)
            found += _everywhere(reader, phone=phone)
    assert not found, "\n".join(found)
