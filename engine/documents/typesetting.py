"""The page of a document as PDF, typeset on demand from what was kept: the same text whenever it is asked for.

Typst sets the page; the texts come to it as data. Where the server lacks it or a font with Chinese characters, the
refusal says what to install, and the page in the browser prints all the same.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine import templates
from engine.errors import Language, NotNow, Text

PAGE = Path(__file__).with_name("page.typ")
FONTS = "pylopdf_fonts_zh_cn"
"""The package that brings two fonts with Chinese characters along (SIL Open Font License)."""

BODY = ("FangSong", "FangSong_GB2312", "仿宋", "仿宋_GB2312", "STFangsong", "Noto Serif SC", "Noto Serif CJK SC")
HEADING = ("SimHei", "黑体", "STHeiti", "Noto Sans SC", "Noto Sans CJK SC")
SECOND = ("KaiTi", "KaiTi_GB2312", "楷体", "楷体_GB2312", "STKaiti")
OTHERS = ("SimSun", "宋体", "Source Han Serif SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "AR PL UMing CN")
"""Fonts with Chinese characters that offices have, those that GB/T 9704-2012 names first."""


class NoTypesetter(NotNow):
    """This server cannot make PDF; the page can still be printed."""

    code = "err_no_typesetter"
    text = Text(
        "服务器缺少生成 PDF 的组件：{missing}。可改用打印页；管理员安装后重启即可。",
        "This server cannot make PDF: {missing}. The page can still be printed; install it and restart.",
    )


def pdf(content: str, language: Language = "zh", *, is_void: bool = False) -> bytes:
    """The document that ``documents.content`` holds, as PDF/A-2u with text that can be searched and copied.

    The bytes depend on nothing else: the same document gives the same file. Raises ``NoTypesetter``.
    """
    typst, fonts, families = _tools()
    printed = json.loads(content)
    body, heading, second = (_chosen(families, wanted) for wanted in (BODY, HEADING, SECOND))
    given = {
        **printed,
        "date_said": _day(printed["date"]),
        "printed_said": _day(printed["printed_on"]),
    }
    made: bytes = typst.compile(
        PAGE.read_bytes(),
        format="pdf",
        font_paths=fonts,
        sys_inputs={
            "document": json.dumps(given, ensure_ascii=False),
            "language": language,
            "void": "true" if is_void else "false",
            "body": json.dumps(body),
            "heading": json.dumps(heading or body),
            "second": json.dumps(second or body),
        },
        pdf_standards="a-2u",
        timestamp=datetime.combine(date.fromisoformat(printed["printed_on"]), datetime.min.time(), UTC),
    )
    return made


def families() -> list[str]:
    """The fonts with Chinese characters that this server has, the ones to take first; raises ``NoTypesetter``."""
    _, _, there = _tools()
    return _chosen(there, (*OTHERS[:1], *BODY))


def typeset(page: bytes, inputs: Mapping[str, str], at: datetime) -> bytes:
    """A page of our own with its data as PDF/A-2u; the bytes depend on nothing else. Raises ``NoTypesetter``."""
    typst, fonts, _ = _tools()
    made: bytes = typst.compile(
        page,
        format="pdf",
        font_paths=fonts,
        sys_inputs=dict(inputs),
        pdf_standards="a-2u",
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    return made


def _day(text: str) -> dict[str, str]:
    on = date.fromisoformat(text)
    return {"zh": templates.day(on, "zh"), "en": templates.day(on, "en")}


def _chosen(families: Iterable[str], wanted: tuple[str, ...]) -> list[str]:
    """The fonts to take, in their order: those wanted, then whatever else has Chinese characters."""
    there = set(families)
    return [name for name in (*wanted, *BODY, *HEADING, *OTHERS) if name in there]


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any, tuple[str, ...]]:
    try:
        typst = importlib.import_module("typst")
    except ImportError as e:
        raise NoTypesetter(missing=_NO_TYPST) from e
    spec = importlib.util.find_spec(FONTS)
    places = [str(Path(spec.origin).parent)] if spec is not None and spec.origin else []
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=places)
    families = tuple(fonts.families())
    if not _chosen(families, ()):
        raise NoTypesetter(missing=_NO_FONT)
    return typst, fonts, families


_NO_TYPST = Text("typst（pip install typst）", "typst (pip install typst)")
_NO_FONT = Text(
    "中文字体（apt-get install fonts-noto-cjk，或 pip install pylopdf-fonts-zh-cn）",
    "a font with Chinese characters (apt-get install fonts-noto-cjk, or pip install pylopdf-fonts-zh-cn)",
)
