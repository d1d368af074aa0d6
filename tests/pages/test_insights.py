"""Figures as people look at them: every number opens a list that is as long as it says, and the month prints."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, LOOKS, axe

AUDITOR = "qi.shenji"
TRIPS = ("芜湖", "蚌埠", "淮南")
PAGE = 50
"""Lines of a list before more of it are asked for; other tests have travelled, too."""


@pytest.fixture(scope="module")
def trips(desk: Desk) -> Desk:
    """Three journeys: asked for, reviewed, and done; one task was claimed first."""
    asked = [desk.is_asked_for_a_trip(to, days_ahead=5) for to in TRIPS]
    [task] = desk.does("wu.zuwei", "GET", f"/tasks?case={asked[2]}")["items"]
    desk.does("wu.zuwei", "POST", f"/tasks/{task['id']}/claim")
    for case in asked[1:]:
        desk.is_reviewed(case)
    desk.is_approved(asked[2])
    return desk


def rows_of(desk: Desk, name: str, address: str) -> int:
    """How long the list is that an address of the page names."""
    query = urlsplit(address).query
    of = parse_qs(query)["of"][0]
    asked = re.sub(r"(^|&)of=\w+", "", query).lstrip("&")
    return int(desk.does(name, "GET", f"/insights/{of}?limit=1&{asked}")["total"])


def numbers(page: Page) -> dict[str, int]:
    found = page.locator("[data-count]")
    return {str(one.get_attribute("href")): int(one.get_attribute("data-count") or 0) for one in found.all()}


def test_every_figure_leads_to_a_list_as_long_as_it_says(visit: Visits, trips: Desk) -> None:
    page = visit(AUDITOR, at="/")
    page.locator(".lh-side").get_by_role("link", name="统计").click()
    page.locator(".lh-insights-filter select").first.select_option("trip_request")
    expect(page.locator("[data-table=steps] tbody tr").nth(2)).to_be_visible()
    expect(page.locator("[data-table=units]")).to_be_visible()
    expect(page.get_by_role("heading", name="谁在等谁")).to_be_visible()
    found = numbers(page)
    assert len(found) > 10
    assert {address: rows_of(trips, AUDITOR, address) for address in found} == found
    # What the numbers of cards and of the table say is what somebody counts in the list.
    for figure in ("insights.open", "insights.done"):
        card = page.locator(f"[data-figure='{figure}']")
        count = int(card.locator(".lh-insights-value").inner_text())
        card.click()
        expect(page.locator("[data-total]")).to_have_attribute("data-total", str(count))
        expect(page.locator(".lh-figures-list tbody tr")).to_have_count(min(count, PAGE))
        page.go_back()
    first = page.locator("[data-table=steps] [data-count]").first
    count = int(first.get_attribute("data-count") or 0)
    first.click()
    expect(page.locator(".lh-figures-list tbody tr")).to_have_count(min(count, PAGE))
    case = page.locator(".lh-figures-list tbody a").first
    title = case.inner_text()
    case.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_the_diagram_is_shaded_by_what_is_asked_and_says_the_same_in_numbers(visit: Visits, trips: Desk) -> None:
    page = visit(AUDITOR, at="/insights?definition=trip_request", language="en")
    page.locator("[data-heat=count]").click()
    expect(page.locator(".lh-canvas .djs-element[class*=lh-heat-]").nth(2)).to_be_visible()
    shown = {one.inner_text() for one in page.locator(".lh-canvas .lh-times").all()}
    assert shown == {one.inner_text() for one in page.locator("[data-table=heat] td").all()}
    assert axe(page, EVERYTHING) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, LOOKS) == []


def test_the_month_is_a_sheet_that_prints_and_a_pdf(visit: Visits, trips: Desk) -> None:
    page = visit(AUDITOR, at="/insights/report?definition=trip_request", phone=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"办理情况月报 {trips.today.isoformat()[:7]}")
    found = numbers(page)
    assert {address: rows_of(trips, AUDITOR, address) for address in found} == found
    assert found
    expect(page.get_by_text("从任务到达到有人着手")).to_be_visible()
    assert axe(page, EVERYTHING) == []
    answer = page.request.get(str(page.locator("[data-action=report-pdf]").get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_whoever_leads_a_unit_sees_its_own_figures_and_others_are_told_whose_they_are(
    visit: Visits, trips: Desk
) -> None:
    page = visit("zhao.zhishu", at="/insights", phone=True)
    expect(page.locator("[data-figure='insights.open'] .lh-insights-value")).to_be_visible()
    found = numbers(page)
    assert {address: rows_of(trips, "zhao.zhishu", address) for address in found} == found
    assert axe(page, EVERYTHING) == []
    page = visit("zheng.lianyi", at="/insights")
    expect(page.get_by_text("统计供审计员查看")).to_be_visible()
    expect(page.locator(".lh-side").get_by_role("link", name="统计")).to_have_count(0)
