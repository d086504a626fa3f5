"""Plain words: what a letter says, out of its HTML or with what it quotes cut off. Pure."""

import re
from html import unescape

CHARS_MAX = 100_000
"""So much of a letter's words is kept."""
PAGE_CHARS_MAX = 4 * CHARS_MAX
"""So much is looked at to find them."""

_SILENT = frozenset({"script", "style", "title", "template", "noscript", "svg", "math"})
_BREAKS = frozenset({"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "hr"})
_TAG = re.compile(r"<([/!?]?)([A-Za-z][A-Za-z0-9]*)?(?<=[A-Za-z0-9/!?])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What a terminal obeys, what nobody sees, and what turns the order of letters around."""
_SPACES = re.compile(r"[ \t]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_QUOTE_BEGINS = re.compile(
    r"^(?:-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Forwarded message|Weitergeleitete Nachricht) ?-{2,}"
    r"|_{20,}|On .{4,200} wrote:|Am .{4,200} schrieb.{0,200}:)\s*$",
    re.IGNORECASE,
)


def of_html(page: str) -> str:
    """The words of a page; nothing of it is fetched, followed or obeyed.

    It is walked through once, from one sign to the next: the parser of the standard library takes minutes for a page
    that was made to hurt it.
    """
    page = page[:PAGE_CHARS_MAX]
    small = page.lower()
    words: list[str] = []
    at = 0
    while at < len(page):
        begins = page.find("<", at)
        if begins < 0:
            words.append(page[at:])
            break
        words.append(page[at:begins])
        if page.startswith("<!--", begins):
            ends = page.find("-->", begins + 4)
            at = ends + 3 if ends >= 0 else len(page)
            continue
        tag = _TAG.match(page, begins)
        if tag is None:
            words.append("<")
            at = begins + 1
            continue
        name = (tag[2] or "").lower()
        ends = page.find(">", tag.end())
        at = ends + 1 if ends >= 0 else len(page)
        if name in _SILENT and not tag[1]:
            closes = small.find(f"</{name}", at)
            at = closes if closes >= 0 else len(page)
        elif name in _BREAKS:
            words.append("\n")
    return tidy(unescape("".join(words)))


def tidy(text: str) -> str:
    """Without what is no letter, and without blank lines nobody needs. Never longer than CHARS_MAX."""
    lines = text[:PAGE_CHARS_MAX].replace("\r\n", "\n").replace("\r", "\n")
    plain = _SPACES.sub(" ", _CONTROLS.sub("", lines))
    return _EMPTY_LINES.sub("\n\n", "\n".join(line.strip() for line in plain.split("\n"))).strip()[:CHARS_MAX]


def own_words(text: str) -> str:
    """What somebody wrote now, without the letters that they quote below or in between."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _QUOTE_BEGINS.match(line[:500]):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()
