"""Official documents: made with the deed, numbered without gaps, void with their step, read as their case is."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from functools import partial
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine import documents, tables, tasks, trail
from engine.documents import typesetting
from engine.errors import DefinitionRefused, Forbidden, NotFound, NotNow, Stuck, Unfit
from engine.store import Store
from tests.databases import Databases
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_post
from tests.engine.test_returning import ANY, STRAIGHT, Desk, step
from tests.together import together

REPLY: dict[str, Any] = {
    "title": {"zh": "关于{unit(case.unit).name}请示的批复", "en": "Reply to {unit(case.unit).name}"},
    "body": [
        {"zh": "来文收悉。", "en": "Received."},
        {"zh": "字号为{document.number}。", "en": "Number {document.number}."},
    ],
}
ISSUES = (
    '<liuhen:document kind="reply" body="reply" issuer="=superior(case.unit)" to="=case.unit"'
    ' copies="=[superior(case.unit), &quot;各党支部&quot;]" result="answer"/>'
)


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    with store.transaction() as db:
        add_post(db, "he", "document_clerk", "C1")
    return made


def desk(office: Office, issues: str = ISSUES, after: str = ANY, template: Any = None) -> Desk:
    """a (wu) issues ▸ b (zhao) ▸ c (she)."""
    return Desk(
        office,
        step("a", "wu", f"{ANY}{issues}"),
        step("b", "zhao", after),
        step("c", "she"),
        flows="s>a a>b b>c c>e",
        files={"documents/reply.json": json.dumps(template or REPLY, ensure_ascii=False)},
    )


def issued(here: Desk, by: str = "otto") -> list[dict[str, Any]]:
    with here.office.store.reading() as db:
        return documents.of_case(db, here.office.actor(by), here.case)


def numbers(office: Office, by: str = "otto", **more: Any) -> list[tuple[str, bool]]:
    with office.store.reading() as db:
        found, _ = documents.register(db, office.actor(by), office.store.moment(db), limit=200, **more)
    return [(line["number"], line["is_void"]) for line in found]


def gapless(office: Office, count: int) -> None:
    """Every place of the series from 1 on is there once, and the counter stands where the register ends."""
    n = tables.document_numbers.c
    with office.store.reading() as db:
        serials = list(db.execute(select(n.serial).order_by(n.serial)).scalars())
        last = db.execute(select(tables.numbers.c.last).where(tables.numbers.c.series == "document:C1复/2026")).scalar()
        assert db.execute(select(func.count()).select_from(tables.documents)).scalar_one() == count
    assert serials == list(range(1, count + 1))
    assert last == count


def test_a_completion_issues_a_document_that_is_kept_as_it_was_hashed(office: Office) -> None:
    here = desk(office)
    assert issued(here) == []
    here.does("wu", "a")
    (made,) = issued(here)
    assert (made["number"], made["kind"], made["is_void"], made["is_whole"]) == (
        "C1复〔2026〕1号",
        "reply",
        False,
        True,
    )
    assert made["title"].zh == "关于B1组织请示的批复"
    printed = json.loads(made["content"])
    assert [p["zh"] for p in printed["body"]] == ["来文收悉。", "字号为C1复〔2026〕1号。"]
    assert [one["name"]["zh"] for one in printed["issuers"]] == ["C1组织"]
    assert [one["name"]["zh"] for one in (*printed["to"], *printed["copies"])] == ["B1组织", "C1组织", "各党支部"]
    assert (printed["date"], printed["id"], printed["is_upward"]) == ("2026-03-02", made["id"], False)
    with office.store.reading() as db:
        entry = next(e for e in trail.read(db, here.case) if e["kind"] == "document.issued")
        report = trail.verify(db, here.case)
    assert report.is_whole
    assert entry["sha256"] == made["sha256"] == hashlib.sha256(made["content"].encode()).hexdigest()
    assert "关于" not in json.dumps({k: v for k, v in entry.items() if k != "kind_name"}, ensure_ascii=False)
    said = [e["sentence"].zh for e in office.entries("otto", here.case) if e["kind"] == "document.issued"]
    assert said == [f"wu印发《批复》C1复〔2026〕1号（SHA-256 {made['sha256'][:12]}）。"]
    data = office.sees("otto", here.case)["data"]["answer"]
    assert (data["number"], data["date"], data["id"]) == (made["number"], "2026-03-02", made["id"])
    agrees(office, here.case)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_nobody_changes_what_was_issued(office: Office) -> None:
    here = desk(office)
    here.does("wu", "a")
    with pytest.raises(IntegrityError, match="append-only"), office.store.transaction() as db:
        db.execute(update(tables.documents).values(content="{}"))


def test_whoever_may_not_see_the_case_does_not_see_its_documents(office: Office) -> None:
    here = desk(office)
    here.does("wu", "a")
    made = issued(here, by="zhao")[0]["id"]  # b asks zhao, who sees the case
    for verb in (partial(documents.of_case, case_id=here.case), partial(documents.find, document_id=made)):
        with office.store.reading() as db, pytest.raises(NotFound):
            verb(db, office.actor("qian"))
    with office.store.reading() as db, pytest.raises(NotFound):
        documents.find(db, office.actor("otto"), "nothing")


def test_the_register_is_for_auditors_and_for_whoever_keeps_the_documents_of_a_body(office: Office) -> None:
    here = desk(office)
    here.does("wu", "a")
    assert numbers(office) == numbers(office, by="he") == [("C1复〔2026〕1号", False)]
    assert numbers(office, year=2025) == numbers(office, kind="notice") == []
    with pytest.raises(Forbidden, match="err_not_keeper"):
        numbers(office, by="wu")
    with pytest.raises(NotFound):
        numbers(office, by="he", unit="B1")


def test_a_step_that_is_undone_voids_its_document_and_the_next_has_another_number(office: Office) -> None:
    here = desk(office)
    here.does("wu", "a")
    here.returns("zhao", "b", "a", opinion="标题有误")
    (made,) = issued(here)
    assert (made["is_void"], made["void_because"], made["void_by"]) == (True, "标题有误", "p-zhao")
    here.does("wu", "a")
    assert numbers(office) == [("C1复〔2026〕1号", True), ("C1复〔2026〕2号", False)]
    gapless(office, 2)
    said = [e["sentence"].zh for e in office.entries("otto", here.case) if e["kind"] == "document.voided"]
    assert said == ["《批复》C1复〔2026〕1号作废：标题有误"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_way_straight_back_makes_the_documents_between_valid_again(office: Office) -> None:
    here = Desk(
        office,
        step("x", "wu"),
        step("a", "wu", f"{ANY}{ISSUES}"),
        step("b", "zhao", STRAIGHT),
        flows="s>x x>a a>b b>e",
        files={"documents/reply.json": json.dumps(REPLY, ensure_ascii=False)},
    )
    here.does("wu", "x")
    here.does("wu", "a")
    here.returns("zhao", "b", "x")
    assert numbers(office) == [("C1复〔2026〕1号", True)]
    here.does("wu", "x")
    assert numbers(office) == [("C1复〔2026〕1号", False)]
    assert here.kinds().count("document.restored") == 1


def test_a_document_is_voided_by_who_keeps_the_documents_of_its_body_with_a_reason(office: Office) -> None:
    here = desk(office)
    here.does("wu", "a")
    made = issued(here)[0]["id"]
    with pytest.raises(NotFound):  # keeps them, and may not see this case
        office.does(documents.void, "he", made, "印错")
    with pytest.raises(Forbidden, match="err_not_keeper"):
        office.does(documents.void, "zhao", made, "印错")
    with office.store.transaction() as db:
        add_post(db, "zhao", "document_clerk", "C1")
    with pytest.raises(Unfit):
        office.does(documents.void, "zhao", made, " ")
    office.does(documents.void, "zhao", made, "印错")
    with pytest.raises(NotNow, match="err_already_void"):
        office.does(documents.void, "zhao", made, "印错")
    line = issued(here)[0]
    assert (line["is_void"], line["void_because"], line["void_by"]) == (True, "印错", "p-zhao")


def test_numbers_have_no_gaps_and_no_doubles_when_many_take_them_at_once(office: Office) -> None:
    desks = [desk(office) for _ in range(6)]
    fails = json.dumps({**REPLY, "body": ["{document.number}{answer.title}"]}, ensure_ascii=False)
    broken = Desk(
        office, step("a", "wu", ISSUES), step("b", "zhao"), flows="s>a a>b b>e", files={"documents/reply.json": fails}
    )
    another = Store(office.store.settings)  # a second node on the same database
    nodes = [office.store, another]

    todo = {here: here.task("a") for here in (*desks, broken)}

    def act(number: int, here: Desk) -> Any:
        with nodes[number % 2].transaction() as db:
            return tasks.complete(db, office.actor("wu"), office.store.moment(db), todo[here])

    def killed(here: Desk) -> Any:
        try:
            with another.transaction() as db:
                tasks.complete(db, office.actor("wu"), office.store.moment(db), todo[here])
                raise ConnectionError("the server is killed before its COMMIT")
        except ConnectionError:
            return "killed"

    acts = [partial(act, n, here) for n, here in enumerate(desks[:5])]
    done = together(*acts, partial(act, 1, broken), partial(killed, desks[5]), partial(act, 0, desks[0]))
    another.close()
    assert sorted(d for d in done if isinstance(d, str)) == ["err_already_completed", "err_incident", "killed"]
    gapless(office, 5)
    assert act(0, desks[5])
    gapless(office, 6)


def test_a_session_that_the_database_ends_takes_no_number(databases: Databases) -> None:
    made = databases.create("postgresql")  # SQLite has no sessions that somebody else could end
    office = Office(Store(made))
    here = desk(office)

    def deed() -> None:
        with office.store.transaction() as db:
            tasks.complete(db, office.actor("wu"), office.store.moment(db), here.task("a"))
            assert db.execute(select(func.count()).select_from(tables.document_numbers)).scalar_one() == 1
            process = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with office.store.transaction() as other:
                other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})

    with pytest.raises(DBAPIError):
        deed()
    here.does("wu", "a")
    gapless(office, 1)
    office.store.close()
    databases.drop(made)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_two_bodies_do_not_share_a_code(office: Office) -> None:
    shared = ISSUES.replace("result=", 'code="=&quot;示直党&quot;" result=')
    desk(office, shared).does("wu", "a")
    here = desk(office, shared.replace("superior(case.unit)", "case.unit", 1))
    with pytest.raises(Stuck) as refused:
        here.does("wu", "a")
    assert "示直党〔2026〕1号" in refused.value.said.zh
    assert numbers(office) == [("示直党〔2026〕1号", False)]


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('code="=&quot;a b&quot;"', "机关代字"),
        ('title="=null"', "没有值"),
        ('issuer="=&quot;nobody&quot;"', "发文机关"),
        ('date="=&quot;2026&quot;"', "成文日期"),
    ],
)
def test_what_cannot_be_put_together_is_not_issued_and_the_step_is_not_done(
    office: Office, more: str, said: str
) -> None:
    here = desk(office, f'<liuhen:document kind="reply" body="reply" {more}/>')
    with pytest.raises(Stuck) as refused:
        here.does("wu", "a")
    assert said in refused.value.said.zh
    assert here.open == ["a"]
    assert numbers(office) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_document_may_have_no_number_a_condition_and_a_kind_of_its_own(office: Office) -> None:
    words = (
        '<liuhen:document kind="circular" body="reply" when="=false"/>'
        '<liuhen:document kind="slip" body="reply" number="false" date="=date(&quot;2026-02-27&quot;)" '
        'title="=&quot;退文单&quot;" attachments="=[&quot;请示&quot;]" urgency="=&quot;urgent&quot;"/>'
    )
    template = {**REPLY, "body": ["退回。"], "note": "联系人：{person(actor).name}"}
    here = Desk(
        office,
        step("a", "wu", words),
        step("b", "zhao"),
        flows="s>a a>b b>e",
        files={
            "documents/reply.json": json.dumps(template, ensure_ascii=False),
            "texts.zh.json": json.dumps({"document.slip": "退文单"}, ensure_ascii=False),
        },
    )
    here.does("wu", "a")
    (made,) = issued(here)
    printed = json.loads(made["content"])
    assert (made["number"], made["kind_name"].zh, str(made["dated_on"])) == (None, "退文单", "2026-02-27")
    assert (printed["title"]["zh"], printed["note"]["zh"], printed["urgency"]["zh"]) == ("退文单", "联系人：wu", "加急")
    assert printed["attachments"] == [{"name": "请示"}]
    assert numbers(office) == []


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ('<liuhen:document kind="reply" body="none"/>', "missing_document"),
        ('<liuhen:document kind="slip" body="reply"/>', "document_kind"),
        ('<liuhen:document kind="reply" body="reply" to="=nothing"/>', "unknown_name"),
        ('<liuhen:document kind="reply" body="reply" outcome="never"/>', "unknown_outcome"),
        ('<liuhen:document kind="reply" body="reply" clause="mr_99"/>', "unknown_clause"),
        ('<liuhen:document kind="reply" body="reply" attachments="all"/>', "document_attachments"),
        ('<liuhen:document body="reply"/>', "word_incomplete"),
    ],
)
def test_publishing_refuses_a_document_that_could_not_be_issued(office: Office, word: str, rule: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        desk(office, word)
    assert rule in {f.rule for f in refused.value.findings}
    with pytest.raises(DefinitionRefused) as refused:
        desk(office, template={"body": ["{missing_name}"]})
    assert {"unknown_name", "document_title"} <= {f.rule for f in refused.value.findings}


def test_numbers_go_on_where_the_paper_register_stops(office: Office) -> None:
    def begins(code: str = "C1复", last: int = 36, reason: str = "纸面登记簿") -> None:
        office.does(documents.begin_series, "otto", "C1", code, 2026, last, reason)

    for wrong in ({"code": "a b"}, {"last": 0}, {"reason": " "}):
        with pytest.raises(Unfit):
            begins(**wrong)
    begins()
    with pytest.raises(NotNow, match="err_series_begun"):
        begins(last=40)
    desk(office).does("wu", "a")
    assert numbers(office) == [("C1复〔2026〕37号", False)]
    with office.store.reading() as db:
        (line,) = documents.series_on_paper(db, office.actor("he"), "C1")
        with pytest.raises(Forbidden):
            documents.series_on_paper(db, office.actor("wu"))
        said = [e["name"] for e in trail.read(db, trail.OFFICE) if e["kind"] == "series.begun"]
    assert ((line["code"], line["last"], line["reason"]), said) == (("C1复", 36, "纸面登记簿"), ["C1复〔2026〕"])
    here = desk(
        office, ISSUES.replace("superior(case.unit)", "case.unit", 1).replace("to=", 'code="=&quot;C1复&quot;" to=')
    )
    with pytest.raises(Stuck):
        here.does("wu", "a")
    begins("示复", 5)
    with pytest.raises(NotNow):
        begins("示复", 5)


# ---------------------------------------------------------------- pdf


def pdf_text(content: bytes) -> str:
    """The text of a PDF as somebody copies it."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_pdf_says_what_was_kept_and_nothing_in_it_acts(office: Office) -> None:
    hostile = '#eval("1") *粗* $x$ @ref <script>alert(1)</script> \\'
    template = {**REPLY, "body": [{"zh": hostile.replace("{", "{{"), "en": "x"}, {"level": 1, "zh": "一、意见"}]}
    words = ISSUES.replace("<liuhen:document", '<liuhen:document attachments="=[&quot;名单&quot;]"')
    here = desk(office, words, template=template)
    here.does("wu", "a")
    content = issued(here)[0]["content"]
    made = documents.pdf(content)
    said = pdf_text(made)
    for part in (
        "C1组织文件",
        "C1复〔2026〕1号",
        "关于B1组织请示的批复",
        "B1组织：",
        "一、意见",
        "附件：",
        "名单",
        "2026年3月2日",
    ):
        assert part in said
    assert hostile in said.replace("\n", "")
    assert "抄送：C1组织，各党支部。" in said
    assert documents.pdf(content) == made  # the same document is the same file
    assert "作废" in pdf_text(documents.pdf(content, is_void=True))
    assert "Reply to B1组织" in pdf_text(documents.pdf(content, "en"))
    assert b"/JavaScript" not in made
    assert b"pdfaid:part" in made


def test_where_nothing_sets_pdf_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    typesetting._tools.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(documents.NoTypesetter) as refused:
        documents.pdf("{}")
    assert "pip install typst" in refused.value.said.en
    assert "打印页" in refused.value.said.zh
