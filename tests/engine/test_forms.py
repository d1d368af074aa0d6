"""Forms: the vectors shared with the browser, what a schema is refused for, and that nothing slips in from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import feel, forms
from engine.errors import DefinitionRefused, Language, Text
from engine.forms.schema import PROPERTIES, VALIDATE
from tests import effort

VECTORS = Path(__file__).parent.parent / "vectors" / "forms"
NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


def vectors() -> list[Any]:
    found = []
    for file in sorted(VECTORS.glob("*.json")):
        found += [pytest.param(v, id=f"{file.stem}: {v['name']}") for v in json.loads(file.read_text("utf-8"))]
    return found


def known_by(table: Mapping[str, Any]) -> Callable[[Any], Any]:
    return lambda key: table.get(key) if isinstance(key, str) else None


def context_of(vector: Mapping[str, Any]) -> dict[str, Any]:
    context = {k: feel.thaw(v) for k, v in vector.get("context", {}).items()}
    if "people" in vector:
        context["person()"], context["unit()"] = known_by(vector["people"]), known_by(vector["units"])
    return context


@pytest.mark.parametrize("vector", vectors())
def test_the_server_decides_as_the_vectors_say(vector: dict[str, Any]) -> None:
    form = forms.read(vector["schema"], "forms/form.json")
    now = datetime.fromisoformat(vector["now"]) if "now" in vector else NOW
    fitted = form.fit(vector["answers"], context_of(vector), vector.get("access", {}), now)
    assert [{"path": e.path, "code": e.code} for e in fitted.errors] == vector["errors"]
    if "values" in vector:
        assert feel.freeze(fitted.values) == vector["values"]
    assert all(e.text.zh and e.text.en and "{" not in e.text.zh + e.text.en for e in fitted.errors)


def test_every_code_is_told_by_some_vector_and_has_a_sentence() -> None:
    told = {e["code"] for v in vectors() for e in v.values[0]["errors"]}
    assert told <= set(forms.CODES)
    assert set(forms.CODES) - told == {"not_computable"}, "which needs an expression beyond its bounds"
    assert len(vectors()) >= 60


# ---------------------------------------------------------------------------------------------- reading


def form_of(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "id": "f", "components": list(components)}


def field(key: str, kind: str = "textfield", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": {"zh": "甲", "en": "A"}, **more}


def refusals(schema: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(DefinitionRefused) as refused:
        forms.read(schema, "forms/f.json")
    for finding in refused.value.findings:
        assert finding.file == "forms/f.json"
        for text in (finding.text, finding.remedy):
            assert text.zh
            assert text.en
            assert text.zh != text.en
            assert not re.search(r"\{[a-z]+\}", text.zh + text.en), "no placeholder is left"
    return [(f.rule, f.element) for f in refused.value.findings]


OPTIONS = [{"value": "a", "label": "A"}]


@pytest.mark.parametrize(
    ("schema", "rule", "element"),
    [
        ("text", "form_not_a_schema", None),
        ([], "form_not_a_schema", None),
        ({}, "form_not_a_schema", None),
        ({"type": "wizard", "components": []}, "form_not_a_schema", None),
        (form_of("text"), "form_not_a_schema", "components[0]"),  # type: ignore[arg-type]
        (form_of({"type": "group"}), "form_not_a_schema", "components[0]"),
        (form_of(field("a", validate=[])), "form_not_a_schema", "a"),
        (form_of(field("a", "button")), "form_unknown_type", "a"),
        (form_of(field("a", "filepicker")), "form_unknown_type", "a"),
        (form_of({"key": "a", "label": "A"}), "form_unknown_type", "a"),
        (form_of({"type": ["x"], "key": "a"}), "form_unknown_type", "a"),
        (form_of({"type": "textfield", "label": "A"}), "form_missing_key", "components[0]"),
        (form_of(field("")), "form_missing_key", "components[0]"),
        (form_of({"type": "dynamiclist", "label": "A", "components": []}), "form_missing_key", "components[0]"),
        (form_of(field("1a")), "form_bad_key", "1a"),
        (form_of(field("a b")), "form_bad_key", "a b"),
        (form_of(field("a.b")), "form_bad_key", "a.b"),
        (form_of(field("__proto__")), "form_bad_key", "__proto__"),
        (form_of(field("constructor")), "form_bad_key", "constructor"),
        (form_of(field("return")), "form_bad_key", "return"),
        (form_of(field("a" * 65)), "form_bad_key", "a" * 65),
        (form_of(field("a"), field("a")), "form_duplicate_key", "a"),
        (form_of(field("a"), {"type": "group", "path": "a", "components": []}), "form_duplicate_key", "a"),
        (form_of(field("a"), {"type": "group", "components": [field("a")]}), "form_duplicate_key", "a"),
        (form_of({"type": "textfield", "key": "a"}), "form_missing_label", "a"),
        (form_of(field("a") | {"label": " "}), "form_missing_label", "a"),
        (form_of(field("a") | {"label": {"de": "A"}}), "form_missing_label", "a"),
        (form_of(field("a") | {"label": 5}), "form_missing_label", "a"),
        (form_of(field("a", requierd=True)), "form_unknown_property", "a"),
        (form_of(field("a", "select", values=OPTIONS, valuesExpression="=x")), "form_unknown_property", "a"),
        (form_of(field("a", validate={"requierd": True})), "form_unknown_rule", "a"),
        (form_of(field("a", "number", validate={"pattern": "a"})), "form_unknown_rule", "a"),
        (form_of(field("a", "checkbox", validate={"min": 1})), "form_unknown_rule", "a"),
        (form_of(field("a", validate={"required": "yes"})), "form_bad_value", "a"),
        (form_of(field("a", validate={"minLength": -1})), "form_bad_value", "a"),
        (form_of(field("a", validate={"minLength": 5, "maxLength": 4})), "form_bad_value", "a"),
        (form_of(field("a", validate={"maxLength": 100_001})), "form_bad_value", "a"),
        (form_of(field("a", validate={"validationType": "email"})), "form_bad_value", "a"),
        (form_of(field("a", validate={"patternText": 5})), "form_bad_value", "a"),
        (form_of(field("a", readonly="yes")), "form_bad_value", "a"),
        (form_of(field("a", personal="secret")), "form_bad_value", "a"),
        (form_of(field("a", "datetime", subtype="time")), "form_bad_value", "a"),
        (form_of(field("a", "datetime", validate={"min": "2026-02-30"})), "form_bad_value", "a"),
        (form_of(field("a", "number", validate={"min": "many"})), "form_bad_value", "a"),
        (form_of(field("a", "number", decimalDigits=1.5)), "form_bad_value", "a"),
        (form_of(field("a", "number", increment=0)), "form_bad_value", "a"),
        (form_of(field("a", "number", defaultValue="many")), "form_bad_value", "a"),
        (form_of(field("a", "datetime", defaultValue="2026-02-30")), "form_bad_value", "a"),
        (form_of(field("a", "select", values=OPTIONS, defaultValue="b")), "form_bad_value", "a"),
        (form_of(field("a", "person", roles="branch_secretary")), "form_bad_value", "a"),
        (form_of(field("a", conditional={"show": "=true"})), "form_bad_value", "a"),
        (form_of({"type": "text"}), "form_bad_value", "components[0]"),
        (form_of({"type": "text", "text": "=1 + 1"}), "form_bad_value", "components[0]"),
        (form_of(field("a", "expression")), "form_bad_value", "a"),
        (form_of(field("a", "select")), "form_no_options", "a"),
        (form_of(field("a", "radio", values=[])), "form_no_options", "a"),
        (form_of(field("a", "checklist", values="a")), "form_no_options", "a"),
        (form_of(field("a", "select", values=[{"value": 1, "label": "1"}])), "form_bad_value", "a"),
        (form_of(field("a", "select", values=[{"value": "a", "label": 1}])), "form_missing_label", "a"),
        (form_of(field("a", "select", values=OPTIONS * 2)), "form_duplicate_option", "a"),
        (form_of(field("a", conditional={"hide": "=1 +"})), "form_bad_feel", "a"),
        (form_of(field("a", conditional={"hide": "true"})), "form_bad_feel", "a"),
        (form_of(field("a", conditional={"hide": "=no such function(1)"})), "form_bad_feel", "a"),
        (form_of(field("a", "expression", expression="=if x")), "form_bad_feel", "a"),
        (form_of(field("a", defaultValue="=(")), "form_bad_feel", "a"),
        (form_of(field("a", validate={"rule": "=)"})), "form_bad_feel", "a"),
        (form_of(field("a", "number", validate={"max": "=1 +"})), "form_bad_feel", "a"),
        (form_of(field("a", "person", within="here")), "form_bad_feel", "a"),
        (form_of(field("a", conditional={"hide": "=person(x).status = \"applicant\""})), "form_server_only", "a"),
        (form_of(field("a", conditional={"hide": "=is working day(x)"})), "form_server_only", "a"),
    ],
)  # fmt: skip
def test_a_schema_is_refused_with_its_place_and_a_remedy(schema: Any, rule: str, element: str | None) -> None:
    assert (rule, element) in refusals(schema)


@pytest.mark.parametrize(
    "pattern",
    ["(", "[a", "a{3", "a**", "(?=a)", "(?<!a)b", "(?i)a", "(?P<n>a)", r"(a)\1",
     r"\p{Han}", r"\Qa\E", r"\z",
     "[[:alpha:]]", "a{1001}", r"[\b]", "]", "}", "[]", "[^]", r"\-", r"\u12", "a" * 1001, 5, r"[a-\d]", r"[\d-z]",
     "[z-a]", "^*a", "a$?", r"\b{2}"],
)  # fmt: skip
def test_a_pattern_that_browser_and_server_read_differently_is_refused(pattern: Any) -> None:
    assert refusals(form_of(field("a", validate={"pattern": pattern}))) == [("form_bad_pattern", "a")]


def test_all_findings_are_told_at_once() -> None:
    assert refusals(form_of(field("a", "select"), field("b", x=1), field("c", validate={"pattern": "("}))) == [
        ("form_unknown_property", "b")
    ], "the shape first"
    assert refusals(
        form_of(field("a", "select"), field("b", defaultValue="=("), field("c", validate={"pattern": "("}))
    ) == [
        ("form_no_options", "a"),
        ("form_bad_feel", "b"),
        ("form_bad_pattern", "c"),
    ]


@pytest.mark.parametrize(
    "components",
    [
        [field("a", "expression", expression="=a + 1")],
        [field("a", "expression", expression="=b"), field("b", "expression", expression="=a")],
        [field("a", conditional={"hide": '=a = "x"'})],
        [field("a", conditional={"hide": "=b = null"}), field("b", conditional={"hide": "=a = null"})],
        [{"type": "group", "components": [field("a")], "conditional": {"hide": "=a = null"}}],
        [
            {
                "type": "dynamiclist", "path": "r", "label": "R",
                "components": [field("x", "expression", expression="=total")],
            },
            field("total", "expression", expression="=sum(r.x)"),
        ],
    ],
)  # fmt: skip
def test_fields_that_depend_on_themselves_are_refused(components: list[dict[str, Any]]) -> None:
    assert [rule for rule, _ in refusals(form_of(*components))] == ["form_cycle"]


def test_a_form_has_its_limits() -> None:
    nested: dict[str, Any] = {"type": "group", "components": [field("a")]}
    for _ in range(forms.DEEPEST_NESTING):
        nested = {"type": "group", "components": [nested]}
    assert [r for r, _ in refusals(form_of(nested))] == ["form_too_deep"]
    many = [field(f"f{i}") for i in range(forms.MOST_COMPONENTS + 1)]
    assert [r for r, _ in refusals(form_of(*many))] == ["form_too_large"]
    assert [r for r, _ in refusals(form_of(field("a", description="字" * 100_000)))] == ["form_too_large"]
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert [r for r, _ in refusals(form_of(field("a", properties=deep)))] == ["form_too_large"]
    inner = {"type": "dynamiclist", "path": "b", "label": "B", "components": []}
    outer = {"type": "dynamiclist", "path": "a", "label": "A", "components": [inner]}
    assert refusals(form_of(outer)) == [("form_list_in_list", "a[].b")]


# ---------------------------------------------------------------------------------------------- the application form


def application() -> dict[str, Any]:
    """The largest form of the office: 20 fields of an application with relatives, conditions and computed fields."""
    must = {"required": True}
    choice = [{"value": v, "label": {"zh": v, "en": v}} for v in ("one", "two", "three")]
    return form_of(
        field("person_name", personal="S", validate={"required": True, "maxLength": 50}),
        field("id_number", personal="SS", validate={"required": True, "idNumber": True}),
        field("born_on", "datetime", personal="S", validate={"required": True, "max": "=today"}),
        field("gender", "radio", values=choice, personal="S", validate=must),
        field("ethnic_group", "select", values=choice, personal="S", validate=must),
        field("education", "select", values=choice, personal="S"),
        field("native_place", personal="S"),
        field("phone", personal="S", validate={"required": True, "pattern": "1[0-9]{10}"}),
        field("branch", "unit", kinds=["branch"], validate=must),
        field("occupation"),
        field("worked_from_on", "datetime", validate={"min": "=born_on"}),
        field("is_league_member", "checkbox"),
        field("league_branch", conditional={"hide": "=is_league_member != true"}, validate=must),
        field("applied_on", "datetime", validate={"required": True, "max": "=today"}),
        field("received_on", "datetime", validate={"required": True, "min": "=applied_on", "max": "=today"}),
        field("received_by", "person", roles=["branch_secretary", "organisation_commissioner"], validate=must),
        field("no_relatives", "checkbox"),
        {
            "type": "dynamiclist",
            "path": "relatives",
            "label": {"zh": "亲属", "en": "Relatives"},
            "personal": "S",
            "conditional": {"hide": "=no_relatives"},
            "components": [field("name", validate=must), field("relation", "select", values=choice), field("post")],
            "validate": must,
        },
        field("letter", "textarea", validate={"required": True, "minLength": 10}),
        field("age", "expression", expression="=years and months duration(born_on, applied_on).years"),
    )


ANSWERS: dict[str, Any] = {
    "person_name": "王小明",
    "id_number": "999999199605050027",
    "born_on": "1996-05-05",
    "gender": "one",
    "ethnic_group": "two",
    "education": "three",
    "native_place": "某省某市",
    "phone": "13800000000",
    "branch": "b1",
    "occupation": "科员",
    "worked_from_on": "2018-07-01",
    "is_league_member": True,
    "league_branch": "机关团支部",
    "applied_on": "2026-02-27",
    "received_on": "2026-03-02",
    "received_by": "p1",
    "no_relatives": False,
    "relatives": [{"name": "王大明", "relation": "one", "post": "处长"}],
    "letter": "敬爱的党组织：我志愿加入中国共产党。",
}
WORLD: dict[str, Any] = {
    "today": date(2026, 3, 2),
    "unit()": known_by({"b1": {"id": "b1", "kind": "branch", "parent": None}}),
    "person()": known_by({"p1": {"id": "p1", "unit": "b1", "posts": [{"role": "branch_secretary", "unit": "b1"}]}}),
}
APPLICATION = forms.read(application(), "forms/application.json")


def test_an_application_fits() -> None:
    fitted = APPLICATION.fit(ANSWERS, WORLD, now=NOW)
    assert fitted.errors == ()
    assert fitted.values["born_on"] == date(1996, 5, 5)
    assert fitted.values["age"] == Decimal(29)


def test_an_empty_application_is_told_everything_that_is_missing() -> None:
    fitted = APPLICATION.fit({}, WORLD, now=NOW)
    assert [e.path for e in fitted.errors] == [
        "person_name", "id_number", "born_on", "gender", "ethnic_group", "phone", "branch", "applied_on", "received_on",
        "received_by", "relatives", "letter",
    ]  # fmt: skip
    assert {e.code for e in fitted.errors} == {"required"}


def test_a_date_that_is_too_early_says_from_when_it_would_do() -> None:
    [error] = APPLICATION.fit({**ANSWERS, "received_on": "2026-02-26"}, WORLD, now=NOW).errors
    assert (error.path, error.code, error.earliest) == ("received_on", "too_early", "2026-02-27")
    assert error.text == Text("不能早于 2026-02-27。", "Choose 2026-02-27 or a later day.")


def test_a_form_says_which_fields_are_personal() -> None:
    assert APPLICATION.personal["id_number"] == "SS"
    assert APPLICATION.personal["relatives"] == "S"
    assert APPLICATION.personal["relatives[].name"] == "S", "what is in a personal list is personal"
    assert "occupation" not in APPLICATION.personal
    assert {f.path for f in APPLICATION.fields} == APPLICATION.paths


def test_a_form_says_which_names_it_needs() -> None:
    assert APPLICATION.names == {"today"}, "and no field of its own, so that nothing hidden travels as context"


# ---------------------------------------------------------------------------------------------- for the browser


def components_of(made: Mapping[str, Any]) -> dict[str, Any]:
    return {c.get("key") or c.get("path") or c["type"]: c for c in made["components"]}


def test_a_form_is_resolved_in_one_language() -> None:
    form = forms.read(
        form_of(
            field(
                "a",
                description={"zh": "说明", "en": "Note"},
                placeholder="…",
                validate={"pattern": "x", "patternText": {"zh": "写 x", "en": "write x"}},
            ),
            field("b", "radio", values=[{"value": "v", "label": {"zh": "值", "en": "Value"}}]),
            {"type": "text", "text": {"zh": "文", "en": "Text"}},
        ),
        "f",
    )
    zh, en = components_of(form.as_json("zh", {})), components_of(form.as_json("en", {}))
    assert (zh["a"]["label"], en["a"]["label"]) == ("甲", "A")
    assert (zh["a"]["description"], en["a"]["description"]) == ("说明", "Note")
    assert zh["a"]["validate"] == {"pattern": "x", "patternText": "写 x", "maxLength": 500}
    assert en["b"]["values"] == [{"value": "v", "label": "Value"}]
    assert (zh["text"]["text"], en["text"]["text"]) == ("文", "Text")


def test_what_a_reader_may_not_see_is_not_sent() -> None:
    context = {**WORLD, "id_number": "999999199605050027", "person_name": "王小明"}
    made = APPLICATION.as_json("zh", context, {"id_number": "hidden", "relatives": "hidden"}, NOW)
    assert "id_number" not in components_of(made)
    assert "relatives" not in components_of(made)
    assert "relatives" not in made["values"]
    assert "999999199605050027" not in json.dumps(made, ensure_ascii=False)
    assert made["values"]["person_name"] == "王小明"


def test_sensitive_values_that_are_only_shown_are_masked() -> None:
    context = {**WORLD, "id_number": "999999199605050027"}
    assert APPLICATION.as_json("zh", context, {"*": "read"}, NOW)["values"]["id_number"] == "999999********0027"
    revealed = APPLICATION.as_json("zh", context, {"*": "read"}, NOW, reveal=True)
    assert revealed["values"]["id_number"] == "999999199605050027"
    assert APPLICATION.as_json("zh", context, {}, NOW)["values"]["id_number"] == "999999199605050027", "to be edited"
    assert context["id_number"] == "999999199605050027", "the context itself is untouched"


def test_access_shows_as_readonly_and_required() -> None:
    made = components_of(
        APPLICATION.as_json("zh", WORLD, {"occupation": "required", "phone": "read", "age": "read"}, NOW)
    )
    assert made["occupation"]["validate"]["required"] is True
    assert made["phone"]["readonly"] is True
    assert "validate" not in made["phone"]
    assert "expression" not in made["age"]
    assert components_of(APPLICATION.as_json("zh", WORLD, {}, NOW))["age"]["expression"].startswith("=")


def test_what_was_entered_before_is_shown_under_the_same_rules() -> None:
    entered = {"id_number": "999999199605050027", "person_name": "王小明", "occupation": "科员", "unknown": "x"}
    looking = forms.only_reading({"person_name": "hidden", "occupation": "required"})
    made = APPLICATION.as_json("zh", WORLD, looking, NOW, answers=entered)
    assert made["values"]["id_number"] == "999999********0027"
    assert made["values"]["occupation"] == "科员"
    assert made["values"].keys().isdisjoint({"person_name", "unknown"})
    assert all(c.get("readonly") or c["type"] in ("dynamiclist", "expression") for c in made["components"])
    assert not any(c.get("allowAddRemove") or "expression" in c for c in made["components"])
    assert forms.only_reading({"*": "hidden", "a": "write"}) == {"*": "hidden", "a": "read"}


def test_the_browser_gets_the_names_it_needs_and_no_others() -> None:
    made = APPLICATION.context({**WORLD, "secret": "x", "id_number": "999999199605050027"})
    assert made == {"today": {"@date": "2026-03-02"}}


def test_opening_values_are_the_contexts_then_the_defaults() -> None:
    form = forms.read(
        form_of(
            field("a", defaultValue="d"),
            field("b", "datetime", defaultValue="=today"),
            field("c", "number", defaultValue=1.5),
            {"type": "group", "path": "g", "components": [field("x", defaultValue="y")]},
            {"type": "dynamiclist", "path": "r", "label": "R", "components": [field("x", defaultValue="y")]},
        ),
        "f",
    )
    made = form.as_json("zh", {"a": "kept", "today": date(2026, 3, 2)}, {}, NOW)
    assert made["values"] == {"a": "kept", "b": "2026-03-02", "c": 1.5, "g": {"x": "y"}, "r": [{"x": "y"}]}


def test_a_default_of_one_case_is_not_shared_with_another() -> None:
    rows = {"type": "dynamiclist", "path": "r", "label": "R", "components": [field("x")], "defaultValue": [{"x": "1"}]}
    form = forms.read(form_of(rows), "f")
    form.values({}, {})["r"][0]["x"] = "changed"
    assert form.values({}, {}) == {"r": [{"x": "1"}]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("999999200802140019", "999999********0019"),
        ("99999920080214001x", "999999********001x"),
        ("13800001234", "138****1234"),
        ("6222000011112222333", "622************2333"),
        ("王小明", "****"),
        ("a long text about a family", "****"),
        ("", "****"),
        (Decimal(3500), "****"),
        (True, "****"),
        (date(2026, 3, 2), "****"),
        (None, None),
        (["999999200802140019", "x"], ["999999********0019", "****"]),
        ({"name": "王小明", "phone": "13800001234"}, {"name": "****", "phone": "138****1234"}),
    ],
)
def test_a_sensitive_value_is_masked(value: Any, shown: Any) -> None:
    assert forms.mask(value) == shown


# ---------------------------------------------------------------------------------------------- for any answers

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2026-03-02", "one", "p1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
any_answers = st.dictionaries(st.sampled_from([*ANSWERS, "age", "__class__", "x"]), json_values) | json_values


@given(any_answers)
def test_no_answers_make_the_form_fall_over(answers: Any) -> None:
    first = APPLICATION.fit(answers, WORLD, now=NOW)
    assert first == APPLICATION.fit(answers, WORLD, now=NOW), "the same answers are always told the same"
    assert set(first.values) == set(APPLICATION.paths) - {p for p in APPLICATION.paths if "[]" in p}
    feel.freeze(first.values)
    assert all(e.code in forms.CODES for e in first.errors)
    assert len({e.path for e in first.errors}) == len(first.errors), "one error a field"


@given(st.dictionaries(st.sampled_from(sorted(ANSWERS)), json_values), st.sampled_from(["hidden", "read"]))
def test_nothing_that_a_reader_may_not_write_comes_from_the_client(answers: dict[str, Any], mode: str) -> None:
    context = {**WORLD, "person_name": "kept"}
    fitted = APPLICATION.fit(answers, context, {"*": mode}, NOW)
    assert fitted.values == {} if mode == "read" else fitted.values.keys() <= {"age"}
    assert not fitted.errors


@given(json_values)
def test_a_field_that_a_condition_hides_takes_nothing(answer: Any) -> None:
    answers = {**ANSWERS, "is_league_member": False, "league_branch": answer, "no_relatives": True, "relatives": answer}
    fitted = APPLICATION.fit(answers, WORLD, now=NOW)
    assert fitted.errors == ()
    assert fitted.values["league_branch"] is None
    assert fitted.values["relatives"] == []


@given(st.text())
def test_a_text_that_fits_can_be_stored(text: str) -> None:
    form = forms.read(form_of(field("a"), field("b", "textarea")), "f")
    for value in form.fit({"a": text, "b": text}, {}).values.values():
        if value is not None:
            assert "\x00" not in value
            value.encode("utf-8")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_a_number_is_kept_exactly(number: Decimal) -> None:
    form = forms.read(form_of(field("a", "number")), "f")
    assert form.fit({"a": f"{number:f}"}, {}).values["a"] == number


@given(json_values)
def test_no_schema_makes_the_reader_fall_over(schema: Any) -> None:
    options = form_of(field("a", "select", values=schema))
    for tried in (schema, form_of(schema), form_of(field("a", validate=schema, defaultValue=schema)), options):
        try:
            form = forms.read(tried, "f")
        except DefinitionRefused as refused:
            found = refused.findings
        else:
            found = ()
            assert form.fit({"a": "x"}, {}).values.keys() <= {"a"}
        assert all(f.rule.startswith("form_") for f in found)


def test_an_expression_beyond_its_bounds_is_told_and_nothing_is_taken() -> None:
    rows = {"type": "dynamiclist", "path": "r", "label": "R", "components": [field("x", "number")]}
    heavy = "=count(for a in r, b in r, c in r return a.x + b.x + c.x)"
    form = forms.read(form_of(rows, field("n", "expression", expression=heavy)), "f")
    fitted = form.fit({"r": [{"x": 1}] * 200}, {})
    assert [(e.path, e.code) for e in fitted.errors] == [("n", "not_computable")]
    assert form.fit({"r": [{"x": 1}] * 2}, {}).errors == ()


def test_many_rows_do_not_multiply_what_a_form_may_cost() -> None:
    heavy = "=count(for a in r, b in r return a.x * b.x)"
    cells = [field("x", "number"), field("y", "expression", expression="=count(for i in 1..5000 return x * i)")]
    rows = {"type": "dynamiclist", "path": "r", "label": "R", "components": cells}
    form = forms.read(form_of(rows), "f")
    fitted = form.fit({"r": [{"x": 1}] * 500}, {})
    told = {e.path for e in fitted.errors}
    assert "r[0].y" not in told
    assert "r[499].y" in told, "what the first rows left was not enough"
    assert form.fit({"r": [{"x": 1}] * 20}, {}).errors == ()
    assert [
        r for r, _ in refusals(form_of({**rows, "components": [cells[0], field("y", "expression", expression=heavy)]}))
    ] == ["form_cycle"], "a cell cannot look at all rows, its own among them"


def test_a_function_is_no_value_of_a_computed_field() -> None:
    form = forms.read(form_of(field("n", "expression", expression="=function(x) x + 1")), "f")
    assert [(e.path, e.code) for e in form.fit({}, {}).errors] == [("n", "not_computable")]
    form = forms.read(form_of(field("n", "expression", expression="=[person]")), "f")
    assert [(e.path, e.code) for e in form.fit({}, {"person": len}).errors] == [("n", "not_computable")]


def test_a_catastrophic_pattern_is_harmless() -> None:
    form = forms.read(form_of(field("a", "textarea", validate={"pattern": "(a+)+b"})), "f")
    [error] = form.fit({"a": "a" * 10_000}, {}).errors
    assert error.code == "pattern"


# ---------------------------------------------------------------------------------------------- for any form

KEYS = ("a", "b", "c", "d", "e")
CONDITIONS = (
    "={0} = null",
    "={0} = true",
    "={0} > 3",
    "={0} = {1}",
    "=not({0})",
    '=string({0}) = "x"',
    "=count([{0}]) = 1",
)
FORMULAS = (
    "={0}",
    "=if {0} = null then 1 else 2",
    "=[{0}, {1}]",
    "={0} + {1}",
    "=sum([{0}, {1}])",
    "={0} = null and {1} = null",
)
EMPTY = {"checkbox": False, "checklist": []}


@st.composite
def some_components(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A flat form of five fields, some hidden by others, some computed from others."""
    made = []
    for key in draw(st.permutations(KEYS)):
        kind = draw(st.sampled_from(["textfield", "number", "checkbox", "checklist", "expression"]))
        more: dict[str, Any] = {}
        if kind == "checklist":
            more["values"] = OPTIONS
        if kind == "expression":
            more["expression"] = draw(st.sampled_from(FORMULAS)).format(*draw(st.permutations(KEYS)))
        if draw(st.booleans()):
            more["conditional"] = {"hide": draw(st.sampled_from(CONDITIONS)).format(*draw(st.permutations(KEYS)))}
        made.append(field(key, kind, **more))
    return made


some_answers = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(KEYS, st.sampled_from(["x", "", 2, 5, True, False, ["a"], None]))
)


def again_and_again(components: list[dict[str, Any]], answers: dict[str, Any]) -> dict[str, Any]:
    """The values by evaluating everything until nothing changes: slow and without any order."""
    alone = {}
    for c in components:
        one = forms.read(form_of({k: v for k, v in c.items() if k != "conditional"}), "f")
        alone[c["key"]] = None if c["type"] == "expression" else one.fit(answers, {}).values[c["key"]]
    values, before = dict(alone), None
    for _ in range(20):
        if values == before:
            return values
        before = dict(values)
        for c in components:
            key, hide = c["key"], c.get("conditional", {}).get("hide")
            if hide and feel.compile(hide).evaluate(before) is True:
                values[key] = EMPTY.get(c["type"])
            elif c["type"] == "expression":
                values[key] = feel.compile(c["expression"]).evaluate(before)
            else:
                values[key] = alone[key]
    raise AssertionError("an accepted form goes round in a circle")


@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(some_components(), some_answers)
def test_conditions_and_computed_fields_come_to_rest_as_decided(
    components: list[dict[str, Any]], answers: dict[str, Any]
) -> None:
    try:
        form = forms.read(form_of(*components), "f")
    except DefinitionRefused as refused:
        assume({f.rule for f in refused.findings} != {"form_cycle"})
        raise
    fitted = form.fit(answers, {})
    assert fitted.values == again_and_again(components, answers)
    # Sent once more, what fitted fits, and is the same.
    assert form.fit(feel.plain(fitted.values), {}) == forms.Fitted(fitted.values, ())
    # The order in which a designer puts the components decides nothing.
    turned = forms.read(form_of(*reversed(components)), "f").fit(answers, {})
    assert turned.values == fitted.values
    assert sorted(e.path for e in turned.errors) == sorted(e.path for e in fitted.errors)


def test_the_largest_form_is_fitted_with_little_work() -> None:
    with effort.at_most(2_500):
        assert APPLICATION.fit(ANSWERS, WORLD, now=NOW).values


# ---------------------------------------------------------------------------------------------- the manual


@pytest.mark.parametrize(("name", "language"), [("forms.md", "en"), ("forms.zh.md", "zh")])
def test_the_manual_tells_everything_that_may_be_written(name: str, language: Language) -> None:
    told = (Path(__file__).parents[2] / "docs" / name).read_text("utf-8")
    rules = {rule for known in VALIDATE.values() for rule in known} - {"validationType"}
    for word in (*PROPERTIES, *rules, "conditional", "defaultValue", "readonly", "disabled", "personal"):
        assert f"`{word}`" in told, word
    for code, text in forms.CODES.items():
        assert f"| `{code}` | {text.spoken(language)} |" in told, code


# ---------------------------------------------------------------- several units

_BELOW = {None: ["u1", "u2", "b1"], "unit": ["u1", "u2"], "branch": ["b1"]}


def _units(**more: Any) -> dict[str, Any]:
    field = {"type": "units", "key": "to", "label": "To", "within": "=here", "kinds": ["unit"], **more}
    return {"type": "default", "id": "f", "components": [field]}


def _office(**more: Any) -> dict[str, Any]:
    return {"here": "w", "units below": lambda area, kind=None: _BELOW[kind] if area == "w" else None, **more}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["u2", "u1", "u2"], None),
        ([], None),
        (["b1"], "unknown_unit"),
        (["nowhere"], "unknown_unit"),
        ("u1", "not_a_list"),
        ([1], "unknown_unit"),
        (["u1", "u2", "u3"], "too_many"),
    ],
)
def test_several_units_are_chosen_below_one(given: Any, code: str | None) -> None:
    form = forms.read(_units(validate={"maxItems": 2}), "f.json")
    fitted = form.fit({"to": given}, _office())
    assert [e.code for e in fitted.errors] == ([code] if code else [])
    if code is None:
        assert fitted.values["to"] == list(dict.fromkeys(given))


def test_nobody_is_offered_units_that_cannot_be_worked_out() -> None:
    groups = [
        {"label": {"zh": "全部", "en": "All"}, "units": '=units below(here, "unit")'},
        {"label": "None", "units": "=1 / 0 + here"},
    ]
    form = forms.read(_units(groups=groups, validate={"required": True}), "f.json")
    (shown,) = form.as_json("en", _office())["components"]
    assert shown["groups"] == [{"label": "All", "units": ["u1", "u2"]}, {"label": "None", "units": []}]
    assert [e.code for e in form.fit({}, _office()).errors] == ["required"]
    assert [e.code for e in form.fit({"to": ["u1"]}, {"here": "w"}).errors] == ["unknown_unit"]
    assert [e.code for e in form.fit({"to": ["u1"]}, _office(here="x")).errors] == ["unknown_unit"]


def test_what_is_given_up_need_not_be_filled_in_but_still_has_to_fit() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": "R",
        "validate": {"minItems": 2},
        "components": [field("a")],
    }
    few = field("few", "checklist", values=[{"value": v, "label": v} for v in "xyz"], validate={"minItems": 2})
    form = forms.read(
        form_of(
            field("name", validate={"required": True, "maxLength": 3, "rule": '=name != "no"', "ruleText": "no"}),
            field("on", "datetime", subtype="date", validate={"required": True}),
            field("sure", "checkbox", validate={"required": True}),
            *(few, rows),
        ),
        "f.json",
    )
    whole = form.fit({"few": ["x"]}, {})
    assert {e.code for e in whole.errors} == {"required", "too_few"}
    partial = form.fit({"few": ["x"]}, {}, is_partial=True)
    assert partial.errors == ()
    assert (partial.values["name"], partial.values["on"], partial.values["few"]) == (None, None, ["x"])
    assert form.fit({"name": "no"}, {}, is_partial=True).errors == ()
    wrong = form.fit({"name": "long", "on": "soon"}, {}, is_partial=True)
    assert [(e.path, e.code) for e in wrong.errors] == [("name", "too_long"), ("on", "not_a_date")]


def test_kept_lists_are_offered_and_kinds_may_be_worked_out() -> None:
    kinds = '=if to_branches then ["unit", "branch"] else if to_branches = false then ["unit"] else null'
    form = forms.read(_units(kinds=kinds, lists="=kept"), "f.json")
    kept = [{"name": "甲", "name_en": "A", "units": ["u1"]}, {"name": "乙", "name_en": None, "units": []}, "x"]
    for known, offered in ((True, ["unit", "branch"]), (False, ["unit"]), (None, [])):
        (shown,) = form.as_json("en", _office(to_branches=known, kept=kept))["components"]
        assert shown["kinds"] == offered
        assert shown["lists"] == [{"label": "A", "units": ["u1"]}, {"label": "乙", "units": []}]
    for known, unit, codes in ((True, "b1", []), (False, "b1", ["unknown_unit"]), (False, "u1", [])):
        assert [e.code for e in form.fit({"to": [unit]}, _office(to_branches=known)).errors] == codes
    wrong = forms.read(_units(kinds="=1 / 0 + here", lists="=1 / 0 + here"), "f.json")
    (shown,) = wrong.as_json("en", _office())["components"]
    assert (shown["kinds"], shown["lists"]) == ([], [])
    assert [e.code for e in wrong.fit({"to": ["u1"]}, _office()).errors] == ["unknown_unit"]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"within": ""}, "form_no_area"),
        ({"lists": "=1 +"}, "form_bad_feel"),
        ({"kinds": "unit"}, "form_bad_feel"),
        ({"groups": [{"label": "A"}]}, "form_bad_value"),
        ({"groups": [{"label": "A", "units": "=1 +"}]}, "form_bad_feel"),
        ({"defaultValue": ["u1"]}, "form_bad_value"),
    ],
)
def test_a_field_of_several_units_says_below_which(more: dict[str, Any], rule: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        forms.read(_units(**more), "f.json")
    assert rule in {finding.rule for finding in refused.value.findings}


def test_a_list_that_nobody_lengthens_is_what_it_is_now_with_what_was_ticked_before() -> None:
    cells = [
        {"type": "textfield", "key": "name", "label": "材料", "readonly": True},
        {"type": "checkbox", "key": "is_there", "label": "已核对"},
    ]
    fixed = {"type": "dynamiclist", "path": "given", "label": "清单", "allowAddRemove": False, "components": cells}
    free = {"type": "dynamiclist", "path": "own", "label": "另附", "components": [cells[1]]}
    note = {"type": "textfield", "key": "remark", "label": "说明"}
    schema = {"type": "default", "id": "form_list", "schemaVersion": 16, "components": [fixed, free, note]}
    form = forms.read(schema, "forms/form.json")
    before = {
        "given": [{"name": "甲", "is_there": True}, {"name": "丙", "is_there": True}, "nonsense"],
        "own": [{"is_there": True}],
        "remark": "x",
    }
    context = {"given": [{"name": "甲"}, {"name": "乙"}], "own": []}
    assert form.anew(before, context) == {
        "given": [{"name": "甲", "is_there": True}, {"name": "乙"}],
        "own": [{"is_there": True}],
        "remark": "x",
    }
    assert form.anew({"remark": "x"}, context) == {"remark": "x"}
    assert form.anew(before, {}) == before


def test_a_computed_field_that_is_only_shown_is_worked_out_where_the_case_does_not_know_it() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": {"zh": "行", "en": "Rows"},
        "components": [
            field("n", "number"),
            field("twice", "expression", expression="=n * 2"),
        ],
    }
    total = field("total", "expression", expression="=sum(rows.n)")
    more = field("more", "expression", expression="=total + 1")
    form = forms.read(form_of(rows, total, more, field("note")), "forms/f.json")
    known = {"rows": [{"n": Decimal(2)}, {"n": Decimal(3), "twice": Decimal(60)}]}
    shown = form.as_json("en", known, {"*": "read", "note": "write"}, NOW)
    assert shown["values"]["rows"] == [{"n": 2, "twice": 4}, {"n": 3, "twice": 60}]
    assert (shown["values"]["total"], shown["values"]["more"]) == (5, 6)
    assert form.as_json("en", {**known, "total": Decimal(7)}, {"*": "read"}, NOW)["values"]["more"] == 8
    # It is no answer of the step that only shows it.
    assert form.fit({"note": "x"}, known, {"*": "read", "note": "write"}, NOW).values == {"note": "x"}
