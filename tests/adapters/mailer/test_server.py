"""The address of a mail server is read whole, or refused without its secret."""

import pytest

from safelight.adapters.mailer.server import server_of
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org?from=a@b.org", ("mail.example.org", 587, "a@b.org", False, None, None, None)),
        ("smtp://h.org:25?from=a@b.org&starttls=never", ("h.org", 25, "a@b.org", False, False, None, None)),
        ("smtp://u:p@mail.example.org?from=a@b.org", ("mail.example.org", 587, "a@b.org", False, True, "u", "p")),
        ("smtp://u:p@localhost?from=a@b.org", ("localhost", 587, "a@b.org", False, None, "u", "p")),
        ("smtp://u:p@127.0.0.1?from=a@b.org", ("127.0.0.1", 587, "a@b.org", False, None, "u", "p")),
        ("smtp://u:p@h.org?from=a@b.org&starttls=auto", ("h.org", 587, "a@b.org", False, None, "u", "p")),
        ("smtps://u%40x:p%2F%3A@h?from=Us+%3Ca%40b.org%3E", ("h", 465, "Us <a@b.org>", True, False, "u@x", "p/:")),
        ("smtp://[::1]:2525?from=a+b@c.org", ("::1", 2525, "a+b@c.org", False, None, None, None)),
    ],
)  # fmt: skip
def test_an_address_is_read(url, expected):
    server = server_of(Secret(url))
    secret = server.secret.reveal() if server.secret else None
    told = (server.host, server.port, server.sender, server.is_tls, server.starttls, server.user, secret)
    assert told == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://h.org?from=a@b.org",
        "smtp://?from=a@b.org",
        "smtp://h.org",
        "smtp://h.org?from=",
        "smtp://h.org:port?from=a@b.org",
        "smtp://u:topsecret@h.org?from=a@b.org&to=x",
        "smtp://u:topsecret@h.org?from=a@b.org&starttls=perhaps",
        "smtp://u:topsecret@h.org?starttls",
    ],
)
def test_what_makes_no_sense_is_refused_without_its_secret(url):
    with pytest.raises(Invalid, match="SAFELIGHT_SMTP") as error:
        server_of(Secret(url))
    assert "topsecret" not in str(error.value)
