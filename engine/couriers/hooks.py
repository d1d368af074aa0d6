"""Webhooks: a signed POST of JSON as Standard Webhooks has it, for which receivers find libraries in most languages.

Headers: ``webhook-id`` (the delivery's id, the same at every repetition), ``webhook-timestamp`` (seconds since 1970),
``webhook-signature`` (``v1,`` and the Base64 of HMAC-SHA256 over ``id.timestamp.body`` under the secret, whose text is
``whsec_`` and its Base64). https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from engine.couriers import wire
from engine.couriers.outcomes import Doubtful, Later, Misconfigured, Never, Unreachable

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""


def new_secret() -> str:
    """A secret as it is shown once to whoever configures the receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret's text; raises ``ValueError``."""
    if not secret.startswith(PREFIX):
        raise ValueError("a secret begins with whsec_")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as e:
        raise ValueError("not Base64") from e
    if not SHORTEST <= len(key) <= LONGEST:
        raise ValueError("24 to 64 bytes")
    return key


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """``v1,…`` of one message."""
    signed = f"{id_}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def send(given: Mapping[str, str], id_: str, what: Mapping[str, Any], at: datetime, hosts: Collection[str]) -> None:
    """Send one message; ``at`` is the machine's time, which the receiver compares with its own.

    2xx is taken; 4xx is refused for good, but for 408, 425 and 429; 401, 403, 404 and 410 are the channel's own fault.
    """
    body = json.dumps(what, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(given["key"], id_, timestamp, body),
    }
    reply = posted(given["url"], body, headers, hosts)
    if 200 <= reply.status < 300:
        return
    raise_for(reply.status)


def posted(url: str, body: bytes, headers: Mapping[str, str], hosts: Collection[str]) -> wire.Reply:
    """``wire.post`` in the words of couriers."""
    try:
        return wire.post(url, body, headers, hosts)
    except wire.WrongTarget as e:
        raise Misconfigured(str(e)) from e
    except wire.Unreachable as e:
        raise Unreachable(str(e)) from e
    except wire.Doubtful as e:
        raise Doubtful(str(e)) from e


def raise_for(status: int) -> None:
    """What an HTTP status other than 2xx says of the message."""
    told = f"HTTP {status}"
    if status in (401, 403, 404, 410) or 300 <= status < 400:
        raise Misconfigured(told)
    raise Later(told) if status >= 500 or status in (408, 425, 429) else Never(told)
