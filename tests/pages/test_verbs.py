"""A paper goes from hand to hand: transferred, entrusted and given back, signed by somebody added, and delegated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from api import folders
from engine.actors import Actor
from tests.pages.conftest import Desk, Visits, field_of
from tests.pages.test_access import EVERYTHING, axe

PROCEDURES = Path(__file__).parents[1] / "stories" / "procedures"


@pytest.fixture(scope="module")
def papers(desk: Desk) -> Desk:
    """The office with a procedure whose steps may be handed over, and one that several countersign."""
    for name in ("paper", "round_of_opinions"):
        folders.publish(desk.store, Actor.operator(), PROCEDURES / name)
    return desk


def drafted(desk: Desk) -> str:
    """A paper whose draft Wu Zuwei is asked for; the id of the case."""
    return str(desk.does("lin.ceshi", "POST", "/cases", {"definition": "paper", "unit": "B071"})["id"])


def task_of(desk: Desk, name: str, case: str) -> str:
    return f"/tasks/{desk.does(name, 'GET', f'/tasks?case={case}')['items'][0]['id']}"


def chooses(sheet: Locator, word: str) -> None:
    sheet.get_by_role("combobox").fill(word)
    sheet.get_by_role("option", name=re.compile(word)).first.click()


def fits(page: Page) -> None:
    assert axe(page, EVERYTHING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_a_paper_is_transferred_entrusted_signed_and_done(visit: Visits, papers: Desk) -> None:
    case = drafted(papers)
    wu = visit("wu.zuwei", at=task_of(papers, "wu.zuwei", case))
    wu.keyboard.press("t")
    sheet = wu.get_by_role("dialog")
    sheet.locator("[data-action=send-transfer]").click()
    expect(sheet.get_by_text("请选择人员。")).to_be_visible()
    expect(sheet.get_by_text("请填写理由。")).to_be_visible()
    chooses(sheet, "陈纪检")
    sheet.get_by_role("textbox", name="理由").fill("本周外出")
    expect(sheet.locator("[data-preview=transfer]")).to_have_text("转办后由陈纪检办理“拟稿”，您不再办理。")
    fits(wu)
    sheet.locator("[data-action=send-transfer]").dblclick()
    expect(wu.get_by_text("已转给陈纪检办理。")).to_have_count(1)

    chen = visit("chen.jijian", phone=True, at=task_of(papers, "chen.jijian", case))
    chen.locator("[data-action=more-verbs]").tap()
    chen.get_by_role("dialog").locator("[data-action=entrust]").tap()
    sheet = chen.get_by_role("dialog")
    chooses(sheet, "吴组委")
    sheet.get_by_role("textbox", name="对其说明").fill("请补全正文")
    fits(chen)
    sheet.locator("[data-action=send-entrust]").tap()
    expect(chen.get_by_text("已委派吴组委办理")).to_be_visible()
    chen.goto("/?box=delegated")
    expect(chen.get_by_text("等待他人")).to_be_visible()

    wu.goto(task_of(papers, "wu.zuwei", case))
    expect(wu.get_by_text("请补全正文").first).to_be_visible()
    field_of(wu, "正文").fill("请示全文")
    wu.locator("[data-action=give-back]").click()
    sheet = wu.get_by_role("dialog")
    sheet.get_by_role("textbox").first.fill("已补全")
    sheet.locator("[data-action=submit]").click()
    expect(wu.get_by_text("已交回陈纪检。")).to_be_visible()

    chen.goto(task_of(papers, "chen.jijian", case))
    expect(field_of(chen, "正文")).to_have_value("请示全文")
    chen.locator("[data-action=more-verbs]").tap()
    chen.get_by_role("dialog").locator("[data-action=add_signer]").tap()
    sheet = chen.get_by_role("dialog")
    chooses(sheet, "赵支书")
    sheet.locator("[data-action=send-add_signer]").tap()
    expect(chen.get_by_text("已请赵支书签署。")).to_be_visible()

    zhao = visit("zhao.zhishu", phone=True, at=task_of(papers, "zhao.zhishu", case))
    zhao.locator("[data-action=consent]").tap()
    zhao.get_by_role("dialog").locator("[data-action=submit]").tap()
    expect(zhao.get_by_text("已签署同意。")).to_be_visible()

    chen.goto(task_of(papers, "chen.jijian", case))
    expect(chen.locator("[data-pane=parts]")).to_contain_text("赵支书 · 前加签")
    chen.locator("[data-action=outcome-send]").tap()
    chen.get_by_role("dialog").locator("[data-action=submit]").tap()
    expect(chen.get_by_text(re.compile("^已提交"))).to_be_visible()


def _adds(page: Page, name: str, mode: str, tap: bool = False) -> None:
    press = Locator.tap if tap else Locator.click
    if tap:
        press(page.locator("[data-action=more-verbs]"))
        press(page.get_by_role("dialog").locator("[data-action=add_signer]"))
    else:
        press(page.locator("[data-action=add_signer]"))
    sheet = page.get_by_role("dialog")
    chooses(sheet, name)
    sheet.get_by_role("radio", name=re.compile(f"^{mode}")).check()
    expect(sheet.locator("[data-preview=add_signer]")).to_contain_text(f"{name}签署")
    fits(page)
    press(sheet.locator("[data-action=send-add_signer]"))
    expect(page.get_by_text(f"已请{name}签署。")).to_be_visible()


def _sends(page: Page, tap: bool = False) -> None:
    press = Locator.tap if tap else Locator.click
    press(page.locator("[data-action=outcome-send]"))
    press(page.get_by_role("dialog").locator("[data-action=submit]"))
    expect(page.get_by_text(re.compile("^已提交"))).to_be_visible()


def test_somebody_signs_beside_while_the_draft_is_done(visit: Visits, papers: Desk) -> None:
    case = drafted(papers)
    where = task_of(papers, "wu.zuwei", case)
    wu = visit("wu.zuwei", at=where)
    field_of(wu, "正文").fill("并签的正文")
    _adds(wu, "赵支书", "并签")
    expect(field_of(wu, "正文")).to_have_value("并签的正文")  # what was typed stays in hand
    expect(wu.locator("[data-pane=parts]")).to_contain_text("赵支书 · 并签")
    _sends(wu)
    wu.goto(where)
    expect(wu.get_by_text("您已办理，等待加签人签署")).to_be_visible()
    zhao = visit("zhao.zhishu", at=task_of(papers, "zhao.zhishu", case))
    expect(zhao.get_by_text("吴组委请您签署（并签）")).to_be_visible()
    expect(zhao.get_by_role("main")).to_contain_text("并签的正文")
    zhao.locator("[data-action=consent]").click()
    zhao.get_by_role("dialog").locator("[data-action=submit]").click()
    expect(zhao.get_by_text("已签署同意。")).to_be_visible()
    assert papers.does("wu.zuwei", "GET", where)["status"] == "completed"


def test_somebody_signs_after_sends_it_back_and_signs_on_a_phone(visit: Visits, papers: Desk) -> None:
    case = drafted(papers)
    where = task_of(papers, "wu.zuwei", case)
    wu = visit("wu.zuwei", phone=True, at=where)
    _adds(wu, "陈纪检", "后加签", tap=True)
    assert papers.does("chen.jijian", "GET", f"/tasks?case={case}")["items"] == []  # not before it is done
    field_of(wu, "正文").fill("后加签的正文")
    _sends(wu, tap=True)
    chen = visit("chen.jijian", phone=True, at=task_of(papers, "chen.jijian", case))
    chen.locator("[data-action=dissent]").tap()
    sheet = chen.get_by_role("dialog")
    sheet.get_by_role("textbox").fill("缺附表")
    fits(chen)
    sheet.locator("[data-action=submit]").tap()
    expect(chen.get_by_text("已签署不同意，退回吴组委。")).to_be_visible()
    wu.goto(where)
    expect(wu.locator("[data-pane=parts]")).to_contain_text("缺附表")
    expect(field_of(wu, "正文")).to_have_value("后加签的正文")
    field_of(wu, "正文").fill("补了附表的正文")
    fits(wu)
    _sends(wu, tap=True)
    chen.goto(task_of(papers, "chen.jijian", case))
    expect(chen.get_by_role("main")).to_contain_text("补了附表的正文")
    chen.locator("[data-action=consent]").tap()
    chen.get_by_role("dialog").locator("[data-action=submit]").tap()
    expect(chen.get_by_text("已签署同意。")).to_be_visible()
    assert papers.does("wu.zuwei", "GET", where)["status"] == "completed"


def test_what_was_entrusted_is_taken_back_and_a_signer_is_removed(visit: Visits, papers: Desk) -> None:
    case = drafted(papers)
    where = task_of(papers, "wu.zuwei", case)
    chen = papers.office.people["chen.jijian"]["person_id"]
    zhao = papers.office.people["zhao.zhishu"]["person_id"]
    papers.does("wu.zuwei", "POST", f"{where}/delegation", {"to": chen})
    wu = visit("wu.zuwei", at=where)
    expect(wu.get_by_text("已委派他人办理，等其交回")).to_be_visible()
    wu.locator("[data-action=fetch-back]").click()
    wu.get_by_role("dialog").get_by_role("textbox").fill("我自己办")
    wu.get_by_role("dialog").locator("[data-action=submit]").click()
    expect(wu.get_by_text("已收回，由您继续办理。")).to_be_visible()
    papers.does("wu.zuwei", "POST", f"{where}/signers", {"add": [chen, zhao], "mode": "parallel"})
    wu.reload()
    wu.get_by_role("button", name="减签：赵支书").click()
    wu.get_by_role("dialog").get_by_role("textbox").fill("不必了")
    wu.get_by_role("dialog").locator("[data-action=submit]").click()
    expect(wu.get_by_role("button", name="减签：赵支书")).to_have_count(0)
    expect(wu.get_by_role("button", name="减签：陈纪检")).to_be_visible()


def test_a_countersignature_is_seen_while_it_runs_and_given_with_two_taps(visit: Visits, papers: Desk) -> None:
    people = [papers.office.people[name]["person_id"] for name in ("wu.zuwei", "zhao.zhishu", "chen.jijian")]
    data = {"subject": "值班", "offices": [{"who": person} for person in people]}
    body = {"definition": "round_of_opinions", "unit": "B071", "data": data}
    case = str(papers.does("lin.ceshi", "POST", "/cases", body)["id"])
    papers.completes("wu.zuwei", case, {}, "agree")
    zhao = visit("zhao.zhishu", phone=True, at=task_of(papers, "zhao.zhishu", case))
    pane = zhao.locator("[data-pane=countersign]")
    expect(pane).to_contain_text("应 3 人，已 1 人")
    expect(pane).to_contain_text("吴组委")
    fits(zhao)
    zhao.locator("[data-action=outcome-agree]").tap()
    zhao.get_by_role("dialog").locator("[data-action=submit]").tap()
    expect(zhao.get_by_text(re.compile("^已提交"))).to_be_visible()
    zhao.goto(task_of(papers, "zhao.zhishu", case))
    expect(pane).to_contain_text("无记名表决")
    expect(pane).not_to_contain_text("吴组委")
    zhao.locator("[data-action=outcome-agree]").tap()
    sheet = zhao.get_by_role("dialog")
    expect(sheet.get_by_text("无记名表决，不留意见。")).to_be_visible()
    expect(sheet.get_by_role("textbox")).to_have_count(0)


def test_somebody_absent_is_stood_in_for(visit: Visits, papers: Desk) -> None:
    zhao = visit("zhao.zhishu", language="en", phone=True, at="/me/delegations")
    day = papers.today.isoformat()

    def asks() -> Locator:
        zhao.locator("[data-action=new-delegation]").tap()
        sheet = zhao.get_by_role("dialog")
        chooses(sheet, "Sun Shuji")
        sheet.get_by_label("Last day (inclusive)").fill(day)
        sheet.get_by_label("Reason").fill("annual leave")
        return sheet

    sheet = asks()
    expect(sheet.get_by_text("What happens then")).to_be_visible()
    sheet.locator("[data-action=send-delegation]").tap()
    expect(zhao.get_by_text("Delegated to Sun Shuji")).to_be_visible()
    sheet = asks()
    sheet.locator("[data-action=send-delegation]").tap()
    expect(sheet.get_by_text(re.compile("it is delegated to Sun Shuji already"))).to_be_visible()
    expect(sheet.get_by_label("Reason")).to_have_value("annual leave")
    zhao.keyboard.press("Escape")
    fits(zhao)
    sun = visit("sun.shuji")
    expect(sun.get_by_text(re.compile("您正代赵支书办理"))).to_be_visible()
    zhao.locator("[data-action=revoke]").tap()
    sheet = zhao.get_by_role("dialog")
    sheet.get_by_role("textbox").fill("back early")
    sheet.locator("[data-action=submit]").tap()
    expect(zhao.get_by_text("The delegation has ended.")).to_be_visible()
