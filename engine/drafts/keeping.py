"""Drafts as rows: begun, saved, restored, edited by one person at a time, given up; nothing that was saved is lost.

Every save is kept whole, as the hashes of its files; what a file says is kept once, however many saves hold it.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import actors, cases, definitions, tables
from engine.actors import Actor
from engine.errors import Clash, DefinitionRefused, FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, for_update, insert_or_ignore, new_id
from engine.vocabulary import BPMN
from engine.xml import safe_xml

LOCK = timedelta(seconds=90)
"""How long somebody edits a draft who does not say so again."""
DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN = STATES = ("draft", "in_review", "published", "withdrawn")
OPEN = (DRAFT, IN_REVIEW)
LIVE = (cases.RUNNING, cases.FAILED, "suspended")

_D, _S, _C = tables.procedure_drafts.c, tables.draft_saves.c, tables.draft_contents.c
_H = tables.draft_rehearsals.c
_PATH = re.compile(r"(?!.*(^|/)\.\.?(/|$))[^\x00-\x1f\x7f\\/][^\x00-\x1f\x7f\\]{0,199}")

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft without its files. ``editing_until`` counts only where it is still to come."""

    id: str
    key: str
    name: Text
    state: str
    rev: int
    files_hash: str
    based_on: int | None
    published_version: int | None
    owner: str
    created_at: datetime
    saved_at: datetime
    saved_by: str
    edited_by: str | None
    editing_until: datetime | None
    reason: str | None

    def editor(self, moment: Moment) -> str | None:
        """Who edits it at present."""
        return self.edited_by if self.editing_until is not None and self.editing_until > moment.now else None


@dataclass(frozen=True, slots=True)
class Save:
    """One save of a draft; ``changed``: the files in which it differs from the one before it."""

    rev: int
    at: datetime
    by: str
    note: str
    changed: tuple[str, ...]
    files_hash: str


# ---------------------------------------------------------------- begun and saved


def create(db: Connection, actor: Actor, moment: Moment, files: Files, note: str, *, version: int | None = None) -> str:
    """Begin a draft with these files; gives its id. Without ``version`` it changes the newest version of its key.

    Raises ``Forbidden`` and ``Unfit``.
    """
    person = designer(actor)
    _must_fit(files)
    key, name = named(files)
    id_ = new_id()
    if version is None and key:
        version = newest_version(db, key)
    mark = definitions.digest(files)
    db.execute(
        insert(tables.procedure_drafts).values(
            id=id_,
            definition_key=key,
            name=_json(name.as_json()),
            state=DRAFT,
            rev=1,
            files_hash=mark,
            based_on=version,
            owner_id=person,
            created_at=moment.now,
            saved_at=moment.now,
            saved_by=person,
        )
    )
    _keep(db, id_, 1, files, mark, person, note, moment)
    return id_


def save(
    db: Connection,
    actor: Actor,
    moment: Moment,
    id_: str,
    rev: int,
    changes: Mapping[str, str | None],
    note: str = "",
) -> Draft:
    """Write files of a draft, ``None`` removes one; raises where somebody else saved after ``rev``, or edits now.

    The same files again are no save.
    """
    person = designer(actor)
    draft = _mine(db, moment, id_, person, rev)
    before = files_of(db, id_, draft.rev)
    after = {**before, **{p: c for p, c in changes.items() if c is not None}}
    after = {p: c for p, c in after.items() if not (p in changes and changes[p] is None)}
    return _save(db, moment, draft, before, after, person, note)


def restore(db: Connection, actor: Actor, moment: Moment, id_: str, rev: int) -> Draft:
    """Make an earlier save the newest one; what came after it stays among the saves."""
    person = designer(actor)
    draft = _mine(db, moment, id_, person, None)
    wanted = files_of(db, id_, rev)
    return _save(db, moment, draft, files_of(db, id_, draft.rev), wanted, person, f"← {rev}")


def _mine(db: Connection, moment: Moment, id_: str, person: str, rev: int | None) -> Draft:
    """A draft that this person may write now, locked for this transaction."""
    draft = held(db, id_)
    must_be_open(draft)
    if rev is not None and rev != draft.rev:
        raise Clash(
            _SAVED_BY_OTHER,
            code="err_draft_saved_by_other",
            by=name_of(db, draft.saved_by),
            at=draft.saved_at.isoformat(),
            rev=draft.rev,
        )
    editor = draft.editor(moment)
    if editor not in (None, person):
        raise _edited_by(db, draft, str(editor))
    return draft


def _save(db: Connection, moment: Moment, draft: Draft, before: Files, after: Files, person: str, note: str) -> Draft:
    if after == before:
        return draft
    _must_fit(after)
    key, name = named(after)
    mark, rev = definitions.digest(after), draft.rev + 1
    row = update(tables.procedure_drafts).where(_D.id == draft.id)
    values: dict[str, Any] = {"rev": rev, "files_hash": mark, "saved_at": moment.now, "saved_by": person}
    if key:
        values |= {"definition_key": key, "name": _json(name.as_json())}
    db.execute(row.values(**values))
    _keep(db, draft.id, rev, after, mark, person, note, moment)
    return read(db, draft.id)


def _keep(db: Connection, id_: str, rev: int, files: Files, mark: str, person: str, note: str, moment: Moment) -> None:
    kept = {path: hashlib.sha256(content.encode()).hexdigest() for path, content in files.items()}
    known = set(db.execute(select(_C.sha256).where(_C.sha256.in_(set(kept.values())))).scalars())
    new = {kept[p]: c for p, c in files.items() if kept[p] not in known}
    for sha256, content in sorted(new.items()):
        # Another draft may take in the same file at this moment.
        row = {"sha256": sha256, "content": zlib.compress(content.encode(), 6)}
        db.execute(insert_or_ignore(db, tables.draft_contents).values(**row))
    db.execute(
        insert(tables.draft_saves).values(
            draft_id=id_,
            rev=rev,
            files=_json(kept),
            files_hash=mark,
            by_id=person,
            note=note,
            at=moment.now,
        )
    )


def withdraw(db: Connection, actor: Actor, moment: Moment, id_: str, reason: str) -> Draft:
    """Give a draft up; its saves stay to be read and copied."""
    designer(actor)
    must_say_why(reason)
    draft = held(db, id_)
    must_be_open(draft)
    change(db, id_, state=WITHDRAWN, reason=reason, edited_by=None, editing_until=None)
    return read(db, id_)


# ---------------------------------------------------------------- who edits


def edit(db: Connection, actor: Actor, moment: Moment, id_: str, *, take_over: bool = False) -> Draft:
    """Say that one edits a draft, or still does, for the next ``LOCK``; raises where somebody else does.

    Whom it was taken from is told when they next ask or save.
    """
    person = designer(actor)
    draft = held(db, id_)
    must_be_open(draft)
    editor = draft.editor(moment)
    if editor not in (None, person) and not take_over:
        raise _edited_by(db, draft, str(editor))
    change(db, id_, edited_by=person, editing_until=moment.now + LOCK)
    return read(db, id_)


def leave(db: Connection, actor: Actor, moment: Moment, id_: str) -> None:
    """Say that one edits a draft no longer; nothing happens where somebody else does."""
    person = designer(actor)
    draft = held(db, id_)
    if draft.edited_by == person:
        change(db, id_, edited_by=None, editing_until=None)


def _edited_by(db: Connection, draft: Draft, editor: str) -> Clash:
    until = draft.editing_until
    return Clash(
        _EDITED_BY_OTHER,
        code="err_draft_edited_by_other",
        by=name_of(db, editor),
        until=until.isoformat() if until else None,
        rev=draft.rev,
    )


_EDITED_BY_OTHER = Text(
    "{by}正在编辑这份草稿。可以等待，或者接手编辑。", "{by} is editing this draft. Wait, or take over."
)
_SAVED_BY_OTHER = Text(
    "{by}已先保存了第 {rev} 次修改，您的修改没有写入。请比较后再存。",
    "{by} saved change {rev} before you; yours was not written. Compare, then save again.",
)


# ---------------------------------------------------------------- reading


def read(db: Connection, id_: str) -> Draft:
    """One draft; raises ``NotFound``."""
    row = db.execute(select(tables.procedure_drafts).where(_D.id == id_)).first()
    if row is None:
        raise NotFound()
    return _draft(row)


def held(db: Connection, id_: str) -> Draft:
    """One draft that nobody else writes before this transaction is over."""
    if for_update(db):
        db.execute(select(_D.id).where(_D.id == id_).with_for_update())
    return read(db, id_)


def change(db: Connection, id_: str, **values: Any) -> None:
    """Write columns of a draft."""
    db.execute(update(tables.procedure_drafts).where(_D.id == id_).values(**values))


def files_of(db: Connection, id_: str, rev: int) -> dict[str, str]:
    """The files of one save: path → text; raises ``NotFound``."""
    kept = db.execute(select(_S.files).where(_S.draft_id == id_, _S.rev == rev)).scalar()
    if kept is None:
        raise NotFound()
    paths: dict[str, str] = json.loads(kept)
    content = contents(db, paths.values())
    return {path: content[sha256] for path, sha256 in paths.items()}


def contents(db: Connection, wanted: Iterable[str]) -> dict[str, str]:
    """What files say, by the hash of their text."""
    rows = db.execute(select(_C.sha256, _C.content).where(_C.sha256.in_(set(wanted))))
    return {row.sha256: zlib.decompress(row.content).decode() for row in rows}


def saves(db: Connection, id_: str) -> list[Save]:
    """Every save of a draft, the newest first."""
    read(db, id_)
    rows = db.execute(select(tables.draft_saves).where(_S.draft_id == id_).order_by(_S.rev)).all()
    found: list[Save] = []
    before: dict[str, str] = {}
    for row in rows:
        files = json.loads(row.files)
        changed = sorted(p for p in {*files, *before} if files.get(p) != before.get(p))
        found.append(Save(row.rev, row.at, row.by_id, row.note, tuple(changed), row.files_hash))
        before = files
    return found[::-1]


def listed(db: Connection, *, states: Iterable[str] = OPEN, search: str = "", key: str | None = None) -> list[Draft]:
    """Drafts, the one saved last first; ``search`` looks in keys, names and the files of their newest saves."""
    query = select(tables.procedure_drafts).where(_D.state.in_(tuple(states)))
    if key is not None:
        query = query.where(_D.definition_key == key)
    rows = db.execute(query.order_by(_D.saved_at.desc(), _D.id.desc()).limit(MOST)).all()
    wanted = search.strip().casefold()
    return [d for row in rows if holds(wanted, d := _draft(row), db)]


MOST = 500
"""Drafts that a list has."""


def holds(wanted: str, draft: Draft, db: Connection) -> bool:
    """Whether a draft has this text, in small letters, in its key, its name or its files."""
    if any(wanted in text.casefold() for text in (draft.key, draft.name.zh, draft.name.en)):
        return True
    return any(wanted in text.casefold() for text in files_of(db, draft.id, draft.rev).values())


def newest_version(db: Connection, key: str) -> int | None:
    """The newest version of a key; null where nothing is published under it."""
    table = tables.definitions.c
    version: int | None = db.execute(select(func.max(table.version)).where(table.key == key)).scalar()
    return version


def running(db: Connection, keys: Iterable[str]) -> dict[str, dict[int, int]]:
    """Key → version → cases of it that go on."""
    table, case = tables.definitions.c, tables.cases.c
    query = (
        select(table.key, table.version, func.count())
        .join(tables.cases, case.definition_id == table.id)
        .where(table.key.in_(set(keys)), case.status.in_(LIVE))
        .group_by(table.key, table.version)
    )
    found: dict[str, dict[int, int]] = {}
    for key, version, count in db.execute(query):
        found.setdefault(key, {})[version] = count
    return found


def named(files: Files) -> tuple[str, Text]:
    """The key and the name of a folder that need not be whole; an empty key where the diagram cannot be read."""
    try:
        root = safe_xml(files.get("process.bpmn", "").encode(), "process.bpmn")
    except DefinitionRefused:
        return "", Text("", "")
    processes = root.findall(f"{{{BPMN}}}process")
    one = next((p for p in processes if p.get("isExecutable") == "true"), processes[0] if processes else None)
    if one is None:
        return "", Text("", "")
    key, name = str(one.get("id") or "")[:60], str(one.get("name") or "")
    own = {language: _texts(files, language).get("process") for language in ("zh", "en")}
    return key, Text(str(own["zh"] or name or key), str(own["en"] or name or key))


def purpose(files: Files) -> Text:
    """What a procedure is for, in its own words."""
    zh, en = (str(_texts(files, language).get("documentation") or "") for language in ("zh", "en"))
    if not zh:
        found = _DOCUMENTATION.search(files.get("process.bpmn", ""))
        zh = found[1].strip() if found else ""
    return Text(zh or en, en or zh)


_DOCUMENTATION = re.compile(r"<(?:\w+:)?process\b[^>]*>\s*<(?:\w+:)?documentation[^>]*>([^<]*)<")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a change of a procedure reaches: cases that go on, and the units in which they do."""

    cases: int
    units: int


def reach(db: Connection, key: str) -> Reach:
    """The running cases of every version of a key, and in how many units they are."""
    table, case = tables.definitions.c, tables.cases.c
    query = (
        select(func.count(), func.count(case.unit_id.distinct()))
        .join(tables.definitions, case.definition_id == table.id)
        .where(table.key == key, case.status.in_(LIVE))
    )
    cases_, units = db.execute(query).one()
    return Reach(cases_, units)


def keep_rehearsed(db: Connection, moment: Moment, draft: Draft, report: str) -> None:
    """Keep what came of playing the rehearsals of a draft's files."""
    mine = {"draft_id": draft.id, "files_hash": draft.files_hash}
    db.execute(delete(tables.draft_rehearsals).where(_H.draft_id == draft.id, _H.files_hash == draft.files_hash))
    db.execute(insert_or_ignore(db, tables.draft_rehearsals).values(**mine, report=report, at=moment.now))


def rehearsed(db: Connection, draft: Draft) -> tuple[datetime, dict[str, Any]] | None:
    """When the rehearsals of a draft's files were played, and what came of it in each language."""
    query = select(_H.at, _H.report).where(_H.draft_id == draft.id, _H.files_hash == draft.files_hash)
    row = db.execute(query).first()
    return None if row is None else (row.at, json.loads(row.report))


def _texts(files: Files, language: str) -> Mapping[str, Any]:
    try:
        found = json.loads(files.get(f"texts.{language}.json", "{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _draft(row: Any) -> Draft:
    return Draft(
        row.id,
        row.definition_key,
        Text.of(json.loads(row.name)),
        row.state,
        row.rev,
        row.files_hash,
        row.based_on,
        row.published_version,
        row.owner_id,
        row.created_at,
        row.saved_at,
        row.saved_by,
        row.edited_by,
        row.editing_until,
        row.reason,
    )


# ---------------------------------------------------------------- what is refused


def designer(actor: Actor) -> str:
    """The id of a person who may publish procedures; raises ``Forbidden``."""
    if "definitions.publish" not in actor.permissions or actor.person_id is None:
        raise Forbidden()
    return actor.person_id


def must_be_open(draft: Draft) -> None:
    """Raises ``NotNow`` where a draft was published or given up."""
    if draft.state not in OPEN:
        raise NotNow(
            Text(
                "这份草稿已{state}，不能再改；可以另存为新草稿。", "This draft was {state}; begin another from it."
            ).format(state=_CLOSED[draft.state]),
            code="err_draft_closed",
        )


_CLOSED = {PUBLISHED: Text("发布", "published"), WITHDRAWN: Text("撤销", "withdrawn")}


def must_say_why(reason: str, field: str = "reason") -> None:
    """Raises ``Unfit`` where no reason is given."""
    if not reason.strip():
        raise Unfit(errors=[FieldError(field, "required", Text("请说明理由。", "Give a reason."))])


def name_of(db: Connection, person: str) -> Text:
    """What somebody is called."""
    return actors.names(db, [person]).get(person, Text(person, person))


def _must_fit(files: Files) -> None:
    errors = []
    for path, content in files.items():
        if not _PATH.fullmatch(path):
            errors.append(FieldError(f"files.{path[:60]}", "bad_path", Text("文件名不合要求。", "No name of a file.")))
        elif len(content) > definitions.MAX_FILE_CHARS or not _can_be_kept(content):
            errors.append(
                FieldError(
                    f"files.{path[:60]}", "bad_file", Text("文件过大，或不是文字。", "Too large a file, or no text.")
                )
            )
    if len(files) > definitions.MAX_FILES:
        errors.append(FieldError("files", "too_many", Text("文件过多。", "Too many files.")))
    if errors:
        raise Unfit(errors=errors)


def _can_be_kept(content: str) -> bool:
    try:
        content.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in content


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
