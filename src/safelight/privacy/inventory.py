"""Inventory: the policy joined with what there is; what stands on one side only is a gap (PP-20)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_address

from safelight.kernel.holdings import Fate, Holding
from safelight.privacy.policy import Policy, Recipient, Then, Wish

FATES: Mapping[Then, Fate] = {
    Then.ERASE: Fate.ERASE,
    Then.DROP: Fate.ERASE,
    Then.DESTROY_KEY: Fate.ERASE,
    Then.BLANK: Fate.BLANK,
    Then.AGGREGATE: Fate.BLANK,
    Then.TRUNCATE: Fate.BLANK,
    Then.PSEUDONYMISE: Fate.BLANK,
    Then.KEEP: Fate.KEEP,
}
"""What a holding calls it, in fewer words."""
OWN_ENDINGS = (".internal", ".local", ".localhost", ".lan", ".home.arpa")


@dataclass(frozen=True)
class Gap:
    """Something that is so and not promised, or promised and not so. `clause` is whose promise it breaks."""

    clause: str
    words: str

    def __str__(self) -> str:
        return f"{self.clause}: {self.words}"


@dataclass(frozen=True)
class MarkedColumn:
    """A column that is marked as personal: `users.email`, of the context that owns it."""

    name: str
    context: str
    holding: str


@dataclass(frozen=True)
class SetCookie:
    """A cookie that can be set."""

    name: str
    kind: str
    lifetime_seconds: int | None


@dataclass(frozen=True)
class There:
    """What there is: gathered by boot from the code and the settings."""

    holdings: Mapping[str, Sequence[Holding]]
    columns: Sequence[MarkedColumn]
    cookies: Sequence[SetCookie]
    hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    """The setting that names it (`mail.smtp`) -> a host that the operator lets us connect to."""
    log_fields: frozenset[str] = frozenset()
    opening: Mapping[str, str] | None = None
    """The file that opens connections -> by which library; None where nobody looked."""
    countries: frozenset[str] = frozenset()
    """Where stores may lie; empty is anywhere."""
    unmarked: Sequence[str] = ()
    """Columns that could tell of a person and say nothing, or that the database has and the code does not."""


def gaps(policy: Policy, shipped: Policy, there: There, today: date) -> list[Gap]:
    """All of them. `shipped` has the periods as they are written, which holdings repeat."""
    return [
        *_holdings(shipped, there),
        *_columns(policy, there),
        *(Gap("PP-20", f"the column {name} says nothing of whom it tells") for name in there.unmarked),
        *_cookies(policy, there),
        *_log(policy, there),
        *_ways_out(policy, there),
        *_hosts(policy, there, today),
        *_places(policy, there),
    ]


def _holdings(shipped: Policy, there: There) -> Iterator[Gap]:
    held = {each.name: (context, each) for context, all_of in there.holdings.items() for each in all_of}
    for name in held.keys() - shipped.entities.keys():
        yield Gap("PP-20", f"{held[name][0]} keeps {name}, which no entity of policy.yaml promises anything about")
    for name, entity in shipped.entities.items():
        if name not in held:
            yield Gap("PP-20", f"policy.yaml promises something about {name}, which nobody keeps")
            continue
        context, holding = held[name]
        if entity.context != context:
            yield Gap("PP-20", f"policy.yaml says that {entity.context} keeps {name}; {context} does")
        if entity.days != holding.days:
            says, keeps = _period(entity.days), _period(holding.days)
            yield Gap("PP-50", f"policy.yaml says that {name} is kept {says}; {context} keeps it {keeps}")
        if FATES[entity.then] is not holding.fate:
            yield Gap("PP-53", f"policy.yaml says of {name}: {entity.then}; {context} says {holding.fate}")


def _period(days: int | None) -> str:
    return "as long as it is needed" if days is None else f"for {days} days"


def _columns(policy: Policy, there: There) -> Iterator[Gap]:
    promised = {
        column: entity.name for entity in policy.entities.values() for each in entity.fields for column in each.columns
    }
    marked = {each.name: each for each in there.columns}
    for name in marked.keys() - promised.keys():
        holding = marked[name].holding
        yield Gap("PP-20", f"the column {name} holds {holding} and stands in no field of that entity in policy.yaml")
    for name, entity in promised.items():
        if name not in marked:
            yield Gap("PP-20", f"policy.yaml has the column {name} in {entity}; no such column is marked as personal")
        elif marked[name].holding != entity:
            yield Gap("PP-20", f"the column {name} is of {marked[name].holding}; policy.yaml has it in {entity}")


def _cookies(policy: Policy, there: There) -> Iterator[Gap]:
    known = {each.name: each for each in there.cookies}
    for name in known.keys() - policy.cookies.keys():
        yield Gap("PP-59", f"the cookie {name} can be set and does not stand in policy.yaml")
    for name, row in policy.cookies.items():
        cookie = known.get(name)
        if cookie is None:
            yield Gap("PP-59", f"policy.yaml names the cookie {name}, which is never set")
        elif (cookie.kind, cookie.lifetime_seconds) != (row.kind, row.lifetime_seconds):
            yield Gap("PP-59", f"policy.yaml says another kind or lifetime of the cookie {name} than it is set with")


def _log(policy: Policy, there: There) -> Iterator[Gap]:
    if not there.log_fields:
        return
    for name in sorted(there.log_fields - set(policy.log_fields)):
        yield Gap("PP-04", f"lines of the log may hold {name}, which does not stand in log_fields of policy.yaml")
    for name in sorted(set(policy.log_fields) - there.log_fields):
        yield Gap("PP-04", f"policy.yaml names the field {name} of the log, which no line has")


def _ways_out(policy: Policy, there: There) -> Iterator[Gap]:
    if there.opening is None:
        return
    declared = tuple(module for each in policy.connectors.values() for module in each.modules)
    for module, library in there.opening.items():
        if not any(module == one or module.startswith(f"{one}.") for one in declared):
            yield Gap("PP-22", f"{module} connects by {library} and is of no connector of policy.yaml")
    for connector in policy.connectors.values():
        for module in connector.modules:
            if not any(one == module or one.startswith(f"{module}.") for one in there.opening):
                yield Gap("PP-22", f"policy.yaml says that {connector.name} leaves by {module}, which does not connect")


def _hosts(policy: Policy, there: There, today: date) -> Iterator[Gap]:
    settings = {each.setting: each for each in policy.connectors.values() if each.wish is Wish.OPERATOR}
    for setting, host in there.hosts.items():
        if setting not in settings:
            yield Gap("PP-22", f"the setting {setting} names the host {host}, and no connector of policy.yaml is its")
            continue
        if settings[setting].carries_personal:
            for each in host.split(","):
                yield from _recipient(policy, setting, each, today)


def _recipient(policy: Policy, setting: str, host: str, today: date) -> Iterator[Gap]:
    """Whoever runs a host that is not the operator's own gets what is sent there."""
    if is_own(host):
        return
    recipient = recipient_of(policy, host)
    if recipient is None:
        yield Gap(
            "PP-22",
            f"the setting {setting} leads to {host}, the host of no recipient; name who runs it in the file of "
            "SAFELIGHT_PRIVACY_POLICY, with its country and agreement",
        )
    elif recipient.active_from is not None and recipient.active_from > today:
        yield Gap("PP-23", f"{recipient.name} gets data by {setting} before {recipient.active_from}, as announced")


def _places(policy: Policy, there: There) -> Iterator[Gap]:
    """What lies, by what the operator says, beyond the countries that they allow."""
    if not there.countries:
        return
    for each in policy.locations:
        if each.country not in there.countries:
            yield Gap("PP-55", f"{each.store} lies in {each.country}, and only {_named(there.countries)} is allowed")
    for setting, host in _each_host(there):
        recipient = None if is_own(host) else recipient_of(policy, host)
        if recipient is not None and recipient.country not in there.countries:
            yield Gap(
                "PP-55",
                f"the setting {setting} leads to {recipient.name} in {recipient.country}, and only "
                f"{_named(there.countries)} is allowed",
            )


def _each_host(there: There) -> Iterator[tuple[str, str]]:
    """A setting may name several, parted by commas."""
    for setting, hosts in there.hosts.items():
        yield from ((setting, host) for host in hosts.split(","))


def _named(countries: frozenset[str]) -> str:
    return ", ".join(sorted(countries))


def recipient_of(policy: Policy, host: str) -> Recipient | None:
    """Who runs a host; `example.org` of a recipient is `mail.example.org` too."""
    for recipient in policy.recipients.values():
        if any(host == one or host.endswith(f".{one}") for one in recipient.hosts):
            return recipient
    return None


def is_own(host: str) -> bool:
    """Whether a host is plainly a machine of the operator's own: no name of the public internet, no public address."""
    bare = host.strip("[]").lower()
    if not bare or bare.startswith("/") or ("." not in bare and ":" not in bare) or bare.endswith(OWN_ENDINGS):
        return True
    try:
        return not ip_address(bare).is_global
    except ValueError:
        return False
