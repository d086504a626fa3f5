"""Archive: chooses the assets of a cloud that go into one file, and packs them under names that fit."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from safelight.accounts.model import Cloud
from safelight.assets.model import Asset
from safelight.derived import files as derived_files
from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound, SafelightError, TooMuch
from safelight.kernel.media import Kind
from safelight.ports.database import Database
from safelight.settings import UploadSettings
from safelight.uploads import archive_choosing
from safelight.uploads.archive_model import ArchiveAsk, Chosen, Packed
from safelight.uploads.archive_names import NamingRules, Taken, name_of
from safelight.uploads.archive_packing import ArchiveFormat, Entry, pack, packed_once, with_first
from safelight.uploads.model import EagerAsk
from safelight.uploads.stored import Stored

BYTES_MIN = 100 * 1024 * 1024
"""So much any archive may hold, however small raw files must be."""
ERRORS_NAME = "ERROR.txt"
ERRORS_MAX = 100
"""Faults that an archive tells of; after so many nobody reads on."""
NAMES_TOLD_MAX = 10
PACKED = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".docx", ".xlsx", ".pptx", ".epub", ".woff2")
"""How raw files end that are as small as they get."""


@dataclass(frozen=True)
class Archive:
    """Chooses, and packs."""

    database: Database
    stored: Stored
    clock: Clock
    settings: UploadSettings
    bytes_min: int = BYTES_MIN

    @property
    def size_bytes_max(self) -> int:
        """Of all that goes into one archive."""
        return max(self.bytes_min, self.settings.raw_bytes_max)

    async def choose(self, cloud: Cloud, ask: ArchiveAsk) -> Chosen:
        """Raises NotFound for a name that must be there and is not, and where there is nothing at all."""
        async with self.database.transaction() as session:
            chosen = await archive_choosing.choose(session, cloud, ask, self.settings.archive_assets_max)
        if chosen.missing_names and not ask.allows_missing:
            raise NotFound(f"Resource not found - {', '.join(chosen.missing_names[:NAMES_TOLD_MAX])}")
        if not chosen.assets:
            raise NotFound("No resources were found for the archive")
        return chosen

    def check(self, chosen: Chosen, ask: ArchiveAsk) -> None:
        """Raises TooMuch for more than may go into one archive, as far as that is known before anything is made."""
        if len(chosen.assets) > self.settings.archive_assets_max:
            raise TooMuch(f"Too many assets for one archive. Maximum is {self.settings.archive_assets_max}.")
        files = sum(len(_asks(asset, ask)) for asset in chosen.assets)
        if files > self.settings.archive_files_max:
            raise TooMuch(f"Too many files for one archive: {files}. Maximum is {self.settings.archive_files_max}.")
        if not ask.transformations and size_bytes(chosen) > self.size_bytes_max:
            raise TooMuch(_too_large(size_bytes(chosen), self.size_bytes_max))

    def refusing(self, fault: SafelightError, format: ArchiveFormat) -> AsyncGenerator[bytes]:
        """An archive that tells nothing but why it is not the one that was asked for."""

        async def entries() -> AsyncGenerator[Entry]:
            yield self._faults_entry([fault.message])

        return pack(format, entries())

    def pack(
        self, cloud: Cloud, chosen: Chosen, ask: ArchiveAsk, packed: Packed, *, is_strict: bool
    ) -> AsyncGenerator[bytes]:
        """The bytes of the archive. `is_strict`: a fault ends it; otherwise it is told in a file of its own."""
        return pack(ask.format, self._entries(cloud, chosen, ask, packed, is_strict=is_strict))

    async def forget_made(self, cloud: Cloud, ask: ArchiveAsk, packed: Packed) -> None:
        """What was made only to be packed goes again, unless it was asked to stay."""
        if packed.made_ids and not ask.keeps_derived:
            async with self.database.transaction() as session:
                await derived_files.drop(session, cloud.id, packed.made_ids)

    async def _entries(
        self, cloud: Cloud, chosen: Chosen, ask: ArchiveAsk, packed: Packed, *, is_strict: bool
    ) -> AsyncGenerator[Entry]:
        rules, taken = _rules(cloud, ask), Taken()
        for asset in chosen.assets:
            asks = _asks(asset, ask)
            for one in asks:
                try:
                    entry = await self._entry(cloud, asset, one, packed)
                except SafelightError as error:
                    if is_strict:
                        raise
                    packed.faults.append(f"{asset.name}: {error.message}")
                    if isinstance(error, TooMuch) or len(packed.faults) == ERRORS_MAX:
                        yield self._faults_entry(packed.faults)
                        return
                    continue
                name = name_of(asset, one, entry.name, rules, is_one_of_many=len(asks) > 1)
                try:
                    yield replace(entry, name=taken.free(name))
                finally:
                    await entry.chunks.aclose()
        if packed.faults:
            yield self._faults_entry(packed.faults)

    async def _entry(self, cloud: Cloud, asset: Asset, ask: EagerAsk | None, packed: Packed) -> Entry:
        """Named by its extension, until it is known where it belongs. Its first bytes are there, or NotFound."""
        file = await self.stored(cloud, asset, ask, sees_all=packed.sees_all)
        if file.made_id is not None:
            packed.made_ids.append(file.made_id)
        if packed.size_bytes + file.size_bytes > self.size_bytes_max:
            raise TooMuch(_too_large(packed.size_bytes + file.size_bytes, self.size_bytes_max))
        chunks = self.stored.open(file)
        first = await anext(chunks, b"")
        packed.size_bytes += file.size_bytes
        packed.file_count += 1
        return Entry(
            name=file.format or "",
            size_bytes=file.size_bytes,
            modified_at=asset.updated_at,
            chunks=with_first(first, chunks),
            is_packed=asset.kind is not Kind.RAW or asset.name.lower().endswith(PACKED),
        )

    def _faults_entry(self, faults: Sequence[str]) -> Entry:
        data = ("\n".join(faults) + "\n").encode(errors="replace")
        return Entry(ERRORS_NAME, len(data), self.clock.now(), packed_once(data))


def size_bytes(chosen: Chosen) -> int:
    """Of all originals."""
    return sum(asset.facts.size_bytes for asset in chosen.assets)


def _rules(cloud: Cloud, ask: ArchiveAsk) -> NamingRules:
    return NamingRules(
        cloud.folder_mode,
        flattens_folders=ask.flattens_folders,
        flattens_transformations=ask.flattens_transformations,
        skips_transformation_name=ask.skips_transformation_name,
        uses_original_filename=ask.uses_original_filename,
    )


def _asks(asset: Asset, ask: ArchiveAsk) -> Sequence[EagerAsk | None]:
    """What is made of an asset. Of what is no picture nothing can be made: it goes in as it is."""
    return ask.transformations if ask.transformations and asset.kind is Kind.IMAGE else (None,)


def _too_large(size_bytes: int, size_bytes_max: int) -> str:
    return f"Too many bytes for one archive: {size_bytes}. Maximum is {size_bytes_max}."
