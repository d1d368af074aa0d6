"""Request and reply (请示批复): who does which step at the asking and at the answering body, with complete forms.

The dates and refusals of the stories are those of the office's scenarios S38 to S42 and S44. What the procedures alone
decide is told on SQLite; the engine beneath them is tested on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from tests import offices
from tests.databases import Databases, Kind
from tests.stories.conftest import Answer, Case, Story, telling

REQUEST, REPLY = "request_reply", "reply"
PASSED = ("reason_sufficient", "kind_right", "format_right", "policy_right", "others_consulted")
FIVE = ("ours", "rules_kept", "kind_format_right", "agreed", "other_demands_met")
FILED = {"has_request": True, "has_reply": True, "has_signing_sheet": True}


def office(databases: Databases, kind: Kind = "sqlite") -> AbstractContextManager[Story]:
    """The demonstration office with these two procedures alone."""
    return telling(databases, kind, offices.with_these(databases, kind, REQUEST, REPLY))


def all_of(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, True)


class Letters:
    """A request on its way: who does which step at the asking and at the answering body."""

    ASKING: Mapping[str, str] = {
        "draft_request": "song.nigao",
        "check_text": "dai.hegao",
        "sign_request": "miao.danwei",
        "release_request": "mao.shouwen",
        "seal_request": "bei.yongyin",
        "withdraw_request": "song.nigao",
        "supplement": "song.nigao",
        "read_delay": "song.nigao",
        "receive_reply": "song.nigao",
        "follow_condition": "song.nigao",
        "archive_request": "bei.yongyin",
    }
    ANSWERING: Mapping[str, str] = {
        "sign_for": "fei.wenmi",
        "register_request": "fei.wenmi",
        "first_check": "fei.wenmi",
        "propose_handling": "tao.shoufa",
        "instruct": "shui.weier",
        "handle_request": "yu.xuanchuan",
        "decide_request": "bai.shuji",
        "urge": "tao.shoufa",
        "sign_reply": "bai.shuji",
        "release_reply": "fei.wenmi",
        "seal_reply": "wei.bansan",
        "archive_reply": "ren.dangan",
    }

    def __init__(self, story: Story, on: str, **start: Any) -> None:
        self.story = story
        story.at(on)
        answers = {"document_kind": "request", "topic": "解决主题活动经费", "matter_type": "activity", **start}
        self.case = story.person("song.nigao").starts(REQUEST, "U07", answers)
        assert self.case.refused is None, self.case.refused

    # ------------------------------------------------------------ forms

    def draft(self, **more: Any) -> dict[str, Any]:
        """A complete draft of U07 to its direct superior."""
        return {
            "title": "样例第七单位关于解决主题活动经费的请示",
            "matter": "拟于四月开展主题活动，请求解决活动经费。",
            "single_matter": True,
            "reason": "本级预算未列支。",
            "basis": "样工发〔2026〕1号第三条",
            "main_recipients": [self.to("WC0")],
            "urgency": "none",
            "secrecy_level": "none",
            "amount": 30000,
            "is_major": False,
            "contact": "宋拟稿",
            "phone": "000-1234567",
            **more,
        }

    def to(self, code: str, **more: Any) -> dict[str, Any]:
        return {"unit": self.story.unit(code)["id"], "assigned_by_leader": False, **more}

    # ------------------------------------------------------------ steps

    def tries(self, case: Case, element: str, answers: Mapping[str, Any], decision: str, **more: Any) -> Answer:
        by = more.pop("by", None) or {**self.ASKING, **self.ANSWERING}[element]
        return self.story.person(by).completes(case, element, answers, decision, **more)

    def does(self, case: Case, element: str, answers: Mapping[str, Any], decision: str, **more: Any) -> None:
        answer = self.tries(case, element, answers, decision, **more)
        assert answer.refused is None, (element, answer.refused)

    def sends(self, **draft: Any) -> str:
        """Draft, check, sign, number and seal on this day; gives the number under which it went."""
        self.does(self.case, "draft_request", self.draft(**draft), "submit", reason=draft.get("because"))
        return self.issues()

    def issues(self) -> str:
        self.does(self.case, "check_text", all_of(*PASSED), "pass")
        self.does(self.case, "sign_request", {"signed_on": self.story.today}, "sign")
        self.does(self.case, "release_request", all_of("procedure_complete", "format_checked"), "numbered")
        self.does(self.case, "seal_request", {"signature_checked": True, "copies_sealed": 3}, "sent")
        return str(self.case.data["document_number"])

    def answering(self, number: str) -> Case:
        """The case of the answering body about a request."""
        found = [c for c in self.story.auditor.gets_all("/cases", definition=REPLY) if c["business_key"] == number]
        assert len(found) == 1, (number, found)
        return Case(self.story, found[0], None)

    def received(self, reply: Case) -> None:
        self.does(reply, "sign_for", {"pages_counted": 1}, "signed_for")
        self.does(reply, "register_request", {"register_number": "收〔2026〕15号"}, "registered")

    def accepted(self, reply: Case) -> None:
        self.does(reply, "first_check", all_of(*FIVE), "accept")

    def assigned(self, reply: Case, *heard: str, decision: str = "assign", lead: str = "publicity_department") -> None:
        proposal = {
            "lead": lead,
            "co_departments": list(heard),
            "decision_level": "leader",
            "proposal": "请主办部门办理。",
        }
        self.does(reply, "propose_handling", proposal, "proposed")
        self.does(reply, "instruct", {"instruction": "同意拟办意见。"}, decision)

    def handled(self, reply: Case, *heard: str, **more: Any) -> None:
        answers = {"facts": "情况属实。", "reply_draft": "同意解决活动经费三万元。", "legal_checked": True, **more}
        self.does(reply, "handle_request", {"co_departments": list(heard), **answers}, "reply_proposed")

    def answers(self, reply: Case) -> None:
        """Sign, number and seal the reply."""
        title = "关于解决主题活动经费的批复"
        text = f"你单位请示（{reply.data['request_number']}）收悉。同意。"
        self.does(
            reply, "sign_reply", {"reply_title": title, "reply_text": text, "signed_on": self.story.today}, "sign"
        )
        self.does(reply, "release_reply", all_of("procedure_complete", "format_checked"), "numbered")
        self.does(reply, "seal_reply", {"signature_checked": True, "copies_sealed": 2}, "sent")
