"""Whether a case is running; where it is suspended, since when, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import actors, trail
from engine.cases.work import RUNNING, SUSPENDED
from engine.errors import NotNow, Text
from engine.store import Moment
from engine.trail import Kind


@dataclass(frozen=True, slots=True)
class Suspension:
    """Since when a case stands still, by whom, and why; ``through`` is the case that it was suspended along with."""

    by: str | None
    at: datetime
    reason: str
    through: str | None
    clause: str | None


def suspension(db: Connection, case_id: str) -> Suspension | None:
    """What the newest entry about it says; ``None`` where a case never stood still."""
    body = trail.newest(db, case_id, Kind.CASE_SUSPENDED)
    if body is None:
        return None
    return Suspension(
        (body.get("actor") or {}).get("person"),
        datetime.fromisoformat(body["at"]),
        body.get("reason", ""),
        body.get("through"),
        body.get("clause"),
    )


def must_run(db: Connection, moment: Moment, row: Mapping[str, Any]) -> None:
    """Refuse a deed on a case (its row) that is not running; where it is suspended, with who did that, when and why."""
    if row["status"] == SUSPENDED:
        raise stands_still(db, moment, row["id"])
    if row["status"] != RUNNING:
        raise NotNow(
            Text("事项已停止办理。", "The case is not running."), code="err_case_not_running", status=row["status"]
        )


def stands_still(db: Connection, moment: Moment, case_id: str, kind: type[NotNow] = NotNow) -> NotNow:
    """The refusal of what cannot be done to a suspended case: it says who suspended it, when and why."""
    found = suspension(db, case_id)
    if found is None:
        return kind(Text("事项已暂停。", "The case is suspended."), code="err_case_suspended")
    by = actors.names(db, [found.by]).get(found.by) if found.by else None
    return kind(
        Text("事项已由{by}于 {when} 暂停：{reason}", "{by} suspended the case at {when}: {reason}"),
        code="err_case_suspended",
        clause=found.clause,
        by=by or Text("系统", "The system"),
        when=found.at.astimezone(moment.zone).strftime("%Y-%m-%d %H:%M"),
        at=found.at.isoformat(),
        reason=found.reason,
    )
