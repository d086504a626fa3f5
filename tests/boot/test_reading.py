"""Settings, from a file, the environment and the command line."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from safelight.boot.reading import described, not_yet, read, read_with_origins
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret
from safelight.settings import Settings

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)


def value(settings: Settings, name: str) -> Any:
    section, _, field = name.rpartition(".")
    return getattr(getattr(settings, section) if section else settings, field)


def test_without_a_word_all_is_default():
    settings, origins = read_with_origins({"PATH": "/bin", "SAFELIGHTS": "on"})
    assert settings == Settings()
    assert set(origins.values()) == {"default"}


@pytest.mark.parametrize(
    ("variable", "text", "name", "expected"),
    [
        ("SAFELIGHT_DATA", "/srv/safelight", "data", Path("/srv/safelight")),
        ("SAFELIGHT_DATA", "~/x", "data", Path.home() / "x"),
        ("SAFELIGHT_TEST_CLOCK", "1", "test_clock", True),
        ("SAFELIGHT_TEST_CLOCK", "off", "test_clock", False),
        ("SAFELIGHT_DATABASE", "postgresql://u:p@h/d", "database.url", Secret("postgresql://u:p@h/d")),
        ("SAFELIGHT_DATABASE", "", "database.url", None),
        ("SAFELIGHT_DATABASE_POOL_SIZE", "20", "database.pool_size", 20),
        ("SAFELIGHT_POSTGRES_BIN", "/opt/pg/bin", "database.postgres_bin", Path("/opt/pg/bin")),
        ("SAFELIGHT_BLOBS", "s3://b/p?access_key=k", "blobs.url", Secret("s3://b/p?access_key=k")),
        ("SAFELIGHT_BLOBS_CACHE_BYTES", "2 GB", "blobs.cache_bytes", 2_000_000_000),
        ("SAFELIGHT_HOST", "0.0.0.0", "server.host", "0.0.0.0"),
        ("SAFELIGHT_PORT", "9000", "server.port", 9000),
        ("SAFELIGHT_PUBLIC_URL", "https://media.example.com", "server.public_url", "https://media.example.com"),
        ("SAFELIGHT_PUBLIC_URL", "", "server.public_url", None),
        ("SAFELIGHT_SERVER_LOG_FORMAT", "json", "server.log_format", "json"),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "100MiB", "upload.image_bytes_max", 100 * MIB),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "1gib", "upload.image_bytes_max", 1024 * MIB),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "500KB", "upload.image_bytes_max", 500_000),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "7", "upload.image_bytes_max", 7),
        ("SAFELIGHT_UPLOAD_FETCH_SECONDS", "5", "upload.fetch_seconds", 5),
        ("SAFELIGHT_FETCH_ALLOW", "10.0.0.0/8, localhost:80,", "fetch.allow", ("10.0.0.0/8", "localhost:80")),
        ("SAFELIGHT_FETCH_ALLOW", "", "fetch.allow", ()),
        ("SAFELIGHT_FETCH_PROXY", "http://proxy:3128", "fetch.proxy", Secret("http://proxy:3128")),
        ("SAFELIGHT_FETCH_CA", "/etc/ca.pem", "fetch.ca", Path("/etc/ca.pem")),
        ("SAFELIGHT_BOOTSTRAP", "cloudinary://1:s@acme", "account.bootstrap", Secret("cloudinary://1:s@acme")),
        ("SAFELIGHT_FOLDER_MODE", "fixed", "account.folder_mode", "fixed"),
        ("SAFELIGHT_ACCOUNT_MASTER_KEY", "ab" * 32, "account.master_key", Secret("ab" * 32)),
    ],
)
def test_the_environment_sets(variable: str, text: str, name: str, expected: object):
    settings, origins = read_with_origins({variable: text})
    assert value(settings, name) == expected
    assert origins[name] == f"environment: {variable}"
    assert [other for other, origin in origins.items() if origin != "default"] == [name]


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("SAFELIGHT_PORT", "eight", "SAFELIGHT_PORT: 'eight' will not do; a whole number is expected."),
        ("SAFELIGHT_PORT", "-1", "a whole number is expected"),
        ("SAFELIGHT_PORT", "1MiB", "a whole number is expected"),
        ("SAFELIGHT_PORT", "65536", "a port from 0 to 65535 is expected"),
        ("SAFELIGHT_HOST", "", "a text is expected"),
        ("SAFELIGHT_TEST_CLOCK", "perhaps", "1 or 0, true or false is expected"),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "1 parsec", "a size is expected"),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "MiB", "a size is expected"),
        ("SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX", "10XB", "a size is expected"),
        ("SAFELIGHT_FOLDER_MODE", "flat", "one of dynamic, fixed is expected"),
        ("SAFELIGHT_SERVER_LOG_FORMAT", "xml", "one of console, json is expected"),
        ("SAFELIGHT_PUBLIC_URL", "media.example.com", "an address such as"),
        ("SAFELIGHT_PUBLIC_URL", "https://h/?a=b", "an address such as"),
        ("SAFELIGHT_DATABASE_POOL_SIZE", "0", "at least 1 is expected"),
        ("SAFELIGHT_PROT", "1", "Unknown setting SAFELIGHT_PROT; did you mean SAFELIGHT_PORT?"),
        ("SAFELIGHT_DATABASE_FIEL", "x", "did you mean SAFELIGHT_DATABASE_FILE?"),
        ("SAFELIGHT_PORT_FILE", "x", "Unknown setting SAFELIGHT_PORT_FILE"),
        ("SAFELIGHT_SERVER_PORT", "1", "Unknown setting SAFELIGHT_SERVER_PORT"),
        ("SAFELIGHT_QQQQQQ", "1", "Unknown setting SAFELIGHT_QQQQQQ."),
        ("SAFELIGHT_CONFIG", "nowhere.toml", "SAFELIGHT_CONFIG: there is no file nowhere.toml."),
        ("SAFELIGHT_CONFIG", "/", "SAFELIGHT_CONFIG: the file / cannot be read."),
        ("SAFELIGHT_DATABASE_FILE", "nowhere", "SAFELIGHT_DATABASE_FILE: there is no file nowhere."),
        ("SAFELIGHT_DATABASE_FILE", "", "SAFELIGHT_DATABASE_FILE: the name of a file is expected."),
    ],
)
def test_what_is_wrong_is_told_in_one_line(variable: str, text: str, words: str):
    with pytest.raises(Invalid) as error:
        read({variable: text})
    assert words in error.value.message
    assert "\n" not in error.value.message


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("SAFELIGHT_DATABASE", "mysql://u:hush@h"),
        ("SAFELIGHT_ACCOUNT_MASTER_KEY", "hush"),
        ("SAFELIGHT_BOOTSTRAP", "cloud://1:hush@c"),
        ("SAFELIGHT_BLOBS", "hush\n"),
    ],
)
def test_a_wrong_secret_is_not_repeated(variable: str, text: str):
    with pytest.raises(Invalid) as error:
        read({variable: text})
    assert variable in error.value.message
    assert "hush" not in error.value.message


def test_a_secret_is_read_from_a_file(tmp_path: Path):
    (tmp_path / "database").write_text("postgresql://u:hush@h/d\n")
    settings, origins = read_with_origins({"SAFELIGHT_DATABASE_FILE": "database"})
    assert settings.database.url == Secret("postgresql://u:hush@h/d")
    assert origins["database.url"] == "file: database"
    assert "hush" not in repr(settings)


def test_a_secret_is_not_given_twice(tmp_path: Path):
    (tmp_path / "database").write_text("postgresql://h/d")
    with pytest.raises(Invalid, match="one of both must go"):
        read({"SAFELIGHT_DATABASE_FILE": "database", "SAFELIGHT_DATABASE": "postgresql://h/d"})


def test_the_file_sets_and_the_environment_wins(tmp_path: Path):
    (tmp_path / "safelight.toml").write_text(
        """
        data = "/srv"
        test_clock = true
        [server]
        port = 1
        workers = 3
        [upload]
        image_bytes_max = "1MiB"
        raw_bytes_max = 5
        [fetch]
        allow = ["10.0.0.0/8", "localhost"]
        [account]
        bootstrap_file = "bootstrap"
        """
    )
    (tmp_path / "bootstrap").write_text("cloudinary://1:s@acme")
    settings, origins = read_with_origins({"SAFELIGHT_PORT": "2"}, given={"server.workers": "4"})
    assert (settings.data, settings.test_clock) == (Path("/srv"), True)
    assert (settings.server.port, settings.server.workers) == (2, 4)
    assert (settings.upload.image_bytes_max, settings.upload.raw_bytes_max) == (MIB, 5)
    assert settings.fetch.allow == ("10.0.0.0/8", "localhost")
    assert settings.account.bootstrap == Secret("cloudinary://1:s@acme")
    assert origins["data"] == "safelight.toml"
    assert origins["server.port"] == "environment: SAFELIGHT_PORT"
    assert origins["server.workers"] == "command line"
    assert origins["account.bootstrap"] == "file: bootstrap"
    assert origins["server.host"] == "default"


def test_another_file_can_be_named(tmp_path: Path):
    (tmp_path / "other.toml").write_text("[server]\nport = 7\n")
    assert read({"SAFELIGHT_CONFIG": "other.toml"}).server.port == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nprot = 1", "safelight.toml: unknown setting server.prot; did you mean server.port?"),
        ("port = 1", "safelight.toml: unknown setting port"),
        ("server = 1", "unknown setting server"),
        ("[server.port]\nx = 1", "unknown setting server.port.x"),
        ("[server]\nport = 'x'", "safelight.toml: server.port: 'x' will not do; a whole number is expected."),
        ("[server]\nport = 1.5", "a whole number is expected"),
        ("[server]\nport = true", "a whole number is expected"),
        ("[server]\nhost = 1", "a text is expected"),
        ("[fetch]\nallow = [1]", "a text is expected"),
        ("[fetch]\nallow = 1", "a list is expected"),
        ("test_clock = [true]", "1 or 0"),
        ("[server]\nport_file = 'x'", "unknown setting server.port_file"),
        ("[database]\nurl = 'postgresql://h'\nurl_file = 'x'", "one of both must go"),
        ("[database]\nurl_file = 1", "the name of a file is expected"),
        ("[server", "safelight.toml: "),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, words: str):
    (tmp_path / "safelight.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(Invalid) as error:
        read({})
    assert words in error.value.message
    assert "\n" not in error.value.message


def test_every_setting_is_described():
    by_name = {each.name: each for each in described()}
    sections = {"": Settings} | {each.name: type(value(Settings(), each.name)) for each in fields(Settings)}
    names = {
        f"{section}.{field.name}".lstrip(".")
        for section, kind in sections.items()
        if is_dataclass(kind)
        for field in fields(kind)
    } - set(sections)
    assert names | {"data", "test_clock"} == set(by_name)
    assert all(each.meaning.endswith(".") for each in by_name.values())
    assert len({each.variable for each in by_name.values()}) == len(by_name)
    assert by_name["server.port"] == ("SAFELIGHT_PORT", "server.port", "whole number", "8000", "Port to listen on.")
    assert by_name["fetch.allow"].type == "list"
    assert by_name["database.url"][2:4] == ("secret", "")
    assert by_name["upload.video_bytes_max"][2:4] == ("size", "4GiB")


def test_a_setting_of_a_later_release_is_passed_over_and_told_of():
    environ = {"SAFELIGHT_FFMPEG": "open", "SAFELIGHT_PORT": "81"}
    assert read(environ).server.port == 81
    assert not_yet(environ) == ["SAFELIGHT_FFMPEG"]
