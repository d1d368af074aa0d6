"""A case read clause by clause: which clauses it has met, where it departed from one, and the entries that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from engine import binding, cases, definitions, separation, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound
from engine.machine import TASKS, Element
from engine.rules import Clause
from engine.store import Moment
from engine.trail import Kind
from engine.views.entries import speak
from engine.views.naming import CASE_COLUMNS, Versions
from engine.vocabulary import keys

STATES = ("met", "exception", "open", "not_applicable")
MOST_EVIDENCE = 12
"""Entries that stand under one clause; the first and the newest, where there are more."""

MOST_STEPS = 8
"""A clause that more steps enforce than these holds all along."""

_DONE = (Kind.TASK_COMPLETED, Kind.TASK_CONFIRMED, Kind.TASK_SIGNED_OFF, Kind.BALLOT_CAST, Kind.CASE_STARTED)
_LATE = (Kind.TASK_OVERDUE, Kind.TASK_ESCALATED)
_OF_DUTIES = (Kind.DUTY_WARNED, Kind.DUTY_REPORTED, Kind.DUTY_REFUSED)
_OVERRIDES = (Kind.CASE_MOVED, Kind.INCIDENT_SKIPPED, Kind.CASE_DATA_CHANGED)
_ATTEMPTS = (Kind.BYPASS_ATTEMPTED, Kind.DUTY_REFUSED, Kind.ATTACHMENT_REFUSED)
"""What was refused: it shows that a clause was kept."""

_ASKS_NOTHING = ("correction", "extend", "extends", "copy", "return", "recall", "actions", "pause")
"""Words that let people do more: a step that is done shows nothing of their clause."""

_T = tables.tasks.c


def case_clauses(db: Connection, actor: Actor, moment: Moment, case_id: str) -> dict[str, Any]:
    """Every clause of the case's definition with its state and evidence; for whoever sees the whole case.

    ``met``: a step that enforces it was done, and nothing departs from it; ``exception``: a mark, an overdue term, a
    warning that was overridden, a correction or an administrator's move departs from it, with the entries; ``open``: a
    step that enforces it is in hand or may yet come (one that holds all along is met as far as the case has come);
    ``not_applicable``: the case ended without any.

    Raises ``NotFound``.
    """
    row = db.execute(select(*CASE_COLUMNS).where(tables.cases.c.id == case_id)).mappings().first()
    if row is None or cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    definition = definitions.load(db, row["definition_id"])
    bodies = _whole(db, case_id)
    read = standing(db, definition, case_id, row["status"], bodies)
    wanted = {seq for one in read for seq in (*one["evidence"], *one["exceptions"])}
    said = {e["seq"]: e for e in _spoken(db, moment, case_id, definition, [b for b in bodies if b["seq"] in wanted])}
    for one in read:
        one["evidence"] = [said[seq] for seq in one["evidence"]]
        one["exceptions"] = [said[seq] for seq in one["exceptions"]]
    counts = {state: sum(1 for one in read if one["state"] == state) for state in STATES}
    return {"number": row["number"], "counts": counts, "items": read}


def standing(
    db: Connection,
    definition: Definition,
    case_id: str,
    status: str,
    bodies: Sequence[Mapping[str, Any]],
    enforcing: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """Each clause of a case by its entries, oldest first: evidence and exceptions are positions in its chain.

    ``enforcing``: what ``enforced_by`` gave for the definition, where many cases are read.
    """
    tasks = db.execute(select(_T.id, _T.element, _T.status, _T.void_at).where(_T.case_id == case_id)).all()
    by_clause = enforced_by(db, definition) if enforcing is None else enforcing
    found = _Reading(definition, by_clause, bodies, {t.id for t in tasks if t.void_at is not None})
    in_hand = {t.element for t in tasks if t.status in cases.OPEN_STATUSES}
    is_over = status in (cases.ENDED, cases.CANCELLED)
    return [found.clause(clause, in_hand, is_over) for clause in definition.rules.clauses.values()]


def _whole(db: Connection, case_id: str) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = []
    while part := trail.read(db, case_id, bodies[-1]["seq"] if bodies else 0, 1000):
        bodies += part
    return bodies


def _spoken(
    db: Connection, moment: Moment, case_id: str, definition: Definition, bodies: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    versions = Versions(db, case_id, definition)
    parts = groupby(bodies, key=lambda body: versions.at(body["seq"]).id)
    return [e for id_, part in parts for e in speak(db, moment, list(part), definitions.load(db, id_))]


def enforced_by(db: Connection, definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """Clause → the elements that enforce it: those that name it, that use its decisions, that its duties bind."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    elements = definition.blueprint.elements.values()
    for element in elements:
        for clause in definitions.clauses_of(definition, element):
            found[clause.id][element.id] = None
    by_decision: dict[str, list[str]] = defaultdict(list)
    for element in elements:
        for name in _decisions(element):
            by_decision[name].append(element.id)
    bound = binding.bind(definition.blueprint, definition.duties, separation.in_force(db))
    by_rule: dict[str, dict[str, None]] = defaultdict(dict)
    for id_, bindings in bound.by_element.items():
        for one in bindings:
            by_rule[one.rule.id][id_] = None
    for clause in definition.rules.clauses.values():
        for name in clause.enforced_by:
            ids: Iterable[str] = by_rule[clause.id] if name == "duties" else by_decision[name]
            if name == "engine":
                ids = [e.id for e in elements if e.kind in TASKS]
            found[clause.id].update(dict.fromkeys(ids))
    return {clause: tuple(ids) for clause, ids in found.items()}


def _decisions(element: Element) -> set[str]:
    names = {gate["decision"] for gate in element.words.all("gate") if "decision" in gate}
    if vote := element.words.one("vote"):
        names.add(vote["decision"])
    if own := element.words.attribute("decision"):
        names.add(own)
    return names


class _Reading:
    """The entries of one case, sorted by the clauses that they speak of."""

    def __init__(
        self,
        definition: Definition,
        enforcing: Mapping[str, Sequence[str]],
        bodies: Sequence[Mapping[str, Any]],
        void: set[str],
    ) -> None:
        self.definition = definition
        self.enforcing = enforcing
        self.kept: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
        """Element → the entries by which it was done, in what still holds, and the outcome of each."""
        self.cited: dict[str, list[int]] = defaultdict(list)
        """Clause → entries that cite it and depart from nothing."""
        self.departs: dict[str, list[int]] = defaultdict(list)
        self.overrides = [b["seq"] for b in bodies if b["kind"] in _OVERRIDES]
        judged: dict[str, Any] = {}
        for body in bodies:
            if body["kind"] == Kind.TASK_PROPOSED and "task" in body:
                judged[body["task"]] = body.get("gates", ())
            self._sort(body, judged, void)

    def _sort(self, body: Mapping[str, Any], judged: Mapping[str, Any], void: set[str]) -> None:
        kind, seq, element = body["kind"], body["seq"], body.get("element")
        clauses = {body.get("clause"), *(f.get("clause") for f in body.get("findings", ()))} - {None}
        if kind in _LATE or kind == Kind.CORRECTION_MADE:
            for clause in clauses:
                self.departs[clause].append(seq)
        elif kind in _OF_DUTIES:
            place = self.cited if kind in _ATTEMPTS else self.departs
            place[body.get("rule") or body.get("clause") or ""].append(seq)
        else:
            for clause in clauses:
                self.cited[clause].append(seq)
        if kind not in _DONE or element not in self.definition.blueprint.elements or body.get("task") in void:
            return
        self.kept[element].append((seq, body.get("decision")))
        evidence = body.get("gates") or judged.get(body.get("task", ""), ())
        for mark in body.get("marks", ()):
            clause = self._clause_of_mark(self.definition.element(element), mark, evidence)
            if clause is not None and seq not in self.departs[clause]:
                self.departs[clause].append(seq)

    def _clause_of_mark(self, element: Element, mark: str, evidence: Iterable[Mapping[str, Any]]) -> str | None:
        """The clause from which a mark of a step departs."""
        words = element.words
        if mark in ("late", "late_entry"):
            part = ("due", "clause") if mark == "late" else ("businessDate", "lateClause")
            return (words.one(part[0]) or {}).get(part[1])
        if mark in self.definition.rules.clauses:
            return mark
        cited = next((e["clauses"][mark] for e in evidence if mark in e.get("clauses", {})), None)
        if cited is not None:
            return str(cited)
        gates = [g for g in words.all("gate") if g.get("severity") == "warn" and g.get("code") == mark]
        by = {e["decision"] for e in evidence if "decision" in e and mark in e.get("codes", ())}
        gates += [g for g in words.all("gate") if g.get("decision") in by]
        return next((g["clause"] for g in gates if "clause" in g), None)

    def _binds(self, clause: Clause, element: str, outcome: str | None) -> bool:
        """Whether a clause was asked of a step that was done with an outcome: some ask only of some outcomes."""
        if clause.enforced_by:
            return True
        named = False
        for word, items in self.definition.element(element).words.elements.items():
            for item in items:
                if clause.id not in (item.get("clause"), item.get("lateClause")):
                    continue
                named = True
                if word in _ASKS_NOTHING:
                    continue
                wanted = {item["value"]} if word == "outcome" else set(keys(item.get("outcome")))
                if not wanted or outcome in wanted:
                    return True
        return not named

    def clause(self, clause: Clause, in_hand: set[str], is_over: bool) -> dict[str, Any]:
        elements = self.enforcing.get(clause.id, ())
        kept = {seq for e in elements for seq, outcome in self.kept.get(e, ()) if self._binds(clause, e, outcome)}
        done = sorted(kept | set(self.cited.get(clause.id, ())))
        departs = list(self.departs.get(clause.id, ()))
        if "engine" in clause.enforced_by:
            departs += self.overrides
        # What holds all along is met as far as the case has come; a step in hand keeps only its own clauses open.
        is_general = len(elements) > MOST_STEPS or not {"engine", "duties"}.isdisjoint(clause.enforced_by)
        waits = [] if is_general and done else [e for e in elements if e in in_hand]
        state = "exception" if departs else "open" if waits else "met" if done else "open"
        if state == "open" and is_over:
            state = "not_applicable"
        shown = done if len(done) <= MOST_EVIDENCE else [*done[:2], *done[2 - MOST_EVIDENCE :]]
        steps = [self.definition.element(e) for e in elements if "engine" not in clause.enforced_by]
        return {
            **clause.as_view(),
            "kind": clause.kind,
            "state": state,
            "parameters": list(clause.parameters),
            "steps": [
                {
                    "element": s.id,
                    "step": s.words.attribute("step"),
                    "name": self.definition.element_name(s.id),
                    "is_done": s.id in self.kept,
                    "is_open": s.id in in_hand,
                }
                for s in steps
                if s.kind in TASKS
            ],
            "evidence": shown,
            "more": len(done) - len(shown),
            "exceptions": sorted(set(departs)),
        }
