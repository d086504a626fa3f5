"""Tree: entries -> one hash that stands for all of them, and short proofs that it does. As in RFC 6962.

A tree is spoken of by ranges of its leaves, `(start, end)`; a whole subtree is `(level, index)`: 2**level leaves, the
first of them 2**level * index. Whoever keeps the hashes of whole subtrees makes every root and proof from a few.
"""

import hashlib
from collections.abc import Callable, Sequence

Range = tuple[int, int]
Subtree = tuple[int, int]
NodeOf = Callable[[int, int], bytes]

HASH_BYTES = 32
# A leaf can never be taken for a node, nor a node for a leaf.
_LEAF, _NODE = b"\x00", b"\x01"
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def grown(index: int, leaf: bytes, node_of: NodeOf) -> list[bytes]:
    """The hashes of all whole subtrees that end with leaf `index`, the smallest first: the leaf itself, its pair, …"""
    hashes, level = [leaf], 0
    while index >> level & 1:
        hashes.append(node_hash(node_of(level, (index >> level) - 1), hashes[-1]))
        level += 1
    return hashes


def siblings(index: int) -> list[Subtree]:
    """What `grown` will ask for."""
    found: list[Subtree] = []
    while index >> len(found) & 1:
        found.append((len(found), (index >> len(found)) - 1))
    return found


def subtrees(whole: Range) -> list[Subtree]:
    """The fewest whole subtrees that make up a range of the tree, from left to right."""
    start, end = whole
    found: list[Subtree] = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def hash_of(whole: Range, node_of: NodeOf) -> bytes:
    """The hash of a range: of the whole tree, its root."""
    hashes = [node_of(level, index) for level, index in subtrees(whole)]
    if not hashes:
        return EMPTY_ROOT
    right = hashes.pop()
    while hashes:
        right = node_hash(hashes.pop(), right)
    return right


def inclusion(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf to the root."""
    start, end = 0, size
    found: list[Range] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of `old` leaves is how the tree of `new` leaves begins."""
    if old in (0, new):
        return []
    start, end, is_known = 0, new, True
    found: list[Range] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, is_known = middle, False
    return ([] if is_known else [(start, end)]) + found[::-1]


def _split(size: int) -> int:
    """The largest power of two that is smaller."""
    return 1 << (size - 1).bit_length() - 1


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for hash_ in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(hash_, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if old == new:
        return not path and old_root == new_root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = node_hash(hash_, was), node_hash(hash_, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root
