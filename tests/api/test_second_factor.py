"""The second factor at the doors: enrolled, asked for after the password, demanded of a post, switched off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import select, update

from api.demonstration import PASSWORD
from api.second_factor import FRESH
from engine import accounts, tables, trail
from tests.api.conftest import Browser, House

NAME = "zhao.zhishu"


def code(secret: str, periods: int = 0) -> str:
    return pyotp.TOTP(secret).at(accounts.machine_time() + timedelta(seconds=30 * periods))


def enrol(browser: Browser, **sent: Any) -> tuple[str, list[str]]:
    """The secret and the recovery codes of whoever is signed in; the code of the period before is used up."""
    begun = browser.post("/me/second-factor", sent)
    assert begun.status_code == 201, begun.text
    secret = begun.json["secret"]
    done = browser.post("/me/second-factor/confirmation", {"code": code(secret, -1)})
    assert done.status_code == 200, done.text
    return secret, done.json["recovery_codes"]


def sign_in(house: House, name: str = NAME) -> tuple[Browser, int]:
    """A browser that has given the password, and the status it got."""
    browser = house.anonymous()
    answer = browser.post("/sessions", {"name": name, "password": PASSWORD})
    if answer.status_code == 201:
        browser.headers["X-CSRF-Token"] = answer.json["csrf"]
    return browser, answer.status_code


def test_one_signs_in_in_two_steps(house: House) -> None:
    here, there = house.browser(NAME), house.browser(NAME)
    assert here.get("/me/second-factor").json == {
        "is_on": False,
        "since": None,
        "recovery_left": 0,
        "is_demanded": False,
        "asks_password": False,
    }
    begun = here.post("/me/second-factor", {}).json
    assert begun["uri"] == f"otpauth://totp/Liuhen:{NAME}?secret={begun['secret']}&issuer=Liuhen"
    assert begun["qr"]["path"].startswith("M2 2h1v1h-1z")
    wrong = here.post("/me/second-factor/confirmation", {"code": "000000"})
    assert (wrong.status_code, wrong.json["code"]) == (403, "err_wrong_code")
    secret, codes = enrol(here)
    assert len(codes) == 10
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 401, "sessions without it end"

    browser, status = sign_in(house)
    assert status == 202
    cookie = browser.client.get_cookie("liuhen-half")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert browser.client.get_cookie("liuhen") is None
    assert browser.get("/me").status_code == 401
    browser.client.set_cookie("liuhen", cookie.value)
    assert browser.get("/me").status_code == 401, "half a session is none"
    refused = browser.post("/sessions/code", {"code": "000000"})
    assert (refused.status_code, refused.json["code"]) == (401, "err_wrong_code")
    foreign = browser.post("/sessions/code", {"code": code(secret)}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.json["code"] == "err_csrf"
    done = browser.post("/sessions/code", {"code": code(secret)})
    assert (done.status_code, done.json["account"]["name"]) == (201, NAME)
    assert browser.client.get_cookie("liuhen-half") is None
    assert browser.get("/me").json == done.json
    again, _ = sign_in(house)
    assert again.post("/sessions/code", {"code": code(secret, 0)}).json["code"] == "err_wrong_code", "replayed"
    assert again.post("/sessions/code", {"code": codes[0]}).status_code == 201

    listed = again.get("/me/sessions").json["items"]
    assert [(one["factor"], one["is_current"]) for one in listed] == [
        ("recovery", True),
        ("totp", False),
        ("totp", False),
    ]
    again.headers["X-CSRF-Token"] = again.get("/me").json["csrf"]
    assert house.browser("chu.zhishu").delete(f"/me/sessions/{listed[1]['id']}").status_code == 404
    assert again.delete(f"/me/sessions/{listed[1]['id']}").status_code == 204
    assert again.delete("/me/sessions/0000").status_code == 404
    assert browser.get("/me").status_code == 401

    body = {"password": PASSWORD, "code": codes[1]}
    assert again.post("/me/second-factor/removal", {**body, "password": "wrong"}).json["code"] == "err_wrong_password"
    assert again.post("/me/second-factor/removal", {**body, "code": codes[0]}).json["code"] == "err_wrong_code"
    renewed = again.post("/me/second-factor/recovery-codes", body).json["recovery_codes"]
    assert not set(renewed) & set(codes)
    assert again.post("/me/second-factor/removal", {**body, "code": renewed[0]}).status_code == 204
    assert sign_in(house)[1] == 201
    with house.store.reading() as db:
        entries = [e for e in trail.read(db, trail.OFFICE) if e["kind"].startswith("factor.")]
    assert [e["kind"] for e in entries] == [
        "factor.enrolled",
        "factor.recovered",
        "factor.renewed",
        "factor.removed",
    ]
    assert not any(hidden in str(entries) for hidden in (secret, *codes))


def test_long_after_the_sign_in_the_password_is_asked_for_again(lite: House) -> None:
    browser = lite.browser(NAME)
    long_ago: datetime = accounts.machine_time() - FRESH
    with lite.store.transaction() as db:
        db.execute(update(tables.sessions).values(created_at=long_ago))
    assert browser.get("/me/second-factor").json["asks_password"] is True
    assert browser.post("/me/second-factor", {}).json["code"] == "err_password_needed"
    assert browser.post("/me/second-factor", {"password": "wrong"}).json["code"] == "err_wrong_password"
    enrol(browser, password=PASSWORD)
    program = lite.program("chu.zhishu")
    assert program.post("/me/second-factor", {}).status_code == 403


def test_a_post_may_demand_it_and_nobody_is_locked_out(lite: House) -> None:
    before = lite.browser("jiang.sheji")
    usual = lite.store.settings
    lite.store.settings = replace(usual, second_factor=frozenset({"designer"}))
    assert before.get("/definitions").json["code"] == "err_second_factor_needed", "from the next request on"
    browser, status = sign_in(lite, "jiang.sheji")
    assert status == 201
    assert browser.get("/me").json["must_enrol"] is True
    for method, path in (("GET", "/tasks"), ("GET", "/me/sessions"), ("POST", "/keys"), ("PUT", "/me/password")):
        refused = browser.ask(method, path, json={})
        assert (refused.status_code, refused.json["code"]) == (403, "err_second_factor_needed"), path
    assert browser.get("/me/second-factor").json["is_demanded"] is True
    secret, codes = enrol(browser)
    assert browser.get("/me").json["must_enrol"] is False
    assert browser.get("/tasks").status_code == 200
    other, status = sign_in(lite, "jiang.sheji")
    assert status == 202
    assert other.post("/sessions/code", {"code": code(secret)}).json["must_enrol"] is False
    assert browser.post("/me/second-factor/removal", {"password": PASSWORD, "code": codes[0]}).status_code == 204
    assert browser.get("/tasks").json["code"] == "err_second_factor_needed"
    assert browser.delete("/sessions/current").status_code == 204
    assert lite.browser(NAME).get("/tasks").status_code == 200, "others are not asked"
    assert lite.program("jiang.sheji").get("/tasks").status_code == 200, "a key was made by somebody who was"


def test_a_closed_door_tells_nothing_of_the_second_factor(lite: House) -> None:
    enrol(lite.browser(NAME))
    known = lite.anonymous().post("/sessions", {"name": NAME, "password": "not the password"})
    unknown = lite.anonymous().post("/sessions", {"name": "nobody.here", "password": "not the password"})
    assert (known.status_code, known.json) == (unknown.status_code, unknown.json) == (401, unknown.json)
    late = lite.anonymous().post("/sessions/code", {"code": "123456"})
    assert (late.status_code, late.json["code"]) == (401, "err_half_session")
    with lite.store.reading() as db:
        assert db.execute(select(tables.half_sessions)).all() == []
