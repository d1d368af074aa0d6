"""How long FEEL and decision tables take: ``python -m bench.feel``.

Prints a table of medians. Aims: an expression of three comparisons in 10 microseconds, a table of 100 rules in 500.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from engine import decisions, feel

ROUNDS, TURNS = 21, 200

CONTEXT: dict[str, Any] = {
    "for_count": 9,
    "eligible_count": 15,
    "name": "李明",
    "applied_on": date(2026, 3, 1),
    "received_on": date(2026, 3, 2),
    "people": [{"name": f"p{n}", "age": n} for n in range(100)],
}
EXPRESSIONS = {
    "three comparisons": 'for_count * 2 > eligible_count and name = "李明" and applied_on < received_on',
    "three comparisons without arithmetic": 'for_count > 3 and name = "李明" and applied_on < received_on',
    "date plus months": 'received_on + @"P1M"',
    "a path and a function": "string length(people[1].name)",
    "a filter of 100": "count(people[age >= 18])",
    "a loop of 100": "for i in 1..100 return i * i",
}


def median(work: Callable[[], object], turns: int = TURNS) -> float:
    """Microseconds of one call: the median of ``ROUNDS`` means."""
    means = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(turns):
            work()
        means.append((time.perf_counter() - begun) / turns * 1e6)
    return statistics.median(means)


def table(rules: int) -> decisions.Decision:
    """A UNIQUE table of three columns whose last rules have to be looked at as well."""
    columns = "".join(f"<input><inputExpression><text>{c}</text></inputExpression></input>" for c in "abc")
    rows = "".join(
        f"<rule><inputEntry><text>[{n * 10}..{n * 10 + 10})</text></inputEntry>"
        '<inputEntry><text>"x", "y"</text></inputEntry><inputEntry><text>-</text></inputEntry>'
        f'<outputEntry><text>"r{n}"</text></outputEntry></rule>'
        for n in range(rules)
    )
    xml = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="f" name="f" namespace="n">'
        f'<decision id="t" name="t"><decisionTable>{columns}<output name="r"/>{rows}</decisionTable></decision>'
        "</definitions>"
    )
    return decisions.read(xml.encode(), "bench.dmn")["t"]


def main() -> None:
    print(f"{'what':44} {'microseconds':>12}")
    for what, text in EXPRESSIONS.items():
        expression = feel.compile(text)
        print(f"{what:44} {median(lambda e=expression: e.evaluate(CONTEXT)):12.1f}")  # type: ignore[misc]
    text = EXPRESSIONS["three comparisons"]
    print(f"{'compiling three comparisons':44} {median(lambda: feel.compile(text)):12.1f}")
    for rules in (10, 100):
        made = table(rules)
        asked = {"a": rules * 5 + 5, "b": "y", "c": 1}
        print(f"{f'a table of {rules} rules':44} {median(lambda: made.evaluate(asked), 50):12.1f}")  # noqa: B023


if __name__ == "__main__":
    main()
