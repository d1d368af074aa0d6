"""Tokens into a tree (DMN 1.3, section 10.3.1.2), by precedence climbing.

Names with spaces are resolved as the specification asks: against the names in scope, the longest first. In scope are
the names given by the caller, the built-in functions, and what the expression itself binds.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import DecimalException
from functools import lru_cache
from typing import Any

from engine.errors import Text
from engine.feel import errors, nodes, temporal
from engine.feel.errors import FeelError
from engine.feel.lexer import KEYWORDS, Token, tokens
from engine.feel.values import NUMBERS

MAX_DEPTH = 64
"""Levels of brackets, conditions, loops and functions inside each other."""
_MAX_FRAMES = 240

_OPENING = frozenset({"every", "false", "for", "function", "if", "null", "some", "true"})
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_OR, _AND, _COMPARE, _SUM, _PRODUCT, _POWER, _SIGN = range(1, 8)
_TYPE_NAMES = (
    ("years", "and", "months", "duration"),
    ("days", "and", "time", "duration"),
    ("day", "time", "duration"),
    ("year", "month", "duration"),
    ("date", "and", "time"),
    ("date", "time"),
)


Trie = dict[str, Any]
"""Names by their tokens, one level a token; ``_ENDS`` marks where a name ends. Looking up costs its length alone."""
_ENDS = ""


@lru_cache(256)
def _trie(names: frozenset[str]) -> Trie:
    """The names of more than one token."""
    made: Trie = {}
    for name in names:
        _grow(made, name)
    return made


def _grow(trie: Trie, name: str) -> None:
    if name.isidentifier():
        return
    try:
        found = tokens(name)[:-1]
    except FeelError:
        return  # a name that cannot be written in an expression cannot be meant by one
    parts = [t.text for t in found]
    if len(parts) > 1 and all(t.kind != "text" for t in found):
        for part in parts:
            trie = trie.setdefault(part, {})
        trie[_ENDS] = {}


class Parser:
    """One text, read once from left to right without going back."""

    def __init__(self, source: str, names: Iterable[str], functions: Iterable[str], types: Iterable[str] = ()) -> None:
        self.source = source
        self.start = 1 if source.startswith("=") else 0
        found = tokens(source)
        self.tokens = found[1:] if self.start else found
        self.next = 0
        self.depth = 0
        self.frames = 0
        self.given = _trie(frozenset(names))
        self.learned: Trie = {}
        self.built_in = _trie(frozenset(functions))
        self.types = _trie(frozenset(types))

    # --- names ---------------------------------------------------------------------------------------------------

    def _learn(self, name: str) -> None:
        """A name that the expression itself binds is in scope from here on."""
        _grow(self.learned, name)

    def _longest(self, *tries: Trie) -> int:
        """How many tokens from here on are a name of one of the tries, the longest; 0 where none is."""
        most = 0
        for trie in tries:
            level: Trie | None = trie.get(self.tokens[self.next].text)
            ahead = 1
            while level is not None:
                if _ENDS in level:
                    most = max(most, ahead)
                token = self._peek(ahead)
                level = level.get(token.text) if token.kind not in ("text", "end") else None
                ahead += 1
        return most

    def _matches(self, parts: tuple[str, ...]) -> bool:
        ahead = self.tokens[self.next : self.next + len(parts)]
        return len(ahead) == len(parts) and all(
            t.text == p and t.kind != "text" for t, p in zip(ahead, parts, strict=True)
        )

    def _joined(self, count: int) -> str:
        """The name of so many tokens: pieces with one space where the text has any space."""
        first = self.next
        self.next += count
        text = self.tokens[first].text
        for before, token in zip(self.tokens[first:], self.tokens[first + 1 : self.next], strict=False):
            text += (" " if token.at > before.end else "") + token.text
        return text

    def _name(self) -> str:
        """A name in scope at this place, the longest that fits; else the one word here."""
        if count := self._longest(self.given, self.learned):
            return self._joined(count)
        count = self._longest(self.built_in)
        if count and self._peek(count).text == "(":
            return self._joined(count)
        return self._joined(1)

    def _words(self, *ends: str) -> str:
        """A name that is being declared: everything up to one of ``ends``."""
        first = self.next
        while self.tokens[self.next].kind != "end" and self.tokens[self.next].text not in ends:
            token = self.tokens[self.next]
            if token.kind not in ("name", "number") and not (
                token.kind == "symbol" and token.text in "+-*/.'’" and self.next > first
            ):
                break
            self.next += 1
        count = self.next - first
        if not count or self.tokens[first].kind != "name":
            self._fail(errors.A_NAME)
        self.next = first
        return self._joined(count)

    def _property(self) -> str:
        """The name after a dot: a name that was given, else neighbouring words."""
        token = self.tokens[self.next]
        if token.kind != "name":
            self._fail(errors.A_NAME)
        if count := self._longest(self.given, self.learned):
            return self._joined(count)
        count = 1
        while self._peek(count).kind == "name" and self._peek(count).text not in KEYWORDS:
            count += 1
        return self._joined(count)

    # --- tokens --------------------------------------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def _is(self, *texts: str) -> bool:
        token = self.tokens[self.next]
        return token.kind in ("symbol", "name") and token.text in texts

    def _take(self, *texts: str) -> bool:
        if self._is(*texts):
            self.next += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            self._fail(Text(f"“{text}”", f"{text!r}"))

    def _fail(self, expected: Text) -> None:
        token = self.tokens[self.next]
        if token.kind == "end":
            raise FeelError(errors.UNEXPECTED_END.format(expected=expected), self.source, token.at)
        found = self.source[token.at : token.end][:40]
        raise FeelError(errors.UNEXPECTED.format(found=found, expected=expected), self.source, token.at)

    # --- whole texts ---------------------------------------------------------------------------------------------

    def expression(self) -> nodes.Node:
        """The whole text as one expression."""
        if self.tokens[0].kind == "end":
            raise FeelError(errors.EMPTY, self.source, 0)
        node = self._expression()
        if self.tokens[self.next].kind != "end":
            self._fail(errors.AN_END)
        return node

    def unary_tests(self) -> tuple[list[nodes.Node], bool]:
        """The whole text as unary tests: the tests (none for ``-``), and whether they stand in ``not(…)``."""
        if self.tokens[0].kind == "end" or (self.tokens[0].text == "-" and self.tokens[1].kind == "end"):
            return [], False
        if self._is("not") and self._peek(1).text == "(" and self._closes_at_end(1):
            self.next += 2
            found = self._tests()
            self._need(")")
            negated = True
        else:
            found, negated = self._tests(), False
        if self.tokens[self.next].kind != "end":
            self._fail(errors.AN_END)
        return found, negated

    def _closes_at_end(self, opening: int) -> bool:
        level = 0
        for index in range(opening, len(self.tokens) - 1):
            token = self.tokens[index]
            if token.kind == "symbol" and token.text in "([{":
                level += 1
            elif token.kind == "symbol" and token.text in ")]}":
                level -= 1
                if level == 0:
                    return index == len(self.tokens) - 2
        return False

    def _tests(self) -> list[nodes.Node]:
        found = [self._test()]
        while self._take(","):
            found.append(self._test())
        return found

    def _test(self) -> nodes.Node:
        token = self._peek()
        if token.kind == "symbol" and token.text in _COMPARISONS:
            self.next += 1
            return nodes.Test(token.at, token.text, self._expression(_SUM))
        return self._expression()

    # --- expressions ---------------------------------------------------------------------------------------------

    def _expression(self, least: int = 0) -> nodes.Node:
        self.frames += 1
        if self.frames > _MAX_FRAMES:
            raise FeelError(errors.TOO_DEEP.format(limit=MAX_DEPTH), self.source, self._peek().at)
        node = self._operand()
        while True:
            token = self.tokens[self.next]
            text = token.text if token.kind in ("symbol", "name") else ""
            if text in ("+", "-") and least <= _SUM:
                node = self._chain(node, ("+", "-"), _PRODUCT)
            elif text in ("*", "/") and least <= _PRODUCT:
                node = self._chain(node, ("*", "/"), _POWER)
            elif text == "**" and least <= _POWER:
                node = self._chain(node, ("**",), _SIGN)
            elif text in _COMPARISONS and least <= _COMPARE:
                self.next += 1
                node = nodes.Comparison(token.at, text, node, self._expression(_SUM))
            elif text == "between" and least <= _COMPARE:
                self.next += 1
                low = self._expression(_SUM)
                self._need("and")
                node = nodes.Between(token.at, node, low, self._expression(_SUM))
            elif text == "in" and least <= _COMPARE:
                self.next += 1
                node = nodes.Membership(token.at, node, self._in())
            elif text == "instance" and least <= _SIGN:
                self.next += 1
                self._need("of")
                node = nodes.InstanceOf(token.at, node, self._type())
            elif text == "and" and least <= _AND:
                node = self._logic(node, "and", _COMPARE)
            elif text == "or" and least <= _OR:
                node = self._logic(node, "or", _AND)
            else:
                self.frames -= 1
                return node

    def _chain(self, first: nodes.Node, signs: tuple[str, ...], tighter: int) -> nodes.Node:
        at = self._peek().at
        rest = []
        while self._is(*signs):
            sign = self.tokens[self.next].text
            self.next += 1
            rest.append((sign, self._expression(tighter)))
        return nodes.Arithmetic(at, first, rest)

    def _logic(self, first: nodes.Node, sign: str, tighter: int) -> nodes.Node:
        at = self._peek().at
        parts = [first]
        while self._take(sign):
            parts.append(self._expression(tighter))
        return nodes.Logic(at, sign, parts)

    def _in(self) -> list[nodes.Node]:
        """What follows ``in``: one test, or several in parentheses."""
        if not self._is("("):
            token = self._peek()
            if token.kind == "symbol" and token.text in _COMPARISONS:
                return [self._test()]
            return [self._expression(_SUM)]
        at = self._peek().at
        self._enter()
        self.next += 1
        found = self._tests()
        if len(found) == 1 and self._is(".."):
            made: nodes.Node = self._range(at, found[0], False)
        elif len(found) == 1 and not isinstance(found[0], nodes.Test):
            self._need(")")
            made = found[0]
        else:
            self._need(")")
            self.depth -= 1
            return found
        self.depth -= 1
        return [self._postfix(made)]

    def _enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FeelError(errors.TOO_DEEP.format(limit=MAX_DEPTH), self.source, self._peek().at)

    def _operand(self) -> nodes.Node:
        self._enter()
        token = self.tokens[self.next]
        if token.kind == "symbol" and token.text == "-":
            self.next += 1
            node: nodes.Node = nodes.Negation(token.at, self._operand())
        else:
            node = self._postfix(self._primary(token))
        self.depth -= 1
        return node

    def _postfix(self, node: nodes.Node) -> nodes.Node:
        length = 0
        while True:
            token = self.tokens[self.next]
            if token.kind != "symbol" or token.text not in ".[(":
                return node
            if token.text == "[" and self._ends_range():
                return node
            length += 1
            if self.depth + length > MAX_DEPTH:
                raise FeelError(errors.TOO_DEEP.format(limit=MAX_DEPTH), self.source, token.at)
            if token.text == "[":
                self.next += 1
                node = nodes.Filter(token.at, node, self._expression())
                self._need("]")
            elif token.text == ".":
                self.next += 1
                at = self._peek().at
                node = nodes.Path(at, node, self._property())
            else:
                node = self._call(node, token)

    def _ends_range(self) -> bool:
        """Whether the ``[`` here closes a range (``[1..5[``): nothing follows that could be a filter."""
        after = self._peek(1)
        if after.kind == "name":
            return after.text in KEYWORDS - _OPENING
        return after.kind == "end" or (after.kind == "symbol" and after.text not in "([{]-?@")

    def _call(self, function: nodes.Node, token: Token) -> nodes.Node:
        self.next += 1
        at = function.at if isinstance(function, nodes.Name) else token.at
        if self._take(")"):
            return nodes.Call(at, function, [])
        named = self._named_arguments()
        if named is not None:
            return nodes.Call(at, function, [], named)
        arguments = [self._expression()]
        while self._take(","):
            arguments.append(self._expression())
        self._need(")")
        return nodes.Call(at, function, arguments)

    def _named_arguments(self) -> dict[str, nodes.Node] | None:
        ahead = 0
        while self._peek(ahead).kind in ("name", "number"):
            ahead += 1
        if ahead == 0 or self._peek(ahead).text != ":" or self._peek(ahead).kind != "symbol":
            return None
        found: dict[str, nodes.Node] = {}
        while True:
            at = self._peek().at
            name = self._words(":")
            if name in found:
                raise FeelError(errors.TWICE.format(name=name), self.source, at)
            self._need(":")
            found[name] = self._expression()
            if not self._take(","):
                self._need(")")
                return found

    def _primary(self, token: Token) -> nodes.Node:
        at = token.at
        if token.kind == "number":
            self.next += 1
            try:
                return nodes.Literal(at, NUMBERS.create_decimal(token.text))
            except DecimalException:
                raise FeelError(errors.NUMBER_FAULT, self.source, at) from None
        if token.kind == "text":
            self.next += 1
            return nodes.Literal(at, token.text)
        if token.kind == "name":
            return self._word(token)
        if token.kind == "symbol":
            if token.text == "(":
                self.next += 1
                if self._is("<", "<=", ">", ">="):
                    return self._half_range(at)
                node = self._expression()
                if self._is(".."):
                    return self._range(at, node, False)
                self._need(")")
                return node
            if token.text == "[":
                return self._list(at)
            if token.text == "]":
                self.next += 1
                return self._range(at, self._expression(), False)
            if token.text == "{":
                return self._context(at)
            if token.text == "?":
                self.next += 1
                return nodes.Input(at)
            if token.text == "@" and self._peek(1).kind == "text":
                self.next += 1
                text = self.tokens[self.next].text
                self.next += 1
                value = temporal.read_any(text)
                if value is None:
                    raise FeelError(errors.BAD_LITERAL.format(found=text), self.source, at)
                return nodes.Literal(at, value)
        self._fail(errors.A_VALUE)
        raise AssertionError("not reached: _fail raises")

    def _word(self, token: Token) -> nodes.Node:
        at, text = token.at, token.text
        if self._longest(self.given, self.learned):
            return nodes.Name(at, self._name())
        if text in ("true", "false", "null"):
            self.next += 1
            return nodes.Literal(at, {"true": True, "false": False, "null": None}[text])
        if text == "if":
            return self._condition(at)
        if text == "for":
            self.next += 1
            iterators = self._iterators("return", ranges=True)
            return nodes.Loop(at, iterators, self._expression())
        if text in ("some", "every"):
            self.next += 1
            iterators = self._iterators("satisfies", ranges=True)
            return nodes.Quantifier(at, text, iterators, self._expression())
        if text == "function" and self._peek(1).text == "(":
            return self._definition(at)
        if text in KEYWORDS:
            self._fail(errors.A_VALUE)
        return nodes.Name(at, self._name())

    def _condition(self, at: int) -> nodes.Node:
        branches = []
        while self._take("if"):
            test = self._expression()
            self._need("then")
            branches.append((test, self._expression()))
            self._need("else")
        return nodes.Condition(at, branches, self._expression())

    def _iterators(self, end: str, ranges: bool) -> list[nodes.Iterator]:
        found = []
        while True:
            at = self._peek().at
            name = self._words("in")
            self._learn(name)
            self._need("in")
            over = self._expression()
            to = self._expression() if ranges and self._take("..") else None
            found.append(nodes.Iterator(at, name, over, to))
            if not self._take(","):
                self._need(end)
                return found

    def _definition(self, at: int) -> nodes.Node:
        self.next += 2
        parameters: list[str] = []
        types: list[nodes.Type | None] = []
        while not self._take(")"):
            if parameters:
                self._need(",")
            here = self._peek().at
            name = self._words(",", ":", ")")
            if name in parameters:
                raise FeelError(errors.TWICE.format(name=name), self.source, here)
            self._learn(name)
            parameters.append(name)
            types.append(self._type() if self._take(":") else None)
        if self._is("external"):
            raise FeelError(errors.EXTERNAL, self.source, self._peek().at)
        return nodes.Definition(at, parameters, types, self._expression())

    def _list(self, at: int) -> nodes.Node:
        self.next += 1
        items: list[nodes.Node] = []
        if self._take("]"):
            return nodes.ListNode(at, items)
        items.append(self._expression())
        if self._is(".."):
            return self._range(at, items[0], True)
        while self._take(","):
            items.append(self._expression())
        self._need("]")
        return nodes.ListNode(at, items)

    def _range(self, at: int, low: nodes.Node, low_included: bool) -> nodes.Node:
        self._need("..")
        high = self._expression()
        if self._take("]"):
            return nodes.RangeNode(at, low, high, low_included, True)
        if self._take(")", "["):
            return nodes.RangeNode(at, low, high, low_included, False)
        self._fail(Text("“]”或“)”", "']' or ')'"))
        raise AssertionError("not reached: _fail raises")

    def _half_range(self, at: int) -> nodes.Node:
        sign = self.tokens[self.next].text
        self.next += 1
        end, none = self._expression(_SUM), nodes.Literal(at, None)
        self._need(")")
        if sign[0] == "<":
            return nodes.RangeNode(at, none, end, False, sign == "<=", True)
        return nodes.RangeNode(at, end, none, sign == ">=", False, True)

    def _context(self, at: int) -> nodes.Node:
        self.next += 1
        entries: list[tuple[str, nodes.Node]] = []
        keys: set[str] = set()
        while not self._take("}"):
            if entries:
                self._need(",")
            token = self._peek()
            if token.kind == "text":
                self.next += 1
                key = token.text
            else:
                key = self._words(":")
            if key in keys:
                raise FeelError(errors.TWICE.format(name=key), self.source, token.at)
            keys.add(key)
            self._need(":")
            entries.append((key, self._expression()))
            self._learn(key)
        return nodes.ContextNode(at, entries)

    def _type(self) -> nodes.Type:
        self._enter()
        token = self._peek()
        if token.kind != "name":
            self._fail(errors.A_TYPE)
        known = next((parts for parts in _TYPE_NAMES if self._matches(parts)), (token.text,))
        if count := self._longest(self.types):
            name = self._joined(count)
        else:
            self.next += len(known)
            name = " ".join(known)
        of: list[nodes.Type] = []
        keys: list[str] = []
        if name in ("list", "range", "context", "function") and self._take("<"):
            while not self._take(">"):
                if of:
                    self._need(",")
                if name == "context":
                    keys.append(self._words(":"))
                    self._need(":")
                of.append(self._type())
            if name == "function" and self._take("->"):
                self._type()
        self.depth -= 1
        return nodes.Type(token.at, name, of, keys)
