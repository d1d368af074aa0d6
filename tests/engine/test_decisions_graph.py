"""Requirement graphs: several files of one folder, imports, decision services, types, and what an outcome explains."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine import decisions, feel
from engine.decisions import Decision, DecisionError, Step
from engine.errors import Finding
from engine.feel import FeelError
from tests.engine.test_decisions import SPACE, decision, literal, table

D = Decimal
MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*parts: str, namespace: str = "n") -> bytes:
    return (
        f'<definitions xmlns="{SPACE}" id="f" name="f" namespace="{namespace}">{"".join(parts)}</definitions>'.encode()
    )


def read(*parts: str, **files: bytes) -> dict[str, Decision]:
    found, findings = decisions.read_all({"x.dmn": file(*parts), **{f"{name}.dmn": xml for name, xml in files.items()}})
    assert findings == []
    return {made.id: made for made in found}


def refused(*parts: str, **files: bytes) -> list[Finding]:
    _, findings = decisions.read_all({"x.dmn": file(*parts), **{f"{name}.dmn": xml for name, xml in files.items()}})
    for finding in findings:
        assert finding.line is not None
        assert finding.text.zh != finding.text.en
        assert finding.remedy.zh != finding.remedy.en
    return findings


def requires(href: str, kind: str = "requiredDecision") -> str:
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return f'<{outer}><{kind} href="{href}"/></{outer}>'


def imported(name: str, namespace: str, **attributes: str) -> str:
    more = "".join(f' {k}="{v}"' for k, v in attributes.items())
    return f'<import name="{name}" namespace="{namespace}" importType="{MODEL}"{more}/>'


def typed(name: str, type_: str, **attributes: str) -> str:
    more = "".join(f' {k}="{v}"' for k, v in attributes.items())
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"{more}/></inputData>'


AGE = file(decision("age", literal('years and months duration(born_on, @"2026-03-02").years')), namespace="urn:age")


# --- several files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("href", ["#age", "age.dmn#age", "urn:age#age"])
def test_a_decision_may_require_one_of_another_file(href: str) -> None:
    found = read(decision("t", requires(href) + literal("age >= 18")), age=AGE)
    assert found["t"].inputs == {"born_on"}
    assert (found["t"].file, found["age"].file) == ("x.dmn", "age.dmn")
    assert found["t"].evaluate({"born_on": date(2008, 3, 2)}).value is True
    assert found["t"].evaluate({"born_on": date(2008, 3, 3)}).value is False


def test_what_comes_through_an_import_is_known_by_the_name_of_the_import() -> None:
    people = file(
        "<inputData id='person_name' name='Person name'/>",
        decision("greeting", requires("#person_name", "requiredInput") + literal('"Hello, " + Person name')),
        "<businessKnowledgeModel id='loud' name='loud'><encapsulatedLogic><formalParameter name='text'/>"
        + literal("upper case(text)")
        + "</encapsulatedLogic></businessKnowledgeModel>",
        "<itemDefinition name='tName'><typeRef>string</typeRef></itemDefinition>",
        namespace="urn:people",
    )
    top = (
        imported("Their model", "urn:people")
        + "<decision id='t' name='t'><variable name='t' typeRef='Their model.tName'/>"
        + requires("urn:people#greeting")
        + requires("urn:people#loud", "requiredKnowledge")
        + requires("urn:people#person_name", "requiredInput")
        + literal("Their model.loud(text: Their model.greeting) + Their model.Person name")
        + "</decision>"
    )
    found = read(top, people=people)["t"]
    assert found.inputs == {"Person name"}
    assert found.evaluate({"Person name": "Li"}).value == "HELLO, LILi"
    # The values of one import may be given apart from those of another.
    assert found.evaluate({"Person name": "Li", "Their model": {"Person name": "Wang"}}).value == "HELLO, WANGWang"


def test_two_files_of_one_namespace_are_told_apart_by_the_name_of_the_file() -> None:
    one = file(decision("u", literal("1")), namespace="same")
    two = file(decision("u", literal("2")), namespace="same")
    (finding,) = refused(decision("t", requires("#u") + literal("u")), one=one, two=two)
    assert (finding.file, finding.element, finding.rule) == ("x.dmn", "t", "dmn_unknown_requirement")
    assert "several files: one.dmn, two.dmn" in finding.text.en
    found, findings = decisions.read_all(
        {"x.dmn": file(decision("t", requires("two.dmn#u") + literal("u"))), "one.dmn": one, "two.dmn": two}
    )
    assert findings == []
    assert next(d for d in found if d.id == "t").evaluate({}).value == 2


def test_an_import_may_name_the_file() -> None:
    one = file(decision("u", literal("1")), namespace="same")
    found = read(
        imported("m", "same", locationURI="./one.dmn") + decision("t", requires("one.dmn#u") + literal("m.u + 1")),
        one=one,
    )
    assert found["t"].evaluate({}).value == 2


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (imported("m", "urn:nowhere"), "dmn_unknown_import"),
        ('<import name="m" namespace="urn:age" importType="http://www.w3.org/2001/XMLSchema"/>', "dmn_unknown_import"),
        (decision("t", requires("urn:nowhere#age") + literal("1")), "dmn_unknown_requirement"),
        (decision("t", requires("nowhere.dmn#age") + literal("1")), "dmn_unknown_requirement"),
        (decision("t", requires("#nothing") + literal("1")), "dmn_unknown_requirement"),
        (decision("t", requires("age") + literal("1")), "dmn_unknown_requirement"),
        (decision("t", requires("#age", "requiredKnowledge") + literal("1")), "dmn_unknown_requirement"),
        (decision("t", requires("#age", "requiredInput") + literal("1")), "dmn_unknown_requirement"),
    ],
)
def test_a_reference_that_means_nothing_is_refused(part: str, rule: str) -> None:
    assert [finding.rule for finding in refused(part, age=AGE)] == [rule]


def test_a_circle_through_two_files_is_refused_with_file_line_element_and_remedy() -> None:
    found = refused(
        decision("t", requires("#u") + literal("u")),
        two=file(decision("u", requires("#v") + literal("v")), "\n", decision("v", requires("#t") + literal("t"))),
    )
    circle = next(finding for finding in found if finding.rule == "dmn_circle")
    assert circle.text.en.endswith("two.dmn#u → two.dmn#v → x.dmn#t → two.dmn#u")
    assert (circle.file, circle.line, circle.element) == ("two.dmn", 1, "u")
    assert circle.remedy.zh == "去掉其中一个依赖"


def test_a_long_chain_is_refused_in_whatever_order_it_is_written() -> None:
    chain = [decision("d0", literal("1"))]
    chain += [decision(f"d{n}", requires(f"#d{n - 1}") + literal(f"d{n - 1} + 1")) for n in range(1, 100)]
    assert {finding.rule for finding in refused(*chain)} == {"dmn_circle"}


def test_a_graph_where_many_ways_lead_to_one_decision_is_read_and_evaluated_once() -> None:
    parts = [decision("d0", literal("n"))]
    for n in range(1, 31):
        pair = requires(f"#d{n - 1}") + requires(f"#e{n - 1}") if n > 1 else requires("#d0")
        text = f"d{n - 1} + e{n - 1}" if n > 1 else "d0"
        parts += [decision(f"d{n}", pair + literal(text)), decision(f"e{n}", pair + literal(text))]
    found = read(*parts)
    assert found["d30"].inputs == {"n"}
    assert len(list(found["d30"].below())) == 59
    answer = found["d30"].evaluate({"n": 1})
    assert answer.value == 2**29
    assert len(answer.steps) == 59


# --- decision services --------------------------------------------------------------------------------------------

SERVICE = (
    decision("score", requires("#base") + literal("base + bonus"))
    + decision("base", literal("100"))
    + decision("grade", requires("#score") + table(["score"], ["g"], [[">= 10", '"A"'], ["< 10", '"B"']]))
    + "<inputData id='bonus' name='bonus'/>"
    + "<decisionService id='s' name='Grading'><variable name='Grading'/><outputDecision href='#grade'/>"
    "<encapsulatedDecision href='#score'/><inputDecision href='#base'/><inputData href='#bonus'/></decisionService>"
)


def test_a_decision_service_is_evaluated_from_its_inputs_alone() -> None:
    service = read(SERVICE)["s"]
    assert service.is_service
    assert service.inputs == {"bonus", "base"}
    answer = service.evaluate({"bonus": 3, "base": 5})
    assert answer.value == "B"
    assert answer.inputs == {"bonus": 3, "base": 5}
    assert [(step.id, step.rules) for step in answer.steps] == [("score", ()), ("grade", (2,))]
    with pytest.raises(FeelError) as refusal:
        service.evaluate({"bonus": 3})
    assert refusal.value.missing == "base"


@pytest.mark.parametrize("call", ["Grading(3, 8)", "Grading(base: 8, bonus: 3)"])
def test_a_decision_service_is_a_function_of_its_input_data_then_its_input_decisions(call: str) -> None:
    found = read(SERVICE, decision("t", requires("#s", "requiredKnowledge") + literal(call)))["t"]
    assert found.inputs == frozenset()
    answer = found.evaluate({})
    assert answer.value == "A"
    assert [step.id for step in answer.steps] == ["score", "grade"]


def test_a_service_of_several_outputs_answers_a_context() -> None:
    more = "<decisionService id='w' name='w'><outputDecision href='#grade'/><outputDecision href='#score'/>"
    more += "<inputDecision href='#base'/><inputData href='#bonus'/></decisionService>"
    assert read(SERVICE, more)["w"].evaluate({"bonus": 1, "base": 1}).value == {"grade": "B", "score": 2}


def test_an_input_decision_needs_no_logic() -> None:
    service = (
        "<decision id='opinion' name='opinion'/>"
        + decision("t", requires("#opinion") + literal('"It is " + opinion'))
        + "<decisionService id='s' name='s'><outputDecision href='#t'/><inputDecision href='#opinion'/>"
        "</decisionService>"
    )
    found = read(service)
    assert found["s"].evaluate({"opinion": "good"}).value == "It is good"
    assert found["t"].inputs == {"opinion"}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ("<decisionService id='s' name='s'/>", "no output decision"),
        ("<decisionService id='s' name='s'><outputDecision href='#grade'/></decisionService>", "also needs bonus"),
        (
            (
                "<decisionService id='s' name='s'><outputDecision href='#grade'/><inputData href='#bonus'/>"
                "<inputData href='#bonus'/></decisionService>"
            ),
            "have one name",
        ),
        ("<decisionService id='s' name='s'><outputDecision href='#nothing'/></decisionService>", "requires #nothing"),
        (
            "<decisionService id='s' name='s'><outputDecision href='#t'/></decisionService>"
            + decision("t", requires("#s", "requiredKnowledge") + literal("s()")),
            "s → t → s",
        ),
    ],
)
def test_a_service_that_could_not_answer_is_refused(parts: str, said: str) -> None:
    without = SERVICE[: SERVICE.index("<decisionService")]
    assert any(said in finding.text.en for finding in refused(without, parts))


# --- knowledge ----------------------------------------------------------------------------------------------------


def knowledge(id_: str, logic: str, *parameters: str, more: str = "", variable: str = "") -> str:
    made = "".join(f"<formalParameter {p if '=' in p else f'name={chr(34)}{p}{chr(34)}'}/>" for p in parameters)
    return (
        f"<businessKnowledgeModel id='{id_}' name='{id_}'>{variable}{more}<encapsulatedLogic>{made}{logic}"
        "</encapsulatedLogic></businessKnowledgeModel>"
    )


def test_knowledge_is_called_with_named_arguments() -> None:
    found = read(
        knowledge("less", literal("a - b"), "a", "b"),
        decision("t", requires("#less", "requiredKnowledge") + literal("less(b: 1, a: 3)")),
    )
    assert found["t"].evaluate({}).value == 2
    wrong = read(
        knowledge("less", literal("a - b"), "a", "b"),
        decision("t", requires("#less", "requiredKnowledge") + literal("less(c: 1)")),
    )
    with pytest.raises(FeelError, match="no such named parameters"):
        wrong["t"].evaluate({})


def test_knowledge_sees_its_parameters_and_nothing_of_the_case() -> None:
    (finding,) = refused(
        knowledge("k", literal("a + secret"), "a"),
        decision("t", requires("#k", "requiredKnowledge") + literal("k(1)")),
    )
    assert (finding.rule, finding.element) == ("dmn_unknown_name", "k")
    assert "not secret" in finding.text.en


def test_parameters_have_names_of_their_own() -> None:
    found = refused(knowledge("k", literal("1"), "a", "a"))
    assert [finding.rule for finding in found] == ["dmn_bad_parameter"]


def test_a_table_inside_knowledge_is_a_step_too() -> None:
    found = read(
        knowledge("size", table(["n"], ["s"], [["< 5", '"small"'], [">= 5", '"large"']]), "n"),
        decision("t", requires("#size", "requiredKnowledge") + literal("[size(1), size(9)]")),
    )
    answer = found["t"].evaluate({})
    assert [(step.id, step.rules, step.inputs, step.value) for step in answer.steps] == [
        ("size", (1,), {"n": 1}, "small"),
        ("size", (2,), {"n": 9}, "large"),
    ]
    many = read(
        knowledge("size", table(["n"], ["s"], [["-", "n"]]), "n"),
        decision("t", requires("#size", "requiredKnowledge") + literal("count(for i in 1..500 return size(i))")),
    )
    assert len(many["t"].evaluate({}).steps) == 200


# --- explanation --------------------------------------------------------------------------------------------------


MIDDLE = table(["low"], ["r"], [["1", '"a"'], ["2", '"b"']], "FIRST").replace('id="r', 'id="m')


def test_every_decision_of_the_graph_says_which_rules_fired_and_with_which_inputs() -> None:
    found = read(
        decision("low", table(["n"], ["r"], [["< 5", "1", "small"], [">= 5", "2", "large"]]), name="Low"),
        decision("mid", requires("#low") + MIDDLE),
        decision("top", requires("#mid") + requires("#low") + literal('mid + " " + string(low)')),
    )
    answer = found["top"].evaluate({"n": 7})
    assert answer.value == "b 2"
    assert answer.inputs == {"mid": "b", "low": 2}
    assert answer.steps == (
        Step("low", "Low", D(2), (2,), {"n": 7}, ("r2",), ("large",), "UNIQUE"),
        Step("mid", "mid", "b", (2,), {"low": D(2)}, ("m2",), (), "FIRST"),
    )
    assert answer.requires["mid"].rules == (2,)


# --- types --------------------------------------------------------------------------------------------------------

TYPES = (
    '<itemDefinition name=\'tGrade\'><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues>'
    "</itemDefinition>"
    "<itemDefinition name='tGrades' isCollection='true'><typeRef>tGrade</typeRef></itemDefinition>"
    "<itemDefinition name='tPerson'><itemComponent name='name'><typeRef>string</typeRef></itemComponent>"
    "<itemComponent name='grades'><typeRef>tGrades</typeRef></itemComponent></itemDefinition>"
)


def refusal(made: Decision, **context: Any) -> DecisionError:
    with pytest.raises(DecisionError) as caught:
        made.evaluate(context)
    assert caught.value.reason.zh != caught.value.reason.en
    return caught.value


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("number", [1, D("1.5"), None], ["1", True, {}]),
        ("feel:string", ["a", ["a"]], [1, ["a", "b"]]),
        ("integer", [1], ["1"]),
        ("tGrade", ["A", None], ["C", 1]),
        ("tGrades", [["A", "B"], "A", []], [["A", "C"], "C"]),
        ("tPerson", [{"name": "Li", "grades": ["A"]}], [{"name": "Li"}, {"name": 1, "grades": []}, "Li"]),
        ("date and time", [date(2026, 3, 2)], ["2026-03-02"]),
    ],
)
def test_an_input_is_of_the_type_that_is_declared_for_it(type_: str, good: list[Any], bad: list[Any]) -> None:
    parts = (TYPES, typed("x", type_), decision("t", requires("#x", "requiredInput") + literal("is defined(x)")))
    made = read(*parts)["t"]
    for value in good:
        assert made.evaluate({"x": value}).value is True
    for value in bad:
        assert "is not of the type" in refusal(made, x=value).reason.en


def test_answers_columns_parameters_and_entries_have_their_types_too() -> None:
    answer = "<variable name='t' typeRef='tGrade'/>"
    made = read(TYPES, f"<decision id='t' name='t'>{answer}{literal('g')}</decision>")["t"]
    assert made.evaluate({"g": ["A"]}).value == "A"
    assert refusal(made, g="C").reason.zh == '决策 t：结论的值 "C" 不是 tGrade 类型。'
    columns = table(["g"], ["r"], [["-", "g"]]).replace("<inputExpression>", "<inputExpression typeRef='tGrade'>")
    assert refusal(read(TYPES, decision("t", columns))["t"], g="C").reason.en.startswith('decision t: the value "C"')
    columns = table(["1"], ["r"], [["-", "g"]]).replace('<output name="r">', '<output name="r" typeRef="tGrade">')
    assert "rule 1, column 'r'" in refusal(read(TYPES, decision("t", columns))["t"], g="C").reason.en
    made = read(
        TYPES,
        knowledge("k", literal("a"), "name='a' typeRef='tGrades'"),
        decision("t", requires("#k", "requiredKnowledge") + literal("k(g)")),
    )["t"]
    assert made.evaluate({"g": "A"}).value == ["A"]
    assert "of a is not of the type tGrades" in refusal(made, g="C").reason.en
    entry = f"<context><contextEntry><variable name='e' typeRef='tGrade'/>{literal('g')}</contextEntry></context>"
    assert "of e is not of the type tGrade" in refusal(read(TYPES, decision("t", entry))["t"], g="C").reason.en
    body = literal("g").replace("<literalExpression", "<literalExpression typeRef='tGrade'")
    assert "tGrade" in refusal(read(TYPES, decision("t", body))["t"], g=1).reason.en


def test_own_types_may_stand_after_instance_of() -> None:
    made = read(TYPES, decision("t", literal("g instance of tPerson")))["t"]
    assert made.evaluate({"g": {"name": "Li", "grades": []}}).value is True
    assert made.evaluate({"g": {"name": "Li"}}).value is False


def test_allowed_values_of_a_type_are_its_priorities() -> None:
    ranked = table(["n"], ["r"], [["> 1", '"B"'], ["> 2", '"A"']], "PRIORITY")
    ranked = ranked.replace('<output name="r">', '<output name="r" typeRef="tGrade">')
    assert read(TYPES, decision("t", ranked))["t"].evaluate({"n": 3}).value == "A"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("<itemDefinition name='t'><typeRef>nothing</typeRef></itemDefinition>", "no type called nothing"),
        ("<itemDefinition name='t'><typeRef>t</typeRef></itemDefinition>", "t → t"),
        ("<itemDefinition><typeRef>string</typeRef></itemDefinition>", "without a name"),
        ("<itemDefinition name='t'/><itemDefinition name='t'/>", "two t"),
        ("<itemDefinition name='t'><itemComponent/></itemDefinition>", "has no name"),
        (
            (
                "<itemDefinition name='t'><typeRef>number</typeRef><allowedValues><text>&lt; limit</text>"
                "</allowedValues></itemDefinition>"
            ),
            "use variables: limit",
        ),
        (typed("x", "tNothing") + decision("t", requires("#x", "requiredInput") + literal("x")), "tNothing"),
    ],
)
def test_a_type_that_means_nothing_is_refused(part: str, said: str) -> None:
    found = refused(part)
    assert {finding.rule for finding in found} == {"dmn_bad_type"}
    assert any(said in finding.text.en for finding in found)


# --- bounds -------------------------------------------------------------------------------------------------------


def test_a_folder_has_no_more_feel_and_no_more_elements_than_can_be_read_at_once() -> None:
    rows = [[f"? > {n} and ? < {n}", "1"] for n in range(9_000)]
    with feel.limited():
        found = refused(decision("t", table(["a"], ["r"], rows)))
    assert [finding.rule for finding in found] == ["dmn_bad_feel"]
    assert "all expressions of the process together" in found[0].text.en
    assert "全部表达式合计" in found[0].text.zh
    assert feel.compile("1 + 1").evaluate({}) == 2
    for parts in (
        [decision(f"d{n}", literal("1")) for n in range(2_001)],
        [decision("d", literal("1"), name="x" * 201)],
        ["<description/>" * 100_000],
    ):
        assert [finding.rule for finding in refused(*parts)] == ["dmn_too_large"]
    many = {f"m{n}": file(imported("i", "n"), *(f"<inputData name='a{n}_{m}'/>" for m in range(60))) for n in range(30)}
    assert [finding.rule for finding in refused(**many)] == ["dmn_too_large"]
