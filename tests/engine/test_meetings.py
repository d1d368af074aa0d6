"""Meetings: one agenda of many cases, quorum and recusals counted, and everything decided by two people or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine import demands, files, meetings, tables, tasks, trail, views
from engine.demands import Signature
from engine.errors import Clash, Forbidden, NotFound, NotNow, Refused, Text, Unfit
from engine.machine import share
from engine.meetings import Rule, count
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_membership, add_person, add_post
from tests.engine.test_attachments import upload
from tests.together import together

ADMISSION = Path(__file__).parent.parent / "stories" / "procedures" / "admission"
FILES = {str(p.relative_to(ADMISSION)): p.read_text("utf-8") for p in sorted(ADMISSION.rglob("*")) if p.is_file()}
VOTERS = ("he", "lin", "she", "wu", "zhao")
RECORDER, CHAIR, OTHER = "wu", "zhao", "he"


class Hall:
    """Three candidates whom the assembly of B1 (five voters) votes on; wu keeps the minutes, zhao is in the chair."""

    def __init__(self, store: Store) -> None:
        self.office = Office(store)
        self.office.publish(FILES)
        with store.transaction() as db:
            for name in ("an", "bo", "cai"):
                add_person(db, name, "B1", "applicant")
            add_membership(db, "qian", "B2", from_on=self.office.today)
        self.cases = [self.case(name) for name in ("an", "bo", "cai")]

    def case(self, candidate: str, introducer: str = "qian") -> str:
        named = {"candidate": f"p-{candidate}", "introducer": f"p-{introducer}"}
        return self.office.start(RECORDER, "admission", **named)

    def task(self, case: str) -> str:
        return self.office.open(case, "discuss")

    def called(self, *case_ids: str) -> str:
        ids = [self.task(c) for c in case_ids or self.cases]
        return str(self.does(meetings.create, ids, place="三楼会议室", starts_at="14:30"))

    def does(self, verb: Any, *args: Any, by: str = RECORDER, **more: Any) -> Any:
        return self.office.does(verb, by, *args, **more)

    def attended(self, meeting: str, *present: str) -> None:
        rows = [{"person": f"p-{n}", "status": "present" if n in present else "leave"} for n in VOTERS]
        self.does(meetings.attend, meeting, rows)

    def decided(self, meeting: str, case: str, agreed: int, against: int = 0, **more: Any) -> None:
        given = {
            "votes": {"for": agreed, "against": against, "abstain": 0},
            "decision": "admit",
            "answers": {"file_no": "7"},
            **more,
        }
        self.office.does(partial(_decide, meeting, self.task(case), given), RECORDER)

    def ready(self, *present: str) -> str:
        """Everything is entered: all agree to all three."""
        meeting = self.called()
        self.attended(meeting, *(present or VOTERS))
        for case in self.cases:
            self.decided(meeting, case, len(present or VOTERS))
        self.does(meetings.change, meeting, {"chair": f"p-{CHAIR}", "minutes": "一致同意。"})
        return meeting

    def sees(self, meeting: str, by: str = RECORDER) -> dict[str, Any]:
        with self.office.store.reading() as db:
            return views.meetings.meeting(db, self.office.actor(by), self.office.store.moment(db), meeting)

    def statuses(self) -> list[str]:
        t = tables.tasks.c
        with self.office.store.reading() as db:
            query = select(t.status).where(t.element == "discuss").order_by(t.opened_at, t.id)
            return list(db.execute(query).scalars())

    def refused(self, verb: Any, *args: Any, by: str = RECORDER) -> Refused:
        with pytest.raises(Refused) as found:
            self.does(verb, *args, by=by)
        return found.value


def _decide(meeting: str, task: str, given: Mapping[str, Any], db: Any, actor: Any, _: Any) -> None:
    meetings.decide(db, actor, meeting, task, given)


@pytest.fixture
def hall(store: Store) -> Hall:
    return Hall(store)


def test_a_meeting_decides_all_its_cases_by_two_confirmations(hall: Hall) -> None:
    office, meeting = hall.office, hall.ready("wu", "zhao", "he", "lin")
    seen = hall.sees(meeting)
    assert (seen["name"], seen["status"], seen["unit"]["code"]) == (Text("支部大会", "Branch meeting"), "draft", "B1")
    assert (seen["counts"]["eligible"], seen["counts"]["present"], seen["counts"]["leave"]) == (5, 4, 1)
    own = hall.refused(meetings.change, meeting, {"chair": "p-wu"})
    assert own.errors[0].code == "err_recorder_is_chair"
    first = seen["items"][0]
    assert first["counted"]["text"] == Text(
        "出席 4 / 应到 5，须 3 人到会；赞成 4，须 3 票：通过",
        "present 4 / eligible 5, 3 have to be; for 4, 3 are needed: carried",
    )
    assert "4" in seen["skeleton"].zh
    assert "she (en)" in seen["skeleton"].en
    ids = [item["task"] for item in seen["items"]]
    hall.does(meetings.submit, meeting)
    assert hall.statuses() == ["open"] * 3
    assert isinstance(hall.refused(meetings.change, meeting, {"place": "X"}), Clash)
    alone = hall.refused(meetings.confirm, meeting)
    assert (type(alone), alone.refusal) == (Forbidden, "err_recorder_is_chair")
    assert isinstance(hall.refused(meetings.confirm, meeting, by=OTHER), NotFound)
    with pytest.raises(NotFound):
        hall.sees(meeting, by="lin")
    assert hall.refused(meetings.cancel, meeting, "不", by=CHAIR).refusal == "err_not_recorder"
    assert hall.sees(meeting, by="otto")["can"] == []  # whoever may read every case
    assert hall.sees(meeting, by=CHAIR)["can"] == ["confirm", "send_back"]
    act = partial(hall.does, meetings.confirm, meeting, by=CHAIR)
    assert [d for d in together(act, act) if isinstance(d, str)] == ["err_meeting_confirmed"]
    assert hall.statuses() == ["completed"] * 3
    with office.store.reading() as db:
        t = tables.tasks.c
        row = db.execute(select(t.completed_by, t.confirmed_by, t.decision).where(t.case_id == hall.cases[0])).first()
        kept_answers = select(tables.answers.c["values"]).where(tables.answers.c.task_id == ids[0])
        answers = json.loads(db.execute(kept_answers).scalar_one())
        entries = trail.read(db, hall.cases[1])
        kept = trail.read(db, f"meeting:{meeting}")
        whole = trail.verify(db, f"meeting:{meeting}").is_whole
    assert row is not None
    assert tuple(row) == ("p-wu", "p-zhao", "admit")
    assert (answers["chair"], answers["present"], answers["eligible"], answers["for_count"]) == ("p-zhao", 4, 5, 4)
    assert answers["resolution"].startswith("2026-03-02，B1组织召开支部大会")
    (said,) = [e for e in entries if e["kind"] == "meeting.decided"]
    assert (said["meeting"], said["for"], said["eligible"], said["present"]) == (meeting, 4, 5, 4)
    assert said["attended"] == {"leave": ["p-she"], "present": ["p-he", "p-lin", "p-wu", "p-zhao"]}
    assert [e["kind"] for e in kept] == ["meeting.called", "meeting.submitted", "meeting.confirmed"]
    assert whole
    for case in hall.cases:
        agrees(office, case)
    sentences = [e["sentence"].en for e in office.entries("otto", hall.cases[1])]
    assert any("4 present, 4 for, 0 against" in s for s in sentences)
    again = hall.refused(meetings.confirm, meeting, by=CHAIR)
    assert (again.refusal, again.details["by"].en) == ("err_meeting_confirmed", "zhao (en)")


def test_nothing_is_done_without_a_quorum_or_where_one_item_is_refused(hall: Hall) -> None:
    meeting = hall.ready("wu", "zhao")
    refused = hall.refused(meetings.submit, meeting)
    assert (type(refused), refused.refusal, refused.clause) == (NotNow, "err_no_quorum", "adm_1")
    assert refused.said.en == "Item 1 (AD-2026-000001): No quorum: 2 present out of 5; 3 have to be."
    hall.attended(meeting, "wu", "zhao", "lin")
    for case in hall.cases:
        hall.decided(meeting, case, 2, 1)
    lost = hall.refused(meetings.submit, meeting)
    assert (lost.errors[0].code, lost.clause) == ("err_not_carried", "adm_1")
    hall.decided(meeting, hall.cases[0], 1, 1)
    assert hall.refused(meetings.submit, meeting).errors[0].code == "votes_do_not_add_up"
    hall.does(meetings.cancel, meeting, "到会不足")
    assert hall.statuses() == ["open"] * 3
    assert hall.refused(meetings.submit, meeting).details["status"] == "cancelled"
    meeting = hall.ready()  # the tasks are free for another agenda
    hall.decided(meeting, hall.cases[1], 5, answers={"file_no": "0"})
    refused = hall.refused(meetings.submit, meeting)
    assert isinstance(refused, Unfit)
    assert (refused.clause, refused.errors[0].path) == ("adm_3", "items[1].file_no")
    assert refused.details["item"]["number"] == 2
    hall.decided(meeting, hall.cases[1], 5)
    hall.does(meetings.submit, meeting)
    # Somebody completes one of the tasks by itself meanwhile.
    task = hall.task(hall.cases[2])
    alone = {"held_on": "2026-03-02", "place": "会议室", "chair": "p-zhao", "eligible": 5, "present": 5}
    alone |= {"for_count": 5, "against_count": 0, "abstain_count": 0, "file_no": "8", "resolution": "同意"}
    alone |= {"recused": []}
    hall.does(tasks.complete, task, alone, decision="admit", by=OTHER)
    hall.does(tasks.confirm, task, True, by="she")
    late = hall.refused(meetings.confirm, meeting, by=CHAIR)
    assert (type(late), late.refusal, late.details["item"]["number"]) == (Clash, "err_already_completed", 3)
    assert hall.statuses() == ["open", "open", "completed"]
    assert hall.sees(meeting)["items"][2]["hindrance"] == Text("已由他人办结", "completed meanwhile")
    hall.does(meetings.send_back, meeting, "第三项已单独办结", by=CHAIR)
    assert hall.sees(meeting)["because"] == "第三项已单独办结"
    hall.does(_without_moment(meetings.take_off), meeting, task)
    hall.does(meetings.submit, meeting)
    hall.does(meetings.confirm, meeting, by=CHAIR)
    assert hall.statuses() == ["completed"] * 3


def _without_moment(verb: Any) -> Any:
    return lambda db, actor, _, *args, **more: verb(db, actor, *args, **more)


def test_who_has_a_part_in_a_case_leaves_for_it(hall: Hall) -> None:
    hall.cases.append(hall.case("lin", introducer="she"))  # lin has a vote, and the case is about them
    meeting = hall.ready()
    hall.decided(meeting, hall.cases[3], 3)
    items = hall.sees(meeting)["items"]
    assert [len(i["recused"]) for i in items] == [0, 0, 0, 2]
    assert [(r["person"]["id"], r["rule"]) for r in items[3]["recused"]] == [("p-lin", None), ("p-she", "adm_aside")]
    assert (items[3]["counted"]["present"], items[3]["counted"]["eligible"]) == (3, 5)
    hall.decided(meeting, hall.cases[0], 4, recused=[{"person": "p-he", "reason": "旧同事"}])
    assert hall.sees(meeting)["items"][0]["counted"]["present"] == 4
    wrong = hall.refused(
        _without_moment(meetings.decide), meeting, hall.task(hall.cases[0]), {"recused": [{"person": "p-he"}]}
    )
    assert wrong.errors[0].path == "recused[0].reason"
    hall.does(meetings.submit, meeting)
    hall.does(meetings.confirm, meeting, by=CHAIR)
    with hall.office.store.reading() as db:
        (said,) = [e for e in trail.read(db, hall.cases[3]) if e["kind"] == "meeting.decided"]
    assert said["recused"] == ["p-lin", "p-she"]


def test_a_task_is_on_one_open_agenda_at_most(hall: Hall) -> None:
    ids = [hall.task(c) for c in hall.cases]
    first = partial(hall.does, meetings.create, ids[:1])
    done = together(first, partial(hall.does, meetings.create, ids[:1], by=OTHER))
    assert [d for d in done if d == "err_on_agenda"] == ["err_on_agenda"], done
    meeting = next(d for d in done if d != "err_on_agenda")
    keeper = RECORDER if done[0] == meeting else OTHER
    with hall.office.store.reading() as db:
        moment = hall.office.store.moment(db)
        lines = views.meetings.candidates(db, hall.office.actor(RECORDER), moment)
        seen = views.task(db, hall.office.actor(RECORDER), moment, ids[0], "en")
    assert [bool(line["agenda"]) for line in lines] == [True, False, False]
    assert len({line["group"] for line in lines}) == 1
    assert seen["meeting"]["agenda"]["recorder"]["id"] == f"p-{keeper}"
    hall.does(meetings.add, meeting, ids[1:], by=keeper)
    stale = hall.refused(partial(meetings.change, rev=1), meeting, {"place": "二楼"}, by=keeper)
    assert stale.refusal == "err_meeting_changed"
    assert [i["number"] for i in hall.sees(meeting, by=keeper)["items"]] == [1, 2, 3]
    other = hall.office.start("lin")
    review = hall.office.open(other, "check")
    assert hall.refused(meetings.create, [review]).refusal == "err_no_meeting"
    assert isinstance(hall.refused(meetings.create, [hall.task(hall.cases[0])], by="lin"), NotFound)
    assert hall.refused(meetings.create, []).errors[0].path == "tasks"
    hall.does(meetings.cancel, meeting, "另行开会", by=keeper)
    meeting = hall.called(hall.cases[0])
    hall.office.at("2026-03-03")
    with hall.office.store.transaction() as db:
        add_person(db, "xin", "B1", from_on=hall.office.today)
    hall.does(meetings.add, meeting, [hall.task(hall.cases[1])])  # as of the day of the meeting, xin had no vote
    hall.does(meetings.change, meeting, {"held_on": hall.office.today})
    assert hall.sees(meeting)["counts"]["eligible"] == 6
    errors = hall.refused(meetings.submit, meeting).errors
    assert [e.path for e in errors] == ["attendance", "chair", "minutes"]
    unknown = hall.refused(meetings.attend, meeting, [{"person": "nobody", "status": "present"}])
    assert unknown.errors[0].code == "err_unknown_person"
    bare = hall.refused(meetings.attend, meeting, [{"person": "p-lin", "status": "exempt"}])
    assert bare.errors[0].path == "attendance[0].reason"
    hall.does(meetings.attend, meeting, [{"person": "p-lin", "status": "exempt", "reason": "长期卧床"}])
    hall.does(meetings.attend, meeting, [{"person": "N-qian", "status": "present"}])
    counts = hall.sees(meeting)["counts"]
    assert (counts["eligible"], counts["exempt"], counts["observers"]) == (5, 1, 1)
    hall.does(meetings.attend, meeting, [{"person": "p-qian", "status": None}])
    assert hall.sees(meeting)["counts"]["observers"] == 0


def test_a_meeting_is_taken_over_from_a_recorder_who_is_absent_or_has_left(hall: Hall) -> None:
    office, meeting = hall.office, hall.ready()
    there = hall.refused(meetings.take_over, meeting, "代为记录", by=OTHER)
    assert (type(there), there.refusal) == (Clash, "err_recorder_is_there")
    assert there.details["by"].en == "wu (en)"
    task = hall.task(hall.cases[0])
    hall.does(tasks.claim, task)
    hall.does(meetings.submit, meeting)
    with office.store.transaction() as db:
        days = {"from_on": office.today, "to_on": office.today, "created_at": office.store.moment(db).now}
        row = {"id": "d-wu", "from_person_id": "p-wu", "to_person_id": "p-lin", "scope": "{}", "reason": "出差"}
        db.execute(insert(tables.delegations).values(**row, **days))
        add_post(db, "qian", "organisation_commissioner", "B1")
    assert hall.refused(meetings.take_over, meeting, " ", by=OTHER).errors[0].path == "reason"
    assert isinstance(hall.refused(meetings.take_over, meeting, "看看", by="dora"), NotFound)
    assert hall.refused(meetings.take_over, meeting, "看看", by=CHAIR).refusal == "err_may_not_hold"
    with office.store.reading() as db:
        seen = views.task(db, office.actor(OTHER), office.store.moment(db), task, "en")["meeting"]["agenda"]
    assert (seen["meeting"], seen["may_take_over"]) == (meeting, True)
    act = partial(hall.does, meetings.take_over, meeting, "记录人出差")
    said = together(partial(act, by=OTHER), partial(act, by="qian"))
    assert [one for one in said if isinstance(one, str)] == ["err_recorder_is_there"]
    taker = "qian" if isinstance(said[0], str) else OTHER
    assert hall.refused(meetings.change, meeting, {"place": "X"}).refusal == "err_not_found"
    assert hall.refused(meetings.take_over, meeting, "再来", by=taker).refusal == "err_recorder_already"
    whole = hall.sees(meeting, by=taker)
    assert (whole["status"], whole["recorder"]["id"], whole["chair"]["id"]) == ("draft", f"p-{taker}", "p-zhao")
    assert whole["can"] == ["edit", "submit", "cancel"]
    with office.store.reading() as db:
        told = select(tables.outbox.c.holder).where(tables.outbox.c.kind == "meeting.taken_over")
        assert set(db.execute(told).scalars()) == {"person:p-wu", "person:p-zhao"}
        (entry,) = [e for e in trail.read(db, f"meeting:{meeting}") if e["kind"] == "meeting.taken_over"]
    assert (entry["person"], entry["reason"], entry["actor"]["person"]) == ("p-wu", "记录人出差", f"p-{taker}")
    hall.does(meetings.submit, meeting, by=taker)
    with office.store.transaction() as db:  # and whoever took it over leaves
        accounts = tables.accounts
        gone = update(accounts).where(accounts.c.person_id == f"p-{taker}")
        db.execute(gone.values(disabled_at=office.store.moment(db).now))
    assert hall.refused(meetings.confirm, meeting, by=CHAIR).refusal == "err_recorder_gone"
    last = OTHER if taker == "qian" else "qian"
    hall.does(meetings.take_over, meeting, "原记录人离任", by=last)
    hall.does(meetings.submit, meeting, by=last)
    hall.does(meetings.confirm, meeting, by=CHAIR)
    assert hall.statuses() == ["completed"] * 3
    with office.store.reading() as db:
        by = select(tables.tasks.c.completed_by).where(tables.tasks.c.id == task)
        assert db.execute(by).scalar_one() == f"p-{last}"


def test_items_are_put_in_order_enclosed_and_signed_before_they_are_submitted(hall: Hall) -> None:
    office, meeting = hall.office, hall.ready()
    ids = [hall.task(c) for c in hall.cases]
    order = [ids[2], ids[0], ids[1]]
    put = _without_moment(meetings.put_in_order)
    assert hall.refused(put, meeting, ids[:2]).refusal == "err_other_agenda"
    assert hall.refused(put, meeting, order, by=CHAIR).refusal == "err_not_recorder"
    rev = hall.sees(meeting)["rev"]
    said = together(*(partial(hall.does, partial(put, rev=rev), meeting, one) for one in (order, ids[::-1])))
    assert [one for one in said if isinstance(one, str)] == ["err_meeting_changed"]
    hall.does(put, meeting, order)
    assert [(i["task"], i["number"]) for i in hall.sees(meeting)["items"]] == list(zip(order, (1, 2, 3), strict=True))
    assert hall.sees(meeting)["signature"] == []
    hall.decided(meeting, hall.cases[2], 0, 5, decision="refuse", opinion="条件尚不成熟")
    assert hall.sees(meeting)["signature"] == ["password", "drawing"]
    bare = hall.refused(meetings.submit, meeting)
    assert (bare.refusal, bare.errors[0].path) == ("err_attachments_missing", "items[0].attachments")
    upload(office, RECORDER, ids[2], "说明.txt", b"why not")
    unsigned = hall.refused(meetings.submit, meeting)
    assert (unsigned.refusal, unsigned.clause) == ("err_signature_missing", "adm_2")
    path = "M 1 1 L 200 100"
    kept = files.keep_text(office.store.settings, demands.svg(path), "signature.svg", "image/svg+xml")
    drawn = partial(meetings.submit, signature=Signature("drawing", path, kept))
    hall.does(partial(meetings.submit, signature=Signature("password")), meeting)
    hall.does(meetings.send_back, meeting, "须手写签名", by=CHAIR)
    assert hall.sees(meeting)["signed_at"] is None, "sent back, it is signed anew"
    hall.does(drawn, meeting)
    office.at("2026-03-03")
    hall.does(meetings.confirm, meeting, by=CHAIR)
    with office.store.reading() as db:
        signed = db.execute(select(tables.signatures)).one()
        moment = office.store.moment(db)
    assert (signed.task_id, signed.person_id, signed.way) == (ids[2], "p-wu", "drawing")
    assert (signed.drawing, signed.sha256) == (path, kept.sha256)
    assert signed.at.astimezone(moment.zone).date().isoformat() == "2026-03-02", "when it was given"


def test_whom_a_duty_keeps_from_one_task_is_offered_the_others(hall: Hall) -> None:
    ids = [hall.task(c) for c in hall.cases]
    with hall.office.store.transaction() as db:
        row = {"task_id": ids[0], "person_id": f"p-{RECORDER}", "rule": "sod_02"}
        db.execute(insert(tables.task_exclusions), row)
    with hall.office.store.reading() as db:
        moment = hall.office.store.moment(db)
        lines = views.meetings.candidates(db, hall.office.actor(RECORDER), moment)
    assert [line["task"]["id"] for line in lines] == ids[1:]


@pytest.mark.parametrize(
    ("eligible", "present", "least", "agreed"),
    [(3, 2, 2, 2), (6, 3, 4, 4), (7, 4, 4, 4), (15, 8, 8, 8), (20, 10, 11, 11)],
)
def test_more_than_half_is_counted_as_the_article_has_it(eligible: int, present: int, least: int, agreed: int) -> None:
    rule = Rule("k", "=[]", None, share(">1/2"), share(">1/2"), "eligible", None, True, False, None, {}, False)
    people = [str(n) for n in range(eligible)]
    found = count(rule, people, people[:present], (), {"for": agreed})
    assert (found.needed_present, found.needed_for, found.is_quorate) == (least, agreed, present >= least)
    assert found.is_carried is found.is_quorate
    gone = count(rule, people, people[:present], people[:1], {"for": agreed})
    assert (gone.eligible, gone.present, gone.recused) == (eligible, present - 1, 1)
