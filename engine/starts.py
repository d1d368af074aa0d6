"""What starts cases by itself: the timer and conditional start events of the newest versions (BPMN 2.0.2, 10.5.2).

Publishing writes the rows (``definitions.publish``). A row's ``due_at`` is when somebody has to look at it: when its
timer fires, or, for a condition, when the day changes. Whichever node holds the row starts the case and moves the row
on in the same transaction, so any number of nodes start one case. ``forEach`` starts a case for each item of a
collection, a few in a transaction; the row moves on when there is none left, and an occasion that had its case has no
second one, whatever becomes of the row, the version or the case.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.exc import OperationalError

from engine import cases, definitions, machine, messages, tables
from engine.errors import Incident, Refused, Text
from engine.machine import Schedule
from engine.store import Moment, Statement, Store, for_update, insert_ignored

_log = logging.getLogger("liuhen.starts")

_X, _N = tables.starts.c, tables.occasions.c
_NEXT = Statement(select(func.min(_X.due_at).label("at")))
_DUE = (
    select(tables.starts)
    .where(_X.due_at <= bindparam("now", type_=_X.due_at.type))
    .order_by(_X.due_at, _X.definition_key, _X.element)
    .limit(1)
)
_CONDITIONS = select(tables.starts).where(_X.kind == "condition").order_by(_X.definition_key, _X.element)
_THIS = (
    _X.definition_key == bindparam("key"),
    _X.element == bindparam("at"),
    _X.definition_id == bindparam("definition"),
)
_ONE = select(tables.starts).where(*_THIS)
_MOVE = Statement(update(tables.starts).where(*_THIS).values({_X.due_at: bindparam("due"), _X.state: bindparam("now")}))
_HAD = Statement(select(_N.occasion).where(_N.definition_key == bindparam("key"), _N.element == bindparam("at")))


def next_due(db: Connection) -> datetime | None:
    """When a start event has to be looked at next."""
    at: datetime | None = (_NEXT.first(db, {}) or {}).get("at")
    return at


def act(store: Store) -> bool:
    """Look at the start event that is due first, and start its case; false where none is due."""
    row, hand = None, _Hand()
    try:
        with store.transaction() as db:
            moment = store.moment(db)
            due = _DUE.with_for_update(skip_locked=True) if for_update(db) else _DUE
            row = db.execute(due, {"now": moment.now}).first()
            if row is None:
                return False
            _look(db, moment, row, hand)
    except OperationalError:
        raise
    except Exception as e:
        if row is None:
            raise
        if hand.occasion is not None:
            _pass_over(store, row, hand.occasion, e)
        else:
            _refuse(store, row, e)
    else:
        messages.after(store, db)
    return True


def look(store: Store) -> int:
    """Start cases where a condition has turned true; gives how many conditions had turned."""
    turned = 0
    with store.reading() as db:
        moment = store.moment(db)
        rows = [row for row in db.execute(_CONDITIONS).all() if _has_turned(db, moment, row)]
    for row in rows:
        try:
            with store.transaction() as db:
                known = {"key": row.definition_key, "at": row.element, "definition": row.definition_id}
                one = _ONE.with_for_update(skip_locked=True) if for_update(db) else _ONE
                found = db.execute(one, known).first()
                if found is None:
                    continue
                _look(db, store.moment(db), found, _Hand())
        except OperationalError:
            raise
        except Exception as e:  # noqa: BLE001 - told on the definition's chain, and logged
            _refuse(store, row, e)
        else:
            messages.after(store, db)
        turned += 1
    return turned


def _has_turned(db: Connection, moment: Moment, row: Any) -> bool:
    state = json.loads(row.state)
    try:
        return _is_true(db, moment, row) != bool(state.get("was"))
    except Incident as e:
        return bool(str(e) != state.get("fault"))


def _is_true(db: Connection, moment: Moment, row: Any) -> bool:
    definition = definitions.load(db, row.definition_id)
    element = definition.element(row.element)
    world = cases.world_of(db, moment, definition)
    found: Any = world.evaluate(element.event.condition or "=false", world.context(), element.id)
    return found is True


@dataclass(slots=True)
class _Hand:
    """The occasion whose case was being started when something failed."""

    occasion: str | None = None


def _look(db: Connection, moment: Moment, row: Any, hand: _Hand) -> None:
    if row.kind == "condition":
        now, was = _is_true(db, moment, row), bool(json.loads(row.state).get("was"))
        _move(db, row, _tomorrow(moment), {"was": True} if now else {})
        if now and not was:
            _start(db, moment, row, {})
        return
    state = json.loads(row.state)
    if "since" in state:
        at = _armed(db, moment, row, datetime.fromisoformat(state["since"]))
    else:
        cause = {"due": row.due_at.isoformat()}
        if _each(db, moment, row, cause, hand):
            return  # there may be more: this row is still due
        at = machine.following(_scheduled(row, state), moment.now, moment.zone)
    _move(db, row, at.due if at else None, {"left": at.left, "every": at.every} if at else {})


def _armed(db: Connection, moment: Moment, row: Any, since: datetime) -> Schedule | None:
    """What the timer means from its publication on; what lay before the publication does not fire."""
    definition = definitions.load(db, row.definition_id)
    element = definition.element(row.element)
    text = element.timer.text if element.timer is not None else ""
    world = cases.world_of(db, moment, definition)
    value = world.evaluate(text, world.context(), element.id) if text.startswith("=") else text
    try:
        at: Schedule | None = machine.schedule(value, since, moment.zone)
        while at is not None and at.due < since:
            at = machine.following(at, since, moment.zone)
    except machine.NoTime as e:
        raise Incident(element.id, e.text, {"expression": text}) from e
    return at


def _scheduled(row: Any, state: Mapping[str, Any]) -> Schedule:
    return Schedule(row.due_at, int(state.get("left", 0)), str(state.get("every", "")))


def _start(db: Connection, moment: Moment, row: Any, cause: Mapping[str, Any]) -> None:
    definition = definitions.load(db, row.definition_id)
    cases.start_by_event(db, moment, definition, definition.element(row.element), cause=cause)


def _each(db: Connection, moment: Moment, row: Any, cause: Mapping[str, Any], hand: _Hand) -> bool:
    """Start what a timer that is due starts; true where it started some of many cases and others may follow."""
    definition = definitions.load(db, row.definition_id)
    element = definition.element(row.element)
    word = element.words.one("forEach")
    if word is None:
        cases.start_by_event(db, moment, definition, element, cause=cause)
        return False
    world = cases.world_of(db, moment, definition)
    items = world.evaluate(word["inputCollection"], world.context(), element.id)
    over = {*json.loads(row.state).get("passed_over", ()), *_had(db, row)}
    started = 0
    for item in items if isinstance(items, list) else [] if items is None else [items]:
        known = {word["inputElement"]: item}
        occasion = world.evaluate(word["occasion"], world.context(None, **known), element.id)
        if not isinstance(occasion, str) or not 0 < len(occasion) <= _LONGEST:
            raise Incident(element.id, _NO_OCCASION, {"expression": word["occasion"]})
        if occasion in over:
            continue
        if started == _AT_ONCE:
            return True
        if not _is_first(db, moment, row, occasion):
            continue
        hand.occasion = occasion
        about = {**cause, "occasion": occasion}
        cases.start_by_event(db, moment, definition, element, business_key=occasion, cause=about, variables=known)
        hand.occasion = None
        started += 1
    return False


_AT_ONCE = 8
"""Cases begun in one transaction: the collection is worked out for each transaction, and nobody else writes to SQLite
meanwhile."""
_LONGEST = 100
"""Characters of an occasion: it is the business key of its case."""
_NO_OCCASION = Text("occasion 应为一至一百个字符的文字", "occasion has to be a text of 1 to 100 characters")
_NOTE_OCCASION = Statement(insert_ignored(tables.occasions), "definition_key", "element", "occasion", "at")


def _had(db: Connection, row: Any) -> set[str]:
    """The occasions that had their case."""
    return {had["occasion"] for had in _HAD.all(db, {"key": row.definition_key, "at": row.element})}


def _is_first(db: Connection, moment: Moment, row: Any, occasion: str) -> bool:
    """Note an occasion; false where it has been noted before."""
    known = {"definition_key": row.definition_key, "element": row.element, "occasion": occasion, "at": moment.now}
    return _NOTE_OCCASION.run(db, known) == 1


def _pass_over(store: Store, row: Any, occasion: str, e: Exception) -> None:
    """One of several cannot begin: told, left out for this time, and tried again when the timer is due again."""
    _log.error("%s of %s starts no case for %s: %s", row.element, row.definition_key, occasion, e, exc_info=e)
    reason = str(e) if isinstance(e, Refused | Incident) else type(e).__name__
    with store.transaction() as db:
        moment = store.moment(db)
        found = db.execute(
            _ONE, {"key": row.definition_key, "at": row.element, "definition": row.definition_id}
        ).first()
        if found is None:
            return
        messages.start_refused(db, moment, row.definition_key, row.element, reason, occasion=occasion)
        state = json.loads(found.state)
        _move(db, found, found.due_at, {**state, "passed_over": [*state.get("passed_over", ()), occasion]})


def _move(db: Connection, row: Any, due: datetime | None, state: Mapping[str, Any]) -> None:
    mine = {"key": row.definition_key, "at": row.element, "definition": row.definition_id}
    _MOVE.run(db, {**mine, "due": due, "now": json.dumps(state)})


def _tomorrow(moment: Moment) -> datetime:
    return moment.midnight(date.fromordinal(moment.today.toordinal() + 1))


def _refuse(store: Store, row: Any, e: Exception) -> None:
    """What cannot start a case is told on the definition's chain, and moves on: it must not stand before the others."""
    _log.error("%s of %s starts no case: %s", row.element, row.definition_key, type(e).__name__, exc_info=e)
    reason = str(e) if isinstance(e, Refused | Incident) else type(e).__name__
    with store.transaction() as db:
        moment = store.moment(db)
        messages.start_refused(db, moment, row.definition_key, row.element, reason)
        state = json.loads(row.state)
        if row.kind == "condition":
            _move(db, row, _tomorrow(moment), _refused_condition(db, moment, row, e))
            return
        at = None if "since" in state else machine.following(_scheduled(row, state), moment.now, moment.zone)
        _move(db, row, at.due if at else None, {"left": at.left, "every": at.every} if at else {})


def _refused_condition(db: Connection, moment: Moment, row: Any, e: Exception) -> dict[str, Any]:
    """A condition that is true was true, though its case could not start; one that cannot be evaluated is told once."""
    try:
        return {"was": True} if _is_true(db, moment, row) else {}
    except Incident:
        return {**json.loads(row.state), "fault": str(e)}
