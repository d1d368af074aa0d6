"""The library of procedures as designers keep it: versions, drafts, owners, running cases, activation, retirement."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import Answer, Asked, Door
from api.drafts import DESIGNERS, LOOKERS, WhyAsked, zipped
from api.shapes import Asking, At, Instant, PersonRef, Shape, Spoken, UnitRef
from engine import activating, actors, definitions, drafts
from engine.definitions import Definition
from engine.errors import Text

door = Door("library", __name__, description="The library as designers keep it: activation, retirement, owners.")


class LibraryVersion(Shape):
    """One version; ``active``: everywhere, in some units, or nowhere; ``running``: its cases that go on."""

    version = fields.Integer()
    published_at = At()
    published_by = fields.Nested(PersonRef, allow_none=True)
    note = fields.String()
    running = fields.Integer()
    active = fields.String(validate=validate.OneOf(("everywhere", "units", "no")))
    units = fields.List(fields.Nested(UnitRef))


class LibraryDraft(Shape):
    id = fields.String()
    state = fields.String()
    saved_at = At()
    saved_by = fields.Nested(PersonRef)
    edited_by = fields.Nested(PersonRef, allow_none=True)


class PlanShape(Shape):
    """A version that is to start cases from a time on; ``units`` is null for everywhere."""

    id = fields.String()
    version = fields.Integer()
    units = fields.List(fields.Nested(UnitRef), allow_none=True)
    from_at = At()
    reason = fields.String()
    by = fields.Nested(PersonRef)


class LibraryProcedure(Shape):
    """One procedure: also one that has only drafts so far."""

    key = fields.String()
    name = Spoken()
    purpose = Spoken()
    state = fields.String(validate=validate.OneOf(("draft", "published", "retired")))
    folder = fields.String()
    owner = fields.Nested(PersonRef, allow_none=True)
    running = fields.Integer()
    versions = fields.List(fields.Nested(LibraryVersion))
    drafts = fields.List(fields.Nested(LibraryDraft))
    plans = fields.List(fields.Nested(PlanShape))
    retired_at = At(allow_none=True)
    retired_by = fields.Nested(PersonRef, allow_none=True)
    retired_because = fields.String(allow_none=True)


class LibraryQuery(Asking):
    """``q`` looks in keys, names and contents; ``state`` and ``folder`` choose."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    state = fields.String(load_default=None, validate=validate.OneOf(("draft", "published", "retired")))
    folder = fields.String(load_default=None, validate=validate.Length(max=100))


class ActivationAsked(Asking):
    """From now, or from a time on; everywhere, or in some units and all below them."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, shapes.LARGEST))
    from_ = Instant(load_default=None, allow_none=True, data_key="from")
    units = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 500),
    )
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class ActivationDone(Shape):
    is_active = fields.Boolean()


class KeepingAsked(Asking):
    owner = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    folder = fields.String(load_default="", validate=validate.Length(max=100))


@door.opens("GET", "/library", policy=LOOKERS, query=LibraryQuery, answer=shapes.page_of(LibraryProcedure))
def library(asked: Asked) -> Any:
    """Every procedure with its versions, running cases, drafts, owner and state, by folder and key."""
    query = asked.query
    found = _procedures(asked, query["q"])
    chosen = [
        p
        for p in found
        if query["state"] in (None, p["state"]) and (query["folder"] is None or p["folder"] == query["folder"])
    ]
    return asked.page(chosen, None)


@door.opens("GET", "/library/<key>/versions/<int:version>/export", policy=LOOKERS, gives_files=True)
def export(asked: Asked, key: str, version: int) -> Any:
    """The folder of a version as a ZIP, as ``processes/`` has it."""
    found = definitions.read(asked.db, key, min(version, shapes.LARGEST))
    return zipped(found.key, found.files)


@door.opens("PUT", "/definitions/<key>/keeping", policy=DESIGNERS, body=KeepingAsked, status=204)
def keep(asked: Asked, key: str) -> None:
    """Say who looks after a procedure, and in which folder the library shows it."""
    body = asked.body
    activating.keep(asked.db, asked.actor, asked.moment, key, owner=body["owner"], folder=body["folder"].strip())


@door.opens(
    "POST",
    "/definitions/<key>/activation",
    policy=DESIGNERS,
    body=ActivationAsked,
    answer=ActivationDone,
    or_status=202,
)
def activate(asked: Asked, key: str) -> Any:
    """Let a version start cases: an earlier one again, or a new one in more units; 202 where it is arranged."""
    body = asked.body
    is_active = activating.activate(
        asked.db,
        asked.actor,
        asked.moment,
        key,
        body["version"],
        body["reason"],
        from_at=body["from_"],
        units=body["units"],
    )
    return Answer({"is_active": is_active}, 200 if is_active else 202)


@door.opens("POST", "/definitions/<key>/activations/<plan_id>/withdrawal", policy=DESIGNERS, body=WhyAsked, status=204)
def drop(asked: Asked, key: str, plan_id: str) -> None:
    """Drop an activation that is arranged."""
    activating.drop(asked.db, asked.actor, asked.moment, key, plan_id, asked.body["reason"])


@door.opens("POST", "/definitions/<key>/retirement", policy=DESIGNERS, body=WhyAsked, status=204)
def retire(asked: Asked, key: str) -> None:
    """Nobody starts cases of a procedure any more; running cases go on."""
    activating.retire(asked.db, asked.actor, asked.moment, key, asked.body["reason"])


@door.opens("DELETE", "/definitions/<key>/retirement", policy=DESIGNERS, body=WhyAsked, status=204)
def reinstate(asked: Asked, key: str) -> None:
    """A retired procedure can be started again."""
    activating.reinstate(asked.db, asked.actor, asked.moment, key, asked.body["reason"])


# ---------------------------------------------------------------- how they are answered


def _procedures(asked: Asked, search: str) -> list[dict[str, Any]]:
    wanted = search.strip().casefold()
    published = {d.key: d for d in definitions.newest(asked.db)}
    open_ = drafts.listed(asked.db)
    by_key: dict[str, list[drafts.Draft]] = {}
    for draft in open_:
        by_key.setdefault(draft.key, []).append(draft)
    keys = [
        key
        for key in {*published, *by_key}
        if not wanted
        or (key in published and _holds(wanted, published[key]))
        or any(drafts.holds(wanted, draft, asked.db) for draft in by_key.get(key, ()))
    ]
    standing = activating.standing(asked.db, keys)
    running = drafts.running(asked.db, keys)
    told = {key: definitions.versions(asked.db, key) for key in keys if key in published}
    people = {p for d in open_ for p in (d.saved_by, d.edited_by) if p}
    people |= {v["published_by"] for versions in told.values() for v in versions if v["published_by"]}
    for s in standing.values():
        people |= {p for p in (s.retired_by, s.owner, *(plan.by for plan in s.plans)) if p}
    names = actors.names(asked.db, people)
    units = {u for s in standing.values() for u in s.active if u}
    units |= {u for s in standing.values() for plan in s.plans for u in plan.units or ()}
    known = actors.units(asked.db, units, asked.moment.today)

    def ref(person: str | None) -> dict[str, Any] | None:
        return {"id": person, "name": names.get(person, Text(person, person))} if person else None

    def places(ids: Any) -> list[dict[str, Any]]:
        return [{"id": u.id, "code": u.code, "name": u.text} for one in ids if (u := known.get(one)) is not None]

    def versions_of(key: str) -> list[dict[str, Any]]:
        active, own = standing[key].active, running.get(key, {})
        newest = told[key][0]["version"] if key in told else None
        usual = active.get("", None if active else newest)
        found = []
        for v in told.get(key, ()):
            where = [unit for unit, version in active.items() if unit and version == v["version"]]
            said = "everywhere" if v["version"] == usual else "units" if where else "no"
            found.append(
                {
                    **v,
                    "published_by": ref(v["published_by"]),
                    "running": own.get(v["version"], 0),
                    "active": said,
                    "units": places(where),
                }
            )
        return found

    found = []
    for key in keys:
        one, kept = published.get(key), standing[key]
        mine = by_key.get(key, [])
        name = one.name if one is not None else mine[0].name
        found.append(
            {
                "key": key,
                "name": name,
                "purpose": drafts.purpose(one.files if one is not None else _files(asked, mine[0])),
                "state": "retired" if kept.retired_at else "published" if one is not None else "draft",
                "folder": kept.folder,
                "owner": ref(kept.owner or (told[key][0]["published_by"] if key in told else mine[0].owner)),
                "running": sum(running.get(key, {}).values()),
                "versions": versions_of(key),
                "drafts": [
                    {
                        "id": d.id,
                        "state": d.state,
                        "saved_at": d.saved_at,
                        "saved_by": ref(d.saved_by),
                        "edited_by": ref(d.editor(asked.moment)),
                    }
                    for d in mine
                ],
                "plans": [
                    {
                        "id": p.id,
                        "version": p.version,
                        "units": places(p.units) if p.units is not None else None,
                        "from_at": p.from_at,
                        "reason": p.reason,
                        "by": ref(p.by),
                    }
                    for p in kept.plans
                ],
                "retired_at": kept.retired_at,
                "retired_by": ref(kept.retired_by),
                "retired_because": kept.retired_because,
            }
        )
    return sorted(found, key=lambda p: (p["folder"], p["key"]))


def _files(asked: Asked, draft: drafts.Draft) -> dict[str, str]:
    return drafts.files_of(asked.db, draft.id, draft.rev)


def _holds(wanted: str, definition: Definition) -> bool:
    """Whether a procedure has this text, in small letters, in its key, its name or its files."""
    texts = (definition.key, definition.name.zh, definition.name.en, *definition.files.values())
    return any(wanted in text.casefold() for text in texts)
