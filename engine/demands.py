"""What a step demands besides its answers: attachments, and a signature of whoever completes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert

from engine import files, tables
from engine.cases import Work
from engine.errors import FieldError, Text, Unfit
from engine.files import Kept
from engine.machine import Element
from engine.vocabulary import keys

Way = Literal["password", "drawing"]

FIELD = (600, 200)
"""Width and height of the field that a drawn signature lies in."""
LONGEST_DRAWING = 20_000
SHORTEST_LINE = 60.0
"""A signature whose lines are shorter than this together is a slip of the finger."""

_PATH = re.compile(r"(?:M ?-?\d{1,4}(?:\.\d)? -?\d{1,4}(?:\.\d)?(?: ?L ?-?\d{1,4}(?:\.\d)? -?\d{1,4}(?:\.\d)?)* ?)+")
_STEP = re.compile(r"([ML]) ?(-?[\d.]+) (-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Signature:
    """How somebody signs: with a password that the edge has proved, or with a drawing that it has kept."""

    way: Way
    drawing: str | None = None
    kept: Kept | None = None
    at: datetime | None = None
    """When it was given, where that was before the deed that it signs."""


def read_drawing(text: str) -> str:
    """The path data of a drawn signature: only ``M x y`` and ``L x y`` (SVG 1.1, 8.3), within the field, with a line.

    Raises ``Unfit``.
    """
    said = " ".join(text.split())
    if len(said) > LONGEST_DRAWING or not _PATH.fullmatch(said):
        raise _unfit(
            "err_signature_drawing", Text("手写签名无法读取，请重签。", "The drawing cannot be read. Sign again.")
        )
    points = [(verb, float(x), float(y)) for verb, x, y in _STEP.findall(said)]
    if any(not (-1 <= x <= FIELD[0] + 1 and -1 <= y <= FIELD[1] + 1) for _, x, y in points):
        raise _unfit("err_signature_drawing", Text("签名超出了签名框。", "The drawing leaves its field. Sign again."))
    drawn = sum(
        ((x - points[n - 1][1]) ** 2 + (y - points[n - 1][2]) ** 2) ** 0.5
        for n, (verb, x, y) in enumerate(points)
        if verb == "L"
    )
    if drawn < SHORTEST_LINE:
        raise _unfit("err_signature_empty", Text("请在签名框内手写签名。", "Write your signature in the field."))
    return said


def svg(path: str) -> str:
    """The file of a drawn signature; the same drawing is the same file."""
    width, height = FIELD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="{path}" fill="none" stroke="#000" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>'
        "</svg>\n"
    )


def ways(element: Element, decision: str | None = None) -> tuple[Way, ...]:
    """How a completion may be signed, where it has to be; ``decision`` ``None``: with whatever outcome."""
    word = element.words.one("signature")
    if word is None:
        return ()
    wanted = keys(word.get("outcome"))
    if decision is not None and wanted and decision not in wanted:
        return ()
    by = word["by"]
    return ("password", "drawing") if by == "either" else ("password",) if by == "password" else ("drawing",)


def refuse_unsigned(element: Element, decision: str, signature: Signature | None) -> None:
    """Raises ``Unfit`` where a signature is demanded and there is none, or one of another way."""
    wanted = ways(element, decision)
    if not wanted or (signature is not None and signature.way in wanted):
        return
    clause = (element.words.one("signature") or {}).get("clause")
    raise _unfit("err_signature_missing", _SIGN[wanted], clause)


_SIGN: Mapping[tuple[Way, ...], Text] = {
    ("password",): Text("此步骤须签名：请重新输入密码。", "This step has to be signed: enter your password again."),
    ("drawing",): Text("此步骤须手写签名。", "This step has to be signed by hand."),
    ("password", "drawing"): Text(
        "此步骤须签名：请重新输入密码，或手写签名。",
        "This step has to be signed: enter your password again, or sign by hand.",
    ),
}


def sign(work: Work, task_id: str, signature: Signature | None) -> dict[str, Any] | None:
    """Keep a signature with the task it signs; gives what the entry says of it."""
    person = work.actor.person_id
    if signature is None or person is None:
        return None
    kept = signature.kept
    if kept is not None:
        files.record(work.db, work.moment, kept)
    table = tables.signatures.c
    # Whoever signed an entry that was not confirmed signs again: what counts is the last.
    work.db.execute(delete(tables.signatures).where(table.task_id == task_id, table.person_id == person))
    work.db.execute(
        insert(tables.signatures).values(
            task_id=task_id,
            person_id=person,
            case_id=work.case_id,
            way=signature.way,
            drawing=signature.drawing,
            sha256=kept.sha256 if kept else None,
            at=signature.at or work.moment.now,
        )
    )
    return {"way": signature.way, **({"sha256": kept.sha256, "size": kept.size} if kept else {})}


# ---------------------------------------------------------------- attachments


@dataclass(frozen=True, slots=True)
class Enclosures:
    """How many attachments a step takes: at least, at most, and of which extensions (``None``: any that is taken)."""

    least: int = 0
    most: int | None = None
    types: frozenset[str] | None = None
    clause: str | None = None
    outcomes: tuple[str, ...] = ()
    """The outcomes that demand ``least``; empty: every one."""


def enclosures(element: Element, decision: str | None = None) -> Enclosures:
    """What the designer says of the attachments of a step; ``least`` counts for the outcomes it names alone."""
    word = element.words.one("attachments")
    if word is None:
        return Enclosures()
    wanted = keys(word.get("outcome"))
    types = frozenset(k.lower() for k in keys(word.get("types")))
    is_meant = decision is None or not wanted or decision in wanted
    return Enclosures(
        int(word.get("min", 0)) if is_meant else 0,
        int(word["max"]) if "max" in word else None,
        types or None,
        word.get("clause"),
        tuple(wanted),
    )


def refuse_unenclosed(work: Work, element: Element, task_id: str, decision: str) -> None:
    """Raises ``Unfit`` where the step lacks attachments, or one of them has not passed the scanner yet."""
    if element.words.one("attachments") is None:
        return
    wanted = enclosures(element, decision)
    there = files.attached(work.db, task_id=task_id)
    clean = [a for a in there if a["verdict"] not in (files.Verdict.WAITING, files.Verdict.INFECTED)]
    if len(clean) < wanted.least:
        text = Text("请至少上传 {least} 个附件，现有 {have} 个。", "Attach at least {least}; there are {have}.")
        if len(there) >= wanted.least:
            text = Text(
                "附件尚未通过病毒扫描，请稍后再办结。", "The attachments have not been scanned yet. Wait a little."
            )
        said = text.format(least=wanted.least, have=len(clean))
        raise Unfit(
            said,
            code="err_attachments_missing",
            clause=wanted.clause,
            errors=[FieldError("attachments", "err_attachments_missing", said, wanted.clause)],
        )


def _unfit(code: str, text: Text, clause: str | None = None) -> Unfit:
    return Unfit(text, code=code, clause=clause, errors=[FieldError("signature", code, text, clause)])
