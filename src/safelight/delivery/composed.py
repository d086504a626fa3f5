"""Composed: a URL of pictures that were put together -> the asset that holds what was made."""

from dataclasses import replace
from typing import Protocol

from safelight.accounts.model import Cloud
from safelight.kernel.errors import NotFound
from safelight.kernel.media import Access, Kind
from safelight.transform.canon import normal
from safelight.transform.url import DeliveryUrl, composed_name

SHEETS = frozenset({"css", "json"})
"""What tells where each picture lies in a sprite: raw files beside it, of the same name."""


class Compose(Protocol):
    """uploads/on_demand.py: the pictures with a tag are put together, unless they are already."""

    async def __call__(self, cloud: Cloud, access: Access, tag: str, transformation: str) -> None: ...


class NotMade(NotFound):
    """Nobody had them put together yet. `url` is the one that was written."""

    def __init__(self, message: str, cloud: Cloud, url: DeliveryUrl) -> None:
        super().__init__(message)
        self.cloud = cloud
        self.url = url


def meant(url: DeliveryUrl) -> DeliveryUrl:
    """Its transformation was carried out on each picture when they were put together: here it is a part of the name."""
    if url.access not in {Access.MULTI, Access.SPRITE}:
        return url
    name = composed_name(url.name, normal(url.transformation))
    if url.access is Access.SPRITE and url.extension in SHEETS:
        return replace(url, kind=Kind.RAW, name=f"{name}.{url.extension}", extension=None, transformation="")
    return replace(url, name=name, transformation="")
