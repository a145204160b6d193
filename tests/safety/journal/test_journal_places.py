"""Whose rights hold in some places reads and takes out of the journal what lies there."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, StaffPost
from listings.models import SeekerProfile
from listings.publication.transitions import move_listing
from safety.case_queues.case_notes import add_case_note
from safety.journal_search.subject_scope import list_subjects_in_scope
from safety.journal_search.subjects import MODELS, SubjectKey
from safety.models import JournalExport, SecondLook
from tests.accounts.staff.test_roles import make_colleague
from tests.people import make_person
from tests.safety.desks import make_second_look
from tests.safety.fraud_removals import read_zip_files
from tests.safety.journal.journal_pages import post_journal_search, sign_in
from tests.safety.journal.test_exports import ASKED, EXPORTS, download_journal_export
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
PHONE = "+8613900001234"


@pytest.fixture
def local(place):
    return make_colleague("local", "operator", [place("hefei")])


@pytest.fixture
def inside(local):
    return sign_in(Client(), local)


def read_page(client, typed):
    return client.get(post_journal_search(client, typed)).content.decode()


def test_who_lies_elsewhere_is_not_in_the_journal_nor_in_a_pack(inside):
    seeker = make_person("田小妹", phone=PHONE)
    SeekerProfile.objects.create(user=seeker, phone=PHONE)
    assert "田小妹" not in read_page(inside, "139 0000 1234")
    address = post_journal_search(inside, "139 0000 1234")
    assert inside.post(f"{address}authority/", ASKED)["Location"] == EXPORTS
    files = read_zip_files(download_journal_export(inside))
    assert json.loads(files["people.json"]) == []
    national = sign_in(Client(), make_colleague("national", "operator"))
    assert "田小妹" in read_page(national, "139 0000 1234")


def test_of_a_person_who_is_there_and_elsewhere_only_what_is_there_is_shown(inside):
    boss = make_person("老板", phone=PHONE)
    make_employer("合肥的店", member=boss, region="hefei")
    far = make_employer("吉首的店", member=boss, region="jishou")
    page = read_page(inside, "139 0000 1234")
    assert "老板" in page and "合肥的店" in page and "吉首的店" not in page
    assert "吉首的店" not in read_page(inside, f"单位 {far.pk}")


def read_all_doors(client):
    """The page, the table and the events of the pack of a search for the boss."""
    address = post_journal_search(client, "139 0000 1234")
    client.post(f"{address}table/", {"reason": "给组长看"})
    table = b"".join(download_journal_export(client)).decode()
    client.post(f"{address}authority/", ASKED)
    pack = read_zip_files(download_journal_export(client))["events.json"].decode()
    return client.get(address).content.decode(), table, pack


def test_of_what_somebody_did_elsewhere_no_name_and_no_words_are_shown_or_handed_out(inside):
    boss = make_person("老板", phone=PHONE)
    make_employer("合肥的店", member=boss, region="hefei")
    far = make_employer("凤凰的店", region="fenghuang")
    listing = make_listing(title="凤凰的活", employer=far)
    record_employer_event(far, boss, "edit", "凤凰的原因", far.status)
    move_listing(listing.pk, "paused", boss, "凤凰的原因")
    message = [{"changed": {"fields": ["凤凰的字段"]}}]
    LogEntry.objects.log_actions(boss.pk, Employer.objects.filter(pk=far.pk), CHANGE, message)
    for text in (texts := read_all_doors(inside)):
        assert "凤凰" not in text and f"/accounts/employer/{far.pk}/" not in text
    assert "（不在你负责的地区）" in texts[0]
    assert ["elsewhere", None] in [event["about"] for event in json.loads(texts[2])]
    texts = read_all_doors(sign_in(Client(), make_colleague("national", "operator")))
    assert all("凤凰的原因" in text for text in texts)
    assert all("凤凰的店" in text and "《凤凰的活》" in text for text in texts[:2])


@pytest.mark.parametrize("is_deleted", [False, True])
def test_what_somebody_wrote_about_a_second_look_elsewhere_is_not_shown(inside, is_deleted):
    """A look is deleted before the notes about it."""
    boss = make_person("老板", phone=PHONE)
    make_employer("合肥的店", member=boss, region="hefei")
    far = make_employer("凤凰的店", region="fenghuang")
    look = make_second_look(listing=make_listing(title="凤凰的活", employer=far))
    add_case_note("second", look.pk, boss, "凤凰的备注")
    if is_deleted:
        SecondLook.objects.all().delete()
    texts = read_all_doors(inside)
    assert all("凤凰" not in text for text in texts) and "写了备注：（不在" in texts[0]
    assert (
        "凤凰的备注" in read_all_doors(sign_in(Client(), make_colleague("national", "operator")))[0]
    )


def test_a_post_that_lost_the_place_ends_what_was_found_there(inside, local, place):
    shop = make_employer("合肥的店", region="hefei")
    address = post_journal_search(inside, f"单位 {shop.pk}")
    assert "合肥的店" in inside.get(address).content.decode()
    inside.post(f"{address}authority/", ASKED)
    StaffPost.objects.filter(user=local).update(places=[place("jishou").adcode])
    assert "合肥的店" not in inside.get(address).content.decode()
    assert JournalExport.objects.count() == 1
    files = read_zip_files(download_journal_export(inside))
    assert json.loads(files["employers.json"]) == []


@pytest.mark.parametrize("kind", MODELS)
def test_a_row_of_every_kind_is_of_no_place_until_it_is_shown_to_be(local, kind):
    assert list_subjects_in_scope([SubjectKey(kind, 1)], local) == []
