"""The articles of the demo, for tests that read them only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection, transaction

from news.pages.guides import publish_guides
from tests.databases import shared_rows
from tools.demo.load import Loading
from tools.demo.people import create_demo_accounts
from tools.demo.written_texts import list_written_articles
from tools.evaluation.corpus import Document
from tools.evaluation.judged_queries import read_judged_rows


@contextmanager
def articles_of_the_demo(django_db_blocker: Any, *, with_stories: bool) -> Iterator[None]:
    """The written articles and the guides; `with_stories` also the thousands that are put together."""
    with shared_rows(django_db_blocker):
        # Counts of words are written after the commit, which never comes.
        with mock.patch.object(transaction, "on_commit", lambda write: write()):
            loading = Loading("medium")
            loading.users = create_demo_accounts()
            for spec in list_written_articles():
                loading.create_article(spec)
            if with_stories:
                loading.load_generated_articles()
            publish_guides(days=90)
        with connection.cursor() as cursor:
            # As the server does by itself once a load is committed. No other table: what it learns
            # of their size would outlive this transaction.
            cursor.execute("ANALYZE news_article, news_articleregion, news_articleterm")
        yield


def list_unknown_names(corpus: str, articles: dict[str, Document]) -> list[str]:
    """Names in the lists graded by hand that none of these articles has."""
    by_kind = {"schemes", "guides"} | {f"about:{article.about}" for article in articles.values()}
    known = articles.keys() | by_kind
    return [
        name
        for row in read_judged_rows(corpus)
        for named in row.get("grades", {}).values()
        for name in named
        if not {name, name.removesuffix(" here")} & known
    ]
