"""How tests search the journal, as somebody of the staff does."""

import re

from django.contrib.auth.models import Permission

from tests.people import make_person, sign_in

JOURNAL = "/admin/journal/"
REASON = "处理举报 12"


def make_journal_reader(name="auditor", *permissions):
    """Somebody who may read the journal and decides nothing."""
    user = make_person(name, is_staff=True)
    names = ("read_journal", *permissions)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def post_journal_search(client, typed, reason=REASON):
    """The address of what was found."""
    response = client.post(JOURNAL, {"q": typed, "reason": reason})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def list_timeline_lines(page):
    """(kind, what, who) of each line of the timeline, as they stand on the page."""
    html = page.content.decode() if hasattr(page, "content") else page
    rows = re.findall(r"<li[^>]*>\s*<time.*?</li>", html, re.DOTALL)
    return [tuple(_remove_tags(part) for part in _get_line_parts(row)) for row in rows]


def _get_line_parts(row):
    kind = re.search(r"<b>(.*?)</b>", row, re.DOTALL)[1]
    what = re.search(r"<div>\s*<p>(.*?)</p>", row, re.DOTALL)[1]
    who = re.search(r"</div>\s*<span>(.*?)</span>", row, re.DOTALL)[1]
    return kind, what, who


def _remove_tags(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def list_search_lines(client, typed):
    return list_timeline_lines(client.get(post_journal_search(client, typed)))


__all__ = [
    "JOURNAL",
    "REASON",
    "list_search_lines",
    "list_timeline_lines",
    "make_journal_reader",
    "post_journal_search",
    "sign_in",
]
