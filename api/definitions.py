"""Definitions: the library, its versions and files, publishing, rules and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from api import folders, shapes
from api.contract import SIGNED_IN, Answer, Asked, Door, may
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Anything, Asking, At, FindingShape, PersonRef, Shape, Spoken, UnitRef
from engine import (
    actors,
    cases,
    definitions,
    drafts,
    drawing,
    feel,
    gates,
    rehearsals,
    rules,
    separation,
    staffing,
    views,
    vocabulary,
)
from engine.actors import Unit
from engine.definitions import Definition
from engine.errors import DefinitionRefused, Finding, NotFound, NotNow, Text

door = Door("definitions", __name__, description="The library of procedures: versions, rules, parameters.")

READERS = may("definitions.read", "cases.read_all")
LARGEST_FOLDER = 8 << 20


class DefinitionShape(Shape):
    """One procedure of the library, in its newest version."""

    key = fields.String()
    version = fields.Integer()
    name = Spoken()
    description = Spoken()
    can_start = fields.Boolean()


class VersionRef(Shape):
    version = fields.Integer()
    published_at = At()
    note = fields.String()


class StartShape(Shape):
    """What starting asks for: the form, and the units the asker may start it in."""

    form = Anything(allow_none=True)
    units = fields.List(fields.Nested(UnitRef))


class NumberedStep(Shape):
    """A step with a number: what a worklist can be filtered by, with the stage it lies in."""

    step = fields.String()
    name = Spoken()
    stage = fields.String(allow_none=True)
    stage_name = Spoken(allow_none=True)


class DefinitionWhole(DefinitionShape):
    steps = fields.List(fields.Nested(NumberedStep))
    versions = fields.List(fields.Nested(VersionRef))
    start = fields.Nested(StartShape, allow_none=True)


class VersionShape(Shape):
    """One version with its files, as they were published."""

    key = fields.String()
    version = fields.Integer()
    name = Spoken()
    note = fields.String()
    published_at = At()
    sha256 = fields.String()
    files = fields.Dict(keys=fields.String(), values=fields.String())


def _is_file(value: Any) -> None:
    if not isinstance(value, (str, dict)):
        raise ValidationError("Not a valid string.")


class Folder(Asking):
    """A process folder: path → text, or the object of a JSON file."""

    files = fields.Dict(
        keys=fields.String(validate=validate.Length(max=300)), values=fields.Raw(validate=_is_file), required=True
    )


class Publication(Folder):
    note = fields.String(load_default="", validate=validate.Length(max=2000))
    publish = fields.Boolean(load_default=True)


class Published(Shape):
    """What became of the files; ``version`` is null where nothing was stored."""

    key = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    is_new = fields.Boolean()
    findings = fields.List(fields.Nested(FindingShape))


class Checked(Shape):
    """What publishing would say; ``ok`` means that it would publish."""

    key = fields.String(allow_none=True)
    ok = fields.Boolean()
    findings = fields.List(fields.Nested(FindingShape))


class Rehearsing(Asking):
    """A process folder whose rehearsals are played; without it the newest version is."""

    files = fields.Dict(
        keys=fields.String(validate=validate.Length(max=300)), values=fields.Raw(validate=_is_file), load_default=dict
    )


class RehearsalShape(Shape):
    """One rehearsal; ``step``, ``line`` and ``message`` say where it went otherwise than it says."""

    file = fields.String()
    title = fields.String()
    passed = fields.Boolean()
    acts = fields.Integer()
    step = fields.Integer(allow_none=True)
    line = fields.Integer(allow_none=True)
    message = fields.String(allow_none=True)


class CoverageShape(Shape):
    """How many elements and flows the diagram has, and which of them no rehearsal came to."""

    elements = fields.Integer()
    flows = fields.Integer()
    missed_elements = fields.List(fields.String())
    missed_flows = fields.List(fields.String())


class Rehearsed(Shape):
    """What became of the rehearsals of a folder; ``acts`` is how much they did of what a folder may."""

    passed = fields.Boolean()
    acts = fields.Integer()
    rehearsals = fields.List(fields.Nested(RehearsalShape))
    coverage = fields.Nested(CoverageShape)


class Enforcer(Shape):
    """An element of the diagram that enforces a clause."""

    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)


class ClauseRule(Shape):
    """A clause of the procedure, and where it is enforced."""

    id = fields.String()
    text = Spoken()
    article = Spoken()
    kind = fields.String(validate=validate.OneOf(rules.CLAUSE_KINDS))
    parameters = fields.List(fields.String())
    enforced_by = fields.List(fields.Nested(Enforcer))


class ParameterShape(Shape):
    """A value that the regulation leaves to the office: its range, and the clauses that speak of it.

    ``is_sensitive``: changing it takes a second person.
    """

    id = fields.String()
    text = Spoken()
    type = fields.String(validate=validate.OneOf(sorted(rules.PARAMETER_TYPES)))
    kind = fields.String(validate=validate.OneOf(rules.PARAMETER_KINDS))
    default = Anything()
    value = Anything()
    unit = Spoken(allow_none=True)
    minimum = fields.Integer(allow_none=True)
    maximum = fields.Integer(allow_none=True)
    choices = fields.List(fields.String())
    is_sensitive = fields.Boolean()
    clauses = fields.List(fields.Nested(shapes.Clause))


class ParameterChange(Shape):
    """One change of a parameter, as the trail keeps it (``seq`` and ``hash`` name the entry)."""

    at = At()
    by = fields.Nested(PersonRef, allow_none=True)
    confirmed_by = fields.Nested(PersonRef, allow_none=True)
    was = Anything(allow_none=True)
    value = Anything(allow_none=True)
    reason = fields.String()
    seq = fields.Integer()
    hash = fields.String()


class ParameterValue(Asking):
    """The office's own value from today on, and why."""

    value = fields.Raw(required=True, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class WordPart(Shape):
    name = fields.String()
    kind = fields.String()
    required = fields.Boolean()
    choices = fields.List(fields.String())
    text = Spoken()


class WordShape(Shape):
    """A word that a designer may write on a BPMN element."""

    name = fields.String()
    on = fields.List(fields.String())
    many = fields.Boolean()
    attribute = fields.Boolean()
    text = Spoken()
    parts = fields.List(fields.Nested(WordPart))


class FunctionShape(Shape):
    name = fields.String()
    text = Spoken()


class RoleShape(Shape):
    """A post or a status that somebody may have in a unit."""

    id = fields.String()
    text = Spoken()


class Vocabulary(Shape):
    """What a designer may write: words on elements, and the functions of the house for FEEL."""

    namespace = fields.String()
    words = fields.List(fields.Nested(WordShape))
    functions = fields.List(fields.Nested(FunctionShape))
    names = fields.List(fields.String())
    roles = fields.List(fields.Nested(RoleShape))


@door.opens("GET", "/definitions", policy=SIGNED_IN, answer=shapes.page_of(DefinitionShape))
def library(asked: Asked) -> Any:
    """The newest version of every procedure, and whether the asker may start it."""
    return asked.page([_item(asked, definition) for definition in definitions.newest(asked.db)], None)


@door.opens("GET", "/definitions/<key>", policy=SIGNED_IN, answer=DefinitionWhole)
def definition(asked: Asked, key: str) -> Any:
    """One procedure: its versions, and what starting it asks for."""
    found = definitions.read(asked.db, key)
    starting, units = _startable(asked, key)
    return {
        **_item(asked, found),
        "steps": _numbered(found),
        "versions": definitions.versions(asked.db, key),
        "start": _start(asked, starting, units) if starting is not None and units else None,
    }


def _numbered(found: definitions.Definition) -> list[dict[str, Any]]:
    steps = []
    for element in found.steps():
        stage = found.stage_of(element)
        if element.words.attribute("step"):
            steps.append(
                {
                    "step": element.words.attribute("step"),
                    "name": found.element_name(element.id),
                    "stage": stage.words.attribute("stage") if stage else None,
                    "stage_name": found.element_name(stage.id) if stage else None,
                }
            )
    return steps


@door.opens("GET", "/definitions/<key>/versions/<int:version>", policy=READERS, answer=VersionShape)
def version(asked: Asked, key: str, version: int) -> Any:
    """One version with its files."""
    if version > shapes.LARGEST:
        raise NotFound()
    found = definitions.read(asked.db, key, version)
    return {name: getattr(found, name) for name in VersionShape().fields}


def _publishes(sent: Any) -> bool:
    return isinstance(sent, dict) and sent.get("publish", True) is True


def _rehearse_new(asked: Asked) -> None:
    folders.rehearse_new(asked.store, asked.body["files"])


@door.opens(
    "POST",
    "/definitions",
    policy=may("definitions.publish"),
    body=Publication,
    answer=Published,
    status=201,
    or_status=200,
    max_body=LARGEST_FOLDER,
    before=_rehearse_new,
    before_where=_publishes,
)
def publish(asked: Asked) -> Any:
    """Publish a process folder as the next version; refused with every finding where it could not be run faithfully,
    or where one of its rehearsals goes otherwise than it says.

    With ``publish: false`` nothing is stored. The very same files as the newest version give that version again.
    """
    files, note = asked.body["files"], asked.body["note"]
    if not asked.body["publish"]:
        checked, findings = judged(asked, files)
        return Answer(
            {
                "key": checked.key if checked else None,
                "version": None,
                "is_new": False,
                "findings": _findings(asked, findings),
            },
            200,
        )
    checked, _ = definitions.check(files)
    if checked is not None:
        drafts.must_be_signed_elsewhere(asked.db, checked, asked.store.settings.reviewers)
    done = definitions.publish(asked.db, asked.actor, asked.moment, files, note)
    stored = definitions.read(asked.db, done.key, done.version)
    return {
        "key": done.key,
        "version": done.version,
        "is_new": done.is_new,
        "findings": _findings(asked, [*done.findings, *staffing.findings(asked.db, asked.moment, stored)]),
    }


def judged(asked: Asked, files: Mapping[str, Any]) -> tuple[Definition | None, list[Finding]]:
    """What publishing would say of files, the office's rules of separation and its people included."""
    checked, findings = definitions.check(files)
    along = folders.published_along(asked.db, checked) if checked is not None else None
    if checked is not None and (malformed := rehearsals.read(checked, along)[1]):
        checked, findings = None, (*findings, *malformed)
    if checked is None:
        return None, list(findings)
    against = definitions.against_office(asked.db, checked)
    told = [*findings, *against, *staffing.findings(asked.db, asked.moment, checked), *drawing.findings(checked)]
    return (None if any(f.severity == "error" for f in against) else checked), told


@door.opens(
    "POST",
    "/definitions/<key>/check",
    policy=may("definitions.read"),
    body=Folder,
    answer=Checked,
    works="reading",
    max_body=LARGEST_FOLDER,
)
def check(asked: Asked, key: str) -> Any:
    """Check files as publishing would; stores nothing."""
    checked, findings = judged(asked, asked.body["files"])
    return {
        "key": checked.key if checked else None,
        "ok": checked is not None,
        "findings": _findings(asked, findings),
    }


@door.opens(
    "POST",
    "/definitions/<key>/rehearsals",
    policy=may("definitions.read"),
    body=Rehearsing,
    answer=Rehearsed,
    works="reading",
    max_body=LARGEST_FOLDER,
)
def rehearse(asked: Asked, key: str) -> Any:
    """Play the rehearsals of files, or of the newest version, in a throw-away database; stores nothing."""
    files = asked.body["files"]
    checked, findings = definitions.check(files) if files else (definitions.read(asked.db, key), ())
    if checked is None:
        raise DefinitionRefused(findings)
    along = folders.published_along(asked.db, checked)
    report = rehearsals.run(checked, asked.store.settings.zone, separation.written(asked.db), along=along)
    return report.as_json(asked.language)


@door.opens("GET", "/definitions/<key>/rules", policy=SIGNED_IN, answer=shapes.page_of(ClauseRule))
def clauses(asked: Asked, key: str) -> Any:
    """Every clause of the procedure, and the elements that enforce it."""
    found = definitions.read(asked.db, key)
    enforced = definitions.enforcement(found)
    return asked.page(
        [
            {
                **clause.as_view(),
                "kind": clause.kind,
                "parameters": clause.parameters,
                "enforced_by": [
                    {
                        "element": element,
                        "name": found.element_name(element),
                        "step": found.element(element).words.attribute("step"),
                    }
                    for element in enforced.get(clause.id, ())
                ],
            }
            for clause in found.rules.clauses.values()
        ],
        None,
    )


@door.opens("GET", "/definitions/<key>/parameters", policy=SIGNED_IN, answer=shapes.page_of(ParameterShape))
def parameters(asked: Asked, key: str) -> Any:
    """The parameters of a procedure: the default, and what holds in this office today."""
    found = definitions.read(asked.db, key)
    return asked.page(_parameters(asked, found), None)


@door.opens(
    "PUT",
    "/definitions/<key>/parameters/<name>",
    policy=may("definitions.publish"),
    body=ParameterValue,
    answer=ParameterShape,
    or_status=202,
    or_answer=ProposalShape,
)
def set_parameter(asked: Asked, key: str, name: str) -> Any:
    """Set the office's own value from today on, with a reason; a sensitive one takes a second person."""
    found = definitions.read(asked.db, key)
    done = perform(asked, "parameter.set", {"key": key, "name": name, **asked.body}, asked.body["reason"])
    if done.proposal is not None:
        return waiting(asked, done)
    return next(item for item in _parameters(asked, found) if item["id"] == name)


@door.opens(
    "GET",
    "/definitions/<key>/parameters/<name>/history",
    policy=SIGNED_IN,
    answer=shapes.page_of(ParameterChange),
)
def parameter_history(asked: Asked, key: str, name: str) -> Any:
    """Who changed a parameter when, from which value, and why, newest first."""
    if name not in definitions.read(asked.db, key).rules.parameters:
        raise NotFound()
    return asked.page(views.administration.parameter_history(asked.db, asked.moment, key, name), None)


@door.opens("GET", "/vocabulary", policy=SIGNED_IN, answer=Vocabulary)
def words(asked: Asked) -> Any:
    """The words a designer may write, for the modeler's panel."""
    return {
        "namespace": vocabulary.LIUHEN,
        "words": vocabulary.as_json(),
        "functions": [{"name": name, "text": text} for name, text in vocabulary.HOST_FUNCTIONS.items()],
        "names": vocabulary.GIVEN_NAMES,
        "roles": [{"id": role, "text": text} for role, text in actors.ROLES.items()],
    }


def _item(asked: Asked, found: Definition) -> dict[str, Any]:
    return {
        "key": found.key,
        "version": found.version,
        "name": found.name,
        "description": _description(found),
        "can_start": bool(_startable(asked, found.key)[1]),
    }


def _startable(asked: Asked, key: str) -> tuple[Definition | None, list[Unit]]:
    """The version by which the asker would start a case, and the units in which they may; none where it is retired."""
    try:
        found = definitions.starting(asked.db, asked.moment, key)
        units = cases.start_units(asked.db, asked.actor, asked.moment, found)
        own = definitions.starting(asked.db, asked.moment, key, units[0].id) if units else found
    except NotNow:
        return None, []
    return own, units if own is found else cases.start_units(asked.db, asked.actor, asked.moment, own)


def _start(asked: Asked, found: Definition, units: list[Unit]) -> dict[str, Any]:
    """The start form as the asker would fill it in for the first of the units."""
    event = found.blueprint.start
    form = found.forms.get(event.words.attribute("form") or "")
    facts = {"id": None, "number": None, "started_on": asked.moment.today, "started_by": asked.actor.person_id}
    worlds = [
        gates.World(asked.db, asked.actor, asked.moment, found, {**facts, "unit": unit.id}, {})
        for unit in units[:_MOST_UNITS]
    ]
    shown = None
    if form is not None:
        known = gates.reading_context(worlds[0], event)
        shown = form.as_json(asked.language, known, gates.access(event), now=asked.moment.now)
    views.offer(shown, event, worlds, asked.language)
    return {
        "form": shown,
        "units": [{"id": unit.id, "code": unit.code, "name": unit.text} for unit in units],
    }


_MOST_UNITS = 20
"""Units in which somebody may start whose people are offered where the start form chooses one."""


def _description(found: Definition) -> Text:
    """What the procedure is for: its text ``documentation``, else what the diagram says."""
    said = found.blueprint.documentation
    return found.text("documentation", said) if said or found.has_text("documentation") else Text("", "")


def _findings(asked: Asked, findings: Any) -> list[dict[str, Any]]:
    return [finding.as_json(asked.language) for finding in findings]


def _parameters(asked: Asked, found: Definition) -> list[dict[str, Any]]:
    values = rules.values(asked.db, found.key, found.rules, asked.moment.today)
    return [
        {
            "id": parameter.id,
            "text": parameter.text,
            "type": parameter.type,
            "kind": parameter.kind,
            "default": parameter.default,
            "value": feel.plain(values[parameter.id]),
            "unit": parameter.unit,
            "minimum": parameter.minimum,
            "maximum": parameter.maximum,
            "choices": parameter.choices,
            "is_sensitive": parameter.is_sensitive,
            "clauses": [c.as_view() for c in found.rules.clauses.values() if parameter.id in c.parameters],
        }
        for parameter in found.rules.parameters.values()
    ]
