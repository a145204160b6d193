import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from news.article_html.article_body import OMISSION_MARK
from tests.articles import make_alert, make_article


def run_related_command(*args):
    out = StringIO()
    call_command("related", *map(str, args), stdout=out)
    return out.getvalue()


@pytest.fixture
def article(places):
    long = "前三单都到账，第四单要垫两千元，" * 20
    make_alert("吉首刷单", f"<p>{long}</p>", places=[places["jishou"]])
    return make_article("网警上线", "<p>网警账号上线，网友可以留言举报。</p>")


def test_json_is_a_list_and_nothing_else(article):
    (item,) = json.loads(run_related_command(article.pk, "--city", "xiangxi", "--json"))
    assert list(item) == ["id", "kind", "title", "excerpt", "reason", "score"]
    assert (item["kind"], item["title"]) == ("article", "吉首刷单")
    assert item["reason"] == "同城 · 求职骗局"
    assert item["excerpt"].endswith(OMISSION_MARK)
    assert len(item["excerpt"]) == 120 + len(OMISSION_MARK)
    assert item["score"] > 0


def test_the_city_counts_and_none_is_the_nation(article):
    assert json.loads(run_related_command(article.pk, "--city", "changsha", "--json")) == []
    assert json.loads(run_related_command(article.pk, "--json")) == []


def test_without_json_it_is_for_people(article):
    assert "吉首刷单" in run_related_command(article.pk, "--city", "xiangxi")
    assert "共 1 条" in run_related_command(article.pk, "--city", "jishou")


@pytest.mark.parametrize("number", [0, 999999, 2**80])
def test_an_unknown_article_is_refused(article, number):
    with pytest.raises(CommandError, match="没有这篇文章"):
        run_related_command(number, "--city", "xiangxi", "--json")


def test_an_unknown_city_is_refused(article):
    with pytest.raises(CommandError, match="没有这个地区"):
        run_related_command(article.pk, "--city", "nowhere", "--json")


@pytest.mark.parametrize("status", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_public_is_refused(places, status):
    at = timezone.now() + timedelta(days=1) if status == "scheduled" else None
    hidden = make_article("没有发布", status=status, at=at)
    with pytest.raises(CommandError, match="没有这篇文章"):
        run_related_command(hidden.pk, "--json")
