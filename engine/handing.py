"""Handing over a task: transferred for good, entrusted and given back, signatures of others added to it and given.

What a step allows, and to whom it may go, is the designer's word (``<liuhen:actions>``); without it a task is handed to
nobody. Duties hold for whoever it is handed to. What was handed over is not handed on: a delegate, somebody entrusted
and an added signer act themselves or leave it to whoever asked them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from engine import actors, cases, duties, gates, outbox, tables, tasks
from engine.actors import ADMIN_ROLES, Actor
from engine.cases import Work, parts
from engine.errors import FieldError, Forbidden, Incident, NotNow, Text, Unfit
from engine.machine import Element
from engine.outbox import Notice
from engine.store import Moment, insert_or_ignore, like, new_id
from engine.tasks import Done, InHand
from engine.trail import Kind, Receipt

_T = tables.tasks.c

MOST_SIGNERS = 20
VERBS = ("transfer", "entrust", "add_signer", "remove_signer", "take_back", "consent", "give_back")
_REACH_OF = {"transfer": "transferTo", "entrust": "entrustTo", "add_signer": "signers"}

# ---------------------------------------------------------------- to whom


@dataclass(frozen=True, slots=True)
class Reach:
    """To whom a task may be handed: by where they belong, or these people only."""

    rule: str
    """``same_unit``, ``unit_and_below``, ``same_role``, ``office``."""
    units: tuple[str, ...]
    roles: tuple[str, ...]
    people: tuple[str, ...] | None = None
    """Where the designer named people by an expression."""


def reach(found: InHand, verb: str) -> Reach:
    """Where whoever gets the task has to belong."""
    word = found.element.words.one("actions") or {}
    rule = word.get(_REACH_OF[verb]) or word.get("to") or "same_unit"
    posts = [h.partition(":")[2].partition("@") for h in json.loads(found.task["why"]) if h.startswith("post:")]
    units = tuple(dict.fromkeys(unit for _, _, unit in posts)) or (str(found.work.row["unit_id"]),)
    roles = tuple(dict.fromkeys(role for role, _, _ in posts))
    people = None
    if "people" in word:
        try:
            context = gates.reading_context(found.work.world, found.element)
            value = found.work.world.evaluate(word["people"], context, found.element.id)
        except Incident as e:
            raise cases.stuck(found.work.definition, e) from e
        people = tuple(p for p in (value if isinstance(value, list) else [value]) if isinstance(p, str))
    if rule == "same_role" and not roles:
        rule = "same_unit"  # the task asks a person and no post
    return Reach(rule, units, roles, people)


def _within(db: Connection, moment: Moment, found: Reach) -> ColumnElement[bool]:
    """For statements over ``people``, with the day bound as ``on``: who belongs where the task may go."""
    person = tables.people.c.id
    post, member = tables.posts.c, tables.memberships.c
    holds = exists().where(post.person_id == person, actors.holds_on(post))
    belongs = exists().where(member.person_id == person, actors.holds_on(member))
    account = tables.accounts.c
    usable = and_(
        exists().where(account.person_id == person, account.disabled_at.is_(None)),
        ~holds.where(post.role.in_(sorted(ADMIN_ROLES))),
    )
    if found.people is not None:
        return and_(usable, person.in_(found.people))
    if found.rule == "same_role":
        return and_(usable, holds.where(post.role.in_(found.roles)))
    if found.rule == "office":
        return and_(usable, or_(holds, belongs))
    units = set(found.units)
    if found.rule == "unit_and_below":
        units = {u for unit in found.units for u in actors.subtree(db, unit, moment.today)}
    return and_(usable, or_(holds.where(post.unit_id.in_(units)), belongs.where(member.unit_id.in_(units))))


def _check_target(found: InHand, verb: str, person: str, field: str) -> None:
    """Raises why a task cannot go to somebody: ``Unfit`` on the field, ``Forbidden`` with the rule of a duty."""
    why = hindrance(found, verb, person)
    if why is not None:
        code, text = why
        raise Unfit(text, code=code, errors=[FieldError(field, code, text)])
    _refuse_by_duty(found.work, found.element, [person])


def hindrance(found: InHand, verb: str, person: str) -> tuple[str, Text] | None:
    """Why somebody is not among those to whom a task may go, whatever the duties say."""
    work = found.work
    if person in found.people:
        return "err_to_oneself", Text("不能交给自己。", "It cannot go to yourself.")
    if person == work.row.get("subject_id"):
        return "err_own_case", Text("不能交给事项所关于的本人。", "The case is about that person.")
    query = select(tables.people.c.id).where(tables.people.c.id == person)
    if work.db.execute(query).first() is None:
        return "err_person_not_found", Text("没有这一人员。", "There is no such person.")
    if not actors.can_sign_in(work.db, person):
        return "err_cannot_sign_in", Text("该人员没有可用的账号。", "That person has no account to sign in with.")
    meant = query.where(_within(work.db, work.moment, reach(found, verb)))
    if work.db.execute(meant, {"on": work.moment.today}).first() is None:
        return "err_out_of_reach", Text("此步骤不能交给该人员。", "This step may not go to that person.")
    if verb == "add_signer" and person in {parts.signer(r) for r in parts.signatures(parts.of_task(work, found.id))}:
        return "err_signs_already", Text("该人员已在加签人之列。", "That person has been added already.")
    return None


def _refuse_by_duty(work: Work, element: Element, people: Iterable[str]) -> None:
    """A duty of whoever gets the task; the deed's actor is judged by themselves where they go on with it."""
    duties.refuse(work, element, list(people))


def people(
    db: Connection, actor: Actor, moment: Moment, task_id: str, verb: str, q: str = "", limit: int = 20
) -> list[tuple[str, Text | None]]:
    """Ids of the people to whom a task may go, by number, each with what keeps them from it, if anything.

    Raises what the verb itself would raise whoever was chosen.
    """
    found = tasks.look(db, actor, moment, task_id)
    _may(found, verb)
    table = tables.people.c
    query = select(table.id).where(_within(db, moment, reach(found, verb)), table.id.not_in(found.people))
    for word in q.split()[:5]:
        pattern = like(word)
        query = query.where(
            or_(*(column.ilike(pattern, escape="\\") for column in (table.name, table.name_en, table.number)))
        )
    ids = db.execute(query.order_by(table.number).limit(max(1, min(limit, 50))), {"on": moment.today}).scalars().all()
    return [(person, _said(found, verb, person)) for person in ids]


def _said(found: InHand, verb: str, person: str) -> Text | None:
    why = hindrance(found, verb, person)
    if why is not None:
        return why[1]
    try:
        _refuse_by_duty(found.work, found.element, [person])
    except Forbidden as e:
        return e.text
    return None


# ---------------------------------------------------------------- whether


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands to somebody, as far as it decides which verbs they can use."""

    task: Mapping[str, Any]
    element: Element
    may_act: bool
    """The task asks them to act, themselves or for somebody absent."""
    acting_for: str | None
    is_claimed_by_others: bool
    is_to_be_claimed: bool
    """A pool is asked, and it has to be claimed first."""
    open_parts: Sequence[Mapping[str, Any]]


def standing(found: InHand) -> Standing:
    """How the task in hand stands to whoever has it in hand."""
    work, task = found.work, found.task
    by = tasks.claimant(work.db, work.moment, found.id) if task["claimed_by"] else None
    return Standing(
        task,
        found.element,
        "act" in found.asks,
        found.acting_for,
        by is not None and by not in found.people,
        cases.needs_claim(work.definition, found.element) and task["claimed_by"] not in found.people,
        [r for r in parts.of_task(work, found.id) if r["status"] in cases.OPEN_STATUSES],
    )


def why_not(at: Standing, verb: str) -> NotNow | Forbidden | None:
    """Why somebody cannot do this with the task now; ``None`` where they can."""
    task = at.task
    if task["part"] is not None:
        wanted = {parts.SIGN: "consent", parts.ENTRUST: "give_back"}.get(task["part"])
        is_theirs = at.may_act and verb == wanted and task["status"] == "open"
        return None if is_theirs else NotNow(code="err_step_not_open")
    if verb in ("consent", "give_back") or not at.may_act:
        return NotNow(code="err_step_not_open")
    if at.is_claimed_by_others:
        return NotNow(Text("已由他人认领。", "Somebody else has claimed it."), code="err_claimed")
    if verb == "take_back":
        entrusted = any(r["part"] == parts.ENTRUST for r in at.open_parts)
        away = task["status"] == "waiting" and (task["pending"] or entrusted)
        return None if away else NotNow(Text("没有可以收回的。", "There is nothing to take back."), code="err_not_away")
    if verb == "remove_signer":
        asked = task["status"] in ("open", "waiting") and any(r["part"] == parts.SIGN for r in at.open_parts)
        return None if asked else NotNow(Text("没有可以减去的加签人。", "Nobody is to sign."), code="err_no_signer")
    if not cases.allows(at.element, verb):
        clause = (at.element.words.one("actions") or {}).get("clause")
        said = Text("流程规定此步骤不能这样办理。", "The procedure does not allow this for the step.")
        return NotNow(said, code="err_action_not_allowed", clause=clause)
    if verb != "add_signer" and at.acting_for is not None:
        said = Text("受托人不能再把任务交给他人。", "A delegate does not hand on what is delegated.")
        return Forbidden(said, code="err_delegates_on")
    if task["status"] != "open":
        return NotNow(code="err_step_not_open")
    if at.is_to_be_claimed:
        return NotNow(tasks.CLAIM_FIRST, code="err_claim_first")
    if verb in ("transfer", "entrust") and at.open_parts:
        said = Text("已请他人加签，请先减签或待其签署。", "Others are to sign it: remove them, or wait for them.")
        return NotNow(said, code="err_signers_are_asked")
    return None


def _may(found: InHand, verb: str) -> None:
    refusal = why_not(standing(found), verb)
    if refusal is not None and refusal.refusal == "err_claimed":
        tasks.must_not_be_claimed_by_others(found)
    if refusal is not None:
        raise refusal


def _whole(found: InHand, verb: str) -> None:
    """It is open, whoever acts has it in hand, and may do this with it."""
    _may(found, verb)
    if verb != "transfer":  # whom a duty keeps away may still give it to somebody else
        tasks.must_be_open(found)
    tasks.must_be_claimed(found)
    tasks.let_delegate_see(found)


def _required(value: str | None, field: str, zh: str, en: str) -> str:
    if not (value or "").strip():
        raise Unfit(errors=[FieldError(field, "required", Text(zh, en))])
    return str(value).strip()


# ---------------------------------------------------------------- transfer


def transfer(db: Connection, actor: Actor, moment: Moment, task_id: str, to: str, reason: str) -> Done:
    """Give a task away for good: from now on it asks that person alone.

    Whoever gave it away keeps a record of it among what they have done. Raises ``NotNow`` where the step does not
    allow it, ``Unfit`` and ``Forbidden`` where it cannot go there.
    """
    found = tasks.find(db, actor, moment, task_id)
    _whole(found, "transfer")
    said = _required(reason, "reason", "请说明转办的理由。", "Say why it is transferred.")
    _check_target(found, "transfer", to, "to")
    work, holder = found.work, actors.holder_of(to)
    _keep_record(found, holder, said)
    receipt = work.note(
        Kind.TASK_TRANSFERRED,
        task=task_id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        handed_to=[holder],
        reason=said,
        clause=(found.element.words.one("actions") or {}).get("clause"),
    )
    candidates = tables.task_candidates
    asked = select(candidates.c.holder).where(candidates.c.task_id == task_id)
    work.touched.update(db.execute(asked).scalars())
    db.execute(delete(candidates).where(candidates.c.task_id == task_id, candidates.c.purpose == "act"))
    db.execute(insert(candidates).values(task_id=task_id, holder=holder, purpose="act"))
    ground = {"holder": holder, "rule": "transfer", "on": moment.today.isoformat(), "by": found.whose}
    db.execute(
        update(tables.tasks)
        .where(_T.id == task_id)
        .values(claimed_by=None, why=json.dumps([holder]), grounds=json.dumps([ground]), rev=_T.rev + 1)
    )
    work.touched.add(holder)
    cases.let_see(work, [holder])
    _tell(work, Notice.TASK_TRANSFERRED, task_id, [holder], found.whose)
    cases.settle(work, None)
    return Done(work.case_id, task_id, receipt)


def _keep_record(found: InHand, holder: str, reason: str) -> None:
    """A part that is closed from the beginning: what somebody gave away is among what they have done."""
    work, task, id_ = found.work, found.task, new_id()
    told = {"part": parts.TRANSFER, "of_task": found.id, "element": task["element"], "status": "transferred"}
    work.retell(id_, **told, asked=[holder])
    work.db.execute(
        insert(tables.tasks).values(
            id=id_,
            case_id=work.case_id,
            element=task["element"],
            status="transferred",
            unit_id=task["unit_id"],
            of_task=found.id,
            part=parts.TRANSFER,
            asked_by=found.whose,
            opened_at=task["opened_at"],
            due_on=task["due_on"],
            completed_by=work.actor.person_id,
            completed_for=found.acting_for,
            completed_at=work.moment.now,
            opinion=reason,
            why=json.dumps([holder]),
        )
    )


# ---------------------------------------------------------------- entrusted, and given back


def entrust(db: Connection, actor: Actor, moment: Moment, task_id: str, to: str, opinion: str | None = None) -> Done:
    """Let somebody do the work: what they enter comes back as a draft to whoever entrusted it, who completes it."""
    found = tasks.find(db, actor, moment, task_id)
    _whole(found, "entrust")
    _check_target(found, "entrust", to, "to")
    work, words = found.work, (opinion or "").strip() or None
    (part,) = parts.ask(work, found.task, parts.ENTRUST, [to], words=words)
    receipt = work.note(
        Kind.TASK_ENTRUSTED,
        task=task_id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        handed_to=[actors.holder_of(to)],
        opinion=words,
    )
    draft = tables.drafts
    typed = select(draft).where(draft.c.task_id == task_id, draft.c.person_id == work.actor.person_id)
    row = db.execute(typed).mappings().first()
    if row is not None:  # the other goes on from what was typed so far
        db.execute(insert(draft).values({**row, "task_id": part, "person_id": to}))
    _wait(found)
    cases.settle(work, None)
    return Done(work.case_id, task_id, receipt)


def _wait(found: InHand) -> None:
    values = {"status": "waiting", "claimed_by": found.whose, "rev": _T.rev + 1}
    found.work.db.execute(update(tables.tasks).where(_T.id == found.id).values(values))


def give_back(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    answers: Mapping[str, Any] | None = None,
    decision: str | None = None,
    opinion: str | None = None,
) -> Done:
    """Whoever was entrusted with the work has done it; their answers become the draft of whoever entrusted it.

    Raises ``Unfit`` field by field where the answers do not fit the form; nothing else is judged before completion.
    """
    found = tasks.find(db, actor, moment, task_id)
    _may(found, "give_back")
    tasks.must_be_allowed(found)
    work, main = found.work, tasks.main_of(found)
    given = _fitting(found, answers or {}, decision)
    by = found.task["asked_by"]
    said = (opinion or "").strip() or None
    receipt = work.note(
        Kind.TASK_GIVEN_BACK,
        task=task_id,
        of_task=main.id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        handed_to=[actors.holder_of(by)],
        decision=decision,
        opinion=said,
    )
    _close_part(found, "given_back", said, decision)
    kept = {"values": json.dumps(given, ensure_ascii=False), "decision": decision, "at": moment.now}
    draft = tables.drafts
    place = (draft.c.task_id == main.id) & (draft.c.person_id == by)
    if db.execute(update(draft).where(place).values(**kept)).rowcount == 0:
        db.execute(insert_or_ignore(db, draft).values(task_id=main.id, person_id=by, **kept))
    tasks.reopen(main)
    _tell(work, Notice.TASK_GIVEN_BACK, main.id, [actors.holder_of(by)], work.actor.person_id)
    cases.settle(work, None)
    return Done(work.case_id, task_id, receipt)


def _fitting(found: InHand, answers: Mapping[str, Any], decision: str | None) -> dict[str, Any]:
    """The answers, as they came; raises ``Unfit`` where they would not fit the form."""
    work = found.work
    form = work.definition.forms.get(found.element.words.attribute("form") or "")
    if form is not None:
        try:
            context = gates.reading_context(work.world, found.element)
            partial = gates.is_partial(found.element, decision)
            access = gates.access(found.element)
            fitted = form.fit(answers, context, access, now=work.moment.local, is_partial=partial)
        except Incident as e:
            raise cases.stuck(work.definition, e) from e
        if fitted.errors:
            raise Unfit(errors=fitted.errors)
    return dict(answers)


def _close_part(found: InHand, status: str, opinion: str | None, decision: str | None) -> None:
    work = found.work
    work.db.execute(
        update(tables.tasks)
        .where(_T.id == found.id)
        .values(
            status=status,
            completed_by=work.actor.person_id,
            completed_for=found.acting_for,
            completed_at=work.moment.now,
            opinion=opinion,
            decision=decision,
            rev=_T.rev + 1,
        )
    )
    cases.forget_task(work, found.id)
    work.db.execute(delete(tables.drafts).where(tables.drafts.c.task_id == found.id))
    tasks.let_delegate_see(found)


def take_back(db: Connection, actor: Actor, moment: Moment, task_id: str, reason: str) -> Done:
    """What was entrusted, or waits for signatures, comes back before it was given; it is open again."""
    found = tasks.find(db, actor, moment, task_id)
    _may(found, "take_back")
    tasks.must_be_allowed(found)
    tasks.let_delegate_see(found)
    said = _required(reason, "reason", "请说明收回的理由。", "Say why you take it back.")
    work = found.work
    if found.task["pending"]:
        return tasks.take_back_entry(work, found.task, json.loads(found.task["pending"]), said)
    away = [r for r in parts.of_task(work, task_id) if r["part"] == parts.ENTRUST and r["status"] == "open"]
    receipt = work.note(
        Kind.TASK_TAKEN_BACK,
        task=task_id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        handed_to=[h for r in away for h in json.loads(r["why"])],
        reason=said,
    )
    parts.cancel(work, away)
    tasks.reopen(found)
    cases.settle(work, None)
    return Done(work.case_id, task_id, receipt)


# ---------------------------------------------------------------- signatures


def change_signers(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_id: str,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    mode: str | None = None,
    rule: str | None = None,
    opinion: str | None = None,
    reason: str | None = None,
) -> Done:
    """Add people who have to sign a task, or let some of them go again; ``opinion`` is what they are asked.

    ``before``: it waits for them, then it is to do. ``parallel``: it may be done meanwhile, and moves when they have
    signed. ``after``: they are asked when it has been done. Only who has not signed yet can be removed, with a reason,
    by whoever has the task.
    """
    found = tasks.find(db, actor, moment, task_id)
    if not add and not remove:
        raise Unfit(errors=[FieldError("add", "required", Text("请选择人员。", "Choose somebody."))])
    entries = []
    if remove:
        entries.append(_remove(found, remove, _required(reason, "reason", "请说明减签的理由。", "Say why.")))
    if add:
        entries.append(_add(found, add, mode, rule, opinion))
    if add or not _go_on(found):
        cases.settle(found.work, None)
    return Done(found.work.case_id, task_id, entries[-1])


def _add(found: InHand, add: Sequence[str], mode: str | None, rule: str | None, opinion: str | None) -> Receipt:
    _whole(found, "add_signer")
    if mode not in parts.MODES:
        raise Unfit(errors=[FieldError("mode", "required", Text("请选择何时签署。", "Say when they sign."))])
    rule = rule or parts.ALL
    people = list(dict.fromkeys(add))
    if len(people) > MOST_SIGNERS:
        said = Text("一次最多加签 {most} 人。", "At most {most} people at once.").format(most=MOST_SIGNERS)
        raise Unfit(said, errors=[FieldError("add", "too_many", said)])
    for person in people:
        _check_target(found, "add_signer", person, "add")
    words = (opinion or "").strip() or None
    parts.ask(found.work, found.task, parts.SIGN, people, mode=mode, rule=rule, words=words)
    receipt = found.work.note(
        Kind.SIGNER_ADDED,
        task=found.id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        handed_to=[actors.holder_of(p) for p in people],
        mode=mode,
        rule=rule,
        opinion=words,
    )
    if mode == parts.BEFORE:
        _wait(found)
    else:
        values = {"claimed_by": found.whose, "rev": _T.rev + 1}
        found.work.db.execute(update(tables.tasks).where(_T.id == found.id).values(values))
    return receipt


def _remove(found: InHand, remove: Sequence[str], reason: str) -> Receipt:
    _may(found, "remove_signer")
    tasks.must_be_allowed(found)
    tasks.let_delegate_see(found)
    work = found.work
    asked = {parts.signer(r): r for r in parts.signatures(parts.of_task(work, found.id))}
    for person in remove:
        row = asked.get(person)
        if row is None or row["status"] == "signed":
            said = (
                Text("该人员不是加签人。", "That person was not added.")
                if row is None
                else Text("该人员已经签署，不能减去。", "That person has signed and cannot be removed.")
            )
            raise Unfit(said, errors=[FieldError("remove", "err_cannot_remove", said)])
    people = list(dict.fromkeys(remove))
    receipt = work.note(
        Kind.SIGNER_REMOVED,
        task=found.id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        handed_to=[actors.holder_of(p) for p in people],
        reason=reason,
    )
    parts.cancel(work, [asked[p] for p in people])
    return receipt


def consent(
    db: Connection, actor: Actor, moment: Moment, task_id: str, agree: bool, opinion: str | None = None
) -> Done:
    """An added signer agrees, or does not and says why; nobody signs twice, nor what is their own.

    Who does not agree sends it back to whoever has the task, and nothing that was entered is lost.
    """
    found = tasks.find(db, actor, moment, task_id)
    _may(found, "consent")
    tasks.must_be_allowed(found)
    work, main = found.work, tasks.main_of(found)
    rows = parts.of_task(work, main.id)
    _refuse_signing_twice(found, main, rows)
    said = (opinion or "").strip() or None
    if not agree:
        said = _required(opinion, "opinion", "请说明不同意的理由。", "Say why you do not agree.")
    verdict = parts.AGREE if agree else parts.DISAGREE
    receipt = work.note(
        Kind.SIGNER_SIGNED,
        task=task_id,
        of_task=main.id,
        element=found.element.id,
        step=found.element.words.attribute("step"),
        verdict=verdict,
        opinion=said,
        mode=found.task["mode"],
    )
    _close_part(found, "signed", said, verdict)
    holder = _who_has(main)
    if not agree:
        _send_back(main, found.task["mode"])
        _tell(work, Notice.TASK_RETURNED, main.id, holder, work.actor.person_id)
        cases.settle(work, None)
        return Done(work.case_id, task_id, receipt)
    if found.task["rule"] == parts.ANY:
        same = [r for r in rows if r["mode"] == found.task["mode"] and r["rule"] == parts.ANY and r["id"] != task_id]
        parts.cancel(work, parts.signatures(same))
    _tell(work, Notice.SIGNATURE_GIVEN, main.id, holder, work.actor.person_id)
    if not _go_on(main):
        cases.settle(work, None)
    return Done(work.case_id, task_id, receipt)


def _refuse_signing_twice(found: InHand, main: InHand, rows: Iterable[Mapping[str, Any]]) -> None:
    signed = [r for r in parts.signatures(rows) if r["status"] == "signed"]
    if set(found.people) & {p for r in signed for p in (r["completed_by"], r["completed_for"])}:
        raise Forbidden(
            Text("您已签署，每人只签一次。", "You have signed already; everybody signs once."),
            code="err_signed_already",
        )
    pending = json.loads(main.task["pending"]) if main.task["pending"] else {}
    own = {found.task["asked_by"], main.task["claimed_by"], pending.get("by"), pending.get("for")}
    if set(found.people) & own:
        raise Forbidden(
            Text(
                "不能签署自己办理或请人签署的任务。", "Nobody signs what they do, or asked others to sign, themselves."
            ),
            code="err_own_entry",
        )


def _who_has(main: InHand) -> list[str]:
    """Holder texts of whoever has a task in hand."""
    by = main.task["claimed_by"]
    return [actors.holder_of(by)] if by else list(json.loads(main.task["why"]))


def _send_back(main: InHand, mode: str) -> None:
    """Somebody did not agree: nobody else need sign this, and whoever has the task goes on from what they entered."""
    work, rows = main.work, parts.of_task(main.work, main.id)
    if mode == parts.BEFORE:
        parts.cancel(work, [r for r in parts.signatures(rows) if r["mode"] == parts.BEFORE])
    else:
        parts.rewind(work, main.task, rows)
    if main.task["status"] == "waiting":
        tasks.reopen(main)


def _go_on(main: InHand) -> bool:
    """Where nobody is waited for any more, complete what was entered, or open the task; whether it was settled."""
    if main.task["status"] != "waiting":
        return False
    rows = parts.of_task(main.work, main.id)
    if main.task["pending"]:
        if parts.missing(rows, (parts.PARALLEL, parts.AFTER)):
            return False
        tasks.sign_off(main)
        return True
    if not parts.missing(rows, (parts.BEFORE,)) and not any(
        r["part"] == parts.ENTRUST and r["status"] == "open" for r in rows
    ):
        tasks.reopen(main)
    return False


def _tell(work: Work, kind: Notice, task_id: str, holders: Sequence[str], by: str | None) -> None:
    element = work.db.execute(select(_T.element).where(_T.id == task_id)).scalar()
    outbox.tell(
        work.db,
        work.moment,
        kind,
        holders,
        case_id=work.case_id,
        task_id=task_id,
        facts={"element": element, "by": by},
        besides=work.actor.person_id,
        wait=work.wait,
    )
