"""A designer's test cases: `rehearsals/*.json` of a folder, played on a virtual clock in a throw-away database.

``reading`` (what is written), ``office`` (the imaginary office it is played in), ``playing`` (one of them, by the
engine's own verbs); here: all of a folder, and how much of the diagram they walk through.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from engine import definitions, duties, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import DefinitionRefused, Finding, Language, Text
from engine.rehearsals import office, reading
from engine.rehearsals.office import Unknown
from engine.rehearsals.playing import Budget, Difference, Scene, Standing, TooLong
from engine.rehearsals.reading import FOLDER, Along, Rehearsal, Step, files, named, read
from engine.settings import Settings
from engine.store import Moment, Store, new_id

__all__ = [
    "FOLDER",
    "MOST_ACTS",
    "Along",
    "Coverage",
    "Difference",
    "Frame",
    "Play",
    "Report",
    "Told",
    "files",
    "must_pass",
    "named",
    "play",
    "read",
    "run",
]

MOST_ACTS = 2_000
"""Acts that all rehearsals of a folder may take together: steps, and what the clock and messages do of themselves."""
FIRST_DAY = datetime.fromisoformat("2026-03-02T09:00")
"""When a rehearsal begins that names no day."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one rehearsal; ``difference`` is ``None`` where it passed."""

    file: str
    title: Text
    acts: int
    difference: Difference | None

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "file": self.file,
            "title": self.title.spoken(language),
            "passed": self.difference is None,
            "acts": self.acts,
            "step": self.difference.step if self.difference else None,
            "line": self.difference.line if self.difference else None,
            "message": self.difference.text.spoken(language) if self.difference else None,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a diagram was walked through, and what nobody came to."""

    elements: int
    flows: int
    missed_elements: tuple[str, ...]
    missed_flows: tuple[str, ...]
    walked_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Element or flow → the files of the rehearsals whose own steps came to it."""

    def as_json(self) -> dict[str, Any]:
        return {
            "elements": self.elements,
            "flows": self.flows,
            "missed_elements": list(self.missed_elements),
            "missed_flows": list(self.missed_flows),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rehearsals of a folder."""

    told: tuple[Told, ...]
    coverage: Coverage
    acts: int

    @property
    def passed(self) -> bool:
        return all(one.difference is None for one in self.told)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What keeps the folder from being published."""
        return tuple(
            Finding(
                one.file,
                "rehearsal_differs",
                Text(
                    f"“{one.title.zh}”第 {one.difference.step} 步：{one.difference.text.zh}",
                    f"“{one.title.en}”, step {one.difference.step}: {one.difference.text.en}",
                ),
                Text(
                    "流程有误则改流程；规定变了则改这个排练文件，再发布",
                    "mend the procedure, or, where the regulation has changed, this rehearsal; then publish again",
                ),
                one.difference.line,
            )
            for one in self.told
            if one.difference is not None
        )

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "acts": self.acts,
            "rehearsals": [one.as_json(language) for one in self.told],
            "coverage": self.coverage.as_json(),
        }


def must_pass(definition: Definition, zone: ZoneInfo, rules: str | None, along: Along | None = None) -> Report:
    """Play every rehearsal of a folder that is to be published; raises ``DefinitionRefused`` where one differs.

    ``rules``: the office-wide ``duties.json`` in force; ``along``: the other procedures, by their keys.
    """
    others = _others(definition, along)
    played = (definition.sha256, zone.key, rules, tuple(one.sha256 if one else "" for one in others.values()))
    report = _played.get(played)
    if report is None:
        report = run(definition, zone, rules, along=others.get)
        if len(_played) >= _MOST_KEPT:
            _played.clear()
        _played[played] = report
    if not report.passed:
        raise DefinitionRefused(report.findings)
    return report


_played: dict[tuple[str, str, str | None, tuple[str, ...]], Report] = {}
"""Reports by what was played: the same files along with the same others under the same rules play the same."""
_MOST_KEPT = 100


def _others(definition: Definition, along: Along | None) -> dict[str, Definition | None]:
    """Key → each other procedure that takes part: looked for once."""
    return {key: along(key) if along is not None else None for key in named(definition)}


def run(
    definition: Definition,
    zone: ZoneInfo,
    rules: str | None,
    only: Collection[str] | None = None,
    along: Along | None = None,
) -> Report:
    """Play the rehearsals of a folder that has passed its check, or ``only`` those files.

    Raises ``DefinitionRefused`` where one is not written as a rehearsal is, or all take more than ``MOST_ACTS``.
    """
    others = _others(definition, along)
    found, findings = read(definition, others.get)
    if findings:
        raise DefinitionRefused(findings)
    wanted = [one for one in found if only is None or one.file in only]
    walked: set[str] = set()
    budget = Budget(MOST_ACTS)
    if not wanted:
        return Report((), _coverage(definition, {}), 0)
    blueprint = replace(definition.blueprint, walked=walked)
    playing = {definition.key: replace(definition, blueprint=blueprint, id=new_id(), version=1)}
    playing |= {key: replace(one, id=new_id(), version=1) for key, one in others.items() if one is not None}
    with ExitStack() as stack:
        for one in playing.values():
            stack.enter_context(definitions.at_hand(one))
        season = _Season(definition.key, playing, {one.file: one for one in found}, walked, zone, rules, budget)
        told = tuple(season.told(one) for one in wanted)
    return Report(told, _coverage(definition, season.walked_by), budget.done)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A play as it stood at a mark: the database, and what the scene knew."""

    data: bytes
    scene: Scene


@dataclass
class _Season:
    """All rehearsals of a folder: each is played once; one that follows another begins with a copy of it."""

    key: str
    playing: Mapping[str, Definition]
    rehearsals: Mapping[str, Rehearsal]
    walked: set[str]
    """Elements and flows that the play under way has come to."""
    zone: ZoneInfo
    rules: str | None
    budget: Budget
    done: dict[str, Told] = field(default_factory=dict)
    stages: dict[tuple[str, str], _Stage] = field(default_factory=dict)
    walked_by: dict[str, list[str]] = field(default_factory=dict)
    """Element or flow → the files whose steps came to it."""

    def told(self, rehearsal: Rehearsal) -> Told:
        if rehearsal.file not in self.done:
            if rehearsal.after is not None:
                self.told(self.rehearsals[rehearsal.after[0]])
            before = self.budget.done
            self.walked.clear()
            difference = self._play(rehearsal)
            for one in self.walked:
                self.walked_by.setdefault(one, []).append(rehearsal.file)
            still = [one for one in self.rehearsals.values() if one.file not in self.done and one is not rehearsal]
            if rehearsal.after is not None and all(one.after != rehearsal.after for one in still):
                self.stages.pop(rehearsal.after, None)
            self.done[rehearsal.file] = Told(rehearsal.file, rehearsal.title, self.budget.done - before, difference)
        return self.done[rehearsal.file]

    def _play(self, rehearsal: Rehearsal) -> Difference | None:
        followed = {one.after[1] for one in self.rehearsals.values() if one.after and one.after[0] == rehearsal.file}
        try:
            with _thrown_away(self.zone) as store:
                scene = self._begun(store, rehearsal)
                if scene is None:
                    text = "它所接续的排练没有走到那里", "the rehearsal that it follows did not come to that mark"
                    return Difference(0, 1, Text(*text))

                def marked(mark: str) -> None:
                    if mark in followed:
                        self.stages[rehearsal.file, mark] = _Stage(_kept(store), scene.copied(store))

                return self._act(scene, rehearsal, marked)
        except Unknown as e:
            return Difference(0, 1, e.text)
        except TooLong as e:
            raise DefinitionRefused(
                [
                    Finding(
                        rehearsal.file,
                        "rehearsal_too_long",
                        Text(
                            f"全部排练超过 {MOST_ACTS} 个动作",
                            f"all rehearsals together take more than {MOST_ACTS} acts",
                        ),
                        Text("缩短等待的时间，或减少步骤", "let less time pass, or write fewer steps"),
                        1,
                    )
                ]
            ) from e

    def _act(self, scene: Scene, rehearsal: Rehearsal, marked: Callable[[str], None]) -> Difference | None:
        return scene.play(rehearsal.steps, marked)

    def _begun(self, store: Store, rehearsal: Rehearsal) -> Scene | None:
        """What a rehearsal begins with: an office of its own, or what stood at the mark that it follows."""
        if rehearsal.after is not None:
            stage = self.stages.get(rehearsal.after)
            if stage is None:
                return None
            _restore(store, stage.data)
            return stage.scene.copied(store)
        _make_tables(store)
        playing = {key: self.playing[key] for key in (self.key, *rehearsal.along)}
        with store.transaction() as db:
            first = _first_day(rehearsal).replace(tzinfo=self.zone).astimezone(UTC)
            store.set_clock(db, first)
            # Published the day before: what is to begin on the first day has a procedure to begin.
            moment = Moment(first - timedelta(days=1), self.zone)
            made = _set_up(db, moment, list(playing.values()), rehearsal, self._steps(rehearsal), self.rules)
        return Scene(store, playing, self.playing[self.key], made, rehearsal.unit, self.budget)

    def _steps(self, root: Rehearsal) -> list[Step]:
        """The steps of a rehearsal and of all that follow it: they are played in one office."""
        files = {root.file}
        found = list(root.steps)
        todo = [one for one in self.rehearsals.values() if one.after is not None]
        while further := [one for one in todo if one.after and one.after[0] in files and one.file not in files]:
            for one in further:
                files.add(one.file)
                found += one.steps
        return found


PLAY = f"{FOLDER}play.json"
"""What a play is called while nobody has kept it."""
BYSTANDER = "full_member"
"""Who else is in every office of a play: somebody without any post can begin a case, too."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The case after one step of a play; ``walked``: the elements and flows that it has come to so far."""

    step: int
    standing: Standing
    walked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Play:
    """A procedure tried step by step: a frame before the first step and after each one that went as it says."""

    people: Mapping[str, Text]
    """Everybody in the office, by the name that a step uses."""
    units: tuple[str, ...]
    frames: tuple[Frame, ...]
    difference: Difference | None
    """Where it went no further, and why."""


def play(
    definition: Definition, zone: ZoneInfo, rules: str | None, said: Mapping[str, Any], along: Along | None = None
) -> Play:
    """Play steps of a rehearsal that nobody has kept yet, from its beginning, and tell where the case stood after each.

    ``said`` is what its file would hold. Whoever goes back plays fewer steps: nothing is kept from play to play.
    Raises ``DefinitionRefused`` where it is not written as a rehearsal is, or takes more than ``MOST_ACTS``.
    """
    steps = said.get("steps")
    opening = {"note": "…", "on": FIRST_DAY.date().isoformat()}
    given = {**said, "steps": steps if isinstance(steps, list) and steps else [opening]}
    kept = {path: text for path, text in definition.files.items() if not path.startswith(FOLDER)}
    if reading.OFFICE in definition.files:
        kept[reading.OFFICE] = definition.files[reading.OFFICE]
    tried = replace(definition, files={**kept, PLAY: json.dumps(given, ensure_ascii=False, indent=1)})
    others = _others(tried, along)
    found, findings = read(tried, others.get)
    if findings:
        raise DefinitionRefused(findings)
    walked: set[str] = set()
    playing = {tried.key: replace(tried, blueprint=replace(tried.blueprint, walked=walked), id=new_id(), version=1)}
    playing |= {key: replace(one, id=new_id(), version=1) for key, one in others.items() if one is not None}
    with ExitStack() as stack:
        for one in playing.values():
            stack.enter_context(definitions.at_hand(one))
        tour = _Tour(tried.key, playing, {PLAY: found[0]}, walked, zone, rules, Budget(MOST_ACTS))
        difference = tour.told(found[0]).difference
    return Play(tour.people, tour.units, tuple(tour.frames), difference)


@dataclass
class _Tour(_Season):
    """A season of one rehearsal that is looked at after each step."""

    people: dict[str, Text] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    frames: list[Frame] = field(default_factory=list)

    def _act(self, scene: Scene, rehearsal: Rehearsal, marked: Callable[[str], None]) -> Difference | None:
        self.people = {name: office.spoken(name) for name in scene.office.people}
        self.units = tuple(scene.office.units)
        self.frames.append(Frame(0, scene.stands(), ()))
        for step in rehearsal.steps:
            difference = scene.play([step], marked)
            if difference is not None:
                return difference
            self.frames.append(Frame(step.number, scene.stands(), tuple(sorted(self.walked))))
        return None

    def _steps(self, root: Rehearsal) -> list[Step]:
        units = root.office.get("units") or office.UNITS
        return [*super()._steps(root), *(Step(0, 1, "", {"by": f"{BYSTANDER}@{code}"}) for code in units)]


_idle: dict[str, list[Store]] = {}
"""Stores that nobody plays in, by time zone: a new one would compile every statement anew, which takes longer than
running it."""


@contextmanager
def _thrown_away(zone: ZoneInfo) -> Iterator[Store]:
    """An empty database in memory, gone afterwards."""
    kept = _idle.setdefault(zone.key, [])
    try:
        store = kept.pop()
    except IndexError:
        store = Store(
            Settings(
                database_url="sqlite:///:memory:",
                data_dir=Path(),
                secret_key="",  # nothing is sealed in a rehearsal
                base_url="http://127.0.0.1",
                clock="virtual",
                zone=zone,
            )
        )
    try:
        yield store
    finally:
        store.engine.dispose()  # with its only connection the database is gone
        kept.append(store)


def _make_tables(store: Store) -> None:
    with store.engine.connect() as db:
        driver: Any = db.connection.dbapi_connection
        driver.executescript(_tables())


def _kept(store: Store) -> bytes:
    with store.engine.connect() as db:
        driver: Any = db.connection.dbapi_connection
        return bytes(driver.serialize())


def _restore(store: Store, data: bytes) -> None:
    with store.engine.connect() as db:
        driver: Any = db.connection.dbapi_connection
        driver.deserialize(data)


@cache
def _tables() -> str:
    """The statements that make every table, compiled once a process: that takes longer than running them."""
    said: list[DDLElement] = []
    for table in tables.metadata.sorted_tables:
        said += [CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda one: str(one.name)))]
    return ";\n".join(str(one.compile(dialect=sqlite.dialect())) for one in said)


def _first_day(rehearsal: Rehearsal) -> datetime:
    named = next((step["on"] for step in rehearsal.steps if "on" in step.said), None)
    return (reading.moment_of(named) if named else None) or FIRST_DAY


def _set_up(
    db: Connection,
    moment: Moment,
    playing: Sequence[Definition],
    rehearsal: Rehearsal,
    steps: Sequence[Step],
    rules: str | None,
) -> office.Office:
    """The office with its procedures; the one that is rehearsed stands first in ``playing``."""
    made = office.build(db, playing, steps, rehearsal)
    operator = Actor.operator()
    if rules is not None:
        duties.publish(db, operator, moment, rules, FOLDER)
    for definition in playing:
        definitions.put(db, operator, moment, definition)
    for key, variables in rehearsal.calls.items():
        definitions.publish(db, operator, moment, {"process.bpmn": _stand_in(key, made.meant(variables))})
    values = [
        {
            "definition_key": playing[0].key,
            "name": name,
            "from_on": office.LONG_AGO,
            "value": json.dumps(value, ensure_ascii=False),
            "reason": FOLDER,
        }
        for name, value in rehearsal.parameters.items()
    ]
    if values:
        db.execute(insert(tables.parameters), values)
    return made


def _stand_in(key: str, variables: Mapping[str, Any]) -> str:
    """In place of a called procedure: one that ends at once, with the variables that the rehearsal states."""
    outputs = "".join(
        f"<liuhen:output target={_quoted(name)} source={_quoted('=' + json.dumps(value, ensure_ascii=False))}/>"
        for name, value in variables.items()
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        f' xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="{FOLDER}">'
        f'<bpmn:process id={_quoted(key)} isExecutable="true">'
        '<bpmn:startEvent id="begin"><bpmn:outgoing>on</bpmn:outgoing></bpmn:startEvent>'
        '<bpmn:sequenceFlow id="on" sourceRef="begin" targetRef="end"/>'
        f'<bpmn:endEvent id="end"><bpmn:extensionElements>{outputs}</bpmn:extensionElements>'
        "<bpmn:incoming>on</bpmn:incoming></bpmn:endEvent></bpmn:process></bpmn:definitions>"
    )


def _quoted(text: str) -> str:
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;")):
        text = text.replace(mark, entity)
    return f'"{text}"'


def _coverage(definition: Definition, walked: Mapping[str, Sequence[str]]) -> Coverage:
    elements = list(definition.blueprint.elements)
    flows = [flow.id for flow in definition.blueprint.flows if not flow.is_link]
    return Coverage(
        len(elements),
        len(flows),
        tuple(one for one in elements if one not in walked),
        tuple(one for one in flows if one not in walked),
        {one: tuple(walked.get(one, ())) for one in (*elements, *flows)},
    )
