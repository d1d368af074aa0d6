"""What the entries say that the rows of today have to be: cases and tasks, and the directory as far as entries tell it.

Every deed leaves an entry in its own transaction, so a row that no entry explains was written past the engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from engine import reliving, tables
from engine.errors import Text
from engine.trail import Kind
from engine.verifying.report import Report

Body = Mapping[str, Any]
_C, _T, _D = tables.cases.c, tables.tasks.c, tables.definitions.c
_TASKS = select(
    *(_T.id, _T.case_id, _T.element, _T.status, _T.claimed_by, _T.completed_by, _T.completed_for, _T.confirmed_by),
    *(_T.decision, _T.opinion, _T.business_on, _T.void_at),
)
_CASES = select(_C.id, _C.status, _C.outcome, _C.unit_id, _C.ended_at, _C.trail_seq, _D.key, _D.version).join_from(
    tables.cases, tables.definitions, _C.definition_id == _D.id
)


def cases(db: Connection, report: Report, zone: ZoneInfo, some: Mapping[str, Sequence[Body]]) -> None:
    """Compare some cases, id → entries in their order, with their rows."""
    tasks: dict[str, list[Any]] = {}
    for task in db.execute(_TASKS.where(_T.case_id.in_(some))):
        tasks.setdefault(task.case_id, []).append(task)
    for row in db.execute(_CASES.where(_C.id.in_(some))):
        report.cases += 1
        told = reliving.Standing(row.id)
        try:
            for body in some[row.id]:
                reliving.follow(told, body, zone)
        except (KeyError, TypeError, ValueError, AttributeError):
            report.find(
                *(row.id, told.seq, "untellable", "这条记录说不清事项到了哪一步"),
                "nobody can tell from this entry where the case stands",
            )
            continue
        _case(report, told, row)
        _tasks(report, told, tasks.get(row.id, []))


def _unlike(report: Report, case: str, seq: int, what: str, told: object, is_: object) -> None:
    report.find(
        *(case, seq, "unexplained", "{what}现为 {is_}，而记录所载为 {told}：没有记录说明这一改动"),
        "{what} is {is_}, the entries say {told}: no entry explains the change",
        what=what,
        told="-" if told is None else str(told)[:80],
        is_="-" if is_ is None else str(is_)[:80],
    )


def _case(report: Report, told: reliving.Standing, row: Any) -> None:
    report.rows += 1
    for name, said, kept in (
        ("cases.status", told.status, row.status),
        ("cases.outcome", told.outcome, row.outcome),
        ("cases.unit_id", told.unit, row.unit_id),
        ("cases.definition_id", (told.definition, told.version), (row.key, row.version)),
        ("cases.ended_at", told.ended_at is None, row.ended_at is None),
    ):
        if said != kept:
            _unlike(report, row.id, told.seq, name, said, kept)


def _tasks(report: Report, told: reliving.Standing, rows: Sequence[Any]) -> None:
    for missing in set(told.tasks) - {row.id for row in rows}:
        _unlike(report, told.case_id, told.tasks[missing].entry, f"tasks {missing}", told.tasks[missing].status, None)
    for row in rows:
        report.rows += 1
        task = told.tasks.get(row.id)
        if task is None:
            _unlike(report, told.case_id, told.seq, f"tasks {row.id}", None, row.status)
            continue
        pairs: list[tuple[str, Any, Any]] = [
            ("status", task.status, row.status),
            ("element", task.element, row.element),
            ("void_at", task.is_void, row.void_at is not None),
        ]
        if row.status in reliving.OPEN:
            # A task that asks one person alone is theirs without a claim.
            if task.claimed_by or task.asked != [f"person:{row.claimed_by}"]:
                pairs.append(("claimed_by", task.claimed_by, row.claimed_by))
        elif row.status != "cancelled":
            day = row.business_on.isoformat() if row.business_on else None
            pairs += [
                ("completed_by", task.completed_by, row.completed_by),
                ("completed_for", task.completed_for, row.completed_for),
                ("confirmed_by", task.confirmed_by, row.confirmed_by),
                ("decision", task.decision, row.decision),
                ("opinion", task.opinion, row.opinion),
                ("business_on", task.business_on, day),
            ]
        for name, said, kept in pairs:
            if said != kept:
                _unlike(report, told.case_id, task.entry, f"tasks {row.id} ({row.element}) {name}", said, kept)


# ---------------------------------------------------------------- the directory and what an office sets

_TOLD = frozenset(
    {
        *(Kind.MEMBERSHIP_CHANGED, Kind.POST_BEGUN, Kind.POST_ENDED, Kind.POST_CHANGED, Kind.PARAMETER_CHANGED),
        *(Kind.DUTIES_PUBLISHED, Kind.CALENDAR_CHANGED, Kind.OFFICE_BUILT, Kind.OFFICE_IMPORTED, Kind.UNIT_CHANGED),
        *(Kind.LIST_BEGUN, Kind.LIST_CHANGED, Kind.LIST_CLOSED),
        *(Kind.DELEGATION_CHANGED, Kind.KEY_CREATED, Kind.TERM_CHANGED, Kind.PERSON_LEFT),
        *(Kind.KEY_REVOKED, Kind.ACCOUNT_CREATED, Kind.ACCOUNT_CHANGED, Kind.DEFINITION_PUBLISHED, Kind.PERSON_CHANGED),
    }
)


class Directory:
    """What all chains together say of rows that are of no case."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int, Body]] = []

    def listen(self, body: Body) -> None:
        if body["kind"] in _TOLD:
            self.told.append((body["at"], body["chain"], body["seq"], body))

    def of(self, *kinds: Kind) -> list[tuple[str, int, Body]]:
        """In the order of their times."""
        return [(chain, seq, body) for _, chain, seq, body in sorted(self.told, key=_when) if body["kind"] in kinds]

    def verify(self, db: Connection, report: Report, *, is_told: bool) -> None:
        """``is_told``: the directory was looked at row by row, so its rows need not be counted."""
        _memberships(db, report, self)
        _posts(db, report, self)
        _parameters(db, report, self)
        _duties(db, report, self)
        _calendars(db, report, self)
        _lists(db, report, self)
        _revoked(db, report, self)
        _counted(db, report, self, is_told)


def _when(one: tuple[str, str, int, Body]) -> tuple[str, str, int]:
    return one[:3]


def lacking(report: Report, chain: str, seq: int, zh: str, en: str) -> None:
    """What this entry tells of is not as it says any more."""
    report.find(
        *(chain, seq, "unexplained", "此条所载的{what}已被改动或删除，没有记录说明"),
        "{what} of which this entry tells was changed or removed, and no entry explains it",
        what=Text(zh, en),
    )


def stray(report: Report, table: str, id_: str, zh: str, en: str) -> None:
    """A row that nobody made through the engine."""
    report.find(
        *(table, 0, "unexplained", "{what} {id} 没有记录说明"),
        "{what} {id}: no entry explains it",
        what=Text(zh, en),
        id=id_,
    )


def _memberships(db: Connection, report: Report, told: Directory) -> None:
    table = tables.memberships.c
    newest: dict[str, tuple[str, int, Body]] = {}
    for chain, seq, body in told.of(Kind.MEMBERSHIP_CHANGED):
        newest[body["person"]] = (chain, seq, body)
    if not newest:
        return
    rows: dict[str, set[tuple[str, str, str]]] = {}
    for row in db.execute(
        select(table.person_id, table.unit_id, table.status, table.from_on).where(table.person_id.in_(newest))
    ):
        rows.setdefault(row.person_id, set()).add((row.unit_id, row.status, row.from_on.isoformat()))
    for person, (chain, seq, body) in newest.items():
        report.rows += 1
        said = (body["unit"], body["status"], body["from_on"])
        kept = rows.get(person, set())
        if said not in kept or any(day > said[2] for _, _, day in kept):
            lacking(report, chain, seq, "身份", "the membership")


def _posts(db: Connection, report: Report, told: Directory) -> None:
    table = tables.posts.c
    ends: dict[tuple[str, str, str], tuple[str, int, Body]] = {}
    for chain, seq, body in told.of(Kind.POST_BEGUN, Kind.POST_ENDED, Kind.POST_CHANGED):
        if body.get("person") and body.get("role") and body.get("unit"):
            ends[body["person"], body["role"], body["unit"]] = (chain, seq, body)
    if not ends:
        return
    rows: dict[tuple[str, str, str], list[Any]] = {}
    people = {person for person, _, _ in ends}
    for row in db.execute(
        select(table.person_id, table.role, table.unit_id, table.from_on, table.to_on).where(
            table.person_id.in_(people)
        )
    ):
        rows.setdefault((row.person_id, row.role, row.unit_id), []).append(row)
    for key, (chain, seq, body) in ends.items():
        report.rows += 1
        kept = rows.get(key, [])
        if body["kind"] == Kind.POST_BEGUN:
            fits = any(row.from_on.isoformat() == body["from_on"] for row in kept)
        elif body["kind"] == Kind.POST_ENDED:
            fits = bool(kept) and all(row.to_on is not None for row in kept)
        elif body.get("from_on"):
            end = body.get("to_on")
            fits = any(
                row.from_on.isoformat() == body["from_on"] and (row.to_on.isoformat() if row.to_on else None) == end
                for row in kept
            )
        elif body.get("to_on"):
            fits = any(row.to_on is not None and row.to_on.isoformat() == body["to_on"] for row in kept)
        else:
            fits = True
        if not fits:
            lacking(report, chain, seq, "任职", "the post")


def _parameters(db: Connection, report: Report, told: Directory) -> None:
    table = tables.parameters.c
    newest: dict[tuple[str, str], tuple[str, int, Body]] = {}
    for chain, seq, body in told.of(Kind.PARAMETER_CHANGED):
        newest[chain.removeprefix("definition:"), body["name"]] = (chain, seq, body)
    seen: set[tuple[str, str]] = set()
    query = select(table.definition_key, table.name, table.value).order_by(table.from_on.desc())
    for row in db.execute(query):
        key = (row.definition_key, row.name)
        if key in seen:
            continue
        seen.add(key)
        report.rows += 1
        found = newest.get(key)
        if found is None:
            stray(report, "parameters", f"{row.definition_key}.{row.name}", "参数", "the parameter")
        elif found[2].get("value") != row.value:
            lacking(report, found[0], found[1], "参数", "the parameter")
    for key, (chain, seq, _) in newest.items():
        if key not in seen:
            lacking(report, chain, seq, "参数", "the parameter")


def _duties(db: Connection, report: Report, told: Directory) -> None:
    table = tables.duty_rules.c
    published = {body["version"]: (chain, seq, body) for chain, seq, body in told.of(Kind.DUTIES_PUBLISHED)}
    for row in db.execute(select(table.version, table.content, table.sha256)):
        report.rows += 1
        found = published.pop(row.version, None)
        if found is None:
            stray(report, "duty_rules", str(row.version), "职责分离规则", "the rules of separation")
        elif not found[2]["sha256"] == row.sha256 == hashlib.sha256(row.content.encode()).hexdigest():
            lacking(report, found[0], found[1], "职责分离规则", "the rules of separation")
    for chain, seq, _ in published.values():
        lacking(report, chain, seq, "职责分离规则", "the rules of separation")


def _calendars(db: Connection, report: Report, told: Directory) -> None:
    versions, days = tables.calendar_versions.c, tables.calendar_days.c
    changed = {body["number"]: (chain, seq, body) for chain, seq, body in told.of(Kind.CALENDAR_CHANGED)}
    kept: dict[int, list[tuple[str, Any, str]]] = {}
    for row in db.execute(select(days.number, days.day, days.is_worked, days.name).order_by(days.number, days.day)):
        kept.setdefault(row.number, []).append((row.day.isoformat(), row.is_worked, row.name or ""))
    for number, calendar, kept_hours in db.execute(select(versions.number, versions.calendar_id, versions.hours)):
        report.rows += 1
        found = changed.pop(number, None)
        if found is None:
            stray(report, "calendar_versions", str(number), "工作日历", "the calendar's version")
            continue
        body = found[2]
        said = sorted((one["day"], one.get("worked"), one.get("name", "")) for one in body.get("days", ()))
        hours = json.loads(kept_hours) if kept_hours else None
        if (body.get("calendar"), said) != (calendar, kept.get(number, [])) or (
            (body.get("hours") or None) != (hours or None)
        ):
            lacking(report, found[0], found[1], "工作日历", "the calendar")
    for chain, seq, _ in changed.values():
        lacking(report, chain, seq, "工作日历", "the calendar")


def _lists(db: Connection, report: Report, told: Directory) -> None:
    table = tables.distribution_lists.c
    kinds = (Kind.LIST_BEGUN, Kind.LIST_CHANGED, Kind.LIST_CLOSED)
    written = {(body["list"], body["version"]): (chain, seq, body) for chain, seq, body in told.of(*kinds)}
    for row in db.execute(select(table.id, table.version, table.unit_id, table.content)):
        report.rows += 1
        found = written.pop((row.id, row.version), None)
        if found is None:
            stray(report, "distribution_lists", f"{row.id}/{row.version}", "发文范围", "the distribution list")
        elif (found[2]["unit"], found[2]["sha256"]) != (row.unit_id, hashlib.sha256(row.content.encode()).hexdigest()):
            lacking(report, found[0], found[1], "发文范围", "the distribution list")
    for chain, seq, _ in written.values():
        lacking(report, chain, seq, "发文范围", "the distribution list")


def _revoked(db: Connection, report: Report, told: Directory) -> None:
    """What was taken from somebody does not come back by itself."""
    revoked = {body["key"]: (chain, seq) for chain, seq, body in told.of(Kind.KEY_REVOKED) if "key" in body}
    keys = tables.keys.c
    if revoked:
        for id_ in db.execute(select(keys.id).where(keys.id.in_(revoked), keys.revoked_at.is_(None))).scalars():
            lacking(report, *revoked[id_], "密钥吊销", "the revocation of the key")
    state: dict[str, tuple[str, int, str]] = {}
    for chain, seq, body in told.of(Kind.ACCOUNT_CHANGED):
        if body.get("what") in ("disabled", "enabled") and isinstance(body.get("account"), str):
            state[body["account"]] = (chain, seq, body["what"])
    accounts = tables.accounts.c
    if state:
        for account, closed_at in db.execute(select(accounts.id, accounts.disabled_at).where(accounts.id.in_(state))):
            report.rows += 1
            chain, seq, what = state[account]
            if (closed_at is not None) != (what == "disabled"):
                lacking(report, chain, seq, "账号停用状态", "the closing of the account")


def _counted(db: Connection, report: Report, told: Directory, is_told: bool) -> None:
    """The office that was built once has so many accounts, and rows of the directory; others have an entry each."""
    built = told.of(Kind.OFFICE_BUILT)
    later = told.of(Kind.OFFICE_IMPORTED, Kind.UNIT_CHANGED, Kind.PERSON_CHANGED)
    if len(built) != 1 or later:
        if (built or later) and not is_told:
            report.unknown.append(
                Text(
                    "导入的组织数据没有逐行记录：没有后来记录提到的人员、组织、任职行被改动，查不出来。",
                    "Imported rows of the directory have no entry each: a change of one that no later entry speaks of "
                    "is not found.",
                )
            )
        return
    chain, seq, body = built[0]
    counts = body.get("counts") or {}
    accounts = len(told.of(Kind.ACCOUNT_CREATED))
    # An entry of these may add one row, or only change one.
    posts = len(told.of(Kind.POST_BEGUN, Kind.POST_CHANGED))
    memberships = len(told.of(Kind.MEMBERSHIP_CHANGED))
    for name, table, least, most in (
        ("people", tables.people, 0, 0),
        ("units", tables.units, 0, 0),
        ("accounts", tables.accounts, accounts, accounts),
        ("posts", tables.posts, 0, posts),
        ("memberships", tables.memberships, 0, memberships),
    ):
        if is_told and name != "accounts":
            continue
        there = db.execute(select(func.count()).select_from(table)).scalar_one()
        if name in counts and not counts[name] + least <= there <= counts[name] + most:
            report.find(
                *(chain, seq, "unexplained", "{name} 应有 {a} 至 {z} 行，实有 {b} 行：有行被添加或删除而没有记录"),
                "{name} should have {a} to {z} rows and has {b}: rows were added or removed without an entry",
                name=name,
                a=counts[name] + least,
                z=counts[name] + most,
                b=there,
            )
    if is_told:
        return
    report.unknown.append(
        Text(
            "建库时写入的人员、组织、任职行只核对数量：其中没有后来记录提到的行被改动，查不出来。",
            "Of the rows with which the office was built only the number is known: a change of one that no later "
            "entry speaks of is not found.",
        )
    )
