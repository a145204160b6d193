"""The exchange group of a city: shown only where the operator runs one."""

import pytest

from sitekit.models import Operator
from tests.answers import get_page_text
from tests.listing_rows import make_group
from tests.people import sign_in
from tools.demo.factories import make_user

NAME = "湘西的副业交流群"


@pytest.fixture
def group(places):
    return make_group(places["xiangxi"], name=NAME)


def test_the_page_warns_first_then_shows_the_code_and_the_rules(client, group):
    Operator.objects.update(complaints_phone="0743-0000000")
    page = get_page_text(client, "/xiangxi/group/")
    page = page[page.index("<h1>") :]
    parts = [NAME, "不会先收你一分钱", "刷单", "屏幕共享", "的二维码", "示例公司", "群规"]
    parts += ["<li>不收钱。</li><li>不刷单。</li>", "0743-0000000", 'href="tel:110"']
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert f"/media/pictures/{group.picture.digest[:2]}/{group.picture.digest}-480.webp" in page


@pytest.mark.parametrize("address", ["/xiangxi/", "/xiangxi/jobs/", "/xiangxi/news/", "/jishou/"])
def test_pages_of_the_city_link_to_it_in_masthead_and_footer(client, group, address):
    page = get_page_text(client, address)
    head, _, rest = page.partition("</header>")
    assert 'href="/xiangxi/group/"' in head
    assert 'href="/xiangxi/group/"' in rest.partition("<footer")[2]


def test_the_citys_home_has_a_box_for_it(client, group):
    main = get_page_text(client, "/xiangxi/").partition("<main")[2].partition("<footer")[0]
    assert 'href="/xiangxi/group/"' in main


@pytest.mark.parametrize("prefix", ["/", "/hunan/", "/changsha/"])
def test_elsewhere_nothing_is_said_of_it(client, group, prefix):
    assert "/group/" not in get_page_text(client, prefix)
    assert "副业交流群" not in get_page_text(client, f"{prefix}jobs/")
    assert client.get(f"{prefix}group/").status_code == 404


def test_a_closed_group_is_not_there(client, group):
    group.is_open = False
    group.save()
    assert client.get("/xiangxi/group/").status_code == 404
    assert "/group/" not in get_page_text(client, "/xiangxi/")


@pytest.mark.parametrize("named", ["", None])
def test_an_operator_that_does_not_say_who_it_is_runs_no_group(client, group, named):
    if named is None:
        Operator.objects.all().delete()
    else:
        Operator.objects.update(name=named)
    assert client.get("/xiangxi/group/").status_code == 404
    assert "/group/" not in get_page_text(client, "/xiangxi/")


def test_a_county_is_led_to_its_citys_group_unless_it_has_its_own(client, group, places):
    response = client.get("/jishou/group/")
    assert (response.status_code, response["Location"]) == (302, "/xiangxi/group/")
    make_group(places["jishou"], name="吉首自己的群")
    assert "吉首自己的群" in get_page_text(client, "/jishou/group/")
    assert 'href="/jishou/group/"' in get_page_text(client, "/jishou/")
    assert NAME in get_page_text(client, "/xiangxi/group/")


@pytest.mark.parametrize("address", ["/xiangxi/jobs/", "/xiangxi/", "/xiangxi/alerts/"])
def test_asking_for_it_costs_no_query(
    client, places, address, django_assert_num_queries, django_assert_max_num_queries
):
    get_page_text(client, address)
    with django_assert_max_num_queries(6) as before:
        get_page_text(client, address)
    make_group(places["xiangxi"])
    with django_assert_num_queries(len(before)):
        assert "/xiangxi/group/" in get_page_text(client, address)


def test_the_page_itself_asks_three_times(client, group, django_assert_num_queries):
    get_page_text(client, "/xiangxi/group/")
    with django_assert_num_queries(3):  # group, alerts, operator
        get_page_text(client, "/xiangxi/group/")


@pytest.fixture
def admin_client(client):
    sign_in(client, make_user(is_staff=True, is_superuser=True))
    return client


def test_the_admin_shows_it_before_it_is_open(admin_client, group):
    group.is_open = False
    group.save()
    page = get_page_text(admin_client, f"/admin/cities/exchangegroup/{group.pk}/change/")
    address = f"/admin/cities/exchangegroup/{group.pk}/preview/"
    assert f'href="{address}"' in page
    assert "只放本站运营者自己管的群" in page
    assert NAME in get_page_text(admin_client, address)
    group.picture = None
    group.save()
    assert NAME in get_page_text(admin_client, address)


def test_nobody_else_sees_the_preview(client, group):
    address = f"/admin/cities/exchangegroup/{group.pk}/preview/"
    assert client.get(address).status_code == 302
    sign_in(client, make_user(is_staff=True))
    assert client.get(address).status_code == 403


def test_a_picture_is_made_anew_and_none_is_refused(admin_client, places, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    from tools.demo.exchange_groups import _draw_group_code

    sent = {
        "region": places["hunan"].adcode,
        "name": "湖南的群",
        "rules": "不收钱。",
        "is_open": "on",
    }
    response = admin_client.post("/admin/cities/exchangegroup/add/", sent)
    assert "开放之前要先放二维码" in response.content.decode()
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    response = admin_client.post("/admin/cities/exchangegroup/add/", sent | {"picture": bad})
    assert response.status_code == 200
    assert "开放之前要先放二维码" not in response.content.decode()
    good = SimpleUploadedFile("a.png", _draw_group_code("/hunan/group/"), "image/png")
    response = admin_client.post("/admin/cities/exchangegroup/add/", sent | {"picture": good})
    assert response.status_code == 302
    Operator(name="示例公司").save()
    page = get_page_text(admin_client, "/hunan/group/")
    assert "湖南的群" in page
    assert list(tmp_path.rglob("*.webp"))


def test_rules_of_blanks_are_none(admin_client, places):
    sent = {"region": places["hunan"].adcode, "name": "湖南的群", "rules": " \n "}
    response = admin_client.post("/admin/cities/exchangegroup/add/", sent)
    assert response.status_code == 200
