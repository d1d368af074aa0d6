"""An administrator's move: open things of a case are taken away and elements begun instead, where nothing else helps.

One person proposes with a reason, a second one executes; a case that has moved between the two refuses. What could
never end again is refused from the start (``machine.soundness_of``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine import actors, cases, definitions, machine, tables, trail
from engine.actors import Actor
from engine.cases import Work
from engine.definitions import Definition
from engine.errors import Clash, FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import World
from engine.machine import Live, NotThere, Open, Step, Verdict
from engine.store import Moment, for_update, new_id
from engine.trail import Kind

PERMISSION = "cases.move"
MOST = 100
"""Nodes that one move takes away, or elements that it begins."""

_C, _M = tables.cases.c, tables.moves.c


@dataclass(frozen=True, slots=True)
class Opening:
    """A thing that a move opens; ``holders`` is empty where it is no person's, or where nobody can be found."""

    element: str
    kind: str
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would do to a case as it stands."""

    case_id: str
    definition_id: str
    rev: int
    cancel: tuple[int, ...]
    start: tuple[str, ...]
    gone: tuple[Open, ...]
    opened: tuple[Opening, ...]
    void: tuple[int, ...]
    ends: bool
    verdict: Verdict


# ---------------------------------------------------------------- verbs


def preview(
    db: Connection, actor: Actor, moment: Moment, case_id: str, cancel: Sequence[str], start: Sequence[str]
) -> Preview:
    """What the move would do; nothing changes. Raises as ``propose`` does."""
    row = _case(db, actor, case_id)
    return _looked_at(db, actor, moment, row, _nodes(db, case_id, cancel), start)


def propose(
    db: Connection,
    actor: Actor,
    moment: Moment,
    case_id: str,
    cancel: Sequence[str],
    start: Sequence[str],
    reason: str,
) -> tuple[str, Preview]:
    """Propose a move to a second person; gives its id. Nothing in the case moves yet.

    ``cancel``: ids of tasks, jobs or incidents, or numbers of nodes. Raises ``Unfit`` (what is named is not there),
    ``NotNow`` (it cannot be moved so, or could never end), ``Forbidden`` (one's own case).
    """
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    if for_update(db):
        db.execute(select(_C.id).where(_C.id == case_id).with_for_update())
    found = preview(db, actor, moment, case_id, cancel, start)
    id_ = new_id()
    cancelled = [o.element for o in found.gone]
    plan = {"cancel": list(found.cancel), "cancelled": cancelled, "start": list(found.start)}
    db.execute(
        insert(tables.moves).values(
            id=id_,
            case_id=case_id,
            plan=json.dumps(plan),
            reason=reason,
            status="proposed",
            rev=found.rev,
            proposed_by=actor.person_id,
            proposed_at=moment.now,
        )
    )
    # Written beside the case's state: the case has not moved, and a second proposal does not undo the first.
    trail.append(
        db,
        moment,
        actor,
        chain=case_id,
        kind=Kind.CASE_MOVE_PROPOSED,
        move=id_,
        cancelled=cancelled,
        begun=list(found.start),
        sound=found.verdict.answer,
        reason=reason,
    )
    return id_, found


def confirm(
    db: Connection, actor: Actor, moment: Moment, case_id: str, move_id: str, agree: bool, opinion: str | None = None
) -> None:
    """The second person executes a proposed move, or refuses it with an opinion.

    Raises ``Forbidden`` (one's own proposal or case), ``Clash`` (decided before, or the case has moved meanwhile).
    """
    _case(db, actor, case_id)
    work = cases.take(db, actor, moment, case_id)
    move = db.execute(select(tables.moves).where(_M.id == move_id, _M.case_id == case_id)).mappings().first()
    if move is None:
        raise NotFound()
    if move["status"] != "proposed":
        by = actors.names(db, [move["decided_by"]]).get(move["decided_by"], Text("", ""))
        raise Clash(Text("{by} 已处理此项提议。", "{by} has decided this already."), code="err_already_decided", by=by)
    if move["proposed_by"] == actor.person_id:
        raise Forbidden(
            Text("提议人不能核准自己的提议。", "Whoever proposed it may not confirm it."), code="err_own_entry"
        )
    if not agree and not (opinion or "").strip():
        raise Unfit(
            errors=[FieldError("opinion", "required", Text("请说明不同意的理由。", "Say why you do not agree."))]
        )
    decided = update(tables.moves).where(_M.id == move_id)
    decided = decided.values(decided_by=actor.person_id, decided_at=moment.now)
    if not agree:
        db.execute(decided.values(status="refused"))
        trail.append(db, moment, actor, chain=case_id, kind=Kind.CASE_MOVE_REFUSED, move=move_id, reason=str(opinion))
        return
    cases.must_run(db, moment, work.row)
    if work.row["rev"] != move["rev"]:
        raise Clash(
            Text("提议之后事项又有进展，请重新提议。", "The case has moved since this was proposed. Propose it anew."),
            code="err_case_moved",
            rev=work.row["rev"],
        )
    plan = json.loads(move["plan"])
    _execute(work, dict(move), plan, opinion)
    db.execute(decided.values(status="done"))


def _execute(work: Work, move: Mapping[str, Any], plan: Mapping[str, Any], opinion: str | None) -> None:
    try:
        step = machine.move(work.live, work.world.environment(), plan["cancel"], plan["start"])
    except NotThere as e:
        raise NotNow(e.text, code="err_cannot_move") from e
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    verdict = machine.soundness_of(work.live)
    _must_end(work.definition, verdict)
    work.because = move["reason"]
    work.note(
        Kind.CASE_MOVED,
        move=move["id"],
        cancelled=[o.element for o in step.gone],
        begun=plan["start"],
        sound=verdict.answer,
        proposed_by=move["proposed_by"],
        reason=move["reason"],
        opinion=opinion or None,
    )
    cases.settle(work, step)


def moves_of(db: Connection, actor: Actor, case_id: str) -> list[Mapping[str, Any]]:
    """The moves of a case, newest first, with the definition it runs on; for those who move and for auditors."""
    if db.execute(select(_C.id).where(_C.id == case_id)).scalar() is None:
        raise NotFound()
    if not actor.may(PERMISSION) and cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    query = select(tables.moves, _C.definition_id).join(tables.cases, _C.id == _M.case_id)
    query = query.where(_M.case_id == case_id).order_by(_M.proposed_at.desc(), _M.id.desc())
    return [dict(r) for r in db.execute(query).mappings()]


# ---------------------------------------------------------------- may they, and can it


_CASE = select(tables.cases).where(_C.id == bindparam("case"))


def _case(db: Connection, actor: Actor, case_id: str) -> Mapping[str, Any]:
    actor.require(PERMISSION)
    row = db.execute(_CASE, {"case": case_id}).mappings().first()
    if row is None:
        raise NotFound()
    if actor.person_id is None or actor.person_id in (row["subject_id"], row["started_by"]):
        raise Forbidden(Text("不能调整自己的事项。", "Nobody moves a case of their own."), code="err_own_case")
    return dict(row)


def _nodes(db: Connection, case_id: str, refs: Sequence[str]) -> tuple[int, ...]:
    """The numbers of nodes that are meant by ids of tasks, jobs and incidents, or said outright."""
    known: dict[str, int] = {}
    for table in (tables.tasks, tables.jobs, tables.incidents):
        found = select(table.c.id, table.c.node).where(
            table.c.case_id == case_id, table.c.id.in_(refs), table.c.node.is_not(None)
        )
        known.update({r.id: r.node for r in db.execute(found)})
    wrong = []
    nodes = []
    for i, ref in enumerate(refs):
        node = known.get(ref, int(ref) if ref.isascii() and ref.isdigit() and len(ref) < 10 else None)
        if node is None:
            wrong.append(FieldError(f"cancel[{i}]", "err_not_open", _NOT_OPEN))
        else:
            nodes.append(node)
    if wrong:
        raise Unfit(errors=wrong)
    return tuple(dict.fromkeys(nodes))


_NOT_OPEN = Text("事项中没有这一项在办。", "Nothing of this name is open in the case.")


def _looked_at(
    db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any], cancel: tuple[int, ...], start: Sequence[str]
) -> Preview:
    cases.must_run(db, moment, row)
    definition = definitions.load(db, row["definition_id"])
    world = World(db, actor, moment, definition, cases.case_facts(row, moment), {})
    live = machine.thaw(definition.blueprint, row["state"], world.environment())
    world.variables = live.variables
    wrong = [FieldError(f"cancel[{i}]", "err_not_open", _NOT_OPEN) for i, n in enumerate(cancel) if n not in live.nodes]
    wrong += [
        FieldError(f"start[{i}]", "not_an_option", Text("流程中没有这个元素。", "The process has no such element."))
        for i, e in enumerate(start)
        if e not in definition.blueprint.elements
    ]
    if wrong:
        raise Unfit(errors=wrong)
    try:
        step = machine.move(live, world.environment(), cancel, start)
    except NotThere as e:
        raise NotNow(e.text, code="err_cannot_move") from e
    except Incident as e:
        raise cases.stuck(definition, e) from e
    verdict = machine.soundness_of(live)
    _must_end(definition, verdict)
    return Preview(
        row["id"],
        row["definition_id"],
        row["rev"],
        cancel,
        tuple(start),
        step.gone,
        tuple(_openings(world, live, step)),
        step.voided,
        step.is_ended,
        verdict,
    )


def _openings(world: World, live: Live, step: Step) -> list[Opening]:
    found = []
    for one in step.opened:
        world.local = live.locals_of(one.node)
        holders: Sequence[str] = ()
        if one.kind == "task":
            try:
                holders = cases.asked_of(world, world.definition.element(one.element))
            except Incident:
                holders = ()  # an incident after the move, which the preview shows as a task that nobody has
        found.append(Opening(one.element, one.kind, tuple(holders)))
    world.local = {}
    return found


def _must_end(definition: Definition, verdict: Verdict) -> None:
    """Refuse what could never end. Where the process itself has ways that do not end, one that ends is enough."""
    if verdict.answer == "dead" or (
        verdict.answer == "weak" and machine.soundness_of_process(definition.blueprint).answer == "sound"
    ):
        raise NotNow(
            Text(
                "这样调整后事项将无法办结：“{element}”会一直等待。",
                "Moved so, the case could never end: “{element}” would wait for ever.",
            ),
            code="err_never_ends",
            element=_listed([definition.element_name(e) for e in verdict.waiting]),
            waiting=list(verdict.waiting),
        )


def _listed(texts: Sequence[Text]) -> Text:
    return Text("”“".join(t.zh for t in texts), "”, “".join(t.en for t in texts))
