"""Who may see a case, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from engine import actors, tables
from engine.actors import Actor
from engine.cases.work import Work
from engine.errors import NotFound
from engine.store import Moment, Statement, insert_ignored

_INSERT = Statement(insert_ignored(tables.case_viewers), *(c.name for c in tables.case_viewers.c))
_STARTED = select(tables.cases.c.started_at).where(tables.cases.c.id == bindparam("case"))


def may_see(db: Connection, case_id: str, holders: Iterable[str], scope: str) -> None:
    """Remember who may see a case; whoever may already keeps what they have."""
    started_at = db.execute(_STARTED, {"case": case_id}).scalar_one()
    _INSERT.insert(db, [_viewer(case_id, holder, scope, started_at) for holder in dict.fromkeys(holders)])


def _viewer(case_id: str, holder: str, scope: str, started_at: datetime, *, is_below: bool = False) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "holder": holder,
        "scope": scope,
        "started_at": started_at,
        "is_below": is_below,
    }


def viewers(db: Connection, case_id: str) -> dict[str, str]:
    """Who may see a case, and how far: holder → scope."""
    table = tables.case_viewers
    rows = db.execute(select(table.c.holder, table.c.scope).where(table.c.case_id == case_id))
    return {r.holder: r.scope for r in rows}


def hand_down(db: Connection, viewers: Mapping[str, str], case_ids: Sequence[str], moment: Moment) -> None:
    """Whoever may see a case may see as far those that it has just called, which nobody could see before."""
    rows = [_viewer(c, holder, s, moment.now, is_below=True) for c in case_ids for holder, s in viewers.items()]
    _INSERT.insert(db, rows, is_apart=True)


def let_see(work: Work, holders: Iterable[str]) -> None:
    """Whoever is asked may see the whole case from now on; the live case remembers whom it has told."""
    new = [h for h in dict.fromkeys(holders) if h not in work.live.seen_by]
    rows = [_viewer(work.case_id, holder, "full", work.row["started_at"]) for holder in new]
    _INSERT.insert(work.db, rows, is_apart=True)
    work.live.seen_by.update(new)


def let_begin(work: Work, scopes: Mapping[str, str]) -> None:
    """Whoever may see a case from its start on: holder → scope."""
    started_at = work.row["started_at"]
    _INSERT.insert(work.db, [_viewer(work.case_id, holder, scope, started_at) for holder, scope in scopes.items()])
    work.live.seen_by.update(scopes)


_SCOPE = select(tables.case_viewers.c.scope).where(
    tables.case_viewers.c.case_id == bindparam("case"),
    tables.case_viewers.c.holder.in_(bindparam("holders", expanding=True)),
)


def scope_of(db: Connection, actor: Actor, case_id: str) -> str | None:
    """``full``, ``own`` (the person's own forms and the status), or ``None``: not theirs to see."""
    if "cases.read_all" in actor.permissions:
        return "full"
    scopes = set(db.execute(_SCOPE, {"case": case_id, "holders": list(actor.holders)}).scalars())
    if "full" not in scopes and actor.delegations and _stands_in(db, actor, case_id):
        return "full"
    return "full" if "full" in scopes else "own" if scopes else None


def _stands_in(db: Connection, actor: Actor, case_id: str) -> bool:
    """Whether a task of the case is to do for somebody absent: as long as it is, the case may be seen too."""
    asked, task = tables.task_candidates.c, tables.tasks.c
    ways = [
        and_(asked.purpose == purpose, actors.asked_instead(actor, asked.holder, purpose, asked.definition_key))
        for purpose in actors.PURPOSES
    ]
    query = (
        select(asked.task_id)
        .join_from(tables.task_candidates, tables.tasks, task.id == asked.task_id)
        .where(task.case_id == case_id, task.delegable, asked.is_listed, or_(*ways))
    )
    return db.execute(query.limit(1)).first() is not None


def must_see(db: Connection, actor: Actor, case_id: str) -> None:
    """Asked before a case is taken in hand: what is not theirs must not answer slower than what is not there."""
    if scope_of(db, actor, case_id) is None:
        raise NotFound()
