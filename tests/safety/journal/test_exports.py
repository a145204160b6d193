"""What leaves the journal: by whom, for whom, on which ground, and nothing without it."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn
from listings.models import ListingEvent
from safety.evidence.pack_verification import find_pack_faults
from safety.models import CaseExport, JournalExport, JournalSearch
from safety.reports.submission import submit_report
from tests.conftest import build_listing_publisher
from tests.people import make_person
from tests.safety.fraud_removals import (
    read_zip_files,
    record_contact_reveal,
    remove_listing_for_fraud,
    sign_up,
)
from tests.safety.journal.journal_pages import (
    JOURNAL,
    make_journal_reader,
    post_journal_search,
    sign_in,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
EXPORTS = f"{JOURNAL}exports/"
ASKED = {
    "recipient": "吉首市公安局刑侦大队",
    "legal_basis": "刑事诉讼法第五十四条",
    "file_number": "吉公调证〔2026〕12 号",
    "reason": "立案侦查，要登记材料",
    "sure": "on",
}


@pytest.fixture
def auditor():
    return make_journal_reader()


@pytest.fixture
def inside(auditor):
    return sign_in(Client(), auditor)


@pytest.fixture
def officer():
    return sign_in(Client(), make_journal_reader("officer", "export_journal"))


@pytest.fixture
def shop(publish, owner):
    return publish(title="=夜市摊", contact_phone="13800138000").employer


def download_journal_export(client):
    export = JournalExport.objects.latest("pk")
    return client.get(f"{EXPORTS}{export.pk}/file/")


def download_status(client):
    response = download_journal_export(client)
    b"".join(response)  # a file is closed when it was read
    return response.status_code


def test_the_table_has_what_the_page_shows_and_is_an_event_with_a_reason(inside, auditor, shop):
    address = post_journal_search(inside, f"单位 {shop.pk}")
    form = f"{address}table/?group=listings"
    assert inside.post(form, {"reason": ""}).status_code == 422
    assert inside.get(form).status_code == 200 and not JournalExport.objects.exists()
    for _twice in range(2):
        assert inside.post(form, {"reason": "给组长看"})["Location"] == EXPORTS
    export = JournalExport.objects.get()
    assert (export.by, export.reason, export.group) == (auditor, "给组长看", "listings")
    later = ListingEvent.objects.create(
        listing=shop.listings.get(), action="edit", reason="后来的事", after="published"
    )
    text = b"".join(download_journal_export(inside)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["导出人 auditor", "为什么 给组长看"]
    assert [row[1:4] for row in rows[2:]] == [["兼职", "系统", "发布：《=夜市摊》"]]
    assert later.reason not in text and "13800138000" not in text
    page = inside.get(post_journal_search(inside, f"单位 {shop.pk}")).content.decode()
    assert "导出表格" in page and "为什么：给组长看" in page


def test_what_is_left_out_is_said_on_the_page_in_the_table_and_in_the_pack(
    officer, shop, monkeypatch
):
    listing = shop.listings.get()
    for name in ("a", "b", "c"):
        sign_up(listing, make_person(name))
    words = "太多，只含最新的报名 2 条"
    monkeypatch.setattr("safety.journal.journal_scope.MAX_OF_A_KIND", 4)
    address = post_journal_search(officer, f"单位 {shop.pk}")
    assert "只含最新的" not in officer.get(address).content.decode()
    monkeypatch.setattr("safety.journal.journal_scope.MAX_OF_A_KIND", 2)
    assert words in officer.get(address).content.decode()
    officer.post(f"{address}table/", {"reason": "给组长看"})
    assert words in b"".join(download_journal_export(officer)).decode()
    officer.post(f"{address}authority/", ASKED)
    assert words in read_zip_files(download_journal_export(officer))["说明.txt"].decode()


def test_cells_are_no_formulas(inside, shop):
    ListingEvent.objects.update(reason="=HYPERLINK(1)")
    inside.post(f"{post_journal_search(inside, f'单位 {shop.pk}')}table/", {"reason": "给组长看"})
    text = b"".join(download_journal_export(inside)).decode()
    assert "'=HYPERLINK" in text and ",=HYPERLINK" not in text


def test_the_pack_is_signed_and_says_for_whom_and_on_which_ground(officer, shop, owner):
    SignIn.objects.create(user=owner, device="微信", ip="203.0.113.9")
    SignIn.objects.create(user=make_person("stranger"), device="微信", ip="203.0.113.10")
    submit_report(
        listing=shop.listings.get(),
        reason="fake_info",
        words="不实",
        user=make_person("reporter"),
        marks=[],
    )
    record_contact_reveal(shop.listings.get(), make_person("seeker", phone="+8613500005555"))
    address = post_journal_search(officer, f"用户 {owner.pk}")
    assert officer.post(f"{address}authority/", ASKED)["Location"] == EXPORTS
    body = b"".join(download_journal_export(officer))
    assert find_pack_faults(io.BytesIO(body)) == []
    packed = read_zip_files(download_journal_export(officer))
    about = json.loads(packed["export.json"])
    assert {name: about[name] for name in ASKED if name != "sure"} == {
        name: value for name, value in ASKED.items() if name != "sure"
    }
    people = json.loads(packed["people.json"])
    assert [row["email"] for row in people] == [owner.email]
    employer = json.loads(packed["employers.json"])[0]
    assert employer["name"] == shop.name
    sign_ins = json.loads(packed["sign_ins.json"])
    assert [row["ip"] for row in sign_ins] == ["203.0.113.9"]
    text = shop.listings.get().revisions.first()
    if text:
        assert f"listing-{text.listing_id}-text-{text.pk}.txt" in packed
    tables = [event["table"] for event in json.loads(packed["events.json"])]
    assert "report" in tables and "listing_event" in tables and "search" not in tables
    everything = b"".join(packed.values())
    for word in ("reporter", "seeker@", "13500005555", "stranger", "203.0.113.10"):
        assert word.encode() not in everything, word


@pytest.mark.parametrize("missing", ASKED)
def test_without_an_answer_nothing_is_packed(officer, shop, missing):
    address = post_journal_search(officer, f"单位 {shop.pk}")
    data = {name: value for name, value in ASKED.items() if name != missing}
    response = officer.post(f"{address}authority/", data)
    page = response.content.decode()
    assert response.status_code == 422 and not JournalExport.objects.exists()
    assert all(value in page for value in data.values() if value != "on")


def test_only_who_has_the_permission_packs_and_takes_it_away(inside, auditor, shop):
    address = post_journal_search(inside, f"单位 {shop.pk}")
    assert "依法调取" not in inside.get(address).content.decode()
    assert inside.get(f"{address}authority/").status_code == 403
    assert inside.post(f"{address}authority/", ASKED).status_code == 403
    assert not JournalExport.objects.exists()
    officer = make_journal_reader("officer", "export_journal")
    client = sign_in(Client(), officer)
    client.post(f"{post_journal_search(client, f'单位 {shop.pk}')}authority/", ASKED)
    officer.user_permissions.remove(officer.user_permissions.get(codename="export_journal"))
    assert download_status(client) == 403


def test_a_file_is_its_maker_s_for_a_day(officer, inside, shop):
    officer.post(f"{post_journal_search(officer, f'单位 {shop.pk}')}authority/", ASKED)
    assert download_status(inside) == 404
    assert download_status(officer) == 200
    JournalExport.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert download_status(officer) == 404
    assert "下载</a>" not in officer.get(EXPORTS).content.decode()


def test_the_list_says_what_went_to_whom_also_of_fraud_cases(officer, inside, shop, publish):
    officer.post(f"{post_journal_search(officer, f'单位 {shop.pk}')}authority/", ASKED)
    case = remove_listing_for_fraud(publish(title="骗人的活"))
    CaseExport.objects.create(
        case=case, by=make_person("boss"), to="凤凰县公安局", reason="协查函 7"
    )
    page = inside.get(EXPORTS).content.decode()
    for words in (
        *ASKED.values(),
        "凤凰县公安局",
        "协查函 7",
        f"案件 {case.pk}",
        "boss",
        "officer",
    ):
        assert words == "on" or words in page, words
    assert "下载</a>" not in page


def test_the_list_goes_on_where_many_share_a_moment(
    inside, auditor, shop, django_assert_max_num_queries
):
    post_journal_search(inside, f"单位 {shop.pk}")
    row = {"by": auditor, "reason": "给组长看", "created_at": timezone.now()}
    JournalExport.objects.bulk_create(
        JournalExport(
            search=JournalSearch.objects.get(), form="table", file_number=f"第{n}号", **row
        )
        for n in range(70)
    )
    case = remove_listing_for_fraud(build_listing_publisher(shop)(title="骗人的活"))
    CaseExport.objects.bulk_create(
        CaseExport(case=case, to=f"第{n}局", by=auditor, reason="x", created_at=row["created_at"])
        for n in range(70)
    )
    seen, address = [], EXPORTS
    while address:
        with django_assert_max_num_queries(8):
            page = inside.get(address).content.decode()
        seen += [f"第{n}号" for n in range(70) if f"第{n}号<" in page]
        seen += [f"第{n}局" for n in range(70) if f"第{n}局<" in page]
        following = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        address = EXPORTS + following if 'rel="next"' in page else ""
    assert len(seen) == len(set(seen)) == 140


def test_another_employer_s_things_are_not_in_the_pack(officer, shop):
    make_employer("别人的店", contact_phone="+8613600006666")
    officer.post(f"{post_journal_search(officer, f'单位 {shop.pk}')}authority/", ASKED)
    everything = b"".join(read_zip_files(download_journal_export(officer)).values())
    assert "别人的店".encode() not in everything and b"13600006666" not in everything
