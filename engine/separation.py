"""Separation of duties as data: the rules of an office or of one procedure, read and checked. It judges nobody.

``duties.json`` holds ``duties`` and ``roles`` (what the keys mean, in both languages) and ``rules``. A rule has an id,
its sentence, its basis, an enforcement and one or several *terms*; a term says by which general kind it is enforced
(``KINDS``). Steps are bound by what they do (``<liuhen:duty as>``), people by what they are in a case
(``<liuhen:caseRole>``), so that a rule of the office names no procedure.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, literal, select

from engine import tables
from engine.errors import Finding, Text
from engine.store import Statement, once, recall

ENFORCEMENTS: Mapping[str, Text] = {
    "block": Text("禁止", "blocked"),
    "warn": Text("提示：须说明理由并由第二人确认", "warned: needs a reason and a second person"),
    "report": Text("只报告", "reported only"),
}

KINDS: Mapping[str, Text] = {
    "own_case": Text("本人的事项", "one's own case"),
    "named": Text("在事项中担任某角色的人", "whoever has a role in the case"),
    "relative": Text("其近亲属", "declared relatives"),
    "apart": Text("同一事项中由不同的人办理", "done by different people in one case"),
    "different": Text("担任同一角色的人须不同且符合条件", "those who share a role differ and qualify"),
    "second_person": Text("须由第二人复核", "a second person confirms"),
    "posts": Text("不得兼任的职务", "posts that one person may not combine"),
    "foreign_unit": Text("不得属于所涉组织", "not of the unit it is about"),
    "concentration": Text("同一人或一家人集中", "too much with one person or one family"),
    "delegation": Text("不得委托他人", "may not be delegated"),
    "followed_by": Text("其后必须再办", "has to be followed by"),
    "elsewhere": Text("由系统的其他机制保证", "kept by another mechanism of the product"),
}

MECHANISMS: Mapping[str, Text] = {
    "confirmation": Text("第二人复核：填报人不能复核自己的填报", "confirmation: nobody confirms their own entry"),
    "totals": Text("票决只记总数，不按人保存选票", "votes are kept as totals, never by person"),
    "returns": Text(
        "退回使其后的办结作废，须重新办理", "what is returned makes void what came after; it is done again"
    ),
    "versions": Text(
        "已发布的文件不可更改，只能发布新版本", "what was published cannot change; a new version can be published"
    ),
    "two_persons": Text(
        "调整、更正由两人办理并永久留痕", "moves and corrections take two persons and stay in the trail"
    ),
    "visibility": Text("只有被交办的人才能看到事项", "only who is asked sees a case"),
}
"""What keeps a rule whose term is ``elsewhere``."""

QUALITIES: Mapping[str, Text] = {
    "person": Text("自然人，不是组织", "a person, not an organisation"),
    "full_member": Text("正式党员", "a full member"),
    "has_rights": Text("享有党员权利", "with all rights"),
}
"""What ``mustBe`` may ask of those who have a role."""

SUBJECT, STARTER = "subject", "starter"
"""The roles that every case has: whom it is about, and who started it."""

_PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # kind: (parts that must be there, parts that may be)
    "own_case": (("mayNot",), ("people",)),
    "named": (("people", "mayNot"), ()),
    "relative": (("people",), ("mayNot", "mayNotBe", "relations")),
    "apart": (("groups",), ()),
    "different": (("people",), ("mustBe", "count")),
    "second_person": (("of",), ()),
    "posts": ((), ("groups", "alone", "sameUnit", "unitKinds", "membersFrom")),
    "foreign_unit": (("mayNot",), ("people",)),
    "concentration": (("people", "moreThan"), ("family",)),
    "delegation": (("of",), ()),
    "followed_by": (("of", "by"), ("before",)),
    "elsewhere": (("by",), ()),
}
_LISTS = ("people", "mayNot", "mayNotBe", "relations", "mustBe", "of", "unitKinds", "alone", "before")
_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_.\-]{0,59}$")
MAX_RULES = 500


@dataclass(frozen=True, slots=True)
class Term:
    """One general kind with its parts; ``enforcement`` may be FEEL with ``=`` in the rules of a procedure."""

    kind: str
    enforcement: str
    people: tuple[str, ...] = ()
    """Roles in the case: subject, starter, or those of ``<liuhen:caseRole>``."""
    duties: tuple[str, ...] = ()
    """What it is about: duties that steps are tagged with, in a procedure also ids of steps."""
    be: tuple[str, ...] = ()
    """Roles that the relatives may not have."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Duties (or posts): whoever did one of a group may not do one of another."""
    relations: tuple[str, ...] = ()
    """Kinds of declared relation; empty means every kind."""
    qualities: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    count: int | None = None
    more_than: int = 0
    family: bool = False
    alone: tuple[str, ...] = ()
    """Posts beside which their holder may have no other."""
    same_unit: bool = True
    unit_kinds: tuple[str, ...] = ()
    members_from: int = 0
    """The posts exclude each other only where the unit has at least so many members."""
    before: tuple[str, ...] = ()
    """Duties that may not be reached unless ``by`` lay between; where no step has one of them, no end may."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of separation: ``basis`` cites the regulation, or says that it is the office's own policy."""

    id: str
    text: Text
    basis: Text
    terms: tuple[Term, ...]
    is_offices: bool = True
    """Whether it holds in the whole office, or only in the procedure that brought it."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one ``duties.json``; ``version`` is 0 where the office has published none."""

    rules: tuple[Rule, ...] = ()
    duties: Mapping[str, Text] = field(default_factory=dict)
    roles: Mapping[str, Text] = field(default_factory=dict)
    version: int = 0
    mark: str = ""
    """SHA-256 of the file as the office published it."""

    def rule(self, id_: str) -> Rule | None:
        return next((r for r in self.rules if r.id == id_), None)

    def terms(self, *kinds: str) -> Iterable[tuple[Rule, Term]]:
        """Every term of these kinds with its rule, in the order they were written."""
        return ((r, t) for r in self.rules for t in r.terms if t.kind in kinds)


NONE = RuleSet()
_POLICY = Text("本系统的规定", "policy of the office")


# ---------------------------------------------------------------- reading


def read(text: str, file: str = "duties.json", *, is_offices: bool = True) -> tuple[RuleSet, list[Finding]]:
    """Read a ``duties.json``; what is wrong with it comes back as findings, each with a remedy."""
    reading = _Reading(file, is_offices)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as e:
        reading.say("json_malformed", None, f"不是合法的 JSON：{e}", f"not JSON: {e}", "改正语法", "correct the syntax")
        return NONE, reading.findings
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        reading.say(
            "json_malformed",
            None,
            "应为带 rules 列表的对象",
            "an object with a list rules is needed",
            '写成 {"rules": []}',
            'write {"rules": []}',
        )
        return NONE, reading.findings
    if len(data["rules"]) > MAX_RULES:
        reading.say(
            "too_many_rules", None, f"规则超过 {MAX_RULES} 条", f"more than {MAX_RULES} rules", "精简", "reduce"
        )
        return NONE, reading.findings
    for name in sorted(set(data) - {"rules", "duties", "roles"}):
        reading.unknown(None, name, ("rules", "duties", "roles"))
    duties, roles = reading.labels(data, "duties"), reading.labels(data, "roles")
    rules = [reading.rule(item) for item in data["rules"]]
    return RuleSet(tuple(r for r in rules if r is not None), duties, roles), reading.findings


class _Reading:
    """One reading of a file, with its findings."""

    def __init__(self, file: str, is_offices: bool) -> None:
        self.file, self.is_offices = file, is_offices
        self.findings: list[Finding] = []
        self.seen: set[str] = set()

    def say(self, rule: str, what: str | None, zh: str, en: str, remedy_zh: str, remedy_en: str) -> None:
        self.findings.append(Finding(self.file, rule, Text(zh, en), Text(remedy_zh, remedy_en), element=what))

    def unknown(self, what: str | None, name: str, known: Iterable[str]) -> None:
        listed = ", ".join(known)
        self.say(
            "unknown_choice",
            what,
            f"不认识“{name}”",
            f'"{name}" is not known here',
            f"改用：{listed}",
            f"use one of: {listed}",
        )

    def labels(self, data: Mapping[str, Any], name: str) -> dict[str, Text]:
        given = data.get(name, {})
        if not isinstance(given, dict):
            self.say("json_malformed", name, f"{name} 应为对象", f"{name} is an object", "改正", "correct it")
            return {}
        found = {}
        for key, text in given.items():
            if not _KEY.match(key) or not isinstance(text, dict) or not text.get("zh") or not text.get("en"):
                self.say(
                    "duty_label",
                    name,
                    f"{name} 的“{key}”须有 zh 和 en",
                    f'"{key}" of {name} needs zh and en',
                    '写成 {"zh": "…", "en": "…"}',
                    'write {"zh": "…", "en": "…"}',
                )
                continue
            found[key] = Text.of(text)
        return found

    def rule(self, item: Any) -> Rule | None:
        id_ = item.get("id") if isinstance(item, dict) else None
        if not isinstance(id_, str) or not _KEY.match(id_) or id_ in self.seen:
            self.say(
                "duplicate_id",
                str(id_ or "")[:60] or None,
                "规则没有 id、id 不是标识符或重复",
                "a rule without an id, with one that is no identifier, or twice",
                "给它唯一的 id",
                "give it its own id",
            )
            return None
        self.seen.add(id_)
        basis = item.get("basis")
        has_basis = basis == "policy" or (isinstance(basis, dict) and basis.get("zh") and basis.get("en"))
        if not isinstance(item.get("zh"), str) or not isinstance(item.get("en"), str) or not has_basis:
            self.say(
                "duty_incomplete",
                id_,
                f"规则 {id_} 缺少 zh、en 或 basis",
                f"rule {id_} lacks zh, en or basis",
                '补全；basis 写条文的 {"zh", "en"} 或 "policy"',
                'complete it; basis is the article as {"zh", "en"}, or "policy"',
            )
            return None
        common = ("id", "zh", "en", "basis", "enforcement")
        if "terms" in item:
            parts = item["terms"]
            for name in sorted(set(item) - {*common, "terms"}):
                self.unknown(id_, name, (*common, "terms"))
        else:
            parts = [{name: value for name, value in item.items() if name not in common}]
        if not isinstance(parts, list) or not parts or not all(isinstance(p, dict) for p in parts):
            self.say("json_malformed", id_, "terms 应为对象的列表", "terms is a list of objects", "改正", "correct it")
            return None
        terms = [self.term(id_, {"enforcement": item.get("enforcement"), **part}) for part in parts]
        if any(t is None for t in terms):
            return None
        return Rule(
            id_,
            Text.of(item),
            _POLICY if basis == "policy" else Text.of(basis),
            tuple(t for t in terms if t),
            self.is_offices,
        )

    def term(self, id_: str, part: Mapping[str, Any]) -> Term | None:
        kind, enforcement = str(part.get("kind")), part.get("enforcement")
        before = len(self.findings)
        if kind not in KINDS:
            self.unknown(id_, kind, KINDS)
            return None
        is_expression = isinstance(enforcement, str) and enforcement.startswith("=") and not self.is_offices
        if enforcement not in ENFORCEMENTS and not is_expression:
            self.unknown(id_, str(enforcement), ENFORCEMENTS)
        required, optional = _PARTS[kind]
        for name in sorted(set(part) - {"kind", "enforcement", *required, *optional}):
            self.unknown(id_, name, ("kind", "enforcement", *required, *optional))
        missing = [name for name in required if not part.get(name)]
        if kind == "relative" and not (part.get("mayNot") or part.get("mayNotBe")):
            missing.append("mayNot")
        if kind == "posts" and not (part.get("groups") or part.get("alone")):
            missing.append("groups")
        for name in missing:
            self.say(
                "duty_incomplete",
                id_,
                f"规则 {id_}（{kind}）缺少 {name}",
                f"rule {id_} ({kind}) lacks {name}",
                f"补上 {name}",
                f"add {name}",
            )
        lists = {name: self.keys(id_, name, part[name]) for name in _LISTS if name in part}
        by = self.keys(id_, "by", part["by"]) if isinstance(part.get("by"), list) else (str(part.get("by") or ""),)
        groups = part.get("groups", [])
        if not isinstance(groups, list) or (groups and len(groups) < 2):
            self.say(
                "duty_incomplete",
                id_,
                "groups 应为至少两组标识的列表",
                "groups is a list of at least two lists of keys",
                '写成 [["drafts"], ["signs"]]',
                'write [["drafts"], ["signs"]]',
            )
            groups = []
        if kind == "elsewhere":
            for name in by:
                if name not in MECHANISMS:
                    self.unknown(id_, name, MECHANISMS)
        for name in lists.get("mustBe", ()):
            if name not in QUALITIES:
                self.unknown(id_, name, QUALITIES)
        numbers = {
            name: self.number(id_, name, part[name]) for name in ("count", "moreThan", "membersFrom") if name in part
        }
        flags = {name: self.flag(id_, name, part[name]) for name in ("family", "sameUnit") if name in part}
        if kind == "relative" and lists.get("mayNotBe") and enforcement == "report":
            self.unknown(id_, "report", ("block", "warn"))
        grouped = tuple(self.keys(id_, "groups", g) for g in groups)
        if len(self.findings) > before:
            return None
        return Term(
            kind,
            str(enforcement),
            lists.get("people", (SUBJECT,) if kind == "own_case" else ()),
            lists.get("mayNot", lists.get("of", ())),
            lists.get("mayNotBe", ()),
            grouped,
            lists.get("relations", ()),
            lists.get("mustBe", ()),
            by if part.get("by") else (),
            numbers.get("count"),
            numbers.get("moreThan", 0),
            flags.get("family", False),
            lists.get("alone", ()),
            flags.get("sameUnit", True),
            lists.get("unitKinds", ()),
            numbers.get("membersFrom", 0),
            lists.get("before", ()),
        )

    def keys(self, id_: str, name: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and value and all(isinstance(v, str) and _KEY.match(v) for v in value):
            return tuple(value)
        self.say(
            "not_an_identifier",
            id_,
            f"规则 {id_} 的 {name} 应为标识的列表",
            f"{name} of rule {id_} is a list of keys",
            '写成 ["checks", "decides"]',
            'write ["checks", "decides"]',
        )
        return ()

    def number(self, id_: str, name: str, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6:
            return value
        self.say(
            "not_an_integer",
            id_,
            f"规则 {id_} 的 {name} 应为正整数",
            f"{name} of rule {id_} is a positive whole number",
            "改正",
            "correct it",
        )
        return 0

    def flag(self, id_: str, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.unknown(id_, f"{name}: {value}", ("true", "false"))
        return value is True


# ---------------------------------------------------------------- the office's own

_VERSION, _MARK = tables.duty_rules.c.version, tables.duty_rules.c.sha256
NEWEST = select(cast(_VERSION, String) + literal(" ") + _MARK).order_by(_VERSION.desc()).limit(1).scalar_subquery()
"""Version and SHA-256 of the newest rules, for a statement that asks for something else as well (``told``)."""
_NEWEST = Statement(select(NEWEST.label("newest")))
_CONTENT = select(tables.duty_rules.c.content).where(tables.duty_rules.c.version == bindparam("version"))
_kept: dict[tuple[int, str], RuleSet] = {}
_kept_lock = threading.Lock()
_MOST_KEPT = 50


def newest(db: Connection) -> tuple[int, str] | None:
    """Version and SHA-256 of the office-wide rules that hold now."""
    said = once(db, (_ASKED,), lambda: (_NEWEST.first(db, {}) or {})["newest"])
    if said is None:
        return None
    version, _, mark = said.partition(" ")
    return int(version), mark


_ASKED = "duty rules"


def told(db: Connection, newest: str | None) -> None:
    """What ``NEWEST`` gave in this transaction: nobody need ask again."""
    recall(db, (_ASKED,), newest)


def in_force(db: Connection) -> RuleSet:
    """The office-wide rules as they are now: they bind what is done from now on, in whichever version a case runs."""
    key = newest(db)
    if key is None:
        return NONE
    found = _kept.get(key)
    if found is None:
        content = db.execute(_CONTENT, {"version": key[0]}).scalar_one()
        known, _ = read(content)
        found = replace(known, version=key[0], mark=key[1])
        with _kept_lock:
            while len(_kept) >= _MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
    return found


def written(db: Connection) -> str | None:
    """The office-wide rules in force as they were published: a ``duties.json``."""
    key = newest(db)
    found: str | None = None if key is None else db.execute(_CONTENT, {"version": key[0]}).scalar_one()
    return found


# ---------------------------------------------------------------- posts


@dataclass(frozen=True, slots=True)
class Seat:
    """A post somebody holds or shall hold; ``members`` counts the members of its unit and below."""

    role: str
    unit_id: str
    unit_kind: str
    members: int


def clash(rules: RuleSet, one: Seat, other: Seat) -> Rule | None:
    """The rule by which one person may not hold both posts, or ``None``."""
    if (one.role, one.unit_id) == (other.role, other.unit_id):
        return None
    for rule, term in rules.terms("posts"):
        if one.role != other.role and (one.role in term.alone or other.role in term.alone):
            return rule
        if term.same_unit and one.unit_id != other.unit_id:
            continue
        if term.unit_kinds and not {one.unit_kind, other.unit_kind} <= set(term.unit_kinds):
            continue
        if max(one.members, other.members) < term.members_from:
            continue
        if are_apart(term.groups, one.role, other.role):
            return rule
    return None


def are_apart(groups: Sequence[Sequence[str]], one: str, other: str) -> bool:
    """Whether two keys stand in different groups."""
    mine = {n for n, group in enumerate(groups) if one in group}
    theirs = {n for n, group in enumerate(groups) if other in group}
    return bool(mine and theirs and not mine & theirs)
