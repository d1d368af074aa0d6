"""The recurring tick: claims what is due from the database and lets each case act, in due order.

Any number of nodes may tick. APScheduler is the heartbeat only; nothing is kept in it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import OperationalError

from engine import cases, tables
from engine.errors import Refused
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
    """Do everything that is due now; gives how many times a case acted.

    ``until`` (virtual clock only) moves time from one due instant to the next up to that instant, so that nothing is
    done earlier or in another order than it would have been.
    """
    acted = 0
    while acted < limit:
        if not _act_once(store):
            if until is None or not _travel(store, until):
                break
            continue
        acted += 1
    return acted


def _act_once(store: Store) -> bool:
    with store.reading() as db:  # peek without the write lock: pollers must not starve people
        moment = store.moment(db)
        if db.execute(_DUE, {"now": moment.now}).first() is None:
            return False
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
            cases.fail(db, store.moment(db), case_id, str(e) if isinstance(e, Refused) else type(e).__name__)
    return True


def _travel(store: Store, until: datetime) -> bool:
    """Move the virtual clock to the next due instant before ``until``, or to ``until`` itself; false when there."""
    with store.transaction() as db:
        now = store.moment(db).now
        if now >= until:
            return False
        due = db.execute(_NEXT).scalar()
        store.set_clock(db, until if due is None or due > until else max(due, now))
    return True


def moment(store: Store) -> Moment:
    """The time as cases see it."""
    with store.reading() as db:
        return store.moment(db)
