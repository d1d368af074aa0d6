"""A rehearsal as a designer writes it: JSON in, checked steps out, each with its line.

Knows the words of a rehearsal and which elements a diagram has; what a step leads to is for ``playing`` to find out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from engine import machine, rules
from engine.actors import POST_ROLES, STATUSES, UNIT_KINDS
from engine.definitions import Definition
from engine.errors import Finding, Text

FOLDER = "rehearsals/"
OFFICE = f"{FOLDER}office.json"
"""The office of every rehearsal of the folder that states none of its own."""

_JSON = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?"
)
_NAME = re.compile(r"[\w.\-#@]{1,80}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PLACE = re.compile(r"([a-z][a-z0-9_]{0,59})(?:@([A-Za-z0-9_\-]{1,40}))?(?:#([1-9]\d?))?")
_MARK = re.compile(r"[\w\-]{1,60}")
_BASE = re.compile(r"([A-Za-z0-9_\-]{1,80})/([\w\-]{1,60})")
MOST_UNITS, MOST_PEOPLE, MOST_PARTNERS, DEEPEST = 50, 500, 20, 40
"""Procedures that take part are counted over all rehearsals of a folder."""
EARLIEST, LATEST = 1900, 2200
"""Years that a rehearsal may name."""
_MORNING = time(9)


Along = Callable[[str], Definition | None]
"""Key → the procedure that takes part besides the one that is rehearsed; ``None`` where there is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which case of the play a step belongs to: one of a procedure, in a unit, the first, second, … or the newest."""

    key: str
    unit: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done (``verb`` is empty where something is only looked at), and what has to be so then."""

    number: int
    line: int
    verb: str
    said: Mapping[str, Any]
    place: Place | None = None
    """The case that it belongs to; ``None``: the one that is rehearsed."""

    def __getitem__(self, word: str) -> Any:
        return self.said[word]

    def get(self, word: str, otherwise: Any = None) -> Any:
        return self.said.get(word, otherwise)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One file."""

    file: str
    title: Text
    office: Mapping[str, Any] = field(default_factory=dict)
    vacant: tuple[str, ...] = ()
    unit: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Key of a called procedure → the variables with which its case ends."""
    along: tuple[str, ...] = ()
    """Keys of the other procedures that take part."""
    after: tuple[str, str] | None = None
    """File and mark of the rehearsal that it goes on from, in whose office it is played."""
    steps: tuple[Step, ...] = ()


# ---------------------------------------------------------------- the words of a rehearsal

_TOP: Mapping[str, str] = {
    "title": "text or both languages",
    "office": "object",
    "vacant": "list of texts",
    "unit": "text",
    "parameters": "object",
    "calls": "object of objects",
    "with": "list of texts",
    "after": "text",
    "steps": "list",
}
_OF_FOLLOWERS = frozenset({"title", "after", "steps"})
"""What a rehearsal says that goes on from another one; everything else is that one's."""
VERBS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "start": ("object", {"by": "text", "unit": "text", "key": "text"}),
    "do": (
        "text",
        {
            "by": "text",
            "outcome": "text",
            "answers": "object",
            "opinion": "text",
            "reason": "text",
            "files": "number",
            "confirmedBy": "text",
        },
    ),
    "confirm": ("text", {"by": "text", "agree": "true or false", "opinion": "text"}),
    "claim": ("text", {"by": "text"}),
    "release": ("text", {"by": "text"}),
    "return": ("text", {"by": "text", "to": "text", "opinion": "text", "straight": "true or false"}),
    "recall": ("text", {"by": "text", "reason": "text"}),
    "extend": ("text", {"by": "text", "reason": "text"}),
    "withdraw": ("text", {"by": "text"}),
    "cancel": ("text", {"by": "text"}),
    "suspend": ("text", {"by": "text"}),
    "resume": ("text", {"by": "text"}),
    "message": ("text", {"key": "text", "data": "object"}),
    "signal": ("text", {"data": "object"}),
    "job": ("text", {"result": "object", "error": "text"}),
    "pass": ("duration", {}),
}
"""Verb → what its value is, and which words go with it; whoever has ``by`` needs it."""
EXPECTED: Mapping[str, str] = {
    "open": "list of texts",
    "held": "list of texts",
    "due": "object",
    "asked": "object of lists",
    "written": "object",
    "sent": "list of objects",
    "members": "object",
    "incident": "text",
    "ended": "text",
}
"""What may have to be so after a step."""
_ALWAYS: Mapping[str, str] = {
    "on": "day",
    "in": "text",
    "note": "text or both languages",
    "refused": "text or object",
    "mark": "text",
}
_REFUSED: Mapping[str, str] = {"code": "text", "clause": "text", "field": "text", "earliest": "day"}
_OFFICE: Mapping[str, str] = {"units": "object of objects", "people": "object"}
_UNIT: Mapping[str, str] = {
    "kind": "text",
    "under": "text",
    "name": "text",
    "approves": "true or false",
    "committee": "true or false",
    "termFrom": "date",
    "termTo": "date",
}
_PERSON: Mapping[str, str] = {
    "posts": "list of texts",
    "member": "text",
    "name": "text",
    "born": "date",
    "gender": "text",
    "relatives": "object",
    "suspended": "true or false",
    "account": "true or false",
}
_AT_ELEMENT = frozenset({"do", "confirm", "claim", "release", "return", "recall", "extend", "job"})

_SAID: Mapping[str, Text] = {
    "text": Text("文本", "a text"),
    "text or both languages": Text("文本或 {zh, en}", "a text or {zh, en}"),
    "text or object": Text("文本或对象", "a text or an object"),
    "object": Text("对象", "an object"),
    "object of objects": Text("其值为对象的对象", "an object of objects"),
    "object of lists": Text("其值为列表的对象", "an object of lists"),
    "list": Text("列表", "a list"),
    "list of texts": Text("文本列表", "a list of texts"),
    "list of objects": Text("对象列表", "a list of objects"),
    "number": Text("整数", "a whole number"),
    "true or false": Text("true 或 false", "true or false"),
    "date": Text("日期，如 2026-03-02", "a day such as 2026-03-02"),
    "day": Text("日期或时刻，如 2026-03-02 或 2026-03-02T14:30", "a day or a time such as 2026-03-02T14:30"),
    "duration": Text("时长，如 P5D、P1M、PT8H", "a length of time such as P5D, P1M, PT8H"),
}


def _is(kind: str, value: Any) -> bool:
    if kind.startswith("text or "):
        return isinstance(value, str | Mapping)
    if kind.startswith("list"):
        of = {"list of texts": str, "list of objects": Mapping}.get(kind, object)
        return isinstance(value, list) and all(isinstance(one, of) for one in value)
    if kind.startswith("object"):
        parts = {"object of objects": Mapping, "object of lists": list}.get(kind, object)
        return isinstance(value, Mapping) and all(isinstance(one, parts) for one in value.values())
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 20
    if kind == "true or false":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind in ("day", "date"):
        return moment_of(value) is not None and (kind == "day" or is_day(value))
    return kind != "duration" or _DURATION.fullmatch(value) is not None


def moment_of(text: str) -> datetime | None:
    """The office time that a step names: a day means nine in the morning. ``None`` for anything else."""
    try:
        found = datetime.combine(date.fromisoformat(text), _MORNING) if is_day(text) else datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None and EARLIEST <= found.year <= LATEST else None


def length_of(text: str) -> tuple[int, ...]:
    """Years, months, weeks, days, hours, minutes, seconds of a duration that was checked."""
    found = _DURATION.fullmatch(text)
    return tuple(int(part or 0) for part in found.groups()) if found is not None else (0,) * 7


def is_day(text: str) -> bool:
    """Whether no time of the day was named."""
    return len(text) == 10


# ---------------------------------------------------------------- reading


def files(found: Mapping[str, Any]) -> list[str]:
    """The paths of the rehearsals of a folder, in order."""
    return sorted(path for path in found if path.startswith(FOLDER) and path != OFFICE)


def named(definition: Definition) -> tuple[str, ...]:
    """The keys of the other procedures that the rehearsals of a folder bring in, as far as they can be read.

    No more of them than may be, and nothing that is no key: whoever looks for them does so by these names.
    """
    pages = [json.loads(definition.files[path]) for path in files(definition.files)]
    found = dict.fromkeys(key for said in pages for key in _texts(said.get("with")) if _KEY.fullmatch(key))
    return tuple(found)[:MOST_PARTNERS]


def read(definition: Definition, along: Along | None = None) -> tuple[tuple[Rehearsal, ...], tuple[Finding, ...]]:
    """The rehearsals of a folder, and everything that is wrong with how they are written.

    Without ``along`` nobody asks whether the other procedures that take part are there, nor what they hold.
    """
    office: Mapping[str, Any] = {}
    findings: list[Finding] = []
    if OFFICE in definition.files:
        page = _Page(OFFICE, definition.files[OFFICE], definition, findings, along)
        office = page.office(page.said, 1)
    pages = {p: _Page(p, definition.files[p], definition, findings, along) for p in files(definition.files)}
    made = tuple(page.rehearsal(office, pages) for page in pages.values())
    if len({key for one in made for key in one.along}) > MOST_PARTNERS:
        text = Text(f"一起参加的流程超过 {MOST_PARTNERS} 个", f"more than {MOST_PARTNERS} other procedures take part")
        remedy = Text("少让一些流程参加", "let fewer of them take part")
        findings.append(Finding(made[0].file, "rehearsal_too_large", text, remedy, 1))
    return made, tuple(findings)


class _Page:
    """One file while it is read."""

    def __init__(
        self, file: str, content: str, definition: Definition, findings: list[Finding], along: Along | None
    ) -> None:
        self.file = file
        self.definition = definition
        self.findings = findings
        self.along = along
        self.partners: tuple[str, ...] = ()
        self.said: dict[str, Any] = json.loads(content)  # that it is an object was said before
        self.lines = dict(_lines(content))
        if _depth(self.said) > DEEPEST:
            text = Text(f"嵌套超过 {DEEPEST} 层", f"nested deeper than {DEEPEST}")
            self.say(1, "rehearsal_malformed", text, Text("写得平一些", "write it flatter"))
            self.said = {"steps": []}

    def say(self, line: int, rule: str, text: Text, remedy: Text) -> None:
        self.findings.append(Finding(self.file, rule, text, remedy, line))

    def rehearsal(self, office: Mapping[str, Any], pages: Mapping[str, _Page]) -> Rehearsal:
        said = self.said
        self._fit(said, _TOP, 1)
        root, after = self._followed(pages)
        self.partners = tuple(one for one in _texts(root.said.get("with")))
        self._check_partners()
        own = said.get("office")
        if isinstance(own, Mapping):
            office = self.office(own, self.lines.get("office", 1))
        given = said.get("steps")
        steps = [self._step(n, one) for n, one in enumerate(given if isinstance(given, list) else [], start=1)]
        if not steps:
            self.say(
                1, "rehearsal_empty", Text("没有步骤", "it has no steps"), Text("在 steps 里写步骤", "write steps")
            )
        self._check_parameters(said.get("parameters"))
        for key, variables in _objects(said.get("calls")):
            for name in (key, *variables):
                if not _KEY.fullmatch(name):
                    self._unknown(
                        self.lines.get("calls", 1), Text("流程或变量的名称", "name of a procedure or variable"), name
                    )
        return Rehearsal(
            self.file,
            Text.of(said.get("title") or self.file.removeprefix(FOLDER).removesuffix(".json")),
            office,
            tuple(said.get("vacant") or ()),
            said.get("unit"),
            said.get("parameters") or {},
            said.get("calls") or {},
            self.partners,
            after,
            tuple(step for step in steps if step is not None),
        )

    def _followed(self, pages: Mapping[str, _Page]) -> tuple[_Page, tuple[str, str] | None]:
        """The page with whose office this one begins, and file and mark of the one that it goes on from itself."""
        line, found = self.lines.get("after", 1), self._base(pages)
        if "after" not in self.said:
            return self, None
        if found is None:
            self._unknown(
                line, Text("排练和标记（文件名/标记）", "rehearsal with a mark (file/mark)"), str(self.said["after"])
            )
            return self, None
        for word in self.said.keys() - _OF_FOLLOWERS:
            self.say(
                self.lines.get(word, line),
                "rehearsal_unknown_word",
                Text(f"接着另一排练的，不能再写 {word}", f"{word} cannot stand in a rehearsal that follows another"),
                Text("写在被接续的排练里", "write it in the rehearsal that it follows"),
            )
        seen, root = {self.file}, found[0]
        while (further := root._base(pages)) is not None:
            if root.file in seen:
                text = Text("排练绕着圈互相接续", "the rehearsals follow one another in a circle")
                self.say(line, "rehearsal_malformed", text, Text("改正 after", "correct after"))
                return self, None
            seen.add(root.file)
            root = further[0]
        return root, (found[0].file, found[1])

    def _base(self, pages: Mapping[str, _Page]) -> tuple[_Page, str] | None:
        match = _BASE.fullmatch(after) if isinstance(after := self.said.get("after"), str) else None
        page = pages.get(f"{FOLDER}{match[1]}.json") if match is not None else None
        if page is None or match is None:
            return None
        steps = page.said.get("steps")
        marks = [one.get("mark") for one in steps if isinstance(one, Mapping)] if isinstance(steps, list) else []
        return (page, match[2]) if match[2] in marks else None

    def _check_partners(self) -> None:
        if "with" not in self.said:
            return
        line, calls = self.lines.get("with", 1), self.said.get("calls")
        for key in self.partners:
            if key == self.definition.key or not _KEY.fullmatch(key):
                self._unknown(line, Text("另一流程的名称", "name of another procedure"), key)
            elif isinstance(calls, Mapping) and key in calls:
                self.say(
                    line,
                    "rehearsal_malformed",
                    Text(f"{key} 同时写在 with 和 calls 里", f"{key} stands both in with and in calls"),
                    Text("参加排练的不必代替", "keep one of them: who takes part needs no stand-in"),
                )
            elif self.along is not None and self.along(key) is None:
                self.say(
                    line,
                    "rehearsal_no_procedure",
                    Text(f"找不到参加排练的流程 {key}", f"the procedure {key} that takes part is not there"),
                    Text(
                        "把它的文件夹放在旁边，或先发布它；也可以在 calls 里写它的结果",
                        "put its folder beside this one, or publish it first; or state in calls with what it ends",
                    ),
                )

    def _check_parameters(self, said: Any) -> None:
        line, known = self.lines.get("parameters", 1), self.definition.rules.parameters
        for name, value in said.items() if isinstance(said, Mapping) else ():
            if name not in known:
                self._unknown(line, Text("参数", "parameter"), name)
            elif wrong := rules.misfit(known[name].type, value) or rules.beyond(known[name], value):
                text = Text(f"参数 {name}：{wrong.zh}", f"parameter {name}: {wrong.en}")
                self.say(line, "rehearsal_malformed", text, Text("改正参数值", "correct its value"))

    def office(self, said: Mapping[str, Any], line: int) -> Mapping[str, Any]:
        self._fit(said, _OFFICE, line)
        for word, most in (("units", MOST_UNITS), ("people", MOST_PEOPLE)):
            if isinstance(said.get(word), Mapping) and len(said[word]) > most:
                text = Text(f"{word} 超过 {most} 个", f"more than {most} {word}")
                self.say(line, "rehearsal_too_large", text, Text("排练用小的单位", "rehearse in a small office"))
        for code, unit in _objects(said.get("units")):
            self._fit(unit, _UNIT, line)
            if unit.get("kind") not in UNIT_KINDS:
                self._unknown(line, Text("组织类别", "kind of unit"), f"{code}: {unit.get('kind')}")
            if _is_below_itself(said["units"], code):
                text = Text(f"组织 {code} 隶属于自己", f"the unit {code} is below itself")
                self.say(line, "rehearsal_malformed", text, Text("改正 under", "correct under"))
        for name, person in (said.get("people") or {}).items() if isinstance(said.get("people"), Mapping) else ():
            if not _NAME.fullmatch(name):
                self._unknown(line, Text("人员名称", "name of a person"), name)
            if isinstance(person, Mapping):
                self._fit(person, _PERSON, line)
            for place in places_of(person):
                if place.partition("@")[0] not in {*POST_ROLES, *STATUSES} or "@" not in place:
                    self._unknown(line, Text("职务或身份（职务@组织代码）", "post or status (role@code)"), place)
        return said

    def _step(self, number: int, said: Any) -> Step | None:
        line = self.lines.get(f"steps {number}", 1)
        if not isinstance(said, Mapping):
            self._misfit(line, f"steps[{number}]", "object")
            return None
        verbs = [word for word in said if word in VERBS]
        if len(verbs) > 1:
            self.say(
                line,
                "rehearsal_two_verbs",
                Text(f"一步只做一件事，这里有 {'、'.join(verbs)}", f"a step does one thing, not {' and '.join(verbs)}"),
                Text("分成几步写", "write one step for each"),
            )
            return None
        verb = verbs[0] if verbs else ""
        kind, along = VERBS.get(verb, ("", {}))
        words = {**_ALWAYS, **EXPECTED, **along, **({verb: kind} if verb else {})}
        is_fit = self._fit(said, words, line)
        if "by" in along and "by" not in said:
            is_fit = False
            self.say(
                line,
                "rehearsal_who",
                Text(f"{verb}：没有写谁来办（by）", f"{verb}: it does not say who does it (by)"),
                Text('加上 "by"，写人员名称或 职务@组织代码', 'add "by": a person of the office, or role@code'),
            )
        refused = said.get("refused")
        if isinstance(refused, Mapping):
            is_fit = self._fit(refused, _REFUSED, line) and is_fit
        if not is_fit:
            return None
        if "mark" in said and not _MARK.fullmatch(said["mark"]):
            self._unknown(line, Text("标记（字母、数字、_ -）", "mark (letters, digits, _ -)"), said["mark"])
        place = self._place(said["in"], line) if "in" in said else None
        known = self.definition if place is None else self._known(place.key)
        for word in self._elements_named(verb, said):
            if known is not None and element_of(known, word) is None:
                self._unknown(line, Text("步骤", "step"), word)
        return Step(number, line, verb, said, place)

    def _place(self, text: str, line: int) -> Place | None:
        match = _PLACE.fullmatch(text)
        if match is None or match[1] not in (self.definition.key, *self.partners):
            self.say(
                line,
                "rehearsal_unknown_name",
                Text(f"没有参加排练的流程：{text}", f"no such procedure takes part: {text}"),
                Text(
                    '写 流程、流程@组织代码 或 流程#序号，并把流程写在 "with" 里',
                    'write procedure, procedure@unit or procedure#number, and name the procedure in "with"',
                ),
            )
            return Place(self.definition.key)
        return Place(match[1], match[2], int(match[3]) if match[3] else None)

    def _known(self, key: str) -> Definition | None:
        if key == self.definition.key:
            return self.definition
        return self.along(key) if self.along is not None else None

    def _elements_named(self, verb: str, said: Mapping[str, Any]) -> Iterator[str]:
        if verb in _AT_ELEMENT:
            yield said[verb]
        for word in ("open", "held", "due", "asked"):
            yield from said.get(word) or ()
        if said.get("incident"):
            yield said["incident"]

    def _fit(self, said: Mapping[str, Any], words: Mapping[str, str], line: int) -> bool:
        is_fit = True
        for word, value in said.items():
            if word not in words:
                is_fit = False
                self.say(
                    self.lines.get(word, line) if said is self.said else line,
                    "rehearsal_unknown_word",
                    Text(f"这里不能写 {word}", f"{word} cannot stand here"),
                    Text(f"可写：{'、'.join(words)}", f"what can: {', '.join(words)}"),
                )
            elif not _is(words[word], value):
                is_fit = False
                self._misfit(line, word, words[word])
        return is_fit

    def _misfit(self, line: int, word: str, kind: str) -> None:
        wanted = _SAID[kind]
        self.say(
            line,
            "rehearsal_malformed",
            Text(f"{word} 应为{wanted.zh}", f"{word} has to be {wanted.en}"),
            Text("改正写法", "correct it"),
        )

    def _unknown(self, line: int, what: Text, name: str) -> None:
        self.say(
            line,
            "rehearsal_unknown_name",
            Text(f"没有这个{what.zh}：{name}", f"there is no such {what.en}: {name}"),
            Text("改正名称", "correct the name"),
        )


def element_of(definition: Definition, word: str) -> str | None:
    """The id of an element that a rehearsal names: by its id, or a task by the number of its step."""
    if word in definition.blueprint.elements:
        return word
    numbered = [e.id for e in definition.blueprint.of_kind(*machine.TASKS) if e.words.attribute("step") == word]
    return numbered[0] if len(numbered) == 1 else None


def places_of(person: Any) -> Sequence[str]:
    """The ``role@code`` of somebody: a text, a list of them, or an object with ``posts`` and ``member``."""
    if isinstance(person, str):
        return (person,)
    if isinstance(person, list):
        return tuple(str(one) for one in person)
    found = [str(one) for one in person.get("posts", ())] if isinstance(person, Mapping) else []
    return (*found, *([str(person["member"])] if isinstance(person, Mapping) and person.get("member") else []))


def _objects(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield from ((name, one) for name, one in value.items() if isinstance(one, Mapping))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _is_below_itself(units: Mapping[str, Any], code: str) -> bool:
    seen, at = {code}, units[code].get("under")
    while isinstance(at, str) and isinstance(units.get(at), Mapping):
        if at in seen:
            return True
        seen.add(at)
        at = units[at].get("under")
    return False


def _depth(value: Any) -> int:
    """How deep lists and objects are nested."""
    deepest, todo = 0, [(value, 1)]
    while todo:
        one, level = todo.pop()
        inside = one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
        todo += [(part, level + 1) for part in inside]
        deepest = max(deepest, level)
    return deepest


def _lines(content: str) -> Iterator[tuple[str, int]]:
    """``key`` → the line of every key of a JSON object, and ``steps n`` → that of every item of its list of steps."""
    at = _BLANK.match(content, content.index("{") + 1).end()  # type: ignore[union-attr]
    while content[at] == '"':
        line = content.count("\n", 0, at) + 1
        key, at = _JSON.raw_decode(content, at)
        yield key, line
        at = _after(content, _after(content, at) + 1)
        if key == "steps" and content[at] == "[":
            number, inside = 0, _after(content, at + 1)
            while content[inside] != "]":
                number += 1
                yield f"{key} {number}", content.count("\n", 0, inside) + 1
                _, inside = _JSON.raw_decode(content, inside)
                inside = _after(content, inside)
                if content[inside] == ",":
                    inside = _after(content, inside + 1)
        _, at = _JSON.raw_decode(content, at)
        at = _after(content, at)
        if content[at] == ",":
            at = _after(content, at + 1)


def _after(content: str, at: int) -> int:
    """The next place that is not blank."""
    found = _BLANK.match(content, at)
    return found.end() if found is not None else at
