"""What lets a deed pass: the names FEEL may use, business dates, votes, outcomes and gates of one element.

Reads the directory and the case, writes nothing. Python knows no procedure: every rule here is a word of the
vocabulary, every refusal carries the code and the clause that the designer wrote.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, or_, select

from engine import actors, calendars, case_facts, feel, machine, rules, tables
from engine.actors import Actor
from engine.calendars import Amount, Book
from engine.definitions import Definition
from engine.errors import FieldError, Incident, NotNow, Refused, Text, Unfit
from engine.machine import Element
from engine.store import Moment, for_update
from engine.vocabulary import keys


@dataclass
class World:
    """Everything one deed on one case may see. ``variables`` is the live case's own dictionary."""

    db: Connection
    actor: Actor
    moment: Moment
    definition: Definition
    case: Mapping[str, Any]
    """``id``, ``number``, ``unit``, ``started_on``, ``started_by`` as FEEL values."""
    variables: dict[str, Any]
    local: Mapping[str, Any] = field(default_factory=dict)
    """What only the element in hand sees: the item and counter of its multi-instance, what was written there."""
    uses_calendar: bool = False
    """Whether a calendar was asked since somebody set this to false."""
    book: calendars.Book | None = None
    """The calendars in force; read at the first question, unless somebody looks what others would lead to."""
    doers: dict[str, set[str]] | None = None
    """Element → everybody who had a part in doing it, in what still holds; as ``duties`` has read it."""
    is_deed: bool = False
    """Whether the case is locked and about to move: what hangs on its called cases holds until the deed is done."""
    _line: tuple[str, ...] | None = None
    _parameters: dict[str, Any] | None = None
    _hosts: dict[date, dict[str, Any]] = field(default_factory=dict)
    _bases: dict[date, dict[str, Any]] = field(default_factory=dict)

    def move_to(self, unit: str) -> None:
        """The case belongs to another unit from now on, with that unit's calendar."""
        self.case = {**self.case, "unit": unit}
        self._line = None

    def asked_by(self, person: str | None) -> World:
        """The same as it is for somebody else, who is ``actor`` in FEEL."""
        return replace(self, actor=replace(self.actor, person_id=person, acting_by=None), _bases={})

    def did(self, element: str, people: Iterable[str | None]) -> None:
        """People have just done an element."""
        if self.doers is not None:
            self.doers.setdefault(element, set()).update(p for p in people if p)

    @property
    def parameters(self) -> dict[str, Any]:
        if self._parameters is None:
            key, own = self.definition.key, self.definition.rules
            self._parameters = rules.values(self.db, key, own, self.moment.today) if own.parameters else {}
        return self._parameters

    @property
    def calendar(self) -> calendars.Calendar:
        """The calendar of the case's unit: its own days, those of the units above it, the office's, the nation's."""
        return self.calendar_of("unit")

    def calendar_of(self, which: str) -> calendars.Calendar:
        """The calendar of the case's ``unit``, or that of the whole ``office``."""
        self.uses_calendar = True
        book = self.calendars
        if which != "unit" or not book.has_units:
            return book.calendar()
        if self._line is None:
            unit = self.case.get("unit")
            above = actors.ancestors(self.db, unit, self.moment.today) if unit else ()
            self._line = (*([unit] if unit else []), *(u.id for u in above))
        return book.calendar(self._line)

    @property
    def calendars(self) -> calendars.Book:
        """Every calendar, as this deed's transaction sees them."""
        if self.book is None:
            self.book = calendars.book(self.db)
        return self.book

    def hosts(self, on: date) -> dict[str, Any]:
        """Host functions that answer as of a business date."""
        if on not in self._hosts:
            self._hosts[on] = {
                **calendars.functions(lambda: self.calendar),
                **actors.host_functions(self.db, on),
                "open cases": self._open_cases,
                **case_facts.host_functions(self.db, self.case.get("id")),
                "called cases": self._called_cases,
            }
        return self._hosts[on]

    def context(self, on: date | None = None, **local: Any) -> dict[str, Any]:
        """Names for FEEL: unset variables are null, answers and inputs (``local``) shadow variables."""
        return {
            **self._given(on or self.moment.today),
            "case": dict(self.case),
            **self.variables,
            **self.local,
            **local,
        }

    def _given(self, on: date) -> dict[str, Any]:
        """The names that are there before any variable is written; the same all through a deed."""
        found = self._bases.get(on)
        if found is None:
            found = self._bases[on] = {
                **self.definition.unset,
                **self.parameters,
                **self.hosts(on),
                "today": self.moment.today,
                "actor": self.actor.person_id,
            }
        return found

    def evaluate(self, text: str, context: Mapping[str, Any], element: str) -> Any:
        """FEEL text with its leading ``=``; a failing expression is an incident of the definition."""
        try:
            return _compiled(text).evaluate(context, now=self.moment.local)
        except feel.FeelError as e:
            raise Incident(element, e.text, {"expression": text}) from e

    def environment(self, on: date | None = None) -> machine.Environment:
        """What the machine may see."""
        context = {**self._given(on or self.moment.today), "case": dict(self.case)}
        zone, known = self.moment.zone, self.definition.decisions
        return machine.Environment(self.moment.now, zone, context, known, self._resting)

    def _resting(self, ask: Callable[[], Any]) -> tuple[Any, int | None]:
        before, self.uses_calendar = self.uses_calendar, False
        try:
            return ask(), self.calendars.number if self.uses_calendar else None
        finally:
            self.uses_calendar = before or self.uses_calendar

    def then(self, at: datetime, book: Book | None) -> World:
        """The same case in the world of an earlier moment, with other calendars or with these."""
        moment = Moment(at, self.moment.zone)
        book = self.calendars if book is None else book
        return World(self.db, self.actor, moment, self.definition, self.case, self.variables, book=book)

    def _open_cases(self, definition: Any, about: Any) -> Any:
        if not isinstance(definition, str) or not isinstance(about, str):
            return None
        found = self.db.execute(_OPEN_CASES, {"key": definition, "about": about, "case": self.case.get("id") or ""})
        return Decimal(found.scalar_one())

    def _called_cases(self, definition: Any) -> Any:
        """The cases of a definition that this one has called, by number: what ``called`` tells of each of them."""
        case_id = self.case.get("id")
        if not isinstance(definition, str) or not isinstance(case_id, str):
            return None
        return called(self.db, self.moment, case_id, definition, holds=self.is_deed)


_CALLED = (
    select(
        *(tables.cases.c[n] for n in ("id", "number", "unit_id", "status", "outcome", "started_at", "ended_at")),
        tables.cases.c.summary,
    )
    .select_from(tables.cases.join(tables.definitions, tables.cases.c.definition_id == tables.definitions.c.id))
    .where(tables.cases.c.parent_id == bindparam("case"), tables.definitions.c.key == bindparam("key"))
    .order_by(tables.cases.c.number)
)
_HOLD_CALLED = (
    select(tables.cases.c.id)
    .where(tables.cases.c.parent_id == bindparam("case"))
    .order_by(tables.cases.c.id)
    .with_for_update()
)
_CALLED_TASKS = (
    select(*(tables.tasks.c[n] for n in ("case_id", "element", "due_on", "due_at", "is_late")))
    .select_from(tables.tasks.join(tables.cases, tables.tasks.c.case_id == tables.cases.c.id))
    .where(
        tables.cases.c.parent_id == bindparam("case"),
        tables.cases.c.status == "running",
        tables.tasks.c.status.in_(("open", "confirming")),
    )
    .order_by(tables.tasks.c.opened_at, tables.tasks.c.id)
)


def called(
    db: Connection, moment: Moment, case_id: str, definition: str, *, holds: bool = False
) -> list[dict[str, Any]]:
    """The cases of a definition that a case has called, by number, as FEEL sees them.

    Each has ``id``, ``number``, ``unit``, ``unit_name``, ``status``, ``outcome``, ``started_on``, ``ended_on``,
    ``steps`` (ids of the elements with an open task), ``due_on`` (the earliest of them), ``is_late``, and the value of
    each of its summary lines by the line's label. ``holds``: they are locked first, and none moves until the commit.
    """
    if holds and for_update(db):
        db.execute(_HOLD_CALLED, {"case": case_id}).all()
    at_work: dict[str, list[Any]] = {}
    for task in db.execute(_CALLED_TASKS, {"case": case_id}):
        at_work.setdefault(task.case_id, []).append(task)
    rows = db.execute(_CALLED, {"case": case_id, "key": definition}).all()
    units = actors.units(db, {row.unit_id for row in rows}, moment.today)
    found = []
    for row in rows:
        tasks = at_work.get(row.id, [])
        told = {line["label"]: line["value"] for line in json.loads(row.summary)}
        found.append(
            {
                **{label: Decimal(v) if type(v) is int else v for label, v in told.items()},
                "id": row.id,
                "number": row.number,
                "unit": row.unit_id,
                "unit_name": units[row.unit_id].name if row.unit_id in units else None,
                "status": row.status,
                "outcome": row.outcome,
                "started_on": row.started_at.astimezone(moment.zone).date(),
                "ended_on": row.ended_at.astimezone(moment.zone).date() if row.ended_at else None,
                "steps": list(dict.fromkeys(t.element for t in tasks)),
                "due_on": min((t.due_on for t in tasks if t.due_on), default=None),
                "is_late": any(is_overdue(t, moment) for t in tasks),
            }
        )
    return found


def is_overdue(task: Any, moment: Moment) -> bool:
    """Whether the term of an open task (its row) is over."""
    if task.is_late:
        return True
    if task.due_at is not None:
        return bool(moment.now > task.due_at)
    return task.due_on is not None and moment.today > task.due_on


_OPEN_CASES = (
    select(func.count())
    .select_from(tables.cases.join(tables.definitions, tables.cases.c.definition_id == tables.definitions.c.id))
    .where(
        tables.definitions.c.key == bindparam("key"),
        or_(tables.cases.c.subject_id == bindparam("about"), tables.cases.c.unit_id == bindparam("about")),
        tables.cases.c.status.in_(("running", "suspended", "failed")),
        tables.cases.c.id != bindparam("case"),
    )
)


def _compiled(text: str) -> feel.Expression:
    return machine.compiled(text.removeprefix("="))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one gate says: a finding that blocks or warns."""

    code: str
    severity: Literal["block", "warn"]
    text: Text
    clause: str | None = None
    field: str | None = None
    earliest: date | None = None

    def as_fact(self) -> dict[str, Any]:
        found = {
            "code": self.code,
            "severity": self.severity,
            "clause": self.clause,
            "field": self.field,
            "earliest": self.earliest.isoformat() if self.earliest else None,
        }
        return {k: v for k, v in found.items() if v is not None}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts of an element's gates and, for the trail, what each decision saw and said."""

    verdicts: tuple[Verdict, ...]
    evidence: tuple[Mapping[str, Any], ...]

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if v.severity == "block")

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if v.severity == "warn")


@dataclass(frozen=True, slots=True)
class Entered:
    """A completion that fits: FEEL values, the outcome, the date of the act, and what is remarkable about it."""

    values: Mapping[str, Any]
    decision: str
    business_on: date | None
    marks: tuple[str, ...]
    judgement: Judgement
    context: Mapping[str, Any]
    is_late_entry: bool


# ---------------------------------------------------------------- gates


def judge(
    world: World,
    element: Element,
    at: str,
    context: Mapping[str, Any],
    outcome: str | None = None,
    private: Iterable[str] = (),
) -> Judgement:
    """Evaluate the gates of an element at ``start``, ``opening`` or ``completion``.

    A decision's answer is null or empty where it allows, else one or several ``{code, severity?, field?, earliest?,
    clause?}``. The inputs named in ``private`` are left out of the evidence: personal values never enter an entry.
    """
    verdicts: list[Verdict] = []
    evidence: list[Mapping[str, Any]] = []
    hidden = set(private)
    for gate in element.words.all("gate"):
        wanted = keys(gate.get("outcome"))
        if gate.get("at") != at or (wanted and outcome not in wanted):
            continue
        if at == "start" and any(v.severity == "block" for v in verdicts):
            break  # whoever may not pass the first gate learns nothing from those behind it
        if "decision" in gate:
            key = gate["decision"]
            try:
                answer = world.definition.decisions[key].evaluate(context, now=world.moment.local)
            except feel.FeelError as e:
                raise Incident(element.id, e.text, {"decision": key}) from e
            found = answer.value if isinstance(answer.value, list) else [answer.value]
            new = [_verdict(world, gate, f) for f in found if f is not None]
            verdicts += new
            evidence.append(
                {
                    "decision": key,
                    "rules": [str(r) for r in answer.rules],
                    "inputs": {k: fact(v) for k, v in answer.inputs.items() if k not in hidden},
                    "codes": [v.code for v in new],
                    # Where the table itself cites another clause than the gate.
                    **({"clauses": other} if (other := _other_clauses(gate, new)) else {}),
                }
            )
        else:
            allowed = world.evaluate(gate["condition"], context, element.id)
            if allowed is not True:
                verdicts.append(_verdict(world, gate, {}))
            evidence.append({"condition": gate["condition"], "allowed": allowed is True})
    return Judgement(tuple(verdicts), tuple(evidence))


def _other_clauses(gate: Mapping[str, str], verdicts: Iterable[Verdict]) -> dict[str, str]:
    return {v.code: v.clause for v in verdicts if v.clause and v.clause != gate.get("clause")}


def _verdict(world: World, gate: Mapping[str, str], found: Any) -> Verdict:
    said = found if isinstance(found, Mapping) else {"code": found}
    code = str(said.get("code") or gate.get("code") or "err_gate")
    clause = said.get("clause") or gate.get("clause")
    earliest = said.get("earliest")
    severity: Literal["block", "warn"] = "warn" if (said.get("severity") or gate.get("severity")) == "warn" else "block"
    return Verdict(
        code,
        severity,
        sentence(world.definition, code, clause),
        str(clause) if clause else None,
        str(said.get("field") or gate.get("field") or "") or None,
        earliest if isinstance(earliest, date) else None,
    )


def sentence(definition: Definition, code: str, clause: str | None) -> Text:
    """The procedure's own sentence for a code, else that of its clause."""
    key = f"code.{code}"
    if definition.has_text(key):
        return definition.text(key)
    found = definition.clause(clause)
    return found.text if found else Text(f"不符合规定（{code}）。", f"Not allowed by a rule ({code}).")


def mark_labels(definition: Definition, marks: Iterable[str]) -> dict[str, Text]:
    """The procedure's own sentences for marks that its gates left; ``late`` and ``late_entry`` need none."""
    return {m: sentence(definition, m, None) for m in marks if definition.has_text(f"code.{m}")}


def refuse(verdicts: Iterable[Verdict], recorded: Mapping[str, Any] | None = None) -> None:
    """Raise what the blocking verdicts amount to: ``Unfit`` where an answer is to be changed, else ``NotNow``."""
    blocking = [v for v in verdicts if v.severity == "block"]
    if not blocking:
        return
    errors = tuple(
        FieldError(v.field or "", v.code, v.text, v.clause, v.earliest.isoformat() if v.earliest else None)
        for v in blocking
    )
    first = blocking[0]
    kind: type[Refused] = Unfit if any(v.field for v in blocking) else NotNow
    details = {"earliest": first.earliest.isoformat()} if first.earliest else {}
    refusal = kind(first.text, code=first.code, clause=first.clause, errors=errors, recorded=recorded)
    refusal.details = details
    raise refusal


def opening(world: World, element: Element) -> tuple[Verdict, ...]:
    """The verdicts that keep a task from opening: ``notBefore`` and the gates at ``opening``."""
    if element.words.one("notBefore") is None and not any(g.get("at") == "opening" for g in element.words.all("gate")):
        return ()
    context = world.context()
    context.update(_inputs(world, element, context))
    found: list[Verdict] = []
    not_before = element.words.one("notBefore")
    if not_before is not None:
        day = day_of(world, element, not_before, context)
        if isinstance(day, date) and world.moment.today < day:
            clause = not_before.get("clause")
            found.append(Verdict("err_too_early", "block", EARLIEST.format(on=day.isoformat()), clause, None, day))
    return (*found, *judge(world, element, "opening", context).blocking)


def day_of(world: World, element: Element, word: Mapping[str, str], context: Mapping[str, Any]) -> date | None:
    """The day that ``date``, or ``after`` and ``from``, of a word means; ``None`` where a value is not known."""
    if "date" in word:
        value = world.evaluate(word["date"], context, element.id)
        return value if isinstance(value, date) else None
    amount = amount_of(world, element, word.get("after", ""), context)
    start = start_of(world, word, context, None)
    if amount is None or start is None:
        return None
    return calendars.end_date(ended(world, element, amount, start, word))


def amount_of(world: World, element: Element, text: str, context: Mapping[str, Any]) -> Amount | None:
    """The length of time that a word names; its number may be a variable or a parameter."""
    written = calendars.read_amount(text)
    if written is None:
        raise Incident(element.id, _NO_AMOUNT, {"amount": text})
    return written.amount(context.get(written.name) if written.name else None)


def start_of(world: World, word: Mapping[str, str], context: Mapping[str, Any], opened: datetime | None) -> date | None:
    """From when a word counts: a date, or a time in the office's zone; ``opened`` is when the task was opened."""
    since = word.get("from", "opened")
    value: Any = opened if since == "opened" else context.get(since)
    if since == "started":
        value = world.case.get("started_at", world.moment.local)
    if isinstance(value, datetime):
        return value.astimezone(world.moment.zone) if value.tzinfo else value.replace(tzinfo=world.moment.zone)
    return value if isinstance(value, date) else None


def ended(world: World, element: Element, amount: Amount, start: date, word: Mapping[str, str]) -> date:
    """When a length of time that began is over, by the calendar that the word means."""
    which = word.get("calendar", "unit")
    calendar = world.calendar_of(which) if amount.needs_calendar else calendars.national()
    try:
        return amount.after(start, calendar, counts_first(word, start, default="false"))
    except calendars.OutOfCalendar as e:
        raise Incident(element.id, _NO_DAY, {"amount": amount.text.en}) from e


def counts_first(word: Mapping[str, str], start: date, default: str) -> bool:
    """Whether the first day counts; a day without a time began in the morning."""
    said = word.get("countFirst", default)
    return said == "true" or (said == "noon" and (not isinstance(start, datetime) or start.hour < 12))


_NO_AMOUNT = Text("不是期间", "no length of time")
_NO_DAY = Text("期限超出日历", "the term leaves the calendar")


EARLIEST = Text("最早 {on} 才可以办理。", "Possible from {on} at the earliest.")


# ---------------------------------------------------------------- completion


def enter(
    world: World,
    element: Element,
    answers: Mapping[str, Any],
    decision: str | None,
    opinion: str | None,
    reason: str | None,
    *,
    at: str = "completion",
    due_on: date | None = None,
    is_late: bool = False,
    was_late_entry: bool | None = None,
    also: Callable[[Mapping[str, Any]], Iterable[FieldError]] = lambda _: (),
) -> Entered:
    """Check everything a person entered for an element; raises ``Unfit`` or ``NotNow`` with every defect at once.

    ``was_late_entry`` is what was judged when the first person entered it: time that passes until the second confirms
    makes nothing late, and asks for no reason. ``also`` says what else is wrong with what was entered.
    """
    form = world.definition.forms.get(element.words.attribute("form") or "")
    business = element.words.one("businessDate")
    on = _stated(answers, business) or world.moment.today
    context = world.context(on)
    context.update(_inputs(world, element, context))
    values: dict[str, Any] = {}
    if form is not None:
        partial = is_partial(element, decision)
        fitted = form.fit(answers, context, access(element), now=world.moment.local, is_partial=partial)
        if fitted.errors:
            raise Unfit(errors=fitted.errors)
        values = dict(fitted.values)
    context.update(values)
    errors: list[FieldError] = []
    business_on, is_late_entry = _business_date(world, element, business, context, errors)
    is_confirmed = was_late_entry is not None
    is_late_entry = bool(was_late_entry) if is_confirmed else is_late_entry
    context["late_entry"] = is_late_entry
    _vote(world, element, context, errors)
    chosen = _outcome(world, element, decision, opinion, context, errors)
    context["decision"] = chosen
    judgement = (
        judge(world, element, at, context, chosen, form.personal_answers if form is not None else ())
        if not errors
        else Judgement((), ())
    )
    further = list(also(context)) if not errors else []
    errors += [
        FieldError(v.field or "", v.code, v.text, v.clause, v.earliest.isoformat() if v.earliest else None)
        for v in judgement.blocking
    ]
    errors += further
    marks = []
    is_overdue = not is_confirmed and (is_late or (due_on is not None and world.moment.today > due_on))
    if is_late_entry:
        marks.append("late_entry")
    if is_overdue:
        marks.append("late")
    if (is_late_entry or is_overdue) and not is_confirmed and not (reason or "").strip() and not errors:
        clause = (business or {}).get("lateClause") if is_late_entry else _clause_of(element, "due")
        errors.append(FieldError("reason", "late_entry" if is_late_entry else "late", _REASON, clause))
    if errors:
        if further or any(e.path for e in errors):
            first = next((e for e in errors if e.path), errors[0])
            raise Unfit(
                first.text if len(errors) == 1 else None,
                code=first.code if len(errors) == 1 else None,
                clause=first.clause,
                errors=errors,
            )
        refuse(judgement.verdicts)
    marks += [v.code for v in judgement.warnings]
    return Entered(values, chosen, business_on, tuple(marks), judgement, context, is_late_entry)


_REASON = Text("办理或补录已逾期，请说明理由。", "This is late. Give the reason.")


def outputs(world: World, element: Element, entered: Entered) -> dict[str, Any]:
    """The variables that completing an element writes."""
    written: dict[str, Any] = {}
    if element.kind in machine.TASKS:
        written[f"{element.id}_outcome"] = entered.decision
    vote = element.words.one("vote")
    if vote is not None:
        written[vote["result"]] = entered.context.get(vote["result"])
    for output in element.words.all("output"):
        wanted = keys(output.get("outcome"))
        if not wanted or entered.decision in wanted:
            written[output["target"]] = world.evaluate(output["source"], {**entered.context, **written}, element.id)
    return written


def access(element: Element) -> dict[str, str]:
    """What a step may do with the fields of its form."""
    return {f["key"]: f["access"] for f in element.words.all("field") if "key" in f and "access" in f}


def is_partial(element: Element, decision: str | None) -> bool:
    """Whether with this outcome the form need not be filled in completely."""
    chosen = next((o for o in element.words.all("outcome") if o.get("value") == decision), {})
    return chosen.get("answers") == "partial" and element.words.attribute("outcomeFrom") is None


def reading_context(world: World, element: Element) -> dict[str, Any]:
    """The names that a form's expressions may use before anything was entered, inputs included."""
    context = world.context()
    context.update(_inputs(world, element, context))
    return context


def outcome_choices(world: World, element: Element, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The outcomes an actor may choose, each with whether it is possible now and why not."""
    found = []
    awaited = _awaited(world.definition, element)
    for outcome in element.words.all("outcome"):
        enabled = True
        # What hangs on answers that nobody has given yet is offered; completion decides.
        if "when" in outcome and not _compiled(outcome["when"]).names & awaited:
            enabled = world.evaluate(outcome["when"], context, element.id) is True
        value = outcome["value"]
        clause = world.definition.clause(outcome.get("clause"))
        found.append(
            {
                "value": value,
                "label": outcome_label(world.definition, element.id, value),
                "kind": outcome.get("kind", "neutral"),
                "opinion": "none"
                if element.is_secret
                else outcome.get("opinion")
                or ("required" if outcome.get("kind") in ("return", "reject") else "optional"),
                "is_partial": is_partial(element, value),
                "enabled": enabled,
                "reason": None if enabled or clause is None else clause.text,
            }
        )
    return found


def _awaited(definition: Definition, element: Element) -> set[str]:
    """The names that only completion knows: fields of the form, the result of the vote, whether it is late."""
    form = definition.forms.get(element.words.attribute("form") or "")
    vote = element.words.one("vote") or {}
    fields = {path.split(".")[0] for path in form.paths} if form is not None else set()
    return fields | {vote.get("result", ""), "late_entry", "decision"}


def outcome_label(definition: Definition, element: str, value: str) -> Text:
    """``outcome.<element>.<value>`` before ``outcome.<value>``; some values have words where the procedure has none."""
    for key in (f"outcome.{element}.{value}", f"outcome.{value}"):
        if definition.has_text(key):
            return definition.text(key)
    return _USUAL_OUTCOMES.get(value, Text(value, value))


_USUAL_OUTCOMES = {
    "agree": Text("同意", "Agree"),
    "return": Text("退回", "Return"),
    "reject": Text("不同意", "Reject"),
}


def business_window(world: World, element: Element, context: Mapping[str, Any]) -> dict[str, Any] | None:
    """``{field, earliest, latest, late_before}`` of an element's business date, ISO dates or null."""
    business = element.words.one("businessDate")
    if business is None:
        return None
    earliest, _, _ = _earliest(world, element, business, context)
    late_before = None
    if days := _late_after(world, element, business, context):
        day, calendar = world.moment.today, world.calendar
        # The first day that would not be late: an entry on day d is late after d + n working days.
        while calendar.add_working_days(day, days) >= world.moment.today:
            late_before, day = day, date.fromordinal(day.toordinal() - 1)
    return {
        "field": business["field"],
        "earliest": earliest.isoformat() if earliest else None,
        "latest": world.moment.today.isoformat(),
        "late_before": late_before.isoformat() if late_before else None,
    }


def _stated(answers: Mapping[str, Any], business: Mapping[str, str] | None) -> date | None:
    if business is None:
        return None
    try:
        return date.fromisoformat(str(answers.get(business["field"])))
    except ValueError:
        return None


def _inputs(world: World, element: Element, context: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in element.words.all("input"):
        found[item["target"]] = world.evaluate(item["source"], {**context, **found}, element.id)
    return found


def _earliest(
    world: World, element: Element, business: Mapping[str, str], context: Mapping[str, Any]
) -> tuple[date | None, str, str | None]:
    """The first acceptable business date, the code for an earlier one, and its clause."""
    before = [v for name in keys(business.get("after")) if isinstance(v := context.get(name), date)]
    earliest, code = (max(before), "err_date_order") if before else (None, "err_date_order")
    if "notBefore" in business:
        day = world.evaluate(business["notBefore"], context, element.id)
        if isinstance(day, date) and (earliest is None or day > earliest):
            earliest, code = day, "err_too_early"
    return earliest, code, business.get("clause")


def _late_after(world: World, element: Element, business: Mapping[str, str], context: Mapping[str, Any]) -> int | None:
    if "lateAfter" not in business:
        return None
    days = world.evaluate(business["lateAfter"], context, element.id)
    return int(days) if isinstance(days, int | Decimal) and not isinstance(days, bool) else None


def _business_date(
    world: World,
    element: Element,
    business: Mapping[str, str] | None,
    context: Mapping[str, Any],
    errors: list[FieldError],
) -> tuple[date | None, bool]:
    if business is None:
        return None, False
    name = business["field"]
    stated = context.get(name)
    if not isinstance(stated, date):
        return None, False
    if stated > world.moment.today:
        errors.append(FieldError(name, "err_date_future", _FUTURE, business.get("clause")))
        return stated, False
    earliest, code, clause = _earliest(world, element, business, context)
    if earliest is not None and stated < earliest:
        text = _ORDER if code == "err_date_order" else EARLIEST
        errors.append(FieldError(name, code, text.format(on=earliest.isoformat()), clause, earliest.isoformat()))
        return stated, False
    days = _late_after(world, element, business, context)
    if days is None:
        return stated, False
    return stated, world.moment.today > world.calendar.add_working_days(stated, days)


_FUTURE = Text("日期不能晚于今天。", "The date may not lie in the future.")
_ORDER = Text("日期不能早于前一步骤的日期 {on}。", "The date may not lie before that of the preceding step, {on}.")


def _vote(world: World, element: Element, context: dict[str, Any], errors: list[FieldError]) -> None:
    """R: counts that do not add up are refused; the result is the decision's, never the person's."""
    vote = element.words.one("vote")
    if vote is None:
        return
    counts = {part: context.get(vote[part]) for part in _COUNTS if part in vote}
    added = world.evaluate(vote["added"], context, element.id) if "added" in vote else 0
    eligible, present = _whole(counts.get("eligible")), _whole(counts.get("present"))
    clause = vote.get("clause")
    if present > eligible:
        errors.append(FieldError(vote["present"], "present_exceeds_eligible", _TOO_MANY, clause))
    cast = [part for part in ("for", "against", "abstain", "invalid") if counts.get(part) is not None]
    total = sum(_whole(counts[part]) for part in cast)
    if cast and total != present + _whole(added):
        errors.append(
            FieldError(
                vote["for"], "votes_do_not_add_up", _SUM.format(total=total, voters=present + _whole(added)), clause
            )
        )
    for part in ("for", "against", "abstain", "invalid"):
        if part in vote and context.get(vote[part]) is None:
            context[vote[part]] = Decimal(0)
    try:
        answer = world.definition.decisions[vote["decision"]].evaluate(context, now=world.moment.local)
    except feel.FeelError as e:
        raise Incident(element.id, e.text, {"decision": vote["decision"]}) from e
    context[vote["result"]] = answer.value


_COUNTS = ("eligible", "present", "for", "against", "abstain", "invalid")
_TOO_MANY = Text("实到人数不能多于应到人数。", "More are present than are eligible.")
_SUM = Text("各项票数之和为 {total}，应为 {voters}。", "The votes add up to {total}; they should be {voters}.")


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | Decimal) else 0


_NO_OUTCOME = Text("outcomeFrom 得出的不是文字", "outcomeFrom gives no text")


def _outcome(
    world: World,
    element: Element,
    decision: str | None,
    opinion: str | None,
    context: Mapping[str, Any],
    errors: list[FieldError],
) -> str:
    offered = {o["value"]: o for o in element.words.all("outcome") if "value" in o}
    computed = element.words.attribute("outcomeFrom")
    if computed is not None:
        value = world.evaluate(computed, context, element.id)
        if not isinstance(value, str):
            raise Incident(element.id, _NO_OUTCOME, {"value": fact(value)})
        decision = value
    elif not offered:
        decision = "done"
    elif decision is None or decision == "":
        errors.append(FieldError("decision", "required", Text("请选择办理结果。", "Choose an outcome.")))
        return ""
    elif decision not in offered:
        errors.append(FieldError("decision", "not_an_option", Text("没有这个办理结果。", "There is no such outcome.")))
        return decision
    chosen = offered.get(decision, {})
    if "when" in chosen and world.evaluate(chosen["when"], context, element.id) is not True:
        clause = chosen.get("clause")
        text = sentence(world.definition, f"outcome_{decision}", clause)
        errors.append(FieldError("decision", "outcome_not_allowed", text, clause))
    needs = chosen.get("opinion") == "required" or (
        chosen.get("kind") in ("return", "reject") and chosen.get("opinion") != "optional"
    )
    if element.is_secret and (opinion or "").strip():
        errors.append(FieldError("opinion", "secret_ballot", _SECRET))
    elif needs and not element.is_secret and not (opinion or "").strip():
        errors.append(FieldError("opinion", "required", Text("请填写意见。", "Write an opinion.")))
    return decision


_SECRET = Text("无记名表决不留意见。", "A secret ballot keeps no opinion.")


def _clause_of(element: Element, word: str) -> str | None:
    return (element.words.one(word) or {}).get("clause")


def fact(value: Any) -> Any:
    """A FEEL value as an entry may hold it: dates and inexact numbers as text, nothing that is not JSON."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < 2**53
        return int(value) if whole else format(value.normalize(), "f")
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, Mapping):
        return {str(k): fact(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [fact(v) for v in value]
    if isinstance(value, Callable):  # type: ignore[arg-type]
        return None
    return feel.plain(value)
