"""api/office.py: an office comes in from XLSX, CSV or a ZIP of CSV files, checked line by line."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, insert, select, update

from api import office
from engine import actors, tables, trail, verifying
from engine.actors import Actor
from engine.errors import Forbidden
from engine.store import Store
from tests import effort
from tests.engine import directory

ON = date(2026, 3, 2)

UNITS = [
    ["单位代码", "单位名称", "组织类型", "上级代码", "可审批党员", "设支部委员会", "生效日期"],
    ["W0", "样例工委", "党的工作委员会", "", "是", "否", "2020-01-01"],
    ["U1", "样例一单位", "下属单位", "W0", "否", "否", "2020-01-01"],
    ["C1", "样例一单位机关党委", "机关党委", "U1", "是", "否", "2020/1/1"],
    ["B11", "第一党支部", "党支部", "C1", "否", "是", "2020年1月1日"],
]
PEOPLE = [
    ["人员编号", "姓名", "性别", "出生日期", "电话"],
    ["001", "赵样一", "男", "1980-05-05", "000-1"],
    ["002", "钱样二", "女", "1990.12.31", ""],
    ["003", "孙样三", "女", "", ""],
]
MEMBERSHIPS = [
    ["人员编号", "党支部代码", "人员身份", "起始日期", "终止日期"],
    ["001", "B11", "正式党员", "2010-07-01", ""],
    ["002", "B11", "入党积极分子", "2024-01-01", "2025-03-01"],
    ["002", "B11", "发展对象", "2025-03-01", ""],
]
POSTS = [
    ["人员编号", "职务", "任职单位代码", "任职日期", "免职日期", "依据"],
    ["001", "支部书记", "B11", "2022-01-01", "", "样例任〔2022〕1号"],
    ["003", "系统管理员", "W0", "2022-01-01", "", ""],
]

Table = list[list[str]]


def workbook(**sheets: Table) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_file(rows: Table, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "."), data)
    return file.getvalue()


def whole(**changed: Table) -> bytes:
    sheets = {"组织": UNITS, "人员": PEOPLE, "身份": MEMBERSHIPS, "任职": POSTS}
    return workbook(**{**sheets, **changed})


def bring(store: Store, data: bytes, name: str = "office.xlsx", dry_run: bool = False) -> office.Report:
    with store.transaction() as db:
        return office.import_office(db, Actor.operator(), store.moment(db), name, data, dry_run=dry_run)


def rules(report: office.Report) -> list[str]:
    return [finding.rule for finding in report.errors]


def size(store: Store) -> dict[str, int]:
    with store.reading() as db:
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.units, tables.unit_states, tables.people, tables.memberships, tables.posts)
        }


def test_a_workbook_brings_an_office_in_with_one_entry(store: Store) -> None:
    report = bring(store, whole())
    assert report.errors == []
    assert report.is_done
    assert {table: count.added for table, count in report.summary.items()} == {
        "units": 4,
        "people": 3,
        "memberships": 3,
        "posts": 2,
    }
    with store.reading() as db:
        b11 = actors.unit_by(db, "B11", ON)
        assert (b11.name, b11.kind, b11.has_branch_committee) == ("第一党支部", "branch", True)
        above = actors.superior(db, b11.id, ON, "approve_members")
        assert above is not None
        assert above.code == "C1"
        zhao = actors.person_by(db, "001", ON)
        assert (zhao.name, zhao.born_on, zhao.status) == ("赵样一", date(1980, 5, 5), "full_member")
        assert [post.role for post in zhao.posts] == ["branch_secretary"]
        assert actors.person_by(db, "002", date(2025, 2, 28)).status == "activist"
        assert actors.person_by(db, "002", date(2025, 3, 1)).status == "development_target"
        (entry,) = trail.read(db, trail.OFFICE)
        assert (entry["kind"], entry["sha256"], entry["file"]) == ("office.imported", report.sha256, "office.xlsx")
        assert entry["counts"]["people"] == {"added": 3, "changed": 0, "unchanged": 0}


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    bring(store, whole())
    before = size(store)
    again = bring(store, whole())
    assert again.is_done
    assert again.changes == 0
    assert sum(count.unchanged for count in again.summary.values()) == 12
    assert size(store) == before
    with store.reading() as db:
        assert len(trail.read(db, trail.OFFICE)) == 1, "nothing was done, so nothing is recorded"


def test_a_dry_run_counts_and_writes_nothing(store: Store) -> None:
    report = bring(store, whole(), dry_run=True)
    assert (report.is_done, report.is_dry_run, report.changes) == (False, True, 12)
    assert set(size(store).values()) == {0}
    with store.reading() as db:
        assert trail.read(db, trail.OFFICE) == []


def test_one_wrong_line_keeps_the_whole_file_out(store: Store) -> None:
    report = bring(store, whole(人员=[*PEOPLE, ["004", "", "男", "", ""]]))
    assert rules(report) == ["cell_required"]
    assert not report.is_done
    assert set(size(store).values()) == {0}


def test_a_finding_says_where_what_and_what_to_do_in_both_languages(store: Store) -> None:
    report = bring(store, whole(任职=[*POSTS, ["001", "大队长", "B11", "2022-01-01", "", ""]]))
    (finding,) = report.errors
    assert (finding.file, finding.line, finding.element) == ("office.xlsx#任职", 4, "role")
    assert finding.rule == "unknown_role"
    assert "大队长" in finding.text.zh
    assert "支部书记" in finding.remedy.zh
    assert "branch secretary" in finding.remedy.en
    assert report.as_json("en")["findings"][0]["line"] == 4


@pytest.mark.parametrize(
    ("sheet", "row", "rule"),
    [
        ("组织", ["B12", "第二党支部", "党支部", "C9", "否", "否", ""], "unknown_parent"),
        ("组织", ["B11", "第一党支部", "党支部", "C1", "否", "是", ""], "duplicate_code"),
        ("组织", ["W1", "又一工委", "党的工作委员会", "", "是", "否", ""], "second_top"),
        ("组织", ["B12", "第二党支部", "党小队", "C1", "否", "否", ""], "unknown_kind"),
        ("组织", ["G1", "党总支", "党总支", "C1", "是", "否", ""], "kind_never_approves"),
        ("组织", ["B12", "第二党支部", "党支部", "C1", "也许", "否", ""], "cell_flag"),
        ("人员", ["001", "又一人", "男", "", ""], "duplicate_number"),
        ("人员", ["004", "李样四", "男", "1980-02-30", ""], "cell_date"),
        ("人员", ["004", "李样四", "男", "2080-02-03", ""], "born_later"),
        ("人员", ["004", "李\u202e四", "男", "", ""], "cell_text"),
        ("身份", ["009", "B11", "正式党员", "2020-01-01", ""], "unknown_person"),
        ("身份", ["003", "B99", "正式党员", "2020-01-01", ""], "unknown_unit"),
        ("身份", ["003", "B11", "好人", "2020-01-01", ""], "unknown_status"),
        ("身份", ["003", "B11", "正式党员", "2020-01-01", "2020-01-01"], "dates_reversed"),
        ("身份", ["001", "B11", "预备党员", "2020-01-01", ""], "membership_overlap"),
        ("任职", ["001", "支部书记", "B11", "2023-01-01", "", ""], "post_overlap"),
        ("任职", ["003", "审计管理员", "W0", "2023-01-01", "", ""], "sod_20"),
        ("任职", ["003", "组织员", "C1", "2023-01-01", "", ""], "sod_20"),
        ("任职", ["001", "组织委员", "B11", "2023-01-01", "2022-01-01", ""], "dates_reversed"),
        ("任职", ["001", "组织委员", "B11", "", "", ""], "cell_required"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(store: Store, sheet: str, row: list[str], rule: str) -> None:
    rows = {"组织": UNITS, "人员": PEOPLE, "身份": MEMBERSHIPS, "任职": POSTS}[sheet]
    report = bring(store, whole(**{sheet: [*rows, row]}))
    assert rule in rules(report)
    finding = next(finding for finding in report.errors if finding.rule == rule)
    assert finding.file == f"office.xlsx#{sheet}"
    assert finding.line is not None
    assert finding.remedy.zh
    assert finding.remedy.en
    assert set(size(store).values()) == {0}


def test_a_circle_of_units_is_refused_with_its_path(store: Store) -> None:
    circle = [*UNITS[:2], ["A", "甲", "基层党委", "B", "否", "否", ""], ["B", "乙", "基层党委", "A", "否", "否", ""]]
    report = bring(store, workbook(组织=circle))
    assert rules(report) == ["circle", "circle"]
    assert "A → B → A" in report.errors[0].text.zh


def test_a_circle_made_with_units_that_are_already_there_is_refused(store: Store) -> None:
    bring(store, whole())
    moved = [UNITS[0], ["C1", "样例一单位机关党委", "机关党委", "B11", "是", "否", ""]]
    assert rules(bring(store, workbook(组织=moved))) == ["circle"]


def test_a_changed_unit_gets_its_next_state_and_keeps_the_old_one(store: Store) -> None:
    bring(store, whole())
    renamed = [["code", "name", "kind", "from_on"], ["B11", "机关第一党支部", "branch", "2026-02-01"]]
    report = bring(store, csv_file(renamed), "units.csv")
    assert report.errors == []
    assert report.summary["units"].changed == 1
    with store.reading() as db:
        assert actors.unit_by(db, "B11", date(2026, 1, 31)).name == "第一党支部"
        after = actors.unit_by(db, "B11", date(2026, 2, 1))
        assert after.name == "机关第一党支部"
        assert after.has_branch_committee, "a column that is not in the file keeps what there was"
    assert bring(store, csv_file(renamed), "units.csv").changes == 0
    earlier = [["code", "name", "kind", "from_on"], ["B11", "又改名", "branch", "2026-01-01"]]
    assert rules(bring(store, csv_file(earlier), "units.csv")) == ["history"]
    same_day = [["code", "name", "kind", "from_on"], ["B11", "更正名称", "branch", "2026-02-01"]]
    assert bring(store, csv_file(same_day), "units.csv").summary["units"].changed == 1
    with store.reading() as db:
        assert actors.unit_by(db, "B11", ON).name == "更正名称"


def test_an_end_written_later_closes_the_period_and_lets_the_next_one_in(store: Store) -> None:
    bring(store, whole())
    overlapping = [MEMBERSHIPS[0], ["002", "B11", "预备党员", "2026-01-01", ""]]
    assert rules(bring(store, csv_file(overlapping), "memberships.csv")) == ["membership_overlap"]
    closed = [
        MEMBERSHIPS[0],
        ["002", "B11", "发展对象", "2025-03-01", "2026-01-01"],
        ["002", "B11", "预备党员", "2026-01-01", ""],
    ]
    report = bring(store, csv_file(closed), "memberships.csv")
    assert report.errors == []
    count = report.summary["memberships"]
    assert (count.added, count.changed) == (1, 1)
    with store.reading() as db:
        assert actors.person_by(db, "002", date(2025, 12, 31)).status == "development_target"
        assert actors.person_by(db, "002", ON).status == "probationary_member"


def test_a_changed_person_is_changed_and_an_empty_cell_empties(store: Store) -> None:
    bring(store, whole())
    report = bring(store, csv_file([["number", "name", "phone"], ["001", "赵样一", ""]]), "people.csv")
    assert report.summary["people"].changed == 1
    with store.reading() as db:
        row = db.execute(select(tables.people).where(tables.people.c.number == "001")).one()
        assert (row.phone, row.born_on) == (None, date(1980, 5, 5))


def test_every_row_that_imports_wrote_is_known_to_the_verification(store: Store) -> None:
    bring(store, whole())
    bring(store, csv_file([["code", "name", "kind", "from_on"], ["B11", "改名", "branch", "2026-02-01"]]), "units.csv")
    closed = [
        MEMBERSHIPS[0],
        ["002", "B11", "发展对象", "2025-03-01", "2026-01-01"],
        ["002", "B11", "预备党员", "2026-01-01", ""],
    ]
    bring(store, csv_file(closed), "memberships.csv")
    bring(store, csv_file([["number", "name", "phone"], ["001", "赵样一", ""]]), "people.csv")
    report = verifying.verify(store)
    assert report.findings == []
    assert report.rows > 10
    assert not any("目录" in said.zh or "组织数据" in said.zh for said in report.unknown)

    def found(statement: Any) -> list[tuple[str, int]]:
        with store.engine.connect() as db:
            began = db.begin()
            db.execute(statement)
            told = verifying.look(db, store.settings)
            began.rollback()
        return [(one.chain, one.seq) for one in told.findings]

    people, members, states = tables.people, tables.memberships, tables.unit_states
    # Each is placed at the import that wrote the row last.
    assert found(update(people).where(people.c.number == "001").values(name="赵样二")) == [("office", 4)]
    assert found(update(members).where(members.c.to_on == date(2026, 1, 1)).values(status="full_member")) == [
        ("office", 3)
    ]
    assert found(update(states).where(states.c.name == "改名").values(name="又改")) == [("office", 2)]
    assert found(update(people).where(people.c.number == "002").values(number="9")) == [("office", 1)]
    forged = {"id": "forged", "number": "666", "name": "无", "name_en": "Nobody"}
    assert found(insert(people).values(**forged)) == [("people", 0)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_may_be_utf_8_or_gbk_and_is_known_by_its_headings(store: Store, encoding: str) -> None:
    report = bring(store, csv_file(PEOPLE, encoding), "导出.csv")
    assert report.errors == []
    assert report.summary["people"].added == 3
    with store.reading() as db:
        assert actors.person_by(db, "003", ON).name == "孙样三"


def test_a_zip_of_csv_files_brings_all_tables(store: Store) -> None:
    data = archive(units__csv=csv_file(UNITS), people__csv=csv_file(PEOPLE, "gbk"), posts__csv=csv_file(POSTS))
    report = bring(store, data, "office.zip")
    assert report.errors == []
    assert report.is_done
    assert report.summary["posts"].added == 2


def test_a_number_and_a_date_of_the_spreadsheet_are_read_as_people_see_them(store: Store) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "people"
    sheet.append(["number*", "Name", "born on", "备用"])
    sheet.append([7, "周样七", date(1970, 1, 2), "x"])
    sheet.append([8.0, "吴样八", 25570, None])
    file = io.BytesIO()
    book.save(file)
    report = bring(store, file.getvalue())
    assert report.errors == []
    assert [finding.rule for finding in report.findings] == ["column_ignored"]
    with store.reading() as db:
        assert actors.person_by(db, "7", ON).born_on == date(1970, 1, 2)
        assert actors.person_by(db, "8", ON).born_on == date(1970, 1, 2)


def test_a_sheet_that_nobody_knows_is_passed_over_with_a_warning(store: Store) -> None:
    report = bring(store, workbook(说明=[["填表说明"], ["……"]], 人员=PEOPLE))
    assert report.is_done
    assert [finding.rule for finding in report.findings] == ["sheet_ignored"]


def test_a_missing_required_column_is_named(store: Store) -> None:
    report = bring(store, workbook(人员=[["姓名"], ["赵样一"]]))
    assert rules(report) == ["column_missing"]
    assert "人员编号" in report.errors[0].text.zh


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("office.pdf", b"%PDF", "file_kind"),
        ("office.xlsx", b"not a workbook", "archive_broken"),
        ("office.xlsx", archive(a__txt=b"nothing"), "workbook_broken"),
        ("office.csv", "甲,乙\n1,2".encode(), "table_unknown"),
        ("office.csv", b"\xff\xff\xff\xff", "encoding"),
        ("people.csv", b"", "file_empty"),
        ("office.zip", archive(a__csv=b"0" * 30_000_000), "archive_bomb"),
        ("office.xlsx", archive(xl__vbaProject__bin=b"macro"), "archive_entry"),
        (
            "office.xlsx",
            archive(workbook__xml=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'),
            "archive_bomb",
        ),
        ("people.csv", b"x" * (25 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(store: Store, name: str, data: bytes, rule: str) -> None:
    report = bring(store, data, name)
    assert rules(report) == [rule]
    assert not report.is_done
    assert report.errors[0].text.zh
    assert report.errors[0].remedy.en


def test_an_archive_with_a_path_out_of_itself_is_refused(store: Store) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("../people.csv", "number,name")
    assert rules(bring(store, file.getvalue(), "office.zip")) == ["archive_entry"]


def test_an_archive_with_too_many_entries_is_refused(store: Store) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for number in range(office.MOST_ENTRIES + 1):
            packed.writestr(f"{number}.txt", "x")
    assert rules(bring(store, file.getvalue(), "office.zip")) == ["archive_bomb"]


def test_who_does_not_manage_the_directory_imports_nothing(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        with pytest.raises(Forbidden):
            office.import_office(db, Actor.clock(), store.moment(db), "o.xlsx", whole(), dry_run=True)


def test_twelve_thousand_people_come_in_with_little_work(store: Store) -> None:
    people = [PEOPLE[0], *([f"{n:06d}", f"样{n}", "女", "1990-01-01", ""] for n in range(12_000))]
    members = [MEMBERSHIPS[0], *([f"{n:06d}", "B11", "正式党员", "2020-01-01", ""] for n in range(12_000))]
    data = archive(units__csv=csv_file(UNITS), people__csv=csv_file(people), memberships__csv=csv_file(members))
    with effort.at_most(12_000_000):
        assert bring(store, data, "office.zip").is_done
    assert size(store)["memberships"] == 12_000
    assert bring(store, data, "office.zip").changes == 0


def test_the_template_can_be_filled_in_and_read(store: Store) -> None:
    for language in ("zh", "en"):
        file = io.BytesIO()
        office.template(file, language)
        report = bring(store, file.getvalue(), dry_run=True)
        assert [finding.rule for finding in report.findings] == ["file_empty"], "every heading is known"


@pytest.mark.parametrize(("language", "name"), [("en", "importing.md"), ("zh", "importing.zh.md")])
def test_the_manual_prints_every_column(language: str, name: str) -> None:
    manual = Path(__file__).parents[2].joinpath("docs", name).read_text(encoding="utf-8")
    assert office.as_markdown(language).strip() in manual  # type: ignore[arg-type]
