"""The related content reaches its goals on the judged queries, over all articles of the medium demo."""

import pytest

from tests.tools.demo_articles import articles_of_the_demo, list_unknown_names
from tools.demo.written_texts import read_demo_toml
from tools.evaluation.corpus import load_corpus, load_imported_site
from tools.evaluation.judged_queries import (
    list_judged_queries,
)
from tools.evaluation.rankers import newest_alerts, rank_by_date, rank_by_related, text_only
from tools.evaluation.run import run_ranker, split_results, sum_results
from tools.management.commands.evaluate_related import GOALS

# Thousands of articles: daily the imported news are enough (`test_evaluation`).
pytestmark = pytest.mark.full
QUERIES, BY_HAND = 80, 20


@pytest.fixture(scope="module")
def documents(django_db_setup, django_db_blocker):
    """All articles of the medium demo, once for the whole module, gone after it."""
    with articles_of_the_demo(django_db_blocker, with_stories=True):
        yield load_corpus()


@pytest.fixture(scope="module")
def imported(documents, django_db_blocker):
    """(articles, results) of the imported news beside the written articles of the demo."""
    with django_db_blocker.unblock(), load_imported_site() as articles:
        imported_queries = list(list_judged_queries(articles, "imported"))
        return articles, run_ranker(imported_queries, rank_by_related, articles)


def get_trap_topics():
    return {row["topic"] for row in read_demo_toml("stories_news")["trap"]}


@pytest.fixture(scope="module")
def queries(documents):
    return list(list_judged_queries(documents, "demo"))


@pytest.fixture(scope="module")
def results(documents, queries):
    return run_ranker(queries, rank_by_related, documents)


def test_the_corpus_is_large_and_has_traps(documents):
    assert len(documents) >= 2000
    assert sum(document.about in get_trap_topics() for document in documents.values()) >= 400


def test_there_are_queries_of_many_kinds(queries, imported):
    both = queries + [result.query for result in imported[1]]
    assert len(both) >= QUERIES
    assert sum(query.by_hand for query in both) >= BY_HAND
    assert {query.document.kind for query in both} == {"alert", "news", "guide"}
    assert sum(query.city is None for query in both) >= 5
    few = [query for query in both if query.city and query.own_articles <= 20]
    assert 2 * len(few) >= len(both)
    assert 0.3 < sum(query.is_kept_aside for query in both) / len(both) < 0.36


def test_every_title_of_the_hand_made_lists_is_one_of_the_corpus(documents):
    assert list_unknown_names("demo", documents) == []


def test_the_goals_are_reached(results):
    for part in (results, [result for result in results if result.query.is_kept_aside]):
        total = sum_results(part)
        assert total.ndcg >= GOALS["ndcg"]
        assert total.precision >= GOALS["precision"]
        assert total.doubles <= GOALS["doubles"]


def test_cities_with_few_articles_of_their_own_fare_as_well(results):
    parts = split_results(results)
    for name in ("0-2", "3-20"):
        total = sum_results(parts[f"cities with {name} articles"])
        assert total.ndcg >= GOALS["ndcg"] and total.precision >= GOALS["precision"]


def test_text_alone_goes_far_and_plain_orders_do_not(documents, queries):
    def ndcg(ranker):
        return sum_results(run_ranker(queries, ranker, documents)).ndcg

    assert ndcg(text_only) >= 0.75
    assert ndcg(rank_by_date) <= 0.4
    assert ndcg(newest_alerts) <= 0.4


def test_beside_a_warning_stands_nothing_that_merely_shares_a_word(documents, queries):
    about = {document.pk: document.about for document in documents.values()}
    warnings = [query for query in queries if query.document.is_scheme]
    assert len(warnings) >= 25
    for query in warnings:
        shown = rank_by_related(query.document.pk, query.city)
        assert not get_trap_topics().intersection(about[row.pk] for row in shown), (
            query.document.title
        )
