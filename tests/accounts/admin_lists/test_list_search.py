"""The search of a list in the admin: what was typed is found, and a contact of somebody stands in no address."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse

from accounts.models import SavedListFilter
from sitekit.forms import contact_search
from sitekit.forms.contact_search import SealedSearchForm
from tests.accounts.staff.test_roles import make_colleague
from tests.answers import read_body
from tests.page_forms import Forms
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
PHONE, MAILBOX = "13800138765", "xiaolong@example.com"
USERS = "/admin/accounts/user/"


@pytest.fixture
def senior(client):
    return sign_in(client, make_colleague("senior", "senior"))


@pytest.fixture
def person():
    return make_person("xiaolong", phone=f"+86{PHONE}")


def press_search(client, address, typed):
    """Send the form of the page as a browser does; return where it leads to."""
    app, model = address.split("/")[2:4]
    action = f"/admin/lists/{app}/{model}/search/"
    fields = Forms(read_body(client.get(address)), address).found[action]
    answer = client.post(action, fields | {"q": typed})
    assert answer.status_code == 302
    return answer["Location"]


def list_addresses(page):
    return re.findall(r'(?:href|action)="(.*?)"', page)


@pytest.mark.parametrize("typed", [PHONE, "138 0013 8765", MAILBOX, "小龙"])
def test_people_are_found_and_the_address_does_not_say_whom(senior, person, typed):
    type(person).objects.filter(pk=person.pk).update(name="小龙")
    address = press_search(senior, f"{USERS}?is_staff__exact=0", typed)
    assert "is_staff__exact=0" in address and "csrf" not in address
    answer = senior.get(address)
    assert [row.pk for row in answer.context["cl"].result_list] == [person.pk]
    page = read_body(answer)
    assert f'value="{typed}"' in page  # of the search, to be changed
    addresses = "\n".join([address, *list_addresses(page)])
    assert "is_active__exact=1&amp;" in addresses  # filters and order keep what was searched for
    for secret in (PHONE, "0013", "xiaolong", "%E5%B0%8F%E9%BE%99"):
        assert secret not in addresses
    filtered = next(link for link in list_addresses(page) if "is_active__exact=1" in link)
    shown = senior.get(USERS + unescape(filtered)).context["cl"]
    assert [row.pk for row in shown.result_list] == [person.pk]


@pytest.mark.parametrize(
    ("name", "typed", "is_sealed"),
    [
        ("listings_listing", "199 0081 2455", True),
        ("accounts_employer", MAILBOX, True),
        ("safety_report", "13800138765", True),
        ("listings_listing", "家教", False),
        ("accounts_employer", "433100", False),
    ],
)
def test_a_contact_is_sealed_in_every_list_and_other_words_are_not(senior, name, typed, is_sealed):
    address = press_search(senior, reverse(f"admin:{name}_changelist"), typed)
    assert ("q=sealed." in address) == is_sealed
    shown = senior.get(address)
    assert shown.status_code == 200 and shown.context["cl"].query == typed


def test_the_filter_by_place_keeps_it_sealed(senior, publish):
    publish()
    page = read_body(senior.get(press_search(senior, "/admin/listings/listing/", PHONE)))
    assert 'name="q" value="sealed.' in page.split('class="place-filter"')[1].split("</form>")[0]


def test_an_empty_search_shows_the_list_as_it_was_filtered(senior):
    assert press_search(senior, f"{USERS}?is_staff__exact=1", " ") == f"{USERS}?is_staff__exact=1"


def test_after_a_day_or_changed_it_says_to_search_again(senior, person, monkeypatch):
    address = press_search(senior, USERS, PHONE)
    assert "在搜索框里再搜一次" in read_body(senior.get(address[:-3] + "xyz"))
    monkeypatch.setattr(contact_search, "OPEN_FOR", timedelta(seconds=-1))
    answer = senior.get(address)
    assert answer.context["cl"].query == "" and "在搜索框里再搜一次" in read_body(answer)


@pytest.mark.parametrize(
    ("model", "typed"), [("listings/listing", PHONE), ("accounts/user", "小龙")]
)
def test_it_is_not_saved_as_a_filter(senior, model, typed):
    """After a day it would find nothing."""
    address = press_search(senior, f"/admin/{model}/", typed)
    save = f"/admin/lists/{model}/filter/"
    assert save not in read_body(senior.get(address))
    answer = senior.post(f"{save}?{address.partition('?')[2]}", {"name": "查人"}, follow=True)
    assert "不能保存" in read_body(answer)
    assert not SavedListFilter.objects.exists()


def test_every_list_reads_its_search_by_the_form_that_opens_it(rf, admin_user):
    request = rf.get("/admin/")
    request.user = admin_user
    for model_admin in admin.site._registry.values():
        assert issubclass(model_admin.get_changelist(request), ChangeList)
        assert model_admin.get_changelist(request).search_form_class is SealedSearchForm


def test_who_may_not_open_the_list_is_not_led_to_it(client):
    sign_in(client, make_colleague("moderator", "moderator"))
    assert client.post("/admin/lists/accounts/user/search/", {"q": PHONE}).status_code == 403
    assert client.get("/admin/lists/listings/listing/search/").status_code == 405
