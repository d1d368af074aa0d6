"""A case from start to end: start, wake, cancel, withdraw; ``settle`` is the only function that moves a case.

The case row is the lock, and the deed and its entries commit together. One topic a file: ``work`` (one deed on a locked
case), ``starting``, ``settling``, ``waking``, ``ending``, ``standing`` and ``suspending`` (a case stands still),
``asking`` (whom a step asks, and why), ``judging`` (whom a duty keeps away), ``vacant`` (steps that nobody can do),
``seeing`` (who may see), ``copying`` (carbon copies), ``parts`` (signatures added, work entrusted), ``answers`` (what
people wrote), ``listing`` (the rows that worklists read), ``migrating`` (to another version and back).
"""

from engine.cases import parts
from engine.cases.answers import given_answers, record_answers, sealed_answers
from engine.cases.asking import NAMES_NOBODY, Ground, asked, asked_of, check_choices, grounds, needs_claim, offered
from engine.cases.calling import handed_steps
from engine.cases.closing import cancel_parts, cancel_task, forget_task
from engine.cases.copying import obey as obey_copies
from engine.cases.copying import put as put_copies
from engine.cases.ending import cancel, may_cancel, may_withdraw, withdraw
from engine.cases.faults import fail, reason_of
from engine.cases.handing import allows
from engine.cases.issuing import issue as issue_documents
from engine.cases.judging import Judge, forbids, judged_by
from engine.cases.listing import NEVER
from engine.cases.mending import personal_variables, retry, set_data, skip, ways
from engine.cases.migrating import (
    Moved,
    NotMovable,
    Prepared,
    at_rest,
    migrate,
    migrate_back,
    open_tasks,
    prepare,
)
from engine.cases.outside import RETURN, TIME_TO_LIVE, frozen, tell, told
from engine.cases.seeing import let_see, scope_of
from engine.cases.settling import advance, settle, write_directory
from engine.cases.standing import must_run, suspension
from engine.cases.starting import may_start, start, start_unit, start_units
from engine.cases.suspending import may_suspend, resume, suspend
from engine.cases.timing import by_calendars, extend, extend_others, recount, renew, times
from engine.cases.unattended import start_by_event, world_of
from engine.cases.vacant import after_posts, can_act, look_at, next_end
from engine.cases.waking import wake
from engine.cases.work import (
    ALONG,
    CANCELLED,
    ENDED,
    FAILED,
    OPEN_STATUSES,
    RUNNING,
    SUSPENDED,
    Again,
    Work,
    came_along,
    case_facts,
    copy,
    hold,
    stuck,
    take,
)

__all__ = [
    "ALONG",
    "CANCELLED",
    "ENDED",
    "FAILED",
    "NAMES_NOBODY",
    "NEVER",
    "OPEN_STATUSES",
    "RETURN",
    "RUNNING",
    "SUSPENDED",
    "TIME_TO_LIVE",
    "Again",
    "Ground",
    "Judge",
    "Moved",
    "NotMovable",
    "Prepared",
    "Work",
    "advance",
    "after_posts",
    "allows",
    "asked",
    "asked_of",
    "at_rest",
    "by_calendars",
    "came_along",
    "can_act",
    "cancel",
    "cancel_parts",
    "cancel_task",
    "case_facts",
    "check_choices",
    "copy",
    "extend",
    "extend_others",
    "fail",
    "forbids",
    "forget_task",
    "frozen",
    "given_answers",
    "grounds",
    "handed_steps",
    "hold",
    "issue_documents",
    "judged_by",
    "let_see",
    "look_at",
    "may_cancel",
    "may_start",
    "may_suspend",
    "may_withdraw",
    "migrate",
    "migrate_back",
    "must_run",
    "needs_claim",
    "next_end",
    "obey_copies",
    "offered",
    "open_tasks",
    "parts",
    "personal_variables",
    "prepare",
    "put_copies",
    "reason_of",
    "record_answers",
    "recount",
    "renew",
    "resume",
    "retry",
    "scope_of",
    "sealed_answers",
    "set_data",
    "settle",
    "skip",
    "start",
    "start_by_event",
    "start_unit",
    "start_units",
    "stuck",
    "suspend",
    "suspension",
    "take",
    "tell",
    "times",
    "told",
    "wake",
    "ways",
    "withdraw",
    "world_of",
    "write_directory",
]
