"""The model: what it sees of a text, how it adds up, and that its work grows with the text only."""

import math

import pytest

from screening.linear_model.features import (
    BETWEEN,
    ModelText,
    encode_pairs,
    list_ngrams,
    list_pairs,
)
from screening.linear_model.model import ARTIFACT, ScreeningModel, build_vector, load_shipped_model
from screening.linear_model.model_arrays import ModelArrays
from screening.reading.folded_text import FoldedText
from tests.linear_time import is_linear
from textkit.ngrams.ngram_codes import encode_characters, encode_ngrams

MAX_BYTES = 1_000_000


def build_model_text(text):
    return ModelText(FoldedText(text).text)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("日结300元，加微信abc_123！", " 日结###元 加微信※ "),
        ("电话<手机号>，138 0000 1234", " 电话※ ### #### "),
        ("时薪18.5元", " 时薪####元 "),
        ("订单20261127001", " 订单※ "),
        ("", " "),
        ("——！！", " "),
    ],
)
def test_figures_contacts_and_signs_become_plain(written, seen):
    assert build_model_text(written).text == seen


def test_a_place_in_it_is_found_again_in_the_folded_text():
    folded = FoldedText("招人，加微信abc_123，日结300元")
    text = ModelText(folded.text)
    start = text.text.index("日结")
    assert folded.text[slice(*text.locate(start, start + 5))] == "日结300"
    mark = text.text.index("※")
    assert folded.text[slice(*text.locate(mark, mark + 1))] == "abc_123"


def test_windows_are_whole_clauses_and_none_is_longer_than_allowed():
    text = build_model_text("，".join(["先交三百块钱", "做满一个月退", "包吃包住"] * 6) + "长" * 60)
    windows = list(zip(*(column.tolist() for column in text.windows), strict=True))
    assert max(end - start for start, end in windows) <= 50  # 48 and two gaps
    assert windows[0][0] == 0 and windows[-1][1] == len(text.text)
    covered = {place for start, end in windows for place in range(start, end)}
    assert covered == set(range(len(text.text)))


@pytest.mark.parametrize("written", ["", "！！", "走\r\n" * 100, "走了走了", "👍👍"])
def test_a_text_that_says_nothing_has_no_judgement(written):
    assert load_shipped_model().measure(build_model_text(written)).judge() == {}


RARITY = {"甲": 1000, "乙": 2000}


def make_model(weights):
    return ScreeningModel.make(make_content(weights))


def make_content(weights):
    part = {"bias": 0.0, "weights": weights}
    windowed = {"whole": part, "window": part}
    return {
        "rarity": RARITY,
        "fraud": windowed,
        "forbidden": windowed,
        "kinds": {
            "x": {"bias": 0.0, "weights": {"甲": 3000}},
            "y": {"bias": 0.0, "weights": {}},
        },
        "combination": {},
    }


def test_running_sums_tell_what_the_vector_of_a_piece_tells():
    model = make_model({"甲": 1000, "乙": -500})
    text = build_model_text("甲乙，甲丙丁戊")
    vector = build_vector(text.text, RARITY)
    by_hand = 1.0 * vector["甲"] - 0.5 * vector["乙"]
    judgement = model.measure(text).judge()["fraud"][0]
    assert judgement.whole == pytest.approx(by_hand)
    assert vector["甲"] == pytest.approx(2 / math.sqrt(2 * 1 + 4))


def test_the_worst_window_is_found():
    model = make_model({"甲": 1000})
    text = build_model_text("丙" * 24 + "，" + "丁" * 23 + "，甲" + "戊" * 22 + "，" + "己" * 24)
    span = model.measure(text).judge()["fraud"][0].span
    assert "甲" in text.text[slice(*span)]


def test_kinds_share_one_probability():
    ranked = make_model({}).measure(build_model_text("甲")).rank_kinds(["x", "y", "unknown"])
    assert [kind for kind, _share in ranked] == ["x", "y"]
    assert sum(share for _kind, share in ranked) == pytest.approx(1)


def test_packed_and_unpacked_a_model_says_the_same_but_for_little():
    content = make_content({"甲": 1000, "乙": -500})
    arrays = ModelArrays.make(content)
    unpacked = ModelArrays.unpack(arrays.pack())
    assert (unpacked.codes == arrays.codes).all() and (unpacked.rarity == arrays.rarity).all()
    text = build_model_text("甲乙，甲丙丁戊")
    (judgement,) = ScreeningModel(unpacked).measure(text).judge()["fraud"]
    (expected,) = ScreeningModel(arrays).measure(text).judge()["fraud"]
    assert judgement.whole == pytest.approx(expected.whole, abs=0.01)
    ranked = ScreeningModel(unpacked).measure(build_model_text("甲")).rank_kinds(["x", "y"])
    assert [kind for kind, _share in ranked] == ["x", "y"]


def test_the_artifact_is_small():
    assert ARTIFACT.stat().st_size <= MAX_BYTES


def test_runs_are_one_to_three_characters():
    assert list_ngrams("甲乙丙") == (["甲", "乙", "丙"], ["甲乙", "乙丙"], ["甲乙丙"])


def test_pairs_stand_in_one_clause_with_others_between_and_count_once():
    text = " 甲乙丙甲丙 丁戊 " + "己" + "庚" * 10 + "辛 "
    expected = {"甲丙", "甲甲", "乙甲", "乙丙", "丙丙", "己庚", "己辛", "庚庚", "庚辛"}
    assert list_pairs(text) == {first + BETWEEN + second for first, second in expected}
    codes = {int(encode_ngrams(encode_characters(pair))[2][0]) for pair in list_pairs(text)}
    encoded, places = encode_pairs(encode_characters(text))
    assert set(encoded.tolist()) == codes
    firsts = {pair[0] for pair in list_pairs(text)}
    assert {text[place] for place in places} == firsts


def test_the_pairs_of_paragraphs_are_those_of_each_read_alone():
    content = make_content({f"{a}{BETWEEN}{b}": 1000 for a, b in ("甲丙", "乙丁", "甲丁")})
    content["rarity"] = RARITY | dict.fromkeys(content["fraud"]["whole"]["weights"], 500)
    model = ScreeningModel.make(content)
    paragraphs = ["甲乙丙丁戊己庚", "短", "乙戊丁，甲乙丙甲乙丙", "戊己庚辛壬癸子"]
    judged = model.measure(build_model_text("\n".join(paragraphs))).judge()["fraud"]
    alone = [
        model.measure(build_model_text(p)).judge()["fraud"][0] for p in paragraphs if len(p) > 1
    ]
    assert [j.whole for j in judged[1:]] == pytest.approx([j.whole for j in alone])


def test_pairs_count_in_the_whole_and_in_paragraphs_but_not_in_windows():
    pair = f"甲{BETWEEN}丁"
    content = make_content({pair: 1000})
    content["rarity"] = RARITY | {pair: 500}
    model = ScreeningModel.make(content)
    whole, first, second = model.measure(
        build_model_text("甲乙丙丁戊己庚辛\n甲乙丙戊己庚辛丁壬")
    ).judge()["fraud"]
    assert whole.whole > 0 and first.whole > 0 and second.whole > 0
    assert whole.window == first.window == second.window == 0
    vector = build_vector(" 甲乙丙丁戊己庚辛 ", content["rarity"], with_pairs=True)
    assert first.whole == pytest.approx(vector[pair])


@pytest.mark.parametrize("piece", ["刷单", "，", "a1b2c3", "1", "押金 ", "<手机号>", "\u200b字"])
def test_work_grows_with_the_text_and_no_faster(piece):
    model = load_shipped_model()
    assert is_linear(lambda text: model.measure(build_model_text(text)).judge(), piece)


def test_a_clause_that_is_said_again_counts_once():
    text = build_model_text("今天去河边，你好啊朋友\n你好啊朋友，走走看看\n走走看看，回家吃饭")
    assert text.text == " 今天去河边 你好啊朋友 走走看看 回家吃饭 "
    paragraphs = [text.text[start:end] for start, end in text.list_paragraphs()]
    assert paragraphs == [" 今天去河边 你好啊朋友 ", " 走走看看 ", " 回家吃饭 "]


@pytest.mark.parametrize("piece", ["招人，日结。", "走了走，\n"])
def test_dropping_them_takes_linear_time(piece):
    assert is_linear(build_model_text, piece)


def test_sentences_end_at_a_stop_and_long_ones_behind_a_clause():
    text = build_model_text(
        "今天去河边。你好\n走走看看！"
        + "回家吃饭的人，" * 2
        + "、".join(f"第{n}样要带的东西" for n in "一二三四五六七八")
    )
    sentences = [text.text[start:end] for start, end in text.list_sentences()]
    assert sentences[:2] == [" 今天去河边 ", " 走走看看 "]
    assert all(sentence[0] == sentence[-1] == " " and len(sentence) <= 50 for sentence in sentences)
    assert len(sentences) == 4
    assert (
        "".join(sentence[:-1] for sentence in sentences[2:]) + " "
        == text.text[text.text.index(" 回家") :]
    )


def test_sentences_have_the_values_of_paragraphs_of_the_same_words():
    measured = load_shipped_model().measure(
        build_model_text(
            "先垫付商品款，本金和佣金十分钟返还\n周末在步行街口发传单，中间休息一小时，管午饭\n加微信进群领任务"
        )
    )
    paragraphs = [judgement.values for judgement in measured.judge()["fraud"][1:]]
    sentences = measured.sentence_values
    assert len(paragraphs) == 3
    for number, values in enumerate(paragraphs):
        assert {
            name: sentence_values[number] for name, sentence_values in sentences.items()
        } == pytest.approx(values)
