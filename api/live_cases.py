"""The live cases of the demonstration office: told in ``processes/demonstration.json``, done by the engine's own verbs.

Each case happened some days ago, by people of its unit. A value that starts with ``=`` is FEEL over ``unit``,
``subject`` (``id``, ``name``, ``born_on``, ``gender``, ``id_number``), ``today`` (the day of the act) and the host
functions of the directory. Nothing here knows a procedure, and no gate is waived.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select

from api import folders
from engine import actors, attachments, cases, definitions, demands, feel, files, tables, tasks
from engine.actors import Actor
from engine.errors import Refused
from engine.settings import Settings
from engine.store import Moment, Store

TOLD = folders.PROCESSES / "demonstration.json"

PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""An empty sheet: where a step demands papers, these stand for them."""

_T = tables.tasks.c

REGION = "999999"
"""No region has this code, so that no number belongs to anybody."""


@dataclass(frozen=True, slots=True)
class Told:
    """One case of the file: its number, or the refusal that kept it from being made."""

    shows: str
    number: str | None
    refused: Refused | None = None


def make(store: Store, file: Path = TOLD) -> list[Told]:
    """Make the cases, each in a transaction of its own; nothing where the office already has a case."""
    if not file.is_file():
        return []
    with store.reading() as db:
        if db.execute(select(tables.cases.c.id).limit(1)).first() is not None:
            return []
        now = store.moment(db)
    made = []
    told = json.loads(file.read_text(encoding="utf-8"))["cases"]
    for case in sorted(told, key=lambda one: one["days_ago"], reverse=True):
        try:
            with store.transaction() as db:
                made.append(Told(case["shows"], _Case(db, now, case, store.settings).live()))
        except Refused as e:
            made.append(Told(case["shows"], None, e))
    return made


def earliest(now: Moment, file: Path = TOLD) -> Moment:
    """A moment before everything that is told: when the procedures of the demonstration were published."""
    told = json.loads(file.read_text(encoding="utf-8"))["cases"] if file.is_file() else []
    return Moment(now.now - timedelta(days=max((case["days_ago"] for case in told), default=0) + 30), now.zone)


class _Case:
    """One case while it is being told."""

    def __init__(self, db: Connection, now: Moment, told: Mapping[str, Any], settings: Settings) -> None:
        self.db = db
        self.settings = settings
        self.now = now
        self.told = told
        self.id = ""
        self.subject: dict[str, Any] = {}
        self.unit = actors.unit_by(db, told["unit"], now.today).id

    def live(self) -> str:
        """Start it and do its steps; gives its number."""
        told = self.told
        moment = self._moment(told["days_ago"])
        # Once: whoever was an applicant when it began is something else later on.
        self.subject = self._found(self._value(told["subject"], moment), moment)
        self.id = cases.start(
            self.db,
            self._actor(told["by"], moment),
            moment,
            definition=told["definition"],
            unit=self.unit,
            answers=self._value(told["answers"], moment),
        )
        for step in told["steps"]:
            self._step(step)
        if "ends" in told:
            moment = self._moment(told["ends"]["days_ago"])
            self._let_pass(moment)
            cases.withdraw(self.db, self._actor(told["ends"]["by"], moment), moment, self.id, told["ends"]["withdraws"])
        number: str = self.db.execute(select(tables.cases.c.number).where(tables.cases.c.id == self.id)).scalar_one()
        return number

    def _step(self, step: Mapping[str, Any]) -> None:
        moment = self._moment(step["days_ago"])
        self._let_pass(moment)
        actor = self._actor(step["by"], moment)
        self._enclose(step, actor, moment)
        done = tasks.attempt(
            self.db,
            actor,
            moment,
            self.id,
            step["element"],
            self._value(step["answers"], moment),
            step.get("decision"),
            step.get("opinion"),
            step.get("reason"),
        )
        if "confirmed_by" in step:
            later = Moment(moment.now + timedelta(hours=1), moment.zone)
            tasks.confirm(self.db, self._actor(step["confirmed_by"], later), later, done.task_id, True)

    def _enclose(self, step: Mapping[str, Any], actor: Actor, moment: Moment) -> None:
        """As many sheets of paper as the step demands."""
        query = select(_T.id, tables.cases.c.definition_id).join(tables.cases, tables.cases.c.id == _T.case_id)
        query = query.where(_T.case_id == self.id, _T.element == step["element"], _T.status == "open")
        row = self.db.execute(query.limit(1)).first()
        if row is None:
            return
        element = definitions.load(self.db, row.definition_id).element(step["element"])
        for number in range(demands.enclosures(element, step.get("decision")).least):
            paper = files.receive(self.settings, io.BytesIO(PAPER), f"{element.name} {number + 1}.pdf")
            attachments.attach(self.db, actor, moment, self.settings, row.id, paper)

    def _let_pass(self, moment: Moment) -> None:
        """What fell due before this act is done before it, at its own time."""
        for at in self._due(moment):
            cases.wake(self.db, Moment(at, moment.zone), self.id)

    def _due(self, moment: Moment) -> Iterator[datetime]:
        last = None
        while True:
            at = self.db.execute(select(tables.cases.c.wake_at).where(tables.cases.c.id == self.id)).scalar()
            if at is None or at > moment.now or at == last:
                return
            last = at
            yield at

    def _moment(self, days_ago: int) -> Moment:
        """Ten in the morning, office time, of the day so many days ago."""
        day = self.now.today - timedelta(days=days_ago)
        return Moment(datetime.combine(day, time(10), self.now.zone), self.now.zone)

    def _actor(self, by: str, moment: Moment) -> Actor:
        person = self._value(by, moment)
        if not isinstance(person, str):
            raise LookupError(f"{self.told['shows']}: nobody is meant by {by} in {self.told['unit']}")
        return actors.of_account(self.db, SimpleNamespace(id=None, person_id=person), moment, "web")

    def _value(self, value: Any, moment: Moment) -> Any:
        return worked_out(value, lambda text: feel.compile(text).evaluate(self._names(moment)))

    def _names(self, moment: Moment) -> dict[str, Any]:
        functions = actors.host_functions(self.db, moment.today)
        return {**functions, "unit": self.unit, "today": moment.today, "subject": self.subject}

    def _found(self, person: Any, moment: Moment) -> dict[str, Any]:
        shown = papers(self.db, person, moment.today)
        if shown is None:
            raise LookupError(f"{self.told['shows']}: {self.told['unit']} has nobody to tell it about")
        return {"id": person, **shown}


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
