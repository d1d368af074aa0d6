"""What the parser makes of a text: a tree of these. ``at`` is the position in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Node:
    at: int


@dataclass(slots=True)
class Literal(Node):
    value: Any


@dataclass(slots=True)
class Name(Node):
    name: str


@dataclass(slots=True)
class Input(Node):
    """``?``: the value that a unary test is about."""


@dataclass(slots=True)
class Negation(Node):
    of: Node


@dataclass(slots=True)
class Arithmetic(Node):
    """A chain of one precedence, left to right: ``first`` then each operator with its operand."""

    first: Node
    rest: list[tuple[str, Node]]


@dataclass(slots=True)
class Logic(Node):
    """``and`` or ``or`` over two or more."""

    sign: str
    parts: list[Node]


@dataclass(slots=True)
class Comparison(Node):
    sign: str
    left: Node
    right: Node


@dataclass(slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(slots=True)
class Test(Node):
    """``< 5`` and its like, inside ``in`` or a unary test."""

    sign: str
    than: Node


@dataclass(slots=True)
class Membership(Node):
    """``value in tests``: true where one of the tests is."""

    value: Node
    tests: list[Node]


@dataclass(slots=True)
class Condition(Node):
    """``if … then … else if … then … else …`` as branches."""

    branches: list[tuple[Node, Node]]
    otherwise: Node


@dataclass(slots=True)
class Iterator(Node):
    name: str
    over: Node
    to: Node | None = None


@dataclass(slots=True)
class Loop(Node):
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True)
class Quantifier(Node):
    sign: str
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True)
class ContextNode(Node):
    entries: list[tuple[str, Node]]


@dataclass(slots=True)
class ListNode(Node):
    items: list[Node]


@dataclass(slots=True)
class RangeNode(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool
    is_half: bool = False


@dataclass(slots=True)
class Filter(Node):
    of: Node
    condition: Node


@dataclass(slots=True)
class Path(Node):
    of: Node
    name: str


@dataclass(slots=True)
class Call(Node):
    function: Node
    arguments: list[Node]
    named: dict[str, Node] | None = None


@dataclass(slots=True)
class Definition(Node):
    """``function(a: number, b) body``; ``types`` has one for each parameter, None where none is written."""

    parameters: list[str]
    types: list[Type | None]
    body: Node


@dataclass(slots=True)
class Type:
    """A type as written after ``instance of`` or a parameter; ``of`` holds what stands in ``<…>``."""

    at: int
    name: str
    of: list[Type]
    keys: list[str]


@dataclass(slots=True)
class InstanceOf(Node):
    value: Node
    type: Type
