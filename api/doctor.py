"""What is stuck or misconfigured, and the one safe action for each. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.exc import SQLAlchemyError

from api import figures
from engine import actors, tables
from engine.errors import Language, Text
from engine.store import Store


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is not as it should be, and what to do about it."""

    rule: str
    text: Text
    action: Text

    def as_json(self, language: Language) -> dict[str, Any]:
        return {"rule": self.rule, "message": self.text.spoken(language), "action": self.action.spoken(language)}


def examine(store: Store) -> list[Complaint]:
    """Everything that is wrong, most serious first."""
    try:
        with store.reading() as db:
            if not figures.is_current(db):
                return [
                    Complaint(
                        "schema",
                        Text("数据库结构不是本版本的", "the database does not have the schema of this release"),
                        Text("运行 liuhen serve 或 liuhen setup 升级", "run liuhen serve or liuhen setup"),
                    )
                ]
            return [*_settings(store), *_office(db), *_cases(db), *_tasks(db, store), *_clock(db, store)]
    except SQLAlchemyError as e:
        return [
            Complaint(
                "database",
                Text(f"无法读取数据库：{type(e).__name__}", f"the database cannot be read: {type(e).__name__}"),
                Text("检查 LIUHEN_DATABASE_URL 和数据库服务", "look at LIUHEN_DATABASE_URL and the database server"),
            )
        ]


def _settings(store: Store) -> Iterator[Complaint]:
    local = ("http://127.0.0.1", "http://localhost")
    if not store.settings.is_secure and not store.settings.base_url.startswith(local):
        yield Complaint(
            "not_https",
            Text(f"{store.settings.base_url} 没有加密", f"{store.settings.base_url} is not encrypted"),
            Text(
                "在前面放置 HTTPS，并把 LIUHEN_BASE_URL 写成 https://",
                "put HTTPS in front and write https:// in LIUHEN_BASE_URL",
            ),
        )


def _office(db: Connection) -> Iterator[Complaint]:
    if db.execute(select(tables.units.c.id).limit(1)).first() is None:
        yield Complaint(
            "no_office",
            Text("还没有任何组织", "there is no unit yet"),
            Text("运行 liuhen import-office 或 liuhen setup --demo", "run liuhen import-office or liuhen setup --demo"),
        )
    elif db.execute(select(tables.definitions.c.id).limit(1)).first() is None:
        yield Complaint(
            "no_definition",
            Text("还没有发布任何流程", "no procedure has been published"),
            Text("运行 liuhen publish processes/…", "run liuhen publish processes/…"),
        )


def _cases(db: Connection) -> Iterator[Complaint]:
    cases = tables.cases.c
    for row in db.execute(select(cases.id, cases.number).where(cases.status == "failed").order_by(cases.number)):
        yield Complaint(
            "case_failed",
            Text(f"事项 {row.number} 无法继续", f"case {row.number} cannot go on"),
            Text("在事项页查看留痕中的原因", "read the reason in the trail on the page of the case"),
        )
    tasks, timers = tables.tasks.c, tables.timers.c
    waiting = select(cases.number).where(
        cases.status == "running",
        ~exists().where(tasks.case_id == cases.id, tasks.status.in_(("held", "open", "confirming"))),
        ~exists().where(timers.case_id == cases.id),
        cases.wake_at.is_(None),
    )
    for number in db.execute(waiting.order_by(cases.number)).scalars():
        yield Complaint(
            "case_idle",
            Text(f"事项 {number} 既无任务也无定时", f"case {number} has neither a task nor a timer"),
            Text("请流程设计人员检查流程图", "ask the designer to look at the diagram"),
        )


def _tasks(db: Connection, store: Store) -> Iterator[Complaint]:
    """Open tasks that ask nobody, or posts that nobody holds today."""
    tasks, asked, cases = tables.tasks.c, tables.task_candidates.c, tables.cases.c
    today = store.moment(db).today
    rows = db.execute(
        select(tasks.id, tasks.element, cases.number, asked.holder)
        .join_from(tables.tasks, tables.cases, cases.id == tasks.case_id)
        .join(tables.task_candidates, asked.task_id == tasks.id, isouter=True)
        .where(tasks.status.in_(("open", "confirming")), cases.status == "running")
        .order_by(cases.number, tasks.element)
    )
    meant: dict[str, bool] = {}
    found: dict[str, tuple[str, str, bool]] = {}
    for row in rows:
        if row.holder is not None and row.holder not in meant:
            meant[row.holder] = bool(actors.people_meant(db, row.holder, today))
        number, element, is_asked = found.get(row.id, (row.number, row.element, False))
        found[row.id] = (number, element, is_asked or (row.holder is not None and meant[row.holder]))
    for number, element, is_asked in found.values():
        if not is_asked:
            yield Complaint(
                "nobody_asked",
                Text(f"事项 {number} 的“{element}”无人可办", f"nobody can do “{element}” of case {number}"),
                Text("为该职务任命人员", "give the post to somebody"),
            )


def _clock(db: Connection, store: Store) -> Iterator[Complaint]:
    now = store.moment(db).now
    cases = tables.cases.c
    late = db.execute(
        select(func.count(), func.min(cases.wake_at)).where(cases.status == "running", cases.wake_at <= now)
    ).one()
    if late[0] and (now - late[1]).total_seconds() > 300:
        yield Complaint(
            "clock_stands",
            Text(f"{late[0]} 件事项的定时已到而未办理", f"the time of {late[0]} cases has come and nothing happened"),
            Text("运行 liuhen serve，或 liuhen tick", "run liuhen serve, or liuhen tick"),
        )
