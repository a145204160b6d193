"""How a kept page is sent: packed or not, whole or not again."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils.http import http_date

from sitekit.kept_pages.answers import build_answer, is_keepable, pack_page

DRAWN, LATER = 1_800_000_000.7, 1_800_000_001.0
WORDS = "兼职" * 200


@pytest.fixture
def kept():
    return pack_page(HttpResponse(WORDS, headers={"X-Own": "1"}), DRAWN)


def answer_request(kept, now=LATER, **headers):
    request = RequestFactory().get("/", headers=headers)
    return build_answer(request, kept, now)


def test_it_is_sent_whole(kept):
    answer = answer_request(kept)
    assert answer.content.decode() == WORDS
    assert answer["X-Own"] == "1"
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Content-Encoding" not in answer


def test_each_coding_has_its_bytes_and_its_tag(kept):
    plain, packed = answer_request(kept), answer_request(kept, accept_encoding="br, gzip")
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(packed.content))
    assert packed["ETag"] != plain["ETag"]
    assert not plain["ETag"].startswith("W/")


@pytest.mark.parametrize(
    ("accepts", "is_packed"),
    [
        *(("gzip", True), ("GZIP;q=0.5", True), ("br, gzip;q=1.0", True), ("gzip;q=0.001", True)),
        *(("gzip;q=0", False), ("br, gzip; q=0.0, identity", False), ("br", False), ("", False)),
    ],
)
def test_who_refuses_gzip_gets_none(kept, accepts, is_packed):
    assert ("Content-Encoding" in answer_request(kept, accept_encoding=accepts)) == is_packed


def test_the_same_bytes_have_the_same_tag_in_every_process(kept):
    again = pack_page(HttpResponse(WORDS), LATER)
    assert (again.tag, again.compressed) == (kept.tag, kept.compressed)
    assert pack_page(HttpResponse(f"{WORDS}!"), DRAWN).tag != kept.tag


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_is_told_so(kept, form):
    answer = answer_request(kept, if_none_match=form.format(answer_request(kept)["ETag"]))
    assert (answer.status_code, answer.content) == (304, b"")
    assert {"ETag", "Cache-Control", "Vary", "Last-Modified"} <= set(answer.headers)
    assert "Content-Type" not in answer


def test_a_tag_counts_more_than_a_date(kept):
    date = answer_request(kept)["Last-Modified"]
    assert answer_request(kept, if_modified_since=date).status_code == 304
    assert answer_request(kept, if_none_match='"x"', if_modified_since=date).status_code == 200


def test_a_date_is_sent_once_its_second_is_over_and_must_be_the_same(kept):
    assert "Last-Modified" not in answer_request(kept, now=DRAWN)
    date = http_date(int(DRAWN))
    assert answer_request(kept, now=DRAWN, if_modified_since=date).status_code == 200
    assert answer_request(kept)["Last-Modified"] == date
    assert answer_request(kept, if_modified_since=http_date(int(DRAWN) + 9)).status_code == 200


def test_a_stale_page_says_so_and_is_kept_by_nobody(kept):
    request = RequestFactory().get("/", headers={"if-none-match": "*"})
    answer = build_answer(request, kept, LATER, is_stale=True)
    assert answer.status_code == 200
    assert answer["Warning"].startswith("110 ")
    assert answer["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified"} & set(answer.headers)


def with_cookie():
    answer = HttpResponse()
    answer.set_cookie("a", "b")
    return answer


@pytest.mark.parametrize(
    "answer",
    [
        with_cookie(),
        HttpResponse(headers={"Vary": "Accept-Encoding, Cookie"}),
        HttpResponse(headers={"Cache-Control": "private"}),
        HttpResponse(headers={"Content-Encoding": "gzip"}),
        HttpResponse(status=404),
        HttpResponse(status=410),
        HttpResponse(status=302),
        StreamingHttpResponse([b""]),
    ],
)
def test_what_may_be_of_one_reader_is_not_kept(answer):
    assert not is_keepable(answer)
    assert is_keepable(HttpResponse(WORDS))
