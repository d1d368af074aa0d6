"""One message after the other, by one channel after the other: claimed, carried, and marked with what became of it.

A claim is a transaction of its own (FOR UPDATE SKIP LOCKED; one writer on SQLite), with a lease: two nodes never carry
the same delivery. Past its lease a delivery was left behind by a killed node: a webhook repeats it under the same id,
any other channel marks it ``unknown`` and leaves it. A channel whose server does not answer rests for a while, longer
each time, so that it keeps no other waiting; nothing is lost meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from engine import actors, tables
from engine.accounts import machine_time
from engine.actors import Actor
from engine.couriers import channels, hooks, mail, preferences, reset_links, robots, sealing, words
from engine.couriers.channels import Channel
from engine.couriers.outcomes import Doubtful, Later, Misconfigured, NotSent, Unreachable
from engine.couriers.preferences import Preferences
from engine.couriers.resolving import AT_ONCE, resolve
from engine.couriers.words import TEST, Due, Message, Said, Speaker
from engine.errors import FieldError, Language, Text, Unfit
from engine.outbox import ASKING, URGENT
from engine.settings import Settings
from engine.store import Moment, Store, new_id

_log = logging.getLogger("liuhen.couriers")

LEASE = timedelta(minutes=5)
"""Longer than any message takes, so that nobody takes it for left behind."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
LONGEST_REST = timedelta(minutes=15)
"""Of a channel whose server does not answer."""
MOST_ATTEMPTS = 12
GIVE_UP = timedelta(days=4)
"""News that old is no news any more; longer than a weekend and a digest together."""
DUE_SOON = timedelta(days=3)
"""What a digest calls due."""
MOST_DUE = 50

_C, _D, _K, _T = tables.channels.c, tables.notice_deliveries.c, tables.task_candidates.c, tables.tasks.c
_NOW = bindparam("now", type_=_D.next_at.type)
_IS_DUE = or_(
    and_(_D.status == "waiting", _D.next_at <= _NOW),
    and_(_D.status == "sending", _D.lease_until <= _NOW),
)
_CHANNELS = (
    select(_C.id)
    .where(
        _C.disabled_at.is_(None),
        or_(_C.open_until.is_(None), _C.open_until <= _NOW),
        select(_D.id).where(_D.channel_id == _C.id, _IS_DUE).exists(),
    )
    .order_by(_C.id)
)
_FIRST = (
    select(tables.notice_deliveries)
    .where(_D.channel_id == bindparam("channel"), _IS_DUE)
    .order_by(_D.next_at, _D.id)
    .limit(1)
)
_SAME_DIGEST = (
    select(tables.notice_deliveries)
    .where(
        _D.channel_id == bindparam("channel"),
        _D.person_id == bindparam("person"),
        _D.way == "digest",
        _D.status == "waiting",
        _D.next_at <= _NOW,
    )
    .order_by(_D.id)
)
_MINE = and_(_D.id.in_(bindparam("ids", expanding=True)), _D.status == "sending", _D.lease_until == bindparam("lease"))


def tick(store: Store, limit: int = 1_000) -> int:
    """Put what is ready before people, and send what is due; gives how much was done, at most about ``limit``."""
    done = reset_links.send(store)
    while done < limit:
        try:
            with store.transaction() as db:
                found = resolve(db, store.moment(db))
        except OperationalError as e:  # another node has them; met again at the next beat
            _log.warning("left to the next beat: %s", type(e).__name__)
            break
        done += found
        if found < AT_ONCE:
            break
    return done + send(store, max(0, limit - done))


def send(store: Store, limit: int = 1_000) -> int:
    """Send what is due; gives how many messages were carried or given up."""
    with store.reading() as db:  # peek without the write lock
        due = list(db.execute(_CHANNELS, {"now": store.moment(db).now}).scalars())
    done = 0
    for channel_id in due:
        while done < limit:
            claimed = _claim(store, channel_id)
            if claimed is None:
                break
            done += 1
            if claimed.message is not None and not _deliver(store, claimed):
                break  # the channel rests
    return done


# ---------------------------------------------------------------- one message


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is carried: the rows that go out together, and what is said."""

    channel: Channel
    ids: tuple[str, ...]
    attempts: int
    lease: datetime
    message: Message | None
    """Null where nothing had to be carried after all."""
    to: str = ""
    event: Mapping[str, Any] | None = None
    """The JSON of a webhook."""
    at: datetime | None = None
    is_test: bool = False
    """Tried once: whoever tests looks at what became of it."""

    @property
    def id(self) -> str:
        return self.ids[0]


def _claim(store: Store, channel_id: str) -> Parcel | None:
    """Take the next delivery of a channel in hand; ``None`` where none is left."""
    with store.transaction() as db:
        moment = store.moment(db)
        channel = channels.one(db, channel_id)
        if channel.disabled_at is not None or (channel.open_until is not None and channel.open_until > moment.now):
            return None
        first = _FIRST.with_for_update(skip_locked=True)
        row = db.execute(first, {"channel": channel_id, "now": moment.now}).mappings().first()
        if row is None:
            return None
        nothing = Parcel(channel, (row["id"],), row["attempts"], moment.now, None)
        if row["status"] == "sending" and not channel.may_repeat:
            _mark(db, moment, [row["id"]], "unknown", "the node that sent it stopped")
            return nothing
        if row["way"] == TEST or moment.now - (row["again_at"] or row["at"]) > GIVE_UP:
            _mark(db, moment, [row["id"]], "failed", "too late")
            return nothing
        rows = [dict(row)]
        if row["way"] == "digest":
            same = {"channel": channel_id, "person": row["person_id"], "now": moment.now}
            others = db.execute(_SAME_DIGEST.with_for_update(skip_locked=True), same).mappings()
            rows += [dict(r) for r in others if r["id"] != row["id"]]
        return _ready(db, store.settings, moment, channel, rows)


def _ready(db: Connection, settings: Settings, moment: Moment, channel: Channel, rows: list[dict[str, Any]]) -> Parcel:
    """Compose a message of rows that are locked; what has become pointless is cancelled, what is too early waits."""
    speaker = Speaker(db, rows)
    gone = [r["id"] for r in rows if _is_pointless(speaker, r)]
    _mark(db, moment, gone, "cancelled", None)
    left = [r for r in rows if r["id"] not in gone]
    nothing = Parcel(channel, tuple(r["id"] for r in rows), 0, moment.now, None)
    if not left:
        return nothing
    chosen, language = Preferences(), _language(channel)
    person = left[0]["person_id"]
    if person is not None:
        chosen = preferences.preferences_of(db, person)
        language = preferences.language_of(db, person)
        if channel.kind == "mail" and chosen.mail is None:
            _mark(db, moment, [r["id"] for r in left], "cancelled", "no address any more")
            return nothing
        later = chosen.not_before(moment, urgent=any(r["kind"] in URGENT for r in left))
        if later > moment.now:
            _put_off(db, [r["id"] for r in left], later)
            return nothing
    ids = tuple(r["id"] for r in left)
    lease = moment.now + LEASE
    attempts = max(r["attempts"] for r in left) + 1
    taken = {"status": "sending", "lease_until": lease, "attempts": attempts, "sent_with": ids[0]}
    db.execute(update(tables.notice_deliveries).where(_D.id.in_(ids)).values(**taken))
    said = [speaker.say(r, with_title=channel.titles, with_names=False) for r in left]
    message, event = _compose(db, settings, moment, channel, left, said, language)
    return Parcel(channel, ids, attempts, lease, message, chosen.mail or "", event, moment.now)


def _is_pointless(speaker: Speaker, row: Mapping[str, Any]) -> bool:
    """What it asked for is done, or in somebody else's hands."""
    if speaker.is_done(row):
        return True
    task = speaker.tasks.get(row["task_id"] or "")
    if task is None or row["person_id"] is None or row["kind"] not in ASKING or task.status != "open":
        return False
    instead = json.loads(row["facts"]).get("for")
    return task.claimed_by is not None and task.claimed_by not in (row["person_id"], instead)


def _language(channel: Channel) -> Language:
    return "en" if channel.settings.get("language") == "en" else "zh"


def _compose(
    db: Connection,
    settings: Settings,
    moment: Moment,
    channel: Channel,
    rows: Sequence[Mapping[str, Any]],
    said: Sequence[Said],
    language: Language,
) -> tuple[Message, dict[str, Any] | None]:
    row, personal = rows[0], rows[0]["person_id"] is not None
    if row["way"] == "digest":
        due = _due(db, moment, row["person_id"], with_title=channel.titles)
        return words.digest(said, due, moment.today, language, settings.base_url), None
    message = words.single(said[0], language, settings.base_url, personal=personal)
    event = None
    if channel.kind == "webhook":
        holders = [actors.holder_of(row["person_id"])] if personal else json.loads(row["facts"]).get("holders", [])
        event = words.as_event(said[0], row, holders, settings.base_url, moment)
        if personal:
            event["data"]["person"] = _number(db, row["person_id"])
    return message, event


_NUMBER = select(tables.people.c.number).where(tables.people.c.id == bindparam("person"))


def _number(db: Connection, person_id: str) -> str | None:
    """The office's own number of a person, by which a program that passes messages on knows them."""
    number: str | None = db.execute(_NUMBER, {"person": person_id}).scalar()
    return number


_DUE = (
    select(_T.id.label("task_id"), _T.case_id, _T.due_on)
    .join_from(tables.task_candidates, tables.tasks, _T.id == _K.task_id)
    .where(
        _K.holder.in_(bindparam("holders", expanding=True)),
        _T.status.in_(("open", "confirming")),
        _T.due_on <= bindparam("until"),
        or_(_T.claimed_by.is_(None), _T.claimed_by == bindparam("person")),
    )
    .distinct()
    .order_by(_T.due_on, _T.id)
    .limit(MOST_DUE)
)


def _due(db: Connection, moment: Moment, person_id: str, *, with_title: bool) -> list[Due]:
    """The tasks of one person that are due soon, or were."""
    person = actors.person(db, person_id, moment.today)
    if person is None:
        return []
    memberships = actors.memberships_of(db, person_id, moment.today)
    holders = [actors.holder_of(person_id), *(p.holder for p in person.posts), *(m.holder for m in memberships)]
    asked = {"holders": holders, "person": person_id, "until": moment.today + DUE_SOON}
    rows = [{"kind": "task.assigned", "facts": "{}", "at": moment.now, **r} for r in db.execute(_DUE, asked).mappings()]
    speaker = Speaker(db, rows)
    return [Due(speaker.say(r, with_title=with_title, with_names=False), r["due_on"]) for r in rows]


# ---------------------------------------------------------------- carrying and marking


def _deliver(store: Store, parcel: Parcel) -> bool:
    """Carry a parcel and mark what became of it; false where the channel rests from now on."""
    fault: NotSent | None = None
    try:
        with store.reading() as db:
            secrets = channels.secrets_of(db, store.settings, parcel.channel.id)
        carry(store.settings, parcel, secrets)
    except sealing.CannotOpen:
        fault = Misconfigured("the secrets were sealed under another LIUHEN_SECRET_KEY")
    except NotSent as e:
        fault = e
    with store.transaction() as db:
        settle(db, store.moment(db), parcel, fault)
    return not isinstance(fault, Unreachable)


def carry(settings: Settings, parcel: Parcel, secrets: Mapping[str, str]) -> None:
    """Send a parcel over the wire; raises what became of it otherwise."""
    channel, message = parcel.channel, parcel.message
    if message is None or parcel.at is None:
        raise RuntimeError("an empty parcel is not carried")
    if channel.kind == "mail":
        host = urlsplit(settings.base_url).hostname or "liuhen"
        letter = mail.Letter(parcel.id, parcel.to, message.subject, message.text, message.html, parcel.at)
        mail.send(channel.settings, secrets, letter, host)
    elif channel.kind == "webhook":
        hooks.send(secrets, parcel.id, parcel.event or {}, machine_time(), settings.webhook_hosts)
    else:
        subject, text = message.subject, message.markdown
        robots.send(channel.kind, secrets, subject, text, machine_time(), settings.webhook_hosts)


def settle(db: Connection, moment: Moment, parcel: Parcel, fault: NotSent | None) -> None:
    """Mark what became of a parcel; where its lease was lost meanwhile, nothing is marked."""
    channel, attempts = parcel.channel, parcel.attempts
    values: dict[str, Any] = {"lease_until": None, "error": fault.words if fault else None}
    is_last = attempts >= MOST_ATTEMPTS
    if fault is None:
        values |= {"status": "sent", "done_at": moment.now}
    elif isinstance(fault, Unreachable) and not parcel.is_test:
        values |= {"status": "waiting", "attempts": attempts - 1, "next_at": moment.now}
    elif isinstance(fault, Doubtful) and not channel.may_repeat:
        values |= {"status": "unknown", "done_at": moment.now}
    elif isinstance(fault, Later | Doubtful) and not is_last:
        values |= {"status": "waiting", "next_at": moment.now + pause(parcel.id, attempts)}
    else:
        values |= {"status": "failed", "done_at": moment.now}
    db.execute(
        update(tables.notice_deliveries).where(_MINE).values(**values), {"ids": parcel.ids, "lease": parcel.lease}
    )
    _mind_the_channel(db, moment, channel, fault)


def _mind_the_channel(db: Connection, moment: Moment, channel: Channel, fault: NotSent | None) -> None:
    mine = _C.id == channel.id
    if isinstance(fault, Unreachable):
        rest = min(FIRST_PAUSE * 2 ** min(channel.failures, 10), LONGEST_REST)
        values = {"failures": _C.failures + 1, "open_until": moment.now + rest}
        db.execute(update(tables.channels).where(mine).values(**values, error=fault.words, error_at=moment.now))
        _log.warning("channel %s rests for %s: %s", channel.id, rest, type(fault).__name__)
    elif fault is not None:
        values = {"failures": 0, "open_until": None, "error": fault.words, "error_at": moment.now}
        db.execute(update(tables.channels).where(mine).values(**values))
    elif channel.failures or channel.open_until is not None:
        values = {"failures": 0, "open_until": None, "error": None, "error_at": None}
        db.execute(update(tables.channels).where(mine).values(**values))


def pause(id_: str, attempts: int) -> timedelta:
    """How long until the next try: twice as long each time, up to six hours, and up to a quarter more or less.

    The part of chance comes from the delivery's id: what failed together is not tried together.
    """
    whole: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    chance = int.from_bytes(hashlib.sha256(f"{id_} {attempts}".encode()).digest()[:4]) / 2**32
    return whole * (0.75 + 0.5 * chance)


def _mark(db: Connection, moment: Moment, ids: Sequence[str], status: str, error: str | None) -> None:
    if ids:
        values = {"status": status, "error": error, "done_at": moment.now, "lease_until": None}
        db.execute(update(tables.notice_deliveries).where(_D.id.in_(ids)).values(**values))


def _put_off(db: Connection, ids: Sequence[str], until: datetime) -> None:
    values = {"status": "waiting", "next_at": until, "lease_until": None}
    db.execute(update(tables.notice_deliveries).where(_D.id.in_(ids)).values(**values))


# ---------------------------------------------------------------- trying a channel

TRIES = 5
"""Test messages that one channel carries in a minute."""
_TRIED = select(func.count()).where(
    _D.channel_id == bindparam("channel"), _D.way == TEST, _D.at > bindparam("since", type_=_D.at.type)
)


def try_out(store: Store, actor: Actor, channel_id: str, to: str | None = None) -> dict[str, Any]:
    """Send a test message by a channel, now: ``{status, error}``.

    Whoever manages channels sends it to any address (``to``), everybody else to their own. Raises ``NotFound``,
    ``Unfit``, ``Forbidden``.
    """
    with store.transaction() as db:
        parcel = _prepare_test(db, store.settings, store.moment(db), actor, channel_id, to)
    _deliver(store, parcel)
    with store.reading() as db:
        row = db.execute(select(_D.status, _D.error).where(_D.id == parcel.id)).one()
    return {"status": row.status, "error": row.error}


def _prepare_test(
    db: Connection, settings: Settings, moment: Moment, actor: Actor, channel_id: str, to: str | None
) -> Parcel:
    channel = channels.one(db, channel_id)
    is_manager = actor.may(channels.PERMISSION)
    chosen = preferences.preferences_of(db, actor.person_id) if actor.person_id else Preferences()
    if channel.audience == "office" or (to is not None and to != chosen.mail):
        actor.require(channels.PERMISSION)
    if channel.disabled_at is not None and not is_manager:
        actor.require(channels.PERMISSION)
    address = to or chosen.mail or ""
    if channel.kind == "mail" and not mail.ADDRESS.fullmatch(address):
        said = Text("请填写完整的邮箱地址。", "Write a complete mail address.")
        raise Unfit(errors=[FieldError("to", "err_mail", said)])
    since = moment.now - timedelta(minutes=1)
    if db.execute(_TRIED, {"channel": channel_id, "since": since}).scalar_one() >= TRIES:
        said = Text("测试过于频繁，请一分钟后再试。", "Too many tests; try again in a minute.")
        raise Unfit(errors=[FieldError("to", "err_too_many_tests", said)])
    person = actor.person_id if channel.audience == "people" else None
    id_, lease = new_id(), moment.now + LEASE
    row: dict[str, Any] = {
        "id": id_,
        "channel_id": channel_id,
        "person_id": person,
        "notice_id": None,
        "kind": TEST,
        "case_id": None,
        "task_id": None,
        "facts": "{}",
        "way": TEST,
        "status": "sending",
        "attempts": MOST_ATTEMPTS,
        "next_at": moment.now,
        "lease_until": lease,
        "at": moment.now,
    }
    db.execute(insert(tables.notice_deliveries).values(**row))
    language = preferences.language_of(db, person) if person else _language(channel)
    said_ = Speaker(db, [row]).say(row, with_title=False, with_names=False)
    message, event = _compose(db, settings, moment, channel, [row], [said_], language)
    return Parcel(channel, (id_,), MOST_ATTEMPTS, lease, message, address, event, moment.now, is_test=True)
