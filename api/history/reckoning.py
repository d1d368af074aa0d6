"""Looks at what a lived year has left behind: the trail, the counts, who is asked, and what stands still.

What the doors told the driver is compared with what the database holds; neither is taken from the other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, tuple_

from api import doctor
from api.history.living import Lived
from engine import tables, trail
from engine.store import Store

_T, _C, _D, _E = (
    tables.tasks.c,
    tables.cases.c,
    tables.definitions.c,
    tables.entries.c,
)
_AT_ONCE = 300


@dataclass
class Reckoning:
    """``findings`` is what is wrong; nothing is well and good."""

    cases: Counter[str] = field(default_factory=Counter)
    """Procedure → cases, whoever or whatever started them."""
    statuses: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    """``procedure outcome`` → cases that have ended."""
    tasks: int = 0
    open_tasks: int = 0
    late_tasks: int = 0
    entries: int = 0
    chains: int = 0
    notices: int = 0
    people: int = 0
    """Who has done something."""
    compared: list[tuple[str, int, int]] = field(default_factory=list)
    """What was counted, what the doors told, what the database holds."""
    findings: list[str] = field(default_factory=list)


def reckon(store: Store, lived: Lived, *, since: int = 0) -> Reckoning:
    """The whole comparison; ``since`` is how many incidents there were before."""
    found = Reckoning()
    with store.reading() as db:
        _count(db, found)
        _compare(db, lived, found)
        _receipts(db, lived, found)
        # No open task without somebody who can sign in to do it.
        nobody = sorted({" ".join(one) for one in doctor.asked_of_nobody(db, store.moment(db))})
        if nobody:
            found.findings.append(f"{len(nobody)} open tasks ask nobody who can sign in: {', '.join(nobody[:10])}")
        incidents = db.execute(select(func.count()).select_from(tables.incidents)).scalar_one() - since
        if incidents:
            found.findings.append(f"{incidents} incidents")
        report = trail.verify(db)
    found.entries, found.chains = report.entries, report.chains
    found.findings += [f"trail {one.chain} {one.seq}: {one.text.en}" for one in report.findings[:20]]
    for fault, times in Counter((one.what.partition(" [")[0], one.code) for one in lived.faults).most_common():
        said = next(one.said for one in lived.faults if (one.what.partition(" [")[0], one.code) == fault)
        found.findings.append(f"{fault[0]}: {fault[1]} ({times}): {said}")
    return found


def _count(db: Connection, found: Reckoning) -> None:
    rows = db.execute(
        select(_D.key, _C.status, _C.outcome, func.count().label("n"))
        .join_from(tables.cases, tables.definitions, _C.definition_id == _D.id)
        .group_by(_D.key, _C.status, _C.outcome)
    )
    for row in rows:
        found.cases[row.key] += row.n
        found.statuses[row.status] += row.n
        if row.outcome is not None:
            found.outcomes[f"{row.key} {row.outcome}"] += row.n
    is_open = _T.status.in_(("open", "confirming", "held", "waiting")) & _C.status.in_(("running",))
    tasks = select(func.count()).join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
    found.tasks = db.execute(tasks).scalar_one()
    found.open_tasks = db.execute(tasks.where(is_open)).scalar_one()
    found.late_tasks = db.execute(tasks.where(_T.is_late)).scalar_one()
    found.notices = db.execute(select(func.count()).select_from(tables.notices)).scalar_one()
    found.people = db.execute(select(func.count(_T.completed_by.distinct()))).scalar_one()


def _compare(db: Connection, lived: Lived, found: Reckoning) -> None:
    """Every count that a door told, beside the rows."""
    by_people = select(_D.key, func.count().label("n")).join_from(
        tables.cases, tables.definitions, _C.definition_id == _D.id
    )
    by_people = by_people.where(_C.started_by.is_not(None), _C.parent_id.is_(None)).group_by(_D.key)
    rows = {row.key: row.n for row in db.execute(by_people)}
    for key in sorted({*rows, *lived.started}):
        found.compared.append((f"cases of {key}", lived.started[key], rows.get(key, 0)))
    own = (_T.part.is_(None)) & _T.completed_by.is_not(None) & (_T.status == "completed")
    done = db.execute(select(func.count()).where(own)).scalar_one()
    found.compared.append(("tasks completed", sum(lived.completed.values()), done))
    delegated = db.execute(select(func.count()).select_from(tables.delegations)).scalar_one()
    found.compared.append(("delegations", lived.done["delegation.made"], delegated))
    kinds = {row.kind: row.n for row in db.execute(select(_E.kind, func.count().label("n")).group_by(_E.kind))}
    for deed in sorted({kind.value for kind in trail.Kind} & {*lived.done} - {"case.started", "task.completed"}):
        found.compared.append((f"entries {deed}", lived.done[deed], kinds.get(deed, 0)))
    files = db.execute(select(func.count()).where(tables.attachments.c.task_id.is_not(None))).scalar_one()
    found.compared.append(("files put with tasks", lived.done["file.put"], files))
    for what, told, there in found.compared:
        if told != there:
            found.findings.append(f"{what}: the doors told {told}, there are {there}")


def _receipts(db: Connection, lived: Lived, found: Reckoning) -> None:
    """Every entry that was given as a receipt is in the trail, as it was given."""
    given = sorted(set(lived.receipts))
    there = 0
    for start in range(0, len(given), _AT_ONCE):
        some = given[start : start + _AT_ONCE]
        query = select(func.count()).where(tuple_(_E.chain, _E.seq, _E.hash).in_(some))
        there += db.execute(query).scalar_one()
    found.compared.append(("receipts", len(given), there))
    if there != len(given):
        found.findings.append(f"{len(given) - there} receipts are not in the trail")
