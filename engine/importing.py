"""Cases begun on paper are taken over in the middle: marked for ever, with their evidence, and with no gate waived.

A line says where a case stands (``at``) and what was done on the way (``steps``: element, day, person, outcome,
answers). The steps are walked on a machine of their own, each as of its day: it has to be open then, and its gates,
dates, votes and duties are judged over what the line says. A violation refuses the line; otherwise the case begins
where that machine stands. The same line again is the same case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from engine import actors, cases, definitions, demands, duties, feel, files, gates, machine, tables, trail
from engine.actors import Actor
from engine.cases.seeing import let_begin
from engine.cases.starting import new_row, next_number, subject_of
from engine.definitions import Definition
from engine.errors import Incident, NotFound, NotNow, Refused, Text, Unfit
from engine.files import Kept
from engine.gates import Entered, World
from engine.machine import Element
from engine.store import Moment, new_id
from engine.trail import Kind, Link

MARK = "imported"
_IMPORTED = tables.imported_cases.c


@dataclass(frozen=True, slots=True)
class Done:
    """One step that was done on paper, or the start (its ``element`` is the start event)."""

    element: str
    on: date | None = None
    by: str | None = None
    """Id of the person who did it."""
    confirmed_by: str | None = None
    decision: str | None = None
    opinion: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    why: str | None = None
    """Why somebody did it who was not asked by any post of that day."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case begun on paper."""

    key: str
    """What the file calls the case: the same key is the same case."""
    definition: str
    unit: str
    """Id of the unit."""
    at: tuple[str, ...]
    """Elements at which it stands."""
    started_on: date
    started_by: str
    """Id of the person who began it."""
    steps: tuple[Done, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    """What the case knew from the beginning besides what its start form says: FEEL values."""
    source: str = ""
    """File and line."""
    sha256: str = ""
    """Of the line as it was read."""
    evidence: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is refused, or what is worth knowing of it."""

    rule: str
    text: Text
    element: str | None = None
    field: str | None = None
    clause: str | None = None
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a line: its case, and whether it was there before."""

    case_id: str
    number: str
    is_new: bool
    faults: tuple[Fault, ...] = ()
    """What is worth knowing of it."""


class NotTaken(Refused):
    """A line that is refused; ``faults`` says why, each with its place."""

    code = "err_not_imported"
    text = Text("此行不能转入。", "The line cannot be taken over.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class Unreadable(Refused):
    """A file that is no table of cases."""

    code = "err_import_unreadable"
    text = Text("文件不能读取：{why}", "The file cannot be read: {why}")


# ---------------------------------------------------------------- the verb


def take(db: Connection, actor: Actor, moment: Moment, line: Line, reason: str) -> Taken:
    """Take a case over; raises ``NotTaken`` with everything that is wrong with its line.

    Everything is judged before anything is written; whoever only wants to see rolls back.
    """
    there = already(db, line)
    if there is not None:
        return there
    definition = _definition(db, line)
    path = _Path(db, actor, moment, definition, line, next_number(db, definition, moment))
    live = path.walk()
    if live is None or any(f.severity == "error" for f in path.faults):
        raise NotTaken(path.faults)
    return replace(_write(path, live, reason), faults=tuple(path.faults))


def already(db: Connection, line: Line) -> Taken | None:
    """The case of a line that was taken over before; raises ``NotTaken`` where the line said something else then."""
    case, table = tables.cases.c, tables.imported_cases
    query = (
        select(_IMPORTED.sha256, case.id, case.number)
        .join_from(table, tables.cases, case.id == _IMPORTED.case_id)
        .where(_IMPORTED.definition_key == line.definition, _IMPORTED.source_key == line.key)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    if row.sha256 != line.sha256:
        said = Text(
            "这一行已转入为 {number}，内容却与当时不同；已转入的事项在系统中更正。",
            "This line was taken over as {number} and says something else now; correct what was taken over there.",
        )
        raise NotTaken([Fault("import_changed", said.format(number=row.number))])
    return Taken(row.id, row.number, is_new=False)


def marks(db: Connection, case_id: str) -> set[str]:
    """The mark of a case that was begun on paper; nothing takes it away."""
    return {MARK} if db.execute(_IS_IMPORTED, {"case": case_id}).first() is not None else set()


_IS_IMPORTED = select(_IMPORTED.case_id).where(_IMPORTED.case_id == bindparam("case"))


def _definition(db: Connection, line: Line) -> Definition:
    try:
        return definitions.read(db, line.definition)
    except NotFound as e:
        said = Text(f"没有发布流程 {line.definition}", f"no procedure {line.definition} is published")
        raise NotTaken([Fault("import_definition", said)]) from e


# ---------------------------------------------------------------- what was done on paper


@dataclass
class _Path:
    """The way of one case over what its line says, walked on a machine of its own: nothing is written."""

    db: Connection
    actor: Actor
    moment: Moment
    definition: Definition
    line: Line
    number: str
    """The number of the case; a line that is refused gives it back with its transaction."""
    faults: list[Fault] = field(default_factory=list)
    done: list[tuple[Done, Element, Entered]] = field(default_factory=list)
    doers: dict[str, set[str]] = field(default_factory=dict)
    did: dict[str, str] = field(default_factory=dict)
    """Element → who did it last."""
    answered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Element → what its form said last."""
    calls: dict[int, machine.Call] = field(default_factory=dict)
    case_id: str = field(default_factory=new_id)
    latest: datetime | None = None
    """How far the machine's time has come: it never goes back."""

    def say(self, rule: str, text: Text, element: str | None = None, **more: Any) -> None:
        self.faults.append(Fault(rule, text, element, **more))

    def walk(self) -> machine.Live | None:
        """Do every step of the line in its order, each as of its day; ``None`` and faults where that cannot be."""
        if not self._fits():
            return None
        try:
            return self._walk()
        except Incident as e:
            self.say("import_fault", e.text, e.element)
        except feel.FeelError as e:
            self.say("import_fault", e.text)
        return None

    def _walk(self) -> machine.Live | None:
        blueprint, given = self.definition.blueprint, list(self.line.steps)
        start = next(
            (d for d in given if d.element == blueprint.start.id), Done(blueprint.start.id, self.line.started_on)
        )
        world = self.world(start.on or self.line.started_on, self.line.started_by, dict(self.line.variables))
        entered = self._entered(world, start, blueprint.start)
        if entered is None:
            return None
        try:
            duties.weigh_start(world, blueprint.start, entered)
        except Unfit as e:
            self._say_all(e, blueprint.start)
            return None
        world.variables.update(gates.outputs(world, blueprint.start, entered))
        self.done.append((start, blueprint.start, entered))
        self.answered[blueprint.start.id] = entered.values
        live, step = machine.begin(blueprint, self._environment(world, start.on), world.variables)
        self._keep(step)
        for one in given:
            if one.element != blueprint.start.id and not self._step(live, one):
                return None
        now = self.world(self.moment.today, None, live.variables)
        self._keep(machine.wake(live, replace(now.environment(), now=self.moment.now)))
        self._arrived(live)
        return live

    def _fits(self) -> bool:
        """Elements that there are, and days that have passed."""
        elements = self.definition.blueprint.elements
        for id_ in self.line.at or [""]:
            if id_ not in elements:
                self.say("import_at", Text(f"流程中没有步骤“{id_}”", f"the procedure has no step “{id_}”"), id_ or None)
        for one in self.line.steps:
            if one.element not in elements:
                said = Text(f"流程中没有步骤“{one.element}”", f"the procedure has no step “{one.element}”")
                self.say("import_step", said, one.element)
            elif one.on is None:
                self.say("import_day", Text("没有写明日期", "its day is missing"), one.element)
            elif one.on > self.moment.today:
                self.say("err_date_future", _FUTURE, one.element)
        if self.line.started_on > self.moment.today:
            self.say("err_date_future", _FUTURE)
        return not self.faults

    def world(self, on: date, by: str | None, variables: dict[str, Any]) -> World:
        """What somebody could see on a day."""
        at = datetime.combine(on, time(12), self.moment.zone).astimezone(UTC)
        moment = Moment(min(at, self.moment.now), self.moment.zone)
        actor = replace(self.actor, person_id=by, acting_by=None)
        started = datetime.combine(self.line.started_on, time(9), self.moment.zone)
        facts = {
            "id": self.case_id,
            "number": self.number,
            "unit": self.line.unit,
            "started_on": self.line.started_on,
            "started_at": started,
            "started_by": self.line.started_by,
        }
        return World(self.db, actor, moment, self.definition, facts, variables, doers=self.doers)

    def _environment(self, world: World, on: date | None) -> machine.Environment:
        found = world.environment(on)
        self.latest = max(found.now, self.latest or found.now)
        return replace(found, now=self.latest)

    def _keep(self, step: machine.Step) -> None:
        self.calls.update({call.node: call for call in step.calls})
        for fault in step.faults:
            self.say("import_fault", fault.reason, fault.element)

    def _step(self, live: machine.Live, one: Done) -> bool:
        """Judge a step over what the line says, and go on; whether one can go on."""
        element = self.definition.element(one.element)
        on = one.on or self.line.started_on
        world = self.world(on, one.by, live.variables)
        self._keep(machine.wake(live, self._environment(world, on)))  # what time did by itself until then
        waits = next((o for o in live.open().values() if o.element == element.id), None)
        listens = next((s for s in live.listens() if s.element == element.id), None)
        name = self.definition.element_name(element.id)
        if waits is None and listens is None:
            there = self._names(live)
            self.say("import_step_not_open", _NOT_OPEN.format(name=name, there=there), element.id)
            return False
        environment = self._environment(world, on)
        if waits is None and listens is not None:
            self._keep(machine.receive(live, listens.node, environment, feel.from_json(dict(one.answers))))
            return True
        assert waits is not None  # noqa: S101 - one of the two is there
        if waits.kind != "task":
            self._keep(machine.complete(live, waits.node, environment, result=feel.from_json(dict(one.answers))))
            return True
        world.local = live.locals_of(waits.node)
        for verdict in gates.opening(world, element):
            self.say(verdict.code, verdict.text, element.id, field=verdict.field, clause=verdict.clause)
        self._duties(world, one, element)
        self._asked(world, one, element)
        entered = self._entered(world, one, element)
        if entered is None:
            return False
        self._demands(world, one, element, entered)
        self.done.append((one, element, entered))
        self.answered[element.id] = entered.values
        if one.by is not None:
            self.did[element.id] = one.by
        self.doers.setdefault(element.id, set()).update(p for p in (one.by, one.confirmed_by) if p)
        written = gates.outputs(world, element, entered)
        self._keep(machine.complete(live, waits.node, self._environment(world, entered.business_on or on), written))
        return not any(f.severity == "error" and f.rule == "import_fault" for f in self.faults)

    def _entered(self, world: World, one: Done, element: Element) -> Entered | None:
        """What was entered, as a completion judges it; what the paper leaves empty and no gate asks for is said."""
        answers = dict(one.answers)
        business = element.words.one("businessDate")
        if business is not None and business["field"] not in answers and one.on is not None:
            answers[business["field"]] = one.on.isoformat()
        form = self.definition.forms.get(element.words.attribute("form") or "")
        lacking = _lacking(form, world, element, answers)
        needed = _needed(world, element)
        for name in lacking:
            said = Text("纸面没有填写“{name}”", "the paper leaves “{name}” empty").format(name=name)
            severity = "error" if name in needed else "warning"
            self.say("import_empty", said, element.id, field=name, severity=severity)
        if needed.intersection(lacking):
            return None
        is_start = element.id == self.definition.blueprint.start.id
        try:
            return gates.enter(
                world,
                _without(element, lacking) if lacking else element,
                answers,
                one.decision,
                one.opinion or (None if element.is_secret else _ON_PAPER),
                _ON_PAPER,
                at="start" if is_start else "completion",
                also=(lambda _: ()) if is_start else lambda context: duties.defects(world, element, context),
            )
        except (Unfit, NotNow) as e:
            self._say_all(e, element)
            return None

    def _say_all(self, refused: Refused, element: Element) -> None:
        for error in refused.errors:
            clause = error.clause or refused.clause
            self.say(error.code, error.text, element.id, field=error.path or None, clause=clause)
        if not refused.errors:
            self.say(refused.refusal, refused.said, element.id, clause=refused.clause)

    def _duties(self, world: World, one: Done, element: Element) -> None:
        for person in (one.by, one.confirmed_by):
            for bar in duties.bars(world, element, [person]) if person else ():
                if bar.enforcement == "block":
                    self.say(bar.rule, duties.why(bar, None), element.id, clause=bar.clause)
        if one.by is not None and one.by == one.confirmed_by:
            self.say("err_own_entry", _OWN_ENTRY, element.id)

    def _asked(self, world: World, one: Done, element: Element) -> None:
        """Whoever did it held a post on that day that the step asks; or the line says why they did it all the same."""
        if one.by is None:
            return
        try:
            grounds = cases.grounds(world, element, is_trial=True, entered=self.answered, did=self.did)
        except Incident as e:
            if e.text != cases.NAMES_NOBODY:
                raise
            grounds = []
        self._held(world, one, element, one.by, [g["holder"] for g in grounds])

    def _held(self, world: World, one: Done, element: Element, person: str, holders: Sequence[str]) -> None:
        on = world.moment.today
        if any(person in actors.people_meant(world.db, holder, on) for holder in holders):
            return
        name = actors.names(world.db, [person]).get(person) or Text(person, person)
        facts = {"who": name, "on": on.isoformat(), "name": self.definition.element_name(element.id)}
        if one.why:
            said = _NOT_ASKED_BUT.format(**facts, why=one.why)
            self.say("import_not_asked", said, element.id, severity="warning")
        else:
            self.say("import_not_asked", _NOT_ASKED.format(**facts), element.id)

    def _demands(self, world: World, one: Done, element: Element, entered: Entered) -> None:
        """A second person where one has to confirm, and papers where the step asks for them."""
        for word in element.words.all("confirm"):
            always = "when" not in word or world.evaluate(word["when"], entered.context, element.id) is True
            if always and one.confirmed_by is None:
                self.say("import_confirmation", _CONFIRMATION, element.id, clause=word.get("clause"))
                break
        asking = [w for w in element.words.all("confirm") if {"role", "person", "rule"} & set(w)]
        if one.confirmed_by not in (None, one.by) and asking:
            holders = [h for w in asking for h in cases.asked(world, element.id, w, entered.context)]
            self._held(world, one, element, one.confirmed_by, holders)
        wanted = demands.enclosures(element, entered.decision)
        if wanted.least > len(self.line.evidence):
            self.say("err_too_few_files", _PAPERS.format(least=wanted.least), element.id, clause=wanted.clause)

    def _arrived(self, live: machine.Live) -> None:
        """It stands where the line says, and nowhere else."""
        there = {o.element for o in live.open().values()} | {
            s.element for s in live.listens() if s.element in self.line.at
        }
        if live.completed:
            self.say("import_over", Text("照此行所述，事项已经办结", "by what the line says the case is over"))
        elif there != set(self.line.at):
            names = "、".join(self.definition.element_name(e).zh for e in self.line.at)
            names_en = ", ".join(self.definition.element_name(e).en for e in self.line.at)
            said = _ELSEWHERE.format(at=Text(names, names_en), there=self._names(live))
            self.say("import_at", said, self.line.at[0])

    def _names(self, live: machine.Live) -> Text:
        names = [self.definition.element_name(e) for e in sorted({o.element for o in live.open().values()})]
        return Text("、".join(n.zh for n in names) or "无", ", ".join(n.en for n in names) or "nothing")


_ON_PAPER = "纸面办理"
_FUTURE = Text("日期不能晚于今天。", "The date may not lie in the future.")
_OWN_ENTRY = Text("填报人不能复核自己的填报。", "Whoever entered it may not confirm it.")
_CONFIRMATION = Text(
    "此步骤须经第二人复核，此行没有写明复核人", "a second person has to confirm it, and the line names none"
)
_PAPERS = Text("此步骤须有附件至少 {least} 个，请列为佐证", "it needs {least} attachments: name them as evidence")
_NOT_ASKED = Text(
    "{who} 在 {on} 没有担任“{name}”的办理职务；确由其办理的，请写明理由（why）",
    "{who} held no post on {on} that “{name}” asks; where they did it all the same, say why",
)
_NOT_ASKED_BUT = Text(
    "{who} 在 {on} 没有担任“{name}”的办理职务：{why}", "{who} held no post on {on} that “{name}” asks: {why}"
)
_NOT_OPEN = Text(
    "“{name}”此时还不能办：照此行所述，在办的是 {there}；之前的步骤须逐一写明",
    "“{name}” was not open then: by what the line says the case stands at {there}; each step before has to be there",
)
_ELSEWHERE = Text(
    "照此行所述，事项在 {there}，不在 {at}；之前的步骤须逐一写明",
    "by what the line says the case stands at {there}, not at {at}; each step before has to be there",
)


def _lacking(form: Any, world: World, element: Element, answers: Mapping[str, Any]) -> list[str]:
    """The required fields of a form that the paper leaves empty."""
    if form is None:
        return []
    context = gates.reading_context(world, element)
    fitted = form.fit(answers, context, gates.access(element), now=world.moment.local)
    return sorted({e.path for e in fitted.errors if e.code == "required" and "[" not in e.path})


def _needed(world: World, element: Element) -> set[str]:
    """The fields that a gate, a date, a vote or an output of the step looks at: those the paper may not leave empty."""
    words = element.words
    texts = [words.attribute("outcomeFrom"), *(o.get("source") for o in words.all("output"))]
    texts += [word.get(part) for name in ("gate", "outcome", "confirm") for word in words.all(name) for part in _SAYS]
    found = {n for text in texts if text and text.startswith("=") for n in machine.compiled(text[1:]).names}
    for word in (*words.all("gate"), *words.all("vote")):
        if word.get("decision") in world.definition.decisions:
            found |= set(world.definition.decisions[word["decision"]].inputs)
    found |= {word[part] for word in words.all("vote") for part in _COUNTED if part in word}
    return found | {word["field"] for word in words.all("businessDate")}


_SAYS = ("condition", "when")
_COUNTED = ("eligible", "present", "for", "against", "abstain", "invalid")


def _without(element: Element, names: Sequence[str]) -> Element:
    """The step without some fields of its form: they are empty, as a gate that needs them will say."""
    words = element.words
    own = tuple(w for w in words.all("field") if w.get("key") not in names)
    made = (*own, *({"key": name, "access": "hidden"} for name in names))
    return replace(element, words=replace(words, elements={**words.elements, "field": made}))


# ---------------------------------------------------------------- written


def _write(path: _Path, live: machine.Live, reason: str) -> Taken:
    db, moment, definition, line = path.db, path.moment, path.definition, path.line
    number = path.number
    world = path.world(moment.today, path.actor.person_id, live.variables)
    world.moment, world.actor, world.doers = moment, path.actor, None
    row = new_row(path.case_id, number, definition, line.unit, line.key[:200], path.actor, moment)
    begun = datetime.combine(line.started_on, time(9), moment.zone).astimezone(UTC)
    row |= {"started_by": line.started_by, "started_at": min(begun, moment.now), "subject_id": subject_of(world)}
    db.execute(insert(tables.cases).values(**row))
    work = cases.Work(db, path.actor, moment, definition, row, live, world, Link(path.case_id, 0, trail.GENESIS), ())
    _note(path, work, reason)
    scopes = {actors.holder_of(line.started_by): "full"}
    if row["subject_id"]:
        scopes[actors.holder_of(row["subject_id"])] = "own"
    let_begin(work, scopes)
    woken = machine.wake(live, world.environment())
    cases.settle(work, _as_it_stands(live, woken, path.calls))
    return Taken(path.case_id, number, is_new=True)


def _as_it_stands(live: machine.Live, step: machine.Step, calls: Mapping[int, machine.Call]) -> machine.Step:
    """A move that opens everything that is open: what came before was never written. What the paper sent has left."""
    waiting = {**calls, **{c.node: c for c in step.calls}}
    opened = tuple(live.open()[n] for n in sorted(live.open()))
    called = tuple(waiting[o.node] for o in opened if o.node in waiting)
    return replace(step, opened=opened, gone=(), calls=called, happenings=(), voided=(), restored=())


def _note(path: _Path, work: cases.Work, reason: str) -> None:
    """The mark, the entries and the rows of what was done on paper."""
    db, moment, definition, line = path.db, path.moment, path.definition, path.line
    imported: dict[str, Any] = {"case_id": path.case_id, "definition_key": definition.key, "source_key": line.key[:200]}
    imported |= {"sha256": line.sha256, "source": line.source[:300], "by_id": path.actor.person_id, "at": moment.now}
    db.execute(insert(tables.imported_cases).values(**imported))
    evidence = _enclose(path)
    work.note(
        Kind.CASE_IMPORTED,
        definition=definition.key,
        version=definition.version,
        sha256=definition.sha256,
        unit=line.unit,
        begun=list(line.at),
        name=line.source,
        line=line.sha256,
        started_on=line.started_on.isoformat(),
        evidence=evidence,
        reason=reason,
    )
    for place, (one, element, entered) in enumerate(path.done, start=1):
        is_start = element.id == definition.blueprint.start.id
        task_id = path.case_id if is_start else new_id()
        sealed = cases.record_answers(work, task_id, element, entered)
        if not is_start:
            db.execute(insert(tables.tasks).values(**_row(path, task_id, -place, one, element, entered)))
        work.note(
            Kind.STEP_IMPORTED,
            task=task_id,
            element=element.id,
            step=element.words.attribute("step"),
            decision=None if is_start else entered.decision,
            business_on=(entered.business_on or one.on or line.started_on).isoformat(),
            by=one.by,
            confirmed_by=one.confirmed_by,
            marks=[MARK],
            answers=sealed,
            reason=one.why,
            gates=list(entered.judgement.evidence),
        )


def _row(path: _Path, task_id: str, node: int, one: Done, element: Element, entered: Entered) -> dict[str, Any]:
    """A step done on paper as a completed task: the machine's own nodes have numbers above 0."""
    return {
        "id": task_id,
        "case_id": path.case_id,
        "node": node,
        "element": element.id,
        "status": "completed",
        "unit_id": path.line.unit,
        "opened_at": path.moment.now,
        "completed_at": path.moment.now,
        "completed_by": one.by,
        "confirmed_by": one.confirmed_by,
        "business_on": entered.business_on or one.on,
        "decision": entered.decision,
        "opinion": one.opinion,
        "marks": json.dumps(sorted({MARK, *(m for m in entered.marks if m not in ("late", "late_entry"))})),
        "why": json.dumps([actors.holder_of(one.by)] if one.by else []),
    }


def _enclose(path: _Path) -> list[dict[str, Any]]:
    """The evidence as attachments of the case; the entry holds hashes, and salted commitments to the names."""
    by = path.actor.person_id or path.line.started_by
    return [files.enclose(path.db, path.moment, kept, by, path.case_id, None)[1] for kept in path.line.evidence]
