"""Who stands in for whom, and what programs' keys may do: each row is what the entry says that made it."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import Connection, select

from engine import tables, trail
from engine.trail import Kind
from engine.verifying.report import Report
from engine.verifying.rows import Directory, lacking, stray

_K = tables.keys.c


def verify(db: Connection, report: Report, directory: Directory) -> None:
    """Compare every delegation and every key with the entries that made them."""
    _delegations(db, report, directory)
    _keys(db, report, directory)


def _delegations(db: Connection, report: Report, directory: Directory) -> None:
    """Each was set up by an entry, says what that entry says, and is revoked exactly where one revoked it."""
    told = directory.of(Kind.DELEGATION_CHANGED)
    made = {body["delegation"]: (chain, seq, body) for chain, seq, body in told if body.get("change") == "set_up"}
    ended = {body["delegation"]: (chain, seq) for chain, seq, body in told if body.get("change") == "revoked"}
    for row in db.execute(select(tables.delegations)):
        report.rows += 1
        found = made.pop(row.id, None)
        if found is None:
            stray(report, "delegations", row.id, "委托", "the delegation")
            continue
        chain, seq, body = found
        scope = json.loads(row.scope)
        kept = {
            "person": row.from_person_id,
            "handed_to": [f"person:{row.to_person_id}"],
            "from_on": row.from_on.isoformat(),
            "to_on": row.to_on.isoformat(),
            "document_no": row.document_no,
            **{name: scope.get(name) for name in ("definitions", "actions")},
        }
        if any((body.get(name) or None) != (value or None) for name, value in kept.items()):
            lacking(report, chain, seq, "委托", "the delegation")
        elif row.id in ended and row.revoked_at is None:
            lacking(report, *ended[row.id], "委托的撤销", "the revocation of the delegation")
        elif row.id not in ended and row.revoked_at is not None:
            lacking(report, chain, seq, "委托", "the delegation")
    for chain, seq, _ in made.values():
        lacking(report, chain, seq, "委托", "the delegation")


def _keys(db: Connection, report: Report, directory: Directory) -> None:
    """Each was made by an entry, for its account, with its scopes, its name, its secret and its end.

    Entries of earlier builds said the account and the scopes alone.
    """
    made = {body["key"]: (chain, seq, body) for chain, seq, body in directory.of(Kind.KEY_CREATED) if "key" in body}
    for row in db.execute(select(_K.id, _K.name, _K.account_id, _K.hash, _K.scopes, _K.expires_at)):
        report.rows += 1
        found = made.pop(row.id, None)
        if found is None:
            stray(report, "keys", row.id, "接口密钥", "the API key")
            continue
        chain, seq, body = found
        kept = {
            "account": row.account_id,
            "scopes": sorted(json.loads(row.scopes)),
            "name": row.name,
            "fingerprint": hashlib.sha256(row.hash.encode()).hexdigest(),
            "until": trail.instant(row.expires_at),
        }
        if any(name in body and body[name] != value for name, value in kept.items()):
            lacking(report, chain, seq, "接口密钥", "the API key")
    for chain, seq, _ in made.values():
        lacking(report, chain, seq, "接口密钥", "the API key")
