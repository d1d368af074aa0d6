"""Who may not do what: separation of duties, judged over everybody through whom an act is done.

An act may be done by one person for another, or be asked of a third one; a duty holds for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from engine import cases, gates, tables
from engine.cases import Work
from engine.errors import Forbidden
from engine.machine import Element
from engine.vocabulary import keys


def refuse(work: Work, element: Element, people: Iterable[str | None]) -> None:
    """Raises ``Forbidden``, with the rule's id, where a duty keeps one of the people from acting on the element.

    ``people`` are all through whom the act is done or shall be done: the actor, the absent person for whom a delegate
    acts, whom a task is handed to.
    """
    others = element.words.all("otherThan")
    acting = {p for p in people if p}
    if not others or not acting:
        return
    context = gates.reading_context(work.world, element)
    for other in others:
        forbidden: set[Any] = set()
        if "task" in other:
            forbidden |= who_did(work, keys(other["task"]))
        if "person" in other:
            value = work.world.evaluate(other["person"], context, element.id)
            forbidden |= set(value if isinstance(value, list) else [value])
        if acting & forbidden:
            clause = other.get("clause")
            code = other.get("code") or clause or "err_four_eyes"
            raise Forbidden(gates.sentence(work.definition, code, clause), code=code, clause=clause)


cases.judged_by(refuse)


def who_did(work: Work, elements: tuple[str, ...]) -> set[str]:
    """Everybody who had a part in completing one of the elements, in what still holds."""
    table = tables.tasks
    rows = work.db.execute(
        select(table.c.completed_by, table.c.completed_for, table.c.confirmed_by).where(
            table.c.case_id == work.case_id,
            table.c.element.in_(elements),
            table.c.status == "completed",
            table.c.void_at.is_(None),  # what was undone is no act that forbids another
        )
    )
    return {p for row in rows for p in row if p}
