"""The alert beside a listing is asked for once for its place and kind of work, until an article changes."""

from cities.directory.regions import get_region_by_slug
from news.articles.transitions import withdraw_article
from news.related.fitting_alert import NEIGHBOUR_RANK, find_fitting_alert
from tests.articles import make_alert
from tests.jobsite.heard_changes import wait_until_all_is_heard

THREATS = (["handicraft_deposit", "agency_fee"], ["upfront_fee"])


def find_title(city, **bounds):
    alert = find_fitting_alert(city, *THREATS, **bounds)
    return alert and alert.title


def test_a_fitting_alert_is_kept_for_its_place_until_an_article_changes(
    heard, django_assert_num_queries
):
    xiangxi, shijiazhuang = map(get_region_by_slug, ("xiangxi", "shijiazhuang"))
    near = make_alert("湘西中介", places=[xiangxi], fraud_type="agency_fee")
    make_alert("石家庄手工", places=[shijiazhuang], fraud_type="handicraft_deposit")
    wait_until_all_is_heard()
    assert [find_title(city) for city in (xiangxi, shijiazhuang)] == ["湘西中介", "石家庄手工"]
    with django_assert_num_queries(0):
        assert [find_title(city) for city in (xiangxi, shijiazhuang)] == ["湘西中介", "石家庄手工"]
    with django_assert_num_queries(1):
        assert find_title(xiangxi, farthest=NEIGHBOUR_RANK) == "湘西中介"
    withdraw_article(near.pk, "写错了")
    wait_until_all_is_heard()
    assert find_title(xiangxi) == "石家庄手工"
    assert find_title(xiangxi, farthest=NEIGHBOUR_RANK) is None
