"""Tags that are proposed: words that can stand alone, one at least, none a piece of a word."""

import pytest

from news.analysis import keywords
from news.analysis.subject_places import find_subject_places
from textkit.keyterms import complete_term


def list_suggested_tags(title, text):
    return [term for term, _ in keywords.suggest_tags(title, text, 6)]


def test_a_person_without_a_name_is_no_tag(places):
    text = "小周接了一单。小周又接了三单，小周垫了钱，老李也垫了钱，老李报了警，老李说算了。"
    assert not {"小周", "老李"} & {*list_suggested_tags("小周刷单被骗", text)}
    assert "刷单" in list_suggested_tags("小周刷单被骗", text)


def test_a_piece_of_a_word_becomes_the_word(places):
    text = "群里找“看房员”，看房员每天两小时，看房员不用面试。"
    assert "看房员" in list_suggested_tags("免费看房员的真相", text)
    assert "房员" not in list_suggested_tags("免费看房员的真相", text)


def test_the_rounds_of_the_police_are_no_tag(places):
    text = "民警巡查夜市，巡查网吧，巡查到凌晨。网吧老板递上热水。"
    assert "巡查" not in list_suggested_tags("民警夜间巡查网吧", text)


@pytest.mark.parametrize("text", ["看房员和试房员。看房员、试房员。", "房员。看房员。"])
def test_a_guess_with_different_neighbours_stays(text):
    assert complete_term("房员", text) == "房员"


def test_a_word_of_the_title_counts_within_longer_words(places):
    text = "有的婚恋网站不审核会员，别去。"
    assert "婚恋" in list_suggested_tags("网络婚恋要小心", text)


@pytest.mark.parametrize(
    ("title", "text", "tag"),
    [
        ("反诈提醒：牢记这五点", "岁末年初要当心。", "反诈"),
        ("牢记这五点", "统一战线的事，由统一战线的部门说。", "统一战线"),
        ("短讯", "本周六有夜市招聘会。", "招聘会"),
    ],
)
def test_a_story_that_says_nothing_twice_has_one_tag_all_the_same(places, title, text, tag):
    assert list_suggested_tags(title, text) == [tag]


def test_a_long_text_that_names_a_place_once_is_not_about_it(places):
    once = "他住在吉首市。"
    assert find_subject_places("一件事", "事情是这样的。" * 100 + once)
    assert not find_subject_places("一件事", "事情是这样的。" * 300 + once)
    assert find_subject_places("一件事", "事情是这样的。" * 300 + once * 3)
