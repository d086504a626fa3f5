"""An answer that is made while it is sent: whole, or closed where its client leaves or something breaks."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from safelight.web.streamed import Streamed


class Source:
    def __init__(self, chunks: list[bytes], fault: Exception | None = None) -> None:
        self.told: list[str] = []
        self._chunks, self._fault = chunks, fault

    async def chunks(self) -> AsyncGenerator[bytes]:
        try:
            for chunk in self._chunks:
                self.told.append("made")
                yield chunk
                await asyncio.sleep(0)
            if self._fault:
                raise self._fault
        finally:
            self.told.append("closed")

    async def after(self) -> None:
        self.told.append("after")


async def sent(source: Source, *, leaves_after: int | None = None) -> list[dict]:
    messages: list[dict] = []
    gone = asyncio.Event()

    async def receive() -> dict:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        messages.append(message)
        if leaves_after is not None and len(messages) > leaves_after:
            gone.set()
            await asyncio.sleep(0)

    answer = Streamed(source.chunks(), {"Content-Type": "application/zip"}, after=source.after)
    await answer({"type": "http"}, receive, send)
    return messages


async def test_all_of_it_is_sent_and_nobody_says_how_much_it_is():
    source = Source([b"a", b"b"])
    start, *bodies = await sent(source)
    assert dict(start["headers"]) == {b"content-type": b"application/zip"}
    assert b"".join(body["body"] for body in bodies) == b"ab"
    assert [body["more_body"] for body in bodies] == [True, True, False]
    assert source.told == ["made", "made", "closed", "after"]


async def test_a_client_that_leaves_is_not_sent_the_rest():
    source = Source([b"a"] * 1000)
    messages = await sent(source, leaves_after=2)
    assert len(messages) < 10
    assert source.told[-2:] == ["closed", "after"]


async def test_what_breaks_on_the_way_is_no_whole_answer():
    source = Source([b"a"], OSError("gone"))
    with pytest.raises(OSError, match="gone"):
        await sent(source)
    assert source.told == ["made", "closed", "after"]
