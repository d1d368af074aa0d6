"""One answer: a JSON value in, a FEEL value out, or a code that says what to do. The same rules as in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from engine.errors import FieldError, Text
from engine.forms.schema import MOST_DIGITS

CODES: Final[Mapping[str, Text]] = {
    "required": Text("请填写或选择此项。", "Fill in or choose this."),
    "not_a_text": Text("请填写文字。", "Write a text here."),
    "bad_character": Text(
        "含有不能保存的控制字符，请删除后重新输入。", "Remove the control characters and type again."
    ),
    "too_short": Text("至少填写 {min} 个字，现在是 {length} 个。", "Write at least {min} characters; now {length}."),
    "too_long": Text("最多填写 {max} 个字，现在是 {length} 个。", "Write at most {max} characters; now {length}."),
    "pattern": Text("格式不符合要求，请检查后重填。", "The format does not fit. Check it and write it again."),
    "id_number": Text(
        "公民身份号码有误，请对照证件核对 18 位号码。",
        "This is not a valid ID number. Compare all 18 characters with the card.",
    ),
    "not_a_number": Text("请填写数字，例如 12 或 3.5。", "Write a number, such as 12 or 3.5."),
    "decimals": Text("小数最多 {digits} 位。", "Write at most {digits} decimals."),
    "step": Text("请填写 {step} 的整数倍。", "Write a multiple of {step}."),
    "min": Text("不能小于 {min}。", "Write {min} or more."),
    "max": Text("不能大于 {max}。", "Write {max} or less."),
    "not_a_date": Text("请填写真实的日期，格式为 2026-03-02。", "Write a real date in the form 2026-03-02."),
    "too_early": Text("不能早于 {min}。", "Choose {min} or a later day."),
    "too_late": Text("不能晚于 {max}。", "Choose {max} or an earlier day."),
    "not_a_boolean": Text("请勾选或不勾选，不能填写其他内容。", "Tick or do not tick; nothing else fits."),
    "not_an_option": Text("请从给出的选项中选择。", "Choose one of the listed options."),
    "not_a_list": Text("请填写为列表。", "Give a list here."),
    "not_a_row": Text("此行格式不正确，请删除后重新添加。", "This row cannot be read. Remove it and add it again."),
    "not_a_group": Text(
        "此组内容格式不正确，请刷新后重新填写。", "This group cannot be read. Reload and fill it in again."
    ),
    "too_few": Text("至少需要 {min} 项，现在是 {count} 项。", "Give at least {min}; now {count}."),
    "too_many": Text("最多允许 {max} 项，现在是 {count} 项。", "Give at most {max}; now {count}."),
    "unknown_person": Text("没有找到此人，请重新选择。", "Nobody is known by this. Choose the person again."),
    "unknown_unit": Text("没有找到此组织，请重新选择。", "No unit is known by this. Choose the unit again."),
    "rule": Text("填写的内容不符合本表规则，请检查。", "This does not fit the rule of this form. Check it."),
    "not_computable": Text(
        "此项无法计算，请减少填写的内容；仍然不行请联系流程设计人员。",
        "This cannot be computed. Enter less; if that does not help, tell the designer of the process.",
    ),
}
"""Every code an answer may be refused with, and the sentence that says what to do. Codes are language-neutral."""

WHITE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What counts as blank: JavaScript's ``trim`` (ECMA-262, WhiteSpace and LineTerminator), not Python's ``strip``."""
# NUL cannot be stored in PostgreSQL, a lone surrogate in no UTF-8, and bidirectional overrides make a name read as
# another. Line feed and tab are allowed; whether a line feed is, the field says.
_BAD_CHARACTER: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
BAD_IN_LINE: Final = re.compile(_BAD_CHARACTER.pattern[:-1] + "\n\u2028\u2029]")
_DATE: Final = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9Xx]")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_NUMBER_LIKE: Final = re.compile(r"\+?[0-9A-Za-z]{8,32}")


class Wrong(Exception):
    """One answer that does not fit."""

    def __init__(self, code: str, text: Text | None = None, earliest: str | None = None, **values: Any) -> None:
        self.code = code
        self.text = (text or CODES[code]) if text or not values else CODES[code].format(**values)
        self.earliest = earliest

    def at(self, path: str) -> FieldError:
        return FieldError(path, self.code, self.text, earliest=self.earliest)


Take = Callable[[Any], Any]
"""A JSON answer that is not missing in, a FEEL value out; raises ``Wrong``."""


def mask(value: Any) -> Any:
    """A sensitive value as it may be shown: ``999999********0019``.

    An ID number keeps six characters in front and four at the end; another number of 8 to 32 digits or Latin letters
    (telephone, bank card, passport) keeps three and four; anything else becomes four stars, so that not even its
    length is told. Lists and contexts are masked inside; null stays null.
    """
    match value:
        case None:
            return None
        case str() if _ID_NUMBER.fullmatch(value):
            return f"{value[:6]}********{value[-4:]}"
        case str() if _NUMBER_LIKE.fullmatch(value):
            return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
        case list() | tuple():
            return [mask(v) for v in value]
        case dict():
            return {k: mask(v) for k, v in value.items()}
        case _:
            return "****"


def is_id_number(text: str, today: date | None = None) -> bool:
    """Whether ``text`` is a citizen identification number (GB 11643): a real birth date, MOD 11-2 check character.

    The last ``X`` may be written small. With ``today``, a birth date after it is refused. The region code is not
    looked up: codes are withdrawn, numbers are not.
    """
    if not _ID_NUMBER.fullmatch(text):
        return False
    born = real_day(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    if born is None or (today is not None and born > today):
        return False
    total = sum(int(c) * w for c, w in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11] == text[17].upper()


def is_missing(raw: Any) -> bool:
    """Nothing was answered: absent, null, an empty or blank text, an empty list."""
    if raw is None or raw == []:
        return True
    return isinstance(raw, str) and not raw.strip(WHITE)


def plainly(number: Decimal) -> str:
    return f"{number:f}"


def real_day(text: str) -> date | None:
    """A real day written YYYY-MM-DD, years 1000 to 9999."""
    if not _DATE.fullmatch(text):  # fromisoformat alone would also take 20260302 and 2026-W10-1
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def number(raw: Any) -> Decimal | None:
    """A finite number of at most 34 digits from a JSON number or its decimal text, in its shortest form."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) < 10**MOST_DIGITS else None
    if isinstance(raw, float):
        raw = repr(raw)
        value = Decimal(raw)
        if not value.is_finite():
            return None
    elif isinstance(raw, Decimal):
        value = raw
        if not value.is_finite():
            return None
    elif isinstance(raw, str):
        raw = raw.strip(WHITE)
        if len(raw) > 2 * MOST_DIGITS + 2 or not _DECIMAL.fullmatch(raw):
            return None
        value = Decimal(raw)
    else:
        return None
    sign, digits, exponent = cast(tuple[int, tuple[int, ...], int], value.as_tuple())  # finite: a whole exponent
    while exponent < 0 and digits and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if not digits or not any(digits):
        return Decimal(0)
    if len(digits) + max(exponent, 0) > MOST_DIGITS or -exponent > MOST_DIGITS:
        return None
    return Decimal((sign, (*digits, *(0,) * exponent), 0)) if exponent > 0 else Decimal((sign, digits, exponent))


def take_text(fewest: int, most: int, is_line: bool, pattern: Any, pattern_text: Text | None) -> Take:
    bad = BAD_IN_LINE if is_line else _BAD_CHARACTER

    def take(raw: Any) -> str:
        if not isinstance(raw, str):
            raise Wrong("not_a_text")
        text = raw.strip(WHITE) if is_line else raw.replace("\r\n", "\n").replace("\r", "\n")
        if bad.search(text):
            raise Wrong("bad_character")
        length = len(text)
        if length > most:
            raise Wrong("too_long", max=most, length=length)
        if length < fewest:
            raise Wrong("too_short", min=fewest, length=length)
        if pattern is not None and pattern.fullmatch(text) is None:
            raise Wrong("pattern", pattern_text)
        return text

    return take


def take_id_number(raw: Any) -> str:
    """Only its shape as a text; the check follows where the date is known."""
    if not isinstance(raw, str):
        raise Wrong("not_a_text")
    return raw.strip(WHITE).upper()[:64]


def take_number(digits: int | None, step: Decimal | None) -> Take:
    def take(raw: Any) -> Decimal:
        value = number(raw)
        if value is None:
            raise Wrong("not_a_number")
        exponent = value.as_tuple().exponent
        if digits is not None and isinstance(exponent, int) and -exponent > digits:
            raise Wrong("decimals", digits=digits)
        if step is not None and not _is_multiple(value, step):
            raise Wrong("step", step=plainly(step))
        return value

    return take


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    # As integers: the default decimal context would round a quotient of more than 28 digits.
    a, b = value.as_integer_ratio(), step.as_integer_ratio()
    return (a[0] * b[1]) % (b[0] * a[1]) == 0


def take_date(raw: Any) -> date:
    day = real_day(raw) if isinstance(raw, str) else None
    if day is None:
        raise Wrong("not_a_date")
    return day


def take_boolean(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Wrong("not_a_boolean")
    return raw


def take_id(code: str) -> Take:
    def take(raw: Any) -> str:
        if not isinstance(raw, str) or len(raw) > 200 or BAD_IN_LINE.search(raw):
            raise Wrong(code)
        return raw

    return take


def take_ids(code: str, most: int) -> Take:
    one = take_id(code)

    def take(raw: Any) -> list[str]:
        if not isinstance(raw, list):
            raise Wrong("not_a_list")
        chosen = list(dict.fromkeys(one(v) for v in raw))
        if len(chosen) > most:
            raise Wrong("too_many", max=most, count=len(chosen))
        return chosen

    return take


def take_option(options: Sequence[str]) -> Take:
    allowed = frozenset(options)

    def take(raw: Any) -> str:
        if not isinstance(raw, str) or raw not in allowed:
            raise Wrong("not_an_option")
        return raw

    return take


def take_options(options: Sequence[str], most: int) -> Take:
    allowed = frozenset(options)

    def take(raw: Any) -> list[str]:
        if not isinstance(raw, list):
            raise Wrong("not_a_list")
        if any(not isinstance(v, str) or v not in allowed for v in raw):
            raise Wrong("not_an_option")
        chosen = [v for v in options if v in raw]  # each once, in the order of the form
        if len(chosen) > most:
            raise Wrong("too_many", max=most, count=len(chosen))
        return chosen

    return take


def take_nothing(raw: Any) -> Any:
    """What is no field has no answer."""
    raise Wrong("not_an_option")
