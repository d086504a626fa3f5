"""RewriteExplicit: what is asked of a stored asset, after the `eval` script of the call has had its say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from safelight.accounts.model import Cloud
from safelight.assets.model import Asset
from safelight.kernel.media import Kind
from safelight.uploads.explicit import ExplicitAsk
from safelight.uploads.scripts import Rewrite, mentioned, plain_facts

Parse = Callable[[Mapping[str, str | list[str]], Kind], ExplicitAsk]
"""wire/intake.py: the words of clients -> what they ask."""


@dataclass(frozen=True)
class RewriteExplicit:
    """As with an upload, but for the name of the asset: it is what the call is about."""

    rewrite: Rewrite
    parse: Parse

    async def __call__(self, cloud: Cloud, ask: ExplicitAsk, asset: Asset) -> ExplicitAsk:
        """Raises Invalid with the words of the script's own error: then nothing is changed."""
        if not ask.script:
            return ask
        text = await self.rewrite.text(cloud, ask.script)
        about = {
            "public_id": asset.name,
            "filename": asset.original_filename,
            "asset_folder": asset.folder,
            "display_name": asset.display_name,
        }
        info = plain_facts(asset.kind, asset.facts, about)
        if names := mentioned(text):
            async with self.rewrite.originals.local(asset) as path:
                info |= await self.rewrite.seen(cloud, names, asset.kind, asset.facts, path)
        words = await self.rewrite.words(text, info, ask.words)
        return replace(self.parse({**words, "public_id": asset.name}, asset.kind), script="")
