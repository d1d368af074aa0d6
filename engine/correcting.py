"""What a step recorded is corrected: by a new record of two persons that points to the old one, which stays.

Whoever did the step, or may do it, proposes other answers with a reason; whoever the step names (``correction``)
agrees. The answers are judged as when the step was done, and the outcome may not change by it: then the step is to be
returned. What the step wrote follows, except what counts on from its own old value. Where a later step could no longer
open by it, the case goes back to the corrected step and what came of it is done again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine import actors, cases, gates, machine, outbox, returning, tables, tasks
from engine.actors import Actor
from engine.cases import Work
from engine.errors import Clash, FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import Entered
from engine.machine import Element, Step
from engine.outbox import Notice
from engine.store import Moment, new_id
from engine.trail import Kind

MARK = "corrected"
"""What a step is marked with for ever, once an answer of it was corrected."""
PROPOSED, MADE, REFUSED = "proposed", "made", "refused"

_R, _T, _A = tables.corrections.c, tables.tasks.c, tables.answers.c


def propose(db: Connection, actor: Actor, moment: Moment, task_id: str, answers: Mapping[str, Any], reason: str) -> str:
    """Propose other answers to a completed task; gives the id of the correction. Nothing changes yet.

    A field that ``answers`` does not name keeps what was recorded.
    Raises ``NotFound``, ``Forbidden`` (not one's step), ``NotNow`` (it is not done, or may not be corrected), ``Clash``
    (a correction of it waits), ``Unfit`` (field by field, as when it was done).
    """
    row = tasks.locked(db, task_id)
    if row is None or cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    work = cases.take(db, actor, moment, row["case_id"])
    element = _correctable(work, row)
    if not _may_propose(work, element, row):
        raise Forbidden(
            Text("只有办理人可以提出更正。", "Only whoever does this step may propose a correction."),
            code="err_not_yours",
        )
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    waiting = select(_R.id).where(_R.task_id == task_id, _R.status == PROPOSED)
    if db.execute(waiting).first() is not None:
        raise Clash(
            Text("此步骤已有待核准的更正。", "A correction of this step waits already."), code="err_correction_waits"
        )
    entered = _entered(work, element, row, {**recorded(db, task_id), **answers})
    before, after = _sealed(work, element, row, entered)
    if not after and not before:
        said = Text("与原记录相同，没有可更正的内容。", "It is what was recorded: there is nothing to correct.")
        raise Unfit(said, code="err_nothing_corrected", errors=[FieldError("answers", "err_nothing_corrected", said)])
    id_ = new_id()
    asked = _confirmers(work, element)
    if not asked:
        raise NotNow(Text("没有可以核准更正的人。", "There is nobody to confirm a correction."), code="err_nobody")
    form = work.definition.forms.get(element.words.attribute("form") or "")
    plain = cases.sealed_answers(form, entered.values)[0] if form is not None else dict(answers)
    values = json.dumps(plain, ensure_ascii=False)
    db.execute(
        insert(tables.corrections).values(
            id=id_,
            case_id=work.case_id,
            task_id=task_id,
            values=values,
            reason=reason,
            status=PROPOSED,
            proposed_by=actor.person_id,
            proposed_at=moment.now,
        )
    )
    cases.let_see(work, asked)
    work.note(
        Kind.CORRECTION_PROPOSED,
        task=task_id,
        element=element.id,
        correction=id_,
        step=element.words.attribute("step"),
        clause=_clause(element),
        reason=reason,
        before=before,
        answers=after,
    )
    outbox.tell(
        db, moment, Notice.TASK_TO_CONFIRM, asked, case_id=work.case_id, task_id=task_id, facts={"element": element.id}
    )
    cases.settle(work, None)
    return id_


def decide(db: Connection, actor: Actor, moment: Moment, correction_id: str, agree: bool, opinion: str | None) -> str:
    """The second person makes a proposed correction, or refuses it with an opinion; gives the id of the case.

    Raises ``NotFound``, ``Forbidden`` (one's own proposal, or not asked), ``Clash`` (decided before).
    """
    row = db.execute(select(tables.corrections).where(_R.id == correction_id)).mappings().first()
    if row is None or cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    work = cases.take(db, actor, moment, row["case_id"])
    row = db.execute(select(tables.corrections).where(_R.id == correction_id)).mappings().one()
    if row["status"] != PROPOSED:
        by = actors.names(db, [row["decided_by"]]).get(row["decided_by"], Text("", ""))
        raise Clash(Text("{by} 已处理此项更正。", "{by} has decided this already."), code="err_already_decided", by=by)
    task = dict(db.execute(select(tables.tasks).where(_T.id == row["task_id"])).mappings().one())
    element = _correctable(work, task)
    if actor.person_id == row["proposed_by"]:
        raise Forbidden(
            Text("提出人不能核准自己的更正。", "Whoever proposed it may not confirm it."), code="err_own_entry"
        )
    if set(_confirmers(work, element)).isdisjoint(actor.holders):
        raise Forbidden(Text("您不能核准此项更正。", "You are not asked to confirm it."), code="err_not_asked")
    if not agree and not (opinion or "").strip():
        raise Unfit(
            errors=[FieldError("opinion", "required", Text("请说明不同意的理由。", "Say why you do not agree."))]
        )
    decided = update(tables.corrections).where(_R.id == correction_id)
    said = {"decided_by": actor.person_id, "decided_at": moment.now, "opinion": opinion or None}
    facts = {"task": task["id"], "element": element.id, "correction": correction_id, "proposed_by": row["proposed_by"]}
    if not agree:
        db.execute(decided.values(status=REFUSED, **said))
        work.note(Kind.CORRECTION_REFUSED, **facts, reason=opinion)
        cases.settle(work, None)
        return work.case_id
    entered = _entered(work, element, task, json.loads(row["values"]))
    before, after = _sealed(work, element, task, entered)
    cases.record_answers(work, correction_id, element, entered)
    marks = sorted({*json.loads(task["marks"]), MARK, *entered.marks})
    db.execute(update(tables.tasks).where(_T.id == task["id"]).values(marks=json.dumps(marks)))
    db.execute(decided.values(status=MADE, **said))
    step, back = _follow(work, element, task, entered)
    work.because = row["reason"]
    work.note(
        Kind.CORRECTION_MADE,
        **facts,
        step=element.words.attribute("step"),
        clause=_clause(element),
        reason=row["reason"],
        opinion=opinion or None,
        marks=[MARK],
        before=before,
        answers=after,
        target=element.id if back else None,
        void=[r["id"] for r in back] or None,
    )
    cases.settle(work, step)
    return work.case_id


def may_propose(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> bool:
    """Whether the actor could propose a correction of a completed task, as its row stands; nothing is locked."""
    work = _looked_at(db, actor, moment, row["case_id"])
    try:
        element = _correctable(work, row)
    except NotNow:
        return False
    return _may_propose(work, element, row)


def may_decide(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> bool:
    """Whether the actor is asked to confirm a correction that waits."""
    if row["status"] != PROPOSED or actor.person_id == row["proposed_by"]:
        return False
    work = _looked_at(db, actor, moment, row["case_id"])
    element = work.definition.blueprint.elements.get(row["element"])
    return element is not None and not set(_confirmers(work, element)).isdisjoint(actor.holders)


def case_of(db: Connection, correction_id: str) -> str:
    """The case of a correction that there is."""
    return str(db.execute(select(_R.case_id).where(_R.id == correction_id)).scalar_one())


def recorded(db: Connection, task_id: str) -> dict[str, Any]:
    """What a completed task recorded, as it was last corrected."""
    row = _newest(db, task_id)
    found: dict[str, Any] = json.loads(row["values"]) if row is not None else {}
    return found


def _newest(db: Connection, task_id: str) -> Mapping[str, Any] | None:
    made = select(tables.answers).join(tables.corrections, _R.id == _A.task_id)
    made = made.where(_R.task_id == task_id, _R.status == MADE).order_by(_R.decided_at.desc()).limit(1)
    row = db.execute(made).mappings().first()
    if row is None:
        row = db.execute(select(tables.answers).where(_A.task_id == task_id)).mappings().first()
    return dict(row) if row is not None else None


def form_of(db: Connection, actor: Actor, moment: Moment, task_id: str) -> tuple[Work, Element, dict[str, Any]]:
    """What whoever proposes a correction starts from: a copy of the case, the element, and what was recorded.

    Personal values are there for whoever recorded them alone. Raises as ``propose`` does.
    """
    found = db.execute(select(tables.tasks).where(_T.id == task_id)).mappings().first()
    row: Mapping[str, Any] = dict(found or {})
    if not row or cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    work = _looked_at(db, actor, moment, row["case_id"])
    element = _correctable(work, row)
    if not _may_propose(work, element, row):
        raise NotFound()
    values = recorded(db, task_id)
    form = work.definition.forms.get(element.words.attribute("form") or "")
    if form is not None and actor.person_id != row["completed_by"]:
        values = {name: value for name, value in values.items() if name not in form.personal_answers}
    return work, element, values


_CASE = select(tables.cases, *(asked.label(name) for name, asked in cases.ALONG.items()))


def _looked_at(db: Connection, actor: Actor, moment: Moment, case_id: str) -> Work:
    """A copy of a case, which nobody settles."""
    return cases.copy(db, actor, moment, db.execute(_CASE.where(tables.cases.c.id == case_id)).mappings().one())


# ---------------------------------------------------------------- judged


def _correctable(work: Work, row: Mapping[str, Any]) -> Element:
    element = work.definition.blueprint.elements.get(row["element"])
    if element is None or not element.words.all("correction"):
        raise NotNow(
            Text("此步骤办结后不可更正。", "What this step recorded is not corrected."), code="err_not_correctable"
        )
    if row["status"] != "completed" or row["void_at"] is not None:
        raise NotNow(Text("此步骤没有办结。", "This step is not done."), code="err_not_completed")
    newest = select(_T.id).where(
        _T.case_id == row["case_id"], _T.element == element.id, _T.status == "completed", _T.void_at.is_(None)
    )
    if work.db.execute(newest.order_by(_T.completed_at.desc()).limit(1)).scalar() != row["id"]:
        raise NotNow(
            Text("此步骤后来又办过，只能更正最近一次。", "It was done again; only the newest record is corrected."),
            code="err_not_newest",
        )
    return element


def _may_propose(work: Work, element: Element, row: Mapping[str, Any]) -> bool:
    if work.actor.person_id is None:
        return False
    if work.actor.person_id in (row["completed_by"], row["completed_for"]):
        return True
    try:
        return not set(cases.asked_of(work.world, element)).isdisjoint(work.actor.holders)
    except Incident:  # the rule names nobody any more
        return False


def _confirmers(work: Work, element: Element) -> list[str]:
    context = work.world.context()
    found = [h for who in element.words.all("correction") for h in cases.asked(work.world, element.id, who, context)]
    return list(dict.fromkeys(found))


def _clause(element: Element) -> str | None:
    return next((w["clause"] for w in element.words.all("correction") if "clause" in w), None)


def _entered(work: Work, element: Element, row: Mapping[str, Any], answers: Mapping[str, Any]) -> Entered:
    """The corrected answers, judged as when the step was done; raises ``Unfit`` or ``NotNow``."""
    is_chosen = element.words.attribute("outcomeFrom") is None and element.words.all("outcome")
    decision = row["decision"] if is_chosen else None
    entered = gates.enter(
        work.world, element, answers, decision, row["opinion"], None, due_on=None, was_late_entry=False
    )
    if entered.decision != row["decision"]:
        raise NotNow(
            Text(
                "更正会改变办理结果，请退回此步骤重新办理。",
                "The correction would change the outcome. Have the step returned and done again.",
            ),
            code="err_correction_changes_outcome",
        )
    return entered


def _sealed(
    work: Work, element: Element, row: Mapping[str, Any], entered: Entered
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was and what is, of the fields that differ, as entries may hold it."""
    form = work.definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return {}, {}
    old = _newest(work.db, row["id"])
    before = json.loads(old["values"]) if old is not None else {}
    salts = json.loads(old["salts"]) if old is not None else {}
    was = cases.sealed_answers(form, before, salts)[1]
    now_plain, now, _ = cases.sealed_answers(form, entered.values)
    differ = [k for k in {**before, **now_plain} if before.get(k) != now_plain.get(k)]
    return {k: was.get(k) for k in differ}, {k: now.get(k) for k in differ}


# ---------------------------------------------------------------- what follows


def _follow(
    work: Work, element: Element, row: Mapping[str, Any], entered: Entered
) -> tuple[Step | None, Sequence[Mapping[str, Any]]]:
    """Write what the step writes anew; gives how the case moved, and the completed tasks that are undone by it."""
    if work.row["status"] != cases.RUNNING:
        return None, ()
    written = gates.outputs(work.world, _without_counts(element), entered)
    work.written = set(written)
    try:
        opened = {**work.live.variables, **written}
        if _keeps_something_shut(work, element, opened):
            work.live.variables.update(written)
            work.live.written.update(written)
            return _back(work, element)
        return machine.set_variables(work.live, work.world.environment(), written), ()
    except Incident as e:
        raise cases.stuck(work.definition, e) from e


def _without_counts(element: Element) -> Element:
    """An element without the outputs that count on from their own old value: they were counted when it was done."""
    elements = dict(element.words.elements)
    kept = [
        o
        for o in elements.get("output", ())
        if o["target"] not in machine.compiled(o["source"].removeprefix("=")).names
    ]
    return replace(element, words=replace(element.words, elements={**elements, "output": tuple(kept)}))


def _open_tasks(work: Work) -> list[Mapping[str, Any]]:
    query = select(tables.tasks).where(
        _T.case_id == work.case_id, _T.status.in_(cases.OPEN_STATUSES), _T.of_task.is_(None)
    )
    return [dict(r) for r in work.db.execute(query.order_by(_T.opened_at)).mappings()]


def _came_of(work: Work, element: Element) -> tuple[Mapping[str, Any], machine.Target] | None:
    """An open task that came of a step, and what going back there undoes."""
    for task in _open_tasks(work):
        if task["node"] not in work.live.nodes:
            continue
        for target in machine.targets(work.live, task["node"]):
            if target.element == element.id:
                return task, target
    return None


def _keeps_something_shut(work: Work, element: Element, variables: Mapping[str, Any]) -> bool:
    """Whether a step that came of this one, open or done, could not open with the corrected values."""
    found = _came_of(work, element)
    if found is None:
        return False
    done = returning.completed(work.db, work.case_id, found[1].undone)
    later = {r["element"] for r in done.values()} | {t["element"] for t in _open_tasks(work) if t["status"] != "held"}
    was = dict(work.live.variables)
    work.live.variables.update(variables)
    try:
        for one in sorted(later - {element.id}):
            step = work.definition.element(one)
            context = gates.reading_context(work.world, step)
            if gates.judge(work.world, step, "opening", context).blocking:
                return True
    finally:
        work.live.variables.clear()
        work.live.variables.update(was)
    return False


def _back(work: Work, element: Element) -> tuple[Step, Sequence[Mapping[str, Any]]]:
    found = _came_of(work, element)
    if found is None:
        raise NotNow(code="err_cannot_go_back")
    return returning.reopen(work, found[0], found[1])
