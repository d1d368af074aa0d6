"""The words of the directory: statuses, roles, kinds of unit, permissions; and what it answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from engine.errors import Forbidden, Text

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

LEADERS: Mapping[str, str] = MappingProxyType(
    {
        "working_committee": "committee_secretary",
        "grassroots_committee": "committee_secretary",
        "departmental_committee": "committee_secretary",
        "discipline_committee": "committee_secretary",
        "leading_members_group": "committee_secretary",
        "general_branch": "branch_secretary",
        "branch": "branch_secretary",
        "joint_branch": "branch_secretary",
        "temporary_organisation": "branch_secretary",
        "branch_group": "branch_group_leader",
        "unit": "principal_head",
        "department": "principal_head",
    }
)
"""Kind of unit → the post that leads it."""

UNIT_STATUSES = ("active", "merging", "dissolved")

ADMIN_ROLES = frozenset({"system_admin", "security_admin", "audit_admin"})
"""三员分立: nobody holds two of them, and none of them has business tasks (sod_20)."""


def exclude(role: str, other: str) -> bool:
    """Whether one person may not hold both: an administrator holds no other post at all (sod_20)."""
    return role != other and (role in ADMIN_ROLES or other in ADMIN_ROLES)


PERMISSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "designer": frozenset({"definitions.publish", "definitions.read"}),
        "auditor": frozenset({"trail.read_all", "cases.read_all", "records.keep"}),
        "system_admin": frozenset(
            {
                "directory.manage",
                "accounts.manage",
                "cases.mend",
                "cases.move",
                "cases.suspend",
                "messages.send",
                "channels.manage",
                "phrases.manage",
                "security.confirm",
            }
        ),
        "security_admin": frozenset({"keys.manage", "permissions.read", "duties.publish", "administration.confirm"}),
        "audit_admin": frozenset({"trail.verify", "trail.read_administration", "records.confirm"}),
    }
)
"""What a post in the office itself (the root unit) allows beyond tasks."""

PERMISSION_NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "definitions.publish": Text("发布流程", "publish procedures"),
        "definitions.read": Text("查看流程文件", "read the files of procedures"),
        "trail.read_all": Text("查看全部留痕", "read the whole trail"),
        "trail.read_administration": Text("查看管理操作的留痕", "read the trail of administration"),
        "trail.verify": Text("校验留痕", "verify the trail"),
        "cases.read_all": Text("查看全部事项", "read every case"),
        "records.keep": Text("保全事项、提议删除个人信息", "place holds and propose erasures"),
        "records.confirm": Text("核准解除保全和删除个人信息", "confirm that a hold is lifted or values are erased"),
        "cases.mend": Text("排除事项故障", "mend cases that stand still"),
        "cases.move": Text("调整事项的办理位置", "move cases"),
        "cases.suspend": Text("暂停和恢复事项", "suspend cases and let them go on"),
        "messages.send": Text("发送消息和信号", "send messages and signals"),
        "channels.manage": Text("管理通知渠道", "manage notice channels"),
        "phrases.manage": Text("管理全单位的常用语", "manage the phrases of the office"),
        "directory.manage": Text("管理组织、人员、任职", "manage units, people and posts"),
        "accounts.manage": Text("管理账号", "manage accounts"),
        "keys.manage": Text("管理接口密钥", "manage API keys"),
        "permissions.read": Text("查看权限", "read permissions"),
        "duties.publish": Text("发布职责分离规则", "publish rules of separation"),
        "administration.confirm": Text("核准系统管理员的操作", "confirm acts of system administrators"),
        "security.confirm": Text("核准安全管理员的操作", "confirm acts of security administrators"),
    }
)

PROGRAM_PERMISSIONS = frozenset({"jobs.work"})
"""What no post gives, only the key of a program: work that is handed to programs is no person's."""

ALL_PERMISSIONS = PROGRAM_PERMISSIONS.union(*PERMISSIONS.values())


def role_name(role: str, kind: str | None = None) -> Text:
    """What people call a role; a secretary of a general branch is called otherwise than one of a branch."""
    return _ROLES_BY_KIND.get((role, kind or "")) or ROLES.get(role) or Text(role, role)


def leader_role(kind: str) -> str | None:
    """The post that leads a unit of a kind."""
    return LEADERS.get(kind)


def kind_name(kind: str) -> Text:
    """What people call a kind of unit."""
    return UNIT_KINDS.get(kind) or Text(kind, kind)


def holder(role: str, unit_id: str) -> str:
    """The holder text of a role at a unit: a status means the members, any other role the post."""
    return f"member:{role}@{unit_id}" if role in STATUSES else f"post:{role}@{unit_id}"


def holder_of(person_id: str) -> str:
    """The holder text of one person."""
    return f"person:{person_id}"


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
class Delegation:
    """Somebody absent, as whom the actor may do what their posts ask of them today."""

    id: str
    person_id: str
    """The absent person."""
    name: Text
    holders: tuple[str, ...]
    """Whom the absent person is today: themselves and their posts, never a membership, which is nobody else's."""
    until: date
    """The last day, inclusive."""
    definitions: tuple[str, ...] | None = None
    """Keys of the procedures it is for; ``None``: all."""
    actions: tuple[str, ...] | None = None
    """``act`` (do tasks), ``confirm`` (be the second person); ``None``: both."""

    def covers(self, definition: str, purpose: str) -> bool:
        return (self.definitions is None or definition in self.definitions) and (
            self.actions is None or purpose in self.actions
        )


@dataclass(frozen=True, slots=True)
class Deputed:
    """One holder as whom the actor may act for somebody absent, for statements over many rows."""

    holder: str
    person_id: str
    """The absent person."""
    definitions: tuple[str, ...] | None
    """Keys of the procedures it is for; ``None``: all."""
    purposes: tuple[str, ...]
    """``act``, ``confirm``."""


PURPOSES = ("act", "confirm")
"""What a task may ask of somebody."""


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
    delegations: tuple[Delegation, ...] = ()
    """By which the actor may act for somebody absent today. One level: whom that person stands in for is not theirs."""
    acting_by: Delegation | None = None
    """The delegation by which the deed in hand is done."""
    confirmed_by: str | None = None
    """The second person, where the deed in hand needed one."""
    proposal: str | None = None
    """The proposal that the second person confirmed."""

    @property
    def acting_for(self) -> str | None:
        """The absent person for whom the deed in hand is done."""
        return self.acting_by.person_id if self.acting_by else None

    @property
    def deputed(self) -> tuple[Deputed, ...]:
        """Every holder as whom the actor may act for somebody absent. Only tasks that are ``delegable``."""
        return tuple(
            Deputed(h, d.person_id, d.definitions, d.actions if d.actions is not None else PURPOSES)
            for d in self.delegations
            for h in d.holders
        )

    def standing_in(self, holders: Iterable[str], definition: str, purpose: str) -> tuple[Delegation, ...]:
        """The delegations by which the actor may do for somebody what is asked of these holders."""
        if not self.delegations:
            return ()
        asked = set(holders)
        return tuple(d for d in self.delegations if d.covers(definition, purpose) and not asked.isdisjoint(d.holders))

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
        if self.acting_by is not None:
            fact |= {"for": self.acting_by.person_id, "delegation": self.acting_by.id}
        fact |= {"confirmed_by": self.confirmed_by, "proposal": self.proposal}
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
            permissions=frozenset(
                {"directory.manage", "accounts.manage", "keys.manage", "definitions.publish", "duties.publish"}
            )
            | PERMISSIONS["designer"],
            source="command",
        )
