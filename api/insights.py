"""Insights: how the work goes, in figures, and for each figure the list of the cases or tasks that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response
from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Asking, At, On, Shape, Spoken, UnitRef
from engine.oversight import figures
from engine.oversight import report as reporting
from engine.oversight.figures import AGES, CASES, TASKS, Question

door = Door("insights", __name__, description="Figures for whoever oversees the office, or leads a unit of it.")

REACHES = ("below", "alone", "outside")
DAYS = 90
"""How long a period is where nobody says otherwise."""
_KEY = validate.Length(max=60)
_ID = validate.Length(max=40)


class Period(Asking):
    """Of what: days are business dates, both ends inclusive; left open, the last 90 days until today.

    ``reach``: the unit with everything ``below``, ``alone``, or what is ``outside`` of both.
    """

    definition = fields.String(load_default=None, validate=_KEY)
    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=shapes.LARGEST))
    unit = fields.String(load_default=None, validate=_ID)
    reach = fields.String(load_default="below", validate=validate.OneOf(REACHES))
    from_on = On(load_default=None, data_key="from")
    to_on = On(load_default=None, data_key="to")


class OverviewQuery(Period):
    by = fields.String(load_default="week", validate=validate.OneOf(("week", "month")))


class Listed(Period):
    """Which figure, and what of it: ``element`` is a step, ``for_unit`` the unit whose cases wait.

    ``age``: of open cases one of five ranges, 0 the youngest.
    """

    element = fields.String(load_default=None, validate=validate.Length(max=100))
    for_unit = fields.String(load_default=None, validate=_ID)
    for_reach = fields.String(load_default="below", validate=validate.OneOf(REACHES))
    age = fields.Integer(load_default=None, validate=validate.Range(min=0, max=len(AGES) - 1))


class CasesQuery(Listed, shapes.Paging):
    figure = fields.String(required=True, validate=validate.OneOf(tuple(CASES)))


class TasksQuery(Listed, shapes.Paging):
    figure = fields.String(required=True, validate=validate.OneOf(tuple(TASKS)))


class Spread(Shape):
    """Seconds; a percentile is the nearest rank."""

    mean = fields.Integer()
    p50 = fields.Integer()
    p90 = fields.Integer()


class Times(Shape):
    """``wait``: from arrival until taken in hand (claimed, a draft kept, or done straight away); ``work``: from then
    until done. By the clock, and in office hours. ``waited`` and ``handled`` say of how many."""

    waited = fields.Integer()
    handled = fields.Integer()
    wait = fields.Nested(Spread, allow_none=True)
    wait_office = fields.Nested(Spread, allow_none=True)
    work = fields.Nested(Spread, allow_none=True)
    work_office = fields.Nested(Spread, allow_none=True)


class TaskSums(Shape):
    """How many tasks were done in the period, and of those with a term, kept it, were late, were returned or are void
    since; and how many are open, overdue or due today."""

    done = fields.Integer()
    with_term = fields.Integer()
    kept = fields.Integer()
    late = fields.Integer()
    returned = fields.Integer()
    redone = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    due_today = fields.Integer()


class CaseSums(Shape):
    started = fields.Integer()
    finished = fields.Integer()
    broken_off = fields.Integer()
    open = fields.Integer()


class Span(Shape):
    """A week or a month, as far as it lies in the period."""

    from_ = On(data_key="from", attribute="from")
    to = On()
    started = fields.Integer()
    finished = fields.Integer()
    broken_off = fields.Integer()


class Age(Shape):
    """Open cases that are at least ``from_days`` old, and less than ``to_days``."""

    age = fields.Integer()
    from_days = fields.Integer()
    to_days = fields.Integer(allow_none=True)
    count = fields.Integer()


class Procedure(Shape):
    key = fields.String()
    name = Spoken()
    versions = fields.List(fields.Integer())


class Overview(Shape):
    """Cards and charts, and what else may be asked for."""

    as_of = At()
    from_ = On(data_key="from", attribute="from")
    to = On()
    unit = fields.Nested(UnitRef, allow_none=True)
    above = fields.List(fields.Nested(UnitRef))
    cases = fields.Nested(CaseSums)
    tasks = fields.Nested(TaskSums)
    times = fields.Nested(Times)
    flow = fields.List(fields.Nested(Span))
    ages = fields.List(fields.Nested(Age))
    definitions = fields.List(fields.Nested(Procedure))


class StepFigures(TaskSums):
    definition = fields.String()
    definition_name = Spoken()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    times = fields.Nested(Times, allow_none=True)


class Group(Shape):
    """Units put together, and the question that finds them: ``of`` is a unit for ``unit`` or ``for_unit``."""

    unit = fields.Nested(UnitRef, allow_none=True)
    reach = fields.String(validate=validate.OneOf(REACHES))
    of = fields.String(allow_none=True)


class UnitFigures(TaskSums):
    """``people``: how many did the tasks; times of fewer than five are not told."""

    unit = fields.Nested(UnitRef, allow_none=True)
    reach = fields.String(validate=validate.OneOf(REACHES))
    of = fields.String(allow_none=True)
    people = fields.Integer()
    times = fields.Nested(Times, allow_none=True)
    cases = fields.Nested(CaseSums)


class Wait(Shape):
    whose = fields.Nested(Group)
    whom = fields.Nested(Group)
    count = fields.Integer()


class Steps(Shape):
    items = fields.List(fields.Nested(StepFigures))


class Units(Shape):
    items = fields.List(fields.Nested(UnitFigures))


class Waits(Shape):
    items = fields.List(fields.Nested(Wait))


class CountedCase(Shape):
    """A case that a figure counts; its title is told to whoever may see it."""

    id = fields.String()
    number = fields.String()
    title = fields.String(allow_none=True)
    definition = fields.String()
    definition_name = Spoken()
    version = fields.Integer()
    unit = fields.Nested(UnitRef)
    status = fields.String()
    outcome_label = Spoken(allow_none=True)
    started_at = At()
    ended_at = At(allow_none=True)


class CaseOfTask(Shape):
    id = fields.String()
    number = fields.String()
    title = fields.String(allow_none=True)
    unit = fields.Nested(UnitRef)


class CountedTask(Shape):
    """A task that a figure counts; nobody is named."""

    id = fields.String()
    case = fields.Nested(CaseOfTask)
    definition = fields.String()
    definition_name = Spoken()
    version = fields.Integer()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    unit = fields.Nested(UnitRef)
    status = fields.String()
    opened_at = At()
    taken_at = At(allow_none=True)
    completed_at = At(allow_none=True)
    due_on = On(allow_none=True)
    is_late = fields.Boolean()
    wait_seconds = fields.Integer(allow_none=True)
    work_seconds = fields.Integer(allow_none=True)


class VersionDrawingQuery(Asking):
    definition = fields.String(required=True, validate=_KEY)
    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=shapes.LARGEST))


class VersionDrawing(Shape):
    """The diagram of one version, without anything of a case."""

    definition = fields.String()
    version = fields.Integer()
    xml = fields.String()
    texts = fields.Dict(keys=fields.String(), values=Spoken())


class ReportQuery(Asking):
    """``month``: ``YYYY-MM``, this one where it is left open."""

    month = fields.String(load_default=None, validate=validate.Regexp(r"(?:19|2\d)\d\d-(?:0[1-9]|1[0-2])\Z"))
    definition = fields.String(load_default=None, validate=_KEY)
    unit = fields.String(load_default=None, validate=_ID)


class PdfQuery(ReportQuery):
    language = fields.String(load_default="zh", validate=validate.OneOf(("zh", "en")))


class MonthBefore(Shape):
    from_ = On(data_key="from", attribute="from")
    to = On()
    cases = fields.Nested(CaseSums)
    tasks = fields.Nested(TaskSums)
    times = fields.Nested(Times)


class Meaning(Shape):
    name = fields.String()
    label = Spoken()
    text = Spoken()


class Report(Shape):
    """The figures of a month beside those of the month before, and what each of them means."""

    month = fields.String()
    as_of = At()
    from_ = On(data_key="from", attribute="from")
    to = On()
    office = Spoken(allow_none=True)
    unit = fields.Nested(UnitRef, allow_none=True)
    cases = fields.Nested(CaseSums)
    tasks = fields.Nested(TaskSums)
    times = fields.Nested(Times)
    before = fields.Nested(MonthBefore)
    flow = fields.List(fields.Nested(Span))
    ages = fields.List(fields.Nested(Age))
    steps = fields.List(fields.Nested(StepFigures))
    units = fields.List(fields.Nested(UnitFigures))
    meanings = fields.List(fields.Nested(Meaning))


def _question(asked: Asked) -> Question:
    given: Mapping[str, Any] = asked.query
    to_on = given["to_on"] or max(asked.moment.today, given["from_on"] or asked.moment.today)
    from_on = given["from_on"] or to_on - timedelta(days=DAYS - 1)
    known = ("definition", "version", "unit", "reach", "element", "for_unit", "for_reach", "age")
    return Question(from_on, to_on, **{name: given[name] for name in known if given.get(name) is not None})


@door.opens("GET", "/insights", policy=SIGNED_IN, answer=Overview, query=OverviewQuery)
def overview(asked: Asked) -> Any:
    """The figures of the whole, for auditors and for whoever leads a unit, over it and everything below."""
    return figures.overview(asked.db, asked.actor, asked.moment, _question(asked), asked.query["by"])


@door.opens("GET", "/insights/steps", policy=SIGNED_IN, answer=Steps, query=Period)
def steps(asked: Asked) -> Any:
    """The figures of each step."""
    return {"items": figures.steps(asked.db, asked.actor, asked.moment, _question(asked))}


@door.opens("GET", "/insights/units", policy=SIGNED_IN, answer=Units, query=Period)
def units(asked: Asked) -> Any:
    """The figures of the units right below, each with everything below it."""
    return {"items": figures.units(asked.db, asked.actor, asked.moment, _question(asked))}


@door.opens("GET", "/insights/waits", policy=SIGNED_IN, answer=Waits, query=Period)
def waits(asked: Asked) -> Any:
    """Who waits for whom now, by units."""
    return {"items": figures.waits(asked.db, asked.actor, asked.moment, _question(asked))}


@door.opens("GET", "/insights/diagram", policy=SIGNED_IN, answer=VersionDrawing, query=VersionDrawingQuery)
def drawing(asked: Asked) -> Any:
    """The diagram on which the figures of steps are shown: of the newest version, or of the one asked for."""
    given = asked.query
    return figures.drawing(asked.db, asked.actor, asked.moment, given["definition"], given["version"])


@door.opens("GET", "/insights/cases", policy=SIGNED_IN, answer=shapes.page_of(CountedCase), query=CasesQuery)
def counted_cases(asked: Asked) -> Any:
    """The cases that a figure counts, newest first."""
    return asked.page(*_listed(asked, figures.list_cases))


@door.opens("GET", "/insights/tasks", policy=SIGNED_IN, answer=shapes.page_of(CountedTask), query=TasksQuery)
def counted_tasks(asked: Asked) -> Any:
    """The tasks that a figure counts, newest first."""
    return asked.page(*_listed(asked, figures.list_tasks))


def _listed(asked: Asked, find: Any) -> Any:
    question, limit = _question(asked), asked.query["limit"]
    return find(asked.db, asked.actor, asked.moment, asked.query["figure"], question, asked.cursor, limit)


def _month(asked: Asked) -> dict[str, Any]:
    given = asked.query
    month = given["month"] or asked.moment.today.isoformat()[:7]
    first, last = reporting.month_of(month)
    question = Question(first, last, definition=given["definition"], unit=given["unit"])
    return reporting.report(asked.db, asked.actor, asked.moment, month, question)


@door.opens("GET", "/insights/report", policy=SIGNED_IN, answer=Report, query=ReportQuery)
def report(asked: Asked) -> Any:
    """The report of a month; what is open or overdue in it is so now."""
    return _month(asked)


@door.opens("GET", "/insights/report/pdf", policy=SIGNED_IN, query=PdfQuery, gives_files=True)
def report_pdf(asked: Asked) -> Any:
    """The same as PDF/A; 503 ``err_no_typesetter`` where the server cannot."""
    made = _month(asked)
    content = reporting.pdf(made, asked.query["language"], asked.moment.zone, asked.moment.now)
    headers = {
        "Content-Disposition": f'inline; filename="liuhen-{made["month"]}.pdf"',
        "Content-Security-Policy": "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
        "Cache-Control": "private, no-store",
    }
    return Response(content, 200, headers, mimetype="application/pdf")
