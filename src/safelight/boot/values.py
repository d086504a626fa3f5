"""The text of a setting -> its value, by the type of its field; and back, for people."""

import re
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, cast, get_args, get_origin

from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret

WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
UNITS = {"B": 1} | {
    f"{letter}{end}": base**power
    for power, letter in enumerate("KMGT", start=1)
    for end, base in (("iB", 1024), ("B", 1000))
}
_SIZE = re.compile(r"(\d{1,18})\s*([a-zA-Z]{1,3})?")
PORT_MAX = 65535
KEY_HEX_CHARS = 64


def value_of(name: str, kind: Any, given: object) -> object:
    """The value of a setting; raises Invalid with what is expected. Empty means: not set, or an empty list."""
    if given == "" and type(None) in get_args(kind):
        return None
    value = _READERS[plain_type(kind)](name, given)
    if name in _CHECKS:
        _CHECKS[name](value)
    return value


def type_word(kind: Any, name: str = "") -> str:
    """The type for people."""
    plain = plain_type(kind)
    return "size" if plain is int and _is_size(name) else _WORDS_OF_TYPES[plain]


def plain_type(kind: Any) -> type:
    """The type of a field without `| None`, and `tuple` for any tuple."""
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    return get_origin(kind) or kind


def default_text(name: str, default: object) -> str:
    """A default as it would be written."""
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return ",".join(str(each) for each in cast(tuple[object, ...], default))
    if isinstance(default, int) and _is_size(name):
        for unit, bytes_each in reversed(UNITS.items()):
            if "i" in unit and default % bytes_each == 0 and default:
                return f"{default // bytes_each}{unit}"
    return str(default)


def _is_size(name: str) -> bool:
    return "bytes" in name.rpartition(".")[2].split("_")


def _text(name: str, given: object) -> str:
    if not isinstance(given, str) or not given or not given.isprintable():
        raise Invalid("a text is expected")
    return given


def _number(name: str, given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given
    found = _SIZE.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is not None and found[2] is None:
        return int(found[1])
    if not _is_size(name):
        raise Invalid("a whole number is expected")
    unit = next((size for word, size in UNITS.items() if found and word.lower() == found[2].lower()), None)
    if found is None or unit is None:
        raise Invalid("a size is expected, such as 500000, 100MiB or 2GB")
    return int(found[1]) * unit


def _fraction(name: str, given: object) -> float:
    try:
        value = float(given) if isinstance(given, str | int | float) else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise Invalid("a number is expected")
    return value


def _truth(name: str, given: object) -> bool:
    if isinstance(given, bool):
        return given
    value = WORDS.get(str(given).strip().lower())
    if value is None:
        raise Invalid("1 or 0, true or false is expected")
    return value


def _list(name: str, given: object) -> tuple[str, ...]:
    if isinstance(given, str):
        return tuple(part.strip() for part in given.split(",") if part.strip())
    if isinstance(given, list):
        return tuple(_text(name, part) for part in cast(list[object], given))
    raise Invalid("a list is expected")


_READERS: dict[Any, Callable[[str, object], object]] = {
    str: _text,
    int: _number,
    float: _fraction,
    bool: _truth,
    tuple: _list,
    Path: lambda name, given: Path(_text(name, given)).expanduser(),
    Secret: lambda name, given: Secret(_text(name, given)),
}
_WORDS_OF_TYPES: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    tuple: "list",
    Path: "path",
    Secret: "secret",
}


def _one_of(*choices: str) -> Callable[[Any], None]:
    def check(value: str) -> None:
        if value not in choices:
            raise Invalid(f"one of {', '.join(choices)} is expected")

    return check


def _at_least_one(value: int) -> None:
    if value < 1:
        raise Invalid("at least 1 is expected")


def _port(value: int) -> None:
    if value > PORT_MAX:
        raise Invalid(f"a port from 0 to {PORT_MAX} is expected")


def _web_address(value: str) -> None:
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", value):
        raise Invalid("an address such as https://media.example.com is expected")


def _begins(*starts: str) -> Callable[[Secret], None]:
    def check(value: Secret) -> None:
        if not value.reveal().startswith(starts):
            raise Invalid(f"it must begin with {' or '.join(starts)}")

    return check


def _key(value: Secret) -> None:
    one = rf"[0-9a-fA-F]{{{KEY_HEX_CHARS}}}"
    if not re.fullmatch(rf"\s*{one}([\s,]+(marks:)?{one})*\s*", value.reveal()):
        raise Invalid(f"{KEY_HEX_CHARS} hex digits are expected, and perhaps older keys behind them")


# What a type alone does not say. An address of a store, a proxy or a network is checked by who uses it.
_CHECKS: dict[str, Callable[[Any], None]] = {
    "server.port": _port,
    "server.public_url": _web_address,
    "server.log_format": _one_of("console", "json"),
    "server.connections_max": _at_least_one,
    "server.head_bytes_max": _at_least_one,
    "server.head_seconds": _at_least_one,
    "server.idle_seconds": _at_least_one,
    "server.hit_stale_seconds": _at_least_one,
    "derived.evicted_max": _at_least_one,
    "derived.making_max_each": _at_least_one,
    "derived.waiting_max": _at_least_one,
    "derived.waiting_max_each": _at_least_one,
    "database.url": _begins("postgresql://", "postgres://"),
    "database.pool_size": _at_least_one,
    "account.folder_mode": _one_of("dynamic", "fixed"),
    "webhooks.signature_algorithm": _one_of("sha1", "sha256"),
    "webhooks.given_up_max": _at_least_one,
    "mail.smtp": _begins("smtp://", "smtps://"),
    "mail.seconds": _at_least_one,
    "mail.log_days": _at_least_one,
    "privacy.mode": _one_of("warn", "strict"),
    "privacy.export_masks": _one_of("none", "marked", "faces"),
    "account.bootstrap": _begins("cloudinary://"),
    "account.owner": _begins("account://"),
    "account.master_key": _key,
}
