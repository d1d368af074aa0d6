"""Parts of a task that others were asked for: signatures of those who were added, and work that was entrusted.

A part is a row of ``tasks`` of its own that names the task it is of, so that worklists, drafts and who may act are
those of any task; the machine knows nothing of it. Signatures given on what is done anew do not count any more: they
stay readable, marked void, and those who gave them are asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine import actors, outbox, tables
from engine.cases.closing import cancel_task
from engine.cases.seeing import let_see
from engine.cases.work import OPEN_STATUSES, Work
from engine.outbox import Notice
from engine.store import new_id

SIGN, ENTRUST, TRANSFER = "sign", "entrust", "transfer"
BEFORE, AFTER, PARALLEL = "before", "after", "parallel"
MODES = (BEFORE, AFTER, PARALLEL)
"""When an added signer is asked: before the task can be done, when it has been done, or meanwhile."""
ALL, ANY = "all", "any"
RULES = (ALL, ANY)
"""Whose signature it takes, of those who were added with the same mode: everybody's, or the first one's."""
AGREE, DISAGREE = "agree", "disagree"
CLOSED = ("signed", "given_back", "transferred")
"""Statuses of parts that somebody did."""

_T = tables.tasks.c
_OF = select(tables.tasks).where(_T.of_task == bindparam("task")).order_by(_T.opened_at, _T.id)


def of_task(work: Work, task_id: str) -> list[dict[str, Any]]:
    """Every part of a task there has been, oldest first."""
    return [dict(r) for r in work.db.execute(_OF, {"task": task_id}).mappings()]


def signatures(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the parts of a task the signatures that count: asked for or given, and not void."""
    return [r for r in rows if r["part"] == SIGN and r["void_at"] is None and r["status"] != "cancelled"]


def missing(rows: Iterable[Mapping[str, Any]], modes: Sequence[str]) -> list[Mapping[str, Any]]:
    """The signatures that are still to be given before it can go on, of those who were added in some modes."""
    found: list[Mapping[str, Any]] = []
    wanted = [r for r in signatures(rows) if r["mode"] in modes]
    for mode in modes:
        for rule in RULES:
            group = [r for r in wanted if r["mode"] == mode and r["rule"] == rule]
            given = [r for r in group if r["status"] == "signed"]
            if rule == ALL or not given:
                found += [r for r in group if r["status"] != "signed"]
    return found


def ask(
    work: Work,
    task: Mapping[str, Any],
    part: str,
    people: Sequence[str],
    *,
    mode: str | None = None,
    rule: str | None = None,
    words: str | None = None,
    asked_by: str | None = None,
) -> list[str]:
    """Ask people for parts of a task, each by a row of their own; gives its ids. ``words``: what they are asked."""
    status = "waiting" if mode == AFTER else "open"
    by = asked_by or work.actor.acting_for or work.actor.person_id
    rows = []
    for person in people:
        holder = actors.holder_of(person)
        ground = {"holder": holder, "rule": part, "on": work.moment.today.isoformat(), "by": by}
        rows.append(
            {
                "id": new_id(),
                "case_id": work.case_id,
                "element": task["element"],
                "status": status,
                "unit_id": task["unit_id"],
                "of_task": task["id"],
                "part": part,
                "asked_by": by,
                "mode": mode,
                "rule": rule,
                "delegable": task["delegable"],
                "opened_at": work.moment.now,
                "due_on": task["due_on"],
                "due_at": task["due_at"],
                "is_late": False,
                "marks": "[]",
                "why": json.dumps([holder]),
                "grounds": json.dumps([ground]),
                "pending": json.dumps({"asked": words}, ensure_ascii=False) if words else None,
                "rev": 1,
            }
        )
    work.db.execute(insert(tables.tasks), rows)
    for row in rows:
        due = row["due_on"].isoformat() if row["due_on"] else None
        told = {"part": part, "of_task": task["id"], "mode": mode, "rule": rule, "asked": json.loads(row["why"])}
        told |= {"element": row["element"], "status": status, "due_on": due}
        work.retell(row["id"], **{name: value for name, value in told.items() if value is not None})
    holders = [actors.holder_of(p) for p in people]
    asked = [{"task_id": r["id"], "holder": h, "purpose": "act"} for r, h in zip(rows, holders, strict=True)]
    work.db.execute(insert(tables.task_candidates), asked)
    let_see(work, holders)
    work.touched.update(holders)
    if status == "open":
        for row in rows:
            _tell(work, row)
    return [str(r["id"]) for r in rows]


_ASKED: Mapping[str, Notice] = {SIGN: Notice.SIGNATURE_ASKED, ENTRUST: Notice.TASK_ENTRUSTED}


def _tell(work: Work, row: Mapping[str, Any]) -> None:
    outbox.tell(
        work.db,
        work.moment,
        _ASKED[row["part"]],
        json.loads(row["why"]),
        case_id=work.case_id,
        task_id=row["id"],
        facts={"element": row["element"], "by": row["asked_by"]},
        besides=work.actor.person_id,
        wait=work.wait,
    )


def ask_those_after(work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
    """The task has been done: whoever signs afterwards is asked now."""
    for row in rows:
        if row["part"] == SIGN and row["status"] == "waiting":
            _set(work, row["id"], status="open", opened_at=work.moment.now)
            work.touched.update(json.loads(row["why"]))
            _tell(work, row)


def rewind(work: Work, task: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """What was signed, or was to be, is done anew: whoever was added signs when it has been done again."""
    again: dict[str, list[Mapping[str, Any]]] = {}
    for row in signatures(rows):
        if row["mode"] == BEFORE:
            continue
        if row["status"] == "signed":
            _set(work, row["id"], void_at=work.moment.now)
        else:
            cancel_task(work, row["id"], row["element"])
        again.setdefault(row["rule"], []).append(row)
    for rule, group in again.items():
        for row in group:
            words = json.loads(row["pending"]).get("asked") if row["pending"] else None
            person = signer(row)
            ask(work, task, SIGN, [person], mode=AFTER, rule=rule, words=words, asked_by=row["asked_by"])


def signer(row: Mapping[str, Any]) -> str:
    """Who is asked for a part."""
    holder: str = json.loads(row["why"])[0]
    return holder.removeprefix("person:")


def cancel(work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
    """Nobody need give these parts any more; whoever was asked for them hears of it."""
    for row in rows:
        if row["status"] not in OPEN_STATUSES:
            continue
        was_open = row["status"] == "open"
        cancel_task(work, row["id"], row["element"])
        if was_open:
            outbox.tell(
                work.db,
                work.moment,
                Notice.SIGNATURE_UNASKED if row["part"] == SIGN else Notice.TASK_TAKEN_BACK,
                json.loads(row["why"]),
                case_id=work.case_id,
                task_id=row["id"],
                facts={"element": row["element"], "by": work.actor.person_id},
                besides=work.actor.person_id,
                wait=work.wait,
            )


def _set(work: Work, task_id: str, **values: Any) -> None:
    work.db.execute(update(tables.tasks).where(_T.id == task_id).values(**values, rev=_T.rev + 1))
