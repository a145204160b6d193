"""Limits on one page: each change is obeyed at once, and is told with its reason."""

import re
import time

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from jobsite import urls  # noqa: F401 - its views declare the limits
from jobsite.admin import limit_admin
from listings.publication.posting_quota import get_posting_quota
from sitekit.models import LimitSetting
from sitekit.site_settings.limits import DECLARED, LIMITS, declare_limit, list_limits
from tests.at_once import at_once
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
ADDRESS = "/admin/sitekit/limitsetting/"


def build_form(**changed):
    """What a page sends that was opened just now."""
    shown = {f"initial-{name}": str(int(limit)) for name, limit in DECLARED.items()}
    shipped = {name: limit.shipped for name, limit in DECLARED.items()}
    return shown | shipped | {"reason": "试一周"} | changed


def test_a_limit_is_set_obeyed_and_set_back(admin_client, client):
    page = admin_client.get(ADDRESS).content.decode()
    assert "核对过证件的单位：同时在招和待审几条" in page
    assert "还没有改过" in page
    refused = admin_client.post(ADDRESS, build_form(reports_an_hour=0, exports_a_day=99, reason=""))
    assert refused.content.decode().count('class="errorlist"') == 3
    assert not LimitSetting.objects.exists()
    assert admin_client.post(ADDRESS, build_form(exports_a_day=1)).status_code == 302
    sign_in(client, make_person("seeker"))
    assert "一天最多 1 次" in client.get("/me/export/").content.decode()
    answer = client.post("/me/export/")
    assert answer["Content-Type"] == "application/zip"
    for close in answer._resource_closers:
        close()
    assert client.post("/me/export/").status_code == 429
    history = admin_client.get(ADDRESS).content.decode()
    assert "一个人每天下载几次自己的数据：“3” → “1”" in history
    assert "试一周" in history
    assert admin_client.post(ADDRESS, build_form(reason="不试了")).status_code == 302
    assert not LimitSetting.objects.exists()
    assert int(DECLARED["exports_a_day"]) == 3
    assert LogEntry.objects.count() == 2


def read_shown_limits(page):
    """The values that the page sends back beside what is typed."""
    hidden = r'<input type="hidden" name="(initial-\w+)" value="(\d+)"'
    return dict(re.findall(hidden, page.content.decode()))


def test_what_a_colleague_changed_since_the_page_was_opened_stays(admin_client):
    opened_before = read_shown_limits(admin_client.get(ADDRESS))
    assert admin_client.post(ADDRESS, build_form(exports_a_day=1)).status_code == 302
    page = build_form(reports_an_hour=2, reason="打扰太多") | opened_before
    answer = admin_client.post(ADDRESS, page, follow=True)
    assert "改了 1 项" in answer.content.decode()
    assert int(DECLARED["exports_a_day"]) == 1 and int(DECLARED["reports_an_hour"]) == 2
    assert LogEntry.objects.count() == 2


def test_of_one_limit_that_two_changed_the_later_one_looks_again(admin_client):
    opened_before = read_shown_limits(admin_client.get(ADDRESS))
    admin_client.post(ADDRESS, build_form(exports_a_day=1))
    typed = build_form(exports_a_day=2)
    refused = admin_client.post(ADDRESS, typed | opened_before)
    assert "别人刚改成 1，看一下再存。" in refused.content.decode()
    assert int(DECLARED["exports_a_day"]) == 1
    assert admin_client.post(ADDRESS, typed | read_shown_limits(refused)).status_code == 302
    assert int(DECLARED["exports_a_day"]) == 2


def test_a_page_that_does_not_say_what_it_was_opened_with_is_looked_at_again(admin_client):
    admin_client.post(ADDRESS, build_form(exports_a_day=1))
    typed = {name: value for name, value in build_form().items() if not name.startswith("initial-")}
    refused = admin_client.post(ADDRESS, typed)
    html = refused.content.decode()
    assert "不知道这一页打开时是多少，现在是 1，看一下再存。" in html
    assert html.count('class="errorlist"') == 1
    assert int(DECLARED["exports_a_day"]) == 1
    assert admin_client.post(ADDRESS, typed | read_shown_limits(refused)).status_code == 302
    assert int(DECLARED["exports_a_day"]) == 3


def test_the_posting_quota_follows(admin_client):
    shop = make_employer("吉首早餐店", region="xiangxi", checks="")
    admin_client.post(ADDRESS, build_form(open_none=3, open_identity=40))
    quota = get_posting_quota(shop)
    assert quota.open == 3
    assert "认证以后可以有 40 条" in quota.more


def test_a_value_out_of_the_range_counts_as_the_nearest():
    LimitSetting.objects.create(name="exports_a_day", value=500)
    LIMITS.forget()
    assert int(DECLARED["exports_a_day"]) == DECLARED["exports_a_day"].most


def test_every_limit_has_a_place_and_a_name_of_its_own():
    limits = [limit for group in list_limits().values() for limit in group]
    assert len(limits) == len(DECLARED) > 30
    assert len({limit.label for limit in limits}) == len(limits)


@pytest.mark.parametrize(
    ("name", "group", "shipped", "fault"),
    [
        ("exports_a_day", "发布兼职", 4, "another limit"),
        ("a_new_one", "发布", 4, "发布兼职、看联系方式"),
        ("a_new_one", "发布兼职", 6, "6 does not lie from 1 to 5"),
    ],
)
def test_what_is_wrong_with_a_declaration_is_named(name, group, shipped, fault):
    with pytest.raises(ValueError, match=fault):
        declare_limit(name, group, "别的", shipped, most=5)
    assert "a_new_one" not in DECLARED


def test_who_may_only_look_changes_nothing(client, django_assert_max_num_queries):
    viewer = make_person("viewer", is_staff=True)
    assert sign_in(client, viewer).get(ADDRESS).status_code == 403
    viewer.is_superuser = True
    viewer.save()
    LimitSetting.objects.create(name="exports_a_day", value=5)
    with django_assert_max_num_queries(9):
        client.get(ADDRESS)


def test_of_two_who_save_at_once_one_looks_at_what_the_other_changed(committed, monkeypatch):
    """Both have opened the page before; who comes second waits until the first has saved."""
    pages = [Client() for _ in range(2)]
    for number, page in enumerate(pages):
        sign_in(page, make_person(f"boss{number}", is_staff=True, is_superuser=True))
    store = limit_admin.set_limits

    def store_slowly(user, form):
        time.sleep(0.5)
        return store(user, form)

    monkeypatch.setattr(limit_admin, "set_limits", store_slowly)
    forms = [build_form(exports_a_day=number) for number in (1, 2)]

    def save(page, form):
        return lambda: page.post(ADDRESS, form)

    answers = at_once(*map(save, pages, forms))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert LogEntry.objects.count() == 1
