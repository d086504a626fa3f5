"""Policy: what is promised about personal data, as values: purposes, entities, recipients, cookies and statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Said:
    """A text in each language that the pages speak."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        return self.de if language == "de" else self.en


class Basis(StrEnum):
    """The ground in law on which personal data are processed (GDPR 6)."""

    CONTRACT = "contract"
    LEGAL = "legal_obligation"
    INTEREST = "legitimate_interest"
    CONSENT = "consent"


class Role(StrEnum):
    """Whether the operator decides about the data, or keeps them for who does."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Then(StrEnum):
    """What is done when the time of an entity is over."""

    ERASE = "erase"
    DROP = "drop"
    """A whole day at once: its table goes."""
    DESTROY_KEY = "destroy_key"
    """What was sealed becomes unreadable, wherever a copy lies."""
    BLANK = "blank"
    AGGREGATE = "aggregate"
    TRUNCATE = "truncate"
    PSEUDONYMISE = "pseudonymise"
    KEEP = "keep"


class RecipientRole(StrEnum):
    """What somebody who gets data is to the operator. There is no word for a sale: nothing is sold."""

    PROCESSOR = "processor"
    INDEPENDENT = "independent"
    AFFILIATE = "affiliate"


class Wish(StrEnum):
    """At whose wish a connection leaves the house."""

    USER = "user"
    OPERATOR = "operator"
    HOUSE = "house"
    """To ourselves."""


@dataclass(frozen=True)
class Controller:
    """Who answers for it all. What nobody filled in is empty, and the page says so."""

    name: str
    postal: str
    contact: str
    """The address that requests go to."""
    officer: str = ""
    authority: str = ""
    """The supervisory authority to complain to."""
    authority_url: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What a reader needs and the operator has not said."""
        return tuple(each for each in ("name", "postal", "contact", "authority") if not getattr(self, each))


@dataclass(frozen=True)
class Purpose:
    """What data are read for; `clause` of the policy is its bound."""

    name: str
    title: Said
    basis: Basis
    clause: str
    is_objectable: bool = False
    is_different: bool = False
    """Whether it is materially different from those for which the data were given: nothing without a yes (PP-37)."""
    reads_all: bool = False
    """Whether every field may be read for it: to maintain, to answer its person, to delete in time."""


@dataclass(frozen=True)
class Category:
    """A kind of data; `dpv` is its name in the Data Privacy Vocabulary."""

    name: str
    title: Said
    dpv: str


@dataclass(frozen=True)
class Field:
    """One piece of an entity, and the columns that hold it."""

    name: str
    category: str
    columns: tuple[str, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class Entity:
    """One kind of records, joined by its name to the holding that declares it.

    `days` None: as long as what `start` names lasts; else so many days after it.
    """

    name: str
    context: str
    title: Said
    role: Role
    start: Said
    days: int | None
    then: Then
    fields: tuple[Field, ...]
    setting: str | None = None
    """The setting that decides `days`; of several units: `identity.lock_minutes` is rounded up to days."""
    ground: str = ""
    """Why it is kept though its person has gone."""
    is_exported: bool = True

    @property
    def purposes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for each in self.fields for name in each.purposes))

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.category for each in self.fields))


@dataclass(frozen=True)
class Connector:
    """A way out of the house: by which files of ours, at whose wish, and to whom."""

    name: str
    title: Said
    wish: Wish
    modules: tuple[str, ...]
    """The files that open it; no other may hold a library that does."""
    setting: str | None = None
    """The setting that names its host; None where users name it, bounded by the guard of fetches."""
    carries_personal: bool = True
    """False for what never leaves the operator's own machines with personal data in it that is not sealed there."""


@dataclass(frozen=True)
class Recipient:
    """Somebody outside who gets personal data."""

    name: str
    title: str
    role: RecipientRole
    purposes: tuple[str, ...]
    entities: tuple[str, ...]
    hosts: tuple[str, ...]
    country: str
    transfer_tool: str = "none"
    agreement_sha256: str = ""
    flows_down: bool = False
    """Whether its agreement binds whoever it hands data on to."""
    active_from: date | None = None
    is_direct_marketing: bool = False
    postal: str = ""
    """Where they can be written to; told to who asks for a year (PP-41)."""
    agreement_until: date | None = None
    """When their agreement ends; from then on nothing goes there."""
    is_policy_bound: bool = False
    """Of an affiliate: that it keeps this policy, by an undertaking (PP-25)."""
    clause: str = ""
    """Of the policy, by which somebody who is no agent gets data; without one, only with consent (PP-32)."""


@dataclass(frozen=True)
class CookieRow:
    """A cookie as the policy names it; what sets it is wire/cookies.py."""

    name: str
    kind: str
    lifetime_seconds: int | None
    purpose: Said


@dataclass(frozen=True)
class Location:
    """Where a store lies."""

    store: str
    country: str
    operator: str


@dataclass(frozen=True)
class Framework:
    """A certificate for transfers that may be named only while it is valid."""

    name: str
    title: str
    is_enabled: bool = False
    certificate: str = ""
    expires_on: date | None = None
    recourse: str = ""

    def is_live(self, today: date) -> bool:
        return self.is_enabled and bool(self.certificate) and self.expires_on is not None and self.expires_on >= today


@dataclass(frozen=True)
class Statement:
    """One sentence of the policy, with the clause that it keeps.

    `when` is a fact: where it is not so, the sentence is not shown. `untested` is why no check can prove it.
    """

    clause: str
    text: Said
    when: str = ""
    untested: str = ""


@dataclass(frozen=True)
class Chapter:
    """A part of the page: a line for who reads quickly, and the whole. Both are made of the same fields."""

    name: str
    title: Said
    summary: Said
    statements: tuple[Statement, ...]
    table: str = ""
    """A table that is made from the model: entities, recipients, cookies, locations, purposes."""
    when: str = ""


@dataclass(frozen=True)
class Policy:
    """The whole model of one version."""

    controller: Controller
    categories: Mapping[str, Category]
    purposes: Mapping[str, Purpose]
    entities: Mapping[str, Entity]
    connectors: Mapping[str, Connector]
    recipients: Mapping[str, Recipient]
    cookies: Mapping[str, CookieRow]
    locations: tuple[Location, ...]
    frameworks: Mapping[str, Framework]
    analytics: tuple[str, ...]
    """Recipients that count visitors; none in what is shipped."""
    rights: tuple[str, ...]
    log_fields: tuple[str, ...]
    """What lines of the log may hold."""
    chapters: tuple[Chapter, ...] = field(default=(), repr=False)
    use_cases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"], repr=False)
    """Where a path begins, or `job NAME` -> what is read there, and for which purposes (PP-12)."""

    def readers(self) -> dict[str, frozenset[str]]:
        """Holding -> the purposes for which it may be read."""
        everywhere = {each.name for each in self.purposes.values() if each.reads_all}
        return {each.name: frozenset({*each.purposes, *everywhere}) for each in self.entities.values()}

    def purposes_of_path(self, path: str) -> frozenset[str]:
        """By the longest beginning that is known."""
        known = [each for each in self.use_cases if each.startswith("/") and path.startswith(each)]
        return frozenset(self.use_cases[max(known, key=len)]) if known else frozenset()

    def purposes_of_job(self, name: str) -> frozenset[str]:
        """What no line says keeps the house in order."""
        return frozenset(self.use_cases.get(f"job {name}", ("maintain",)))

    def is_so(self, fact: str, today: date) -> bool:
        """Whether a sentence that needs `fact` may be shown. An unknown one is never so."""
        facts = {
            "": True,
            "analytics": bool(self.analytics),
            "no_analytics": not self.analytics,
            "payment": "billing.payment" in self.purposes and any("payment" in each for each in self.recipients),
            "framework": any(each.is_live(today) for each in self.frameworks.values()),
            "recipients": bool(self.recipients),
            "no_recipients": not self.recipients,
            "marketing": "mail.marketing" in self.purposes,
            "officer": bool(self.controller.officer),
            "locations": bool(self.locations),
            "no_locations": not self.locations,
            "affiliates": any(each.role is RecipientRole.AFFILIATE for each in self.recipients.values()),
            "transfers": any(each.transfer_tool != "none" for each in self.recipients.values()),
        }
        return facts.get(fact, False)
