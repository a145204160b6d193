import datetime

import pytest

from news.analysis.near_duplicates import ALIKE, FOLD, find_same_story, is_same_case
from news.models import Article
from tests.articles import make_alert, make_article

CASE = "<p>近日，湘西公安打掉一个刷量控评的团伙，涉案2.6亿余元，涉及网店3187家，累计刷单62.58万单。</p>"
RETOLD = (
    "<p>动动手指就能月入过万？这样的话别信。湘西州公安机关端了一个靠假评论挣钱的窝点，"
    "查明涉案金额2.6亿元。</p>"
)
LONG = (
    "一名学生在网上找兼职，对方说先交三百元服装费，干满一周就退。她交了钱，对方又说要体检费。"
    "等她再问，账号已经注销。民警说，招工不收钱，收钱的不是招工，遇到这样的要求可以直接拒绝。"
)


def same(article):
    return [found.pk for found in find_same_story(article)]


def test_the_same_words_are_the_same_story_whoever_prints_them(places):
    first = make_article("先交服装费的都是骗", f"<p>{LONG}</p>")
    again = Article(title="警惕服装费", body=f"<p>{LONG.replace('，', ', ')}</p>")
    again.prepare()
    found = find_same_story(again)
    assert [article.pk for article in found] == [first.pk]
    assert found[0].likeness == 1


def test_a_text_with_small_changes_is_near_enough_to_fold(places):
    first = make_article("先交服装费的都是骗", f"<p>{LONG}</p>")
    again = Article(title="警惕服装费", body=f"<p>（记者 张三）{LONG}本报将继续关注。</p>")
    again.prepare()
    found = find_same_story(again)
    assert [article.pk for article in found] == [first.pk]
    assert FOLD <= found[0].likeness < 1


def test_one_case_in_other_words_is_found_but_is_not_the_same_text(places):
    first = make_alert(
        "涉及网店3187家 湘西公安打掉一网络水军团伙", CASE, places=[places["xiangxi"]]
    )
    again = make_alert(
        "涉案金额2.6亿！湘西公安打掉一“网络水军”团伙", RETOLD, places=[places["xiangxi"]]
    )
    found = find_same_story(again)
    assert [article.pk for article in found] == [first.pk]
    assert found[0].likeness < ALIKE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        # Round sums and hotlines that every second case has.
        ("吉首一女子被骗1000元", "<p>她先垫付1000元，再垫付5000元，最后拨打96110。</p>"),
        # A price that the same swindle asks for everywhere.
        ("吉首一女子交2980元培训费", "<p>招聘变培训，2980元打了水漂。</p>"),
        # Another case of the same kind, place and words of the title.
        ("湘西公安打掉一网络水军团伙", "<p>涉案4.1亿余元，网店812家，刷单11.7万单。</p>"),
        # One figure agrees by chance, the others don't.
        (
            "湘西公安打掉又一网络水军团伙",
            "<p>涉案2.6亿元，受害人1472人，冻结账户5613个，追回1.37亿元。</p>",
        ),
    ],
)
def test_another_case_is_another_story(places, title, body):
    make_alert("涉及网店3187家 湘西公安打掉一网络水军团伙", CASE, places=[places["xiangxi"]])
    make_alert("吉首一男子被骗1000元", "<p>他垫付1000元，又垫付5000元，拨打96110。</p>")
    make_alert("吉首一男子交2980元培训费", "<p>说好招人，进门先交2980元。</p>")
    other = make_alert(title, body, places=[places["xiangxi"]])
    assert same(other) == []


def test_what_two_towns_tell_in_the_same_words_is_two_stories(places):
    make_article("吉首：先交服装费的都是骗", f"<p>{LONG}</p>", places=[places["jishou"]])
    other = make_article(
        "凤凰：先交服装费的都是骗", f"<p>{LONG}找凤凰警方。</p>", places=[places["fenghuang"]]
    )
    assert same(other) == []
    wider = make_article(
        "湘西：先交服装费的都是骗", f"<p>{LONG}找湘西警方。</p>", places=[places["xiangxi"]]
    )
    assert len(same(wider)) == 2  # a town lies in its prefecture


def test_years_lie_between_two_cases(places):
    day = datetime.date(2026, 3, 1)
    facts = {"places": [places["xiangxi"]]}
    first = make_alert("湘西公安打掉一网络水军团伙", CASE, source_date=day, **facts)
    later = datetime.date(2028, 3, 1)
    other = make_alert("湘西公安打掉一“网络水军”团伙", RETOLD, source_date=later, **facts)
    assert not is_same_case(first, other)
    other.source_date = datetime.date(2026, 3, 9)
    assert is_same_case(first, other)


def test_a_story_is_looked_for_in_two_queries(places, django_assert_num_queries):
    for number in range(3):
        make_article(f"第{number}篇", f"<p>{LONG}{number}</p>")
    again = Article(title="再来一篇", body=f"<p>{LONG}</p>")
    again.prepare()
    with django_assert_num_queries(2):  # which may be, and what they say
        assert len(find_same_story(again)) == 3


def test_only_among_those_asked_for(places):
    draft = make_article("先交服装费的都是骗", f"<p>{LONG}</p>", status="draft")
    again = Article(title="警惕服装费", body=f"<p>{LONG}</p>")
    again.prepare()
    assert same(again) == [draft.pk]
    assert find_same_story(again, among=Article.objects.published()) == []
    assert same(draft) == []  # never itself
