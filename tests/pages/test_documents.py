"""An official document is read, printed in its customary form, looked up in the register, and made void."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import folders
from engine.actors import Actor
from tests.engine.test_documents import pdf_text
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

EXCHANGE = Path(__file__).parents[1] / "stories" / "procedures" / "exchange"
REQUEST = "关于接收林测试同志为中共预备党员的请示"


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A request that the secretary has signed."""
    folders.publish(desk.store, Actor.operator(), EXCHANGE)
    found = str(desk.does("wu.zuwei", "POST", "/cases", {"definition": "exchange", "unit": "B071", "data": {}})["id"])
    desk.completes("zhao.zhishu", found, {})
    return found


def test_a_document_from_the_case_to_the_print(visit: Visits, case: str) -> None:
    page = visit("zhao.zhishu", at=f"/cases/{case}")
    listed = page.get_by_role("region", name="公文")
    expect(listed.get_by_role("link")).to_have_count(2)
    listed.get_by_role("link", name=re.compile(REQUEST)).click()
    paper = page.get_by_role("article", name="请示")
    for said in (REQUEST, "B071请〔2026〕1号", "签发人：", "附件：", "1. 支部大会决议", "联系人：", "印发"):
        expect(paper).to_contain_text(said)
    assert axe(page, EVERYTHING) == []
    expect(page.locator("[data-action=void-document]")).to_have_count(0)
    answer = page.context.request.get(page.locator("[data-document-pdf]").evaluate("one => one.href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert REQUEST in pdf_text(answer.body()).replace("\n", "")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("article")).to_contain_text("We ask for instructions.")
    page.get_by_role("link", name="中文").click()
    expect(paper).to_contain_text("妥否，请批示。")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="主菜单")).to_be_hidden()
    expect(page.locator(".lh-official-bar")).to_be_hidden()
    assert page.locator(".lh-official").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    printed = page.pdf(prefer_css_page_size=True)
    # Chromium's own PDF writes some characters as their look-alikes among the radicals.
    said = unicodedata.normalize("NFKC", pdf_text(printed))
    assert "— 1 —" in said
    assert "— 2 —" not in said
    assert REQUEST in said.replace("\n", "")


def test_the_document_fits_a_phone(visit: Visits, case: str, desk: Desk) -> None:
    document = desk.does("zhao.zhishu", "GET", f"/cases/{case}/documents")["items"][0]["id"]
    phone = visit("zhao.zhishu", phone=True, at=f"/documents/{document}")
    expect(phone.get_by_role("article", name="请示")).to_contain_text(REQUEST)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(phone, EVERYTHING) == []


def test_the_register_is_there_for_whoever_keeps_it(visit: Visits, case: str, desk: Desk) -> None:
    auditor = visit(desk.office.auditor)
    auditor.get_by_role("navigation", name="主菜单").get_by_role("link", name="发文登记").click()
    row = auditor.get_by_role("row", name=re.compile("B071请〔2026〕1号"))
    expect(row).to_contain_text(REQUEST)
    expect(row).to_contain_text("已使用")
    assert axe(auditor, EVERYTHING) == []
    other = visit("zhao.zhishu")
    expect(other.get_by_role("navigation", name="主菜单").get_by_role("link", name="发文登记")).to_have_count(0)
