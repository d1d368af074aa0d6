"""A meeting whose recorder has left or is absent: taken over by whoever may hold it, and the former one is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, exists, literal, select, update

from engine import actors, cases, outbox, tables, tasks, trail
from engine.actors import Actor
from engine.errors import Clash, FieldError, Forbidden, NotFound, Text, Unfit
from engine.meetings import agenda, sheets
from engine.meetings.sheets import DRAFT, SUBMITTED
from engine.outbox import Notice
from engine.store import Moment, announce
from engine.trail import Kind, Receipt

_M, _I, _T = tables.meetings, tables.meeting_items.c, tables.tasks.c
_K = tables.task_candidates.c


def _open_of(meeting_id: str) -> Any:
    """The tasks of an agenda that are still open, with who has claimed them."""
    return (
        select(_I.task_id, _T.claimed_by)
        .join_from(tables.meeting_items, tables.tasks, _T.id == _I.task_id)
        .where(_I.meeting_id == meeting_id, _I.is_open, _T.status.in_(cases.OPEN_STATUSES))
        .order_by(_I.case_id, _I.task_id)
    )


def take_over(db: Connection, actor: Actor, moment: Moment, meeting_id: str, reason: str) -> Receipt:
    """Keep the minutes from now on, instead of a recorder who has left or is absent; one submitted is a draft again.

    Whoever may do every task that is still open on the agenda may. Raises ``NotFound`` for everybody else, ``Clash``
    where the recorder is there or the meeting is over, ``Unfit`` without a reason.
    """
    row = sheets.take(db, meeting_id)
    items = db.execute(_open_of(meeting_id)).all()
    is_party = sheets.is_party(actor, row)
    if actor.person_id is not None and actor.person_id == row["recorder_id"]:
        raise Clash(_OWN, code="err_recorder_already")
    if not items or actor.person_id is None:
        raise NotFound()
    agenda.must_be(row, (DRAFT, SUBMITTED))
    former = str(row["recorder_id"])
    for item in items:
        try:
            tasks.must_be_allowed(tasks.look(db, actor, moment, item.task_id))
        except NotFound:
            if is_party:
                raise Forbidden(_NOT_ASKED, code="err_may_not_hold") from None
            raise
    if not is_away(db, moment, row):
        name = actors.names(db, [former])[former]
        raise Clash(_THERE, code="err_recorder_is_there", by=name)
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give the reason."))])
    for item in items:
        if item.claimed_by == former:
            tasks.free(db, actor, moment, item.task_id, former)
    new = {
        "recorder_id": actor.person_id,
        "chair_id": None if row["chair_id"] == actor.person_id else row["chair_id"],
        "status": DRAFT,
        **sheets.UNSIGNED,
    }
    db.execute(update(_M).where(_M.c.id == meeting_id).values(**new, rev=_M.c.rev + 1))
    name = json.loads(row["name"])
    facts = {"meeting": meeting_id, "name": name, "held_on": row["held_on"].isoformat()}
    receipt = trail.append(
        db,
        moment,
        actor,
        chain=agenda.chain_of(meeting_id),
        kind=Kind.MEETING_TAKEN_OVER,
        **facts,
        person=former,
        reason=reason.strip(),
    )
    told = [actors.holder_of(p) for p in (former, row["chair_id"]) if p]
    announce(db, {*told, actors.holder_of(actor.person_id)})
    said = {"meeting": meeting_id, "by": actor.person_id, "to": former, "name": name, "on": facts["held_on"]}
    outbox.tell(db, moment, Notice.MEETING_TAKEN_OVER, told, facts=said, besides=actor.person_id)
    return receipt


_OWN = Text("您已是此会议的记录人。", "You keep the minutes of this meeting already.")
_NOT_ASKED = Text(
    "议程上有您无权办理的事项，不能接管此会议。",
    "You may not do every task on its agenda, and so cannot take the meeting over.",
)
_THERE = Text(
    "会议记录人{by}在岗，不能接管；其离岗期间已登记委托的，方可接管。",
    "{by}, who keeps the minutes, is there. A meeting is taken over once its recorder has left, or while they are "
    "absent and somebody stands in for them.",
)


def is_away(db: Connection, moment: Moment, row: Mapping[str, Any]) -> bool:
    """Whether the recorder has no account any more, is absent, or is asked for some task of the agenda no more."""
    recorder = row["recorder_id"]
    if not actors.can_sign_in(db, recorder) or actors.absent(db, [recorder], moment.today):
        return True
    asked = exists().where(_K.task_id == _I.task_id, _K.purpose == "act", actors.means(_K.holder, literal(recorder)))
    left = _open_of(row["id"]).where(~asked.correlate_except(tables.task_candidates))
    return db.execute(left.limit(1), {"on": moment.today}).first() is not None


def may_take_over(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> bool:
    """Whether taking it over is offered: the recorder is away, and the actor's own posts are asked for every task."""
    if actor.person_id in (None, row["recorder_id"]) or row["status"] not in (DRAFT, SUBMITTED):
        return False
    wanted = set(db.execute(_open_of(row["id"])).scalars())
    asked = select(_K.task_id).where(_K.purpose == "act", _K.task_id.in_(wanted), _K.holder.in_(actor.holders))
    mine = set(db.execute(asked).scalars())
    return bool(wanted) and wanted == mine and is_away(db, moment, row)
