"""Findings follow the entries: work of the clock, in the order of the sealed log, a batch at a time.

A batch is read and worked out without the write lock; it is written only where nobody has written it meanwhile, so that
several servers may do this at once and one that is killed leaves nothing half done. A deed never waits for it: what is
shown says up to which leaf of the log it has been read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine import definitions, reads, reliving, separation, tables, trail
from engine.oversight import conformance, findings
from engine.oversight.conformance import Replay, VersionOf
from engine.oversight.findings import MOST_FAST, Finding
from engine.reliving import Body
from engine.store import Moment, Statement, Store, insert_or_ignore
from engine.trail import Kind
from engine.views import clauses

NAME = "findings"
BATCH = 400
"""Leaves of the log; what they lead to is written in one short transaction."""

_F, _L, _P, _R, _S = (
    tables.findings.c,
    tables.log_leaves.c,
    tables.oversight_progress.c,
    tables.case_replays.c,
    tables.clause_states.c,
)
_READ = select(_P.leaves).where(_P.name == NAME)
_NEXT = select(_L.idx, _L.chain, _L.seq).where(_L.idx >= bindparam("after")).order_by(_L.idx).limit(bindparam("limit"))
_CASES = select(
    tables.cases.c.id,
    tables.cases.c.status,
    tables.cases.c.unit_id,
    tables.cases.c.definition_id,
    tables.cases.c.trail_seq,
).where(tables.cases.c.id.in_(bindparam("cases", expanding=True)))
_REPLAYS = select(tables.case_replays).where(_R.case_id.in_(bindparam("cases", expanding=True)))
_SEEN = Statement(
    select(func.min(tables.case_reads.c.at).label("at")).where(
        tables.case_reads.c.case_id == bindparam("case"),
        tables.case_reads.c.person_id == bindparam("person"),
        tables.case_reads.c.kind == Kind.TASK_READ.value,
        tables.case_reads.c.at >= bindparam("since", type_=tables.case_reads.c.at.type),
        tables.case_reads.c.at <= bindparam("until", type_=tables.case_reads.c.at.type),
    )
)


@dataclass
class Batch:
    """What some leaves of the log lead to, not yet written."""

    after: int
    upto: int
    found: list[dict[str, Any]] = field(default_factory=list)
    replays: list[dict[str, Any]] = field(default_factory=list)
    clauses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    departs: list[dict[str, Any]] = field(default_factory=list)


def tick(store: Store, limit: int = 4_000) -> int:
    """Read on in the log, at most about ``limit`` leaves; gives how many were read."""
    done = 0
    while done < limit:
        with store.reading() as db:
            batch = look(db, store.moment(db))
        if batch is None:
            break
        with store.transaction() as db:
            if not keep(db, batch):
                break  # somebody else is at it
        done += batch.upto - batch.after
    return done


def progress(db: Connection) -> tuple[int, int]:
    """How many leaves of the log have been read, and how many there are."""
    read = db.execute(_READ).scalar()
    size = db.execute(select(func.max(_L.idx))).scalar()
    return read or 0, 0 if size is None else size + 1


def look(db: Connection, moment: Moment) -> Batch | None:
    """What the next leaves lead to; ``None`` where there are none. Writes nothing."""
    after = db.execute(_READ).scalar() or 0
    leaves = db.execute(_NEXT, {"after": after, "limit": BATCH}).all()
    if not leaves:
        return None
    batch = Batch(after, leaves[-1].idx + 1)
    chains = {leaf.chain for leaf in leaves}
    of_cases = sorted(c for c in chains if trail.is_of_case(c))
    enforced: dict[str, Mapping[str, Sequence[str]]] = {}
    version_of = conformance.versions(db)
    if of_cases:
        stored = {r.case_id: r for r in db.execute(_REPLAYS, {"cases": of_cases})}
        for row in db.execute(_CASES, {"cases": of_cases}):
            _follow_case(db, moment, batch, row, stored.get(row.id), enforced, version_of)
    unowned = [(leaf.chain, leaf.seq) for leaf in leaves if leaf.chain.startswith(reads.CHAINS)]
    batch.found += _unowned(db, unowned)
    return batch


def _follow_case(
    db: Connection,
    moment: Moment,
    batch: Batch,
    row: Any,
    stored: Any,
    enforced: dict[str, Mapping[str, Sequence[str]]],
    version_of: VersionOf,
) -> None:
    seq = stored.seq if stored is not None else 0
    if row.trail_seq <= seq:
        return  # a leaf of a deed that was read whole before
    bodies = list(reliving.bodies(db, row.id))
    new = [b for b in bodies if b["seq"] > seq]
    case = Replay.of(row.id, stored.state if stored is not None else None)
    deviating = conformance.replay(case, new, version_of, moment.zone)
    definition = definitions.load(db, row.definition_id)
    office = separation.in_force(db)
    marks = {mark for body in new for mark in body.get("marks", ())}
    duties = [m for m in marks if definition.duties.rule(m) is not None or office.rule(m) is not None]
    at = {b["seq"]: b for b in new}
    found = list(_timely(db, row.id, at, findings.shown_by(case, new, moment.zone, definition, duties)))
    found += [findings.of_deviation(d, (at[d.seq].get("actor") or {}).get("person")) for d in deviating]
    if definition.id not in enforced:
        enforced[definition.id] = clauses.enforced_by(db, definition)
    read = clauses.standing(db, definition, row.id, row.status, bodies, enforced[definition.id])
    of_clause = {s: one["id"] for one in reversed(read) for s in one["exceptions"]}
    told = {f.seq for f in found}
    whole = {b["seq"]: b for b in bodies}
    found = [replace(f, clause=of_clause.get(f.seq, f.clause)) for f in found]
    found += [_exception(whole[s], c, case) for s, c in of_clause.items() if s > seq and s not in told]
    batch.found += [_row(f, row.id, row, definition.key) for f in found]
    batch.departs += [{"of_case": row.id, "of_seq": s, "of_clause": c} for s, c in of_clause.items() if s <= seq]
    batch.replays.append({"case_id": row.id, "seq": case.standing.seq, "state": case.as_json()})
    batch.clauses[row.id] = [
        {
            "case_id": row.id,
            "clause": one["id"],
            "definition_key": definition.key,
            "unit_id": row.unit_id,
            "state": one["state"],
            "exceptions": len(one["exceptions"]),
        }
        for one in read
    ]


def _timely(db: Connection, case_id: str, at: Mapping[int, Body], found: Iterator[Finding]) -> Iterator[Finding]:
    """Of what was done fast only what was, counted from when whoever did it looked at it first."""
    for one in found:
        if one.kind != "fast":
            yield one
            continue
        since, done = datetime.fromisoformat(one.facts["since"]), datetime.fromisoformat(at[one.seq]["at"])
        asked = {"case": case_id, "person": one.person, "since": since, "until": done}
        seen = (_SEEN.first(db, asked) or {}).get("at")
        seconds = int((done - max(since, seen or since)).total_seconds())
        if seconds <= MOST_FAST:
            facts = {"since": max(since, seen or since).isoformat(), "looked": seen is not None}
            yield replace(one, measure=max(0, seconds), facts=facts)


def _exception(body: Body, clause: str, case: Replay) -> Finding:
    return Finding(
        body["seq"],
        "exception",
        rule=clause[:100],
        at=body["at"],
        person=(body.get("actor") or {}).get("person"),
        element=body.get("element"),
        task=body.get("task"),
        clause=clause,
        version=case.standing.version or 0,
    )


def _row(found: Finding, chain: str, case: Any, key: str) -> dict[str, Any]:
    return {
        "chain": chain,
        "seq": found.seq,
        "kind": found.kind,
        "rule": found.rule,
        "at": datetime.fromisoformat(found.at),
        "case_id": case.id,
        "definition_key": key,
        "version": found.version,
        "unit_id": case.unit_id,
        "person_id": found.person,
        "element": found.element,
        "task_id": found.task,
        "clause": found.clause,
        "measure": found.measure,
        "facts": json.dumps(found.facts, ensure_ascii=False, sort_keys=True),
        "rev": 0,
    }


def _unowned(db: Connection, entries: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Of some reads those that were nobody's to make by a post or a part that they have in the case."""
    if not entries:
        return []
    r, c, d = tables.case_reads.c, tables.cases.c, tables.definitions.c
    query = (
        select(r.chain, r.seq, r.at, r.case_id, r.person_id, r.purpose, r.kind, c.id, c.unit_id, d.key, d.version)
        .join_from(tables.case_reads, tables.cases, c.id == r.case_id)
        .join(tables.definitions, d.id == c.definition_id)
        .where(r.via == "[]", r.chain.in_({chain for chain, _ in entries}), r.seq >= min(s for _, s in entries))
    )
    wanted = set(entries)
    return [
        _row(
            Finding(
                row.seq,
                "read_unowned",
                rule=row.case_id,
                at=row.at.isoformat(),
                person=row.person_id,
                version=row.version,
                facts={"purpose": row.purpose, "read": row.kind},
            ),
            row.chain,
            row,
            row.key,
        )
        for row in db.execute(query)
        if (row.chain, row.seq) in wanted
    ]


# ---------------------------------------------------------------- written in one piece

_ADVANCE = (
    update(tables.oversight_progress)
    .where(_P.name == NAME, _P.leaves == bindparam("was"))
    .values(leaves=bindparam("upto"))
)
_DEPARTS = (
    update(tables.findings)
    .where(_F.chain == bindparam("of_case"), _F.seq == bindparam("of_seq"), _F.clause.is_(None))
    .values(clause=bindparam("of_clause"))
)


def keep(db: Connection, batch: Batch) -> bool:
    """Write a batch, unless another server has read on meanwhile: then nothing, and ``False``."""
    db.execute(insert_or_ignore(db, tables.oversight_progress), {"name": NAME, "leaves": 0})
    if db.execute(_ADVANCE, {"was": batch.after, "upto": batch.upto}).rowcount != 1:
        return False
    if batch.found:
        db.execute(insert_or_ignore(db, tables.findings), batch.found)
    if batch.departs:
        db.execute(_DEPARTS, batch.departs)
    ids = [one["case_id"] for one in batch.replays]
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        db.execute(delete(tables.case_replays).where(_R.case_id.in_(some)))
        db.execute(delete(tables.clause_states).where(_S.case_id.in_(some)))
    if batch.replays:
        db.execute(insert(tables.case_replays), batch.replays)
    rows = [row for some in batch.clauses.values() for row in some]
    if rows:
        db.execute(insert(tables.clause_states), rows)
    return True
