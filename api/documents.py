"""Official documents: those of a case, one as it is printed, its PDF, and the register of their numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Asking, At, On, Paging, PersonRef, Shape, Spoken, UnitRef
from engine import documents, views

door = Door("documents", __name__, description="Official documents that steps have issued, and their numbers.")


class DocumentItem(Shape):
    """A document; ``is_received``: another case issued it. ``is_whole``: it is still as it was hashed."""

    id = fields.String()
    case = fields.String()
    element = fields.String()
    kind = fields.String()
    kind_name = Spoken()
    number = fields.String(allow_none=True)
    title = Spoken()
    unit = fields.Nested(UnitRef)
    dated_on = On()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    sha256 = fields.String()
    is_whole = fields.Boolean()
    is_received = fields.Boolean()
    is_void = fields.Boolean()
    void_by = fields.Nested(PersonRef, allow_none=True)
    void_at = At(allow_none=True)
    void_because = fields.String(allow_none=True)
    can_void = fields.Boolean()


class DocumentItems(Shape):
    items = fields.List(fields.Nested(DocumentItem))
    next = fields.String(allow_none=True)


class DocumentParagraph(Shape):
    """``level`` 1 to 4 is a heading, 0 text."""

    level = fields.Integer()
    text = fields.String()


class DocumentEnclosure(Shape):
    name = fields.String()
    sha256 = fields.String(allow_none=True)


class DocumentPage(Shape):
    """What stands on the page, from its head to its foot."""

    language = fields.String(validate=validate.OneOf(("zh", "en")))
    urgency = fields.String(allow_none=True)
    issuers = fields.List(fields.String())
    has_head_word = fields.Boolean()
    number = fields.String(allow_none=True)
    signer = fields.String(allow_none=True)
    title = fields.String()
    to = fields.String(allow_none=True)
    body = fields.List(fields.Nested(DocumentParagraph))
    attachments = fields.List(fields.Nested(DocumentEnclosure))
    date = fields.String()
    note = fields.String(allow_none=True)
    copies = fields.List(fields.String())
    printed_on = fields.String()


class Document(DocumentItem):
    page = fields.Nested(DocumentPage)


class PageQuery(Asking):
    """The language of the page; a document is Chinese, and its English text is for reading."""

    language = fields.String(load_default="zh", validate=validate.OneOf(("zh", "en")))


class Voiding(Asking):
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class NumberLine(Shape):
    """One number, and the document that used it; a void one is used up all the same."""

    number = fields.String()
    unit = fields.Nested(UnitRef)
    code = fields.String()
    year = fields.Integer()
    serial = fields.Integer()
    kind = fields.String()
    kind_name = Spoken()
    document = fields.String()
    title = Spoken()
    case = fields.String()
    case_number = fields.String()
    dated_on = On()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    sha256 = fields.String()
    is_void = fields.Boolean()
    void_by = fields.Nested(PersonRef, allow_none=True)
    void_at = At(allow_none=True)
    void_because = fields.String(allow_none=True)


class SeriesLine(Shape):
    """A series that began on paper: ``last`` is the last number that was given there."""

    unit = fields.Nested(UnitRef)
    code = fields.String()
    year = fields.Integer()
    last = fields.Integer()
    reason = fields.String()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()


class SeriesLines(Shape):
    items = fields.List(fields.Nested(SeriesLine))
    next = fields.String(allow_none=True)


class SeriesQuery(Asking):
    unit = fields.String(load_default=None, validate=validate.Length(max=40))


class RegisterQuery(Paging):
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    code = fields.String(load_default=None, validate=validate.Length(max=20))
    year = fields.Integer(load_default=None, validate=validate.Range(min=1900, max=2999))
    kind = fields.String(load_default=None, validate=validate.Length(max=60))


@door.opens("GET", "/cases/<case_id>/documents", policy=SIGNED_IN, answer=DocumentItems)
def of_case(asked: Asked, case_id: str) -> Any:
    """The documents that a case has issued or received; the person it is about sees those that are for them."""
    return asked.page(views.documents.of_case(asked.db, asked.actor, asked.moment, case_id), None)


@door.opens("GET", "/documents/<document_id>", policy=SIGNED_IN, answer=Document, query=PageQuery)
def document(asked: Asked, document_id: str) -> Any:
    """One document with everything that is printed."""
    return views.documents.one(asked.db, asked.actor, asked.moment, document_id, asked.query["language"])


@door.opens("GET", "/documents/<document_id>/pdf", policy=SIGNED_IN, query=PageQuery, gives_files=True)
def pdf(asked: Asked, document_id: str) -> Any:
    """The document as PDF/A, made of what was kept; 503 ``err_no_typesetter`` where the server cannot."""
    found = documents.find(asked.db, asked.actor, document_id)
    content = documents.pdf(found["content"], asked.query["language"], is_void=found["is_void"])
    name = quote(f"{found['number'] or found['kind_name'].zh} {found['title'].zh}"[:100], safe="")
    headers = {
        "Content-Disposition": f"inline; filename=\"document.pdf\"; filename*=UTF-8''{name}.pdf",
        "Content-Security-Policy": "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
        # What it says does not change, but who may have it does, and it may become void.
        "Cache-Control": "private, no-cache",
    }
    return Response(content, 200, headers, mimetype="application/pdf")


@door.opens("POST", "/documents/<document_id>/voiding", policy=SIGNED_IN, body=Voiding, answer=Document)
def void(asked: Asked, document_id: str) -> Any:
    """A document clerk of the body that issued it says that it is void, with a reason; its number is used up."""
    documents.void(asked.db, asked.actor, asked.moment, document_id, asked.body["reason"])
    return views.documents.one(asked.db, asked.actor, asked.moment, document_id, "zh")


@door.opens("GET", "/document-numbers", policy=SIGNED_IN, answer=shapes.page_of(NumberLine), query=RegisterQuery)
def numbers(asked: Asked) -> Any:
    """The register of numbers (发文登记), for auditors and for whoever keeps the documents of a body."""
    wanted = {name: asked.query[name] for name in ("unit", "code", "year", "kind")}
    return asked.page(
        *views.documents.register(asked.db, asked.actor, asked.moment, asked.cursor, asked.query["limit"], **wanted)
    )


@door.opens("GET", "/document-series", policy=SIGNED_IN, answer=SeriesLines, query=SeriesQuery)
def series(asked: Asked) -> Any:
    """The series of numbers that began on paper before the first day."""
    return asked.page(views.documents.series_on_paper(asked.db, asked.actor, asked.moment, asked.query["unit"]), None)
