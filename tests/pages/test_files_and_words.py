"""A paper is attached at the desk, issued and signed on the phone, and printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from api import folders
from engine.actors import Actor
from tests.engine.contents import PDF, PNG
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

PAPER = Path(__file__).parents[1] / "stories" / "procedures" / "signed_paper"


@pytest.fixture(scope="module")
def papers(desk: Desk) -> Desk:
    """The office with the procedure that asks for attachments and signatures."""
    folders.publish(desk.store, Actor.operator(), PAPER)
    return desk


def asked_for(desk: Desk, paper: str) -> str:
    rows = [{"office": f"样例第{n}单位", "copies": n} for n in range(1, 41)]
    body = {"definition": "signed_paper", "unit": "B071", "data": {"paper": paper, "readers": rows}}
    return str(desk.does("lin.ceshi", "POST", "/cases", body)["id"])


def task_of(desk: Desk, name: str, case: str) -> str:
    return str(desk.does(name, "GET", f"/tasks?case={case}")["items"][0]["id"])


def draws(pad: Locator, *, page: Page) -> None:
    """A stroke with a pointer across the field."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    for share in (0.4, 0.6, 0.8):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * (0.9 - share))
    page.mouse.up()


def test_a_paper_from_the_upload_to_the_print(visit: Visits, papers: Desk) -> None:
    case = asked_for(papers, "关于值班的通知")
    page = visit("wu.zuwei", at=f"/tasks/{task_of(papers, 'wu.zuwei', case)}")
    page.locator("[data-action=submit-task]").click()
    expect(page.get_by_text("请至少上传 1 个附件").first).to_be_visible()
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "坏.pdf", "mimeType": "application/pdf", "buffer": PNG})
    expect(page.get_by_text("文件内容不是 pdf 格式")).to_be_visible()
    page.get_by_role("button", name="取消上传“坏.pdf”").click()
    both: list[FilePayload] = [
        {"name": "通知.pdf", "mimeType": "application/pdf", "buffer": PDF},
        {"name": "图.png", "mimeType": "image/png", "buffer": PNG},
    ]
    chooser.set_input_files(both)
    expect(page.get_by_role("button", name="查看“通知.pdf”")).to_be_visible()
    page.get_by_role("button", name="查看“图.png”").click()
    expect(page.get_by_role("dialog").get_by_role("img", name="图.png")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="查看“通知.pdf”").click()
    expect(page.get_by_role("dialog").locator("iframe")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="撤下“图.png”").click()
    expect(page.get_by_role("button", name="查看“图.png”")).to_have_count(0)
    page.get_by_label("留言内容").fill("请核对日期")
    page.locator("[data-action=comment]").click()
    expect(page.locator(".lh-comments")).to_contain_text("请核对日期")
    page.locator("[data-action=copy]").click()
    sheet = page.get_by_role("dialog")
    sheet.locator("[data-action=send-copy]").click()
    expect(sheet.get_by_text("请选择至少一人。")).to_be_visible()
    sheet.get_by_role("combobox").fill("冯监票")
    sheet.get_by_role("option", name=re.compile("冯监票")).click()
    sheet.locator("[data-action=send-copy]").click()
    expect(page.get_by_text(re.compile("^已抄送"))).to_be_visible()
    assert axe(page, EVERYTHING) == []
    page.locator("[data-action=submit-task]").click()
    expect(page).to_have_url(re.compile(r"/$"))

    task = task_of(papers, "zhao.zhishu", case)
    phone = visit("zhao.zhishu", phone=True, at=f"/tasks/{task}")
    phone.locator("[data-action=outcome-agree]").tap()
    sheet = phone.get_by_role("dialog")
    sheet.get_by_role("textbox").first.fill("同意签发，请及时送达。")
    sheet.locator("[data-action=keep-phrase]").tap()
    expect(sheet.get_by_role("button", name="同意签发，请及时送达。")).to_be_visible()
    sheet.locator("[data-action=submit]").tap()
    expect(sheet.get_by_text("请先签名。")).to_be_visible()
    sheet.get_by_label("手写签名").check()
    draws(sheet.locator(".lh-pad"), page=phone)
    assert axe(phone, EVERYTHING) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    sheet.locator("[data-action=submit]").tap()
    expect(phone).to_have_url(re.compile(r"/$"))

    page.goto(f"/cases/{case}?tab=beside")
    expect(page.get_by_text("通知.pdf")).to_be_visible()
    page.locator("[data-action=print]").click()
    paper = page.get_by_role("article", name="审批单")
    expect(paper).to_contain_text("关于值班的通知")
    expect(paper.get_by_role("img", name=re.compile("的手写签名$"))).to_be_visible()
    for said in ("样例第40单位", "同意签发，请及时送达。", "请核对日期", "通知.pdf", "留痕封印"):
        expect(paper).to_contain_text(said)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="主菜单")).to_be_hidden()
    assert page.locator(".lh-paper").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    printed = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 2 <= pages <= 4, pages


def test_a_draft_is_there_on_another_machine(visit: Visits, papers: Desk) -> None:
    case = asked_for(papers, "关于放假的通知")
    where = f"/tasks/{task_of(papers, 'wu.zuwei', case)}"
    papers.does("wu.zuwei", "PUT", f"{where}/draft", {"answers": {}, "opinion": "文稿已核"})
    page = visit("wu.zuwei", at=where)
    expect(page.get_by_text(re.compile("存到服务器的草稿"))).to_be_visible()
    page.get_by_role("button", name="不用这份草稿").click()
    expect(page.get_by_text(re.compile("存到服务器的草稿"))).to_have_count(0)
