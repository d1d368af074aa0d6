"""Official documents between two bodies: a request is signed and sent, answered, returned, answered anew, received."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.test_documents import pdf_text
from tests.stories.conftest import Case, Story

PROCEDURES = Path(__file__).parent / "procedures"
COMMISSIONER, SECRETARY, DEPUTY, STRANGER = "wu.zuwei", "zhao.zhishu", "chen.jijian", "chu.zhishu"
COMMITTEE, CLERK = "sun.shuji", "he.zugan"
REQUEST = "关于接收林测试同志为中共预备党员的请示"


def documents(story: Story, case: Case, by: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (story.person(by) if by else story.auditor).gets(f"/cases/{case.id}/documents")[
        "items"
    ]
    return found


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_request_and_its_reply_are_documents_of_both_cases(story: Story) -> None:
    story.language = "zh-CN"
    story.at("2026-03-12")
    for name in ("exchange", "exchange_reply"):
        assert story.publishes(PROCEDURES / name)["findings"] == []
    wu, zhao, sun, deputy, stranger, clerk = (
        story.person(name) for name in (COMMISSIONER, SECRETARY, COMMITTEE, DEPUTY, STRANGER, CLERK)
    )

    # 支部签发请示：字号、标题、主送、签发人、附件、附注
    case = wu.starts("exchange", unit="B071")
    assert documents(story, case) == []
    zhao.completes(case, "sign")
    request, slip = documents(story, case)
    assert (request["number"], request["kind_name"], request["title"]) == ("B071请〔2026〕1号", "请示", REQUEST)
    assert (slip["number"], slip["kind_name"]) == (None, "告知书")
    page = wu.gets(f"/documents/{request['id']}")["page"]
    assert page["issuers"] == [story.unit("B071")["name"]]
    assert (page["to"], page["urgency"], page["date"]) == (story.unit("C07")["name"], "加急", "2026年3月12日")
    assert page["signer"] == page["note"].removeprefix("联系人：").partition("；")[0]
    assert [one["name"] for one in page["attachments"]] == ["支部大会决议", "入党志愿书"]
    assert page["body"][1] == {"level": 1, "text": "一、票决情况"}
    english = wu.gets(f"/documents/{request['id']}", language="en")["page"]
    assert (english["date"], english["body"][-1]["text"]) == ("12 March 2026", "We ask for instructions.")

    # 谁能看：看得到事项的人；当事人只看写给自己的；别人与不存在无异
    assert [d["id"] for d in documents(story, case, DEPUTY)] == [slip["id"]]
    assert deputy.gets(f"/documents/{request['id']}").refused == "err_not_found"
    assert deputy.gets(f"/documents/{slip['id']}")["title"] == "受理告知"
    for path in (f"/cases/{case.id}/documents", f"/documents/{request['id']}", f"/documents/{request['id']}/pdf"):
        assert stranger.gets(path).refused == "err_not_found"

    # PDF：与所存内容同文，可提取
    answer = wu.raw("GET", f"/documents/{request['id']}/pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    said = pdf_text(answer.data).replace("\n", "")
    for part in (REQUEST, "B071请〔2026〕1号", "签发人：", *(p["text"] for p in page["body"]), "2026年3月12日印发"):
        assert part in said

    # 上级收到，来文存入其事项，看得到该事项的人即可看来文
    (task,) = [item for item in sun.box("todo") if item["definition"] == "exchange_reply"]
    reply = Case(story, sun.gets(f"/cases/{task['case']['id']}").body, None)
    (received,) = documents(story, reply, COMMITTEE)
    assert (received["id"], received["is_received"]) == (request["id"], True)
    assert sun.gets(f"/documents/{request['id']}")["title"] == REQUEST
    assert "document.filed" in reply.kinds()

    # 退回重签：原批复作废，字号不再使用
    sun.completes(reply, "answer", decision="approve")
    sun.returns(reply, "look", "落款有误")
    story.at("2026-03-13")
    sun.completes(reply, "answer", decision="approve")
    _, first, second = documents(story, reply)
    assert (first["number"], first["is_void"], first["void_because"]) == ("C07复〔2026〕1号", True, "落款有误")
    assert (second["number"], second["is_void"], second["dated_on"]) == ("C07复〔2026〕2号", False, "2026-03-13")
    assert "作废" in pdf_text(sun.raw("GET", f"/documents/{first['id']}/pdf").data)
    sun.completes(reply, "look")

    # 批复回到支部
    assert case.open_steps() == ["receive"]
    *_, back = documents(story, case, COMMISSIONER)
    assert (back["id"], back["title"], back["is_received"]) == (second["id"], f"关于《{REQUEST}》的批复", True)
    said = pdf_text(wu.raw("GET", f"/documents/{second['id']}/pdf").data).replace("\n", "")
    assert f"你支部《{REQUEST}》（B071请〔2026〕1号）收悉" in said
    assert wu.gets(f"/documents/{first['id']}").refused == "err_not_found"  # 作废的一件没有发给支部
    wu.completes(case, "receive")
    assert (case.status, case.outcome) == ("ended", "answered")

    # 发文登记：审计看全部，公文管理人员看本机关，别人不能看
    lines = {line["number"]: line for line in story.auditor.gets_all("/document-numbers", limit=1)}
    assert set(lines) == {"B071请〔2026〕1号", "C07复〔2026〕1号", "C07复〔2026〕2号"}
    assert lines["C07复〔2026〕1号"]["void_because"] == "落款有误"
    assert lines["C07复〔2026〕1号"]["void_by"]["name"] == "孙书记"
    own = clerk.gets("/document-numbers", unit="C07", year=2026)["items"]
    assert [(line["serial"], line["is_void"]) for line in own] == [(1, True), (2, False)]
    assert clerk.gets("/document-numbers", unit="B071").refused == "err_not_found"
    assert wu.gets("/document-numbers").refused == "err_not_keeper"
    no_year = clerk.gets("/document-numbers", year=1).refused
    assert no_year is not None
    assert no_year.status == 422
    voiding = f"/documents/{second['id']}/voiding"
    assert sun.posts(voiding, {"reason": "印错"}).refused == "err_not_keeper"
    assert clerk.posts(voiding, {"reason": "印错"}).refused == "err_not_found"  # 管字号，不看事项
