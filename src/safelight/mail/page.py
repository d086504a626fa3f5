"""Page: what the link of a letter shows: nothing is done until somebody presses a button, and then it is told."""

import base64
import hashlib
from dataclasses import dataclass

from safelight.kernel.languages import Language
from safelight.mail.lists import ALL, LISTS
from safelight.mail.write import FRAME

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: #f4f4f2; color: #1c1c1a; font: 17px/1.55 system-ui, -apple-system, sans-serif; }
main { max-width: 520px; margin: 8vh auto; padding: 0 24px; overflow-wrap: anywhere; }
.mark { font-weight: 650; margin: 0 0 32px; }
.dot { color: #b3261e; }
h1 { font-size: 26px; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 12px; }
form { display: flex; flex-wrap: wrap; gap: 12px; margin: 28px 0; }
button { font: inherit; font-weight: 600; min-height: 44px; padding: 9px 20px; border-radius: 8px; cursor: pointer;
  border: 1px solid #a3231b; background: #a3231b; color: #fff; }
button.quiet { background: transparent; color: inherit; border-color: #85847e; }
button:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { background: #171716; color: #ececea; }
  .dot { color: #ff6b5e; }
  button:focus-visible { outline-color: #8ab8ff; }
}
"""
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)
"""The Content-Security-Policy of these pages: their one style sheet, and nothing else at all."""


@dataclass(frozen=True)
class _Said:
    ask: str
    asked: str
    only: str
    every: str
    done: str
    done_one: str
    done_every: str


_WORDS: dict[Language, _Said] = {
    "en": _Said(
        ask="Stop these letters?",
        asked="You get letters of the list “{list}”. Nothing changes until you press a button.",
        only="Stop these letters",
        every="Stop all that I can refuse",
        done="Done",
        done_one="No more letters of the list “{list}” are sent to you.",
        done_every="Only letters that your account cannot do without are still sent to you.",
    ),
    "de": _Said(
        ask="Diese Briefe abbestellen?",
        asked="Sie bekommen Briefe der Liste „{list}“. Es ändert sich nichts, bis Sie einen Knopf drücken.",
        only="Diese Briefe abbestellen",
        every="Alle abbestellen, die ich ablehnen kann",
        done="Erledigt",
        done_one="Briefe der Liste „{list}“ werden Ihnen nicht mehr geschickt.",
        done_every="Sie bekommen nur noch Briefe, ohne die Ihr Konto nicht auskommt.",
    ),
}


def ask(list_name: str, language: Language, brand: str) -> str:
    said = _WORDS[language]
    buttons = [("one", said.only), ("all", said.every)]
    return _page(language, brand, said.ask, said.asked.format(list=_title(list_name, language)), buttons)


def done(list_name: str, language: Language, brand: str, *, all_lists: bool) -> str:
    said = _WORDS[language]
    told = said.done_every if all_lists else said.done_one.format(list=_title(list_name, language))
    return _page(language, brand, said.done, told, [])


def _title(list_name: str, language: Language) -> str:
    """A letter may be older than this release, and name a list that there is no more."""
    known = LISTS.get(list_name)
    return known.titles[language] if known and list_name != ALL else list_name


def _page(language: Language, brand: str, title: str, said: str, buttons: list[tuple[str, str]]) -> str:
    template = FRAME.get_template("unsubscribe.html")
    return template.render(language=language, brand=brand, title=title, said=said, buttons=buttons, style=_STYLE)
