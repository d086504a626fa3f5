"""Several pictures as one: the words of `multi` and `sprite` -> what is asked, and the JSON that tells of it."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind, format_named
from safelight.transform import sign, url
from safelight.transform.canon import normal
from safelight.uploads.multi import SeveralAsk
from safelight.uploads.naming import FORBIDDEN
from safelight.uploads.sprite import PLACES, STYLES
from safelight.wire import params

NAME_BYTES = 10
"""Of a name that is made of addresses."""


def several_ask(words: params.Words) -> SeveralAsk:
    """Pictures by `tag` or by `urls`; exactly one of the two."""
    tag, urls = params.text(words, "tag"), _urls(words)
    if (tag is None) == (not urls):
        raise Invalid("Exactly one of tag and urls is required")
    name = params.text(words, "public_id")
    if name is not None and params.text(words, "mode") == "download":
        raise Invalid("public_id cannot be used with mode=download: nothing is kept")
    return SeveralAsk(
        name=name or (_plain(tag) if tag is not None else _name_of(urls)),
        tag=tag,
        urls=urls,
        transformation=_transformation(words),
        notification_urls=params.urls(words, "notification_url"),
    )


def multi_json(
    asset: Asset, facts: Mapping[str, Any], cloud: Cloud, *, base_url: str, key: Key | None = None
) -> dict[str, Any]:
    return {
        **_urls_of("", asset, facts, cloud, base_url, key, str(asset.facts.format)),
        "asset_id": asset.id,
        "public_id": asset.name,
        "version": asset.version,
    }


def sprite_json(
    asset: Asset, facts: Mapping[str, Any], cloud: Cloud, *, base_url: str, key: Key | None = None
) -> dict[str, Any]:
    extensions = {"css_": STYLES, "image_": str(asset.facts.format), "json_": PLACES}
    told: dict[str, Any] = {}
    for start, extension in extensions.items():
        told |= _urls_of(start, asset, facts, cloud, base_url, key, extension)
    return {
        **told,
        "image_infos": facts["places"],
        "public_id": asset.name,
        "version": asset.version,
        "resource_type": asset.kind.value,
        "type": asset.access.value,
    }


def _urls_of(
    start: str, asset: Asset, facts: Mapping[str, Any], cloud: Cloud, base_url: str, key: Key | None, extension: str
) -> dict[str, str]:
    """`…url` and `secure_…url`; signed where the cloud gives files of the type to nobody else."""
    name, transformation = facts["name"], facts["transformation"]
    rest = urlsplit(base_url)._replace(scheme="").geturl().removeprefix("//").rstrip("/")
    signature: str | None = None
    if key is not None and asset.access.value in cloud.restricted_types:
        signature = sign.sign_url(url.text_to_sign(transformation, name, extension), key.secret.reveal())
    parts = (cloud.name, Kind.IMAGE, asset.access, transformation, asset.version, name, extension)
    return {
        word: url.build(f"{scheme}://{rest}", *parts, signature=signature)
        for word, scheme in ((f"{start}url", "http"), (f"secure_{start}url", "https"))
    }


def _transformation(words: params.Words) -> str:
    """With the format of the whole in it, which SDKs write there and others beside it."""
    text, format = params.text(words, "transformation") or "", params.text(words, "format")
    if format is not None:
        known = format_named(format)
        if known is None:
            raise Invalid(f"Invalid format {format[:50]}")
        text = f"{text}/f_{known.name}" if text else f"f_{known.name}"
    return normal(text)


def _urls(words: params.Words) -> tuple[str, ...]:
    value = words.get("urls") or []
    return tuple([value] if isinstance(value, str) else value)


def _plain(tag: str) -> str:
    """A tag as a name: it may have letters that no name may have."""
    letters = "".join("_" if letter in FORBIDDEN or ord(letter) < 32 else letter for letter in tag).strip(" /")
    return letters or "_"


def _name_of(urls: tuple[str, ...]) -> str:
    """The same addresses make the same name."""
    return hashlib.blake2b("\n".join(urls).encode(errors="replace"), digest_size=NAME_BYTES).hexdigest()


ACCESSES = {"multi": Access.MULTI, "sprite": Access.SPRITE}
