"""What people wrote: kept in rows; entries hold commitments to what is personal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from engine import definitions, forms, tables, trail
from engine.cases.work import Work
from engine.definitions import Definition
from engine.gates import Entered, fact
from engine.machine import Element
from engine.store import Statement


def record_answers(
    work: Work, owner: str, element: Element, entered: Entered, salts: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """Keep what was entered for a task (or, under the case's id, at the start); gives what the entry may hold.

    A field that holds anything personal is committed to as a whole; its value stays in ``answers`` alone.
    """
    form = work.definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return None
    values, sealed, used = sealed_answers(form, entered.values, salts)
    _INSERT_ANSWERS.write(
        work.db,
        {
            "task_id": owner,
            "case_id": work.case_id,
            "element": element.id,
            "form": element.words.attribute("form"),
            "values": orjson.dumps(values).decode(),
            "salts": orjson.dumps(used).decode(),
            "at": work.moment.now,
        },
    )
    return sealed


_INSERT_ANSWERS = Statement(insert(tables.answers), *("task_id", "case_id", "element", "form", "values", "salts", "at"))


def sealed_answers(
    form: forms.Form, values: Mapping[str, Any], salts: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """``(values as JSON, what the entry holds, field → salt)``; given salts are used again."""
    private, plain = form.personal_answers, {k: fact(v) for k, v in values.items()}
    used = {k: (salts or {}).get(k) or trail.new_salt() for k in plain if k in private and plain[k] is not None}
    sealed = {k: {"pd": trail.commitment(v, used[k])} if k in used else v for k, v in plain.items()}
    return plain, {k: v for k, v in sealed.items() if v is not None}, used


def given_answers(
    db: Connection, case_id: str, present: Definition
) -> Iterator[tuple[Mapping[str, Any], Definition, str]]:
    """Everything that was entered in a case, in its order: the row of ``answers``, the version in whose words it was
    entered, and the element. What is of no task was entered in the words of ``present``.
    """
    answers, tasks = tables.answers, tables.tasks.c
    query = (
        select(answers, tasks.definition_id, tasks.done_as)
        .outerjoin(tables.tasks, tasks.id == answers.c.task_id)
        .where(answers.c.case_id == case_id)
        .order_by(answers.c.at, answers.c.task_id)
    )
    for row in db.execute(query).mappings():
        own = definitions.load(db, row["definition_id"]) if row["definition_id"] else present
        yield dict(row), own, row["done_as"] or row["element"]
