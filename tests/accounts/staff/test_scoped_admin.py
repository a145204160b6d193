"""What holds in all cities is changed by those of the whole country, and what holds at a place by those of it."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobsite.models import Announcement
from news.models import RelatedPin, Source, Tag
from tests.accounts.staff.test_roles import make_colleague
from tests.articles import make_alert
from tests.edit_marks import read_edit_mark
from tests.people import sign_in

pytestmark = pytest.mark.django_db
SETTINGS = [
    *("sitekit_sitetext", "sitekit_operator", "listings_categorysetting", "news_hotline"),
    *("listings_hourlyminimum", "screening_blockeditem", "safety_secondlookshare"),
    "listings_listingsource",  # a trusted one publishes in all cities unseen
    *(
        "safety_cannedreason",
        "sitekit_limitsetting",
        "cities_hotcitylist",
        "screening_trainedmodel",
    ),
]
SINGLE_PAGES = {"sitekit_limitsetting", "cities_hotcitylist", "screening_trainedmodel"}


@pytest.fixture
def rights():
    """All rights of the site, so that only the place can refuse."""
    return Permission.objects.all()


@pytest.fixture
def local(place, rights):
    user = make_colleague("local", "operator", [place("xiangxi")])
    user.user_permissions.set(rights)
    return sign_in(Client(), user)


@pytest.fixture
def national(rights):
    user = make_colleague("national", "operator")
    user.user_permissions.set(rights)
    return sign_in(Client(), user)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_of_all_cities_is_not_changed_from_one(local, national, name):
    if name in SINGLE_PAGES:
        posted = {"_train": "1"} if name == "screening_trainedmodel" else {}
        address = reverse(f"admin:{name}_changelist")
        assert local.get(address).status_code == 200
        assert local.post(address, posted).status_code == 403
        assert national.post(address, posted).status_code != 403
    else:
        address = reverse(f"admin:{name}_add")
        assert local.get(address).status_code == 403
        assert national.get(address).status_code == 200


def build_announcement(place=None):
    return {
        "text": "今晚停机",
        "url": "",
        "level": 3,
        "place": place.pk if place else "",
        "starts_at_0": "2026-12-01",
        "starts_at_1": "08:00",
        "ends_at_0": "2099-12-01",
        "ends_at_1": "08:00",
        "edit_reason": "要升级",
    }


def test_an_announcement_holds_where_the_rights_of_its_writer_do(local, national, place):
    address = reverse("admin:jobsite_announcement_add")
    for where, words in ((None, "全国都这样"), (place("hefei"), "不在你负责的地区")):
        page = local.post(address, build_announcement(where))
        assert page.status_code == 200 and words in page.content.decode()
    assert local.post(address, build_announcement(place("jishou"))).status_code == 302
    assert national.post(address, build_announcement()).status_code == 302
    everywhere = Announcement.objects.get(place=None)
    change = reverse("admin:jobsite_announcement_change", args=[everywhere.pk])
    assert local.get(change).status_code == 404
    assert local.get(reverse("admin:jobsite_announcement_changelist")).status_code == 200


def test_a_pin_holds_where_the_rights_of_its_writer_do(local, national, place):
    alert = make_alert("全国都有人上当", places=[])
    data = {
        "article": alert.pk,
        "effect": "kept_out",
        "page": "",
        "place": "",
        "kind": "",
        "starts_on": str(timezone.localdate()),
        "ends_on": "",
        "edit_reason": "过时了",
    }
    address = reverse("admin:news_relatedpin_add")
    page = local.post(address, data)
    assert page.status_code == 200 and "全国都这样" in page.content.decode()
    assert not RelatedPin.objects.exists()
    assert local.post(address, data | {"place": place("jishou").pk}).status_code == 302
    assert national.post(address, data).status_code == 302


@pytest.mark.parametrize("row", ["source", "tag"])
def test_what_articles_of_all_cities_share_is_added_anywhere_and_changed_by_the_country(
    local, national, row
):
    model = {"source": Source, "tag": Tag}[row]
    kind = {"kind": "police"} if row == "source" else {}
    shared = model.objects.create(name="怀化", **kind)
    change = reverse(f"admin:news_{row}_change", args=[shared.pk])
    data = {"name": "洪江", **kind, **read_edit_mark(shared)}
    assert "_save" not in local.get(change).content.decode()
    assert local.post(change, data).status_code == 403
    delete = reverse(f"admin:news_{row}_delete", args=[shared.pk])
    assert local.post(delete, {"post": "yes"}).status_code == 403
    assert local.post(reverse(f"admin:news_{row}_add"), data).status_code == 302
    assert set(model.objects.values_list("name", flat=True)) == {"怀化", "洪江"}
    assert national.post(change, data | {"name": "靖州"}).status_code == 302
    assert set(model.objects.values_list("name", flat=True)) == {"靖州", "洪江"}
