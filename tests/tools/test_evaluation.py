"""The related content reaches its goals on the judged queries, over all articles of the demo."""

from unittest import mock

import pytest
from django.db import connection, transaction

from cities.directory import regions as directory
from news.pages import guides
from tools.demo import people
from tools.demo import written_texts as bank
from tools.demo.load import Loading
from tools.evaluation import judged_queries as judged
from tools.evaluation import metrics as measure
from tools.evaluation import rankers
from tools.evaluation import run as evaluate
from tools.evaluation.corpus import Document, load_corpus
from tools.management.commands.evaluate_related import GOALS

QUERIES, BY_HAND = 40, 20


@pytest.fixture(scope="module")
def documents(django_db_setup, django_db_blocker):
    """The articles of the medium demo once for the whole module, gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        # Counts of words are written after the commit, which never comes.
        with mock.patch.object(transaction, "on_commit", lambda write: write()):
            loading = Loading("medium")
            loading.users = people.create_demo_accounts()
            for spec in bank.list_written_articles():
                loading.article(spec)
            loading.stories()
            guides.publish_guides(days=90)
        with connection.cursor() as cursor:
            # As the server does by itself once a load is committed. No other table: what it learns
            # of their size would outlive this transaction.
            cursor.execute("ANALYZE news_article, news_articleregion, news_articleterm")
        yield load_corpus()
        transaction.set_rollback(True)


def traps():
    return {row["topic"] for row in bank.read_demo_toml("stories_news")["trap"]}


@pytest.fixture(scope="module")
def queries(documents):
    return list(judged.list_judged_queries(documents))


def test_the_corpus_is_large_and_has_traps(documents):
    assert len(documents) >= 2000
    assert sum(document.about in traps() for document in documents.values()) >= 400


def test_there_are_queries_of_many_kinds(queries):
    assert len(queries) >= QUERIES
    assert sum(query.by_hand for query in queries) >= BY_HAND
    assert {query.document.kind for query in queries} == {"alert", "news", "guide"}
    assert sum(query.city is None for query in queries) >= 5


def test_every_title_of_the_hand_made_lists_is_one_of_the_corpus(documents):
    for row in judged.read_judged_rows():
        for named in row.get("grades", {}).values():
            for name in named:
                assert name in documents or name.removesuffix(
                    " here"
                ) in judged.list_nameable_items(documents)


def test_the_goals_are_reached(documents, queries):
    found = evaluate.sum_results(evaluate.run_ranker(queries, rankers.rank_by_related, documents))
    assert found.ndcg >= GOALS["ndcg"]
    assert found.precision >= GOALS["precision"]
    assert found.doubles <= GOALS["doubles"]


def test_text_alone_goes_far_and_plain_orders_do_not(documents, queries):
    def ndcg(ranker):
        return evaluate.sum_results(evaluate.run_ranker(queries, ranker, documents)).ndcg

    assert ndcg(rankers.text_only) >= 0.75
    assert ndcg(rankers.rank_by_date) <= 0.6
    assert ndcg(rankers.newest_alerts) <= 0.7


def test_beside_a_warning_stands_nothing_that_merely_shares_a_word(documents, queries):
    about = {document.pk: document.about for document in documents.values()}
    warnings = [query for query in queries if query.document.is_scheme]
    assert len(warnings) >= 25
    for query in warnings:
        shown = rankers.rank_by_related(query.document.pk, query.city)
        assert not traps().intersection(about[row.pk] for row in shown), query.document.title


# What is counted.


@pytest.mark.parametrize(
    ("grades", "expected"),
    [([3, 2, 1], 1.0), ([], 0.0), ([0, 3, 2], 0.630), ([1, 2, 3], 0.681)],
)
def test_ndcg_is_measured_against_the_best_order(grades, expected):
    assert measure.compute_ndcg(grades, [1, 2, 3]) == pytest.approx(expected, abs=0.001)
    assert measure.compute_ndcg(grades, [0, 0]) is None


def test_precision_is_of_as_many_as_exist():
    assert measure.compute_precision([2, 3, 0, 0, 0], [3, 2, 0]) == 1.0
    assert measure.compute_precision([0, 3, 2], [3, 2, 0]) == 0.5
    assert measure.compute_precision([1, 2, 2, 2, 2, 3], [2] * 9) == 0.8
    assert measure.compute_precision([1], [1, 0]) is None


def document(about, kind="alert", city=433100, case=None):
    cities = frozenset([city] if city else [])
    return Document(0, about, kind, about, cities, frozenset(), case or f"{about} {kind} {city}")


@pytest.mark.parametrize(
    ("other", "grade_here", "grade_in_the_nation"),
    [
        (document("brushing_rebate"), 3, 2),
        (document("brushing_rebate", city=110100), 2, 2),
        (document("brushing_rebate", "guide", None), 2, 3),
        (document("typing_scam"), 2, 0),
        (document("account_tasks", city=110100), 1, 1),
        (document("typing_scam", city=110100), 0, 0),
        (document("兼职副主席", "news"), 0, 0),
        (document("brushing_rebate", case="own"), 0, 0),
    ],
)
def test_the_rules_grade_what_protects_the_reader_here_best(
    db, other, grade_here, grade_in_the_nation
):
    page = document("brushing_rebate", "news", case="own")
    assert judged.by_rule(page, other, directory.get_region(433100)) == grade_here
    assert judged.by_rule(page, other, None) == grade_in_the_nation
