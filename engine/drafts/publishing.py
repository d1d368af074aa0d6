"""A draft becomes a version: what is asked for before; active at once, from a time on, or in some units first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import activating, definitions, trail
from engine.actors import Actor
from engine.definitions import Definition, Published
from engine.drafts import keeping, reviewing
from engine.drafts.keeping import PUBLISHED, Draft, change, designer, held, must_be_open, must_say_why
from engine.drafts.reviewing import Lacking
from engine.errors import Clash, NotNow, Text
from engine.store import Moment


@dataclass(frozen=True, slots=True)
class Done:
    """What publishing did; ``is_active``: the version starts cases already."""

    draft: Draft
    published: Published
    is_active: bool


def publish(
    db: Connection,
    actor: Actor,
    moment: Moment,
    id_: str,
    note: str,
    *,
    files_hash: str,
    sign_offs: int,
    over: int | None = None,
    active_from: datetime | None = None,
    units: Collection[str] | None = None,
) -> Done:
    """Publish a draft as the next version of its key.

    ``files_hash`` is what was rehearsed: raises ``Clash`` where it was saved since, or where a version was published
    since the draft was begun that ``over`` does not name. ``sign_offs``: how many the office asks for. Raises ``Unfit``
    (no note), ``NotNow`` (sign-offs are missing) and ``DefinitionRefused``.
    """
    designer(actor)
    must_say_why(note, "note")
    draft = held(db, id_)
    must_be_open(draft)
    trail.hold(db, f"definition:{draft.key}")  # two drafts of one key: one after the other
    if draft.files_hash != files_hash:
        raise Clash(
            Text("{by}刚刚又保存了修改，请看过再发布。", "{by} has saved a change since. Look at it, then publish."),
            code="err_draft_saved_by_other",
            by=keeping.name_of(db, draft.saved_by),
            at=draft.saved_at.isoformat(),
            rev=draft.rev,
        )
    must_be_signed(db, reviewing.lacking(db, draft, sign_offs))
    _must_be_on_newest(db, draft, over)
    is_now = units is None and (active_from is None or active_from <= moment.now)
    if is_now:
        activating.drop_plans(db, actor, moment, draft.key, _REPLACED, 0)
    standing = reviewing.review(db, id_).standing(draft.files_hash)
    done = definitions.publish(
        db,
        actor,
        moment,
        keeping.files_of(db, id_, draft.rev),
        note,
        is_active=is_now,
        draft=id_,
        signed_by=[s.by for s in standing if s.agree] or None,
    )
    if not done.is_new:
        raise NotNow(
            Text(
                "与第 {version} 版完全相同，没有可发布的修改。", "It is the same as version {version}: nothing is new."
            ),
            code="err_nothing_new",
            version=done.version,
        )
    if not is_now:
        activating.activate(db, actor, moment, done.key, done.version, note, from_at=active_from, units=units)
    change(db, id_, state=PUBLISHED, published_version=done.version, edited_by=None, editing_until=None)
    active_now = is_now or active_from is None or active_from <= moment.now
    return Done(keeping.read(db, id_), done, active_now)


_REPLACED = Text("已由新发布的版本代替", "a newer version was published")


def must_be_signed(db: Connection, lacking: Lacking) -> None:
    """Raises ``NotNow`` where sign-offs are missing."""
    if not lacking:
        return
    names = {p: keeping.name_of(db, p) for p in (*lacking.missing, *lacking.against)}
    said = Text("尚缺评审签字", "sign-offs are missing")
    if lacking.against:
        said = _AGAINST.format(who=_listed([names[p] for p in lacking.against]))
    elif lacking.missing:
        said = _MISSING.format(who=_listed([names[p] for p in lacking.missing]))
    elif lacking.count:
        said = _COUNT.format(count=lacking.count)
    raise NotNow(said, code="err_not_signed_off", of=[names[p] for p in lacking.missing], count=lacking.count)


_AGAINST = Text("{who}不同意这份草稿，不能发布。", "{who} did not agree to this draft. It cannot be published.")
_MISSING = Text("{who}还没有签字同意现在的文件。", "{who} has not signed these files off yet.")
_COUNT = Text(
    "按本单位规定，还须有 {count} 人评审签字。", "By the rule of this office {count} more people have to sign it off."
)


def _listed(names: list[Text]) -> Text:
    return Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))


def _must_be_on_newest(db: Connection, draft: Draft, over: int | None) -> None:
    newest = keeping.newest_version(db, draft.key)
    if newest is None or newest in (draft.based_on, over):
        return
    by = next((v for v in definitions.versions(db, draft.key) if v["version"] == newest), {})
    raise Clash(
        Text(
            "这份草稿开始以后，{by}已发布第 {newest} 版。请先比较，再决定是否覆盖。",
            "Since this draft was begun {by} has published version {newest}. Compare first.",
        ),
        code="err_draft_outdated",
        by=keeping.name_of(db, by["published_by"]) if by.get("published_by") else Text("他人", "somebody"),
        newest=newest,
    )


def must_be_signed_elsewhere(db: Connection, definition: Definition, sign_offs: int) -> None:
    """Files that are published without a draft need the sign-offs of the office all the same; raises ``NotNow``."""
    if sign_offs and not definitions.is_newest(db, definition):
        count = max(0, sign_offs - reviewing.signed(db, definition.sha256))
        must_be_signed(db, Lacking((), (), count))
