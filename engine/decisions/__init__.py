"""DMN: reads a file of decisions, evaluates one, and explains which rules fired and with which inputs.

A decision is a table (all hit policies) or any boxed expression; it may require other decisions and business
knowledge of the same file (DMN 1.1 to 1.5; FEEL by ``engine.feel``). What cannot be run faithfully is refused when
it is read, never guessed at later.
"""

from __future__ import annotations

from engine.decisions.graph import BUDGET, Decision
from engine.decisions.logic import DecisionError, Outcome
from engine.decisions.reading import AGGREGATORS, HIT_POLICIES, NAMESPACES, read

__all__ = [
    "AGGREGATORS",
    "BUDGET",
    "HIT_POLICIES",
    "NAMESPACES",
    "Decision",
    "DecisionError",
    "Outcome",
    "read",
]
