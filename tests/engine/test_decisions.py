"""A decision table answers as DMN says, explains itself, and is refused when it could not be run faithfully."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine import decisions
from engine.decisions import Decision, DecisionError, Outcome
from engine.errors import DefinitionRefused, Finding
from engine.feel import DaysTime, FeelError, YearsMonths
from tests import effort

SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
D = Decimal


def text(tag: str, content: str, **attributes: str) -> str:
    written = "".join(f" {k}={quoteattr(v)}" for k, v in attributes.items())
    return f"<{tag}{written}><text>{escape(content)}</text></{tag}>"


def file(*parts: str, space: str = SPACE) -> bytes:
    return f'<definitions xmlns="{space}" id="file" name="f" namespace="n">{"".join(parts)}</definitions>'.encode()


def decision(id_: str, logic: str, *, name: str = "", requires: Sequence[str] = (), variable: str = "") -> str:
    parts = [f"<variable name={quoteattr(variable)}/>"] if variable else []
    for wanted in requires:
        kind, _, target = wanted.partition(" ")
        if kind == "requiredKnowledge":
            parts.append(f'<knowledgeRequirement><{kind} href="#{target}"/></knowledgeRequirement>')
        else:
            parts.append(f'<informationRequirement><{kind} href="#{target}"/></informationRequirement>')
    return f"<decision id={quoteattr(id_)} name={quoteattr(name or id_)}>{''.join(parts)}{logic}</decision>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    *,
    aggregation: str = "",
    values: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> str:
    values, defaults = values or {}, defaults or {}
    made = f'<decisionTable hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "") + ">"
    for column in inputs:
        allowed = text("inputValues", values[column]) if column in values else ""
        made += f"<input>{text('inputExpression', column)}{allowed}</input>"
    for column in outputs:
        offered = text("outputValues", values[column]) if column in values else ""
        default = text("defaultOutputEntry", defaults[column]) if column in defaults else ""
        made += f"<output name={quoteattr(column)}>{offered}{default}</output>"
    for number, rule in enumerate(rules, 1):
        cells = "".join(text("inputEntry", cell) for cell in rule[: len(inputs)])
        answers = "".join(text("outputEntry", cell) for cell in rule[len(inputs) : len(inputs) + len(outputs)])
        notes = "".join(text("annotationEntry", cell) for cell in rule[len(inputs) + len(outputs) :])
        made += f'<rule id="r{number}">{cells}{answers}{notes}</rule>'
    return made + "</decisionTable>"


def read(*parts: str, id_: str = "t") -> Decision:
    return decisions.read(file(*parts), "x.dmn")[id_]


def ask(logic: str, **context: Any) -> Outcome:
    return read(decision("t", logic)).evaluate(context, now=NOW)


def findings(*parts: str, **settings: str) -> tuple[Finding, ...]:
    with pytest.raises(DefinitionRefused) as refusal:
        decisions.read(file(*parts, **settings), "x.dmn")
    for finding in refusal.value.findings:
        assert finding.file == "x.dmn"
        assert finding.text.zh != finding.text.en
        assert finding.remedy.zh != finding.remedy.en
        assert finding.line is not None
    return refusal.value.findings


# --- the tables of the recruitment procedure ----------------------------------------------------------------------

BRANCH_VOTE = table(
    ["eligible_count", "present_count", "for_count"],
    ["result"],
    [
        ["-", "? * 2 <= eligible_count", "-", '"invalid_meeting"', "more than half must be present"],
        ["-", "? * 2 > eligible_count", "? * 2 > eligible_count", '"passed"'],
        ["-", "? * 2 > eligible_count", "? * 2 <= eligible_count", '"not_passed"'],
    ],
)


@pytest.mark.parametrize(
    ("eligible", "present", "in_favour", "result"),
    [
        (3, 2, 2, "passed"),
        (3, 1, 1, "invalid_meeting"),
        (6, 3, 3, "invalid_meeting"),
        (6, 6, 3, "not_passed"),
        (6, 4, 4, "passed"),
        (7, 4, 4, "passed"),
        (15, 8, 7, "not_passed"),
        (15, 8, 8, "passed"),
        (20, 10, 10, "invalid_meeting"),
        (20, 11, 11, "passed"),
    ],
)
def test_a_branch_votes_by_more_than_half_of_all_who_are_eligible(
    eligible: int, present: int, in_favour: int, result: str
) -> None:
    answer = ask(BRANCH_VOTE, eligible_count=eligible, present_count=present, for_count=in_favour)
    assert answer.value == result


def test_an_outcome_says_which_rules_fired_and_with_which_inputs() -> None:
    answer = ask(BRANCH_VOTE, eligible_count=6, present_count=3, for_count=3)
    assert answer.rules == (1,)
    assert answer.rule_ids == ("r1",)
    assert answer.notes == ("more than half must be present",)
    assert answer.inputs == {"eligible_count": 6, "present_count": 3, "for_count": 3}


APPROVAL_DEADLINE = table(
    ["years and months duration(meeting_on, approved_on)", "approved_on", "extension"],
    ["result"],
    [
        ["-", '<= meeting_on + @"P3M"', "-", '"in_time"'],
        ["-", '(meeting_on + @"P3M"..meeting_on + @"P6M"]', "true", '"extended"'],
        ["-", '(meeting_on + @"P3M"..meeting_on + @"P6M"]', "false", '"block_until_extension"'],
        ["-", '> meeting_on + @"P6M"', "-", '"expired_redo"'],
    ],
)


@pytest.mark.parametrize(
    ("approved_on", "extension", "result"),
    [
        (date(2026, 11, 30), False, "in_time"),
        (date(2026, 12, 1), False, "block_until_extension"),
        (date(2026, 12, 1), True, "extended"),
        (date(2027, 2, 28), True, "extended"),
        (date(2027, 3, 1), True, "expired_redo"),
    ],
)
def test_approval_deadlines_count_calendar_months_clipped_to_the_last_day(
    approved_on: date, extension: bool, result: str
) -> None:
    answer = ask(APPROVAL_DEADLINE, meeting_on=date(2026, 8, 31), approved_on=approved_on, extension=extension)
    assert answer.value == result


ELIGIBILITY = table(
    ["years and months duration(born_on, applied_on)", "accepts_conditions", "applied_on"],
    ["code", "severity"],
    [
        ['< @"P18Y"', "-", "-", '"under_age"', '"reject"'],
        ["-", "false", "-", '"conditions_not_accepted"', '"reject"'],
        ["-", "-", "> received_on", '"date_order"', '"return"'],
    ],
    "COLLECT",
)


def test_defects_are_collected_and_no_defect_is_an_empty_list() -> None:
    good = {"born_on": date(2008, 3, 2), "accepts_conditions": True, "received_on": date(2026, 3, 2)}
    answer = ask(ELIGIBILITY, **good, applied_on=date(2026, 3, 2))
    assert answer.value == []
    assert answer.rules == ()
    answer = ask(ELIGIBILITY, **{**good, "accepts_conditions": False}, applied_on=date(2026, 3, 1))
    assert answer.value == [
        {"code": "under_age", "severity": "reject"},
        {"code": "conditions_not_accepted", "severity": "reject"},
    ]
    assert answer.rules == (1, 2)
    assert answer.inputs["years and months duration(born_on, applied_on)"] == YearsMonths(17 * 12 + 11)


def test_an_explanation_shows_what_the_cells_mention_but_no_whole_person() -> None:
    made = table(["a"], ["r"], [["< limit", "person.name"]])
    answer = ask(made, a=1, limit=3, person={"name": "李明"}, other=9)
    assert answer.value == "李明"
    assert answer.inputs == {"a": 1, "limit": 3}


# --- hit policies -------------------------------------------------------------------------------------------------

OVERLAP = [["< 10", '"low"'], ["< 20", '"middle"'], ["< 30", '"low"']]


def test_unique_refuses_two_rules_and_names_them() -> None:
    with pytest.raises(DecisionError) as refusal:
        ask(table(["a"], ["r"], OVERLAP), a=5)
    assert refusal.value.rules == (1, 2, 3)
    assert refusal.value.decision == "t"
    assert "rules 1, 2, 3" in refusal.value.text.en
    assert "规则 1, 2, 3" in refusal.value.text.zh
    assert isinstance(refusal.value, FeelError)


def test_unique_answers_null_when_no_rule_fires() -> None:
    assert ask(table(["a"], ["r"], OVERLAP), a=99) == Outcome(None, inputs={"a": D(99)})
    assert ask(table(["a"], ["r"], OVERLAP), a=None).value is None


def test_first_takes_the_first_rule_that_fires() -> None:
    answer = ask(table(["a"], ["r"], OVERLAP, "FIRST"), a=15)
    assert (answer.value, answer.rules) == ("middle", (2,))


def test_any_takes_equal_answers_and_refuses_different_ones() -> None:
    same = [["< 10", '"low"'], ["< 20", '"low"']]
    answer = ask(table(["a"], ["r"], same, "ANY"), a=5)
    assert (answer.value, answer.rules) == ("low", (1, 2))
    with pytest.raises(DecisionError) as refusal:
        ask(table(["a"], ["r"], OVERLAP, "ANY"), a=5)
    assert refusal.value.rules == (1, 2)
    assert refusal.value.text.zh != refusal.value.text.en


def test_priority_takes_the_answer_that_stands_first_among_the_output_values() -> None:
    values = {"r": '"middle", "low"'}
    answer = ask(table(["a"], ["r"], OVERLAP, "PRIORITY", values=values), a=5)
    assert (answer.value, answer.rules) == ("middle", (2,))


def test_output_order_lists_all_answers_by_priority() -> None:
    values = {"r": '"middle", "low"'}
    answer = ask(table(["a"], ["r"], OVERLAP, "OUTPUT ORDER", values=values), a=5)
    assert (answer.value, answer.rules) == (["middle", "low", "low"], (2, 1, 3))


def test_rule_order_lists_all_answers_as_the_rules_stand() -> None:
    answer = ask(table(["a"], ["r"], OVERLAP, "RULE ORDER"), a=15)
    assert (answer.value, answer.rules) == (["middle", "low"], (2, 3))
    assert ask(table(["a"], ["r"], OVERLAP, "RULE ORDER"), a=99).value == []


@pytest.mark.parametrize(
    ("aggregation", "some", "none"),
    [("SUM", 7, None), ("MIN", 1, None), ("MAX", 4, None), ("COUNT", 3, 0), ("", [1, 2, 4], [])],
)
def test_collect_aggregates(aggregation: str, some: Any, none: Any) -> None:
    rules = [["< 10", "1"], ["< 20", "2"], ["< 30", "4"]]
    collected = table(["a"], ["r"], rules, "COLLECT", aggregation=aggregation)
    assert ask(collected, a=5).value == some
    assert ask(collected, a=5).rules == (1, 2, 3)
    assert ask(collected, a=99).value == none


def test_a_default_answers_when_no_rule_fires() -> None:
    made = table(["a"], ["r"], [["1", '"one"']], defaults={"r": '"other"'})
    assert ask(made, a=2).value == "other"
    assert ask(made, a=1).value == "one"
    several = table(["a"], ["r", "s"], [["1", "1", "2"]], "COLLECT", defaults={"r": "0"})
    assert ask(several, a=2).value == [{"r": 0, "s": None}]


def test_several_outputs_make_a_context() -> None:
    made = table(["a"], ["r", "s"], [["-", "a + 1", ""]])
    assert ask(made, a=1).value == {"r": 2, "s": None}


def test_a_value_that_is_not_among_the_input_values_is_refused_but_null_may_come_in() -> None:
    made = table(["breach"], ["r"], [['"none"', "1"], ["null", "0"]], values={"breach": '"none", "minor", "serious"'})
    assert ask(made, breach="none").value == 1
    assert ask(made, breach=None).value == 0
    with pytest.raises(DecisionError) as refusal:
        ask(made, breach="grave")
    assert "\"grave\" is not an allowed value of 'breach'" in refusal.value.text.en
    assert refusal.value.text.zh != refusal.value.text.en


def test_an_answer_that_is_not_among_the_output_values_is_refused() -> None:
    made = table(["a"], ["r"], [["-", "a"]], values={"r": '"x", "y"'})
    assert ask(made, a="x").value == "x"
    with pytest.raises(DecisionError) as refusal:
        ask(made, a="z")
    assert refusal.value.rules == (1,)


def test_a_missing_variable_is_named_with_decision_rule_and_column() -> None:
    with pytest.raises(FeelError) as refusal:
        ask(table(["a"], ["r"], [["1", "1"], ["< limit", "2"]]), a=5)
    assert refusal.value.missing == "limit"
    assert "decision t, rule 2, column 'a'" in refusal.value.text.en
    assert "决策 t 第 2 条规则“a”列" in refusal.value.text.zh
    with pytest.raises(FeelError) as refusal:
        ask(table(["a"], ["r"], [["1", "limit"]]), a=1)
    assert "decision t, rule 1, column 'r'" in refusal.value.text.en
    with pytest.raises(FeelError) as refusal:
        ask(table(["a"], ["r"], [["1", "1"]]))
    assert refusal.value.missing == "a"


def test_a_decision_may_ask_the_clock() -> None:
    assert (
        ask(table(["today() - filed_on"], ["r"], [['>= @"P1D"', '"late"']]), filed_on=date(2026, 3, 1)).value == "late"
    )


# --- requirement graphs -------------------------------------------------------------------------------------------

INPUTS = '<inputData id="i_a" name="a"/><inputData id="i_b" name="full name"><variable name="full name"/></inputData>'


def test_required_decisions_are_evaluated_first_and_bound_by_name_variable_and_id() -> None:
    parts = (
        INPUTS,
        decision("age", text("literalExpression", "a * 2"), name="Double age", variable="double_age"),
        decision(
            "t",
            table(["double_age"], ["r"], [["> 10", "Double age + age"], ["<= 10", "0"]]),
            requires=["requiredDecision age", "requiredInput i_a"],
        ),
    )
    top = read(*parts)
    assert top.inputs == {"a"}
    answer = top.evaluate({"a": 6})
    assert answer.value == 24
    assert answer.requires["age"].value == 12
    assert answer.requires["age"].inputs == {"a": 6}
    assert answer.inputs == {"double_age": 12, "Double age": 12, "age": 12}


def test_a_decision_required_twice_is_evaluated_once() -> None:
    asked: list[int] = []
    parts = (
        decision("base", text("literalExpression", "person(a)")),
        decision("left", text("literalExpression", "base + 1"), requires=["requiredDecision base"]),
        decision("right", text("literalExpression", "base + 2"), requires=["requiredDecision base"]),
        decision(
            "t", text("literalExpression", "left + right"), requires=["requiredDecision left", "requiredDecision right"]
        ),
    )

    def host(x: Any) -> int:
        asked.append(x)
        return 10

    assert read(*parts).evaluate({"a": 1, "person": host}).value == 23
    assert asked == [1]


def test_names_of_input_data_may_have_spaces() -> None:
    logic = table(["full name"], ["r"], [['starts with(?, "李")', 'full name + "!"']])
    assert read(INPUTS, decision("t", logic)).evaluate({"full name": "李明"}).value == "李明!"
    assert read(INPUTS, decision("t", logic)).inputs == {"full name"}


def test_functions_of_the_product_may_be_called_in_cells() -> None:
    logic = table(["open cases(definition, person_id)"], ["r"], [["> 0", '"duplicate_case"']], "COLLECT")
    made = read(decision("t", logic))
    context = {"definition": "recruitment", "person_id": "p1", "open cases": lambda definition, person: 1}
    assert made.evaluate(context).value == ["duplicate_case"]
    assert made.inputs == {"definition", "person_id"}


def test_a_literal_expression_and_a_context_decide_too() -> None:
    literal = read(decision("t", text("literalExpression", 'if a > 1 then "x" else "y"')))
    assert literal.evaluate({"a": 2}) == Outcome("x", inputs={"a": 2})
    assert literal.hit_policy is None
    entries = (
        f'<contextEntry><variable name="twice"/>{text("literalExpression", "a * 2")}</contextEntry>'
        f'<contextEntry><variable name="rank"/>{table(["twice"], ["r"], [["> 5", "1"], ["<= 5", "2"]])}</contextEntry>'
    )
    assert read(decision("t", f"<context>{entries}</context>")).evaluate({"a": 3}).value == {"twice": 6, "rank": 1}
    with_result = (
        f"<context>{entries}<contextEntry>{text('literalExpression', 'twice + rank')}</contextEntry></context>"
    )
    made = read(decision("t", with_result))
    assert made.evaluate({"a": 3}).value == 7
    assert made.inputs == {"a"}


def test_business_knowledge_is_a_function_that_decisions_call() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="more than half"><encapsulatedLogic kind="FEEL">'
        '<formalParameter name="part"/><formalParameter name="whole"/>'
        f"{text('literalExpression', 'part * 2 > whole')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    logic = table(["more than half(present, eligible)"], ["r"], [["true", '"valid"'], ["false", '"invalid"']])
    made = read(knowledge, decision("t", logic, requires=["requiredKnowledge k"]))
    assert made.evaluate({"present": 4, "eligible": 7}).value == "valid"
    assert made.evaluate({"present": 3, "eligible": 6}).value == "invalid"
    assert made.inputs == {"present", "eligible"}


def literal(content: str) -> str:
    return text("literalExpression", content)


def turns(kind: str, variable: str, over: str, part: str, body: str) -> str:
    return f'<{kind} iteratorVariable="{variable}"><in>{over}</in><{part}>{body}</{part}></{kind}>'


def invocation(called: str, **arguments: str) -> str:
    bindings = "".join(f'<binding><parameter name="{k}"/>{literal(v)}</binding>' for k, v in arguments.items())
    return f"<invocation>{literal(called)}{bindings}</invocation>"


BOXED: dict[str, tuple[str, Any]] = {
    "a list": (f"<list>{literal('a')}{literal('a + 1')}</list>", [2, 3]),
    "an empty list": ("<list/>", []),
    "a relation": (
        f'<relation><column name="n"/><column name="twice"/><row>{literal("1")}{literal("a")}</row></relation>',
        [{"n": 1, "twice": 2}],
    ),
    "a conditional": (
        f"<conditional><if>{literal('a > 1')}</if><then>{literal('a')}</then><else>{literal('0')}</else></conditional>",
        2,
    ),
    "an iteration": (
        turns("for", "i", literal("[1, 2, 3]"), "return", literal("i * a + count(partial)")),
        [2, 5, 8],
    ),
    "an iteration over null": (
        turns("for", "i", literal("null"), "return", literal("i")),
        None,
    ),
    "some": (
        turns("some", "i", literal("[1, 2]"), "satisfies", literal("i = a")),
        True,
    ),
    "every": (
        turns("every", "i", literal("[1, 2]"), "satisfies", literal("i = a")),
        False,
    ),
    "a filter": (
        f"<filter><in>{literal('[{n: 1}, {n: 2}]')}</in><match>{literal('n = a and item.n = a')}</match></filter>",
        [{"n": 2}],
    ),
    "a function and its invocation": (
        (
            '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="x"/>'
            f'<formalParameter name="y"/>{literal("x - y + a")}</functionDefinition></contextEntry>'
            f"<contextEntry>{invocation('f', y='1', x='10')}</contextEntry></context>"
        ),
        11,
    ),
}


@pytest.mark.parametrize(("logic", "wanted"), BOXED.values(), ids=BOXED)
def test_boxed_expressions_decide_too(logic: str, wanted: Any) -> None:
    made = read(decision("t", logic))
    assert made.evaluate({"a": 2}).value == wanted
    assert made.inputs <= {"a"}


def test_an_invocation_of_what_is_no_function_is_refused() -> None:
    for called, parameter in (("a", "x"), ("function(x) x", "y")):
        with pytest.raises(FeelError) as refusal:
            read(decision("t", invocation(called, **{parameter: "1"}))).evaluate({"a": 1})
        assert "no function" in refusal.value.text.en
        assert "不是函数" in refusal.value.text.zh


def test_an_iteration_without_end_is_refused() -> None:
    inner = (
        f'<for iteratorVariable="j"><in>{literal("for n in 1..500 return n")}</in><return>{literal("j")}</return></for>'
    )
    logic = f'<for iteratorVariable="i"><in>{literal("for n in 1..9000 return n")}</in><return>{inner}</return></for>'
    with effort.at_most(10_000_000), pytest.raises(FeelError, match="steps"):
        read(decision("t", logic)).evaluate({})


@pytest.mark.parametrize("space", sorted(decisions.NAMESPACES))
def test_every_version_of_dmn_is_read(space: str) -> None:
    made = decisions.read(file(decision("t", table(["a"], ["r"], [["1", "2"]])), space=space), "x.dmn")
    assert made["t"].evaluate({"a": 1}).value == 2


# --- refusals when reading ----------------------------------------------------------------------------------------

ONE = table(["a"], ["r"], [["1", "2"]])
REFUSED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "an unknown hit policy": (
        (decision("t", table(["a"], ["r"], [["1", "2"]], "BEST")),),
        "dmn_unknown_hit_policy",
        "BEST",
    ),
    "an unknown kind of logic": ((decision("t", "<riddle/>"),), "dmn_unknown_logic", "riddle"),
    "no logic": ((decision("t", ""),), "dmn_no_logic", "t has no logic"),
    "two logics": ((decision("t", ONE + ONE.replace('"r1"', '"r9"')),), "dmn_no_logic", "more than one"),
    "two decisions of one id": ((decision("t", ONE), decision("t", "")), "dmn_duplicate_id", "the id t occurs twice"),
    "two rules of one id": (
        (decision("t", table(["a"], ["r"], [["1", "2"], ["2", "3"]]).replace('"r2"', '"r1"')),),
        "dmn_duplicate_id",
        "r1",
    ),
    "a condition that is no FEEL": (
        (decision("t", table(["a"], ["r"], [["1", "2"], ["< ", "2"]])),),
        "dmn_bad_feel",
        "t, rule 2, input column 'a'",
    ),
    "a conclusion that is no FEEL": (
        (decision("t", table(["a"], ["r"], [["1", "2"], ["1", '"x']])),),
        "dmn_bad_feel",
        "t, rule 2, output column 'r'",
    ),
    "an input expression that is no FEEL": (
        (decision("t", table(["a +"], ["r"], [["1", "2"]])),),
        "dmn_bad_feel",
        "t, input column 1",
    ),
    "no input expression": ((decision("t", table([""], ["r"], [["1", "2"]])),), "dmn_bad_feel", "empty"),
    "a boxed expression without its parts": (
        (decision("t", "<conditional><if/></conditional>"),),
        "dmn_no_logic",
        "t has no logic",
    ),
    "an invocation without a parameter": (
        (decision("t", f"<invocation>{text('literalExpression', 'a')}<binding/></invocation>"),),
        "dmn_no_logic",
        "t has no logic",
    ),
    "a relation with a cell too few": (
        (decision("t", '<relation><column name="n"/><row/></relation>'),),
        "dmn_rule_shape",
        "one cell for each column",
    ),
    "an unknown function": ((decision("t", table(["a"], ["r"], [["1", "f(1)"]])),), "dmn_bad_feel", "'f'"),
    "too few cells": ((decision("t", table(["a", "b"], ["r"], [["1", "2"]])),), "dmn_rule_shape", "rule 1"),
    "no output": ((decision("t", table(["a"], [], [["1"]])),), "dmn_outputs", "no output column"),
    "two outputs of one name": (
        (decision("t", table(["a"], ["r", "r"], [["1", "2", "3"]])),),
        "dmn_outputs",
        "two of one name",
    ),
    "priority without an order of values": (
        (decision("t", table(["a"], ["r"], [["1", "2"]], "PRIORITY")),),
        "dmn_no_priorities",
        "PRIORITY",
    ),
    "an aggregation of a single answer": (
        (decision("t", table(["a"], ["r"], [["1", "2"]], "FIRST", aggregation="SUM")),),
        "dmn_aggregation",
        "SUM",
    ),
    "an aggregation of several outputs": (
        (decision("t", table(["a"], ["r", "s"], [["1", "2", "3"]], "COLLECT", aggregation="SUM")),),
        "dmn_aggregation",
        "SUM",
    ),
    "a requirement outside the file": (
        (decision("t", ONE, requires=["requiredDecision elsewhere"]),),
        "dmn_unknown_requirement",
        "#elsewhere",
    ),
    "decisions that require each other": (
        (
            decision("t", ONE, requires=["requiredDecision u"]),
            decision("u", ONE.replace('"r1"', '"r9"'), requires=["requiredDecision t"]),
        ),
        "dmn_circle",
        "t → u → t",
    ),
    "another expression language": (
        (decision("t", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'),),
        "dmn_not_feel",
        "python",
    ),
    "a function of Java": (
        (
            '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>'
            + decision("t", ONE, requires=["requiredKnowledge k"]),
        ),
        "dmn_unknown_logic",
        "no FEEL function",
    ),
    "an element that DMN does not have": (('<riddle id="s"/>',), "dmn_unknown_element", "riddle"),
    "an import of what is not there": (
        ('<import namespace="m" importType="t"/>',),
        "dmn_unknown_import",
        "m is no DMN",
    ),
    "a decision without id": (('<decision name="x"/>',), "dmn_no_id", "no id"),
}


@pytest.mark.parametrize(("parts", "rule", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_run_faithfully_is_refused(parts: tuple[str, ...], rule: str, said: str) -> None:
    found = findings(*parts)
    assert rule in {f.rule for f in found}
    assert any(said in f.text.en for f in found if f.rule == rule)


def test_all_defects_of_a_file_are_found_at_once() -> None:
    made = table(["a"], ["r"], [["< ", "2"], ["1", "("], ["1"]])
    assert [f.rule for f in findings(decision("t", made), decision("u", "<riddle/>"))].count("dmn_bad_feel") == 2
    assert {f.rule for f in findings(decision("t", made), decision("u", "<riddle/>"))} == {
        "dmn_bad_feel",
        "dmn_rule_shape",
        "dmn_unknown_logic",
    }


def test_what_is_no_dmn_is_refused() -> None:
    assert findings(space="urn:other")[0].rule == "dmn_not_dmn"
    with pytest.raises(DefinitionRefused):
        decisions.read(b"<definitions>", "x.dmn")
    with pytest.raises(DefinitionRefused):
        decisions.read(b'<!DOCTYPE x [<!ENTITY e "x">]><definitions xmlns="%s"/>' % SPACE.encode(), "x.dmn")


# --- bounds and speed ---------------------------------------------------------------------------------------------


def test_a_table_shares_one_budget_among_all_its_cells() -> None:
    rules = [["-", "count(for i in 1..60000 return i)"] for _ in range(40)]
    with pytest.raises(FeelError, match="steps"):
        ask(table(["1"], ["r"], rules, "COLLECT"))


def test_knowledge_that_calls_itself_is_refused() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="k"><knowledgeRequirement><requiredKnowledge href="#k"/>'
        '</knowledgeRequirement><encapsulatedLogic><formalParameter name="n"/>'
        f"{text('literalExpression', 'k(n + 1)')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    top = decision("t", text("literalExpression", "k(1)"), requires=["requiredKnowledge k"])
    assert "dmn_circle" in {f.rule for f in findings(knowledge, top)}


def test_a_long_chain_of_requirements_is_refused_not_a_stack_overflow() -> None:
    chain = [decision("d0", text("literalExpression", "1"))]
    chain += [
        decision(f"d{n}", text("literalExpression", f"d{n - 1} + 1"), requires=[f"requiredDecision d{n - 1}"])
        for n in range(1, 300)
    ]
    assert {f.rule for f in findings(*reversed(chain))} == {"dmn_circle"}


def test_the_difference_of_dates_is_a_duration_in_a_cell() -> None:
    made = table(["b - a"], ["r"], [['>= @"P10D"', "b - a"]])
    assert ask(made, a=date(2026, 3, 1), b=date(2026, 3, 12)).value == DaysTime(11 * 86_400_000_000)
