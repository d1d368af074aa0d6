"""The one reader of XML from outside: BPMN and DMN text in, a tree out, nothing hostile in between.

No DTD, no entity, no processing instruction, no network; bounded in size, depth, elements and attributes before
anything is built. Knows neither BPMN nor DMN.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from lxml import etree

from engine.errors import DefinitionRefused, Finding, Text

MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_ATTRIBUTES = 5 * 1024 * 1024, 64, 50_000, 64


def safe_xml(data: bytes, file: str) -> etree._Element:
    """Parse BPMN or DMN text without entities, network or DTD; raises ``DefinitionRefused`` with line and remedy.

    An expat pre-scan counts before lxml builds anything: lxml alone accepts two million elements (227 MB).
    """
    if len(data) > MAX_BYTES:
        raise _refused(
            file, "xml_too_large", None, f"文件超过 {MAX_BYTES >> 20} MB", f"larger than {MAX_BYTES >> 20} MB"
        )
    scanner = expat.ParserCreate()
    depth = elements = 0

    def start(_tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > MAX_DEPTH:
            raise _refused(
                file, "xml_too_deep", scanner.CurrentLineNumber, f"嵌套超过 {MAX_DEPTH} 层", f"deeper than {MAX_DEPTH}"
            )
        if elements > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise _refused(
                file, "xml_too_large", scanner.CurrentLineNumber, "元素或属性过多", "too many elements or attributes"
            )

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def hostile(*_: Any) -> Any:
        raise _refused(
            file,
            "xml_hostile",
            scanner.CurrentLineNumber,
            "不接受 DOCTYPE、实体或处理指令",
            "DOCTYPE, entities and processing instructions are not accepted",
        )

    scanner.StartElementHandler = start
    scanner.EndElementHandler = end
    scanner.StartDoctypeDeclHandler = hostile
    scanner.EntityDeclHandler = hostile
    scanner.ExternalEntityRefHandler = hostile
    scanner.ProcessingInstructionHandler = hostile
    try:
        scanner.Parse(data, True)
        root = etree.fromstring(
            data,
            etree.XMLParser(
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                dtd_validation=False,
                attribute_defaults=False,
                huge_tree=False,
                remove_pis=True,
                remove_comments=True,
            ),
        )
    except expat.ExpatError as e:
        raise _refused(file, "xml_malformed", e.lineno, f"XML 格式错误：{e}", f"not well-formed XML: {e}") from e
    except (etree.XMLSyntaxError, ValueError, LookupError) as e:
        line = getattr(e, "lineno", None)
        raise _refused(file, "xml_malformed", line, f"XML 格式错误：{e}", f"not well-formed XML: {e}") from e
    return root


def _refused(file: str, rule: str, line: int | None, zh: str, en: str) -> DefinitionRefused:
    remedy = {
        "xml_malformed": Text("用建模工具打开并重新保存", "open it in a modeller and save it again"),
        "xml_hostile": Text("删除文件开头的 <!DOCTYPE> 和 <?…?> 声明", "remove the <!DOCTYPE> and <?…?> declarations"),
    }.get(rule, Text("拆分为较小的流程", "split it into smaller processes"))
    return DefinitionRefused([Finding(file, rule, Text(zh, en), remedy, line)])


def line_of(element: etree._Element) -> int | None:
    """The line of an element in its file."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None
