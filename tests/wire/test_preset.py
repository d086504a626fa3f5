"""How an upload preset looks to clients."""

from datetime import UTC, datetime

from safelight.uploads.model import Preset
from safelight.wire.preset import preset_json

WORDS = {
    "tags": "a,b",
    "allowed_formats": "jpg,png",
    "context": "a=b|c=d",
    "transformation": "c_scale,w_100",
    "overwrite": "0",
    "use_filename": "true",
    "folder": "in",
}


def test_the_words_of_a_preset_have_their_types():
    preset = Preset("c", "web", True, True, WORDS, datetime(2026, 1, 1, tzinfo=UTC))
    assert preset_json(preset) == {
        "name": "web",
        "unsigned": True,
        "settings": {
            "tags": ["a", "b"],
            "allowed_formats": ["jpg", "png"],
            "context": {"a": "b", "c": "d"},
            "transformation": [{"crop": "scale", "width": 100}],
            "overwrite": False,
            "use_filename": True,
            "folder": "in",
            "disallow_public_id": True,
        },
    }
