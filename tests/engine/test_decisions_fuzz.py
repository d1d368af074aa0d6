"""Whatever DMN, FEEL or form is published, it is checked or refused: never a fault, never work without end.

A few hundred inputs in the usual run; ``LIUHEN_EXAMPLES`` says how many each random test tries.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import decisions, definitions
from engine.definitions import Definition
from engine.errors import Finding
from engine.feel import FeelError
from tests import effort

ROOT = Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("LIUHEN_EXAMPLES", "40"))
fuzzed = settings(
    max_examples=EXAMPLES,
    derandomize="LIUHEN_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
CALLS = 10_000_000
"""For one input; the largest of all takes less than two million."""
SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"

PROCESS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:x">
  <process id="fuzzed" isExecutable="true" liuhen:numberPrefix="FZ">
    <extensionElements><liuhen:summary label="s" value="{value}"/></extensionElements>
    <startEvent id="begun" liuhen:form="form"><extensionElements><liuhen:who anyone="true"/>
      <liuhen:output target="a" source="=a"/></extensionElements>
      <outgoing>f1</outgoing></startEvent>
    <sequenceFlow id="f1" sourceRef="begun" targetRef="decide"/>
    <businessRuleTask id="decide" liuhen:decision="t" liuhen:result="said"><incoming>f1</incoming>
      <outgoing>f2</outgoing></businessRuleTask>
    <sequenceFlow id="f2" sourceRef="decide" targetRef="way"/>
    <exclusiveGateway id="way" default="f3"><incoming>f2</incoming><outgoing>f3</outgoing><outgoing>f4</outgoing>
    </exclusiveGateway>
    <sequenceFlow id="f3" sourceRef="way" targetRef="done"/>
    <sequenceFlow id="f4" sourceRef="way" targetRef="done">
      <conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression></sequenceFlow>
    <endEvent id="done" liuhen:outcome="done"><incoming>f3</incoming><incoming>f4</incoming></endEvent>
  </process>
</definitions>"""
FORM: dict[str, Any] = {
    "type": "default",
    "id": "form",
    "schemaVersion": 16,
    "components": [{"type": "textfield", "id": "form_a", "key": "a", "label": {"zh": "甲", "en": "A"}}],
}


def folder(
    dmn: str | None = None, form: Any = FORM, value: str = "=1", condition: str = "=1 = 1", **more: str
) -> dict[str, Any]:
    quoted = escape(value, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
    files = {"process.bpmn": PROCESS.format(value=quoted, condition=escape(condition)), "forms/form.json": form}
    files["t.dmn"] = dmn if dmn is not None else file('<decision id="t" name="t">' + literal("a") + "</decision>")
    return {**files, **{f"{name}.dmn": text for name, text in more.items()}}


def file(*parts: str, space: str = SPACE) -> str:
    return f'<definitions xmlns="{space}" id="f" name="f" namespace="urn:f">{"".join(parts)}</definitions>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def checked(files: dict[str, Any]) -> Definition | None:
    """What ``definitions.check`` says, with work that ends and findings that can be shown to a designer."""
    with effort.at_most(CALLS, "the check"):
        definition, findings = definitions.check(files)
    for finding in findings:
        assert isinstance(finding, Finding)
        for language in ("zh", "en"):
            json.dumps(finding.as_json(language), ensure_ascii=False).encode()
    assert definition is not None or findings
    return definition


def evaluated(*files: str) -> None:
    """Every decision of the files that can be read answers, or refuses as FEEL does."""
    found, _ = decisions.read_all({f"{n}.dmn": text.encode() for n, text in enumerate(files)})
    for decision in found:
        for context in ({}, dict.fromkeys(decision.inputs, 1), {name: ["x"] for name in decision.inputs}):
            with contextlib.suppress(FeelError):
                decision.evaluate(context)


def test_the_folder_that_is_fuzzed_is_a_good_one() -> None:
    definition, findings = definitions.check(folder())
    assert definition is not None, findings


# --- FEEL ---------------------------------------------------------------------------------------------------------

WORDS = (
    "a", "b", "item", "partial", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or",
    "not", "between", "instance", "of", "function", "external", "null", "true", "false", "(", ")", "[", "]", "{", "}",
    ",", ".", "..", ":", "?", "@", "-", "+", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "->", "//", "/*", "*/",
    '"', '"x"', "'", "1", "0.5", "1E999", "9" * 40, '@"2026-01-31"', '@"P1M"', '@"PT1H"', "date", "date and time",
    "list", "context", "range", "number", "count", "sum", "sort", "matches", "replace", "string join", "context merge",
    "is defined", "get value", "person", "working days after", "中", "“", "，", "\\u", "\t", "\n", "🙂", "\u200b",
)  # fmt: skip
soup = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
glued = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
expressions = st.one_of(soup, glued, st.text(max_size=60))


@fuzzed
@given(expressions, expressions, expressions)
def test_no_expression_is_a_fault(one: str, two: str, three: str) -> None:
    table = (
        f"<decisionTable><input><inputExpression><text>{escape(one)}</text></inputExpression></input>"
        f"<output name='r'/><rule><inputEntry><text>{escape(two)}</text></inputEntry>"
        f"<outputEntry><text>{escape(three)}</text></outputEntry></rule></decisionTable>"
    )
    dmn = file(f'<decision id="t" name="t">{table}</decision>')
    checked(folder(dmn, value="=" + two, condition="=" + three))
    evaluated(dmn)


@fuzzed
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_no_expression_of_the_product_with_a_word_changed_is_a_fault(chance: random.Random, times: int) -> None:
    text = chance.choice(PRODUCT)
    for _ in range(times):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(WORDS) + text[at + chance.randrange(4) :]
    dmn = file(f'<decision id="t" name="t">{literal(text)}</decision>')
    checked(folder(dmn, condition="=" + text))
    evaluated(dmn)


def _texts(element: Any) -> list[str]:
    return [t for child in element.iter() if (t := (child.text or "").strip()) and child.tag.endswith("text")]


def _product() -> list[str]:
    from lxml import etree

    found = [t for path in sorted(ROOT.glob("processes/*/*.dmn")) for t in _texts(etree.parse(path).getroot())]
    return sorted(set(found))


PRODUCT = _product()
DMN = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("processes/*/*.dmn"))]
FORMS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("processes/*/forms/*.json"))]

# --- DMN ----------------------------------------------------------------------------------------------------------

IDS = ("t", "u", "v", "w", "", "t.dmn", "x y", "中")
names = st.sampled_from((*IDS, "a", "b", "item", "partial", "if", "not a", "date", "'", "a-b", "1", "\u200b"))
types = st.sampled_from(
    ("", "string", "number", "Any", "tA", "tB", "list<number>", "feel:date", "t", "date and time", "context<a: number>")
)
hrefs = st.sampled_from(
    ("#t", "#u", "#v", "#w", "#", "", "t.dmn#u", "s.dmn#t", "urn:f#u", "urn:g#t", "http://x", "#" * 3, "#x y", "##t")
)
tags = st.sampled_from(
    (
        "decision", "businessKnowledgeModel", "decisionService", "inputData", "itemDefinition", "import", "variable",
        "informationRequirement", "knowledgeRequirement", "requiredDecision", "requiredInput", "requiredKnowledge",
        "encapsulatedLogic", "formalParameter", "outputDecision", "inputDecision", "encapsulatedDecision",
        "literalExpression", "text", "context", "contextEntry", "list", "relation", "column", "row", "invocation",
        "binding", "parameter", "functionDefinition", "conditional", "if", "then", "else", "for", "some", "every",
        "filter", "in", "return", "satisfies", "match", "decisionTable", "input", "inputExpression", "inputValues",
        "output", "outputValues", "defaultOutputEntry", "rule", "inputEntry", "outputEntry", "annotationEntry",
        "typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem", "description", "riddle",
    )
)  # fmt: skip
attributes = st.fixed_dictionaries(
    {},
    optional={
        "id": names,
        "name": names,
        "href": hrefs,
        "typeRef": types,
        "hitPolicy": st.sampled_from((*sorted(decisions.HIT_POLICIES), "", "BEST")),
        "aggregation": st.sampled_from((*sorted(decisions.AGGREGATORS), "")),
        "expressionLanguage": st.sampled_from(("feel", "java", "")),
        "namespace": st.sampled_from(("urn:f", "urn:g", "")),
        "importType": st.sampled_from((SPACE, "x")),
        "locationURI": st.sampled_from(("s.dmn", "t.dmn", "../x")),
        "isCollection": st.sampled_from(("true", "false", "x")),
        "kind": st.sampled_from(("FEEL", "Java")),
        "iteratorVariable": names,
        "label": names,
    },
)


def element(tag: str, given_attributes: dict[str, str], content: str) -> str:
    written = "".join(f' {k}="{escape(v, {chr(34): "&quot;"})}"' for k, v in given_attributes.items())
    return f"<{tag}{written}>{content}</{tag}>"


anything = st.recursive(
    st.one_of(st.just(""), soup.map(escape), soup.map(lambda t: f"<text>{escape(t)}</text>")),
    lambda inner: st.builds(element, tags, attributes, st.lists(inner, max_size=4).map("".join)),
    max_leaves=25,
)

logic = st.recursive(
    st.one_of(expressions.map(literal), st.sampled_from(PRODUCT).map(literal)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"<list>{''.join(parts)}</list>"),
        st.lists(st.tuples(names, types, inner), max_size=3).map(
            lambda parts: element(
                "context",
                {},
                "".join(
                    element("contextEntry", {}, element("variable", {"name": n, "typeRef": t}, "") + part)
                    for n, t, part in parts
                ),
            )
        ),
        st.tuples(st.sampled_from(("for", "some", "every", "filter")), names, inner, inner).map(
            lambda parts: element(
                parts[0],
                {"iteratorVariable": parts[1]},
                f"<in>{parts[2]}</in>"
                + "".join(f"<{tag}>{parts[3]}</{tag}>" for tag in ("return", "satisfies", "match")),
            )
        ),
        st.tuples(inner, names, inner).map(
            lambda parts: element(
                "invocation",
                {},
                parts[0] + element("binding", {}, element("parameter", {"name": parts[1]}, "") + parts[2]),
            )
        ),
        st.tuples(names, types, inner).map(
            lambda parts: element(
                "functionDefinition",
                {},
                element("formalParameter", {"name": parts[0], "typeRef": parts[1]}, "") + parts[2],
            )
        ),
    ),
    max_leaves=6,
)
required = st.lists(
    st.tuples(st.sampled_from(("requiredDecision", "requiredInput", "requiredKnowledge")), hrefs), max_size=3
).map(
    lambda found: "".join(
        element(
            "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement",
            {},
            element(kind, {"href": href}, ""),
        )
        for kind, href in found
    )
)


@st.composite
def graphs(draw: st.DrawFn) -> str:
    """A file whose elements are each of a right shape, whatever they refer to."""
    parts = []
    for id_ in draw(st.lists(st.sampled_from(IDS), max_size=5)):
        kind = draw(st.sampled_from(("decision", "businessKnowledgeModel", "decisionService", "inputData")))
        typed = element("variable", {"name": draw(names), "typeRef": draw(types)}, "")
        inside = typed + draw(required)
        if kind == "decision":
            inside += draw(logic)
        elif kind == "businessKnowledgeModel":
            parameter = element("formalParameter", {"name": draw(names), "typeRef": draw(types)}, "")
            inside += element("encapsulatedLogic", {}, parameter + draw(logic))
        elif kind == "decisionService":
            wanted = st.sampled_from(("outputDecision", "inputDecision", "inputData", "encapsulatedDecision"))
            inside = "".join(element(draw(wanted), {"href": draw(hrefs)}, "") for _ in range(draw(st.integers(0, 4))))
        parts.append(element(kind, {"id": id_, "name": draw(names)}, inside))
    for name in draw(st.lists(st.sampled_from(("tA", "tB", "tA.x")), max_size=3)):
        base = element("typeRef", {}, escape(draw(types)))
        allowed = f"<allowedValues><text>{escape(draw(soup))}</text></allowedValues>"
        inside = draw(st.sampled_from((base, base + allowed, f'<itemComponent name="a">{base}</itemComponent>')))
        parts.append(element("itemDefinition", {"name": name, **draw(attributes)}, inside))
    parts += [element("import", draw(attributes), "") for _ in range(draw(st.integers(0, 2)))]
    return file(*parts)


@fuzzed
@given(st.lists(anything, max_size=4).map("".join))
def test_no_heap_of_elements_is_a_fault(parts: str) -> None:
    checked(folder(file(parts)))


@fuzzed
@given(graphs(), graphs())
def test_no_graph_over_two_files_is_a_fault(one: str, two: str) -> None:
    two = two.replace("urn:f", "urn:g", 1)
    checked(folder(one, s=two))
    evaluated(one, two)


@fuzzed
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_no_table_of_the_product_with_pieces_moved_is_a_fault(chance: random.Random, times: int) -> None:
    checked(folder(changed(chance, chance.choice(DMN), times)))


def changed(chance: random.Random, text: str, times: int) -> str:
    """Pieces of a text lost, doubled, or taken from elsewhere in it, mostly at the edges of its elements."""
    for _ in range(times):
        edges = [at for at, character in enumerate(text) if character in "<>\"'"] or [0]
        one, two = sorted((chance.choice(edges), chance.choice(edges)))
        two = min(two, one + chance.choice((1, 5, 50, 500, 5_000)))
        way = chance.randrange(5)
        if way == 0:
            text = text[:one] + text[two:]
        elif way == 1:
            text = text[:two] + text[one:]
        elif way == 2:
            at = chance.choice(edges)
            text = text[:at] + text[one:two] + text[at:]
        elif way == 3:
            text = text[:one] + chance.choice(("\x00", "\ud800", "&", "]]>", "<!--", "\ufffe", "&#0;")) + text[one:]
        else:
            text = text[:one] + chance.choice(("<t/>", 'id="t"', "href='#t'", "<text>", "</text>")) + text[two:]
    return text


# --- forms --------------------------------------------------------------------------------------------------------

KEYS = sorted({key for schema in FORMS for component in schema["components"] for key in component} | {"components"})
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**40), 10**40), st.floats(), st.text(max_size=20), soup.map("=".__add__)
)
junk = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), inner)
    ),
    max_leaves=12,
)
components = st.fixed_dictionaries(
    {"type": st.sampled_from(("textfield", "number", "datetime", "select", "group", "dynamiclist", "expression", "x"))},
    optional={key: junk for key in KEYS if key != "type"},
)


@fuzzed
@given(st.one_of(junk, st.lists(components, max_size=4).map(lambda found: {**FORM, "components": found})))
def test_no_form_is_a_fault(form: Any) -> None:
    checked(folder(form=form if isinstance(form, dict) else json.dumps(form)))


@fuzzed
@given(st.randoms(use_true_random=False), st.integers(1, 4), junk)
def test_no_form_of_the_product_with_a_value_changed_is_a_fault(chance: random.Random, times: int, value: Any) -> None:
    form = json.loads(json.dumps(chance.choice(FORMS)))
    for _ in range(times):
        at: Any = form
        while isinstance(at, dict | list) and at:
            key = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
            if not isinstance(at[key], dict | list) or chance.random() < 0.3:
                at[key] = json.loads(json.dumps(value))
                break
            at = at[key]
    checked(folder(form=form))


@fuzzed
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_no_text_of_a_form_is_a_fault(chance: random.Random, times: int) -> None:
    text = json.dumps(chance.choice(FORMS), ensure_ascii=False)
    checked(folder(form=changed(chance, text, times)))


# --- attacks ------------------------------------------------------------------------------------------------------


def _decisions(*parts: str) -> dict[str, Any]:
    return folder(file(*parts))


def _decision(id_: str, inside: str) -> str:
    return f'<decision id="{id_}" name="{id_}">{inside}</decision>'


def _requires(*ids: str) -> str:
    return "".join(f'<informationRequirement><requiredDecision href="#{i}"/></informationRequirement>' for i in ids)


def _table(rows: int, cell: Callable[[int], str]) -> str:
    rules = "".join(
        f"<rule><inputEntry><text>{escape(cell(n))}</text></inputEntry><outputEntry><text>{n}</text></outputEntry></rule>"
        for n in range(rows)
    )
    return (
        "<decisionTable><input><inputExpression><text>a</text></inputExpression></input><output name='r'/>"
        f"{rules}</decisionTable>"
    )


def _diamonds(count: int) -> list[str]:
    below = [
        _decision(f"d{n}{side}", _requires(f"d{n - 1}l", f"d{n - 1}r") * 3 + literal(f"d{n - 1}l"))
        for n in range(1, count)
        for side in "lr"
    ]
    return [_decision("d0l", literal("1")), _decision("d0r", literal("1")), *below]


def _knowledge(count: int) -> list[str]:
    def calls(n: int) -> str:
        one = f'<knowledgeRequirement><requiredKnowledge href="#k{n}"/></knowledgeRequirement>'
        return one * 4 if n >= 0 else ""

    made = [
        f'<businessKnowledgeModel id="k{n}" name="k{n}">{calls(n - 1)}<encapsulatedLogic>'
        + literal(f"k{n - 1}() + k{n - 1}()" if n else "1")
        + "</encapsulatedLogic></businessKnowledgeModel>"
        for n in range(count)
    ]
    return [*made, _decision("t", calls(count - 1) + literal(f"k{count - 1}()"))]


def _types(count: int) -> str:
    made = "<itemDefinition name='t0'><typeRef>number</typeRef></itemDefinition>"
    for n in range(1, count):
        parts = "".join(f"<itemComponent name='{c}'><typeRef>t{n - 1}</typeRef></itemComponent>" for c in "abcd")
        made += f"<itemDefinition name='t{n}'>{parts}</itemDefinition>"
    return made


ATTACKS: dict[str, Callable[[], dict[str, Any]]] = {
    "no DMN at all": lambda: folder(""),
    "half a surrogate pair": lambda: folder(file("<!-- \ud800 -->")),
    "half a surrogate pair in the diagram": lambda: {**folder(), "process.bpmn": "<\udfff/>"},
    "half a surrogate pair in a page": lambda: {**folder(), "README.md": "\ud800"},
    "NUL": lambda: folder(file("\x00")),
    "entities": lambda: folder('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + file("&b;")),
    "a text of two million characters": lambda: folder("x" * 2_000_000),
    "two million characters of FEEL": lambda: _decisions(_decision("t", literal("a + " * 490_000 + "a"))),
    "twenty thousand brackets": lambda: _decisions(_decision("t", literal("(" * 19_999))),
    "twenty thousand minus signs": lambda: _decisions(_decision("t", literal("-" * 19_999 + "1"))),
    "ten thousand filters": lambda: _decisions(_decision("t", literal("a" + "[1]" * 6_000))),
    "ten thousand conditions": lambda: _decisions(_decision("t", literal("if a then b else " * 1_100 + "1"))),
    "ten thousand loops": lambda: _decisions(_decision("t", literal("for a in b return " * 1_000 + "1"))),
    "ten thousand operators": lambda: _decisions(_decision("t", literal("a and " * 3_300 + "a"))),
    "a number of twenty thousand digits": lambda: _decisions(_decision("t", literal("9" * 19_999))),
    "a range of all numbers": lambda: _decisions(_decision("t", literal("[1..9999999999999999]"))),
    "output values that never end": lambda: _decisions(
        _decision(
            "t",
            _table(1, str)
            .replace("<decisionTable>", "<decisionTable hitPolicy='PRIORITY'>")
            .replace(
                "<output name='r'/>",
                "<output name='r'><outputValues><text>for i in 1..99999999 return i</text></outputValues></output>",
            ),
        )
    ),
    "twenty thousand rules": lambda: _decisions(_decision("t", _table(9_000, lambda n: f'"{n}"'))),
    "a thousand long rules": lambda: _decisions(_decision("t", _table(900, lambda n: f"? > {n} and " * 80 + "true"))),
    "fifty thousand elements": lambda: _decisions("<description/>" * 49_000),
    "two thousand decisions of names that begin alike": lambda: _decisions(
        *(
            _decision(f"d{n}", literal("1")).replace(f'name="d{n}"', f'name="{"a " * (n % 90)}{n}"')
            for n in range(1_900)
        ),
        _decision("t", literal("a " * 9_000)),
    ),
    "a thousand names in two hundred texts": lambda: _decisions(
        *(f'<inputData id="i{n}" name="a b {n}"/>' for n in range(1_500)),
        *(_decision(f"d{n}", literal("a b c d + " * 40 + "1")) for n in range(200)),
    ),
    "a chain of two thousand decisions": lambda: _decisions(
        *(_decision(f"d{n}", (_requires(f"d{n - 1}") if n else "") + literal("1")) for n in range(1_999))
    ),
    "a circle of two thousand decisions": lambda: _decisions(
        *(_decision(f"d{n}", _requires(f"d{(n + 1) % 1_999}") + literal("1")) for n in range(1_999))
    ),
    "a decision that requires a thousand": lambda: _decisions(
        *(_decision(f"d{n}", literal("1")) for n in range(999)),
        _decision("t", _requires(*(f"d{n}" for n in range(999))) + literal("1")),
    ),
    "everybody requires everybody": lambda: _decisions(
        *(
            _decision(f"d{n}", _requires(*(f"d{m}" for m in range(max(0, n - 60), n))) + literal("1"))
            for n in range(400)
        )
    ),
    "diamonds": lambda: _decisions(*_diamonds(31), _decision("t", _requires("d30l") + literal("d30l"))),
    "diamonds of knowledge": lambda: _decisions(*_knowledge(31)),
    "a type of four to the thirtieth parts": lambda: _decisions(
        _types(31),
        '<inputData id="i" name="i"><variable name="i" typeRef="t30"/></inputData>',
        _decision("t", '<informationRequirement><requiredInput href="#i"/></informationRequirement>' + literal("i")),
    ),
    "a type within a type": lambda: _decisions("<itemComponent name='a'>" * 50 + "</itemComponent>" * 50),
    "contexts within contexts": lambda: _decisions(
        _decision("t", "<context><contextEntry>" * 29 + literal("1") + "</contextEntry></context>" * 29)
    ),
    "a list of twenty thousand": lambda: _decisions(_decision("t", f"<list>{literal('1') * 12_000}</list>")),
    "a relation of a hundred columns": lambda: _decisions(
        _decision(
            "t",
            "<relation>"
            + "".join(f"<column name='c{n}'/>" for n in range(100))
            + f"<row>{literal('1') * 100}</row>" * 100
            + "</relation>",
        )
    ),
    "a service of a thousand outputs": lambda: _decisions(
        *(_decision(f"d{n}", literal("1")) for n in range(999)),
        "<decisionService id='t' name='t'>"
        + "".join(f"<outputDecision href='#d{n}'/>" for n in range(999))
        + "</decisionService>",
    ),
    "thirty files that import each other": lambda: folder(
        None,
        **{
            f"m{n}": file(
                *(f"<import name='i{m}' namespace='urn:f' importType='{SPACE}'/>" for m in range(30)),
                *(f'<itemDefinition name="x{n}_{m}"><typeRef>number</typeRef></itemDefinition>' for m in range(30)),
                _decision(f"e{n}", literal("1")),
            )
            for n in range(30)
        },
    ),
    "a reference to every file": lambda: folder(
        None,
        **{
            f"m{n}": file(*(_decision(f"e{n}_{m}", _requires("nowhere") + literal("1")) for m in range(60)))
            for n in range(30)
        },
    ),
    "a form in a form": lambda: folder(form=json.dumps(FORM)[:-1] + ', "x": ' + "[" * 5_000 + "]" * 5_000 + "}"),
    "a form of hostile patterns": lambda: folder(
        form={
            **FORM,
            "components": [
                {
                    **FORM["components"][0],
                    "id": f"form_{n}",
                    "key": f"k{n}",
                    "validate": {"pattern": "(" * 200 + "a*" + ")*" * 200},
                }
                for n in range(100)
            ],
        }
    ),
    "a form of five hundred long expressions": lambda: folder(
        form={
            **FORM,
            "components": [
                {
                    **FORM["components"][0],
                    "id": f"form_{n}",
                    "key": f"k{n}",
                    "conditional": {"hide": "=" + "a = 1 and " * 40 + "true"},
                }
                for n in range(500)
            ],
        }
    ),
    "a form whose fields compute each other": lambda: folder(
        form={
            **FORM,
            "components": [
                {
                    "type": "expression",
                    "id": f"form_{n}",
                    "key": f"k{n}",
                    "label": {"zh": "甲", "en": "A"},
                    "expression": f"=k{(n + 1) % 400} + k{(n + 2) % 400}",
                }
                for n in range(400)
            ],
        }
    ),
    "numbers that are none": lambda: folder(form='{"type": NaN, "components": Infinity}'),
    "a condition of a thousand brackets": lambda: folder(condition="=" + "(" * 1_000),
    "a title of twenty thousand characters": lambda: folder(value="=" + "a + " * 4_999 + "a"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_answered_with_little_work(attack: str) -> None:
    checked(ATTACKS[attack]())


@pytest.mark.parametrize("path", ["process.bpmn", "t.dmn", "forms/form.json", "README.md"])
@pytest.mark.parametrize("character", ["\ud800", "\x00"])
def test_a_character_that_no_file_has_is_refused_wherever_it_stands(path: str, character: str) -> None:
    files = {**folder(), "README.md": "x"}
    text = files[path] if isinstance(files[path], str) else json.dumps(files[path], ensure_ascii=False)
    definition, findings = definitions.check({**files, path: text + character})
    assert definition is None
    assert path in {finding.file for finding in findings}
