"""What handing over would do, said beforehand: a delegation, and each verb by which a task goes to somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine import actors, cases, definitions, handing, tables, tasks
from engine.actors import Actor, delegations
from engine.actors.delegations import Wanted
from engine.cases import parts
from engine.errors import Text
from engine.handing import Standing
from engine.machine import Element
from engine.store import Moment
from engine.tasks import Asks
from engine.views.entries import MODES
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


# ---------------------------------------------------------------- one task


def main_of(db: Connection, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task that a row is a part of; the row itself where it is none."""
    if row["of_task"] is None:
        return row
    return dict(db.execute(select(tables.tasks).where(_T.id == row["of_task"])).mappings().one())


def of_task(
    db: Connection,
    actor: Actor,
    row: Mapping[str, Any],
    main: Mapping[str, Any],
    element: Element,
    asks: Asks,
    is_pooled: bool,
    names: Names,
    claimed_by: str | None,
) -> dict[str, Any]:
    """What the view of a task says of its parts, or of the task it is a part of; ``verbs``: what the actor can do.

    ``claimed_by``: who has claimed it and may still do it.
    """
    query = select(tables.tasks).where(_T.of_task == main["id"]).order_by(_T.opened_at, _T.id)
    rows = [dict(r) for r in db.execute(query).mappings()] if row["any_part"] else []
    names.learn(p for r in rows for p in (r["asked_by"], r["completed_by"], r["completed_for"], parts.signer(r)))
    shown = [_part(r, names) for r in rows if r["status"] != "cancelled"]
    way = asks.get("act", (None,))[0]
    absent = way.person_id if way is not None else None
    at = Standing(
        row,
        element,
        "act" in asks,
        absent,
        bool(asks) and claimed_by not in (None, actor.person_id, absent),
        is_pooled and row["claimed_by"] not in (actor.person_id, absent),
        [r for r in rows if r["status"] in cases.OPEN_STATUSES],
    )
    is_running = row["case__status"] == cases.RUNNING
    return {
        "own_part": next((p for p in shown if p["id"] == row["id"]), None),
        "parts": shown,
        "verbs": [verb for verb in handing.VERBS if is_running and handing.why_not(at, verb) is None],
    }


def _part(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    asked = json.loads(row["pending"]).get("asked") if row["pending"] else None
    return {
        "id": row["id"],
        "part": row["part"],
        "status": row["status"],
        "person": names.person(parts.signer(row)),
        "asked_by": names.person(row["asked_by"]),
        "asked": asked,
        "mode": row["mode"],
        "mode_label": MODES.get(row["mode"]),
        "rule": row["rule"],
        "verdict": row["decision"] if row["part"] == parts.SIGN else None,
        "opinion": row["opinion"],
        "by": names.person(row["completed_by"]),
        "acting_for": names.person(row["completed_for"]),
        "at": row["completed_at"],
        "is_void": row["void_at"] is not None,
    }


# ---------------------------------------------------------------- the verbs, beforehand


def verbs(db: Connection, actor: Actor, moment: Moment, task_id: str) -> list[dict[str, Any]]:
    """For every verb of handing over: whether the actor can use it now, why not, to whom it may go, what it does.

    Raises ``NotFound`` for whoever is not asked.
    """
    found = tasks.look(db, actor, moment, task_id)
    at = handing.standing(found)
    definition, names = found.work.definition, Names(db, moment.today)
    clause = definition.clause((found.element.words.one("actions") or {}).get("clause"))
    items = []
    for verb in handing.VERBS:
        refusal = handing.why_not(at, verb)
        if refusal is not None and refusal.refusal == "err_step_not_open":
            continue
        goes_to = handing.reach(found, verb) if verb in _TO_SOMEBODY else None
        items.append(
            {
                "verb": verb,
                "is_possible": refusal is None,
                "why_not": refusal.text if refusal is not None else None,
                "effect": _EFFECTS[verb],
                "reach": _reach(goes_to, names) if goes_to is not None else None,
                "clause": clause.as_view() if clause and verb in _TO_SOMEBODY else None,
            }
        )
    return items


_TO_SOMEBODY = ("transfer", "entrust", "add_signer")


def _reach(found: handing.Reach, names: Names) -> Text:
    if found.people is not None:
        people = [names.person(p) for p in found.people]
        shown = [p["name"] for p in people if p is not None]
        return Text("、".join(t.zh for t in shown) or "—", ", ".join(t.en for t in shown) or "—")
    if found.rule == "office":
        return Text("全单位的人员", "Anybody in the office")
    if found.rule == "same_role":
        roles = [names.role(role, found.units[0]) for role in found.roles]
        return Text(
            f"担任{'、'.join(r.zh for r in roles)}的人员", f"Whoever is {', '.join(r.en for r in roles)}, in any unit"
        )
    units = [names.unit(u)["name"] for u in found.units]
    zh, en = "、".join(u.zh for u in units), ", ".join(u.en for u in units)
    if found.rule == "unit_and_below":
        return Text(f"{zh}及下级组织的人员", f"People of {en} and the units below")
    return Text(f"{zh}的人员", f"People of {en}")


_EFFECTS: Mapping[str, Text] = {
    "transfer": Text(
        "此后由对方一人办理，您的待办中不再有它；“已办”中留有记录。不能自行收回，对方可以再转给您。",
        "From now on that person alone does it; it leaves your list, and a record stays in what you have done. You "
        "cannot take it back; they may transfer it back.",
    ),
    "entrust": Text(
        "由对方填写，办好后带着其意见交回给您，由您办结。交回之前您可以收回。期限照常计算。",
        "The other person does the work and gives it back to you with an opinion; you complete it. Until then you can "
        "take it back. The term runs on.",
    ),
    "add_signer": Text(
        "前加签：等他们签署后您再办。并签：您可先办，签齐后流转。后加签：您办后请他们签署。有人不同意，任务带着意见回到您这里，"
        "所填内容不丢失。",
        "Before: you do it when they have signed. Beside: you may do it meanwhile, and it moves when they have signed. "
        "Afterwards: they are asked when you have done it. If somebody does not agree, it comes back to you with the "
        "opinion, and nothing you entered is lost.",
    ),
    "remove_signer": Text(
        "尚未签署的加签人不再被请求签署，并会收到通知；不再需要等任何人时，任务继续。",
        "Whoever has not signed is no longer asked, and is told so; when nobody is waited for, the task goes on.",
    ),
    "take_back": Text(
        "任务回到您这里；对方已填而未交回的内容不会交给您。",
        "The task comes back to you; what the other person typed and did not give back stays with them.",
    ),
    "consent": Text(
        "您的意见写入记录。签齐后事项继续；不同意则退回请您签署的人，须说明理由。",
        "Your opinion is recorded. When all have signed, the case goes on; if you do not agree, it goes back with "
        "your reason.",
    ),
    "give_back": Text(
        "您填写的内容连同意见交给委派人，由其核对后办结。",
        "What you entered goes to whoever entrusted it, with your opinion; they check and complete it.",
    ),
}


def people_to_hand_to(
    db: Connection, actor: Actor, moment: Moment, task_id: str, verb: str, q: str = "", limit: int = 20
) -> list[dict[str, Any]]:
    """The people to whom a task may go, as a picker shows them, each with what keeps them from it."""
    found = handing.people(db, actor, moment, task_id, verb, q, limit)
    known = {p["id"]: p for p in actors.shown_people(db, moment, [person for person, _ in found])}
    return [{**known[person], "why_not": why} for person, why in found if person in known]
