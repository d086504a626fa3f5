"""Script: a chain with its conditions as a tree, before anybody knows the picture that it is for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from safelight.transform.lexer import Word
from safelight.transform.spec import Vocabulary

DEPTH_MAX = 20
"""How deep conditions may stand inside each other."""

Words = tuple[Word, ...]


@dataclass(frozen=True)
class Branch:
    """`if_…`: `then` is done where it is true, `otherwise` where it is not. `word` is the condition."""

    word: Word
    then: tuple["Node", ...]
    otherwise: tuple["Node", ...] = ()


Node = Words | Branch
"""A component, or a condition with what it governs."""


@dataclass(frozen=True)
class Script:
    """What must be settled against a picture: the nodes in their order, and the effects they may name."""

    nodes: tuple[Node, ...]
    vocabulary: Vocabulary = field(compare=False, repr=False)


def tree(components: Sequence[Words]) -> tuple[Node, ...]:
    """Components with every condition beside what it governs. What is not closed ends with the chain."""
    return _Reading(components).block(depth=0)


def is_plain(nodes: tuple[Node, ...]) -> bool:
    """Has it no conditions?"""
    return not any(isinstance(node, Branch) for node in nodes)


def in_order(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The same with the parts of each component sorted, but variables first and as they were written."""
    return tuple(_in_order(node) for node in nodes)


def texts(nodes: tuple[Node, ...]) -> list[str]:
    """One text for each component."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Branch):
            found += [node.word.raw, *texts(node.then)]
            if node.otherwise:
                found += ["if_else", *texts(node.otherwise)]
            found.append("if_end")
        else:
            found.append(",".join(word.raw for word in node))
    return found


def rank(word: Word) -> tuple[int, str]:
    """The order of the SDKs: the condition, variables as written, the rest by code. Of one code, the last counts.

    Flags add up, so they are in order among themselves.
    """
    if word.code == "if":
        return 0, ""
    if word.code == "$":
        return 1, ""
    return 2, word.raw if word.code == "fl" else f"{word.code}_"


def every_component(nodes: tuple[Node, ...]) -> list[Words]:
    """All components, whatever governs them."""
    found: list[Words] = []
    for node in nodes:
        found += every_component(node.then + node.otherwise) if isinstance(node, Branch) else [node]
    return found


def every_condition(nodes: tuple[Node, ...]) -> list[Word]:
    """All conditions, at any depth."""
    found: list[Word] = []
    for node in nodes:
        if isinstance(node, Branch):
            found += [node.word, *every_condition(node.then + node.otherwise)]
    return found


def _in_order(node: Node) -> Node:
    if isinstance(node, Branch):
        return Branch(node.word, in_order(node.then), in_order(node.otherwise))
    return tuple(sorted(node, key=rank))


class _Reading:
    """One walk over the components; `at` is the next."""

    def __init__(self, components: Sequence[Words]) -> None:
        self.components = [(_condition(words), _others(words)) for words in components]
        self.at = 0

    def block(self, depth: int, *, first: Words = ()) -> tuple[Node, ...]:
        """Nodes up to the `if_else` or `if_end` of this block, which is left for who opened it."""
        nodes: list[Node] = [first] if first else []
        while self.at < len(self.components):
            word, others = self.components[self.at]
            if word is None:
                nodes.append(others)
                self.at += 1
            elif word.value not in {"else", "end"}:
                nodes.append(self._branch(word, others, depth))
            elif depth > 0:
                break
            elif word.value == "end" and nodes and isinstance(nodes[-1], Branch) and self._follows_single():
                # Some close a condition that governs one component only.
                self._close()
            else:
                raise word.fault(f"`if_{word.value}` without an `if_`.")
        return tuple(nodes)

    def _branch(self, word: Word, others: Words, depth: int) -> Branch:
        if depth >= DEPTH_MAX:
            raise word.fault(f"Conditions may stand {DEPTH_MAX} deep inside each other.")
        self.at += 1
        if others:
            return Branch(word, (others,), self._single_otherwise(depth))
        then = self.block(depth + 1)
        otherwise: tuple[Node, ...] = ()
        if self._is_next("else"):
            others = self.components[self.at][1]
            self.at += 1
            otherwise = self.block(depth + 1, first=others)
            if self._is_next("else"):
                raise self._next_fault("A condition has one `if_else`.")
        self._close()
        return Branch(word, then, otherwise)

    def _single_otherwise(self, depth: int) -> tuple[Node, ...]:
        """What `if_else` beside or before other parts says for a condition of one component."""
        if not self._is_next("else"):
            return ()
        others = self.components[self.at][1]
        self.at += 1
        if others:
            return (others,)
        nodes = self.block(depth + 1)
        if self._is_next("else"):
            raise self._next_fault("A condition has one `if_else`.")
        self._close()
        return nodes

    def _close(self) -> None:
        """Pass over `if_end`; what stands beside it comes after the condition, as a component of its own."""
        if not self._is_next("end"):
            return
        others = self.components[self.at][1]
        if others:
            self.components[self.at] = (None, others)
        else:
            self.at += 1

    def _is_next(self, value: str) -> bool:
        word = self.components[self.at][0] if self.at < len(self.components) else None
        return word is not None and word.value == value

    def _next_fault(self, message: str) -> Exception:
        word = self.components[self.at][0]
        assert word
        return word.fault(message)

    def _follows_single(self) -> bool:
        """Does the component before this one say what its own condition governs?"""
        word, others = self.components[self.at - 1]
        return word is not None and word.value != "end" and bool(others)


def _condition(words: Words) -> Word | None:
    found = [word for word in words if word.code == "if"]
    if len(found) > 1:
        raise found[1].fault("A component has one condition.")
    return found[0] if found else None


def _others(words: Words) -> Words:
    return tuple(word for word in words if word.code != "if")
