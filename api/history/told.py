"""``year.json`` as it is written: how often, by whom and with which answers; read and checked, nothing lived yet.

A value that starts with ``=`` is FEEL over what ``living`` offers. A word that nobody knows is refused: a misspelt one
must not be ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

YEAR = "year.json"
"""The file in a process folder; it is no part of the definition."""
OFFICE = "year.json"
"""The file beside the process folders: what happens to the people of the office."""
ANY = "*"
"""Every step of which nothing else is said."""


class WronglyTold(ValueError):
    """A file cannot be lived; the message names it and the word."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a step is done, so many times in a hundred as its ``share`` is of all shares."""

    share: float = 1
    after: tuple[int, int] = (0, 3)
    """Working days that it lies there, at least and at most."""
    on: str | None = None
    """FEEL: a day before which it is not done."""
    decision: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    opinion: str | None = None
    reason: str | None = None
    is_left: bool = False
    """Nobody does it."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one step is done. The first way is the one that leads on; the others are taken twice at most in a case."""

    ways: tuple[Way, ...] = (Way(),)
    confirmed_after: tuple[int, int] = (0, 2)
    not_confirmed: float = 0
    """Share of the first entries that the second person sends back."""


@dataclass(frozen=True, slots=True)
class Start:
    """Who starts it and where; ``names`` are worked out in their order before the answers, and lend them their values.

    ``unit`` is a code, or FEEL that gives an id. Where it, ``by`` or one of ``names`` is null there, another unit is
    tried.
    """

    by: str
    kinds: tuple[str, ...] = ()
    unit: str | None = None
    names: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter of the procedure that the office sets to a value of its own."""

    name: str
    value: Any
    by: str
    """FEEL: whoever sets it."""
    reason: str
    before: int | None = None
    """Days before the end of the year; without it at once, when the procedure was published."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Cases that are withdrawn by whom they are about."""

    share: float
    after: tuple[int, int]
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """One procedure."""

    key: str
    cases: float = 0
    """In a year, at scale 1."""
    least: int = 1
    """Cases that there are at the smallest scale."""
    months: tuple[float, ...] = (1.0,) * 12
    """How much of it falls into January, February, …"""
    earlier: int = 0
    """Days before the year in which cases were already started at the same rate: for those that live long."""
    start: Start | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """FEEL that several steps share; worked out where a step names it."""
    steps: Mapping[str, Step] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    withdrawn: Withdrawal | None = None
    expected: tuple[str, ...] = ()
    """Codes of refusals that belong to a year of it."""

    def step(self, element: str) -> Step:
        return self.steps.get(element) or self.steps.get(ANY) or Step()


@dataclass(frozen=True, slots=True)
class Absences:
    """People who are away, and whose work a colleague does meanwhile."""

    a_year: float
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Appointments:
    """Posts that change hands."""

    a_year: float
    roles: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Handing:
    """Shares of tasks that are given to somebody else, entrusted and given back, or signed by somebody besides."""

    transferred: float = 0
    entrusted: float = 0
    signed: float = 0
    opinion: str = "请办理"


@dataclass(frozen=True, slots=True)
class Office:
    """What happens to the people of the office."""

    absences: Absences | None = None
    appointments: Appointments | None = None
    handing: Handing = Handing()
    expected: tuple[str, ...] = ()


def read(folder: Path) -> Told | None:
    """What is told of one process folder, or None where nothing is. Raises ``WronglyTold``."""
    file = folder / YEAR
    if not file.is_file():
        return None
    page = _Page(file)
    said = page.said
    page.words(
        said, "cases", "least", "months", "earlier", "start", "names", "steps", "settings", "withdrawn", "expected"
    )
    months = said.get("months", [1] * 12)
    if not isinstance(months, list) or len(months) != 12 or sum(months) <= 0:
        raise page.wrong("months")
    steps = {
        element: page.step(element, given) for element, given in page.object(said.get("steps", {}), "steps").items()
    }
    return Told(
        folder.name,
        cases=said.get("cases", 0),
        least=said.get("least", 1),
        months=tuple(months),
        earlier=said.get("earlier", 0),
        start=page.start(said["start"]) if "start" in said else None,
        names=page.object(said.get("names", {}), "names"),
        steps=steps,
        settings=tuple(page.made(Setting, one, "settings") for one in said.get("settings", ())),
        withdrawn=page.made(Withdrawal, said["withdrawn"], "withdrawn") if "withdrawn" in said else None,
        expected=tuple(said.get("expected", ())),
    )


def read_office(file: Path) -> Office:
    """What is told of the people of the office; nothing where there is no such file. Raises ``WronglyTold``."""
    if not file.is_file():
        return Office()
    page = _Page(file)
    said = page.said
    page.words(said, "absences", "appointments", "handing", "expected")
    return Office(
        page.made(Absences, said["absences"], "absences") if "absences" in said else None,
        page.made(Appointments, said["appointments"], "appointments") if "appointments" in said else None,
        page.made(Handing, said.get("handing", {}), "handing"),
        tuple(said.get("expected", ())),
    )


class _Page:
    """One file while it is read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.said = self.object(json.loads(file.read_text(encoding="utf-8")), "")
        except json.JSONDecodeError as e:
            raise WronglyTold(f"{file}:{e.lineno}: {e.msg}") from e

    def wrong(self, word: str) -> WronglyTold:
        return WronglyTold(f"{self.file}: {word} cannot stand there, or not like that")

    def object(self, value: Any, word: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(word or "the whole")
        return value

    def words(self, said: Mapping[str, Any], *known: str) -> None:
        for word in said:
            if word not in known:
                raise self.wrong(word)

    def days(self, value: Any, word: str) -> tuple[int, int]:
        match value:
            case int():
                return value, value
            case [int(first), int(last)] if 0 <= first <= last:
                return first, last
        raise self.wrong(word)

    def start(self, value: Any) -> Start:
        said = self.object(value, "start")
        self.words(said, "by", "kinds", "unit", "names", "answers")
        if "by" not in said or ("kinds" in said) == ("unit" in said):
            raise self.wrong("start: one of kinds and unit, and by")
        return Start(
            said["by"], tuple(said.get("kinds", ())), said.get("unit"), said.get("names", {}), said.get("answers", {})
        )

    def step(self, element: str, value: Any) -> Step:
        """``[way, …]``, one way, or ``{ways, confirmed}`` where something is said of the second person."""
        if isinstance(value, list):
            return Step(tuple(self.way(element, one) for one in value) or (Way(),))
        said = self.object(value, element)
        if "ways" not in said:
            return Step((self.way(element, said),))
        self.words(said, "ways", "confirmed")
        confirmed = self.object(said.get("confirmed", {}), f"{element}: confirmed")
        self.words(confirmed, "after", "refused")
        return Step(
            tuple(self.way(element, one) for one in said["ways"]),
            self.days(confirmed.get("after", [0, 2]), f"{element}: after"),
            confirmed.get("refused", 0),
        )

    def way(self, element: str, value: Any) -> Way:
        said = self.object(value, element)
        self.words(said, "share", "after", "on", "decision", "answers", "opinion", "reason", "left")
        return Way(
            said.get("share", 1),
            self.days(said.get("after", [0, 3]), f"{element}: after"),
            said.get("on"),
            said.get("decision"),
            self.object(said.get("answers", {}), f"{element}: answers"),
            said.get("opinion"),
            said.get("reason"),
            bool(said.get("left", False)),
        )

    def made(self, what: Any, value: Any, word: str) -> Any:
        """A plain record of numbers, texts and pairs."""
        said = dict(self.object(value, word))
        if "after" in said:
            said["after"] = self.days(said["after"], word)
        if "roles" in said:
            said["roles"] = tuple(said["roles"])
        try:
            return what(**said)
        except TypeError as e:
            raise self.wrong(word) from e


def expressions(value: Any) -> Iterator[str]:
    """Every FEEL text in a value."""
    if isinstance(value, str):
        if value.startswith("="):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from expressions(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from expressions(one)
