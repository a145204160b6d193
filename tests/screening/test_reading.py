import pytest

from screening.reading import Reading


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("刷 单", "刷单"),
        ("刷　单", "刷单"),
        ("刷\u200b单", "刷单"),
        ("刷\u0338单\u0338", "刷单"),
        ("ＱＱ１２３", "qq123"),
        ("①②③", "123"),
        ("1\ufe0f\u20e3", "1"),
        ("墊付後返傭金", "垫付后返佣金"),
        ("加 QQ", "加 qq"),
        ("WeChat  ID", "wechat id"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("  前后  ", "前后"),
        ("", ""),
    ],
)
def test_one_spelling_for_what_reads_the_same(written, read):
    assert Reading(written).text == read


@pytest.mark.parametrize(
    "written", ["日 结 刷\u200b 单 兼职", "㈱刷单", "ﬁ刷单", "🙂刷单。", "İ刷\u0338单"]
)
def test_a_span_points_into_the_text_as_written(written):
    reading = Reading(written)
    at = reading.text.index("刷单")
    start, end = reading.span(at, at + 2)
    piece = written[start:end]
    assert piece[0] == "刷" and piece[-1] == "单"


def test_every_character_read_has_its_place():
    written = " 啊\u0301①㎡ x\u00a0y\u3000刷　单 "
    reading = Reading(written)
    places = [reading.span(i, i + 1)[0] for i in range(len(reading.text))]
    assert places == sorted(places)
    assert all(0 <= place < len(written) for place in places)
