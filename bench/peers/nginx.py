"""nginx with its image filter: a peer, in two workers; it makes JPEG of JPEG, and no other format."""

from pathlib import Path

from bench.peers.model import Peer

NAME = "nginx image_filter"
WORKERS = 2

CONFIGURATION = """
load_module {modules}/ngx_http_image_filter_module.so;
worker_processes {workers}; daemon off; pid {scratch}/nginx.pid; error_log {scratch}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {scratch}/t1; proxy_temp_path {scratch}/t2; fastcgi_temp_path {scratch}/t3;
  uwsgi_temp_path {scratch}/t4; scgi_temp_path {scratch}/t5;
  image_filter_buffer 64M; image_filter_jpeg_quality 80;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/(?<box>[0-9]+)/(?<photo>.+)$ {{ alias {photos}/$photo; image_filter resize $box $box; }}
  }}
}}
"""


def peer(program: Path, folder: Path, version: str) -> Peer:
    libraries = sorted({str(library.parent) for library in folder.rglob("*.so.*")})
    modules = folder / "usr" / "lib" / "nginx" / "modules"

    def command(photos: Path, scratch: Path, port: int) -> list[str]:
        configuration = scratch / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(modules=modules, workers=WORKERS, scratch=scratch, port=port, photos=photos)
        )
        return [str(program), "-p", str(scratch), "-c", str(configuration)]

    environment = {"LD_LIBRARY_PATH": ":".join(libraries)} if libraries else {}
    return Peer(f"{NAME} {version}", frozenset({"jpg"}), command, path, environment)


def path(name: str, box: int, suffix: str) -> str:
    return f"/{box}/{name}"
