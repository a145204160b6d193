"""What news is about, by its words."""

import pytest

from news.analysis.keywords import weigh_matters
from news.analysis.topics import read_topics, weigh_topics
from news.models import ArticleTerm
from news.related.matter_families import list_kindred_matters
from screening.fraud_types import is_fraud_type
from tests.articles import make_article


@pytest.mark.parametrize(
    ("title", "text", "topics"),
    [
        ("骑手驿站添了微波炉", "送餐间隙可以热饭。", {"riders": 1.0}),
        ("周六有招聘会", "农民工可在入口领岗位单。", {"job_fair": 1.0}),
        # Among whom it happens counts only if nothing else is told.
        ("退役军人招聘会开场", "退役军人凭证入场。", {"job_fair": 1.0}),
        ("退役军人看望老班长", "一起吃了顿饭。", {"veterans": 1.0}),
        ("今天天晴", "大家都出门了。", {}),
        # A word in passing is no topic, three are.
        ("一件小事", "有人说起夜市。", {}),
        ("一件小事", "有人说起最低工资、高温津贴和加班费。", {"wage_standard": 1.0}),
    ],
)
def test_topics_are_told_by_the_title_first(title, text, topics):
    assert weigh_topics(title, text) == topics


def test_two_topics_share_the_weight():
    shares = weigh_topics("招聘会开进零工市场", "")
    assert shares == {"job_fair": 0.5, "day_labour": 0.5}


def test_topics_are_no_fraud_types_and_families_name_known_ones():
    topics = read_topics()
    assert not any(map(is_fraud_type, topics))
    assert len({topic.label for topic in topics.values()}) == len(topics)
    longest = ArticleTerm._meta.get_field("term").max_length - len(ArticleTerm.MATTER)
    assert all(len(code) <= longest for code in topics)
    for code in topics:
        assert all(kin in topics or is_fraud_type(kin) for kin in list_kindred_matters(code))


def test_a_warning_has_its_likely_types_and_a_campaign_has_none():
    shares = weigh_matters("王女士刷单被骗", "先返几元，再要她垫付，民警提醒刷单就是诈骗。")
    assert shares["brushing_rebate"] > 0.5
    title, text = "反诈知识竞赛决出冠军", "选手抢答刷单、跑分的题目，民警为冠军颁奖。"
    assert weigh_matters(title, text) == {"anti_fraud_campaign": 1.0}


def test_a_saved_article_has_its_matters_beside_its_terms(places):
    article = make_article("周六有招聘会", "<p>带上简历，免费入场。</p>")
    marked = article.terms.filter(term__startswith=ArticleTerm.MATTER)
    assert dict(marked.values_list("term", "weight")) == {"#job_fair": 1.0}
    others = article.terms.exclude(term__startswith=ArticleTerm.MATTER)
    assert sum(weight**2 for weight in others.values_list("weight", flat=True)) == pytest.approx(1)
