"""查一查: pictures that are read: waiting, the answer, both sides of a chat, what is forgotten."""

import re
import time

import pytest

from safety.checker import views as check_views
from sitekit.ocr import reader_client
from sitekit.ocr.reader_client import ReaderBusy
from tests.answers import read_body
from tests.safety.checking import (
    ADDRESS,
    LONG_ENOUGH,
    build_upload,
    get_headline,
    picture_of,
    post_check,
)
from tests.safety.reporting import make_browser
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image

pytestmark = pytest.mark.django_db
SCAM = ("帮商家做单三分钟一单", "先垫付本金做完一起返", "加微信 abcdef7 细说")


def build_picture_upload(lines=SCAM, **drawn):
    return build_upload(encode_image(draw_lines(lines, **drawn)), "a.jpg", "image/jpeg")


def test_a_screenshot_is_judged_like_the_same_text_pasted():
    read, pasted = post_check(pictures=[build_picture_upload()]), post_check(text="\n".join(SCAM))
    assert get_headline(read) == get_headline(pasted) == "很像骗局"
    reasons = [re.findall(r"<h3>(.*?)</h3>", read_body(page)) for page in (read, pasted)]
    assert set(reasons[1]) <= set(reasons[0])
    page = read_body(read)
    for line in SCAM[:2]:
        assert line in re.sub(r"<sup>.*?</sup>|<[^>]*>", "", page)


def test_each_finding_has_its_number_in_the_picture_the_text_and_the_reasons():
    page = read_body(post_check(pictures=[build_picture_upload()]))
    svg = page.partition("<svg viewBox")[2].partition("</svg>")[0]
    in_picture = set(re.findall(r'href="#reason-(\d+)"', svg))
    transcript = page.partition('class="transcript"')[2].partition("</ol>")[0]
    in_text = set(re.findall(r'href="#reason-(\d+)"', transcript))
    assert in_picture and in_picture == in_text
    assert in_picture <= set(re.findall(r'id="reason-(\d+)"', page))
    assert 'href="data:image/jpeg;base64,' in svg


def test_what_was_read_stands_in_the_form_to_be_corrected_and_checked_again():
    page = read_body(post_check(pictures=[build_picture_upload()]))
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert [line for line in SCAM if line not in area] == []


def test_what_a_code_holds_is_checked_again_with_the_corrected_text():
    """It has a part in the verdict, and would have none in the next."""
    page = read_body(post_check(text=LONG_ENOUGH, pictures=[picture_of("加微信 abcdef7 细说")]))
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert area.strip().splitlines() == [LONG_ENOUGH, "加微信 abcdef7 细说"]


def test_the_typed_text_comes_before_the_pictures_and_pictures_in_their_order():
    page = read_body(
        post_check(
            text=LONG_ENOUGH,
            pictures=[build_picture_upload([SCAM[0]]), build_picture_upload([SCAM[1]])],
        )
    )
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert area.strip().splitlines() == [LONG_ENOUGH, SCAM[0], SCAM[1]]
    assert "第 1 张，共 2 张" in page and "第 2 张，共 2 张" in page


def test_the_answer_is_at_an_address_of_the_sender_alone_and_asks_again_by_itself(monkeypatch):
    monkeypatch.setattr(check_views, "READING_SECONDS", 0)
    client = make_browser()
    response = client.post(ADDRESS, {"pictures": [build_picture_upload()]})
    assert response.status_code == 302
    address = response["Location"]
    assert re.fullmatch(r"/check/reading/[\w-]{32}/", address)
    waiting = client.get(address)
    assert waiting.status_code == 200 and "正在读 1 张图" in read_body(waiting)
    assert waiting["Refresh"] == "2" and "no-store" in waiting["Cache-Control"]
    until = time.monotonic() + 60
    while "Refresh" in (answer := client.get(address)):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert get_headline(answer) == "很像骗局" and "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("ticket", ["x", "nobody-s-ticket", "鲸"])
def test_forgotten_pictures_are_asked_for_again(client, ticket):
    response = client.get(f"/check/reading/{ticket}/")
    assert response.status_code == 410 and "这几张图和一起贴的字已经不在了" in read_body(response)
    assert 'name="pictures"' in read_body(response)


def test_while_the_reader_does_not_answer_nobody_is_told_that_the_pictures_are_gone(monkeypatch):
    """Busy as it is, it may still read them."""
    client = make_browser()
    address = client.post(ADDRESS, {"pictures": [build_picture_upload()]})["Location"]
    with monkeypatch.context() as silence:
        silence.setitem(reader_client._silent, "until", time.monotonic() + 600)
        waiting = client.get(address)
        assert waiting.status_code == 200 and waiting["Refresh"] == "2"
        assert "读图的机器正忙" in read_body(waiting)
    until = time.monotonic() + 60
    while "Refresh" in (answer := client.get(address)):
        assert time.monotonic() < until
    assert get_headline(answer) == "很像骗局"


def test_when_too_many_are_read_it_says_so_and_the_text_is_checked(monkeypatch):
    def refuse(*_asked):
        raise ReaderBusy

    monkeypatch.setattr(check_views, "submit_pictures", refuse)
    alone = post_check(pictures=[build_picture_upload()])
    assert alone.status_code == 503 and "现在查的人多" in read_body(alone)
    with_text = post_check(text="\n".join(SCAM), pictures=[build_picture_upload()])
    assert get_headline(with_text) == "很像骗局" and "现在查的人多" in read_body(with_text)


def test_a_reading_can_only_be_looked_at(client):
    assert client.post("/check/reading/x/").status_code == 405
