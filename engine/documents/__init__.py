"""Official documents that were issued: who may read them, the register of their numbers, voiding, and PDF.

``reading`` (a case's documents, one document), ``numbers`` (the register), ``typesetting`` (the page as PDF), ``lists``
(to whom an office sends). They are made in ``cases.issuing``, with the deed that issues them.
"""

from engine.documents.lists import begin_list, change_list, close_list, may_keep, seen_lists, versions_of
from engine.documents.numbers import begin_series, may_void, register, series_on_paper, void
from engine.documents.reading import find, of_case
from engine.documents.typesetting import NoTypesetter, families, pdf, typeset

__all__ = [
    "NoTypesetter",
    "begin_list",
    "begin_series",
    "change_list",
    "close_list",
    "families",
    "find",
    "may_keep",
    "may_void",
    "of_case",
    "pdf",
    "register",
    "seen_lists",
    "series_on_paper",
    "typeset",
    "versions_of",
    "void",
]
