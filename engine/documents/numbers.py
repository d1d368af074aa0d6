"""The register of numbers (发文登记): every number of a series, used by which document, or void, by whom and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from engine import actors, cases, tables, trail
from engine.actors import Actor
from engine.cases.issuing import CODE, SERIES, VOIDED, change, of_tasks
from engine.documents.reading import IS_NEWEST, STATE, D, described, find
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, insert_or_ignore

_N, _E, _S = tables.document_numbers.c, tables.document_events.c, tables.document_series.c

KEEPERS = ("document_clerk", "general_office")
"""Posts whose holders keep the register of the body in which they hold them."""
VOIDERS = ("document_clerk",)
"""Posts whose holders may void a document of that body."""


def register(
    db: Connection,
    actor: Actor,
    moment: Moment,
    cursor: Any = None,
    limit: int = 50,
    *,
    unit: str | None = None,
    code: str | None = None,
    year: int | None = None,
    kind: str | None = None,
) -> tuple[list[dict[str, Any]], Any]:
    """The numbers that bodies have given, by body, code, year and place; and where the list goes on.

    Auditors see every body, whoever keeps a body's documents sees its own. Raises ``Forbidden``, ``NotFound``.
    """
    mine = _bodies(actor)
    query = (
        select(tables.document_numbers, D.case_id, D.content, D.sha256, D.dated_on, D.issued_by, *STATE)
        .join_from(tables.document_numbers, tables.documents, D.id == _N.document_id)
        .outerjoin(tables.document_events, IS_NEWEST)
        .order_by(_N.unit_id, _N.code, _N.year, _N.serial)
        .limit(limit + 1)
    )
    if unit:
        wanted = actors.unit_by(db, unit).id
        if mine is not None and wanted not in mine:
            raise NotFound()
        query = query.where(_N.unit_id == wanted)
    elif mine is not None:
        query = query.where(_N.unit_id.in_(sorted(mine)))
    for column, value in ((_N.code, code), (_N.year, year), (_N.kind, kind)):
        if value is not None:
            query = query.where(column == value)
    if cursor:
        query = query.where(_after(cursor))
    rows = db.execute(query).mappings().all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = [last[name] for name in ("unit_id", "code", "year", "serial")] if last is not None else None
    return [_line(dict(r)) for r in rows[:limit]], following


def begin_series(
    db: Connection, actor: Actor, moment: Moment, unit: str, code: str, year: int, last: int, reason: str
) -> None:
    """Numbers of a code and a year were given on paper up to ``last``: the next one here follows it.

    Raises ``NotFound`` (no such unit), ``Unfit``, ``NotNow`` where a number was given here or this was said before.
    """
    body = actors.unit_by(db, unit, moment.today)
    wrong = []
    if not CODE.match(code):
        said = Text("不是机关代字：2 至 20 个字，不含空格和〔〕", "no code: 2 to 20 characters without blanks")
        wrong.append(FieldError("code", "not_a_code", said))
    if not 1900 <= year <= 2999:
        wrong.append(FieldError("year", "not_a_year", Text("年份不对", "no such year")))
    if not 0 < last < 1_000_000:
        wrong.append(FieldError("last", "not_a_number", Text("应为 1 至 999999", "has to be 1 to 999999")))
    if not reason.strip():
        wrong.append(FieldError("reason", "required", Text("请说明依据。", "Say what it rests on.")))
    if wrong:
        raise Unfit(errors=wrong)
    new = insert_or_ignore(db, tables.numbers).values(series=f"{SERIES}{code}/{year}", last=last)
    if db.execute(new.returning(tables.numbers.c.last)).scalar() is None:
        raise NotNow(
            Text("“{series}”已经开始编号。", "Numbers of {series} are being given already."),
            code="err_series_begun",
            series=f"{code}〔{year}〕",
        )
    row = {"code": code, "year": year, "unit_id": body.id, "last": last, "reason": reason}
    db.execute(insert(tables.document_series).values(**row, by_id=actor.person_id, at=moment.now))
    facts: dict[str, Any] = {"name": f"{code}〔{year}〕", "count": last, "unit": body.id, "reason": reason}
    trail.append(db, moment, actor, kind=trail.Kind.SERIES_BEGUN, **facts)


def series_on_paper(db: Connection, actor: Actor, unit: str | None = None) -> list[dict[str, Any]]:
    """The series that began on paper, for whoever sees the register of their body; raises ``Forbidden``."""
    mine = _bodies(actor)
    query = select(tables.document_series).order_by(_S.unit_id, _S.code, _S.year)
    if unit:
        query = query.where(_S.unit_id == actors.unit_by(db, unit).id)
    if mine is not None:
        query = query.where(_S.unit_id.in_(sorted(mine)))
    return [dict(row) for row in db.execute(query).mappings()]


def _bodies(actor: Actor) -> set[str] | None:
    """The bodies whose register somebody sees; ``None``: every one. Raises ``Forbidden``."""
    if actor.may("trail.read_all"):
        return None
    mine = {post.unit_id for post in actor.posts if post.role in KEEPERS}
    if not mine:
        raise Forbidden(
            Text("只有审计人员和公文管理人员可以查看发文登记。", "Only auditors and document clerks see the register."),
            code="err_not_keeper",
        )
    return mine


def _after(cursor: Any) -> Any:
    unit, code, year, serial = cursor
    return or_(
        _N.unit_id > unit,
        and_(_N.unit_id == unit, _N.code > code),
        and_(_N.unit_id == unit, _N.code == code, _N.year > year),
        and_(_N.unit_id == unit, _N.code == code, _N.year == year, _N.serial > serial),
    )


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    content = json.loads(row["content"])
    return {
        **{name: row[name] for name in ("number", "code", "year", "serial", "unit_id", "kind", "document_id")},
        **{name: row[name] for name in ("case_id", "dated_on", "sha256", "issued_by", "at")},
        "case_number": content["case"],
        **described(row, content),
    }


def void(db: Connection, actor: Actor, moment: Moment, document_id: str, reason: str) -> None:
    """A document is void from now on, its number used up; only who keeps the documents of its body may, with a reason.

    Raises ``NotFound`` for whoever may not read it, ``Forbidden``, ``Unfit``, ``NotNow`` where it is void already.
    """
    shown = find(db, actor, document_id)
    if not may_void(actor, shown):
        raise Forbidden(
            Text("只有发文机关的公文管理人员可以作废公文。", "Only a document clerk of the body that issued it may."),
            code="err_not_keeper",
        )
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明作废的理由。", "Say why it is void."))])
    work = cases.take(db, actor, moment, shown["case_id"])
    node = db.execute(select(tables.tasks.c.node).where(tables.tasks.c.id == shown["task_id"])).scalar_one()
    row = next(r for r in of_tasks(db, work.case_id, [node]) if r.id == document_id)
    if row.what == VOIDED:
        raise NotNow(Text("此公文已经作废。", "This document is void already."), code="err_already_void")
    change(work, row, VOIDED, reason, is_undone=False)
    cases.settle(work, None)


def may_void(actor: Actor, document: Mapping[str, Any]) -> bool:
    """Whether somebody keeps the documents of the body that issued one."""
    return any(p.unit_id == document["unit_id"] and p.role in VOIDERS for p in actor.posts)
