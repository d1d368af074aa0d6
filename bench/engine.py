"""What moving a case costs: Liuhen's machine beside SpiffWorkflow as its documentation shows it, in one run.

    python -m bench.engine [--rounds N] [--out FILE]

The two run in processes of their own and take turns, so that whatever else the machine does falls on both. What is
measured is CPU time of one completion, without a database: *cold* is thaw, complete, freeze; *warm* finds the case
alive in memory, completes and freezes; the naive pattern reads JSON, runs, and writes JSON (``bench.naive``).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast
from zoneinfo import ZoneInfo

from bench import drawings
from bench.telling import ROOT, keep, machine, say, spread

LOOP = 1_000
WIDE, WIDER = 132, 528
WINDOW = 11
"""Neighbouring rounds of the loop that one figure is the median of."""
CASES = {"linear5": 9, "stages25": 5}
"""Cases of a short model in one round: each of its steps counts with the median of them."""


# ---------------------------------------------------------------- Liuhen's side, a process of its own


def walk(name: str, *, is_cold: bool) -> dict[str, Any]:
    """One case from start to end: ``{"steps": CPU ms of each completion, "bytes": of the finished case}``."""
    from engine import feel, vocabulary
    from engine import machine as moving
    from engine.xml import safe_xml

    drawn = drawings.model(name, "feel")
    text = drawn.text.replace("urn:liuhen:bpmn:1", vocabulary.LIUHEN)
    blueprint, findings = moving.read(safe_xml(text.encode(), "measured.bpmn"), "measured.bpmn")
    if blueprint is None:
        raise RuntimeError(f"{name}: {[finding.text.en for finding in findings]}")
    seen = moving.Environment(datetime(2027, 1, 4, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    live, _ = moving.begin(blueprint, seen, feel.thaw(drawn.variables))
    kept = moving.freeze(live)
    steps = []
    for number in range(drawn.tasks):
        node, opened = min(live.open().items())
        written = feel.thaw(drawn.written(opened.element, number))
        begun = time.thread_time()
        if is_cold:
            live = moving.thaw(blueprint, kept, seen)
        moving.complete(live, node, seen, written)
        kept = moving.freeze(live)
        steps.append((time.thread_time() - begun) * 1000)
    if not live.completed:
        raise RuntimeError(f"{name}: not at its end after {drawn.tasks} tasks")
    return {"steps": steps, "bytes": len(kept)}


def answer() -> None:
    """Answer each line (``cold`` or ``warm`` and the name of a model) with one of JSON."""
    for line in sys.stdin:
        how, name = line.split()
        print(json.dumps(walk(name, is_cold=how == "cold")), flush=True)


# ---------------------------------------------------------------- the two beside each other


class Beside:
    """A process that walks models when it is asked."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def walk(self, name: str) -> dict[str, Any]:
        asking, answering = cast(TextIO, self._process.stdin), cast(TextIO, self._process.stdout)
        asking.write(f"{name}\n")
        asking.flush()
        said = answering.readline()
        if not said:
            raise RuntimeError(f"{name}: the process ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(said)
        return found

    def walk_some(self, how: str, name: str) -> dict[str, Any]:
        """Several cases of a short model as one: the median of each step."""
        walks = [self.walk(f"{how} {name}".strip()) for _ in range(CASES.get(name, 1))]
        steps = [statistics.median(times) for times in zip(*(one["steps"] for one in walks), strict=True)]
        return {"steps": steps, "bytes": walks[-1]["bytes"]}

    def close(self) -> None:
        self._process.communicate()


@dataclass(frozen=True)
class Ratio:
    """One figure with what it should be at most."""

    what: str
    value: dict[str, float]
    aim: float

    @property
    def holds(self) -> bool:
        return self.value["median"] <= self.aim

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, **self.value, "aim": round(self.aim, 4), "holds": self.holds}


Rounds = dict[str, list[dict[str, Any]]]


def measure(rounds: int) -> tuple[list[Ratio], dict[str, Any]]:
    """Every model, in turns; the ratios, and milliseconds of a completion by model."""
    ours, naive = Beside("bench.engine", "--answer"), Beside("bench.naive")
    found: Rounds = {}
    models = ("linear5", "stages25", f"dispatch{WIDE}", f"dispatch{WIDER}", f"loop{LOOP}")
    try:
        for turn in range(rounds + 1):
            say(f"round {turn} of {rounds}" if turn else "warming up")
            for name in models:
                # The wide dispatch takes the naive pattern 20 seconds, and a loop stops it at its 500th round.
                walked = {"naive": naive.walk_some("", name)} if name in models[:3] else {}
                walked |= {how: ours.walk_some(how, name) for how in ("cold", "warm")}
                if turn:
                    for how, one in walked.items():
                        found.setdefault(f"{name} {how}", []).append(one)
    finally:
        ours.close()
        naive.close()
    return _ratios(found), {name: _figures(walks) for name, walks in found.items()}


def _ratios(found: Rounds) -> list[Ratio]:
    made = []
    for how, share in (("cold", 1 / 10), ("warm", 1 / 18)):
        made.append(_whole(found, "stages25", how, share))
    for how, share in (("cold", 1 / 6), ("warm", 1 / 30)):
        made.append(_whole(found, f"dispatch{WIDE}", how, share))
    size = [
        ours["bytes"] / theirs["bytes"]
        for ours, theirs in zip(found["stages25 cold"], found["stages25 naive"], strict=True)
    ]
    made.append(Ratio("bytes of a finished case of 25 tasks / naive", spread(size, 4), 1 / 30))
    for how in ("cold", "warm"):
        made.append(_late(found, f"25th task / 1st, {how}", f"stages25 {how}", slice(0, 1), slice(24, 25)))
        wider = [
            statistics.median(many["steps"]) / statistics.median(few["steps"])
            for many, few in zip(found[f"dispatch{WIDER} {how}"], found[f"dispatch{WIDE} {how}"], strict=True)
        ]
        made.append(Ratio(f"a task of {WIDER} at once / of {WIDE}, {how}", spread(wider, 3), 1.3))
        half = WINDOW // 2
        early, late = slice(10 - half, 10 + half + 1), slice(LOOP - 2 - 2 * half, LOOP - 1)
        made.append(_late(found, f"1,000th round of a loop / 10th, {how}", f"loop{LOOP} {how}", early, late))
    return made


def _whole(found: Rounds, name: str, how: str, aim: float) -> Ratio:
    """A whole case, Liuhen's time over the naive one's."""
    shares = [
        sum(ours["steps"]) / sum(theirs["steps"])
        for ours, theirs in zip(found[f"{name} {how}"], found[f"{name} naive"], strict=True)
    ]
    return Ratio(f"{name}, {how} / naive", spread(shares, 4), aim)


def _late(found: Rounds, what: str, name: str, early: slice, late: slice) -> Ratio:
    shares = [statistics.median(one["steps"][late]) / statistics.median(one["steps"][early]) for one in found[name]]
    return Ratio(what, spread(shares, 3), 1.3)


def _figures(walks: list[dict[str, Any]]) -> dict[str, Any]:
    means = [statistics.mean(one["steps"]) for one in walks]
    return {"ms_a_completion": spread(means, 4), "bytes_at_the_end": walks[-1]["bytes"]}


def table(ratios: list[Ratio], figures: dict[str, Any]) -> str:
    """What is printed for people."""
    lines = [f"{'milliseconds of CPU a completion':40} {'median':>9} {'least':>9} {'greatest':>9} {'bytes':>9}"]
    for name, one in figures.items():
        ms = one["ms_a_completion"]
        lines.append(
            f"{name:40} {ms['median']:9.3f} {ms['least']:9.3f} {ms['greatest']:9.3f} {one['bytes_at_the_end']:9}"
        )
    lines.append(f"\n{'ratio':48} {'median':>8} {'least':>8} {'greatest':>8} {'aim ≤':>8}")
    for ratio in ratios:
        value = ratio.value
        verdict = "" if ratio.holds else "  missed"
        lines.append(
            f"{ratio.what:48} {value['median']:8.4f} {value['least']:8.4f} {value['greatest']:8.4f} "
            f"{ratio.aim:8.4f}{verdict}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        answer()
        return 0
    ratios, figures = measure(asked.rounds)
    print(f"\n{asked.rounds} rounds; {machine()}\n")
    print(table(ratios, figures))
    keep(
        asked.out,
        "engine",
        {"rounds": asked.rounds, "figures": figures, "ratios": [ratio.as_json() for ratio in ratios]},
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
