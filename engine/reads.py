"""Reads on record: who was shown which case, form, file, document or list, how far, in which post and for what.

A record is an entry on a chain of the reader (``reads:<person>``), so no read ever locks a case, and a row of
``case_reads`` for each case that was shown, by which a case's readers are found. It is committed before the answer
leaves. The same person who is shown the same again within ``WINDOW``, while the case stands where it stood, leaves no
second record: the first one stands for the window (docs/decisions/0019).
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import DBAPIError

from engine import cases, tables, trail
from engine.actors import PERMISSIONS, Actor
from engine.errors import Refused, Text
from engine.store import Moment, Statement, Store
from engine.trail import Kind

CHAINS = "reads:"
"""How the chains of readers begin; the rest is the person."""
WINDOW = timedelta(minutes=5)
MOST_KEPT = 50_000
"""Reads of the last minutes that a process remembers; what it has forgotten is recorded once more."""
PURPOSES = ("task", "own", "case", "delegation", "audit")
"""Why somebody may be shown a case: asked to do something in it, it is their own, they have a part in it, they stand in
for somebody, they oversee all cases."""

_C, _V, _K, _T = tables.cases.c, tables.case_viewers.c, tables.task_candidates.c, tables.tasks.c


class Unrecorded(Refused):
    """What nobody can put on record is not shown: the database takes no writes just now."""

    code = "err_read_not_recorded"
    text = Text(
        "查阅须留痕，而系统此刻无法写入记录，请稍后再试。",
        "What is shown goes on record, and no record can be written just now. Try again in a moment.",
    )


@dataclass(frozen=True)
class Read:
    """What somebody was shown: ``cases`` by id, and the facts that tell one thing from another.

    ``covers`` names what less it stands for: who was shown the whole of a case was shown its outline.
    """

    kind: Kind
    cases: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)
    """What may hold personal words (what was searched for): the entry commits to it, the row keeps it."""
    covers: tuple[str, ...] = ()
    later: Callable[[], Mapping[str, Any]] | None = None
    """More facts, which are worked out only where there is something to record."""


class _Recent:
    """What this process has recorded within the window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: OrderedDict[tuple[Any, ...], datetime] = OrderedDict()

    def has(self, key: tuple[Any, ...], now: datetime) -> bool:
        with self._lock:
            at = self._at.get(key)
        return at is not None and abs(now - at) < WINDOW

    def keep(self, keys: Iterable[tuple[Any, ...]], now: datetime) -> None:
        with self._lock:
            for key in keys:
                self._at[key] = now
                self._at.move_to_end(key)
            while len(self._at) > MOST_KEPT:
                self._at.popitem(last=False)


_recent: WeakKeyDictionary[Store, _Recent] = WeakKeyDictionary()
_recent_lock = threading.Lock()


def _of(store: Store) -> _Recent:
    with _recent_lock:
        return _recent.setdefault(store, _Recent())


@dataclass(frozen=True)
class Pending:
    """A read that is still to be recorded: where its cases stood, and on what ground they were shown."""

    read: Read
    seen: Mapping[str, int]
    grounds: Mapping[str, tuple[str, tuple[str, ...]]]
    """Case → (purpose, the holder texts by which it was theirs to see)."""
    keys: tuple[tuple[Any, ...], ...]


_SEEN = select(_C.id, _C.trail_seq).where(_C.id.in_(bindparam("cases", expanding=True)))
_SEEN_ONE = Statement(select(_C.id, _C.trail_seq).where(_C.id == bindparam("case")))


def look(db: Connection, store: Store, actor: Actor, moment: Moment, read: Read) -> Pending | None:
    """What there is to record of a read, as of the transaction in which it was made; ``None``: it is on record."""
    ids = tuple(dict.fromkeys(read.cases))
    if len(ids) == 1:  # nearly every read, and on the way of every page
        found = _SEEN_ONE.all(db, {"case": ids[0]})
        seen: dict[str, int] = {row["id"]: row["trail_seq"] for row in found}
    else:
        seen = {row.id: row.trail_seq for row in db.execute(_SEEN, {"cases": list(ids)})} if ids else {}
    mark = json.dumps({**read.facts, **read.private}, sort_keys=True, default=str)
    who = (actor.person_id, actor.key_id, tuple(p.holder for p in actor.posts))
    place = tuple(sorted(seen.items()))
    keys = tuple((who, kind, mark, place) for kind in (read.kind.value, *read.covers))
    if _of(store).has(keys[0], moment.now):
        return None
    if read.later is not None:
        read = replace(read, facts={**read.facts, **read.later()})
    return Pending(read, seen, {id_: _ground(db, actor, id_) for id_ in seen}, keys)


_VIEWS = select(_V.holder, _V.scope).where(
    _V.case_id == bindparam("case"), _V.holder.in_(bindparam("holders", expanding=True))
)
_ASKS = (
    select(_K.holder)
    .join(tables.tasks, _T.id == _K.task_id)
    .where(
        _T.case_id == bindparam("case"),
        _T.status.in_(cases.OPEN_STATUSES),
        _K.holder.in_(bindparam("holders", expanding=True)),
    )
)


def _ground(db: Connection, actor: Actor, case_id: str) -> tuple[str, tuple[str, ...]]:
    """On what ground a case was shown, the narrowest first: what they have to do in it comes before a post."""
    holders = list(actor.holders)
    asked = set(db.execute(_ASKS, {"case": case_id, "holders": holders}).scalars())
    if asked:
        return "task", tuple(sorted(asked))
    views = db.execute(_VIEWS, {"case": case_id, "holders": holders}).all()
    if views:
        is_own = all(row.scope == "own" for row in views)
        return "own" if is_own else "case", tuple(sorted(row.holder for row in views))
    if "cases.read_all" in actor.permissions:
        posts = [p.holder for p in actor.posts if "cases.read_all" in PERMISSIONS.get(p.role, frozenset())]
        return "audit", tuple(sorted(posts))
    return "delegation", tuple(sorted(f"person:{d.person_id}" for d in actor.delegations))


def record(store: Store, actor: Actor, pending: Pending) -> None:
    """Put a read on record, in a transaction of its own. Raises ``Unrecorded`` where that cannot be done."""
    if actor.person_id is None:
        return
    read = pending.read
    try:
        with store.transaction() as db:
            moment = store.moment(db)
            _write(db, actor, moment, read, pending)
    except DBAPIError as e:
        raise Unrecorded() from e
    _of(store).keep(pending.keys, moment.now)


def _write(db: Connection, actor: Actor, moment: Moment, read: Read, pending: Pending) -> None:
    facts = dict(read.facts)
    purposes = {purpose for purpose, _ in pending.grounds.values()}
    detail: dict[str, Any] = {}
    if read.private:
        salt = trail.new_salt()
        detail = {"private": dict(read.private), "salt": salt}
        facts["private"] = {"pd": trail.commitment(dict(read.private), salt)}
    if len(pending.seen) == 1:
        ((case, seq),) = pending.seen.items()
        facts |= {"case": case, "seen": seq, "via": list(pending.grounds[case][1])}
    elif pending.seen:
        facts["cases"] = [{"case": case, "seen": seq} for case, seq in pending.seen.items()]
    receipt = trail.append(
        db,
        moment,
        actor,
        chain=f"{CHAINS}{actor.person_id}",
        kind=read.kind,
        purpose=" ".join(sorted(purposes)) or None,
        within=int(WINDOW.total_seconds()),
        **facts,
    )
    rows = [
        {
            "chain": receipt.chain,
            "seq": receipt.seq,
            "case_id": case,
            "person_id": actor.person_id,
            "kind": read.kind.value,
            "seen": seq,
            "purpose": pending.grounds[case][0],
            "via": json.dumps(pending.grounds[case][1]),
            "fields": json.dumps(facts["fields"], ensure_ascii=False) if "fields" in facts else None,
            "scope": facts.get("scope"),
            "at": receipt.at,
        }
        for case, seq in pending.seen.items()
    ]
    if rows:
        db.execute(insert(tables.case_reads), rows)
    if detail:
        kept = {"chain": receipt.chain, "seq": receipt.seq, "content": json.dumps(detail, ensure_ascii=False)}
        db.execute(insert(tables.read_words), kept)


# ---------------------------------------------------------------- who saw what

_R = tables.case_reads.c


def of_case(db: Connection, case_id: str, after: tuple[Any, ...] | None, limit: int) -> list[Mapping[str, Any]]:
    """The reads of a case, newest first, from a cursor ``(at, chain, seq)`` on."""
    query = (
        select(tables.case_reads).where(_R.case_id == case_id).order_by(_R.at.desc(), _R.chain.desc(), _R.seq.desc())
    )
    if after is not None:
        at, chain, seq = after
        older = (_R.at == at) & ((_R.chain < chain) | ((_R.chain == chain) & (_R.seq < seq)))
        query = query.where((_R.at < at) | older)
    return [dict(row) for row in db.execute(query.limit(limit)).mappings()]


def of_person(db: Connection, person: str, after: tuple[Any, ...] | None, limit: int) -> list[Mapping[str, Any]]:
    """What somebody was shown, newest first, from a cursor ``(at, chain, seq)`` on."""
    order = (_R.at.desc(), _R.chain.desc(), _R.seq.desc())
    query = select(tables.case_reads).where(_R.person_id == person).order_by(*order)
    if after is not None:
        at, _, seq = after
        query = query.where((_R.at < at) | ((_R.at == at) & (_R.seq < seq)))
    return [dict(row) for row in db.execute(query.limit(limit)).mappings()]


def before(db: Connection, case_id: str, known_in: int, until: datetime) -> list[Mapping[str, Any]]:
    """The reads of a case that showed it as it stood from an entry on, up to a time: oldest first."""
    query = select(tables.case_reads).where(_R.case_id == case_id, _R.seen >= known_in, _R.at <= until)
    return [dict(row) for row in db.execute(query.order_by(_R.at, _R.chain, _R.seq)).mappings()]


def shows(row: Mapping[str, Any], field_name: str) -> bool:
    """Whether a read showed a field of the case, or all of it."""
    if row["kind"] == Kind.CASE_READ.value and row["fields"] is None:
        return bool(row["scope"] == "full")
    return row["fields"] is not None and field_name in json.loads(row["fields"])


def facts_of(db: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """The entries of some reads: (chain, seq) → what was hashed, with its ``hash``."""
    entries = tables.entries.c
    found: dict[tuple[str, int], dict[str, Any]] = {}
    chains = {row["chain"] for row in rows}
    for chain in chains:
        wanted = [row["seq"] for row in rows if row["chain"] == chain]
        query = select(entries.seq, entries.text, entries.hash).where(entries.chain == chain, entries.seq.in_(wanted))
        for row in db.execute(query):
            found[chain, row.seq] = {**json.loads(row.text), "hash": row.hash}
    return found
