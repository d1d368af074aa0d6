"""The door and one's own security, as people meet them: two steps, a lost phone, a forgotten password, a provider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from api.demonstration import PASSWORD
from engine import accounts, tables
from engine.actors import Actor
from engine.settings import Provider as Configured
from tests.api.provider import CLIENT, SECRET, Provider
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

NEW = "quite another long phrase"


@pytest.fixture
def provider(desk: Desk) -> Iterator[Provider]:
    """A provider on loopback, a designer who must have a second factor; afterwards the house is as it was."""
    usual = desk.store.settings
    with Provider() as found:
        one = Configured("office", found.issuer, CLIENT, SECRET, "统一身份认证")
        desk.store.settings = replace(usual, providers=(one,), second_factor=frozenset({"designer"}))
        yield found
    desk.store.settings = usual


def sign_in(page: Page, name: str, password: str) -> None:
    page.locator("#sign-in-name").fill(name)
    page.locator("#sign-in-password").fill(password)
    page.locator("form button[type=submit]").click()


def code(secret: str, periods: int = 0) -> str:
    return pyotp.TOTP(secret).at(accounts.machine_time() + timedelta(seconds=30 * periods))


def enrols(page: Page, confirm: str) -> tuple[str, list[str]]:
    """Through the steps to the recovery codes; the code of the period before is used up."""
    page.locator("[data-action=factor-begin]").click()
    secret = page.locator("[data-secret]").inner_text().replace(" ", "")
    page.get_by_label(confirm, exact=True).fill(code(secret, -1))
    page.locator("[data-action=factor-confirm]").click()
    listed = page.locator(".lh-recovery li")
    expect(listed).to_have_count(10)
    codes = listed.all_inner_texts()
    assert axe(page, EVERYTHING) == []
    page.get_by_role("checkbox").check()
    page.locator("[data-action=codes-kept]").click()
    return secret, codes


def test_a_second_factor_is_switched_on_asked_for_and_lost(visit: Visits, desk: Desk) -> None:
    page = visit("he.yangli", at="/me")
    page.get_by_role("link", name="登录与安全").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与安全")
    page.locator("[data-action=factor-enrol]").click()
    secret, codes = enrols(page, "验证码")
    expect(page.get_by_text("还剩 10 个恢复码。")).to_be_visible()

    phone = visit(phone=True)
    sign_in(phone, "he.yangli", PASSWORD)
    expect(phone.get_by_role("heading", name="两步验证")).to_be_visible()
    assert axe(phone, EVERYTHING) == []
    phone.get_by_label("验证码", exact=True).fill("000000")
    phone.get_by_role("button", name="登录", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("验证码不正确")
    phone.get_by_label("验证码", exact=True).fill(code(secret))
    phone.get_by_role("button", name="登录", exact=True).click()
    expect(phone.locator(".lh-bottom")).to_be_visible()

    lost = visit(language="en")
    sign_in(lost, "he.yangli", PASSWORD)
    lost.get_by_role("button", name="Use a recovery code").click()
    lost.get_by_label("Recovery code", exact=True).fill(codes[0])
    lost.get_by_role("button", name="Sign in", exact=True).click()
    expect(lost.locator(".lh-side")).to_be_visible()
    lost.goto("/me/security")
    expect(lost.get_by_text("9 recovery codes are left.")).to_be_visible()
    lost.get_by_role("button", name=re.compile("^End the sign-in of")).first.click()
    expect(lost.get_by_role("button", name=re.compile("^End the sign-in of"))).to_have_count(1)
    lost.locator("[data-action=factor-remove]").click()
    dialog = lost.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_label("Code or recovery code").fill(codes[1])
    dialog.get_by_role("button", name="Switch it off").click()
    expect(lost.get_by_role("button", name="Switch it on")).to_be_visible()


def test_a_password_is_forgotten_and_set_by_a_link(visit: Visits, desk: Desk) -> None:
    page = visit(phone=True)
    page.get_by_role("button", name="忘记密码").click()
    expect(page.get_by_text("请联系系统管理员")).to_be_visible()
    with desk.store.transaction() as db:
        account = db.execute(select(tables.accounts.c.id).where(tables.accounts.c.name == "chu.zhishu")).scalar_one()
        token, _ = accounts.begin_reset(db, Actor.operator(), desk.store.moment(db), account)
    page.goto(accounts.link(desk.url, token))
    page.get_by_label("新密码", exact=True).fill("short")
    page.get_by_label("再次输入新密码").fill("another")
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_text("两次输入的新密码不一致。")).to_be_visible()
    page.get_by_label("再次输入新密码").fill("short")
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_text("密码须为 12 至 128 个字符。")).to_be_visible()
    assert axe(page, EVERYTHING) == []
    for label in ("新密码", "再次输入新密码"):
        page.get_by_label(label, exact=True).fill(NEW)
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_text("密码已设置")).to_be_visible()
    page.get_by_role("link", name="登录").click()
    sign_in(page, "chu.zhishu", NEW)
    expect(page.locator(".lh-bottom")).to_be_visible()


def test_a_designer_links_a_provider_and_must_have_a_second_factor(
    visit: Visits, desk: Desk, provider: Provider
) -> None:
    page = visit(language="en")
    page.locator("[data-action=sign-in-office]").click()
    expect(page.get_by_role("alert")).to_contain_text("No open account is linked to this identity")
    assert "#" not in page.url
    sign_in(page, desk.office.designer, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Switch on a second factor first")
    secret, _ = enrols(page, "Code")
    expect(page.locator(".lh-side")).to_be_visible()
    page.goto("/me/security")
    page.get_by_role("button", name="Link 统一身份认证").click()
    page.get_by_role("dialog").get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("The identity was linked.")
    expect(page.get_by_role("button", name="Unlink 统一身份认证")).to_be_visible()
    assert axe(page, EVERYTHING) == []

    again = visit(phone=True)
    again.locator("[data-action=sign-in-office]").click()
    again.get_by_label("验证码", exact=True).fill(code(secret))
    again.get_by_role("button", name="登录", exact=True).click()
    expect(again.locator(".lh-bottom")).to_be_visible()


def test_an_administrator_links_somebody_elses_identity_with_a_second_person(
    visit: Visits, desk: Desk, provider: Provider
) -> None:
    person = desk.office.people["lyu.shifan"]["person_id"]
    admin = visit("xie.xitong", phone=True, at=f"/admin/people/{person}")
    admin.locator("[data-action=link-identity]").tap()
    sheet = admin.get_by_role("dialog")
    sheet.locator("[data-action=propose-identity]").tap()
    expect(sheet.get_by_text("请填写或选择此项")).to_have_count(2)
    sheet.get_by_label("身份标识").fill("lyu-7")
    sheet.get_by_label("理由").fill("新入职")
    assert axe(admin, EVERYTHING) == []
    assert admin.evaluate("document.documentElement.scrollWidth") <= 390
    sheet.locator("[data-action=propose-identity]").tap()
    expect(admin.get_by_text(re.compile("^已提出，等待"))).to_be_visible()
