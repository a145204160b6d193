import pytest

from textkit.keyterms import extract_content_terms, extract_nameable_terms, get_term_rarity


def test_terms_are_what_a_text_is_about():
    terms = extract_content_terms("网警24小时巡查，近日提醒大家：刷单返利都是骗局，我们已经立案。")
    assert {"网警", "刷单返利"} <= set(terms)
    assert not {"24", "小时", "近日", "我们", "已经", "大家", "提醒"} & set(terms)


@pytest.mark.parametrize(
    "word",
    ["小时", "记者", "通讯员", "新华社", "红网", "近日", "三名", "我们", "万元", "qq", "今年"],
)
def test_what_says_nothing_is_no_term(word):
    assert word not in extract_content_terms(f"{word}，水军，{word}。{word}")


def test_persons_are_no_terms():
    assert not {"李娜", "王建国"} & set(extract_content_terms("李娜和王建国是志愿者"))


def test_an_act_is_a_term_but_no_name():
    assert "冒充" in extract_content_terms("有人冒充老师收费")
    assert "冒充" not in extract_nameable_terms("有人冒充老师收费")


def test_an_everyday_word_is_less_rare_than_a_special_one():
    everyday, special = get_term_rarity("工作"), get_term_rarity("征兵")
    assert everyday < 5 < special < get_term_rarity("没有这个词儿")
    assert get_term_rarity("诈骗") < get_term_rarity("网络水军")  # this trade says it all the time
