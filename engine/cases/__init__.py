"""A case from start to end: start, wake, cancel, withdraw; ``settle`` is the only function that moves a case.

The case row is the lock, and the deed and its entries commit together. One topic a file: ``work`` (one deed on a locked
case), ``starting``, ``settling``, ``waking``, ``ending``, ``asking`` (whom a step asks), ``seeing`` (who may see),
``answers`` (what people wrote), ``migrating`` (to another version and back).
"""

from engine.cases.answers import record_answers, sealed_answers
from engine.cases.asking import asked, asked_of
from engine.cases.closing import forget_task
from engine.cases.ending import cancel, may_cancel, may_withdraw, withdraw
from engine.cases.faults import fail, reason_of
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
from engine.cases.starting import may_start, start, start_units
from engine.cases.unattended import start_by_event, world_of
from engine.cases.waking import wake
from engine.cases.work import (
    CANCELLED,
    ENDED,
    FAILED,
    OPEN_STATUSES,
    RUNNING,
    Again,
    Work,
    case_facts,
    hold,
    stuck,
    take,
)

__all__ = [
    "CANCELLED",
    "ENDED",
    "FAILED",
    "OPEN_STATUSES",
    "RETURN",
    "RUNNING",
    "TIME_TO_LIVE",
    "Again",
    "Moved",
    "NotMovable",
    "Prepared",
    "Work",
    "advance",
    "asked",
    "asked_of",
    "at_rest",
    "cancel",
    "case_facts",
    "fail",
    "forget_task",
    "frozen",
    "hold",
    "let_see",
    "may_cancel",
    "may_start",
    "may_withdraw",
    "migrate",
    "migrate_back",
    "open_tasks",
    "personal_variables",
    "prepare",
    "reason_of",
    "record_answers",
    "retry",
    "scope_of",
    "sealed_answers",
    "set_data",
    "settle",
    "skip",
    "start",
    "start_by_event",
    "start_units",
    "stuck",
    "take",
    "tell",
    "told",
    "wake",
    "ways",
    "withdraw",
    "world_of",
    "write_directory",
]
