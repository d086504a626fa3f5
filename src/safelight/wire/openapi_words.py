"""Words of the API for its OpenAPI document: of what type each is, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.kernel.media import Access, Kind

FLAG: dict[str, Any] = {"type": ["boolean", "integer", "string"]}
"""`true`, `1` or `"true"`, as each SDK writes it."""
LIST: dict[str, Any] = {"type": ["array", "string"], "items": {"type": "string"}}
"""An array (`name[]` in forms and queries), or a text with commas."""
JSON: dict[str, Any] = {"type": ["object", "array", "string"]}
"""JSON, as such or as a text that holds it."""
TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": ["integer", "string"]}
TYPE: dict[str, Any] = {"type": "string", "enum": [access.value for access in Access]}
KIND: dict[str, Any] = {"type": "string", "enum": [kind.value for kind in Kind]}
UPLOAD_KIND: dict[str, Any] = {"type": "string", "enum": [*(kind.value for kind in Kind), "auto"]}
MIXED_KIND: dict[str, Any] = {"type": "string", "enum": [*UPLOAD_KIND["enum"], "all"]}


@dataclass(frozen=True)
class Word:
    """A parameter, or a word of a path."""

    schema: Mapping[str, Any]
    means: str


_TEXTS = {
    "access_mode": "`public` or `authenticated`: the older form of `access_control`.",
    "analysis_type": "What to look for: `coco`, `google_tagging`, `ocr`, `image_quality`, …",
    "asset_folder": "The folder that the asset stands in.",
    "asset_id": "The id of the asset, which never changes.",
    "auth_scheme": "How notifications are signed: `default` or `legacy_hmac`, which are one here.",
    "auto_tagging": "From which confidence a service may add tags.",
    "background_removal": "The service that removes the background.",
    "batch_id": "The id of the batch that this is part of.",
    "categorization": "The service that proposes tags.",
    "channel": "The channel of messages, as `poll://<channel>` names it.",
    "command": "What to do: `add`, `remove`, `replace`, `set_exclusive` or `remove_all`.",
    "date": "A day: `2026-01-31` or `31-01-2026`, at most 90 days back.",
    "derived_next_cursor": "Where the next page of derived files begins.",
    "detection": "The model that looks for objects.",
    "direction": "`asc` or `desc`.",
    "display_name": "The name that people read.",
    "eager": "Transformations to be made at once, with a bar between them.",
    "eval": "JavaScript that sees the file as `resource_info` and may change `upload_options` before it is stored.",
    "event_type": "What happens: `upload`, `delete`, …, or `all`.",
    "expression": "What to search for.",
    "external_id": "The id that clients give it.",
    "filename_override": "The file name to be used in place of the one that was sent.",
    "folder": "A folder; slashes divide its levels.",
    "font_family": "The typeface.",
    "format": "The format to convert to before it is stored.",
    "from_public_id": "The name that it has.",
    "image_asset_id": "The id of a picture that others are compared with.",
    "image_file": "The picture itself.",
    "image_url": "Where the picture is.",
    "key": "The name of the pair; of keys for tokens and of an own key, its hex digits.",
    "label": "The name of the field that people read.",
    "metadata_field_id": "The field that the rule is about.",
    "moderation": "Who reviews it: `manual`, `duplicate:0.8`; several with a bar between them.",
    "moderation_status": "What a person says of it: `approved`, `rejected` or `pending`.",
    "name": "Its name.",
    "new_uri": "The address that is told from now on.",
    "next_cursor": "Where the next page begins, as the last answer said.",
    "ocr": "The service that reads the letters in a picture.",
    "on_success": "JavaScript that sees the upload as `e` and may call `current_asset.update` when it is stored.",
    "opacity": "From 0 to 100.",
    "order_by": "What to sort by.",
    "prefix": "How names begin.",
    "proxy": "Through which a file is fetched from elsewhere: `http://host:port`.",
    "public_id": "The name of the asset.",
    "public_id_prefix": "What stands before the name.",
    "quality_override": "What `q_auto` means for this asset: `auto:best`, `80`, `80:420`; `none`: the usual.",
    "raw_convert": "The service that converts a raw file.",
    "related_next_cursor": "Where the next page of related assets begins.",
    "resource_type": "The kind of the asset.",
    "signature": "The digest of all parameters and the secret, in place of other credentials.",
    "api_key": "The key whose secret signed.",
    "start_at": "From this time on: ISO 8601, or unix seconds.",
    "state": "`active` or `inactive`; of deliveries `waiting`, `held`, `done` or `given_up`.",
    "template": "Where the files of the folder are fetched from: an address that their names are put behind.",
    "term": "What to look for.",
    "text": "The words to be drawn.",
    "to_folder": "The path that it gets.",
    "to_public_id": "The name that it gets.",
    "to_type": "The type that it gets.",
    "token": "The token that the upload returned.",
    "token_name": "What tokens for delivery are called in queries and cookies.",
    "transformation": "A transformation, or the name of one.",
    "transformations": "Transformations, with a bar between them.",
    "type": "How assets are handed out; of a metadata field, the type of its values.",
    "unsafe_update": "The transformation that the name stands for from now on.",
    "uri": "Of a trigger, the address to tell: `https://…`, or `poll://<channel>` to fetch what is told; of an "
    "analysis, where the picture is.",
    "uri_type": "`webhook` or `poll`.",
    "upload_preset": "The preset that completes the parameters.",
    "value": "The value of the pair.",
    "version_id": "The id of a version of the asset.",
    "expires_at": "Until when the address is good, as unix seconds.",
    "mode": "`create`, or `download` for the file itself.",
    "target_asset_folder": "The folder that the archive stands in.",
    "target_format": "`zip` or `tgz`.",
    "target_public_id": "The name of the archive.",
    "attachment": "Whether a browser shall save the file; or the name that it then has.",
    "target_filename": "The name to save the file under.",
}
_FLAGS = {
    "accessibility_analysis": "Whether to tell how well people with other eyes can see it.",
    "all": "All assets of the type.",
    "allow_dynamic_list_values": "Whether values that are not in the list are added to it.",
    "allowed_for_strict": "Whether it may be used where transformations are strict.",
    "async": "Answer at once, and do the work later.",
    "backup": "Whether versions are kept.",
    "cinemagraph_analysis": "Whether to tell how much of it stands still while something moves.",
    "clear_invalid": "Remove values that the rules do not allow any more.",
    "colors": "Whether to tell the main colours.",
    "coordinates": "Whether to tell coordinates.",
    "default_disabled": "Whether the default is given to nobody.",
    "disallow_public_id": "Whether callers may not choose the name.",
    "discard_original_filename": "Forget the name of the file.",
    "eager_async": "Make eager transformations later.",
    "exact_match": "Only values that are the term.",
    "faces": "Whether to tell where faces are.",
    "hide_pending": "Whether what waits for review is not delivered yet.",
    "released": "Whether the files stay open without the key; else nobody opens them until it is given back.",
    "strip_private": "Whether what tells of people and places is taken out of files before they are stored.",
    "image_metadata": "Whether to tell what the file says about itself.",
    "invalidate": "Whether copies elsewhere are to be dropped.",
    "keep_original": "Delete only what was made from the assets.",
    "mandatory": "Whether every asset must have a value.",
    "moderations": "Whether to tell how reviews ended.",
    "media_metadata": "Whether to tell what the file says about itself.",
    "named": "Only those with a name, or only those without.",
    "overwrite": "Whether an asset of that name may be replaced.",
    "phash": "Whether to tell the perceptual hash.",
    "quality_analysis": "Whether to tell how good the picture is.",
    "related": "Whether to tell which assets belong to it.",
    "return_delete_token": "Return a token that deletes the asset within ten minutes.",
    "skip_backup": "Delete the folder although erased assets in it can be restored.",
    "settings": "Tell the settings, too.",
    "strict_transformations": "Whether new files are made only for signed URLs and for what was allowed.",
    "unique_display_name": "Make the display name one of its kind in the folder.",
    "unique_filename": "Put random letters behind the name of the file.",
    "unsigned": "Whether it may be used without credentials.",
    "use_asset_folder_as_public_id_prefix": "Put the folder before the name.",
    "use_filename": "Name the asset after the file.",
    "use_filename_as_display_name": "Show the name of the file.",
    "visual_search": "Whether it is to be found by pictures that look like it.",
    "with_assets": "Delete what is in the folder, too, as a job.",
    "allow_missing": "Whether names that nobody has are passed over.",
    "flatten_folders": "Whether all files stand in one folder.",
    "flatten_transformations": "Whether transformations stand in the names of files and not of folders.",
    "keep_derived": "Whether what was made for the archive stays.",
    "skip_transformation_name": "Whether transformations stand in no name.",
    "use_original_filename": "Name the files as they were when they were uploaded.",
}
_LISTS = {
    "denied_fetch_domains": "Hosts that nothing is fetched from or sent to, uploads and notifications included.",
    "allowed_fetch_domains": "Hosts that `fetch` may reach, `*.example.org` for those below; nothing: any host.",
    "allowed_formats": "The formats that are accepted.",
    "allowed_referrers": "Hosts of pages that may show files, `none` for who names no page; nothing: any host.",
    "assets_to_relate": "Up to ten others: ids, or `resource_type/type/public_id`, as the path names the asset.",
    "assets_to_unrelate": "Up to ten others, in the same way.",
    "asset_ids": "Ids of assets.",
    "derived_resource_ids": "Ids of derived files.",
    "eager_notification_url": "Where to tell that eager transformations are made.",
    "external_ids": "Ids of entries.",
    "fields": "The fields to be told, beside those that always are.",
    "notification_url": "Where to tell of it; one address a line.",
    "public_ids": "Names of assets.",
    "version_ids": "Ids of versions of the asset.",
    "receipt_handles": "Receipts of messages, at most 100.",
    "restricted_types": "Types of delivery, and kinds of files, that are given only to who signs.",
    "scopes": "What a token is for: `upload`, `asset_management`.",
    "strict_referrers": "Hosts of pages for which something new is made although transformations are strict.",
    "tag": "Tags.",
    "fully_qualified_public_ids": "Assets, as `resource_type/type/public_id`.",
    "prefixes": "How names begin; `/` for all.",
    "target_tags": "The tags of the archive.",
    "with_field": "What each line tells beside what it always does: `tags`, `context`, `metadata`, …",
    "urls": "Addresses of pictures.",
}
_JSONS = {
    "access_control": "Who may see it, and when.",
    "aggregate": "Fields whose values are counted; `{type, ranges}` counts how many fall between two numbers.",
    "parameters": "What the model of the analysis is told.",
    "source": "Where the picture is: `{uri}`.",
    "sort_by": "What to sort by: `[{field: asc or desc}]`.",
    "condition": "When the rule applies.",
    "custom_coordinates": "Regions that clients drew: `x,y,w,h|…`.",
    "datasource": "The values that the field may have.",
    "default_value": "The value of assets that have none.",
    "face_coordinates": "Where faces are: `x,y,w,h|…`.",
    "headers": "Headers, one a line: `X-Robots-Tag` and `Link` are served with the file, `Authorization` fetches it.",
    "regions": "Named regions.",
    "representations": "A list of objects with a transformation each.",
    "sample_data": "A notification to try a trigger with.",
    "responsive_breakpoints": "Widths to be found and made.",
    "restrictions": "Who may change the values.",
    "result": "What the rule does.",
    "validation": "What values must hold to.",
    "values": "Entries, each with a value and perhaps an external_id.",
}
_NUMBERS = {
    "font_size": "In points.",
    "hours": "How long the token lasts.",
    "max_messages": "How many at most, from 1 to 100.",
    "max_results": "How many at most on a page.",
    "position": "Its place: of a field among the others, from 1; of an asset in a snapshot, from 0.",
    "threshold": "How much alike pictures must be: 1 only the same, 0 all that come near.",
    "timestamp": "When it was signed, in unix seconds.",
    "visibility_timeout": "So many seconds nobody else sees what is taken in hand, from 1 to 600.",
    "wait_seconds": "How long to wait where there is nothing, from 0 to 60.",
}
_OTHERS = {
    "context": Word({"type": ["object", "string", "boolean", "integer"]}, "`k=v|k=v`; for lists, whether to tell it."),
    "metadata": Word(
        {"type": ["object", "string", "boolean", "integer"]},
        "`id=v|id=v`, and `strip_private` or `keep_original` of what the file tells; for lists, whether to tell.",
    ),
    "tags": Word({"type": ["array", "string", "boolean", "integer"], "items": TEXT}, "Tags; for lists, a flag."),
    "versions": Word(
        {"type": ["array", "string", "boolean", "integer"], "items": TEXT},
        "Ids of versions, one for each asset; for details, whether to tell them.",
    ),
    "file": Word(TEXT, "The bytes; or an address to fetch it from, or a data URI."),
}

WORDS: Mapping[str, Word] = {
    **{name: Word(TEXT, means) for name, means in _TEXTS.items()},
    **{name: Word(FLAG, means) for name, means in _FLAGS.items()},
    **{name: Word(LIST, means) for name, means in _LISTS.items()},
    **{name: Word(JSON, means) for name, means in _JSONS.items()},
    **{name: Word(NUMBER, means) for name, means in _NUMBERS.items()},
    **_OTHERS,
}

PATH_WORDS: Mapping[str, Word] = {
    "cloud": Word(TEXT, "The name of the cloud."),
    "kind": Word(KIND, "The kind of assets."),
    "access": Word(TYPE, "How they are handed out."),
    "name": Word(TEXT, "Its name; slashes may stand as they are."),
    "word": Word(TEXT, "The id of an asset, which never changes; for lists, a kind."),
    "tag": Word(TEXT, "The tag."),
    "folder": Word(TEXT, "The path of the folder."),
    "transformation": Word(TEXT, "The transformation, or its name."),
    "date": Word(TEXT, "A day: `2026-01-31` or `31-01-2026`, at most 90 days back."),
    "field": Word(TEXT, "The external id of the field."),
    "trigger": Word(TEXT, "The id of the trigger."),
    "delivery": Word(TEXT, "The id of the delivery."),
    "receiver": Word(TEXT, "The id of the receiver."),
    "rule": Word(TEXT, "The external id of the rule."),
    "asset_id": Word(TEXT, "The id of the asset."),
    "id": Word(TEXT, "The id of the thing."),
}
