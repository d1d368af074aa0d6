"""Messages and signals between cases: written with the deed that throws them, delivered after its COMMIT.

A message waits for its receiver and the receiver for it: whichever commits last looks, and the clock looks again, so
neither can miss the other. A message reaches one case, the one that waits longest for its (name, key); where none
waits it starts one, or waits until it expires. A signal reaches every case that listened when it was thrown. Each
delivery is a transaction of its own that locks one case: the mark and the case's move commit together, and what one
receiver cannot take stops that receiver alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.exc import OperationalError

from engine import cases, definitions, feel, machine, tables, trail
from engine.actors import Actor
from engine.cases import CANCELLED, ENDED, RETURN, RUNNING, Work
from engine.errors import FieldError, Incident, Refused, Text, Unfit
from engine.store import Moment, Statement, Store, for_update, insert_ignored, new_id
from engine.trail import Kind

_log = logging.getLogger("liuhen.messages")

PERMISSION = "messages.send"
LARGEST = 64 * 1024
"""Bytes that the data of a message from outside may have as JSON."""
LONGEST = 200
"""Characters of a name or a key."""
LONGEST_LIFE = timedelta(days=366)
AT_ONCE = 50
"""Deliveries that follow a request before it is answered; the clock does the rest."""
BATCH = 100
"""Messages, or receivers of a signal, that are looked up together."""

PENDING, DELIVERED, EXPIRED, REFUSED, UNDONE = "pending", "delivered", "expired", "refused", "undone"
STATUSES = (PENDING, DELIVERED, EXPIRED, REFUSED, UNDONE)

_M, _S, _C, _D, _X = (
    tables.messages.c,
    tables.subscriptions.c,
    tables.cases.c,
    tables.deliveries.c,
    tables.starts.c,
)

Woken = tuple[str, str]
"""(kind, name) of what may be deliverable now."""


# ---------------------------------------------------------------- sending from outside


def send(
    db: Connection,
    actor: Actor,
    moment: Moment,
    name: str,
    key: str = "",
    data: Mapping[str, Any] | None = None,
    time_to_live: timedelta | None = None,
) -> str:
    """A message from outside, for the one case that waits for (name, key); gives its id.

    ``data`` is JSON. It is delivered after the COMMIT (``after``). Raises ``Forbidden`` or ``Unfit``.
    """
    actor.require(PERMISSION)
    lives = cases.TIME_TO_LIVE if time_to_live is None else time_to_live
    errors = _faults(name, key, data)
    if not timedelta(0) < lives <= LONGEST_LIFE:
        said = Text("最长一年，且须大于零。", "More than nothing, and at most a year.")
        errors.append(FieldError("time_to_live", "err_time_to_live", said))
    if errors:
        raise Unfit(errors=errors)
    return _store(db, actor, moment, "message", name, key, data or {}, lives)


def broadcast(db: Connection, actor: Actor, moment: Moment, name: str, data: Mapping[str, Any] | None = None) -> str:
    """A signal from outside, for every case that listens for it now; gives its id. Raises as ``send`` does."""
    actor.require(PERMISSION)
    if errors := _faults(name, "", data):
        raise Unfit(errors=errors)
    return _store(db, actor, moment, "signal", name, "", data or {}, cases.TIME_TO_LIVE)


def _faults(name: str, key: str, data: Mapping[str, Any] | None) -> list[FieldError]:
    found = []
    if not 0 < len(name) <= LONGEST:
        found.append(FieldError("name", "err_message_name", Text("名称为 1 至 200 个字符。", "1 to 200 characters.")))
    if len(key) > LONGEST:
        found.append(FieldError("key", "err_message_key", Text("关联键最长 200 个字符。", "At most 200 characters.")))
    if len(json.dumps(data or {}, ensure_ascii=False).encode()) > LARGEST:
        found.append(FieldError("data", "err_message_size", Text("数据最大 64 kB。", "At most 64 kB.")))
    return found


def _store(
    db: Connection,
    actor: Actor,
    moment: Moment,
    kind: str,
    name: str,
    key: str,
    data: Mapping[str, Any],
    lives: timedelta,
) -> str:
    id_ = new_id()
    # JSON is adopted before it is frozen: numbers become exact, and what looks like our own marks stays plain data.
    frozen = cases.frozen(data)
    row = {
        "id": id_,
        "kind": kind,
        "name": name,
        "key": key,
        "data": frozen,
        "sent_by": actor.person_id,
        "at": moment.now,
        "expires_at": moment.now + lives,
        "status": PENDING,
    }
    db.execute(tables.messages.insert().values(**row))
    said = Kind.SIGNAL_POSTED if kind == "signal" else Kind.MESSAGE_POSTED
    trail.append(db, moment, actor, kind=said, message=id_, name=name, key=key or None)
    cases.tell(db, [(kind, name)])
    return id_


def listed(
    db: Connection, status: str | None = None, cursor: str | None = None, limit: int = 50
) -> tuple[list[dict[str, Any]], str | None]:
    """Messages and signals for whoever runs the system, newest first: never their data, never a key."""
    columns = (_M.id, _M.kind, _M.name, _M.from_case, _M.to_case, _M.at, _M.expires_at, _M.status)
    query = select(*columns).order_by(_M.id.desc()).limit(limit + 1)
    if status:
        query = query.where(_M.status == status)
    if cursor:
        query = query.where(_M.id < cursor)
    rows = [dict(r) for r in db.execute(query).mappings()]
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None


def forget(db: Connection, before: datetime) -> int:
    """Drop what was delivered, refused or expired and thrown before an instant; returns how many."""
    old = select(_M.id).where(_M.status != PENDING, _M.at < before)
    db.execute(tables.deliveries.delete().where(_D.message_id.in_(old)))
    return db.execute(tables.messages.delete().where(_M.status != PENDING, _M.at < before)).rowcount


# ---------------------------------------------------------------- delivering


@dataclass(frozen=True, slots=True)
class _Message:
    """What delivering has to know before it takes anything in hand."""

    id: str
    kind: str
    name: str
    from_case: str
    to_case: str | None
    at: datetime
    expires_at: datetime
    cursor: str


@dataclass(slots=True)
class _Hand:
    """What a delivery has in hand when it fails: the case that cannot take it, or the start that cannot begin one."""

    case: str | None = None
    start: Any = None


def after(store: Store, db: Connection) -> int:
    """Deliver what a deed that has just committed made deliverable; nothing is asked where it made nothing so.

    What goes wrong here is met again by the clock: the deed itself is done.
    """
    woken = cases.told(db)
    if not woken:
        return 0
    try:
        return deliver(store, woken, AT_ONCE)
    except OperationalError as e:
        _log.warning("left to the clock: %s", type(e).__name__)
        return 0


def deliver(store: Store, woken: Iterable[Woken] | None = None, limit: int = 10_000) -> int:
    """Deliver what can be delivered, at most ``limit`` times; gives how many receivers there were.

    ``woken``: only these, and what the deliveries themselves throw; ``None``: everything that is pending.
    """
    done, wanted = 0, None if woken is None else set(woken)
    tried = 0
    while tried < limit:
        before, place = done, ""
        while tried < limit:
            with store.reading() as db:
                found = _deliverable(db, store.moment(db), wanted, place)
            if not found:
                break
            for message in found:
                if tried >= limit:
                    break
                tried += 1
                place = message.id
                if message.kind == "signal" and message.to_case is None:
                    received = _spread(store, message, wanted, limit - tried)
                    tried += received
                    done += received
                else:
                    done += _attempt(store, message, _ONE[message.kind], wanted)
        if done == before:
            break
    return done


def _deliverable(db: Connection, moment: Moment, wanted: set[Woken] | None, place: str) -> list[_Message]:
    values = {"now": moment.now, "place": place}
    rows: Iterable[Any] = (
        _ALL_DELIVERABLE.all(db, values)
        if wanted is None
        else db.execute(_SOME_DELIVERABLE, {**values, "wanted": sorted(wanted)}).mappings()
    )
    return [_Message(**{**r, "from_case": r["from_case"] or ""}) for r in rows]


_OF_KEY = tables.definitions.alias("of_key")
_UNDER_WAY = (
    exists()
    .where(
        _OF_KEY.c.key == _X.definition_key,
        _C.definition_id == _OF_KEY.c.id,
        _C.business_key == _M.key,
        _C.status.not_in((ENDED, CANCELLED)),
    )
    .correlate(tables.starts, tables.messages)
)
"""A case with the message's key is under way: the message belongs to it, and starts no second one."""
_BEGINS = and_(_X.kind == "message", _X.name == _M.name, or_(_M.key == "", ~_UNDER_WAY))
_WAITS = and_(_S.kind == "message", _S.name == _M.name, _S.key == _M.key, _C.id == _S.case_id, _C.status == RUNNING)
_NOW = bindparam("now", type_=_M.at.type)
_IS_READY = or_(_M.ready_at.is_(None), _M.ready_at <= _NOW)
_IS_DELIVERABLE = or_(
    and_(
        _M.kind == "message",
        _M.expires_at > bindparam("now", type_=_M.at.type),
        or_(exists().where(_WAITS), exists().where(_BEGINS)),
    ),
    and_(_M.kind == "signal", _M.to_case.is_(None)),
    # What is for one case waits while that case is suspended or has failed.
    and_(_M.to_case.is_not(None), exists().where(_C.id == _M.to_case, _C.status.in_((RUNNING, ENDED, CANCELLED)))),
)
_PENDING_ROWS = (
    select(_M.id, _M.kind, _M.name, _M.from_case, _M.to_case, _M.at, _M.expires_at, _M.cursor)
    .where(_M.status == PENDING, _M.id > bindparam("place"), _IS_READY, _IS_DELIVERABLE)
    .order_by(_M.id)
    .limit(BATCH)
)
_ALL_DELIVERABLE = Statement(_PENDING_ROWS)
_SOME_DELIVERABLE = _PENDING_ROWS.where(tuple_(_M.kind, _M.name).in_(bindparam("wanted", expanding=True)))

_PENDING_ROW = select(tables.messages).where(_M.id == bindparam("id"), _M.status == PENDING)
_CLAIM = _PENDING_ROW.with_for_update(skip_locked=True)


def _claim(db: Connection, id_: str) -> Any:
    """The message, ours alone until the transaction ends; ``None`` where another node has it or has delivered it."""
    return db.execute(_CLAIM if for_update(db) else _PENDING_ROW, {"id": id_}).first()


def _settled(db: Connection, id_: str, status: str) -> None:
    """What became of a message; its data has gone where it had to go, or nowhere."""
    db.execute(update(tables.messages).where(_M.id == id_, _M.status == PENDING).values(status=status, data="{}"))


def _data(row: Any) -> dict[str, Any]:
    return {k: feel.thaw(v) for k, v in json.loads(row.data).items()}


Act = Callable[[Connection, Moment, _Message, _Hand], bool]


def _attempt(store: Store, message: _Message, act: Act, wanted: set[Woken] | None) -> int:
    """One delivery in a transaction of its own; gives 1 where something was received.

    Whatever a receiver cannot take is recorded with that receiver, and stands in nobody else's way.
    """
    hand = _Hand()
    try:
        with store.transaction() as db:
            received = act(db, store.moment(db), message, hand)
    except OperationalError:
        if hand.case is None:
            raise
        _log.info("case %s is being worked on; %s waits", hand.case, message.id)
        if message.kind == "signal":
            with store.transaction() as db:
                _put_off(db, store.moment(db), message, hand.case)
        return 0
    except Exception as e:
        if hand.case is None and hand.start is None:
            raise
        _log.error("message %s cannot be delivered: %s", message.id, type(e).__name__, exc_info=e)
        # The words of a fault that nobody foresaw may be personal; those of a refusal are not.
        reason = str(e) if isinstance(e, Refused | Incident) else type(e).__name__
        with store.transaction() as db:
            _record(db, store.moment(db), message, hand, reason)
        return 1
    more = cases.told(db)
    if wanted is not None:
        wanted |= more
    return int(received)


def _record(db: Connection, moment: Moment, message: _Message, hand: _Hand, reason: str) -> None:
    if hand.case is not None:
        cases.fail(db, moment, hand.case, reason)
        if message.kind == "signal":
            _put_off(db, moment, message, hand.case)
        return
    start_refused(db, moment, hand.start.definition_key, hand.start.element, reason, message=message.id)
    if message.kind == "signal":
        _mark(db, moment, message.id, _place(hand.start))
    else:
        _settled(db, message.id, REFUSED)


def start_refused(db: Connection, moment: Moment, key: str, element: str, reason: str, **cause: Any) -> None:
    """Tell on the definition's chain that an event could not start a case."""
    trail.append(
        db,
        moment,
        Actor.clock(),
        chain=f"definition:{key}",
        kind=Kind.CASE_START_REFUSED,
        element=element,
        reason=reason[:500],
        **cause,
    )


def _mark(db: Connection, moment: Moment, message_id: str, receiver: str) -> bool:
    """Note that a receiver has had a message; false where it had it already."""
    row = {"message_id": message_id, "case_id": receiver, "at": moment.now}
    return _MARK.run(db, row) == 1


_MARK = Statement(insert_ignored(tables.deliveries), "message_id", "case_id", "at")


# ---------------------------------------------------------------- messages

_RECEIVER = (
    select(_S.case_id, _S.node)
    .join_from(tables.subscriptions, tables.cases, _C.id == _S.case_id)
    .where(
        _S.kind == "message",
        _S.name == bindparam("name"),
        _S.key == bindparam("key"),
        _C.status == RUNNING,
    )
    .order_by(_S.since, _S.case_id, _S.node)
    .limit(1)
)
_START = select(tables.starts).where(_X.kind == "message", _X.name == bindparam("name")).order_by(_X.definition_key)
_BUSY = (
    select(_C.id)
    .join_from(tables.cases, tables.definitions, _C.definition_id == tables.definitions.c.id)
    .where(
        tables.definitions.c.key == bindparam("definition"),
        _C.business_key == bindparam("key"),
        _C.status.not_in((ENDED, CANCELLED)),
    )
    .limit(1)
)


def _message(db: Connection, moment: Moment, message: _Message, hand: _Hand) -> bool:
    row = _claim(db, message.id)
    if row is None or row.expires_at <= moment.now:
        return False
    found = db.execute(_RECEIVER, {"name": row.name, "key": row.key}).first()
    if found is None:
        return _begin(db, moment, row, hand)
    hand.case = found.case_id
    work = cases.take(db, Actor.clock(), moment, found.case_id)
    here = next((s for s in work.live.listens() if s.node == found.node), None)
    if (
        work.row["status"] != RUNNING
        or here is None
        or (here.kind, here.name, here.key) != ("message", row.name, row.key)
    ):
        return False  # it went on while we waited for it
    work.cause = {"message": row.id}
    step = machine.receive(work.live, found.node, work.world.environment(), _data(row))
    cases.settle(work, step)
    _mark(db, moment, row.id, found.case_id)
    _settled(db, row.id, DELIVERED)
    return True


def _begin(db: Connection, moment: Moment, row: Any, hand: _Hand) -> bool:
    """Start a case with a message; one with the same key that is under way keeps it waiting."""
    for start in db.execute(_START, {"name": row.name}).all():
        if row.key:
            # One at a time, or two messages with one key would start two cases. A publication may have replaced it.
            start = _held(db, start)
            if start is None or db.execute(_BUSY, {"definition": start.definition_key, "key": row.key}).first():
                continue
        hand.start = start
        case_id = _start(db, moment, start, row, business_key=row.key or None)
        _mark(db, moment, row.id, case_id)
        _settled(db, row.id, DELIVERED)
        return True
    return False


def _held(db: Connection, start: Any) -> Any:
    query = select(tables.starts).where(_X.definition_key == start.definition_key, _X.element == start.element)
    return db.execute(query.with_for_update() if for_update(db) else query).first()


def _start(db: Connection, moment: Moment, start: Any, row: Any, business_key: str | None = None) -> str:
    definition = definitions.load(db, start.definition_id)
    return cases.start_by_event(
        db,
        moment,
        definition,
        definition.element(start.element),
        data=_data(row),
        business_key=business_key,
        cause={"message": row.id},
    )


# ---------------------------------------------------------------- signals

_LISTENERS = (
    select(_S.case_id)
    .where(
        _S.kind == "signal",
        _S.name == bindparam("name"),
        _S.since <= bindparam("thrown", type_=_S.since.type),
        _S.case_id > bindparam("place"),
        _S.case_id != bindparam("thrower"),
    )
    .distinct()
    .order_by(_S.case_id)
    .limit(bindparam("limit"))
)
_SIGNAL_STARTS = (
    select(tables.starts)
    .where(_X.kind == "signal", _X.name == bindparam("name"))
    .order_by(_X.definition_key, _X.element)
)


def _spread(store: Store, message: _Message, wanted: set[Woken] | None, limit: int) -> int:
    """Let a signal reach the next of its receivers; its row keeps how far it has come."""
    received, place, room = 0, message.cursor, max(1, limit)
    while received < room:
        size = min(BATCH, room - received)
        asked = {"name": message.name, "thrown": message.at, "place": place, "thrower": message.from_case}
        with store.reading() as db:
            batch = db.execute(_LISTENERS, {**asked, "limit": size}).scalars().all()
            starts = [] if batch else db.execute(_SIGNAL_STARTS, {"name": message.name}).all()
        for case_id in batch:
            received += _attempt(store, message, _to(case_id), wanted)
        for start in starts:
            received += _attempt(store, message, _starting(start), wanted)
        with store.transaction() as db:
            if not batch:
                _settled(db, message.id, DELIVERED)
                return received
            place = batch[-1]
            further = update(tables.messages).where(_M.id == message.id, _M.cursor < place)
            db.execute(further.values(cursor=place))
    return received


def _to(case_id: str) -> Act:
    def act(db: Connection, moment: Moment, message: _Message, hand: _Hand) -> bool:
        row = db.execute(_PENDING_ROW, {"id": message.id}).first()
        if row is None or not _mark(db, moment, message.id, case_id):
            return False
        hand.case = case_id
        work = cases.take(db, Actor.clock(), moment, case_id)
        if work.row["status"] in (ENDED, CANCELLED):
            return False
        if work.row["status"] != RUNNING:
            _address(db, row, case_id)
            return False
        return _signal_in(work, row)

    return act


def _signal_in(work: Work, row: Any) -> bool:
    if not any(s.kind == "signal" and s.name == row.name for s in work.live.listens()):
        return False
    work.cause = {"message": row.id}
    cases.settle(work, machine.signal(work.live, work.world.environment(), row.name, _data(row)))
    return True


def _put_off(db: Connection, moment: Moment, message: _Message, case_id: str) -> None:
    """A case that cannot take a signal now gets it when it can: a row of its own."""
    row = db.execute(_PENDING_ROW, {"id": message.id}).first()
    if row is not None and message.to_case is None and _mark(db, moment, message.id, case_id):
        _address(db, row, case_id)


def _address(db: Connection, row: Any, case_id: str) -> None:
    own = {**row._mapping, "id": new_id(), "to_case": case_id, "cursor": ""}
    db.execute(tables.messages.insert().values(**own))


def _starting(start: Any) -> Act:
    def act(db: Connection, moment: Moment, message: _Message, hand: _Hand) -> bool:
        row = db.execute(_PENDING_ROW, {"id": message.id}).first()
        if row is None or not _mark(db, moment, message.id, _place(start)):
            return False
        hand.start = start
        _start(db, moment, start, row)
        return True

    return act


def _place(start: Any) -> str:
    """What stands for a start event among the receivers of a signal."""
    return hashlib.sha256(f"{start.definition_key} {start.element}".encode()).hexdigest()[:40]


def _addressed(db: Connection, moment: Moment, message: _Message, hand: _Hand) -> bool:
    """A signal that one case could not take before."""
    row = _claim(db, message.id)
    if row is None:
        return False
    hand.case = row.to_case
    work = cases.take(db, Actor.clock(), moment, row.to_case)
    if work.row["status"] not in (RUNNING, ENDED, CANCELLED):
        return False
    received = work.row["status"] == RUNNING and _signal_in(work, row)
    _settled(db, row.id, DELIVERED if received else REFUSED)
    return received


# ---------------------------------------------------------------- what called cases give back

_NEWEST_CALL = (
    select(_C.id)
    .where(_C.parent_id == bindparam("parent"), _C.parent_node == bindparam("node"))
    .order_by(_C.id.desc())
    .limit(1)
)


def _return(db: Connection, moment: Moment, message: _Message, hand: _Hand) -> bool:
    """A called case answers the call activity that waits for it."""
    row = _claim(db, message.id)
    if row is None:
        return False
    hand.case = row.to_case
    work = cases.take(db, Actor.clock(), moment, row.to_case)
    status, node = work.row["status"], row.to_node
    if status not in (RUNNING, ENDED, CANCELLED):
        return False
    one = work.live.open().get(node) if status == RUNNING else None
    newest = db.execute(_NEWEST_CALL, {"parent": row.to_case, "node": node}).scalar()
    if one is None or one.kind != "call" or newest != row.from_case:
        _settled(db, row.id, REFUSED)  # the call was interrupted, or made again
        return False
    work.completed = node
    work.cause = {"called": row.from_case}
    _answered(work, node, row)
    _settled(db, row.id, DELIVERED)
    return True


def _answered(work: Work, node: int, row: Any) -> None:
    data, environment = _data(row), work.world.environment()
    if row.name == "result":
        step = machine.complete(work.live, node, environment, result=data)
    elif row.name == "error":
        caught = machine.fail(work.live, node, environment, row.key)
        step = caught or machine.halt(
            work.live, node, environment, _UNCAUGHT.format(number=data["number"], code=row.key), {"error": row.key}
        )
    else:
        step = machine.halt(work.live, node, environment, _CANCELLED.format(number=data["number"]))
    cases.settle(work, step)


_UNCAUGHT = Text(
    "被调用的事项 {number} 以错误 {code} 结束，没有事件捕获它",
    "the called case {number} ended with the error {code}, which nothing catches",
)
_CANCELLED = Text("被调用的事项 {number} 已终止", "the called case {number} was cancelled")

_ONE: Mapping[str, Act] = {"message": _message, "signal": _addressed, RETURN: _return}


# ---------------------------------------------------------------- held back

_HELD_BACK = Statement(select(func.min(_M.ready_at).label("at")).where(_M.status == PENDING))


def next_ready(db: Connection) -> datetime | None:
    """When the first message may leave that was held back while its deed could be undone."""
    at: datetime | None = (_HELD_BACK.first(db, {}) or {}).get("at")
    return at


def let_go(store: Store) -> bool:
    """Deliver what was held back until now; false where there is nothing."""
    with store.transaction() as db:
        now = store.moment(db).now
        held = update(tables.messages).where(_M.status == PENDING, _M.ready_at <= now)
        kinds = {(r.kind, r.name) for r in db.execute(held.values(ready_at=None).returning(_M.kind, _M.name))}
    if kinds:
        deliver(store, kinds)
    return bool(kinds)


# ---------------------------------------------------------------- expiring

_EXPIRES = Statement(select(func.min(_M.expires_at).label("at")).where(_M.status == PENDING, _M.kind != RETURN))
_EXPIRED = (
    select(tables.messages)
    .where(
        _M.status == PENDING,
        _M.kind != RETURN,
        _M.expires_at <= bindparam("now", type_=_M.expires_at.type),
    )
    .order_by(_M.expires_at, _M.id)
    .limit(1)
)


def next_expiry(db: Connection) -> datetime | None:
    """When the first pending message expires."""
    at: datetime | None = (_EXPIRES.first(db, {}) or {}).get("at")
    return at


def expire(db: Connection, moment: Moment) -> bool:
    """Mark the message that expired first, with an entry on its sender's chain; false where there is none."""
    query = _EXPIRED.with_for_update(skip_locked=True) if for_update(db) else _EXPIRED
    row = db.execute(query, {"now": moment.now}).first()
    if row is None:
        return False
    _settled(db, row.id, EXPIRED)
    trail.append(
        db,
        moment,
        Actor.clock(),
        chain=row.from_case or trail.OFFICE,
        kind=Kind.MESSAGE_EXPIRED,
        message=row.id,
        name=row.name,
        key=row.key or None,
    )
    return True
