"""Change: two versions of the policy -> what differs, and of which class that is; nobody chooses it (PP-69)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Content = Mapping[str, Any]
ADEQUATE = frozenset({"none", "adequacy"})
"""Tools of a transfer that need no more: there is none, or the country is taken to protect people as well."""


class Class(StrEnum):
    """How much a change is. `legal` is said by the operator, with the law that demands it."""

    FIRST = "first"
    MINOR = "minor"
    SUBSTANTIAL = "substantial"
    LEGAL = "legal"


@dataclass(frozen=True)
class Change:
    """One thing that differs: where, what, and whether it makes the version a substantial one."""

    place: str
    words: str
    is_substantial: bool = False


def class_of(changes: Sequence[Change]) -> Class:
    return Class.SUBSTANTIAL if any(each.is_substantial for each in changes) else Class.MINOR


def changes(old: Content, new: Content) -> list[Change]:
    """All that differs, the substantial first."""
    found = [
        *_controller(old, new),
        *_purposes(old, new),
        *_entities(old, new),
        *_recipients(old, new),
        *_cookies(old, new),
        *_rights(old, new),
        *_frameworks(old, new),
        *_added(old, new, "locations"),
        *_analytics(old, new),
        *_words(old, new),
    ]
    return sorted(found, key=lambda each: not each.is_substantial)


def _pairs(old: Content, new: Content, part: str) -> Iterator[tuple[str, Content | None, Content | None]]:
    before, after = old[part], new[part]
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _controller(old: Content, new: Content) -> Iterator[Change]:
    for name, before in old["controller"].items():
        after = new["controller"].get(name)
        if before != after:
            # Somebody else who answers for it all; to say for the first time who it is takes nothing from anybody.
            is_other = name == "name" and bool(before)
            yield Change(f"controller.{name}", f"{before or 'nothing'} becomes {after or 'nothing'}", is_other)


def _purposes(old: Content, new: Content) -> Iterator[Change]:
    for name, before, after in _pairs(old, new, "purposes"):
        if before is None:
            yield Change(f"purposes.{name}", "a new purpose", is_substantial=True)
        elif after is None:
            yield Change(f"purposes.{name}", "a purpose less")
        elif (before["basis"], before["is_objectable"]) != (after["basis"], after["is_objectable"]):
            yield Change(f"purposes.{name}", "another ground in law", is_substantial=True)
        else:
            yield Change(f"purposes.{name}", "other words")


def _entities(old: Content, new: Content) -> Iterator[Change]:
    for name, before, after in _pairs(old, new, "entities"):
        place = f"entities.{name}"
        if before is None or after is None:
            yield Change(place, "new records" if before is None else "records less", before is None)
            continue
        if _longer(before["days"], after["days"]):
            yield Change(place, f"kept {_period(after['days'])} and not {_period(before['days'])}", is_substantial=True)
        elif before["days"] != after["days"]:
            yield Change(place, f"kept {_period(after['days'])} and no more {_period(before['days'])}")
        if before["then"] != after["then"]:
            yield Change(place, f"{after['then']} and not {before['then']} at the end", is_substantial=True)
        if before["role"] != after["role"]:
            yield Change(place, "another role", is_substantial=True)
        if before["is_exported"] and not after["is_exported"]:
            yield Change(place, "no more handed out to its person", is_substantial=True)
        yield from _fields(place, before, after)


def _fields(place: str, old: Content, new: Content) -> Iterator[Change]:
    before, after = ({each["name"]: each for each in side["fields"]} for side in (old, new))
    categories = {each["category"] for each in before.values()}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if now is None:
            yield Change(f"{place}.{name}", "a field less")
            continue
        if was is None:
            yield Change(f"{place}.{name}", "a new field", is_substantial=True)
        elif more := sorted(set(now["purposes"]) - set(was["purposes"])):
            yield Change(f"{place}.{name}", f"also used for {', '.join(more)}", is_substantial=True)
        elif was != now:
            yield Change(f"{place}.{name}", "described otherwise")
        if now["category"] not in categories and was is not None:
            yield Change(f"{place}.{name}", f"a new category, {now['category']}", is_substantial=True)


def _recipients(old: Content, new: Content) -> Iterator[Change]:
    countries = {each["country"] for each in old["recipients"].values()}
    for name, before, after in _pairs(old, new, "recipients"):
        place = f"recipients.{name}"
        if after is None:
            yield Change(place, "gets no more data")
            continue
        if before is None:
            yield Change(place, f"a new recipient, {after['role']}", after["role"] != "processor")
        elif (before["role"], set(after["purposes"]) <= set(before["purposes"])) != (after["role"], True):
            yield Change(place, "another role or more purposes", is_substantial=True)
        else:
            yield Change(place, "described otherwise")
        if after["country"] not in countries and after["transfer_tool"] not in ADEQUATE:
            yield Change(place, f"a new country, {after['country']}, by {after['transfer_tool']}", is_substantial=True)


def _cookies(old: Content, new: Content) -> Iterator[Change]:
    kinds = {each["kind"] for each in old["cookies"].values()}
    for name, before, after in _pairs(old, new, "cookies"):
        place = f"cookies.{name}"
        if after is None:
            yield Change(place, "is no more set")
        elif after["kind"] not in kinds:
            yield Change(place, f"a new kind of cookie, {after['kind']}", is_substantial=True)
        elif before is None:
            yield Change(place, "a new cookie of a kind that is there")
        else:
            is_longer = (after["lifetime_seconds"] or 0) > (before["lifetime_seconds"] or 0)
            yield Change(place, "lives longer" if is_longer else "described otherwise", is_longer)


def _rights(old: Content, new: Content) -> Iterator[Change]:
    for name in old["rights"]:
        if name not in new["rights"]:
            yield Change(f"rights.{name}", "a right less", is_substantial=True)
    for name in new["rights"]:
        if name not in old["rights"]:
            yield Change(f"rights.{name}", "a right more")


def _frameworks(old: Content, new: Content) -> Iterator[Change]:
    for name, _before, after in _pairs(old, new, "frameworks"):
        yield Change(f"frameworks.{name}", "is named" if after and after["is_enabled"] else "is no more named")


def _added(old: Content, new: Content, part: str) -> Iterator[Change]:
    countries = {each["country"] for each in old[part]}
    for each in new[part]:
        if each not in old[part]:
            yield Change(f"{part}.{each['store']}", f"lies in {each['country']}", each["country"] not in countries)
    for each in old[part]:
        if each not in new[part]:
            yield Change(f"{part}.{each['store']}", f"lies no more in {each['country']}")


def _analytics(old: Content, new: Content) -> Iterator[Change]:
    for name in new["analytics"]:
        if name not in old["analytics"]:
            yield Change(f"analytics.{name}", "counts visits from here on", is_substantial=True)
    for name in old["analytics"]:
        if name not in new["analytics"]:
            yield Change(f"analytics.{name}", "counts visits no more")


def _words(old: Content, new: Content) -> Iterator[Change]:
    for part in ("categories", "connectors", "log_fields"):
        if old[part] != new[part]:
            yield Change(part, "differ")
    before, after = ({each["name"]: each for each in side["chapters"]} for side in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            gone = name not in after
            yield Change(f"chapters.{name}", "a chapter less" if gone else "other words", is_substantial=gone)


def _longer(before: int | None, after: int | None) -> bool:
    """None is for as long as something lasts: longer than any number of days."""
    return before is not None and (after is None or after > before)


def _period(days: int | None) -> str:
    return "as long as it is needed" if days is None else f"for {days} days"
