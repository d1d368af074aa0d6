"""What one person was told, in the product: newest first, with what of it is done; read or not.

What a deed has just written and no heartbeat has put before people yet is shown all the same, by the asker's holders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from engine import tables
from engine.actors import Actor
from engine.couriers.resolving import resolve
from engine.couriers.words import OPEN_STATUSES, Speaker
from engine.errors import NotFound
from engine.outbox import URGENT, WHILE_OPEN
from engine.store import Moment

_N, _O, _T, _V, _D = (
    tables.notices.c,
    tables.outbox.c,
    tables.tasks.c,
    tables.case_viewers.c,
    tables.notice_deliveries.c,
)
MOST = 99
"""Unread ones beyond are not counted: 99 is many."""

_PENDING = select(tables.outbox).where(
    _O.holder.in_(bindparam("holders", expanding=True)),
    _O.ready_at <= bindparam("now", type_=_O.ready_at.type),
    or_(_O.besides.is_(None), _O.besides != bindparam("person")),
)
_IS_DONE = (_N.kind.in_(sorted(WHILE_OPEN))) & (_T.status.not_in(OPEN_STATUSES))
_UNREAD = (
    select(_N.id)
    .join_from(tables.notices, tables.tasks, _T.id == _N.task_id, isouter=True)
    .where(_N.person_id == bindparam("person"), _N.read_at.is_(None), func.coalesce(~_IS_DONE, True))
    .limit(MOST + 1)
)
_SEES = select(_V.case_id).where(
    _V.case_id.in_(bindparam("cases", expanding=True)), _V.holder.in_(bindparam("holders", expanding=True))
)


def listed(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    only_unread: bool = False,
    kind: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[dict[str, Any]], str | None]:
    """What the asker was told, newest first; ``cursor`` is the id of the last one seen."""
    if actor.person_id is None:
        raise NotFound()
    query = select(tables.notices).where(_N.person_id == actor.person_id).order_by(_N.id.desc()).limit(limit + 1)
    if only_unread:
        query = query.where(_N.read_at.is_(None))
    if kind:
        query = query.where(_N.kind == kind)
    if cursor:
        query = query.where(_N.id < cursor)
    rows = [dict(r) for r in db.execute(query).mappings()]
    if cursor is None:
        known = {r["id"] for r in rows}
        fresh = [r for r in _pending(db, actor, moment) if r["id"] not in known and kind in (None, r["kind"])]
        rows = sorted([*rows, *fresh], key=lambda r: str(r["id"]), reverse=True)
    page = rows[:limit]
    speaker = Speaker(db, page)
    sees = _visible(db, actor, {r["case_id"] for r in page if r["case_id"]})
    items = [_item(speaker, row, row["case_id"] in sees) for row in page]
    return items, page[-1]["id"] if len(rows) > limit else None


def _item(speaker: Speaker, row: Mapping[str, Any], may_see: bool) -> dict[str, Any]:
    said = speaker.say(row, with_title=may_see, with_names=True)
    case = {"id": said.case_id, "number": said.number, "title": said.title} if said.number else None
    return {
        "id": row["id"],
        "kind": said.kind,
        "text": said.sentence,
        "at": said.at,
        "is_read": row.get("read_at") is not None,
        "is_done": said.is_done,
        "is_urgent": said.kind in URGENT,
        "case": case,
        "procedure": said.procedure,
        "task": said.task_id,
        "link": said.path if may_see or said.proposal or said.meeting else None,
    }


def _pending(db: Connection, actor: Actor, moment: Moment) -> list[dict[str, Any]]:
    asked = {"holders": list(actor.holders), "now": moment.now, "person": actor.person_id}
    found: dict[str, dict[str, Any]] = {}
    for row in db.execute(_PENDING, asked).mappings():
        found.setdefault(row["id"], {**row, "read_at": None})
    return list(found.values())


def _visible(db: Connection, actor: Actor, cases: Iterable[str]) -> set[str]:
    wanted = sorted(cases)
    if "cases.read_all" in actor.permissions or not wanted:
        return set(wanted)
    holders = [*actor.holders, *(d.holder for d in actor.deputed)]
    return set(db.execute(_SEES, {"cases": wanted, "holders": holders}).scalars())


def unread(db: Connection, actor: Actor, moment: Moment) -> int:
    """How many the asker has not read and could still do something about; at most ``MOST`` and one."""
    if actor.person_id is None:
        return 0
    found = set(db.execute(_UNREAD, {"person": actor.person_id}).scalars())
    pending = _pending(db, actor, moment)
    speaker = Speaker(db, pending)
    found |= {row["id"] for row in pending if not speaker.is_done(row)}
    return min(len(found), MOST + 1)


def mark_read(db: Connection, actor: Actor, moment: Moment, ids: Sequence[str] | None) -> None:
    """The asker has read these, or everything (``None``). What is not theirs is left alone without a word."""
    if actor.person_id is None:
        raise NotFound()
    while resolve(db, moment):
        pass
    query = update(tables.notices).where(_N.person_id == actor.person_id, _N.read_at.is_(None))
    if ids is not None:
        query = query.where(_N.id.in_(list(ids)))
    db.execute(query.values(read_at=moment.now))


def forget(db: Connection, before: datetime, much_before: datetime) -> None:
    """Drop what was read and is older than ``before``, whatever is older than ``much_before``, and old deliveries."""
    db.execute(delete(tables.notices).where(_N.read_at.is_not(None), _N.at < before))
    db.execute(delete(tables.notices).where(_N.at < much_before))
    db.execute(delete(tables.notice_deliveries).where(_D.done_at < before))
