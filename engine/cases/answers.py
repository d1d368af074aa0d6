"""What people wrote: kept in rows; entries hold commitments to what is personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import insert

from engine import forms, tables, trail
from engine.cases.work import Work
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
    private = {path.split(".")[0].split("[")[0] for path in form.personal}
    plain = {k: fact(v) for k, v in values.items()}
    used = {k: (salts or {}).get(k) or trail.new_salt() for k in plain if k in private and plain[k] is not None}
    sealed = {k: {"pd": trail.commitment(v, used[k])} if k in used else v for k, v in plain.items()}
    return plain, {k: v for k, v in sealed.items() if v is not None}, used
