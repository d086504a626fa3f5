"""Known: every setting with its names, type, default and meaning, taken from the dataclasses of `settings`."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from safelight import settings
from safelight.boot.values import default_text, plain_type, type_word
from safelight.kernel.secret import Secret
from safelight.settings import Settings, people

PREFIX = "SAFELIGHT_"
CONFIG = "SAFELIGHT_CONFIG"
FILE_SUFFIX = "_FILE"

# Names that people script against, and that do not follow from section and field.
_SHORT = {
    "database.url": "DATABASE",
    "database.postgres_bin": "POSTGRES_BIN",
    "blobs.url": "BLOBS",
    "render.models": "MODELS",
    "server.host": "HOST",
    "server.port": "PORT",
    "server.public_url": "PUBLIC_URL",
    "account.bootstrap": "BOOTSTRAP",
    "account.owner": "ACCOUNT_BOOTSTRAP",
    "account.folder_mode": "FOLDER_MODE",
    "mail.smtp": "SMTP",
    "mail.listen": "MAIL_LISTEN",
    "activity.geo": "GEO",
    "identity.registration": "REGISTRATION",
    "privacy.mode": "PRIVACY",
}

# Names that are fixed already, for what a later release brings.
LATER = frozenset(PREFIX + name for name in ("FFMPEG",))


@dataclass(frozen=True)
class Known:
    """One setting. `name` is how safelight.toml calls it (`section.field`), `variable` how the environment does."""

    name: str
    variable: str
    type: Any
    default: object
    meaning: str

    @property
    def is_secret(self) -> bool:
        return plain_type(self.type) is Secret


class Described(NamedTuple):
    """A setting in words, for the reference page."""

    variable: str
    name: str
    type: str
    default: str
    meaning: str


@cache
def known() -> tuple[Known, ...]:
    """All settings, in their order there."""
    return tuple(_walk(Settings, ""))


def described() -> list[Described]:
    return [
        Described(
            each.variable,
            each.name,
            type_word(each.type, each.name),
            default_text(each.name, each.default),
            each.meaning,
        )
        for each in known()
    ]


def _walk(section: type, before: str) -> Iterator[Known]:
    types = get_type_hints(section)
    meanings = _meanings()[section.__name__]
    for each in fields(section):
        kind = types[each.name]
        if is_dataclass(kind) and isinstance(kind, type):
            yield from _walk(kind, f"{each.name}.")
        else:
            name = before + each.name
            yield Known(name, PREFIX + _SHORT.get(name, _upper(name)), kind, _default(each), meanings[each.name])


def _upper(name: str) -> str:
    return name.replace(".", "_").upper()


def _default(each: Field[Any]) -> object:
    return each.default if each.default_factory is MISSING else each.default_factory()


@cache
def _meanings() -> dict[str, dict[str, str]]:
    """The text that stands after each field: a dataclass forgets it, the source does not."""
    bodies = [ast.parse(inspect.getsource(module)).body for module in (settings, people)]
    return {each.name: dict(_docs(each)) for body in bodies for each in body if isinstance(each, ast.ClassDef)}


def _docs(section: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for each, after in zip(section.body, section.body[1:], strict=False):
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and isinstance(after, ast.Expr):
            yield each.target.id, str(ast.literal_eval(after.value))
