"""How often articles are read; `sitekit.telemetry.page_reads` says when it is written."""

from django.db import connection, transaction
from django.http import HttpRequest

from sitekit.telemetry.page_reads import (
    BatchedCounter,
    is_read_by_person,
    write_after_responses,
)

# Counts of an article deleted meanwhile are dropped; the order prevents a deadlock of two processes.
_ADD = """
    INSERT INTO news_articleviews AS kept (article_id, count)
    SELECT article.id, read.number
    FROM unnest(%s::bigint[], %s::bigint[]) AS read (id, number)
    JOIN news_article article ON article.id = read.id
    ORDER BY article.id
    FOR KEY SHARE OF article
    ON CONFLICT (article_id) DO UPDATE SET count = kept.count + excluded.count
"""


class ReadCounter(BatchedCounter[int, int]):
    """Reads by article."""

    def add(self, pk: int) -> None:
        self.note(pk, 1)

    def join(self, stored: int | None, added: int) -> int:
        return (stored or 0) + added

    def store(self, batch: dict[int, int]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD, [list(batch), list(batch.values())])


READ_COUNTER = ReadCounter()
write_after_responses(lambda: READ_COUNTER)


def note_article_read(request: HttpRequest, pk: int) -> None:
    """Count this request as a read of the article, if a person is likely to read it."""
    if is_read_by_person(request):
        READ_COUNTER.add(pk)
