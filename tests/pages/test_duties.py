"""Duties kept apart, as people meet them: who may not act reads why, who should not says why, auditors see both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import folders
from engine.actors import Actor
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

NOMINATION = Path(__file__).parents[1] / "stories" / "procedures" / "nomination"


@pytest.fixture(scope="module")
def nominations(desk: Desk) -> Desk:
    folders.publish(desk.store, Actor.operator(), NOMINATION)
    return desk


def introduced(desk: Desk, introducer: str) -> str:
    people = {name: one["person_id"] for name, one in desk.office.people.items()}
    body = {"definition": "nomination", "unit": "B071", "data": {"nominee": people["he.yangli"]}}
    case = str(desk.does("wu.zuwei", "POST", "/cases", body)["id"])
    desk.completes("wu.zuwei", case, {"named": people[introducer], "beside": people["chen.jijian"]})
    return case


def test_who_may_not_act_reads_why_and_who_should_not_gives_a_reason_that_auditors_read(
    visit: Visits, nominations: Desk
) -> None:
    case = introduced(nominations, "li.zuzhi")
    task = nominations.does("xu.zuyuan", "GET", f"/tasks?case={case}")["items"][0]["id"]
    page = visit("li.zuzhi", at=f"/tasks/{task}", phone=True)
    told = page.locator(".lh-notice-danger")
    expect(told).to_contain_text("按职责分离规则，您不能办理此任务")
    expect(told).to_contain_text("您在本事项中是入党介绍人")
    expect(page.locator(".lh-actions button")).to_have_count(0)
    assert axe(page, EVERYTHING) == []
    own = introduced(nominations, "sun.shuji")
    nominations.completes("li.zuzhi", own, {})
    voting = nominations.does("sun.shuji", "GET", f"/tasks?case={own}")["items"][0]["id"]
    page = visit("sun.shuji", at=f"/tasks/{voting}", language="en")
    expect(page.locator(".lh-notice-warn")).to_contain_text("you should stand aside")
    page.get_by_label("Why you do it").fill("not enough members were there")
    page.locator("[data-action=submit-task]").click()
    expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
    assert nominations.does("shen.fushu", "GET", f"/tasks?case={own}")["items"][0]["status"] == "confirming"
    page = visit(nominations.office.auditor, at="/audit")
    reports = page.get_by_role("region", name="职责分离")
    reports.get_by_label("类别").select_option("warned")
    expect(reports).to_contain_text("not enough members were there")
    assert axe(page, EVERYTHING) == []


def test_the_rules_of_a_procedure_and_whether_every_unit_can_keep_them(visit: Visits, nominations: Desk) -> None:
    page = visit(nominations.office.designer, at="/definitions/nomination?tab=duties")
    table = page.get_by_role("region", name="职责分离")
    expect(table).to_contain_text("sod_03")
    expect(table).to_contain_text("仅本流程")
    page.locator("[data-action=try-units]").click()
    expect(page.get_by_text("各组织都有足够的人员分别办理")).to_be_visible()
    assert axe(page, EVERYTHING) == []


def test_the_rules_of_the_office_are_published_by_two_persons(visit: Visits, desk: Desk) -> None:
    security = visit("zou.anquan", at="/admin/duties")
    rules = security.get_by_role("region", name="现行规则")
    expect(rules).to_contain_text("sod_01")
    content = security.get_by_label("规则全文")
    written = content.input_value()
    content.fill("{")
    security.locator("[data-action=publish-duties]").click()
    expect(security.get_by_text("请填写或选择此项").first).to_be_visible()
    security.get_by_label("理由").fill("年度修订")
    security.locator("[data-action=publish-duties]").click()
    expect(security.locator("[data-findings]")).to_be_visible()
    assert axe(security, EVERYTHING) == []
    content.fill(written)
    security.locator("[data-action=publish-duties]").click()
    expect(security.get_by_text("与现行规则相同，没有新版本。")).to_be_visible()
    content.fill(written + "\n")
    security.locator("[data-action=publish-duties]").click()
    expect(security.get_by_text(re.compile("^已提出，等待"))).to_be_visible()
    assert axe(visit("zou.anquan", phone=True, dark=True, language="en", at="/admin/duties"), EVERYTHING) == []
    proposed = desk.does("zou.anquan", "GET", "/proposals?status=proposed")["items"]
    [waits] = [one for one in proposed if one["kind"] == "duties.publish"]
    desk.does("zou.anquan", "POST", f"/proposals/{waits['id']}/withdraw", {"reason": "试填"})
