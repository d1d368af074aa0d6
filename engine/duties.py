"""Who may not do what: separation of duties, judged over everybody through whom an act is done.

An act may be done by one person for another, or be asked of a third one; a duty holds for each of them. The rules are
data (``separation``), what they bind is told by the procedure (``binding``). What is blocked is refused and recorded;
what is warned of needs a reason and a second person; what is only reported stops nobody.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select

from engine import actors, binding, cases, gates, separation, tables, trail
from engine.actors import Actor
from engine.binding import Binding, Bound
from engine.cases import Work
from engine.definitions import Definition
from engine.errors import DefinitionRefused, FieldError, Forbidden, Incident, Text, Unfit
from engine.gates import Entered, World
from engine.machine import Element
from engine.separation import STARTER, Rule, Term
from engine.store import DIALECTS, Moment, Statement, among, many
from engine.trail import Kind
from engine.vocabulary import keys

Enforcement = Literal["block", "warn", "report"]
_T, _K, _X, _R = tables.tasks.c, tables.task_candidates.c, tables.task_exclusions.c, tables.case_roles.c


@dataclass(frozen=True, slots=True)
class Bar:
    """Why somebody may not act, or should not: the rule, its enforcement, and what they are or did in the case."""

    rule: str
    """The id of the rule, which is the code of a refusal."""
    clause: str | None
    text: Text
    basis: Text | None
    enforcement: Enforcement
    person: str
    why: Text


# ---------------------------------------------------------------- what holds in a procedure

_bounds: dict[tuple[str, str], Bound] = {}
_bounds_lock = threading.Lock()
_MOST_BOUNDS = 500


def bound(db: Connection, definition: Definition) -> Bound:
    """The rules that bind the steps of a published definition now: the office's newest, and its own."""
    office = separation.in_force(db) if _may_bind(definition) else separation.NONE
    key = (definition.id, office.mark)
    found = _bounds.get(key) if definition.id else None
    if found is None:
        found = binding.bind(definition.blueprint, definition.duties, office)
        if definition.id:
            with _bounds_lock:
                while len(_bounds) >= _MOST_BOUNDS:
                    _bounds.pop(next(iter(_bounds)))
                _bounds[key] = found
    return found


def _may_bind(definition: Definition) -> bool:
    """Whether a rule of the office can mean anything in a procedure: one that says nothing of duties costs nothing."""
    words = definition.blueprint.words
    return bool(words.all("caseRole") or words.one("subject")) or any(e.words.all("duty") for e in definition.steps())


# ---------------------------------------------------------------- who may not act


def refuse(work: Work, element: Element, people: Iterable[str | None]) -> None:
    """Raises ``Forbidden``, with the rule's id, where a duty keeps one of the people from acting on the element.

    ``people`` are all through whom the act is done or shall be done: the actor, the absent person for whom a delegate
    acts, whom a task is handed to.
    """
    acting = {p for p in people if p}
    blocking = [bar for bar in _bars(work.world, element, acting) if bar.enforcement == "block"]
    absent = work.actor.acting_for
    personal = bound(work.db, work.definition).personal.get(element.id) if absent in acting and absent else None
    if personal is not None:
        blocking.append(_bar(work.world, personal, "block", work.actor.person_id or "", _FOR_ANOTHER))
    if blocking:
        raise _forbidden(work, element, blocking[0], acting)


def refuse_second(work: Work, element: Element, people: Iterable[str | None], marks: Collection[str]) -> None:
    """Raises ``Forbidden`` where a second person would confirm in spite of the very warning that holds for them."""
    acting = {p for p in people if p}
    warned = [bar for bar in _bars(work.world, element, acting) if bar.enforcement == "warn" and bar.rule in marks]
    if warned:
        raise _forbidden(work, element, warned[0], acting)


def _forbidden(work: Work, element: Element, bar: Bar, acting: Collection[str]) -> Forbidden:
    refusal = Forbidden(
        bar.text,
        code=bar.rule,
        clause=bar.clause,
        recorded={
            "chain": work.case_id,
            "kind": Kind.DUTY_REFUSED,
            "element": element.id,
            "rule": bar.rule,
            "people": sorted(acting),
        },
    )
    refusal.details = {"why": why(bar, work.actor.person_id)}
    if bar.basis is not None:
        refusal.details["basis"] = bar.basis
    return refusal


def bars(world: World, element: Element, people: Iterable[str | None]) -> list[Bar]:
    """What stands between people and a step, for a case that is only looked at."""
    return list(_bars(world, element, {p for p in people if p}))


def _bars(world: World, element: Element, acting: Collection[str]) -> Iterator[Bar]:
    if not acting:
        return
    try:
        for bar in (*_other_than(world, element), *_by_rules(world, element, acting)):
            if bar.person in acting:
                yield bar
    except Incident as e:
        raise cases.stuck(world.definition, e) from e


def forbidden_people(world: World, element: Element, among: Collection[str] = ()) -> dict[str, str]:
    """Everybody whom a duty keeps from an element → the rule; ``among``: who else is to be looked at."""
    found: dict[str, str] = {}
    try:
        for bar in (*_other_than(world, element), *_by_rules(world, element, among)):
            if bar.enforcement == "block":
                found.setdefault(bar.person, bar.rule)
    except Incident:
        return {}  # who acts is refused with the fault of the definition; the task opens meanwhile
    return found


def _other_than(world: World, element: Element) -> Iterator[Bar]:
    """``<liuhen:otherThan>``: one step says by itself who may not do it."""
    others = element.words.all("otherThan")
    if not others:
        return
    context = gates.reading_context(world, element)
    for other in others:
        clause = other.get("clause")
        code = other.get("code") or clause or "err_four_eyes"
        text = gates.sentence(world.definition, code, clause)
        found = dict.fromkeys(_who_did(world, keys(other["task"])), _DID_ONE) if "task" in other else {}
        if "person" in other:
            found |= dict.fromkeys(_texts(world.evaluate(other["person"], context, element.id)), _IS_NAMED)
        yield from (Bar(code, clause, text, None, "block", person, why) for person, why in found.items())


def _by_rules(world: World, element: Element, among: Collection[str]) -> Iterator[Bar]:
    held = bound(world.db, world.definition)
    for one in held.by_element.get(element.id, ()):
        yield from _of_binding(world, held, element, one, among)


def _of_binding(world: World, held: Bound, element: Element, one: Binding, among: Collection[str]) -> Iterator[Bar]:
    enforcement = _enforcement(world, element, one.term)
    for person, why in _MEANT[one.term.kind](world, held, element, one, among).items():
        yield _bar(world, one.rule, enforcement, person, why)


def _enforcement(world: World, element: Element, term: Term) -> Enforcement:
    """As it is written, or as the office's parameters make it; what is none of the three blocks."""
    said = term.enforcement
    if said.startswith("="):
        said = str(world.evaluate(said, world.context(), element.id))
    return "warn" if said == "warn" else "report" if said == "report" else "block"


def _bar(world: World, rule: Rule, enforcement: Enforcement, person: str, why: Text) -> Bar:
    own = world.definition.has_text(f"code.{rule.id}")
    text = gates.sentence(world.definition, rule.id, None) if own else rule.text
    return Bar(rule.id, rule.id, text, rule.basis, enforcement, person, why)


_YOU, _THEY = Text("您", "you"), Text("所代办或转交的人", "somebody through whom it is done")
_DID_ONE = Text("办过须由不同的人办理的步骤", "did a step that has to be done by somebody else")
_IS_NAMED = Text("在此步骤中须回避", "stand aside from this step")
_IS = Text("在本事项中是{role}", "have the role {role} in this case")
_IS_RELATIVE = Text("是{role}的近亲属", "are a declared relative of the {role}")
_DID = Text("办过“{steps}”，须由不同的人办理", "did “{steps}”, which has to be done by somebody else")
_IS_OF_UNIT = Text("属于所涉组织", "belong to the unit that it is about")
_FOR_ANOTHER = Text("代他人办理，而此步骤不得委托", "act for somebody absent, and this cannot be delegated")
_WHY = Text("{who}{why}。", "{who} {why}.")


def why(bar: Bar, asker: str | None) -> Text:
    """Why the rule keeps the person away: what the asker is themselves, and of others no more than that it is they."""
    who = _YOU if bar.person == asker else _THEY
    said = _WHY.format(who=who, why=bar.why)
    return Text(said.zh, said.en[:1].upper() + said.en[1:])


# ---------------------------------------------------------------- whom a term means

Meant = Callable[[World, Bound, Element, Binding, Collection[str]], Mapping[str, Text]]


def _named(world: World, held: Bound, element: Element, one: Binding, _: Collection[str]) -> dict[str, Text]:
    return {
        person: _IS.format(role=role_name(world, role))
        for role in one.term.people
        for person in role_people(world, held, role, element.id)
    }


def _relatives(world: World, held: Bound, element: Element, one: Binding, _: Collection[str]) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for role in one.term.people:
        people = role_people(world, held, role, element.id)
        why = _IS_RELATIVE.format(role=role_name(world, role))
        related = actors.related(world.db, people, world.moment.today, one.term.relations)
        found |= dict.fromkeys(related - set(people), why)
    return found


def _apart(world: World, _: Bound, element: Element, one: Binding, among: Collection[str]) -> dict[str, Text]:
    names = [world.definition.element_name(e) for e in one.others]
    steps = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
    return dict.fromkeys(_who_did(world, one.others), _DID.format(steps=steps))


def _of_unit(world: World, held: Bound, element: Element, one: Binding, among: Collection[str]) -> dict[str, Text]:
    """Who belongs to the unit that the case is about, or that has the role; asked of those whom it may concern only."""
    units = set(_texts(world.case.get("unit")))
    if one.term.people:
        units = {u for role in one.term.people for u in role_people(world, held, role, element.id)}
    on = world.moment.today
    below: set[str] = set()
    for unit in units:
        known = actors.person(world.db, unit, on)  # a role may be held by somebody: then it is their unit
        below |= actors.subtree(world.db, known.unit_id if known and known.unit_id else unit, on)
    return {
        id_: _IS_OF_UNIT
        for id_, person in actors.people(world.db, among, on).items()
        if below & {*(p.unit_id for p in person.posts), person.unit_id or ""}
    }


_MEANT: Mapping[str, Meant] = {
    "own_case": _named,
    "named": _named,
    "relative": _relatives,
    "apart": _apart,
    "foreign_unit": _of_unit,
}


def role_people(
    world: World, held: Bound, role: str, element: str, context: Mapping[str, Any] | None = None
) -> tuple[str, ...]:
    """Who has a role in a case as its variables (or ``context``) say it."""
    if role == STARTER:
        return tuple(_texts(world.case.get("started_by")))
    names = world.context() if context is None else context
    found = (p for text in held.roles.get(role, ()) for p in _texts(world.evaluate(text, names, element)))
    return tuple(dict.fromkeys(found))


def role_name(world: World, role: str) -> Text:
    """What people call a role of a case."""
    own, office = world.definition.duties.roles, separation.in_force(world.db).roles
    return own.get(role) or office.get(role) or _USUAL.get(role) or actors.role_name(role)


_USUAL = {"subject": Text("当事人", "person it is about"), STARTER: Text("发起人", "starter")}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) and value else []


_ENTERED = ("confirming", "waiting")
"""What waits for a second person, or for those who sign, was done by whoever entered it."""
_PARTS = ("signed", "given_back")
"""What became of a part of a task by which somebody had a part in it."""


def _who_did(world: World, elements: Collection[str]) -> set[str]:
    if world.doers is None:
        world.doers = _doers(world)
    return {person for element in elements for person in world.doers.get(element, ())}


def _doers(world: World) -> dict[str, set[str]]:
    """Element → everybody who had a part in doing it, for every element that a rule keeps apart from another."""
    apart = bound(world.db, world.definition).apart
    did: dict[str, set[str]] = {}
    for row in _DONE[world.db.dialect.name].all(
        world.db, {"case": world.case.get("id"), "elements": many(world.db.dialect.name, sorted(apart))}
    ):
        people = {row[name] for name in ("completed_by", "completed_for", "confirmed_by", "confirmed_for")}
        if row["status"] in _ENTERED:
            people.add(row["claimed_by"])
        did.setdefault(row["element"], set()).update(p for p in people if p)
    return did


_DONE = {
    dialect: Statement(
        select(
            *(_T[name] for name in ("element", "status", "claimed_by")),
            *(_T[name] for name in ("completed_by", "completed_for", "confirmed_by", "confirmed_for")),
        ).where(
            _T.case_id == bindparam("case"),
            among(dialect, _T.element, "elements"),
            or_(
                # Whoever signed or did the work had a part too; what was undone is no act that forbids another.
                and_(_T.status.in_(("completed", *_PARTS)), _T.void_at.is_(None)),
                _T.status.in_(_ENTERED),
            ),
        )
    )
    for dialect in DIALECTS
}


# ---------------------------------------------------------------- what is entered


def weigh(
    work: Work,
    element: Element,
    people: Collection[str],
    entered: Entered,
    reason: str | None,
    *,
    is_second: bool = False,
) -> Entered:
    """Judge a completion by what was entered: whom it names, and which roles it gives; warnings become marks.

    Raises ``Unfit`` where somebody named may not do or be that, or where a warning has no reason. ``is_second``: a
    second person confirms; warnings were told to the first.
    """
    warned = [] if is_second else [b for b in _bars(work.world, element, people) if b.enforcement == "warn"]
    try:
        told = list(_weighed(work.world, element, entered))
    except Incident as e:
        raise cases.stuck(work.definition, e) from e
    errors = [FieldError(field, bar.rule, bar.text, bar.clause) for field, bar in told if bar.enforcement == "block"]
    if not is_second:
        warned += [bar for _, bar in told if bar.enforcement == "warn"]
        # A gate that cites the rule as its clause has said so already, and asks in its own way for a reason.
        by_gates = {verdict.clause for verdict in entered.judgement.warnings}
        warned = [bar for bar in warned if bar.rule not in by_gates]
        if warned and not (reason or "").strip() and not errors:
            said = _REASON.format(rule=warned[0].text)
            errors.append(FieldError("reason", warned[0].rule, said, warned[0].clause))
    _refuse_fields(errors)
    marks = {*entered.marks, *(bar.rule for bar in warned)}
    return replace(entered, marks=tuple(sorted(marks))) if warned else entered


_REASON = Text("{rule}请说明理由，并由第二人复核。", "{rule} Give the reason; a second person has to confirm.")


def weigh_start(world: World, event: Element, entered: Entered) -> None:
    """The same for the start form: it names people, it warns nobody; warnings show where their step is done."""
    errors = [
        FieldError(field, bar.rule, bar.text, bar.clause)
        for field, bar in _weighed(world, event, entered)
        if bar.enforcement == "block"
    ]
    _refuse_fields(errors)


def _refuse_fields(errors: list[FieldError]) -> None:
    if errors:
        first = errors[0]
        raise Unfit(first.text if len(errors) == 1 else None, code=first.code, clause=first.clause, errors=errors)


def defects(world: World, element: Element, context: Mapping[str, Any]) -> list[FieldError]:
    """What keeps those whom the answers name from the duty they are named for, as errors of the fields."""
    return [
        FieldError(field, bar.rule, bar.text, bar.clause)
        for field, bar in _named_in(world, bound(world.db, world.definition), element, context)
        if bar.enforcement == "block"
    ]


def _named_in(world: World, held: Bound, element: Element, context: Mapping[str, Any]) -> Iterator[tuple[str, Bar]]:
    for word, bindings in held.named.get(element.id, ()):
        people = set(_texts(world.evaluate(word["person"], context, element.id)))
        for one in bindings:
            for bar in _of_binding(world, held, element, one, people):
                if bar.person in people:
                    yield word.get("field", ""), bar


def kept_from(world: World, element: Element, duty: str, people: Collection[str]) -> dict[str, Bar]:
    """Who of some people is barred from, or warned of, what others than whoever acts do in a step: they vote."""
    found: dict[str, Bar] = {}
    held = bound(world.db, world.definition)
    for word, bindings in held.named.get(element.id, ()):
        if duty in keys(word.get("as")):
            for one in bindings:
                for bar in _of_binding(world, held, element, one, people):
                    if bar.person in people and bar.enforcement != "report":
                        found.setdefault(bar.person, bar)
    return found


def _weighed(world: World, element: Element, entered: Entered) -> Iterator[tuple[str, Bar]]:
    """(field, why not) for everybody whom the answers name as doing a duty, or give a role."""
    held = bound(world.db, world.definition)
    yield from _named_in(world, held, element, entered.context)
    if held.on_roles and _writes_roles(held, element):
        yield from _given_roles(world, held, element, entered)


def _writes_roles(held: Bound, element: Element) -> bool:
    return any(o.get("target") in held.names for o in element.words.all("output"))


def _given_roles(world: World, held: Bound, element: Element, entered: Entered) -> Iterator[tuple[str, Bar]]:
    """Those who are given a role by this completion: whether they differ, qualify, and are no relatives."""
    context = {**world.context(), **gates.outputs(world, element, entered)}
    for role in held.roles:
        before = role_people(world, held, role, element.id)
        values = [v for t in held.roles[role] for v in _texts(world.evaluate(t, context, element.id))]
        if not values or tuple(dict.fromkeys(values)) == before:
            continue
        field = _field_of(held, element, role)
        for one in held.on_roles:
            term = one.term
            enforcement = _enforcement(world, element, term)
            if term.kind == "different" and role in term.people:
                defect = _not_different(world, term, values)
                if defect is not None:
                    person, why = defect
                    yield field, _bar(world, one.rule, enforcement, person, why)
            elif term.kind == "relative" and role in term.be:
                for other in term.people:
                    people = role_people(world, held, other, element.id, context)
                    related = actors.related(world.db, people, world.moment.today, term.relations)
                    why = _IS_RELATIVE.format(role=role_name(world, other))
                    yield from ((field, _bar(world, one.rule, enforcement, p, why)) for p in related & {*values})


def _not_different(world: World, term: Term, values: list[str]) -> tuple[str, Text] | None:
    """Who of those that share a role is there twice, or does not qualify."""
    twice = next((v for v in values if values.count(v) > 1), None)
    if twice is not None or (term.count is not None and len(values) < term.count):
        return twice or "", Text("须为不同的人", "have to be different people")
    for id_ in values:
        person = actors.person(world.db, id_, world.moment.today)
        for quality in term.qualities:
            fits = person is not None and (
                quality == "person"
                or (quality == "full_member" and person.is_full_member)
                or (quality == "has_rights" and not person.rights_suspended)
            )
            if not fits:
                return id_, separation.QUALITIES[quality]
    return None


def _field_of(held: Bound, element: Element, role: str) -> str:
    """The answer by which a role is given, for the browser to point at."""
    used = {name for text in held.roles[role] for name in binding.names_in(text)}
    for output in element.words.all("output"):
        if output.get("target") in used:
            return next(iter(sorted(binding.names_in(output.get("source", "=null")))), "")
    return ""


def note_warnings(
    work: Work, element: Element, task_id: str, people: Collection[str], entered: Entered, reason: str | None
) -> None:
    """An entry for each warning that was told and overridden; the mark stays with the task and its case."""
    rules = {r.id for r in bound(work.db, work.definition).rules}
    for mark in entered.marks:
        if mark in rules:
            work.note(
                Kind.DUTY_WARNED,
                task=task_id,
                element=element.id,
                rule=mark,
                people=sorted(people),
                reason=reason or None,
            )


def are_warned(work: Work, entered: Entered) -> bool:
    """Whether one of the marks is a rule of separation: then a second person has to confirm."""
    return (
        not {r.id for r in bound(work.db, work.definition).rules}.isdisjoint(entered.marks) if entered.marks else False
    )


# ---------------------------------------------------------------- what is kept of a case


def keep(work: Work) -> None:
    """After a case has moved: who has which role in it, what is to be reported, who does not see which open task."""
    held = bound(work.db, work.definition)
    if held.names and (work.written is None or not held.names.isdisjoint(work.written | work.live.written)):
        try:
            _keep_roles(work, held)
        except Incident as e:
            raise cases.stuck(work.definition, e) from e
    if held.elements and not work.is_alone:
        _keep_away(work, held)


def _kept_away(world: World, element: Element, among: Callable[[], Collection[str]]) -> dict[str, str]:
    held = bound(world.db, world.definition)
    if element.id not in held.elements:
        return {}
    return forbidden_people(world, element, among() if _asks_units(held, element) else ())


def is_personal(work: Work, element: Element) -> bool:
    """Whether a duty says that nobody does it for somebody absent."""
    return element.id in bound(work.db, work.definition).personal


_OPEN = Statement(
    select(_T.id, _T.element, _T.node).where(
        _T.case_id == bindparam("case"),
        _T.of_task.is_(None),
        or_(*(_T.status == status for status in cases.OPEN_STATUSES)),
    )
)
_KEPT = Statement(
    select(_X.task_id, _X.person_id, _X.rule)
    .join_from(tables.task_exclusions, tables.tasks, _T.id == _X.task_id)
    .where(_T.case_id == bindparam("case"))
)


def _keep_away(work: Work, held: Bound) -> None:
    """Who is asked by a post and may not act does not see the task; whoever else is asked does."""
    wanted: dict[tuple[str, str], str] = {}
    for row in _OPEN.all(work.db, {"case": work.case_id}):
        if row["element"] not in held.elements:
            continue
        element = work.definition.element(row["element"])
        work.world.local = work.live.locals_of(row["node"])
        among = _asked_people(work, row["id"]) if _asks_units(held, element) else ()
        for person, rule in forbidden_people(work.world, element, among).items():
            wanted[row["id"], person] = rule
    work.world.local = {}
    kept = {(r["task_id"], r["person_id"]): r["rule"] for r in _KEPT.all(work.db, {"case": work.case_id})}
    if kept == wanted:
        return
    gone = sorted({task for task, _ in kept})
    work.db.execute(delete(tables.task_exclusions).where(_X.task_id.in_(gone)))
    if wanted:
        new = [{"task_id": task, "person_id": person, "rule": rule} for (task, person), rule in wanted.items()]
        work.db.execute(insert(tables.task_exclusions), new)
    work.is_listed = False  # the rows of the worklist say that somebody is kept away


def _asks_units(held: Bound, element: Element) -> bool:
    return any(b.term.kind == "foreign_unit" for b in held.by_element.get(element.id, ()))


def _asked_people(work: Work, task_id: str) -> set[str]:
    holders = work.db.execute(select(_K.holder).where(_K.task_id == task_id)).scalars().all()
    return {p for h in holders for p in actors.people_meant(work.db, h, work.moment.today)}


_ROLES = select(_R.role, _R.person_id).where(_R.case_id == bindparam("case"))


def _keep_roles(work: Work, held: Bound) -> None:
    counted = {role for one in held.on_roles if one.term.kind == "concentration" for role in one.term.people}
    meant = {
        (role, person)
        for role in held.roles
        if role != separation.SUBJECT or role in counted  # whom a case is about stands in its own row
        for person in role_people(work.world, held, role, work.definition.blueprint.id)
    }
    known = actors.names(work.db, {person for _, person in meant})
    wanted = {(role, person) for role, person in meant if person in known}
    kept = set() if work.is_new else {(r.role, r.person_id) for r in work.db.execute(_ROLES, {"case": work.case_id})}
    work.is_new = False
    if kept == wanted:
        return
    gone, new = kept - wanted, wanted - kept
    for role, person in sorted(gone):
        work.db.execute(
            delete(tables.case_roles).where(_R.case_id == work.case_id, _R.role == role, _R.person_id == person)
        )
    if new:
        rows = [{"case_id": work.case_id, "role": role, "person_id": person} for role, person in sorted(new)]
        work.db.execute(insert(tables.case_roles), rows)
    for one in held.on_roles:
        if one.term.kind == "concentration":
            _report(work, one, sorted(new))


def _report(work: Work, one: Binding, new: Iterable[tuple[str, str]]) -> None:
    """Too many open cases with one person in a role, or with one family in a unit: said once for each new one."""
    case = tables.cases.c
    running = case.status.in_(("running", "suspended", "failed"))
    for role, person in new:
        if role not in one.term.people:
            continue
        people = {person}
        if one.term.family:
            people |= actors.related(work.db, [person], work.moment.today)
        # Of one person the cases are counted, of a family those of it who have one.
        counted = _R.person_id if one.term.family else _R.case_id
        query = select(func.count(counted.distinct())).join_from(tables.case_roles, tables.cases, case.id == _R.case_id)
        query = query.where(_R.role == role, _R.person_id.in_(sorted(people)), running)
        if one.term.family:
            query = query.where(case.unit_id == work.row["unit_id"])
        count = work.db.execute(query).scalar_one()
        if count > one.term.more_than:
            work.note(Kind.DUTY_REPORTED, rule=one.rule.id, people=[person], role=role, count=count)


cases.judged_by(cases.Judge(_kept_away, weigh_start, keep, is_personal))


# ---------------------------------------------------------------- the office's own rules

PUBLISH = "duties.publish"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing rules did; ``is_new`` is false where they are the newest version already."""

    version: int
    is_new: bool


def publish(db: Connection, actor: Actor, moment: Moment, content: str, reason: str) -> Published:
    """Store a ``duties.json`` as the next version of the office-wide rules, with an entry on the office's chain.

    Raises ``Forbidden``, ``DefinitionRefused`` with every finding, ``Unfit`` without a reason.
    """
    actor.require(PUBLISH)
    _, findings = separation.read(content)
    if findings:
        raise DefinitionRefused(findings)
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
    trail.hold(db, trail.OFFICE)
    mark = hashlib.sha256(content.encode()).hexdigest()
    newest, known = separation.newest(db) or (0, "")
    if known == mark:
        return Published(newest, is_new=False)
    version = newest + 1
    db.execute(
        insert(tables.duty_rules).values(
            version=version,
            content=content,
            sha256=mark,
            reason=reason,
            published_by=actor.person_id,
            published_at=moment.now,
        )
    )
    trail.append(
        db, moment, actor, chain=trail.OFFICE, kind=Kind.DUTIES_PUBLISHED, version=version, sha256=mark, reason=reason
    )
    return Published(version, is_new=True)


def is_newest(db: Connection, content: str) -> int | None:
    """The version that a ``duties.json`` is, where it is the newest one as it stands."""
    newest, known = separation.newest(db) or (0, "")
    return newest if known == hashlib.sha256(content.encode()).hexdigest() else None


def posts_held(db: Connection, moment: Moment) -> list[tuple[Text, Rule]]:
    """Who holds posts today that a rule of the office keeps apart: name and rule, each person once."""
    named = {
        role for _, t in separation.in_force(db).terms("posts") for group in (t.alone, *t.groups) for role in group
    }
    if not named:
        return []
    post, other, on = tables.posts.alias().c, tables.posts.alias().c, moment.today
    held = [and_(c.from_on <= on, or_(c.to_on.is_(None), c.to_on > on)) for c in (post, other)]
    query = select(post.person_id, post.role, post.unit_id, other.role, other.unit_id).where(
        post.person_id == other.person_id, post.id < other.id, or_(post.role.in_(named), other.role.in_(named)), *held
    )
    found: dict[str, Rule] = {}
    for person, role, unit, other_role, other_unit in db.execute(query.order_by(post.person_id)).all():
        rule = actors.incompatible(db, on, (role, unit), (other_role, other_unit))
        if rule is not None:
            found.setdefault(person, rule)
    names = actors.names(db, found)
    return [(names[person], rule) for person, rule in found.items()]
