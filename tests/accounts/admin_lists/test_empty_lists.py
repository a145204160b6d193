"""What a list says that shows nothing, and when it says how many were found."""

import pytest

from listings.models import CategorySetting
from tests.articles import make_article
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
SHIPPED = "所有类别都按自带的"


@pytest.fixture
def inside(client):
    return sign_in(client, make_person("boss", is_staff=True, is_superuser=True))


def test_an_empty_list_says_what_holds(inside):
    address = "/admin/listings/categorysetting/"
    assert SHIPPED in inside.get(address).content.decode()
    CategorySetting.objects.create(code="flyer", label="发传单")
    assert SHIPPED not in inside.get(address).content.decode()
    unnamed = inside.get("/admin/listings/rating/").content.decode()
    assert "这里还没有。" in unnamed and "/admin/lists/listings/rating/export/" not in unnamed


def test_how_many_were_found_is_said_of_a_search_only(inside):
    make_article("网警账号上线")
    address = "/admin/news/article/"
    assert "看全部" not in inside.get(address).content.decode()
    for query in ({"q": "网警"}, {"kind__exact": "alert"}):
        assert "看全部" in inside.get(address, query).content.decode(), query
    assert "这里还没有。" not in inside.get(address, {"q": "没有这个词"}).content.decode()
