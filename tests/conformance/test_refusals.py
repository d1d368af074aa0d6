"""What cannot be run faithfully is refused when it is published, with line, element, rule and remedy."""

from __future__ import annotations

import re

import pytest

from engine.errors import Finding
from engine.machine import reading
from tests.conformance.driving import DIAGRAMS, blueprint_of, read, text_of

REFUSED = sorted(path.stem for path in DIAGRAMS.glob("refused_*.bpmn"))
RUNS = sorted(path.stem for path in DIAGRAMS.glob("*.bpmn") if not path.stem.startswith("refused_"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def refusals(text: str) -> list[Finding]:
    found, findings = read(text)
    assert found is None
    return [f for f in findings if f.severity == "error"]


def lines_of(text: str, id_: str) -> range:
    """The lines of the last element with an id, numbered from 1."""
    lines = text.splitlines()
    first = max(n for n, line in enumerate(lines, 1) if f' id="{id_}"' in line)
    start = lines[first - 1]
    if start.endswith("/>"):
        return range(first, first + 1)
    indent = start[: len(start) - len(start.lstrip())]
    return range(first, next(n for n, line in enumerate(lines, 1) if n > first and line.startswith(f"{indent}</")) + 1)


@pytest.mark.parametrize("model", REFUSED)
def test_what_is_refused_is_named_with_its_line_and_a_remedy(model: str) -> None:
    """Every refused model has one element called ``wrong``; nothing else in it may be found fault with.

    How many executable processes there are is a fault of the whole file.
    """
    text = text_of(model)
    findings = refusals(text)
    if [f.rule for f in findings] == ["one_process"]:
        assert (findings[0].element, findings[0].line) == (None, 2)
    else:
        assert {f.element for f in findings} <= {"wrong", "wrong_global"}
        assert all(f.line in lines_of(text, f.element or "") for f in findings), [(f.element, f.line) for f in findings]
    for finding in findings:
        assert re.fullmatch(r"[a-z_]+", finding.rule)
        for said in (finding.text, finding.remedy):
            assert CHINESE.search(said.zh)
            assert said.en
            assert not CHINESE.search(said.en)


@pytest.mark.parametrize("model", RUNS)
def test_every_other_model_is_accepted(model: str) -> None:
    if "DONE" not in text_of(model):
        blueprint_of(text_of(model))


def test_models_are_readable() -> None:
    for path in DIAGRAMS.glob("*.bpmn"):
        text = path.read_text("utf-8")
        assert f'id="{path.stem}"' in text or path.stem == "refused_no_executable_process"
        assert "\t" not in text
        assert max(map(len, text.splitlines())) < 220
        assert len(text.splitlines()) < 150


def chain(count: int) -> str:
    """So many user tasks in a row."""
    tasks = "".join(f'<bpmn:userTask id="t{n}" />' for n in range(count))
    flows = "".join(f'<bpmn:sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}" />' for n in range(count - 1))
    return text_of("only_a_task").replace('<bpmn:userTask id="a" />', tasks + flows)


def nest(depth: int) -> str:
    """A task in so many sub-processes."""
    body = '<bpmn:userTask id="a" />'
    for n in range(depth):
        body = f'<bpmn:subProcess id="p{n}">{body}</bpmn:subProcess>'
    return text_of("only_a_task").replace('<bpmn:userTask id="a" />', body)


def test_a_path_of_any_length_runs() -> None:
    """Nothing walks it recursively."""
    assert blueprint_of(chain(reading.MAX_NODES)).before(f"t{reading.MAX_NODES - 1}")[:2] == ("t0", "t1")


def test_more_elements_or_levels_than_the_manual_says_are_refused() -> None:
    assert [f.rule for f in refusals(chain(reading.MAX_NODES + 1))] == ["too_many_elements"]
    blueprint_of(nest(reading.MAX_NESTING))
    assert "too_deep" in [f.rule for f in refusals(nest(reading.MAX_NESTING + 1))]


def test_what_is_no_bpmn_is_refused() -> None:
    text = text_of("sub_process")
    assert refusals("<a/>")
    assert refusals(text.replace("20100524/MODEL", "20090501/MODEL"))
    assert refusals(text.replace("bpmn:process", "bpmn:choreography"))
