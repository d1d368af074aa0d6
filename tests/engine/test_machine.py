"""The machine alone: text and state in, a step out; freezing and thawing change nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment

from engine import machine, vocabulary
from engine.errors import Incident
from engine.machine import Environment, Live, Step
from engine.xml import safe_xml

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def process(*elements: str, flows: str = "") -> str:
    """BPMN from element texts and flows written ``a>b b>c?x=1 b>d!`` (``?`` condition, ``!`` default)."""
    drawn, defaults = [], {}
    for number, flow in enumerate(flows.split()):
        path, _, condition = flow.partition("?")
        source, target = path.rstrip("!").split(">")
        if path.endswith("!"):
            defaults[source] = f"f{number}"
        inner = f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
        drawn.append(
            f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        )
    text = "".join(elements) + "".join(drawn)
    for source, flow in defaults.items():
        text = text.replace(f'id="{source}"', f'id="{source}" default="{flow}"', 1)
    return (
        f'<bpmn:definitions xmlns:bpmn="{vocabulary.BPMN}" xmlns:liuhen="{vocabulary.LIUHEN}">'
        f'<bpmn:process id="p" isExecutable="true">{text}</bpmn:process></bpmn:definitions>'
    )


def start(id_: str = "s") -> str:
    return f'<bpmn:startEvent id="{id_}"/>'


def end(id_: str = "e", inside: str = "") -> str:
    return f'<bpmn:endEvent id="{id_}">{inside}</bpmn:endEvent>'


def task(id_: str) -> str:
    return f'<bpmn:userTask id="{id_}"/>'


def xor(id_: str) -> str:
    return f'<bpmn:exclusiveGateway id="{id_}"/>'


def par(id_: str) -> str:
    return f'<bpmn:parallelGateway id="{id_}"/>'


def sub(id_: str, *elements: str, flows: str) -> str:
    inner = process(*elements, flows=flows)
    body = inner[inner.index('isExecutable="true">') + 20 : inner.index("</bpmn:process>")]
    body = body.replace('id="f', f'id="{id_}_f').replace('default="f', f'default="{id_}_f')
    return f'<bpmn:subProcess id="{id_}">{body}</bpmn:subProcess>'


def timer(tag: str, id_: str, when: str, more: str = "") -> str:
    kind = "timeDuration" if when.startswith("P") else "timeDate"
    return (
        f'<bpmn:{tag} id="{id_}" {more}><bpmn:timerEventDefinition><bpmn:{kind}>{when}</bpmn:{kind}>'
        f"</bpmn:timerEventDefinition></bpmn:{tag}>"
    )


def blueprint(text: str) -> machine.Blueprint:
    found, findings = machine.read(safe_xml(text.encode(), "p.bpmn"), "p.bpmn")
    assert found is not None, [f.text.en for f in findings]
    return found


def refusals(text: str) -> list[tuple[str, str | None]]:
    found, findings = machine.read(safe_xml(text.encode(), "p.bpmn"), "p.bpmn")
    assert found is None
    assert all(f.remedy.zh and f.remedy.en and f.text.zh for f in findings)
    return [(f.rule, f.element) for f in findings]


def env(now: datetime = NOON) -> Environment:
    return Environment(now, ZONE, {})


class Run:
    """A case driven by hand; ``frozen`` freezes and thaws it before every move."""

    def __init__(self, text: str, variables: dict[str, Any] | None = None, frozen: bool = False) -> None:
        self.blueprint = blueprint(text)
        self.frozen = frozen
        self.step: Step
        self.live: Live
        self.live, self.step = machine.begin(self.blueprint, env(), variables or {})

    def _again(self) -> None:
        if self.frozen:
            self.live = machine.thaw(self.blueprint, machine.freeze(self.live), env())

    def open(self) -> list[str]:
        return sorted(o.element for o in self.live.open().values())

    def complete(self, element: str, now: datetime = NOON, **variables: Any) -> Step:
        self._again()
        node = next(n for n, o in self.live.open().items() if o.element == element)
        self.step = machine.complete(self.live, node, env(now), variables)
        return self.step

    def wake(self, now: datetime) -> Step:
        self._again()
        self.step = machine.wake(self.live, env(now))
        return self.step


@pytest.fixture(params=[False, True], ids=["live", "frozen"])
def run(request: pytest.FixtureRequest) -> Callable[..., Run]:
    def make(text: str, **variables: Any) -> Run:
        return Run(text, variables, frozen=request.param)

    return make


def test_a_sequence_runs_to_its_end(run: Callable[..., Run]) -> None:
    case = run(process(start(), task("a"), task("b"), end(), flows="s>a a>b b>e"))
    assert case.open() == ["a"]
    step = case.complete("a")
    assert ([o.element for o in step.opened], [o.element for o in step.gone]) == (["b"], ["a"])
    assert case.complete("b").is_ended
    assert case.step.outcome == "e"


def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(run: Callable[..., Run]) -> None:
    text = process(start(), xor("x"), task("a"), task("b"), end(), flows="s>x x>a?n>5 x>b! a>e b>e")
    assert run(text, n=6).open() == ["a"]
    assert run(text, n=5).open() == ["b"]


def test_a_parallel_gateway_waits_for_all(run: Callable[..., Run]) -> None:
    text = process(
        start(), par("split"), task("a"), task("b"), par("join"), task("c"), end(),
        flows="s>split split>a split>b a>join b>join join>c c>e",
    )  # fmt: skip
    case = run(text)
    assert case.open() == ["a", "b"]
    case.complete("b")
    assert case.open() == ["a"]
    case.complete("a")
    assert case.open() == ["c"]
    assert case.complete("c").is_ended


def test_a_loop_returns_as_often_as_asked(run: Callable[..., Run]) -> None:
    text = process(start(), task("a"), xor("x"), end(), flows="s>a a>x x>a?again x>e!")
    case = run(text, again=True)
    for _ in range(30):
        case.complete("a", again=True)
        assert case.open() == ["a"]
    assert case.complete("a", again=False).is_ended


def test_a_parallel_part_inside_a_loop_joins_anew_each_time(run: Callable[..., Run]) -> None:
    text = process(
        start(), xor("in"), par("split"), task("a"), task("b"), par("join"), xor("x"), end(),
        flows="s>in in>split split>a split>b a>join b>join join>x x>in?again x>e!",
    )  # fmt: skip
    case = run(text, again=True)
    for round_ in range(5):
        assert case.open() == ["a", "b"]
        case.complete("a" if round_ % 2 else "b", again=True)
        assert len(case.open()) == 1
        case.complete("b" if round_ % 2 else "a", again=round_ < 4)
    assert case.step.is_ended


def test_a_sub_process_ends_when_all_its_branches_have(run: Callable[..., Run]) -> None:
    inner = sub(
        "inner", start("is"), par("split"), task("a"), task("b"), end("ie"), flows="is>split split>a split>b a>ie b>ie"
    )
    case = run(process(start(), inner, task("c"), end(), flows="s>inner inner>c c>e"))
    case.complete("a")
    assert case.open() == ["b"]
    case.complete("b")
    assert case.open() == ["c"]
    assert case.complete("c").is_ended


def test_a_terminate_end_stops_its_own_sub_process_only(run: Callable[..., Run]) -> None:
    inner = sub(
        "inner", start("is"), par("split"), task("a"), task("b"),
        end("stop", "<bpmn:terminateEventDefinition/>"), end("ie"),
        flows="is>split split>a split>b a>stop b>ie",
    )  # fmt: skip
    case = run(process(start(), inner, task("c"), end(), flows="s>inner inner>c c>e"))
    step = case.complete("a")
    assert ([o.element for o in step.opened], sorted(o.element for o in step.gone)) == (["c"], ["a", "b"])


def test_a_sub_process_can_be_entered_again(run: Callable[..., Run]) -> None:
    inner = sub("inner", start("is"), task("a"), end("ie"), flows="is>a a>ie")
    case = run(process(start(), inner, xor("x"), end(), flows="s>inner inner>x x>inner?again x>e!"), again=True)
    for _ in range(4):
        case.complete("a", again=True)
        assert case.open() == ["a"]
    assert case.complete("a", again=False).is_ended


def test_a_timer_fires_at_its_time_and_not_before(run: Callable[..., Run]) -> None:
    case = run(process(start(), timer("intermediateCatchEvent", "t", "P1M"), task("a"), end(), flows="s>t t>a a>e"))
    due = datetime(2026, 4, 2, 4, tzinfo=UTC)
    assert [(w.element, w.due) for w in case.step.waits] == [("t", due)]
    assert not case.wake(due - timedelta(seconds=1)).opened
    step = case.wake(due)
    assert [o.element for o in step.opened] == ["a"]
    assert [(h.verb, h.element) for h in step.happenings] == [("fired", "t")]
    assert step.waits == ()


def test_a_date_timer_means_the_beginning_of_that_day_in_the_office(run: Callable[..., Run]) -> None:
    text = process(start(), timer("intermediateCatchEvent", "t", "=day"), task("a"), end(), flows="s>t t>a a>e")
    case = run(text, day=date(2026, 5, 1))
    assert case.step.waits[0].due == datetime(2026, 4, 30, 16, tzinfo=UTC)


def test_an_interrupting_boundary_timer_takes_the_task_away(run: Callable[..., Run]) -> None:
    text = process(
        start(), task("a"), timer("boundaryEvent", "t", "P3D", 'attachedToRef="a"'), task("late"), end(),
        flows="s>a a>e t>late late>e",
    )  # fmt: skip
    case = run(text)
    step = case.wake(NOON + timedelta(days=3))
    assert ([o.element for o in step.opened], [o.element for o in step.gone]) == (["late"], ["a"])
    assert case.complete("late").is_ended


def test_completing_the_task_first_disarms_its_boundary_timer(run: Callable[..., Run]) -> None:
    text = process(
        start(), task("a"), timer("boundaryEvent", "t", "P3D", 'attachedToRef="a"'), task("late"), task("b"), end(),
        flows="s>a a>b b>e t>late late>e",
    )  # fmt: skip
    case = run(text)
    assert case.complete("a").waits == ()
    assert case.wake(NOON + timedelta(days=30)).opened == ()


def test_a_non_interrupting_boundary_timer_leaves_the_task_open(run: Callable[..., Run]) -> None:
    text = process(
        start(), task("a"), timer("boundaryEvent", "t", "P3D", 'attachedToRef="a" cancelActivity="false"'), task("nag"),
        task("b"), end(), end("e2"), flows="s>a a>b b>e t>nag nag>e2",
    )  # fmt: skip
    case = run(text)
    case.wake(NOON + timedelta(days=3))
    assert case.open() == ["a", "nag"]
    case.complete("a")
    assert not case.complete("b").is_ended
    assert case.complete("nag").is_ended


def test_an_interrupting_timer_on_a_sub_process_stops_everything_in_it(run: Callable[..., Run]) -> None:
    inner = sub(
        "inner", start("is"), par("split"), task("a"), task("b"), end("ie"), flows="is>split split>a split>b a>ie b>ie"
    )
    text = process(
        start(), inner, timer("boundaryEvent", "t", "P3D", 'attachedToRef="inner"'), task("late"), end(),
        flows="s>inner inner>e t>late late>e",
    )  # fmt: skip
    case = run(text)
    case.complete("a")
    step = case.wake(NOON + timedelta(days=3))
    assert (case.open(), [o.element for o in step.gone]) == (["late"], ["b"])
    assert case.complete("late").is_ended


def test_late_timers_fire_at_once_and_in_due_order(run: Callable[..., Run]) -> None:
    text = process(
        start(), par("split"), timer("intermediateCatchEvent", "t2", "P2D"),
        timer("intermediateCatchEvent", "t1", "P1D"), par("join"), end(),
        flows="s>split split>t2 split>t1 t2>join t1>join join>e",
    )  # fmt: skip
    case = run(text)
    step = case.wake(NOON + timedelta(days=400))
    assert [h.element for h in step.happenings if h.verb == "fired"] == ["t1", "t2"]
    assert step.is_ended


def test_a_node_keeps_its_number_for_ever(run: Callable[..., Run]) -> None:
    case = run(process(start(), par("x"), task("a"), task("b"), end(), flows="s>x x>a x>b a>e b>e"))
    before = {o.element: n for n, o in case.live.open().items()}
    case.complete("a")
    assert {o.element: n for n, o in case.live.open().items()} == {"b": before["b"]}


def test_a_closed_node_cannot_be_completed_again() -> None:
    case = Run(process(start(), task("a"), task("b"), end(), flows="s>a a>b b>e"))
    node = next(iter(case.live.open()))
    case.complete("a")
    with pytest.raises(KeyError):
        machine.complete(case.live, node, env())


def test_an_endless_automatic_loop_is_an_incident_and_not_a_hang() -> None:
    words = '<liuhen:output target="n" source="=1"/>'
    script = f'<bpmn:scriptTask id="a"><bpmn:extensionElements>{words}</bpmn:extensionElements></bpmn:scriptTask>'
    case = Run(process(start(), script, xor("x"), end(), flows="s>a a>x x>a?n=1 x>e!"))
    [fault] = case.step.faults
    assert "automatic steps" in fault.reason.en
    assert [o.kind for o in case.live.open().values()] == ["incident"]


def test_a_model_that_doubles_its_tokens_is_an_incident_and_not_a_hang() -> None:
    count = 16
    gates = [g for i in range(count) for g in (par(f"g{i}"), xor(f"x{i}"))]
    flows = "s>g0 " + " ".join(f"g{i}>x{i} g{i}>x{i} x{i}>g{i + 1}" for i in range(count - 1))
    with pytest.raises(Incident, match="tokens at once"):
        Run(process(start(), *gates[:-1], task("a"), end(), flows=flows + f" g{count - 1}>a a>e"))


def test_a_failing_expression_is_an_incident_that_names_its_element() -> None:
    case = Run(process(start(), xor("x"), task("a"), end(), flows="s>x x>a?nobody_set_this=1 x>e! a>e"))
    [fault] = case.step.faults
    assert (fault.element, "nobody_set_this" in fault.reason.en) == ("x", True)


def test_a_shape_that_cannot_be_run_is_refused() -> None:
    simple = "s>a a>e"
    cases = {
        "twice": (process(start(), task("a"), task("a"), end(), flows=simple), ("duplicate_id", "a")),
        "no condition": (
            process(start(), xor("x"), task("a"), task("b"), end(), flows="s>x x>a x>b! a>e b>e"),
            ("flow_without_condition", "f1"),
        ),
        "unreachable": (process(start(), task("a"), task("b"), end(), flows="s>a a>e b>e"), ("unreachable", "b")),
        "two starts": (process(start(), start("s2"), task("a"), end(), flows="s>a s2>a a>e"), ("one_start", "p")),
        "flow into nothing": (process(start(), task("a"), end(), flows="s>a a>gone"), ("flow_astray", "f1")),
        "empty timer": (
            process(start(), timer("intermediateCatchEvent", "a", " "), end(), flows=simple),
            ("timer_incomplete", "a"),
        ),
    }
    for name, (text, expected) in cases.items():
        assert expected in refusals(text), name


def test_a_path_as_long_as_a_process_may_be_runs() -> None:
    count = 990
    names = [f"x{i}" for i in range(count)]
    flows = " ".join(f"{a}>{b}" for a, b in pairwise(["s", *names, "a", "e"]))
    case = Run(process(start(), *map(xor, names), task("a"), end(), flows=flows))
    assert case.open() == ["a"]
    assert case.complete("a").is_ended


def test_steps_before_a_step_are_known_across_sub_processes() -> None:
    inner = sub("inner", start("is"), task("b"), end("ie"), flows="is>b b>ie")
    found = blueprint(
        process(start(), task("a"), inner, task("c"), task("d"), end(), flows="s>a a>inner inner>c c>d d>e")
    )
    assert found.before("c") == ("a", "b")
    assert found.before("a") == ()


def random_process(seed: int) -> str:
    """A block-structured process: sequences, choices, parallel parts, loops, sub-processes and timers."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable walk, no secret
    elements: list[str] = []
    flows: list[str] = []
    count = 0

    def new(prefix: str) -> str:
        nonlocal count
        count += 1
        return f"{prefix}{count}"

    def block(depth: int) -> tuple[str, str]:
        kind = chance.choice(["task", "task", "sequence", "choice", "parallel", "loop", "timer"] if depth else ["task"])
        if kind == "task":
            name = new("t")
            elements.append(task(name))
            return name, name
        if kind == "timer":
            name = new("w")
            elements.append(timer("intermediateCatchEvent", name, f"P{chance.randint(1, 9)}D"))
            return name, name
        first, second = block(depth - 1), block(depth - 1)
        if kind == "sequence":
            flows.append(f"{first[1]}>{second[0]}")
            return first[0], second[1]
        make = par if kind == "parallel" else xor
        a, b = new("g"), new("g")
        elements.extend([make(a), make(b)])
        if kind == "loop":
            flows.extend([f"{a}>{first[0]}", f"{first[1]}>{b}", f"{b}>{second[0]}?coin>6", f"{second[1]}>{a}"])
            tail = new("t")
            elements.append(task(tail))
            flows.append(f"{b}>{tail}!")
            return a, tail
        flows.extend([f"{first[1]}>{b}", f"{second[1]}>{b}"])
        flows.extend(
            [f"{a}>{first[0]}", f"{a}>{second[0]}"]
            if kind == "parallel"
            else [f"{a}>{first[0]}?coin>5", f"{a}>{second[0]}!"]
        )
        return a, b

    entry, leave = block(4)
    return process(start(), *elements, end(), flows=" ".join([f"s>{entry}", *flows, f"{leave}>e"]))


@pytest.mark.parametrize("seed", range(60))
def test_freezing_and_thawing_at_every_rest_changes_nothing(seed: int) -> None:
    """The same random walk over a random process, live and frozen, leaves the same trace."""

    def walk(frozen: bool) -> list[Any]:
        chance = random.Random(seed)  # noqa: S311 - a repeatable walk, no secret
        case = Run(random_process(seed), {"coin": chance.randint(1, 10)}, frozen=frozen)
        trace: list[Any] = []
        now = NOON
        for _ in range(200):
            trace.append((case.open(), [(w.element, w.due) for w in case.step.waits], case.step.is_ended))
            if case.step.is_ended:
                break
            coin = chance.randint(1, 10)
            if case.open():
                case.complete(chance.choice(case.open()), now, coin=coin)
            else:
                now = case.step.waits[0].due
                case.live.variables["coin"] = coin
                case.wake(now)
        return trace

    live = walk(False)
    assert live == walk(True)
    assert live[-1][2] or len(live) == 200
    if live[-1][2]:
        assert live[-1][0] == []


def test_today_is_the_business_date_of_the_office() -> None:
    """At 00:30 in Shanghai it is still yesterday in UTC."""
    early = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    text = process(start(), xor("x"), task("a"), task("b"), end(), flows="s>x x>a?today()=day x>b! a>e b>e")
    live, _ = machine.begin(blueprint(text), env(early), {"day": date(2026, 3, 2)})
    assert [o.element for o in live.open().values()] == ["a"]


def test_no_path_through_the_engine_below_runs_python() -> None:

    with pytest.raises(RuntimeError, match="tried to run Python"):
        TaskDataEnvironment().evaluate("1 + 1", {})
    with pytest.raises(RuntimeError, match="tried to run Python"):
        TaskDataEnvironment().execute("import os", {})
    assert eval("1 + 1") == 2  # noqa: S307 - anybody else may
