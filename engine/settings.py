"""One frozen object, read from the environment once. A wrong value stops the start with a sentence."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class WrongSetting(ValueError):
    """A setting cannot be used; the message names it and says what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of Liuhen. The field's comment is its documentation; ``docs/operating.md`` prints it."""

    database_url: str
    """``LIUHEN_DATABASE_URL``: ``sqlite:///path`` or ``postgresql+psycopg://user:password@host/database``."""
    data_dir: Path
    """``LIUHEN_DATA_DIR``: folder for the database, keys and attachments. Default ``var``."""
    secret_key: str
    """``LIUHEN_SECRET_KEY``: at least 32 characters; made once and kept in the data folder when absent."""
    base_url: str
    """``LIUHEN_BASE_URL``: the address people use; ``https`` switches on secure cookies."""
    clock: str
    """``LIUHEN_CLOCK``: ``system``, or ``virtual`` to move time by hand (rehearsals and tests)."""
    zone: ZoneInfo
    """``LIUHEN_ZONE``: the office's time zone for business dates. Default ``Asia/Shanghai``."""
    log: str = "text"
    """``LIUHEN_LOG``: ``text`` for people, with the requests that failed, or ``json``, one object a line, with every
    request. Default ``text``."""

    @property
    def is_virtual(self) -> bool:
        return self.clock == "virtual"

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")


def release() -> str:
    """The version of Liuhen that runs; ``0`` where it was not installed."""
    try:
        return version("liuhen")
    except PackageNotFoundError:
        return "0"


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises ``WrongSetting``."""
    env = os.environ if environment is None else environment
    data_dir = Path(env.get("LIUHEN_DATA_DIR") or "var")
    url = env.get("LIUHEN_DATABASE_URL") or f"sqlite:///{data_dir / 'liuhen.db'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting(
            f"LIUHEN_DATABASE_URL is {url.split('@')[-1]!r}: write sqlite:///path or postgresql+psycopg://user@host/db"
        )
    clock = env.get("LIUHEN_CLOCK") or "system"
    if clock not in ("system", "virtual"):
        raise WrongSetting(f"LIUHEN_CLOCK is {clock!r}: write system or virtual")
    log = env.get("LIUHEN_LOG") or "text"
    if log not in ("text", "json"):
        raise WrongSetting(f"LIUHEN_LOG is {log!r}: write text or json")
    base_url = env.get("LIUHEN_BASE_URL") or "http://127.0.0.1:8080"
    if not base_url.startswith(("http://", "https://")):
        raise WrongSetting(f"LIUHEN_BASE_URL is {base_url!r}: write http://… or https://…")
    name = env.get("LIUHEN_ZONE") or "Asia/Shanghai"
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as e:
        raise WrongSetting(f"LIUHEN_ZONE is {name!r}: write an IANA zone such as Asia/Shanghai") from e
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key=_secret(env.get("LIUHEN_SECRET_KEY"), data_dir),
        base_url=base_url.rstrip("/"),
        clock=clock,
        zone=zone,
        log=log,
    )


def _secret(given: str | None, data_dir: Path) -> str:
    if given:
        if len(given) < 32:
            raise WrongSetting("LIUHEN_SECRET_KEY is too short: write at least 32 random characters")
        return given
    kept = data_dir / "secret_key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: whoever links first decides, and nobody reads a key half written, as
        # creating the file itself exclusively would allow.
        handle, draft = tempfile.mkstemp(dir=data_dir, prefix="secret_key.")
        with os.fdopen(handle, "w") as f:
            f.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, kept)
        os.unlink(draft)
    return kept.read_text()
