"""Carries notices to people: on their own pages, and after the COMMIT by mail, webhooks and robots of group chats.

The heartbeat of any node lets them act (``tick``): what deeds have written into the outbox is put before the people it
means (``resolving``), and what has to leave the house is claimed, sent and marked (``sending``). One topic a file:
``channels`` (ways out of the house), ``sealing`` (their secrets), ``preferences`` (how somebody wants to be told),
``reset_links`` (for a forgotten password),
``reading`` (a person's own list), ``words`` (what a notice says), ``mail``, ``hooks`` and ``robots`` (what goes over
the wire), ``wire`` (an HTTPS request that goes nowhere it should not).

What is guaranteed. In the product a notice stands exactly once. By mail and by robots it goes out **at most once**: a
delivery whose node was killed while it was under way is never repeated, but marked ``unknown`` and shown to operators,
because nobody there could tell the second message from the first; mails bear the delivery's id as Message-ID all the
same. By webhook it goes out **at least once**, always under the same ``webhook-id``, by which the receiver drops
repetitions. What certainly did not arrive (no connection, a temporary refusal) is tried again in every channel.
"""

from engine.couriers.channels import (
    AUDIENCES,
    KINDS,
    PERMISSION,
    Channel,
    add,
    can_open,
    change,
    deliveries,
    disable,
    enable,
    every_channel,
    health,
    send_again,
)
from engine.couriers.preferences import WAYS, Preferences, keep, preferences_of
from engine.couriers.reading import forget, listed, mark_read, unread
from engine.couriers.reset_links import can_mail
from engine.couriers.resolving import resolve
from engine.couriers.sending import send, tick, try_out

__all__ = [
    "AUDIENCES",
    "KINDS",
    "PERMISSION",
    "WAYS",
    "Channel",
    "Preferences",
    "add",
    "can_mail",
    "can_open",
    "change",
    "deliveries",
    "disable",
    "enable",
    "every_channel",
    "forget",
    "health",
    "keep",
    "listed",
    "mark_read",
    "preferences_of",
    "resolve",
    "send",
    "send_again",
    "tick",
    "try_out",
    "unread",
]
