"""Versions of a procedure: how they differ, what would become of running cases, and moving them there and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine import cases, definitions, returning, tables, tasks, trail, versions, views
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from engine.versions import Plan, running
from tests.engine.casework import Office

SECRETARY = '<liuhen:who role="branch_secretary" at="=case.unit"/>'
COMMISSIONER = '<liuhen:who role="organisation_commissioner" at="=case.unit"/>'


def words(*inside: str) -> str:
    return f"<bpmn:extensionElements>{''.join(inside)}</bpmn:extensionElements>"


def task(id_: str, *inside: str, name: str = "", who: str = SECRETARY, more: str = "", after: str = "") -> str:
    return f'<bpmn:userTask id="{id_}" name="{name or id_}" {more}>{words(who, *inside)}{after}</bpmn:userTask>'


def el(tag: str, id_: str, inside: str = "", more: str = "") -> str:
    return f'<bpmn:{tag} id="{id_}" {more}>{inside}</bpmn:{tag}>'


def procedure(body: str, flows: str, drawn: str = "", **files: str) -> dict[str, str]:
    """A procedure that anybody starts; flows are written ``asked>a a>b?x=1``."""
    lines = ""
    for flow in flows.split():
        path, _, condition = flow.partition("?")
        source, target = path.split(">")
        inner = f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
        lines += el("sequenceFlow", f"{source}_{target}", inner, f'sourceRef="{source}" targetRef="{target}"')
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:liuhen="urn:liuhen:bpmn:1"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:t">
  <bpmn:message id="m" name="paper"/>
  <bpmn:process id="paperwork" name="办文" isExecutable="true" liuhen:numberPrefix="PW">
    <bpmn:startEvent id="asked">{words('<liuhen:who anyone="true"/>')}</bpmn:startEvent>
    {body}
    {lines}
  </bpmn:process>
  {drawn}
</bpmn:definitions>"""
    return {"process.bpmn": text, **{name.replace("__", "/") + ".json": content for name, content in files.items()}}


LINE = procedure(task("a", name="初审") + task("b", name="复核") + task("c", name="办结"), "asked>a a>b b>c")
RENAMED = procedure(task("a1", name="初审") + task("b1", name="复核") + task("c", name="办结"), "asked>a1 a1>b1 b1>c")


class Desk:
    """An office with the versions of one procedure."""

    def __init__(self, store: Store, *folders: Mapping[str, str]) -> None:
        self.office = Office(store)
        self.store = store
        for files in folders:
            self.office.publish(files)

    def version(self, number: int) -> Definition:
        with self.store.reading() as db:
            return definitions.read(db, "paperwork", number)

    def start(self, number: int = 1) -> str:
        with self.store.transaction() as db:
            dora = self.office.actor("dora")
            publisher = Actor(
                None,
                "p-lin",
                "lin",
                "lin",
                permissions=dora.permissions,
                memberships=self.office.actor("lin").memberships,
            )
            return cases.start(
                db, publisher, self.store.moment(db), definition="paperwork", version=number, unit="B1", answers={}
            )

    def does(self, case: str, *elements: str, by: str = "zhao", **more: Any) -> None:
        for element in elements:
            self.office.completes(by, case, element, **more)

    def plan(
        self, mapping: Mapping[str, str] | None = None, redo: Mapping[str, str] | None = None, to: int = 2
    ) -> Plan:
        return Plan.of(self.version(1), self.version(to), {"mapping": mapping or {}, "redo": redo or {}})

    def outlooks(self, plan: Plan, to: int = 2, **more: Any) -> versions.Preview:
        with self.store.reading() as db:
            moment, dora = self.store.moment(db), self.office.actor("dora")
            return versions.preview(db, dora, moment, self.version(1), self.version(to), plan, **more)

    def order(self, plan: Plan, to: int = 2, by: str = "dora", reason: str = "a new rule", **more: Any) -> str:
        old, new = self.version(1), self.version(to)
        return str(self.office.does(versions.start, by, old, new, plan, reason, **more))

    def moved(self, plan: Plan, to: int = 2, **more: Any) -> str:
        id_ = self.order(plan, to, **more)
        versions.tick(self.store)
        return id_

    def undone(self, id_: str, by: str = "dora", reason: str = "it was a mistake") -> None:
        self.office.does(versions.undo, by, "paperwork", id_, reason)
        versions.tick(self.store)

    def progress(self, id_: str) -> versions.Progress:
        with self.store.reading() as db:
            return versions.progress(db, "paperwork", id_)

    def results(self, id_: str) -> dict[str, tuple[str, str | None]]:
        with self.store.reading() as db:
            found, _ = versions.results(db, id_)
        return {r["case_id"]: (r["status"], r["reason"].en if r["reason"] else None) for r in found}

    def rows(self, case: str) -> dict[str, list[dict[str, Any]]]:
        """Everything that hangs on a case, but for what counts every change."""
        found: dict[str, list[dict[str, Any]]] = {}
        with self.store.reading() as db:
            ids = select(tables.tasks.c.id).where(tables.tasks.c.case_id == case)
            for table in (
                tables.tasks,
                tables.timers,
                tables.subscriptions,
                tables.jobs,
                tables.incidents,
                tables.drafts,
            ):
                where = table.c.task_id.in_(ids) if table is tables.drafts else table.c.case_id == case
                rows = db.execute(select(table).where(where).order_by(*table.primary_key.columns)).mappings()
                found[table.name] = [{k: v for k, v in r.items() if k != "rev"} for r in rows]
            asked = tables.task_candidates
            holders = db.execute(select(asked).where(asked.c.task_id.in_(ids)).order_by(*asked.primary_key.columns))
            found["asked"] = [dict(r) for r in holders.mappings()]
            row = db.execute(select(tables.cases).where(tables.cases.c.id == case)).mappings().one()
            kept = ("definition_id", "status", "title", "summary", "wake_at", "faults")
            found["case"] = [{k: row[k] for k in kept}]
        return found

    def open(self, case: str) -> list[str]:
        with self.store.reading() as db:
            t = tables.tasks.c
            query = select(t.element).where(t.case_id == case, t.status.in_(cases.OPEN_STATUSES))
            return sorted(db.execute(query).scalars())

    def kinds(self, case: str) -> list[str]:
        return [e["kind"] for e in self.office.entries("otto", case)]

    def is_whole(self) -> bool:
        with self.store.reading() as db:
            return trail.verify(db).is_whole


def said(texts: Iterable[Any]) -> list[str]:
    return [t.en for t in texts]


# ---------------------------------------------------------------- how two versions differ


def test_layout_is_no_difference(store: Store) -> None:
    desk = Desk(store, LINE)
    shape = '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="paperwork"/></bpmndi:BPMNDiagram>'
    drawn = procedure(
        task("a", name="初审") + task("b", name="复核") + task("c", name="办结"), "asked>a a>b b>c", shape
    )
    assert drawn != LINE
    desk.office.publish(drawn)
    assert versions.difference(desk.version(1), desk.version(2)) == versions.Difference((), ())


def test_every_difference_is_a_sentence_in_both_languages(store: Store) -> None:
    due = '<liuhen:due date="=case.started_on"/>'
    form = json.dumps({"type": "default", "components": [{"type": "textfield", "key": "t", "label": "t"}]})
    old = procedure(
        task("a", name="初审", more='liuhen:form="f"') + el("exclusiveGateway", "g") + task("b") + task("c"),
        "asked>a a>g g>b?case.number!=null g>c?true",
        forms__f=form,
    )
    new = procedure(
        task("a", due, name="预审", who=COMMISSIONER, more='liuhen:form="f"')
        + el("exclusiveGateway", "g")
        + task("b")
        + task("d"),
        "asked>a a>g g>b?case.number=null g>d?true",
        forms__f=form.replace('"label": "t"', '"label": "T"'),
    )
    desk = Desk(store, old, new)
    found = versions.difference(desk.version(1), desk.version(2))
    assert [(c.kind, c.element) for c in found.changes] == [
        ("changed", "a"),
        ("changed", "g"),
        ("added", "d"),
        ("removed", "c"),
    ]
    a = found.changed["a"]
    assert [x.name for x in a.aspects] == ["name", "who", "form", "liuhen:due"]
    assert said(a.sentences)[0] == "“预审”: name changed from “初审” to “预审”."
    assert "branch_secretary @ =case.unit" in said(a.sentences)[1]
    assert a.sentences[1].zh.startswith("“预审”的办理人由")
    (ways,) = said(found.changed["g"].sentences)
    assert ways.startswith("“g”: ways on and their conditions changed from “→ b [=case.number!=null], → c [=true]” to ")
    assert ways.endswith("to “→ b [=case.number=null], → d [=true]”.")
    assert [t.zh for t in found.changes[2].sentences] == ["新增用户任务“d”。"]
    assert said(found.changes[3].sentences) == ["user task “c” is gone."]
    assert [(s.old, s.new, s.because) for s in found.suggestions] == [("c", "d", "neighbours")]


def test_what_may_have_been_renamed_is_only_suggested(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    found = versions.difference(desk.version(1), desk.version(2))
    assert {(s.old, s.new, s.because) for s in found.suggestions} == {("a", "a1", "name"), ("b", "b1", "name")}
    assert {(c.kind, c.element) for c in found.changes} >= {("added", "a1"), ("removed", "a")}
    assert all(s.text.zh and s.text.en for s in found.suggestions)


def test_words_rules_and_texts_of_the_process_are_differences(store: Store) -> None:
    titled = LINE["process.bpmn"].replace('liuhen:numberPrefix="PW"', 'liuhen:numberPrefix="PX"')
    desk = Desk(store, LINE, {"process.bpmn": titled, "texts.en.json": '{"code.x": "No."}', "README.md": "Hello."})
    (change,) = versions.difference(desk.version(1), desk.version(2)).changes
    assert (change.element, change.what) == ("paperwork", "process")
    assert {a.name for a in change.aspects} >= {"liuhen:numberPrefix", "texts"}


# ---------------------------------------------------------------- plans


def test_a_plan_that_cannot_be_is_refused_element_by_element(store: Store) -> None:
    new = procedure(task("a") + task("c") + el("serviceTask", "j", more='liuhen:jobType="t"'), "asked>a a>c c>j")
    desk = Desk(store, LINE, new)
    with pytest.raises(Unfit) as e:
        desk.plan(
            {"nothing": "a", "b": "nowhere", "c": "j"},
            {"nobody": "a", "a": "c", "b": "asked"},
        )
    assert [(f.path, f.code) for f in e.value.errors] == [
        ("plan.mapping.nothing", "unknown_element"),
        ("plan.mapping.b", "unknown_element"),
        ("plan.mapping.c", "other_kind"),
        ("plan.redo.nobody", "unknown_element"),
        ("plan.redo.a", "has_counterpart"),
        ("plan.redo.b", "has_counterpart"),
    ]
    with pytest.raises(Unfit) as e:
        desk.plan(redo={"b": "asked"})
    assert [f.code for f in e.value.errors] == ["no_step"]
    with pytest.raises(Unfit) as e:
        desk.plan(redo={"b": "nowhere"})
    assert [f.code for f in e.value.errors] == ["unknown_element"]


# ---------------------------------------------------------------- preview


def test_a_preview_says_what_would_become_of_each_case_and_touches_none(store: Store) -> None:
    new = procedure(task("a1", name="初审") + task("c", who=COMMISSIONER) + task("d"), "asked>a1 a1>c c>d")
    desk = Desk(store, procedure(task("a") + task("b") + task("c") + task("d"), "asked>a a>b b>c c>d"), new)
    at_a, at_b, at_c, at_d = (desk.start() for _ in range(4))
    desk.does(at_b, "a")
    desk.does(at_c, "a", "b")
    desk.does(at_d, "a", "b", "c")
    before = [desk.rows(c) for c in (at_a, at_b, at_c, at_d)]
    with store.reading() as db:
        heads = db.execute(select(tables.cases.c.id, tables.cases.c.rev, tables.cases.c.state)).all()
    found = desk.outlooks(desk.plan({"a": "a1"}))
    assert {o.case_id: o.kind for o in found.outlooks} == {
        at_a: "moves",
        at_b: "cannot",
        at_c: "changes",
        at_d: "unchanged",
    }
    assert found.counts == {"unchanged": 1, "changes": 1, "moves": 1, "redoes": 0, "cannot": 1}
    assert (found.total, found.after) == (4, None)
    why = next(o.why for o in found.outlooks if o.kind == "cannot")
    assert why is not None
    assert "“b”" in why.en
    assert "“b”" in why.zh
    redone = desk.outlooks(desk.plan({"a": "a1"}, {"b": "c"}))
    assert next(o.redone for o in redone.outlooks if o.case_id == at_b) == {"b": "c"}
    assert [desk.rows(c) for c in (at_a, at_b, at_c, at_d)] == before
    with store.reading() as db:
        assert db.execute(select(tables.cases.c.id, tables.cases.c.rev, tables.cases.c.state)).all() == heads


def test_previews_come_in_batches_of_chosen_cases(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    ids = sorted(desk.start() for _ in range(5))
    plan = desk.plan({"a": "a1"})
    first = desk.outlooks(plan, limit=2)
    assert ([o.case_id for o in first.outlooks], first.after, first.total) == (ids[:2], ids[1], 5)
    second = desk.outlooks(plan, limit=3, after=first.after)
    assert ([o.case_id for o in second.outlooks], second.after) == (ids[2:], None)
    assert desk.outlooks(plan, only=[ids[3], "no-such-case"]).total == 1
    assert (desk.outlooks(plan, unit="C1").total, desk.outlooks(plan, unit="B2").total) == (5, 0)
    with pytest.raises(NotFound):
        desk.outlooks(plan, unit="B999")


def test_whom_the_new_version_cannot_ask_is_known_before(store: Store) -> None:
    nobody = '<liuhen:who person="=nobody"/><liuhen:output target="nobody" source="=null"/>'
    desk = Desk(store, LINE, procedure(task("a", who=nobody) + task("b") + task("c"), "asked>a a>b b>c"))
    desk.start()
    (outlook,) = desk.outlooks(desk.plan()).outlooks
    assert outlook.kind == "cannot"
    assert outlook.why is not None
    assert "“a”" in outlook.why.en


# ---------------------------------------------------------------- moving


def test_a_task_keeps_its_id_its_claim_and_its_draft(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    case = desk.start()
    desk.does(case, "a")
    id_ = desk.office.open(case, "b")
    desk.office.does(tasks.claim, "zhao", id_)
    desk.office.does(tasks.draft, "zhao", id_, {"typed": "so far"})
    migration = desk.moved(desk.plan({"a": "a1", "b": "b1"}))
    assert desk.progress(migration).status == "done"
    assert desk.results(migration) == {case: ("moved", None)}
    assert desk.office.open(case, "b1") == id_
    rows = desk.rows(case)
    assert [(t["id"], t["claimed_by"]) for t in rows["tasks"] if t["status"] == "open"] == [(id_, "p-zhao")]
    assert [d["task_id"] for d in rows["drafts"]] == [id_]
    assert rows["case"][0]["definition_id"] == desk.version(2).id
    seen = desk.office.sees("otto", case)
    assert [(s["element"], s["status"]) for s in seen["steps"]] == [("a1", "done"), ("b1", "open"), ("c", "pending")]
    desk.does(case, "b1", "c")
    assert desk.office.sees("otto", case)["status"] == "ended"
    assert desk.is_whole()


def test_the_entry_names_both_versions_the_plan_and_the_reason(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    case = desk.start()
    plan = desk.plan({"a": "a1"})
    desk.moved(plan, reason="第 5 条已修订")
    with store.reading() as db:
        entry = next(e for e in trail.read(db, case) if e["kind"] == "case.migrated")
    assert (entry["from_version"], entry["to_version"], entry["reason"]) == (1, 2, "第 5 条已修订")
    assert entry["plan"] == plan.digest(desk.version(1), desk.version(2))
    assert entry["moved"] == {"a": "a1"}
    assert entry["actor"] == {"person": "p-dora", "source": "clock"}
    spoken = next(e for e in desk.office.entries("otto", case) if e["kind"] == "case.migrated")
    assert spoken["sentence"].en.endswith("moved the case from version 1 to version 2: 第 5 条已修订")
    with store.reading() as db:
        kinds = [e["kind"] for e in trail.read(db, "definition:paperwork")]
    assert kinds[-2:] == ["migration.started", "migration.ended"]


def test_who_is_asked_the_term_and_the_gates_are_worked_out_anew_where_they_differ(store: Store) -> None:
    due = '<liuhen:due date="=case.started_on + duration(&quot;P{}D&quot;)"/>'
    someone = "count(holders(&quot;discipline_commissioner&quot;, case.unit)) &gt; 0"
    gate = f'<liuhen:gate at="opening" condition="={someone}" code="nobody_yet"/>'
    old = procedure(task("a", due.format(3)) + task("b", due.format(3)), "asked>a a>b")
    new = procedure(task("a", due.format(9), gate, who=COMMISSIONER) + task("b", due.format(3)), "asked>a a>b")
    desk = Desk(store, old, new)
    case, other = desk.start(), desk.start()
    desk.does(other, "a")
    untouched = desk.rows(other)
    desk.office.tick_to("2026-03-07")
    assert desk.rows(case)["tasks"][0]["is_late"]
    untouched = desk.rows(other)
    desk.moved(desk.plan())
    (row,) = desk.rows(case)["tasks"]
    assert (row["status"], row["due_on"].isoformat(), row["is_late"], row["marks"]) == (
        "held",
        "2026-03-11",
        False,
        "[]",
    )
    assert {a["holder"].split("@")[0] for a in desk.rows(case)["asked"]} == {"post:organisation_commissioner"}
    assert {t["purpose"] for t in desk.rows(case)["timers"]} == {"overdue", "open"}
    assert desk.kinds(case)[-1] == "task.held"
    after = desk.rows(other)
    assert after["tasks"][1] == untouched["tasks"][1]
    assert (after["timers"], after["asked"]) == (untouched["timers"], untouched["asked"])
    assert desk.office.box("wu") == []
    with pytest.raises(NotFound):
        desk.office.does(tasks.claim, "zhao", row["id"])


def test_what_was_done_counts_for_the_step_that_it_has_become(store: Store) -> None:
    either = SECRETARY + COMMISSIONER
    old = procedure(task("a", who=either) + task("b", who=either), "asked>a a>b")
    new = procedure(
        task("a1", who=either) + task("b", '<liuhen:otherThan task="a1" code="four_eyes"/>', who=either),
        "asked>a1 a1>b",
    )
    desk = Desk(store, old, new)
    case = desk.start()
    desk.does(case, "a")
    desk.moved(desk.plan({"a": "a1"}))
    with pytest.raises(Forbidden) as e:
        desk.does(case, "b")
    assert e.value.refusal == "four_eyes"
    desk.does(case, "b", by="wu")


def test_what_is_no_more_in_the_new_version_stays_readable(store: Store) -> None:
    agree = '<liuhen:outcome value="agree" kind="agree"/>'
    old = {
        **procedure(task("a", agree, name="初审") + task("b", name="复核") + task("c"), "asked>a a>b b>c"),
        "texts.en.json": '{"element.a": "First look", "outcome.agree": "Agreed", "element.b": "Second"}',
    }
    desk = Desk(store, old, procedure(task("c"), "asked>c"))
    case = desk.start()
    first = desk.office.open(case, "a")
    desk.does(case, "a", decision="agree")
    second = desk.office.open(case, "b")
    desk.moved(desk.plan(redo={"b": "c"}))
    assert desk.open(case) == ["c"]
    assert [s["element"] for s in desk.office.sees("otto", case)["steps"]] == ["c"]
    entries = desk.office.entries("otto", case)
    done = next(e for e in entries if e["kind"] == "task.completed")
    assert (done["element_name"].en, done["decision_label"].en) == ("First look", "Agreed")
    gone = next(e for e in entries if e["kind"] == "task.cancelled")
    assert gone["element_name"].en == "Second"
    box = desk.office.box("zhao", "done")
    assert [(t["id"], t["name"].en) for t in box] == [(first, "First look")]
    with pytest.raises(NotNow) as e:
        desk.office.does(returning.withdraw, "zhao", first, "by mistake")
    assert e.value.refusal == "err_cannot_go_back"
    for id_ in (first, second):
        with store.reading() as db:
            told = views.task(db, desk.office.actor("otto"), store.moment(db), id_, "en")
        assert told["can"] == ["comment"]  # the case goes on
    with store.reading() as db:
        diagram = views.diagram(db, desk.office.actor("otto"), store.moment(db), case)
    assert set(diagram["elements"]) <= set(desk.version(2).blueprint.elements)


def test_only_who_publishes_may_and_only_with_a_reason(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    plan = desk.plan({"a": "a1"})
    with pytest.raises(NotNow) as nothing:
        desk.order(plan)
    assert nothing.value.refusal == "err_nothing_to_migrate"
    desk.start()
    for by in ("zhao", "otto"):
        with pytest.raises(Forbidden):
            desk.order(plan, by=by)
    with pytest.raises(Unfit):
        desk.order(plan, reason="  ")
    with pytest.raises(Unfit):
        desk.office.does(versions.start, "dora", desk.version(1), desk.version(1), plan, "the same")
    migration = desk.moved(plan)
    for by in ("zhao", "otto"):
        with pytest.raises(Forbidden):
            desk.undone(migration, by=by)
        with pytest.raises(Forbidden):
            desk.office.does(versions.go_on, by, "paperwork", migration)
    with pytest.raises(Unfit):
        desk.undone(migration, reason="")
    with pytest.raises(NotNow) as nothing:
        desk.office.does(versions.go_on, "dora", "paperwork", migration)
    assert nothing.value.refusal == "err_nothing_to_migrate"
    with pytest.raises(NotFound):
        desk.office.does(versions.go_on, "dora", "two_steps", migration)
    desk.undone(migration)
    with pytest.raises(NotNow):
        desk.undone(migration)
    with pytest.raises(NotNow) as stopped:
        desk.office.does(versions.go_on, "dora", "paperwork", migration)
    assert stopped.value.refusal == "err_migration_not_stopped"


# ---------------------------------------------------------------- trouble


def test_trouble_stops_a_migration_and_it_goes_on_when_told(store: Store) -> None:
    desk = Desk(store, LINE, procedure(task("a") + task("c"), "asked>a a>c"))
    ids = sorted(desk.start() for _ in range(5))
    for case in ids[1:3]:
        desk.does(case, "a")
    migration = desk.moved(desk.plan())
    found = desk.progress(migration)
    assert (found.status, found.counts["moved"], found.counts["refused"], found.counts["waiting"]) == (
        "stopped",
        1,
        1,
        3,
    )
    assert "“复核”" in str(desk.results(migration)[ids[1]][1])
    assert versions.tick(store) == 0
    with store.reading() as db:
        assert [e["kind"] for e in trail.read(db, "definition:paperwork")][-1] == "migration.stopped"
    desk.office.does(versions.go_on, "dora", "paperwork", migration)
    versions.tick(store)
    assert desk.progress(migration).counts["refused"] == 2
    desk.office.does(versions.go_on, "dora", "paperwork", migration)
    versions.tick(store)
    assert (desk.progress(migration).status, desk.progress(migration).counts["moved"]) == ("done", 3)
    desk.does(ids[1], "b")  # what stood in the way is done
    desk.office.does(versions.go_on, "dora", "paperwork", migration, retry=True)
    versions.tick(store)
    assert desk.results(migration)[ids[1]] == ("moved", None)
    assert desk.results(migration)[ids[2]][0] == "refused"
    assert desk.progress(migration).status == "stopped"
    assert desk.is_whole()


def test_a_limit_lets_some_trouble_pass(store: Store) -> None:
    desk = Desk(store, LINE, procedure(task("a") + task("c"), "asked>a a>c"))
    ids = sorted(desk.start() for _ in range(3))
    for case in ids[:2]:
        desk.does(case, "a")
    migration = desk.moved(desk.plan(), stop_after=3)
    assert (desk.progress(migration).status, desk.progress(migration).counts["refused"]) == ("done", 2)
    assert desk.office.sees("otto", ids[0])["version"] == 1
    assert desk.office.sees("otto", ids[2])["version"] == 2


def test_a_case_that_ended_before_its_turn_is_no_trouble(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    first, second = sorted(desk.start() for _ in range(2))
    migration = desk.order(desk.plan({"a": "a1", "b": "b1"}))
    again = desk.order(desk.plan({"a": "a1", "b": "b1"}))
    desk.does(first, "a", "b", "c")
    versions.tick(store)
    assert {c: s for c, (s, _) in desk.results(migration).items()} == {first: "gone", second: "moved"}
    assert {s for s, _ in desk.results(again).values()} == {"gone"}
    assert desk.kinds(second).count("case.migrated") == 1


def test_a_killed_server_leaves_nothing_half_done_and_nothing_is_done_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(store, LINE, RENAMED)
    ids = sorted(desk.start() for _ in range(4))
    migration = desk.order(desk.plan({"a": "a1"}))
    written = running._write
    done: list[str] = []

    def dies(db: Any, moment: Any, migration: str, case: str, values: Any) -> None:
        written(db, moment, migration, case, values)
        done.append(case)
        if len(done) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        versions.tick(store)
    monkeypatch.setattr(running, "_write", written)
    found = desk.progress(migration)
    assert (found.status, found.counts["moved"], found.counts["waiting"]) == ("running", 2, 2)
    assert desk.office.sees("otto", ids[2])["version"] == 1
    assert desk.open(ids[2]) == ["a"]
    versions.tick(store)
    assert desk.progress(migration).counts["moved"] == 4
    assert [desk.kinds(c).count("case.migrated") for c in ids] == [1, 1, 1, 1]
    assert desk.is_whole()


def test_a_fault_in_one_case_is_told_without_its_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(store, LINE, RENAMED)
    case = desk.start()

    def fails(*_: Any, **__: Any) -> None:
        raise ValueError("张三 13800000000")

    monkeypatch.setattr(cases, "migrate", fails)
    migration = desk.moved(desk.plan({"a": "a1"}))
    assert desk.results(migration) == {case: ("refused", "ValueError")}
    assert desk.progress(migration).status == "stopped"
    assert desk.open(case) == ["a"]


def test_a_migration_is_done_in_parts_and_can_be_followed(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    for _ in range(5):
        desk.start()
    migration = desk.order(desk.plan({"a": "a1"}))
    assert versions.tick(store, limit=2) == 2
    assert (desk.progress(migration).status, desk.progress(migration).counts["moved"]) == ("running", 2)
    assert versions.tick(store, limit=2) == 2
    assert versions.tick(store, limit=2) == 1
    assert desk.progress(migration).status == "done"
    with store.reading() as db:
        assert [m.id for m in versions.migrations(db, "paperwork")] == [migration]
        first, after = versions.results(db, migration, status="moved", limit=3)
        rest, end = versions.results(db, migration, after=after, limit=3)
    assert (len(first), len(rest), end) == (3, 2, None)


def test_whoever_works_on_a_case_keeps_it_and_its_turn_comes_again(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    first, second = sorted(desk.start() for _ in range(2))
    migration = desk.order(desk.plan({"a": "a1"}))
    if store.is_sqlite:
        versions.tick(store)  # one writer at a time: nobody works on anything meanwhile
    else:
        with store.transaction() as db:
            cases.take(db, desk.office.actor("zhao"), store.moment(db), first)
            versions.tick(store)
            assert desk.results(migration) == {first: ("waiting", None), second: ("moved", None)}
        versions.tick(store)
    assert {s for s, _ in desk.results(migration).values()} == {"moved"}


# ---------------------------------------------------------------- undoing


def test_undoing_restores_every_row_of_a_case_on_which_nothing_has_happened(store: Store) -> None:
    due = '<liuhen:due date="=case.started_on + duration(&quot;P3D&quot;)"/>'
    old = procedure(task("a") + task("b", due) + task("c"), "asked>a a>b b>c")
    new = procedure(task("a1") + task("b1", who=COMMISSIONER) + task("c"), "asked>a1 a1>b1 b1>c")
    desk = Desk(store, old, new)
    moves, redoes, acted = (desk.start() for _ in range(3))
    for case in (moves, acted):
        desk.does(case, "a")
    before = {c: desk.rows(c) for c in (moves, redoes, acted)}
    migration = desk.moved(desk.plan({"a": "a1", "b": "b1"}))
    assert desk.rows(moves) != before[moves]
    desk.does(acted, "b1", by="wu")
    desk.undone(migration)
    found = desk.progress(migration)
    assert (found.status, found.counts["undone"], found.counts["kept"]) == ("undone", 2, 1)
    assert desk.rows(moves) == before[moves]
    assert desk.rows(redoes) == before[redoes]
    assert desk.results(migration)[acted] == ("kept", "something has happened to the case since")
    assert desk.open(acted) == ["c"]
    assert desk.kinds(moves)[-1] == "case.migration_undone"
    desk.does(moves, "b", "c")
    desk.does(acted, "c")
    assert {desk.office.sees("otto", c)["status"] for c in (moves, acted)} == {"ended"}
    assert desk.is_whole()
    with store.reading() as db:
        assert "migration.undone" in [e["kind"] for e in trail.read(db, "definition:paperwork")]


def test_undoing_takes_back_what_was_begun_and_brings_back_what_was_gone(store: Store) -> None:
    desk = Desk(store, LINE, procedure(task("a") + task("d") + task("e"), "asked>a a>d d>e"))
    case = desk.start()
    desk.does(case, "a")
    id_ = desk.office.open(case, "b")
    desk.office.does(tasks.claim, "zhao", id_)
    desk.office.does(tasks.draft, "zhao", id_, {"typed": "so far"})
    migration = desk.moved(desk.plan(redo={"b": "d"}))
    assert desk.open(case) == ["d"]
    desk.undone(migration)
    assert desk.office.open(case, "b") == id_
    (row,) = [t for t in desk.rows(case)["tasks"] if t["status"] == "open"]
    assert row["claimed_by"] == "p-zhao"
    assert [d["task_id"] for d in desk.rows(case)["drafts"]] == [id_]
    desk.does(case, "b", "c")
    assert desk.office.sees("otto", case)["status"] == "ended"
    assert desk.is_whole()


def test_a_migration_that_is_not_over_is_undone_as_far_as_it_went(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    ids = sorted(desk.start() for _ in range(3))
    migration = desk.order(desk.plan({"a": "a1"}))
    versions.tick(store, limit=1)
    desk.undone(migration)
    found = desk.progress(migration)
    assert (found.status, found.counts["undone"], found.counts["waiting"]) == ("undone", 1, 2)
    assert [desk.office.sees("otto", c)["version"] for c in ids] == [1, 1, 1]


def test_what_has_left_a_case_does_not_come_back(store: Store) -> None:
    thrown = el("intermediateThrowEvent", "t", '<bpmn:messageEventDefinition messageRef="m"/>')
    new = procedure(task("a") + thrown + task("c"), "asked>a a>t t>c")
    ends = procedure(task("a") + el("endEvent", "e"), "asked>a a>e")
    desk = Desk(store, LINE, new, ends)
    sent, ended = desk.start(), desk.start()
    for case in (sent, ended):
        desk.does(case, "a")
    first = desk.moved(desk.plan(redo={"b": "t"}), only=[sent])
    second = desk.moved(desk.plan(redo={"b": "e"}, to=3), to=3, only=[ended])
    assert desk.office.sees("otto", ended)["status"] == "ended"
    for migration, why in ((first, "messages or signals"), (second, "has ended")):
        desk.undone(migration)
        ((status, said_),) = desk.results(migration).values()
        assert status == "kept"
        assert why in str(said_)


# ---------------------------------------------------------------- wherever a case stands


def timer(days: int) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDuration>P{days}D</bpmn:timeDuration></bpmn:timerEventDefinition>"


def check_there_and_back(
    desk: Desk, case: str, mapping: Mapping[str, str], redo: Mapping[str, str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Move one case there, back, and there again; gives its rows on the new version."""
    plan, before = desk.plan(mapping, redo), desk.rows(case)
    there = desk.moved(plan, only=[case])
    assert desk.results(there) == {case: ("moved", None)}
    desk.undone(there)
    assert desk.results(there) == {case: ("undone", None)}
    after = desk.rows(case)
    if not redo:
        assert after == before
    again = desk.moved(plan, only=[case])
    assert desk.results(again) == {case: ("moved", None)}
    assert desk.is_whole()
    return desk.rows(case)


def test_timers_keep_their_instants(store: Store) -> None:
    late = el("boundaryEvent", "late", timer(5), 'attachedToRef="a"')
    old = procedure(task("a") + late + task("b") + task("c"), "asked>a a>b late>c")
    new = procedure(
        task("a1")
        + late.replace('"a"', '"a1"')
        + el("boundaryEvent", "soon", timer(2), 'attachedToRef="a1"')
        + task("b")
        + task("c"),
        "asked>a1 a1>b late>c soon>b",
    )
    desk = Desk(store, old, new)
    case = desk.start()
    (before,) = desk.rows(case)["timers"]
    rows = check_there_and_back(desk, case, {"a": "a1"})
    assert [t["due_at"] for t in rows["timers"] if t["node"] == before["node"]] == [before["due_at"]]
    assert len(rows["timers"]) == 2
    desk.office.tick_to("2026-03-04", 12)
    assert desk.open(case) == ["b"]


def test_event_gateways_and_subscriptions(store: Store) -> None:
    body = el("eventBasedGateway", "g") + task("b") + el("intermediateCatchEvent", "t", timer(5))
    paper = el("receiveTask", "{}", more='messageRef="m"')
    desk = Desk(
        store,
        procedure(body + paper.format("r"), "asked>g g>t g>r t>b r>b"),
        procedure(body + paper.format("r1"), "asked>g g>t g>r1 t>b r1>b"),
    )
    case = desk.start()
    rows = check_there_and_back(desk, case, {"r": "r1"})
    assert [(s["element"], s["name"]) for s in rows["subscriptions"]] == [("r1", "paper")]
    assert len(rows["timers"]) == 1


def test_sub_processes_multi_instances_and_half_filled_joins(store: Store) -> None:
    both = '<liuhen:loopCharacteristics inputCollection="=[1, 2]" inputElement="n"/>'
    loop = f"<bpmn:multiInstanceLoopCharacteristics>{words(both)}</bpmn:multiInstanceLoopCharacteristics>"

    def model(x: str, s: str) -> dict[str, str]:
        inner = task(x) + task("y") + el("sequenceFlow", f"{x}_y", more=f'sourceRef="{x}" targetRef="y"')
        fork = el("parallelGateway", "f") + el("parallelGateway", "j")
        body = fork + el("subProcess", s, inner) + task("many", after=loop) + task("k") + task("z")
        return procedure(body, f"asked>f f>{s} f>many f>k {s}>j many>j k>j j>z")

    desk = Desk(store, model("x", "s"), model("x1", "s1"))
    case = desk.start()
    desk.does(case, "k")
    with store.reading() as db:
        t = tables.tasks.c
        first = (
            db.execute(select(t.id).where(t.case_id == case, t.element == "many").order_by(t.node)).scalars().first()
        )
    desk.office.does(tasks.complete, "zhao", first)
    check_there_and_back(desk, case, {"x": "x1", "s": "s1"})
    assert desk.open(case) == ["many", "x1"]
    desk.does(case, "x1", "y", "many")
    assert desk.open(case) == ["z"]


def test_jobs_go_on_and_bear_their_new_type(store: Store) -> None:
    def model(id_: str, type_: str) -> dict[str, str]:
        return procedure(el("serviceTask", id_, more=f'liuhen:jobType="{type_}"') + task("z"), f"asked>{id_} {id_}>z")

    desk = Desk(store, model("j", "print"), model("j1", "seal"))
    case = desk.start()
    (before,) = desk.rows(case)["jobs"]
    rows = check_there_and_back(desk, case, {"j": "j1"})
    (job,) = rows["jobs"]
    assert (job["id"], job["element"], job["type"], job["status"]) == (before["id"], "j1", "seal", "open")


def test_called_cases_go_on(store: Store) -> None:
    child = procedure(task("q"), "asked>q")
    child["process.bpmn"] = child["process.bpmn"].replace('"paperwork"', '"enclosure"').replace('"PW"', '"EN"')

    def model(id_: str) -> dict[str, str]:
        return procedure(el("callActivity", id_, more='calledElement="enclosure"') + task("z"), f"asked>{id_} {id_}>z")

    desk = Desk(store, child, model("k"), model("k1"))
    case = desk.start()
    rows = check_there_and_back(desk, case, {"k": "k1"})
    assert rows["case"][0]["status"] == "running"
    with store.reading() as db:
        c = tables.cases.c
        called = db.execute(select(c.id, c.status).where(c.parent_id == case)).all()
    assert [r.status for r in called] == ["running"]
    desk.does(called[0].id, "q")
    desk.office.tick_to("2026-03-02", 10)
    assert desk.open(case) == ["z"]


def test_incidents_stay_and_are_mended_by_the_new_version(store: Store) -> None:
    def model(second: str) -> dict[str, str]:
        body = task("a") + el("exclusiveGateway", "g") + task("x") + task("y")
        return procedure(body, f"asked>a a>g g>x?case.number=null g>y?{second}")

    desk = Desk(store, model("case.unit=null"), model("case.unit!=null"))
    case = desk.start()
    desk.does(case, "a")
    (before,) = [i for i in desk.rows(case)["incidents"] if i["resolved_at"] is None]
    rows = check_there_and_back(desk, case, {})
    assert [i["id"] for i in rows["incidents"] if i["resolved_at"] is None] == [before["id"]]
    assert rows["case"][0]["faults"] == 1


def test_an_incident_gives_way_to_a_redone_step(store: Store) -> None:
    body = task("a") + el("exclusiveGateway", "g") + task("x") + task("y")
    desk = Desk(
        store,
        procedure(body, "asked>a a>g g>x?case.number=null g>y?case.unit=null"),
        procedure(task("a") + task("x") + task("y"), "asked>a a>x x>y"),
    )
    case = desk.start()
    desk.does(case, "a")
    rows = check_there_and_back(desk, case, {}, {"g": "x"})
    assert desk.open(case) == ["x"]
    assert rows["case"][0]["faults"] == 0


def test_a_case_that_is_being_confirmed_goes_on_being_confirmed(store: Store) -> None:
    confirm = '<liuhen:confirm role="{}" at="=case.unit"/>'
    form = json.dumps({"type": "default", "components": [{"type": "textfield", "key": "t", "label": "t"}]})
    old = procedure(
        task("a", confirm.format("branch_secretary"), who=COMMISSIONER, more='liuhen:form="f"') + task("z"),
        "asked>a a>z",
        forms__f=form,
    )
    new = procedure(
        task("a1", confirm.format("organisation_commissioner"), who=COMMISSIONER, more='liuhen:form="f"') + task("z"),
        "asked>a1 a1>z",
        forms__f=form,
    )
    desk = Desk(store, old, new)
    case = desk.start()
    desk.does(case, "a", by="wu", answers={"t": "x"})
    id_ = desk.office.open(case, "a")
    check_there_and_back(desk, case, {"a": "a1"})
    with pytest.raises(NotFound):
        desk.office.does(tasks.confirm, "zhao", id_, agree=True)
    with pytest.raises(Forbidden):
        desk.office.does(tasks.confirm, "wu", id_, agree=True)
    desk.office.does(tasks.confirm, "he", id_, agree=True)
    assert desk.open(case) == ["z"]


def test_a_failed_case_may_be_moved_to_a_version_that_can_go_on(store: Store) -> None:
    desk = Desk(store, LINE, RENAMED)
    case = desk.start()
    with store.transaction() as db:
        db.execute(update(tables.cases).where(tables.cases.c.id == case).values(status=cases.FAILED))
    migration = desk.moved(desk.plan({"a": "a1"}))
    assert desk.results(migration) == {case: ("moved", None)}
    assert desk.office.sees("otto", case)["status"] == "failed"
    with store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.migrations)).scalar_one() == 1
