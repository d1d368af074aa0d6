"""Attachments of a task: who may put, see and take back; what a step demands; signatures; the chores of the clock."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine import attachments, cases, demands, files, tables, tasks, views
from engine.demands import Signature
from engine.errors import DefinitionRefused, NotFound, NotNow, Unfit
from engine.files import TooLarge
from engine.store import Store
from tests.engine import outside_files
from tests.engine.casework import Office
from tests.engine.contents import DOCX, PDF, PNG
from tests.engine.test_returning import Desk, step
from tests.together import together

LATER = datetime(2100, 1, 1, tzinfo=UTC)
DRAWN = "M 100 100 L 200 120 L 300 80"


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def desk(office: Office, words: str = "") -> Desk:
    """a (wu) ▸ b (zhao)."""
    return Desk(office, step("a", "wu", words), step("b", "zhao", ""), flows="s>a a>b b>e")


def put(here: Desk, by: str, element: str, name: str, content: bytes) -> dict[str, Any]:
    return upload(here.office, by, here.task(element), name, content)


def upload(office: Office, by: str, task: str, name: str, content: bytes) -> dict[str, Any]:
    """Upload and attach, as the edge does it: look, take the bytes in, then the rows."""
    settings = office.store.settings
    with office.store.reading() as db:
        place = attachments.place(db, office.actor(by), office.store.moment(db), settings, task)
    kept = files.receive(settings, io.BytesIO(content), name, limit=place.room, allowed=place.types, told=place.told)
    found: dict[str, Any] = office.does(attachments.attach, by, settings, task, kept)
    return found


def reads(office: Office, by: str, id_: str) -> dict[str, Any]:
    with office.store.reading() as db:
        return attachments.read(db, office.actor(by), id_)


def entries(here: Desk, kind: str) -> list[dict[str, Any]]:
    table = tables.entries.c
    with here.office.store.reading() as db:
        rows = db.execute(select(table.text).where(table.chain == here.case, table.kind == kind).order_by(table.seq))
        return [json.loads(text) for text in rows.scalars()]


# ---------------------------------------------------------------- put, see, take back


def test_who_does_the_step_attaches_and_who_sees_the_case_reads(office: Office) -> None:
    here = desk(office)
    found = put(here, "wu", "a", "林某的简历.pdf", PDF)
    assert reads(office, "wu", found["id"])["name"] == "林某的简历.pdf"
    assert reads(office, "otto", found["id"])["media_type"] == "application/pdf"
    assert reads(office, "lin", found["id"])["size"] == len(PDF)  # who started it sees the whole case here
    for stranger in ("qian", "zhao"):  # another branch; and who has not been asked yet
        with pytest.raises(NotFound):
            reads(office, stranger, found["id"])
    here.does("wu", "a")
    assert reads(office, "zhao", found["id"])["sha256"] == found["sha256"]


def test_the_entry_holds_the_hash_and_only_a_commitment_to_the_name(office: Office) -> None:
    here = desk(office)
    found = put(here, "wu", "a", "林某的身份证.png", PNG)
    (entry,) = entries(here, "attachment.added")
    assert (entry["sha256"], entry["size"], entry["media_type"]) == (found["sha256"], len(PNG), "image/png")
    assert set(entry["name"]) == {"pd"}
    assert "身份证" not in str(entry)


def test_nobody_else_attaches(office: Office) -> None:
    here = desk(office)
    for other in ("zhao", "lin", "otto", "qian"):
        with pytest.raises(NotFound):
            put(here, other, "a", "a.pdf", PDF)


def test_an_attachment_is_taken_back_by_its_uploader_until_the_step_is_done(office: Office) -> None:
    here = desk(office)
    first, second = put(here, "wu", "a", "a.pdf", PDF), put(here, "wu", "a", "b.png", PNG)
    with pytest.raises(NotNow, match="err_not_yours"):
        office.does(attachments.remove, "otto", first["id"])
    with pytest.raises(NotFound):
        office.does(attachments.remove, "qian", first["id"])
    office.does(attachments.remove, "wu", first["id"], "传错了")
    with pytest.raises(NotFound):
        reads(office, "wu", first["id"])
    assert [e["reason"] for e in entries(here, "attachment.removed")] == ["传错了"]
    here.does("wu", "a")
    with pytest.raises(NotNow, match="err_step_not_open"):
        office.does(attachments.remove, "wu", second["id"])


def test_a_file_and_the_completion_of_the_same_moment(office: Office) -> None:
    here = desk(office)
    task, settings = here.task("a"), office.store.settings
    kept = files.receive(settings, io.BytesIO(PDF), "a.pdf")
    said = together(
        lambda: bool(office.does(attachments.attach, "wu", settings, task, kept)),
        lambda: bool(office.does(tasks.complete, "wu", task)),
    )
    assert said[1] is True
    assert said[0] in (True, "err_already_completed")
    with office.store.reading() as db:
        assert len(files.attached(db, task_id=task)) == (1 if said[0] is True else 0)


def test_a_case_has_room_for_so_much(office: Office) -> None:
    here = desk(office)
    task, settings = here.task("a"), replace(office.store.settings, case_files_max=len(PDF) + 1)
    kept = files.receive(settings, io.BytesIO(PDF), "a.pdf")
    office.does(attachments.attach, "wu", settings, task, kept)
    with pytest.raises(TooLarge, match="err_case_files_full"):
        office.does(attachments.attach, "wu", settings, task, kept)


# ---------------------------------------------------------------- what a step demands

TWO = '<liuhen:attachments min="1" max="2" types="pdf,docx"/>'


def test_a_step_demands_attachments_of_some_types(office: Office) -> None:
    here = desk(office, TWO)
    with pytest.raises(Unfit) as refused:
        here.does("wu", "a")
    assert [e.path for e in refused.value.errors] == ["attachments"]
    with pytest.raises(Unfit, match="err_file_type"):
        put(here, "wu", "a", "a.png", PNG)
    put(here, "wu", "a", "a.pdf", PDF)
    put(here, "wu", "a", "a.docx", DOCX)
    with pytest.raises(Unfit, match="err_too_many_files"):
        put(here, "wu", "a", "b.pdf", PDF)
    here.does("wu", "a")


def test_a_demand_may_hang_on_the_outcome(office: Office) -> None:
    words = (
        '<liuhen:outcome value="pass" kind="agree"/><liuhen:outcome value="drop" kind="neutral"/>'
        '<liuhen:attachments min="1" outcome="pass"/><liuhen:signature by="drawing" outcome="pass"/>'
    )
    here = desk(office, words)
    with office.store.reading() as db:
        shown = views.task(db, office.actor("wu"), office.store.moment(db), here.task("a"), "en")["demands"]
    assert (shown["least"], [said.en for said in shown["least_for"]]) == (1, ["pass"])
    with pytest.raises(Unfit, match="err_attachments_missing"):
        here.does("wu", "a", decision="pass")
    here.does("wu", "a", decision="drop")


@pytest.mark.parametrize(
    "words",
    [
        '<liuhen:attachments min="3" max="1"/>',
        '<liuhen:attachments types="exe"/>',
        '<liuhen:attachments min="1" outcome="nothing"/>',
        '<liuhen:signature by="thumb"/>',
        '<liuhen:copy on="completed"/>',
        '<liuhen:copy role="branch_secretary"/>',
    ],
)
def test_what_cannot_be_demanded_is_not_published(office: Office, words: str) -> None:
    with pytest.raises(DefinitionRefused):
        desk(office, words)


# ---------------------------------------------------------------- signatures


def test_a_step_is_signed_in_the_way_it_says(office: Office) -> None:
    here = desk(office, '<liuhen:signature by="drawing"/>')
    for wrong in (None, Signature("password")):
        with pytest.raises(Unfit, match="err_signature_missing"):
            here.does("wu", "a", signature=wrong)
    kept = files.keep_text(office.store.settings, demands.svg(DRAWN), "signature.svg", "image/svg+xml")
    here.does("wu", "a", signature=Signature("drawing", DRAWN, kept))
    (entry,) = entries(here, "task.completed")
    assert entry["signature"] == {"way": "drawing", "sha256": kept.sha256, "size": kept.size}


def test_a_password_may_sign_where_either_does(office: Office) -> None:
    here = desk(office, '<liuhen:signature by="either"/>')
    here.does("wu", "a", signature=Signature("password"))
    (entry,) = entries(here, "task.completed")
    assert entry["signature"] == {"way": "password"}


def test_in_a_batch_nothing_is_signed_by_the_way(office: Office) -> None:
    here = desk(office, '<liuhen:signature by="password"/>')
    with pytest.raises(Unfit, match="err_signature_missing"):
        office.does(tasks.complete_in_batch, "wu", here.task("a"), timedelta(0))


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        "M 1 1",
        "M 1 1 L 2 2",
        "M 1 1 L 9000 1",
        "M 1 1 C 1 2 3 4 5 6",
        'M 1 1 L 300 1"/><script>alert(1)</script>',
        "M 1 1 L 300 1 " * 5000,
    ],
)
def test_a_drawing_that_is_none_is_refused(drawing: str) -> None:
    with pytest.raises(Unfit) as refused:
        demands.read_drawing(drawing)
    assert refused.value.errors[0].path == "signature"


def test_a_drawing_becomes_a_file_that_holds_nothing_else() -> None:
    assert demands.read_drawing("  M 100   100 L 200 120\nL 300 80 ") == DRAWN
    assert demands.svg(DRAWN).count("<path ") == 1


# ---------------------------------------------------------------- before a case is started


def test_what_is_uploaded_for_a_new_case_is_its_uploaders_alone(office: Office) -> None:
    kept = files.receive(office.store.settings, io.BytesIO(PDF), "a.pdf")
    found = office.does(attachments.keep_loose, "lin", kept)
    assert reads(office, "lin", found["id"])["case_id"] is None
    for other in ("otto", "wu"):
        with pytest.raises(NotFound):
            reads(office, other, found["id"])
        with pytest.raises(NotFound):
            office.does(attachments.remove, other, found["id"])
    office.does(attachments.remove, "lin", found["id"])
    for _ in range(attachments.LOOSE):
        office.does(attachments.keep_loose, "lin", kept)
    with pytest.raises(Unfit, match="err_too_many_files"):
        office.does(attachments.keep_loose, "lin", kept)


# ---------------------------------------------------------------- chores


def test_the_chore_takes_what_no_case_came_for(office: Office) -> None:
    here = desk(office)
    found = put(here, "wu", "a", "a.pdf", PDF)
    kept = files.receive(office.store.settings, io.BytesIO(PNG), "b.png")
    office.does(attachments.keep_loose, "lin", kept)
    house = files.storage(office.store.settings)
    assert attachments.sweep(office.store, LATER) == 0
    office.at("2026-03-20")
    assert attachments.sweep(office.store, LATER) == 1
    assert [sha256 for sha256, _ in house.kept()] == [found["sha256"]]
    assert reads(office, "otto", found["id"])["size"] == len(PDF)


def test_quarantine_ends_when_the_scanner_is_back(office: Office) -> None:
    here = desk(office, '<liuhen:attachments min="1"/>')
    good, bad = put(here, "wu", "a", "a.pdf", PDF), put(here, "wu", "a", "b.pdf", PDF + outside_files.EICAR)
    with office.store.transaction() as db:
        db.execute(update(tables.files).values(verdict="waiting"))
    with pytest.raises(NotNow, match="err_file_waiting"):
        reads(office, "wu", good["id"])
    with pytest.raises(Unfit, match="err_attachments_missing"):
        here.does("wu", "a")
    assert attachments.rescan(office.store) == 0  # no scanner is set
    plain = office.store.settings
    with outside_files.scanner() as address:
        office.store.settings = replace(plain, scanner=address)
        assert attachments.rescan(office.store) == 2
        office.store.settings = plain
    assert reads(office, "wu", good["id"])["verdict"] == "clean"
    with pytest.raises(NotNow, match="err_file_infected"):
        reads(office, "wu", bad["id"])
    (entry,) = entries(here, "attachment.refused")
    assert (entry["code"], entry["found"]) == ("err_file_infected", "Eicar-Signature")
    here.does("wu", "a")


def test_the_trail_of_a_case_with_files_is_whole(office: Office) -> None:
    here = desk(office)
    put(here, "wu", "a", "a.pdf", PDF)
    here.does("wu", "a")
    assert here.open == ["b"]  # rows, machine and trail agree
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.attachments)).scalar_one() == 1
        assert cases.scope_of(db, office.actor("zhao"), here.case) == "full"
