"""What becomes of a message that was not simply sent; the words are for operators: numbers and kinds, nobody's data."""

from __future__ import annotations


class NotSent(Exception):
    """The head of the family."""

    @property
    def words(self) -> str:
        return str(self)[:300]


class Later(NotSent):
    """Refused for now; tried again."""


class Never(NotSent):
    """Refused for good: this message will not be taken."""


class Unreachable(NotSent):
    """No server on the other side; the channel rests, and nothing counts against the message."""


class Misconfigured(Unreachable):
    """A server that does not know us: an operator has to look; the channel rests meanwhile."""


class Doubtful(NotSent):
    """It may have been taken: the connection was lost before the answer."""
