"""Chains that nobody thought of, for real pictures: words of the language, real effects inside their bounds, layers."""

from collections.abc import Mapping
from random import Random

from safelight.kernel.errors import SafelightError
from safelight.render.effect import vocabulary
from safelight.settings import RenderSettings
from safelight.transform import limits
from safelight.transform.auto import Hints, settle
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.references import references, with_styles
from safelight.transform.source import Region, SourceFacts
from safelight.transform.spec import EffectSpec, Param
from safelight.transform.text_style import text_style
from tests.pictures import encoded, scene
from tests.render.formats.samples import animated, sample
from tests.render.lab import developed, facts
from tests.transform.chains import ALL_WORDS, SHOWN

SETTINGS = RenderSettings(
    source_pixels_max=4_000_000, output_pixels_max=1_000_000, side_max=4000, frames_max=60, output_bytes_max=20_000_000
)
LIMITS = limits.Limits(SETTINGS.source_pixels_max, SETTINGS.output_pixels_max, SETTINGS.side_max, SETTINGS.frames_max)
SEEN = (Region("face", 0.3, 0.2, 0.3, 0.4), Region("text", 0.1, 0.8, 0.6, 0.1), Region("cat", 0.6, 0.5, 0.2, 0.3))
CUBE = b"LUT_3D_SIZE 2\n" + b"".join(b"%d %d %d\n" % (r, g, b) for b in (0, 1) for g in (0, 1) for r in (0, 1))

CONDITIONS = ("if_w_gt_50", "if_ar_lt_1", "if_!a!_in_tags", "if_fc_gt_0_and_h_lte_48", "w_$a", "r_$a", "e_blur:$a")

# Where an effect asks for a provider or model, there is nothing to be found by fuzzing it often.
_NEEDY_SHARE = 0.02


class Stock(dict[str, bytes]):
    """The files that layers refer to: the same few under every name."""

    def get(self, name: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        extension = name.rpartition(".")[2]
        return super().get(extension if extension in self else "png", default)


def stock() -> Mapping[str, bytes]:
    logo = scene(40, 30).convert("RGBA")
    logo.putalpha(logo.getchannel("R").point(lambda level: 255 if level > 90 else level))
    return Stock(png=encoded(logo, "PNG"), cube=CUBE, **{"3dl": b"0 512 1023\n" + b"0 0 0\n" * 27})


def sources() -> dict[str, bytes]:
    """Small pictures of every kind: opaque, with alpha, moving, tiny, long, grey, a document."""
    plain = scene(64, 48)
    alpha = plain.convert("RGBA")
    alpha.putalpha(plain.convert("L"))
    return {
        "jpg": encoded(plain, "JPEG"),
        "png": encoded(alpha, "PNG"),
        "gif": animated("gif"),
        "webp": animated("webp"),
        "tif": encoded(plain.convert("L"), "TIFF"),
        "bmp": encoded(scene(1, 1), "BMP"),
        "svg": sample("svg"),
        "pdf": sample("pdf"),
        "avif": sample("avif"),
        "jxl": sample("jxl"),
    }


# --- texts ------------------------------------------------------------------------------------------------------


def chain(random: Random) -> str:
    components = [component(random) for _ in range(random.randint(1, 4))]
    if random.random() < 0.3:
        at = random.randint(0, len(components))
        components[at:at] = layer(random)
    if random.random() < 0.15:
        components[:0] = [f"$a_{random.choice(['10', '0.5', '!red!', 'w_div_2'])}", random.choice(CONDITIONS)]
        components += ["if_end"] if components[1].startswith("if_") else []
    return "/".join(components)


def component(random: Random) -> str:
    codes = random.sample(sorted(set(ALL_WORDS) - {"e", "d"}), random.randint(0, 4))
    words = [f"{code}_{random.choice(ALL_WORDS[code])}" for code in codes]
    if random.random() < 0.6 or not words:
        words.append(effect(random))
    random.shuffle(words)
    return ",".join(words)


def layer(random: Random) -> list[str]:
    beside = random.sample(sorted({"c", "w", "h", "o", "a", "r", "bo"}), random.randint(0, 3))
    opening = ",".join(
        [
            f"{random.choice('llu')}_{random.choice(SHOWN)}",
            *(f"{code}_{random.choice(ALL_WORDS[code])}" for code in beside),
        ]
    )
    inside = [component(random) for _ in range(random.randint(0, 2))]
    if random.random() < 0.15:
        inside += layer(random)
    places = random.sample(["g", "x", "y", "fl", "e"], random.randint(0, 3))
    closing = ",".join(["fl_layer_apply", *(f"{code}_{random.choice(ALL_WORDS[code])}" for code in places)])
    return [opening, *inside, closing]


def effect(random: Random) -> str:
    specs = [spec for spec in vocabulary().values() if not spec.needs or random.random() < _NEEDY_SHARE]
    spec = random.choice(specs)
    if random.random() < 0.2:
        return f"e_{spec.name}"
    words = [":".join([f"e_{spec.name}", *filter(None, (item(random, param) for param in spec.params))])]
    words += [f"co_{random.choice(ALL_WORDS['co'])}"] if spec.takes_color and random.random() < 0.5 else []
    words += _places(random, spec)
    return ",".join(words)


def _places(random: Random, spec: EffectSpec) -> list[str]:
    return [
        f"{code}_{random.choice(['0', '7', '-9', '0.3', '-0.5', '200'])}"
        for code in spec.takes
        if code in {"x", "y"} and random.random() < 0.6
    ]


def item(random: Random, param: Param) -> str:
    match param.kind:
        case "number" if param.range:
            low, high = param.range.low, param.range.high
            value = random.choice([low, high, random.uniform(low, high), round(random.uniform(low, high))])
            return f"{param.name}_{value:.3f}" if random.random() < 0.3 else f"{value:.6g}"
        case "numbers" if param.range:
            count = random.choice(param.lengths or (1,))
            return ":".join(f"{random.uniform(-60, 120):.4g}" for _ in range(count))
        case "word":
            return random.choice(param.choices) if param.choices else ""
        case "flag":
            return f"{param.name}_{random.choice(['true', 'false'])}"
        case "color":
            return random.choice(["red", "rgb:0f08", "white"])
        case "stops":
            return random.choice(["red", "red:20p:blue", "lime:blue:fff"])
        case _:
            return random.choice(
                ["", f"{param.name}_(g_north;zoom_2;x_3)", f"{param.name}_a%2520b", f"{param.name}_()"]
            )


# --- what comes of them -----------------------------------------------------------------------------------------


def known(data: bytes, format: str) -> SourceFacts:
    probed = facts(data, format)
    return SourceFacts(format, probed.width, probed.height, probed.has_alpha, probed.pages, faces=1, seen=SEEN)


def outcome(text: str, source: SourceFacts, data: bytes, files: Mapping[str, bytes]) -> str:
    """`made`, or the name of the error that a client gets. Anything else is raised."""
    try:
        developed(data, settled(text, source), source.format, SETTINGS, files)
    except SafelightError as error:
        return type(error).__name__
    return "made"


def settled(text: str, source: SourceFacts) -> Plan:
    hints = Hints(accept="image/webp,*/*", dpr=1.5)
    plan = settle(parse(text, vocabulary(), lambda name: "w_20"), hints, source, None)
    limits.check(plan, source, LIMITS)
    return with_styles(plan, {each: text_style("Arial_20_bold") for each in references(plan)})
