"""Visit: one request for a page, as its maker needs it: the words of the form, the language, the secret of forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from safelight.kernel.errors import Invalid, TooLarge
from safelight.wire import cookies
from safelight.wire.cookies import Cookie

FORM_BYTES_MAX = 64 * 1024
FIELDS_MAX = 200
NEXT_CHARS_MAX = 500
THEMES = ("light", "dark")
"""What a page may look like besides what the device says."""


@dataclass(frozen=True)
class Visit:
    """Who asks is found out by the pages that need to know."""

    request: Request
    language: str
    csrf: str
    is_secure: bool
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Fields that came more than once, or once: all their values."""
    jar: list[tuple[Cookie, str | None]] = field(default_factory=list[tuple[Cookie, "str | None"]])
    """Cookies for the answer; None takes one away."""

    @property
    def is_partial(self) -> bool:
        """Does a script ask, that puts a part of the page in place?"""
        return self.request.headers.get("hx-request") == "true"

    def cookie(self, cookie: Cookie) -> str:
        return cookies.read(self.request.headers.get("cookie", ""), cookie, is_secure=self.is_secure) or ""

    @property
    def theme(self) -> str:
        """What was chosen in this browser; nothing: as the device has it."""
        held = self.cookie(cookies.THEME)
        return held if held in THEMES else ""

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def text(self, name: str) -> str:
        """A field without the spaces around it."""
        return self.form.get(name, "").strip()

    @property
    def next(self) -> str:
        """Where to go afterwards: a path of this site and nothing else, or the beginning."""
        return next_of(self.form.get("next", "") or self.query("next"))


def next_of(path: str) -> str:
    """A path that leads nowhere else, or the beginning of the console."""
    is_plain = path.isascii() and path.isprintable() and "\\" not in path and len(path) <= NEXT_CHARS_MAX
    parts = urlsplit(path) if is_plain and path.startswith("/") and not path.startswith("//") else None
    return path if parts and not parts.scheme and not parts.netloc else "/console"


async def fields_of(request: Request) -> list[tuple[str, str]]:
    """The fields of a form, in their order. Raises TooLarge and Invalid."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES_MAX:
            raise TooLarge("This form is larger than a form may be.")
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError as error:
        raise Invalid("This is no form as browsers send them.") from error
