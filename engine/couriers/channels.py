"""Ways out of the house: mail, webhooks, robots of group chats. Their secrets are sealed and never shown again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine import actors, tables, trail
from engine.actors import Actor
from engine.couriers import hooks, mail, sealing, wire
from engine.couriers.words import TEST
from engine.errors import Clash, FieldError, NotFound, NotNow, Text, Unfit
from engine.outbox import Notice
from engine.settings import Settings
from engine.store import Moment, for_update, new_id, part
from engine.trail import Kind

PERMISSION = "channels.manage"
KINDS = ("mail", "webhook", "wecom", "dingtalk")
AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "mail": ("people",),
    "webhook": ("office", "people"),
    "wecom": ("office",),
    "dingtalk": ("office",),
}
"""Kind of channel → whom it may tell. ``people``: each by their own choice. ``office``: what happens in the office or
in some of its units, once each, to a group or a program."""

_C, _D = tables.channels.c, tables.notice_deliveries.c


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel without its secrets."""

    id: str
    kind: str
    name: str
    audience: str
    settings: Mapping[str, Any]
    created_at: datetime
    disabled_at: datetime | None
    failures: int
    open_until: datetime | None
    error: str | None
    error_at: datetime | None

    @property
    def titles(self) -> bool:
        """Whether what it carries may name the title of a case."""
        return bool(self.settings.get("titles"))

    @property
    def may_repeat(self) -> bool:
        """Whether its receiver knows a repetition by its id; where not, nothing doubtful is repeated."""
        return self.kind == "webhook"


_COLUMNS = tuple(c for c in tables.channels.c if c.name != "secrets")


def of_row(row: Any) -> Channel:
    given = {c.name: getattr(row, c.name) for c in _COLUMNS}
    return Channel(**{**given, "settings": json.loads(given["settings"])})


def every_channel(db: Connection, *, audience: str | None = None, enabled: bool = False) -> list[Channel]:
    """The channels there are, by name."""
    query = select(*_COLUMNS).order_by(_C.name)
    if audience:
        query = query.where(_C.audience == audience)
    if enabled:
        query = query.where(_C.disabled_at.is_(None))
    return [of_row(row) for row in db.execute(query)]


def one(db: Connection, channel_id: str) -> Channel:
    """Raises ``NotFound``."""
    row = db.execute(select(*_COLUMNS).where(_C.id == channel_id)).first()
    if row is None:
        raise NotFound()
    return of_row(row)


def secrets_of(db: Connection, settings: Settings, channel_id: str) -> dict[str, str]:
    """Raises ``sealing.CannotOpen``."""
    sealed = db.execute(select(_C.secrets).where(_C.id == channel_id)).scalar_one()
    return sealing.opened(settings.secret_key, channel_id, sealed)


def can_open(db: Connection, settings: Settings, channel_id: str) -> bool:
    """Whether the channel's secrets were sealed under the present ``LIUHEN_SECRET_KEY``."""
    try:
        secrets_of(db, settings, channel_id)
    except sealing.CannotOpen:
        return False
    return True


# ---------------------------------------------------------------- by whoever manages them


def add(
    db: Connection,
    actor: Actor,
    moment: Moment,
    house: Settings,
    *,
    kind: str,
    name: str,
    audience: str | None,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> tuple[str, str | None]:
    """A new channel: its id, and the secret that was made up for a webhook, shown this once.

    ``settings``: mail ``host``, ``port``, ``security``, ``user``, ``sender``, ``sender_name``, ``domains``; others
    ``kinds``, ``units``, ``language``; all ``titles``. ``secrets``: ``password``; ``url``, ``key``. Raises ``Unfit``.
    """
    actor.require(PERMISSION)
    wanted = audience or AUDIENCES[kind][0]
    given = {k: v for k, v in secrets.items() if v}
    made = None
    if kind == "webhook" and "key" not in given:
        made = given["key"] = hooks.new_secret()
    kept = _checked(db, moment, house, kind, name, wanted, settings, given)
    id_ = new_id()
    row = {
        "id": id_,
        "kind": kind,
        "name": name,
        "audience": wanted,
        "settings": json.dumps(kept, ensure_ascii=False, sort_keys=True),
        "secrets": sealing.seal(house.secret_key, id_, given),
        "created_at": moment.now,
        "failures": 0,
    }
    try:
        with part(db):
            db.execute(insert(tables.channels).values(**row))
    except IntegrityError as e:
        raise _taken() from e
    trail.append(db, moment, actor, kind=Kind.CHANNEL_CHANGED, channel=id_, name=name, what="created", settings=kept)
    return id_, made


def change(
    db: Connection,
    actor: Actor,
    moment: Moment,
    house: Settings,
    channel_id: str,
    *,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Change a channel; secrets that are not given stay as they are. What rested because of a fault is tried again."""
    actor.require(PERMISSION)
    known = one(db, channel_id)
    given = {k: v for k, v in secrets.items() if v}
    try:
        old = secrets_of(db, house, channel_id)
    except sealing.CannotOpen:
        old = {}  # sealed under another key: whatever is needed has to be given anew
    given = {**old, **given}
    kept = _checked(db, moment, house, known.kind, name, known.audience, settings, given)
    values = {
        "name": name,
        "settings": json.dumps(kept, ensure_ascii=False, sort_keys=True),
        "secrets": sealing.seal(house.secret_key, channel_id, given),
        "failures": 0,
        "open_until": None,
        "error": None,
        "error_at": None,
    }
    try:
        with part(db):
            db.execute(update(tables.channels).where(_C.id == channel_id).values(**values))
    except IntegrityError as e:
        raise _taken() from e
    what: dict[str, Any] = {"channel": channel_id, "name": name, "what": "changed", "settings": kept}
    trail.append(
        db, moment, actor, kind=Kind.CHANNEL_CHANGED, **what, secrets=sorted(k for k, v in secrets.items() if v)
    )


def disable(db: Connection, actor: Actor, moment: Moment, channel_id: str) -> None:
    """Nothing goes out by it any more; what waits is not sent."""
    actor.require(PERMISSION)
    known = one(db, channel_id)
    if known.disabled_at is not None:
        return
    db.execute(update(tables.channels).where(_C.id == channel_id).values(disabled_at=moment.now))
    waiting = (_D.channel_id == channel_id) & (_D.status == "waiting")
    db.execute(update(tables.notice_deliveries).where(waiting).values(status="cancelled", done_at=moment.now))
    trail.append(db, moment, actor, kind=Kind.CHANNEL_CHANGED, channel=channel_id, name=known.name, what="disabled")


def enable(db: Connection, actor: Actor, moment: Moment, channel_id: str) -> None:
    """It carries again what happens from now on."""
    actor.require(PERMISSION)
    known = one(db, channel_id)
    if known.disabled_at is None:
        return
    values = {"disabled_at": None, "failures": 0, "open_until": None, "error": None, "error_at": None}
    db.execute(update(tables.channels).where(_C.id == channel_id).values(**values))
    trail.append(db, moment, actor, kind=Kind.CHANNEL_CHANGED, channel=channel_id, name=known.name, what="enabled")


def deliveries(
    db: Connection, actor: Actor, channel_id: str, *, status: str | None = None, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """What went out by a channel, newest first: kinds, times and faults; never to whom, never about which case."""
    actor.require(PERMISSION)
    one(db, channel_id)
    columns = (_D.id, _D.kind, _D.way, _D.status, _D.attempts, _D.error, _D.at, _D.next_at, _D.done_at)
    query = select(*columns).where(_D.channel_id == channel_id).order_by(_D.id.desc()).limit(limit + 1)
    if status:
        query = query.where(_D.status == status)
    if cursor:
        query = query.where(_D.id < cursor)
    rows = [dict(r) for r in db.execute(query).mappings()]
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None


def send_again(
    db: Connection, actor: Actor, moment: Moment, channel_id: str, delivery_id: str, *, is_sure: bool = False
) -> None:
    """Send once more what could not be sent. What may have gone out goes only for who ``is_sure`` that twice is better
    than not at all. Raises ``NotFound``, ``NotNow`` where the channel is off, ``Clash`` where it has not failed."""
    actor.require(PERMISSION)
    channel = one(db, channel_id)
    query = select(_D.status, _D.kind, _D.way, _D.error).where(_D.id == delivery_id, _D.channel_id == channel_id)
    row = db.execute(query.with_for_update() if for_update(db) else query).first()
    if row is None:
        raise NotFound()
    if channel.disabled_at is not None:
        raise NotNow(Text("渠道已停用。", "The channel is switched off."), code="err_channel_off")
    if row.way == TEST or row.status not in ("failed", "unknown"):
        said = Text("此消息没有发送失败，或已重新发送。", "It did not fail, or was sent again already.")
        raise Clash(said, code="err_not_failed", status=row.status)
    if row.status == "unknown" and not is_sure:
        raise Clash(_MAY_HAVE_GONE_OUT, code="err_may_have_gone_out")
    values = {"status": "waiting", "attempts": 0, "next_at": moment.now, "lease_until": None, "sent_with": None}
    values |= {"error": None, "done_at": None, "again_at": moment.now}
    db.execute(update(tables.notice_deliveries).where(_D.id == delivery_id).values(**values))
    trail.append(
        db,
        moment,
        actor,
        kind=Kind.NOTICE_SENT_AGAIN,
        channel=channel_id,
        name=channel.name,
        delivery=delivery_id,
        notice=row.kind,
        was=row.status,
        error=row.error,
    )


_MAY_HAVE_GONE_OUT = Text(
    "此消息可能已经送达；重新发送后，对方可能收到两次。", "It may have arrived: sent again, somebody may get it twice."
)


def health(db: Connection) -> dict[str, dict[str, int]]:
    """Channel id → status → how many deliveries."""
    found: dict[str, dict[str, int]] = {}
    for row in db.execute(select(_D.channel_id, _D.status, func.count()).group_by(_D.channel_id, _D.status)):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


# ---------------------------------------------------------------- what fits


def _taken() -> Unfit:
    said = Text("已有同名的渠道。", "There is a channel of this name already.")
    return Unfit(errors=[FieldError("name", "err_channel_name", said)])


_NEEDED = Text("请填写。", "Fill this in.")


def _checked(
    db: Connection,
    moment: Moment,
    house: Settings,
    kind: str,
    name: str,
    audience: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> dict[str, Any]:
    """The settings as they are kept; raises ``Unfit`` field by field."""
    errors: list[FieldError] = []
    if not name.strip():
        errors.append(FieldError("name", "err_required", _NEEDED))
    if audience not in AUDIENCES[kind]:
        said = Text("这种渠道不能这样使用。", "A channel of this kind cannot be used so.")
        errors.append(FieldError("audience", "err_audience", said))
    kept = _of_mail(settings, secrets, errors) if kind == "mail" else _of_http(house, kind, secrets, errors)
    if audience == "office":
        kept |= _for_the_office(db, moment, settings, errors)
    kept["titles"] = bool(settings.get("titles"))
    if errors:
        raise Unfit(errors=errors)
    return kept


def _of_mail(settings: Mapping[str, Any], secrets: Mapping[str, str], errors: list[FieldError]) -> dict[str, Any]:
    host, sender = str(settings.get("host") or "").strip(), str(settings.get("sender") or "").strip()
    security = settings.get("security") or "starttls"
    if not host or not host.isascii() or any(c.isspace() or c in "/@:" for c in host.strip("[]")):
        errors.append(FieldError("settings.host", "err_host", Text("请填写主机名。", "Write the name of a host.")))
    if not mail.ADDRESS.fullmatch(sender):
        said = Text("请填写完整的邮箱地址。", "Write a complete mail address.")
        errors.append(FieldError("settings.sender", "err_mail", said))
    if security not in mail.SECURITIES:
        errors.append(FieldError("settings.security", "err_security", Text("没有这种方式。", "There is no such way.")))
    user = str(settings.get("user") or "")
    if user and security == "none":
        said = Text("未加密的连接不能使用口令。", "No password goes over a connection that is not encrypted.")
        errors.append(FieldError("settings.security", "err_security_password", said))
    if user and not secrets.get("password"):
        errors.append(FieldError("secrets.password", "err_required", _NEEDED))
    domains = sorted({str(d).strip().lower().lstrip("@") for d in settings.get("domains") or () if str(d).strip()})
    return {
        "host": host,
        "port": int(settings.get("port") or (465 if security == "tls" else 587)),
        "security": security,
        "user": user,
        "sender": sender,
        "sender_name": str(settings.get("sender_name") or "").strip(),
        "domains": domains,
    }


def _of_http(house: Settings, kind: str, secrets: Mapping[str, str], errors: list[FieldError]) -> dict[str, Any]:
    host = ""
    if not secrets.get("url"):
        errors.append(FieldError("secrets.url", "err_required", _NEEDED))
    else:
        try:
            # A name is looked up when something is sent: nothing goes over the network inside a transaction.
            host = wire.read_target(secrets["url"], house.webhook_hosts).hostname or ""
        except wire.WrongTarget as e:
            errors.append(FieldError("secrets.url", "err_target", e.text))
    if kind == "webhook" and secrets.get("key"):
        try:
            hooks.key_of(secrets["key"])
        except ValueError:
            said = Text(
                "密钥为 whsec_ 加 24 至 64 字节的 Base64。", "A secret is whsec_ and the Base64 of 24 to 64 bytes."
            )
            errors.append(FieldError("secrets.key", "err_secret", said))
    return {"host": host}


def _for_the_office(
    db: Connection, moment: Moment, settings: Mapping[str, Any], errors: list[FieldError]
) -> dict[str, Any]:
    kinds = sorted(set(settings.get("kinds") or ()))
    if not kinds or not set(kinds) <= {kind.value for kind in Notice}:
        said = Text("请选择至少一种通知。", "Choose at least one kind of notice.")
        errors.append(FieldError("settings.kinds", "err_kinds", said))
    units = []
    for given in settings.get("units") or ():
        try:
            units.append(actors.unit_by(db, str(given), moment.today).id)
        except NotFound as e:
            errors.append(FieldError("settings.units", "err_unit_not_found", e.said))
    return {"kinds": kinds, "units": sorted(set(units)), "language": "en" if settings.get("language") == "en" else "zh"}
