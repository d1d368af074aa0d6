"""Why a path or a case could not go on, for the designer who mends it. What was computed is not repeated: it may be
personal, and these sentences are written into the trail."""

from __future__ import annotations

from engine.errors import Text

NO_WAY = Text("没有任何条件成立，也没有默认连线", "no condition is true and there is no default flow")
NEVER_COMES = Text("它等待的分支不会再到来", "it waits for a token that can no longer come")
NO_RULE = Text("判定“{decision}”没有适用于此情形的规则", "decision {decision} has no rule for this")
NO_DECISION = Text("没有判定“{decision}”", "there is no decision {decision}")
NO_KEY = Text(
    "消息的关联键没有值，或不是文字、数字、日期", "the correlation key is empty, or neither text nor number nor date"
)
NO_DURATION = Text("“{text}”不是时长", "{text} is no duration")
NO_LIST = Text("多实例的输入集合不是列表", "the input collection is not a list")
NO_NUMBER = Text("“{text}”得不出实例的个数", "{text} gives no number of instances")
TOO_WIDE = Text("多实例有 {total} 个，最多 {most} 个", "{total} instances; at most {most} are allowed")
TOO_MANY_STEPS = Text(
    "一次自动步骤过多，可能是循环没有出口", "more automatic steps at once than are allowed; a loop may have no way out"
)
TOO_MANY_NODES = Text("同时进行的分支超过 {most} 个", "more than {most} tokens at once")
TOO_MANY_TIMERS = Text("一次到时的定时器超过 {most} 个", "more than {most} timers at once")
TOO_DEEP = Text("嵌套过深，无法继续", "the case is nested too deeply to go on")
EVENTS_ONLY = Text("该流程只能由事件发起", "the process starts by an event only")
UNKNOWN_FORMAT = Text("事项的存储格式 {format} 不为此版本所识", "state format {format} is not known to this release")
FAULTY = Text("引擎内部错误（{kind}）", "a fault of the engine ({kind})")
