"""Contacts that no pattern knows: what the model finds, what it leaves alone, and that it holds for authors that it has
not read."""

from itertools import pairwise

import pytest

from screening.contacts.extraction import find_contact_mentions, search_by_patterns
from screening.contacts.hidden_contacts import (
    WINDOW,
    HiddenContactModel,
    find_hidden_contacts,
    list_runs,
    read_windows,
)
from screening.contacts.mentions import claim_free
from screening.reading.folded_text import FoldedText
from tests import linear_time
from tools.screening_evaluation.contact_training import (
    list_honest_windows,
    measure_unread_author,
    read_contact_lines,
)


def list_found(text):
    folded = FoldedText(text)
    return [
        folded.written[slice(*folded.span(mention.start, mention.end))]
        for mention in find_contact_mentions(folded)
    ]


# None of these lines is in the corpus.
@pytest.mark.parametrize(
    "text",
    [
        "群昵称后半截倒过来，去企鹅那边找",
        "前半截是我名字拼音，后半截0931，绿软件里搜",
        "公种号“岭头夜班站”，进去回复开工有人带",
        "开会软件输 471 二六零 938，今晚八点听怎么接单",
        "这里说不方便，后面那串去掉汉字打给我：一三岭五零头七七二",
    ],
)
def test_what_no_pattern_knows_is_found(text):
    assert search_by_patterns(FoldedText(text)) == []
    assert list_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "会用钉钉打卡，先打早班再打晚班，8点和18点各一次",
        "抖音店铺主页装修，后面再加三张图，一张四十",
        "企业微信 2026年11月20日起改名，工号不变",
        "档案按拼音首字母排，前两位是年份，中间四位是流水号",
        "谨防加微信、扫码进群的兼职，本店报名不加群",
        "报名不要加微信，到店里填表",
        "精通Photoshop、Illustrator，会一点After Effects的优先",
        "会使用QQ、微信等聊天软件，打字快",
        "化工厂取样工，接触的是H2SO4和NaOH，劳保齐全",
        "本周排班：A班6点，B班14点，C班22点，别弄混",
    ],
)
def test_work_with_apps_and_numbers_is_none(text):
    assert list_found(text) == []


def test_it_is_found_in_the_middle_of_an_advertisement_and_its_clauses_are_the_place():
    before, after = "烧烤店招晚班店员，时薪二十，管一顿饭。", "不会的有老店员带，下个月还有全勤奖。"
    text = f"{before}群昵称后半截倒过来，去企鹅那边找。{after}\n{after}"
    (found,) = list_found(text)
    assert found == "群昵称后半截倒过来，去企鹅那边找"


def test_places_do_not_overlap():
    mentions = find_contact_mentions(FoldedText("昵称后半截倒过来，去企鹅那边找。" * 20))
    assert len(mentions) > 3
    assert all(first.end <= second.start for first, second in pairwise(mentions))


def test_where_a_pattern_finds_one_the_model_is_not_asked():
    text = FoldedText("微信 lin_0321。丘丘上见，前三位五一四，中间两位09，最后四位7731")
    assert list(find_contact_mentions(text)) == search_by_patterns(text)


def test_windows_are_whole_clauses_of_one_line_and_long_ones_are_cut():
    text = "一二三," * 40 + "\n" + "长" * 300
    _characters, starts, ends = read_windows(text)
    spans = set(zip(starts.tolist(), ends.tolist(), strict=True))
    assert {(0, 4), (0, 60), (4, 64), (156, 161), (161, 161 + 2 * WINDOW)} <= spans
    assert not {(0, 64), (4, 162)} & spans
    assert {text[start - 1] for start in starts.tolist() if start} == {",", "\n"}
    _characters, starts, ends = read_windows("一二三,四五,\n六七八,")
    assert sorted(zip(starts.tolist(), ends.tolist(), strict=True)) == [
        (0, 4),
        (0, 8),
        (4, 8),
        (8, 12),
    ]


def test_which_digit_it_is_says_nothing_nor_which_id_nor_what_only_repeats():
    assert list_runs("加1二🍠 lin_0321") == ["加", "🍠", "加0", "0🍠", "🍠 "]


def test_the_points_of_a_window_are_those_of_its_runs():
    model = HiddenContactModel({"bias": -1000, "weights": {"见": 400, "上见": 300}})
    starts, ends, scores = model.score_windows("上见,无,见见")
    by_span = dict(zip(zip(starts.tolist(), ends.tolist(), strict=True), scores, strict=True))
    expected = {(0, 3): -0.3, (0, 5): -0.3, (3, 5): -1.0, (5, 7): -0.6, (0, 7): 0.1}
    assert {span: by_span[span] for span in expected} == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "1", "，", "\n\n", "🍠", "长" * 1000])
def test_odd_texts_are_none(text):
    assert list(find_hidden_contacts(text)) == []


def test_it_holds_for_an_author_that_it_has_not_read():
    lines = read_contact_lines()
    result = measure_unread_author("eighth", lines, list_honest_windows(every=12))
    # Trained with a twelfth of the honest texts; with all it finds 86 and accuses none (docs/screening.md).
    assert result.found >= 0.8 * result.contacts > result.found_by_patterns
    assert result.accused <= 0.05 * result.others


@pytest.mark.parametrize(
    "piece", ["昵称后半截倒过来，去企鹅那边找。", "见", "1，", "a1", "会用-a", "我主页签名里"]
)
def test_time_grows_with_the_text_only(piece):
    def find_free(text):
        return list(claim_free(find_hidden_contacts(text), bytearray(len(text))))

    assert linear_time.is_linear(find_free, piece)
