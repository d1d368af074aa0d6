"""One case as PDF: what was asked and decided, who signed, with the diagram, the attachments' hashes and the proof.

Set by the same typesetter and fonts as official documents (engine/documents); the same case at the same moment gives
the same file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine import documents
from engine.documents import NoTypesetter
from engine.errors import Language, Text
from engine.exports import drawing
from engine.exports.whole import Whole
from engine.views import qr_code

__all__ = ["NoTypesetter", "pdf"]

PAGE = Path(__file__).with_name("case.typ")
MOST_RULES = 200
"""Decisions of one case that the pages list; further ones are counted."""

_WORDS: Mapping[str, Text] = {
    "procedure": Text("流程", "Procedure"),
    "version": Text("第 {n} 版", "version {n}"),
    "number": Text("编号", "Number"),
    "status": Text("状态", "Status"),
    "unit": Text("单位", "Unit"),
    "started": Text("发起", "Started"),
    "ended": Text("办结", "Ended"),
    "outcome": Text("结果", "Outcome"),
    "diagram": Text("流程图", "Diagram"),
    "legend": Text(
        "绿色：已办；黄色：在办；灰色：待开启；白色：未到", "green: done; yellow: open; grey: held; white: not reached"
    ),
    "forms": Text("填报内容", "What was filled in"),
    "opinions": Text("办理过程和意见", "Steps and opinions"),
    "step": Text("步骤", "Step"),
    "by": Text("办理人", "By"),
    "at": Text("时间", "When"),
    "decision": Text("决定", "Decision"),
    "opinion": Text("意见", "Opinion"),
    "signature": Text("签名", "Signature"),
    "by_password": Text("口令签名", "signed by password"),
    "confirmed_by": Text("复核：{name}", "confirmed by {name}"),
    "for": Text("代 {name}", "for {name}"),
    "comments": Text("留言", "Comments"),
    "attachments": Text("附件", "Attachments"),
    "name": Text("名称", "Name"),
    "size": Text("字节", "Bytes"),
    "hash": Text("SHA-256", "SHA-256"),
    "documents": Text("公文", "Official documents"),
    "void": Text("（已作废）", " (void)"),
    "decisions": Text("判定和命中的规则", "Decisions and the rules that fired"),
    "fired": Text("命中规则 {rules}", "rules {rules} fired"),
    "none_fired": Text("没有规则命中", "no rule fired"),
    "condition": Text("条件", "condition"),
    "allowed": Text("允许", "allowed"),
    "refused": Text("不允许", "not allowed"),
    "more": Text("另有 {n} 项，见 JSON 导出。", "{n} more are in the export as JSON."),
    "clauses": Text("逐条规则", "Clause by clause"),
    "met": Text("已落实", "met"),
    "exception": Text("有例外", "exception"),
    "open": Text("待落实", "open"),
    "not_applicable": Text("不适用", "not applicable"),
    "evidence": Text("依据记录 {seqs}", "entries {seqs}"),
    "holds": Text("保全", "Legal holds"),
    "lifted": Text("（已解除）", " (lifted)"),
    "erasures": Text("已删除的个人信息", "Erased personal values"),
    "erased": Text("{n} 项，依据：{ground}", "{n} values, on the ground: {ground}"),
    "trail": Text("留痕", "Trail"),
    "proof": Text("留痕证明", "Proof"),
    "chain": Text("链", "Chain"),
    "head": Text("链首哈希（第 {seq} 条）", "Head (entry {seq})"),
    "index": Text("日志位置", "Place in the log"),
    "no_index": Text("尚未封入", "not sealed yet"),
    "checkpoint": Text("检查点", "Checkpoint"),
    "made": Text("{at} 由 {by} 导出", "exported {at} by {by}"),
    "operator": Text("运维命令", "the operator"),
    "page": Text("第 {x} 页，共 {y} 页", "page {x} of {y}"),
    "running": Text("办理中", "running"),
    "cancelled": Text("已终止", "cancelled"),
    "suspended": Text("已暂停", "suspended"),
    "failed": Text("停住", "failed"),
    "is_ended": Text("已办结", "ended"),
}


def pdf(one: Whole, language: Language, zone: ZoneInfo | None = None) -> bytes:
    """The pages of a case as PDF/A-2u; raises ``NoTypesetter``."""
    house = zone or ZoneInfo("Asia/Shanghai")
    shown = one.shown
    made_at = datetime.fromisoformat(shown["made_at"])
    fonts = documents.families()
    steps = {s["element"]: _state(s["status"]) for s in shown["case"]["steps"]}
    drawn = drawing.svg(one.definition, {**_reached(one), **{k: v for k, v in steps.items() if v}}, language, fonts[0])
    qr = qr_code(shown["case"]["address"])
    given = {
        "t": {name: text.spoken(language) for name, text in _WORDS.items()},
        "language": language,
        "title": shown["case"]["title"],
        "facts": list(_facts(shown, language, house)),
        "summary": [[_said(s["label"], language), _said(s["value"], language)] for s in shown["case"]["summary"]],
        "diagram": drawn,
        "forms": [_form(f, language) for f in shown["forms"] if f["lines"] or f["lists"]],
        "steps": [_step(s, language, house) for s in shown["steps"]],
        "comments": [
            [_who(c.get("by") or c.get("person"), language), _when(c["at"], house), c["text"]]
            for c in shown["comments"]
        ],
        "attachments": [[a["name"], str(a["size"]), a["sha256"]] for a in shown["attachments"]],
        "documents": [
            [
                _said(d["kind_name"], language)
                + (d["number"] or "")
                + (_WORDS["void"].spoken(language) if d["is_void"] else ""),
                _said(d["title"], language),
                d["sha256"],
            ]
            for d in shown["documents"]
        ],
        "decisions": [_decision(d, language) for d in shown["decisions"][:MOST_RULES]],
        "more": max(0, len(shown["decisions"]) - MOST_RULES),
        "clauses": [_clause(c, language) for c in (shown["rules"] or {"items": []})["items"]],
        "holds": [h["ground"] + (_WORDS["lifted"].spoken(language) if h["lifted_at"] else "") for h in shown["holds"]],
        "erasures": [
            _WORDS["erased"].format(n=e["count"], ground=e["ground"]).spoken(language) for e in shown["erasures"]
        ],
        "trail": [
            [str(e["seq"]), _when(e["at"], house), _said(e["sentence"], language), e["hash"][:16]]
            for e in shown["entries"]
        ],
        "proof": _proof(shown["proof"], language),
        "made": _WORDS["made"]
        .format(
            at=_when(shown["made_at"], house),
            by=_who(shown["made_by"], language) or _WORDS["operator"].spoken(language),
        )
        .spoken(language),
        "qr": _svg(qr["size"], qr["size"], f'<path d="{qr["path"]}"/>'),
        "address": shown["case"]["address"],
    }
    inputs = {"case": json.dumps(given, ensure_ascii=False), "fonts": json.dumps(fonts)}
    return documents.typeset(PAGE.read_bytes(), inputs, made_at)


def _state(status: str) -> str | None:
    return {"done": "done", "open": "open", "held": "held"}.get(status)


def _reached(one: Whole) -> dict[str, str]:
    """The elements that entries speak of: the case has been there."""
    return {e["element"]: "done" for e in one.shown["entries"] if e.get("element")}


def _said(value: Any, language: Language) -> str:
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return str(value[language])
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _who(person: Mapping[str, Any] | None, language: Language) -> str:
    return _said(person["name"], language) if person else ""


def _when(at: str | None, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def _facts(shown: Mapping[str, Any], language: Language, zone: ZoneInfo) -> Iterable[list[str]]:
    case, definition = shown["case"], shown["definition"]

    def word(name: str) -> str:
        return _WORDS[name].spoken(language)

    version = _WORDS["version"].format(n=definition["version"]).spoken(language)
    yield [word("number"), case["number"]]
    yield [word("procedure"), f"{_said(definition['name'], language)} · {version}"]
    yield [word("unit"), _said(case["unit"]["name"], language)]
    yield [word("status"), word("is_ended" if case["status"] == "ended" else case["status"])]
    yield [word("started"), f"{_when(case['started_at'], zone)} · {_who(case['started_by'], language)}"]
    if case["ended_at"]:
        yield [word("ended"), _when(case["ended_at"], zone)]
    if case["outcome_label"]:
        yield [word("outcome"), _said(case["outcome_label"], language)]


def _form(form: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {
        "name": _said(form["name"], language),
        "lines": [[_said(line["label"], language), _said(line["value"], language)] for line in form["lines"]],
        "lists": [
            {
                "label": _said(one["label"], language),
                "columns": [_said(c, language) for c in one["columns"]],
                "rows": [[_said(v, language) for v in row] for row in one["rows"]],
            }
            for one in form["lists"]
        ],
    }


def _step(step: Mapping[str, Any], language: Language, zone: ZoneInfo) -> dict[str, Any]:
    people = [_who(step["by"], language)]
    for name, key in (("for", "acting_for"), ("confirmed_by", "confirmed_by")):
        if step[key]:
            people.append(_WORDS[name].format(name=_who(step[key], language)).spoken(language))
    signature = step["signature"]
    drawing_ = signature["drawing"] if signature and signature["way"] == "drawing" else None
    return {
        "name": " ".join(part for part in (step["step"], _said(step["name"], language)) if part),
        "by": "；".join(people) if language == "zh" else "; ".join(people),
        "at": _when(step["at"], zone),
        "decision": _said(step["decision_label"], language),
        "opinion": step["opinion"] or "",
        "signed": _WORDS["by_password"].spoken(language) if signature and drawing_ is None else "",
        "drawing": _signature(drawing_) if drawing_ else None,
    }


def _signature(path: str) -> str:
    line = 'fill="none" stroke="#111" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"'
    return _svg(600, 200, f'<path d="{path}" {line}/>')


def _svg(width: int, height: int, drawn: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{drawn}</svg>'


def _decision(one: Mapping[str, Any], language: Language) -> list[str]:
    if one["decision"]:
        rules = [str(r.get("id", r) if isinstance(r, Mapping) else r) for r in one["rules"] or ()]
        said = _WORDS["fired"].format(rules=", ".join(rules)) if rules else _WORDS["none_fired"]
        said_ = said.spoken(language)
        if one["codes"]:
            said_ += "：" + ", ".join(map(str, one["codes"]))
        name = _said(one["decision_name"], language)
    else:
        name = f"{_WORDS['condition'].spoken(language)} {one['condition'] or ''}"
        said_ = _WORDS["allowed" if one["allowed"] else "refused"].spoken(language)
    return [str(one["seq"]), _said(one["name"], language), name, said_]


def _clause(one: Mapping[str, Any], language: Language) -> list[str]:
    seqs = [e["seq"] for e in (*one["exceptions"], *one["evidence"])]
    shown = _WORDS["evidence"].format(seqs=", ".join(map(str, sorted(set(seqs))))).spoken(language) if seqs else ""
    article = _said(one.get("article"), language)
    return [
        one["id"],
        _said(one["text"], language) + (f"（{article}）" if article else ""),
        _WORDS[one["state"]].spoken(language),
        shown,
    ]


def _proof(proof: Mapping[str, Any], language: Language) -> list[list[str]]:
    checkpoint = proof["checkpoint"]
    rows = [
        [_WORDS["chain"].spoken(language), proof["chain"]],
        [_WORDS["head"].format(seq=proof["seq"]).spoken(language), proof["head"]],
        [
            _WORDS["index"].spoken(language),
            str(proof["index"]) if proof["index"] is not None else _WORDS["no_index"].spoken(language),
        ],
    ]
    if checkpoint is not None:
        rows.append([_WORDS["checkpoint"].spoken(language), f"{checkpoint['size']} · {checkpoint['root']}"])
    rows.append(["", _said(proof["how"], language)])
    return rows
