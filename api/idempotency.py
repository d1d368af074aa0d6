"""A request that comes twice acts once: (account, Idempotency-Key) is claimed in the deed's own transaction.

The claim is inserted before the deed, so that 24 identical requests at the same moment queue at one row: the first
acts, the others wait for its commit and are given its answer. A refused deed takes its claim back with the rollback.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from api import errors
from engine import tables
from engine.store import Statement, insert_ignored

_t = tables.idempotency

_CLAIM = Statement(insert_ignored(_t), "account_id", "key", "request", "status", "body", "at")

_KEPT = Statement(
    select(_t.c.request, _t.c.status, _t.c.body).where(
        _t.c.account_id == bindparam("account_id"), _t.c.key == bindparam("key")
    )
)

_KEEP = Statement(
    update(_t)
    .where(_t.c.account_id == bindparam("for_account"), _t.c.key == bindparam("for_key"))
    .values(status=bindparam("new_status"), body=bindparam("new_body"))
)


def digest(secret: str, method: str, path: str, body: bytes) -> str:
    """What a request is: the same key with another digest is another request.

    An HMAC (RFC 2104), not a bare hash: whoever reads the table could guess a ballot or a password from that.
    """
    return hmac.new(secret.encode(), b"\n".join((method.encode(), path.encode(), body)), hashlib.sha256).hexdigest()


def claim(db: Connection, now: datetime, account_id: str, key: str, request: str) -> tuple[int, bytes] | None:
    """``None`` when the deed is ours to do, else status and body of the answer already given; raises ``KeyReused``."""
    mine: dict[str, Any] = {"account_id": account_id, "key": key}
    if _CLAIM.run(db, {**mine, "request": request, "status": 0, "body": "", "at": now}) == 1:
        return None
    row = _KEPT.first(db, mine)
    if row is None:
        raise RuntimeError("the claim of another request is gone")
    if row["request"] != request:
        raise errors.KeyReused()
    return row["status"], row["body"].encode()


def keep(db: Connection, account_id: str, key: str, status: int, body: bytes) -> None:
    """Store the answer of the claimed request."""
    _KEEP.write(db, {"for_account": account_id, "for_key": key, "new_status": status, "new_body": body.decode()})


def forget(db: Connection, before: datetime) -> int:
    """Drop the answers kept before an instant; returns how many."""
    return db.execute(delete(_t).where(_t.c.at < before)).rowcount
