"""The Merkle tree of RFC 6962, section 2.1, over hashes that are there already: roots, proofs, and whether they hold.

A node is SHA-256(0x01 || left || right). Nothing here knows where hashes are kept: proofs are made from a function
that gives the root of the 2**height leaves numbered ``index``, and only such perfect subtrees are asked for.
Verification follows RFC 9162, sections 2.1.3.2 and 2.1.4.2, where the same tree is verified without recursion.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of no leaves."""
LONGEST = 63
"""Hashes in a proof at most: a tree of more leaves than fit into 63 bits is none."""

Read = Callable[[int, int], bytes]
"""(height, index): the root of the perfect subtree over the leaves [index << height, (index + 1) << height)."""


def node(left: bytes, right: bytes) -> bytes:
    """32 bytes of two times 32."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The root of a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


class Edge:
    """The right edge of a growing tree: the roots of the perfect subtrees that its size is made of, largest first."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self._roots = list(roots)
        if len(self._roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(self._roots)}")

    def push(self, leaf: bytes) -> None:
        """One leaf more."""
        self._roots.append(leaf)
        place = self.size
        while place & 1:
            right = self._roots.pop()
            self._roots[-1] = node(self._roots[-1], right)
            place >>= 1
        self.size += 1

    def root(self) -> bytes:
        if not self._roots:
            return EMPTY
        found = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            found = node(left, found)
        return found


def edge(read: Read, size: int) -> Edge:
    """The right edge of a tree that is kept."""
    return Edge(size, [read(height, index) for height, index in _subtrees(0, size)])


def root(read: Read, size: int) -> bytes:
    return edge(read, size).root()


def _subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The perfect subtrees, largest first, of leaves whose first is a multiple of the largest of them."""
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append((height, start >> height))
        start += 1 << height
    return found


def _range(read: Read, start: int, end: int) -> bytes:
    """MTH(D[start:end]); ``start`` is a multiple of the smallest power of two that is not below ``end - start``."""
    hashes = [read(height, index) for height, index in _subtrees(start, end)]
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node(left, found)
    return found


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]), from the leaf to the root; raises ``ValueError`` where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(read, middle, end))
            end = middle
        else:
            path.append(_range(read, start, middle))
            start = middle
    return path[::-1]


def consistency(read: Read, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]); empty where ``old`` is 0 or ``size``. Raises ``ValueError`` where ``old`` is larger."""
    if not 0 <= old <= size:
        raise ValueError(f"from {old} to {size}")
    if old in (0, size):
        return []
    start, end, path = 0, size, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(read, middle, end))
            end = middle
        else:
            path.append(_range(read, start, middle))
            start = middle
    if start:  # what is left is not the whole old tree, whose root the verifier knows
        path.append(_range(read, start, end))
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof leads from the leaf at ``index`` to the root of ``size`` leaves."""
    if not 0 <= index < size or len(proof) > LONGEST:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def extends(old: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``size`` leaves begins with the tree of ``old`` leaves. Everything begins with nothing."""
    if not 0 <= old <= size or len(proof) > LONGEST:
        return False
    if old == size:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    path = list(proof)
    if old & (old - 1) == 0:  # the old tree is a perfect subtree of the new one: its root begins the proof
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node(one, first), node(one, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node(second, one)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
