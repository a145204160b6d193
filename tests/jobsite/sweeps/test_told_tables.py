"""Every change of what kept pages are made of is told, whoever makes it, and outdates the right pages."""

import pytest
from django.db import connection

from jobsite.told_tables import TOLD_TABLES, TRIGGER
from listings.models import HotWords
from sitekit.kept_pages.changes import CHANGES, Dependency
from sitekit.kept_pages.listener import CHANNEL
from tests import listing_rows
from tests.conftest import content
from tests.jobsite.workers import wait_for
from tools.demo.factories import make_employer, make_listing


def wait_until_all_is_heard():
    asked = CHANGES.clock()
    wait_for(lambda: CHANGES._all_known_at > asked, "that the database answers")


@pytest.mark.django_db
def test_every_told_table_has_its_triggers():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname)"
            " FROM pg_trigger WHERE tgname LIKE %s GROUP BY 1",
            [f"{TRIGGER}%"],
        )
        triggers = dict(cursor.fetchall())
    events = ("delete", "insert", "truncate", "update")
    expected = [f"{TRIGGER}_{event}" for event in events]
    assert triggers == {table.name: expected for table in TOLD_TABLES}


def test_any_statement_on_a_told_table_is_told(told_changes, publish, place):
    """Here an update that changes nothing: whoever writes by hand is heard too."""
    listing_rows.make(publish, place)
    HotWords.objects.create(place=place("xiangxi").adcode, words=["家教"])
    connection.ensure_connection()
    told = []
    connection.connection.add_notify_handler(lambda notice: told.append(notice.payload))
    told_of, silent = set(), set()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
        for table in TOLD_TABLES:
            told.clear()
            column = connection.introspection.get_primary_key_column(cursor, table.name)
            cursor.execute(f"UPDATE {table.name} SET {column} = {column}")
            has_rows = cursor.rowcount
            cursor.execute("SELECT 1")  # its answer comes after what was told
            topics = {payload.partition(":")[0] for payload in told}
            assert topics <= {table.topic}
            if has_rows:
                (told_of if topics else silent).add(table.name)
    connection.close()
    assert silent == set()
    assert len(told_of) > len(TOLD_TABLES) / 2  # the others have no rows here


def test_a_listing_outdates_the_pages_of_its_places_only(heard, place):
    shop = make_employer("安徽的店")
    codes = {name: place(name).adcode for name in ("hefei", "anhui", "xiangxi")}
    pages = {name: Dependency("rows", code) for name, code in codes.items()}
    pages["nation"] = Dependency("rows")

    def publish(**fields):
        wait_until_all_is_heard()
        number = CHANGES.number
        text = content(**fields)
        text["region"] = text.pop("region_id")
        make_listing(employer=shop, **text)
        wait_until_all_is_heard()
        return {name for name, page in pages.items() if CHANGES.has_changed([page], number)}

    assert publish(region_id=codes["hefei"]) == {"hefei", "anhui", "nation"}
    assert publish(region_id=codes["hefei"], mode="online", title="校对") == {*pages}
    pages["fenghuang"] = Dependency("rows", place("fenghuang").adcode)
    further = publish(further_places="凤凰县 虹桥中路 12 号", title="两家店都要人")
    assert further == {"xiangxi", "nation", "fenghuang"}
