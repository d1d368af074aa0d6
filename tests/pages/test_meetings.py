"""A meeting in a browser: called on three cases at the desk, confirmed by its chair on a phone, printed."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete, insert

from api import folders
from api.demonstration import PASSWORD
from engine import tables
from engine.actors import Actor
from tests.engine.test_meetings import ADMISSION
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe
from tests.pages.test_files_and_words import draws

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


def _enters(item: Locator, agreed: str, against: str = "0", outcome: str = "admit") -> None:
    if item.locator("[data-action=open-item]").get_attribute("aria-expanded") == "false":
        item.locator("[data-action=open-item]").click()
    item.locator("[data-side=for]").fill(agreed)
    item.locator("[data-side=against]").fill(against)
    item.locator(f"[data-outcome={outcome}]").check()
    item.get_by_label("材料编号").fill("7")
    item.get_by_label("材料编号").blur()


def _signs(page: Page, *, by_hand: bool = False) -> None:
    page.locator("[data-action=submit-meeting]").click()
    sheet = page.get_by_role("dialog")
    sheet.locator("[data-action=sign-meeting]").click()
    expect(sheet.get_by_text("请先签名")).to_be_visible()
    if by_hand:
        sheet.get_by_label("手写签名").check()
        draws(sheet.locator(".lh-pad"), page=page)
    else:
        sheet.get_by_label("登录密码").fill(PASSWORD)
    sheet.locator("[data-action=sign-meeting]").click()


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
    assert [item.get_attribute("data-item") for item in items.all()] == tasks
    items.first.locator("[data-action=move-down]").press("Enter")
    expect(items.nth(1)).to_have_attribute("data-item", tasks[0])
    expect(items.nth(1).locator("[data-action=move-down]")).to_be_focused()
    items.nth(1).locator("[data-action=move-up]").press("Enter")
    expect(items.first).to_have_attribute("data-item", tasks[0])
    for number, agreed in enumerate(("14", "13")):  # of the second a relative is there besides
        _enters(items.nth(number), agreed)
    _enters(items.last, "14", outcome="refuse")
    expect(items.last.locator("[data-counts=item]")).to_contain_text(
        "出席 14 / 应到 15（回避 1），须 8 人到会；赞成 14，须 8 票：通过"
    )
    items.last.get_by_label("意见", exact=True).fill("材料尚需核实")
    page.get_by_label("主持人").select_option(label="赵支书")
    page.get_by_label("地点", exact=True).fill("三楼会议室")
    page.get_by_label("地点", exact=True).blur()
    page.locator("[data-action=generate]").click()
    _saved(page)
    assert axe(page, EVERYTHING) == []
    items.last.locator("[data-side=for]").fill("13")
    _signs(page)
    expect(page.locator(".lh-news")).to_contain_text("各项票数之和为 13，应为 14")
    items.last.locator("[data-side=for]").fill("0")
    assert axe(page, EVERYTHING) == []
    items.last.locator("[data-side=against]").fill("14")
    _signs(page)
    expect(page.locator(".lh-news")).to_contain_text("请至少上传 1 个附件")
    items.last.locator("input[type=file][multiple]").set_input_files(
        {"name": "说明.txt", "mimeType": "text/plain", "buffer": "尚需核实".encode()}
    )
    expect(items.last.get_by_text("说明.txt")).to_be_visible()
    _signs(page, by_hand=True)
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


def test_whoever_may_hold_it_takes_a_meeting_over_while_its_recorder_is_absent(visit: Visits, desk: Desk) -> None:
    folders.publish(desk.store, Actor.operator(), ADMISSION)
    people = {name: one["person_id"] for name, one in desk.office.people.items()}
    data = {"candidate": people["lyu.shifan"], "introducer": people["zhao.zhishu"]}
    case = desk.does("wu.zuwei", "POST", "/cases", {"definition": "admission", "unit": "B071", "data": data})
    task = desk.does("wu.zuwei", "GET", f"/tasks?case={case['id']}")["items"][0]["id"]
    meeting = desk.does("wu.zuwei", "POST", "/meetings", {"tasks": [task]})["id"]
    post = {"id": "second-commissioner", "person_id": people["chen.jijian"], "role": "organisation_commissioner"}
    unit = desk.does("wu.zuwei", "GET", f"/tasks/{task}")["unit"]["id"]
    with desk.store.transaction() as db:
        db.execute(insert(tables.posts).values(**post, unit_id=unit, from_on=desk.today))
    day = desk.today.isoformat()
    away = {"to": people["zheng.lianyi"], "from_on": day, "to_on": day, "reason": "出差"}
    delegation = desk.does("wu.zuwei", "POST", "/delegations", away)["id"]
    try:
        phone = visit("chen.jijian", at=f"/tasks/{task}", phone=True)
        phone.locator("[data-action=take-over]").tap()
        sheet = phone.get_by_role("dialog")
        sheet.locator("[data-action=because]").tap()
        expect(sheet.get_by_text("请说明")).to_be_visible()
        assert axe(phone, EVERYTHING) == []
        sheet.get_by_role("textbox").fill("吴组委出差，代为记录")
        sheet.locator("[data-action=because]").tap()
        expect(phone.get_by_text("您已接管此会议。")).to_be_visible()
        expect(phone).to_have_url(f"{desk.url}/meetings/{meeting}")
        expect(phone.locator("[data-action=submit-meeting]")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        desk.does("chen.jijian", "POST", f"/meetings/{meeting}/cancel", {"reason": "改期"})
    finally:
        desk.does("wu.zuwei", "POST", f"/delegations/{delegation}/revocation", {"reason": "已返回"})
        with desk.store.transaction() as db:
            db.execute(delete(tables.posts).where(tables.posts.c.id == post["id"]))
    told = desk.does("wu.zuwei", "GET", "/notices?kind=meeting.taken_over")["items"]
    assert [one["link"] for one in told] == [f"/meetings/{meeting}"]
