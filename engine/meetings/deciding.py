"""Two confirmations: the recorder submits, the chair confirms; then every task of the agenda is completed, or none.

A refusal of one item names the item, the rule and its article, and nothing has changed: the recorder corrects it, or
takes it off the agenda.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select, update

from engine import actors, demands, files, outbox, tables, tasks, trail
from engine.actors import Actor
from engine.demands import Signature
from engine.errors import Clash, FieldError, Forbidden, NotFound, NotNow, Refused, Stuck, Text, Unfit
from engine.meetings import agenda, sheets
from engine.meetings.agenda import RECORDER_IS_CHAIR, chain_of
from engine.meetings.rules import Counted
from engine.meetings.sheets import CANCELLED, CONFIRMED, DRAFT, SUBMITTED, Item, Sheet
from engine.outbox import Notice
from engine.store import Moment, announce
from engine.trail import Kind, Receipt

_M, _A, _I = tables.meetings, tables.meeting_attendance, tables.meeting_items


def submit(
    db: Connection,
    actor: Actor,
    moment: Moment,
    meeting_id: str,
    rev: int | None = None,
    signature: Signature | None = None,
) -> Receipt:
    """The recorder says that it is complete. Every item is judged as its completion will be; raises what that raises,
    with the item in ``details``, and ``Unfit`` where attendance, chair, minutes or agenda lack something.

    One ``signature`` signs every item whose step wants one.
    """
    row = agenda.own(db, actor, meeting_id, rev)
    signed = sheets.UNSIGNED if signature is None else sheets.signed(moment, signature)
    if signature is not None and signature.kept is not None:
        files.record(db, moment, signature.kept)
    row = {**row, **signed}
    sheet = sheets.sheet_of(db, actor, moment, row)
    _must_be_whole(sheet)
    for item in sheet.items:
        with _naming(item):
            _try(db, actor, moment, sheet, item)
    values = {
        "status": SUBMITTED,
        "submitted_at": moment.now,
        **signed,
        "because": None,
        "rev": _M.c.rev + 1,
    }
    db.execute(update(_M).where(_M.c.id == meeting_id).values(**values))
    receipt = trail.append(
        db, moment, actor, chain=chain_of(meeting_id), kind=Kind.MEETING_SUBMITTED, **_facts(sheet), **_agenda(sheet)
    )
    _tell(db, moment, actor, Notice.MEETING_TO_CONFIRM, row, row["chair_id"])
    return receipt


def confirm(db: Connection, actor: Actor, moment: Moment, meeting_id: str) -> Receipt:
    """The chair says that it was so: every task is completed by the recorder, and confirmed by the chair where its step
    wants a second person. All or nothing; raises as ``submit`` does, and ``Clash`` where it was confirmed before."""
    row = sheets.take(db, meeting_id)
    if not sheets.is_party(actor, row):
        raise NotFound()
    if row["status"] == CONFIRMED:
        raise _confirmed_already(db, moment, row)
    agenda.must_be(row, (SUBMITTED,))
    if actor.person_id == row["recorder_id"]:
        raise Forbidden(RECORDER_IS_CHAIR, code="err_recorder_is_chair")
    recorder = _recorder(db, moment, row, actor.source)
    sheet = sheets.sheet_of(db, recorder, moment, row)
    _must_be_whole(sheet)
    # In the order of their cases: two meetings that share cases never wait for each other in a circle.
    for item in sorted(sheet.items, key=lambda one: (one.case["id"], one.id)):
        with _naming(item):
            counted = _complete(db, recorder, actor, moment, sheet, item)
        kept = {"counted": json.dumps({**counted.as_json(), "votes": dict(counted.votes)}), "is_open": False}
        place = (_I.c.meeting_id == meeting_id) & (_I.c.task_id == item.id)
        db.execute(update(_I).where(place).values(**kept))
    values = {"status": CONFIRMED, "confirmed_at": moment.now, "closed_at": moment.now, "rev": _M.c.rev + 1}
    db.execute(update(_M).where(_M.c.id == meeting_id).values(**values))
    receipt = trail.append(
        db, moment, actor, chain=chain_of(meeting_id), kind=Kind.MEETING_CONFIRMED, **_facts(sheet), **_agenda(sheet)
    )
    _tell(db, moment, actor, Notice.MEETING_CONFIRMED, row, row["recorder_id"])
    return receipt


def send_back(db: Connection, actor: Actor, moment: Moment, meeting_id: str, reason: str) -> Receipt:
    """The chair does not confirm, or the recorder takes it back: a draft again, with everything that was written."""
    row = sheets.take(db, meeting_id)
    if not sheets.is_party(actor, row):
        raise NotFound()
    agenda.must_be(row, (SUBMITTED,))
    values = {"status": DRAFT, "because": _reason(reason), **sheets.UNSIGNED, "rev": _M.c.rev + 1}
    db.execute(update(_M).where(_M.c.id == meeting_id).values(**values))
    receipt = trail.append(
        db,
        moment,
        actor,
        chain=chain_of(meeting_id),
        kind=Kind.MEETING_SENT_BACK,
        meeting=meeting_id,
        name=json.loads(row["name"]),
        held_on=row["held_on"].isoformat(),
        reason=_reason(reason),
    )
    other = row["recorder_id"] if actor.person_id == row["chair_id"] else row["chair_id"]
    _tell(db, moment, actor, Notice.MEETING_SENT_BACK, row, other)
    return receipt


def cancel(db: Connection, actor: Actor, moment: Moment, meeting_id: str, reason: str) -> Receipt:
    """It is not held, or decided nothing: its tasks are free for another agenda, or to be done one by one."""
    row = agenda.own(db, actor, meeting_id, statuses=(DRAFT, SUBMITTED))
    values = {"status": CANCELLED, "because": _reason(reason), "closed_at": moment.now, "rev": _M.c.rev + 1}
    db.execute(update(_M).where(_M.c.id == meeting_id).values(**values))
    db.execute(update(_I).where(_I.c.meeting_id == meeting_id).values(is_open=False))
    announce(db, {actors.holder_of(p) for p in (row["recorder_id"], row["chair_id"]) if p})
    return trail.append(
        db,
        moment,
        actor,
        chain=chain_of(meeting_id),
        kind=Kind.MEETING_CANCELLED,
        meeting=meeting_id,
        name=json.loads(row["name"]),
        held_on=row["held_on"].isoformat(),
        reason=_reason(reason),
    )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give the reason."))])
    return reason.strip()


# ---------------------------------------------------------------- what is asked beforehand


def _must_be_whole(sheet: Sheet) -> None:
    errors = []
    row = sheet.row
    if not sheet.items:
        errors.append(FieldError("items", "required", Text("议程上没有事项。", "There is nothing on the agenda.")))
    if any(a["has_vote"] and a["status"] is None for a in sheet.attendance):
        said = Text("请登记每位有表决权的人是否到会。", "Say of everybody who has a vote whether they were there.")
        errors.append(FieldError("attendance", "required", said))
    if row["chair_id"] is None:
        errors.append(FieldError("chair", "required", Text("请选择主持人。", "Choose who chaired it.")))
    elif row["chair_id"] == row["recorder_id"]:
        errors.append(FieldError("chair", "err_recorder_is_chair", RECORDER_IS_CHAIR))
    elif row["chair_id"] not in sheet.people("present"):
        said = Text("主持人须到会。", "The chair has to have been present.")
        errors.append(FieldError("chair", "err_chair_absent", said))
    if not row["minutes"].strip():
        errors.append(FieldError("minutes", "required", Text("请填写会议记录。", "Write the minutes.")))
    if errors:
        raise Unfit(errors[0].text if len(errors) == 1 else None, errors=errors)


def _try(db: Connection, actor: Actor, moment: Moment, sheet: Sheet, item: Item) -> None:
    """Judges one item on a copy of its case."""
    counted = _counted(sheet, item)
    found = tasks.look(db, actor, moment, item.id)
    answers = sheet.answers(item, counted)
    entered, second = tasks.judge(found, answers, item.row["decision"], item.row["opinion"], item.row["reason"])
    demands.refuse_unenclosed(found.work, found.element, item.id, entered.decision)
    demands.refuse_unsigned(found.element, entered.decision, sheet.signature)
    chair = sheet.row["chair_id"]
    if second and not any(chair in actors.people_meant(db, holder, moment.today) for holder in second):
        clause = next((c["clause"] for c in found.element.words.all("confirm") if c.get("clause")), None)
        raise Forbidden(_CHAIR_MAY_NOT, code="err_chair_may_not_confirm", clause=clause)
    if tasks.awaits_signers(found):
        raise NotNow(_SIGNERS, code="err_waiting_for_others")


_CHAIR_MAY_NOT = Text(
    "主持人不在可以复核此步骤的人之列，请另选主持人，或撤下此项。",
    "The chair is none of those who may confirm this step. Choose another chair, or take it off the agenda.",
)
_SIGNERS = Text("已请他人签署，须等其签署。", "Others were asked to sign it; it waits for them.")


def _counted(sheet: Sheet, item: Item) -> Counted:
    """The arithmetic of an item; raises where it is not enough: ``NotNow`` without a quorum, ``Unfit`` for the rest."""
    rule = item.rule
    if item.is_lost:
        raise NotNow(Text("此步骤不再由会议表决。", "No meeting decides this step any more."), code="err_no_meeting")
    counted = sheet.count(item)
    if not counted.is_quorate:
        raise NotNow(
            _NO_QUORUM,
            code="err_no_quorum",
            clause=rule.clause,
            present=counted.present,
            eligible=counted.eligible,
            needed=counted.needed_present,
        )
    cast = [n for n in item.votes.values() if n is not None]
    if not rule.judges and sum(cast) != counted.present:
        said = _SUM.format(total=sum(cast), present=counted.present)
        raise Unfit(
            said, clause=rule.clause, errors=[FieldError("votes.for", "votes_do_not_add_up", said, rule.clause)]
        )
    outcome = next((o for o in item.element.words.all("outcome") if o["value"] == item.row["decision"]), {})
    if outcome.get("kind") == "agree" and counted.is_carried is False:
        said = _NOT_CARRIED.format(agreed=counted.votes["for"], needed=counted.needed_for)
        raise Unfit(said, clause=rule.clause, errors=[FieldError("decision", "err_not_carried", said, rule.clause)])
    return counted


_NO_QUORUM = Text(
    "到会人数不足：出席 {present}，应到 {eligible}，须有 {needed} 人到会。",
    "No quorum: {present} present out of {eligible}; {needed} have to be.",
)
_SUM = Text("各项票数之和为 {total}，应为 {present}。", "The votes add up to {total}; they should be {present}.")
_NOT_CARRIED = Text(
    "赞成 {agreed} 票，须有 {needed} 票才能通过。", "{agreed} were for it; {needed} are needed to carry it."
)

_NAMED = Text("议程第 {number} 项（{case}）：{said}", "Item {number} ({case}): {said}")
_GONE = Text("记录人或主持人已不能办理此步骤。", "The recorder or the chair can no longer act on this step.")


@contextmanager
def _naming(item: Item) -> Iterator[None]:
    """A refusal of one item says which item it is."""
    try:
        yield
    except Refused as e:
        raise _of_item(e, item) from e


def _of_item(refused: Refused, item: Item) -> Refused:
    said, code = refused.said, refused.refusal
    kind: type[Refused] = next((k for k in (Forbidden, Clash, Stuck, NotNow, Unfit) if isinstance(refused, k)), NotNow)
    if isinstance(refused, NotFound):
        said, code = _GONE, "err_may_not_act"
    errors = [
        FieldError(f"items[{item.number - 1}].{e.path}", e.code, e.text, e.clause, e.earliest) for e in refused.errors
    ]
    if len(errors) == 1:
        said = errors[0].text
    text = _NAMED.format(number=item.number, case=item.case["number"], said=said)
    clause = refused.clause or next((e.clause for e in errors if e.clause), None)
    named = kind(text, code=code, clause=clause, errors=errors, recorded=refused.recorded)
    named.details = {
        **refused.details,
        "item": {"task": item.id, "number": item.number, "case": item.case["number"], "title": item.case["title"]},
    }
    return named


# ---------------------------------------------------------------- what is done


def _complete(db: Connection, recorder: Actor, chair: Actor, moment: Moment, sheet: Sheet, item: Item) -> Counted:
    counted = _counted(sheet, item)
    row = item.row
    facts = {
        "element": item.element.id,
        "task": item.id,
        **_facts(sheet),
        **_result(item, counted),
        "recused": [one.person for one in sheet.recused(item)],
        "attended": {status: sheet.people(status) for status in sheets.ATTENDED if sheet.people(status)},
        "clause": item.rule.clause,
    }
    tasks.complete_in_meeting(
        db,
        recorder,
        moment,
        item.id,
        facts,
        sheet.answers(item, counted),
        row["decision"],
        row["opinion"],
        row["reason"],
        sheet.signature,
    )
    status = _status(db, item.id)
    if status == "confirming":
        tasks.confirm(db, chair, moment, item.id, agree=True)
        status = _status(db, item.id)
    if status != "completed":
        raise NotNow(_SIGNERS, code="err_waiting_for_others")
    return counted


def _status(db: Connection, task_id: str) -> str:
    return str(db.execute(select(tables.tasks.c.status).where(tables.tasks.c.id == task_id)).scalar_one())


def _recorder(db: Connection, moment: Moment, row: Mapping[str, Any], source: str) -> Actor:
    """The recorder as they stand today; raises ``NotNow`` where they cannot act any more."""
    account = tables.accounts.c
    found = db.execute(
        select(account.id).where(account.person_id == row["recorder_id"], account.disabled_at.is_(None))
    ).scalar()
    if found is None:
        said = Text("会议记录人已没有可用的账号。", "The recorder of the meeting has no account any more.")
        raise NotNow(said, code="err_recorder_gone")
    return actors.of_account(db, SimpleNamespace(id=found, person_id=row["recorder_id"]), moment, source)


def _facts(sheet: Sheet) -> dict[str, Any]:
    return {
        "meeting": sheet.id,
        "name": sheet.name.as_json(),
        "unit": sheet.row["unit_id"],
        "held_on": sheet.held_on.isoformat(),
        "recorder": sheet.row["recorder_id"],
        "chair": sheet.row["chair_id"],
    }


def _agenda(sheet: Sheet) -> dict[str, Any]:
    """Who was there, and the totals of every item; never who voted how."""
    return {
        "attended": {status: sheet.people(status) for status in sheets.ATTENDED if sheet.people(status)},
        "observers": sheet.people("present", voters=False),
        "minutes": hashlib.sha256(sheet.row["minutes"].encode()).hexdigest(),
        "items": [
            {
                "task": item.id,
                "case": item.case["id"],
                **_result(item, sheet.count(item)),
                "recused": [one.person for one in sheet.recused(item)],
            }
            for item in sheet.items
        ],
    }


def _result(item: Item, counted: Counted) -> dict[str, Any]:
    found = {
        "eligible": counted.eligible,
        "present": counted.present,
        **{side: n for side, n in counted.votes.items() if n is not None},
        "needed": counted.needed_for,
    }
    return {name: value for name, value in found.items() if value is not None}


def _confirmed_already(db: Connection, moment: Moment, row: Mapping[str, Any]) -> Clash:
    name = actors.names(db, [row["chair_id"]]).get(row["chair_id"], Text("", ""))
    return Clash(
        Text("{by} 已于 {when} 确认此会议。", "{by} confirmed this meeting at {when}."),
        code="err_meeting_confirmed",
        by=name,
        when=row["confirmed_at"].astimezone(moment.zone).strftime("%Y-%m-%d %H:%M"),
        at=row["confirmed_at"].isoformat(),
    )


def _tell(
    db: Connection, moment: Moment, actor: Actor, kind: Notice, row: Mapping[str, Any], person: str | None
) -> None:
    people = [actors.holder_of(p) for p in (row["recorder_id"], row["chair_id"]) if p]
    announce(db, set(people))
    if person is None:
        return
    facts = {
        "meeting": row["id"],
        "by": actor.person_id,
        "name": json.loads(row["name"]),
        "on": row["held_on"].isoformat(),
    }
    outbox.tell(db, moment, kind, [actors.holder_of(person)], facts=facts, besides=actor.person_id)
