"""A process folder in, a checked immutable definition out.

``check`` reads the files and says everything that is wrong with them, with file, line, element, rule and remedy;
``publish`` stores what passed, as the next version. A definition is read once per process and shared.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from engine import (
    actors,
    assigning,
    binding,
    calendars,
    decisions,
    feel,
    files,
    forms,
    machine,
    rules,
    separation,
    tables,
    templates,
    trail,
    vocabulary,
)
from engine.actors import Actor
from engine.errors import DefinitionRefused, Finding, Forbidden, NotFound, NotNow, Text
from engine.machine import Element
from engine.rules import Clause, Rules
from engine.separation import RuleSet
from engine.store import Moment, Statement, new_id, once
from engine.xml import safe_xml

_log = logging.getLogger("liuhen.definitions")

MAX_FILES, MAX_FILE_CHARS, MAX_PATH_CHARS = 200, 2_000_000, 200
_PATH = re.compile(
    r"^(process\.bpmn|[A-Za-z0-9_\-]+\.dmn|forms/[A-Za-z0-9_\-]+\.json|documents/[A-Za-z0-9_\-]+\.json|rehearsals/[A-Za-z0-9_\-]+\.json"
    r"|rules\.json|duties\.json|texts\.(zh|en)\.json|README\.md)$"
)
_KNOWN_FILES = (
    "process.bpmn",
    "*.dmn",
    "forms/*.json",
    "documents/*.json",
    "rules.json",
    "duties.json",
    "texts.zh.json",
    "texts.en.json",
    "rehearsals/*.json",
    "README.md",
)
_KEY = re.compile(r"^[a-z][a-z0-9_]{1,59}$")


@dataclass(frozen=True)
class Definition:
    """One checked version of a process folder. ``id`` and ``version`` are empty until it is published."""

    key: str
    name: Text
    blueprint: machine.Blueprint
    forms: Mapping[str, forms.Form]
    decisions: Mapping[str, decisions.Decision]
    rules: Rules
    texts: Mapping[str, Mapping[str, str]]
    """Language → text key → text."""
    files: Mapping[str, str]
    variables: frozenset[str]
    sha256: str
    id: str = ""
    version: int = 0
    note: str = ""
    published_at: Any = None
    exempt: tuple[Finding, ...] = ()
    """What the present release would refuse, had it not been published by an earlier one."""
    duties: RuleSet = separation.NONE
    """The rules of separation that hold in this procedure besides those of the office."""
    documents: Mapping[str, templates.Template] = field(default_factory=dict)
    """The templates of official documents."""

    @cached_property
    def unset(self) -> Mapping[str, None]:
        """Every name that expressions may use, without a value."""
        return dict.fromkeys((*vocabulary.GIVEN_NAMES, *self.variables))

    def text(self, key: str, default: str = "") -> Text:
        zh, en = self.texts.get("zh", {}).get(key), self.texts.get("en", {}).get(key)
        return Text(zh or default or en or key, en or default or zh or key)

    def has_text(self, key: str) -> bool:
        """Whether the procedure has words of its own for this, in any language."""
        return any(key in texts for texts in self.texts.values())

    def element_name(self, id_: str) -> Text:
        element = self.blueprint.elements.get(id_)
        return self.text(f"element.{id_}", element.name if element and element.name else id_)

    def clause(self, id_: str | None) -> Clause | None:
        return self.rules.clauses.get(id_ or "")

    def element(self, id_: str) -> Element:
        return self.blueprint.elements[id_]

    def stage_of(self, element: Element) -> Element | None:
        """The sub-process with a stage number that holds an element."""
        while element.scope in self.blueprint.elements:
            element = self.blueprint.elements[element.scope]
            if element.words.attribute("stage"):
                return element
        return None

    def steps(self) -> tuple[Element, ...]:
        """User tasks in the order of their step numbers (7 before 15 before 15a), unnumbered ones last."""
        tasks = self.blueprint.of_kind(*machine.TASKS)
        return tuple(sorted(tasks, key=lambda e: step_order(e.words.attribute("step"))))

    def missing_before(self, element: Element, done: set[str]) -> list[Element]:
        """The steps that lie before an element and are not among those ``done``, in the order of their numbers."""
        before, own = set(self.blueprint.before(element.id)), step_order(element.words.attribute("step"))
        return [
            e
            for e in self.steps()
            if e.id in before and e.id not in done and step_order(e.words.attribute("step")) < own
        ]

    def whos(self, element: Element) -> tuple[Mapping[str, str], ...]:
        """The assignment rules of an element: its own, else those of its lane."""
        own = element.words.all("who")
        if own or element.lane is None:
            return own
        return self.blueprint.lanes[element.lane][1].all("who")


def step_order(step: str | None) -> tuple[int, str]:
    """How step numbers are ordered: 7 before 15 before 15a before none."""
    found = re.match(r"^(\d+)(.*)$", step or "")
    return (int(found[1]), found[2]) if found else (10**6, step or "")


@dataclass(frozen=True, slots=True)
class Published:
    """What ``publish`` did; ``is_new`` is false where the very same files are already the newest version."""

    key: str
    version: int
    findings: tuple[Finding, ...]
    is_new: bool = True


# ---------------------------------------------------------------- checking


@dataclass
class _Check:
    """The state of one check: the files, what was read from them, and the findings."""

    files: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    forms: dict[str, forms.Form] = field(default_factory=dict)
    documents: dict[str, templates.Template] = field(default_factory=dict)
    decisions: dict[str, decisions.Decision] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    duties: RuleSet = separation.NONE
    texts: dict[str, Mapping[str, str]] = field(default_factory=dict)
    blueprint: machine.Blueprint | None = None
    variables: frozenset[str] = frozenset()
    enforced: set[str] = field(default_factory=set)
    is_published: bool = False
    """Read again as it was published: findings are told, and only what cannot be built is refused."""
    is_broken: bool = False
    """A part that the procedure needs could not be read at all."""

    def say(
        self,
        rule: str,
        text: Text,
        remedy: Text,
        element: Element | None = None,
        file: str = "process.bpmn",
        severity: Any = "error",
        what: str | None = None,
    ) -> None:
        line = element.line if element else None
        self.findings.append(Finding(file, rule, text, remedy, line, element.id if element else what, severity))


def check(files: Mapping[str, str | Mapping[str, Any]]) -> tuple[Definition | None, tuple[Finding, ...]]:
    """Check a process folder as publishing would. The definition is ``None`` where a finding is an error.

    The same files have often just been checked, to play their rehearsals or to look at them in the browser:
    what passed last is remembered.
    """
    given = {p: c if isinstance(c, str) else json.dumps(c, ensure_ascii=False) for p, c in files.items()}
    mark = _mark(given)
    passed = _passed_before(mark)
    if passed is not None:
        return passed
    definition, findings = _checked(_Check(given))
    if definition is not None:
        with _cache_lock:
            _passed[mark] = definition, findings
            if len(_passed) > _MOST_PASSED:
                _passed.popitem(last=False)
    return definition, findings


def built(files: Mapping[str, str]) -> Definition | None:
    """Files read as far as they can be built, whatever else is wrong with them; ``None`` where they cannot."""
    return check(files)[0] or _checked(_Check(files, is_published=True))[0]


_passed: OrderedDict[bytes, tuple[Definition, tuple[Finding, ...]]] = OrderedDict()
"""Marks of files that passed the check, what they are and what was said of them; the least recent first."""
_MOST_PASSED = 64
_cache_lock = threading.Lock()


def _mark(files: Mapping[str, str]) -> bytes:
    """SHA-256 over the files letter by letter: findings tell lines, which ``digest`` does not see."""
    total = hashlib.sha256()
    for path in sorted(files):
        for text in (path, files[path]):
            content = text.encode("utf-8", "surrogatepass")
            total.update(f"{len(content)}:".encode() + content)
    return total.digest()


def _passed_before(mark: bytes) -> tuple[Definition, tuple[Finding, ...]] | None:
    with _cache_lock:
        if mark in _passed:
            _passed.move_to_end(mark)
        return _passed.get(mark)


def _checked(state: _Check) -> tuple[Definition | None, tuple[Finding, ...]]:
    given = state.files
    if not _check_files(state) and not state.is_published:
        return None, tuple(state.findings)
    with feel.limited():
        _read_parts(state)
        if state.blueprint is not None:
            _check_blueprint(state, state.blueprint)
    errors = any(f.severity == "error" for f in state.findings)
    if state.blueprint is None or (errors and not (state.is_published and _is_whole(state, state.blueprint))):
        return None, tuple(state.findings)
    blueprint = state.blueprint
    definition = Definition(
        key=blueprint.id,
        name=Text(
            state.texts.get("zh", {}).get("process") or blueprint.name or blueprint.id,
            state.texts.get("en", {}).get("process") or blueprint.name or blueprint.id,
        ),
        blueprint=blueprint,
        forms=state.forms,
        decisions=state.decisions,
        rules=state.rules,
        texts=state.texts,
        files=given,
        variables=state.variables,
        sha256=digest(given),
        duties=state.duties,
        documents=state.documents,
    )
    return definition, tuple(state.findings)


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be read of files that are still being written; nothing of it is checked."""

    blueprint: machine.Blueprint | None
    forms: Mapping[str, forms.Form]
    rules: Rules
    variables: frozenset[str]


def outline(files: Mapping[str, str]) -> Outline:
    """Read as much of a process folder as can be read, whatever is wrong with the rest."""
    state = _Check(files, is_published=True)
    with feel.limited():
        _read_parts(state)
        blueprint = state.blueprint
        variables = frozenset(_variables(blueprint)) if blueprint is not None else frozenset[str]()
    return Outline(blueprint, state.forms, state.rules, variables)


def writers(blueprint: machine.Blueprint) -> dict[str, list[Element]]:
    """Variable of the case → the elements that write it."""
    found: dict[str, list[Element]] = {}
    for element in blueprint.elements.values():
        for name in _written_by(element):
            found.setdefault(name, []).append(element)
    return found


def seen_at(blueprint: machine.Blueprint, element: Element) -> set[str]:
    """The names of the loops around an element and of its own: the item and the counter."""
    return _seen_at(blueprint, element)


def _is_whole(state: _Check, blueprint: machine.Blueprint) -> bool:
    """Whether everything that the procedure runs with could be read, whatever is said about it."""
    elements = blueprint.elements.values()
    forms_ = {key for e in elements if (key := e.words.attribute("form"))}
    decisions_ = {name for e in elements for name in _decision_names(e)}
    documents_ = {word["body"] for e in elements for word in e.words.all("document") if "body" in word}
    if not documents_ <= set(state.documents):
        return False
    return not state.is_broken and forms_ <= set(state.forms) and decisions_ <= set(state.decisions)


def digest(files: Mapping[str, str]) -> str:
    """SHA-256 over paths and contents, in the order of the paths; JSON counts by what it says, not how it is spaced."""
    total = hashlib.sha256()
    for path in sorted(files):
        content = _settled(path, files[path]).encode()
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _settled(path: str, content: str) -> str:
    if path.endswith(".json"):
        try:
            return json.dumps(json.loads(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        except ValueError:
            return content
    return content


def _check_files(state: _Check) -> bool:
    if len(state.files) > MAX_FILES:
        state.say(
            "too_many_files", Text(f"文件超过 {MAX_FILES} 个", f"more than {MAX_FILES} files"), Text("精简", "reduce")
        )
    for path, content in state.files.items():
        shown = path[:60] + "…" if len(path) > MAX_PATH_CHARS else path
        if len(path) > MAX_PATH_CHARS:
            state.say(
                "path_too_long",
                Text(
                    f"文件路径超过 {MAX_PATH_CHARS} 个字符", f"a file path is longer than {MAX_PATH_CHARS} characters"
                ),
                Text("缩短文件名", "shorten the name"),
                file=shown,
            )
        elif not _PATH.match(path):
            state.say(
                "unknown_file",
                Text(f"流程文件夹里不能有 {shown}", f"a process folder cannot hold {shown}"),
                Text(
                    f"只放 {'、'.join(_KNOWN_FILES)}",
                    f"keep to {', '.join(_KNOWN_FILES)}",
                ),
                file=shown,
            )
        if len(content) > MAX_FILE_CHARS:
            state.say(
                "file_too_large",
                Text(f"文件超过 {MAX_FILE_CHARS} 个字符", f"the file is longer than {MAX_FILE_CHARS} characters"),
                Text("拆分文件", "split the file"),
                file=shown,
            )
        if not _is_text(path, content) or (path.endswith(".json") and _spells_no_text(content)):
            state.say(
                "not_text",
                Text("有 NUL 或半个代理对", "it holds NUL or half a surrogate pair"),
                Text("删除该字符", "remove the character"),
                file=shown,
            )
    if "process.bpmn" not in state.files:
        state.say(
            "no_process", Text("缺少 process.bpmn", "process.bpmn is missing"), Text("加上流程图", "add the diagram")
        )
    return not state.findings


def _is_text(path: str, content: str) -> bool:
    """Whether every character may be kept: half a surrogate pair cannot, nor NUL, which readers of markup and JSON
    refuse themselves."""
    try:
        content.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in content or not path.endswith(".md")


def _spells_no_text(content: str) -> bool:
    """JSON whose escapes give characters that no database keeps."""
    if "\\u" not in content:
        return False
    try:
        written = json.dumps(json.loads(content), ensure_ascii=False)
    except (ValueError, RecursionError):
        return False  # said where the file is read
    try:
        written.encode()
    except UnicodeEncodeError:
        return True
    return _NUL.search(written) is not None


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _read_parts(state: _Check) -> None:
    _read_decisions(state)
    for path in sorted(state.files):
        content = state.files[path]
        try:
            if path.startswith("forms/"):
                told = state.findings if state.is_published else None
                state.forms[path[6:-5]] = forms.read(_json_object(content, path), path, told)
            elif path.startswith("documents/"):
                state.documents[path[10:-5]] = templates.read(_json_object(content, path), path)
            elif path.startswith("texts."):
                texts = _json_object(content, path)
                state.texts[path[6:8]] = {str(k): str(v) for k, v in texts.items()}
            elif path == "rules.json":
                state.rules, found = rules.read(content, path)
                state.findings += found
                state.is_broken = state.is_broken or any(f.rule == "json_malformed" for f in found)
            elif path == "duties.json":
                state.duties, found = separation.read(content, path, is_offices=False)
                state.findings += found
                state.is_broken = state.is_broken or bool(found)
            elif path.startswith("rehearsals/"):
                _json_object(content, path)
            elif path == "process.bpmn":
                root = safe_xml(content.encode(), path)
                state.blueprint, found = machine.read(root, path, state.is_published)
                state.findings += found
        except DefinitionRefused as e:
            state.findings += e.findings
            state.is_broken = state.is_broken or not path.startswith(("forms/", "documents/", "rehearsals/"))


def _read_decisions(state: _Check) -> None:
    """All DMN files of the folder together: they may refer to each other."""
    dmn = {path: content.encode() for path, content in state.files.items() if path.endswith(".dmn")}
    found, findings = decisions.read_all(dmn)
    state.findings += findings
    for decision in found:
        if decision.id in state.decisions:
            state.findings.append(
                Finding(
                    decision.file,
                    "duplicate_id",
                    Text(f"决策 {decision.id} 出现两次", f"decision {decision.id} occurs twice"),
                    Text("改名或删除", "rename or remove one"),
                    decision.line,
                    decision.id,
                )
            )
        state.decisions[decision.id] = decision


def _json_object(content: str, path: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as e:
        line = getattr(e, "lineno", None)
        text = Text(f"不是合法的 JSON：{e}", f"not JSON: {e}")
        raise DefinitionRefused(
            [Finding(path, "json_malformed", text, Text("改正语法", "correct the syntax"), line)]
        ) from e
    if not isinstance(found, dict):
        text = Text("应为 JSON 对象", "a JSON object is needed")
        raise DefinitionRefused([Finding(path, "json_malformed", text, Text("用 { } 括起来", "put it in { }"), 1)])
    return found


def _check_blueprint(state: _Check, blueprint: machine.Blueprint) -> None:
    if not _KEY.match(blueprint.id):
        state.say(
            "bad_key",
            Text(f"流程标识 {blueprint.id} 不合要求", f"the process id {blueprint.id} cannot be a key"),
            Text("用小写字母、数字和下划线，以字母开头", "use lower case letters, digits and underscores"),
            what=blueprint.id,
        )
    state.variables = frozenset(_variables(blueprint))
    everywhere = {*state.variables, *state.rules.parameters, *vocabulary.GIVEN_NAMES, *vocabulary.HOST_NAMES}
    own = {name: blueprint.words.attribute(name) for name in ("title", "caseUnit")}
    for where, text in own.items():
        _check_expression(state, text, everywhere, None, where)
    for word in ("summary", "subject", "caseRole"):
        for item in blueprint.words.all(word):
            _check_expression(state, item.get("value") or item.get("person"), everywhere, None, word)
    for item in blueprint.words.all("counterpart"):
        _check_expression(state, item.get("key"), everywhere, None, "counterpart key")
    for item in blueprint.words.all("writesDirectory"):
        for part in _EXPRESSIONS["writesDirectory"]:
            _check_expression(state, item.get(part), everywhere, None, f"writesDirectory {part}")
        _check_written(state, item, None)
        _check_clause(state, item, None)
    withdrawal = blueprint.words.one("withdrawal")
    if withdrawal and withdrawal.get("until") not in blueprint.elements:
        _unknown(state, "element", withdrawal.get("until"), None)
    _check_clause(state, withdrawal, None)
    for item in blueprint.words.all("suspension"):
        _check_who(state, item, everywhere, None, "suspension")
        _check_clause(state, item, None)
    for lane_name, words in blueprint.lanes.values():
        for who in words.all("who"):
            _check_who(state, who, everywhere, None, lane_name)
        _check_vacancy(state, words, None, lane_name)
    for element in blueprint.elements.values():
        _check_element(state, blueprint, element, everywhere)
    _check_duties(state, blueprint, everywhere)
    for flow in blueprint.flows:
        if flow.condition is not None:
            source = blueprint.elements.get(flow.source)
            names = everywhere | (_seen_at(blueprint, source) if source is not None else set())
            _check_expression(state, "=" + flow.condition, names, source, f"flow {flow.id}")
    used = {key for e in blueprint.elements.values() for key in _decision_names(e)}
    used |= {r.id for d in state.decisions.values() if d.id in used for r in d.below()}
    for key, decision in state.decisions.items():
        if key not in used:
            state.say(
                "decision_unused",
                Text(f"决策 {key} 没有被使用", f"decision {key} is not used"),
                Text("在步骤或业务规则任务上引用它，或删除", "use it in a step or remove it"),
                file=decision.file,
                severity="warning",
                what=decision.id,
            )
    issued = {d.get("body") for e in blueprint.elements.values() for d in e.words.all("document")}
    for key in sorted(set(state.documents) - issued):
        state.say(
            "document_unused",
            Text(f"公文模板 {key} 没有被使用", f"the template {key} is not used"),
            Text("在步骤上用 <liuhen:document body=…> 引用，或删除", "use it in a step or remove it"),
            file=f"documents/{key}.json",
            severity="warning",
        )
    for clause in state.rules.clauses.values():
        for name in clause.enforced_by:
            if name not in ("engine", "duties") and name not in used:
                _unknown(state, "decision", name, None)
        if clause.id not in state.enforced and not clause.enforced_by:
            state.say(
                "clause_not_enforced",
                Text(f"条款 {clause.id} 没有任何步骤执行", f"nothing enforces clause {clause.id}"),
                Text("在执行它的元素上写 clause，或说明由谁在系统外执行", "write clause= where it is enforced"),
                file="rules.json",
                severity="warning",
                what=clause.id,
            )
    for element in blueprint.of_kind(*machine.TASKS):
        if "en" in state.texts and f"element.{element.id}" not in state.texts["en"]:
            state.say(
                "text_missing",
                Text(f"{element.id} 没有英文名称", f"{element.id} has no English name"),
                Text("在 texts.en.json 中补上", "add it to texts.en.json"),
                element,
                "texts.en.json",
                "warning",
            )


def _variables(blueprint: machine.Blueprint) -> Iterator[str]:
    for element in blueprint.elements.values():
        yield from _written_by(element)


def _written_by(element: Element) -> Iterator[str]:
    yield from (o["target"] for o in element.words.all("output") if "target" in o)
    if element.loop and element.loop.output:
        yield element.loop.output
    if element.loop and element.loop.count:
        yield element.loop.count.result
    if item := (element.words.one("forEach") or {}).get("inputElement"):
        yield item
    if element.kind == "businessRuleTask" and (result := element.words.attribute("result")):
        yield result
    vote = element.words.one("vote")
    if vote and "result" in vote:
        yield vote["result"]
    yield from (d["result"] for d in element.words.all("document") if "result" in d)
    if element.kind in machine.TASKS:
        yield f"{element.id}_outcome"


def _decision_names(element: Element) -> set[str]:
    found = {g["decision"] for g in element.words.all("gate") if "decision" in g}
    if vote := element.words.one("vote"):
        found.add(vote.get("decision", ""))
    if decision := element.words.attribute("decision"):
        found.add(decision)
    return found


def _seen_at(blueprint: machine.Blueprint, element: Element) -> set[str]:
    """The names of the loops around an element and of its own: the item and the counter."""
    found: set[str] = set()
    at: Element | None = element
    while at is not None:
        if at.loop is not None:
            found |= {"loopCounter", *([at.loop.item] if at.loop.item else [])}
        at = blueprint.elements.get(at.scope)
    return found


def _check_loop(state: _Check, element: Element, outside: set[str], inside: set[str]) -> None:
    loop = element.loop
    if loop is None:
        return
    counting = {*outside, *vocabulary.LOOP_NAMES}
    _check_expression(state, loop.collection, outside, element, "inputCollection")
    _check_expression(state, loop.cardinality, outside, element, "loopCardinality")
    _check_expression(state, loop.output_element, inside, element, "outputElement")
    _check_expression(state, loop.until, counting, element, "completionCondition")
    _check_expression(state, loop.condition, counting, element, "loopCondition")


def _check_event(state: _Check, element: Element, known: set[str]) -> None:
    """What an event waits for, what it is correlated by, and how long it lives."""
    if element.timer:
        _check_expression(state, element.timer.text, known, element, "timer")
    _check_expression(state, element.event.condition, known, element, "condition")
    _check_expression(state, element.words.attribute("correlationKey"), known, element, "correlationKey")
    for name in ("timeToLive", "timeout"):
        text = element.words.attribute(name)
        _check_expression(state, text, known, element, name)
        if text is not None and not text.startswith("=") and not _DURATION.match(text):
            state.say(
                "not_a_duration",
                Text(f"{name} 的“{text}”不是 ISO 8601 时长", f'{name}: "{text}" is no ISO 8601 duration'),
                Text("写成 P30D 或 PT5M", "write P30D or PT5M"),
                element,
            )


_BY_PERSONS = ("form", "gate", "businessDate", "field", "input")
"""Words about what a person enters at the start."""


def _check_event_start(state: _Check, element: Element) -> None:
    """A start that no person makes says in which unit, and can ask nobody anything."""
    words = element.words
    if not any("at" in who for who in words.all("who")):
        state.say(
            "start_without_unit",
            Text(f"{element.id} 没有说明在哪个组织发起", f"{element.id} does not say in which unit its cases are"),
            Text(
                "在开始事件上写 <liuhen:who role=… at=…>：该组织的该职务可看到事项",
                "write <liuhen:who role=… at=…> on the start event; whoever holds that post there sees the case",
            ),
            element,
        )
    asked = [w for w in _BY_PERSONS if words.attribute(w) is not None or words.all(w)]
    if asked:
        state.say(
            "start_asks_nobody",
            Text(
                f"{element.id} 不由人发起，不能写 {asked[0]}",
                f"no person starts {element.id}: {asked[0]} is no use there",
            ),
            Text("删除，或改为无类型开始事件", "remove it, or use a none start event"),
            element,
        )
    if words.attribute("correlationKey") is not None:
        state.say(
            "start_with_key",
            Text(f"流程的开始事件 {element.id} 不能写 correlationKey", f"the start event {element.id} takes any key"),
            Text(
                "删除：消息的关联键成为事项的业务编号", "remove it: the message's key becomes the case's business key"
            ),
            element,
        )


def _check_for_each(state: _Check, element: Element, everywhere: set[str]) -> None:
    """Only a timer that starts the process looks at a collection; the occasion may name the item."""
    word = element.words.one("forEach")
    if word is None:
        return
    if element.event.kind != "timer" or state.blueprint is None or element.scope != state.blueprint.id:
        state.say(
            "for_each_without_timer",
            Text(f"{element.id} 不是流程的定时开始事件，不能写 forEach", f"{element.id} is no timer start event"),
            Text("删除，或改为定时开始事件", "remove forEach, or make it a timer start event of the process"),
            element,
        )
    item = word.get("inputElement", "")
    _check_expression(state, word.get("inputCollection"), everywhere - {item}, element, "forEach inputCollection")
    _check_expression(state, word.get("occasion"), everywhere | {item}, element, "forEach occasion")


_DURATION = re.compile(r"^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$")


def _check_element(state: _Check, blueprint: machine.Blueprint, element: Element, everywhere: set[str]) -> None:
    words = element.words
    if element.kind == "startEvent" and element.scope == blueprint.id and element.event.kind != "none":
        _check_event_start(state, element)
    around = blueprint.elements.get(element.scope)
    outside = everywhere | (_seen_at(blueprint, around) if around is not None else set())
    everywhere = everywhere | _seen_at(blueprint, element)
    _check_event(state, element, everywhere)
    _check_for_each(state, element, everywhere)
    form = None
    if key := words.attribute("form"):
        form = state.forms.get(key)
        if form is None and not any(f.file == f"forms/{key}.json" for f in state.findings):
            state.say(
                "missing_form",
                Text(f"表单 {key} 不存在", f"the form {key} does not exist"),
                Text(f"加上 forms/{key}.json 或改名", f"add forms/{key}.json or correct the name"),
                element,
            )
    fields = form.answers if form is not None else frozenset()
    known = {*everywhere, *fields, *(i.get("target", "") for i in words.all("input"))}
    if form is not None:
        _check_names(state, set(form.names), known, element, f"form {key}")
    if element.kind not in (*machine.TASKS, "scriptTask"):
        known |= set(vocabulary.EVENT_NAMES)
    _check_loop(state, element, outside, {*known, *(o.get("target", "") for o in words.all("output"))})
    outcomes = {o.get("value") for o in words.all("outcome")}
    if element.kind in machine.TASKS and not (words.all("who") or _lane_who(blueprint, element)):
        state.say(
            "nobody_asked",
            Text(f"没有说明由谁办理“{element.name or element.id}”", f"nobody is asked to do {element.id}"),
            Text("写 <liuhen:who>，或把它放进有 <liuhen:who> 的泳道", "write <liuhen:who>, on it or on its lane"),
            element,
        )
    if element.is_secret and (form is not None or words.all("output") or words.all("confirm") or words.all("vote")):
        state.say(
            "secret_ballot_tells",
            Text(
                f"“{element.name or element.id}”是无记名表决，不能有表单、输出、复核或计票项",
                f"{element.id} is a secret ballot: a form, outputs, a confirmation or a vote would tell who gave what",
            ),
            Text("删除它们，或不用 secret", "remove them, or do without secret"),
            element,
        )
    written = {o.get("target") for o in words.all("output")} | {i.get("target") for i in words.all("input")}
    access = {f.get("key"): f.get("access") for f in words.all("field")}
    # What the step only shows is there to show the case.
    shown = {name for name in fields if access.get(name, access.get("*")) in ("read", "hidden")}
    for name in sorted((fields & state.variables) - written - shown):
        state.say(
            "field_shadows_variable",
            Text(
                f"表单项 {name} 与事项变量同名，会带出该变量的旧值",
                f"field {name} has the name of a variable of the case and opens with its value",
            ),
            Text("给表单项换个名字；若有意带出，用 <liuhen:input>", "rename the field, or say so by <liuhen:input>"),
            element,
            severity="warning",
        )
    for who in words.all("who"):
        _check_who(state, who, known, element, element.id)
    _check_vacancy(state, words, element, element.id)
    for word in ("confirm", "escalate", "extend", "copy", "correction"):
        for item in words.all(word):
            if word == "extend" and not {"role", "person"} & set(item):
                continue  # whoever is asked to do it
            _check_who(state, item, known, element, word)
            _check_expression(state, item.get("when"), known, element, word)
            _check_clause(state, item, element)
    for word, parts in _EXPRESSIONS.items():
        for item in words.all(word):
            for part in parts:
                names = known if word != "notBefore" else everywhere
                _check_expression(state, item.get(part), names, element, f"{word} {part}")
            _check_clause(state, item, element)
            for outcome in vocabulary.keys(item.get("outcome")):
                if word != "outcome" and outcome not in outcomes and element.kind in machine.TASKS:
                    _check_outcome_known(state, words, outcome, element)
    for item in words.all("writesDirectory"):
        _check_written(state, item, element)
    _check_expression(state, words.attribute("outcomeFrom"), known, element, "outcomeFrom")
    _check_expression(state, words.attribute("unit"), everywhere, element, "unit")
    _check_expression(state, words.attribute("outlives"), None, element, "outlives")
    for step in vocabulary.keys(words.attribute("files")):
        if step not in blueprint.elements or blueprint.elements[step].kind not in machine.TASKS:
            _unknown(state, "element", step, element)
    for name in _decision_names(element):
        decision = state.decisions.get(name)
        if decision is None:
            _unknown(state, "decision", name, element)
        else:
            _check_names(state, set(decision.inputs), known, element, f"decision {name}")
    for gate in words.all("gate"):
        if ("decision" in gate) == ("condition" in gate):
            state.say(
                "gate_incomplete",
                Text("把关须写 decision 或 condition 之一", "a gate needs either decision or condition"),
                Text("二者写一个", "write one of the two"),
                element,
            )
        elif "condition" in gate and "code" not in gate:
            state.say(
                "gate_incomplete",
                Text("用 condition 把关须写 code", "a gate with a condition needs a code"),
                Text("写上拒绝代码，如 err_…", "write the code of the refusal, such as err_…"),
                element,
            )
    for other in words.all("otherThan"):
        for task in vocabulary.keys(other.get("task")):
            if task not in blueprint.elements:
                _unknown(state, "element", task, element)
    _check_return(state, blueprint, element)
    _check_demands(state, element, outcomes)
    _check_terms(state, blueprint, element, everywhere, known)
    _check_meeting(state, element, known)
    _check_documents(state, element, known, outcomes)
    business_date = words.one("businessDate")
    if business_date:
        _check_names(state, set(vocabulary.keys(business_date.get("after"))), everywhere, element, "businessDate after")
        _check_clause(state, {"clause": business_date.get("lateClause", "")}, element)
    if form is not None:
        wanted = [business_date.get("field") if business_date else None]
        wanted += [g.get("field") for g in words.all("gate")] + [f.get("key") for f in words.all("field")]
        wanted += [d.get("field") for d in words.all("duty")]
        wanted += [f.get("field") for f in (*words.all("fill"), *words.all("onBehalf"))]
        if vote := words.one("vote"):
            wanted += [vote.get(p) for p in ("eligible", "present", "for", "against", "abstain", "invalid")]
        paths = form.paths | {"*"}
        for wish in wanted:
            if wish and wish not in paths and wish not in known:
                _unknown(state, "field", wish, element)
    elif words.one("businessDate") or words.one("vote") or words.one("onBehalf"):
        state.say(
            "missing_form",
            Text("businessDate、vote 和 onBehalf 需要表单", "businessDate, vote and onBehalf need a form"),
            Text("写上 liuhen:form", "write liuhen:form"),
            element,
        )


_WRITTEN: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "membership": (frozenset({"person", "status", "from"}), frozenset()),
    "term": (frozenset({"until"}), frozenset({"from"})),
    "post": (frozenset({"person", "role", "from"}), frozenset({"replaces"})),
}
"""What ``writesDirectory`` writes → the parts that it needs, and those that it may have besides."""


def _check_written(state: _Check, item: Mapping[str, str], element: Element | None) -> None:
    """Each kind of change has its own parts; a post is one of the directory's."""
    what = item.get("what", "")
    if what not in _WRITTEN:
        return
    needed, allowed = _WRITTEN[what]
    lacking = sorted(needed - set(item))
    useless = sorted(set(item) - needed - allowed - {"what", "unit", "when", "outcome", "clause"})
    if lacking or useless:
        said = ", ".join(lacking or useless)
        state.say(
            "writes_incomplete",
            Text(f"writesDirectory {what} 缺少 {said}", f"writesDirectory {what} lacks {said}")
            if lacking
            else Text(f"writesDirectory {what} 没有 {said}", f"writesDirectory {what} has no {said}"),
            Text("补上", "add it") if lacking else Text("删除", "remove it"),
            element,
        )
    if what == "post" and "role" in item and item["role"] not in actors.POST_ROLES:
        state.say(
            "unknown_role",
            Text(f"writesDirectory 没有职务 {item['role']}", f"writesDirectory: there is no post {item['role']}"),
            Text("改为目录中的职务", "use a post of the directory"),
            element,
        )


_ONE_OF: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "due": (("date", "after"), True),
    "remind": (("at", "before", "after"), True),
    "notBefore": (("date", "after"), True),
    "notAfter": (("date", "after"), False),
    "pause": (("when", "while"), True),
}
"""Of these parts one is written; whether it has to be."""


def _check_terms(
    state: _Check, blueprint: machine.Blueprint, element: Element, everywhere: set[str], known: set[str]
) -> None:
    """The words of time: one way to say when, names that there are, steps that there are, a term to pause or extend."""
    words = element.words
    for word in (*_ONE_OF, "publicity", "extend", "extends", "escalate"):
        names = everywhere if word == "notBefore" else known
        for item in words.all(word):
            parts, needed = _ONE_OF.get(word, ((), False))
            written = [part for part in parts if part in item]
            if len(written) > 1 or (needed and not written):
                state.say(
                    "term_incomplete",
                    Text(f"<liuhen:{word}> 须写 {' 或 '.join(parts)} 之一", f"{word} needs one of {', '.join(parts)}"),
                    Text("只写一个", "write one of them"),
                    element,
                )
            for part in ("after", "before", "by", "for"):
                amount = calendars.read_amount(item.get(part, ""))
                if amount is not None and amount.name is not None:
                    _check_names(state, {amount.name}, names, element, f"{word} {part}")
            since = item.get("from", "opened")
            if since not in ("opened", "started"):
                _check_names(state, {since}, names, element, f"{word} from")
            elif word == "notBefore" and "after" in item and since == "opened":
                state.say(
                    "term_incomplete",
                    Text("notBefore 的 after 须从 started 或某变量起算", "notBefore after counts from a day before it"),
                    Text("写 from=started 或变量名", "write from=started, or the name of a variable"),
                    element,
                )
            for task in (*vocabulary.keys(item.get("while")), *vocabulary.keys(item.get("task"))):
                if task not in blueprint.elements:
                    _unknown(state, "element", task, element)
    has_term = words.one("due") is not None
    needing = [w for w in ("pause", "extend", "escalate") if words.all(w)]
    needing += [] if not any("before" in r for r in words.all("remind")) else ["remind"]
    if needing and not has_term:
        state.say(
            "term_missing",
            Text(f"{element.id} 没有期限，{needing[0]} 不起作用", f"{element.id} has no term: {needing[0]} is no use"),
            Text("写上 <liuhen:due>", "write <liuhen:due>"),
            element,
            severity="warning",
        )


def _check_demands(state: _Check, element: Element, outcomes: set[str | None]) -> None:
    """Attachments and signatures: numbers in their order, extensions that are taken, outcomes and clauses there are."""
    for name in ("copy", "signature", "attachments"):
        for word in element.words.all(name):
            _check_clause(state, word, element)
            for outcome in vocabulary.keys(word.get("outcome")):
                if outcome not in outcomes:
                    _check_outcome_known(state, element.words, outcome, element)
    word = element.words.one("attachments") or {}
    least, most = word.get("min", "0"), word.get("max", "100")
    if least.isdigit() and most.isdigit() and int(least) > int(most):
        state.say(
            "attachments_impossible",
            Text(f"附件至少 {least} 个却至多 {most} 个", f"at least {least} attachments, but at most {most}"),
            Text("改正 min 或 max", "correct min or max"),
            element,
        )
    for extension in vocabulary.keys(word.get("types")):
        if extension.lower() not in files.EXTENSIONS:
            state.say(
                "attachments_type",
                Text(f"不接受 .{extension} 文件", f"files of type .{extension} are not taken"),
                Text(f"可用：{'、'.join(sorted(files.EXTENSIONS))}", f"use: {', '.join(sorted(files.EXTENSIONS))}"),
                element,
            )


_OF_DOCUMENTS = ("title", "issuer", "code", "to", "addressed", "copies", "signer", "date", "urgency", "when")


def _check_documents(state: _Check, element: Element, known: set[str], outcomes: set[str | None]) -> None:
    """What a step issues: a template that there is, whose holes can be filled, a kind with a name, a title."""
    for word in element.words.all("receives"):
        _check_expression(state, word.get("document"), known, element, "receives document")
    for word in element.words.all("document"):
        for part in (*_OF_DOCUMENTS, "attachments"):
            _check_expression(state, word.get(part), known, element, f"document {part}")
        _check_clause(state, word, element)
        for outcome in vocabulary.keys(word.get("outcome")):
            if outcome not in outcomes:
                _check_outcome_known(state, element.words, outcome, element)
        if not word.get("attachments", "=").startswith("=") and word["attachments"] not in ("task", "case"):
            state.say(
                "document_attachments",
                Text("attachments 应为 task、case 或表达式", "attachments is task, case, or an expression"),
                Text("写 task、case 或 =…", "write task, case, or =…"),
                element,
            )
        kind, name = word.get("kind", ""), word.get("body", "")
        if kind not in templates.KINDS and not any(f"document.{kind}" in texts for texts in state.texts.values()):
            state.say(
                "document_kind",
                Text(f"文种 {kind} 没有名称", f"documents of the kind {kind} have no name"),
                Text(
                    f"改用 {'、'.join(templates.KINDS)}，或在 texts 中写 document.{kind}",
                    f"use one of {', '.join(templates.KINDS)}, or name it in texts: document.{kind}",
                ),
                element,
            )
        template = state.documents.get(name)
        if template is None:
            if not any(f.file == f"documents/{name}.json" for f in state.findings):
                state.say(
                    "missing_document",
                    Text(f"公文模板 {name} 不存在", f"there is no template of a document called {name}"),
                    Text(f"加上 documents/{name}.json", f"add documents/{name}.json"),
                    element,
                )
            continue
        if template.title is None and "title" not in word:
            state.say(
                "document_title",
                Text(f"公文 {name} 没有标题", f"the document {name} has no title"),
                Text("在模板或词上写 title", "write title in the template or on the word"),
                element,
            )
        _check_names(state, set(template.names), {*known, "document"}, element, f"documents/{name}.json")


def _check_duties(state: _Check, blueprint: machine.Blueprint, everywhere: set[str]) -> None:
    """The procedure's own rules of separation: duties, steps and roles that there are, and that it can keep them."""
    for rule in state.duties.rules:
        for term in rule.terms:
            _check_expression(state, term.enforcement, everywhere, None, f"duties.json {rule.id}")
    if any(f.rule in ("feel_error", "unknown_name") for f in state.findings):
        return
    for wrong in binding.problems(blueprint, state.duties, state.duties, separation.NONE):
        severity = "error" if wrong.is_error else "warning"
        file = "process.bpmn" if wrong.element else "duties.json"
        state.say(wrong.rule, wrong.text, wrong.remedy, wrong.element, file, severity)


def _check_return(state: _Check, blueprint: machine.Blueprint, element: Element) -> None:
    """Where a task may be returned to: steps that there are, that can be undone, and that come before it."""
    word = element.words.one("return")
    _check_clause(state, word, element)
    _check_clause(state, element.words.one("recall"), element)
    for wanted in vocabulary.keys((word or {}).get("to")):
        if wanted in vocabulary.RETURN_TO:
            continue
        step = blueprint.elements.get(wanted)
        if step is None:
            _unknown(state, "element", wanted, element)
        elif step.kind not in machine.BACK_TO or step.id == element.id:
            state.say(
                "no_step_to_return_to",
                Text(f"{wanted} 不是可以退回的步骤", f"{wanted} is no step that one can return to"),
                Text("写任务、子流程或调用活动的标识", "name a task, a sub-process or a call activity"),
                element,
            )
        elif not comes_before(blueprint, step, element):
            state.say(
                "no_step_to_return_to",
                Text(f"{wanted} 不在 {element.id} 之前", f"{wanted} does not come before {element.id}"),
                Text("写它之前的步骤", "name a step that comes before it"),
                element,
            )


def _check_meeting(state: _Check, element: Element, known: set[str]) -> None:
    """What a meeting decides: shares that are shares, no ballot of its own, and nothing filled without a meeting."""
    word = element.words.one("meeting")
    _check_clause(state, word, element)
    if word is None:
        if element.words.all("fill"):
            state.say(
                "fill_without_meeting",
                Text("没有 meeting，fill 无从填写", "nothing fills a form without a meeting"),
                Text("写 <liuhen:meeting>，或删除 fill", "write <liuhen:meeting>, or remove fill"),
                element,
            )
        return
    _check_expression(state, word.get("voters"), known, element, "meeting voters")
    _check_expression(state, word.get("at"), known, element, "meeting at")
    for part in ("quorum", "share"):
        _check_expression(state, word.get(part), known, element, f"meeting {part}")
        if not word.get(part, "=").startswith("=") and machine.share(word[part]) is None:
            state.say(
                "meeting_share",
                Text(f"meeting 的 {part} 不是比例：{word[part]}", f"meeting {part} is no share: {word[part]}"),
                Text("写成 >1/2、2/3 或 >=80%", "write it like >1/2, 2/3 or >=80%"),
                element,
            )
    base = word.get("base", "=")
    _check_expression(state, base, known, element, "meeting base")
    if not base.startswith("=") and base not in machine.BASES:
        state.say(
            "meeting_base",
            Text(f"meeting 的 base 不是基数：{base}", f"meeting base is none of its bases: {base}"),
            Text(f"写 {'、'.join(machine.BASES)} 之一", f"write one of {', '.join(machine.BASES)}"),
            element,
        )
    if element.loop is not None and element.loop.count is not None:
        state.say(
            "meeting_of_countersignature",
            Text("会签由各人自己表态，不能由会议登记", "everybody signs a countersignature: no meeting enters it"),
            Text("二者只写其一", "write one of the two"),
            element,
        )


def comes_before(blueprint: machine.Blueprint, step: Element, element: Element) -> bool:
    """Whether a token that has left a step may come to an element, in and out of sub-processes and by events."""
    seen, todo = {(step.id, True)}, [(step.id, True)]
    while todo:
        id_, is_left = todo.pop()
        here = blueprint.elements[id_]
        ahead = [(t.id, True) for t in blueprint.triggers.get(here.scope, ())]
        if is_left:
            targets = [blueprint.elements[f.target] for f in blueprint.outgoing[id_]]
            ahead += [(t.id, not blueprint.entries.get(t.id)) for t in targets]
            ahead += [(here.scope, True)] if here.scope in blueprint.elements else []
            ahead += [(id_, False)] if here.loop is not None and blueprint.entries.get(id_) else []
        else:
            ahead += [(e.id, True) for e in blueprint.entries[id_]]
        ahead += [(b.id, True) for b in blueprint.boundaries.get(id_, ())]
        for one in ahead:
            if one[0] == element.id and (one[1] or not blueprint.entries.get(element.id)):
                return True
            if one not in seen:
                seen.add(one)
                todo.append(one)
    return False


_EXPRESSIONS: Mapping[str, tuple[str, ...]] = {
    "input": ("source",),
    "output": ("source",),
    "outcome": ("when",),
    "gate": ("condition",),
    "businessDate": ("notBefore", "lateAfter"),
    "vote": ("added",),
    "otherThan": ("person",),
    "duty": ("person",),
    "related": ("case",),
    "due": ("date",),
    "remind": ("at",),
    "notBefore": ("date",),
    "notAfter": ("date",),
    "publicity": (),
    "pause": ("when",),
    "extend": (),
    "extends": (),
    "writesDirectory": ("person", "unit", "from", "until", "when"),
    "field": (),
}


def _lane_who(blueprint: machine.Blueprint, element: Element) -> bool:
    return element.lane is not None and bool(blueprint.lanes[element.lane][1].all("who"))


def _check_outcome_known(state: _Check, words: vocabulary.Written, outcome: str, element: Element) -> None:
    if words.attribute("outcomeFrom") is None:
        _unknown(state, "outcome", outcome, element)


def _check_who(state: _Check, who: Mapping[str, str], known: set[str], element: Element | None, where: str) -> None:
    if "rule" in who:
        _check_rule(state, who, known, element, where)
        return
    ways = [("role" in who), ("person" in who), (who.get("anyone") == "true")]
    if sum(ways) != 1 or ("role" in who) != ("at" in who):
        state.say(
            "who_incomplete",
            Text(f"{where}：由谁办理须写 role 和 at，或 person", f"{where}: who needs role with at, or person"),
            Text("写 role 和 at，或只写 person", "write role and at, or person alone"),
            element,
        )
    if "role" in who and who["role"] not in actors.ROLES:
        unknown = assigning.unknown_role(where, who["role"])
        state.say(unknown.rule, unknown.text, unknown.remedy, element, severity="warning")
    _check_expression(state, who.get("at"), known, element, f"{where} at")
    _check_expression(state, who.get("person"), known, element, f"{where} person")


def _check_rule(state: _Check, who: Mapping[str, str], known: set[str], element: Element | None, where: str) -> None:
    if state.blueprint is None:
        return

    def form_of(step: Element) -> forms.Form | None:
        return state.forms.get(step.words.attribute("form") or "")

    for wrong in assigning.problems(who, state.blueprint, element, where, known, form_of):
        state.say(wrong.rule, wrong.text, wrong.remedy, element)


def _check_vacancy(state: _Check, words: vocabulary.Written, element: Element | None, where: str) -> None:
    for word in words.all("vacancy"):
        _check_clause(state, word, element)
        for wrong in assigning.problems_of_vacancy(word, f"{where} vacancy"):
            state.say(wrong.rule, wrong.text, wrong.remedy, element)


def _check_expression(
    state: _Check, text: str | None, known: set[str] | None, element: Element | None, where: str
) -> None:
    """``known`` ``None``: its names are another definition's."""
    if text is None or not text.startswith("="):
        return
    try:
        expression = feel.compile(text[1:], vocabulary.HOST_NAMES if known is None else {*known})
    except feel.FeelError as e:
        state.say(
            "feel_error",
            Text(f"{where}：{e.text.zh}", f"{where}: {e.text.en}"),
            Text("改正表达式", "correct the expression"),
            element,
        )
        return
    if known is not None:
        _check_names(state, set(expression.names), known, element, where)


def _check_names(state: _Check, names: set[str], known: set[str], element: Element | None, where: str) -> None:
    for name in sorted(names - known):
        state.say(
            "unknown_name",
            Text(f"{where}：这里没有名为 {name} 的值", f"{where}: nothing is called {name} here"),
            Text("先用 <liuhen:output> 写入它，或改正名称", "write it by <liuhen:output> before, or correct the name"),
            element,
        )


def _check_clause(state: _Check, word: Mapping[str, str] | None, element: Element | None) -> None:
    clause = (word or {}).get("clause")
    if not clause:
        return
    state.enforced.add(clause)
    if clause not in state.rules.clauses:
        _unknown(state, "clause", clause, element)


_THINGS = {
    "clause": Text("条款", "clause"),
    "decision": Text("决策", "decision"),
    "element": Text("元素", "element"),
    "field": Text("表单项", "field"),
    "outcome": Text("办理结果", "outcome"),
}


def _unknown(state: _Check, thing: str, name: str | None, element: Element | None) -> None:
    state.say(
        f"unknown_{thing}",
        Text(f"没有名为 {name} 的{_THINGS[thing].zh}", f"there is no {_THINGS[thing].en} called {name}"),
        Text("改正名称，或补上它", "correct the name, or add it"),
        element,
    )


# ---------------------------------------------------------------- the library

_cache: dict[str, Definition] = {}


def publish(
    db: Connection,
    actor: Actor,
    moment: Moment,
    files: Mapping[str, str | Mapping[str, Any]],
    note: str = "",
    *,
    is_active: bool = True,
    **facts: Any,
) -> Published:
    """Store a process folder as the next version of its key; raises ``DefinitionRefused`` with every finding.

    It starts cases from now on, unless it is to become active later or not everywhere. ``facts`` enter the entry.
    """
    if "definitions.publish" not in actor.permissions:
        raise Forbidden()
    definition, findings = check(files)
    if definition is None:
        raise DefinitionRefused(findings)
    against = against_office(db, definition)
    if any(f.severity == "error" for f in against):
        raise DefinitionRefused((*findings, *against))
    done = put(db, actor, moment, definition, note, is_active=is_active, **facts)
    if not done.is_new:
        return replace(done, findings=findings)
    return replace(done, findings=(*findings, *against, *_others(db, moment, definition)))


def put(
    db: Connection,
    actor: Actor,
    moment: Moment,
    definition: Definition,
    note: str = "",
    *,
    is_active: bool = True,
    **facts: Any,
) -> Published:
    """Store a definition that has passed every check as the next version of its key; under its id, where it has one."""
    table = tables.definitions
    chain = f"definition:{definition.key}"
    trail.hold(db, chain)
    newest = db.execute(
        select(table.c.version, table.c.sha256).where(table.c.key == definition.key).order_by(table.c.version.desc())
    ).first()
    if newest is not None and newest.sha256 == definition.sha256:
        return Published(definition.key, newest.version, (), is_new=False)
    version, id_ = (newest.version if newest else 0) + 1, definition.id or new_id()
    db.execute(
        insert(table).values(
            id=id_,
            key=definition.key,
            version=version,
            name=json.dumps(definition.name.as_json(), ensure_ascii=False),
            sha256=definition.sha256,
            note=note,
            published_by=actor.person_id,
            published_at=moment.now,
        )
    )
    db.execute(
        insert(tables.definition_files),
        [{"definition_id": id_, "path": p, "content": c} for p, c in definition.files.items()],
    )
    trail.append(
        db,
        moment,
        actor,
        chain=chain,
        kind=trail.Kind.DEFINITION_PUBLISHED,
        version=version,
        sha256=definition.sha256,
        note=note or None,
        **facts,
    )
    if is_active:
        activate(db, moment, replace(definition, id=id_, version=version), None)
    elif newest is None:  # not before it is activated
        db.execute(insert(tables.active_versions).values(definition_key=definition.key, unit_id="", since=moment.now))
    return Published(definition.key, version, ())


def activate(db: Connection, moment: Moment, definition: Definition, units: Collection[str] | None) -> None:
    """From now on this version starts cases: everywhere, or in these units and all below them."""
    table = tables.active_versions
    mine = table.c.definition_key == definition.key
    inside = None if units is None else {one for unit in units for one in actors.subtree(db, unit, moment.today)}
    db.execute(delete(table).where(mine if inside is None else mine & table.c.unit_id.in_(inside)))
    row = {"definition_key": definition.key, "definition_id": definition.id, "since": moment.now}
    db.execute(insert(table), [{**row, "unit_id": unit} for unit in (("",) if units is None else sorted(set(units)))])
    if units is None:
        register_starts(db, moment, definition)


def is_retired(db: Connection, key: str) -> bool:
    """Whether nobody starts cases of a procedure any more."""
    return _standing(db, key)[1]


def _standing(db: Connection, key: str) -> tuple[dict[str, str | None], bool]:
    """Unit ("" for everywhere) → the id of the version that starts cases there; and whether the key is retired."""

    def ask() -> tuple[dict[str, str | None], bool]:
        rows = _ACTIVE.all(db, {"key": key})
        retired = _RETIRED.first(db, {"key": key})
        return {r["unit_id"]: r["definition_id"] for r in rows}, retired is not None

    return once(db, ("standing", key), ask)


_ACTIVE = Statement(
    select(tables.active_versions.c.unit_id, tables.active_versions.c.definition_id).where(
        tables.active_versions.c.definition_key == bindparam("key")
    )
)
_RETIRED = Statement(
    select(tables.procedures.c.retired_at).where(
        tables.procedures.c.definition_key == bindparam("key"), tables.procedures.c.retired_at.is_not(None)
    )
)


def active(db: Connection, moment: Moment, key: str, unit: str | None = None) -> Definition:
    """The version that starts cases in a unit, or usually; ``NotFound``, or ``NotNow`` where none does yet.

    The nearest unit above it that has a version of its own says which; else the version for everywhere.
    """
    rows, _ = _standing(db, key)
    if not rows:
        return read(db, key)
    id_ = rows.get("")
    if len(rows) > 1 and unit is not None:
        above = (unit, *(one.id for one in actors.ancestors(db, unit, moment.today)))
        id_ = next((rows[one] for one in above if one in rows), id_)
    elif len(rows) > 1 and id_ is None:
        id_ = max(one for one in rows.values() if one is not None)
    if id_ is None:
        raise NotNow(
            Text("“{name}”在此尚未启用。", "“{name}” is not in force here yet."),
            code="err_not_active",
            name=read(db, key).name,
        )
    return load(db, id_)


def starting(db: Connection, moment: Moment, key: str, unit: str | None = None) -> Definition:
    """The version by which people start cases; ``NotNow`` also where the procedure is retired."""
    found = active(db, moment, key, unit)
    must_not_be_retired(db, found)
    return found


def must_not_be_retired(db: Connection, definition: Definition) -> None:
    """Raises ``NotNow`` where no case of a procedure is started any more."""
    if is_retired(db, definition.key):
        raise NotNow(
            Text("“{name}”已停用，不再受理新事项。", "“{name}” is retired; no case of it is started any more."),
            code="err_retired",
            name=definition.name,
        )


def is_newest(db: Connection, definition: Definition) -> bool:
    """Whether the very same files are already the newest version of their key."""
    table = tables.definitions.c
    query = select(table.sha256).where(table.key == definition.key).order_by(table.version.desc()).limit(1)
    return db.execute(query).scalar() == definition.sha256


@contextmanager
def at_hand(definition: Definition) -> Iterator[None]:
    """For as long as it lasts, ``load`` gives this definition for its id, and reads no file."""
    with _cache_lock:
        _cache[definition.id] = definition
    try:
        yield
    finally:
        with _cache_lock:
            del _cache[definition.id]


def against_office(db: Connection, definition: Definition) -> list[Finding]:
    """What the office-wide rules of separation say against a procedure; an error keeps it from being published."""
    office, blueprint, own = separation.in_force(db), definition.blueprint, definition.duties
    found = [*binding.problems(blueprint, office, own, office), *binding.unknown_duties(blueprint, own, office)]
    return [
        Finding(
            "process.bpmn",
            wrong.rule,
            wrong.text,
            wrong.remedy,
            wrong.element.line if wrong.element else None,
            wrong.element.id if wrong.element else None,
            "error" if wrong.is_error else "warning",
        )
        for wrong in found
    ]


_STARTS = {"timer": "timer", "message": "message", "signal": "signal", "conditional": "condition"}
"""Kind of a start event → kind of its row."""


def register_starts(db: Connection, moment: Moment, definition: Definition) -> None:
    """The start events of the version that starts cases, for the clock and the messages; others of its key are gone.

    A timer that is still the same goes on where it was: a publication does not begin its cycle anew.
    """
    table = tables.starts
    there = {r.element: r for r in db.execute(select(table).where(table.c.definition_key == definition.key))}
    db.execute(table.delete().where(table.c.definition_key == definition.key))
    rows = []
    for element in definition.blueprint.starts if not is_retired(db, definition.key) else ():
        kind = _STARTS.get(element.event.kind)
        if kind is None:
            continue
        was = there.get(element.id)
        is_same = was is not None and load(db, was.definition_id).element(element.id).event == element.event
        is_timed = kind in ("timer", "condition")
        rows.append(
            {
                "definition_key": definition.key,
                "element": element.id,
                "definition_id": definition.id,
                "kind": kind,
                "name": element.event.name,
                "due_at": was.due_at if is_same and was is not None else moment.now if is_timed else None,
                "state": was.state
                if is_same and was is not None
                else json.dumps({"since": moment.now.isoformat()} if kind == "timer" else {}),
            }
        )
    if rows:
        db.execute(insert(table), rows)


def _others(db: Connection, moment: Moment, definition: Definition) -> list[Finding]:
    """What only the library knows: called definitions that are not there, messages that start several."""
    found = []

    def say(rule: str, element: Element, text: Text, remedy: Text) -> None:
        found.append(Finding("process.bpmn", rule, text, remedy, element.line, element.id, "warning"))

    known = tables.definitions.c
    for element in definition.blueprint.elements.values():
        for one in [one for who in definition.whos(element) for one in assigning.named(who)]:
            if element.kind in (*machine.TASKS, "startEvent") and actors.find(db, moment.today, one) is None:
                say(
                    "unknown_person",
                    element,
                    Text(f"{element.id}：没有人员或组织 {one}", f"{element.id}: nobody has the number {one}"),
                    Text("改正编号；办理时仍没有，则无人被请", "correct the number, or nobody is asked by it"),
                )
    for element in definition.blueprint.of_kind("callActivity"):
        query = select(known.id).where(known.key == element.called).limit(1)
        if version := element.words.attribute("version"):
            query = query.where(known.version == int(version))
        if db.execute(query).first() is None:
            say(
                "called_not_published",
                element,
                Text(f"{element.id} 调用的 {element.called} 尚未发布", f"{element.called} is not published"),
                Text("在办到这一步之前发布它", "publish it before a case comes there"),
            )
    for element in definition.blueprint.starts:
        if element.event.kind == "message":
            other = _other_start(db, definition.key, element.event.name)
            if other is not None:
                say(
                    "message_starts_others",
                    element,
                    Text(f"{other} 也由消息“{element.event.name}”发起", f"{other} is started by that message too"),
                    Text("一条消息只发起一个事项：换个消息名", "a message starts one case: use another name"),
                )
    return found


def _other_start(db: Connection, key: str, name: str) -> str | None:
    table = tables.starts
    query = select(table.c.definition_key).where(table.c.kind == "message", table.c.name == name)
    other: str | None = db.execute(query.where(table.c.definition_key != key).limit(1)).scalar()
    return other


def load(db: Connection, id_: str) -> Definition:
    """A published version by its id, parsed once per process."""
    found = _cache.get(id_)
    if found is not None:
        return found
    row = db.execute(select(tables.definitions).where(tables.definitions.c.id == id_)).first()
    if row is None:
        raise NotFound()
    files = {
        f.path: f.content
        for f in db.execute(select(tables.definition_files).where(tables.definition_files.c.definition_id == id_))
    }
    # Whoever passed the check of this release needs none of what is let pass for an earlier one.
    definition, findings = _passed_before(_mark(files)) or _checked(_Check(files, is_published=True))
    if definition is None:
        raise DefinitionRefused(findings)
    exempt = tuple(f for f in findings if f.severity == "error")
    if exempt:
        minded = ", ".join(sorted({f.rule for f in exempt}))
        _log.warning("%s, version %d, would not be published any more: %s", row.key, row.version, minded)
    found = Definition(
        **{
            **{k: getattr(definition, k) for k in definition.__dataclass_fields__},
            "id": row.id,
            "version": row.version,
            "note": row.note,
            "published_at": row.published_at,
            "exempt": exempt,
        }
    )
    with _cache_lock:
        return _cache.setdefault(id_, found)


def read(db: Connection, key: str, version: int | None = None) -> Definition:
    """The newest, or a given, version of a key; ``NotFound`` where there is none."""
    table = tables.definitions
    query = select(table.c.id).where(table.c.key == key).order_by(table.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(table.c.version == version)
    id_ = db.execute(query).scalar()
    if id_ is None:
        raise NotFound()
    return load(db, id_)


def newest(db: Connection) -> list[Definition]:
    """The newest version of every key, by key."""
    table = tables.definitions
    newest = select(table.c.key, func.max(table.c.version).label("version")).group_by(table.c.key).subquery()
    query = select(table.c.id).join(newest, (table.c.key == newest.c.key) & (table.c.version == newest.c.version))
    return [load(db, id_) for id_ in db.execute(query.order_by(table.c.key)).scalars().all()]


def versions(db: Connection, key: str) -> list[dict[str, Any]]:
    """Every version of a key, newest first."""
    table = tables.definitions
    query = select(table.c.version, table.c.published_at, table.c.note, table.c.published_by)
    return [dict(r._mapping) for r in db.execute(query.where(table.c.key == key).order_by(table.c.version.desc()))]


def enforcement(definition: Definition) -> dict[str, list[str]]:
    """Clause id → ids of the elements that enforce it, in document order."""
    found: dict[str, list[str]] = {c: [] for c in definition.rules.clauses}
    for element in definition.blueprint.elements.values():
        for clause in _clauses_on(element):
            if element.id not in found.setdefault(clause, []):
                found[clause].append(element.id)
    return found


def clauses_of(definition: Definition, element: Element) -> list[Clause]:
    """The clauses that an element enforces."""
    ids = dict.fromkeys(_clauses_on(element))
    return [c for i in ids if (c := definition.rules.clauses.get(i)) is not None]


def _clauses_on(element: Element) -> Iterable[str]:
    for items in element.words.elements.values():
        for item in items:
            for part in ("clause", "lateClause"):
                if item.get(part):
                    yield item[part]
