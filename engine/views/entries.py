"""Entries in words. The subject of a case sees that steps were done, not what others wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from engine import actors, administration, cases, definitions, erasing, forms, gates, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound, Text
from engine.store import Moment
from engine.views.naming import CASE_COLUMNS, Names, Versions

_C = tables.cases.c


def entries(
    db: Connection, actor: Actor, moment: Moment, case_id: str, after: int = 0, limit: int = 200
) -> tuple[list[dict[str, Any]], int | None]:
    """The entries of a case as sentences, oldest first. The subject sees that steps were done, not what was said."""
    row = db.execute(select(*CASE_COLUMNS).where(_C.id == case_id)).mappings().first()
    scope = cases.scope_of(db, actor, case_id) if row is not None else None
    if row is None or scope is None:
        raise NotFound()
    found = trail.read(db, case_id, after, limit + 1)
    definition = definitions.load(db, row["definition_id"])
    versions = Versions(db, case_id, definition)
    parts = groupby(found[:limit], key=lambda body: versions.at(body["seq"]).id)
    spoken = [e for id_, part in parts for e in speak(db, moment, list(part), definitions.load(db, id_))]
    if scope == "own":
        spoken = [e if _is_own(e, actor) else _reduced(e) for e in spoken]
    return spoken, found[limit - 1]["seq"] if len(found) > limit else None


def speak(
    db: Connection, moment: Moment, bodies: list[dict[str, Any]], definition: Definition | None
) -> list[dict[str, Any]]:
    """Entries in words: sentence, actor, element, decision, what was written, clause."""
    names = Names(db, moment.today)
    names.learn((b.get("actor") or {}).get(whose) for b in bodies for whose in ("person", "for", "confirmed_by"))
    gone = erasing.erased_in(db, {b["chain"] for b in bodies})
    done = {b["task"] for b in bodies if b["kind"] in _COMPLETIONS and "task" in b}
    query = select(tables.tasks.c.id).where(tables.tasks.c.id.in_(done), tables.tasks.c.void_at.is_not(None))
    void = set(db.execute(query).scalars()) if done else set()
    return [
        {**_spoken(b, definition, names, gone), "is_void": b["kind"] in _COMPLETIONS and b.get("task") in void}
        for b in bodies
    ]


_DECIDED = (
    trail.Kind.TASK_COMPLETED,
    trail.Kind.TASK_PROPOSED,
    trail.Kind.TASK_SUBMITTED,
    trail.Kind.TASK_SIGNED_OFF,
)
_OF_UNITS = (
    *(trail.Kind.TERM_CHANGED, trail.Kind.POST_BEGUN, trail.Kind.POST_ENDED),
    *(trail.Kind.LIST_BEGUN, trail.Kind.LIST_CHANGED, trail.Kind.LIST_CLOSED),
)
_COMPLETIONS = (*_DECIDED, trail.Kind.TASK_CONFIRMED)


def _spoken(
    body: dict[str, Any],
    definition: Definition | None,
    names: Names,
    gone: Mapping[tuple[str, str], Mapping[str, Any]],
) -> dict[str, Any]:
    kind = trail.Kind(body["kind"])
    person = names.person((body.get("actor") or {}).get("person"))
    element = body.get("element")
    label = None
    if definition is not None and element and body.get("decision") and kind is not trail.Kind.DECISION_EVALUATED:
        label = gates.outcome_label(definition, element, body["decision"])
    clause_id = body.get("clause") or next((g.get("clause") for g in body.get("findings", []) if g.get("clause")), None)
    clause = definition.clause(clause_id) if definition is not None else None
    return {
        "chain": body["chain"],
        "seq": body["seq"],
        "at": datetime.fromisoformat(body["at"]),
        "kind": kind.value,
        "sentence": _sentence(kind, body, definition, names, person, label),
        "actor": {"person_id": person["id"], "name": person["name"], "post": None} if person else None,
        "acting_for": names.person((body.get("actor") or {}).get("for")),
        "element": element,
        "element_name": definition.element_name(element) if definition is not None and element else None,
        "step": body.get("step"),
        "task": body.get("task"),
        "business_on": body.get("business_on"),
        "decision": body.get("decision"),
        "decision_label": label,
        "opinion": body.get("opinion"),
        "reason": _said_reason(body),
        "marks": body.get("marks", []),
        "mark_labels": names.marks(definition, body.get("marks", [])) if definition is not None else {},
        "changes": _changes(body, definition, names, gone),
        "clause": clause.as_view() if clause else None,
        "hash": body["hash"],
        "prev": body["prev"],
    }


_TO = ("escalated_to", "copied_to", "handed_to")
_CHANGES = {"set_up": Text("设立", "set up"), "revoked": Text("撤销", "revoked")}
MODES = {
    "before": Text("前加签", "before"),
    "after": Text("后加签", "afterwards"),
    "parallel": Text("并签", "beside"),
}
VERDICTS = {"agree": Text("同意", "agreed"), "disagree": Text("不同意", "did not agree")}
_FOR = Text("{actor} 代 {absent} ", "{actor} for {absent}")
_ON_BEHALF = Text("{actor} 代 {other} ", "{actor}, for {other},")
_CONFIRMED = Text("{actor}（经 {second} 核准）", "{actor} (confirmed by {second})")


def _sentence(
    kind: trail.Kind,
    body: Mapping[str, Any],
    definition: Definition | None,
    names: Names,
    person: Mapping[str, Any] | None,
    label: Text | None,
) -> Text:
    source = (body.get("actor") or {}).get("source")
    actor = person["name"] if person else Text("时钟", "The clock") if source == "clock" else Text("系统", "The system")
    absent = names.person((body.get("actor") or {}).get("for"))
    if absent is not None:
        actor = _FOR.format(actor=actor, absent=absent["name"])
    second = names.person((body.get("actor") or {}).get("confirmed_by"))
    if second is not None:
        actor = _CONFIRMED.format(actor=actor, second=second["name"])
    other = names.person(body.get("on_behalf_of"))
    if other is not None:
        actor = _ON_BEHALF.format(actor=actor, other=other["name"])
    act = administration.ACTS.get(body.get("act", ""))
    element = body.get("element")
    is_completion = kind in _DECIDED
    decision: Any = body.get("decision", "")
    if kind is trail.Kind.DECISION_EVALUATED and definition is not None:
        decision = definition.text(f"decision.{decision}", str(decision))
    elif is_completion or kind is trail.Kind.STEP_IMPORTED:
        shown = label is not None and body.get("decision") != "done"
        decision = Text("：{label}", ": {label}").format(label=label) if shown else Text("", "")
    outcome = body.get("outcome")
    values: dict[str, Any] = {
        "actor": actor,
        "element": definition.element_name(element) if definition is not None and element else element or "",
        "decision": decision,
        "outcome": definition.text(f"outcome.{outcome}", outcome)
        if definition is not None and outcome
        else outcome or "",
        "reason": _reason(body, definition),
        "opinion": body.get("opinion", ""),
        "value": json.dumps(body.get("value"), ensure_ascii=False),
        "to": _listed([names.holder(h) for which in _TO for h in body.get(which, [])])
        if any(which in body for which in _TO)
        else body.get("to", ""),
        "from_on": body.get("from_on", ""),
        "to_on": body.get("to_on", ""),
        "change": _CHANGES.get(body.get("change", ""), Text("", "")),
        "mode": MODES.get(body.get("mode", ""), Text("", "")),
        "verdict": VERDICTS.get(body.get("verdict", ""), Text("", "")),
        "sha256": str(body.get("sha256", ""))[:12],
        "document": _document(body),
        "on": body.get("business_on") or "—",
        "person": (names.person(body.get("person")) or {}).get("name", ""),
        "status": actors.STATUSES.get(body.get("status", ""), Text("", "")),
        "role": actors.role_name(body.get("role", "")),
        "unit": names.unit(body["unit"])["name"] if kind in _OF_UNITS else "",
        "version": body.get("version", ""),
        "old": _day_or_minute(body.get("old")),
        "new": _day_or_minute(body.get("new")),
        "from_version": body.get("from_version", ""),
        "to_version": body.get("to_version", ""),
        "count": body.get("count", ""),
        "number": body.get("number", ""),
        "rule": body.get("rule", ""),
        "people": _listed([p["name"] for one in body.get("people", []) if (p := names.person(one)) is not None]),
        "name": Text.of(body["name"]) if isinstance(body.get("name"), Mapping) else body.get("name", ""),
        "format": str(body.get("format", "")).upper(),
        "term": Text.of(body.get("term", "")),
        "program": body.get("program", ""),
        "act": act.name if act is not None else body.get("act", ""),
        "instead": _instead(body, names),
        "superior": _listed([names.holder(h) for h in body.get("superior", [])]),
        "target": _named([body["target"]], definition) if body.get("target") else "",
        "cancelled": _named(body.get("cancelled", []), definition),
        "passed": _passed(body, definition),
        "begun": _named(body.get("begun", []), definition),
        "error": Text("：{code}", ": {code}").format(code=body["error"]) if body.get("error") else "",
    }
    if kind is trail.Kind.VOTE_COUNTED:
        values |= {name: body.get(name, 0) for name in ("asked", "voted", "agree", "against", "abstain", "needed")}
    if kind.value.startswith("meeting."):
        values |= {name: body.get(name, 0) for name in ("eligible", "present", "for", "against", "abstain")}
        values |= {"name": Text.of(body.get("name", "")), "held_on": body.get("held_on", "")}
    return trail.SENTENCES[kind].format(**values)


def _document(body: Mapping[str, Any]) -> Text:
    """An official document by its kind and number."""
    name = Text.of(body.get("kind_name", ""))
    if body.get("number"):
        return Text("《{name}》{number}", "the {name} {number}").format(name=name, number=body["number"])
    return Text("《{name}》", "the {name}").format(name=name)


def _instead(body: Mapping[str, Any], names: Names) -> Text:
    """Whom a task asks besides that nobody can act on, or when the superior unit is asked."""
    if body.get("instead"):
        return Text("已改请{who}办理", "{who} was asked instead").format(
            who=_listed([names.holder(h) for h in body["instead"]])
        )
    return Text("{on}起请上级", "the superior unit is asked on {on}").format(on=body.get("until", "—"))


def _day_or_minute(text: Any) -> str:
    """The end of a term as an entry keeps it; the minute in the office's own time."""
    return str(text or "—").replace("T", " ")[:16]


def _named(elements: list[str], definition: Definition | None) -> Text:
    return _listed([definition.element_name(e) if definition is not None else Text(e, e) for e in elements])


def _passed(body: Mapping[str, Any], definition: Definition | None) -> Text:
    """The steps and events that a case has passed, without the gateways between them."""
    known = definition.blueprint.elements if definition is not None else {}
    elements = [
        *body.get("visits", {}),
        *(one["element"] for one in body.get("changed", {}).values() if "element" in one),
    ]
    return _named([e for e in dict.fromkeys(elements) if e in known and known[e].name], definition)


def _said_reason(body: Mapping[str, Any]) -> Any:
    """What a person wrote, or what the engine says in both languages."""
    reason = body.get("reason")
    return Text.of(reason) if isinstance(reason, Mapping) else reason


def _reason(body: Mapping[str, Any], definition: Definition | None) -> Any:
    if body.get("reason"):
        return _said_reason(body)
    findings = body.get("findings", [])
    if findings and definition is not None:
        return _listed(
            [
                gates.EARLIEST.format(on=f["earliest"])
                if f["code"] == "err_too_early" and f.get("earliest")
                else gates.sentence(definition, f["code"], f.get("clause"))
                for f in findings
            ]
        )
    return ""


def _listed(texts: list[Text]) -> Text:
    return Text("、".join(t.zh for t in texts) or "—", ", ".join(t.en for t in texts) or "—")


def _changes(
    body: Mapping[str, Any],
    definition: Definition | None,
    names: Names,
    gone: Mapping[tuple[str, str], Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """What was written, as a person reads it: names instead of ids, labels instead of codes."""
    answers = body.get("answers")
    if not isinstance(answers, Mapping):
        return []
    form = None
    if definition is not None and body.get("element") in definition.blueprint.elements:
        form = definition.forms.get(definition.element(body["element"]).words.attribute("form") or "")
    fields = {f.path: f for f in form.fields} if form is not None else {}
    before = body.get("before")
    owner = body.get("correction") or body.get("task") or body["chain"]
    return [
        {
            "field": name,
            "label": fields[name].label if name in fields else Text(name, name),
            "value": _erased(gone[owner, name], names) if (owner, name) in gone else _shown(value, name, fields, names),
            **({"before": _shown(before.get(name), name, fields, names)} if before is not None else {}),
        }
        for name, value in answers.items()
    ]


def _shown(value: Any, name: str, fields: Mapping[str, forms.Field], names: Names) -> Any:
    if isinstance(value, Mapping) and set(value) == {"pd"}:
        return _SEALED
    return readable(value, name, fields, names)


_SEALED = Text("（个人信息，已封存）", "(personal, sealed)")
_ERASED = Text("（个人信息，已由 {by} 删除：{ground}）", "(personal, erased by {by}: {ground})")


def _erased(how: Mapping[str, Any], names: Names) -> Text:
    """By whom, and who confirmed it, and on what ground."""
    people = [names.person(how[who]) for who in ("by_id", "confirmed_by")]
    return _ERASED.format(by=_listed([p["name"] for p in people if p is not None]), ground=how["ground"])


def readable(value: Any, path: str, fields: Mapping[str, forms.Field], names: Names) -> Any:
    """An answer as a person reads it: names instead of ids, labels instead of codes, rows numbered."""
    field = fields.get(path)
    if field is not None and field.type == "units" and isinstance(value, list):
        names.expect([], [str(v) for v in value], [])
        units = [names.unit(str(v))["name"] for v in value]
        return Text("、".join(u.zh for u in units), ", ".join(u.en for u in units))
    if isinstance(value, list):
        rows = [_said(readable(v, path if field and field.options else f"{path}[]", fields, names)) for v in value]
        numbered = [Text(f"{n}. {t.zh}", f"{n}. {t.en}") for n, t in enumerate(rows, 1)] if len(rows) > 1 else rows
        return Text("；".join(t.zh for t in numbered), "; ".join(t.en for t in numbered))
    if isinstance(value, Mapping):
        parts = []
        for key, inner in value.items():
            label = fields[f"{path}.{key}"].label if f"{path}.{key}" in fields else Text(key, key)
            said = _said(readable(inner, f"{path}.{key}", fields, names))
            if said.zh:
                parts.append(Text(f"{label.zh}：{said.zh}", f"{label.en}: {said.en}"))
        return Text("，".join(t.zh for t in parts), ", ".join(t.en for t in parts))
    if field is None or value is None:
        return value
    if field.type == "person":
        return (names.person(str(value)) or {"name": value})["name"]
    if field.type == "unit":
        return names.unit(str(value))["name"]
    return next((label for option, label in field.options if option == value), value)


def _said(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return Text("", "") if value is None else Text(str(value), str(value))


def _is_own(entry: Mapping[str, Any], actor: Actor) -> bool:
    return bool(entry["actor"]) and entry["actor"]["person_id"] == actor.person_id


def _reduced(entry: dict[str, Any]) -> dict[str, Any]:
    """What the subject of a case sees of an entry by others: that it happened, and when."""
    silent: dict[str, Any] = dict.fromkeys(("actor", "business_on", "decision", "decision_label", "opinion", "reason"))
    sentence = _HAPPENED.format(element=entry["element_name"] or Text("", ""))
    return {**entry, **silent, "changes": [], "marks": [], "mark_labels": {}, "sentence": sentence}


_HAPPENED = Text("办理记录：{element}", "Progress: {element}")
