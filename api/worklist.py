"""The worklist: boxes of tasks with filters and counts, views that a person saves, and many tasks done at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import RAISE, ValidationError, fields, post_load, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.search import Kept
from api.shapes import Anything, Asking, Facts, On, Paging, Shape, Spoken
from api.tasks import Completion, Done, TaskItem, done
from engine import saved_views, tasks, views
from engine.errors import FieldError, Text, Unfit
from engine.views import BOXES, CLAIMS, SORTS

door = Door("worklist", __name__, description="What waits for the asker, and what they have done.")

_VIEW_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_KEY = validate.Length(max=60)
_ID = validate.Length(max=40)


class Filtered(Asking):
    """What of a box is wanted. Days are business dates, both ends inclusive."""

    box = fields.String(load_default="todo", validate=validate.OneOf(BOXES))
    definition = fields.String(load_default=None, validate=_KEY)
    case = fields.String(load_default=None, validate=_ID)
    step = fields.String(load_default=None, validate=validate.Length(max=20))
    stage = fields.String(load_default=None, validate=validate.Length(max=20))
    starter = fields.String(load_default=None, validate=_ID)
    unit = fields.String(load_default=None, validate=_ID)
    below = fields.Boolean(load_default=False)
    arrived_from = On(load_default=None)
    arrived_to = On(load_default=None)
    due_from = On(load_default=None)
    due_to = On(load_default=None)
    due_before = On(load_default=None)
    overdue = fields.Boolean(load_default=None, allow_none=True)
    claimed = fields.String(load_default=None, validate=validate.OneOf(CLAIMS))
    mark = fields.String(load_default=None, validate=_KEY)
    q = fields.String(load_default=None, validate=validate.Length(max=200))
    sort = fields.String(load_default=None, validate=validate.OneOf(SORTS))


class BoxQuery(Filtered, Paging):
    """``total``: say how many there are in all."""

    total = fields.Boolean(load_default=False)


class BoxCount(Shape):
    """``count`` is at most 99; ``is_more`` says that there are more; ``unread`` is for copies."""

    count = fields.Integer()
    is_more = fields.Boolean()
    unread = fields.Integer()


class BoxCounts(Shape):
    """How many tasks each box of the asker has."""

    todo = fields.Nested(BoxCount)
    done = fields.Nested(BoxCount)
    started = fields.Nested(BoxCount)
    copied = fields.Nested(BoxCount)
    delegated = fields.Nested(BoxCount)
    drafts = fields.Nested(BoxCount)


@door.opens("GET", "/tasks", policy=SIGNED_IN, answer=shapes.page_of(TaskItem), query=BoxQuery)
def box(asked: Asked) -> Any:
    """The asker's worklist: what is to do, was done, was started, was copied to or is delegated by or to the asker."""
    given = {name: value for name, value in asked.query.items() if name not in ("cursor", "limit", "total")}
    found = views.box(asked.db, asked.actor, asked.moment, cursor=asked.cursor, limit=asked.query["limit"], **given)
    given.pop("sort")
    counted = views.total(asked.db, asked.actor, asked.moment, **given) if asked.query["total"] else None
    return asked.page(*found, counted)


@door.opens("GET", "/tasks/counts", policy=SIGNED_IN, answer=BoxCounts)
def counts(asked: Asked) -> Any:
    """How many tasks each box of the asker has, in one look."""
    return views.counts(asked.db, asked.actor, asked.moment)


# ---------------------------------------------------------------- saved views


PAGES: Mapping[str, type[Asking]] = {"worklist": Filtered, "search": Kept}
"""Pages of which views are kept, and what the address of each may say."""


class ViewsQuery(Asking):
    page = fields.String(load_default="worklist", validate=validate.OneOf(tuple(PAGES)))


class ViewGiven(ViewsQuery):
    """``filter`` is what the address of the page says, name by name."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    filter = Facts(required=True)

    @post_load
    def _fits(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The filter in the shape of its page, by the names of the address."""
        shape = PAGES[given["page"]](unknown=RAISE)
        try:
            shape.load(given["filter"])
        except ValidationError as e:
            raise ValidationError({"filter": e.messages}) from e
        return given

    position = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=1000))


class View(Shape):
    id = fields.String()
    page = fields.String(validate=validate.OneOf(tuple(PAGES)))
    name = fields.String()
    filter = fields.Dict(keys=fields.String(), values=fields.String())
    position = fields.Integer()


class Views(Shape):
    items = fields.List(fields.Nested(View))


@door.opens("GET", "/views", policy=SIGNED_IN, answer=Views, query=ViewsQuery)
def kept(asked: Asked) -> Any:
    """The asker's saved views of the worklist, or of another page, in their order."""
    return {"items": saved_views.listed(asked.db, asked.actor, asked.query["page"])}


@door.opens("PUT", "/views/<view_id>", policy=SIGNED_IN, body=ViewGiven, answer=View)
def keep(asked: Asked, view_id: str) -> Any:
    """Save a view under an id of the asker's choice, new or in place of the one that is there."""
    if not _VIEW_ID.fullmatch(view_id):
        said = Text("编号为 1 至 40 个字母、数字或连字符。", "An id has 1 to 40 letters, digits or hyphens.")
        raise Unfit(errors=[FieldError("id", "err_view_id", said)])
    body = asked.body
    given = body["filter"].items()
    wanted = {name: _text(value) for name, value in given if value is not None and (value or name == "overdue")}
    page = body["page"]
    return saved_views.save(asked.db, asked.actor, page, view_id, body["name"].strip(), wanted, body["position"])


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@door.opens("DELETE", "/views/<view_id>", policy=SIGNED_IN, status=204)
def drop(asked: Asked, view_id: str) -> None:
    """Keep a view no longer."""
    saved_views.drop(asked.db, asked.actor, view_id)


# ---------------------------------------------------------------- many at once


class BatchQuery(Asking):
    """``ids``: ids of tasks, separated by commas."""

    ids = fields.String(required=True, validate=validate.Length(min=1, max=9000))


class BatchLine(Shape):
    """A summary line; ``differs``: it is not the same in every task."""

    label = Spoken()
    value = Anything(allow_none=True)
    differs = fields.Boolean()


class BatchTask(Shape):
    """One of the tasks; where it is not allowed, ``reason`` says why. ``opening``: what its form shows at first."""

    task = fields.Nested(TaskItem)
    allowed = fields.Boolean()
    reason = Spoken(allow_none=True)
    values = fields.List(fields.Nested(BatchLine))
    opening = Facts(allow_none=True)


class BatchSum(Shape):
    label = Spoken()
    value = Anything()


class BatchOutcome(Shape):
    """A decision that every allowed task offers."""

    value = fields.String()
    label = Spoken()
    kind = fields.String(validate=validate.OneOf(("agree", "return", "reject", "neutral")))
    opinion = fields.String(validate=validate.OneOf(("required", "optional", "none")))


class BatchPreview(Shape):
    """``shared``: the task whose form is filled in once for all that are allowed; they are of one step and version.

    ``is_plain``: their steps have no decisions, or work them out from the form.
    """

    items = fields.List(fields.Nested(BatchTask))
    common = fields.List(fields.Nested(BatchLine))
    sums = fields.List(fields.Nested(BatchSum))
    outcomes = fields.List(fields.Nested(BatchOutcome))
    is_plain = fields.Boolean()
    shared = fields.String(allow_none=True)


@door.opens("GET", "/tasks/batch/preview", policy=SIGNED_IN, answer=BatchPreview, query=BatchQuery)
def preview(asked: Asked) -> Any:
    """Tasks beside each other, before they are done in a batch: what they share, where they differ, what may go."""
    ids = [one for one in asked.query["ids"].split(",") if one][:200]
    return views.batch_preview(asked.db, asked.actor, asked.moment, ids, asked.language)


class BatchItem(Completion):
    task = fields.String(required=True, validate=_ID)


class Batch(Asking):
    """Completions of several tasks."""

    items = fields.List(
        fields.Nested(BatchItem(unknown=RAISE)), required=True, validate=validate.Length(min=1, max=200)
    )


class BatchAnswer(Shape):
    """What became of one of them: either ``done`` or ``problem``."""

    task = fields.String()
    status = fields.Integer()
    done = fields.Nested(Done, allow_none=True)
    problem = fields.Nested(shapes.Problem, allow_none=True)


class BatchDone(Shape):
    items = fields.List(fields.Nested(BatchAnswer))


@door.opens("POST", "/tasks/batch", policy=SIGNED_IN, body=Batch, answer=BatchDone, works="by itself", max_body=4 << 20)
def batch(asked: Asked) -> Any:
    """Complete many tasks, each in a transaction of its own and answered by itself: one refusal stops no other.

    Until ``undo_until`` of a task nothing of it leaves the house, and POST /tasks/{id}/undo takes it back whole.

    Under an Idempotency-Key each task acts once, also where the request is sent again after half of it was done.
    """
    return {"items": [_one_of_many(asked, item) for item in asked.body["items"]]}


def _one_of_many(asked: Asked, item: dict[str, Any]) -> dict[str, Any]:
    given = dict(item)
    task_id = given.pop("task")
    wait = timedelta(seconds=asked.store.settings.undo_seconds)

    def act(own: Asked) -> dict[str, Any]:
        return done(own, tasks.complete_in_batch(own.db, own.actor, own.moment, task_id, wait, **given))

    part = f"{task_id} {json.dumps(given, sort_keys=True)}"
    return {"task": task_id, **asked.apart(part, act, _DONE)}


_DONE = Done()
