import pytest
from django.test import RequestFactory

from cities.switcher.likely_city import get_remembered_city, guess_city_by_ip

pytestmark = pytest.mark.django_db

GUANGZHOU_TELECOM = "202.96.128.86"


def guess_ip_city(address):
    return guess_city_by_ip(RequestFactory().get("/", REMOTE_ADDR=address))


def test_an_address_in_guangzhou_suggests_guangzhou():
    assert guess_ip_city(GUANGZHOU_TELECOM).name == "广州市"


def test_an_ipv4_address_written_as_ipv6_counts_as_itself():
    assert guess_ip_city(f"::ffff:{GUANGZHOU_TELECOM}").name == "广州市"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "8.8.8.8",
        "2408:8000::1",
        "::1",
        "",
        "not-an-ip",
        "1.2",
    ],
)
def test_private_foreign_and_unreadable_addresses_suggest_nothing(address):
    assert guess_ip_city(address) is None


def test_without_the_data_there_is_no_suggestion_and_no_error(settings, client):
    settings.IP_DATA_FILE = "/nowhere/at/all.xdb"
    assert guess_ip_city(GUANGZHOU_TELECOM) is None
    page = client.get("/cities/", REMOTE_ADDR=GUANGZHOU_TELECOM)
    assert page.status_code == 200
    assert "按你的网络" not in page.content.decode()


@pytest.mark.parametrize("content", [b"", b"broken", b"\0" * 300, b"\xff" * 600_000])
def test_broken_data_gives_no_suggestion_and_no_error(settings, tmp_path, content):
    path = tmp_path / "broken.xdb"
    path.write_bytes(content)
    settings.IP_DATA_FILE = str(path)
    assert guess_ip_city(GUANGZHOU_TELECOM) is None


def test_the_switcher_offers_the_suggestion_and_jumps_nowhere(client):
    page = client.get("/cities/", REMOTE_ADDR=GUANGZHOU_TELECOM)
    assert page.status_code == 200
    line = page.content.decode().split("按你的网络")[1][:200]
    assert 'value="guangzhou"' in line


@pytest.mark.parametrize(
    ("cookie", "slug"),
    [("xiangxi", "xiangxi"), ("xiangfan", "xiangyang"), ("nowhere", None), ("", None)],
)
def test_the_remembered_city(cookie, slug):
    request = RequestFactory().get("/")
    request.COOKIES["city"] = cookie
    region = get_remembered_city(request)
    assert (region.slug if region else None) == slug


def test_home_goes_to_the_remembered_city_only(client):
    assert client.get("/", REMOTE_ADDR=GUANGZHOU_TELECOM).status_code == 200
    client.cookies["city"] = "xiangxi"
    assert client.get("/").headers["Location"] == "/xiangxi/"
