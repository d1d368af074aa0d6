"""Migrations of cases as rows: started by a designer, done case by case by the clock of any server, undone likewise.

Each case is moved in a transaction of its own, together with its row here: what a killed server had not committed is
done by the next, and nothing twice. A case that somebody else has locked is passed over and met again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, literal, null, select, update
from sqlalchemy.exc import OperationalError

from engine import cases, definitions, messages, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Refused, Text, Unfit
from engine.store import Moment, Store, for_update, new_id
from engine.trail import Kind
from engine.versions.plans import LIVE, Plan, chosen

_log = logging.getLogger("liuhen.versions")
_M, _R = tables.migrations.c, tables.migrated_cases.c
RESULTS = ("waiting", "moved", "refused", "gone", "undone", "kept")
"""``gone``: the case had ended, or gone to another version, before its turn. ``kept``: it could not be undone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One migration, and how many of its cases are where."""

    id: str
    from_version: int
    to_version: int
    plan: Mapping[str, Any]
    reason: str
    status: str
    created_by: str
    created_at: datetime
    undone_by: str | None
    undone_because: str | None
    counts: Mapping[str, int]


# ---------------------------------------------------------------- ordered by somebody


def start(
    db: Connection,
    actor: Actor,
    moment: Moment,
    old: Definition,
    new: Definition,
    plan: Plan,
    reason: str,
    *,
    only: Sequence[str] | None = None,
    unit: str | None = None,
    stop_after: int = 1,
) -> str:
    """Order the migration of the running cases of a version, or of some of them; gives its id.

    The clock does it. It stops when ``stop_after`` cases could not be moved; what was moved stays moved. Raises
    ``Forbidden``, ``Unfit`` (no reason) and ``NotNow`` (no such case).
    """
    person = _designer(actor)
    _must_say_why(reason)
    if old.key != new.key or old.id == new.id:
        raise Unfit(errors=[FieldError("to", "not_an_option", Text("请选择另一个版本。", "Choose another version."))])
    id_ = new_id()
    db.execute(
        insert(tables.migrations).values(
            id=id_,
            from_id=old.id,
            to_id=new.id,
            plan=json.dumps(plan.as_json(), ensure_ascii=False),
            reason=reason,
            status="running",
            stop_after=stop_after,
            refused=0,
            created_by=person,
            created_at=moment.now,
        )
    )
    columns = ("migration_id", "case_id", "status", "reason")
    ids = chosen(db, moment, old, only, unit).subquery()
    rows = select(literal(id_), ids.c.id, literal("waiting"), null())
    db.execute(insert(tables.migrated_cases).from_select(columns, rows))
    count = db.execute(select(func.count()).where(_R.migration_id == id_)).scalar_one()
    if count == 0:
        raise NotNow(Text("没有可迁移的在办事项。", "There is no running case to move."), code="err_nothing_to_migrate")
    trail.append(
        db,
        moment,
        actor,
        chain=f"definition:{old.key}",
        kind=Kind.MIGRATION_STARTED,
        migration=id_,
        from_version=old.version,
        to_version=new.version,
        plan=plan.digest(old, new),
        count=count,
        reason=reason,
    )
    return id_


def go_on(db: Connection, actor: Actor, moment: Moment, key: str, id_: str, *, retry: bool = False) -> None:
    """Let a migration that stopped go on; with ``retry`` the cases that could not be moved are tried again.

    Raises ``NotNow`` where it has not stopped, or nothing is left to do.
    """
    _designer(actor)
    row = _locked(db, key, id_)
    if row.status not in ("stopped", "done"):
        raise NotNow(
            Text("该迁移没有停下。", "The migration has not stopped."),
            code="err_migration_not_stopped",
            status=row.status,
        )
    if retry:
        again = update(tables.migrated_cases).where(_R.migration_id == id_, _R.status == "refused")
        db.execute(again.values(status="waiting", reason=None))
    if not db.execute(select(exists().where(_R.migration_id == id_, _R.status == "waiting"))).scalar():
        raise NotNow(Text("没有待迁移的事项。", "No case is left to be moved."), code="err_nothing_to_migrate")
    db.execute(update(tables.migrations).where(_M.id == id_).values(status="running", refused=0))
    trail.append(
        db, moment, actor, chain=f"definition:{key}", kind=Kind.MIGRATION_RESUMED, migration=id_, retry=retry or None
    )


def undo(db: Connection, actor: Actor, moment: Moment, key: str, id_: str, reason: str) -> None:
    """Order a migration undone: the clock restores every case on which nothing else has happened, and says of the
    others why not. What was not moved yet is not moved any more."""
    person = _designer(actor)
    _must_say_why(reason)
    row = _locked(db, key, id_)
    if row.status in ("undoing", "undone"):
        raise NotNow(
            Text("该迁移已撤销。", "The migration was undone already."), code="err_migration_undone", status=row.status
        )
    db.execute(
        update(tables.migrations).where(_M.id == id_).values(status="undoing", undone_by=person, undone_because=reason)
    )
    trail.append(db, moment, actor, chain=f"definition:{key}", kind=Kind.MIGRATION_UNDONE, migration=id_, reason=reason)


def _designer(actor: Actor) -> str:
    if "definitions.publish" not in actor.permissions or actor.person_id is None:
        raise Forbidden()
    return actor.person_id


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])


def _locked(db: Connection, key: str, id_: str) -> Any:
    if for_update(db):
        db.execute(select(_M.id).where(_M.id == id_).with_for_update())
    return _found(db, key, id_)


def _found(db: Connection, key: str, id_: str) -> Any:
    table = tables.definitions
    query = select(tables.migrations).join(table, table.c.id == _M.from_id).where(_M.id == id_, table.c.key == key)
    row = db.execute(query).first()
    if row is None:
        raise NotFound()
    return row


# ---------------------------------------------------------------- reading


def migrations(db: Connection, key: str, limit: int = 200) -> list[Progress]:
    """The migrations between versions of a key, newest first."""
    table = tables.definitions
    query = select(tables.migrations).join(table, table.c.id == _M.from_id).where(table.c.key == key)
    rows = db.execute(query.order_by(_M.created_at.desc(), _M.id.desc()).limit(limit)).all()
    return [_progress(db, row) for row in rows]


def progress(db: Connection, key: str, id_: str) -> Progress:
    """One migration; also while it is being done. Raises ``NotFound``."""
    return _progress(db, _found(db, key, id_))


def results(
    db: Connection, id_: str, *, status: str | None = None, after: str | None = None, limit: int = 200
) -> tuple[list[dict[str, Any]], str | None]:
    """What became of each case of a migration, by the case's id, and where the list goes on."""
    query = (
        select(_R.case_id, tables.cases.c.number, _R.status, _R.reason, _R.at)
        .join(tables.cases, tables.cases.c.id == _R.case_id)
        .where(_R.migration_id == id_)
        .order_by(_R.case_id)
    )
    if status is not None:
        query = query.where(_R.status == status)
    if after is not None:
        query = query.where(_R.case_id > after)
    rows = db.execute(query.limit(limit + 1)).mappings().all()
    found = [{**row, "reason": Text.of(json.loads(row["reason"])) if row["reason"] else None} for row in rows[:limit]]
    return found, rows[limit - 1]["case_id"] if len(rows) > limit else None


def _progress(db: Connection, row: Any) -> Progress:
    versions = select(tables.definitions.c.id, tables.definitions.c.version)
    known = {r.id: r.version for r in db.execute(versions.where(tables.definitions.c.id.in_((row.from_id, row.to_id))))}
    counted = select(_R.status, func.count().label("count")).where(_R.migration_id == row.id).group_by(_R.status)
    found = {r[0]: r[1] for r in db.execute(counted)}
    return Progress(
        row.id,
        known[row.from_id],
        known[row.to_id],
        json.loads(row.plan),
        row.reason,
        row.status,
        row.created_by,
        row.created_at,
        row.undone_by,
        row.undone_because,
        {status: found.get(status, 0) for status in RESULTS},
    )


# ---------------------------------------------------------------- done by the clock

_ACTIVE = select(_M.id).where(_M.status.in_(("running", "undoing"))).order_by(_M.created_at, _M.id)
_TURN = (
    select(_R.migration_id, _R.case_id, _M.status)
    .join(tables.migrations, _M.id == _R.migration_id)
    .join(tables.cases, tables.cases.c.id == _R.case_id)
    .where(
        _R.migration_id == bindparam("migration"),
        ((_M.status == "running") & (_R.status == "waiting")) | ((_M.status == "undoing") & (_R.status == "moved")),
        _R.case_id > bindparam("after"),
    )
    .order_by(_R.case_id)
    .limit(1)
)
# Whoever works on a case keeps it: its turn comes at the next beat.
_TURN_CLAIMED = _TURN.with_for_update(of=(tables.migrated_cases, tables.cases), skip_locked=True)


def tick(store: Store, limit: int = 200) -> int:
    """Move, or move back, the next cases of every migration that is being done; gives how many had their turn."""
    with store.reading() as db:  # peek without the write lock
        active = list(db.execute(_ACTIVE).scalars())
    done = 0
    for migration in active:
        after = ""
        while done < limit:
            turn = _turn(store, migration, after)
            if turn is None:
                _finish(store, migration)
                break
            after = turn
            done += 1
    return done


def _turn(store: Store, migration: str, after: str) -> str | None:
    """One case has its turn; gives its id, or ``None`` where none is left that is free."""
    case_id = None
    try:
        with store.transaction() as db:
            query = _TURN if store.is_sqlite else _TURN_CLAIMED
            row = db.execute(query, {"migration": migration, "after": after}).first()
            if row is None:
                return None
            case_id = str(row.case_id)
            moment = store.moment(db)
            if row.status == "running":
                _move(db, moment, migration, case_id)
            else:
                _move_back(db, moment, migration, case_id)
    except cases.NotMovable as e:
        _refuse(store, migration, str(case_id), e.text)
    except OperationalError:
        if case_id is None:
            raise
        _log.info("case %s is locked; its turn in the migration comes again", case_id)
    except Exception as e:
        if case_id is None:
            raise
        _log.error("case %s cannot be migrated: %s", case_id, type(e).__name__, exc_info=e)
        # The words of a fault that nobody foresaw may be personal; those of a refusal are not.
        said = e.said if isinstance(e, Refused) else Text(type(e).__name__, type(e).__name__)
        _refuse(store, migration, case_id, said)
    else:
        messages.after(store, db)
    return case_id


def _actor(person: str) -> Actor:
    """Whoever ordered it acts; the clock does it for them."""
    return Actor(None, person, "", "", source="clock")


def _move(db: Connection, moment: Moment, migration: str, case_id: str) -> None:
    row = db.execute(select(tables.migrations).where(_M.id == migration)).one()
    work = cases.take(db, _actor(row.created_by), moment, case_id)
    values: dict[str, Any]
    if work.row["definition_id"] != row.from_id or work.row["status"] not in LIVE:
        values = {"status": "gone"}
    else:
        old, new = definitions.load(db, row.from_id), definitions.load(db, row.to_id)
        given = json.loads(row.plan)
        plan = Plan(given["mapping"], given["redo"])
        digest = plan.digest(old, new)
        moved = cases.migrate(work, new, plan.mapping, plan.redo, migration=migration, plan=digest, reason=row.reason)
        values = {"status": "moved", "state": moved.state, "before": moved.before, "head": moved.head}
    _write(db, moment, migration, case_id, values)


def _move_back(db: Connection, moment: Moment, migration: str, case_id: str) -> None:
    row = db.execute(select(tables.migrations).where(_M.id == migration)).one()
    kept = db.execute(select(tables.migrated_cases).where(_R.migration_id == migration, _R.case_id == case_id)).one()
    work = cases.take(db, _actor(row.undone_by), moment, case_id)
    if work.row["definition_id"] != row.to_id or work.row["status"] not in LIVE:
        raise cases.NotMovable(_ENDED)
    old = definitions.load(db, row.from_id)
    cases.migrate_back(work, old, kept.state, kept.before, kept.head, row.undone_because, migration=migration)
    _write(db, moment, migration, case_id, {"status": "undone"})


_ENDED = Text("该事项已办结，或已迁到别的版本", "the case has ended, or gone to another version")


def _write(db: Connection, moment: Moment, migration: str, case_id: str, values: Mapping[str, Any]) -> None:
    place = (_R.migration_id == migration) & (_R.case_id == case_id)
    db.execute(update(tables.migrated_cases).where(place).values(at=moment.now, **values))


def _refuse(store: Store, migration: str, case_id: str, why: Text) -> None:
    """A case stays where it is, and why; too many of them stop the migration."""
    with store.transaction() as db:
        moment = store.moment(db)
        reason = json.dumps(why.as_json(), ensure_ascii=False)
        place = (_R.migration_id == migration) & (_R.case_id == case_id)
        table = tables.migrated_cases
        kept = update(table).where(place, _R.status == "moved").values(status="kept", reason=reason, at=moment.now)
        if db.execute(kept).rowcount:
            return
        refused = update(table).where(place, _R.status == "waiting")
        if not db.execute(refused.values(status="refused", reason=reason, at=moment.now)).rowcount:
            return  # another server had the same trouble
        counted = update(tables.migrations).where(_M.id == migration)
        db.execute(counted.values(refused=_M.refused + 1))
        stopped = counted.where(_M.status == "running", _M.refused >= _M.stop_after).values(status="stopped")
        if db.execute(stopped).rowcount:
            _tell(db, moment, migration, Kind.MIGRATION_STOPPED, "refused")


def _finish(store: Store, migration: str) -> None:
    """Nothing is left to do, unless somebody holds a case whose turn has not come."""
    with store.transaction() as db:
        for status, left, ends in (("running", "waiting", "done"), ("undoing", "moved", "undone")):
            waiting = exists().where(_R.migration_id == migration, _R.status == left)
            over = update(tables.migrations).where(_M.id == migration, _M.status == status, ~waiting)
            if db.execute(over.values(status=ends)).rowcount and ends == "done":
                _tell(db, store.moment(db), migration, Kind.MIGRATION_ENDED, "moved")


def _tell(db: Connection, moment: Moment, migration: str, kind: Kind, counted: str) -> None:
    table = tables.definitions
    key = db.execute(select(table.c.key).join(tables.migrations, table.c.id == _M.from_id).where(_M.id == migration))
    count = select(func.count()).where(_R.migration_id == migration, _R.status == counted)
    trail.append(
        db,
        moment,
        Actor.clock(),
        chain=f"definition:{key.scalar_one()}",
        kind=kind,
        migration=migration,
        count=db.execute(count).scalar_one(),
    )
