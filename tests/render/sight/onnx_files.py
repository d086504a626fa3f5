"""Tiny ONNX files, byte by byte: networks whose answers are known, for each layout that models come in.

ONNX is protobuf: a field is its number and kind in one varint, then a varint, or a length and so many bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

_FLOAT, _INT64 = 1, 7
_INTS = 7


def _varint(value: int) -> bytes:
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def tensor(name: str, values: np.ndarray) -> bytes:
    kind = _INT64 if values.dtype == np.int64 else _FLOAT
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, kind) + _bytes(8, name) + _bytes(9, values.tobytes())


def node(kind: str, inputs: Sequence[str], output: str, ints: Mapping[str, Sequence[int]] | None = None) -> bytes:
    attributes = b"".join(
        _bytes(5, _bytes(1, name) + b"".join(_number(8, value) for value in values) + _number(20, _INTS))
        for name, values in (ints or {}).items()
    )
    names = b"".join(_bytes(1, name) for name in inputs)
    return names + _bytes(2, output) + _bytes(3, output) + _bytes(4, kind) + attributes


def value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, dims)))


def model(
    nodes: Sequence[bytes], tensors: Sequence[bytes], shape: Sequence[int], outputs: Mapping[str, Sequence[int]]
) -> bytes:
    graph = b"".join(_bytes(1, each) for each in nodes) + _bytes(2, "tiny")
    graph += b"".join(_bytes(5, each) for each in tensors) + _bytes(11, value("x", shape))
    graph += b"".join(_bytes(12, value(name, size)) for name, size in outputs.items())
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _number(2, 13))


def matte(side: int) -> bytes:
    """How red each pixel is, and nothing else."""
    weights = np.array([1, -0.5, -0.5], np.float32).reshape(1, 3, 1, 1)
    nodes = [node("Conv", ["x", "w"], "y", {"kernel_shape": [1, 1]})]
    return model(nodes, [tensor("w", weights)], (1, 3, side, side), {"y": (1, 1, side, side)})


def constant(side: int, outputs: Mapping[str, np.ndarray], red: Mapping[str, np.ndarray] | None = None) -> bytes:
    """Outputs that are always the same, but for what `red` adds of them times the mean of the first channel."""
    nodes, tensors = [node("GlobalAveragePool", ["x"], "mean")], list[bytes]()
    for name, answer in outputs.items():
        weights = np.zeros((answer.size, 3, 1, 1), np.float32)
        if red and name in red:
            weights[:, 0, 0, 0] = red[name].reshape(-1)
        tensors += [
            tensor(f"{name}_w", weights),
            tensor(f"{name}_b", answer.astype(np.float32).reshape(-1)),
            tensor(f"{name}_s", np.array(answer.shape, np.int64)),
        ]
        nodes += [
            node("Conv", ["mean", f"{name}_w", f"{name}_b"], f"{name}_flat", {"kernel_shape": [1, 1]}),
            node("Reshape", [f"{name}_flat", f"{name}_s"], name),
        ]
    shapes = {name: answer.shape for name, answer in outputs.items()}
    return model(nodes, tensors, (1, 3, side, side), shapes)


def yunet(side: int, at: tuple[int, int, int], box: tuple[float, float, float, float]) -> bytes:
    """One face in the cell `at` (stride, column, line); `box`: offset of the middle in cells, size in px."""
    stride, column, line = at
    outputs: dict[str, np.ndarray] = {}
    for each in (8, 16, 32):
        cells = (side // each) ** 2
        for name, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{name}_{each}"] = np.zeros((1, cells, width), np.float32)
    cell = line * (side // stride) + column
    dx, dy, width, height = box
    outputs[f"cls_{stride}"][0, cell] = 0.9
    outputs[f"obj_{stride}"][0, cell] = 0.9
    outputs[f"bbox_{stride}"][0, cell] = [dx, dy, np.log(width / stride), np.log(height / stride)]
    # The eyes are left and right above the middle; nose and corners of the mouth are where nobody looks.
    outputs[f"kps_{stride}"][0, cell, :4] = [dx - 0.25, dy - 0.25, dx + 0.25, dy - 0.25]
    return constant(side, outputs)


def write(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """The folder with these files."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


__all__ = ["constant", "matte", "write", "yunet"]
