"""Examples: the pictures of the manual, by the chains that make them; `make pictures` draws and keeps them."""

from dataclasses import dataclass

from safelight.transform.spec import EffectSpec

PICTURES = "transformations/pictures"
"""Below docs/reference."""
SUFFIX = ".webp"

USUAL = "valley"
"""What most examples begin with; `mark` is a logo on nothing, `face` and `screen` what their names say."""
_BASES = {
    "mark": {
        "bgremoval",
        "dropshadow",
        "opacity_threshold",
        "outline",
        "shadow",
    },
    "face": {"adv_redeye", "blur_faces", "pixelate_faces", "redeye"},
    "screen": {"theme"},
}
# An example must ask for what its picture shows: these are of the small picture that tests render.
_CHAINS = {
    "bgremoval": "b_white,c_pad,h_220,w_300/e_bgremoval",
    "blur_region": "e_blur_region:800,h_120,w_130,x_280,y_30",
    "distort": "e_distort:40:60:440:20:470:300:0:270",
    "dropshadow": "e_dropshadow:azimuth_215;elevation_45;spread_30",
    "make_transparent": "co_rgb:d6282c,e_make_transparent:40",
    "pixelate_region": "e_pixelate_region:10,h_120,w_130,x_280,y_30",
    "opacity_threshold": "o_90/e_opacity_threshold:60",
    "outline": "co_rgb:ff8000,e_outline:outer:6:60",
    "replace_color": "e_replace_color:rgb:30a050:60:rgb:2a62a0",
    "vectorize": "e_vectorize:colors:20:detail:0.9",
    "zoompan": "e_zoompan:mode_ztr;maxzoom_2;du_2;fps_6/fl_animated,f_webp,q_50",
}


@dataclass(frozen=True)
class Example:
    """One picture: its title, its chain, and what it begins with. Its layers are `mark`, `valley` and `look.cube`."""

    name: str
    title: str
    chain: str
    base: str = USUAL


def of_effect(spec: EffectSpec) -> Example | None:
    """The picture of an effect; None where an installation may not be able to make it."""
    if spec.needs:
        return None
    base = next((base for base, names in _BASES.items() if spec.name in names), USUAL)
    return Example(spec.name, f"`e_{spec.name}`", _CHAINS.get(spec.name, spec.example), base)


def looks(spec: EffectSpec) -> list[Example]:
    """Further pictures of an effect whose first item is a word: one for each. Only `e_art` has so different ones."""
    if spec.name != "art":
        return []
    return [Example(f"art-{look}", f"`{look}`", f"e_art:{look}") for look in spec.params[0].choices]


_APPLY = "fl_layer_apply"

FEATURES: dict[str, tuple[Example, ...]] = {
    "Sizes and cuts": (
        Example("c-fit", "fit", "b_silver,c_fit,h_200,w_200"),
        Example("c-pad", "pad", "b_silver,c_pad,h_200,w_200"),
        Example("c-fill", "fill", "c_fill,h_200,w_200"),
        Example("c-fill-auto", "fill by content", "c_fill,g_auto,h_200,w_200"),
        Example("c-crop", "crop", "c_crop,g_north_east,h_200,w_200"),
        Example("c-scale", "scale", "c_scale,h_200,w_200"),
        Example("c-liquid", "scale, liquid", "c_scale,g_liquid,h_200,w_200"),
        Example("r", "corners", "c_fill,h_200,w_200/b_white,r_60:10"),
        Example("r-max", "ellipse", "c_fill,h_200,w_300/b_white,r_max"),
        Example("bo", "border", "bo_8px_solid_rgb:305090,c_fill,h_200,r_20,w_200"),
        Example("a", "angle", "c_fit,w_220/a_-12,b_white"),
        Example("a-flip", "flip", "c_fit,w_240/a_hflip"),
    ),
    "Backgrounds": (
        Example("b-color", "colour", "b_rgb:e0b050,c_pad,h_200,w_400"),
        Example("b-auto", "auto", "b_auto,c_pad,h_200,w_400"),
        Example("b-predominant", "predominant", "b_auto:predominant,c_pad,h_200,w_400"),
        Example("b-contrast", "contrast", "b_auto:predominant_contrast,c_pad,h_200,w_400"),
        Example("b-gradient", "gradient", "b_auto:predominant_gradient:2:diagonal_desc,c_pad,h_200,w_400"),
        Example("b-gradient-4", "four corners", "b_auto:border_gradient:4,c_pad,h_300,w_300"),
        Example("b-palette", "palette", "b_auto:predominant_gradient:2:palette_teal_orange_navy,c_pad,h_200,w_400"),
        Example("b-blurred", "blurred", "b_blurred:400:15,c_pad,h_200,w_400"),
    ),
    "Layers": (
        Example("l-over", "over", f"l_mark,w_140/{_APPLY},g_south_west,x_12,y_12"),
        Example("l-relative", "relative size", f"l_mark/c_scale,fl_relative,w_0.6/o_70/{_APPLY}"),
        Example("l-tiled", "tiled", f"l_mark,o_50,w_80/{_APPLY},fl_tiled"),
        Example("l-under", "under", f"u_valley/c_fill,h_220,w_300/{_APPLY}", "mark"),
        Example("l-edge", "over the edge", f"l_mark,w_160/{_APPLY},g_south_east,x_-40,y_-30"),
        Example("l-no-overflow", "no overflow", f"l_mark,w_160/{_APPLY},fl_no_overflow,g_south_east,x_-40,y_-30"),
        Example("l-multiply", "multiply", f"l_mark,w_300/{_APPLY},e_multiply"),
        Example("l-screen", "screen", f"l_mark,w_300/{_APPLY},e_screen"),
        Example("l-overlay", "overlay", f"l_mark,w_300/{_APPLY},e_overlay"),
        Example("l-mask", "mask", f"l_mark,w_300/{_APPLY},e_mask"),
        Example("l-cut-out", "cut out", f"l_mark,w_300/{_APPLY},e_cut_out"),
        Example("l-cutter", "cutter", f"l_mark,w_300/{_APPLY},fl_cutter"),
        Example("l-displace", "displace", f"l_valley/e_blur:200/{_APPLY},e_displace,x_60,y_30"),
        Example("l-anti-removal", "anti-removal", f"l_mark,w_200/{_APPLY},e_anti_removal:90"),
        Example("l-style", "style transfer", f"l_mark/b_white,c_pad,h_320,w_480/{_APPLY},e_style_transfer:70"),
        Example("l-lut", "table of colours", "l_lut:look.cube"),
        Example("l-nested", "layer on a layer", f"l_valley,w_200/r_max/l_mark,w_90/{_APPLY}/{_APPLY},g_west,x_20"),
    ),
    "Texts": (
        Example("t-plain", "text", f"co_white,l_text:Roboto_44_bold:Safelight/{_APPLY},g_south,y_16"),
        Example("t-shadow", "with a shadow", f"co_white,l_text:Pacifico_44:Evening/co_black,e_shadow:70/{_APPLY}"),
        Example(
            "t-wrapped",
            "wrapped, centred",
            "co_white,c_fit,l_text:Lato_28_center:A balloon over the lake when evening comes,w_240"
            f"/{_APPLY},g_west,x_20",
        ),
        Example(
            "t-box",
            "in a box",
            f"b_rgb:102040c0,co_white,l_text:Open Sans_30:10 %25 off/{_APPLY},g_north_west,x_16,y_16",
        ),
        Example("t-stroke", "stroked", f"bo_4px_solid_navy,co_white,l_text:Anton_64_stroke:VALLEY/{_APPLY}"),
        Example(
            "t-arabic", "right to left", f"co_white,l_text:Arial_48:%D9%85%D8%B1%D8%AD%D8%A8%D8%A7/{_APPLY},g_west,x_20"
        ),
        Example("t-emoji", "emoji", f"co_white,l_text:Roboto_48:Hello %F0%9F%8E%88/{_APPLY},g_south_west,x_20,y_20"),
        Example("t-arc", "bent", f"co_white,l_text:Oswald_48:round and round/e_distort:arc:120/{_APPLY},g_west,x_20"),
        Example("t-cutter", "cut out of the picture", f"l_text:Anton_120:LAKE/{_APPLY},fl_cutter"),
    ),
}


def all_examples(specs: list[EffectSpec]) -> list[Example]:
    """Every picture of the manual."""
    effects = [example for spec in specs if (example := of_effect(spec))]
    looking = [example for spec in specs for example in looks(spec)]
    return effects + looking + [example for group in FEATURES.values() for example in group]
