"""The newest listings of a list for feed readers."""

import json

import feedparser
import pytest

from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


def read_json(client, address):
    response = client.get(address)
    assert response["Content-Type"].startswith("application/feed+json")
    return json.loads(response.content)


@pytest.fixture(scope="module")
def board(publish_once, place):
    publish_once(title="初二家教", category="tutor")
    publish_once(title="凤凰检票 <b>&", category="event_staff", region_id=place("fenghuang").adcode)
    publish_once(title="合肥家教", category="tutor", region_id=place("hefei").adcode)


@pytest.mark.parametrize(
    ("folder", "name", "titles"),
    [
        ("/jobs/", "全国兼职", ["合肥家教", "凤凰检票 <b>&", "初二家教"]),
        ("/xiangxi/jobs/", "湘西兼职", ["凤凰检票 <b>&", "初二家教"]),
        ("/xiangxi/jobs/tutor/", "湘西家教兼职", ["初二家教"]),
        ("/jobs/tutor/", "全国家教兼职", ["合肥家教", "初二家教"]),
        ("/xiangxi/jobs/in/fenghuang/", "湘西凤凰兼职", ["凤凰检票 <b>&"]),
    ],
)
def test_a_list_has_its_newest_as_atom_rss_and_json(client, board, folder, name, titles):
    feed = read_json(client, f"{folder}feed.json")
    assert feed["title"] == f"{name} - 兼职信息网"
    assert feed["home_page_url"] == f"http://testserver{folder}"
    assert [item["title"] for item in feed["items"]] == titles
    assert client.get(feed["items"][0]["url"]).status_code == 200
    page = client.get(folder).content.decode()
    for form, version in (("atom", "atom10"), ("rss", "rss20")):
        parsed = feedparser.parse(client.get(f"{folder}feed.{form}").content)
        assert not parsed.bozo and parsed.version == version
        assert [entry.link for entry in parsed.entries] == [item["url"] for item in feed["items"]]
        assert f'href="{folder}feed.{form}"' in page
    assert f'href="{folder}feed.json"' in page


@pytest.mark.parametrize(
    ("query", "name", "titles"),
    [
        ("?q=检票", "湘西“检票”兼职", ["凤凰检票 <b>&"]),
        ("?q=检%07票", "湘西“检票”兼职", ["凤凰检票 <b>&"]),
        ("?category=tutor&sort=pay&utm_source=x", "湘西家教兼职", ["初二家教"]),
        ("?pay_min=500", "湘西时薪 500 元起的兼职", []),
        ("?pay_min=abc&category=nothing", "湘西兼职", ["凤凰检票 <b>&", "初二家教"]),
    ],
)
def test_a_list_by_filters_and_words_has_a_feed_of_its_own(client, board, query, name, titles):
    feed = read_json(client, f"/xiangxi/jobs/feed.json{query}")
    assert (feed["title"].partition(" - ")[0], [item["title"] for item in feed["items"]]) == (
        name,
        titles,
    )
    assert client.get(feed["home_page_url"].removeprefix("http://testserver")).status_code < 400
    assert feed["feed_url"].endswith(feed["home_page_url"].partition("?")[2])
    answer = client.get(f"/xiangxi/jobs/feed.atom{query}")
    again = client.get(f"/xiangxi/jobs/feed.atom{query}", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_the_page_of_a_filtered_list_names_its_feed(client, board):
    page = client.get("/xiangxi/jobs/?q=检票&sort=pay").content.decode()
    assert 'href="/xiangxi/jobs/feed.atom?q=%E6%A3%80%E7%A5%A8"' in page


def test_an_entry_says_what_and_by_whom_and_no_contact(client, publish):
    publish(contact_phone="13787430001", contact_wechat="longlong2026")
    response = client.get("/xiangxi/jobs/feed.json")
    (item,) = json.loads(response.content)["items"]
    assert item["summary"] == "22元/小时，日结，吉首市"
    assert "介绍新口味" in item["content_html"]
    assert item["authors"] == [{"name": "乾州清茗饮品店"}] and item["tags"] == ["传单派发"]
    assert b"13787430001" not in response.content and b"longlong" not in response.content


def test_a_person_is_not_named(client, publish):
    publish(by=make_employer("田示例", kind="person", checks="IP"))
    assert "田示例" not in client.get("/xiangxi/jobs/feed.atom").content.decode()


def test_who_has_it_gets_no_body_until_something_changes(client, board, publish):
    first = client.get("/xiangxi/jobs/feed.atom")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/xiangxi/jobs/feed.atom", headers=headers).status_code == 304
    publish(title="新的")
    assert "新的" in client.get("/xiangxi/jobs/feed.atom", headers=headers).content.decode()


def test_it_takes_as_many_queries_for_many(client, publish, django_assert_num_queries):
    for count in (1, 8):
        for _ in range(count):
            publish()
        with django_assert_num_queries(2):
            client.get("/xiangxi/jobs/feed.atom")


def test_an_empty_list_has_an_empty_feed(client):
    assert read_json(client, "/hefei/jobs/feed.json")["items"] == []
