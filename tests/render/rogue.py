"""A child that misbehaves as its job says; the darkroom runs it in place of its own. The product has no such job."""

import ctypes
import os
import sys
import time
from collections.abc import Sequence

from safelight.kernel.errors import TooMuch
from safelight.render import child
from safelight.render.model import Probed, ProbeJob
from safelight.settings import RenderSettings

STARTED_AT = 7


def make_work(settings: RenderSettings) -> child.Work:
    done = [0]

    def work(job: object, files: Sequence[int]) -> Probed:
        assert isinstance(job, ProbeJob)
        done[0] += 1
        # Whoever shares the open file sees that the job was started.
        os.lseek(files[0], STARTED_AT, os.SEEK_SET)
        match job.source_format:
            case "hang":
                while True:
                    time.sleep(0.01)
            case "spin":
                while True:
                    pass
            case "crash":
                ctypes.string_at(0)
            case "abort":
                os.abort()
            case "leave":
                os._exit(3)
            case "bomb":
                bytearray(64 * 1024**3)
            case "raise":
                raise KeyError("secret words of a library")
            case "refuse":
                raise TooMuch("As you wish.")
            case "lie":
                return Probed("no such format", -1, -1, 1, False)
            case "nap":
                time.sleep(0.05)
            case _:
                pass
        return Probed("jpg", os.getpid(), done[0], 1, False)

    return work


if __name__ == "__main__":
    child.run(sys.argv[1:], make_work, lambda: None)
