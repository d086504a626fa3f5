"""Reads the settings: safelight.toml, then the environment over it, then what the command line said over both.

pydantic-settings is not used: it can tell neither where a value came from nor which name was misspelt, and our values
are frozen dataclasses of six types.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, cast, get_type_hints

from safelight.boot.known import CONFIG, FILE_SUFFIX, LATER, PREFIX, Described, Known, described, known
from safelight.boot.values import value_of
from safelight.kernel.errors import Invalid
from safelight.settings import Settings

__all__ = ["Described", "Found", "described", "read", "read_with_origins"]

CONFIG_FILE = "safelight.toml"
CONFIG_BYTES_MAX = 1024 * 1024
SECRET_BYTES_MAX = 64 * 1024
DEFAULT = "default"


@dataclass(frozen=True)
class Found:
    """A value as it was written, and where. `label` is what an error calls it."""

    given: object
    label: str
    origin: str


def read(environ: Mapping[str, str] | None = None, *, given: Mapping[str, str] | None = None) -> Settings:
    return read_with_origins(environ, given=given)[0]


def read_with_origins(
    environ: Mapping[str, str] | None = None, *, given: Mapping[str, str] | None = None
) -> tuple[Settings, dict[str, str]]:
    """The settings, and for each (`server.port`) where it came from. Raises Invalid, in one line, for what is wrong.

    `given` are values of the command line, by the names of safelight.toml: `{"server.port": "9000"}`.
    """
    if environ is None:
        environ = os.environ  # noqa: TID251 - this is where settings are read
    found = dict(_from_file(environ)) | dict(_from_environment(environ)) | dict(_from_command_line(given or {}))
    values = {each.name: _value(each, found[each.name]) for each in known() if each.name in found}
    origins = {each.name: found[each.name].origin if each.name in found else DEFAULT for each in known()}
    return _built(Settings, "", values), origins


def not_yet(environ: Mapping[str, str] | None = None) -> list[str]:
    """The settings of the environment that a later release brings: passed over, and to be told of at a start."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - boot reads the environment
    return sorted(variable for variable in environ if variable.removesuffix(FILE_SUFFIX) in LATER)


def _from_file(environ: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    """What safelight.toml says; a secret may stand in a file of its own, named by `<field>_file`."""
    path = Path(environ.get(CONFIG) or CONFIG_FILE)
    text = _text_of(path, CONFIG, CONFIG_BYTES_MAX, missing_ok=not environ.get(CONFIG))
    if text is None:
        return
    try:
        written = dict(_flat(tomllib.loads(text), ""))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path}: {error}") from error
    secret_files = {f"{each.name}{FILE_SUFFIX.lower()}": each for each in known() if each.is_secret}
    names = {each.name for each in known()}
    for name, value in written.items():
        if name in names:
            yield name, Found(value, f"{path}: {name}", str(path))
        elif name in secret_files:
            yield _secret_in_file(secret_files[name], value, f"{path}: {name}", secret_files[name].name in written)
        else:
            raise Invalid(f"{path}: unknown setting {name}{_nearest(name, [*names, *secret_files])}")


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast(Mapping[str, Any], value), f"{before}{key}.")
        else:
            yield before + key, value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    variables = {each.variable: each for each in known()}
    secret_files = {each.variable + FILE_SUFFIX: each for each in known() if each.is_secret}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG:
            continue
        if variable in variables:
            yield variables[variable].name, Found(value, variable, f"environment: {variable}")
        elif variable in secret_files:
            each = secret_files[variable]
            yield _secret_in_file(each, value, variable, bool(environ.get(each.variable)))
        elif variable.removesuffix(FILE_SUFFIX) in LATER:
            continue
        else:
            raise Invalid(f"Unknown setting {variable}{_nearest(variable, [*variables, *secret_files])}")


def _from_command_line(given: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    for name, value in given.items():
        yield name, Found(value, f"--{name.rpartition('.')[2].replace('_', '-')}", "command line")


def _secret_in_file(each: Known, path: object, label: str, is_given_twice: bool) -> tuple[str, Found]:
    if is_given_twice:
        raise Invalid(f"{label}: the value is given as well; one of both must go.")
    if not isinstance(path, str) or not path:
        raise Invalid(f"{label}: the name of a file is expected.")
    text = _text_of(Path(path), label, SECRET_BYTES_MAX)
    return each.name, Found((text or "").strip(), label, f"file: {path}")


def _text_of(path: Path, label: str, size_bytes_max: int, *, missing_ok: bool = False) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(size_bytes_max + 1)
        if len(data) > size_bytes_max:
            raise Invalid(f"{label}: {path} is larger than {size_bytes_max} bytes.")
        return data.decode()
    except FileNotFoundError as error:
        if missing_ok:
            return None
        raise Invalid(f"{label}: there is no file {path}.") from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise Invalid(f"{label}: the file {path} cannot be read.") from error


def _nearest(name: str, names: list[str]) -> str:
    """The known name that is most like it; the prefix that all share would make everything alike."""
    bare = {each.removeprefix(PREFIX): each for each in names}
    close = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1)
    return f"; did you mean {bare[close[0]]}?" if close else "."


def _value(each: Known, found: Found) -> object:
    try:
        return value_of(each.name, each.type, found.given)
    except Invalid as error:
        # A secret is not repeated, also not a wrong one.
        shown = "" if each.is_secret else f" {str(found.given)[:80]!r} will not do;"
        raise Invalid(f"{found.label}:{shown} {error.message}.") from error


def _built(section: type[Any], before: str, values: Mapping[str, object]) -> Any:
    """The dataclass of a section, with its own defaults where nothing was found."""
    types = get_type_hints(section)
    inner = {each.name for each in fields(section) if is_dataclass(types[each.name])}
    sections = {name: _built(types[name], f"{before}{name}.", values) for name in inner}
    found = {each.name: values[before + each.name] for each in fields(section) if before + each.name in values}
    return section(**sections, **found)
