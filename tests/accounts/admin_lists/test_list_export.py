"""A list of the admin as a file: what it shows, who took it out and why."""

import csv
import io

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.admin_lists import views
from accounts.choices import LIST_EXPORT_FLAG
from accounts.staff.posts import PostTerms, write_post
from cities.directory.regions import get_region
from listings.models import Listing
from tests.people import make_person, sign_in
from tests.safety.journal.journal_pages import list_search_lines
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
LISTINGS = "/admin/lists/listings/listing/export/"
WHY = {"reason": "给周会看在招的数量", "file_form": "csv"}


def staff_with(name, *permissions):
    user = make_person(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def clerk():
    return staff_with("clerk", "view_listing", "export_lists", "read_journal")


@pytest.fixture
def inside(client, clerk):
    return sign_in(client, clerk)


def read_csv(answer):
    assert answer.status_code == 200, answer.content.decode()
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_has_columns_and_words_of_the_list_and_only_what_the_filter_shows(inside, publish):
    held = publish(title="=周末发传单", listing_fields={"status": "held"})
    publish(title="奶茶店晚班")
    long_name = "吉首市乾州古城文化旅游开发有限公司"
    shop = make_employer(long_name)
    Listing.objects.filter(pk=held.pk).update(employer=shop)
    rows = read_csv(inside.post(f"{LISTINGS}?status__exact=held", WHY))
    assert rows[0] == ["标题", "状态", "类别", "地区", "单位", "报酬", "发布", "有效到"]
    assert len(rows) == 2
    line = dict(zip(*rows, strict=True))
    assert line["标题"] == "'=周末发传单"
    assert line["状态"] == "风险暂停"
    assert line["单位"] == long_name
    assert line["地区"] == get_region(held.region_id).name
    answer = inside.post(f"{LISTINGS}?status__exact=held", WHY | {"file_form": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        [cell or None for cell in row] for row in rows
    ]
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}  # no formula


def test_who_took_what_out_and_why_stands_in_the_journal(inside, clerk, publish):
    publish(listing_fields={"status": "held"})
    read_csv(inside.post(f"{LISTINGS}?status__exact=held&q=13812345678", WHY))
    entry = LogEntry.objects.get(action_flag=LIST_EXPORT_FLAG)
    assert (entry.user, entry.change_message) == (clerk, WHY["reason"])
    assert entry.object_repr == "兼职 0 行，CSV，状态：风险暂停；搜索联系方式"
    page = inside.get("/admin/journal/exports/").content.decode()
    assert "后台列表" in page and entry.object_repr in page and WHY["reason"] in page
    assert ("后台", f"导出{entry.object_repr}", str(clerk)) in list_search_lines(
        inside, f"用户 {clerk.pk}"
    )


def test_a_reason_is_asked_and_what_was_typed_is_kept(inside):
    answer = inside.post(f"{LISTINGS}?mode=online", {"reason": "看看", "file_form": "csv"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "写得具体一点" in page and ">\n看看</textarea>" in page
    assert not LogEntry.objects.exists()


def test_a_list_that_is_too_long_is_not_cut_but_refused(inside, publish, monkeypatch):
    monkeypatch.setattr(views, "MAX_EXPORTED_ROWS", 1)
    publish()
    publish(title="第二条")
    for ask in (inside.get(LISTINGS), inside.post(LISTINGS, WHY)):
        assert "一次最多导出 1 行" in ask.content.decode()
    assert not LogEntry.objects.exists()


def test_only_who_has_the_right_and_only_what_lies_in_their_places(client, publish, place):
    publish(title="吉首的兼职", region_id=place("jishou").adcode)
    publish(title="长沙的兼职", region_id=place("changsha").adcode)
    without = staff_with("without", "view_listing")
    assert sign_in(client, without).get(LISTINGS).status_code == 403
    assert "/export/" not in client.get("/admin/listings/listing/").content.decode()
    senior = make_person("senior", is_staff=True)
    write_post(senior, PostTerms("senior", False, (place("changsha").adcode,)), None)
    rows = read_csv(sign_in(client, senior).post(LISTINGS, WHY))
    assert [row[0] for row in rows] == ["标题", "长沙的兼职"]
    assert "/export/" in client.get("/admin/listings/listing/").content.decode()
    assert client.get("/admin/lists/accounts/user/export/").status_code == 404


def test_rows_cost_no_queries_of_their_own(inside, publish):
    inside.post(LISTINGS, WHY)  # what is remembered from here on
    counts = []
    for number in (1, 4):
        for _ in range(number):
            publish()
        with CaptureQueriesContext(connection) as captured:
            read_csv(inside.post(LISTINGS, WHY))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16


def test_each_list_but_those_with_contacts_of_people_has_a_file(client):
    kept_back = {"accounts.User", "mfa.Authenticator", "news.AlertSubscription"}
    sign_in(client, make_person("root", is_staff=True, is_superuser=True))
    faults = {}
    for model in admin.site._registry:
        address = f"/admin/lists/{model._meta.app_label}/{model._meta.model_name}/export/"
        answer = client.post(address, WHY)
        expected = 404 if model._meta.label in kept_back else 200
        if answer.status_code != expected:
            faults[model._meta.label] = answer.status_code
        elif expected == 200 and not answer.content.decode("utf-8-sig").strip():
            faults[model._meta.label] = "empty"
    assert faults == {}
