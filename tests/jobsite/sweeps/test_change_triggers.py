"""Every change of what kept pages are made of is told, whoever makes it, and outdates the right pages."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Employer
from jobsite.change_triggers import NOTIFYING_TABLES, TRIGGER
from listings.detail.appearances import find_appearances
from listings.models import Application, HotWords
from listings.publication.transitions import move_listing
from safety.models import Report
from sitekit.kept_pages.changes import CHANGES, Dependency
from sitekit.kept_pages.listener import CHANNEL
from tests import listing_rows
from tests.conftest import build_listing_fields
from tests.jobsite.heard_changes import wait_until_all_is_heard
from tests.people import make_person
from tools.demo.factories import make_employer, make_listing


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
    assert triggers == {table.name: expected for table in NOTIFYING_TABLES}


def test_any_statement_on_a_told_table_is_told(told_changes, publish, place):
    """Here an update that changes nothing: whoever writes by hand is heard too."""
    listing_rows.make_page_rows(publish, place)
    HotWords.objects.create(place=place("xiangxi").adcode, words=["家教"])
    connection.ensure_connection()
    table_names = []
    connection.connection.add_notify_handler(lambda notice: table_names.append(notice.payload))
    told_of, silent = set(), set()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
        for table in NOTIFYING_TABLES:
            table_names.clear()
            column = connection.introspection.get_primary_key_column(cursor, table.name)
            cursor.execute(f"UPDATE {table.name} SET {column} = {column}")
            has_rows = cursor.rowcount
            cursor.execute("SELECT 1")  # its answer comes after what was told
            topics = {payload.partition(":")[0] for payload in table_names}
            assert topics <= {*table.topics}
            if has_rows:
                (told_of if topics else silent).add(table.name)
    connection.close()
    assert silent == set()
    assert len(told_of) > len(NOTIFYING_TABLES) / 2  # the others have no rows here


def test_a_listing_outdates_the_pages_of_its_places_only(heard, place):
    shop = make_employer("安徽的店")
    codes = {name: place(name).adcode for name in ("hefei", "anhui", "xiangxi")}
    pages = {name: Dependency("rows", code) for name, code in codes.items()}
    pages["nation"] = Dependency("rows")

    def publish(**fields):
        wait_until_all_is_heard()
        number = CHANGES.number
        text = build_listing_fields(**fields)
        text["region"] = text.pop("region_id")
        make_listing(employer=shop, **text)
        wait_until_all_is_heard()
        return {name for name, page in pages.items() if CHANGES.has_changed([page], number)}

    assert publish(region_id=codes["hefei"]) == {"hefei", "anhui", "nation"}
    assert publish(region_id=codes["hefei"], mode="online", title="校对") == {*pages}
    pages["fenghuang"] = Dependency("rows", place("fenghuang").adcode)
    further = publish(further_places="凤凰县 虹桥中路 12 号", title="两家店都要人")
    assert further == {"xiangxi", "nation", "fenghuang"}


def test_a_listing_outdates_its_own_page_and_those_of_its_copies_only(heard, place):
    pages = {}

    def publish(name, shop, **fields):
        wait_until_all_is_heard()
        number = CHANGES.number
        text = build_listing_fields(**fields)
        text["region"] = text.pop("region_id")
        listing = make_listing(employer=shop, **text)
        wait_until_all_is_heard()
        pages[name] = list_own_dependencies(listing)
        return listing, list_outdated(number)

    def list_own_dependencies(listing):
        copies = find_appearances(listing).copy_parts
        assert len(copies) > 12  # bands of the text, and a contact
        return [
            Dependency("listings", listing.pk),
            Dependency("employers", listing.employer_id),
            Dependency("ratings", listing.employer_id),
            *(Dependency("copies", part) for part in copies),
        ]

    def list_outdated(number):
        return {name for name, page in pages.items() if CHANGES.has_changed(page, number)}

    def change(act):
        wait_until_all_is_heard()
        number = CHANGES.number
        act()
        wait_until_all_is_heard()
        return list_outdated(number)

    codes = {name: place(name).adcode for name in ("hefei", "xiangxi", "changsha")}
    first, second, third = (make_employer(name) for name in ("第一家", "第二家", "第三家"))
    flyers, _ = publish("flyers", first, region_id=codes["hefei"])
    other = {
        "title": "周末家教",
        "category": "tutor",
        "duties": "给初二的孩子讲数学，每次两个小时，从错题讲起。",
        "requirements": "师范生，讲得清楚，有耐心。",
        "address": "湖滨路 8 号",
        "contact_phone": "13900001234",
    }
    tutor, outdated = publish("tutor", second, region_id=codes["changsha"], **other)
    assert outdated == {"tutor"}  # which was not read before
    # The same text in another city: the page of the first says that it stands in two.
    copy, outdated = publish("copy", third, region_id=codes["xiangxi"], contact_phone="13900005678")
    assert outdated == {"flyers", "copy"}
    assert change(
        lambda: move_listing(copy.pk, "removed_fraud", None, "骗人", "brushing_rebate")
    ) == {
        "flyers",
        "copy",
    }
    assert change(lambda: Employer.objects.filter(pk=second.pk).update(name="改了名字")) == {
        "tutor"
    }
    seeker = make_person("seeker")
    assert change(lambda: Application.objects.create(listing=tutor, seeker=seeker)) == {"tutor"}
    complaint = {"status": "upheld", "reason": "wage_arrears", "due_at": timezone.now()}
    assert change(lambda: Report.objects.create(listing=flyers, ticket="A1", **complaint)) == {
        "flyers",
        "copy",
    }
