"""More time for a task: by whoever its step lets extend it, with a reason, and not more often than it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine import cases, duties, gates, tasks, terms
from engine.actors import Actor
from engine.errors import FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import World
from engine.machine import Element
from engine.store import Moment


@dataclass(frozen=True, slots=True)
class May:
    """Whether somebody may extend a task now; ``why_not`` where only the task stands in the way."""

    is_asked: bool
    why_not: Text | None = None
    code: str = ""


def may(world: World, element: Element, row: Mapping[str, Any], asks: Collection[str], actor: Actor) -> May:
    """Whom the word ``extend`` names, else whoever is asked to do the task; and how often it was done already.

    ``asks`` is what the task asks of the actor. ``world.local`` is that of the task's node.
    """
    word = element.words.one("extend")
    if word is None:
        return May(False)
    if "role" in word or "person" in word:
        context = gates.reading_context(world, element)
        is_asked = bool(set(cases.asked(world, element.id, word, context)) & set(actor.holders))
    else:
        is_asked = "act" in asks
    term, most = terms.of_row(row), int(word.get("most", "1"))
    if term.on is None or row["status"] not in cases.OPEN_STATUSES:
        return May(is_asked, Text("此任务没有可以延长的期限。", "This task has no term to extend."), "err_no_term")
    if len(term.extensions) >= most:
        text = Text("期限已延长 {n} 次，不能再延长。", "The term was extended {n} times; not again.").format(n=most)
        return May(is_asked, text, "err_extended_already")
    return May(is_asked)


def extend(db: Connection, actor: Actor, moment: Moment, task_id: str, reason: str) -> None:
    """Extend the term of a task by the length its step allows.

    Raises ``NotFound`` for whoever may not see the case, ``Forbidden`` (with the clause) for whoever may not extend,
    ``Unfit`` without a reason, ``NotNow`` where it has no term or was extended often enough.
    """
    row = tasks.locked(db, task_id)
    if row is None:
        raise NotFound()
    asks = tasks.purposes(db, actor, task_id)
    if not asks and cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    work = cases.take(db, actor, moment, row["case_id"])
    element = work.definition.element(row["element"])
    work.world.local = work.live.locals_of(row["node"]) if row["status"] in cases.OPEN_STATUSES else {}
    word = element.words.one("extend") or {}
    clause = word.get("clause")
    try:
        if not word:
            raise NotNow(
                Text("这一步的期限不能延长。", "The term of this step cannot be extended."), code="err_no_extension"
            )
        found = may(work.world, element, row, asks, actor)
        if not found.is_asked:
            raise Forbidden(
                Text("您不能延长此任务的期限。", "You may not extend the term of this task."),
                code="err_may_not_extend",
                clause=clause,
            )
        if found.why_not is not None:
            raise NotNow(found.why_not, code=found.code, clause=clause)
        cases.must_run(db, moment, work.row)
        if not reason.strip():
            raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give the reason."))])
        duties.refuse(work, element, (actor.person_id, work.actor.acting_for))
        context = gates.reading_context(work.world, element)
        change = terms.extension(work.world, element, word["by"], context, actor.person_id, reason.strip())
        cases.extend(work, row, element, change, clause)
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    work.world.local = {}
    cases.settle(work, None)
