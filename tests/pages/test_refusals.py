"""What somebody sees who is refused, is too late, or whose session has ended."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Route, expect

from api.contract import session_cookie
from tests.pages.conftest import Visits, ask_for_a_trip, decide, field_of, open_task


def test_a_wrong_password_is_said_and_the_name_stays(visit: Visits) -> None:
    page = visit()
    page.get_by_label("账号").fill("zhao.zhishu")
    page.get_by_label("密码").fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("账号")).to_have_value("zhao.zhishu")
    expect(page.get_by_label("密码")).to_be_focused()


def test_whoever_tries_too_often_is_told_how_long_to_wait(visit: Visits) -> None:
    page = visit()
    page.get_by_label("账号").fill("nobody.here")
    wait = page.get_by_role("button", name=re.compile("秒后可以再试"))
    for _ in range(12):
        page.get_by_label("密码").fill("wrong")
        with page.expect_response("**/sessions"):
            page.get_by_role("button", name="登录").click()
        # The page has taken the answer in when the refused password is gone.
        expect(page.get_by_label("密码")).to_have_value("")
        if wait.count():
            break
    expect(wait).to_be_visible()
    expect(wait).to_have_attribute("aria-disabled", "true")


def test_gaps_are_counted_and_lead_to_their_fields(visit: Visits) -> None:
    page = visit("zheng.lianyi", at="/start/trip_request")
    page.get_by_role("button", name="发起", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("处需要修改")
    summary.get_by_role("link", name=re.compile("^目的地")).click()
    expect(field_of(page, "目的地")).to_be_focused()
    expect(field_of(page, "目的地")).to_have_attribute("aria-invalid", "true")
    field_of(page, "目的地").fill("海西市")
    expect(summary.get_by_role("link", name=re.compile("^目的地"))).to_have_count(0)


def test_conditions_and_sums_follow_what_is_typed(visit: Visits) -> None:
    page = visit("zheng.lianyi", at="/start/trip_request")
    expect(field_of(page, "车牌号")).to_have_count(0)
    page.get_by_text("自驾").click()
    expect(field_of(page, "车牌号")).to_be_visible()
    page.get_by_role("textbox", name="金额").fill("0.1")
    page.get_by_role("button", name="添加一项").click()
    page.get_by_role("textbox", name="金额").nth(1).fill("12.4")
    expect(page.locator("[data-field=total] output")).to_have_text("12.5")
    page.get_by_role("button", name="第 2 项上移").click()
    expect(page.get_by_role("textbox", name="金额").first).to_have_value("12.4")
    page.get_by_role("button", name="删除第 1 项").click()
    expect(page.locator("[data-field=total] output")).to_have_text("0.1")


def test_a_start_that_a_rule_forbids_names_the_rule(visit: Visits) -> None:
    page = visit("zheng.lianyi")
    ask_for_a_trip(page, "远方", visit.desk.today, visit.desk.today + timedelta(days=20))
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("一次出差不能超过十五天。")
    expect(refusal).to_contain_text("差旅办法第三条")
    expect(field_of(page, "目的地")).to_have_value("远方")


def test_a_gate_speaks_at_its_field_with_the_clause(visit: Visits) -> None:
    today = visit.desk.today
    visit.desk.is_reviewed(visit.desk.is_asked_for_a_trip("限额市"))
    secretary = visit("zhao.zhishu")
    open_task(secretary, "赴限额市出差")
    field_of(secretary, "审批日期").fill(today.isoformat())
    field_of(secretary, "批准金额（元）").fill("9999")
    decide(secretary, "同意")
    at_field = secretary.locator("[data-field=granted]")
    expect(at_field).to_contain_text("批准金额超过了申请金额。")
    expect(at_field).to_contain_text("差旅办法第八条")
    expect(field_of(secretary, "批准金额（元）")).to_have_value("9999")


def test_a_late_entry_asks_for_its_reason_and_a_second_person(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("补录乡")
    visit.desk.lets_pass("P14D")
    reviewer = visit("wu.zuwei")
    open_task(reviewer, "赴补录乡出差")
    field_of(reviewer, "初审日期").fill((visit.desk.today - timedelta(days=14)).isoformat())
    reason = field_of(reviewer, "补录原因")
    expect(reason).to_be_visible()
    reviewer.locator("[data-action=outcome-pass]").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("请说明补录原因。")
    reason.fill("当时系统停用，纸质记录已存档。")
    decide(reviewer, "通过")
    expect(reviewer.get_by_text("已提交：通过。")).to_be_visible()


def test_the_second_of_two_people_hears_who_was_first_and_loses_nothing(visit: Visits) -> None:
    today = visit.desk.today
    visit.desk.is_asked_for_a_trip("争先市")
    first, second = visit("wu.zuwei"), visit("wu.zuwei")
    for page in (first, second):
        open_task(page, "赴争先市出差")
        field_of(page, "初审日期").fill(today.isoformat())
    field_of(second, "初审意见").fill("行程合理，费用合规。")
    decide(first, "通过")
    expect(first.get_by_text("已提交：通过。")).to_be_visible()
    decide(second, "通过")
    refusal = second.get_by_role("alert")
    expect(refusal).to_contain_text("吴组委")
    expect(second.get_by_text("您填写的内容仍保留在本页。")).to_be_visible()
    expect(field_of(second, "初审意见")).to_have_value("行程合理，费用合规。")


def test_a_session_that_ended_is_renewed_in_place(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("续签市")
    reviewer = visit("wu.zuwei")
    open_task(reviewer, "赴续签市出差")
    field_of(reviewer, "初审日期").fill(visit.desk.today.isoformat())
    with reviewer.expect_response("**/preview"):
        field_of(reviewer, "初审意见").fill("写到一半，会话到期。")
    with reviewer.expect_response("**/draft"):
        reviewer.evaluate("dispatchEvent(new Event('online'))")  # else it goes out within a quarter of a minute

    def ends(route: Route) -> None:
        # Before the act, a look in the background might be refused first and cover its button.
        reviewer.context.clear_cookies()
        route.continue_()

    reviewer.route("**/completion", ends, times=1)
    reviewer.locator(".lh-actions").get_by_role("button", name="通过", exact=True).click()
    reviewer.get_by_role("dialog").get_by_role("button", name="通过", exact=True).click()
    dialog = reviewer.get_by_role("dialog", name="请重新登录")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("账号")).to_have_value("wu.zuwei")
    dialog.get_by_label("密码").fill(str(visit.desk.office.people["wu.zuwei"]["password"]))
    dialog.get_by_role("button", name="登录", exact=True).click()
    # The act itself goes out again by itself.
    expect(reviewer.get_by_text("已提交：通过。")).to_be_visible()


def test_what_was_typed_survives_a_reload(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("草稿市")
    reviewer = visit("wu.zuwei")
    open_task(reviewer, "赴草稿市出差")
    field_of(reviewer, "初审意见").fill("先写一半")
    reviewer.reload()
    expect(field_of(reviewer, "初审意见")).to_have_value("先写一半")
    expect(reviewer.get_by_text("已恢复您上次未提交的内容。")).to_be_visible()
    reviewer.get_by_role("button", name="不用这份草稿").click()
    expect(field_of(reviewer, "初审意见")).to_have_value("")


def test_what_is_not_there_says_so_in_one_sentence(visit: Visits) -> None:
    page = visit("wu.zuwei", at="/me")
    page.goto("/tasks/01900000-0000-7000-8000-000000000000")
    expect(page.get_by_role("alert")).to_contain_text("没有找到")
    page.goto("/no/such/page")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()


def test_a_person_without_the_permission_sees_no_audit(visit: Visits) -> None:
    page = visit("wu.zuwei")
    expect(page.get_by_role("link", name="审计", exact=True)).to_have_count(0)
    page.goto("/audit")
    expect(page.get_by_text("只有审计人员可以使用此页")).to_be_visible()


def test_signing_in_anew_in_another_tab_does_not_strand_this_one(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("两页市")
    page = visit("wu.zuwei")
    open_task(page, "赴两页市出差")
    field_of(page, "初审日期").fill(visit.desk.today.isoformat())
    token, _ = visit.desk.office.sign_in(visit.desk.store, "wu.zuwei")
    cookie = session_cookie(visit.desk.store.settings)
    page.context.add_cookies([{"name": cookie, "value": token, "url": visit.desk.url, "httpOnly": True}])
    decide(page, "通过")
    expect(page.get_by_text("已提交：通过。")).to_be_visible()


def test_a_draft_follows_its_writer_to_another_browser_and_nobody_else(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("搬家市")
    page = visit("wu.zuwei")
    open_task(page, "赴搬家市出差")
    field_of(page, "初审意见").fill("在办公室写的半句")
    with page.expect_response("**/draft"):
        page.locator("main").get_by_role("link", name="待办").click()
    elsewhere = visit("wu.zuwei")
    open_task(elsewhere, "赴搬家市出差")
    expect(field_of(elsewhere, "初审意见")).to_have_value("在办公室写的半句")


def test_a_claimed_task_shows_who_has_it_until_it_is_given_back(visit: Visits) -> None:
    visit.desk.is_reviewed(visit.desk.is_asked_for_a_trip("认领市"))
    page = visit("zhao.zhishu")
    open_task(page, "赴认领市出差")
    page.get_by_role("button", name="认领").click()
    expect(page.get_by_text("您已认领此任务。")).to_be_visible()
    page.get_by_role("button", name="放回").click()
    expect(page.get_by_role("button", name="认领")).to_be_visible()


def test_a_refused_confirmation_goes_back_with_its_reason(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("退回市")
    desk.is_reviewed(case)
    desk.completes("zhao.zhishu", case, {"approved_on": desk.today.isoformat(), "granted": 500}, "agree")
    deputy = visit("chen.jijian")
    open_task(deputy, "赴退回市出差")
    decide(deputy, "不通过，退回填报人", "金额与发票不符。")
    expect(deputy.get_by_text("已退回填报人。")).to_be_visible()
    secretary = visit("zhao.zhishu")
    open_task(secretary, "赴退回市出差")
    expect(field_of(secretary, "批准金额（元）")).to_have_value("500")
    expect(secretary.get_by_text("金额与发票不符。").first).to_be_visible()
