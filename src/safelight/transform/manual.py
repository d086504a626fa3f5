"""Manual: what the pages say of every code, crop mode, gravity and flag of the language."""

# ruff: noqa: E501 - a row of a table is one line.

from dataclasses import dataclass
from typing import Literal

Kind = Literal["action", "qualifier", "delivery", "control", "input"]
"""An action changes pixels, a qualifier says more of the action beside it, a delivery code counts once at the end."""


@dataclass(frozen=True)
class Parameter:
    """One code. `default` is what counts without it; `example` is a whole chain; of films only: `is_of_films`."""

    code: str
    name: str
    kind: Kind
    values: str
    default: str
    example: str
    about: str
    is_of_films: bool = False


def _p(code: str, name: str, kind: Kind, values: str, default: str, example: str, about: str) -> Parameter:
    return Parameter(code, name, kind, values, default, example, about)


def _film(code: str, name: str, values: str, example: str, about: str) -> Parameter:
    return Parameter(code, name, "delivery", values, "-", example, about, is_of_films=True)


_LENGTH = "px (`200`), a share (`0.5`; `1.0` is the whole), `iw` or `ih`, an expression"

PARAMETERS: tuple[Parameter, ...] = (
    _p("a", "angle", "action", "degrees clockwise, also below 0 and with a fraction; `hflip`, `vflip`, `ignore`, `auto_right`, `auto_left`, `exif`; several with `.` between", "0", "a_-20/b_white", "Turns and mirrors. The canvas grows to hold a slanted picture. `ignore` leaves the orientation that a camera has noted."),
    _p("ar", "aspect ratio", "qualifier", "`16:9` or `1.78`, 0.0001 to 10 000", "that of the picture", "ar_16:9,c_fill,w_300", "The side that is not given follows from it."),
    _p("b", "background", "qualifier", "a colour; `auto` with `border`, `predominant`, `…_contrast`, `…_gradient`; `blurred:<intensity>:<brightness>`; `gen_fill`", "transparent, or white", "b_auto:predominant_gradient:2:vertical,c_pad,h_300,w_300", "What is behind the picture: in the bars of a pad mode, and wherever it is transparent. Alone in a component it fills what is transparent at that moment."),
    _p("bo", "border", "action", "`<width>px_solid_<colour>`", "none", "bo_8px_solid_rgb:305090,r_20", "A frame outside the picture. It follows corners that `r_` has rounded. Around stroked text it runs around the letters."),
    _p("c", "crop mode", "action", "see [crop modes](#crop-modes)", "`scale`", "c_fill,g_auto,h_150,w_300", "How the picture is brought to the size that is asked for."),
    _p("co", "colour", "qualifier", "a name, `rgb:` and 3, 4, 6 or 8 hex digits", "by effect", "co_rgb:20508080,e_colorize:50", "The colour of the effect, text or shadow beside it."),
    _p("cs", "colour space", "delivery", "`srgb`, `tinysrgb`, `cmyk`, `no_cmyk`, `keep_cmyk`, `srgb:truecolor`, `icc:<id>`", "`srgb`", "cs_tinysrgb,f_jpg", "In which colours the file is written, and with which profile."),
    _p("d", "default image", "delivery", "public ID with extension", "-", "d_avatar.png,w_100", "Stands in where the picture of the address is not there."),
    _p("dl", "delay", "delivery", "1 ms or more", "as in the source", "dl_200,fl_animated,f_gif", "Between two frames of an animation."),
    _p("dn", "density", "input", "1 to 300 dpi, `idn`", "150 for vectors", "dn_100,w_300", "At which density a vector file is opened."),
    _p("dpr", "device pixel ratio", "qualifier", "above 0, `auto`", "1.0", "c_scale,dpr_2.0,w_150", "Multiplies the sizes beside it. `auto` asks the client."),
    _p("e", "effect", "action", "see [effects](effects/index.md)", "-", "e_sepia:60", "One in a component."),
    _p("f", "format", "delivery", "a token of [formats](../formats.md); `auto`, `auto:image`, `auto:animated`", "the extension, or that of the source", "f_auto,q_auto,w_300", "The format of the file. `auto`: the best that the client says it accepts."),
    _p("fl", "flag", "qualifier", "see [flags](flags.md); several with `.` between", "-", "fl_progressive,f_jpg", "Switches."),
    _p("g", "gravity", "qualifier", "see [gravity](gravity.md)", "`center`", "c_crop,g_north_east,h_150,w_200", "Which part of a picture counts; where a layer lies."),
    _p("h", "height", "qualifier", _LENGTH, "follows from the width", "h_0.5", "The height that is asked for."),
    _p("if", "condition", "control", "`<left>_<relation>_<right>`, joined by `and` and `or`; `else`, `end`", "-", "if_w_gt_300/c_scale,w_300/if_end", "What stands up to `if_end`, or beside it, counts only if it is true: see [compute and decide](../../how-to/compute-and-decide-in-a-url.md)."),
    _p("l", "overlay", "action", "public ID with `:` for `/`; `text:<style>:<text>`; `fetch:<base64 of an address>`; `lut:<id>`", "-", "l_sample,w_100/fl_layer_apply,g_south_east,x_10,y_10", "A layer over the picture: see [layers](layers.md)."),
    _p("o", "opacity", "action", "0 to 100 %", "100", "o_40", "Multiplies how opaque the picture or layer is."),
    _p("pg", "page", "input", "a number from 1, ranges, `name:<layer>`, `embedded:<…>`", "1", "f_png,pg_2", "Which page, frame or layer of the file is opened."),
    _p("q", "quality", "delivery", "1 to 100, `<n>:420`, `<n>:444`; `auto` with `:best`, `:good`, `:eco`, `:low`, `:sensitive`; `jpegmini`", "80", "f_jpg,q_40", "How much may be lost for a smaller file."),
    _p("r", "radius", "action", "px; `max`; two to four with `:` between, clockwise from top left", "0", "b_white,r_40:10", "Rounds corners. `max` makes an ellipse."),
    _p("t", "named transformation", "control", "names with `.` between", "-", "t_small", "The transformation that is stored under that name stands here."),
    _p("bl", "baseline", "control", "a name", "-", "bl_small/w_100", "A named transformation that comes first, whose result is kept for all that begin with it."),
    _p("fn", "custom function", "control", "`wasm:`, `remote:`, `pre:`", "-", "fn_wasm:shift", "Not available in this release: a render that asks for it answers 400."),
    _p("u", "underlay", "action", "as `l`", "-", "u_sample,w_1.0/fl_layer_apply", "A layer under the picture, seen where that is transparent."),
    _p("w", "width", "qualifier", f"{_LENGTH}; `auto` with what to do without a hint", "follows from the height", "w_200", "The width that is asked for. `auto` asks the client."),
    _p("x", "horizontal place", "qualifier", _LENGTH, "0", "c_crop,g_north_west,h_100,w_200,x_40", "Of a cut, a layer or a region, from where `g_` holds on."),
    _p("y", "vertical place", "qualifier", _LENGTH, "0", "c_crop,g_north_west,h_100,w_200,y_0.25", "Likewise."),
    _p("z", "zoom", "qualifier", "above 0", "1.0", "c_thumb,g_face,h_150,w_150,z_1.5", "How close a cut comes to what `g_` found."),
    _p("$", "variable", "control", "`$name_<value>`: a number, `!text!`, `(a;b)`, an expression", "-", "$width_200/c_scale,w_$width", "Gives a value a name: see [compute and decide](../../how-to/compute-and-decide-in-a-url.md)."),
    _film("ac", "audio codec", "`none`, `aac`, `mp3`, `opus`, `vorbis`, `pcm24`", "ac_none", "Of sound."),
    _film("af", "audio frequency", "Hz, `iaf`", "af_44100", "Samples a second."),
    _film("br", "bit rate", "`500k`, `2m`, a number", "br_500k", "Bits a second."),
    _film("dr", "dynamic range", "`high`", "dr_high", "Of films with more than the usual light."),
    _film("du", "duration", "seconds, percent", "du_5", "How long the part is that is taken."),
    _film("eo", "end offset", "seconds, percent", "eo_10", "Where the part ends."),
    _film("fps", "frame rate", "one number, or from-to", "fps_25", "Frames a second."),
    _film("ki", "keyframe interval", "seconds", "ki_2", "Between whole frames."),
    _film("p", "prefix", "a word", "p_icons", "Of the classes of a sprite's style sheet; understood, nothing uses it."),
    _film("so", "start offset", "seconds, percent, `auto`", "so_2", "Where the part begins."),
    _film("sp", "streaming profile", "a name, `auto`", "sp_hd", "Which ladder of sizes is streamed."),
    _film("vc", "video codec", "`h264`, `h265`, `vp9`, `av1`, `auto`, …", "vc_auto", "Of pictures that move."),
    _film("vs", "video sampling", "a number of frames, or seconds between them", "vs_10", "Which frames an animation is made of."),
)  # fmt: skip

CROP_MODES: dict[str, str] = {
    "scale": "exactly this size; with both sides given, the picture may be distorted",
    "fit": "as large as the box allows, whole",
    "limit": "as `fit`, but never enlarged",
    "mfit": "as `fit`, but never made smaller",
    "fill": "the box is full; what is too much is cut off",
    "lfill": "as `fill`, but never enlarged",
    "fill_pad": "as `fill` with `g_auto` where little is lost, else with bars",
    "crop": "a part of this size, as it is",
    "thumb": "what `g_` finds, framed and brought to this size",
    "auto": "the most telling part of this shape, brought to this size",
    "auto_pad": "likewise, with bars instead of a loss",
    "pad": "whole, with bars up to the box",
    "lpad": "as `pad`, but never enlarged",
    "mpad": "bars up to at least the box, never resized",
    "imagga_crop": "as `auto`",
    "imagga_scale": "as `scale`",
}

GRAVITIES: tuple[tuple[str, str, str], ...] = (
    ("`north_west` `north` `north_east` `west` `center` `east` `south_west` `south` `south_east`", "a side or a corner", "-"),
    ("`xy_center`", "the point of `x_` and `y_`", "-"),
    ("`auto`", "what the eye looks at; may be told what counts: `auto:face`, `auto:cat_30:dog_avoid`, `auto:aoi_<x>_<y>_<w>_<h>`", "the middle"),
    ("`auto:subject`, `auto:classic`", "as `auto`; both names are understood", "the middle"),
    ("`face`, `faces`", "the largest face, or all", "`north`; `face:center` or `face:auto` name another"),
    ("`adv_face`, `adv_faces`, `adv_eyes`", "as `face` and `faces`; eyes", "`north`"),
    ("`body`, `body:face`", "a person", "the middle"),
    ("`person`, `cat`, `car`, …", "a thing of that class, or of that group (`animal`, `vehicle`, …)", "the middle; `cat:dog:auto` names others in order"),
    ("`ocr_text`", "text", "the middle"),
    ("`custom`, `custom:face`", "the coordinates that are stored with the asset", "the middle, or faces"),
    ("`region_!name!`", "a region that is stored with the asset", "the middle"),
    ("`clipping_path_!name!`", "what a path of the file surrounds", "the middle"),
    ("`no_faces`", "of layers: where no face is hidden", "the middle"),
    ("`liquid`", "with `c_scale`: dull columns and rows are taken out, and the rest keeps its shape", "-"),
    ("`track_person`", "of layers on films", "-"),
)  # fmt: skip

FLAGS: tuple[tuple[str, str, str], ...] = (
    ("animated", "delivery", "Keep all frames of an animation. `awebp` and `apng` say the same."),
    ("any_format", "delivery", "With `q_`, let a PNG have a palette of 256 colours."),
    ("attachment", "delivery", "The browser saves the file, under the name behind `:` if there is one; `streaming_attachment` too."),
    ("clip", "action", "Cut the picture out along the path that the file holds."),
    ("clip_evenodd", "action", "Likewise, by the even-odd rule."),
    ("cutter", "layer", "Keep of the picture what the layer covers."),
    ("force_icc", "delivery", "With `cs_icc:…`, embed the profile even where the source had none."),
    ("force_strip", "delivery", "Understood: metadata never leaves without being asked for."),
    ("getinfo", "delivery", "Answer with what came of it as JSON, not with the picture."),
    ("group4", "delivery", "A TIFF of black and white, as faxes are."),
    ("ignore_aspect_ratio", "qualifier", "With one side given, leave the other as it is."),
    ("ignore_mask_channels", "input", "Of a TIFF or PSD, ignore alpha channels beside the picture's own."),
    ("immutable_cache", "delivery", "Tell browsers that the file never changes."),
    ("keep_attribution", "delivery", "Keep who made the picture and who owns it."),
    ("keep_iptc", "delivery", "Keep metadata, but for places and serial numbers."),
    ("layer_apply", "layer", "The layer that was opened last is laid here."),
    ("lossy", "delivery", "Let a GIF or PNG lose detail for a smaller file."),
    ("no_overflow", "layer", "Cut off what reaches over the edge; else the canvas grows."),
    ("no_stream", "delivery", "Understood: a file is whole before it is sent."),
    ("original", "delivery", "The stored bytes as they are."),
    ("png8", "delivery", "A PNG of 256 colours; `png24` without alpha; `png32` with it."),
    ("preserve_transparency", "delivery", "Where a JPEG is asked for and something is transparent, send a format with alpha."),
    ("progressive", "delivery", "The file builds up as it comes; `:semi`, `:steep`, `:none`."),
    ("rasterize", "delivery", "A PDF of pictures of its pages."),
    ("region_relative", "layer", "Sizes of the layer are multiples of the regions that `g_` finds; it is laid on each."),
    ("relative", "layer", "Sizes of the layer are multiples of the picture below."),
    ("replace_image", "layer", "The layer takes the place of the picture."),
    ("sanitize", "delivery", "Take scripts and remote parts out of an SVG."),
    ("strip_profile", "delivery", "Leave the colour profile out."),
    ("text_disallow_overflow", "layer", "A text that is larger than the picture below is an error."),
    ("text_no_trim", "layer", "A text ends where its lines do, not where its ink does."),
    ("tiff8_lzw", "delivery", "Understood: a TIFF has 8 bits a channel, packed without loss."),
    ("tiled", "layer", "Repeat the layer all over the picture."),
    ("splice", "layer", "Of films: put one behind the other."),
    ("alternate", "film", "A second sound track."),
    ("c2pa", "film", "Signed origin; understood, nothing signs."),
    ("draco", "film", "Compression of 3D models."),
    ("hlsv3", "film", "An older form of streams."),
    ("keep_dar", "film", "Keep the shape that a film is shown in."),
    ("mono", "film", "One channel of sound."),
    ("truncate_ts", "film", "Cut at the nearest time stamps."),
    ("waveform", "film", "Sound as a picture."),
)  # fmt: skip
