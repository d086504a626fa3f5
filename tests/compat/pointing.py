"""Pointing: what an application does that moves over: the Python SDK is told where its cloud is now."""

import cloudinary

from tests.installation import Installation


def point_at(installation: Installation) -> None:
    """Whatever the SDK was told before is forgotten."""
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=installation.cloud,
        api_key=installation.key,
        api_secret=installation.secret,
        upload_prefix=installation.base,
        cname=f"127.0.0.1:{installation.port}",
        secure=False,
    )
