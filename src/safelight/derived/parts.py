"""Parts: the other stored files that a plan refers to, found and weighed before anything is made with them."""

import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from safelight.accounts.model import Cloud
from safelight.assets import catalogue, moderation
from safelight.assets.model import Asset, AssetRef
from safelight.assets.originals import Originals
from safelight.kernel.errors import Forbidden, Invalid, NotFound, TooMuch, Unauthorized
from safelight.kernel.media import FORMATS, Access, Kind, format_named, refusal
from safelight.ports.database import Database
from safelight.render.model import Part, PartFile
from safelight.settings import RenderSettings
from safelight.transform.colors import color_of
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference
from safelight.transform.references import BLACK, Borrowed, references, with_styles
from safelight.transform.text_style import text_style

# An index of PostgreSQL holds no longer names, and only those of remote files could be longer.
NAME_BYTES_MAX = 2400

_TABLES = {"cube": "cube", "3dl": "3dl"}
_WORDS = {"font": "font", "cube": "LUT", "3dl": "LUT", "icc": "ICC profile"}
_RESTRICTED = frozenset({Access.PRIVATE, Access.AUTHENTICATED})


class TakeIn(Protocol):
    """delivery/fetch.py: a remote file becomes an asset, unless it is one already."""

    async def __call__(self, cloud: Cloud, kind: Kind, url: str, came_through: Sequence[str] = ()) -> Asset: ...


class RemoteMissing(NotFound):
    """A remote picture is not there. Unlike a file that was replaced just now, no second look finds it."""


Permit = Callable[[], Awaitable[None]]


async def permitted() -> None:
    """Raises nothing: what is not here yet may be fetched."""


@dataclass(frozen=True)
class Needed:
    """What a settled plan refers to. The style pictures among it are in the plan already: no bytes of them are."""

    plan: Plan
    parts: tuple[tuple[Part, Asset], ...] = ()
    style_ids: tuple[str, ...] = ()
    """Assets whose lettering the plan has borrowed."""
    is_first_choice: bool = True
    """False: another asset, were it there, would have been meant by the same words."""
    is_private: bool = False
    """Something of it may only be seen by who signs the whole request."""

    @property
    def digest(self) -> str:
        """Tells these versions of these files from all others; empty where there are none."""
        if not self.parts:
            return ""
        versions = "/".join(asset.version_id for _, asset in self.parts)
        return hashlib.blake2b(versions.encode(), digest_size=16).hexdigest()

    @property
    def versions(self) -> dict[str, str]:
        """Asset id -> version id of what the result will hold something of."""
        return {asset.id: asset.version_id for _, asset in self.parts}

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The assets whose change makes another result of the same words."""
        return tuple(dict.fromkeys([*self.versions, *self.style_ids]))

    @asynccontextmanager
    async def local(self, originals: Originals) -> AsyncGenerator[tuple[PartFile, ...]]:
        """The files on this machine, until the block ends. Raises NotFound for a version that went meanwhile."""
        async with AsyncExitStack() as stack:
            yield tuple(
                [PartFile(part, await stack.enter_async_context(originals.local(asset))) for part, asset in self.parts]
            )


@dataclass(frozen=True)
class Parts:
    """Find what a plan refers to, and take in what is remote and not here yet."""

    database: Database
    take_in: TakeIn
    settings: RenderSettings

    async def __call__(
        self,
        cloud: Cloud,
        plan: Plan,
        *,
        is_signed: bool,
        came_through: Sequence[str] = (),
        may_fetch: Permit = permitted,
    ) -> Needed:
        """Raises Invalid for what is not there or is no such file, Unauthorized for restricted pictures in a request
        that is not signed as a whole, TooMuch past a limit. `may_fetch` raises if nothing may be fetched for it.
        """
        plan, style_ids = await self._styled(cloud, plan)
        wanted = references(plan)
        if not wanted:
            return Needed(plan, style_ids=style_ids)
        self._check_words(cloud, wanted, is_signed)
        found = await self._look(cloud, wanted)
        for reference in wanted:
            if reference in found and _is_hidden(found[reference].asset, cloud):
                raise _unknown(reference)
            if reference.access is Access.FETCH and reference not in found:
                await may_fetch()
                found[reference] = _Choice(await self._taken_in(cloud, reference, came_through))
        uses = {reference: _use(plan, reference) for reference in wanted}
        parts = tuple((_part(each, uses[each], found.get(each)), found[each].asset) for each in wanted)
        self._check_weight([asset for _, asset in parts])
        return Needed(
            plan,
            parts,
            style_ids,
            is_first_choice=all(choice.is_first for choice in found.values()),
            is_private=any(_is_restricted(reference) for reference in wanted),
        )

    async def _styled(self, cloud: Cloud, plan: Plan) -> tuple[Plan, tuple[str, ...]]:
        """The plan with the lettering of stored texts in place of their names."""
        wanted = [reference for reference in references(plan) if reference.access is Access.TEXT]
        if not wanted:
            return plan, ()
        self._check_count(wanted)
        found = await self._look(cloud, wanted)
        styles = {reference: _borrowed(reference, found.get(reference)) for reference in wanted}
        return with_styles(plan, styles), tuple(dict.fromkeys(choice.asset.id for choice in found.values()))

    async def _taken_in(self, cloud: Cloud, reference: Reference, came_through: Sequence[str]) -> Asset:
        try:
            return await self.take_in(cloud, reference.kind, reference.name, came_through)
        except NotFound as error:
            raise RemoteMissing(error.message) from error

    async def _look(self, cloud: Cloud, wanted: Sequence[Reference]) -> "dict[Reference, _Choice]":
        candidates = {reference: _candidates(reference) for reference in wanted}
        asked = {ref for refs in candidates.values() for ref in refs}
        async with self.database.statements() as session:
            known = await catalogue.find_each(session, cloud.id, asked)
        chosen = {reference: _chosen(refs, known) for reference, refs in candidates.items()}
        return {reference: choice for reference, choice in chosen.items() if choice is not None}

    def _check_words(self, cloud: Cloud, wanted: Sequence[Reference], is_signed: bool) -> None:
        """All that can be said before anything is looked up: who may not see a picture does not hear if it is there."""
        self._check_count(wanted)
        remote_max = self.settings.parts_remote_max
        if sum(reference.access is Access.FETCH for reference in wanted) > remote_max:
            raise TooMuch(f"Too many remote files in one transformation. Maximum is {remote_max}.")
        for reference in wanted:
            is_restricted = _is_restricted(reference) or reference.access.value in cloud.restricted_types
            if is_restricted and not is_signed:
                raise Unauthorized(
                    f"deny or ACL failure: a transformation with a file of type {reference.access} must be signed"
                )

    def check_open(self, plan: Plan) -> None:
        """Raises Forbidden for pictures of restricted access: who may not see all of a cloud may not lay them over."""
        for reference in references(plan):
            if _is_restricted(reference):
                raise Forbidden(
                    f"Not permitted: a transformation with a file of type {reference.access} needs a key that may see "
                    "all assets of the cloud"
                )

    def _check_count(self, wanted: Sequence[Reference]) -> None:
        if len(wanted) > self.settings.parts_max:
            raise TooMuch(f"Too many other files in one transformation. Maximum is {self.settings.parts_max}.")

    def _check_weight(self, found: Sequence[Asset]) -> None:
        size_bytes, bytes_max = sum(asset.facts.size_bytes for asset in found), self.settings.parts_bytes_max
        if size_bytes > bytes_max:
            raise TooMuch(f"The files of the layers are too large together. Got {size_bytes}. Maximum is {bytes_max}.")
        pixels, pixels_max = sum(map(_pixels, found)), self.settings.source_pixels_max
        if pixels > pixels_max:
            raise TooMuch(f"The pictures of the layers exceed {pixels_max} pixels together. Got {pixels}.")


@dataclass(frozen=True)
class _Choice:
    """The asset that a reference means. `is_first`: no likelier one is missing."""

    asset: Asset
    is_first: bool = True


def _candidates(reference: Reference) -> tuple[AssetRef, ...]:
    """What the words may mean, the likelier first; nothing for words that no asset can have."""
    name, kind, access = reference.name, reference.kind, reference.access
    if not _is_possible(name):
        return ()
    if kind is Kind.RAW and access is Access.AUTHENTICATED:
        # Fonts and profiles may be kept where nobody can download them.
        return AssetRef(kind, access, name), AssetRef(kind, Access.UPLOAD, name)
    stem, dot, extension = name.rpartition(".")
    has_extension = kind is Kind.IMAGE and access is not Access.FETCH and dot and stem and format_named(extension)
    names = (name, stem) if has_extension else (name,)
    return tuple(AssetRef(kind, access, each) for each in names)


def _chosen(candidates: Sequence[AssetRef], known: Mapping[AssetRef, Asset]) -> _Choice | None:
    return next((_Choice(known[ref], place == 0) for place, ref in enumerate(candidates) if ref in known), None)


def _is_possible(name: str) -> bool:
    """Whether the database could be asked for it at all."""
    try:
        return 0 < len(name.encode()) <= NAME_BYTES_MAX and "\0" not in name
    except UnicodeEncodeError:
        return False


def _is_restricted(reference: Reference) -> bool:
    """Raw files are not shown by what is made with them: everybody may use a font that nobody may download."""
    return reference.access in _RESTRICTED and reference.kind is Kind.IMAGE


def _use(plan: Plan, reference: Reference) -> str:
    """What a raw file is used for: any but the profile of the result and tables, told by their extension, is a font."""
    if reference == plan.encode.icc:
        return "icc"
    return _TABLES.get(reference.name.rpartition(".")[2].lower(), "font")


def _part(reference: Reference, use: str, choice: _Choice | None) -> Part:
    if reference.kind is Kind.RAW:
        if choice is None:
            raise Invalid(f"Unknown or invalid referenced {_WORDS[use]} {reference.name}")
        return Part(reference, use)
    if choice is None:
        raise _unknown(reference)
    format = FORMATS.get(choice.asset.facts.format or "")
    if format is None or not format.readable:
        words = refusal(str(choice.asset.facts.format), is_read=True)
        raise Invalid(f"{words} It is referenced as {reference.name}.")
    return Part(reference, format.name)


def _borrowed(reference: Reference, choice: _Choice | None) -> Borrowed:
    lettering = choice.asset.lettering if choice else None
    if lettering is None:
        raise _unknown(reference)
    color, background = color_of(lettering.color), color_of(lettering.background)
    return Borrowed(text_style(lettering.style), color or BLACK, background)


def _is_hidden(asset: Asset, cloud: Cloud) -> bool:
    return moderation.is_hidden(asset, hides_pending=cloud.hides_pending)


def _unknown(reference: Reference) -> Invalid:
    return Invalid(f"Unknown or invalid referenced {reference.kind} {reference.name} of type {reference.access}")


def _pixels(asset: Asset) -> int:
    return (asset.facts.width or 0) * (asset.facts.height or 0)
