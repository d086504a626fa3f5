"""What can be searched of what pictures told about themselves: of those that were asked, and of no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, cast, collate, column, exists, func, select, true
from sqlalchemy.dialects.postgresql import JSONB

from safelight.assets.query import Comparison, Text
from safelight.assets.query_fields import Condition, Entry, Field, Number, Word, in_order
from safelight.assets.query_values import PLAIN, Asked, number, span
from safelight.assets.store import A, analyses, assets, sights

CAMERA_TIME = "%Y:%m:%d %H:%M:%S"


def _told(kind: str) -> ColumnElement[Any]:
    """The facts of one kind (render/analysis) about the present version."""
    c = analyses.c
    found = select(c.facts).where(c.cloud_id == A.cloud_id, c.version_id == A.version_id, c.kind == kind)
    return found.correlate(assets).scalar_subquery()


def _number(kind: str, *path: str) -> Number:
    return Number(cast(_told(kind)[path].astext, Float), PLAIN)


def _faces() -> ColumnElement[Any]:
    c = sights.c
    found = select(func.jsonb_array_length(c.regions)).where(
        c.cloud_id == A.cloud_id, c.version_id == A.version_id, c.kind == "face"
    )
    return found.correlate(assets).scalar_subquery()


@dataclass(frozen=True)
class Colors:
    """The main colours by their names, each with its share of the picture in percent."""

    name: str | None = None
    """One of them: then numbers compare its share."""

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        name, share = self._pair()
        if self.name is not None:
            return self._some(name == self.name, in_order(share, comparison, number(value, asked, PLAIN)))
        return self._some(Word(name).one(comparison, value, asked))

    def is_set(self) -> Condition:
        return self._some(true() if self.name is None else self._pair()[0] == self.name)

    def _pair(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        pair = column("one_color", JSONB())
        return pair[0].astext, cast(pair[1].astext, Float)

    def _some(self, *conditions: Condition) -> Condition:
        listed = func.jsonb_array_elements(_told("colors")[("predominant", "google")], type_=JSONB())
        return exists(select(true()).select_from(listed.alias("one_color")).where(*conditions))


@dataclass(frozen=True)
class TakenAt:
    """When a camera took the picture, by its own clock. Compared as text: some cameras write days that do not exist."""

    at: ColumnElement[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        when = span(value, asked)
        start, end = when.start.strftime(CAMERA_TIME), when.end.strftime(CAMERA_TIME)
        if comparison in (Comparison.HAS, Comparison.IS):
            return and_(self.at >= start, self.at < end)
        return in_order(self.at, comparison, start)

    def is_set(self) -> Condition:
        return self.at.is_not(None)


ANALYSED: Mapping[str, Field] = {
    "grayscale": Word(_told("traits")["grayscale"].astext),
    "illustration_score": _number("traits", "illustration_score"),
    "quality_score": _number("quality", "quality_score"),
    "accessibility_analysis.colorblind_accessibility_score": _number(
        "accessibility", "accessibility_analysis", "colorblind_accessibility_score"
    ),
    "face_count": Number(_faces(), PLAIN),
    "colors": Colors(),
    "taken_at": TakenAt(collate(_told("metadata")[("metadata", "DateTimeOriginal")].astext, "C")),
    "phash": Word(_told("phash")["phash"].astext),
}


def analysed_below(name: str) -> Field | None:
    """`image_metadata.Model`, `quality_analysis.focus`, `colors.red`."""
    of, _, key = name.partition(".")
    match of:
        case "image_metadata":
            return Entry(cast(_told("metadata")["metadata"], JSONB), key)
        case "quality_analysis":
            return _number("quality", "quality_analysis", key)
        case "colors":
            return Colors(key)
        case _:
            return None
