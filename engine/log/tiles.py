"""The tree as it is kept: leaves one a row, and full tiles of 256 hashes of one height (the shape of C2SP tlog-tiles).

A node of any height is read from one tile, so that a proof over a million leaves reads four tiles at each of its ends.
What is not full yet at the right edge is read from the rows below it: leaves, or the roots of full tiles.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select

from engine import tables
from engine.log import tree
from engine.store import Statement

WIDTH = 256
HEIGHT = 8
_HASH = 32

_L, _T = tables.log_leaves.c, tables.log_tiles.c
_SIZE = select(func.max(_L.idx))
_TILE = Statement(select(_T.hashes).where(_T.level == bindparam("level"), _T.idx == bindparam("idx")))
_LEAVES = Statement(
    select(_L.hash).where(_L.idx >= bindparam("first"), _L.idx < bindparam("first") + WIDTH).order_by(_L.idx)
)
_ROOTS = Statement(
    select(_T.root)
    .where(_T.level == bindparam("level"), _T.idx >= bindparam("first"), _T.idx < bindparam("first") + WIDTH)
    .order_by(_T.idx)
)


def size(db: Connection) -> int:
    """How many leaves there are."""
    last: int | None = db.execute(_SIZE).scalar()
    return 0 if last is None else last + 1


class Tiles:
    """The kept tree, for one proof or one batch: what was read once is not read again."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._read: dict[tuple[int, int], list[bytes]] = {}

    def read(self, height: int, index: int) -> bytes:
        """The root of a perfect subtree, as ``tree.Read`` wants it; raises ``LookupError`` where it is not there."""
        level, within = divmod(height, HEIGHT)
        tile, place = divmod(index << within, WIDTH)
        hashes = self.tile(level, tile)[place : place + (1 << within)]
        if len(hashes) != 1 << within:
            raise LookupError(f"no subtree of height {height} at {index}")
        return tree.perfect(hashes)

    def tile(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile, as many as there are."""
        known = self._read.get((level, index))
        if known is None:
            known = self._read[level, index] = self._tile(level, index)
        return known

    def _tile(self, level: int, index: int) -> list[bytes]:
        full = _TILE.first(self._db, {"level": level, "idx": index})
        if full is not None:
            packed = bytes(full["hashes"])
            return [packed[i : i + _HASH] for i in range(0, len(packed), _HASH)]
        first = {"first": index * WIDTH}
        if level == 0:
            return [bytes.fromhex(row["hash"]) for row in _LEAVES.all(self._db, first)]
        return [bytes.fromhex(row["root"]) for row in _ROOTS.all(self._db, {"level": level - 1, **first})]

    def grow(self, before: int, leaves: Sequence[bytes]) -> None:
        """Write the tiles that ``leaves`` fill, which follow the first ``before`` ones."""
        level, start, added = 0, before, list(leaves)
        while start % WIDTH + len(added) >= WIDTH:
            first = start // WIDTH
            hashes = self.tile(level, first)[: start % WIDTH] + added if start % WIDTH else added
            full = [hashes[i : i + WIDTH] for i in range(0, len(hashes) - WIDTH + 1, WIDTH)]
            roots = [tree.perfect(one) for one in full]
            rows = [
                {"level": level, "idx": first + n, "root": root.hex(), "hashes": b"".join(one)}
                for n, (one, root) in enumerate(zip(full, roots, strict=True))
            ]
            self._db.execute(insert(tables.log_tiles), rows)
            level, start, added = level + 1, first, roots
