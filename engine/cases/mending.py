"""Mending a case that stands still: an incident is tried again or passed over, data are corrected; each with a reason.

Whoever runs the system mends (``cases.mend``), never the person whose case it is, and sees of the case no more than the
incident says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update

from engine import actors, feel, machine, tables, trail
from engine.actors import Actor
from engine.cases import asking, faults, listing
from engine.cases.settling import settle
from engine.cases.standing import must_run
from engine.cases.work import CANCELLED, ENDED, FAILED, RUNNING, Work, stuck, take
from engine.definitions import Definition
from engine.errors import Clash, FieldError, Forbidden, Incident, NotFound, NotNow, Text, Unfit
from engine.gates import fact
from engine.machine import Flow
from engine.store import Moment, announce, new_id
from engine.trail import Kind

PERMISSION = "cases.mend"
MOST_VALUES = 100
"""Variables that one correction may change."""

_I, _C = tables.incidents.c, tables.cases.c
_INCIDENT = select(tables.incidents).where(_I.id == bindparam("incident"))
_CASE = select(_C.status, _C.subject_id, _C.started_by).where(_C.id == bindparam("case"))


# ---------------------------------------------------------------- trying again and passing over


def retry(db: Connection, actor: Actor, moment: Moment, incident_id: str, reason: str) -> str:
    """Let the path, or the whole case, go on where it stopped; gives the id of the case.

    What fails again is a new incident. Raises ``NotFound``, ``Forbidden`` (one's own case), ``Clash`` (mended before).
    """
    row = _found(db, actor, incident_id, reason)
    if row.node is None:
        _retry_whole(db, actor, moment, row, reason)
        return str(row.case_id)
    work, row = _in_hand(db, actor, moment, row)
    work.mended[row.node] = "retried"
    work.note(Kind.INCIDENT_RETRIED, element=row.element, incident=row.id, reason=reason)
    try:
        step = machine.retry(work.live, row.node, work.world.environment())
    except KeyError as e:
        raise NotNow(code="err_incident_gone") from e
    except Incident as e:
        raise stuck(work.definition, e) from e
    settle(work, step)
    return work.case_id


def skip(db: Connection, actor: Actor, moment: Moment, incident_id: str, reason: str, flow: str | None = None) -> str:
    """Pass over the element that stopped: on along ``flow``, else its default, else every flow it has.

    Raises as ``retry`` does, and ``Unfit`` with the ``flows`` to choose from where that is not clear.
    """
    row = _found(db, actor, incident_id, reason)
    if row.node is None:
        raise NotNow(
            Text("整个事项停住，不能越过；请重试。", "The whole case stands still; it can only be retried."),
            code="err_incident_whole_case",
        )
    work, row = _in_hand(db, actor, moment, row)
    work.mended[row.node] = "moved_on"
    work.note(Kind.INCIDENT_SKIPPED, element=row.element, incident=row.id, reason=reason, flow=flow)
    try:
        step = machine.skip(work.live, row.node, work.world.environment(), flow)
    except machine.NotThere as e:
        raise Unfit(
            e.text,
            code="err_choose_flow",
            errors=[FieldError("flow", "err_choose_flow", e.text)],
            flows=ways(work.definition, row.element),
        ) from e
    except KeyError as e:
        raise NotNow(code="err_incident_gone") from e
    except Incident as e:
        raise stuck(work.definition, e) from e
    settle(work, step)
    return work.case_id


def ways(definition: Definition, element: str) -> list[dict[str, Any]]:
    """The flows by which one can go on from an element."""
    if element not in definition.blueprint.elements:
        return []

    def way(flow: Flow) -> dict[str, Any]:
        name = definition.text(f"flow.{flow.id}", flow.name or flow.id)
        return {
            "flow": flow.id,
            "name": name,
            "target": flow.target,
            "target_name": definition.element_name(flow.target),
        }

    return [way(flow) for flow in definition.blueprint.outgoing[element]]


def _found(db: Connection, actor: Actor, incident_id: str, reason: str) -> Any:
    actor.require(PERMISSION)
    row = db.execute(_INCIDENT, {"incident": incident_id}).first()
    if row is None:
        raise NotFound()
    _may_mend(actor, db.execute(_CASE, {"case": row.case_id}).one())
    _with_reason(reason)
    return row


def _in_hand(db: Connection, actor: Actor, moment: Moment, row: Any) -> tuple[Work, Any]:
    """A path's incident that is still open, on its locked case."""
    work = take(db, actor, moment, row.case_id)
    row = db.execute(_INCIDENT, {"incident": row.id}).one()
    _must_be_open(db, moment, row)
    must_run(db, moment, work.row)
    return work, row


def _retry_whole(db: Connection, actor: Actor, moment: Moment, row: Any, reason: str) -> None:
    """Due at once: the clock wakes the case, and settles what has become of it."""
    go_on = update(tables.cases).where(_C.id == row.case_id, _C.status == FAILED)
    values = {"status": RUNNING, "wake_at": moment.now, "faults": _C.faults - 1}
    if db.execute(go_on.values(**values)).rowcount == 0:
        _must_be_open(db, moment, db.execute(_INCIDENT, {"incident": row.id}).one())
        raise NotNow(Text("该事项没有停住。", "The case does not stand still."), code="err_not_failed")
    done = {"resolved_at": moment.now, "resolved_by": actor.person_id, "resolution": "retried"}
    mend = update(tables.incidents).where(_I.case_id == row.case_id, _I.node.is_(None), _I.resolved_at.is_(None))
    db.execute(mend.values(**done))
    listing.follow(db, row.case_id)
    announce(db, listing.holders(db, row.case_id))
    trail.append(db, moment, actor, chain=row.case_id, kind=Kind.CASE_RETRIED, reason=reason, incident=row.id)


def _must_be_open(db: Connection, moment: Moment, row: Any) -> None:
    if row.resolved_at is None:
        return
    at: datetime = row.resolved_at
    by = actors.names(db, [row.resolved_by]).get(row.resolved_by) if row.resolved_by else None
    raise Clash(
        Text("此故障已由{by}于 {when} 处理。", "{by} dealt with this incident at {when}."),
        code="err_incident_resolved",
        by=by or Text("系统", "the system"),
        when=at.astimezone(moment.zone).strftime("%Y-%m-%d %H:%M"),
        at=at.isoformat(),
    )


def _may_mend(actor: Actor, case: Any) -> None:
    if actor.person_id is not None and actor.person_id in (case.subject_id, case.started_by):
        raise Forbidden(
            Text(
                "不能处理本人的事项，请由其他管理员处理。",
                "This is your own case; another administrator has to mend it.",
            ),
            code="err_own_case",
        )


def _with_reason(reason: str) -> None:
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "err_required", Text("请说明理由。", "Give a reason."))])


# ---------------------------------------------------------------- the clock


def heal(work: Work, timer: Any) -> machine.Step | None:
    """Try an incident again whose rule named nobody; ``None`` where it still does, and the next day is awaited."""
    found = work.live.open().get(timer.node)
    if found is None or found.kind != "incident":
        return None
    work.world.local = work.live.locals_of(timer.node)
    try:
        asking.asked_of(work.world, work.definition.element(found.element))
    except Incident:
        faults.look_again(work, timer.node)
        return None
    finally:
        work.world.local = {}
    work.mended[timer.node] = "retried"
    reason = Text("办理人规则已指向人员", "the assignment rule names somebody now").as_json()
    work.note(Kind.INCIDENT_RETRIED, element=found.element, reason=reason)
    return machine.retry(work.live, timer.node, work.world.environment())


# ---------------------------------------------------------------- correcting data


def set_data(
    db: Connection, actor: Actor, moment: Moment, case_id: str, values: Mapping[str, Any], reason: str
) -> None:
    """Correct variables of a case that has not ended; the entry says what was and what is.

    A value is JSON, or a FEEL literal after ``=``; it has to be of the variable's type. Personal values enter the entry
    as commitments only. Raises ``NotFound``, ``Forbidden``, ``NotNow``, ``Unfit`` variable by variable.
    """
    actor.require(PERMISSION)
    case = db.execute(_CASE, {"case": case_id}).first()
    if case is None:
        raise NotFound()
    _may_mend(actor, case)
    _with_reason(reason)
    work = take(db, actor, moment, case_id)
    if work.row["status"] in (ENDED, CANCELLED):
        raise NotNow(
            Text("事项已经结束。", "The case has already ended."), code="err_case_ended", status=work.row["status"]
        )
    new = _read(work, values)
    work.note(Kind.CASE_DATA_CHANGED, reason=reason, **_sealed(work, new))
    work.written = set(new)
    step = None
    if work.row["status"] == RUNNING:
        try:
            step = machine.set_variables(work.live, work.world.environment(), new)
        except Incident as e:
            raise stuck(work.definition, e) from e
    else:  # it stands: whoever lets it go on lets it look at its conditions
        work.live.variables.update(new)
    settle(work, step)


def _read(work: Work, values: Mapping[str, Any]) -> dict[str, Any]:
    if not 1 <= len(values) <= MOST_VALUES:
        said = Text(f"一次更正 1 至 {MOST_VALUES} 项。", f"Correct between 1 and {MOST_VALUES} values at a time.")
        raise Unfit(errors=[FieldError("values", "err_required", said)])
    known = work.definition.variables | work.live.variables.keys()
    fields = {f.path: f.type for form in work.definition.forms.values() for f in form.fields}
    found: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, given in values.items():
        place = f"values.{name}"[:200]
        if name not in known:
            said = Text("流程没有这个变量。", "The procedure has no such variable.")
            errors.append(FieldError(place, "err_unknown_variable", said))
            continue
        before = work.live.variables.get(name)
        wanted = feel.kind(before) if before is not None else _FIELD_KINDS.get(fields.get(name, ""))
        try:
            value = _value(work, given, wanted)
            feel.freeze(value)
        except feel.FeelError as e:
            errors.append(FieldError(place, "err_literal", e.text))
            continue
        if value is not None and wanted is not None and feel.kind(value) != wanted:
            said = Text("应为 {wanted} 类型。", "A value of the type {wanted} is needed.").format(wanted=wanted)
            errors.append(FieldError(place, "err_other_type", said))
            continue
        found[name] = value
    if errors:
        raise Unfit(errors=errors)
    return found


_FIELD_KINDS = {
    "date": "date",
    "number": "number",
    "checkbox": "boolean",
    "textfield": "string",
    "textarea": "string",
    "person": "string",
    "unit": "string",
}
_MARKS = {
    "date": "@date",
    "time": "@time",
    "date and time": "@date-time",
    "days and time duration": "@duration",
    "years and months duration": "@duration",
}


def _value(work: Work, given: Any, wanted: str | None) -> Any:
    if isinstance(given, str) and given.startswith("="):
        return feel.compile(given[1:]).evaluate({}, now=work.moment.local)
    if isinstance(given, str) and wanted in _MARKS:
        return feel.thaw({_MARKS[wanted]: given})
    return feel.from_json(given)


def _sealed(work: Work, new: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry holds: before and after, of personal variables commitments; their values stay in ``answers``."""
    private = personal_variables(work.definition)
    shown: dict[str, dict[str, Any]] = {"before": {}, "answers": {}}
    kept: dict[str, dict[str, Any]] = {}
    salts: dict[str, str] = {}
    for name, value in new.items():
        both = {"before": fact(work.live.variables.get(name)), "answers": fact(value)}
        if name in private:
            kept[name] = {"before": both["before"], "after": both["answers"]}
        for side, one in both.items():
            if name not in private or one is None:
                shown[side][name] = one
                continue
            salts[f"{side}.{name}"] = trail.new_salt()
            shown[side][name] = {"pd": trail.commitment(one, salts[f"{side}.{name}"])}
    if not kept:
        return shown
    owner = new_id()
    row = {"task_id": owner, "case_id": work.case_id, "element": "", "form": "", "at": work.moment.now}
    work.db.execute(
        insert(tables.answers),
        {**row, "values": orjson.dumps(kept).decode(), "salts": orjson.dumps(salts).decode()},
    )
    return {**shown, "kept": owner}


def personal_variables(definition: Definition) -> frozenset[str]:
    """Variables that a personal answer reaches, however often it is handed on."""
    found = {name for form in definition.forms.values() for name in form.personal_answers}
    outputs = [
        (output["target"], machine.compiled(output["source"].removeprefix("=")).names)
        for element in definition.blueprint.elements.values()
        for output in element.words.all("output")
        if output.get("source", "").startswith("=")
    ]
    while reached := {target for target, names in outputs if names & found} - found:
        found |= reached
    return frozenset(found)
