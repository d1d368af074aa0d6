"""Official documents (公文): made with the deed that issues them, numbered without gaps, void or valid with their step.

What is printed is put together once and kept as it was hashed; nobody changes it afterwards. A number is taken in the
transaction of the deed: whoever rolls back gives it back, and whoever comes at the same moment waits for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from engine import actors, feel, files, gates, tables, templates, trail
from engine.cases.work import Work
from engine.errors import Incident, Text
from engine.machine import Element
from engine.store import Statement, insert_or_ignore, new_id, once
from engine.templates import Gap
from engine.trail import Kind
from engine.vocabulary import keys

FORMAT = 1
VOIDED, RESTORED = "voided", "restored"
URGENCIES: Mapping[str, Text] = {"urgent": Text("加急", "urgent"), "most_urgent": Text("特急", "most urgent")}
LONGEST_TITLE = 300
SERIES = "document:"
"""Before the code and the year in ``numbers.series``: those of cases have a prefix of their own."""

_D, _N, _E, _F = tables.documents.c, tables.document_numbers.c, tables.document_events.c, tables.document_cases.c
_S = tables.document_series.c
CODE = re.compile(r"^[^\W_](?:[\w（）()×·-]{0,18}[\w）)×])?$")


def issue(
    work: Work, element: Element, task_id: str, outcome: str | None, context: Mapping[str, Any], on: date
) -> dict[str, Any]:
    """Obey ``document``: what completing an element issues on a day; gives the variables that take what was issued.

    Raises ``Incident`` where a document cannot be put together: then the deed is not done either.
    """
    written: dict[str, Any] = {}
    for word in element.words.all("document"):
        wanted = keys(word.get("outcome"))
        if wanted and outcome not in wanted:
            continue
        known = {**context, **written}
        if "when" in word and work.world.evaluate(word["when"], known, element.id) is not True:
            continue
        made = _issue(work, element, task_id, word, known, on)
        if "result" in word:
            written[word["result"]] = made
    return written


def _issue(
    work: Work, element: Element, task_id: str, word: Mapping[str, str], context: Mapping[str, Any], on: date
) -> dict[str, Any]:
    def value(part: str) -> Any:
        return work.world.evaluate(word[part], context, element.id) if part in word else None

    kind = word["kind"]
    dated_on = value("date") if "date" in word else on
    if not isinstance(dated_on, date):
        raise Incident(element.id, _NO_DATE, {"expression": word["date"]})
    issuers = _parties(work, value("issuer") if "issuer" in word else work.row["unit_id"])
    if not issuers or any("id" not in one for one in issuers):
        raise Incident(element.id, _NO_ISSUER, {"expression": word.get("issuer")})
    document_id, unit = new_id(), issuers[0]
    number = code = serial = None
    if word.get("number") != "false":
        code = _code(element, word, value("code"), unit, kind)
        serial = _next(work, element, unit["id"], code, dated_on.year)
        number = templates.number(code, dated_on.year, serial)
    label = _kind_name(work, kind)
    about = {"id": document_id, "kind": kind, "number": number, "date": dated_on}
    template = work.definition.documents[word["body"]]
    try:
        filled = templates.fill(template, {**context, "document": about}, work.moment.local)
        title = filled.title or Text("", "")
        if "title" in word:
            said = templates.one_line(templates.say(value("title"), "zh"))
            title = Text(said, filled.title.en if filled.title else said)
        parts = {part: _words(value(part)) for part in ("signer", "contact", "addressed") if part in word}
    except (Gap, feel.FeelError) as e:
        raise Incident(element.id, _NO_TEXT.format(why=e.text), {"document": word["body"]}) from e
    if not title.zh or len(title.zh) > LONGEST_TITLE:
        raise Incident(element.id, _NO_TITLE.format(longest=LONGEST_TITLE), {"document": word["body"]})
    urgency = URGENCIES.get(str(value("urgency")))
    content = {
        "format": FORMAT,
        "id": document_id,
        "kind": kind,
        "kind_name": label.as_json(),
        "is_upward": kind in templates.UPWARD,
        "has_head_word": kind not in templates.WITHOUT_HEAD_WORD,
        "number": number,
        "urgency": urgency.as_json() if urgency else None,
        "issuers": issuers,
        "signer": parts.get("signer"),
        "title": title.as_json(),
        "to": _parties(work, value("to")),
        "addressed": parts.get("addressed"),
        "body": [{"level": level, **text.as_json()} for level, text in filled.body],
        "attachments": _enclosed(work, element, task_id, word, value),
        "date": dated_on.isoformat(),
        "note": filled.note.as_json() if filled.note else None,
        "copies": _parties(work, value("copies")),
        "printed_on": work.moment.today.isoformat(),
        "case": work.row["number"],
    }
    text = trail.canonical(content)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    _INSERT.write(
        work.db,
        {
            "id": document_id,
            "case_id": work.case_id,
            "task_id": task_id,
            "element": element.id,
            "kind": kind,
            "unit_id": unit["id"],
            "number": number,
            "dated_on": dated_on,
            "content": text,
            "sha256": sha256,
            "for_subject": word.get("forSubject") == "true",
            "issued_by": work.actor.person_id,
            "at": work.moment.now,
        },
    )
    if number is not None:
        row = {"unit_id": unit["id"], "code": code, "year": dated_on.year, "serial": serial, "number": number}
        work.db.execute(
            insert(tables.document_numbers).values(**row, kind=kind, document_id=document_id, at=work.moment.now)
        )
    work.note(
        Kind.DOCUMENT_ISSUED,
        task=task_id,
        element=element.id,
        document=document_id,
        document_kind=kind,
        kind_name=label.as_json(),
        number=number,
        unit=unit["id"],
        dated_on=dated_on.isoformat(),
        sha256=sha256,
        clause=word.get("clause"),
    )
    return {**about, "title": title.zh, "sha256": sha256, "issuer": unit["id"]}


_INSERT = Statement(
    insert(tables.documents),
    *("id", "case_id", "task_id", "element", "kind", "unit_id", "number", "dated_on", "content", "sha256"),
    *("for_subject", "issued_by", "at"),
)
_NO_DATE = Text("公文的成文日期不是日期", "the date of a document is no date")
_NO_ISSUER = Text("公文的发文机关不是现有的组织", "what issues a document is no unit that there is")
_NO_TEXT = Text("公文不能生成：{why}", "the document cannot be made: {why}")
_NO_TITLE = Text("公文没有标题，或标题超过 {longest} 字", "the document has no title, or one longer than {longest}")
_NO_CODE = Text(
    "“{code}”不能作机关代字：2 至 20 个字，不含空格和括号〔〕",
    "“{code}” is no code for numbers: 2 to 20 characters without blanks",
)
_DOUBLE = Text(
    "{number} 是另一机关的字号：机关代字“{code}”不能由两个机关共用",
    "{number} is another body's: two bodies cannot share the code {code}",
)


def _kind_name(work: Work, kind: str) -> Text:
    """The procedure's own word for a kind, else the usual one."""
    usual = templates.KINDS.get(kind, (Text(kind, kind), ""))[0]
    key = f"document.{kind}"
    return work.definition.text(key) if work.definition.has_text(key) else usual


def _code(element: Element, word: Mapping[str, str], given: Any, unit: Mapping[str, Any], kind: str) -> str:
    if "code" not in word:
        return f"{unit['code']}{templates.KINDS.get(kind, (Text('', ''), kind))[1]}"[:20]
    code = templates.one_line(given) if isinstance(given, str) else ""
    if not CODE.match(code):
        raise Incident(element.id, _NO_CODE.format(code=str(given)[:40]), {"expression": word["code"]})
    return code


def _next(work: Work, element: Element, unit_id: str, code: str, year: int) -> int:
    """The next place of a series; its row stays locked until the deed is stored or rolled back."""
    db, series, table = work.db, f"{SERIES}{code}/{year}", tables.numbers
    bump = update(table).where(table.c.series == series).values(last=table.c.last + 1).returning(table.c.last)
    last = db.execute(bump).scalar()
    if last is None:
        # Two first documents of a year at once: the second insert does nothing and the update counts on.
        db.execute(insert_or_ignore(db, table).values(series=series, last=0))
        last = db.execute(bump).scalar_one()
    others = select(_N.number).where(_N.code == code, _N.year == year, _N.unit_id != unit_id).limit(1)
    begun = select(_S.last).where(_S.code == code, _S.year == year, _S.unit_id != unit_id)
    theirs = db.execute(others).scalar()
    if theirs is None and (on_paper := db.execute(begun).scalar()) is not None:
        theirs = templates.number(code, year, on_paper)
    if theirs is not None:
        raise Incident(element.id, _DOUBLE.format(number=theirs, code=code))
    return int(last)


def _parties(work: Work, given: Any) -> list[dict[str, Any]]:
    """Bodies as a document names them: units by their ids, anything else as it is written."""
    values = given if isinstance(given, list | tuple) else [given]
    wanted = [v for v in values if isinstance(v, str) and v.strip()]
    known = actors.units(work.db, wanted, work.moment.today)
    found = []
    for one in dict.fromkeys(wanted):
        unit = known.get(one)
        said = Text(templates.one_line(one), templates.one_line(one))
        found.append(
            {"id": unit.id, "code": unit.code, "name": unit.text.as_json()} if unit else {"name": said.as_json()}
        )
    return found


def _words(value: Any) -> dict[str, str] | None:
    if value is None or value == [] or value == "":
        return None
    return Text(*(templates.one_line(templates.say(value, language)) for language in ("zh", "en"))).as_json()


def _enclosed(work: Work, element: Element, task_id: str, word: Mapping[str, str], value: Any) -> list[dict[str, Any]]:
    """The attachments note (附件说明): files put with this step or with the case, or names that FEEL gives."""
    said = word.get("attachments")
    if said is None:
        return []
    if said in ("task", "case"):
        rows = files.attached(work.db, case_id=work.case_id)
        mine = [r for r in rows if said == "case" or r["task_id"] == task_id]
        return [{"name": _without_extension(r["name"]), "sha256": r["sha256"]} for r in mine]
    found = value("attachments")
    names = found if isinstance(found, list | tuple) else [] if found is None else [found]
    if not all(isinstance(name, str) for name in names):
        raise Incident(element.id, _NO_NAMES, {"expression": said})
    return [{"name": templates.one_line(name)} for name in names]


_NO_NAMES = Text("公文的附件不是名称的列表", "the attachments of a document are no list of names")


def _without_extension(name: str) -> str:
    return templates.one_line(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)) or name


# ---------------------------------------------------------------- void, and valid again


def of_tasks(db: Connection, case_id: str, nodes: Sequence[int]) -> list[Any]:
    """The documents that tasks have issued, by their nodes, with what became of each last."""
    tasks, newest = tables.tasks.c, tables.document_events.alias("newest")
    last = select(func.max(newest.c.seq)).where(newest.c.document_id == _D.id).scalar_subquery()
    query = (
        select(_D.id, _D.number, _D.kind, _D.element, _D.task_id, _E.what, _E.seq)
        .join_from(tables.documents, tables.tasks, tasks.id == _D.task_id)
        .outerjoin(tables.document_events, (_E.document_id == _D.id) & (_E.seq == last))
        .where(tasks.case_id == case_id, tasks.node.in_(nodes))
        .order_by(_D.id)
    )
    return list(db.execute(query))


def void_with(work: Work, nodes: Sequence[int]) -> None:
    """The steps are undone: the documents that they issued are void, and their numbers are not used again."""
    for row in of_tasks(work.db, work.case_id, nodes) if nodes else ():
        if row.what != VOIDED:
            change(work, row, VOIDED, work.because)


def restore_with(work: Work, nodes: Sequence[int]) -> None:
    """The steps count again as they were done: so do the documents that were void with them."""
    for row in of_tasks(work.db, work.case_id, nodes):
        if row.what == VOIDED and _is_with_its_step(work.db, row):
            change(work, row, RESTORED, "")


def _is_with_its_step(db: Connection, row: Any) -> bool:
    """Whether a document became void because its step was undone, and not by somebody's word."""
    reason = db.execute(select(_E.reason).where(_E.document_id == row.id, _E.seq == row.seq)).scalar_one()
    return bool(json.loads(reason).get("undone"))


def change(work: Work, row: Any, what: str, reason: str, *, is_undone: bool = True) -> None:
    """Write what became of a document, in the deed that makes it so."""
    work.db.execute(
        insert(tables.document_events).values(
            document_id=row.id,
            seq=(row.seq or 0) + 1,
            what=what,
            by_id=work.actor.person_id,
            reason=json.dumps({"text": reason, "undone": is_undone}, ensure_ascii=False),
            at=work.moment.now,
        )
    )
    work.note(
        Kind.DOCUMENT_VOIDED if what == VOIDED else Kind.DOCUMENT_RESTORED,
        task=row.task_id,
        element=row.element,
        document=row.id,
        document_kind=row.kind,
        kind_name=_kind_name(work, row.kind).as_json(),
        number=row.number,
        reason=reason or None,
    )


# ---------------------------------------------------------------- filed with another case


def file_received(work: Work, tasks: Sequence[Mapping[str, Any]]) -> None:
    """Obey ``receives`` of steps that open (rows with ``id``, ``element``, ``node``): file documents with the case.

    Raises ``Incident`` for a document that is neither addressed to the case's unit nor from a case that called it.
    """
    filed: set[str] = set()
    for task in tasks:
        element = work.definition.element(task["element"])
        for word in element.words.all("receives"):
            work.world.local = work.live.locals_of(task["node"])
            context = gates.reading_context(work.world, element)
            given = work.world.evaluate(word["document"], context, element.id)
            work.world.local = {}
            for one in given if isinstance(given, list | tuple) else [given]:
                if one is not None:
                    _file(work, element, task["id"], one.get("id") if isinstance(one, Mapping) else one, filed)


def _file(work: Work, element: Element, task_id: str, document_id: Any, filed: set[str]) -> None:
    # A document that is sent to many is read once.
    row = once(work.db, ("document", str(document_id)), lambda: _read(work.db, str(document_id)))
    if row is None or not _may_file(work, row):
        raise Incident(element.id, _NOT_ADDRESSED, {"document": str(document_id)[:40]})
    if row["case_id"] == work.case_id or row["id"] in filed:
        return
    filed.add(row["id"])
    is_new = work.row["rev"] == 0  # nothing was filed with a case that is beginning
    there = select(_F.at).where(_F.case_id == work.case_id, _F.document_id == row["id"])
    if not is_new and work.db.execute(there).first():
        return  # the case is locked: nobody else files it meanwhile
    one = {"case_id": work.case_id, "document_id": row["id"], "element": element.id, "at": work.moment.now}
    _FILE.insert(work.db, [one])
    work.note(
        Kind.DOCUMENT_FILED,
        task=task_id,
        element=element.id,
        document=row["id"],
        document_kind=row["kind"],
        kind_name=row["content"]["kind_name"],
        number=row["number"],
        sha256=row["sha256"],
    )


_FILE = Statement(insert(tables.document_cases), "case_id", "document_id", "element", "at")


def _read(db: Connection, document_id: str) -> dict[str, Any] | None:
    row = db.execute(select(tables.documents).where(_D.id == document_id)).mappings().first()
    return None if row is None else {**row, "content": json.loads(row["content"])}


_NOT_ADDRESSED = Text(
    "没有这件公文，或它不是发给本事项所在组织的", "there is no such document, or it is not addressed here"
)


def _may_file(work: Work, row: Mapping[str, Any]) -> bool:
    at: str | None = work.row["parent_id"] or work.case_id
    for _ in range(_DEEPEST):
        if at is None or at == row["case_id"]:
            break
        at = work.db.execute(_PARENT, {"case": at}).scalar()
    if row["case_id"] in (at, work.case_id):
        return True
    content = row["content"]
    addressed = {one.get("id") for one in (*content["to"], *content["copies"])}
    unit = work.changes.get("unit_id", work.row["unit_id"])
    line = {unit, *(u.id for u in actors.ancestors(work.db, unit, work.moment.today))}
    return not line.isdisjoint(addressed)


_DEEPEST = 20
_PARENT = select(tables.cases.c.parent_id).where(tables.cases.c.id == bindparam("case"))
