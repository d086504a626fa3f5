"""Policy: who may see what. Is the URL signed, must it be, may something new be made for it?"""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from safelight.accounts.model import Cloud
from safelight.derived.model import Named
from safelight.kernel.errors import Invalid, Unauthorized
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


def check_access(access: Access, *, is_signed: bool, is_original: bool) -> None:
    """`authenticated` needs a signature for everything, `private` for the stored bytes."""
    if is_private(access, is_original=is_original) and not is_signed:
        raise Unauthorized(DENIED)


def is_private(access: Access, *, is_original: bool) -> bool:
    return access is Access.AUTHENTICATED or (access is Access.PRIVATE and is_original)


def names_alone(transformation: str) -> tuple[str, ...]:
    """The names, where a transformation consists of named ones and of nothing else; empty otherwise."""
    components = [component for component in transformation.split("/") if component]
    if not all(component.startswith("t_") and "," not in component for component in components):
        return ()
    return tuple(name for component in components for name in unquote(component[2:]).split("."))


def check_strict(
    cloud: Cloud, transformation: str, *, is_signed: bool, names: Mapping[str, Named], listed: Named | None
) -> None:
    """With strict transformations something new is made only for signed URLs and for what was allowed.

    `names`: the definitions of those that `names_alone` gave; `listed`: the whole as it is listed, if it is.
    """
    if not cloud.is_strict or is_signed:
        return
    wanted = names_alone(transformation)
    if wanted and all(name in names and names[name].is_allowed_for_strict for name in wanted):
        return
    if listed is not None and listed.is_allowed_for_strict:
        return
    raise Unauthorized(f"Transformation {transformation}/ is not allowed")


def check_host(cloud: Cloud, url: str) -> None:
    """Whether the cloud lets `fetch` reach this host."""
    if cloud.fetch_hosts is None:
        return
    host = _host(url)
    if not any(_covers(pattern.lower(), host) for pattern in cloud.fetch_hosts):
        raise Unauthorized(f"Fetching from {host or 'this host'} is not allowed")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError as error:
        raise Invalid("Invalid URL for fetch") from error


def _covers(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and host != pattern[1:]
    return host == pattern
