"""Links that reset a password, by mail: written and sent at the heartbeat, one at a time.

The token of a link is in no row and in no log, only in the mail itself; whatever cannot be sent is written anew, with
another token. Preferences and quiet hours do not matter: somebody waits for it, and asked for it a moment ago.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from engine import accounts
from engine.accounts import Account
from engine.couriers import channels, mail, preferences, sealing
from engine.couriers.channels import Channel
from engine.couriers.outcomes import Later, NotSent, Unreachable
from engine.errors import Language, Text
from engine.store import Moment, Store

_log = logging.getLogger("liuhen.couriers")

AT_ONCE = 50

_SUBJECT = Text("重置流痕密码", "Reset your Liuhen password")
_TEXT = Text(
    "有人要求重置账号“{name}”的密码。请在 {minutes} 分钟内打开以下链接设置新密码；链接只能使用一次：\n\n{link}\n\n"
    "如果不是您本人要求的，请不要打开链接，原密码仍然有效；并请告知管理员。\n",
    "Somebody asked to reset the password of the account “{name}”. Open this link within {minutes} minutes to set a new"
    " one; it is good once:\n\n{link}\n\nIf it was not you, do not open it: the old password stays good. Tell an"
    " administrator.\n",
)


def can_mail(db: Connection) -> bool:
    """Whether a mail channel is in use, so that a link can go by mail at all."""
    return _channel(db) is not None


def send(store: Store, limit: int = AT_ONCE) -> int:
    """Send the links that were asked for; gives how many requests were looked at."""
    with store.reading() as db:  # peek without the write lock
        if not accounts.has_requests(db):
            return 0
    done = 0
    while done < limit and _send_one(store):
        done += 1
    return done


def _send_one(store: Store) -> bool:
    with store.transaction() as db:
        moment = store.moment(db)
        found = accounts.next_request(db)
        if found is None:
            return False
        account = found.account
        channel = _channel(db)
        to = preferences.preferences_of(db, account.person_id).mail
        if channel is None or to is None:
            accounts.settle_request(db, found.id)
            return True
        language = preferences.language_of(db, account.person_id)
        try:
            secrets = channels.secrets_of(db, store.settings, channel.id)
        except sealing.CannotOpen:
            _log.warning("channel %s: its secrets were sealed under another LIUHEN_SECRET_KEY", channel.id)
            return True
        token = accounts.begin_by_mail(db, moment, found)
    letter = _letter(store, moment, found.id, account, to, token, language)
    if _is_done(channel, secrets, letter, urlsplit(store.settings.base_url).hostname or "liuhen"):
        with store.transaction() as db:
            accounts.settle_request(db, found.id)
    return True


def _is_done(channel: Channel, secrets: Mapping[str, Any], letter: mail.Letter, host: str) -> bool:
    """Whether nothing more is to be tried: a link that may have arrived is not followed by another."""
    try:
        mail.send(channel.settings, secrets, letter, host)
    except (Unreachable, Later) as e:
        _log.warning("channel %s: a link could not be sent: %s", channel.id, e.words)
        return False
    except NotSent as e:
        _log.warning("channel %s: a link was not sent: %s", channel.id, e.words)
    return True


def _channel(db: Connection) -> Channel | None:
    found = [one for one in channels.every_channel(db, audience="people", enabled=True) if one.kind == "mail"]
    return found[0] if found else None


def _letter(
    store: Store, moment: Moment, id_: str, account: Account, to: str, token: str, language: Language
) -> mail.Letter:
    minutes = int(accounts.MAIL_LIFE.total_seconds() // 60)
    link = accounts.link(store.settings.base_url, token)
    text = _TEXT.format(name=account.name, minutes=minutes, link=link).spoken(language)
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.strip().split("\n\n"))
    escaped = html.escape(link)
    page = paragraphs.replace(f"<p>{escaped}</p>", f'<p><a href="{escaped}">{escaped}</a></p>')
    return mail.Letter(f"{id_}.{moment.now:%Y%m%d%H%M%S}", to, _SUBJECT.spoken(language), text, page, moment.now)
