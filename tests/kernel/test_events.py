"""Facts travel through the queue and back."""

from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class LampLit(Event):
    watts: int = 40


def test_a_fact_survives_the_queue():
    fact = LampLit("c1", 60)
    assert LampLit.from_payload(fact.payload()) == fact
    assert LampLit.topic() == "LampLit"


def test_a_fact_from_a_newer_release_is_understood_as_far_as_it_goes():
    assert LampLit.from_payload({"cloud_id": "c1", "watts": 60, "colour": "red"}) == LampLit("c1", 60)
