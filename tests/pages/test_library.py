"""The studio's library: a procedure begun, reviewed by another person, tried against cases, published, taken back."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine import actors, drafts, tables
from tests.pages.conftest import Desk, Visits

KEY, SECOND = "club_room", "dou.zuzhi"


def is_clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def second_designer(desk: Desk) -> str:
    """Somebody else who may publish, too; their name."""
    with desk.store.transaction() as db:
        moment = desk.store.moment(db)
        account = select(tables.accounts.c.person_id).where(tables.accounts.c.name == SECOND)
        person, root = db.execute(account).scalar_one(), actors.root(db, moment.today)
        assert root is not None
        actors.appoint(db, moment, person, "designer", root.id, moment.today)
        return actors.names(db, [person])[person].zh


def act(page: Page, name: str) -> None:
    page.locator(f'[data-action="{name}"]').last.click()


def test_a_procedure_goes_through_the_studio(visit: Visits, desk: Desk) -> None:
    reviewer = second_designer(desk)
    page = visit(desk.office.designer, at="/studio")
    expect(page.get_by_role("heading", level=1)).to_have_text("设计")
    is_clean(page)
    act(page, "new-draft")
    dialog = page.get_by_role("dialog")
    dialog.locator('input[name="key"]').fill("Club Room")
    dialog.get_by_label("中文名称").fill("借用活动室")
    act(page, "submit")
    expect(dialog.get_by_role("alert")).to_be_visible()
    is_clean(page)
    dialog.locator('input[name="key"]').fill(KEY)
    act(page, "submit")
    expect(page.get_by_role("heading", level=1)).to_have_text("借用活动室")
    expect(page.locator('[data-save="1"]')).to_be_visible()
    is_clean(page)
    draft = re.search(r"draft=([0-9a-f-]+)", page.url)
    assert draft is not None

    page.get_by_role("link", name="评审", exact=True).click()
    act(page, "ask-review")
    page.get_by_role("dialog").get_by_role("combobox").fill(reviewer)
    page.get_by_role("dialog").get_by_role("option", name=reviewer).first.click()
    act(page, "submit")
    expect(page.get_by_text(f"等{reviewer}签字")).to_be_visible()
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_label("发布说明").fill("第一版")
    act(page, "publish")
    expect(page.get_by_role("alert")).to_contain_text("还没有签字")
    act(page, "rehearse")
    expect(page.locator('[data-item="rehearsals"]')).to_have_attribute("data-good", "true")
    is_clean(page)

    other = visit(SECOND, phone=True, language="en", at=f"/studio?draft={draft[1]}&tab=review")
    other.get_by_label("About").select_option(label="办理")
    other.get_by_label("Comment", exact=True).or_(other.locator("form textarea")).last.fill("Who is that?")
    act(other, "comment")
    expect(other.locator('[data-comment="1"]')).to_contain_text("Who is that?")
    act(other, "agree")
    is_clean(other)
    act(other, "submit")
    expect(other.locator('[data-sign-off="agreed"]')).to_be_visible()
    is_clean(other)

    page.reload()
    expect(page.locator('[data-item="signOffs"]')).to_have_attribute("data-good", "true")
    page.get_by_label("发布说明").fill("第一版")
    act(page, "publish")
    expect(page.get_by_text("已发布第 1 版").first).to_be_visible()


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
