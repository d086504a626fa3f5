"""The unmodified Python SDK reads what a file tells, and has it taken out, by words that it passes on."""

import io

import cloudinary.api
import cloudinary.uploader
import httpx
import pytest
from PIL import Image

from tests.compat.test_python_activity import cloudinary_config as cloudinary_config
from tests.installation import Installation
from tests.pictures import photo as photographed

TELLS = photographed(64, 48, serial="CANARY-77", position=(52.5, 13.4), orientation=6)

pytestmark = pytest.mark.usefixtures("cloudinary_config")


def fetched(answer: dict) -> bytes:
    return httpx.get(answer["url"]).content


def test_the_answer_and_the_details_say_what_a_photo_tells():
    answer = cloudinary.uploader.upload(TELLS, public_id="private/told")
    assert answer["privacy"]["flags"] == ["device_serial", "gps"]
    assert cloudinary.api.resource("private/told")["privacy"]["flags"] == ["device_serial", "gps"]
    assert b"CANARY-77" in fetched(answer)


def test_it_is_taken_out_by_a_word_and_the_picture_stays_as_it_was():
    answer = cloudinary.uploader.upload(TELLS, public_id="private/silent", metadata="strip_private")
    assert (answer["privacy"]["flags"], answer["privacy"]["stripped"]) == ([], ["device_serial", "gps"])
    data = fetched(answer)
    assert b"CANARY-77" not in data
    before, after = Image.open(io.BytesIO(TELLS)), Image.open(io.BytesIO(data))
    assert before.tobytes() == after.tobytes()
    assert after.getexif()[0x0112] == 6
    assert not after.getexif().get_ifd(0x8825)


def test_a_preset_can_ask_for_it_and_fields_can_stand_beside_it():
    cloudinary.api.create_upload_preset(name="silent", unsigned=True, metadata="strip_private")
    try:
        assert cloudinary.api.upload_preset("silent")["settings"]["metadata"] == "strip_private"
        answer = cloudinary.uploader.unsigned_upload(TELLS, "silent", metadata="keep_original")
        assert answer["privacy"]["stripped"] == ["device_serial", "gps"]
        cloudinary.api.add_metadata_field({"external_id": "place_of", "label": "Place", "type": "string"})
        answer = cloudinary.uploader.upload(TELLS, metadata="strip_private|place_of=here")
        assert answer["metadata"] == {"place_of": "here"}
        assert answer["privacy"]["stripped"] == ["device_serial", "gps"]
    finally:
        cloudinary.api.delete_upload_preset("silent")


def test_a_cloud_can_have_it_so_for_all_uploads(safelight: Installation):
    safelight.run("cloud", "set", safelight.cloud, "--strip-private", "on")
    try:
        assert cloudinary.uploader.upload(TELLS)["privacy"]["stripped"] == ["device_serial", "gps"]
        assert cloudinary.uploader.upload(TELLS, metadata="keep_original")["privacy"]["flags"] == [
            "device_serial",
            "gps",
        ]
    finally:
        safelight.run("cloud", "set", safelight.cloud, "--strip-private", "off")


def test_large_files_in_pieces_are_looked_into_as_well(tmp_path):
    path = tmp_path / "large.jpg"
    out = io.BytesIO()
    Image.effect_noise((2600, 2600), 90).save(out, "JPEG", quality=95)
    path.write_bytes(TELLS[: TELLS.index(b"\xff\xdb")] + out.getvalue()[out.getvalue().index(b"\xff\xdb") :])
    answer = cloudinary.uploader.upload_large(str(path), chunk_size=5 * 1024 * 1024, metadata="strip_private")
    assert answer["privacy"]["stripped"] == ["device_serial", "gps"]


def test_of_a_signed_address_neither_credentials_nor_query_are_kept(safelight: Installation, photo):
    """The file comes from this installation itself, which its own tests may reach by a data folder alone: refused, and
    the refusal names neither."""
    with pytest.raises(cloudinary.exceptions.Error) as refused:
        cloudinary.uploader.upload("http://user:canarypass@127.0.0.1:9/x.jpg?token=CANARYTOKEN")
    assert "CANARYTOKEN" not in str(refused.value)
    assert "canarypass" not in str(refused.value)


def test_each_answer_to_an_upload_leads_to_the_notice(safelight: Installation, photo):
    answer = httpx.post(f"{safelight.api}/image/upload", auth=safelight.auth, files={"file": photo})
    assert answer.headers["link"] == '</privacy/upload-notice>; rel="terms-of-service"'
    assert "Files may tell more" in httpx.get(f"{safelight.base}/privacy/upload-notice").text
