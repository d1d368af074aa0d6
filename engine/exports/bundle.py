"""A sealed bundle: a ZIP that proves one case or some of them on a machine that has never seen Liuhen.

Its format is written down in docs/bundle.md, and the verifiers lie inside it. The same cases, read at the same moment,
give the same bytes: names are ASCII and sorted, times are fixed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection, select

from engine import definitions, files, gates, log, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotNow, Text
from engine.exports import printing, whole
from engine.exports.whole import Whole
from engine.files import Verdict
from engine.log import notes
from engine.settings import Settings
from engine.store import Moment
from engine.trail import Kind

FORMAT = 1
NOT_SEALED = "err_not_sealed_yet"
_STEADY = (1980, 1, 1, 0, 0, 0)
VERIFIERS = ("verify_bundle.py", "verify.html")
_GIVEN = (Verdict.CLEAN.value, Verdict.UNSCANNED.value)

README = """\
封存包 / Sealed bundle
====================

里面是什么
----------
case/        可读的事项内容（JSON、PDF）
entries.jsonl 每条留痕的原文，一行一条，与计算哈希时逐字节相同
proofs.json  每条留痕在日志中的存在证明；checkpoint.txt 是日志的签名检查点（含见证联署）
values.json  已公开的个人信息及其盐值，可与留痕中的承诺核对；已依规删除的不在其中，留痕注明由谁、依何依据删除
forms/       每个步骤办结时的表单、权限和填报内容；rules.json 逐条规则的落实情况
definition/  所依据的流程版本；attachments/ 附件，documents/ 公文，文件名即其 SHA-256
keys.json    验证公钥；manifest.json 全部文件的哈希，manifest.note 是对它的签名

怎样核对
--------
请使用您从可信之处取得的核对程序，不要只用包内附带的副本；公钥也应从别处取得：

    python3 verify_bundle.py 本文件.zip --key 公钥

或在浏览器中打开 verify.html（无需网络），选择本文件。

What is in it
-------------
case/        the case in readable form (JSON, PDF)
entries.jsonl the text of each entry exactly as it was hashed, one a line
proofs.json  the proof of inclusion of each entry; checkpoint.txt the signed checkpoint with its cosignatures
values.json  opened personal values with their salts; what was erased is absent, and its entry says by whom and why
forms/       each form as it was completed: schema, permissions, answers; rules.json clause by clause
definition/  the versions of the procedure; attachments/ and documents/ under their SHA-256
keys.json    verification keys; manifest.json the hash of every file, manifest.note its signature

How it is verified
------------------
Take the verifier from somewhere you trust, not only the copy in here, and the key from elsewhere too:

    python3 verify_bundle.py THIS.zip --key VKEY

or open verify.html in a browser (no network is needed) and choose this file.
"""


def write(
    db: Connection,
    settings: Settings,
    actor: Actor,
    moment: Moment,
    case_ids: Sequence[str],
    target: IO[bytes],
) -> None:
    """Write the bundle of some cases, each seen whole by the actor; the log has been sealed before.

    Raises ``NotFound``, ``CannotSign``, ``StorageAway``, and ``NotNow`` while an entry has no place under the
    checkpoint: then another try will do.
    """
    found = [whole.case(db, actor, moment, one, settings.base_url) for one in case_ids]
    origin = log.origin(db)
    entries = [(w.id, seq, hash_, text) for w in found for seq, hash_, text in w.texts]
    versions = {(d.key, d.version): d for w in found for d in w.versions}
    entries += [e for key, version in sorted(versions) for e in _published(db, key, version)]
    checkpoint = _checkpoint(db, settings, entries)
    proofs = log.proofs(db, [(chain, seq) for chain, seq, _, _ in entries], checkpoint.size)
    if origin is None or len(proofs) != len(entries):
        raise not_sealed()
    bodies = [json.loads(text) for _, _, _, text in entries]
    kept = _attachments(db, [w.id for w in found], _named(bodies))
    packed: dict[str, bytes] = {
        "README.txt": README.encode(),
        "checkpoint.txt": checkpoint.note.encode(),
        "entries.jsonl": "".join(f"{text}\n" for _, _, _, text in entries).encode(),
        "keys.json": _json(log.all_keys(db, settings)),
        "proofs.json": _json(
            {
                "size": checkpoint.size,
                "proofs": [
                    {"chain": chain, "seq": seq, "index": p.index, "hashes": [h.hex() for h in p.hashes]}
                    for chain, seq, _, _ in entries
                    for p in [proofs[chain, seq]]
                ],
            }
        ),
        "rules.json": _json([{"case": w.id, "number": w.number, "rules": w.shown["rules"]} for w in found]),
        "values.json": _json(_values(db, found, bodies, is_open=whole.opens(actor))),
        **_timestamps(db, checkpoint.size),
        **_verifiers(),
    }
    for definition in versions.values():
        for path, content in definition.files.items():
            packed[f"definition/{definition.key}/{definition.version}/{path}"] = content.encode()
    for one in found:
        packed[f"case/{one.number}.json"] = orjson.dumps(one.shown, option=orjson.OPT_INDENT_2)
        with contextlib.suppress(printing.NoTypesetter):  # the bundle is whole without a page for printing
            packed[f"case/{one.number}.pdf"] = printing.pdf(one, "zh", settings.zone)
        packed.update(_forms(db, one, is_open=whole.opens(actor)))
        packed.update(_documents(db, one.id))
    manifest = _manifest(moment, origin, found, checkpoint)
    sealed = _listed(manifest, packed, kept)
    packed["manifest.json"] = sealed
    packed["manifest.note"] = _note(db, settings, moment, sealed, origin)
    _pack(settings, target, packed, kept)


def not_sealed() -> NotNow:
    return NotNow(
        Text(
            "有记录尚未封入日志或尚未见证，请稍后再试。",
            "Some entries are not sealed or witnessed yet. Try again in a moment.",
        ),
        code=NOT_SEALED,
    )


def _published(db: Connection, key: str, version: int) -> Iterable[tuple[str, int, str, str]]:
    """The entry by which a version was published."""
    e = tables.entries.c
    query = select(e.chain, e.seq, e.hash, e.text).where(
        e.chain == f"definition:{key}", e.kind == Kind.DEFINITION_PUBLISHED.value
    )
    for row in db.execute(query.order_by(e.seq)):
        if json.loads(row.text).get("version") == version:
            yield row.chain, row.seq, row.hash, row.text


def _checkpoint(db: Connection, settings: Settings, entries: Sequence[tuple[str, int, str, str]]) -> log.Sealed:
    """The newest checkpoint, or the newest that enough witnesses have cosigned where there are witnesses."""
    wanted = log.quorum(db, settings)
    found = log.witnessed(db, wanted) if wanted else log.newest(db)
    if found is None:
        raise not_sealed()
    return found


# ---------------------------------------------------------------- what lies in it


def _named(bodies: Iterable[Mapping[str, Any]]) -> set[str]:
    """Every hash that an entry names: nothing else is packed under its hash."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, Mapping):
            if isinstance(value.get("sha256"), str):
                found.add(value["sha256"])
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    for body in bodies:
        look(body)
    return found


def _attachments(db: Connection, case_ids: Sequence[str], named: set[str]) -> dict[str, int]:
    """Hash → size of the files of these cases that may be given away: not in quarantine, not taken back."""
    a, f, s = tables.attachments.c, tables.files.c, tables.signatures.c
    of_cases = (
        select(f.sha256, f.size)
        .join_from(tables.attachments, tables.files, a.sha256 == f.sha256)
        .where(a.case_id.in_(case_ids), a.removed_at.is_(None), f.verdict.in_(_GIVEN))
        .union(
            select(f.sha256, f.size)
            .join_from(tables.signatures, tables.files, s.sha256 == f.sha256)
            .where(s.case_id.in_(case_ids))
        )
    )
    return {row.sha256: row.size for row in db.execute(of_cases) if row.sha256 in named}


def _documents(db: Connection, case_id: str) -> dict[str, bytes]:
    documents, filed = tables.documents.c, tables.document_cases.c
    own = select(documents.sha256, documents.content).where(documents.case_id == case_id)
    return {f"documents/{row.sha256}.txt": row.content.encode() for row in db.execute(own)} | {
        f"documents/{row.sha256}.txt": row.content.encode()
        for row in db.execute(
            select(documents.sha256, documents.content)
            .join_from(tables.document_cases, tables.documents, documents.id == filed.document_id)
            .where(filed.case_id == case_id)
        )
    }


def _forms(db: Connection, one: Whole, *, is_open: bool) -> dict[str, bytes]:
    """Each form as it was completed: its schema, what the step may do with its fields, what was entered, by whom."""
    answers, task = tables.answers.c, tables.tasks.c
    query = (
        select(
            tables.answers,
            *(task.definition_id, task.done_as, task.completed_by, task.completed_for, task.confirmed_by),
            *(task.completed_at, task.decision, task.opinion),
        )
        .outerjoin(tables.tasks, task.id == answers.task_id)
        .where(answers.case_id == one.id)
        .order_by(answers.task_id)
    )
    found = {}
    for row in db.execute(query).mappings():
        own: Definition = (
            definitions.load(db, row["definition_id"]) if row["definition_id"] else _at_start(one, row["task_id"])
        )
        element = row["done_as"] or row["element"]
        words = own.blueprint.elements.get(element)
        found[f"forms/{row['task_id']}.json"] = _json(
            {
                "task": row["task_id"],
                "case": one.id,
                "element": element,
                "name": own.element_name(element).as_json(),
                "definition": {"key": own.key, "version": own.version},
                "form": row["form"],
                "schema": json.loads(own.files[f"forms/{row['form']}.json"])
                if f"forms/{row['form']}.json" in own.files
                else None,
                "permissions": gates.access(words) if words is not None else {},
                "answers": whole.told(own.forms.get(row["form"]), json.loads(row["values"]), is_open=is_open),
                "decision": row["decision"],
                "opinion": row["opinion"],
                "by": row["completed_by"],
                "for": row["completed_for"],
                "confirmed_by": row["confirmed_by"],
                "at": trail.instant(row["completed_at"] or row["at"]),
            }
        )
    return found


def _at_start(one: Whole, owner: str) -> Definition:
    """The version in which the start form was filled in is the first one; a correction is of the present one."""
    return one.versions[0] if owner == one.id else one.definition


def _values(
    db: Connection, found_cases: Sequence[Whole], bodies: Iterable[Mapping[str, Any]], *, is_open: bool
) -> list[dict[str, Any]]:
    """Opened commitments: where each stands, what it commits to, and the salt. What was erased has neither, and what
    is sensitive stays closed for whoever is shown it masked.
    """
    case_ids = [w.id for w in found_cases]
    closed: set[str] = set()
    if not is_open:
        every = (form for w in found_cases for d in w.versions for form in d.forms.values())
        closed = {name for form in every for name in form.sensitive_answers}
    opened: dict[str, tuple[Any, str]] = {}
    answers, attached = tables.answers.c, tables.attachments.c
    for row in db.execute(select(answers["values"], answers.salts).where(answers.case_id.in_(case_ids))):
        values = json.loads(row[0])
        for name, salt in json.loads(row[1]).items():
            if name in closed:
                continue
            opened[trail.commitment(values[name], salt)] = values[name], salt
    for file in db.execute(select(attached.name, attached.salt).where(attached.case_id.in_(case_ids))):
        opened[trail.commitment(file.name, file.salt)] = file.name, file.salt
    found = []
    for body in bodies:
        for path, commitment in _commitments(body):
            if commitment in opened:
                value, salt = opened[commitment]
                place = {"chain": body["chain"], "seq": body["seq"], "field": path.removeprefix("answers.")}
                found.append({**place, "value": value, "salt": salt})
    return found


def _commitments(value: Any, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        if set(value) == {"pd"}:
            yield path, value["pd"]
            return
        for name, inner in value.items():
            yield from _commitments(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _commitments(inner, f"{path}.{number}")


def _timestamps(db: Connection, size: int) -> dict[str, bytes]:
    t = tables.log_timestamps.c
    token = db.execute(select(t.token).where(t.size == size).order_by(t.authority).limit(1)).scalar()
    return {} if token is None else {f"timestamps/{size}.tsr": bytes(token)}


def _verifiers() -> dict[str, bytes]:
    """Copies of the verifiers: beside this module where Liuhen was installed, else in the clone."""
    places = (Path(__file__).parent, Path(__file__).parents[2] / "tools")
    found = {}
    for name in VERIFIERS:
        path = next((place / name for place in places if (place / name).is_file()), None)
        if path is not None:
            found[name] = path.read_bytes()
    return found


# ---------------------------------------------------------------- packed


def _manifest(moment: Moment, origin: str, found: Iterable[Whole], checkpoint: log.Sealed) -> dict[str, Any]:
    return {
        "v": FORMAT,
        "kind": "case",
        "origin": origin,
        "made_at": trail.instant(moment.now),
        "cases": [
            {
                "id": w.id,
                "number": w.number,
                "definition": w.definition.key,
                "version": w.definition.version,
                "seq": w.seq,
                "head": w.head,
            }
            for w in found
        ],
        "checkpoint": {"size": checkpoint.size, "root": checkpoint.root},
    }


def _listed(manifest: Mapping[str, Any], packed: Mapping[str, bytes], kept: Mapping[str, int]) -> bytes:
    """The manifest with every file in it."""
    listed: list[dict[str, Any]] = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for path, content in packed.items()
    ]
    listed += [{"path": f"attachments/{sha256}", "sha256": sha256, "size": size} for sha256, size in kept.items()]
    return _json({**manifest, "files": sorted(listed, key=lambda one: str(one["path"]))})


def _note(db: Connection, settings: Settings, moment: Moment, manifest: bytes, origin: str) -> bytes:
    """The note that signs a manifest, by the key of the log."""
    key, private = log.signer(db, settings, moment)
    body = notes.bundle(origin, hashlib.sha256(manifest).hexdigest())
    return notes.together(body, [notes.sign(private, key, body)]).encode()


def _pack(settings: Settings, target: IO[bytes], packed: Mapping[str, bytes], kept: Mapping[str, int]) -> None:
    house = files.storage(settings)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted([*packed, *(f"attachments/{sha256}" for sha256 in kept)]):
            info = zipfile.ZipInfo(path, _STEADY)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            if path in packed:
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, packed[path])
                continue
            sha256 = path.removeprefix("attachments/")
            info.file_size = kept[sha256]
            with archive.open(info, "w") as out, contextlib.closing(house.read(sha256, 0, kept[sha256])) as content:
                while part := content.read(1 << 18):
                    out.write(part)


def _json(value: Any) -> bytes:
    return trail.canonical(whole.plain(value)).encode()
