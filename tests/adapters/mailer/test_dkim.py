"""A signature holds for what was sent, and for nothing that was changed or added on the way."""

import base64
import hashlib
import re

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dkim.canonicalization import Relaxed

from safelight.adapters.mailer.dkim import Signer, signer_of
from safelight.kernel.errors import Invalid

MESSAGE = (
    b"From: Us <us@example.org>\r\nTo: ada@example.net\r\nSubject: A  long\r\n\tsubject \r\n"
    b"Message-ID: <1@example.org>\r\nDate: Fri, 02 Jan 2026 03:04:05 +0000\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n"
    b"List-Unsubscribe: <https://example.org/unsubscribe/abc>, <mailto:us@example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nDear  Ada, \r\n\r\nbye\r\n\r\n\r\n"
)


def pem(key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signer(folder, key, selector: str) -> Signer:
    file = folder / "dkim.pem"
    file.write_bytes(pem(key))
    return signer_of(file, domain="example.org", selector=selector)


@pytest.fixture(scope="module")
def rsa_signer(tmp_path_factory) -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return signer(tmp_path_factory.mktemp("key"), key, "s1")


def holds(ours: Signer, message: bytes) -> bool:
    name, record = ours.dns_record
    return dkim.verify(
        message, dnsfunc=lambda asked, timeout=5: record.encode() if asked == f"{name}.".encode() else None
    )


def test_another_program_finds_the_signature_right(rsa_signer):
    signed = rsa_signer.sign(MESSAGE)
    assert signed.endswith(MESSAGE)
    assert holds(rsa_signer, signed)
    # What machines on the way may do: fold, and change space between words.
    assert holds(rsa_signer, signed.replace(b"A  long\r\n\tsubject ", b"A long subject"))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"bye", b"buy"),
        (b"us@example.org>\r\nTo", b"eve@example.org>\r\nTo"),
        (b"/unsubscribe/abc", b"/unsubscribe/eve"),
        (b"=One-Click", b"=No-Click"),
        (b"From: Us", b"From: Eve <eve@example.com>\r\nFrom: Us"),
        (b"Subject:", b"Subject: Another\r\nSubject:"),
    ],
)
def test_what_was_changed_or_added_is_found_out(rsa_signer, was, becomes):
    signed = rsa_signer.sign(MESSAGE)
    assert was in signed
    assert not holds(rsa_signer, signed.replace(was, becomes, 1))


def test_both_headers_of_one_click_are_signed(rsa_signer):
    names = re.search(rb"h=([^;]*);", rsa_signer.sign(MESSAGE))[1].split(b":")
    assert {b"from", b"list-unsubscribe", b"list-unsubscribe-post"} <= set(names)


def test_a_letter_without_them_cannot_get_them_later(rsa_signer):
    plain = MESSAGE.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b"")
    signed = rsa_signer.sign(plain)
    assert holds(rsa_signer, signed)
    assert not holds(rsa_signer, signed.replace(b"MIME-Version", b"List-Unsubscribe-Post: x\r\nMIME-Version", 1))


def test_ed25519_signs_the_hash_of_the_same_words(tmp_path):
    """Put together here a second time, after RFC 8463: the other program lacks a library for it."""
    key = ed25519.Ed25519PrivateKey.generate()
    ours = signer(tmp_path, key, "s2")
    signed = ours.sign(MESSAGE)
    first = re.match(rb"DKIM-Signature:(.*?)\r\n(?=[A-Z])", signed, re.DOTALL)[1]
    tags = dict(tag.strip().split(b"=", 1) for tag in first.split(b";"))
    assert (tags[b"a"], tags[b"d"], tags[b"s"]) == (b"ed25519-sha256", b"example.org", b"s2")
    left = [line.split(b":", 1) for line in re.split(rb"\r\n(?![\t ])", MESSAGE.partition(b"\r\n\r\n")[0])]
    words = []
    for name in tags[b"h"].split(b":"):
        found = [each for each in left if each[0].lower() == name]
        if found:
            left.remove(found[-1])
            words.append((found[-1][0], found[-1][1] + b"\r\n"))
    words.append((b"DKIM-Signature", re.sub(rb"b=[A-Za-z0-9+/=\s]+\Z", b"b=", first) + b"\r\n"))
    text = b"".join(name + b":" + value for name, value in Relaxed.canonicalize_headers(words))[:-2]
    signature = base64.b64decode(b"".join(tags[b"b"].split()))
    key.public_key().verify(signature, hashlib.sha256(text).digest())
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, hashlib.sha256(text + b"x").digest())
    assert ours.dns_record[1].startswith("v=DKIM1; k=ed25519; p=")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not a private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "not a private key"),
        (pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "2048 bits"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "RSA or Ed25519"),
    ],
)
def test_what_is_no_such_key_is_said(tmp_path, text, words):
    file = tmp_path / "key.pem"
    file.write_bytes(text)
    with pytest.raises(Invalid, match=words):
        signer_of(file, domain="example.org", selector="s")


def test_a_key_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Invalid, match="cannot be read"):
        signer_of(tmp_path / "nothing.pem", domain="example.org", selector="s")
