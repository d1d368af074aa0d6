"""下发文件与收文：起草、审核、签发、登记、用印、分送、签收、阅处、反馈、催办、撤回、新版、汇总。

Documents sent down with receipts, told in the demonstration office: by the working committee's general office, to its
132 units. One published office for the whole module; each story sends a document of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from api import demonstration, folders
from engine.actors import Actor
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases
from tests.engine.contents import PDF
from tests.stories.conftest import Answer, Case, Story

DRAFTER, REVIEWER, SIGNER, CLERK, SEALER = "fei.wenmi", "tao.shoufa", "bai.shuji", "qian.shouwen", "wei.bansan"
RECORDS = "ren.dangan"
UNIT, UNIT_CLERK, UNIT_DRAFTER, UNIT_HEAD = "U07", "mao.shouwen", "song.nigao", "miao.danwei"
MOST_URGENT = {"urgency": "most_urgent"}


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[Story]:
    known = offices.built(databases, "sqlite")
    settings = databases.create("sqlite", offices.EMPTY_LIBRARY)
    store = Store(settings)
    try:
        folders.publish_duties(store, Actor.operator(), reason="story")
        for key in ("dispatch_receipt", "dispatch"):
            folders.publish(store, Actor.operator(), folders.PROCESSES / key)
        with apps.lent(store) as (app, contract):
            yield Story(store, app, contract, known)
    finally:
        store.close()
        databases.drop(settings)


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
            "dispatch",
            "WC0",
            {
                "title": "关于报送年度工作情况的通知",
                "kind": "notice",
                "urgency": self.more["urgency"],
                "is_important": False,
                "is_unclassified": True,
            },
        )

    # ------------------------------------------------------------ one step

    def does(self, who: str, element: str, answers: dict[str, Any], decision: str, **more: Any) -> Answer:
        return self.story.person(who).completes(self.case, element, answers, decision, **more)

    def draft(self) -> Answer:
        person = self.story.person(DRAFTER)
        task = person.task(self.case, "draft_document")["id"]
        sent = person.raw("POST", f"/tasks/{task}/attachments", data={"file": (BytesIO(PDF), "正文.pdf")})
        assert sent.status_code == 201, sent.data
        answers = {
            "title": "关于报送年度工作情况的通知",
            "kind": "notice",
            "urgency": self.more["urgency"],
            "summary": "请各单位于期限前报送。",
            "needs_action": bool(self.more.get("feedback_by")),
            "is_unclassified": True,
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
            "document_no": f"样工发〔2026〕{self.case.number[-3:]}号",
            "recipient_units": self.units,
            "copy_units": [],
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


def test_a_document_goes_out_is_signed_for_read_and_archived(story: Story) -> None:
    story.at("2026-09-01")
    paper = Paper(story, ["U01", UNIT]).send()
    assert paper.case.open_steps() == ["urge_supervise"]
    received = paper.receipts()
    assert [r["unit"]["code"] for r in received] == ["U01", "U07"]
    for code in ("U01", UNIT):
        assert paper.signs_for(code).refused is None
        receipt = paper.receipt(code)
        clerk = story.person(clerk_of(code))
        reader = [{"person": story.person(clerk_of(code)).id}]
        assert clerk.completes(receipt, "circulate", {"readers_chosen": reader}, "circulate").refused is None
        assert clerk.completes(receipt, "read_document", {}, "read").refused is None
        assert receipt.outcome == "read"
    story.later("PT1M")
    assert paper.case.open_steps() == ["summarise"]
    assert paper.does(CLERK, "summarise", {}, "done").refused is None
    assert paper.case.data["coverage_percent"] == 100
    assert paper.does(RECORDS, "archive", {}, "done").refused is None
    assert (paper.case.status, paper.case.outcome) == ("ended", "closed")
