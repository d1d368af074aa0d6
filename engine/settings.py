"""One frozen object, read from the environment once. A wrong value stops the start with a sentence."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
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

    undo_seconds: int = 10
    """``LIUHEN_UNDO_SECONDS``: how long what was done in a batch can be undone whole; until then no notice, job or
    message of it leaves the house. 0 to 3600, default 10."""

    webhook_hosts: tuple[str, ...] = ()
    """``LIUHEN_WEBHOOK_HOSTS``: hosts inside the network, separated by commas, that webhooks and robots may be sent to;
    plain http only where such a host is this machine. Nothing: https to public addresses alone."""

    files: str = ""
    """``LIUHEN_FILES``: where attachments lie: nothing for the folder ``files`` in the data folder, or
    ``s3://bucket/prefix?endpoint=https://host:port&region=name`` for S3-compatible storage."""
    files_key: str = field(default="", repr=False)
    """``LIUHEN_FILES_KEY``: the access key of that storage."""
    files_secret: str = field(default="", repr=False)
    """``LIUHEN_FILES_SECRET``: the secret of that access key."""
    file_max: int = 25 << 20
    """``LIUHEN_FILE_MAX``: megabytes that one file may have. Default 25."""
    case_files_max: int = 500 << 20
    """``LIUHEN_CASE_FILES_MAX``: megabytes that all files of one case may have. Default 500."""
    scanner: str = ""
    """``LIUHEN_SCANNER``: a virus scanner that speaks ClamAV's protocol: ``tcp://host:3310`` or ``unix:///path``.
    Nothing: files are not scanned, and say so."""
    scanner_away: str = "refuse"
    """``LIUHEN_SCANNER_AWAY``: what becomes of a file while the scanner cannot be reached: ``refuse`` it, or
    ``quarantine`` it: kept, and given to nobody until it was scanned. Default ``refuse``."""
    secret_words: tuple[str, ...] = (
        "绝密",
        "机密",
        "秘密★",
        "〔秘密〕",
        "【秘密】",
        "[秘密]",
        "(秘密)",
        "（秘密）",
        "top secret",
    )
    """``LIUHEN_SECRET_WORDS``: words, separated by commas, that mark a classified document in a file's name; such a
    file is refused before it is stored."""

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
    undo = env.get("LIUHEN_UNDO_SECONDS") or "10"
    if not undo.isascii() or not undo.isdigit() or int(undo) > 3600:
        raise WrongSetting(f"LIUHEN_UNDO_SECONDS is {undo!r}: write a number of seconds from 0 to 3600")
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
        undo_seconds=int(undo),
        webhook_hosts=tuple(
            h for h in (env.get("LIUHEN_WEBHOOK_HOSTS") or "").lower().replace(" ", "").split(",") if h
        ),
        **_files(env),
    )


def _files(env: Mapping[str, str]) -> dict[str, Any]:
    """The settings of attachments."""
    where = env.get("LIUHEN_FILES") or ""
    key, secret = env.get("LIUHEN_FILES_KEY") or "", env.get("LIUHEN_FILES_SECRET") or ""
    if where:
        url = urlsplit(where)
        asked = dict(parse_qsl(url.query))
        endpoint = urlsplit(asked.get("endpoint", ""))
        if url.scheme != "s3" or not url.netloc or endpoint.scheme not in ("http", "https") or not endpoint.netloc:
            raise WrongSetting(
                f"LIUHEN_FILES is {where!r}: write s3://bucket/prefix?endpoint=https://host:port&region=name"
            )
        if not key or not secret:
            raise WrongSetting("LIUHEN_FILES_KEY or LIUHEN_FILES_SECRET is missing: LIUHEN_FILES needs both")
    scanner = env.get("LIUHEN_SCANNER") or ""
    if scanner and not ((scanner.startswith("tcp://") and urlsplit(scanner).port) or scanner.startswith("unix:///")):
        raise WrongSetting(f"LIUHEN_SCANNER is {scanner!r}: write tcp://host:3310 or unix:///path")
    away = env.get("LIUHEN_SCANNER_AWAY") or "refuse"
    if away not in ("refuse", "quarantine"):
        raise WrongSetting(f"LIUHEN_SCANNER_AWAY is {away!r}: write refuse or quarantine")
    found: dict[str, Any] = {
        "files": where,
        "files_key": key,
        "files_secret": secret,
        "file_max": _megabytes(env, "LIUHEN_FILE_MAX", 25),
        "case_files_max": _megabytes(env, "LIUHEN_CASE_FILES_MAX", 500),
        "scanner": scanner,
        "scanner_away": away,
    }
    if "LIUHEN_SECRET_WORDS" in env:
        words = (word.strip() for word in env["LIUHEN_SECRET_WORDS"].replace("，", ",").split(","))
        found["secret_words"] = tuple(word for word in words if word)
    return found


def _megabytes(env: Mapping[str, str], name: str, otherwise: int) -> int:
    given = env.get(name) or str(otherwise)
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 10_000:
        raise WrongSetting(f"{name} is {given!r}: write a number of megabytes from 1 to 10000")
    return int(given) << 20


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
