"""What changes the directory. The caller writes the entry: only the caller knows by which act it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    Connection,
    Date,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from engine import separation, tables
from engine.actors.directory import holders, holds_on, roster, unit
from engine.actors.words import POST_ROLES, STATUSES, Membership, exclude, role_name
from engine.errors import Forbidden, NotFound, NotNow, Text, Unfit
from engine.separation import Rule, Seat
from engine.store import Moment, for_update, new_id

_U, _S, _P, _M, _R, _O = (
    tables.units.c,
    tables.unit_states.c,
    tables.people.c,
    tables.memberships.c,
    tables.relations.c,
    tables.posts.c,
)


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """What ``set_membership`` did: the row closed (``None``: there was none) and the row that holds now."""

    person_id: str
    before: Membership | None
    after: Membership
    changed: bool


_OPEN_MEMBERSHIPS = (
    select(_M.id, _M.unit_id, _M.status, _M.from_on, _M.to_on, _M.rights_suspended)
    .where(
        _M.person_id == bindparam("person"),
        or_(_M.to_on.is_(None), _M.to_on > bindparam("from_on", type_=Date)),
    )
    .order_by(_M.from_on)
)
_LOCK_PERSON = select(_P.id).where(_P.id == bindparam("id")).with_for_update()
_FIND_PERSON = select(_P.id).where(_P.id == bindparam("id"))


def _lock(db: Connection, person_id: str) -> None:
    """One change of a person's rows at a time: two cases may write about the same person."""
    found = db.execute(_LOCK_PERSON if for_update(db) else _FIND_PERSON, {"id": person_id}).scalar()
    if found is None:
        raise NotFound(
            Text("没有人员“{person}”。", "There is no person {person}."), code="err_person_not_found", person=person_id
        )


def set_membership(
    db: Connection,
    moment: Moment,
    person_id: str,
    unit_id: str,
    status: str,
    from_on: date,
    basis: str | None = None,
) -> MembershipChange:
    """From ``from_on`` the person is ``status`` in the branch: closes the row that holds, opens the next.

    The same status in the same branch changes nothing. Raises ``Unfit`` for an unknown status, ``NotFound`` for an
    unknown person or unit, ``NotNow`` where a later membership is already written down (the past is corrected by
    a correction record, never by writing under it).
    """
    if status not in STATUSES:
        raise Unfit(
            Text("没有“{status}”这种人员身份。", "There is no membership status {status!r}."),
            code="err_unknown_status",
            status=status,
        )
    _lock(db, person_id)
    if unit(db, unit_id, from_on) is None:
        raise NotFound(
            Text("{on} 没有单位“{unit}”。", "There is no unit {unit} on {on}."),
            code="err_unit_not_found",
            unit=unit_id,
            on=from_on.isoformat(),
        )
    rows = db.execute(_OPEN_MEMBERSHIPS, {"person": person_id, "from_on": from_on}).all()
    later = [r for r in rows if r.from_on > from_on]
    if later:
        raise NotNow(
            Text(
                "该人员自 {later} 起已有新的身份记录，不能再登记 {on} 起的身份。",
                "A membership from {later} is already recorded for this person; nothing can be recorded from {on}.",
            ),
            code="err_membership_order",
            later=later[0].from_on.isoformat(),
            on=from_on.isoformat(),
        )
    current = rows[-1] if rows else None
    before = None
    suspended = False
    if current is not None:
        before = Membership(
            current.unit_id, current.status, current.from_on, current.to_on, bool(current.rights_suspended)
        )
        if (current.unit_id, current.status) == (unit_id, status):
            return MembershipChange(person_id, before, before, changed=False)
        suspended = before.rights_suspended and status == "full_member"
    after = Membership(unit_id, status, from_on, None, suspended)
    for row in rows:
        if row.from_on == from_on:
            # Two changes on one day leave one row: an empty period [d, d) would never hold, but still be counted.
            db.execute(tables.memberships.delete().where(_M.id == row.id))
        else:
            db.execute(update(tables.memberships).where(_M.id == row.id).values(to_on=from_on))
    db.execute(
        insert(tables.memberships).values(
            id=new_id(),
            person_id=person_id,
            unit_id=unit_id,
            status=status,
            from_on=from_on,
            to_on=None,
            rights_suspended=suspended,
            basis=basis,
        )
    )
    return MembershipChange(person_id, before, after, changed=True)


@dataclass(frozen=True, slots=True)
class TermChange:
    """What ``set_term`` did: first and last day before (``None``: there was no term), and now."""

    before: tuple[date | None, date | None]
    after: tuple[date | None, date]
    changed: bool


_LOCK_UNIT = select(_U.id).where(_U.id == bindparam("id")).with_for_update()


def set_term(
    db: Connection, moment: Moment, unit_id: str, started_on: date | None, expires_on: date, basis: str | None = None
) -> TermChange:
    """A unit has a new term from ``started_on``; without that day only the end of the running one moves, from today.

    A state that is already written down for a later day (a name, a superior) keeps what it says and takes the term
    over. Raises ``NotFound`` for a unit that is not there, ``Unfit`` where the term would end before it begins.
    """
    if for_update(db):
        db.execute(_LOCK_UNIT, {"id": unit_id})
    on = started_on or moment.today
    of_unit = select(tables.unit_states).where(_S.unit_id == unit_id, or_(_S.to_on.is_(None), _S.to_on > on))
    rows = [dict(r) for r in db.execute(of_unit.order_by(_S.from_on)).mappings()]
    if not rows or rows[0]["from_on"] > on:
        raise NotFound(
            Text("{on} 没有单位“{unit}”。", "There is no unit {unit} on {on}."),
            code="err_unit_not_found",
            unit=unit_id,
            on=on.isoformat(),
        )
    here = rows[0]
    before = (here["term_started_on"], here["term_expires_on"])
    after = (started_on or before[0], expires_on)
    if after[0] is not None and expires_on <= after[0]:
        raise Unfit(
            Text("任期届满日期必须晚于起始日期 {from_on}。", "A term ends after the day it starts ({from_on})."),
            code="err_dates_reversed",
            from_on=after[0].isoformat(),
        )
    if after == before:
        return TermChange(before, after, changed=False)
    term = {"term_started_on": after[0], "term_expires_on": after[1]}
    for row in rows:
        this = (_S.unit_id == unit_id) & (_S.from_on == row["from_on"])
        if (row["term_started_on"], row["term_expires_on"]) != before:
            break  # a later term is already written down
        if row is here and row["from_on"] < on:
            db.execute(update(tables.unit_states).where(this).values(to_on=on))
            db.execute(insert(tables.unit_states).values(**{**row, **term, "from_on": on, "basis": basis}))
        else:
            db.execute(update(tables.unit_states).where(this).values(**term, basis=basis or row["basis"]))
    return TermChange(before, after, changed=True)


@dataclass(frozen=True, slots=True)
class PostChange:
    """What ``hold_post`` did: who holds the post now and did not before, and who holds it no more."""

    begun: tuple[str, ...]
    ended: tuple[str, ...]


def hold_post(
    db: Connection,
    moment: Moment,
    people: Sequence[str],
    role: str,
    unit_id: str,
    from_on: date,
    *,
    replaces: bool = False,
    basis: str | None = None,
) -> PostChange:
    """These people hold a post from a day on; where it ``replaces`` whoever held it before, they hold it no more.

    Who holds it already goes on holding it. Nobody changes nothing. Raises as ``appoint`` and ``end_post`` do.
    """
    if not people:
        return PostChange((), ())
    wanted = list(dict.fromkeys(people))
    held = list(holders(db, role, unit_id, from_on))
    ended = [one for one in held if replaces and one not in wanted]
    begun = [one for one in wanted if one not in held]
    for one in ended:
        for post in post_ids(db, one, role, unit_id, from_on):
            end_post(db, moment, post, from_on)
    for one in begun:
        appoint(db, moment, one, role, unit_id, from_on, basis=basis)
    return PostChange(tuple(begun), tuple(ended))


def appoint(
    db: Connection,
    moment: Moment,
    person_id: str,
    role: str,
    unit_id: str,
    from_on: date,
    to_on: date | None = None,
    basis: str | None = None,
) -> str:
    """Give a person a post from a day on; answers with the id of the post.

    Raises ``Unfit`` for an unknown role or reversed dates, ``NotFound`` for an unknown person or unit, ``NotNow``
    where the person already holds this post in that time, ``Forbidden`` (``sod_20``) where one of the three
    administrators would hold another post, whatever the units and the office's rules; with the rule's id where a rule
    of separation keeps the posts apart.
    """
    if role not in POST_ROLES:
        raise Unfit(Text("没有职务“{role}”。", "There is no post {role!r}."), code="err_unknown_role", role=role)
    if to_on is not None and to_on <= from_on:
        raise Unfit(
            Text("任职结束日期必须晚于开始日期。", "A post ends after the day it starts."),
            code="err_dates_reversed",
        )
    _lock(db, person_id)
    if unit(db, unit_id, from_on) is None:
        raise NotFound(
            Text("{on} 没有单位“{unit}”。", "There is no unit {unit} on {on}."),
            code="err_unit_not_found",
            unit=unit_id,
            on=from_on.isoformat(),
        )
    overlapping = [_O.person_id == person_id, or_(_O.to_on.is_(None), _O.to_on > from_on)]
    if to_on is not None:
        overlapping.append(_O.from_on < to_on)
    for row in db.execute(select(_O.role, _O.unit_id).where(*overlapping)):
        if (row.role, row.unit_id) == (role, unit_id):
            raise NotNow(
                Text("该人员在此期间已担任这一职务。", "This person already holds the post in that time."),
                code="err_post_overlap",
            )
        if exclude(role, row.role):
            raise Forbidden(
                Text(
                    "系统、安全、审计管理员不得相互兼任，也不得兼任其他职务：该人员已是{held}。",
                    "A system, security or audit administrator holds no other post: this person is already {held}.",
                ),
                code="sod_20",
                held=role_name(row.role),
            )
        rule = incompatible(db, from_on, (role, unit_id), (row.role, row.unit_id))
        if rule is not None:
            refusal = Forbidden(rule.text, code=rule.id, clause=rule.id)
            refusal.details = {"held": role_name(row.role), "basis": rule.basis}
            raise refusal
    post_id = new_id()
    db.execute(
        insert(tables.posts).values(
            id=post_id, person_id=person_id, role=role, unit_id=unit_id, from_on=from_on, to_on=to_on, basis=basis
        )
    )
    return post_id


def incompatible(db: Connection, on: date, one: tuple[str, str], other: tuple[str, str]) -> Rule | None:
    """The office's rule of separation by which one person may not hold both posts (role, unit) on a day."""
    rules = separation.in_force(db)
    named = {role for _, t in rules.terms("posts") for group in (t.alone, *t.groups) for role in group}
    if named.isdisjoint((one[0], other[0])):
        return None
    return separation.clash(rules, _seat(db, on, *one), _seat(db, on, *other))


def _seat(db: Connection, on: date, role: str, unit_id: str) -> Seat:
    known = unit(db, unit_id, on)
    kind = known.kind if known else ""
    return Seat(role, unit_id, kind, roster(db, unit_id, on, kind).members)


def end_post(db: Connection, moment: Moment, post_id: str, on: date) -> None:
    """The post ends: ``on`` is the first day on which it is no longer held. Raises ``NotFound``, ``Unfit``."""
    row = db.execute(select(_O.from_on, _O.to_on, _O.person_id).where(_O.id == post_id)).first()
    if row is None or (row.to_on is not None and row.to_on <= on):
        raise NotFound(
            Text("没有这一任职记录，或该任职已经结束。", "There is no such post, or it has already ended."),
            code="err_post_not_found",
        )
    _lock(db, row.person_id)
    if on <= row.from_on:
        raise Unfit(
            Text("任职结束日期必须晚于开始日期 {from_on}。", "A post ends after the day it starts ({from_on})."),
            code="err_dates_reversed",
            from_on=row.from_on.isoformat(),
        )
    db.execute(update(tables.posts).where(_O.id == post_id).values(to_on=on))


def post_ids(db: Connection, person_id: str, role: str, unit_id: str, on: date) -> tuple[str, ...]:
    """Ids of the rows by which a person holds a post on a day (for ``end_post``)."""
    return tuple(
        db.execute(
            select(_O.id).where(_O.person_id == person_id, _O.role == role, _O.unit_id == unit_id, holds_on(_O)),
            {"on": on},
        ).scalars()
    )


def day_before(day: date) -> date:
    """The last day of a half-open period that ends on ``day``, as people say it."""
    return day - timedelta(days=1)
