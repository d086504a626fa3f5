"""FolderMailer: keeps letters as files, where nobody told which server takes them."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from safelight.adapters.durable import write_whole
from safelight.adapters.mailer.dkim import Signer
from safelight.ports.mailer import Answer, Envelope, Handing, Outcome


@dataclass(frozen=True)
class FolderMailer:
    """A Mailer. A letter is `ID.eml`, which every program for mail opens; only this user may read it."""

    folder: Path
    signer: Signer | None = None

    async def send(self, envelope: Envelope, handing: Handing) -> Answer:
        message = self.signer.sign(envelope.message) if self.signer else envelope.message
        await handing()
        await asyncio.to_thread(write_whole, self._file(envelope.id), message, mode=0o600)
        return Answer(Outcome.TAKEN)

    async def forget(self, ids: Iterable[str]) -> None:
        for each in ids:
            self._file(each).unlink(missing_ok=True)

    def read(self, letter_id: str) -> bytes | None:
        """The letter as it would have left; None if none is kept."""
        if not re.fullmatch(r"[0-9a-f]{32}", letter_id):
            return None
        try:
            return self._file(letter_id).read_bytes()
        except FileNotFoundError:
            return None

    def _file(self, letter_id: str) -> Path:
        return self.folder / f"{letter_id}.eml"
