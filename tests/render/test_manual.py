"""Sizes, grounds, layers and texts look as they do in the manual, whose pictures a person has looked at."""

import io

import numpy as np
import pytest
from PIL import Image

from safelight.cli.docs import FOLDER
from safelight.cli.examples import FEATURES, PICTURES, SUFFIX, Example
from tests.golden.pictures import made
from tests.house.source import ROOT

CELLS = 8
LEVELS_MAX = 10
"""Coarse cells and not pixels: another build of a library may round, or place a letter, another way."""

EXAMPLES = [example for group in FEATURES.values() for example in group]


def grid(data: bytes) -> np.ndarray:
    """The mean colour and alpha of each of 8 by 8 cells."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    return np.asarray(picture.resize((CELLS, CELLS), Image.Resampling.BOX), dtype=float)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_it_looks_as_in_the_manual(example: Example):
    kept = grid((ROOT / FOLDER / PICTURES / f"{example.name}{SUFFIX}").read_bytes())
    found = grid(made(example))
    assert np.abs(found[..., 3] - kept[..., 3]).max() <= LEVELS_MAX
    # Where nothing is seen, colours mean nothing.
    seen = kept[..., 3] > 32
    assert np.abs(found[..., :3] - kept[..., :3])[seen].max() <= LEVELS_MAX
