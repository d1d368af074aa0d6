"""The verbs on a task: claim, release, draft, complete, confirm.

Each verb reads the same way: find, may they, do the answers fit, move, settle. A task belongs to everybody its
rules ask until somebody claims or completes it; the second to complete hears who was first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from engine import actors, cases, definitions, demands, duties, gates, machine, outbox, tables, terms
from engine.actors import Actor, Delegation
from engine.cases import Work
from engine.demands import Signature
from engine.errors import Clash, FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import Entered
from engine.machine import Element
from engine.outbox import Notice
from engine.store import Moment, Statement, for_update, insert_or_ignore
from engine.trail import Kind, Receipt

Asks = Mapping[str, tuple[Delegation | None, ...]]
"""Purpose → the ways in which a task asks somebody: themselves (``None``), or by delegations of absent people."""


@dataclass
class InHand:
    """An open task on its locked case."""

    work: Work
    asks: Asks
    """What the task asks of the actor: ``act``, ``confirm``; and by which delegations, where not of themselves."""
    task: Any
    """The task's row as a mapping."""
    element: Element

    @property
    def id(self) -> str:
        return str(self.task["id"])

    @property
    def acting_for(self) -> str | None:
        """The absent person for whom the actor has it in hand."""
        return self.work.actor.acting_for

    @property
    def whose(self) -> str | None:
        """Whose deed it is: the absent person's, else the actor's. A claim is theirs."""
        return self.acting_for or self.work.actor.person_id

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody through whom the deed is done: the actor, and the absent person for whom they act."""
        return tuple(p for p in (self.work.actor.person_id, self.acting_for) if p)


@dataclass(frozen=True, slots=True)
class After:
    """The rows that a deed left: the case, the task it closed, and every task that is open now."""

    case: Mapping[str, Any]
    closed: Mapping[str, Any]
    opened: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb did: the case it moved and the receipt of the entry it left."""

    case_id: str
    task_id: str
    receipt: Receipt
    after: After | None = None
    """Known without asking where the task was the only one open in its case."""


# ---------------------------------------------------------------- finding

_sibling = tables.tasks.alias("sibling")
_part = tables.tasks.alias("part")
_WAITS_FOR = tables.task_candidates.alias("waits_for")
ASKS = (
    select(func.aggregate_strings(_WAITS_FOR.c.purpose + " " + _WAITS_FOR.c.holder, "\n"))
    .where(_WAITS_FOR.c.task_id == tables.tasks.c.id)
    .scalar_subquery()
)
"""Whom a task asks, one a line: ``act person:…``, in a statement that reads ``tasks``."""
_BOTH = Statement(
    select(
        tables.tasks,
        *[c.label(f"case__{c.name}") for c in tables.cases.c],
        *[asked.label(f"case__{name}") for name, asked in cases.ALONG.items()],
        exists()
        .where(_sibling.c.case_id == tables.tasks.c.case_id, _sibling.c.status == "held")
        .label("case__any_held"),
        exists()
        .where(
            _sibling.c.case_id == tables.tasks.c.case_id,
            _sibling.c.id != tables.tasks.c.id,
            or_(*(_sibling.c.status == status for status in cases.OPEN_STATUSES)),
        )
        .label("any_other"),
        ASKS.label("asks"),
        # Asked along with the row, so that a completion deletes only what is there.
        exists().where(tables.timers.c.task_id == tables.tasks.c.id).label("any_timer"),
        exists().where(tables.drafts.c.task_id == tables.tasks.c.id).label("any_draft"),
        exists().where(tables.task_exclusions.c.task_id == tables.tasks.c.id).label("any_exclusion"),
        exists().where(_part.c.of_task == tables.tasks.c.id, _part.c.part == cases.parts.SIGN).label("any_signer"),
    )
    .join_from(tables.tasks, tables.cases, tables.tasks.c.case_id == tables.cases.c.id)
    .where(tables.tasks.c.id == bindparam("task"))
)
# The lock is a statement of its own, and on the case alone. After waiting PostgreSQL reads only the locked rows anew:
# what is asked along with them (held siblings, drafts, the newest entry) would be as old as before the wait. And who
# locked the task before its case would wait in a circle with the clock, which locks the case and then its tasks.
_LOCK = Statement(
    select(tables.cases.c.id)
    .where(
        tables.cases.c.id
        == select(tables.tasks.c.case_id).where(tables.tasks.c.id == bindparam("task")).scalar_subquery()
    )
    .with_for_update()
)
_ASKED = (
    select(tables.task_candidates.c.purpose, tables.task_candidates.c.holder, tables.tasks.c.delegable)
    .add_columns(tables.cases.c.definition_id)
    .join_from(tables.task_candidates, tables.tasks, tables.tasks.c.id == tables.task_candidates.c.task_id)
    .join(tables.cases, tables.cases.c.id == tables.tasks.c.case_id)
    .where(
        tables.task_candidates.c.task_id == bindparam("task"),
        tables.task_candidates.c.holder.in_(bindparam("holders", expanding=True)),
    )
)
_UPDATE_TASK = tables.tasks.update().where(tables.tasks.c.id == bindparam("task"))


def find(db: Connection, actor: Actor, moment: Moment, task_id: str) -> InHand:
    """Lock a task's case; ``NotFound`` for whoever is not asked, ``Clash`` where it is closed."""
    return _in_hand(db, actor, moment, locked(db, task_id), cases.hold)


def look(db: Connection, actor: Actor, moment: Moment, task_id: str) -> InHand:
    """The same on a copy of the case, without a lock: to try something that is never settled."""
    return _in_hand(db, actor, moment, _BOTH.first(db, {"task": task_id}), cases.copy)


def _in_hand(
    db: Connection,
    actor: Actor,
    moment: Moment,
    row: dict[str, Any] | None,
    take: Callable[[Connection, Actor, Moment, Any], Work],
) -> InHand:
    if row is None:
        raise NotFound()
    case = {name: row[label] for label, name in _OF_THE_CASE}
    if row["status"] not in cases.OPEN_STATUSES:
        _refuse_closed(db, actor, moment, row)
    asks = asked_of(db, actor, row)
    if not asks:
        raise NotFound()
    ways = asks.get("confirm" if row["status"] == "confirming" else "act") or next(iter(asks.values()))
    work = take(db, replace(actor, acting_by=ways[0]), moment, case)
    cases.must_run(db, moment, case)
    work.world.local = work.live.locals_of(row["node"] if row["node"] is not None else _node_of(db, row["of_task"]))
    work.touched.update(line.partition(" ")[2] for line in (row["asks"] or "").split("\n"))
    return InHand(work, asks, row, work.definition.element(row["element"]))


def _node_of(db: Connection, task_id: str) -> int:
    """The machine's node of the task that a part is of."""
    return int(db.execute(select(tables.tasks.c.node).where(tables.tasks.c.id == task_id)).scalar_one())


def main_of(found: InHand) -> InHand:
    """The task of which the one in hand is a part, in the same deed."""
    row = _BOTH.first(found.work.db, {"task": found.task["of_task"]})
    if row is None:
        raise NotFound()
    return InHand(found.work, {}, row, found.work.definition.element(row["element"]))


_OF_THE_CASE = tuple((f"case__{name}", name) for name in (*tables.cases.c.keys(), *cases.ALONG, "any_held"))


def locked(db: Connection, task_id: str) -> dict[str, Any] | None:
    """A task and its case, read after the case was locked; ``None`` where there is no such task."""
    if for_update(db):
        _LOCK.run(db, {"task": task_id})
    return _BOTH.first(db, {"task": task_id})


def asked_of(db: Connection, actor: Actor, row: Mapping[str, Any]) -> Asks:
    """For what a task that was read, with ``ASKS``, asks the actor, and as whom."""
    lines = [line.partition(" ") for line in (row["asks"] or "").split("\n")]
    return _ways(
        db, actor, [(purpose, holder) for purpose, _, holder in lines], row["delegable"], row["case__definition_id"]
    )


def _ways(
    db: Connection, actor: Actor, asked: Sequence[tuple[str, str]], delegable: bool, definition_id: str
) -> dict[str, tuple[Delegation | None, ...]]:
    """Their own posts come first; only what asks nothing of themselves do they do for somebody absent."""
    held = set(actor.holders)
    found: dict[str, tuple[Delegation | None, ...]] = {p: (None,) for p, holder in asked if holder in held}
    if actor.delegations and delegable:
        key = definitions.load(db, definition_id).key
        for purpose in actors.PURPOSES:
            ways = actor.standing_in([h for p, h in asked if p == purpose], key, purpose)
            if purpose not in found and ways:
                found[purpose] = ways
    return found


def purposes(db: Connection, actor: Actor, task_id: str) -> Asks:
    """What an open task asks of the actor: ``act``, ``confirm``, or nothing."""
    holders = [*actor.holders, *(h for d in actor.delegations for h in d.holders)]
    rows = db.execute(_ASKED, {"task": task_id, "holders": holders}).all()
    if not rows:
        return {}
    return _ways(db, actor, [(r.purpose, r.holder) for r in rows], rows[0].delegable, rows[0].definition_id)


def _refuse_closed(db: Connection, actor: Actor, moment: Moment, row: Any) -> None:
    """A closed task: whoever was asked, or may see the case, hears who closed it; others hear nothing."""
    mine = {*actor.holders, *(d.holder for d in actor.deputed if row["delegable"])}
    was_asked = set(json.loads(row["why"])) & mine
    if not was_asked and cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    if row["status"] == "completed":
        who = row["completed_by"]
        name = actors.names(db, [who]).get(who, Text("", "")) if who else Text("", "")
        at: datetime = row["completed_at"]
        raise Clash(
            Text("{by} 已于 {when} 办结此任务。", "{by} completed this task at {when}."),
            code="err_already_completed",
            by=name,
            when=at.astimezone(moment.zone).strftime("%Y-%m-%d %H:%M"),
            at=at.isoformat(),
        )
    if row["status"] == "returned":
        raise Clash(
            Text("{by} 已将此任务退回。", "{by} returned this task."),
            code="err_already_returned",
            by=actors.names(db, [row["completed_by"]]).get(row["completed_by"], Text("", "")),
            at=row["completed_at"].isoformat(),
        )
    raise NotNow(
        Text("此任务已不需要办理。", "This task is no longer needed."), code="err_task_cancelled", status=row["status"]
    )


# ---------------------------------------------------------------- claim and release


def claim(db: Connection, actor: Actor, moment: Moment, task_id: str) -> None:
    """Take a task that several were asked to do; a second claim by the same person changes nothing."""
    found = find(db, actor, moment, task_id)
    _must_be(found, "open")
    _may_act(found)
    _not_claimed_by_others(found)
    if found.task["claimed_by"] == found.whose:
        return
    found.work.note(Kind.TASK_CLAIMED, task=task_id, element=found.element.id)
    let_delegate_see(found)
    _TAKE.write(db, {"task": task_id, "by": found.whose, "now": moment.now})
    cases.settle(found.work, None)


_CLAIM = Statement(_UPDATE_TASK.values(claimed_by=bindparam("by"), rev=tables.tasks.c.rev + 1))
_NOW = bindparam("now", type_=tables.tasks.c.taken_at.type)
_TAKE = Statement(
    _UPDATE_TASK.values(
        claimed_by=bindparam("by"),
        taken_at=func.coalesce(tables.tasks.c.taken_at, _NOW),
        rev=tables.tasks.c.rev + 1,
    )
)
_DRAFTED = Statement(_UPDATE_TASK.where(tables.tasks.c.taken_at.is_(None)).values(taken_at=_NOW))


def release(db: Connection, actor: Actor, moment: Moment, task_id: str) -> None:
    """Give a claimed task back to everybody it was asked of; only who claimed it can."""
    found = find(db, actor, moment, task_id)
    _must_be(found, "open")
    if found.task["claimed_by"] != found.whose or actor.person_id is None:
        raise NotNow(Text("您没有认领此任务。", "You have not claimed this task."), code="err_not_claimed")
    found.work.note(Kind.TASK_RELEASED, task=task_id, element=found.element.id)
    _CLAIM.write(db, {"task": task_id, "by": None})
    cases.settle(found.work, None)


def free(db: Connection, actor: Actor, moment: Moment, task_id: str, person_id: str) -> None:
    """End the claim of somebody who is away, for the actor, who is asked for the task too."""
    found = find(db, actor, moment, task_id)
    if found.task["claimed_by"] == person_id:
        found.work.note(Kind.TASK_RELEASED, task=task_id, element=found.element.id)
        _CLAIM.write(db, {"task": task_id, "by": None})
        cases.settle(found.work, None)


def claim_holds(task_id: ColumnElement[str], claimed_by: ColumnElement[str]) -> ColumnElement[bool]:
    """A claim ends with the post that gave it, or else the task would be lost; with the day bound as ``on``."""
    asked = tables.task_candidates
    held = exists().where(
        asked.c.task_id == task_id, asked.c.purpose == "act", actors.means(asked.c.holder, claimed_by)
    )
    return held.correlate_except(asked)


CLAIM_HOLDS = claim_holds(tables.tasks.c.id, tables.tasks.c.claimed_by)
"""The same for statements that read ``tasks``."""
_CLAIMANT = select(tables.tasks.c.claimed_by).where(tables.tasks.c.id == bindparam("task"), CLAIM_HOLDS)


def claimant(db: Connection, moment: Moment, task_id: str) -> str | None:
    """Who has claimed an open task and may still do it."""
    found: str | None = db.execute(_CLAIMANT, {"task": task_id, "on": moment.today}).scalar()
    return found


def _not_claimed_by_others(found: InHand) -> None:
    work = found.work
    if found.task["claimed_by"] in (None, *found.people):
        return
    by = claimant(work.db, work.moment, found.id)
    if by is not None:
        name = actors.names(work.db, [by]).get(by, Text("", ""))
        raise Clash(Text("{by} 已认领此任务。", "{by} has claimed this task."), code="err_claimed", by=name)


# ---------------------------------------------------------------- drafts


def draft(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    answers: Mapping[str, Any],
    *,
    decision: str | None = None,
    opinion: str | None = None,
    reason: str | None = None,
) -> None:
    """Keep what a person has typed so far, unchecked; it belongs to that person alone and leaves no entry."""
    row = locked(db, task_id)  # or else a draft could be left behind by a completion of the same moment
    if row is None or actor.person_id is None:
        raise NotFound()
    if row["status"] not in cases.OPEN_STATUSES:
        _refuse_closed(db, actor, moment, row)
    if "act" not in asked_of(db, actor, row):
        raise NotFound()
    if definitions.load(db, row["case__definition_id"]).element(row["element"]).is_secret:
        raise NotNow(
            Text("无记名表决不留草稿。", "A secret ballot keeps no draft."),
            code="err_secret_ballot",
            element=row["element"],
        )
    table = tables.drafts
    place = (table.c.task_id == task_id) & (table.c.person_id == actor.person_id)
    words = {"decision": decision or None, "opinion": opinion or None, "reason": reason or None}
    if not answers and not any(words.values()):
        db.execute(delete(table).where(place))  # nothing is left of it
        return
    kept = {"values": json.dumps(answers, ensure_ascii=False), **words, "at": moment.now}
    if db.execute(update(table).where(place).values(**kept)).rowcount == 0:
        db.execute(insert_or_ignore(db, table).values(task_id=task_id, person_id=actor.person_id, **kept))
        if row["taken_at"] is None:
            _DRAFTED.run(db, {"task": task_id, "now": moment.now})


# ---------------------------------------------------------------- complete


def complete(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    answers: Mapping[str, Any] | None = None,
    decision: str | None = None,
    opinion: str | None = None,
    reason: str | None = None,
    rev: int | None = None,
    signature: Signature | None = None,
) -> Done:
    """Complete a task; where a second person has to confirm, it is entered and waits for them.

    Raises ``Clash`` (somebody was first, or the task changed since ``rev``), ``Forbidden`` with the rule's id (four
    eyes), ``Unfit`` field by field, ``NotNow`` (held, or a gate).
    """
    return _complete(find(db, actor, moment, task_id), answers, decision, opinion, reason, rev, signature)


def complete_in_batch(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    wait: timedelta,
    answers: Mapping[str, Any] | None = None,
    decision: str | None = None,
    opinion: str | None = None,
    reason: str | None = None,
    rev: int | None = None,
) -> Done:
    """The same for one of many. Raises ``NotNow`` too where its designer wants it done one by one.

    For as long as ``wait`` nothing of it leaves the house, and ``returning.undo`` takes it back whole.
    """
    found = find(db, actor, moment, task_id)
    if found.element.words.attribute("batch") == "false":
        raise NotNow(
            Text("此步骤须逐件办理，不能批量办理。", "This step is done one by one, never in a batch."),
            code="err_no_batch",
        )
    found.work.wait = wait
    return _complete(found, answers, decision, opinion, reason, rev)


def complete_in_meeting(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    meeting: Mapping[str, Any],
    answers: Mapping[str, Any],
    decision: str | None,
    opinion: str | None,
    reason: str | None,
    signature: Signature | None = None,
) -> Done:
    """The same for an item of a meeting's agenda: the facts of the ``meeting`` stand in the case before the result."""
    found = find(db, actor, moment, task_id)
    found.work.note(Kind.MEETING_DECIDED, **meeting)
    signed = signature if demands.ways(found.element, decision) else None
    return _complete(found, answers, decision, opinion, reason, None, signed)


def _complete(
    found: InHand,
    answers: Mapping[str, Any] | None,
    decision: str | None,
    opinion: str | None,
    reason: str | None,
    rev: int | None,
    signature: Signature | None = None,
) -> Done:
    if rev is not None and rev != found.task["rev"]:
        raise Clash(
            Text(
                "此任务在您打开之后有变动，请核对后再提交。",
                "The task changed after you opened it. Check and send again.",
            ),
            code="err_task_changed",
            rev=found.task["rev"],
        )
    entered, second = judge(found, answers or {}, decision, opinion, reason)
    let_delegate_see(found)
    demands.refuse_unenclosed(found.work, found.element, found.id, entered.decision or "")
    demands.refuse_unsigned(found.element, entered.decision or "", signature)
    signed = demands.sign(found.work, found.id, signature)
    duties.note_warnings(found.work, found.element, found.id, found.people, entered, reason)
    if second:
        return _propose(found, answers or {}, entered, opinion, reason, second, signed)
    if awaits_signers(found):
        return _submit(found, answers or {}, entered, opinion, reason, signed)
    receipt = found.work.note(
        Kind.BALLOT_CAST if found.element.is_secret else Kind.TASK_COMPLETED,
        **_facts(found, entered, opinion, reason),
        signature=signed,
        answers=cases.record_answers(found.work, found.id, found.element, entered),
    )
    after = _close(found, entered, opinion, completed=_deed(found), confirmed=_NOBODY)
    return Done(found.work.case_id, found.id, receipt, after)


def judge(
    found: InHand, answers: Mapping[str, Any], decision: str | None, opinion: str | None, reason: str | None
) -> tuple[Entered, list[str]]:
    """Everything that is asked before a completion writes anything: what was entered, and who has to confirm it.

    Raises what ``complete`` raises.
    """
    _must_be(found, "open")
    _may_act(found)
    _not_claimed_by_others(found)
    must_be_claimed(found)
    _sign_once(found)
    _keep_open_gates(found)
    terms.refuse(found.work.world, found.task, decision)
    entered = _enter(found, answers, decision, opinion, reason)
    terms.refuse(found.work.world, found.task, entered.decision)
    entered = duties.weigh(found.work, found.element, found.people, entered, reason)
    return entered, _second_persons(found, entered)


def must_be_allowed(found: InHand) -> None:
    """Asked to act, and kept away by no duty."""
    _may_act(found)


def must_not_be_claimed_by_others(found: InHand) -> None:
    """Raises ``Clash`` with the name of whoever was first."""
    _not_claimed_by_others(found)


def must_be_open(found: InHand) -> None:
    """Open, and the actor may do it: neither forbidden by four eyes nor claimed by somebody else."""
    _must_be(found, "open")
    _may_act(found)
    _not_claimed_by_others(found)


def _must_be(found: InHand, status: str) -> None:
    now = found.task["status"]
    if found.task["part"] is not None:
        raise NotNow(
            Text(
                "这是请您加签或受委派的任务，请签署或交回。",
                "You are asked to sign this, or to do it and give it back.",
            ),
            code="err_is_a_part",
        )
    if now == status:
        return
    if now == "waiting":
        raise NotNow(
            Text("已请他人办理或签署，须等其交回。", "Others were asked to do or to sign it; it waits for them."),
            code="err_waiting_for_others",
        )
    if now == "held":
        verdicts = [
            gates.Verdict(
                f["code"],
                "block",
                gates.sentence(found.work.definition, f["code"], f.get("clause"))
                if f["code"] != "err_too_early"
                else gates.EARLIEST.format(on=f.get("earliest", "")),
                f.get("clause"),
                None,
                date.fromisoformat(f["earliest"]) if f.get("earliest") else None,
            )
            for f in json.loads(found.task["held"] or "[]")
        ]
        gates.refuse(verdicts)
    if now == "confirming":
        raise NotNow(
            Text("已经填报，正等待第二人复核。", "It has been entered and waits for a second person to confirm."),
            code="err_awaiting_confirmation",
        )
    raise NotNow(code="err_step_not_open")


def _may_act(found: InHand, purpose: str = "act") -> None:
    """Raises ``NotFound`` for whoever is not asked, ``Forbidden`` where a duty keeps them or whom they act for away.

    Of several absent people the first for whom it may be done.
    """
    ways = found.asks.get(purpose)
    if not ways:
        raise NotFound()
    for number, way in enumerate(ways, 1):
        found.work.act_by(way)
        try:
            duties.refuse(found.work, found.element, found.people)
        except Forbidden:
            if number == len(ways):
                raise
        else:
            return


def let_delegate_see(found: InHand) -> None:
    """What somebody did for an absent person they may look at when the delegation is over."""
    if found.acting_for is not None:
        cases.let_see(found.work, [actors.holder_of(p) for p in found.people])


def must_be_claimed(found: InHand) -> None:
    """What a pool is asked to do is done by whoever has taken it."""
    work = found.work
    if cases.needs_claim(work.definition, found.element) and found.task["claimed_by"] not in found.people:
        raise NotNow(CLAIM_FIRST, code="err_claim_first")


CLAIM_FIRST = Text("此任务交给多人，请先认领再办理。", "Several are asked to do this: claim it first.")


def _sign_once(found: InHand) -> None:
    """In a countersignature nobody counts twice, in whatever posts they are asked."""
    work, element = found.work, found.element
    since = work.live.siblings_since(found.task["node"])
    if since is None or element.loop is None or element.loop.count is None:
        return
    table = tables.tasks.c
    signed = select(table.id).where(
        table.case_id == work.case_id,
        table.element == element.id,
        table.node > since,
        table.status == "completed",
        or_(table.completed_by.in_(found.people), table.completed_for.in_(found.people)),
    )
    if work.db.execute(signed.limit(1)).first() is not None:
        raise Forbidden(
            Text("您已在此次会签中表态，每人只计一次。", "You have already signed here; everybody counts once."),
            code="err_signed_already",
        )


def _keep_open_gates(found: InHand) -> None:
    """An opening gate is asked again at completion: what let the task open may have changed since."""
    gates.refuse(gates.opening(found.work.world, found.element))


def _enter(
    found: InHand,
    answers: Mapping[str, Any],
    decision: str | None,
    opinion: str | None,
    reason: str | None,
) -> Entered:
    task = found.task
    try:
        entered = gates.enter(
            found.work.world,
            found.element,
            answers,
            decision,
            opinion,
            reason,
            due_on=task["due_on"],
            is_late=bool(task["is_late"]) or (task["due_at"] is not None and found.work.moment.now > task["due_at"]),
            also=partial(duties.defects, found.work.world, found.element),
        )
        cases.check_choices(found.work.world, found.element, entered.values)
    except Incident as e:
        raise cases.stuck(found.work.definition, e) from e
    return entered


def _facts(found: InHand, entered: Entered, opinion: str | None, reason: str | None) -> dict[str, Any]:
    return {
        "task": found.id,
        "element": found.element.id,
        "step": found.element.words.attribute("step"),
        "version": found.work.definition.version,
        "decision": None if found.element.is_secret else entered.decision,
        "opinion": opinion or None,
        "reason": reason or None,
        "business_on": entered.business_on.isoformat() if entered.business_on else None,
        "marks": sorted({*entered.marks, *json.loads(found.task["marks"])}),
        "gates": list(entered.judgement.evidence),
    }


Deed = tuple[str | None, str | None]
"""Who did something, and the absent person for whom."""
_NOBODY: Deed = (None, None)


def _deed(found: InHand) -> Deed:
    return found.work.actor.person_id, found.acting_for


def _close(found: InHand, entered: Entered, opinion: str | None, completed: Deed, confirmed: Deed) -> After | None:
    """Write the variables, move the machine, settle: the tail of every completion."""
    work, element = found.work, found.element
    try:
        written = gates.outputs(work.world, element, entered)
        work.written = set(written)
        cases.write_directory(work, element, entered.decision, {**entered.context, **written})
        cases.extend_others(work, element, entered.decision, opinion)
        cases.obey_copies(work, element, found.id, "completed", entered.decision, {**entered.context, **written})
        if element.words.all("document"):
            on = entered.business_on or work.moment.today
            known = {**entered.context, **written}
            written |= cases.issue_documents(work, element, found.id, entered.decision, known, on)
            work.written = set(written)
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    new = {
        "completed_by": completed[0],
        "completed_for": completed[1],
        "confirmed_by": confirmed[0],
        "confirmed_for": confirmed[1],
        "completed_at": work.moment.now,
        "business_on": entered.business_on,
        "decision": None if element.is_secret else entered.decision,
        "opinion": opinion,
        "marks": json.dumps(sorted({*entered.marks, *json.loads(found.task["marks"])})),
        "undo_until": work.moment.now + work.wait if work.wait else None,
        **cases.times(work, found.task),
    }
    before = machine.freeze(work.live) if work.wait and not found.task["any_other"] else None
    _COMPLETE.write(work.db, {"task": found.id, **{f"new_{name}": value for name, value in new.items()}})
    work.world.did(element.id, (*completed, *confirmed))
    cases.forget_task(work, found.id, has_timers=found.task["any_timer"], has_exclusions=found.task["any_exclusion"])
    if found.task["any_signer"]:
        cases.parts.cancel(work, cases.parts.of_task(work, found.id))
    if found.task["any_draft"]:
        _DELETE_DRAFTS.write(work.db, {"task": found.id})
    if machine.leads_back(work.live, found.task["node"]):
        work.again = _who_returned(work)
    step = cases.advance(work, found.task["node"], entered.business_on, written)
    work.is_alone = work.is_listed = not found.task["any_other"]
    work.visited = {**work.visited, element.id: work.visited.get(element.id, 0) + 1}  # its entry says as much
    cases.settle(work, step)
    if before is not None and work.changes.get("status") == cases.ENDED:
        # Of a case that has ended the machine keeps no way back.
        kept = {"task_id": found.id, "case_id": work.case_id, "state": before, "until": new["undo_until"]}
        work.db.execute(insert(tables.undo_states).values(**kept))
    if found.task["any_other"]:
        return None
    closed = {**found.task, **new, "status": "completed", "rev": found.task["rev"] + 1}
    return After({**work.row, **work.changes}, closed, tuple({**_NEW, **row} for row in work.opened))


def _who_returned(work: Work) -> list[cases.Again]:
    """Whoever returned a task, newest first: a way straight back leads to them."""
    table = tables.tasks.c
    query = select(table.element, table.completed_by, table.why).where(
        table.case_id == work.case_id, table.status == "returned"
    )
    rows = work.db.execute(query.order_by(table.completed_at.desc(), table.node.desc())).all()
    return [cases.Again(r.element, r.completed_by, r.why) for r in rows]


_NEW = dict.fromkeys(tables.tasks.c.keys())

_COMPLETE = Statement(
    update(tables.tasks)
    .where(tables.tasks.c.id == bindparam("task"))
    .values(
        status="completed",
        completed_by=bindparam("new_completed_by"),
        completed_for=bindparam("new_completed_for"),
        confirmed_by=bindparam("new_confirmed_by"),
        confirmed_for=bindparam("new_confirmed_for"),
        completed_at=bindparam("new_completed_at"),
        business_on=bindparam("new_business_on"),
        decision=bindparam("new_decision"),
        opinion=bindparam("new_opinion"),
        marks=bindparam("new_marks"),
        undo_until=bindparam("new_undo_until"),
        wait_seconds=bindparam("new_wait_seconds"),
        work_seconds=bindparam("new_work_seconds"),
        pending=None,
        rev=tables.tasks.c.rev + 1,
    )
)
_DELETE_DRAFTS = Statement(delete(tables.drafts).where(tables.drafts.c.task_id == bindparam("task")))


# ---------------------------------------------------------------- the second person


def _second_persons(found: InHand, entered: Entered) -> list[str]:
    """Who has to confirm, if anybody: the element's ``confirm`` rules; the other candidates where there are none and it
    is entered late, or in spite of a duty's warning."""
    work, element = found.work, found.element
    holders: list[str] = []
    for rule in element.words.all("confirm"):
        if "when" not in rule or work.world.evaluate(rule["when"], entered.context, element.id) is True:
            holders += cases.asked(work.world, element.id, rule, entered.context)
    if not holders and (entered.is_late_entry or duties.are_warned(work, entered)):
        rules = element.words.all("confirm")
        holders = [h for r in rules for h in cases.asked(work.world, element.id, r, entered.context)]
        holders = holders or list(json.loads(found.task["why"]))
    return list(dict.fromkeys(holders))


def _propose(
    found: InHand,
    answers: Mapping[str, Any],
    entered: Entered,
    opinion: str | None,
    reason: str | None,
    second: list[str],
    signed: Mapping[str, Any] | None = None,
) -> Done:
    work = found.work
    receipt = _put_aside(
        found, "confirming", Kind.TASK_PROPOSED, answers, entered, opinion, reason, signature=signed, asked=second
    )
    work.db.execute(
        insert(tables.task_candidates), [{"task_id": found.id, "holder": h, "purpose": "confirm"} for h in second]
    )
    cases.let_see(work, second)
    _tell(found, Notice.TASK_TO_CONFIRM, second)
    cases.settle(work, None)
    return Done(work.case_id, found.id, receipt)


def _put_aside(
    found: InHand,
    status: str,
    kind: Kind,
    answers: Mapping[str, Any],
    entered: Entered,
    opinion: str | None,
    reason: str | None,
    **facts: Any,
) -> Receipt:
    """Keep what was entered until others have confirmed or signed it; the task is whose it was meanwhile."""
    work = found.work
    form = work.definition.forms.get(found.element.words.attribute("form") or "")
    sealed: dict[str, Any] | None = None
    salts: dict[str, str] = {}
    if form is not None:
        _, sealed, salts = cases.sealed_answers(form, entered.values)
    receipt = work.note(kind, **_facts(found, entered, opinion, reason), answers=sealed, **facts)
    pending = {
        "answers": dict(answers),
        "decision": entered.decision,
        "opinion": opinion,
        "reason": reason,
        "by": work.actor.person_id,
        "for": found.acting_for,
        "at": work.moment.now.isoformat(),
        "salts": salts,
        "entry": receipt.seq,
        "late_entry": entered.is_late_entry,
    }
    work.db.execute(
        _UPDATE_TASK.values(
            status=status,
            claimed_by=found.whose,  # whoever entered it; the others have to wait, and may not confirm twice
            pending=json.dumps(pending, ensure_ascii=False),
            marks=json.dumps(sorted({*entered.marks, *json.loads(found.task["marks"])})),
            rev=tables.tasks.c.rev + 1,
        ),
        {"task": found.id},
    )
    return receipt


def confirm(
    db: Connection, actor: Actor, moment: Moment, task_id: str, agree: bool, opinion: str | None = None
) -> Done:
    """The second person says yes, and the task is completed as entered; or no, and it goes back to who entered it."""
    found = find(db, actor, moment, task_id)
    if found.task["status"] != "confirming":
        raise NotNow(
            Text("此任务不在等待复核。", "This task does not wait for a confirmation."), code="err_not_confirming"
        )
    if "confirm" not in found.asks:
        raise NotFound()
    pending = json.loads(found.task["pending"])
    if {pending["by"], pending.get("for")} & set(found.people):
        clause = next((c["clause"] for c in found.element.words.all("confirm") if c.get("clause")), None)
        raise Forbidden(
            Text("填报人不能复核自己的填报。", "Whoever entered it may not confirm it."),
            code=clause or "err_own_entry",
            clause=clause,
        )
    _may_act(found, "confirm")
    duties.refuse_second(found.work, found.element, found.people, json.loads(found.task["marks"]))
    let_delegate_see(found)
    if not agree:
        return _refuse_confirmation(found, opinion)
    try:
        entered = gates.enter(
            found.work.world,
            found.element,
            pending["answers"],
            pending["decision"],
            pending["opinion"],
            pending["reason"],
            was_late_entry=pending["late_entry"],
        )
    except Incident as e:
        raise cases.stuck(found.work.definition, e) from e
    duties.weigh(found.work, found.element, found.people, entered, None, is_second=True)
    awaits = awaits_signers(found)
    receipt = found.work.note(
        Kind.TASK_CONFIRMED,
        task=task_id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        decision=entered.decision,
        opinion=opinion or None,
        business_on=entered.business_on.isoformat() if entered.business_on else None,
        entered_by=pending["by"],
        entered_for=pending.get("for"),
        entered_in=pending["entry"],
        marks=json.loads(found.task["marks"]),
        awaits_signers=awaits or None,
    )
    if awaits:
        return _await_signers(found, {**pending, "confirmed": _deed(found)}, receipt)
    cases.record_answers(found.work, task_id, found.element, entered, pending["salts"])
    after = _close(
        found, entered, pending["opinion"], completed=(pending["by"], pending.get("for")), confirmed=_deed(found)
    )
    return Done(found.work.case_id, task_id, receipt, after)


def _refuse_confirmation(found: InHand, opinion: str | None) -> Done:
    if not (opinion or "").strip():
        raise Unfit(
            errors=[FieldError("opinion", "required", Text("请说明不同意的理由。", "Say why you do not agree."))]
        )
    work = found.work
    pending = json.loads(found.task["pending"])
    receipt = work.note(
        Kind.TASK_CONFIRMATION_REFUSED,
        task=found.id,
        element=found.element.id,
        opinion=opinion,
        entered_by=pending["by"],
        entered_in=pending["entry"],
    )
    _give_back(work, found.id, pending)
    _tell(found, Notice.TASK_RETURNED, [actors.holder_of(pending["by"])])
    cases.settle(work, None)
    return Done(work.case_id, found.id, receipt)


def _tell(found: InHand, kind: Notice, holders: Sequence[str]) -> None:
    work, facts = found.work, {"element": found.element.id}
    besides = work.actor.person_id
    outbox.tell(
        work.db, work.moment, kind, holders, case_id=work.case_id, task_id=found.id, facts=facts, besides=besides
    )


def _give_back(work: Work, task_id: str, pending: Mapping[str, Any]) -> None:
    """What was entered is not lost: it becomes the draft of who entered it, and nobody has to confirm it any more."""
    table = tables.drafts
    place = (table.c.task_id == task_id) & (table.c.person_id == pending["by"])
    words = {name: pending[name] for name in ("decision", "opinion", "reason")}
    kept = {"values": json.dumps(pending["answers"], ensure_ascii=False), **words, "at": work.moment.now}
    if work.db.execute(update(table).where(place).values(**kept)).rowcount == 0:
        work.db.execute(insert(table).values(task_id=task_id, person_id=pending["by"], **kept))
    if pending.get("for"):  # the absent person goes on with it where the delegation ends meanwhile
        work.db.execute(insert_or_ignore(work.db, table).values(task_id=task_id, person_id=pending["for"], **kept))
    candidate = tables.task_candidates
    work.db.execute(delete(candidate).where(candidate.c.task_id == task_id, candidate.c.purpose == "confirm"))
    work.db.execute(_UPDATE_TASK.values(status="open", pending=None, rev=tables.tasks.c.rev + 1), {"task": task_id})


# ---------------------------------------------------------------- added signers


def awaits_signers(found: InHand) -> bool:
    """Whether somebody who was added has to sign before the case goes on."""
    if not found.task["any_signer"]:
        return False
    parts = cases.parts
    return bool(parts.missing(parts.of_task(found.work, found.id), (parts.PARALLEL, parts.AFTER)))


def _submit(
    found: InHand,
    answers: Mapping[str, Any],
    entered: Entered,
    opinion: str | None,
    reason: str | None,
    signed: Mapping[str, Any] | None,
) -> Done:
    """Done by whoever has it; the case goes on when those who were added have signed."""
    work = found.work
    receipt = _put_aside(found, "waiting", Kind.TASK_SUBMITTED, answers, entered, opinion, reason, signature=signed)
    cases.parts.ask_those_after(work, cases.parts.of_task(work, found.id))
    cases.settle(work, None)
    return Done(work.case_id, found.id, receipt)


def _await_signers(found: InHand, pending: Mapping[str, Any], receipt: Receipt) -> Done:
    work, candidate = found.work, tables.task_candidates
    work.db.execute(delete(candidate).where(candidate.c.task_id == found.id, candidate.c.purpose == "confirm"))
    kept = json.dumps(pending, ensure_ascii=False)
    work.db.execute(_UPDATE_TASK.values(status="waiting", pending=kept, rev=tables.tasks.c.rev + 1), {"task": found.id})
    cases.parts.ask_those_after(work, cases.parts.of_task(work, found.id))
    cases.settle(work, None)
    return Done(work.case_id, found.id, receipt)


def sign_off(found: InHand) -> After | None:
    """The last signature was given: what was entered is completed, by whoever entered it.

    ``found`` is the task in the deed of whoever gave the signature.
    """
    work = found.work
    pending = json.loads(found.task["pending"])
    work.world = work.world.asked_by(pending["by"])
    try:
        entered = gates.enter(
            work.world,
            found.element,
            pending["answers"],
            pending["decision"],
            pending["opinion"],
            pending["reason"],
            was_late_entry=pending["late_entry"],
        )
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    work.note(
        Kind.TASK_SIGNED_OFF,
        task=found.id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        decision=entered.decision,
        business_on=entered.business_on.isoformat() if entered.business_on else None,
        entered_by=pending["by"],
        entered_for=pending.get("for"),
        entered_in=pending["entry"],
        marks=json.loads(found.task["marks"]),
    )
    cases.record_answers(work, found.id, found.element, entered, pending["salts"])
    confirmed_by, confirmed_for = pending.get("confirmed") or _NOBODY
    return _close(
        found,
        entered,
        pending["opinion"],
        completed=(pending["by"], pending.get("for")),
        confirmed=(confirmed_by, confirmed_for),
    )


def reopen(found: InHand) -> None:
    """Nothing is waited for any more: whoever has the task does it, with what was entered as their draft."""
    if found.task["pending"]:
        _give_back(found.work, found.id, json.loads(found.task["pending"]))
    else:
        found.work.db.execute(_UPDATE_TASK.values(status="open", rev=tables.tasks.c.rev + 1), {"task": found.id})


def take_back_entry(work: Work, task: Mapping[str, Any], pending: Mapping[str, Any], reason: str) -> Done:
    """Whoever entered it takes it back before the second person has looked: open again, with what was entered."""
    receipt = work.note(
        Kind.TASK_WITHDRAWN,
        task=task["id"],
        element=task["element"],
        reason=reason,
        entered_in=pending["entry"],
    )
    _give_back(work, task["id"], pending)
    cases.parts.rewind(work, task, cases.parts.of_task(work, task["id"]))
    cases.settle(work, None)
    return Done(work.case_id, task["id"], receipt)


# ---------------------------------------------------------------- by element


def attempt(
    db: Connection,
    actor: Actor,
    moment: Moment,
    case_id: str,
    element: str,
    answers: Mapping[str, Any] | None = None,
    decision: str | None = None,
    opinion: str | None = None,
    reason: str | None = None,
) -> Done:
    """Complete the open task of one step of a case; a step that is not open is refused with the steps missing.

    The refusal is recorded on the case's chain (a bypass attempt), whoever tried.
    """
    if cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    work = cases.take(db, actor, moment, case_id)
    if element not in work.definition.blueprint.elements:
        raise NotFound()
    table = tables.tasks
    rows = db.execute(
        select(table.c.id, table.c.status).where(
            table.c.case_id == case_id,
            table.c.element == element,
            table.c.of_task.is_(None),
            table.c.status.in_(cases.OPEN_STATUSES),
        )
    ).all()
    if rows and rows[0].status != "held":
        return complete(db, actor, moment, rows[0].id, answers, decision, opinion, reason)
    step = work.definition.element(element)
    done = set(
        db.execute(
            select(table.c.element)
            .where(table.c.case_id == case_id, table.c.status == "completed", table.c.void_at.is_(None))
            .distinct()
        ).scalars()
    )
    missing = [
        {"element": e.id, "step": e.words.attribute("step"), "name": work.definition.element_name(e.id)}
        for e in work.definition.missing_before(step, done)
    ]
    held = gates.opening(work.world, step)
    raise NotNow(
        Text("“{element}”尚未开启，不能越过前面的步骤。", "“{element}” is not open; no step can be skipped."),
        code="err_step_not_open",
        clause=held[0].clause if held else None,
        errors=[FieldError("", v.code, v.text, v.clause, v.earliest.isoformat() if v.earliest else None) for v in held],
        recorded={
            "chain": case_id,
            "kind": Kind.BYPASS_ATTEMPTED,
            "element": element,
            "missing": [m["element"] for m in missing],
        },
        element=work.definition.element_name(element),
        missing=missing,
    )
