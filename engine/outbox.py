"""What people are told: a notice is a row written with the deed, and leaves the house only after its COMMIT.

One row for each person; its id is the key by which no channel sends it twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert

from engine import actors, tables
from engine.store import Moment, Statement, new_id


class Notice(StrEnum):
    """What a notice is about."""

    TASK_ASSIGNED = "task.assigned"
    TASK_REMINDED = "task.reminded"
    TASK_OVERDUE = "task.overdue"


_INSERT = Statement(insert(tables.notices), "id", "person_id", "kind", "case_id", "task_id", "facts", "at", "ready_at")


def tell(
    db: Connection,
    moment: Moment,
    kind: Notice,
    holders: Iterable[str],
    *,
    case_id: str | None = None,
    task_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
    besides: str | None = None,
    wait: timedelta = timedelta(0),
) -> tuple[str, ...]:
    """Write a notice for everybody whom the holder texts mean today; gives the ids of the people who are told.

    ``facts`` are ids, dates and words of the office, never personal values. ``besides`` is who acted, and need not be
    told. Nothing is sent before ``wait`` is over: what is undone until then is never sent.
    """
    people = dict.fromkeys(p for h in holders for p in actors.people_meant(db, h, moment.today))
    people.pop(besides or "", None)
    written = json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True)
    rows = [
        {
            "id": new_id(),
            "person_id": person,
            "kind": kind.value,
            "case_id": case_id,
            "task_id": task_id,
            "facts": written,
            "at": moment.now,
            "ready_at": moment.now + wait,
        }
        for person in people
    ]
    if rows:
        _INSERT.insert(db, rows)
    return tuple(people)
