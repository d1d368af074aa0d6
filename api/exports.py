"""Exports: one case for whoever sees the whole of it, many for who reads the whole trail; each leaves an entry."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any
from urllib.parse import quote

from flask import Response
from marshmallow import fields, validate

from api import contract
from api.cases import STATUSES
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import Asking, On
from engine import exports
from engine.exports import Wanted

door = Door("exports", __name__, description="Cases and their proof, as files that need no Liuhen.")

CHUNK = 1 << 18


class ExportQuery(Asking):
    """``purpose`` is what the entry says it was for; ``names``: an event log names people instead of pseudonyms."""

    format = fields.String(required=True, validate=validate.OneOf(tuple(exports.FORMATS)))
    purpose = fields.String(load_default="", validate=validate.Length(max=500))
    names = fields.Boolean(load_default=False)


class ManyQuery(ExportQuery):
    """Which cases: a definition, a unit (id or code), a status, started between two days, words of title or number."""

    definition = fields.String(load_default=None, validate=validate.Length(max=60))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    since = On(load_default=None, data_key="from")
    until = On(load_default=None, data_key="to")
    q = fields.String(load_default=None, validate=validate.Length(max=200))


_FILE: dict[str, Any] = {"works": "by itself", "gives_files": True}


@door.opens("GET", "/cases/<case_id>/export", policy=SIGNED_IN, query=ExportQuery, **_FILE)
def one(asked: Asked, case_id: str) -> Any:
    """One case as a file, for whoever sees the whole of it. The export is an entry of the case, with its hash."""
    return _sent(asked, (case_id,))


@door.opens("GET", "/exports", policy=may(exports.SEVERAL), query=ManyQuery, **_FILE)
def many(asked: Asked) -> Any:
    """What a search of cases finds, as one file, for auditors; an entry on each. 422 where they are too many."""
    names = ("definition", "unit", "status", "since", "until", "q")
    contract.must_be_own_page(asked)
    with asked.store.reading() as db:
        wanted = {name: asked.query[name] for name in names}
        found = exports.find(db, asked.actor, asked.store.moment(db), asked.query["format"], **wanted)
    return _sent(asked, found)


def _sent(asked: Asked, found: tuple[str, ...]) -> Response:
    contract.must_be_own_page(asked)
    query = asked.query
    wanted = Wanted(query["format"], found, query["purpose"], asked.language, with_names=query["names"])
    with ExitStack() as opened:
        made = opened.enter_context(exports.made(asked.store, asked.actor, wanted))
        headers = file_headers(made.name, made.size, made.sha256)
        response = Response(file_parts(made.file), 200, headers, mimetype=made.media_type)
        response.call_on_close(opened.pop_all().close)
        return response


def file_parts(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of a file, part by part."""
    while part := file.read(CHUNK):
        yield part


def file_headers(name: str, size: int, sha256: str) -> dict[str, str]:
    """The headers of a file that leaves the house: its name in any script, and its hash (RFC 9530)."""
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in name)
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    return {
        "Content-Length": str(size),
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
