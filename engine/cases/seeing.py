"""Who may see a case, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, or_, select

from engine import actors, tables
from engine.actors import Actor
from engine.cases.work import Work
from engine.errors import NotFound
from engine.store import Statement, insert_ignored

_INSERT = Statement(insert_ignored(tables.case_viewers), "case_id", "holder", "scope")


def may_see(db: Connection, case_id: str, holders: Iterable[str], scope: str) -> None:
    """Remember who may see a case; whoever may already keeps what they have."""
    _INSERT.insert(db, [{"case_id": case_id, "holder": h, "scope": scope} for h in dict.fromkeys(holders)])


def viewers(db: Connection, case_id: str) -> dict[str, str]:
    """Who may see a case, and how far: holder → scope."""
    table = tables.case_viewers
    rows = db.execute(select(table.c.holder, table.c.scope).where(table.c.case_id == case_id))
    return {r.holder: r.scope for r in rows}


def copy(db: Connection, viewers: Mapping[str, str], case_ids: Sequence[str]) -> None:
    """Whoever may see one case may see others as far, which nobody could see before."""
    rows = [{"case_id": case_id, "holder": h, "scope": s} for case_id in case_ids for h, s in viewers.items()]
    _INSERT.insert(db, rows, is_apart=True)


def let_see(work: Work, holders: Iterable[str]) -> None:
    """Whoever is asked may see the whole case from now on; the live case remembers whom it has told."""
    new = [h for h in dict.fromkeys(holders) if h not in work.live.seen_by]
    rows = [{"case_id": work.case_id, "holder": h, "scope": "full"} for h in new]
    _INSERT.insert(work.db, rows, is_apart=True)
    work.live.seen_by.update(new)


def let_begin(work: Work, scopes: Mapping[str, str]) -> None:
    """Whoever may see a case from its start on: holder → scope."""
    _INSERT.insert(work.db, [{"case_id": work.case_id, "holder": h, "scope": s} for h, s in scopes.items()])
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
