"""Notices: whom a deed tells, how each wants to be told, and what leaves the house, once and to nobody else.

Against real servers on loopback: an SMTP server (aiosmtpd) and an HTTP server in a thread.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from engine import cases, couriers, outbox, tables, tasks, trail
from engine.couriers import hooks, mail, robots, sealing, sending, wire
from engine.couriers.outcomes import Doubtful, Later, Misconfigured, Never
from engine.couriers.preferences import Preferences
from engine.errors import Clash, Forbidden, NotFound, NotNow, Unfit
from engine.outbox import Notice
from engine.store import Moment, Store
from tests.databases import Databases
from tests.engine.casework import Office
from tests.engine.directory import add_person, add_post
from tests.engine.post_office import Desk, Post
from tests.together import together

# ---------------------------------------------------------------- servers


@pytest.fixture
def desk() -> Iterator[Desk]:
    server = Desk()
    yield server
    server.stop()


class House(Office):
    """The small office with an administrator, who may make channels; webhooks may go to loopback."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        store.settings = replace(store.settings, webhook_hosts=("127.0.0.1",))
        with store.transaction() as db:
            add_person(db, "xie")
            add_post(db, "xie", "system_admin", "W0")

    def channel(self, kind: str, by: str = "xie", audience: str | None = None, name: str = "", **more: Any) -> str:
        secrets = {k: more.pop(k) for k in ("url", "key", "password") if k in more}
        given = {"kind": kind, "name": name or kind, "audience": audience, "settings": more, "secrets": secrets}
        id_, _ = self.does(self._add, by, given)
        return str(id_)

    def _add(self, db: Any, actor: Any, moment: Moment, given: dict[str, Any]) -> Any:
        return couriers.add(db, actor, moment, self.store.settings, **given)

    def mails(self, post: Post, **more: Any) -> str:
        """A mail channel to the server, over loopback without encryption."""
        given = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "liuhen@office.example"}
        return self.channel("mail", **{**given, **more})

    def wants(self, name: str, **chosen: Any) -> None:
        with self.store.transaction() as db:
            known = [c.id for c in couriers.every_channel(db)]
            couriers.keep(db, f"p-{name}", Preferences(**chosen), (), known)

    def told(self, name: str) -> list[dict[str, Any]]:
        with self.store.reading() as db:
            return couriers.listed(db, self.actor(name), self.store.moment(db))[0]

    def unread(self, name: str) -> int:
        with self.store.reading() as db:
            return couriers.unread(db, self.actor(name), self.store.moment(db))

    def ticks(self) -> int:
        return couriers.tick(self.store)

    def later(self, **by: float) -> None:
        with self.store.transaction() as db:
            self.store.set_clock(db, self.store.moment(db).now + timedelta(**by))

    def deliveries(self) -> list[Any]:
        with self.store.reading() as db:
            return list(db.execute(select(tables.notice_deliveries).order_by(tables.notice_deliveries.c.id)).all())

    def states(self) -> list[str]:
        return [row.status for row in self.deliveries()]

    def rests(self) -> couriers.Channel:
        with self.store.reading() as db:
            return couriers.every_channel(db)[0]


@pytest.fixture
def office(store: Store) -> House:
    return House(store)


@pytest.fixture
def lite(databases: Databases) -> Iterator[House]:
    """The office on SQLite, for what does not depend on the database."""
    made = databases.create("sqlite")
    store = Store(made)
    yield House(store)
    store.close()
    databases.drop(made)


# ---------------------------------------------------------------- whom a deed tells


def test_whoever_is_asked_is_told_at_once_and_before_any_heartbeat(office: House) -> None:
    case = office.start()
    for settled in (False, True):
        if settled:
            office.ticks()
        for name in ("wu", "he"):
            (item,) = office.told(name)
            assert item["text"].zh == "请您办理“审核”。"
            assert item["text"].en == "You are asked to do “Check”."
            assert (item["kind"], item["is_read"], item["is_done"]) == ("task.assigned", False, False)
            assert item["link"] == f"/tasks/{office.open(case, 'check')}"
            assert item["case"]["title"].startswith("两步审批")
            assert office.unread(name) == 1
        assert [office.told(name) for name in ("lin", "zhao", "qian")] == [[], [], []]
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.outbox)).scalar() == 0


def test_a_usual_completion_writes_its_notices_in_one_statement(lite: House) -> None:
    case = lite.start()
    lite.ticks()
    lite.at("2026-03-04")
    lite.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass")
    with lite.store.reading() as db:
        rows = db.execute(select(tables.outbox.c.kind, tables.outbox.c.holder)).all()
    assert [tuple(row) for row in rows] == [("task.assigned", "post:branch_secretary@u-B1")]


def test_what_is_read_stays_read_and_only_for_who_read_it(office: House) -> None:
    office.start()
    (item,) = office.told("wu")
    office.does(couriers.mark_read, "wu", [item["id"]])
    assert (office.told("wu")[0]["is_read"], office.unread("wu")) == (True, 0)
    assert (office.told("he")[0]["is_read"], office.unread("he")) == (False, 1)
    office.start()
    assert office.unread("wu") == 1
    office.does(couriers.mark_read, "wu", None)
    assert office.unread("wu") == 0


def test_what_somebody_else_has_done_is_shown_as_done(office: House) -> None:
    case = office.start()
    office.ticks()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    (item,) = office.told("he")
    assert (item["is_done"], item["link"], office.unread("he")) == (True, f"/cases/{case}", 0)


def test_a_list_goes_on_where_it_stopped(lite: House) -> None:
    for _ in range(3):
        lite.start()
    lite.ticks()
    wu = lite.actor("wu")
    with lite.store.reading() as db:
        moment = lite.store.moment(db)
        first, cursor = couriers.listed(db, wu, moment, limit=2)
        rest, end = couriers.listed(db, wu, moment, limit=2, cursor=cursor)
        whole, _ = couriers.listed(db, wu, moment)
        none, _ = couriers.listed(db, wu, moment, kind="case.ended")
    assert [i["id"] for i in first + rest] == [i["id"] for i in whole]
    assert (len(whole), end, none) == (3, None, [])


def test_the_end_of_a_case_is_told_to_who_started_it_and_a_standstill_to_who_mends(lite: House) -> None:
    case = lite.start()
    lite.at("2026-03-04")
    lite.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass")
    lite.completes("zhao", case, "approve", {"limit": 5, "decided_on": "2026-03-04"}, decision="approve")
    ended = [i for i in lite.told("lin") if i["kind"] == "case.ended"]
    assert len(ended) == 1
    other = lite.start()
    with lite.store.transaction() as db:
        cases.fail(db, lite.store.moment(db), other, "x")
    (item,) = lite.told("xie")
    assert (item["kind"], item["is_urgent"], item["text"].en) == (
        "case.stopped",
        True,
        "The case stands still at “the whole case” and has to be mended.",
    )
    assert (item["case"]["title"], item["link"]) == (None, None)  # who mends sees nothing of the case


def test_what_waits_for_an_undo_is_not_told_before_and_never_once_unsaid(office: House) -> None:
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        ids = [
            outbox.tell(db, moment, Notice.CASE_ENDED, ["person:p-wu"], wait=timedelta(seconds=30)) for _ in range(2)
        ]
    assert office.ticks() == 0
    assert office.told("wu") == []
    with office.store.transaction() as db:
        assert outbox.unsay(db, ids[0])
    office.later(seconds=31)
    assert [i["id"] for i in office.told("wu")] == [ids[1]]
    office.ticks()
    assert [i["id"] for i in office.told("wu")] == [ids[1]]
    with office.store.transaction() as db:
        assert not outbox.unsay(db, ids[1])


def test_who_acted_need_not_be_told_and_who_is_meant_twice_is_told_once(office: House) -> None:
    with office.store.transaction() as db:
        holders = ["person:p-wu", "post:organisation_commissioner@u-B1", "member:full_member@u-B1"]
        outbox.tell(db, office.store.moment(db), Notice.CASE_ENDED, holders, besides="p-he")
    office.ticks()
    assert [len(office.told(name)) for name in ("wu", "he", "lin", "qian")] == [1, 0, 1, 0]


def test_two_nodes_at_once_tell_nobody_twice(office: House, post: Post) -> None:
    office.mails(post)
    for name in ("wu", "he"):
        office.wants(name, mail=f"{name}@office.example")
    for _ in range(5):
        office.start()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: office.ticks(), range(2)))
    office.ticks()
    assert len(office.told("wu")) == 5
    assert sorted(m["To"] for m in post.kept) == ["he@office.example"] * 5 + ["wu@office.example"] * 5
    assert len({m["Message-ID"] for m in post.kept}) == 10
    assert set(office.states()) == {"sent"}


# ---------------------------------------------------------------- mail


def test_a_mail_says_number_procedure_and_step_and_nothing_personal(lite: House, post: Post) -> None:
    lite.mails(post)
    lite.wants("wu", mail="wu@office.example")
    lite.wants("he", mail="he@office.example", language="en")
    case = lite.start(subject_line="给林某的办公椅")
    lite.ticks()
    number = lite.sees("lin", case)["number"]
    zh, en = sorted(post.kept, key=lambda m: str(m["To"]), reverse=True)
    assert zh["Subject"] == f"[流痕] 两步审批 {number}：请您办理“审核”。"
    assert en["Subject"] == f"[Liuhen] Two-step approval {number}: You are asked to do “Check”."
    whole = zh.as_bytes() + en.as_bytes()
    for number_ in range(2):
        assert f"http://127.0.0.1:8080/tasks/{lite.open(case, 'check')}" in post.body(number_)
    decoded = "".join(str(part.get_content()) for m in post.kept for part in m.walk() if not part.is_multipart())  # type: ignore[attr-defined]
    assert "林某" not in decoded + whole.decode("ascii", "replace")
    assert "两步审批" in decoded
    assert zh["Auto-Submitted"] == "auto-generated"


def test_a_title_goes_out_only_where_the_channel_allows_it(lite: House, post: Post) -> None:
    lite.mails(post, titles=True)
    lite.wants("wu", mail="wu@office.example")
    lite.start(subject_line="办公椅")
    lite.ticks()
    assert "事项：两步审批 办公椅" in post.body()


def test_a_task_that_was_done_or_claimed_meanwhile_is_told_to_nobody_outside(office: House, post: Post) -> None:
    office.mails(post)
    for name in ("wu", "he"):
        office.wants(name, mail=f"{name}@office.example")
    done, claimed = office.start(), office.start()
    with office.store.transaction() as db:
        couriers.resolve(db, office.store.moment(db))
    office.completes("wu", done, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.does(tasks.claim, "he", office.open(claimed, "check"))
    office.ticks()
    assert [m["To"] for m in post.kept] == ["he@office.example"]
    assert sorted(office.states()) == ["cancelled", "cancelled", "cancelled", "sent"]


@pytest.mark.parametrize(
    ("answer", "status", "left"),
    [
        ("550 5.1.1 no such user secret@office.example", "failed", 1),
        ("450 4.2.0 try later", "waiting", 1),
        ("421 4.3.2 going down", "waiting", 0),
    ],
)
def test_a_refusal_for_good_is_not_tried_again_and_one_for_now_is(
    lite: House, post: Post, answer: str, status: str, left: int
) -> None:
    lite.mails(post)
    lite.wants("wu", mail="wu@office.example")
    post.refuses["wu@office.example"] = answer
    lite.start()
    lite.ticks()
    (row,) = lite.deliveries()
    assert (row.status, row.attempts) == (status, left)
    code = answer.split()[0]
    assert code in (row.error or "")
    assert "secret" not in (row.error or "") + (lite.rests().error or "")
    post.refuses.clear()
    lite.later(minutes=2)
    lite.ticks()
    assert len(post.kept) == (0 if status == "failed" else 1)


def test_what_a_mail_server_may_have_taken_is_not_sent_again(lite: House, post: Post, monkeypatch: Any) -> None:
    lite.mails(post)
    lite.wants("wu", mail="wu@office.example")
    taken = smtplib.SMTP.data

    def then_the_line_breaks(self: Any, message: Any) -> Any:
        taken(self, message)
        raise TimeoutError

    monkeypatch.setattr(smtplib.SMTP, "data", then_the_line_breaks)
    lite.start()
    lite.ticks()
    lite.later(days=1)
    lite.ticks()
    assert (lite.states(), len(post.kept)) == (["unknown"], 1)


def test_an_operator_sends_again_what_failed_and_only_with_a_warning_what_may_have_arrived(
    office: House, post: Post
) -> None:
    channel = office.mails(post)
    office.wants("wu", mail="wu@office.example")
    post.refuses["wu@office.example"] = "550 5.1.1 no such mailbox"
    office.start()
    office.ticks()
    (row,) = office.deliveries()
    assert (row.status, post.kept) == ("failed", [])
    with pytest.raises(Forbidden):
        office.does(couriers.send_again, "wu", channel, row.id)
    with pytest.raises(NotFound):
        office.does(couriers.send_again, "xie", channel, "nothing")
    post.refuses.clear()
    office.later(days=5)  # too old by itself, and an operator wants it all the same
    again = partial(office.does, couriers.send_again, "xie", channel, row.id)
    assert sorted(map(str, together(again, again))) == ["None", "err_not_failed"]
    office.ticks()
    assert (office.states(), len(post.kept)) == (["sent"], 1)
    with office.store.transaction() as db:
        db.execute(update(tables.notice_deliveries).values(status="unknown"))
    with pytest.raises(Clash) as warned:
        again()
    assert warned.value.refusal == "err_may_have_gone_out"
    office.does(couriers.send_again, "xie", channel, row.id, is_sure=True)
    office.ticks()
    assert len(post.kept) == 2
    with office.store.reading() as db:
        said = [e for e in trail.read(db, trail.OFFICE) if e["kind"] == "notice.sent_again"]
    assert [(e["delivery"], e["was"]) for e in said] == [(row.id, "failed"), (row.id, "unknown")]
    office.does(couriers.disable, "xie", channel)
    with pytest.raises(NotNow):
        again()


class Killed(BaseException):
    """The node stops here and now."""


def test_a_node_that_is_killed_after_sending_sends_no_mail_twice(office: House, post: Post, monkeypatch: Any) -> None:
    office.mails(post)
    office.wants("wu", mail="wu@office.example")
    office.start()
    _is_killed_after_sending(office, monkeypatch)
    assert office.states() == ["sending"]
    assert office.ticks() == 0  # somebody may still have it
    office.later(minutes=6)
    office.ticks()
    assert (office.states(), len(post.kept)) == (["unknown"], 1)


def test_a_webhook_is_repeated_under_the_same_id(office: House, desk: Desk, monkeypatch: Any) -> None:
    office.channel("webhook", url=desk.url, kinds=["task.assigned"])
    office.start()
    _is_killed_after_sending(office, monkeypatch)
    office.later(minutes=6)
    office.ticks()
    first, second = (headers["webhook-id"] for _, headers, _ in desk.kept)
    assert (first, office.states()) == (second, ["sent"])


def _is_killed_after_sending(office: House, monkeypatch: Any) -> None:
    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sending, "settle", killed)
        with pytest.raises(Killed):
            office.ticks()


def test_a_dead_server_rests_longer_each_time_and_keeps_nobody_else_waiting(lite: House, post: Post) -> None:
    lite.channel("mail", name="a dead one", host="127.0.0.1", port=1, security="none", sender="a@office.example")
    lite.mails(post)
    lite.wants("wu", mail="wu@office.example")
    lite.start()
    lite.start()
    lite.ticks()
    assert len(post.kept) == 2
    dead = lite.rests()
    assert (dead.name, dead.failures, dead.error) == ("a dead one", 1, "ConnectionRefusedError")
    assert lite.ticks() == 0
    for failures in (2, 3):
        lite.later(minutes=5)
        lite.ticks()
        assert lite.rests().failures == failures
    left = [row for row in lite.deliveries() if row.status == "waiting"]
    assert [row.attempts for row in left] == [0, 0]
    lite.later(days=5)
    lite.ticks()
    assert sorted(lite.states()) == ["failed", "failed", "sent", "sent"]


def test_pauses_grow_and_differ() -> None:
    pauses = [sending.pause("a delivery", n) for n in range(1, 13)]
    assert timedelta(seconds=22) <= pauses[0] <= timedelta(seconds=38)
    assert max(pauses) <= timedelta(hours=7.5)
    assert pauses[7] > 4 * pauses[4]
    assert sending.pause("another", 1) != pauses[0]


# ---------------------------------------------------------------- as each wants it

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC), SHANGHAI)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T21:59", None),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-03T00:30", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", None),
    ],
)
def test_quiet_hours_go_over_midnight(now: str, until: str | None) -> None:
    chosen = Preferences(quiet=(time(22), time(7)))
    assert chosen.not_before(at(now)) == at(until or now).now
    assert chosen.not_before(at(now), urgent=True) == at(now).now


def test_quiet_hours_within_a_day_and_the_next_digest() -> None:
    chosen = Preferences(quiet=(time(12), time(14)), digest_at=time(8, 30))
    assert chosen.not_before(at("2026-03-02T13:00")) == at("2026-03-02T14:00").now
    assert chosen.not_before(at("2026-03-02T14:00")) == at("2026-03-02T14:00").now
    assert chosen.next_digest(at("2026-03-02T08:29")) == at("2026-03-02T08:30").now
    assert chosen.next_digest(at("2026-03-02T08:30")) == at("2026-03-03T08:30").now


def test_a_mail_waits_for_the_end_of_the_quiet_hours_and_an_urgent_one_does_not(lite: House, post: Post) -> None:
    lite.mails(post)
    lite.wants("wu", mail="wu@office.example", quiet=(time(22), time(7)))
    lite.at("2026-03-02", 23)
    lite.start()
    with lite.store.transaction() as db:
        outbox.tell(db, lite.store.moment(db), Notice.CASE_STOPPED, ["person:p-wu"])
    lite.ticks()
    assert len(post.kept) == 1
    lite.at("2026-03-03", 6)
    lite.ticks()
    assert len(post.kept) == 1
    lite.at("2026-03-03", 7)
    lite.ticks()
    assert len(post.kept) == 2


def test_a_digest_is_one_mail_with_what_is_due_and_what_is_new(office: House, post: Post) -> None:
    channel = office.mails(post)
    ways = {channel: {"task.assigned": "digest", "task.reminded": "off"}}
    office.wants("wu", mail="wu@office.example", digest_at=time(17), ways=ways)
    cases = [office.start() for _ in range(3)]
    office.ticks()
    assert post.kept == []
    office.completes("he", cases[0], "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.at("2026-03-02", 17)
    office.ticks()
    (letter,) = post.kept
    assert letter["Subject"] == "[流痕] 今日通知摘要：2 条新通知，0 项待办临期或逾期"
    assert "新的待办" in post.body()
    assert sorted(office.states()) == ["cancelled", "sent", "sent"]
    office.tick_to("2026-03-10", 17)
    office.start()
    office.ticks()
    office.at("2026-03-11", 17)
    office.ticks()
    digest = post.body()
    assert "临期与逾期的待办" in digest
    assert "期限 2026-03-12" in digest


def test_who_chose_nothing_gets_no_mail_and_who_switched_a_kind_off_not_that_one(lite: House, post: Post) -> None:
    channel = lite.mails(post)
    lite.wants("wu", mail="wu@office.example", ways={channel: {"task.assigned": "off"}})
    lite.start()
    lite.ticks()
    assert (post.kept, lite.deliveries()) == ([], [])
    assert lite.unread("he") == 1


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"mail": "nobody"}, "err_mail"),
        ({"mail": "a@b.example\r\nBcc: all@b.example"}, "err_mail"),
        ({"mail": "a@elsewhere.example"}, "err_mail_domain"),
        ({"quiet": (time(7), time(7))}, "err_quiet_hours"),
        ({"ways": {"nothing": {"task.assigned": "off"}}}, "err_channel"),
        ({"ways": {"c": {"task.assigned": "by pigeon"}}}, "err_way"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(chosen: dict[str, Any], code: str) -> None:
    nowhere: Any = None  # refused before anything is stored
    with pytest.raises(Unfit) as refused:
        couriers.keep(nowhere, "p-wu", Preferences(**chosen), ("office.example",), ("c",))
    assert code in [e.code for e in refused.value.errors]


# ---------------------------------------------------------------- webhooks and robots


def test_a_receiver_can_verify_what_was_posted(lite: House, desk: Desk) -> None:
    key = hooks.new_secret()
    lite.channel("webhook", url=desk.url, key=key, kinds=["task.assigned"])
    case = lite.start()
    lite.ticks()
    ((path, headers, body),) = desk.kept
    assert path == "/hook?key=k"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = base64.b64decode(key.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    said = json.loads(body)
    assert said["type"] == "task.assigned"
    assert said["data"]["case"]["title"] is None
    assert said["data"]["holders"] == ["post:organisation_commissioner@u-B1"]
    assert said["data"]["case"]["id"] == case


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the Standard Webhooks specification's own libraries."""
    secret, id_ = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert hooks.signature(secret, id_, 1614265330, b'{"test": 2432232314}') == expected


def test_a_program_that_tells_people_hears_of_each_by_their_number(lite: House, desk: Desk) -> None:
    lite.channel("webhook", audience="people", url=desk.url)
    lite.start()
    lite.ticks()
    assert sorted(json.loads(body)["data"]["person"] for _, _, body in desk.kept) == ["N-he", "N-wu"]


def test_a_channel_of_some_units_carries_only_theirs(lite: House, desk: Desk) -> None:
    lite.channel("webhook", url=desk.url, kinds=["task.assigned"], units=["B2"])
    lite.start()
    lite.ticks()
    assert desk.kept == []


@pytest.mark.parametrize(
    ("status", "left"),
    [(500, "waiting"), (429, "waiting"), (400, "failed"), (404, "waiting"), (302, "waiting"), (0, "waiting")],
)
def test_what_a_receiver_answers_decides(lite: House, desk: Desk, status: int, left: str) -> None:
    lite.channel("webhook", url=desk.url, kinds=["task.assigned"])
    desk.answers = [(status, b"")]
    lite.start()
    lite.ticks()
    assert lite.states() == [left]
    assert len(desk.kept) == 1  # a redirect is not followed
    is_own_fault = status in (404, 302)
    assert (lite.rests().failures == 1) == is_own_fault
    lite.later(minutes=2)
    lite.ticks()
    assert len(desk.kept) == (1 if left == "failed" else 2)


@pytest.mark.parametrize("robot", ["wecom", "dingtalk"])
def test_a_robot_is_posted_to_as_its_maker_says(lite: House, desk: Desk, robot: str) -> None:
    secret = {"key": "SECabc"} if robot == "dingtalk" else {}
    lite.channel(robot, url=desk.url, kinds=["task.assigned"], **secret)
    case = lite.start()
    lite.ticks()
    ((path, _, body),) = desk.kept
    said = json.loads(body)
    assert said["msgtype"] == "markdown"
    text = said["markdown"]["content" if robot == "wecom" else "text"]
    assert "请您办理“审核”。" in text
    assert f"(http://127.0.0.1:8080/tasks/{lite.open(case, 'check')})" in text
    query = parse_qs(urlsplit(path).query)
    assert query["key"] == ["k"]
    if robot == "dingtalk":
        (timestamp,), (sign,) = query["timestamp"], query["sign"]
        digest = hmac.new(b"SECabc", f"{timestamp}\nSECabc".encode(), hashlib.sha256).digest()
        assert sign == base64.b64encode(digest).decode()
        assert said["markdown"]["title"].startswith("[流痕] 两步审批")
    assert lite.states() == ["sent"]


@pytest.mark.parametrize(
    ("robot", "answer", "fault"),
    [
        ("wecom", b'{"errcode":45009,"errmsg":"x"}', Later),
        ("wecom", b'{"errcode":93000,"errmsg":"x"}', Misconfigured),
        ("wecom", b'{"errcode":40058,"errmsg":"x"}', Never),
        ("dingtalk", b'{"errcode":310000,"errmsg":"x"}', Misconfigured),
        ("dingtalk", b'{"errcode":130101,"errmsg":"x"}', Later),
        ("dingtalk", b"<html>", Doubtful),
    ],
)
def test_what_a_robot_answers_decides(desk: Desk, robot: str, answer: bytes, fault: type[Exception]) -> None:
    desk.answers = [(200, answer)]
    with pytest.raises(fault) as raised:
        robots.send(robot, {"url": desk.url}, "t", "x", datetime(2026, 3, 2, tzinfo=UTC), ("127.0.0.1",))
    assert type(raised.value) is fault


def test_a_message_that_is_too_long_for_a_robot_is_cut_between_two_characters() -> None:
    content = robots.message("wecom", "t", "办" * 3000)["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert set(content) == {"办"}


# ---------------------------------------------------------------- where it may go


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "ftp://hooks.example/x",
        "https://user:word@hooks.example/",
        "https://hooks.example/#x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://10.1.2.3/x",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://hooks.example:99999/",
        "https:///x",
        "https://hooks.example/a b",
        "file:///etc/passwd",
        "x" * 10,
    ],
)
def test_a_target_inside_the_network_or_without_encryption_is_refused(url: str) -> None:
    with pytest.raises(wire.WrongTarget):
        wire.read_target(url, ())


def test_a_name_that_means_an_address_inside_is_refused_when_it_is_looked_up(desk: Desk) -> None:
    port = urlsplit(desk.url).port
    with pytest.raises(wire.WrongTarget):
        wire.post(f"https://localhost:{port}/", b"", {})
    with pytest.raises(wire.WrongTarget):  # a cloud's own secrets, whatever the setting says
        wire.read_target("https://169.254.169.254/", ("169.254.169.254",))
    with pytest.raises(wire.Unreachable):
        wire.post("https://nowhere.invalid/", b"", {})
    with pytest.raises(wire.Unreachable):  # no TLS there
        wire.post(f"https://127.0.0.1:{port}/", b"", {}, ("127.0.0.1",))
    assert desk.kept == []


def test_an_answer_is_read_only_so_far(desk: Desk) -> None:
    desk.answers = [(200, b"x" * 200_000)]
    assert len(wire.post(desk.url, b"{}", {}, ("127.0.0.1",)).body) == wire.LARGEST_ANSWER


# ---------------------------------------------------------------- channels


def test_secrets_are_sealed_for_one_channel_and_one_key() -> None:
    sealed = sealing.seal("k" * 32, "a", {"password": "geheim"})
    assert b"geheim" not in sealed
    assert sealing.opened("k" * 32, "a", sealed) == {"password": "geheim"}
    for key, channel, text in (("j" * 32, "a", sealed), ("k" * 32, "b", sealed), ("k" * 32, "a", sealed[:-1] + b"x")):
        with pytest.raises(sealing.CannotOpen):
            sealing.opened(key, channel, text)


def test_a_channel_under_another_key_rests_until_its_secrets_are_given_anew(lite: House, desk: Desk) -> None:
    id_ = lite.channel("webhook", url=desk.url, kinds=["task.assigned"])
    lite.store.settings = replace(lite.store.settings, secret_key="another " * 8)
    lite.start()
    lite.ticks()
    assert "LIUHEN_SECRET_KEY" in (lite.rests().error or "")
    assert lite.states() == ["waiting"]

    def anew(db: Any, actor: Any, moment: Moment) -> None:
        secrets = {"url": desk.url, "key": hooks.new_secret()}
        given: dict[str, Any] = {"name": "hook", "settings": {"kinds": ["task.assigned"]}, "secrets": secrets}
        couriers.change(db, actor, moment, lite.store.settings, id_, **given)

    lite.does(anew, "xie")
    lite.ticks()
    assert lite.states() == ["sent"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("mail", {"host": "a b", "sender": "a@b.example"}, "settings.host"),
    ("mail", {"host": "mx", "sender": "nobody"}, "settings.sender"),
    ("mail", {"host": "mx", "sender": "a@b.example", "user": "u", "security": "none"}, "settings.security"),
    ("mail", {"host": "mx", "sender": "a@b.example", "user": "u"}, "secrets.password"),
    ("webhook", {"kinds": ["task.assigned"]}, "secrets.url"),
    ("webhook", {"url": "https://hooks.example/", "kinds": ["nothing"]}, "settings.kinds"),
    ("webhook", {"url": "https://hooks.example/", "kinds": ["task.assigned"], "key": "short"}, "secrets.key"),
    ("wecom", {"url": "https://hooks.example/", "kinds": ["task.assigned"], "units": ["?"]}, "settings.units"),
    ("webhook", {"url": "http://hooks.example/", "kinds": ["task.assigned"]}, "secrets.url"),
    ("wecom", {"url": "https://hooks.example/", "kinds": ["task.assigned"], "audience": "people"}, "audience"),
    ("dingtalk", {"url": "https://hooks.example/", "kinds": ["task.assigned"], "name": " "}, "name"),
]


def test_a_channel_that_does_not_fit_is_refused(lite: House) -> None:
    for sort, given, field in WRONG:
        with pytest.raises(Unfit) as refused:
            lite.channel(sort, **dict(given))
        assert field in [e.path for e in refused.value.errors], given


def test_only_who_manages_channels_makes_one_and_each_has_its_name(lite: House, desk: Desk) -> None:
    with pytest.raises(Forbidden):
        lite.channel("webhook", by="wu", url=desk.url, kinds=["task.assigned"])
    id_ = lite.channel("webhook", url=desk.url, kinds=["task.assigned"])
    with pytest.raises(Unfit):
        lite.channel("webhook", url=desk.url, kinds=["task.assigned"])
    for verb in (couriers.disable, couriers.enable):
        with pytest.raises(Forbidden):
            lite.does(verb, "wu", id_)
        lite.does(verb, "xie", id_)
    with pytest.raises(Forbidden):
        couriers.try_out(lite.store, lite.actor("wu"), id_)


def test_nothing_goes_out_by_a_channel_that_was_switched_off(lite: House, desk: Desk) -> None:
    id_ = lite.channel("webhook", url=desk.url, kinds=["task.assigned"])
    lite.start()
    with lite.store.transaction() as db:
        couriers.resolve(db, lite.store.moment(db))
    lite.does(couriers.disable, "xie", id_)
    lite.start()
    lite.ticks()
    assert (desk.kept, lite.states()) == ([], ["cancelled"])
    lite.does(couriers.enable, "xie", id_)
    lite.start()
    lite.ticks()
    assert len(desk.kept) == 1


def test_a_test_message_goes_out_at_once_and_says_what_became_of_it(lite: House, desk: Desk, post: Post) -> None:
    hook = lite.channel("webhook", url=desk.url, kinds=["task.assigned"])
    assert couriers.try_out(lite.store, lite.actor("xie"), hook) == {"status": "sent", "error": None}
    for status in (400, 404):
        desk.answers = [(status, b"")]
        found = couriers.try_out(lite.store, lite.actor("xie"), hook)
        assert found == {"status": "failed", "error": f"HTTP {status}"}
    letters = lite.mails(post)
    lite.wants("wu", mail="wu@office.example")
    assert couriers.try_out(lite.store, lite.actor("wu"), letters)["status"] == "sent"
    with pytest.raises(Forbidden):
        couriers.try_out(lite.store, lite.actor("wu"), letters, "he@office.example")
    with pytest.raises(Unfit):
        couriers.try_out(lite.store, lite.actor("he"), letters)
    for _ in range(4):
        couriers.try_out(lite.store, lite.actor("xie"), letters, "x@office.example")
    with pytest.raises(Unfit) as refused:
        couriers.try_out(lite.store, lite.actor("xie"), letters, "x@office.example")
    assert refused.value.errors[0].code == "err_too_many_tests"
    assert "测试消息" in post.body(0)


# ---------------------------------------------------------------- words, and forgetting


def test_every_kind_has_a_sentence_and_a_name_in_both_languages() -> None:
    for kind in Notice:
        for said in (outbox.SENTENCES[kind], outbox.NAMES[kind]):
            assert said.zh
            assert said.en
            assert said.en.isascii() or "“" in said.en or "—" in said.en, kind
    assert set(outbox.SENTENCES) == set(outbox.NAMES) == set(Notice)


def test_what_is_old_is_forgotten(office: House) -> None:
    office.start()
    office.does(couriers.mark_read, "wu", None)

    def forget(db: Any, _actor: Any, moment: Moment, kept: int, much: int) -> None:
        couriers.forget(db, moment.now - timedelta(days=kept), moment.now - timedelta(days=much))

    office.later(days=100)
    office.does(forget, "wu", 90, 365)
    assert (office.told("wu"), len(office.told("he"))) == ([], 1)
    office.does(forget, "wu", 90, 95)
    assert office.told("he") == []


def test_a_mail_holds_no_line_that_somebody_smuggled_in() -> None:
    letter = mail.Letter(
        "id", "wu@office.example", "two\r\nBcc: all@office.example", "text", "<p>", at("2026-03-02T09:00").now
    )
    written = mail.written(letter, "a@office.example", "流痕", "office.example")
    read = message_from_bytes(written, policy=default)
    assert (read["Bcc"], read["Message-ID"]) == (None, "<id@office.example>")
    assert (read["Subject"], read["From"]) == ("two Bcc: all@office.example", "流痕 <a@office.example>")
