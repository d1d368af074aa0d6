"""A case stands still because somebody says so, with a reason, and goes on when somebody says so.

While it is suspended its open tasks are seen and cannot be done, its clock does nothing, messages for it wait, and the
terms of its tasks and the lengths that its timers count stand still. A day that the diagram or an answer names stays
that day: what has come meanwhile happens when the case goes on. The cases that it called stand still with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import machine, tables, trail
from engine.actors import Actor
from engine.cases import outside, telling, timing
from engine.cases.belonging import suspenders
from engine.cases.ending import may_cancel
from engine.cases.seeing import scope_of
from engine.cases.settling import settle
from engine.cases.standing import Suspension, must_run, stands_still, suspension
from engine.cases.work import RUNNING, SUSPENDED, Work, stuck, take
from engine.errors import Clash, FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import World
from engine.outbox import Notice
from engine.store import Moment
from engine.trail import Kind

PERMISSION = "cases.suspend"


# ---------------------------------------------------------------- who may


def may_suspend(actor: Actor, row: Mapping[str, Any], world: World) -> bool:
    """Whoever may end the case before its time, whom the process names, and who runs the office; never one's own."""
    return _grounds(actor, row, world) is not None


def _grounds(actor: Actor, row: Mapping[str, Any], world: World) -> Mapping[str, str | None] | None:
    """The clause by which somebody may, as ``{"clause": …}``; ``None`` where they may not."""
    if actor.person_id is None or actor.person_id == row["subject_id"]:
        return None
    meant = suspenders(world)
    for holder in actor.holders:
        if holder in meant:
            return {"clause": meant[holder]}
    is_own = actor.person_id == row["started_by"]
    if may_cancel(actor, row) or (actor.may(PERMISSION) and not is_own):
        return {"clause": None}
    return None


def _in_hand(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> tuple[Work, str | None]:
    if not actor.may(PERMISSION) and scope_of(db, actor, case_id) is None:
        raise NotFound()
    work = take(db, actor, moment, case_id)
    try:
        grounds = _grounds(actor, work.row, work.world)
    except Incident as e:
        raise stuck(work.definition, e) from e
    if grounds is None:
        raise Forbidden(
            Text("您不能暂停或恢复此事项。", "You may not suspend this case or let it go on."),
            code="err_may_not_suspend",
        )
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    return work, grounds["clause"]


# ---------------------------------------------------------------- standing still


def suspend(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> None:
    """Let a running case, and those that it called, stand still until somebody resumes it.

    Raises ``NotFound``, ``Forbidden`` (not theirs to suspend), ``Clash`` (somebody was first), ``NotNow`` (it has ended
    or failed), ``Unfit`` without a reason.
    """
    work, clause = _in_hand(db, actor, moment, case_id, reason)
    if work.row["status"] == SUSPENDED:
        raise stands_still(db, moment, case_id, Clash)
    must_run(db, moment, work.row)
    _suspend(work, reason.strip(), clause, None)


_CALLED = (
    select(tables.cases.c.id)
    .where(tables.cases.c.parent_id == bindparam("parent"), tables.cases.c.status == bindparam("status"))
    .order_by(tables.cases.c.id)
)


def _suspend(work: Work, reason: str, clause: str | None, through: str | None) -> None:
    work.note(Kind.CASE_SUSPENDED, reason=reason, clause=clause, through=through)
    timing.stand_still(work, clause)
    for id_ in work.db.execute(_CALLED, {"parent": work.case_id, "status": RUNNING}).scalars().all():
        called = take(work.db, work.actor, work.moment, id_)
        if called.row["status"] == RUNNING:
            _suspend(called, reason, clause, work.row["number"])
    work.changes["status"] = SUSPENDED
    telling.stands(work, Notice.CASE_SUSPENDED)
    settle(work, None)


# ---------------------------------------------------------------- going on


def resume(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> None:
    """Let a suspended case go on: terms and lengths move by the time it stood still, waiting messages reach it.

    Raises as ``suspend`` does; ``NotNow`` (err_not_suspended) where it does not stand still, or stands still because
    the case that called it does (err_suspended_through).
    """
    work, clause = _in_hand(db, actor, moment, case_id, reason)
    if work.row["status"] != SUSPENDED:
        raise NotNow(
            Text("事项没有暂停。", "The case is not suspended."),
            code="err_not_suspended",
            status=work.row["status"],
        )
    found = suspension(db, case_id)
    if found is not None and found.through is not None and _stands(db, found.through):
        raise NotNow(
            Text(
                "本事项随 {number} 一并暂停，请恢复 {number}。",
                "It stands still along with {number}: resume that case.",
            ),
            code="err_suspended_through",
            number=found.through,
        )
    _resume(work, reason.strip(), clause, found)


_STATUS = select(tables.cases.c.status).where(tables.cases.c.number == bindparam("number"))


def _stands(db: Connection, number: str) -> bool:
    return db.execute(_STATUS, {"number": number}).scalar() == SUSPENDED


def _resume(work: Work, reason: str, clause: str | None, found: Suspension | None) -> None:
    since = found.at if found is not None else work.moment.now
    work.note(Kind.CASE_RESUMED, reason=reason, clause=clause, since=trail.instant(since))
    work.changes["status"] = RUNNING
    try:
        step, moved = machine.delay(work.live, work.world.environment(), work.moment.now - since)
        zone = work.moment.zone
        for one in moved:
            old, new = (at.astimezone(zone).isoformat(timespec="minutes")[:16] for at in (one.old, one.new))
            work.note(Kind.TIMER_DELAYED, element=one.element, old=old, new=new)
        timing.go_on(work)
    except Incident as e:
        raise stuck(work.definition, e) from e
    for id_ in work.db.execute(_CALLED, {"parent": work.case_id, "status": SUSPENDED}).scalars().all():
        called = take(work.db, work.actor, work.moment, id_)
        along = suspension(work.db, id_)
        if called.row["status"] == SUSPENDED and along is not None and along.through == work.row["number"]:
            _resume(called, reason, clause, along)
    work.recount = True
    work.woken += [(s.kind, s.name) for s in work.live.listens()]
    work.woken += [(outside.RETURN, name) for name in ("result", "error", "cancelled")]
    telling.stands(work, Notice.CASE_RESUMED)
    settle(work, step)
