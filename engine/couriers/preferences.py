"""How somebody wants to be told: which kinds by which channel, at once or in the day's digest, and when not."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from engine import tables
from engine.couriers import mail
from engine.errors import FieldError, Language, Text, Unfit
from engine.outbox import UNHURRIED, Notice
from engine.store import Moment

WAYS = ("at_once", "digest", "off")
DIGEST_AT = time(8, 30)
"""When the digest goes out, in the office's zone, where nobody chose otherwise."""

_N, _A = tables.notice_preferences.c, tables.accounts.c


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choice; what is not chosen is the office's usual way."""

    mail: str | None = None
    language: Language | None = None
    """Null: the language of the account."""
    quiet: tuple[time, time] | None = None
    """From and to, in the office's zone; may go over midnight."""
    digest_at: time = DIGEST_AT
    ways: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Channel id → kind → way."""

    def way(self, channel_id: str, kind: str) -> str:
        usual = "digest" if kind in UNHURRIED else "at_once"
        return self.ways.get(channel_id, {}).get(kind, usual)

    def not_before(self, moment: Moment, *, urgent: bool = False) -> datetime:
        """Now, or the end of the quiet hours where it is quiet; urgent kinds do not wait."""
        if self.quiet is None or urgent:
            return moment.now
        start, end = self.quiet
        now = moment.local.time()
        is_quiet = start <= now < end if start < end else now >= start or now < end
        if not is_quiet:
            return moment.now
        return _instant(moment, end, 0 if now < end else 1)

    def next_digest(self, moment: Moment) -> datetime:
        """When the next digest goes out, strictly after now."""
        return _instant(moment, self.digest_at, 0 if moment.local.time() < self.digest_at else 1)


def _instant(moment: Moment, at: time, days: int) -> datetime:
    return datetime.combine(moment.today + timedelta(days=days), at, moment.zone).astimezone(UTC)


_OF = select(tables.notice_preferences, _A.language.label("account_language")).join_from(
    tables.notice_preferences, tables.accounts, _A.person_id == _N.person_id, isouter=True
)
_MANY = _OF.where(_N.person_id.in_(bindparam("people", expanding=True)))
_LANGUAGES = select(_A.person_id, _A.language).where(_A.person_id.in_(bindparam("people", expanding=True)))


def preferences_of(db: Connection, person_id: str) -> Preferences:
    """What one person has chosen."""
    return many(db, [person_id]).get(person_id, Preferences())


def many(db: Connection, people: Iterable[str]) -> dict[str, Preferences]:
    """What several people have chosen; whoever has chosen nothing is not there."""
    wanted = sorted(set(people))
    found: dict[str, Preferences] = {}
    for start in range(0, len(wanted), 500):
        for row in db.execute(_MANY, {"people": wanted[start : start + 500]}):
            found[row.person_id] = _read(row)
    return found


def language_of(db: Connection, person_id: str) -> Language:
    """The language in which somebody is written to: their choice, that of their account, or Chinese."""
    chosen = preferences_of(db, person_id).language
    if chosen is None:
        chosen = next((row.language for row in db.execute(_LANGUAGES, {"people": [person_id]})), None)
    return "en" if chosen == "en" else "zh"


def _read(row: Any) -> Preferences:
    quiet = (time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_to)) if row.quiet_from else None
    return Preferences(
        row.mail,
        row.language,
        quiet,
        time.fromisoformat(row.digest_at) if row.digest_at else DIGEST_AT,
        json.loads(row.ways),
    )


def keep(db: Connection, person_id: str, chosen: Preferences, domains: Collection[str], known: Collection[str]) -> None:
    """Store a choice. ``domains``: where mail may go, empty for anywhere; ``known``: ids of the channels there are.

    Raises ``Unfit`` field by field.
    """
    errors = []
    if chosen.mail is not None and not mail.ADDRESS.fullmatch(chosen.mail):
        errors.append(FieldError("mail", "err_mail", Text("请填写完整的邮箱地址。", "Write a complete mail address.")))
    elif chosen.mail is not None and domains and chosen.mail.rpartition("@")[2].lower() not in domains:
        said = Text("本单位只向 {domains} 的邮箱发送。", "This office sends mail to {domains} only.")
        errors.append(FieldError("mail", "err_mail_domain", said.format(domains="、".join(sorted(domains)))))
    if chosen.quiet is not None and chosen.quiet[0] == chosen.quiet[1]:
        said = Text("起止时间不能相同。", "It has to begin and end at different times.")
        errors.append(FieldError("quiet.to", "err_quiet_hours", said))
    kinds = {kind.value for kind in Notice}
    for channel_id, ways in chosen.ways.items():
        if channel_id not in known:
            errors.append(
                FieldError(f"ways.{channel_id}"[:200], "err_channel", Text("没有这个渠道。", "No such channel."))
            )
        for kind, way in ways.items():
            if kind not in kinds or way not in WAYS:
                said = Text("没有这种通知或方式。", "There is no such kind, or no such way.")
                errors.append(FieldError(f"ways.{channel_id}.{kind}"[:200], "err_way", said))
    if errors:
        raise Unfit(errors=errors)
    start, end = chosen.quiet if chosen.quiet is not None else (None, None)
    db.execute(delete(tables.notice_preferences).where(_N.person_id == person_id))
    db.execute(
        insert(tables.notice_preferences).values(
            person_id=person_id,
            mail=chosen.mail,
            language=chosen.language,
            quiet_from=_written(start),
            quiet_to=_written(end),
            digest_at=_written(chosen.digest_at),
            ways=json.dumps({c: dict(w) for c, w in chosen.ways.items() if w}, sort_keys=True),
        )
    )


def _written(at: time | None) -> str | None:
    return at.strftime("%H:%M") if at is not None else None
