"""The promises of ports/geo.py: two letters for a network, `ZZ` where nobody knows, and never an error."""

from datetime import UTC, date, datetime

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from safelight.adapters.geo.maxmind import MaxmindGeo
from safelight.adapters.geo.memory import MemoryGeo
from safelight.adapters.geo.none import NoGeo
from safelight.kernel.errors import Invalid

KNOWN = {"192.0.2.0/24": "XA", "198.51.100.0/24": "XB", "2001:db8:1::/48": "XC"}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """As such files say it: the country of the network, the one that it was given out in, or nothing but a word."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-Country")
    records = [
        {"country": {"iso_code": "XA"}, "city": {"names": {"en": "Nowhere"}}, "location": {"latitude": 1.0}},
        {"registered_country": {"iso_code": "XB"}},
        {"country_code": "xc"},
    ]
    for network, record in zip(KNOWN, records, strict=True):
        writer.insert_network(IPSet([network]), record)
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"country": {"iso_code": "too long"}})
    writer.insert_network(IPSet(["203.0.114.0/24"]), {"country": 7})
    path = tmp_path_factory.mktemp("geo") / "countries.mmdb"
    writer.to_db_file(str(path))
    return path


@pytest.fixture(params=["maxmind", "memory"])
def geo(request, file):
    return MaxmindGeo(file) if request.param == "maxmind" else MemoryGeo(KNOWN)


@pytest.mark.parametrize(
    ("network", "country"),
    [
        *KNOWN.items(),
        ("192.0.2.77", "XA"),
        ("2001:db8:1:2::", "XC"),
        ("203.0.113.0/24", "ZZ"),
        ("203.0.114.0/24", "ZZ"),
        ("10.0.0.0/24", "ZZ"),
        ("", "ZZ"),
        ("no address", "ZZ"),
    ],
)
def test_the_country_of_a_network(geo, network, country):
    assert geo.country(network) == country


def test_it_tells_how_old_its_knowledge_is(geo):
    assert isinstance(geo.made_on(), date)
    assert geo.made_on() <= datetime.now(UTC).date()


def test_without_a_file_nothing_is_known():
    assert NoGeo().country("192.0.2.0/24") == "ZZ"
    assert NoGeo().made_on() is None


@pytest.mark.parametrize(
    ("content", "words"), [(None, "There is no file"), (b"no such file", "is no file of countries")]
)
def test_a_file_that_is_none_is_told(tmp_path, content, words):
    path = tmp_path / "geo.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid, match=words):
        MaxmindGeo(path)
