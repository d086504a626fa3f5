"""The family of an agent: a word of ours, whatever the line says."""

import pytest

from safelight.activity.agent import family_of

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"),
        (f"Mozilla/5.0 (Windows NT 10.0) {APPLE} Chrome/141.0.0.0 Safari/537.36", "Chrome"),
        (f"Mozilla/5.0 (Windows NT 10.0) {APPLE} Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge"),
        (f"Mozilla/5.0 (Windows NT 10.0) {APPLE} Chrome/141.0.0.0 Safari/537.36 OPR/120", "Opera"),
        (f"Mozilla/5.0 (Linux; Android) {APPLE} SamsungBrowser/28 Chrome/130 Safari/537.36", "Samsung Internet"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) {APPLE} Version/19.0 Mobile Safari/604.1", "Safari"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) {APPLE} CriOS/141 Mobile Safari/604.1", "Chrome"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
        ("CloudinaryPython/1.46.0 (Python 3.11.7)", "SDK"),
        ("python-httpx/0.28", "Python"),
        ("Go-http-client/2.0", "Go"),
        ("curl/8.5.0", "curl"),
        ("Mozilla/5.0 something", "browser"),
        ("Jane Doe's own program", "other"),
        ("", "none"),
        (" \t", "none"),
        ("\0\x80", "other"),
    ],
)
def test_the_family_of_an_agent(agent, family):
    assert family_of(agent) == family
