"""Back along the way a case has come: a task returned to an earlier step, a completion taken back by who made it.

Both undo by cause and effect (``machine.go_back``): what came of the step is undone, what ran beside it stays. What
people had completed stays readable, marked void; the step that opens again goes to who did it. What has left the
case (a message, a change of the directory) is not called back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from engine import actors, cases, definitions, machine, outbox, tables, tasks
from engine.actors import Actor
from engine.cases import Again, Work
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import World
from engine.machine import Element, Live, NotThere, Open, Step
from engine.store import Moment, insert_or_ignore
from engine.tasks import Done, InHand
from engine.trail import Kind
from engine.vocabulary import keys

_T = tables.tasks.c


@dataclass(frozen=True, slots=True)
class Target:
    """One place to which a task may be returned, and what that undoes."""

    to: str
    """An outcome that the designer drew, or the id of a step."""
    is_drawn: bool
    by_submitter: bool = False
    """The first step that the person who started the case did."""
    void: tuple[Mapping[str, Any], ...] = ()
    """Rows of completed tasks that become void, in the order of their completion."""
    gone: tuple[Open, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return or a withdrawal did, beside what every verb answers."""

    done: Done
    target: str | None
    """The step that is open again; ``None`` where the case went along a way that was drawn."""
    void: tuple[str, ...] = ()
    straight: bool = False


# ---------------------------------------------------------------- where to


def allowed(element: Element) -> tuple[str, ...]:
    """Where the designer lets a task be returned to besides the ways drawn: any, submitter, or ids of steps."""
    word = element.words.one("return")
    return tuple(k for k in keys((word or {}).get("to")) if k != "drawn")


def drawn(element: Element) -> tuple[str, ...]:
    """The outcomes by which a task is returned along a way that was drawn."""
    return tuple(o["value"] for o in element.words.all("outcome") if o.get("kind") == "return")


def mode(element: Element) -> str:
    """What comes after the correction: ``again`` step by step, ``straight`` back to who returned it, or ``ask``."""
    return (element.words.one("return") or {}).get("mode", "again")


def preview(db: Connection, actor: Actor, moment: Moment, task_id: str) -> tuple[Mapping[str, Any], list[Target]]:
    """The open task as a row joined with its case, and where the actor may return it to; nothing changes.

    Raises ``NotFound`` for whoever is not asked, ``NotNow`` where it is not open.
    """
    found = db.execute(_WITH_CASE, {"task": task_id}).mappings().first()
    row: Mapping[str, Any] = dict(found or {})
    if not row or "act" not in tasks.purposes(db, actor, task_id):
        raise NotFound()
    if row["status"] != "open" or row["case__status"] != cases.RUNNING:
        raise NotNow(code="err_step_not_open")
    definition = definitions.load(db, row["case__definition_id"])
    live = _frozen(db, actor, moment, definition, row)
    element = definition.element(row["element"])
    ways = [Target(way, True) for way in drawn(element)]
    return row, ways + _steps(db, live, row, element, row["case__started_by"])


def _steps(db: Connection, live: Live, task: Mapping[str, Any], element: Element, submitter: str) -> list[Target]:
    """The earlier steps that the designer lets a task be returned to."""
    wanted = allowed(element)
    if not wanted or task["node"] not in live.nodes:
        return []
    found = machine.targets(live, task["node"])
    rows = completed(db, task["case_id"], {n for t in found for n in t.undone})
    by_submitter = None
    targets = []
    for one in found:
        own = [rows[n] for n in one.undone if n in rows and rows[n]["element"] == one.element]
        if by_submitter is None and any(r["completed_by"] == submitter for r in own):
            by_submitter = one.element
        is_theirs = one.element == by_submitter
        if one.element in wanted or "any" in wanted or ("submitter" in wanted and is_theirs):
            void = tuple(
                sorted((rows[n] for n in one.undone if n in rows), key=lambda r: (r["completed_at"], r["node"]))
            )
            targets.append(Target(one.element, False, is_theirs, void, one.gone))
    return targets


# ---------------------------------------------------------------- return


def return_(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    to: str | None,
    opinion: str | None,
    answers: Mapping[str, Any] | None = None,
    straight: bool | None = None,
) -> Returned:
    """Return a task for correction: along a way that was drawn, or to an earlier step that the designer allows.

    ``to`` names an outcome, a step, or ``submitter``; it may be left out where there is one way. Raises ``NotNow``
    (nowhere to return to), ``Unfit`` field by field, and what every verb on a task raises.
    """
    found = tasks.find(db, actor, moment, task_id)
    ways = drawn(found.element)
    if to in ways or (to is None and ways):
        if straight:
            raise _unfit(
                "straight",
                "not_an_option",
                "沿所画的退回线不能直接返回。",
                "A way that was drawn has its own way back.",
            )
        return Returned(tasks.complete(db, actor, moment, task_id, answers, to or ways[0], opinion), None)
    if not allowed(found.element):
        if ways:
            raise _unfit("to", "not_an_option", "不能退回到那里。", "It cannot be returned there.")
        raise NotNow(Text("此步骤不能退回。", "This step cannot be returned."), code="err_no_return")
    tasks.must_be_open(found)
    is_straight = _is_straight(found.element, straight)
    if not (opinion or "").strip():
        raise _unfit("opinion", "required", "退回须说明理由。", "Say why it is returned.")
    target = _target(found, to)
    return _go_back(found, target, str(opinion), answers or {}, is_straight)


def _is_straight(element: Element, straight: bool | None) -> bool:
    wanted = mode(element)
    if straight is not None and wanted != "ask" and straight != (wanted == "straight"):
        raise _unfit(
            "straight",
            "not_an_option",
            "此步骤退回之后怎样再办，由流程规定。",
            "What comes after a return of this step is fixed by the procedure.",
        )
    return wanted == "straight" or (wanted == "ask" and straight is True)


def _target(found: InHand, to: str | None) -> Target:
    work = found.work
    targets = _steps(work.db, work.live, found.task, found.element, work.row["started_by"])
    if to is None:
        if len(targets) == 1:
            return targets[0]
        if not targets:
            raise NotNow(
                Text("之前没有可退回的步骤。", "There is no step before it to return to."), code="err_no_return"
            )
        raise _unfit("to", "required", "请选择退回到哪一步。", "Choose the step to return to.")
    if to == "submitter" and {"submitter", "any"} & set(allowed(found.element)):
        for one in targets:
            if one.by_submitter:
                return one
        raise NotNow(
            Text(
                "发起人只填写了申请，没有办过可以退回的步骤。",
                "The person who started the case has done no step that it could be returned to.",
            ),
            code="err_no_submitters_step",
        )
    for one in targets:
        if one.to == to:
            return one
    raise _unfit("to", "not_an_option", "不能退回到那里。", "It cannot be returned there.")


def _go_back(found: InHand, target: Target, opinion: str, answers: Mapping[str, Any], straight: bool) -> Returned:
    work, element, task = found.work, found.element, found.task
    step = _undone(work, target.to, task["node"], straight)
    void = [*target.void, *_rounds_before(work, target.to, target.void)]
    tasks.let_delegate_see(found)
    work.completed = task["node"]
    word = element.words.one("return") or {}
    work.because = opinion
    receipt = work.note(
        Kind.TASK_RETURNED,
        task=found.id,
        element=element.id,
        step=element.words.attribute("step"),
        version=work.definition.version,
        target=target.to,
        undone=sorted({r["element"] for r in void}),
        void=[r["id"] for r in void],
        straight=straight or None,
        opinion=opinion,
        clause=word.get("clause"),
    )
    work.db.execute(
        update(tables.tasks)
        .where(_T.id == found.id)
        .values(
            status="returned",
            completed_by=work.actor.person_id,
            completed_for=found.acting_for,
            completed_at=work.moment.now,
            opinion=opinion,
            rev=_T.rev + 1,
            **cases.times(work, found.task),
        )
    )
    if answers and work.actor.person_id is not None:
        _keep_draft(work, found.id, answers)
    cases.forget_task(work, found.id)
    cases.cancel_parts(work, found.id)
    work.again = _again(void)
    cases.settle(work, replace(step, voided=tuple(sorted({*step.voided, *(r["node"] for r in void)}))))
    done = Done(work.case_id, found.id, receipt)
    return Returned(done, target.to, tuple(r["id"] for r in void), straight)


def _undone(work: Work, element: str, frame_of: int | None, straight: bool = False) -> Step:
    try:
        return machine.go_back(work.live, work.world.environment(), element, frame_of, straight)
    except NotThere as e:
        raise NotNow(e.text, code="err_cannot_go_back") from e
    except Incident as e:
        raise cases.stuck(work.definition, e) from e


def reopen(work: Work, task: Mapping[str, Any], target: machine.Target) -> tuple[Step, tuple[Mapping[str, Any], ...]]:
    """Go back from an open task to a step that led to it, whatever its designer says: the step opens again.

    Gives the machine's move, to be settled by the caller, and the rows of the tasks that become void.
    """
    rows = completed(work.db, work.case_id, target.undone)
    void = sorted((rows[n] for n in target.undone if n in rows), key=lambda r: (r["completed_at"], r["node"]))
    void += _rounds_before(work, target.element, void)
    step = _undone(work, target.element, task["node"])
    work.again = _again(void)
    return replace(step, voided=tuple(sorted({*step.voided, *(r["node"] for r in void)}))), tuple(void)


def _rounds_before(work: Work, target: str, void: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Earlier rounds of the steps that were undone, where they too came after the target was done.

    The machine can go back to the latest execution of a step only and knows no others.
    """
    again = {r["element"] for r in void if r["element"] != target}
    if not again:
        return []
    own = [r["completed_at"] for r in void if r["element"] == target] or [r["completed_at"] for r in void]
    first, known = min(own), {r["id"] for r in void}
    rows = work.db.execute(
        select(tables.tasks).where(
            _T.case_id == work.case_id,
            _T.status == "completed",
            _T.void_at.is_(None),
            _T.element.in_(again),
            _T.opened_at >= first,
        )
    ).mappings()
    return [dict(r) for r in rows if r["id"] not in known]


def _again(rows: Iterable[Mapping[str, Any]]) -> list[Again]:
    newest = sorted(rows, key=lambda r: (r["completed_at"], r["node"]), reverse=True)
    return [Again(r["element"], r["completed_for"] or r["completed_by"], r["why"]) for r in newest if r["completed_by"]]


def _keep_draft(work: Work, task_id: str, answers: Mapping[str, Any]) -> None:
    """What was typed before the return is not lost: it comes back with the step."""
    table = tables.drafts
    kept = {"values": json.dumps(answers, ensure_ascii=False), "at": work.moment.now}
    place = (table.c.task_id == task_id) & (table.c.person_id == work.actor.person_id)
    if work.db.execute(update(table).where(place).values(**kept)).rowcount == 0:
        new = insert_or_ignore(work.db, table).values(task_id=task_id, person_id=work.actor.person_id, **kept)
        work.db.execute(new)


def _unfit(path: str, code: str, zh: str, en: str) -> Unfit:
    return Unfit(errors=[FieldError(path, code, Text(zh, en))])


# ---------------------------------------------------------------- withdrawal


def withdraw(db: Connection, actor: Actor, moment: Moment, task_id: str, reason: str) -> Returned:
    """Whoever completed a task takes it back, as long as nobody has acted on what came of it.

    An entry that still waits for its second person is taken back without undoing anything. Raises ``Forbidden``
    (somebody else's), ``NotNow`` naming who has acted, or why else not.
    """
    row = tasks.locked(db, task_id)
    if row is None or actor.person_id is None:
        raise NotFound()
    pending = json.loads(row["pending"]) if row["pending"] else None
    mine = (row["completed_by"], row["completed_for"], *((pending["by"], pending.get("for")) if pending else ()))
    if actor.person_id not in mine or row["status"] not in ("completed", "confirming", "waiting"):
        if cases.scope_of(db, actor, row["case_id"]) != "full":
            raise NotFound()
        if row["status"] != "completed":
            raise NotNow(Text("此任务没有办结，无可撤回。", "It has not been completed."), code="err_not_completed")
        raise Forbidden(
            Text("只有办理人可以撤回自己办的任务。", "Only whoever completed it may take it back."),
            code="err_not_yours",
        )
    if not reason.strip():
        raise _unfit("reason", "required", "请说明撤回的理由。", "Say why you take it back.")
    by, for_ = (pending["by"], pending.get("for")) if pending else (row["completed_by"], row["completed_for"])
    if for_ is not None and by == actor.person_id:
        actor = _still_for(actor, for_)
    work = cases.take(db, actor, moment, row["case_id"])
    cases.must_run(db, moment, work.row)
    if pending is not None:
        return Returned(tasks.take_back_entry(work, row, pending, reason), row["element"])
    refusal, back = _whether(db, work.live, work.definition, row, moment)
    if refusal is not None or back is None:
        raise refusal or NotNow(code="err_cannot_go_back")
    element = work.definition.element(row["element"])
    step = _undone(work, back.element, back.frame_of)
    work.again = _again([row])
    work.because = reason
    receipt = work.note(
        Kind.TASK_WITHDRAWN,
        task=task_id,
        element=element.id,
        step=element.words.attribute("step"),
        version=work.definition.version,
        target=back.element,
        void=[task_id],
        reason=reason,
        clause=(element.words.one("recall") or {}).get("clause"),
    )
    cases.settle(work, step)
    return Returned(Done(work.case_id, task_id, receipt), element.id, (task_id,))


def _still_for(actor: Actor, absent: str) -> Actor:
    """A delegate takes back what they did only as long as they stand in; afterwards it is the absent person's."""
    for one in actor.delegations:
        if one.person_id == absent:
            return replace(actor, acting_by=one)
    raise Forbidden(
        Text("委托已经结束，由委托人本人撤回。", "The delegation is over; only the person who was absent may."),
        code="err_delegation_over",
    )


def undo(db: Connection, actor: Actor, moment: Moment, task_id: str) -> Returned:
    """Whoever completed a task takes it back whole while nothing of it has left the house, whatever its designer says.

    What was held back (notices, jobs, messages) is never sent. Raises ``NotFound``, or ``NotNow`` after the window, or
    where somebody has acted on what came of it.
    """
    row = tasks.locked(db, task_id)
    if row is None or actor.person_id is None or actor.person_id != row["completed_by"]:
        raise NotFound()
    if row["status"] != "completed" or row["undo_until"] is None or moment.now >= row["undo_until"]:
        raise NotNow(
            Text(
                "已过撤销期，办理结果可能已经送出；请改用“撤回”。",
                "It can no longer be undone: what came of it may have left. Take it back with a reason instead.",
            ),
            code="err_undo_over",
            instead="withdrawal",
        )
    work = cases.take(db, actor, moment, row["case_id"])
    ended = work.row["status"] == cases.ENDED
    if not ended:
        cases.must_run(db, moment, work.row)
    back: _Back | None = None
    if not ended:
        refusal, back = _whether(db, work.live, work.definition, row, moment, is_undo=True)
        if refusal is not None or back is None:
            raise refusal or NotNow(code="err_cannot_go_back")
    unsent = _unsent(work)
    receipt_of = {"task": task_id, "element": row["element"], "void": [task_id], "unsent": unsent or None}
    if back is not None:
        step = _undone(work, back.element, back.frame_of)
    else:
        work, step = _revived(work, row)
    if row["claimed_by"]:
        work.again = _again([row])
    receipt = work.note(Kind.TASK_UNDONE, **receipt_of)
    db.execute(delete(tables.undo_states).where(tables.undo_states.c.task_id == task_id))
    cases.settle(work, step)
    return Returned(Done(work.case_id, task_id, receipt), row["element"], (task_id,))


def _unsent(work: Work) -> list[str]:
    """Drop what the case, and every case it has called, still holds back; gives the ids of the messages."""
    db, ids = work.db, [work.case_id]
    called = select(tables.cases.c.id).where(tables.cases.c.parent_id.in_(bindparam("ids", expanding=True)))
    found = ids
    while found:
        found = list(db.execute(called, {"ids": found}).scalars())
        ids += found
    messages, now = tables.messages, work.moment.now
    held = update(messages).where(
        messages.c.from_case.in_(ids), messages.c.status == "pending", messages.c.ready_at > now
    )
    dropped = list(db.execute(held.values(status="undone", data="{}").returning(messages.c.id)).scalars())
    outbox.unsay_held(db, work.moment, ids)
    return sorted(dropped)


def forget(db: Connection, moment: Moment) -> int:
    """Drop the states of ended cases that nobody can bring back any more; gives how many."""
    return db.execute(delete(tables.undo_states).where(tables.undo_states.c.until <= moment.now)).rowcount


def _revived(work: Work, row: Mapping[str, Any]) -> tuple[Work, Step]:
    """A case that this completion ended, as it stood before, with the step open anew."""
    kept = tables.undo_states
    state = work.db.execute(select(kept.c.state).where(kept.c.task_id == row["id"])).scalar()
    newer = select(_T.id).where(_T.case_id == work.case_id, _T.completed_at > row["completed_at"]).limit(1)
    if state is None or work.db.execute(newer).first() is not None:
        raise NotNow(code="err_cannot_go_back")
    world = World(work.db, work.actor, work.moment, work.definition, work.world.case, {})
    live = machine.thaw(work.definition.blueprint, state, world.environment())
    # Numbers are never used twice: the rows of what came of it still bear them.
    live.last = max(live.last, work.live.last)
    live.seen_by = set(work.live.seen_by)
    world.variables = live.variables
    back = replace(work, live=live, world=world, waits=live.waits(), listens=(), opened=[])
    back.changes = {"status": cases.RUNNING, "outcome": None, "ended_at": None}
    try:
        step = machine.move(live, world.environment(), [row["node"]], [row["element"]])
    except (NotThere, Incident) as e:
        raise NotNow(e.text, code="err_cannot_go_back") from e
    return back, replace(step, voided=(*step.voided, row["node"]))


@dataclass(frozen=True, slots=True)
class _Back:
    """What ``machine.go_back`` is told to undo one completion."""

    element: str
    frame_of: int | None


def _whether(
    db: Connection,
    live: Live,
    definition: Definition,
    row: Mapping[str, Any],
    moment: Moment,
    *,
    is_undo: bool = False,
) -> tuple[NotNow | None, _Back | None]:
    """Why a completed task cannot be taken back, or how it can."""
    element = definition.blueprint.elements.get(row["element"])
    if element is None:
        return NotNow(
            Text(
                "事项已迁到没有此步骤的版本，不能撤回。",
                "The case has gone to a version without this step; it cannot be taken back.",
            ),
            code="err_cannot_go_back",
        ), None
    until = (element.words.one("recall") or {}).get("until", "completed")
    clause = (element.words.one("recall") or {}).get("clause")
    if until == "never" and not is_undo:
        return NotNow(
            Text("此步骤办结后不能撤回。", "Once completed, this step cannot be taken back."),
            code="err_no_recall",
            clause=clause,
        ), None
    if row["void_at"] is not None:
        return NotNow(Text("此次办理已经作废。", "This completion is void already."), code="err_already_void"), None
    if row["confirmed_by"]:
        return _acted(db, definition, clause, row["confirmed_by"], row["completed_at"], row["element"], moment), None
    if cases.allows(element, "add_signer") and (signer := _signer(db, row["id"])) is not None:
        return _acted(db, definition, clause, signer, row["completed_at"], row["element"], moment), None
    undoing = machine.undoing(live, row["node"])
    if undoing is None:
        return NotNow(
            Text(
                "会签仍在进行，或此步骤已重新办过，不能单独撤回。",
                "The signing goes on beside it, or the step was done again since; it cannot be taken back by itself.",
            ),
            code="err_cannot_go_back",
            clause=clause,
        ), None
    # Undone on a copy: whatever the machine would undo is what somebody may have acted on.
    copy = machine.thaw(live.blueprint, machine.freeze(live), live.environment)
    back = _Back(*undoing)
    try:
        step = machine.go_back(copy, live.environment, back.element, back.frame_of)
    except (NotThere, Incident) as e:
        text = e.text if isinstance(e, NotThere) else None
        return NotNow(text, code="err_cannot_go_back", clause=clause), None
    by = _who_acted(db, definition, row, step, until, moment, clause)
    return (by, None) if by is not None else (None, back)


def _signer(db: Connection, task_id: str) -> str | None:
    """Somebody who signed a completed task along with whoever completed it."""
    found: str | None = db.execute(
        select(_T.completed_by)
        .where(_T.of_task == task_id, _T.status == "signed", _T.mode != cases.parts.BEFORE, _T.void_at.is_(None))
        .limit(1)
    ).scalar()
    return found


def _who_acted(
    db: Connection,
    definition: Definition,
    row: Mapping[str, Any],
    step: Step,
    until: str,
    moment: Moment,
    clause: str | None,
) -> NotNow | None:
    """Who has acted on what came of a completion: completed it, entered it, claimed it where that counts."""

    def acted(who: str | None, at: Any, element: str) -> NotNow:
        return _acted(db, definition, clause, who, at, element, moment)

    case_id = row["case_id"]
    later = completed(db, case_id, set(step.voided) - {row["node"]})
    for other in sorted(later.values(), key=lambda r: r["completed_at"]):
        return acted(other["completed_by"], other["completed_at"], other["element"])
    gone = {o.node: o for o in step.gone}
    query = select(tables.tasks).where(_T.case_id == case_id, _T.node.in_(gone))
    for other in map(dict, db.execute(query).mappings()):
        if other["status"] == "confirming":
            pending = json.loads(other["pending"])
            return acted(pending["by"], None, other["element"])
        if other["status"] == "waiting":
            return acted(other["claimed_by"], None, other["element"])
        if until == "claimed" and other["claimed_by"] and (by := tasks.claimant(db, moment, other["id"])) is not None:
            return acted(by, None, other["element"])
    # Of a case that was called on the way, its own people; of jobs, the programs.
    called = {*gone, *(set(step.voided) - set(later) - {row["node"]})}
    children = select(tables.cases.c.id).where(
        tables.cases.c.parent_id == case_id, tables.cases.c.parent_node.in_(called)
    )
    child = (
        db.execute(
            select(tables.tasks)
            .where(_T.case_id.in_(children), _T.status == "completed")
            .order_by(_T.completed_at)
            .limit(1)
        )
        .mappings()
        .first()
    )
    if child is not None:
        return acted(child["completed_by"], child["completed_at"], "")
    jobs, messages = tables.jobs.c, tables.messages.c
    job = db.execute(
        select(jobs.element)
        .where(jobs.case_id == case_id, jobs.node > row["node"], jobs.status == "done")
        .order_by(jobs.node)
    ).scalars()
    start = definition.element(row["element"])
    reached = [e for e in job if definitions.comes_before(definition.blueprint, start, definition.element(e))]
    left = or_(messages.ready_at.is_(None), messages.ready_at <= moment.now)  # what is held back has not left
    sent = db.execute(
        select(messages.id).where(messages.from_case == case_id, messages.at >= row["completed_at"], left).limit(1)
    ).scalar()
    if reached or sent is not None:
        return NotNow(
            Text(
                "随后的步骤已交由外部办理或已发出消息，不能撤回。",
                "What followed has been done by a program, or a message has left; it cannot be taken back.",
            ),
            code="err_already_acted",
            clause=clause,
        )
    wrote = start.words.all("writesDirectory")
    if any(not keys(w.get("outcome")) or row["decision"] in keys(w.get("outcome")) for w in wrote):
        return NotNow(
            Text("此步骤已变更组织目录，不能撤回。", "It has changed the directory; it cannot be taken back."),
            code="err_already_acted",
            clause=clause,
        )
    return None


def _acted(
    db: Connection, definition: Definition, clause: str | None, who: str | None, at: Any, element: str, moment: Moment
) -> NotNow:
    name = actors.names(db, [who]).get(who, Text("", "")) if who else Text("", "")
    step = definition.element_name(element) if element else Text("所调用的流程", "the called procedure")
    return NotNow(
        Text(
            "{by}已办理“{element}”，不能再撤回。", "{by} has already acted on “{element}”; it is too late to take back."
        ),
        code="err_already_acted",
        clause=clause,
        by=name,
        element=step,
    )


def can_withdraw(db: Connection, actor: Actor, moment: Moment) -> Callable[[Any], bool]:
    """Whether the actor may take completed tasks back, for many rows that join a task with its case's state.

    A case is thawed once, however many of its tasks are asked about.
    """
    thawed: dict[str, Live] = {}

    def ask(row: Any) -> bool:
        if row["status"] != "completed" or row["void_at"] is not None or row["case__status"] != cases.RUNNING:
            return False
        if actor.person_id not in (row["completed_by"], row["completed_for"]):
            return False
        definition = definitions.load(db, row["case__definition_id"])
        live = thawed.get(row["case_id"])
        if live is None:
            live = thawed[row["case_id"]] = _frozen(db, actor, moment, definition, row)
        return _whether(db, live, definition, row, moment)[0] is None

    return ask


# ---------------------------------------------------------------- rows


_WITH_CASE = (
    select(tables.tasks, *[c.label(f"case__{c.name}") for c in tables.cases.c])
    .join_from(tables.tasks, tables.cases, _T.case_id == tables.cases.c.id)
    .where(_T.id == bindparam("task"))
)


def completed(db: Connection, case_id: str, nodes: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """The completed tasks among some nodes of a case that are not void: node → row."""
    query = select(tables.tasks).where(
        _T.case_id == case_id, _T.node.in_(list(nodes)), _T.status == "completed", _T.void_at.is_(None)
    )
    return {r["node"]: dict(r) for r in db.execute(query).mappings()}


def _frozen(db: Connection, actor: Actor, moment: Moment, definition: Definition, row: Mapping[str, Any]) -> Live:
    """The case as it is stored, to be looked at: never the one that lives in memory."""
    case = {k.removeprefix("case__"): v for k, v in row.items() if k.startswith("case__")}
    if "state" not in case:
        case["state"] = db.execute(select(tables.cases.c.state).where(tables.cases.c.id == case["id"])).scalar_one()
    world = World(db, actor, moment, definition, cases.case_facts(case, moment), {})
    live = machine.thaw(definition.blueprint, case["state"], world.environment())
    world.variables = live.variables
    return live
