"""Signs and verifies delivery URLs and the parameters of API calls."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

from safelight.kernel.secret import Secret

Params = Mapping[str, str | list[str]]

NOT_SIGNED = frozenset({"file", "cloud_name", "resource_type", "api_key", "signature"})
"""Parameters that are never part of what is signed."""

_URL_LETTERS, _URL_LETTERS_LONG = 8, 32
_ALGORITHM_OF_HEX_DIGITS = {40: "sha1", 64: "sha256"}


def sign_url(signed_text: str, secret: str, *, algorithm: str = "sha1", long: bool = False) -> str:
    """The letters of `s--…--`. The long form is always SHA-256."""
    digest = _digest(signed_text + secret, "sha256" if long else algorithm)
    return base64.urlsafe_b64encode(digest)[: _URL_LETTERS_LONG if long else _URL_LETTERS].decode()


def url_signature_ok(signature: str, signed_texts: Iterable[str], secrets: Iterable[Secret]) -> bool:
    """Was one of the texts signed with one of the secrets, in any of the three forms? Takes always the same time."""
    texts = tuple(signed_texts)
    is_ok = False
    for secret in secrets:
        for text in texts:
            for algorithm, is_long in (("sha1", False), ("sha256", False), ("sha256", True)):
                expected = sign_url(text, secret.reveal(), algorithm=algorithm, long=is_long)
                is_ok |= _same(signature, expected)
    return is_ok


def string_to_sign(params: Params, *, version: int = 2, excluded: frozenset[str] = NOT_SIGNED) -> str:
    """`name=value` by name, without what is empty; lists joined by commas.

    Version 2 escapes `&`, so that no value can pretend to be a second parameter.
    """
    pairs: list[str] = []
    for name in sorted(params):
        value = params[name]
        text = value if isinstance(value, str) else ",".join(value)
        if text and name not in excluded:
            pair = f"{name}={text}"
            pairs.append(pair.replace("&", "%26") if version >= 2 else pair)
    return "&".join(pairs)


def sign_params(
    params: Params, secret: str, *, algorithm: str = "sha1", version: int = 2, excluded: frozenset[str] = NOT_SIGNED
) -> str:
    """The hex digest that a client sends as `signature`."""
    return _digest(string_to_sign(params, version=version, excluded=excluded) + secret, algorithm).hex()


def params_signature_ok(params: Params, signature: str, secret: Secret) -> bool:
    """Is it the signature of the parameters, by SHA-1 or SHA-256 as its length says?

    Version 1 is accepted where it cannot smuggle, which is where no value has an `&`: there it equals version 2.
    """
    algorithm = _ALGORITHM_OF_HEX_DIGITS.get(len(signature), "sha1")
    return _same(signature, sign_params(params, secret.reveal(), algorithm=algorithm))


def sign_answer(name: str, version: int, secret: str) -> str:
    """The `signature` of an asset in an answer, which clients verify: version 1 over its name and version."""
    return sign_params({"public_id": name, "version": str(version)}, secret, version=1)


def sign_search(ttl: str, query: str, secret: str) -> str:
    """The hex digits in the address of a search: over its time to live and its query, as they are written there."""
    return _digest(f"{ttl}{query}{secret}", "sha256").hex()


def search_signature_ok(signature: str, ttl: str, query: str, secrets: Iterable[Secret]) -> bool:
    """Was it signed with one of the secrets? Takes always the same time."""
    is_ok = False
    for secret in secrets:
        is_ok |= _same(signature, sign_search(ttl, query, secret.reveal()))
    return is_ok


def _digest(text: str, algorithm: str) -> bytes:
    return hashlib.new(algorithm, text.encode("utf-8", "replace"), usedforsecurity=False).digest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
