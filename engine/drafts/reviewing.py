"""Review of a draft: who is asked, comments pinned to elements, and sign-offs with the hash of the files signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import actors, tables, trail
from engine.actors import Actor
from engine.drafts import keeping
from engine.drafts.keeping import DRAFT, IN_REVIEW, Draft, change, designer, held, must_be_open, must_say_why, read
from engine.errors import Clash, FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment
from engine.trail import Kind

MOST_REVIEWERS = 20

_R, _N, _O = tables.draft_reviewers.c, tables.draft_comments.c, tables.draft_sign_offs.c


@dataclass(frozen=True, slots=True)
class SignOff:
    """What somebody said of the files with this hash."""

    no: int
    by: str
    at: datetime
    agree: bool
    note: str
    rev: int
    files_hash: str


@dataclass(frozen=True, slots=True)
class Comment:
    """Words about a draft, or about one element of it; open until somebody resolves them."""

    no: int
    rev: int
    element: str | None
    text: str
    by: str
    at: datetime
    resolved_by: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Review:
    """Who has to sign off, and who has."""

    reviewers: tuple[str, ...]
    sign_offs: tuple[SignOff, ...]

    def standing(self, files_hash: str) -> tuple[SignOff, ...]:
        """What holds of files: the last word of everybody who spoke of exactly these."""
        last = {s.by: s for s in self.sign_offs if s.files_hash == files_hash}
        return tuple(last.values())


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps a draft from being published for want of sign-offs."""

    missing: tuple[str, ...]
    """Reviewers who have not signed these files."""
    against: tuple[str, ...]
    """Who does not agree."""
    count: int
    """How many sign-offs are missing besides, by the rule of the office."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.against or self.count)


def reviews(db: Connection, ids: Iterable[str]) -> dict[str, Review]:
    """The reviews of drafts, by draft."""
    wanted = list(ids)
    asked: dict[str, list[str]] = {id_: [] for id_ in wanted}
    said: dict[str, list[SignOff]] = {id_: [] for id_ in wanted}
    query = select(_R.draft_id, _R.person_id).where(_R.draft_id.in_(wanted)).order_by(_R.asked_at, _R.person_id)
    for row in db.execute(query):
        asked[row.draft_id].append(row.person_id)
    signed = select(tables.draft_sign_offs).where(_O.draft_id.in_(wanted)).order_by(_O.draft_id, _O.no)
    for row in db.execute(signed):
        one = SignOff(row.no, row.by_id, row.at, row.agree, row.note, row.rev, row.files_hash)
        said[row.draft_id].append(one)
    return {id_: Review(tuple(asked[id_]), tuple(said[id_])) for id_ in wanted}


def review(db: Connection, id_: str) -> Review:
    """The review of one draft."""
    return reviews(db, [id_])[id_]


def ask(db: Connection, actor: Actor, moment: Moment, id_: str, reviewers: Sequence[str], note: str) -> Draft:
    """Ask people to review a draft, in place of those who were asked before; raises ``Unfit``, ``NotNow``."""
    person = designer(actor)
    draft = held(db, id_)
    must_be_open(draft)
    wanted = list(dict.fromkeys(reviewers))
    known = actors.people(db, wanted, moment.today)
    wrong = [p for p in wanted if p not in known]
    if not wanted or wrong or len(wanted) > MOST_REVIEWERS:
        said = Text("请选择评审人（一至二十人）。", "Choose who reviews it (one to twenty people).")
        raise Unfit(errors=[FieldError("reviewers", "required", said)])
    if draft.saved_by in wanted:
        raise Unfit(errors=[FieldError("reviewers", "err_own_work", _OWN)])
    db.execute(delete(tables.draft_reviewers).where(_R.draft_id == id_))
    rows = [{"draft_id": id_, "person_id": p, "asked_by": person, "asked_at": moment.now} for p in wanted]
    db.execute(insert(tables.draft_reviewers), rows)
    change(db, id_, state=IN_REVIEW, reason=note)
    trail.append(
        db,
        moment,
        actor,
        chain=f"definition:{draft.key}",
        kind=Kind.DRAFT_SENT_TO_REVIEW,
        draft=id_,
        name=draft.name.as_json(),
        sha256=draft.files_hash,
        count=len(wanted),
        reviewers=wanted,
        reason=note or None,
    )
    return read(db, id_)


def call_back(db: Connection, actor: Actor, moment: Moment, id_: str) -> Draft:
    """Take a draft out of review; nobody is asked any more, and what was signed stays on record."""
    designer(actor)
    draft = held(db, id_)
    must_be_open(draft)
    if draft.state != IN_REVIEW:
        raise NotNow(Text("这份草稿不在评审中。", "This draft is not in review."), code="err_not_in_review")
    db.execute(delete(tables.draft_reviewers).where(_R.draft_id == id_))
    change(db, id_, state=DRAFT)
    return read(db, id_)


def sign(
    db: Connection, actor: Actor, moment: Moment, id_: str, *, agree: bool, note: str, files_hash: str | None
) -> Draft:
    """Sign a draft off, or say that one does not agree (then with a note); recorded with the hash of its files.

    ``files_hash`` is what the reviewer has seen: raises ``Clash`` where it was saved since. Nobody signs what they
    saved last themselves.
    """
    draft = held(db, id_)
    must_be_open(draft)
    person = actor.person_id
    if person is None or (person not in review(db, id_).reviewers and "definitions.publish" not in actor.permissions):
        raise Forbidden()
    if draft.saved_by == person:
        raise Forbidden(_OWN, code="err_own_work")
    if files_hash is not None and files_hash != draft.files_hash:
        raise Clash(
            Text("{by}刚刚又保存了修改，请看过再签。", "{by} has saved a change since. Look at it before you sign."),
            code="err_draft_saved_by_other",
            by=keeping.name_of(db, draft.saved_by),
            at=draft.saved_at.isoformat(),
            rev=draft.rev,
        )
    if not agree:
        must_say_why(note, "note")
    no = db.execute(select(func.coalesce(func.max(_O.no), 0) + 1).where(_O.draft_id == id_)).scalar_one()
    db.execute(
        insert(tables.draft_sign_offs).values(
            draft_id=id_,
            no=no,
            rev=draft.rev,
            files_hash=draft.files_hash,
            by_id=person,
            agree=agree,
            note=note,
            at=moment.now,
        )
    )
    trail.append(
        db,
        moment,
        actor,
        chain=f"definition:{draft.key}",
        kind=Kind.DRAFT_SIGNED_OFF if agree else Kind.DRAFT_NOT_AGREED,
        draft=id_,
        name=draft.name.as_json(),
        sha256=draft.files_hash,
        rev=draft.rev,
        reason=note or None,
    )
    return read(db, id_)


def lacking(db: Connection, draft: Draft, by_rule: int) -> Lacking:
    """Which sign-offs are missing of the files as they are: those of the reviewers, and as many as the office asks."""
    found = review(db, draft.id)
    standing = found.standing(draft.files_hash)
    agreed = {s.by for s in standing if s.agree}
    against = tuple(s.by for s in standing if not s.agree)
    missing = tuple(p for p in found.reviewers if p not in agreed and p not in against)
    return Lacking(missing, against, max(0, by_rule - len(agreed) - len(missing) - len(against)))


def signed(db: Connection, files_hash: str) -> int:
    """By how many people files were signed off, in whichever draft, whose last word it is."""
    last: dict[str, bool] = {}
    rows = db.execute(select(_O.by_id, _O.agree).where(_O.files_hash == files_hash).order_by(_O.at, _O.draft_id, _O.no))
    for row in rows:
        last[row.by_id] = row.agree
    return sum(last.values())


# ---------------------------------------------------------------- comments


def comments(db: Connection, id_: str) -> list[Comment]:
    """The comments of a draft, in order."""
    read(db, id_)
    rows = db.execute(select(tables.draft_comments).where(_N.draft_id == id_).order_by(_N.no))
    return [Comment(r.no, r.rev, r.element, r.text, r.by_id, r.at, r.resolved_by, r.resolved_at) for r in rows]


def comment(db: Connection, actor: Actor, moment: Moment, id_: str, text: str, element: str | None) -> int:
    """Write a comment; gives its number. Whoever is asked to review may, and every designer."""
    draft = held(db, id_)
    must_be_open(draft)
    person = _may_speak(db, actor, id_)
    if not text.strip():
        raise Unfit(errors=[FieldError("text", "required", Text("请填写意见。", "Write something."))])
    no: int = db.execute(select(func.coalesce(func.max(_N.no), 0) + 1).where(_N.draft_id == id_)).scalar_one()
    db.execute(
        insert(tables.draft_comments).values(
            draft_id=id_, no=no, rev=draft.rev, element=element, text=text, by_id=person, at=moment.now
        )
    )
    return no


def resolve(db: Connection, actor: Actor, moment: Moment, id_: str, no: int) -> None:
    """Say that a comment is settled; raises ``NotNow`` where somebody else has."""
    held(db, id_)
    person = _may_speak(db, actor, id_)
    mine = (_N.draft_id == id_) & (_N.no == no)
    row = db.execute(select(_N.resolved_by).where(mine)).first()
    if row is None:
        raise NotFound()
    if row.resolved_by is not None:
        raise Clash(
            Text("{by}已将这条意见标为解决。", "{by} has settled this comment already."),
            code="err_comment_resolved",
            by=keeping.name_of(db, row.resolved_by),
        )
    db.execute(update(tables.draft_comments).where(mine).values(resolved_by=person, resolved_at=moment.now))


def _may_speak(db: Connection, actor: Actor, id_: str) -> str:
    person = actor.person_id
    if person is None or (person not in review(db, id_).reviewers and "definitions.publish" not in actor.permissions):
        raise Forbidden()
    return person


_OWN = Text(
    "最后一次修改是本人保存的，须由他人评审签字。",
    "Whoever saved the last change does not sign it off: another person does.",
)
