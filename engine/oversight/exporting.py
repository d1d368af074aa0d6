"""What a search finds as a table: CSV for programs, XLSX for people; each export is an entry of the office.

A cell that a spreadsheet would take for a formula is made text. Which lines left the house is on record as every
list is (engine/reads.py): by case, with whoever exported them, and what for.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy import Connection

from engine import reads, trail
from engine.actors import Actor
from engine.errors import FieldError, Language, Text, Unfit
from engine.oversight import search
from engine.oversight.search import Of, Wanted
from engine.store import Moment, Store
from engine.trail import Kind

FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("text/csv", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
"""Format → type of content, and how its file's name ends."""
MOST = 2_000
"""Lines of one file; more is for liuhen export --all."""
_PAGE = 200
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a cell begins that some spreadsheet computes (OWASP, CSV injection)."""

Cell = str | int | None
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: its head, and what it says of a line."""

    head: Text
    says: Callable[[Item], Any]


_SEALS = {
    "sealed": Text("完整，已入日志", "whole, in the log"),
    "waiting": Text("完整，待入日志", "whole, not in the log yet"),
    "broken": Text("不完整", "broken"),
}


def _name(what: str) -> Callable[[Item], Any]:
    return lambda item: (item[what] or {}).get("name")


def _found(item: Item) -> str:
    return " … ".join(hit["text"] for hit in item["hits"])


def _summary(item: Item) -> Text:
    lines = [(line["label"], Text.of(line["value"])) for line in item["summary"]]
    return Text(
        "；".join(f"{label.zh}：{value.zh}" for label, value in lines),
        "; ".join(f"{label.en}: {value.en}" for label, value in lines),
    )


COLUMNS: Mapping[Of, Mapping[str, Column]] = {
    "cases": {
        "number": Column(Text("编号", "Number"), lambda c: c["number"]),
        "title": Column(Text("事项", "Case"), lambda c: c["title"]),
        "definition": Column(Text("流程", "Procedure"), lambda c: c["definition_name"]),
        "version": Column(Text("版本", "Version"), lambda c: c["version"]),
        "unit": Column(Text("单位", "Unit"), _name("unit")),
        "status": Column(Text("状态", "Status"), lambda c: c["status"]),
        "outcome": Column(Text("结果", "Outcome"), lambda c: c["outcome_label"]),
        "started_by": Column(Text("发起人", "Started by"), _name("started_by")),
        "started_at": Column(Text("发起时间", "Started"), lambda c: c["started_at"]),
        "ended_at": Column(Text("办结时间", "Ended"), lambda c: c["ended_at"]),
        "summary": Column(Text("摘要", "Summary"), _summary),
        "entries": Column(Text("留痕条数", "Entries"), lambda c: c["seal"]["entries"]),
        "seal": Column(Text("完整性", "Integrity"), lambda c: _SEALS[c["seal"]["state"]]),
        "found": Column(Text("命中", "Found"), _found),
    },
    "entries": {
        "at": Column(Text("时间", "Time"), lambda e: e["at"]),
        "number": Column(Text("编号", "Number"), lambda e: (e["case"] or {}).get("number")),
        "title": Column(Text("事项", "Case"), lambda e: (e["case"] or {}).get("title")),
        "entry": Column(Text("第几条", "Entry"), lambda e: e["seq"]),
        "kind": Column(Text("类别", "Kind"), lambda e: e["kind"]),
        "sentence": Column(Text("记录", "What was done"), lambda e: e["sentence"]),
        "actor": Column(Text("人员", "Person"), _name("actor")),
        "step": Column(Text("步骤", "Step"), lambda e: e["element_name"]),
        "decision": Column(Text("决定", "Decision"), lambda e: e["decision_label"] or e["decision"]),
        "opinion": Column(Text("意见", "Opinion"), lambda e: e["opinion"]),
        "reason": Column(Text("理由", "Reason"), lambda e: e["reason"]),
        "business_on": Column(Text("业务日期", "Business date"), lambda e: e["business_on"]),
        "hash": Column(Text("哈希", "Hash"), lambda e: e["hash"]),
        "seal": Column(Text("完整性", "Integrity"), lambda e: _SEALS[e["seal"]["state"]]),
        "found": Column(Text("命中", "Found"), _found),
    },
}
USUAL: Mapping[Of, tuple[str, ...]] = {
    "cases": ("number", "title", "definition", "unit", "status", "started_by", "started_at", "ended_at", "seal"),
    "entries": ("at", "number", "title", "entry", "sentence", "actor", "opinion", "hash", "seal"),
}


@dataclass(slots=True)
class Made:
    """A finished table; ``file`` stands at its beginning."""

    file: IO[bytes]
    name: str
    media_type: str
    size: int
    sha256: str
    lines: int
    receipt: trail.Receipt


@contextmanager
def made(
    store: Store,
    actor: Actor,
    of: Of,
    wanted: Wanted,
    format_: str,
    columns: Sequence[str],
    purpose: str,
    language: Language,
) -> Iterator[Made]:
    """Write the table, then its entry and the read, then give it; gone when this ends.

    Raises ``Forbidden``, ``Unfit`` (no purpose, no such column, nothing found, more than ``MOST`` lines).
    """
    chosen = [_column(of, name) for name in columns or USUAL[of]]
    if not purpose.strip():
        raise Unfit(errors=[FieldError("purpose", "required", Text("请说明用途。", "Say what it is for."))])
    with tempfile.TemporaryFile() as file:
        with store.reading() as db:
            moment = store.moment(db)
            items = _all(db, actor, moment, of, wanted)
            lines = [[_cell(column.says(item), language, store.settings.zone) for column in chosen] for item in items]
            heads = [column.head.spoken(language) for column in chosen]
            shown = _shown_cases(of, items)
            asked: dict[str, Any] = {k: str(v) for k, v in asdict(wanted).items() if v not in (None, "")}
            words: dict[str, Any] = {k: asked.pop(k) for k in ("q", "value") if k in asked}
            name = Text("事项检索", "search of cases") if of == "cases" else Text("留痕检索", "search of the trail")
            facts = {"name": name.as_json(), "count": len(items), "filters": asked, "fields": [], "exported": format_}
            read = reads.Read(Kind.SEARCH_MADE, shown, facts, words)
            pending = reads.look(db, store, actor, moment, read)
        if format_ == "csv":
            _csv(file, heads, lines)
        else:
            _xlsx(file, heads, lines, _about(actor, moment, asked | words, purpose, len(items), language))
        size, sha256 = file.tell(), _digest(file)
        if pending is not None:
            reads.record(store, actor, pending)
        with store.transaction() as db:
            receipt = trail.append(
                *(db, store.moment(db), actor),
                kind=Kind.SEARCH_EXPORTED,
                name=name.as_json(),
                format=format_,
                sha256=sha256,
                size=size,
                count=len(items),
                columns=list(columns or USUAL[of]),
                filters=asked,
                reason=purpose.strip(),
            )
        media, ending = FORMATS[format_]
        file.seek(0)
        yield Made(
            *(file, f"{of}-{moment.today.isoformat()}.{ending}", media, size, sha256, len(items)), receipt=receipt
        )


def _column(of: Of, name: str) -> Column:
    found = COLUMNS[of].get(name)
    if found is None:
        said = Text("没有“{name}”这一列。", "There is no column “{name}”.").format(name=name)
        raise Unfit(said, errors=[FieldError("columns", "not_an_option", said)])
    return found


def _all(db: Connection, actor: Actor, moment: Moment, of: Of, wanted: Wanted) -> list[Item]:
    find = search.find_cases if of == "cases" else search.find_entries
    items: list[Item] = []
    cursor = None
    while len(items) <= MOST:
        page, cursor = find(db, actor, moment, wanted, cursor, _PAGE)
        items += page
        if cursor is None:
            break
    if not items:
        none = Text("没有符合条件的记录。", "Nothing is found by this.")
        raise Unfit(none, code="err_nothing_found", errors=[FieldError("q", "err_nothing_found", none)])
    if len(items) > MOST:
        many = Text(
            "超过 {most} 条，请缩小范围后再导出。", "There are more than {most} lines. Narrow the search first."
        ).format(most=MOST)
        raise Unfit(many, code="err_too_many_lines", errors=[FieldError("q", "err_too_many_lines", many)])
    return items


def _shown_cases(of: Of, items: Sequence[Item]) -> tuple[str, ...]:
    if of == "cases":
        return tuple(item["id"] for item in items)
    return tuple(dict.fromkeys(item["case"]["id"] for item in items if item["case"]))


# ---------------------------------------------------------------- cells


def _cell(value: Any, language: Language, zone: ZoneInfo) -> Cell:
    if isinstance(value, Text):
        value = value.spoken(language)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return ILLEGAL_CHARACTERS_RE.sub("", said)


def guarded(said: str) -> str:
    """A text as a cell of a CSV that no spreadsheet computes."""
    return f"'{said}" if said.startswith(_RISKY) else said


def _csv(file: IO[bytes], heads: Sequence[str], lines: Sequence[Sequence[Cell]]) -> None:
    # With a mark of its encoding, or Excel takes Chinese for the code page of its machine.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    write = csv.writer(text)
    write.writerow([guarded(head) for head in heads])
    write.writerows([[guarded(c) if isinstance(c, str) else c for c in line] for line in lines])
    text.flush()
    text.detach()


def _xlsx(
    file: IO[bytes], heads: Sequence[str], lines: Sequence[Sequence[Cell]], about: Sequence[tuple[str, str]]
) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"

    def cell(value: Cell) -> Any:
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            made.data_type = "s"  # never a formula, whatever it begins with
            made.quotePrefix = value.startswith(_RISKY)
        return made

    for row in (heads, *lines):
        sheet.append([cell(value) for value in row])
    told = book.create_sheet("2")
    for row in about:
        told.append([cell(value) for value in row])
    book.save(file)


def _about(
    actor: Actor, moment: Moment, asked: Mapping[str, str], purpose: str, count: int, language: Language
) -> list[tuple[str, str]]:
    head = {
        Text("导出人", "Exported by"): actor.text.spoken(language),
        Text("时间", "Time"): moment.local.strftime("%Y-%m-%d %H:%M:%S"),
        Text("用途", "For"): purpose.strip(),
        Text("条数", "Lines"): str(count),
    }
    return [*((name.spoken(language), value) for name, value in head.items()), *sorted(asked.items())]


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(1 << 18):
        digest.update(part)
    return digest.hexdigest()
