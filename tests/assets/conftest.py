"""New assets, as uploads would bring them."""

import pytest

from safelight.assets.model import Facts, NewAsset
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind


@pytest.fixture
def new():
    def make(name="cat", **words) -> NewAsset:
        words = {"cloud_id": "cloud-one", "kind": Kind.IMAGE, "access": Access.UPLOAD, "folder": "", **words}
        words = {"version_id": new_id(), "facts": Facts(7, "0" * 32, "jpg", 4, 3), "display_name": name, **words}
        return NewAsset(name=name, **words)

    return make
