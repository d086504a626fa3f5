"""LettingGo: a server that sends home those who wait for messages before it waits for its requests to end."""

import socket

import uvicorn

from safelight.webhooks.bell import Bell


class LettingGo(uvicorn.Server):
    """Who waits up to a minute for what may never come would hold up every stop."""

    def __init__(self, config: uvicorn.Config, bell: Bell) -> None:
        super().__init__(config)
        self._bell = bell

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._bell.close()
        await super().shutdown(sockets)
