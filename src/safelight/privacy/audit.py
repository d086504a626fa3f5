"""Audit: reads the whole ledger anew and says what is wrong with it; it trusts no hash that lies there ready."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.ports.database import Session
from safelight.privacy import merkle, note, store_ledger
from safelight.privacy.checkpoint import checkpoint_of
from safelight.privacy.entry import fault_of
from safelight.privacy.note import Checkpoint, Verifier

FAULTS_MAX = 20
"""More are not told: one is enough to know."""


@dataclass(frozen=True)
class Audit:
    """How many lines and checkpoints were read, and what is wrong; `root` is what the lines come to."""

    size: int
    checkpoints: int
    root: str
    faults: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return not self.faults


class _Growing:
    """The hash of a tree whose leaves come one after the other: no more is kept than its whole subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        self._whole.append(leaf)
        self.size += 1
        size = self.size
        while not size & 1:
            right, left = self._whole.pop(), self._whole.pop()
            self._whole.append(merkle.node_hash(left, right))
            size >>= 1

    def root(self) -> bytes:
        hashes = list(self._whole)
        if not hashes:
            return merkle.hash_of((0, 0), lambda _level, _index: b"")
        found = hashes.pop()
        while hashes:
            found = merkle.node_hash(hashes.pop(), found)
        return found


async def audit(transaction: Session, verifiers: Sequence[Verifier], outside: Sequence[str] = ()) -> Audit:
    """`outside` are checkpoints that somebody kept elsewhere: what was changed in all places here is told by them."""
    faults: list[str] = []
    kept = [row["note"] for row in await store_ledger.all_checkpoints(transaction)]
    promised = _promised([*kept, *outside], verifiers, faults)
    tree = _Growing()
    _compare(tree, promised, faults)
    async for row in store_ledger.all_entries(transaction):
        number = tree.size
        if row["seq"] != number:
            faults.append(f"line {number} is missing: after it comes line {row['seq']}")
            break
        leaf = merkle.leaf_hash(row["body"].encode())
        if fault := _line_fault(row, leaf):
            faults.append(f"line {number}: {fault}")
        tree.add(leaf)
        _compare(tree, promised, faults)
        if len(faults) >= FAULTS_MAX:
            break
    else:
        faults += [f"{size} lines were signed for, and there are {tree.size}" for size in promised if size > tree.size]
    return Audit(tree.size, len(kept), tree.root().hex(), tuple(faults[:FAULTS_MAX]))


def _promised(notes: Sequence[str], verifiers: Sequence[Verifier], faults: list[str]) -> Mapping[int, list[Checkpoint]]:
    found: dict[int, list[Checkpoint]] = {}
    for number, each in enumerate(notes):
        try:
            checkpoint, is_ours = checkpoint_of(each), note.is_signed(each, verifiers)
        except Invalid as error:
            faults.append(f"checkpoint {number}: {error.message}")
            continue
        if is_ours:
            found.setdefault(checkpoint.size, []).append(checkpoint)
        else:
            faults.append(f"checkpoint {number} of {checkpoint.size} lines is not signed by a key of this installation")
    return found


def _compare(tree: _Growing, promised: Mapping[int, list[Checkpoint]], faults: list[str]) -> None:
    if tree.size in promised:
        root = tree.root()
        faults += [
            f"the first {tree.size} lines are not those that were signed at {each.at:%Y-%m-%d %H:%M:%S} UTC"
            for each in promised[tree.size]
            if each.root != root
        ]


def _line_fault(row: Mapping[Any, Any], leaf: bytes) -> str:
    try:
        body: Any = json.loads(row["body"])
    except ValueError:
        return "is no JSON"
    if not isinstance(body, dict) or fault_of(body) or body["seq"] != row["seq"] or body["type"] != row["type"]:  # pyright: ignore[reportUnknownArgumentType]
        return "does not say what a line says"
    if row["nodes"][: merkle.HASH_BYTES] != leaf:
        return "is not the line that was written"
    return ""
