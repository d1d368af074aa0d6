"""What deeds wrote into the outbox is put before the people whom its holders mean now, and laid ready for channels.

A notice whose task was closed meanwhile, or claimed by somebody else, is put before nobody: nothing is left to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from engine import actors, tables
from engine.actors import holder_of
from engine.couriers import preferences
from engine.couriers.channels import Channel, every_channel
from engine.couriers.preferences import Preferences
from engine.couriers.words import Speaker
from engine.outbox import ASKING, URGENT, WHILE_OPEN, Notice
from engine.store import Moment, announce, insert_or_ignore, new_id

AT_ONCE = 100
"""Notices that one transaction puts before people."""

_O, _N, _X = tables.outbox.c, tables.notices.c, tables.delegations.c
_READY = select(_O.id).where(_O.ready_at <= bindparam("now", type_=_O.ready_at.type)).distinct().order_by(_O.id)
# Whole notices are taken, and a second node waits for them: two that each had some of the holders would both tell
# whoever is meant by several.
_ROWS = select(tables.outbox).where(_O.id.in_(bindparam("ids", expanding=True))).order_by(_O.id, _O.holder)
_FORGET = delete(tables.outbox).where(_O.id.in_(bindparam("ids", expanding=True)))
_STAND_INS = select(_X.from_person_id, _X.to_person_id, _X.scope).where(
    _X.from_person_id.in_(bindparam("people", expanding=True)),
    _X.from_on <= bindparam("on"),
    _X.to_on >= bindparam("on"),
    _X.revoked_at.is_(None),
)


def resolve(db: Connection, moment: Moment, limit: int = AT_ONCE) -> int:
    """Put at most ``limit`` notices before people; gives how many there were."""
    ids = list(db.execute(_READY.limit(limit), {"now": moment.now}).scalars())
    if not ids:
        return 0
    rows = [dict(r) for r in db.execute(_ROWS.with_for_update(), {"ids": ids}).mappings()]
    told: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        told.setdefault(row["id"], []).append(row)
    speaker = Speaker(db, rows)
    by_holder = actors.reachable(db, (r["holder"] for r in rows), moment.today)
    live = [notice for notice in told.values() if not speaker.is_done(notice[0])]
    people = {notice[0]["id"]: _people(db, moment, speaker, notice, by_holder) for notice in live}
    _put_before(db, moment, live, people)
    _lay_ready(db, moment, speaker, live, people)
    db.execute(_FORGET, {"ids": list(told)})
    announce(db, {holder_of(p) for meant in people.values() for p in meant})
    return len(told)


def _people(
    db: Connection,
    moment: Moment,
    speaker: Speaker,
    notice: list[dict[str, Any]],
    by_holder: Mapping[str, Sequence[str]],
) -> dict[str, str | None]:
    """Whom a notice is put before, each with the absent person for whom they stand in, or ``None``."""
    row = notice[0]
    meant: dict[str, str | None] = {p: None for r in notice for p in by_holder.get(r["holder"], ())}
    task = speaker.tasks.get(row["task_id"] or "")
    if task is not None and row["kind"] in WHILE_OPEN and task.delegable and meant:
        key = speaker.definition_key(row)
        purpose = "confirm" if row["kind"] == Notice.TASK_TO_CONFIRM else "act"
        for found in db.execute(_STAND_INS, {"people": sorted(meant), "on": moment.today}):
            scope = json.loads(found.scope)
            fits = scope.get("definitions") is None or key in scope["definitions"]
            if fits and (scope.get("actions") is None or purpose in scope["actions"]):
                meant.setdefault(found.to_person_id, found.from_person_id)
    meant.pop(row["besides"] or "", None)
    if task is not None and row["kind"] in ASKING and task.status == "open" and task.claimed_by is not None:
        return {p: absent for p, absent in meant.items() if p == task.claimed_by}
    return meant


def _put_before(
    db: Connection, moment: Moment, live: Iterable[list[dict[str, Any]]], people: Mapping[str, Mapping[str, Any]]
) -> None:
    rows = [
        {
            "id": notice[0]["id"],
            "person_id": person,
            "kind": notice[0]["kind"],
            "case_id": notice[0]["case_id"],
            "task_id": notice[0]["task_id"],
            "facts": _facts(notice[0], absent),
            "at": notice[0]["at"],
        }
        for notice in live
        for person, absent in people[notice[0]["id"]].items()
    ]
    if rows:
        db.execute(insert_or_ignore(db, tables.notices), rows)


def _facts(row: Mapping[str, Any], absent: str | None) -> str:
    if absent is None:
        return str(row["facts"])
    return json.dumps({**json.loads(row["facts"]), "for": absent}, ensure_ascii=False, sort_keys=True)


# ---------------------------------------------------------------- for channels


def _lay_ready(
    db: Connection,
    moment: Moment,
    speaker: Speaker,
    live: list[list[dict[str, Any]]],
    people: Mapping[str, Mapping[str, str | None]],
) -> None:
    known = every_channel(db, enabled=True)
    if not known or not live:
        return
    chosen = preferences.many(db, (p for meant in people.values() for p in meant))
    rows = []
    below: dict[str, frozenset[str]] = {}
    for notice in live:
        row = notice[0]
        for channel in known:
            if channel.audience == "office":
                if _is_for(db, moment, speaker, channel, row, below):
                    holders = [r["holder"] for r in notice]
                    facts = json.dumps({**json.loads(row["facts"]), "holders": holders}, ensure_ascii=False)
                    rows.append(_delivery(channel, moment, row, None, facts, "at_once", moment.now))
                continue
            for person, absent in people[row["id"]].items():
                found = _for_one(channel, chosen.get(person, Preferences()), moment, row["kind"])
                if found is not None:
                    rows.append(_delivery(channel, moment, row, person, _facts(row, absent), *found))
    if rows:
        db.execute(tables.notice_deliveries.insert(), rows)


def _for_one(channel: Channel, chosen: Preferences, moment: Moment, kind: str) -> tuple[str, Any] | None:
    """The way by which one person hears of a kind by a channel, and when at the earliest."""
    if channel.kind == "mail" and chosen.mail is None:
        return None
    way = chosen.way(channel.id, kind)
    if way == "off":
        return None
    if way == "digest" and channel.kind == "mail":
        return way, chosen.next_digest(moment)
    return "at_once", chosen.not_before(moment, urgent=kind in URGENT)


def _is_for(
    db: Connection,
    moment: Moment,
    speaker: Speaker,
    channel: Channel,
    row: Mapping[str, Any],
    below: dict[str, frozenset[str]],
) -> bool:
    if row["kind"] not in channel.settings["kinds"]:
        return False
    if not channel.settings["units"]:
        return True
    if channel.id not in below:
        below[channel.id] = frozenset().union(
            *(actors.subtree(db, unit, moment.today) for unit in channel.settings["units"])
        )
    case = speaker.cases.get(row["case_id"] or "")
    return case is not None and case.unit_id in below[channel.id]


def _delivery(
    channel: Channel, moment: Moment, row: Mapping[str, Any], person: str | None, facts: str, way: str, next_at: Any
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "channel_id": channel.id,
        "person_id": person,
        "notice_id": row["id"],
        "kind": row["kind"],
        "case_id": row["case_id"],
        "task_id": row["task_id"],
        "facts": facts,
        "way": way,
        "status": "waiting",
        "attempts": 0,
        "next_at": next_at,
        "at": row["at"],
    }
