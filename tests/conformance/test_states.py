"""Cases outlive releases: a state frozen by an earlier build thaws and goes on to the same end.

``states/<format>.json`` holds, per kind of wait point, the model, the blob as that build froze it, and what has to
happen next. Files are added by ``python -m tests.conformance.test_states`` when the format changes, and never edited.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import machine
from tests.engine.test_machine import NOON, Run, blueprint, end, env, par, process, start, sub, task, timer, xor

STATES = Path(__file__).parent / "states"

PARALLEL = "s>split split>a split>b a>join b>join join>c c>e"
MODELS: dict[str, tuple[str, list[str]]] = {
    "user task": (process(start(), task("a"), task("b"), end(), flows="s>a a>b b>e"), ["a"]),
    "timer": (
        process(
            start(), task("a"), timer("intermediateCatchEvent", "t", "P30D"), task("b"), end(),
            flows="s>a a>t t>b b>e",
        ),
        ["a"],
    ),
    "parallel join, one arrived": (
        process(start(), par("split"), task("a"), task("b"), par("join"), task("c"), end(), flows=PARALLEL),
        ["a"],
    ),
    "boundary timer": (
        process(
            start(), task("a"), timer("boundaryEvent", "t", "P3D", 'attachedToRef="a"'), task("late"), end(),
            flows="s>a a>e t>late late>e",
        ),
        [],
    ),
    "inside a sub-process": (
        process(
            start(), sub("inner", start("is"), task("a"), task("b"), end("ie"), flows="is>a a>b b>ie"), task("c"),
            end(), flows="s>inner inner>c c>e",
        ),
        ["a"],
    ),
    "third round of a loop": (
        process(start(), task("a"), xor("x"), end(), flows="s>a a>x x>a?again x>e!"),
        ["a", "a"],
    ),
}  # fmt: skip


def frozen() -> dict[str, Any]:
    """What this build freezes at every kind of wait point."""
    found = {}
    for name, (text, done) in MODELS.items():
        case = Run(text, {"again": True, "since": NOON.date()})
        for element in done:
            case.complete(element)
        waits = [[w.element, w.due.isoformat()] for w in case.live.waits()]
        blob = base64.b64encode(machine.freeze(case.live)).decode()
        found[name] = {"model": text, "open": case.open(), "waits": waits, "state": blob}
    return found


CORPUS = [
    pytest.param(state, id=f"{path.stem}-{name}")
    for path in sorted(STATES.glob("*.json"))
    for name, state in json.loads(path.read_text("utf-8")).items()
]


@pytest.mark.parametrize("state", CORPUS)
def test_a_state_of_an_earlier_build_goes_on(state: dict[str, Any]) -> None:
    live = machine.thaw(blueprint(state["model"]), base64.b64decode(state["state"]), env())
    assert sorted(o.element for o in live.open().values()) == state["open"]
    assert [[w.element, w.due.isoformat()] for w in live.waits()] == state["waits"]
    assert live.variables["since"] == NOON.date()
    live.variables["again"] = False
    for _ in range(20):
        if live.completed:
            break
        if opened := list(live.open()):
            machine.complete(live, opened[0], env())
        else:
            machine.wake(live, env(NOON + timedelta(days=365)))
    assert live.completed


def test_the_corpus_holds_every_wait_point_of_the_present_format() -> None:
    kept = json.loads((STATES / f"{machine.FORMAT}.json").read_text("utf-8"))
    assert set(kept) == set(MODELS)


if __name__ == "__main__":
    target = STATES / f"{machine.FORMAT}.json"
    if target.exists():
        raise SystemExit(f"{target.name} is there already; a released state is never written again")
    target.write_text(json.dumps(frozen(), indent=1, ensure_ascii=False) + "\n", "utf-8")
