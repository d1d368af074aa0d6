"""Documents sent down: a list of units is kept, chosen with one choice, and the receipts are followed in a table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from api import demonstration
from tests.pages.conftest import Desk, Visits, decide, field_of
from tests.pages.test_access import EVERYTHING, axe

CLERK, DRAFTER, REVIEWER, SIGNER, SEALER = "qian.shouwen", "fei.wenmi", "tao.shoufa", "bai.shuji", "wei.bansan"
TITLE = "关于报送年终总结的通知"
LIST = "年终考核单位"


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A document that waits to be registered."""
    begin = {"title": TITLE, "kind": "notice", "urgency": "normal", "is_important": False, "is_unclassified": True}
    start = {"definition": "document_dispatch", "unit": "WC0", "data": begin}
    found = str(desk.does(DRAFTER, "POST", "/cases", start)["id"])
    text = {**begin, "text": "请各单位认真总结本年度工作，按要求报送。", "needs_action": False}
    del text["is_important"]
    desk.completes(DRAFTER, found, text, "submit")
    ticked = dict.fromkeys(("is_necessary", "is_within_competence", "is_coordinated", "is_text_in_order"), True)
    desk.completes(REVIEWER, found, ticked, "pass")
    [task] = desk.does(SIGNER, "GET", f"/tasks?case={found}")["items"]
    signed = {"answers": {}, "decision": "sign", "signature": {"password": demonstration.PASSWORD}}
    desk.does(SIGNER, "POST", f"/tasks/{task['id']}/completion", signed)
    return found


def tick(within: Page | Locator, code: str) -> None:
    """Find a unit by its code and take it."""
    within.get_by_role("searchbox").first.fill(code)
    within.get_by_role("checkbox", name=re.compile(rf"{code}$")).check()


def test_a_list_is_kept_chosen_and_its_receipts_are_followed_at_a_desk_and_on_a_phone(
    visit: Visits, desk: Desk, case: str
) -> None:
    # a list is made
    page = visit(CLERK)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="发文范围").click()
    expect(page.get_by_text("还没有发文范围")).to_be_visible()
    page.get_by_role("link", name="新建发文范围").first.click()
    page.locator("[data-action=save-list]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    field_of(page, "名称").fill(LIST)
    for code in ("U01", "U02", "U03"):
        tick(page, code)
    expect(page.get_by_text(re.compile("已选 3 个"))).to_be_visible()
    assert axe(page, EVERYTHING) == []
    page.locator("[data-action=save-list]").click()
    expect(page.get_by_role("heading", level=1, name=LIST)).to_be_visible()

    # somebody else changes it meanwhile: what is typed here is not lost, and nothing is written over
    found = desk.does(CLERK, "GET", "/distribution-lists")["items"][0]
    whole = desk.does(CLERK, "GET", f"/distribution-lists/{found['id']}")
    change = {"version": 1, "name": LIST, "units": [u["id"] for u in whole["units"]][:2], "reason": "U03 不参加"}
    desk.does("xie.xitong", "PUT", f"/distribution-lists/{found['id']}", change)
    field_of(page, "修改原因（可不填）").fill("补充")
    tick(page, "U04")
    page.locator("[data-action=save-list]").click()
    page.get_by_role("button", name="重新载入").click()
    expect(page.get_by_text(re.compile("已选 2 个"))).to_be_visible()
    page.get_by_text("各版").click()
    expect(page.get_by_text(re.compile("减少：样例第三单位"))).to_be_visible()

    # on a phone the whole list goes into the field with one choice, and one unit beside it
    phone = visit(CLERK, phone=True)
    [task] = desk.does(CLERK, "GET", f"/tasks?case={case}")["items"]
    phone.goto(f"/tasks/{task['id']}")
    picker = phone.locator(".lh-units").first
    picker.get_by_role("combobox", name="加入发文范围…").select_option(label=f"{LIST}（2）")
    expect(picker.get_by_role("status")).to_have_text("已选 2 个，共 132 个可选。")
    tick(picker, "U05")
    expect(picker.get_by_role("status")).to_contain_text("已选 3 个")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(phone, EVERYTHING) == []
    decide(phone, "登记")
    expect(phone).not_to_have_url(re.compile(task["id"]))
    desk.completes(SEALER, case, {"is_sealed": True}, "sent")
    units = {row["unit"]["code"]: row["id"] for row in desk.does(CLERK, "GET", f"/cases/{case}/called")["items"]}
    assert sorted(units) == ["U01", "U02", "U05"]
    desk.completes("clerk.u01", units["U01"], {}, "signed_for")

    # the table of receipts: all, those at work, nobody late; urged with one press, and not twice
    page.goto(f"/cases/{case}?tab=related")
    table = page.get_by_role("region", name=re.compile("由本事项发起")).last
    expect(table.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name=re.compile("^已办结")).click()
    expect(page.get_by_text("没有符合的事项。")).to_be_visible()
    page.get_by_role("button", name=re.compile("^在办")).click()
    page.get_by_role("button", name="催办全部在办的").click()
    expect(page.get_by_text(re.compile("已催办 [23] 项"))).to_be_visible()
    assert axe(page, EVERYTHING) == []
    phone.goto(f"/cases/{case}?tab=related")
    expect(phone.get_by_role("region", name=re.compile("由本事项发起")).last.get_by_role("row")).to_have_count(4)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    # receipts stand in the list of cases only when asked for
    page.goto("/cases")
    expect(page.get_by_role("link", name=re.compile(TITLE)).first).to_be_visible()
    expect(page.get_by_text(re.compile("SW-"))).to_have_count(0)
    page.get_by_label("含由其他事项发起的").check()
    expect(page).to_have_url(re.compile("called=1"))
    expect(page.get_by_text(re.compile("SW-")).first).to_be_visible()
