"""What a process miner calls an event: one for each entry of a case, in its order, with its place in a life cycle.

The transitions are those of the standard life cycle of XES (IEEE 1849-2016, 6.2.4); an entry that is none of them is
``unknown``, and its kind says what it is. ``complete`` is said of what was done: the events of that transition, in the
order of their entries, are the directly-follows relation of the office.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from engine import actors, definitions, tables, trail
from engine.definitions import Definition
from engine.errors import Language
from engine.trail import Kind

TRANSITIONS: Mapping[Kind, str] = {
    Kind.CASE_STARTED: "complete",
    Kind.CASE_IMPORTED: "complete",
    Kind.STEP_IMPORTED: "complete",
    Kind.CASE_ENDED: "complete",
    Kind.CASE_CANCELLED: "complete",
    Kind.CASE_WITHDRAWN: "complete",
    Kind.TASK_OPENED: "schedule",
    Kind.TASK_CLAIMED: "assign",
    Kind.TASK_RELEASED: "reassign",
    Kind.TASK_TRANSFERRED: "reassign",
    Kind.TASK_ENTRUSTED: "reassign",
    Kind.TASK_GIVEN_BACK: "reassign",
    Kind.TASK_TAKEN_BACK: "reassign",
    Kind.TASK_HANDED_BACK: "reassign",
    Kind.TASK_PROPOSED: "start",
    Kind.TASK_SUBMITTED: "start",
    Kind.CASE_SUSPENDED: "suspend",
    Kind.CASE_RESUMED: "resume",
    Kind.TASK_PAUSED: "suspend",
    Kind.TASK_RESUMED: "resume",
    Kind.TASK_COMPLETED: "complete",
    Kind.TASK_CONFIRMED: "complete",
    Kind.TASK_SIGNED_OFF: "complete",
    Kind.BALLOT_CAST: "complete",
    Kind.TASK_CANCELLED: "withdraw",
    Kind.TASK_RETURNED: "ate_abort",
    Kind.INCIDENT_SKIPPED: "manualskip",
    Kind.JOB_OPENED: "schedule",
    Kind.JOB_COMPLETED: "complete",
    Kind.JOB_EXHAUSTED: "ate_abort",
    Kind.TIMER_FIRED: "complete",
    Kind.EVENT_CAUGHT: "complete",
    Kind.MESSAGE_SENT: "complete",
    Kind.SIGNAL_SENT: "complete",
    Kind.CASE_CALLED: "complete",
    Kind.DECISION_EVALUATED: "complete",
}
COMPLETE = tuple(kind for kind, transition in TRANSITIONS.items() if transition == "complete")

Pseudonym = Callable[[str], str]


def pseudonyms(secret: str) -> Pseudonym:
    """The same person has the same pseudonym in every export of an office, and nobody without its key finds them."""

    def of(person_id: str) -> str:
        return f"P-{hmac.new(secret.encode(), f'pseudonym {person_id}'.encode(), 'sha256').hexdigest()[:12]}"

    return of


@dataclass(frozen=True, slots=True)
class Voice:
    """How events are told: the language, whether people are named, and what they are called where they are not."""

    language: Language
    pseudonym: Pseudonym
    with_names: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One entry as an event; ``activity`` is the step's name, or the kind of an entry that belongs to no step."""

    chain: str
    seq: int
    kind: str
    activity: str
    transition: str
    at: str
    """RFC 3339, UTC."""
    element: str | None
    task: str | None
    resource: str | None
    """A person, by name or pseudonym; ``clock``, ``command`` where nobody acted."""
    person_id: str | None
    role: str | None
    """The lane in which the step lies."""
    unit_id: str
    decision: str | None
    business_on: str | None
    hash: str
    attachment: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One case and its events in the order of its entries."""

    id: str
    number: str
    definition: str
    version: int
    status: str
    outcome: str | None
    unit_id: str
    business_key: str | None
    parent_id: str | None
    started_at: str
    ended_at: str | None
    events: tuple[Event, ...]


_C, _E = tables.cases.c, tables.entries.c
_READ = (
    select(
        *(_E.text, _E.hash),
        *(_C.id, _C.number, _C.definition_id, _C.status, _C.outcome, _C.unit_id, _C.business_key, _C.parent_id),
        *(_C.started_at, _C.ended_at),
    )
    .join_from(tables.entries, tables.cases, _C.id == _E.chain)
    .order_by(_E.chain, _E.seq)
)
ROWS = 2000
"""Entries that are held at a time; a case's own are held together."""


def traces(db: Connection, voice: Voice, which: ColumnElement[bool] | None = None) -> Iterator[Trace]:
    """The cases that ``which`` says, or all, each with its events; one case at a time is in memory."""
    query = _READ if which is None else _READ.where(which)
    told = _Telling(db, voice)
    rows: list[Any] = []
    for row in db.execute(query, execution_options={"yield_per": ROWS}):
        if rows and rows[0].id != row.id:
            yield told.trace(rows)
            rows = []
        rows.append(row)
    if rows:
        yield told.trace(rows)


class _Telling:
    """Definitions, units and names, asked once for the whole log."""

    def __init__(self, db: Connection, voice: Voice) -> None:
        self._db, self._voice = db, voice
        self._names: dict[str, str] = {}
        self._activities: dict[str, Mapping[str, str]] = {}
        self._roles: dict[str, Mapping[str, str]] = {}

    def trace(self, rows: list[Any]) -> Trace:
        case = rows[0]
        bodies = [json.loads(row.text) for row in rows]
        definition = definitions.load(self._db, case.definition_id)
        by_seq = self._versions(definition, bodies)
        found = [
            self._event(body, row.hash, by_seq.get(body["seq"], definition), case.unit_id)
            for body, row in zip(bodies, rows, strict=True)
        ]
        return Trace(
            *(case.id, case.number, definition.key, definition.version, case.status, case.outcome, case.unit_id),
            *(case.business_key, case.parent_id, trail.instant(case.started_at)),
            trail.instant(case.ended_at) if case.ended_at is not None else None,
            tuple(found),
        )

    def _versions(self, present: Definition, bodies: list[dict[str, Any]]) -> dict[int, Definition]:
        """Position → the version in force there, of what was written before the case went to another one."""
        found: dict[int, Definition] = {}
        first = 0
        for body in bodies:
            if body["kind"] in (Kind.CASE_MIGRATED, Kind.CASE_MIGRATION_UNDONE):
                before = definitions.read(self._db, present.key, body["from_version"])
                found.update(dict.fromkeys(range(first, body["seq"]), before))
                first = body["seq"]
        return found

    def _event(self, body: Mapping[str, Any], hash_: str, definition: Definition, unit_id: str) -> Event:
        kind = Kind(body["kind"])
        element = body.get("element")
        actor = body.get("actor") or {}
        person = actor.get("person")
        if definition.id not in self._activities:
            self._learn(definition)
        transition = TRANSITIONS.get(kind, "unknown")
        activity = self._activities[definition.id].get(element or "", kind.value)
        return Event(
            *(body["chain"], body["seq"], kind.value, activity, transition, body["at"], element),
            task=body.get("task"),
            resource=self._person(person) if person else actor.get("source"),
            person_id=person,
            role=self._roles[definition.id].get(element or ""),
            unit_id=unit_id,
            decision=body["decision"] if isinstance(body.get("decision"), str) else None,
            business_on=body.get("business_on"),
            hash=hash_,
            attachment=body.get("attachment"),
            document=body.get("document") if isinstance(body.get("document"), str) else None,
        )

    def _person(self, id_: str) -> str:
        if id_ not in self._names:
            name = self._voice.pseudonym(id_)
            if self._voice.with_names:
                known = actors.names(self._db, [id_]).get(id_)
                name = known.spoken(self._voice.language) if known is not None else name
            self._names[id_] = name
        return self._names[id_]

    def _learn(self, definition: Definition) -> None:
        """What the elements of a version are called: a name that two of them have is told apart by their ids."""
        elements = definition.blueprint.elements
        names = {id_: definition.element_name(id_).spoken(self._voice.language) or id_ for id_ in elements}
        often: dict[str, int] = {}
        for name in names.values():
            often[name] = often.get(name, 0) + 1
        self._activities[definition.id] = {i: n if often[n] == 1 else f"{n} ({i})" for i, n in names.items()}
        lanes = {
            id_: definition.text(f"lane.{id_}", name).spoken(self._voice.language)
            for id_, (name, _) in definition.blueprint.lanes.items()
        }
        self._roles[definition.id] = {i: lanes[e.lane] for i, e in elements.items() if e.lane in lanes}
