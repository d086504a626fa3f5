"""Sheets: a template and its facts -> a page in the language of who reads it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from safelight import __version__
from safelight.console import words

FOLDER = Path(__file__).parent / "templates"
BYTES_STEP = 1024
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


@cache
def environment(language: str) -> Environment:
    """Everything is escaped, and a fact that nobody gave is an error and not a gap."""
    # Of what its extensions add to it the types know nothing.
    made: Any = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(words.words_of(language), newstyle=True)
    made.filters |= {"moment": _moment, "day": _day, "bytes": _bytes, "number": _number}
    return made


def written(template: str, language: str, facts: Mapping[str, Any]) -> str:
    """The whole page as HTML."""
    known: dict[str, Any] = {
        "lang": language,
        "version": __version__,
        "theme": "",
        "back": "",
        "next": "",
        "wide": False,
    }
    known |= {"faults": {}, "form": {}, "fault": "", "good": ""}
    return environment(language).get_template(template).render({**known, **facts})


def spoken(language: str, message: str, **facts: object) -> str:
    """A sentence that stands in no template."""
    found = words.words_of(language).gettext(message)
    return found % facts if facts else found


def amount_words(language: str, amount: float, *, is_bytes: bool) -> str:
    """A figure, as people read it."""
    return _sized(_written_in(language), amount) if is_bytes else format_decimal(amount, locale=_written_in(language))


def day_words(language: str, day: date) -> str:
    """A day without its year."""
    return format_skeleton("MMMd", day, locale=_written_in(language))


def _locale(context: Context) -> str:
    return _written_in(str(context["lang"]))


def _written_in(language: str) -> str:
    """How days and figures are written. In English by the clock of 24 hours, and the day first: nobody mistakes it."""
    return language if language == "de" else "en_GB"


@pass_context
def _moment(context: Context, at: datetime | None) -> str:
    return f"{format_date(at, 'medium', locale=_locale(context))}, {at.astimezone(UTC):%H:%M} UTC" if at else ""


@pass_context
def _day(context: Context, at: date | None) -> str:
    return format_date(at, "medium", locale=_locale(context)) if at else ""


@pass_context
def _number(context: Context, value: float) -> str:
    return format_decimal(value, locale=_locale(context))


@pass_context
def _bytes(context: Context, size: float) -> str:
    """`1.4 MB`, as people read sizes."""
    return _sized(_locale(context), size)


def _sized(locale: str, size: float) -> str:
    unit = 0
    while abs(size) >= BYTES_STEP and unit < len(_UNITS) - 1:
        size, unit = size / BYTES_STEP, unit + 1
    return f"{format_decimal(round(size, 1), locale=locale)} {_UNITS[unit]}"
