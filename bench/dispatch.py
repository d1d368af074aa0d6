"""A document sent to 132 units: a case for each of them, against one case with 132 instances; and a year of receipts.

    python -m bench.dispatch [--documents N] [--rounds N] [--out FILE]

The demonstration office on PostgreSQL. Sending is one completion by the engine's own verb, from BEGIN to COMMIT, after
which every task is in its worklist. Then the receipts of ``--documents`` documents (1,573, as many as the office sends
in a year: 207,636 receipts) are written in SQL like those that the engine wrote, one in five of them still open, and
the same is asked again.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Table, TextClause, select, text

from api import app as application
from api import demonstration, folders
from bench import databases
from bench.telling import ROOT, keep, machine, say, spread
from bench.worklist import Asking, times
from engine import accounts, actors, cases, definitions, tables, tasks
from engine.actors import Actor
from engine.demands import Signature
from engine.store import Store

LIMIT = 500.0
"""Milliseconds that sending to 132 units may take."""
DRAFTER, REVIEWER, SIGNER, CLERK, SEALER = "fei.wenmi", "tao.shoufa", "bai.shuji", "qian.shouwen", "wei.bansan"
UNIT_CLERK = "mao.shouwen"
OPEN_OF = 5
"""One receipt of so many is still open."""

_MI = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
    '<liuhen:loopCharacteristics inputCollection="=units" inputElement="where"/>'
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
)
_WHO = '<bpmn:extensionElements><liuhen:who role="document_clerk" at="=where"/>{0}</bpmn:extensionElements>'
_TERM = '<liuhen:due after="8 working hours"/><liuhen:remind before="1 working hours"/>'
ONE_CASE = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:liuhen="urn:liuhen:bpmn:1"
 targetNamespace="urn:bench"><bpmn:process id="one_case" name="one case" isExecutable="true">
<bpmn:startEvent id="asked"><bpmn:extensionElements><liuhen:who anyone="true"/>
<liuhen:output target="units" source='=units below(case.unit, "unit")'/></bpmn:extensionElements></bpmn:startEvent>
<bpmn:userTask id="release"><bpmn:extensionElements><liuhen:who person="=case.started_by"/></bpmn:extensionElements>
</bpmn:userTask>
<bpmn:subProcess id="unit">{_MI}<bpmn:startEvent id="delivered"/>
<bpmn:userTask id="sign_for">{_WHO.format(_TERM)}
</bpmn:userTask><bpmn:userTask id="circulate">{_WHO.format('<liuhen:due after="1 working days"/>')}</bpmn:userTask>
<bpmn:endEvent id="read"/><bpmn:sequenceFlow id="i1" sourceRef="delivered" targetRef="sign_for"/>
<bpmn:sequenceFlow id="i2" sourceRef="sign_for" targetRef="circulate"/>
<bpmn:sequenceFlow id="i3" sourceRef="circulate" targetRef="read"/></bpmn:subProcess><bpmn:endEvent id="done"/>
<bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="release"/>
<bpmn:sequenceFlow id="f2" sourceRef="release" targetRef="unit"/>
<bpmn:sequenceFlow id="f3" sourceRef="unit" targetRef="done"/></bpmn:process></bpmn:definitions>"""


class Office:
    """Who does what, by the engine's own verbs."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def does(self, name: str, verb: Callable[..., Any], *args: Any, **more: Any) -> tuple[Any, float]:
        """What a verb gives, and the milliseconds of its transaction."""
        begun = time.perf_counter()
        with self.store.transaction() as db:
            moment = self.store.moment(db)
            actor = actors.of_account(db, accounts.named(db, name), moment, "bench")
            found = verb(db, actor, moment, *args, **more)
        return found, (time.perf_counter() - begun) * 1000

    def completes(
        self, name: str, case: str, element: str, answers: Mapping[str, Any], decision: str | None, **more: Any
    ) -> float:
        """Complete the first open task of an element that the person is asked to do."""
        t, k = tables.tasks.c, tables.task_candidates.c
        with self.store.reading() as db:
            moment = self.store.moment(db)
            holders = actors.of_account(db, accounts.named(db, name), moment, "bench").holders
            query = select(t.id).join_from(tables.tasks, tables.task_candidates, k.task_id == t.id)
            mine = query.where(t.case_id == case, t.element == element, t.status == "open", k.holder.in_(holders))
            task = db.execute(mine.limit(1)).scalar_one()
        return self.does(name, tasks.complete, task, answers, decision, **more)[1]

    def sends(self, units: list[str]) -> tuple[str, float]:
        """A document on its way to the units; gives its case, and the milliseconds of the release."""
        begun = {"title": "关于报送的通知", "kind": "notice", "urgency": "normal", "is_unclassified": True}
        case, _ = self.does(DRAFTER, cases.start, definition="document_dispatch", unit="WC0", answers=begun)
        text_ = "请各单位认真总结本年度工作，按要求报送。"
        self.completes(DRAFTER, case, "draft_document", {**begun, "text": text_}, "submit")
        ticked = dict.fromkeys(("is_necessary", "is_within_competence", "is_coordinated", "is_text_in_order"), True)
        self.completes(REVIEWER, case, "check_document", ticked, "pass")
        self.completes(SIGNER, case, "sign_document", {}, "sign", signature=Signature("password"))
        self.completes(CLERK, case, "register_document", {"recipient_units": units, "copy_units": []}, "register")
        return case, self.completes(SEALER, case, "release_document", {"is_sealed": True}, "sent")

    def receipt(self, case: str, code: str) -> str:
        c, u = tables.cases.c, tables.units.c
        with self.store.reading() as db:
            query = select(c.id).join_from(tables.cases, tables.units, u.id == c.unit_id)
            return str(db.execute(query.where(c.parent_id == case, u.code == code)).scalar_one())


def one_case(office: Office, rounds: int) -> dict[str, Any]:
    """The other way: one case with 132 instances of a sub-process. It shows every unit the receipts of all others."""
    with office.store.transaction() as db:
        definitions.publish(db, Actor.operator(), office.store.moment(db), {"process.bpmn": ONE_CASE})
    sent, signed, size = [], [], 0
    for _ in range(rounds):
        case, _ = office.does(DRAFTER, cases.start, definition="one_case", unit="WC0", answers={})
        sent.append(office.completes(DRAFTER, case, "release", {}, None))
        signed.append(office.completes(UNIT_CLERK, case, "sign_for", {}, None))
        with office.store.reading() as db:
            size = len(db.execute(select(tables.cases.c.state).where(tables.cases.c.id == case)).scalar_one())
    return {"send_ms": spread(sent, 1), "sign_ms": spread(signed, 1), "bytes_of_the_state": size}


def each_a_case(office: Office, units: list[str], rounds: int) -> tuple[str, dict[str, Any]]:
    sent, signed, size, case = [], [], 0, ""
    for _ in range(rounds):
        case, took = office.sends(units)
        sent.append(took)
        receipt = office.receipt(case, "U07")
        signed.append(office.completes(UNIT_CLERK, receipt, "sign_for", {}, "signed_for"))
        with office.store.reading() as db:
            size = len(db.execute(select(tables.cases.c.state).where(tables.cases.c.id == receipt)).scalar_one())
    return case, {"send_ms": spread(sent, 1), "sign_ms": spread(signed, 1), "bytes_of_the_state": size}


_ID = "lpad(n::text, 6, '0') || substr(like_it.{0}, 7)"


_JOINED = {
    "task_candidates": "JOIN tasks t ON t.id = like_it.task_id JOIN cases c ON c.id = t.case_id",
}


def _like(table: Table, differs: Mapping[str, str], which: str) -> TextClause:
    """Rows of a table once more for each of so many documents, but for some columns."""
    names = [c.name for c in table.c]
    values = [differs.get(name, f"like_it.{name}") for name in names]
    return text(
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} "
        f"FROM {table.name} like_it {_JOINED.get(table.name, '')} "
        f"CROSS JOIN generate_series(1, :documents) n WHERE {which}"
    )


def fill(store: Store, case: str, documents: int) -> None:
    """The document of a case and all its receipts once more for each of so many documents, over the year before."""
    mine = "like_it.{0} IN (SELECT id FROM cases WHERE id = :case OR parent_id = :case)"
    back = "like_it.{0} - (n % 250) * interval '1 day'"
    is_open = f"(n + ascii(substr(like_it.{{0}}, 36))) % {OPEN_OF} = 0"
    given = {"documents": documents, "case": case}
    ended = f"CASE WHEN like_it.parent_id IS NULL OR {is_open.format('id')} THEN 'running' ELSE 'ended' END"
    done = f"CASE WHEN {is_open.format('case_id')} THEN like_it.status ELSE 'completed' END"
    rows: list[tuple[Table, dict[str, str], str]] = [
        (
            tables.cases,
            {
                "id": _ID.format("id"),
                "number": "'D' || n || '-' || like_it.number",
                "parent_id": f"CASE WHEN like_it.parent_id IS NOT NULL THEN {_ID.format('parent_id')} END",
                "started_at": back.format("started_at"),
                "status": ended,
                "wake_at": "NULL",
            },
            mine.format("id"),
        ),
        (tables.case_viewers, {"case_id": _ID.format("case_id")}, mine.format("case_id")),
        (
            tables.tasks,
            {
                "id": _ID.format("id"),
                "case_id": _ID.format("case_id"),
                "status": done,
                "opened_at": back.format("opened_at"),
            },
            mine.format("case_id"),
        ),
        (
            tables.task_candidates,
            {"task_id": _ID.format("task_id"), "opened_at": back.format("opened_at")},
            "c.parent_id = :case AND " + is_open.format("case_id").replace("like_it", "t"),
        ),
        (
            tables.entries,
            {"chain": _ID.format("chain"), "hash": "md5(n || like_it.hash) || md5(like_it.hash || n)"},
            mine.format("chain"),
        ),
        (tables.document_cases, {"case_id": _ID.format("case_id")}, mine.format("case_id")),
    ]
    for table, differs, which in rows:
        say(f"rows of {table.name}")
        with store.transaction() as db:
            db.execute(text("SET LOCAL session_replication_role = replica"))  # rows that the engine wrote need no check
            db.execute(_like(table, differs, which), given)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))


def asks(store: Store, case: str, count: int) -> dict[str, dict[str, float]]:
    """What a unit's clerk and the sender look at, in milliseconds of the whole door."""
    found = {}
    for name, who, path in (
        ("a unit's clerk: first page of the inbox", UNIT_CLERK, "/tasks"),
        ("a unit's clerk: counts of all boxes", UNIT_CLERK, "/tasks/counts"),
        ("the sender: first page of the inbox", CLERK, "/tasks"),
        ("the sender: the table of 132 receipts", CLERK, f"/cases/{case}/called"),
        ("the sender: cases, newest first", CLERK, "/cases"),
    ):
        with store.transaction() as db:
            token, _ = accounts.open_session(db, accounts.named(db, who).id)
        client = application.create_app(store).test_client()
        client.set_cookie("liuhen", token)
        asking = Asking(client)
        found[name] = times(lambda _, asking=asking, path=path: asking.get(path)[0], count)  # type: ignore[misc]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=1_573)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--asks", type=int, default=40)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    asked = parser.parse_args()
    load = [os.getloadavg()[0]]
    with databases.own("dispatch") as store:
        say("the office")
        demonstration.build(store)
        folders.publish_duties(store, Actor.operator(), reason="bench")
        for key in ("document_dispatch_receipt", "document_dispatch"):
            folders.publish(store, Actor.operator(), folders.PROCESSES / key)
        office = Office(store)
        with store.reading() as db:
            root = actors.unit_by(db, "WC0")
            units = actors.host_functions(db, store.moment(db).today)["units below"](root.id, "unit")
        say(f"one case with {len(units)} instances")
        together = one_case(office, asked.rounds)
        say(f"{len(units)} cases")
        case, each = each_a_case(office, units, asked.rounds)
        few = asks(store, case, asked.asks)
        begun = time.perf_counter()
        fill(store, case, asked.documents)
        say(f"filled in {time.perf_counter() - begun:.0f} s")
        many = asks(store, case, asked.asks)
        _, later = each_a_case(office, units, asked.rounds)
        load.append(os.getloadavg()[0])
    found = {
        "units": len(units),
        "receipts": asked.documents * len(units),
        "load": [round(one, 1) for one in load],
        "one case": together,
        "a case each": each,
        "a case each, after a year": later,
        "few receipts": few,
        "a year of receipts": many,
    }
    print(f"\n{found['receipts']} receipts of {asked.documents} documents; {machine()}; load {found['load']}\n")
    for what in ("one case", "a case each", "a case each, after a year"):
        print(f"{what:28} {found[what]}")
    print(f"\n{'milliseconds, p50':42} {'few':>8} {'a year':>8}")
    for what, one in few.items():
        print(f"{what:42} {one['p50']:>8} {many[what]['p50']:>8}")
    keep(asked.out, "dispatch", found)
    return int(statistics.median([later["send_ms"]["median"], each["send_ms"]["median"]]) > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
