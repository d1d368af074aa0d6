"""What a step says of the meetings that decide it, and the arithmetic of one result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.machine import BASES, Element, Share, share

SIDES = ("for", "against", "abstain", "invalid")
"""What of a ballot is counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The word ``meeting`` of one step, with what its words ``vote``, ``businessDate`` and ``fill`` add."""

    kind: str
    voters: str
    """FEEL: the ids of those who have a vote."""
    at: str | None
    quorum: Share | None
    share: Share | None
    base: str
    """Out of whom the share is: ``eligible``, ``present``, or ``cast``: for and against."""
    duty: str | None
    """What voters do, for the rules of separation: whom one bars leaves for the item."""
    keeps_recused: bool
    """Who leaves is still counted as eligible."""
    is_secret: bool
    clause: str | None
    fills: Mapping[str, str]
    """What a meeting knows → the field of the form that takes it."""
    judges: bool
    """The step's own word ``vote`` says whether the votes add up."""


NO_RULE = Rule("", "=[]", None, None, None, "eligible", None, True, False, None, {}, False)
"""Of a step that no meeting decides any more."""


def rule_of(element: Element, say: Callable[[str], Any] = lambda _: None) -> Rule | None:
    """What a step says of meetings; ``None`` where no meeting decides it. ``say`` evaluates a share that is FEEL."""
    word = element.words.one("meeting")
    if word is None:
        return None
    vote, business = element.words.one("vote"), element.words.one("businessDate")
    parts = ("eligible", "present", *SIDES)
    fills = {part: vote[part] for part in parts if part in vote} if vote else {}
    if business is not None:
        fills["date"] = business["field"]
    fills |= {fill["with"]: fill["field"] for fill in element.words.all("fill")}
    return Rule(
        word["kind"],
        word["voters"],
        word.get("at"),
        _share(word.get("quorum"), say),
        _share(word.get("share"), say),
        _base(word.get("base"), say),
        word.get("duty"),
        word.get("recused", "eligible") == "eligible",
        word.get("secret") == "true",
        word.get("clause"),
        fills,
        vote is not None,
    )


def _share(text: str | None, say: Callable[[str], Any]) -> Share | None:
    said = say(text) if text is not None and text.startswith("=") else text
    return share(said) if isinstance(said, str) else None


def _base(text: str | None, say: Callable[[str], Any]) -> str:
    said = say(text) if text is not None and text.startswith("=") else text
    return said if said in BASES else "eligible"


@dataclass(frozen=True, slots=True)
class Counted:
    """The arithmetic of one item: who is counted, and what is needed of them."""

    eligible: int
    present: int
    recused: int
    needed_present: int | None
    """How many have to be present; ``None`` where the step names no quorum."""
    needed_for: int | None
    votes: Mapping[str, int | None]

    @property
    def is_quorate(self) -> bool:
        return self.needed_present is None or self.present >= self.needed_present

    @property
    def is_carried(self) -> bool | None:
        """``None`` as long as nobody has said how many were for it, or where the step names no share."""
        agreed = self.votes.get("for")
        if agreed is None or self.needed_for is None:
            return None
        return self.is_quorate and agreed >= self.needed_for

    def as_json(self) -> dict[str, Any]:
        return {
            "eligible": self.eligible,
            "present": self.present,
            "recused": self.recused,
            "needed_present": self.needed_present,
            "needed_for": self.needed_for,
            "is_quorate": self.is_quorate,
            "is_carried": self.is_carried,
        }


def count(
    rule: Rule,
    voters: Collection[str],
    present: Collection[str],
    recused: Collection[str],
    votes: Mapping[str, int | None],
) -> Counted:
    """Counts one item. ``voters`` are all who have a vote, ``present`` those of them who are there."""
    gone = set(recused) & set(voters)
    eligible = len(voters) if rule.keeps_recused else len(voters) - len(gone)
    there = len(set(present) - gone)
    needed = None
    if rule.share is not None:
        cast = (votes.get("for") or 0) + (votes.get("against") or 0)
        whole = {"eligible": eligible, "present": there, "cast": cast}[rule.base]
        needed = max(rule.share.needed(whole), 1)
    quorum = rule.quorum.needed(eligible) if rule.quorum is not None else None
    return Counted(eligible, there, len(gone), quorum, needed, dict(votes))
