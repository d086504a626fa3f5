"""The words of `multi` and `sprite`, and of archives."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from safelight.accounts.model import Cloud, FolderMode, Key
from safelight.assets.model import Asset, Facts
from safelight.delivery.composed import meant
from safelight.delivery.policy import is_signed
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.kernel.secret import Secret
from safelight.transform.url import parse_path
from safelight.uploads.archive_packing import ArchiveFormat
from safelight.uploads.model import EagerAsk
from safelight.wire.archive import archive_ask
from safelight.wire.several import multi_json, several_ask


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"tag": "logo"}, ("logo", "")),
        ({"tag": "a&b <c>"}, ("a_b _c_", "")),
        ({"tag": "logo", "public_id": "mine"}, ("mine", "")),
        ({"tag": "logo", "transformation": "w_1,c_scale", "format": "PDF"}, ("logo", "c_scale,w_1/f_pdf")),
        ({"tag": "/"}, ("_", "")),
    ],
)
def test_the_whole_is_called_after_its_tag(words, expected):
    ask = several_ask(words)
    assert (ask.name, ask.transformation) == expected


def test_addresses_make_a_name_that_is_theirs():
    one, same, other = (several_ask({"urls": urls}) for urls in (["a", "b"], ["a", "b"], ["b", "a"]))
    assert one == same
    assert one.name != other.name
    assert several_ask({"urls": "http://a.example/a,b.png"}).urls == ("http://a.example/a,b.png",)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"tag": "a", "urls": ["b"]},
        {"tag": "a", "format": "nothing"},
        {"tag": "a", "public_id": "b", "mode": "download"},
    ],
)
def test_what_is_not_clear_is_refused(words):
    with pytest.raises(Invalid):
        several_ask(words)


def test_where_only_those_who_sign_may_see_them_addresses_are_signed():
    now = datetime(2024, 1, 1, tzinfo=UTC)
    key = Key("1", "c", "1234", Secret("s3cret"), "main", True, now)
    asset = Asset(
        "a1", "c", Kind.IMAGE, Access.MULTI, "t,w_9", 7, "v", Facts(1, "m", "gif"), "", "t",
        created_at=now, updated_at=now,
    )  # fmt: skip
    facts = {"name": "t", "transformation": "w_9"}
    open_cloud = Cloud("c", "demo", FolderMode.DYNAMIC, now)
    closed = replace(open_cloud, restricted_types=("multi",))
    plain = multi_json(asset, facts, open_cloud, base_url="http://m.test", key=key)
    assert plain["url"] == "http://m.test/demo/image/multi/w_9/v7/t.gif"
    signed = multi_json(asset, facts, closed, base_url="http://m.test", key=key)
    url = parse_path(urlsplit(signed["secure_url"]).path)
    assert is_signed(url, [key.secret])
    assert meant(url).name == asset.name


def test_the_words_of_an_archive():
    ask = archive_ask(
        {
            "tags": "b,a", "prefixes": ["/", "x/"], "type": "all", "target_format": "TGZ",
            "fully_qualified_public_ids": ["video/private/a/b"], "transformations": "w_1/jpg|h_2",
            "flatten_folders": "1", "allow_missing": "true", "keep_derived": "0",
        },
        None,
    )  # fmt: skip
    assert (ask.tags, ask.prefixes, ask.access, ask.kind) == (("a", "b"), ("", "x/"), None, None)
    assert ask.format is ArchiveFormat.TGZ
    (ref,) = ask.refs
    assert (ref.kind, ref.access, ref.name) == (Kind.VIDEO, Access.PRIVATE, "a/b")
    assert ask.transformations == (EagerAsk("w_1", "jpg"), EagerAsk("h_2"))
    assert (ask.flattens_folders, ask.allows_missing, ask.keeps_derived) == (True, True, False)


@pytest.mark.parametrize(
    "words",
    [
        {"public_ids": [str(number) for number in range(1001)]},
        {"prefixes": [str(number) for number in range(21)]},
        {"tags": ",".join(str(number) for number in range(21))},
        {"fully_qualified_public_ids": ["image/upload"]},
        {"fully_qualified_public_ids": ["film/upload/a"]},
        {"target_format": "7z"},
    ],
)
def test_an_archive_has_limits(words):
    with pytest.raises(Invalid):
        archive_ask(words, Kind.IMAGE)
