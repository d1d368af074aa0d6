"""Findings as auditors go through them: a list with filters, how many there are of each kind, and what is set aside."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, or_, select, tuple_, update

from engine import actors, definitions, gates, separation, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Clash, NotFound, NotNow, Text, Unfit
from engine.oversight import conformance, following
from engine.oversight.conformance import VersionOf
from engine.oversight.findings import KINDS, LIMITS
from engine.rules import Clause
from engine.store import Moment, for_update
from engine.trail import Kind
from engine.views import speak
from engine.views.clauses import STATES
from engine.views.naming import Names

CHAIN = "findings"
"""The chain of what auditors say about findings."""
MOST_COUNTED = 20
"""Units, people or procedures by which findings are counted."""

_F, _C, _S, _O = tables.findings.c, tables.cases.c, tables.clause_states.c, tables.oversight_limits.c


@dataclass(frozen=True)
class Wanted:
    """Filters; ``unit`` means it and everything below, days are days of the office, both included."""

    kind: str | None = None
    person: str | None = None
    unit: str | None = None
    definition: str | None = None
    version: int | None = None
    case: str | None = None
    element: str | None = None
    clause: str | None = None
    rule: str | None = None
    since: date | None = None
    until: date | None = None
    state: str = "open"
    """``open``, ``set_aside`` or ``all``."""


def limits(db: Connection) -> dict[str, int]:
    """Every number of the office: what was set last, else the usual one."""
    found = {name: limit.usual for name, limit in LIMITS.items()}
    for row in db.execute(select(_O.name, _O.value).order_by(_O.no)):
        if row.name in found:
            found[row.name] = row.value
    return found


def set_limit(db: Connection, actor: Actor, moment: Moment, name: str, value: int, reason: str) -> dict[str, int]:
    """Give a number of the office another value, from now on and for what was found before; raises ``Unfit``."""
    limit = LIMITS.get(name)
    if limit is None:
        raise NotFound()
    if not limit.least <= value <= limit.most:
        raise Unfit(
            Text("须在 {least} 到 {most} 之间。", "It has to lie between {least} and {most}.").format(
                least=limit.least, most=limit.most
            ),
            code="err_limit_out_of_range",
        )
    trail.hold(db, CHAIN)  # two at once take their turns
    before = limits(db)[name]
    if before == value:
        return limits(db)
    last = db.execute(select(func.max(_O.no)).where(_O.name == name)).scalar() or 0
    row = {"name": name, "no": last + 1, "value": value, "reason": reason, "set_by": actor.person_id, "at": moment.now}
    db.execute(insert(tables.oversight_limits), row)
    facts = {"name": name, "before": before, "value": value, "reason": reason}
    trail.append(db, moment, actor, chain=CHAIN, kind=Kind.LIMIT_CHANGED, **facts)
    return limits(db)


# ---------------------------------------------------------------- the list


def filters(db: Connection, moment: Moment, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions of a list. Raises ``NotFound`` where a person, unit or case is named that is not there."""
    given = limits(db)
    found: list[ColumnElement[bool]] = [
        or_(
            _F.kind.not_in(("fast", "backdated")),
            and_(_F.kind == "fast", _F.measure < given["fast_seconds"]),
            and_(_F.kind == "backdated", _F.measure >= given["backdated_days"]),
        )
    ]
    if wanted.person:
        found.append(_F.person_id == actors.person_by(db, wanted.person, moment.today).id)
    if wanted.unit:
        unit = actors.unit_by(db, wanted.unit)
        found.append(_F.unit_id.in_(sorted({unit.id, *actors.subtree(db, unit.id, moment.today)})))
    if wanted.case:
        case = db.execute(select(_C.id).where(or_(_C.id == wanted.case, _C.number == wanted.case))).scalar()
        if case is None:
            raise NotFound(
                Text("没有事项“{case}”。", "There is no case {case}.").format(case=wanted.case),
                code="err_case_not_found",
            )
        found.append(_F.case_id == case)
    for column, value in (
        (_F.definition_key, wanted.definition),
        (_F.version, wanted.version),
        (_F.element, wanted.element),
        (_F.clause, wanted.clause),
        (_F.rule, wanted.rule),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.since:
        found.append(_F.at >= moment.midnight(wanted.since))
    if wanted.until:
        found.append(_F.at < moment.midnight(wanted.until + timedelta(days=1)))
    if wanted.state != "all":
        found.append(_F.set_aside_at.is_(None) if wanted.state == "open" else _F.set_aside_at.is_not(None))
    return found


_ORDER = (_F.at, _F.chain, _F.seq, _F.kind, _F.rule)


def listed(
    db: Connection, moment: Moment, wanted: Wanted, cursor: Sequence[Any] | None = None, limit: int = 50
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """A page of findings, newest first, and the cursor of the next one."""
    query = select(tables.findings).where(*filters(db, moment, wanted))
    if wanted.kind:
        query = query.where(_F.kind == wanted.kind)
    if cursor:
        at, *place = cursor
        query = query.where(tuple_(*_ORDER) < tuple_(*_bound(datetime.fromisoformat(at), *place)))
    query = query.order_by(*(c.desc() for c in _ORDER)).limit(limit + 1)
    rows = [dict(row) for row in db.execute(query).mappings()]
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    after = [last["at"].isoformat(), last["chain"], last["seq"], last["kind"], last["rule"]] if last else None
    return shown(db, moment, page), after


def _bound(*values: Any) -> list[ColumnElement[Any]]:
    return [literal(value, column.type) for column, value in zip(_ORDER, values, strict=True)]


def shown(db: Connection, moment: Moment, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings in words: the entry, what it departs from, who, where, and who set it aside."""
    names = Names(db, moment.today)
    names.expect([r[who] for r in rows for who in ("person_id", "set_aside_by")], [r["unit_id"] for r in rows], [])
    ids = {r["case_id"] for r in rows}
    query = select(_C.id, _C.number, _C.title).where(_C.id.in_(ids))
    cases = {row.id: dict(row._mapping) for row in db.execute(query)} if ids else {}
    version_of = conformance.versions(db)
    said = _said(db, moment, rows, version_of)
    found = []
    for row in rows:
        definition = version_of(row["definition_key"], row["version"])
        found.append(_shown(db, row, names, cases[row["case_id"]], definition, said))
    return found


def _said(
    db: Connection, moment: Moment, rows: Sequence[Mapping[str, Any]], version_of: VersionOf
) -> dict[tuple[str, int], dict[str, Any]]:
    entries = tables.entries.c
    wanted = sorted({(r["chain"], r["seq"]) for r in rows})
    if not wanted:
        return {}
    query = select(entries.text, entries.hash).where(tuple_(entries.chain, entries.seq).in_(wanted))
    bodies = [{**json.loads(row.text), "hash": row.hash} for row in db.execute(query)]
    version = {(r["chain"], r["seq"]): (r["definition_key"], r["version"]) for r in rows}

    def of(body: Mapping[str, Any]) -> tuple[str, int]:
        return version[body["chain"], body["seq"]]

    found = {}
    for (key, number), some in groupby(sorted(bodies, key=of), key=of):
        for one in speak(db, moment, list(some), version_of(key, number)):
            found[one["chain"], one["seq"]] = one
    return found


def _shown(
    db: Connection,
    row: Mapping[str, Any],
    names: Names,
    case: Mapping[str, Any],
    definition: Definition,
    said: Mapping[tuple[str, int], Mapping[str, Any]],
) -> dict[str, Any]:
    entry = said.get((row["chain"], row["seq"]), {})
    clause = definition.clause(row["clause"])
    facts = json.loads(row["facts"])
    element = row["element"] if row["element"] in definition.blueprint.elements else None
    aside = None
    if row["set_aside_at"] is not None:
        by = names.person(row["set_aside_by"])
        aside = {"at": row["set_aside_at"], "by": by, "reason": row["set_aside_because"]}
    return {
        "id": finding_id(row),
        "kind": row["kind"],
        "kind_name": KINDS[row["kind"]],
        "rule": row["rule"],
        "said": _why(db, row, definition, facts),
        "sentence": entry.get("sentence"),
        "reason": entry.get("reason") or entry.get("opinion"),
        "at": row["at"],
        "chain": row["chain"],
        "seq": row["seq"],
        "hash": entry.get("hash", ""),
        "case": case,
        "definition": {"key": definition.key, "name": definition.name},
        "version": row["version"],
        "unit": names.unit(row["unit_id"]),
        "person": names.person(row["person_id"]),
        "element": row["element"],
        "element_name": definition.element_name(element) if element else None,
        "clause": clause.as_view() if clause is not None else None,
        "measure": row["measure"],
        "expected": [_place(definition, e) for e in facts.get("expected", ())],
        "actual": [_place(definition, e) for e in facts.get("actual", ())],
        "rev": row["rev"],
        "set_aside": aside,
    }


_SECONDS = Text("用时 {n} 秒（自 {since} 起）", "took {n} seconds (since {since})")
_UNSEEN = Text("用时 {n} 秒，此前没有查看表单的记录", "took {n} seconds, and no look at its form is on record")
_DAYS = Text("所填日期 {on} 比步骤开启早 {n} 天", "dated {on}, {n} days before the step was opened")
_MARKED = Text("提示：{text}", "the warning: {text}")


def _why(db: Connection, row: Mapping[str, Any], definition: Definition, facts: Mapping[str, Any]) -> Text | None:
    """What a finding says beside the sentence of its entry."""
    kind = row["kind"]
    if kind == "deviation":
        return conformance.CODES[facts["code"]]
    if kind == "fast":
        if not facts.get("looked"):
            return _UNSEEN.format(n=row["measure"])
        return _SECONDS.format(n=row["measure"], since=facts["since"][:19].replace("T", " "))
    if kind == "backdated":
        return _DAYS.format(on=facts["on"], n=row["measure"])
    if kind == "override" and row["rule"]:
        return _MARKED.format(text=gates.sentence(definition, row["rule"], None))
    if kind.startswith("duty"):
        rule = definition.duties.rule(row["rule"]) or separation.in_force(db).rule(row["rule"])
        return rule.text if rule is not None else None
    return None


def _place(definition: Definition, id_: str) -> Text:
    if id_ in definition.blueprint.elements:
        return definition.element_name(id_)
    return definition.name if id_ == definition.blueprint.id else Text(id_, id_)


def counts(db: Connection, moment: Moment, wanted: Wanted) -> dict[str, Any]:
    """How many findings there are of each kind, and where, by whom and in which procedure most of those wanted are.

    What is counted here is what a list with the same filters holds.
    """
    where = filters(db, moment, wanted)
    by_kind = {row.kind: row.n for row in _grouped(db, _F.kind, where)}
    narrow = [*where, _F.kind == wanted.kind] if wanted.kind else where
    names = Names(db, moment.today)
    units = _grouped(db, _F.unit_id, narrow, MOST_COUNTED)
    people = _grouped(db, _F.person_id, [*narrow, _F.person_id.is_not(None)], MOST_COUNTED)
    names.expect([r.person_id for r in people], [r.unit_id for r in units], [])
    read, size = following.progress(db)
    return {
        "total": sum(by_kind.values()),
        "kinds": [{"kind": k, "name": text, "count": by_kind.get(k, 0)} for k, text in KINDS.items()],
        "units": [{**names.unit(r.unit_id), "count": r.n} for r in units],
        "people": [{**(names.person(r.person_id) or {}), "count": r.n} for r in people],
        "definitions": [
            {"key": r.definition_key, "name": definitions.read(db, r.definition_key).name, "count": r.n}
            for r in _grouped(db, _F.definition_key, narrow, MOST_COUNTED)
        ],
        "read": read,
        "entries": size,
    }


def _grouped(
    db: Connection, column: ColumnElement[Any], where: Sequence[ColumnElement[bool]], most: int | None = None
) -> Sequence[Any]:
    count = func.count().label("n")
    query = select(column, count).where(*where).group_by(column).order_by(count.desc(), column).limit(most)
    return db.execute(query).all()


# ---------------------------------------------------------------- set aside, and taken up again


def finding_id(row: Mapping[str, Any]) -> str:
    """A finding in an address."""
    key = json.dumps([row["chain"], row["seq"], row["kind"], row["rule"]], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def one(db: Connection, moment: Moment, id_: str) -> dict[str, Any]:
    """One finding. Raises ``NotFound``."""
    return shown(db, moment, [_found(db, id_)])[0]


def _found(db: Connection, id_: str, *, is_locked: bool = False) -> Mapping[str, Any]:
    try:
        chain, seq, kind, rule = json.loads(base64.urlsafe_b64decode(id_ + "=" * (-len(id_) % 4)))
        key = str(chain), int(seq), str(kind), str(rule)
    except (ValueError, TypeError) as e:
        raise NotFound() from e
    query = select(tables.findings).where(tuple_(_F.chain, _F.seq, _F.kind, _F.rule) == key)
    row = db.execute(query.with_for_update() if is_locked and for_update(db) else query).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


def set_aside(db: Connection, actor: Actor, moment: Moment, id_: str, rev: int, reason: str) -> dict[str, Any]:
    """An auditor has looked into a finding and says why nothing more is to be done. Raises ``Clash``, ``NotNow``."""
    row = _in_hand(db, id_, rev)
    if row["set_aside_at"] is not None:
        raise NotNow(Text("该发现已搁置。", "This finding is set aside already."), code="err_set_aside")
    _say(db, actor, moment, row, Kind.FINDING_SET_ASIDE, reason)
    return _write(db, moment, row, set_aside_at=moment.now, set_aside_by=actor.person_id, set_aside_because=reason)


def take_up(db: Connection, actor: Actor, moment: Moment, id_: str, rev: int, reason: str) -> dict[str, Any]:
    """A finding that was set aside is open again. Raises ``Clash``, ``NotNow``."""
    row = _in_hand(db, id_, rev)
    if row["set_aside_at"] is None:
        raise NotNow(Text("该发现没有搁置。", "This finding is not set aside."), code="err_not_set_aside")
    _say(db, actor, moment, row, Kind.FINDING_TAKEN_UP, reason)
    return _write(db, moment, row, set_aside_at=None, set_aside_by=None, set_aside_because=None)


def _in_hand(db: Connection, id_: str, rev: int) -> Mapping[str, Any]:
    row = _found(db, id_, is_locked=True)
    if row["rev"] != rev:
        raise Clash(rev=row["rev"])
    return row


def _say(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any], kind: Kind, reason: str) -> None:
    number = db.execute(select(_C.number).where(_C.id == row["case_id"])).scalar()
    of = {"of_chain": row["chain"], "of_seq": row["seq"], "finding": row["kind"], "rule": row["rule"] or None}
    trail.append(db, moment, actor, chain=CHAIN, kind=kind, case=row["case_id"], name=number, reason=reason, **of)


def _write(db: Connection, moment: Moment, row: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    key = row["chain"], row["seq"], row["kind"], row["rule"]
    mine = tuple_(_F.chain, _F.seq, _F.kind, _F.rule) == key
    db.execute(update(tables.findings).where(mine).values(rev=row["rev"] + 1, **values))
    return one(db, moment, finding_id(row))


# ---------------------------------------------------------------- clause by clause, across cases


def clause_table(
    db: Connection, moment: Moment, *, definition: str | None = None, unit: str | None = None, state: str = "exception"
) -> dict[str, Any]:
    """Each clause of each procedure: in how many cases it was met, departed from, open or not applicable.

    ``state``: the clauses that stand so most often come first; then those with the most entries that depart.
    """
    where = []
    if definition:
        where.append(_S.definition_key == definition)
    if unit:
        top = actors.unit_by(db, unit)
        where.append(_S.unit_id.in_(sorted({top.id, *actors.subtree(db, top.id, moment.today)})))
    query = select(_S.definition_key, _S.clause, _S.state, func.count().label("n"), func.sum(_S.exceptions).label("e"))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    newest: dict[str, Definition] = {}
    for row in db.execute(query.where(*where).group_by(_S.definition_key, _S.clause, _S.state)):
        known = newest.get(row.definition_key) or definitions.read(db, row.definition_key)
        newest[row.definition_key] = known
        of = found.setdefault(
            (row.definition_key, row.clause),
            {
                "definition": {"key": known.key, "name": known.name},
                "clause": _clause(known, row.clause),
                "counts": dict.fromkeys(STATES, 0),
                "departures": 0,
            },
        )
        of["counts"][row.state] += row.n
        of["departures"] += row.e
    read, size = following.progress(db)
    items = sorted(
        found.values(),
        key=lambda o: (-o["counts"][state], -o["departures"], o["definition"]["key"], o["clause"]["id"]),
    )
    return {"items": items, "read": read, "entries": size}


def _clause(definition: Definition, id_: str) -> dict[str, Any]:
    clause: Clause | None = definition.clause(id_)
    return clause.as_view() if clause is not None else {"id": id_, "text": None, "article": None}


def cases_of_clause(
    db: Connection,
    moment: Moment,
    key: str,
    clause: str,
    state: str,
    unit: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[list[dict[str, Any]], str | None]:
    """The cases in which a clause stands so, newest first."""
    query = (
        select(_C.id, _C.number, _C.title, _C.status, _C.started_at, _S.unit_id, _S.exceptions)
        .join_from(tables.clause_states, tables.cases, _C.id == _S.case_id)
        .where(_S.definition_key == key, _S.clause == clause, _S.state == state)
    )
    if unit:
        top = actors.unit_by(db, unit)
        query = query.where(_S.unit_id.in_(sorted({top.id, *actors.subtree(db, top.id, moment.today)})))
    if after is not None:
        query = query.where(_C.id < after)
    rows = db.execute(query.order_by(_C.id.desc()).limit(limit + 1)).mappings().all()
    names = Names(db, moment.today)
    names.expect([], [r["unit_id"] for r in rows[:limit]], [])
    items = [{**{k: v for k, v in r.items() if k != "unit_id"}, "unit": names.unit(r["unit_id"])} for r in rows[:limit]]
    return items, rows[limit - 1]["id"] if len(rows) > limit else None
