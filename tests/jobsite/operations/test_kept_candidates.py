"""The columns of articles that come up beside many others are kept until any article changes."""

import pytest
from django.db import connection

from cities.directory.regions import get_region_by_slug
from news.articles.transitions import withdraw_article
from news.models import Article
from news.related import candidates
from news.related.related_articles import find_related_articles
from sitekit.kept_pages import store
from sitekit.kept_pages.changes import CHANGES
from tests.articles import make_alert
from tests.jobsite.heard_changes import wait_until_all_is_heard

FIELDS = ("pk", "title", "reason", "score", "excerpt", "published_at")


@pytest.fixture
def article_keys(heard):
    xiangxi = get_region_by_slug("xiangxi")
    bodies = ["".join(chr(0x5000 + 60 * number + n) for n in range(60)) for number in range(5)]
    return [make_alert(body[:8], f"<p>{body}</p>", places=[xiangxi]).pk for body in bodies]


def list_related(number):
    """Return what is related to the article, and the keys of articles whose columns were not read again."""
    known = []

    def note_known(execute, sql, params, many, context):
        keys = params.get("known", "") if isinstance(params, dict) else ""
        known.extend(map(int, filter(None, keys.split(","))))
        return execute(sql, params, many, context)

    article = Article.objects.with_tags().with_places().with_matters().get(pk=number)
    with connection.execute_wrapper(note_known):
        related = find_related_articles(article, get_region_by_slug("xiangxi"))
    return [tuple(getattr(item, name) for name in FIELDS) for item in related], set(known)


def list_related_anew(number, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(CHANGES, "is_trusted", lambda: False)
        patch.setattr(store, "_VALUES", store.KeptStore(2**20))
        return list_related(number)


@pytest.mark.parametrize("most", [400, 1, 0])
def test_related_articles_are_the_same_with_columns_that_were_kept(article_keys, monkeypatch, most):
    monkeypatch.setattr(candidates, "MAX_KEPT", most)
    wait_until_all_is_heard()
    for number in article_keys:
        anew, known = list_related_anew(number, monkeypatch)
        assert (len(anew), known) == (4, set())
        assert list_related(number)[0] == anew
    assert len(list_related(article_keys[0])[1]) == min(most, len(article_keys))


def test_kept_columns_are_forgotten_when_an_article_changes(article_keys):
    wait_until_all_is_heard()
    list_related(article_keys[0])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE news_article SET title = '改过的' WHERE id = %s", [article_keys[1]])
    withdraw_article(article_keys[2], "写错了")
    wait_until_all_is_heard()
    related, known = list_related(article_keys[0])
    assert known == set()
    titles = {row[0]: row[1] for row in related}
    assert titles.keys() == {article_keys[1], *article_keys[3:]}
    assert titles[article_keys[1]] == "改过的"
