"""How the opinions of a countersignature are counted: all, any, a share, or a vote with a quorum.

BPMN has the multi-instance and its completion condition (2.0.2, section 10.3.8); how many have to agree, out of whom,
is a word of ours. Only totals are counted, never who gave what: a secret ballot leaves nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

_SHARE = re.compile(r"^(>=|>)?\s*(?:(\d{1,4})\s*/\s*(\d{1,4})|(\d{1,3}(?:\.\d{1,4})?)\s*%)$")
SIDES = ("agree", "against", "abstain")
RULES = ("all", "any", "share", "vote")
BASES = ("present", "eligible", "cast")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the whole that has to be reached, or with ``more`` to be exceeded: ``2/3``, ``>1/2``, ``>=80%``."""

    part: Fraction
    more: bool

    def __str__(self) -> str:
        return f"{'>' if self.more else '>='}{self.part}"

    def needed(self, whole: int) -> int:
        """The least whole number that is enough out of ``whole``."""
        exact = self.part * whole
        if self.more:
            return int(exact) + 1
        return -(-exact.numerator // exact.denominator)


def share(text: str) -> Share | None:
    """Reads ``2/3``, ``>1/2``, ``>= 80%``; ``None`` where it is no share between 0 and 1."""
    found = _SHARE.match(text.strip())
    if found is None:
        return None
    sign, above, below, percent = found.groups()
    if below is not None and int(below) == 0:
        return None
    part = Fraction(percent) / 100 if percent else Fraction(int(above), int(below))
    more = sign == ">"
    return Share(part, more) if part < 1 or (part == 1 and not more) else None


@dataclass(frozen=True, slots=True)
class Count:
    """The countersignature of one multi-instance task."""

    rule: str
    """``all``: everybody agrees; ``any``: one is enough; ``share``: of those asked; ``vote``: of ``base``."""
    result: str
    """The variable that takes what was counted."""
    sides: Mapping[str, str]
    """Outcome → ``agree``, ``against`` or ``abstain``."""
    share: Share = Share(Fraction(1, 2), True)
    quorum: Share | None = None
    """How many of those asked have to vote, or else nothing is carried."""
    base: str = "present"
    """Out of whom a vote needs its share: ``eligible`` (asked), ``present`` (voted), ``cast`` (for or against)."""
    early: bool = True
    """Ends as soon as what is still out cannot change it; a vote never does."""
    secret: bool = False
    """Nothing but totals is kept of it."""

    def as_json(self) -> dict[str, Any]:
        """What a designer wrote, for the difference of two versions."""
        found = {"rule": self.rule, "result": self.result, "sides": dict(self.sides), "secret": self.secret}
        if self.rule in ("share", "vote"):
            found |= {"share": str(self.share), "base": self.base if self.rule == "vote" else "eligible"}
        if self.quorum is not None:
            found["quorum"] = str(self.quorum)
        return found if self.early or self.rule == "vote" else {**found, "early": False}

    def needed(self, asked: int, tally: Mapping[str, int]) -> int:
        """How many have to agree, as far as it is known; never nobody."""
        if self.rule == "all":
            return max(asked, 1)
        if self.rule == "any":
            return 1
        if self.rule == "share" or self.base == "eligible":
            return max(self.share.needed(asked), 1)
        voted = sum(tally.get(s, 0) for s in SIDES)
        return max(self.share.needed(voted - tally.get("abstain", 0) if self.base == "cast" else voted), 1)

    def is_decided(self, asked: int, out: int, tally: Mapping[str, int]) -> bool:
        """Whether the ``out`` opinions that have not been given cannot change the result any more."""
        if not self.early or self.rule == "vote" or asked == 0:
            return False
        agreed, needed = tally.get("agree", 0), self.needed(asked, tally)
        return agreed >= needed or agreed + out < needed

    def verdict(self, asked: int, tally: Mapping[str, int]) -> dict[str, Any]:
        """What was counted, as a FEEL context."""
        counts = {side: tally.get(side, 0) for side in SIDES}
        voted, needed = sum(counts.values()), self.needed(asked, tally)
        quorate = self.quorum is None or voted >= self.quorum.needed(asked)
        return {
            "passed": quorate and counts["agree"] >= needed,
            "quorum_met": quorate,
            **{side: Decimal(n) for side, n in counts.items()},
            "asked": Decimal(asked),
            "voted": Decimal(voted),
            "absent": Decimal(asked - voted),
            "needed": Decimal(needed),
        }


def sides(outcomes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """On which side each outcome of a task counts, by its kind."""
    by_kind = {"agree": "agree", "reject": "against", "return": "against"}
    return {o["value"]: by_kind.get(o.get("kind", ""), "abstain") for o in outcomes if "value" in o}
