"""Reading the directory as of a date: units, posts, memberships, relations. Every period is half open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from engine import tables
from engine.actors.words import ADMINISTRATIVE_KINDS, STATUSES, Membership, Person, Post, Roster, Unit
from engine.errors import NotFound, Text, Unfit
from engine.store import DIALECTS, Statement, among, each_of, many, once, several

_U, _S, _P, _M, _R, _O, _D = (
    tables.units.c,
    tables.unit_states.c,
    tables.people.c,
    tables.memberships.c,
    tables.relations.c,
    tables.posts.c,
    tables.delegations.c,
)


_ON = bindparam("on", type_=Date)


def holds_on(c: Any) -> ColumnElement[bool]:
    """The period of a row of ``c`` contains the bound day."""
    return and_(c.from_on <= _ON, or_(c.to_on.is_(None), c.to_on > _ON))


def stands_on(c: Any) -> ColumnElement[bool]:
    """The delegation of a row of ``c`` is good on the bound day, its last one included."""
    return and_(c.from_on <= _ON, c.to_on >= _ON, c.revoked_at.is_(None))


_UNIT_COLUMNS = (
    _U.id,
    _U.code,
    _S.name,
    _S.name_en,
    _S.kind,
    _S.parent_id,
    _S.dual_parent_id,
    _S.can_approve_members,
    _S.has_branch_committee,
    _S.term_started_on,
    _S.term_years,
    _S.term_expires_on,
    _S.status,
)
UNITS = select(*_UNIT_COLUMNS).join_from(tables.units, tables.unit_states, _S.unit_id == _U.id)
_THESE_UNITS = {d: Statement(UNITS.where(among(d, _U.id, "ids"), holds_on(_S))) for d in DIALECTS}
_CALLED = or_(_U.id == bindparam("key", type_=_U.id.type), _U.code == bindparam("key", type_=_U.code.type))
_UNIT_BY = Statement(UNITS.where(_CALLED, holds_on(_S)))
_UNIT_LATEST = Statement(UNITS.where(_CALLED).order_by(_S.from_on.desc()).limit(1))
_CHILDREN = UNITS.where(_S.parent_id == bindparam("id"), holds_on(_S)).order_by(_U.code)
_ROOT = UNITS.where(_S.parent_id.is_(None), _S.kind == "working_committee", holds_on(_S)).order_by(_U.code).limit(1)

_MAX_DEPTH = 20  # a cycle in hand-made rows must end in a wrong answer that somebody sees, not in an endless query

_upward = (
    select(_S.unit_id, _S.parent_id, literal(0).label("depth"))
    .where(_S.unit_id == bindparam("id"), holds_on(_S))
    .cte("upward", recursive=True)
)
_above = tables.unit_states.alias("above")
_upward = _upward.union_all(
    select(_above.c.unit_id, _above.c.parent_id, _upward.c.depth + 1).where(
        _above.c.unit_id == _upward.c.parent_id, holds_on(_above.c), _upward.c.depth < _MAX_DEPTH
    )
)
_ANCESTORS = Statement(
    select(*_UNIT_COLUMNS)
    .join_from(_upward, tables.units, _U.id == _upward.c.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(_upward.c.depth > 0, holds_on(_S))
    .order_by(_upward.c.depth)
)

_downward = (
    select(_U.id.label("unit_id"), literal(0).label("depth"))
    .where(_U.id == bindparam("id"))
    .cte("downward", recursive=True)
)
_below = tables.unit_states.alias("below")
_downward = _downward.union_all(
    select(_below.c.unit_id, _downward.c.depth + 1).where(
        _below.c.parent_id == _downward.c.unit_id, holds_on(_below.c), _downward.c.depth < _MAX_DEPTH
    )
)
SUBTREE = select(_downward.c.unit_id).distinct()
_SUBTREE = Statement(SUBTREE)


def with_standing(query: Select[Any], person: ColumnElement[str]) -> Select[Any]:
    """Everything about somebody in the statement that finds them: every request asks it, and PostgreSQL is a network
    away. One row for each pair of a post and a membership on the bound day; ``posts_among`` and ``memberships_among``
    read them.
    """
    return (
        query.add_columns(
            _P.name.label("person_name"),
            _P.name_en.label("person_name_en"),
            _O.id.label("post_id"),
            _O.role,
            _O.unit_id.label("post_unit_id"),
            _U.code,
            _S.name.label("unit_name"),
            _S.name_en.label("unit_name_en"),
            _S.kind,
            _S.parent_id,
            _M.id.label("membership_id"),
            _M.unit_id.label("branch_id"),
            _M.status,
            _M.from_on,
            _M.to_on,
            _M.rights_suspended,
            exists().where(_D.to_person_id == _P.id, stands_on(_D)).label("stands_in"),
        )
        .join(tables.people, _P.id == person)
        .outerjoin(tables.posts, and_(_O.person_id == _P.id, holds_on(_O)))
        .outerjoin(tables.units, _U.id == _O.unit_id)
        .outerjoin(tables.unit_states, and_(_S.unit_id == _U.id, holds_on(_S)))
        .outerjoin(tables.memberships, and_(_M.person_id == _P.id, holds_on(_M)))
        .order_by(_U.code, _O.role, _M.status)
    )


def posts_among(rows: Iterable[Mapping[str, Any]]) -> tuple[Post, ...]:
    """The posts in the rows of a statement ``with_standing``; a post at a unit that is not there is none."""
    found = {r["post_id"]: r for r in rows if r["kind"] is not None}
    return tuple(
        Post(
            r["role"],
            r["post_unit_id"],
            r["code"],
            Text(r["unit_name"], r["unit_name_en"]),
            r["kind"],
            r["parent_id"] is None,
        )
        for r in found.values()
    )


def memberships_among(rows: Iterable[Mapping[str, Any]]) -> tuple[Membership, ...]:
    """The memberships in the rows of a statement ``with_standing``."""
    found = {r["membership_id"]: r for r in rows if r["membership_id"] is not None}
    return tuple(
        Membership(r["branch_id"], r["status"], r["from_on"], r["to_on"], bool(r["rights_suspended"]))
        for r in found.values()
    )


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_COUNTS = select(
    _count_of(_M.status == "full_member").label("full_members"),
    _count_of(and_(_M.status == "full_member", _M.rights_suspended.is_(False))).label("voting_members"),
    _count_of(_M.status == "probationary_member").label("probationary_members"),
    _count_of(_M.status == "development_target").label("development_targets"),
    _count_of(_M.status == "activist").label("activists"),
    _count_of(_M.status == "applicant").label("applicants"),
)
# Not in one statement with SUBTREE: PostgreSQL cannot guess how little is below and reads every membership.
_ROSTER = _COUNTS.where(_M.unit_id.in_(bindparam("units", expanding=True)), holds_on(_M))
_ROSTER_OF_BRANCH = _COUNTS.where(_M.unit_id == bindparam("id"), holds_on(_M))

_MEMBERSHIPS = (
    select(_M.person_id, _M.unit_id, _M.status, _M.from_on, _M.to_on, _M.rights_suspended)
    .where(_M.person_id == bindparam("id"), holds_on(_M))
    .order_by(_M.from_on.desc())
)
_POST_COLUMNS = (_O.person_id, _O.role, _O.unit_id, _U.code, _S.name, _S.name_en, _S.kind, _S.parent_id)
ALL_POSTS = (
    select(*_POST_COLUMNS)
    .join_from(tables.posts, tables.units, _U.id == _O.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(holds_on(_O), holds_on(_S))
    .order_by(_U.code, _O.role)
)
_POSTS = ALL_POSTS.where(_O.person_id == bindparam("id"))
_HOLDERS = Statement(
    select(_O.person_id)
    .join_from(tables.posts, tables.people, _P.id == _O.person_id)
    .where(_O.role == bindparam("role"), _O.unit_id == bindparam("unit"), holds_on(_O))
    .order_by(_P.number)
)
_MEMBERS = Statement(
    select(_M.person_id)
    .join_from(tables.memberships, tables.people, _P.id == _M.person_id)
    .where(_M.status == bindparam("role"), _M.unit_id == bindparam("unit"), holds_on(_M))
    .order_by(_P.number)
)
_RELATIVES = (
    select(_R.relative_id)
    .where(_R.person_id == bindparam("id"), _R.declared_on <= _ON)
    .union(select(_R.person_id).where(_R.relative_id == bindparam("id"), _R.declared_on <= _ON))
)


def unit_from(row: Any) -> Unit:
    return Unit(*row)


def unit(db: Connection, unit_id: str, on: date) -> Unit | None:
    """The unit as of a day; ``None`` where it does not exist on that day."""
    return units(db, [unit_id], on).get(unit_id)


def units(db: Connection, unit_ids: Iterable[str], on: date) -> dict[str, Unit]:
    """Several units as of a day in one statement; those that do not exist on that day are left out."""

    def ask(ids: list[str]) -> dict[str, Unit]:
        dialect = db.dialect.name
        return {r["id"]: Unit(**r) for r in _THESE_UNITS[dialect].all(db, {"ids": many(dialect, ids), "on": on})}

    return several(db, ("unit", on), unit_ids, ask)


def unit_by(db: Connection, id_or_code: str, on: date | None = None) -> Unit:
    """The unit by its id or its code; without a day its newest state. Raises ``NotFound``."""
    asked = {"key": id_or_code}
    row = _UNIT_LATEST.first(db, asked) if on is None else _UNIT_BY.first(db, {**asked, "on": on})
    if row is None:
        raise NotFound(
            Text("没有单位“{unit}”。", "There is no unit {unit}."), code="err_unit_not_found", unit=id_or_code
        )
    return Unit(**row)


def root(db: Connection, on: date) -> Unit | None:
    """The office itself: the working committee that has nothing above it."""
    row = db.execute(_ROOT, {"on": on}).first()
    return unit_from(row) if row else None


def is_whole_office(db: Connection, unit: Unit, on: date) -> bool:
    """Whether every unit is this one or below it: nothing is above it, and no other unit stands by itself."""
    return unit.parent_id is None and _ANOTHER_TOP.first(db, {"id": unit.id, "on": on}) is None


_ANOTHER_TOP = Statement(
    select(_S.unit_id).where(_S.parent_id.is_(None), _S.unit_id != bindparam("id", type_=_S.unit_id.type), holds_on(_S))
)


def standing(db: Connection, on: date) -> tuple[Unit, ...]:
    """Every unit that there is on a day and that is not dissolved, by code."""
    return tuple(Unit(**row) for row in _STANDING.all(db, {"on": on}))


_STANDING = Statement(UNITS.where(holds_on(_S), _S.status != "dissolved").order_by(_U.code))


def children(db: Connection, unit_id: str, on: date) -> tuple[Unit, ...]:
    """Units directly below, in the order of their codes."""
    return tuple(unit_from(row) for row in db.execute(_CHILDREN, {"id": unit_id, "on": on}))


def ancestors(db: Connection, unit_id: str, on: date) -> tuple[Unit, ...]:
    """Everything above the unit, nearest first; the unit itself is not among them."""
    return once(
        db,
        ("ancestors", unit_id, on),
        lambda: tuple(Unit(**row) for row in _ANCESTORS.all(db, {"id": unit_id, "on": on})),
    )


def subtree(db: Connection, unit_id: str, on: date) -> frozenset[str]:
    """Ids of the unit and everything below it."""
    return once(
        db,
        ("subtree", unit_id, on),
        lambda: frozenset(r["unit_id"] for r in _SUBTREE.all(db, {"id": unit_id, "on": on})),
    )


def below(db: Connection, unit_id: str, on: date, kind: str | None = None) -> tuple[Unit, ...]:
    """The units below a unit on every level, dissolved ones left out, in the order of their codes."""
    found = units(db, subtree(db, unit_id, on) - {unit_id}, on).values()
    wanted = [u for u in found if u.status != "dissolved" and kind in (None, u.kind)]
    return tuple(sorted(wanted, key=lambda u: u.code))


def superior(db: Connection, unit_id: str, on: date, competence: str = "direct") -> Unit | None:
    """Whom the unit turns to, as of a day; ``None`` at the top.

    ``approve_members``: the nearest organisation above that may approve members (a general branch in between only
    deliberates and is passed over). ``direct``: the next party organisation above (a body and its departments are
    not organisations of the line). ``office``: the working committee at the top; the office answers with itself.
    """
    if competence not in ("approve_members", "direct", "office"):
        raise Unfit(
            Text("没有“{competence}”这种上级关系。", "There is no superior for {competence!r}."),
            code="err_competence",
            competence=competence,
        )
    above = ancestors(db, unit_id, on)
    if competence == "office":
        return above[-1] if above else unit(db, unit_id, on)
    standing = (u for u in above if u.status != "dissolved")
    if competence == "approve_members":
        return next((u for u in standing if u.can_approve_members), None)
    return next((u for u in standing if u.kind not in ADMINISTRATIVE_KINDS), None)


def roster(db: Connection, unit_id: str, on: date, kind: str | None = None) -> Roster:
    """Counts over the unit and everything below it; a member whose rights are suspended counts, but has no vote.

    Say the ``kind`` where it is known: nobody belongs to anything below a branch, so nothing below it is looked for.
    """
    if kind in ("branch", "joint_branch"):
        row = db.execute(_ROSTER_OF_BRANCH, {"id": unit_id, "on": on}).one()
    else:
        row = db.execute(_ROSTER, {"units": sorted(subtree(db, unit_id, on)), "on": on}).one()
    return Roster(*(int(n) for n in row))


def posts_from(rows: Iterable[Any]) -> tuple[Post, ...]:
    return tuple(Post(r.role, r.unit_id, r.code, Text(r.name, r.name_en), r.kind, r.parent_id is None) for r in rows)


def memberships_from(rows: Iterable[Any]) -> tuple[Membership, ...]:
    return tuple(Membership(r.unit_id, r.status, r.from_on, r.to_on, bool(r.rights_suspended)) for r in rows)


def posts_of(db: Connection, person_id: str, on: date) -> tuple[Post, ...]:
    """The posts a person holds on a day, in the order of unit codes."""
    return posts_from(db.execute(_POSTS, {"id": person_id, "on": on}))


def memberships_of(db: Connection, person_id: str, on: date) -> tuple[Membership, ...]:
    """Memberships of a person on a day, newest first; more than one only where rows were made by hand."""
    return memberships_from(db.execute(_MEMBERSHIPS, {"id": person_id, "on": on}))


def person(db: Connection, person_id: str, on: date) -> Person | None:
    """The person as of a day; ``None`` where nobody has this id."""
    return people(db, [person_id], on).get(person_id)


def people(db: Connection, person_ids: Iterable[str], on: date) -> dict[str, Person]:
    """Several people as of a day in one statement; ids that nobody has are left out."""

    def ask(ids: list[str]) -> dict[str, Person]:
        rows: dict[str, list[dict[str, Any]]] = {}
        dialect = db.dialect.name
        for row in _PEOPLE[dialect].all(db, {"ids": many(dialect, ids), "on": on}):
            rows.setdefault(row["id"], []).append(row)
        return {id_: _person_from(found) for id_, found in rows.items()}

    return several(db, ("person", on), person_ids, ask)


def _person_from(rows: list[dict[str, Any]]) -> Person:
    row = rows[0]
    held = sorted(memberships_among(rows), key=lambda m: m.from_on, reverse=True)
    return Person(
        row["id"],
        row["number"],
        row["person_name"],
        row["person_name_en"],
        row["gender"],
        row["born_on"],
        held[0] if held else None,
        posts_among(rows),
    )


_SOMEBODY = tables.people.alias("somebody")
_PEOPLE = {
    dialect: Statement(
        with_standing(
            select(_SOMEBODY.c.id, _SOMEBODY.c.number, _SOMEBODY.c.gender, _SOMEBODY.c.born_on), _SOMEBODY.c.id
        ).where(among(dialect, _SOMEBODY.c.id, "ids"))
    )
    for dialect in DIALECTS
}


def person_by(db: Connection, id_or_number: str, on: date) -> Person:
    """The person by id or by the office's number. Raises ``NotFound``."""
    found = db.execute(select(_P.id).where(or_(_P.id == id_or_number, _P.number == id_or_number))).scalar()
    known = person(db, found, on) if found else None
    if known is None:
        raise NotFound(
            Text("没有人员“{person}”。", "There is no person {person}."),
            code="err_person_not_found",
            person=id_or_number,
        )
    return known


def names(db: Connection, person_ids: Iterable[str]) -> dict[str, Text]:
    """Names of many people at once; ids that nobody has are left out."""

    def ask(ids: list[str]) -> dict[str, Text]:
        dialect = db.dialect.name
        rows = _NAMES[dialect].all(db, {"ids": many(dialect, ids)})
        return {r["id"]: Text(r["name"], r["name_en"]) for r in rows}

    return several(db, ("name",), person_ids, ask)


@dataclass(frozen=True, slots=True)
class Named:
    """What a person or a unit is called; ``code`` and ``kind`` are empty for a person."""

    id: str
    text: Text
    code: str = ""
    kind: str = ""


def named(db: Connection, person_ids: Iterable[str], unit_ids: Iterable[str], on: date) -> list[Named]:
    """People, and units as of a day, that a page is about to name, in one statement; who is not there is left out."""
    dialect = db.dialect.name
    wanted = {"people": many(dialect, person_ids), "units": many(dialect, unit_ids), "on": on}
    rows = _NAMED[dialect].all(db, wanted)
    return [Named(r["id"], Text(r["name"], r["name_en"]), r["code"], r["kind"]) for r in rows]


def _naming(dialect: str) -> Statement:
    people = select(_P.id, _P.name, _P.name_en, literal("").label("code"), literal("").label("kind"))
    units = select(_U.id, _S.name, _S.name_en, _U.code, _S.kind)
    if dialect == "postgresql":
        # Units are few, and PostgreSQL reads all of them: it would look through a list again for each.
        wanted = each_of("units", "wanted")
        units = units.select_from(wanted).join(tables.units, _U.id == wanted.c.wanted)
        units = units.join(tables.unit_states, _S.unit_id == _U.id)
    else:
        units = units.join_from(tables.units, tables.unit_states, _S.unit_id == _U.id)
        units = units.where(among(dialect, _U.id, "units"))
    return Statement(union_all(people.where(among(dialect, _P.id, "people")), units.where(holds_on(_S))))


_NAMED = {dialect: _naming(dialect) for dialect in DIALECTS}
_NAMES = {d: Statement(select(_P.id, _P.name, _P.name_en).where(among(d, _P.id, "ids"))) for d in DIALECTS}


def holders(db: Connection, role: str, unit_id: str, on: date) -> tuple[str, ...]:
    """Ids of the people who hold a post, or are members in a status, at a unit on a day; in the order of numbers."""
    statement = _MEMBERS if role in STATUSES else _HOLDERS
    rows = once(
        db, ("holders", role, unit_id, on), lambda: statement.all(db, {"role": role, "unit": unit_id, "on": on})
    )
    return tuple(r["person_id"] for r in rows)


def people_meant(db: Connection, holder_text: str, on: date) -> tuple[str, ...]:
    """Ids of the people whom a holder text means on a day."""
    kind, _, rest = holder_text.partition(":")
    if kind == "person":
        return (rest,)
    role, _, unit_id = rest.partition("@")
    return holders(db, role, unit_id, on)


_A = tables.accounts.c


def _reaching(dialect: str) -> Statement:
    """Holder text and person, for every person whom some holder texts mean and who can sign in."""
    account = _A.disabled_at.is_(None)
    person = select((literal("person:") + _A.person_id).label("holder"), _A.person_id).where(
        account, among(dialect, _A.person_id, "people")
    )
    found = [person]
    for kind, table, role in (("post", tables.posts, _O.role), ("member", tables.memberships, _M.status)):
        holder = literal(f"{kind}:") + role + literal("@") + table.c.unit_id
        found.append(
            select(holder.label("holder"), table.c.person_id)
            .join_from(table, tables.accounts, _A.person_id == table.c.person_id)
            .where(account, among(dialect, role, "roles"), among(dialect, table.c.unit_id, "units"), holds_on(table.c))
        )
    all_ = union_all(*found).subquery("reached")
    return Statement(select(all_.c.holder, all_.c.person_id).order_by(all_.c.person_id))


_REACHED = {dialect: _reaching(dialect) for dialect in DIALECTS}
_ABSENT = select(_D.from_person_id).where(
    _D.from_person_id.in_(bindparam("people", expanding=True)),
    _D.revoked_at.is_(None),
    _D.from_on <= _ON,
    _D.to_on >= _ON,
)


def reachable(db: Connection, holders_: Iterable[str], on: date) -> dict[str, list[str]]:
    """Holder text → those whom it means on a day and who can sign in; asked once in a transaction."""
    wanted = list(dict.fromkeys(holders_))

    def ask(missing: list[str]) -> dict[str, list[str]]:
        dialect, named = db.dialect.name, [h.partition(":") for h in missing]
        places = [rest.partition("@") for kind, _, rest in named if kind != "person"]
        given = {
            "people": many(dialect, [rest for kind, _, rest in named if kind == "person"]),
            "roles": many(dialect, sorted({p[0] for p in places})),
            "units": many(dialect, sorted({p[2] for p in places})),
            "on": on,
        }
        found: dict[str, list[str]] = {h: [] for h in missing}
        for row in _REACHED[dialect].all(db, given):
            if row["holder"] in found:
                found[row["holder"]].append(row["person_id"])
        return found

    return several(db, ("reachable", on), wanted, ask)


def absent(db: Connection, people: Iterable[str], on: date) -> frozenset[str]:
    """Those who have said that they are away on a day, and to whom their work goes."""
    return frozenset(db.execute(_ABSENT, {"people": sorted(set(people)), "on": on}).scalars())


def find(db: Connection, on: date, number: str) -> str | None:
    """The id behind what a designer writes: a person's number, or ``role@code`` for the unit of a post."""
    _, _, code = number.partition("@")
    if code:
        row = _UNIT_BY.first(db, {"key": code, "on": on})
        return row["id"] if row else None
    id_: str | None = db.execute(select(_P.id).where(_P.number == number)).scalar()
    return id_


def means(holder: ColumnElement[str], person: ColumnElement[str]) -> ColumnElement[bool]:
    """For statements over many rows: the holder text means the person on the bound day ``on``."""
    posts, memberships = tables.posts, tables.memberships
    post = exists().where(
        _O.person_id == person, holds_on(_O), holder == literal("post:") + _O.role + literal("@") + _O.unit_id
    )
    member = exists().where(
        _M.person_id == person, holds_on(_M), holder == literal("member:") + _M.status + literal("@") + _M.unit_id
    )
    # Said explicitly, because inside a LATERAL nothing is correlated by itself.
    post, member = post.correlate_except(posts), member.correlate_except(memberships)
    return or_(holder == literal("person:") + person, post, member)


def relatives(db: Connection, person_id: str, on: date) -> tuple[str, ...]:
    """Ids of the declared relatives, whoever of the two declared it, by the day of the declaration."""
    return tuple(sorted(db.execute(_RELATIVES, {"id": person_id, "on": on}).scalars()))


def related(db: Connection, people: Iterable[str], on: date, kinds: Iterable[str] = ()) -> set[str]:
    """The declared relatives of any of the people, of the given kinds of relation (none: of every kind)."""
    wanted, named = frozenset(people), frozenset(kinds)
    if not wanted:
        return set()
    dialect = db.dialect.name
    rows = once(
        db,
        ("relations", wanted, on),
        lambda: _RELATIONS[dialect].all(db, {"ids": many(dialect, sorted(wanted)), "on": on}),
    )
    pairs = [(r["person_id"], r["relative_id"]) for r in rows if not named or r["kind"] in named]
    return {other for one, other in (*pairs, *((b, a) for a, b in pairs)) if one in wanted}


_RELATIONS = {
    d: Statement(
        select(_R.person_id, _R.relative_id, _R.kind).where(
            or_(among(d, _R.person_id, "ids"), among(d, _R.relative_id, "ids")), _R.declared_on <= _ON
        )
    )
    for d in DIALECTS
}


def full_years(born_on: date, on: date) -> int:
    """Age in full years on a day; who is born on 29 February is a year older on 1 March of a common year."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
