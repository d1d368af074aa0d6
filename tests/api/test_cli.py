"""The command line: what each command prints, and its exit status."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api import live_cases
from api.cli import main
from engine import forms, log, settings
from engine.log import sealing
from engine.store import Store
from tests import offices
from tests.api import errand
from tests.databases import Databases, Kind
from tests.verification import bundles

Liuhen = Callable[..., tuple[int, str]]


@pytest.fixture
def home(databases: Databases, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The demonstration office, as the environment names it."""
    offices.built(databases, kind)
    settings = databases.create(kind, offices.EMPTY_LIBRARY)
    monkeypatch.setenv("LIUHEN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LIUHEN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LIUHEN_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("LIUHEN_CLOCK", "virtual")
    yield settings
    databases.drop(settings)


@pytest.fixture
def liuhen(home: Any, capsys: pytest.CaptureFixture[str]) -> Liuhen:
    """Run one command: its exit status and what it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        status = main(("--language", "en", *arguments))
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The errand as a process folder on disk."""
    folder = tmp_path / "errand"
    for path, content in errand.FILES.items():
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        (folder / path).write_text(content, encoding="utf-8")
    return folder


def test_wrong_usage_is_told_by_the_exit_status(liuhen: Liuhen) -> None:
    assert [liuhen(*a)[0] for a in ((), ("nonsense",), ("check", "/no/such/folder"), ("serve", "--port", "x"))] == [
        2
    ] * 4
    assert liuhen("--help")[0] == 0


def test_a_wrong_setting_stops_the_start_with_a_sentence(
    liuhen: Liuhen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIUHEN_CLOCK", "sundial")
    assert main(("doctor",)) == 2
    assert "LIUHEN_CLOCK is 'sundial'" in capsys.readouterr().err


def test_check_says_what_is_wrong_and_where(liuhen: Liuhen, folder: Path) -> None:
    assert liuhen("check", str(folder)) == (0, f"{folder}: can be published\n")
    process = folder / "process.bpmn"
    process.write_text(process.read_text().replace('role="branch_secretary"', 'roll="branch_secretary"'))
    status, said = liuhen("check", str(folder))
    assert status == 1
    assert f"{process}:" in said
    assert "[error unknown_word]" in said
    status, said = liuhen("check", "--json", str(folder))
    (result,) = json.loads(said)
    assert (status, result["ok"], result["findings"][0]["element"]) == (1, False, "review")


def test_publish_stores_the_next_version_once(liuhen: Liuhen, folder: Path) -> None:
    assert liuhen("publish", str(folder), "--note", "First") == (0, "errand 1 *\n")
    assert liuhen("publish", str(folder)) == (0, "errand 1\n")
    (folder / "README.md").write_text("What this is for.\n")
    status, said = liuhen("publish", "--json", str(folder))
    assert (status, json.loads(said)[0]["version"]) == (0, 2)
    (folder / "process.bpmn").unlink()
    assert liuhen("publish", str(folder))[0] == 1


ANOTHER = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:liuhen="urn:liuhen:bpmn:1"'
    ' targetNamespace="urn:t"><bpmn:process id="another" isExecutable="true"><bpmn:startEvent id="begun"/>'
    '<bpmn:userTask id="NAMED"><bpmn:extensionElements><liuhen:who role="branch_secretary" at="=case.unit"/>'
    '</bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="over"/>'
    '<bpmn:sequenceFlow id="to_step" sourceRef="begun" targetRef="NAMED"/>'
    '<bpmn:sequenceFlow id="to_end" sourceRef="NAMED" targetRef="over"/></bpmn:process></bpmn:definitions>'
)


def test_a_folder_is_rehearsed_with_what_is_published_or_lies_beside_it(liuhen: Liuhen, folder: Path) -> None:
    """The newest version takes part, before it the folders published in one go, after it the folder beside."""
    other, told = folder.parent / "another", folder / "rehearsals"
    other.mkdir()
    told.mkdir()
    step = {"in": "another", "start": {}, "by": "branch_secretary@B1", "open": ["now"]}
    (told / "both.json").write_text(json.dumps({"with": ["another"], "steps": [step]}))
    for command in ("check", "rehearse", "publish"):
        status, said = liuhen(command, str(folder))
        assert (status, "[error rehearsal_no_procedure]" in said) == (1, True), command
        assert "publish it first" in said
    (other / "process.bpmn").write_text(ANOTHER.replace("NAMED", "before"))
    assert liuhen("publish", str(other)) == (0, "another 1 *\n")
    (other / "process.bpmn").write_text(ANOTHER.replace("NAMED", "now"))
    assert liuhen("rehearse", str(folder))[0] == 0  # with the folder beside
    status, said = liuhen("publish", str(folder))
    assert (status, "there is no such step: now" in said) == (1, True)
    assert liuhen("publish", str(folder), str(other)) == (0, "errand 1 *\nanother 2 *\n")


def test_rehearsals_are_played_by_themselves_and_before_a_publication(liuhen: Liuhen, folder: Path) -> None:
    told = folder / "rehearsals"
    told.mkdir()
    person = '"by": "full_member@B1", "start": {"subject": "Chairs"}'
    (told / "good.json").write_text(f'{{"title": "good", "steps": [{{{person}, "open": ["review"]}}]}}')
    status, said = liuhen("rehearse", str(folder))
    assert status == 0
    assert f"{told / 'good.json'}: passed (1)  good" in said
    assert "walked through" in said
    assert "nobody came to: " in said
    status, said = liuhen("rehearse", "--coverage", str(folder))
    assert (status, "review: good\n" in said, ": -\n" in said) == (0, True, True)
    (told / "bad.json").write_text(f'{{"steps": [\n{{{person}}},\n{{"open": []}}]}}')
    status, said = liuhen("rehearse", str(folder))
    assert status == 1
    assert f'{told / "bad.json"}:3: [2] open: [] expected, ["review"] found' in said
    assert liuhen("rehearse", str(folder), "good")[0] == 0
    assert liuhen("rehearse", str(told / "good.json"))[0] == 0
    status, said = liuhen("rehearse", "--json", str(folder))
    (result,) = json.loads(said)
    assert (status, result["passed"], [one["line"] for one in result["rehearsals"]]) == (1, False, [3, None])
    assert liuhen("rehearse", str(folder / "nothing"))[0] == 2
    # Nothing is stored, and what to do is said; an unchanged folder is not played again.
    status, said = liuhen("publish", str(folder))
    assert status == 1
    assert "[error rehearsal_differs]" in said
    assert "mend the procedure" in said
    (told / "bad.json").write_text("{}")
    for command in ("check", "rehearse", "publish"):
        status, said = liuhen(command, str(folder))
        assert (status, "[error rehearsal_empty]" in said) == (1, True)
    (told / "bad.json").unlink()
    assert liuhen("publish", str(folder)) == (0, "errand 1 *\n")
    assert liuhen("publish", str(folder)) == (0, "errand 1\n")


def test_a_key_is_printed_once_listed_and_revoked(liuhen: Liuhen) -> None:
    status, said = liuhen("key", "add", "reports", "--scope", "read", "--json")
    made = json.loads(said)
    assert status == 0
    assert made["key"].startswith(f"lh_{made['id']}_")
    status, said = liuhen("key", "list", "--json")
    assert [(k["name"], k["scopes"], k["revoked_at"]) for k in json.loads(said)] == [("reports", ["read"], None)]
    assert made["key"] not in said
    assert liuhen("key", "add", "reports")[0] == 1
    assert liuhen("key", "revoke", "reports")[0] == 0
    assert json.loads(liuhen("key", "list", "--json")[1])[0]["revoked_at"] is not None
    assert liuhen("key", "revoke", "nothing")[0] == 1


def test_an_account_is_made_on_the_machine_without_a_second_person(liuhen: Liuhen, home: Any) -> None:
    with closing(Store(home)) as store, store.reading() as db:
        without = "SELECT number FROM people WHERE id NOT IN (SELECT person_id FROM accounts) ORDER BY number LIMIT 1"
        number = str(db.execute(text(without)).scalar_one())
    status, said = liuhen("account", "add", "first.admin", number, "--json")
    assert status == 0
    made = json.loads(said)
    assert "/reset#" in made["link"]
    assert liuhen("account", "add", "first.admin", number)[0] == 1
    status, said = liuhen("account", "reset", "zou.anquan")
    assert (status, said.count("/reset#")) == (0, 1)
    assert liuhen("account", "reset", "zou.anquan", "--second-factor")[0] == 1, "there is none to take away"
    assert liuhen("account", "reset", "nobody")[0] == 1


def test_tick_moves_a_virtual_clock(liuhen: Liuhen, home: Any) -> None:
    assert liuhen("tick") == (0, "the clock acted 0 times\n")
    assert liuhen("tick", "--until", "2026-04-01T09:00:00", "--json") == (0, '{"acted":0}\n')
    store = Store(home)
    with store.reading() as db:
        assert store.moment(db).today.isoformat() == "2026-04-01"
    store.close()


def test_tick_does_not_move_a_real_clock(liuhen: Liuhen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIUHEN_CLOCK", "system")
    assert liuhen("tick", "--until", "2026-04-01T09:00:00")[0] == 2


def test_verify_finds_what_was_changed_in_the_database(liuhen: Liuhen, home: Any, kind: Kind) -> None:
    status, said = liuhen("verify")
    assert status == 0
    assert said.startswith("the trail is whole: 1 chains")
    _break(home, kind)
    status, said = liuhen("verify", "--json")
    report = json.loads(said)
    assert (status, report["is_whole"]) == (1, False)
    assert (report["findings"][0]["chain"], report["findings"][0]["seq"]) == ("office", 1)


def test_verify_takes_evidence_from_elsewhere(liuhen: Liuhen, home: Any, tmp_path: Path) -> None:
    store = Store(home)
    sealing.seal(store)
    with store.reading() as db:
        newest = log.newest(db)
        assert newest is not None
    store.close()
    kept, other, receipt = (tmp_path / name for name in ("kept.txt", "other.txt", "receipt.txt"))
    kept.write_text(newest.note, encoding="utf-8")
    other.write_text(newest.note.replace(f"\n{newest.size}\n", f"\n{newest.size + 1}\n"), encoding="utf-8")
    receipt.write_text("no receipt", encoding="utf-8")
    assert liuhen("verify", "--since", str(kept))[0] == 0
    for option, path in (("--since", other), ("--receipt", receipt)):
        status, said = liuhen("verify", option, str(path), "--json")
        assert (status, [one["rule"] for one in json.loads(said)["findings"]]) == (1, ["evidence"])
    assert liuhen("verify", "--case", "office")[0] == 0
    assert liuhen("verify", "--case", "nobody's")[0] == 1


def test_verify_hands_a_bundle_to_the_offline_verifier(liuhen: Liuhen, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundles.parts().packed())
    assert liuhen("verify", "--bundle", str(path), "--key", bundles.LOG.vkey)[0] == 0
    path.write_bytes(bundles.parts().seal(bundles.STRANGER).packed())
    assert liuhen("verify", "--bundle", str(path))[0] == 1
    assert liuhen("verify", "--bundle", str(path), "--key", "nothing")[0] == 2


def _break(home: Any, kind: Kind) -> None:
    """Change the first entry behind the triggers' back."""
    store = Store(home)
    with store.transaction() as db:
        if kind == "sqlite":
            for name in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                db.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            db.execute(text("ALTER TABLE entries DISABLE TRIGGER ALL"))
        db.execute(text("UPDATE entries SET text = text || ' ' WHERE chain = 'office' AND seq = 1"))
    store.close()


def test_doctor_says_what_is_missing(liuhen: Liuhen, folder: Path) -> None:
    status, said = liuhen("doctor", "--json")
    assert (status, [complaint["rule"] for complaint in json.loads(said)]) == (1, ["no_definition"])
    liuhen("publish", str(folder))
    assert liuhen("doctor") == (0, "all is well\n")


def test_the_office_is_imported_after_a_dry_run(liuhen: Liuhen, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number,name,name_en\nP900001,测新人,Ce Xinren\n", encoding="utf-8")
    status, said = liuhen("import-office", str(file), "--dry-run", "--json")
    assert (status, json.loads(said)["done"], json.loads(said)["summary"]["people"]["added"]) == (0, False, 1)
    status, said = liuhen("import-office", str(file), "--json")
    assert (status, json.loads(said)["done"]) == (0, True)
    assert json.loads(liuhen("import-office", str(file), "--json")[1])["summary"]["people"]["unchanged"] == 1
    file.write_text("number,name,name_en\n,,\nP900001,,\n", encoding="utf-8")
    assert liuhen("import-office", str(file))[0] == 1


def test_a_case_begun_on_paper_is_judged_and_taken_over(liuhen: Liuhen, home: Any, tmp_path: Path) -> None:
    paper = Path(__file__).parents[1] / "stories" / "procedures" / "exchange"
    assert liuhen("publish", str(paper))[0] == 0
    store = Store(home)
    with store.reading() as db:
        starter = db.execute(text("SELECT p.number FROM people p JOIN accounts a ON a.person_id = p.id")).scalar()
    store.close()
    line = {"key": "1", "definition": "exchange", "unit": "B071", "at": "sign", "started_on": "2026-02-02"}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [{**line, "started_by": starter}, {**line, "at": "receive"}]}), "utf-8")
    for arguments, statuses in ((("--dry-run",), ["taken", "refused"]), ((), ["taken", "refused"]), ((), None)):
        status, said = liuhen("import-cases", str(file), "--json", *arguments)
        assert status == 1
        found = json.loads(said)
        assert [one["status"] for one in found] == (statuses or ["unchanged", "refused"])
    assert [one["rule"] for one in found[1]["findings"]] == ["import_part"]
    assert "refused" in liuhen("import-cases", str(file))[1]
    begin = ("begin-series", "C07", "C07复", "2026", "36", "--reason", "paper register")
    assert liuhen(*begin) == (0, "C07复〔2026〕37号\n")
    assert liuhen(*begin)[0] == 1


def test_setting_up_makes_the_office_with_live_cases_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIUHEN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LIUHEN_DATABASE_URL", raising=False)
    assert main(("setup", "--demo", "--json")) == 0
    said = capsys.readouterr()
    first = json.loads(said.out)
    assert {"name", "password", "person", "posts", "roles"} <= set(first[0])
    assert said.err == ""
    store = Store(settings.read())
    with store.reading() as db:
        # Besides, procedures begin cases of themselves: terms of office that end soon.
        by_people = (
            "SELECT status, count(*) FROM cases WHERE started_by IS NOT NULL AND parent_id IS NULL GROUP BY status"
        )
        found = db.execute(text(by_people)).all()
        told = json.loads(live_cases.TOLD.read_text(encoding="utf-8"))["cases"]
        named = text(
            "SELECT count(*) FROM cases c JOIN accounts a ON a.person_id = c.subject_id"
            " JOIN definitions d ON d.id = c.definition_id WHERE d.key NOT IN ('leave_request', 'expense_approval')"
        )
        assert db.execute(named).scalar_one() == 0, "the people of the stories have to be free of cases"
        in_hand = text(
            "SELECT DISTINCT d.key, t.element FROM tasks t JOIN cases c ON c.id = t.case_id"
            " JOIN definitions d ON d.id = c.definition_id WHERE t.status IN ('open', 'confirming')"
        )
        shown = {(row.key, row.element) for row in db.execute(in_hand)}
        late = text("SELECT DISTINCT element FROM tasks WHERE is_late AND status = 'open'")
        assert {"sign_for", "draft_report", "handle_request"} <= set(db.execute(late).scalars())
        clock = db.execute(text("SELECT count(*) FROM virtual_clock")).scalar_one()
    store.close()
    assert clock == 0, "what happened in the past left the clock as it was"
    assert sum(count for _, count in found) == len(told)
    assert {
        ("request_reply", "draft_request"),
        ("request_reply", "receive_reply"),
        ("reply", "sign_for"),
        ("reply", "handle_request"),
        ("document_dispatch", "sign_document"),
        ("document_dispatch", "urge_supervise"),
        ("document_dispatch_receipt", "feed_back"),
        ("work_report", "watch_reports"),
        ("work_report_unit", "review_report"),
        ("leave_request", "report_back"),
        ("expense_approval", "check_receipts"),
        ("election_approval", "reply_request_2"),
        ("election_postponement", "reply_postponement"),
        ("by_election", "request_by_election"),
        ("transfer", "examine_handover"),
        ("not_recognised", "verify_facts"),
    } <= shown
    assert {status for status, _ in found} == {"running", "ended", "cancelled"}
    assert main(("doctor",)) == 0
    capsys.readouterr()
    assert main(("verify", "--json")) == 0
    before = json.loads(capsys.readouterr().out)
    assert main(("setup", "--demo", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert main(("verify", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == before


def test_an_imaginary_number_has_a_right_check_digit_and_no_region() -> None:
    for sequence in range(1000):
        number = live_cases.id_number(date(1996, 5, 5), sequence)
        assert forms.is_id_number(number, date(2026, 3, 2))
        assert number.startswith("99999919960505")


def test_serving_answers_until_it_is_told_to_stop(home: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "api", "serve", "--port", str(port)],
            env={**os.environ, "LIUHEN_LOG": "json", "LIUHEN_CLOCK": "system"},
            stderr=output,
        )
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
                    assert json.load(answer)["status"] == "ready"
                    number = answer.headers["X-Request-Id"]
                break
            except urllib.error.URLError:
                assert server.poll() is None, "the server ended by itself"
                time.sleep(0.2)
        else:
            pytest.fail("the server did not answer")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            figures = answer.read().decode()
        assert 'liuhen_requests_total{door="GET /health/ready",status="200"} 1.0' in figures
        assert re.search(r"^liuhen_clock_lag_seconds \d", figures, re.MULTILINE)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(120) == 0
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {"_granian", "liuhen.request"} <= {line["logger"] for line in lines}
    assert [line["door"] for line in lines if line.get("request") == number] == ["GET /health/ready"]
    store = Store(home)
    with store.reading() as db:
        assert db.execute(text("SELECT count(*) FROM beats")).scalar() == 0, "it has taken its name off the list"
    store.close()


@pytest.fixture
def elsewhere(databases: Databases, kind: Kind) -> Any:
    """An empty database of the other kind."""
    made = databases.blank("postgresql" if kind == "sqlite" else "sqlite")
    yield made
    databases.drop(made)


def test_a_backup_goes_into_the_other_kind_of_database(
    liuhen: Liuhen, home: Any, elsewhere: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    liuhen("publish", str(folder))
    file = tmp_path / "office.backup"
    status, said = liuhen("backup", str(file), "--json")
    made = json.loads(said)
    assert (status, made["trail"]["is_whole"], made["tables"]["people"] > 100) == (0, True, True)
    assert (made["file"], made["bytes"]) == (str(file), file.stat().st_size)
    assert made["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert liuhen("backup", str(file))[0] == 1, "it is there already"
    assert liuhen("backup", str(tmp_path / "no" / "folder"))[0] == 1
    assert liuhen("restore", str(tmp_path / "nothing"))[0] == 2
    assert liuhen("restore", str(file))[0] == 1, "the database is not empty"
    status, said = liuhen("backup", str(tmp_path / "again"))
    assert status == 0
    assert len(re.findall(r"^people +[\d,]+$", said, re.MULTILINE)) == 1
    assert f"kept in {tmp_path / 'again'}: " in said
    assert "the trail is whole" in said

    monkeypatch.setenv("LIUHEN_DATABASE_URL", elsewhere.database_url)
    file.with_name("cut").write_bytes(file.read_bytes()[:-9])
    assert liuhen("restore", str(file.with_name("cut")))[0] == 1
    status, said = liuhen("restore", str(file), "--json")
    back = json.loads(said)
    assert (status, back["tables"], back["trail"]) == (0, made["tables"], made["trail"])
    status, said = liuhen("verify", "--json")
    told = json.loads(said)
    assert (status, {name: told[name] for name in made["trail"]}) == (0, made["trail"])
    assert liuhen("doctor") == (0, "all is well\n")
    assert liuhen("restore", str(file))[0] == 1, "it is not empty any more"


def test_a_backup_of_a_broken_trail_is_made_and_told(liuhen: Liuhen, home: Any, tmp_path: Path, kind: Kind) -> None:
    _break(home, kind)
    status, said = liuhen("backup", str(tmp_path / "b"), "--json")
    assert (status, json.loads(said)["trail"]["is_whole"]) == (1, False)
    assert (tmp_path / "b").exists()
