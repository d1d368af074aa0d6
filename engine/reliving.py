"""A case as it stood after one of its entries, told from the entries alone.

Nothing here reads a row that changes: ``read`` folds the texts that were hashed, one after the other, into the tasks,
answers, papers and places that they tell of. Whatever a deed changes is in its entries, either in the facts of a
kind or in two that any entry may carry: ``visits`` (element → how often it has been passed by now, where completions
do not tell) and ``changed`` (task → what became of it without an entry of its own). ``Standing.unknown`` names what
entries of older releases do not say.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import trail
from engine.trail import Kind

OPEN = ("held", "open", "confirming", "waiting")
PART_OF = frozenset({"sign", "entrust"})


@dataclass
class TaskThen:
    """A task as it stood; lists are holder texts, ``entry`` is the position of the entry that changed it last."""

    id: str
    element: str
    status: str
    opened_at: str
    opened_in: int
    entry: int
    asked: list[str] = field(default_factory=list)
    confirmers: list[str] = field(default_factory=list)
    claimed_by: str | None = None
    due_on: str | None = None
    """A day, or a minute where the term is counted in hours, as entries write it."""
    due_in: int | None = None
    """The entry that set it."""
    is_late: bool = False
    is_paused: bool = False
    completed_by: str | None = None
    completed_for: str | None = None
    completed_at: str | None = None
    done_in: int | None = None
    """The entry that completed, returned or signed it."""
    confirmed_by: str | None = None
    business_on: str | None = None
    decision: str | None = None
    opinion: str | None = None
    marks: list[str] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)
    is_void: bool = False
    of_task: str | None = None
    part: str | None = None
    mode: str | None = None
    rule: str | None = None
    is_submitted: bool = False
    """Done by whoever has it, and waiting for those who sign."""
    entered: Mapping[str, Any] | None = None
    """The facts of the entry in which the first person entered it, until it is completed."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


@dataclass(frozen=True)
class ValueThen:
    """An answer that stood: as its entry holds it (a commitment where it is personal), by whom, and since when."""

    name: str
    value: Any
    element: str
    owner: str
    """The key of the row of ``answers`` that opens a commitment: a task, the case itself or a correction."""
    by: str | None
    acting_for: str | None
    at: str
    entry: int
    before: Any = None
    """What stood there until then; ``None`` where nothing did."""
    is_again: bool = False
    """Whether something stood there before."""


@dataclass
class Standing:
    """A case after one of its entries."""

    case_id: str
    seq: int = 0
    at: str = ""
    kind: str = ""
    status: str = "running"
    outcome: str | None = None
    ended_at: str | None = None
    definition: str | None = None
    version: int | None = None
    sha256: str | None = None
    unit: str | None = None
    started_by: str | None = None
    started_for: str | None = None
    marks: list[str] = field(default_factory=list)
    tasks: dict[str, TaskThen] = field(default_factory=dict)
    values: dict[str, ValueThen] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    """Open ones: id → element; "" is the whole case."""
    jobs: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    documents: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Id → the facts of the entry that issued or filed it, with ``is_void``."""
    called: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    opinions: list[Mapping[str, Any]] = field(default_factory=list)
    """The entries that say what somebody thought, in their order."""
    rules: list[Mapping[str, Any]] = field(default_factory=list)
    """What decided, last: the newest entry of each decision."""
    knows_places: bool = False
    knows_parts: bool = True

    @property
    def unknown(self) -> list[str]:
        """What the entries do not say: ``places`` (which elements were passed), ``parts`` (who was asked to sign)."""
        return [name for name, known in (("places", self.knows_places), ("parts", self.knows_parts)) if not known]

    def open_tasks(self) -> list[TaskThen]:
        return [t for t in self.tasks.values() if t.is_open]


Body = Mapping[str, Any]


def read(db: Connection, zone: ZoneInfo, case_id: str, until: int | None = None) -> tuple[Standing | None, Standing]:
    """The case after an entry (``None``: the last), and after the one before it (``None``: there was none)."""
    standing, before = Standing(case_id), None
    for body in bodies(db, case_id):
        if until is not None and body["seq"] > until:
            break
        if body["seq"] == until and standing.seq:
            before = copy.deepcopy(standing)
        follow(standing, body, zone)
    return before, standing


def bodies(db: Connection, case_id: str) -> Iterable[Body]:
    """Every entry of a case, oldest first."""
    after = 0
    while page := trail.read(db, case_id, after, 1_000):
        yield from page
        after = page[-1]["seq"]


def follow(standing: Standing, body: Body, zone: ZoneInfo) -> None:
    """Let one more entry happen to a case."""
    if standing.seq == 0:
        standing.knows_places = "visits" in body
    standing.seq, standing.at, standing.kind = body["seq"], body["at"], body["kind"]
    for name, times in body.get("visits", {}).items():
        if times:
            standing.visits[name] = times
        else:
            standing.visits.pop(name, None)
    if "unit" in body and body["kind"] not in _OTHER_UNITS:
        standing.unit = body["unit"]
    obey = _KINDS.get(body["kind"])
    if obey is not None:
        obey(standing, body)
    if body["kind"] in _TERMS:
        _term(standing, body, zone)
    for id_, told in body.get("changed", {}).items():
        _change(standing, body, id_, told)
    for id_ in body.get("void", ()):
        if id_ in standing.tasks:
            standing.tasks[id_].is_void = True
    for id_ in body.get("resolved", ()):
        standing.incidents.pop(id_, None)
    standing.incidents.update(body.get("reopened", {}))
    if body.get("opinion") and body["kind"] not in _NO_OPINIONS:
        standing.opinions.append(body)


_OTHER_UNITS = {Kind.TERM_CHANGED, Kind.POST_BEGUN, Kind.POST_ENDED, Kind.MEMBERSHIP_CHANGED, Kind.DOCUMENT_ISSUED}
_NO_OPINIONS = {Kind.COMMENT_ADDED}
_TEXTS = ("element", "status", "mode", "rule", "part", "of_task")


def _change(standing: Standing, body: Body, id_: str, told: Mapping[str, Any]) -> None:
    task = standing.tasks.get(id_)
    if task is None:
        if "element" not in told:
            return
        task = _open(standing, body, id_, told["element"], told.get("status", "open"))
    task.entry = body["seq"]
    for name in _TEXTS:
        if name in told:
            setattr(task, name, told[name])
    for name in ("asked", "confirmers"):
        if name in told:
            setattr(task, name, list(told[name]))
    for name in ("claimed_by", "due_on"):
        if name in told:
            setattr(task, name, told[name] or None)
    for name, told_as in (("is_late", "is_late"), ("is_paused", "is_paused"), ("is_void", "void")):
        if told_as in told:
            setattr(task, name, told[told_as])
    if task.part == "transfer":
        _done(task, body)


def _open(standing: Standing, body: Body, id_: str, element: str, status: str) -> TaskThen:
    seq = body["seq"]
    task = standing.tasks.setdefault(id_, TaskThen(id_, element, status, body["at"], seq, seq))
    task.status, task.opened_at, task.entry = status, body["at"], seq
    return task


def _who(body: Body) -> tuple[str | None, str | None]:
    actor = body.get("actor") or {}
    return actor.get("person"), actor.get("for")


def _done(task: TaskThen, body: Body) -> None:
    task.completed_by, task.completed_for = _who(body)
    task.completed_at, task.done_in, task.entry = body["at"], body["seq"], body["seq"]
    task.opinion = body.get("opinion") or (body.get("reason") if task.part == "transfer" else None)


# ---------------------------------------------------------------- the case itself


def _started(standing: Standing, body: Body) -> None:
    standing.definition, standing.version, standing.sha256 = body["definition"], body["version"], body.get("sha256")
    standing.started_by, standing.started_for = _who(body)[0], body.get("on_behalf_of")
    standing.marks = list(body.get("marks", ()))
    _answer(standing, body, standing.case_id, _who(body))


def _ended(status: str) -> Callable[[Standing, Body], None]:
    def end(standing: Standing, body: Body) -> None:
        standing.status, standing.ended_at = status, body["at"]
        standing.outcome = body.get("outcome") or status
        standing.incidents, standing.jobs = {}, {}

    return end


def _failed(standing: Standing, body: Body) -> None:
    standing.status = "failed"
    standing.incidents[body["incident"]] = ""


def _retried(standing: Standing, body: Body) -> None:
    standing.status = "running"
    standing.incidents = {id_: element for id_, element in standing.incidents.items() if element}


def _suspended(standing: Standing, body: Body) -> None:
    standing.status = "suspended"


def _resumed(standing: Standing, body: Body) -> None:
    standing.status = "running"


def _migrated(standing: Standing, body: Body) -> None:
    standing.version = body["to_version"]
    standing.sha256 = None
    moved = body.get("moved", {})
    standing.incidents = {id_: moved.get(element, element) for id_, element in standing.incidents.items()}


def _stopped(standing: Standing, body: Body) -> None:
    standing.incidents[body["incident"]] = body["element"]


def _called(standing: Standing, body: Body) -> None:
    standing.called[body["called"]] = body


def _job(standing: Standing, body: Body) -> None:
    if body["kind"] == Kind.JOB_OPENED:
        standing.jobs[body["job"]] = body["element"]
    else:
        standing.jobs.pop(body.get("job", ""), None)


def _data(standing: Standing, body: Body) -> None:
    for name, value in (body.get("values") or body.get("answers") or {}).items():
        _keep(standing, body, name, value, "", _who(body))


def _decided(standing: Standing, body: Body) -> None:
    standing.rules = [r for r in standing.rules if r["decision"] != body["decision"]] + [body]


# ---------------------------------------------------------------- tasks


def _opened(standing: Standing, body: Body) -> None:
    status = "held" if body["kind"] == Kind.TASK_HELD else "open"
    task = _open(standing, body, body["task"], body["element"], status)
    task.findings = list(body.get("findings", ())) if status == "held" else []
    if "asked" in body:
        task.asked = list(body["asked"])
    if "due_on" in body:
        task.due_on, task.due_in = body["due_on"], body["seq"]


def _task(act: Callable[[Standing, TaskThen, Body], None]) -> Callable[[Standing, Body], None]:
    def found(standing: Standing, body: Body) -> None:
        task = standing.tasks.get(body.get("task", ""))
        if task is not None:
            task.entry = body["seq"]
            act(standing, task, body)
        elif body.get("task"):
            standing.knows_parts = False

    return found


def _claimed(standing: Standing, task: TaskThen, body: Body) -> None:
    person, absent = _who(body)
    task.claimed_by = absent or person


def _released(standing: Standing, task: TaskThen, body: Body) -> None:
    task.claimed_by = None


def _completed(standing: Standing, task: TaskThen, body: Body) -> None:
    _done(task, body)
    task.status, task.decision, task.business_on = "completed", body.get("decision"), body.get("business_on")
    task.marks, task.entered = list(body.get("marks", ())), None
    _passed(standing, task)
    _answer(standing, body, task.id, _who(body))


def _passed(standing: Standing, task: TaskThen) -> None:
    standing.visits[task.element] = standing.visits.get(task.element, 0) + 1


def _entered(standing: Standing, task: TaskThen, body: Body) -> None:
    _claimed(standing, task, body)
    task.entered, task.marks = body, list(body.get("marks", ()))
    if body["kind"] == Kind.TASK_PROPOSED:
        task.status, task.confirmers = "confirming", list(body.get("asked", ()))
    else:
        _await_signers(standing, task)


def _await_signers(standing: Standing, task: TaskThen) -> None:
    task.status, task.is_submitted, task.confirmers = "waiting", True, []
    for part in _parts(standing, task.id):
        if part.part == "sign" and part.status == "waiting":
            part.status = "open"


def _confirmed(standing: Standing, task: TaskThen, body: Body) -> None:
    if body["kind"] == Kind.TASK_CONFIRMED:
        task.confirmed_by = _who(body)[0]
        if body.get("awaits_signers"):
            _await_signers(standing, task)
            return
    entered = task.entered or {}
    said = {**entered, "at": body["at"], "seq": body["seq"]}
    task.completed_by, task.completed_for = body.get("entered_by"), body.get("entered_for")
    task.completed_at, task.done_in, task.opinion = body["at"], body["seq"], entered.get("opinion")
    task.status, task.decision, task.business_on = "completed", body.get("decision"), body.get("business_on")
    task.marks, task.confirmers, task.is_submitted = list(body.get("marks", ())), [], False
    _passed(standing, task)
    _answer(standing, said, task.id, (task.completed_by, task.completed_for))
    task.entered = None


def _reopened(standing: Standing, task: TaskThen) -> None:
    task.status, task.is_submitted, task.confirmers, task.entered = "open", False, [], None
    task.confirmed_by = None


def _not_confirmed(standing: Standing, task: TaskThen, body: Body) -> None:
    _reopened(standing, task)


def _withdrawn(standing: Standing, task: TaskThen, body: Body) -> None:
    if task.status in ("confirming", "waiting"):
        _rewind(standing, task)
        _reopened(standing, task)


def _rewind(standing: Standing, task: TaskThen) -> None:
    for part in _parts(standing, task.id):
        if part.part == "sign" and part.mode != "before" and part.status == "signed":
            part.is_void = True


def _cancelled(standing: Standing, task: TaskThen, body: Body) -> None:
    task.status, task.confirmers = "cancelled", []
    if task.of_task in standing.tasks:
        _go_on(standing, standing.tasks[task.of_task])


def _returned(standing: Standing, task: TaskThen, body: Body) -> None:
    _done(task, body)
    task.status = "returned"


def _undone(standing: Standing, task: TaskThen, body: Body) -> None:
    task.is_void = True
    standing.status, standing.outcome, standing.ended_at = "running", None, None


def _handed_back(standing: Standing, task: TaskThen, body: Body) -> None:
    task.claimed_by = body["person"]


def _transferred(standing: Standing, task: TaskThen, body: Body) -> None:
    task.asked, task.claimed_by = list(body["handed_to"]), None


def _entrusted(standing: Standing, task: TaskThen, body: Body) -> None:
    _claimed(standing, task, body)
    task.status = "waiting"


def _given_back(standing: Standing, task: TaskThen, body: Body) -> None:
    _done(task, body)
    task.status, task.decision = "given_back", body.get("decision")
    main = standing.tasks.get(body.get("of_task", ""))
    if main is not None:
        _reopened(standing, main)


def _taken_back(standing: Standing, task: TaskThen, body: Body) -> None:
    _reopened(standing, task)


def _signer(standing: Standing, task: TaskThen, body: Body) -> None:
    _claimed(standing, task, body)
    if body.get("mode") == "before":
        task.status = "waiting"


def _signed(standing: Standing, task: TaskThen, body: Body) -> None:
    _done(task, body)
    task.status, task.decision = "signed", body.get("verdict")
    main = standing.tasks.get(body.get("of_task", ""))
    if main is None:
        return
    if body.get("verdict") == "disagree":
        if task.mode != "before":
            _rewind(standing, main)
        if main.status == "waiting":
            _reopened(standing, main)
    else:
        _go_on(standing, main)


def _parts(standing: Standing, main: str) -> list[TaskThen]:
    return [t for t in standing.tasks.values() if t.of_task == main and not t.is_void]


def _go_on(standing: Standing, main: TaskThen) -> None:
    """What waits for signatures before it is done opens when they are all there, and nobody is entrusted with it."""
    if main.status != "waiting" or main.is_submitted:
        return
    wanted = [p for p in _parts(standing, main.id) if p.part == "sign" and p.mode == "before"]
    asked = [p for p in wanted if p.status != "cancelled"]
    for rule in ("all", "any"):
        group = [p for p in asked if p.rule == rule]
        given = [p for p in group if p.status == "signed"]
        if len(given) < len(group) and (rule == "all" or not given):
            return
    if not any(p.part == "entrust" and p.status == "open" for p in _parts(standing, main.id)):
        main.status = "open"


def _asked_more(name: str) -> Callable[[Standing, TaskThen, Body], None]:
    def ask(standing: Standing, task: TaskThen, body: Body) -> None:
        task.asked = list(dict.fromkeys([*task.asked, *body.get(name, ())]))

    return ask


def _term(standing: Standing, body: Body, zone: ZoneInfo) -> None:
    task = standing.tasks.get(body["task"])
    if task is None:
        return
    if body["kind"] == Kind.TASK_PAUSED:
        task.is_paused = True
        return
    if body["kind"] == Kind.TASK_RESUMED:
        task.is_paused = False
    task.due_on, task.due_in = body.get("new"), body["seq"]
    if body["kind"] == Kind.TASK_EXTENDED:
        task.marks = sorted({*task.marks, "extended"})
    task.is_late = task.is_late and _is_over(task.due_on, datetime.fromisoformat(body["at"]).astimezone(zone))


def _is_over(due: str | None, now: datetime) -> bool:
    if due is None:
        return False
    if len(due) > 10:
        return now >= datetime.fromisoformat(due)
    return now.date().isoformat() > due


def _overdue(standing: Standing, task: TaskThen, body: Body) -> None:
    task.is_late, task.marks = True, sorted({*task.marks, "late"})


def _imported(standing: Standing, body: Body) -> None:
    if body["task"] == standing.case_id:
        _answer(standing, body, standing.case_id, (body.get("by"), None))
        return
    task = _open(standing, body, body["task"], body["element"], "completed")
    task.asked = [f"person:{body['by']}"] if body.get("by") else []
    task.completed_by, task.confirmed_by = body.get("by"), body.get("confirmed_by")
    task.completed_at, task.done_in = body["at"], body["seq"]
    task.decision, task.business_on, task.marks = body.get("decision"), body.get("business_on"), list(body["marks"])
    _answer(standing, body, task.id, (body.get("by"), None))


# ---------------------------------------------------------------- what was written, and put with it


def _answer(standing: Standing, body: Body, owner: str, who: tuple[str | None, str | None]) -> None:
    for name, value in body.get("answers", {}).items():
        _keep(standing, body, name, value, owner, who)


def _keep(
    standing: Standing, body: Body, name: str, value: Any, owner: str, who: tuple[str | None, str | None]
) -> None:
    was = standing.values.get(name)
    standing.values[name] = ValueThen(
        name,
        value,
        body.get("element", ""),
        owner,
        *who,
        body["at"],
        body["seq"],
        was.value if was is not None else None,
        was is not None,
    )


def _corrected(standing: Standing, task: TaskThen, body: Body) -> None:
    task.marks = sorted({*task.marks, *body.get("marks", ())})
    _answer(standing, body, body["correction"], _who(body))
    for name in body.get("before", {}):
        if name not in body.get("answers", {}):
            standing.values.pop(name, None)


def _attached(standing: Standing, body: Body) -> None:
    if body["kind"] == Kind.ATTACHMENT_ADDED:
        standing.attachments[body["attachment"]] = body
    else:
        standing.attachments.pop(body.get("attachment", ""), None)


def _enclosed(standing: Standing, body: Body) -> None:
    _started(standing, body)
    for one in body.get("evidence", ()):
        standing.attachments[one["attachment"]] = {**body, **one}


def _issued(standing: Standing, body: Body) -> None:
    standing.documents[body["document"]] = {**body, "is_void": False}


def _document(is_void: bool) -> Callable[[Standing, Body], None]:
    def mark(standing: Standing, body: Body) -> None:
        known = standing.documents.get(body["document"], body)
        standing.documents[body["document"]] = {**known, "is_void": is_void}

    return mark


_TERMS = {Kind.TASK_PAUSED, Kind.TASK_RESUMED, Kind.TASK_EXTENDED, Kind.TASK_TERM_CHANGED}
_KINDS: Mapping[str, Callable[[Standing, Body], None]] = {
    Kind.CASE_STARTED: _started,
    Kind.CASE_IMPORTED: _enclosed,
    Kind.STEP_IMPORTED: _imported,
    Kind.CASE_ENDED: _ended("ended"),
    Kind.CASE_CANCELLED: _ended("cancelled"),
    Kind.CASE_WITHDRAWN: _ended("cancelled"),
    Kind.CASE_FAILED: _failed,
    Kind.CASE_SUSPENDED: _suspended,
    Kind.CASE_RESUMED: _resumed,
    Kind.CASE_RETRIED: _retried,
    Kind.CASE_MIGRATED: _migrated,
    Kind.CASE_MIGRATION_UNDONE: _migrated,
    Kind.CASE_STOPPED: _stopped,
    Kind.CASE_CALLED: _called,
    Kind.CASE_DATA_CHANGED: _data,
    Kind.DECISION_EVALUATED: _decided,
    Kind.JOB_OPENED: _job,
    Kind.JOB_COMPLETED: _job,
    Kind.JOB_EXHAUSTED: _job,
    Kind.TASK_OPENED: _opened,
    Kind.TASK_HELD: _opened,
    Kind.TASK_CLAIMED: _task(_claimed),
    Kind.TASK_RELEASED: _task(_released),
    Kind.TASK_COMPLETED: _task(_completed),
    Kind.BALLOT_CAST: _task(_completed),
    Kind.TASK_PROPOSED: _task(_entered),
    Kind.TASK_SUBMITTED: _task(_entered),
    Kind.TASK_CONFIRMED: _task(_confirmed),
    Kind.TASK_SIGNED_OFF: _task(_confirmed),
    Kind.TASK_CONFIRMATION_REFUSED: _task(_not_confirmed),
    Kind.TASK_CANCELLED: _task(_cancelled),
    Kind.TASK_RETURNED: _task(_returned),
    Kind.TASK_WITHDRAWN: _task(_withdrawn),
    Kind.TASK_UNDONE: _task(_undone),
    Kind.TASK_HANDED_BACK: _task(_handed_back),
    Kind.TASK_TRANSFERRED: _task(_transferred),
    Kind.TASK_ENTRUSTED: _task(_entrusted),
    Kind.TASK_GIVEN_BACK: _task(_given_back),
    Kind.TASK_TAKEN_BACK: _task(_taken_back),
    Kind.SIGNER_ADDED: _task(_signer),
    Kind.SIGNER_SIGNED: _task(_signed),
    Kind.TASK_OVERDUE: _task(_overdue),
    Kind.TASK_UNATTENDED: _task(_asked_more("instead")),
    Kind.TASK_SUPERIOR_ASKED: _task(_asked_more("superior")),
    Kind.CORRECTION_MADE: _task(_corrected),
    Kind.ATTACHMENT_ADDED: _attached,
    Kind.ATTACHMENT_REMOVED: _attached,
    Kind.ATTACHMENT_REFUSED: _attached,
    Kind.DOCUMENT_ISSUED: _issued,
    Kind.DOCUMENT_FILED: _issued,
    Kind.DOCUMENT_VOIDED: _document(True),
    Kind.DOCUMENT_RESTORED: _document(False),
}
