"""A small vocabulary: one effect of each shape that the language must read."""

from safelight.transform.plan import Color, Stop
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
    EffectSpec(
        "ramp",
        (Param("amount", "number", 60, _PERCENT), Param("colors", "stops", (Stop(Color(255, 0, 0)),))),
        "Colours for shades of grey.",
        "",
        "e_ramp:80:red:20p:blue",
    ),
    EffectSpec(
        "bend",
        (
            Param("shape", "word", "corners", choices=("corners", "arc")),
            Param("numbers", "numbers", None, Range(-1000, 1000), lengths=(1, 8)),
        ),
        "Another shape.",
        "",
        "e_bend:arc:90",
        changes_size=True,
        opens=True,
    ),
    EffectSpec(
        "hide",
        (Param("strength", "number", 100, Range(1, 2000)),),
        "Hide a region.",
        "",
        "e_hide,x_1,y_2,w_3,h_4",
        takes=("x", "y", "w", "h"),
    ),
    EffectSpec(
        "erase",
        (
            Param("prompt", "texts", ()),
            Param("region", "areas", ()),
            Param("multiple", "flag", False),
            Param("remove_shadow", "flag", False),
        ),
        "Take something away.",
        "",
        "e_erase:prompt_(dog;cat)",
    ),
    EffectSpec(
        "exchange",
        (Param("from", "text", None), Param("to", "text", ""), Param("seed", "number", 0, Range(0, 1000))),
        "One thing for another.",
        "",
        "e_exchange:from_dog;to_cat",
    ),
    EffectSpec(
        "trace",
        (Param("colors", "number", 10, Range(2, 30)), Param("detail", "number", 300, Range(0, 1000))),
        "Draw it anew.",
        "",
        "e_trace:colors:15:detail:2",
    ),
    EffectSpec("move", (), "Move something.", "", "e_move,x_1", takes=("x", "y"), takes_color=True),
)

VOCABULARY: Vocabulary = {spec.name: spec for spec in _SPECS}
