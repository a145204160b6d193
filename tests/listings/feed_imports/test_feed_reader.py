"""Feeds are read as they are written, and what means harm is refused before it costs anything."""

import json
import re

import pytest
from lxml import html

from listings.feed_imports.feed_reader import MAX_BYTES, MAX_JOBS, parse_job_feed
from listings.feed_imports.job_cells import convert_html_to_text
from listings.imports.record_source import FileUnreadable
from tests.linear_time import is_linear
from tests.listings.feeds import build_feed_job, build_feed_xml, json_list


def test_xml_and_json_say_the_same():
    (of_xml,), (same,) = (
        parse_job_feed(build_feed_xml(build_feed_job())),
        parse_job_feed(json_list(build_feed_job())),
    )
    assert of_xml == same and of_xml.key == "A-1" and not of_xml.problem
    cells = of_xml.cells
    assert cells["place"] == "湖南省 - 湘西州 - 吉首市" and cells["headcount"] == "4"
    assert cells["duties"] == "在商场一楼介绍新口味，\n把试饮券交到路过的顾客手里。"
    assert cells["valid_through"] == build_feed_job()["expirationdate"][:10]
    assert (
        parse_job_feed("\ufeff".encode() + json.dumps([build_feed_job()]).encode())[0].key == "A-1"
    )
    wide = build_feed_xml(build_feed_job()).decode().replace("utf-8", "utf-16").encode("utf-16")
    assert parse_job_feed(wide)[0].cells == cells


def test_job_postings_of_schema_org_are_read():
    posting = {
        "@type": "JobPosting",
        "title": "课后托管辅导",
        "identifier": {"@type": "PropertyValue", "value": 77},
        "description": "陪写作业",
        "validThrough": "2026-12-31",
        "jobLocation": {"address": {"addressRegion": "湖南", "addressLocality": "吉首市"}},
        "baseSalary": {"value": {"minValue": 30, "maxValue": 40, "unitText": "HOUR"}},
    }
    for value in (
        posting,
        [posting],
        {"@graph": [posting]},
        {"itemListElement": [{"item": posting}]},
    ):
        (item,) = parse_job_feed(json.dumps(value, ensure_ascii=False).encode())
        assert (item.key, item.cells["pay"], item.cells["place"]) == (
            "77",
            "30-40元/小时",
            "湖南 - 吉首市",
        )
    (english,) = parse_job_feed(json_list({"id": 1, "title": "x", "salary": "22 - 25 per hour"}))
    assert english.cells["pay"] == "22 - 25 元/小时"


@pytest.mark.parametrize("kind", ["JobPosting", ["JobPosting"], "schema:JobPosting"])
def test_beside_job_postings_the_site_and_the_company_are_no_jobs(kind):
    graph = [
        {"@type": "WebSite", "url": "https://example.com/", "name": "某某招聘"},
        {"@type": ["Organization", "Brand"], "identifier": "C-1", "name": "某某公司"},
        {"@type": kind, "identifier": "A-1", "title": "课后托管辅导", "description": "陪写作业"},
    ]
    (job,) = parse_job_feed(json.dumps({"@graph": graph}).encode())
    assert (job.key, job.cells["title"]) == ("A-1", "课后托管辅导")
    own_words = [{"@type": "Vacancy", "id": "A-2", "title": "发传单"}]
    assert parse_job_feed(json.dumps(own_words).encode())[0].key == "A-2"


def test_what_cannot_be_known_again_is_told_for_each_job():
    jobs = parse_job_feed(
        json_list(
            build_feed_job(),
            build_feed_job(title="又一条"),
            {"title": "没编号"},
            7,
            build_feed_job(referencenumber="B", city="x" * 9000),
        )
    )
    problems = [each.problem for each in jobs]
    assert problems[0] == "" and "出现了两次" in problems[1] and "没有编号" in problems[2]
    assert problems[3] == "不是一个职位的内容" and "超过 6000 字" in problems[4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是完整的 XML 或 JSON"),
        (b"<source><job>", "不是完整的 XML"),
        (b"<source></source>", "没有找到职位"),
        (b"[]", "没有找到职位"),
        (b'{"jobs": [', "不是完整的 JSON"),
        (b"[" * 100_000, "不是完整的 JSON"),
        (b'["\xff"]', "不是完整的 JSON"),
        (b"PK\x03\x04", "不是完整的 XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "不是完整的 XML"),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><a><job><id>1</id><title>&b;</title></job></a>',
            "DOCTYPE",
        ),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a><job/></a>', "DOCTYPE"),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'.encode("utf-16"),
            "DOCTYPE",
        ),
        (b"<a>" * 300 + b"</a>" * 300, "不是完整的 XML"),
        (b"[" + b"{}," * MAX_JOBS + b"{}]", "最多 300 条"),
        (b" " * (MAX_BYTES + 1), "不能超过 5 MB"),
    ],
)
def test_what_is_no_feed_or_means_harm_is_refused(content, words):
    with pytest.raises(FileUnreadable, match=words):
        parse_job_feed(content)


def test_entities_never_grow():
    bomb = b"<!DOCTYPE a [<!ENTITY a0 'ha'>"
    bomb += b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    with pytest.raises(FileUnreadable):
        parse_job_feed(bomb + b"]><a><job><id>&a11;</id></job></a>")


def test_reading_takes_linear_time():
    assert is_linear(
        lambda text: parse_job_feed(f"<a><job><id>1</id>{text}</job></a>".encode()), "<x>y</x>"
    )
    assert is_linear(convert_html_to_text, "<p>甲<br>")
    assert is_linear(convert_html_to_text, "<b")


ATTRIBUTES = " ".join(f"a{number}=''" for number in range(4_000))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a><job>" + b"<b/>" * 200_000 + b"</job></a>", "标签太多"),
        (b"[" + b"{}," * 1_000 + b"{}]", f"最多 {MAX_JOBS} 条"),
    ],
)
def test_more_than_any_feed_has_is_refused(content, words):
    with pytest.raises(FileUnreadable, match=words):
        parse_job_feed(content)


def test_a_job_of_thousands_of_attributes_is_no_job():
    """lxml seeks each attribute among all of its element: a feed of 5 MB took longer than anybody waited."""
    (job,) = parse_job_feed(f"<a><job id='1' {ATTRIBUTES}/></a>".encode())
    assert job.problem == "不是一个职位的内容"


def test_jobs_within_a_job_are_not_read_again():
    """Each level repeated what was below it: 800 kB took thirteen seconds."""
    nested = b"<job>" * 200 + b"<id>1</id>" + b"</job>" * 200
    assert len(parse_job_feed(b"<a>" + nested + b"<job><id>2</id></job></a>")) == 2


@pytest.mark.parametrize(
    "tag", ["<p {}>", "<p {}", "<p <{}>", "<!doctype {}>", "<?x {}>", "</p {}>"]
)
def test_the_parser_of_html_sees_no_attributes(monkeypatch, tag):
    """It compares each attribute of a tag with all others: one tag of 4 MB hung the request for minutes."""
    seen = []
    monkeypatch.setattr(
        html, "fragment_fromstring", lambda text, **_: seen.append(text) or html.Element("div")
    )
    convert_html_to_text("<b class='x'>周末</b>" + tag.format(ATTRIBUTES))
    assert all(re.match("/?[a-z0-9]+>", piece) for piece in seen[0].split("<")[1:])


def test_html_of_more_tags_than_a_description_has_is_not_parsed(monkeypatch):
    monkeypatch.setattr(html, "fragment_fromstring", None)
    assert convert_html_to_text("<p>a" * 2_000) == "a" * 2_000


def test_html_becomes_lines_and_plain_text_stays():
    assert convert_html_to_text("一<br>二<ul><li>三</li></ul>&amp;").split() == [
        "一",
        "二",
        "三",
        "&",
    ]
    assert convert_html_to_text("每天 < 4 小时 & 包餐") == "每天 < 4 小时 & 包餐"


@pytest.mark.parametrize(
    "page",
    ["<html/>", "<!doctype html><html><head><title>甲</title></head></html>", "<html><frameset>"],
)
def test_a_whole_page_without_a_body_is_a_text_as_any_other(page):
    feed = build_feed_xml(build_feed_job(description=page))
    assert "<" not in parse_job_feed(feed)[0].cells.get("duties", "")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-12-31T16:00:00Z", "2027-01-01"),
        ("2026-12-31T15:59:59+00:00", "2026-12-31"),
        ("2027-01-01T00:00:00+08:00", "2027-01-01"),
        ("Thu, 31 Dec 2026 16:00:00 GMT", "2027-01-01"),
        ("2026-12-31 23:30", "2026-12-31"),
        ("2026-12-31 23:30 (CST)", "2026-12-31"),
        ("9999-12-31T23:00:00Z", "9999-12-31"),
    ],
)
def test_the_day_of_a_moment_is_the_day_here(moment, day):
    (job,) = parse_job_feed(json_list(build_feed_job() | {"expirationdate": moment}))
    assert job.cells["valid_through"] == day


def test_a_field_may_be_called_as_other_feeds_call_their_jobs():
    words = "<id>7</id><title>发传单</title><position>门口</position>"
    jobs = parse_job_feed(f"<items><item>{words}</item><item>{words}</item></items>".encode())
    assert [job.cells["title"] for job in jobs] == ["发传单", "发传单"]
