"""A branch assembly votes on three people in one sitting; a committee member who is a relative leaves for one item."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.engine.test_meetings import ADMISSION
from tests.stories.conftest import Answer, Case, Story
from tests.together import together

RECORDER, CHAIR, PROPOSER = "wu.zuwei", "zhao.zhishu", "zheng.lianyi"
CANDIDATES = ("lin.ceshi", "he.yangli", "lyu.shifan")


class Sitting:
    """The meeting of B071 (15 voters) on three candidates, as its recorder sees it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        story.at("2026-03-02")
        story.publishes(ADMISSION)
        self.recorder, self.chair = story.person(RECORDER), story.person(CHAIR)
        self.cases = [self._case(name) for name in CANDIDATES]
        tasks = [self.recorder.task(case, "discuss")["id"] for case in self.cases]
        self.made = self.recorder.posts("/meetings", {"tasks": tasks, "starts_at": "14:30", "place": "三楼会议室"})
        self.path = f"/meetings/{self.made['id']}"

    def _case(self, candidate: str) -> Case:
        named = {"candidate": self.story.person(candidate).id, "introducer": self.story.person(PROPOSER).id}
        case = self.recorder.starts("admission", unit="B071", answers=named)
        assert case.refused is None, case.refused
        return case

    def marks(self, present: int) -> None:
        """The first so many of the list are there: the secretary and the commissioner among them."""
        people = [a["person"]["id"] for a in self.made["attendance"]]
        rows = [{"person": p, "status": "present" if n < present else "leave"} for n, p in enumerate(people)]
        assert self.recorder.puts(f"{self.path}/attendance", {"attendance": rows}).refused is None

    def enters(self) -> None:
        """Everybody who is there and does not stand aside is for it."""
        for item in self.read()["items"]:
            given = {"votes": {"for": item["counted"]["present"], "against": 0}, "decision": "admit"}
            self.writes(f"/items/{item['task']}", {**given, "answers": {"file_no": "7"}})
        self.writes("", {"chair": self.chair.id, "minutes": "逐个讨论，无记名投票。"})

    def writes(self, part: str, body: dict[str, Any]) -> Answer:
        answer = self.recorder.patches(f"{self.path}{part}", body)
        assert answer.refused is None, answer.refused
        return answer

    def read(self) -> Answer:
        return self.recorder.gets(self.path)

    def submits(self) -> Answer:
        return self.recorder.posts(f"{self.path}/submit", {})

    def confirms(self, who: str = CHAIR) -> Answer:
        return self.story.person(who).posts(f"{self.path}/confirm")

    def open_steps(self) -> list[list[str]]:
        return [case.open_steps() for case in self.cases]


@pytest.fixture
def sitting(story: Story) -> Sitting:
    return Sitting(story)


def test_a_sitting_decides_three_cases_and_every_case_says_who_was_there(sitting: Sitting) -> None:
    sitting.marks(7)
    sitting.enters()
    few = sitting.submits().refused
    assert few is not None
    assert (few.status, few.code, few.clause) == (409, "err_no_quorum", "adm_1")
    assert few["clause"]["article"] == "art. 20"
    sitting.marks(12)
    sitting.enters()
    # A cousin of the second candidate has a vote, and leaves for that item; whoever proposed leaves for every one.
    items = sitting.read()["items"]
    assert [len(item["recused"]) for item in items] == [1, 2, 1]
    assert [item["counted"]["present"] for item in items] == [11, 10, 11]
    assert items[1]["counted"]["text"] == (
        "present 10 / eligible 15 (2 stood aside), 8 have to be; for 10, 8 are needed: carried"
    )
    assert sitting.submits().refused is None
    alone = sitting.confirms(RECORDER).refused
    assert alone is not None
    assert (alone.status, alone.code) == (403, "err_recorder_is_chair")
    assert sitting.confirms("chen.jijian").refused == "err_not_found"
    assert next(n["kind"] for n in sitting.chair.gets("/notices")["items"]) == "meeting.to_confirm"
    assert sitting.confirms().refused is None
    assert sitting.open_steps() == [["file"]] * 3
    entries = sitting.cases[1].trail()
    said = next(e["sentence"] for e in entries if e["kind"] == "meeting.decided")
    assert said.endswith("15 eligible, 10 present, 10 for, 0 against, 0 abstaining.")
    kinds = [e["kind"] for e in entries]
    assert kinds.index("meeting.decided") < kinds.index("task.proposed") < kinds.index("task.confirmed")


def test_one_item_already_done_and_nothing_is_done_until_it_is_taken_off(sitting: Sitting) -> None:
    sitting.marks(15)
    sitting.enters()
    task = sitting.read()["items"][0]["task"]
    assert sitting.submits().refused is None
    alone = {"held_on": "2026-03-02", "place": "会议室", "chair": sitting.chair.id, "eligible": 15, "present": 14}
    alone |= {"for_count": 14, "against_count": 0, "abstain_count": 0, "file_no": "9", "resolution": "同意"}
    alone["recused"] = [{"person": sitting.story.person(PROPOSER).id}]
    assert sitting.recorder.completes(sitting.cases[0], "discuss", alone, "admit").refused is None
    assert sitting.chair.confirms(sitting.cases[0], "discuss").refused is None
    late = sitting.confirms().refused
    assert late is not None
    assert (late.status, late.code, late["item"]["task"]) == (409, "err_already_completed", task)
    assert sitting.open_steps() == [["file"], ["discuss"], ["discuss"]]
    back = sitting.chair.posts(f"{sitting.path}/send_back", {"reason": "第一项已单独办结"})
    assert (back.refused, back["status"]) == (None, "draft")
    assert sitting.recorder.deletes(f"{sitting.path}/items/{task}").refused is None
    assert sitting.submits().refused is None
    done = together(partial(_confirmed, sitting), partial(_confirmed, sitting))
    assert sorted(done) == ["confirmed", "err_meeting_confirmed"]
    assert sitting.open_steps() == [["file"]] * 3
    for case in sitting.cases[1:]:
        assert case.kinds().count("meeting.decided") == 1


def _confirmed(sitting: Sitting) -> str:
    answer = sitting.confirms()
    if answer.refused is None:
        return str(answer["status"])
    return str(answer.refused.code)
