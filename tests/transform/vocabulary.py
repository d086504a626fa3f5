"""A small vocabulary: one effect of each shape that the language must read."""

from safelight.transform.plan import Color
from safelight.transform.spec import EffectSpec, Param, Range, Vocabulary

_PERCENT = Range(0, 100, "%")

_SPECS = (
    EffectSpec("grayscale", (), "Take the colours away.", "", "e_grayscale"),
    EffectSpec("sepia", (Param("strength", "number", 80, Range(1, 100, "%")),), "Make it brown.", "", "e_sepia:80"),
    EffectSpec(
        "colorize",
        (Param("amount", "number", 100, _PERCENT),),
        "Mix it with a colour.",
        "",
        "co_red,e_colorize:50",
        takes_color=True,
    ),
    EffectSpec(
        "improve",
        (
            Param("place", "word", "outdoor", choices=("indoor", "outdoor")),
            Param("blend", "number", 100, _PERCENT),
        ),
        "Better colours.",
        "",
        "e_improve:indoor:50",
    ),
    EffectSpec(
        "paint_over",
        (
            Param("to_color", "color", None),
            Param("tolerance", "number", 50, _PERCENT),
            Param("from_color", "color", Color(255, 255, 255)),
            Param("keep_light", "flag", False),
        ),
        "Another colour for one.",
        "",
        "e_paint_over:red:20:blue",
    ),
)

VOCABULARY: Vocabulary = {spec.name: spec for spec in _SPECS}
