"""Which version of a procedure starts cases: from when on, where; going back to an earlier one; retired procedures.

A version that was published starts cases at once, unless it waits for a time: then the clock activates it. Where some
units have a version of their own, theirs goes before the one for everywhere, until another is activated everywhere.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from engine import actors, definitions, tables, trail
from engine.actors import Actor
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, Store, for_update, insert_or_ignore, new_id
from engine.trail import Kind

_log = logging.getLogger("liuhen.activating")

PLANNED, DONE, DROPPED = "planned", "done", "dropped"
EVERYWHERE = Text("全部组织", "everywhere")
MOST_UNITS = 500

_A, _P, _V, _D = tables.activations.c, tables.procedures.c, tables.active_versions.c, tables.definitions.c


@dataclass(frozen=True, slots=True)
class Plan:
    """A version that is to start cases from a time on; ``units`` is ``None`` for everywhere."""

    id: str
    version: int
    units: tuple[str, ...] | None
    from_at: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of a procedure: the version that starts cases by unit ("" for everywhere), plans, retirement."""

    active: dict[str, int | None]
    plans: tuple[Plan, ...]
    retired_at: datetime | None
    retired_by: str | None
    retired_because: str | None
    owner: str | None
    folder: str


# ---------------------------------------------------------------- activated


def activate(
    db: Connection,
    actor: Actor,
    moment: Moment,
    key: str,
    version: int,
    reason: str,
    *,
    from_at: datetime | None = None,
    units: Collection[str] | None = None,
) -> bool:
    """Let a version start cases, now or from a time on, everywhere or in some units and all below them.

    True where it does at once. Whoever activates a version everywhere drops what was planned before. Raises
    ``NotFound``, ``Forbidden``, ``Unfit``, and ``NotNow`` where it is so already.
    """
    person = _designer(actor)
    _must_say_why(reason)
    definitions.read(db, key)
    trail.hold(db, f"definition:{key}")
    definition = definitions.read(db, key, version)
    chosen = None if units is None else _units(db, moment, units)
    if from_at is not None and from_at > moment.now:
        _plan(db, actor, moment, definition, person, reason, from_at, chosen)
        return False
    if chosen is None and _is_active_everywhere(db, definition.id, key):
        raise NotNow(
            Text("新事项已由第 {version} 版发起。", "Version {version} starts cases already."),
            code="err_active_already",
            version=version,
        )
    if chosen is None:
        drop_plans(db, actor, moment, key, Text("已启用第 {version} 版", "version {version} was activated"), version)
    _do(db, actor, moment, definition, chosen, reason)
    return True


def _is_active_everywhere(db: Connection, definition_id: str, key: str) -> bool:
    rows = db.execute(select(_V.unit_id, _V.definition_id).where(_V.definition_key == key)).all()
    return [(r.unit_id, r.definition_id) for r in rows] == [("", definition_id)]


def _do(
    db: Connection,
    actor: Actor,
    moment: Moment,
    definition: definitions.Definition,
    units: tuple[str, ...] | None,
    reason: str,
) -> None:
    definitions.activate(db, moment, definition, units)
    trail.append(
        db,
        moment,
        actor,
        chain=f"definition:{definition.key}",
        kind=Kind.DEFINITION_ACTIVATED,
        version=definition.version,
        sha256=definition.sha256,
        units=list(units) if units is not None else None,
        name=_where(db, moment, units).as_json(),
        reason=reason,
    )


def _plan(
    db: Connection,
    actor: Actor,
    moment: Moment,
    definition: definitions.Definition,
    person: str,
    reason: str,
    from_at: datetime,
    units: tuple[str, ...] | None,
) -> None:
    db.execute(
        insert(tables.activations).values(
            id=new_id(),
            definition_key=definition.key,
            definition_id=definition.id,
            units=json.dumps(units) if units is not None else None,
            from_at=from_at,
            status=PLANNED,
            reason=reason,
            by_id=person,
            at=moment.now,
        )
    )
    trail.append(
        db,
        moment,
        actor,
        chain=f"definition:{definition.key}",
        kind=Kind.ACTIVATION_PLANNED,
        version=definition.version,
        units=list(units) if units is not None else None,
        new=from_at.isoformat(),
        name=_where(db, moment, units).as_json(),
        reason=reason,
    )


def drop(db: Connection, actor: Actor, moment: Moment, key: str, plan: str, reason: str) -> None:
    """Drop what was planned; raises ``NotNow`` where the clock, or somebody else, was first."""
    _designer(actor)
    _must_say_why(reason)
    definitions.read(db, key)
    trail.hold(db, f"definition:{key}")
    row = db.execute(select(_A.status, _D.version).join(tables.definitions).where(_of(key, plan))).first()
    if row is None:
        raise NotFound()
    if row.status != PLANNED:
        raise NotNow(Text("这项安排已执行或已取消。", "It was done or dropped already."), code="err_plan_settled")
    _drop(db, actor, moment, key, plan, row.version, reason)


def drop_plans(db: Connection, actor: Actor, moment: Moment, key: str, because: Text, version: int) -> None:
    """Drop everything that is planned for a procedure."""
    query = select(_A.id, _D.version).join(tables.definitions).where(_A.definition_key == key, _A.status == PLANNED)
    for row in db.execute(query.order_by(_A.id)).all():
        _drop(db, actor, moment, key, row.id, row.version, because.format(version=version).as_json())


def _drop(
    db: Connection, actor: Actor, moment: Moment, key: str, plan: str, version: int, reason: str | dict[str, str]
) -> None:
    db.execute(update(tables.activations).where(_of(key, plan)).values(status=DROPPED, done_at=moment.now))
    chain = f"definition:{key}"
    trail.append(db, moment, actor, chain=chain, kind=Kind.ACTIVATION_DROPPED, version=version, reason=reason)


def _of(key: str, plan: str) -> ColumnElement[bool]:
    return (_A.definition_key == key) & (_A.id == plan)


def _units(db: Connection, moment: Moment, units: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(units))
    known = actors.units(db, wanted, moment.today)
    if not wanted or len(wanted) > MOST_UNITS or any(one not in known for one in wanted):
        raise Unfit(errors=[FieldError("units", "required", Text("请选择组织。", "Choose units."))])
    return wanted


def _where(db: Connection, moment: Moment, units: tuple[str, ...] | None) -> Text:
    """Where a version starts cases, in words."""
    if units is None:
        return EVERYWHERE
    known = actors.units(db, units, moment.today)
    names = [known[one].text for one in units[:_NAMED] if one in known]
    more = len(units) - len(names)
    return Text(
        "、".join(n.zh for n in names) + (f" 等 {len(units)} 个" if more else ""),
        ", ".join(n.en for n in names) + (f" and {more} more" if more else ""),
    )


_NAMED = 5
"""Units that an entry names; all of them stand in it by their ids."""


# ---------------------------------------------------------------- by the clock

_NEXT = select(func.min(_A.from_at)).where(_A.status == PLANNED)
_DUE = (
    select(_A.id, _A.definition_key, _A.from_at)
    .where(_A.status == PLANNED, _A.from_at <= bindparam("now", type_=_A.from_at.type))
    .order_by(_A.from_at, _A.id)
    .limit(1)
)


def next_due(db: Connection) -> datetime | None:
    """When the next version becomes active."""
    at: datetime | None = db.execute(_NEXT).scalar()
    return at


def act(store: Store) -> bool:
    """Activate the version that is due first; false where none is."""
    with store.transaction() as db:
        moment = store.moment(db)
        due = db.execute(_DUE, {"now": moment.now}).first()
        if due is None:
            return False
        trail.hold(db, f"definition:{due.definition_key}")
        row = db.execute(select(tables.activations).where(_A.id == due.id, _A.status == PLANNED)).first()
        if row is None:  # somebody dropped it, or another node was first
            return True
        definition = definitions.load(db, row.definition_id)
        key = definition.key
        since = select(_V.since).where(_V.definition_key == key, _V.unit_id == "", _V.definition_id.is_not(None))
        by = Actor(None, row.by_id, "", "", source="clock")
        if (db.execute(since).scalar() or row.at) > row.at:
            _drop(db, by, moment, key, row.id, definition.version, _SUPERSEDED.as_json())
            return True
        units = tuple(json.loads(row.units)) if row.units is not None else None
        known = units if units is None else tuple(actors.units(db, units, moment.today))
        db.execute(update(tables.activations).where(_A.id == row.id).values(status=DONE, done_at=moment.now))
        if known != ():  # else every unit of it has gone meanwhile
            _do(db, by, moment, definition, known, row.reason)
    _log.info("version %d of %s became active", definition.version, definition.key)
    return True


_SUPERSEDED = Text(
    "作出安排之后，另有版本在全部组织启用", "another version became active everywhere after this was arranged"
)


# ---------------------------------------------------------------- retired, kept


def retire(db: Connection, actor: Actor, moment: Moment, key: str, reason: str) -> None:
    """Nobody starts cases of a procedure any more, nor does an event; running cases go on, and may call it."""
    person = _designer(actor)
    _must_say_why(reason)
    _hold(db, key)
    if definitions.is_retired(db, key):
        raise NotNow(Text("该流程已停用。", "The procedure is retired already."), code="err_retired_already")
    row = {"retired_at": moment.now, "retired_by": person, "retired_because": reason}
    db.execute(update(tables.procedures).where(_P.definition_key == key).values(**row))
    db.execute(tables.starts.delete().where(tables.starts.c.definition_key == key))
    trail.append(db, moment, actor, chain=f"definition:{key}", kind=Kind.DEFINITION_RETIRED, reason=reason)


def reinstate(db: Connection, actor: Actor, moment: Moment, key: str, reason: str) -> None:
    """A retired procedure can be started again."""
    _designer(actor)
    _must_say_why(reason)
    _hold(db, key)
    if not definitions.is_retired(db, key):
        raise NotNow(Text("该流程没有停用。", "The procedure is not retired."), code="err_not_retired")
    row = {"retired_at": None, "retired_by": None, "retired_because": None}
    db.execute(update(tables.procedures).where(_P.definition_key == key).values(**row))
    trail.append(db, moment, actor, chain=f"definition:{key}", kind=Kind.DEFINITION_REINSTATED, reason=reason)
    everywhere = select(_V.definition_id).where(_V.definition_key == key, _V.unit_id == "")
    id_ = db.execute(everywhere).scalar()
    if id_ is not None:
        definitions.register_starts(db, moment, definitions.load(db, id_))


def keep(db: Connection, actor: Actor, moment: Moment, key: str, *, owner: str | None, folder: str) -> None:
    """Say who looks after a procedure, and in which folder the library shows it."""
    _designer(actor)
    if owner is not None and owner not in actors.people(db, [owner], moment.today):
        raise Unfit(errors=[FieldError("owner", "unknown_person", Text("没有这个人。", "There is no such person."))])
    _hold(db, key)
    db.execute(update(tables.procedures).where(_P.definition_key == key).values(owner_id=owner, folder=folder))


def _hold(db: Connection, key: str) -> None:
    """The row of a procedure, held until this transaction is over; raises ``NotFound``."""
    definitions.read(db, key)
    db.execute(insert_or_ignore(db, tables.procedures).values(definition_key=key, folder=""))
    if for_update(db):
        db.execute(select(_P.definition_key).where(_P.definition_key == key).with_for_update())


def standing(db: Connection, keys: Iterable[str]) -> dict[str, Standing]:
    """What holds of procedures, by key."""
    wanted = set(keys)
    active: dict[str, dict[str, int | None]] = {key: {} for key in wanted}
    there = select(_V.definition_key, _V.unit_id, _D.version).outerjoin(tables.definitions, _D.id == _V.definition_id)
    for row in db.execute(there.where(_V.definition_key.in_(wanted))):
        active[row.definition_key][row.unit_id] = row.version
    plans: dict[str, list[Plan]] = {key: [] for key in wanted}
    query = select(tables.activations, _D.version).join(tables.definitions, _D.id == _A.definition_id)
    query = query.where(_A.definition_key.in_(wanted), _A.status == PLANNED).order_by(_A.from_at, _A.id)
    for row in db.execute(query):
        units = tuple(json.loads(row.units)) if row.units is not None else None
        plans[row.definition_key].append(Plan(row.id, row.version, units, row.from_at, row.reason, row.by_id))
    kept = {
        row.definition_key: row for row in db.execute(select(tables.procedures).where(_P.definition_key.in_(wanted)))
    }
    return {
        key: Standing(
            active[key],
            tuple(plans[key]),
            kept[key].retired_at if key in kept else None,
            kept[key].retired_by if key in kept else None,
            kept[key].retired_because if key in kept else None,
            kept[key].owner_id if key in kept else None,
            kept[key].folder if key in kept else "",
        )
        for key in wanted
    }


def _designer(actor: Actor) -> str:
    if "definitions.publish" not in actor.permissions or actor.person_id is None:
        raise Forbidden()
    return actor.person_id


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give a reason."))])
