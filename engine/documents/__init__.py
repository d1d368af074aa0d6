"""Official documents that were issued: who may read them, the register of their numbers, voiding, and PDF.

``reading`` (a case's documents, one document), ``register`` (every number: used by what, or void by whom and why),
``typesetting`` (the page as PDF). They are made in ``cases.issuing``, with the deed that issues them.
"""

from engine.documents.reading import find, of_case, read
from engine.documents.register import register, void
from engine.documents.typesetting import NoTypesetter, pdf

__all__ = ["NoTypesetter", "find", "of_case", "pdf", "read", "register", "void"]
