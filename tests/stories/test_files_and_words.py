"""A paper is attached, issued and signed; what is said about it, copied, urged and printed: told over HTTP."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from api.demonstration import PASSWORD
from tests.engine.contents import DOCX_WITH_MACROS, PDF, PNG
from tests.stories.conftest import Case, Refusal, Story
from tests.together import together

PAPER = Path(__file__).parent / "procedures" / "signed_paper"
LIN, LEADER, COMMISSIONER, DEPUTY, STRANGER = (
    *("lin.ceshi", "zhao.zhishu", "wu.zuwei"),
    *("chen.jijian", "chu.zhishu"),
)
DRAWN = "M 100 100 L 200 120 L 300 80"


@pytest.fixture
def office(story: Story) -> Story:
    story.at("2026-03-02")
    story.publishes(PAPER)
    return story


def begun(office: Story) -> Case:
    rows = [{"office": "样例第七单位", "copies": 3}, {"office": "样例第八单位", "copies": 1}]
    answers = {"paper": "关于值班的通知", "phone": "13900001234", "readers": rows}
    return office.person(LIN).starts("signed_paper", unit="B071", answers=answers)


def sends(office: Story, by: str, path: str, name: str, content: bytes, **fields: Any) -> Any:
    """A file as a browser's form sends it."""
    form = {"file": (io.BytesIO(content), name), **fields}
    return office.person(by).raw("POST", path, data=form, content_type="multipart/form-data")


def no(answer: Any) -> Refusal:
    """The refusal of an act that has to be refused."""
    assert answer.refused is not None
    found: Refusal = answer.refused
    return found


def fetches(office: Story, by: str, path: str, **headers: str) -> Any:
    return office.person(by).raw("GET", path, headers)


def drafted(office: Story) -> Case:
    """As far as the step that is signed."""
    case = begun(office)
    wu = office.person(COMMISSIONER)
    task = wu.task(case, "draft")["id"]
    assert sends(office, COMMISSIONER, f"/tasks/{task}/attachments", "通知.pdf", PDF).status_code == 201
    wu.completes(case, "draft")
    return case


def test_a_paper_is_attached_issued_and_signed_with_a_password(office: Story) -> None:
    case, wu, zhao = begun(office), office.person(COMMISSIONER), office.person(LEADER)
    task = wu.task(case, "draft")
    assert {"attach", "comment", "copy"} <= set(task["can"])
    assert (task["demands"]["least"], task["demands"]["clause"]["id"]) == (1, "sp_1")
    bare = wu.completes(case, "draft")
    assert (no(bare).code, no(bare).clause) == ("err_attachments_missing", "sp_1")
    sent = sends(office, COMMISSIONER, f"/tasks/{task['id']}/attachments", "通知.pdf", PDF)
    assert (sent.status_code, sent.json["name"]) == (201, "通知.pdf")
    wu.completes(case, "draft")
    task = zhao.task(case, "issue")
    assert task["demands"]["signature"] == ["password", "drawing"]
    unsigned = zhao.completes(case, "issue", decision="agree")
    assert (no(unsigned).code, no(unsigned).error("signature")["clause"]) == ("err_signature_missing", "sp_2")
    path, body = f"/tasks/{task['id']}/completion", {"decision": "agree"}
    wrong = zhao.posts(path, {**body, "signature": {"password": "not the password"}})
    assert (no(wrong).code, no(wrong).status) == ("err_wrong_password", 403)
    zhao.posts(path, {**body, "signature": {"password": PASSWORD}})
    assert case.outcome == "issued"
    assert "attachment.added" in case.kinds()


def test_a_drawn_signature_is_kept_as_a_file_and_printed(office: Story) -> None:
    case, zhao = drafted(office), office.person(LEADER)
    path = f"/tasks/{zhao.task(case, 'issue')['id']}/completion"
    for wrong in ({"drawing": "M 1 1"}, {"drawing": "<script>"}, {}, {"drawing": DRAWN, "password": "x"}):
        assert no(zhao.posts(path, {"decision": "agree", "signature": wrong})).status == 422
    zhao.posts(path, {"decision": "agree", "opinion": "同意签发", "signature": {"drawing": DRAWN}})
    sheet = zhao.gets(f"/cases/{case.id}/sheet")
    assert [(s["name"], s["by"]["name"]) for s in sheet["signed"]] == [
        ("Attach the paper", "Wu Zuwei"),
        ("Issue it", "Zhao Zhishu"),
    ]
    assert sheet["signed"][1]["signature"] == {"way": "drawing", "drawing": DRAWN}
    (form,) = sheet["forms"]
    assert form["lines"] == [
        {"label": "Paper", "value": "关于值班的通知"},
        {"label": "Telephone", "value": "139****1234"},
    ]
    (table,) = form["lists"]
    assert (table["columns"], table["rows"]) == (["Office", "Copies"], [["样例第七单位", 3], ["样例第八单位", 1]])
    assert [a["sha256"] for a in sheet["attachments"]] == [hashlib.sha256(PDF).hexdigest()]
    assert sheet["seal"]["hash"] == case.trail()[-1]["hash"]
    assert sheet["address"].endswith(f"/cases/{case.id}")
    assert sheet["qr"]["path"].startswith("M")
    assert office.person(STRANGER).gets(f"/cases/{case.id}/sheet").refused == "err_not_found"


def test_to_send_back_needs_no_signature(office: Story) -> None:
    case, zhao = drafted(office), office.person(LEADER)
    zhao.returns(case, "issue", "日期不对")
    assert case.open_steps() == ["draft"]


def test_a_password_is_guessed_no_faster_than_at_the_door(office: Story) -> None:
    case, zhao = drafted(office), office.person(LEADER)
    path = f"/tasks/{zhao.task(case, 'issue')['id']}/completion"
    guesses = [{"decision": "agree", "signature": {"password": f"guess number {n}"}} for n in range(6)]
    said = [no(zhao.posts(path, guess)) for guess in guesses]
    assert [r.status for r in said] == [403] * 5 + [429]
    assert said[5]["retry_after"] > 0
    assert case.open_steps() == ["issue"]
    assert "account.blocked" in str(office.auditor.gets("/trail", kind="account.blocked")["items"])


def test_two_who_sign_at_the_same_moment(office: Story) -> None:
    case, zhao = drafted(office), office.person(LEADER)
    path = f"/tasks/{zhao.task(case, 'issue')['id']}/completion"
    body = {"decision": "agree", "signature": {"drawing": DRAWN}}
    one, two = together(lambda: zhao.posts(path, body), lambda: zhao.posts(path, body))
    assert sorted(str(a.refused.code) if a.refused else "done" for a in (one, two)) == ["done", "err_already_completed"]
    assert case.outcome == "issued"


# ---------------------------------------------------------------- files


def test_what_is_not_taken_and_what_the_case_tells_of_it(office: Story) -> None:
    case, wu = begun(office), office.person(COMMISSIONER)
    where = f"/tasks/{wu.task(case, 'draft')['id']}/attachments"
    for name, content, status, code in (
        ("a.exe", b"MZ", 422, "err_file_type"),
        ("a.txt", b"abc", 422, "err_file_type"),  # not of this step
        ("a.pdf", PNG, 422, "err_file_disagrees"),
        ("a.docx", DOCX_WITH_MACROS, 422, "err_file_macros"),
        ("机密.pdf", PDF, 422, "err_file_classified"),
        ("a.pdf", b"", 422, "err_file_empty"),
    ):
        answer = sends(office, COMMISSIONER, where, name, content)
        assert (answer.status_code, answer.json["code"]) == (status, code), name
    large = wu.raw("PUT", f"{where}?name=a.pdf", data=b"%PDF-1.4" + bytes(26 << 20))
    assert (large.status_code, large.get_json()["code"]) == (413, "err_too_large")
    level = sends(office, COMMISSIONER, where, "a.pdf", PDF, level="secret")
    assert level.json["code"] == "err_file_classified"
    assert sends(office, STRANGER, where, "a.pdf", PDF).status_code == 404
    assert wu.gets(f"/cases/{case.id}/attachments")["items"] == []
    told = [e for e in case.trail() if e["kind"] == "attachment.refused"]
    assert len(told) == 2
    assert "机密" not in str(told), "that it came is told, and nothing of what came"


def test_a_file_is_given_back_to_whoever_sees_the_case_as_what_it_is(office: Story) -> None:
    case, wu = begun(office), office.person(COMMISSIONER)
    where = f"/tasks/{wu.task(case, 'draft')['id']}/attachments"
    id_ = sends(office, COMMISSIONER, where, "会议 记录\u202e.pdf", PDF).json["id"]
    answer = fetches(office, LIN, f"/attachments/{id_}/content")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''%E4%BC%9A%E8%AE%AE%20%E8%AE%B0%E5%BD%95.pdf")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    part = fetches(office, LIN, f"/attachments/{id_}/content", Range="bytes=5-7")
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, PDF[5:8], f"bytes 5-7/{len(PDF)}")
    assert fetches(office, LIN, f"/attachments/{id_}/content", Range="bytes=9999-").status_code == 416
    again = fetches(office, LIN, f"/attachments/{id_}/content", **{"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    shown = fetches(office, LIN, f"/attachments/{id_}/preview")
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    for path in ("content", "preview"):
        assert fetches(office, STRANGER, f"/attachments/{id_}/{path}").status_code == 404
    wu.deletes(f"/attachments/{id_}", reason="wrong")
    assert fetches(office, LIN, f"/attachments/{id_}/content").status_code == 404


def test_a_program_puts_the_body_itself_and_a_repeated_upload_acts_once(office: Story) -> None:
    case, wu = begun(office), office.person(COMMISSIONER)
    where = f"/tasks/{wu.task(case, 'draft')['id']}/attachments?name=%E5%9B%BE.png"
    headers = {"Idempotency-Key": "upload-1"}
    first = wu.raw("PUT", where, headers, data=PNG)
    assert (first.status_code, first.get_json()["name"]) == (201, "图.png")
    again = wu.raw("PUT", where, headers, data=PNG)
    assert again.get_json()["id"] == first.get_json()["id"]
    other = wu.raw("PUT", where, headers, data=PNG + b" ")
    assert other.get_json()["code"] == "err_idempotency_key_reused"
    assert len(wu.gets(f"/cases/{case.id}/attachments")["items"]) == 1


# ---------------------------------------------------------------- words


def test_the_procedure_copies_and_people_do(office: Story) -> None:
    case, deputy, wu = begun(office), office.person(DEPUTY), office.person(COMMISSIONER)
    assert deputy.sees(case)["id"] == case.id, "the procedure sent a copy when the step opened"
    task = wu.task(case, "draft")["id"]
    stranger = office.person(STRANGER)
    assert stranger.sees(case).refused == "err_not_found"
    assert wu.posts(f"/tasks/{task}/copies", {"to": [stranger.id], "note": "请知悉"})["to"][0]["id"] == stranger.id
    assert stranger.sees(case)["id"] == case.id
    copies = wu.gets(f"/cases/{case.id}/copies")["items"]
    assert [(c["to"]["id"], c["note"]) for c in copies] == [(stranger.id, "请知悉"), (deputy.id, "知悉")]
    assert stranger.posts("/copies/read", {"cases": [case.id]})["read"] == 1
    assert stranger.posts("/copies/read", {})["read"] == 0
    denied = stranger.posts(f"/tasks/{task}/copies", {"to": [stranger.id]})
    assert (no(denied).code, no(denied).status) == ("err_may_not_copy", 403)


def test_a_comment_is_in_the_timeline_and_a_mention_lets_nobody_in(office: Story) -> None:
    case, wu, stranger = begun(office), office.person(COMMISSIONER), office.person(STRANGER)
    task = wu.task(case, "draft")["id"]
    barred = wu.posts(f"/tasks/{task}/comments", {"text": "请看", "mentions": [stranger.id]})
    assert (no(barred).code, no(barred).status) == ("err_may_not_see", 422)
    said = wu.posts(f"/tasks/{task}/comments", {"text": "请核对日期", "mentions": [office.person(LIN).id]})
    assert said["mentions"][0]["id"] == office.person(LIN).id
    office.person(LIN).posts(f"/cases/{case.id}/comments", {"text": "已核对"})
    assert [c["text"] for c in wu.gets(f"/cases/{case.id}/comments")["items"]] == ["请核对日期", "已核对"]
    assert [e["opinion"] for e in case.trail() if e["kind"] == "comment.added"] == ["请核对日期", "已核对"]
    for path in (f"/cases/{case.id}/comments", f"/tasks/{task}/comments"):
        assert stranger.posts(path, {"text": "?"}).refused == "err_not_found"


def test_whoever_waits_urges_once_in_four_hours(office: Story) -> None:
    case, lin = begun(office), office.person(LIN)
    task = office.person(COMMISSIONER).task(case, "draft")["id"]
    assert lin.posts(f"/tasks/{task}/reminder", {})["again_at"] == "2026-03-02T13:00:00.000+08:00"
    again = lin.posts(f"/tasks/{task}/reminder", {})
    assert (no(again).code, no(again).status) == ("err_urged_lately", 409)
    office.at("2026-03-02T13:00")
    lin.posts(f"/tasks/{task}/reminder", {})
    assert case.kinds().count("task.urged") == 2
    assert office.person(STRANGER).posts(f"/tasks/{task}/reminder", {}).refused == "err_not_found"


def test_phrases_are_ones_own_and_the_offices(office: Story) -> None:
    zhao, admin = office.person(LEADER), office.person("xie.xitong")
    zhao.puts("/phrases", {"items": ["同意签发。"]})
    admin.puts("/phrases", {"items": ["情况属实。"], "of": "office"})
    assert zhao.gets("/phrases").body == {"own": ["同意签发。"], "office": ["情况属实。"], "may_set_office": False}
    assert zhao.puts("/phrases", {"items": ["x"], "of": "office"}).refused == "err_forbidden"
    zhao.deletes("/phrases")
    assert zhao.gets("/phrases")["own"] == []


def test_a_draft_holds_the_words_too_and_is_there_on_another_machine(office: Story) -> None:
    case, zhao = drafted(office), office.person(LEADER)
    task = zhao.task(case, "issue")["id"]
    zhao.puts(f"/tasks/{task}/draft", {"answers": {}, "decision": "agree", "opinion": "同意", "reason": "补"})
    kept = zhao.task(case, "issue")["draft"]
    assert (kept["decision"], kept["opinion"], kept["reason"]) == ("agree", "同意", "补")
    assert office.auditor.gets(f"/tasks/{task}")["draft"] is None
