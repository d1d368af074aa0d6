"""Preparing a meeting: its agenda, who is there, what was decided of each case. Only the recorder writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine import actors, definitions, tables, tasks, trail
from engine.actors import Actor
from engine.errors import Clash, FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.machine import Element
from engine.meetings import sheets
from engine.meetings.rules import SIDES, Rule, rule_of
from engine.meetings.sheets import DRAFT, MOST
from engine.store import Moment, announce, insert_or_ignore, new_id
from engine.trail import Kind

_M, _A, _I = tables.meetings, tables.meeting_attendance, tables.meeting_items
_MOST_VOTES = 99_999


def chain_of(meeting_id: str) -> str:
    """The chain of entries of one meeting."""
    return f"meeting:{meeting_id}"


def create(
    db: Connection,
    actor: Actor,
    moment: Moment,
    task_ids: Sequence[str],
    *,
    held_on: date | None = None,
    starts_at: str | None = None,
    place: str | None = None,
) -> str:
    """Call a meeting on open tasks that the actor may complete; gives its id. The actor keeps its minutes.

    Unit, kind and voters are those of the first; raises what ``add`` raises.
    """
    if actor.person_id is None:
        raise Forbidden()
    if not task_ids:
        raise Unfit(errors=[FieldError("tasks", "required", _NOTHING_CHOSEN)])
    on = held_on or moment.today
    found, rule = _listable(db, actor, moment, task_ids[0], 1)
    unit, voters = sheets.body(found.work.world, found.element, rule, on)
    name = found.work.definition.text(f"meeting.{rule.kind}", rule.kind)
    id_ = new_id()
    row = {
        "id": id_,
        "kind": rule.kind,
        "name": json.dumps(name.as_json(), ensure_ascii=False),
        "unit_id": unit,
        "status": DRAFT,
        "recorder_id": actor.person_id,
        "held_on": on,
        "starts_at": starts_at,
        "place": place,
        "minutes": "",
        "rev": 1,
        "created_at": moment.now,
    }
    db.execute(insert(_M).values(**row))
    _seat(db, id_, voters)
    known = {**dict.fromkeys(_M.c.keys()), **row}
    _put(db, actor, moment, known, voters, task_ids)
    trail.append(
        db,
        moment,
        actor,
        chain=chain_of(id_),
        kind=Kind.MEETING_CALLED,
        meeting=id_,
        name=name.as_json(),
        unit=unit,
        held_on=on.isoformat(),
        tasks=list(dict.fromkeys(task_ids)),
    )
    return id_


_NOTHING_CHOSEN = Text("请选择列入议程的任务。", "Choose what is put on the agenda.")


def change(
    db: Connection, actor: Actor, moment: Moment, meeting_id: str, given: Mapping[str, Any], rev: int | None = None
) -> None:
    """Change date, time, place, chair or minutes of a draft. Another date may mean other voters."""
    row = own(db, actor, meeting_id, rev)
    new = {name: given[name] for name in ("held_on", "starts_at", "place", "minutes") if name in given}
    if "chair" in given:
        new["chair_id"] = _chair(db, row, given["chair"])
    if new.get("held_on") not in (None, row["held_on"]):
        _reseat(db, actor, moment, row, new["held_on"])
    _write(db, row, new)


def _chair(db: Connection, row: Mapping[str, Any], person: str | None) -> str | None:
    if person is None:
        return None
    there = select(_A.c.person_id).where(_A.c.meeting_id == row["id"], _A.c.person_id == person)
    if db.execute(there).first() is None:
        said = Text("主持人须在出席名单中。", "The chair has to be on the attendance list.")
        raise Unfit(errors=[FieldError("chair", "err_not_attending", said)])
    if person == row["recorder_id"]:
        raise Unfit(errors=[FieldError("chair", "err_recorder_is_chair", RECORDER_IS_CHAIR)])
    return person


RECORDER_IS_CHAIR = Text(
    "记录人和主持人不得为同一人：会议结果须由两人确认。",
    "Recorder and chair are different people: what a meeting decides is confirmed by two.",
)


def add(
    db: Connection, actor: Actor, moment: Moment, meeting_id: str, task_ids: Sequence[str], rev: int | None = None
) -> None:
    """Put more open tasks on the agenda. Raises ``NotFound``, ``NotNow`` (no meeting decides the step, or another kind
    of meeting, unit or voters), ``Clash`` where one is on another open agenda."""
    row = own(db, actor, meeting_id, rev)
    voters = db.execute(
        select(_A.c.person_id).where(_A.c.meeting_id == meeting_id, _A.c.has_vote).order_by(_A.c.place)
    ).scalars()
    _put(db, actor, moment, row, tuple(voters), task_ids)
    _write(db, row, {})


def take_off(db: Connection, actor: Actor, meeting_id: str, task_id: str, rev: int | None = None) -> None:
    """Take one item off the agenda; its task stays as it is."""
    row = own(db, actor, meeting_id, rev)
    gone = db.execute(delete(_I).where(_I.c.meeting_id == meeting_id, _I.c.task_id == task_id))
    if gone.rowcount == 0:
        raise NotFound()
    left = db.execute(select(_I.c.task_id).where(_I.c.meeting_id == meeting_id).order_by(_I.c.place)).scalars().all()
    for place, task in enumerate(left):
        db.execute(update(_I).where(_I.c.meeting_id == meeting_id, _I.c.task_id == task).values(place=place))
    _write(db, row, {})


def put_in_order(
    db: Connection, actor: Actor, meeting_id: str, task_ids: Sequence[str], rev: int | None = None
) -> None:
    """Put the items of a draft in another order: every task of the agenda once, or ``Clash`` where it is another."""
    row = own(db, actor, meeting_id, rev)
    mine = _I.c.meeting_id == meeting_id
    there = list(db.execute(select(_I.c.task_id).where(mine).order_by(_I.c.place)).scalars())
    if sorted(there) != sorted(task_ids):
        raise Clash(_OTHER_ITEMS, code="err_other_agenda")
    for place, task_id in enumerate(task_ids):
        db.execute(update(_I).where(mine, _I.c.task_id == task_id).values(place=place))
    _write(db, row, {})


_OTHER_ITEMS = Text(
    "议程上的事项有变动，请刷新后再调整顺序。", "The agenda has other items now. Reload it before you order them."
)


def decide(
    db: Connection, actor: Actor, meeting_id: str, task_id: str, given: Mapping[str, Any], rev: int | None = None
) -> None:
    """Write down what was decided of one item: ``votes``, ``decision``, ``opinion``, ``reason``, ``answers``,
    ``recused`` (people with the reason why they left); what is not given stays."""
    row = own(db, actor, meeting_id, rev)
    new: dict[str, Any] = {name: given[name] or None for name in ("decision", "opinion", "reason") if name in given}
    if "votes" in given:
        new["votes"] = json.dumps(_votes(given["votes"] or {}))
    if "answers" in given:
        new["answers"] = json.dumps(given["answers"] or {}, ensure_ascii=False)
    if "recused" in given:
        new["recused"] = json.dumps(_recused(db, meeting_id, given["recused"] or []), ensure_ascii=False)
    place = (_I.c.meeting_id == meeting_id) & (_I.c.task_id == task_id)
    if db.execute(select(_I.c.task_id).where(place)).first() is None:
        raise NotFound()
    if new:
        db.execute(update(_I).where(place).values(**new))
    _write(db, row, {})


def _votes(given: Mapping[str, Any]) -> dict[str, int]:
    wrong = [s for s, n in given.items() if s not in SIDES or not (n is None or 0 <= n <= _MOST_VOTES)]
    if wrong:
        said = Text("票数应为不小于 0 的整数。", "Votes are whole numbers, not below 0.")
        raise Unfit(errors=[FieldError(f"votes.{side}", "err_votes", said) for side in wrong])
    return {side: int(n) for side, n in given.items() if n is not None}


def _recused(db: Connection, meeting_id: str, given: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    there = set(db.execute(select(_A.c.person_id).where(_A.c.meeting_id == meeting_id)).scalars())
    errors = []
    for number, one in enumerate(given):
        if one["person"] not in there:
            errors.append(FieldError(f"recused[{number}].person", "err_not_attending", _NOT_ATTENDING))
        elif not str(one.get("reason") or "").strip():
            errors.append(FieldError(f"recused[{number}].reason", "required", _WHY_RECUSED))
    if errors:
        raise Unfit(errors=errors)
    return [{"person": one["person"], "reason": str(one["reason"]).strip()} for one in given]


_NOT_ATTENDING = Text("此人不在出席名单中。", "They are not on the attendance list.")
_WHY_RECUSED = Text("请说明回避的理由。", "Say why they stand aside.")


def attend(
    db: Connection,
    actor: Actor,
    moment: Moment,
    meeting_id: str,
    given: Sequence[Mapping[str, Any]],
    rev: int | None = None,
) -> None:
    """Write down who is there. Whoever has no vote is an observer: ``present``, or with ``null`` taken off again."""
    row = own(db, actor, meeting_id, rev)
    there = db.execute(select(_A.c.person_id, _A.c.has_vote).where(_A.c.meeting_id == meeting_id))
    known = {line.person_id: bool(line.has_vote) for line in there}
    errors: list[FieldError] = []
    for number, one in enumerate(given):
        status, reason = one.get("status"), (one.get("reason") or "").strip() or None
        if status == "exempt" and reason is None:
            errors.append(FieldError(f"attendance[{number}].reason", "required", _WHY_EXEMPT))
            continue
        person = one["person"]
        if person not in known:
            try:
                person = actors.person_by(db, person, moment.today).id
            except NotFound:
                errors.append(FieldError(f"attendance[{number}].person", "err_unknown_person", _UNKNOWN))
                continue
        place = (_A.c.meeting_id == meeting_id) & (_A.c.person_id == person)
        if person not in known:
            if status is not None:
                new = {"meeting_id": meeting_id, "person_id": person, "place": len(known), "has_vote": False}
                db.execute(insert(_A).values(**new, status="present", reason=reason))
                known[person] = False
        elif status is None and not known[person]:
            db.execute(delete(_A).where(place))
            if row["chair_id"] == person:
                row = {**row, "chair_id": None}
                db.execute(update(_M).where(_M.c.id == meeting_id).values(chair_id=None))
        else:
            db.execute(update(_A).where(place).values(status=status, reason=reason))
    if errors:
        raise Unfit(errors=errors)
    _write(db, row, {})


_WHY_EXEMPT = Text("不计入应到的，请说明理由。", "Say why they are not counted as eligible.")
_UNKNOWN = Text("没有这个人。", "There is no such person.")


# ---------------------------------------------------------------- shared


def own(
    db: Connection, actor: Actor, meeting_id: str, rev: int | None = None, statuses: tuple[str, ...] = (DRAFT,)
) -> dict[str, Any]:
    """Lock a meeting that the actor keeps; raises ``NotFound``, ``Forbidden``, ``NotNow``, ``Clash`` where it changed
    since ``rev``."""
    row = sheets.take(db, meeting_id)
    if not sheets.is_party(actor, row):
        raise NotFound()
    if actor.person_id != row["recorder_id"]:
        said = Text("只有会议记录人可以修改。", "Only the recorder of the meeting changes it.")
        raise Forbidden(said, code="err_not_recorder")
    must_be(row, statuses)
    if rev is not None and rev != row["rev"]:
        said = Text("会议记录在您打开之后有变动，请刷新后再改。", "The meeting changed after you opened it. Reload it.")
        raise Clash(said, code="err_meeting_changed", rev=row["rev"])
    return row


def must_be(row: Mapping[str, Any], statuses: Sequence[str]) -> None:
    if row["status"] in statuses:
        return
    raise Clash(_NOT_NOW[row["status"]], code="err_meeting_status", status=row["status"])


_NOT_NOW = {
    "draft": Text("会议尚未提交确认。", "The meeting has not been submitted."),
    "submitted": Text(
        "会议已提交主持人确认，须先退回才能修改。", "It waits for the chair; to change it, have it sent back first."
    ),
    "confirmed": Text("会议已由主持人确认，事项已办结。", "The chair has confirmed it; its cases are decided."),
    "cancelled": Text("会议已取消。", "The meeting was cancelled."),
}


def _write(db: Connection, row: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    db.execute(update(_M).where(_M.c.id == row["id"]).values(**new, rev=_M.c.rev + 1))
    announce(db, {actors.holder_of(row["recorder_id"])})


def _seat(db: Connection, meeting_id: str, voters: Sequence[str], start: int = 0) -> None:
    rows = [
        {"meeting_id": meeting_id, "person_id": person, "place": place, "has_vote": True, "status": None}
        for place, person in enumerate(voters, start)
    ]
    if rows:
        db.execute(insert(_A), rows)


def _reseat(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any], on: date) -> None:
    """Who has a vote on another day; what was written down of those who stay stays."""
    sheet = sheets.sheet_of(db, actor, moment, row)
    if not sheet.items:
        return
    first = sheet.items[0]
    _, voters = sheets.body(first.world, first.element, first.rule, on)
    before = {a["person_id"]: a["has_vote"] for a in sheet.attendance}
    gone = [p for p, has_vote in before.items() if has_vote and p not in voters]
    mine = _A.c.meeting_id == row["id"]
    db.execute(delete(_A).where(mine, _A.c.person_id.in_(gone)))
    db.execute(update(_A).where(mine, _A.c.person_id.in_(voters)).values(has_vote=True))
    _seat(db, row["id"], [p for p in voters if p not in before], len(before))


def _listable(db: Connection, actor: Actor, moment: Moment, task_id: str, number: int) -> tuple[tasks.InHand, Rule]:
    """A task that the actor may complete and that a meeting decides, on a copy of its case."""
    found = tasks.look(db, actor, moment, task_id)
    tasks.must_be_open(found)
    rule = rule_of(found.element)
    if rule is None:
        raise NotNow(
            Text("“{step}”不由会议表决。", "“{step}” is not decided in a meeting."),
            code="err_no_meeting",
            step=_step(found.work.definition, found.element),
            number=number,
        )
    return found, rule


def _step(definition: definitions.Definition, element: Element) -> Text:
    return definition.element_name(element.id)


def _put(
    db: Connection,
    actor: Actor,
    moment: Moment,
    row: Mapping[str, Any],
    voters: Sequence[str],
    task_ids: Sequence[str],
) -> None:
    mine = _I.c.meeting_id == row["id"]
    there = set(db.execute(select(_I.c.task_id).where(mine)).scalars())
    wanted = [t for t in dict.fromkeys(task_ids) if t not in there]
    if len(there) + len(wanted) > MOST:
        said = Text("一个议程最多 {most} 项。", "An agenda has at most {most} items.")
        raise Unfit(errors=[FieldError("tasks", "err_too_many", said.format(most=MOST))])
    for place, task_id in enumerate(wanted, len(there)):
        found, rule = _listable(db, actor, moment, task_id, place + 1)
        unit, body = sheets.body(found.work.world, found.element, rule, row["held_on"])
        if (rule.kind, unit) != (row["kind"], row["unit_id"]) or set(body) != set(voters):
            said = Text(
                "{case}（{step}）须由另一种会议、另一组织或另一些有表决权的人决定，不能列入同一议程。",
                "{case} ({step}) is decided by another kind of meeting, another unit or other voters: it cannot be on "
                "this agenda.",
            )
            step = _step(found.work.definition, found.element)
            raise NotNow(said, code="err_other_meeting", case=found.work.row["number"], step=step)
        new = {
            "meeting_id": row["id"],
            "task_id": task_id,
            "case_id": found.work.case_id,
            "place": place,
            "is_open": True,
            "votes": "{}",
            "answers": "{}",
            "recused": "[]",
        }
        listed = insert_or_ignore(db, _I).values(**new).returning(_I.c.task_id)
        if db.execute(listed).first() is None:
            _refuse_listed(db, task_id, found.work.row["number"])


def _refuse_listed(db: Connection, task_id: str, number: str) -> None:
    """Somebody has it on an open agenda already."""
    other = open_agenda(db, task_id)
    raise Clash(
        Text(
            "{case} 已列入 {on} 的会议议程（记录人：{by}），不能同时列入两个议程。",
            "{case} is on the agenda of a meeting on {on} already (recorder: {by}); it cannot be on two.",
        ),
        code="err_on_agenda",
        case=number,
        on=other["held_on"].isoformat() if other else "—",
        by=actors.names(db, [other["recorder_id"]])[other["recorder_id"]] if other else Text("—", "—"),
    )


def open_agenda(db: Connection, task_id: str) -> dict[str, Any] | None:
    """The meeting on whose open agenda a task is."""
    query = select(_M).join_from(_I, _M, _M.c.id == _I.c.meeting_id).where(_I.c.task_id == task_id, _I.c.is_open)
    row = db.execute(query).mappings().first()
    return dict(row) if row is not None else None
