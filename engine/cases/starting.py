"""A case begins: who may start it, where, with which answers, under which number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine import actors, definitions, gates, machine, outbox, tables, trail
from engine.actors import Actor
from engine.cases import judging
from engine.cases.answers import record_answers
from engine.cases.asking import asked, check_choices
from engine.cases.seeing import let_begin
from engine.cases.settling import settle, write_directory
from engine.cases.work import RUNNING, Work, stuck
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import Entered, World
from engine.outbox import Notice
from engine.store import Moment, Statement, insert_or_ignore, new_id
from engine.trail import Kind, Link


def start(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    definition: str,
    version: int | None = None,
    unit: str | None = None,
    business_key: str | None = None,
    answers: Mapping[str, Any] | None = None,
) -> str:
    """Start a case and run it to its first tasks; gives its id.

    Raises ``NotFound`` (no such definition or unit), ``Forbidden`` (not among those who may start), ``Unfit`` or
    ``NotNow`` (answers or a gate; the refusal is recorded on the definition's chain).
    """
    if actor.person_id is None:
        raise Forbidden()
    chosen = definitions.read(db, definition, version) if version is not None else None
    chooses = chosen is not None and "definitions.publish" in actor.permissions
    wanted = chosen if chosen is not None and chooses else definitions.starting(db, moment, definition)
    definitions.must_not_be_retired(db, wanted)
    if starts_by_events_only(wanted):
        raise NotNow(
            Text(
                "“{name}”只能由消息、信号、时间或条件发起。", "“{name}” is started by messages, signals or time only."
            ),
            code="err_starts_by_event",
            name=wanted.name,
        )
    unit_id = start_unit(db, actor, moment, wanted, unit)
    if not chooses:
        wanted = definitions.starting(db, moment, definition, unit_id)
        if chosen is not None and chosen.version != wanted.version:
            # Another version may lack a rule that this one has: choosing it would be a way around.
            raise NotNow(
                Text("第 {version} 版已被第 {newest} 版取代。", "Version {version} was replaced by version {newest}."),
                code="err_version_superseded",
                version=chosen.version,
                newest=wanted.version,
            )
    event = wanted.blueprint.start
    case_id = new_id()
    facts = {
        "id": case_id,
        "number": None,
        "unit": unit_id,
        "started_on": moment.today,
        "started_by": actor.person_id,
    }
    world = World(db, actor, moment, wanted, facts, {})
    if not may_start(world, unit_id):
        raise Forbidden(
            Text("您不能在该组织发起“{name}”。", "You may not start “{name}” in this unit."),
            code="err_may_not_start",
            name=wanted.name,
        )
    try:
        entered = gates.enter(world, event, answers or {}, None, None, None, at="start")
        check_choices(world, event, entered.values)
        judging.weigh_start(world, event, entered)
    except (Unfit, NotNow) as refusal:
        if refusal.clause is not None or refusal.refusal != "err_unfit":
            refusal.recorded = {
                "chain": f"definition:{wanted.key}",
                "kind": Kind.CASE_START_REFUSED,
                "unit": unit_id,
                "reason": refusal.refusal,
                "clause": refusal.clause,
                "version": wanted.version,
            }
        raise
    world.variables.update(gates.outputs(world, event, entered))
    number = next_number(db, wanted, moment)
    facts["number"] = number
    row = new_row(case_id, number, wanted, unit_id, business_key, actor, moment)
    try:
        live, step = machine.begin(wanted.blueprint, world.environment(entered.business_on), world.variables)
    except Incident as e:
        raise stuck(wanted, e) from e
    world.variables = live.variables
    subject = subject_of(world)
    row["subject_id"] = subject
    row["started_for"] = other = _on_behalf_of(world, entered, actor)
    db.execute(insert(tables.cases).values(**row))
    work = Work(db, actor, moment, wanted, row, live, world, Link(case_id, 0, trail.GENESIS), ())
    sealed = record_answers(work, case_id, event, entered)
    scopes = {actors.holder_of(actor.person_id): "own" if actor.person_id == subject else "full"}
    scopes |= {actors.holder_of(other): "full"} if other else {}
    let_begin(work, scopes | ({actors.holder_of(subject): "own"} if subject else {}))
    work.note(
        Kind.CASE_STARTED,
        element=event.id,
        definition=wanted.key,
        version=wanted.version,
        sha256=wanted.sha256,
        unit=unit_id,
        on_behalf_of=other,
        business_on=entered.business_on.isoformat() if entered.business_on else None,
        marks=list(entered.marks),
        answers=sealed,
        gates=list(entered.judgement.evidence),
    )
    if other is not None:
        facts = {"by": actor.person_id}
        outbox.tell(db, moment, Notice.CASE_STARTED_FOR, [actors.holder_of(other)], case_id=case_id, facts=facts)
    write_directory(work, event, entered.decision, entered.context)
    work.is_alone = work.is_listed = work.is_new = True
    settle(work, step)
    return case_id


_E = tables.entries.c
_STARTED = Statement(
    select(_E.chain, _E.seq, _E.hash, _E.at)
    .where(_E.chain == bindparam("case"), _E.kind == Kind.CASE_STARTED.value)
    .order_by(_E.seq)
    .limit(1)
)


def receipt_of_start(db: Connection, case_id: str) -> dict[str, Any]:
    """The entry that says who started a case, as whoever did keeps it: ``chain``, ``seq``, ``hash``, ``at``."""
    row = _STARTED.first(db, {"case": case_id})
    if row is None:
        raise NotFound()
    return {name: row[name] for name in ("chain", "seq", "hash", "at")}


def _on_behalf_of(world: World, entered: Entered, actor: Actor) -> str | None:
    """For whom somebody else starts the case, by the field that the start event names; raises ``Unfit``."""
    word = world.definition.blueprint.start.words.one("onBehalf")
    if word is None:
        return None
    other = entered.context.get(word["field"])
    if not isinstance(other, str) or other == actor.person_id:
        return None
    if actors.person(world.db, other, world.moment.today) is None:
        said = Text("没有这个人。", "There is no such person.")
        raise Unfit(errors=[FieldError(word["field"], "err_unknown_person", said)])
    return other


def starts_by_events_only(definition: Definition) -> bool:
    """Whether no person can start a case of this definition."""
    return not definition.blueprint.entries[definition.blueprint.id]


def may_start(world: World, unit_id: str) -> bool:
    """Whether the actor is among those whom the start event asks."""
    if starts_by_events_only(world.definition):
        return False
    event = world.definition.blueprint.start
    whos = world.definition.whos(event)
    if not whos:
        return True
    context = world.context()
    held = set(world.actor.holders)
    for who in whos:
        if who.get("anyone") == "true":
            return True
        if held & set(asked(world, event.id, who, context)):
            return True
    return False


def start_units(db: Connection, actor: Actor, moment: Moment, definition: Definition) -> list[actors.Unit]:
    """The units in which the actor may start a case of this definition, by code."""
    own = {m.unit_id for m in actor.memberships} | {p.unit_id for p in actor.posts}
    found = []
    for unit_id in own:
        world = World(
            db,
            actor,
            moment,
            definition,
            {"id": None, "number": None, "unit": unit_id, "started_on": moment.today, "started_by": actor.person_id},
            {},
        )
        unit = actors.unit(db, unit_id, moment.today)
        if unit is not None and may_start(world, unit_id):
            found.append(unit)
    return sorted(found, key=lambda u: u.code)


def start_unit(db: Connection, actor: Actor, moment: Moment, definition: Definition, unit: str | None) -> str:
    """The unit in which somebody starts a case: the one they say, else the only one possible; raises ``Unfit``."""
    if unit:
        return actors.unit_by(db, unit, moment.today).id
    possible = start_units(db, actor, moment, definition)
    if len(possible) == 1:
        return possible[0].id
    raise Unfit(
        errors=[
            FieldError(
                "unit", "required", Text("请选择在哪个组织发起。", "Choose the unit in which to start the case.")
            )
        ]
    )


def next_number(db: Connection, definition: Definition, moment: Moment) -> str:
    (number,) = next_numbers(db, definition, moment, 1)
    return number


def next_numbers(db: Connection, definition: Definition, moment: Moment, count: int) -> list[str]:
    """The numbers of so many new cases, in their order."""
    prefix = definition.blueprint.words.attribute("numberPrefix") or definition.key.upper()[:2]
    series = f"{prefix}-{moment.today.year}"
    table = tables.numbers
    bump = update(table).where(table.c.series == series).values(last=table.c.last + count).returning(table.c.last)
    last = db.execute(bump).scalar()
    if last is None:
        # Two first cases of a year at once: the second insert does nothing and the update counts on.
        db.execute(insert_or_ignore(db, table).values(series=series, last=0))
        last = db.execute(bump).scalar_one()
    return [f"{series}-{n:06d}" for n in range(last - count + 1, last + 1)]


def new_row(
    case_id: str,
    number: str,
    definition: Definition,
    unit_id: str,
    business_key: str | None,
    actor: Actor,
    moment: Moment,
) -> dict[str, Any]:
    return {
        "id": case_id,
        "number": number,
        "definition_id": definition.id,
        "status": RUNNING,
        "outcome": None,
        "unit_id": unit_id,
        "business_key": business_key,
        "title": definition.name.zh[:300],
        "summary": "[]",
        "started_by": actor.person_id,
        "started_for": None,
        "started_at": moment.now,
        "ended_at": None,
        "rev": 0,
        "state": b"",
        "wake_at": None,
        "parent_id": None,
        "parent_node": None,
        "faults": 0,
        "trail_seq": 0,
        "trail_head": trail.GENESIS,
    }


def subject_of(world: World) -> str | None:
    word = world.definition.blueprint.words.one("subject")
    if word is None:
        return None
    value = world.evaluate(word["person"], world.context(), world.definition.blueprint.id)
    return value if isinstance(value, str) else None
