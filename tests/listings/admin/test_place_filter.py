"""The filter by place of the admin's list of listings, where the place is typed without script."""

import pytest
from django.urls import reverse

from accounts.models import User
from sitekit.forms.autocomplete import NOT_FOUND
from tests.listings.admin.test_admin import LIST, find_listing_titles, make_listing
from tests.people import sign_in

pytestmark = pytest.mark.django_db
BEIJING_DISTRICT, CHANGCHUN_DISTRICT = 110105, 220104  # both are called 朝阳区


@pytest.fixture(autouse=True)
def listings(client):
    sign_in(client, User.objects.create_superuser("boss@example.com"))
    make_listing(title="吉首洗碗")
    make_listing(title="合肥家教", region_id=340100, category="tutor")
    make_listing(title="朝阳布展", region_id=BEIJING_DISTRICT)


def read_filter_page(client, **query):
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("words", ["合肥", "安徽省", "340100", " hefei "])
def test_the_name_of_one_place_filters(client, words):
    assert find_listing_titles(client, {"place_typed": words}) == {"合肥家教"}
    assert NOT_FOUND not in read_filter_page(client, place_typed=words)


def test_words_of_several_places_offer_them_by_their_full_names(client):
    assert len(find_listing_titles(client, {"place_typed": "朝阳区"})) == 3, "nothing is filtered"
    page = read_filter_page(client, place_typed="朝阳区")
    assert NOT_FOUND in page
    assert f'<option value="{BEIJING_DISTRICT}">北京朝阳区</option>' in page
    assert f'<option value="{CHANGCHUN_DISTRICT}">吉林长春朝阳区</option>' in page


def test_a_place_is_chosen_though_the_words_that_offered_it_still_stand_there(client):
    query = {"place": BEIJING_DISTRICT, "place_typed": "朝阳区", "place_offered": "朝阳区"}
    assert find_listing_titles(client, query) == {"朝阳布展"}


def test_new_words_count_more_than_the_place_chosen_before(client):
    query = {"place": BEIJING_DISTRICT, "place_typed": "合肥", "place_offered": ""}
    assert find_listing_titles(client, query) == {"合肥家教"}


@pytest.mark.parametrize("words", ["没有这个地方", "长" * 5000, "<b>", "999999"])
def test_words_of_no_place_filter_nothing_and_say_so(client, words):
    assert len(find_listing_titles(client, {"place_typed": words})) == 3
    assert NOT_FOUND in read_filter_page(client, place_typed=words)


def test_the_next_filter_forgets_what_was_typed(client):
    page = read_filter_page(client, place_typed="合肥", place_offered="肥", origin="repost")
    form = page.partition('class="place-filter">')[2].partition("</form>")[0]
    assert '<input type="hidden" name="origin" value="repost">' in form
    assert form.count('name="place_typed"') == form.count('name="place_offered"') == 1
    assert '<a href="?origin=repost">不限</a>' in form


def test_odd_words_get_a_page(client):
    assert len(find_listing_titles(client, {"place_typed": "\0"})) == 3
    read_filter_page(client, place_typed="合肥", place="x")
