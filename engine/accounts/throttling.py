"""Failures cost time: what is guessed at is counted by subject, and past a few free ones each failure waits longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from engine import tables, trail
from engine.accounts.real_time import machine_time
from engine.accounts.rows import NOBODY_YET
from engine.store import Moment, for_update

FREE_FAILURES = {"pair": 5, "account": 20, "address": 60}
"""Failures without a delay: of one account from one address, of one account from anywhere, from one address.
The pair is strict; the account alone is generous, or else anybody could lock anybody out."""
LONGEST_DELAY = 900
FORGET_AFTER = timedelta(hours=12)

_T = tables.throttles.c
_THROTTLES = select(_T.subject, _T.failures, _T.blocked_until, _T.updated_at).where(
    _T.subject.in_(bindparam("subjects", expanding=True))
)
_THROTTLES_LOCKED = _THROTTLES.order_by(_T.subject).with_for_update()
_INSERT_THROTTLE_PG = insert_pg(tables.throttles).on_conflict_do_nothing(index_elements=["subject"])
_INSERT_THROTTLE_SQLITE = insert_sqlite(tables.throttles).on_conflict_do_nothing(index_elements=["subject"])


Subjects = tuple[tuple[str, int], ...]
"""What failures are counted for: the key of each one's row, and the failures that cost nothing."""


def wait(db: Connection, subjects: Subjects) -> int:
    """Seconds until another try is allowed; 0 means now. Reads only."""
    now = machine_time()
    until = [
        r.blocked_until
        for r in db.execute(_THROTTLES, {"subjects": [s for s, _ in subjects]})
        if r.blocked_until is not None and r.blocked_until > now
    ]
    return int((max(until) - now).total_seconds()) + 1 if until else 0


def count(
    db: Connection, moment: Moment, subjects: Subjects, account_id: str | None = None, scopes: Sequence[str] = ()
) -> int:
    """One failure more for each subject; gives the seconds that the next try has to wait.

    Where a known account is blocked by it, in one of the ``scopes`` (names of the first subjects), the trail says so.
    """
    now = machine_time()
    kept = _locked(db, subjects, now)
    longest = 0
    for position, (subject, free) in enumerate(subjects):
        row = kept.get(subject)
        if row is None:
            continue  # somebody signed in with the right password meanwhile, which forgets the failures
        failures = 1 if now - row.updated_at > FORGET_AFTER else row.failures + 1
        delay = 0 if failures < free else min(2 ** min(failures - free, 20), LONGEST_DELAY)
        longest = max(longest, delay)
        db.execute(
            update(tables.throttles)
            .where(_T.subject == subject)
            .values(failures=failures, blocked_until=now + timedelta(seconds=delay) if delay else None, updated_at=now)
        )
        if failures == free and account_id is not None and position < len(scopes):
            # Once per block, not once per try: guessing must not be able to fill the trail.
            trail.append(
                db,
                moment,
                NOBODY_YET,
                kind=trail.Kind.ACCOUNT_BLOCKED,
                account=account_id,
                failures=failures,
                scope=scopes[position],
            )
    return longest


def forget(db: Connection, subjects: Sequence[str]) -> None:
    """The failures of these subjects are forgotten."""
    if for_update(db):
        db.execute(_THROTTLES_LOCKED, {"subjects": list(subjects)})
    db.execute(delete(tables.throttles).where(_T.subject.in_(subjects)))


def sweep(db: Connection) -> int:
    """Throw away failures that are forgotten; answers with how many rows."""
    forgotten = select(_T.subject).where(_T.updated_at < machine_time() - FORGET_AFTER).order_by(_T.subject)
    if for_update(db):
        forgotten = forgotten.with_for_update(skip_locked=True)  # whoever is failing right now keeps their rows
    subjects = list(db.execute(forgotten.limit(10_000)).scalars())
    return db.execute(delete(tables.throttles).where(_T.subject.in_(subjects))).rowcount


def _locked(db: Connection, counted: Subjects, now: datetime) -> dict[str, Any]:
    """The rows of some subjects, made where they are missing, and locked until the end of the transaction.

    Always in the order of their keys: two failures at once that lock in different orders wait for each other.
    """
    subjects = sorted(subject for subject, _ in counted)
    new = [{"subject": subject, "failures": 0, "blocked_until": None, "updated_at": now} for subject in subjects]
    if for_update(db):
        for row in new:
            db.execute(_INSERT_THROTTLE_PG, row)
        return {r.subject: r for r in db.execute(_THROTTLES_LOCKED, {"subjects": subjects})}
    for row in new:
        db.execute(_INSERT_THROTTLE_SQLITE, row)
    return {r.subject: r for r in db.execute(_THROTTLES, {"subjects": subjects})}
