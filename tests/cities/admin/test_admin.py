import pytest

pytestmark = pytest.mark.django_db


def test_places_can_be_searched_and_read_but_not_changed(admin_client):
    page = admin_client.get("/admin/cities/region/", {"q": "xiangxi"})
    assert "湘西土家族苗族自治州" in page.content.decode()
    place_page = admin_client.get("/admin/cities/region/433100/change/")
    assert place_page.status_code == 200
    assert 'name="slug"' not in place_page.content.decode()
    assert admin_client.get("/admin/cities/region/add/").status_code == 403


def test_the_list_needs_no_query_for_each_row(admin_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        admin_client.get("/admin/cities/region/", {"in_use": "no"})
