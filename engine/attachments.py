"""Files put with a case: by whoever does a step, seen by whoever sees the case, taken back until the step is done.

The bytes were stored before (``files.receive``, outside any transaction); here are the rows, the entries and who may.
An entry holds hash, size and type; of the name, which is often somebody's, a salted commitment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from engine import cases, demands, files, holds, tables, tasks, trail
from engine.actors import Actor
from engine.errors import FieldError, NotFound, NotNow, Text, Unfit
from engine.files import Kept, TooLarge, Verdict
from engine.settings import Settings
from engine.store import Moment, Store
from engine.tasks import InHand
from engine.trail import Kind

_A, _F = tables.attachments.c, tables.files.c

MOST = 100
"""Attachments that one step may have, where its designer says nothing."""
LOOSE = 20
"""Files that somebody may have uploaded for cases not yet started."""
LOOSE_DAYS = timedelta(days=7)
ORPHANED = timedelta(days=1)
"""How long bytes lie without a row before they go: longer than any upload takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file may be put: what is asked before its bytes are taken in."""

    case_id: str | None
    task_id: str | None
    room: int
    """Bytes that the case still has room for."""
    types: frozenset[str] | None
    told: Mapping[str, Any]
    """Where a refusal that matters is entered."""


# ---------------------------------------------------------------- put, take back


def place(db: Connection, actor: Actor, moment: Moment, settings: Settings, task_id: str) -> Place:
    """Whether the actor may attach to an open task, and how much; nothing is locked. Raises as ``attach`` does."""
    found = tasks.look(db, actor, moment, task_id)
    _may_attach(found)
    room = settings.case_files_max - _size(db, found.work.case_id)
    if room <= 0:
        raise _no_room(settings)
    wanted = demands.enclosures(found.element)
    told = {"chain": found.work.case_id, "task": task_id, "element": found.element.id}
    return Place(found.work.case_id, task_id, room, wanted.types, told)


def attach(
    db: Connection, actor: Actor, moment: Moment, settings: Settings, task_id: str, kept: Kept
) -> dict[str, Any]:
    """Put a kept file with an open task of the actor's, or raise ``NotFound``, ``NotNow``, ``Unfit``, ``TooLarge``."""
    found = tasks.find(db, actor, moment, task_id)
    _may_attach(found)
    if _size(db, found.work.case_id) + kept.size > settings.case_files_max:
        raise _no_room(settings)
    row, told = files.enclose(db, moment, kept, _person(found.work.actor), found.work.case_id, task_id)
    found.work.note(Kind.ATTACHMENT_ADDED, element=found.element.id, task=task_id, **told)
    cases.settle(found.work, None)
    return row


def _may_attach(found: InHand) -> None:
    tasks.must_be_open(found)
    tasks.must_be_claimed(found)
    wanted = demands.enclosures(found.element)
    most = MOST if wanted.most is None else wanted.most
    if len(files.attached(found.work.db, task_id=found.id)) >= most:
        said = (
            Text("此步骤不收附件。", "This step takes no attachments.")
            if most == 0
            else Text("此步骤最多 {most} 个附件。", "This step takes at most {most} attachments.").format(most=most)
        )
        raise Unfit(
            said,
            code="err_too_many_files",
            clause=wanted.clause,
            errors=[FieldError("file", "err_too_many_files", said, wanted.clause)],
        )


def keep_loose(db: Connection, actor: Actor, moment: Moment, kept: Kept) -> dict[str, Any]:
    """Keep a file for a case that the actor is about to start; it is theirs alone, for a week."""
    by = _person(actor)
    mine = select(func.count()).where(_A.case_id.is_(None), _A.by_id == by, _A.removed_at.is_(None))
    if db.execute(mine).scalar_one() >= LOOSE:
        said = Text("未提交的附件太多，请先提交或撤下一些。", "Too many files wait for their case. Remove some first.")
        raise Unfit(said, code="err_too_many_files", errors=[FieldError("file", "err_too_many_files", said)])
    return files.enclose(db, moment, kept, by, None, None)[0]


def _person(actor: Actor) -> str:
    if actor.person_id is None:
        raise NotFound()
    return actor.person_id


def _facts(row: Mapping[str, Any], size: int, media_type: str) -> dict[str, Any]:
    return {"task": row["task_id"], **files.told(row, size, media_type)}


def _size(db: Connection, case_id: str) -> int:
    """Bytes of everything that was ever put with a case: what was removed is still kept."""
    query = select(func.coalesce(func.sum(_F.size), 0)).join_from(
        tables.attachments, tables.files, _A.sha256 == _F.sha256
    )
    return int(db.execute(query.where(_A.case_id == case_id)).scalar_one())


def _no_room(settings: Settings) -> TooLarge:
    return TooLarge(
        Text("此事项的附件合计不能超过 {limit} MB。", "All files of one case may have {limit} MB together."),
        code="err_case_files_full",
        limit=settings.case_files_max >> 20,
    )


def remove(db: Connection, actor: Actor, moment: Moment, attachment_id: str, reason: str | None = None) -> None:
    """Take a file back: whoever uploaded it, until the step is completed. Its bytes and the entry stay.

    Raises ``NotFound``, ``NotNow``, and ``Held`` while the case is under a legal hold.
    """
    row = _find(db, attachment_id)
    if row is None or row["by_id"] != actor.person_id:
        if row is not None and row["case_id"] and cases.scope_of(db, actor, row["case_id"]) == "full":
            raise NotNow(Text("只有上传人可以撤下附件。", "Only who uploaded it may remove it."), code="err_not_yours")
        raise NotFound()
    gone = {"removed_at": moment.now, "removed_by": actor.person_id, "removed_because": reason or None}
    if row["case_id"] is None:
        db.execute(update(tables.attachments).where(_A.id == attachment_id).values(**gone))
        return
    if row["task_id"] is None:
        raise _too_late()
    found = _in_hand(db, actor, moment, row["task_id"])
    tasks.must_be_open(found)
    holds.refuse(db, row["case_id"])
    db.execute(update(tables.attachments).where(_A.id == attachment_id).values(**gone))
    found.work.note(
        Kind.ATTACHMENT_REMOVED,
        task=row["task_id"],
        element=found.element.id,
        attachment=attachment_id,
        sha256=row["sha256"],
        reason=reason or None,
    )
    cases.settle(found.work, None)


def _in_hand(db: Connection, actor: Actor, moment: Moment, task_id: str) -> InHand:
    try:
        return tasks.find(db, actor, moment, task_id)
    except NotNow as e:  # closed meanwhile, or the case is: what was attached stays
        raise _too_late() from e


def _too_late() -> NotNow:
    return NotNow(
        Text("步骤已办结，附件不能再撤下。", "The step is done; its attachments stay."), code="err_step_not_open"
    )


# ---------------------------------------------------------------- read


def read(db: Connection, actor: Actor, attachment_id: str) -> dict[str, Any]:
    """The row of a file whose bytes the actor may have: whoever sees the whole case or one to which it is handed on,
    and who uploaded it.

    Raises ``NotFound`` for everybody else, ``NotNow`` while it is in quarantine.
    """
    row = _find(db, attachment_id)
    if row is None:
        raise NotFound()
    is_own = actor.person_id is not None and row["by_id"] == actor.person_id
    if not is_own and (row["case_id"] is None or not _may_read(db, actor, row)):
        raise NotFound()
    if row["verdict"] == Verdict.WAITING:
        raise NotNow(
            Text("文件正在等待病毒扫描，暂不能查看。", "The file waits for the virus scanner."), code="err_file_waiting"
        )
    if row["verdict"] == Verdict.INFECTED:
        raise NotNow(
            Text("文件含有病毒，已隔离。", "The file holds a virus and is given to nobody."), code="err_file_infected"
        )
    return row


def _may_read(db: Connection, actor: Actor, row: Mapping[str, Any]) -> bool:
    if cases.scope_of(db, actor, row["case_id"]) == "full":
        return True
    case, viewer = tables.cases.c, tables.case_viewers.c
    called = select(case.id).where(case.parent_id == row["case_id"])
    if not actor.delegations:  # whoever stands in for somebody is not among the viewers
        seen = exists().where(viewer.case_id == case.id, viewer.holder.in_(actor.holders), viewer.scope == "full")
        called = called.where(seen)
    for case_id in db.execute(called).scalars().all():
        handed = cases.handed_steps(db, case_id)
        if handed and cases.scope_of(db, actor, case_id) == "full":
            return row["id"] in {one["id"] for one in files.of_steps(db, *handed)}
    return False


def _find(db: Connection, attachment_id: str) -> dict[str, Any] | None:
    query = (
        select(tables.attachments, _F.size, _F.media_type, _F.verdict)
        .join_from(tables.attachments, tables.files, _A.sha256 == _F.sha256)
        .where(_A.id == attachment_id, _A.removed_at.is_(None))
    )
    row = db.execute(query).mappings().first()
    return dict(row) if row is not None else None


# ---------------------------------------------------------------- chores of the clock


def rescan(store: Store, limit: int = 20) -> int:
    """Show the scanner what waits in quarantine; gives how many files were judged."""
    if not store.settings.scanner:
        return 0
    with store.reading() as db:
        waiting = db.execute(
            select(_F.sha256, _F.size).where(_F.verdict == Verdict.WAITING.value).order_by(_F.at).limit(limit)
        ).all()
    if not waiting:
        return 0
    judged = files.rescan(store.settings, [(r.sha256, r.size) for r in waiting])
    for one in judged:
        with store.transaction() as db:
            moment = store.moment(db)
            changed = update(tables.files).where(_F.sha256 == one.sha256, _F.verdict == Verdict.WAITING.value)
            if not db.execute(changed.values(verdict=one.verdict.value)).rowcount:
                continue  # another node was first
            if one.verdict is Verdict.INFECTED:
                _tell_infected(db, moment, one)
    return len(judged)


def _tell_infected(db: Connection, moment: Moment, one: files.Rescanned) -> None:
    places = db.execute(
        select(_A.case_id, _A.task_id).where(_A.sha256 == one.sha256, _A.case_id.is_not(None)).distinct()
    )
    for case_id, task_id in sorted(places, key=lambda p: (p[0], p[1] or "")):
        trail.append(
            db,
            moment,
            Actor.clock(),
            chain=case_id,
            kind=Kind.ATTACHMENT_REFUSED,
            task=task_id,
            code="err_file_infected",
            reason={"zh": f"含有病毒（{one.found}）", "en": f"it holds a virus ({one.found})"},
            sha256=one.sha256,
            found=one.found,
        )


def sweep(store: Store, before: datetime) -> int:
    """Take away files whose case was never started, and bytes that no row names and that lie there since ``before``.

    ``before`` is on the machine's own time, on which bytes lie, whatever the office's clock says. Gives how many went.
    """
    with store.transaction() as db:
        moment = store.moment(db)
        old = (_A.case_id.is_(None)) & (_A.at < moment.now - LOOSE_DAYS)
        db.execute(tables.attachments.delete().where(old))
        used = select(_A.sha256).union(
            select(tables.signatures.c.sha256).where(tables.signatures.c.sha256.is_not(None))
        )
        db.execute(tables.files.delete().where(_F.sha256.not_in(used), _F.at < moment.now - ORPHANED))

    def known(hashes: list[str]) -> set[str]:
        with store.reading() as db:
            return set(db.execute(select(_F.sha256).where(_F.sha256.in_(hashes))).scalars())

    return files.sweep(store.settings, known, before)
