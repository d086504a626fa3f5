"""Calls of the API for its OpenAPI document: which words each of them reads, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Declared:
    """What one call reads and answers. A word with `!` behind it must be there."""

    words: tuple[str, ...] = ()
    answer: str = "Anything"
    may_be_file: bool = False
    """Whether its words may also ask for a file in place of the answer."""
    status: int = 200
    """Of the answer when all went well; 204 has no words."""


def _call(words: str = "", answer: str = "Anything", *, may_be_file: bool = False) -> Declared:
    return Declared(tuple(words.split()), answer, may_be_file)


_PAGE = "max_results next_cursor"
_SIGNED = "api_key timestamp signature"
_ANALYSES = (
    "accessibility_analysis cinemagraph_analysis colors faces image_metadata media_metadata phash quality_analysis"
)
_SERVICES = "auto_tagging background_removal categorization detection ocr raw_convert"
_NOTES = (
    "access_control asset_folder clear_invalid context custom_coordinates display_name face_coordinates metadata "
    "notification_url regions tags unique_display_name"
)
_STORED = (
    f"{_NOTES} {_ANALYSES} {_SERVICES} access_mode allowed_formats async backup batch_id "
    "discard_original_filename eager eager_async eager_notification_url eval filename_override folder format headers "
    "invalidate moderation on_success overwrite proxy public_id_prefix quality_override responsive_breakpoints "
    "return_delete_token transformation type unique_filename use_asset_folder_as_public_id_prefix use_filename "
    "use_filename_as_display_name visual_search"
)
_CHANGED = f"{_SERVICES} headers moderation_status quality_override"
_UPLOAD = _call(f"file! public_id upload_preset {_STORED} {_SIGNED}", "Uploaded")
_LISTED = f"{_PAGE} context direction fields metadata moderations prefix start_at tags"
_SEARCH = f"aggregate expression fields sort_by with_field {_PAGE}"
_LIKE = "image_asset_id image_file image_url max_results text threshold"
_DELETED = "invalidate keep_original next_cursor notification_url transformations"
_PRESET = f"disallow_public_id unsigned public_id {_STORED}"
_FIELD = "allow_dynamic_list_values datasource default_disabled default_value mandatory restrictions validation"
_FOUND = "term exact_match max_results"

_SEVERAL = "expires_at format mode public_id tag transformation urls"
_ARCHIVE = (
    "allow_missing expires_at flatten_folders flatten_transformations fully_qualified_public_ids keep_derived mode "
    "prefixes public_ids skip_transformation_name tags target_format target_public_id transformations type "
    "use_original_filename"
)

CALLS: Mapping[str, Declared] = {
    "POST /upload": _UPLOAD,
    "PUT /upload": _UPLOAD,
    "POST /upload_chunked": _UPLOAD,
    "PUT /upload_chunked": _UPLOAD,
    "POST /{kind}/upload": _UPLOAD,
    "PUT /{kind}/upload": _UPLOAD,
    "POST /{kind}/upload_chunked": _UPLOAD,
    "PUT /{kind}/upload_chunked": _UPLOAD,
    "POST /{kind}/explicit": _call(
        f"public_id! type {_NOTES} {_ANALYSES} {_SERVICES} async eager eager_async eager_notification_url "
        f"eval headers invalidate moderation on_success quality_override responsive_breakpoints {_SIGNED}",
        "Uploaded",
    ),
    "POST /delete_by_token": _call("token!", "Result"),
    "POST /{kind}/text": _call(f"text! public_id font_family font_size opacity overwrite {_SIGNED}", "Asset"),
    "GET /{kind}/generate_archive": _call(f"{_ARCHIVE} {_SIGNED}", "File"),
    "POST /{kind}/generate_archive": _call(
        f"{_ARCHIVE} async batch_id notification_url target_asset_folder target_tags {_SIGNED}",
        "Archived",
        may_be_file=True,
    ),
    "POST /{kind}/explode": _call(
        f"public_id! transformation! batch_id format notification_url type {_SIGNED}", "Processing"
    ),
    "GET /{kind}/multi": _call(f"{_SEVERAL} {_SIGNED}", "File"),
    "POST /{kind}/multi": _call(f"{_SEVERAL} async batch_id notification_url {_SIGNED}", "Multi", may_be_file=True),
    "GET /{kind}/sprite": _call(f"{_SEVERAL} {_SIGNED}", "File"),
    "POST /{kind}/sprite": _call(f"{_SEVERAL} async batch_id notification_url {_SIGNED}", "Sprite", may_be_file=True),
    "POST /{kind}/create_slideshow": _call(f"public_id {_SIGNED}"),
    "GET /{kind}/download": _call(
        f"public_id! attachment expires_at format target_filename transformation type {_SIGNED}", "File"
    ),
    "GET /{kind}/download_tag.zip": _call(f"tag! expires_at transformation type {_SIGNED}", "File"),
    "POST /asset/destroy": _call(f"asset_id public_id invalidate notification_url type {_SIGNED}", "Result"),
    "POST /{kind}/rename": _call(
        "from_public_id! to_public_id! context invalidate metadata notification_url overwrite to_type type " + _SIGNED,
        "Asset",
    ),
    "POST /{kind}/destroy": _call(f"asset_id public_id invalidate notification_url type {_SIGNED}", "Result"),
    "POST /{kind}/tags": _call(f"command! public_ids! tag notification_url type {_SIGNED}", "Names"),
    "POST /{kind}/context": _call(f"command! public_ids! context notification_url type {_SIGNED}", "Names"),
    "POST /{kind}/metadata": _call(f"public_ids! metadata! clear_invalid notification_url type {_SIGNED}", "Names"),
    "GET /ping": _call("", "Status"),
    "GET /config": _call("settings", "Config"),
    "GET /own_key": _call("", "OwnKey"),
    "PUT /own_key": _call("key!", "OwnKey"),
    "DELETE /own_key": _call("released", "OwnKey"),
    "GET /usage": _call("date", "Usage"),
    "GET /usage/{date}": _call("", "Usage"),
    "GET /access_settings": _call("", "AccessSettings"),
    "PUT /access_settings": _call(
        "allowed_fetch_domains allowed_referrers denied_fetch_domains hide_pending restricted_types strict_referrers "
        "strip_private "
        "strict_transformations token_name",
        "AccessSettings",
    ),
    "GET /token_keys": _call("", "TokenKeys"),
    "POST /token_keys": _call("key", "TokenKey"),
    "DELETE /token_keys/{id}": _call("", "Message"),
    "GET /access_tokens": _call("", "AccessTokens"),
    "POST /access_tokens": _call("hours name scopes", "AccessToken"),
    "DELETE /access_tokens/{id}": _call("", "Message"),
    "GET /resources": _call("", "Kinds"),
    "GET /download_backup": _call(f"asset_id! version_id! expires_at {_SIGNED}", "File"),
    "POST /resources/restore": _call("asset_ids! notification_url versions", "Restored"),
    "POST /resources/{kind}/{access}/restore": _call("public_ids! notification_url versions", "Restored"),
    "DELETE /resources/backup/{asset_id}": _call("all version_ids", "VersionsErased"),
    "GET /backup_settings": _call("", "BackupSettings"),
    "PUT /backup_settings": _call("backup!", "BackupSettings"),
    "POST /resources/{kind}/publish_resources": _call(
        "invalidate notification_url overwrite prefix public_ids tag type", "Published"
    ),
    "POST /resources/{kind}/{access}/update_access_mode": _call(
        "access_mode! notification_url prefix public_ids tag", "Updated"
    ),
    "POST /resources/related_assets/{kind}/{access}/{name}": _call("assets_to_relate! notification_url", "Related"),
    "DELETE /resources/related_assets/{kind}/{access}/{name}": _call("assets_to_unrelate! notification_url", "Related"),
    "POST /resources/related_assets/{asset_id}": _call("assets_to_relate! notification_url", "Related"),
    "DELETE /resources/related_assets/{asset_id}": _call("assets_to_unrelate! notification_url", "Related"),
    "GET /resources/search": _call(_SEARCH, "Found"),
    "POST /resources/search": _call(_SEARCH, "Found"),
    "GET /resources/visual_search": _call(_LIKE, "Found"),
    "POST /resources/visual_search": _call(_LIKE, "Found"),
    "GET /folders/search": _call(f"expression sort_by {_PAGE}", "FoldersFound"),
    "POST /folders/search": _call(f"expression sort_by {_PAGE}", "FoldersFound"),
    "GET /resources/by_asset_ids": _call(f"asset_ids! resource_type {_LISTED}", "Assets"),
    "GET /resources/by_asset_folder": _call(f"asset_folder resource_type {_LISTED}", "Assets"),
    "GET /resources/{kind}/tags/{tag}": _call(_LISTED, "Assets"),
    "GET /resources/{kind}/moderations/{moderation}/{status}": _call(_LISTED, "Assets"),
    "GET /resources/{kind}/context": _call(f"key! value {_LISTED}", "Assets"),
    "GET /resources/{kind}/{access}": _call(f"public_ids {_LISTED}", "Assets"),
    "GET /resources/{word}": _call(
        f"type public_ids {_LISTED} {_ANALYSES} coordinates derived_next_cursor related related_next_cursor versions"
    ),
    "GET /resources/{kind}/{access}/{name}": _call(
        f"{_ANALYSES} coordinates derived_next_cursor fields max_results related related_next_cursor versions",
        "Details",
    ),
    "POST /resources/{kind}/{access}/{name}": _call(f"{_NOTES} {_CHANGED}", "Details"),
    "PUT /resources/{asset_id}": _call(f"{_NOTES} {_CHANGED}", "Details"),
    "DELETE /resources": _call(f"asset_ids! {_DELETED}", "Deleted"),
    "DELETE /resources/{kind}/tags/{tag}": _call(_DELETED, "Deleted"),
    "DELETE /resources/{kind}/{access}": _call(f"all prefix public_ids {_DELETED}", "Deleted"),
    "DELETE /derived_resources": _call("derived_resource_ids!", "Dropped"),
    "GET /folders": _call(_PAGE, "Folders"),
    "GET /folders/{folder}": _call(_PAGE, "Folders"),
    "POST /folders/{folder}": _call("", "Folder"),
    "PUT /folders/{folder}": _call("to_folder!", "Moved"),
    "DELETE /folders/{folder}": _call("skip_backup with_assets", "FoldersDeleted"),
    "GET /tags/{kind}": _call(f"prefix {_PAGE}", "Tags"),
    "GET /transformations": _call(f"transformation named {_PAGE}"),
    "POST /transformations": _call("name! transformation! allowed_for_strict", "Message"),
    "PUT /transformations": _call("transformation! allowed_for_strict unsafe_update", "Message"),
    "DELETE /transformations": _call("transformation!", "Message"),
    "GET /transformations/{transformation}": _call(_PAGE, "Transformation"),
    "POST /transformations/{transformation}": _call("transformation! allowed_for_strict", "Message"),
    "PUT /transformations/{transformation}": _call("allowed_for_strict unsafe_update", "Message"),
    "DELETE /transformations/{transformation}": _call("", "Message"),
    "GET /upload_presets": _call(f"direction {_PAGE} order_by", "Presets"),
    "POST /upload_presets": _call(f"name {_PRESET}", "Message"),
    "GET /upload_presets/{name}": _call("", "Preset"),
    "PUT /upload_presets/{name}": _call(_PRESET, "Message"),
    "DELETE /upload_presets/{name}": _call("", "Message"),
    "GET /streaming_profiles": _call("", "Profiles"),
    "POST /streaming_profiles": _call("name! representations! display_name", "Profile"),
    "GET /streaming_profiles/{name}": _call("", "Profile"),
    "PUT /streaming_profiles/{name}": _call("representations display_name", "Profile"),
    "DELETE /streaming_profiles/{name}": _call("", "Message"),
    "GET /upload_mappings": _call(f"folder {_PAGE}"),
    "POST /upload_mappings": _call("folder! template!", "Message"),
    "PUT /upload_mappings": _call("folder! template!", "Message"),
    "DELETE /upload_mappings": _call("folder!", "Message"),
    "GET /metadata_fields": _call("", "Fields"),
    "POST /metadata_fields": _call(f"label! type! external_id {_FIELD}", "Field"),
    "PUT /metadata_fields/order": _call("order_by! direction", "Fields"),
    "GET /metadata_fields/{field}": _call("", "Field"),
    "PUT /metadata_fields/{field}": _call(f"label {_FIELD}", "Field"),
    "DELETE /metadata_fields/{field}": _call("", "Message"),
    "PUT /metadata_fields/{field}/reorder": _call("position!", "Fields"),
    "PUT /metadata_fields/{field}/datasource": _call("values!", "Entries"),
    "DELETE /metadata_fields/{field}/datasource": _call("external_ids!", "Entries"),
    "POST /metadata_fields/{field}/datasource_restore": _call("external_ids!", "Entries"),
    "POST /metadata_fields/{field}/datasource/order": _call("order_by direction", "Entries"),
    "GET /metadata_fields/{field}/datasource/search": _call(_FOUND),
    "POST /metadata_fields/{field}/datasource/search": _call(_FOUND),
    "GET /metadata_fields/datasource/search": _call(_FOUND),
    "POST /metadata_fields/datasource/search": _call(_FOUND),
    "GET /metadata_rules": _call("", "Rules"),
    "POST /metadata_rules": _call("condition! metadata_field_id! name! result! external_id state", "Rule"),
    "PUT /metadata_rules/{rule}": _call("condition metadata_field_id name result state", "Rule"),
    "DELETE /metadata_rules/{rule}": _call("", "Success"),
    "GET /triggers": _call("event_type", "Triggers"),
    "POST /triggers": _call("uri! event_type! uri_type auth_scheme", "Trigger"),
    "PUT /triggers/{trigger}": _call("new_uri!", "Message"),
    "DELETE /triggers/{trigger}": _call("", "Message"),
    "POST /triggers/{trigger}/test": _call("sample_data", "Tried"),
    "GET /v2/notifications/{cloud}/messages": _call(
        "channel batch_id max_messages wait_seconds visibility_timeout", "Messages"
    ),
    "POST /v2/notifications/{cloud}/messages/ack": _call("receipt_handles!", "Acknowledged"),
    "POST /v2/{cloud}/analysis/analyze/{input}": _call("uri! analysis_type! parameters", "Analyzed"),
    "POST /v2/analysis/{cloud}/analyze/{model}": _call("uri source", "Analyzed"),
    "GET /webhooks/deliveries": _call(f"state {_PAGE}", "Deliveries"),
    "GET /webhooks/deliveries/{delivery}": _call("", "Delivery"),
    "POST /webhooks/deliveries/{delivery}/redeliver": _call("", "Delivery"),
    "GET /webhooks/receivers": _call("", "Receivers"),
    "POST /webhooks/receivers/{receiver}/resume": _call("", "Message"),
}
"""Method and path below the cloud -> what it reads and answers."""

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_FLAG = {"type": "boolean"}
_OBJECT = {"type": "object"}
_OPTIONAL_TEXT = {"type": ["string", "null"]}


def _answer(words: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": {**words, **(optional or {})}, "required": [*words]}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


_TEXTS = {"type": "array", "items": _TEXT}
_OPTIONAL_TEXTS = {"type": ["array", "null"], "items": _TEXT}
_CURSOR = {"next_cursor": _OPTIONAL_TEXT}
_BY_NAME = {"type": "object", "additionalProperties": _TEXT}
_URLS = {"url": {"type": "string"}, "secure_url": {"type": "string"}}
_LINE = {"asset_id": _TEXT, "public_id": _TEXT}
_ABOUT = {
    "version": _WHOLE,
    "resource_type": _TEXT,
    "type": _TEXT,
    "created_at": {"type": "string", "format": "date-time"},
    "bytes": _WHOLE,
    **_URLS,
}
_MAYBE = {
    "width": _WHOLE,
    "height": _WHOLE,
    "format": _TEXT,
    "asset_folder": _TEXT,
    "display_name": _OPTIONAL_TEXT,
    "tags": _TEXTS,
    "context": _OBJECT,
    "metadata": _OBJECT,
    "privacy": _OBJECT,
}
_FOLDER = {"name": _TEXT, "path": _TEXT}

ANSWERS: Mapping[str, dict[str, Any]] = {
    "Anything": _OBJECT,
    "Error": _answer({"error": _answer({"message": _TEXT})}),
    "Asset": _answer({**_LINE, **_ABOUT, "version_id": _TEXT, "etag": _TEXT, "placeholder": _FLAG}, _MAYBE),
    "Pending": _answer({"status": _TEXT, "batch_id": _TEXT, "resource_type": _TEXT, "type": _TEXT}),
    "Piece": _answer({"done": _FLAG, "bytes": _WHOLE, "kind": _TEXT, "resource_type": _TEXT}),
    "Uploaded": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Asset", "Pending", "Piece")]},
    "Listed": _answer(_LINE, {**_ABOUT, **_MAYBE}),
    "Assets": _answer({"resources": _list_of("Listed")}, {**_CURSOR, "total_count": _WHOLE}),
    "Found": _answer(
        {"total_count": _WHOLE, "time": _WHOLE, "resources": _list_of("Listed")}, {"aggregations": _OBJECT, **_CURSOR}
    ),
    "FoldersFound": _answer({"total_count": _WHOLE, "time": _WHOLE, "folders": _list_of("Folder")}, _CURSOR),
    "Details": _answer(_LINE, {**_ABOUT, **_MAYBE, "derived": _list_of("Derived"), "last_updated": _OBJECT}),
    "Derived": _answer({"id": _TEXT, "transformation": _TEXT, "format": _TEXT, "bytes": _WHOLE, **_URLS}),
    "Analyzed": _answer({"data": _answer({"entity": _TEXT, "analysis": _OBJECT}), "request_id": _TEXT}),
    "File": {"type": "string", "format": "binary"},
    "Several": _answer({"asset_id": _TEXT, "public_id": _TEXT, "version": _WHOLE, **_URLS}),
    "Multi": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Several", "Pending")]},
    "Sheet": _answer(
        {
            "public_id": _TEXT,
            "version": _WHOLE,
            "image_infos": _OBJECT,
            **{f"{secure}{what}_url": _TEXT for secure in ("", "secure_") for what in ("css", "image", "json")},
        }
    ),
    "Sprite": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Sheet", "Pending")]},
    "Processing": _answer({"status": _TEXT, "batch_id": _TEXT}),
    "Kept": _answer(
        {**_LINE, **_ABOUT, "tags": _TEXTS, "signature": _TEXT, "etag": _TEXT},
        {
            "resource_count": _WHOLE,
            "file_count": _WHOLE,
            **dict.fromkeys(("missing_public_ids", "empty_tags", "empty_prefixes"), _TEXTS),
        },
    ),
    "Archived": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Kept", "Pending")]},
    "Result": _answer({"result": {"type": "string", "enum": ["ok", "not found"]}}),
    "Names": _answer({"public_ids": _TEXTS}),
    "Status": _answer({"status": _TEXT}),
    "Success": _answer({"success": _FLAG}),
    "Message": _answer({"message": _TEXT}),
    "Config": _answer({"cloud_name": _TEXT, "created_at": _TEXT}, {"settings": _OBJECT}),
    "AccessSettings": _answer(
        {
            **dict.fromkeys(("strict_transformations", "hide_pending", "strip_private"), _FLAG),
            **dict.fromkeys(("strict_referrers", "restricted_types", "denied_fetch_domains"), _TEXTS),
            **dict.fromkeys(("allowed_referrers", "allowed_fetch_domains"), _OPTIONAL_TEXTS),
            "token_name": _TEXT,
        }
    ),
    "OwnKey": _answer(
        {
            "own_key": {"type": "string", "enum": ["none", "given", "withdrawn"]},
            "given_at": {"type": ["string", "null"]},
            "sealed_files": _WHOLE,
        }
    ),
    "TokenKey": _answer({"id": _TEXT, "created_at": _TEXT}, {"key": _TEXT}),
    "TokenKeys": _answer({"token_keys": _list_of("TokenKey")}),
    "AccessToken": _answer(
        {
            **dict.fromkeys(("id", "name", "created_at", "expires_at"), _TEXT),
            "scopes": _TEXTS,
            "last_used_at": _OPTIONAL_TEXT,
        },
        {"token": _TEXT},
    ),
    "AccessTokens": _answer({"access_tokens": _list_of("AccessToken")}),
    "Usage": _answer(
        {
            **dict.fromkeys(("plan", "last_updated", "date_requested"), _TEXT),
            **dict.fromkeys(("transformations", "objects", "bandwidth", "storage", "credits", "media_limits"), _OBJECT),
            **dict.fromkeys(("requests", "resources", "derived_resources"), _WHOLE),
        }
    ),
    "Kinds": _answer({"resource_types": _TEXTS}),
    "Deleted": _answer({"deleted": _BY_NAME, "deleted_counts": _OBJECT, "partial": _FLAG}, _CURSOR),
    "Restored": {"type": "object", "additionalProperties": _OBJECT},
    "VersionsErased": _answer(
        {"asset_id": _TEXT, "deleted_version_ids": _TEXTS}, {"failures": {"type": "array", "items": _OBJECT}}
    ),
    "BackupSettings": _answer({"backup": _FLAG, "backup_days": _WHOLE}),
    "Published": _answer({"published": _list_of("Asset"), "failed": _list_of("Asset")}, {"partial": _FLAG}),
    "Updated": _answer({"updated": _list_of("Asset"), "failed": _list_of("Asset")}, {"partial": _FLAG}),
    "Relation": _answer({"message": _TEXT, "code": _TEXT, "asset": _TEXT, "status": _WHOLE}),
    "Related": _answer({"success": _list_of("Relation"), "failed": _list_of("Relation")}),
    "Dropped": _answer({"deleted": _BY_NAME}),
    "Folder": _answer(_FOLDER, {"external_id": _TEXT, "success": _FLAG}),
    "Folders": _answer({"folders": _list_of("Folder"), "total_count": _WHOLE}, _CURSOR),
    "FoldersDeleted": _answer({"deleted": _TEXTS}, {"status": _TEXT}),
    "Moved": _answer({"from": _answer(_FOLDER), "to": _answer(_FOLDER)}),
    "Tags": _answer({"tags": _TEXTS}, _CURSOR),
    "Transformation": _answer(
        {"name": _TEXT, "allowed_for_strict": _FLAG, "used": _FLAG, "named": _FLAG},
        {"info": {"type": "array"}, "derived": _list_of("Derived"), **_CURSOR},
    ),
    "Preset": _answer({"name": _TEXT, "unsigned": _FLAG, "settings": _OBJECT}),
    "Presets": _answer({"presets": _list_of("Preset")}, _CURSOR),
    "Profile": _answer({"data": _OBJECT}, {"message": _TEXT}),
    "Profiles": _answer({"data": {"type": "array", "items": _OBJECT}}),
    "Field": _answer({"external_id": _TEXT, "type": _TEXT, "label": _TEXT, "mandatory": _FLAG}),
    "Fields": _answer({"metadata_fields": _list_of("Field")}),
    "Entries": _answer({"values": {"type": "array", "items": _OBJECT}}),
    "Rule": _answer({"external_id": _TEXT, "metadata_field_id": _TEXT, "name": _TEXT}),
    "Rules": _answer({"metadata_rules": _list_of("Rule")}),
    "Trigger": _answer({"id": _TEXT, "uri": _TEXT, "uri_type": _TEXT, "event_type": _TEXT, "created_at": _TEXT}),
    "Triggers": _answer({"triggers": _list_of("Trigger"), "total": _WHOLE}),
    "Tried": _answer({"trigger_id": _TEXT, "filter_present": _FLAG, "filter_result": _FLAG}),
    "Messages": _answer({"messages": {"type": "array", "items": _OBJECT}}),
    "Acknowledged": _answer({"results": {"type": "array", "items": _OBJECT}}),
    "Delivery": _answer({"id": _TEXT, "url": _TEXT, "event_type": _TEXT, "state": _TEXT, "tries": _WHOLE}),
    "Deliveries": _answer({"deliveries": _list_of("Delivery")}, _CURSOR),
    "Receivers": _answer({"receivers": {"type": "array", "items": _OBJECT}}),
}
"""Schemas of answers; more than these words may come."""
