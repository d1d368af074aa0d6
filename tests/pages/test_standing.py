"""A case is suspended and resumed from its page, at the desk and on the phone; its task says why nobody can do it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.conftest import Desk, Visits, open_task


def test_a_case_stands_still_and_goes_on(desk: Desk, visit: Visits) -> None:
    case = desk.is_asked_for_a_trip("南宁")
    secretary = visit("zhao.zhishu", at=f"/cases/{case}")
    secretary.locator("[data-action=suspend]").click()
    sheet = secretary.get_by_role("dialog")
    sheet.get_by_role("button", name="暂停事项").click()
    expect(sheet).to_contain_text("请填写")  # not without a reason
    sheet.get_by_role("textbox").fill("收到举报，先行核查")
    sheet.get_by_role("button", name="暂停事项").click()
    expect(secretary.get_by_text("事项已暂停，恢复前不能办理")).to_be_visible()
    expect(secretary.locator("[data-action=suspend]")).to_have_count(0)

    commissioner = visit("wu.zuwei", phone=True)
    expect(commissioner.locator("main")).to_contain_text("事项已暂停")
    open_task(commissioner, "赴南宁出差")
    expect(commissioner.get_by_text("理由：收到举报，先行核查")).to_be_visible()
    expect(commissioner.locator(".lh-actions").get_by_role("button", name="通过")).to_have_count(0)

    traveller = visit("zheng.lianyi", at=f"/cases/{case}")
    expect(traveller.get_by_text("事项已暂停，恢复前不能办理")).to_be_visible()
    expect(traveller.get_by_text("收到举报")).to_have_count(0)  # whom it is about is not told why
    expect(traveller.locator("[data-action=resume]")).to_have_count(0)

    phone = visit("zhao.zhishu", phone=True, at=f"/cases/{case}")
    phone.locator("[data-action=resume]").tap()
    phone.get_by_role("dialog").get_by_role("textbox").fill("核查完毕，未见问题")
    phone.get_by_role("dialog").get_by_role("button", name="恢复事项").tap()
    expect(phone.get_by_text("事项已暂停，恢复前不能办理")).to_have_count(0)
    desk.is_reviewed(case)
