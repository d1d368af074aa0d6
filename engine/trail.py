"""The trail: the entries saying who did what, each sealing the one before it.

An entry is the canonical JSON text (RFC 8785) that was hashed; the hash is SHA-256(0x00 || text), which is also the
leaf hash of RFC 6962, so a Merkle log over all chains can take the same hashes. Personal values never enter an entry:
a salted commitment does, SHA-256(0x02 || salt || canonical value), and the value stays in ``answers``.
The trail is not the source of state and not the operators' log.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update

from engine import tables
from engine.errors import Text
from engine.store import Moment, Statement, for_update, insert_or_ignore

if TYPE_CHECKING:
    from engine.actors import Actor

FORMAT = 1
GENESIS = "0" * 64
OFFICE = "office"


class Kind(StrEnum):
    """Subject first, then the verb in the past tense. The sentence of each is in ``SENTENCES``."""

    CASE_STARTED = "case.started"
    CASE_START_REFUSED = "case.start_refused"
    CASE_IMPORTED = "case.imported"
    STEP_IMPORTED = "step.imported"
    CASE_ENDED = "case.ended"
    CASE_CANCELLED = "case.cancelled"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_SUSPENDED = "case.suspended"
    CASE_RESUMED = "case.resumed"
    CASE_FAILED = "case.failed"
    CASE_RETRIED = "case.retried"
    CASE_MIGRATED = "case.migrated"
    CASE_MIGRATION_UNDONE = "case.migration_undone"
    CASE_MOVE_PROPOSED = "case.move_proposed"
    CASE_MOVE_REFUSED = "case.move_refused"
    CASE_MOVED = "case.moved"
    CASE_WENT_ON = "case.went_on"
    TASK_OPENED = "task.opened"
    TASK_HELD = "task.held"
    TASK_CLAIMED = "task.claimed"
    TASK_RELEASED = "task.released"
    TASK_COMPLETED = "task.completed"
    BALLOT_CAST = "ballot.cast"
    VOTE_COUNTED = "vote.counted"
    TASK_PROPOSED = "task.proposed"
    TASK_CONFIRMED = "task.confirmed"
    TASK_CONFIRMATION_REFUSED = "task.confirmation_refused"
    TASK_CANCELLED = "task.cancelled"
    TASK_RETURNED = "task.returned"
    TASK_WITHDRAWN = "task.withdrawn"
    TASK_UNDONE = "task.undone"
    TASK_HANDED_BACK = "task.handed_back"
    TASK_TRANSFERRED = "task.transferred"
    TASK_ENTRUSTED = "task.entrusted"
    TASK_GIVEN_BACK = "task.given_back"
    TASK_TAKEN_BACK = "task.taken_back"
    TASK_SUBMITTED = "task.submitted"
    TASK_SIGNED_OFF = "task.signed_off"
    SIGNER_ADDED = "signer.added"
    SIGNER_REMOVED = "signer.removed"
    SIGNER_SIGNED = "signer.signed"
    TASK_REMINDED = "task.reminded"
    TASK_OVERDUE = "task.overdue"
    TASK_ESCALATED = "task.escalated"
    TASK_UNATTENDED = "task.unattended"
    TASK_SUPERIOR_ASKED = "task.superior_asked"
    TASK_PAUSED = "task.paused"
    TASK_RESUMED = "task.resumed"
    TASK_EXTENDED = "task.extended"
    TASK_TERM_CHANGED = "task.term_changed"
    CASE_CALLED = "case.called"
    CASE_STOPPED = "case.stopped"
    MESSAGE_SENT = "message.sent"
    MESSAGE_POSTED = "message.posted"
    MESSAGE_EXPIRED = "message.expired"
    SIGNAL_SENT = "signal.sent"
    SIGNAL_POSTED = "signal.posted"
    EVENT_CAUGHT = "event.caught"
    EVENT_ESCALATED = "event.escalated"
    ACTIVITY_INTERRUPTED = "activity.interrupted"
    ACTIVITY_COMPENSATED = "activity.compensated"
    JOB_OPENED = "job.opened"
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_EXHAUSTED = "job.exhausted"
    INCIDENT_RETRIED = "incident.retried"
    INCIDENT_SKIPPED = "incident.skipped"
    CASE_DATA_CHANGED = "case.data_changed"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_MADE = "correction.made"
    CORRECTION_REFUSED = "correction.refused"
    TIMER_FIRED = "timer.fired"
    TIMER_MOVED = "timer.moved"
    TIMER_DELAYED = "timer.delayed"
    DECISION_EVALUATED = "decision.evaluated"
    GATE_WARNED = "gate.warned"
    BYPASS_ATTEMPTED = "bypass.attempted"
    DUTY_REFUSED = "duty.refused"
    DUTY_WARNED = "duty.warned"
    DUTY_REPORTED = "duty.reported"
    DUTIES_PUBLISHED = "duties.published"
    MEMBERSHIP_CHANGED = "membership.changed"
    TERM_CHANGED = "term.changed"
    POST_BEGUN = "post.begun"
    POST_ENDED = "post.ended"
    ATTACHMENT_ADDED = "attachment.added"
    ATTACHMENT_REMOVED = "attachment.removed"
    ATTACHMENT_REFUSED = "attachment.refused"
    MEETING_CALLED = "meeting.called"
    MEETING_SUBMITTED = "meeting.submitted"
    MEETING_SENT_BACK = "meeting.sent_back"
    MEETING_CONFIRMED = "meeting.confirmed"
    MEETING_CANCELLED = "meeting.cancelled"
    MEETING_DECIDED = "meeting.decided"
    MEETING_TAKEN_OVER = "meeting.taken_over"
    SERIES_BEGUN = "series.begun"
    LIST_BEGUN = "list.begun"
    LIST_CHANGED = "list.changed"
    LIST_CLOSED = "list.closed"
    DOCUMENT_ISSUED = "document.issued"
    DOCUMENT_VOIDED = "document.voided"
    DOCUMENT_RESTORED = "document.restored"
    DOCUMENT_FILED = "document.filed"
    CASE_EXPORTED = "case.exported"
    CASES_EXPORTED = "cases.exported"
    SEARCH_EXPORTED = "search.exported"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    VALUES_ERASED = "values.erased"
    RETENTION_CHANGED = "retention.changed"
    COMMENT_ADDED = "comment.added"
    CASE_COPIED = "case.copied"
    TASK_URGED = "task.urged"
    PHRASES_CHANGED = "phrases.changed"
    DEFINITION_PUBLISHED = "definition.published"
    DEFINITION_ACTIVATED = "definition.activated"
    ACTIVATION_PLANNED = "definition.activation_planned"
    ACTIVATION_DROPPED = "definition.activation_dropped"
    DEFINITION_RETIRED = "definition.retired"
    DEFINITION_REINSTATED = "definition.reinstated"
    DRAFT_SENT_TO_REVIEW = "draft.sent_to_review"
    DRAFT_SIGNED_OFF = "draft.signed_off"
    DRAFT_NOT_AGREED = "draft.not_agreed"
    MIGRATION_STARTED = "migration.started"
    MIGRATION_STOPPED = "migration.stopped"
    MIGRATION_RESUMED = "migration.resumed"
    MIGRATION_ENDED = "migration.ended"
    MIGRATION_UNDONE = "migration.undone"
    PARAMETER_CHANGED = "parameter.changed"
    CALENDAR_CHANGED = "calendar.changed"
    OFFICE_BUILT = "office.built"
    OFFICE_IMPORTED = "office.imported"
    UNIT_CHANGED = "unit.changed"
    PERSON_CHANGED = "person.changed"
    POST_CHANGED = "post.changed"
    DELEGATION_CHANGED = "delegation.changed"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_BLOCKED = "account.blocked"
    FACTOR_ENROLLED = "factor.enrolled"
    FACTOR_REMOVED = "factor.removed"
    FACTOR_RESET = "factor.reset"
    RECOVERY_CODE_USED = "factor.recovered"
    RECOVERY_CODES_RENEWED = "factor.renewed"
    RESET_BEGUN = "password.reset_begun"
    RESET_DONE = "password.reset"
    IDENTITY_LINKED = "identity.linked"
    IDENTITY_UNLINKED = "identity.unlinked"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    CHANNEL_CHANGED = "channel.changed"
    NOTICE_SENT_AGAIN = "notice.sent_again"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_CONFIRMED = "proposal.confirmed"
    PROPOSAL_REFUSED = "proposal.refused"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    PROPOSAL_EXPIRED = "proposal.expired"
    TASKS_HANDED_OVER = "tasks.handed_over"
    TASKS_RELEASED = "tasks.released"
    PERSON_LEFT = "person.left"
    LOG_KEY_CHANGED = "log.key_changed"
    WITNESS_ASKED = "witness.asked"
    WITNESS_RELEASED = "witness.released"
    WITNESSING_BEGUN = "witnessing.begun"
    WITNESSING_ENDED = "witnessing.ended"
    CLOCK_MOVED = "clock.moved"
    CASE_READ = "case.read"
    OUTLINE_READ = "case.outline_read"
    TASK_READ = "task.read"
    FILE_READ = "file.read"
    DOCUMENT_READ = "document.read"
    MEETING_READ = "meeting.read"
    SEARCH_MADE = "search.made"
    FINDING_SET_ASIDE = "finding.set_aside"
    FINDING_TAKEN_UP = "finding.taken_up"
    LIMIT_CHANGED = "limit.changed"


SENTENCES: Mapping[Kind, Text] = {
    Kind.CASE_STARTED: Text("{actor}发起了事项。", "{actor} started the case."),
    Kind.CASE_START_REFUSED: Text(
        "{actor}的申请未被受理：{reason}", "The application of {actor} was not accepted: {reason}"
    ),
    Kind.CASE_IMPORTED: Text(
        "{actor}把纸面办理的事项转入系统（{name}）：{reason}",
        "{actor} took over the case from paper ({name}): {reason}",
    ),
    Kind.STEP_IMPORTED: Text(
        "纸面上已办“{element}”{decision}（{on}）。", "“{element}” had been done on paper{decision} ({on})."
    ),
    Kind.CASE_ENDED: Text("事项办结：{outcome}。", "The case ended: {outcome}."),
    Kind.CASE_CANCELLED: Text("{actor}终止了事项：{reason}", "{actor} cancelled the case: {reason}"),
    Kind.CASE_WITHDRAWN: Text("{actor}撤回了申请：{reason}", "{actor} withdrew the application: {reason}"),
    Kind.CASE_SUSPENDED: Text("{actor}暂停了事项：{reason}", "{actor} suspended the case: {reason}"),
    Kind.CASE_RESUMED: Text("{actor}恢复了事项：{reason}", "{actor} let the case go on: {reason}"),
    Kind.CASE_FAILED: Text("事项无法继续：{reason}", "The case could not go on: {reason}"),
    Kind.CASE_RETRIED: Text("{actor}让事项继续办理：{reason}", "{actor} let the case go on: {reason}"),
    Kind.CASE_MIGRATED: Text(
        "{actor}把事项从第 {from_version} 版迁到第 {to_version} 版：{reason}",
        "{actor} moved the case from version {from_version} to version {to_version}: {reason}",
    ),
    Kind.CASE_MIGRATION_UNDONE: Text(
        "{actor}撤销迁移，事项从第 {from_version} 版回到第 {to_version} 版：{reason}",
        "{actor} undid the migration; the case went from version {from_version} back to version {to_version}: {reason}",
    ),
    Kind.CASE_MOVE_PROPOSED: Text(
        "{actor}提议调整事项的办理位置：{reason}", "{actor} proposed to move the case: {reason}"
    ),
    Kind.CASE_MOVE_REFUSED: Text("{actor}不同意调整办理位置：{reason}", "{actor} refused to move the case: {reason}"),
    Kind.CASE_MOVED: Text(
        "{actor}核准后调整了办理位置（取消：{cancelled}；开始：{begun}）：{reason}",
        "{actor} agreed and the case was moved (taken away: {cancelled}; begun: {begun}): {reason}",
    ),
    Kind.CASE_WENT_ON: Text("事项继续（经过：{passed}）。", "The case went on ({passed})."),
    Kind.TASK_OPENED: Text("“{element}”已交办。", "“{element}” was opened."),
    Kind.TASK_HELD: Text("“{element}”尚不能开启：{reason}", "“{element}” could not open yet: {reason}"),
    Kind.TASK_CLAIMED: Text("{actor}认领了“{element}”。", "{actor} claimed “{element}”."),
    Kind.TASK_RELEASED: Text("{actor}放回了“{element}”。", "{actor} released “{element}”."),
    Kind.TASK_COMPLETED: Text("{actor}办结了“{element}”{decision}。", "{actor} completed “{element}”{decision}."),
    Kind.BALLOT_CAST: Text("{actor}投了“{element}”的票（无记名）。", "{actor} cast a secret ballot on “{element}”."),
    Kind.VOTE_COUNTED: Text(
        "“{element}”计票：应 {asked}，已 {voted}，同意 {agree}，不同意 {against}，弃权 {abstain}；需 {needed} 同意。",
        "“{element}” was counted: {asked} asked, {voted} answered, {agree} for, {against} against, {abstain} "
        "abstained; {needed} were needed.",
    ),
    Kind.TASK_PROPOSED: Text(
        "{actor}填报了“{element}”{decision}，待第二人复核。",
        "{actor} entered “{element}”{decision}; a second person has to confirm.",
    ),
    Kind.TASK_CONFIRMED: Text("{actor}复核通过“{element}”。", "{actor} confirmed “{element}”."),
    Kind.TASK_CONFIRMATION_REFUSED: Text(
        "{actor}复核未通过“{element}”：{opinion}", "{actor} did not confirm “{element}”: {opinion}"
    ),
    Kind.TASK_CANCELLED: Text("“{element}”不再需要办理。", "“{element}” was no longer needed."),
    Kind.TASK_RETURNED: Text(
        "{actor}将“{element}”退回到“{target}”：{opinion}", "{actor} returned “{element}” to “{target}”: {opinion}"
    ),
    Kind.TASK_UNDONE: Text(
        "{actor}在撤销期内撤销了“{element}”的办理，未发出任何内容",
        "{actor} undid “{element}” before anything of it had left",
    ),
    Kind.TASK_WITHDRAWN: Text("{actor}撤回了已办的“{element}”：{reason}", "{actor} took “{element}” back: {reason}"),
    Kind.TASK_HANDED_BACK: Text("“{element}”交回{person}办理。", "“{element}” went back to {person}."),
    Kind.TASK_TRANSFERRED: Text(
        "{actor}把“{element}”转给{to}办理：{reason}", "{actor} transferred “{element}” to {to}: {reason}"
    ),
    Kind.TASK_ENTRUSTED: Text(
        "{actor}委派{to}办理“{element}”，办后交回。", "{actor} entrusted “{element}” to {to}, who gives it back."
    ),
    Kind.TASK_GIVEN_BACK: Text(
        "{actor}办完了受委派的“{element}”，交回{to}。", "{actor} did “{element}” and gave it back to {to}."
    ),
    Kind.TASK_TAKEN_BACK: Text(
        "{actor}收回了委派给{to}的“{element}”：{reason}", "{actor} took “{element}” back from {to}: {reason}"
    ),
    Kind.TASK_SUBMITTED: Text(
        "{actor}办理了“{element}”{decision}，待加签人签署。",
        "{actor} did “{element}”{decision}; those added have to sign.",
    ),
    Kind.TASK_SIGNED_OFF: Text(
        "“{element}”签署完毕，办结{decision}。", "“{element}” was signed by all who had to and completed{decision}."
    ),
    Kind.SIGNER_ADDED: Text(
        "{actor}为“{element}”加签（{mode}）：{to}。", "{actor} added signers to “{element}” ({mode}): {to}."
    ),
    Kind.SIGNER_REMOVED: Text(
        "{actor}减去了“{element}”的加签人{to}：{reason}",
        "{actor} removed {to} from the signers of “{element}”: {reason}",
    ),
    Kind.SIGNER_SIGNED: Text("{actor}签署“{element}”：{verdict}。", "{actor} {verdict} to “{element}”."),
    Kind.TASK_REMINDED: Text("已提醒办理“{element}”。", "A reminder of “{element}” was due."),
    Kind.TASK_OVERDUE: Text("“{element}”逾期，已报告{to}。", "“{element}” became overdue; reported to {to}."),
    Kind.TASK_UNATTENDED: Text(
        "“{element}”暂无人可办，{instead}。", "Nobody can do “{element}” at present; {instead}."
    ),
    Kind.TASK_SUPERIOR_ASKED: Text(
        "“{element}”仍无人可办，已请上级{superior}。", "Nobody could do “{element}”; above, {superior} was asked."
    ),
    Kind.TASK_ESCALATED: Text("“{element}”仍未办结，已报告{to}。", "“{element}” is still not done; reported to {to}."),
    Kind.TASK_PAUSED: Text("“{element}”的期限暂停计算。", "The clock of “{element}” stands still."),
    Kind.TASK_RESUMED: Text(
        "“{element}”的期限恢复计算，由 {old} 顺延至 {new}。",
        "The clock of “{element}” goes on; its term moved from {old} to {new}.",
    ),
    Kind.TASK_EXTENDED: Text(
        "{actor}将“{element}”的期限由 {old} 延长至 {new}：{reason}",
        "{actor} extended the term of “{element}” from {old} to {new}: {reason}",
    ),
    Kind.TASK_TERM_CHANGED: Text(
        "日历调整，“{element}”的期限由 {old} 改为 {new}：{reason}",
        "The calendar was adjusted; the term of “{element}” moved from {old} to {new}: {reason}",
    ),
    Kind.CALENDAR_CHANGED: Text("{actor}调整了工作日历：{reason}", "{actor} adjusted the calendar: {reason}"),
    Kind.CASE_CALLED: Text("“{element}”发起了事项 {number}。", "“{element}” started the case {number}."),
    Kind.CASE_STOPPED: Text("“{element}”处停住：{reason}", "It stopped at “{element}”: {reason}"),
    Kind.MESSAGE_SENT: Text("“{element}”发出了消息“{name}”。", "“{element}” sent the message “{name}”."),
    Kind.MESSAGE_POSTED: Text("{actor}送来了消息“{name}”。", "{actor} handed in the message “{name}”."),
    Kind.MESSAGE_EXPIRED: Text(
        "消息“{name}”到期仍无事项接收。", "The message “{name}” expired: no case had come for it."
    ),
    Kind.SIGNAL_POSTED: Text("{actor}发出了信号“{name}”。", "{actor} sent out the signal “{name}”."),
    Kind.SIGNAL_SENT: Text("“{element}”发出了信号“{name}”。", "“{element}” sent the signal “{name}”."),
    Kind.EVENT_CAUGHT: Text("“{element}”收到了所等待的事件。", "“{element}” received what it waited for."),
    Kind.EVENT_ESCALATED: Text("“{element}”提请上级处理。", "“{element}” was escalated."),
    Kind.ACTIVITY_INTERRUPTED: Text("“{element}”被中断。", "“{element}” was interrupted."),
    Kind.ACTIVITY_COMPENSATED: Text("“{element}”的结果正在撤销。", "“{element}” was being compensated."),
    Kind.JOB_OPENED: Text("“{element}”已交给外部程序。", "“{element}” was handed to an outside program."),
    Kind.JOB_COMPLETED: Text("程序“{program}”办完了“{element}”。", "The program “{program}” did “{element}”."),
    Kind.JOB_FAILED: Text(
        "程序“{program}”未能办成“{element}”{error}。", "The program “{program}” could not do “{element}”{error}."
    ),
    Kind.JOB_EXHAUSTED: Text(
        "程序“{program}”未能办成“{element}”，重试次数已用完。",
        "The program “{program}” could not do “{element}”, and no retries are left.",
    ),
    Kind.INCIDENT_RETRIED: Text("{actor}重试了“{element}”：{reason}", "{actor} retried “{element}”: {reason}"),
    Kind.INCIDENT_SKIPPED: Text(
        "{actor}越过了停住的“{element}”：{reason}", "{actor} passed over “{element}”, which stood still: {reason}"
    ),
    Kind.CASE_DATA_CHANGED: Text("{actor}更正了事项数据：{reason}", "{actor} corrected data of the case: {reason}"),
    Kind.CORRECTION_PROPOSED: Text(
        "{actor}提出更正“{element}”的记录，待第二人核准：{reason}",
        "{actor} proposed to correct what “{element}” recorded; a second person has to agree: {reason}",
    ),
    Kind.CORRECTION_MADE: Text(
        "{actor}核准更正“{element}”的记录，原记录保留：{reason}",
        "{actor} agreed and what “{element}” recorded was corrected; the old record stays: {reason}",
    ),
    Kind.CORRECTION_REFUSED: Text(
        "{actor}不同意更正“{element}”的记录：{reason}", "{actor} refused to correct what “{element}” recorded: {reason}"
    ),
    Kind.TIMER_FIRED: Text("“{element}”到时。", "The time of “{element}” came."),
    Kind.TIMER_MOVED: Text(
        "日历调整，“{element}”的时刻由 {old} 改为 {new}：{reason}",
        "The calendar was adjusted; the time of “{element}” moved from {old} to {new}: {reason}",
    ),
    Kind.TIMER_DELAYED: Text(
        "“{element}”的时刻由 {old} 顺延至 {new}。", "The time of “{element}” moved from {old} to {new}."
    ),
    Kind.DECISION_EVALUATED: Text("判定“{decision}”：{value}。", "Decided “{decision}”: {value}."),
    Kind.GATE_WARNED: Text("“{element}”有提示：{reason}", "“{element}” was done in spite of a warning: {reason}"),
    Kind.BYPASS_ATTEMPTED: Text(
        "{actor}试图办理尚未开启的“{element}”，已拒绝。", "{actor} tried to do “{element}” before its turn; refused."
    ),
    Kind.DUTY_REFUSED: Text(
        "{actor}按职责分离规则 {rule} 不得办理“{element}”，已拒绝。",
        "{actor} was kept from “{element}” by the rule of separation {rule}.",
    ),
    Kind.DUTY_WARNED: Text(
        "{actor}办理“{element}”时有职责分离提示 {rule}：{reason}",
        "{actor} did “{element}” in spite of the warning {rule}: {reason}",
    ),
    Kind.DUTY_REPORTED: Text(
        "职责分离规则 {rule} 的情形已报告：{people}（{count}）。",
        "A case of the rule of separation {rule} was reported: {people} ({count}).",
    ),
    Kind.DUTIES_PUBLISHED: Text(
        "{actor}发布了职责分离规则第 {version} 版：{reason}",
        "{actor} published version {version} of the rules of separation: {reason}",
    ),
    Kind.MEMBERSHIP_CHANGED: Text("{person}的身份变更为{status}。", "The status of {person} became {status}."),
    Kind.TERM_CHANGED: Text(
        "{unit}的任期为 {from_on} 至 {to_on}。", "The term of {unit} is from {from_on} to {to_on}."
    ),
    Kind.POST_BEGUN: Text("{person}自 {from_on} 起任{unit}{role}。", "{person} is {role} of {unit} from {from_on} on."),
    Kind.POST_ENDED: Text(
        "{person}自 {from_on} 起不再任{unit}{role}。", "{person} is {role} of {unit} no more from {from_on} on."
    ),
    Kind.ATTACHMENT_ADDED: Text(
        "{actor}上传了附件（SHA-256 {sha256}）。", "{actor} attached a file (SHA-256 {sha256})."
    ),
    Kind.ATTACHMENT_REMOVED: Text("{actor}撤下了附件。", "{actor} removed an attachment."),
    Kind.ATTACHMENT_REFUSED: Text(
        "{actor}上传的文件被拒绝，未保存：{reason}", "A file of {actor} was refused and not stored: {reason}"
    ),
    Kind.MEETING_CALLED: Text("{actor}拟定了 {held_on} 的{name}。", "{actor} called a meeting on {held_on}: {name}."),
    Kind.MEETING_SUBMITTED: Text(
        "{actor}提交了 {held_on} {name}的结果，待主持人确认。",
        "{actor} submitted what the meeting on {held_on} ({name}) decided; the chair has to confirm.",
    ),
    Kind.MEETING_SENT_BACK: Text(
        "{actor}退回了 {held_on} {name}的结果：{reason}",
        "{actor} sent back what the meeting on {held_on} ({name}) decided: {reason}",
    ),
    Kind.MEETING_CONFIRMED: Text(
        "{actor}确认了 {held_on} {name}的结果，议程各项一并办结。",
        "{actor} confirmed what the meeting on {held_on} ({name}) decided; its whole agenda was completed.",
    ),
    Kind.MEETING_CANCELLED: Text(
        "{actor}取消了 {held_on} 的{name}：{reason}", "{actor} cancelled the meeting on {held_on} ({name}): {reason}"
    ),
    Kind.MEETING_TAKEN_OVER: Text(
        "{actor}接替{person}担任 {held_on} {name}的记录人：{reason}",
        "{actor} took over the meeting on {held_on} ({name}) from {person}, who kept its minutes: {reason}",
    ),
    Kind.MEETING_DECIDED: Text(
        "{held_on} {name}表决“{element}”：应到 {eligible}，实到 {present}，赞成 {for}，"
        "不赞成 {against}，弃权 {abstain}。",
        "The meeting on {held_on} ({name}) voted on “{element}”: {eligible} eligible, {present} present, {for} for, "
        "{against} against, {abstain} abstaining.",
    ),
    Kind.SERIES_BEGUN: Text(
        "{actor}登记：{name} 此前在纸面上编到 {count} 号：{reason}",
        "{actor} recorded that {name} had come to number {count} on paper: {reason}",
    ),
    Kind.LIST_BEGUN: Text(
        "{actor}建立了{unit}的发文范围“{name}”（{count} 个单位）。",
        "{actor} made the distribution list “{name}” of {unit} ({count} units).",
    ),
    Kind.LIST_CHANGED: Text(
        "{actor}修改了{unit}的发文范围“{name}”（第 {version} 版，{count} 个单位）。",
        "{actor} changed the distribution list “{name}” of {unit} (version {version}, {count} units).",
    ),
    Kind.LIST_CLOSED: Text(
        "{actor}停用了{unit}的发文范围“{name}”：{reason}",
        "{actor} closed the distribution list “{name}” of {unit}: {reason}",
    ),
    Kind.DOCUMENT_ISSUED: Text(
        "{actor}印发{document}（SHA-256 {sha256}）。", "{actor} issued {document} (SHA-256 {sha256})."
    ),
    Kind.DOCUMENT_VOIDED: Text("{document}作废：{reason}", "{document} is void: {reason}"),
    Kind.DOCUMENT_RESTORED: Text("{document}恢复有效。", "{document} is valid again."),
    Kind.DOCUMENT_FILED: Text(
        "{document}存入本事项（SHA-256 {sha256}）。", "{document} was filed with this case (SHA-256 {sha256})."
    ),
    Kind.CASE_EXPORTED: Text(
        "{actor}导出了事项（{format}）：{reason}", "{actor} exported the case ({format}): {reason}"
    ),
    Kind.CASES_EXPORTED: Text(
        "{actor}导出了 {count} 个事项（{format}）：{reason}", "{actor} exported {count} cases ({format}): {reason}"
    ),
    Kind.SEARCH_EXPORTED: Text(
        "{actor}导出了“{name}”的 {count} 条结果（{format}）：{reason}",
        "{actor} exported {count} lines of a {name} ({format}): {reason}",
    ),
    Kind.HOLD_PLACED: Text("{actor}对事项设置了保全：{reason}", "{actor} placed the case under a legal hold: {reason}"),
    Kind.HOLD_LIFTED: Text("{actor}解除了保全：{reason}", "{actor} lifted a legal hold: {reason}"),
    Kind.VALUES_ERASED: Text(
        "{actor}删除了 {count} 项个人信息，留痕不变：{reason}",
        "{actor} erased {count} personal values; the trail stays whole: {reason}",
    ),
    Kind.RETENTION_CHANGED: Text(
        "{actor}设定了 {name} 的保存期限：{term}。{reason}", "{actor} set how long {name} is kept: {term}. {reason}"
    ),
    Kind.COMMENT_ADDED: Text("{actor}留言。", "{actor} commented."),
    Kind.CASE_COPIED: Text("抄送{to}。", "A copy went to {to}."),
    Kind.TASK_URGED: Text("{actor}催办“{element}”。", "{actor} urged “{element}”."),
    Kind.PHRASES_CHANGED: Text("{actor}修改了全单位的常用语。", "{actor} changed the phrases of the office."),
    Kind.DEFINITION_PUBLISHED: Text("{actor}发布了第 {version} 版。", "{actor} published version {version}."),
    Kind.DEFINITION_ACTIVATED: Text(
        "此后由第 {version} 版发起事项（{name}）：{reason}",
        "From now on version {version} starts cases ({name}): {reason}",
    ),
    Kind.ACTIVATION_PLANNED: Text(
        "{actor}安排自 {new} 起由第 {version} 版发起事项（{name}）：{reason}",
        "{actor} arranged that version {version} starts cases from {new} on ({name}): {reason}",
    ),
    Kind.ACTIVATION_DROPPED: Text(
        "{actor}取消了第 {version} 版的启用安排：{reason}",
        "{actor} dropped the arrangement for version {version}: {reason}",
    ),
    Kind.DEFINITION_RETIRED: Text(
        "{actor}停用了流程，不再发起新事项：{reason}",
        "{actor} retired the procedure; nobody starts it any more: {reason}",
    ),
    Kind.DEFINITION_REINSTATED: Text(
        "{actor}恢复了流程，可以发起新事项：{reason}",
        "{actor} reinstated the procedure; it can be started again: {reason}",
    ),
    Kind.DRAFT_SENT_TO_REVIEW: Text(
        "{actor}把草稿“{name}”送请 {count} 人评审（SHA-256 {sha256}）。",
        "{actor} asked {count} people to review the draft “{name}” (SHA-256 {sha256}).",
    ),
    Kind.DRAFT_SIGNED_OFF: Text(
        "{actor}评审同意草稿“{name}”（SHA-256 {sha256}）。",
        "{actor} signed the draft “{name}” off (SHA-256 {sha256}).",
    ),
    Kind.DRAFT_NOT_AGREED: Text(
        "{actor}评审不同意草稿“{name}”（SHA-256 {sha256}）：{reason}",
        "{actor} did not agree to the draft “{name}” (SHA-256 {sha256}): {reason}",
    ),
    Kind.MIGRATION_STARTED: Text(
        "{actor}开始把 {count} 个在办事项从第 {from_version} 版迁到第 {to_version} 版：{reason}",
        "{actor} began to move {count} running cases from version {from_version} to version {to_version}: {reason}",
    ),
    Kind.MIGRATION_STOPPED: Text(
        "迁移因 {count} 个事项不能迁移而停下。", "The migration stopped: {count} cases could not be moved."
    ),
    Kind.MIGRATION_RESUMED: Text("{actor}让迁移继续。", "{actor} let the migration go on."),
    Kind.MIGRATION_ENDED: Text("迁移完成，迁移了 {count} 个事项。", "The migration ended; {count} cases were moved."),
    Kind.MIGRATION_UNDONE: Text("{actor}撤销迁移：{reason}", "{actor} undid the migration: {reason}"),
    Kind.PARAMETER_CHANGED: Text(
        "{actor}调整了参数 {name}：{reason}", "{actor} changed the parameter {name}: {reason}"
    ),
    Kind.OFFICE_BUILT: Text("建立了演示单位。", "The demonstration office was built."),
    Kind.OFFICE_IMPORTED: Text("{actor}导入了组织数据。", "{actor} imported the office."),
    Kind.UNIT_CHANGED: Text("{actor}变更了组织。", "{actor} changed a unit."),
    Kind.PERSON_CHANGED: Text("{actor}变更了人员。", "{actor} changed a person."),
    Kind.POST_CHANGED: Text("{actor}变更了任职。", "{actor} changed a post."),
    Kind.DELEGATION_CHANGED: Text(
        "{actor}{change}了委托：{to}代{person}办理，{from_on} 至 {to_on}。",
        "{actor} {change} a delegation: {to} acts for {person}, {from_on} to {to_on}.",
    ),
    Kind.ACCOUNT_CREATED: Text("{actor}开立了账号。", "{actor} created an account."),
    Kind.ACCOUNT_CHANGED: Text("{actor}变更了账号。", "{actor} changed an account."),
    Kind.ACCOUNT_BLOCKED: Text("账号因多次登录失败被暂时锁定。", "An account was blocked after failed sign-ins."),
    Kind.FACTOR_ENROLLED: Text("{actor}启用了两步验证。", "{actor} switched on a second factor."),
    Kind.FACTOR_REMOVED: Text("{actor}停用了两步验证。", "{actor} switched off the second factor."),
    Kind.FACTOR_RESET: Text("{actor}重置了一个账号的两步验证。", "{actor} reset the second factor of an account."),
    Kind.RECOVERY_CODE_USED: Text("{actor}使用恢复码登录。", "{actor} signed in with a recovery code."),
    Kind.RECOVERY_CODES_RENEWED: Text("{actor}换发了恢复码。", "{actor} made new recovery codes."),
    Kind.RESET_BEGUN: Text("{actor}发起了密码重置。", "{actor} began the reset of a password."),
    Kind.RESET_DONE: Text("{actor}凭重置链接设置了新密码。", "{actor} set a new password by a reset link."),
    Kind.IDENTITY_LINKED: Text("{actor}为账号关联了外部身份。", "{actor} linked an identity to an account."),
    Kind.IDENTITY_UNLINKED: Text("{actor}解除了账号的外部身份。", "{actor} unlinked an identity from an account."),
    Kind.KEY_CREATED: Text("{actor}签发了接口密钥。", "{actor} issued an API key."),
    Kind.KEY_REVOKED: Text("{actor}吊销了接口密钥。", "{actor} revoked an API key."),
    Kind.CHANNEL_CHANGED: Text("{actor}变更了通知渠道“{name}”。", "{actor} changed the notice channel “{name}”."),
    Kind.NOTICE_SENT_AGAIN: Text(
        "{actor}经“{name}”重新发送了一条未能送达的通知。",
        "{actor} sent a notice again that “{name}” had not delivered.",
    ),
    Kind.PROPOSAL_MADE: Text(
        "{actor}提出“{act}”，待第二人核准：{reason}",
        "{actor} proposed “{act}”; a second person has to confirm it: {reason}",
    ),
    Kind.PROPOSAL_CONFIRMED: Text(
        "{actor}核准了{person}提出的“{act}”，已生效。",
        "{actor} confirmed “{act}”, which {person} had proposed; it took effect.",
    ),
    Kind.PROPOSAL_REFUSED: Text(
        "{actor}不同意{person}提出的“{act}”：{reason}", "{actor} refused “{act}”, which {person} had proposed: {reason}"
    ),
    Kind.PROPOSAL_WITHDRAWN: Text("{actor}撤回了提出的“{act}”。", "{actor} withdrew the proposal “{act}”."),
    Kind.PROPOSAL_EXPIRED: Text(
        "{person}提出的“{act}”逾期无人核准，已失效。",
        "“{act}”, proposed by {person}, expired: nobody had confirmed it.",
    ),
    Kind.TASKS_HANDED_OVER: Text(
        "{actor}把{person}的在办任务移交给{to}：{reason}",
        "{actor} handed the open tasks of {person} over to {to}: {reason}",
    ),
    Kind.TASKS_RELEASED: Text(
        "{person}离任，{actor}放回了其认领或者点名由其办理、他人也可办理的任务：{reason}",
        "{person} leaves; {actor} left what they had claimed, or were asked for by name, to the others who are "
        "asked: {reason}",
    ),
    Kind.PERSON_LEFT: Text(
        "{actor}为{person}办理了离任移交（移交 {count} 项）：{reason}",
        "{actor} handed over what {person} held, who leaves ({count} tasks): {reason}",
    ),
    Kind.CASE_READ: Text("{actor}查阅了事项{name}。", "{actor} read the case {name}."),
    Kind.OUTLINE_READ: Text(
        "{actor}查看了事项{name}的办理进度。", "{actor} looked at how far the case {name} has come."
    ),
    Kind.TASK_READ: Text("{actor}查看了“{name}”的表单。", "{actor} read the form of “{name}”."),
    Kind.FILE_READ: Text("{actor}打开了附件（SHA-256 {sha256}）。", "{actor} opened an attachment (SHA-256 {sha256})."),
    Kind.DOCUMENT_READ: Text("{actor}查阅了{document}。", "{actor} read {document}."),
    Kind.MEETING_READ: Text("{actor}查阅了会议“{name}”。", "{actor} read the meeting “{name}”."),
    Kind.SEARCH_MADE: Text("{actor}检索了{name}，列出 {count} 项。", "{actor} searched {name}; {count} were listed."),
    Kind.LOG_KEY_CHANGED: Text(
        "{actor}更换了日志 {name} 的密钥：{reason}", "{actor} gave the log {name} its next key: {reason}"
    ),
    Kind.WITNESS_ASKED: Text(
        "{actor}请“{name}”见证本单位的留痕日志：{reason}",
        "{actor} asked {name} to witness the log of this office: {reason}",
    ),
    Kind.WITNESS_RELEASED: Text("{actor}不再请“{name}”见证：{reason}", "{actor} asks {name} no more: {reason}"),
    Kind.WITNESSING_BEGUN: Text(
        "{actor}登记了所见证的日志“{name}”：{reason}", "{actor} entered the log {name} to be witnessed: {reason}"
    ),
    Kind.WITNESSING_ENDED: Text(
        "{actor}停止见证日志“{name}”（此公钥）：{reason}", "{actor} ended the witnessing of {name} by a key: {reason}"
    ),
    Kind.FINDING_SET_ASIDE: Text(
        "{actor}搁置了事项{name}的一项发现：{reason}", "{actor} set a finding in the case {name} aside: {reason}"
    ),
    Kind.FINDING_TAKEN_UP: Text(
        "{actor}重新提起事项{name}的一项发现：{reason}", "{actor} took a finding in the case {name} up again: {reason}"
    ),
    Kind.LIMIT_CHANGED: Text(
        "{actor}把审计参数 {name} 设为 {value}：{reason}",
        "{actor} set the limit {name} of the audit to {value}: {reason}",
    ),
    Kind.CLOCK_MOVED: Text("虚拟时钟调到了 {to}。", "The virtual clock was moved to {to}."),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an actor keeps to show that an entry exists: chain, position, hash and instant."""

    chain: str
    seq: int
    hash: str
    at: datetime


@dataclass
class Link:
    """The end of a chain while a deed is being done: the case row carries it, so a case needs no extra statement."""

    chain: str
    seq: int
    head: str
    at: datetime | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)


def canonical(value: Any) -> str:
    """RFC 8785 on the restricted domain: text keys, no floats, integers below 2**53. Decimals and times are text."""
    _refuse_inexact(value)
    return _CANONICAL.encode(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commitment(value: Any, salt: str) -> str:
    """SHA-256(0x02 || salt || canonical value): proves a personal value without containing it."""
    return hashlib.sha256(b"\x02" + bytes.fromhex(salt) + canonical(value).encode()).hexdigest()


def new_salt() -> str:
    """32 random bytes; an unsalted hash of a telephone number falls to guessing in minutes."""
    return secrets.token_hex(32)


def seal(text: str) -> str:
    """The hash of an entry: SHA-256(0x00 || text), the leaf hash of RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + text.encode()).hexdigest()


_OWN = frozenset({"v", "chain", "seq", "prev", "at", "kind", "actor"})
"""What an entry says of itself."""


def add(link: Link, moment: Moment, actor: Actor, kind: Kind, **facts: Any) -> Receipt:
    """Put one entry at the end of a chain that the caller holds; ``write`` stores what was added."""
    if not _OWN.isdisjoint(facts):
        raise TypeError(f"no fact may be called {sorted(_OWN & facts.keys())}: an entry says that itself")
    at = moment.now if link.at is None or moment.now >= link.at else link.at
    body: dict[str, Any] = {
        "v": FORMAT,
        "chain": link.chain,
        "seq": link.seq + 1,
        "prev": link.head,
        "at": instant(at),
        "kind": kind.value,
        "actor": actor.as_fact(),
    }
    body.update({k: v for k, v in facts.items() if v is not None and v != [] and v != {}})
    text = canonical(body)
    link.seq, link.head, link.at = link.seq + 1, seal(text), at
    link.rows.append(
        {
            "chain": link.chain,
            "seq": link.seq,
            "hash": link.head,
            "prev": body["prev"],
            "text": text,
            "kind": kind.value,
            "at": at,
            "person_id": actor.person_id,
            "task_id": facts.get("task"),
        }
    )
    return Receipt(link.chain, link.seq, link.head, at)


_INSERT = Statement(
    insert(tables.entries), *("chain", "seq", "hash", "prev", "text", "kind", "at", "person_id", "task_id")
)


def write(db: Connection, link: Link) -> None:
    """Store the added entries, in one statement."""
    _INSERT.insert(db, link.rows)
    link.rows = []


def write_many(db: Connection, links: Sequence[Link]) -> None:
    """Store what was added to the chains of some cases that the caller has locked, and move their heads."""
    if not links:
        return
    db.execute(insert(tables.entries), [row for link in links for row in link.rows])
    heads = [{"chain": link.chain, "new_seq": link.seq, "new_head": link.head} for link in links]
    db.execute(_MOVE_CASE, heads)
    for link in links:
        link.rows = []


HEAD_AT = (
    select(tables.entries.c.at)
    .where(tables.entries.c.chain == tables.cases.c.id, tables.entries.c.seq == tables.cases.c.trail_seq)
    .scalar_subquery()
)
"""The time of the newest entry of a case, for a statement that reads ``cases``. No entry may lie before it, whatever
the clock of the node that writes the next one says. Read it after the case was locked, not along with the lock."""
_CHAIN_AT = (
    select(tables.entries.c.at)
    .where(tables.entries.c.chain == tables.chains.c.id, tables.entries.c.seq == tables.chains.c.seq)
    .scalar_subquery()
)
_LOCK = select(tables.chains.c.id).where(tables.chains.c.id == bindparam("chain")).with_for_update()
_HEAD = select(tables.chains.c.seq, tables.chains.c.head, _CHAIN_AT.label("head_at")).where(
    tables.chains.c.id == bindparam("chain")
)
_MOVE = (
    update(tables.chains)
    .where(tables.chains.c.id == bindparam("chain"), tables.chains.c.seq == bindparam("was"))
    .values(seq=bindparam("new_seq"), head=bindparam("new_head"))
)


def append(db: Connection, moment: Moment, actor: Actor, *, chain: str = OFFICE, kind: Kind, **facts: Any) -> Receipt:
    """One entry on a chain that is not a running deed of a case: the office, a definition, or a refusal on a case.

    The chain's row (the case's own row for a case) is locked, so two entries never take the same place.
    """
    if is_of_case(chain):
        if for_update(db):
            db.execute(_LOCK_CASE, {"chain": chain})
        case = db.execute(_CASE_HEAD, {"chain": chain}).one()
        link = Link(chain, case.trail_seq, case.trail_head, case.head_at)
        receipt = add(link, moment, actor, kind, **facts)
        write(db, link)
        db.execute(_MOVE_CASE, {"chain": chain, "new_seq": link.seq, "new_head": link.head})
        return receipt
    link = hold(db, chain)
    was = link.seq
    receipt = add(link, moment, actor, kind, **facts)
    write(db, link)
    if db.execute(_MOVE, {"chain": chain, "was": was, "new_seq": link.seq, "new_head": link.head}).rowcount != 1:
        raise RuntimeError(f"chain {chain} moved while it was locked")
    return receipt


def hold(db: Connection, chain: str) -> Link:
    """Lock a chain that is not a case's until the transaction ends, and give its end; made where there is none.

    Whoever looks whether something is there before writing it, and tells about it on this chain, holds it first: on
    PostgreSQL two would look at the same moment.
    """
    row = _found(db, chain)
    if row is None:
        db.execute(insert_or_ignore(db, tables.chains).values(id=chain, seq=0, head=GENESIS))
        row = _found(db, chain)
    return Link(chain, row.seq, row.head, row.head_at)


def _found(db: Connection, chain: str) -> Any:
    # A chain that somebody makes between the two statements would be read without having been locked.
    if for_update(db) and db.execute(_LOCK, {"chain": chain}).first() is None:
        return None
    return db.execute(_HEAD, {"chain": chain}).first()


_LOCK_CASE = select(tables.cases.c.id).where(tables.cases.c.id == bindparam("chain")).with_for_update()
_CASE_HEAD = select(tables.cases.c.trail_seq, tables.cases.c.trail_head, HEAD_AT.label("head_at")).where(
    tables.cases.c.id == bindparam("chain")
)
_MOVE_CASE = (
    update(tables.cases)
    .where(tables.cases.c.id == bindparam("chain"))
    .values(trail_seq=bindparam("new_seq"), trail_head=bindparam("new_head"))
)

_READ = (
    select(tables.entries.c.text, tables.entries.c.hash)
    .where(tables.entries.c.chain == bindparam("chain"), tables.entries.c.seq > bindparam("after"))
    .order_by(tables.entries.c.seq)
    .limit(bindparam("limit"))
)


def read(db: Connection, chain: str, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """The entries of a chain from position ``after`` + 1 on: the hashed JSON with its ``hash`` added."""
    return [
        {**json.loads(row.text), "hash": row.hash}
        for row in db.execute(_READ, {"chain": chain, "after": after, "limit": limit})
    ]


_NEWEST = (
    select(tables.entries.c.text)
    .where(tables.entries.c.chain == bindparam("chain"), tables.entries.c.kind == bindparam("kind"))
    .order_by(tables.entries.c.seq.desc())
    .limit(1)
)


def newest(db: Connection, chain: str, kind: Kind) -> dict[str, Any] | None:
    """The newest entry of a kind in a chain, as it was hashed; ``None`` where there is none."""
    text = db.execute(_NEWEST, {"chain": chain, "kind": kind.value}).scalar()
    return None if text is None else dict(json.loads(text))


# ---------------------------------------------------------------- verification


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the trail is not whole: ``seq`` is the first position concerned."""

    chain: str
    seq: int
    rule: str
    text: Text

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "chain": self.chain,
            "seq": self.seq,
            "rule": self.rule,
            "message": self.text.spoken("zh" if language == "zh" else "en"),
        }


@dataclass
class Report:
    """The answer of ``verify``."""

    chains: int = 0
    entries: int = 0
    findings: list[Break] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def find(self, chain: str, seq: int, rule: str, zh: str, en: str, **facts: Any) -> None:
        """One place that does not fit: a position of a chain, or of what ``chain`` names instead."""
        self.findings.append(Break(chain, seq, rule, Text(zh, en).format(**facts) if facts else Text(zh, en)))


def verify(db: Connection, chain: str | None = None) -> Report:
    """Recompute every hash and link; find changed, removed, inserted and reordered rows and say where.

    A chain whose tail was cut is found by the head that its case (or ``chains`` row) keeps. What this cannot know: a
    chain rewritten together with its head, which only the log shows (``engine/verifying/``).
    """
    entries = tables.entries
    query = select(entries).order_by(entries.c.chain, entries.c.seq)
    if chain is not None:
        query = query.where(entries.c.chain == chain)
    return verify_rows(db.execute(query, execution_options={"yield_per": 2000}), heads(db, chain))


def verify_rows(rows: Iterable[Any], heads: Mapping[str, tuple[int, str]]) -> Report:
    """``verify`` of rows from elsewhere, each chain in one piece and in order.

    ``heads`` gives the last position and hash of each chain.
    """
    report = Report()
    seen: set[str] = set()
    for name, some in groupby(rows, attrgetter("chain")):
        seen.add(name)
        walk = Walk(report, name)
        for row in some:
            walk.take(row.seq, row.hash, row.prev, row.text, row.kind, instant(row.at), row.person_id, row.task_id)
        walk.end(heads.get(name))
    find_missing(report, heads, seen)
    return report


class Walk:
    """One chain from its beginning, entry by entry; what does not fit is reported at its place."""

    def __init__(self, report: Report, chain: str) -> None:
        self.report, self.chain = report, chain
        self.expected, self.before, self.last_at = 1, GENESIS, ""
        report.chains += 1

    def take(
        self, seq: int, hash_: str, prev: str, said: str, kind: str, at: str, person: str | None, task: str | None
    ) -> Mapping[str, Any] | None:
        """The next row; gives what was hashed where it is in its place. ``at`` as entries write it (``instant``)."""
        report, name = self.report, self.chain
        report.entries += 1
        raw = said.encode("utf-8", "surrogatepass")
        if seq != self.expected:
            report.find(
                *(name, seq, "removed", "缺少第 {a} 至 {b} 条", "entries {a} to {b} are missing"),
                a=self.expected,
                b=seq - 1,
            )
        if hashlib.sha256(b"\x00" + raw).hexdigest() != hash_:
            report.find(
                *(name, seq, "changed", "内容与其哈希不符：该条被改动"),
                "the text does not give its hash: the entry was changed",
            )
        body = self._body(seq, raw)
        if body is not None:
            written = body.get("at", "")
            if (
                body.get("kind") != kind
                or body.get("prev") != prev
                or written != at
                or (body.get("actor") or {}).get("person") != person
                or body.get("task") != task
            ):
                report.find(
                    name, seq, "copy_changed", "检索列与内容不符", "a search column differs from the hashed text"
                )
            if written < self.last_at:
                report.find(
                    name, seq, "backdated", "时间早于前一条", "its time lies before that of the entry before it"
                )
            self.last_at = written
        if prev != self.before and seq == self.expected:
            report.find(
                *(name, seq, "unlinked", "与前一条不相接：此处或前一条被替换"),
                "it does not continue the entry before it: one of the two was replaced",
            )
        self.before, self.expected = hash_, seq + 1
        return body

    def _body(self, seq: int, raw: bytes) -> dict[str, Any] | None:
        try:
            body: dict[str, Any] = orjson.loads(raw)
            if (body["chain"], body["seq"]) == (self.chain, seq):
                return body
        except (ValueError, KeyError, TypeError):
            pass
        self.report.find(
            *(self.chain, seq, "reordered", "内容所记的链或序号与所在位置不符：被插入或调换"),
            "the text names another chain or position: inserted or reordered",
        )
        return None

    def end(self, head: tuple[int, str] | None) -> None:
        """No row comes any more; ``head`` is the position and hash that are kept of the last one."""
        report, name, last = self.report, self.chain, self.expected - 1
        if head is None:
            report.find(name, last, "headless", "没有对应的事项", "no case or chain keeps its head")
        elif head[0] != last:
            report.find(
                *(name, min(head[0], last) + 1, "removed" if head[0] > last else "inserted"),
                "链尾应在第 {a} 条，实为第 {b} 条",
                "the chain should end at {a} but ends at {b}",
                a=head[0],
                b=last,
            )
        elif head[1] != self.before:
            report.find(name, head[0], "unlinked", "链尾哈希与所存不符", "the last hash differs from the kept head")


def find_missing(report: Report, heads: Mapping[str, tuple[int, str]], seen: Collection[str]) -> None:
    """Chains of which a head is kept and no entry is there."""
    for name, (seq, _) in heads.items():
        # A chain that is no case's may have been made without an entry; no case is.
        if name not in seen and (seq > 0 or is_of_case(name)):
            report.find(name, 1, "removed", "整条留痕链被删除", "every entry of the chain is gone")


def is_of_case(chain: str) -> bool:
    """Whether a chain is that of a case, by its name."""
    return "-" in chain and ":" not in chain


def heads(db: Connection, chain: str | None = None) -> dict[str, tuple[int, str]]:
    """The last position and hash of each chain, as cases and ``chains`` keep them."""
    cases = select(tables.cases.c.id, tables.cases.c.trail_seq, tables.cases.c.trail_head)
    others = select(tables.chains.c.id, tables.chains.c.seq, tables.chains.c.head)
    if chain is not None:
        cases, others = cases.where(tables.cases.c.id == chain), others.where(tables.chains.c.id == chain)
    return {row[0]: (row[1], row[2]) for query in (cases, others) for row in db.execute(query)}


def instant(at: datetime) -> str:
    """An instant as entries write it: RFC 3339, UTC, microseconds."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def _refuse_inexact(value: Any) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53):
        raise TypeError(f"an entry cannot hold {value!r}: write decimals as text")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"an entry needs text keys, not {key!r}")
            _refuse_inexact(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_inexact(item)
    elif not isinstance(value, (str, int)):
        raise TypeError(f"an entry cannot hold {type(value).__name__}")
