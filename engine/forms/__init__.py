"""Designer-made forms: read and check a schema, decide whether answers fit, resolve it for one reader.

A form is stored as a subset of the form-js schema (``type``, ``components`` …) with types and words of our own. It
knows FEEL for conditions, computed fields, defaults and bounds; of cases, tasks and the directory it knows nothing:
persons and units are looked up through the callables ``person`` and ``unit`` of the context it is given.

The rules that browser and server share are written down in ``tests/vectors/forms/README.md`` and held together by the
vectors beside it. The ones that matter most:

- a field is hidden only when its condition is **exactly true**; null does not hide;
- a hidden field is as if it had not been answered, and nothing is ever taken from the client for a field that is
  hidden, read-only or computed;
- lengths are counted in Unicode code points; a pattern must match the whole text.
"""

from __future__ import annotations

from typing import Any

from engine.errors import Finding
from engine.forms.answers import CODES, is_id_number, mask
from engine.forms.fitting import Fitted
from engine.forms.form import Field, Form, only_reading
from engine.forms.reading import Reader
from engine.forms.schema import (
    DEEPEST_NESTING,
    LARGEST_SCHEMA,
    LONGEST_KEY,
    LONGEST_TEXT,
    MOST_COMPONENTS,
    MOST_ROWS,
    TEXTAREA_LENGTH,
    TEXTFIELD_LENGTH,
    Access,
)

__all__ = [
    "CODES",
    "DEEPEST_NESTING",
    "LARGEST_SCHEMA",
    "LONGEST_KEY",
    "LONGEST_TEXT",
    "MOST_COMPONENTS",
    "MOST_ROWS",
    "TEXTAREA_LENGTH",
    "TEXTFIELD_LENGTH",
    "Access",
    "Field",
    "Fitted",
    "Form",
    "is_id_number",
    "mask",
    "only_reading",
    "read",
]


def read(schema: Any, file: str, told: list[Finding] | None = None) -> Form:
    """Check a form schema and compile it; raises ``DefinitionRefused`` with all findings at once.

    Of a form that was published long ago (``told`` is a list) what is wrong with its shape is added to ``told``, as
    long as every component of it can be built.
    """
    return Reader(file, told).read(schema)
