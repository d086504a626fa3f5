"""A drawing stays a drawing, and brings nothing along that a browser would run or load."""

import base64
from xml.etree import ElementTree

import pytest

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.formats.clean_svg import cleaned
from tests.pictures import encoded
from tests.render.formats.samples import SVG
from tests.render.lab import BLUE, GREEN, RED, WHITE, are_near, corners, developed, seen, spots

START = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'


def clean(inside: str) -> str:
    text = cleaned(f"{START}{inside}</svg>".encode()).decode()
    ElementTree.fromstring(text)
    return text


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script href="https://evil.example/x.js"/>',
        '<g onload="alert(1)"/>',
        '<g oNclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<a xlink:href=" java&#10;script:alert(1)"><text>x</text></a>',
        '<a href="https://evil.example/"><text>x</text></a>',
        '<image href="https://evil.example/x.png"/>',
        '<image href="//evil.example/x.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use href="data:image/svg+xml,evil#a"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>',
        '<iframe src="https://evil.example"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="xlink:href" values="javascript:alert(1)"/>',
        '<set attributeName="onmouseover" to="alert(1)"/>',
        "<style>@import url(https://evil.example/x.css);</style>",
        "<style>* { fill: url(https://evil.example/x) }</style>",
        "<style>* { fill: u\\72l(https://evil.example/x) }</style>",
        '<rect style="fill: url(https://evil.example/x)"/>',
        '<rect fill="url(https://evil.example/x#a)"/>',
        '<rect filter="url( &quot;https://evil.example/x&quot; )"/>',
        '<metadata><evil xmlns="http://evil.example/ns"/></metadata>',
        '<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>',
        '<feImage href="https://evil.example/x.png"/>',
        '<g xml:base="https://evil.example/"/>',
    ],
)
def test_nothing_runs_and_nothing_is_loaded(inside):
    text = clean(inside)
    assert "evil" not in text
    assert "alert" not in text
    assert "javascript" not in text


@pytest.mark.parametrize(
    ("inside", "stays"),
    [
        ('<rect width="5" height="5" fill="#123456"/>', 'fill="#123456"'),
        ('<use href="#a"/>', 'href="#a"'),
        ('<use xlink:href="#a"/>', 'xlink:href="#a"'),
        ('<rect fill="url(#paint)"/>', 'fill="url(#paint)"'),
        ('<rect style="fill: url(#paint); stroke: red"/>', "url(#paint)"),
        ("<style>.a { fill: red }</style>", ".a { fill: red }"),
        ("<title>A house</title>", "A house"),
        ('<image href="data:image/png;base64,AAAA"/>', "data:image/png;base64,AAAA"),
        ('<animate attributeName="opacity" values="0;1" dur="1s"/>', 'attributeName="opacity"'),
        ('<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>', "feGaussianBlur"),
        ('<a href="#top"><text>up</text></a>', 'href="#top"'),
    ],
)
def test_what_draws_stays(inside, stays):
    assert stays in clean(inside)


@pytest.mark.parametrize("data", [b"", b"<html/>", b"<svg", b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>'])
def test_what_is_no_drawing_is_refused(data):
    with pytest.raises(Invalid):
        cleaned(data)


def test_entities_that_grow_are_refused():
    lines = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12))
    data = f'<!DOCTYPE svg [<!ENTITY a0 "lol">{lines}]><svg xmlns="http://www.w3.org/2000/svg">&a12;</svg>'
    with pytest.raises(Invalid):
        cleaned(data.encode())


def test_a_drawing_has_a_limit():
    data = f"{START}{'<g/>' * 10}</svg>".encode()
    assert cleaned(data, elements_max=11)
    with pytest.raises(TooMuch):
        cleaned(data, elements_max=10)


@pytest.mark.parametrize("chain", ["f_svg", "w_20/f_svg", "fl_sanitize/f_svg"])
def test_a_drawing_is_delivered_as_one(chain):
    data = SVG.replace(b"<rect", b"<script>alert(1)</script><rect", 1)
    made = developed(data, chain, "svg")
    assert (made.format, made.width, made.height) == ("svg", 120, 80)
    assert b"alert" not in made.data
    assert made.data.count(b"<rect") == 4
    assert are_near(spots(seen(made.data, "f_png", "svg")), [RED, GREEN, BLUE, WHITE], 4)


def test_a_drawing_is_drawn_large_without_blur():
    picture = seen(SVG, "c_scale,w_1200/f_png", "svg").convert("RGB")
    assert picture.size == (1200, 800)
    assert are_near([picture.getpixel((595, 100)), picture.getpixel((604, 100))], [RED, GREEN], 4)


def test_pixels_become_a_drawing_that_holds_them():
    data = developed(encoded(corners(), "PNG"), "f_svg", "png").data
    root = ElementTree.fromstring(data)
    assert (root.get("width"), root.get("height")) == ("120", "80")
    assert base64.b64decode(root[0].get("href").partition(",")[2]).startswith(b"\x89PNG")
    assert are_near(spots(seen(data, "f_png", "svg")), [RED, GREEN, BLUE, WHITE], 4)


def test_lines_that_an_effect_drew_are_what_is_delivered():
    data = developed(encoded(corners(), "PNG"), "e_vectorize:colors:4/f_svg", "png").data
    assert b"<path" in data
    assert b"data:image" not in data
