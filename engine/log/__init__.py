"""The sealed log: one Merkle tree (RFC 6962) over the entries of every chain, and what is signed about it.

The log is below the trail: it knows entries by their hashes alone. What leaves the house is ``engine/publishing.py``.
"""

from engine.log import witness
from engine.log.keys import CannotSign, Held, forget, origin, receipt, rotate, signer
from engine.log.reading import (
    Proof,
    Sealed,
    all_keys,
    checkpoint,
    checkpoints,
    growth,
    newest,
    proof,
    proofs,
    quorum,
    witness_keys,
    witnessed,
)
from engine.log.sealing import WINDOW, Broken, Waiting, seal, settle, sm3, unsignable, waiting, waits

__all__ = [
    "WINDOW",
    "Broken",
    "CannotSign",
    "Held",
    "Proof",
    "Sealed",
    "Waiting",
    "all_keys",
    "checkpoint",
    "checkpoints",
    "forget",
    "growth",
    "newest",
    "origin",
    "proof",
    "proofs",
    "quorum",
    "receipt",
    "rotate",
    "seal",
    "settle",
    "signer",
    "sm3",
    "unsignable",
    "waiting",
    "waits",
    "witness",
    "witness_keys",
    "witnessed",
]
