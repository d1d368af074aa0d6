"""What of a case can be gone back to: the latest execution of each step and what came of it.

The executions of a frame form an occurrence net: an execution consumes tokens and produces tokens. To go back to a
step is to undo its latest execution and, with it, everything that consumed what it produced; what ran beside it
stays, and tokens that were consumed together with undone ones (at a join, say) stand there again. An execution that
nobody can go back to (a gateway, an earlier round) is folded into the one that caused it, so the net is as large as
the process, not as old as the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Firing:
    """One execution: tokens in, tokens out. ``step`` is the number of the node, where one can go back to it."""

    id: int
    element: str
    consumed: list[int]
    produced: list[int]
    step: int | None
    inner: Any = None
    """The packed frame of a sub-process as it stood when it was left; of a loop, the numbers of its instances."""


@dataclass(slots=True)
class Past:
    """The occurrence net of one frame."""

    firings: dict[int, Firing] = field(default_factory=dict)
    tokens: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    """Token → element and incoming flow: those that live, and those that an undone execution would put back."""
    producer: dict[int, int] = field(default_factory=dict)
    consumer: dict[int, int] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    last: int = 0

    def born(self, token: int, element: str, flow: str | None) -> None:
        self.tokens[token] = (element, flow)
        self.producer[token] = 0

    def beside(self, token: int, host: int) -> None:
        """A token that appeared beside another one lasts as long as what caused that one."""
        self._attribute([token], self.producer.get(host, 0))

    def fire(
        self,
        element: str,
        consumed: Iterable[int],
        produced: Iterable[int],
        step: int | None = None,
        inner: Any = None,
    ) -> None:
        """An execution has happened; ``step`` makes it one that can be gone back to."""
        self.last += 1
        firing = Firing(self.last, element, list(consumed), list(produced), step, inner)
        self.firings[firing.id] = firing
        for token in firing.produced:
            self.producer[token] = firing.id
        for token in firing.consumed:
            self.consumer[token] = firing.id
        todo = [firing.id]
        if step is not None:
            earlier = self.latest.get(element)
            self.latest[element] = firing.id
            if earlier is not None:
                todo.append(earlier)
        self._fold(todo)

    def _fold(self, todo: list[int]) -> None:
        """Fold executions that nobody can go back to into their only cause."""
        while todo:
            firing = self.firings.get(todo.pop())
            if firing is None or (firing.step is not None and self.latest.get(firing.element) == firing.id):
                continue
            causes = {self.producer[t] for t in firing.consumed}
            if len(causes) > 1:
                continue
            cause = causes.pop() if causes else 0
            if cause:
                kept = self.firings[cause].produced
                for token in firing.consumed:
                    kept.remove(token)
            for token in firing.consumed:
                del self.producer[token], self.consumer[token], self.tokens[token]
            del self.firings[firing.id]
            self._attribute(firing.produced, cause)
            todo += [self.consumer[t] for t in firing.produced if t in self.consumer]

    def _attribute(self, tokens: Iterable[int], cause: int) -> None:
        for token in tokens:
            self.producer[token] = cause
            if cause:
                self.firings[cause].produced.append(token)

    def closure(self, firing: int) -> set[int]:
        """An execution and everything that came of it."""
        found, todo = {firing}, [firing]
        while todo:
            for token in self.firings[todo.pop()].produced:
                after = self.consumer.get(token)
                if after is not None and after not in found:
                    found.add(after)
                    todo.append(after)
        return found

    def undo(self, undone: set[int]) -> tuple[list[int], list[int]]:
        """Take executions back: the tokens that stand again, and those that live no more."""
        firings = [self.firings[i] for i in sorted(undone)]
        produced = {t for f in firings for t in f.produced}
        consumed = [t for f in firings for t in f.consumed]
        again = [t for t in consumed if t not in produced]
        gone = [t for t in produced if t not in self.consumer]
        for firing in firings:
            del self.firings[firing.id]
            if self.latest.get(firing.element) == firing.id:
                del self.latest[firing.element]
        for token in consumed:
            del self.consumer[token]
        for token in produced:
            del self.producer[token], self.tokens[token]
        return again, sorted(gone)

    def rename(self, old: int, new: int) -> None:
        """A token that stands again has a number of its own."""
        cause = self.producer.pop(old)
        self.tokens[new] = self.tokens.pop(old)
        self.producer[new] = cause
        if cause:
            kept = self.firings[cause].produced
            kept[kept.index(old)] = new
        if old in self.consumer:
            after = self.consumer[new] = self.consumer.pop(old)
            taken = self.firings[after].consumed
            taken[taken.index(old)] = new

    def lost(self, token: int) -> None:
        """A token that was cancelled for good."""
        if token not in self.tokens:
            return
        cause = self.producer.pop(token)
        if cause:
            self.firings[cause].produced.remove(token)
        del self.tokens[token]

    # ------------------------------------------------ the frozen form

    def pack(self, live: Iterable[int]) -> list[Any]:
        there = set(live)
        rows = [
            [f.element, f.consumed, f.produced, f.step, *([f.inner] if f.inner is not None else [])]
            for _, f in sorted(self.firings.items())
        ]
        tokens = [[t, e, flow] if flow else [t, e] for t, (e, flow) in sorted(self.tokens.items()) if t not in there]
        return [rows, tokens]

    @classmethod
    def unpack(cls, packed: list[Any], live: Iterable[tuple[int, str, str | None]]) -> Past:
        past = cls()
        rows, tokens = packed
        for token, element, *flow in tokens:
            past.born(token, element, flow[0] if flow else None)
        for token, element, way in live:
            past.born(token, element, way)
        for element, consumed, produced, step, *inner in rows:
            past.last += 1
            firing = Firing(past.last, element, list(consumed), list(produced), step, inner[0] if inner else None)
            past.firings[firing.id] = firing
            past.producer.update(dict.fromkeys(produced, firing.id))
            past.consumer.update(dict.fromkeys(consumed, firing.id))
            if step is not None:
                past.latest[element] = firing.id
        return past
