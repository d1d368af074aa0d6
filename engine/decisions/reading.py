"""The DMN files of a folder into one requirement graph; every finding of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from engine import feel
from engine.decisions.boxed import Boxed
from engine.decisions.graph import Asks, Calls, Decision, Knowledge, Need, Service
from engine.decisions.logic import Logic
from engine.decisions.source import NAMESPACES, line, local
from engine.errors import DefinitionRefused, Finding, Text
from engine.vocabulary import HOST_NAMES
from engine.xml import safe_xml

MOST_ELEMENTS, MOST_NAMES, MOST_TAGS, LONGEST_NAME, DEEPEST = 2_000, 40_000, 100_000, 200, 32
"""Decisions, inputs, services and knowledge of a folder; the names that they have in all files; tags; characters of a
name; requirements in a row."""
_SPLIT = Text("拆分为几个流程", "split the process")
_DRG = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_IGNORED = frozenset(
    {
        "association",
        "businessContextElement",
        "description",
        "DMNDI",
        "elementCollection",
        "extensionElements",
        "group",
        "import",
        "itemDefinition",
        "knowledgeSource",
        "organizationUnit",
        "performanceIndicator",
        "textAnnotation",
    }
)


def read(xml: bytes, file: str) -> dict[str, Decision]:
    """All decisions and decision services of one file by id; raises ``DefinitionRefused`` with every finding."""
    found, findings = read_all({file: xml})
    if findings:
        raise DefinitionRefused(findings)
    return {decision.id: decision for decision in found}


def read_all(files: Mapping[str, bytes]) -> tuple[list[Decision], list[Finding]]:
    """All decisions and decision services of the DMN files of one folder, and what is wrong with them.

    A reference is ``#id`` (of the same file, else of the one other file that has it), ``file.dmn#id``, or
    ``namespace#id``. Two files may hold one id as long as nothing refers to it without saying which; whether they may
    in a folder is for the caller to say.
    """
    findings: list[Finding] = []
    folder = _Folder()
    tags = 0
    for name in sorted(files):
        tags += files[name].count(b"<")
        if tags > MOST_TAGS:
            text = Text(f"DMN 文件合计超过 {MOST_TAGS} 个标签", f"all DMN files have more than {MOST_TAGS} tags")
            return [], [*findings, Finding(name, "dmn_too_large", text, _SPLIT, 1)]
        try:
            folder.add(_File(safe_xml(files[name], name), name, folder))
        except DefinitionRefused as refused:
            findings += refused.findings
    found = folder.decisions()
    for file in folder.files.values():
        findings += sorted(file.findings, key=lambda f: f.line or 0)
    return found, findings


class _Folder:
    """The files that may refer to each other."""

    def __init__(self) -> None:
        self.files: dict[str, _File] = {}
        self.names = 0
        """Names and types that the files may use, all files together."""
        self.path: list[tuple[str, str]] = []
        """File and id of what is being read: a second time in it is a circle."""

    def add(self, file: _File) -> None:
        if file.survey():
            self.files[file.file] = file
        else:
            self.files.setdefault(file.file, file)

    def decisions(self) -> list[Decision]:
        files = [file for file in self.files.values() if file.is_dmn]
        elements = sum(len(file.children(file.root, *_DRG)) for file in files)
        if elements > MOST_ELEMENTS:
            text = Text(f"决策等元素超过 {MOST_ELEMENTS} 个", f"more than {MOST_ELEMENTS} decisions and other elements")
            files[0].refuse(files[0].root, "dmn_too_large", text, _SPLIT)
            return []
        for file in files:
            file.imports()
        for file in files:
            file.declare()
        if self.names > MOST_NAMES:
            text = Text(f"各文件中的名称合计超过 {MOST_NAMES} 个", f"the files have more than {MOST_NAMES} names")
            files[0].refuse(files[0].root, "dmn_too_large", text, _SPLIT)
            return []
        return [decision for file in files for decision in file.all()]

    def named(self, name: str, of: _File) -> list[_File]:
        """The files that a reference means by what stands before its ``#``: nothing, a file, or a namespace."""
        if not name:
            return [of]
        found = [file for file in self.files.values() if file.is_dmn and file.file.rpartition("/")[2] == name]
        return found or [f for f in self.files.values() if f.is_dmn and f.root.get("namespace") == name]


class _File(Boxed):
    """One file on its way to decisions."""

    def __init__(self, root: etree._Element, file: str, folder: _Folder) -> None:
        super().__init__(root, file)
        self.folder = folder
        self.by_id: dict[str, etree._Element] = {}
        self.through: dict[str, list[_File]] = {}
        """Imported files by the name of their import."""
        self.made: dict[str, Any] = {}
        self.given: set[str] = set()
        """Decisions whose answer some service is given, by id."""
        self.is_declared = False

    # --- the file ------------------------------------------------------------------------------------------------

    def survey(self) -> bool:
        """Look at the file as a whole; False where it is no DMN."""
        if not self.is_dmn:
            self.refuse(
                self.root,
                "dmn_not_dmn",
                Text("不是 DMN 1.1–1.5 文件", "this is not a DMN 1.1 to 1.5 file"),
                Text("用 DMN 建模工具另存", "save it from a DMN modeller"),
            )
            return False
        self.language(self.root)
        for element in self.root.iter():
            id_ = element.get("id")
            if id_ is None or etree.QName(element).namespace != self.space:
                continue
            if id_ in self.by_id:
                self.refuse(
                    element,
                    "dmn_duplicate_id",
                    Text(f"id {id_[:80]} 出现两次", f"the id {id_[:80]} occurs twice"),
                    Text("改名或删除其中一个", "rename or remove one of the two"),
                    id_,
                )
            self.by_id[id_] = element
        for element in self.root.iter(f"{{{self.space}}}inputDecision"):
            self.given.add((element.get("href") or "").removeprefix("#"))
        for element in self.children(self.root):
            kind = local(element)
            if kind not in _IGNORED and kind not in _DRG:
                self.refuse(
                    element,
                    "dmn_unknown_element",
                    Text(f"不支持 {kind}", f"{kind} is not supported"),
                    Text("删除它，或改写为决策", "remove it, or write it as a decision"),
                    element.get("id"),
                )
            if any(len(name) > LONGEST_NAME for name in self._called(element)):
                self.refuse(
                    element,
                    "dmn_too_large",
                    Text(f"名称超过 {LONGEST_NAME} 个字符", f"a name is longer than {LONGEST_NAME} characters"),
                    Text("缩短名称", "shorten the name"),
                )
        return True

    def imports(self) -> None:
        """Find the files of the ``import`` elements (section 6.3.3)."""
        for element in self.children(self.root, "import"):
            name, space = element.get("name") or "", element.get("namespace") or ""
            place = (element.get("locationURI") or "").rpartition("/")[2]
            found = self.folder.named(place, self) if place else []
            found = [file for file in found or self.folder.named(space, self) if file is not self]
            if not space or (element.get("importType") or "").strip() not in NAMESPACES or not found:
                self.refuse(
                    element,
                    "dmn_unknown_import",
                    Text(
                        f"导入 {name or space} 找不到 DMN 文件：文件夹里没有命名空间为 {space} 的文件",
                        f"the import {name or space} is no DMN file: no file of the folder has the namespace {space}",
                    ),
                    Text(
                        "把该文件放进流程文件夹，importType 写 DMN 的命名空间",
                        "put the file into the process folder, and write DMN's namespace as importType",
                    ),
                    name or None,
                )
                continue
            self.through.setdefault(name, []).extend(found)

    def declare(self) -> None:
        """Find out the names and types that expressions may use."""
        if self.is_declared:
            return
        self.is_declared = True  # before the imports: two files may import each other
        near: set[_File] = set()
        for name, files in self.through.items():
            for file in files:
                file.declare()
                near.add(file)
                for type_name, found in file.own_types.items():
                    self.types.setdefault(f"{name}.{type_name}" if name else type_name, found)
        for element in self.root.iter():
            href = element.get("href") or ""
            if "#" in href and not href.startswith("#"):
                near |= set(self.folder.named(href.rpartition("#")[0], self))
            elif href.startswith("#") and href[1:] not in self.by_id:
                near |= {file for file in self.folder.files.values() if href[1:] in file.by_id}
        names: set[str] = {*HOST_NAMES, *(f"{name}" for name in self.through)}
        for file in (self, *near):
            for element in file.children(file.root, *_DRG):
                names |= file._called(element)
        self.names = frozenset(name for name in names if name and len(name) <= LONGEST_NAME)
        self.folder.names += len(self.names) + len(self.types)
        if self.folder.names <= MOST_NAMES:
            self.read_types()

    def _called(self, element: etree._Element) -> set[str]:
        return {self.variable(element), element.get("name") or "", element.get("id") or ""}

    def all(self) -> list[Decision]:
        found = []
        for element in self.children(self.root, "decision", "decisionService", "businessKnowledgeModel"):
            id_ = element.get("id")
            if not id_:
                self.refuse(
                    element,
                    "dmn_no_id",
                    Text("决策没有 id", "a decision has no id"),
                    Text("加上 id", "give it an id"),
                )
                continue
            made = self.read(id_, element)
            if isinstance(made, Decision):
                found.append(made)
        return found

    # --- references ----------------------------------------------------------------------------------------------

    def _target(self, wanted: etree._Element, about: str, *kinds: str) -> tuple[_File, etree._Element, str] | None:
        """What a reference means: its file, its element, and the import it comes through."""
        href = wanted.get("href") or ""
        before, mark, id_ = href.rpartition("#")
        files = self.folder.named(before, self) if mark else []
        if not before and mark and id_ not in self.by_id:
            files = [file for file in self.folder.files.values() if file.is_dmn]
        found = [(file, file.by_id[id_]) for file in files if id_ in file.by_id]
        found = [(file, element) for file, element in found if local(element) in kinds]
        if len(found) == 1:
            file, element = found[0]
            through = "" if file is self else next((n for n, fs in self.through.items() if file in fs), "")
            return file, element, through
        places = ", ".join(file.file for file, _ in found)
        self.refuse(
            wanted,
            "dmn_unknown_requirement",
            Text(
                f"{about} 依赖的 {href[:200]} 在多个文件中：{places}",
                f"{about} requires {href[:200]}, which is in several files: {places}",
            )
            if found
            else Text(
                f"{about} 依赖的 {href[:200]} 不在流程文件夹的任何 DMN 文件中，或不是 {'、'.join(kinds)}",
                f"{about} requires {href[:200]}, which no DMN file of the folder has as {' or '.join(kinds)}",
            ),
            Text(
                "改正引用：#id、文件名.dmn#id 或 命名空间#id", "correct the reference: #id, file.dmn#id or namespace#id"
            ),
            about,
        )
        return None

    def _asks(self, element: etree._Element, about: str) -> tuple[tuple[Asks, ...], tuple[Need, ...]]:
        asks: list[Asks] = []
        needs: list[Need] = []
        for requirement in self.children(element, "informationRequirement"):
            for wanted in self.children(requirement, "requiredDecision", "requiredInput"):
                is_input = local(wanted) == "requiredInput"
                target = self._target(wanted, about, "inputData" if is_input else "decision")
                if target is None:
                    continue
                file, found, through = target
                if is_input:
                    needs.append(file.need(found, through))
                    continue
                decision = file.read(found.get("id") or "", found)
                if isinstance(decision, Decision):
                    asks.append(Asks(decision, through))
        # An input without a type that does not come through an import is a name like any other.
        return tuple(asks), tuple(need for need in needs if need.type is not None or need.through)

    def need(self, element: etree._Element, through: str = "") -> Need:
        """An input data element."""
        return Need(self.variable(element), self.type_of(self.child(element, "variable")), through)

    def _calls(self, element: etree._Element, about: str) -> tuple[Calls, ...]:
        found: list[Calls] = []
        for requirement in self.children(element, "knowledgeRequirement"):
            for wanted in self.children(requirement, "requiredKnowledge"):
                target = self._target(wanted, about, "businessKnowledgeModel", "decisionService")
                if target is None:
                    continue
                file, called, through = target
                made = file.read(called.get("id") or "", called)
                if made is not None:
                    found.append(Calls(made, through))
        return tuple(found)

    # --- decisions, services and knowledge -----------------------------------------------------------------------

    def read(self, id_: str, element: etree._Element) -> Decision | Knowledge | None:
        """One element with all that it requires, read once; None where it cannot be run."""
        if id_ in self.made:
            found: Decision | Knowledge | None = self.made[id_]
            return found
        path, here = self.folder.path, (self.file, id_)
        if here in path or len(path) >= DEEPEST:
            self._circle(element, id_)
            return None
        path.append(here)
        reader: Callable[[str, etree._Element], Decision | Knowledge | None] = {
            "decision": self._decision,
            "decisionService": self._service,
        }.get(local(element), self._knowledge)
        made = reader(id_, element)
        path.pop()
        if made is not None and made.depth > DEEPEST:
            self._circle(element, id_)
            made = None
        self.made[id_] = made
        return made

    def _circle(self, element: etree._Element, id_: str) -> None:
        files = {file for file, _ in self.folder.path}
        shown = [id_ if len(files) < 2 else f"{file}#{id_}" for file, id_ in [*self.folder.path[-8:], (self.file, id_)]]
        circle = " → ".join(shown)
        self.refuse(
            element,
            "dmn_circle",
            Text(f"决策互相依赖或依赖过深：{circle}", f"decisions require each other, or too deeply: {circle}"),
            Text("去掉其中一个依赖", "remove one of the requirements"),
            id_,
        )

    def _decision(self, id_: str, element: etree._Element) -> Decision | None:
        asks, needs = self._asks(element, id_)
        calls = self._calls(element, id_)
        before = len(self.findings)
        logic = self._given(element) or self.only_logic(element, id_)
        if logic is None:
            if len(self.findings) == before:
                self.no_logic(element, id_)
            return None
        return Decision(
            id_,
            element.get("name") or id_,
            self.variable(element),
            logic,
            asks,
            calls,
            needs,
            self.type_of(self.child(element, "variable")),
            line(element),
            self.file,
        )

    def _given(self, element: etree._Element) -> Logic | None:
        """The logic of a decision that has none because a decision service is given its answer."""
        if element.get("id") not in self.given or self.logic_of(element):
            return None
        try:
            return feel.compile(self.variable(element), self.names)
        except feel.FeelError:
            return None  # a name that no expression can write: refused as a decision without logic

    def _knowledge(self, id_: str, element: etree._Element) -> Knowledge | None:
        calls = self._calls(element, id_)
        function = self.child(element, "encapsulatedLogic")
        if function is None or function.get("kind", "FEEL") != "FEEL":
            self.refuse(
                element,
                "dmn_unknown_logic",
                Text(f"{id_} 没有 FEEL 函数", f"{id_} has no FEEL function"),
                Text("写 encapsulatedLogic，kind 为 FEEL", "write encapsulatedLogic of kind FEEL"),
                id_,
            )
            return None
        logic = self.function(function, id_, self.type_of(self.child(element, "variable")))
        if logic is None:
            return None
        unknown = sorted(logic.names - {calls.through or calls.name for calls in calls})
        if unknown:
            self.refuse(
                function,
                "dmn_unknown_name",
                Text(
                    f"{id_} 只看得到自己的参数和它依赖的知识，没有 {'、'.join(unknown)}",
                    f"{id_} sees its parameters and the knowledge it requires only, not {', '.join(unknown)}",
                ),
                Text("加为参数（formalParameter）", "add it as a parameter (formalParameter)"),
                id_,
            )
            return None
        return Knowledge(id_, self.variable(element), logic, calls)

    def _service(self, id_: str, element: etree._Element) -> Decision | None:
        """A decision service (sections 6.3.10 and 10.4)."""
        parts: dict[str, list[Decision]] = {"outputDecision": [], "encapsulatedDecision": [], "inputDecision": []}
        needs: list[Need] = []
        is_whole = True
        for wanted in self.children(element, *parts, "inputData"):
            kind = local(wanted)
            target = self._target(wanted, id_, "inputData" if kind == "inputData" else "decision")
            if target is None:
                is_whole = False
                continue
            file, found, _ = target
            if kind == "inputData":
                needs.append(file.need(found))
                continue
            decision = file.read(found.get("id") or "", found)
            if isinstance(decision, Decision):
                parts[kind].append(decision)
            else:
                is_whole = False
        service = Service(tuple(parts["outputDecision"]), tuple(needs), tuple(parts["inputDecision"]))
        if not is_whole or not self._is_closed(element, id_, service):
            return None
        return Decision(
            id_,
            element.get("name") or id_,
            self.variable(element),
            service,
            type=self.type_of(self.child(element, "variable")),
            line=line(element),
            file=self.file,
        )

    def _is_closed(self, element: etree._Element, id_: str, service: Service) -> bool:
        """Whether a service answers something, and from nothing but its own inputs."""
        remedy = Text("把它们写成 inputData 或 inputDecision", "write them as inputData or inputDecision")
        text: Text | None = None
        wanted = service.wanted() - set(service.parameters)
        if not service.outputs:
            text = Text(f"决策服务 {id_} 没有输出决策", f"the decision service {id_} has no output decision")
            remedy = Text("写 outputDecision", "write an outputDecision")
        elif len(set(service.parameters)) < len(service.parameters):
            text = Text(f"决策服务 {id_} 的输入重名", f"two inputs of the decision service {id_} have one name")
            remedy = Text("给每个输入取不同的名称", "give each input its own name")
        elif wanted:
            names = sorted(wanted)
            text = Text(
                f"决策服务 {id_} 还需要 {'、'.join(names)}，它们不是它的输入",
                f"the decision service {id_} also needs {', '.join(names)}, which are not among its inputs",
            )
        if text is not None:
            self.refuse(element, "dmn_service_incomplete", text, remedy, id_)
        return text is None
