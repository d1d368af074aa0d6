"""Signing in and out, the session's cookie, and who is told what about themselves."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import SimpleCookie

from sqlalchemy import func, select

from api.app import create_app
from api.demonstration import PASSWORD
from engine import tables
from engine.store import Store
from tests.api.conftest import Browser, House
from tests.together import together


def _signs_in(browser: Browser, name: str, password: str = PASSWORD, **headers: str) -> tuple[int, dict[str, object]]:
    answer = browser.post("/sessions", {"name": name, "password": password}, headers=headers)
    return answer.status_code, answer.json


def test_signing_in_opens_a_session_and_says_who_one_is(lite: House) -> None:
    browser = lite.anonymous()
    answer = browser.post("/sessions", {"name": "zhao.zhishu", "password": PASSWORD})
    assert answer.status_code == 201
    me = answer.json
    assert me["account"]["name"] == "zhao.zhishu"
    assert me["person"]["name"] == "Zhao Zhishu"
    assert [(post["role"], post["unit"]["code"]) for post in me["posts"]] == [("branch_secretary", "B071")]
    assert me["posts"][0]["role_name"] == "branch secretary"
    assert me["permissions"] == []
    assert me["is_virtual_clock"] is True
    assert browser.get("/me").json == me


def test_the_sessions_cookie_is_for_this_host_and_no_script(lite: House) -> None:
    answer = lite.anonymous().post("/sessions", {"name": "zhao.zhishu", "password": PASSWORD})
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["liuhen"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
    assert cookie["domain"] == ""


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(lite: House) -> None:
    store = Store(replace(lite.store.settings, base_url="https://office.example"))
    client = create_app(store).test_client()
    answer = client.post(
        "/api/v1/sessions", json={"name": "zhao.zhishu", "password": PASSWORD}, base_url="https://office.example"
    )
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["__Host-liuhen"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert client.get("/api/v1/me", base_url="https://office.example").status_code == 200
    store.close()


def test_a_new_session_ends_the_one_before_it(lite: House) -> None:
    browser = lite.anonymous()
    _signs_in(browser, "zhao.zhishu")
    before = browser.client.get_cookie("liuhen")
    _signs_in(browser, "zhao.zhishu")
    assert before is not None
    browser.client.set_cookie("liuhen", before.value)
    assert browser.get("/me").status_code == 401


def test_an_unknown_name_and_a_wrong_password_are_refused_alike(lite: House) -> None:
    wrong = _signs_in(lite.anonymous(), "zhao.zhishu", "wrong-password-1")
    unknown = _signs_in(lite.anonymous(), "nobody.here", "wrong-password-1")
    assert wrong == unknown
    assert wrong[0] == 401
    assert wrong[1]["code"] == "err_wrong_credentials"


def test_a_refused_try_is_counted_until_it_has_to_wait(house: House) -> None:
    answers = [_signs_in(house.anonymous(), "zhao.zhishu", "wrong-password-1") for _ in range(6)]
    assert [status for status, _ in answers] == [401] * 5 + [429]
    throttled = house.anonymous().post("/sessions", {"name": "zhao.zhishu", "password": PASSWORD})
    assert (throttled.status_code, throttled.json["code"]) == (429, "err_throttled")
    assert int(throttled.headers["Retry-After"]) > 0
    with house.store.reading() as db:
        entries = tables.entries
        blocked = select(func.count()).select_from(entries).where(entries.c.kind == "account.blocked")
        assert db.execute(blocked).scalar_one() == 1


def test_signing_in_from_a_foreign_page_is_refused(lite: House) -> None:
    status, problem = _signs_in(lite.anonymous(), "zhao.zhishu", PASSWORD, **{"Sec-Fetch-Site": "cross-site"})
    assert (status, problem["code"]) == (403, "err_csrf")


def test_after_signing_out_the_cookie_is_worth_nothing(lite: House) -> None:
    browser = lite.browser("zhao.zhishu")
    token = browser.client.get_cookie("liuhen")
    assert token is not None
    answer = browser.delete("/sessions/current")
    assert answer.status_code == 204
    assert browser.client.get_cookie("liuhen") is None
    browser.client.set_cookie("liuhen", token.value)
    assert browser.get("/me").status_code == 401


def test_moving_the_offices_clock_signs_nobody_out(lite: House) -> None:
    browser = lite.browser("zhao.zhishu")
    assert browser.put("/clock", {"now": "2028-03-02T09:00:00+08:00"}).status_code == 200
    assert browser.get("/me").json["today"] == "2028-03-02"


def test_a_new_password_ends_every_other_session(lite: House) -> None:
    here, there = lite.browser("zhao.zhishu"), lite.browser("zhao.zhishu")
    new = "a-new-long-password-9"
    assert here.put("/me/password", {"old": "wrong", "new": new}).json["code"] == "err_wrong_password"
    assert here.put("/me/password", {"old": PASSWORD, "new": "short"}).status_code == 422
    assert here.put("/me/password", {"old": PASSWORD, "new": new}).status_code == 204
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 401
    assert _signs_in(lite.anonymous(), "zhao.zhishu")[0] == 401
    assert _signs_in(lite.anonymous(), "zhao.zhishu", new)[0] == 201


def test_a_wrong_old_password_counts_as_one_at_a_sign_in(lite: House) -> None:
    here, new = lite.browser("zhao.zhishu"), "a-new-long-password-9"
    tries = together(*(lambda: here.put("/me/password", {"old": "wrong", "new": new}) for _ in range(2)))
    tries += [here.put("/me/password", {"old": "wrong", "new": new}) for _ in range(4)]
    assert [one.status_code for one in tries] == [403] * 5 + [429]
    right = here.put("/me/password", {"old": PASSWORD, "new": new})
    assert (right.status_code, right.json["code"]) == (429, "err_throttled")
    assert int(right.headers["Retry-After"]) > 0
    assert _signs_in(lite.anonymous(), "zhao.zhishu")[0] == 429


def test_one_sees_ones_own_sessions_and_language(lite: House) -> None:
    here = lite.browser("zhao.zhishu")
    lite.browser("zhao.zhishu")
    assert len(here.get("/me/sessions").json["items"]) == 2
    assert here.put("/me/language", {"language": "en"}).status_code == 204
    assert here.get("/me", headers={"Accept-Language": "zh"}).json["language"] == "en"
    assert here.put("/me/language", {"language": "fr"}).status_code == 422
    del here.headers["Accept-Language"]
    silent = here.get("/units/NOTHING")
    assert (silent.json["detail"], silent.headers["Content-Language"]) == ("There is no unit NOTHING.", "en")
