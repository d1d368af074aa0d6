"""Legal holds: while one stands, nothing of a case is erased, removed or cleaned up; two persons lift it.

Whoever keeps the records places one, on a ground, and the entry says so. Several may stand on one case: each is lifted
by itself (``administration``, the act ``hold.lift``), and the case is free when none is left.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine import cases, tables, trail
from engine.actors import Actor
from engine.errors import Clash, FieldError, NotFound, NotNow, Text, Unfit
from engine.store import Moment, for_update, new_id
from engine.trail import Kind

PERMISSION = "records.keep"
CONFIRMS = "records.confirm"

_H, _C = tables.holds.c, tables.cases.c


class Held(NotNow):
    """The case is under a legal hold."""

    code = "err_legal_hold"
    text = Text(
        "事项处于保全状态（{ground}），不得删除、撤下或清理其中的任何内容。",
        "The case is under a legal hold ({ground}); nothing of it may be erased, removed or cleaned up.",
    )


def place(db: Connection, actor: Actor, moment: Moment, case_id: str, ground: str) -> str:
    """Put a case under a hold; gives its id. Raises ``Forbidden``, ``NotFound``, ``Unfit`` without a ground, and
    ``Clash`` where one stands on the same ground.
    """
    actor.require(PERMISSION)
    if cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    said = given(ground)
    lock(db, case_id)
    same = select(_H.id).where(_H.case_id == case_id, _H.lifted_at.is_(None), _H.ground == said)
    if db.execute(same).first() is not None:
        raise Clash(Text("已有同一理由的保全。", "A hold on the same ground stands already."), code="err_already_held")
    id_ = new_id()
    db.execute(
        insert(tables.holds).values(
            id=id_, case_id=case_id, ground=said, placed_by=actor.person_id, placed_at=moment.now
        )
    )
    trail.append(db, moment, actor, chain=case_id, kind=Kind.HOLD_PLACED, hold=id_, reason=said)
    return id_


def lift(db: Connection, actor: Actor, moment: Moment, hold_id: str, ground: str) -> None:
    """Lift a hold, once a second person has confirmed; raises ``NotFound`` and ``NotNow`` where it was lifted."""
    row = find(db, hold_id)
    lock(db, row["case_id"])
    said = given(ground)
    lifted = update(tables.holds).where(_H.id == hold_id, _H.lifted_at.is_(None))
    values = {
        "lifted_at": moment.now,
        "lifted_by": actor.person_id,
        "lift_confirmed_by": actor.confirmed_by,
        "lift_ground": said,
    }
    if db.execute(lifted.values(**values)).rowcount != 1:
        raise NotNow(Text("保全已经解除。", "The hold was lifted already."), code="err_hold_lifted")
    trail.append(db, moment, actor, chain=row["case_id"], kind=Kind.HOLD_LIFTED, hold=hold_id, reason=said)


def refuse(db: Connection, case_id: str) -> None:
    """Raises ``Held`` while a hold stands. Whoever is about to erase has locked the case: a hold placed meanwhile waits
    for its row.
    """
    standing = select(_H.ground).where(_H.case_id == case_id, _H.lifted_at.is_(None)).order_by(_H.id).limit(1)
    ground = db.execute(standing).scalar()
    if ground is not None:
        raise Held(ground=ground)


def lock(db: Connection, case_id: str) -> None:
    """Lock the row of a case until the transaction ends; raises ``NotFound`` where there is none."""
    query = select(_C.id).where(_C.id == case_id)
    if db.execute(query.with_for_update() if for_update(db) else query).first() is None:
        raise NotFound()


def given(ground: str) -> str:
    """A ground as it is kept; raises ``Unfit`` where there is none."""
    if not ground.strip():
        raise Unfit(errors=[FieldError("ground", "required", Text("请说明依据。", "Give the ground."))])
    return ground.strip()


def find(db: Connection, hold_id: str) -> dict[str, Any]:
    """One hold; raises ``NotFound``."""
    row = db.execute(select(tables.holds).where(_H.id == hold_id)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


def of_case(db: Connection, case_id: str) -> list[dict[str, Any]]:
    """The holds of a case, standing and lifted, in their order."""
    query = select(tables.holds).where(_H.case_id == case_id).order_by(_H.id)
    return [dict(row) for row in db.execute(query).mappings()]


def listed(
    db: Connection, *, standing: bool = True, cursor: str | None = None, limit: int = 50
) -> tuple[list[dict[str, Any]], str | None]:
    """Holds with the number and definition of their case, newest first."""
    query = (
        select(tables.holds, _C.number, _C.definition_id, _C.unit_id)
        .join_from(tables.holds, tables.cases, _C.id == _H.case_id)
        .order_by(_H.id.desc())
        .limit(limit + 1)
    )
    if standing:
        query = query.where(_H.lifted_at.is_(None))
    if cursor:
        query = query.where(_H.id < cursor)
    rows = [dict(row) for row in db.execute(query).mappings()]
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None
