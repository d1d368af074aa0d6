"""The live cases of the demonstration office: told in ``processes/demonstration.json``, done by the engine's own verbs.

Each case happened some days ago, by people of its unit; every act is a transaction of its own, in the order in which
they happened, with the clock where it then stood: what one case tells another arrives on that day. A value that
starts with ``=`` is FEEL over ``here`` (the unit of the case that is acted on), ``subject`` (``id``, ``name``,
``born_on``, ``gender``, ``id_number``) and whatever the procedure itself may name. A step is of the case itself, or
``in`` a procedure that it called or wrote to, in the unit with the code ``at`` where several have it. Nothing here
knows a procedure, and no gate is waived.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, delete, or_, select

from api import folders
from engine import (
    actors,
    attachments,
    cases,
    definitions,
    demands,
    feel,
    files,
    gates,
    machine,
    messages,
    tables,
    tasks,
)
from engine.actors import Actor
from engine.demands import Signature
from engine.errors import Refused
from engine.machine import Element
from engine.store import Moment, Store

TOLD = folders.PROCESSES / "demonstration.json"

PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""An empty sheet: where a step demands papers, these stand for them."""

STROKE = "M 60 100 L 200 60 L 340 140 L 480 80"
"""A line: where a step demands a signature by hand, this is one."""

_T, _C, _D = tables.tasks.c, tables.cases.c, tables.definitions.c

REGION = "999999"
"""No region has this code, so that no number belongs to anybody."""


@dataclass(frozen=True, slots=True)
class Told:
    """One case of the file: its number, or the refusal that kept it from being made or from going on."""

    shows: str
    number: str | None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A case that is acted on."""

    id: str
    unit: str
    definition_id: str


def make(store: Store, file: Path = TOLD) -> list[Told]:
    """Make the cases; nothing where the office already has a case. A case that its unit has nobody for is left out."""
    if not file.is_file():
        return []
    with store.reading() as db:
        if db.execute(select(_C.id).limit(1)).first() is not None:
            return []
        now = store.moment(db)
    told = json.loads(file.read_text(encoding="utf-8"))["cases"]
    with _travelling(store, now) as then:
        stories = [_Case(then, now, case) for case in told]
        acts = [(one["days_ago"], number, story, one) for number, story in enumerate(stories) for one in story.acts]
        # The acts of a case stay in their order where two fall on a day.
        for _, _, story, act in sorted(acts, key=lambda one: (-one[0], one[1])):
            story.act(act)
        return [story.made() for story in stories if story.made().number or story.refused]


def earliest(now: Moment, file: Path = TOLD) -> Moment:
    """A moment before everything that is told: when the procedures of the demonstration were published."""
    told = json.loads(file.read_text(encoding="utf-8"))["cases"] if file.is_file() else []
    return Moment(now.now - timedelta(days=max((case["days_ago"] for case in told), default=0) + 30), now.zone)


@contextmanager
def _travelling(store: Store, now: Moment) -> Iterator[Store]:
    """The same office with a clock that can be put back; afterwards it stands where it stood."""
    then = Store(replace(store.settings, clock="virtual"))
    try:
        yield then
    finally:
        with then.transaction() as db:
            if store.settings.is_virtual:
                then.set_clock(db, now.now)
            else:
                db.execute(delete(tables.virtual_clock))
        then.close()


class _Case:
    """One case while it is being told."""

    def __init__(self, store: Store, now: Moment, told: Mapping[str, Any]) -> None:
        self.store = store
        self.now = now
        self.told = told
        self.id = ""
        self.number: str | None = None
        self.unit = ""
        self.subject: dict[str, Any] = {}
        self.refused: Refused | None = None
        self.acts = [{**told, "starts": True}, *told["steps"], *([told["ends"]] if "ends" in told else [])]
        self.is_left_out = False

    def made(self) -> Told:
        return Told(self.told["shows"], None if self.refused else self.number, self.refused)

    def act(self, told: Mapping[str, Any]) -> None:
        """One act, and what it tells other cases; after a refusal the case stays as it is."""
        if self.refused is not None or self.is_left_out:
            return
        at = self._moment(told["days_ago"])
        try:
            self._let_pass(at)
            with self.store.transaction() as db:
                self.store.set_clock(db, at.now)
                if "starts" in told:
                    self._start(db, at)
                elif "withdraws" in told:
                    cases.withdraw(
                        db, self._actor(db, told["by"], at, self._names(db, at, None)), at, self.id, told["withdraws"]
                    )
                else:
                    self._step(db, told, at)
            messages.deliver(self.store)
        except Refused as e:
            self.refused = e

    def _start(self, db: Connection, at: Moment) -> None:
        told = self.told
        self.unit = self._home(db, at) or ""
        self.is_left_out = not self.unit
        if self.is_left_out:
            return
        names = self._names(db, at, None)
        if "subject" in told:
            # Once: whoever was an applicant when it began is something else later on.
            self.subject = self._found(db, _value(told["subject"], names), at)
            names["subject"] = self.subject
        self.id = cases.start(
            db,
            self._actor(db, told["by"], at, names),
            at,
            definition=told["definition"],
            unit=self.unit,
            answers=_value(told.get("answers", {}), names),
        )
        self.number = db.execute(select(_C.number).where(_C.id == self.id)).scalar_one()

    def _home(self, db: Connection, at: Moment) -> str | None:
        """The unit by its code, or one that fits, if there is any."""
        code: str = self.told["unit"]
        if not code.startswith("="):
            return actors.unit_by(db, code, at.today).id
        found = _value(code, {**actors.host_functions(db, at.today), "today": at.today})
        return found if isinstance(found, str) else None

    def _step(self, db: Connection, step: Mapping[str, Any], at: Moment) -> None:
        place = self._place(db, step)
        names = self._names(db, at, place)
        actor = self._actor(db, step["by"], at, names)
        task = db.execute(
            select(_T.id)
            .where(_T.case_id == place.id, _T.element == step["element"], _T.status == "open", _T.of_task.is_(None))
            .limit(1)
        ).scalar()
        said = (step.get("decision"), step.get("opinion"), step.get("reason"))
        answers = _value(step.get("answers", {}), names)
        if task is None:
            done = tasks.attempt(db, actor, at, place.id, step["element"], answers, *said)
        else:
            element = definitions.load(db, place.definition_id).element(step["element"])
            self._enclose(db, element, step.get("decision"), task, actor, at)
            signature = self._signature(element, step.get("decision"))
            done = tasks.complete(db, actor, at, task, answers, *said, signature=signature)
        if "confirmed_by" in step:
            later = Moment(at.now + timedelta(hours=1), at.zone)
            tasks.confirm(db, self._actor(db, step["confirmed_by"], later, names), later, done.task_id, True)

    def _place(self, db: Connection, step: Mapping[str, Any]) -> _Place:
        """The case that a step is of: this one, or the newest that it called, or wrote to, where the step is open."""
        query = select(_C.id, _C.unit_id, _C.definition_id)
        if "in" not in step:
            return _Place(*db.execute(query.where(_C.id == self.id)).one())
        query = (
            query.join(tables.definitions, _D.id == _C.definition_id)
            .join(tables.tasks, _T.case_id == _C.id)
            .where(_D.key == step["in"], _T.element == step["element"], _T.status == "open")
            .where(or_(_C.parent_id == self.id, _C.parent_id.is_(None)))
            .order_by((_C.parent_id == self.id).desc(), _C.started_at.desc(), _C.number.desc())
        )
        if "at" in step:
            query = query.where(_C.unit_id == actors.unit_by(db, step["at"], self.now.today).id)
        row = db.execute(query.limit(1)).first()
        if row is None:
            raise LookupError(f"{self.told['shows']}: {step['element']} is open in no case of {step['in']}")
        return _Place(*row)

    def _enclose(
        self, db: Connection, element: Element, decision: str | None, task: str, actor: Actor, at: Moment
    ) -> None:
        """As many sheets of paper as the step demands."""
        settings = self.store.settings
        for number in range(demands.enclosures(element, decision).least):
            paper = files.receive(settings, io.BytesIO(PAPER), f"{element.name} {number + 1}.pdf")
            attachments.attach(db, actor, at, settings, task, paper)

    def _signature(self, element: Element, decision: str | None) -> Signature | None:
        """By hand, where the step demands it."""
        if "drawing" not in demands.ways(element, decision):
            return None
        kept = files.keep_text(self.store.settings, demands.svg(STROKE), "signature.svg", "image/svg+xml")
        return Signature("drawing", STROKE, kept)

    def _let_pass(self, at: Moment) -> None:
        """What fell due in any case before this act is done before it, at its own time."""
        due = select(_C.id, _C.wake_at).where(_C.wake_at <= at.now).order_by(_C.wake_at, _C.number).limit(1)
        last = None
        while True:
            with self.store.reading() as db:
                row = db.execute(due).first()
            if row is None or row == last:
                return
            last = row
            with self.store.transaction() as db:
                self.store.set_clock(db, row.wake_at)
                cases.wake(db, Moment(row.wake_at, at.zone), row.id)
            messages.deliver(self.store)

    def _moment(self, days_ago: int) -> Moment:
        """Ten in the morning, office time, of the day so many days ago."""
        day = self.now.today - timedelta(days=days_ago)
        return Moment(datetime.combine(day, time(10), self.now.zone), self.now.zone)

    def _actor(self, db: Connection, by: str, at: Moment, names: Mapping[str, Any]) -> Actor:
        person = _value(by, names)
        if not isinstance(person, str):
            raise LookupError(f"{self.told['shows']}: nobody is meant by {by} in {self.told['unit']}")
        return actors.of_account(db, SimpleNamespace(id=None, person_id=person), at, "web")

    def _names(self, db: Connection, at: Moment, place: _Place | None) -> dict[str, Any]:
        """What an expression may name: everything that the procedure itself may, ``here`` and ``subject``."""
        if place is None:
            newest = select(_D.id).where(_D.key == self.told["definition"]).order_by(_D.version.desc()).limit(1)
            definition = definitions.load(db, db.execute(newest).scalar_one())
            facts, variables = {"id": None, "unit": self.unit}, {}
        else:
            row = db.execute(select(tables.cases).where(_C.id == place.id)).mappings().one()
            definition = definitions.load(db, place.definition_id)
            facts, variables = cases.case_facts(dict(row), at), dict(machine.glance(row["state"]).variables)
        world = gates.World(db, Actor.operator(), at, definition, facts, variables)
        return {**world.context(), "here": place.unit if place else self.unit, "subject": self.subject}

    def _found(self, db: Connection, person: Any, at: Moment) -> dict[str, Any]:
        shown = papers(db, person, at.today)
        if shown is None:
            raise LookupError(f"{self.told['shows']}: {self.told['unit']} has nobody to tell it about")
        return {"id": person, **shown}


def _value(value: Any, names: Mapping[str, Any]) -> Any:
    spaced = frozenset(name for name in names if " " in name)
    return worked_out(value, lambda text: feel.compile(text, spaced).evaluate(names))


def worked_out(value: Any, evaluate: Callable[[str], Any]) -> Any:
    """A value of a file with its expressions (texts that start with ``=``) worked out, as JSON."""
    if isinstance(value, Mapping):
        return {name: worked_out(part, evaluate) for name, part in value.items()}
    if isinstance(value, list):
        return [worked_out(part, evaluate) for part in value]
    if not isinstance(value, str) or not value.startswith("="):
        return value
    return feel.plain(evaluate(value))


def papers(db: Connection, person: Any, on: date) -> dict[str, Any] | None:
    """What somebody shows of themselves: ``name``, ``born_on``, ``gender``, and an imaginary ``id_number`` that fits;
    ``None`` where nobody is meant, or nobody knows their birthday."""
    known = actors.person(db, person, on) if isinstance(person, str) else None
    if known is None or known.born_on is None:
        return None
    sequence = int(known.number[-2:]) * 2 + (known.gender == "male")
    return {
        "name": known.name,
        "born_on": known.born_on,
        "gender": known.gender,
        "id_number": id_number(known.born_on, sequence),
    }


def id_number(born_on: date, sequence: int) -> str:
    """An imaginary identity number with a right check digit (GB 11643, ISO 7064 MOD 11-2); odd sequences are men's."""
    body = f"{REGION}{born_on:%Y%m%d}{sequence % 1000:03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]
