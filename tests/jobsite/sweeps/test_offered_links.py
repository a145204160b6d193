"""No page of the admin shows its reader a link that is refused, or a button that stores what they may not change."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from accounts.staff.posts import PostTerms, write_post
from tests.daily_tests import count_examples, mark_each
from tests.databases import taken_back
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
ROLES = ("operator", "senior", "support", "moderator", "editor", "auditor")


class LinkReader(HTMLParser):
    """The addresses in the admin that the links of a page lead to, and the names of its buttons that store."""

    def __init__(self, page, address):
        super().__init__()
        self.found, self.storing_buttons, self.address = [], [], address
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        target = urljoin(self.address, dict(attrs).get("href") or "").partition("#")[0]
        if tag == "a" and target.startswith("/admin/"):
            self.found.append(target)
        name = dict(attrs).get("name") or ""
        if tag in {"button", "input"} and name.startswith("_") and name != "_popup":
            self.storing_buttons.append(name)


def name_kind(address):
    """Addresses that differ in numbers and in values of parameters alone are of one kind."""
    parts = urlsplit(address)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    return re.sub(r"\d+", "1", parts.path), *names


def may_write(context):
    """Whether the reader of a page with a form of the admin may store it; of other pages, yes."""
    if context is None or context.get("has_change_permission") is None:
        return True
    return context["has_change_permission"] or (
        context.get("add") and context["has_add_permission"]
    )


def find_refused_links(client, most_pages):
    """{address: (status, page with the link)}, of each kind of address one."""
    waiting, kinds, refused = {"/admin/": ""}, {name_kind("/admin/")}, {}
    for _page in range(most_pages):
        if not waiting:
            break
        address = next(iter(waiting))
        page = waiting.pop(address)
        with taken_back():
            answer = client.get(address)
            for close in answer._resource_closers:
                close()
        if answer.status_code >= 400:
            refused[address] = answer.status_code, page
        if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
            continue
        page_reader = LinkReader(answer.content.decode(), address)
        if page_reader.storing_buttons and not may_write(answer.context):
            refused[address] = 403, page_reader.storing_buttons
        for link in page_reader.found:
            if name_kind(link) not in kinds:
                kinds.add(name_kind(link))
                waiting[link] = address
    return refused


@pytest.mark.parametrize("role", mark_each(6, ROLES))
def test_each_link_and_button_is_for_whom_it_is_shown(cast, role):
    with taken_back():
        user = make_person("colleague", is_staff=True)
        write_post(user, PostTerms(role, True), None)
        assert find_refused_links(sign_in(Client(), user), count_examples(400)) == {}
