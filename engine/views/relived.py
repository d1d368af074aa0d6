"""A case as it stood after one of its entries, in words: who had it, what was known, where it stood on the diagram.

What is said comes from the entries (``engine/reliving.py``); names of people and posts are those of that day, and
personal values are opened from ``answers`` where they fit their commitment. Today's rows are asked for nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from engine import actors, cases, definitions, forms, gates, reliving, tables, terms, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Language, NotFound, Text
from engine.reliving import Standing, TaskThen, ValueThen
from engine.store import Moment
from engine.trail import Kind
from engine.views.cases import MOST_NAMES, diagram_texts
from engine.views.entries import VERDICTS, readable, speak
from engine.views.naming import Names

_C, _A, _T = tables.cases.c, tables.answers.c, tables.tasks.c

_UNKNOWN: Mapping[str, Text] = {
    "places": Text(
        "此事项始于尚不记载途经位置的版本，图上只标出任务所在的位置。",
        "This case began in a release whose entries did not say which elements were passed; "
        "the diagram shows where tasks were.",
    ),
    "parts": Text(
        "部分加签或委派的记录早于逐人记载的版本。",
        "Some of those who were asked to sign were recorded in a release that did not name each of them.",
    ),
    "values": Text(
        "流程自行计算的变量不逐条留痕，此处只列人填写的内容。",
        "What the procedure computed by itself is not in the entries; these are the values that people wrote.",
    ),
}
_ADMINISTRATORS = frozenset(
    {
        *(Kind.CASE_RETRIED, Kind.CASE_MIGRATED, Kind.CASE_MIGRATION_UNDONE, Kind.CASE_MOVE_PROPOSED),
        *(Kind.CASE_MOVE_REFUSED, Kind.CASE_MOVED, Kind.INCIDENT_RETRIED, Kind.INCIDENT_SKIPPED),
        *(Kind.CASE_DATA_CHANGED, Kind.TASKS_HANDED_OVER, Kind.TASKS_RELEASED, Kind.CASE_IMPORTED, Kind.STEP_IMPORTED),
    }
)
_LATE = frozenset({Kind.TASK_OVERDUE, Kind.TASK_ESCALATED})
_REFUSALS = frozenset({Kind.BYPASS_ATTEMPTED, Kind.DUTY_REFUSED, Kind.CASE_START_REFUSED, Kind.ATTACHMENT_REFUSED})


def moments(db: Connection, actor: Actor, case_id: str) -> list[dict[str, Any]]:
    """Every entry of a case as a tick of a slider; raises ``NotFound``.

    ``mark`` is ``act`` (somebody decided), ``late``, ``admin`` (somebody intervened) or ``step``.
    """
    if cases.scope_of(db, actor, case_id) is None:
        raise NotFound()
    entries = tables.entries.c
    query = select(entries.seq, entries.at, entries.kind, entries.person_id).where(entries.chain == case_id)
    return [
        {"seq": row.seq, "at": row.at, "kind": row.kind, "mark": _mark(row.kind, row.person_id)}
        for row in db.execute(query.order_by(entries.seq))
    ]


def _mark(kind: str, person: str | None) -> str:
    if kind in _ADMINISTRATORS:
        return "admin"
    if kind in _LATE:
        return "late"
    return "act" if person is not None and kind not in _REFUSALS and kind not in _OPENINGS else "step"


_OPENINGS = frozenset(
    {
        *(Kind.TASK_OPENED, Kind.TASK_HELD, Kind.TASK_CANCELLED, Kind.CASE_ENDED, Kind.CASE_WENT_ON, Kind.CASE_COPIED),
        *(Kind.DECISION_EVALUATED, Kind.VOTE_COUNTED, Kind.TIMER_FIRED, Kind.TASK_UNATTENDED, Kind.TASK_PAUSED),
        *(Kind.TASK_RESUMED, Kind.JOB_OPENED, Kind.CASE_CALLED, Kind.MESSAGE_SENT, Kind.SIGNAL_SENT),
        *(Kind.EVENT_CAUGHT, Kind.ACTIVITY_INTERRUPTED, Kind.CASE_STOPPED, Kind.TASK_HANDED_BACK),
        *(Kind.MEMBERSHIP_CHANGED, Kind.TERM_CHANGED, Kind.POST_BEGUN, Kind.POST_ENDED, Kind.DOCUMENT_ISSUED),
        *(Kind.DOCUMENT_FILED, Kind.DOCUMENT_VOIDED, Kind.DOCUMENT_RESTORED, Kind.DUTY_REPORTED, Kind.GATE_WARNED),
    }
)
"""What follows from an act of somebody bears their name too, but they did not decide it."""


def at(db: Connection, actor: Actor, moment: Moment, case_id: str, seq: int | None = None) -> dict[str, Any]:
    """A case as it stood after an entry (``None``: the last), and what that entry changed; raises ``NotFound``."""
    view = _view(db, actor, moment, case_id)
    before, then = reliving.read(db, moment.zone, case_id, seq)
    if seq is not None and then.seq != seq:
        raise NotFound()
    return {**view.shown(then), "changes": view.differences(before, then), "since": before.seq if before else None}


def between(
    db: Connection, actor: Actor, moment: Moment, case_id: str, first: int, second: int
) -> list[dict[str, Any]]:
    """Field by field what differs between two moments of a case; raises ``NotFound``."""
    view = _view(db, actor, moment, case_id)
    standings = []
    for seq in (first, second):
        standings.append(reliving.read(db, moment.zone, case_id, seq)[1])
        if standings[-1].seq != seq:
            raise NotFound()
    return view.differences(*standings)


def screen(db: Connection, actor: Actor, moment: Moment, case_id: str, seq: int, language: Language) -> dict[str, Any]:
    """What lay before whoever acted in an entry: form, values, permissions, whom it asked, what could be decided.

    Raises ``NotFound`` where nobody acted on a form there, or for whoever does not see the whole case.
    """
    view = _view(db, actor, moment, case_id)
    before, then = reliving.read(db, moment.zone, case_id, seq)
    if not view.is_full or then.seq != seq:
        raise NotFound()
    body = trail.read(db, case_id, seq - 1, 1)[0]
    if body["kind"] not in _SCREENS:
        raise NotFound()
    return view.screen(before or Standing(case_id, version=then.version, at=then.at), then, body, language)


def diagram_of(db: Connection, actor: Actor, case_id: str, version: int) -> dict[str, Any]:
    """The drawing of a version that the case has been on; raises ``NotFound``."""
    row = db.execute(select(_C.definition_id).where(_C.id == case_id)).first()
    if row is None or cases.scope_of(db, actor, case_id) is None:
        raise NotFound()
    definition = definitions.read(db, definitions.load(db, row.definition_id).key, version)
    return {"xml": definition.files["process.bpmn"], "texts": diagram_texts(definition)}


def _view(db: Connection, actor: Actor, moment: Moment, case_id: str) -> _View:
    columns = (_C.number, _C.title, _C.definition_id, _C.trail_seq)
    row = db.execute(select(*columns).where(_C.id == case_id)).first()
    scope = cases.scope_of(db, actor, case_id) if row is not None else None
    if row is None or scope is None:
        raise NotFound()
    return _View(db, actor, moment, case_id, row, scope == "full")


class _View:
    """How one asker sees a case, at whichever of its moments."""

    def __init__(self, db: Connection, actor: Actor, moment: Moment, case_id: str, row: Any, is_full: bool) -> None:
        self.db, self.actor, self.moment, self.case_id, self.row, self.is_full = (
            db,
            actor,
            moment,
            case_id,
            row,
            is_full,
        )
        self._key = definitions.load(db, row.definition_id).key
        self._answers: dict[str, tuple[dict[str, Any], dict[str, str]]] | None = None
        self._names: dict[date, Names] = {}

    def definition(self, then: Standing) -> Definition:
        return definitions.read(self.db, self._key, then.version)

    def day(self, then: Standing) -> date:
        return datetime.fromisoformat(then.at).astimezone(self.moment.zone).date()

    def names(self, then: Standing) -> Names:
        on = self.day(then)
        if on not in self._names:
            self._names[on] = Names(self.db, on)
        return self._names[on]

    # ------------------------------------------------ a moment

    def shown(self, then: Standing) -> dict[str, Any]:
        definition, names = self.definition(then), self.names(then)
        body = trail.read(self.db, self.case_id, then.seq - 1, 1)[0]
        entry = speak(self.db, self.moment, [body], definition)[0]
        open_tasks = [t for t in then.tasks.values() if t.is_open]
        done = [t for t in then.tasks.values() if t.status in _DONE and t.completed_at is not None]
        outcome = then.outcome
        return {
            "id": self.case_id,
            "number": self.row.number,
            "title": self.row.title,
            "entry": entry if self.is_full else {**entry, **_silenced(entry, self.actor)},
            "last": self.row.trail_seq,
            "at": datetime.fromisoformat(then.at),
            "business_on": self.day(then),
            "definition": definition.key,
            "definition_name": definition.name,
            "version": definition.version,
            "status": then.status,
            "outcome": outcome,
            "outcome_label": definition.text(f"outcome.{outcome}", outcome) if outcome else None,
            "unit": names.unit(then.unit) if then.unit else None,
            "started_by": names.person(then.started_by),
            "open_tasks": [self._open(t, then, definition, names) for t in open_tasks],
            "done": [self._act(t, definition, names) for t in sorted(done, key=lambda t: t.done_in or 0)],
            "values": [self._value(v, then, definition, names) for v in self._mine(then)],
            "attachments": self._attachments(then, names) if self.is_full else [],
            "documents": self._documents(then) if self.is_full else [],
            "opinions": [self._opinion(b, definition, names) for b in then.opinions] if self.is_full else [],
            "rules": [self._rule(r, definition) for r in then.rules] if self.is_full else [],
            "incidents": [
                definition.element_name(e) if e else Text("整个事项", "the whole case") for e in then.incidents.values()
            ],
            "elements": _places(then, definition),
            "unknown": [_UNKNOWN[name] for name in (*then.unknown, "values")],
        }

    def _mine(self, then: Standing) -> list[ValueThen]:
        values = sorted(then.values.values(), key=lambda v: (v.entry, v.name))
        return values if self.is_full else [v for v in values if self.actor.person_id in (v.by, v.acting_for)]

    def _open(self, task: TaskThen, then: Standing, definition: Definition, names: Names) -> dict[str, Any]:
        asked = task.confirmers if task.status == "confirming" else task.asked
        people = [task.claimed_by] if task.claimed_by and task.status == "open" else self._people(asked, self.day(then))
        seen = self.is_full
        return {
            "id": task.id,
            "element": task.element,
            "name": definition.element_name(task.element),
            "step": _step(definition, task.element),
            "status": task.status,
            "part": task.part,
            "since": datetime.fromisoformat(task.opened_at),
            "opened_in": task.opened_in,
            "claimed_by": names.person(task.claimed_by) if seen else None,
            "holders": [names.holder(h) for h in asked] if seen else [],
            "people": [names.person(p) for p in people[:MOST_NAMES]] if seen else [],
            "more": max(0, len(people) - MOST_NAMES) if seen else 0,
            "due": self._due(task),
            "is_late": task.is_late,
            "is_paused": task.is_paused,
            "held_by": [gates.sentence(definition, f["code"], f.get("clause")) for f in task.findings],
        }

    def _people(self, holders: Iterable[str], on: date) -> list[str]:
        return list(dict.fromkeys(p for h in holders for p in actors.people_meant(self.db, h, on)))

    def _due(self, task: TaskThen) -> dict[str, Any] | None:
        """The term as it stood, which entry set it, and the arithmetic as far as it was that of then."""
        if not task.due_on:
            return None
        row = self.db.execute(select(_T.due_on, _T.due_at, _T.due_why).where(_T.id == task.id)).mappings().first()
        said, text = None, None
        if row is not None and row["due_on"] is not None:
            term = terms.of_row(dict(row))
            said = term.said(self.moment.zone)
            text = Text.of(term.facts["text"]) if term.facts.get("text") else None
        same = said is not None and said[: len(task.due_on)] == task.due_on
        return {"on": task.due_on, "entry": task.due_in, "text": text if same else None, "is_known": same}

    def _act(self, task: TaskThen, definition: Definition, names: Names) -> dict[str, Any]:
        known = task.element in definition.blueprint.elements
        decided = known and task.decision not in (None, "done") and task.part is None
        label = gates.outcome_label(definition, task.element, task.decision or "") if decided else None
        mine = self.is_full or self.actor.person_id in (task.completed_by, task.completed_for)
        return {
            "task": task.id,
            "element": task.element,
            "name": definition.element_name(task.element),
            "step": _step(definition, task.element),
            "status": task.status,
            "entry": task.done_in,
            "at": datetime.fromisoformat(task.completed_at or ""),
            "business_on": task.business_on,
            "by": names.person(task.completed_by) if mine else None,
            "acting_for": names.person(task.completed_for) if mine else None,
            "confirmed_by": names.person(task.confirmed_by) if mine else None,
            "decision_label": (VERDICTS.get(task.decision or "") if task.part == "sign" else label) if mine else None,
            "is_void": task.is_void,
            "is_late": task.is_late,
            "marks": task.marks if mine else [],
            "mark_labels": names.marks(definition, task.marks) if mine else {},
        }

    def _opinion(self, body: Mapping[str, Any], definition: Definition, names: Names) -> dict[str, Any]:
        element = body.get("element")
        return {
            "entry": body["seq"],
            "at": datetime.fromisoformat(body["at"]),
            "by": names.person((body.get("actor") or {}).get("person")),
            "name": definition.element_name(element) if element else None,
            "text": body["opinion"],
        }

    def _rule(self, body: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
        return {
            "entry": body["seq"],
            "decision": definition.text(f"decision.{body['decision']}", body["decision"]),
            "value": body.get("value"),
            "rules": body.get("rules", []),
            "inputs": [{"name": name, "value": value} for name, value in body.get("inputs", {}).items()],
        }

    def _attachments(self, then: Standing, names: Names) -> list[dict[str, Any]]:
        table = tables.attachments.c
        rows = self.db.execute(select(table.id, table.name, table.salt).where(table.case_id == self.case_id))
        kept = {row.id: row for row in rows}
        found = []
        for id_, body in then.attachments.items():
            row, sealed = kept.get(id_), body.get("name")
            fits = row is not None and sealed == {"pd": trail.commitment(row.name, row.salt)}
            found.append(
                {
                    "id": id_,
                    "name": row.name if row is not None and fits else None,
                    "sha256": body["sha256"],
                    "by": names.person((body.get("actor") or {}).get("person")),
                    "at": datetime.fromisoformat(body["at"]),
                    "entry": body["seq"],
                }
            )
        return found

    def _documents(self, then: Standing) -> list[dict[str, Any]]:
        return [
            {
                "id": id_,
                "name": Text.of(body["kind_name"]),
                "number": body.get("number"),
                "is_void": body["is_void"],
                "sha256": body.get("sha256"),
                "entry": body["seq"],
            }
            for id_, body in then.documents.items()
        ]

    # ------------------------------------------------ values

    def _value(self, one: ValueThen, then: Standing, definition: Definition, names: Names) -> dict[str, Any]:
        fields = _fields(definition, one.element)
        value, how = self._opened(one)
        return {
            "field": one.name,
            "label": fields[one.name].label if one.name in fields else Text(one.name, one.name),
            "value": readable(value, one.name, fields, names) if how in ("plain", "opened") else None,
            "how": how,
            "by": names.person(one.by),
            "acting_for": names.person(one.acting_for),
            "at": datetime.fromisoformat(one.at),
            "entry": one.entry,
            "name": definition.element_name(one.element) if one.element else None,
            "is_new": one.entry == then.seq,
        }

    def _opened(self, one: ValueThen) -> tuple[Any, str]:
        """``(value, plain | opened | erased | altered)``: a commitment is opened only by what it was made of."""
        if not (isinstance(one.value, Mapping) and set(one.value) == {"pd"}):
            return one.value, "plain"
        values, salts = self._kept().get(one.owner, ({}, {}))
        value, salt = values.get(one.name), salts.get(one.name)
        if isinstance(value, Mapping) and f"answers.{one.name}" in salts:
            value, salt = value.get("after"), salts[f"answers.{one.name}"]
        if value is None or salt is None:
            return None, "erased"
        return (value, "opened") if trail.commitment(value, salt) == one.value["pd"] else (None, "altered")

    def _kept(self) -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
        if self._answers is None:
            rows = self.db.execute(select(_A.task_id, _A["values"], _A.salts).where(_A.case_id == self.case_id))
            self._answers = {row[0]: (json.loads(row[1]), json.loads(row[2])) for row in rows}
        return self._answers

    # ------------------------------------------------ the screen at a decision

    def screen(self, before: Standing, then: Standing, body: Mapping[str, Any], language: Language) -> dict[str, Any]:
        """The form of the version in force, with what was entered and what was known before, for one language."""
        definition, names = self.definition(then), self.names(then)
        entered = next((b for b in reliving.bodies(self.db, self.case_id) if b["seq"] == body.get("entered_in")), body)
        element = definition.blueprint.elements.get(body["element"])
        form = definition.forms.get(element.words.attribute("form") or "") if element is not None else None
        owner = body.get("task") or self.case_id
        task = before.tasks.get(owner) or then.tasks.get(owner)
        access = gates.access(element) if element is not None else {}
        known = {v.name: self._opened(v)[0] for v in before.values.values()}
        given = {
            name: self._opened(ValueThen(name, value, body["element"], owner, None, None, body["at"], body["seq"]))[0]
            for name, value in entered.get("answers", {}).items()
        }
        shown: dict[str, Any] | None = None
        if form is not None:
            reading = forms.only_reading(access)
            now = datetime.fromisoformat(body["at"]).astimezone(self.moment.zone)
            shown = form.as_json(language, known, reading, now=now, answers=given)
        who, absent = ((body.get("actor") or {}).get(name) for name in ("person", "for"))
        asked = (task.confirmers if body["kind"] == Kind.TASK_CONFIRMED else task.asked) if task is not None else []
        fields = form.fields if form is not None else ()
        return {
            "entry": body["seq"],
            "at": datetime.fromisoformat(body["at"]),
            "kind": body["kind"],
            "element": body["element"],
            "name": definition.element_name(body["element"]),
            "version": definition.version,
            "sha256": definition.sha256,
            "form_name": element.words.attribute("form") if element is not None else None,
            "values": shown.pop("values") if shown is not None else given,
            "form": shown,
            "known": [self._value(v, before, definition, names) for v in before.values.values()],
            "access": [
                {"field": f.path, "label": f.label, "access": access.get(f.path, access.get("*", "write"))}
                for f in fields
            ],
            "by": names.person(who),
            "acting_for": names.person(absent),
            "asked": [
                {
                    "holder": names.holder(holder),
                    "people": [names.person(p) for p in actors.people_meant(self.db, holder, self.day(then))],
                }
                for holder in asked
            ],
            "due": self._due(task) if task is not None else None,
            "options": [
                {
                    "value": one["value"],
                    "label": gates.outcome_label(definition, body["element"], one["value"]),
                    "is_chosen": one["value"] == body.get("decision"),
                }
                for one in (element.words.all("outcome") if element is not None else ())
            ],
            "decision_label": gates.outcome_label(definition, body["element"], body["decision"])
            if body.get("decision") not in (None, "done")
            else None,
            "opinion": entered.get("opinion"),
            "reason": entered.get("reason"),
            "source": (body.get("actor") or {}).get("source"),
            "gates": [json.dumps(g, ensure_ascii=False) for g in entered.get("gates", ())],
            "unknown": [_UNKNOWN["values"]],
        }

    # ------------------------------------------------ two moments

    def differences(self, before: Standing | None, after: Standing) -> list[dict[str, Any]]:
        """``{what, name, before, after}`` of everything that differs, in the words of the later moment."""
        definition, names = self.definition(after), self.names(after)
        old = before or Standing(self.case_id, status="")
        found: list[dict[str, Any]] = []

        def differ(what: str, name: Any, was: Any, now: Any, **more: Any) -> None:
            if was != now:
                found.append({"what": what, "name": name, "before": was or None, "after": now or None, **more})

        differ("status", _STATUS, _STATUSES.get(old.status), _STATUSES.get(after.status))
        differ("version", _VERSION, old.version and str(old.version), str(after.version))
        if after.unit is not None and old.unit not in (None, after.unit):
            differ("unit", _UNIT, names.unit(str(old.unit))["name"], names.unit(after.unit)["name"])
        for id_ in dict.fromkeys([*old.tasks, *after.tasks]):
            was, now = old.tasks.get(id_), after.tasks.get(id_)
            element = (now or was).element  # type: ignore[union-attr]
            name = definition.element_name(element)
            differ("task", name, _said(was), _said(now), task=id_)
            if was is not None and now is not None and self.is_full:
                differ("due", name, was.due_on, now.due_on, task=id_)
                if now.is_open:
                    differ("holder", name, self._who(was, names), self._who(now, names), task=id_)
        mine = {v.name for v in (*self._mine(old), *self._mine(after))}
        for field in sorted(mine, key=lambda f: after.values[f].entry if f in after.values else 0):
            value, earlier = after.values.get(field), old.values.get(field)
            if value == earlier:
                continue
            label = (self._value(value or earlier, after, definition, names))["label"]  # type: ignore[arg-type]
            sides = [self._value(v, after, definition, names) if v else None for v in (earlier, value)]
            if sides[0] and sides[1] and sides[0]["value"] == sides[1]["value"]:
                continue
            was_said, now_said = (_of_value(side) for side in sides)
            differ("value", label, was_said, now_said, field=field)
        if self.is_full:
            for what, was_all, now_all in (
                ("attachment", old.attachments, after.attachments),
                ("document", old.documents, after.documents),
            ):
                for id_ in dict.fromkeys([*was_all, *now_all]):
                    differ(what, _KINDS_OF[what], _paper(was_all.get(id_)), _paper(now_all.get(id_)))
        return found

    def _who(self, task: TaskThen, names: Names) -> str | Text:
        if task.claimed_by and task.status != "confirming":
            name: Text = (names.person(task.claimed_by) or {})["name"]
            return name
        said = [names.holder(h) for h in (task.confirmers if task.status == "confirming" else task.asked)]
        return Text("、".join(t.zh for t in said), ", ".join(t.en for t in said))


_SCREENS = frozenset(
    {
        *(Kind.CASE_STARTED, Kind.TASK_COMPLETED, Kind.TASK_PROPOSED, Kind.TASK_CONFIRMED, Kind.TASK_SUBMITTED),
        *(Kind.TASK_SIGNED_OFF, Kind.TASK_RETURNED, Kind.BALLOT_CAST, Kind.TASK_CONFIRMATION_REFUSED),
    }
)
"""Entries by which somebody acted on a form."""
_DONE = ("completed", "returned", "signed", "given_back", "transferred")
_STATUS, _VERSION, _UNIT = Text("状态", "status"), Text("流程版本", "version"), Text("所属组织", "unit")
_KINDS_OF = {"attachment": Text("附件", "attachment"), "document": Text("文书", "document")}
_STATUSES = {
    "running": Text("办理中", "running"),
    "ended": Text("已办结", "ended"),
    "cancelled": Text("已终止", "cancelled"),
    "suspended": Text("已暂停", "suspended"),
    "failed": Text("无法继续", "could not go on"),
}
_TASK_STATUSES = {
    "held": Text("尚不能开启", "held"),
    "open": Text("待办", "open"),
    "confirming": Text("待复核", "to be confirmed"),
    "waiting": Text("等待他人", "waiting for others"),
    "completed": Text("已办结", "completed"),
    "returned": Text("已退回", "returned"),
    "cancelled": Text("已取消", "cancelled"),
    "signed": Text("已签署", "signed"),
    "given_back": Text("已交回", "given back"),
    "transferred": Text("已转办", "transferred"),
}
_VOID = Text("（已作废）", " (void)")
_SEALED = {
    "erased": Text("（个人信息，已无法查看）", "(personal, no longer kept)"),
    "altered": Text("（与留痕不符）", "(does not fit its entry)"),
}


def _said(task: TaskThen | None) -> Text | None:
    if task is None:
        return None
    text = _TASK_STATUSES[task.status]
    return Text(f"{text.zh}{_VOID.zh}", f"{text.en}{_VOID.en}") if task.is_void else text


def _of_value(side: Mapping[str, Any] | None) -> Any:
    if side is None:
        return None
    return _SEALED.get(side["how"], side["value"])


def _paper(body: Mapping[str, Any] | None) -> Any:
    if body is None:
        return None
    text = Text.of(body["kind_name"]) if "kind_name" in body else Text(body["sha256"][:12], body["sha256"][:12])
    number = body.get("number")
    named = Text(f"{text.zh} {number}", f"{text.en} {number}") if number else text
    return Text(f"{named.zh}{_VOID.zh}", f"{named.en}{_VOID.en}") if body.get("is_void") else named


def _step(definition: Definition, element: str) -> str | None:
    known = definition.blueprint.elements.get(element)
    return known.words.attribute("step") if known is not None else None


def field_label(definition: Definition, element: str, name: str) -> Text:
    """What a field is called on the form of an element."""
    fields = _fields(definition, element)
    return fields[name].label if name in fields else Text(name, name)


def _fields(definition: Definition, element: str) -> Mapping[str, forms.Field]:
    known = definition.blueprint.elements.get(element)
    form = definition.forms.get(known.words.attribute("form") or "") if known is not None else None
    return {f.path: f for f in form.fields} if form is not None else {}


def _places(then: Standing, definition: Definition) -> dict[str, dict[str, Any]]:
    """Where the case stood on the diagram, as ``views.diagram`` says it of now."""
    drawn = definition.blueprint.elements
    visits = then.visits if then.knows_places else _passed_by_tasks(then)
    found = {e: {"status": "done", "times": n} for e, n in visits.items() if e in drawn}

    def mark(element: str, status: str) -> None:
        if element in drawn:
            found[element] = {"status": status, "times": visits.get(element, 0)}

    for task in then.open_tasks():
        mark(task.element, "held" if task.status == "held" else "open")
        scope = drawn[task.element].scope if task.element in drawn else None
        while scope in drawn:
            mark(scope, "open")
            scope = drawn[scope].scope
    for element in then.incidents.values():
        mark(element, "stopped")
    return found


def _passed_by_tasks(then: Standing) -> dict[str, int]:
    found: dict[str, int] = {}
    for task in then.tasks.values():
        if task.status == "completed" and not task.is_void:
            found[task.element] = found.get(task.element, 0) + 1
    return found


def _silenced(entry: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Of an entry by others the subject of a case sees that something happened."""
    if entry["actor"] and entry["actor"]["person_id"] == actor.person_id:
        return {}
    silent: dict[str, Any] = dict.fromkeys(
        ("actor", "acting_for", "business_on", "decision", "decision_label", "opinion", "reason")
    )
    sentence = Text("办理记录：{element}", "Progress: {element}").format(element=entry["element_name"] or Text("", ""))
    return {**silent, "changes": [], "marks": [], "mark_labels": {}, "sentence": sentence}
