"""Diagrams and forms of Camunda 7 and 8, Flowable (and Activiti) and SpiffArena, said in the words of this product.

What has no counterpart is taken out and told, with its line and element: nothing is left in that would not be run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.actors import POST_ROLES
from engine.errors import DefinitionRefused, Text
from engine.vocabulary import BPMN, LIUHEN
from engine.xml import line_of, safe_xml

FOREIGN: Mapping[str, str] = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8",
    "http://camunda.org/schema/modeler/1.0": "Camunda Modeler",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffArena",
}
_VARIABLE = re.compile(r"^[A-Za-z_]\w*(\.\w+)*$")
_STARTERS = ("initiator", "starter", "startUserId")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about an import: taken over as what (``mapped``, ``changed``), ``left_out``, or ``needs_human``."""

    file: str
    kind: str
    text: Text
    line: int | None = None
    element: str | None = None


@dataclass
class Translation:
    """A diagram in the words of this product, what is to be told of it, and the forms that lay inside it."""

    text: str
    key: str = ""
    remarks: list[Remark] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)


def diagram(text: str, file: str, forms: Mapping[str, str]) -> Translation:
    """Translate a diagram; one that speaks no other product's words stays as it is, letter by letter.

    ``forms``: what a form is called there → the file that it became.
    """
    try:
        root = safe_xml(text.encode(), file)
    except DefinitionRefused:
        return Translation(text)  # the check says what is wrong with it
    spoken = {uri for one in root.iter("*") for uri in one.nsmap.values() if uri in FOREIGN}
    if not spoken:
        return Translation(text)
    made = _Made(file, forms, Translation(text))
    names = ", ".join(sorted({FOREIGN[uri] for uri in spoken}))
    made.say("changed", root, Text(f"{names} 的模型，已改写为本产品的说法。", f"A model of {names}, rewritten."))
    for process in root.iter(f"{{{BPMN}}}process"):
        made.process(root, process)
    for one in list(root.iter("*")):
        made.element(one)
    made.clear(root)
    etree.cleanup_namespaces(root, top_nsmap={"liuhen": LIUHEN}, keep_ns_prefixes=["xsi", "bpmndi", "dc", "di"])
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True).decode()
    made.done.text = written.replace("<?xml version='1.0' encoding='UTF-8'?>", '<?xml version="1.0" encoding="UTF-8"?>')
    return made.done


@dataclass
class _Made:
    file: str
    forms: Mapping[str, str]
    done: Translation

    def say(self, kind: str, element: etree._Element, text: Text) -> None:
        owner: etree._Element | None = element
        while owner is not None and (owner.get("id") is None or etree.QName(owner).namespace != BPMN):
            owner = owner.getparent()
        id_ = str(owner.get("id")) if owner is not None else None
        self.done.remarks.append(Remark(self.file, kind, text, line_of(element), id_))

    def mapped(self, element: etree._Element, what: str, became: str) -> None:
        self.say("mapped", element, Text(f"{what} → {became}", f"{what} → {became}"))

    def human(self, element: etree._Element, zh: str, en: str) -> None:
        self.say("needs_human", element, Text(zh, en))

    def process(self, root: etree._Element, process: etree._Element) -> None:
        process.set("isExecutable", "true")
        old = str(process.get("id") or "process")
        new = _key(old)
        self.done.key = self.done.key or new
        if new == old:
            return
        for one in root.iter("*"):
            for name in ("processRef", "bpmnElement"):
                if one.get(name) == old:
                    one.set(name, new)
        process.set("id", new)
        self.mapped(process, old, new)

    def element(self, one: etree._Element) -> None:
        tag = etree.QName(one)
        if tag.namespace != BPMN:
            return
        if tag.localname in ("userTask", "startEvent", "manualTask"):
            self._task(one)
        elif tag.localname == "serviceTask":
            self._service(one)
        elif tag.localname == "businessRuleTask":
            self._decision(one)
        elif tag.localname == "callActivity":
            self._call(one)
        elif tag.localname == "scriptTask":
            self.human(one, "这里不运行脚本：改写为 FEEL 的 output。", "No script runs here: write outputs in FEEL.")
        elif tag.localname in ("conditionExpression", "condition"):
            self._condition(one)
        elif tag.localname == "multiInstanceLoopCharacteristics":
            self._loop(one)
        elif tag.localname in ("timeDuration", "timeDate", "timeCycle"):
            self._timer(one)

    # ------------------------------------------------------------ steps

    def _task(self, one: etree._Element) -> None:
        said = {k: v for k, v in _words(one).items() if v}
        assignee, groups = said.get("assignee"), said.get("candidateGroups")
        users = said.get("candidateUsers")
        if assignee:
            self._who(one, assignee)
        for group in _listed(groups):
            if group in POST_ROLES:
                _add(one, "who", role=group, at="=case.unit")
                self.mapped(one, f"candidateGroups {group}", f"who role={group}")
            else:
                self.human(one, f"候选组“{group}”：选择由什么职务办理。", f"Group “{group}”: choose a post.")
        if users:
            self._who(one, users)
        form = said.get("formKey") or said.get("formRef") or said.get("formId") or said.get("formJsonSchemaFilename")
        if form:
            self._form(one, form)
        fields = [f for f in one.iter() if _is_foreign(f) and etree.QName(f).localname in ("formField", "formProperty")]
        if fields and not form:
            self._fields(one, fields)
        due = said.get("dueDate") or said.get("dueDateExpression")
        if due and re.fullmatch(r"P[\dTDHMWYS]+", due.strip('="')):
            _add(one, "due", after=due.strip('="'))
            self.mapped(one, f"dueDate {due}", "due")
        elif due:
            self.human(one, f"期限“{due}”：写成 due。", f"Due date “{due}”: write it as due.")
        for out in (f for f in one.iter() if _is_foreign(f) and etree.QName(f).localname == "output"):
            source, target = out.get("source"), out.get("target")
            if source and target:
                _add(one, "output", target=target, source=source if source.startswith("=") else f"={source}")
                self.mapped(out, f"output {target}", "output")

    def _who(self, one: etree._Element, text: str) -> None:
        name = _inside(text)
        if name in _STARTERS:
            _add(one, "who", person="=case.started_by")
            self.mapped(one, text, "who person==case.started_by")
        elif name is not None and _VARIABLE.match(name):
            _add(one, "who", rule="answer", variable=name)
            self.mapped(one, text, f"who rule=answer variable={name}")
        elif name is not None:
            self.human(one, f"办理人“{text}”：写成办理人规则。", f"“{text}” acts: write it as a rule of who acts.")
        else:
            _add(one, "who", rule="people", people=", ".join(_listed(text)))
            self.human(one, f"“{text}”：核对为本单位的人员编号。", f"“{text}”: look up their numbers here.")

    def _form(self, one: etree._Element, name: str) -> None:
        plain = re.sub(r"^(camunda-forms:|embedded:|bpmn:|deployment:)+", "", name).rpartition("/")[2]
        plain = re.sub(r"\.(form|json|html)$", "", plain).removesuffix("-schema")
        if plain in self.forms:
            one.set(f"{{{LIUHEN}}}form", self.forms[plain])
            self.mapped(one, f"form {name}", f"form {self.forms[plain]}")
        else:
            self.human(one, f"表单“{name}”不在导入的文件里：补上表单。", f"The form “{name}” was not brought along.")

    def _fields(self, one: etree._Element, fields: list[etree._Element]) -> None:
        name = re.sub(r"[^A-Za-z0-9_\-]", "_", str(one.get("id")))
        components = [_component(f) for f in fields]
        self.done.forms[f"forms/{name}.json"] = _json({"type": "default", "id": name, "components": components})
        one.set(f"{{{LIUHEN}}}form", name)
        for key in (str(c["key"]) for c in components):
            _add(one, "output", target=key, source=f"={key}")
        self.mapped(one, f"{len(fields)} form fields", f"forms/{name}.json")

    def _service(self, one: etree._Element) -> None:
        said = _words(one)
        kind = said.get("topic") or said.get("type") or said.get("class") or said.get("delegateExpression")
        kind = kind or said.get("expression") or said.get("id") or str(one.get("id"))
        job = re.sub(r"\W+", "_", kind.rpartition(".")[2]).strip("_") or "job"
        one.set(f"{{{LIUHEN}}}jobType", job)
        if said.get("retries", "").isdigit():
            one.set(f"{{{LIUHEN}}}retries", said["retries"])
        self.human(one, f"“{kind}”：须由程序领取 {job} 作业。", f"“{kind}”: a program has to take jobs “{job}”.")

    def _decision(self, one: etree._Element) -> None:
        said = _words(one)
        decision = said.get("decisionRef") or said.get("decisionId") or said.get("decisionTableReferenceKey")
        decision = decision or said.get("calledDecisionId")
        if decision is None:
            self.human(one, "写明执行哪个决策。", "Say which decision is evaluated.")
            return
        result = said.get("resultVariable") or f"{one.get('id')}_result"
        one.set(f"{{{LIUHEN}}}decision", decision)
        one.set(f"{{{LIUHEN}}}result", result)
        self.mapped(one, f"decision {decision}", f"decision {decision} → {result}")

    def _call(self, one: etree._Element) -> None:
        called = one.get("calledElement") or _words(one).get("processId")
        if called:
            one.set("calledElement", _key(called))
            self.human(one, f"被调用的流程“{called}”也要发布。", f"“{called}” has to be published, too.")

    # ------------------------------------------------------------ expressions

    def _condition(self, one: etree._Element) -> None:
        text = (one.text or "").strip()
        new, is_sure = as_feel(text)
        if "language" in one.attrib:
            del one.attrib["language"]
        one.set("{http://www.w3.org/2001/XMLSchema-instance}type", "bpmn:tFormalExpression")
        one.text = new
        if new != text:
            self.say("changed" if is_sure else "needs_human", one, Text(f"{text} → {new}", f"{text} → {new}"))

    def _loop(self, one: etree._Element) -> None:
        said = _words(one)
        over = said.get("collection") or said.get("inputCollection")
        item = said.get("elementVariable") or said.get("inputElement")
        if over and item:
            found = _inside(over) or over.lstrip("=")
            _add(one, "loopCharacteristics", inputCollection=f"={found}", inputElement=item)
            self.mapped(one, f"{over} / {item}", "loopCharacteristics")
        elif not one.findall(f"{{{BPMN}}}loopCardinality"):
            self.human(one, "写明对哪个集合逐项办理。", "Say over which collection it goes.")

    def _timer(self, one: etree._Element) -> None:
        text = (one.text or "").strip()
        if text.startswith(("${", "#{")):
            one.text, is_sure = as_feel(text)
            self.say("changed" if is_sure else "needs_human", one, Text(f"{text} → {one.text}", f"{text} → {one.text}"))

    # ------------------------------------------------------------ what is left

    def clear(self, root: etree._Element) -> None:
        """Take out whatever only the other product understands, and say what it was."""
        silent = {"assignmentDefinition", "formDefinition", "taskDefinition", "calledDecision", "calledElement"}
        silent |= {"formData", "formField", "formProperty", "loopCharacteristics", "ioMapping", "output", "userTask"}
        silent |= {"properties", "property", "value", "processId", "calledDecisionId"}
        for one in [e for e in root.iter("*") if _is_foreign(e)]:
            parent = one.getparent()
            if parent is None or _is_foreign(parent):
                continue
            name = etree.QName(one).localname
            if name not in silent:
                self.say("left_out", one, Text(f"{name} 没有对应，已去掉", f"{name}: no counterpart, left out"))
            parent.remove(one)
        for one in root.iter("*"):
            for attribute in [n for n in one.attrib if _of_foreign(str(n))]:
                del one.attrib[attribute]
        for one in list(root.iter(f"{{{BPMN}}}extensionElements")):
            parent = one.getparent()
            if len(one) == 0 and parent is not None:
                parent.remove(one)


def as_feel(text: str) -> tuple[str, bool]:
    """An expression of the other products as FEEL, and whether it is sure to mean the same."""
    if text.startswith("="):
        return text, True
    inside = _inside(text)
    found = text if inside is None else inside
    strings: list[str] = []

    def keep(one: re.Match[str]) -> str:
        strings.append(one[0][1:-1].replace('"', '\\"'))
        return f"\x01{len(strings) - 1}\x01"

    found = re.sub(r"'[^']*'|\"[^\"]*\"", keep, found)
    found = found.replace("&&", " and ").replace("||", " or ").replace("==", "=")
    found = re.sub(r"!(?!=)\s*([A-Za-z_][\w.]*)", r"not(\1)", found)
    found = re.sub(r"\bnot\s+([A-Za-z_][\w.]*)", r"not(\1)", found)
    for one, other in (("True", "true"), ("False", "false"), ("None", "null")):
        found = re.sub(rf"\b{one}\b", other, found)
    # Calls and brackets mean something of their own there: only somebody who knows it can say what.
    is_sure = re.search(r"\w\s*\((?<!not\()|[\[\]{}?]", re.sub(r"\bnot\(", "", found)) is None
    found = re.sub("\x01(\\d+)\x01", lambda one: f'"{strings[int(one[1])]}"', found)
    return "=" + " ".join(found.split()), is_sure


def form(text: str) -> str | None:
    """A form of Camunda, or a JSON Schema as SpiffArena has it, as a form of this product; null for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("components"), list):
        dropped = ("exporter", "executionPlatform", "executionPlatformVersion")
        return _json({**{k: v for k, v in found.items() if k not in dropped}, "type": "default"})
    properties = found.get("properties")
    if found.get("type") == "object" and isinstance(properties, dict):
        needed = set(found.get("required") or ())
        parts = [_property(k, v, k in needed) for k, v in properties.items() if isinstance(v, dict)]
        return _json({"type": "default", "id": _key(str(found.get("title") or "form")), "components": parts})
    if isinstance(found.get("fields"), list):  # Flowable
        parts = [_flowable(f) for f in found["fields"] if isinstance(f, dict) and f.get("id")]
        return _json({"type": "default", "id": _key(str(found.get("key") or "form")), "components": parts})
    return None


_TYPES = {
    "string": "textfield",
    "text": "textfield",
    "multi-line-text": "textarea",
    "password": "textfield",
    "long": "number",
    "integer": "number",
    "number": "number",
    "double": "number",
    "decimal": "number",
    "boolean": "checkbox",
    "date": "datetime",
    "enum": "select",
    "dropdown": "select",
    "radio-buttons": "radio",
    "people": "person",
    "user": "person",
}


def _component(one: etree._Element) -> dict[str, Any]:
    """A field that lies in the diagram itself (Camunda 7, Flowable)."""
    kind = str(one.get("type") or "string")
    said: dict[str, Any] = {"type": _TYPES.get(kind, "textfield"), "key": str(one.get("id") or "field")}
    said["label"] = str(one.get("label") or one.get("name") or said["key"])
    if said["type"] == "datetime":
        said["subtype"] = "date"
    values = [v for v in one if etree.QName(v).localname == "value"]
    if values:
        said["values"] = [{"value": str(v.get("id")), "label": str(v.get("name") or v.get("id"))} for v in values]
    is_needed = one.get("required") == "true" or any(v.get("name") == "required" for v in one.iter())
    return said | ({"validate": {"required": True}} if is_needed else {})


def _property(key: str, schema: Mapping[str, Any], is_needed: bool) -> dict[str, Any]:
    kind = "date" if schema.get("format") == "date" else str(schema.get("type") or "string")
    said: dict[str, Any] = {"type": _TYPES.get(kind, "textfield"), "key": _name(key)}
    said["label"] = str(schema.get("title") or key)
    if said["type"] == "datetime":
        said["subtype"] = "date"
    if isinstance(schema.get("enum"), list):
        said |= {"type": "select", "values": [{"value": str(v), "label": str(v)} for v in schema["enum"]]}
    return said | ({"validate": {"required": True}} if is_needed else {})


def _flowable(one: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"type": _TYPES.get(str(one.get("type")), "textfield"), "key": _name(str(one["id"]))}
    said["label"] = str(one.get("name") or one["id"])
    if said["type"] == "datetime":
        said["subtype"] = "date"
    if isinstance(one.get("options"), list):
        values = [str(o.get("id") or o.get("name")) for o in one["options"] if isinstance(o, dict)]
        said["values"] = [{"value": v, "label": v} for v in values]
    return said | ({"validate": {"required": True}} if one.get("required") else {})


def _is_foreign(one: etree._Element) -> bool:
    return etree.QName(one).namespace in FOREIGN


def _words(one: etree._Element) -> dict[str, str]:
    """What another product has written on an element: its attributes there, and those of the extensions inside."""
    found = {str(k).partition("}")[2]: str(v) for k, v in one.attrib.items() if _of_foreign(str(k))}
    inside = one.find(f"{{{BPMN}}}extensionElements")
    for extension in inside if inside is not None else ():
        if _is_foreign(extension):
            found |= {str(k).partition("}")[2] or str(k): str(v) for k, v in extension.attrib.items()}
            name, text = etree.QName(extension).localname, (extension.text or "").strip()
            if text and len(extension) == 0:
                found[name] = text
            for part in extension:
                if etree.QName(part).localname == "property" and part.get("name") and part.get("value"):
                    found[str(part.get("name"))] = str(part.get("value"))
    return found


def _of_foreign(name: str) -> bool:
    return name.startswith("{") and name[1:].partition("}")[0] in FOREIGN


def _add(one: etree._Element, word: str, **parts: str) -> None:
    """Write a word of this product on an element."""
    holder = one.find(f"{{{BPMN}}}extensionElements")
    if holder is None:
        holder = etree.Element(f"{{{BPMN}}}extensionElements")
        first = one.find(f"{{{BPMN}}}documentation")
        one.insert(0 if first is None else one.index(first) + 1, holder)
    made = etree.SubElement(holder, f"{{{LIUHEN}}}{word}")
    for name, value in parts.items():
        made.set(name, value)


def _inside(text: str) -> str | None:
    """What ``${…}``, ``#{…}`` or ``=…`` holds; null for plain words."""
    found = re.fullmatch(r"\s*[$#]\{(.*)\}\s*", text, re.DOTALL)
    if found:
        return found[1].strip()
    return text.strip()[1:].strip() if text.strip().startswith("=") else None


def _listed(text: str | None) -> list[str]:
    return [one.strip(' "[]=') for one in (text or "").split(",") if one.strip(' "[]=')]


def _key(text: str) -> str:
    """A name of another product as a key of this one."""
    found = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    found = re.sub(r"[^a-z0-9_]+", "_", found.lower()).strip("_")
    return (found if re.match(r"[a-z]", found) else f"p_{found}")[:60].ljust(2, "_")


def _name(text: str) -> str:
    found = re.sub(r"\W+", "_", text)
    return found if re.match(r"[A-Za-z_]", found) else f"f_{found}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
