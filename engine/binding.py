"""Which rules of separation bind which steps of a procedure: by what the steps do, never by their names.

Static: what the rules come to in a case is judged where somebody acts (``duties``). ``problems`` says where a procedure
could not keep a rule at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine import machine, separation
from engine.errors import Text
from engine.machine import TASKS, Blueprint, Element
from engine.separation import STARTER, SUBJECT, Rule, RuleSet, Term
from engine.vocabulary import keys

ON_PEOPLE = ("own_case", "named", "relative", "apart", "foreign_unit")
"""Kinds that keep people from acting."""
ON_ROLES = ("different", "relative", "concentration")
"""Kinds that are judged where somebody is given a role."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One term that binds a step; ``others`` are the steps of which it has to be kept apart."""

    rule: Rule
    term: Term
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """The rules that hold in a procedure, and where."""

    rules: tuple[Rule, ...]
    by_element: Mapping[str, tuple[Binding, ...]]
    personal: Mapping[str, Rule]
    """Steps that nobody does for somebody absent, with the rule that says so."""
    roles: Mapping[str, tuple[str, ...]]
    """Role → the expressions that say who has it."""
    names: frozenset[str]
    """The names that these expressions use."""
    on_roles: tuple[Binding, ...]
    named: Mapping[str, tuple[tuple[Mapping[str, str], tuple[Binding, ...]], ...]] = field(default_factory=dict)
    """Step → its words ``duty`` that name people in its form, with what binds these."""
    elements: frozenset[str] = frozenset()
    """Every step on which somebody may be kept away."""
    apart: frozenset[str] = frozenset()
    """Every step whose doers may be kept from another."""


def duties_of(element: Element) -> set[str]:
    """What whoever does a step does by it."""
    return {key for word in element.words.all("duty") if "person" not in word for key in keys(word.get("as"))}


def bind(blueprint: Blueprint, own: RuleSet, office: RuleSet) -> Bound:
    """What holds in a procedure: the office's rules and its own."""
    steps = blueprint.of_kind(*TASKS)
    done = {e.id: duties_of(e) for e in steps}
    roles = _roles(blueprint)
    rules = (*office.rules, *own.rules)
    there = tuple(replace(r, terms=tuple(t for t in r.terms if _is_there(t, roles))) for r in rules)
    by_element: dict[str, tuple[Binding, ...]] = {}
    personal: dict[str, Rule] = {}
    named: dict[str, tuple[tuple[Mapping[str, str], tuple[Binding, ...]], ...]] = {}
    for element in steps:
        found = tuple(_bindings(there, element.id, done[element.id], done))
        if found:
            by_element[element.id] = found
        for rule, term in _terms(rules, "delegation"):
            if _meets(rule, term.duties, element.id, done[element.id]):
                personal.setdefault(element.id, rule)
        words = [w for w in element.words.all("duty") if "person" in w]
        if words:
            named[element.id] = tuple((w, tuple(_bindings(there, "", set(keys(w.get("as"))), done))) for w in words)
    names = frozenset(name for texts in roles.values() for text in texts for name in names_in(text))
    on_roles = tuple(Binding(r, t) for r, t in _terms(there, *ON_ROLES) if t.kind != "relative" or t.be)
    eyes = {e.id for e in steps if e.words.all("otherThan")}
    bindings = [b for bound in by_element.values() for b in bound]
    bindings += [b for words in named.values() for _, bound in words for b in bound]
    apart = {other for b in bindings for other in b.others}
    apart |= {key for e in steps for w in e.words.all("otherThan") for key in keys(w.get("task"))}
    return Bound(
        rules, by_element, personal, roles, names, on_roles, named, frozenset(by_element) | eyes, frozenset(apart)
    )


def _roles(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if subject := blueprint.words.one("subject"):
        found[SUBJECT] = (subject["person"],)
    for word in blueprint.words.all("caseRole"):
        found[word["role"]] = (*found.get(word["role"], ()), word["person"])
    return found


def _is_there(term: Term, roles: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether anybody can have one of the roles that a term binds; without any it binds whoever acts."""
    return not term.people or any(role == STARTER or role in roles for role in term.people)


def names_in(text: str) -> frozenset[str]:
    """The names that an expression of a published definition uses."""
    return frozenset(machine.compiled(text.removeprefix("=")).names)


def _terms(rules: Iterable[Rule], *kinds: str) -> Iterator[tuple[Rule, Term]]:
    return ((r, t) for r in rules for t in r.terms if t.kind in kinds)


def _meets(rule: Rule, wanted: Iterable[str], element: str, done: set[str]) -> bool:
    return any(key in done or (key == element and not rule.is_offices) for key in wanted)


def _bindings(
    rules: Iterable[Rule], element: str, done: set[str], everything: Mapping[str, set[str]]
) -> Iterator[Binding]:
    for rule, term in _terms(rules, *ON_PEOPLE):
        if term.kind != "apart":
            if term.duties and _meets(rule, term.duties, element, done):
                yield Binding(rule, term)
            continue
        others = _others(rule, term, element, done, everything)
        if others:
            yield Binding(rule, term, others)


def _others(
    rule: Rule, term: Term, element: str, done: set[str], everything: Mapping[str, set[str]]
) -> tuple[str, ...]:
    """The steps whose doers may not do this one."""
    mine = {n for n, group in enumerate(term.groups) if _meets(rule, group, element, done)}
    if not mine:
        return ()
    found = []
    for other, does in everything.items():
        theirs = {n for n, group in enumerate(term.groups) if _meets(rule, group, other, does)}
        if other != element and theirs - mine:
            found.append(other)
    return tuple(found)


# ---------------------------------------------------------------- what a procedure cannot keep


@dataclass(frozen=True, slots=True)
class Wrong:
    """One rule that a procedure does not keep, and what to do; ``is_error``: it may not be published so."""

    rule: str
    text: Text
    remedy: Text
    element: Element | None = None
    is_error: bool = False


def problems(blueprint: Blueprint, rules: RuleSet, own: RuleSet, office: RuleSet) -> Iterator[Wrong]:
    """What is wrong with a procedure under the rules of one set; the others say which duties and roles there are."""
    roles = {SUBJECT, STARTER, *(w["role"] for w in blueprint.words.all("caseRole"))}
    if blueprint.words.one("subject") is None:
        roles.discard(SUBJECT)
    steps = blueprint.of_kind(*TASKS)
    done = {e.id: duties_of(e) for e in steps}
    known = {*own.duties, *office.duties}
    for rule in rules.rules:
        for term in rule.terms:
            if not rule.is_offices:
                yield from _unknown(rule, term, {*known, *done, *(d for all_ in done.values() for d in all_)}, roles)
            if term.kind == "second_person":
                for element in steps:
                    always = [c for c in element.words.all("confirm") if "when" not in c]
                    if _meets(rule, term.duties, element.id, done[element.id]) and not always:
                        yield _unconfirmed(rule, term, element)
            elif term.kind == "followed_by":
                through = {e.id for e in steps if _meets(rule, term.by, e.id, done[e.id])}
                barred = {e.id for e in steps if _meets(rule, term.before, e.id, done[e.id])}
                for element in steps:
                    if not _meets(rule, term.duties, element.id, done[element.id]):
                        continue
                    if _escapes(blueprint, element, through, barred):
                        yield _unfollowed(rule, term, element)


def unknown_duties(blueprint: Blueprint, own: RuleSet, office: RuleSet) -> Iterator[Wrong]:
    """Steps that say they do what no rule has heard of: probably a slip of the pen."""
    known = {*own.duties, *office.duties}
    for _, term in _terms((*own.rules, *office.rules), *separation.KINDS):
        known |= {*term.duties, *term.by, *term.before, *(key for group in term.groups for key in group)}
    for element in blueprint.of_kind(*TASKS):
        for word in element.words.all("duty"):
            for key in keys(word.get("as")):
                if key not in known:
                    yield Wrong(
                        "duty_unknown",
                        Text(f"{element.id}：没有规则提到职责 {key}", f"{element.id}: no rule knows the duty {key}"),
                        Text("改正，或在 duties.json 中写明", "correct it, or say in duties.json what it is"),
                        element,
                    )


def _unknown(rule: Rule, term: Term, known: set[str], roles: set[str]) -> Iterator[Wrong]:
    if term.kind not in ("posts", "elsewhere"):
        for key in {*term.duties, *term.by, *term.before, *(key for group in term.groups for key in group)} - known:
            yield Wrong(
                "duty_unknown",
                Text(f"规则 {rule.id}：没有职责或步骤 {key}", f"rule {rule.id}: there is no duty or step {key}"),
                Text("改正，或在步骤上写 <liuhen:duty as>", "correct it, or write <liuhen:duty as> on a step"),
                is_error=True,
            )
    for role in {*term.people, *term.be} - roles:
        yield Wrong(
            "role_unknown",
            Text(f"规则 {rule.id}：流程没有角色 {role}", f"rule {rule.id}: the process has no role {role}"),
            Text("在流程上写 <liuhen:caseRole role=…>", "write <liuhen:caseRole role=…> on the process"),
            is_error=True,
        )


def _unconfirmed(rule: Rule, term: Term, element: Element) -> Wrong:
    return Wrong(
        "duty_unconfirmed",
        Text(
            f"规则 {rule.id}：{element.id} 一个人就能办结",
            f"rule {rule.id}: one person alone can complete {element.id}",
        ),
        Text("写上不带 when 的 <liuhen:confirm>", "write <liuhen:confirm> without when"),
        element,
        term.enforcement == "block",
    )


def _unfollowed(rule: Rule, term: Term, element: Element) -> Wrong:
    after = ", ".join(term.by)
    return Wrong(
        "duty_not_followed",
        Text(
            f"规则 {rule.id}：{element.id} 之后可以不经 {after} 就结束",
            f"rule {rule.id}: after {element.id} the case may end without {after}",
        ),
        Text("让其后的每条路都经过这样的步骤", "let every way from it lead through such a step"),
        element,
        term.enforcement == "block",
    )


def _escapes(blueprint: Blueprint, element: Element, through: set[str], barred: set[str]) -> bool:
    """Whether a token that leaves the step may pass by all steps of ``through`` and come to one that is ``barred``.

    Where nothing is barred: to the end of the process.
    """
    seen: set[str] = set()
    todo = [element.id]
    while todo:
        id_ = todo.pop()
        here = blueprint.elements[id_]
        ahead = [f.target for f in blueprint.outgoing[id_]]
        if not ahead and here.kind in ("endEvent", *TASKS):
            if here.scope not in blueprint.elements:
                if not barred:
                    return True
                continue
            ahead = [here.scope]
        for one in ahead:
            inside = blueprint.entries.get(one, ())
            for target in [e.id for e in inside] if inside and one != here.scope else [one]:
                if target in barred and target not in through:
                    return True
                if target not in seen and target not in through:
                    seen.add(target)
                    todo.append(target)
    return False
