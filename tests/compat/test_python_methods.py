"""Every method of the Python SDK: what it answers here, and of those that are not served yet, how they are refused."""

import base64
import inspect
import time
from types import SimpleNamespace

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import pytest
from cloudinary.exceptions import BadRequest

from tests.compat.pointing import point_at

REPRESENTATIONS = [{"transformation": {"crop": "limit", "width": 100, "height": 100}}]
RULE = {"metadata_field_id": "kind", "name": "rule", "condition": {"metadata_field_id": "kind", "equals": "a"}}
ENTRIES = [{"external_id": "a", "value": "Ant"}, {"external_id": "b", "value": "Bee"}]

OWN = {
    "call_api",
    "call_cacheable_api",
    "call_context_api",
    "call_tags_api",
    "download_generated_sprite",
    "download_multi",
    "is_appengine_sandbox",
    "only",
    "transformation_string",
    "upload_large_part",
}
"""Of the SDK's own inside, or without a request; the methods that lead to them are called."""


@pytest.fixture(scope="module")
def stage(safelight, photo, tmp_path_factory):
    """Assets that all methods work with, and what was made of them."""
    point_at(safelight)
    large = tmp_path_factory.mktemp("large") / "large.bin"
    large.write_bytes(bytes(range(256)) * 24_000)
    words = {"tags": ["methods"], "context": {"stage": "on"}, "asset_folder": "methods"}
    ids = {
        name: uploader.upload(photo, public_id=f"methods/{name}", eager=[{"width": 20, "crop": "scale"}], **words)
        for name in ("one", "two", "three")
    }
    api.create_folder("methods/empty")
    api.create_transformation("methods", {"width": 30, "crop": "scale"})
    api.create_upload_preset(name="methods", unsigned=True, tags="preset")
    api.create_upload_mapping("methods-map", template="https://files.example/")
    api.create_streaming_profile("methods", representations=REPRESENTATIONS)
    datasource = {"values": ENTRIES}
    api.add_metadata_field({"external_id": "kind", "label": "Kind", "type": "enum", "datasource": datasource})
    api.add_metadata_field({"external_id": "title", "label": "Title", "type": "string"})
    yield SimpleNamespace(photo=photo, large=str(large), ids={name: one["asset_id"] for name, one in ids.items()})
    for field in ("kind", "title"):
        api.delete_metadata_field(field)
    api.delete_resources_by_prefix("methods/")
    cloudinary.reset_config()


def name_of(make):
    """The name of an asset that goes soon."""

    def named(s):
        name = f"methods/{time.monotonic_ns()}"
        uploader.upload(s.photo, public_id=name)
        return make(name)

    return named


def data_uri(photo):
    return f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}"


def by_fresh_tag(s):
    uploader.upload(s.photo, public_id="methods/tagged", tags=["methods-gone"])
    return api.delete_resources_by_tag("methods-gone")


def by_fresh_id(s):
    return api.delete_resources_by_asset_ids([uploader.upload(s.photo, public_id="methods/by_id")["asset_id"]])


def rule(_s):
    made = api.add_metadata_rule({**RULE, "external_id": "rule", "result": {"enable": False}})
    changed = api.update_metadata_rule("rule", {"name": "other"})
    assert api.list_metadata_rules()["metadata_rules"][0]["name"] == changed["name"] == "other"
    assert made["external_id"] == "rule"
    return api.delete_metadata_rule("rule")


def trigger_of(make):
    """The id of a trigger that goes soon."""

    def named(_s):
        made = api.create_trigger("https://methods.example/", "upload")
        answer = make(made["id"])
        if api.triggers(event_type="upload")["total"]:
            api.delete_trigger(made["id"])
        return answer

    return named


SERVED = {
    "upload": (lambda s: uploader.upload(s.photo, public_id="methods/up"), "secure_url"),
    "unsigned_upload": (lambda s: uploader.unsigned_upload(s.photo, "methods"), "secure_url"),
    "upload_resource": (lambda s: {"it": uploader.upload_resource(s.photo, public_id="methods/res").url}, "it"),
    "upload_image": (lambda s: {"it": uploader.upload_image(s.photo, public_id="methods/image").url}, "it"),
    "upload_large": (
        lambda s: uploader.upload_large(s.large, resource_type="raw", public_id="methods/l.bin", chunk_size=5_243_000),
        "done",
    ),
    "destroy": (name_of(uploader.destroy), "result"),
    "rename": (name_of(lambda name: uploader.rename(name, f"{name}-new")), "public_id"),
    "update_metadata": (lambda s: uploader.update_metadata({"kind": "a"}, ["methods/one"]), "public_ids"),
    "explicit": (lambda s: uploader.explicit("methods/one", type="upload", tags="methods"), "secure_url"),
    "add_tag": (lambda s: uploader.add_tag("t", ["methods/two"]), "public_ids"),
    "remove_tag": (lambda s: uploader.remove_tag("t", ["methods/two"]), "public_ids"),
    "replace_tag": (lambda s: uploader.replace_tag("t", ["methods/two"]), "public_ids"),
    "remove_all_tags": (lambda s: uploader.remove_all_tags(["methods/two"]), "public_ids"),
    "add_context": (lambda s: uploader.add_context({"a": "b"}, ["methods/two"]), "public_ids"),
    "remove_all_context": (lambda s: uploader.remove_all_context(["methods/two"]), "public_ids"),
    "text": (lambda s: uploader.text("methods"), "secure_url"),
    "create_archive": (lambda s: uploader.create_archive(public_ids=["methods/one"]), "file_count"),
    "generate_sprite": (lambda s: uploader.generate_sprite("methods"), "image_infos"),
    "multi": (lambda s: uploader.multi("methods"), "secure_url"),
    "explode": (lambda s: uploader.explode("methods/one", page="all"), "batch_id"),
    "create_zip": (lambda s: uploader.create_zip(public_ids=["methods/one"]), "file_count"),
    "ping": (lambda s: api.ping(), "status"),
    "config": (lambda s: api.config(), "cloud_name"),
    "resource_types": (lambda s: api.resource_types(), "resource_types"),
    "resources": (lambda s: api.resources(), "resources"),
    "resources_by_tag": (lambda s: api.resources_by_tag("methods"), "resources"),
    "resources_by_ids": (lambda s: api.resources_by_ids(["methods/one"]), "resources"),
    "resources_by_asset_folder": (lambda s: api.resources_by_asset_folder("methods"), "resources"),
    "resources_by_asset_ids": (lambda s: api.resources_by_asset_ids([s.ids["one"]]), "resources"),
    "resources_by_context": (lambda s: api.resources_by_context("stage", "on"), "resources"),
    "resources_by_moderation": (lambda s: api.resources_by_moderation("manual", "pending"), "resources"),
    "analyze": (lambda s: api.analyze("uri", "image_quality", data_uri(s.photo)), "data"),
    "resource": (lambda s: api.resource("methods/one", faces=True, max_results=1), "derived"),
    "resource_by_asset_id": (lambda s: api.resource_by_asset_id(s.ids["one"]), "public_id"),
    "update": (lambda s: api.update("methods/one", display_name="One"), "display_name"),
    "delete_resources": (name_of(lambda name: api.delete_resources([name])), "deleted"),
    "delete_resources_by_asset_ids": (by_fresh_id, "deleted"),
    "delete_resources_by_prefix": (lambda s: api.delete_resources_by_prefix("methods/none"), "deleted_counts"),
    "delete_all_resources": (lambda s: api.delete_all_resources(type="private"), "deleted"),
    "delete_resources_by_tag": (by_fresh_tag, "deleted"),
    "delete_derived_resources": (lambda s: api.delete_derived_resources(["none"]), "deleted"),
    "delete_derived_by_transformation": (
        lambda s: api.delete_derived_by_transformation(["methods/three"], {"width": 20, "crop": "scale"}),
        "deleted",
    ),
    "tags": (lambda s: api.tags(prefix="meth"), "tags"),
    "transformations": (lambda s: api.transformations(), "transformations"),
    "transformation": (lambda s: api.transformation("methods"), "info"),
    "create_transformation": (lambda s: api.create_transformation("methods2", {"width": 31}), "message"),
    "update_transformation": (lambda s: api.update_transformation("methods", allowed_for_strict=True), "message"),
    "delete_transformation": (lambda s: api.delete_transformation("methods2"), "message"),
    "upload_presets": (lambda s: api.upload_presets(), "presets"),
    "upload_preset": (lambda s: api.upload_preset("methods"), "settings"),
    "create_upload_preset": (lambda s: api.create_upload_preset(name="methods2"), "name"),
    "update_upload_preset": (lambda s: api.update_upload_preset("methods", tags="preset"), "message"),
    "delete_upload_preset": (lambda s: api.delete_upload_preset("methods2"), "message"),
    "root_folders": (lambda s: api.root_folders(), "folders"),
    "subfolders": (lambda s: api.subfolders("methods"), "folders"),
    "create_folder": (lambda s: api.create_folder("methods/made"), "success"),
    "rename_folder": (lambda s: api.rename_folder("methods/made", "methods/renamed"), "to"),
    "delete_folder": (lambda s: api.delete_folder("methods/renamed"), "deleted"),
    "upload_mappings": (lambda s: api.upload_mappings(), "mappings"),
    "upload_mapping": (lambda s: api.upload_mapping("methods-map"), "template"),
    "create_upload_mapping": (lambda s: api.create_upload_mapping("m2", template="https://a.example/"), "message"),
    "update_upload_mapping": (lambda s: api.update_upload_mapping("m2", template="https://b.example/"), "message"),
    "delete_upload_mapping": (lambda s: api.delete_upload_mapping("m2"), "message"),
    "list_streaming_profiles": (lambda s: api.list_streaming_profiles(), "data"),
    "get_streaming_profile": (lambda s: api.get_streaming_profile("hd"), "data"),
    "create_streaming_profile": (
        lambda s: api.create_streaming_profile("m2", representations=REPRESENTATIONS),
        "data",
    ),
    "update_streaming_profile": (lambda s: api.update_streaming_profile("m2", display_name="M"), "data"),
    "delete_streaming_profile": (lambda s: api.delete_streaming_profile("m2"), "message"),
    "list_metadata_fields": (lambda s: api.list_metadata_fields(), "metadata_fields"),
    "metadata_field_by_field_id": (lambda s: api.metadata_field_by_field_id("kind"), "datasource"),
    "add_metadata_field": (
        lambda s: api.add_metadata_field({"external_id": "m2", "label": "M2", "type": "integer"}),
        "external_id",
    ),
    "update_metadata_field": (lambda s: api.update_metadata_field("m2", {"mandatory": False}), "label"),
    "delete_metadata_field": (lambda s: api.delete_metadata_field("m2"), "message"),
    "update_metadata_field_datasource": (
        lambda s: api.update_metadata_field_datasource("kind", [{"external_id": "a", "value": "Ape"}]),
        "values",
    ),
    "delete_datasource_entries": (lambda s: api.delete_datasource_entries("kind", ["b"]), "values"),
    "restore_metadata_field_datasource": (lambda s: api.restore_metadata_field_datasource("kind", ["b"]), "values"),
    "reorder_metadata_field_datasource": (
        lambda s: api.reorder_metadata_field_datasource("kind", "value", "desc"),
        "values",
    ),
    "reorder_metadata_fields": (lambda s: api.reorder_metadata_fields("label", "desc"), "metadata_fields"),
    "list_metadata_rules": (lambda s: api.list_metadata_rules(), "metadata_rules"),
    "add_metadata_rule": (rule, "success"),
    "update_metadata_rule": (rule, "success"),
    "delete_metadata_rule": (rule, "success"),
    "usage": (lambda s: api.usage(), "media_limits"),
    "triggers": (lambda s: api.triggers(), "total"),
    "create_trigger": (trigger_of(lambda made: {"id": made}), "id"),
    "update_trigger": (trigger_of(lambda made: api.update_trigger(made, "https://b.example/")), "message"),
    "delete_trigger": (trigger_of(api.delete_trigger), "message"),
    "test_trigger": (trigger_of(api.test_trigger), "trigger_id"),
    "notifications": (lambda s: api.notifications(channel="methods", wait_seconds=0), "messages"),
    "ack_notifications": (lambda s: api.ack_notifications(["none"]), "results"),
    "add_related_assets": (lambda s: api.add_related_assets("methods/one", ["image/upload/methods/two"]), "success"),
    "add_related_assets_by_asset_ids": (
        lambda s: api.add_related_assets_by_asset_ids(s.ids["one"], [s.ids["two"]]),
        "success",
    ),
    "delete_related_assets": (
        lambda s: api.delete_related_assets("methods/one", ["image/upload/methods/two"]),
        "success",
    ),
    "delete_related_assets_by_asset_ids": (
        lambda s: api.delete_related_assets_by_asset_ids(s.ids["one"], [s.ids["two"]]),
        "success",
    ),
    "publish_by_ids": (lambda s: api.publish_by_ids(["methods/one"]), "published"),
    "publish_by_prefix": (lambda s: api.publish_by_prefix("methods/none"), "published"),
    "publish_by_tag": (lambda s: api.publish_by_tag("methods"), "published"),
    "delete_backed_up_assets": (lambda s: api.delete_backed_up_assets(s.ids["one"], ["none"]), "deleted_version_ids"),
    "restore": (lambda s: api.restore(["methods/one"]), "methods/one"),
    "visual_search": (lambda s: api.visual_search(image_asset_id=s.ids["one"]), "resources"),
    "restore_by_asset_ids": (lambda s: {"it": api.restore_by_asset_ids([s.ids["one"]])}, "it"),
}
"""Method -> a call of it, and a word that its answer has."""

ABSENT = {
    "create_slideshow": lambda s: uploader.create_slideshow(public_id="methods/s", manifest_json="{}"),
}
"""Method -> a call of it. Each is refused in plain words."""


REFUSALS = {
    "create_slideshow": "no films are made here",
}
"""Method -> a part of those words."""


@pytest.mark.parametrize("method", SERVED)
def test_a_method_that_is_served_answers_as_its_callers_expect(stage, method):
    call, word = SERVED[method]
    assert word in call(stage)


@pytest.mark.parametrize("method", ABSENT)
def test_a_method_that_is_not_served_yet_is_refused_in_clear_words(stage, method):
    with pytest.raises(BadRequest, match=REFUSALS[method]):
        ABSENT[method](stage)


def test_every_method_of_the_sdk_stands_in_one_of_the_tables():
    known = {
        name
        for module in (uploader, api)
        for name, _ in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and inspect.getsourcefile(getattr(module, name)) == module.__file__
    }
    assert known - OWN == {*SERVED, *ABSENT}
