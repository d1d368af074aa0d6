"""What people are told: a notice is a row written with the deed, and leaves the house only after its COMMIT.

The deed writes one row for each holder text and asks nothing of the directory; ``couriers`` put it before the people
whom the holder means then. What a deed told is one notice with one id for all of them, by which no channel sends it
twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, insert

from engine import tables
from engine.errors import Text
from engine.store import Moment, Statement, new_id


class Notice(StrEnum):
    """What a notice is about. The sentence of each is in ``SENTENCES``."""

    TASK_ASSIGNED = "task.assigned"
    TASK_RETURNED = "task.returned"
    TASK_TO_CONFIRM = "task.to_confirm"
    TASK_REMINDED = "task.reminded"
    TASK_OVERDUE = "task.overdue"
    TASK_ESCALATED = "task.escalated"
    TASK_UNATTENDED = "task.unattended"
    TASK_EXTENDED = "task.extended"
    TASK_TERM_CHANGED = "task.term_changed"
    CASE_STARTED_FOR = "case.started_for"
    CASE_ENDED = "case.ended"
    CASE_CANCELLED = "case.cancelled"
    CASE_SUSPENDED = "case.suspended"
    CASE_RESUMED = "case.resumed"
    CASE_STOPPED = "case.stopped"
    CASE_COPIED = "case.copied"
    COMMENT_MENTIONED = "comment.mentioned"
    TASK_URGED = "task.urged"
    TASK_TRANSFERRED = "task.transferred"
    TASK_ENTRUSTED = "task.entrusted"
    TASK_GIVEN_BACK = "task.given_back"
    TASK_TAKEN_BACK = "task.taken_back"
    SIGNATURE_ASKED = "signature.asked"
    SIGNATURE_GIVEN = "signature.given"
    SIGNATURE_UNASKED = "signature.unasked"
    DELEGATION_SET = "delegation.set"
    DELEGATION_REVOKED = "delegation.revoked"
    MEETING_TO_CONFIRM = "meeting.to_confirm"
    MEETING_SENT_BACK = "meeting.sent_back"
    MEETING_CONFIRMED = "meeting.confirmed"
    MEETING_TAKEN_OVER = "meeting.taken_over"
    RESET_BEGUN = "account.reset_begun"
    RESET_DONE = "account.password_reset"
    FACTOR_ENROLLED = "account.factor_on"
    FACTOR_REMOVED = "account.factor_off"
    RECOVERY_CODE_USED = "account.recovery_used"
    IDENTITY_LINKED = "account.identity_linked"
    IDENTITY_UNLINKED = "account.identity_unlinked"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_DECIDED = "proposal.decided"
    TASKS_HANDED_OVER = "tasks.handed_over"


SENTENCES: Mapping[Notice, Text] = MappingProxyType(
    {
        Notice.TASK_ASSIGNED: Text("请您办理“{step}”。", "You are asked to do “{step}”."),
        Notice.TASK_RETURNED: Text("“{step}”已退回给您重新办理。", "“{step}” has come back to you."),
        Notice.TASK_TO_CONFIRM: Text(
            "“{step}”已填报，请您复核。", "“{step}” has been entered; you are asked to confirm."
        ),
        Notice.TASK_REMINDED: Text("请尽快办理“{step}”。", "Please see to “{step}”."),
        Notice.TASK_OVERDUE: Text("“{step}”已逾期。", "“{step}” is overdue."),
        Notice.TASK_ESCALATED: Text("“{step}”逾期后仍未办结。", "“{step}” is overdue and still not done."),
        Notice.TASK_UNATTENDED: Text("“{step}”暂时无人可办。", "Nobody can do “{step}” at present."),
        Notice.TASK_EXTENDED: Text(
            "“{step}”的期限由 {old} 延长至 {new}。", "The term of “{step}” was extended from {old} to {new}."
        ),
        Notice.TASK_TERM_CHANGED: Text(
            "日历调整，“{step}”的期限由 {old} 改为 {new}。",
            "The calendar was adjusted: the term of “{step}” moved from {old} to {new}.",
        ),
        Notice.CASE_STARTED_FOR: Text("{by}代您发起了一件事项。", "{by} started a case for you."),
        Notice.CASE_ENDED: Text("事项已办结：{outcome}。", "The case has ended: {outcome}."),
        Notice.CASE_CANCELLED: Text("事项已终止。", "The case was ended before its time."),
        Notice.CASE_SUSPENDED: Text(
            "{by}暂停了事项，恢复前不能办理。", "{by} suspended the case; nothing can be done until it goes on."
        ),
        Notice.CASE_RESUMED: Text("{by}恢复了事项，可以继续办理。", "{by} let the case go on."),
        Notice.CASE_COPIED: Text("有一件事项抄送给您。", "A case was copied to you."),
        Notice.COMMENT_MENTIONED: Text("{by}在留言中提到了您。", "{by} mentioned you in a comment."),
        Notice.TASK_URGED: Text("{by}催办“{step}”。", "{by} asks you to see to “{step}”."),
        Notice.TASK_TRANSFERRED: Text("{by}把“{step}”转给您办理。", "{by} transferred “{step}” to you."),
        Notice.TASK_ENTRUSTED: Text("{by}委派您办理“{step}”。", "{by} entrusts “{step}” to you."),
        Notice.TASK_GIVEN_BACK: Text(
            "{by}办完了“{step}”，请您办结。", "{by} did “{step}”; you are asked to complete it."
        ),
        Notice.TASK_TAKEN_BACK: Text("{by}收回了“{step}”。", "{by} took “{step}” back."),
        Notice.SIGNATURE_ASKED: Text("{by}请您签署“{step}”。", "{by} asks you to sign “{step}”."),
        Notice.SIGNATURE_GIVEN: Text("{by}签署了“{step}”。", "{by} signed “{step}”."),
        Notice.SIGNATURE_UNASKED: Text("“{step}”不再需要您签署。", "Your signature to “{step}” is no longer needed."),
        Notice.DELEGATION_SET: Text(
            "{from_on} 至 {to_on}，{for}的工作由{to}代办。", "From {from_on} to {to_on}, {to} acts for {for}."
        ),
        Notice.DELEGATION_REVOKED: Text("{for}对{to}的委托已撤销。", "The delegation from {for} to {to} was revoked."),
        Notice.PROPOSAL_MADE: Text(
            "{by}提出了一项管理操作，请您核准。", "{by} proposed an act of administration; you are asked to confirm it."
        ),
        Notice.PROPOSAL_DECIDED: Text("{by}处理了您提出的管理操作。", "{by} decided on what you had proposed."),
        Notice.TASKS_HANDED_OVER: Text(
            "{by}离任，{count} 项任务移交给您办理。", "{by} leaves; {count} tasks have been handed over to you."
        ),
        Notice.RESET_BEGUN: Text(
            "有人发起了对您密码的重置；如非您本人要求，请联系管理员。",
            "A reset of your password was begun. If you did not ask for it, tell an administrator.",
        ),
        Notice.RESET_DONE: Text(
            "您的密码已重置，此前的登录均已结束；如非您本人操作，请立即联系管理员。",
            "Your password was reset and every sign-in before it ended. If it was not you, tell an administrator now.",
        ),
        Notice.FACTOR_ENROLLED: Text("您的账号已启用两步验证。", "A second factor was switched on for your account."),
        Notice.FACTOR_REMOVED: Text(
            "您账号的两步验证已停用；如非您本人要求，请立即联系管理员。",
            "The second factor of your account was switched off. If you did not ask for it, tell an administrator now.",
        ),
        Notice.RECOVERY_CODE_USED: Text(
            "有人用恢复码登录了您的账号，还剩 {left} 个；如非您本人操作，请立即联系管理员。",
            "A recovery code signed in to your account; {left} are left. If it was not you, tell an administrator now.",
        ),
        Notice.IDENTITY_LINKED: Text(
            "一个外部身份已关联到您的账号，可凭它登录。",
            "An identity was linked to your account; it can sign in.",
        ),
        Notice.IDENTITY_UNLINKED: Text(
            "一个外部身份已与您的账号解除关联。", "An identity was unlinked from your account."
        ),
        Notice.MEETING_TO_CONFIRM: Text(
            "{on} {name}的结果已填报，请您以主持人身份确认。",
            "What the meeting on {on} ({name}) decided has been entered; you are asked to confirm as its chair.",
        ),
        Notice.MEETING_SENT_BACK: Text(
            "{by}退回了 {on} {name}的结果。", "{by} sent back what the meeting on {on} ({name}) decided."
        ),
        Notice.MEETING_CONFIRMED: Text(
            "{by}确认了 {on} {name}的结果，各事项已办结。",
            "{by} confirmed what the meeting on {on} ({name}) decided; its cases are completed.",
        ),
        Notice.MEETING_TAKEN_OVER: Text(
            "{by}接替{to}担任 {on} {name}的记录人。",
            "{by} keeps the minutes of the meeting on {on} ({name}) instead of {to}.",
        ),
        Notice.CASE_STOPPED: Text(
            "事项在“{step}”处停住，需要排除故障。", "The case stands still at “{step}” and has to be mended."
        ),
    }
)
"""One sentence for each kind, in both languages.

``{step}`` is the element's name; every other placeholder is a member of ``facts``: ``by``, ``to`` and ``for`` are the
ids of people (or holder texts) and are said by name where the reader may see the case, anything else as it stands.
"""

ASKING = frozenset(
    {
        Notice.TASK_ASSIGNED,
        Notice.TASK_RETURNED,
        Notice.TASK_TO_CONFIRM,
        Notice.TASK_REMINDED,
        Notice.TASK_URGED,
        Notice.TASK_TRANSFERRED,
        Notice.TASK_ENTRUSTED,
        Notice.TASK_GIVEN_BACK,
        Notice.SIGNATURE_ASKED,
    }
)
"""Kinds that ask somebody to act: pointless once the task is closed, or claimed by somebody else."""

WHILE_OPEN = ASKING | {
    Notice.TASK_OVERDUE,
    Notice.TASK_ESCALATED,
    Notice.TASK_UNATTENDED,
    Notice.TASK_EXTENDED,
    Notice.TASK_TERM_CHANGED,
}
"""Kinds that are pointless once the task is closed: what has not been sent by then is not sent any more."""

OF_ACCOUNTS = frozenset(
    {
        Notice.RESET_BEGUN,
        Notice.RESET_DONE,
        Notice.FACTOR_ENROLLED,
        Notice.FACTOR_REMOVED,
        Notice.RECOVERY_CODE_USED,
        Notice.IDENTITY_LINKED,
        Notice.IDENTITY_UNLINKED,
    }
)
"""Kinds that are about somebody's own account, and no case."""

URGENT = frozenset({Notice.TASK_OVERDUE, Notice.TASK_ESCALATED, Notice.CASE_STOPPED}) | OF_ACCOUNTS
"""Kinds that are told in the quiet hours too."""

UNHURRIED = frozenset({Notice.CASE_ENDED, Notice.CASE_CANCELLED, Notice.TASK_EXTENDED, Notice.TASK_TERM_CHANGED})
"""Kinds that wait for the day's digest where nobody chose otherwise."""

NAMES: Mapping[Notice, Text] = MappingProxyType(
    {
        Notice.TASK_ASSIGNED: Text("新的待办", "New tasks"),
        Notice.TASK_RETURNED: Text("退回的任务", "Tasks that come back"),
        Notice.TASK_TO_CONFIRM: Text("请我复核", "Confirmations asked of me"),
        Notice.TASK_REMINDED: Text("临期提醒", "Reminders"),
        Notice.TASK_URGED: Text("有人催办", "Somebody urges"),
        Notice.TASK_TRANSFERRED: Text("转给我的任务", "Tasks transferred to me"),
        Notice.TASK_ENTRUSTED: Text("委派给我的任务", "Tasks entrusted to me"),
        Notice.TASK_GIVEN_BACK: Text("委派后交回的任务", "Tasks that were given back"),
        Notice.TASK_TAKEN_BACK: Text("被收回的任务", "Tasks taken back"),
        Notice.SIGNATURE_ASKED: Text("请我签署", "Signatures asked of me"),
        Notice.SIGNATURE_GIVEN: Text("加签人已签署", "Signatures given"),
        Notice.SIGNATURE_UNASKED: Text("不再需要签署", "Signatures no longer needed"),
        Notice.DELEGATION_SET: Text("委托", "Delegations"),
        Notice.DELEGATION_REVOKED: Text("委托撤销", "Revoked delegations"),
        Notice.PROPOSAL_MADE: Text("请我核准的管理操作", "Acts of administration to confirm"),
        Notice.PROPOSAL_DECIDED: Text("我提出的管理操作", "What I proposed was decided"),
        Notice.TASKS_HANDED_OVER: Text("移交给我的任务", "Tasks handed over to me"),
        Notice.RESET_BEGUN: Text("密码重置的发起", "Resets of my password, begun"),
        Notice.RESET_DONE: Text("密码已重置", "My password was reset"),
        Notice.FACTOR_ENROLLED: Text("两步验证启用", "Second factor switched on"),
        Notice.FACTOR_REMOVED: Text("两步验证停用", "Second factor switched off"),
        Notice.RECOVERY_CODE_USED: Text("恢复码被使用", "Recovery codes used"),
        Notice.IDENTITY_LINKED: Text("关联外部身份", "Identities linked"),
        Notice.IDENTITY_UNLINKED: Text("解除外部身份", "Identities unlinked"),
        Notice.TASK_OVERDUE: Text("逾期", "Overdue tasks"),
        Notice.TASK_ESCALATED: Text("逾期上报", "Escalations"),
        Notice.TASK_UNATTENDED: Text("无人可办", "Tasks that nobody can do"),
        Notice.TASK_EXTENDED: Text("期限延长", "Extended terms"),
        Notice.TASK_TERM_CHANGED: Text("日历调整期限", "Terms moved by the calendar"),
        Notice.CASE_STARTED_FOR: Text("他人代我发起的事项", "Cases started for me"),
        Notice.CASE_ENDED: Text("事项办结", "Ended cases"),
        Notice.CASE_CANCELLED: Text("事项终止", "Cases ended early"),
        Notice.CASE_SUSPENDED: Text("事项暂停", "Suspended cases"),
        Notice.CASE_RESUMED: Text("事项恢复", "Cases that go on"),
        Notice.CASE_STOPPED: Text("事项停住", "Cases that stand still"),
        Notice.MEETING_TO_CONFIRM: Text("请我确认的会议", "Meetings I am asked to confirm"),
        Notice.MEETING_SENT_BACK: Text("退回的会议", "Meetings sent back"),
        Notice.MEETING_CONFIRMED: Text("已确认的会议", "Meetings confirmed"),
        Notice.MEETING_TAKEN_OVER: Text("被接替的会议", "Meetings taken over"),
        Notice.CASE_COPIED: Text("抄送我的", "Copies to me"),
        Notice.COMMENT_MENTIONED: Text("提到我的评论", "Comments that mention me"),
    }
)
"""What somebody who chooses how to be told sees for each kind; a kind without a name here is called by its value."""

_INSERT = Statement(
    insert(tables.outbox), *("id", "holder", "kind", "case_id", "task_id", "facts", "besides", "at", "ready_at")
)


def tell(
    db: Connection,
    moment: Moment,
    kind: Notice,
    holders: Iterable[str],
    *,
    case_id: str | None = None,
    task_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
    besides: str | None = None,
    wait: timedelta = timedelta(0),
) -> str:
    """Write a notice for everybody whom the holder texts will mean when it is put before them; gives its id.

    ``facts`` are ids, dates and words of the office, never personal values. ``besides`` is who acted, and need not be
    told. Nothing is told before ``wait`` is over: what is undone until then (``unsay``) is never told.
    """
    rows = telling(moment, kind, holders, case_id=case_id, task_id=task_id, facts=facts, besides=besides, wait=wait)
    put(db, rows)
    return str(rows[0]["id"]) if rows else ""


def telling(
    moment: Moment,
    kind: Notice,
    holders: Iterable[str],
    *,
    case_id: str | None = None,
    task_id: str | None = None,
    facts: Mapping[str, Any] | None = None,
    besides: str | None = None,
    wait: timedelta = timedelta(0),
) -> list[dict[str, Any]]:
    """The rows of one notice; whoever tells many at once ``put``s them together."""
    shared = {
        "id": new_id(),
        "kind": kind.value,
        "case_id": case_id,
        "task_id": task_id,
        "facts": json.dumps(dict(facts), ensure_ascii=False, sort_keys=True) if facts else "{}",
        "besides": besides,
        "at": moment.now,
        "ready_at": moment.now + wait,
    }
    return [{**shared, "holder": holder} for holder in dict.fromkeys(holders)]


def put(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of notices with the deed."""
    if rows:
        _INSERT.insert(db, rows)


def unsay_held(db: Connection, moment: Moment, case_ids: Sequence[str]) -> None:
    """Take back what was told of some cases and is still held back."""
    held = tables.outbox.c
    db.execute(delete(tables.outbox).where(held.case_id.in_(case_ids), held.ready_at > moment.now))


def unsay(db: Connection, notice_id: str) -> bool:
    """Take back a notice that still waits; false where it has been told."""
    return db.execute(delete(tables.outbox).where(tables.outbox.c.id == notice_id)).rowcount > 0
