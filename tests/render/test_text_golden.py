"""Letters look as they did when somebody looked at them: every style, and scripts from all over the world."""

import json

import numpy as np
import pytest

from tests.golden import text as golden


@pytest.mark.parametrize("name", golden.CHAINS)
def test_letters_look_as_they_did(name: str):
    """A change that is meant is made with `python -m tests.golden.text`, and looked at."""
    wanted = np.array(json.loads((golden.FOLDER / f"{name}.json").read_text()))
    assert np.abs(np.array(golden.grid(name)) - wanted).max() <= 6


def test_every_golden_picture_belongs_to_a_text():
    assert {path.stem for path in golden.FOLDER.glob("*.json")} == set(golden.CHAINS)
