"""What an act of administration is: who proposes it, who confirms it, what it changes, and how it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.actors import Actor
from engine.errors import Text
from engine.store import Moment

Plan = Mapping[str, Any]
"""What is to be done, as JSON: ids, days as ISO text, words. Never a password; at most the hash of one."""

SECRETS = frozenset({"hash"})
"""Members of a plan that are shown to nobody."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act would change, as the office stands."""

    summary: Text
    facts: Mapping[str, Any]
    """By which two effects are told apart: what ``trail.canonical`` takes."""
    lines: tuple[tuple[Text, Text], ...] = ()
    """(what it is called, what it says)."""
    subject: str | None = None
    """The person whom it is about; they never confirm it."""
    detail: Any = None
    """More of it, for the view of its kind."""


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act. ``look`` only reads and ``do`` carries it out; both raise what the act itself would raise."""

    kind: str
    name: Text
    why: Text
    """Why it takes two persons."""
    proposes: str
    """The permission of whoever proposes it."""
    confirms: str
    """The permission of whoever confirms it."""
    is_dangerous: Callable[[Connection, Moment, Plan], bool]
    """Whether this one takes two persons; what does not is done at once."""
    look: Callable[[Connection, Actor, Moment, Plan], Effect]
    do: Callable[[Connection, Actor, Moment, Plan], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed act as it is kept; ``status``: proposed, confirmed, refused, withdrawn, expired."""

    id: str
    kind: str
    plan: Plan
    effect: str
    subject_id: str | None
    shown: Mapping[str, Any]
    reason: str
    status: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None
    outcome: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act that somebody asked for: it was done, or it waits for a second person."""

    outcome: Mapping[str, Any]
    proposal: Proposal | None = None


STATUSES: Mapping[str, Text] = {
    "proposed": Text("待核准", "waiting for a second person"),
    "confirmed": Text("已核准生效", "confirmed, in effect"),
    "refused": Text("未同意", "refused"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "expired": Text("已失效", "expired"),
}
