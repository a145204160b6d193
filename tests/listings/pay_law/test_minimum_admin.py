"""The table in the admin: corrected and confirmed by the staff, with history."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import User
from cities.directory.regions import get_region_by_slug
from listings.models import HourlyMinimum
from listings.pay_law.minimums import find_minimum
from listings.pay_law.minimums_csv import load_minimums_csv
from tests.edit_marks import read_edit_mark
from tests.people import sign_in
from tests.safety.journal.journal_pages import post_journal_search

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    return sign_in(client, User.objects.create_superuser("boss@example.com"))


@pytest.fixture
def row():
    load_minimums_csv()
    return HourlyMinimum.objects.get(file_key="430000-3-2026")


def form_of(row, **changed):
    data = {
        "province": row.province_id,
        "tier": row.tier,
        "yuan_per_hour": row.yuan_per_hour,
        "in_force_since": row.in_force_since or "",
        "source_name": row.source_name,
        "source_url": row.source_url,
        "edit_reason": "读了省里的通知",
    }
    return data | changed


def post_minimum_change(client, row, **changed):
    address = reverse("admin:listings_hourlyminimum_change", args=[row.pk])
    return client.post(address, form_of(row, **read_edit_mark(row), **changed))


def test_a_confirmed_figure_holds_at_once_and_has_a_history(boss, client, row):
    place = get_region_by_slug("jishou")
    assert find_minimum(place, confirmed_only=True) is None
    source = {"source_url": "https://rst.hunan.gov.cn/1.html", "read_on": "2026-11-01"}
    assert post_minimum_change(client, row, is_confirmed="on", **source).status_code == 302
    assert find_minimum(place, confirmed_only=True).figure.yuan_per_hour == row.yuan_per_hour
    assert "看过原文" in LogEntry.objects.get(object_id=row.pk).get_change_message()
    assert load_minimums_csv() == (0, 0)
    row.refresh_from_db()
    assert row.is_confirmed


def test_a_figure_is_not_confirmed_without_its_source(boss, client, row):
    answer = post_minimum_change(client, row, is_confirmed="on")
    assert "看过原文的，要填从哪天起、出处链接和哪天看的原文。" in answer.content.decode()
    row.refresh_from_db()
    assert not row.is_confirmed


def test_why_it_was_changed_stands_below_it_and_in_the_journal(boss, client, row):
    row.places.set([get_region_by_slug("jishou")])
    places = [get_region_by_slug("jishou").pk, get_region_by_slug("changsha").pk]
    raised = {"yuan_per_hour": "20.5", "places": places}
    assert (
        "写一句为什么。"
        in post_minimum_change(client, row, **raised, edit_reason="").content.decode()
    )
    assert (
        post_minimum_change(client, row, **raised, edit_reason="州里调到第一档").status_code == 302
    )
    address = reverse("admin:listings_hourlyminimum_change", args=[row.pk])
    history = client.get(address).content.decode().split("经过")[-1]
    assert "州里调到第一档" in history
    assert f"元/小时：“{row.yuan_per_hour}” → “20.5" in history
    assert "适用地区：“吉首市” → “" in history and "长沙市" in history
    boss_number = f"用户 {User.objects.get(email='boss@example.com').pk}"
    page = client.get(post_journal_search(client, boss_number)).content.decode()
    (line,) = re.findall(f"修改最低小时工资 {row.pk}：([^<]*)", page)
    assert {"元/小时", "适用地区"} <= set(line.strip().split("、"))
    assert "为什么：州里调到第一档" in page


def test_a_raise_is_a_new_row_and_nothing_is_deleted(boss, client, row):
    add = reverse("admin:listings_hourlyminimum_add")
    assert client.post(add, form_of(row)).status_code == 200  # the same tier on the same day
    assert client.post(add, form_of(row, in_force_since="2027-01-01")).status_code == 302
    assert HourlyMinimum.objects.filter(province=row.province, tier=3).count() == 2
    delete = reverse("admin:listings_hourlyminimum_delete", args=[row.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_the_list_costs_the_same_for_all_provinces(boss, client, row, django_assert_num_queries):
    address = reverse("admin:listings_hourlyminimum_changelist")
    client.get(address)
    with django_assert_num_queries(9):
        page = client.get(address, {"q": "湖南"}).content.decode()
    assert "湖南省人社厅" in page
    with django_assert_num_queries(9):
        client.get(address)
