"""The recurring tick: claims what is due from the database and lets each case act, in due order.

Cases wake, timer and conditional start events start cases, versions become active, messages expire; and messages that
are still to be delivered are delivered, whatever became of the node whose deed threw them.

Any number of nodes may tick. APScheduler is the heartbeat only; nothing is kept in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.exc import OperationalError

from engine import activating, adjusting, administration, cases, messages, starts, tables
from engine.errors import Refused, Text
from engine.store import Moment, Store

_log = logging.getLogger("liuhen.clock")

_DUE = (
    select(tables.cases.c.id, tables.cases.c.wake_at)
    .where(
        tables.cases.c.wake_at <= bindparam("now", type_=tables.cases.c.wake_at.type),
        tables.cases.c.status == "running",
    )
    .order_by(tables.cases.c.wake_at, tables.cases.c.id)
    .limit(1)
)
_DUE_CLAIMED = _DUE.with_for_update(skip_locked=True)
_NEXT = select(func.min(tables.cases.c.wake_at)).where(tables.cases.c.status == "running")


def tick(store: Store, until: datetime | None = None, limit: int = 10_000) -> int:
    """Do everything that is due now; gives how many times something acted, at most ``limit``.

    ``until`` (virtual clock only) moves time from one due instant to the next up to that instant, so that nothing is
    done earlier or in another order than it would have been.
    """
    acted = messages.deliver(store, limit=limit)
    acted += adjusting.sweep(store, limit - acted)
    is_idle = False  # at ``until``, with nothing due: only a condition may still turn
    while acted < limit:
        if not is_idle and _act_once(store):
            acted += 1
            continue
        turned = starts.look(store)
        acted += turned
        if turned:
            is_idle = False
        elif until is None or is_idle or (found := _travel(store, until)) is None:
            break
        else:
            is_idle = not found
    return acted


def _act_once(store: Store) -> bool:
    """Let whatever is due first act: a case, a start event, or a message that expires."""
    with store.reading() as db:  # peek without the write lock: pollers must not starve people
        now = store.moment(db).now
        due = [(at, n) for n, at in enumerate(_next(store, db)) if at is not None and at <= now]
    if not due:
        return False
    return any(_KINDS[kind](store) for _, kind in sorted(due))  # another node may have the first


def _next(store: Store, db: Connection) -> tuple[datetime | None, ...]:
    return (
        db.execute(_NEXT).scalar(),
        starts.next_due(db),
        messages.next_expiry(db),
        messages.next_ready(db),
        cases.next_end(db, store.settings.zone),
        administration.next_expiry(db),
        activating.next_due(db),
    )


def _wake(store: Store) -> bool:
    case_id = None
    try:
        with store.transaction() as db:
            moment = store.moment(db)
            row = db.execute(_DUE if store.is_sqlite else _DUE_CLAIMED, {"now": moment.now}).first()
            if row is None:
                return False
            case_id = row.id
            cases.wake(db, moment, case_id)
    except OperationalError:
        raise  # locked for too long, or gone: met again at the next beat
    except Exception as e:
        # Whatever it is stands in this case's way alone. Not taken off, it would be met first at every beat, and the
        # clock of every other case would stand still behind it.
        if case_id is None:
            raise
        _log.error("case %s cannot go on: %s", case_id, type(e).__name__, exc_info=e)
        with store.transaction() as db:
            # The words of a fault that nobody foresaw may be personal; those of a refusal are not.
            cases.fail(db, store.moment(db), case_id, _why(e))
    else:
        messages.after(store, db)
    return True


def _expire(store: Store) -> bool:
    with store.transaction() as db:
        return messages.expire(db, store.moment(db))


def _after_posts(store: Store) -> bool:
    with store.transaction() as db:
        return cases.after_posts(db, store.moment(db))


def _expire_proposals(store: Store) -> bool:
    with store.transaction() as db:
        return administration.expire(db, store.moment(db))


_KINDS: tuple[Callable[[Store], bool], ...] = (
    _wake,
    starts.act,
    _expire,
    messages.let_go,
    _after_posts,
    _expire_proposals,
    activating.act,
)


def _why(e: Exception) -> Text:
    if isinstance(e, Refused):
        return Text(f"{e.said.zh}（{e.refusal}）", f"{e.said.en} ({e.refusal})")
    return Text("系统内部错误（{kind}）", "a fault of the system ({kind})").format(kind=type(e).__name__)


def _travel(store: Store, until: datetime) -> bool | None:
    """Move the virtual clock to the next due instant up to ``until``, or to ``until`` itself.

    True where something is due there; false where nothing is; ``None`` where the clock stood there already.
    """
    with store.transaction() as db:
        now = store.moment(db).now
        if now >= until:
            return None
        due = min((at for at in _next(store, db) if at is not None and at <= until), default=None)
        store.set_clock(db, until if due is None else max(due, now))
    return due is not None


def moment(store: Store) -> Moment:
    """The time as cases see it."""
    with store.reading() as db:
        return store.moment(db)
