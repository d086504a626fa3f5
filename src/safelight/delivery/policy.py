"""Policy: who may see what. Is the URL signed, must it be, is it time, may something new be made for it?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from safelight.accounts.model import NO_REFERRER, Cloud
from safelight.assets.access import Rules
from safelight.delivery.token import fits
from safelight.derived.model import Named
from safelight.kernel.errors import Unauthorized
from safelight.kernel.hosts import covers
from safelight.kernel.media import Access
from safelight.kernel.secret import Secret
from safelight.transform import percent
from safelight.transform.sign import url_signature_ok
from safelight.transform.url import DeliveryUrl

DENIED = "deny or ACL failure"


def texts_signed(url: DeliveryUrl) -> tuple[str, ...]:
    """What a signature may cover: the letters of the wire, or the name decoded and escaped again as SDKs do it.

    Proxies and browsers change how a path is escaped, and not what it says. Where a name itself begins like a version,
    its maker signed that as well.
    """
    written = url.signed_text[len(url.transformation) :]
    normal = percent.escaped(percent.decoded(written))
    texts = [url.signed_text, url.transformation + normal, percent.decoded(url.transformation) + normal]
    if url.version is not None:
        texts += [f"{url.transformation}/v{url.version}/{name.lstrip('/')}".lstrip("/") for name in (written, normal)]
    return tuple(dict.fromkeys(texts))


def is_signed(url: DeliveryUrl, secrets: Iterable[Secret]) -> bool:
    """Whether one of the cloud's keys signed the URL. A wrong signature is refused whatever the URL asks for."""
    if url.signature is None:
        return False
    if not url_signature_ok(url.signature, texts_signed(url), secrets):
        raise Unauthorized(f"Invalid signature {url.signature}. String to sign - '{url.signed_text}'")
    return True


def check_access(access: Access, *, is_signed: bool, is_original: bool, has_token: bool = False) -> None:
    """`authenticated` needs a signature or a token for everything, `private` a signature for the stored bytes."""
    if is_signed or (has_token and access is Access.AUTHENTICATED):
        return
    if is_private(access, is_original=is_original):
        raise Unauthorized(DENIED)


@dataclass(frozen=True)
class Opening:
    """How an asset with rules may be seen."""

    is_to_all: bool
    """Whoever asks for the same may have the same answer."""
    until: datetime | None = None
    """When that is over; None: as long as nobody changes the rules."""


def opening(rules: Rules, path: str, shown_keys: Collection[str], now: datetime, *, is_signed: bool = False) -> Opening:
    """Raises Unauthorized where none of the rules lets the request through. A signature does it only where a rule says
    so: it holds for ever, and most rules are there so that something ends.
    """
    if not rules:
        return Opening(is_to_all=True)
    here = [rule for rule in rules if rule.is_on(now) and (rule.path is None or fits(rule.path, path))]
    for_all = [rule for rule in here if not rule.needs_token]
    if for_all:
        ends = [rule.end for rule in for_all]
        return Opening(True, None if None in ends else max(end for end in ends if end is not None))
    with_token = any(rule.key_id in shown_keys if rule.key_id else shown_keys for rule in here)
    if with_token or (is_signed and any(rule.takes_signature for rule in here)):
        return Opening(is_to_all=False)
    raise Unauthorized(DENIED)


def part_opening(rules: Rules, path: str, *, is_signed: bool, now: datetime) -> Opening:
    """The same for a picture of a layer: who signs the whole request says that it may be seen in this one."""
    try:
        return opening(rules, path, (), now)
    except Unauthorized as error:
        if is_signed:
            return Opening(is_to_all=False)
        raise Unauthorized(f"{DENIED}: a transformation with a file of restricted access must be signed") from error


def check_type(cloud: Cloud, word: str, *, is_signed: bool) -> None:
    """Whether the cloud gives this type of delivery, or this kind of file, to who signs nothing."""
    if word in cloud.restricted_types and not is_signed:
        raise Unauthorized(f"{DENIED}: delivery of type {word} is restricted in this cloud; the URL must be signed")


RESTRICTED_FORMATS = {"application/pdf": "pdf", "application/zip": "zip"}


def check_format(cloud: Cloud, mime: str, *, is_signed: bool) -> None:
    """The same for what a file is, whatever its URL calls it."""
    word = RESTRICTED_FORMATS.get(mime)
    if word is not None:
        check_type(cloud, word, is_signed=is_signed)


def check_referrer(cloud: Cloud, referrer: str | None) -> None:
    """Whether the page that shows the file may."""
    if cloud.referrers is not None and not is_from(cloud.referrers, referrer):
        raise Unauthorized(f"{DENIED}: this page may not show files of this cloud")


def is_from(hosts: Collection[str], referrer: str | None) -> bool:
    """Whether a page of these hosts asks. Who does not say so counts only where NO_REFERRER is among them."""
    if not referrer:
        return NO_REFERRER in hosts
    try:
        host = (urlsplit(referrer).hostname or "").lower().rstrip(".")
    except ValueError:
        return False
    return any(covers(pattern, host) for pattern in hosts if pattern != NO_REFERRER)


def is_private(access: Access, *, is_original: bool) -> bool:
    return access is Access.AUTHENTICATED or (access is Access.PRIVATE and is_original)


def names_alone(transformation: str) -> tuple[str, ...]:
    """The names, where a transformation consists of named ones and of nothing else; empty otherwise."""
    components = [component for component in transformation.split("/") if component]
    if not all(component.startswith("t_") and "," not in component for component in components):
        return ()
    return tuple(name for component in components for name in unquote(component[2:]).split("."))


def check_strict(
    cloud: Cloud,
    transformation: str,
    *,
    is_signed: bool,
    names: Mapping[str, Named],
    listed: Named | None,
    referrer: str | None = None,
) -> None:
    """With strict transformations something new is made only for signed URLs, for pages that may and for what was
    allowed.

    `names`: the definitions of those that `names_alone` gave; `listed`: the whole as it is listed, if it is.
    """
    if not cloud.is_strict or is_signed or is_from(cloud.strict_referrers, referrer):
        return
    wanted = names_alone(transformation)
    if wanted and all(name in names and names[name].is_allowed_for_strict for name in wanted):
        return
    if listed is not None and listed.is_allowed_for_strict:
        return
    raise Unauthorized(f"Transformation {transformation}/ is not allowed")
