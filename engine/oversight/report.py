"""The report of a month: its figures beside those of the month before, by step and unit, each with what it means.

The same for people on a page and as PDF (Typst, as official documents). What is open, overdue or due is so at the
moment the report is made, not at the month's end: rows tell what is, and the report says as of when.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import actors, documents
from engine.actors import Actor
from engine.errors import Language, NotNow, Text
from engine.oversight import figures
from engine.oversight.figures import Question
from engine.store import Moment

PAGE = Path(__file__).with_name("report.typ")
MOST_LINES = 40
"""Steps, or units, that a report lists; further ones are counted."""

MEANINGS: Mapping[str, tuple[Text, Text]] = {
    "started": (
        Text("发起", "Started"),
        Text("期间内发起的事项。", "Cases that were started in the period."),
    ),
    "finished": (
        Text("办结", "Finished"),
        Text(
            "期间内走到结束的事项；撤回、终止的另计。",
            "Cases that reached an end in the period; others were broken off.",
        ),
    ),
    "broken_off": (
        Text("撤回或终止", "Broken off"),
        Text("期间内撤回或终止的事项。", "Cases that were withdrawn or cancelled in the period."),
    ),
    "open": (
        Text("在办", "Open"),
        Text(
            "截至统计时刻尚未办结的事项（含挂起、停住的）。",
            "Cases that have not ended, suspended and failed ones too.",
        ),
    ),
    "done": (
        Text("办理任务", "Tasks done"),
        Text(
            "期间内办结或退回的任务；会签、代办等部分不单独计。",
            "Tasks that were completed or returned in the period; parts such as signatures are not counted apart.",
        ),
    ),
    "kept": (
        Text("按期率", "Deadlines kept"),
        Text(
            "有期限且在期间内办理的任务中，未曾超过期限的比例（期限含经批准的延长和停计）。",
            "Of the tasks with a term that were done in the period, those that never passed it; extensions count.",
        ),
    ),
    "late": (
        Text("逾期办理", "Done late"),
        Text(
            "有期限且在期间内办理，但超过期限的任务。",
            "Tasks with a term that were done in the period after it was over.",
        ),
    ),
    "overdue": (
        Text("现已逾期", "Overdue now"),
        Text("截至统计时刻未办且已过期限的任务。", "Open tasks whose term is over at the moment of asking."),
    ),
    "due_today": (
        Text("今日到期", "Due today"),
        Text("期限为今日、尚未办理的任务。", "Open tasks whose last day is today."),
    ),
    "returned": (
        Text("退回", "Returned"),
        Text(
            "期间内在该步骤作出的退回。", "Tasks of the step that ended, in the period, by a return to an earlier one."
        ),
    ),
    "redone": (
        Text("返工", "Rework"),
        Text(
            "期间内在该步骤办结、后因退回、撤回或调整而作废的任务。",
            "Tasks of the step completed in the period and void since: undone by a return, a withdrawal or a move.",
        ),
    ),
    "wait": (
        Text("等待", "Waiting"),
        Text(
            "从任务到达到有人着手（认领或首次保存草稿）；未认领即办结的，到办结为止。",
            "From a task's arrival until somebody took it in hand (claimed it or kept a draft); where it was done "
            "straight away, until it was done.",
        ),
    ),
    "work": (
        Text("办理", "Handling"),
        Text(
            "从着手到办结；未认领即办结的无从得知，不计。",
            "From then until it was done; not known, and not counted, where it was done straight away.",
        ),
    ),
    "p50": (
        Text("P50、P90", "P50, P90"),
        Text(
            "按从短到长排列，排在 50%、90% 位置的那一个（就近取位）；平均数四舍五入到秒。",
            "In order of length, the one that 50 or 90 of a hundred do not exceed (nearest rank); means to the second.",
        ),
    ),
    "office": (
        Text("工作时间", "Office hours"),
        Text(
            "按事项所属单位的工作日历计，任务办结时算定；此外也按钟表时间计。",
            "By the calendar of the case's unit, worked out when the task closed; times are told by the clock as well.",
        ),
    ),
    "few": (
        Text("少于五人", "Fewer than five"),
        Text(
            "某单位期间内办理任务的人少于五人时，不显示其等待和办理时间。",
            "Times of a unit are not shown where fewer than five people did its tasks in the period.",
        ),
    ),
}
"""What each figure is called, and what it means."""


class NoSuchMonth(NotNow):
    """The month has not begun."""

    code = "err_month_not_begun"
    text = Text("该月尚未开始。", "This month has not begun yet.")


def month_of(text: str) -> tuple[date, date]:
    """The first and last day of a month, written ``YYYY-MM``."""
    first = date.fromisoformat(f"{text}-01")
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def report(
    db: Connection, actor: Actor, moment: Moment, month: str, question: Question | None = None
) -> dict[str, Any]:
    """The figures of a month and of the one before; ``question`` narrows them. Raises ``NoSuchMonth``, ``NotYours``."""
    first, last = month_of(month)
    if first > moment.today:
        raise NoSuchMonth()
    asked = replace(question or Question(first, last), from_on=first, to_on=last)
    before = first - timedelta(days=1)
    earlier = replace(asked, from_on=before.replace(day=1), to_on=before)
    whole = figures.overview(db, actor, moment, asked)
    was = figures.overview(db, actor, moment, earlier)
    office = actors.root(db, moment.today)
    return {
        "month": month,
        **{name: whole[name] for name in ("as_of", "from", "to", "unit", "cases", "tasks", "times", "flow", "ages")},
        "office": office.text if office is not None else None,
        "before": {name: was[name] for name in ("from", "to", "cases", "tasks", "times")},
        "steps": figures.steps(db, actor, moment, asked),
        "units": figures.units(db, actor, moment, asked),
        "meanings": [{"name": name, "label": label, "text": text} for name, (label, text) in MEANINGS.items()],
    }


# ---------------------------------------------------------------- as PDF

_WORDS: Mapping[str, Text] = {
    "title": Text("办理情况月报", "Monthly report"),
    "as_of": Text("统计时刻 {at}", "as of {at}"),
    "scope": Text("范围", "Scope"),
    "figure": Text("指标", "Figure"),
    "this": Text("本月", "This month"),
    "before": Text("上月", "Month before"),
    "now": Text("现在", "Now"),
    "steps": Text("各步骤", "By step"),
    "units": Text("各单位", "By unit"),
    "step": Text("步骤", "Step"),
    "unit": Text("单位", "Unit"),
    "elsewhere": Text("已撤销的单位", "units that are no more"),
    "alone": Text("{unit}（本级）", "{unit} itself"),
    "hidden": Text("少于五人", "under five people"),
    "times": Text("时间（P50 / P90 / 平均）", "Times (P50 / P90 / mean)"),
    "clock": Text("{name}（钟表）", "{name} (clock)"),
    "hours": Text("{name}（工作时间）", "{name} (office hours)"),
    "more": Text("另有 {n} 项，见统计页。", "{n} more are on the page."),
    "meanings": Text("指标含义", "What the figures mean"),
    "page": Text("第 {x} 页，共 {y} 页", "page {x} of {y}"),
    "none": Text("本月没有任务。", "No tasks in this month."),
}


def pdf(made: Mapping[str, Any], language: Language, zone: ZoneInfo, at: Any) -> bytes:
    """The pages of a report as PDF/A-2u. Raises ``documents.NoTypesetter``."""
    said = {name: text.spoken(language) for name, text in _WORDS.items()}
    labels = {name: label.spoken(language) for name, (label, _) in MEANINGS.items()}
    place = made["unit"]["name"] if made["unit"] is not None else made["office"]
    given = {
        "t": said,
        "language": language,
        "title": f"{said['title']} {made['month']}",
        "place": place.spoken(language) if isinstance(place, Text) else "",
        "as_of": _WORDS["as_of"].format(at=at.astimezone(zone).strftime("%Y-%m-%d %H:%M")).spoken(language),
        "facts": _facts(made, labels, said, language),
        "times": _times(made, labels, language),
        "flow": [[str(one["from"]), str(one["started"]), str(one["finished"])] for one in made["flow"]],
        "flow_head": [said["this"], labels["started"], labels["finished"]],
        "steps": [_line(s, _step(s, language), said, language) for s in made["steps"][:MOST_LINES]],
        "units": [_line(u, _unit(u, said, language), said, language) for u in made["units"][:MOST_LINES]],
        "head": [*(labels[n] for n in ("done", "kept", "returned", "redone", "wait", "work", "overdue"))],
        "more_steps": _more(made["steps"], language),
        "more_units": _more(made["units"], language),
        "meanings": [[m["label"].spoken(language), m["text"].spoken(language)] for m in made["meanings"]],
    }
    inputs = {"report": json.dumps(given, ensure_ascii=False), "fonts": json.dumps(documents.families())}
    return documents.typeset(PAGE.read_bytes(), inputs, at)


def _more(rows: list[Any], language: Language) -> str:
    left = len(rows) - MOST_LINES
    return _WORDS["more"].format(n=left).spoken(language) if left > 0 else ""


def percent(kept: int, of: int) -> str:
    """A share to the tenth of a percent; a dash where there is nothing to share."""
    return f"{(kept * 1000 + of // 2) // of / 10:.1f}%" if of else "–"


def length(seconds: int | None, language: Language) -> str:
    """A length of time in the largest unit that says enough."""
    if seconds is None:
        return "–"
    units = (("分钟", "min"), ("小时", "h"), ("天", "d"))
    nth, value = (
        (0, seconds / 60) if seconds < 3600 else (1, seconds / 3600) if seconds < 172_800 else (2, seconds / 86_400)
    )
    number = f"{value:.0f}" if nth == 0 else f"{value:.1f}"
    return f"{number} {units[nth][0 if language == 'zh' else 1]}"


def _spread(one: Mapping[str, int] | None, language: Language) -> list[str]:
    return [length(one[name] if one else None, language) for name in ("p50", "p90", "mean")]


def _facts(
    made: Mapping[str, Any], labels: Mapping[str, str], said: Mapping[str, str], language: Language
) -> list[list[str]]:
    now, was = made, made["before"]
    rows = [[labels[n], str(now["cases"][n]), str(was["cases"][n])] for n in ("started", "finished", "broken_off")]
    rows += [[labels[n], str(now["tasks"][n]), str(was["tasks"][n])] for n in ("done", "late", "returned", "redone")]
    rows.append([labels["kept"], *(percent(one["tasks"]["kept"], one["tasks"]["with_term"]) for one in (now, was))])
    rows.append([f"{labels['open']} · {said['now']}", str(now["cases"]["open"]), ""])
    rows += [[f"{labels[n]}", str(now["tasks"][n]), ""] for n in ("overdue", "due_today")]
    return rows


def _times(made: Mapping[str, Any], labels: Mapping[str, str], language: Language) -> list[list[str]]:
    rows = []
    for name in ("wait", "work"):
        for suffix, word in (("_office", "hours"), ("", "clock")):
            label = _WORDS[word].format(name=labels[name]).spoken(language)
            spreads = [_spread(one["times"][f"{name}{suffix}"], language) for one in (made, made["before"])]
            rows.append([label, *(" / ".join(one) for one in spreads)])
    return rows


def _step(step: Mapping[str, Any], language: Language) -> str:
    named = " ".join(part for part in (step["step"], step["name"].spoken(language)) if part)
    return f"{named}\n{step['definition_name'].spoken(language)}"


def _unit(unit: Mapping[str, Any], said: Mapping[str, str], language: Language) -> str:
    if unit["unit"] is None:
        return said["elsewhere"]
    name = unit["unit"]["name"].spoken(language)
    return said["alone"].replace("{unit}", name) if unit["reach"] == "alone" else name


def _line(one: Mapping[str, Any], name: str, said: Mapping[str, str], language: Language) -> list[str]:
    times = one["times"]
    waited, worked = (
        (length(times[n]["p50"], language) if times[n] else "–") if times else (said["hidden"] if one["done"] else "–")
        for n in ("wait_office", "work_office")
    )
    shares = [percent(one["kept"], one["with_term"]), str(one["returned"]), str(one["redone"])]
    return [name, str(one["done"]), *shares, waited, worked, str(one["overdue"])]
