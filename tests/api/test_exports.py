"""One case as a file in every format, through its door: who may, what is in it, and the entry that it leaves."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api import cli
from engine import tables
from engine.exports import making
from engine.xml import safe_xml
from tests import offices
from tests.databases import Databases
from tests.stories.conftest import Case, Person, Story, telling

LEAVE, BRANCH = "leave_request", "B071"
APPLICANT, LEADER, OTHER, SYSTEM_ADMIN = "zheng.lianyi", "zhao.zhishu", "wang.lianer", "xie.xitong"
REASON = "回乡照顾生病的母亲"
XES = "{http://www.xes-standard.org/}"
VERIFIER = Path(__file__).parents[2] / "tools" / "verify_bundle.py"


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[Story]:
    """The procedure decides alike on both databases, so one is enough."""
    template = offices.with_these(databases, "sqlite", LEAVE)
    with telling(databases, "sqlite", template) as told:
        yield told


@pytest.fixture
def story(office: Story) -> Iterator[Story]:
    yield office
    office.look_at_refusals()


@pytest.fixture(scope="module")
def case(office: Story) -> Case:
    """A leave that was asked for, approved and reported back from."""
    office.at("2026-03-02")
    answers = {"kind": "personal", "from_on": "2026-03-09", "to_on": "2026-03-10", "reason": REASON}
    found = office.person(APPLICANT).starts(LEAVE, BRANCH, answers)
    assert found.refused is None, found.refused
    assert (
        office.person(LEADER).completes(found, "approve", decision="agree", opinion="同意，注意交接。").refused is None
    )
    office.at("2026-03-11")
    assert office.person(APPLICANT).completes(found, "report_back", {"back_on": "2026-03-11"}).refused is None
    assert found.outcome == "taken"
    return found


def asks(person: Person, case: Case, language: str = "en", **query: Any) -> TestResponse:
    asked = {"purpose": "年度复查", **query}
    return person.raw("GET", f"/cases/{case.id}/export", {"Accept-Language": language}, query_string=asked)


def exported(person: Person, case: Case, format_: str, **more: Any) -> bytes:
    """The file, whose hash and purpose the newest entry of the case names."""
    response = asks(person, case, format=format_, **more)
    assert response.status_code == 200, response.data
    content: bytes = response.data
    assert response.headers["Content-Length"] == str(len(content))
    assert case.number in response.headers["Content-Disposition"]
    entry = person._story.auditor.gets_all(f"/cases/{case.id}/trail")[-1]
    assert (entry["kind"], entry["reason"], entry["actor"]["person_id"]) == ("case.exported", "年度复查", person.id)
    with person._story.store.reading() as db:
        newest = db.execute(tables.entries.select().where(tables.entries.c.hash == entry["hash"])).one()
    assert json.loads(newest.text)["sha256"] == hashlib.sha256(content).hexdigest()
    return content


def test_json_says_everything_in_both_languages(story: Story, case: Case) -> None:
    found = json.loads(exported(story.person(LEADER), case, "json"))
    assert found["format"] == "liuhen.case/1"
    assert found["case"]["outcome_label"] == {"zh": "已销假", "en": "taken, back at work"}
    assert found["made_by"]["name"]["zh"] == "赵支书"
    given = {v["field"]: v for one in found["answers"] for v in one["values"]}
    assert given["reason"]["value"] == REASON
    assert given["reason"]["label"] == {"zh": "事由", "en": "Reason"}
    (said,) = [s for s in found["steps"] if s["opinion"]]
    assert (said["opinion"], said["by"]["name"]["zh"]) == ("同意，注意交接。", "赵支书")
    rules = {d["decision"]: d["rules"] for d in found["decisions"] if d["decision"]}
    assert rules["leave_approval"] == ["1"]
    assert found["rules"]["counts"]["met"] > 0
    hashes = [hashlib.sha256(b"\0" + e["text"].encode()).hexdigest() for e in found["entries"]]
    assert hashes == [e["hash"] for e in found["entries"]]
    assert found["proof"]["head"] == hashes[-1]
    assert found["proof"]["index"] is not None


def test_the_pages_have_opinions_diagram_clauses_and_proof(story: Story, case: Case) -> None:
    read = pypdf.PdfReader(io.BytesIO(exported(story.auditor, case, "pdf", language="zh")))
    text = "".join(page.extract_text() for page in read.pages).replace("\n", "")
    head = json.loads(exported(story.auditor, case, "json"))["entries"][-2]["hash"]
    # 意见、表单、流程图中的名称、逐条规则、命中的规则、链首、页码。
    for said in (
        "同意，注意交接。",
        REASON,
        "确定谁来批",
        "已落实",
        "命中规则 1",
        "留痕证明",
        f"第 1 页，共 {len(read.pages)} 页",
    ):
        assert said in text, said
    assert head[:16] in text
    english = pypdf.PdfReader(io.BytesIO(asks(story.auditor, case, format="pdf").data))
    assert "Clause by clause" in "".join(page.extract_text() for page in english.pages)


def test_a_bundle_is_verified_by_whoever_has_never_seen_liuhen(story: Story, case: Case, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(exported(story.auditor, case, "bundle"))
    told = subprocess.run([sys.executable, VERIFIER, path, "--json"], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        manifest = json.loads(archive.read("manifest.json"))
        assert [c["number"] for c in manifest["cases"]] == [case.number]
        forms = [json.loads(archive.read(n)) for n in names if n.startswith("forms/")]
        lines = archive.read("entries.jsonl").decode().splitlines()
    (asked,) = [f for f in forms if f["element"] == "asked"]
    assert (asked["answers"]["reason"], asked["schema"]["id"]) == (REASON, "leave")
    assert {"case/LV-2026-000001.json", "case/LV-2026-000001.pdf", "verify.html", "verify_bundle.py"} <= set(names)
    assert "definition.published" in {json.loads(line)["kind"] for line in lines}


def test_event_logs_name_nobody_unless_they_are_asked_to(story: Story, case: Case) -> None:
    log = safe_xml(exported(story.person(LEADER), case, "xes"), "log.xes")
    events = [{a.get("key"): a.get("value") or "" for a in event} for event in log.iter(f"{XES}event")]
    work = [(e["concept:name"], e["lifecycle:transition"]) for e in events if e["lifecycle:transition"] != "unknown"]
    assert work[:4] == [
        ("Leave asked for", "complete"),
        ("Find who approves", "complete"),
        ("Approve", "schedule"),
        ("Approve", "complete"),
    ]
    (approved,) = [e for e in events if (e["concept:name"], e["liuhen:kind"]) == ("Approve", "task.completed")]
    assert (approved["org:role"], approved["org:group"]) == ("Leader", "Branch 1 of Sample Unit 7")
    assert approved["org:resource"].startswith("P-")
    assert b"Zhao Zhishu" not in asks(story.person(LEADER), case, format="xes").data
    assert b"Zhao Zhishu" in asks(story.person(LEADER), case, format="xes", names="true").data
    found = json.loads(exported(story.auditor, case, "ocel"))
    objects = {o["id"] for o in found["objects"]}
    assert len(objects) == len(found["objects"])
    types = {t["name"] for t in found["objectTypes"]}
    assert {o["type"] for o in found["objects"]} <= types
    assert {e["type"] for e in found["events"]} == {t["name"] for t in found["eventTypes"]}
    assert all(r["objectId"] in objects for e in found["events"] for r in e["relationships"])
    (again,) = [
        e
        for e in found["events"]
        if e["type"] == "Approve" and {"name": "kind", "value": "task.completed"} in e["attributes"]
    ]
    assert {r["qualifier"] for r in again["relationships"]} == {"case", "unit", "task", "by"}


def test_whoever_does_not_see_the_whole_case_gets_no_file(story: Story, case: Case) -> None:
    before = len(story.auditor.gets_all(f"/cases/{case.id}/trail"))
    for nobody in (OTHER, SYSTEM_ADMIN):
        assert (
            story.person(nobody).gets(f"/cases/{case.id}/export", format="json", purpose="x").refused == "err_not_found"
        )
    # 不说明用途、没有这种格式。
    silent = story.auditor.gets(f"/cases/{case.id}/export", format="json").refused
    assert silent is not None
    assert silent.error("purpose")["code"] == "required"
    assert story.auditor.gets(f"/cases/{case.id}/export", format="docx", purpose="x").refused is not None
    foreign = story.auditor.raw(
        "GET",
        f"/cases/{case.id}/export",
        {"Sec-Fetch-Site": "cross-site"},
        query_string={"format": "json", "purpose": "x"},
    )
    assert foreign.status_code == 403
    assert len(story.auditor.gets_all(f"/cases/{case.id}/trail")) == before


def test_many_cases_are_one_file_for_auditors(story: Story, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    story.at("2026-03-16")
    answers = {"kind": "personal", "from_on": "2026-03-23", "to_on": "2026-03-24", "reason": "搬家"}
    second = story.person(APPLICANT).starts(LEAVE, BRANCH, answers)
    query = {"format": "json", "purpose": "巡察", "definition": LEAVE}
    assert story.person(LEADER).gets("/exports", **query).refused == "err_forbidden"
    assert story.auditor.gets("/exports", **query, q="没有这样的标题").refused == "err_no_cases"
    both = story.auditor.raw("GET", "/exports", query_string=query)
    assert [c["case"]["number"] for c in json.loads(both.data)] == [case.number, second.number]
    for one in (case, second):
        newest = story.auditor.gets_all(f"/cases/{one.id}/trail")[-1]
        assert (newest["kind"], newest["reason"]) == ("case.exported", "巡察")
    monkeypatch.setattr(making, "MOST", {**making.MOST, "json": 1})
    refused = story.auditor.gets("/exports", **query).refused
    assert refused == "err_too_many_cases"
    assert refused is not None
    assert "2" in refused.detail
    bundle = story.auditor.raw("GET", "/exports", query_string={**query, "format": "bundle"})
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
        assert len(json.loads(archive.read("manifest.json"))["cases"]) == 2


def test_the_command_line_exports_one_case_or_the_whole_log(
    story: Story, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIUHEN_DATABASE_URL", story.store.settings.database_url)
    monkeypatch.setenv("LIUHEN_DATA_DIR", str(story.store.settings.data_dir))
    monkeypatch.setenv("LIUHEN_CLOCK", "virtual")
    monkeypatch.setenv("LIUHEN_SECRET_KEY", story.store.settings.secret_key)
    one, log = tmp_path / "one.zip", tmp_path / "all.xes"
    run = ["--language", "en", "export", "--json"]
    assert cli.main([*run, case.number, "--format", "bundle", "-o", str(one)]) == cli.DONE
    assert json.loads(capsys.readouterr().out)["sha256"] == hashlib.sha256(one.read_bytes()).hexdigest()
    assert cli.main([*run, "--all", "--format", "xes", "-o", str(log)]) == cli.DONE
    with story.store.reading() as db:
        count = db.execute(select(func.count()).select_from(tables.cases)).scalar_one()
    assert len(list(safe_xml(log.read_bytes(), "log.xes").iter(f"{XES}trace"))) == count >= 1
    told = story.auditor.gets_all("/trail", kind="cases.exported")
    assert f"{count} case" in told[0]["sentence"]
    # 已有的文件不覆盖；没有的事项；两者都不说或都说。
    assert cli.main([*run, "--all", "--format", "xes", "-o", str(log)]) == cli.NO
    assert cli.main([*run, "LV-2026-999999", "--format", "json", "-o", str(tmp_path / "x")]) == cli.NO
    assert cli.main([*run, "--format", "json", "-o", str(tmp_path / "x")]) == cli.WRONG_USAGE
    assert cli.main([*run, "--all", "--format", "pdf", "-o", str(tmp_path / "x")]) == cli.NO
    # 没有日志私钥就没有封存包，而不是一个没有签名的包。
    monkeypatch.setenv("LIUHEN_SECRET_KEY", "another key of at least 32 characters")
    capsys.readouterr()
    assert cli.main([*run, case.number, "--format", "bundle", "-o", str(tmp_path / "x")]) == cli.NO
    assert "private key" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
