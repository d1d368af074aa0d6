"""Secrets at rest: AES-256-GCM, for each purpose under a key derived from ``LIUHEN_SECRET_KEY`` (HKDF, RFC 5869).

Whoever gives the office another ``LIUHEN_SECRET_KEY`` makes whatever was sealed under the old one unreadable.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes, random and new for every sealing."""


class CannotOpen(Exception):
    """It was sealed under another ``LIUHEN_SECRET_KEY``, for another purpose, or for another row."""


def _cipher(secret_key: str, purpose: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())
    return AESGCM(derived)


def seal(secret_key: str, purpose: str, row: str, content: bytes) -> bytes:
    """Nonce and ciphertext; bound to the row, so that nobody swaps the secrets of two rows."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(secret_key, purpose).encrypt(nonce, content, row.encode())


def opened(secret_key: str, purpose: str, row: str, sealed: bytes) -> bytes:
    """The content again; raises ``CannotOpen``."""
    try:
        return _cipher(secret_key, purpose).decrypt(sealed[:NONCE], sealed[NONCE:], row.encode())
    except InvalidTag as e:
        raise CannotOpen from e
