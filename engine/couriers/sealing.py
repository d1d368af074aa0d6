"""The secrets of channels, sealed each for its own row."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine import sealing
from engine.sealing import CannotOpen

__all__ = ["CannotOpen", "opened", "seal"]

_PURPOSE = "liuhen channels 1"


def seal(secret_key: str, channel_id: str, values: Mapping[str, str]) -> bytes:
    """The values as one sealed text."""
    return sealing.seal(secret_key, _PURPOSE, channel_id, json.dumps(dict(values)).encode())


def opened(secret_key: str, channel_id: str, sealed: bytes) -> dict[str, str]:
    """The secrets again; raises ``CannotOpen``."""
    text = sealing.opened(secret_key, _PURPOSE, channel_id, sealed)
    return {str(name): str(value) for name, value in json.loads(text).items()}
