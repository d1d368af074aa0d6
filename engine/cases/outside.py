"""What a case has out in the world besides tasks and jobs: subscriptions and messages, as rows.

The rows follow the machine: ``settle`` calls these after every move, in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, delete, insert, update

from engine import feel, machine, tables
from engine.cases.work import Work
from engine.machine import Listen, Throw
from engine.store import Statement, new_id
from engine.trail import Kind

TIME_TO_LIVE = timedelta(days=30)
"""How long a message waits for its receiver where its sender does not say."""
RETURN = "return"
"""The kind of the message by which a called case answers its caller."""


# ---------------------------------------------------------------- subscriptions and messages

_DELETE_SUBSCRIPTIONS = Statement(
    delete(tables.subscriptions).where(
        tables.subscriptions.c.case_id == bindparam("case"), tables.subscriptions.c.node == bindparam("node")
    )
)
_INSERT_SUBSCRIPTIONS = Statement(
    insert(tables.subscriptions), "case_id", "node", "element", "kind", "name", "key", "since"
)
_INSERT_MESSAGES = Statement(
    insert(tables.messages),
    *("id", "kind", "name", "key", "data", "from_case", "to_case", "to_node", "sent_by", "at", "expires_at"),
    *("ready_at", "status", "cursor"),
)


def keep_subscriptions(work: Work, now: Sequence[Listen]) -> None:
    """The rows of what the case listens for, changed where that has changed."""
    before = work.listens
    if now is before or now == before:
        return
    was, there = {(s.node, s.name, s.key): s for s in before}, {(s.node, s.name, s.key): s for s in now}
    for key, gone in was.items():
        if key not in there:
            _DELETE_SUBSCRIPTIONS.run(work.db, {"case": work.case_id, "node": gone.node})
    new = [s for key, s in there.items() if key not in was]
    if new:
        _INSERT_SUBSCRIPTIONS.insert(
            work.db,
            [
                {
                    "case_id": work.case_id,
                    "node": s.node,
                    "element": s.element,
                    "kind": s.kind,
                    "name": s.name,
                    "key": s.key,
                    "since": work.moment.now,
                }
                for s in new
            ],
        )
        work.woken += [(s.kind, s.name) for s in new]
    work.listens = tuple(now)


def send(work: Work, throws: Sequence[Throw]) -> None:
    """Messages and signals for other cases: rows, delivered after the COMMIT of this deed."""
    if not throws:
        return
    now, rows = work.moment.now, []
    for throw in throws:
        expires = now + TIME_TO_LIVE
        if throw.time_to_live is not None:
            expires = machine.schedule(throw.time_to_live, now, work.moment.zone).due
        rows.append(
            {
                "id": new_id(),
                "kind": throw.kind,
                "name": throw.name,
                "key": throw.key,
                "data": frozen(throw.data),
                "from_case": work.case_id,
                "to_case": None,
                "to_node": None,
                "sent_by": work.actor.person_id,
                "at": now,
                "expires_at": expires,
                "ready_at": now + work.wait if work.wait else None,
                "status": "pending",
                "cursor": "",
            }
        )
        work.woken.append((throw.kind, throw.name))
        kind = Kind.SIGNAL_SENT if throw.kind == "signal" else Kind.MESSAGE_SENT
        work.note(kind, element=throw.element, name=throw.name, key=throw.key or None, message=rows[-1]["id"])
    _INSERT_MESSAGES.insert(work.db, rows)


def answer(work: Work, name: str, data: Mapping[str, Any], key: str = "") -> None:
    """A called case tells its caller what has become of it.

    ``name`` is result, error (``key`` is its code) or cancelled.
    """
    row = {
        "id": new_id(),
        "kind": RETURN,
        "name": name,
        "key": key[:200],
        "data": frozen(data),
        "from_case": work.case_id,
        "to_case": work.row["parent_id"],
        "to_node": work.row["parent_node"],
        "sent_by": work.actor.person_id,
        "at": work.moment.now,
        "expires_at": work.moment.now + TIME_TO_LIVE,
        "ready_at": work.moment.now + work.wait if work.wait else None,
        "status": "pending",
        "cursor": "",
    }
    _INSERT_MESSAGES.insert(work.db, [row])
    work.woken.append((RETURN, name))


def frozen(data: Mapping[str, Any]) -> str:
    """FEEL values as they lie in a row."""
    return json.dumps({k: feel.freeze(v) for k, v in data.items()}, ensure_ascii=False)


_woken: WeakKeyDictionary[Connection, list[tuple[str, str]]] = WeakKeyDictionary()
"""Transaction → what it made deliverable; looked at by the edge that has committed it."""


def tell(db: Connection, woken: Sequence[tuple[str, str]]) -> None:
    """This transaction makes messages of these (kind, name) deliverable."""
    if woken:
        _woken.setdefault(db, []).extend(woken)


def told(db: Connection) -> set[tuple[str, str]]:
    """What a transaction that has committed made deliverable; asked once."""
    return set(_woken.pop(db, ()))


def forget(work: Work) -> None:
    """A case that ended before its time waits for nothing and offers nothing."""
    for table in (tables.subscriptions, tables.timers):
        work.db.execute(delete(table).where(table.c.case_id == work.case_id))
    jobs, incidents = tables.jobs, tables.incidents
    work.db.execute(
        update(jobs).where(jobs.c.case_id == work.case_id, jobs.c.status != "done").values(status="cancelled")
    )
    work.db.execute(
        update(incidents)
        .where(incidents.c.case_id == work.case_id, incidents.c.resolved_at.is_(None))
        .values(resolved_at=work.moment.now, resolved_by=work.actor.person_id, resolution="gone")
    )
    work.changes["faults"] = 0
