"""MemoryMailer: the twin of every Mailer; an outbox to look at."""

from collections.abc import Iterable

from safelight.ports.mailer import Answer, Envelope, Handing, Outcome


class MemoryMailer:
    """A Mailer that answers as it was told to, and takes everything until then."""

    def __init__(self) -> None:
        self.taken: dict[str, Envelope] = {}
        self.tries = 0
        self.answer = Answer(Outcome.TAKEN)

    async def send(self, envelope: Envelope, handing: Handing) -> Answer:
        self.tries += 1
        if self.answer.outcome in {Outcome.TAKEN, Outcome.UNCLEAR}:
            await handing()
        if self.answer.outcome is Outcome.TAKEN:
            self.taken[envelope.id] = envelope
        return self.answer

    async def forget(self, ids: Iterable[str]) -> None:
        for each in ids:
            self.taken.pop(each, None)
