"""Legal holds, erasure and terms of retention, through the doors, on both databases.

林测试 applies and withdraws; 戚审计 keeps the records, 喻日志 confirms as the audit administrator.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from engine import erasing, log, machine, tables, trail
from engine.exports import events
from engine.oversight import filling
from engine.store import new_id
from engine.xml import safe_xml
from tests.stories.conftest import Case, Story
from tests.stories.test_recruitment import RECRUITMENT, letter
from tools import verify_bundle

APPLICANT, CONFIRMS, SYSTEM_ADMIN, BRANCH = "lin.ceshi", "yu.rizhi", "xie.xitong", "B071"
ID_NUMBER, NAME = "999999199605050027", "林测试"
XES = "{http://www.xes-standard.org/}"


def applied(story: Story) -> Case:
    story.at("2026-03-02")
    case = story.person(APPLICANT).starts(RECRUITMENT, BRANCH, letter(story, APPLICANT, "2026-03-02"))
    assert case.refused is None, case.refused
    return case


def confirmed(story: Story, proposal: Any) -> Any:
    return story.person(CONFIRMS).posts(f"/proposals/{proposal['id']}/confirm", {})


def test_what_is_erased_is_gone_and_the_trail_stays_whole(story: Story, tmp_path: Path) -> None:
    case, keeper = applied(story), story.auditor
    erasure = {"fields": [], "ground": "本人申请，《个人信息保护法》第四十七条", "files": True}
    # 在办事项还需要这些信息；无权者被拒。
    assert keeper.posts(f"/cases/{case.id}/erasure", erasure).refused == "err_case_open"
    assert story.person(SYSTEM_ADMIN).posts(f"/cases/{case.id}/erasure", erasure).refused == "err_forbidden"
    assert story.person(APPLICANT).withdraws(case, "个人原因").refused is None
    found = keeper.gets(f"/cases/{case.id}/records")
    fields = {f["field"] for f in found["erasable"]}
    assert {"id_number", "person_name", "born_on"} <= fields
    assert found["can"] == ["hold", "erase"]
    # 敏感信息给看得到全部留痕的人；给其他人的文件里只有掩码。
    assert story.person("wu.zuwei").sees(case).refused is None
    for reader, is_open in ((keeper, True), (story.person("wu.zuwei"), False)):
        for format_ in ("json", "bundle"):
            query = {"format": format_, "purpose": "核对"}
            content = reader.raw("GET", f"/cases/{case.id}/export", query_string=query).data
            if format_ == "bundle":
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content = b"".join(archive.read(n) for n in archive.namelist() if not n.startswith("definition/"))
            assert (ID_NUMBER.encode() in content) is is_open, (format_, is_open)
    # 保全优先：保全期间既不能提议删除，也不能确认此前的提议。
    waits = keeper.posts(f"/cases/{case.id}/erasure", erasure)
    held = keeper.posts(f"/cases/{case.id}/holds", {"ground": "纪检机关调卷"})
    assert keeper.posts(f"/cases/{case.id}/holds", {"ground": "纪检机关调卷"}).refused == "err_already_held"
    assert confirmed(story, waits).refused == "err_legal_hold"
    assert keeper.posts(f"/cases/{case.id}/erasure", {**erasure, "fields": ["id_number"]}).refused == "err_legal_hold"
    assert [h["number"] for h in keeper.gets_all("/holds")] == [case.number]
    # 解除须两人；提议人自己不能确认。
    lifting = keeper.posts(f"/holds/{held['id']}/lifting", {"ground": "已归还"})
    assert keeper.posts(f"/proposals/{lifting['id']}/confirm", {}).refused == "err_forbidden"
    assert confirmed(story, lifting)["status"] == "confirmed"
    assert keeper.posts(f"/holds/{held['id']}/lifting", {"ground": "再解除"}).refused == "err_hold_lifted"
    assert keeper.gets_all("/holds") == []
    log.seal(story.store)
    filling.tick(story.store)
    assert [c["id"] for c in keeper.gets_all("/search/cases", q=NAME)] == [case.id]
    # 确认一次即生效。
    assert confirmed(story, waits)["status"] == "confirmed"
    assert keeper.gets_all("/search/cases", q=NAME) == []
    assert confirmed(story, waits).refused == "err_already_decided"
    assert {"hold.placed", "hold.lifted", "values.erased"} <= set(case.kinds())
    _gone(story, case)
    log.seal(story.store)
    filling.tick(story.store)
    assert keeper.gets_all("/search/cases", q=NAME) == []
    assert [c["id"] for c in keeper.gets_all("/search/cases", q=case.number)] == [case.id]
    # 留痕读作“已删除、由谁、依何依据”，校验仍然完整。
    keeper._story.language = "zh"
    begun = keeper.gets_all(f"/cases/{case.id}/trail")[0]
    (said,) = [c["value"] for c in begun["changes"] if c["field"] == "id_number"]
    assert said == "（个人信息，已由 戚审计、喻日志 删除：本人申请，《个人信息保护法》第四十七条）"
    keeper._story.language = "en"
    with story.store.reading() as db:
        assert trail.verify(db, case.id).is_whole
    bundle = tmp_path / "case.zip"
    query = {"format": "bundle", "purpose": "核对"}
    bundle.write_bytes(keeper.raw("GET", f"/cases/{case.id}/export", query_string=query).data)
    with bundle.open("rb") as file:
        report = verify_bundle.verify(file, [], None, "en")
    assert not report.findings
    with zipfile.ZipFile(bundle) as archive:
        everything = b"".join(archive.read(n) for n in archive.namelist() if not n.startswith("definition/"))
    assert ID_NUMBER.encode() not in everything
    # 再删一次：没有可删的了。
    assert keeper.posts(f"/cases/{case.id}/erasure", erasure).refused == "err_nothing_to_erase"


def _gone(story: Story, case: Case) -> None:
    """The erased texts stand in no table any more, whatever it is."""
    with story.store.reading() as db:
        for table in tables.metadata.sorted_tables:
            if table.name in ("people", "accounts", "definition_files", "documents"):
                continue  # the directory is not the case's; a published file is nobody's
            for row in db.execute(select(table)).mappings():
                assert not any(ID_NUMBER in str(value) for value in row.values()), table.name
        state = db.execute(select(tables.cases.c.state, tables.cases.c.title).where(tables.cases.c.id == case.id)).one()
        assert ID_NUMBER not in str(machine.glance(state.state).variables)
        assert NAME not in state.title
        answers = tables.answers.c
        kept = db.execute(select(answers["values"], answers.salts).where(answers.case_id == case.id)).one()
    assert json.loads(kept.salts) == {}
    assert "id_number" not in json.loads(kept[0])
    assert json.loads(kept[0])["no_relatives"] is True


def test_the_database_lets_nothing_else_of_an_answer_go(story: Story) -> None:
    case = applied(story)
    answers = tables.answers.c
    with story.store.reading() as db:
        row = db.execute(select(tables.answers).where(answers.case_id == case.id)).mappings().one()
    values, salts = json.loads(row["values"]), json.loads(row["salts"])

    def without(given: dict[str, Any], *names: str) -> str:
        return json.dumps({k: v for k, v in given.items() if k not in names}, ensure_ascii=False)

    erasure = {"id": new_id(), "case_id": case.id, "ground": "x", "count": 1, "files": 0, "at": row["at"]}
    named = {"task_id": row["task_id"], "field": "id_number", "erasure_id": erasure["id"]}

    def tried(changed: dict[str, Any], *, is_named: bool = True) -> bool:
        try:
            with story.store.transaction() as db:
                if is_named:
                    db.execute(insert(tables.erasures).values(**erasure))
                    db.execute(insert(tables.erased_answers).values(**named))
                db.execute(update(tables.answers).where(answers.task_id == row["task_id"]).values(**changed))
                raise _TakeBack
        except _TakeBack:
            return True
        except DBAPIError:
            return False

    gone = {"values": without(values, "id_number"), "salts": without(salts, "id_number")}
    assert tried(gone)
    assert not tried(gone, is_named=False)
    assert not tried({**gone, "values": without(values, "id_number", "gender")})  # 没有点名的字段
    assert not tried({"values": gone["values"]})  # 值删了，盐还在
    assert not tried({"salts": gone["salts"]})  # 盐删了，值还在
    assert not tried({**gone, "values": json.dumps({**json.loads(gone["values"]), "gender": "male"})})  # 顺手改别的
    assert not tried({**gone, "values": json.dumps({**json.loads(gone["values"]), "id_number": None})})
    assert not tried({**gone, "element": "else"})
    with pytest.raises(DBAPIError), story.store.transaction() as db:
        db.execute(text("DELETE FROM answers"))


class _TakeBack(Exception):
    """Ends a transaction of which nothing is to stay."""


def test_terms_of_retention_say_what_is_due_and_erase_nothing(story: Story) -> None:
    case, keeper = applied(story), story.auditor
    assert story.person(APPLICANT).withdraws(case, "个人原因").refused is None
    assert keeper.gets_all("/retention/due") == []
    wrong = keeper.puts(f"/retention/{RECRUITMENT}", {"years": 0, "ground": "x"}).refused
    assert wrong is not None
    assert wrong.error("years")["code"] == "out_of_range"
    assert story.designer.puts(f"/retention/{RECRUITMENT}", {"years": 2, "ground": "x"}).refused == "err_forbidden"
    assert keeper.puts(f"/retention/{RECRUITMENT}", {"years": 2, "ground": "文书档案保管期限规定"})["years"] == 2
    assert keeper.gets_all("/retention/due") == []
    story.at("2028-03-03")
    (due,) = keeper.gets_all("/retention/due")
    assert (due["number"], due["is_held"]) == (case.number, False)
    # 到期什么也不会自动删除。
    with story.store.reading() as db:
        assert erasing.values_of(db, case.id)
    keeper.posts(f"/cases/{case.id}/holds", {"ground": "诉讼"})
    assert keeper.gets_all("/retention/due")[0]["is_held"] is True
    terms = {t["definition"]: t for t in keeper.gets("/retention")["items"]}
    assert (terms[RECRUITMENT]["years"], terms["leave_request"]["ground"]) == (2, None)


def test_directly_follows_in_the_event_log_is_what_sql_counts(story: Story, tmp_path: Path) -> None:
    """Over the whole office as the database orders it, by the elements that were completed one after another."""
    for _ in range(2):
        case = applied(story)
        assert story.person(APPLICANT).withdraws(case, "个人原因").refused is None
    query = {"format": "xes", "purpose": "流程挖掘"}
    log = safe_xml(story.auditor.raw("GET", "/exports", query_string=query).data, "log.xes")
    follows: Counter[tuple[str, str]] = Counter()
    for trace in log.iter(f"{XES}trace"):
        done = [
            given["liuhen:element"] if "liuhen:element" in given else given["liuhen:kind"]
            for event in trace.iter(f"{XES}event")
            for given in [{a.get("key") or "": a.get("value") or "" for a in event}]
            if given["lifecycle:transition"] == "complete"
        ]
        follows.update(pairwise(done))
    is_sqlite = story.store.is_sqlite
    element = "json_extract(text, '$.element')" if is_sqlite else "text::json ->> 'element'"
    kinds = ", ".join(f"'{k.value}'" for k in events.COMPLETE)
    counted = f"""
        SELECT one, other, count(*) FROM (
            SELECT coalesce({element}, kind) AS other,
                   lag(coalesce({element}, kind)) OVER (PARTITION BY chain ORDER BY seq) AS one
            FROM entries WHERE kind IN ({kinds}) AND chain IN (SELECT id FROM cases)) pairs
        WHERE one IS NOT NULL GROUP BY one, other"""
    with story.store.reading() as db:
        expected = {(r[0], r[1]): r[2] for r in db.execute(text(counted))}
    assert dict(follows) == expected
    assert sum(expected.values()) >= 2
