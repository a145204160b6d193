"""What is drawn with signs in several lines, a code or a number, is read by people alone: it waits for a moderator."""

import pytest
import segno

from accounts.employers.public_words import EmployerIntro
from accounts.public_text.drawn_signs import find_drawn_lines
from accounts.public_text.judgement import judge_public_text
from listings.applications.public_words import ApplicationWords, RatingReply
from listings.models import ListingRevision
from listings.publication import gate
from tests.conftest import build_listing_fields
from tests.linear_time import is_linear

pytestmark = pytest.mark.django_db
DUTIES = "在商场一楼介绍新口味，把试饮券交到路过的顾客手里。"
CODE = segno.make("https://u.wechat.com/abcdefg", error="l", micro=False)


def draw_code(dark, light):
    return "\n".join("".join(dark if point else light for point in row) for row in CODE.matrix)


DRAWN = {
    "code of squares": draw_code("⬛", "⬜"),
    "code of blocks": draw_code("██", "\u2003\u2003"),
    "code of characters": draw_code("田", "口"),
    "digits of blocks": "▀█ █▀█ █▀█\n █  ▀█ █▄█\n▄█▄ ▄▄█ █▄█",
    "digits of hashes": " #  ### ###\n##   #  # #\n #   ## ###\n #    # # #\n### ### ###",
    "digits of strokes": "   _  _ \n | _||_|\n | _||_|",
    "digits one below the other": "###\n  #\n###\n# #\n###",
    "dots": "⣿⣿⠀⠻⣿\n⣿⡇⢸⣷⣿\n⣿⠿⠿⠿⣿",
    "with empty lines between": "█▀█ ▀█\n\n▀▀█ ▄▀\n\n▄▄█ ▄▄",
}


@pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN)
def test_what_is_drawn_waits_in_every_text(employer, drawn):
    text = ListingRevision(**build_listing_fields(duties=f"{DUTIES}\n{drawn}"))
    verdict = gate.judge_publication(text, employer)
    reasons = {reason.code: reason.field for reason in verdict.reasons}
    assert verdict.outcome == "queue" and reasons["drawn_signs"] == "duties"
    for kind, field in (
        (EmployerIntro, "intro"),
        (RatingReply, "reply"),
        (ApplicationWords, "about"),
    ):
        assert judge_public_text({field: f"老店。\n{drawn}"}, kind.rules).outcome == "queue"


@pytest.mark.parametrize(
    "text",
    [
        "做什么\n————————\n发传单\n————————\n要求\n========\n能站",
        "————————\n————————\n————————",
        "■ 发传单\n■ 收拾桌子\n■ 打扫",
        "①理货\n②收银\n③打扫",
        "环境 ★★★★★\n工资 ★★★★☆\n同事 ★★★☆☆",
        "10:00\n11:00\n20:00",
        "1000\n1100\n2000",
        "8:00-12:00\n13:00-17:00\n18:00-20:00",
        "。。。\n好\n。。。",
        "哈哈哈哈哈哈\n好",
    ],
)
def test_separators_bullets_and_hours_are_written(text):
    assert find_drawn_lines(text) is None


def test_the_lines_are_found_where_they_stand():
    text = "老店。\n█▀█\n▀▀█\n▄▄█\n包吃"
    start, end = find_drawn_lines(text)
    assert text[start:end] == "█▀█\n▀▀█\n▄▄█"


@pytest.mark.parametrize("piece", ["█▀█ ", "█\n", "———\n", "#_#\n\n", "\u2800\n"])
def test_work_grows_with_the_text_and_no_faster(piece):
    assert is_linear(find_drawn_lines, piece)
