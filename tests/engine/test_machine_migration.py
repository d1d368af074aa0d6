"""The machine alone: a case goes to another version of its process, wherever its tokens stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import machine, vocabulary
from engine.machine import Blueprint, Environment, Live, Migrated, NotThere, Step
from engine.xml import safe_xml

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def process(body: str, flows: str, declared: str = "") -> Blueprint:
    """A process from element texts and flows written ``a>b b>c?x=1``; a flow's id is ``a_b``."""
    drawn = body
    for flow in flows.split():
        path, _, condition = flow.partition("?")
        source, target = path.split(">")
        inner = f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
        drawn += (
            f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}'
            "</bpmn:sequenceFlow>"
        )
    text = (
        f'<bpmn:definitions xmlns:bpmn="{vocabulary.BPMN}" xmlns:liuhen="{vocabulary.LIUHEN}">'
        '<bpmn:message id="m" name="paper"/><bpmn:message id="m2" name="letter"/><bpmn:signal id="g" name="bell"/>'
        f'<bpmn:error id="x" errorCode="no"/>{declared}'
        f'<bpmn:process id="p" isExecutable="true">{drawn}</bpmn:process></bpmn:definitions>'
    )
    found, findings = machine.read(safe_xml(text.encode(), "process.bpmn"), "process.bpmn")
    assert found is not None, [(f.rule, f.element, f.text.en) for f in findings]
    return found


def el(tag: str, id_: str, inside: str = "", **more: str) -> str:
    words = "".join(f' {k.replace("__", ":")}="{v}"' for k, v in more.items())
    return f'<bpmn:{tag} id="{id_}"{words}>{inside}</bpmn:{tag}>'


def tasks(*ids: str) -> str:
    return "".join(el("userTask", i) for i in ids)


def timer(days: int) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDuration>P{days}D</bpmn:timeDuration></bpmn:timerEventDefinition>"


def message(ref: str = "m") -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def sub(id_: str, body: str, flows: str, **more: str) -> str:
    drawn = body
    for flow in flows.split():
        source, target = flow.split(">")
        drawn += f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
    return el("subProcess", id_, drawn, **more)


def many(how: str = "", of: str = "3", more: str = "") -> str:
    return (
        f"<bpmn:multiInstanceLoopCharacteristics {how}><bpmn:loopCardinality>={of}</bpmn:loopCardinality>{more}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def env(now: datetime = NOON) -> Environment:
    return Environment(now, ZONE)


def begin(blueprint: Blueprint, **variables: Any) -> Live:
    live, _ = machine.begin(blueprint, env(), variables)
    return live


def stands(live: Live) -> list[str]:
    return sorted(o.element for o in live.open().values())


def node(live: Live, element: str, nth: int = 0) -> int:
    return sorted(n for n, o in live.open().items() if o.element == element)[nth]


def does(live: Live, *elements: str, **written: Any) -> Step:
    for element in elements:
        step = machine.complete(live, node(live, element), env(), written)
    return step


def goes(
    live: Live,
    to: Blueprint,
    mapping: Mapping[str, str] | None = None,
    redo: Mapping[str, str] | None = None,
    now: datetime = NOON,
    names: Mapping[str, str] | None = None,
) -> Migrated:
    """Migrate; the old case is unchanged and the new one survives freezing and thawing."""
    before = machine.freeze(live)
    done = machine.migrate(live, to, mapping or {}, env(now), redo, names)
    assert machine.freeze(live) == before
    thawed = machine.thaw(to, machine.freeze(done.live), env(now))
    assert thawed.open() == done.live.open()
    assert thawed.waits() == done.live.waits()
    assert thawed.listens() == done.live.listens()
    return done


def refused(live: Live, to: Blueprint, mapping: Mapping[str, str] | None = None, **more: Any) -> str:
    before = machine.freeze(live)
    with pytest.raises(NotThere) as e:
        machine.migrate(live, to, mapping or {}, env(), **more)
    assert machine.freeze(live) == before
    assert e.value.text.zh
    return e.value.text.en


LINE = process(tasks("a", "b", "c"), "a>b b>c")


# ---------------------------------------------------------------- tasks


def test_nothing_to_map_leaves_every_token_its_number() -> None:
    live = begin(LINE)
    does(live, "a")
    done = goes(live, process(tasks("a", "b", "c"), "a>b b>c"))
    assert done.live.open() == live.open()
    assert (done.step.opened, done.step.gone, done.moved, done.redone) == ((), (), {}, {})
    assert done.stood == ("b",)


def test_a_renamed_step_keeps_its_number_its_visits_and_its_outcome() -> None:
    live = begin(LINE)
    does(live, "a", a_outcome="agree")
    to = process(tasks("start", "b2", "c"), "start>b2 b2>c")
    done = goes(live, to, {"a": "start", "b": "b2"}, names={"a_outcome": "start_outcome"})
    assert {n: o.element for n, o in done.live.open().items()} == {node(live, "b"): "b2"}
    assert done.moved == {"b": "b2"}
    assert done.live.visits == {"start": 1}
    assert done.live.variables == {"a_outcome": "agree", "start_outcome": "agree"}
    machine.go_back(done.live, env(), "start")
    assert stands(done.live) == ["start"]


def test_a_step_that_is_no_more_is_refused_or_another_is_begun_in_its_place() -> None:
    live = begin(LINE)
    does(live, "a")
    to = process(tasks("a", "c"), "a>c")
    assert "“b”" in refused(live, to)
    done = goes(live, to, redo={"b": "c"})
    assert stands(done.live) == ["c"]
    assert done.redone == {"b": "c"}
    assert [o.element for o in done.step.gone] == ["b"]
    assert [o.element for o in done.step.opened] == ["c"]
    assert max(live.open()) < min(done.live.open())


def test_what_was_done_before_a_redone_step_can_still_be_gone_back_to() -> None:
    live = begin(LINE)
    does(live, "a")
    done = goes(live, process(tasks("a", "c", "d"), "a>c c>d"), redo={"b": "c"})
    assert [t.element for t in machine.targets(done.live, node(done.live, "c"))] == ["a"]
    machine.go_back(done.live, env(), "a")
    assert stands(done.live) == ["a"]
    does(done.live, "a", "c")
    assert stands(done.live) == ["d"]


def test_executions_of_steps_that_are_no_more_cannot_be_gone_back_to() -> None:
    live = begin(LINE)
    does(live, "a", "b")
    done = goes(live, process(tasks("a", "c"), "a>c"))
    assert [t.element for t in machine.targets(done.live, node(done.live, "c"))] == ["a"]
    with pytest.raises(NotThere):
        machine.go_back(done.live, env(), "b")
    machine.go_back(done.live, env(), "a")
    assert stands(done.live) == ["a"]


def test_another_kind_is_refused_and_a_manual_task_is_a_task() -> None:
    live = begin(LINE)
    job = process(el("serviceTask", "a", liuhen__jobType="t") + tasks("b"), "a>b")
    assert "another kind" in refused(live, job)
    done = goes(live, process(el("manualTask", "a") + tasks("b"), "a>b"))
    assert stands(done.live) == ["a"]


# ---------------------------------------------------------------- gateways

FORK = el("parallelGateway", "f") + el("parallelGateway", "j") + tasks("a", "b", "z")


def test_a_half_filled_join_goes_on_being_filled() -> None:
    live = begin(process(FORK, "f>a f>b a>j b>j j>z"))
    does(live, "a")
    to = process(FORK.replace('"b"', '"b2"').replace('"j"', '"k"'), "f>a f>b2 a>k b2>k k>z")
    done = goes(live, to, {"b": "b2", "j": "k"})
    assert stands(done.live) == ["b2"]
    does(done.live, "b2")
    assert stands(done.live) == ["z"]


def test_a_join_that_has_lost_the_branch_it_waited_for_goes_on() -> None:
    live = begin(process(FORK, "f>a f>b a>j b>j j>z"))
    does(live, "a")
    done = goes(live, process(FORK, "f>a f>b a>j j>z b>z"))
    assert stands(done.live) == ["b", "z"]


def test_a_join_that_would_wait_for_ever_is_refused() -> None:
    live = begin(process(FORK, "f>a f>b a>j b>j j>z"))
    wider = process(FORK + tasks("c"), "f>a f>b f>c a>j b>j c>j j>z")
    assert "can come any more" in refused(live, wider)
    does(live, "a")
    assert "can come any more" in refused(live, wider)
    without = process(FORK, "f>a f>b a>z b>j z>j")
    assert "came by a flow" in refused(live, without)
    ahead = begin(process(tasks("q") + FORK, "q>f f>a f>b a>j b>j j>z"))
    done = goes(ahead, process(tasks("q") + FORK + tasks("c"), "q>f f>a f>b f>c a>j b>j c>j j>z"))
    does(done.live, "q", "a", "b")
    assert stands(done.live) == ["c"]


def test_a_branch_may_be_redone_beside_a_waiting_join() -> None:
    live = begin(process(FORK, "f>a f>b a>j b>j j>z"))
    does(live, "a")
    to = process(FORK.replace(el("userTask", "b"), "") + tasks("c"), "f>a f>c a>j c>j j>z")
    done = goes(live, to, redo={"b": "c"})
    assert stands(done.live) == ["c"]
    does(done.live, "c")
    assert stands(done.live) == ["z"]
    machine.go_back(done.live, env(), "a")
    assert stands(done.live) == ["a"]


def test_an_inclusive_join_with_one_way_in_left_waits_no_more() -> None:
    body = el("inclusiveGateway", "f") + el("inclusiveGateway", "j") + tasks("a", "b", "z")
    live = begin(process(body, "f>a?true f>b?true a>j b>j j>z"))
    does(live, "a")
    done = goes(live, process(body, "f>a?true f>b?true a>j b>z j>z"))
    assert stands(done.live) == ["b", "z"]


RACE = el("eventBasedGateway", "g") + tasks("z") + el("intermediateCatchEvent", "t", timer(3))


def test_an_event_gateway_waits_for_what_the_new_version_waits_for() -> None:
    old = process(RACE + el("intermediateCatchEvent", "m1", message()), "g>t g>m1 t>z m1>z")
    live = begin(old)
    new = process(
        RACE + el("intermediateCatchEvent", "m1", message("m2")) + el("receiveTask", "r", messageRef="m"),
        "g>t g>m1 g>r t>z m1>z r>z",
    )
    done = goes(live, new, now=NOON + DAY)
    assert [(w.element, w.due) for w in done.live.waits()] == [("t", NOON + 3 * DAY)]
    assert sorted((x.element, x.name) for x in done.live.listens()) == [("m1", "letter"), ("r", "paper")]
    machine.receive(done.live, next(x.node for x in done.live.listens() if x.element == "r"), env(NOON + DAY), {})
    assert stands(done.live) == ["z"]
    assert not done.live.listens()
    assert not done.live.waits()


def test_an_event_behind_a_gateway_that_is_elsewhere_now_is_not_waited_for() -> None:
    live = begin(process(RACE + el("intermediateCatchEvent", "m1", message()), "g>t g>m1 t>z m1>z"))
    second = el("intermediateCatchEvent", "s", '<bpmn:signalEventDefinition signalRef="g"/>')
    new = process(RACE + el("intermediateCatchEvent", "m1", message()) + second, "g>t g>s t>m1 m1>z s>z")
    done = goes(live, new)
    assert [(x.element, x.kind) for x in done.live.listens()] == [("s", "signal")]


# ---------------------------------------------------------------- events


def test_a_timer_keeps_its_instant_where_its_definition_is_the_same_and_counts_anew_where_not() -> None:
    live = begin(process(el("intermediateCatchEvent", "t", timer(3)) + tasks("z"), "t>z"))
    same = goes(
        live, process(el("intermediateCatchEvent", "t2", timer(3)) + tasks("z"), "t2>z"), {"t": "t2"}, now=NOON + DAY
    )
    assert [(w.element, w.due) for w in same.live.waits()] == [("t2", NOON + 3 * DAY)]
    other = goes(live, process(el("intermediateCatchEvent", "t", timer(5)) + tasks("z"), "t>z"), now=NOON + DAY)
    assert [(w.element, w.due) for w in other.live.waits()] == [("t", NOON + 6 * DAY)]
    heard = goes(live, process(el("intermediateCatchEvent", "t", message()) + tasks("z"), "t>z"))
    assert not heard.live.waits()
    assert [x.name for x in heard.live.listens()] == ["paper"]
    machine.receive(heard.live, heard.live.listens()[0].node, env(), {})
    assert stands(heard.live) == ["z"]


def test_a_timer_that_is_due_fires_with_the_migration() -> None:
    live = begin(process(el("intermediateCatchEvent", "t", timer(3)) + tasks("z"), "t>z"))
    done = goes(live, process(el("intermediateCatchEvent", "t", timer(3)) + tasks("z"), "t>z"), now=NOON + 4 * DAY)
    assert stands(done.live) == ["z"]
    assert [h.verb for h in done.step.happenings] == ["fired"]


def late(days: int, interrupting: str = "true") -> str:
    return el("boundaryEvent", "late", timer(days), attachedToRef="a", cancelActivity=interrupting)


def test_boundary_events_come_go_and_stay() -> None:
    plain, with_late = process(tasks("a", "z"), "a>z"), process(tasks("a", "z") + late(2), "a>z late>z")
    live = begin(plain)
    armed = goes(live, with_late, now=NOON + DAY)
    assert [w.due for w in armed.live.waits()] == [NOON + 3 * DAY]
    kept = goes(armed.live, process(tasks("a", "y") + late(2), "a>y late>y"), now=NOON + 2 * DAY)
    assert [w.due for w in kept.live.waits()] == [NOON + 3 * DAY]
    assert not goes(kept.live, plain).live.waits()
    step = machine.wake(kept.live, env(NOON + 3 * DAY))
    assert [o.element for o in step.opened] == ["y"]


def test_a_reminder_that_has_fired_does_not_fire_again() -> None:
    live = begin(process(tasks("a", "z", "y") + late(1, "false"), "a>z late>y"))
    machine.wake(live, env(NOON + DAY))
    assert stands(live) == ["a", "y"]
    done = goes(live, process(tasks("a", "z", "y", "x") + late(1, "false"), "a>z late>y y>x"), now=NOON + 2 * DAY)
    assert not done.live.waits()
    assert stands(done.live) == ["a", "y"]


def event_sub(interrupting: str, ref: str = "m") -> str:
    start = el("startEvent", "es", message(ref), isInterrupting=interrupting)
    return sub("ev", start + tasks("w"), "es>w", triggeredByEvent="true")


def test_event_sub_processes_are_listened_for_unless_one_has_interrupted() -> None:
    plain, with_ev = process(tasks("a", "z"), "a>z"), process(tasks("a", "z") + event_sub("true"), "a>z")
    live = begin(plain)
    done = goes(live, with_ev)
    assert [x.element for x in done.live.listens()] == ["es"]
    machine.receive(done.live, done.live.listens()[0].node, env(), {})
    assert stands(done.live) == ["w"]
    again = goes(done.live, process(tasks("a", "z", "q") + event_sub("true"), "a>z z>q"))
    assert stands(again.live) == ["w"]
    assert not again.live.listens()
    more = el("startEvent", "es2", '<bpmn:signalEventDefinition signalRef="g"/>', isInterrupting="true")
    two = sub("ev2", more + tasks("v"), "es2>v", triggeredByEvent="true")
    assert not goes(done.live, process(tasks("a", "z") + event_sub("true") + two, "a>z")).live.listens()


def test_a_conditional_event_that_is_new_and_true_fires() -> None:
    live = begin(process(tasks("a", "z"), "a>z"), n=5)
    condition = (
        "<bpmn:conditionalEventDefinition><bpmn:condition>=n &gt; 3</bpmn:condition></bpmn:conditionalEventDefinition>"
    )
    guard = el("boundaryEvent", "high", condition, attachedToRef="a")
    done = goes(live, process(tasks("a", "z") + guard, "a>z high>z"))
    assert stands(done.live) == ["z"]
    assert [o.element for o in done.step.gone] == ["a"]


def test_a_subscription_whose_key_cannot_be_computed_stops_that_path() -> None:
    live = begin(process(el("receiveTask", "r", messageRef="m") + tasks("z"), "r>z"))
    new = process(
        el("receiveTask", "r", messageRef="m", liuhen__correlationKey="=nothing_is_called_so") + tasks("z"), "r>z"
    )
    done = machine.migrate(live, new, {}, env())
    assert [f.element for f in done.step.faults] == ["r"]


# ---------------------------------------------------------------- sub-processes and loops


def test_a_sub_process_goes_with_what_is_inside_it() -> None:
    old = process(sub("s", tasks("a", "b"), "a>b") + tasks("z"), "s>z")
    live = begin(old)
    does(live, "a")
    new = process(sub("s2", tasks("a", "b2", "c"), "a>b2 b2>c") + tasks("z"), "s2>z")
    done = goes(live, new, {"s": "s2", "b": "b2"})
    assert stands(done.live) == ["b2"]
    does(done.live, "b2", "c")
    assert stands(done.live) == ["z"]
    machine.go_back(done.live, env(), "c")
    assert stands(done.live) == ["c"]


def test_a_step_that_lies_in_another_sub_process_now_is_refused() -> None:
    live = begin(process(sub("s", tasks("a"), "") + tasks("z"), "s>z"))
    assert "no “s”" in refused(live, process(tasks("a", "z"), "a>z"))
    moved = process(sub("s", tasks("q"), "") + tasks("a", "z"), "s>a a>z")
    assert "another sub-process" in refused(live, moved)
    assert "scope" in refused(live, process(sub("s", tasks("q"), "") + tasks("z"), "s>z"), redo={"a": "z"})


def test_a_sub_process_that_is_no_more_gives_way_as_a_whole() -> None:
    live = begin(process(sub("s", tasks("a", "b"), "a>b") + tasks("z"), "s>z"))
    done = goes(live, process(tasks("a2", "z"), "a2>z"), redo={"s": "a2"})
    assert stands(done.live) == ["a2"]
    assert [o.element for o in done.step.gone] == ["a"]
    does(done.live, "a2")
    assert stands(done.live) == ["z"]


def test_within_a_sub_process_a_step_is_redone_in_its_own_scope() -> None:
    live = begin(process(sub("s", tasks("a", "b"), "a>b") + tasks("z"), "s>z"))
    does(live, "a")
    done = goes(live, process(sub("s", tasks("a", "c"), "a>c") + tasks("z"), "s>z"), redo={"b": "c"})
    assert stands(done.live) == ["c"]
    machine.go_back(done.live, env(), "a")
    does(done.live, "a", "c")
    assert stands(done.live) == ["z"]


def test_one_cannot_go_back_into_a_sub_process_whose_steps_are_no_more() -> None:
    live = begin(process(sub("s", tasks("a", "b"), "a>b") + tasks("z"), "s>z"))
    does(live, "a", "b")
    done = goes(live, process(sub("s", tasks("a"), "") + tasks("z"), "s>z"))
    with pytest.raises(NotThere):
        machine.go_back(done.live, env(), "b")
    machine.go_back(done.live, env(), "a")
    assert stands(done.live) == ["a"]


@pytest.mark.parametrize("how", ["", 'isSequential="true"'])
def test_a_multi_instance_under_way_is_counted_on(how: str) -> None:
    live = begin(process(el("userTask", "a", many(how)) + tasks("z"), "a>z"))
    does(live, "a")
    done = goes(live, process(el("userTask", "a2", many(how)) + tasks("z"), "a2>z"), {"a": "a2"})
    assert done.moved == {"a": "a2"}
    while "a2" in stands(done.live):
        does(done.live, "a2")
    assert stands(done.live) == ["z"]
    assert done.live.visits["a2"] in (3, 4)


def test_how_a_step_repeats_cannot_change_while_it_is_under_way() -> None:
    live = begin(process(el("userTask", "a", many()) + tasks("z"), "a>z"))
    assert "repeats" in refused(live, process(el("userTask", "a", many('isSequential="true"')) + tasks("z"), "a>z"))
    assert "repeats" in refused(live, process(tasks("a", "z"), "a>z"))
    assert "repeats" in refused(
        begin(process(tasks("a", "z"), "a>z")), process(el("userTask", "a", many()) + tasks("z"), "a>z")
    )


def test_a_multi_instance_that_is_no_more_gives_way_as_a_whole() -> None:
    live = begin(process(el("userTask", "a", many()) + tasks("z"), "a>z"))
    does(live, "a")
    done = goes(live, process(tasks("b", "z"), "b>z"), redo={"a": "b"})
    assert stands(done.live) == ["b"]
    assert [o.element for o in done.step.gone] == ["a", "a"]


def test_a_sub_process_for_many_keeps_the_instances_and_their_variables() -> None:
    of = '<liuhen:loopCharacteristics inputCollection="=units" inputElement="unit"/>'
    words = f"<bpmn:extensionElements>{of}</bpmn:extensionElements>"
    each = f"<bpmn:multiInstanceLoopCharacteristics>{words}</bpmn:multiInstanceLoopCharacteristics>"
    live = begin(process(sub("s", each + tasks("a", "b"), "a>b") + tasks("z"), "s>z"), units=["x", "y"])
    machine.complete(live, node(live, "a"), env(), {"a_outcome": "agree"})
    new = process(sub("s", each + tasks("a1", "b"), "a1>b") + tasks("z"), "s>z")
    done = goes(live, new, {"a": "a1"}, names={"a_outcome": "a1_outcome"})
    assert stands(done.live) == ["a1", "b"]
    seen = done.live.locals_of(node(done.live, "b"))
    assert (seen["unit"], seen["a1_outcome"]) == ("x", "agree")
    assert done.live.locals_of(node(done.live, "a1"))["unit"] == "y"
    does(done.live, "a1", "b", "b")
    assert stands(done.live) == ["z"]


# ---------------------------------------------------------------- programs, called cases, incidents, compensation


def test_jobs_and_calls_go_on_under_their_numbers() -> None:
    body = (
        el("parallelGateway", "f")
        + el("serviceTask", "j", liuhen__jobType="t")
        + el("callActivity", "c", calledElement="child")
    )
    live = begin(process(body + tasks("z", "y"), "f>j f>c j>z c>y"))
    new = process(body.replace('"j"', '"j2"') + tasks("z", "y"), "f>j2 f>c j2>z c>y")
    done = goes(live, new, {"j": "j2"})
    assert [(o.node, o.kind) for o in done.live.open().values()] == [(o.node, o.kind) for o in live.open().values()]
    assert not done.step.calls
    machine.complete(done.live, node(done.live, "j2"), env(), result={})
    machine.complete(done.live, node(done.live, "c"), env(), result={})
    assert stands(done.live) == ["y", "z"]


def test_an_incident_stays_one_and_can_be_retried_by_the_new_version() -> None:
    body = el("exclusiveGateway", "k") + tasks("a", "y", "z")
    live = begin(process(body, "a>k k>z?n=1 k>y?n=2"), n=3)
    assert does(live, "a").faults
    done = goes(live, process(body, "a>k k>z?n=3 k>y?n=2"))
    assert [(o.element, o.kind) for o in done.live.open().values()] == [("k", "incident")]
    assert not done.step.opened
    machine.retry(done.live, node(done.live, "k"), env())
    assert stands(done.live) == ["z"]
    assert stands(goes(live, process(tasks("a", "z"), "a>z"), redo={"k": "z"}).live) == ["z"]


def compensated(handler: str, throw: str = "undo") -> str:
    return (
        el("boundaryEvent", "cb", "<bpmn:compensateEventDefinition/>", attachedToRef="a")
        + el("userTask", handler, isForCompensation="true")
        + f'<bpmn:association id="as" sourceRef="cb" targetRef="{handler}" associationDirection="One"/>'
        + el("intermediateThrowEvent", throw, "<bpmn:compensateEventDefinition/>")
    )


def test_what_was_done_is_compensated_by_the_handler_of_the_new_version() -> None:
    live = begin(process(tasks("a", "b", "z") + compensated("h"), "a>b b>undo undo>z"))
    does(live, "a")
    done = goes(live, process(tasks("a", "b", "z") + compensated("h2"), "a>b b>undo undo>z"))
    does(done.live, "b")
    assert stands(done.live) == ["h2"]
    does(done.live, "h2")
    assert stands(done.live) == ["z"]
    without = goes(live, process(tasks("a", "b", "z"), "a>b b>z"))
    does(without.live, "b")
    assert stands(without.live) == ["z"]


def test_a_handler_that_runs_cannot_give_way_to_another_step() -> None:
    live = begin(process(tasks("a", "z") + compensated("h"), "a>undo undo>z"))
    does(live, "a")
    assert stands(live) == ["h"]
    said = refused(live, process(tasks("a", "z", "q"), "a>z z>q"), redo={"h": "q", "undo": "q"})
    assert "compensating" in said


def test_a_way_straight_back_is_forgotten_and_the_case_walks() -> None:
    live = begin(LINE)
    does(live, "a", "b")
    machine.go_back(live, env(), "a", straight=True)
    done = goes(live, process(tasks("a", "b", "c"), "a>b b>c"))
    does(done.live, "a")
    assert stands(done.live) == ["b"]
