"""The listening socket: bound first, refused in one line."""

import errno
import socket

import pytest

from safelight.boot.listening import _words, address_of, bind, port_of
from safelight.kernel.errors import NotAvailable


def test_a_free_port_is_taken_and_listens():
    with bind("127.0.0.1", 0) as listener, socket.create_connection(("127.0.0.1", port_of(listener)), timeout=5):
        assert port_of(listener) > 0


def test_a_busy_port_is_one_line_that_says_what_to_do():
    with bind("127.0.0.1", 0) as listener:
        port = port_of(listener)
        with pytest.raises(NotAvailable) as caught:
            bind("127.0.0.1", port)
    words = f"Port {port} is in use on 127.0.0.1; stop what uses it, or choose another with --port."
    assert caught.value.message == words


@pytest.mark.parametrize("host", ["198.51.100.7", "no such host", "x" * 300, "256.1.1.1"])
def test_an_address_of_another_machine_is_refused(host: str):
    with pytest.raises(NotAvailable, match="is no address of this machine"):
        bind(host, 0)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EADDRINUSE, "Port 80 is in use on 0.0.0.0"),
        (errno.EACCES, "Port 80 may not be used by this user; choose one above 1023"),
        (errno.EADDRNOTAVAIL, "`0.0.0.0` is no address of this machine"),
        (errno.EINVAL, "Cannot listen on 0.0.0.0 port 80: Invalid argument."),
    ],
)
def test_each_refusal_has_its_words(number: int, words: str):
    assert _words(OSError(number, "Invalid argument"), "0.0.0.0", 80).startswith(words)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("media.example.org", "http://media.example.org:8000"),
    ],
)
def test_the_address_that_a_person_opens(host: str, address: str):
    assert address_of(host, 8000) == address
