"""DMN: reads the decisions of a folder, evaluates one, and explains which rules fired and with which inputs.

A decision is a table (all hit policies) or any boxed expression; it may require other decisions, business knowledge and
decision services, of its own file or of others (DMN 1.1 to 1.5; FEEL by ``engine.feel``). What cannot be run faithfully
is refused when it is read, never guessed at later.
"""

from __future__ import annotations

from engine.decisions.boxed import AGGREGATORS, HIT_POLICIES
from engine.decisions.graph import BUDGET, Decision
from engine.decisions.logic import DecisionError, Outcome, Step
from engine.decisions.reading import read, read_all
from engine.decisions.source import NAMESPACES

__all__ = [
    "AGGREGATORS",
    "BUDGET",
    "HIT_POLICIES",
    "NAMESPACES",
    "Decision",
    "DecisionError",
    "Outcome",
    "Step",
    "read",
    "read_all",
]
