"""Whole cases walked by the people who would walk them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

from playwright.sync_api import Locator, Route, expect

from tests.pages.conftest import Visits, ask_for_a_trip, decide, field_of, open_task


def test_three_people_take_a_trip_from_request_to_decision(visit: Visits) -> None:
    today = visit.desk.today
    traveller = visit("zheng.lianyi")
    ask_for_a_trip(traveller, "海东市", today + timedelta(days=3), today + timedelta(days=5))
    expect(traveller.get_by_text("已发起，编号")).to_be_visible()
    expect(traveller.get_by_text("现在由 吴组委 办理")).to_be_visible()

    reviewer = visit("wu.zuwei")
    open_task(reviewer, "赴海东市出差")
    expect(reviewer.get_by_text("冯监票")).to_be_visible()  # the head of the party, by name
    field_of(reviewer, "初审日期").fill(today.isoformat())
    decide(reviewer, "通过")
    expect(reviewer.get_by_text(re.compile("已提交：通过。.*支部书记办理"))).to_be_visible()
    expect(reviewer.get_by_role("link", name="查看留痕")).to_be_visible()

    secretary = visit("zhao.zhishu")
    open_task(secretary, "赴海东市出差")
    field_of(secretary, "审批日期").fill(today.isoformat())
    field_of(secretary, "批准金额（元）").fill("500")
    decide(secretary, "同意", "情况属实，同意。")
    expect(secretary.get_by_text("已提交：同意。")).to_be_visible()

    deputy = visit("chen.jijian")
    expect(deputy.get_by_text("待复核").first).to_be_visible()
    open_task(deputy, "赴海东市出差")
    expect(deputy.get_by_text("请核对以下内容后复核")).to_be_visible()
    expect(deputy.get_by_text("情况属实，同意。").first).to_be_visible()
    expect(deputy.get_by_text("500", exact=True)).to_be_visible()
    decide(deputy, "复核通过")
    expect(deputy.get_by_text("已复核通过。")).to_be_visible()

    traveller.goto("/cases")
    traveller.get_by_role("link", name="赴海东市出差").click()
    expect(traveller.locator(".lh-step-done")).to_have_count(2)
    expect(traveller.locator(".lh-step-held")).to_contain_text("返回报告")


def test_an_approver_returns_to_an_earlier_step_and_sees_before_what_that_undoes(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("西河市")
    desk.is_reviewed(case)
    secretary = visit("zhao.zhishu")
    open_task(secretary, "赴西河市出差")
    secretary.get_by_role("button", name="退回到…").click()
    sheet = secretary.get_by_role("dialog")
    expect(sheet.get_by_role("radio", name=re.compile("支部初审"))).to_be_checked()
    expect(sheet.get_by_text("交给吴组委")).to_be_visible()
    expect(sheet.get_by_text("作废：支部初审")).to_be_visible()
    sheet.get_by_text("改好后直接回到我这里").click()
    sheet.get_by_role("textbox").fill("请核对费用。")
    sheet.get_by_role("button", name="退回", exact=True).click()
    expect(secretary.get_by_text("已退回。")).to_be_visible()

    reviewer = visit("wu.zuwei")
    open_task(reviewer, "赴西河市出差")
    expect(field_of(reviewer, "初审日期")).to_have_value(desk.today.isoformat())  # as it was written before
    decide(reviewer, "通过")
    expect(reviewer.get_by_text("已提交：通过。")).to_be_visible()
    open_task(secretary, "赴西河市出差")
    expect(secretary.get_by_role("button", name="同意", exact=True)).to_be_visible()


def test_what_was_done_is_taken_back_before_the_next_has_acted(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("北山市")
    [task] = desk.does("wu.zuwei", "GET", f"/tasks?case={case}")["items"]
    desk.is_reviewed(case)
    reviewer = visit("wu.zuwei", at=f"/tasks/{task['id']}")
    reviewer.get_by_role("button", name="收回", exact=True).click()
    sheet = reviewer.get_by_role("dialog")
    sheet.get_by_role("button", name="收回", exact=True).click()
    expect(sheet.get_by_text("请填写意见。")).to_be_visible()
    sheet.get_by_role("textbox").fill("金额看错了。")
    sheet.get_by_role("button", name="收回", exact=True).click()
    expect(reviewer.get_by_text("已收回，任务回到您的待办。")).to_be_visible()
    expect(reviewer.get_by_role("button", name="通过", exact=True)).to_be_visible()
    secretary = visit("zhao.zhishu")
    expect(secretary.get_by_role("link", name=re.compile("赴北山市出差"))).to_have_count(0)


def test_the_report_is_held_until_the_traveller_is_back_and_then_ends_the_case(visit: Visits) -> None:
    desk, today = visit.desk, visit.desk.today
    case = desk.is_asked_for_a_trip("江北县", days_ahead=0)
    desk.is_reviewed(case)
    desk.is_approved(case)
    traveller = visit("zheng.lianyi")
    traveller.goto("/cases?q=江北")
    traveller.get_by_role("link", name="赴江北县出差").click()
    traveller.get_by_role("link", name="查看", exact=True).click()
    expect(traveller.get_by_text("“返回报告”还不能办理")).to_be_visible()
    expect(traveller.get_by_role("listitem").get_by_text("差旅办法第十条")).to_be_visible()
    expect(traveller.locator(".lh-actions")).to_have_count(0)

    desk.lets_pass("P3D")
    open_task(traveller, "赴江北县出差")
    field_of(traveller, "实际返回日期").fill((today + timedelta(days=2)).isoformat())
    field_of(traveller, "出差情况").fill("会议如期召开，已完成任务。")
    traveller.get_by_role("button", name="提交").click()
    expect(traveller.get_by_text("本事项已办结。")).to_be_visible()


def test_a_phone_needs_two_taps_to_decide_and_every_target_is_large_enough(visit: Visits) -> None:
    today = visit.desk.today
    traveller = visit("zheng.lianyi", phone=True)
    ask_for_a_trip(traveller, "山南县", today + timedelta(days=3), today + timedelta(days=5), press=Locator.tap)
    expect(traveller.get_by_text("已发起，编号")).to_be_visible()

    reviewer = visit("wu.zuwei", phone=True)
    reviewer.locator(".lh-bottom-item", has_text="待办").tap()
    reviewer.get_by_role("link", name=re.compile("赴山南县出差")).tap()
    field_of(reviewer, "初审日期").fill(visit.desk.today.isoformat())
    for button in reviewer.locator(".lh-actions button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 844
    decide(reviewer, "通过", press=Locator.tap)
    expect(reviewer.get_by_text("已提交：通过。")).to_be_visible()
    for target in reviewer.locator(".lh-bottom-item, .lh-tab, .lh-tools input, .lh-tools select").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44, target.evaluate("element => element.outerHTML")


def test_an_english_reader_walks_the_same_way(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("West County")
    reviewer = visit("wu.zuwei", language="en")
    expect(reviewer.get_by_role("heading", name="Inbox")).to_be_visible()
    reviewer.get_by_role("link", name=re.compile("West County")).click()
    expect(reviewer.get_by_role("heading", name="Review")).to_be_visible()
    expect(reviewer.get_by_text("Feng Jianpiao")).to_be_visible()
    reviewer.get_by_label("Date of the review").fill(visit.desk.today.isoformat())
    reviewer.locator(".lh-actions").get_by_role("button", name="Pass").click()
    reviewer.get_by_role("dialog").get_by_role("button", name="Agreed.", exact=True).click()
    reviewer.get_by_role("dialog").get_by_role("button", name="Pass").click()
    expect(reviewer.get_by_text("Done: Pass.")).to_be_visible()
    reviewer.goto("/?box=done")
    expect(reviewer.get_by_role("link", name=re.compile("West County"))).to_be_visible()
    assert reviewer.evaluate("document.documentElement.lang") == "en"


def test_the_keyboard_alone_is_enough(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("键盘镇")
    reviewer = visit("wu.zuwei")
    reviewer.keyboard.press("/")
    expect(reviewer.get_by_role("searchbox")).to_be_focused()
    reviewer.keyboard.type("键盘镇")
    expect(reviewer.locator("#box li")).to_have_count(1)
    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("j")
    expect(reviewer.locator("#box li.lh-inbox-at")).to_have_count(1)
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_role("heading", name="支部初审")).to_be_visible()
    field_of(reviewer, "初审日期").fill(visit.desk.today.isoformat())
    reviewer.locator("[data-action=outcome-back]").focus()
    reviewer.keyboard.press("Enter")
    sheet = reviewer.get_by_role("dialog")
    expect(sheet).to_be_visible()
    reviewer.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(reviewer.locator("[data-action=outcome-back]")).to_be_focused()
    reviewer.keyboard.press("Enter")
    sheet.get_by_role("button", name="退回补正").press("Enter")
    expect(sheet.get_by_text("请填写意见。")).to_be_visible()
    expect(sheet.get_by_role("textbox")).to_be_focused()
    reviewer.keyboard.type("缺少会议通知")
    reviewer.keyboard.press("Tab")
    sheet.get_by_role("button", name="退回补正").press("Enter")
    expect(reviewer.get_by_text("已提交：退回补正。")).to_be_visible()


def test_the_chosen_row_stays_chosen_while_the_list_changes_under_it(visit: Visits) -> None:
    """A search acts a moment after it was typed, and its answer may be late: what is chosen meanwhile stays chosen."""
    visit.desk.is_asked_for_a_trip("慢行镇")
    visit.desk.is_asked_for_a_trip("移行镇")
    reviewer = visit("wu.zuwei", at="/?q=行镇")
    row, chosen = reviewer.locator("#box li"), reviewer.locator("#box li.lh-inbox-at")
    expect(row).to_have_count(2)
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    reviewer.route(lambda url: "/tasks?" in url and quote("移行镇") in url, hold)
    reviewer.get_by_role("searchbox").fill("移行镇")
    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("j")
    reviewer.keyboard.press("j")
    expect(chosen).to_contain_text("移行镇")
    expect(reviewer).to_have_url(re.compile(quote("移行镇")))
    expect(chosen).to_contain_text("移行镇")
    for one in late:
        one.continue_()
    expect(row).to_have_count(1)
    expect(chosen).to_contain_text("移行镇")
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_role("heading", name="赴移行镇出差")).to_be_visible()


def test_shortcuts_can_be_switched_off(visit: Visits) -> None:
    page = visit("wu.zuwei", at="/me")
    page.get_by_label("单键快捷键").uncheck()
    page.goto("/")
    expect(page.locator(".lh-card").first).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
