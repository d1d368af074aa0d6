"""What must be true after the storm, whatever was killed: told from the rows alone, against what people remember."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from engine import actors, cases, definitions, machine, tables, trail
from engine.actors import Actor
from engine.gates import World
from engine.log import keys, tree
from engine.log import notes as signed_notes
from engine.store import Moment, Store
from tests.chaos.people import Deed, Notes

MARKED = {
    "complete": {"task.completed", "task.proposed"},
    "return": {"task.completed"},
    "confirm": {"task.confirmed", "task.confirmation_refused"},
    "withdraw": {"case.withdrawn"},
    "start": {"case.started"},
}
"""The deeds that leave a mark, and the entries that hold it."""


def anomalies(store: Store, notes: Notes) -> list[str]:
    """Every promise that was broken, in words."""
    with store.reading() as db:
        moment = store.moment(db)
        entries = [
            {**json.loads(row.text), "hash": row.hash}
            for row in db.execute(select(tables.entries).order_by(tables.entries.c.chain, tables.entries.c.seq))
        ]
        rows = db.execute(select(tables.cases)).mappings().all()
        return [
            *notes.wrong,
            *(f"the trail: {f.chain} {f.seq} {f.rule}: {f.text.en}" for f in trail.verify(db).findings),
            *_deeds(notes.deeds, entries, rows),
            *_tasks(entries),
            *_timers(db, moment, entries, rows),
            *_numbers(rows),
            *_keys(db),
            *_messages(db),
            *_log(db),
            *(problem for row in rows for problem in _case(db, moment, row)),
        ]


def _deeds(deeds: list[Deed], entries: list[dict[str, Any]], rows: Any) -> Iterator[str]:
    """An acknowledged deed has exactly one entry, a refused one none, an unknown one at most one."""
    keys = {row["id"]: row["business_key"] for row in rows}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    kinds: set[str] = set().union(*MARKED.values())
    for entry in entries:
        if entry["kind"] in kinds:
            mark = keys.get(entry["chain"]) if entry["kind"] == "case.started" else None
            mark = mark or (entry.get("reason") if entry["kind"] == "case.withdrawn" else entry.get("opinion"))
            found[str(mark)].append(entry)
    marks = {deed.mark for deed in deeds}
    for mark in sorted(set(found) - marks):
        yield f"nobody asked for {[e['kind'] for e in found[mark]]} with the mark {mark}"
    for deed in deeds:
        if deed.verb not in MARKED:
            continue
        mine = found.get(deed.mark, [])
        allowed = {"acknowledged": (1,), "refused": (0,), "unknown": (0, 1)}[deed.fate]
        if len(mine) not in allowed:
            what = f"{deed.verb} of {deed.target or 'a case'}"
            yield f"{what} was {deed.fate} ({deed.status}) and has {len(mine)} entries"
        yield from (f"{deed.verb} left {e['kind']}" for e in mine if e["kind"] not in MARKED[deed.verb])
        receipt = (deed.answer or {}).get("receipt") if deed.fate == "acknowledged" else None
        if (
            receipt
            and mine
            and (receipt["chain"], receipt["seq"], receipt["hash"])
            != (
                mine[0]["chain"],
                mine[0]["seq"],
                mine[0]["hash"],
            )
        ):
            yield f"the receipt of {deed.verb} {deed.target} is of another entry"


def _log(db: Connection) -> Iterator[str]:
    """Every entry has one place in the log or waits for it; every checkpoint is the root of what was placed by then."""
    entries = {(row.chain, row.seq): row.hash for row in db.execute(select(tables.entries))}
    waiting = Counter((row.chain, row.seq) for row in db.execute(select(tables.log_pending)))
    leaves = db.execute(select(tables.log_leaves).order_by(tables.log_leaves.c.idx)).all()
    places = Counter((row.chain, row.seq) for row in leaves)
    yield from (f"{place} has {n} places in the log" for place, n in places.items() if n > 1)
    yield from (f"{place} waits though it has its place" for place in waiting if place in places)
    yield from (
        f"{place} has no place in the log and waits for none"
        for place in entries.keys() - places.keys() - waiting.keys()
    )
    yield from (f"{place} has a place in the log and is no entry" for place in places.keys() - entries)
    if [row.idx for row in leaves] != list(range(len(leaves))):
        yield "the leaves of the log are not numbered one after the other"
    if any(entries.get((row.chain, row.seq)) != row.hash for row in leaves):
        yield "a leaf of the log is not the hash of its entry"
    known = [one.key for one in keys.keys(db)]
    points = {row.size: row for row in db.execute(select(tables.log_checkpoints))}
    edge = tree.Edge()
    for row in leaves:
        edge.push(bytes.fromhex(row.hash))
        point = points.pop(edge.size, None)
        if point is not None:
            note = signed_notes.read(point.note)
            told = signed_notes.read_checkpoint(note.body)
            if not signed_notes.verified(note, known) or (told.size, told.root) != (edge.size, edge.root()):
                yield f"the checkpoint of {edge.size} entries is not that of the log"
    yield from (f"a checkpoint says {size} entries, and there are {len(leaves)}" for size in points)


_OPENS, _CLOSES = {"task.opened", "task.held"}, {"task.completed", "task.confirmed", "task.cancelled"}


def _tasks(entries: list[dict[str, Any]]) -> Iterator[str]:
    """In the trail, each task is opened once, claimed by one at a time, and closed at most once, after all else."""
    told: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.get("task"):
            told[entry["task"]].append(entry["kind"])
    for task, kinds in told.items():
        count = Counter(kinds)
        if kinds[0] not in _OPENS or sum(count[k] for k in _OPENS) != 1:
            yield f"task {task} was not opened once: {kinds}"
        closed = sum(count[k] for k in _CLOSES)
        if closed > 1 or (closed == 1 and kinds[-1] not in _CLOSES):
            yield f"task {task} was closed and went on: {kinds}"
        if count["task.reminded"] > 1 or count["task.overdue"] > 1:
            yield f"task {task} was reminded more than once: {kinds}"
        is_held = False
        for kind in kinds:
            # Whoever entered something for a second person holds the task, also when it was not confirmed.
            if (kind == "task.claimed" and is_held) or (kind == "task.released" and not is_held):
                yield f"task {task} was claimed by two or released by nobody: {kinds}"
            is_held = kind in ("task.claimed", "task.proposed") or (is_held and kind != "task.released")


def _timers(db: Connection, moment: Moment, entries: list[dict[str, Any]], rows: Any) -> Iterator[str]:
    """Each timer fires once and never early; when nobody is left to act, none is overdue."""
    fired = Counter((e["chain"], e["element"], e["due"]) for e in entries if e["kind"] == "timer.fired")
    yield from (f"the timer {key} fired {n} times" for key, n in fired.items() if n > 1)
    yield from (
        f"a timer of {e['chain']} fired at {e['at']}, due {e['due']}"
        for e in entries
        if e["kind"] == "timer.fired" and e["at"] < e["due"]
    )
    running = {row["id"] for row in rows if row["status"] == cases.RUNNING}
    for timer in db.execute(select(tables.timers)):
        if timer.case_id not in running:
            yield f"the ended case {timer.case_id} has a timer"
        elif timer.due_at < moment.now:
            yield f"the timer {timer.purpose} of {timer.case_id} did not fire at {timer.due_at}"


def _numbers(rows: Any) -> Iterator[str]:
    """The numbers of a year have no gaps: who was refused took none."""
    given = sorted(int(row["number"].rsplit("-", 1)[1]) for row in rows)
    if given != list(range(1, len(given) + 1)):
        yield f"the numbers of the cases have gaps: {given}"


def _keys(db: Connection) -> Iterator[str]:
    """No key is kept without the answer that its deed was given."""
    table = tables.idempotency
    yield from (f"the key {row.key} has no answer" for row in db.execute(select(table).where(table.c.status == 0)))


def _messages(db: Connection) -> Iterator[str]:
    """Each message reaches one receiver, once; none is left while somebody listens for it."""
    sent, heard, listening = tables.messages.c, tables.deliveries.c, tables.subscriptions.c
    times = Counter(db.execute(select(heard.message_id)).scalars())
    asked = {(row.name, row.key) for row in db.execute(select(listening.name, listening.key))}
    for row in db.execute(select(sent.id, sent.name, sent.key, sent.status)):
        if times[row.id] != (row.status == "delivered"):
            yield f"the message {row.id} is {row.status} and was delivered {times[row.id]} times"
        if row.status == "pending" and (row.name, row.key) in asked:
            yield f"the message {row.id} was not delivered to whoever listens"


_STATUS_OF = {
    "task.completed": "completed",
    "task.confirmed": "completed",
    "task.cancelled": "cancelled",
    "task.proposed": "confirming",
}


def _case(db: Connection, moment: Moment, row: Any) -> Iterator[str]:
    """Rows and machine agree, and nothing that is open is lost."""
    case = row["id"]
    if row["status"] == cases.FAILED:
        yield f"{case} failed: {trail.read(db, case)[-1].get('reason')}"
        return
    definition = definitions.load(db, row["definition_id"])
    world = World(db, Actor.clock(), moment, definition, cases.case_facts(row, moment), {})
    live = machine.thaw(definition.blueprint, row["state"], world.environment())
    all_tasks = db.execute(select(tables.tasks).where(tables.tasks.c.case_id == case)).all()
    open_tasks = {t.node: t for t in all_tasks if t.status in cases.OPEN_STATUSES}
    newest = {e["task"]: e["kind"] for e in trail.read(db, case, limit=10_000) if e.get("task")}
    for task in all_tasks:
        told = _STATUS_OF.get(newest.get(task.id, ""), "open")
        if task.status != told:
            yield f"task {task.id} is {task.status}, and {told} in the trail"
    timers = db.execute(select(tables.timers).where(tables.timers.c.case_id == case)).all()
    if row["status"] != cases.RUNNING:
        if open_tasks or timers:
            yield f"{case} is {row['status']} and has open tasks or timers"
        return
    if set(open_tasks) != set(live.open()):
        yield f"{case}: open rows {sorted(open_tasks)}, the machine {sorted(live.open())}"
    waits = {(w.node, w.due) for w in live.waits()}
    kept = {(t.node, t.due_at) for t in timers if t.purpose == "node"}
    if waits != kept:
        yield f"{case}: timers {kept}, the machine waits {waits}"
    listens = {(x.node, x.kind, x.name, x.key) for x in live.listens()}
    table = tables.subscriptions
    noted = {(s.node, s.kind, s.name, s.key) for s in db.execute(select(table).where(table.c.case_id == case))}
    if listens != noted:
        yield f"{case}: subscriptions {noted}, the machine listens {listens}"
    if timers and (row["wake_at"] is None or row["wake_at"] > min(t.due_at for t in timers)):
        yield f"{case} sleeps beyond its next timer"
    if not open_tasks and not timers and not listens:
        yield f"{case} waits for nobody and nothing"
    for task in open_tasks.values():
        yield from _lost(db, moment, task)


def _lost(db: Connection, moment: Moment, task: Any) -> Iterator[str]:
    purpose = "confirm" if task.status == "confirming" else "act"
    table = tables.task_candidates
    asked = db.execute(select(table.c.holder).where(table.c.task_id == task.id, table.c.purpose == purpose)).scalars()
    people = {p for holder in asked for p in actors.people_meant(db, holder, moment.today)}
    if task.status == "confirming":
        people.discard(task.claimed_by)
    if not people:
        yield f"task {task.id} ({task.status}) asks nobody"
    if task.status == "confirming" and (task.pending is None or task.claimed_by is None):
        yield f"task {task.id} waits for a second person, and nobody was first"
