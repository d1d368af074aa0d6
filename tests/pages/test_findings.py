"""Findings in the browser: counted, narrowed by their figures, relived at their entry, set aside with a reason."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from engine import log, trail
from engine.actors import Actor
from engine.oversight import following
from engine.store import new_id
from engine.trail import Kind
from tests.pages.conftest import Desk, Language, Visits
from tests.pages.test_access import EVERYTHING, axe

AUDITOR = "qi.shenji"


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A journey that was reviewed and approved at once, with an entry that nothing led to."""
    case = desk.is_asked_for_a_trip("福州", days_ahead=8)
    desk.is_reviewed(case)
    with desk.store.transaction() as db:
        moment = desk.store.moment(db)
        facts = {"task": new_id(), "element": "approve", "asked": ["person:nobody"]}
        trail.append(db, moment, Actor.clock(), chain=case, kind=Kind.TASK_OPENED, **facts)
    log.seal(desk.store)
    following.tick(desk.store)
    return case


def test_every_figure_leads_to_its_findings(visit: Visits, desk: Desk, case: str) -> None:
    number = desk.does(AUDITOR, "GET", f"/cases/{case}")["number"]
    page = visit(AUDITOR, at=f"/audit/findings?case={number}")
    counts = desk.does(AUDITOR, "GET", f"/findings/counts?case={number}")
    some = [one for one in counts["kinds"] if one["count"]]
    assert {"deviation", "fast"} <= {one["kind"] for one in some}
    for one in some:
        page.locator(f"[data-kind='{one['kind']}']").click()
        expect(page).to_have_url(re.compile(f"kind={one['kind']}"))
        expect(page.locator("[data-finding]")).to_have_count(one["count"])
        expect(page.locator(f"[data-finding='{one['kind']}']")).to_have_count(one["count"])
    page.locator("[data-kind='deviation']").click()
    found = page.locator("[data-finding='deviation']")
    expect(found.get_by_text("按流程应先经过")).to_be_visible()
    found.get_by_role("link", name="回放第").click()
    expect(page).to_have_url(re.compile(rf"/cases/{case}/relive\?entry=\d+$"))
    page.go_back()
    # Set aside by keyboard, and taken up again: it is never gone.
    page.locator("[data-action='set-aside']").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("理由").fill("已与办理单位核实")
    page.get_by_role("dialog").get_by_role("button", name="搁置").click()
    expect(page.locator("[data-finding]")).to_have_count(0)
    expect(page.get_by_text("没有符合这些条件的发现。")).to_be_visible()
    page.get_by_label("状态").select_option("set_aside")
    expect(page.get_by_text("已与办理单位核实")).to_be_visible()
    page.locator("[data-action='take-up']").click()
    page.get_by_label("理由").fill("又有新情况")
    page.get_by_role("dialog").get_by_role("button", name="重新提起").click()
    expect(page.locator("[data-finding]")).to_have_count(0)
    page.get_by_label("状态").select_option("open")
    expect(page.locator("[data-finding='deviation']")).to_have_count(1)


@pytest.mark.parametrize(("language", "phone"), [("zh", True), ("en", False)])
def test_findings_and_clauses_are_read_on_a_phone_and_in_english(
    visit: Visits, desk: Desk, case: str, language: Language, phone: bool
) -> None:
    page = visit(AUDITOR, at="/audit/findings", phone=phone, language=language)
    expect(page.locator("[data-finding]").first).to_be_visible()
    assert axe(page, EVERYTHING) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("summary").last.click()
    page.get_by_role("button", name="更改" if language == "zh" else "Change").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(desk.url + "/audit/clauses?definition=trip_request&state=open")
    row = page.locator("[data-clause]").first
    expect(row).to_be_visible()
    assert axe(page, EVERYTHING) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    figure = row.locator("td a").first
    count = int((figure.text_content() or "0").replace(",", ""))
    figure.click()
    expect(page.locator("[data-act='clause-cases'] > li")).to_have_count(min(count, 30))


def test_findings_are_not_for_everybody(visit: Visits) -> None:
    page = visit("wu.zuwei")
    for address in ("/audit/findings", "/audit/clauses"):
        page.goto(address)
        expect(page.get_by_text("只有审计人员可以使用此页")).to_be_visible()
        expect(page.locator("[data-finding], [data-clause]")).to_have_count(0)
