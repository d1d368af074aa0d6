"""Carbon copies (抄送): a case is put before somebody who has nothing to do in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from engine import actors, gates, outbox, tables
from engine.cases.asking import asked
from engine.cases.seeing import may_see
from engine.cases.work import Work
from engine.machine import Element
from engine.outbox import Notice
from engine.store import Moment, Statement, announce, new_id
from engine.trail import Kind
from engine.vocabulary import keys

_INSERT = Statement(insert(tables.copies), *("id", "case_id", "task_id", "person_id", "by_id", "note", "at", "read_at"))


def opened(work: Work, tasks: Sequence[Mapping[str, Any]]) -> None:
    """The copies of steps that open: rows with ``id``, ``element`` and ``node``."""
    for task in tasks:
        element = work.definition.element(task["element"])
        if element.words.all("copy"):
            work.world.local = work.live.locals_of(task["node"])
            obey(work, element, task["id"], "opened", None, gates.reading_context(work.world, element))
            work.world.local = {}


def obey(work: Work, element: Element, task_id: str, on: str, outcome: str | None, context: Mapping[str, Any]) -> None:
    """The ``copy`` words of an element at ``on`` (opened, completed): who is meant today gets a copy."""
    for word in element.words.all("copy"):
        wanted = keys(word.get("outcome"))
        if word.get("on", "completed") != on or (wanted and outcome not in wanted):
            continue
        holders = asked(work.world, element.id, word, context)
        people = [p for h in holders for p in actors.people_meant(work.db, h, work.moment.today)]
        told = put(work.db, work.moment, work.row, task_id, people, None, word.get("note"), element=element.id)
        if told:
            work.note(
                Kind.CASE_COPIED,
                task=task_id,
                element=element.id,
                copied_to=[actors.holder_of(p) for p in told],
                note=word.get("note"),
            )


def put(
    db: Connection,
    moment: Moment,
    case: Mapping[str, Any],
    task_id: str | None,
    people: Iterable[str],
    by: str | None,
    note: str | None,
    *,
    element: str | None = None,
) -> list[str]:
    """Write the copies and the right to see the case; gives who gets one, without those who have one of it unread.

    The person whom the case is about sees no more than before: their own forms and the status.
    """
    table = tables.copies.c
    unread = select(table.person_id).where(
        table.case_id == case["id"], table.task_id == task_id, table.read_at.is_(None)
    )
    have = set(db.execute(unread).scalars())
    new = [p for p in dict.fromkeys(people) if p not in have]
    if not new:
        return []
    _INSERT.insert(
        db,
        [
            {
                "id": new_id(),
                "case_id": case["id"],
                "task_id": task_id,
                "person_id": person,
                "by_id": by,
                "note": note,
                "at": moment.now,
                "read_at": None,
            }
            for person in new
        ],
    )
    holders = [actors.holder_of(p) for p in new]
    may_see(db, case["id"], [h for p, h in zip(new, holders, strict=True) if p != case["subject_id"]], "full")
    facts = {"by": by, "element": element}
    outbox.tell(
        db,
        moment,
        Notice.CASE_COPIED,
        holders,
        case_id=case["id"],
        task_id=task_id,
        facts={k: v for k, v in facts.items() if v},
        besides=by,
    )
    announce(db, holders)
    return new
