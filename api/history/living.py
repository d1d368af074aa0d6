"""Lets a year happen: day by day the clock acts, cases are started, and whoever is asked answers, each by HTTP.

Whom an open task asks is read from the database, as a worklist would; what is done to it goes through its door, by the
session of somebody who is asked, with an idempotency key. Everything drawn comes from one seed and from what it is
drawn for, never from the order in which things happen to be drawn.
"""

from __future__ import annotations

import heapq
import io
import json
import random
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import Connection, func, insert, select

from api import demonstration, live_cases
from api.app import PREFIX
from api.contract import session_cookie
from api.history import filling
from api.history.told import Office, Setting, Start, Step, Told, Way, expressions
from engine import accounts, actors, calendars, cases, clock, couriers, definitions, feel, gates, machine, tables, trail
from engine.actors import Actor
from engine.store import Moment, Store, new_id

LOOKS = (time(8, 30), time(11, 45), time(15, 30))
"""When in a day everybody looks at what is new for them."""
WORK = (9 * 60, 17 * 60 + 30)
"""Minutes of a day between which people act."""
TRIES = 4
"""How often a task is tried again that was refused as expected."""
UNITS_TRIED = 40
"""Units in which a case is tried to be started before nobody is there for it."""

LATE = "经办人出差，未能按期办理。"

_T, _C, _D, _K = tables.tasks.c, tables.cases.c, tables.definitions.c, tables.task_candidates.c
_OPEN = (
    select(
        *(_T.id, _T.case_id, _T.element, _T.status, _T.part, _T.node, _T.opened_at),
        *(_C.number, _C.parent_id, _C.started_by, _D.key.label("definition")),
    )
    .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
    .join(tables.definitions, _C.definition_id == _D.id)
    .where(_T.status.in_(("open", "confirming")), _C.status == "running")
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal that nobody expected."""

    what: str
    """Procedure and element, or the verb."""
    code: str
    said: str


@dataclass
class Lived:
    """What the driver was told by the doors; ``reckoning`` compares it with the database."""

    first: date
    last: date
    started: Counter[str] = field(default_factory=Counter)
    """Procedure → cases."""
    done: Counter[str] = field(default_factory=Counter)
    """Deed → how often a door said that it was done."""
    completed: Counter[str] = field(default_factory=Counter)
    """``procedure element`` → completions that count."""
    refused: Counter[str] = field(default_factory=Counter)
    """Code → refusals that belong to the year."""
    put_off: Counter[str] = field(default_factory=Counter)
    """Code → refusals that named a later day, on which it was done."""
    faults: list[Fault] = field(default_factory=list)
    nobody: Counter[str] = field(default_factory=Counter)
    """Procedure → cases for which no unit had anybody."""
    receipts: list[tuple[str, int, str]] = field(default_factory=list)
    """Chain, place and hash of every entry that a door gave as a receipt."""
    requests: int = 0
    ticks: int = 0


@dataclass(order=True, slots=True)
class _Planned:
    """Something that is to happen."""

    at: datetime
    order: tuple[Any, ...]
    do: Callable[[], None] = field(compare=False)


@dataclass(slots=True)
class _Task:
    """An open task as the driver has planned it."""

    id: str
    case_id: str
    case: str
    definition: str
    element: str
    status: str
    part: str | None
    nth: int
    """How many tasks of the step were taken up in the case before, this one included."""
    way: Way
    tries: int = 0

    @property
    def name(self) -> str:
        return f"{self.definition} {self.element}{f' ({self.part})' if self.part else ''}"


class Refused(Exception):
    """A door said no; ``problem`` is what it said."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem["code"])
        self.problem = problem

    @property
    def codes(self) -> set[str]:
        errors = self.problem["errors"]
        clause = self.problem.get("clause")
        return {self.problem["code"], *(e["code"] for e in errors), *([clause["id"]] if clause else [])}

    @property
    def earliest(self) -> date | None:
        """The first day on which it would be accepted, where the refusal names one."""
        days = [e["earliest"][:10] for e in self.problem["errors"] if e.get("earliest")]
        return date.fromisoformat(max(days)) if days else None

    def __str__(self) -> str:
        problem = self.problem
        errors = "; ".join(f"{e['field']}: {e['message']} ({e['code']})" for e in problem["errors"])
        return f"{problem['status']} {problem['code']}: {problem['detail']} {errors}".strip()


class Life:
    """One stretch of time in one office. ``store`` has the virtual clock; ``app`` are the doors in front of it."""

    def __init__(
        self,
        store: Store,
        app: Flask,
        told: Iterable[Told],
        office: Office,
        *,
        last: date,
        days: int = 365,
        scale: float = 1.0,
        seed: int = 1,
        tell: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self.store = store
        self.told = {one.key: one for one in told}
        self.office = office
        self.scale = scale
        self.seed = seed
        self.tell = tell
        self.year_from = last - timedelta(days=days)
        earlier = max((one.earlier for one in self.told.values()), default=0)
        self.lived = Lived(self.year_from - timedelta(days=earlier), last)
        self.client = app.test_client(use_cookies=False)
        self.cookie = session_cookie(store.settings)
        self.zone = store.settings.zone
        self.calendar = calendars.national()
        self.now = datetime.combine(self.lived.first, time(8), self.zone)
        self.settings: list[tuple[datetime, Told, Setting]] = []
        self.queue: list[_Planned] = []
        self.planned: dict[tuple[str, str], _Task] = {}
        self.times: Counter[tuple[str, str]] = Counter()
        """(case, element) → how often it was completed."""
        self.rounds: Counter[tuple[str, str]] = Counter()
        """(number of the case, element) → how often a task of it was taken up: the draws of two are not the same."""
        self.accounts: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        """Person → number: the same in every office that is built, where ids are not."""
        self.sessions: dict[str, tuple[str, str]] = {}
        self.subjects: dict[str, str | None] = {}
        self.units: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """Kind → codes and ids."""
        self.keys = 0
        self.seen = -1
        """Requests there had been when everybody looked last."""
        self.unbidden: defaultdict[str, set[str]] = defaultdict(set)
        """Procedure → cases that began by themselves and are worked on; the others wait."""

    # ------------------------------------------------------------ the whole

    def live(self) -> Lived:
        """From the first day to the last; the clock then stands at the evening of the last."""
        opening = self._plan_settings()
        self._move(min(opening, self.now))
        self._settle_in()
        self._set(self.now)
        self._move(datetime.combine(self.lived.first, time(8), self.zone))
        self._plan_starts()
        self._plan_people()
        day = self.lived.first
        while day <= self.lived.last:
            self._day(day)
            day += timedelta(days=1)
        self._tick(datetime.combine(self.lived.last, time(18), self.zone))
        couriers.tick(self.store)
        self._leave()
        return self.lived

    def _day(self, day: date) -> None:
        self._set(datetime.combine(day, time(23), self.zone))
        if day.day == 1:
            done, days = sum(self.lived.done.values()), (self.lived.last - self.lived.first).days
            self.tell(
                f"{day:%Y-%m} ({(day - self.lived.first).days * 100 // days} %): "
                f"{sum(self.lived.started.values())} cases, {done} deeds, {len(self.planned)} open"
            )
        if not self.calendar.is_working_day(day):
            return
        evening = datetime.combine(day, time(18), self.zone)
        has_plans = bool(self.queue) and self.queue[0].at <= evening
        if not has_plans and day.weekday():
            return  # whatever falls due is done at its own time all the same, by the next tick
        for number, at in enumerate(LOOKS):
            if not number or self.lived.requests != self.seen:
                self._tick(datetime.combine(day, at, self.zone))
                if not number:
                    couriers.tick(self.store)
                self._look()
                self.seen = self.lived.requests
            until = datetime.combine(day, (*LOOKS[1:], time(18))[number], self.zone)
            while self.queue and self.queue[0].at <= until:
                planned = heapq.heappop(self.queue)
                self._move(max(planned.at, self.now))
                planned.do()

    def _tick(self, at: datetime) -> None:
        self.lived.ticks += clock.tick(self.store, until=at)
        self.now = max(at, self.now)

    def _move(self, at: datetime) -> None:
        with self.store.transaction() as db:
            self.store.set_clock(db, at)
        self.now = at

    def _plan(self, at: datetime, order: tuple[Any, ...], do: Callable[[], None]) -> None:
        heapq.heappush(self.queue, _Planned(at, tuple(str(part) for part in order), do))

    def _chance(self, *about: object) -> random.Random:
        # What is drawn for something depends on that alone; no secret hangs on it.
        return random.Random(" ".join(map(str, (self.seed, *about))))  # noqa: S311

    def _at(self, day: date, chance: random.Random) -> datetime:
        """A minute of the working hours of a day; of today only what is left of it."""
        minute = chance.randint(*WORK)
        at = datetime.combine(day, time(minute // 60, minute % 60, chance.randrange(60)), self.zone)
        return at if at > self.now else self.now + timedelta(minutes=chance.randint(1, 12))

    def _later(self, chance: random.Random, after: tuple[int, int], start: date | None = None) -> datetime:
        start = start or self.now.date()
        days = chance.randint(*after)
        if days == 0 and start == self.now.date() and self.now.time() < time(17):
            return self._at(start, chance)
        return self._at(self.calendar.add_working_days(start, max(days, 1)), chance)

    def _working(self, day: date) -> date:
        while not self.calendar.is_working_day(day):
            day += timedelta(days=1)
        return day

    # ------------------------------------------------------------ parameters

    def _plan_settings(self) -> datetime:
        """When which parameter is set to a value of the office's own; gives the first of those moments.

        What begins by itself would begin otherwise before anybody looks: it is set when its procedure is published.
        """
        newest = select(_D.key, func.max(_D.published_at).label("at")).group_by(_D.key)
        with self.store.reading() as db:
            published = {row.key: row.at.astimezone(self.zone) for row in db.execute(newest)}
        for told in self.told.values():
            for setting in told.settings if told.key in published else ():
                day = self.lived.last - timedelta(days=setting.before or 0)
                at = published[told.key] + timedelta(minutes=1)
                if setting.before is not None:
                    at = max(at, datetime.combine(day, time(9), self.zone))
                self.settings.append((at, told, setting))
        self.settings.sort(key=lambda one: one[0])
        return self.settings[0][0] if self.settings else self.now

    def _set(self, until: datetime) -> None:
        """What is set up to a moment, each at its own."""
        while self.settings and self.settings[0][0] <= until:
            at, told, setting = self.settings.pop(0)
            self._tick(at)
            self._move(at)
            with self.store.reading() as db:
                names = self._names(db, None, self._chance("setting", told.key), None, None, told.key)
                person = self._value(setting.by, names)
            body = {"value": setting.value, "reason": setting.reason}
            try:
                self._ask(person, "PUT", f"/definitions/{told.key}/parameters/{setting.name}", body)
            except Refused as e:
                self._refusal(f"{told.key}: {setting.name}", told, e)
            else:
                self._done("parameter.changed", None)

    # ------------------------------------------------------------ the people

    def _settle_in(self) -> None:
        """Whoever holds a post can sign in: their work would wait for nobody otherwise."""
        with self.store.reading() as db:
            rows = db.execute(select(tables.accounts.c.person_id, tables.accounts.c.id, tables.accounts.c.name)).all()
            self.accounts = {row.person_id: row.id for row in rows}
            self.numbers = {
                row.id: row.number for row in db.execute(select(tables.people.c.id, tables.people.c.number))
            }
            moment = self._moment()
            for known in actors.host_functions(db, moment.today)["units"]():
                self.units[known["kind"]].append((known["code"], known["id"]))
            posts = db.execute(
                select(tables.posts.c.person_id).where(actors.holds_on(tables.posts.c)), {"on": moment.today}
            )
            wanted = sorted({row.person_id for row in posts}, key=self.numbers.__getitem__)
        for units in self.units.values():
            units.sort()
        self._welcome(wanted)

    def _welcome(self, people: Iterable[str]) -> None:
        """Accounts for those who have none; all with the printed password of the demonstration."""
        new = [person for person in dict.fromkeys(people) if person not in self.accounts]
        if not new:
            return
        with self.store.transaction() as db:
            moment = self.store.moment(db)
            if not hasattr(self, "_row"):
                self._row = accounts.account_row(
                    moment, name="history", person_id=new[0], password=demonstration.PASSWORD
                )
            rows = []
            for person in new:
                name = self.numbers[person].lower()
                rows.append({**self._row, "id": new_id(), "name": name, "person_id": person})
            db.execute(insert(tables.accounts), rows)
            for row in rows:
                trail.append(
                    db,
                    moment,
                    Actor.operator(),
                    kind=trail.Kind.ACCOUNT_CREATED,
                    account=row["id"],
                    subject=row["person_id"],
                )
        self.accounts |= {row["person_id"]: row["id"] for row in rows}

    def _session(self, person: str) -> tuple[str, str]:
        if person not in self.sessions:
            self._welcome([person])
            with self.store.transaction() as db:
                self.sessions[person] = accounts.open_session(db, self.accounts[person])
        return self.sessions[person]

    def _leave(self) -> None:
        """Everybody signs out."""
        for person in list(self.sessions):
            self._ask(person, "DELETE", "/sessions/current")

    def _moment(self) -> Moment:
        return Moment(self.now, self.zone)

    # ------------------------------------------------------------ the doors

    def _ask(self, person: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What a door answers to somebody; raises ``Refused``."""
        token, csrf = self._session(person)
        headers = {"Cookie": f"{self.cookie}={token}", "X-CSRF-Token": csrf, "Accept-Language": "zh"}
        if method == "POST":
            self.keys += 1
            headers["Idempotency-Key"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed} {self.keys}"))
        self.lived.requests += 1
        answer = self.client.open(PREFIX + path, method=method, headers=headers, json=body, **more)
        if answer.status_code >= 400:
            raise Refused(json.loads(answer.data))
        return json.loads(answer.data) if answer.data else None

    def _done(self, what: str, answer: Any) -> Any:
        """A deed that its door says was done; its receipt is kept."""
        self.lived.done[what] += 1
        receipt = answer.get("receipt") if isinstance(answer, Mapping) else None
        if receipt is not None:
            self.lived.receipts.append((receipt["chain"], receipt["seq"], receipt["hash"]))
        return answer

    def _refusal(self, what: str, told: Told | None, refused: Refused) -> bool:
        """Whether a refusal belongs to the year; one that does not is a fault."""
        expected = {*(told.expected if told else ()), *self.office.expected} & refused.codes
        if expected:
            self.lived.refused[min(expected)] += 1
            return True
        self.lived.faults.append(Fault(what, refused.problem["code"], str(refused)))
        return False

    # ------------------------------------------------------------ FEEL

    def _names(
        self, db: Connection, person: str | None, chance: random.Random, case_id: str | None, unit: str | None, key: str
    ) -> dict[str, Any]:
        """What an expression may name: see ``docs`` of ``told``; everything that the procedure itself may name, too."""
        moment = self._moment()
        row = None
        if case_id is not None:
            row = db.execute(select(tables.cases).where(_C.id == case_id)).mappings().one()
            definition = definitions.load(db, row["definition_id"])
            facts, variables = cases.case_facts(dict(row), moment), dict(machine.glance(row["state"]).variables)
            unit = row["unit_id"]
        else:
            newest = select(_D.id).where(_D.key == key).order_by(_D.version.desc()).limit(1)
            definition = definitions.load(db, db.execute(newest).scalar_one())
            facts, variables = {"id": None, "unit": unit}, {}
        actor = Actor.operator()
        if person is not None:
            actor = actors.of_account(db, SimpleNamespace(id=None, person_id=person), moment, "web")
        world = gates.World(db, actor, moment, definition, facts, variables)
        return {
            **world.context(),
            "here": unit,
            "subject": row["subject_id"] if row is not None else None,
            "scale": self.scale,
            "chance": chance.random(),
            "draw": lambda items, count=None: self._drawn(chance, items, count),
            "papers": lambda person: live_cases.papers(db, person, self.now.date()),
            "unchanged": lambda people: self._unchanged(db, people),
            "running": lambda key: _running(db, key),
        }

    def _drawn(self, chance: random.Random, items: Any, count: Any) -> Any:
        """One of some things, or null; or so many different ones of them, as far as there are."""
        found = sorted(items if isinstance(items, list) else [], key=self._natural)
        if count is None:
            return chance.choice(found) if found else None
        return chance.sample(found, min(int(count), len(found)))

    def _unchanged(self, db: Connection, people: Any) -> list[str]:
        """Those of whom the directory knows no other status from a later day on."""
        m, wanted = tables.memberships.c, [one for one in people if isinstance(one, str)]
        query = select(m.person_id).where(m.person_id.in_(wanted), m.from_on > self.now.date())
        later = set(db.execute(query).scalars())
        return [one for one in wanted if one not in later]

    def _natural(self, item: Any) -> str:
        """People by number: ids differ from one building of an office to the next."""
        return self.numbers.get(item, item) if isinstance(item, str) else str(item)

    def _value(self, value: Any, names: Mapping[str, Any]) -> Any:
        """A value of ``year.json`` with its expressions worked out, as JSON."""
        spaced = frozenset(name for name in names if " " in name)
        now = self._moment().local
        return live_cases.worked_out(value, lambda text: _compiled(text, spaced).evaluate(names, now=now))

    def _shared(self, told: Told, texts: Iterable[str], names: Mapping[str, Any]) -> dict[str, Any]:
        """The names, and those of the procedure's own that the texts or one another mention."""
        wanted = " ".join(texts)
        needed = []
        for name, text in reversed(list(told.names.items())):
            if re.search(rf"\b{re.escape(name)}\b", wanted):
                needed.append(name)
                wanted += text
        found = dict(names)
        for name in reversed(needed):
            found |= _dated({name: feel.thaw(self._value(told.names[name], found))})
        return found

    def _filled(
        self, person: str, form: Any, values: Mapping[str, Any], told: Mapping[str, Any], names: Mapping[str, Any]
    ) -> dict[str, Any]:
        def ask(text: str, known: Mapping[str, Any]) -> Any:
            return self._value(text, {**names, **_dated(known)})

        def choose(part: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
            if part.get("values"):
                return [one["value"] for one in part["values"]]
            within = ask(part["within"], known) if "within" in part else None
            if part["type"] == "person":
                wanted = {"unit": within, "status": ",".join(part.get("statuses", ())) or None, "limit": 50}
                wanted["role"] = next(iter(part.get("roles", ())), None)
                path = "/people"
            else:
                wanted = {"below": within, "kind": ",".join(part.get("kinds", ())) or None, "limit": 50}
                path = "/units"
            query = {name: one for name, one in wanted.items() if one is not None}
            return [one["id"] for one in self._ask(person, "GET", path, query_string=query)["items"]]

        return filling.fill(form, values, told, self.now.date(), ask, choose)

    # ------------------------------------------------------------ starting

    def _plan_starts(self) -> None:
        for told in self.told.values():
            if told.start is None or not told.cases:
                continue
            days = (self.lived.last - self.year_from).days + told.earlier
            count = self._cases(told)
            chance = self._chance("starts", told.key)
            for number in range(count):
                at = self._at(self._start_day(told, chance, days), chance)
                self._plan(at, ("start", told.key, number), self._starting(told, told.start, number))

    def _cases(self, told: Told) -> int:
        """How many cases of a procedure there are in the time that is lived."""
        days = (self.lived.last - self.year_from).days + told.earlier
        return max(told.least, round(told.cases * self.scale * days / 365))

    def _start_day(self, told: Told, chance: random.Random, days: int) -> date:
        while True:
            day = self._working(self.lived.last - timedelta(days=chance.randrange(days)))
            if day <= self.lived.last and chance.random() * max(told.months) < told.months[day.month - 1]:
                return day

    def _starting(self, told: Told, start: Start, number: int) -> Callable[[], None]:
        def do() -> None:
            chance = self._chance("start", told.key, number)
            for _ in range(UNITS_TRIED):
                place = self._place(told, start, chance)
                if place is None:
                    continue
                person, unit, answers = place
                try:
                    answer = self._ask(
                        person, "POST", "/cases", {"definition": told.key, "unit": unit, "data": answers}
                    )
                except Refused as e:
                    self._refusal(f"{told.key}: start", told, e)
                else:
                    self.lived.started[told.key] += 1
                    self._done("case.started", answer)
                    self._plan_withdrawal(told, answer["id"], answer["number"])
                return
            self.lived.nobody[told.key] += 1

        return do

    def _place(self, told: Told, start: Start, chance: random.Random) -> tuple[str, str, dict[str, Any]] | None:
        """Who starts a case where, with which answers; None where nobody is there for it."""
        with self.store.reading() as db:
            if start.unit is not None and start.unit.startswith("="):
                unit = self._value(start.unit, self._names(db, None, chance, None, None, told.key))
                if unit is None:
                    return None
            elif start.unit is not None:
                unit = actors.unit_by(db, start.unit, self.now.date()).id
            else:
                unit = chance.choice([one for kind in start.kinds for one in self.units[kind]])[1]
            names = self._names(db, None, chance, None, unit, told.key)
            for name, text in start.names.items():
                names[name] = self._value(text, names)
                if names[name] is None:
                    return None
            person = self._value(start.by, names)
            if person is None:
                return None
            names["actor"] = person
            answers = self._value(start.answers, names)
        opened = self._ask(person, "GET", f"/definitions/{told.key}")["start"]
        if opened is None:
            return None
        with self.store.reading() as db:
            values = (opened["form"] or {}).get("values", {})
            return person, unit, self._filled(person, opened["form"], values, answers, names)

    def _plan_withdrawal(self, told: Told, case_id: str, number: str) -> None:
        wanted = told.withdrawn
        chance = self._chance("withdrawal", number)
        if wanted is None or chance.random() >= wanted.share:
            return

        def do() -> None:
            with self.store.reading() as db:
                row = db.execute(select(_C.subject_id, _C.status).where(_C.id == case_id)).one()
            if row.status != "running" or row.subject_id is None:
                return
            try:
                self._ask(row.subject_id, "POST", f"/cases/{case_id}/withdrawal", {"reason": wanted.reason})
            except Refused as e:
                self._refusal(f"{told.key}: withdrawal", told, e)
            else:
                self._done("case.withdrawn", None)

        self._plan(self._later(chance, wanted.after), ("withdrawal", number), do)

    # ------------------------------------------------------------ tasks

    def _look(self) -> None:
        """Everybody sees what is new for them, and when they will do it."""
        with self.store.reading() as db:
            rows = db.execute(_OPEN.order_by(_C.number, _T.element, _T.node, _T.opened_at, _T.id)).all()
        there = {(row.id, row.status) for row in rows}
        for gone in [key for key in self.planned if key not in there]:
            del self.planned[gone]
        order: Counter[tuple[str, str]] = Counter()
        self._welcome(self._asked_by_name([row.id for row in rows if (row.id, row.status) not in self.planned]))
        for row in rows:
            place = (row.number, row.element)
            order[place] += 1
            told = self.told.get(row.definition) or Told(row.definition)
            if (row.id, row.status) not in self.planned and self._is_worked_on(told, row):
                self._take_up(row, order[place])

    def _asked_by_name(self, tasks: Sequence[str]) -> list[str]:
        """Whoever is asked as a person, not by a post: tellers and readers can sign in, too."""
        found: set[str] = set()
        with self.store.reading() as db:
            for start in range(0, len(tasks), 300):
                query = select(_K.holder).where(_K.task_id.in_(tasks[start : start + 300]), _K.holder.like("person:%"))
                found.update(holder.removeprefix("person:") for holder in db.execute(query).scalars())
        return sorted(found - self.accounts.keys(), key=self._natural)

    def _is_worked_on(self, told: Told, row: Any) -> bool:
        """Of cases that begin by themselves, as many as the scale says: the calendar does not know it."""
        if not told.cases or row.parent_id is not None or row.started_by is not None:
            return True
        known = self.unbidden[told.key]
        if row.case_id not in known and len(known) < self._cases(told):
            known.add(row.case_id)
        return row.case_id in known

    def _take_up(self, row: Any, nth: int) -> None:
        told = self.told.get(row.definition) or Told(row.definition)
        step = told.step(row.element)
        times = self.times[row.case_id, row.element]
        self.rounds[row.number, row.element] += 1
        round_ = self.rounds[row.number, row.element]
        chance = self._chance("task", row.number, row.element, row.part, row.status, round_, nth)
        way = _drawn_way(step, chance, times)
        task = _Task(row.id, row.case_id, row.number, row.definition, row.element, row.status, row.part, round_, way)
        self.planned[row.id, row.status] = task
        if way.is_left and row.status == "open" and row.part is None:
            return
        after = step.confirmed_after if row.status == "confirming" else way.after if row.part is None else (0, 2)
        at = self._later(chance, after)
        day = self._not_before(task) if row.status == "open" and row.part is None else None
        self._put(task, at if day is None or day <= at.date() else self._at(self._working(day), chance))

    def _not_before(self, task: _Task) -> date | None:
        """The day before which a way is not gone."""
        if task.way.on is None:
            return None
        with self.store.reading() as db:
            chance = self._chance("on", task.case, task.element, task.nth)
            names = self._names(db, None, chance, task.case_id, None, task.definition)
            told = self.told.get(task.definition) or Told(task.definition)
            day = self._value(task.way.on, self._shared(told, [task.way.on], names))
        return date.fromisoformat(day) if isinstance(day, str) else None

    def _put(self, task: _Task, at: datetime) -> None:
        self._plan(at, ("task", task.case, task.element, task.nth, task.tries), lambda: self._act(task))

    def _again(self, task: _Task, day: date) -> None:
        """Tried another time, not before a day."""
        task.tries += 1
        chance = self._chance("again", task.case, task.element, task.nth, task.tries)
        self._put(task, self._at(self._working(max(day, self.now.date())), chance))

    def _act(self, task: _Task) -> None:
        """Somebody whom the task asks does what was planned for it, as far as it is still there."""
        if self.planned.get((task.id, task.status)) is not task:
            return
        chance = self._chance("act", task.case, task.element, task.part, task.status, task.nth, task.tries)
        told = self.told.get(task.definition) or Told(task.definition)
        purpose = "confirm" if task.status == "confirming" else "act"
        with self.store.reading() as db:
            row = db.execute(select(_T.status).where(_T.id == task.id)).one()
            if row.status != task.status:
                return
            people = self._asked(db, task.id, purpose, chance)
        for person in people:
            try:
                view = self._ask(person, "GET", f"/tasks/{task.id}")
            except Refused as e:
                if e.problem["status"] != 404:
                    self._refusal(f"{task.name}: read", told, e)
                continue
            if not {"complete", "confirm", "consent", "give_back", "claim"} & set(view["can"]):
                continue
            try:
                self._deed(task, told, person, view, chance)
            except Refused as e:
                self._refused(task, told, e)
            except feel.FeelError as e:
                self.lived.faults.append(Fault(task.name, "feel", f"{task.case}: {e}"))
            return
        if task.tries < TRIES:
            self._again(task, self.calendar.add_working_days(self.now.date(), 5))
        else:
            self.lived.faults.append(Fault(task.name, "nobody", f"{task.case}: nobody whom it asks can do it"))

    def _asked(self, db: Connection, task_id: str, purpose: str, chance: random.Random) -> list[str]:
        """Those who may act, in a drawn order; for whoever is away their delegate."""
        today = self.now.date()
        holders = db.execute(select(_K.holder).where(_K.task_id == task_id, _K.purpose == purpose)).scalars().all()
        people = sorted({p for h in holders for p in actors.people_meant(db, h, today)}, key=self._natural)
        away = actors.absent(db, people, today)
        people = [p for p in people if p not in away]
        chance.shuffle(people)
        if away:
            d = tables.delegations.c
            query = select(d.to_person_id).where(
                d.from_person_id.in_(sorted(away)), d.from_on <= today, d.to_on >= today, d.revoked_at.is_(None)
            )
            delegates = sorted(set(db.execute(query).scalars()), key=self._natural)
            people = [*delegates, *people, *sorted(away, key=self._natural)]
        return [p for p in dict.fromkeys(people) if p in self.accounts or purpose == "act"]

    def _refused(self, task: _Task, told: Told, refused: Refused) -> None:
        earliest = refused.earliest
        if earliest is not None and earliest > self.now.date():
            self.lived.put_off[refused.problem["errors"][0]["code"]] += 1
            self._again(task, earliest)
        elif self._refusal(f"{task.name} [{task.case}]", told, refused) and task.tries < TRIES:
            task.way = told.step(task.element).ways[0]
            self._again(task, self.calendar.add_working_days(self.now.date(), 1))

    def _deed(self, task: _Task, told: Told, person: str, view: Mapping[str, Any], chance: random.Random) -> None:
        can = view["can"]
        if "confirm" in can:
            step = told.step(task.element)
            agrees = chance.random() >= step.not_confirmed
            body = {"agree": agrees, "opinion": None if agrees else "与原始材料不符，请核对后重新登记。"}
            answer = self._ask(person, "POST", f"/tasks/{task.id}/confirmation", body)
            self._done("task.confirmed" if agrees else "task.confirmation_refused", answer)
            self._follow(task, answer)
        elif "consent" in can:
            self._done("signer.signed", self._ask(person, "POST", f"/tasks/{task.id}/consent", {"agree": True}))
        elif "give_back" in can:
            body = {"opinion": "已办理，请审阅。", **self._answers(task, person, view, chance)}
            body.pop("reason", None)
            self._done("task.given_back", self._ask(person, "POST", f"/tasks/{task.id}/giving-back", body))
        else:
            if "claim" in can and "complete" not in can:
                view = self._ask(person, "POST", f"/tasks/{task.id}/claim")
                self._done("task.claimed", view)
            window = view["business_date"]
            if window is not None and window["earliest"] and window["earliest"] > self.now.date().isoformat():
                self._again(task, date.fromisoformat(window["earliest"]))
            elif task.tries or not self._hands_over(task, person, view, chance):
                self._complete(task, person, view, chance)

    def _answers(self, task: _Task, person: str, view: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
        """The body of a completion: answers, decision, opinion, reason, as they were planned."""
        way = task.way
        outcomes = {one["value"]: one for one in view["outcomes"]}
        decision = None
        with self.store.reading() as db:
            names = self._names(db, person, chance, task.case_id, None, task.definition)
            names |= {**feel.thaw(view["context"] or {}), **_dated(view["values"])}
            if outcomes and not view["outcome_computed"]:
                agreeing = [value for value, one in outcomes.items() if one["kind"] == "agree"]
                wanted = self._value(way.decision, names)
                decision = wanted if wanted in outcomes else next(iter([*agreeing, *outcomes]))
            names["decision"] = decision
            told = self.told.get(task.definition) or Told(task.definition)
            names = self._shared(told, [*expressions(way.answers), way.opinion or "", way.reason or ""], names)
            answers = self._value(way.answers, names)
            body: dict[str, Any] = {"answers": self._filled(person, view["form"], view["values"], answers, names)}
            opinion, reason = self._value(way.opinion, names), self._value(way.reason, names)
        if decision is not None:
            body["decision"] = decision
            if opinion is None and outcomes[decision]["opinion"] == "required":
                opinion = "请按要求补充完善后再办。" if outcomes[decision]["kind"] == "return" else "同意。"
        said = {"opinion": opinion, "reason": reason}
        return body | {name: text for name, text in said.items() if text is not None}

    def _complete(self, task: _Task, person: str, view: Mapping[str, Any], chance: random.Random) -> None:
        body = self._answers(task, person, view, chance)
        self._enclose(task, person, view, body)
        path = f"/tasks/{task.id}/completion"
        try:
            answer = self._ask(person, "POST", path, body)
        except Refused as e:
            # Whoever is late, or enters it late, is asked why, and says so.
            if "reason" in body or {error["field"] for error in e.problem["errors"]} != {"reason"}:
                raise
            self.lived.refused[e.problem["errors"][0]["code"]] += 1
            answer = self._ask(person, "POST", path, body | {"reason": LATE})
        self._done("task.proposed" if answer["task"]["status"] == "confirming" else "task.completed", answer)
        self._follow(task, answer)

    def _enclose(self, task: _Task, person: str, view: Mapping[str, Any], body: dict[str, Any]) -> None:
        """What the step demands besides answers: papers, and a signature."""
        demands, decision = view["demands"], body.get("decision")
        for number in range(len(view["attachments"]), demands["least"]):
            sheet = live_cases.PAPER + f"% {task.case} {task.element} {number}\n".encode()
            data = {"file": (io.BytesIO(sheet), f"{view['name']}{number + 1}.pdf")}
            self._done("file.put", self._ask(person, "POST", f"/tasks/{task.id}/attachments", data=data))
        if demands["signature"] and (not demands["signed_outcomes"] or decision in demands["signed_outcomes"]):
            by_hand = "drawing" in demands["signature"]
            body["signature"] = {"drawing": live_cases.STROKE} if by_hand else {"password": demonstration.PASSWORD}

    def _follow(self, task: _Task, answer: Mapping[str, Any]) -> None:
        if answer["task"]["status"] == "completed":
            self.times[task.case_id, task.element] += 1
            self.lived.completed[f"{task.definition} {task.element}"] += 1

    # ------------------------------------------------------------ given to somebody else

    def _hands_over(self, task: _Task, person: str, view: Mapping[str, Any], chance: random.Random) -> bool:
        """The odd task is transferred, entrusted, or signed by somebody besides; it is looked at anew afterwards."""
        wanted = self.office.handing
        drawn = chance.random()
        handed = (task.case_id, f"{task.element} handed")
        if self.times[handed] or task.part is not None:
            return False
        for verb, share in (
            ("transfer", wanted.transferred),
            ("entrust", wanted.entrusted),
            ("add_signer", wanted.signed),
        ):
            if drawn >= share:
                drawn -= share
                continue
            if verb not in view["can"]:
                return False
            offered = self._ask(person, "GET", f"/tasks/{task.id}/verbs/{verb}/people")["items"]
            free = [one["id"] for one in offered if one["why_not"] is None and one["id"] in self.accounts]
            if not free:
                return False
            to = chance.choice(sorted(free, key=self._natural))
            deed, path, body = {
                "transfer": ("task.transferred", "transfer", {"to": to, "reason": wanted.opinion}),
                "entrust": ("task.entrusted", "delegation", {"to": to, "opinion": wanted.opinion}),
                "add_signer": (
                    "signer.added",
                    "signers",
                    {"add": [to], "mode": "before", "rule": "all", "opinion": wanted.opinion},
                ),
            }[verb]
            self._done(deed, self._ask(person, "POST", f"/tasks/{task.id}/{path}", body))
            self.planned.pop((task.id, task.status), None)
            self.times[handed] += 1
            return True
        return False

    # ------------------------------------------------------------ absences and posts

    def _plan_people(self) -> None:
        days = (self.lived.last - self.lived.first).days
        for what, wanted, do in (
            ("absence", self.office.absences, self._go_away),
            ("appointment", self.office.appointments, self._appoint),
        ):
            count = max(1, round(wanted.a_year * self.scale * days / 365)) if wanted is not None else 0
            for number in range(count):
                chance = self._chance(what, number)
                # Not on the first days, on which nobody has anything to do yet.
                day = self._working(self.lived.first + timedelta(days=days // 20 + chance.randrange(days * 9 // 10)))
                self._plan(self._at(day, chance), (what, number), partial(do, chance))

    def _busy(self, db: Connection, chance: random.Random) -> tuple[str, actors.Post] | None:
        """Somebody whom an open task asks by a post, and the post: what happens to others changes nothing."""
        query = (
            select(_K.holder)
            .where(_K.is_listed, _K.holder.like("post:%"))
            .join_from(tables.task_candidates, tables.tasks, _K.task_id == _T.id)
            .distinct()
        )
        today = self.now.date()
        found = []
        for holder in db.execute(query).scalars():
            for person in actors.people_meant(db, holder, today):
                role, _, unit = holder.removeprefix("post:").partition("@")
                found.append((self.numbers[person], role, unit, person))
        found.sort(key=lambda one: one[:2])
        if not found:
            return None
        _, role, unit, person = chance.choice(found)
        known = actors.person(db, person, today)
        held = [p for p in known.posts if p.role == role and p.unit_id == unit] if known is not None else []
        return (person, held[0]) if held else None

    def _colleagues(self, db: Connection, person: str, unit: str) -> list[str]:
        """Those who work in the same unit, or are members of the same branch, and hold no administrator's post."""
        today = self.now.date()
        known = actors.person(db, person, today)
        o, m = tables.posts.c, tables.memberships.c
        found = set(
            db.execute(select(o.person_id).where(o.unit_id == unit, actors.holds_on(o)), {"on": today}).scalars()
        )
        if known is not None and known.unit_id is not None:
            members = select(m.person_id).where(
                m.unit_id == known.unit_id, m.status == "full_member", actors.holds_on(m)
            )
            found |= set(db.execute(members, {"on": today}).scalars())
        rest = sorted(found - {person}, key=self._natural)
        return [one for one in rest if not {p.role for p in _posts(db, one, today)} & actors.ADMIN_ROLES]

    def _go_away(self, chance: random.Random) -> None:
        wanted = self.office.absences
        if wanted is None:
            return
        with self.store.reading() as db:
            busy = self._busy(db, chance)
            others = self._colleagues(db, busy[0], busy[1].unit_id) if busy is not None else []
        if busy is None or not others:
            return
        to = chance.choice(others)
        self._welcome([to])
        until = self.now.date() + timedelta(days=wanted.days - 1)
        body = {"to": to, "to_on": until.isoformat(), "reason": wanted.reason}
        try:
            self._done("delegation.made", self._ask(busy[0], "POST", "/delegations", body))
        except Refused as e:
            self._refusal("absence", None, e)

    def _appoint(self, chance: random.Random) -> None:
        wanted = self.office.appointments
        if wanted is None:
            return
        with self.store.reading() as db:
            found = None
            for _ in range(50):
                found = self._busy(db, chance)
                if found is not None and found[1].role in wanted.roles:
                    break
            others = self._colleagues(db, found[0], found[1].unit_id) if found is not None else []
            keeper = self._keeper(db)
        if found is None or found[1].role not in wanted.roles or not others or keeper is None:
            return
        person, post = found
        to = chance.choice(others)
        self._welcome([to])
        what = {"role": post.role, "unit": post.unit_id, "basis": wanted.basis}
        on = self.now.date().isoformat()
        try:
            self._done("post.changed", self._ask(keeper, "POST", "/posts", {**what, "person": to, "from_on": on}))
            self._ask(keeper, "POST", "/posts/ending", {**what, "person": person, "on": on})
            self._done("post.changed", None)
        except Refused as e:
            self._refusal("appointment", None, e)

    def _keeper(self, db: Connection) -> str | None:
        """Somebody who keeps the directory."""
        today = self.now.date()
        office = actors.root(db, today)
        for person in sorted(self.accounts, key=self._natural) if office is not None else ():
            held = _posts(db, person, today)
            if any(p.role == "system_admin" for p in held):
                return person
        return None


def _running(db: Connection, key: Any) -> list[dict[str, Any]]:
    """The running cases of a procedure: ``unit`` and ``subject`` (ids), ``open`` (elements)."""
    query = (
        select(_C.id, _C.unit_id, _C.subject_id, _T.element)
        .join_from(tables.cases, tables.definitions, _C.definition_id == _D.id)
        .outerjoin(tables.tasks, (_T.case_id == _C.id) & (_T.status == "open"))
        .where(_D.key == key, _C.status == "running")
        .order_by(_C.number, _T.element)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in db.execute(query):
        one = found.setdefault(row.id, {"unit": row.unit_id, "subject": row.subject_id, "open": []})
        one["open"].append(row.element)
    return list(found.values())


def _posts(db: Connection, person: str, on: date) -> Sequence[actors.Post]:
    known = actors.person(db, person, on)
    return known.posts if known is not None else ()


def _drawn_way(step: Step, chance: random.Random, times: int) -> Way:
    """One of the ways of a step; after two rounds the one that leads on, so that nothing goes round for ever."""
    if times >= 2 and not step.ways[0].is_left:
        return step.ways[0]
    return chance.choices(step.ways, [way.share for way in step.ways])[0]


def _dated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a door gives them, with dates that FEEL can reckon with."""
    return {
        name: date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else value
        for name, value in values.items()
    }


@lru_cache(maxsize=1024)
def _compiled(text: str, names: frozenset[str]) -> feel.Expression:
    return feel.compile(text, names)
