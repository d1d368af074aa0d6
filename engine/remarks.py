"""Words beside the deeds: comments, carbon copies, urging, and the phrases that people write often."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine import actors, cases, gates, outbox, tables, tasks, trail
from engine.actors import Actor
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.outbox import Notice
from engine.store import Moment, announce, for_update, insert_or_ignore, new_id
from engine.trail import Kind

AGAIN_AFTER = timedelta(hours=4)
"""A task is urged once in this time, whoever urges."""
MOST_MENTIONS = 20
MOST_COPIES = 50
MOST_PHRASES = 50
PHRASES = "phrases.manage"
"""What it takes to change the phrases of the whole office."""

_T, _C = tables.tasks.c, tables.cases.c


# ---------------------------------------------------------------- comments


def comment(
    db: Connection,
    actor: Actor,
    moment: Moment,
    text: str,
    mentions: Sequence[str] = (),
    *,
    case_id: str | None = None,
    task_id: str | None = None,
) -> dict[str, Any]:
    """Say something to a case or to one of its tasks; raises ``NotFound`` for whoever does not see the whole case.

    Who is mentioned hears of it, and has to see the whole case already: a comment lets nobody in (``Unfit``).
    """
    case_id = _seen_in_full(db, actor, case_id, task_id)
    if not text.strip():
        raise Unfit(errors=[FieldError("text", "required", Text("请填写留言。", "Write something."))])
    people = list(dict.fromkeys(mentions))
    _refuse_strangers(db, moment, case_id, people)
    row = {
        "id": new_id(),
        "case_id": case_id,
        "task_id": task_id,
        "person_id": actor.person_id,
        "text": text.strip(),
        "mentions": json.dumps(people),
        "at": moment.now,
    }
    receipt = trail.append(
        db,
        moment,
        actor,
        chain=case_id,
        kind=Kind.COMMENT_ADDED,
        task=task_id,
        element=_element(db, task_id),
        opinion=row["text"],
        mentions=people,
    )
    db.execute(insert(tables.comments).values(**row))
    holders = [actors.holder_of(p) for p in people]
    facts = {"by": actor.person_id}
    outbox.tell(
        db,
        moment,
        Notice.COMMENT_MENTIONED,
        holders,
        case_id=case_id,
        task_id=task_id,
        facts=facts,
        besides=actor.person_id,
    )
    announce(db, holders)
    return {**row, "mentions": people, "receipt": receipt}


def _seen_in_full(db: Connection, actor: Actor, case_id: str | None, task_id: str | None) -> str:
    if actor.person_id is None:
        raise NotFound()
    if task_id is not None:
        case_id = db.execute(select(_T.case_id).where(_T.id == task_id)).scalar()
    if case_id is None or cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    return case_id


def _element(db: Connection, task_id: str | None) -> str | None:
    found: str | None = db.execute(select(_T.element).where(_T.id == task_id)).scalar() if task_id else None
    return found


def _refuse_strangers(db: Connection, moment: Moment, case_id: str, people: Sequence[str]) -> None:
    if len(people) > MOST_MENTIONS:
        said = Text("一次最多提到 {most} 人。", "Mention at most {most} people at once.").format(most=MOST_MENTIONS)
        raise Unfit(said, errors=[FieldError("mentions", "too_many", said)])
    strangers = set(people) - viewers(db, moment, case_id, people)
    if strangers:
        names = actors.names(db, strangers)
        shown = [names.get(p, Text(p, p)) for p in sorted(strangers)]
        who = Text("、".join(n.zh for n in shown), ", ".join(n.en for n in shown))
        said = Text(
            "{who}不能查看此事项，不能提到；如确需其知悉，请抄送。", "{who} may not see this case. Send a copy instead."
        ).format(who=who)
        raise Unfit(said, code="err_may_not_see", errors=[FieldError("mentions", "err_may_not_see", said)])


def viewers(db: Connection, moment: Moment, case_id: str, people: Sequence[str]) -> set[str]:
    """Which of some people may see the whole of a case today."""
    if not people:
        return set()
    table, wanted = tables.case_viewers, tables.people.c
    by_case = (
        select(wanted.id)
        .join_from(tables.people, table, actors.means(table.c.holder, wanted.id))
        .where(table.c.case_id == case_id, table.c.scope == "full", wanted.id.in_(people))
    )
    seeing = set(db.execute(by_case, {"on": moment.today}).scalars())
    root = actors.root(db, moment.today)
    if root is not None and seeing != set(people):
        readers = [role for role, allowed in actors.PERMISSIONS.items() if "cases.read_all" in allowed]
        for role in readers:
            seeing |= set(people) & set(actors.people_meant(db, actors.holder(role, root.id), moment.today))
    return seeing


# ---------------------------------------------------------------- carbon copies


def copy(
    db: Connection, actor: Actor, moment: Moment, task_id: str, to: Sequence[str], note: str | None = None
) -> list[str]:
    """Put a case before people who have nothing to do in it; gives who has a copy now and had none unread.

    Whoever does the task, or did it, may: a copy lets people see the whole case. Raises ``NotFound``, ``Unfit``.
    """
    row = tasks.locked(db, task_id)
    if row is None or actor.person_id is None:
        raise NotFound()
    did = actor.person_id in (row["completed_by"], row["confirmed_by"], row["completed_for"])
    may = did or bool(tasks.purposes(db, actor, task_id))
    if not may and cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    people = list(dict.fromkeys(to))
    if not 0 < len(people) <= MOST_COPIES:
        said = Text("请选择 1 至 {most} 人。", "Choose 1 to {most} people.").format(most=MOST_COPIES)
        raise Unfit(said, errors=[FieldError("to", "required", said)])
    if not may:
        raise Forbidden(Text("只有办理人可以抄送。", "Only who does the step sends copies."), code="err_may_not_copy")
    known = actors.names(db, people)
    if unknown := [p for p in people if p not in known]:
        said = Text("没有找到此人。", "Nobody is known by this.")
        raise Unfit(said, errors=[FieldError("to", "unknown_person", said) for _ in unknown[:1]])
    case = {name: row[f"case__{name}"] for name in ("id", "subject_id")}
    told = cases.put_copies(
        db, moment, case, task_id, [p for p in people if p != actor.person_id], actor.person_id, note or None
    )
    if told:
        trail.append(
            db,
            moment,
            actor,
            chain=row["case_id"],
            kind=Kind.CASE_COPIED,
            task=task_id,
            element=row["element"],
            copied_to=[actors.holder_of(p) for p in told],
            note=note or None,
        )
    return told


def read_copies(db: Connection, actor: Actor, moment: Moment, cases_read: Sequence[str] | None = None) -> int:
    """Mark the actor's copies of some cases as read, or all of them; gives how many were unread."""
    table = tables.copies
    mine = update(table).where(table.c.person_id == actor.person_id, table.c.read_at.is_(None))
    if cases_read is not None:
        mine = mine.where(table.c.case_id.in_(list(cases_read)))
    changed = db.execute(mine.values(read_at=moment.now)).rowcount
    if changed and actor.person_id:
        announce(db, [actors.holder_of(actor.person_id)])
    return changed


# ---------------------------------------------------------------- urging


def urge(db: Connection, actor: Actor, moment: Moment, task_id: str) -> datetime:
    """Ask whoever has an open task to see to it (催办); gives from when it may be urged again.

    Whoever may see anything of the case may: who started it, the person it is about, who takes part. Raises
    ``NotFound``, ``NotNow`` (closed; urged less than four hours ago; one's own).
    """
    row = tasks.locked(db, task_id)
    if row is None or actor.person_id is None or cases.scope_of(db, actor, row["case_id"]) is None:
        raise NotFound()
    if row["case__status"] == cases.SUSPENDED:
        cases.must_run(db, moment, {"id": row["case_id"], "status": row["case__status"]})
    if row["status"] not in ("open", "confirming") or row["case__status"] != cases.RUNNING:
        raise NotNow(Text("此任务不在办理中。", "Nobody has this task to do now."), code="err_step_not_open")
    asked = _asked(row)
    if not set(actor.holders).isdisjoint(asked):
        raise NotNow(Text("这是您自己的待办。", "You have this to do yourself."), code="err_own_task")
    _refuse_again(db, moment, task_id)
    _urge(db, actor, moment, row)
    return moment.now + AGAIN_AFTER


def _urge(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> None:
    """Remember it, enter it, and tell everybody who has the task."""
    task_id, asked = row["id"], _asked(row)
    kept = tables.reminders
    again = update(kept).where(kept.c.task_id == task_id)
    values = {"by_id": actor.person_id, "at": moment.now}
    if db.execute(again.values(times=kept.c.times + 1, **values)).rowcount == 0:
        db.execute(insert_or_ignore(db, kept).values(task_id=task_id, times=1, **values))
    trail.append(db, moment, actor, chain=row["case_id"], kind=Kind.TASK_URGED, task=task_id, element=row["element"])
    outbox.tell(
        db,
        moment,
        Notice.TASK_URGED,
        asked,
        case_id=row["case_id"],
        task_id=task_id,
        facts={"by": actor.person_id, "element": row["element"]},
        besides=actor.person_id,
    )
    announce(db, asked)


def urge_called(
    db: Connection, actor: Actor, moment: Moment, case_id: str, *, late_only: bool = False
) -> tuple[int, int]:
    """Urge everybody who has an open task in a case that this one has called; gives how many, and how many were
    left because they were urged lately or are the actor's own.

    ``late_only``: those whose term is over. Raises ``NotFound`` for whoever does not see the whole of the caller.
    """
    if actor.person_id is None or cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    query = (
        select(_T.id, _T.due_on, _T.due_at, _T.is_late)
        .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
        .where(_C.parent_id == case_id, _C.status == cases.RUNNING, _T.status.in_(("open", "confirming")))
        .order_by(_C.id, _T.id)  # the order in which whoever takes several of them locks them
    )
    open_tasks = [t for t in db.execute(query).all() if not late_only or gates.is_overdue(t, moment)]
    urged = 0
    for task in open_tasks:
        row = tasks.locked(db, task.id)
        if row is not None and _may_urge(db, actor, moment, row):
            _urge(db, actor, moment, row)
            urged += 1
    return urged, len(open_tasks) - urged


def _may_urge(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> bool:
    if row["status"] not in ("open", "confirming") or row["case__status"] != cases.RUNNING:
        return False
    if not set(actor.holders).isdisjoint(_asked(row)) or cases.scope_of(db, actor, row["case_id"]) is None:
        return False
    return urged_until(db, moment, row["id"]) is None


def _asked(row: Mapping[str, Any]) -> list[str]:
    """Who has an open task: who claimed it, else everybody it asks."""
    if row["status"] == "open" and row["claimed_by"]:
        return [actors.holder_of(row["claimed_by"])]
    wanted = "confirm" if row["status"] == "confirming" else "act"
    lines = (line.partition(" ") for line in (row["asks"] or "").split("\n"))
    return [holder for purpose, _, holder in lines if purpose == wanted]


def urged_until(db: Connection, moment: Moment, task_id: str) -> datetime | None:
    """From when a task may be urged again, where it was urged lately."""
    at: datetime | None = db.execute(
        select(tables.reminders.c.at).where(tables.reminders.c.task_id == task_id)
    ).scalar()
    return at + AGAIN_AFTER if at is not None and at + AGAIN_AFTER > moment.now else None


def _refuse_again(db: Connection, moment: Moment, task_id: str) -> None:
    until = urged_until(db, moment, task_id)
    if until is not None:
        raise NotNow(
            Text("四小时内已有人催办，{when} 起可再次催办。", "It was urged lately; again from {when}."),
            code="err_urged_lately",
            when=until.astimezone(moment.zone).strftime("%Y-%m-%d %H:%M"),
            again_at=until.isoformat(),
        )


# ---------------------------------------------------------------- phrases


def phrases(db: Connection, actor: Actor) -> tuple[list[str], list[str]]:
    """The actor's own phrases, and those of the whole office, each in their order."""
    table = tables.phrases.c
    rows = db.execute(
        select(table.person_id, table.text)
        .where(table.person_id.is_(None) | (table.person_id == actor.person_id))
        .order_by(table.place)
    ).all()
    own = [r.text for r in rows if r.person_id is not None]
    return own, [r.text for r in rows if r.person_id is None]


def set_phrases(db: Connection, actor: Actor, moment: Moment, texts: Sequence[str], *, office: bool = False) -> None:
    """Put a list of phrases in the place of the actor's own, or of the office's (``phrases.manage``)."""
    if office:
        actor.require(PHRASES)
    elif actor.person_id is None:
        raise NotFound()
    said = list(dict.fromkeys(" ".join(text.split()) for text in texts))
    if len(said) > MOST_PHRASES or not all(said):
        words = Text("常用语最多 {most} 条，每条不能为空。", "At most {most} phrases, none of them empty.")
        raise Unfit(errors=[FieldError("items", "too_many", words.format(most=MOST_PHRASES))])
    table, owner = tables.phrases, None if office else actor.person_id
    if office:
        trail.hold(db, trail.OFFICE)  # two who change the same list take turns
    elif for_update(db):
        db.execute(select(tables.people.c.id).where(tables.people.c.id == owner).with_for_update())
    db.execute(delete(table).where(table.c.person_id.is_(None) if office else table.c.person_id == owner))
    rows = [
        {"id": new_id(), "person_id": owner, "text": text, "place": place, "at": moment.now}
        for place, text in enumerate(said)
    ]
    if rows:
        db.execute(insert(table), rows)
    if office:
        trail.append(db, moment, actor, kind=Kind.PHRASES_CHANGED, phrases=said)
