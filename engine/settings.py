"""One frozen object, read from the environment once. A wrong value stops the start with a sentence."""

from __future__ import annotations

import contextlib
import json
import os
import re
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
class Provider:
    """A provider of OpenID Connect, by which people may sign in beside their local accounts."""

    key: str
    """The word by which addresses and the trail name it."""
    issuer: str
    """Exactly as it names itself, such as ``https://login.example.org/realms/office``."""
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    """What the button says."""
    trusts_factor: bool = False
    """A sign-in of which the provider says that it had a second factor (``amr`` with ``mfa``) needs no other here."""


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

    proposal_hours: int = 72
    """``LIUHEN_PROPOSAL_HOURS``: how long an act of administration waits for its second person before it expires.
    1 to 720, default 72."""

    reviewers: int = 0
    """``LIUHEN_REVIEWERS``: how many people besides whoever saved last have to sign a draft of a procedure off before
    it is published, through the browser or through the interface. 0 to 5, default 0: as many as its designer asks."""

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

    second_factor: frozenset[str] = frozenset()
    """``LIUHEN_SECOND_FACTOR``: roles, separated by commas, whose holders must sign in with a second factor, or
    ``required`` for designers, auditors and the three administrators. Nothing: everybody may, nobody must. Whoever must
    and has none yet is led to it after the password; nobody is locked out."""
    providers: tuple[Provider, ...] = ()
    """``LIUHEN_OIDC_ISSUER``: a provider of OpenID Connect by which people may sign in too, exactly as it names itself;
    with ``LIUHEN_OIDC_CLIENT_ID`` and ``LIUHEN_OIDC_CLIENT_SECRET``. ``LIUHEN_OIDC_NAME`` is what its button says;
    ``LIUHEN_OIDC_FACTOR=trusted`` takes its word for a second factor (``amr`` with ``mfa``). Several providers:
    ``LIUHEN_OIDC_FILE``, a JSON list of objects with ``key``, ``issuer``, ``client_id``, ``client_secret`` and
    ``name``."""

    log_origin: str = ""
    """``LIUHEN_LOG_ORIGIN``: what the sealed log is called in its checkpoints, such as ``approvals.example.org``: up to
    100 characters without white space or plus. Read once, when the first key of the log is made; nothing: ``liuhen.``
    and eight random characters."""
    log_sm3: bool = False
    """``LIUHEN_LOG_SM3``: ``on`` keeps SM3 (GB/T 32905) beside SHA-256 for every entry that gets its place in the log.
    Default ``off``."""
    log_folder: str = ""
    """``LIUHEN_LOG_FOLDER``: a folder outside the data folder, best on another machine, into which checkpoints are
    put, one file each. Nothing: none."""
    log_webhook: str = ""
    """``LIUHEN_LOG_WEBHOOK``: an address that checkpoints are sent to, signed as the messages of webhooks are; a host
    inside the network has to be named in ``LIUHEN_WEBHOOK_HOSTS`` too. Nothing: none."""
    log_webhook_secret: str = field(default="", repr=False)
    """``LIUHEN_LOG_WEBHOOK_SECRET``: the secret of that address, ``whsec_`` and the Base64 of 24 to 64 bytes."""
    log_timestamps: str = ""
    """``LIUHEN_LOG_TIMESTAMPS``: the address of a timestamping authority (RFC 3161) that is asked once a day for a
    token over the newest checkpoint. Nothing: none."""
    log_seconds: int = 60
    """``LIUHEN_LOG_SECONDS``: how often, at most, each place outside the database gets a new checkpoint and each
    witness is asked to cosign one. 1 to 86400, default 60."""
    log_quorum: int = 0
    """``LIUHEN_LOG_QUORUM``: how many witnesses have to have cosigned a checkpoint for it to count as witnessed.
    Default 0: more than half of those that are asked."""

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
    hours = env.get("LIUHEN_PROPOSAL_HOURS") or "72"
    if not hours.isascii() or not hours.isdigit() or not 1 <= int(hours) <= 720:
        raise WrongSetting(f"LIUHEN_PROPOSAL_HOURS is {hours!r}: write a number of hours from 1 to 720")
    reviewers = env.get("LIUHEN_REVIEWERS") or "0"
    if reviewers not in ("0", "1", "2", "3", "4", "5"):
        raise WrongSetting(f"LIUHEN_REVIEWERS is {reviewers!r}: write a number of people from 0 to 5")
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
        proposal_hours=int(hours),
        reviewers=int(reviewers),
        webhook_hosts=tuple(
            h for h in (env.get("LIUHEN_WEBHOOK_HOSTS") or "").lower().replace(" ", "").split(",") if h
        ),
        second_factor=_second_factor(env),
        providers=_providers(env),
        **_files(env),
        **_log(env),
    )


SENSITIVE = frozenset({"designer", "auditor", "system_admin", "security_admin", "audit_admin"})
"""Roles that ``LIUHEN_SECOND_FACTOR=required`` means."""


def _second_factor(env: Mapping[str, str]) -> frozenset[str]:
    given = env.get("LIUHEN_SECOND_FACTOR") or ""
    if given == "required":
        return SENSITIVE
    roles = frozenset(role.strip() for role in given.split(",") if role.strip())
    if not all(re.fullmatch(r"[a-z][a-z0-9_]{0,59}", role) for role in roles):
        raise WrongSetting(f"LIUHEN_SECOND_FACTOR is {given!r}: write required, or roles such as designer,auditor")
    return roles


def _providers(env: Mapping[str, str]) -> tuple[Provider, ...]:
    found: list[Provider] = []
    issuer = env.get("LIUHEN_OIDC_ISSUER") or ""
    if issuer:
        given = {
            "key": "oidc",
            "issuer": issuer,
            "client_id": env.get("LIUHEN_OIDC_CLIENT_ID") or "",
            "client_secret": env.get("LIUHEN_OIDC_CLIENT_SECRET") or "",
            "name": env.get("LIUHEN_OIDC_NAME") or urlsplit(issuer).hostname or "",
            "factor": env.get("LIUHEN_OIDC_FACTOR") or "own",
        }
        found.append(_provider(given, "LIUHEN_OIDC"))
    path = env.get("LIUHEN_OIDC_FILE") or ""
    if path:
        try:
            listed = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as e:
            raise WrongSetting(f"LIUHEN_OIDC_FILE is {path!r}: {e}") from e
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise WrongSetting(f"LIUHEN_OIDC_FILE is {path!r}: write a JSON list of objects")
        found += [_provider(one, f"{path}[{n}]") for n, one in enumerate(listed)]
    for what in ("key", "issuer"):
        if len({getattr(one, what) for one in found}) != len(found):
            raise WrongSetting(f"two providers of LIUHEN_OIDC_FILE have the same {what}")
    return tuple(found)


def _provider(given: Mapping[str, Any], where: str) -> Provider:
    """One provider; raises ``WrongSetting``, never with its secret."""
    for name in ("key", "issuer", "client_id", "client_secret", "name"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise WrongSetting(f"{where}: {name} is missing")
    issuer = urlsplit(given["issuer"])
    # Without TLS anybody on the way could answer in the provider's place.
    local = issuer.hostname in ("127.0.0.1", "::1", "localhost")
    if not issuer.hostname or not (issuer.scheme == "https" or (issuer.scheme == "http" and local)):
        raise WrongSetting(f"{where}: issuer is {given['issuer']!r}: write https://…")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", given["key"]):
        raise WrongSetting(f"{where}: key is {given['key']!r}: write lower-case letters, digits and hyphens")
    factor = given.get("factor", "own")
    if factor not in ("own", "trusted"):
        raise WrongSetting(f"{where}: factor is {factor!r}: write own or trusted")
    return Provider(
        given["key"], given["issuer"], given["client_id"], given["client_secret"], given["name"], factor == "trusted"
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


def _log(env: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the sealed log."""
    origin = env.get("LIUHEN_LOG_ORIGIN") or ""
    if origin and not re.fullmatch(r"[^\s+]{1,100}", origin):
        raise WrongSetting(f"LIUHEN_LOG_ORIGIN is {origin!r}: write up to 100 characters without white space or plus")
    sm3 = env.get("LIUHEN_LOG_SM3") or "off"
    if sm3 not in ("on", "off"):
        raise WrongSetting(f"LIUHEN_LOG_SM3 is {sm3!r}: write on or off")
    found: dict[str, Any] = {"log_origin": origin, "log_sm3": sm3 == "on"}
    found["log_folder"] = env.get("LIUHEN_LOG_FOLDER") or ""
    for name in ("log_webhook", "log_timestamps"):
        url = found[name] = env.get(f"LIUHEN_{name.upper()}") or ""
        if url and not url.startswith(("http://", "https://")):
            raise WrongSetting(f"LIUHEN_{name.upper()} is {url!r}: write https://…")
    secret = found["log_webhook_secret"] = env.get("LIUHEN_LOG_WEBHOOK_SECRET") or ""
    if found["log_webhook"] and not re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}", secret):
        raise WrongSetting("LIUHEN_LOG_WEBHOOK_SECRET is missing or wrong: write whsec_ and the Base64 of 32 bytes")
    for name, least, most, otherwise in (("log_seconds", 1, 86_400, 60), ("log_quorum", 0, 20, 0)):
        given = env.get(f"LIUHEN_{name.upper()}") or str(otherwise)
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            raise WrongSetting(f"LIUHEN_{name.upper()} is {given!r}: write a number from {least} to {most}")
        found[name] = int(given)
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
