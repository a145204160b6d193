"""What a restored database would do once more, and show again: messages that waited when it was saved, and what was
taken away since."""

from typing import NamedTuple

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from accounts.employers.registration import SANCTIONED_STATUSES
from accounts.models import Employer, User
from jobsite.backups.programs import connect_database
from listings.choices import IN_PUBLIC
from listings.models import Listing
from news.choices import ArticleStatus
from news.models import Article
from sitekit.messages.channels import create_channels
from sitekit.messages.outbox import HELD_BACK, MAX_SEND_TRIES

MAX_NAMED = 50


class Standing(NamedTuple):
    """A kind of rows, those for which the condition holds; `words` tell of the ones for which it holds again."""

    words: str
    table: str
    condition: str
    values: tuple[str, ...] = ()


STANDINGS = (
    Standing(
        "Public again are the listings",
        Listing._meta.db_table,
        "status = ANY(%s)",
        tuple(sorted(IN_PUBLIC)),
    ),
    Standing(
        "Public again are the articles",
        Article._meta.db_table,
        "status = ANY(%s)",
        (ArticleStatus.PUBLISHED.value,),
    ),
    Standing(
        "No longer frozen or banned are the employers",
        Employer._meta.db_table,
        "status <> ALL(%s)",
        tuple(status.value for status in SANCTIONED_STATUSES),
    ),
    Standing(
        "Can sign in again, though closed or switched off since, the accounts",
        User._meta.db_table,
        "is_active AND closed_at IS NULL",
    ),
)

type StandingRows = dict[Standing, set[int]]


def read_standing_rows(database: BaseDatabaseWrapper) -> StandingRows:
    """Return the ids by kind; one that cannot be read (an older database, a broken one) is left out."""
    rows: StandingRows = {}
    for standing in STANDINGS:
        query = sql.SQL("SELECT id FROM {} WHERE ").format(sql.Identifier(standing.table))
        values = [list(standing.values)] if standing.values else []
        try:
            with database.cursor() as cursor:
                cursor.execute(query + sql.SQL(standing.condition), values)
                rows[standing] = {number for (number,) in cursor.fetchall()}
        except DatabaseError:
            continue
    return rows


def read_former_rows(name: str) -> StandingRows:
    """Return those of the database that is to be replaced, which may be broken."""
    try:
        with connect_database(connection, name) as database:
            return read_standing_rows(database)
    except DatabaseError:
        return {}


def describe_returns(former: StandingRows, restored: StandingRows) -> list[str]:
    """Return a sentence for each kind of which rows came back: in the former database they stood otherwise."""
    sentences = []
    for standing, numbers in former.items():
        returned = sorted(restored.get(standing, set()) - numbers)
        if returned:
            unnamed_count = len(returned) - MAX_NAMED
            named = ", ".join(map(str, returned[:MAX_NAMED]))
            sentences.append(
                f"{standing.words} {named}{f' and {unnamed_count} more' * (unnamed_count > 0)}."
            )
    return sentences


def hold_waiting_messages(cursor: CursorWrapper) -> int:
    """Give up all waiting messages, as they may have been sent since they were saved; return how many. 运行情况 shows
    them, and puts them back. An older database may lack a table."""
    held = 0
    for channel in create_channels():
        table = channel.model._meta.db_table
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone() == (None,):
            continue
        query = sql.SQL(
            "UPDATE {} SET tries = %s, last_error = %s WHERE sent_at IS NULL AND tries < %s"
        )
        cursor.execute(
            query.format(sql.Identifier(table)), [MAX_SEND_TRIES, HELD_BACK, MAX_SEND_TRIES]
        )
        held += cursor.rowcount
    return held


def release_held_messages() -> int:
    """Put back into the queue what is held, without secrets that were erased meanwhile; return how many."""
    released = 0
    for channel in create_channels():
        rows = channel.model._default_manager.filter(sent_at=None, last_error=HELD_BACK)
        released += rows.exclude(is_secret=True, text="").update(tries=0, last_error="")
    return released
