"""Drafts of procedures: begun, saved, edited by one person at a time, checked, rehearsed, compared, given up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import ValidationError, fields, validate

from api import folders, shapes
from api.contract import Answer, Asked, Door, may
from api.definitions import LARGEST_FOLDER, Rehearsed, judged
from api.shapes import Asking, At, FindingShape, PersonRef, Shape, Spoken
from api.versions import ChangeShape, SuggestionShape, change_as_json, suggestion_as_json
from engine import actors, definitions, drafts, rehearsals, separation, versions
from engine.definitions import Definition
from engine.drafts import Draft, Remark
from engine.errors import DefinitionRefused, FieldError, NotFound, Text, Unfit

door = Door("drafts", __name__, description="Drafts of procedures: saved, edited, checked, rehearsed, compared.")

DESIGNERS = may("definitions.publish")
LOOKERS = may("definitions.publish", "definitions.read")
IMPORTED = (".zip", ".bpmn", ".dmn", ".form", ".json", ".xml")


# ---------------------------------------------------------------- shapes


class SignOffShape(Shape):
    """Somebody's sign-off; valid for as long as the files are those that were signed."""

    by = fields.Nested(PersonRef)
    at = At()
    agree = fields.Boolean()
    note = fields.String()
    rev = fields.Integer()
    files_hash = fields.String()
    valid = fields.Boolean()


class DraftShape(Shape):
    """A draft without its files; ``edited_by`` is who edits it at present."""

    id = fields.String()
    key = fields.String()
    name = Spoken()
    state = fields.String(validate=validate.OneOf(drafts.STATES))
    rev = fields.Integer()
    based_on = fields.Integer(allow_none=True)
    newest = fields.Integer(allow_none=True)
    published_version = fields.Integer(allow_none=True)
    owner = fields.Nested(PersonRef)
    edited_by = fields.Nested(PersonRef, allow_none=True)
    editing_until = At(allow_none=True)
    created_at = At()
    saved_at = At()
    saved_by = fields.Nested(PersonRef)
    running = fields.Integer()
    reviewers = fields.List(fields.Nested(PersonRef))
    sign_offs = fields.List(fields.Nested(SignOffShape))
    files_hash = fields.String()
    reason = fields.String(allow_none=True)


class RemarkShape(Shape):
    """What became of one thing of an import: mapped, changed, left out, or waiting for a human."""

    file = fields.String()
    line = fields.Integer(allow_none=True)
    element = fields.String(allow_none=True)
    kind = fields.String(validate=validate.OneOf(("mapped", "changed", "needs_human", "left_out")))
    text = Spoken()


class DraftBegun(DraftShape):
    report = fields.List(fields.Nested(RemarkShape))


class DraftWhole(DraftShape):
    files = fields.Dict(keys=fields.String(), values=fields.String())


class DraftQuery(Asking):
    """``state``: one of them, ``open`` (the usual) or ``all``; ``q`` looks in keys, names and files."""

    state = fields.String(load_default="open", validate=validate.OneOf((*drafts.STATES, "open", "all")))
    key = fields.String(load_default=None, validate=validate.Length(max=60))
    q = fields.String(load_default="", validate=validate.Length(max=200))


_PATH = fields.String(validate=validate.Length(1, 200))
_KEY = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
_NAME = fields.String(load_default="", validate=validate.Length(max=200))


class Named(Asking):
    """A key and a name of its own; without them it keeps those of where it comes from."""

    key = _KEY
    name_zh = _NAME
    name_en = _NAME


class FromNothing(Named):
    key = fields.String(required=True, validate=validate.Length(max=60))


class FromTemplate(Named):
    template = fields.String(required=True, validate=validate.Length(max=60))


class FromVersion(Asking):
    key = fields.String(required=True, validate=validate.Length(max=60))
    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, shapes.LARGEST))


class FromDraft(Named):
    draft = fields.String(required=True, validate=validate.Length(max=40))


class Origin(Asking):
    """Where the files come from: exactly one of these.

    ``template`` and ``copy`` may be the bare key or id; with an object they get a key and a name of their own.
    """

    nothing = fields.Nested(FromNothing)
    template = fields.Raw()
    version = fields.Nested(FromVersion)
    copy = fields.Raw()
    files = fields.Dict(keys=_PATH, values=fields.String())


class DraftAsked(Asking):
    from_ = fields.Nested(Origin, required=True, data_key="from")
    note = fields.String(load_default="", validate=validate.Length(max=2000))


def _is_content(value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise ValidationError("Not a valid string.")


class SaveAsked(Asking):
    """Files that are written, or removed (null), over the save of which one knows."""

    rev = fields.Integer(required=True, strict=True, validate=validate.Range(1, shapes.LARGEST))
    files = fields.Dict(
        keys=_PATH,
        values=fields.Raw(allow_none=True, validate=_is_content),
        required=True,
    )
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class EditAsked(Asking):
    take_over = fields.Boolean(load_default=False)


class EditingShape(Shape):
    edited_by = fields.Nested(PersonRef, allow_none=True)
    editing_until = At(allow_none=True)


class SaveShape(Shape):
    """One save; ``changed`` are the files in which it differs from the one before."""

    rev = fields.Integer()
    at = At()
    by = fields.Nested(PersonRef)
    note = fields.String()
    changed = fields.List(fields.String())
    files_hash = fields.String()


class FilesAsked(Asking):
    """Files that are not saved yet, in place of the saved ones."""

    files = fields.Dict(keys=_PATH, values=fields.String(), load_default=None, allow_none=True)


class DraftChecked(Shape):
    """What publishing would say; ``ok`` means that it would publish."""

    key = fields.String(allow_none=True)
    ok = fields.Boolean()
    findings = fields.List(fields.Nested(FindingShape))


class DraftDifference(Shape):
    """How a draft differs from the newest version; ``from`` is null where there is none.

    ``elements``: element or flow → added, removed, changed, or moved (drawn elsewhere, and no other change).
    """

    from_ = fields.Integer(data_key="from", allow_none=True)
    changes = fields.List(fields.Nested(ChangeShape))
    suggestions = fields.List(fields.Nested(SuggestionShape))
    elements = fields.Dict(keys=fields.String(), values=fields.String())
    running = fields.Integer()
    units = fields.Integer()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class WhyAsked(Asking):
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class TemplateShape(Shape):
    key = fields.String()
    name = Spoken()
    purpose = Spoken()


# ---------------------------------------------------------------- doors


@door.opens("GET", "/drafts", policy=LOOKERS, query=DraftQuery, answer=shapes.page_of(DraftShape))
def listed(asked: Asked) -> Any:
    """Drafts, the one saved last first."""
    wanted = asked.query["state"]
    states = {"open": drafts.OPEN, "all": drafts.STATES}.get(wanted, (wanted,))
    found = drafts.listed(asked.db, states=states, search=asked.query["q"], key=asked.query["key"])
    return asked.page(shown(asked, found), None)


@door.opens("GET", "/drafts/templates", policy=LOOKERS, answer=shapes.page_of(TemplateShape))
def templates(asked: Asked) -> Any:
    """The procedures that are shipped, to begin a draft from."""
    found = []
    for folder in folders.all_in():
        files = folders.read(folder)
        key, name = drafts.named(files)
        found.append({"key": key, "name": name, "purpose": drafts.purpose(files)})
    return asked.page(found, None)


@door.opens(
    "POST", "/drafts", policy=DESIGNERS, body=DraftAsked, answer=DraftBegun, status=201, max_body=LARGEST_FOLDER
)
def begin(asked: Asked) -> Any:
    """Begin a draft: from nothing, a shipped procedure, a version, another draft, or files."""
    files, version, report = _origin(asked, asked.body["from_"])
    return _begun(asked, files, report, version)


@door.opens(
    "POST",
    "/drafts/import",
    policy=DESIGNERS,
    answer=DraftBegun,
    status=201,
    works="by itself",
    streams=True,
)
def take_in(asked: Asked) -> Any:
    """Begin a draft from a file: a ZIP of a folder, a diagram, decisions, a form; of this product or of another."""
    sent = asked.upload()
    with sent.stream as stream:
        data = stream.read(drafts.MOST_BYTES + 1)
    if len(data) > drafts.MOST_BYTES:
        said = Text("文件过大。", "The file is too large.")
        raise Unfit(errors=[FieldError("file", "too_large", said)])
    files, report = drafts.taken_in(sent.name, data)

    def act(own: Asked) -> Any:
        return _begun(own, files, report)

    return Answer(asked.once(act, DraftBegun(), sent.name.encode() + b"\0" + data, 201), 201)


@door.opens("GET", "/drafts/<draft_id>", policy=LOOKERS, answer=DraftWhole)
def draft(asked: Asked, draft_id: str) -> Any:
    """One draft with its files."""
    found = drafts.read(asked.db, draft_id)
    return {**one(asked, found), "files": drafts.files_of(asked.db, found.id, found.rev)}


@door.opens(
    "PUT", "/drafts/<draft_id>/files", policy=DESIGNERS, body=SaveAsked, answer=DraftShape, max_body=LARGEST_FOLDER
)
def save(asked: Asked, draft_id: str) -> Any:
    """Save files; refused where somebody else saved before, or edits now: nothing is ever lost silently."""
    body = asked.body
    return one(
        asked, drafts.save(asked.db, asked.actor, asked.moment, draft_id, body["rev"], body["files"], body["note"])
    )


@door.opens("POST", "/drafts/<draft_id>/editing", policy=DESIGNERS, body=EditAsked, answer=EditingShape)
def edit(asked: Asked, draft_id: str) -> Any:
    """Say that one edits, or still does; every 30 seconds. ``take_over`` takes it from whoever else does."""
    found = drafts.edit(asked.db, asked.actor, asked.moment, draft_id, take_over=asked.body["take_over"])
    return {"edited_by": _person(asked, found.edited_by), "editing_until": found.editing_until}


@door.opens("DELETE", "/drafts/<draft_id>/editing", policy=DESIGNERS, status=204)
def leave(asked: Asked, draft_id: str) -> None:
    """Say that one edits no longer."""
    drafts.leave(asked.db, asked.actor, asked.moment, draft_id)


@door.opens("GET", "/drafts/<draft_id>/saves", policy=LOOKERS, answer=shapes.page_of(SaveShape))
def saves(asked: Asked, draft_id: str) -> Any:
    """Every save of a draft, the newest first."""
    found = drafts.saves(asked.db, draft_id)
    names = actors.names(asked.db, {s.by for s in found})
    return asked.page([_save(s, names) for s in found], None)


@door.opens("POST", "/drafts/<draft_id>/saves/<int:rev>/restoration", policy=DESIGNERS, answer=DraftShape)
def restore(asked: Asked, draft_id: str, rev: int) -> Any:
    """Make an earlier save the newest one."""
    if rev > shapes.LARGEST:
        raise NotFound()
    return one(asked, drafts.restore(asked.db, asked.actor, asked.moment, draft_id, rev))


@door.opens(
    "POST",
    "/drafts/<draft_id>/check",
    policy=LOOKERS,
    body=FilesAsked,
    answer=DraftChecked,
    works="reading",
    max_body=LARGEST_FOLDER,
)
def check(asked: Asked, draft_id: str) -> Any:
    """Check a draft, or what is not saved of it yet, as publishing would."""
    checked, findings = judged(asked, files_asked(asked, draft_id))
    return {
        "key": checked.key if checked else None,
        "ok": checked is not None,
        "findings": [f.as_json(asked.language) for f in findings],
    }


@door.opens(
    "POST",
    "/drafts/<draft_id>/rehearsals",
    policy=LOOKERS,
    body=FilesAsked,
    answer=Rehearsed,
    works="by itself",
    max_body=LARGEST_FOLDER,
)
def rehearse(asked: Asked, draft_id: str) -> Any:
    """Play the rehearsals of a draft in a throw-away database; what came of the saved files is kept."""
    with asked.store.reading() as db:
        found = drafts.read(db, draft_id)
        unsaved = asked.body["files"]
        checked, findings = definitions.check(unsaved or drafts.files_of(db, found.id, found.rev))
        if checked is None:
            raise DefinitionRefused(findings)
        along, rules = folders.published_along(db, checked), separation.written(db)
    report = rehearsals.run(checked, asked.store.settings.zone, rules, along=along)
    if not unsaved:
        with asked.store.transaction() as db:
            kept = json.dumps({lang: report.as_json(lang) for lang in ("zh", "en")}, ensure_ascii=False)
            drafts.keep_rehearsed(db, asked.store.moment(db), found, kept)
    return report.as_json(asked.language)


@door.opens("GET", "/drafts/<draft_id>/export", policy=LOOKERS, gives_files=True)
def export(asked: Asked, draft_id: str) -> Any:
    """The folder of a draft as a ZIP, as ``processes/`` has it."""
    found = drafts.read(asked.db, draft_id)
    return zipped(found.key, drafts.files_of(asked.db, found.id, found.rev))


@door.opens("GET", "/drafts/<draft_id>/diff", policy=LOOKERS, answer=DraftDifference)
def diff(asked: Asked, draft_id: str) -> Any:
    """How a draft differs from the newest version of its key, in sentences and on the diagram."""
    found = drafts.read(asked.db, draft_id)
    files = drafts.files_of(asked.db, found.id, found.rev)
    number = drafts.newest_version(asked.db, found.key)
    old = definitions.read(asked.db, found.key, number) if number is not None else None
    reach = drafts.reach(asked.db, found.key)
    said: dict[str, Any] = {
        "from_": number,
        "changes": [],
        "suggestions": [],
        "elements": {},
        "running": reach.cases,
        "units": reach.units,
        "before": old.files.get("process.bpmn") if old is not None else None,
        "after": files.get("process.bpmn"),
    }
    new = definitions.built(files)
    if old is None or new is None:
        return said
    difference = versions.difference(old, new)
    return {
        **said,
        "changes": [change_as_json(c) for c in difference.changes],
        "suggestions": [suggestion_as_json(s) for s in difference.suggestions],
        "elements": versions.on_diagram(old, new, difference),
    }


@door.opens("POST", "/drafts/<draft_id>/withdrawal", policy=DESIGNERS, body=WhyAsked, answer=DraftShape)
def withdraw(asked: Asked, draft_id: str) -> Any:
    """Give a draft up; it stays to be read and copied."""
    return one(asked, drafts.withdraw(asked.db, asked.actor, asked.moment, draft_id, asked.body["reason"]))


# ---------------------------------------------------------------- how they are answered


def files_asked(asked: Asked, draft_id: str) -> Mapping[str, str]:
    """The files that a request brings, else the saved ones."""
    found = drafts.read(asked.db, draft_id)
    given: Mapping[str, str] | None = asked.body["files"]
    return given if given is not None else drafts.files_of(asked.db, found.id, found.rev)


def shown(asked: Asked, found: list[Draft]) -> list[dict[str, Any]]:
    """Drafts as a list shows them."""
    running = drafts.running(asked.db, {d.key for d in found})
    reviews = drafts.reviews(asked.db, [d.id for d in found])
    newest = {key: drafts.newest_version(asked.db, key) for key in {d.key for d in found}}
    people = {p for d in found for p in (d.owner, d.saved_by, d.edited_by) if p}
    people |= {p for r in reviews.values() for p in (*r.reviewers, *(s.by for s in r.sign_offs))}
    names = actors.names(asked.db, people)

    def ref(person: str) -> dict[str, Any]:
        return {"id": person, "name": names.get(person, Text(person, person))}

    result = []
    for d in found:
        editor, review = d.editor(asked.moment), reviews[d.id]
        result.append(
            {
                "id": d.id,
                "key": d.key,
                "name": d.name,
                "state": d.state,
                "rev": d.rev,
                "based_on": d.based_on,
                "newest": newest[d.key],
                "published_version": d.published_version,
                "owner": ref(d.owner),
                "edited_by": ref(editor) if editor else None,
                "editing_until": d.editing_until if editor else None,
                "created_at": d.created_at,
                "saved_at": d.saved_at,
                "saved_by": ref(d.saved_by),
                "running": sum(running.get(d.key, {}).values()),
                "reviewers": [ref(p) for p in review.reviewers],
                "sign_offs": [
                    {
                        "by": ref(s.by),
                        "at": s.at,
                        "agree": s.agree,
                        "note": s.note,
                        "rev": s.rev,
                        "files_hash": s.files_hash,
                        "valid": s in review.standing(d.files_hash),
                    }
                    for s in review.sign_offs
                ],
                "files_hash": d.files_hash,
                "reason": d.reason,
            }
        )
    return result


def one(asked: Asked, found: Draft) -> dict[str, Any]:
    """One draft as a list shows it."""
    return shown(asked, [found])[0]


def zipped(key: str, files: Mapping[str, str]) -> Response:
    """A folder as a ZIP to be saved."""
    name = f"{key or 'procedure'}.zip"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(drafts.packed(key, files), 200, headers, mimetype="application/zip")


def _begun(asked: Asked, files: Mapping[str, str], report: list[Remark], version: int | None = None) -> dict[str, Any]:
    note = asked.body.get("note", "")
    id_ = drafts.create(asked.db, asked.actor, asked.moment, files, note, version=version)
    told = [{"file": r.file, "line": r.line, "element": r.element, "kind": r.kind, "text": r.text} for r in report]
    return {**one(asked, drafts.read(asked.db, id_)), "report": told}


def _origin(asked: Asked, given: Mapping[str, Any]) -> tuple[Mapping[str, str], int | None, list[Remark]]:
    if len(given) != 1:
        said = Text("请选择一种来源。", "Choose one way to begin.")
        raise Unfit(errors=[FieldError("from", "required", said)])
    ((way, what),) = given.items()
    if way == "nothing":
        return drafts.minimal(what["key"], _name(what, what["key"])), None, []
    if way == "template":
        sent = _object(what, FromTemplate(), "template")
        folder = folders.PROCESSES / sent["template"]
        if folder not in folders.all_in():
            raise NotFound()
        return _own(folders.read(folder), sent), None, []
    if way == "copy":
        sent = _object(what, FromDraft(), "draft")
        source = drafts.read(asked.db, sent["draft"])
        return _own(drafts.files_of(asked.db, source.id, source.rev), sent), None, []
    if way == "version":
        found: Definition = definitions.read(asked.db, what["key"], what["version"])
        return found.files, found.version, []
    files, report = drafts.translated(what)
    return files, None, report


def _object(given: Any, shape: Asking, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = shape.load({name: given} if isinstance(given, str) else given)
    return loaded


def _name(sent: Mapping[str, Any], key: str) -> Text:
    zh, en = sent["name_zh"].strip(), sent["name_en"].strip()
    return Text(zh or en or key, en or zh or key)


def _own(files: Mapping[str, str], sent: Mapping[str, Any]) -> Mapping[str, str]:
    """Files under the key and the name that somebody wants for them."""
    old, name = drafts.named(files)
    given = Text(sent["name_zh"].strip() or name.zh, sent["name_en"].strip() or name.en)
    key = sent["key"] or old
    return files if (key, given) == (old, name) else drafts.rekeyed(files, old, key, given)


def _save(found: drafts.Save, names: Mapping[str, Text]) -> dict[str, Any]:
    by = {"id": found.by, "name": names.get(found.by, Text(found.by, found.by))}
    return {
        "rev": found.rev,
        "at": found.at,
        "by": by,
        "note": found.note,
        "changed": found.changed,
        "files_hash": found.files_hash,
    }


def _person(asked: Asked, person: str | None) -> dict[str, Any] | None:
    return None if person is None else {"id": person, "name": drafts.name_of(asked.db, person)}
