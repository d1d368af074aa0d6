"""A meeting in a browser: called on three cases at the desk, confirmed by its chair on a phone, printed."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from api import folders
from engine.actors import Actor
from tests.engine.test_meetings import ADMISSION
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

CANDIDATES = ("lin.ceshi", "he.yangli", "lyu.shifan")


def proposed(desk: Desk) -> list[str]:
    """Three cases that the assembly of B071 decides; the secretary introduced each of them."""
    folders.publish(desk.store, Actor.operator(), ADMISSION)
    people = {name: one["person_id"] for name, one in desk.office.people.items()}
    tasks = []
    for name in CANDIDATES:
        data = {"candidate": people[name], "introducer": people["zhao.zhishu"]}
        case = desk.does("wu.zuwei", "POST", "/cases", {"definition": "admission", "unit": "B071", "data": data})
        tasks.append(str(desk.does("wu.zuwei", "GET", f"/tasks?case={case['id']}")["items"][0]["id"]))
    return tasks


def _saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_attribute("data-saved", "saved")


def _enters(item: Locator, agreed: str) -> None:
    if item.locator("[data-action=open-item]").get_attribute("aria-expanded") == "false":
        item.locator("[data-action=open-item]").click()
    item.locator("[data-side=for]").fill(agreed)
    item.locator("[data-side=against]").fill("0")
    item.locator("[data-outcome=admit]").check()
    item.get_by_label("材料编号").fill("7")
    item.get_by_label("材料编号").blur()


def test_a_meeting_is_called_entered_confirmed_on_a_phone_and_printed(visit: Visits, desk: Desk) -> None:
    tasks = proposed(desk)
    page = visit("wu.zuwei", at=f"/tasks/{tasks[0]}")
    page.locator("[data-action=to-agenda]").click()
    expect(page.locator("[data-task]")).to_have_count(3)
    for task in tasks[1:]:
        page.locator(f"[data-task='{task}'] input").check()
    assert axe(page, EVERYTHING) == []
    page.locator("[data-action=call-meeting]").click()
    expect(page.get_by_role("heading", name="支部大会", exact=False).first).to_be_visible()
    page.locator("[data-action=all-present]").click()
    expect(page.locator("[data-counts=attendance]")).to_contain_text("出席 15 / 应到 15")
    items = page.locator("[data-item]")
    expect(items).to_have_count(3)
    expect(items.first).to_contain_text("赵支书 回避")
    for number, agreed in enumerate(("14", "13", "14")):  # of the second a relative is there besides
        _enters(items.nth(number), agreed)
    expect(items.last.locator("[data-counts=item]")).to_contain_text(
        "出席 14 / 应到 15（回避 1），须 8 人到会；赞成 14，须 8 票：通过"
    )
    page.get_by_label("主持人").select_option(label="赵支书")
    page.get_by_label("地点", exact=True).fill("三楼会议室")
    page.get_by_label("地点", exact=True).blur()
    page.locator("[data-action=generate]").click()
    _saved(page)
    assert axe(page, EVERYTHING) == []
    items.last.locator("[data-side=for]").fill("13")
    page.locator("[data-action=submit-meeting]").click()
    expect(page.locator(".lh-news")).to_contain_text("各项票数之和为 13，应为 14")
    items.last.locator("[data-side=for]").fill("14")
    page.locator("[data-action=submit-meeting]").click()
    expect(page.get_by_text("待主持人确认")).to_be_visible()
    where = page.url.removeprefix(desk.url)

    phone = visit("zhao.zhishu", at="/meetings", phone=True, language="en", dark=True)
    expect(phone.get_by_text("Waiting for me")).to_be_visible()
    phone.get_by_text("Waiting for me").click()
    phone.locator("[data-action=confirm-meeting]").click()
    assert axe(phone, EVERYTHING) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator("[data-action=confirm-now]").click()
    expect(phone.get_by_text("confirmed", exact=True)).to_be_visible()
    expect(phone.locator("[data-item]").first).to_contain_text("Admit")
    assert [desk.does("wu.zuwei", "GET", f"/tasks/{task}")["status"] for task in tasks] == ["completed"] * 3

    paper = visit("wu.zuwei", at=f"{where}/print")
    expect(paper.get_by_role("article")).to_contain_text("三楼会议室")
    assert axe(paper, EVERYTHING) == []
