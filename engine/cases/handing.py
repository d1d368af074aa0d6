"""To whom a step goes that comes again, back to who did it; and whether a step may be done for somebody absent."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import exists, literal, update

from engine import actors, tables
from engine.cases import judging
from engine.cases.work import Work
from engine.machine import Element
from engine.trail import Kind
from engine.vocabulary import USUAL_ACTIONS, keys


def hand_back(work: Work) -> None:
    """Claim what this deed reopened for who did it before (``work.again``): the form comes back to its writer.

    Where they no longer hold the post that was asked, and where nobody else was asked either, nothing is claimed.
    """
    if not work.again:
        return
    left = list(work.again)
    table, candidates = tables.tasks, tables.task_candidates
    for row in work.opened:
        holders = json.loads(row["why"])
        # The instances of a multi-instance are told apart by whom they ask.
        mine = sorted((a for a in left if a.element == row["element"]), key=lambda a: a.why != row["why"])
        for one in mine:
            asked = exists().where(
                candidates.c.task_id == table.c.id,
                candidates.c.purpose == "act",
                actors.means(candidates.c.holder, literal(one.person)),
            )
            claim = update(table).where(table.c.id == row["id"], asked).values(claimed_by=one.person)
            if work.db.execute(claim, {"on": work.moment.today}).rowcount:
                work.is_listed = False
                left.remove(one)
                row["claimed_by"] = one.person
                if holders != [actors.holder_of(one.person)]:
                    work.note(Kind.TASK_HANDED_BACK, task=row["id"], element=row["element"], person=one.person)
                break


def is_delegable(work: Work, element: Element, holders: Sequence[str]) -> bool:
    """Whether a delegate may do the step for somebody absent.

    Not where the designer says so, never a secret ballot, and never what the person a case is about does themselves:
    nobody applies, swears or votes for another.
    """
    if (element.words.one("actions") or {}).get("delegable") == "false" or element.is_secret:
        return False
    if judging.is_personal(work, element):
        return False
    subject = work.row.get("subject_id")
    return not (subject and list(holders) == [actors.holder_of(subject)])


def allows(element: Element, action: str) -> bool:
    """Whether the step lets whoever has it do something else with it (``<liuhen:actions allow>``)."""
    if element.is_secret and action not in USUAL_ACTIONS:
        return False
    return action in (keys((element.words.one("actions") or {}).get("allow")) or USUAL_ACTIONS)
