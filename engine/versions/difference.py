"""How two versions of a procedure differ, element by element, in sentences for designers. Layout is no difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from engine import machine, vocabulary
from engine.definitions import Definition
from engine.errors import Text
from engine.machine import Element
from engine.xml import safe_xml

LONGEST = 60
"""Characters of a value that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing about an element that differs; ``before`` and ``after`` are JSON."""

    name: str
    text: Text
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One element that was added, removed or changed; of the process as a whole ``element`` is its key."""

    kind: str
    element: str
    what: str
    """Its BPMN kind; ``process`` for the process as a whole."""
    name: Text
    aspects: tuple[Aspect, ...] = ()

    @property
    def sentences(self) -> tuple[Text, ...]:
        if self.kind == "changed":
            return tuple(a.text for a in self.aspects)
        said = _ADDED if self.kind == "added" else _REMOVED
        return (said.format(what=_KINDS.get(self.what, Text(self.what, self.what)), name=self.name),)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A removed element that may be an added one under another id; only whoever plans a migration can say so."""

    old: str
    new: str
    because: str
    """``name``: same kind and name; ``neighbours``: same kind between the same elements."""
    text: Text


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different in ``new``; empty where only the layout, or nothing, is."""

    changes: tuple[Change, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def changed(self) -> Mapping[str, Change]:
        """Elements that are in both versions and differ."""
        return {c.element: c for c in self.changes if c.kind == "changed"}


def difference(old: Definition, new: Definition) -> Difference:
    """Compare two versions; removed and added elements stay two, however alike they look."""
    changes = [*_process(old, new)]
    before, after = old.blueprint.elements, new.blueprint.elements
    for id_, element in after.items():
        if id_ not in before:
            changes.append(Change("added", id_, element.kind, _name(new, element)))
        elif aspects := tuple(differing(old, before[id_], new, element)):
            changes.append(Change("changed", id_, element.kind, _name(new, element), aspects))
    for id_, element in before.items():
        if id_ not in after:
            changes.append(Change("removed", id_, element.kind, _name(old, element)))
    return Difference(tuple(changes), tuple(_suggestions(old, new)))


def on_diagram(old: Definition, new: Definition, found: Difference) -> dict[str, str]:
    """Element or flow → ``added``, ``removed``, ``changed``, or ``moved``: only drawn elsewhere."""
    shown = {c.element: c.kind for c in found.changes if c.what != "process"}
    before = {f.id: (f.source, f.target, f.condition) for f in old.blueprint.flows}
    after = {f.id: (f.source, f.target, f.condition) for f in new.blueprint.flows}
    for id_ in {*before, *after}:
        if before.get(id_) != after.get(id_):
            shown[id_] = "added" if id_ not in before else "removed" if id_ not in after else "changed"
    was, now = (_places(d.files.get("process.bpmn", "")) for d in (old, new))
    return shown | {id_: "moved" for id_ in was.keys() & now.keys() if was[id_] != now[id_] and id_ not in shown}


_BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"


@lru_cache(maxsize=100)
def _places(diagram: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Where a diagram draws what: element or flow → its bounds, or the points of its line."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    root = safe_xml(diagram.encode(), "process.bpmn")
    for kind in ("BPMNShape", "BPMNEdge"):
        for one in root.iter(f"{{{_BPMNDI}}}{kind}"):
            points = [c for c in one.iterchildren("*") if etree.QName(c).namespace != _BPMNDI]
            found[str(one.get("bpmnElement"))] = tuple(
                tuple(str(c.get(a, "")) for a in ("x", "y", "width", "height")) for c in points
            )
    return found


def differing(old: Definition, was: Element, new: Definition, now: Element) -> Iterator[Aspect]:
    """What about an element differs from what it was, or from the element that it takes the place of."""
    name = _name(new, now)
    mapped = {was.id: now.id}
    for key, before, after in _pairs(contents(old, was), contents(new, now)):
        if key == "flows" and _renamed(before, mapped) == after:
            continue
        yield Aspect(key, _sentence(name, key, before, after), before, after)


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield key, before.get(key), after.get(key)


def _renamed(flows: Any, mapping: Mapping[str, str]) -> Any:
    return [{**f, "to": mapping.get(f["to"], f["to"])} for f in flows or []] or None


# ---------------------------------------------------------------- what an element says


def contents(definition: Definition, element: Element) -> dict[str, Any]:
    """Everything about an element but where it is drawn, as JSON; what is not there is left out."""
    words = element.words
    found: dict[str, Any] = {
        "kind": element.kind,
        "name": definition.element_name(element.id).as_json(),
        "documentation": element.documentation,
        "scope": element.scope if element.scope in definition.blueprint.elements else "",
        "who": [_who(w) for w in definition.whos(element)],
        "lane": definition.blueprint.lanes[element.lane][0] if element.lane in definition.blueprint.lanes else None,
        "event": _event(element),
        "loop": {k: v for k, v in _slots(element.loop).items() if v not in (None, False)} if element.loop else None,
        "message": element.message,
        "called": element.called,
        "attached": element.attached_to,
        "not_interrupting": None if element.is_interrupting else True,
        "compensation": element.is_compensation or None,
        "flows": [
            {
                "to": f.target,
                **({"condition": f.condition} if f.condition is not None else {}),
                **({"default": True} if f.is_default else {}),
            }
            for f in definition.blueprint.outgoing.get(element.id, ())
        ],
    }
    form = words.attribute("form")
    if form is not None:
        found["form"] = {"key": form, "content": _form(definition.files.get(f"forms/{form}.json", ""))}
    for name in dict.fromkeys(word.get("body", "") for word in words.all("document")):
        found.setdefault("documents", {})[name] = _form(definition.files.get(f"documents/{name}.json", ""))
    for name in dict.fromkeys(_decisions(element)):
        found.setdefault("decisions", {})[name] = _decision(definition, name)
    found |= {f"liuhen:{k}": v for k, v in words.attributes.items() if k != "form"}
    found |= {f"liuhen:{k}": [dict(i) for i in v] for k, v in words.elements.items() if k != "who"}
    return {k: v for k, v in found.items() if v not in (None, "", [], {})}


def _slots(value: Any) -> dict[str, Any]:
    found = {name: getattr(value, name) for name in value.__slots__}
    return {k: v.as_json() if isinstance(v, machine.Count) else v for k, v in found.items()}


def _event(element: Element) -> dict[str, Any] | None:
    event = element.event
    if event.kind == "none":
        return None
    found: dict[str, Any] = {"kind": event.kind}
    if event.name:
        found["name"] = event.name
    if event.timer is not None:
        found[event.timer.kind] = event.timer.text
    if event.condition is not None:
        found["condition"] = event.condition
    return found


def _who(rule: Mapping[str, str]) -> str:
    if "role" in rule:
        return f"{rule['role']} @ {rule.get('at', '')}"
    return rule.get("person") or ("*" if rule.get("anyone") == "true" else "")


def _decisions(element: Element) -> Iterator[str]:
    yield from (g["decision"] for g in element.words.all("gate") if "decision" in g)
    if (vote := element.words.one("vote")) and "decision" in vote:
        yield vote["decision"]
    if decision := element.words.attribute("decision"):
        yield decision


def _decision(definition: Definition, name: str) -> str:
    decision = definition.decisions.get(name)
    files = sorted({d.file for d in (decision, *decision.below())} if decision is not None else ())
    return "\n".join(_dmn(definition.files[f]) for f in files if f in definition.files)


@lru_cache(maxsize=200)
def _form(text: str) -> str:
    try:
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except ValueError:
        return text


_DRAWN = ("http://www.omg.org/spec/DMN/20191111/DMNDI/", "http://www.omg.org/spec/DMN/20180521/DI/")


@lru_cache(maxsize=200)
def _dmn(text: str) -> str:
    """A file of decisions without its drawing."""
    root = safe_xml(text.encode(), "decisions.dmn")
    for child in root.iterchildren("*"):
        if etree.QName(child).namespace in _DRAWN:
            root.remove(child)
    for element in root.iter("*"):
        element.text, element.tail = (element.text or "").strip(), ""
    written: bytes = etree.tostring(root, method="c14n", with_comments=False)
    return written.decode()


def _process(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = _whole(old), _whole(new)
    aspects = tuple(Aspect(k, _sentence(new.name, k, b, a), b, a) for k, b, a in _pairs(before, after))
    if aspects:
        yield Change("changed", new.key, "process", new.name, aspects)


def _whole(definition: Definition) -> dict[str, Any]:
    words = definition.blueprint.words
    found: dict[str, Any] = {"name": definition.name.as_json(), "documentation": definition.blueprint.documentation}
    found |= {f"liuhen:{k}": v for k, v in words.attributes.items()}
    found |= {f"liuhen:{k}": [dict(i) for i in v] for k, v in words.elements.items()}
    found["rules"] = _form(definition.files.get("rules.json", "{}"))
    # The names of elements count where the elements do.
    own = ("element.", "process")
    found["texts"] = {
        language: {k: v for k, v in texts.items() if not k.startswith(own)}
        for language, texts in definition.texts.items()
    }
    return {k: v for k, v in found.items() if v not in (None, "", [], {}, "{}")}


# ---------------------------------------------------------------- what may have been renamed


def _suggestions(old: Definition, new: Definition) -> Iterator[Suggestion]:
    gone = [e for e in old.blueprint.elements.values() if e.id not in new.blueprint.elements]
    come = [e for e in new.blueprint.elements.values() if e.id not in old.blueprint.elements]
    taken: set[str] = set()
    for because, said in (("name", _SAME_NAME), ("neighbours", _SAME_PLACE)):
        for was in gone:
            if was.id in taken:
                continue
            alike = [e for e in come if e.id not in taken and e.kind == was.kind and _alike(because, old, was, new, e)]
            if len(alike) == 1:
                now = alike[0]
                taken |= {was.id, now.id}
                text = said.format(old=_name(old, was), new=_name(new, now), old_id=was.id, new_id=now.id)
                yield Suggestion(was.id, now.id, because, text)


def _alike(because: str, old: Definition, was: Element, new: Definition, now: Element) -> bool:
    if because == "name":
        return bool(was.name) and old.element_name(was.id) == new.element_name(now.id)
    around, there = _neighbours(old, was), _neighbours(new, now)
    return around == there and bool(around[0] or around[1])


def _neighbours(definition: Definition, element: Element) -> tuple[frozenset[str], frozenset[str], str | None]:
    blueprint = definition.blueprint
    return (
        frozenset(f.source for f in blueprint.incoming[element.id]),
        frozenset(f.target for f in blueprint.outgoing[element.id]),
        element.attached_to,
    )


# ---------------------------------------------------------------- sentences


def _name(definition: Definition, element: Element) -> Text:
    return definition.element_name(element.id)


def _sentence(name: Text, key: str, before: Any, after: Any) -> Text:
    said = _aspect(key)
    old, new = _shown(before), _shown(after)
    if old is None or new is None:
        return Text(f"“{name.zh}”的{said.zh}有改动。", f"“{name.en}”: {said.en} changed.")
    return Text(
        f"“{name.zh}”的{said.zh}由“{old.zh}”改为“{new.zh}”。",
        f"“{name.en}”: {said.en} changed from “{old.en}” to “{new.en}”.",
    )


def _aspect(key: str) -> Text:
    if key in _ASPECTS:
        return _ASPECTS[key]
    name = key.removeprefix("liuhen:")
    word = next((w for w in vocabulary.WORDS if w.name == name), None)
    return Text(f" {name}（{word.text.zh}）", f"{name} ({word.text.en})") if word else Text(f" {name} ", name)


def _shown(value: Any) -> Text | None:
    """A value short enough to quote."""
    if value is None:
        return _NOTHING
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return Text(str(value["zh"])[:LONGEST], str(value["en"])[:LONGEST])
    if isinstance(value, Mapping) and set(value) == {"key", "content"}:
        return None
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        shown = ", ".join(value)
    elif isinstance(value, list) and all(isinstance(v, Mapping) and "to" in v for v in value):
        shown = ", ".join(
            f"→ {v['to']}"
            + (f" [={v['condition']}]" if "condition" in v else "")
            + (" [default]" if "default" in v else "")
            for v in value
        )
    elif isinstance(value, list) and all(isinstance(v, Mapping) for v in value):
        shown = "; ".join(", ".join(f"{k}={p}" for k, p in v.items()) for v in value)
    elif isinstance(value, Mapping):
        shown = ", ".join(f"{k}={v}" for k, v in value.items())
    else:
        shown = str(value)
    return Text(shown, shown) if len(shown) <= LONGEST * 2 and "\n" not in shown else None


_NOTHING = Text("无", "nothing")
_ADDED = Text("新增{what}“{name}”。", "New {what} “{name}”.")
_REMOVED = Text("删除{what}“{name}”。", "{what} “{name}” is gone.")
_SAME_NAME = Text(
    "“{old}”（{old_id}）可能改成了 {new_id}：类型和名称相同。",
    "“{old}” ({old_id}) may have become {new_id}: same kind and name.",
)
_SAME_PLACE = Text(
    "“{old}”（{old_id}）可能改成了“{new}”（{new_id}）：类型和前后元素相同。",
    "“{old}” ({old_id}) may have become “{new}” ({new_id}): same kind, between the same elements.",
)
_ASPECTS: Mapping[str, Text] = {
    "kind": Text("类型", "kind"),
    "name": Text("名称", "name"),
    "documentation": Text("说明", "documentation"),
    "scope": Text("所在子流程", "sub-process around it"),
    "who": Text("办理人", "who is asked"),
    "lane": Text("泳道", "lane"),
    "event": Text("事件", "event"),
    "loop": Text("多实例或循环", "multi-instance or loop"),
    "message": Text("消息", "message"),
    "called": Text("被调用流程", "called definition"),
    "attached": Text("所依附的活动", "activity it is attached to"),
    "not_interrupting": Text("是否不打断", "not interrupting"),
    "compensation": Text("是否用于补偿", "for compensation"),
    "flows": Text("去向与条件", "ways on and their conditions"),
    "form": Text("表单", "form"),
    "decisions": Text("决策", "decisions"),
    "documents": Text("公文模板", "templates of documents"),
    "rules": Text("条款与参数", "clauses and parameters"),
    "texts": Text("文字", "texts"),
}
_KINDS: Mapping[str, Text] = {
    "userTask": Text("用户任务", "user task"),
    "manualTask": Text("手工任务", "manual task"),
    "serviceTask": Text("服务任务", "service task"),
    "sendTask": Text("发送任务", "send task"),
    "receiveTask": Text("接收任务", "receive task"),
    "scriptTask": Text("脚本任务", "script task"),
    "businessRuleTask": Text("业务规则任务", "business rule task"),
    "callActivity": Text("调用活动", "call activity"),
    "subProcess": Text("子流程", "sub-process"),
    "transaction": Text("事务", "transaction"),
    "exclusiveGateway": Text("排他网关", "exclusive gateway"),
    "parallelGateway": Text("并行网关", "parallel gateway"),
    "inclusiveGateway": Text("包容网关", "inclusive gateway"),
    "eventBasedGateway": Text("事件网关", "event-based gateway"),
    "startEvent": Text("开始事件", "start event"),
    "endEvent": Text("结束事件", "end event"),
    "intermediateCatchEvent": Text("捕获事件", "catch event"),
    "intermediateThrowEvent": Text("抛出事件", "throw event"),
    "boundaryEvent": Text("边界事件", "boundary event"),
}
