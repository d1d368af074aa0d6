"""What entries name by a hash: procedures, documents, files, and the values behind commitments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine import definitions, files, tables, trail
from engine.settings import Settings
from engine.trail import Kind
from engine.verifying.report import Progress, Report

Body = Mapping[str, Any]
_A, _F, _D, _V = tables.attachments.c, tables.files.c, tables.definitions.c, tables.answers.c


def procedures(db: Connection, report: Report, published: Mapping[tuple[str, int], tuple[str, int, str]]) -> None:
    """Every version's files have the hash with which it was published; ``published`` is (key, version) → its entry."""
    contents: dict[str, dict[str, str]] = {}
    for row in db.execute(select(tables.definition_files)):
        contents.setdefault(row.definition_id, {})[row.path] = row.content
    left = dict(published)
    for row in db.execute(select(_D.id, _D.key, _D.version, _D.sha256)):
        report.definitions += 1
        said = left.pop((row.key, row.version), None)
        chain = f"definition:{row.key}"
        if said is None:
            report.find(
                *(chain, 0, "unexplained", "第 {version} 版没有发布记录"),
                "no entry says that version {version} was published",
                version=row.version,
            )
        elif not said[2] == row.sha256 == definitions.digest(contents.get(row.id, {})):
            report.find(
                *(said[0], said[1], "definition", "第 {version} 版的流程文件与发布时不同"),
                "the files of version {version} are not those that were published",
                version=row.version,
            )
    for (_, version), (chain, seq, _) in left.items():
        report.find(
            *(chain, seq, "definition", "第 {version} 版已不在库中"),
            "version {version} is not there any more",
            version=version,
        )


def of_cases(db: Connection, report: Report, some: Mapping[str, Sequence[Body]]) -> None:
    """Answers, attachments and documents of some cases, id → entries in their order."""
    _answers(db, report, some)
    _attachments(db, report, some)
    _documents(db, report, some)


def _answers(db: Connection, report: Report, some: Mapping[str, Sequence[Body]]) -> None:
    told: dict[tuple[str, str], dict[str, list[tuple[int, Any]]]] = {}
    erased: set[tuple[str, str]] = set()
    for case, bodies in some.items():
        for body in bodies:
            for name, value in (body.get("answers") or {}).items():
                owner = body.get("correction") or body.get("task") or case
                told.setdefault((case, owner), {}).setdefault(name, []).append((body["seq"], value))
            erased |= {(one.get("task", ""), one.get("field", "")) for one in body.get("erased") or ()}
    query = select(_V.task_id, _V.case_id, _V["values"], _V.salts).where(_V.case_id.in_(some))
    for row in db.execute(query):
        known = told.get((row.case_id, row.task_id), {})
        try:
            values, salts = json.loads(row[2]), json.loads(row[3])
        except ValueError:
            _other_value(report, row.case_id, 1, row.task_id)
            continue
        for name in known.keys() | salts.keys():
            said = known.get(name, [])
            if (row.task_id, name) in erased:
                continue
            report.values += 1
            if not any(_opens(value, values.get(name), salts.get(name)) for _, value in said):
                _other_value(report, row.case_id, said[-1][0] if said else 1, name)


def _opens(said: Any, value: Any, salt: str | None) -> bool:
    if isinstance(said, Mapping) and said.keys() == {"pd"}:
        try:
            return salt is not None and trail.commitment(value, salt) == said["pd"]
        except (TypeError, ValueError):
            return False
    return bool(said == value)


def _other_value(report: Report, case: str, seq: int, name: str) -> None:
    report.find(
        *(case, seq, "value", "“{name}”的值与此条所记的不符：事后被换过"),
        "the value of “{name}” is not what this entry recorded: it was exchanged",
        name=name,
    )


def _attachments(db: Connection, report: Report, some: Mapping[str, Sequence[Body]]) -> None:
    told: dict[str, tuple[str, int, Mapping[str, Any]]] = {}
    gone: set[str] = set()
    for case, bodies in some.items():
        for body in bodies:
            if body["kind"] == Kind.ATTACHMENT_ADDED and "attachment" in body:
                told[body["attachment"]] = (case, body["seq"], body)
            for one in body.get("evidence") or ():
                told[one["attachment"]] = (case, body["seq"], one)
            gone |= {one["attachment"] for one in body.get("files") or () if isinstance(one, Mapping)}
    seen = set()
    query = select(_A.id, _A.case_id, _A.sha256, _A.name, _A.salt).where(_A.case_id.in_(some))
    for row in db.execute(query):
        seen.add(row.id)
        said = told.get(row.id)
        if said is None:
            # Uploaded before the case began: its entry came with the start, under the same hash.
            if not any(one["sha256"] == row.sha256 for case, _, one in told.values() if case == row.case_id):
                _no_entry(report, row.case_id, "附件", "attachment", row.id)
            continue
        name = said[2].get("name")
        if said[2]["sha256"] != row.sha256 or not (name is None or _opens(name, row.name, row.salt)):
            report.find(
                *(said[0], said[1], "attachment", "附件行指向另一个文件或改了名"),
                "the row of the attachment points to another file, or bears another name",
            )
    for id_, (case, seq, _) in told.items():
        if id_ not in seen and id_ not in gone:
            report.find(case, seq, "attachment", "附件行已不在", "the row of the attachment is gone")


def _documents(db: Connection, report: Report, some: Mapping[str, Sequence[Body]]) -> None:
    told = {
        body["document"]: (case, body)
        for case, bodies in some.items()
        for body in bodies
        if body["kind"] == Kind.DOCUMENT_ISSUED
    }
    table = tables.documents.c
    for row in db.execute(select(table.id, table.case_id, table.content, table.sha256).where(table.case_id.in_(some))):
        report.documents += 1
        said = told.pop(row.id, None)
        if said is None:
            _no_entry(report, row.case_id, "公文", "document", row.id)
        elif not said[1]["sha256"] == row.sha256 == hashlib.sha256(row.content.encode()).hexdigest():
            report.find(
                *(said[0], said[1]["seq"], "document", "公文内容与印发时不同"),
                "the document is not as it was issued",
            )
    for case, body in told.values():
        report.find(case, body["seq"], "document", "公文已不在", "the document is gone")


def _no_entry(report: Report, case: str, zh: str, en: str, id_: str) -> None:
    report.find(*(case, 1, "unexplained", f"{zh} {{id}} 没有记录说明"), f"{en} {{id}}: no entry explains it", id=id_)


def stored(db: Connection, settings: Settings, report: Report, case: str | None, progress: Progress) -> None:
    """The bytes of every file that an attachment or a signature names have its hash."""
    query = (
        select(_F.sha256, _F.size, _A.case_id)
        .join_from(tables.files, tables.attachments, _A.sha256 == _F.sha256)
        .order_by(_F.sha256)
    )
    rows = db.execute(query if case is None else query.where(_A.case_id == case)).all()
    storage = files.storage(settings)
    last = ""
    for number, (sha256, size, case_id) in enumerate(rows, 1):
        if sha256 == last:
            continue
        last = sha256
        report.files += 1
        hash_, total = hashlib.sha256(), 0
        try:
            for part in storage.read(sha256, 0, size + 1):
                hash_.update(part)
                total += len(part)
        except (files.StorageAway, OSError):
            report.find(case_id or "files", 0, "file", "文件 {s} 不在存储中", "the file {s} is not there", s=sha256)
            continue
        if hash_.hexdigest() != sha256 or total != size:
            report.find(
                *(case_id or "files", 0, "file", "文件 {s} 的内容被换过"), "the file {s} was exchanged", s=sha256
            )
        if number % 100 == 0:
            progress("files", number, len(rows))
