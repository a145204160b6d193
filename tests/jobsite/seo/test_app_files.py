"""Files that browsers and phones ask for by their address."""

import datetime
import json
import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from jobsite.seo import app_files
from sitekit.models import Operator

pytestmark = pytest.mark.django_db
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_the_manifest_names_icons_that_are_there(client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == (
        "兼职信息网", "/", "standalone",
    )  # fmt: skip
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        picture = client.get(icon["src"])
        assert (
            picture["Content-Type"] == "image/png" and "max-age=86400" in picture["Cache-Control"]
        )
        image = Image.open(BytesIO(picture.content))
        assert "x".join(map(str, image.size)) == icon["sizes"]
    for shortcut in manifest["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200


def test_phones_find_an_icon_and_others_sizes_are_not_there(client):
    assert Image.open(BytesIO(client.get("/apple-touch-icon.png").content)).size == (180, 180)
    assert client.get("/icons/64.png").status_code == 404


def test_every_page_leads_to_them(client):
    html = client.get("/about/").content.decode()
    for rel, href in (
        ("apple-touch-icon", "/apple-touch-icon.png"), ("manifest", "/manifest.webmanifest"),
        ("search", "/opensearch.xml"),
    ):  # fmt: skip
        assert re.search(rf'<link rel="{rel}"[^>]* href="{href}"', html)


def test_a_browser_can_search_from_its_address_bar(client):
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.content)
    address = root.find(f"{OPENSEARCH}Url[@type='text/html']").get("template")
    assert address == "http://testserver/jobs/?q={searchTerms}"
    assert client.get(address.replace("{searchTerms}", "家教")).status_code == 200
    assert len(root.find(f"{OPENSEARCH}ShortName").text) <= 16


def test_it_says_whom_to_tell_of_a_weakness(client):
    Operator.objects.create(email="safe@example.com")
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in reversed(lines))
    assert fields["Contact"] == "mailto:safe@example.com"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    left = datetime.datetime.fromisoformat(fields["Expires"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=180) < left < datetime.timedelta(days=367)


@pytest.mark.parametrize(
    ("day", "end"),
    [((2026, 1, 1), (2027, 1, 1)), ((2026, 6, 30), (2027, 1, 1)), ((2026, 7, 1), (2027, 7, 1))],
)
def test_it_is_never_good_for_more_than_a_year(day, end):
    assert app_files._find_expiry(datetime.date(*day)) == datetime.date(*end)


def test_the_offline_page_says_what_to_do_and_whom_to_call(client):
    html = client.get("/offline/").content.decode()
    assert "前 30 分钟先做什么" in html and "要求止付" in html and 'href="tel:96110"' in html
    assert 'content="noindex"' in html


def test_the_worker_keeps_that_page_and_its_style_only(client):
    response = client.get("/service-worker.js")
    script = response.content.decode()
    assert response["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response["Cache-Control"]
    assert 'const PAGE = "/offline/";' in script and "bundles/site" in script
    assert script.count("caches.open(") == 1 and ".put(" not in script
    assert 'credentials: "omit"' in script


def test_the_operator_can_take_it_away(client, settings):
    settings.SERVICE_WORKER = False
    script = client.get("/service-worker.js").content.decode()
    assert "registration.unregister()" in script and "addAll" not in script
