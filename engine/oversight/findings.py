"""Findings: what entries show that somebody who oversees should look at. Each names its entry; none is ever deleted.

A finding follows from the entries (``shown_by``), so whoever wants can work all of them out anew. What an auditor adds
to one is that it is set aside, with a reason, or taken up again; both are entries of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.definitions import Definition
from engine.errors import Text
from engine.oversight.conformance import Deviation, Replay
from engine.reliving import Body
from engine.trail import Kind

KINDS: Mapping[str, Text] = {
    "deviation": Text("偏离流程定义", "Deviation from the definition"),
    "moved": Text("管理员调整办理位置", "Moved by administrators"),
    "skipped": Text("越过停住的环节", "Passed over where it stood still"),
    "data_changed": Text("管理员更正数据", "Data changed by an administrator"),
    "corrected": Text("更正已办记录", "Record corrected"),
    "duty_warned": Text("不顾职责分离提示仍办理", "Done in spite of a warning of separation"),
    "duty_reported": Text("职责分离情形报告", "Reported for separation of duties"),
    "duty_refused": Text("职责分离拒绝", "Refused for separation of duties"),
    "bypass": Text("试图越过流程", "Attempt to bypass the flow"),
    "override": Text("不顾提示仍办理", "Done in spite of a warning"),
    "fast": Text("办理过快", "Unusually fast"),
    "backdated": Text("日期早于步骤开启", "Dated before the step was opened"),
    "late_entry": Text("补录", "Entered late"),
    "overdue": Text("逾期", "Overdue"),
    "extended": Text("延期", "Term extended"),
    "returned": Text("退回", "Returned"),
    "not_confirmed": Text("复核未通过", "Not confirmed"),
    "taken_back": Text("撤回已办", "Taken back"),
    "read_unowned": Text("无职务、无关联的查阅", "Read without a post or a part"),
    "exception": Text("偏离条文", "Departs from a clause"),
}
"""Every kind of finding, gravest first."""

_OF_ENTRIES: Mapping[str, str] = {
    Kind.CASE_MOVED: "moved",
    Kind.INCIDENT_SKIPPED: "skipped",
    Kind.CASE_DATA_CHANGED: "data_changed",
    Kind.CORRECTION_MADE: "corrected",
    Kind.DUTY_WARNED: "duty_warned",
    Kind.DUTY_REPORTED: "duty_reported",
    Kind.DUTY_REFUSED: "duty_refused",
    Kind.BYPASS_ATTEMPTED: "bypass",
    Kind.GATE_WARNED: "override",
    Kind.TASK_OVERDUE: "overdue",
    Kind.TASK_EXTENDED: "extended",
    Kind.TASK_RETURNED: "returned",
    Kind.TASK_CONFIRMATION_REFUSED: "not_confirmed",
    Kind.TASK_WITHDRAWN: "taken_back",
    Kind.TASK_UNDONE: "taken_back",
}
_ENTERED = (Kind.TASK_COMPLETED, Kind.TASK_PROPOSED, Kind.TASK_SUBMITTED, Kind.BALLOT_CAST, Kind.CASE_STARTED)
_DECIDED = (Kind.TASK_COMPLETED, Kind.TASK_CONFIRMED, Kind.TASK_SIGNED_OFF)
_BY_HAND = (*_ENTERED[:-1], Kind.TASK_CONFIRMED, Kind.SIGNER_SIGNED)
_PLAIN_MARKS = frozenset({"late", "late_entry", "extended", "imported", "corrected", "voted_in_meeting"})
"""Marks that say something else than that a warning was passed over."""

MOST_FAST = 600
"""Seconds: what took longer is fast for nobody."""


@dataclass(frozen=True)
class Limit:
    """A number of the office: what it means, and between which values it lies."""

    text: Text
    usual: int
    least: int
    most: int


LIMITS: Mapping[str, Limit] = {
    "fast_seconds": Limit(
        Text(
            "从开启、认领、首次查看表单三者最晚者起，不到这么多秒即办结，为过快",
            "Seconds from when a step was opened, claimed and first looked at, below which it was done unusually fast",
        ),
        *(10, 0, MOST_FAST),
    ),
    "backdated_days": Limit(
        Text("填写的日期早于步骤开启至少这么多天", "Days by which a date lies before the day its step was opened"),
        *(1, 1, 3660),
    ),
}
"""Numbers of the office, by name."""


@dataclass(frozen=True)
class Finding:
    """What one entry shows; ``rule`` tells two of one kind at one entry apart."""

    seq: int
    kind: str
    rule: str = ""
    at: str = ""
    person: str | None = None
    element: str | None = None
    task: str | None = None
    clause: str | None = None
    measure: int | None = None
    version: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


def shown_by(
    case: Replay, bodies: Sequence[Body], zone: ZoneInfo, definition: Definition, is_duty: Sequence[str] = ()
) -> Iterator[Finding]:
    """What entries show by themselves, after the case was replayed over them; ``is_duty``: marks that are duties."""
    for body in bodies:
        kind = _OF_ENTRIES.get(body["kind"])
        if body["kind"] in _DECIDED and _sends_back(definition, body):
            kind = "returned"
        if kind is not None:
            yield _finding(case, body, kind, rule=str(body.get("rule", ""))[:100] if kind.startswith("duty") else "")
        marks = body.get("marks", ()) if body["kind"] in _ENTERED else ()
        if "late_entry" in marks:
            yield _finding(case, body, "late_entry")
        for mark in marks:
            if mark not in _PLAIN_MARKS and mark not in is_duty:
                yield _finding(case, body, "override", rule=mark[:100])
        if body["kind"] in _BY_HAND:
            yield from _timing(case, body, zone)


def _sends_back(definition: Definition, body: Body) -> bool:
    element = definition.blueprint.elements.get(body.get("element", ""))
    outcomes = element.words.all("outcome") if element is not None else ()
    return any(o.get("value") == body.get("decision") and o.get("kind") == "return" for o in outcomes)


def _finding(case: Replay, body: Body, kind: str, **facts: Any) -> Finding:
    return Finding(
        body["seq"],
        kind,
        at=body["at"],
        person=(body.get("actor") or {}).get("person"),
        element=body.get("element"),
        task=body.get("task"),
        clause=body.get("clause"),
        version=case.standing.version or 0,
        **facts,
    )


def _timing(case: Replay, body: Body, zone: ZoneInfo) -> Iterator[Finding]:
    """Done faster than anybody reads, and dated before it could be done."""
    task = case.standing.tasks.get(body.get("task", ""))
    person = (body.get("actor") or {}).get("person")
    if task is None or person is None or body["kind"] == Kind.STEP_IMPORTED:
        return
    opened = datetime.fromisoformat(task.opened_at)
    began = max(opened, datetime.fromisoformat(case.claimed.get(task.id, task.opened_at)))
    if body["kind"] == Kind.TASK_CONFIRMED:
        began = datetime.fromisoformat(case.proposed.get(task.id, task.opened_at))
    seconds = (datetime.fromisoformat(body["at"]) - began).total_seconds()
    yield _finding(case, body, "fast", measure=max(0, int(seconds)), facts={"since": began.isoformat()})
    on = body.get("business_on")
    day = opened.astimezone(zone).date()
    if on and date.fromisoformat(on) < day:
        yield _finding(case, body, "backdated", measure=(day - date.fromisoformat(on)).days, facts={"on": on})


def of_deviation(deviation: Deviation, person: str | None) -> Finding:
    """A deviation from the definition in force as a finding."""
    return Finding(
        deviation.seq,
        "deviation",
        rule=f"{deviation.code} {deviation.element}".strip()[:100],
        at=deviation.at,
        person=person,
        element=deviation.element or None,
        task=deviation.task,
        version=deviation.version,
        facts=deviation.facts(),
    )
