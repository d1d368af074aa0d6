"""Small models as text, for tests of cases that speak with each other."""

from __future__ import annotations

import itertools

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:t">"""


def model(key: str, *elements: str, declared: str = "", then: str = "") -> dict[str, str]:
    """A process folder whose elements follow one another; ``then`` stands beside them. Each has an id of its own."""
    ids = [e.split('id="', 1)[1].split('"', 1)[0] for e in elements]
    flows = "".join(
        f'<bpmn:sequenceFlow id="to_{after}" sourceRef="{before}" targetRef="{after}"/>'
        for before, after in itertools.pairwise(ids)
    )
    body = "".join(elements) + flows + then
    text = f'{_HEAD}{declared}<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return {"process.bpmn": f"{text}</bpmn:definitions>"}


def named(*names: str, kind: str = "message") -> str:
    """Declarations of messages, signals or errors."""
    more = ' errorCode="{0}"' if kind == "error" else ""
    return "".join(f'<bpmn:{kind} id="{n}" name="{n}"{more.format(n)}/>' for n in names)


def words(text: str) -> str:
    return f"<bpmn:extensionElements>{text}</bpmn:extensionElements>"


ANYONE = '<liuhen:who anyone="true"/>'
ASKED = f'<bpmn:startEvent id="asked">{words(ANYONE)}</bpmn:startEvent>'
DONE = '<bpmn:endEvent id="done"/>'
IN_B1 = '<liuhen:who role="branch_secretary" at="=&quot;B1&quot;"/>'


def event(kind: str, id_: str, definition: str, more: str = "", attributes: str = "") -> str:
    """An event of a kind (startEvent, boundaryEvent …) with its definition, words and attributes."""
    inside = (words(more) if more else "") + definition
    return f'<bpmn:{kind} id="{id_}" {attributes}>{inside}</bpmn:{kind}>'


def by(kind: str, name: str) -> str:
    """The definition of a message, signal or error event."""
    return f'<bpmn:{kind}EventDefinition {kind}Ref="{name}"/>'


def timer(kind: str, text: str) -> str:
    """The definition of a timer event: Date, Duration or Cycle."""
    inside = f'<bpmn:time{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:time{kind}>'
    return f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>"


def task(id_: str, more: str = "") -> str:
    """A step of the secretary of the case's branch."""
    who = '<liuhen:who role="branch_secretary" at="=case.unit"/>'
    return f'<bpmn:userTask id="{id_}">{words(who + more)}</bpmn:userTask>'


def receive(id_: str, name: str, key: str = "", more: str = "") -> str:
    attribute = f' liuhen:correlationKey="{key}"' if key else ""
    return f'<bpmn:receiveTask id="{id_}" messageRef="{name}"{attribute}>{words(more)}</bpmn:receiveTask>'


def call(id_: str, key: str, more: str = "", inside: str = "") -> str:
    return f'<bpmn:callActivity id="{id_}" calledElement="{key}">{words(more)}{inside}</bpmn:callActivity>'
