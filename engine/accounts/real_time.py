"""The machine's own clock, for what lives on it: sessions, throttles, keys, tokens and codes."""

from __future__ import annotations

from datetime import UTC, datetime


def machine_time() -> datetime:
    """Now, on the machine's own clock. Only sessions, throttles and keys may use it: see the head of this module."""
    return datetime.now(UTC)
