"""A script that an upload brought along changes words about the asset, and nothing else."""

import logging

import pytest

from safelight.kernel.errors import Invalid
from safelight.scripting.run import RunScript
from safelight.settings import ScriptSettings
from safelight.uploads.model import NameWishes
from safelight.worker.on_success import OnSuccess
from tests.intake import JPEG, intake_on


class Scene:
    """An intake, and what runs the scripts of its uploads."""

    def __init__(self, intake, jobs) -> None:
        self.intake, self.jobs = intake, jobs
        self.told = {"phash": "f" * 16, "info": {"detection": {"captioning": {"data": {"caption": "a cat"}}}}}

    async def tell(self, asset, asked):
        if "broken" in asset.tags:
            raise Invalid("Invalid image file")
        return self.told if asked else {}

    async def run(self, script: str, times: int = 1, **words):
        """The asset after the script."""
        words = {"names": NameWishes(public_id="tom"), "tags": ("a",), "context": {"k": "v"}, **words}
        await self.intake.upload(on_success=script, **words)
        facts = [payload for name, payload in await self.jobs() if name == "ScriptBrought"]
        intake = self.intake
        run = RunScript(ScriptSettings())
        reaction = OnSuccess(intake.database, intake.keys, intake.clock, run, self.tell, "http://media.test")
        for _ in range(times):
            for fact in facts:
                await reaction.run_on_success(fact)
        return (await intake.assets())[0]


@pytest.fixture
async def scene(database, clock, tmp_path, jobs):
    return Scene(await intake_on(database, clock, tmp_path), jobs)


@pytest.mark.parametrize(
    ("script", "tags", "context"),
    [
        ("current_asset.update({tags: ['auto', 'b']})", ("auto", "b"), {"k": "v"}),
        ("current_asset.update({tags: 'x,y', context: 'a=b'})", ("x", "y"), {"a": "b"}),
        ("current_asset.update({context: {caption: e.upload_info?.nothing?.caption}})", ("a",), {"k": "v"}),
        ("current_asset.update({tags: e.upload_info.tags.concat(e.upload_info.format)})", ("a", "jpg"), {"k": "v"}),
        ("current_asset.update({tags: 'x'}).update({tags: [event.upload_info.public_id]})", ("tom",), {"k": "v"}),
        ("let nothing = e.upload_info.width", ("a",), {"k": "v"}),
    ],
)
async def test_a_script_changes_words(scene, script: str, tags: tuple[str, ...], context: dict[str, str]):
    asset = await scene.run(script, times=2)
    assert (asset.tags, asset.context) == (tags, context)


async def test_a_script_sees_what_the_picture_told(scene):
    script = "current_asset.update({context: {alt: e.upload_info?.info?.detection?.captioning?.data?.caption}})"
    asset = await scene.run(script, analyses=frozenset({"phash"}))
    assert asset.context == {"alt": "a cat"}
    asset = await scene.run(script, tags=("broken",))
    assert (asset.tags, asset.context) == (("broken",), {"k": "v"})


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("current_asset.update({public_id: 'other'})", "cannot change public_id"),
        ("current_asset.update({metadata: {nobody: 'x'}})", "nobody"),
        ("current_asset.update({context: 'nonsense'})", "Invalid context"),
        ("missing.word", "ReferenceError"),
        ("while (true) {}", "takes longer"),
    ],
)
async def test_a_script_that_fails_changes_nothing_and_is_told_in_the_log(scene, caplog, script: str, words: str):
    with caplog.at_level(logging.WARNING):
        asset = await scene.run(script)
    assert (asset.name, asset.tags, asset.context) == ("tom", ("a",), {"k": "v"})
    assert words in caplog.text


async def test_nothing_is_done_to_a_version_that_is_not_its_own(scene):
    await scene.intake.upload(names=NameWishes(public_id="tom"), on_success="current_asset.update({tags: 'old'})")
    asset = await scene.run("", data=JPEG + b"newer")
    assert asset.tags == ("a",)


async def test_an_asset_that_was_there_already_meets_no_script(scene, jobs):
    for _ in range(2):
        await scene.intake.upload(names=NameWishes(public_id="tom"), on_success="1", may_overwrite=False)
    assert [name for name, _ in await jobs()].count("ScriptBrought") == 1
