"""A case ends before its time: cancelled, or withdrawn by the person it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.actors import Actor
from engine.cases import calling, telling
from engine.cases.seeing import must_see
from engine.cases.settling import settle, write_directory
from engine.cases.standing import must_run
from engine.cases.work import CANCELLED, FAILED, RUNNING, SUSPENDED, Work, stuck, take
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, Incident, NotNow, Text, Unfit
from engine.outbox import Notice
from engine.store import Moment
from engine.trail import Kind


def cancel(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> None:
    """Stop a running case with a reason; only whoever started it for somebody else may (the subject withdraws)."""
    must_see(db, actor, case_id)
    work = take(db, actor, moment, case_id)
    if not may_cancel(actor, work.row):
        raise Forbidden(code="err_may_not_cancel")
    _end_early(work, CANCELLED, "cancelled", Kind.CASE_CANCELLED, reason)


def withdraw(db: Connection, actor: Actor, moment: Moment, case_id: str, reason: str) -> None:
    """The person a case is about takes the application back, as long as the definition allows it."""
    must_see(db, actor, case_id)
    work = take(db, actor, moment, case_id)
    word = work.definition.blueprint.words.one("withdrawal")
    if word is None or actor.person_id is None or actor.person_id != work.row["subject_id"]:
        raise Forbidden(code="err_may_not_withdraw")
    if work.row["status"] == SUSPENDED:
        must_run(db, moment, work.row)
    is_going_on = work.row["status"] in (RUNNING, FAILED)
    if work.live.visits.get(word["until"], 0) > 0 and is_going_on:
        raise NotNow(
            Text("“{element}”已办结，不能再撤回。", "“{element}” has been completed; it is too late to withdraw."),
            code="err_too_late_to_withdraw",
            clause=word.get("clause"),
            element=work.definition.element_name(word["until"]),
        )
    if is_going_on:
        try:
            write_directory(work, work.definition.blueprint, None, work.world.context())
        except Incident as e:
            raise stuck(work.definition, e) from e
    _end_early(
        work, CANCELLED, word.get("outcome") or "withdrawn", Kind.CASE_WITHDRAWN, reason, clause=word.get("clause")
    )


def may_cancel(actor: Actor, row: Mapping[str, Any]) -> bool:
    return actor.person_id is not None and actor.person_id == row["started_by"] and row["subject_id"] != actor.person_id


def may_withdraw(actor: Actor, row: Mapping[str, Any], definition: Definition, visits: Mapping[str, int]) -> bool:
    word = definition.blueprint.words.one("withdrawal")
    return (
        word is not None
        and row["status"] == RUNNING
        and actor.person_id is not None
        and actor.person_id == row["subject_id"]
        and visits.get(word["until"], 0) == 0
    )


def _end_early(work: Work, status: str, outcome: str, kind: Kind, reason: str, clause: str | None = None) -> None:
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    if work.row["status"] not in (RUNNING, FAILED, SUSPENDED):
        raise NotNow(
            Text("事项已经结束。", "The case has already ended."), code="err_case_ended", status=work.row["status"]
        )
    work.note(kind, reason=reason, outcome=outcome, clause=clause)
    telling.ended(work, Notice.CASE_CANCELLED, outcome)
    calling.give_up(work)
    calling.stop(work, status, outcome, settle)
