"""After SECRET_KEY was changed: what was signed under the former one holds while it stands there."""

from datetime import timedelta

import pytest
from django.test import Client

from sitekit.web.signed_links import LinkUnusable, read_signed_link, sign_link
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_sessions_and_links_hold_under_a_former_key_until_it_is_taken_away(settings):
    came_by, stayed_away = (sign_in(Client(), make_person(name)) for name in ("anna", "bert"))
    link = sign_link("open", 7)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of this site" * 3
    settings.SECRET_KEY_FALLBACKS = [former]
    assert came_by.get("/me/").status_code == 200
    assert read_signed_link("open", link, HOUR) == 7
    settings.SECRET_KEY_FALLBACKS = []
    assert came_by.get("/me/").status_code == 200, "signed anew when it came by"
    assert stayed_away.get("/me/").status_code == 302
    with pytest.raises(LinkUnusable):
        read_signed_link("open", link, HOUR)
