"""Administration at the doors: accounts found and changed, two persons, a retry that acts once, what is set."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import api
from api import administration, doctor
from engine import accounts, tables
from engine.settings import Settings
from tests.api.conftest import House

SYSTEM, SECURITY, AUDIT, AUDITOR = "xie.xitong", "zou.anquan", "yu.rizhi", "qi.shenji"


def items(house: House, path: str, by: str = SYSTEM) -> list[dict[str, Any]]:
    answer = house.browser(by).get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def account(house: House, name: str) -> dict[str, Any]:
    (found,) = [i for i in items(house, f"/accounts?q={name}") if i["name"] == name]
    return found


def test_accounts_are_found_by_name_unit_and_state(house: House) -> None:
    zhao = account(house, "zhao.zhishu")
    assert (zhao["state"], zhao["is_administrator"], zhao["unit"]["code"]) == ("active", False, "B071")
    assert zhao["posts"][0]["role"] == "branch_secretary"
    assert account(house, SECURITY)["is_administrator"]
    assert zhao["person"]["number"] in {i["person"]["number"] for i in items(house, "/accounts?unit=B071&state=active")}
    without = items(house, "/accounts?state=none&limit=3")
    assert [(i["id"], i["state"], i["sessions"]) for i in without] == [(None, "none", 0)] * 3
    first = house.browser(SYSTEM).get("/accounts?limit=2").json
    second = house.browser(SYSTEM).get(f"/accounts?limit=2&cursor={first['next']}").json
    assert first["items"][1]["person"]["number"] < second["items"][0]["person"]["number"]
    assert items(house, "/accounts?state=locked") == []
    with house.store.transaction() as db:
        claim = accounts.look_up(db, "zhao.zhishu", "192.0.2.1")
        later = accounts.machine_time().replace(year=2999)
        for subject, _ in claim.subjects:
            row = {"subject": subject, "failures": 99, "blocked_until": later, "updated_at": later}
            db.execute(tables.throttles.insert().values(**row))
    assert [i["name"] for i in items(house, "/accounts?state=locked")] == ["zhao.zhishu"]
    freed = house.browser(SYSTEM).post(f"/accounts/{zhao['id']}/unlocking")
    assert (freed.json["state"], items(house, "/accounts?state=locked")) == ("active", [])


def test_an_account_is_made_with_a_link_and_ended_at_once(house: House) -> None:
    admin = house.browser(SYSTEM)
    someone = items(house, "/accounts?state=none&unit=B071&limit=1")[0]["person"]
    made = admin.post("/accounts", {"person": someone["number"], "name": "New.Member"})
    assert made.status_code == 201, made.text
    assert (made.json["account"]["name"], made.json["account"]["person"]["id"]) == ("new.member", someone["id"])
    token = made.json["link"].partition("#")[2]
    password = "ein langes Wort 47"
    anybody = house.anonymous()
    assert anybody.post("/password-resets/completion", {"token": token, "password": password}).status_code == 204
    signed_in = anybody.post("/sessions", {"name": "new.member", "password": password})
    assert signed_in.status_code == 201, signed_in.text
    assert account(house, "new.member")["sessions"] == 1
    assert admin.delete(f"/accounts/{made.json['account']['id']}/sessions").json == {"ended": 1}
    assert anybody.get("/me").status_code == 401
    again = admin.post("/accounts", {"person": someone["number"], "name": "new.member2"})
    assert again.json["code"] == "err_account_exists"
    path = f"/accounts/{made.json['account']['id']}"
    assert admin.post(f"{path}/disabling", {"reason": "left"}).json["state"] == "disabled"
    assert admin.post(f"{path}/disabling", {"reason": "left"}).json["code"] == "err_account_disabled"
    assert admin.post(f"{path}/password-reset", {"reason": "?"}).json["code"] == "err_account_closed"
    assert anybody.post("/sessions", {"name": "new.member", "password": password}).status_code == 401
    assert admin.post(f"{path}/enabling", {"reason": "back"}).json["state"] == "active"
    link = admin.post(f"{path}/password-reset", {"reason": "forgotten"})
    assert (link.status_code, "/reset#" in link.json["link"]) == (200, True)
    assert admin.post(f"{path}/second-factor-reset", {"reason": "lost"}).json["code"] == "err_second_factor_off"
    assert house.browser(SECURITY).post(f"{path}/disabling", {"reason": "no"}).status_code == 403


def test_whoever_closes_the_account_of_the_only_one_who_is_asked_has_the_task_looked_at(house: House) -> None:
    case = house.case("lin.ceshi")
    task = house.task(case, "review")
    zhao = account(house, "zhao.zhishu")
    done = house.browser(SYSTEM).post(f"/accounts/{zhao['id']}/disabling", {"reason": "away for long"})
    assert done.json["state"] == "disabled"
    with house.store.reading() as db:
        t = tables.timers.c
        rows = db.execute(tables.timers.select().where(t.task_id == task, t.purpose == "vacant")).all()
    assert len(rows) == 1


def test_what_takes_two_persons_is_answered_with_the_proposal_and_a_retry_acts_once(house: House) -> None:
    admin, security = house.browser(SYSTEM), house.browser(SECURITY)
    audit = account(house, AUDIT)
    path, once = f"/accounts/{audit['id']}/password-reset", {"headers": {"Idempotency-Key": "the-second-look"}}
    waits = admin.post(path, {"reason": "forgotten"})
    assert (waits.status_code, waits.json["status"]) == (202, "proposed")
    token = waits.json["once"].partition("#")[2]
    fit = {"token": token, "password": "ein langes Wort 48"}
    assert house.anonymous().post("/password-resets/completion", fit).json["code"] == "err_reset_link"
    assert "once" not in admin.get(f"/proposals/{waits.json['id']}").json, "it is shown once"
    assert "hash" not in str(security.get(f"/proposals/{waits.json['id']}").json["plan"])
    assert admin.post(path, {"reason": "again"}).json["code"] == "err_already_proposed"
    first = security.post(f"/proposals/{waits.json['id']}/confirm", {}, **once)
    assert first.status_code == 200, first.text
    assert security.post(f"/proposals/{waits.json['id']}/confirm", {}, **once).json == first.json
    assert security.post(f"/proposals/{waits.json['id']}/confirm", {}).json["code"] == "err_already_decided"
    assert house.anonymous().post("/password-resets/completion", fit).status_code == 204

    key = {"name": "exports", "scopes": ["read", "cases.read_all"], "is_program": True, "reason": "nightly"}
    waits = security.post("/keys", key)
    assert (waits.status_code, waits.json["once"][:3]) == (202, "lh_")
    program = {"Authorization": f"Bearer {waits.json['once']}"}
    asked = house.app.test_client(use_cookies=False)
    assert asked.get("/api/v1/cases", headers=program).status_code == 401
    assert admin.post(f"/proposals/{waits.json['id']}/confirm", {}).status_code == 200
    assert asked.get("/api/v1/cases", headers=program).status_code == 200
    assert security.post("/keys", {"name": "narrow", "scopes": ["read"], "is_program": True}).status_code == 201
    assert house.browser("zhao.zhishu").post("/keys", {**key, "name": "mine"}).status_code == 403

    someone = next(i["person"]["number"] for i in items(house, "/accounts?state=none&unit=B071") if not i["posts"])
    post = {"person": someone, "role": "security_admin", "unit": "WC0", "reason": "two are needed"}
    waits = admin.post("/posts", post)
    assert security.post(f"/proposals/{waits.json['id']}/confirm", {}).status_code == 200
    made = admin.post("/accounts", {"person": someone, "name": "second.security", "reason": "appointed"})
    assert (made.status_code, made.json["kind"]) == (202, "account.create"), "nobody makes an administrator alone"
    assert security.post(f"/proposals/{made.json['id']}/confirm", {}).status_code == 200
    assert account(house, "second.security")["is_administrator"]
    told = [p["kind"] for p in items(house, "/proposals", AUDITOR)]
    assert told == ["account.create", "post.appoint", "key.create", "account.reset"]
    assert house.program(SYSTEM, "read", "write", "accounts.manage").post(path, {"reason": "x"}).json["code"] == (
        "err_needs_a_person"
    )


def test_any_act_of_the_table_can_be_seen_beforehand_and_proposed(house: House) -> None:
    admin = house.browser(SYSTEM)
    kinds = {k["kind"]: k for k in items(house, "/proposals/kinds")}
    assert kinds["person.leave"]["confirmers"] == ["security administrator"]
    assert kinds["duties.publish"]["proposers"] == ["security administrator"]
    plan = {"changes": [{"kind": "dissolve", "unit": "B072"}]}
    seen = admin.post("/proposals", {"kind": "organisation.change", "plan": plan, "reason": "too few", "preview": True})
    assert (seen.status_code, seen.json["id"], seen.json["hindrance"]) == (200, None, None)
    assert "is dissolved" in seen.json["summary"]
    assert items(house, "/proposals") == []
    waits = admin.post("/directory/changes", {**plan, "reason": "too few"})
    assert waits.status_code == 202, waits.text
    assert house.browser(SECURITY).post(f"/proposals/{waits.json['id']}/confirm", {}).status_code == 200
    assert admin.get("/units/B072").json["status"] == "dissolved"
    leave = {"changes": [{"kind": "leave", "person": account(house, "zhao.zhishu")["person"]["id"]}], "reason": "x"}
    assert admin.post("/directory/changes", leave).json["code"] == "err_leaver"
    for body in ({"kind": "magic", "plan": {}}, {"kind": "account.reset", "plan": {"account": "x"}}):
        assert admin.post("/proposals", {**body, "reason": "x"}).status_code == 422
    assert (
        admin.post("/proposals", {"kind": "duties.publish", "plan": {"content": "{}"}, "reason": "x"}).status_code
        == 403
    )


def test_what_is_set_is_shown_and_no_secret(lite: House) -> None:
    shown = {i["name"]: i for i in items(lite, "/settings")}
    assert (shown["LIUHEN_PROPOSAL_HOURS"]["value"], shown["LIUHEN_PROPOSAL_HOURS"]["unit"]) == (72, "hours")
    assert shown["LIUHEN_FILE_MAX"]["value"] == 25
    assert lite.store.settings.secret_key not in str(shown)
    names = {f.name for f in dataclasses.fields(Settings)}
    assert names == set(administration.SHOWN) | administration.KEPT_BACK, "each is shown, or kept back on purpose"
    roles = {i["role"]: i for i in items(lite, "/permissions", SECURITY)}
    assert [h["name"] for h in roles["system_admin"]["holders"]] == ["Xie Xitong"]
    assert "see" not in roles["audit_admin"]["permissions"][0]["text"]
    own = [{p["id"] for p in roles[r]["permissions"]} for r in ("system_admin", "security_admin", "audit_admin")]
    assert not own[0] & own[1] | own[1] & own[2] | own[0] & own[2], "nothing is allowed to two of the three"


def test_parameters_say_their_range_and_clauses(lite: House) -> None:
    (one,) = [p for p in items(lite, "/definitions/errand/parameters") if p["id"] == "prm_er_days"]
    assert (one["is_sensitive"], one["choices"], one["clauses"]) == (False, [], one["clauses"])
    designer = lite.browser(lite.office.designer)
    assert (
        designer.put("/definitions/errand/parameters/prm_er_days", {"value": 9, "reason": "local"}).status_code == 200
    )
    (change,) = items(lite, "/definitions/errand/parameters/prm_er_days/history")
    assert (change["was"], change["value"], change["reason"]) == (one["value"], 9, "local")
    assert designer.get("/definitions/errand/parameters/nothing/history").status_code == 404


def test_the_doctor_says_where_an_administrator_is_missing(lite: House) -> None:
    assert "no_administrator" not in [c.rule for c in doctor.examine(lite.store)]
    with lite.store.transaction() as db:
        a = tables.accounts.c
        db.execute(tables.accounts.update().where(a.name == AUDIT).values(disabled_at=accounts.machine_time()))
    (told,) = [c for c in doctor.examine(lite.store) if c.rule == "no_administrator"]
    assert told.text.en == "there is no audit administrator who can sign in"
    assert "liuhen account" in told.action.en


VERBS = re.compile(
    r"\b(actors\.(appoint|end_post)|duties\.publish|rules\.set_parameter|reorganising\.carry_out"
    r"|accounts\.(create|disable|enable|begin_reset|reset_second_factor|reset_password))\("
)
ON_THE_MACHINE = {"cli", "demonstration", "folders", "live_cases", "office"}
"""What runs on the server itself, where nobody may be there to confirm."""


def test_no_door_does_by_itself_what_may_take_two_persons() -> None:
    doors = [path for path in sorted(Path(api.__file__).parent.glob("*.py")) if path.stem not in ON_THE_MACHINE]
    assert len(doors) > 30
    found = {path.name: VERBS.findall(path.read_text("utf-8")) for path in doors}
    assert {name: verbs for name, verbs in found.items() if verbs} == {}
