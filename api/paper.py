"""Import of cases begun on paper: one JSON, CSV or XLSX file, with the evidence in files beside it.

Each line is a deed of its own: what is in order is taken over, what is not is refused with its findings, and the same
file again changes nothing that was taken over. ``docs/importing.md`` shows the columns.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import Connection

from engine import actors, definitions, feel, files, importing
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Language, NotFound, Refused, Text
from engine.files import Kept
from engine.importing import Done, Fault, Line, NotTaken, Unreadable
from engine.store import Moment, Store

LARGEST = 25 * 1024 * 1024
MOST_LINES = 20_000
HEADINGS: Mapping[str, str] = {
    "编号": "key",
    "流程": "definition",
    "组织": "unit",
    "办到": "at",
    "发起日期": "started_on",
    "发起人": "started_by",
    "佐证": "evidence",
    "变量": "variables",
    "说明": "why",
}
"""Chinese headings of the columns of a table."""
_OF_STEP = ("on", "by", "confirmed_by", "decision", "opinion", "why")
_PLACE = re.compile(r"^([A-Za-z_][\w\-]*)(?:#(\d{1,3}))?\.(.+)$")
_EVIDENCE = re.compile(r"^(.*?)(?:\s+sha256:([0-9a-fA-F]{64}))?$")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one line of the file: its case, or why there is none."""

    place: str
    key: str
    case_id: str | None = None
    number: str | None = None
    is_new: bool = False
    faults: tuple[Fault, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(f.severity == "error" for f in self.faults)

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "line": self.place,
            "key": self.key,
            "case": self.case_id,
            "number": self.number,
            "status": "refused" if self.is_refused else "taken" if self.is_new else "unchanged",
            "findings": [
                {
                    "rule": f.rule,
                    "severity": f.severity,
                    "element": f.element,
                    "field": f.field,
                    "clause": f.clause,
                    "message": f.text.spoken(language),
                }
                for f in self.faults
            ],
        }


@dataclass
class Raw:
    """One line as it was read: text and JSON, nothing resolved."""

    place: str
    values: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.values.get("key") or "").strip()


class _Looked(Exception):
    """Takes what a dry run has done back with its transaction."""


# ---------------------------------------------------------------- the verb


def import_cases(store: Store, actor: Actor, path: Path, reason: str, *, dry_run: bool) -> Iterator[Result]:
    """Take the cases of a file over, each in a transaction of its own; gives what became of each line.

    A dry run judges everything and writes nothing. Raises ``Unreadable``.
    """
    for raw in read(path):
        yield _take(store, actor, path.parent, raw, reason, dry_run=dry_run)


def _take(store: Store, actor: Actor, folder: Path, raw: Raw, reason: str, *, dry_run: bool) -> Result:
    found: Result | None = None
    try:
        kept = _evidence(store, folder, raw, dry_run=dry_run)
        with store.transaction() as db:
            moment = store.moment(db)
            line = _Resolver(db, moment, raw, kept).line()
            taken = importing.take(db, actor, moment, line, reason)
            found = Result(raw.place, raw.key, taken.case_id, taken.number, taken.is_new, taken.faults)
            if dry_run:
                raise _Looked
    except _Looked:
        return found or Result(raw.place, raw.key)
    except NotTaken as e:
        return Result(raw.place, raw.key, faults=e.faults)
    except Refused as e:
        return Result(raw.place, raw.key, faults=(Fault(e.refusal, e.said, clause=e.clause),))
    return found


# ---------------------------------------------------------------- evidence


def _evidence(store: Store, folder: Path, raw: Raw, *, dry_run: bool) -> tuple[Kept, ...]:
    """The files that a line names, below the folder of the table; taken in as any upload is."""
    found, faults = [], []
    for name, wanted in _named(raw.values.get("evidence")):
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            said = Text("没有佐证文件 {name}", "there is no file {name}").format(name=name)
            faults.append(Fault("import_evidence", said, field="evidence"))
            continue
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        if wanted is not None and sha256 != wanted.lower():
            said = Text("佐证文件 {name} 的散列值不符", "the file {name} has another hash").format(name=name)
            faults.append(Fault("import_evidence_hash", said, field="evidence"))
            continue
        try:
            if dry_run:
                extension = files.extension(files.clean(path.name))
                found.append(
                    Kept(sha256, len(content), files.media_type(extension), path.name, files.Verdict.UNSCANNED)
                )
            else:
                found.append(files.receive(store.settings, io.BytesIO(content), path.name))
        except Refused as e:
            said = Text("{name}：{why}", "{name}: {why}").format(name=name, why=e.said)
            faults.append(Fault(e.refusal, said, field="evidence"))
    if faults:
        raise NotTaken(faults)
    return tuple(found)


def _named(given: Any) -> Iterator[tuple[str, str | None]]:
    """``[{"file", "sha256"}]``, or ``a.pdf sha256:…; b.pdf``."""
    if isinstance(given, str):
        given = [part for part in re.split(r"[;；\n]", given) if part.strip()]
    for one in given or []:
        if isinstance(one, Mapping):
            yield str(one.get("file") or ""), str(one["sha256"]) if one.get("sha256") else None
        elif (match := _EVIDENCE.match(str(one).strip())) is not None:
            yield match[1].strip(), match[2]


# ---------------------------------------------------------------- what the words of a line mean


class _Resolver:
    """Turns numbers of people, codes of units and texts of days into what a case holds."""

    def __init__(self, db: Connection, moment: Moment, raw: Raw, kept: tuple[Kept, ...]) -> None:
        self.db, self.moment, self.raw, self.kept = db, moment, raw, kept
        self.faults: list[Fault] = []

    def line(self) -> Line:
        values = self.raw.values
        key, name = self.raw.key, str(values.get("definition") or "").strip()
        for part in ("key", "definition", "unit", "at", "started_on", "started_by"):
            if values.get(part) in (None, "", []):
                self.say("import_part", Text(f"缺少 {part}", f"{part} is missing"), field=part)
        if self.faults:
            raise NotTaken(self.faults)
        try:
            definition = definitions.read(self.db, name)
        except NotFound as e:
            said = Text(f"没有发布流程 {name}", f"no procedure {name} is published")
            raise NotTaken([Fault("import_definition", said, field="definition")]) from e
        at = values["at"]
        stands = at if isinstance(at, list) else re.split(r"[,;，；\s]+", str(at).strip())
        made = Line(
            key,
            name,
            self.unit(values["unit"], "unit"),
            tuple(str(one) for one in stands),
            self.day(values["started_on"], "started_on") or self.moment.today,
            self.person(values["started_by"], "started_by") or "",
            tuple(self.step(definition, step) for step in self.raw.steps),
            self.variables(values.get("variables")),
            self.raw.place,
            digest(self.raw, self.kept),
            self.kept,
        )
        if self.faults:
            raise NotTaken(self.faults)
        return made

    def say(self, rule: str, text: Text, element: str | None = None, **more: Any) -> None:
        self.faults.append(Fault(rule, text, element, **more))

    def step(self, definition: Definition, given: Mapping[str, Any]) -> Done:
        element = str(given.get("element") or "")
        known = definition.blueprint.elements.get(element)
        form = definition.forms.get(known.words.attribute("form") or "") if known is not None else None
        kinds = {f.path: f.type for f in form.fields} if form is not None else {}
        answers = given.get("answers")
        answers = answers if isinstance(answers, Mapping) else {}
        for name in sorted(set(answers) - form.answers) if form is not None else ():
            self.say(
                "import_field", Text(f"表单没有 {name} 一项", f"the form has no field {name}"), element, field=name
            )
        return Done(
            element,
            self.day(given.get("on"), "on", element),
            self.person(given.get("by"), "by", element),
            self.person(given.get("confirmed_by"), "confirmed_by", element),
            _text(given.get("decision")),
            _text(given.get("opinion")),
            {name: self.answer(kinds, name, value, element) for name, value in answers.items()},
            _text(given.get("why")) or _text(self.raw.values.get("why")),
        )

    def answer(self, kinds: Mapping[str, str], path: str, value: Any, element: str) -> Any:
        """An answer as the form wants it: what a table writes as text becomes what the field is."""
        kind = kinds.get(path)
        if isinstance(value, list) and kind != "units":
            below = {**kinds, f"{path}[]": kind} if kind else kinds
            return [self.answer(below, f"{path}[]", one, element) for one in value]
        if isinstance(value, Mapping):
            return {name: self.answer(kinds, f"{path}.{name}", one, element) for name, one in value.items()}
        if kind == "person":
            return self.person(value, path, element)
        if kind == "unit":
            return self.unit(value, path, element)
        if kind == "units" and isinstance(value, list | str):
            codes = value if isinstance(value, list) else re.split(r"[,;，；、\s]+", value.strip())
            return [self.unit(code, path, element) for code in codes]
        if isinstance(value, datetime | date):
            return value.isoformat()[:10]
        if isinstance(value, str) and kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value.strip()):
            return int(value) if "." not in value else float(value)
        if isinstance(value, str) and kind == "checkbox":
            return _FLAGS.get(value.strip().lower(), value)
        return value

    def person(self, value: Any, field_: str, element: str | None = None) -> str | None:
        """The id of a person by the office's number for them."""
        if value in (None, ""):
            return None
        try:
            return actors.person_by(self.db, str(value).strip(), self.moment.today).id
        except NotFound:
            said = Text("没有编号为 {value} 的人", "nobody has the number {value}").format(value=value)
            self.say("import_person", said, element, field=field_)
            return None

    def unit(self, value: Any, field_: str, element: str | None = None) -> str:
        try:
            return actors.unit_by(self.db, str(value).strip(), self.moment.today).id
        except NotFound as e:
            self.say("import_unit", e.said, element, field=field_)
            return ""

    def day(self, value: Any, field_: str, element: str | None = None) -> date | None:
        if value in (None, ""):
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip().replace("/", "-").replace(".", "-"))
        except ValueError:
            said = Text("“{value}”不是日期，应如 2026-03-02", "“{value}” is no date; write 2026-03-02")
            self.say("import_date", said.format(value=value), element, field=field_)
            return None

    def variables(self, given: Any) -> dict[str, Any]:
        if given in (None, ""):
            return {}
        try:
            found = json.loads(given) if isinstance(given, str) else given
            thawed = feel.thaw(found)
        except (ValueError, feel.FeelError):
            thawed = None
        if not isinstance(thawed, dict):
            said = Text("variables 应为 JSON 对象", "variables is a JSON object")
            self.say("import_variables", said, field="variables")
            return {}
        return thawed


_FLAGS = {"是": True, "否": False, "true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def digest(raw: Raw, kept: tuple[Kept, ...]) -> str:
    """SHA-256 of what a line says, however it was written down, with the hashes of its evidence."""
    said = {"values": {k: v for k, v in raw.values.items() if k != "evidence"}, "steps": raw.steps}
    said["evidence"] = sorted(one.sha256 for one in kept)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=lambda v: v.isoformat()[:10])
    return hashlib.sha256(text.encode()).hexdigest()


# ---------------------------------------------------------------- reading


def read(path: Path) -> list[Raw]:
    """The lines of a file; raises ``Unreadable``."""
    if path.stat().st_size > LARGEST:
        raise Unreadable(why=Text("超过 25 MB", "it is larger than 25 MB"))
    kind = path.suffix.lower()
    content = path.read_bytes()
    if kind == ".json":
        found = _of_json(content)
    elif kind == ".csv":
        found = _of_table(csv.reader(io.StringIO(_decoded(content))))
    elif kind == ".xlsx":
        found = _of_table(_sheet(content))
    else:
        raise Unreadable(why=Text("应为 .json、.csv 或 .xlsx", "it has to be .json, .csv or .xlsx"))
    if len(found) > MOST_LINES:
        raise Unreadable(why=Text(f"超过 {MOST_LINES} 行", f"it has more than {MOST_LINES} lines"))
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _of_json(content: bytes) -> list[Raw]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
        given = found["cases"] if isinstance(found, dict) else found
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        why = Text('应为 {{"cases": […]}}', 'it has to be {{"cases": […]}}').format()
        raise Unreadable(why=why) from e
    lines = []
    for number, one in enumerate(given, start=1):
        steps = one.get("steps")
        own = [dict(s) for s in steps if isinstance(s, dict)] if isinstance(steps, list) else []
        lines.append(Raw(f"cases[{number}]", {k: v for k, v in one.items() if k != "steps"}, own))
    return lines


def _sheet(content: bytes) -> Iterator[list[Any]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(values_only=True, max_row=MOST_LINES + 2, max_col=1000):
            yield list(row)
        book.close()
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as e:
        raise Unreadable(why=Text("不是 XLSX 文件", "it is no XLSX file")) from e


def _of_table(rows: Iterator[list[Any]]) -> list[Raw]:
    """Columns: the parts of a line, and ``<step>.<part or field>``; ``<step>#2.…`` where it was done again."""
    head = [str(cell or "").strip() for cell in next(rows, [])]
    if not head:
        raise Unreadable(why=Text("没有表头", "it has no headings"))
    lines = []
    for number, row in enumerate(rows, start=2):
        cells = {h: _cell(c) for h, c in zip(head, row, strict=False) if h and c not in (None, "")}
        if not cells:
            continue
        raw = Raw(str(number), {})
        steps: dict[str, dict[str, Any]] = {}
        for heading in head:
            if heading not in cells:
                continue
            match = _PLACE.match(heading)
            if match is None:
                raw.values[HEADINGS.get(heading, heading)] = cells[heading]
                continue
            step = steps.setdefault(f"{match[1]}#{match[2] or 1}", {"element": match[1], "answers": {}})
            if match[3] in _OF_STEP:
                step[match[3]] = cells[heading]
            else:
                step["answers"][match[3]] = cells[heading]
        raw.steps = list(steps.values())
        lines.append(raw)
    return lines


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
