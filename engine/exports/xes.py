"""An event log in XES (IEEE 1849-2016), written while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import quoteattr

from engine.exports.events import Event, Trace

Write = Callable[[bytes], object]
UnitName = Callable[[str], str]

EXTENSIONS = ("Concept", "Lifecycle", "Organizational", "Time")
_PREFIX: Mapping[str, str] = {"Concept": "concept", "Lifecycle": "lifecycle", "Organizational": "org", "Time": "time"}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'


def write(write_: Write, traces: Iterable[Trace], unit: UnitName, name: str) -> tuple[int, int]:
    """Write a log; gives how many cases and how many events it holds."""
    write_(_head(name).encode())
    cases = events = 0
    for trace in traces:
        write_(_trace(trace, unit).encode())
        cases += 1
        events += len(trace.events)
    write_(b"</log>\n")
    return cases, events


def _head(name: str) -> str:
    extensions = "".join(
        f'  <extension name="{e}" prefix="{_PREFIX[e]}" uri="http://www.xes-standard.org/{_PREFIX[e]}.xesext"/>\n'
        for e in EXTENSIONS
    )
    return (
        _HEAD
        + extensions
        + '  <global scope="trace">\n    <string key="concept:name" value=""/>\n  </global>\n'
        + '  <global scope="event">\n    <string key="concept:name" value=""/>\n'
        + '    <string key="lifecycle:transition" value="unknown"/>\n'
        + '    <date key="time:timestamp" value="1970-01-01T00:00:00.000000Z"/>\n  </global>\n'
        + '  <classifier name="Activity" keys="concept:name"/>\n'
        + '  <classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>\n'
        + '  <classifier name="Kind of entry" keys="liuhen:kind"/>\n'
        + f'  <string key="concept:name" value={quoteattr(name)}/>\n'
        + '  <string key="lifecycle:model" value="standard"/>\n'
    )


def _trace(trace: Trace, unit: UnitName) -> str:
    given = (
        ("string", "concept:name", trace.number),
        ("string", "liuhen:id", trace.id),
        ("string", "liuhen:definition", trace.definition),
        ("int", "liuhen:version", str(trace.version)),
        ("string", "liuhen:status", trace.status),
        ("string", "liuhen:outcome", trace.outcome),
        ("string", "org:group", unit(trace.unit_id)),
        ("string", "liuhen:business_key", trace.business_key),
        ("date", "liuhen:started_at", trace.started_at),
        ("date", "liuhen:ended_at", trace.ended_at),
    )
    return "  <trace>\n" + _written(given, "    ") + "".join(_event(e, unit) for e in trace.events) + "  </trace>\n"


def _event(event: Event, unit: UnitName) -> str:
    given = (
        ("string", "concept:name", event.activity),
        ("string", "concept:instance", event.task),
        ("string", "lifecycle:transition", event.transition),
        ("date", "time:timestamp", event.at),
        ("string", "org:resource", event.resource),
        ("string", "org:role", event.role),
        ("string", "org:group", unit(event.unit_id)),
        ("string", "liuhen:kind", event.kind),
        ("int", "liuhen:seq", str(event.seq)),
        ("string", "liuhen:element", event.element),
        ("string", "liuhen:decision", event.decision),
        ("string", "liuhen:business_on", event.business_on),
        ("string", "liuhen:hash", event.hash),
    )
    return "    <event>\n" + _written(given, "      ") + "    </event>\n"


def _written(given: Iterable[tuple[str, str, str | None]], margin: str) -> str:
    return "".join(
        f'{margin}<{kind} key="{key}" value={quoteattr(_fit(value))}/>\n'
        for kind, key, value in given
        if value is not None
    )


def _fit(text: str) -> str:
    """Text without the characters that XML 1.0 does not know."""
    if text.isprintable():
        return text
    return "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text)
