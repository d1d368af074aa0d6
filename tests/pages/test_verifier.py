"""``tools/verify.html``: the page judges every bundle of the corpus as the Python tool does, without a network."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from engine import exports
from engine.actors import Actor
from engine.log import sealing
from tests.pages.conftest import DESK, PHONE, Desk
from tests.verification import bundles
from tests.verification.bundles import FORGERIES, GOOD, LOG
from tools import verify_bundle

PAGE = Path(verify_bundle.__file__).with_name("verify.html")


@pytest.fixture(scope="module")
def alone(browser: Browser) -> Iterator[Page]:
    """The page as it lies on a disk, in a browser that is not allowed any network."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", offline=True)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto(PAGE.as_uri())
    yield page
    context.close()
    assert broken == []


def judged(page: Page, name: str, raw: bytes) -> set[tuple[str, str]]:
    """What the page finds: ``(rule, place)``."""
    page.locator("#bundle").set_input_files({"name": f"{name}.zip", "mimeType": "application/zip", "buffer": raw})
    expect(page.locator("#result")).to_have_attribute("data-done", f"{name}.zip")
    rows = page.locator("[data-rule]").evaluate_all("all => all.map(e => [e.dataset.rule, e.dataset.place])")
    return {(rule, place) for rule, place in rows}


def by_python(raw: bytes) -> set[tuple[str, str]]:
    return {(one["rule"], one["place"]) for one in verify_bundle.verify(io.BytesIO(raw), []).findings}


def test_the_page_and_the_tool_agree_on_every_bundle(alone: Page) -> None:
    corpus = [(name, make()) for name, make in GOOD.items()] + [(one.name, one.made()) for one in FORGERIES]
    differ = {}
    for number, (name, raw) in enumerate(corpus):
        theirs, ours = judged(alone, f"{number}", raw), by_python(raw)
        if theirs != ours:
            differ[name] = {"page alone": theirs - ours, "tool alone": ours - theirs}
    assert differ == {}


def test_signatures_are_checked_where_the_browser_cannot(browser: Browser) -> None:
    context = browser.new_context(offline=True)
    context.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page = context.new_page()
    page.goto(PAGE.as_uri())
    assert judged(page, "good", bundles.parts().packed()) == set()
    assert judged(page, "bad", bundles.parts().seal(bundles.STRANGER).packed()) == {
        ("manifest_signature", "manifest.note")
    }
    context.close()


def test_a_pinned_key_and_a_checkpoint_from_elsewhere(alone: Page) -> None:
    made = bundles.parts(log=bundles.STRANGER, witnesses=[], quorum=0)
    expect(alone.locator("html")).to_have_attribute("lang", "zh-CN")
    assert judged(alone, "forged whole", made.packed()) == set()
    expect(alone.locator("[data-limit=no_pinned_key]")).to_be_visible()
    alone.get_by_text("核对密钥和检查点").click()
    alone.get_by_label("您信任的密钥").fill(LOG.vkey)
    assert ("manifest_signature", "manifest.note") in judged(alone, "pinned", made.packed())
    fork = bundles.checkpoint(bundles.parts().manifest["checkpoint"]["size"], bytes(32), LOG)
    alone.locator("#other").set_input_files({"name": "fork.txt", "mimeType": "text/plain", "buffer": fork})
    assert judged(alone, "fork", bundles.parts().packed()) == {("fork", "--checkpoint")}
    alone.get_by_label("您信任的密钥").fill("no key")
    alone.locator("#bundle").set_input_files({"name": "x.zip", "mimeType": "application/zip", "buffer": b""})
    expect(alone.locator("#report")).to_contain_text("有一行不是密钥")
    alone.get_by_label("您信任的密钥").fill("")


def test_it_reads_well_on_a_desk_and_on_a_phone_in_both_languages(alone: Page) -> None:
    for size in (DESK, PHONE):
        alone.set_viewport_size(size)
        judged(alone, f"wide {size['width']}", bundles.parts(witnesses=[]).packed())
        faults = Axe().run(alone).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
        width = alone.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]
        alone.locator("#tongue").click()
        expect(alone.locator("h1")).to_have_text(
            "Verify a sealed bundle of Liuhen" if size is DESK else "流痕封存包验证"
        )


def test_the_house_serves_it_under_a_policy_that_lets_nothing_else_run(browser: Browser, desk: Desk) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"{desk.url}/verify.html")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert judged(page, "good", bundles.parts().packed()) == set()
    real = exported(desk, desk.is_asked_for_a_trip("封存"))
    assert by_python(real) == set()
    assert judged(page, "real", real) == set()
    shown = page.locator("dl div").evaluate_all("all => all.map(e => e.lastChild.textContent)")
    assert "1" in shown  # the procedure's own files have the hash that its entry names
    dice = random.Random(3)  # noqa: S311 - repeatable
    for number, path in enumerate(("entries.jsonl", "values.json", "proofs.json", "checkpoint.txt")):
        spoilt = damaged(real, path, dice)
        assert judged(page, f"spoilt {number}", spoilt) == by_python(spoilt) != set()
    context.close()


def exported(desk: Desk, case: str) -> bytes:
    """The bundle of a case as the house makes it."""
    sealing.seal(desk.store)
    wanted = exports.Wanted("bundle", (case,), "for a test", "zh")
    with exports.made(desk.store, Actor.operator(), wanted) as made:
        return bytes(made.file.read())


def damaged(raw: bytes, path: str, dice: random.Random) -> bytes:
    """The bundle with one letter or figure of a file exchanged, and packed again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = bytearray(old.read(info))
            if info.filename == path:
                at = dice.choice([n for n, byte in enumerate(content) if chr(byte).isdigit()])
                content[at] = ord("7") if content[at] != ord("7") else ord("8")
            new.writestr(info.filename, bytes(content))
    return stream.getvalue()
