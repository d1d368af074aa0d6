"""What handing over would do, said beforehand: a delegation, and each verb by which a task goes to somebody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from engine import definitions, tables
from engine.actors import delegations
from engine.actors.delegations import Wanted
from engine.errors import Text
from engine.store import Moment
from engine.views.naming import Names

_T, _C = tables.tasks.c, tables.cases.c


def delegation_effect(db: Connection, moment: Moment, wanted: Wanted) -> dict[str, Any]:
    """Which of the open tasks of today would go along with a delegation, which stay, and what else to know."""
    along, stays = delegations.open_tasks(db, wanted.person_id, moment.today, wanted.definitions, wanted.actions)
    names = Names(db, moment.today)
    notes = [_EFFECT.format(until=wanted.to_on.isoformat())]
    for one in delegations.acts_meanwhile_for(db, wanted.person_id, wanted.from_on, wanted.to_on):
        person = names.person(one.person_id)
        notes.append(_NOT_ON.format(name=person["name"] if person else "", until=one.to_on.isoformat()))
    if stays:
        notes.append(_STAYS)
    known = _titles(db, [*along, *stays])
    return {
        "along": [known[t] for t in along if t in known],
        "stays": [known[t] for t in stays if t in known],
        "notes": notes,
    }


_EFFECT = Text(
    "这些待办您和受托人都可办理，谁先办即为谁办；办理记录注明“代”。{until} 之后自动失效。",
    "You and the delegate may both do these tasks, whoever is first; the record says for whom it was done. It ends by "
    "itself after {until}.",
)
_NOT_ON = Text(
    "您在此期间还受{name}委托（至 {until}），这部分不能转托。",
    "Meanwhile you stand in for {name} (until {until}); that is not passed on.",
)
_STAYS = Text(
    "投票、本人申请等不得代办的，仍等您本人办理。",
    "Ballots, your own applications and the like cannot be done for you; they wait for yourself.",
)


def _titles(db: Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
    query = (
        select(_T.id, _T.element, _T.case_id, _C.title, _C.definition_id)
        .join_from(tables.tasks, tables.cases, _C.id == _T.case_id)
        .where(_T.id.in_(ids))
    )
    return {
        r.id: {
            "id": r.id,
            "name": definitions.load(db, r.definition_id).element_name(r.element),
            "case": r.case_id,
            "title": r.title,
        }
        for r in db.execute(query)
    }
