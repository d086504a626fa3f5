"""Streamed: an answer whose bytes are made, or read, while they are sent."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


async def nothing_more() -> None:
    return None


class Streamed(Response):
    """One piece in memory at a time. However it ends, the bytes are closed and `after` is done."""

    def __init__(
        self,
        chunks: AsyncGenerator[bytes],
        headers: Mapping[str, str],
        *,
        status: int = 200,
        after: Callable[[], Awaitable[None]] = nothing_more,
    ) -> None:
        super().__init__(status_code=status, headers=headers)
        if "content-length" not in {name.lower() for name in headers}:
            del self.headers["content-length"]
        self._chunks = chunks
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whether the client is still there, `send` does not tell; `receive` does."""
        gone = asyncio.ensure_future(_left(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for chunk in self._chunks:
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            try:
                await self._chunks.aclose()
            finally:
                await self._after()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
