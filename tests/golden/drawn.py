"""Pictures of our own for the manual: a valley at evening, a mark with soft edges, a face, a screen. All are drawn."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 480, 320
_TIMES = 3
"""Shapes are drawn so much larger, for smooth edges."""

Pixels = np.ndarray


def valley() -> Image.Image:
    """Sky and sun, three ridges, a lake that mirrors them, a meadow with flowers, and a balloon in strong colours."""
    rng = np.random.default_rng(11)
    picture = _sky(rng)
    shore = round(HEIGHT * 0.62)
    for depth, color in enumerate(((136, 140, 178), (92, 104, 140), (48, 70, 84))):
        top = HEIGHT * (0.38 + 0.07 * depth) - _noise_line(rng, 4 + depth) * HEIGHT * (0.17 - 0.02 * depth)
        rows = np.arange(HEIGHT)[:, None]
        inside = (rows > top[None, :]) & (rows < shore)
        shade = _noise(rng, 5)[..., None] * 34 - 17
        haze = np.clip((rows - top[None, :]) / 90, 0, 1)[..., None] * 36
        picture = np.where(inside[..., None], np.array(color) + shade + haze, picture)
    picture = _balloon(picture)
    picture = _lake(picture, shore, rng)
    picture = _meadow(picture, rng)
    grain = rng.normal(0, 2.5, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8))


def mark() -> Image.Image:
    """A logo: a ring, a triangle and a glow on nothing, with soft edges."""
    size = (300 * _TIMES, 220 * _TIMES)
    drawn = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse(_times(30, 34, 170, 174), fill=(226, 60, 44, 255))
    pen.ellipse(_times(62, 66, 138, 142), fill=(0, 0, 0, 0))
    pen.polygon([_times(150, 186), _times(206, 44), _times(266, 186)], fill=(32, 104, 190, 255))
    flat = drawn.resize((300, 220), Image.Resampling.LANCZOS)
    alpha = Image.new("L", (300, 220), 0)
    ImageDraw.Draw(alpha).ellipse((212, 22, 278, 88), fill=220)
    glow = Image.new("RGBA", (300, 220), (250, 186, 20, 0))
    glow.putalpha(alpha.filter(ImageFilter.GaussianBlur(7)))
    return Image.alpha_composite(glow, flat)


def face() -> Image.Image:
    """A face with red eyes, on a plain wall."""
    drawn = Image.new("RGB", (300 * _TIMES, 300 * _TIMES), (196, 204, 198))
    pen = ImageDraw.Draw(drawn)
    pen.rounded_rectangle(_times(70, 236, 230, 330), 60 * _TIMES, fill=(58, 84, 122))
    pen.ellipse(_times(84, 34, 216, 190), fill=(70, 46, 34))
    pen.rectangle(_times(128, 190, 172, 250), fill=(206, 156, 128))
    pen.ellipse(_times(94, 60, 206, 222), fill=(226, 178, 150))
    for x in (126, 174):
        pen.ellipse(_times(x - 15, 122, x + 15, 140), fill=(250, 250, 250))
        pen.ellipse(_times(x - 8, 123, x + 8, 139), fill=(96, 130, 90))
        pen.ellipse(_times(x - 5, 126, x + 5, 136), fill=(214, 24, 30))
        pen.arc(_times(x - 18, 104, x + 18, 130), 200, 340, fill=(70, 46, 34), width=4 * _TIMES)
    pen.line([_times(150, 136), _times(144, 166), _times(154, 168)], fill=(190, 136, 112), width=3 * _TIMES)
    pen.arc(_times(124, 166, 176, 200), 20, 160, fill=(178, 70, 74), width=5 * _TIMES)
    return drawn.resize((300, 300), Image.Resampling.LANCZOS)


def screen() -> Image.Image:
    """A bright page of a program: a bar, lines of text, a chart."""
    drawn = Image.new("RGB", (WIDTH, HEIGHT), (250, 250, 252))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 0, WIDTH, 34), fill=(236, 238, 244))
    pen.ellipse((14, 11, 26, 23), fill=(226, 60, 44))
    for line, share in enumerate((0.9, 0.8, 0.95, 0.5, 0.85, 0.7)):
        pen.rectangle((24, 60 + line * 26, 24 + round(190 * share), 68 + line * 26), fill=(60, 64, 74))
    for bar, tall in enumerate((60, 120, 90, 160, 140)):
        pen.rectangle((266 + bar * 38, 240 - tall, 292 + bar * 38, 240), fill=(40, 110, 214))
    pen.rounded_rectangle((24, 250, 130, 286), 8, fill=(30, 160, 90))
    return drawn


# --- parts of the valley ----------------------------------------------------------------------------------------


def _sky(rng: np.random.Generator) -> Pixels:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    share = np.clip(rows / (HEIGHT * 0.55), 0, 1)[..., None]
    sky = np.array((74, 126, 196)) * (1 - share) + np.array((250, 206, 158)) * share
    sun = np.exp(-(((columns - WIDTH * 0.24) / 70) ** 2 + ((rows - HEIGHT * 0.34) / 56) ** 2))[..., None]
    sky = sky + sun * np.array((70, 60, 20))
    clouds = np.clip((_noise(rng, 4, stretch=3) - 0.5) * 3, 0, 1)[..., None] * (1 - share * 0.6)
    return sky * (1 - clouds * 0.7) + np.array((255, 244, 232)) * clouds * 0.7


def _balloon(picture: Pixels) -> Pixels:
    layer = Image.new("RGBA", (WIDTH * _TIMES, HEIGHT * _TIMES), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    x, y, radius = 340, 92, 52
    colors = ((214, 40, 44), (250, 240, 224), (238, 150, 30), (250, 240, 224), (34, 96, 170))
    pen.polygon(
        [_times(x - 34, y + 36), _times(x + 34, y + 36), _times(x + 9, y + 80), _times(x - 9, y + 80)], fill=colors[0]
    )
    for index, color in enumerate(colors):
        side = radius * (1 - index / 9)
        pen.ellipse(_times(x - side, y - radius, x + side, y + radius), fill=color)
    pen.rectangle(_times(x - 8, y + 88, x + 8, y + 100), fill=(104, 66, 40))
    for rope in (-7, 7):
        pen.line([_times(x + rope, y + 76), _times(x + rope, y + 90)], fill=(70, 50, 40), width=_TIMES)
    flat = np.asarray(layer.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)).astype(float)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    light = np.clip(1.12 - ((columns - x + 24) / 150 + (rows - y + 20) / 260), 0.62, 1.2)[..., None]
    cover = flat[..., 3:] / 255
    return picture * (1 - cover) + flat[..., :3] * light * cover


def _lake(picture: Pixels, shore: int, rng: np.random.Generator) -> Pixels:
    below = HEIGHT - shore
    mirror = picture[shore - below : shore][::-1]
    shift = (np.sin(np.arange(below)[:, None] / 2.3) * 2.4 + (_noise(rng, 6)[:below] - 0.5) * 14).astype(int)
    columns = np.clip(np.arange(WIDTH)[None, :] + shift, 0, WIDTH - 1)
    water = np.take_along_axis(mirror, columns[..., None], axis=1) * 0.78 + np.array((16, 34, 52)) * 0.5
    return np.concatenate([picture[:shore], water])


def _meadow(picture: Pixels, rng: np.random.Generator) -> Pixels:
    rows = np.arange(HEIGHT)[:, None]
    top = HEIGHT * 0.86 - _noise_line(rng, 3) * 34
    blades = _noise(rng, 7)[..., None]
    grass = (
        np.array((52, 92, 34)) + (blades - 0.5) * 90 + ((rows - top[None, :]) / 60)[..., None] * np.array((34, 40, 6))
    )
    picture = np.where((rows > top[None, :])[..., None], grass, picture)
    for _ in range(110):
        x, y = int(rng.integers(4, WIDTH - 4)), int(rng.integers(round(HEIGHT * 0.84), HEIGHT - 3))
        if y > top[x] + 4:
            color = ((236, 78, 110), (250, 214, 60), (240, 240, 250))[int(rng.integers(3))]
            size = 1 + int(rng.integers(2))
            picture[y - size : y + size, x - size : x + size] = color
    return picture


def _noise(rng: np.random.Generator, octaves: int, *, stretch: int = 1) -> Pixels:
    """0 to 1, of clouds and rocks: the sum of ever finer random fields."""
    total, weight = np.zeros((HEIGHT, WIDTH)), 0.0
    for octave in range(1, octaves + 1):
        cells = rng.random((2**octave, max(2, 2**octave // stretch)))
        field = Image.fromarray((cells * 255).astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        total += np.asarray(field) / 255 / octave
        weight += 1 / octave
    return total / weight


def _noise_line(rng: np.random.Generator, octaves: int) -> Pixels:
    total = np.zeros(WIDTH)
    for octave in range(1, octaves + 2):
        points = rng.random(2**octave + 1)
        total += np.interp(np.linspace(0, 2**octave, WIDTH), np.arange(2**octave + 1), points) / octave**1.3
    return (total - total.min()) / (total.max() - total.min())


def _times(*places: float) -> tuple[float, ...]:
    return tuple(place * _TIMES for place in places)
