"""Attachments: uploaded to a task as a stream, given back as what they are and never as something that acts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from marshmallow import fields, validate

from api.contract import SIGNED_IN, Answer, Asked, Door, file_answer
from api.shapes import Asking, At, PersonRef, Shape
from engine import attachments, files, views
from engine.attachments import Place
from engine.files import CLOSED_LEVELS, OPEN_LEVELS
from engine.trail import OFFICE
from engine.views import naming

door = Door("attachments", __name__, description="Files put with a case.")


class Attachment(Shape):
    """A file put with a case; ``verdict`` is the virus scanner's, ``previews`` whether a browser may show it inline."""

    id = fields.String()
    case = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    name = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    sha256 = fields.String()
    verdict = fields.String(validate=validate.OneOf(("clean", "unscanned", "waiting", "infected")))
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    mine = fields.Boolean()
    previews = fields.Boolean()


class Attachments(Shape):
    items = fields.List(fields.Nested(Attachment))
    next = fields.String(allow_none=True)


class UploadQuery(Asking):
    """Where the file is the body itself: what it is called, and the level of secrecy that its sender declares."""

    name = fields.String(load_default=None, validate=validate.Length(max=1000))
    level = fields.String(load_default=None, validate=validate.OneOf((*OPEN_LEVELS, *CLOSED_LEVELS)))


class RemovalQuery(Asking):
    reason = fields.String(load_default=None, validate=validate.Length(max=1000))


_UPLOAD: Any = {
    "policy": SIGNED_IN,
    "answer": Attachment,
    "status": 201,
    "query": UploadQuery,
    "works": "by itself",
    "streams": True,
}


@door.opens("POST", "/tasks/<task_id>/attachments", **_UPLOAD)
def attach(asked: Asked, task_id: str) -> Any:
    """Put a file with an open task: as the part ``file`` of a form, or as the body itself."""
    return _attached(asked, task_id)


@door.opens("PUT", "/tasks/<task_id>/attachments", **_UPLOAD)
def put(asked: Asked, task_id: str) -> Any:
    """The same, for programs that put files."""
    return _attached(asked, task_id)


@door.opens("POST", "/attachments", **_UPLOAD)
def keep(asked: Asked) -> Any:
    """Upload a file for a case that the asker is about to start."""
    house = asked.store.settings
    place = Place(None, None, house.file_max, None, {"chain": OFFICE})
    kept = _received(asked, place)

    def act(own: Asked) -> Any:
        return _shown(own, attachments.keep_loose(own.db, own.actor, own.moment, kept))

    return Answer(asked.once(act, _SHAPE, _mark(kept), 201))


def _attached(asked: Asked, task_id: str) -> Any:
    # Whether it may be put there at all is asked before its bytes are taken in.
    with asked.store.reading() as db:
        place = attachments.place(db, asked.actor, asked.store.moment(db), asked.store.settings, task_id)
    kept = _received(asked, place)

    def act(own: Asked) -> Any:
        house = own.store.settings
        return _shown(own, attachments.attach(own.db, own.actor, own.moment, house, task_id, kept))

    return Answer(asked.once(act, _SHAPE, _mark(kept), 201))


def _received(asked: Asked, place: Place) -> files.Kept:
    sent = asked.upload()
    with sent.stream as stream:
        return files.receive(
            asked.store.settings,
            stream,
            sent.name,
            limit=place.room,
            allowed=place.types,
            level=sent.level,
            told=place.told,
        )


def _mark(kept: files.Kept) -> bytes:
    """What stands for the body under an Idempotency-Key: the same file under the same name."""
    return f"{kept.sha256} {kept.name}".encode()


def _shown(asked: Asked, row: Any) -> dict[str, Any]:
    return views.attachment(row, naming.Names(asked.db, asked.moment.today), asked.actor)


_SHAPE = Attachment()


@door.opens("GET", "/cases/<case_id>/attachments", policy=SIGNED_IN, answer=Attachments)
def of_case(asked: Asked, case_id: str) -> Any:
    """The attachments of a case: all of them, or one's own for whoever sees only their part."""
    return asked.page(views.attachments(asked.db, asked.actor, asked.moment, case_id), None)


@door.opens("DELETE", "/attachments/<attachment_id>", policy=SIGNED_IN, query=RemovalQuery, status=204)
def remove(asked: Asked, attachment_id: str) -> None:
    """Take a file back, as long as its step is open; the entry and the bytes stay."""
    attachments.remove(asked.db, asked.actor, asked.moment, attachment_id, asked.query["reason"])


@door.opens("GET", "/attachments/<attachment_id>/content", policy=SIGNED_IN, gives_files=True)
def content(asked: Asked, attachment_id: str) -> Any:
    """The file, to be saved: in a sandbox, so that nothing in it acts where a browser opens it all the same."""
    row = attachments.read(asked.db, asked.actor, attachment_id)
    return _sent(asked, row, "attachment", "default-src 'none'; sandbox; frame-ancestors 'none'")


@door.opens("GET", "/attachments/<attachment_id>/preview", policy=SIGNED_IN, gives_files=True)
def preview(asked: Asked, attachment_id: str) -> Any:
    """The file, to be looked at in the page: raster images, and PDF in the browser's own viewer; others are saved."""
    row = attachments.read(asked.db, asked.actor, attachment_id)
    if not files.previews(row["media_type"]):
        return content(asked, attachment_id)
    if row["media_type"] == "application/pdf":
        # A sandbox would keep the browser's own viewer from opening; PDF has no part in the page's origin.
        return _sent(asked, row, "inline", "default-src 'none'; object-src 'self'; frame-ancestors 'self'")
    return _sent(asked, row, "inline", "default-src 'none'; sandbox; frame-ancestors 'self'")


def _sent(asked: Asked, row: Any, how: str, policy: str) -> Any:
    house, sha256 = files.storage(asked.store.settings), row["sha256"]
    name = quote(row["name"], safe="")
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in row["name"])
    media_type = row["media_type"]
    headers = {
        "Content-Type": f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{name}",
        "Content-Security-Policy": policy,
        # Whose it is does not change, but who may have it does: it is asked for again each time.
        "Cache-Control": "private, no-cache",
    }
    return file_answer(lambda start, length: house.read(sha256, start, length), row["size"], sha256, headers)
