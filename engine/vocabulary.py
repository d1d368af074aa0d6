"""The words a designer may write on a BPMN element: one table with four readers.

The modeler's panel, the checker (``definitions.check``), the engine (``read``) and the printed manual
(``as_markdown``) all read ``WORDS``. Namespace ``urn:liuhen:bpmn:1``, prefix ``liuhen``. Scalars are attributes,
anything that may repeat or has parts is an extension element. A value that starts with ``=`` is FEEL.

It knows no procedure and evaluates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree

from engine.errors import Finding, Text
from engine.xml import line_of

LIUHEN = "urn:liuhen:bpmn:1"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
NAMESPACES = {"bpmn": BPMN, "liuhen": LIUHEN}

Kind = Literal[
    "expression", "text", "key", "keys", "path", "role", "date-field", "choice", "integer", "clause", "flag", "amount"
]


@dataclass(frozen=True, slots=True)
class Part:
    """One attribute of a word: what it holds and whether it must be there."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    text: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the vocabulary: an attribute (``parts`` has one part of the same name) or an element."""

    name: str
    on: tuple[str, ...]
    parts: tuple[Part, ...]
    text: Text
    many: bool = False
    is_attribute: bool = False


def _attribute(name: str, kind: Kind, on: tuple[str, ...], zh: str, en: str) -> Word:
    return Word(name, on, (Part(name, kind, required=True),), Text(zh, en), is_attribute=True)


_ACTS = ("startEvent", "userTask", "manualTask")
_TASKS = ("userTask", "manualTask")
_WRITES = ("process", "startEvent", "userTask", "manualTask", "endEvent")
_HANDS_OVER = ("serviceTask", "callActivity", "sendTask", "intermediateThrowEvent", "endEvent")
_TAKES = (
    "scriptTask",
    "endEvent",
    "serviceTask",
    "callActivity",
    "receiveTask",
    "intermediateCatchEvent",
    "boundaryEvent",
)
_THROWS = ("sendTask", "intermediateThrowEvent", "endEvent")
_CLAUSE = Part("clause", "clause", text=Text("所执行的条款编号", "id of the clause it enforces"))
_OUTCOME = Part("outcome", "keys", text=Text("只在这些办理结果时生效", "only with these outcomes"))
_ROLE = Part("role", "role", text=Text("职务或角色标识", "identifier of a post or role"))
_AT = Part("at", "expression", text=Text("在哪个组织（返回组织编号）", "in which unit (gives a unit id)"))

WHO_RULES = ("post", "leader", "superior", "lane", "people", "answer", "chosen", "previous", "pool", "rotation")
"""Rules by which a designer says who acts without writing an expression."""
COMPETENCES = ("approve_members", "direct", "office")
_BY_RULE = (
    Part("rule", "choice", choices=WHO_RULES, text=Text("办理人规则", "the rule that finds who acts")),
    Part("unit", "key", text=Text("组织：case、starter、subject 或变量", "case, starter, subject, or a variable")),
    Part("of", "choice", choices=("starter", "subject"), text=Text("谁的领导", "whose leader")),
    Part("level", "integer", text=Text("第几级领导，默认 1", "which level above, 1 by default")),
    Part("competence", "choice", choices=COMPETENCES, text=Text("哪一种上级", "which superior")),
    Part("people", "text", text=Text("人员编号或 职务@组织代码", "numbers of people, or role@code of posts")),
    Part("variable", "key", text=Text("保存人员的变量", "a variable that holds people")),
    Part("task", "key", text=Text("哪一步", "which step")),
    Part("field", "key", text=Text("那一步表单中的哪一项", "which field of that step's form")),
)

_FROM = Part(
    "from",
    "key",
    text=Text(
        "从何时起算：opened（开启，默认）、started（事项发起）或变量名",
        "from when: opened (the default), started (the case), or the name of a variable",
    ),
)
_SPAN = (
    Part("after", "amount", text=Text("期间，如 P1M、5 working days", "a length of time, such as P1M, 5 working days")),
    _FROM,
)
_COUNT_FIRST = Part(
    "countFirst",
    "choice",
    choices=("true", "false", "noon"),
    text=Text("起始日是否计入；noon：中午之前才计入", "whether the first day counts; noon: if it began before noon"),
)
_CALENDAR = Part(
    "calendar",
    "choice",
    choices=("unit", "office"),
    text=Text("用哪个日历：unit（所在组织，默认）或 office（全机关）", "whose calendar: the unit's, or the office's"),
)

HAND_TO = ("same_unit", "unit_and_below", "same_role", "office")
"""To whom a task may be handed, by where they belong."""
ACTIONS = ("transfer", "entrust", "add_signer", "comment", "copy", "remind")
"""What else whoever has a task may do; the last three bypass nothing and are allowed where nothing is written."""
USUAL_ACTIONS = ("comment", "copy", "remind")

FILLS = (
    *("date", "time", "place", "chair", "eligible", "present"),
    *("for", "against", "abstain", "invalid", "attendees", "recused", "resolution"),
)
"""What a meeting knows and writes into the form of a step that it decides."""

WORDS: tuple[Word, ...] = (
    _attribute("title", "expression", ("process",), "事项标题", "the title of a case"),
    _attribute(
        "numberPrefix",
        "key",
        ("process",),
        "事项编号的前缀，如 RC → RC-2026-000123",
        "prefix of case numbers: RC → RC-2026-000123",
    ),
    _attribute(
        "caseUnit",
        "expression",
        ("process",),
        "事项现在属于哪个组织（返回组织编号）；不写则始终为发起时的组织",
        "the unit to which a case belongs now (gives a unit id); without it always the one in which it was started",
    ),
    Word(
        "summary",
        ("process",),
        (Part("label", "key", True), Part("value", "expression", True)),
        Text("待办和事项页上的摘要行", "a summary line on worklists and case pages"),
        many=True,
    ),
    Word(
        "counterpart",
        ("process",),
        (
            Part("label", "key", True, text=Text("摘要行的名称", "the label of the line")),
            Part("definition", "key", True, text=Text("对方的流程", "the other case's definition")),
            Part("key", "expression", True, text=Text("对方事项的业务编号", "the business key of the other case")),
        ),
        Text(
            "事项页上的一行：同一业务编号的另一流程的事项办到哪一步；只有步骤名称、日期和结果，没有内容",
            "a line on the case page: how far the case of another definition with that business key has come; names of "
            "steps, a date and the outcome only",
        ),
        many=True,
    ),
    Word(
        "subject",
        ("process",),
        (Part("person", "expression", True),),
        Text(
            "事项所关于的人：可看自己的表单和进度", "the person the case is about: sees own forms and the status only"
        ),
    ),
    Word(
        "withdrawal",
        ("process",),
        (Part("until", "key", True), Part("outcome", "key"), _CLAUSE),
        Text(
            "当事人可在该步骤办结之前撤回申请",
            "the subject may withdraw as long as this element has not been completed",
        ),
    ),
    Word(
        "suspension",
        ("process",),
        (_ROLE, _AT, Part("person", "expression"), _CLAUSE),
        Text(
            "谁可以暂停和恢复事项（须说明理由）；可以终止事项的人和系统管理员总可以，当事人从不可以",
            "who may suspend a case and let it go on, with a reason; whoever may cancel it and system administrators "
            "always may, the person it is about never",
        ),
        many=True,
    ),
    _attribute("stage", "key", ("subProcess",), "阶段编号", "number of the stage"),
    _attribute("step", "key", _TASKS, "步骤编号，如 7 或 15a", "number of the step, such as 7 or 15a"),
    _attribute(
        "batch",
        "flag",
        _TASKS,
        "true：可在收件箱中批量办理；false：任何批量办理都不可以",
        "true: offered for batches in the inbox; false: never done in a batch, not by programs either",
    ),
    _attribute("form", "key", _ACTS, "填写的表单（forms/ 下的文件名）", "the form to fill in (a file in forms/)"),
    Word(
        "who",
        ("lane", *_ACTS),
        (_ROLE, _AT, Part("person", "expression"), Part("anyone", "flag"), *_BY_RULE),
        Text(
            "由谁办理：某组织的某职务，或某人，或按 rule 所选的规则；写在泳道上即为该泳道任务的默认值",
            "who acts: a post in a unit, a person, or whom a rule means; on a lane the default of its tasks",
        ),
        many=True,
    ),
    Word(
        "vacancy",
        ("lane", *_TASKS),
        (
            Part("to", "keys", text=Text("同组织内改请哪些职务办理", "posts of the same unit that are asked instead")),
            Part(
                "after", "text", text=Text("几个工作日后再请上级，默认 P3D", "working days until the superior is asked")
            ),
            Part(
                "superior", "role", text=Text("请上级的哪个职务，默认负责人", "which post there; its leader by default")
            ),
            _CLAUSE,
        ),
        Text(
            "无人可办时（职务空缺、无账号或须回避）：先请 to，期满后请上级；任务不会丢失，也不会自动通过",
            "where nobody can act (vacant, without an account, kept away by a duty): first to, after the term the "
            "superior unit; a task is never lost and never passes by itself",
        ),
    ),
    Word(
        "input",
        (*_ACTS, *_HANDS_OVER),
        (Part("target", "key", True), Part("source", "expression", True)),
        Text(
            "提供给表单和规则使用的值；或交给外部程序、被调用流程、消息接收方的值",
            "a value for the form and the gates, or handed to a job, a called case or a receiver",
        ),
        many=True,
    ),
    Word(
        "output",
        (*_ACTS, *_TAKES),
        (Part("target", "key", True), Part("source", "expression", True), _OUTCOME),
        Text(
            "办结时写入事项变量；可用 message、signal、result、error 取得所收到的内容",
            "writes a variable of the case on completion; message, signal, result and error hold what was received",
        ),
        many=True,
    ),
    Word(
        "outcome",
        _TASKS,
        (
            Part("value", "key", True),
            Part("kind", "choice", True, ("agree", "return", "reject", "neutral")),
            Part("when", "expression"),
            Part("opinion", "choice", choices=("required", "optional")),
            Part(
                "answers",
                "choice",
                choices=("complete", "partial"),
                text=Text(
                    "partial：选此结果时表单不必填全（退回、作罢、缓办）",
                    "partial: with this outcome the form need not be filled in completely (sent back, dropped, held)",
                ),
            ),
            _CLAUSE,
        ),
        Text("可选的办理结果", "an outcome the actor may choose"),
        many=True,
    ),
    _attribute(
        "outcomeFrom",
        "expression",
        _TASKS,
        "办理结果由计算得出，不由办理人选择",
        "the outcome is computed, not chosen",
    ),
    Word(
        "gate",
        _ACTS,
        (
            Part("at", "choice", True, ("start", "opening", "completion")),
            Part("decision", "key"),
            Part("condition", "expression"),
            Part("code", "key"),
            Part("field", "key"),
            Part("severity", "choice", choices=("block", "warn")),
            _OUTCOME,
            _CLAUSE,
        ),
        Text(
            "把关：决策表无意见或条件为真才放行",
            "a decision without findings, or a true condition, lets start, opening or completion pass",
        ),
        many=True,
    ),
    Word(
        "onBehalf",
        ("startEvent",),
        (Part("field", "key", True),),
        Text(
            "可代他人发起：该表单项写的是为谁发起；记录为“某某代某某发起”，本人会收到通知，并可查看事项",
            "may be started for somebody else: the field says for whom; recorded as started by one for the other, who "
            "is told and sees the case",
        ),
    ),
    Word(
        "businessDate",
        _ACTS,
        (
            Part("field", "key", True),
            Part("after", "keys"),
            Part("notBefore", "expression"),
            Part("lateAfter", "expression"),
            Part("lateClause", "clause"),
            _CLAUSE,
        ),
        Text(
            "哪一项是行为的日期，它不得早于哪些日期；超过多少个工作日补录须说明理由并由第二人确认",
            "which answer is the date of the act, which dates it may not precede, and after how many working days an "
            "entry needs a reason and a second person",
        ),
    ),
    Word(
        "vote",
        _TASKS,
        (
            Part("eligible", "key", True),
            Part("present", "key", True),
            Part("for", "key", True),
            Part("against", "key", True),
            Part("abstain", "key", True),
            Part("invalid", "key"),
            Part("added", "expression"),
            Part("decision", "key", True),
            Part("result", "key", True),
            _CLAUSE,
        ),
        Text("票决：只记总数，由决策表判定", "a vote as totals only, judged by a decision table"),
    ),
    Word(
        "otherThan",
        _TASKS,
        (Part("task", "keys"), Part("person", "expression"), Part("code", "key"), _CLAUSE),
        Text(
            "办理人不得是办过这些步骤的人，或这些人",
            "whoever completed these tasks, or these persons, may not act (four eyes)",
        ),
        many=True,
    ),
    Word(
        "correction",
        _TASKS,
        (_ROLE, _AT, Part("person", "expression"), _CLAUSE),
        Text(
            "办结后的记录可由两人更正：办理人提出，此处所指的人核准；原记录保留，把关重新判定，不再符合的退回此步",
            "what it recorded may be corrected by two persons: whoever does it proposes, whoever is named here agrees; "
            "the old record stays, gates are judged anew, and where a later step could not open any more the case goes "
            "back",
        ),
        many=True,
    ),
    Word(
        "related",
        _TASKS,
        (Part("case", "expression", True, text=Text("事项编号", "the number of the case")),),
        Text(
            "办理此步骤的人可看另一事项（按编号），如接收移交的组织看原事项",
            "whoever is asked to do this may see another case, named by its number: the unit that takes it over, say",
        ),
        many=True,
    ),
    Word(
        "duty",
        _TASKS,
        (
            Part(
                "as",
                "keys",
                True,
                text=Text("此步骤所做的事，如 checks、decides", "what the step does: checks, decides"),
            ),
            Part("person", "expression", text=Text("表单中所填的、做这件事的人", "the people in its form who do it")),
            Part("field", "key", text=Text("这些人填在哪一项", "the field that names them")),
        ),
        Text(
            "此步骤履行什么职责：职责分离规则（duties.json）据此约束办理人；写 person 则约束表单中所填的人",
            "which duties the step performs: the rules of separation (duties.json) bind whoever acts by them; with "
            "person those whom its form names",
        ),
        many=True,
    ),
    Word(
        "caseRole",
        ("process",),
        (
            Part("role", "key", True, text=Text("角色，如 introducer", "the role, such as introducer")),
            Part("person", "expression", True),
        ),
        Text(
            "谁在事项中担任何种角色（介绍人、候选人……），职责分离规则按角色约束",
            "who has which role in a case (introducer, candidate …); the rules of separation bind people by it",
        ),
        many=True,
    ),
    Word(
        "return",
        _TASKS,
        (
            Part("to", "keys", text=Text("可退回到何处", "where to")),
            Part("mode", "choice", choices=("again", "straight", "ask"), text=Text("重办之后", "what comes after")),
            _CLAUSE,
        ),
        Text(
            "可退回到已办过的步骤：to 为 any（任一）、submitter（发起人）、drawn（只沿所画的退回线，默认）或步骤标识；"
            "重办之后 again 逐级再办（默认）、straight 直接回到退回人、ask 由退回人选择",
            "it may be returned to a step already done: to is any, submitter, drawn (only along the ways drawn, the "
            "default) or ids of steps; afterwards it goes step by step again (the default), straight back to whoever "
            "returned it, or as they choose (ask)",
        ),
    ),
    Word(
        "actions",
        _TASKS,
        (
            Part("allow", "keys", choices=ACTIONS, text=Text("允许的操作", "what is allowed")),
            Part("delegable", "flag", text=Text("缺席时可否由受托人代办", "whether a delegate may do it")),
            Part("to", "choice", choices=HAND_TO, text=Text("可以交给谁", "to whom it may go")),
            Part("transferTo", "choice", choices=HAND_TO, text=Text("可以转给谁", "to whom it is transferred")),
            Part("entrustTo", "choice", choices=HAND_TO, text=Text("可以委派给谁", "to whom it is entrusted")),
            Part("signers", "choice", choices=HAND_TO, text=Text("可以请谁加签", "who may be added to sign")),
            Part(
                "people", "expression", text=Text("只限这些人（人员编号的列表）", "these people only (a list of ids)")
            ),
            _CLAUSE,
        ),
        Text(
            "办理人还可以：transfer 转办、entrust 委派、add_signer 加签、comment 留言、copy 抄送、remind 催办；"
            "不写则只有后三项。delegable 默认 true，写 false 则任何人不得代办（投票、本人申请等）。"
            "交给谁：same_unit 同一组织（默认）、unit_and_below 本组织及下级、same_role 担任同一职务、office 全单位",
            "what else whoever has it may do: transfer (give away), entrust (comes back), add_signer, comment, copy, "
            "remind; without it only the last three. delegable is true unless written false: then nobody does it for "
            "somebody absent (ballots, one's own application). To whom: same_unit (the default), unit_and_below, "
            "same_role (who holds the same post) or the whole office",
        ),
    ),
    Word(
        "recall",
        _TASKS,
        (Part("until", "choice", True, ("completed", "claimed", "never")), _CLAUSE),
        Text(
            "办理人可撤回自己已办结的这一步：直到后一步办结（默认），或直到后一步被认领，或不可撤回",
            "whoever completed this may take it back until what came of it is completed (the default), or already "
            "claimed, or never",
        ),
    ),
    Word(
        "confirm",
        _TASKS,
        (_ROLE, _AT, Part("person", "expression"), Part("when", "expression"), _CLAUSE),
        Text(
            "第二人复核后方为办结，记录人不得自己复核",
            "completed only when a second person confirms; the recorder may not",
        ),
        many=True,
    ),
    Word(
        "meeting",
        _TASKS,
        (
            Part(
                "kind",
                "key",
                True,
                text=Text("会议种类，一个议程只有一种", "its kind; an agenda has one"),
            ),
            Part(
                "voters",
                "expression",
                True,
                text=Text("谁有表决权（编号列表）", "who has a vote: ids"),
            ),
            Part(
                "at",
                "expression",
                text=Text("哪个组织开会，默认事项的", "which unit meets, else the case's"),
            ),
            Part("quorum", "text", text=Text("须到会多少，如 >1/2", "how many have to be present, such as >1/2")),
            Part("share", "text", text=Text("须多少赞成，如 >1/2", "how many have to agree, such as >1/2")),
            Part(
                "base",
                "text",
                text=Text("以谁为基数：eligible、present 或 cast", "out of whom: eligible, present, cast"),
            ),
            Part("duty", "key", text=Text("表决人的职责，不得尽者回避", "what voters do; who may not, leaves")),
            Part(
                "recused",
                "choice",
                choices=("eligible", "excluded"),
                text=Text("回避者是否仍计入应到，默认计入", "whether who leaves stays eligible, the default, or not"),
            ),
            Part("secret", "flag", text=Text("无记名", "by secret ballot")),
            _CLAUSE,
        ),
        Text(
            "可在会议上表决：多件事项列入一个议程，登记出席、回避、票数，记录人提交、主持人确认后一并办结",
            "can be decided in a meeting: many cases on one agenda with attendance, recusals and votes; completed all "
            "together once the recorder has submitted it and the chair has confirmed",
        ),
    ),
    Word(
        "fill",
        _TASKS,
        (
            Part("field", "key", True, text=Text("表单项", "the field of the form")),
            Part("with", "choice", True, FILLS, Text("会议的哪一项", "what of the meeting")),
        ),
        Text(
            "会议登记的哪一项填入表单的哪一项；vote 和 businessDate 所写的表单项不必再写",
            "what of a meeting goes into which field of the form; those of vote and businessDate are filled anyway",
        ),
        many=True,
    ),
    Word(
        "copy",
        _TASKS,
        (
            _ROLE,
            _AT,
            Part("person", "expression"),
            Part("on", "choice", choices=("opened", "completed"), text=Text("何时抄送", "when")),
            Part("note", "text", text=Text("附言", "a word with it")),
            _OUTCOME,
            _CLAUSE,
        ),
        Text(
            "抄送给谁：步骤开启时（opened）或办结时（completed，默认）；收到的人可看事项，不需办理",
            "who gets a carbon copy when the step opens or is completed (the default): they may see the case and have "
            "nothing to do",
        ),
        many=True,
    ),
    Word(
        "document",
        _TASKS,
        (
            Part("kind", "key", True, text=Text("文种，如 reply 批复", "its kind, such as reply")),
            Part("body", "key", True, text=Text("模板（documents/ 下的文件名）", "the template, a file in documents/")),
            Part("title", "expression", text=Text("标题；不写则用模板的", "its title, else the template's")),
            Part("issuer", "expression", text=Text("发文机关，默认事项的组织", "what issues it, or the case's unit")),
            Part("number", "flag", text=Text("false 则不编号", "false: without a number")),
            Part("code", "expression", text=Text("机关代字；不写则为组织代码加文种字", "the code before the year")),
            Part("to", "expression", text=Text("主送机关（编号或文字）", "main recipients: ids of units, or words")),
            Part("addressed", "expression", text=Text("主送机关的统称", "how the recipients are addressed together")),
            Part("copies", "expression", text=Text("抄送机关", "who gets copies")),
            Part("signer", "expression", text=Text("签发人姓名（上行文）", "who signed it, by name (going up)")),
            Part("date", "expression", text=Text("成文日期，默认行为的日期", "its date, else the date of the act")),
            Part("urgency", "expression", text=Text("urgent 加急、most_urgent 特急", "urgent or most_urgent")),
            Part(
                "attachments",
                "text",
                text=Text("附件说明：task、case 或名称列表", "the attachments: task, case, or names by FEEL"),
            ),
            Part("forSubject", "flag", text=Text("当事人可看", "the person the case is about may read it")),
            Part("result", "key", text=Text("保存字号等的变量", "the variable that takes number, date, title, id")),
            Part("when", "expression", text=Text("条件为真才印发", "only when this is true")),
            _OUTCOME,
            _CLAUSE,
        ),
        Text(
            "办结时印发公文：编号、标题、主送、正文、落款；内容与字号随办结一并生成，此后不变，散列值记入留痕；"
            "步骤作废则公文作废，字号不再使用",
            "completing issues an official document: number, title, recipients, text, signature; made with the deed, "
            "never changed, its hash in the trail; void where the step is undone, and its number is not used again",
        ),
        many=True,
    ),
    Word(
        "receives",
        _TASKS,
        (
            Part(
                "document",
                "expression",
                True,
                text=Text("公文（document 所得的值）或其列表", "what a document gave, or a list of these"),
            ),
        ),
        Text(
            "步骤开启时把别的事项印发的公文存入本事项：看得到本事项的人即可看该公文；须主送、抄送本事项的组织，"
            "或属同一调用关系",
            "files a document that another case issued with this one when the step opens: whoever sees this case may "
            "read it; it has to be addressed to the case's unit, or come from a case that called this one",
        ),
        many=True,
    ),
    Word(
        "signature",
        _TASKS,
        (Part("by", "choice", True, ("password", "drawing", "either")), _OUTCOME, _CLAUSE),
        Text(
            "办结时须签名：重新输入密码、手写签名，或任选其一",
            "completing needs a signature: the password again, a drawn one, or either",
        ),
    ),
    Word(
        "attachments",
        _TASKS,
        (
            Part("min", "integer", text=Text("至少几个", "at least")),
            Part("max", "integer", text=Text("至多几个", "at most")),
            Part("types", "keys", text=Text("扩展名", "extensions")),
            _OUTCOME,
            _CLAUSE,
        ),
        Text(
            "本步骤的附件：至少、至多几个，哪些类型；不写则可传可不传，max 为 0 则不可上传",
            "attachments of this step: how many at least and at most, of which types; without it any or none, and none "
            "where max is 0",
        ),
    ),
    Word(
        "due",
        _TASKS,
        (
            Part("date", "expression", text=Text("用表达式给出最后一日", "the last day, as an expression")),
            *_SPAN,
            _COUNT_FIRST,
            _CALENDAR,
            _CLAUSE,
        ),
        Text(
            "期限（含最后一日）：after 写期间，如 P1M、5 working days、prm_days working days、2 working hours",
            "the term (its last day is inclusive): after is its length, such as P1M, 5 working days, prm_days working "
            "days, 2 working hours",
        ),
    ),
    Word(
        "remind",
        _TASKS,
        (
            Part("at", "expression", text=Text("用表达式给出提醒之日", "the day, as an expression")),
            Part("before", "amount", text=Text("期限届满之前多久", "how long before the term ends")),
            *_SPAN,
            _CALENDAR,
        ),
        Text("到日提醒办理人", "reminds whoever is asked"),
        many=True,
    ),
    Word(
        "escalate",
        _TASKS,
        (
            _ROLE,
            _AT,
            Part("person", "expression"),
            Part("after", "amount", text=Text("逾期多久之后；不写为一逾期即报告", "how long after the term; at once")),
            _CLAUSE,
        ),
        Text("逾期后报告谁，可分级", "who is told when the task is overdue, and how long after: one word a level"),
        many=True,
    ),
    Word(
        "notBefore",
        _TASKS,
        (Part("date", "expression"), *_SPAN, _CALENDAR, _CLAUSE),
        Text("此日之前不开启", "the task does not open before this day"),
    ),
    Word(
        "notAfter",
        _TASKS,
        (Part("date", "expression"), *_SPAN, _COUNT_FIRST, _CALENDAR, _OUTCOME, _CLAUSE),
        Text(
            "此日之后不得办结；不写日期则为本任务的期限（含延长）",
            "it cannot be completed after this day; where none is written, after its own term, extensions included",
        ),
    ),
    Word(
        "publicity",
        _TASKS,
        (
            Part("for", "amount", True, text=Text("公示多久，如 5 working days", "how long, such as 5 working days")),
            _FROM,
            _COUNT_FIRST,
            _CALENDAR,
            _OUTCOME,
            _CLAUSE,
        ),
        Text(
            "公示期：其最后一日结束之前不得办结；中午之前公示的，当日计入",
            "a publicity period: it cannot be completed before its last day is over; the first day counts where it was "
            "posted before noon",
        ),
    ),
    Word(
        "pause",
        _TASKS,
        (
            Part("when", "expression", text=Text("条件为真时", "while this is true")),
            Part("while", "keys", text=Text("这些步骤在办时", "while one of these steps is open")),
            _CLAUSE,
        ),
        Text(
            "期限暂停计算：如退回申请人补正、征求专家意见期间",
            "its clock stands still: while it is back with the applicant, or an expert is asked",
        ),
        many=True,
    ),
    Word(
        "extend",
        _TASKS,
        (
            Part("by", "amount", True, text=Text("一次延长多久", "by how much at a time")),
            Part("most", "integer", text=Text("至多几次，默认一次", "how often at most, once by default")),
            _ROLE,
            _AT,
            Part("person", "expression"),
            _CLAUSE,
        ),
        Text(
            "期限可以延长，须说明理由；不写由谁，则由办理人",
            "its term can be extended, with a reason; by whoever is named, else by whoever is asked to do it",
        ),
    ),
    Word(
        "extends",
        _TASKS,
        (Part("task", "keys", True), Part("by", "amount", True), _OUTCOME, _CLAUSE),
        Text(
            "办结时延长这些在办步骤的期限（由决定延长）",
            "completing this extends the terms of these steps that are open (an extension by decision)",
        ),
        many=True,
    ),
    Word(
        "field",
        _ACTS,
        (Part("key", "path", True), Part("access", "choice", True, ("hidden", "read", "write", "required"))),
        Text("本步骤对表单项的权限", "what this step may do with a field of the form"),
        many=True,
    ),
    Word(
        "writesDirectory",
        _WRITES,
        (
            Part("what", "choice", True, ("membership", "term", "post")),
            Part(
                "person", "expression", text=Text("谁；post 可为列表，可为空", "who; of a post also a list, or nobody")
            ),
            Part("unit", "expression", True),
            Part("status", "key", text=Text("membership：身份", "of a membership: the status")),
            Part("role", "role", text=Text("post：职务", "of a post: which")),
            Part("from", "expression", text=Text("自哪一日起", "from which day on")),
            Part("until", "expression", text=Text("term：届满日期", "of a term: the day on which it expires")),
            Part("replaces", "flag", text=Text("post：原任职人届时免去", "of a post: others hold it no more")),
            Part("when", "expression", text=Text("为真才写", "only where it is true")),
            _OUTCOME,
            _CLAUSE,
        ),
        Text(
            "办结时更新组织目录：membership 党员身份，term 组织的任期（不写 from 则只改届满日期），post 任职；"
            "写在流程上则为撤回时",
            "what completion changes in the directory: a membership, the term of a unit (without from its end alone), "
            "a post; on the process: what a withdrawal changes",
        ),
        many=True,
    ),
    Word(
        "forEach",
        ("startEvent",),
        (
            Part("inputCollection", "expression", True),
            Part("inputElement", "key", True),
            Part("occasion", "expression", True, text=Text("此事由只发起一次", "starts one case, once")),
        ),
        Text(
            "定时开始事件：为集合中的每一项各发起一个事项，同一事由（occasion）只发起一次",
            "on a timer start event: a case for each item of a collection, and for one occasion only one, ever",
        ),
    ),
    _attribute("decision", "key", ("businessRuleTask",), "执行的决策", "the decision to evaluate"),
    _attribute(
        "result",
        "key",
        ("businessRuleTask",),
        "决策结果写入的变量",
        "the variable that takes the decision's result",
    ),
    _attribute("outcome", "key", ("endEvent",), "事项的结果", "the outcome of the case"),
    _attribute(
        "correlationKey",
        "expression",
        ("startEvent", "receiveTask", "intermediateCatchEvent", "boundaryEvent", *_THROWS),
        "消息的关联键：发出的与等待的相同才送达",
        "the correlation key of a message: it reaches who waits with the same key",
    ),
    _attribute(
        "timeToLive",
        "text",
        _THROWS,
        "消息等待接收方的最长时间（ISO 8601 时长），默认 P30D",
        "how long a message waits for its receiver (ISO 8601 duration), P30D by default",
    ),
    _attribute("jobType", "key", ("serviceTask",), "外部程序领取作业的类型", "the type by which programs take the job"),
    _attribute(
        "retries", "integer", ("serviceTask",), "失败后最多重试几次，默认 3", "how often it is tried, 3 by default"
    ),
    _attribute(
        "timeout",
        "text",
        ("serviceTask",),
        "领取后多久没有结果即可由他人再领取（ISO 8601 时长），默认 PT5M",
        "how long a program may keep the job before another may take it, PT5M by default",
    ),
    _attribute(
        "version",
        "integer",
        ("callActivity",),
        "被调用流程的版本；不写则为调用时的最新版本",
        "the version of the called definition; without it the newest when the call is made",
    ),
    _attribute(
        "unit",
        "expression",
        ("callActivity",),
        "被调用的事项由哪个组织办理（返回组织编号）；不写则为本事项的组织",
        "the unit in which the called case is handled (gives a unit id); without it that of the caller",
    ),
    _attribute(
        "outlives",
        "expression",
        ("callActivity",),
        "调用被中断时，此条件（按被调用事项的变量）为真的事项不随之取消，自行办完",
        "when the call is interrupted, a called case for which this is true (by its own variables) goes on by itself",
    ),
    _attribute(
        "files",
        "keys",
        ("callActivity",),
        "办理被调用事项的人可看本事项哪些步骤的附件",
        "the steps whose attachments whoever sees the called case may read too",
    ),
    Word(
        "loopCharacteristics",
        ("multiInstanceLoopCharacteristics",),
        (
            Part("inputCollection", "expression"),
            Part("inputElement", "key"),
            Part("outputCollection", "key"),
            Part("outputElement", "expression"),
        ),
        Text(
            "多实例：对集合中的每一项各办一次，结果按项的顺序汇总",
            "multi-instance: once for each item of a collection, the results collected in the order of the items",
        ),
    ),
    Word(
        "countersign",
        ("multiInstanceLoopCharacteristics",),
        (
            Part("rule", "choice", True, ("all", "any", "share", "vote"), Text("如何算通过", "when it is carried")),
            Part("share", "text", text=Text("比例：2/3（达到）、>1/2（超过）、>=80%", "2/3, >1/2 or >=80%")),
            Part("quorum", "text", text=Text("至少多少人投票才有效", "how many of those asked have to vote")),
            Part("base", "choice", choices=("present", "eligible", "cast"), text=Text("以谁为基数", "out of whom")),
            Part("early", "flag", text=Text("结果已定即结束（默认）", "ends once it is decided (the default)")),
            Part("secret", "flag", text=Text("无记名：只记总数", "secret: nothing but totals is kept")),
            Part("result", "key", True, text=Text("计票结果写入的变量", "the variable that takes the count")),
            _CLAUSE,
        ),
        Text(
            "会签：全部同意 all、一人同意 any、达到比例 share，或表决 vote（以到会 present、应到 eligible 或"
            "赞成加反对 cast 为基数，可无记名）；依次会签用 isSequential",
            "a countersignature: all agree, any one, a share of those asked, or a vote out of those present, eligible "
            "or for and against (cast), secret if so said; one after the other with isSequential",
        ),
    ),
)

HOST_FUNCTIONS: Mapping[str, Text] = {
    "superior": Text(
        "上级组织的编号：superior(unit, competence)，competence 为 approve_members、direct 或 office",
        "id of the superior unit: superior(unit, competence), competence being approve_members, direct or office",
    ),
    "person": Text("某人在业务日期当日的情况", "a person as of the business date"),
    "unit": Text("某组织在业务日期当日的情况", "a unit as of the business date"),
    "units": Text(
        "全部组织（不计党员人数），可限定类别：units(kinds)",
        "every unit (without the counts of members), or those of some kinds: units(kinds)",
    ),
    "holders": Text("某组织某职务的任职人", "who holds a post in a unit: holders(role, unit)"),
    "relatives": Text("某人申报的亲属", "the declared relatives of a person"),
    "open cases": Text(
        "某人或某组织在办的同类事项数：open cases(definition, person)",
        "running cases about a person or in a unit: open cases(definition, person)",
    ),
    "called cases": Text(
        "本事项调用的某流程的事项：called cases(definition)，含编号、组织、状态、在办步骤、期限、"
        "是否逾期，以及摘要各行的值",
        "the cases of a definition that this case has called: called cases(definition); each with its number, unit, "
        "status, open steps, due day, whether it is late, and the values of its summary lines",
    ),
    "units below": Text(
        "某组织之下的各级组织：units below(unit, kind)，kind 可省略",
        "ids of the units below a unit on every level: units below(unit, kind), kind may be left out",
    ),
    "distribution lists": Text(
        "某组织的发文范围：distribution lists(unit)，各含 name、name_en、units",
        "the distribution lists of a unit: distribution lists(unit), each with name, name_en and units",
    ),
    "latest case": Text(
        "某人最近的一件某类事项：latest case(definition, person)，给出 number、unit、status、outcome、open（在办步骤）",
        "the newest case of a kind about a person: latest case(definition, person), with number, unit, status, outcome "
        "and open (the steps that wait)",
    ),
    "documents of": Text(
        "某事项印发的公文清单（步骤、种类、文号、SHA-256）：documents of(number)",
        "the documents that a case issued (step, kind, number, SHA-256): documents of(number)",
    ),
    "attachments of": Text(
        "某事项的附件清单（步骤、文件名、SHA-256、字节数）：attachments of(number)",
        "the attachments of a case (step, name, SHA-256, bytes): attachments of(number)",
    ),
    "working days after": Text("若干工作日之后的日期", "the date n working days after a date"),
    "working days between": Text("两日期之间的工作日数", "working days from a date to another"),
    "is working day": Text("是否工作日", "whether a date is a working day"),
    "working hours after": Text("若干工作小时之后的时刻", "the time n office hours after a date and time"),
    "months after": Text("若干个月之后的日期，没有该日取月末", "the date n months later, clipped to the month's end"),
    "half years after": Text("若干个半年之后的日期，没有该日取月末", "the date n half years later, clipped likewise"),
    "years after": Text("若干年之后的日期，没有该日取月末", "the date n years later, clipped likewise"),
}
"""Functions that FEEL in a definition may call besides the built-in ones."""

HOST_NAMES = tuple(HOST_FUNCTIONS)
EVENT_NAMES = ("message", "signal", "result", "error", "event")
"""What an element was woken with: only in its own outputs."""
LOOP_NAMES = (
    "loopCounter",
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
)
"""The attributes of BPMN 2.0.2, tables 10.29 to 10.31: inside loops and in their conditions."""
RETURN_TO = ("any", "submitter", "drawn")
"""Where a task may be returned to, besides the steps that are named."""
GIVEN_NAMES = ("case", "today", "actor", "decision", "late_entry")
"""Names that are always there (``decision`` and ``late_entry`` only at completion, else null)."""

_ATTRIBUTES = {w.name: w for w in WORDS if w.is_attribute}
_ELEMENTS = {w.name: w for w in WORDS if not w.is_attribute}

AMOUNT = re.compile(
    r"^(?:P(?:\d+Y(?:\d+M)?|\d+M|\d+W|\d+D(?: working(?: days)?)?|T\d+H(?: working(?: hours)?)?)"
    r"|(?:[0-9]{1,5}|[A-Za-z_][A-Za-z0-9_]{0,99}) "
    r"(?:(?:working )?days?|weeks?|months?|(?:half )?years?|(?:working )?hours?)"
    r"|[A-Za-z_][A-Za-z0-9_]{0,99})$"
)
"""How a length of time is written; ``calendars.read_amount`` says what it means."""
_FIELD = re.compile(r"^(?:\*|[A-Za-z_]\w{0,99}(?:\[\])?(?:\.[A-Za-z_]\w{0,99}(?:\[\])?){0,8})$", re.ASCII)
_IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_.\-]{0,99}$")


@dataclass(frozen=True, slots=True)
class Written:
    """What a designer wrote on one element: ``attributes`` and ``elements`` (word → one dict per occurrence)."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    elements: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)

    def attribute(self, name: str) -> str | None:
        return self.attributes.get(name)

    def all(self, name: str) -> tuple[Mapping[str, str], ...]:
        return self.elements.get(name, ())

    def one(self, name: str) -> Mapping[str, str] | None:
        found = self.elements.get(name, ())
        return found[0] if found else None


def read(element: etree._Element) -> Written:
    """The liuhen words of a BPMN element, unchecked (``check`` says what is wrong with them)."""
    attributes = {
        etree.QName(str(k)).localname: str(v) for k, v in element.attrib.items() if str(k).startswith(f"{{{LIUHEN}}}")
    }
    elements: dict[str, list[Mapping[str, str]]] = {}
    for child in _extensions(element):
        if etree.QName(child).namespace == LIUHEN:
            elements.setdefault(etree.QName(child).localname, []).append(
                {str(k): str(v) for k, v in child.attrib.items()}
            )
    return Written(attributes, {k: tuple(v) for k, v in elements.items()})


def check(element: etree._Element, file: str) -> list[Finding]:
    """Unknown, misplaced, incomplete and misspelt words of one element, each with what to do."""
    tag = etree.QName(element).localname
    found: list[Finding] = []

    def wrong(rule: str, zh: str, en: str, remedy_zh: str, remedy_en: str, line: int | None = None) -> None:
        found.append(
            Finding(file, rule, Text(zh, en), Text(remedy_zh, remedy_en), line or line_of(element), element.get("id"))
        )

    written = read(element)
    for name, value in written.attributes.items():
        word = _ATTRIBUTES.get(name)
        if word is None:
            wrong(
                "unknown_word",
                f"没有 liuhen:{name} 这个属性",
                f"there is no attribute liuhen:{name}",
                f"删除它，或改用：{_known(tag, True)}",
                f"remove it, or use one of: {_known(tag, True)}",
            )
        elif tag not in word.on:
            wrong(
                "misplaced_word",
                f"liuhen:{name} 不能写在 {tag} 上",
                f"liuhen:{name} cannot stand on a {tag}",
                f"把它移到 {'、'.join(word.on)} 上",
                f"move it to {', '.join(word.on)}",
            )
        else:
            _check_part(word.parts[0], value, f"liuhen:{name}", wrong, line_of(element))
    for child in _extensions(element):
        if etree.QName(child).namespace != LIUHEN:
            continue
        name = etree.QName(child).localname
        word = _ELEMENTS.get(name)
        if word is None:
            wrong(
                "unknown_word",
                f"没有 <liuhen:{name}> 这个词",
                f"there is no word <liuhen:{name}>",
                f"删除它，或改用：{_known(tag, False)}",
                f"remove it, or use one of: {_known(tag, False)}",
                line_of(child),
            )
            continue
        if tag not in word.on:
            wrong(
                "misplaced_word",
                f"<liuhen:{name}> 不能写在 {tag} 上",
                f"<liuhen:{name}> cannot stand on a {tag}",
                f"把它移到 {'、'.join(word.on)} 上",
                f"move it to {', '.join(word.on)}",
                line_of(child),
            )
        if not word.many and len(written.all(name)) > 1:
            wrong(
                "word_twice",
                f"<liuhen:{name}> 只能写一次",
                f"<liuhen:{name}> may be written once",
                "只保留一个",
                "keep one of them",
                line_of(child),
            )
        parts = {p.name: p for p in word.parts}
        for key in map(str, child.attrib):
            if key not in parts:
                wrong(
                    "unknown_word",
                    f"<liuhen:{name}> 没有 {key} 这个属性",
                    f"<liuhen:{name}> has no attribute {key}",
                    f"改用：{'、'.join(parts)}",
                    f"use one of: {', '.join(parts)}",
                    line_of(child),
                )
        for part in word.parts:
            value_ = child.get(part.name)
            if value_ is not None:
                _check_part(part, str(value_), f"<liuhen:{name} {part.name}>", wrong, line_of(child))
            elif part.required:
                wrong(
                    "word_incomplete",
                    f"<liuhen:{name}> 缺少 {part.name}",
                    f"<liuhen:{name}> lacks {part.name}",
                    f"补上 {part.name}=…",
                    f"add {part.name}=…",
                    line_of(child),
                )
    return found


def as_markdown() -> str:
    """The printed manual's table of words, in both languages."""
    lines = ["| word 词 | on 写在 | parts 属性 | meaning 含义 |", "| --- | --- | --- | --- |"]
    for word in WORDS:
        name = f"`liuhen:{word.name}`" if word.is_attribute else f"`<liuhen:{word.name}>`{' *' if word.many else ''}"
        parts = ", ".join(
            f"`{p.name}`{'' if p.required else '?'}" + (f" ({' / '.join(p.choices)})" if p.choices else f" ({p.kind})")
            for p in word.parts
        )
        lines.append(f"| {name} | {', '.join(word.on)} | {parts} | {word.text.en}<br>{word.text.zh} |")
    return "\n".join(lines) + "\n"


def as_json() -> list[dict[str, Any]]:
    """The table for the modeler's panel."""
    return [
        {
            "name": w.name,
            "on": list(w.on),
            "many": w.many,
            "attribute": w.is_attribute,
            "text": w.text,
            "parts": [
                {"name": p.name, "kind": p.kind, "required": p.required, "choices": list(p.choices), "text": p.text}
                for p in w.parts
            ],
        }
        for w in WORDS
    ]


def as_moddle() -> dict[str, Any]:
    """The table as a descriptor of moddle, by which bpmn-js keeps, copies and writes the words.

    A type for each extension element, and one for the attributes of each kind of BPMN element.
    """
    elements = [
        {
            "name": word.name[0].upper() + word.name[1:],
            "superClass": ["Element"],
            "properties": [{"name": part.name, "type": "String", "isAttr": True} for part in word.parts],
        }
        for word in WORDS
        if not word.is_attribute
    ]
    on: dict[str, list[str]] = {}
    for word in WORDS:
        for tag in word.on if word.is_attribute else ():
            on.setdefault(tag, []).append(word.name)
    attributes = [
        {
            "name": f"{tag[0].upper()}{tag[1:]}Words",
            "extends": [f"bpmn:{tag[0].upper()}{tag[1:]}"],
            "properties": [{"name": name, "type": "String", "isAttr": True} for name in names],
        }
        for tag, names in sorted(on.items())
    ]
    return {
        "name": "Liuhen",
        "prefix": "liuhen",
        "uri": LIUHEN,
        "xml": {"tagAlias": "lowerCase"},
        "types": [*elements, *attributes],
    }


def _extensions(element: etree._Element) -> list[etree._Element]:
    holder = element.find(f"{{{BPMN}}}extensionElements")
    return [] if holder is None else list(holder.iterchildren("*"))


def _known(tag: str, attribute: bool) -> str:
    return ", ".join(sorted(w.name for w in WORDS if tag in w.on and w.is_attribute == attribute)) or "-"


def _check_part(part: Part, value: str, where: str, wrong: Any, line: int | None) -> None:
    if part.kind == "expression":
        if not value.startswith("="):
            wrong(
                "not_an_expression",
                f"{where} 应是以 = 开头的 FEEL 表达式",
                f"{where} has to be a FEEL expression that starts with =",
                f'写成 "={value}"',
                f'write "={value}"',
                line,
            )
    elif part.kind == "choice":
        if value not in part.choices:
            wrong(
                "unknown_choice",
                f"{where} 不能是 {value}",
                f"{where} cannot be {value}",
                f"改为：{'、'.join(part.choices)}",
                f"use one of: {', '.join(part.choices)}",
                line,
            )
    elif part.kind == "integer":
        if not re.match(r"^[0-9]{1,6}$", value):
            wrong(
                "not_an_integer",
                f"{where} 应为整数",
                f"{where} has to be a whole number",
                "写一个整数",
                "write a whole number",
                line,
            )
    elif part.kind == "amount":
        if not AMOUNT.match(value):
            wrong(
                "not_an_amount",
                f"{where} 的“{value}”不是期间",
                f'{where}: "{value}" is no length of time',
                "写成 P1M、P5D、5 working days、prm_days working days 或 2 working hours",
                "write P1M, P5D, 5 working days, prm_days working days or 2 working hours",
                line,
            )
    elif part.kind == "keys":
        if not keys(value) or not all(_IDENTIFIER.match(k) for k in keys(value)):
            _not_an_identifier(where, value, wrong, line)
        elif part.choices and set(keys(value)) - set(part.choices):
            unknown = ", ".join(sorted(set(keys(value)) - set(part.choices)))
            wrong(
                "unknown_choice",
                f"{where} 不能有 {unknown}",
                f"{where} cannot have {unknown}",
                f"改为：{'、'.join(part.choices)}",
                f"use some of: {', '.join(part.choices)}",
                line,
            )
    elif part.kind == "flag":
        if value not in ("true", "false"):
            wrong(
                "unknown_choice",
                f"{where} 应为 true 或 false",
                f"{where} has to be true or false",
                "改为 true 或 false",
                "write true or false",
                line,
            )
    elif part.kind == "path":
        if not _FIELD.match(value):
            wrong(
                "not_a_path",
                f"{where} 的“{value}”不是表单项的路径",
                f'{where}: "{value}" is not the path of a field',
                "写成 reason、address.street、sessions[].hours，或用 * 表示其余各项",
                "write reason, address.street, sessions[].hours, or * for all others",
                line,
            )
    elif part.kind in ("key", "role", "clause", "date-field"):
        ok = (
            re.match(r"^[A-Za-z0-9_.\-]{1,100}$", value) if part.name in ("step", "stage") else _IDENTIFIER.match(value)
        )
        if not ok:
            _not_an_identifier(where, value, wrong, line)


def _not_an_identifier(where: str, value: str, wrong: Any, line: int | None) -> None:
    wrong(
        "not_an_identifier",
        f"{where} 的“{value}”不是标识符",
        f'{where}: "{value}" is not an identifier',
        "用字母、数字和下划线，以字母开头",
        "use letters, digits and underscores, beginning with a letter",
        line,
    )


def keys(value: str | None) -> tuple[str, ...]:
    """A list of identifiers separated by commas or blanks."""
    return tuple(k for k in re.split(r"[,\s]+", value or "") if k)
