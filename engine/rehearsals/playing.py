"""A rehearsal played: each step done by the engine's own verbs on a virtual clock, and looked at.

A step that went otherwise than it says ends the rehearsal there: what follows would only tell of the same fault.
"""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, func, select

from engine import (
    actors,
    attachments,
    cases,
    clock,
    demands,
    extending,
    feel,
    files,
    jobs,
    machine,
    messages,
    returning,
    tables,
    tasks,
)
from engine.actors import ALL_PERMISSIONS, Actor
from engine.definitions import Definition
from engine.demands import Signature
from engine.errors import Incident, Refused, Text
from engine.rehearsals.office import Office, Unknown
from engine.rehearsals.reading import EXPECTED, LATEST, Place, Step, element_of, is_day, length_of, moment_of
from engine.store import Moment, Store

_NEWEST_MESSAGE = select(func.max(tables.messages.c.id))
_DOABLE = ("open", "confirming", "waiting")
_OUTSIDE = replace(Actor.operator(), permissions=ALL_PERMISSIONS, source="api")
"""A program outside: it sends messages and does jobs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a rehearsal went otherwise than it says."""

    step: int
    line: int
    text: Text


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits for somebody: ``open``, or ``held`` until its time; ``asked`` by the names of the office."""

    element: str
    status: str
    asked: tuple[str, ...]
    due: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: the office's time, what waits, its variables (names for ids), and how it ended."""

    at: datetime
    waiting: tuple[Waiting, ...]
    variables: Mapping[str, Any]
    status: str
    ended: str | None


class TooLong(Exception):
    """The rehearsals of the folder have used up what a folder may do."""


class Budget:
    """How many acts are left: steps, and what the clock and the messages do of themselves."""

    def __init__(self, acts: int) -> None:
        self.whole, self.done = acts, 0

    def spend(self, acts: int = 1) -> None:
        """Raises ``TooLong``."""
        self.done += acts
        if self.done > self.whole:
            raise TooLong()

    @property
    def left(self) -> int:
        return max(1, self.whole - self.done)


class _Differs(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


class Scene:
    """A rehearsal while it is played: the office, the case that is rehearsed, and the others that take part."""

    def __init__(
        self,
        store: Store,
        playing: Mapping[str, Definition],
        definition: Definition,
        office: Office,
        unit: str | None,
        budget: Budget,
    ) -> None:
        self.store = store
        self.playing = playing
        """Key → every procedure that takes part, the rehearsed one among them."""
        self.rehearsed = definition
        self.office = office
        self.budget = budget
        self.unit = unit
        self.own: str | None = None
        """The case that is rehearsed."""
        self.incidents: set[str] = set()
        self.sent = ""
        """The newest message before the step."""
        self.definition = definition
        """Of the case that the step belongs to."""
        self.case_id: str | None = None
        """The case that the step belongs to."""

    def copied(self, store: Store) -> Scene:
        """The same in a copy of its database."""
        scene = Scene(store, self.playing, self.rehearsed, self.office, self.unit, self.budget)
        scene.own, scene.incidents = self.own, set(self.incidents)
        return scene

    def play(self, steps: Sequence[Step], marked: Callable[[str], None]) -> Difference | None:
        """Play steps; gives what differed, or ``None`` where all went as they say. Raises ``TooLong``.

        ``marked`` is told each mark that the play has come to.
        """
        for step in steps:
            try:
                self.take(step)
            except (_Differs, Unknown, Incident) as e:
                return Difference(step.number, step.line, e.text)
            if "mark" in step.said:
                marked(step["mark"])
        return None

    def take(self, step: Step) -> None:
        """Do one step and look at what has come of it; raises ``_Differs``, ``Unknown``, ``TooLong``."""
        self.budget.spend()
        with self.store.reading() as db:
            self.sent = db.execute(_NEWEST_MESSAGE).scalar() or ""
        if "on" in step.said:
            self._go_to(step["on"])
        self._turn_to(step.place)
        if step.verb == "pass":
            self._pass(step["pass"])
        elif step.verb:
            self._act(step)
        if self.case_id is None:
            self._turn_to(step.place)
        if step.place is None:
            self.own = self.case_id
        self._look(step)

    def _turn_to(self, place: Place | None) -> None:
        """The case that a step belongs to, as far as it is there."""
        self.definition = self.rehearsed if place is None else self.playing[place.key]
        if place is None and self.own is not None:
            self.case_id = self.own
            return
        table = tables.cases.c
        query = select(table.id).where(table.definition_id == self.definition.id).order_by(table.id)
        if place is not None and place.unit is not None:
            query = query.where(table.unit_id == self.office.unit(place.unit))
        with self.store.reading() as db:
            found = list(db.execute(query).scalars())
        number = 1 if place is None else place.number
        if number is None:
            self.case_id = found[-1] if found else None
        else:
            self.case_id = found[number - 1] if number <= len(found) else None

    def stands(self) -> Standing:
        """Where the case that is rehearsed stands now."""
        self._turn_to(None)
        with self.store.reading() as db:
            moment = self.store.moment(db)
            if self.case_id is None:
                return Standing(moment.local, (), {}, "", None)
            table = tables.cases.c
            row = db.execute(select(table.status, table.outcome, table.state).where(table.id == self.case_id)).one()
            ended = row.outcome or row.status if row.status in (cases.ENDED, cases.CANCELLED) else None
            there = tuple(self._standing(db, one, "held") for one in self._rows(db, "held"))
            there = (*(self._standing(db, one, "open") for one in self._rows(db, *_DOABLE)), *there)
            variables = {k: feel.plain(v) for k, v in machine.glance(row.state).variables.items()}
            return Standing(moment.local, there, self._named(variables), row.status, ended)

    def _standing(self, db: Connection, row: Any, status: str) -> Waiting:
        table = tables.task_candidates.c
        holders = db.execute(
            select(table.holder).where(table.task_id == row.id, table.purpose == "act").distinct()
        ).scalars()
        today = self.store.moment(db).today
        people = {person for holder in holders for person in actors.people_meant(db, holder, today)}
        at = row.due_at.astimezone(self.store.settings.zone).strftime("%Y-%m-%dT%H:%M") if row.due_at else None
        due = at or (row.due_on.isoformat() if row.due_on else None)
        return Waiting(row.element, status, tuple(sorted(self.office.name_of(one) for one in people)), due)

    def _named(self, value: Any) -> Any:
        """A value as a rehearsal writes it: names for ids."""
        names = {id_: f"@{name}" for known in (self.office.people, self.office.units) for name, id_ in known.items()}
        if isinstance(value, Mapping):
            return {key: self._named(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._named(one) for one in value]
        return names.get(value, value) if isinstance(value, str) else value

    # ------------------------------------------------------------ time

    def _go_to(self, day: str) -> None:
        wanted = moment_of(day)
        if wanted is None:
            raise _Differs(f"{day} 不是日期", f"{day} is no day")
        zone = self.store.settings.zone
        now = self._moment().local
        if is_day(day) and wanted.date() == now.date():
            return  # later on the same day
        at = wanted.replace(tzinfo=zone)
        if at < now:
            raise _Differs(
                f"时间只能向后走：现在是 {now:%Y-%m-%dT%H:%M}", f"time only goes on: it is {now:%Y-%m-%dT%H:%M}"
            )
        self._wait(at)

    def _pass(self, length: str) -> None:
        years, months, weeks, days, hours, minutes, seconds = length_of(length)
        now = self._moment().local
        year, month = divmod(now.year * 12 + now.month - 1 + years * 12 + months, 12)
        day = min(now.day, calendar.monthrange(year, month + 1)[1])
        span = timedelta(days=weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds)
        self._wait(now.replace(year=year, month=month + 1, day=day) + span)

    def _wait(self, until: datetime) -> None:
        if until.year > LATEST:
            raise _Differs(f"最多排练到 {LATEST} 年", f"a rehearsal goes no further than the year {LATEST}")
        while done := clock.tick(self.store, until=until, limit=self.budget.left):
            self.budget.spend(done)

    def _moment(self) -> Moment:
        with self.store.reading() as db:
            return self.store.moment(db)

    # ------------------------------------------------------------ deeds

    def _act(self, step: Step) -> None:
        refusal: Refused | None = None
        try:
            with self.store.transaction() as db:
                _DEEDS[step.verb](self, db, self.store.moment(db), step)
            self.budget.spend(messages.after(self.store, db))
        except Refused as e:
            refusal = e
        expected = step.get("refused")
        if refusal is None and expected is not None:
            raise _Differs(
                f"应被拒绝（{_shown(expected)}），却办成了", f"was to be refused ({_shown(expected)}), and was done"
            )
        if refusal is not None and (expected is None or not _is_meant(refusal, expected)):
            said = _said(refusal)
            if expected is None:
                raise _Differs(f"被拒绝：{said.zh}", f"was refused: {said.en}")
            wanted = _shown(expected)
            raise _Differs(
                f"应因 {wanted} 被拒绝，实际是：{said.zh}", f"was to be refused by {wanted}, but it was: {said.en}"
            )
        while refusal is None and (acted := clock.tick(self.store, limit=self.budget.left)):
            self.budget.spend(acted)

    def _actor(self, db: Connection, moment: Moment, name: str) -> Actor:
        person = self.office.person(name, self._unit(db))
        account = db.execute(select(tables.accounts.c.id).where(tables.accounts.c.person_id == person)).scalar()
        return actors.of_account(db, SimpleNamespace(id=account, person_id=person), moment, "web")

    def _unit(self, db: Connection) -> str | None:
        """The code of the unit in which a role is looked for."""
        if self.case_id is not None:
            table = tables.cases.c
            unit_id = db.execute(select(table.unit_id).where(table.id == self.case_id)).scalar_one()
            return self.office.code_of(unit_id)
        return self.unit or ("B1" if "B1" in self.office.units else next(iter(self.office.units), None))

    def _case(self) -> str:
        if self.case_id is None:
            name = self.definition.name
            raise _Differs(f"还没有“{name.zh}”的事项", f"no case of “{name.en}” has been started yet")
        return self.case_id

    def _element(self, word: str) -> str:
        found = element_of(self.definition, word)
        if found is None:
            raise _Differs(f"没有步骤 {word}", f"there is no step {word}")
        return found

    def _tasks(self, db: Connection, element: str, *statuses: str) -> list[str]:
        table = tables.tasks.c
        rows = db.execute(
            select(table.id)
            .where(
                table.case_id == self._case(),
                table.element == element,
                table.of_task.is_(None),
                table.status.in_(statuses),
                table.void_at.is_(None),
            )
            .order_by(table.opened_at.desc(), table.id)
        ).scalars()
        return [str(id_) for id_ in rows]

    def _own_task(self, db: Connection, actor: Actor, element: str) -> str | None:
        """The task of an element that asks somebody."""
        return next((id_ for id_ in self._tasks(db, element, *_DOABLE) if tasks.purposes(db, actor, id_)), None)

    def _open_task(self, db: Connection, actor: Actor, element: str) -> str:
        """The same, else anybody's: to be refused there."""
        found = self._own_task(db, actor, element) or next(iter(self._tasks(db, element, *cases.OPEN_STATUSES)), None)
        if found is None:
            there = "、".join(sorted(self._open(db))) or "—"
            raise _Differs(f"{element} 没有开启，开启的是 {there}", f"{element} is not open; what is open: {there}")
        return found

    def _start(self, db: Connection, moment: Moment, step: Step) -> None:
        unit = step.get("unit") or self.unit
        self.case_id = cases.start(
            db,
            self._actor(db, moment, step["by"]),
            moment,
            definition=self.definition.key,
            unit=self.office.unit(unit) if unit else None,
            business_key=step.get("key"),
            answers=self.office.meant(step["start"]),
        )

    def _do(self, db: Connection, moment: Moment, step: Step) -> None:
        element = self._element(step["do"])
        actor = self._actor(db, moment, step["by"])
        task = self._own_task(db, actor, element)
        given: dict[str, Any] = {
            "answers": self.office.meant(step.get("answers", {})),
            "decision": step.get("outcome"),
            "opinion": step.get("opinion"),
            "reason": step.get("reason"),
        }
        if task is None:
            done = tasks.attempt(db, actor, moment, self._case(), element, **given)
        else:
            for number in range(step.get("files", 0)):
                attachments.attach(
                    db, actor, moment, self.store.settings, task, _paper(self.definition, element, number)
                )
            signature = _signature(self.definition, element, step.get("outcome"))
            done = tasks.complete(db, actor, moment, task, **given, signature=signature)
        if "confirmedBy" in step.said:
            tasks.confirm(db, self._actor(db, moment, step["confirmedBy"]), moment, done.task_id, True)

    def _confirm(self, db: Connection, moment: Moment, step: Step) -> None:
        actor = self._actor(db, moment, step["by"])
        task = self._open_task(db, actor, self._element(step["confirm"]))
        tasks.confirm(db, actor, moment, task, step.get("agree", True), step.get("opinion"))

    def _claim(self, db: Connection, moment: Moment, step: Step) -> None:
        actor = self._actor(db, moment, step["by"])
        tasks.claim(db, actor, moment, self._open_task(db, actor, self._element(step["claim"])))

    def _release(self, db: Connection, moment: Moment, step: Step) -> None:
        actor = self._actor(db, moment, step["by"])
        tasks.release(db, actor, moment, self._open_task(db, actor, self._element(step["release"])))

    def _return(self, db: Connection, moment: Moment, step: Step) -> None:
        actor = self._actor(db, moment, step["by"])
        task = self._open_task(db, actor, self._element(step["return"]))
        to, opinion, straight = step.get("to"), step.get("opinion"), step.get("straight")
        returning.return_(db, actor, moment, task, to, opinion, straight=straight)

    def _recall(self, db: Connection, moment: Moment, step: Step) -> None:
        actor = self._actor(db, moment, step["by"])
        element = self._element(step["recall"])
        done = self._tasks(db, element, "completed", "confirming", "waiting")
        if not done:
            raise _Differs(f"{element} 没有办结", f"{element} has not been completed")
        returning.withdraw(db, actor, moment, self._done_by(db, actor, done), step.get("reason", ""))

    def _done_by(self, db: Connection, actor: Actor, done: list[str]) -> str:
        """Of several instances the one that somebody has completed, else the newest."""
        table = tables.tasks.c
        own = select(table.id).where(table.id.in_(done), table.completed_by == actor.person_id)
        return db.execute(own.order_by(table.opened_at.desc())).scalar() or done[0]

    def _extend(self, db: Connection, moment: Moment, step: Step) -> None:
        actor = self._actor(db, moment, step["by"])
        task = self._open_task(db, actor, self._element(step["extend"]))
        extending.extend(db, actor, moment, task, step.get("reason", ""))

    def _withdraw(self, db: Connection, moment: Moment, step: Step) -> None:
        cases.withdraw(db, self._actor(db, moment, step["by"]), moment, self._case(), step["withdraw"])

    def _cancel(self, db: Connection, moment: Moment, step: Step) -> None:
        cases.cancel(db, self._actor(db, moment, step["by"]), moment, self._case(), step["cancel"])

    def _suspend(self, db: Connection, moment: Moment, step: Step) -> None:
        cases.suspend(db, self._actor(db, moment, step["by"]), moment, self._case(), step["suspend"])

    def _resume(self, db: Connection, moment: Moment, step: Step) -> None:
        cases.resume(db, self._actor(db, moment, step["by"]), moment, self._case(), step["resume"])

    def _message(self, db: Connection, moment: Moment, step: Step) -> None:
        key = step.get("key", "")
        if key == "=case.number":
            key = db.execute(select(tables.cases.c.number).where(tables.cases.c.id == self._case())).scalar_one()
        messages.send(db, _OUTSIDE, moment, step["message"], key, self.office.meant(step.get("data", {})))

    def _signal(self, db: Connection, moment: Moment, step: Step) -> None:
        messages.broadcast(db, _OUTSIDE, moment, step["signal"], self.office.meant(step.get("data", {})))

    def _job(self, db: Connection, moment: Moment, step: Step) -> None:
        element = self._element(step["job"])
        table = tables.jobs.c
        row = db.execute(
            select(table.id, table.type).where(
                table.case_id == self._case(), table.element == element, table.status == "open"
            )
        ).first()
        if row is None:
            raise _Differs(f"{element} 没有待办的作业", f"{element} has no job to do")
        taken = jobs.take(db, _OUTSIDE, moment, row.type, most=100, worker="rehearsal")
        job = next((one.id for one in taken if one.id == row.id), None)
        if job is None:
            raise _Differs(f"{element} 的作业现在不能领取", f"the job of {element} cannot be taken now")
        if "error" in step.said:
            jobs.fail(db, _OUTSIDE, moment, job, step["error"], error=step["error"], worker="rehearsal")
        else:
            jobs.complete(db, _OUTSIDE, moment, job, self.office.meant(step.get("result", {})), worker="rehearsal")

    # ------------------------------------------------------------ looking

    def _look(self, step: Step) -> None:
        with self.store.reading() as db:
            self._look_for_incidents(db, step)
            for word in EXPECTED:
                if word in step.said and word != "incident":
                    _LOOKS[word](self, db, step[word])

    def _look_for_incidents(self, db: Connection, step: Step) -> None:
        table = tables.incidents.c
        rows = db.execute(select(table.id, table.element, table.reason).where(table.resolved_at.is_(None))).all()
        new = [row for row in rows if row.id not in self.incidents]
        self.incidents.update(row.id for row in rows)
        wanted = self._element(step["incident"]) if "incident" in step.said else None
        if wanted is not None and wanted not in {row.element for row in rows}:
            raise _Differs(f"{wanted} 应当停住，却没有", f"{wanted} was to stand still, and does not")
        for row in new:
            if row.element != wanted:
                reason = Text.of(json.loads(row.reason))
                raise _Differs(
                    f"事项停在 {row.element}：{reason.zh}", f"the case stands still at {row.element}: {reason.en}"
                )

    def _rows(self, db: Connection, *statuses: str) -> list[Any]:
        table = tables.tasks.c
        query = select(table.id, table.element, table.due_on, table.due_at).where(
            table.case_id == self._case(), table.of_task.is_(None), table.status.in_(statuses)
        )
        return list(db.execute(query.order_by(table.id)))

    def _open(self, db: Connection) -> set[str]:
        return {row.element for row in self._rows(db, *_DOABLE)}

    def _look_open(self, db: Connection, wanted: list[str]) -> None:
        self._same_elements("开启的步骤", "open", wanted, self._open(db))

    def _look_held(self, db: Connection, wanted: list[str]) -> None:
        self._same_elements("尚不能办理的步骤", "held", wanted, {row.element for row in self._rows(db, "held")})

    def _same_elements(self, zh: str, en: str, wanted: list[str], there: set[str]) -> None:
        expected = {self._element(word) for word in wanted}
        if expected != there:
            _differ(zh, en, sorted(expected), sorted(there))

    def _look_due(self, db: Connection, wanted: Mapping[str, Any]) -> None:
        zone = self.store.settings.zone
        for word, day in wanted.items():
            element = self._element(word)
            rows = [row for row in self._rows(db, *cases.OPEN_STATUSES) if row.element == element]
            if not rows:
                raise _Differs(f"{element} 没有开启", f"{element} is not open")
            at = rows[-1].due_at
            by_hour = at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at is not None else None
            on = rows[-1].due_on.isoformat() if rows[-1].due_on is not None else None
            there = by_hour if by_hour is not None and not (isinstance(day, str) and is_day(day)) else on
            if there != day:
                _differ(f"{element} 的期限", f"the term of {element}", day, there)

    def _look_asked(self, db: Connection, wanted: Mapping[str, list[str]]) -> None:
        today = self.store.moment(db).today
        unit = self._unit(db)
        for word, names in wanted.items():
            element = self._element(word)
            ids = [row.id for row in self._rows(db, *cases.OPEN_STATUSES) if row.element == element]
            table = tables.task_candidates.c
            holders = db.execute(
                select(table.holder).where(table.task_id.in_(ids), table.purpose == "act").distinct()
            ).scalars()
            people = {person for holder in holders for person in actors.people_meant(db, holder, today)}
            expected = {self.office.person(name, unit) for name in names}
            if people != expected:
                there = sorted(self.office.name_of(person) for person in people)
                _differ(f"{element} 请的人", f"whom {element} asks", sorted(names), there)

    def _look_written(self, db: Connection, wanted: Mapping[str, Any]) -> None:
        table = tables.cases.c
        state = db.execute(select(table.state).where(table.id == self._case())).scalar_one()
        variables = machine.glance(state).variables
        for name, value in wanted.items():
            there = feel.plain(variables.get(name))
            if not _same(self.office.meant(value), there):
                _differ(f"变量 {name}", f"the variable {name}", value, there)

    def _look_sent(self, db: Connection, wanted: list[Mapping[str, Any]]) -> None:
        """What the step has sent, at least."""
        table = tables.messages.c
        rows = db.execute(select(table.name, table.key, table.data).where(table.id > self.sent)).all()
        there = [{"name": r.name, "key": r.key, "data": feel.plain(feel.thaw(json.loads(r.data)))} for r in rows]
        for one in wanted:
            expected = self.office.meant(one)
            if not any(_holds(expected, found) for found in there):
                _differ("发出的消息", "what was sent", one, there)

    def _look_members(self, db: Connection, wanted: Mapping[str, Any]) -> None:
        today = self.store.moment(db).today
        for name, place in wanted.items():
            known = actors.person(db, self.office.person(name, self._unit(db)), today)
            there = None
            if known is not None and known.membership is not None:
                there = f"{known.membership.status}@{self.office.code_of(known.membership.unit_id)}"
            if there != place:
                _differ(f"{name} 的身份", f"the status of {name}", place, there)

    def _look_ended(self, db: Connection, wanted: str) -> None:
        table = tables.cases.c
        row = db.execute(select(table.status, table.outcome).where(table.id == self._case())).one()
        if row.status not in (cases.ENDED, cases.CANCELLED):
            there = "、".join(sorted(self._open(db)))
            raise _Differs(
                f"应以 {wanted} 结束，却没有结束，开启的是 {there}", f"was to end with {wanted}, but is open at {there}"
            )
        if row.outcome != wanted:
            _differ("结果", "the outcome", wanted, row.outcome)


_DEEDS: Mapping[str, Callable[[Scene, Connection, Moment, Step], None]] = {
    "start": Scene._start,
    "do": Scene._do,
    "confirm": Scene._confirm,
    "claim": Scene._claim,
    "release": Scene._release,
    "return": Scene._return,
    "recall": Scene._recall,
    "extend": Scene._extend,
    "withdraw": Scene._withdraw,
    "cancel": Scene._cancel,
    "suspend": Scene._suspend,
    "resume": Scene._resume,
    "message": Scene._message,
    "signal": Scene._signal,
    "job": Scene._job,
}
_LOOKS: Mapping[str, Callable[[Scene, Connection, Any], None]] = {
    "open": Scene._look_open,
    "held": Scene._look_held,
    "due": Scene._look_due,
    "asked": Scene._look_asked,
    "written": Scene._look_written,
    "sent": Scene._look_sent,
    "members": Scene._look_members,
    "ended": Scene._look_ended,
}


def _paper(definition: Definition, element: str, number: int) -> files.Kept:
    """A sheet of paper of a kind that the step takes; nobody keeps its bytes."""
    types = demands.enclosures(definition.element(element)).types
    kind = "pdf" if types is None or "pdf" in types else min(types)
    mark = hashlib.sha256(f"{element} {number}".encode()).hexdigest()
    return files.Kept(mark, 1000, files.media_type(kind), f"{number + 1}.{kind}", files.Verdict.CLEAN)


def _signature(definition: Definition, element: str, decision: str | None) -> Signature | None:
    ways = demands.ways(definition.element(element), decision)
    return Signature(ways[0], "M 10 10 L 200 100" if ways[0] == "drawing" else None) if ways else None


def _is_meant(refusal: Refused, expected: Any) -> bool:
    """Whether a refusal is the one that a step expects: a code or a clause, or every part that is named."""
    codes = {refusal.refusal, *(e.code for e in refusal.errors)}
    clauses = {refusal.clause, *(e.clause for e in refusal.errors)}
    if isinstance(expected, str):
        return expected in codes | clauses
    errors = refusal.errors
    return (
        ("code" not in expected or expected["code"] in codes)
        and ("clause" not in expected or expected["clause"] in clauses)
        and ("field" not in expected or any(e.path == expected["field"] for e in errors))
        and ("earliest" not in expected or any(e.earliest == expected["earliest"] for e in errors))
    )


def _said(refusal: Refused) -> Text:
    zh = [f"{refusal.said.zh}（{refusal.refusal}{f'，{refusal.clause}' if refusal.clause else ''}）"]
    en = [f"{refusal.said.en} ({refusal.refusal}{f', {refusal.clause}' if refusal.clause else ''})"]
    for error in refusal.errors:
        along = ", ".join(part for part in (error.code, error.clause) if part)
        zh.append(f"{error.path}：{error.text.zh}（{along}）")
        en.append(f"{error.path}: {error.text.en} ({along})")
    return Text("；".join(zh), "; ".join(en))


def _differ(zh: str, en: str, wanted: Any, there: Any) -> None:
    raise _Differs(
        f"{zh}应为 {_shown(wanted)}，实际是 {_shown(there)}", f"{en}: {_shown(wanted)} expected, {_shown(there)} found"
    )


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _same(wanted: Any, there: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(there, Mapping):
        return wanted.keys() == there.keys() and all(_same(wanted[k], there[k]) for k in wanted)
    if isinstance(wanted, list) and isinstance(there, list):
        return len(wanted) == len(there) and all(map(_same, wanted, there))
    if isinstance(wanted, bool) or isinstance(there, bool):
        return wanted is there
    if isinstance(wanted, int | float) and there is not None and not isinstance(there, str | list | Mapping):
        return float(wanted) == float(there)
    return bool(wanted == there)


def _holds(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether everything that is wanted is there; ``data`` may hold more."""
    return all(
        _holds(value, there.get(name, {})) if isinstance(value, Mapping) else _same(value, there.get(name))
        for name, value in wanted.items()
    )
