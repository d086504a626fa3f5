"""Multi: several pictures -> one animation or document, kept as an asset or handed out at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from safelight.accounts.model import Cloud, FolderMode, Manner
from safelight.assets.model import Asset, AssetRef, Facts, NewAsset
from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, Access, Kind, refusal
from safelight.ports.database import Session
from safelight.render.model import Rendered
from safelight.transform.auto import Hints, settle
from safelight.transform.plan import Encode, Fit, Plan, Px, Resize, Source
from safelight.transform.source import SourceFacts
from safelight.transform.url import composed_name
from safelight.uploads.composing import Asked, Composed, Words, tell
from safelight.uploads.frames import Frame, Frames, Pictured, pieces, reference
from safelight.uploads.keep import Keep
from safelight.uploads.naming import check_name
from safelight.uploads.staging import Staged

FORMAT = "gif"
_DOCUMENTS = frozenset({"pdf", "tif"})


@dataclass(frozen=True)
class SeveralAsk:
    """Which pictures, by a tag or by their addresses, and what is done to each of them. `name`: of the whole."""

    name: str
    tag: str | None = None
    urls: tuple[str, ...] = ()
    transformation: str = ""
    """With its parts in order. It may also say how the whole is written."""
    notification_urls: tuple[str, ...] = ()
    is_for_nobody: bool = False
    """Nobody with a key asks for it: nothing goes in that not everybody may see."""


Parse = Callable[[Words], SeveralAsk]
"""wire/several.py: the words of clients -> what they ask."""


def ask_of(asked: Asked, parse: Parse) -> SeveralAsk:
    return replace(parse(asked.words), is_for_nobody=asked.principal.manner is Manner.UNSIGNED)


def ref_of(ask: SeveralAsk, access: Access) -> AssetRef:
    """What the whole will be called; raises Invalid for letters that may not be."""
    check_name(ask.name)
    return AssetRef(Kind.IMAGE, access, composed_name(ask.name, ask.transformation))


async def pictures(frames: Frames, cloud: Cloud, ask: SeveralAsk) -> Sequence[Pictured]:
    if ask.tag is not None:
        return await frames.tagged(cloud, ask.tag)
    return await frames.at(cloud, ask.urls)


@dataclass(frozen=True)
class Multi:
    """Frame after frame, as large as the largest of them; what is smaller lies in the middle."""

    frames: Frames
    keep: Keep
    parse: Parse

    async def __call__(self, asked: Asked) -> Composed:
        """Keep it."""
        cloud, ask = asked.principal.cloud, ask_of(asked, self.parse)
        made = await self.made(cloud, ask)
        staged = await self.frames.staging.stage(pieces(made.data), size_bytes_max=len(made.data))
        facts = {"name": ask.name, "transformation": ask.transformation}

        async def then(session: Session, asset: Asset) -> None:
            await tell(session, asked, Composed(asset, facts), self.keep.clock.now())

        new = new_asset(asked, facts_of(made, staged))
        return Composed((await self.keep(new, staged, then=then)).asset, facts)

    async def made(self, cloud: Cloud, ask: SeveralAsk) -> Rendered:
        """Raises NotFound where there are no pictures, Invalid for a format that holds only one."""
        found = await pictures(self.frames, cloud, ask)
        encode = (await self.frames.eager.plan(cloud.id, ask.transformation)).encode
        format = writable(encode, FORMAT)
        if not FORMATS[format].can_animate and format not in _DOCUMENTS:
            raise Invalid(f"Unsupported format {format}: it holds one picture only; ask for gif, webp, png or pdf")
        async with self.frames.opened(cloud, found, ask.transformation, is_for_nobody=ask.is_for_nobody) as opened:
            first, *others = opened
            parts = [frame.part(number) for number, frame in enumerate(others, 1)]
            plan = _plan(opened, replace(encode, format=format, is_animated=format not in _DOCUMENTS))
            return await self.frames.render.render(
                plan, first.path, source_format=first.format, tenant=cloud.id, parts=parts
            )


def _plan(frames: Sequence[Frame], encode: Encode) -> Plan:
    width, height = max(frame.width for frame in frames), max(frame.height for frame in frames)
    whole = SourceFacts("png", width, height, has_alpha=True, frames=len(frames))
    settled = settle(Plan(encode=encode), Hints(), whole, None)
    return replace(
        settled,
        # Each gives one frame, also one that moves itself.
        source=Source(page=1),
        steps=(Resize(Px(width), Px(height), Fit.LPAD),),
        encode=replace(settled.encode, delay_ms=encode.delay_ms),
        joined=tuple(reference(number) for number in range(1, len(frames))),
        is_empty=False,
    )


def writable(encode: Encode, usual: str) -> str:
    """The format of the whole; raises Invalid for one that cannot be written."""
    name = encode.format if isinstance(encode.format, str) and encode.format in FORMATS else usual
    if not FORMATS[name].writable:
        raise Invalid(refusal(name))
    return name


def facts_of(made: Rendered, staged: Staged) -> Facts:
    known = FORMATS[made.format]
    size = (made.width, made.height)
    return Facts(staged.size_bytes, staged.md5, made.format, *size, pages=made.frames, has_alpha=known.has_alpha)


def new_asset(asked: Asked, facts: Facts, ref: AssetRef | None = None, version_id: str | None = None) -> NewAsset:
    """The asset that was asked for, or another one beside it."""
    cloud, key = asked.principal.cloud, asked.principal.key
    ref = ref or asked.ref
    folder, _, last = ref.name.rpartition("/")
    return NewAsset(
        cloud_id=cloud.id,
        kind=ref.kind,
        access=ref.access,
        name=ref.name,
        version_id=version_id or asked.version_id,
        facts=facts,
        folder=folder if cloud.folder_mode is FolderMode.FIXED else "",
        display_name=last,
        uploaded_by=key.api_key if key else None,
    )
