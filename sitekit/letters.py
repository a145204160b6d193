"""Subscriptions by mail, without an account: how long they last, their mails, their links.

A row has `email`, `confirmed_at`, `lapses_at` and `ended_at`. Links act for one row; they lead to a
page with one button, and mail programs may stop the mails by themselves (RFC 8058).
"""

from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from sitekit import signed
from sitekit.addresses import absolute
from sitekit.methods import form_page
from sitekit.models import Mail

LASTS = timedelta(days=365)
REMINDED = timedelta(days=14)  # before it lapses
UNCONFIRMED = timedelta(days=7)
FORGOTTEN = timedelta(days=30)  # after it ended or lapsed
LETTERS_A_DAY = 3  # to one address, from the form
# A link works as long as what it is for; the one that ends outlives the subscription.
MAX_AGE = {"confirm": UNCONFIRMED, "renew": REMINDED + FORGOTTEN, "end": 2 * LASTS}


def stoppable(to, key, subject, template, context, stop) -> Mail:
    """A mail, not yet put in, that says how to stop it; mail programs have a button for that."""
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    words = {"end": stop, "site": absolute("/"), **context}
    text = render_to_string(template, words).strip() + "\n"
    return Mail(key=key, to=to, subject=subject, text=text, headers=headers)


def pages(find, acts, shown):
    """By purpose, the view that a link leads to; `shown` answers with what has come of it."""
    return {purpose: _page(purpose, find, act, shown) for purpose, act in acts.items()}


def _page(purpose, find, act, shown):
    @form_page
    @never_cache
    def page(request, token):
        state, row = _step(request, purpose, token, find, act)
        return shown(request, state, row, status=404 if state == "unusable" else 200)

    # A mail program sends the POST itself, with no cookie; the link is what it proves.
    return csrf_exempt(page) if purpose == "end" else page


def _step(request, purpose, token, find, act):
    """(state of the page that a link leads to, the row or None): a POST acts, a GET only looks.

    The state is the purpose itself where there is something to do still.
    """
    try:
        row = find(purpose, token)
        if request.method == "POST" and row:
            act(row.pk)
            row = find(purpose, token)
    except signed.Unusable:
        return "unusable", None
    return _state(purpose, row), row


def _state(purpose, row):
    if row is None:
        return "ended" if purpose == "end" else "gone"
    if row.ended_at:
        return "ended"
    if purpose == "confirm" and row.confirmed_at:
        return "confirmed" if row.lapses_at > timezone.now() else "lapsed"
    if purpose == "renew" and not is_near_its_end(row):
        return "renewed"
    return purpose


def is_near_its_end(row):
    return bool(row.lapses_at) and row.lapses_at <= timezone.now() + REMINDED
