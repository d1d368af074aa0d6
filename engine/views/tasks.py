"""One task with its form, and what a verb led to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, literal, or_, select, union_all

from engine import cases, correcting, definitions, extending, forms, gates, machine, returning, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Language, NotFound, Text
from engine.gates import World
from engine.machine import Element
from engine.store import Moment, Statement
from engine.tasks import ASKS, Asks, Done, asked_of, claimant
from engine.views import handing, meetings, remarks
from engine.views.cases import suspended
from engine.views.choices import offer
from engine.views.countersigning import countersign
from engine.views.dues import due_whole
from engine.views.duties import kept_from, on_task
from engine.views.grounds import why_me
from engine.views.naming import CASE_COLUMNS, Names
from engine.views.worklist import of_case, task_item

_C, _T, _K = tables.cases.c, tables.tasks.c, tables.task_candidates.c


_part = tables.tasks.alias("part")
_TASK = Statement(
    select(
        tables.tasks,
        *[c.label(f"case__{c.name}") for c in tables.cases.c],
        *[asked.label(f"case__{name}") for name, asked in cases.ALONG.items()],
        *[c.label(f"draft__{c.name}") for c in tables.drafts.c],
        ASKS.label("asks"),
        exists().where(_part.c.of_task == func.coalesce(_T.of_task, _T.id)).label("any_part"),
        select(tables.answers.c["values"]).where(tables.answers.c.task_id == _T.id).scalar_subquery().label("answered"),
    )
    .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
    .outerjoin(tables.drafts, and_(tables.drafts.c.task_id == _T.id, tables.drafts.c.person_id == bindparam("me")))
    .where(_T.id == bindparam("task"))
)
"""Everything that one row says of a task, its case, whom it asks, and what the reader has typed."""


def task(db: Connection, actor: Actor, moment: Moment, task_id: str, language: Language) -> dict[str, Any]:
    """One task with its form, what the actor has typed, and what they can do; raises ``NotFound``."""
    row = _TASK.first(db, {"task": task_id, "me": actor.person_id})
    if row is None:
        raise NotFound()
    cases.came_along(db, row)
    asks = asked_of(db, actor, row)
    did = actor.person_id is not None and actor.person_id in (
        *(row["completed_by"], row["completed_for"], row["confirmed_by"], row["confirmed_for"]),
    )
    if not asks and not did and cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    names = Names(db, moment.today)
    definition = definitions.load(db, row["definition_id"] or row["case__definition_id"])
    element = definition.element(row["done_as"] or row["element"])
    case_row = of_case(row)
    glance = machine.glance(row["case__state"])
    world = World(db, actor, moment, definition, cases.case_facts(case_row, moment), dict(glance.variables))
    main = handing.main_of(db, row)
    world.local = glance.locals_of(main["node"], definition.blueprint)
    is_open = row["status"] in cases.OPEN_STATUSES
    context = gates.reading_context(world, element) if is_open else world.context()
    pending = json.loads(main["pending"]) if main["pending"] and row["part"] in (None, "sign") else None
    may_act = is_open and "act" in asks
    form, values = _form(db, world, element, row, actor, context, language, pending, may_act)
    has_it = claimant(db, moment, task_id) if is_open and row["claimed_by"] else None
    claimed_by = has_it if row["status"] == "open" else None
    held_to = on_task(world, element, actor, _acting_for(row, asks)) if is_open else []
    is_pooled = cases.needs_claim(definition, element)
    can = [
        *_can_do(row, element, asks, actor, case_row, claimed_by, is_pooled),
        *(["extend"] if _can_extend(world, element, row, asks, actor, case_row) else []),
    ]
    handed = handing.of_task(db, actor, row, main, element, asks, is_pooled, names, has_it)
    can = [*[verb for verb in can if row["part"] is None or verb == "draft"], *handed.pop("verbs")]
    beside = remarks.of_task(db, actor, moment, row, definition, element, can, names, asks)
    is_kept_away = any(d["why"] and d["enforcement"] == "block" for d in held_to)
    is_full = is_open and cases.scope_of(db, actor, row["case_id"]) == "full"
    return {
        **task_item(db, moment, row, case_row, names),
        "claimed_by": names.person(claimed_by),
        "why_me": why_me(dict(row), definition, actor, names),
        "acting_for": names.person(_acting_for(row, asks) if is_open else row["completed_for"]),
        "due": due_whole(world, element, dict(row), moment, names),
        "documentation": _documentation(definition, element),
        "form": form,
        "values": values,
        "context": _form_context(definition, element, context),
        **handed,
        "outcomes": gates.outcome_choices(world, element, context) if is_open and row["part"] != "sign" else [],
        "outcome_computed": element.words.attribute("outcomeFrom") is not None,
        "business_date": gates.business_window(world, element, context) if is_open else None,
        **beside,
        # Whom a duty keeps away may still give it to somebody else.
        "can": [v for v in can if v == "transfer"]
        if is_kept_away
        else [*can, *beside["verbs"], *_can_correct(db, actor, moment, row, element)],
        "can_withdraw": did and returning.can_withdraw(db, actor, moment)(row),
        "pending": _pending(pending, values, definition, element, names) if pending else None,
        "countersign": countersign(db, definition, element, glance, main, names, is_full=is_full) if is_open else None,
        "held": _held(row, definition),
        "suspension": suspended(db, case_row, names, is_full=is_full),
        "clauses": [c.as_view() for c in definitions.clauses_of(definition, element)],
        "duties": held_to,
        "meeting": meetings.of_task(db, actor, moment, dict(row), definition, element, names),
    }


def _form(
    db: Connection,
    world: World,
    element: Element,
    row: Any,
    actor: Actor,
    context: Mapping[str, Any],
    language: Language,
    pending: Mapping[str, Any] | None,
    may_act: bool,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    form = world.definition.forms.get(element.words.attribute("form") or "")
    if form is None or (row["part"] == "sign" and pending is None):
        return None, {}
    access = gates.access(element)
    answers: dict[str, Any] = {}
    kept = row["answered"]
    if kept is not None:
        answers, access = json.loads(kept), forms.only_reading(access)
    elif pending is not None:
        answers, access = pending["answers"], forms.only_reading(access)
    elif may_act:
        drafted = row["draft__values"]
        answers = form.anew(json.loads(drafted) if drafted else _earlier(db, row, world, actor, form), context)
    else:
        access = forms.only_reading(access)
    shown = form.as_json(language, context, access, now=world.moment.local, answers=answers)
    if may_act:
        offer(shown, element, [world], language)
    values: dict[str, Any] = shown.pop("values")
    return shown, values


def _earlier(db: Connection, row: Any, world: World, actor: Actor, form: forms.Form) -> dict[str, Any]:
    """What was entered when the step was done before, where it is being corrected: nothing is typed twice.

    Personal values are filled in for whoever typed them alone.
    """
    mine = (_T.case_id == row["case_id"]) & (_T.element == row["element"])
    before = {
        r["which"]: r for r in _BEFORE.all(db, {"case": row["case_id"], "element": row["element"], "task": row["id"]})
    }
    last = before.get("step")
    if last is not None and last["status"] == "returned":
        drafted = db.execute(
            select(tables.drafts.c["values"])
            .join_from(tables.drafts, tables.tasks, tables.drafts.c.task_id == _T.id)
            .where(mine, tables.drafts.c.person_id == actor.person_id)
            .order_by(_T.node.desc())
            .limit(1)
        ).scalar()
        if drafted:
            return dict(json.loads(drafted))
    was_undone = last is not None and last["void_at"] is not None
    if not was_undone and not _was_sent_back(before.get("case"), row, world):
        return {}
    kept = tables.answers
    given = db.execute(
        select(kept.c["values"], _T.completed_by)
        .join_from(kept, tables.tasks, kept.c.task_id == _T.id)
        .where(mine)
        # Of the instances of a multi-instance, everybody's own.
        .order_by((_T.completed_by == actor.person_id).desc(), kept.c.at.desc())
        .limit(1)
    ).first()
    if given is None:
        return {}
    answers: dict[str, Any] = json.loads(given.values)
    if given.completed_by != actor.person_id:
        answers = {name: value for name, value in answers.items() if name not in form.personal_answers}
    return answers


_BEFORE_COLUMNS = (_T.element, _T.status, _T.decision, _T.void_at)
_STEP_BEFORE = (
    select(literal("step").label("which"), *_BEFORE_COLUMNS)
    .where(
        _T.case_id == bindparam("case"),
        _T.element == bindparam("element"),
        _T.status.in_(("completed", "returned")),
        _T.id != bindparam("task"),
    )
    .order_by(_T.node.desc())
    .limit(1)
)
_CASE_BEFORE = (
    select(literal("case").label("which"), *_BEFORE_COLUMNS)
    .where(_T.case_id == bindparam("case"), _T.status == "completed", _T.void_at.is_(None))
    .order_by(_T.completed_at.desc(), _T.node.desc())
    .limit(1)
)
_BEFORE = Statement(
    select(union_all(*(select(one.subquery()) for one in (_STEP_BEFORE, _CASE_BEFORE))).subquery("before"))
)
"""What was done last: of the same step, and in the whole case."""


def _was_sent_back(last: Mapping[str, Any] | None, row: Any, world: World) -> bool:
    """Whether the case came here by an outcome of the kind ``return``, or over the same step again."""
    if last is None:
        return False
    was = world.definition.blueprint.elements.get(last["element"])  # none where it is of an earlier version
    offered = was.words.all("outcome") if was is not None else ()
    kind = next((o.get("kind") for o in offered if o.get("value") == last["decision"]), None)
    return kind == "return" or last["element"] == row["element"]


def _form_context(definition: Definition, element: Element, context: Mapping[str, Any]) -> dict[str, Any]:
    """Only the names that the form's own expressions use leave the server."""
    form = definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return {}
    return form.context(context)


def _documentation(definition: Definition, element: Element) -> Text | None:
    key = f"documentation.{element.id}"
    if not element.documentation and not definition.has_text(key):
        return None
    return definition.text(key, element.documentation)


def _acting_for(row: Any, asks: Asks) -> str | None:
    """The absent person for whom the asker would do what is asked now."""
    ways = asks.get("confirm" if row["status"] == "confirming" else "act", (None,))
    return ways[0].person_id if ways[0] is not None else None


def _can_do(
    row: Any, element: Element, asks: Asks, actor: Actor, case_row: Any, claimed_by: str | None, needs_claim: bool
) -> list[str]:
    if case_row["status"] != cases.RUNNING:
        return []
    people = {actor.person_id, _acting_for(row, asks)} - {None}
    mine = row["claimed_by"] in people
    if row["status"] == "confirming":
        pending = json.loads(row["pending"])
        entered = not people.isdisjoint((pending["by"], pending.get("for")))
        return ["confirm"] if "confirm" in asks and not entered else []
    if row["status"] != "open" or "act" not in asks:
        return []
    if claimed_by is not None and not mine:
        return []
    if needs_claim and not mine:
        return ["claim"]
    found = ["complete", *([] if element.is_secret else ["draft"]), "release" if mine else "claim"]
    if returning.drawn(element) or returning.allowed(element):
        found.append("return")
    if returning.allowed(element):
        found.append("return_to")
    return found


def _can_correct(db: Connection, actor: Actor, moment: Moment, row: Any, element: Element) -> list[str]:
    if row["status"] != "completed" or not element.words.all("correction"):
        return []
    is_theirs = cases.scope_of(db, actor, row["case_id"]) == "full" and correcting.may_propose(db, actor, moment, row)
    return ["correct"] if is_theirs else []


def _can_extend(world: World, element: Element, row: Any, asks: Asks, actor: Actor, case_row: Any) -> bool:
    if case_row["status"] != cases.RUNNING or row["status"] not in cases.OPEN_STATUSES:
        return False
    found = extending.may(world, element, row, asks, actor)
    return found.is_asked and found.why_not is None


def _pending(
    pending: Mapping[str, Any], values: Mapping[str, Any], definition: Definition, element: Element, names: Names
) -> dict[str, Any]:
    decision = pending["decision"]
    return {
        "by": names.person(pending["by"]),
        "at": datetime.fromisoformat(pending["at"]),
        "values": values,
        "decision": decision,
        "decision_label": gates.outcome_label(definition, element.id, decision) if decision else None,
        "opinion": pending["opinion"],
        "reason": pending["reason"],
    }


def _held(row: Any, definition: Definition) -> list[dict[str, Any]]:
    if row["status"] != "held" or not row["held"]:
        return []
    found = []
    for item in json.loads(row["held"]):
        clause = definition.clause(item.get("clause"))
        early = item["code"] == "err_too_early" and item.get("earliest")
        found.append(
            {
                "code": item["code"],
                "message": gates.EARLIEST.format(on=item["earliest"])
                if early
                else gates.sentence(definition, item["code"], item.get("clause")),
                "clause": clause.as_view() if clause else None,
                "earliest": date.fromisoformat(item["earliest"]) if item.get("earliest") else None,
            }
        )
    return found


_AFTER = Statement(
    select(tables.tasks, *[c.label(f"case__{c.name}") for c in CASE_COLUMNS], _K.holder, _K.purpose)
    .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
    .outerjoin(tables.task_candidates, _K.task_id == _T.id)
    .where(_T.case_id == bindparam("case"), or_(_T.id == bindparam("task"), _T.status.in_(cases.OPEN_STATUSES)))
    .order_by(_T.opened_at, _T.id, _K.holder)
)


def done(db: Connection, actor: Actor, moment: Moment, what: Done) -> dict[str, Any]:
    """What a verb led to: the task, the case, the asker's next task in it or who has it now, and the receipt."""
    names = Names(db, moment.today)
    names.meet(actor)
    case, rows, asked = _after(db, what)
    row = rows[what.task_id]
    others = [r for r in rows.values() if r["status"] in ("open", "confirming")]

    def wanted(other: Any) -> list[str]:
        return asked.get(other["id"], {}).get("confirm" if other["status"] == "confirming" else "act", [])

    held = set(actor.holders)

    def is_mine(other: Any) -> bool:
        if other["delegable"] and actor.delegations:
            key = definitions.load(db, case["definition_id"]).key
            purpose = "confirm" if other["status"] == "confirming" else "act"
            if any(other["claimed_by"] in (None, d.person_id) for d in actor.standing_in(wanted(other), key, purpose)):
                return True
        holds = other["claimed_by"] == actor.person_id
        free = other["claimed_by"] is None or holds if other["status"] == "open" else not holds
        return free and not held.isdisjoint(wanted(other))

    asked_me = [r for r in others if is_mine(r)]
    kept: set[str] = set()
    if asked_me:
        kept = (
            {r["id"] for r in asked_me if actor.person_id in r.get("kept_away", ())}
            if what.after is not None
            else kept_from(db, [actor.person_id], [r["id"] for r in asked_me])
        )
    mine = next((r for r in asked_me if r["id"] not in kept), None)

    def has(other: Any) -> list[Text]:
        claimed = claimant(db, moment, other["id"]) if other["status"] == "open" and other["claimed_by"] else None
        person = names.person(claimed)
        return [person["name"]] if person else [names.holder(h) for h in wanted(other)]

    now_with = list(dict.fromkeys(name for r in others for name in has(r)))
    return {
        "task": task_item(db, moment, row, case, names),
        "case": {name: case[name] for name in ("id", "number", "status", "title")},
        "next_task": task_item(db, moment, mine, case, names) if mine is not None else None,
        "now_with": now_with,
        "receipt": {
            "chain": what.receipt.chain,
            "seq": what.receipt.seq,
            "hash": what.receipt.hash,
            "at": what.receipt.at,
        },
    }


def _after(
    db: Connection, what: Done
) -> tuple[Mapping[str, Any], dict[str, Mapping[str, Any]], dict[str, dict[str, list[str]]]]:
    """The case as a verb left it, its open tasks and the verb's own, and for each task: purpose → holders."""
    asked: dict[str, dict[str, list[str]]] = {}
    if what.after is not None:
        for task in what.after.opened:
            asked[task["id"]] = {"act": sorted(json.loads(task["why"]))}
        rows = (what.after.closed, *what.after.opened)
        return what.after.case, {r["id"]: r for r in rows}, asked
    found: dict[str, Mapping[str, Any]] = {}
    for r in _AFTER.all(db, {"case": what.case_id, "task": what.task_id}):
        found[r["id"]] = r
        if r["holder"] is not None:
            asked.setdefault(r["id"], {}).setdefault(r["purpose"], []).append(r["holder"])
    return of_case(found[what.task_id]), found, asked


# ---------------------------------------------------------------- back


def returns(db: Connection, actor: Actor, moment: Moment, task_id: str) -> dict[str, Any]:
    """Where a task may be returned to, and what each return would undo; nothing changes."""
    row, targets = returning.preview(db, actor, moment, task_id)
    definition = definitions.load(db, row["case__definition_id"])
    element, names = definition.element(row["element"]), Names(db, moment.today)
    clause = definition.clause((element.words.one("return") or {}).get("clause"))
    gone = {o.node for t in targets for o in t.gone}
    rows = _open_rows(db, row["case_id"], gone)
    return {
        "mode": returning.mode(element),
        "clause": clause.as_view() if clause else None,
        "targets": [_target(t, definition, element, names, rows) for t in targets],
    }


def _target(
    target: returning.Target,
    definition: Definition,
    element: Element,
    names: Names,
    rows: Mapping[int, tuple[Any, list[str]]],
) -> dict[str, Any]:
    if target.is_drawn:
        name, step, goes_to = gates.outcome_label(definition, element.id, target.to), None, []
    else:
        name = definition.element_name(target.to)
        step = definition.element(target.to).words.attribute("step")
        own = [r["completed_by"] for r in target.void if r["element"] == target.to]
        goes_to = [p for p in (names.person(one) for one in dict.fromkeys(own)) if p]
    return {
        "to": target.to,
        "kind": "drawn" if target.is_drawn else "step",
        "name": name,
        "step": step,
        "is_submitters": target.by_submitter,
        "goes_to": goes_to,
        "redone": len({r["element"] for r in target.void}),
        "void": [undone(r, definition, names) for r in target.void],
        "gone": [
            {
                "task": rows[o.node][0]["id"] if o.node in rows else None,
                "element": o.element,
                "name": definition.element_name(o.element),
                "holders": [names.holder(h) for h in rows[o.node][1]] if o.node in rows else [],
            }
            for o in target.gone
        ],
    }


def undone(row: Mapping[str, Any], definition: Definition, names: Names) -> dict[str, Any]:
    """A completion that becomes, or became, void: what was decided, by whom."""
    decision = row["decision"]
    return {
        "task": row["id"],
        "element": row["element"],
        "name": definition.element_name(row["element"]),
        "by": names.person(row["completed_by"]),
        "at": row["completed_at"],
        "decision": decision,
        "decision_label": gates.outcome_label(definition, row["element"], decision) if decision else None,
        "opinion": row["opinion"],
    }


def _open_rows(db: Connection, case_id: str, nodes: Iterable[int]) -> dict[int, tuple[Any, list[str]]]:
    """The open tasks among some nodes: node → row, whom it asks (or who has claimed it)."""
    query = select(tables.tasks).where(
        _T.case_id == case_id, _T.node.in_(list(nodes)), _T.status.in_(cases.OPEN_STATUSES)
    )
    return {r["node"]: (r, json.loads(r["why"])) for r in db.execute(query).mappings()}


def returned(db: Connection, actor: Actor, moment: Moment, what: returning.Returned) -> dict[str, Any]:
    """What a return or a withdrawal led to: which step is open again, and what became void."""
    names = Names(db, moment.today)
    id_ = db.execute(select(_C.definition_id).where(_C.id == what.done.case_id)).scalar_one()
    definition = definitions.load(db, id_)
    rows = db.execute(select(tables.tasks).where(_T.id.in_(what.void)).order_by(_T.node)).mappings()
    return {
        **done(db, actor, moment, what.done),
        "target": {"element": what.target, "name": definition.element_name(what.target)} if what.target else None,
        "straight": what.straight,
        "void": [undone(dict(r), definition, names) for r in rows],
    }
