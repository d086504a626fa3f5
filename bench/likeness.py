"""Likeness: how near a small picture comes to its photo, decoded whole and resized without haste."""

import io
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pyvips
from PIL import Image as Pillow
from skimage.metrics import structural_similarity
from ssimulacra2 import compute_ssimulacra2

from bench.quality import as_file


def likeness(photo: Path, answer: bytes) -> tuple[float, float]:
    """SSIM, where 1 is the same picture, and SSIMULACRA2, where 100 is."""
    seen = Pillow.open(io.BytesIO(answer)).convert("RGB")
    whole = pyvips.Image.new_from_file(str(photo)).autorot()
    small = whole.resize(seen.width / whole.width, vscale=seen.height / whole.height, kernel="lanczos3")
    wanted = Pillow.fromarray(np.asarray(small.numpy())[..., :3])
    same: Any = structural_similarity(np.asarray(wanted), np.asarray(seen), channel_axis=2)
    return float(same), float(compute_ssimulacra2(as_file(wanted), as_file(seen)))


def mean(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return fmean(one for one, _ in pairs), fmean(two for _, two in pairs)
