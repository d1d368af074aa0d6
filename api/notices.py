"""Notices: what the asker was told, how they want to be told, and the channels by which it leaves the house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from marshmallow import ValidationError, fields, validate

from api import shapes
from api.contract import SIGNED_IN, Answer, Asked, Door, may
from api.shapes import Asking, At, Facts, Paging, Shape, Spoken
from engine import couriers
from engine.couriers import Preferences
from engine.couriers.words import name_of
from engine.errors import Forbidden, Text
from engine.outbox import URGENT, Notice

door = Door("notices", __name__, description="What people are told, and the channels by which it leaves the house.")

MANAGERS = may(couriers.PERMISSION)
_ID = validate.Length(max=40)
_STATUSES = ("waiting", "sending", "sent", "failed", "unknown", "cancelled")


# ---------------------------------------------------------------- one's own


class NoticeCase(Shape):
    """The case a notice is about; its title only for whoever may see it."""

    id = fields.String()
    number = fields.String()
    title = fields.String(allow_none=True)


class NoticeShape(Shape):
    """One thing the asker was told. ``is_done``: it asked for something, and that is done or no longer needed."""

    id = fields.String()
    kind = fields.String()
    text = Spoken()
    at = At()
    is_read = fields.Boolean()
    is_done = fields.Boolean()
    is_urgent = fields.Boolean()
    case = fields.Nested(NoticeCase, allow_none=True)
    procedure = Spoken(allow_none=True)
    task = fields.String(allow_none=True)
    link = fields.String(allow_none=True)


class NoticeQuery(Paging):
    unread = fields.Boolean(load_default=False)
    kind = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in Notice]))


class Unread(Shape):
    """How many are unread and not done; 100 means 100 or more."""

    unread = fields.Integer()


class ReadNotices(Asking):
    """These, or with ``all`` everything."""

    ids = fields.List(fields.String(validate=_ID), load_default=None, validate=validate.Length(min=1, max=200))
    all = fields.Boolean(load_default=False)


@door.opens("GET", "/notices", policy=SIGNED_IN, answer=shapes.page_of(NoticeShape), query=NoticeQuery)
def notices(asked: Asked) -> Any:
    """What the asker was told, newest first."""
    given = asked.query
    _a_person(asked)
    return asked.page(
        *couriers.listed(
            asked.db,
            asked.actor,
            asked.moment,
            only_unread=given["unread"],
            kind=given["kind"],
            cursor=asked.cursor,
            limit=given["limit"],
        )
    )


@door.opens("GET", "/notices/unread", policy=SIGNED_IN, answer=Unread)
def unread(asked: Asked) -> Any:
    """How many the asker has not read and could still do something about."""
    return {"unread": couriers.unread(asked.db, asked.actor, asked.moment)}


@door.opens("POST", "/notices/read", policy=SIGNED_IN, body=ReadNotices, answer=Unread)
def read(asked: Asked) -> Any:
    """The asker has read these, or all; what is not theirs is left alone."""
    _a_person(asked)
    ids = None if asked.body["all"] else asked.body["ids"] or []
    couriers.mark_read(asked.db, asked.actor, asked.moment, ids)
    return {"unread": couriers.unread(asked.db, asked.actor, asked.moment)}


def _a_person(asked: Asked) -> str:
    if asked.actor.person_id is None:
        raise Forbidden(Text("只有人员才有通知。", "Only people are told anything."), code="err_not_a_person")
    return asked.actor.person_id


# ---------------------------------------------------------------- one's own choice


_CLOCK = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$")


class Quiet(Shape):
    """From and to, hh:mm in the office's zone; may go over midnight."""

    from_ = fields.String(data_key="from")
    to = fields.String()


class ChannelRef(Shape):
    id = fields.String()
    name = fields.String()
    kind = fields.String()


class KindRef(Shape):
    """A kind of notice, by which ``ways`` are chosen."""

    kind = fields.String()
    name = Spoken()
    is_urgent = fields.Boolean()


class PreferencesShape(Shape):
    """How the asker is told. ``ways``: channel → kind → ``at_once``, ``digest`` or ``off``, every one said.

    ``domains``: where mail may go; empty for anywhere.
    """

    mail = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    quiet = fields.Nested(Quiet, allow_none=True)
    digest_at = fields.String()
    ways = Facts()
    domains = fields.List(fields.String())
    channels = fields.List(fields.Nested(ChannelRef))
    kinds = fields.List(fields.Nested(KindRef))


class NewQuiet(Asking):
    from_ = fields.String(data_key="from", required=True, validate=_CLOCK)
    to = fields.String(required=True, validate=_CLOCK)


class Ways(Facts):
    """Channel → kind → way."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        found = super()._deserialize(value, attr, data, **kwargs)
        for ways in found.values():
            if not isinstance(ways, dict) or not all(isinstance(way, str) for way in ways.values()):
                raise ValidationError("Not a valid object.")
        if len(found) > 50:
            raise ValidationError("Longer than maximum length 50.")
        return found


class NewPreferences(Asking):
    """The whole choice; what is left out is the office's usual way."""

    mail = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    language = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("zh", "en")))
    quiet = fields.Nested(NewQuiet, load_default=None, allow_none=True)
    digest_at = fields.String(load_default="08:30", validate=_CLOCK)
    ways = Ways(load_default=dict)


@door.opens("GET", "/me/notices", policy=SIGNED_IN, answer=PreferencesShape)
def preferences(asked: Asked) -> Any:
    """How the asker is told, and what there is to choose from."""
    return _chosen(asked, _a_person(asked))


@door.opens("PUT", "/me/notices", policy=SIGNED_IN, body=NewPreferences, answer=PreferencesShape)
def choose(asked: Asked) -> Any:
    """The asker's whole choice."""
    person, given = _a_person(asked), asked.body
    known = couriers.every_channel(asked.db, audience="people", enabled=True)
    quiet = given["quiet"]
    chosen = Preferences(
        (given["mail"] or "").strip() or None,
        given["language"],
        (time.fromisoformat(quiet["from_"]), time.fromisoformat(quiet["to"])) if quiet else None,
        time.fromisoformat(given["digest_at"]),
        given["ways"],
    )
    couriers.keep(asked.db, person, chosen, _domains(known), {channel.id for channel in known})
    return _chosen(asked, person)


def _domains(known: list[couriers.Channel]) -> list[str]:
    """Where mail may go: where every mail channel may send."""
    allowed = [set(c.settings["domains"]) for c in known if c.kind == "mail" and c.settings["domains"]]
    return sorted(set.intersection(*allowed)) if allowed else []


def _chosen(asked: Asked, person: str) -> dict[str, Any]:
    chosen = couriers.preferences_of(asked.db, person)
    known = couriers.every_channel(asked.db, audience="people", enabled=True)
    quiet = chosen.quiet
    return {
        "mail": chosen.mail,
        "language": chosen.language,
        "quiet": {"from_": quiet[0].strftime("%H:%M"), "to": quiet[1].strftime("%H:%M")} if quiet else None,
        "digest_at": chosen.digest_at.strftime("%H:%M"),
        "ways": {c.id: {kind.value: chosen.way(c.id, kind) for kind in Notice} for c in known},
        "domains": _domains(known),
        "channels": known,
        "kinds": _kinds(),
    }


def _kinds() -> list[dict[str, Any]]:
    return [{"kind": kind.value, "name": name_of(kind), "is_urgent": kind in URGENT} for kind in Notice]


# ---------------------------------------------------------------- channels, for whoever manages them


class ChannelCounts(Shape):
    """Deliveries by what became of them; ``unknown`` may have arrived and are not repeated."""

    waiting = fields.Integer()
    sent = fields.Integer()
    failed = fields.Integer()
    doubtful = fields.Integer(data_key="unknown", attribute="unknown")


class ChannelShape(Shape):
    """A channel without its secrets. ``open_until``: it rests until then, because of ``error``."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(couriers.KINDS))
    name = fields.String()
    audience = fields.String(validate=validate.OneOf(("people", "office")))
    settings = Facts()
    created_at = At()
    disabled_at = At(allow_none=True)
    open_until = At(allow_none=True)
    error = fields.String(allow_none=True)
    error_at = At(allow_none=True)
    deliveries = fields.Nested(ChannelCounts)


class Channels(Shape):
    items = fields.List(fields.Nested(ChannelShape))
    next = fields.String(allow_none=True)
    kinds = fields.List(fields.Nested(KindRef))


class NewChannelShape(Shape):
    """A new channel: ``secret`` is what a webhook's receiver verifies with, made up here and never shown again."""

    id = fields.String()
    secret = fields.String(allow_none=True)


class ChannelSettings(Asking):
    """Mail: ``host`` to ``domains``. Others: ``kinds``, ``units``, ``language``. ``titles``: name cases by title."""

    host = fields.String(load_default="", validate=validate.Length(max=253))
    port = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=65535))
    security = fields.String(load_default="starttls", validate=validate.OneOf(("starttls", "tls", "none")))
    user = fields.String(load_default="", validate=validate.Length(max=254))
    sender = fields.String(load_default="", validate=validate.Length(max=254))
    sender_name = fields.String(load_default="", validate=validate.Length(max=100))
    domains = fields.List(
        fields.String(validate=validate.Length(max=253)), load_default=list, validate=validate.Length(max=50)
    )
    kinds = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=50))
    units = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=50))
    language = fields.String(load_default="zh", validate=validate.OneOf(("zh", "en")))
    titles = fields.Boolean(load_default=False)


class Secrets(Asking):
    """What is sealed and never shown again; left out when a channel is changed, it stays as it is."""

    password = fields.String(load_default="", validate=validate.Length(max=500))
    url = fields.String(load_default="", validate=validate.Length(max=2000))
    key = fields.String(load_default="", validate=validate.Length(max=500))


_NAME = validate.Length(min=1, max=100)


class NewChannel(Asking):
    kind = fields.String(required=True, validate=validate.OneOf(couriers.KINDS))
    name = fields.String(required=True, validate=_NAME)
    audience = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("people", "office")))
    settings = fields.Nested(ChannelSettings, required=True)
    secrets = fields.Nested(Secrets, load_default=dict)


class ChangedChannel(Asking):
    name = fields.String(required=True, validate=_NAME)
    settings = fields.Nested(ChannelSettings, required=True)
    secrets = fields.Nested(Secrets, load_default=dict)


class Try(Asking):
    """``to``: a mail address; without it one's own."""

    channel = fields.String(load_default=None, validate=_ID)
    to = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))


class Tried(Shape):
    """What became of a test message."""

    status = fields.String(validate=validate.OneOf(_STATUSES))
    error = fields.String(allow_none=True)


class DeliveryShape(Shape):
    """What became of one message: never to whom, never about which case."""

    id = fields.String()
    kind = fields.String()
    way = fields.String()
    status = fields.String(validate=validate.OneOf(_STATUSES))
    attempts = fields.Integer()
    error = fields.String(allow_none=True)
    at = At()
    next_at = At()
    done_at = At(allow_none=True)


class Again(Asking):
    """``sure``: sent again although it may have arrived already (``unknown``)."""

    sure = fields.Boolean(load_default=False)


class DeliveryQuery(Paging):
    status = fields.String(load_default=None, validate=validate.OneOf(_STATUSES))


@door.opens("GET", "/channels", policy=MANAGERS, answer=Channels)
def channels(asked: Asked) -> Any:
    """The channels there are, by name, and the kinds of notice."""
    health = couriers.health(asked.db)
    items = [
        {
            **{name: getattr(one, name) for name in ("id", "kind", "name", "audience", "settings", "created_at")},
            **{name: getattr(one, name) for name in ("disabled_at", "open_until", "error", "error_at")},
            "deliveries": _counts(health, one.id),
        }
        for one in couriers.every_channel(asked.db)
    ]
    return {**asked.page(items, None), "kinds": _kinds()}


@door.opens("POST", "/channels", policy=MANAGERS, body=NewChannel, answer=NewChannelShape, status=201, idempotent=False)
def add(asked: Asked) -> Any:
    """A new channel; a webhook's secret is shown this once."""
    given = asked.body
    id_, secret = couriers.add(asked.db, asked.actor, asked.moment, asked.store.settings, **given)
    return Answer({"id": id_, "secret": secret})


@door.opens("PUT", "/channels/<channel_id>", policy=MANAGERS, body=ChangedChannel, status=204)
def change(asked: Asked, channel_id: str) -> None:
    """Change a channel; a secret that is left out stays as it is."""
    couriers.change(asked.db, asked.actor, asked.moment, asked.store.settings, channel_id, **asked.body)


@door.opens("DELETE", "/channels/<channel_id>", policy=MANAGERS, status=204)
def disable(asked: Asked, channel_id: str) -> None:
    """Nothing goes out by it any more; what waits is not sent. What it has carried stays on record."""
    couriers.disable(asked.db, asked.actor, asked.moment, channel_id)


@door.opens("POST", "/channels/<channel_id>/opening", policy=MANAGERS, status=204)
def enable(asked: Asked, channel_id: str) -> None:
    """It carries again what happens from now on."""
    couriers.enable(asked.db, asked.actor, asked.moment, channel_id)


@door.opens(
    "GET",
    "/channels/<channel_id>/deliveries",
    policy=MANAGERS,
    answer=shapes.page_of(DeliveryShape),
    query=DeliveryQuery,
)
def deliveries(asked: Asked, channel_id: str) -> Any:
    """What went out by a channel, newest first."""
    given = asked.query
    return asked.page(
        *couriers.deliveries(
            asked.db, asked.actor, channel_id, status=given["status"], cursor=asked.cursor, limit=given["limit"]
        )
    )


@door.opens(
    "POST", "/channels/<channel_id>/deliveries/<delivery_id>/again", policy=MANAGERS, body=Again, answer=ChannelCounts
)
def again(asked: Asked, channel_id: str, delivery_id: str) -> Any:
    """Send once more what could not be sent; recorded. What may have arrived goes only for who is ``sure``."""
    sure = asked.body["sure"]
    couriers.send_again(asked.db, asked.actor, asked.moment, channel_id, delivery_id, is_sure=sure)
    return _counts(couriers.health(asked.db), channel_id)


def _counts(health: Mapping[str, Mapping[str, int]], channel_id: str) -> dict[str, int]:
    return {s: health.get(channel_id, {}).get(s, 0) for s in ("waiting", "sent", "failed", "unknown")}


@door.opens("POST", "/channels/<channel_id>/test", policy=MANAGERS, body=Try, answer=Tried, works="by itself")
def try_channel(asked: Asked, channel_id: str) -> Any:
    """Send a test message now; answers with what became of it."""
    return couriers.try_out(asked.store, asked.actor, channel_id, asked.body["to"])


@door.opens("POST", "/me/notices/test", policy=SIGNED_IN, body=Try, answer=Tried, works="by itself")
def try_mine(asked: Asked) -> Any:
    """Send a test message to the asker now, by one channel for people."""
    _a_person(asked)
    return couriers.try_out(asked.store, asked.actor, asked.body["channel"] or "")
