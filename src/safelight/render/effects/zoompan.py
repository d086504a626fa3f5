"""e_zoompan."""

from typing import Annotated, Literal

from safelight.kernel.errors import Invalid
from safelight.render.decode import Picture
from safelight.render.effect import effect
from safelight.render.flight import FRAMES_MAX, View, flown, view_of
from safelight.transform.spec import Range

Mode = Literal["ztc", "ztl", "ztr", "ofc", "ofl", "ofr", "plr", "prl", "none"]

# Where a movement begins and ends: how near, and where the middle of the view is (shares of the sides).
_CENTRE, _LEFT, _RIGHT = (0.5, 0.5), (0.0, 0.0), (1.0, 0.0)


@effect(example="e_zoompan:mode_ztc;maxzoom_2;du_2;fps_10/f_gif", sees_alpha=True, is_whole=True)
def zoompan(
    picture: Picture,
    mode: Mode = "none",
    maxzoom: Annotated[float, Range(1.1, 8)] = 1.4,
    du: Annotated[float, Range(1, 30, "s")] = 4,
    fps: Annotated[float, Range(5, 60)] = 25,
    from_: tuple[str, ...] = (),
    to: tuple[str, ...] = (),
) -> Picture:
    """Make a still move: let a view fly over it, in a format that holds animations (`f_gif`, `f_webp`).

    The `mode` says how: `ztc`, `ztl` and `ztr` zoom in to the centre, the top left and the top right; `ofc`, `ofl` and
    `ofr` out from there; `plr` pans from left to right, `prl` back. `from` and `to` say it in detail:
    `from_(g_north;zoom_2);to_(x_300;y_100;zoom_1.5)`, with `x` and `y` as the middle of the view in px of the
    picture. `maxzoom` is how near it comes, `du` how many seconds it takes. Of the frames that `fps` asks for, no more
    are made than a picture of this size may have: then each is shown for longer.
    """
    first = picture.frames[0].copy_memory()
    try:
        starts, ends = _flight(mode, maxzoom)
        start, end = view_of(first, from_, starts), view_of(first, to, ends)
    except ValueError as error:
        raise Invalid(f"Invalid zoompan in transformation: {error}") from error
    return flown(first, start, end, seconds=du, frames=min(FRAMES_MAX, round(du * fps)))


def _flight(mode: str, near: float) -> tuple[View, View]:
    """The first view and the last one."""
    whole = View(*_CENTRE, 1.0)
    match mode:
        case "plr":
            return View(0.0, 0.5, near), View(1.0, 0.5, near)
        case "prl":
            return View(1.0, 0.5, near), View(0.0, 0.5, near)
        case _:
            x, y = {"l": _LEFT, "r": _RIGHT}.get(mode[-1], _CENTRE)
            close = View(x, y, near)
            return (close, whole) if mode.startswith("of") else (whole, close)
