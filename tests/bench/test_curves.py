"""Curves of growth are drawings that any browser shows."""

from xml.etree import ElementTree

from bench.curves import drawing

SVG = "{http://www.w3.org/2000/svg}"


def test_each_figure_has_its_panel_and_each_curve_its_line():
    panels = {"a hit, ms": {"by the clock": [0.2, 0.3], "processor": [0.1, 0.1]}, "disk & more": {"MiB": [10, 900]}}
    tree = ElementTree.fromstring(drawing("With more assets", "assets", [10_000, 1_000_000], panels))
    words = [text.text for text in tree.iter(f"{SVG}text")]
    assert len(list(tree.iter(f"{SVG}polyline"))) == 3
    assert len(list(tree.iter(f"{SVG}circle"))) == 6
    assert {"With more assets", "a hit, ms", "disk & more", "10,000", "1,000,000", "processor"} <= set(words)


def test_the_largest_stands_highest_and_nothing_leaves_its_panel():
    tree = ElementTree.fromstring(drawing("Title", "clouds", [1, 10, 100], {"ms": {"one": [0, 5, 10]}}))
    heights = [float(dot.get("cy", "")) for dot in tree.iter(f"{SVG}circle")]
    assert heights == sorted(heights, reverse=True)
    assert all(0 < height < 260 for height in heights)
