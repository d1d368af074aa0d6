"""The proof that goes with an export: the head of the chain, its places in the sealed log, and the checkpoint."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from engine import tables
from engine.errors import Text

_L, _P = tables.log_leaves.c, tables.log_checkpoints.c

HOW = Text(
    "链首以每条记录的哈希逐条相接：SHA-256(0x00 || 原文)。用 tools/verify_bundle.py 核对封存包，"
    "或在服务器上运行 liuhen verify --case 编号；检查点应与库外留存的副本一致。",
    "Each entry is sealed by SHA-256(0x00 || its text) and names the one before it. Verify the bundle with "
    "tools/verify_bundle.py, or run liuhen verify --case ID on the server; the checkpoint has to be the one kept "
    "outside the database.",
)


def shown(db: Connection, case_id: str, seq: int, head: str) -> dict[str, Any]:
    """Where a case stands in its chain and in the log; ``index`` is null while its newest entry waits for its place."""
    index = db.execute(select(_L.idx).where(_L.chain == case_id, _L.seq == seq)).scalar()
    newest = db.execute(select(_P.size, _P.root, _P.at, _P.note).order_by(_P.size.desc()).limit(1)).first()
    checkpoint = None
    if newest is not None:
        checkpoint = {"size": newest.size, "root": newest.root, "at": newest.at, "note": newest.note}
    return {"chain": case_id, "seq": seq, "head": head, "index": index, "checkpoint": checkpoint, "how": HOW}
