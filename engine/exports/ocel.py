"""An object-centric event log: OCEL 2.0 in JSON, written while it is read.

Objects are cases, tasks, units, the people who acted, attachments and documents; an event names those it is about, with
what they are in it. Objects of another log than this one (a case that called this one) are not named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, Any

import orjson

from engine.exports.events import Event, Trace

Write = Callable[[bytes], object]
UnitName = Callable[[str], str]

OBJECT_TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "case": (
        *(("number", "string"), ("definition", "string"), ("version", "integer"), ("status", "string")),
        *(("outcome", "string"), ("business_key", "string")),
    ),
    "task": (("element", "string"), ("name", "string")),
    "unit": (("name", "string"),),
    "resource": (("name", "string"),),
    "attachment": (),
    "document": (),
}
EVENT_ATTRIBUTES = (
    *(("kind", "string"), ("transition", "string"), ("seq", "integer"), ("element", "string"), ("role", "string")),
    *(("decision", "string"), ("business_on", "string"), ("hash", "string")),
)
_ALWAYS = "1970-01-01T00:00:00Z"
"""The time of what an object has been all along (OCEL 2.0, section 3: an initial value)."""


def write(
    write_: Write, traces: Iterable[Trace], unit: UnitName, events: IO[bytes], cases_told: set[str] | None = None
) -> tuple[int, int]:
    """Write a log; ``events`` is an empty file in which they wait until the objects are written.

    ``cases_told``: the cases of this log, where a case may name the one that called it. Gives cases and events.
    """
    log = _Log(write_, unit, events, cases_told or set())
    for trace in traces:
        log.trace(trace)
    return log.end()


class _Log:
    def __init__(self, write_: Write, unit: UnitName, events: IO[bytes], cases_told: set[str]) -> None:
        self._write, self._unit, self._events, self._told = write_, unit, events, cases_told
        self._seen: set[str] = set()
        self._activities: set[str] = set()
        self._counts = [0, 0]
        write_(b'{"objects":[')

    def trace(self, trace: Trace) -> None:
        whole: list[dict[str, Any]] = []
        links = [(f"unit:{trace.unit_id}", "unit")]
        if trace.parent_id in self._told:
            links.append((f"case:{trace.parent_id}", "called by"))
        values = {
            "number": trace.number,
            "definition": trace.definition,
            "version": trace.version,
            "status": trace.status,
            "outcome": trace.outcome,
            "business_key": trace.business_key,
        }
        self._object(whole, f"unit:{trace.unit_id}", "unit", {"name": self._unit(trace.unit_id)})
        whole.append(_object(f"case:{trace.id}", "case", values, links))
        tasks: dict[str, str] = {}
        for event in trace.events:
            self._counts[1] += 1
            self._event(event, trace, whole, tasks)
        self._counts[0] += 1
        self._write(b"" if self._counts[0] == 1 else b",\n")
        self._write(b",\n".join(orjson.dumps(o) for o in whole))

    def _object(self, whole: list[dict[str, Any]], id_: str, type_: str, values: dict[str, Any]) -> None:
        """An object that several cases may name is written once."""
        if id_ not in self._seen:
            self._seen.add(id_)
            whole.append(_object(id_, type_, values, []))

    def _event(self, event: Event, trace: Trace, whole: list[dict[str, Any]], tasks: dict[str, str]) -> None:
        about = [(f"case:{trace.id}", "case"), (f"unit:{trace.unit_id}", "unit")]
        if event.task is not None:
            if event.task not in tasks:
                tasks[event.task] = event.activity
                own = {"element": event.element, "name": event.activity}
                whole.append(_object(f"task:{event.task}", "task", own, [(f"case:{trace.id}", "of")]))
            about.append((f"task:{event.task}", "task"))
        if event.resource is not None:
            id_ = f"resource:{event.resource}"
            self._object(whole, id_, "resource", {"name": event.resource})
            about.append((id_, "by"))
        if event.attachment is not None:
            self._object(whole, f"attachment:{event.attachment}", "attachment", {})
            about.append((f"attachment:{event.attachment}", "file"))
        if event.document is not None:
            self._object(whole, f"document:{event.document}", "document", {})
            about.append((f"document:{event.document}", "document"))
        self._activities.add(event.activity)
        values = {
            "kind": event.kind,
            "transition": event.transition,
            "seq": event.seq,
            "element": event.element,
            "role": event.role,
            "decision": event.decision,
            "business_on": event.business_on,
            "hash": event.hash,
        }
        told = {
            "id": f"{event.chain}:{event.seq}",
            "type": event.activity,
            "time": event.at,
            "attributes": [{"name": n, "value": v} for n, v in values.items() if v is not None],
            "relationships": [{"objectId": o, "qualifier": q} for o, q in about],
        }
        self._events.write((b"" if self._counts[1] == 1 else b",\n") + orjson.dumps(told))

    def end(self) -> tuple[int, int]:
        self._write(b'],\n"events":[')
        self._events.seek(0)
        while part := self._events.read(1 << 20):
            self._write(part)
        types = [
            {"name": name, "attributes": [{"name": n, "type": t} for n, t in given]}
            for name, given in OBJECT_TYPES.items()
        ]
        own = [{"name": n, "type": t} for n, t in EVENT_ATTRIBUTES]
        kinds = [{"name": activity, "attributes": own} for activity in sorted(self._activities)]
        self._write(b'],\n"objectTypes":' + orjson.dumps(types))
        self._write(b',\n"eventTypes":' + orjson.dumps(kinds) + b"}\n")
        return self._counts[0], self._counts[1]


def _object(id_: str, type_: str, values: dict[str, Any], links: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": id_,
        "type": type_,
        "attributes": [{"name": n, "time": _ALWAYS, "value": v} for n, v in values.items() if v is not None],
        "relationships": [{"objectId": o, "qualifier": q} for o, q in links],
    }
