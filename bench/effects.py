"""What each effect costs on a photo of 2 megapixels, in CPU milliseconds of one core: bench/results/effects.json.

python -m bench.effects
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import median

# Before libvips is loaded: one core does the work, and its time is what is told.
os.environ["VIPS_CONCURRENCY"] = "1"
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from bench import photos
from safelight.kernel.errors import SafelightError
from safelight.render.effect import carried_out, vocabulary
from safelight.render.image import Image
from safelight.transform.parse import parse
from safelight.transform.plan import Effect
from safelight.transform.spec import EffectSpec

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1600, 1250
MILLISECONDS_MAX = 1000


def source() -> Image:
    photo = photos.make("astronaut", WIDTH, HEIGHT)
    return Image.jpegload_buffer(photo).copy_memory()


def asked(spec: EffectSpec) -> Effect:
    steps = parse(spec.example, vocabulary()).steps
    return next(step for step in steps if isinstance(step, Effect) and step.name == spec.name)


def extremes(spec: EffectSpec) -> Iterator[Effect]:
    """The example, and every number of it at either end with every word: the dearest of them is told."""
    usual = asked(spec)
    yield usual
    words = [param.choices if param.kind == "word" and len(param.choices) < 8 else None for param in spec.params]
    for end in ("low", "high"):
        for chosen in product(*(choices or ("",) for choices in words)):
            args = tuple(
                getattr(param.range, end) if param.kind == "number" else (word if choices else arg)
                for param, arg, word, choices in zip(spec.params, usual.args, chosen, words, strict=True)
            )
            yield Effect(spec.name, args, usual.color, usual.place)


def milliseconds(image: Image, effect: Effect) -> float | None:
    """None where it refuses."""
    from safelight.render.decode import Picture

    started = time.process_time()
    try:
        carried_out(Picture((image,)), effect).settled()
    except SafelightError:
        return None
    return (time.process_time() - started) * 1000


def rows(image: Image, turns: int) -> Iterator[dict[str, object]]:
    for name, spec in vocabulary().items():
        if spec.needs:
            continue
        usual = [found for _ in range(turns) if (found := milliseconds(image, asked(spec))) is not None]
        worst = [found for each in extremes(spec) if (found := milliseconds(image, each)) is not None]
        yield {"effect": name, "example": spec.example, "ms": round(median(usual)), "dearest_ms": round(max(worst))}


def table(found: list[dict[str, object]]) -> str:
    lines = ["| effect | example, ms | dearest values, ms |", "| --- | --- | --- |"]
    dearest_first = sorted(found, key=lambda row: (-int(str(row["dearest_ms"])), str(row["effect"])))
    lines += [f"| `{row['example']}` | {row['ms']} | {row['dearest_ms']} |" for row in dearest_first]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    found = list(rows(source(), parser.parse_args().turns))
    machine = {"machine": platform.machine(), "python": platform.python_version()}
    (HERE / "results").mkdir(exist_ok=True)
    facts = {"machine": machine, "pixels": WIDTH * HEIGHT, "rows": found}
    (HERE / "results" / "effects.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(table(found))
    slow = [str(row["effect"]) for row in found if int(str(row["dearest_ms"])) > MILLISECONDS_MAX]
    print(f"\nMore than {MILLISECONDS_MAX} ms: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
