"""Words beside the steps: comments, carbon copies, urging, phrases, and the sheet of a case for printing."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.attachments import Attachment
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Anything, Asking, At, Label, On, PersonRef, Shape, Spoken, UnitRef
from engine import remarks, views
from engine.views import naming

door = Door("remarks", __name__, description="Words beside the steps: comments, copies, reminders, phrases; the sheet.")

_ID = validate.Length(min=1, max=40)


class Comment(Shape):
    id = fields.String()
    case = fields.String()
    task = fields.String(allow_none=True)
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    text = fields.String()
    mentions = fields.List(fields.Nested(PersonRef))


class Comments(Shape):
    items = fields.List(fields.Nested(Comment))
    next = fields.String(allow_none=True)


class NewComment(Asking):
    """``mentions`` are ids of people who may see the case; they hear of it."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=10_000))
    mentions = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=200))


class Copy(Shape):
    """A case put before somebody; ``by`` is null where the procedure says so."""

    id = fields.String()
    task = fields.String(allow_none=True)
    to = fields.Nested(PersonRef)
    by = fields.Nested(PersonRef, allow_none=True)
    note = fields.String(allow_none=True)
    at = At()
    read_at = At(allow_none=True)


class Copies(Shape):
    items = fields.List(fields.Nested(Copy))
    next = fields.String(allow_none=True)


class NewCopies(Asking):
    """``to`` are ids of people; from then on they may see the whole case."""

    to = fields.List(fields.String(validate=_ID), required=True, validate=validate.Length(max=200))
    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


class Copied(Shape):
    """Who has a new copy; whoever has one unread gets no second one."""

    to = fields.List(fields.Nested(PersonRef))


class ReadCopies(Asking):
    """Ids of cases; null means every copy."""

    cases = fields.List(
        fields.String(validate=_ID), load_default=None, allow_none=True, validate=validate.Length(max=500)
    )


class Read(Shape):
    read = fields.Integer()


class Reminded(Shape):
    """``again_at`` is from when the task may be urged again."""

    again_at = At()


class RemindMany(Asking):
    """``late_only``: only those whose term is over."""

    late_only = fields.Boolean(load_default=False)


class RemindedMany(Shape):
    """How many were urged, and how many were left because they were urged lately or are the asker's own."""

    urged = fields.Integer()
    left = fields.Integer()


class Phrases(Shape):
    """The asker's own phrases, and those of the whole office."""

    own = fields.List(fields.String())
    office = fields.List(fields.String())
    may_set_office = fields.Boolean()


class NewPhrases(Asking):
    """The whole list, in its order; ``of`` says whose."""

    items = fields.List(
        fields.String(validate=validate.Length(min=1, max=200)), required=True, validate=validate.Length(max=50)
    )
    of = fields.String(load_default="own", validate=validate.OneOf(("own", "office")))


class PhrasesQuery(Asking):
    of = fields.String(load_default="own", validate=validate.OneOf(("own", "office")))


class SheetTable(Shape):
    label = Spoken()
    columns = fields.List(Spoken())
    rows = fields.List(fields.List(Anything()))


class SheetForm(Shape):
    element = fields.String()
    step = fields.String(allow_none=True)
    name = Spoken()
    at = At()
    lines = fields.List(fields.Nested(Label))
    lists = fields.List(fields.Nested(SheetTable))


class SheetSignature(Shape):
    way = fields.String(validate=validate.OneOf(("password", "drawing")))
    drawing = fields.String(allow_none=True)


class SheetLine(Shape):
    """One step that was done, and how it was signed."""

    task = fields.String()
    step = fields.String(allow_none=True)
    name = Spoken()
    status = fields.String()
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    confirmed_by = fields.Nested(PersonRef, allow_none=True)
    decision_label = Spoken(allow_none=True)
    opinion = fields.String(allow_none=True)
    business_on = On(allow_none=True)
    at = At()
    signature = fields.Nested(SheetSignature, allow_none=True)


class Seal(Shape):
    """The newest entry of the case when the sheet was printed."""

    seq = fields.Integer()
    hash = fields.String()


class Code(Shape):
    """A QR code: path data in a square of ``size`` modules."""

    size = fields.Integer()
    path = fields.String()


class Sheet(Shape):
    """Everything that is printed of a case."""

    id = fields.String()
    number = fields.String()
    title = Spoken()
    definition_name = Spoken()
    version = fields.Integer()
    status = fields.String()
    outcome_label = Spoken(allow_none=True)
    unit = fields.Nested(UnitRef, allow_none=True)
    started_by = fields.Nested(PersonRef, allow_none=True)
    started_at = At()
    ended_at = At(allow_none=True)
    summary = fields.List(fields.Nested(Label))
    forms = fields.List(fields.Nested(SheetForm))
    signed = fields.List(fields.Nested(SheetLine))
    comments = fields.List(fields.Nested(Comment))
    attachments = fields.List(fields.Nested(Attachment))
    seal = fields.Nested(Seal)
    address = fields.String()
    qr = fields.Nested(Code)
    printed_at = At()
    printed_by = fields.Nested(PersonRef, allow_none=True)


@door.opens("GET", "/cases/<case_id>/comments", policy=SIGNED_IN, answer=Comments)
def comments(asked: Asked, case_id: str) -> Any:
    """What was said to a case, oldest first."""
    return asked.page(views.comments(asked.db, asked.actor, asked.moment, case_id), None)


@door.opens("POST", "/cases/<case_id>/comments", policy=SIGNED_IN, body=NewComment, answer=Comment, status=201)
def comment(asked: Asked, case_id: str) -> Any:
    """Say something to a case."""
    return _commented(asked, case_id=case_id)


@door.opens("POST", "/tasks/<task_id>/comments", policy=SIGNED_IN, body=NewComment, answer=Comment, status=201)
def comment_on_task(asked: Asked, task_id: str) -> Any:
    """Say something to a task."""
    return _commented(asked, task_id=task_id)


def _commented(asked: Asked, **place: str) -> Any:
    row = remarks.comment(asked.db, asked.actor, asked.moment, asked.body["text"], asked.body["mentions"], **place)
    return views.comment(row, naming.Names(asked.db, asked.moment.today))


@door.opens("GET", "/cases/<case_id>/copies", policy=SIGNED_IN, answer=Copies)
def copies(asked: Asked, case_id: str) -> Any:
    """Who has a copy of a case, newest first, and whether they have looked at it."""
    return asked.page(views.copies(asked.db, asked.actor, asked.moment, case_id), None)


@door.opens("POST", "/tasks/<task_id>/copies", policy=SIGNED_IN, body=NewCopies, answer=Copied)
def copy(asked: Asked, task_id: str) -> Any:
    """Send copies (抄送): whoever gets one may see the whole case and has nothing to do in it."""
    told = remarks.copy(asked.db, asked.actor, asked.moment, task_id, asked.body["to"], asked.body["note"])
    names = naming.Names(asked.db, asked.moment.today)
    return {"to": [names.person(person) for person in told]}


@door.opens("POST", "/copies/read", policy=SIGNED_IN, body=ReadCopies, answer=Read)
def read_copies(asked: Asked) -> Any:
    """Mark the asker's copies of some cases, or all of them, as read."""
    return {"read": remarks.read_copies(asked.db, asked.actor, asked.moment, asked.body["cases"])}


@door.opens("POST", "/tasks/<task_id>/reminder", policy=SIGNED_IN, answer=Reminded)
def remind(asked: Asked, task_id: str) -> Any:
    """Urge whoever has a task (催办): once in four hours."""
    return {"again_at": remarks.urge(asked.db, asked.actor, asked.moment, task_id)}


@door.opens("POST", "/cases/<case_id>/called/reminders", policy=SIGNED_IN, body=RemindMany, answer=RemindedMany)
def remind_called(asked: Asked, case_id: str) -> Any:
    """Urge everybody who has an open task in a case that this one has called, or those whose term is over."""
    urged, left = remarks.urge_called(asked.db, asked.actor, asked.moment, case_id, late_only=asked.body["late_only"])
    return {"urged": urged, "left": left}


@door.opens("GET", "/phrases", policy=SIGNED_IN, answer=Phrases)
def phrases(asked: Asked) -> Any:
    """The phrases that the asker may put into an opinion."""
    return _phrases(asked)


@door.opens("PUT", "/phrases", policy=SIGNED_IN, body=NewPhrases, answer=Phrases)
def set_phrases(asked: Asked) -> Any:
    """Put a list of phrases in the place of one's own, or of the office's."""
    is_office = asked.body["of"] == "office"
    remarks.set_phrases(asked.db, asked.actor, asked.moment, asked.body["items"], office=is_office)
    return _phrases(asked)


@door.opens("DELETE", "/phrases", policy=SIGNED_IN, query=PhrasesQuery, status=204)
def forget_phrases(asked: Asked) -> None:
    """Forget one's own phrases, or the office's."""
    remarks.set_phrases(asked.db, asked.actor, asked.moment, [], office=asked.query["of"] == "office")


def _phrases(asked: Asked) -> dict[str, Any]:
    own, office = remarks.phrases(asked.db, asked.actor)
    return {"own": own, "office": office, "may_set_office": asked.actor.may(remarks.PHRASES)}


@door.opens("GET", "/cases/<case_id>/sheet", policy=SIGNED_IN, answer=Sheet)
def sheet(asked: Asked, case_id: str) -> Any:
    """Everything that is printed of a case (审批单)."""
    base_url = asked.store.settings.base_url
    return views.sheet(asked.db, asked.actor, asked.moment, case_id, base_url, asked.language)
