"""What can be read: the diagram with its watermark, the entries, the data, the clauses, the seal."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.pages.conftest import Visits


def _watermark_is_uncovered(page: Page) -> bool:
    """bpmn.io's licence asks that its mark stays fully visible and not overlapped: every corner has to be its own."""
    mark = page.locator(".bjs-powered-by")
    mark.scroll_into_view_if_needed()
    return bool(
        mark.evaluate(
            """element => {
                const box = element.getBoundingClientRect();
                const points = [[1, 1], [box.width - 1, 1], [1, box.height - 1], [box.width - 1, box.height - 1],
                    [box.width / 2, box.height / 2]];
                return box.width > 0 && box.height > 0 && points.every(([x, y]) => {
                    const hit = document.elementFromPoint(box.left + x, box.top + y);
                    return hit !== null && (hit === element || element.contains(hit));
                });
            }"""
        )
    )


def test_the_diagram_shows_how_far_the_case_has_come_under_an_uncovered_watermark(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("图上市")
    desk.completes("wu.zuwei", case, {"reviewed_on": desk.today.isoformat()}, "pass")
    for phone in (False, True):
        page = visit("zhao.zhishu", phone=phone, at=f"/cases/{case}?tab=diagram")
        expect(page.locator(".djs-element.lh-done[data-element-id=review]")).to_be_visible()
        expect(page.locator(".djs-element.lh-open[data-element-id=approve]")).to_be_visible()
        expect(page.locator("[data-element-id=report].lh-done")).to_have_count(0)
        assert _watermark_is_uncovered(page)
    page.locator(".lh-legend-row").get_by_role("link").click()
    expect(page.locator(".lh-step-open")).to_contain_text("支部审批")


def test_what_was_done_twice_is_counted_on_the_diagram(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("两次市")
    task = desk.does("wu.zuwei", "GET", f"/tasks?case={case}")["items"][0]["id"]
    body = {"answers": {"reviewed_on": desk.today.isoformat()}, "decision": "back", "opinion": "缺通知"}
    desk.does("wu.zuwei", "POST", f"/tasks/{task}/completion", body)
    desk.completes("zheng.lianyi", case, {"trip_to": "两次市", "corrected": "已补通知"})
    desk.is_reviewed(case)
    page = visit("zhao.zhishu", at=f"/cases/{case}?tab=diagram")
    expect(page.locator(".djs-overlays[data-container-id=review] .lh-times")).to_have_text("×2")
    page.goto(f"/cases/{case}?tab=steps")
    expect(page.locator(".lh-step", has_text="支部初审")).to_contain_text("×2")


def test_the_diagram_speaks_english_to_an_english_reader(visit: Visits) -> None:
    case = visit.desk.is_asked_for_a_trip("Diagram City")
    page = visit("wu.zuwei", language="en", at=f"/cases/{case}?tab=diagram")
    expect(page.locator(".djs-element[data-element-id=review]")).to_contain_text("Review")
    expect(page.locator(".djs-element[data-element-id=lane_branch]")).to_contain_text("Branch")


def test_one_finger_moves_the_diagram_and_not_the_page(visit: Visits) -> None:
    case = visit.desk.is_asked_for_a_trip("触摸市")
    page = visit("wu.zuwei", phone=True, at=f"/cases/{case}?tab=diagram")
    shape = page.locator(".djs-element[data-element-id=review]")
    expect(shape).to_be_visible()
    page.locator(".lh-canvas").scroll_into_view_if_needed()
    before = shape.bounding_box()
    box = page.locator(".lh-canvas").bounding_box()
    assert before is not None
    assert box is not None
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, dx in (("touchStart", 0), ("touchMove", 20), ("touchMove", 60), ("touchEnd", 60)):
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    after = shape.bounding_box()
    assert after is not None
    assert after["x"] - before["x"] > 40


def test_the_timeline_tells_the_case_and_opens_to_the_hash(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("时间市")
    desk.lets_pass("P1D")
    desk.is_reviewed(case)
    page = visit("zhao.zhishu", at=f"/cases/{case}?tab=trail")
    expect(page.get_by_text("郑联一发起了事项。")).to_be_visible()
    expect(page.get_by_text("吴组委办结了“支部初审”")).to_be_visible()
    expect(page.get_by_text(re.compile("间隔24 小时"))).to_be_visible()
    first = page.locator(".lh-entry").first
    first.locator("summary").click()
    expect(first.get_by_text("散列值", exact=True)).to_be_visible()
    expect(first.get_by_text(re.compile("^[0-9a-f]{64}$")).first).to_be_visible()


def test_each_form_can_be_read_again_with_names_and_labels(visit: Visits) -> None:
    desk = visit.desk
    case = desk.is_asked_for_a_trip("表单市")
    desk.is_reviewed(case)
    page = visit("zhao.zhishu", at=f"/cases/{case}?tab=data")
    page.locator("summary", has_text="支部初审").click()
    expect(page.locator(".lh-folded [data-field=reviewed_on]")).to_contain_text("年")
    page.locator("summary", has_text="提出申请").click()
    expect(page.get_by_text("参加全市组织工作会议并作交流发言")).to_be_visible()
    expect(page.get_by_text("个人信息，已封存")).to_have_count(1)


def test_a_case_can_be_withdrawn_with_a_reason(visit: Visits) -> None:
    case = visit.desk.is_asked_for_a_trip("撤回市")
    page = visit("zheng.lianyi", at=f"/cases/{case}")
    page.get_by_role("button", name="撤回申请").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="撤回申请").click()
    expect(sheet.get_by_text("请填写意见。")).to_be_visible()
    sheet.get_by_role("textbox").fill("会议取消，不再出差。")
    sheet.get_by_role("button", name="撤回申请").click()
    expect(page.get_by_text("已撤回").first).to_be_visible()
    expect(page.get_by_role("button", name="撤回申请")).to_have_count(0)


def test_a_designer_reads_a_procedure_with_its_clauses(visit: Visits) -> None:
    page = visit("jiang.sheji", at="/definitions")
    page.get_by_role("link", name=re.compile("出差申请")).click()
    expect(page.locator(".djs-element[data-element-id=review]")).to_be_visible()
    assert _watermark_is_uncovered(page)
    page.get_by_role("link", name="条款", exact=True).click()
    expect(page.get_by_text("一次出差不超过十五日。")).to_be_visible()
    page.get_by_role("link", name="参数", exact=True).click()
    expect(page.get_by_text("一次出差最多天数")).to_be_visible()
    page.get_by_role("link", name="文件", exact=True).click()
    page.get_by_label("文件").last.select_option("rules.json")
    expect(page.locator("pre")).to_contain_text('"clauses"')


def test_an_auditor_verifies_the_seal_and_finds_entries(visit: Visits) -> None:
    case = visit.desk.is_asked_for_a_trip("审计市")
    page = visit("qi.shenji", at="/audit")
    page.get_by_role("button", name="开始核验").click()
    expect(page.get_by_role("alert")).to_contain_text("留痕完整")
    page.get_by_role("region", name="查找记录").get_by_label("类别").select_option("case.started")
    entry = page.locator(".lh-entry").first
    expect(entry).to_contain_text("郑联一发起了事项。")
    entry.get_by_role("link", name="查看此事项").click()
    expect(page).to_have_url(re.compile(f"/cases/{case}"))


def test_language_and_theme_are_chosen_and_remembered(visit: Visits) -> None:
    page = visit("zheng.lianyi", at="/me")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Posts")).to_be_visible()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="现任职务")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录流痕")).to_be_visible()


def test_the_licences_of_all_parts_can_be_read(visit: Visits) -> None:
    page = visit("zheng.lianyi", at="/about")
    page.get_by_text(re.compile("^bpmn-js ")).click()
    said = page.get_by_text(re.compile("source code responsible for displaying the bpmn.io"))
    expect(said.filter(visible=True)).to_have_count(1)
