"""A decision with all that it requires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import feel
from engine.decisions.logic import Knowledge, Logic, Outcome, Table, evaluate
from engine.feel import Run

BUDGET = 1_000_000
"""Steps of one decision with all that it requires."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a file, with what it requires."""

    id: str
    name: str
    variable: str
    logic: Logic
    requires: tuple[Decision, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    line: int | None = None

    @property
    def hit_policy(self) -> str | None:
        """The hit policy of a table; None for other kinds."""
        return self.logic.hit_policy if isinstance(self.logic, Table) else None

    @property
    def inputs(self) -> frozenset[str]:
        """The names that must come from outside, those of required decisions included."""
        bound = {name for d in self.requires for name in (d.variable, d.name, d.id)}
        found = self.logic.names - bound - {k.name for k in self.knowledge}
        return found.union(*(d.inputs for d in self.requires)) if self.requires else frozenset(found)

    def evaluate(self, context: Mapping[str, Any], *, now: datetime | None = None) -> Outcome:
        """The answer over these names; raises ``FeelError`` (a missing variable, a bound), ``DecisionError``."""
        run = Run(context, now, BUDGET)
        outcome = self._evaluated(run, {})
        feel.weigh(outcome.value)
        return outcome

    def _evaluated(self, run: Run, done: dict[str, Outcome]) -> Outcome:
        requires: dict[str, Outcome] = {}
        inner = run
        if self.requires or self.knowledge:
            names: dict[str, Any] = dict(run.context)
            for required in self.requires:
                if required.id not in done:
                    done[required.id] = required._evaluated(run, done)
                outcome = done[required.id]
                requires[required.id] = outcome
                names.update(dict.fromkeys((required.id, required.name, required.variable), outcome.value))
            for knowledge in self.knowledge:
                names[knowledge.name] = knowledge.bound(run)
            inner = run.within(names)
        try:
            outcome = evaluate(self.logic, inner, self.id)
        finally:
            if inner is not run:
                run.settle(inner)
        if not requires:
            return outcome
        return Outcome(outcome.value, outcome.rules, outcome.inputs, outcome.rule_ids, outcome.notes, requires)
