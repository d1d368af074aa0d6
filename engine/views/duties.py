"""Rules of separation as people read them: in the office, on one task, in one procedure, and what auditors see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from engine import actors, binding, definitions, duties, separation, staffing, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Text
from engine.gates import World
from engine.machine import Element
from engine.separation import ENFORCEMENTS, KINDS, MECHANISMS, Rule, RuleSet, Term
from engine.store import Moment
from engine.trail import Kind
from engine.views.naming import Names

REPORTED = (Kind.DUTY_REFUSED, Kind.DUTY_WARNED, Kind.DUTY_REPORTED)


def office(db: Connection, *, with_content: bool = False) -> dict[str, Any]:
    """The office-wide rules with their version: text, basis, how each is enforced; ``with_content`` as they were
    written, to go on from."""
    rules, table = separation.in_force(db), tables.duty_rules.c
    written = select(table.content).where(table.version == rules.version)
    rows = db.execute(select(table.version, table.reason, table.published_at, table.published_by, table.sha256))
    return {
        "version": rules.version,
        "content": db.execute(written).scalar() if with_content else None,
        "rules": [_rule(rule, rules) for rule in rules.rules],
        "versions": sorted((dict(r._mapping) for r in rows), key=lambda r: -int(r["version"])),
    }


def _rule(rule: Rule, labels: RuleSet) -> dict[str, Any]:
    return {
        "id": rule.id,
        "text": rule.text,
        "basis": rule.basis,
        "is_offices": rule.is_offices,
        "terms": [_term(term, labels) for term in rule.terms],
    }


def _term(term: Term, labels: RuleSet) -> dict[str, Any]:
    said = ENFORCEMENTS.get(term.enforcement, Text("按参数", "by a parameter"))
    duties_ = [*term.duties, *(key for group in term.groups for key in group)]
    return {
        "kind": term.kind,
        "kind_name": KINDS[term.kind],
        "enforcement": term.enforcement if term.enforcement in ENFORCEMENTS else "parameter",
        "enforcement_name": said,
        "people": [_label(role, labels.roles) for role in (*term.people, *term.be)],
        "duties": [_label(key, labels.duties) for key in dict.fromkeys(duties_)] + [MECHANISMS[b] for b in _by(term)],
    }


def _by(term: Term) -> tuple[str, ...]:
    return term.by if term.kind == "elsewhere" else ()


def _label(key: str, labels: Mapping[str, Text]) -> Text:
    usual = {"subject": Text("当事人", "whom it is about"), "starter": Text("发起人", "the starter")}
    return labels.get(key) or usual.get(key) or actors.role_name(key)


# ---------------------------------------------------------------- one task


def on_task(world: World, element: Element, actor: Actor, absent: str | None = None) -> list[dict[str, Any]]:
    """The rules that hold on a step, those that keep the asker away first, with why they do.

    ``absent`` is for whom the asker would act; the rules hold for both.
    """
    held = duties.bound(world.db, world.definition)
    against: dict[str, duties.Bar] = {}
    for bar in duties.bars(world, element, (actor.person_id, absent)):
        against.setdefault(bar.rule, bar)
    rules = {b.rule.id: (b.rule, b.term.enforcement) for b in held.by_element.get(element.id, ())}
    if element.id in held.personal:
        rule = held.personal[element.id]
        rules.setdefault(rule.id, (rule, "block"))
    found = [
        {
            "rule": id_,
            "text": against[id_].text if id_ in against else rule.text,
            "basis": rule.basis,
            "enforcement": against[id_].enforcement if id_ in against else _plain(enforcement),
            "why": duties.why(against[id_], actor.person_id) if id_ in against else None,
        }
        for id_, (rule, enforcement) in rules.items()
    ]
    found += [
        {
            "rule": bar.rule,
            "text": bar.text,
            "basis": bar.basis,
            "enforcement": bar.enforcement,
            "why": duties.why(bar, actor.person_id),
        }
        for bar in against.values()
        if bar.rule not in rules
    ]
    return sorted(found, key=lambda item: item["why"] is None)


def _plain(enforcement: str) -> str:
    return enforcement if enforcement in ENFORCEMENTS else "warn"


# ---------------------------------------------------------------- one procedure


def of_definition(db: Connection, moment: Moment, definition: Definition, *, with_units: bool) -> dict[str, Any]:
    """Which rules bind which steps of a procedure, and which units cannot keep them (tried where it is asked for)."""
    held, rules = duties.bound(db, definition), separation.in_force(db)
    labels = RuleSet(
        (), {**rules.duties, **definition.duties.duties}, {**rules.roles, **definition.duties.roles}, rules.version
    )
    gaps = staffing.gaps(db, moment, definition) if with_units else []
    return {
        "version": rules.version,
        "rules": [
            {
                **_rule(rule, labels),
                "elements": [_element(definition, e) for e in _steps(definition, held, rule)],
                "gaps": [_gap(definition, g) for g in gaps if rule.id in g.rule.split(", ")],
            }
            for rule in held.rules
        ],
        "other_gaps": [_gap(definition, g) for g in gaps if g.rule == staffing.CONFIRMATION],
        "findings": definitions.against_office(db, definition),
    }


def _steps(definition: Definition, held: binding.Bound, rule: Rule) -> list[str]:
    found = [e for e, bindings in held.by_element.items() if any(b.rule.id == rule.id for b in bindings)]
    found += [e for e, personal in held.personal.items() if personal.id == rule.id]
    found += [e for e, words in held.named.items() if any(b.rule.id == rule.id for _, bs in words for b in bs)]
    wanted = {key for t in rule.terms if t.kind in ("second_person", "followed_by") for key in (*t.duties, *t.by)}
    found += [e.id for e in definition.steps() if binding.duties_of(e) & wanted or e.id in wanted]
    roles = {role for b in held.on_roles if b.rule.id == rule.id for role in (*b.term.people, *b.term.be)}
    names = {n for role in roles for text in held.roles.get(role, ()) for n in binding.names_in(text)}
    found += [e.id for e in definition.steps() if any(o.get("target") in names for o in e.words.all("output"))]
    order = [e.id for e in definition.steps()]
    return sorted(dict.fromkeys(found), key=order.index)


def _element(definition: Definition, id_: str) -> dict[str, Any]:
    element = definition.element(id_)
    return {"element": id_, "name": definition.element_name(id_), "step": element.words.attribute("step")}


def _gap(definition: Definition, gap: staffing.Gap) -> dict[str, Any]:
    return {
        "elements": [_element(definition, e) for e in gap.elements],
        "is_vacant": gap.is_vacant,
        "count": len(gap.units),
        "units": [{"id": u.id, "code": u.code, "name": u.text} for u in gap.units[: staffing.MOST_NAMED]],
    }


# ---------------------------------------------------------------- for auditors

_E, _C = tables.entries.c, tables.cases.c


def reports(
    db: Connection,
    moment: Moment,
    *,
    kind: str | None = None,
    rule: str | None = None,
    cursor: Any = None,
    limit: int = 50,
) -> tuple[list[dict[str, Any]], Any]:
    """What was refused, warned of or reported, newest first, with the case and the people."""
    kinds = [k.value for k in REPORTED] if kind is None else [f"duty.{kind}"]
    # The kinds are said one by one, so that the index of just these entries serves.
    query = select(_E.chain, _E.seq, _E.hash, _E.text, _E.at, _C.number, _C.title, _C.definition_id)
    query = query.join_from(tables.entries, tables.cases, _C.id == _E.chain)
    query = query.where(_E.kind.in_([k.value for k in REPORTED]), _E.kind.in_(kinds))
    if rule is not None:
        query = query.where(_E.text.contains(f'"rule":"{rule}"', autoescape=True))
    if cursor:
        at = datetime.fromisoformat(cursor[0])
        query = query.where(or_(_E.at < at, and_(_E.at == at, _E.hash < cursor[1])))
    rows = db.execute(query.order_by(_E.at.desc(), _E.hash.desc()).limit(limit + 1)).all()
    names = Names(db, moment.today)
    names.learn([p for r in rows for p in json.loads(r.text).get("people", [])])
    items = [_report(db, r, names) for r in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return items, [last.at.isoformat(), last.hash] if last is not None else None


def _report(db: Connection, row: Any, names: Names) -> dict[str, Any]:
    body = json.loads(row.text)
    definition = definitions.load(db, row.definition_id)
    element = body.get("element")
    known = definition.duties.rule(body["rule"]) or separation.in_force(db).rule(body["rule"])
    return {
        "at": row.at,
        "kind": body["kind"].removeprefix("duty."),
        "rule": body["rule"],
        "text": known.text if known is not None else None,
        "case": {"id": row.chain, "number": row.number, "title": row.title},
        "definition": definition.key,
        "element": element,
        "element_name": definition.element_name(element) if element else None,
        "by": names.person((body.get("actor") or {}).get("person")),
        "people": [p for one in body.get("people", []) if (p := names.person(one)) is not None],
        "count": body.get("count"),
        "reason": body.get("reason"),
        "seq": row.seq,
        "hash": row.hash,
    }


_X = tables.task_exclusions.c


def kept_from(db: Connection, people: Iterable[str | None], tasks: Iterable[str]) -> set[str]:
    """Of some open tasks those from which a duty keeps one of the people."""
    found = select(_X.task_id).where(_X.task_id.in_(list(tasks)), _X.person_id.in_([p for p in people if p]))
    return set(db.execute(found).scalars())
