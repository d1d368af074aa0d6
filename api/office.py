"""Import of an office: units, people, memberships and posts from one XLSX, one CSV, or a ZIP of CSV files.

``import_office`` reads, checks everything against the database and the rest of the file, and says line by line what is
wrong and what to do. Only a file without errors is carried out, in the caller's one transaction, with one entry. The
same file again changes nothing: rows are recognised by their natural keys (code, number, person + unit + first day).

The columns are in ``COLUMNS``; headings may be Chinese, English or the identifier.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import Connection, bindparam, insert, select, text, update

from engine import actors, tables, trail
from engine.actors import Actor, manifest
from engine.errors import Finding, Language, Text
from engine.store import Moment, for_update, new_id

LARGEST = 25 * 1024 * 1024
"""Bytes of a file to import."""
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 2000
STEEPEST = 100
"""How many bytes one packed byte may become, over the whole file."""
MOST_ROWS, MOST_COLUMNS = 100_000, 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its identifier, its headings, what it means, how its cells are read."""

    key: str
    zh: str
    en: str
    means: Text
    reads: str = "text"
    """``text``, ``date``, ``flag``, ``number``, or the name of a table of words."""
    is_required: bool = False
    length: int = 200


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "units": (
        Column(
            "code", "单位代码", "unit code", Text("组织的代码，不重复", "its code, unique"), is_required=True, length=40
        ),
        Column("name", "单位名称", "unit name", Text("中文名称", "its Chinese name"), is_required=True),
        Column(
            "name_en", "英文名称", "English name", Text("可不填，不填则用中文名称", "may be empty: the Chinese name")
        ),
        Column(
            "kind",
            "组织类型",
            "kind",
            Text("如：党支部、机关党委", "such as: branch, departmental committee"),
            "kind",
            True,
        ),
        Column(
            "parent",
            "上级代码",
            "parent code",
            Text("隶属的上级；最高一级不填", "the unit above; empty at the top"),
            length=40,
        ),
        Column("dual_parent", "双重领导上级代码", "dual parent code", Text("可不填", "may be empty"), length=40),
        Column("can_approve_members", "可审批党员", "can approve members", Text("是或否", "yes or no"), "flag"),
        Column("has_branch_committee", "设支部委员会", "has branch committee", Text("是或否", "yes or no"), "flag"),
        Column("term_started_on", "本届起始日期", "term started on", Text("日期", "a date"), "date"),
        Column("term_years", "任期年数", "term years", Text("3 或 5", "3 or 5"), "number"),
        Column("term_expires_on", "届满日期", "term expires on", Text("日期", "a date"), "date"),
        Column(
            "status",
            "组织状态",
            "unit status",
            Text("正常、合并中、已撤销", "active, merging, dissolved"),
            "unit_status",
        ),
        Column("from_on", "生效日期", "from", Text("不填则为导入当日", "empty: the day of the import"), "date"),
        Column("basis", "依据", "basis", Text("文号等", "the document it rests on")),
    ),
    "people": (
        Column(
            "number",
            "人员编号",
            "person number",
            Text("本单位的编号，不重复", "the office's number, unique"),
            is_required=True,
            length=40,
        ),
        Column("name", "姓名", "name", Text("中文姓名", "the Chinese name"), is_required=True, length=100),
        Column(
            "name_en",
            "英文姓名",
            "English name",
            Text("可不填，不填则用中文姓名", "may be empty: the Chinese name"),
            length=100,
        ),
        Column("gender", "性别", "gender", Text("男或女", "male or female"), "gender"),
        Column("born_on", "出生日期", "born on", Text("日期", "a date"), "date"),
        Column("phone", "电话", "phone", Text("可不填", "may be empty"), length=40),
    ),
    "memberships": (
        Column(
            "person",
            "人员编号",
            "person number",
            Text("人员表中的编号", "as in the people table"),
            is_required=True,
            length=40,
        ),
        Column(
            "unit",
            "党支部代码",
            "branch code",
            Text("所在支部的代码", "the branch the person belongs to"),
            is_required=True,
            length=40,
        ),
        Column(
            "status",
            "人员身份",
            "status",
            Text("如：正式党员、入党积极分子", "such as: full member, activist"),
            "status",
            True,
        ),
        Column("from_on", "起始日期", "from", Text("自哪一日起", "the first day"), "date", True),
        Column(
            "to_on",
            "终止日期",
            "until",
            Text("不再是该身份的第一日；现任不填", "the first day no longer; empty: still"),
            "date",
        ),
        Column(
            "rights_suspended",
            "停止党员权利",
            "rights suspended",
            Text("留党察看填是", "yes while rights are suspended"),
            "flag",
        ),
        Column("basis", "依据", "basis", Text("文号等", "the document it rests on")),
    ),
    "posts": (
        Column(
            "person",
            "人员编号",
            "person number",
            Text("人员表中的编号", "as in the people table"),
            is_required=True,
            length=40,
        ),
        Column(
            "role", "职务", "role", Text("如：支部书记、组织员", "such as: branch secretary, organiser"), "role", True
        ),
        Column(
            "unit",
            "任职单位代码",
            "post unit code",
            Text("在哪个组织任职", "where the post is held"),
            is_required=True,
            length=40,
        ),
        Column("from_on", "任职日期", "from", Text("自哪一日起", "the first day"), "date", True),
        Column(
            "to_on",
            "免职日期",
            "until",
            Text("不再任职的第一日；现任不填", "the first day no longer; empty: still"),
            "date",
        ),
        Column("basis", "依据", "basis", Text("文号等", "the document it rests on")),
    ),
}
"""Every table and its columns; the printed manual and the reader are both made from this."""

TABLES: Mapping[str, Text] = {
    "units": Text("组织", "units"),
    "people": Text("人员", "people"),
    "memberships": Text("身份", "memberships"),
    "posts": Text("任职", "posts"),
}
"""The tables, in the order in which they are checked and written, with what a sheet or a file may be called."""

_TABLE_NAMES = {
    "units": ("units", "组织", "单位", "组织机构"),
    "people": ("people", "人员", "党员"),
    "memberships": ("memberships", "身份", "党籍", "党员身份"),
    "posts": ("posts", "任职", "职务"),
}


def _words(said: Mapping[str, Text]) -> dict[str, str]:
    return {form: key for key, called in said.items() for form in (_plain(key), _plain(called.zh), _plain(called.en))}


def _plain(word: str) -> str:
    return re.sub(r"[\s*＊:：()（）_'’-]+", "", word).lower()


_YES = frozenset({"是", "有", "yes", "y", "true", "1", "√", "✓"})
_NO = frozenset({"否", "无", "no", "n", "false", "0", "×"})
_UNIT_STATUS = {
    "active": Text("正常", "active"),
    "merging": Text("合并中", "merging"),
    "dissolved": Text("已撤销", "dissolved"),
}
_GENDER = {"male": Text("男", "male"), "female": Text("女", "female")}
_WORDS: Mapping[str, dict[str, str]] = {
    "kind": _words(actors.UNIT_KINDS),
    "status": _words(actors.STATUSES),
    "role": _words(actors.POST_ROLES),
    "unit_status": _words(_UNIT_STATUS),
    "gender": _words(_GENDER),
}
_WORD_TEXTS: Mapping[str, Mapping[str, Text]] = {
    "kind": actors.UNIT_KINDS,
    "status": actors.STATUSES,
    "role": actors.POST_ROLES,
    "unit_status": _UNIT_STATUS,
    "gender": _GENDER,
}


# ---------------------------------------------------------------- what comes out


@dataclass
class Count:
    """What the rows of one table did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class Report:
    """The answer of an import: findings line by line, and per table what was, or would be, added and changed."""

    sha256: str
    is_dry_run: bool
    findings: list[Finding] = field(default_factory=list)
    summary: dict[str, Count] = field(default_factory=lambda: {table: Count() for table in TABLES})
    is_done: bool = False
    """Rows were written: never in a dry run, nor with an error among the findings."""

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def changes(self) -> int:
        return sum(count.added + count.changed for count in self.summary.values())

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "sha256": self.sha256,
            "dry_run": self.is_dry_run,
            "done": self.is_done,
            "summary": {
                table: {"added": count.added, "changed": count.changed, "unchanged": count.unchanged}
                for table, count in self.summary.items()
            },
            "findings": [finding.as_json(language) for finding in self.findings],
        }


@dataclass
class _Row:
    """One line of a table: values by column identifier; a column that the table does not have is absent."""

    place: str
    line: int
    values: dict[str, Any]


@dataclass
class _Book:
    """What a file says, before it is held against the database."""

    rows: dict[str, list[_Row]] = field(default_factory=lambda: {table: [] for table in TABLES})
    findings: list[Finding] = field(default_factory=list)


class _Unreadable(Exception):
    """The file as a whole cannot be read; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


# ---------------------------------------------------------------- the verb


def import_office(db: Connection, actor: Actor, moment: Moment, name: str, data: bytes, *, dry_run: bool) -> Report:
    """Check a file and, unless it is a dry run or has errors, carry it out. Needs ``directory.manage``.

    ``name`` is the file's name (its ending says what it is), ``data`` its bytes. The caller owns the transaction.
    """
    actor.require("directory.manage")
    report = Report(hashlib.sha256(data).hexdigest(), dry_run)
    if not dry_run and for_update(db):
        # Two imports at once would check against the same rows and then both write.
        db.execute(text("LOCK TABLE units, memberships, posts IN SHARE ROW EXCLUSIVE MODE"))
    try:
        book = _read(name, data)
    except _Unreadable as e:
        report.findings.append(e.finding)
        return report
    report.findings += book.findings
    plan = _Plan(db, moment, report)
    plan.units(book.rows["units"])
    plan.people(book.rows["people"])
    plan.memberships(book.rows["memberships"])
    plan.posts(book.rows["posts"])
    report.findings.sort(key=lambda f: (f.file, f.line or 0))
    if dry_run or report.errors:
        return report
    if report.changes:
        plan.write(db)
        if report.changes > 1000 and for_update(db):
            db.execute(text("ANALYZE"))  # PostgreSQL would go on planning as if the tables were small
        trail.append(
            db,
            moment,
            actor,
            kind=trail.Kind.OFFICE_IMPORTED,
            file=PurePosixPath(name.replace("\\", "/")).name,
            sha256=report.sha256,
            rows=manifest.record(db, plan.wrote),
            counts={
                table: {"added": count.added, "changed": count.changed, "unchanged": count.unchanged}
                for table, count in report.summary.items()
            },
        )
    report.is_done = True
    return report


# ---------------------------------------------------------------- reading files


def _finding(
    place: str, line: int | None, column: str | None, rule: str, said: Text, remedy: Text, warns: bool = False
) -> Finding:
    return Finding(place, rule, said, remedy, line=line, element=column, severity="warning" if warns else "error")


def _unreadable(place: str, rule: str, said: Text, remedy: Text) -> _Unreadable:
    return _Unreadable(_finding(place, None, None, rule, said, remedy))


def _read(name: str, data: bytes) -> _Book:
    name = PurePosixPath(name.replace("\\", "/")).name
    if len(data) > LARGEST:
        raise _unreadable(
            name,
            "file_too_large",
            Text("文件超过 25 MB。", "The file is larger than 25 MB."),
            Text("请拆成几个文件分别导入。", "Split it and import the parts."),
        )
    book = _Book()
    ending = name.rpartition(".")[2].lower()
    if ending == "csv":
        _read_table(book, name, _table_of(name, None), _csv_lines(name, data))
    elif ending == "xlsx":
        _refuse_bomb(name, data)
        _read_workbook(book, name, data)
    elif ending == "zip":
        _refuse_bomb(name, data)
        _read_archive(book, name, data)
    else:
        raise _unreadable(
            name,
            "file_kind",
            Text("只能导入 .xlsx、.csv 或由 .csv 组成的 .zip。", "Only .xlsx, .csv and a .zip of .csv files are read."),
            Text("请另存为 .xlsx 或 .csv。", "Save it as .xlsx or .csv."),
        )
    if not book.findings and not any(book.rows.values()):
        book.findings.append(
            _finding(
                name,
                None,
                None,
                "file_empty",
                Text("文件中没有数据行。", "The file has no rows."),
                Text(
                    "第一行写列名，其后每行一条。", "Put headings on the first line and one record on each line below."
                ),
            )
        )
    return book


def _refuse_bomb(name: str, data: bytes) -> None:
    """Refuse an archive that unpacks to more than it should, before any reader of workbooks sees it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or unpacked > STEEPEST * max(len(data), 1):
                raise _unreadable(
                    name,
                    "archive_bomb",
                    Text("压缩包展开后过大。", "The archive unpacks to too much."),
                    Text(
                        "请重新另存该文件，去掉多余的工作表和格式。", "Save it again without unused sheets and formats."
                    ),
                )
            for entry in entries:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts or "vbaproject" in path.name.lower():
                    raise _unreadable(
                        name,
                        "archive_entry",
                        Text("压缩包内含不允许的条目“{entry}”。", "The archive has a forbidden entry {entry}.").format(
                            entry=entry.filename[:80]
                        ),
                        Text("请另存为不含宏的 .xlsx。", "Save it as .xlsx without macros."),
                    )
                # The sizes above are what the archive claims; this is what it holds.
                with archive.open(entry) as packed:
                    _refuse_false_entry(name, entry.file_size, packed)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as e:
        raise _unreadable(
            name,
            "archive_broken",
            Text("文件已损坏，或带有密码。", "The file is damaged or has a password."),
            Text("请用表格软件打开并重新保存。", "Open it in the spreadsheet program and save it again."),
        ) from e


_DTD = tuple(word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be"))


def _refuse_false_entry(name: str, claimed: int, packed: Any) -> None:
    held, tail = 0, b""
    while part := packed.read(1 << 16):
        held += len(part)
        if held > claimed or any(mark in tail + part for mark in _DTD):
            # Entities are the other bomb: kilobytes that the XML reader makes gigabytes of.
            raise _unreadable(
                name,
                "archive_bomb",
                Text(
                    "压缩包的内容与其声明不符，或含有实体声明。", "The archive holds other than it claims, or entities."
                ),
                Text("请用表格软件重新保存该文件。", "Save the file again in the spreadsheet program."),
            )
        tail = part[-32:]


def _read_workbook(book: _Book, name: str, data: bytes) -> None:
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile) as e:
        raise _unreadable(
            name,
            "workbook_broken",
            Text("无法读取该工作簿。", "The workbook cannot be read."),
            Text("请用表格软件打开并另存为 .xlsx。", "Open it in the spreadsheet program and save it as .xlsx."),
        ) from e
    try:
        for sheet in workbook.worksheets:
            place = f"{name}#{sheet.title}"
            sheet.reset_dimensions()  # what the file claims about its size may be wrong, and then rows are lost
            table = _table_of(sheet.title, None)
            _read_table(book, place, table, _sheet_lines(sheet), is_sheet=True)
    finally:
        workbook.close()


def _sheet_lines(sheet: Any) -> Iterator[list[Any]]:
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=MOST_ROWS + 2):
        yield list(row)


def _read_archive(book: _Book, name: str, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not entry.filename.lower().endswith(".csv"):
                continue
            inside = PurePosixPath(entry.filename).name
            place = f"{name}#{inside}"
            _read_table(book, place, _table_of(inside, None), _csv_lines(place, archive.read(entry)))


def _csv_lines(place: str, data: bytes) -> Iterator[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            decoded = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable(
            place,
            "encoding",
            Text("无法识别文件的编码。", "The encoding of the file is neither UTF-8 nor GBK."),
            Text("请另存为 UTF-8 编码的 CSV。", "Save it as CSV in UTF-8."),
        )
    try:
        yield from csv.reader(io.StringIO(decoded, newline=""), strict=False)
    except csv.Error as e:
        raise _unreadable(
            place,
            "csv_broken",
            Text("CSV 格式有误：{why}", "The CSV is malformed: {why}").format(why=str(e)),
            Text("请用表格软件重新另存为 CSV。", "Save it as CSV again."),
        ) from e


def _table_of(name: str, headings: Iterable[str] | None) -> str | None:
    """Which table a sheet or a file is: by its name, or else by its headings."""
    stem = _plain(re.sub(r"\.csv$", "", name, flags=re.IGNORECASE))
    for table, names in _TABLE_NAMES.items():
        if any(stem == _plain(one) or stem == f"{_plain(one)}表" for one in names):
            return table
    if headings is None:
        return None
    known = set(headings)
    for table in ("posts", "memberships", "people", "units"):
        needed = {column.key for column in COLUMNS[table] if column.is_required}
        if needed <= {_column_of(table, heading) for heading in known}:
            return table
    return None


def _column_of(table: str, heading: str) -> str | None:
    wanted = _plain(heading)
    for column in COLUMNS[table]:
        if wanted in (_plain(column.key), _plain(column.zh), _plain(column.en)):
            return column.key
    return None


def _read_table(book: _Book, place: str, table: str | None, lines: Iterator[list[Any]], is_sheet: bool = False) -> None:
    headings: list[str] = []
    columns: dict[int, Column] = {}
    for line, cells in enumerate(lines, start=1):
        said = [_said(cell) for cell in cells[:MOST_COLUMNS]]
        if not any(said):
            continue
        if not headings:
            headings = said
            table = table or _table_of("", [heading for heading in headings if heading])
            if table is None:
                if not is_sheet:
                    raise _unreadable(
                        place,
                        "table_unknown",
                        Text("看不出这是哪一种表。", "It cannot be told which table this is."),
                        Text(
                            "文件名用 units、people、memberships、posts 之一，或写全必填的列名。",
                            "Call the file units, people, memberships or posts, or write all required headings.",
                        ),
                    )
                book.findings.append(
                    _finding(
                        place,
                        line,
                        None,
                        "sheet_ignored",
                        Text("未识别的工作表，已忽略。", "An unknown sheet, passed over."),
                        Text(
                            "工作表名用 units、people、memberships、posts 或 组织、人员、身份、任职。",
                            "Call sheets units, people, memberships, posts.",
                        ),
                        warns=True,
                    )
                )
                return
            columns = _columns(book, place, table, line, headings)
            if not columns:
                return
            continue
        if line > MOST_ROWS:
            raise _unreadable(
                place,
                "too_many_rows",
                Text("超过 10 万行。", "More than 100,000 lines."),
                Text("请拆成几个文件分别导入。", "Split it and import the parts."),
            )
        if table is not None:
            _read_row(book, place, table, line, cells, columns)


def _columns(book: _Book, place: str, table: str, line: int, headings: list[str]) -> dict[int, Column]:
    """Which cell is which column; empty where a required one is missing."""
    by_key = {column.key: column for column in COLUMNS[table]}
    found: dict[int, Column] = {}
    for position, heading in enumerate(headings):
        key = _column_of(table, heading) if heading else None
        if key is not None and by_key[key] not in found.values():
            found[position] = by_key[key]
        elif heading:
            book.findings.append(
                _finding(
                    place,
                    line,
                    heading[:40],
                    "column_ignored",
                    Text(
                        "列“{heading}”未识别或重复，已忽略。", "The column {heading} is unknown or double; passed over."
                    ).format(heading=heading[:40]),
                    Text("可用的列：{columns}。", "Columns are: {columns}.").format(columns=_headings(table)),
                    warns=True,
                )
            )
    missing = [column for column in COLUMNS[table] if column.is_required and column not in found.values()]
    for column in missing:
        book.findings.append(
            _finding(
                place,
                line,
                column.key,
                "column_missing",
                Text("缺少必填的列“{column}”。", "The required column {column} is missing.").format(
                    column=Text(column.zh, column.en)
                ),
                Text("请在第一行加上这一列。", "Add it to the first line."),
            )
        )
    return {} if missing else found


def _headings(table: str) -> Text:
    return Text("、".join(c.zh for c in COLUMNS[table]), ", ".join(c.en for c in COLUMNS[table]))


def _said(cell: Any) -> str:
    """A cell as people would write it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().replace("\u3000", " ")


def _read_row(book: _Book, place: str, table: str, line: int, cells: list[Any], columns: dict[int, Column]) -> None:
    values: dict[str, Any] = {}
    is_whole = True
    for position, column in columns.items():
        said = _said(cells[position]) if position < len(cells) else ""
        if not said:
            values[column.key] = None
            if column.is_required:
                is_whole = False
                book.findings.append(
                    _finding(
                        place,
                        line,
                        column.key,
                        "cell_required",
                        Text("“{column}”不能为空。", "{column} must not be empty.").format(
                            column=Text(column.zh, column.en)
                        ),
                        Text("请填写，或删除这一行。", "Fill it in, or delete the line."),
                    )
                )
            continue
        try:
            values[column.key] = _CELLS[column.reads](column, said)
        except ValueError:
            is_whole = False
            book.findings.append(_wrong_cell(place, line, column, said))
    if is_whole:
        book.rows[table].append(_Row(place, line, values))


def _wrong_cell(place: str, line: int, column: Column, said: str) -> Finding:
    called = Text(column.zh, column.en)
    shown = said[:40]
    if column.reads in _WORD_TEXTS:
        known = _WORD_TEXTS[column.reads].values()
        remedy = Text("可填：{known}。", "Write one of: {known}.").format(
            known=Text("、".join(one.zh for one in known), ", ".join(one.en for one in known))
        )
        rule = f"unknown_{column.reads}"
    elif column.reads == "date":
        remedy = Text("请写成 2026-03-02 的形式。", "Write it as 2026-03-02.")
        rule = "cell_date"
    elif column.reads == "flag":
        remedy = Text("请填 是 或 否。", "Write yes or no.")
        rule = "cell_flag"
    elif column.reads == "number":
        remedy = Text("请填 1 至 10 的整数。", "Write a whole number from 1 to 10.")
        rule = "cell_number"
    else:
        remedy = Text(
            "最多 {length} 个字，不含控制字符。", "At most {length} letters and no control characters."
        ).format(length=column.length)
        rule = "cell_text"
    return _finding(
        place,
        line,
        column.key,
        rule,
        Text("“{column}”的内容“{said}”不能识别。", "{column}: “{said}” does not do.").format(column=called, said=shown),
        remedy,
    )


def _text_cell(column: Column, said: str) -> str:
    if len(said) > column.length or re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", said):
        raise ValueError(said)
    return said


_EXCEL_DAY_ZERO = date(1899, 12, 30)


def _date_cell(_column: Column, said: str) -> date:
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?", said)
    match = match or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", said)
    if match:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    elif re.fullmatch(r"[1-6]\d{4}", said):
        day = _EXCEL_DAY_ZERO + timedelta(days=int(said))  # a date whose cell has lost its format
    else:
        raise ValueError(said)
    if not 1900 <= day.year <= 2100:
        raise ValueError(said)
    return day


def _flag_cell(_column: Column, said: str) -> bool:
    if said.lower() in _YES:
        return True
    if said.lower() in _NO:
        return False
    raise ValueError(said)


def _number_cell(_column: Column, said: str) -> int:
    number = int(said)
    if not 1 <= number <= 10:
        raise ValueError(said)
    return number


def _word_cell(column: Column, said: str) -> str:
    found = _WORDS[column.reads].get(_plain(said))
    if found is None:
        raise ValueError(said)
    return found


_CELLS: Mapping[str, Callable[[Column, str], Any]] = {
    "text": _text_cell,
    "date": _date_cell,
    "flag": _flag_cell,
    "number": _number_cell,
    **dict.fromkeys(_WORDS, _word_cell),
}


# ---------------------------------------------------------------- held against the database

_STATE = (
    "name",
    "name_en",
    "kind",
    "parent_id",
    "dual_parent_id",
    "can_approve_members",
    "has_branch_committee",
    "term_started_on",
    "term_years",
    "term_expires_on",
    "status",
    "basis",
)
_NEW_UNIT: Mapping[str, Any] = {
    "name_en": None,
    "parent_id": None,
    "dual_parent_id": None,
    "can_approve_members": False,
    "has_branch_committee": False,
    "term_started_on": None,
    "term_years": None,
    "term_expires_on": None,
    "status": "active",
    "basis": None,
}
_PERSON = ("name", "name_en", "gender", "born_on", "phone")
_FAR = date(9999, 12, 31)


class _Plan:
    """What the rows would do. Holds the whole directory in memory: an office has some ten thousand people."""

    def __init__(self, db: Connection, moment: Moment, report: Report) -> None:
        self.db, self.moment, self.report = db, moment, report
        self.inserts: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("units", "unit_states", "people", "memberships", "posts")
        }
        self.updates: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("unit_ends", "unit_states", "people", "memberships", "posts")
        }
        self.unit_ids: dict[str, str] = {r.code: r.id for r in db.execute(select(tables.units))}
        self.codes = {unit_id: code for code, unit_id in self.unit_ids.items()}
        self.states: dict[str, dict[str, Any]] = {}
        self.first_days: dict[str, date] = {}
        for row in db.execute(select(tables.unit_states).order_by(tables.unit_states.c.from_on)):
            self.states[row.unit_id] = dict(row._mapping)
            self.first_days.setdefault(row.unit_id, row.from_on)
        self.persons = {r.number: dict(r._mapping) for r in db.execute(select(tables.people))}
        self.person_memberships: dict[str, list[dict[str, Any]]] = {}
        for row in db.execute(select(tables.memberships)):
            self.person_memberships.setdefault(row.person_id, []).append(dict(row._mapping))
        self.person_posts: dict[str, list[dict[str, Any]]] = {}
        for row in db.execute(select(tables.posts)):
            self.person_posts.setdefault(row.person_id, []).append(dict(row._mapping))

    def _wrong(self, row: _Row, column: str | None, rule: str, said: Text, remedy: Text) -> None:
        self.report.findings.append(_finding(row.place, row.line, column, rule, said, remedy))

    # ------------------------------------------------------------ units

    def units(self, rows: list[_Row]) -> None:
        """Codes once, parents known, no circle, one top; a changed unit gets its next state."""
        count, seen, lines = self.report.summary["units"], dict[str, int](), dict[str, _Row]()
        new_ids = {row.values["code"]: new_id() for row in rows if row.values["code"] not in self.unit_ids}
        self.unit_ids.update(new_ids)
        self.codes.update({unit_id: code for code, unit_id in new_ids.items()})
        for row in rows:
            code = row.values["code"]
            if code in seen:
                self._wrong(
                    row,
                    "code",
                    "duplicate_code",
                    Text("单位代码“{code}”与第 {line} 行重复。", "The code {code} is already on line {line}.").format(
                        code=code, line=seen[code]
                    ),
                    Text("每个组织只写一行。", "Write one line per unit."),
                )
                continue
            seen[code] = row.line
            lines[self.unit_ids[code]] = row
            wanted = self._wanted_state(row)
            if wanted is not None:
                self._next_state(row, self.unit_ids[code], wanted, count, is_new=code in new_ids)
        self._check_tree(lines)

    def _wanted_state(self, row: _Row) -> dict[str, Any] | None:
        """The state a row asks for; a column that is not in the file keeps what there is."""
        given = row.values
        unit_id = self.unit_ids[given["code"]]
        known = self.states.get(unit_id)
        wanted = dict(known or _NEW_UNIT)
        is_whole = True
        for column, key in (("parent", "parent_id"), ("dual_parent", "dual_parent_id")):
            if column not in given:
                continue
            code = given[column]
            wanted[key] = self.unit_ids.get(code) if code else None
            if code and wanted[key] is None:
                is_whole = False
                self._wrong(
                    row,
                    column,
                    "unknown_parent",
                    Text("没有代码为“{code}”的组织。", "There is no unit {code}.").format(code=code),
                    Text("请更正代码，或在本文件中加上该组织。", "Correct the code, or add the unit to this file."),
                )
        for key in _STATE:
            if key in given and key not in ("parent_id", "dual_parent_id"):
                value = given[key]
                wanted[key] = _NEW_UNIT.get(key) if value is None else value
        wanted["name_en"] = wanted["name_en"] or wanted["name"]
        if wanted["kind"] in actors.NEVER_APPROVE_KINDS and wanted["can_approve_members"]:
            is_whole = False
            self._wrong(
                row,
                "can_approve_members",
                "kind_never_approves",
                Text("{kind}不能审批党员。", "A {kind} can never approve members.").format(
                    kind=actors.kind_name(wanted["kind"])
                ),
                Text("请填 否。", "Write no."),
            )
        started, expires = wanted["term_started_on"], wanted["term_expires_on"]
        if started and expires and expires <= started:
            is_whole = False
            self._wrong(row, "term_expires_on", "dates_reversed", *_REVERSED)
        return wanted if is_whole else None

    def _next_state(self, row: _Row, unit_id: str, wanted: dict[str, Any], count: Count, *, is_new: bool) -> None:
        from_on = row.values.get("from_on") or self.moment.today
        new = {"unit_id": unit_id, "from_on": from_on, "to_on": None, **{key: wanted[key] for key in _STATE}}
        known = self.states.get(unit_id)
        if is_new:
            self.inserts["units"].append({"id": unit_id, "code": row.values["code"]})
            self.inserts["unit_states"].append(new)
            self.first_days[unit_id] = from_on
            count.added += 1
        elif known is not None and all(known[key] == new[key] for key in _STATE):
            count.unchanged += 1
            return
        elif known is not None and from_on < known["from_on"]:
            self._wrong(
                row,
                "from_on",
                "history",
                Text("该组织自 {day} 起已有记录。", "The unit already has a state from {day} on.").format(
                    day=known["from_on"].isoformat()
                ),
                Text("生效日期不能早于该日。", "It cannot be changed from an earlier day."),
            )
            return
        elif known is not None and from_on == known["from_on"]:
            self.updates["unit_states"].append(new)
            count.changed += 1
        else:
            if known is not None:
                self.updates["unit_ends"].append({"unit_id": unit_id, "from_on": known["from_on"], "to_on": from_on})
            self.inserts["unit_states"].append(new)
            count.changed += 1
        self.states[unit_id] = new

    def _check_tree(self, lines: dict[str, _Row]) -> None:
        tops = [unit_id for unit_id, state in self.states.items() if state["parent_id"] is None]
        for unit_id in tops[1:] if len(tops) > 1 else ():
            if unit_id in lines:
                self._wrong(
                    lines[unit_id],
                    "parent",
                    "second_top",
                    Text("最高一级只能有一个组织。", "Only one unit has nothing above it."),
                    Text("请填写上级代码。", "Write the code of the unit above."),
                )
        for unit_id, row in lines.items():
            path, at = [unit_id], self.states.get(unit_id, {}).get("parent_id")
            while at is not None and at not in path:
                path.append(at)
                at = self.states.get(at, {}).get("parent_id")
            if at == unit_id:
                self._wrong(
                    row,
                    "parent",
                    "circle",
                    Text("隶属关系成环：{path}。", "The units above form a circle: {path}.").format(
                        path=" → ".join(self.codes[step] for step in [*path, unit_id])
                    ),
                    Text("请更正上级代码。", "Correct the code of the unit above."),
                )

    # ------------------------------------------------------------ people

    def people(self, rows: list[_Row]) -> None:
        count, seen = self.report.summary["people"], dict[str, int]()
        for row in rows:
            given = row.values
            number = given["number"]
            if number in seen:
                self._wrong(
                    row,
                    "number",
                    "duplicate_number",
                    Text(
                        "人员编号“{number}”与第 {line} 行重复。", "The number {number} is already on line {line}."
                    ).format(number=number, line=seen[number]),
                    Text("每人只写一行。", "Write one line per person."),
                )
                continue
            seen[number] = row.line
            known = self.persons.get(number)
            wanted = {key: given[key] if key in given else (known or {}).get(key) for key in _PERSON}
            wanted["name_en"] = wanted["name_en"] or wanted["name"]
            if wanted["born_on"] is not None and wanted["born_on"] > self.moment.today:
                self._wrong(
                    row,
                    "born_on",
                    "born_later",
                    Text("出生日期在今天之后。", "The date of birth is in the future."),
                    Text("请更正日期。", "Correct the date."),
                )
            elif known is None:
                made = {"id": new_id(), "number": number, **wanted}
                self.inserts["people"].append(made)
                self.persons[number] = made
                count.added += 1
            elif any(known[key] != wanted[key] for key in _PERSON):
                self.updates["people"].append({"key": known["id"], **wanted})
                known.update(wanted)
                count.changed += 1
            else:
                count.unchanged += 1

    # ------------------------------------------------------------ periods of people

    def _ids(self, row: _Row) -> tuple[str, str] | None:
        """The person and the unit of a row, and whether its days can be."""
        given = row.values
        person, unit_id = self.persons.get(given["person"]), self.unit_ids.get(given["unit"])
        if person is None:
            self._wrong(
                row,
                "person",
                "unknown_person",
                Text("没有编号为“{number}”的人员。", "There is no person {number}.").format(number=given["person"]),
                Text("请更正编号，或在人员表中加上。", "Correct the number, or add the person to the people table."),
            )
        if unit_id is None:
            self._wrong(
                row,
                "unit",
                "unknown_unit",
                Text("没有代码为“{code}”的组织。", "There is no unit {code}.").format(code=given["unit"]),
                Text("请更正代码，或在组织表中加上。", "Correct the code, or add the unit to the units table."),
            )
        reversed_days = given.get("to_on") is not None and given["to_on"] <= given["from_on"]
        if reversed_days:
            self._wrong(row, "to_on", "dates_reversed", *_REVERSED)
        if person is None or unit_id is None or reversed_days:
            return None
        return person["id"], unit_id

    def memberships(self, rows: list[_Row]) -> None:
        """One status of a person at a time."""
        settled = []
        for row in rows:
            ids = self._ids(row)
            if ids is None:
                continue
            person_id, unit_id = ids
            key = {
                "person_id": person_id,
                "unit_id": unit_id,
                "status": row.values["status"],
                "from_on": row.values["from_on"],
            }
            held = self.person_memberships.setdefault(person_id, [])
            kept = self._settle("memberships", row, key, held, {"rights_suspended": False})
            settled.append((row, kept, held))
        for row, kept, held in settled:
            for other in held:
                if other is not kept and _overlap(other, kept):
                    self._wrong(
                        row,
                        "from_on",
                        "membership_overlap",
                        Text(
                            "与该人员自 {day} 起的“{status}”身份时间重叠。",
                            "It overlaps the person's status {status} from {day} on.",
                        ).format(day=other["from_on"].isoformat(), status=actors.role_name(other["status"])),
                        Text(
                            "请在文件中为前一身份写明终止日期（即后一身份的起始日期）。",
                            "Give the earlier status its end in the file: the first day of the later one.",
                        ),
                    )
                    break

    def posts(self, rows: list[_Row]) -> None:
        """No post twice at a time, no administrator in another post (sod_20)."""
        settled = []
        for row in rows:
            ids = self._ids(row)
            if ids is None:
                continue
            person_id, unit_id = ids
            key = {
                "person_id": person_id,
                "role": row.values["role"],
                "unit_id": unit_id,
                "from_on": row.values["from_on"],
            }
            held = self.person_posts.setdefault(person_id, [])
            settled.append((row, self._settle("posts", row, key, held, {}), held))
        for row, kept, held in settled:
            for other in held:
                if other is kept or not _overlap(other, kept):
                    continue
                if (other["role"], other["unit_id"]) == (kept["role"], kept["unit_id"]):
                    self._wrong(
                        row,
                        "from_on",
                        "post_overlap",
                        Text(
                            "与该人员自 {day} 起的同一任职时间重叠。", "It overlaps the same post held from {day} on."
                        ).format(day=other["from_on"].isoformat()),
                        Text(
                            "请写明前一任期的免职日期，或删除此行。",
                            "Give the earlier one its end, or delete the line.",
                        ),
                    )
                    break
                if actors.exclude(kept["role"], other["role"]):
                    self._wrong(
                        row,
                        "role",
                        "sod_20",
                        Text(
                            "系统、安全、审计管理员不得相互兼任，也不得兼任其他职务：该人员已是{held}。",
                            "A system, security or audit administrator holds no other post: this one is {held}.",
                        ).format(held=actors.role_name(other["role"])),
                        Text("请换一个人。", "Choose another person."),
                    )
                    break
                mine, theirs = (kept["role"], kept["unit_id"]), (other["role"], other["unit_id"])
                rule = actors.incompatible(self.db, kept["from_on"], mine, theirs)
                if rule is not None:
                    self._wrong(row, "role", rule.id, rule.text, Text("请换一个人。", "Choose another person."))
                    break

    def _settle(
        self, table: str, row: _Row, key: dict[str, Any], held: list[dict[str, Any]], defaults: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Find the period a row means by its natural key, or make it; counts what changed."""
        given, count = row.values, self.report.summary[table]
        known = next((one for one in held if all(one[name] == value for name, value in key.items())), None)
        if known is None:
            made = {"id": new_id(), **key, "to_on": given.get("to_on"), "basis": given.get("basis")}
            made.update({name: given.get(name) or default for name, default in defaults.items()})
            self.inserts[table].append(made)
            held.append(made)
            count.added += 1
            return made
        wanted = {
            name: (given[name] if given[name] is not None else defaults.get(name))
            for name in ("to_on", "basis", *defaults)
            if name in given
        }
        if any(known[name] != value for name, value in wanted.items()):
            known.update(wanted)
            self.updates[table].append(
                {"key": known["id"], **{name: known[name] for name in ("to_on", "basis", *defaults)}}
            )
            count.changed += 1
        else:
            count.unchanged += 1
        return known

    # ------------------------------------------------------------ writing

    @property
    def wrote(self) -> dict[str, set[str]]:
        """The rows that were planned, table → keys (``engine/actors/manifest.py``)."""
        states = [*self.inserts["unit_states"], *self.updates["unit_states"], *self.updates["unit_ends"]]
        found = {"unit_states": {manifest.key_of("unit_states", row) for row in states}}
        for table in ("units", "people", "memberships", "posts"):
            found[table] = {row["id"] for row in self.inserts[table]}
            found[table] |= {row["key"] for row in self.updates.get(table, ())}
        return found

    def write(self, db: Connection) -> None:
        """Everything that was planned, parents first; a state is closed before the next one opens."""
        states, people = tables.unit_states, tables.people
        _each(db, insert(tables.units), self.inserts["units"])
        same = (states.c.unit_id == bindparam("key_unit"), states.c.from_on == bindparam("key_from"))
        ends = [
            {"key_unit": end["unit_id"], "key_from": end["from_on"], "to_on": end["to_on"]}
            for end in self.updates["unit_ends"]
        ]
        _each(db, update(states).where(*same).values(to_on=bindparam("to_on")), ends)
        changes = [
            {"key_unit": new["unit_id"], "key_from": new["from_on"], **{f"new_{key}": new[key] for key in _STATE}}
            for new in self.updates["unit_states"]
        ]
        _each(db, update(states).where(*same).values({key: bindparam(f"new_{key}") for key in _STATE}), changes)
        _each(db, insert(states), self.inserts["unit_states"])
        _each(db, insert(people), self.inserts["people"])
        _each(
            db,
            update(people).where(people.c.id == bindparam("key")).values({key: bindparam(key) for key in _PERSON}),
            self.updates["people"],
        )
        for table, names in (
            (tables.memberships, ("to_on", "basis", "rights_suspended")),
            (tables.posts, ("to_on", "basis")),
        ):
            _each(
                db,
                update(table).where(table.c.id == bindparam("key")).values({key: bindparam(key) for key in names}),
                self.updates[table.name],
            )
            _each(db, insert(table), self.inserts[table.name])


_REVERSED = (
    Text("终止日期不晚于起始日期。", "The end does not lie after the beginning."),
    Text("请更正日期；终止日期是不再有效的第一日。", "Correct the days; the end is the first day no longer."),
)


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["from_on"] < (other["to_on"] or _FAR) and other["from_on"] < (one["to_on"] or _FAR))


def _each(db: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        db.execute(statement, rows[start : start + 5000])


# ---------------------------------------------------------------- the manual


def as_markdown(language: Language) -> str:
    """The tables and their columns as the manual prints them."""
    zh = language == "zh"
    lines = []
    for table, called in TABLES.items():
        lines += [f"### `{table}` {called.zh}", ""]
        lines += ["| 列名 | 标识 | 必填 | 内容 |" if zh else "| heading | identifier | required | content |"]
        lines += ["| --- | --- | --- | --- |"]
        for column in COLUMNS[table]:
            heading = column.zh if zh else column.en
            required = ("是" if zh else "yes") if column.is_required else ""
            lines.append(f"| {heading} | `{column.key}` | {required} | {column.means.spoken(language)} |")
        lines.append("")
    return "\n".join(lines)


def template(file: BinaryIO, language: Language) -> None:
    """An empty workbook with every table and heading, to fill in."""
    workbook = openpyxl.Workbook(write_only=True)
    for table, called in TABLES.items():
        sheet = workbook.create_sheet(called.spoken(language))
        sheet.append([(c.zh if language == "zh" else c.en) + ("*" if c.is_required else "") for c in COLUMNS[table]])
    workbook.save(file)
