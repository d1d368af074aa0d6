"""What a notice says: in the product with what its reader may see, outside with the words of the office alone.

Outside stand the number of the case, its procedure and the step; the title only where the channel's setting allows it,
and no person's name ever.
"""

from __future__ import annotations

import html
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import actors, definitions, tables
from engine.errors import Language, Text
from engine.outbox import NAMES, SENTENCES, WHILE_OPEN, Notice
from engine.store import Moment

OPEN_STATUSES = ("held", "open", "confirming")
TEST = "test"
"""The kind of a message by which somebody tries a channel."""

_C, _T = tables.cases.c, tables.tasks.c
_CASES = select(_C.id, _C.number, _C.title, _C.definition_id, _C.unit_id).where(
    _C.id.in_(bindparam("ids", expanding=True))
)
_TASKS = select(_T.id, _T.case_id, _T.element, _T.status, _T.claimed_by, _T.delegable, _T.due_on).where(
    _T.id.in_(bindparam("ids", expanding=True))
)
_SOMEBODY = Text("一位同事", "a colleague")
_INSTEAD = Text("（您受{for}委托）", "(You stand in for {for}.)")
_TESTED = Text("这是一条测试消息，收到即表示通知可以送达。", "This is a test: notices reach you here.")


@dataclass(frozen=True, slots=True)
class Said:
    """One notice in words."""

    kind: str
    sentence: Text
    number: str | None
    procedure: Text | None
    step: Text | None
    title: str | None
    case_id: str | None
    task_id: str | None
    at: datetime
    is_done: bool
    """It asked for something, and that is done or no longer needed."""
    proposal: str | None = None
    """The act of administration that it is about."""
    meeting: str | None = None

    @property
    def path(self) -> str:
        """Where one goes from it."""
        if self.task_id is not None and not self.is_done:
            return f"/tasks/{self.task_id}"
        if self.proposal is not None:
            return f"/admin/proposals/{self.proposal}"
        if self.meeting is not None:
            return f"/meetings/{self.meeting}"
        return f"/cases/{self.case_id}" if self.case_id is not None else "/"


class Speaker:
    """Puts many notices into words and asks for their cases, tasks and names at once."""

    def __init__(self, db: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        self._db = db
        rows = list(rows)
        self.cases = _by_id(db, _CASES, (r["case_id"] for r in rows))
        self.tasks = _by_id(db, _TASKS, (r["task_id"] for r in rows))
        people = {str(json.loads(r["facts"]).get(name) or "") for r in rows for name in _PEOPLE}
        self._names = actors.names(db, {p.removeprefix("person:") for p in people if p})

    def is_done(self, row: Mapping[str, Any]) -> bool:
        task = self.tasks.get(row["task_id"] or "")
        return row["kind"] in WHILE_OPEN and task is not None and task.status not in OPEN_STATUSES

    def definition_key(self, row: Mapping[str, Any]) -> str | None:
        case = self.cases.get(row["case_id"] or "")
        return definitions.load(self._db, case.definition_id).key if case is not None else None

    def say(self, row: Mapping[str, Any], *, with_title: bool, with_names: bool) -> Said:
        """``row`` has ``kind``, ``case_id``, ``task_id``, ``facts`` and ``at``."""
        facts = json.loads(row["facts"])
        case, task = self.cases.get(row["case_id"] or ""), self.tasks.get(row["task_id"] or "")
        definition = definitions.load(self._db, case.definition_id) if case is not None else None
        element = task.element if task is not None else facts.get("element")
        step = definition.element_name(element) if definition is not None and element else None
        sentence = _TESTED
        if row["kind"] != TEST:
            values: dict[str, Any] = {
                name: self._name(value, with_names) if name in _PEOPLE else _plain(value)
                for name, value in facts.items()
            }
            if definition is not None and facts.get("outcome"):
                values["outcome"] = definition.text(f"outcome.{facts['outcome']}", facts["outcome"])
            known = row["kind"] in {k.value for k in Notice}
            said = SENTENCES[Notice(row["kind"])] if known else Text(row["kind"], row["kind"])
            if facts.get("for") and "{for}" not in said.zh:
                said = Text(said.zh + _INSTEAD.zh, f"{said.en} {_INSTEAD.en}")
            sentence = _filled(said, {**values, "step": step or Text("整个事项", "the whole case")})
        return Said(
            row["kind"],
            sentence,
            case.number if case is not None else None,
            definition.name if definition is not None else None,
            step,
            case.title if case is not None and with_title else None,
            row["case_id"],
            row["task_id"],
            row["at"],
            self.is_done(row),
            facts.get("proposal"),
            facts.get("meeting"),
        )

    def _name(self, value: Any, with_names: bool) -> Text:
        return self._names.get(str(value).removeprefix("person:"), _SOMEBODY) if with_names else _SOMEBODY


_PEOPLE = ("by", "to", "for")
"""Facts that are the ids of people."""


def name_of(kind: str) -> Text:
    """What a kind is called where somebody chooses."""
    known = {k.value: name for k, name in NAMES.items()}
    return known.get(kind, Text(kind, kind))


def _plain(value: Any) -> Any:
    return Text.of(value) if isinstance(value, Mapping) else value


def _filled(said: Text, values: Mapping[str, Any]) -> Text:
    def in_(language: Language) -> str:
        spoken = {k: v.spoken(language) if isinstance(v, Text) else v for k, v in values.items()}
        template = said.spoken(language)
        return template.format_map(defaultdict(lambda: "—", {k: "—" if v is None else v for k, v in spoken.items()}))

    return Text(in_("zh"), in_("en"))


def _by_id(db: Connection, statement: Any, ids: Iterable[str | None]) -> dict[str, Any]:
    wanted = sorted({i for i in ids if i})
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), 500):
        found.update((row.id, row) for row in db.execute(statement, {"ids": wanted[start : start + 500]}))
    return found


# ---------------------------------------------------------------- messages


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: a subject, lines of plain text, the same as HTML, and as the markdown of robots."""

    subject: str
    text: str
    html: str
    markdown: str


_BRAND = Text("流痕", "Liuhen")
_FOOT = Text("在“我的 › 通知”中可以更改接收方式：{url}", "Choose how you are told under Me › Notices: {url}")
_NUMBER, _PROCEDURE, _STEP, _TITLE = (
    Text("编号", "Number"),
    Text("流程", "Procedure"),
    Text("环节", "Step"),
    Text("事项", "Case"),
)
_OPEN = Text("打开", "Open")
_COLON = Text("：", ": ")


def single(said: Said, language: Language, base_url: str, *, personal: bool) -> Message:
    """One notice as a message of its own."""
    sentence = said.sentence.spoken(language)
    facts = _facts(said, language)
    url = base_url + said.path
    about = " ".join(v for v in (said.procedure.spoken(language) if said.procedure else "", said.number or "") if v)
    head = f"{about}{_COLON.spoken(language)}{sentence}" if about else sentence
    foot = _FOOT.spoken(language).format(url=f"{base_url}/me/notices") if personal else ""
    lines = [sentence, "", *(f"{n}{_COLON.spoken(language)}{v}" for n, v in facts), "", url]
    text = "\n".join([*lines, *(["", "-- ", foot] if foot else [])]) + "\n"
    rows = "".join(f"<tr><td{_QUIET}>{html.escape(n)}</td><td>{html.escape(v)}</td></tr>" for n, v in facts)
    body = f"<p><strong>{html.escape(sentence)}</strong></p><table>{rows}</table>{_button(url, language)}"
    quoted = "\n".join(f"> {n}{_COLON.spoken(language)}{_flat(v)}  " for n, v in facts)
    markdown = f"**{_flat(sentence)}**\n\n{quoted}\n\n[{_OPEN.spoken(language)}]({url})"
    return Message(f"[{_BRAND.spoken(language)}] {head}", text, _page(body, foot, language), markdown)


_DIGEST = Text("今日通知摘要：{new} 条新通知，{due} 项待办临期或逾期", "Your digest: {new} new, {due} due or overdue")
_DUE_HEAD = Text("临期与逾期的待办", "Due and overdue")
_DUE_ON = Text("{step}（{number}），期限 {on}", "{step} ({number}), due {on}")
_OVERDUE_ON = Text("{step}（{number}），已逾期（期限 {on}）", "{step} ({number}), overdue since {on}")
_AND_MORE = Text("……还有 {n} 条", "… and {n} more")
MOST_LINES = 30
"""Lines of one group in a digest; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Due:
    """A task of the reader that is due soon, or was."""

    said: Said
    due_on: date


def digest(new: Sequence[Said], due: Sequence[Due], today: date, language: Language, base_url: str) -> Message:
    """One message of everything since the last: what is due first, then what is new, by kind."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if due:
        lines = []
        for one in due:
            said = _OVERDUE_ON if one.due_on < today else _DUE_ON
            step = one.said.step or Text("", "")
            filled = said.format(step=step, number=one.said.number or "", on=one.due_on.isoformat())
            lines.append((_with_title(filled.spoken(language), one.said), base_url + one.said.path))
        groups.append((_DUE_HEAD.spoken(language), lines))
    for kind in dict.fromkeys(one.kind for one in new):
        lines = [
            (
                _with_title(f"{one.number or ''} {one.sentence.spoken(language)}".strip(), one),
                base_url + one.path,
            )
            for one in new
            if one.kind == kind
        ]
        groups.append((name_of(kind).spoken(language), lines))
    subject = _DIGEST.format(new=len(new), due=len(due)).spoken(language)
    foot = _FOOT.spoken(language).format(url=f"{base_url}/me/notices")
    text, body = [subject, ""], f"<p><strong>{html.escape(subject)}</strong></p>"
    for name, lines in groups:
        shown, left = lines[:MOST_LINES], len(lines) - MOST_LINES
        more = [_AND_MORE.spoken(language).format(n=left)] if left > 0 else []
        text += [f"{name}", *(f"- {said}\n  {url}" for said, url in shown), *more, ""]
        items = "".join(f'<li><a href="{html.escape(url)}">{html.escape(said)}</a></li>' for said, url in shown)
        items += "".join(f"<li>{html.escape(said)}</li>" for said in more)
        body += f"<h2{_HEAD}>{html.escape(name)}</h2><ul>{items}</ul>"
    written = "\n".join([*text, "-- ", foot]) + "\n"
    return Message(f"[{_BRAND.spoken(language)}] {subject}", written, _page(body, foot, language), "")


_QUIET = ' style="color:#5d6871;padding-right:12px"'
_HEAD = ' style="font-size:16px;margin:20px 0 6px"'


def _with_title(line: str, said: Said) -> str:
    return f"{line} · {said.title}" if said.title else line


def _facts(said: Said, language: Language) -> list[tuple[str, str]]:
    found = [
        (_TITLE, said.title),
        (_NUMBER, said.number),
        (_PROCEDURE, said.procedure.spoken(language) if said.procedure else None),
        (_STEP, said.step.spoken(language) if said.step else None),
    ]
    return [(name.spoken(language), value) for name, value in found if value]


def _button(url: str, language: Language) -> str:
    return (
        f'<p><a href="{html.escape(url)}" style="display:inline-block;padding:10px 18px;border-radius:8px;'
        f'background:#0c665a;color:#ffffff;text-decoration:none">{_OPEN.spoken(language)}</a></p>'
    )


def _page(body: str, foot: str, language: Language) -> str:
    lang = "zh-CN" if language == "zh" else "en"
    small = f'<p style="color:#5d6871;font-size:13px">{html.escape(foot)}</p>' if foot else ""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"></head>'
        f'<body style="font:16px/1.6 sans-serif;color:#1b2227">{body}{small}</body></html>'
    )


def _flat(text: str) -> str:
    """Words without what markdown would read as its own."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>" else " " if c.isspace() else c for c in text)


def as_event(
    said: Said, row: Mapping[str, Any], holders: Sequence[str], base_url: str, moment: Moment
) -> dict[str, Any]:
    """The JSON of a webhook: the shape of Standard Webhooks (``type``, ``timestamp``, ``data``)."""
    return {
        "type": said.kind,
        "timestamp": row["at"].astimezone(moment.zone).isoformat(timespec="seconds"),
        "data": {
            "notice": row.get("notice_id"),
            "text": said.sentence.as_json(),
            "case": {"id": said.case_id, "number": said.number, "title": said.title} if said.case_id else None,
            "procedure": said.procedure.as_json() if said.procedure else None,
            "task": said.task_id,
            "step": said.step.as_json() if said.step else None,
            "holders": list(holders),
            "url": base_url + said.path,
        },
    }
