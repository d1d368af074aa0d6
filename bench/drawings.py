"""The processes that ``bench.engine`` walks, each in two dialects: Liuhen's (FEEL) and plain SpiffWorkflow's (Python).

What is drawn is the same; only expressions, durations and the collection of a multi-instance are written otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

ANSWER: dict[str, Any] = {
    "decision": "agree",
    "amount": 1200,
    "on": "2027-01-15",
    "reason": "Chairs for the meeting room, as the office asked in its letter of last week. 会议室座椅" * 2,
    "attendees": ["one", "two", "three"],
}
"""What every completion writes: about 300 bytes."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@dataclass(frozen=True)
class Dialect:
    """How one of the two engines wants its expressions."""

    name: str

    @property
    def is_feel(self) -> bool:
        return self.name == "feel"

    def condition(self, name: str, value: str) -> str:
        return f'={name} = "{value}"' if self.is_feel else f"{name} == '{value}'"

    def duration(self, text: str) -> str:
        return text if self.is_feel else f'"{text}"'

    def for_each(self) -> str:
        if self.is_feel:
            inner = (
                '<bpmn:extensionElements><liuhen:loopCharacteristics inputCollection="=units" inputElement="unit" '
                'outputCollection="replies" outputElement="=reply"/></bpmn:extensionElements>'
            )
        else:
            inner = (
                "<bpmn:loopDataInputRef>units</bpmn:loopDataInputRef>"
                "<bpmn:loopDataOutputRef>replies</bpmn:loopDataOutputRef>"
                '<bpmn:inputDataItem id="unit" name="unit"/><bpmn:outputDataItem id="reply" name="reply"/>'
            )
        return f"<bpmn:multiInstanceLoopCharacteristics>{inner}</bpmn:multiInstanceLoopCharacteristics>"


@dataclass(frozen=True)
class Model:
    """A process, how many tasks it has, and what the completion of one of its tasks writes."""

    text: str
    tasks: int
    variables: dict[str, Any]

    def written(self, element: str, number: int) -> dict[str, Any]:
        """Variables that completing the ``number``-th task (from 0) writes."""
        if element == "ask":
            return {"reply": {**ANSWER, "number": number}}
        if element == "rework":
            return {"answer": ANSWER, "again": "yes" if number < self.tasks - 1 else "no"}
        return {f"{element}_answer": ANSWER, "again": "no", "route": "on"}


def linear(dialect: Dialect, steps: int = 5) -> Model:
    """User tasks in a row."""
    names = [f"step{n}" for n in range(steps)]
    drawn = "".join(f'<bpmn:userTask id="{name}"/>' for name in names)
    path = ["begin", *names, "done"]
    flows = "".join(_flow(f"f{n}", *pair) for n, pair in enumerate(pairwise(path)))
    return Model(_process(f'<bpmn:startEvent id="begin"/>{drawn}<bpmn:endEvent id="done"/>{flows}'), steps, {})


def stages(dialect: Dialect, count: int = 5) -> Model:
    """25 user tasks in five embedded sub-processes, an exclusive gateway between the stages.

    Each: draft ▸ a rework loop ▸ two reviews at once ▸ decide, with a reminder after 14 days that interrupts nothing ▸
    a timer ▸ publish.
    """
    parts = ['<bpmn:startEvent id="begin"/><bpmn:endEvent id="done"/><bpmn:endEvent id="refused"/>']
    parts.append(_flow("to0", "begin", "stage0"))
    for n in range(count):
        parts += [
            _stage(dialect, n),
            f'<bpmn:exclusiveGateway id="way{n}" default="on{n}"/>',
            _flow(f"out{n}", f"stage{n}", f"way{n}"),
            _flow(f"off{n}", f"way{n}", "refused", dialect.condition("route", "off")),
            _flow(f"on{n}", f"way{n}", f"stage{n + 1}" if n + 1 < count else "done"),
        ]
    return Model(_process("".join(parts)), count * 5, {"route": "on"})


def _stage(dialect: Dialect, n: int) -> str:
    def id_(name: str) -> str:
        return f"{name}{n}"

    elements = (
        f'<bpmn:startEvent id="{id_("enter")}"/><bpmn:userTask id="{id_("draft")}"/>'
        f'<bpmn:exclusiveGateway id="{id_("check")}" default="{id_("fine")}"/>'
        f'<bpmn:parallelGateway id="{id_("split")}"/><bpmn:userTask id="{id_("legal")}"/>'
        f'<bpmn:userTask id="{id_("money")}"/><bpmn:parallelGateway id="{id_("join")}"/>'
        f'<bpmn:userTask id="{id_("decide")}"/>'
        f'<bpmn:boundaryEvent id="{id_("remind")}" attachedToRef="{id_("decide")}" cancelActivity="false">'
        f"{_duration(dialect, 'P14D')}</bpmn:boundaryEvent>"
        f'<bpmn:endEvent id="{id_("reminded")}"/>'
        f'<bpmn:intermediateCatchEvent id="{id_("wait")}">{_duration(dialect, "PT0S")}</bpmn:intermediateCatchEvent>'
        f'<bpmn:userTask id="{id_("publish")}"/><bpmn:endEvent id="{id_("leave")}"/>'
    )
    flows = (
        _flow(id_("a"), id_("enter"), id_("draft"))
        + _flow(id_("b"), id_("draft"), id_("check"))
        + _flow(id_("again"), id_("check"), id_("draft"), dialect.condition("again", "yes"))
        + _flow(id_("fine"), id_("check"), id_("split"))
        + _flow(id_("c"), id_("split"), id_("legal"))
        + _flow(id_("d"), id_("split"), id_("money"))
        + _flow(id_("e"), id_("legal"), id_("join"))
        + _flow(id_("f"), id_("money"), id_("join"))
        + _flow(id_("g"), id_("join"), id_("decide"))
        + _flow(id_("h"), id_("remind"), id_("reminded"))
        + _flow(id_("i"), id_("decide"), id_("wait"))
        + _flow(id_("j"), id_("wait"), id_("publish"))
        + _flow(id_("k"), id_("publish"), id_("leave"))
    )
    return f'<bpmn:subProcess id="stage{n}">{elements}{flows}</bpmn:subProcess>'


def dispatch(dialect: Dialect, width: int) -> Model:
    """One user task for each of many units at once, their replies collected."""
    text = (
        '<bpmn:startEvent id="begin"/>'
        f'<bpmn:userTask id="ask">{dialect.for_each()}</bpmn:userTask>'
        '<bpmn:endEvent id="done"/>' + _flow("f0", "begin", "ask") + _flow("f1", "ask", "done")
    )
    return Model(_process(text), width, {"units": [f"unit {n}" for n in range(width)]})


def loop(dialect: Dialect, rounds: int) -> Model:
    """One user task that is done again and again."""
    text = (
        '<bpmn:startEvent id="begin"/><bpmn:userTask id="rework"/>'
        '<bpmn:exclusiveGateway id="check" default="out"/><bpmn:endEvent id="done"/>'
        + _flow("f0", "begin", "rework")
        + _flow("f1", "rework", "check")
        + _flow("back", "check", "rework", dialect.condition("again", "yes"))
        + _flow("out", "check", "done")
    )
    return Model(_process(text), rounds, {})


def model(name: str, dialect: str) -> Model:
    """``linear5``, ``stages25``, ``dispatch<width>`` or ``loop<rounds>``."""
    spoken = Dialect(dialect)
    if name == "linear5":
        return linear(spoken)
    if name == "stages25":
        return stages(spoken)
    if name.startswith("dispatch"):
        return dispatch(spoken, int(name.removeprefix("dispatch")))
    return loop(spoken, int(name.removeprefix("loop")))


def _flow(id_: str, source: str, target: str, condition: str | None = None) -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def _duration(dialect: Dialect, text: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:timeDuration>{dialect.duration(text)}</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition>"
    )


def _process(text: str) -> str:
    return (
        f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="bench">'
        f'<bpmn:process id="measured" isExecutable="true">{text}</bpmn:process></bpmn:definitions>'
    )
