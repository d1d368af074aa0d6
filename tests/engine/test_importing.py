"""Cases begun on paper: they stand where the paper stands, every gate was judged, and the mark stays for ever."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from api import paper
from api.paper import Result
from engine import tables, trail
from engine.actors import Actor
from engine.errors import Forbidden
from engine.importing import Unreadable
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.contents import PDF
from tests.engine.test_returning import ANY, Desk, step

START = {"element": "asked", "on": "2026-02-02"}
ASKED: dict[str, Any] = {**START, "answers": {"subject_line": "办公椅", "asked_on": "2026-02-02", "amount": 120}}
CHECKED = {"element": "check", "on": "2026-02-04", "by": "N-wu", "decision": "pass"}


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def line(*steps: dict[str, Any], at: Any = "approve", **more: Any) -> dict[str, Any]:
    """A case of the procedure with two steps, checked on paper."""
    found = {"key": "2026-纸-1", "definition": "two_steps", "unit": "B1", "at": at, "started_on": "2026-02-02"}
    return {**found, "started_by": "N-lin", "steps": list(steps or (ASKED, CHECKED)), **more}


def imports(office: Office, folder: Path, *lines: dict[str, Any], dry_run: bool = False) -> list[Result]:
    file = folder / "cases.json"
    file.write_text(json.dumps({"cases": list(lines)}, ensure_ascii=False), encoding="utf-8")
    return list(paper.import_cases(office.store, Actor.operator(), file, "首日转入", dry_run=dry_run))


def rules(result: Result) -> set[str]:
    return {f.rule for f in result.faults if f.severity == "error"}


def count(office: Office, table: Any) -> int:
    with office.store.reading() as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_case_stands_where_the_paper_stands_and_goes_on(office: Office, tmp_path: Path) -> None:
    (tmp_path / "扫描").mkdir()
    (tmp_path / "扫描" / "申请.pdf").write_bytes(PDF)
    evidence = [{"file": "扫描/申请.pdf", "sha256": hashlib.sha256(PDF).hexdigest()}]
    (dry,) = imports(office, tmp_path, line(evidence=evidence), dry_run=True)
    assert (dry.faults, dry.is_new) == ((), True)
    assert count(office, tables.cases) == count(office, tables.imported_cases) == count(office, tables.attachments) == 0
    (taken,) = imports(office, tmp_path, line(evidence=evidence))
    assert (taken.faults, taken.is_new) == ((), True)
    case = str(taken.case_id)
    seen = office.sees("otto", case)
    assert [t["element"] for t in seen["open_tasks"]] == ["approve"]
    assert seen["marks"] == ["imported"]
    assert seen["mark_labels"]["imported"].zh == "纸面转入"
    assert (seen["data"]["check_outcome"], seen["data"]["checked_on"]) == ("pass", "2026-02-04")
    done = next(s for s in seen["steps"] if s["element"] == "check")
    assert (done["status"], str(done["done_on"]), done["done_by"]["id"]) == ("done", "2026-02-04", "p-wu")
    with office.store.reading() as db:
        entries = trail.read(db, case)
        assert trail.verify(db, case).is_whole
    assert [e["kind"] for e in entries] == ["case.imported", "step.imported", "step.imported", "task.opened"]
    assert entries[0]["evidence"][0]["sha256"] == evidence[0]["sha256"]
    assert "申请" not in json.dumps(entries[0], ensure_ascii=False)
    said = [e["sentence"].zh for e in office.entries("otto", case)]
    assert said[0] == "系统把纸面办理的事项转入系统（cases[1]）：首日转入"
    assert said[2] == "纸面上已办“审核”：通过（2026-02-04）。"
    assert [a["name"] for a in _attached(office, case)] == ["申请.pdf"]
    office.completes("zhao", case, "approve", {"limit": 1}, decision="approve")
    after = office.sees("otto", case)
    assert (after["status"], after["marks"]) == ("ended", ["imported"])
    agrees(office, case)


def _attached(office: Office, case: str) -> list[Any]:
    table = tables.attachments
    with office.store.reading() as db:
        return [dict(r) for r in db.execute(select(table).where(table.c.case_id == case)).mappings()]


def test_the_same_line_is_the_same_case_and_another_word_is_refused(office: Office, tmp_path: Path) -> None:
    (first,) = imports(office, tmp_path, line())
    (again,) = imports(office, tmp_path, line())
    assert (again.case_id, again.is_new, again.faults) == (first.case_id, False, ())
    later = {**CHECKED, "on": "2026-02-05"}
    (changed,) = imports(office, tmp_path, line(ASKED, later))
    assert rules(changed) == {"import_changed"}
    assert count(office, tables.cases) == 1


def test_nothing_takes_the_mark_away(office: Office, tmp_path: Path) -> None:
    imports(office, tmp_path, line())
    with pytest.raises(IntegrityError, match="append-only"), office.store.transaction() as db:
        db.execute(update(tables.imported_cases).values(source_key="other"))


def test_who_did_a_step_on_paper_is_kept_from_the_next(office: Office, tmp_path: Path) -> None:
    stood_in = {**CHECKED, "by": "N-zhao"}
    (refused,) = imports(office, tmp_path, line(ASKED, stood_in), dry_run=True)
    assert rules(refused) == {"import_not_asked"}  # the secretary, where the commissioner is asked
    (fault,) = refused.faults
    assert (fault.element, "2026-02-04" in fault.text.zh, "why" in fault.text.en) == ("check", True, True)
    (taken,) = imports(office, tmp_path, line(ASKED, {**stood_in, "why": "委员出缺，书记代办"}))
    assert [(f.rule, f.severity) for f in taken.faults] == [("import_not_asked", "warning")]
    with office.store.reading() as db:
        assert trail.read(db, str(taken.case_id))[2]["reason"] == "委员出缺，书记代办"
    with pytest.raises(Forbidden, match="sod_06"):
        office.completes("zhao", str(taken.case_id), "approve", {"limit": 1}, decision="approve")
    office.completes("she", str(taken.case_id), "approve", {"limit": 1}, decision="approve")


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (line(ASKED), "import_at"),  # a step is missing
        (line(CHECKED, ASKED, at="check"), "import_at"),
        (line(ASKED, {**CHECKED, "on": "2026-01-30"}), "err_date_order"),
        (line(ASKED, {**CHECKED, "on": "2026-03-03"}), "err_date_future"),
        (line(ASKED, {**CHECKED, "on": None}), "import_day"),
        (line(ASKED, {**CHECKED, "decision": "back"}), "import_at"),
        (line(ASKED, {**CHECKED, "decision": "grand"}), "not_an_option"),
        (line(ASKED, CHECKED, CHECKED), "import_step_not_open"),
        (line(ASKED, {**CHECKED, "by": "N-nobody"}), "import_person"),
        (line({**ASKED, "answers": {**ASKED["answers"], "amount": -1}}, CHECKED), "min"),
        (line({**ASKED, "answers": {"colour": "red"}}, CHECKED), "import_field"),
        (line(at="nowhere"), "import_at"),
        (line(unit="X9"), "import_unit"),
        (line(definition="unknown"), "import_definition"),
        (line(started_on="gestern"), "import_date"),
        (line(key=""), "import_part"),
        (line(variables="x"), "import_variables"),
        (line(evidence=[{"file": "none.pdf"}]), "import_evidence"),
        (line(evidence="../cases.json"), "import_evidence"),
        (
            line(
                ASKED,
                CHECKED,
                {"element": "approve", "on": "2026-02-02", "by": "N-zhao", "decision": "reject", "opinion": "不"},
            ),
            "err_too_early",
        ),
        (
            line(ASKED, CHECKED, {"element": "approve", "on": "2026-02-05", "by": "N-wu", "decision": "approve"}),
            "sod_06",
        ),
        (
            line(
                ASKED,
                CHECKED,
                {
                    "element": "approve",
                    "on": "2026-02-05",
                    "by": "N-zhao",
                    "decision": "approve",
                    "answers": {"limit": -1},
                },
            ),
            "over_limit",
        ),
    ],
)
def test_what_the_procedure_would_have_refused_is_refused(
    office: Office, tmp_path: Path, given: dict[str, Any], rule: str
) -> None:
    good = line(key="2026-纸-2")
    refused, taken = imports(office, tmp_path, given, good)
    assert rule in rules(refused), refused.faults
    assert (refused.case_id, taken.is_new) == (None, True)
    assert count(office, tables.cases) == 1


@pytest.mark.parametrize("kind", ["sqlite"])
def test_evidence_with_another_hash_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.exe").write_bytes(b"MZ")
    first, second = imports(
        office, tmp_path, line(evidence=f"a.pdf sha256:{'0' * 64}"), line(evidence="b.exe", key="2")
    )
    assert rules(first) == {"import_evidence_hash"}
    assert second.is_refused
    assert count(office, tables.attachments) == 0


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_paper_may_leave_empty_what_no_rule_looks_at(office: Office, tmp_path: Path) -> None:
    fields = [
        {"type": "textfield", "key": k, "label": k, "validate": {"required": True}} for k in ("remark", "file_no")
    ]
    form = json.dumps({"type": "default", "id": "f", "schemaVersion": 16, "components": fields})
    words = f'{ANY}<liuhen:output target="kept_in" source="=file_no"/>'
    paper_step = step("a", "wu", words, 'liuhen:form="f"')
    Desk(office, paper_step, step("b", "zhao"), flows="s>a a>b b>e", files={"forms/f.json": form})
    done = {"element": "a", "on": "2026-02-04", "by": "N-wu"}
    given = {**line(done, at="b", definition="back"), "steps": [{**done, "answers": {"file_no": "7"}}]}
    (taken,) = imports(office, tmp_path, given)
    assert [(f.rule, f.field, f.severity) for f in taken.faults] == [("import_empty", "remark", "warning")]
    assert office.sees("otto", str(taken.case_id))["data"]["kept_in"] == "7"
    (refused,) = imports(office, tmp_path, {**given, "key": "2", "steps": [{**done, "answers": {"remark": "x"}}]})
    assert [(f.rule, f.field) for f in refused.faults] == [("import_empty", "file_no")]
    assert refused.is_refused


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_step_that_takes_two_persons_and_papers_names_them(office: Office, tmp_path: Path) -> None:
    words = '<liuhen:confirm person="=&quot;p-zhao&quot;"/><liuhen:attachments min="1"/>'
    Desk(office, step("a", "wu", f"{ANY}{words}"), step("b", "zhao"), flows="s>a a>b b>e")
    done = {"element": "a", "on": "2026-02-04", "by": "N-wu"}
    given = {**line(done, at="b", definition="back"), "steps": [done]}
    (refused,) = imports(office, tmp_path, given)
    assert rules(refused) == {"import_confirmation", "err_too_few_files"}
    (tmp_path / "a.pdf").write_bytes(PDF)
    (same,) = imports(office, tmp_path, {**given, "steps": [{**done, "confirmed_by": "N-wu"}], "evidence": "a.pdf"})
    assert rules(same) == {"err_own_entry"}
    (taken,) = imports(office, tmp_path, {**given, "steps": [{**done, "confirmed_by": "N-zhao"}], "evidence": "a.pdf"})
    assert taken.is_new
    agrees(office, str(taken.case_id))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_table_says_the_same_as_json(office: Office, tmp_path: Path) -> None:
    head = ["编号", "流程", "组织", "办到", "发起日期", "发起人", "asked.on", "asked.subject_line", "asked.amount"]
    head += ["check.on", "check.by", "check.decision", "correct.on", "check#2.on", "check#2.by", "check#2.decision"]
    first = ["k1", "two_steps", "B1", "approve", "2026-02-02", "N-lin", "2026-02-02", "办公椅", "120.5"]
    again = [*first, "2026-02-03", "N-wu", "back", "2026-02-04", "2026.02.05", "N-he", "pass"]
    file = tmp_path / "cases.csv"
    with file.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows([head, [*first, "2026-02-03", "N-wu", "pass"], ["k2", *again[1:]]])
    results = list(paper.import_cases(office.store, Actor.operator(), file, "首日", dry_run=False))
    assert [r.is_new for r in results] == [True, False], [r.faults for r in results]
    assert {f.field for f in results[1].faults} == {"subject_line", "asked_on", "amount"}  # of the correction
    seen = office.sees("otto", str(results[0].case_id))
    assert (seen["data"]["amount"], seen["data"]["subject_line"]) == ("120.5", "办公椅")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_that_is_no_table_is_refused_with_a_sentence(office: Office, tmp_path: Path) -> None:
    for name, content in (("a.json", b"[1]"), ("a.json", b"{"), ("a.xlsx", b"x"), ("a.txt", b"x"), ("a.csv", b"")):
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(Unreadable):
            list(paper.import_cases(office.store, Actor.operator(), file, "x", dry_run=True))
