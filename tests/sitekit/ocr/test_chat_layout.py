"""Lines of a picture put together to messages, and who says them."""

import pytest

from sitekit.ocr.chat_layout import Side, arrange_messages
from sitekit.ocr.picture_text import join_readings
from sitekit.ocr.readings import PictureReading, TextLine

WHITE, GREEN, GREY = (255, 255, 255), (150, 236, 105), (237, 237, 237)
WIDTH, HEIGHT = 1080, 2400


def build_text_line(text, left, top, ground=WHITE, *, right=None, height=48, bubble=(0, WIDTH)):
    right = right or left + 44 * len(text)
    return TextLine(text, left, top, right, top + height, ground, *bubble)


def build_other_line(text, top, **more):
    right = more.get("right", 186 + 44 * len(text))
    return build_text_line(text, 186, top, **{"bubble": (160, right + 26), **more})


def build_own_line(text, top, **more):
    left = 890 - 44 * len(text)
    return build_text_line(text, left, top, GREEN, **{"bubble": (left - 26, 916), **more})


def build_picture_reading(*lines):
    return PictureReading(width=WIDTH, height=HEIGHT, lines=lines)


def list_message_sides(*readings):
    return [(message.side, message.text) for message in arrange_messages(readings)]


CHAT = (
    build_text_line("兼职小雨", 440, 40, GREY),
    build_other_line("在家用手机就能做这个活", 200),
    build_other_line("一单三分钟", 262, bubble=(160, 704)),
    build_own_line("怎么做呀", 400),
    build_other_line("先交押金", 560),
)


def test_the_sides_of_a_chat_are_told_and_what_stands_in_the_middle_is_nobodys():
    assert list_message_sides(build_picture_reading(*CHAT)) == [
        (Side.NONE, "兼职小雨"),
        (Side.OTHER, "在家用手机就能做这个活一单三分钟"),
        (Side.OWN, "怎么做呀"),
        (Side.OTHER, "先交押金"),
    ]


WIDE = (160, 920)


def test_a_bubble_as_wide_as_the_picture_allows_is_told_by_its_colour_and_its_edge():
    wide = (
        build_other_line("第一句说了很多很多很多很多话", 200, bubble=WIDE),
        build_text_line("我也说了很多很多很多很多很多", 186, 400, GREEN, bubble=(160, 916)),
        build_own_line("好的", 560),
        build_text_line("转账五百", 280, 700, (248, 158, 76), bubble=(230, 916)),
        build_other_line("又是很多很多很多很多很多的话", 860, bubble=WIDE),
    )
    assert [side for side, _ in list_message_sides(build_picture_reading(*wide))] == [
        Side.OTHER, Side.OWN, Side.OWN, Side.OWN, Side.OTHER,
    ]  # fmt: skip


# Beside a picture of the person: narrower at the far end than at one's own.
OTHER_WIDE, OWN_WIDE = (189, 962), (118, 888)


def own_beside_a_picture(text, top, bubble):
    return build_text_line(text, bubble[0] + 26, top, GREEN, bubble=bubble)


@pytest.mark.parametrize("left", [600, OWN_WIDE[0]], ids=["a short one", "wide ones alone"])
def test_wide_bubbles_that_leave_less_room_at_the_other_border_keep_their_side(left):
    wide = (
        build_other_line("第一句说了很多很多很多很多话", 200, bubble=OTHER_WIDE),
        own_beside_a_picture("做不做", 400, (left, 888)),
        build_other_line("第二句又说了很多很多很多的话", 600, bubble=OTHER_WIDE),
        own_beside_a_picture("我也说了很多很多很多很多很多", 800, OWN_WIDE),
    )
    assert [side for side, _ in list_message_sides(build_picture_reading(*wide))] == [
        Side.OTHER,
        Side.OWN,
    ] * 2


def test_where_the_other_s_short_bubble_is_surest_one_s_own_wide_ones_stay_at_the_right():
    wide = (
        build_other_line("在吗", 200, bubble=(189, 330)),
        build_other_line("第一句说了很多很多很多很多话", 400, bubble=OTHER_WIDE),
        own_beside_a_picture("我也说了很多很多很多很多很多", 600, OWN_WIDE),
    )
    assert [side for side, _ in list_message_sides(build_picture_reading(*wide))] == [
        Side.OTHER,
        Side.OTHER,
        Side.OWN,
    ]


def test_a_name_above_a_bubble_is_on_its_side_and_a_time_in_the_middle_on_none():
    group = (
        build_text_line("王姐", 180, 140, GREY, height=36),
        build_other_line("明天来吗", 200),
        build_text_line("昨天 21:07", 440, 300, GREY, height=36),
        build_own_line("来", 400),
    )
    assert [side for side, _ in list_message_sides(build_picture_reading(*group))] == [
        Side.OTHER, Side.OTHER, Side.NONE, Side.OWN,
    ]  # fmt: skip


LEFT_BOX, RIGHT_BOX = (60, 500), (560, 1020)


def test_columns_of_a_poster_are_read_one_after_the_other_and_have_no_sides():
    columns = (
        build_text_line("流程", 90, 200, bubble=LEFT_BOX),
        build_text_line("收入", 590, 198, bubble=RIGHT_BOX),
        build_text_line("试音", 90, 260, bubble=LEFT_BOX),
        build_text_line("三千", 590, 262, bubble=RIGHT_BOX),
    )
    assert list_message_sides(build_picture_reading(*columns)) == [
        (Side.NONE, "流程\n试音"),
        (Side.NONE, "收入\n三千"),
    ]


def test_rows_of_a_table_are_read_one_after_the_other():
    table = (
        build_text_line("底薪", 90, 200),
        build_text_line("五千", 800, 198),
        build_text_line("食宿", 90, 260),
        build_text_line("全包", 800, 262),
    )
    assert list_message_sides(build_picture_reading(*table)) == [
        (Side.NONE, "底薪 五千\n食宿 全包")
    ]


def test_a_poster_has_no_sides():
    lines = (
        build_text_line("急招十人", 300, 200, (200, 40, 40)),
        build_text_line("日结三百", 340, 400, (200, 40, 40)),
    )
    assert {side for side, _text in list_message_sides(build_picture_reading(*lines))} == {
        Side.NONE
    }


def test_messages_of_one_person_alone_have_no_side():
    assert {
        side
        for side, _ in list_message_sides(
            build_picture_reading(build_other_line("你好", 200), build_other_line("在吗", 400))
        )
    } == {Side.NONE}


def test_lines_far_apart_or_on_another_ground_are_two_messages():
    assert (
        len(
            list_message_sides(
                build_picture_reading(
                    build_other_line("一句话", 200), build_other_line("另一句", 330)
                )
            )
        )
        == 2
    )
    assert (
        len(
            list_message_sides(
                build_picture_reading(
                    build_other_line("一句话", 200), build_other_line("另一句", 262, ground=GREEN)
                )
            )
        )
        == 2
    )


def test_a_short_line_ends_with_a_break_and_a_full_one_goes_on():
    message = (
        build_other_line("岗位发单员", 200, right=500),
        build_other_line("每天两百元当天结清还管饭", 262),
    )
    assert (
        list_message_sides(build_picture_reading(*message))[0][1]
        == "岗位发单员\n每天两百元当天结清还管饭"
    )
    wrapped = (build_other_line("一天三百", 200, right=860), build_other_line("00元", 262))
    assert list_message_sides(build_picture_reading(*wrapped))[0][1] == "一天三百00元"


def test_latin_words_that_wrap_keep_their_blank():
    wrapped = (
        build_other_line("please contact our", 200, right=860),
        build_other_line("manager", 262, right=400),
    )
    assert list_message_sides(build_picture_reading(*wrapped))[0][1] == "please contact our manager"


def test_two_pieces_of_one_row_are_one_line():
    row = (build_text_line("加薇", 186, 200), build_text_line("mm2035", 300, 202))
    assert list_message_sides(build_picture_reading(*row))[0][1] == "加薇 mm2035"


CLOCK, BATTERY = (
    build_text_line("20:41", 60, 20, GREY, height=36),
    build_text_line("5G 86%", 900, 20, GREY, height=36),
)


def test_what_the_phone_shows_above_and_below_is_no_message():
    bars = (
        build_text_line("く", 30, 126, GREY),
        build_text_line("36", 110, 128, GREY, right=150),
        build_text_line("+", 30, 2260, GREY, right=90),
        build_text_line("发送 短信", 150, 2260, bubble=(120, 860)),
    )
    read = list_message_sides(build_picture_reading(CLOCK, BATTERY, *bars, *CHAT))
    assert read == list_message_sides(build_picture_reading(*CHAT)) and read[0] == (
        Side.NONE,
        "兼职小雨",
    )


def test_a_number_or_a_short_word_of_the_content_is_not_taken_for_the_phone_s():
    kept = (
        build_text_line("95588", 236, 130),
        build_other_line("30", 300),
        build_own_line("OK", 2200),
    )
    assert [text for _, text in list_message_sides(build_picture_reading(CLOCK, *kept))] == [
        "95588",
        "30",
        "OK",
    ]
    poster = (build_text_line("20:30", 440, 20), build_text_line("36", 110, 128))
    assert [text for _, text in list_message_sides(build_picture_reading(*poster))] == [
        "20:30",
        "36",
    ]


def test_what_two_screenshots_both_show_is_told_once():
    first = build_picture_reading(
        build_other_line("一", 200),
        build_own_line("二", 400),
        build_other_line("三", 560),
        build_own_line("四", 720),
    )
    second = build_picture_reading(
        build_other_line("三", 200), build_own_line("四", 360), build_other_line("五", 520)
    )
    assert [text for _side, text in list_message_sides(first, second)] == [
        "一",
        "二",
        "三",
        "四",
        "五",
    ]
    assert [
        text
        for _side, text in list_message_sides(
            first, build_picture_reading(build_own_line("二", 200))
        )
    ][-1] == "二"


@pytest.mark.parametrize(("start", "end", "across"), [(0, 2, (186, 274)), (2, 4, (274, 362))])
def test_words_are_found_in_their_line(start, end, across):
    read = join_readings([build_picture_reading(build_other_line("先交押金", 200))])
    (area,) = read.find_areas(start, end)
    assert (area.left, area.right) == across and (area.top, area.bottom) == (200, 248)


def test_words_over_two_lines_have_two_areas_each_in_its_picture():
    read = join_readings(
        [build_picture_reading(*CHAT), build_picture_reading(build_other_line("做完返本金", 200))]
    )
    at = read.text.index("做这个活一单")
    areas = list(read.find_areas(at, at + 6))
    assert [(area.top, area.picture) for area in areas] == [(200, 0), (262, 0)]
    at = read.text.index("返本金")
    assert [area.picture for area in read.find_areas(at, at + 3)] == [1]


def test_a_picture_without_lines_is_no_text():
    assert join_readings([build_picture_reading(), PictureReading(error="坏了")]).text == ""
