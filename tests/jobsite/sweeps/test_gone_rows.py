"""Who presses a button whose row is gone hears so on the page that it stood on: it was pressed twice, or somebody
else was first."""

import pytest
from django.test import Client

from tests.databases import taken_back

pytestmark = pytest.mark.django_db

NOBODYS = "999999999"
# By route: whose button it is, and the page that its answer leads back to.
BUTTONS = {
    "employer/members/<int:pk>/role/": ("employer", "/employer/members/"),
    "employer/members/<int:pk>/remove/": ("employer", "/employer/members/"),
    "employer/invitations/<int:pk>/withdraw/": ("employer", "/employer/members/"),
    "employer/papers/<int:pk>/open/": ("employer", "/employer/papers/"),
    "employer/papers/<int:pk>/remove/": ("employer", "/employer/papers/"),
    "employer/api/<int:pk>/withdraw/": ("employer", "/employer/api/"),
    "accounts/sessions/<int:pk>/end/": ("seeker", "/accounts/sessions/"),
    "accounts/social/<int:pk>/leave/": ("seeker", "/accounts/social/"),
    "me/searches/<int:pk>/frequency/": ("seeker", "/me/searches/"),
    "me/searches/<int:pk>/renew/": ("seeker", "/me/searches/"),
    "me/searches/<int:pk>/stop/": ("seeker", "/me/searches/"),
    "me/alerts/<int:pk>/renew/": ("seeker", "/me/searches/"),
    "me/alerts/<int:pk>/stop/": ("seeker", "/me/searches/"),
}


@pytest.mark.parametrize("route", BUTTONS)
def test_a_button_whose_row_is_gone_leads_back_with_words(cast, route):
    clients, _values = cast
    role, back = BUTTONS[route]
    browser = Client()
    browser.cookies.update(clients[role].cookies)
    address = f"/{route.replace('<int:pk>', NOBODYS)}"
    with taken_back():
        answer = browser.post(address, {"role": "owner", "frequency": "daily"}, follow=True)
    assert [step for step, _status in answer.redirect_chain] == [back]
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
