"""Blocking work, done in a thread that is waited for even when the caller is cancelled.

A cancelled caller closes its file. If the thread still wrote, its bytes would go to whichever file gets the number
next: so a cancellation waits for the few milliseconds that one read or write takes.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `work(...)`, never left behind half done."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                continue
            except Exception:  # the cancellation is what the caller is told
                break
        raise
