"""Whom a deed on a case tells of what it did: rows of the outbox, written with the deed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from engine import actors, outbox
from engine.actors import Actor
from engine.cases import listing
from engine.cases.work import Work
from engine.outbox import Notice
from engine.store import Moment

MENDERS = "system_admin"
"""The post in the office itself whose holders mend (``cases.mend``)."""


def asked(work: Work, tasks: Sequence[Mapping[str, Any]]) -> None:
    """Open tasks (rows with ``id``, ``element`` and ``why``) ask somebody; those of a dispatch to many go in together.

    What this deed opens again for who did it before has come back to them.
    """
    again = {one.element for one in work.again}
    rows: list[dict[str, Any]] = []
    for task in tasks:
        rows += outbox.telling(
            work.moment,
            Notice.TASK_RETURNED if task["element"] in again else Notice.TASK_ASSIGNED,
            [actors.holder_of(claimed)] if (claimed := task.get("claimed_by")) else json.loads(task["why"]),
            case_id=work.case_id,
            task_id=task["id"],
            facts={"element": task["element"]},
            besides=work.actor.person_id,
            wait=work.wait,
        )
    outbox.put(work.db, rows)


def ended(work: Work, kind: Notice, outcome: str) -> None:
    """A case is over: whoever started it and the person it is about hear of it."""
    people = [p for p in (work.row.get("started_by"), work.row.get("subject_id")) if p]
    outbox.tell(
        work.db,
        work.moment,
        kind,
        [actors.holder_of(p) for p in people],
        case_id=work.case_id,
        facts={"outcome": outcome},
        besides=work.actor.person_id,
        wait=work.wait,
    )


def stands(work: Work, kind: Notice) -> None:
    """A case is suspended, or goes on: whoever started it, the person it is about and whom its open tasks ask hear."""
    people = [p for p in (work.row.get("started_by"), work.row.get("subject_id")) if p]
    holders = [*(actors.holder_of(p) for p in people), *sorted(listing.holders(work.db, work.case_id))]
    outbox.tell(
        work.db,
        work.moment,
        kind,
        holders,
        case_id=work.case_id,
        facts={"by": work.actor.person_id},
        besides=work.actor.person_id,
    )


def stopped(db: Connection, moment: Moment, actor: Actor, case_id: str, elements: Sequence[str]) -> None:
    """A case, or paths of it, cannot go on: whoever mends hears of it, once however many paths there are."""
    root = actors.root(db, moment.today)
    if root is not None:
        outbox.tell(
            db,
            moment,
            Notice.CASE_STOPPED,
            [actors.holder(MENDERS, root.id)],
            case_id=case_id,
            facts={"element": elements[0], "count": len(elements)},
            besides=actor.person_id,
        )
