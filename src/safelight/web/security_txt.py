"""SecurityText: `/.well-known/security.txt` (RFC 9116): to whom somebody tells of a weakness that they found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound

PATH = "/.well-known/security.txt"
VALID_DAYS = 180
"""So long whoever keeps a copy may believe it; the RFC wants less than a year."""
SCHEMES = ("https://", "mailto:", "tel:")


def contacts_of(written: Sequence[str]) -> tuple[str, ...]:
    """As the file wants them: a bare address gets its `mailto:`. Raises Invalid."""
    return tuple(_contact(each.strip()) for each in written)


def _contact(written: str) -> str:
    contact = f"mailto:{written}" if "@" in written and ":" not in written else written
    if not contact.startswith(SCHEMES) or not contact.isascii() or any(not "!" <= sign <= "~" for sign in contact):
        raise Invalid(
            f"SAFELIGHT_SERVER_SECURITY_CONTACTS: {written[:80]!r} is no mail address, and no https:, mailto: or tel: "
            "address either."
        )
    return contact


@dataclass(frozen=True)
class SecurityText:
    """For every host that this server answers for."""

    contacts: tuple[str, ...]
    clock: Clock
    base_url: str

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.security, methods=["GET"])]

    async def security(self, _request: Request) -> Response:
        """Whom to tell of a weakness; nothing where the operator named nobody."""
        if not self.contacts:
            raise NotFound("The operator of this installation named nobody; see SAFELIGHT_SERVER_SECURITY_CONTACTS.")
        expires = (self.clock.now().astimezone(UTC) + timedelta(days=VALID_DAYS)).replace(microsecond=0)
        lines = [f"Contact: {each}" for each in self.contacts]
        lines += [f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en, de"]
        if self.base_url.startswith("https://"):
            lines.append(f"Canonical: {self.base_url}{PATH}")
        return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "public, max-age=86400"})
