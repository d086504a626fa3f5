"""Headers: what a page allows the browser to load, run and tell, which is nothing that is not ours."""

from urllib.parse import urlsplit


def page_headers(delivery_url: str) -> dict[str, str]:
    """For every page of the console; pictures may also come from where files are delivered."""
    origin = _origin(delivery_url)
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: blob: {origin}".rstrip(),
        f"media-src 'self' blob: {origin}".rstrip(),
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), browsing-topics=()",
        # A page holds who is signed in: after they have left, the button "back" shows nothing.
        "Cache-Control": "no-store",
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
