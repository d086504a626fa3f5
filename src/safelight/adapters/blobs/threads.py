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
    return await opened_in_thread(_nothing, work, *args, **kwargs)


async def opened_in_thread(close: Callable[[T], object], work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same of work that opens something: what a cancelled caller never gets is closed, or it stayed open."""
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
        if not task.cancelled() and task.exception() is None:
            close(task.result())
        raise


def _nothing(_result: object) -> None:
    """What needs no closing."""
