"""Hosts: where requests for somebody may go: names, or `*.example.org` for those below one. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from safelight.kernel.errors import Invalid, Unauthorized


@dataclass(frozen=True)
class Hosts:
    """What is denied is denied, also where it is allowed. `allowed` of None: every host."""

    allowed: tuple[str, ...] | None = None
    denied: tuple[str, ...] = ()

    def check(self, host: str) -> None:
        """Raises Unauthorized for a host that nothing may be fetched from."""
        name = host.lower().rstrip(".")
        is_allowed = self.allowed is None or any(covers(pattern, name) for pattern in self.allowed)
        if not is_allowed or any(covers(pattern, name) for pattern in self.denied):
            raise Unauthorized(f"Fetching from {name or 'this host'} is not allowed")

    def check_url(self, url: str) -> None:
        """The same for the host of an address; raises Invalid for what is none."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError as error:
            raise Invalid("Invalid URL for fetch") from error
        self.check(host)


ANYWHERE = Hosts()


def covers(pattern: str, host: str) -> bool:
    """Whether the pattern means the host, which is in lower case. `*.a.example` does not mean `a.example` itself."""
    pattern = pattern.lower()
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and host != pattern[1:]
    return host == pattern
