"""Templates of official documents: what they may hold, how holes are filled, and what a gap in them is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import templates
from engine.errors import DefinitionRefused, Text
from engine.templates import Gap

NOW = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def filled(body: list[Any], title: Any = "关于{matter}的请示", **context: Any) -> templates.Filled:
    template = templates.read({"title": title, "body": body}, "documents/x.json")
    return templates.fill(template, {"matter": "办公用房", **context}, NOW)


def rules(schema: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionRefused) as found:
        templates.read(schema, "documents/x.json")
    return [f.rule for f in found.value.findings]


def test_holes_are_filled_in_both_languages() -> None:
    made = filled(
        [
            {"zh": "于{on}前报送，共{count}件，{sent}。", "en": "by {on}, {count} in all, {sent}."},
            {"level": 1, "zh": "一、{{要求}}"},
        ],
        on=date(2026, 3, 10),
        count=Decimal("2.5"),
        sent=["通知", "回执"],
    )
    assert made.title == Text("关于办公用房的请示", "关于办公用房的请示")
    assert made.body == (
        (0, Text("于2026年3月10日前报送，共2.5件，通知、回执。", "by 10 March 2026, 2.5 in all, 通知, 回执.")),
        (1, Text("一、{要求}", "一、{要求}")),
    )


def test_a_paragraph_may_have_a_condition_or_come_once_for_each_item() -> None:
    body = [
        {"when": "=approved", "zh": "同意。"},
        {"when": "=not(approved)", "zh": "不同意。"},
        {"each": "=conditions", "as": "one", "when": "=one.by != null", "zh": "{index}．{one.what}，{one.by}办结。"},
    ]
    conditions = [{"what": "补正名单", "by": "三月"}, {"what": "留存", "by": None}, {"what": "公示", "by": "四月"}]
    made = filled(body, approved=True, conditions=conditions)
    assert [text.zh for _, text in made.body] == ["同意。", "1．补正名单，三月办结。", "3．公示，四月办结。"]
    assert filled(body, approved=None, conditions=None).body == ()


def test_what_somebody_typed_is_text_and_nothing_else() -> None:
    hidden = "\u202e倒写\u200b\x07"
    made = filled(["{typed}"], title="{typed}", typed=f"第一段 <b>&</b>\r\n\n  {{x}}\t第二段{hidden}")
    assert [text.zh for _, text in made.body] == ["第一段 <b>&</b>", "{x} 第二段倒写"]
    assert made.title is not None
    assert made.title.zh == "第一段 <b>&</b> {x} 第二段倒写"


@pytest.mark.parametrize("value", [None, {"a": 1}, ["a", None]])
def test_a_hole_without_a_text_is_a_gap(value: Any) -> None:
    with pytest.raises(Gap, match="typed"):
        filled(["{typed}"], typed=value)


def test_braces_of_feel_belong_to_the_hole() -> None:
    made = filled(['{get value({a: "}"}, "a")}|{string join([matter, "b"], "-")}'])
    assert made.body[0][1].zh == "}|办公用房-b"


def test_names_that_a_template_needs_are_known() -> None:
    template = templates.read(
        {"title": "{t}", "body": [{"each": "=items", "as": "one", "zh": "{one.a}{b}"}], "note": "{unit(u).name}"}, "x"
    )
    assert template.names >= {"t", "items", "b", "u"}
    assert "one" not in template.names


@pytest.mark.parametrize(
    "schema",
    [
        {"title": "t"},
        {"title": "t", "body": []},
        {"title": "t", "body": ["{open"]},
        {"title": "t", "body": ["close}"]},
        {"title": "t", "body": [{"en": "only"}]},
        {"title": "t", "body": [{"zh": "a", "level": 7}]},
        {"title": "t", "body": [{"zh": "a", "when": "true"}]},
        {"title": "t", "body": [{"zh": "a", "each": "=x", "as": "a b"}]},
        {"title": "t", "body": ["a"], "script": "x"},
        {"title": "t", "body": [7]},
        {"title": {"zh": "t", "fr": "t"}, "body": ["a"]},
        {"title": "x" * 20_001, "body": ["a"]},
    ],
)
def test_what_is_no_template_is_refused(schema: dict[str, Any]) -> None:
    assert set(rules(schema)) == {"document_template"}


def test_an_expression_that_is_none_is_refused() -> None:
    assert rules({"title": "{1 +}", "body": ['{eval("x")}']}) == ["feel_error", "feel_error"]


def test_numbers_are_written_as_the_standard_says() -> None:
    assert templates.number("示直党", 2026, 18) == "示直党〔2026〕18号"
    assert len(templates.KINDS) == 15
