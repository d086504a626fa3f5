"""Plan -> Plan for a picture: what only films and sound have use for is passed over, or refused where it cannot be."""

from dataclasses import replace

from safelight.kernel.errors import Invalid
from safelight.transform import motion
from safelight.transform.plan import Layer, MovingLayer, Plan, Step

_NAMES = {"video": "A video", "audio": "A sound", "subtitles": "Subtitles"}


def of_a_picture(plan: Plan) -> Plan:
    """Raises Invalid for an effect or a layer that needs a film."""
    motion.refuse_on_a_still(plan.video)
    encode = replace(plan.encode, quantizer_max=None)
    return replace(plan, steps=tuple(map(_still, plan.steps)), video=None, encode=encode)


def _still(step: Step) -> Step:
    if not isinstance(step, Layer):
        return step
    if isinstance(step.source, MovingLayer):
        name = _NAMES[step.source.kind]
        raise Invalid(f"{name} as a layer needs a video below it, and this is a picture: {step.source.file.name}")
    motion.refuse_on_a_still(step.video)
    return replace(step, steps=tuple(map(_still, step.steps)), video=None)
