"""Jobs as rows: what service tasks offer to outside programs, and what is no longer offered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine import gates, machine, tables
from engine.cases.work import Work
from engine.errors import Incident, Text
from engine.machine import Open
from engine.store import Statement, new_id
from engine.trail import Kind

RETRIES = 3
"""How often a job is tried where its designer does not say."""
TIMEOUT = 300
"""Seconds a program may keep a job where neither its designer nor the program says."""
LONGEST = 30 * 86_400
NO_TIMEOUT = Text(
    "timeout“{text}”不是一秒至三十天的时长", "timeout: “{text}” is no duration between a second and thirty days"
)

_J = tables.jobs.c
_INSERT = Statement(
    insert(tables.jobs),
    *("id", "case_id", "node", "element", "type", "data", "status", "retries", "failures", "timeout", "next_at"),
    "created_at",
)
_AT = update(tables.jobs).where(_J.case_id == bindparam("case"), _J.node == bindparam("at"))
_AGAIN = _AT.values(worker=None, taken_by=None, lapsed=None, locked_until=None, failure=None, closed_at=None)
_CLOSE = Statement(_AT.where(_J.status.in_(("open", "failed"))).values(status=bindparam("new_status")))
_OFFERED = select(_J.node, _J.id).where(
    _J.case_id == bindparam("case"), _J.node.in_(bindparam("nodes", expanding=True))
)


def offer(work: Work, opened: Sequence[Open]) -> list[tuple[int, Incident]]:
    """Work for outside programs, to be taken after the COMMIT of this deed.

    Gives the nodes whose job cannot be offered, and why.
    """
    if not opened:
        return []
    # A job that failed and is offered again keeps its id: somebody outside knows it.
    known = {row.node: row.id for row in work.db.execute(_OFFERED, _places(work, opened))}
    new: list[dict[str, Any]] = []
    failed: list[tuple[int, Incident]] = []
    for one in opened:
        element = work.definition.element(one.element)
        retries = element.words.attribute("retries")
        try:
            timeout = _timeout(work, one)
        except Incident as e:
            failed.append((one.node, e))
            continue
        values = {
            "type": element.words.attribute("jobType"),
            "data": json.dumps(work.live.handed_over(one.node), ensure_ascii=False),
            "status": "open",
            "retries": int(retries) if retries else RETRIES,
            "failures": 0,
            "timeout": timeout,
            "next_at": work.moment.now + work.wait,
        }
        id_ = known.get(one.node) or new_id()
        if one.node in known:
            work.db.execute(_AGAIN.values(**values), {"case": work.case_id, "at": one.node})
        else:
            own = {"id": id_, "case_id": work.case_id, "node": one.node, "element": element.id}
            new.append({**values, **own, "created_at": work.moment.now})
        work.note(Kind.JOB_OPENED, element=element.id, job=id_, type=values["type"])
    if new:
        _INSERT.insert(work.db, new)
    return failed


def _places(work: Work, opened: Sequence[Open]) -> dict[str, Any]:
    return {"case": work.case_id, "nodes": [one.node for one in opened]}


def _timeout(work: Work, one: Open) -> int:
    """Seconds that the designer gives a program; raises ``Incident``."""
    element = work.definition.element(one.element)
    text = element.words.attribute("timeout")
    if text is None:
        return TIMEOUT
    work.world.local = work.live.locals_of(one.node)
    try:
        value = (
            work.world.evaluate(text, gates.reading_context(work.world, element), element.id)
            if text[:1] == "="
            else text
        )
        due = machine.schedule(value, work.moment.now, work.moment.zone).due
    except machine.NoTime as e:
        raise Incident(element.id, NO_TIMEOUT.format(text=text), {"expression": text}) from e
    finally:
        work.world.local = {}
    seconds = int((due - work.moment.now).total_seconds())
    if not 1 <= seconds <= LONGEST:
        raise Incident(element.id, NO_TIMEOUT.format(text=text), {"expression": text})
    return seconds


def close(work: Work, nodes: Sequence[int]) -> None:
    """Nobody needs these jobs any more; the one that this deed completes is done."""
    for node in nodes:
        status = "done" if node == work.completed else "cancelled"
        _CLOSE.run(work.db, {"case": work.case_id, "at": node, "new_status": status})
