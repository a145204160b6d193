"""Who may look somebody up, with which reason, and what is left of it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Employer
from safety.models import JournalSearch
from tests.people import make_person
from tests.safety.desks import make_moderator_user
from tests.safety.journal.journal_pages import (
    JOURNAL,
    REASON,
    make_journal_reader,
    post_journal_search,
    sign_in,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return make_journal_reader()


@pytest.fixture
def inside(auditor):
    return sign_in(Client(), auditor)


def test_who_reads_the_journal_need_not_decide_and_who_decides_need_not_read_it(
    inside, mod, client
):
    page = inside.get(JOURNAL).content.decode()
    assert "查人查事" in page and "/admin/desk/" not in page
    assert inside.get("/admin/desk/").status_code == 403
    assert "查人查事" in inside.get("/admin/").content.decode()
    assert client.get(JOURNAL).status_code == 403
    assert "查人查事" not in client.get("/admin/desk/").content.decode()
    mod.user_permissions.add(Permission.objects.get(codename="read_journal"))
    assert "/admin/desk/listings/" in client.get(JOURNAL).content.decode()
    assert "查人查事" in client.get("/admin/desk/").content.decode()


def test_a_reader_without_the_second_factor_sees_nothing(auditor):
    client = Client()
    client.force_login(auditor, backend="accounts.backends.EmailOrPhoneBackend")
    assert client.get(JOURNAL).status_code == 302
    assert client.post(JOURNAL, {"q": "兼职 1", "reason": REASON}).status_code == 302
    assert not JournalSearch.objects.exists()


def test_what_was_searched_for_in_the_last_day_has_its_date(inside):
    post_journal_search(inside, "兼职 12")
    searched_at = timezone.now() - timedelta(hours=23, minutes=50)
    JournalSearch.objects.update(created_at=searched_at)
    page = inside.get(JOURNAL).content.decode()
    assert "你一天之内查过的" in page and f"{timezone.localtime(searched_at):%m-%d %H:%M}" in page


def test_a_reason_is_asked_once_in_a_session_and_a_day(inside, auditor, monkeypatch):
    refused = inside.post(JOURNAL, {"q": "兼职 12", "reason": " "})
    assert refused.status_code == 422 and not JournalSearch.objects.exists()
    page = refused.content.decode()
    assert "先写事由" in page and 'value="兼职 12"' in page
    assert inside.post(JOURNAL, {"q": "兼职 12", "reason": "查"}).status_code == 422
    post_journal_search(inside, "兼职 12")
    post_journal_search(inside, "兼职 13", reason="")
    post_journal_search(inside, "兼职 14", reason="另一件事：投诉")
    post_journal_search(inside, "兼职 15", reason="")
    reasons = JournalSearch.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == [REASON, REASON, "另一件事：投诉", "另一件事：投诉"]
    other_session = sign_in(Client(), auditor)
    assert other_session.post(JOURNAL, {"q": "兼职 1", "reason": ""}).status_code == 422
    monkeypatch.setattr("safety.journal_pages.search_views.get_local_day", lambda: "2099-01-01")
    assert inside.post(JOURNAL, {"q": "兼职 1", "reason": ""}).status_code == 422


def test_what_was_searched_for_stands_in_no_address_and_in_no_dump(inside, auditor):
    address = post_journal_search(inside, "139 0000 1111")
    row = JournalSearch.objects.get()
    assert address == f"{JOURNAL}{row.pk}/"
    assert (row.by, row.term, row.masked) == (auditor, "+8613900001111", "139 **** 1111")
    with connection.cursor() as cursor:
        cursor.execute("SELECT safety_journalsearch::text FROM safety_journalsearch")
        assert "13900001111" not in cursor.fetchone()[0]
    assert "13900001111" not in inside.get(address).content.decode()


def test_results_are_their_own_searcher_s_for_a_day(inside):
    address = post_journal_search(inside, "兼职 12")
    assert sign_in(Client(), make_journal_reader("other")).get(address).status_code == 404
    assert inside.get(address).status_code == 200
    JournalSearch.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert inside.get(address).status_code == 404
    assert "兼职 12" not in inside.get(JOURNAL).content.decode()


@pytest.mark.parametrize("typed", ["", " ", "店", "\x00", "兼" * 121])
def test_what_cannot_be_looked_up_is_said_at_the_field(inside, typed):
    response = inside.post(JOURNAL, {"q": typed, "reason": REASON})
    assert response.status_code == 422 and 'class="errorlist"' in response.content.decode()
    assert not JournalSearch.objects.exists()


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE x; --", "<script>1</script>", "兼职 999999999999999999", "%_\\", "//"]
)
def test_odd_words_find_nothing_and_break_nothing(inside, typed):
    page = inside.get(post_journal_search(inside, typed)).content.decode()
    assert "<script>1" not in page


def test_a_row_leads_where_the_reader_may_go(inside, auditor, publish):
    listing = publish(title="奶茶店员")
    address = post_journal_search(inside, f"兼职 {listing.pk}")
    assert f"/{listing.pk}/change/" not in inside.get(address).content.decode()
    auditor.user_permissions.add(Permission.objects.get(codename="view_listing"))
    page = inside.get(address).content.decode()
    assert f"/admin/listings/listing/{listing.pk}/change/" in page
    auditor.groups.set(make_moderator_user("m").groups.all())
    assert f"/admin/desk/listings/{listing.pk}/" in inside.get(address).content.decode()


def test_of_several_found_each_is_opened_by_itself(inside):
    shared = {"phone": "+8613900001111"}
    first, _two = make_person("one", **shared), make_person("two", phone="+8613900002222")
    page = inside.get(post_journal_search(inside, "139 0000 1111")).content.decode()
    assert f"用户 {first.pk}" in page and "账号正常" in page


def test_employers_that_share_a_part_of_a_code_are_chosen_from(inside):
    shops = [make_employer(name) for name in ("甲店", "乙店")]
    for shop, code in zip(shops, ("92433101MA4L8K2Q71", "91433101MA4L1A2B3C"), strict=True):
        Employer.objects.filter(pk=shop.pk).update(licence_code=code)
    page = inside.get(post_journal_search(inside, "433101MA4L")).content.decode()
    assert "查到 2 个" in page and "甲店" in page and "乙店" in page
    page = inside.get(post_journal_search(inside, "2A1B3C")).content.decode()
    assert "要填完整的才查得到" in page and "甲店" not in page
    page = inside.get(post_journal_search(inside, "8000")).content.decode()
    assert "按几位数字（比如后四位）查不到" in page


def test_the_form_speaks_plainly_and_its_button_follows_the_reason(inside):
    page = inside.get(JOURNAL).content.decode()
    assert "电话、微信、邮箱要写完整的，写一部分查不到" in page and "哈希" not in page
    assert page.index('id="id_reason"') < page.index(">查</button>")
    post_journal_search(inside, "兼职 12")
    page = inside.get(JOURNAL).content.decode()
    assert page.index(">查</button>") < page.index('id="id_reason"'), "it was asked today"
