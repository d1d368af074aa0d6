"""Work for outside programs: service tasks taken as jobs, and given back done, failed, or with a BPMN error.

A job is taken for a time: until then it is its worker's alone, afterwards another may take it. What a job is handed and
what it gives back is JSON; the element's ``<liuhen:output>`` decides what of the result becomes a variable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from engine import cases, feel, machine, tables
from engine.actors import Actor
from engine.cases import Work
from engine.errors import Clash, Incident, NotFound, NotNow, Text
from engine.store import Moment, for_update
from engine.trail import Kind

PERMISSION = "jobs.work"
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=10), timedelta(hours=1)
"""How long a job rests after its first failure; twice as long after each further one, up to the longest."""
LARGEST = 256 * 1024
"""Bytes of JSON that a job may give back."""

_J, _C = tables.jobs.c, tables.cases.c


@dataclass(frozen=True, slots=True)
class Taken:
    """A job in the hands of a worker until ``deadline``; ``data`` is JSON for programs."""

    id: str
    type: str
    case: str
    number: str
    element: str
    data: Mapping[str, Any]
    retries: int
    deadline: datetime
    worker: str


# ---------------------------------------------------------------- taking

_FREE = (
    select(_J.id)
    .join_from(tables.jobs, tables.cases, _C.id == _J.case_id)
    .where(
        _J.type == bindparam("type"),
        _J.status == "open",
        _J.next_at <= bindparam("now", type_=_J.next_at.type),
        or_(_J.locked_until.is_(None), _J.locked_until <= bindparam("now", type_=_J.next_at.type)),
        _C.status == cases.RUNNING,
    )
    .order_by(_J.created_at, _J.id)
    .limit(bindparam("most"))
)
_CLAIMED = _FREE.add_columns(
    _J.case_id, _J.element, _J.data, _J.retries, _J.timeout, _J.worker, _J.locked_until, _C.number
).with_for_update(of=tables.jobs, skip_locked=True)
_TAKE = update(tables.jobs).where(_J.id == bindparam("job"))


def is_any_free(db: Connection, moment: Moment, type_: str) -> bool:
    """Whether a job of a type could be taken now; takes no lock, so that those who wait stand in nobody's way."""
    return db.execute(_FREE, {"type": type_, "now": moment.now, "most": 1}).first() is not None


def take(
    db: Connection,
    actor: Actor,
    moment: Moment,
    type_: str,
    *,
    most: int,
    worker: str,
    timeout: timedelta | None = None,
) -> list[Taken]:
    """Take up to ``most`` free jobs of a type, oldest first; each is the worker's until its deadline.

    ``timeout``: how long; without it, as long as the designer says. Needs ``jobs.work``.
    """
    actor.require(PERMISSION)
    taken = []
    for row in db.execute(_CLAIMED, {"type": type_, "now": moment.now, "most": most}).all():
        deadline = moment.now + (timedelta(seconds=row.timeout) if timeout is None else timeout)
        db.execute(
            _TAKE.values(
                worker=worker,
                taken_by=_hand(actor),
                locked_until=deadline,
                # Whoever was too slow may still come: without a name, nobody could tell the two apart.
                lapsed=row.worker if row.locked_until is not None else None,
            ),
            {"job": row.id},
        )
        data = feel.plain(feel.thaw(json.loads(row.data)))
        taken.append(Taken(row.id, type_, row.case_id, row.number, row.element, data, row.retries, deadline, worker))
    return taken


# ---------------------------------------------------------------- giving back


def complete(
    db: Connection, actor: Actor, moment: Moment, job_id: str, data: Mapping[str, Any], worker: str | None = None
) -> str:
    """The job is done; ``data`` is what FEEL calls ``result`` in the element's outputs. Gives the id of the case.

    Raises ``NotFound``, ``Clash`` (done before), ``NotNow`` (not this worker's, too late, or no longer needed).
    """
    work, job = _in_hand(db, actor, moment, job_id, worker)
    work.completed = job.node
    try:
        step = machine.complete(work.live, job.node, work.world.environment(), result=feel.from_json(dict(data)))
    except KeyError as e:
        raise _not_needed(job) from e
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    work.note(Kind.JOB_COMPLETED, **_facts(db, actor, job))
    cases.settle(work, step)
    _close(db, moment, job, "done")
    return work.case_id


def fail(
    db: Connection,
    actor: Actor,
    moment: Moment,
    job_id: str,
    message: str,
    *,
    retries: int | None = None,
    backoff: timedelta | None = None,
    error: str | None = None,
    worker: str | None = None,
) -> str:
    """The job was not done. Gives the id of the case; raises as ``complete`` does.

    With ``error`` a BPMN error is thrown at the task; what nobody catches is an incident. Without it the job may be
    tried again after ``backoff``, ``retries`` times in all (without: one time less than before); with none left the
    path stops as an incident.
    """
    work, job = _in_hand(db, actor, moment, job_id, worker)
    if error is not None:
        _throw(work, job, actor, error, message)
        return work.case_id
    left = max(0, job.retries - 1) if retries is None else retries
    facts = _facts(db, actor, job)
    if left == 0:
        work.note(Kind.JOB_EXHAUSTED, **facts)
        _halt(work, job, EXHAUSTED, message)
        _close(db, moment, job, "failed", message)
        return work.case_id
    rest = _backoff(job.failures) if backoff is None else backoff
    work.note(Kind.JOB_FAILED, **facts, retries=left)
    db.execute(
        _TAKE.values(
            retries=left,
            failures=job.failures + 1,
            next_at=moment.now + rest,
            failure=message,
            worker=None,
            taken_by=None,
            locked_until=None,
            lapsed=None,
        ),
        {"job": job.id},
    )
    cases.settle(work, None)
    return work.case_id


EXHAUSTED = Text("外部程序多次未能办成，重试次数已用完", "the program has failed and no retries are left")
UNCAUGHT = Text(
    "外部程序报告了错误“{error}”，流程中没有捕获它", "the program reported the error “{error}”, which nothing catches"
)


def _throw(work: Work, job: Any, actor: Actor, error: str, message: str) -> None:
    facts = _facts(work.db, actor, job)
    try:
        step = machine.fail(work.live, job.node, work.world.environment(), error, message)
    except KeyError as e:
        raise _not_needed(job) from e
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    work.note(Kind.JOB_FAILED, **facts, error=error)
    if step is None:
        _halt(work, job, UNCAUGHT.format(error=error), message, error=error)
        _close(work.db, work.moment, job, "failed", message)
        return
    work.completed = job.node
    cases.settle(work, step)
    _close(work.db, work.moment, job, "done", message)


def _halt(work: Work, job: Any, reason: Text, message: str, **more: Any) -> None:
    """The path stops here until somebody mends it. What the program wrote may be personal: it enters no entry."""
    details = {"job": job.id, "type": job.type, "message": message, **more}
    try:
        step = machine.halt(work.live, job.node, work.world.environment(), reason, details)
    except KeyError as e:
        raise _not_needed(job) from e
    cases.settle(work, step)


def _backoff(failures: int) -> timedelta:
    waits: timedelta = FIRST_BACKOFF * int(2 ** min(failures, 16))
    return min(waits, LONGEST_BACKOFF)


# ---------------------------------------------------------------- whose job it is

_JOB = select(tables.jobs).where(_J.id == bindparam("job"))
_JOB_LOCKED = _JOB.with_for_update()


def _in_hand(db: Connection, actor: Actor, moment: Moment, job_id: str, worker: str | None) -> tuple[Work, Any]:
    """A job that is the worker's own, on its locked case.

    The case is locked before its job, as everybody does who moves a case; whoever takes jobs locks nothing else.
    """
    actor.require(PERMISSION)
    job = db.execute(_JOB, {"job": job_id}).first()
    if job is None:
        raise NotFound()
    work = cases.take(db, actor, moment, job.case_id)
    job = db.execute(_JOB_LOCKED if for_update(db) else _JOB, {"job": job_id}).first()
    if job is None:
        raise NotFound()
    _must_hold(actor, moment, job, worker)
    cases.must_run(db, moment, work.row)
    return work, job


def _must_hold(actor: Actor, moment: Moment, job: Any, worker: str | None) -> None:
    """Raises what keeps the worker from giving the job back."""
    if job.status == "done":
        at = job.closed_at
        raise Clash(
            Text("此作业已由“{by}”于 {when} 交回。", "“{by}” gave this job back at {when}."),
            code="err_job_done",
            by=job.worker or "",
            when=at.astimezone(moment.zone).strftime("%Y-%m-%d %H:%M") if at else "",
            at=at.isoformat() if at else None,
        )
    if job.status == "cancelled":
        raise _not_needed(job)
    if job.status == "failed":
        raise NotNow(
            Text("此作业的重试次数已用完，待管理员处理。", "This job has no retries left and waits to be mended."),
            code="err_job_failed",
        )
    is_own = job.taken_by == _hand(actor) and worker in (None, job.worker)
    if job.locked_until is None or (is_own and job.locked_until <= moment.now):
        raise NotNow(
            Text(
                "您领取此作业的期限已过，结果未被接受；请重新领取。",
                "Your time for this job is over, and the result was not accepted. Take it again.",
            ),
            code="err_job_lock_expired",
            deadline=job.locked_until,
        )
    if not is_own:
        raise Clash(
            Text("此作业已由“{by}”领取，结果未被接受。", "“{by}” has taken this job; the result was not accepted."),
            code="err_job_not_yours",
            by=job.worker or "",
        )
    if worker is None and job.lapsed not in (None, job.worker):
        raise NotNow(
            Text(
                "此作业先后由多个程序领取，请用 worker 说明是哪一个。",
                "More than one program has taken this job; say in worker which one you are.",
            ),
            code="err_job_whose",
        )


def _not_needed(job: Any) -> NotNow:
    return NotNow(Text("此作业已不需要办理。", "This job is no longer needed."), code="err_job_cancelled", job=job.id)


def _hand(actor: Actor) -> str | None:
    """Who takes and gives back: the key, for two keys of one account are two programs."""
    return actor.key_id or actor.account_id


# ---------------------------------------------------------------- rows and values


def _close(db: Connection, moment: Moment, job: Any, status: str, failure: str | None = None) -> None:
    db.execute(_TAKE.values(status=status, closed_at=moment.now, locked_until=None, failure=failure), {"job": job.id})


def _facts(db: Connection, actor: Actor, job: Any) -> dict[str, Any]:
    """What an entry says of a job: what it was, and which program of whose key did it."""
    keys = tables.keys.c
    name = db.execute(select(keys.name).where(keys.id == actor.key_id)).scalar() if actor.key_id else None
    return {
        "element": job.element,
        "job": job.id,
        "type": job.type,
        "program": name or actor.name,
        "worker": job.worker,
    }
