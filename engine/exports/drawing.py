"""The diagram of a procedure as SVG, from its diagram interchange (BPMN 2.0.2, 12), with how far a case has come.

Shapes and edges lie where the designer drew them. What is drawn: pools and lanes, sub-processes, tasks, events,
gateways, data objects and annotations as outlines, flows with their way points, names in the language asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from lxml import etree

from engine.definitions import Definition
from engine.errors import Language
from engine.views import diagram_texts
from engine.xml import safe_xml

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"

MARGIN = 12.0
SIZE = 12
COLOURS: Mapping[str, tuple[str, str]] = {
    "done": ("#e6f4ea", "#1e7d34"),
    "open": ("#fff4d6", "#a86400"),
    "held": ("#eeeeee", "#666666"),
    "stopped": ("#fde7e7", "#b3261e"),
}
"""State of an element → fill and line; an element that was not reached is white with a dark line."""
_PLAIN = ("#ffffff", "#333333")
_OUTLINES = ("participant", "lane", "subProcess", "transaction", "adHocSubProcess")
_DATA = ("dataObjectReference", "dataStoreReference", "textAnnotation", "group")

Box = tuple[float, float, float, float]


def svg(definition: Definition, states: Mapping[str, str], language: Language, font: str) -> str | None:
    """The drawing, or ``None`` where the procedure was written without one. ``states``: element → done, open, held …"""
    root = safe_xml(definition.files["process.bpmn"].encode(), "process.bpmn")
    kinds = {e.get("id"): etree.QName(e).localname for e in root.iter() if e.get("id") is not None}
    names = {id_: text.spoken(language) for id_, text in diagram_texts(definition).items()}
    own = {e.get("id"): e.get("name") or e.findtext(f"{_BPMN}text") or "" for e in root.iter()}
    shapes: list[tuple[str, Box, etree._Element]] = [
        (shape.get("bpmnElement") or "", bounds, shape)
        for shape in root.iter(f"{_DI}BPMNShape")
        if (bounds := _bounds(shape)) is not None
    ]
    if not shapes:
        return None
    edges = [(e.get("bpmnElement") or "", _points(e), e) for e in root.iter(f"{_DI}BPMNEdge")]
    far = [(x + w, y + h) for _, box, _ in shapes for x, y, w, h in [box]] + [p for _, line, _ in edges for p in line]
    near = [(box[0], box[1]) for _, box, _ in shapes] + [p for _, line, _ in edges for p in line]
    left, top = min(x for x, _ in near) - MARGIN, min(y for _, y in near) - MARGIN
    width, height = max(x for x, _ in far) + MARGIN - left, max(y for _, y in far) + MARGIN - top
    drawn: list[str] = []
    order = {True: 0, False: 1}
    for id_, box, shape in sorted(shapes, key=lambda s: (order[kinds.get(s[0]) in _OUTLINES], -s[1][2] * s[1][3])):
        kind = kinds.get(id_, "")
        drawn += _shape(kind, box, states.get(id_), names.get(id_) or own.get(id_, ""), _label(shape), shape)
    for id_, line, edge in edges:
        drawn += _edge(kinds.get(id_, ""), line, names.get(id_) or own.get(id_, ""), _label(edge))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="{escape(font)}" font-size="{SIZE}">'
        '<defs><marker id="arrow" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#333333"/></marker></defs>' + "".join(drawn) + "</svg>"
    )


def _bounds(shape: etree._Element) -> Box | None:
    box = shape.find(f"{_DC}Bounds")
    if box is None:
        return None
    return (
        float(box.get("x", "0")),
        float(box.get("y", "0")),
        float(box.get("width", "0")),
        float(box.get("height", "0")),
    )


def _points(edge: etree._Element) -> list[tuple[float, float]]:
    return [(float(p.get("x", "0")), float(p.get("y", "0"))) for p in edge.iter(_WAY)]


def _label(drawn: etree._Element) -> Box | None:
    label = drawn.find(f"{_DI}BPMNLabel")
    return _bounds(label) if label is not None else None


def _shape(
    kind: str, box: Box, state: str | None, name: str, label: Box | None, shape: etree._Element
) -> Iterable[str]:
    x, y, w, h = box
    fill, line = COLOURS.get(state or "", _PLAIN)
    style = f'fill="{fill}" stroke="{line}" stroke-width="{2 if state else 1.2}"'
    if kind in ("participant", "lane"):
        yield f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="none" stroke="#888888"/>'
        if shape.get("isHorizontal", "true") == "false":
            yield from _text(name, x + w / 2, y + 15, w - 8)
        else:
            yield (
                f'<g transform="rotate(-90 {x + 15:g} {y + h / 2:g})">'
                + "".join(_text(name, x + 15, y + h / 2, h - 8))
                + "</g>"
            )
    elif kind.endswith("Event"):
        r = min(w, h) / 2
        cx, cy = x + w / 2, y + h / 2
        wide = 3 if kind == "endEvent" else 1.4
        yield f'<circle cx="{cx:g}" cy="{cy:g}" r="{r:g}" fill="{fill}" stroke="{line}" stroke-width="{wide}"/>'
        if kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
            yield f'<circle cx="{cx:g}" cy="{cy:g}" r="{r - 3:g}" fill="none" stroke="{line}"/>'
        yield from _beside(name, box, label)
    elif kind.endswith("Gateway"):
        cx, cy = x + w / 2, y + h / 2
        yield f'<path d="M{cx:g} {y:g}L{x + w:g} {cy:g}L{cx:g} {y + h:g}L{x:g} {cy:g}z" {style}/>'
        yield _sign(kind, cx, cy, min(w, h) / 4, line)
        yield from _beside(name, box, label)
    elif kind in _DATA:
        grey = 'fill="none" stroke="#888888" stroke-dasharray="3 3"'
        yield f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" {grey}/>'
        yield from (_text(name, x + w / 2, y + h / 2, w - 6) if kind == "textAnnotation" else _beside(name, box, label))
    else:
        is_wide = kind in _OUTLINES and shape.get("isExpanded", "true") != "false"
        thick = ' stroke-width="3"' if kind == "callActivity" else ""
        yield f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="8" {_thick(style, thick)}/>'
        middle = y + 14 if is_wide else y + h / 2
        yield from _text(name, x + w / 2, middle, w - 10, most=1 if is_wide else max(1, int((h - 6) // (SIZE + 2))))


def _thick(style: str, thick: str) -> str:
    return style.rpartition(" stroke-width")[0] + thick if thick else style


def _sign(kind: str, cx: float, cy: float, r: float, line: str) -> str:
    """The marker of a gateway (BPMN 2.0.2, 10.6)."""
    paths = {
        "exclusiveGateway": f"M{cx - r:g} {cy - r:g}L{cx + r:g} {cy + r:g}M{cx + r:g} {cy - r:g}L{cx - r:g} {cy + r:g}",
        "parallelGateway": f"M{cx - r:g} {cy:g}H{cx + r:g}M{cx:g} {cy - r:g}V{cy + r:g}",
    }
    if kind in paths:
        return f'<path d="{paths[kind]}" stroke="{line}" stroke-width="2.4" fill="none"/>'
    return f'<circle cx="{cx:g}" cy="{cy:g}" r="{r:g}" stroke="{line}" stroke-width="1.6" fill="none"/>'


def _edge(kind: str, line: list[tuple[float, float]], name: str, label: Box | None) -> Iterable[str]:
    if len(line) < 2:
        return
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in line)
    dashed = "" if kind == "sequenceFlow" else ' stroke-dasharray="4 3"'
    arrow = "" if kind in ("association", "") else ' marker-end="url(#arrow)"'
    yield f'<path d="{path}" fill="none" stroke="#333333" stroke-width="1.2"{dashed}{arrow}/>'
    if not name:
        return
    if label is not None:
        yield from _text(name, label[0] + label[2] / 2, label[1] + label[3] / 2, max(label[2], 60))
    else:
        (x, y), (x2, y2) = line[len(line) // 2 - 1], line[len(line) // 2]
        yield from _text(name, (x + x2) / 2, (y + y2) / 2 - 8, 90)


def _beside(name: str, box: Box, label: Box | None) -> Iterable[str]:
    """A name that stands under its shape, or where the designer put it."""
    if label is not None:
        return _text(name, label[0] + label[2] / 2, label[1] + label[3] / 2, max(label[2], 70))
    return _text(name, box[0] + box[2] / 2, box[1] + box[3] + SIZE, 100)


def _text(name: str, x: float, y: float, width: float, most: int = 4) -> list[str]:
    """Centred lines; a name that is longer than its place ends in an ellipsis."""
    lines = _lines(name, width)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    top = y - (len(lines) - 1) * (SIZE + 2) / 2 + SIZE * 0.36
    return [
        f'<text x="{x:g}" y="{top + n * (SIZE + 2):g}" text-anchor="middle" fill="#111111">{escape(line)}</text>'
        for n, line in enumerate(lines)
    ]


def _lines(name: str, width: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for word in _words(name):
        wide = sum(SIZE if not c.isascii() else SIZE * 0.55 for c in word)
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            word = word.lstrip()
        line, used = line + word, used + wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(name: str) -> Iterable[str]:
    """Where a line may break: after each Chinese character, and between words of other writing."""
    word = ""
    for c in " ".join(name.split()):
        if c == " " or not c.isascii():
            if word:
                yield word
            word = ""
            if c == " ":
                word = " "
            else:
                yield c
        else:
            word += c
    if word:
        yield word
