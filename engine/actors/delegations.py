"""Delegations: somebody is absent for some days, and somebody else does meanwhile what their posts ask.

One level: whom the absent person stands in for is not passed on. What the absent person is today counts, so that a
post that ends takes its delegations along. A delegation ends on its last day, or when it is revoked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, false, insert, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from engine import tables
from engine.actors.directory import holds_on, memberships_of, names, posts_of, stands_on
from engine.actors.words import ADMIN_ROLES, PURPOSES, Actor, Delegation, holder_of
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, Statement, for_update, new_id

_D, _O, _P, _A = tables.delegations.c, tables.posts.c, tables.people.c, tables.accounts.c

LONGEST = timedelta(days=366)
"""A delegation ends by itself; for longer than a year somebody is appointed."""


@dataclass(frozen=True, slots=True)
class Row:
    """A delegation as it is kept; days are inclusive, ``definitions`` and ``actions`` null mean all."""

    id: str
    person_id: str
    """The absent person."""
    to_person_id: str
    definitions: tuple[str, ...] | None
    actions: tuple[str, ...] | None
    from_on: date
    to_on: date
    reason: str
    approved_by: str | None
    document_no: str | None
    created_by: str | None
    created_at: Any
    revoked_at: Any
    revoked_by: str | None
    revoked_because: str | None

    def is_over(self, today: date) -> bool:
        return self.revoked_at is not None or self.to_on < today


_COLUMNS = (
    _D.id,
    _D.from_person_id,
    _D.to_person_id,
    _D.scope,
    _D.from_on,
    _D.to_on,
    _D.reason,
    _D.approved_by,
    _D.document_no,
    _D.created_by,
    _D.created_at,
    _D.revoked_at,
    _D.revoked_by,
    _D.revoked_because,
)

# ---------------------------------------------------------------- for whom somebody acts

_TO = Statement(
    select(
        *(_D.id, _D.from_person_id, _D.scope, _D.to_on),
        _P.name.label("person_name"),
        _P.name_en.label("person_name_en"),
        _O.role,
        _O.unit_id,
    )
    .join_from(tables.delegations, tables.people, _P.id == _D.from_person_id)
    .outerjoin(tables.posts, and_(_O.person_id == _D.from_person_id, holds_on(_O)))
    .where(_D.to_person_id == bindparam("id"), stands_on(_D))
    .order_by(_D.id, _O.role, _O.unit_id)
)


def standing_in(db: Connection, person_id: str, on: date) -> tuple[Delegation, ...]:
    """By which delegations somebody may act for others on a day, each with whom the absent person is that day."""
    found: dict[str, Delegation] = {}
    for row in _TO.all(db, {"id": person_id, "on": on}):
        known = found.get(row["id"])
        if known is None:
            scope = json.loads(row["scope"])
            known = Delegation(
                row["id"],
                row["from_person_id"],
                Text(row["person_name"], row["person_name_en"]),
                (holder_of(row["from_person_id"]),),
                row["to_on"],
                _keys(scope, "definitions"),
                _keys(scope, "actions"),
            )
        if row["role"] is not None:
            known = replace(known, holders=(*known.holders, f"post:{row['role']}@{row['unit_id']}"))
        found[row["id"]] = known
    return tuple(found.values())


def _keys(scope: Any, name: str) -> tuple[str, ...] | None:
    return None if scope.get(name) is None else tuple(scope[name])


def asked_instead(
    actor: Actor, holder: ColumnElement[str], purpose: str, definition: ColumnElement[str]
) -> ColumnElement[bool]:
    """For statements over many rows: a holder text is one as whom the actor stands in, for the definition's key.

    Whoever uses it asks for ``tasks.delegable`` beside it.
    """
    ways = [
        and_(holder.in_(d.holders), true_or_in(definition, d.definitions))
        for d in actor.delegations
        if d.actions is None or purpose in d.actions
    ]
    return or_(*ways) if ways else false()


def true_or_in(column: ColumnElement[str], values: Sequence[str] | None) -> ColumnElement[bool]:
    return literal(1) == 1 if values is None else column.in_(values)


# ---------------------------------------------------------------- changing


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delegation that somebody asks for."""

    person_id: str
    to_person_id: str
    from_on: date
    to_on: date
    reason: str
    definitions: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None
    document_no: str | None = None


def check(db: Connection, actor: Actor, moment: Moment, wanted: Wanted) -> None:
    """Raises why the delegation cannot be: ``Forbidden`` (somebody else's, an administrator), ``Unfit``, ``NotNow``.

    Own ones by anybody for themselves; ``directory.manage`` for others, with the number of the document.
    """
    is_own = wanted.person_id == actor.person_id
    if not is_own and not actor.may("directory.manage"):
        raise Forbidden(
            Text("只能为自己办理委托。", "You can delegate for yourself only."), code="err_delegation_of_others"
        )
    errors: list[FieldError] = []

    def wrong(field: str, code: str, zh: str, en: str) -> None:
        errors.append(FieldError(field, code, Text(zh, en)))

    if wanted.to_person_id == wanted.person_id:
        wrong("to", "err_delegation_to_oneself", "不能委托给本人。", "Nobody delegates to themselves.")
    if wanted.from_on < moment.today:
        wrong("from_on", "err_delegation_past", "委托不能从过去的日期开始。", "A delegation cannot begin in the past.")
    if wanted.to_on < wanted.from_on:
        wrong("to_on", "err_dates_reversed", "结束日期不得早于开始日期。", "The last day is before the first.")
    elif wanted.to_on - wanted.from_on >= LONGEST:
        wrong(
            "to_on",
            "err_delegation_too_long",
            "委托最长一年；更久的应办理任职。",
            "A delegation is for a year at most; for longer somebody is appointed.",
        )
    if not wanted.reason.strip():
        wrong("reason", "required", "请说明委托的原因。", "Give the reason.")
    if not is_own and not (wanted.document_no or "").strip():
        wrong("document_no", "required", "为他人办理委托须填批准文号。", "For others, give the number of the document.")
    if wanted.actions is not None and (not wanted.actions or set(wanted.actions) - set(PURPOSES)):
        wrong("actions", "err_delegation_actions", "没有这样的委托事项。", "There is no such action to delegate.")
    if wanted.definitions is not None:
        known = set(
            db.execute(
                select(tables.definitions.c.key).where(tables.definitions.c.key.in_(wanted.definitions)).distinct()
            ).scalars()
        )
        if not wanted.definitions or set(wanted.definitions) - known:
            wrong("definitions", "err_definition_not_found", "没有这样的流程。", "There is no such procedure.")
    if errors:
        raise Unfit(errors=errors)
    _check_people(db, wanted)
    _check_others(db, wanted)


def _check_people(db: Connection, wanted: Wanted) -> None:
    for day in {wanted.from_on, wanted.to_on}:
        for person in (wanted.person_id, wanted.to_person_id):
            if any(p.role in ADMIN_ROLES for p in posts_of(db, person, day)):
                raise Forbidden(
                    Text(
                        "系统、安全、审计管理员没有业务待办，不得委托或受托。",
                        "A system, security or audit administrator has no tasks, delegates none and is delegated none.",
                    ),
                    code="sod_20",
                )
    if not can_sign_in(db, wanted.to_person_id):
        raise Unfit(errors=[FieldError("to", "err_cannot_sign_in", CANNOT_SIGN_IN)])
    if not posts_of(db, wanted.to_person_id, wanted.from_on) and not memberships_of(
        db, wanted.to_person_id, wanted.from_on
    ):
        raise Unfit(
            errors=[
                FieldError(
                    "to",
                    "err_not_of_the_office",
                    Text("受托人不是本单位的人员。", "That person does not belong to the office."),
                )
            ]
        )


CANNOT_SIGN_IN = Text("该人员没有可用的账号。", "That person has no account to sign in with.")


def can_sign_in(db: Connection, person_id: str) -> bool:
    """Whether a person has an account that is not closed."""
    query = select(_A.id).where(_A.person_id == person_id, _A.disabled_at.is_(None))
    return db.execute(query).first() is not None


def _check_others(db: Connection, wanted: Wanted) -> None:
    """No two delegates for the same days and procedures; nobody to whom it is given is absent then themselves."""
    for row in _during(db, _D.from_person_id == wanted.person_id, wanted.from_on, wanted.to_on):
        if _meet(row.definitions, wanted.definitions) and _meet(row.actions, wanted.actions):
            raise NotNow(
                Text(
                    "{from_on} 至 {to_on} 已委托给{to}，请先撤销。",
                    "From {from_on} to {to_on} it is delegated to {to} already. Revoke that first.",
                ),
                code="err_delegation_overlap",
                to=names(db, [row.to_person_id]).get(row.to_person_id, Text("", "")),
                from_on=row.from_on.isoformat(),
                to_on=row.to_on.isoformat(),
            )
    for row in _during(db, _D.from_person_id == wanted.to_person_id, wanted.from_on, wanted.to_on):
        if _meet(row.definitions, wanted.definitions) and _meet(row.actions, wanted.actions):
            raise NotNow(
                Text(
                    "{to}在 {from_on} 至 {to_on} 已把自己的工作委托给他人，受托的工作不能再转托。",
                    "{to} is absent from {from_on} to {to_on}; what is delegated cannot be delegated on.",
                ),
                code="err_delegates_on",
                to=names(db, [wanted.to_person_id]).get(wanted.to_person_id, Text("", "")),
                from_on=row.from_on.isoformat(),
                to_on=row.to_on.isoformat(),
            )


def _meet(one: Sequence[str] | None, other: Sequence[str] | None) -> bool:
    return one is None or other is None or not set(one).isdisjoint(other)


def _lock(db: Connection, *people: str) -> None:
    """One change at a time of the delegations of these people; in one order, so that two never wait in a ring."""
    query = select(_P.id).where(_P.id.in_(sorted(set(people)))).order_by(_P.id)
    found = db.execute(query.with_for_update() if for_update(db) else query).scalars().all()
    if len(found) != len(set(people)):
        raise NotFound(Text("没有这一人员。", "There is no such person."), code="err_person_not_found")


def delegate(db: Connection, actor: Actor, moment: Moment, wanted: Wanted) -> Row:
    """Write a delegation; raises what ``check`` raises. The caller writes the entry and tells both sides."""
    _lock(db, wanted.person_id, wanted.to_person_id)
    check(db, actor, moment, wanted)
    id_ = new_id()
    scope = {
        "definitions": sorted(set(wanted.definitions)) if wanted.definitions is not None else None,
        "actions": sorted(set(wanted.actions)) if wanted.actions is not None else None,
    }
    db.execute(
        insert(tables.delegations).values(
            id=id_,
            from_person_id=wanted.person_id,
            to_person_id=wanted.to_person_id,
            scope=json.dumps(scope),
            from_on=wanted.from_on,
            to_on=wanted.to_on,
            reason=wanted.reason.strip(),
            approved_by=actor.person_id if wanted.person_id != actor.person_id else None,
            document_no=wanted.document_no or None,
            created_by=actor.person_id,
            created_at=moment.now,
        )
    )
    return delegation(db, actor, id_)


def revoke(db: Connection, actor: Actor, moment: Moment, id_: str, reason: str) -> Row:
    """End a delegation now: either side may, and ``directory.manage``. The caller writes the entry and tells both."""
    row = delegation(db, actor, id_)
    _lock(db, row.person_id, row.to_person_id)
    row = delegation(db, actor, id_)
    if row.is_over(moment.today):
        raise NotNow(Text("该委托已经结束。", "The delegation is over already."), code="err_delegation_over")
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明撤销的原因。", "Say why it is revoked."))])
    db.execute(
        update(tables.delegations)
        .where(_D.id == id_)
        .values(revoked_at=moment.now, revoked_by=actor.person_id, revoked_because=reason.strip())
    )
    return delegation(db, actor, id_)


# ---------------------------------------------------------------- reading


def delegation(db: Connection, actor: Actor, id_: str) -> Row:
    """One delegation; raises ``NotFound`` for whoever is neither side of it and does not manage the directory."""
    row = db.execute(select(*_COLUMNS).where(_D.id == id_)).first()
    found = _row(row) if row is not None else None
    if found is None or not (
        actor.may("directory.manage")
        or (actor.person_id is not None and actor.person_id in (found.person_id, found.to_person_id))
    ):
        raise NotFound()
    return found


def delegations(
    db: Connection,
    actor: Actor,
    moment: Moment,
    side: str = "both",
    current: bool = True,
    cursor: Any = None,
    limit: int = 50,
) -> tuple[list[Row], Any]:
    """The actor's delegations, newest first: ``from`` them, ``to`` them, ``both``, or of the whole ``office``.

    ``current``: without what is over. The office's only for whoever manages the directory.
    """
    query = select(*_COLUMNS).order_by(_D.id.desc()).limit(limit + 1)
    if side == "office":
        actor.require("directory.manage")
    else:
        sides = {"from": (_D.from_person_id,), "to": (_D.to_person_id,)}.get(side, (_D.from_person_id, _D.to_person_id))
        query = query.where(or_(*(column == actor.person_id for column in sides)))
    if current:
        query = query.where(_D.revoked_at.is_(None), _D.to_on >= moment.today)
    if cursor:
        query = query.where(_D.id < cursor)
    rows = [_row(r) for r in db.execute(query).all()]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _during(db: Connection, whose: ColumnElement[bool], first: date, last: date) -> list[Row]:
    query = select(*_COLUMNS).where(whose, _D.revoked_at.is_(None), _D.from_on <= last, _D.to_on >= first)
    return [_row(r) for r in db.execute(query.order_by(_D.from_on))]


def acts_meanwhile_for(db: Connection, person_id: str, first: date, last: date) -> list[Row]:
    """For whom somebody was to act in days in which they are absent themselves."""
    return _during(db, _D.to_person_id == person_id, first, last)


def _row(row: Any) -> Row:
    scope = json.loads(row.scope)
    return Row(
        row.id,
        row.from_person_id,
        row.to_person_id,
        _keys(scope, "definitions"),
        _keys(scope, "actions"),
        row.from_on,
        row.to_on,
        row.reason,
        row.approved_by,
        row.document_no,
        row.created_by,
        row.created_at,
        row.revoked_at,
        row.revoked_by,
        row.revoked_because,
    )


# ---------------------------------------------------------------- which tasks would go along

_T, _C, _K = tables.tasks.c, tables.cases.c, tables.task_candidates.c


def open_tasks(
    db: Connection,
    person_id: str,
    on: date,
    definitions: Sequence[str] | None = None,
    actions: Sequence[str] | None = None,
    limit: int = 200,
) -> tuple[list[str], list[str]]:
    """Ids of the open tasks that a delegation would take along today, and of those that nobody else may do."""
    holders = [holder_of(person_id), *(p.holder for p in posts_of(db, person_id, on))]
    members = [m.holder for m in memberships_of(db, person_id, on)]
    purposes = tuple(actions) if actions is not None else PURPOSES

    def asked(who: Iterable[str]) -> ColumnElement[bool]:
        live = or_(
            and_(_K.purpose == "act", _T.status == "open"), and_(_K.purpose == "confirm", _T.status == "confirming")
        )
        return exists().where(_K.task_id == _T.id, _K.holder.in_(list(who)), _K.purpose.in_(purposes), live)

    query = (
        select(_T.id, _T.delegable, asked(holders).label("by_post"))
        .join_from(tables.tasks, tables.cases, _C.id == _T.case_id)
        .where(
            _C.status == "running",
            _T.status.in_(("open", "confirming")),
            or_(_T.claimed_by.is_(None), _T.claimed_by == person_id, _T.status == "confirming"),
            asked([*holders, *members]),
        )
        .order_by(_T.opened_at, _T.id)
        .limit(limit)
    )
    if definitions is not None:
        keys = select(tables.definitions.c.id).where(tables.definitions.c.key.in_(definitions))
        query = query.where(_C.definition_id.in_(keys))
    rows = db.execute(query).all()
    along = [r.id for r in rows if r.delegable and r.by_post]
    return along, [r.id for r in rows if r.id not in set(along)]
