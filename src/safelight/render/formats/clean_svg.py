"""Clean_svg: a drawing without scripts, handlers and references to elsewhere; what it shows stays."""

import re
from xml.etree import ElementTree as Xml

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.model import BROKEN

BYTES_MAX = 32 * 1024 * 1024
ELEMENTS_MAX = 500_000

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

# Only what draws, by SVG 2 and Filter Effects: no script, no foreignObject, no handler, no frame, no sound.
_ELEMENTS = frozenset(
    {
        *("a", "circle", "clipPath", "defs", "desc", "ellipse", "font-face", "g", "image", "line", "linearGradient"),
        *("marker", "mask", "metadata", "mpath", "path", "pattern", "polygon", "polyline", "radialGradient", "rect"),
        *("stop", "style", "svg", "switch", "symbol", "text", "textPath", "title", "tspan", "use", "view", "filter"),
        *("feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting"),
        *("feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR"),
        *("feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight"),
        *("feSpecularLighting", "feSpotLight", "feTile", "feTurbulence"),
    }
)
# Nothing inside of these is drawn, and other vocabularies may hide there.
_EMPTIED = frozenset({"metadata"})
_ANIMATED = frozenset({"animate", "animateMotion", "animateTransform", "set"})

_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp|avif)[;,]", re.IGNORECASE)
_URL = re.compile(r"url\s*\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
_CSS_THAT_LOADS = re.compile(
    r"@import|expression\s*\(|javascript:|-moz-binding|behavior\s*:|image-set\s*\(", re.IGNORECASE
)
_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0]")


def cleaned(data: bytes, elements_max: int = ELEMENTS_MAX) -> bytes:
    """Raises Invalid for what is no well-formed SVG."""
    if len(data) > BYTES_MAX:
        raise TooMuch(f"An SVG may have {BYTES_MAX} bytes here.")
    try:
        # Expat loads nothing from elsewhere, and itself stops entities that grow without measure.
        root = Xml.fromstring(data)  # noqa: S314
    except (Xml.ParseError, ValueError, LookupError) as error:
        raise Invalid(BROKEN, format="svg") from error
    if _local(root.tag) != "svg":
        raise Invalid(BROKEN, format="svg")
    if sum(1 for _ in root.iter()) > elements_max:
        raise TooMuch(f"An SVG may have {elements_max} elements here.")
    _clean(root)
    Xml.register_namespace("", _SVG)
    Xml.register_namespace("xlink", _XLINK)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def _local(tag: object) -> str:
    """The name of an element of SVG, with or without its namespace; empty for all others."""
    if not isinstance(tag, str):
        return ""
    space, brace, name = tag.rpartition("}")
    return name if not brace or space == "{" + _SVG else ""


def _clean(root: Xml.Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = _local(element.tag)
        for attribute, value in list(element.attrib.items()):
            if not _is_harmless(name, attribute, value):
                del element.attrib[attribute]
        if name == "style":
            element.text = _css(element.text or "")
        if name in _EMPTIED:
            element[:] = []
            element.text = None
            continue
        element[:] = [child for child in element if _may_stay(child)]
        waiting += element


def _may_stay(element: Xml.Element) -> bool:
    name = _local(element.tag)
    if name in _ANIMATED:
        # An animation may write into any attribute, at any time.
        target = element.get("attributeName", "").lower().rpartition(":")[2]
        return target != "href" and not target.startswith("on") and target != "style"
    return name in _ELEMENTS


def _is_harmless(element: str, attribute: str, value: str) -> bool:
    space, _, name = attribute.rpartition("}")
    lower = name.lower()
    if space and space not in {"{" + _XLINK, "{" + _XML, "{" + _SVG}:
        return False
    if lower.startswith("on") or lower in {"src", "base", "formaction", "action", "ping", "target"}:
        return False
    if lower == "href":
        return _is_inside(value, may_be_picture=element in {"image", "feImage"})
    return _css(value) == value and "javascript:" not in _SPACES.sub("", value).lower()


def _is_inside(value: str, *, may_be_picture: bool) -> bool:
    plain = _SPACES.sub("", value)
    return plain.startswith("#") or (may_be_picture and _INLINE_PICTURE.match(plain) is not None)


def _css(text: str) -> str:
    """A style that loads nothing; one that hides its letters behind escapes is not worth guessing at."""
    if "\\" in text or _CSS_THAT_LOADS.search(text):
        return ""
    return _URL.sub(lambda found: found[0] if _is_inside(found[2], may_be_picture=True) else "none", text)
