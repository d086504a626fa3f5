"""Files that are nearly right: pictures of every readable format with bytes changed, cut out, doubled or lost."""

import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from safelight.kernel.errors import NotAvailable, SafelightError
from safelight.render.darkroom import Darkroom
from safelight.render.effect import vocabulary
from safelight.settings import MIB, RenderSettings
from safelight.transform.parse import parse
from tests.pictures import scene
from tests.render.formats.samples import READABLE, sample

SETTINGS = RenderSettings(children=1, seconds_max=10, memory_bytes_max=1536 * MIB, source_pixels_max=20_000_000)
ODD = (b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x80")


def mutated(random: Random, data: bytes) -> bytes:
    """One to eight faults; half of them at the beginning, where the sizes stand."""
    found = bytearray(data)
    for _ in range(random.randint(1, 8)):
        reach = min(len(found), 200) if random.random() < 0.5 else len(found)
        at = random.randrange(max(1, reach))
        match random.randrange(6):
            case 0:
                found[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                found[at : at + 1] = bytes([found[at] ^ (1 << random.randrange(8))]) if at < len(found) else b"\x01"
            case 2:
                odd = random.choice(ODD)
                found[at : at + len(odd)] = odd
            case 3:
                del found[at : at + random.randint(1, 40)]
            case 4:
                found[at:at] = found[at : at + random.randint(1, 60)]
            case _:
                found = found[: max(1, random.randrange(len(found) or 1))] if random.random() < 0.3 else found
    return bytes(found)


async def run(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """So many files through real children: what came of them, and what should not have."""
    random, outcomes, faults = Random(seed), Counter[str](), list[str]()
    pictures = {format: sample(format, scene(48, 36)) for format in READABLE}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "source")
        async with Darkroom(SETTINGS) as darkroom:
            for number in range(count):
                format = READABLE[number % len(READABLE)]
                _write(place, mutated(random, pictures[format]))
                plan = parse("c_limit,w_30/f_png", vocabulary())
                try:
                    await darkroom.probe(place, format=format)
                    await darkroom.render(plan, place, source_format=format)
                    outcomes["made"] += 1
                except NotAvailable:
                    # The child died or ran out of time: it is replaced, and the service goes on.
                    outcomes[f"child lost ({format})"] += 1
                except SafelightError as error:
                    outcomes["refused" if error.status < 500 else "answered with 5xx"] += 1
                    if error.status >= 500:
                        faults.append(f"{format}, seed {seed}, file {number}: {error}")
            # It still works.
            _write(place, pictures["png"])
            await darkroom.probe(place, format="png")
    return outcomes, faults


def _write(place: Path, data: bytes) -> None:
    place.write_bytes(data)
