"""Notices in a real browser: the bell, how somebody is told, and the administrator's channels."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import update

from engine import couriers, tables
from tests.engine.post_office import Post
from tests.pages.conftest import Visits
from tests.pages.test_access import EVERYTHING, axe


def test_an_administrator_makes_a_channel_and_somebody_is_told_by_mail(visit: Visits, post: Post) -> None:
    desk = visit.desk
    admin = visit("xie.xitong", at="/channels")
    admin.locator("[data-action=add-channel]").click()
    sheet = admin.get_by_role("dialog")
    sheet.get_by_label("名称", exact=True).fill("单位邮件")
    sheet.get_by_label("服务器").fill("127.0.0.1")
    sheet.get_by_label("端口").fill(str(post.port))
    sheet.get_by_label("加密").select_option("none")
    sheet.locator("[data-action=save-channel]").click()
    expect(sheet.get_by_text("请填写完整的邮箱地址。")).to_be_visible()
    found = axe(admin, EVERYTHING)
    sheet.get_by_label("发件地址").fill("liuhen@office.example")
    sheet.locator("[data-action=save-channel]").click()
    expect(admin.get_by_role("heading", name="单位邮件")).to_be_visible()
    admin.get_by_label("测试邮件的收件人").fill("xie@office.example")
    admin.locator("[data-action=test-channel]").click()
    expect(admin.get_by_text("测试消息已发出。")).to_be_visible()
    found += axe(admin, EVERYTHING)

    couriers.tick(desk.store)  # what others were asked for before is told before anybody wants mail
    reviewer = visit("wu.zuwei", at="/me/notices")
    reviewer.get_by_label("邮箱").fill("wu@office.example")
    reviewer.get_by_role("combobox", name="临期提醒").select_option("off")
    reviewer.locator("[data-action=save-notices]").click()
    expect(reviewer.get_by_text("已保存。")).to_be_visible()
    found += axe(reviewer, EVERYTHING)

    desk.is_asked_for_a_trip("铃声市")
    couriers.tick(desk.store)
    assert [m["To"] for m in post.kept] == ["xie@office.example", "wu@office.example"]
    reviewer.goto("/cases")
    bell = reviewer.locator("[data-action=bell]")
    expect(bell).to_contain_text(re.compile(r"\d"))
    bell.click()
    list_ = reviewer.get_by_role("dialog", name="通知")
    expect(list_.get_by_role("link", name=re.compile("赴铃声市出差"))).to_be_visible()
    found += axe(reviewer, EVERYTHING)
    list_.get_by_role("link", name=re.compile("赴铃声市出差")).click()
    expect(reviewer.get_by_role("heading", level=1)).to_contain_text("赴铃声市出差")
    expect(list_).to_be_hidden()
    post.refuses["wu@office.example"] = "550 5.1.1 no such mailbox"
    desk.is_asked_for_a_trip("回声市")
    couriers.tick(desk.store)
    post.refuses.clear()
    admin.reload()
    admin.get_by_text("未送达的消息").click()
    admin.locator("[data-action=send-again]").click()
    expect(admin.get_by_text("将立即重新发送。")).to_be_visible()
    expect(admin.locator("[data-action=send-again]")).to_have_count(0)
    couriers.tick(desk.store)
    assert [m["To"] for m in post.kept][2:] == ["wu@office.example"]
    with desk.store.transaction() as db:
        db.execute(update(tables.notice_deliveries).values(status="unknown"))
    admin.reload()
    admin.get_by_text("未送达的消息").click()
    admin.locator("[data-action=send-again]").first.click()
    expect(admin.get_by_role("dialog")).to_contain_text("对方可能收到两次")
    found += axe(admin, EVERYTHING)
    admin.locator("[data-action=send-again-sure]").click()
    expect(admin.get_by_text("将立即重新发送。")).to_be_visible()
    admin.get_by_role("button", name="停用").click()
    expect(admin.get_by_text("已停用")).to_be_visible()
    assert not found, "\n".join(found)


def test_on_a_phone_notices_have_a_page_of_their_own(visit: Visits) -> None:
    visit.desk.is_asked_for_a_trip("口袋市")
    phone = visit("wu.zuwei", phone=True, language="en")
    phone.locator(".lh-bottom-item", has_text="Notices").tap()
    first = phone.get_by_role("link", name=re.compile("赴口袋市出差"))
    expect(first).to_be_visible()
    found = axe(phone, EVERYTHING)
    box = first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("[data-action=read-all]").tap()
    expect(phone.locator(".lh-bottom-item", has_text="Notices").locator(".lh-badge")).to_have_count(0)
    phone.get_by_role("button", name="Unread").tap()
    expect(phone.get_by_text("Nothing unread")).to_be_visible()
    phone.get_by_role("link", name="How I am told").tap()
    expect(phone.get_by_role("heading", name="How I am told")).to_be_visible()
    assert not found, "\n".join(found)
