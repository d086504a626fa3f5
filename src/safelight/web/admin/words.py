"""The words that many Admin calls share -> typed values: how many, which names, since when."""

from datetime import UTC, datetime

from safelight.assets.model import Order
from safelight.kernel.errors import Invalid
from safelight.web.body import Params
from safelight.wire import params as words

RESULTS_DEFAULT = 10
RESULTS_MAX = 500
NAMES_MAX = 100


def max_results(params: Params, default: int = RESULTS_DEFAULT) -> int:
    """More than the limit is asked in good faith by old scripts: it means the limit."""
    asked = words.number(params, "max_results", low=1, high=1_000_000)
    return default if asked is None else min(asked, RESULTS_MAX)


def names(params: Params, name: str, most: int = NAMES_MAX) -> tuple[str, ...] | None:
    """Names of things, each once; commas are letters of a name. None if the word is absent."""
    value = params.get(name)
    if value is None:
        return None
    found = tuple(dict.fromkeys(value if isinstance(value, list) else [value]))
    if len(found) > most:
        raise Invalid(f"Too many {name}: {len(found)}. Maximum is {most}.")
    return found


def listed_names(params: Params, name: str) -> tuple[str, ...] | None:
    """Names to look for: a text with commas may be one name, or several as one SDK joins them; both are tried.

    Only to list: what is named to be deleted must be meant.
    """
    value = params.get(name)
    if isinstance(value, str) and "," in value:
        return names({name: [value, *(part for part in value.split(",") if part)]}, name)
    return names(params, name)


def asset_ids(params: Params) -> tuple[str, ...]:
    """Ids from an array or a text with commas."""
    return required_names({"asset_ids": [*words.csv(params, "asset_ids")]}, "asset_ids")


def required(params: Params, name: str) -> str:
    value = words.text(params, name)
    if value is None:
        raise Invalid(f"Missing required parameter - {name}")
    return value


def required_names(params: Params, name: str, most: int = NAMES_MAX) -> tuple[str, ...]:
    found = names(params, name, most)
    if not found:
        raise Invalid(f"Missing required parameter - {name}")
    return found


def direction(params: Params) -> Order | None:
    """`asc`, `desc`, or the older `1` and `-1`."""
    value = words.text(params, "direction")
    if value is None:
        return None
    order = {"asc": Order.ASCENDING, "1": Order.ASCENDING, "desc": Order.DESCENDING, "-1": Order.DESCENDING}
    if value.lower() not in order:
        raise Invalid(f"Invalid value {value[:50]} for parameter direction: must be asc or desc")
    return order[value.lower()]


def moment(params: Params, name: str) -> datetime | None:
    """A time as ISO 8601, as unix seconds, or as SDKs print theirs; without a zone it is UTC."""
    value = words.text(params, name)
    if value is None:
        return None
    found = _unix(value) or _iso(value)
    if found is None:
        raise Invalid(f"Invalid value {value[:50]} for parameter {name}: must be a time such as 2024-06-25T17:33:24Z")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unix(value: str) -> datetime | None:
    is_seconds = value.isascii() and value.isdecimal() and 9 <= len(value) <= 11
    return datetime.fromtimestamp(int(value), UTC) if is_seconds else None


def _iso(value: str) -> datetime | None:
    # `Tue, 25 Jun 2024 17:33:24 GMT` and `2024-06-25 17:33:24 UTC` are how JavaScript and Ruby print a time.
    for text in (value, value.removesuffix(" UTC") + "+00:00"):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            continue
    try:
        return datetime.strptime(value, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return None


def notification_url(params: Params) -> str | None:
    """Checked addresses, one a line, as events carry them."""
    return "\n".join(words.urls(params, "notification_url")) or None


def without_extension(text: str) -> str:
    """`w_100/jpg` and `w_100/` say in which format a file of it was asked for; that is no part of its name."""
    head, slash, last = text.rpartition("/")
    return head if slash and "_" not in last else text
