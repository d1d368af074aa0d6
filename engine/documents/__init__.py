"""Official documents that were issued: who may read them, the register of their numbers, voiding, and PDF.

``reading`` (a case's documents, one document), ``numbers`` (the register), ``typesetting`` (the page as PDF). They are
made in ``cases.issuing``, with the deed that issues them.
"""

from engine.documents.numbers import begin_series, may_void, register, series_on_paper, void
from engine.documents.reading import find, of_case
from engine.documents.typesetting import NoTypesetter, families, pdf, typeset

__all__ = [
    "NoTypesetter",
    "begin_series",
    "families",
    "find",
    "may_void",
    "of_case",
    "pdf",
    "register",
    "series_on_paper",
    "typeset",
    "void",
]
