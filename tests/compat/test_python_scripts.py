"""`eval` and `on_success` through the unchanged Python SDK."""

import time

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import pytest
from cloudinary.exceptions import BadRequest

EVAL = (
    'if (resource_info["width"] > 450) { upload_options["quality_analysis"] = true }; '
    'upload_options["context"] = "width=" + resource_info["width"]'
)
WAIT_SECONDS_MAX = 30


@pytest.fixture(scope="module", autouse=True)
def sdk(safelight):
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=safelight.cloud, api_key=safelight.key, api_secret=safelight.secret, upload_prefix=safelight.base
    )
    yield
    api.delete_resources_by_prefix("scripts/")
    cloudinary.reset_config()


def test_a_script_asks_for_analyses_and_writes_context(photo):
    answer = uploader.upload(photo, public_id="scripts/eval", eval=EVAL, tags=["a"])
    assert answer["context"] == {"custom": {"width": "640"}}
    assert isinstance(answer["quality_analysis"]["focus"], float)
    assert answer["tags"] == ["a"]


def test_a_script_sees_what_was_looked_for(photo):
    script = """
      var found = [resource_info.phash.length, resource_info.colors.length > 0, resource_info.faces.length,
        resource_info.quality_analysis.focus > 0, typeof resource_info.media_metadata, resource_info.grayscale];
      upload_options.tags = found.map(String);
      upload_options.eager = 'c_scale,w_10|c_scale,w_20';
      upload_options.transformation = `c_scale,w_${resource_info.width / 2}`;
    """
    answer = uploader.upload(photo, public_id="scripts/seen", eval=script)
    assert sorted(answer["tags"]) == ["0", "16", "object", "true"]
    assert answer["width"] == 320
    assert [item["width"] for item in answer["eager"]] == [10, 20]


def test_a_script_that_fails_is_a_bad_request(photo):
    with pytest.raises(BadRequest, match="Failed to evaluate eval: ReferenceError: nothing is not defined"):
        uploader.upload(photo, public_id="scripts/failed", eval="nothing.there")
    with pytest.raises(BadRequest, match="takes longer than 1 seconds"):
        uploader.upload(photo, public_id="scripts/failed", eval="for (;;) {}")
    assert uploader.destroy("scripts/failed")["result"] == "not found"


def test_a_preset_may_have_a_script_and_an_unsigned_upload_may_not(photo):
    script = "upload_options.tags = resource_info.width >= 640 ? 'large' : 'small'"
    api.create_upload_preset(name="scripts", unsigned=True, eval=script, folder="scripts")
    try:
        assert uploader.unsigned_upload(photo, "scripts")["tags"] == ["large"]
        with pytest.raises(BadRequest, match="Eval parameter is not allowed when using unsigned upload"):
            uploader.unsigned_upload(photo, "scripts", eval=script)
    finally:
        api.delete_upload_preset("scripts")


def test_a_long_script_stands_in_a_file(photo, tmp_path):
    file = tmp_path / "long.js"
    file.write_text("//" + "x" * 5000 + "\nupload_options.tags = 'long'")
    words = {"resource_type": "raw", "type": "authenticated"}
    uploader.upload(str(file), public_id="scripts/long.js", **words)
    answer = uploader.upload(photo, public_id="scripts/by-long", eval="#RESOURCE_REF:scripts/long.js")
    assert answer["tags"] == ["long"]
    uploader.destroy("scripts/long.js", **words)


def test_a_script_runs_when_the_asset_is_stored(photo):
    script = "current_asset.update({tags: ['auto'], context: {size: `${e.upload_info.width}x${e.upload_info.height}`}})"
    answer = uploader.upload(photo, public_id="scripts/later", on_success=script, tags=["a"])
    assert answer["tags"] == ["a"]
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while (found := api.resource("scripts/later"))["tags"] != ["auto"]:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    assert found["context"] == {"custom": {"size": "640x480"}}
