"""Composed: a URL of pictures that were put together -> the asset that holds what was made. Pure."""

from dataclasses import replace

from safelight.kernel.media import Access, Kind
from safelight.transform.canon import normal
from safelight.transform.url import DeliveryUrl, composed_name

SHEETS = frozenset({"css", "json"})
"""What tells where each picture lies in a sprite: raw files beside it, of the same name."""


def meant(url: DeliveryUrl) -> DeliveryUrl:
    """Its transformation was carried out on each picture when they were put together: here it is a part of the name."""
    if url.access not in {Access.MULTI, Access.SPRITE}:
        return url
    name = composed_name(url.name, normal(url.transformation))
    if url.access is Access.SPRITE and url.extension in SHEETS:
        return replace(url, kind=Kind.RAW, name=f"{name}.{url.extension}", extension=None, transformation="")
    return replace(url, name=name, transformation="")
