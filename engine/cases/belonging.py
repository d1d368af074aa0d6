"""Where a case belongs as it moves between units, who may suspend it, and who may see one that another is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from engine import actors, machine, tables
from engine.cases.asking import asked
from engine.cases.seeing import let_see, may_see
from engine.cases.work import Work
from engine.gates import World

_MOVE = update(tables.cases).where(tables.cases.c.id == bindparam("case")).values(unit_id=bindparam("unit"))
_NUMBERED = select(tables.cases.c.id).where(tables.cases.c.number == bindparam("number"))


def follow_unit(work: Work) -> None:
    """Obey ``caseUnit``: the case belongs to the unit that it names now; what opens from now on belongs there too."""
    blueprint = work.definition.blueprint
    text = blueprint.words.attribute("caseUnit")
    if text is None:
        return
    if work.written is not None and machine.compiled(text[1:]).names.isdisjoint(work.written | work.live.written):
        return
    unit = work.world.evaluate(text, work.world.context(), blueprint.id)
    if not isinstance(unit, str) or unit == work.row["unit_id"]:
        return
    if actors.unit(work.db, unit, work.moment.today) is None:
        return
    work.db.execute(_MOVE, {"case": work.case_id, "unit": unit})
    work.changes["unit_id"] = work.untold["unit"] = unit
    work.world.move_to(unit)


def let_see_related(work: Work, rows: Sequence[Mapping[str, Any]], holders: Mapping[str, Sequence[str]]) -> None:
    """Obey ``related``: whoever is asked to do a step may see the other case that it names by its number."""
    for row in rows:
        element = work.definition.element(row["element"])
        for word in element.words.all("related"):
            number = work.world.evaluate(word["case"], work.world.context(), element.id)
            found = work.db.execute(_NUMBERED, {"number": number}).scalar() if isinstance(number, str) else None
            if found is not None:
                may_see(work.db, found, holders[row["id"]], "full")


def suspenders(world: World) -> dict[str, str | None]:
    """Whom the process names by ``suspension``: holder text → the clause by which they may suspend a case."""
    blueprint = world.definition.blueprint
    words = blueprint.words.all("suspension")
    context = world.context() if words else {}
    return {holder: word.get("clause") for word in words for holder in asked(world, blueprint.id, word, context)}


def let_suspenders_see(work: Work) -> None:
    """Obey ``suspension``: whom it names may see the case, or they could not find it."""
    if work.definition.blueprint.words.all("suspension"):
        let_see(work, suspenders(work.world))
