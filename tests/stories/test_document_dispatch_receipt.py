"""下发文件与收文：起草、审核、签发、登记、用印、分送、签收、阅处、反馈、催办、撤回、新版、汇总。

Documents sent down with receipts, told in the demonstration office: by the working committee's general office, to its
132 units. One published office for the whole module; each story sends a document of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api import demonstration
from engine import accounts, actors, tasks
from tests import offices
from tests.databases import Databases
from tests.engine.contents import PDF
from tests.stories.conftest import Answer, Case, Refusal, Story, telling

DRAFTER, REVIEWER, SIGNER, CLERK, SEALER = "fei.wenmi", "tao.shoufa", "bai.shuji", "qian.shouwen", "wei.bansan"
RECORDS = "ren.dangan"
UNIT, UNIT_CLERK, UNIT_DRAFTER, UNIT_HEAD = "U07", "mao.shouwen", "song.nigao", "miao.danwei"
TITLE = "关于报送年度工作情况的通知"
REGISTERED = {"recipient_units": [], "copy_units": [], "addressed": "各单位"}


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[Story]:
    template = offices.with_these(databases, "sqlite", "document_dispatch_receipt", "document_dispatch")
    with telling(databases, "sqlite", template) as told:
        yield told


@pytest.fixture
def story(office: Story) -> Iterator[Story]:
    yield office
    office.look_at_refusals()


class Paper:
    """One document on its way, and what a complete form of each step looks like."""

    def __init__(self, story: Story, units: int | list[str] = 3, **more: Any) -> None:
        self.story = story
        all_units = story.auditor.gets_all("/units", kind="unit", limit=1000)
        by_code = {unit["code"]: unit["id"] for unit in all_units}
        self.codes = list(by_code)[:units] if isinstance(units, int) else units
        self.units = [by_code[code] for code in self.codes]
        self.more = {"urgency": "normal", **more}
        self.case: Case = story.person(DRAFTER).starts(
            "document_dispatch",
            "WC0",
            {
                "title": TITLE,
                "kind": "notice",
                "urgency": self.more["urgency"],
                "is_important": False,
                "is_unclassified": True,
            },
        )

    # ------------------------------------------------------------ one step

    def does(self, who: str, element: str, answers: dict[str, Any], decision: str, **more: Any) -> Answer:
        return self.story.person(who).completes(self.case, element, answers, decision, **more)

    def attach(self, name: str = "附件.pdf", level: str | None = None) -> TestResponse:
        person = self.story.person(DRAFTER)
        task = person.task(self.case, "draft_document")["id"]
        fields = {"file": (BytesIO(PDF), name), **({"level": level} if level else {})}
        return person.raw("POST", f"/tasks/{task}/attachments", data=fields, content_type="multipart/form-data")

    def draft(self, **more: Any) -> Answer:
        answers = {
            "title": TITLE,
            "kind": "notice",
            "urgency": self.more["urgency"],
            "text": "请各单位认真总结本年度工作，按要求报送。",
            "needs_action": bool(self.more.get("feedback_by")),
            "is_unclassified": True,
            **more,
        }
        return self.does(DRAFTER, "draft_document", answers, "submit")

    def check(self, decision: str = "pass", **more: Any) -> Answer:
        ticked = dict.fromkeys(("is_necessary", "is_within_competence", "is_coordinated", "is_text_in_order"), True)
        return self.does(REVIEWER, "check_document", ticked, decision, **more)

    def sign(self, decision: str = "sign", **more: Any) -> Answer:
        person = self.story.person(SIGNER)
        task = person.task(self.case, "sign_document")["id"]
        body = {"answers": {}, "decision": decision, "signature": {"password": demonstration.PASSWORD}, **more}
        if decision != "sign":
            del body["signature"]
        return person.posts(f"/tasks/{task}/completion", body)

    def register(self, **more: Any) -> Answer:
        answers = {
            "recipient_units": self.units,
            "copy_units": [],
            "addressed": "各单位",
            "feedback_by": self.more.get("feedback_by"),
            **more,
        }
        return self.does(CLERK, "register_document", answers, "register")

    def release(self) -> Answer:
        return self.does(SEALER, "release_document", {"is_sealed": True}, "sent")

    def send(self) -> Paper:
        """All steps up to the delivery, on one day."""
        for step in (self.draft, self.check, self.sign, self.register, self.release):
            answer = step()
            assert answer.refused is None, (step.__name__, answer.refused)
        return self

    # ------------------------------------------------------------ the receipts

    def receipts(self, who: str = CLERK) -> list[dict[str, Any]]:
        return self.story.person(who).gets_all(f"/cases/{self.case.id}/called")

    def receipt(self, code: str, version: int = 1) -> Case:
        found = [r for r in self.receipts() if r["unit"]["code"] == code and line(r, "Version") == version]
        return Case(self.story, found[0], None)

    def signs_for(self, code: str, version: int = 1, decision: str = "signed_for", **more: Any) -> Answer:
        return self.story.person(clerk_of(code)).completes(
            self.receipt(code, version), "sign_for", {}, decision, **more
        )


def clerk_of(code: str) -> str:
    return UNIT_CLERK if code == UNIT else f"clerk.{code.lower()}"


def line(row: dict[str, Any], label: str) -> Any:
    return next(one["value"] for one in row["summary"] if one["label"] == label)


def sign_in_128_units(story: Story, paper: Paper) -> None:
    """All but the last four sign for it, by the verb behind the door: 128 browsers would take too long."""
    receipts = {row["unit"]["code"]: row["id"] for row in paper.receipts()}
    for code in paper.codes[:-4]:
        with story.store.transaction() as db:
            moment = story.store.moment(db)
            actor = actors.of_account(db, accounts.named(db, clerk_of(code)), moment, "test")
            tasks.attempt(db, actor, moment, receipts[code], "sign_for", {}, "signed_for")


def no(answer: Answer) -> Refusal:
    """The refusal of an act that has to be refused."""
    assert answer.refused is not None, answer
    return answer.refused


def test_a_document_goes_out_is_signed_for_read_and_archived(story: Story) -> None:
    story.at("2026-09-01")
    paper = Paper(story, ["U01", UNIT])
    assert paper.attach().status_code == 201
    paper.send()
    assert paper.case.open_steps() == ["urge_supervise"]
    assert [r["unit"]["code"] for r in paper.receipts()] == ["U01", UNIT]
    for code in ("U01", UNIT):
        assert paper.signs_for(code).refused is None
        receipt, clerk = paper.receipt(code), story.person(clerk_of(code))
        reader = [{"person": clerk.id}]
        assert clerk.completes(receipt, "circulate", {"readers_chosen": reader}, "circulate").refused is None
        assert clerk.completes(receipt, "read_document", {}, "read").refused is None
        assert receipt.outcome == "read"
        assert (receipt.summary["Signed on"], receipt.summary["Readers"]) == ("2026-09-01", 1)
        (attached,) = clerk.gets(f"/cases/{receipt.id}/attachments")["items"]
        assert clerk.raw("GET", f"/attachments/{attached['id']}/content").data == PDF  # stored once, with the sender
        (issued,) = clerk.gets(f"/cases/{receipt.id}/documents")["items"]
        assert issued["number"] == paper.case.summary["Number"]
    stranger = story.person("clerk.u02")
    assert no(stranger.sees(paper.receipt(UNIT))).status == 404
    assert stranger.raw("GET", f"/attachments/{attached['id']}/content").status_code == 404
    story.later("PT1M")
    assert paper.case.open_steps() == ["summarise"]
    assert paper.does(CLERK, "summarise", {}, "done").refused is None
    assert paper.case.data["coverage_percent"] == 100
    assert paper.does(RECORDS, "archive", {}, "done").refused is None
    assert (paper.case.status, paper.case.outcome) == ("ended", "closed")


def test_s43_a_most_urgent_document_to_132_units_three_never_sign_and_one_is_misdirected(story: Story) -> None:
    story.at("2026-09-01T09:00:00")
    paper = Paper(story, 132, urgency="most_urgent").send()
    assert len(paper.receipts()) == 132
    silent, wrong = paper.codes[-3:], paper.codes[-4]
    story.at("2026-09-01T10:00:00")
    sign_in_128_units(story, paper)
    refused = paper.signs_for(wrong, decision="refused_misdirected")
    assert no(refused).error("opinion")["code"] == "required"
    assert paper.signs_for(wrong, decision="refused_misdirected", opinion="不属本单位办理").refused is None
    assert paper.receipt(wrong).outcome == "refused_misdirected"
    clerk = story.person(CLERK)
    assert clerk.posts(f"/cases/{paper.case.id}/called/reminders", {"late_only": True}).body == {"urged": 0, "left": 0}
    story.at("2026-09-01T11:00:01")  # the two hours are over: the heads of the three units hear of it
    late = [r["unit"]["code"] for r in paper.receipts() if r["is_late"]]
    assert late == silent
    assert [e["kind"] for e in paper.receipt(silent[0]).trail()].count("task.overdue") == 1
    assert clerk.posts(f"/cases/{paper.case.id}/called/reminders", {"late_only": True}).body == {"urged": 3, "left": 0}
    assert clerk.posts(f"/cases/{paper.case.id}/called/reminders", {"late_only": True}).body == {"urged": 0, "left": 3}
    shown = clerk.task(paper.case, "urge_supervise")["values"]
    assert (shown["sent_count"], shown["signed_count"], shown["misdirected_count"]) == (132, 128, 1)
    assert float(shown["coverage"]) == 97.7  # 128 of 131
    assert [row["number"] for row in shown["overdue"]] == [paper.receipt(code).number for code in silent]
    assert shown["overdue"][0]["unit"] == f"样例第{demonstration.numeral(int(silent[0][1:]))}单位"
    recalled = paper.does(CLERK, "urge_supervise", {}, "recall", opinion="发错")
    assert (no(recalled).errors[0]["code"], no(recalled).clause) == ("outcome_not_allowed", "dd_06")
    assert paper.does(CLERK, "urge_supervise", {}, "new_version", opinion="更正附件").refused is None
    assert (paper.case.open_steps(), paper.case.data["coverage_percent"]) == (["draft_document"], "97.7")
    again = [code for code in paper.codes if code != wrong][:3]
    paper.units = [unit for code, unit in zip(paper.codes, paper.units, strict=True) if code in again]
    paper.send()
    first = [r for r in paper.receipts() if line(r, "Version") == 1]
    states = [r["status"] for r in first]  # who had not signed is asked no more; who had goes on with that version
    assert [states.count(s) for s in ("cancelled", "running", "ended")] == [3, 128, 1]
    second = [r for r in paper.receipts() if line(r, "Version") == 2]
    assert [r["unit"]["code"] for r in second] == again
    numbers = {line(r, "Number") for r in first}, {line(r, "Number") for r in second}
    assert [len(n) for n in numbers] == [1, 1]
    assert numbers[0] != numbers[1]


def test_before_the_first_signature_it_can_be_recalled(story: Story) -> None:
    story.at("2026-09-02")
    paper = Paper(story, ["U01", "U02"]).send()
    assert no(paper.does(CLERK, "urge_supervise", {}, "recall")).error("opinion")["code"] == "required"
    assert paper.does(CLERK, "urge_supervise", {}, "recall", opinion="内容有误").refused is None
    assert (paper.case.outcome, [r["status"] for r in paper.receipts()]) == ("recalled", ["cancelled", "cancelled"])
    assert paper.signs_for("U01").refused == "err_step_not_open"


def test_it_goes_to_a_kept_list_of_units_and_later_versions_of_the_list_change_no_case(story: Story) -> None:
    story.at("2026-09-03")
    keeper, head, administrator = story.person(CLERK), story.person(SIGNER), story.person("xie.xitong")
    codes = ("U03", "U01", "U02")
    units = [story.unit(code)["id"] for code in codes]
    wanted = {"unit": "WC0", "name": "年终考核单位", "units": units}
    assert keeper.gets("/distribution-lists")["items"] == []
    assert no(head.posts("/distribution-lists", wanted)).code == "err_not_keeper"
    assert no(head.gets("/distribution-lists")).code == "err_not_keeper"
    assert no(story.person(UNIT_CLERK).posts("/distribution-lists", wanted)).code == "err_not_keeper"
    assert no(keeper.posts("/distribution-lists", {**wanted, "units": []})).error("units")["code"] == "required"
    above = {**wanted, "units": [*units, story.unit("WC0")["id"]]}
    assert no(keeper.posts("/distribution-lists", above)).error("units")["code"] == "unknown_unit"
    made = keeper.posts("/distribution-lists", wanted)
    assert ([u["code"] for u in made["units"]], made["version"]) == (["U01", "U02", "U03"], 1)
    assert no(keeper.posts("/distribution-lists", wanted)).code == "err_list_name_taken"
    one = f"/distribution-lists/{made['id']}"
    assert no(story.person(UNIT_CLERK).gets(one)).status == 404
    assert no(story.person(UNIT_CLERK).gets("/distribution-lists", unit="WC0")).status == 404
    # whoever keeps the directory may change it; two people do not write over one another
    next_ = {"version": 1, "name": "年终考核单位", "units": units[:2], "reason": "U02 不再参加"}
    assert administrator.puts(one, next_)["version"] == 2
    assert no(keeper.puts(one, next_)).code == "err_list_changed"
    assert keeper.puts(one, {**next_, "version": 2})["version"] == 2  # nothing is otherwise: no version
    first, second = reversed(story.auditor.gets(one)["versions"])
    assert ([u["code"] for u in second["removed"]], second["by"]["name"]) == (["U02"], "Xie Xitong")
    assert (first["version"], len(first["added"])) == (1, 3)
    # the field offers it, the case keeps the units
    paper = Paper(story, ["U01"])
    assert [step().refused for step in (paper.draft, paper.check, paper.sign)] == [None, None, None]
    fields = keeper.task(paper.case, "register_document")["form"]["components"]
    offered = next(f for f in fields if f.get("key") == "recipient_units")
    assert offered["lists"] == [{"label": "年终考核单位", "units": [units[1], units[0]]}]
    assert offered["kinds"] == ["unit"]
    assert paper.register(recipient_units=offered["lists"][0]["units"]).refused is None
    closed = keeper.posts(f"{one}/closure", {"version": 2, "reason": "改用新范围"})
    assert (closed["is_closed"], closed["can_keep"]) == (True, False)
    assert no(keeper.puts(one, {**next_, "version": 3})).code == "err_list_closed"
    assert no(keeper.posts(f"{one}/closure", {"version": 3, "reason": " "})).code == "err_list_closed"
    assert paper.release().refused is None
    assert [r["unit"]["code"] for r in paper.receipts()] == ["U01", "U03"]
    assert [i["id"] for i in keeper.gets("/distribution-lists", closed=True)["items"]] == [made["id"]]
    told = [e for e in story.auditor.gets_all("/trail") if e["kind"].startswith("list.")]
    assert sorted(e["kind"].partition(".")[2] for e in told) == ["begun", "changed", "closed"]
    assert any("年终考核单位" in e["sentence"] or "年终考核单位" in str(e) for e in told)


def test_an_answer_is_drafted_confirmed_by_the_head_and_counted(story: Story) -> None:
    story.at("2026-09-03")
    paper = Paper(story, [UNIT, "U01"], feedback_by="2026-09-30")
    for step in (paper.draft, paper.check, paper.sign):
        assert step().refused is None
    missing = paper.register(feedback_by=None)
    assert (no(missing).code, no(missing).error("feedback_by")["earliest"]) == ("feedback_day_missing", "2026-09-04")
    twice = paper.register(copy_units=paper.units[:1])
    assert no(twice).error("copy_units")["code"] == "recipient_twice"
    below = story.unit("B071")["id"]
    assert no(paper.register(recipient_units=[below])).error("recipient_units")["code"] == "unknown_unit"
    assert no(paper.register(recipient_units=[])).error("recipient_units")["code"] == "no_recipient"
    assert paper.register(copy_units=[], recipient_units=paper.units[:1]).refused is None
    assert paper.release().refused is None
    assert paper.signs_for(UNIT).refused is None
    receipt, clerk, handler = paper.receipt(UNIT), story.person(UNIT_CLERK), story.person(UNIT_DRAFTER)
    readers = {"readers_chosen": [], "instruction_note": "请拟稿人落实。"}
    assert (
        no(clerk.completes(receipt, "circulate", readers, "circulate")).error("handled_by")["code"] == "handler_missing"
    )
    outside = {**readers, "handled_by": story.person(REVIEWER).id}  # forwarded inside the unit only
    assert (
        no(clerk.completes(receipt, "circulate", outside, "circulate")).error("handled_by")["code"] == "not_an_option"
    )
    assert clerk.completes(receipt, "circulate", {**readers, "handled_by": handler.id}, "circulate").refused is None
    done = {"text": "已按要求落实，情况如下。", "figures": [{"name": "场次", "value": 3}]}
    assert handler.completes(receipt, "feed_back", done, "submit").refused is None
    head = story.person(UNIT_HEAD)
    assert head.completes(receipt, "confirm_feedback", {}, "return_for_correction", opinion="请补数据").refused is None
    assert handler.completes(receipt, "feed_back", done, "submit").refused is None
    assert head.completes(receipt, "confirm_feedback", {}, "action_done").refused is None
    assert (receipt.outcome, receipt.summary["Answered on"]) == ("answered", "2026-09-03")
    story.later("PT1M")
    shown = story.person(CLERK).task(paper.case, "summarise")["values"]
    assert (shown["answered_count"], float(shown["on_time_share"])) == (1, 100)


def test_nothing_classified_nothing_unchecked_nothing_unsealed(story: Story) -> None:
    story.at("2026-09-04")
    drafter = story.person(DRAFTER)
    begin = {"title": TITLE, "kind": "notice", "urgency": "normal", "is_important": False}
    assert no(drafter.starts("document_dispatch", "WC0", {**begin, "is_unclassified": False})).clause == "dd_08"
    assert (
        no(story.person(UNIT_CLERK).starts("document_dispatch", UNIT, {**begin, "is_unclassified": True})).status == 403
    )
    assert no(story.person(UNIT_CLERK).starts("document_dispatch_receipt", UNIT)).status == 403
    paper = Paper(story, ["U01"])
    secret = paper.attach(level="secret")  # S44: refused before it is stored, entered without its content
    assert (secret.status_code, secret.get_json()["code"]) == (422, "err_file_classified")
    entry = next(e for e in paper.case.trail() if e["kind"] == "attachment.refused")
    assert "附件.pdf" not in str(entry)
    assert paper.draft().refused is None
    assert paper.check("return", opinion="请与有关部门会商").refused is None
    assert paper.draft().refused is None
    unchecked = paper.does(REVIEWER, "check_document", {"is_necessary": True}, "pass")
    assert (no(unchecked).code, no(unchecked).clause) == ("checklist_incomplete", "dd_02")
    assert paper.check().refused is None
    unsigned = paper.does(SIGNER, "sign_document", {}, "sign")
    assert no(unsigned).code == "err_signature_missing"
    assert paper.sign("hold", opinion="待会议研究").refused is None
    assert paper.sign("return", opinion="再核数据").refused is None
    assert [step().refused for step in (paper.draft, paper.check, paper.sign)] == [None, None, None]
    early = paper.does(SEALER, "release_document", {"is_sealed": True}, "sent")
    assert no(early).status == 404  # nobody who is not asked yet
    to_signer = paper.does(CLERK, "register_document", REGISTERED, "return_to_signer", opinion="需作实质修改")
    assert to_signer.refused is None
    assert [step().refused for step in (paper.sign, paper.register)] == [None, None]
    unsealed = paper.does(SEALER, "release_document", {"is_sealed": False}, "sent")
    assert no(unsealed).error("is_sealed")["code"] == "not_sealed"
    assert paper.does(SEALER, "release_document", {}, "return_to_clerk", opinion="份数不对").refused is None
    assert [step().refused for step in (paper.register, paper.release)] == [None, None]


def test_what_the_head_does_not_sign_is_not_issued(story: Story) -> None:
    story.at("2026-09-04")
    paper = Paper(story, ["U01"])
    assert [step().refused for step in (paper.draft, paper.check)] == [None, None]
    assert paper.sign("not_issue", opinion="不需发文").refused is None
    assert (paper.case.status, paper.case.outcome, paper.receipts(SIGNER)) == ("ended", "not_issued", [])


def test_it_is_countersigned_issued_jointly_and_not_handled_by_whom_it_concerns(story: Story) -> None:
    story.at("2026-09-07")
    unit, head, deputy = story.unit(UNIT)["id"], story.person(UNIT_HEAD), story.person("shui.weier")
    paper = Paper(story, ["U01", UNIT], feedback_by="2026-09-30")
    concerned = [{"person": story.person(name).id} for name in (SIGNER, UNIT_DRAFTER)]
    joint = {"co_units": [unit], "joint_units": [unit], "concerned": concerned}
    own = paper.draft(**{**joint, "concerned": [{"person": story.person(DRAFTER).id}]})
    assert (no(own).error("concerned")["code"], no(own).clause) == ("drafter_concerned", "dd_07")
    # what another office does not agree to goes back; nobody else countersigns for it
    assert paper.draft(**joint).refused is None
    assert no(paper.does(REVIEWER, "countersign_document", {}, "agree")).status in (403, 404)
    assert paper.does(UNIT_HEAD, "countersign_document", {}, "disagree", opinion="职责分工不明").refused is None
    assert paper.case.open_steps() == ["draft_document"]
    assert paper.draft(**joint).refused is None
    assert paper.does(UNIT_HEAD, "countersign_document", {}, "agree").refused is None
    assert paper.check().refused is None
    # whom it concerns does not sign: the task is not theirs, and those are asked who come next
    assert no(paper.does(SIGNER, "sign_document", {}, "sign")).code == "sod_dd_recusal"
    asked = {e["kind"] for e in paper.case.trail()}
    assert "task.unattended" in asked
    task = deputy.task(paper.case, "sign_document")["id"]
    body = {"answers": {}, "decision": "sign", "signature": {"password": demonstration.PASSWORD}}
    assert deputy.posts(f"/tasks/{task}/completion", body).refused is None
    # every head signs before anything is registered
    assert paper.case.open_steps() == ["sign_jointly"]
    assert no(paper.register()).status in (404, 409)
    assert paper.does(UNIT_HEAD, "sign_jointly", {}, "agree").refused is None
    assert [step().refused for step in (paper.register, paper.release)] == [None, None]
    (issued,) = story.person(CLERK).gets(f"/cases/{paper.case.id}/documents")["items"]
    page = story.person(CLERK).gets(f"/documents/{issued['id']}")["page"]
    assert page["issuers"] == ["测试市样例工委", "样例第七单位"]
    # in the unit, too, somebody else handles it
    assert paper.signs_for(UNIT).refused is None
    receipt, clerk = paper.receipt(UNIT), story.person(UNIT_CLERK)
    chosen = {"readers_chosen": [], "handled_by": story.person(UNIT_DRAFTER).id}
    other = clerk.completes(receipt, "circulate", chosen, "circulate")
    assert (no(other).error("handled_by")["code"], no(other).clause) == ("handler_concerned", "dr_07")
    assert clerk.completes(receipt, "circulate", {**chosen, "handled_by": clerk.id}, "circulate").refused is None
    assert clerk.completes(receipt, "feed_back", {"text": "已按要求落实。"}, "submit").refused is None
    assert head.completes(receipt, "confirm_feedback", {}, "action_done").refused is None


def test_branches_get_it_where_the_office_says_so_and_who_is_late_is_reported_upwards(story: Story) -> None:
    story.at("2026-09-14T09:00:00")
    branch, unit = story.unit("B071")["id"], story.unit("U01")["id"]
    set_to = {"value": True, "reason": "文件直接发到支部"}
    answer = story.person(story.office.designer).puts(
        "/definitions/document_dispatch/parameters/prm_dd_to_branches", set_to
    )
    assert answer.refused is None
    paper = Paper(story, ["U01"], urgency="most_urgent")
    assert [step().refused for step in (paper.draft, paper.check, paper.sign)] == [None, None, None]
    assert paper.register(recipient_units=[unit, branch]).refused is None
    assert paper.release().refused is None
    here, there = paper.receipt("B071"), paper.receipt("U01")
    secretary = story.person("zhao.zhishu")
    assert secretary.completes(here, "sign_for", {}, "signed_for").refused is None
    assert no(story.person(UNIT_CLERK).sees(here)).status == 404
    reader = {"readers_chosen": [{"person": secretary.id}]}
    assert secretary.completes(here, "circulate", reader, "circulate").refused is None
    shown = story.person(CLERK).task(paper.case, "urge_supervise")["values"]
    assert [len(shown[name]) for name in ("unsigned", "unread", "unanswered", "overdue")] == [1, 1, 0, 0]
    # two working hours to sign; then the unit's head, two hours later the issuer's clerk, two more its signer
    told = []
    for hour in ("11:00:01", "15:00:01", "17:00:01"):
        story.at(f"2026-09-14T{hour}")
        told.append([e["kind"] for e in there.trail() if e["kind"] in ("task.overdue", "task.escalated")])
    assert told == [
        ["task.overdue"],
        ["task.overdue", "task.escalated"],
        ["task.overdue", "task.escalated", "task.escalated"],
    ]
    assert "task.overdue" not in here.kinds()
    (late,) = story.person(CLERK).task(paper.case, "urge_supervise")["values"]["overdue"]
    assert late["number"] == there.number
    recalled = paper.does(CLERK, "urge_supervise", {}, "recall", opinion="发错")  # one has signed for it
    assert no(recalled).errors[0]["code"] == "outcome_not_allowed"
    assert here.status == "running"
