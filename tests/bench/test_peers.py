"""Other servers are asked for the same picture as we are."""

from pathlib import Path

import pytest

from bench.peers import ipx, nginx, thumbor


@pytest.mark.parametrize(
    ("path", "suffix", "expected"),
    [
        (thumbor.path, "jpg", "/unsafe/fit-in/500x500/filters:format(jpeg):quality(80)/photo.jpg"),
        (thumbor.path, "avif", "/unsafe/fit-in/500x500/filters:format(avif):quality(60)/photo.jpg"),
        (ipx.path, "webp", "/f_webp,q_80,s_500x500,fit_inside/photo.jpg"),
        (nginx.path, "jpg", "/500/photo.jpg"),
    ],
)
def test_a_peer_is_asked_in_its_own_words(path, suffix, expected):
    assert path("photo.jpg", 500, suffix) == expected


def test_nginx_makes_only_jpeg_and_writes_only_where_it_may(tmp_path: Path):
    peer = nginx.peer(Path("/usr/sbin/nginx"), tmp_path / "unpacked", "1.22.1")
    command = peer.command(tmp_path / "photos", tmp_path, 8080)
    assert peer.formats == {"jpg"}
    assert command == ["/usr/sbin/nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    assert f"alias {tmp_path}/photos/$photo" in (tmp_path / "nginx.conf").read_text()
