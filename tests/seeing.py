"""Something to see: a model that sees the same things in every picture, and a picture with text."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.pictures import encoded
from tests.render.sight import onnx_files

SIDE = 64


def model_files() -> dict[str, bytes | str]:
    """A network that sees a cat in the middle of whatever it is shown, and a dog of which it is not so sure."""
    table = np.zeros((1, 6, 3), np.float32)
    table[0, :, 0] = [32, 32, 16, 16, 0.9, 0]
    table[0, :, 1] = [12, 12, 8, 8, 0, 0.5]
    files: dict[str, bytes | str] = {
        "objects.onnx": onnx_files.constant(SIDE, {"y": table}),
        "objects.txt": "cat\npotted plant\n",
        "objects.toml": f"size = {SIDE}\nkeeps_shape = false\n",
    }
    return files


def sign() -> bytes:
    image = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(image).text((100, 60), "HELLO WORLD", fill="black", font=ImageFont.load_default(32))
    return encoded(image, "PNG")
