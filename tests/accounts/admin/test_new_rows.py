"""A form of the admin for a new row that is sent twice adds one row."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.test import Client

from accounts.admin.row_mark import ADDED_MESSAGE
from jobsite.models import Announcement
from tests.answers import read_body
from tests.at_once import at_once
from tests.page_forms import Forms
from tests.people import make_person, sign_in

ADD, LIST = "/admin/jobsite/announcement/add/", "/admin/jobsite/announcement/"
TYPED = {
    "text": "国庆期间审核比平时慢。",
    "ends_at_0": "2099-10-08",
    "ends_at_1": "00:00",
    "edit_reason": "放假",
}


@pytest.fixture
def desk(client):
    return sign_in(client, make_person("boss", is_staff=True, is_superuser=True))


def read_form(answer):
    """The fields; what a button sends begins with an underscore."""
    fields = Forms(read_body(answer), ADD).found[ADD]
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def open_form(client):
    return read_form(client.get(ADD))


@pytest.mark.django_db
def test_pressed_again_it_says_that_the_row_is_there(desk):
    form = open_form(desk) | TYPED
    assert desk.post(ADD, form)["Location"] == LIST
    again = desk.post(ADD, form, follow=True)
    assert again.redirect_chain == [(LIST, 302)] and ADDED_MESSAGE in read_body(again)
    assert Announcement.objects.count() == 1


@pytest.mark.django_db
def test_after_errors_it_is_sent_again_and_each_new_form_adds_a_row(desk):
    form = open_form(desk)
    refused = desk.post(ADD, form | TYPED | {"text": ""})
    shown = read_form(refused)
    assert refused.status_code == 200 and shown["add_once"] == form["add_once"]
    for _ in range(2):
        answer = desk.post(ADD, shown | TYPED | {"_addanother": "1"})
        assert answer["Location"] == ADD
        shown = open_form(desk)
    assert Announcement.objects.count() == 2


def test_pressed_twice_at_once_one_row_is_stored(committed, desk):
    form = open_form(desk) | TYPED

    def press():
        browser = Client()
        browser.cookies = desk.cookies
        return browser.post(ADD, form)

    assert [answer["Location"] for answer in at_once(press, press)] == [LIST, LIST]
    assert Announcement.objects.count() == 1
    assert LogEntry.objects.filter(action_flag=ADDITION).count() == 1
