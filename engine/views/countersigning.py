"""How far a countersignature has come, as whoever reads the task or the case sees it.

Of a secret ballot nothing but how many have voted, until it is counted: what each vote changed would tell whose it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from engine import cases, gates, tables
from engine.definitions import Definition
from engine.errors import Text
from engine.machine import Count, Element, Glance
from engine.views.naming import Names

_T = tables.tasks.c
MOST_SIGNERS = 100
"""Signers that are named; the rest are counted."""


def countersign(
    db: Connection,
    definition: Definition,
    element: Element,
    glance: Glance,
    row: Mapping[str, Any],
    names: Names,
    *,
    is_full: bool,
) -> dict[str, Any] | None:
    """The running round of which an open task is one signature; ``None`` where it is of none.

    ``is_full``: with who signed and what they said.
    """
    count = element.loop.count if element.loop is not None else None
    found = glance.round_of(row["node"]) if count is not None and row["node"] is not None else None
    if count is None or found is None:
        return None
    voted = sum(found.tally.values())
    of_round = (_T.case_id == row["case_id"]) & (_T.element == row["element"]) & (_T.node > found.body)
    signers: list[dict[str, Any]] = []
    total = 0
    if is_full and not count.secret:
        shown = of_round & _T.status.in_(("completed", *cases.OPEN_STATUSES)) & _T.void_at.is_(None)
        total = db.execute(select(func.count()).where(shown)).scalar_one()
        rows = db.execute(select(tables.tasks).where(shown).order_by(_T.node).limit(MOST_SIGNERS)).mappings().all()
        names.expect(
            people=[p for r in rows for p in (r["completed_by"], r["completed_for"])],
            units=(),
            holders=[h for r in rows for h in json.loads(r["why"])],
        )
        signers = [_signer(dict(r), definition, count, names) for r in rows]
    needed = count.needed(found.asked, found.tally)
    return {
        "element": element.id,
        "name": definition.element_name(element.id),
        "rule": count.rule,
        "base": count.base if count.rule == "vote" else None,
        "asked": found.asked,
        "voted": voted,
        "quorum": count.quorum.needed(found.asked) if count.quorum is not None else None,
        # Out of whom a share is taken is known of a vote only when it is over.
        "needed": needed if count.rule != "vote" or count.base == "eligible" else None,
        "share": str(count.share).removeprefix(">=") if count.rule in ("share", "vote") else None,
        "is_secret": count.secret,
        **{side: None if count.secret else found.tally.get(side, 0) for side in ("agree", "against", "abstain")},
        "sentence": _sentence(count, found.asked, voted, needed),
        "signers": signers,
        "more": max(0, total - len(signers)),
    }


def _signer(row: Mapping[str, Any], definition: Definition, count: Count, names: Names) -> dict[str, Any]:
    is_done = row["status"] == "completed"
    return {
        "task": row["id"],
        "status": row["status"],
        "by": names.person(row["completed_by"]),
        "acting_for": names.person(row["completed_for"]),
        "holders": [] if is_done else [names.holder(h) for h in json.loads(row["why"])],
        "decision_label": gates.outcome_label(definition, row["element"], row["decision"]) if row["decision"] else None,
        "side": count.sides.get(row["decision"] or "", "abstain") if is_done else None,
        "opinion": row["opinion"],
        "at": row["completed_at"],
    }


def _sentence(count: Count, asked: int, voted: int, needed: int) -> Text:
    """How it is counted."""
    if count.rule == "all":
        return Text("全部同意方为通过。", "It is carried when all agree.")
    if count.rule == "any":
        return Text("一人同意即为通过。", "It is carried when one agrees.")
    if count.rule == "share":
        return Text(f"须 {needed} 人同意（应签 {asked} 人）。", f"{needed} of {asked} have to agree.")
    more = count.share.more
    part = str(count.share.part)
    whom = _OF[count.base]
    said = Text(
        f"须{'超过' if more else '达到'}{whom.zh} {part} 同意。",
        f"It needs {'more than' if more else 'at least'} {part} of {whom.en}.",
    )
    if count.quorum is None:
        return said
    least = count.quorum.needed(asked)
    return Text(
        f"{said.zh}参加表决的不少于 {least} 人方为有效。", f"{said.en} At least {least} have to vote, or it is void."
    )


_OF: Mapping[str, Text] = {
    "eligible": Text("应到人数的", "those asked"),
    "present": Text("参加表决人数的", "those who voted"),
    "cast": Text("表示同意或不同意的人数的", "the votes for or against"),
}
