"""printed_key: the master key as a program prints it, such as that of an outside key service."""

import asyncio
import shlex
from asyncio.subprocess import DEVNULL, PIPE

from safelight.kernel.errors import Invalid, NotAvailable
from safelight.kernel.secret import Secret

SECONDS_MAX = 30
CHARS_MAX = 1000
SETTING = "SAFELIGHT_ACCOUNT_MASTER_KEY_COMMAND"


async def printed_key(command: str) -> Secret:
    """Run it without a shell and read what it prints.

    Raises Invalid for what is no command, NotAvailable where it fails; what it printed is in neither.
    """
    try:
        words = shlex.split(command) or [""]
        running = await asyncio.create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    except (OSError, ValueError) as error:
        raise Invalid(f"The program that {SETTING} names cannot be run: {type(error).__name__}.") from error
    try:
        async with asyncio.timeout(SECONDS_MAX):
            printed = await _printed(running)
    except TimeoutError as error:
        told = f"The program that {SETTING} names gave no key within {SECONDS_MAX} seconds."
        raise NotAvailable(told) from error
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    if running.returncode:
        raise NotAvailable(f"The program that {SETTING} names ended with {running.returncode}, and gave no key.")
    return Secret(printed.decode("ascii", errors="replace").strip())


async def _printed(running: asyncio.subprocess.Process) -> bytes:
    """All of it, or more than any key is: then it is not read on."""
    printed = b""
    while running.stdout and len(printed) <= CHARS_MAX and (part := await running.stdout.read(CHARS_MAX)):
        printed += part
    if len(printed) > CHARS_MAX:
        raise NotAvailable(f"The program that {SETTING} names prints more than {CHARS_MAX} letters: that is no key.")
    await running.wait()
    return printed
