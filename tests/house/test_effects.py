"""An effect is one function in one file: both bear the same name, and its example means what it says."""

import pytest

from safelight.render.effect import vocabulary
from safelight.transform.parse import parse
from safelight.transform.plan import Effect
from tests.house.source import SRC

FILES = sorted(path.stem for path in (SRC / "render" / "effects").glob("*.py") if path.stem != "__init__")


def test_file_and_effect_bear_the_same_name():
    assert sorted(vocabulary()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_the_example_of_an_effect_asks_for_it(name: str):
    plan = parse(vocabulary()[name].example, vocabulary())
    assert name in [step.name for step in plan.steps if isinstance(step, Effect)]
