"""What a designer is told while drawing: the names that an element sees, and what only looking along the ways can tell.

Works on files that are still being written: what cannot be read is left out, and said by the check of the definition.
Everything told here is a warning; it keeps nothing from being published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine import definitions, feel, machine, vocabulary
from engine.definitions import Definition
from engine.errors import Finding, Text
from engine.machine import Element

Origin = Literal["given", "variable", "field", "input", "parameter", "event", "loop"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that FEEL may use at an element; ``is_set``: it has a value whenever a case comes there."""

    name: str
    origin: Origin
    element: str | None
    """Whichever element writes it first."""
    is_set: bool


def names_at(files: Mapping[str, str], element: str | None) -> tuple[Name, ...]:
    """Every name that an element, a flow (by its source), or else the process may use, nearest first."""
    known = definitions.outline(files)
    blueprint = known.blueprint
    if blueprint is None:
        return tuple(Name(name, "given", None, True) for name in vocabulary.GIVEN_NAMES)
    flow = next((f for f in blueprint.flows if f.id == element), None)
    here = blueprint.elements.get(flow.source if flow is not None else element or "")
    found: dict[str, Name] = {}

    def tell(name: str, origin: Origin, by: str | None = None, *, is_set: bool = True) -> None:
        found.setdefault(name, Name(name, origin, by, is_set))

    if here is not None:
        form = known.forms.get(here.words.attribute("form") or "")
        for name in sorted(form.answers) if form is not None and flow is None else ():
            tell(name, "field", here.id)
        for item in here.words.all("input") if flow is None else ():
            tell(item.get("target", ""), "input", here.id)
        for name in sorted(definitions.seen_at(blueprint, here)):
            tell(name, "loop", here.id)
        if here.kind not in (*machine.TASKS, "scriptTask") and flow is None and here.event.kind != "none":
            for name in vocabulary.EVENT_NAMES:
                tell(name, "event", here.id)
    for name, by in sorted(definitions.writers(blueprint).items()):
        unset = here is None or _comes_without(blueprint, here, {e.id for e in by}, leaving=flow is not None)
        tell(name, "variable", by[0].id, is_set=not unset)
    for name in known.rules.parameters:
        tell(name, "parameter")
    for name in vocabulary.GIVEN_NAMES:
        tell(name, "given")
    return tuple(one for one in found.values() if one.name)


def _comes_without(
    blueprint: machine.Blueprint, element: Element, passing: Collection[str], *, leaving: bool = False
) -> bool:
    """Whether a case may come to an element (or, ``leaving``, leave it) before one of these has been done."""
    todo = [(e.id, False) for e in blueprint.entries[blueprint.id]] + [(s.id, False) for s in blueprint.starts]
    seen = set(todo)
    while todo:
        id_, is_left = todo.pop()
        if id_ == element.id and (is_left or not leaving):
            return True
        here = blueprint.elements[id_]
        ahead = [(t.id, False) for t in blueprint.triggers.get(here.scope, ())]
        if is_left:
            ahead += [(f.target, False) for f in blueprint.outgoing[id_]]
            if not blueprint.outgoing[id_] and here.scope in blueprint.elements:
                ahead.append((here.scope, here.scope not in passing))
        else:
            inner = [(e.id, False) for e in blueprint.entries.get(id_, ())]
            ahead += inner
            ahead += [(b.id, False) for b in blueprint.boundaries.get(id_, ())]
            if not inner and id_ not in passing:
                ahead.append((id_, True))
        for one in ahead:
            if one not in seen:
                seen.add(one)
                todo.append(one)
    return False


# ---------------------------------------------------------------- what is told besides the check


def findings(definition: Definition) -> list[Finding]:
    """Whether every case can end (with a way to where one cannot), and what nobody can ever have filled in."""
    return [*_sound(definition), *_unread(definition), *_never_filled(definition)]


_MARKINGS = 4_000
"""Markings looked at while somebody waits: an answer within a second, or none."""


def _sound(definition: Definition) -> Iterator[Finding]:
    """Soundness of workflow nets (van der Aalst, 1997), with the shortest way to a marking that cannot end."""
    verdict = machine.soundness_of_process(definition.blueprint, _MARKINGS)
    if verdict.answer in ("sound", "unknown"):
        return
    at = definition.blueprint.elements.get(verdict.waiting[0]) if verdict.waiting else None
    name = definition.element_name(at.id) if at is not None else definition.name
    always = verdict.answer == "dead"
    yield Finding(
        "process.bpmn",
        "cannot_end",
        Text(
            f"{'事项总会' if always else '事项有可能'}停在“{name.zh}”，再也办不下去",
            f"a case {'always' if always else 'can'} come to “{name.en}” and wait there for ever",
        ),
        Text(
            "分开的路与汇合的网关要成对：并行分开用并行汇合，择一分开用排他汇合；循环要有出口",
            "ways that part and the gateway that joins them have to match: parallel with parallel, one of several with "
            "exclusive; a loop needs a way out",
        ),
        at.line if at is not None else None,
        at.id if at is not None else None,
        "warning",
        verdict.path,
    )


def _unread(definition: Definition) -> Iterator[Finding]:
    """A flow whose condition reads what nothing can have written before."""
    blueprint = definition.blueprint
    by = definitions.writers(blueprint)
    for flow in blueprint.flows:
        source = blueprint.elements.get(flow.source)
        if flow.condition is None or source is None:
            continue
        for name in sorted(_names(flow.condition, definition) & set(by)):
            before = [w for w in by[name] if w.id == source.id or definitions.comes_before(blueprint, w, source)]
            if not before:
                yield Finding(
                    "process.bpmn",
                    "read_before_set",
                    Text(
                        f"条件读取 {name}，而此前没有步骤写入它",
                        f"the condition reads {name}, which nothing writes before",
                    ),
                    Text("移到写入它的步骤之后，或改用别的值", "put it after what writes it, or use another value"),
                    flow.line,
                    flow.id,
                    "warning",
                )


def _names(text: str, definition: Definition) -> set[str]:
    try:
        return set(feel.compile(text, {*definition.unset, *definition.rules.parameters, *vocabulary.HOST_NAMES}).names)
    except feel.FeelError:
        return set()  # said by the check


def _never_filled(definition: Definition) -> Iterator[Finding]:
    """A field that has to be answered, and that every step hides or only shows."""
    for key, form in definition.forms.items():
        steps = [e for e in definition.blueprint.elements.values() if e.words.attribute("form") == key]
        if not steps:
            continue
        for one in form.fields:
            if not one.must:
                continue
            if all(_access(step, one.path) in ("hidden", "read") for step in steps):
                yield Finding(
                    f"forms/{key}.json",
                    "required_never_filled",
                    Text(
                        f"必填项 {one.path} 在每一步都不能填",
                        f"the field {one.path} is required, and no step may fill it in",
                    ),
                    Text("在某一步允许填写，或取消必填", "let a step write it, or do not require it"),
                    None,
                    steps[0].id,
                    "warning",
                )


def _access(step: Element, path: str) -> str | None:
    said = {f.get("key"): f.get("access") for f in step.words.all("field")}
    parts = path.split(".")
    for n in range(len(parts), 0, -1):
        if (found := said.get(".".join(parts[:n]))) is not None:
            return found
    return said.get("*")
