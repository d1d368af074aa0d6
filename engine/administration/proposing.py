"""Two persons for one act: proposed by one, confirmed, refused or left to expire by another.

What is confirmed takes effect in the transaction of the confirmation, as it would on that day: everything is judged
anew, and an effect that is no longer what was seen is refused. Whoever proposed it has to hold their permission still.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from engine import actors, outbox, tables, trail
from engine.actors import PERMISSIONS, Actor
from engine.administration.acts import ACTS
from engine.administration.words import SECRETS, Act, Done, Effect, Plan, Proposal
from engine.errors import Clash, FieldError, Forbidden, NotFound, NotNow, Refused, Text, Unfit
from engine.outbox import Notice
from engine.store import Moment, Statement, for_update, new_id, part
from engine.trail import Kind

_P, _A = tables.proposals.c, tables.accounts.c
_COLUMNS = (
    *(_P.id, _P.kind, _P.plan, _P.effect, _P.subject_id, _P.shown, _P.reason, _P.status, _P.proposed_by),
    *(_P.proposed_at, _P.expires_at, _P.decided_by, _P.decided_at, _P.opinion, _P.outcome),
)
_ONE = select(*_COLUMNS).where(_P.id == bindparam("id"))
MOST_EXPIRED = 100
_BESIDES = SECRETS | {"id", "reason"}
"""Members of a plan by which two proposals of the same do not differ."""


# ---------------------------------------------------------------- asked for


def perform(db: Connection, actor: Actor, moment: Moment, kind: str, plan: Plan, reason: str, term: timedelta) -> Done:
    """Do an act, or propose it to a second person where it takes two. Raises what the act raises.

    The operator at the command line of the server needs nobody: the office may have no administrator yet.
    """
    act = ACTS[kind]
    actor.require(act.proposes)
    if actor.source == "command" or not act.is_dangerous(db, moment, plan):
        return Done(act.do(db, actor, moment, plan))
    return Done({}, propose(db, actor, moment, kind, plan, reason, term))


def propose(
    db: Connection, actor: Actor, moment: Moment, kind: str, plan: Plan, reason: str, term: timedelta
) -> Proposal:
    """Put an act before a second person. The same act proposed again by the same person is the same proposal.

    Raises ``Unfit`` without a reason, ``Forbidden`` (a program, no permission), ``Clash`` where somebody else has
    proposed the same, and what the act itself would raise if it were done now.
    """
    act = _act(kind)
    _must_be_a_person(actor)
    actor.require(act.proposes)
    mark = _sha256({"kind": kind, "plan": {k: v for k, v in plan.items() if k not in _BESIDES}})
    _hold(db, mark)
    known = db.execute(select(_P.id, _P.proposed_by).where(_P.mark == mark, _P.status == "proposed")).first()
    if known is not None:
        if known.proposed_by == actor.person_id and not SECRETS & plan.keys():
            return read(db, actor, known.id)
        by = actors.names(db, [known.proposed_by]).get(known.proposed_by, Text("", ""))
        text = Text("{by} 已提出同样的操作。", "{by} has proposed the same already.")
        raise Clash(text, code="err_already_proposed", by=by, proposal=known.id)
    effect = act.look(db, actor, moment, plan)
    _try(db, actor, moment, act, plan)
    said = reason.strip()
    if not said:
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    id_ = new_id()
    db.execute(
        insert(tables.proposals).values(
            id=id_,
            kind=kind,
            plan=json.dumps(plan, ensure_ascii=False),
            mark=mark,
            effect=mark_of(effect),
            subject_id=effect.subject,
            shown=json.dumps(shown(effect), ensure_ascii=False),
            reason=said,
            status="proposed",
            proposed_by=actor.person_id,
            proposed_at=moment.now,
            expires_at=moment.now + term,
        )
    )
    _note(db, moment, actor, Kind.PROPOSAL_MADE, id_, act, effect.subject, reason=said)
    _ask(db, actor, moment, act, id_)
    return read(db, actor, id_)


class _TakeBack(Exception):
    """Ends the part of the transaction in which an act was tried."""


def _try(db: Connection, actor: Actor, moment: Moment, act: Act, plan: Plan) -> None:
    """Raises what the act would raise if it were done now; nothing is left of it."""
    try:
        with part(db):
            act.do(db, actor, moment, plan)
            raise _TakeBack
    except _TakeBack:
        return


def _hold(db: Connection, mark: str) -> None:
    """One proposal of the same at a time: two would both find none."""
    if for_update(db):
        db.execute(select(func.pg_advisory_xact_lock(int(mark[:15], 16))))


def _ask(db: Connection, actor: Actor, moment: Moment, act: Act, id_: str) -> None:
    root = actors.root(db, moment.today)
    if root is not None:
        outbox.tell(
            db,
            moment,
            Notice.PROPOSAL_MADE,
            [actors.holder(role, root.id) for role in roles_with(act.confirms)],
            facts={"proposal": id_, "by": actor.person_id},
            besides=actor.person_id,
        )


# ---------------------------------------------------------------- decided


def confirm(db: Connection, actor: Actor, moment: Moment, id_: str, seen: str | None = None) -> Proposal:
    """The second person lets a proposed act take effect. ``seen`` is the mark of the effect that they looked at;
    without it the effect has to be as it was proposed.

    Raises ``Forbidden`` (own proposal, about oneself, a program), ``Clash`` (decided before, or another effect than the
    one seen), ``NotNow`` (expired, or the proposer may not any more), and what the act itself raises: nothing is done.
    """
    row, act = _for_decision(db, actor, moment, id_)
    proposer = _proposer(db, moment, row, act, actor)
    effect = act.look(db, proposer, moment, row.plan)
    found = mark_of(effect)
    if found != (seen or row.effect):
        raise Clash(
            Text(
                "情况已有变化，操作的效果与所见不同。请重新查看后再核准。",
                "What it would change is no longer what you saw. Look at it again before you confirm it.",
            ),
            code="err_effect_changed",
            mark=found,
        )
    outcome = act.do(db, proposer, moment, row.plan)
    _decide(db, actor, moment, row, "confirmed", outcome=outcome, said=shown(effect))
    _note(db, moment, actor, Kind.PROPOSAL_CONFIRMED, id_, act, row.subject_id, person=row.proposed_by)
    return read(db, actor, id_)


def refuse(db: Connection, actor: Actor, moment: Moment, id_: str, reason: str) -> Proposal:
    """The second person does not agree, and says why."""
    row, act = _for_decision(db, actor, moment, id_)
    said = reason.strip()
    if not said:
        text = Text("请说明不同意的理由。", "Say why you do not agree.")
        raise Unfit(errors=[FieldError("reason", "required", text)])
    _decide(db, actor, moment, row, "refused", opinion=said)
    _note(db, moment, actor, Kind.PROPOSAL_REFUSED, id_, act, row.subject_id, person=row.proposed_by, reason=said)
    return read(db, actor, id_)


def withdraw(db: Connection, actor: Actor, moment: Moment, id_: str, reason: str | None = None) -> Proposal:
    """Whoever proposed it takes it back."""
    row = _taken(db, actor, id_)
    _must_be_a_person(actor)
    if row.proposed_by != actor.person_id:
        raise Forbidden(Text("只有提议人可以撤回。", "Only whoever proposed it may withdraw it."))
    _must_wait(db, row, moment)
    _decide(db, actor, moment, row, "withdrawn", opinion=(reason or "").strip() or None)
    _note(db, moment, actor, Kind.PROPOSAL_WITHDRAWN, id_, ACTS[row.kind], row.subject_id, reason=reason or None)
    return read(db, actor, id_)


_NEXT_EXPIRY = Statement(select(func.min(_P.expires_at).label("at")).where(_P.status == "proposed"))


def next_expiry(db: Connection) -> Any:
    """When the next proposal expires."""
    return (_NEXT_EXPIRY.first(db, {}) or {}).get("at")


def expire(db: Connection, moment: Moment) -> bool:
    """Proposals whose time is over take no effect any more; false where there are none."""
    due = _P.expires_at <= bindparam("now", type_=_P.expires_at.type)
    query = select(*_COLUMNS).where(_P.status == "proposed", due).order_by(_P.expires_at, _P.id).limit(MOST_EXPIRED)
    locked = query.with_for_update(skip_locked=True) if for_update(db) else query
    rows = [_row(r) for r in db.execute(locked, {"now": moment.now})]
    for row in rows:
        clock = Actor.clock()
        _decide(db, clock, moment, row, "expired")
        _note(db, moment, clock, Kind.PROPOSAL_EXPIRED, row.id, ACTS[row.kind], row.subject_id, person=row.proposed_by)
    return bool(rows)


def _for_decision(db: Connection, actor: Actor, moment: Moment, id_: str) -> tuple[Proposal, Act]:
    row = _taken(db, actor, id_)
    act = ACTS[row.kind]
    refusal = why_not(actor, row, act)
    if refusal is not None:
        raise refusal
    _must_wait(db, row, moment)
    return row, act


def why_not(actor: Actor, row: Proposal, act: Act) -> Forbidden | None:
    """Why somebody may not be the second person of a proposal, whatever became of it."""
    if actor.key_id is not None or not actor.is_person:
        return _a_program()
    if not actor.may(act.confirms):
        return Forbidden(needs=[act.confirms])
    if row.proposed_by == actor.person_id:
        text = Text("提议人不能核准自己的提议。", "Whoever proposed it may not confirm it.")
        return Forbidden(text, code="err_own_proposal")
    if row.subject_id == actor.person_id:
        text = Text("不能核准涉及本人的操作。", "Nobody confirms what is about themselves.")
        return Forbidden(text, code="err_own_case")
    return None


def _must_wait(db: Connection, row: Proposal, moment: Moment) -> None:
    if row.status in ("confirmed", "refused", "withdrawn"):
        by = actors.names(db, [row.decided_by or ""]).get(row.decided_by or "", Text("", ""))
        text = Text("{by} 已处理此项提议。", "{by} has decided this already.")
        raise Clash(text, code="err_already_decided", by=by, status=row.status)
    if row.status == "expired" or row.expires_at <= moment.now:
        raise NotNow(
            Text("提议已失效，请重新提出。", "The proposal has expired. Propose it anew."), code="err_proposal_expired"
        )


def _proposer(db: Connection, moment: Moment, row: Proposal, act: Act, second: Actor) -> Actor:
    """Whoever proposed it, as they stand now; raises ``NotNow`` where they could not propose it any more."""
    account = db.execute(
        select(_A.id, _A.person_id).where(_A.person_id == row.proposed_by, _A.disabled_at.is_(None))
    ).first()
    found = None
    if account is not None:
        found = actors.of_account(
            db, SimpleNamespace(id=account.id, person_id=account.person_id), moment, second.source
        )
    if found is None or not found.may(act.proposes):
        raise NotNow(
            Text("提议人已无此项权限，请由他人重新提出。", "Whoever proposed it may not any more. Propose it anew."),
            code="err_proposer_gone",
        )
    return actors.seconded(found, second, row.id)


def _decide(
    db: Connection,
    actor: Actor,
    moment: Moment,
    row: Proposal,
    status: str,
    *,
    opinion: str | None = None,
    outcome: Mapping[str, Any] | None = None,
    said: Mapping[str, Any] | None = None,
) -> None:
    values: dict[str, Any] = {
        "status": status,
        "plan": "{}",  # what may have been secret in it is needed by nobody any more
        "decided_by": actor.person_id,
        "decided_at": moment.now,
        "opinion": opinion,
        "outcome": json.dumps(outcome, ensure_ascii=False) if outcome is not None else None,
    }
    if said is not None:
        values["shown"] = json.dumps(said, ensure_ascii=False)
    db.execute(update(tables.proposals).where(_P.id == row.id).values(**values))
    outbox.tell(
        db,
        moment,
        Notice.PROPOSAL_DECIDED,
        [actors.holder_of(row.proposed_by)],
        facts={"proposal": row.id, "status": status, "by": actor.person_id},
        besides=actor.person_id,
    )


def _note(
    db: Connection, moment: Moment, actor: Actor, kind: Kind, id_: str, act: Act, subject: str | None, **facts: Any
) -> None:
    trail.append(db, moment, actor, kind=kind, proposal=id_, act=act.kind, subject=subject, **facts)


# ---------------------------------------------------------------- reading

READS = frozenset({"permissions.read", "trail.verify", "trail.read_all"})
"""Who reads every proposal; anybody else those that they may propose or confirm."""


def may_read(actor: Actor, kind: str) -> bool:
    act = ACTS.get(kind)
    own = {act.proposes, act.confirms} if act is not None else set()
    return not actor.permissions.isdisjoint(READS | own)


def read(db: Connection, actor: Actor, id_: str) -> Proposal:
    """One proposal; raises ``NotFound`` for whoever has nothing to do with acts of its kind."""
    row = db.execute(_ONE, {"id": id_}).first()
    if row is None or not may_read(actor, row.kind):
        raise NotFound()
    return _row(row)


def proposals(
    db: Connection,
    actor: Actor,
    *,
    status: str | None = None,
    kind: str | None = None,
    waiting: bool = False,
    subject: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Proposal], str | None]:
    """Proposals, newest first; ``waiting``: only those that the actor may decide."""
    kinds = [k for k in ACTS if may_read(actor, k)]
    query = select(*_COLUMNS).where(_P.kind.in_(kinds)).order_by(_P.id.desc()).limit(limit + 1)
    if waiting:
        mine = [k for k, act in ACTS.items() if actor.may(act.confirms)]
        others = or_(_P.subject_id.is_(None), _P.subject_id != actor.person_id)
        query = query.where(and_(_P.status == "proposed", _P.kind.in_(mine), _P.proposed_by != actor.person_id, others))
    if status is not None:
        query = query.where(_P.status == status)
    if kind is not None:
        query = query.where(_P.kind == kind)
    if subject is not None:
        query = query.where(_P.subject_id == subject)
    if cursor:
        query = query.where(_P.id < cursor)
    rows = [_row(r) for r in db.execute(query)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def effect_now(db: Connection, actor: Actor, moment: Moment, row: Proposal) -> tuple[Effect | None, Refused | None]:
    """What a proposal that still waits would change as the office stands, or why it could not be done."""
    if row.status != "proposed":
        return None, None
    act = ACTS[row.kind]
    try:
        return act.look(db, _proposer(db, moment, row, act, actor), moment, row.plan), None
    except Refused as refused:
        return None, refused


def tried(db: Connection, actor: Actor, moment: Moment, kind: str, plan: Plan) -> tuple[Effect, Refused | None]:
    """What an act would change, before anybody proposes it, and what it would be refused for; nothing is left of it."""
    act = _act(kind)
    actor.require(act.proposes)
    effect = act.look(db, actor, moment, plan)
    try:
        _try(db, actor, moment, act, plan)
    except Refused as refused:
        return effect, refused
    return effect, None


def roles_with(permission: str) -> list[str]:
    """The posts in the office itself that give a permission."""
    return sorted(role for role, given in PERMISSIONS.items() if permission in given)


def shown(effect: Effect) -> dict[str, Any]:
    """An effect in words, as JSON."""
    return {
        "summary": effect.summary.as_json(),
        "lines": [[label.as_json(), value.as_json()] for label, value in effect.lines],
    }


def mark_of(effect: Effect) -> str:
    """By which two effects are told apart."""
    return _sha256(effect.facts)


def _sha256(value: Any) -> str:
    return hashlib.sha256(trail.canonical(value).encode()).hexdigest()


def _act(kind: str) -> Act:
    if kind not in ACTS:
        text = Text("没有“{kind}”这种操作。", "There is no act {kind}.").format(kind=kind)
        raise Unfit(errors=[FieldError("kind", "not_an_option", text)])
    return ACTS[kind]


def _taken(db: Connection, actor: Actor, id_: str) -> Proposal:
    """The proposal, locked: two who decide at the same moment come one after the other."""
    if for_update(db):
        db.execute(select(_P.id).where(_P.id == id_).with_for_update())
    return read(db, actor, id_)


def _must_be_a_person(actor: Actor) -> None:
    if actor.key_id is not None or not actor.is_person:
        raise _a_program()


def _a_program() -> Forbidden:
    return Forbidden(
        Text("需要两人办理的操作须由本人登录办理。", "What takes two persons is done by persons who are signed in."),
        code="err_needs_a_person",
    )


def _row(row: Any) -> Proposal:
    return Proposal(
        row.id,
        row.kind,
        json.loads(row.plan),
        row.effect,
        row.subject_id,
        json.loads(row.shown),
        row.reason,
        row.status,
        row.proposed_by,
        row.proposed_at,
        row.expires_at,
        row.decided_by,
        row.decided_at,
        row.opinion,
        json.loads(row.outcome) if row.outcome else None,
    )
