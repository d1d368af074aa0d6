"""One DMN file as a tree, and the findings about it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.errors import Finding, Text

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)
_FEEL_LANGUAGES = ("feel", "http://www.omg.org/spec/feel/", "https://www.omg.org/spec/feel/")
_FEEL_IN_DMN = ("https://www.omg.org/spec/dmn/", "http://www.omg.org/spec/dmn/")


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def line(element: Any) -> int | None:
    """The line in the file; lxml's published types are wrong about it."""
    found: int | None = element.sourceline
    return found


class Source:
    """One file; collects findings instead of stopping at the first."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.root = root
        self.file = file
        self.findings: list[Finding] = []
        self.space = etree.QName(root).namespace or ""

    @property
    def is_dmn(self) -> bool:
        return local(self.root) == "definitions" and self.space in NAMESPACES

    def refuse(self, element: etree._Element, rule: str, text: Text, remedy: Text, about: str | None = None) -> None:
        self.findings.append(Finding(self.file, rule, text, remedy, line(element), about))

    def children(self, element: etree._Element, *names: str) -> list[etree._Element]:
        return [
            child
            for child in element
            if etree.QName(child).namespace == self.space and (not names or local(child) in names)
        ]

    def child(self, element: etree._Element, name: str) -> etree._Element | None:
        found = self.children(element, name)
        return found[0] if found else None

    def text(self, element: etree._Element | None) -> str:
        """The content of the ``text`` child."""
        inner = None if element is None else self.child(element, "text")
        return "" if inner is None else "".join(str(t) for t in inner.itertext()).strip()

    def variable(self, element: etree._Element) -> str:
        """The name by which expressions know an element."""
        variable = self.child(element, "variable")
        name = variable.get("name") if variable is not None else None
        return name or element.get("name") or element.get("id") or ""

    def language(self, element: etree._Element, about: str | None = None) -> bool:
        """Whether an element is written in FEEL; refused where it is not."""
        language = (element.get("expressionLanguage") or "feel").strip().lower()
        if language.startswith(_FEEL_LANGUAGES) or (language.startswith(_FEEL_IN_DMN) and "feel" in language):
            return True
        self.refuse(
            element,
            "dmn_not_feel",
            Text(f"不支持表达式语言 {language[:80]}", f"the expression language {language[:80]} is not supported"),
            Text("只写 FEEL", "write FEEL only"),
            about,
        )
        return False
