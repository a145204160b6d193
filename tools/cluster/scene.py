"""What the scenario needs of the site: rows, addresses, somebody who is signed in. Run by the web nodes' way."""

import json

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from listings.models import Listing
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, Operator
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.advisory_lock import hold_advisory_lock
from tools.demo.factories import make_user

BACKEND = "accounts.backends.EmailOrPhoneBackend"
LISTINGS = 30
MAIL_MARK, MAILS = "cluster-mail-", 300


def write_scene() -> None:
    """Fill the database; to be called past the pooler or through it."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    call_command("load_regions", verbosity=0)
    call_command("demo", verbosity=0)
    Operator.objects.update_or_create(pk=1, defaults={"name": "cluster-mark-0"})


def print_scene() -> None:
    """Write addresses and the reader who is signed in as JSON."""
    client = Client()
    client.force_login(make_user("cluster@example.com"), backend=BACKEND)
    rows = list(Listing.objects.live().order_by("-pk")[:LISTINGS])
    pages = ["/xiangxi/", "/xiangxi/jobs/", "/jobs/", "/news/", "/alerts/", "/about/"]
    reader = {
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "save": f"{rows[0].get_absolute_url()}save/",
        "remove": f"/me/saved/{rows[0].pk}/remove/",
    }
    print(json.dumps({"addresses": pages + [r.get_absolute_url() for r in rows], "reader": reader}))


def enqueue_mails() -> None:
    """For the workers to send."""
    names = [f"{MAIL_MARK}{number}" for number in range(MAILS)]
    enqueue_messages(
        Mail(key=name, to="cluster@example.com", subject=name, text=name) for name in names
    )


def try_session_features() -> None:
    """What a pooler breaks: a lock of a session, a cursor of the server. And a limit, in the shared cache."""
    with hold_advisory_lock(1) as is_first, hold_advisory_lock(1) as is_second:
        print(json.dumps({"locks": [is_first, is_second]}))
    assert len(list(Listing.objects.values_list("pk").iterator(chunk_size=5))) > 0  # noqa: S101
    from datetime import timedelta

    print(json.dumps({"counts": [count_attempt("cluster", "a", 2, timedelta(1)) for _ in "123"]}))
