"""Parameters of a procedure: what an office may set, and what is wrong with a range."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import rules

NUMBER: dict[str, Any] = {"id": "prm", "default": 5, "type": "number", "kind": "local", "zh": "天数", "en": "days"}
TEXT: dict[str, Any] = {**NUMBER, "default": "warn", "type": "text"}


def read(**parameter: Any) -> tuple[rules.Parameter | None, list[str]]:
    found, findings = rules.read(json.dumps({"parameters": [parameter]}), "rules.json")
    return found.parameters.get("prm"), [f.rule for f in findings]


def test_a_parameter_says_its_range_what_it_counts_and_whether_it_takes_two() -> None:
    found, findings = read(**NUMBER, minimum=1, maximum=9, unit={"zh": "天", "en": "days"}, sensitive=True)
    assert findings == []
    assert found is not None
    assert (found.minimum, found.maximum, found.unit and found.unit.en, found.is_sensitive) == (1, 9, "days", True)
    told = [rules.beyond(found, value) for value in (0, 1, 9, 10)]
    assert [t.en if t else None for t in told] == ["it is at least 1", None, None, "it is at most 9"]
    chosen, _ = read(**TEXT, choices=["warn", "block"])
    assert chosen is not None
    refused = rules.beyond(chosen, "report")
    assert refused is not None
    assert refused.en == "one of warn, block"


@pytest.mark.parametrize(
    "parameter",
    [
        {**NUMBER, "minimum": "1"},
        {**NUMBER, "minimum": 6},
        {**NUMBER, "maximum": 4},
        {**NUMBER, "choices": ["5"]},
        {**TEXT, "minimum": 1},
        {**TEXT, "choices": ["block"]},
        {**TEXT, "choices": ["warn", 3]},
    ],
)
def test_a_range_that_is_none_or_that_the_default_does_not_keep_is_a_finding(parameter: dict[str, Any]) -> None:
    assert read(**parameter) == (None, ["parameter_range"])
