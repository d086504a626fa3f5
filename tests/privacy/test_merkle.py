"""The tree's hashes and proofs are those of RFC 6962, whatever the size, and nothing else passes."""

import hashlib

import pytest

from safelight.privacy import merkle

# The leaves that implementations of RFC 6962 are tested with, and the roots of their first 1, 2, … 8.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031"),
        *("40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZE_MAX = 33


class Tree:
    """What a store keeps of a tree: of each leaf the whole subtrees that end with it."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.rows: list[list[bytes]] = []
        for index, leaf in enumerate(leaves):
            self.rows.append(merkle.grown(index, merkle.leaf_hash(leaf), self.node))

    def node(self, level: int, index: int) -> bytes:
        return self.rows[((index + 1) << level) - 1][level]

    def path(self, ranges: list[merkle.Range]) -> list[bytes]:
        return [merkle.hash_of(whole, self.node) for whole in ranges]

    def root(self, size: int) -> bytes:
        return merkle.hash_of((0, size), self.node)


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if len(leaves) < 2:
        return merkle.leaf_hash(leaves[0]) if leaves else hashlib.sha256().digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return merkle.node_hash(by_the_book(leaves[:half]), by_the_book(leaves[half:]))


TREE = Tree([bytes([number]) * 3 for number in range(SIZE_MAX + 1)])


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS, 1)))
def test_roots_are_those_that_everybody_finds(size, root):
    assert Tree(LEAVES).root(size).hex() == root


def test_an_empty_tree_has_the_hash_of_nothing():
    assert TREE.root(0) == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(SIZE_MAX + 1))
def test_a_root_from_whole_subtrees_is_the_root_by_the_book(size):
    assert TREE.root(size) == by_the_book([bytes([number]) * 3 for number in range(size)])


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [(1, 2), (2, 4), (4, 8)]),
        (5, 8, [(4, 5), (6, 8), (0, 4)]),
        (2, 3, [(0, 2)]),
        (6, 7, [(4, 6), (0, 4)]),
    ],
)
def test_which_hashes_prove_that_a_leaf_is_there(index, size, path):
    assert merkle.inclusion(index, size) == path


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_each_leaf_is_proved_and_no_other_in_its_place(size):
    for index in range(size):
        path, leaf = TREE.path(merkle.inclusion(index, size)), TREE.node(0, index)
        assert merkle.proves_inclusion(leaf, index, size, path, TREE.root(size))
        assert not merkle.proves_inclusion(TREE.node(0, index + 1), index, size, path, TREE.root(size))
        assert not merkle.proves_inclusion(leaf, index, size, [*path, leaf], TREE.root(size))
        assert not path or not merkle.proves_inclusion(leaf, index, size, path[:-1], TREE.root(size))
        assert not merkle.proves_inclusion(leaf, index + size, size, path, TREE.root(size))


@pytest.mark.parametrize("new", range(1, SIZE_MAX + 1))
def test_what_only_grew_is_proved_and_nothing_else(new):
    for old in range(new + 1):
        path = TREE.path(merkle.consistency(old, new))
        assert merkle.proves_consistency(old, new, TREE.root(old), TREE.root(new), path)
        assert not merkle.proves_consistency(old, new, bytes(32), TREE.root(new), path)
        assert not merkle.proves_consistency(old, new, TREE.root(old), TREE.root(new), [*path, bytes(32)])
        if 0 < old < new:
            assert not merkle.proves_consistency(old, new, TREE.root(old), bytes(32), path)


def test_a_tree_does_not_shrink():
    assert not merkle.proves_consistency(5, 4, TREE.root(5), TREE.root(4), [])


@pytest.mark.parametrize("index", range(SIZE_MAX))
def test_what_a_leaf_needs_is_told_before(index):
    asked = []

    def node(level: int, number: int) -> bytes:
        asked.append((level, number))
        return TREE.node(level, number)

    merkle.grown(index, TREE.node(0, index), node)
    assert asked == merkle.siblings(index)
