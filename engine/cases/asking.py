"""Whom an element asks, and why: its assignment rules as holders with their grounds, as of today.

A ground is a JSON object: ``holder``, ``rule``, ``on`` (the day as of which the rule was worked out), and what the rule
went by: ``role``, ``unit``, ``person``, ``level``, ``competence``, ``step``, ``by``, ``turn``. Ids only; words are the
views' business.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select, update

from engine import actors, assigning, gates, tables
from engine.cases.faults import NOBODY
from engine.definitions import Definition
from engine.errors import FieldError, Incident, Text, Unfit
from engine.gates import World
from engine.machine import Element
from engine.store import insert_or_ignore

NAMES_NOBODY = Text("办理人规则今天没有指向任何人", "the assignment rule names nobody today")

Ground = dict[str, Any]
Who = Mapping[str, str]
Judge = Callable[[str], bool]
"""Whether a duty keeps a person from the element that is asked about."""


@dataclass
class Sight:
    """What an assignment rule may look at; for a case that is only tried, also what has not been written."""

    world: World
    element: Element
    context: Mapping[str, Any]
    is_trial: bool = False
    """Nothing is written: nobody's turn is used up."""
    entered: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Element → what is being entered there and has not been written."""
    did: Mapping[str, str] = field(default_factory=dict)
    """Element → who is completing it, which has not been written either."""
    forbids: Judge = lambda _person: False

    def ground(self, holder: str, rule: str, **facts: Any) -> Ground:
        known = {k: v for k, v in facts.items() if v is not None}
        return {"holder": holder, "rule": rule, "on": self.world.moment.today.isoformat(), **known}


# ---------------------------------------------------------------- whom an element asks


def asked(world: World, element: str, who: Who, context: Mapping[str, Any]) -> list[str]:
    """The holders that one rule means, as of today; nobody's turn is used up."""
    at = world.definition.blueprint.elements.get(element) or world.definition.blueprint.start
    return [g["holder"] for g in _found(Sight(world, at, context, is_trial=True), who)]


def asked_of(world: World, element: Element) -> list[str]:
    """The holders whom an element's rules mean, for a case that is only looked at."""
    return [g["holder"] for g in grounds(world, element, is_trial=True)]


def grounds(
    world: World,
    element: Element,
    *,
    is_trial: bool = False,
    entered: Mapping[str, Mapping[str, Any]] = {},
    did: Mapping[str, str] = {},
    forbids: Judge = lambda _person: False,
) -> list[Ground]:
    """Everybody whom the element's rules ask, each with why; nobody at all is a fault of the definition."""
    context = gates.reading_context(world, element)
    sight = Sight(world, element, context, is_trial, entered, did, forbids)
    found: dict[str, Ground] = {}
    for who in world.definition.whos(element):
        for ground in _found(sight, who):
            found.setdefault(ground["holder"], ground)
    if not found:
        raise Incident(element.id, NAMES_NOBODY, {"cause": NOBODY})
    return list(found.values())


def needs_claim(definition: Definition, element: Element) -> bool:
    """Whether somebody of a pool takes the task before it is done."""
    return any(who.get("rule") == "pool" for who in definition.whos(element))


def _found(sight: Sight, who: Who) -> list[Ground]:
    if "rule" in who:
        return _RULES[who["rule"]](sight, who)
    world, element = sight.world, sight.element.id
    if "person" in who:
        people = world.evaluate(who["person"], sight.context, element)
        return [sight.ground(actors.holder_of(p), "person") for p in texts(people)]
    if "role" not in who:
        return []
    units = world.evaluate(who.get("at", "=null"), sight.context, element)
    return [_post(sight, "post", who["role"], u) for u in texts(units)]


def _post(sight: Sight, rule: str, role: str, unit: str, **facts: Any) -> Ground:
    return sight.ground(actors.holder(role, unit), rule, role=role, unit=unit, **facts)


def texts(value: Any) -> list[str]:
    """A text, or the texts of a list."""
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]


# ---------------------------------------------------------------- chosen by somebody earlier


def offered(world: World, element: Element) -> dict[str, list[str]]:
    """Fields of an element's form by which it is chosen who does a later step → ids of those who may be chosen."""
    wanted = assigning.choices(world.definition.blueprint, element)
    if not wanted:
        return {}
    sight = Sight(world, element, world.context(), is_trial=True)
    return {
        name: _people(sight, [g["holder"] for who in whos for g in _named(sight, "chosen", who)])
        for name, whos in wanted.items()
    }


def check_choices(world: World, element: Element, values: Mapping[str, Any]) -> None:
    """Raises ``Unfit`` where nobody was chosen, or somebody whom the rule does not offer."""
    errors = []
    for name, people in offered(world, element).items():
        chosen = values.get(name)
        if chosen is None:
            errors.append(FieldError(name, "required", Text("请选择由谁办理。", "Choose who shall do it.")))
        elif chosen not in people:
            text = Text(
                "不能选择此人：请在所列人员中选择。", "This person cannot be chosen: choose one of those offered."
            )
            errors.append(FieldError(name, "not_an_option", text))
    if errors:
        raise Unfit(errors=errors)


# ---------------------------------------------------------------- the rules, one by one


def _by_post(sight: Sight, who: Who) -> list[Ground]:
    return [_post(sight, "post", who["role"], u) for u in _units(sight, who.get("unit"))]


def _by_leader(sight: Sight, who: Who) -> list[Ground]:
    """The leader on the n-th level above somebody; whoever leads a unit has the leader of the next one above."""
    world, on = sight.world, sight.world.moment.today
    whose = who.get("of", "starter")
    person = _starter_or_subject(sight, whose)
    home = _home(sight, person)
    if person is None or home is None:
        return []
    level = int(who.get("level") or 1)
    found = _leader(sight, who, home)
    if found is None or (level >= 1 and person in actors.holders(world.db, found[0], found[1].id, on)):
        above = actors.superior(world.db, home, on)
        found = _leader(sight, who, above.id) if above else None
    for _ in range(level - 1):
        above = actors.superior(world.db, found[1].id, on) if found else None
        found = _leader(sight, who, above.id) if above else None
    if found is None:
        return []
    role, unit = found
    return [_post(sight, "leader", role, unit.id, person=person, level=level)]


def _leader(sight: Sight, who: Who, unit_id: str) -> tuple[str, actors.Unit] | None:
    unit = actors.unit(sight.world.db, unit_id, sight.world.moment.today)
    role = who.get("role") or (actors.leader_role(unit.kind) if unit else None)
    return (role, unit) if unit and role else None


def _by_superior(sight: Sight, who: Who) -> list[Ground]:
    world, found = sight.world, []
    for unit in _units(sight, who.get("unit")):
        above = actors.superior(world.db, unit, world.moment.today, who["competence"])
        if above is not None:
            found.append(_post(sight, "superior", who["role"], above.id, competence=who["competence"], of=unit))
    return found


def _by_lane(sight: Sight, who: Who) -> list[Ground]:
    lane = sight.element.lane
    words = sight.world.definition.blueprint.lanes[lane][1] if lane else None
    rules = [w for w in (words.all("who") if words else ()) if w.get("rule") != "lane"]
    return [{**g, "lane": lane} for one in rules for g in _found(sight, one)]


def _by_people(sight: Sight, who: Who) -> list[Ground]:
    return _named(sight, "people", who)


def _by_answer(sight: Sight, who: Who) -> list[Ground]:
    return [
        sight.ground(actors.holder_of(p), "answer", step=who.get("task"), by=_who_did(sight, who.get("task")))
        for p in _answer(sight, who)
    ]


def _by_chosen(sight: Sight, who: Who) -> list[Ground]:
    """Whom an earlier actor chose; the choice was compared with the candidates when it was made."""
    by = _who_did(sight, who["task"])
    return [sight.ground(actors.holder_of(p), "chosen", step=who["task"], by=by) for p in _answer(sight, who)]


def _by_previous(sight: Sight, who: Who) -> list[Ground]:
    person = _who_did(sight, who["task"])
    return [sight.ground(actors.holder_of(person), "previous", step=who["task"])] if person else []


def _by_pool(sight: Sight, who: Who) -> list[Ground]:
    return _named(sight, "pool", who)


def _by_rotation(sight: Sight, who: Who) -> list[Ground]:
    """Whoever had the turn longest ago, of those who are there and may act; where nobody is, everybody is asked."""
    named = _named(sight, "rotation", who)
    world = sight.world
    people = _people(sight, [g["holder"] for g in named])
    reachable = _reachable(sight, people)
    absent = actors.absent(world.db, reachable, world.moment.today)
    there = [p for p in reachable if p not in absent]
    series = f"{world.definition.key}/{sight.element.id}"
    last = _hold_turns(sight, series)
    turns = _turns(sight, series, there)
    for person in sorted(there, key=lambda p: turns.get(p, 0)):
        if not sight.forbids(person):
            if not sight.is_trial:
                _take_turn(sight, series, person, last)
            return [sight.ground(actors.holder_of(person), "rotation", turn=last, of_many=len(people))]
    return named


_RULES: Mapping[str, Callable[[Sight, Who], list[Ground]]] = {
    "post": _by_post,
    "leader": _by_leader,
    "superior": _by_superior,
    "lane": _by_lane,
    "people": _by_people,
    "answer": _by_answer,
    "chosen": _by_chosen,
    "previous": _by_previous,
    "pool": _by_pool,
    "rotation": _by_rotation,
}


# ---------------------------------------------------------------- what the rules go by


def _units(sight: Sight, wanted: str | None) -> list[str]:
    """Ids of the units that ``unit`` means: of the case, of the starter, of the subject, or in a variable."""
    if wanted in (None, "case"):
        return texts(sight.world.case.get("unit"))
    if wanted in ("starter", "subject"):
        return texts(_home(sight, _starter_or_subject(sight, str(wanted))))
    return texts(sight.context.get(str(wanted)))


def _starter_or_subject(sight: Sight, whose: str) -> str | None:
    world = sight.world
    if whose == "starter":
        started_by: str | None = world.case.get("started_by")
        return started_by
    word = world.definition.blueprint.words.one("subject")
    value = world.evaluate(word["person"], sight.context, sight.element.id) if word else None
    return value if isinstance(value, str) else None


def _home(sight: Sight, person: str | None) -> str | None:
    """The unit that somebody belongs to: as a member, else by their first post."""
    known = actors.person(sight.world.db, person, sight.world.moment.today) if person else None
    if known is None:
        return None
    return known.unit_id or next((p.unit_id for p in known.posts), None)


def _named(sight: Sight, rule: str, who: Who) -> list[Ground]:
    """The posts of a role, or the people and posts that are named by number and code."""
    if "role" in who:
        return [_post(sight, rule, who["role"], u) for u in _units(sight, who.get("unit"))]
    found = []
    for one in who.get("people", "").replace(",", " ").split():
        role, _, code = one.partition("@")
        known = actors.find(sight.world.db, sight.world.moment.today, one)
        if known is None:
            continue
        found.append(_post(sight, rule, role, known) if code else sight.ground(actors.holder_of(known), rule))
    return found


_LAST_DONE = (
    select(func.coalesce(tables.tasks.c.completed_for, tables.tasks.c.completed_by).label("whose"), tables.tasks.c.id)
    .where(
        tables.tasks.c.case_id == bindparam("case"),
        tables.tasks.c.element == bindparam("element"),
        tables.tasks.c.status == "completed",
        tables.tasks.c.void_at.is_(None),
    )
    .order_by(tables.tasks.c.completed_at.desc(), tables.tasks.c.node.desc())
    .limit(1)
)
_ANSWERS = select(tables.answers.c["values"]).where(tables.answers.c.task_id == bindparam("owner"))


def _who_did(sight: Sight, step: str | None) -> str | None:
    """Whose deed a step was last, in what still holds; the start event was done by whoever started the case."""
    world = sight.world
    if step is None:
        return None
    if step in sight.did:
        return sight.did[step]
    if _is_start(world, step):
        started_by: str | None = world.case.get("started_by")
        return started_by
    row = world.db.execute(_LAST_DONE, {"case": world.case.get("id"), "element": step}).first()
    return row.whose if row else None


def _is_start(world: World, step: str) -> bool:
    return world.definition.blueprint.elements[step].kind == "startEvent"


def _answer(sight: Sight, who: Who) -> list[str]:
    """The people in a variable, or in a field of the form of an earlier step."""
    if "variable" in who:
        return texts(sight.context.get(who["variable"]))
    world, step = sight.world, who["task"]
    if step in sight.entered:
        return texts(sight.entered[step].get(who["field"]))
    owner = world.case.get("id")
    if not _is_start(world, step):
        row = world.db.execute(_LAST_DONE, {"case": owner, "element": step}).first()
        owner = row.id if row else None
    kept = world.db.execute(_ANSWERS, {"owner": owner}).scalar() if owner else None
    return texts(json.loads(kept).get(who["field"])) if kept else []


def _people(sight: Sight, holders: Iterable[str]) -> list[str]:
    world = sight.world
    return list(dict.fromkeys(p for h in holders for p in actors.people_meant(world.db, h, world.moment.today)))


def _reachable(sight: Sight, people: Iterable[str]) -> list[str]:
    """Those who can sign in, in the same order."""
    found = actors.reachable(sight.world.db, [actors.holder_of(p) for p in people], sight.world.moment.today)
    return [p for p in people if found.get(actors.holder_of(p))]


# ---------------------------------------------------------------- turns

_R = tables.rotations
_ROW = (_R.c.series == bindparam("of")) & (_R.c.person_id == bindparam("whose"))
_NEXT = update(_R).where(_ROW).values(turn=_R.c.turn + 1)
_TAKE = update(_R).where(_ROW).values(turn=bindparam("new_turn"))
_LAST = select(_R.c.turn).where(_R.c.series == bindparam("of"), _R.c.person_id == bindparam("whose"))
_TURNS = select(_R.c.person_id, _R.c.turn).where(
    _R.c.series == bindparam("of"), _R.c.person_id.in_(bindparam("people", expanding=True))
)
_EVERYBODY = ""
"""Whose row counts the turns of a series: changing it locks the series until the deed is committed."""


def _hold_turns(sight: Sight, series: str) -> int:
    """The number of the next turn; for a deed, nobody else gives one until it is done."""
    db, place = sight.world.db, {"of": series, "whose": _EVERYBODY}
    if sight.is_trial:
        return (db.execute(_LAST, place).scalar() or 0) + 1
    if db.execute(_NEXT, place).rowcount == 0:
        # Two first turns at once: the second insert does nothing and the update counts on.
        db.execute(insert_or_ignore(db, _R).values(series=series, person_id=_EVERYBODY, turn=0))
        db.execute(_NEXT, place)
    turn: int = db.execute(_LAST, place).scalar_one()
    return turn


def _turns(sight: Sight, series: str, people: Iterable[str]) -> dict[str, int]:
    """When each of the people had the last turn; nobody is there who had none."""
    rows = sight.world.db.execute(_TURNS, {"of": series, "people": list(people)})
    return {r.person_id: r.turn for r in rows}


def _take_turn(sight: Sight, series: str, person: str, turn: int) -> None:
    db = sight.world.db
    if db.execute(_TAKE, {"of": series, "whose": person, "new_turn": turn}).rowcount == 0:
        db.execute(insert_or_ignore(db, _R).values(series=series, person_id=person, turn=turn))
