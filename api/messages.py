"""Messages and signals from outside: to the one case that waits for it, or to every case that listens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate

from api import shapes
from api.contract import Asked, Door, for_programs, may
from api.shapes import Asking, At, Facts, Paging, Shape
from engine import feel, messages

door = Door("messages", __name__, description="Messages and signals between cases, and from outside.")

SENDERS = for_programs(messages.PERMISSION)
RUNNERS = may("directory.manage", "cases.read_all")
LARGEST_BODY = messages.LARGEST + 4_096


class Life(fields.Field[Any]):
    """How long a message waits: an ISO 8601 duration of days and hours, such as P7D or PT36H."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> timedelta:
        try:
            found = feel.thaw({"@duration": value[:40]}) if isinstance(value, str) else None
            if isinstance(found, feel.DaysTime):
                return found.delta
        except (feel.FeelError, OverflowError) as e:
            raise ValidationError("Not a valid duration.") from e
        raise ValidationError("Not a valid duration.")


class Message(Asking):
    """The name and the key that the receiver waits for, and what it is given."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=messages.LONGEST))
    key = fields.String(load_default="", validate=validate.Length(max=messages.LONGEST))
    data = Facts(load_default=dict)
    time_to_live = Life(load_default=None, allow_none=True)


class Signal(Asking):
    """The name that receivers listen for, and what they are given."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=messages.LONGEST))
    data = Facts(load_default=dict)


class Taken(Shape):
    """The message has been stored and will be delivered; whether somebody waits for it is not known yet."""

    id = fields.String()


class MessageShape(Shape):
    """A message or signal without what it says: its data and its key may be personal."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(("message", "signal", "return")))
    name = fields.String()
    from_case = fields.String(allow_none=True)
    to_case = fields.String(allow_none=True)
    at = At()
    expires_at = At()
    status = fields.String(validate=validate.OneOf(messages.STATUSES))


class MessageQuery(Paging):
    status = fields.String(load_default=None, validate=validate.OneOf(messages.STATUSES))


@door.opens("POST", "/messages", policy=SENDERS, body=Message, answer=Taken, status=201, max_body=LARGEST_BODY)
def send(asked: Asked) -> Any:
    """Send a message to the case that waits for its name and key, now or before it expires."""
    given = asked.body
    id_ = messages.send(
        asked.db, asked.actor, asked.moment, given["name"], given["key"], given["data"], given["time_to_live"]
    )
    return {"id": id_}


@door.opens("POST", "/signals", policy=SENDERS, body=Signal, answer=Taken, status=201, max_body=LARGEST_BODY)
def broadcast(asked: Asked) -> Any:
    """Send a signal to every case that listens for it now."""
    given = asked.body
    return {"id": messages.broadcast(asked.db, asked.actor, asked.moment, given["name"], given["data"])}


@door.opens("GET", "/messages", policy=RUNNERS, answer=shapes.page_of(MessageShape), query=MessageQuery)
def listed(asked: Asked) -> Any:
    """Messages and signals, newest first: what is pending, and what became of the others."""
    return asked.page(*messages.listed(asked.db, asked.query["status"], asked.cursor, asked.query["limit"]))
