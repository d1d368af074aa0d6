"""Which constructs of BPMN 2.0.2 run and which are refused, since when, and the test that shows it.

``docs/bpmn.md`` is printed from here; ``test_table.py`` sees to it that every test that is named exists.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.machine import live, loops, moves, reading


@dataclass(frozen=True, slots=True)
class Construct:
    """One row: what it is called in both languages, where it is tested, and since which release it is so."""

    zh: str
    en: str
    test: str
    """``file::test``, both without their ``test_``: ``gateways::an_exclusive_…``; a model name for what is refused."""
    state: str = "runs"
    since: str = "1"


def refused(zh: str, en: str, model: str) -> Construct:
    """A row for what is refused: ``model`` is ``diagrams/refused_<model>.bpmn``."""
    return Construct(zh, en, model, state="refused")


TABLE: dict[tuple[str, str], tuple[Construct, ...]] = {
    ("开始与结束", "Start and end"): (
        Construct(
            "无类型开始事件",
            "none start event",
            "implicit::a_process_starts_at_its_none_start_where_nobody_names_another",
        ),
        Construct(
            "消息开始事件（取消息内容）",
            "message start event, taking the content",
            "implicit::a_process_starts_at_the_message_that_came_and_takes_its_content",
        ),
        Construct("信号开始事件", "signal start event", "implicit::a_process_starts_at_a_signal_and_takes_its_content"),
        Construct(
            "定时、条件开始事件",
            "timer and conditional start event",
            "implicit::a_process_starts_at_the_event_that_fired",
        ),
        Construct(
            "没有开始事件：没有入线的元素都开始",
            "no start event: everything that nothing leads to starts",
            "implicit::without_a_start_event_everything_that_nothing_leads_to_starts",
        ),
        Construct(
            "没有结束事件：走不动即结束",
            "no end event: a token ends where it cannot go on",
            "implicit::without_an_end_event_a_token_ends_where_it_cannot_go_on",
        ),
        Construct(
            "普通、消息、信号、升级、补偿结束事件",
            "none, message, signal, escalation, compensation end event",
            "events::a_case_ends_with_whichever_end_event_it_reaches",
        ),
        Construct("终止结束事件", "terminate end event", "events::a_terminate_end_takes_everything_away"),
        Construct(
            "子流程中的终止结束事件",
            "terminate end event in a sub-process",
            "events::a_terminate_end_in_a_sub_process_ends_that_sub_process_and_what_is_in_it",
        ),
        Construct(
            "错误结束事件（无人捕获则以该错误码结束）",
            "error end event; uncaught it ends the case with its code",
            "events::an_error_end_that_nothing_catches_ends_the_case_with_its_code",
        ),
        Construct(
            "取消结束事件（事务内）",
            "cancel end event in a transaction",
            "transactions::a_cancelled_transaction_undoes_what_was_done_and_leaves_by_its_cancel_event",
        ),
    ),
    ("网关与连线", "Gateways and flows"): (
        Construct(
            "排他网关（有默认连线）",
            "exclusive gateway with a default flow",
            "gateways::an_exclusive_gateway_takes_the_first_true_flow_else_the_default",
        ),
        Construct(
            "排他网关（无默认连线：条件皆不成立则成为故障）",
            "exclusive gateway without default: an incident where no condition is true",
            "gateways::an_exclusive_gateway_with_no_true_flow_stops_its_own_path_only",
        ),
        Construct("排他汇合", "exclusive merge", "gateways::an_exclusive_gateway_lets_every_token_through_by_itself"),
        Construct(
            "并行网关（分支、汇合、边汇合边分支）",
            "parallel gateway: fork, join, both at once",
            "gateways::a_parallel_gateway_may_join_and_fork_at_once",
        ),
        Construct(
            "循环中的并行网关", "parallel gateway in loops", "gateways::a_parallel_part_in_a_loop_joins_anew_each_round"
        ),
        Construct(
            "包容网关",
            "inclusive gateway",
            "gateways::an_inclusive_gateway_takes_every_true_flow_else_the_default_and_joins_them",
        ),
        Construct(
            "非结构化的包容汇合（13.4.3）",
            "unstructured inclusive join (13.4.3)",
            "gateways::an_inclusive_join_goes_on_when_the_token_it_waited_for_went_elsewhere",
        ),
        Construct(
            "循环中的包容网关",
            "inclusive gateway in loops",
            "gateways::an_inclusive_pair_in_a_loop_may_choose_anew_each_round",
        ),
        Construct(
            "事件网关：消息、信号、定时、条件、接收任务",
            "event-based gateway: message, signal, timer, condition, receive task",
            "gateways::the_first_message_at_an_event_gateway_wins",
        ),
        Construct(
            "等不到令牌的汇合成为故障，不会无声停住",
            "a join that no token can complete is an incident, never a silent stall",
            "gateways::a_join_that_no_token_can_complete_is_an_incident_and_never_a_silent_stall",
        ),
        Construct(
            "活动的多条出线、条件连线与默认连线",
            "several outgoing flows of an activity, conditional and default flows",
            "implicit::conditional_flows_of_an_activity_choose_like_an_inclusive_gateway",
        ),
        Construct(
            "活动的多条入线（每个令牌各自执行）",
            "several incoming flows of an activity: each token for itself",
            "implicit::where_flows_meet_at_an_activity_each_token_runs_it_by_itself",
        ),
        Construct(
            "连线循环",
            "loops by sequence flow",
            "activities::a_case_of_ten_thousand_automatic_and_human_steps_stays_quick",
        ),
        Construct(
            "没有 id 的元素和连线",
            "elements and flows without ids",
            "implicit::elements_and_flows_without_ids_get_ids_by_their_place",
        ),
    ),
    ("任务", "Tasks"): (
        Construct(
            "用户任务、手工任务", "user task, manual task", "activities::user_and_manual_tasks_wait_for_somebody"
        ),
        Construct(
            "服务任务（作业）及其错误",
            "service task (a job) and its errors",
            "activities::an_error_of_a_job_goes_to_the_boundary_event_of_its_code_before_the_one_of_all_codes",
        ),
        Construct("发送任务", "send task", "activities::a_send_task_throws_its_message_and_goes_on"),
        Construct("接收任务", "receive task", "activities::a_receive_task_listens_and_takes_the_content"),
        Construct(
            "脚本任务（FEEL）",
            "script task (FEEL)",
            "activities::a_script_task_computes_everything_before_it_writes_anything",
        ),
        Construct("业务规则任务（DMN）", "business rule task (DMN)", "activities::a_rule_task_evaluates_its_decision"),
        Construct("调用活动", "call activity", "activities::a_call_activity_calls_and_takes_the_called_case_s_result"),
        Construct(
            "标准循环（testBefore、loopMaximum、loopCondition）",
            "standard loop (testBefore, loopMaximum, loopCondition)",
            "loops::a_loop_runs_once_and_then_as_long_as_its_condition_is_true",
        ),
        Construct(
            "并行多实例",
            "parallel multi-instance",
            "multi_instance::the_replies_stand_in_the_order_of_the_items_whoever_replies_first",
        ),
        Construct(
            "顺序多实例", "sequential multi-instance", "multi_instance::sequential_instances_come_one_after_the_other"
        ),
        Construct(
            "多实例的完成条件",
            "completion condition of a multi-instance",
            "multi_instance::instances_end_when_enough_are_completed",
        ),
        Construct(
            "泳道、黑盒池、消息流、数据对象与数据存储（仅作说明）",
            "lanes, black-box pools, message flows, data objects and stores (documentation)",
            "activities::what_only_documents_changes_nothing",
        ),
    ),
    ("子流程", "Sub-processes"): (
        Construct(
            "内嵌子流程（可再次进入）",
            "embedded sub-process, entered again",
            "sub_processes::a_sub_process_can_be_entered_again_and_joins_anew",
        ),
        Construct(
            "同一子流程的多个实例",
            "several instances of one sub-process",
            "sub_processes::two_tokens_that_enter_a_sub_process_make_two_instances",
        ),
        Construct(
            "事件子流程（中断）：消息、定时、信号、条件",
            "event sub-process, interrupting: message, timer, signal, condition",
            "event_sub_processes::an_interrupting_handler_takes_the_place_of_the_process",
        ),
        Construct(
            "事件子流程（非中断）",
            "event sub-process, not interrupting",
            "event_sub_processes::a_handler_that_does_not_interrupt_may_run_several_times_at_once",
        ),
        Construct(
            "事件子流程：错误",
            "event sub-process: error",
            "event_sub_processes::an_error_goes_to_the_handler_inside_before_the_boundary_event",
        ),
        Construct(
            "事件子流程：升级",
            "event sub-process: escalation",
            "event_sub_processes::an_escalation_may_start_a_handler_that_interrupts",
        ),
        Construct(
            "事务：取消与补偿",
            "transaction: cancel and compensation",
            "transactions::a_cancelled_transaction_undoes_in_the_reverse_order_of_completion",
        ),
        Construct(
            "多实例子流程",
            "multi-instance sub-process",
            "multi_instance::sub_processes_are_instances_too_with_joins_and_variables_of_their_own",
        ),
    ),
    ("边界事件", "Boundary events"): (
        Construct(
            "中断的边界事件：消息、信号、定时、条件、错误；附于各种活动、多实例和循环",
            "interrupting: message, signal, timer, condition, error; on any activity, loops and multi-instances too",
            "events::an_interrupting_boundary_event_takes_its_activity_away",
        ),
        Construct(
            "非中断的边界事件",
            "not interrupting",
            "events::a_non_interrupting_boundary_event_leaves_its_activity_alone",
        ),
        Construct(
            "错误边界事件：先具体错误码，后全部",
            "error: the code before all codes",
            "events::a_boundary_event_of_the_code_comes_before_one_of_all_codes",
        ),
        Construct(
            "升级边界事件（中断或不中断）",
            "escalation, interrupting or not",
            "events::an_escalation_may_interrupt_the_scope_that_threw_it",
        ),
        Construct(
            "补偿边界事件",
            "compensation",
            "compensation::handlers_run_in_the_reverse_order_of_completion_one_after_the_other",
        ),
        Construct(
            "取消边界事件（事务上）",
            "cancel, on a transaction",
            "transactions::a_cancelled_transaction_with_nothing_to_undo_leaves_at_once",
        ),
    ),
    ("中间事件", "Intermediate events"): (
        Construct("无类型中间事件", "none throw", "events::none_events_are_passed_at_once"),
        Construct(
            "消息：抛出与捕获（关联键）",
            "message throw and catch, with a correlation key",
            "messages_and_signals::a_message_reaches_only_the_subscription_it_is_delivered_to",
        ),
        Construct(
            "信号：抛出与捕获（同时到达所有捕获者）",
            "signal throw and catch: every catcher at once",
            "messages_and_signals::a_signal_reaches_every_catcher_of_the_case_at_once",
        ),
        Construct(
            "定时：日期、时长、R 循环、cron、FEEL",
            "timer: date, duration, R cycle, cron, FEEL",
            "timers::what_a_timer_may_say",
        ),
        Construct("循环定时", "timer cycle", "timers::a_cycle_fires_as_often_as_it_says"),
        Construct("条件捕获事件", "conditional catch", "events::a_condition_is_looked_at_when_data_are_edited"),
        Construct("升级抛出事件", "escalation throw", "events::an_escalation_is_heard_without_interrupting"),
        Construct(
            "补偿抛出事件（全部或某一活动）",
            "compensation throw, of everything or of one activity",
            "compensation::one_activity_may_be_undone_by_itself_and_the_others_later",
        ),
        Construct("链接事件", "link events", "events::a_link_goes_on_where_the_link_of_its_name_is_caught"),
    ),
    ("发布时拒绝", "Refused at publish"): (
        refused("复杂网关", "complex gateway", "complex_gateway"),
        refused("启动流程的事件网关", "event gateway that starts the process", "instantiating_event_gateway"),
        refused("并行事件网关", "parallel event gateway", "parallel_event_gateway"),
        refused("启动流程的接收任务", "receive task that starts the process", "instantiating_receive_task"),
        refused("自由子流程", "ad-hoc sub-process", "ad_hoc_sub_process"),
        refused("多重事件", "multiple event", "multiple_event"),
        refused("并行多重事件", "parallel multiple event", "parallel_multiple_event"),
        refused("全局任务", "global task", "global_task"),
        refused("补偿开始事件", "compensation start event", "compensation_start"),
        refused("取消开始事件", "cancel start event", "cancel_start"),
        refused("多实例的 behavior", "behavior of a multi-instance", "multi_instance_behavior"),
        refused("startQuantity 不为 1", "startQuantity other than 1", "start_quantity"),
        refused("completionQuantity 不为 1", "completionQuantity other than 1", "completion_quantity"),
        refused("数据关联的转换", "transformation in a data association", "data_transformation"),
        refused("数据关联的赋值", "assignment in a data association", "data_assignment"),
        refused("一个文件中的第二个可执行流程", "a second executable process in one file", "second_process"),
        refused("未声明的 errorRef", "an errorRef that is not declared", "undeclared_error"),
        refused("未声明的 messageRef", "a messageRef that is not declared", "undeclared_message"),
        refused("未声明的 signalRef", "a signalRef that is not declared", "undeclared_signal"),
        refused("未声明的 escalationRef", "an escalationRef that is not declared", "undeclared_escalation"),
        refused("其他语言的脚本", "scripts in other languages", "python_script"),
    ),
}

LIMITS: tuple[tuple[str, str, int], ...] = (
    ("一个流程的元素数", "elements of a process", reading.MAX_NODES),
    ("子流程的嵌套层数", "levels of sub-processes", reading.MAX_NESTING),
    ("一个多实例活动的实例数", "instances of one multi-instance activity", loops.MAX_WIDTH),
    ("一个事项同时的令牌数", "tokens of a case at once", live.MAX_NODES),
    ("一次办理引发的自动步骤数", "automatic steps of one deed", live.MAX_STEPS),
    ("时钟一次触发的定时器数", "timers that the clock fires at once", moves.MAX_FIRED),
)
"""What is beyond is refused when it is published, or stops as an incident; nothing hangs."""

STATES = {"runs": ("可运行", "runs"), "refused": ("拒绝", "refused")}


def where(construct: Construct) -> tuple[str, str]:
    """File and name of the test of a row."""
    if construct.state == "refused":
        return "test_refusals.py", "test_what_is_refused_is_named_with_its_line_and_a_remedy"
    file, name = construct.test.split("::")
    return f"test_{file}.py", f"test_{name}"


def as_markdown() -> str:
    """The table as it stands in ``docs/bpmn.md``: one part for each family."""
    lines = []
    for (zh, en), constructs in TABLE.items():
        lines += [
            f"### {en} {zh}",
            "",
            "| construct 构造 | state 状态 | since 自 | test 测试 |",
            "| --- | --- | --- | --- |",
        ]
        for row in constructs:
            file, name = where(row)
            shown = f"`{file}` `{name}`" if row.state == "runs" else f"`diagrams/refused_{row.test}.bpmn`"
            state = f"{STATES[row.state][1]} {STATES[row.state][0]}"
            lines.append(f"| {row.en}<br>{row.zh} | {state} | {row.since} | {shown} |")
        lines.append("")
    lines += ["### Limits 规模", "", "| at most 上限 | |", "| --- | --- |"]
    lines += [f"| {en}<br>{zh} | {most:,} |" for zh, en, most in LIMITS]
    lines.append("")
    return "\n".join(lines)
