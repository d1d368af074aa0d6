"""The sealed log: where it stands, checkpoints, keys, proofs that an entry is in it and that it only grew; the witness.

Checkpoints and proofs hold hashes alone. The witness's door lies outside ``/api``: other logs knock there, in the words
of C2SP tlog-witness, and nobody signs in: what counts is the signature under the checkpoint.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from html import escape
from typing import Any

import segno
from flask import Blueprint, Response, request
from marshmallow import fields, validate
from sqlalchemy import select

from api import contract, errors, shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import Asking, At, Paging, Shape, Spoken
from engine import cases, log, publishing, tables, trail, views
from engine.couriers import wire
from engine.errors import FieldError, NotFound, Text, Unfit
from engine.log import witness
from engine.settings import Settings

door = Door("checkpoints", __name__, description="The sealed log: checkpoints, keys, proofs.")
outside = Blueprint("witness", __name__)

WATCHERS = may("trail.read_all", "trail.verify", "keys.manage")
"""Who looks after the log: whoever reads or verifies the trail, and whoever proposes its keys and witnesses."""


class CheckpointPlace(Shape):
    """A place outside the database that has it, since when."""

    place = fields.String()
    at = At()


class CheckpointShape(Shape):
    """So many entries with this root (hex), signed. ``note`` is the C2SP signed note with every cosignature.

    ``witnesses`` are the names of those that cosigned; ``is_witnessed``: enough of them did.
    """

    size = fields.Integer()
    root = fields.String()
    at = At()
    note = fields.String()
    witnesses = fields.List(fields.String())
    is_witnessed = fields.Boolean()


class CheckpointWhole(CheckpointShape):
    """With the places that have it, and the timestamps (RFC 3161, Base64) over its three lines."""

    published = fields.List(fields.Nested(CheckpointPlace))
    timestamps = fields.List(fields.String())


class ProofShape(Shape):
    """``hashes`` lead from the leaf ``hash``, number ``index``, to the root of ``size`` entries (RFC 6962, 2.1.1).

    ``note`` is the signed checkpoint of that size. ``sm3`` is there where the office keeps it.
    """

    chain = fields.String()
    seq = fields.Integer()
    hash = fields.String()
    sm3 = fields.String(allow_none=True)
    index = fields.Integer()
    size = fields.Integer()
    hashes = fields.List(fields.String())
    root = fields.String()
    note = fields.String()


class GrowthShape(Shape):
    """That the tree of ``to`` entries begins with that of ``from`` (RFC 6962, 2.1.2)."""

    old = fields.Integer(data_key="from")
    size = fields.Integer(data_key="to")
    hashes = fields.List(fields.String())


class LogKey(Shape):
    """A key as text (C2SP vkey), and when it signs."""

    vkey = fields.String()
    since = fields.String(data_key="from")
    until = fields.String(allow_none=True)


class WitnessKey(Shape):
    vkey = fields.String()


class EntryText(Shape):
    """An entry exactly as it was hashed: its leaf is SHA-256(0x00 || ``text`` in UTF-8)."""

    chain = fields.String()
    seq = fields.Integer()
    hash = fields.String()
    text = fields.String()


class LogPlace(Shape):
    """A place outside the database: the newest checkpoint that it took (``size``, 0 for none), and why not a newer."""

    place = fields.String()
    target = fields.String()
    size = fields.Integer()
    at = At(allow_none=True)
    failures = fields.Integer()
    fault = fields.String(allow_none=True)
    is_late = fields.Boolean()


class LogWitness(Shape):
    """Who is asked to cosign, by which key and where; ``size``: the newest checkpoint that they cosigned."""

    name = fields.String()
    vkey = fields.String()
    url = fields.String()
    since = At()
    size = fields.Integer()
    at = At(allow_none=True)
    fault = fields.String(allow_none=True)
    is_late = fields.Boolean()


class WitnessedLog(Shape):
    """A log of others that this office cosigns, and how far it has."""

    origin = fields.String()
    vkeys = fields.List(fields.String())
    size = fields.Integer()
    at = At(allow_none=True)


class LogStanding(Shape):
    """Where the sealed log stands now (``now``).

    ``size``, ``root`` and ``at`` are the newest checkpoint's, null before the first; ``unsealed`` entries have no place
    in the log yet, the oldest since ``unsealed_since``. ``witnessed`` is the size of the newest checkpoint under which
    ``quorum`` witnesses stand. ``fault`` says why the next checkpoint could not be signed. ``can``: whether the asker
    may propose its keys and witnesses.
    """

    origin = fields.String(allow_none=True)
    now = At()
    size = fields.Integer()
    root = fields.String(allow_none=True)
    at = At(allow_none=True)
    unsealed = fields.Integer()
    unsealed_since = At(allow_none=True)
    witnessed = fields.Integer()
    quorum = fields.Integer()
    fault = Spoken(allow_none=True)
    places = fields.List(fields.Nested(LogPlace))
    witnesses = fields.List(fields.Nested(LogWitness))
    witnessing = fields.List(fields.Nested(WitnessedLog))
    can = fields.List(fields.String(validate=validate.OneOf(("propose",))))


class KeysShape(Shape):
    """The log's keys, oldest first, those of its witnesses, and how many of them make a checkpoint count as witnessed.

    ``witness`` is the key by which this office itself cosigns the logs of others.
    """

    origin = fields.String(allow_none=True)
    log = fields.List(fields.Nested(LogKey))
    witnesses = fields.List(fields.Nested(WitnessKey))
    quorum = fields.Integer()
    witness = fields.String(allow_none=True)


class ProofQuery(Asking):
    """``size``: the checkpoint to prove it under; the newest if none is said."""

    size = fields.Integer(load_default=None, validate=validate.Range(min=1, max=2**62))


class GrowthQuery(Asking):
    old = fields.Integer(required=True, data_key="from", validate=validate.Range(min=0, max=2**62))
    size = fields.Integer(load_default=None, data_key="to", validate=validate.Range(min=0, max=2**62))


@door.opens("GET", "/trail/log", policy=WATCHERS, answer=LogStanding)
def standing(asked: Asked) -> Any:
    """Where the log stands: its newest checkpoint, what waits, every place that is to have it, and the witnesses."""
    db, settings = asked.db, asked.store.settings
    waiting, newest, quorum = log.waiting(db), log.newest(db), log.quorum(db, settings)
    witnessed = log.witnessed(db, quorum)
    found = publishing.standing(settings, db, asked.moment)
    reached = {one.name.removeprefix(publishing.WITNESS): one for one in found if publishing.is_witness(one.name)}
    return {
        "origin": log.origin(db),
        "now": asked.moment.now,
        "size": newest.size if newest else 0,
        "root": newest.root if newest else None,
        "at": newest.at if newest else None,
        "unsealed": waiting.count,
        "unsealed_since": waiting.since,
        "witnessed": witnessed.size if witnessed else 0,
        "quorum": quorum,
        "fault": log.unsignable(db, settings, asked.moment),
        "places": [
            {"place": one.name, "target": one.target, **_reach(one)}
            for one in found
            if not publishing.is_witness(one.name)
        ],
        "witnesses": [
            {"name": one.name, "vkey": one.vkey, "url": one.url, "since": one.since, **_reach(reached[one.name])}
            for one in witness.witnesses(db)
        ],
        "witnessing": [
            {"origin": one.origin, "vkeys": one.vkeys, "size": one.size, "at": one.at} for one in witness.logs(db)
        ],
        "can": ["propose"] if asked.actor.may("keys.manage") else [],
    }


def _reach(one: publishing.Standing) -> dict[str, Any]:
    return {
        "size": one.size,
        "at": one.done_at,
        "failures": one.failures,
        "fault": one.fault,
        "is_late": one.late,
    }


@door.opens("GET", "/trail/checkpoints", policy=SIGNED_IN, answer=shapes.page_of(CheckpointShape), query=Paging)
def checkpoints(asked: Asked) -> Any:
    """Signed checkpoints, newest first."""
    limit = asked.query["limit"]
    found = log.checkpoints(asked.db, asked.cursor, limit + 1)
    page = found[:limit]
    following = page[-1].size if len(found) > limit else None
    return asked.page([_shown(asked, one) for one in page], following)


@door.opens("GET", "/trail/checkpoints/<size>", policy=SIGNED_IN, answer=CheckpointWhole)
def checkpoint(asked: Asked, size: str) -> Any:
    """The checkpoint of so many entries, or ``newest``."""
    return _whole(asked, _one(asked, size))


@door.opens("GET", "/trail/checkpoints/<size>/print", policy=SIGNED_IN, gives_files=True)
def printed(asked: Asked, size: str) -> Response:
    """The same as a page for paper: the note, its QR code and who has cosigned it; without a script."""
    found = _one(asked, size)
    page, style = _page(asked, found)
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{style}'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
    )
    return response


@door.opens("GET", "/trail/entries/<entry>/proof", policy=SIGNED_IN, answer=ProofShape, query=ProofQuery)
def proof_by_hash(asked: Asked, entry: str) -> Any:
    """That an entry, named by its hash, is in the log."""
    row = asked.db.execute(
        select(tables.entries.c.chain, tables.entries.c.seq).where(tables.entries.c.hash == entry)
    ).first()
    if row is None:
        raise NotFound()
    return _proved(asked, row.chain, row.seq)


@door.opens("GET", "/trail/entries/<chain>/<seq>/proof", policy=SIGNED_IN, answer=ProofShape, query=ProofQuery)
def proof(asked: Asked, chain: str, seq: str) -> Any:
    """That an entry, named by its chain and its position there, is in the log; 409 while it has no place yet."""
    if not seq.isascii() or not seq.isdigit() or len(seq) > 9:
        raise NotFound()
    return _proved(asked, chain, int(seq))


@door.opens("GET", "/trail/entries/<chain>/<seq>", policy=SIGNED_IN, answer=EntryText)
def text(asked: Asked, chain: str, seq: str) -> Any:
    """An entry as it was hashed, for whoever sees the whole case, or reads the trail; its hash can be worked out."""
    if not seq.isascii() or not seq.isdigit() or len(seq) > 9 or not _reads(asked, chain):
        raise NotFound()
    rows = tables.entries.c
    row = asked.db.execute(select(rows.hash, rows.text).where(rows.chain == chain, rows.seq == int(seq))).first()
    if row is None:
        raise NotFound()
    return {"chain": chain, "seq": int(seq), "hash": row.hash, "text": row.text}


def _reads(asked: Asked, chain: str) -> bool:
    """Whether the asker may read all that the entries of a chain say."""
    if asked.actor.may("trail.read_all"):
        return True
    if trail.is_of_case(chain):
        return cases.scope_of(asked.db, asked.actor, chain) == "full"
    return asked.actor.may("trail.read_administration")


@door.opens("GET", "/trail/consistency", policy=SIGNED_IN, answer=GrowthShape, query=GrowthQuery)
def growth(asked: Asked) -> Any:
    """That the log only grew: from one size to another one, the newest if none is said."""
    size, hashes = log.growth(asked.db, asked.query["old"], asked.query["size"])
    return {"old": asked.query["old"], "size": size, "hashes": [one.hex() for one in hashes]}


@door.opens("GET", "/trail/keys", policy=SIGNED_IN, answer=KeysShape)
def keys(asked: Asked) -> Any:
    """By which keys checkpoints, receipts and cosignatures are verified."""
    own = log.keys.keys(asked.db, log.keys.WITNESS)
    known = log.all_keys(asked.db, asked.store.settings)
    return {
        **known,
        "log": [{**one, "since": one["from"]} for one in known["log"]],
        "origin": log.origin(asked.db),
        "witness": own[-1].key.vkey if own else None,
    }


class KeyRotation(Asking):
    """``purpose``: the key of the log, or that by which this office cosigns the logs of others."""

    purpose = fields.String(load_default=log.keys.LOG, validate=validate.OneOf(tuple(log.keys.KINDS)))
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class WitnessChange(Asking):
    """``ask`` a witness (with its ``url``) or ``release`` it; ``begin`` to witness a log, or ``end`` it by this key."""

    act = fields.String(required=True, validate=validate.OneOf(("ask", "release", "begin", "end")))
    vkey = fields.String(required=True, validate=validate.Length(max=400))
    url = fields.String(load_default="", validate=validate.Length(max=2000))
    reason = fields.String(required=True, validate=validate.Length(max=2000))


def rotation(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a key's rotation: the pair is made here, and its private part shown to nobody."""
    return key_plan(asked.store.settings, given["purpose"], given["reason"])


def key_plan(settings: Settings, purpose: str, reason: str) -> dict[str, Any]:
    drafted = log.keys.draft(settings, purpose)
    return {"purpose": purpose, "id": drafted.public, "hash": drafted.sealed, "reason": reason}


def witness_plan(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a change of witnesses; raises ``Unfit`` for an address that may not be asked."""
    return checked(asked.store.settings, given)


def checked(settings: Settings, given: Mapping[str, Any]) -> dict[str, Any]:
    if given["act"] == "ask":
        try:
            wire.read_target(given["url"], settings.webhook_hosts)
        except wire.WrongTarget as e:
            raise Unfit(errors=[FieldError("url", "wrong_target", e.text)]) from e
    return {**given, "url": given["url"].rstrip("/") if given["act"] == "ask" else ""}


def _one(asked: Asked, size: str) -> log.Sealed:
    if size == "newest":
        found = log.newest(asked.db)
        if found is None:
            raise NotFound()
        return found
    if not size.isascii() or not size.isdigit() or len(size) > 18:
        raise NotFound()
    return log.checkpoint(asked.db, int(size))


def _shown(asked: Asked, found: log.Sealed) -> dict[str, Any]:
    quorum = log.quorum(asked.db, asked.store.settings)
    return {
        "size": found.size,
        "root": found.root,
        "at": found.at,
        "note": found.note,
        "witnesses": list(found.witnesses),
        "is_witnessed": bool(quorum) and len(found.witnesses) >= quorum,
    }


def _whole(asked: Asked, found: log.Sealed) -> dict[str, Any]:
    places, stamps = tables.log_publications.c, tables.log_timestamps.c
    rows = asked.db.execute(select(places.place, places.at).where(places.size == found.size).order_by(places.at))
    tokens = asked.db.execute(select(stamps.token).where(stamps.size == found.size)).scalars()
    return {
        **_shown(asked, found),
        "published": [{"place": row.place, "at": row.at} for row in rows],
        "timestamps": [base64.b64encode(token).decode() for token in tokens],
    }


def _proved(asked: Asked, chain: str, seq: int) -> dict[str, Any]:
    """Of an entry that the asker may read: of their own cases, or any for whoever reads or verifies the trail."""
    if not (asked.actor.may("trail.read_all") or asked.actor.may("trail.verify")):
        views.entries(asked.db, asked.actor, asked.moment, chain, limit=1)
    found = log.proof(asked.db, chain, seq, asked.query["size"])
    under = log.checkpoint(asked.db, found.size)
    return {**found.as_json(), "chain": chain, "seq": seq, "hash": found.hash, "sm3": found.sm3, "root": under.root} | {
        "note": under.note
    }


# ---------------------------------------------------------------- on paper

_STYLE = """
body { font: 12pt/1.5 serif; max-width: 42em; margin: 2em auto; }
pre { font: 9pt/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid; padding: 1em; }
th { text-align: left; font-weight: normal; padding-right: 1em; vertical-align: top; }
svg { width: 60mm; height: 60mm; }
@page { margin: 2cm; }
"""
_WORDS = {
    "title": Text("留痕日志检查点", "Checkpoint of the sealed log"),
    "size": Text("条数", "Entries"),
    "root": Text("根哈希", "Root hash"),
    "at": Text("签署时间", "Signed at"),
    "witnesses": Text("见证单位", "Witnesses"),
    "none": Text("无", "none"),
    "what": Text(
        "保存此页即可日后证明：此前的留痕未被改写。核验时把二维码中的文字与系统导出的检查点比较，或交给核验程序。",
        "Whoever keeps this page can prove later that what the trail said by then was not rewritten: compare the text "
        "in the code with the checkpoint that the office shows, or give it to the verifier.",
    ),
    "sign": Text("经手人签字：", "Signature:"),
    "day": Text("日期：", "Date:"),
}


def _page(asked: Asked, found: log.Sealed) -> tuple[str, str]:
    """The page, and the hash by which its style is allowed."""
    language = asked.language
    words = {name: escape(text.spoken(language)) for name, text in _WORDS.items()}
    drawn = io.BytesIO()
    segno.make(found.note, micro=False, error="m").save(drawn, kind="svg", xmldecl=False, svgclass=None, lineclass=None)
    at = found.at.astimezone(asked.store.settings.zone).isoformat(timespec="seconds")
    witnesses = escape("、".join(found.witnesses)) if found.witnesses else words["none"]
    page = (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8">'
        f"<title>{words['title']} {found.size}</title><style>{_STYLE}</style></head><body><h1>{words['title']}</h1>"
        f"<table><tr><th>{words['size']}</th><td>{found.size}</td></tr>"
        f"<tr><th>{words['root']}</th><td>{found.root}</td></tr><tr><th>{words['at']}</th><td>{at}</td></tr>"
        f"<tr><th>{words['witnesses']}</th><td>{witnesses}</td></tr></table>"
        f"<pre>{escape(found.note)}</pre>{drawn.getvalue().decode()}<p>{words['what']}</p>"
        f"<p>{words['sign']}</p><p>{words['day']}</p></body></html>\n"
    )
    return page, "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


# ---------------------------------------------------------------- the witness


@outside.post("/witness/add-checkpoint")
@contract.public
def add_checkpoint() -> Response:
    """Another log asks for a cosignature: 200 with it; 409 with the size that was cosigned last; 400, 403, 404, 422."""
    store = contract.the_store()
    if (request.content_length or 0) > witness.LARGEST:
        raise errors.TooLarge()
    try:
        return _said(witness.cosign(store, request.get_data(cache=False)), 200)
    except witness.Elsewhere as e:
        return _said(f"{e.details['size']}\n", 409, "text/x.tlog.size")
    except (witness.Unreadable, witness.NotItsKey, witness.Unknown, witness.NotGrown) as e:
        return _said(f"{e.said.en}\n", errors.status_of(e))


def _said(text: str, status: int, kind: str = "text/plain; charset=utf-8") -> Response:
    return Response(text, status, content_type=kind)
