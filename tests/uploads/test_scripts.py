"""A script looks at the file and changes what is asked, before anything is stored."""

from typing import Any

import pytest

from safelight.assets.model import Facts
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.media import Access, Kind
from safelight.uploads import scripts
from safelight.uploads.model import Incoming, NameWishes
from safelight.wire import intake as wire_intake
from tests.intake import JPEG


def asked(script: str, kind: Kind | None = Kind.IMAGE, **words: Any) -> Incoming:
    return wire_intake.incoming({"eval": script, **words}, kind)


async def uploaded(intake, script: str, *, kind: Kind | None = Kind.IMAGE, data: bytes = JPEG, **words: Any):
    return await intake.receive(intake.signed, asked(script, kind, **words), await intake.stage(data))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"tags": "a,b", "overwrite": False, "faces": True}, {"tags": "a,b", "overwrite": "0", "faces": "1"}),
        ({"tags": ["a", "b", 3, True]}, {"tags": ["a", "b", "3", "1"]}),
        ({"context": {"k": "v"}, "eager": [{"width": 1}]}, {"context": '{"k": "v"}', "eager": '[{"width": 1}]'}),
        ({"auto_tagging": 0.5, "n": 2.0, "none": None, "empty": ""}, {"auto_tagging": "0.5", "n": "2"}),
        ({"type": "private", "eager_async": True, "api_key": "x", "eval": "y"}, {}),
    ],
)
def test_values_of_javascript_become_words_of_clients(answer: dict[str, Any], words: dict[str, Any]):
    assert scripts.rewritten({}, answer) == words


def test_what_a_script_may_not_change_stays():
    before = {"type": "private", "upload_preset": "p", "tags": "a"}
    assert scripts.rewritten(before, {"type": "upload", "upload_preset": "q"}) == {
        "type": "private",
        "upload_preset": "p",
    }
    assert scripts.options({"type": "private", "api_key": "k", "signature": "s"}) == {"type": "private"}


@pytest.mark.parametrize(("answer", "error"), [([], Invalid), ("x", Invalid), (None, Invalid)])
def test_the_options_stay_an_object(answer: object, error: type[Exception]):
    with pytest.raises(error, match="must stay an object"):
        scripts.rewritten({}, answer)
    with pytest.raises(TooMuch):
        scripts.rewritten({}, {f"word{number}": "1" for number in range(300)})


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("resource_info.width > 1", set()),
        ("resource_info.quality_analysis?.focus", {"quality_analysis"}),
        ("let {faces, colors} = resource_info", {"faces", "colors"}),
        ("resource_info['phash']; myfaces", {"phash"}),
    ],
)
def test_only_what_a_script_reads_is_looked_for(script: str, names: set[str]):
    assert scripts.mentioned(script) == names


def test_a_file_is_told_by_its_facts():
    incoming = Incoming(Kind.IMAGE, names=NameWishes(folder="f", asset_folder="a"), filename="cat.jpg")
    assert scripts.plain_facts(Kind.IMAGE, Facts(7, "0" * 32, "jpg", 4, 3, 1), scripts.about_upload(incoming)) == {
        "width": 4,
        "height": 3,
        "bytes": 7,
        "format": "jpg",
        "etag": "0" * 32,
        "filename": "cat.jpg",
        "folder": "f",
        "asset_folder": "a",
        "resource_type": "image",
        "pages": 1,
        "has_alpha": False,
    }
    raw = scripts.plain_facts(Kind.RAW, Facts(7, "0" * 32, None), {"filename": "a.txt", "folder": None})
    assert set(raw) == {"bytes", "etag", "filename", "resource_type"}


async def test_a_script_names_tags_and_describes(intake):
    script = """
      if (resource_info.width < 450) { upload_options["tags"] = 'small,' + upload_options.tags };
      upload_options.context = `width=${resource_info.width}|format=${resource_info.format}`;
      upload_options.public_id = "by-script";
      upload_options.overwrite = false;
    """
    asset = (await uploaded(intake, script, tags="a")).asset
    assert (asset.name, asset.tags, asset.context) == (
        "by-script",
        ("a", "small"),
        {"width": "64", "format": "jpg"},
    )


async def test_a_script_may_ask_for_what_the_picture_tells(intake):
    received = await uploaded(intake, "if (resource_info.phash) upload_options.quality_analysis = true")
    assert received.asked == {"quality_analysis"}
    assert intake.render.analysed == [("phash", "quality")]


async def test_a_picture_that_nobody_can_look_into_is_told_by_what_is_known(intake):
    intake.render.cannot_be_analysed = True
    asset = (await uploaded(intake, "upload_options.tags = String(resource_info.colors)")).asset
    assert asset.tags == ("undefined",)


async def test_facts_cannot_be_changed_and_raw_files_have_few(intake):
    script = "resource_info.bytes = 1; resource_info = {}; upload_options.tags = [typeof resource_info.width, 'b']"
    asset = (await uploaded(intake, script, kind=Kind.RAW, data=b"text")).asset
    assert asset.tags == ("b", "undefined")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("upload_options = 1", "must stay an object"),
        ("resource_info.quality.focus", "Failed to evaluate eval: TypeError"),
        ("while (true) {}", "Failed to evaluate eval: The script takes longer"),
        ("upload_options.overwrite = 'perhaps'", "Invalid boolean"),
        ("upload_options.eval = 'again'; upload_options.moderation = 'nonsense'", "oderation"),
    ],
)
async def test_a_script_that_fails_stores_nothing(intake, script: str, words: str):
    with pytest.raises(Invalid, match=words):
        await uploaded(intake, script)
    assert await intake.assets() == []
    assert await intake.stored() == {}
    assert intake.staged_files() == []


async def test_an_unsigned_upload_overwrites_nothing_whatever_a_script_says(intake):
    first = (await uploaded(intake, "upload_options.public_id = 'tom'")).asset
    incoming = asked("upload_options.public_id = 'tom'; upload_options.overwrite = true")
    received = await intake.receive(intake.unsigned, incoming, await intake.stage(JPEG + b"other"))
    assert (received.asset, received.is_existing) == (first, True)


async def test_a_long_script_stands_in_a_file_that_only_signed_addresses_open(intake):
    script = "/* " + "x" * 5000 + " */ upload_options.tags = 'long'"
    with pytest.raises(Invalid, match="eval is too long"):
        asked(script)
    for access, name, text in ((Access.AUTHENTICATED, "s/a.js", script), (Access.UPLOAD, "open.js", "")):
        await intake.upload(text.encode() or b" ", kind=Kind.RAW, access=access, names=NameWishes(public_id=name))
    assert (await uploaded(intake, "#RESOURCE_REF:s/a.js")).asset.tags == ("long",)
    for name in ("open.js", "none.js"):
        with pytest.raises(NotFound, match=f"Resource not found - {name}"):
            await uploaded(intake, f"#RESOURCE_REF:{name}")


@pytest.mark.parametrize(("data", "words"), [(b"x" * 10_241, "too large"), (b"\xff\xfe", "no text")])
async def test_a_file_that_is_no_script_is_told_so(intake, data: bytes, words: str):
    await intake.upload(data, kind=Kind.RAW, access=Access.AUTHENTICATED, names=NameWishes(public_id="a.js"))
    with pytest.raises(Invalid, match=words):
        await uploaded(intake, "#RESOURCE_REF:a.js")


async def test_a_script_runs_with_an_upload_that_is_done_later(intake):
    words = {"eval": "upload_options.tags = resource_info.filename; upload_options.public_id = 'tom'"}
    pending = await intake.later(intake.signed, words, None, staged=await intake.stage(JPEG), filename="t.jpg")
    assert pending.name is None
    await intake.waiting.receive_later({"cloud_id": intake.cloud.id, "batch_id": pending.batch_id})
    assert [(asset.name, asset.tags) for asset in await intake.assets()] == [("tom", ("t.jpg",))]


async def test_a_script_has_its_say_about_a_stored_asset(intake):
    asset = (await uploaded(intake, "", public_id="tom", tags="a")).asset
    script = """
      upload_options.tags = [resource_info.public_id, resource_info.width, typeof resource_info.phash];
      upload_options.public_id = 'other';
    """
    words = {"public_id": "tom", "eval": script, "phash": "1", "on_success": "1"}
    received = await intake.explicit(intake.signed, wire_intake.explicit(words, Kind.IMAGE))
    assert (received.asset.id, received.asset.name, received.asset.tags) == (asset.id, "tom", ("64", "string", "tom"))
    assert received.asked == {"phash"}


async def test_a_script_about_a_stored_asset_that_fails_changes_nothing(intake, jobs):
    await uploaded(intake, "", public_id="tom", tags="a")
    words = {"public_id": "tom", "eval": "null.x", "tags": "b", "on_success": "1"}
    with pytest.raises(Invalid, match="Failed to evaluate eval"):
        await intake.explicit(intake.signed, wire_intake.explicit(words, Kind.IMAGE))
    assert [asset.tags for asset in await intake.assets()] == [("a",)]
    assert "ScriptBrought" not in [name for name, _ in await jobs()]
