"""The first stage of member recruitment at the screen: the letter, who may hand it in, and the first talk."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.engine.contents import PDF
from tests.pages.conftest import Visits, decide, field_of, open_task, pick


def _write_letter(page: Page, name: str, number: str, born_on: str, gender: str) -> None:
    """Fill in the letter of application; the applicant is already the person who writes."""
    page.goto("/start/recruitment")
    field_of(page, "姓名（与身份证一致）").fill(name)
    field_of(page, "公民身份号码").fill(number)
    field_of(page, "出生日期").fill(born_on)
    page.get_by_text(gender, exact=True).click()
    field_of(page, "民族").fill("汉族")
    field_of(page, "学历").select_option(label="大学本科")
    field_of(page, "身份").select_option(index=1)
    page.get_by_text("工作、学习单位的党组织").click()
    page.get_by_label(re.compile("^承认党的纲领和章程")).check()
    page.get_by_label("在本系统党组织中没有近亲属").check()


def test_the_letter_is_taken_in_and_the_first_talk_is_held(visit: Visits) -> None:
    today = visit.desk.today.isoformat()
    applicant = visit("lin.ceshi")
    _write_letter(applicant, "林测试", "999999199605050027", "1996-05-05", "女")
    applicant.get_by_role("button", name="发起", exact=True).click()
    expect(applicant.get_by_text("已发起，编号")).to_be_visible()
    expect(applicant.get_by_role("heading", name="第一阶段")).to_be_visible()

    commissioner = visit("wu.zuwei")
    open_task(commissioner, "发展党员：林测试")
    field_of(commissioner, "收到日期").fill(today)
    for box in commissioner.locator("main input[type=checkbox]").all():
        box.check()
    scan: FilePayload = {"name": "入党申请书.pdf", "mimeType": "application/pdf", "buffer": PDF}
    commissioner.locator("input[type=file]").first.set_input_files(scan)
    expect(commissioner.get_by_role("button", name="查看“入党申请书.pdf”")).to_be_visible()
    decide(commissioner, "受理")
    expect(commissioner.get_by_text("已提交：受理。")).to_be_visible()

    # The next step is the same person's: the page has gone on to it by itself.
    expect(commissioner.get_by_role("heading", name="党组织派人谈话")).to_be_visible()
    field_of(commissioner, "谈话日期").fill(today)
    field_of(commissioner, "地点").fill("支部会议室")
    pick(commissioner, "谈话人", "郑联一")
    said = "谈话围绕入党动机、学习工作情况、家庭和社会关系展开，申请人如实回答了各项问题，态度端正，愿意接受组织培养。"
    field_of(commissioner, "谈话情况（不少于50字）").fill(said)
    field_of(commissioner, "申请人的认识和态度").fill("端正")
    decide(commissioner, "已谈话")
    expect(commissioner.get_by_text("已提交：已谈话。")).to_be_visible()

    applicant.reload()
    expect(applicant.locator(".lh-step-done")).to_have_count(2)
    expect(applicant.get_by_role("link", name="条款")).to_have_count(0)

    # Clause by clause; and what was recorded is corrected by two persons, the second of them on a phone.
    case = applicant.url.split("/cases/")[1].split("?")[0]
    commissioner.goto(f"/cases/{case}?tab=clauses")
    letter = commissioner.get_by_role("region", name=re.compile("^年满十八周岁"))
    expect(letter.get_by_text("符合", exact=True)).to_be_visible()
    commissioner.goto(f"/cases/{case}?tab=data")
    commissioner.locator("summary", has_text="党组织派人谈话").click()
    commissioner.get_by_role("button", name="更正", exact=True).click()
    field_of(commissioner, "地点").fill("党员活动室")
    commissioner.get_by_role("button", name="提出更正").click()
    dialog = commissioner.get_by_role("dialog")
    dialog.get_by_label("更正理由").fill("地点写错")
    dialog.get_by_role("button", name="提出更正").click()
    expect(commissioner.get_by_text("待核准")).to_be_visible()
    secretary = visit("sun.shuji", phone=True, at=f"/cases/{case}")
    secretary.get_by_role("button", name="核准更正").click()
    secretary.get_by_role("dialog").get_by_role("button", name="核准更正").click()
    expect(secretary.get_by_text("已更正").first).to_be_visible()


def test_whoever_is_under_age_hears_the_rule_and_the_day_from_which_they_may(visit: Visits) -> None:
    page = visit("shi.weiman")
    _write_letter(page, "施未满", "999999200808290042", "2008-08-29", "女")
    page.get_by_role("button", name="发起", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("未满十八周岁")
    at_field = page.locator("[data-field=applied_on]")
    expect(at_field).to_contain_text("最早可于2026年8月29日")
    expect(at_field.locator(".lh-clause")).to_contain_text("年满十八周岁")
    expect(field_of(page, "姓名（与身份证一致）")).to_have_value("施未满")


def test_a_wrong_identity_number_is_noticed_before_anything_is_sent(visit: Visits) -> None:
    page = visit("lin.ceshi")
    _write_letter(page, "林测试", "999999199605050028", "1996-05-05", "女")
    page.get_by_role("button", name="发起", exact=True).click()
    expect(page.locator("[data-field=id_number]")).to_contain_text("公民身份号码有误")
