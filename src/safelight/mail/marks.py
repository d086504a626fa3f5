"""Mark and Token: an address as a keyed hash, and what stands in a link that ends letters of one list."""

import base64
import binascii
from dataclasses import dataclass

from safelight.kernel.errors import Internal, NotFound
from safelight.people.roster import email_key
from safelight.ports.keys import KeyStore

_ADDRESS = "letter address"
_LINK = "letter token"
TOKEN_CHARS_MAX = 600
_NOBODY = "-"


@dataclass(frozen=True)
class Token:
    """Whose letters, of which list. The address is not in it."""

    address_mark: str
    list: str
    user_id: str | None = None


def mark_of(keys: KeyStore, address: str) -> str:
    return keys.mark(email_key(address).encode(), _ADDRESS)


def token_text(keys: KeyStore, token: Token) -> str:
    """Sealed, so that it says nothing and nobody can make one up; it needs no row, and works as long as the key."""
    plain = " ".join((token.address_mark, token.list, token.user_id or _NOBODY))
    return base64.urlsafe_b64encode(keys.seal(plain.encode(), _LINK)).decode().rstrip("=")


def read_token(keys: KeyStore, text: str) -> Token:
    """Raises NotFound for what we did not make."""
    gone = NotFound("This link is not one of ours; copy the whole of it from the letter.")
    if len(text) > TOKEN_CHARS_MAX:
        raise gone
    try:
        plain = keys.open(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _LINK).decode()
    except (Internal, ValueError, binascii.Error) as error:
        raise gone from error
    address_mark, list_name, user_id = plain.split(" ")
    return Token(address_mark, list_name, None if user_id == _NOBODY else user_id)
