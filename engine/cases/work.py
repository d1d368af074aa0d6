"""One deed on one locked case: taking a case in hand, and the cache of live cases."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import calendars, definitions, machine, rules, separation, tables, trail
from engine.actors import Actor, Delegation
from engine.definitions import Definition
from engine.errors import Incident, NotFound, Stuck
from engine.gates import World
from engine.machine import Live
from engine.store import Moment, Statement, for_update
from engine.trail import Kind, Link, Receipt

RUNNING, ENDED, CANCELLED, FAILED, SUSPENDED = "running", "ended", "cancelled", "failed", "suspended"
OPEN_STATUSES = ("held", "open", "confirming", "waiting")


@dataclass(frozen=True, slots=True)
class Again:
    """Who did a step before it was undone; ``why`` is whom it asked then, as its row keeps it."""

    element: str
    person: str
    why: str


@dataclass
class Work:
    """One deed on one locked case: what is known, and what will be written when it settles."""

    db: Connection
    actor: Actor
    moment: Moment
    definition: Definition
    row: Mapping[str, Any]
    live: Live
    world: World
    link: Link
    waits: tuple[machine.Wait, ...]
    """The timers as they stood before the deed."""
    listens: tuple[machine.Listen, ...] = ()
    """The subscriptions as they stood before the deed."""
    woken: list[tuple[str, str]] = field(default_factory=list)
    """(kind, name) of messages and signals that may now be deliverable."""
    cause: Mapping[str, Any] = field(default_factory=dict)
    """What woke the case from outside (the id of a message): it stands in the entries of what was caught."""
    called: list[str] = field(default_factory=list)
    """The cases that this deed has called, at any depth."""
    mended: dict[int, str] = field(default_factory=dict)
    """Incident's node → what this deed did to it: retried, moved_on."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Columns of the case row to write besides the state."""
    written: set[str] | None = None
    """The variables that this deed wrote, where it is known; ``None``: any."""
    recount: bool = False
    """Whether ``wake_at`` has to be read anew from the timers; otherwise it is at most too early."""
    wait: timedelta = timedelta(0)
    """How long what leaves the house by this deed is held back, because the deed may be undone until then."""
    is_alone: bool = False
    """Whether nothing was open in the case but what this deed completes: what is open afterwards it has opened."""
    is_new: bool = False
    """Whether the case begins with this deed: nothing that is kept beside it has been written yet."""
    is_listed: bool = False
    """Whether the rows of the worklist are known to be right, because nothing but what this deed opened and closed has
    changed; otherwise ``settle`` brings them up to date."""
    touched: set[str] = field(default_factory=set)
    """Holders whose worklists this deed has changed; they hear of it after the COMMIT."""
    opened: list[dict[str, Any]] = field(default_factory=list)
    """The rows of the tasks that this deed opened."""
    again: Sequence[Again] = ()
    """Who did before what this deed opens again."""
    because: str = ""
    """Why what this deed undoes is undone, in the words of whoever does it."""
    completed: int | None = None
    """The node that this deed completes: it is gone, but not cancelled."""
    visited: Mapping[str, int] = field(default_factory=dict)
    """How often each element has been passed, as the entries tell; the next one says what is otherwise by then."""
    untold: dict[str, Any] = field(default_factory=dict)
    """Facts that belong to no entry of their own; the next entry carries them."""

    @property
    def case_id(self) -> str:
        return str(self.row["id"])

    def act_by(self, delegation: Delegation | None) -> None:
        """From now on the deed is done for somebody absent, or for nobody else."""
        self.actor = self.world.actor = replace(self.actor, acting_by=delegation)

    def note(self, kind: Kind, **facts: Any) -> Receipt:
        """Add an entry to the case's chain, with what the machine has passed since the last one."""
        if self.live.visits != self.visited:
            names = self.live.visits.keys() | self.visited.keys()
            now = {name: self.live.visits.get(name, 0) for name in sorted(names)}
            facts["visits"] = {name: n for name, n in now.items() if n != self.visited.get(name, 0)}
            self.visited = dict(self.live.visits)
        if self.untold:
            facts.update(self.untold)
            self.untold.clear()
        return trail.add(self.link, self.moment, self.actor, kind, **facts)

    def retell(self, task_id: str, **changed: Any) -> None:
        """What becomes of a task without an entry of its own, in the words of ``engine/reliving.py``."""
        self.untold.setdefault("changed", {}).setdefault(task_id, {}).update(changed)

    @property
    def has_untold(self) -> bool:
        """Whether something has changed that no entry says yet."""
        return bool(self.untold) or self.live.visits != self.visited


# ---------------------------------------------------------------- live cases in memory


class _Cache:
    """Live cases by id, guarded by the hash of the newest entry, which stands for the whole history of a case.

    A case is taken out while it is used: an exception cannot leave a half-moved case behind, and what a rolled-back
    deed would have made of it is never found again, because its head was never stored.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[str, Live]] = OrderedDict()

    def take(self, case_id: str, head: str) -> Live | None:
        with self._lock:
            kept = self._kept.pop(case_id, None)
        return kept[1] if kept is not None and kept[0] == head else None

    def put(self, case_id: str, head: str, live: Live) -> None:
        with self._lock:
            self._kept[case_id] = (head, live)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


_live = _Cache(1_000)


# ---------------------------------------------------------------- taking a case in hand

_LOCK = Statement(select(tables.cases.c.id).where(tables.cases.c.id == bindparam("case")).with_for_update())
ALONG = {
    "head_at": trail.HEAD_AT,
    "newest_calendar": calendars.NEWEST,
    "duty_rules": separation.NEWEST,
    "parameters": rules.set_for(
        select(tables.definitions.c.key)
        .where(tables.definitions.c.id == tables.cases.c.definition_id)
        .correlate(tables.cases)
        .scalar_subquery()
    ),
}
"""What nearly every deed asks besides the case, asked along with its row."""
_CASE = Statement(
    select(tables.cases, *(asked.label(name) for name, asked in ALONG.items())).where(
        tables.cases.c.id == bindparam("case")
    )
)


def take(db: Connection, actor: Actor, moment: Moment, case_id: str) -> Work:
    """Lock a case and make it ready to move; raises ``NotFound``. Whoever calls checks who may."""
    if for_update(db):
        # Not one statement: after waiting for the lock PostgreSQL reads only the locked rows anew.
        _LOCK.run(db, {"case": case_id})
    row = _CASE.first(db, {"case": case_id})
    if row is None:
        raise NotFound()
    return hold(db, actor, moment, row)


def hold(db: Connection, actor: Actor, moment: Moment, row: Any) -> Work:
    """The same for a case row that was read, with ``trail.HEAD_AT``, after the caller had locked it."""
    work = _work(db, actor, moment, row, _live.take(row["id"], row["trail_head"]))
    work.world.is_deed = True
    return work


def copy(db: Connection, actor: Actor, moment: Moment, row: Any) -> Work:
    """A copy of a case, to try something on: it is not locked, and whoever asks for it settles nothing."""
    return _work(db, actor, moment, row, None)


def _work(db: Connection, actor: Actor, moment: Moment, row: Any, live: Live | None) -> Work:
    definition = definitions.load(db, row["definition_id"])
    _told(db, definition, row, "")
    variables: dict[str, Any] = {}
    world = World(db, actor, moment, definition, case_facts(row, moment), variables)
    if live is None:
        live = machine.thaw(definition.blueprint, row["state"], world.environment())
    world.variables = live.variables
    link = Link(row["id"], row["trail_seq"], row["trail_head"], row["head_at"])
    visited = dict(live.visits)
    return Work(db, actor, moment, definition, row, live, world, link, live.waits(), live.listens(), visited=visited)


def came_along(db: Connection, row: Mapping[str, Any]) -> None:
    """A row that joins a task with its case was read with ``ALONG``: what came along need not be asked again."""
    _told(db, definitions.load(db, row["case__definition_id"]), row, "case__")


def _told(db: Connection, definition: Definition, row: Mapping[str, Any], prefix: str) -> None:
    if f"{prefix}duty_rules" in row:
        calendars.told(db, row[f"{prefix}newest_calendar"])
        separation.told(db, row[f"{prefix}duty_rules"])
        rules.told(db, definition.key, row[f"{prefix}parameters"])


def case_facts(row: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """The context ``case`` of FEEL."""
    started: datetime = row["started_at"]
    return {
        "id": row["id"],
        "number": row["number"],
        "unit": row["unit_id"],
        "started_on": started.astimezone(moment.zone).date(),
        "started_at": started.astimezone(moment.zone),
        "started_by": row["started_by"],
    }


def remember(work: Work) -> None:
    """Keep the live case for the next deed, under the head that this deed is about to store."""
    _live.put(work.case_id, work.link.head, work.live)


def stuck(definition: Definition, incident: Incident) -> Stuck:
    """The refusal that an incident amounts to for whoever acts."""
    return Stuck(element=definition.element_name(incident.element), reason=incident.text)
