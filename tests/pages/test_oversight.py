"""Oversight in the browser: the sealed log, proofs worked out in the page, files of a case, holds and erasures."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import log
from engine.xml import safe_xml
from tests.pages.conftest import Desk, Visits
from tests.pages.test_access import EVERYTHING, axe

AUDITOR, SECURITY, AUDIT_ADMIN = "qi.shenji", "zou.anquan", "yu.rizhi"
VERIFIER = Path(__file__).parents[2] / "tools" / "verify_bundle.py"


@pytest.fixture(scope="module")
def trip(desk: Desk) -> dict[str, str]:
    """A journey that two persons refused, so it has ended; with a personal value, and the receipt of its start."""
    first = desk.today + timedelta(days=9)
    data = {
        "trip_to": "芜湖",
        "purpose": "参加全市组织工作会议并作交流发言",
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=1)).isoformat(),
        "transport": "train",
        "chief": desk.office.people["feng.jianpiao"]["person_id"],
        "costs": [{"item": "车票", "amount": "553.50"}],
        "promise": True,
        "contact": {"phone": "13800138000"},
    }
    case = desk.does("zheng.lianyi", "POST", "/cases", {"definition": "trip_request", "data": data})
    desk.is_reviewed(case["id"])
    answer = {
        "answers": {"approved_on": desk.today.isoformat(), "granted": 100},
        "decision": "disagree",
        "opinion": "本月经费已用完",
    }
    for name, way, body in (("zhao.zhishu", "completion", answer), ("chen.jijian", "confirmation", {"agree": True})):
        [task] = desk.does(name, "GET", f"/tasks?case={case['id']}")["items"]
        desk.does(name, "POST", f"/tasks/{task['id']}/{way}", body)
    log.seal(desk.store)
    return {"id": case["id"], "number": case["number"], "receipt": case["receipt"]["note"]}


def steps(page: Page) -> list[str]:
    """What the last proof came to: the steps in their order."""
    expect(page.locator("[data-step]").first).to_be_visible()
    return [str(one.get_attribute("data-step")) for one in page.locator("[data-step]").all()]


def check(page: Page, pasted: str) -> list[str]:
    page.locator("textarea[name=pasted]").fill(pasted)
    page.locator("[data-action=check-pasted]").click()
    return steps(page)


def fits(page: Page) -> None:
    """Nothing sticks out at the side, and everybody can use it."""
    assert axe(page, EVERYTHING) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_what_somebody_holds_is_proved_in_their_browser(visit: Visits, desk: Desk, trip: dict[str, str]) -> None:
    held = desk.does(AUDITOR, "GET", "/trail/checkpoints/newest")
    desk.is_asked_for_a_trip("宣城", days_ahead=11)
    log.seal(desk.store)
    page = visit(AUDITOR, at="/audit/log")
    size = desk.does(AUDITOR, "GET", "/trail/log")["size"]
    expect(page.locator(f"[data-size='{size}']")).to_be_visible()
    expect(page.get_by_text("检查点没有送到任何地方")).to_be_visible()
    assert check(page, trip["receipt"]) == ["signed", "included", "pointSigned"]
    expect(page.get_by_text("回执属实")).to_be_visible()
    assert check(page, held["note"]) == ["signed", "pointSigned", "grown"]
    fits(page)
    # A receipt of another entry, a checkpoint of another root: neither is signed, nor in the log.
    forged = trip["receipt"].replace(trip["id"], desk.is_asked_for_a_trip("别处", days_ahead=12))
    log.seal(desk.store)
    assert check(page, forged) == ["unsigned", "other"]
    expect(page.get_by_text("回执与日志不符")).to_be_visible()
    assert check(page, held["note"].replace(f"\n{held['size']}\n", f"\n{held['size'] - 1}\n"))[0::2] == [
        "unsigned",
        "rewritten",
    ]
    page.locator("textarea[name=pasted]").fill("没有签名的文字")
    page.locator("[data-action=check-pasted]").click()
    expect(page.get_by_text("这不是回执")).to_be_visible()
    # Under keys that they have from elsewhere, nothing of another key counts.
    page.get_by_text("我信任的公钥").click()
    page.locator("textarea[name=pins]").fill("liuhen.test+bd879fea+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("此后只认这些公钥")).to_be_visible()
    assert check(page, trip["receipt"]) == ["unsigned", "included", "pointUnsigned"]
    # An entry of the case, from its own page; the address names it as well.
    page.evaluate("localStorage.removeItem('liuhen.log-keys')")
    page.goto(f"/audit/log?chain={trip['id']}&seq=1")
    page.locator("[data-action=check-entry]").click()
    assert steps(page) == ["hashed", "included", "pointSigned"]
    reviewer = visit("wu.zuwei", at=f"/cases/{trip['id']}?tab=trail", phone=True, language="en")
    reviewer.locator(".lh-entry summary").first.click()
    reviewer.locator("[data-action=prove-entry]").first.click()
    assert steps(reviewer) == ["hashed", "included", "pointSigned"]
    fits(reviewer)


def test_the_next_key_and_a_witness_are_proposed_and_the_page_fits_a_phone(visit: Visits, desk: Desk) -> None:
    keeper = visit(SECURITY, at="/audit", phone=True, language="en")
    expect(keeper).to_have_url(f"{desk.url}/audit/log")
    keeper.locator("[data-action=rotate-key]").click()
    sheet = keeper.get_by_role("dialog")
    sheet.get_by_role("textbox").fill("Two years are over")
    sheet.locator("[data-action=submit]").click()
    expect(sheet).to_have_count(0)
    keeper.locator("[data-action=ask-witness]").click()
    sheet.locator("textarea[name=vkey]").fill("no key")
    sheet.locator("input[name=url]").fill("https://witness.example")
    sheet.locator("textarea[name=reason]").fill("Another pair of eyes")
    sheet.locator("[data-action=propose-witness]").click()
    expect(sheet.get_by_role("alert")).to_be_visible()
    sheet.locator("textarea[name=vkey]").fill("witness.test+c4386e8d+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X")
    sheet.locator("[data-action=propose-witness]").click()
    expect(sheet).to_have_count(0)
    fits(keeper)
    waiting = desk.does(AUDIT_ADMIN, "GET", "/proposals?waiting=true")["items"]
    assert {"log.key", "log.witness"} <= {one["kind"] for one in waiting}
    for one in waiting:
        if one["kind"] in ("log.key", "log.witness"):
            desk.does(AUDIT_ADMIN, "POST", f"/proposals/{one['id']}/refuse", {"reason": "not now"})
    stranger = visit("zhao.zhishu")
    stranger.goto("/audit/log")
    expect(stranger.get_by_text("只有审计人员可以使用此页")).to_be_visible()


FORMATS = ("pdf", "bundle", "json", "xes", "ocel")


@pytest.mark.parametrize(("phone", "formats"), [(False, FORMATS), (True, ("bundle",))], ids=["desk", "phone"])
def test_a_case_comes_down_as_a_file_in_each_format(
    visit: Visits, desk: Desk, trip: dict[str, str], tmp_path: Path, phone: bool, formats: tuple[str, ...]
) -> None:
    page = visit(AUDITOR, at=f"/cases/{trip['id']}", phone=phone, language="en" if phone else "zh")
    for one in formats:
        page.locator("[data-action=export]").click()
        sheet = page.get_by_role("dialog")
        sheet.locator(f"input[value={one}]").check()
        sheet.locator("input[name=purpose]").fill("年度复查")
        if one == formats[0]:
            fits(page)
        with page.expect_download() as coming:
            sheet.locator("[data-action=download]").click()
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        expect(sheet).to_have_count(0)
        content = path.read_bytes()
        assert trip["number"] in path.name
        if one == "pdf":
            assert content.startswith(b"%PDF-")
            assert b"%%EOF" in content[-64:]
        elif one == "bundle":
            [key] = desk.does(AUDITOR, "GET", "/trail/keys")["log"]
            told = subprocess.run(
                [sys.executable, VERIFIER, path, "--key", key["vkey"]], capture_output=True, text=True, check=False
            )
            assert told.returncode == 0, told.stdout + told.stderr
            with zipfile.ZipFile(path) as archive:
                assert json.loads(archive.read("manifest.json"))["cases"][0]["id"] == trip["id"]
        elif one == "xes":
            assert len(list(safe_xml(content, "log.xes").iter("{http://www.xes-standard.org/}trace"))) == 1
        else:
            assert trip["number"] in json.dumps(json.loads(content), ensure_ascii=False)
    kinds = [one["kind"] for one in desk.does(AUDITOR, "GET", f"/trail?chain={trip['id']}")["items"]]
    assert kinds.count("case.exported") >= len(formats)


def confirms(page: Page) -> None:
    """The audit administrator opens what waits and confirms it."""
    page.goto("/admin/proposals")
    page.locator(".lh-task-card").first.click()
    page.locator("[data-action=confirm-proposal]").click()


def test_a_hold_keeps_a_case_from_erasure_until_two_persons_lift_it(
    visit: Visits, desk: Desk, trip: dict[str, str]
) -> None:
    auditor = visit(AUDITOR, at=f"/cases/{trip['id']}")
    auditor.locator("[data-action=erase]").click()
    sheet = auditor.get_by_role("dialog")
    sheet.locator("textarea[name=ground]").fill("本人申请删除")
    sheet.locator("[data-action=erase-now]").click()
    expect(sheet).to_have_count(0)

    # Before it is confirmed, somebody places a hold: on a phone, in English.
    keeper = visit(AUDITOR, at="/audit/holds", phone=True, language="en")
    expect(keeper.get_by_text("No case is under a hold")).to_be_visible()
    keeper.locator("[data-action=place-hold]").click()
    placing = keeper.get_by_role("dialog")
    placing.locator("input[name=case]").fill(trip["number"])
    placing.get_by_role("radio").first.check()
    placing.locator("textarea[name=ground]").fill("诉讼 2026-17")
    fits(keeper)
    placing.locator("[data-action=place-now]").click()
    expect(placing).to_have_count(0)
    expect(keeper.locator("[data-hold]")).to_have_count(1)
    fits(keeper)

    second = visit(AUDIT_ADMIN)
    confirms(second)
    expect(second.get_by_text("事项处于保全状态")).to_be_visible()
    auditor.reload()
    expect(auditor.get_by_text("诉讼 2026-17")).to_be_visible()
    expect(auditor.locator("[data-action=erase]")).to_have_count(0)

    keeper.locator("[data-action=lift-hold]").click()
    lifting = keeper.get_by_role("dialog")
    lifting.get_by_role("textbox").fill("The case is over")
    lifting.locator("[data-action=submit]").click()
    expect(lifting).to_have_count(0)
    expect(keeper.get_by_text("Liftings that wait to be confirmed")).to_be_visible()
    confirms(second)
    expect(second.get_by_text("已生效").or_(second.get_by_text("已核准")).first).to_be_visible()
    keeper.goto("/audit/holds?all=1")
    expect(keeper.get_by_text("Lifted by")).to_be_visible()

    confirms(second)
    expect(second.get_by_text("已生效").or_(second.get_by_text("已核准")).first).to_be_visible()
    auditor.reload()
    expect(auditor.get_by_text("本人申请删除")).to_be_visible()
    held = visit(AUDIT_ADMIN, at="/audit/holds")  # who confirms sees the list, and places nothing
    expect(held.locator("[data-action=place-hold]")).to_have_count(0)
    fits(held)
    readable = desk.does(AUDITOR, "GET", f"/cases/{trip['id']}/trail/at")["values"]
    assert [one["how"] for one in readable if one["field"].startswith("contact")] == ["erased"]


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_who_saw_what_is_seen_over_a_person(visit: Visits, desk: Desk, trip: dict[str, str], phone: bool) -> None:
    page = visit(AUDITOR, at="/audit/reads", phone=phone, language="en" if phone else "zh")
    fits(page)
    desk.does("wu.zuwei", "GET", f"/cases/{trip['id']}")
    box = page.get_by_role("combobox")
    name = "Wu Zuwei" if phone else "吴组委"
    box.fill(name)
    page.get_by_role("option", name=name).first.click()
    expect(page.locator(".lh-audit-reads li").first).to_contain_text(trip["number"])
    fits(page)
