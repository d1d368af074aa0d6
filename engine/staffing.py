"""Whether every unit has the people that a procedure needs to keep duties apart: tried over the directory as of today.

For each unit in which the procedure may start the candidates of its steps are worked out, and a choice of different
people is looked for. What hangs on answers that nobody has given (who is introducer) cannot be tried and is left out,
so a gap that is told is one that every case in that unit would meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, or_, select

from engine import actors, cases, duties, tables
from engine.actors import Actor, Unit
from engine.binding import Bound
from engine.definitions import Definition
from engine.errors import Finding, Incident, Text
from engine.gates import World
from engine.machine import Element
from engine.store import Moment

MOST_TRIES = 5_000
"""Choices that are tried for one group of steps in one unit; what is not found by then is taken to be possible."""
MOST_NAMED = 10
CONFIRMATION = "confirmation"
"""Stands for the rule where a step needs a second person without a rule of separation that says so."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A rule that some units cannot keep: nobody holds a post that is asked, or too few different people do."""

    rule: str
    elements: tuple[str, ...]
    is_vacant: bool
    units: tuple[Unit, ...]


Seat = tuple[str, str]
"""(step, ``act`` or ``confirm``)."""


@dataclass
class _Office:
    """What the directory says today, read once for all units."""

    db: Connection
    moment: Moment
    posts: Mapping[tuple[str, str], tuple[str, ...]]
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def people(self, holder: str) -> tuple[str, ...]:
        kind, _, rest = holder.partition(":")
        if kind == "person":
            return (rest,)
        role, _, unit = rest.partition("@")
        if kind == "post":
            return self.posts.get((role, unit), ())
        if holder not in self.members:
            self.members[holder] = actors.people_meant(self.db, holder, self.moment.today)
        return self.members[holder]


def gaps(db: Connection, moment: Moment, definition: Definition) -> list[Gap]:
    """Every rule that some unit cannot keep, with the steps and the units, by rule."""
    held = duties.bound(db, definition)
    pairs = list(_pairs(definition, held))
    if not pairs:
        return []
    office = _Office(db, moment, _posts(db, moment))
    found: dict[tuple[str, tuple[str, ...], bool], list[Unit]] = {}
    for unit in _units(db, moment, definition, office):
        world = _world(db, moment, definition, unit)
        domains = _domains(office, world, {seat for one, other, _ in pairs for seat in (one, other)})
        for key in _broken(pairs, domains):
            found.setdefault(key, []).append(unit)
    return [
        Gap(rule, elements, is_vacant, tuple(sorted(units, key=lambda u: u.code)))
        for (rule, elements, is_vacant), units in sorted(found.items(), key=lambda item: item[0])
    ]


def findings(db: Connection, moment: Moment, definition: Definition) -> list[Finding]:
    """The same as warnings of publishing."""
    found = []
    for gap in gaps(db, moment, definition):
        steps = [definition.element_name(e) for e in gap.elements]
        codes = ", ".join(u.code for u in gap.units[:MOST_NAMED])
        more = len(gap.units) - MOST_NAMED
        rest = Text(f" 等 {len(gap.units)} 个组织", f" and {more} more") if more > 0 else Text("", "")
        zh, en = "、".join(s.zh for s in steps), ", ".join(s.en for s in steps)
        element = definition.element(gap.elements[0])
        if gap.is_vacant:
            text = Text(
                f"“{zh}”所请的职务无人担任：{codes}{rest.zh}", f"nobody holds what “{en}” asks in {codes}{rest.en}"
            )
        else:
            text = Text(
                f"规则 {gap.rule}：“{zh}”须由不同的人办理，而人手不足：{codes}{rest.zh}",
                f"rule {gap.rule}: “{en}” need different people, and there are too few in {codes}{rest.en}",
            )
        remedy = Text(
            "任命人员，或在 <liuhen:who>、<liuhen:confirm> 中增加职务",
            "appoint somebody, or name more posts in <liuhen:who> and <liuhen:confirm>",
        )
        found.append(Finding("process.bpmn", "duty_unstaffed", text, remedy, element.line, element.id, "warning"))
    return found


# ---------------------------------------------------------------- what has to be different people


def _pairs(definition: Definition, held: Bound) -> Iterator[tuple[Seat, Seat, str]]:
    """Two seats that one person may not take both, and the rule."""
    confirmed = {e.id for e in definition.steps() if _confirms(e)}
    second = {
        e.id: next((r.id for r in held.rules for t in r.terms if t.kind == "second_person" and _binds(t.duties, e)), "")
        for e in definition.steps()
    }
    for id_ in sorted(confirmed):
        yield (id_, "act"), (id_, "confirm"), second[id_] or CONFIRMATION
    for id_, bindings in held.by_element.items():
        for one in bindings:
            if one.term.kind != "apart" or one.term.enforcement != "block":
                continue
            for other in one.others:
                if (other, id_) < (id_, other) and any(id_ in b.others for b in held.by_element.get(other, ())):
                    continue  # told once, from the other side
                for mine in ("act", "confirm") if id_ in confirmed else ("act",):
                    for theirs in ("act", "confirm") if other in confirmed else ("act",):
                        yield (id_, mine), (other, theirs), one.rule.id


def _binds(wanted: tuple[str, ...], element: Element) -> bool:
    from_words = {key for word in element.words.all("duty") for key in word.get("as", "").replace(",", " ").split()}
    return bool(from_words.intersection(wanted)) or element.id in wanted


def _confirms(element: Element) -> list[Mapping[str, str]]:
    """The rules by which a second person always confirms."""
    return [c for c in element.words.all("confirm") if "when" not in c]


# ---------------------------------------------------------------- who could take a seat


def _posts(db: Connection, moment: Moment) -> dict[tuple[str, str], tuple[str, ...]]:
    post, on = tables.posts.c, moment.today
    query = select(post.role, post.unit_id, post.person_id).where(
        post.from_on <= on, or_(post.to_on.is_(None), post.to_on > on)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for row in db.execute(query):
        found.setdefault((row.role, row.unit_id), []).append(row.person_id)
    return {key: tuple(dict.fromkeys(people)) for key, people in found.items()}


def _units(db: Connection, moment: Moment, definition: Definition, office: _Office) -> list[Unit]:
    """The units in which a case may be started: where whoever may start it belongs."""
    if not definition.blueprint.entries[definition.blueprint.id]:
        return []
    whos = definition.whos(definition.blueprint.start)
    roles = {who["role"] for who in whos if "role" in who}
    ids = {unit for role, unit in office.posts if role in roles}
    if not whos or any(w.get("anyone") == "true" for w in whos) or roles & set(actors.STATUSES):
        member, on = tables.memberships.c, moment.today
        query = select(member.unit_id).where(member.from_on <= on, or_(member.to_on.is_(None), member.to_on > on))
        ids |= set(db.execute(query.distinct()).scalars())
    found = (actors.unit(db, id_, moment.today) for id_ in sorted(ids))
    return [u for u in found if u is not None and u.status == "active"]


def _world(db: Connection, moment: Moment, definition: Definition, unit: Unit) -> World:
    """A case of the unit just begun, with what its start writes of itself."""
    facts = {
        "id": None,
        "number": None,
        "unit": unit.id,
        "started_on": moment.today,
        "started_at": moment.local,
        "started_by": None,
    }
    world = World(db, Actor.clock(), moment, definition, facts, {})
    for output in definition.blueprint.start.words.all("output"):
        try:
            value = world.evaluate(output["source"], world.context(), definition.blueprint.start.id)
        except Incident:
            continue  # it hangs on an answer
        if value is not None:
            world.variables[output["target"]] = value
    return world


def _domains(office: _Office, world: World, seats: set[Seat]) -> dict[Seat, frozenset[str]]:
    """Seat → who could take it; a seat that hangs on what nobody has answered is left out."""
    units: dict[str, list[str]] = {}
    found = {}
    for element_id, purpose in seats:
        element = world.definition.element(element_id)
        whos = world.definition.whos(element) if purpose == "act" else tuple(_confirms(element))
        people = _people(office, world, element, whos, units) if element.loop is None else None
        if people is not None:
            found[element_id, purpose] = people
    return found


def _people(
    office: _Office, world: World, element: Element, whos: tuple[Mapping[str, str], ...], units: dict[str, list[str]]
) -> frozenset[str] | None:
    people: set[str] = set()
    for who in whos:
        if "role" in who and "rule" not in who:
            if who["at"] not in units:
                units[who["at"]] = _texts(world, who["at"], element.id)
            if not units[who["at"]]:
                return None
            holders = [actors.holder(who["role"], unit) for unit in units[who["at"]]]
        else:
            try:
                holders = cases.asked(world, element.id, who, world.context())
            except Incident:
                holders = []
            if not holders:
                return None
        people.update(p for h in holders for p in office.people(h))
    return frozenset(people)


def _texts(world: World, expression: str, element: str) -> list[str]:
    try:
        value: Any = world.evaluate(expression, world.context(), element)
    except Incident:
        return []
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]


# ---------------------------------------------------------------- a choice of different people


def _broken(
    pairs: list[tuple[Seat, Seat, str]], domains: Mapping[Seat, frozenset[str]]
) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """(rule, steps, whether nobody at all is there) for what no choice of people could keep."""
    known = [(one, other, rule) for one, other, rule in pairs if one in domains and other in domains]
    empty = {seat[0] for one, other, _ in known for seat in (one, other) if not domains[seat]}
    told: set[tuple[str, tuple[str, ...], bool]] = set()
    for one, other, rule in known:
        if {one[0], other[0]} & empty:
            told.add((rule, tuple(sorted({one[0], other[0]} & empty)), True))
        elif len(domains[one] | domains[other]) < 2:
            told.add((rule, tuple(dict.fromkeys((one[0], other[0]))), False))
    bad = {step for _, steps, _ in told for step in steps}
    left = [(a, b, r) for a, b, r in known if a[0] not in bad and b[0] not in bad]
    for group in _groups(left):
        if not _can_be_seated(group, domains):
            rules = sorted({rule for _, _, rule in group})
            told.add((", ".join(rules), tuple(sorted({s[0] for a, b, _ in group for s in (a, b)})), False))
    yield from told


def _groups(pairs: list[tuple[Seat, Seat, str]]) -> list[list[tuple[Seat, Seat, str]]]:
    """Pairs that hang together through their seats; each such group is decided by itself."""
    groups: list[tuple[set[Seat], list[tuple[Seat, Seat, str]]]] = []
    for pair in pairs:
        mine = {pair[0], pair[1]}
        touching = [g for g in groups if g[0] & mine]
        groups = [g for g in groups if not g[0] & mine]
        groups.append((mine.union(*(g[0] for g in touching)), [pair, *(p for g in touching for p in g[1])]))
    return [pairs_ for _, pairs_ in groups]


def _can_be_seated(group: list[tuple[Seat, Seat, str]], domains: Mapping[Seat, frozenset[str]]) -> bool:
    against: dict[Seat, set[Seat]] = {}
    for one, other, _ in group:
        against.setdefault(one, set()).add(other)
        against.setdefault(other, set()).add(one)
    order = sorted(against, key=lambda seat: (len(domains[seat]), -len(against[seat]), seat))
    # With more people than neighbours there is always one left for a seat, whoever sits beside it.
    order = [seat for seat in order if len(domains[seat]) <= len(against[seat])]
    seated: dict[Seat, str] = {}
    tries = 0

    def seat_from(place: int) -> bool:
        nonlocal tries
        if place == len(order):
            return True
        seat = order[place]
        for person in sorted(domains[seat]):
            tries += 1
            if tries > MOST_TRIES:
                return True
            if all(seated.get(other) != person for other in against[seat]):
                seated[seat] = person
                if seat_from(place + 1):
                    return True
                del seated[seat]
        return False

    return seat_from(0)
