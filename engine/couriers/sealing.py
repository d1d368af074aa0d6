"""The secrets of channels: AES-256-GCM under a key derived from ``LIUHEN_SECRET_KEY`` (HKDF, RFC 5869)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes, random and new for every sealing."""


class CannotOpen(Exception):
    """The secrets were sealed under another ``LIUHEN_SECRET_KEY``, or for another channel."""


def _cipher(secret_key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"liuhen channels 1").derive(secret_key.encode())
    return AESGCM(derived)


def seal(secret_key: str, channel_id: str, values: Mapping[str, str]) -> bytes:
    """Nonce and ciphertext; bound to the channel, so that nobody swaps the secrets of two rows."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(secret_key).encrypt(nonce, json.dumps(dict(values)).encode(), channel_id.encode())


def opened(secret_key: str, channel_id: str, sealed: bytes) -> dict[str, str]:
    """The secrets again; raises ``CannotOpen``."""
    try:
        text = _cipher(secret_key).decrypt(sealed[:NONCE], sealed[NONCE:], channel_id.encode())
    except InvalidTag as e:
        raise CannotOpen from e
    return {str(name): str(value) for name, value in json.loads(text).items()}
