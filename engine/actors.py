"""The directory: units, posts, people and memberships as of a date; who is asking, and whom a rule means.

Every period is half open, ``[from_on, to_on)``, and ``to_on`` null means without end. Whoever asks says for which
day: rules are evaluated with the structure as of the business date, never with the structure of today.

A *holder* is the text by which tasks and cases name whoever may act:

    person:<person id>                  one person
    post:<role>@<unit id>               whoever holds the post
    member:<status>@<branch id>         whoever is a member of the branch in that status

The functions that write (``set_membership``, ``appoint``, ``end_post``) change rows and answer with what they
changed; the caller writes the entry, because only the caller knows by which act the directory changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from engine import tables
from engine.errors import Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, for_update, new_id

Competence = Literal["approve_members", "direct", "office"]

# ---------------------------------------------------------------- words

STATUSES: Mapping[str, Text] = MappingProxyType(
    {
        "applicant": Text("入党申请人", "applicant"),
        "activist": Text("入党积极分子", "activist"),
        "development_target": Text("发展对象", "development target"),
        "probationary_member": Text("预备党员", "probationary member"),
        "full_member": Text("正式党员", "full member"),
        "withdrawn": Text("已撤回申请", "withdrawn"),
        "discontinued": Text("停止培养", "discontinued"),
        "rejected": Text("未予接收", "rejected"),
        "cancelled": Text("已取消预备党员资格", "probationary membership cancelled"),
        "not_recognised": Text("不予承认", "not recognised"),
        "transferred_out": Text("已转出", "transferred out"),
    }
)
"""Statuses of a membership row, in the order of a person's way."""

POST_ROLES: Mapping[str, Text] = MappingProxyType(
    {
        "branch_secretary": Text("支部书记", "branch secretary"),
        "branch_deputy_secretary": Text("支部副书记", "deputy branch secretary"),
        "organisation_commissioner": Text("组织委员", "organisation commissioner"),
        "publicity_commissioner": Text("宣传委员", "publicity commissioner"),
        "discipline_commissioner": Text("纪检委员", "discipline commissioner"),
        "branch_group_leader": Text("党小组组长", "branch-group leader"),
        "organiser": Text("组织员", "organiser"),
        "committee_member": Text("党委委员", "committee member"),
        "standing_committee_member": Text("常务委员会委员", "standing committee member"),
        "committee_secretary": Text("党委书记", "committee secretary"),
        "fulltime_deputy_secretary": Text("专职副书记", "full-time deputy secretary"),
        "organisation_department": Text("组织部门工作人员", "organisation department staff"),
        "general_office": Text("办公厅（室）工作人员", "general office staff"),
        "publicity_department": Text("宣传部门工作人员", "publicity department staff"),
        "records_officer": Text("档案员", "records officer"),
        "principal_head": Text("机关主要负责人", "principal head of the body"),
        "drafter": Text("拟稿人", "drafter"),
        "text_reviewer": Text("审核人", "text reviewer"),
        "signer": Text("签发人", "signer"),
        "co_signer": Text("会签人", "co-signer"),
        "document_clerk": Text("文秘（公文管理）人员", "document clerk"),
        "handling_department": Text("承办部门工作人员", "handling department staff"),
        "lead_department": Text("主办部门工作人员", "lead department staff"),
        "seal_keeper": Text("印章管理员", "seal keeper"),
        "dues_collector": Text("党费收缴人", "dues collector"),
        "dues_accountant": Text("党费会计", "dues accountant"),
        "dues_cashier": Text("党费出纳", "dues cashier"),
        "assessor": Text("考核员", "assessor"),
        "assessment_reviewer": Text("复核员", "second assessor"),
        "delegate": Text("代表", "delegate"),
        "designer": Text("流程设计员", "process designer"),
        "auditor": Text("审计员", "auditor"),
        "system_admin": Text("系统管理员", "system administrator"),
        "security_admin": Text("安全管理员", "security administrator"),
        "audit_admin": Text("审计管理员", "audit administrator"),
    }
)
"""Roles that are posts of the directory."""

CASE_ROLES: Mapping[str, Text] = MappingProxyType(
    {
        "cultivation_contact": Text("培养联系人", "cultivation contact"),
        "introducer": Text("入党介绍人", "introducer"),
        "talk_conductor": Text("谈话人", "talk conductor"),
        "scrutineer": Text("监票人", "scrutineer"),
        "teller": Text("计票人", "teller"),
        "elector": Text("选举人", "elector"),
        "votee": Text("被选举人", "person voted for"),
    }
)
"""Roles that somebody has in one case only; they are answers of that case, never posts."""

ROLES: Mapping[str, Text] = MappingProxyType({**STATUSES, **POST_ROLES, **CASE_ROLES})

_ROLES_BY_KIND: Mapping[tuple[str, str], Text] = {
    ("branch_secretary", "general_branch"): Text("总支书记", "general branch secretary"),
    ("branch_deputy_secretary", "general_branch"): Text("总支副书记", "deputy general branch secretary"),
    ("committee_member", "general_branch"): Text("总支委员", "general branch committee member"),
    ("committee_secretary", "working_committee"): Text("工委书记", "working committee secretary"),
    ("committee_member", "working_committee"): Text("工委委员", "working committee member"),
    ("committee_secretary", "departmental_committee"): Text("机关党委书记", "departmental committee secretary"),
    ("committee_member", "departmental_committee"): Text("机关党委委员", "departmental committee member"),
    ("branch_secretary", "temporary_organisation"): Text("临时党组织书记", "secretary of the temporary organisation"),
}

UNIT_KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "working_committee": Text("党的工作委员会", "working committee"),
        "department": Text("工作部门", "department"),
        "unit": Text("下属单位", "subordinate unit"),
        "leading_members_group": Text("党组", "leading members' group"),
        "grassroots_committee": Text("基层党委", "grass-roots committee"),
        "departmental_committee": Text("机关党委", "departmental committee"),
        "discipline_committee": Text("基层纪律检查委员会", "discipline inspection committee"),
        "general_branch": Text("党总支", "general branch"),
        "branch": Text("党支部", "branch"),
        "joint_branch": Text("联合党支部", "joint branch"),
        "temporary_organisation": Text("临时党组织", "temporary organisation"),
        "branch_group": Text("党小组", "branch group"),
    }
)

ADMINISTRATIVE_KINDS = frozenset({"unit", "department", "leading_members_group", "discipline_committee"})
"""Kinds that stand in the tree but are not in the line of subordination of party organisations: a body, its
departments, the group that leads its work. ``superior(…, "direct")`` passes over them."""

NEVER_APPROVE_KINDS = frozenset({"general_branch", "leading_members_group", "temporary_organisation", "branch"})
"""Kinds that may never approve members, whatever a file says (a general branch only deliberates)."""

UNIT_STATUSES = ("active", "merging", "dissolved")

ADMIN_ROLES = frozenset({"system_admin", "security_admin", "audit_admin"})
"""三员分立: nobody holds two of them, and none of them has business tasks (sod_20)."""


def exclude(role: str, other: str) -> bool:
    """Whether one person may not hold both: an administrator holds no other post at all (sod_20)."""
    return role != other and (role in ADMIN_ROLES or other in ADMIN_ROLES)


PERMISSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "designer": frozenset({"definitions.publish", "definitions.read"}),
        "auditor": frozenset({"trail.read_all", "cases.read_all"}),
        "system_admin": frozenset({"directory.manage", "accounts.manage"}),
        "security_admin": frozenset({"keys.manage", "permissions.read"}),
        "audit_admin": frozenset({"trail.verify"}),
    }
)
"""What a post in the office itself (the root unit) allows beyond tasks."""

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())


def role_name(role: str, kind: str | None = None) -> Text:
    """What people call a role; a secretary of a general branch is called otherwise than one of a branch."""
    return _ROLES_BY_KIND.get((role, kind or "")) or ROLES.get(role) or Text(role, role)


def kind_name(kind: str) -> Text:
    """What people call a kind of unit."""
    return UNIT_KINDS.get(kind) or Text(kind, kind)


def holder(role: str, unit_id: str) -> str:
    """The holder text of a role at a unit: a status means the members, any other role the post."""
    return f"member:{role}@{unit_id}" if role in STATUSES else f"post:{role}@{unit_id}"


def holder_of(person_id: str) -> str:
    """The holder text of one person."""
    return f"person:{person_id}"


# ---------------------------------------------------------------- what the directory answers with


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it was on the day asked for."""

    id: str
    code: str
    name: str
    name_en: str
    kind: str
    parent_id: str | None
    dual_parent_id: str | None
    can_approve_members: bool
    has_branch_committee: bool
    term_started_on: date | None
    term_years: int | None
    term_expires_on: date | None
    status: str

    @property
    def text(self) -> Text:
        return Text(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Post:
    """A post that a person holds on the day asked for."""

    role: str
    unit_id: str
    unit_code: str
    unit_name: Text
    unit_kind: str
    in_office: bool = False
    """Whether the unit is the office itself (the root): only there does a post give permissions."""

    @property
    def holder(self) -> str:
        return f"post:{self.role}@{self.unit_id}"

    @property
    def role_text(self) -> Text:
        return role_name(self.role, self.unit_kind)


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's status in a branch; half-open period."""

    unit_id: str
    status: str
    from_on: date
    to_on: date | None = None
    rights_suspended: bool = False

    @property
    def holder(self) -> str:
        return f"member:{self.status}@{self.unit_id}"

    @property
    def has_vote(self) -> bool:
        """Only a full member whose rights are not suspended votes (留党察看 suspends them)."""
        return self.status == "full_member" and not self.rights_suspended


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the directory knew them on the day asked for. Holds personal data: never sent out whole."""

    id: str
    number: str
    name: str
    name_en: str
    gender: str | None
    born_on: date | None
    membership: Membership | None
    posts: tuple[Post, ...]

    @property
    def text(self) -> Text:
        return Text(self.name, self.name_en)

    @property
    def status(self) -> str | None:
        return self.membership.status if self.membership else None

    @property
    def unit_id(self) -> str | None:
        return self.membership.unit_id if self.membership else None

    @property
    def is_full_member(self) -> bool:
        return self.status == "full_member"

    @property
    def rights_suspended(self) -> bool:
        return bool(self.membership and self.membership.rights_suspended)

    @property
    def has_vote(self) -> bool:
        return bool(self.membership and self.membership.has_vote)


@dataclass(frozen=True, slots=True)
class Roster:
    """How many people a unit and everything below it has, per status, on the day asked for."""

    full_members: int
    voting_members: int
    probationary_members: int
    development_targets: int
    activists: int
    applicants: int

    @property
    def members(self) -> int:
        """Members in the sense of the thresholds (100, 50, 7): full and probationary."""
        return self.full_members + self.probationary_members


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person in their posts, the clock, or an operator at the command line."""

    account_id: str | None
    person_id: str | None
    name: str
    name_en: str
    posts: tuple[Post, ...] = ()
    permissions: frozenset[str] = frozenset()
    source: str = ""
    """Where the act came from: ``web``, ``api``, ``clock``, ``command``."""
    key_id: str | None = None
    """The API key, when a program acts."""
    memberships: tuple[Membership, ...] = ()
    scopes: frozenset[str] = frozenset({"read", "write"})
    """What an API key allows at most; a signed-in person has both."""

    @property
    def text(self) -> Text:
        return Text(self.name, self.name_en)

    @property
    def holders(self) -> tuple[str, ...]:
        """Every holder text that means this actor today."""
        own = (holder_of(self.person_id),) if self.person_id else ()
        return own + tuple(p.holder for p in self.posts) + tuple(m.holder for m in self.memberships)

    @property
    def is_person(self) -> bool:
        return self.person_id is not None

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises ``Forbidden`` where the actor's posts do not give the permission."""
        if permission not in self.permissions:
            raise Forbidden(
                Text(
                    "您的职务没有此项权限（{permission}）。", "Your posts do not give this permission ({permission})."
                ),
                permission=permission,
            )

    def post_at(self, role: str, unit_id: str) -> Post | None:
        return next((p for p in self.posts if p.role == role and p.unit_id == unit_id), None)

    def as_fact(self) -> dict[str, Any]:
        """How an entry names the actor: ids only, never a name."""
        fact = {"person": self.person_id, "account": self.account_id, "key": self.key_id, "source": self.source}
        return {name: value for name, value in fact.items() if value}

    @classmethod
    def clock(cls) -> Actor:
        """The clock itself, which opens, reminds and expires."""
        return cls(None, None, "时钟", "Clock", source="clock")

    @classmethod
    def operator(cls) -> Actor:
        """Whoever runs a command on the server: sets up and imports, sees no case."""
        return cls(
            None,
            None,
            "运维命令",
            "Operator's command",
            permissions=frozenset({"directory.manage", "accounts.manage", "keys.manage", "definitions.publish"})
            | PERMISSIONS["designer"],
            source="command",
        )


# ---------------------------------------------------------------- statements, built once

_U, _S, _P, _M, _R, _O = (
    tables.units.c,
    tables.unit_states.c,
    tables.people.c,
    tables.memberships.c,
    tables.relations.c,
    tables.posts.c,
)
_ON = bindparam("on", type_=Date)


def _holds(c: Any) -> ColumnElement[bool]:
    """The period of a row of ``c`` contains the bound day."""
    return and_(c.from_on <= _ON, or_(c.to_on.is_(None), c.to_on > _ON))


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
_UNITS = select(*_UNIT_COLUMNS).join_from(tables.units, tables.unit_states, _S.unit_id == _U.id)
_UNIT = _UNITS.where(_U.id == bindparam("id"), _holds(_S))
_UNIT_BY = _UNITS.where(or_(_U.id == bindparam("key"), _U.code == bindparam("key")), _holds(_S))
_UNIT_LATEST = (
    _UNITS.where(or_(_U.id == bindparam("key"), _U.code == bindparam("key"))).order_by(_S.from_on.desc()).limit(1)
)
_CHILDREN = _UNITS.where(_S.parent_id == bindparam("id"), _holds(_S)).order_by(_U.code)
_ROOT = _UNITS.where(_S.parent_id.is_(None), _S.kind == "working_committee", _holds(_S)).order_by(_U.code).limit(1)

_MAX_DEPTH = 20  # a cycle in hand-made rows must end in a wrong answer that somebody sees, not in an endless query

_upward = (
    select(_S.unit_id, _S.parent_id, literal(0).label("depth"))
    .where(_S.unit_id == bindparam("id"), _holds(_S))
    .cte("upward", recursive=True)
)
_above = tables.unit_states.alias("above")
_upward = _upward.union_all(
    select(_above.c.unit_id, _above.c.parent_id, _upward.c.depth + 1).where(
        _above.c.unit_id == _upward.c.parent_id, _holds(_above.c), _upward.c.depth < _MAX_DEPTH
    )
)
_ANCESTORS = (
    select(*_UNIT_COLUMNS)
    .join_from(_upward, tables.units, _U.id == _upward.c.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(_upward.c.depth > 0, _holds(_S))
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
        _below.c.parent_id == _downward.c.unit_id, _holds(_below.c), _downward.c.depth < _MAX_DEPTH
    )
)
_SUBTREE = select(_downward.c.unit_id).distinct()


_NO_TEXT, _NO_DAY = null().cast(String), null().cast(Date)
# Everything about the asker in one statement: every request asks it, and PostgreSQL is a network away.
_STANDING = union_all(
    select(
        literal("person").label("what"),
        _NO_TEXT.label("role"),
        _NO_TEXT.label("unit_id"),
        _NO_TEXT.label("code"),
        _P.name,
        _P.name_en,
        _NO_TEXT.label("kind"),
        _NO_TEXT.label("parent_id"),
        _NO_DAY.label("from_on"),
        _NO_DAY.label("to_on"),
        null().cast(Boolean).label("rights_suspended"),
    ).where(_P.id == bindparam("id")),
    select(
        literal("post"),
        _O.role,
        _O.unit_id,
        _U.code,
        _S.name,
        _S.name_en,
        _S.kind,
        _S.parent_id,
        _O.from_on,
        _O.to_on,
        null().cast(Boolean),
    )
    .join_from(tables.posts, tables.units, _U.id == _O.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(_O.person_id == bindparam("id"), _holds(_O), _holds(_S)),
    select(
        literal("membership"),
        _M.status,
        _M.unit_id,
        _NO_TEXT,
        _NO_TEXT,
        _NO_TEXT,
        _NO_TEXT,
        _NO_TEXT,
        _M.from_on,
        _M.to_on,
        _M.rights_suspended,
    ).where(_M.person_id == bindparam("id"), _holds(_M)),
).order_by("what", "code", "role")


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
# Not in one statement with _SUBTREE: PostgreSQL cannot guess how little is below and reads every membership.
_ROSTER = _COUNTS.where(_M.unit_id.in_(bindparam("units", expanding=True)), _holds(_M))
_ROSTER_OF_BRANCH = _COUNTS.where(_M.unit_id == bindparam("id"), _holds(_M))

_PERSON = select(_P.id, _P.number, _P.name, _P.name_en, _P.gender, _P.born_on).where(_P.id == bindparam("id"))
_MEMBERSHIPS = (
    select(_M.person_id, _M.unit_id, _M.status, _M.from_on, _M.to_on, _M.rights_suspended)
    .where(_M.person_id == bindparam("id"), _holds(_M))
    .order_by(_M.from_on.desc())
)
_POST_COLUMNS = (_O.person_id, _O.role, _O.unit_id, _U.code, _S.name, _S.name_en, _S.kind, _S.parent_id)
_ALL_POSTS = (
    select(*_POST_COLUMNS)
    .join_from(tables.posts, tables.units, _U.id == _O.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(_holds(_O), _holds(_S))
    .order_by(_U.code, _O.role)
)
_POSTS = _ALL_POSTS.where(_O.person_id == bindparam("id"))
_HOLDERS = (
    select(_O.person_id)
    .join_from(tables.posts, tables.people, _P.id == _O.person_id)
    .where(_O.role == bindparam("role"), _O.unit_id == bindparam("unit"), _holds(_O))
    .order_by(_P.number)
)
_MEMBERS = (
    select(_M.person_id)
    .join_from(tables.memberships, tables.people, _P.id == _M.person_id)
    .where(_M.status == bindparam("role"), _M.unit_id == bindparam("unit"), _holds(_M))
    .order_by(_P.number)
)
_RELATIVES = (
    select(_R.relative_id)
    .where(_R.person_id == bindparam("id"), _R.declared_on <= _ON)
    .union(select(_R.person_id).where(_R.relative_id == bindparam("id"), _R.declared_on <= _ON))
)


# ---------------------------------------------------------------- units


def _unit(row: Any) -> Unit:
    return Unit(*row)


def unit(db: Connection, unit_id: str, on: date) -> Unit | None:
    """The unit as of a day; ``None`` where it does not exist on that day."""
    row = db.execute(_UNIT, {"id": unit_id, "on": on}).first()
    return _unit(row) if row else None


def unit_by(db: Connection, id_or_code: str, on: date | None = None) -> Unit:
    """The unit by its id or its code; without a day its newest state. Raises ``NotFound``."""
    row = (
        db.execute(_UNIT_LATEST, {"key": id_or_code}).first()
        if on is None
        else db.execute(_UNIT_BY, {"key": id_or_code, "on": on}).first()
    )
    if row is None:
        raise NotFound(
            Text("没有单位“{unit}”。", "There is no unit {unit}."), code="err_unit_not_found", unit=id_or_code
        )
    return _unit(row)


def root(db: Connection, on: date) -> Unit | None:
    """The office itself: the working committee that has nothing above it."""
    row = db.execute(_ROOT, {"on": on}).first()
    return _unit(row) if row else None


def children(db: Connection, unit_id: str, on: date) -> tuple[Unit, ...]:
    """Units directly below, in the order of their codes."""
    return tuple(_unit(row) for row in db.execute(_CHILDREN, {"id": unit_id, "on": on}))


def ancestors(db: Connection, unit_id: str, on: date) -> tuple[Unit, ...]:
    """Everything above the unit, nearest first; the unit itself is not among them."""
    return tuple(_unit(row) for row in db.execute(_ANCESTORS, {"id": unit_id, "on": on}))


def subtree(db: Connection, unit_id: str, on: date) -> frozenset[str]:
    """Ids of the unit and everything below it."""
    return frozenset(db.execute(_SUBTREE, {"id": unit_id, "on": on}).scalars())


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


# ---------------------------------------------------------------- people


def _posts(rows: Iterable[Any]) -> tuple[Post, ...]:
    return tuple(Post(r.role, r.unit_id, r.code, Text(r.name, r.name_en), r.kind, r.parent_id is None) for r in rows)


def _memberships(rows: Iterable[Any]) -> tuple[Membership, ...]:
    return tuple(Membership(r.unit_id, r.status, r.from_on, r.to_on, bool(r.rights_suspended)) for r in rows)


def posts_of(db: Connection, person_id: str, on: date) -> tuple[Post, ...]:
    """The posts a person holds on a day, in the order of unit codes."""
    return _posts(db.execute(_POSTS, {"id": person_id, "on": on}))


def memberships_of(db: Connection, person_id: str, on: date) -> tuple[Membership, ...]:
    """Memberships of a person on a day, newest first; more than one only where rows were made by hand."""
    return _memberships(db.execute(_MEMBERSHIPS, {"id": person_id, "on": on}))


def person(db: Connection, person_id: str, on: date) -> Person | None:
    """The person as of a day; ``None`` where nobody has this id."""
    row = db.execute(_PERSON, {"id": person_id}).first()
    if row is None:
        return None
    held = memberships_of(db, person_id, on)
    return Person(
        row.id,
        row.number,
        row.name,
        row.name_en,
        row.gender,
        row.born_on,
        held[0] if held else None,
        posts_of(db, person_id, on),
    )


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
    wanted = sorted(set(person_ids))
    found: dict[str, Text] = {}
    for start in range(0, len(wanted), 500):
        rows = db.execute(_NAMES, {"ids": wanted[start : start + 500]})
        found.update((r.id, Text(r.name, r.name_en)) for r in rows)
    return found


_NAMES = select(_P.id, _P.name, _P.name_en).where(_P.id.in_(bindparam("ids", expanding=True)))


def holders(db: Connection, role: str, unit_id: str, on: date) -> tuple[str, ...]:
    """Ids of the people who hold a post, or are members in a status, at a unit on a day; in the order of numbers."""
    statement = _MEMBERS if role in STATUSES else _HOLDERS
    return tuple(db.execute(statement, {"role": role, "unit": unit_id, "on": on}).scalars())


def people_meant(db: Connection, holder_text: str, on: date) -> tuple[str, ...]:
    """Ids of the people whom a holder text means on a day."""
    kind, _, rest = holder_text.partition(":")
    if kind == "person":
        return (rest,)
    role, _, unit_id = rest.partition("@")
    return holders(db, role, unit_id, on)


def relatives(db: Connection, person_id: str, on: date) -> tuple[str, ...]:
    """Ids of the declared relatives, whoever of the two declared it, by the day of the declaration."""
    return tuple(sorted(db.execute(_RELATIVES, {"id": person_id, "on": on}).scalars()))


def full_years(born_on: date, on: date) -> int:
    """Age in full years on a day; who is born on 29 February is a year older on 1 March of a common year."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


# ---------------------------------------------------------------- for the rules a designer writes


def host_functions(db: Connection, on: date) -> dict[str, Callable[..., Any]]:
    """Functions that FEEL may call, answering as of one business date and asking the database once per question.

    ``superior(unit, competence)`` → unit id; ``person(id)``, ``unit(id)`` → contexts; ``holders(role, unit)``,
    ``relatives(person)`` → lists of ids. What is not there is null, never an error: FEEL decides what null means.
    """
    known: dict[tuple[str, ...], Any] = {}

    def once(key: tuple[str, ...], ask: Callable[[], Any]) -> Any:
        if key not in known:
            known[key] = ask()
        return known[key]

    def ask_superior(unit_id: Any, competence: Any = "direct") -> Any:
        if not isinstance(unit_id, str) or competence not in ("approve_members", "direct", "office"):
            return None
        above = once(("superior", unit_id, competence), lambda: superior(db, unit_id, on, competence))
        return above.id if above else None

    def ask_person(person_id: Any) -> Any:
        if not isinstance(person_id, str):
            return None
        return once(("person", person_id), lambda: _person_context(person(db, person_id, on), on))

    def ask_unit(unit_id: Any) -> Any:
        if not isinstance(unit_id, str):
            return None
        return once(("unit", unit_id), lambda: _unit_context(db, unit_id, on))

    def ask_holders(role: Any, unit_id: Any) -> Any:
        if not isinstance(role, str) or not isinstance(unit_id, str):
            return None
        return once(("holders", role, unit_id), lambda: list(holders(db, role, unit_id, on)))

    def ask_relatives(person_id: Any) -> Any:
        if not isinstance(person_id, str):
            return None
        return once(("relatives", person_id), lambda: list(relatives(db, person_id, on)))

    return {
        "superior": ask_superior,
        "person": ask_person,
        "unit": ask_unit,
        "holders": ask_holders,
        "relatives": ask_relatives,
    }


def _person_context(known: Person | None, on: date) -> dict[str, Any] | None:
    if known is None:
        return None
    return {
        "id": known.id,
        "number": known.number,
        "name": known.name,
        "born_on": known.born_on,
        "age": full_years(known.born_on, on) if known.born_on else None,
        "status": known.status,
        "since": known.membership.from_on if known.membership else None,
        "unit": known.unit_id,
        "is_full_member": known.is_full_member,
        "rights_suspended": known.rights_suspended,
        "has_vote": known.has_vote,
        "posts": [{"role": p.role, "unit": p.unit_id} for p in known.posts],
    }


def _unit_context(db: Connection, unit_id: str, on: date) -> dict[str, Any] | None:
    known = unit(db, unit_id, on)
    if known is None:
        return None
    counts = roster(db, unit_id, on, known.kind)
    return {
        "id": known.id,
        "code": known.code,
        "name": known.name,
        "kind": known.kind,
        "parent": known.parent_id,
        "can_approve_members": known.can_approve_members,
        "has_branch_committee": known.has_branch_committee,
        "full_members": counts.full_members,
        "voting_members": counts.voting_members,
        "probationary_members": counts.probationary_members,
        "status": known.status,
        "term_started_on": known.term_started_on,
        "term_years": known.term_years,
        "term_expires_on": known.term_expires_on,
    }


# ---------------------------------------------------------------- who is asking


def of_account(
    db: Connection,
    account: Any,
    moment: Moment,
    source: str = "",
    *,
    key_id: str | None = None,
    scopes: frozenset[str] = frozenset({"read", "write"}),
) -> Actor:
    """The actor behind an account row (``id``, ``person_id``): the person with their posts and memberships today.

    Permissions come from posts in the office itself; a program's key narrows them to its scopes.
    """
    rows = db.execute(_STANDING, {"id": account.person_id, "on": moment.today}).all()
    known = next(r for r in rows if r.what == "person")
    posts = _posts(r for r in rows if r.what == "post")
    allowed: frozenset[str] = frozenset().union(*(PERMISSIONS.get(p.role, frozenset()) for p in posts if p.in_office))
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=known.name,
        name_en=known.name_en,
        posts=posts,
        permissions=allowed if key_id is None else allowed & scopes,
        source=source,
        key_id=key_id,
        memberships=tuple(
            Membership(r.unit_id, r.role, r.from_on, r.to_on, bool(r.rights_suspended))
            for r in rows
            if r.what == "membership"
        ),
        scopes=scopes,
    )


# ---------------------------------------------------------------- pickers


def find_people(
    db: Connection,
    actor: Actor,
    moment: Moment,
    q: str = "",
    unit: str | None = None,
    role: str | None = None,
    status: str | Sequence[str] | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[list[dict[str, Any]], str | None]:
    """People to choose from: name, number, unit and posts, never a telephone number or a date of birth.

    ``unit`` (id or code) means the unit and everything below it. Who holds a post may look in the whole office, a
    member in the own branch; anybody else finds only themselves (an applicant does not see others).
    Answers with the items and the cursor of the next page.
    """
    on = moment.today
    known = select(_P.id, _P.number, _P.name, _P.name_en).order_by(_P.number)
    values: dict[str, Any] = {"on": on}
    if not (actor.posts or actor.may("directory.manage") or actor.may("cases.read_all")):
        own = [m.unit_id for m in actor.memberships if m.status in ("full_member", "probationary_member")]
        known = known.where(
            or_(
                _P.id == actor.person_id,
                _P.id.in_(select(_M.person_id).where(_M.unit_id.in_(own), _holds(_M))),
            )
        )
    for number, word in enumerate(q.split()[:5]):
        pattern = f"w{number}"
        values[pattern] = f"%{_escaped(word)}%"
        known = known.where(
            or_(
                *(
                    column.ilike(bindparam(pattern, type_=String), escape="\\")
                    for column in (_P.name, _P.name_en, _P.number)
                )
            )
        )
    statuses = [status] if isinstance(status, str) else list(status or ())
    if unit is not None:
        values["id"] = unit_by(db, unit, on).id
    if statuses or (unit is not None and role is None):
        within = select(_M.person_id).where(_holds(_M))
        if statuses:
            within = within.where(_M.status.in_(statuses))
        if unit is not None:
            within = within.where(_M.unit_id.in_(_SUBTREE))
        known = known.where(_P.id.in_(within))
    if role is not None:
        if role in STATUSES:
            having = select(_M.person_id).where(_M.status == role, _holds(_M))
            at: Any = _M.unit_id
        else:
            having = select(_O.person_id).where(_O.role == role, _holds(_O))
            at = _O.unit_id
        if unit is not None:
            having = having.where(at.in_(_SUBTREE))
        known = known.where(_P.id.in_(having))
    if cursor:
        known = known.where(_P.number > cursor)
    limit = max(1, min(limit, 200))
    rows = db.execute(known.limit(limit + 1), values).all()
    page = rows[:limit]
    ids = [r.id for r in page]
    posts: dict[str, list[Post]] = {}
    for row in db.execute(_ALL_POSTS.where(_O.person_id.in_(ids)), {"on": on}) if ids else ():
        posts.setdefault(row.person_id, []).extend(_posts([row]))
    homes: dict[str, dict[str, Any]] = {}
    for home in db.execute(_HOMES.where(_M.person_id.in_(ids)), {"on": on}) if ids else ():
        homes[home.person_id] = {"id": home.unit_id, "code": home.code, "name": Text(home.name, home.name_en)}
    items = [
        {
            "id": r.id,
            "number": r.number,
            "name": Text(r.name, r.name_en),
            "unit": homes.get(r.id),
            "posts": [
                {
                    "role": p.role,
                    "role_name": p.role_text,
                    "unit": {"id": p.unit_id, "code": p.unit_code, "name": p.unit_name},
                }
                for p in posts.get(r.id, ())
            ],
        }
        for r in page
    ]
    return items, (page[-1].number if len(rows) > limit else None)


_HOMES = (
    select(_M.person_id, _M.unit_id, _U.code, _S.name, _S.name_en)
    .join_from(tables.memberships, tables.units, _U.id == _M.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(_holds(_M), _holds(_S))
    .order_by(_M.from_on)
)


def find_units(
    db: Connection,
    actor: Actor,
    moment: Moment,
    q: str = "",
    kind: str | None = None,
    parent: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[dict[str, Any]], str | None]:
    """Units to choose from, by code; ``parent`` (id or code) means the units directly below. The structure of the
    office is open to everybody who is signed in."""
    on = moment.today
    values: dict[str, Any] = {"on": on}
    known = _UNITS.where(_holds(_S)).order_by(_U.code)
    for number, word in enumerate(q.split()[:5]):
        pattern = f"w{number}"
        values[pattern] = f"%{_escaped(word)}%"
        known = known.where(
            or_(
                *(
                    column.ilike(bindparam(pattern, type_=String), escape="\\")
                    for column in (_S.name, _S.name_en, _U.code)
                )
            )
        )
    if kind is not None:
        known = known.where(_S.kind == kind)
    if parent is not None:
        known = known.where(_S.parent_id == unit_by(db, parent, on).id)
    if cursor:
        known = known.where(_U.code > cursor)
    limit = max(1, min(limit, 1000))
    rows = [_unit(row) for row in db.execute(known.limit(limit + 1), values)]
    page = rows[:limit]
    return [unit_item(u) for u in page], (page[-1].code if len(rows) > limit else None)


def unit_item(known: Unit) -> dict[str, Any]:
    """A unit as lists show it."""
    return {
        "id": known.id,
        "code": known.code,
        "name": known.text,
        "kind": known.kind,
        "kind_name": kind_name(known.kind),
        "parent": known.parent_id,
        "can_approve_members": known.can_approve_members,
        "has_branch_committee": known.has_branch_committee,
        "term_started_on": known.term_started_on,
        "term_expires_on": known.term_expires_on,
        "status": known.status,
    }


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# ---------------------------------------------------------------- what changes the directory


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
    administrators would hold another post, whatever the units.
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
    post_id = new_id()
    db.execute(
        insert(tables.posts).values(
            id=post_id, person_id=person_id, role=role, unit_id=unit_id, from_on=from_on, to_on=to_on, basis=basis
        )
    )
    return post_id


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
            select(_O.id).where(_O.person_id == person_id, _O.role == role, _O.unit_id == unit_id, _holds(_O)),
            {"on": on},
        ).scalars()
    )


def day_before(day: date) -> date:
    """The last day of a half-open period that ends on ``day``, as people say it."""
    return day - timedelta(days=1)
