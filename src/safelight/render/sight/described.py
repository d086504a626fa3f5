"""Described: how a model wants its pixels and what its numbers mean, with the usual where its TOML says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from safelight.kernel.errors import Invalid
from safelight.render.sight.models import VARIABLE, Models, unusable
from safelight.render.sight.pixels import Pixels

SIDE_PX_MAX = 2048
"""Largest input of a model: its work grows with the square."""

Tensor = NDArray[Any]
"""Numbers as networks take and give them."""


@dataclass(frozen=True)
class Input:
    """What a network is fed: `width` x `height`, each value as (value * scale - mean) / std, in RGB or BGR.

    `keeps_shape`: the picture is put into the top left corner, and the rest is filled; else it is stretched.
    """

    width: int
    height: int
    scale: float = 1.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    is_bgr: bool = False
    keeps_shape: bool = False
    fill: int = 114

    def blob(self, pixels: Pixels) -> Tensor:
        """One picture as 1 x 3 x height x width. `pixels` has the size that `fitted` says."""
        values = pixels.astype(np.float32) * self.scale
        values = (values - np.array(self.mean, np.float32)) / np.array(self.std, np.float32)
        if values.shape[:2] != (self.height, self.width):
            ground = (self.fill * self.scale - np.array(self.mean, np.float32)) / np.array(self.std, np.float32)
            canvas = np.empty((self.height, self.width, 3), np.float32)
            canvas[:] = ground
            canvas[: values.shape[0], : values.shape[1]] = values
            values = canvas
        values = values[:, :, ::-1] if self.is_bgr else values
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None])

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """The size that a picture of this size has in the input."""
        if not self.keeps_shape:
            return self.width, self.height
        factor = min(self.width / width, self.height / height)
        return max(1, min(self.width, round(width * factor))), max(1, min(self.height, round(height * factor)))


IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

_USUAL: dict[str, Input] = {
    "faces": Input(640, 640, is_bgr=True, keeps_shape=True, fill=0),
    "objects": Input(640, 640, scale=1 / 255, keeps_shape=True),
    "subject": Input(320, 320, scale=1 / 255, mean=IMAGENET_MEAN, std=IMAGENET_STD),
    "matte": Input(320, 320, scale=1 / 255, mean=IMAGENET_MEAN, std=IMAGENET_STD),
}


def input_of(models: Models, name: str) -> Input:
    """What the network `<name>.onnx` is fed."""
    said, usual = models.description(name), _USUAL[name]
    width, height = _side(said, name, 0, usual.width), _side(said, name, 1, usual.height)
    return Input(
        width,
        height,
        scale=number(said, name, "scale", usual.scale, 0, 1000),
        mean=_three(said, name, "mean", usual.mean),
        std=_three(said, name, "std", usual.std),
        is_bgr=_flag(said, name, "bgr", usual.is_bgr),
        keeps_shape=_flag(said, name, "keeps_shape", usual.keeps_shape),
        fill=int(number(said, name, "fill", usual.fill, 0, 255)),
    )


def number(said: Mapping[str, Any], name: str, key: str, usual: float, low: float, high: float) -> float:
    """A number of the description, within its bounds."""
    value = said.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _invalid(name, key, f"a number from {low:g} to {high:g}")
    return float(value)


def word(said: Mapping[str, Any], name: str, key: str, usual: str, choices: tuple[str, ...]) -> str:
    """One of the words that the description may say."""
    value = said.get(key, usual)
    if value not in choices:
        raise _invalid(name, key, " or ".join(choices))
    return value


def answers(models: Models, name: str, blob: Tensor) -> dict[str, Tensor]:
    """Every output of the network, by its name."""
    import cv2

    network = models.network(name)
    names = list(network.getUnconnectedOutLayersNames())
    try:
        network.setInput(blob)
        found = network.forward(names)
    except cv2.error as error:
        raise unusable(name, str(error)) from error
    return {each: np.asarray(value, np.float32) for each, value in zip(names, found, strict=True)}


def _side(said: Mapping[str, Any], name: str, at: Literal[0, 1], usual: int) -> int:
    value: Any = said.get("size", usual)
    if isinstance(value, list):
        value = value[at] if len(value) == 2 else None  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, bool) or not isinstance(value, int) or not 16 <= value <= SIDE_PX_MAX:
        raise _invalid(name, "size", f"a whole number from 16 to {SIDE_PX_MAX}, or two in a list")
    return value


def _three(
    said: Mapping[str, Any], name: str, key: str, usual: tuple[float, float, float]
) -> tuple[float, float, float]:
    value: Any = said.get(key, list(usual))
    match value:
        case [int() | float() as red, int() | float() as green, int() | float() as blue] if key == "mean" or all(value):
            return float(red), float(green), float(blue)
        case _:
            raise _invalid(name, key, "three numbers, for red, green and blue")


def _flag(said: Mapping[str, Any], name: str, key: str, usual: bool) -> bool:
    value = said.get(key, usual)
    if not isinstance(value, bool):
        raise _invalid(name, key, "true or false")
    return value


def _invalid(name: str, key: str, wanted: str) -> Invalid:
    return Invalid(f"In {name}.toml of {VARIABLE}, `{key}` must be {wanted}.")
