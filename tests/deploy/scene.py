"""Rows for the visitors of the trial, written by a command of the checkout (`Machine.run_manage`)."""

import json

from django.conf import settings
from django.test import Client

from tools.cluster.scene import BACKEND
from tools.demo.factories import make_employer, make_listing, make_user

LISTINGS = 12
PAGES = ("/", "/xiangxi/", "/xiangxi/jobs/", "/jobs/", "/news/", "/about/")


def write_scene() -> None:
    """Write the addresses to be read, and a reader who is signed in, as JSON."""
    employer = make_employer("乾州清茗饮品店")
    listings = [
        make_listing(employer=employer, title=f"周末传单派发 {number} 组")
        for number in range(LISTINGS)
    ]
    client = Client()
    client.force_login(make_user("trial@example.com"), backend=BACKEND)
    addresses = [listing.get_absolute_url() for listing in listings]
    reader = {
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "save": f"{addresses[0]}save/",
        "remove": f"/me/saved/{listings[0].pk}/remove/",
    }
    print(json.dumps({"addresses": [*PAGES, *addresses], "reader": reader}))
