"""Drafts reviewed, tried against running cases, and published: comments, sign-offs, the checklist, the publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from api import folders, shapes
from api.contract import Answer, Asked, Door
from api.definitions import judged
from api.drafts import DESIGNERS, LOOKERS, DraftShape, one
from api.shapes import Asking, At, FindingShape, Instant, PersonRef, Shape, Spoken, UnitRef
from api.versions import Becoming, PlanAsked
from engine import actors, definitions, drafts, staffing, versions
from engine.drafts import Draft
from engine.errors import Text

door = Door("reviews", __name__, description="Drafts reviewed, tried against running cases, and published.")


# ---------------------------------------------------------------- shapes


class ReviewAsked(Asking):
    reviewers = fields.List(
        fields.String(validate=validate.Length(1, 40)), required=True, validate=validate.Length(max=100)
    )
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class CommentAsked(Asking):
    """``element``: what of the diagram it speaks of; without it, of the whole draft."""

    element = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    text = fields.String(required=True, validate=validate.Length(max=4000))


class CommentShape(Shape):
    """Words about a draft; ``rev`` is the save that they speak of."""

    no = fields.Integer()
    rev = fields.Integer()
    element = fields.String(allow_none=True)
    text = fields.String()
    by = fields.Nested(PersonRef)
    at = At()
    resolved_by = fields.Nested(PersonRef, allow_none=True)
    resolved_at = At(allow_none=True)


class CommentDone(Shape):
    no = fields.Integer()


class SignAsked(Asking):
    """``files_hash``: the files that the reviewer has seen; refused where they were saved since."""

    agree = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=2000))
    files_hash = fields.String(load_default=None, allow_none=True, validate=validate.Length(64, 64))


class OutcomeCounts(Shape):
    """Cases by what would become of them."""

    unchanged = fields.Integer()
    changes = fields.Integer()
    moves = fields.Integer()
    redoes = fields.Integer()
    cannot = fields.Integer()


class TriedCase(Shape):
    """What would become of one case; ``why`` where it cannot go."""

    case = fields.String()
    number = fields.String()
    version = fields.Integer()
    unit = fields.Nested(UnitRef, allow_none=True)
    kind = fields.String(validate=validate.OneOf(versions.KINDS))
    moved = fields.List(fields.Nested(Becoming))
    redone = fields.List(fields.Nested(Becoming))
    why = Spoken(allow_none=True)


class UnitOutcome(Shape):
    unit = fields.Nested(UnitRef)
    counts = fields.Nested(OutcomeCounts)


class TrialShape(Shape):
    """How far the running cases have been tried; ``is_current``: against the files as they are saved now."""

    status = fields.String(validate=validate.OneOf(("none", "running", "done", "failed")))
    rev = fields.Integer(allow_none=True)
    is_current = fields.Boolean()
    at = At(allow_none=True)
    done_at = At(allow_none=True)
    done = fields.Integer()
    of = fields.Integer()
    counts = fields.Nested(OutcomeCounts)
    units = fields.List(fields.Nested(UnitOutcome))
    fault = Spoken(allow_none=True)


class TrialWhole(TrialShape):
    items = fields.List(fields.Nested(TriedCase))
    next = fields.String(allow_none=True)


class TrialQuery(shapes.Paging):
    kind = fields.String(load_default=None, validate=validate.OneOf(versions.KINDS))
    unit = fields.String(load_default=None, validate=validate.Length(1, 40))


class RehearsedShort(Shape):
    """What came of the rehearsals of these files when they were last played."""

    at = At()
    passed = fields.Boolean()
    count = fields.Integer()
    elements = fields.Integer()
    flows = fields.Integer()
    missed_elements = fields.List(fields.String())
    missed_flows = fields.List(fields.String())


class LackingShape(Shape):
    """Sign-offs that are missing: of reviewers, of those who do not agree, and how many besides."""

    missing = fields.List(fields.Nested(PersonRef))
    against = fields.List(fields.Nested(PersonRef))
    count = fields.Integer()
    voided = fields.List(fields.Nested(PersonRef))


class OutdatedShape(Shape):
    newest = fields.Integer()
    by = Spoken(allow_none=True)
    at = At()


class Checklist(Shape):
    """All that is looked at before a draft is published; ``may_publish``: nothing of it stands in the way."""

    files_hash = fields.String()
    findings = fields.List(fields.Nested(FindingShape))
    staffing = fields.List(fields.Nested(FindingShape))
    rehearsals = fields.Nested(RehearsedShort, allow_none=True)
    sign_offs = fields.Nested(LackingShape)
    open_comments = fields.Integer()
    outdated = fields.Nested(OutdatedShape, allow_none=True)
    retired = fields.Boolean()
    preview = fields.Nested(TrialShape)
    running = fields.Integer()
    may_publish = fields.Boolean()


class PublicationAsked(Asking):
    """``active_from``: from when on it starts cases; ``units``: only in these and below, for now.

    ``over``: the newest version of which the publisher knows, where the draft was begun from an earlier one.
    ``files_hash``: the files that the publisher has seen.
    """

    note = fields.String(required=True, validate=validate.Length(max=2000))
    active_from = Instant(load_default=None, allow_none=True)
    units = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 500),
    )
    over = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, shapes.LARGEST))
    files_hash = fields.String(load_default=None, allow_none=True, validate=validate.Length(64, 64))


class PublicationDone(Shape):
    """The version that it became; ``is_active``: it starts cases already."""

    key = fields.String()
    version = fields.Integer()
    is_active = fields.Boolean()
    findings = fields.List(fields.Nested(FindingShape))


# ---------------------------------------------------------------- review


@door.opens("POST", "/drafts/<draft_id>/review", policy=DESIGNERS, body=ReviewAsked, answer=DraftShape)
def ask(asked: Asked, draft_id: str) -> Any:
    """Ask people to review a draft; all of them have to sign it off before it is published."""
    body = asked.body
    return one(asked, drafts.ask(asked.db, asked.actor, asked.moment, draft_id, body["reviewers"], body["note"]))


@door.opens("DELETE", "/drafts/<draft_id>/review", policy=DESIGNERS, answer=DraftShape)
def call_back(asked: Asked, draft_id: str) -> Any:
    """Take a draft out of review."""
    return one(asked, drafts.call_back(asked.db, asked.actor, asked.moment, draft_id))


@door.opens("GET", "/drafts/<draft_id>/comments", policy=LOOKERS, answer=shapes.page_of(CommentShape))
def comments(asked: Asked, draft_id: str) -> Any:
    """The comments of a draft, in order."""
    found = drafts.comments(asked.db, draft_id)
    names = actors.names(asked.db, {p for c in found for p in (c.by, c.resolved_by) if p})
    return asked.page(
        [
            {
                "no": c.no,
                "rev": c.rev,
                "element": c.element,
                "text": c.text,
                "by": _ref(names, c.by),
                "at": c.at,
                "resolved_by": _ref(names, c.resolved_by) if c.resolved_by else None,
                "resolved_at": c.resolved_at,
            }
            for c in found
        ],
        None,
    )


@door.opens("POST", "/drafts/<draft_id>/comments", policy=LOOKERS, body=CommentAsked, answer=CommentDone, status=201)
def comment(asked: Asked, draft_id: str) -> Any:
    """Write a comment about a draft, or about one element of it."""
    body = asked.body
    no = drafts.comment(asked.db, asked.actor, asked.moment, draft_id, body["text"], body["element"])
    return {"no": no}


@door.opens("POST", "/drafts/<draft_id>/comments/<int:no>/resolution", policy=LOOKERS, status=204)
def resolve(asked: Asked, draft_id: str, no: int) -> None:
    """Say that a comment is settled."""
    drafts.resolve(asked.db, asked.actor, asked.moment, draft_id, min(no, shapes.LARGEST))


@door.opens("POST", "/drafts/<draft_id>/sign-off", policy=LOOKERS, body=SignAsked, answer=DraftShape)
def sign(asked: Asked, draft_id: str) -> Any:
    """Sign a draft off, or say that one does not agree; an entry of the trail with the hash of its files."""
    body = asked.body
    found = drafts.sign(
        asked.db,
        asked.actor,
        asked.moment,
        draft_id,
        agree=body["agree"],
        note=body["note"],
        files_hash=body["files_hash"],
    )
    return one(asked, found)


# ---------------------------------------------------------------- tried against running cases


@door.opens("POST", "/drafts/<draft_id>/preview", policy=DESIGNERS, body=PlanAsked, answer=TrialShape, status=202)
def begin_preview(asked: Asked, draft_id: str) -> Any:
    """Begin to try every running case against a draft; the clock does it, and nothing of a case changes."""
    drafts.begin_trial(asked.db, asked.actor, asked.moment, draft_id, asked.body)
    return _trial(asked, drafts.read(asked.db, draft_id))


@door.opens("GET", "/drafts/<draft_id>/preview", policy=LOOKERS, query=TrialQuery, answer=TrialWhole)
def preview(asked: Asked, draft_id: str) -> Any:
    """How far the running cases have been tried, and what would become of each."""
    found = drafts.read(asked.db, draft_id)
    trial = drafts.trial(asked.db, draft_id)
    items: list[dict[str, Any]] = []
    following = None
    if trial is not None:
        query = asked.query
        items, following = drafts.tried(
            asked.db, trial, kind=query["kind"], unit=query["unit"], after=asked.cursor, limit=query["limit"]
        )
    units = actors.units(asked.db, {i["unit_id"] for i in items}, asked.moment.today)
    page = asked.page([_tried(i, units) for i in items], following)
    return {**_trial(asked, found), **page}


# ---------------------------------------------------------------- published


@door.opens("GET", "/drafts/<draft_id>/checklist", policy=LOOKERS, answer=Checklist)
def checklist(asked: Asked, draft_id: str) -> Any:
    """All that is looked at before a draft is published."""
    found = drafts.read(asked.db, draft_id)
    files = drafts.files_of(asked.db, found.id, found.rev)
    checked, findings = judged(asked, files)
    gaps = staffing.findings(asked.db, asked.moment, checked) if checked is not None else []
    told = [f for f in findings if f not in gaps]
    played = drafts.rehearsed(asked.db, found)
    lacking = drafts.lacking(asked.db, found, asked.store.settings.reviewers)
    has_rehearsals = any(path.startswith("rehearsals/") for path in files)
    passed = played is None or played[1]["zh"]["passed"]
    return {
        "files_hash": found.files_hash,
        "findings": [f.as_json(asked.language) for f in told],
        "staffing": [f.as_json(asked.language) for f in gaps],
        "rehearsals": _played(asked, played) if has_rehearsals else None,
        "sign_offs": _lacking(asked, found, lacking),
        "open_comments": sum(c.resolved_at is None for c in drafts.comments(asked.db, draft_id)),
        "outdated": _outdated(asked, found),
        "retired": definitions.is_retired(asked.db, found.key),
        "preview": _trial(asked, found),
        "running": drafts.reach(asked.db, found.key).cases,
        "may_publish": checked is not None and passed and not lacking and found.state in drafts.OPEN,
    }


@door.opens(
    "POST",
    "/drafts/<draft_id>/publication",
    policy=DESIGNERS,
    body=PublicationAsked,
    answer=PublicationDone,
    status=201,
    works="by itself",
)
def publish(asked: Asked, draft_id: str) -> Any:
    """Publish a draft as the next version, active at once, from a time on, or in some units first.

    Its rehearsals are played before, outside the transaction; refused where one goes otherwise than it says.
    """
    with asked.store.reading() as db:
        found = drafts.read(db, draft_id)
        files = drafts.files_of(db, found.id, found.rev)
    folders.rehearse_new(asked.store, files)
    body = asked.body

    def act(own: Asked) -> Any:
        done = drafts.publish(
            own.db,
            own.actor,
            own.moment,
            draft_id,
            body["note"],
            files_hash=body["files_hash"] or found.files_hash,
            sign_offs=own.store.settings.reviewers,
            over=body["over"],
            active_from=body["active_from"],
            units=body["units"],
        )
        stored = definitions.read(own.db, done.published.key, done.published.version)
        told = [*done.published.findings, *staffing.findings(own.db, own.moment, stored)]
        return {
            "key": stored.key,
            "version": stored.version,
            "is_active": done.is_active,
            "findings": [f.as_json(own.language) for f in told],
        }

    return Answer(asked.once(act, PublicationDone(), None, 201), 201)


# ---------------------------------------------------------------- how they are answered


def _ref(names: Mapping[str, Text], person: str) -> dict[str, Any]:
    return {"id": person, "name": names.get(person, Text(person, person))}


def _unit(unit: actors.Unit | None) -> dict[str, Any] | None:
    return None if unit is None else {"id": unit.id, "code": unit.code, "name": unit.text}


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {kind: counts.get(kind, 0) for kind in versions.KINDS}


def _trial(asked: Asked, draft: Draft) -> dict[str, Any]:
    trial = drafts.trial(asked.db, draft.id)
    if trial is None:
        return {
            "status": "none",
            "rev": None,
            "is_current": False,
            "at": None,
            "done_at": None,
            "done": 0,
            "of": drafts.reach(asked.db, draft.key).cases,
            "counts": _counts({}),
            "units": [],
            "fault": None,
        }
    units = actors.units(asked.db, trial.units, asked.moment.today)
    by_unit = [{"unit": _unit(u), "counts": _counts(trial.units[u.id])} for u in units.values()]
    return {
        "status": trial.status,
        "rev": trial.rev,
        "is_current": trial.files_hash == draft.files_hash,
        "at": trial.at,
        "done_at": trial.done_at,
        "done": trial.done,
        "of": max(trial.total, trial.done),
        "counts": _counts(trial.counts),
        "units": sorted(by_unit, key=lambda u: str((u["unit"] or {}).get("code"))),
        "fault": trial.fault,
    }


def _tried(item: Mapping[str, Any], units: Mapping[str, actors.Unit]) -> dict[str, Any]:
    def named(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**p, "old_name": Text.of(p["old_name"]), "new_name": Text.of(p["new_name"])} for p in pairs]

    return {
        "case": item["case_id"],
        "number": item["number"],
        "version": item["version"],
        "unit": _unit(units.get(item["unit_id"])),
        "kind": item["kind"],
        "moved": named(item["moved"]),
        "redone": named(item["redone"]),
        "why": Text.of(item["why"]) if item["why"] else None,
    }


def _played(asked: Asked, played: tuple[Any, dict[str, Any]] | None) -> dict[str, Any] | None:
    if played is None:
        return None
    at, report = played[0], played[1][asked.language]
    return {"at": at, "passed": report["passed"], "count": len(report["rehearsals"]), **report["coverage"]}


def _lacking(asked: Asked, draft: Draft, lacking: drafts.Lacking) -> dict[str, Any]:
    """What is missing, and whose sign-off a later save has voided."""
    review = drafts.review(asked.db, draft.id)
    standing = {s.by for s in review.standing(draft.files_hash)}
    voided = {s.by for s in review.sign_offs if s.agree} - standing
    names = actors.names(asked.db, {*lacking.missing, *lacking.against, *voided})
    return {
        "missing": [_ref(names, p) for p in lacking.missing],
        "against": [_ref(names, p) for p in lacking.against],
        "count": lacking.count,
        "voided": [_ref(names, p) for p in sorted(voided)],
    }


def _outdated(asked: Asked, draft: Draft) -> dict[str, Any] | None:
    known = definitions.versions(asked.db, draft.key)
    if draft.state not in drafts.OPEN or not known or known[0]["version"] == draft.based_on:
        return None
    by = known[0]["published_by"]
    return {
        "newest": known[0]["version"],
        "by": drafts.name_of(asked.db, by) if by else None,
        "at": known[0]["published_at"],
    }
