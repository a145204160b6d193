import datetime
from zoneinfo import ZoneInfo

import pytest

from news.analysis.near_duplicates import (
    CHANGED_TEXT_LIKENESS,
    SAME_TEXT_LIKENESS,
    find_same_story,
    is_same_case,
)
from news.analysis.story_leads import choose_story_leads
from news.models import Article
from news.models.article import UNDATED
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


def list_same_story_ids(article):
    return [other.pk for other in find_same_story(article)]


def test_the_same_words_are_the_same_story_whoever_prints_them(places):
    first = make_article("先交服装费的都是骗", f"<p>{LONG}</p>")
    again = Article(title="警惕服装费", body=f"<p>{LONG.replace('，', ', ')}</p>")
    again.prepare()
    stories = find_same_story(again)
    assert [article.pk for article in stories] == [first.pk]
    assert stories[0].likeness == 1


def test_a_text_with_small_changes_is_near_enough_to_fold(places):
    first = make_article("先交服装费的都是骗", f"<p>{LONG}</p>")
    again = Article(title="警惕服装费", body=f"<p>（记者 张三）{LONG}本报将继续关注。</p>")
    again.prepare()
    stories = find_same_story(again)
    assert [article.pk for article in stories] == [first.pk]
    assert SAME_TEXT_LIKENESS <= stories[0].likeness < 1


def test_one_case_in_other_words_is_found_but_is_not_the_same_text(places):
    first = make_alert(
        "涉及网店3187家 湘西公安打掉一网络水军团伙", CASE, places=[places["xiangxi"]]
    )
    again = make_alert(
        "涉案金额2.6亿！湘西公安打掉一“网络水军”团伙", RETOLD, places=[places["xiangxi"]]
    )
    stories = find_same_story(again)
    assert [article.pk for article in stories] == [first.pk]
    assert stories[0].likeness < CHANGED_TEXT_LIKENESS


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
    assert list_same_story_ids(other) == []


def test_what_two_towns_tell_in_the_same_words_is_two_stories(places):
    make_article("吉首：先交服装费的都是骗", f"<p>{LONG}</p>", places=[places["jishou"]])
    other = make_article(
        "凤凰：先交服装费的都是骗", f"<p>{LONG}找凤凰警方。</p>", places=[places["fenghuang"]]
    )
    assert list_same_story_ids(other) == []
    wider = make_article(
        "湘西：先交服装费的都是骗", f"<p>{LONG}找湘西警方。</p>", places=[places["xiangxi"]]
    )
    assert len(list_same_story_ids(wider)) == 2  # a town lies in its prefecture


def test_years_lie_between_two_cases(places):
    day = datetime.date(2026, 3, 1)
    facts = {"places": [places["xiangxi"]]}
    first = make_alert("湘西公安打掉一网络水军团伙", CASE, source_date=day, **facts)
    later = datetime.date(2028, 3, 1)
    other = make_alert("湘西公安打掉一“网络水军”团伙", RETOLD, source_date=later, **facts)
    assert not is_same_case(first, other)
    other.source_date = datetime.date(2026, 3, 9)
    assert is_same_case(first, other)


DAY = datetime.date(2026, 3, 1)
VILLAGE = (
    "<p>家住凤凰县塘坪村的王某在短视频里看到手工活招人，先交了380元材料押金，对方又以验资为由要走5万元。"
    "等她要材料，账号已经注销。</p>"
)
VILLAGE_RETOLD = (
    "<p>穿珠子在家就能做？凤凰的王女士信了。她住在塘坪村，押金380元一交，客服便说货款要先垫，一来一回5万元没了。"
    "民警提醒，凡是先收钱的手工活都别做。</p>"
)


@pytest.fixture
def village_case(places):
    return make_alert(
        "手工活先收押金，塘坪村一村民被骗",
        VILLAGE,
        places=[places["fenghuang"]],
        source_date=DAY,
        fraud_type="handicraft_deposit",
    )


def make_retold_alert(places, body=VILLAGE_RETOLD, days=4, fraud_type="handicraft_deposit"):
    return make_alert(
        "在家穿珠子？她把积蓄搭了进去",
        body,
        places=[places["fenghuang"]],
        source_date=DAY + datetime.timedelta(days=days),
        fraud_type=fraud_type,
    )


def test_a_case_without_a_figure_of_its_own_is_known_by_village_family_name_and_sum(
    places, village_case
):
    again = make_retold_alert(places)
    assert list_same_story_ids(again) == [village_case.pk]
    choose_story_leads(again)
    assert Article.objects.get(pk=again.pk).lead_id == village_case.pk  # one row in lists and feeds


@pytest.mark.parametrize(
    "changes",
    [
        {"body": VILLAGE_RETOLD.replace("王女士", "田女士")},
        {"body": VILLAGE_RETOLD.replace("塘坪村", "竹山村")},
        {"body": VILLAGE_RETOLD.replace("380元", "260元").replace("5万元", "8万元")},
        {"days": 15},
        {"fraud_type": "upfront_fee"},
    ],
    ids=["another name", "another village", "other sums", "weeks later", "another type"],
)
def test_what_two_cases_of_a_village_have_in_common_folds_nothing(places, village_case, changes):
    other = make_retold_alert(places, **changes)
    assert list_same_story_ids(other) == [] and not is_same_case(village_case, other)


def test_days_are_those_of_the_readers_clock(places, village_case):
    again = make_retold_alert(places)
    again.source_date = None
    for hour, is_same in ((23, True), (24, False)):
        moment = datetime.datetime.combine(DAY, datetime.time(), ZoneInfo("Asia/Shanghai"))
        again.published_at = moment + datetime.timedelta(days=14, hours=hour)
        again.published_at = again.published_at.astimezone(datetime.UTC)
        assert is_same_case(village_case, again) == is_same


def test_a_public_article_without_a_date_is_of_no_day(places, village_case):
    again = make_retold_alert(places)
    for article in (village_case, again):
        article.source_date, article.published_at = None, UNDATED
    assert not is_same_case(village_case, again), (
        "nothing tells that they came soon after each other"
    )
    first = make_alert(
        "湘西公安打掉一网络水军团伙", CASE, places=[places["xiangxi"]], source_date=DAY
    )
    other = make_alert("湘西公安打掉一“网络水军”团伙", RETOLD, places=[places["xiangxi"]])
    other.published_at = UNDATED
    assert is_same_case(first, other), "nothing tells that years lie between them"


def test_figures_that_differ_tell_two_cases_of_one_family_name_and_village(places):
    def tell(title, figure):
        body = f"<p>塘坪村的王某交了380元押金，警方查明受害者{figure}名，涉案{figure}.7万元。</p>"
        return make_alert(
            title,
            body,
            places=[places["fenghuang"]],
            source_date=DAY,
            fraud_type="handicraft_deposit",
        )

    tell("先收押金的手工活", 137)
    assert list_same_story_ids(tell("她等来的不是珠子", 264)) == []


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
    assert list_same_story_ids(again) == [draft.pk]
    assert find_same_story(again, among=Article.objects.published()) == []
    assert list_same_story_ids(draft) == []  # never itself
