"""Node: a place in a written file, read with errors that name the place and what is expected there."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, cast

import yaml
import yaml.composer
import yaml.constructor
import yaml.cyaml
import yaml.resolver

from safelight.kernel.errors import Invalid

FILE_BYTES_MAX = 256 * 1024
TEXT_CHARS_MAX = 4000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")

E = TypeVar("E", bound=StrEnum)


# Of what lies inside of them the types know nothing.
_Composer: Any = yaml.composer.Composer
_Constructor: Any = yaml.constructor.SafeConstructor
_Resolver: Any = yaml.resolver.Resolver
_Parser: Any = vars(yaml.cyaml)["CParser"]


class _Plain(_Composer, _Parser, _Constructor, _Resolver):
    """Plain values alone: no alias that could grow without end, no key twice, no dates made of texts."""

    def __init__(self, text: str) -> None:
        # Letters become events in C, which is five times as fast; what is made of them is decided here.
        _Parser.__init__(self, text)
        for each in (_Composer, _Constructor, _Resolver):
            each.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="an alias (*) is not allowed here", problem_mark=mark)
        return _Composer.compose_node(self, parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[object] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is one word", problem_mark=key.start_mark)
            if getattr(key, "value", None) in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} is there twice", problem_mark=key.start_mark)
            seen.add(getattr(key, "value", None))
        return _Constructor.construct_mapping(self, node, deep)


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not str(tag).endswith(":timestamp")]
    for first, found in _Resolver.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Node:
    """A value and where it stands: `recipients.mail.country`."""

    value: object
    file: str
    path: str = ""

    def fault(self, expected: str) -> Invalid:
        return Invalid(f"{self.file}: {self.path or 'the file'}: {expected}.")

    def at(self, name: str) -> "Node":
        """What stands below a name; a Node of None where nothing does."""
        inner = f"{self.path}.{name}" if self.path else name
        return Node(self._words().get(name), self.file, inner)

    def has(self, name: str) -> bool:
        return self._words().get(name) is not None

    def only(self, *names: str) -> "Node":
        """Raises Invalid for a name that means nothing here."""
        for name in self._words():
            if name not in names:
                raise self.at(name).fault(f"nothing has this name here; there are {', '.join(names)}")
        return self

    def items(self) -> Iterator[tuple[str, "Node"]]:
        for name in self._words():
            if not NAME.fullmatch(name):
                raise self.at(name).fault("a name has letters, digits, '.', '_' and '-'")
            yield name, self.at(name)

    def list(self) -> tuple["Node", ...]:
        if self.value is None:
            return ()
        value: object = self.value
        if not isinstance(value, list):
            raise self.fault("a list is expected")
        found = cast("list[object]", value)
        return tuple(Node(each, self.file, f"{self.path}[{place}]") for place, each in enumerate(found))

    def texts(self) -> tuple[str, ...]:
        return tuple(each.text() for each in self.list())

    def text(self, default: str | None = None) -> str:
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str) or not self.value.replace("\n", "").isprintable():
            if self.value == "" and default is not None:
                return default
            raise self.fault("a text is expected")
        if len(self.value) > TEXT_CHARS_MAX:
            raise self.fault(f"a text has {TEXT_CHARS_MAX} letters at most")
        return self.value.strip()

    def truth(self, default: bool) -> bool:
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            raise self.fault("true or false is expected")
        return self.value

    def number(self) -> int | None:
        if self.value is None:
            return None
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.fault("a whole number is expected")
        return self.value

    def day(self) -> date | None:
        if self.value is None:
            return None
        try:
            return date.fromisoformat(self.text())
        except ValueError as error:
            raise self.fault("a day such as 2027-02-14 is expected") from error

    def one_of(self, kind: type[E]) -> E:
        try:
            return kind(self.text())
        except ValueError as error:
            raise self.fault(f"one of {', '.join(kind)} is expected") from error

    def checked(self, pattern: str, expected: str, default: str | None = None) -> str:
        """A text of a form."""
        found = self.text(default)
        if found != default and not re.fullmatch(pattern, found):
            raise self.fault(f"{expected} is expected")
        return found

    def each(self, make: Callable[[str, "Node"], Any]) -> dict[str, Any]:
        return {name: make(name, node) for name, node in self.items()}

    def _words(self) -> Mapping[str, object]:
        if self.value is None:
            return {}
        value: object = self.value
        if not isinstance(value, dict):
            raise self.fault("names with values are expected")
        found = cast("dict[object, object]", value)
        for name in found:
            if not isinstance(name, str):
                raise self.fault(f"{name!r} is no name")
        return cast("dict[str, object]", found)


def parsed(data: bytes, file: str) -> Node:
    """The root of a file. Raises Invalid with the line at fault."""
    if len(data) > FILE_BYTES_MAX:
        raise Invalid(f"{file}: it is larger than {FILE_BYTES_MAX} bytes.")
    try:
        return Node(_Plain(data.decode()).get_single_data(), file)
    except UnicodeDecodeError as error:
        raise Invalid(f"{file}: it is no text in UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        # What is missing at the end is missing in the last line.
        last = data.count(b"\n")
        line = f"line {min(error.problem_mark.line, last) + 1}: " if error.problem_mark else ""
        raise Invalid(f"{file}: {line}{error.problem or 'this is no YAML'}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Invalid(f"{file}: this is no YAML that can be read here.") from error
