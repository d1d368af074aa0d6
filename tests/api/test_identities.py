"""Signing in by a provider of OpenID Connect, against a real one on loopback that also lies."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from api.app import create_app
from api.demonstration import PASSWORD
from engine import accounts, tables, trail
from engine.accounts import providers
from engine.actors import Actor
from engine.settings import Provider as Configured
from engine.store import Store
from tests.api.conftest import Browser, House
from tests.api.provider import CLIENT, SECRET, Provider
from tests.printed import Contract


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


@pytest.fixture
def office(lite: House, provider: Provider) -> Iterator[House]:
    """An office with two providers: the one on loopback, and one that nobody answers at."""
    configured = Configured("office", provider.issuer, CLIENT, SECRET, "Office login", trusts_factor=True)
    away = Configured("away", "http://127.0.0.1:1/", CLIENT, SECRET, "Away")
    store = Store(replace(lite.store.settings, providers=(configured, away), base_url="http://localhost"))
    app = create_app(store)
    yield House(store, lite.office, app, Contract(app))
    store.close()


WHY = {
    "issuer": "InvalidClaimError iss",
    "issuer missing": "MissingClaimError iss",
    "audience": "InvalidClaimError aud",
    "audience, with our azp": "InvalidClaimError aud",
    "audience missing": "MissingClaimError aud",
    "expired": "ExpiredTokenError exp",
    "from the future": "InvalidClaimError iat",
    "nonce": "InvalidClaimError nonce",
    "nonce missing": "MissingClaimError nonce",
    "subject missing": "MissingClaimError sub",
    "subject empty": "no subject in its ID token",
    "another key": "BadSignatureError",
    "HS256 with the public key": "UnsupportedAlgorithmError",
    "HS256 with the client's secret": "UnsupportedAlgorithmError",
    "alg none": "UnsupportedAlgorithmError",
    "no token at all": "DecodeError",
    "ID token missing": "no ID token in its answer",
    "ID token empty": "no ID token in its answer",
    "error": "OAuthError",
}
"""What operators read of each lie: refused for what is wrong with it, and for nothing else."""


def depart(browser: Browser) -> str:
    answer = browser.post("/sessions/oidc", {"provider": "office"})
    assert answer.status_code == 200, answer.text
    return str(answer.json["url"])


def arrive(browser: Browser, sent: dict[str, str], key: str = "office") -> str:
    """Where the browser is sent on to."""
    answer = browser.get(f"/sessions/oidc/{key}/arrival?{urlencode(sent)}")
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.headers["Location"])


def account_of(house: House, name: str) -> str:
    return str(house.browser(name).get("/me").json["account"]["id"])


def link(house: House, provider: Provider, name: str) -> None:
    with house.store.transaction() as db:
        row = db.execute(select(tables.accounts.c.id).where(tables.accounts.c.name == name)).scalar_one()
        actor, moment = Actor.operator(), house.store.moment(db)
        accounts.link_identity(db, actor, moment, row, provider.issuer, provider.subject)


def sessions(house: House) -> int:
    with house.store.reading() as db:
        return db.execute(select(func.count()).select_from(tables.sessions)).scalar_one()


def test_one_links_who_one_is_and_signs_in_by_it(office: House, provider: Provider) -> None:
    ways = office.anonymous().get("/sessions/ways").json
    assert ways["providers"] == [{"key": "office", "name": "Office login"}, {"key": "away", "name": "Away"}]
    stranger = office.anonymous()
    assert arrive(stranger, provider.agrees(depart(stranger))) == "/#refused=err_identity_unknown"
    assert stranger.get("/me").status_code == 401

    zhao = office.browser("zhao.zhishu")
    wrong = zhao.post("/me/identities", {"provider": "office", "password": "not the password"})
    assert (wrong.status_code, wrong.json["code"]) == (403, "err_wrong_password")
    assert zhao.post("/me/identities", {"provider": "none", "password": PASSWORD}).status_code == 404
    url = zhao.post("/me/identities", {"provider": "office", "password": PASSWORD}).json["url"]
    assert arrive(zhao, provider.agrees(url)) == "/me/security#linked"
    (mine,) = zhao.get("/me/identities").json["items"]
    assert (mine["provider"], mine["name"], mine["subject"]) == ("office", "Office login", "subject-1")

    browser = office.anonymous()
    assert arrive(browser, provider.agrees(depart(browser))) == "/"
    me = browser.get("/me").json
    assert me["account"]["name"] == "zhao.zhishu"
    assert "factor" not in me
    chu = office.browser("chu.zhishu")
    url = chu.post("/me/identities", {"provider": "office", "password": PASSWORD}).json["url"]
    assert arrive(chu, provider.agrees(url)) == "/me/security#refused=err_identity_linked"

    assert chu.delete(f"/me/identities/{mine['id']}").status_code == 404
    assert zhao.delete(f"/me/identities/{mine['id']}").status_code == 204
    assert arrive(stranger, provider.agrees(depart(stranger))) == "/#refused=err_identity_unknown"
    with office.store.reading() as db:
        kinds = [entry["kind"] for entry in trail.read(db, trail.OFFICE)]
    assert kinds[-2:] == ["identity.linked", "identity.unlinked"]


def test_whatever_the_provider_lies_about_nobody_gets_in(
    office: House, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    link(office, provider, "zhao.zhishu")
    before = sessions(office)
    for lie, tell in provider.lies().items():
        provider.tells_the_truth()
        tell()
        browser = office.anonymous()
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="liuhen.accounts"):
            where = arrive(browser, provider.agrees(depart(browser)))
        assert where == "/#refused=err_provider", lie
        assert browser.get("/me").status_code == 401, lie
        (said,) = [record.getMessage() for record in caplog.records]
        assert said == f"provider office refused: {WHY[lie]}", lie
    assert sessions(office) == before
    provider.tells_the_truth()
    providers._known.clear()
    provider.issuer_said = "https://another.example"
    mixed = office.anonymous().post("/sessions/oidc", {"provider": "office"})
    assert (mixed.status_code, mixed.json["code"]) == (401, "err_provider")
    away = office.anonymous().post("/sessions/oidc", {"provider": "away"})
    assert (away.status_code, away.json["code"]) == (401, "err_provider")
    assert "password" in away.json["detail"]


def test_a_state_is_good_once_in_the_browser_that_was_sent(office: House, provider: Provider) -> None:
    link(office, provider, "zhao.zhishu")
    browser, other = office.anonymous(), office.anonymous()
    sent = provider.agrees(depart(browser))
    depart(other)
    strange = "/#refused=err_provider_state"
    assert arrive(other, sent) == strange, "another browser, as a forged sign-in would come"
    assert arrive(office.anonymous(), sent) == strange
    browser_cookie = browser.client.get_cookie("liuhen-visit")
    assert browser_cookie is not None
    assert (browser_cookie.http_only, browser_cookie.same_site) == (True, "Lax")

    url = depart(browser)
    sent = provider.agrees(url)
    assert arrive(browser, {**sent, "state": "x" * 43}) == strange
    sent = provider.agrees(depart(browser))
    assert arrive(browser, sent, key="away") == strange, "another provider answers in its place"
    sent = provider.agrees(depart(browser))
    assert arrive(browser, {**sent, "iss": "https://another.example"}) == strange
    sent = provider.agrees(depart(browser))
    assert arrive(browser, {"state": sent["state"], "error": "access_denied"}) == "/#refused=err_provider_denied"
    sent = provider.agrees(depart(browser))
    kept = browser.client.get_cookie("liuhen-visit")
    assert kept is not None
    assert arrive(browser, sent) == "/"
    browser.client.set_cookie("liuhen-visit", kept.value)
    assert arrive(browser, sent) == strange, "replayed"
    foreign = office.anonymous().post(
        "/sessions/oidc", {"provider": "office"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.json["code"] == "err_csrf"

    zhao, chu = office.browser("zhao.zhishu"), office.browser("chu.zhishu")
    provider.subject = "subject-2"
    url = zhao.post("/me/identities", {"provider": "office", "password": PASSWORD}).json["url"]
    visit = zhao.client.get_cookie("liuhen-visit")
    assert visit is not None
    chu.client.set_cookie("liuhen-visit", visit.value)
    assert arrive(chu, provider.agrees(url)) == "/me/security#refused=err_provider_state", "somebody else's session"
    assert zhao.get("/me/identities").json["items"][0]["subject"] == "subject-1"


def test_the_providers_word_for_a_second_factor_counts_only_where_it_is_trusted(
    office: House, provider: Provider
) -> None:
    link(office, provider, "jiang.sheji")
    settings = replace(office.store.settings, second_factor=frozenset({"designer"}))
    office.store.settings = settings
    browser = office.anonymous()
    assert arrive(browser, provider.agrees(depart(browser))) == "/"
    assert browser.get("/me").json["must_enrol"] is True
    assert browser.get("/definitions").json["code"] == "err_second_factor_needed"
    provider.amr = ["pwd", "mfa"]
    assert arrive(browser, provider.agrees(depart(browser))) == "/"
    assert browser.get("/me").json["must_enrol"] is False
    assert browser.get("/definitions").status_code == 200
    (trusted, away) = settings.providers
    office.store.settings = replace(settings, providers=(replace(trusted, trusts_factor=False), away))
    assert arrive(browser, provider.agrees(depart(browser))) == "/"
    assert browser.get("/me").json["must_enrol"] is True


def test_an_administrator_links_somebodys_identity_with_a_second_person(office: House, provider: Provider) -> None:
    path = f"/accounts/{office.office.accounts['zhao.zhishu']}/identities"
    admin, security = office.browser("xie.xitong"), office.browser("zou.anquan")
    wanted = {"provider": "office", "subject": provider.subject, "reason": "told by the provider"}
    assert security.post(path, wanted).status_code == 403
    assert admin.post(path, {**wanted, "provider": "none"}).json["code"] == "err_provider_unknown"
    waits = admin.post(path, wanted)
    assert (waits.status_code, waits.json["kind"]) == (202, "account.identity")
    browser = office.anonymous()
    assert arrive(browser, provider.agrees(depart(browser))) == "/#refused=err_identity_unknown", "not before"
    assert admin.post(f"/proposals/{waits.json['id']}/confirm", {}).status_code == 403
    assert security.post(f"/proposals/{waits.json['id']}/confirm", {}).status_code == 200
    assert arrive(browser, provider.agrees(depart(browser))) == "/"
    assert browser.get("/me").json["account"]["name"] == "zhao.zhishu"
    (linked,) = admin.get(path).json["items"]
    assert (linked["provider"], linked["subject"]) == ("office", provider.subject)
    assert admin.delete(f"{path}/0000").status_code == 404
    assert admin.delete(f"{path}/{linked['id']}").status_code == 204
    assert arrive(browser, provider.agrees(depart(browser))) == "/#refused=err_identity_unknown"
