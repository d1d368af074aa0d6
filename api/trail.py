"""The trail: the entries of the whole office for auditors, and whether it is whole."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import func, select, tuple_

from api import shapes
from api.contract import Asked, Door, may
from api.shapes import Anything, At, Clause, On, Paging, Shape, Spoken
from engine import actors, definitions, reads, tables, trail, verifying, views
from engine.errors import Text, Unfit

door = Door("trail", __name__, description="Who did what, each entry sealing the one before.")

AUDITORS = may("trail.read_all")
SEARCHERS = may("trail.read_all", "trail.read_administration")
VERIFIERS = may("trail.verify", "trail.read_all")


class EntryActor(Shape):
    """Whoever acted; ``person_id`` is null for the clock and for commands."""

    person_id = fields.String(allow_none=True)
    name = Spoken()
    post = Spoken(allow_none=True)


class Change(Shape):
    """One answer that the act gave; ``value`` is null where it is personal and not for the asker.

    ``before`` is there where a value was corrected.
    """

    sometimes = frozenset({"before"})

    field = fields.String()
    label = Spoken()
    value = Anything(allow_none=True)
    before = Anything(allow_none=True)


class EntryShape(Shape):
    """One entry, as a sentence and in its parts; ``hash`` seals it and ``prev`` the one before."""

    chain = fields.String()
    seq = fields.Integer()
    at = At()
    kind = fields.String()
    sentence = Spoken()
    actor = fields.Nested(EntryActor, allow_none=True)
    element = fields.String(allow_none=True)
    element_name = Spoken(allow_none=True)
    step = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    business_on = On(allow_none=True)
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    opinion = fields.String(allow_none=True)
    reason = Spoken(allow_none=True)
    marks = fields.List(fields.String())
    mark_labels = fields.Dict(keys=fields.String(), values=Spoken())
    changes = fields.List(fields.Nested(Change))
    clause = fields.Nested(Clause, allow_none=True)
    is_void = fields.Boolean()
    hash = fields.String()
    prev = fields.String()


class Break(Shape):
    """One place where the trail is not whole."""

    chain = fields.String()
    seq = fields.Integer()
    rule = fields.String()
    message = fields.String()


class Verification(Shape):
    """How much was recomputed, and everything that does not fit; ``limits`` says what was not, or cannot be, known.

    ``leaves``, ``checkpoints`` and ``cosignatures`` are of the sealed log, ``waiting`` entries that are not in it yet;
    ``cases``, ``rows``, ``values``, ``files``, ``documents`` and ``definitions`` were compared with what entries say.
    """

    chains = fields.Integer()
    entries = fields.Integer()
    is_whole = fields.Boolean()
    findings = fields.List(fields.Nested(Break))
    more_findings = fields.Integer()
    leaves = fields.Integer()
    checkpoints = fields.Integer()
    cosignatures = fields.Integer()
    waiting = fields.Integer()
    cases = fields.Integer()
    rows = fields.Integer()
    values = fields.Integer()
    files = fields.Integer()
    documents = fields.Integer()
    definitions = fields.Integer()
    limits = fields.List(fields.String())


class ReadingQuery(Paging):
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=1000))


class SearchQuery(Paging):
    """``actor`` is a person (id or number), ``unit`` the unit of a case (id or code), ``from`` and ``to`` are days."""

    actor = fields.String(load_default=None, validate=validate.Length(max=40))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    kind = fields.String(load_default=None, validate=validate.OneOf(sorted(trail.Kind)))
    chain = fields.String(load_default=None, validate=validate.Length(max=60))
    since = On(load_default=None, data_key="from")
    until = On(load_default=None, data_key="to")
    q = fields.String(load_default=None, validate=validate.Length(max=200))


class VerificationQuery(shapes.Asking):
    chain = fields.String(load_default=None, validate=validate.Length(max=60))


@door.opens("GET", "/trail", policy=SEARCHERS, answer=shapes.page_of(EntryShape), query=SearchQuery)
def search(asked: Asked) -> Any:
    """Entries of every chain, newest first; ``q`` is looked for in what was hashed.

    Reads are found by their ``kind`` (``case.read`` …) or ``chain`` (``reads:`` and a person), and not among deeds.

    Who may read what administrators did, and no more, finds the entries that are of no case.
    """
    entries, cases = tables.entries.c, tables.cases.c
    given = asked.query
    found = (
        select(entries.chain, entries.seq, entries.at, entries.hash, entries.text, cases.definition_id)
        .join_from(tables.entries, tables.cases, cases.id == entries.chain, isouter=True)
        .order_by(entries.at.desc(), entries.chain.desc(), entries.seq.desc())
        .limit(given["limit"] + 1)
    )
    if not asked.actor.may("trail.read_all"):
        found = found.where(cases.id.is_(None))
    if given["actor"]:
        found = found.where(entries.person_id == actors.person_by(asked.db, given["actor"], asked.moment.today).id)
    if given["unit"]:
        found = found.where(cases.unit_id == actors.unit_by(asked.db, given["unit"]).id)
    if given["kind"]:
        found = found.where(entries.kind == given["kind"])
    if given["chain"]:
        found = found.where(entries.chain == given["chain"])
    elif not given["kind"]:
        # Who looks would find their own looking first, page after page.
        found = found.where(entries.chain.not_like(f"{reads.CHAINS}%"))
    if given["since"]:
        found = found.where(entries.at >= asked.moment.midnight(given["since"]))
    if given["until"]:
        found = found.where(entries.at < asked.moment.midnight(given["until"] + timedelta(days=1)))
    if given["q"]:
        found = found.where(entries.text.contains(given["q"], autoescape=True))
    if asked.cursor:
        at, chain, seq = asked.cursor
        found = found.where(tuple_(entries.at, entries.chain, entries.seq) < (datetime.fromisoformat(at), chain, seq))
    rows = asked.db.execute(found).all()
    page = rows[: given["limit"]]
    last = page[-1] if len(rows) > len(page) else None
    return asked.page(
        [_spoken(asked, row) for row in page], [last.at.isoformat(), last.chain, last.seq] if last else None
    )


def _spoken(asked: Asked, row: Any) -> dict[str, Any]:
    definition = None
    if row.definition_id is not None:
        present = definitions.load(asked.db, row.definition_id)
        definition = views.Versions(asked.db, row.chain, present).at(json.loads(row.text)["seq"])
    elif row.chain.startswith("definition:"):
        definition = definitions.read(asked.db, row.chain.removeprefix("definition:"))
    return views.speak(asked.db, asked.moment, [{**json.loads(row.text), "hash": row.hash}], definition)[0]


MOST = 50_000
"""Entries that one request verifies: a second or two. More is for the command, which has its own process."""


@door.opens("GET", "/trail/verification", policy=VERIFIERS, answer=Verification, query=VerificationQuery)
def verify(asked: Asked) -> Any:
    """Recompute every hash, link and leaf, of one chain or of all, and what rests on them."""
    chain = asked.query["chain"]
    if chain is None and asked.db.execute(select(func.count()).select_from(tables.entries)).scalar_one() > MOST:
        raise Unfit(
            Text(
                "记录超过 {most} 条，请核验单个事项，或在服务器上运行 liuhen verify。",
                "There are more than {most} entries. Verify one chain, or run liuhen verify on the server.",
            ).format(most=f"{MOST:,}"),
            code="err_too_many_entries",
        )
    return verifying.verify(asked.store, chain).as_json(asked.language)
