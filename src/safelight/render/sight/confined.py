"""Confined: becomes another program that may read and run what is installed, and nothing else: no network, no writing.

Arguments: the program, the address space in bytes, the processor time in seconds, and then what the program is told.
"""

import os
import sys
from pathlib import Path

from safelight.render import sandbox


def main(arguments: list[str]) -> None:
    program, memory_bytes, seconds, *told = arguments
    sandbox.confine_program(Path(program), int(memory_bytes), int(seconds))
    os.execv(program, [program, *told])  # noqa: S606 - the operator named it


if __name__ == "__main__":
    main(sys.argv[1:])
