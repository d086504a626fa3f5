"""Fonts: which family letters are drawn in, and the ruler that tells what Pango keeps to itself."""

import functools

from safelight.kernel.errors import Invalid
from safelight.render import text_words, typeset
from safelight.settings import RenderSettings

FAMILY_CHARS_MAX = 200
"""Longest name of a family."""
_KNOWN_MAX = 512

# Two families of ours (docs/how-to/fonts.md): lines that are 8 em high; and lines of no height, in which the one
# letter takes no room and its ink ends 3 em below.
_TALL = "Safelight Tall"
_RULER = "Safelight Ruler"
RULER = text_words.RULER
_OURS = "Safelight "
# The ruler below one tall line ends at 11 em; no true font has lines of more than 4 em.
_TALL_BOTTOM_MIN = 9


def ruler(size: float) -> str:
    """Markup of a ruler; it adds nothing to the width of its line and at most a pixel to the height."""
    return f'<span font_family="{_RULER}" size="{round(size * 1024)}" letter_spacing="0">{RULER}</span>'


def named(font: str) -> str:
    """The family of a style's font. Some say where it is from (`Roboto@google`); all are looked for in our places."""
    return font.partition("@")[0]


def chosen(family: str, settings: RenderSettings) -> str:
    """The family to draw with: the one asked for, or the one that stands in. Raises Invalid where none may."""
    family = named(family)
    if is_known(family):
        return family
    if settings.font_fallback:
        return settings.font_fallback
    raise Invalid(
        f"Unknown font {family[:FAMILY_CHARS_MAX]}. Upload it as a raw file and name its public_id (My.ttf_40), or "
        "have it put into the folder of SAFELIGHT_RENDER_FONTS."
    )


@functools.lru_cache(_KNOWN_MAX)
def is_known(family: str, file: str | None = None) -> bool:
    """Whether letters would be drawn in this family, of this file if one is given, and not in one that stands in.

    fontconfig says nothing when it takes another one, so it is asked by a trick: second choice is a family of ours
    with very high lines, and what is measured is the height of an empty line.
    """
    if not 0 < len(family) <= FAMILY_CHARS_MAX or not family.isprintable() or "," in family or family.startswith(_OURS):
        return False
    size = 10
    found = typeset.ink(f"\n{ruler(size)}", typeset.Setting(font=f"{family},{_TALL}", size=size, file=file))
    return found is None or found.bottom < _TALL_BOTTOM_MIN * size
