"""The three administrators in a real browser: the organisation, accounts, leavers, proposals, keys, parameters."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.pages.conftest import Visits, field_of
from tests.pages.test_access import EVERYTHING, LOOKS, axe


def _fits(phone: Page) -> list[str]:
    """What is wider than the phone, or too small for a thumb."""
    found: list[str] = phone.evaluate(
        """() => [...document.querySelectorAll('main button, main summary, main select, main .lh-tab')]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)
            .map((one) => `too small: ${one.textContent}`)"""
    )
    wide = phone.evaluate("document.documentElement.scrollWidth") > 390
    return [f"{phone.url}: {one}" for one in (*found, *(["wider than the screen"] if wide else []))]


def test_the_system_administrator_tries_a_change_and_the_security_administrator_confirms_it(visit: Visits) -> None:
    system = visit("xie.xitong", at="/admin/units")
    tree = system.get_by_role("tree")
    root = tree.get_by_role("treeitem", name=re.compile("^测试市样例工委"))
    root.focus()
    system.keyboard.press("ArrowRight")
    system.keyboard.press("End")
    expect(system.locator(":focus")).to_contain_text("WC0-PD")
    system.keyboard.press("Home")
    expect(root).to_be_focused()
    system.get_by_role("searchbox").fill("b073")
    third = tree.get_by_role("treeitem", name=re.compile("B073$"))
    third.focus()
    system.keyboard.press("Enter")
    expect(third).to_have_attribute("aria-selected", "true")
    system.get_by_role("searchbox").fill("ylddwdsdzb")
    expect(system.get_by_text("没有符合的组织")).to_be_visible()
    expect(system.get_by_role("heading", name="样例第七单位第三党支部")).to_be_visible()
    found = axe(system, EVERYTHING)

    system.locator("[data-action=rename]").click()
    sheet = system.get_by_role("dialog")
    sheet.locator("[data-action=try-change]").click()
    expect(sheet.get_by_text("名称没有改变。")).to_be_visible()
    field_of(system, "名称").fill("样例第七单位青年党支部")
    sheet.locator("[data-action=try-change]").click()
    expect(sheet.get_by_text("没有任务、流程或规则因此无人可办")).to_be_visible()
    field_of(system, "理由").fill("改革方案第三条")
    found += axe(system, EVERYTHING)
    sheet.locator("[data-action=do-change]").click()
    expect(system.get_by_text("已提出，等待安全管理员核准。")).to_be_visible()
    expect(system.get_by_role("heading", name="样例第七单位第三党支部")).to_be_visible()

    security = visit("zou.anquan", phone=True, dark=True, at="/admin")
    expect(security.locator("[data-role=security_admin]")).to_contain_text("这是您")
    expect(security.locator("[data-role=system_admin]")).to_contain_text("谢系统")
    problems = _fits(security)
    security.get_by_role("link", name=re.compile("^待核准")).first.tap()
    security.get_by_role("link", name=re.compile("青年党支部")).tap()
    expect(security.get_by_text("改革方案第三条")).to_be_visible()
    expect(security.get_by_text("没有任务、流程或规则因此无人可办")).to_be_visible()
    problems += _fits(security)
    found += axe(security, EVERYTHING)
    security.locator("[data-action=confirm-proposal]").tap()
    expect(security.get_by_text("已核准生效").first).to_be_visible()

    system.reload()
    expect(system.get_by_role("heading", name="样例第七单位青年党支部")).to_be_visible()
    history = system.get_by_role("region", name="沿革")
    expect(history).to_contain_text("更名")
    day = system.get_by_label("截至日期")
    day.fill("2026-02-01")
    day.blur()
    expect(system.get_by_text("这是2026年2月1日的情况，不能变更。")).to_be_visible()
    expect(system.get_by_role("heading", name="样例第七单位第三党支部")).to_be_visible()
    expect(system.locator("[data-action=rename]")).to_have_count(0)
    assert not found + problems, "\n".join(found + problems)


def test_a_leaver_hands_over_and_nobody_takes_what_they_may_not(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("移交市")
    archivist = desk.office.people["cao.dangan"]["person_id"]
    system = visit("xie.xitong", phone=True, at="/admin/people")
    system.get_by_role("searchbox").fill("吴组委")
    system.get_by_role("link", name=re.compile("吴组委")).tap()
    expect(system.get_by_role("region", name="账号")).to_contain_text("wu.zuwei")
    expect(system.get_by_role("region", name="任职经历")).to_contain_text("组织委员")
    problems, found = _fits(system), axe(system, EVERYTHING)
    system.locator("[data-action=handover]").tap()
    [task] = desk.does("wu.zuwei", "GET", f"/tasks?case={case}")["items"]
    row = system.locator(f"[data-task='{task['case']['number']}']")
    expect(row).to_be_visible()
    problems += _fits(system)
    found += axe(system, EVERYTHING)
    row.get_by_role("button").tap()
    sheet = system.get_by_role("dialog")
    sheet.get_by_role("searchbox").fill("郑联一")
    # Whoever asked for the trip does not review it.
    expect(sheet.get_by_role("radio", name=re.compile("郑"))).to_be_disabled()
    sheet.get_by_role("searchbox").fill("孙")
    sheet.get_by_role("radio", name=re.compile("孙"), disabled=False).first.check()
    sheet.locator("[data-action=choose-person]").tap()
    expect(sheet).to_have_count(0)
    system.get_by_role("button", name="查看移交后的清单").tap()
    after = system.locator("[data-pane=plan]")
    expect(after).to_contain_text("停用账号：wu.zuwei")

    system.goto(f"/admin/people/{archivist}")
    system.locator("[data-action=reset-password]").tap()
    sheet.locator("[data-action=do-account]").tap()
    expect(sheet.get_by_text("请填写或选择此项。")).to_be_visible()
    field_of(system, "理由").fill("本人忘记密码，已当面核对身份")
    sheet.locator("[data-action=do-account]").tap()
    expect(system.locator("[data-once]")).to_contain_text("/reset#")
    system.locator("[data-action=handover]").tap()
    field_of(system, "理由").fill("退休")
    system.locator("[data-action=plan-handover]").tap()
    system.locator("[data-action=propose-handover]").tap()
    system.get_by_role("main").get_by_role("link", name="查看").tap()
    expect(system.get_by_text("等待核准：安全管理员")).to_be_visible()
    expect(system.locator("[data-action=confirm-proposal]")).to_have_count(0)
    problems += _fits(system)
    system.locator("[data-action=withdraw-proposal]").tap()
    sheet.locator("[data-action=send-answer]").tap()
    expect(system.get_by_text("已撤回").first).to_be_visible()
    assert not found + problems, "\n".join(found + problems)


def test_keys_parameters_and_what_is_another_administrators(visit: Visits) -> None:
    security = visit("zou.anquan", language="en", at="/admin/keys")
    security.locator("[data-action=add-key]").click()
    sheet = security.get_by_role("dialog")
    sheet.locator("[data-action=make-key]").click()
    expect(sheet.get_by_text("Fill in or choose").first).to_be_visible()
    field_of(security, "Name").fill("records system")
    found = axe(security, EVERYTHING)
    sheet.locator("[data-action=make-key]").click()
    expect(security.locator("[data-once]")).to_contain_text("lh_")
    key = security.locator("[data-key='records system']")
    key.get_by_role("button").click()
    security.get_by_role("dialog").locator("[data-action=revoke-key]").click()
    expect(key).to_contain_text("revoked")
    security.goto("/admin/people")
    expect(security.get_by_role("heading", name="This part is another administrator's")).to_be_visible()

    designer = visit("jiang.sheji", at="/admin/parameters?of=recruitment")
    row = designer.locator("[data-parameter=prm_mr_observation_grace_days]")
    row.get_by_role("button").click()
    sheet = designer.get_by_role("dialog")
    sheet.get_by_role("textbox").first.fill("一个月")
    field_of(designer, "理由").fill("工委会议纪要第九号")
    sheet.locator("[data-action=set-parameter]").click()
    expect(sheet.get_by_role("alert")).to_be_visible()
    expect(field_of(designer, "理由")).to_have_value("工委会议纪要第九号")
    found += axe(designer, EVERYTHING)
    sheet.get_by_role("textbox").first.fill("28")
    sheet.locator("[data-action=set-parameter]").click()
    expect(row).to_contain_text("28")
    row.get_by_text("修改记录").click()
    expect(row).to_contain_text("工委会议纪要第九号")

    audit = visit("yu.rizhi", dark=True, at="/admin")
    expect(audit.locator("[data-role=audit_admin]")).to_contain_text("这是您")
    audit.get_by_text("谁有什么权限").click()
    expect(audit.get_by_text("邹安全").last).to_be_visible()
    found += axe(audit, LOOKS)
    audit.get_by_role("navigation", name="管理").get_by_role("link", name="组织机构").click()
    expect(audit.get_by_text("变更由系统管理员办理。")).to_be_visible()
    audit.goto("/admin/units?unit=B071")
    expect(audit.locator("[data-post=branch_secretary]")).to_contain_text("赵支书")
    expect(audit.locator("[data-action=appoint]")).to_have_count(0)
    assert not found, "\n".join(found)
