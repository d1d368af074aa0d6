"""Search over everything that was done: by whom, where, when and by words; what it leaves on record; as a table."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pypdf
import pytest
import typst
from sqlalchemy import func, select

from engine import indexing, log, tables
from engine.oversight import exporting, filling, search, texts
from tests import offices
from tests.databases import KINDS, Databases
from tests.stories.conftest import Case, Story, telling

EXPENSE, BRANCH = "expense_approval", "B071"
CLAIMANT, LEADER, ACCOUNTANT = "zheng.lianyi", "zhao.zhishu", "shi.kuaiji"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def pdf(*pages: str) -> bytes:
    """A PDF with a Chinese text on each page."""
    source = '#set text(font: ("Noto Serif SC", "Source Han Serif SC", "SimSun"))\n' + "\n#pagebreak()\n".join(pages)
    made: bytes = typst.compile(source.encode(), format="pdf")
    return made


def docx(text: str, **more: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    head = more.get("head", "")
    space = WORD.strip("{}")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        document = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?>{head}{document}')
    return file.getvalue()


def indexed(story: Story) -> None:
    """What the clock does a second or two after a deed."""
    log.seal(story.store)
    filling.tick(story.store)


def claims(story: Story, purpose: str, amount: float) -> Case:
    items = [{"spent_on": "2026-02-27", "kind": "travel", "receipt": "0001", "amount": amount}]
    case = story.person(CLAIMANT).starts(EXPENSE, BRANCH, {"purpose": purpose, "items": items})
    assert case.refused is None, case.refused
    return case


@pytest.fixture(scope="module", params=KINDS)
def office(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Story]:
    """Three claims: one approved with an opinion, one returned with an attachment, one open."""
    template = offices.with_these(databases, request.param, EXPENSE)
    with telling(databases, request.param, template) as told:
        told.at("2026-03-02")
        first = claims(told, "赴邻市开会", 500)
        leader = told.person(LEADER)
        assert leader.completes(first, "approve", decision="agree", opinion="同意，注意节约用车。").refused is None
        told.at("2026-03-04")
        claims(told, "购置 Printer 耗材", 1200)
        third = claims(told, "走访慰问", 300)
        task = leader.task(third, "approve")["id"]
        form = {"file": (io.BytesIO(pdf("第一页", "= 慰问名单\n\n补助标准为每户三百元")), "慰问名单.pdf")}
        sent = leader.raw("POST", f"/tasks/{task}/attachments", data=form, content_type="multipart/form-data")
        assert sent.status_code == 201, sent.data
        indexed(told)
        yield told


@pytest.fixture
def story(office: Story) -> Iterator[Story]:
    yield office
    office.look_at_refusals()


def found(story: Story, of: str = "cases", **query: Any) -> list[dict[str, Any]]:
    return story.auditor.gets_all(f"/search/{of}", **query)


def titles(story: Story, **query: Any) -> list[str]:
    return [item["title"].split("：")[1].split("，")[0] for item in found(story, **query)]


def test_two_characters_find_what_was_written_and_show_where(story: Story) -> None:
    (case,) = found(story, q="节约")
    (hit,) = case["hits"]
    assert (hit["where"], hit["text"], hit["marks"]) == ("opinion", "同意，注意节约用车。", [[5, 7]])
    assert case["seal"]["state"] == "sealed"
    # 每个词都要有，在同一事项里，不分大小写和全半角；词要原样出现。
    assert titles(story, q="邻市 节约") == ["赴邻市开会"]
    assert titles(story, q="ＰＲＩＮＴ") == ["购置 Printer 耗材"]
    assert titles(story, q="节约 耗材") == titles(story, q="节用") == titles(story, q="意注") == []
    assert titles(story, q=case["number"].lower()) == ["赴邻市开会"]
    # 一个字太短；词太多也不行。
    short = story.auditor.gets("/search/cases", q="会").refused
    assert short is not None
    assert (short.status, short.code) == (422, "err_word_too_short")
    assert story.auditor.gets("/search/cases", q=" ".join(f"词{n}" for n in range(9))).refused == "err_unfit"
    (entry,) = found(story, "entries", q="节约")
    assert (entry["kind"], entry["case"]["number"]) == ("task.completed", case["number"])
    assert entry["hits"][0]["marks"] == [[5, 7]]
    assert entry["seal"]["state"] == "sealed"


def test_words_that_stand_in_many_texts_are_met_on_the_way(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RARE", 0)
    assert titles(story, q="邻市 节约") == ["赴邻市开会"]
    assert titles(story, q="节约 耗材") == titles(story, q="节用") == []
    (entry,) = found(story, "entries", q="同意 节约")
    assert entry["hits"][0]["marks"] == [[0, 2], [5, 7]]
    assert found(story, "entries", q="节用") == []


def test_the_text_of_an_attachment_finds_its_case(story: Story) -> None:
    (case,) = found(story, q="每户三百元")
    (hit,) = case["hits"]
    assert (hit["where"], hit["name"], hit["page"]) == ("file", "慰问名单.pdf", 2)
    assert hit["text"][slice(*hit["marks"][0])] == "每户三百元"
    (entry,) = found(story, "entries", q="补助标准")
    assert entry["kind"] == "attachment.added"
    by_name = found(story, q="慰问名单.pdf")[0]["hits"]
    assert {"where": "file_name", "name": "慰问名单.pdf", "text": "慰问名单.pdf"}.items() <= by_name[0].items()


def test_cases_are_found_by_who_where_when_and_what(story: Story) -> None:
    leader = story.person(LEADER).id
    every = ["走访慰问", "购置 Printer 耗材", "赴邻市开会"]
    assert titles(story) == every
    assert titles(story, person=leader) == ["走访慰问", "赴邻市开会"]
    assert titles(story, person=leader, how="could") == every
    assert titles(story, person=story.person(CLAIMANT).id, how="started") == every
    assert titles(story, person=story.person(ACCOUNTANT).id, how="could") == ["赴邻市开会"]
    assert titles(story, person=story.person(ACCOUNTANT).id, how="saw") == []
    assert story.person(LEADER).sees(Case(story, found(story, q="邻市")[0], None)).refused is None
    assert titles(story, person=leader, how="saw", q="邻市") == ["赴邻市开会"]
    assert titles(story, unit="C07") == every
    assert titles(story, unit="C07", below="false") == []
    assert titles(story, definition=EXPENSE, version=1, **{"from": "2026-03-03"}) == every[:2]
    assert titles(story, to="2026-03-02") == every[2:]
    assert titles(story, step="approve", decision="agree") == every[2:]
    assert titles(story, kind="attachment.added") == every[:1]
    assert titles(story, status="ended") == titles(story, mark="late") == titles(story, mark="imported") == []
    assert titles(story, field="items.amount", min=400, max=1000) == every[2:]
    assert titles(story, field="items.receipt", value="0001", min=1) == every
    assert titles(story, field="purpose", value="走访慰问") == every[:1]
    assert story.auditor.gets("/search/cases", value="1").refused == "err_unfit"
    assert story.auditor.gets("/search/cases", version=1).refused == "err_unfit"
    # 一页一页，不重不漏。
    page = story.auditor.gets("/search/cases", limit=2)
    assert len(page["items"]) == 2
    assert page["indexed"]["entries"] > 0
    assert page["indexed"]["files_read"] == 1
    entries = found(story, "entries", limit=3, definition=EXPENSE)
    assert len({(e["chain"], e["seq"]) for e in entries}) == len(entries) > 6
    assert [e["kind"] for e in found(story, "entries", person=leader, step="approve", decision="agree")] == [
        "task.completed"
    ]


def test_only_auditors_search_and_their_searching_is_on_record(story: Story) -> None:
    for name in (LEADER, "xie.xitong"):
        for path in ("/search/cases", "/search/entries", "/search/choices"):
            assert story.person(name).gets(path).refused == "err_forbidden"
        query = {"format": "csv", "purpose": "看看"}
        assert story.person(name).raw("GET", "/search/export", query_string=query).status_code == 403
    found(story, q="慰问名单", unit=BRANCH)
    (entry, *_) = story.auditor.gets("/trail", kind="search.made")["items"]
    with story.store.reading() as db:
        row = db.execute(select(tables.entries).where(tables.entries.c.hash == entry["hash"])).one()
        words = tables.read_words.c
        kept = db.execute(select(words.content).where(words.chain == row.chain, words.seq == row.seq)).scalar_one()
    body = json.loads(row.text)
    assert body["filters"]["unit"] == BRANCH
    assert "慰问名单" not in row.text
    assert json.loads(kept)["private"] == {"q": "慰问名单"}


def exported(story: Story, **query: Any) -> Any:
    return story.auditor.raw("GET", "/search/export", query_string={"purpose": "专项检查", **query})


def test_what_is_found_leaves_as_a_table_with_an_entry(story: Story) -> None:
    sheet = exported(story, format="csv", columns="number,title,seal,found", q="节约")
    assert sheet.status_code == 200, sheet.data
    head, line = csv.reader(io.StringIO(sheet.data.decode("utf-8-sig")))
    assert head == ["Number", "Case", "Integrity", "Found"]
    assert line[2:] == ["whole, in the log", "同意，注意节约用车。"]
    (entry,) = story.auditor.gets("/trail", kind="search.exported")["items"]
    assert entry["sentence"].endswith("exported 1 lines of a search of cases (CSV): 专项检查")
    with story.store.reading() as db:
        text = db.execute(select(tables.entries.c.text).where(tables.entries.c.hash == entry["hash"])).scalar_one()
    assert json.loads(text)["sha256"] == hashlib.sha256(sheet.data).hexdigest()
    # 单元格里的公式只是文字。
    risky = claims(story, "=HYPERLINK(1)", 1)
    indexed(story)
    book = openpyxl.load_workbook(io.BytesIO(exported(story, format="xlsx", of="entries", q="HYPERLINK").data))
    rows = list(book.worksheets[0].iter_rows())
    assert len(rows) == 2
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert ("For", "专项检查") in list(book.worksheets[1].iter_rows(values_only=True))
    assert exporting.guarded("=1+1") == "'=1+1"
    assert risky.number in {cell.value for cell in rows[1]}
    for query, code in (
        ({"format": "csv", "purpose": " "}, "err_unfit"),
        ({"format": "csv", "q": "没有这句话"}, "err_nothing_found"),
        ({"format": "csv", "columns": "password"}, "err_unfit"),
    ):
        assert exported(story, **query).get_json()["code"] == code


def test_a_search_is_kept_under_a_name_beside_the_worklists_views(story: Story) -> None:
    given = {"page": "search", "name": "大额", "filter": {"of": "cases", "field": "items.amount", "min": "1000"}}
    assert story.auditor.puts("/views/large", given)["page"] == "search"
    (view,) = story.auditor.gets("/views", page="search")["items"]
    assert view["filter"] == given["filter"]
    assert story.auditor.gets("/views")["items"] == []
    assert titles(story, **{k: v for k, v in view["filter"].items() if k != "of"}) == ["购置 Printer 耗材"]
    wrong = story.auditor.puts("/views/wrong", {**given, "filter": {"box": "todo"}})
    assert wrong.refused == "err_unfit"
    assert story.auditor.deletes("/views/large").refused is None


def test_what_is_not_indexed_yet_is_told_and_the_index_is_made_anew(story: Story) -> None:
    claims(story, "补办证件", 10)
    page = story.auditor.gets("/search/cases", q="补办证件")
    assert page["items"] == []
    assert page["indexed"]["waiting"] > 0
    indexed(story)
    assert titles(story, q="补办证件") == ["补办证件"]
    with story.store.reading() as db:
        before = db.execute(select(tables.search_terms)).all()
    with story.store.transaction() as db:
        filling.made_anew(db)
    filling.tick(story.store)
    with story.store.reading() as db:
        again = set(db.execute(select(tables.search_terms)).all())
        assert {row.text_id for row in again} == {row.text_id for row in before}
        assert again == set(before)
    with story.store.transaction() as db:
        ids = db.execute(select(tables.search_texts.c.id)).scalars().all()
        indexing.drop(db, ids)
        for table in (tables.search_terms, tables.search_texts, tables.search_values, tables.search_files):
            assert db.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name
        filling.made_anew(db)
    filling.tick(story.store)
    assert titles(story, q="补办证件") == ["补办证件"]


def test_what_was_erased_is_found_no_more(story: Story) -> None:
    (item,) = found(story, q="补助标准")
    assert story.person(CLAIMANT).withdraws(Case(story, item, None), "不办了").refused is None
    erasure = {"fields": [], "ground": "依申请", "files": True}
    proposal = story.auditor.posts(f"/cases/{item['id']}/erasure", erasure)
    assert story.person("yu.rizhi").posts(f"/proposals/{proposal['id']}/confirm", {})["status"] == "confirmed"
    for _ in range(2):
        assert found(story, q="补助标准") == found(story, q="慰问名单.pdf") == []
        with story.store.reading() as db:
            for table in (tables.file_texts, tables.search_files):
                assert db.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name
        indexed(story)
    assert item["id"] in [case["id"] for case in found(story, q="走访慰问")]


# ---------------------------------------------------------------- files that want something else


def test_hostile_files_give_no_text_and_say_why() -> None:
    locked = pypdf.PdfWriter(io.BytesIO(pdf("秘密")))
    locked.encrypt("password")
    file = io.BytesIO()
    locked.write(file)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (40 << 20) + b"</a>")
    entities = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for kind, content, reason in (
        ("pdf", file.getvalue(), "encrypted"),
        ("pdf", b"%PDF-1.7\nnothing of the kind", "broken"),
        ("docx", bomb.getvalue(), "too_large"),
        ("docx", docx("&b;", head=entities), "hostile"),
        ("docx", docx("正文")[:-40], "broken"),
        ("docx", docx(""), "no_text"),
    ):
        read = texts.read(kind, content)
        assert (read.status, read.content, read.reason) == ("unread", "", reason), kind
    assert texts.read("docx", docx("第一段\n第二段")).content == "第一段\n第二段"
    assert texts.read("pdf", pdf("慢"), seconds=0.01).reason == "slow"
    assert texts.read("plain", "年度计划".encode("gb18030")).content == "年度计划"
