"""A person saves a filter of a list in the admin, opens it and deletes it; nobody else sees it."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.admin_lists import forms
from accounts.models import SavedListFilter
from accounts.personal_data import erase, export
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/listings/listing/"
SAVE = "/admin/lists/listings/listing/filter/"
QUERY = "q=%E5%AE%B6%E6%95%99&status__exact=held"


def make_staff_user(name):
    user = make_person(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_listing"))
    return user


@pytest.fixture
def clerk():
    return make_staff_user("clerk")


@pytest.fixture
def inside(client, clerk):
    return sign_in(client, clerk)


def read_body(answer):
    return answer.content.decode()


def test_a_filter_is_saved_shown_above_the_list_opened_and_deleted(inside, clerk):
    assert SAVE not in read_body(inside.get(LIST))  # nothing is chosen
    assert f"{SAVE}?" in read_body(inside.get(f"{LIST}?{QUERY}"))
    assert "状态：风险暂停；搜索“家教”" in read_body(inside.get(f"{SAVE}?{QUERY}&p=3"))
    answer = inside.post(f"{SAVE}?{QUERY}&p=3", {"name": "暂停的家教"}, follow=True)
    row = SavedListFilter.objects.get()
    assert (row.user, row.list_name, row.query) == (clerk, "listings.listing", QUERY)
    page = read_body(answer)
    assert answer.request["QUERY_STRING"] == QUERY
    assert "已保存筛选“暂停的家教”" in page and "暂停的家教</a>" in page
    assert SAVE not in page  # it is saved already
    page = read_body(inside.get(LIST))
    assert f'href="{LIST}?{QUERY.replace("&", "&amp;")}"' in page
    assert "暂停的家教" not in read_body(inside.get("/admin/accounts/employer/", follow=True))
    delete = f"/admin/lists/filters/{row.pk}/delete/"
    assert delete in page and inside.get(delete).status_code == 405
    assert "已删除筛选“暂停的家教”" in read_body(inside.post(delete, follow=True))
    assert not SavedListFilter.objects.exists()


def test_it_is_nobody_else_s(inside, clerk):
    row = clerk.saved_list_filters.create(
        list_name="listings.listing", name="暂停的", query="status__exact=held"
    )
    other = sign_in(Client(), make_staff_user("other"))
    assert "暂停的</a>" not in read_body(other.get(LIST))
    delete = f"/admin/lists/filters/{row.pk}/delete/"
    assert other.post(delete).status_code == 404
    careful = sign_in(Client(enforce_csrf_checks=True), clerk)
    assert careful.post(delete).status_code == 403
    assert SavedListFilter.objects.filter(pk=row.pk).exists()
    assert export(clerk)["saved_list_filters"][0]["name"] == "暂停的"
    erase(clerk)
    assert not SavedListFilter.objects.exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "给这个筛选起个名字"), ("长" * 31, "30"), ("暂停的", "已经有一个筛选叫这个名字")],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(inside, clerk, name, message):
    rows = clerk.saved_list_filters
    rows.create(list_name="listings.listing", name="暂停的", query="status__exact=rejected")
    answer = inside.post(f"{SAVE}?{QUERY}", {"name": name})
    assert answer.status_code == 422
    assert message in read_body(answer)
    assert not name or f'value="{name}"' in read_body(answer)
    assert rows.count() == 1


def test_pressed_twice_it_is_saved_once_and_there_are_not_too_many(inside, monkeypatch):
    for _ in range(2):
        assert inside.post(f"{SAVE}?{QUERY}", {"name": "暂停的"}).status_code == 302
    assert SavedListFilter.objects.count() == 1
    monkeypatch.setattr(forms, "MAX_SAVED_FILTERS", 1)
    answer = inside.post(f"{SAVE}?status__exact=rejected", {"name": "另一个"})
    assert "先删掉不用的" in read_body(answer)


@pytest.mark.parametrize("query", ["q=138+1234+5678", "q=a%40example.com", "nonsense=1", ""])
def test_contacts_and_what_is_no_filter_are_not_saved(inside, query):
    answer = inside.post(f"{SAVE}?{query}", {"name": "查人"}, follow=True)
    assert 'class="error"' in read_body(answer)
    assert not SavedListFilter.objects.exists()


def test_the_list_takes_one_query_for_them(inside, clerk):
    rows = clerk.saved_list_filters

    def count():
        with CaptureQueriesContext(connection) as captured:
            inside.get(LIST)
        return len(captured), sum("savedlistfilter" in q["sql"] for q in captured.captured_queries)

    before = count()
    for number in range(3):
        rows.create(list_name="listings.listing", name=f"第 {number} 个", query="o=1")
    assert count() == before
    assert before[1] == 1
