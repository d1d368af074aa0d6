"""Notices, preferences and channels over HTTP: who may, what is refused, and that no secret is shown again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from api import doctor
from api.server import carry
from engine import couriers, outbox, tables
from engine.outbox import Notice
from tests.api.conftest import House
from tests.engine.post_office import Desk, Post

ADMIN = "xie.xitong"


def mail(port: int, **more: Any) -> dict[str, Any]:
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "liuhen@office.example", **more}
    return {"kind": "mail", "name": "Mail", "settings": settings}


def hook(url: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "webhook",
        "name": "Hook",
        "settings": {"kinds": ["task.assigned"]},
        "secrets": {"url": url},
        **more,
    }


def test_somebody_is_told_reads_it_and_finds_it_done(house: House) -> None:
    case = house.case()
    zhao = house.browser("zhao.zhishu")
    assert zhao.get("/notices/unread").json == {"unread": 1}
    (item,) = zhao.get("/notices").json["items"]
    assert item["text"] == "You are asked to do “Review”."
    assert item["link"] == f"/tasks/{house.task(case, 'review')}"
    assert item["case"]["title"].endswith("A stamp")
    assert zhao.get("/notices", headers={"Accept-Language": "zh"}).json["items"][0]["text"].startswith("请您办理")
    assert zhao.post("/notices/read", {"ids": [item["id"]]}).json == {"unread": 0}
    assert zhao.get("/notices?unread=true").json["items"] == []
    chen = house.browser("chen.jijian")
    assert chen.get("/notices/unread").json == {"unread": 1}
    house.browser("zhao.zhishu").post(
        f"/tasks/{house.task(case, 'review')}/completion", {"answers": {"note": "Fine"}, "decision": "agree"}
    )
    assert chen.get("/notices/unread").json == {"unread": 0}
    assert chen.get("/notices").json["items"][0]["is_done"] is True


def test_what_is_not_ones_own_is_neither_seen_nor_read(lite: House) -> None:
    lite.case()
    (item,) = lite.browser("zhao.zhishu").get("/notices").json["items"]
    other = lite.browser("chu.zhishu")
    assert other.get("/notices").json["items"] == []
    assert other.post("/notices/read", {"ids": [item["id"]]}).status_code == 200
    assert lite.browser("zhao.zhishu").get("/notices/unread").json == {"unread": 1}
    assert other.post("/notices/read", {"ids": []}).status_code == 422
    assert other.get("/notices?kind=nothing").status_code == 422


def test_a_list_is_given_in_parts(lite: House) -> None:
    for subject in ("One", "Two", "Three"):
        lite.case(subject=subject)
    carry(lite.store)
    zhao = lite.browser("zhao.zhishu")
    first = zhao.get("/notices?limit=2").json
    rest = zhao.get("/notices", query_string={"limit": 2, "cursor": first["next"]}).json
    assert [i["case"]["title"][-3:] for i in first["items"] + rest["items"]] == ["ree", "Two", "One"]
    assert rest["next"] is None
    assert zhao.post("/notices/read", {"all": True}).json == {"unread": 0}


def test_somebody_chooses_how_to_be_told(house: House) -> None:
    post = Post()
    post.start()
    admin, zhao = house.browser(ADMIN), house.browser("zhao.zhishu")
    assert zhao.get("/me/notices").json["channels"] == []
    made = admin.post("/channels", mail(post.port, domains=["office.example"]))
    assert made.status_code == 201
    channel = made.json["id"]
    shown = zhao.get("/me/notices").json
    assert (shown["mail"], shown["quiet"], shown["digest_at"]) == (None, None, "08:30")
    assert shown["ways"][channel]["task.assigned"] == "at_once"
    assert shown["ways"][channel]["case.ended"] == "digest"
    choice = {
        "mail": "zhao@office.example",
        "quiet": {"from": "22:00", "to": "07:00"},
        "digest_at": "17:30",
        "ways": {channel: {"task.overdue": "off"}},
    }
    kept = zhao.put("/me/notices", choice).json
    assert (kept["mail"], kept["quiet"]) == ("zhao@office.example", {"from": "22:00", "to": "07:00"})
    assert kept["ways"][channel]["task.overdue"] == "off"
    assert zhao.get("/me/notices").json == kept
    for wrong, code in (
        ({"mail": "zhao@elsewhere.example"}, "err_mail_domain"),
        ({"quiet": {"from": "25:00", "to": "07:00"}}, None),
        ({"ways": {"nothing": {}}}, "err_channel"),
        ({"ways": {channel: "off"}}, None),
    ):
        answer = zhao.put("/me/notices", wrong)
        assert answer.status_code == 422
        assert code is None or code in [e["code"] for e in answer.json["errors"]]
    assert zhao.post("/me/notices/test", {"channel": channel}).json == {"status": "sent", "error": None}
    house.case()
    carry(house.store)
    assert [m["To"] for m in post.kept] == ["zhao@office.example"] * 2
    assert zhao.put("/me/notices", {}).json["mail"] is None
    assert zhao.post("/me/notices/test", {"channel": channel}).status_code == 422
    post.stop()


def test_a_secret_is_shown_once_and_to_nobody_again(lite: House) -> None:
    admin = lite.browser(ADMIN)
    made = admin.post("/channels", hook("https://hooks.example/path-with-a-token")).json
    assert made["secret"].startswith("whsec_")
    shown = admin.get("/channels").text
    assert "hooks.example" in shown
    for secret in (made["secret"], "path-with-a-token"):
        assert secret not in shown
        assert secret not in json.dumps(lite.browser("qi.shenji").get("/trail").json)
    (channel,) = admin.get("/channels").json["items"]
    body = {"name": "Another name", "settings": {"kinds": ["task.overdue"], "titles": True}}
    assert admin.put(f"/channels/{channel['id']}", body).status_code == 204
    (channel,) = admin.get("/channels").json["items"]
    assert (channel["name"], channel["settings"]["kinds"]) == ("Another name", ["task.overdue"])
    assert "channel.changed" in [e["kind"] for e in lite.browser("qi.shenji").get("/trail").json["items"]]


def test_a_channel_is_refused_field_by_field_and_only_for_whoever_manages_them(lite: House) -> None:
    admin = lite.browser(ADMIN)
    for body, field in (
        (mail(25, sender="nobody"), "settings.sender"),
        (hook("http://hooks.example/"), "secrets.url"),
        (hook("https://10.0.0.1/"), "secrets.url"),
        (hook("https://169.254.169.254/latest"), "secrets.url"),
        ({**hook("https://hooks.example/"), "settings": {"kinds": []}}, "settings.kinds"),
    ):
        answer = admin.post("/channels", body)
        assert answer.status_code == 422
        assert field in [e["field"] for e in answer.json["errors"]], body
    assert admin.post("/channels", {**mail(25), "kind": "pigeon"}).status_code == 422
    for name in ("zhao.zhishu", "qi.shenji", "zou.anquan"):
        browser = lite.browser(name)
        assert browser.get("/channels").status_code == 403
        assert browser.post("/channels", mail(25)).status_code == 403
    assert admin.put("/channels/nothing", {"name": "x", "settings": {}}).status_code == 404
    assert admin.delete("/channels/nothing").status_code == 404


def test_operators_see_what_did_not_go_out(lite: House) -> None:
    desk = Desk()
    lite.store.settings = replace(lite.store.settings, webhook_hosts=("127.0.0.1",))
    admin = lite.browser(ADMIN)
    channel = admin.post("/channels", hook(desk.url)).json["id"]
    assert admin.post(f"/channels/{channel}/test", {}).json == {"status": "sent", "error": None}
    desk.answers = [(400, b""), (404, b"")]
    lite.case()
    carry(lite.store)
    lite.case()
    carry(lite.store)
    (shown,) = admin.get("/channels").json["items"]
    assert (shown["error"], shown["open_until"] is not None) == ("HTTP 404", True)
    assert shown["deliveries"] == {"waiting": 1, "sent": 1, "failed": 1, "unknown": 0}
    failed = admin.get(f"/channels/{channel}/deliveries?status=failed").json["items"]
    assert [(one["kind"], one["error"]) for one in failed] == [("task.assigned", "HTTP 400")]
    said = {one.rule for one in doctor.examine(lite.store)}
    assert {"channel_rests", "notices_failed"} <= said
    once_more = f"/channels/{channel}/deliveries/{failed[0]['id']}/again"
    assert lite.browser("zhao.zhishu").post(once_more, {}).status_code == 403
    assert admin.post(f"/channels/{channel}/deliveries/nothing/again", {}).status_code == 404
    assert admin.post(once_more, {}).json == {"waiting": 2, "sent": 1, "failed": 0, "unknown": 0}
    late = admin.post(once_more, {"sure": True})
    assert (late.status_code, late.json["code"]) == (409, "err_not_failed")
    with lite.store.transaction() as db:
        back = tables.notice_deliveries
        db.execute(update(back).where(back.c.id == failed[0]["id"]).values(status="failed"))
    figures = lite.app.test_client().get("/metrics").text
    assert 'liuhen_notice_deliveries{status="failed"} 1.0' in figures
    assert "liuhen_channels_resting 1.0" in figures
    assert admin.delete(f"/channels/{channel}").status_code == 204
    assert admin.post(f"/channels/{channel}/opening").status_code == 204
    with lite.store.transaction() as db:
        db.execute(update(tables.channels).values(secrets=b"x" * 40))
        outbox.tell(db, lite.store.moment(db), Notice.CASE_ENDED, ["person:nobody"])
    lite.browser("zhao.zhishu").post("/clock/advance", {"by": "PT1H"})
    said = {one.rule for one in doctor.examine(lite.store)}
    assert "channel_sealed" in said
    desk.stop()


def test_moving_the_clock_carries_what_is_due(lite: House) -> None:
    lite.case()
    lite.browser("zhao.zhishu").post("/clock/advance", {"by": "PT1M"})
    with lite.store.reading() as db:
        assert couriers.health(db) == {}
        assert db.execute(tables.outbox.select()).all() == []
